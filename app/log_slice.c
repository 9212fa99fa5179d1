#include "app/log_slice.h"

#include "db/audit.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>

#define PAGE 400

/* Each entry stands after its length in two bytes, as in the bundles of C2SP tlog-tiles. */
static GBytes *
make_bundle (FzTxn *txn, const guint64 *numbers, guint n, GError **error)
{
  g_autoptr (GByteArray) bundle = g_byte_array_new ();

  for (guint i = 0; i < n; i++) {
    g_autoptr (GBytes) leaf = fz_audit_dup_leaf (txn, numbers[i], error);
    gsize size = 0;
    const guint8 *bytes = leaf != NULL ? g_bytes_get_data (leaf, &size) : NULL;
    const guint8 length[2] = { (guint8) (size >> 8), (guint8) size };

    if (bytes == NULL)
      return NULL;
    g_byte_array_append (bundle, length, sizeof length);
    g_byte_array_append (bundle, bytes, (guint) size);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bundle));
}

static char *
make_text (const GArray *proof, guint n, guint64 since, const char *checkpoint)
{
  g_autoptr (GString) text = g_string_new ("fuzhen.log_slice/v1\n");

  if (since > 0)
    g_string_append_printf (text, "since %" G_GUINT64_FORMAT "\n", since);
  g_string_append_printf (text, "entries %u\n", n);
  for (guint i = 0; i < proof->len; i++) {
    g_autofree char *line = g_base64_encode (g_array_index (proof, FzHash, i).bytes, FZ_HASH_BYTES);

    g_string_append_printf (text, "%s\n", line);
  }
  g_string_append_printf (text, "\n%s", checkpoint);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
fz_log_slice_make (FzTxn *txn, const guint64 *numbers, guint n, guint64 since, guint64 size, const char *checkpoint, GBytes **out_bundle,
                   char **out_proof, GError **error)
{
  g_autoptr (GBytes) bundle = make_bundle (txn, numbers, n, error);
  g_autoptr (GArray) proof = bundle != NULL ? fz_audit_prove_slice (txn, numbers, n, since, size, error) : NULL;

  if (proof == NULL)
    return FALSE;
  *out_proof = make_text (proof, n, since, checkpoint);
  *out_bundle = g_steal_pointer (&bundle);
  return TRUE;
}

/* --- of one document --- */

typedef struct {
  const char *id;
  FzDocument *document;
  guint64 at, size;
  char *checkpoint;
  GArray *numbers;
  guint wanted; /* entries that speak of it: one for each name under it */
  GBytes *bundle;
  char *proof;
} Place;

static void
place_clear (Place *self)
{
  g_clear_pointer (&self->document, fz_document_free);
  g_clear_pointer (&self->numbers, g_array_unref);
  g_clear_pointer (&self->bundle, g_bytes_unref);
  g_free (self->checkpoint);
  g_free (self->proof);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

/* A person's second line, by a CA's key, bears the same name. */
static guint
count_signers (const FzDocument *document, GError **error)
{
  g_autoptr (GBytes) bytes = fz_document_dup_note (document);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (bytes, &n);
  g_autoptr (FzNote) note = fz_note_parse (text, n, error);

  for (guint i = 0; note != NULL && i < fz_note_get_n_lines (note); i++)
    g_hash_table_add (names, (gpointer) fz_note_get_signer (note, i));
  return g_hash_table_size (names);
}

static gboolean
begin (FzTxn *txn, gpointer data, GError **error)
{
  Place *self = data;

  self->document = fz_documents_get (txn, self->id, error);
  self->wanted = self->document != NULL ? count_signers (self->document, error) : 0;
  return self->wanted > 0 && fz_audit_checkpoint (txn, error) && fz_audit_head (txn, &self->size, NULL, &self->checkpoint, error) &&
         fz_audit_first_since (txn, self->document->signed_at_us, &self->at, error);
}

static gboolean
look (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  Place *self = data;

  if (g_strcmp0 (fz_fields_get (entry, "document_sha256"), self->document->text_sha256) == 0 &&
      g_strcmp0 (fz_fields_get (entry, "subject"), self->id) == 0)
    g_array_append_val (self->numbers, number);
  return self->numbers->len < self->wanted;
}

static gboolean
look_page (FzTxn *txn, gpointer data, GError **error)
{
  Place *self = data;
  guint64 n = MIN (PAGE, self->size - self->at);

  self->at += n;
  return fz_audit_foreach (txn, self->at - n, n, look, self, error);
}

static gboolean
look_from (FzDesk *desk, Place *self, guint64 at, GError **error)
{
  self->at = at;
  g_array_set_size (self->numbers, 0);
  while (self->at < self->size && self->numbers->len < self->wanted)
    if (!fz_store_run (desk->store, FZ_TXN_READ, look_page, self, error))
      return FALSE;
  return TRUE;
}

static gboolean
prove (FzTxn *txn, gpointer data, GError **error)
{
  Place *self = data;

  return fz_log_slice_make (txn, (const guint64 *) (gpointer) self->numbers->data, self->numbers->len, 0, self->size, self->checkpoint, &self->bundle,
                            &self->proof, error);
}

gboolean
fz_log_slice_of_document (FzDesk *desk, const char *id, GBytes **out_bundle, char **out_proof, GError **error)
{
  g_auto (Place) self = { .id = id, .numbers = g_array_new (FALSE, FALSE, sizeof (guint64)) };
  /* A store that can only be read signs no checkpoint any more, and shows its last one. */
  FzTxnMode mode = fz_store_is_read_only (desk->store, NULL) ? FZ_TXN_RECORD : FZ_TXN_LOCAL;

  if (!fz_store_run (desk->store, mode, begin, &self, error) || !look_from (desk, &self, self.at, error))
    return FALSE;
  /* Not all: the clock was set back after it, or it is of before second lines had entries of their own. */
  if (self.numbers->len < self.wanted && !look_from (desk, &self, 0, error))
    return FALSE;
  if (self.numbers->len == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("审计日志里没有文书 %s 的记录，不能出具证明。请审计管理员核验日志。"), id);
    return FALSE;
  }
  if (!fz_store_run (desk->store, FZ_TXN_READ, prove, &self, error))
    return FALSE;
  *out_bundle = g_steal_pointer (&self.bundle);
  *out_proof = g_steal_pointer (&self.proof);
  return TRUE;
}
