/* A picture of the conversation, decoded in the cage (查看沟通中的图片). */
#include "app/talk.h"

#include "app/intake.h"
#include "app/purge.h"
#include "db/attachment.h"
#include "db/talks.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzTalkReach who;
  const char *id;
  GBytes *bytes;
  char *gone;
} Look;

gboolean
fz_talk_get_picture (FzTxn *txn, const char *visit, const char *id, GBytes **out_bytes, char **out_gone, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) row = fz_talks_get (txn, id, &why);
  const char *sha256 = row != NULL ? fz_fields_get (row, "picture") : NULL;

  if (why == NULL && (sha256 == NULL || g_strcmp0 (fz_fields_get (row, "visit"), visit) != 0))
    g_set_error_literal (&why, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("这次就诊的沟通里没有这张图片。"));
  if (why == NULL)
    *out_gone = fz_purge_words (txn, visit, sha256, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  *out_bytes = *out_gone == NULL ? fz_attachment_get (txn, sha256, NULL, error) : NULL;
  return *out_bytes != NULL || *out_gone != NULL;
}

static gboolean
look (FzTxn *txn, gpointer data, GError **error)
{
  Look *look = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &look->who, error);

  if (visit == NULL)
    return look->who.denied;
  return fz_talk_get_picture (txn, look->who.visit, look->id, &look->bytes, &look->gone, error) &&
         fz_session_audit (look->who.session, txn, "talk.picture", "visit", look->who.visit, "done", NULL, NULL, error);
}

FzPicture *
fz_desk_read_talk_picture (FzSession *session, const char *visit, const char *id, int max_edge, GError **error)
{
  Look what = { .who = { session, visit, "talk.read", FALSE }, .id = id };
  g_autoptr (GBytes) bytes = NULL;
  gboolean good = fz_talk_run (&what.who, FZ_TXN_RECORD, look, error);

  bytes = what.bytes;
  if (good)
    return fz_picture_new (bytes, what.gone, max_edge, error);
  g_free (what.gone);
  return NULL;
}
