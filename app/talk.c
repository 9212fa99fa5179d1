#include "app/talk.h"

#include "core/talk.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/talks.h"
#include "db/tombstone.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LONGEST_ID 64
#define LONGEST_WORD 200
#define CLOCKS_DIFFER_US (10 * 60 * FZ_US_PER_SECOND) /* a patient's device that is ahead */

gboolean
fz_talk_is_open (const FzFields *visit)
{
  FzStage stage = FZ_STAGE_NONE;

  fz_stage_from_word (fz_fields_get (visit, "visit.stage"), &stage);
  return stage == FZ_STAGE_TAKEN || stage == FZ_STAGE_RECORDED;
}

/* --- what came --- */

static gboolean
odd (const char *id, const char *what, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("沟通消息 %s：%s"), id != NULL ? id : "-", what);
  return FALSE;
}

static gboolean
is_id (const char *id)
{
  return id != NULL && *id != '\0' && strlen (id) <= LONGEST_ID &&
         strspn (id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-") == strlen (id);
}

static gboolean
is_hash (const char *word)
{
  return word != NULL && strlen (word) == 64 && strspn (word, "0123456789abcdef") == 64;
}

static gboolean
put_word (const FzFields *facts, const char *key, FzFields *payload, const char *missing, GError **error)
{
  const char *word = fz_fields_get (facts, key);
  g_autofree char *clean = word != NULL ? fz_talk_clean (word, NULL) : NULL;

  if (clean == NULL || *clean == '\0' || strchr (clean, '\n') != NULL || g_utf8_strlen (clean, -1) > LONGEST_WORD)
    return odd (fz_fields_get (facts, "id"), missing, error);
  fz_fields_set (payload, key, clean);
  return TRUE;
}

static gboolean
put_text (const FzFields *facts, FzFields *payload, GError **error)
{
  const char *text = fz_fields_get (facts, "text"), *id = fz_fields_get (facts, "id");
  gboolean changed = FALSE;
  g_autofree char *clean = text != NULL ? fz_talk_clean (text, &changed) : NULL;

  if (clean == NULL || *clean == '\0')
    return odd (id, _ ("没有可显示的文字"), error);
  if (g_utf8_strlen (clean, -1) > FZ_TALK_MAX_CHARS)
    return odd (id, _ ("文字过长，请患者端分条发送"), error);
  fz_fields_set (payload, "text", clean);
  if (changed) { /* what was left out is named by the hash of what came */
    g_autofree char *sha256 = fz_sha256_hex (text, strlen (text));

    fz_fields_set (payload, "original_sha256", sha256);
  }
  return TRUE;
}

static gboolean
put_picture (FzTxn *txn, const FzFields *facts, FzFields *payload, GError **error)
{
  const char *sha256 = fz_fields_get (facts, "sha256"), *id = fz_fields_get (facts, "id");
  g_autofree char *media = NULL;
  g_autoptr (GBytes) bytes = is_hash (sha256) ? fz_attachment_get (txn, sha256, &media, error) : NULL;

  if (!is_hash (sha256))
    return odd (id, _ ("没有图片的 SHA-256"), error);
  if (bytes == NULL)
    return FALSE;
  if (g_strcmp0 (media, "image/jpeg") != 0 && g_strcmp0 (media, "image/png") != 0)
    return odd (id, _ ("图片只收 JPEG 与 PNG"), error);
  fz_fields_set (payload, "sha256", sha256);
  fz_fields_set (payload, "media", media);
  fz_fields_set_int (payload, "size_bytes", (gint64) g_bytes_get_size (bytes));
  return TRUE;
}

static gboolean
put_recording (const FzFields *facts, FzFields *payload, GError **error)
{
  const char *id = fz_fields_get (facts, "id");
  gint64 from_us = 0, until_us = 0;

  if (!put_word (facts, "file", payload, _ ("没有录音或录像的文件名"), error) ||
      !put_word (facts, "custodian", payload, _ ("没有写明录音或录像由谁保存"), error))
    return FALSE;
  if (!is_hash (fz_fields_get (facts, "sha256")))
    return odd (id, _ ("没有录音或录像文件的 SHA-256（64位十六进制）"), error);
  if (!fz_fields_get_time (facts, "started_at", &from_us) || !fz_fields_get_time (facts, "ended_at", &until_us) || until_us <= from_us)
    return odd (id, _ ("录音或录像的起止时间缺失，或结束不晚于开始"), error);
  fz_fields_set (payload, "sha256", fz_fields_get (facts, "sha256"));
  fz_fields_set_time (payload, "started_at", from_us);
  fz_fields_set_time (payload, "ended_at", until_us);
  return TRUE;
}

FzFields *
fz_talk_payload (FzTxn *txn, const FzFields *facts, const char *side, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.talk/v1");
  const char *id = fz_fields_get (facts, "id"), *visit = fz_fields_get (facts, "visit");
  FzTalkKind kind = FZ_TALK_TEXT;
  gint64 at_us = 0;

  if (!is_id (id) || visit == NULL || !fz_talk_kind_from_word (fz_fields_get (facts, "kind"), &kind)) {
    odd (is_id (id) ? id : NULL, _ ("编号、就诊或种类缺失，或不合规定"), error);
    return NULL;
  }
  if (!fz_fields_get_time (facts, "at", &at_us) || at_us > fz_txn_now_us (txn) + CLOCKS_DIFFER_US) {
    odd (id, _ ("发出时间缺失，或晚于现在"), error);
    return NULL;
  }
  fz_fields_set (payload, "id", id);
  fz_fields_set (payload, "visit", visit);
  fz_fields_set (payload, "side", side);
  fz_fields_set (payload, "kind", fz_talk_kind_to_word (kind));
  fz_fields_set_time (payload, "at", at_us);
  if (kind == FZ_TALK_TEXT || kind == FZ_TALK_NOTE ? !put_text (facts, payload, error)
      : kind == FZ_TALK_IMAGE                      ? !put_picture (txn, facts, payload, error)
                                                   : !put_recording (facts, payload, error))
    return NULL;
  return g_steal_pointer (&payload);
}

/* --- keeping --- */

gboolean
fz_talk_keep (FzSession *session, FzTxn *txn, const char *action, const FzFields *payload, const char *state, GError **error)
{
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.talk_row/v1");
  FzAuditEntry entry = { .actor = session != NULL ? session->number : "system",
                         .role = session != NULL ? fz_role_to_word (session->role) : "desk",
                         .session = session != NULL ? session->id : NULL,
                         .action = action,
                         .subject_kind = "visit",
                         .subject = fz_fields_get (payload, "visit"),
                         .outcome = "done",
                         .payload = payload };
  guint64 number = 0;

  fz_fields_set (row, "id", fz_fields_get (payload, "id"));
  fz_fields_set (row, "visit", fz_fields_get (payload, "visit"));
  fz_fields_set (row, "side", fz_fields_get (payload, "side"));
  fz_fields_set (row, "kind", fz_fields_get (payload, "kind"));
  fz_fields_set (row, "state", state);
  if (g_strcmp0 (fz_fields_get (payload, "kind"), "image") == 0)
    fz_fields_set (row, "picture", fz_fields_get (payload, "sha256"));
  return fz_audit_append (txn, &entry, &number, error) && fz_talks_add (txn, row, number, NULL, error);
}

/* The same message again: what was said then is what is said now. One whose words were lawfully removed cannot be told apart, and is a repeat. */
static gboolean
is_same (const FzFields *kept, const FzFields *payload)
{
  g_autoptr (FzFields) said = fz_fields_dup_below (kept, "said", fz_fields_get_kind (payload));

  if (g_strcmp0 (fz_fields_get (kept, "visit"), fz_fields_get (payload, "visit")) != 0 || g_strcmp0 (fz_fields_get (kept, "side"), "patient") != 0)
    return FALSE;
  fz_fields_set (said, "after_end", NULL);
  return !fz_fields_has (kept, "said.id") || fz_fields_equal (said, payload);
}

gboolean
fz_talk_receive (FzDesk *desk, FzTxn *txn, const FzFields *facts, gboolean *out_fresh, GError **error)
{
  g_autoptr (FzFields) payload = fz_talk_payload (txn, facts, "patient", error), kept = NULL, visit = NULL;
  g_autoptr (GError) why = NULL;
  FzTalkKind kind = FZ_TALK_NOTE;

  if (out_fresh != NULL)
    *out_fresh = FALSE;
  if (payload == NULL)
    return FALSE;
  fz_talk_kind_from_word (fz_fields_get (payload, "kind"), &kind);
  if (kind == FZ_TALK_NOTE)
    return odd (fz_fields_get (payload, "id"), _ ("编号、就诊或种类缺失，或不合规定"), error);
  kept = fz_talks_get (txn, fz_fields_get (payload, "id"), &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (kept != NULL && is_same (kept, payload))
    return TRUE;
  if (kept != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("沟通消息 %s 已有另一内容，没有收下。请与患者端核对编号。"), fz_fields_get (payload, "id"));
    return FALSE;
  }
  visit = fz_visits_get (txn, fz_fields_get (payload, "visit"), error);
  if (visit == NULL)
    return FALSE;
  if (fz_fields_has (visit, "visit.ended_at"))
    fz_fields_set_bool (payload, "after_end", TRUE);
  if (out_fresh != NULL)
    *out_fresh = TRUE;
  return fz_talk_keep (NULL, txn, "talk.receive", payload, kind == FZ_TALK_AUDIO || kind == FZ_TALK_VIDEO ? "kept" : "new", error);
}

/* --- how far it got --- */

static gboolean
audit_state (FzTxn *txn, const FzFields *row, const char *state, const char *reason, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.talk_state/v1");
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "talk.state", .subject_kind = "visit", .subject = fz_fields_get (row, "visit"),
                         .outcome = "done", .payload = payload };

  fz_fields_set (payload, "id", fz_fields_get (row, "id"));
  fz_fields_set (payload, "state", state);
  fz_fields_set (payload, "reason", reason);
  return fz_audit_append (txn, &entry, NULL, error);
}

gboolean
fz_talk_mark (FzDesk *desk, FzTxn *txn, const char *id, const char *state, const char *reason, GError **error)
{
  static const char *const states[] = { "sent", "delivered", "seen", "failed", NULL };
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) row = NULL;
  g_autofree char *words = reason != NULL ? fz_talk_clean (reason, NULL) : NULL;
  gboolean failed = g_strcmp0 (state, "failed") == 0;

  if (state == NULL || !g_strv_contains (states, state) || (failed && (words == NULL || *words == '\0')))
    return odd (id, _ ("送达状态不合规定，或没有写明未送达的原因"), error);
  row = fz_talks_get (txn, id, &why);
  if (row == NULL || g_strcmp0 (fz_fields_get (row, "side"), "doctor") != 0) {
    if (why != NULL)
      g_propagate_error (error, g_steal_pointer (&why));
    else
      g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有发出过沟通消息 %s。"), id);
    return FALSE;
  }
  if (!fz_talk_may_become (fz_fields_get (row, "state"), state))
    return TRUE;
  return fz_talks_set_state (txn, id, state, fz_txn_now_us (txn), failed ? words : NULL, error) && audit_state (txn, row, state, words, error);
}
