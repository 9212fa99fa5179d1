/* The signed note as a file (导出): an act of its own in the audit. What judges a CA's line under it goes beside it as FILE.ca.pem, its time stamps as
 * FILE.tsr and, those of before the newest, FILE.2.tsr … */
#include "app/desk_private.h"

#include "app/out_file.h"
#include "app/review.h"
#include "app/signer/stamp.h"
#include "db/archive.h"

typedef struct {
  const char *document;
  GBytes *chain;     /* NULL: no CA's line */
  GPtrArray *stamps; /* GBytes, newest first */
} Proofs;

static gboolean
read_proofs (FzTxn *txn, gpointer data, GError **error)
{
  Proofs *proofs = data;
  g_autoptr (GPtrArray) kept = fz_archive_list (txn, proofs->document, error);
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    const FzArchived *one = kept->pdata[i];
    gsize n = 0;
    const guint8 *bytes = g_bytes_get_data (one->body, &n);

    if (g_str_equal (one->kind, "ca_chain"))
      g_byte_array_append (all, bytes, (guint) n);
    else if (g_str_equal (one->kind, "time_stamp"))
      g_ptr_array_insert (proofs->stamps, 0, g_bytes_ref (one->body));
  }
  if (all->len > 0)
    proofs->chain = g_byte_array_free_to_bytes (g_steal_pointer (&all));
  return kept != NULL;
}

static gboolean
save_stamps (GPtrArray *stamps, const char *path, GError **error)
{
  for (guint i = 0; i < stamps->len; i++) {
    g_autofree char *beside = fz_stamp_path (path, i + 1);

    if (!fz_out_file_save (stamps->pdata[i], beside, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_desk_export_prescription (FzSession *session, const char *id, const char *path, GError **error)
{
  g_autoptr (GBytes) note = fz_review_note (session, id, error), pem = NULL;
  g_autoptr (GPtrArray) stamps = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree char *beside = g_strconcat (path, ".ca.pem", NULL);
  Proofs proofs = { id, NULL, stamps };
  gboolean good = note != NULL && fz_store_run (session->desk->store, FZ_TXN_READ, read_proofs, &proofs, error);

  pem = proofs.chain;
  return good && fz_out_file_save (note, path, error) && (pem == NULL || fz_out_file_save (pem, beside, error)) && save_stamps (stamps, path, error);
}
