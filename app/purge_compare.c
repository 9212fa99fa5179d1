/* Whether what is not there any more went by law (清除的核对): purge against grant, list and tombstones; pictures against tombstones. */
#include "app/purge.h"

#include "app/grant.h"
#include "app/proposal.h"
#include "core/date.h"
#include "core/purge.h"
#include "db/attachment.h"
#include "db/documents.h"
#include "db/talks.h"
#include "db/tombstone.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* --- in words, for who looks for it --- */

static FzDocument *
read_number (FzTxn *txn, guint64 number, GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_after (txn, number - 1, 1, error);

  if (documents == NULL)
    return NULL;
  if (documents->len == 1 && ((FzDocument *) documents->pdata[0])->number == number)
    return g_ptr_array_steal_index (documents, 0);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("清除记录所指的第 %" PRIu64 " 号文书不在库中。"), number);
  return NULL;
}

static char *
words_of (FzTxn *txn, FzTombstoneKind what, const char *visit, const char *key, GError **error)
{
  guint64 number = 0;
  g_autoptr (FzDocument) document = NULL;
  g_autofree char *on = NULL;

  if (!fz_tombstone_find (txn, what, key, visit, &number, error) || number == 0)
    return NULL;
  document = read_number (txn, number, error);
  if (document == NULL)
    return NULL;
  on = fz_date_format (fz_date_in_beijing (document->signed_at_us));
  return g_strdup_printf (_ ("保存期满，已按规定清除（%s，批准人 %s，%s）"), on, fz_fields_get (document->body, "approver"),
                          fz_fields_get (document->body, "proposal"));
}

char *
fz_purge_words (FzTxn *txn, const char *visit, const char *sha256, GError **error)
{
  return words_of (txn, FZ_TOMBSTONE_IMAGE, visit, sha256, error);
}

char *
fz_purge_entry_words (FzTxn *txn, const char *visit, const char *entry, GError **error)
{
  return words_of (txn, FZ_TOMBSTONE_DETAIL, visit, entry, error);
}

/* --- purges --- */

static void
say (GPtrArray *differences, const char *subject, const char *what)
{
  g_ptr_array_add (differences, g_strdup_printf (_ ("到期清除 %s：%s"), subject + 1, what));
}

/* Nobody's wish is nobody's right: two persons signed for exactly this list. */
static gboolean
compare_grant (FzTxn *txn, const char *subject, const FzFields *purge, GPtrArray *differences, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) grant = fz_grant_read (txn, fz_fields_get (purge, "purge.grant"), &why);

  if (grant == NULL && !g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (grant == NULL || g_strcmp0 (fz_fields_get (grant, "grant.kind"), "purge") != 0 || g_strcmp0 (fz_fields_get (grant, "grant.verdict"), "approved") != 0)
    say (differences, subject, _ ("没有另一人的批准"));
  else if (g_strcmp0 (fz_fields_get (grant, "scope.subject"), fz_fields_get (purge, "purge.list_sha256")) != 0 ||
           g_strcmp0 (fz_fields_get (grant, "scope.class"), fz_fields_get (purge, "purge.class")) != 0 ||
           g_strcmp0 (fz_fields_get (grant, "grant.decided_at"), fz_fields_get (purge, "purge.approved_at")) != 0 ||
           g_strcmp0 (fz_fields_get (purge, "purge.approved_at"), fz_fields_get (purge, "purge.begun_at")) > 0)
    say (differences, subject, _ ("清除的不是批准的那份清单"));
  return TRUE;
}

static gboolean
fits (const FzFields *body, guint i, const FzPurgeItem *item)
{
  const char *entry = fz_fields_get_at (body, "item", i, "entry"), *sha256 = fz_fields_get_at (body, "item", i, "sha256");

  return g_strcmp0 (sha256, item->sha256) == 0 && g_strcmp0 (entry != NULL ? entry : sha256, item->key) == 0 &&
         g_strcmp0 (fz_fields_get_at (body, "item", i, "visit"), item->visit) == 0 &&
         g_strcmp0 (fz_fields_get_at (body, "item", i, "last_on"), item->last_on) == 0;
}

/* The batches one after another are the beginning of the list, thing by thing. */
static gboolean
compare_list (FzTxn *txn, const char *subject, GPtrArray *documents, const FzFields *purge, GPtrArray *differences, GError **error)
{
  const char *sha256 = fz_fields_get (purge, "purge.list_sha256");
  g_autoptr (GBytes) list = fz_attachment_get (txn, sha256, NULL, error);
  FzRetentionClass class = FZ_RETENTION_IMAGE;
  g_autofree char *to = NULL, *found = list != NULL ? fz_sha256_hex (g_bytes_get_data (list, NULL), g_bytes_get_size (list)) : NULL;
  g_autoptr (GPtrArray) items = list != NULL && g_str_equal (found, sha256) ? fz_purge_list_parse (list, &class, &to, error) : NULL;
  guint at = 0;
  gboolean same = items != NULL;

  if (list == NULL)
    return FALSE;
  for (guint d = 0; d < documents->len && same; d++) {
    const FzFields *body = ((const FzDocument *) documents->pdata[d])->body;

    for (guint i = 0; i < fz_fields_count (body, "item") && same; i++, at++)
      same = at < items->len && fits (body, i, items->pdata[at]);
  }
  g_clear_error (error);
  if (!same)
    say (differences, subject, _ ("清除记录与批准的清单不一致"));
  return TRUE;
}

