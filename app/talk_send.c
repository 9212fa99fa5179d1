/* What a doctor says to the patient (发给患者): kept here, and queued for the hospital's front in the same transaction. */
#include "app/talk.h"

#include "app/front.h"
#include "app/image_client.h"
#include "app/intake_bundle.h"
#include "app/submit.h"
#include "app/video.h"
#include "db/attachment.h"
#include "db/talks.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- the front --- */

/* `key`: under which it is queued, of the front for ever; the message keeps its id when it goes again. */
static gboolean
hand_over (FzDesk *desk, FzTxn *txn, const FzFields *payload, const char *key, GError **error)
{
  static const char *const copied[] = { "at", "kind", "text", "sha256", "media", "size_bytes" };
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.front_out/v1");

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (facts, copied[i], fz_fields_get (payload, copied[i]));
  fz_fields_set (facts, "message", fz_fields_get (payload, "id"));
  fz_fields_set (facts, "by", fz_fields_get (payload, "by_name"));
  return fz_front_put (desk, txn, "chat", fz_fields_get (payload, "visit"), key, facts, error) &&
         fz_talks_set_front (txn, fz_fields_get (payload, "id"), key, error);
}

gboolean
fz_talk_tell_seen (FzDesk *desk, FzTxn *txn, const char *visit, const char *id, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.front_out/v1");
  g_autofree char *key = g_strconcat (id, ":seen", NULL);
  gboolean there = FALSE;

  fz_fields_set (facts, "message", id);
  fz_fields_set (facts, "mark", "seen");
  fz_fields_set_time (facts, "at", fz_txn_now_us (txn));
  return fz_front_reaches (txn, visit, &there, error) && (!there || fz_front_put (desk, txn, "chat.mark", visit, key, facts, error));
}

/* --- how it stands --- */

typedef struct {
  FzTalkReach who;
  const char *id, *media;
  FzFields *said, *state;
  GBytes *picture;
} Send;

static gboolean
read_state (FzTxn *txn, gpointer data, GError **error)
{
  Send *send = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &send->who, error), status = fz_fields_new ("fuzhen.status/v1");
  gboolean there = FALSE;
  gint64 n = visit != NULL ? fz_talks_count_new (txn, send->who.visit, error) : -1;

  if (n < 0 || !fz_front_reaches (txn, send->who.visit, &there, error))
    return send->who.denied;
  if (!fz_video_put_status (txn, status, error))
    return FALSE;
  fz_fields_set_int (send->state, "new", n);
  fz_fields_set_bool (send->state, "video", fz_fields_has (status, "video.url"));
  fz_fields_set_bool (send->state, "front", there);
  fz_fields_set_bool (send->state, "open", fz_talk_is_open (visit));
  fz_fields_set_bool (send->state, "ended", fz_fields_has (visit, "visit.ended_at"));
  fz_fields_set_bool (send->state, "mine", fz_fields_has (visit, "visit.holder") &&
                                             g_strcmp0 (fz_fields_get (visit, "visit.holder"), fz_fields_get (send->who.session->person, "person")) == 0);
  return TRUE;
}

FzFields *
fz_desk_talk_state (FzSession *session, const char *visit, GError **error)
{
  g_autoptr (FzFields) state = fz_fields_new ("fuzhen.talk_state/v1");
  Send send = { .who = { session, visit, "talk.read", FALSE }, .state = state };

  return fz_talk_run (&send.who, FZ_TXN_READ, read_state, error) ? fz_fields_freeze (g_steal_pointer (&state)) : NULL;
}

/* --- sending --- */

static gboolean
unreachable (GError **error)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("这次就诊不是经医院前端申请的，或尚未设置医院前端，不能由这里发给患者。请用电话等方式联系，并记在沟通里。"));
  return FALSE;
}

static gboolean
send_said (FzTxn *txn, gpointer data, GError **error)
{
  Send *send = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &send->who, error), payload = NULL;
  g_autofree char *sha256 = NULL;
  gboolean there = FALSE;

  if (visit == NULL)
    return send->who.denied;
  if (!fz_talk_is_open (visit))
    return fz_talk_refuse_closed (error);
  if (!fz_front_reaches (txn, send->who.visit, &there, error) || (!there && !unreachable (error)))
    return FALSE;
  if (send->picture != NULL && !fz_attachment_put (txn, send->picture, send->media, &sha256, error))
    return FALSE;
  fz_fields_set (send->said, "sha256", sha256);
  fz_fields_set_time (send->said, "at", fz_txn_now_us (txn));
  payload = fz_talk_payload (txn, send->said, "doctor", error);
  if (payload == NULL)
    return FALSE;
  fz_fields_set (payload, "by", fz_fields_get (send->said, "by"));
  fz_fields_set (payload, "by_name", fz_fields_get (send->said, "by_name"));
  return fz_talk_keep (send->who.session, txn, "talk.send", payload, "queued", error) &&
         hand_over (send->who.session->desk, txn, payload, fz_fields_get (payload, "id"), error);
}

