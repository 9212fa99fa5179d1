/* What a doctor does in the conversation of a visit (医师的图文沟通): read, see, write down what was said elsewhere, keep short answers. */
#include "app/talk.h"

#include "app/front.h"
#include "app/knowledge.h"
#include "app/purge.h"
#include "app/reach.h"
#include "app/submit.h"
#include "core/talk.h"
#include "db/talks.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 100
#define MOST_PHRASES 30
#define LONGEST_PHRASE 300

typedef struct {
  FzTalkReach who;
  guint64 number;
  FzFields *said; /* facts of what is to be kept */
  const char *const *words; /* phrases */
  GPtrArray *rows;
} Act;

FzFields *
fz_talk_reach (FzTxn *txn, FzTalkReach *self, GError **error)
{
  g_autoptr (FzFields) visit = fz_visits_get (txn, self->visit, error);

  return visit != NULL && fz_reach_visit (self->session, txn, self->act, visit, &self->denied, error) && !self->denied ? g_steal_pointer (&visit) : NULL;
}

gboolean
fz_talk_run (FzTalkReach *self, FzTxnMode mode, FzJob job, GError **error)
{
  if (!fz_session_may (self->session, self->act, "visit", self->visit, error) ||
      !fz_store_run (self->session->desk->store, mode, job, self, error))
    return FALSE;
  return !self->denied || fz_reach_refuse_visit (self->session, self->act, self->visit, error);
}

/* --- reading --- */

static void
flatten (const char *key, const char *value, gpointer data)
{
  if (g_str_has_prefix (key, "said."))
    fz_fields_set (data, key + strlen ("said."), value);
}

/* What the front said of it, where it said nothing of the patient's device yet. */
static gboolean
put_front (FzTxn *txn, const FzFields *kept, FzFields *row, GError **error)
{
  const char *key = fz_fields_get (kept, "front");
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) front = key != NULL && g_strcmp0 (fz_fields_get (kept, "state"), "queued") == 0 ? fz_front_state (txn, key, &why) : NULL;
  const char *state = front != NULL ? fz_fields_get (front, "state") : NULL;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (g_strcmp0 (state, "delivered") == 0)
    fz_fields_set (row, "state", "sent");
  else if (g_strcmp0 (state, "refused") == 0 || g_strcmp0 (state, "settled") == 0) {
    const char *words = fz_fields_get (front, "words");

    fz_fields_set (row, "state", "failed");
    fz_fields_set (row, "reason", words != NULL ? words : _ ("医院前端没有收下"));
  }
  return TRUE;
}

FzFields *
fz_talk_row (FzTxn *txn, const FzFields *kept, GError **error)
{
  static const char *const copied[] = { "number", "id", "side", "kind", "state", "state_at", "reason", "kept_at" };
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.talk_row/v1");

  fz_fields_foreach (kept, flatten, row);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (row, copied[i], fz_fields_get (kept, copied[i]));
  if (!put_front (txn, kept, row, error))
    return NULL;
  fz_fields_set (row, "state_label", fz_talk_state_label (fz_fields_get (row, "state")));
  if (!fz_fields_has (kept, "said.id")) {
    g_autoptr (GError) why = NULL;
    g_autofree char *gone = fz_purge_entry_words (txn, fz_fields_get (kept, "visit"), fz_fields_get (kept, "entry"), &why);

    if (gone == NULL) {
      g_propagate_error (error, why != NULL ? g_steal_pointer (&why)
                                            : g_error_new (FZ_ERROR, FZ_ERROR_CORRUPT, _ ("沟通消息 %s：%s"), fz_fields_get (kept, "id"),
                                                           _ ("内容缺失，也没有清除记录。请系统管理员核查。")));
      return NULL;
    }
    fz_fields_set (row, "gone", gone);
  }
  return fz_fields_freeze (g_steal_pointer (&row));
}

static gboolean
list (FzTxn *txn, gpointer data, GError **error)
{
  Act *act = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &act->who, error);
  g_autoptr (GPtrArray) kept = visit != NULL ? fz_talks_list (txn, act->who.visit, act->number, PAGE, error) : NULL;

  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    FzFields *row = fz_talk_row (txn, kept->pdata[i], error);

    if (row == NULL)
      return FALSE;
    g_ptr_array_add (act->rows, row);
  }
  return kept != NULL || act->who.denied;
}

GPtrArray *
fz_desk_list_talk (FzSession *session, const char *visit, guint64 before, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  Act act = { .who = { session, visit, "talk.read", FALSE }, .number = before, .rows = rows };

  return fz_talk_run (&act.who, FZ_TXN_READ, list, error) && fz_session_look (session, "talk.read", "visit", visit, error) ? g_steal_pointer (&rows) : NULL;
}

/* --- seen --- */

static gboolean
see (FzTxn *txn, gpointer data, GError **error)
{
  Act *act = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &act->who, error), payload = fz_fields_new ("fuzhen.talk_seen/v1");
  g_autoptr (GPtrArray) kept = visit != NULL ? fz_talks_list_new (txn, act->who.visit, act->number, PAGE, error) : NULL;

  if (kept == NULL)
    return act->who.denied;
  for (guint i = 0; i < kept->len; i++) {
    const char *id = fz_fields_get (kept->pdata[i], "id");

    if (!fz_talks_set_state (txn, id, "seen", fz_txn_now_us (txn), NULL, error) || !fz_talk_tell_seen (act->who.session->desk, txn, act->who.visit, id, error))
      return FALSE;
    fz_fields_set_at (payload, "message", i, NULL, id);
  }
  return kept->len == 0 || fz_session_audit (act->who.session, txn, "talk.see", "visit", act->who.visit, "done", NULL, payload, error);
}

