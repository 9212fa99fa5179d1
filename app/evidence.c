#include "app/evidence.h"

#include "app/out_file.h"
#include "app/paper/head_slip.h"
#include "app/paper/page.h"
#include "db/audit.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <glib/gstdio.h>
#include <string.h>

#define TILE 256
#define LEVELS 8

void
fz_log_head_clear (FzLogHead *self)
{
  g_clear_pointer (&self->root_hex, g_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->checkpoint, g_free);
}

static char *
hex (const FzHash *hash)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < FZ_HASH_BYTES; i++)
    g_string_append_printf (text, "%02x", hash->bytes[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- the head, sealed --- */

typedef struct {
  FzSession *session;
  const char *action;
  const char *subject;
  FzLogHead head;
  guint64 number;
  GBytes *entry;
  GArray *proof;
} Seal;

/* The act's own entry comes first, so that the checkpoint speaks for it too. */
static gboolean
seal (FzTxn *txn, Seal *self, GError **error)
{
  FzHash root;

  if (!fz_session_audit (self->session, txn, self->action, "log", self->subject, "done", NULL, NULL, error) ||
      !fz_audit_checkpoint (txn, error) || !fz_audit_head (txn, &self->head.size, &root, &self->head.checkpoint, error))
    return FALSE;
  self->head.root_hex = hex (&root);
  self->head.origin = fz_audit_dup_origin (txn, error);
  return self->head.origin != NULL;
}

static gboolean
seal_job (FzTxn *txn, gpointer data, GError **error)
{
  return seal (txn, data, error);
}

gboolean
fz_evidence_head (FzSession *session, FzLogHead *out, GError **error)
{
  Seal self = { .session = session, .action = "audit.head" };
  gboolean good = fz_session_may (session, "audit.verify", "log", NULL, error) &&
                  fz_store_run (session->desk->store, FZ_TXN_RECORD, seal_job, &self, error);

  *out = self.head;
  if (!good)
    fz_log_head_clear (out);
  return good;
}

gboolean
fz_desk_save_head (FzSession *session, const char *path, GError **error)
{
  g_auto (FzLogHead) head = { 0 };
  g_autofree char *by = g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name"));
  FzHeadSlip slip = { .institution = fz_fields_get (session->desk->institution, "organ.name"), .made_by = by,
                      .made_us = fz_session_now_us (session), .demo = session->desk->demo };
  g_autoptr (GBytes) pdf = NULL;

  if (!fz_evidence_head (session, &head, error))
    return FALSE;
  slip.root_hex = head.root_hex;
  slip.note = head.checkpoint;
  slip.size = head.size;
  pdf = fz_head_slip_pdf (&slip, error);
  return pdf != NULL && fz_out_file_save (pdf, path, error);
}

/* --- one entry --- */

static gboolean
prove_job (FzTxn *txn, gpointer data, GError **error)
{
  Seal *self = data;
  guint64 size = 0;

  if (!fz_audit_head (txn, &size, NULL, NULL, error))
    return FALSE;
  if (self->number >= size) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("日志共%" PRIu64 "条，编号从0起，没有第%" PRIu64 "条。"), size, self->number);
    return FALSE;
  }
  if (!seal (txn, self, error))
    return FALSE;
  self->entry = fz_audit_dup_leaf (txn, self->number, error);
  self->proof = self->entry != NULL ? fz_audit_prove (txn, self->number, self->head.size, error) : NULL;
  return self->proof != NULL;
}

