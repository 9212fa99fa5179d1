/* The signed note as a file (导出): an act of its own in the audit. Its place in the log goes beside it as FILE.entry and FILE.proof, what judges a CA's
 * line under it as FILE.ca.pem, its time stamps as FILE.tsr and, those of before the newest, FILE.2.tsr … What an earlier export of another document
 * left under these names would speak of the wrong one and is removed. */
#include "app/desk_private.h"

#include "app/log_slice.h"
#include "app/out_file.h"
#include "app/review.h"
#include "app/signer/stamp.h"
#include "db/archive.h"

#include <string.h>

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
forget (const char *path, const char *ending, GError **error)
{
  g_autofree char *beside = g_strconcat (path, ending, NULL);

  return fz_out_file_forget (beside, error);
}

/* Before anything is written: cut off in the middle, nothing lies beside a document that it does not speak of. */
static gboolean
forget_earlier (const char *path, GError **error)
{
  gboolean more = TRUE;

  if (!forget (path, ".ca.pem", error) || !forget (path, ".proof", error) || !forget (path, ".entry", error))
    return FALSE;
  for (guint i = 1; more; i++) {
    g_autofree char *beside = fz_stamp_path (path, i);

    more = g_file_test (beside, G_FILE_TEST_IS_REGULAR);
    if (more && !fz_out_file_forget (beside, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
save_beside (GBytes *bytes, const char *path, const char *ending, GError **error)
{
  g_autofree char *beside = g_strconcat (path, ending, NULL);

  return bytes == NULL || fz_out_file_save (bytes, beside, error);
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
  g_autoptr (GBytes) note = fz_review_note (session, id, error), pem = NULL, bundle = NULL, proof = NULL;
  g_autoptr (GPtrArray) stamps = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  Proofs proofs = { id, NULL, stamps };
  gboolean watched_only = fz_store_is_read_only (session->desk->store, NULL); /* signs no checkpoint, and contradicts the ones outside: its proof is worth nothing */
  char *text = NULL;

  if (note == NULL || !fz_store_run (session->desk->store, FZ_TXN_READ, read_proofs, &proofs, error))
    return FALSE;
  pem = proofs.chain;
  if (!watched_only && !fz_log_slice_of_document (session->desk, id, &bundle, &text, error))
    return FALSE;
  proof = text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
  return forget_earlier (path, error) && fz_out_file_save (note, path, error) && save_beside (bundle, path, ".entry", error) &&
         save_beside (proof, path, ".proof", error) && save_beside (pem, path, ".ca.pem", error) && save_stamps (stamps, path, error);
}
