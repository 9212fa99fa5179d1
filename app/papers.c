/* The signed note as a file (导出): an act of its own in the audit. What judges a CA's line under it goes beside it as FILE.ca.pem. */
#include "app/desk_private.h"

#include "app/out_file.h"
#include "app/review.h"
#include "db/archive.h"

typedef struct {
  const char *document;
  GBytes *chain; /* NULL: no CA's line */
} Chain;

static gboolean
read_chain (FzTxn *txn, gpointer data, GError **error)
{
  Chain *chain = data;
  g_autoptr (GPtrArray) kept = fz_archive_list (txn, chain->document, error);
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    const FzArchived *one = kept->pdata[i];
    gsize n = 0;
    const guint8 *bytes = g_bytes_get_data (one->body, &n);

    if (g_str_equal (one->kind, "ca_chain"))
      g_byte_array_append (all, bytes, (guint) n);
  }
  if (all->len > 0)
    chain->chain = g_byte_array_free_to_bytes (g_steal_pointer (&all));
  return kept != NULL;
}

gboolean
fz_desk_export_prescription (FzSession *session, const char *id, const char *path, GError **error)
{
  g_autoptr (GBytes) note = fz_review_note (session, id, error), pem = NULL;
  g_autofree char *beside = g_strconcat (path, ".ca.pem", NULL);
  Chain chain = { id, NULL };
  gboolean good = note != NULL && fz_store_run (session->desk->store, FZ_TXN_READ, read_chain, &chain, error);

  pem = chain.chain;
  return good && fz_out_file_save (note, path, error) && (pem == NULL || fz_out_file_save (pem, beside, error));
}