gboolean
fz_desk_send_talk (FzSession *session, const char *visit, const char *text, GError **error)
{
  g_autoptr (FzFields) said = fz_talk_said_new (session, visit, FZ_TALK_TEXT);
  Send send = { .who = { session, visit, "talk.write", FALSE }, .said = said };
  g_autofree char *clean = fz_talk_clean (text, NULL);

  if (clean == NULL || *clean == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请先写要发给患者的话。"));
    return FALSE;
  }
  if (g_utf8_strlen (clean, -1) > FZ_TALK_MAX_CHARS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("一条消息最多%d字，现有%ld字。请分条发送。"), FZ_TALK_MAX_CHARS, g_utf8_strlen (clean, -1));
    return FALSE;
  }
  fz_fields_set (said, "text", clean);
  if (!fz_talk_run (&send.who, FZ_TXN_RECORD, send_said, error))
    return FALSE;
  if (fz_session_is_present (session, visit))
    fz_session_touch (session, visit);
  return TRUE;
}

/* Whose visit it is, before a file is looked at. */
static gboolean
ask (FzTxn *txn, gpointer data, GError **error)
{
  Send *send = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &send->who, error);

  return visit != NULL || send->who.denied;
}

/* A photograph says where and by which telephone it was taken: the patient gets the picture alone. */
gboolean
fz_desk_send_talk_picture (FzSession *session, const char *visit, const char *path, GError **error)
{
  g_autoptr (FzFields) said = fz_talk_said_new (session, visit, FZ_TALK_IMAGE);
  Send send = { .who = { session, visit, "talk.write", FALSE }, .said = said };
  FzBundleFile *file = fz_talk_run (&send.who, FZ_TXN_READ, ask, error) ? fz_bundle_read_file (path, error) : NULL;
  g_autoptr (GBytes) clean = file != NULL ? fz_image_rewrite (file->bytes, FZ_IMAGE_MAX_EDGE, &send.media, NULL, error) : NULL;
  gboolean good = FALSE;

  if (clean != NULL) {
    send.picture = clean;
    good = fz_talk_run (&send.who, FZ_TXN_RECORD, send_said, error);
  }
  g_clear_pointer (&file, fz_bundle_file_free);
  return good;
}

static gboolean
send_again (FzTxn *txn, gpointer data, GError **error)
{
  Send *send = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &send->who, error), kept = visit != NULL ? fz_talks_get (txn, send->id, &why) : NULL;
  g_autoptr (FzFields) row = kept != NULL ? fz_talk_row (txn, kept, error) : NULL, payload = NULL;
  g_autofree char *key = fz_document_id (send->who.session->desk, send->id, "again");

  if (visit == NULL || why != NULL) {
    if (why != NULL)
      g_propagate_error (error, g_steal_pointer (&why));
    return send->who.denied;
  }
  if (row == NULL || g_strcmp0 (fz_fields_get (kept, "visit"), send->who.visit) != 0 || g_strcmp0 (fz_fields_get (row, "state"), "failed") != 0 ||
      fz_fields_has (row, "gone")) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这条消息不需要重发，可能已经送达。"));
    return FALSE;
  }
  if (!fz_talk_is_open (visit))
    return fz_talk_refuse_closed (error);
  payload = fz_fields_dup_below (kept, "said", "fuzhen.talk/v1");
  return fz_talks_set_state (txn, send->id, "queued", fz_txn_now_us (txn), NULL, error) &&
         hand_over (send->who.session->desk, txn, payload, key, error) &&
         fz_session_audit (send->who.session, txn, "talk.again", "visit", send->who.visit, "done", NULL, NULL, error);
}

gboolean
fz_desk_send_talk_again (FzSession *session, const char *visit, const char *id, GError **error)
{
  Send send = { .who = { session, visit, "talk.write", FALSE }, .id = id };

  return fz_talk_run (&send.who, FZ_TXN_RECORD, send_again, error);
}