/* Words of a conversation go as the details of their entries. */
static gboolean
is_of_class (const FzFields *body, const FzFields *tombstone, FzRetentionClass *out)
{
  gboolean image;

  if (!fz_retention_class_from_word (fz_fields_get (body, "class"), out))
    return FALSE;
  image = g_strcmp0 (fz_fields_get (tombstone, "what"), "image") == 0;
  return image == (*out == FZ_RETENTION_IMAGE);
}

static gboolean
compare_tombstones (FzTxn *txn, const char *subject, const FzDocument *document, GPtrArray *differences, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_tombstones_of (txn, document->number, error);
  guint gone = 0, good = 0;
  FzRetentionClass class = FZ_RETENTION_IMAGE;

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < fz_fields_count (document->body, "item"); i++)
    gone += fz_fields_get_at (document->body, "item", i, "stays") == NULL;
  for (guint i = 0; i < rows->len; i++)
    good += is_of_class (document->body, rows->pdata[i], &class) &&
            fz_purge_names (document->body, class, fz_fields_get (rows->pdata[i], "key"), fz_fields_get (rows->pdata[i], "visit"), NULL);
  if (good != rows->len || good != gone)
    say (differences, subject, _ ("墓碑与签名的清除记录不一致"));
  return TRUE;
}

typedef struct {
  GPtrArray *differences;
  gint64 tombstones; /* of all purges */
} Compare;

static gboolean
compare (FzTxn *txn, const char *subject, gpointer data, GError **error)
{
  Compare *self = data;
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  g_autoptr (FzFields) purge = documents != NULL ? fz_proposal_of_documents (documents, fz_purge_fold, error) : NULL;
  gint64 removed = 0;

  if (purge == NULL || !compare_grant (txn, subject, purge, self->differences, error) ||
      !compare_list (txn, subject, documents, purge, self->differences, error))
    return FALSE;
  for (guint i = 0; i < documents->len; i++)
    if (!compare_tombstones (txn, subject, documents->pdata[i], self->differences, error))
      return FALSE;
  fz_fields_get_int (purge, "purge.removed", &removed);
  self->tombstones += removed;
  return TRUE;
}

static gboolean
count (FzTxn *txn, gpointer data, GError **error)
{
  Compare *self = data;
  gint64 n = fz_tombstones_count (txn, error), astray = n >= 0 ? fz_talks_count_astray (txn, error) : -1;

  if (astray > 0)
    g_ptr_array_add (self->differences, g_strdup_printf (_ ("沟通记录中有 %" PRId64 " 条与审计日志不符。"), astray));
  if (n >= 0 && n != self->tombstones)
    g_ptr_array_add (self->differences, g_strdup_printf (_ ("库中有 %" PRId64 " 项记为已清除，签名的清除记录有 %" PRId64 " 项。"), n, self->tombstones));
  return astray >= 0;
}

gboolean
fz_purges_compare (FzDesk *desk, GPtrArray *differences, GError **error)
{
  Compare self = { differences, 0 };

  return fz_proposals_walk (desk, FZ_PURGE_KIND, compare, &self, error) && fz_store_run (desk->store, FZ_TXN_READ, count, &self, error);
}

/* --- pictures --- */

/* Pictures of the conversation. */
static gboolean
compare_said (FzTxn *txn, const char *visit, GPtrArray *differences, GError **error)
{
  g_autoptr (GPtrArray) pictures = fz_talks_pictures (txn, visit, error);

  for (guint i = 0; pictures != NULL && i < pictures->len; i++) {
    gboolean there = FALSE;
    guint64 gone = 0;

    if (!fz_attachment_is_there (txn, pictures->pdata[i], &there, error) ||
        (!there && !fz_tombstone_find (txn, FZ_TOMBSTONE_IMAGE, pictures->pdata[i], visit, &gone, error)))
      return FALSE;
    if (!there && gone == 0)
      g_ptr_array_add (differences, g_strdup_printf (_ ("就诊 %s：沟通中的一张图片缺失，也没有清除记录。"), visit));
  }
  return pictures != NULL;
}

gboolean
fz_purge_compare_visit (FzTxn *txn, const char *visit, const FzFields *facts, GPtrArray *differences, GError **error)
{
  for (guint i = 0; i < fz_fields_count (facts, "evidence"); i++) {
    const char *sha256 = fz_fields_get_at (facts, "evidence", i, "sha256");
    gboolean there = sha256 == NULL;
    guint64 gone = 0;

    if (!there && (!fz_attachment_is_there (txn, sha256, &there, error) ||
                   (!there && !fz_tombstone_find (txn, FZ_TOMBSTONE_IMAGE, sha256, visit, &gone, error))))
      return FALSE;
    if (!there && gone == 0)
      g_ptr_array_add (differences, g_strdup_printf (_ ("就诊 %s：第 %u 份资料缺失，也没有清除记录。"), visit, i + 1));
  }
  return compare_said (txn, visit, differences, error);
}
