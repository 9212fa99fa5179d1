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

static gboolean
look (FzTxn *txn, gpointer data, GError **error)
{
  Look *look = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &look->who, error), row = visit != NULL ? fz_talks_get (txn, look->id, &why) : NULL;
  const char *sha256 = row != NULL ? fz_fields_get (row, "picture") : NULL;

  if (visit == NULL)
    return look->who.denied;
  if (why == NULL && (sha256 == NULL || g_strcmp0 (fz_fields_get (row, "visit"), look->who.visit) != 0))
    g_set_error_literal (&why, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("这次就诊的沟通里没有这张图片。"));
  if (why == NULL)
    look->gone = fz_purge_words (txn, look->who.visit, sha256, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  look->bytes = look->gone == NULL ? fz_attachment_get (txn, sha256, NULL, error) : NULL;
  return (look->bytes != NULL || look->gone != NULL) &&
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
