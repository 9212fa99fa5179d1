/* The conversation of a visit for who handles a complaint about it (投诉办理中查看沟通): medical affairs, while the complaint is in hand. */
#include "app/talk.h"

#include "app/intake.h"
#include "app/registers.h"
#include "app/veil.h"
#include "db/registers.h"
#include "db/talks.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST 500
#define LONGEST_WORDS 200

typedef struct {
  FzTalkReach who;
  const char *complaint, *words;
  GPtrArray *rows;
  const char *picture; /* a message's id */
  GBytes *bytes;
  char *gone;
} Read;

/* 个人信息保护法 art. 6 and 13: to handle this complaint, and no further. */
static gboolean
check_complaint (FzTxn *txn, const Read *read, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) entry = fz_entries_get (txn, read->complaint, &why);
  const char *reg = entry != NULL ? fz_register_of_entry (read->who.session->desk, read->complaint) : NULL;

  if (entry == NULL && why != NULL && !g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (entry != NULL && g_strcmp0 (reg, "complaint") == 0 && g_strcmp0 (fz_fields_get (entry, "field.visit"), read->who.visit) == 0 &&
      !fz_fields_is_yes (entry, "entry.ended"))
    return TRUE;
  return fz_refuse (error, _ ("只有办理中的投诉所涉及的就诊，才能查看其沟通内容。请核对投诉编号与就诊编号。"));
}

static gboolean
read_all (FzTxn *txn, gpointer data, GError **error)
{
  Read *read = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &read->who, error), payload = fz_fields_new ("fuzhen.talk_complaint/v1");
  g_autoptr (GPtrArray) kept = NULL;

  if (visit == NULL)
    return read->who.denied;
  if (!check_complaint (txn, read, error) || !fz_veil_check_words (read->words, visit, error))
    return FALSE;
  kept = fz_talks_list (txn, read->who.visit, 0, MOST, error);
  for (guint i = 0; kept != NULL && i < kept->len; i++)
    g_ptr_array_add (read->rows, fz_talk_row (txn, kept->pdata[i], error));
  fz_fields_set (payload, "complaint", read->complaint);
  fz_fields_set (payload, "words", read->words);
  return kept != NULL && fz_session_audit (read->who.session, txn, "talk.complaint", "visit", read->who.visit, "done", NULL, payload, error);
}

GPtrArray *
fz_desk_list_complaint_talk (FzSession *session, const char *visit, const char *complaint, const char *words, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autofree char *clean = words != NULL ? fz_talk_clean (words, NULL) : NULL;
  Read read = { .who = { session, visit, "talk.complaint", FALSE }, .complaint = complaint, .words = clean, .rows = rows };

  if (!fz_session_may (session, "talk.complaint", "visit", visit, error))
    return NULL;
  if (clean == NULL || *clean == '\0' || g_utf8_strlen (clean, -1) > LONGEST_WORDS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明查看沟通内容的用途（至多%d字）。"), LONGEST_WORDS);
    return NULL;
  }
  return fz_talk_run (&read.who, FZ_TXN_RECORD, read_all, error) ? g_steal_pointer (&rows) : NULL;
}

static gboolean
read_one (FzTxn *txn, gpointer data, GError **error)
{
  Read *read = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &read->who, error), payload = fz_fields_new ("fuzhen.talk_complaint/v1");

  if (visit == NULL)
    return read->who.denied;
  fz_fields_set (payload, "complaint", read->complaint);
  fz_fields_set (payload, "picture", read->picture);
  return check_complaint (txn, read, error) && fz_talk_get_picture (txn, read->who.visit, read->picture, &read->bytes, &read->gone, error) &&
         fz_session_audit (read->who.session, txn, "talk.complaint", "visit", read->who.visit, "done", NULL, payload, error);
}

FzPicture *
fz_desk_read_complaint_picture (FzSession *session, const char *visit, const char *complaint, const char *id, int max_edge, GError **error)
{
  Read read = { .who = { session, visit, "talk.complaint", FALSE }, .complaint = complaint, .picture = id };
  gboolean good = fz_talk_run (&read.who, FZ_TXN_RECORD, read_one, error);
  g_autoptr (GBytes) bytes = read.bytes;

  if (good)
    return fz_picture_new (bytes, read.gone, max_edge, error);
  g_free (read.gone);
  return NULL;
}