static char *
proof_text (const Seal *self)
{
  g_autoptr (GString) text = g_string_new ("c2sp.org/tlog-proof@v1\n");

  g_string_append_printf (text, "index %" G_GUINT64_FORMAT "\n", self->number);
  for (guint i = 0; i < self->proof->len; i++) {
    g_autofree char *line = g_base64_encode (g_array_index (self->proof, FzHash, i).bytes, FZ_HASH_BYTES);

    g_string_append_printf (text, "%s\n", line);
  }
  g_string_append_printf (text, "\n%s", self->head.checkpoint);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
fz_evidence_prove (FzSession *session, guint64 number, GBytes **out_entry, char **out_proof, GError **error)
{
  g_autofree char *subject = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  Seal self = { .session = session, .action = "audit.prove", .subject = subject, .number = number };
  gboolean good = fz_session_may (session, "audit.verify", "log", subject, error) &&
                  fz_store_run (session->desk->store, FZ_TXN_RECORD, prove_job, &self, error);

  if (good) {
    *out_proof = proof_text (&self);
    *out_entry = g_steal_pointer (&self.entry);
  }
  g_clear_pointer (&self.entry, g_bytes_unref);
  g_clear_pointer (&self.proof, g_array_unref);
  fz_log_head_clear (&self.head);
  return good;
}

/* --- the whole log --- */

typedef struct {
  FzSession *session;
  const char *folder;
  guint64 size, done;
  GByteArray *bundle;            /* entries, each after its length in two bytes */
  GArray *hashes[LEVELS];        /* of each level, those that fill no tile yet */
  guint64 tiles[LEVELS + 1];     /* full ones; the last counts bundles */
} Export;

/* `tile/<level>/<number>`: groups of three digits, all but the last with an x; `.p/<width>` when it is not full. */
static char *
tile_path (const Export *self, const char *level, guint64 number, guint width)
{
  g_autoptr (GString) path = g_string_new (NULL);

  g_string_printf (path, "%03u", (guint) (number % 1000));
  for (number /= 1000; number > 0; number /= 1000) {
    g_autofree char *group = g_strdup_printf ("x%03u/", (guint) (number % 1000));

    g_string_prepend (path, group);
  }
  if (width < TILE)
    g_string_append_printf (path, ".p/%u", width);
  return g_build_filename (self->folder, "tile", level, path->str, NULL);
}

static gboolean
write_file (const char *path, const void *bytes, gsize n, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return g_file_set_contents_full (path, bytes, (gssize) n, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能建立文件夹“%s”：%s"), folder, g_strerror (errno));
  return FALSE;
}

static gboolean
write_tile (Export *self, guint level, GError **error)
{
  GArray *hashes = self->hashes[level];
  g_autofree char *word = g_strdup_printf ("%u", level);
  g_autofree char *path = tile_path (self, word, self->tiles[level], hashes->len);

  return write_file (path, hashes->data, hashes->len * sizeof (FzHash), error);
}

static FzHash
fold_full (const GArray *hashes)
{
  g_autofree FzHash *row = g_memdup2 (hashes->data, TILE * sizeof (FzHash));

  for (guint n = TILE; n > 1; n /= 2)
    for (guint i = 0; i < n; i += 2)
      row[i / 2] = fz_merkle_node (&row[i], &row[i + 1]);
  return row[0];
}

static gboolean
push_hash (Export *self, guint level, FzHash hash, GError **error)
{
  g_array_append_val (self->hashes[level], hash);
  if (self->hashes[level]->len < TILE)
    return TRUE;
  if (!write_tile (self, level, error))
    return FALSE;
  hash = fold_full (self->hashes[level]);
  g_array_set_size (self->hashes[level], 0);
  self->tiles[level]++;
  return level + 1 == LEVELS || push_hash (self, level + 1, hash, error);
}

static gboolean
write_bundle (Export *self, guint width, GError **error)
{
  g_autofree char *path = tile_path (self, "entries", self->tiles[LEVELS], width);
  gboolean good = write_file (path, self->bundle->data, self->bundle->len, error);

  g_byte_array_set_size (self->bundle, 0);
  self->tiles[LEVELS]++;
  return good;
}

static gboolean
push_entry (Export *self, GBytes *entry, GError **error)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (entry, &n);
  const guint8 length[2] = { (guint8) (n >> 8), (guint8) n };

  g_byte_array_append (self->bundle, length, sizeof length);
  g_byte_array_append (self->bundle, bytes, (guint) n);
  return push_hash (self, 0, fz_merkle_leaf (bytes, n), error);
}

typedef struct {
  guint64 from;
  guint count;
  GPtrArray *entries;
} Page;

static gboolean
read_page (FzTxn *txn, gpointer data, GError **error)
{
  Page *page = data;

  for (guint i = 0; i < page->count; i++) {
    GBytes *entry = fz_audit_dup_leaf (txn, page->from + i, error);

    if (entry == NULL)
      return FALSE;
    g_ptr_array_add (page->entries, entry);
  }
  return TRUE;
}

static gboolean
export_page (Export *self, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  Page page = { self->done, (guint) MIN (TILE, self->size - self->done), entries };

  if (!fz_store_run (self->session->desk->store, FZ_TXN_READ, read_page, &page, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!push_entry (self, entries->pdata[i], error))
      return FALSE;
  self->done += entries->len;
  return write_bundle (self, entries->len, error);
}

static gboolean
need_empty (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能建立文件夹“%s”：%s"), folder, g_strerror (errno));
    return FALSE;
  }
  dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return FALSE;
  if (g_dir_read_name (dir) == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("文件夹“%s”不是空的，请换一个新的文件夹。"), folder);
  return FALSE;
}

static gboolean
export_all (Export *self, const char *checkpoint, GCancellable *cancellable, void (*progress) (guint64, guint64, gpointer), gpointer data,
            GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "checkpoint", NULL);

  while (self->done < self->size) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !export_page (self, error))
      return FALSE;
    if (progress != NULL)
      progress (self->done, self->size, data);
  }
  for (guint i = 0; i < LEVELS; i++)
    if (self->hashes[i]->len > 0 && !write_tile (self, i, error))
      return FALSE;
  return write_file (path, checkpoint, strlen (checkpoint), error);
}

gboolean
fz_evidence_export (FzSession *session, const char *folder, GCancellable *cancellable,
                    void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, FzLogHead *out, GError **error)
{
  Seal head = { .session = session, .action = "audit.export" };
  Export self = { .session = session, .folder = folder };
  gboolean good;

  if (!fz_session_may (session, "audit.verify", "log", NULL, error) || !need_empty (folder, error))
    return FALSE;
  good = fz_store_run (session->desk->store, FZ_TXN_RECORD, seal_job, &head, error);
  self.size = head.head.size;
  self.bundle = g_byte_array_new ();
  for (guint i = 0; i < LEVELS; i++)
    self.hashes[i] = g_array_new (FALSE, FALSE, sizeof (FzHash));
  good = good && export_all (&self, head.head.checkpoint, cancellable, progress, data, error);
  g_byte_array_unref (self.bundle);
  for (guint i = 0; i < LEVELS; i++)
    g_array_unref (self.hashes[i]);
  *out = head.head;
  if (!good)
    fz_log_head_clear (out);
  return good;
}