gboolean
fz_desk_see_talk (FzSession *session, const char *visit, guint64 number, GError **error)
{
  Act act = { .who = { session, visit, "talk.write", FALSE }, .number = number };

  return fz_talk_run (&act.who, FZ_TXN_RECORD, see, error);
}

/* --- what was said elsewhere --- */

gboolean
fz_talk_refuse_closed (GError **error)
{
  return fz_refuse (error, _ ("这次就诊不在接诊中，沟通已经结束。需要补充的，请写“补充记录”，或请患者重新申请。"));
}

static gboolean
keep_said (FzTxn *txn, gpointer data, GError **error)
{
  static const char *const ours[] = { "way", "way_label", "by", "by_name" };
  Act *act = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &act->who, error), payload = NULL;

  if (visit == NULL)
    return act->who.denied;
  if (!fz_talk_is_open (visit))
    return fz_talk_refuse_closed (error);
  fz_fields_set_time (act->said, "at", fz_txn_now_us (txn));
  payload = fz_talk_payload (txn, act->said, "doctor", error);
  if (payload == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    fz_fields_set (payload, ours[i], fz_fields_get (act->said, ours[i]));
  return fz_talk_keep (act->who.session, txn, fz_fields_has (payload, "way") ? "talk.note" : "talk.recording", payload, "kept", error);
}

FzFields *
fz_talk_said_new (FzSession *session, const char *visit, FzTalkKind kind)
{
  FzFields *said = fz_fields_new ("fuzhen.talk/v1");
  g_autofree char *id = fz_document_id (session->desk, visit, "talk");

  fz_fields_set (said, "id", id);
  fz_fields_set (said, "visit", visit);
  fz_fields_set (said, "kind", fz_talk_kind_to_word (kind));
  fz_fields_set (said, "by", session->number);
  fz_fields_set (said, "by_name", fz_fields_get (session->person, "name"));
  return said;
}

gboolean
fz_desk_note_talk (FzSession *session, const char *visit, const char *way, const char *words, GError **error)
{
  g_autoptr (FzFields) said = fz_talk_said_new (session, visit, FZ_TALK_NOTE);
  Act act = { .who = { session, visit, "talk.write", FALSE }, .said = said };
  const char *label = way != NULL ? fz_desk_label (session->desk, "talk-ways", way) : NULL;

  if (label == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择沟通的方式。"));
    return FALSE;
  }
  fz_fields_set (said, "way", way);
  fz_fields_set (said, "way_label", label);
  fz_fields_set (said, "text", words);
  return fz_talk_run (&act.who, FZ_TXN_RECORD, keep_said, error);
}

gboolean
fz_desk_keep_recording (FzSession *session, const char *visit, const FzFields *facts, GError **error)
{
  static const char *const keys[] = { "file", "sha256", "started_at", "ended_at", "custodian" };
  gboolean video = g_strcmp0 (fz_fields_get (facts, "kind"), "video") == 0;
  g_autoptr (FzFields) said = fz_talk_said_new (session, visit, video ? FZ_TALK_VIDEO : FZ_TALK_AUDIO);
  Act act = { .who = { session, visit, "talk.write", FALSE }, .said = said };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (said, keys[i], fz_fields_get (facts, keys[i]));
  return fz_talk_run (&act.who, FZ_TXN_RECORD, keep_said, error);
}

/* --- short answers --- */

static gboolean
read_phrases (FzTxn *txn, gpointer data, GError **error)
{
  Act *act = data;

  act->rows = fz_phrases_list (txn, act->who.session->number, error);
  return act->rows != NULL;
}

GPtrArray *
fz_desk_list_phrases (FzSession *session, GError **error)
{
  const FzCodes *shipped = fz_knowledge_codes (session->desk->knowledge, "talk-phrases");
  Act act = { .who = { .session = session } };

  if (!fz_session_may (session, "hand.read", "hand", NULL, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, read_phrases, &act, error))
    return NULL;
  if (act.rows->len > 0)
    return act.rows;
  for (guint i = 0; i < fz_codes_get_n (shipped); i++)
    g_ptr_array_add (act.rows, g_strdup (fz_codes_get (shipped, i, "label")));
  return act.rows;
}

static gboolean
write_phrases (FzTxn *txn, gpointer data, GError **error)
{
  Act *act = data;

  return fz_phrases_put (txn, act->who.session->number, act->words, error) &&
         fz_session_audit (act->who.session, txn, "phrases.keep", "hand", act->who.session->number, "done", NULL, NULL, error);
}

gboolean
fz_desk_keep_phrases (FzSession *session, const char *const *phrases, GError **error)
{
  g_autoptr (GPtrArray) clean = g_ptr_array_new_with_free_func (g_free);
  Act act = { .who = { .session = session } };

  if (!fz_session_may (session, "hand.keep", "hand", NULL, error))
    return FALSE;
  for (guint i = 0; phrases[i] != NULL; i++) {
    char *words = fz_talk_clean (phrases[i], NULL);

    g_ptr_array_add (clean, words);
    if (words == NULL || *words == '\0' || g_utf8_strlen (words, -1) > LONGEST_PHRASE || i >= MOST_PHRASES) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("常用语最多%d条，每条1至%d字，不能为空。"), MOST_PHRASES, LONGEST_PHRASE);
      return FALSE;
    }
  }
  g_ptr_array_add (clean, NULL);
  act.words = (const char *const *) clean->pdata;
  return fz_store_run (session->desk->store, FZ_TXN_RECORD, write_phrases, &act, error);
}
