/* What is handed over as one file that only the receiver opens (密封移交): a package, checked whole, as a tar in a zip of AES-256, which every common program
 * opens with the words that are told by another way. Tianjin 2025 art. 22: records are handed over by a secure way. */
#include "app/desk_private.h"

#include "app/out_file.h"
#include "db/durable.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define CHUNK 65536
#define LIST "files.sha256"
#define MANIFEST "manifest.fzd"
#define INNER "package.tar"
#define GROUPS 5 /* of five letters: 25 of 32 letters are 125 bits */

typedef struct archive Archive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_write_free)
typedef struct archive_entry Entry;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Entry, archive_entry_free)

typedef struct {
  FzSession *session;
  const char *folder;
  GPtrArray *names; /* of the list, in its order, and behind them the list and the manifest */
  GPtrArray *sums;  /* as names; NULL where the list cannot say it */
  char *sha256, *manifest_sha256;
  GCancellable *stop;
  void (*progress) (guint64 done, guint64 total, gpointer data);
  gpointer data;
} Seal;

static void
seal_clear (Seal *self)
{
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->sums, g_ptr_array_unref);
  g_free (self->sha256);
  g_free (self->manifest_sha256);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seal, seal_clear)

static gboolean
invalid (GError **error, const char *name)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是本程序制成的一份完整材料，没有密封。请重新制作后再密封。"), name);
  return FALSE;
}

/* --- the list --- */

static gboolean
is_plain (const char *name)
{
  return *name != '\0' && *name != '/' && strstr (name, "..") == NULL && name[strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/")] == '\0';
}

static gboolean
read_list (Seal *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, LIST, NULL), *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return invalid (error, self->folder);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    if (strlen (lines[i]) < 67 || strncmp (lines[i] + 64, "  ", 2) != 0 || !is_plain (lines[i] + 66))
      return invalid (error, self->folder);
    g_ptr_array_add (self->names, g_strdup (lines[i] + 66));
    g_ptr_array_add (self->sums, g_strndup (lines[i], 64));
  }
  g_ptr_array_add (self->names, g_strdup (LIST));
  g_ptr_array_add (self->sums, NULL);
  g_ptr_array_add (self->names, g_strdup (MANIFEST));
  g_ptr_array_add (self->sums, NULL);
  return TRUE;
}

/* --- the file --- */

static gboolean
failed (Archive *archive, const char *path, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能写入“%s”：%s。请检查磁盘空间和位置后重试。"), path, archive_error_string (archive));
  return FALSE;
}

static la_ssize_t
write_inner (G_GNUC_UNUSED Archive *inner, void *data, const void *bytes, size_t n)
{
  return archive_write_data (data, bytes, n);
}

/* Whole files: the largest that a package holds is an attachment. What is no longer what the list says is not handed over. */
static gboolean
add_file (Seal *self, Archive *tar, guint i, const char *path, GError **error)
{
  g_autofree char *from = g_build_filename (self->folder, self->names->pdata[i], NULL), *bytes = NULL, *sum = NULL;
  g_autoptr (Entry) entry = archive_entry_new ();
  gsize n = 0;

  if (!g_file_get_contents (from, &bytes, &n, NULL))
    return invalid (error, self->names->pdata[i]);
  sum = fz_sha256_hex (bytes, n);
  if (self->sums->pdata[i] != NULL && !g_str_equal (sum, self->sums->pdata[i]))
    return invalid (error, self->names->pdata[i]);
  if (g_str_equal (self->names->pdata[i], MANIFEST))
    self->manifest_sha256 = g_steal_pointer (&sum);
  archive_entry_set_pathname (entry, self->names->pdata[i]);
  archive_entry_set_size (entry, (la_int64_t) n);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, g_str_has_suffix (self->names->pdata[i], "fuzhen-verify") ? 0700 : 0600);
  if (archive_write_header (tar, entry) != ARCHIVE_OK || archive_write_data (tar, bytes, n) != (la_ssize_t) n)
    return failed (tar, path, error);
  return TRUE;
}

static gboolean
write_tar (Seal *self, Archive *zip, const char *path, GError **error)
{
  g_autoptr (Archive) tar = archive_write_new ();

  if (archive_write_set_format_pax_restricted (tar) != ARCHIVE_OK || archive_write_open (tar, zip, NULL, write_inner, NULL) != ARCHIVE_OK)
    return failed (tar, path, error);
  for (guint i = 0; i < self->names->len; i++) {
    if (g_cancellable_set_error_if_cancelled (self->stop, error) || !add_file (self, tar, i, path, error))
      return FALSE;
    if (self->progress != NULL)
      self->progress (i + 1, self->names->len, self->data);
  }
  return archive_write_close (tar) == ARCHIVE_OK || failed (tar, path, error);
}

static gboolean
write_zip (Seal *self, const char *path, const char *passphrase, GError **error)
{
  g_autoptr (Archive) zip = archive_write_new ();
  g_autoptr (Entry) entry = archive_entry_new ();

  archive_entry_set_pathname (entry, INNER);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0600);
  if (archive_write_set_format_zip (zip) != ARCHIVE_OK || archive_write_set_format_option (zip, "zip", "encryption", "aes256") != ARCHIVE_OK ||
      archive_write_set_passphrase (zip, passphrase) != ARCHIVE_OK || archive_write_open_filename (zip, path) != ARCHIVE_OK ||
      archive_write_header (zip, entry) != ARCHIVE_OK)
    return failed (zip, path, error);
  return write_tar (self, zip, path, error) && (archive_write_close (zip) == ARCHIVE_OK || failed (zip, path, error));
}

static char *
hash_of (const char *path, GError **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  FILE *file = g_fopen (path, "rb");
  guint8 chunk[CHUNK];
  gboolean good;
  size_t n;

  if (file == NULL) {
    fz_out_file_fail (path, error);
    return NULL;
  }
  while ((n = fread (chunk, 1, sizeof chunk, file)) > 0)
    g_checksum_update (sum, chunk, (gssize) n);
  good = !ferror (file);
  if (!good)
    fz_out_file_fail (path, error);
  fclose (file);
  return good ? g_strdup (g_checksum_get_string (sum)) : NULL;
}

/* --- the words --- */

/* Without letters that are taken for one another when they are read out. */
static char *
make_words (FzDesk *desk)
{
  static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  guint8 chance[GROUPS * 5];
  GString *out = g_string_new (NULL);

  fz_desk_random (desk, chance, sizeof chance);
  for (guint i = 0; i < sizeof chance; i++) {
    if (i > 0 && i % 5 == 0)
      g_string_append_c (out, '-');
    g_string_append_c (out, letters[chance[i] % 32]);
  }
  return g_string_free (out, FALSE);
}

static gboolean
audit_seal (FzTxn *txn, gpointer data, GError **error)
{
  Seal *self = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_seal/v1");

  fz_fields_set (payload, "manifest_file_sha256", self->manifest_sha256);
  fz_fields_set_int (payload, "n_files", self->names->len);
  return fz_session_audit (self->session, txn, "inspection.seal", "inspection", NULL, "done", self->sha256, payload, error);
}

FzFields *
fz_desk_seal_package (FzSession *session, const char *folder, const char *path, gboolean take_away, GCancellable *cancellable,
                      void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  g_auto (Seal) self = { .session = session, .folder = folder, .names = g_ptr_array_new_with_free_func (g_free), .sums = g_ptr_array_new_with_free_func (g_free),
                         .stop = cancellable, .progress = progress, .data = data };
  g_autofree char *part = g_strconcat (path, ".partial", NULL), *words = NULL;
  FzFields *made;

  if (!fz_session_may (session, "inspection.seal", "inspection", NULL, error))
    return NULL;
  if (g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("“%s”已经存在，没有覆盖。请换一个名称。"), path);
    return NULL;
  }
  words = make_words (session->desk);
  if (!read_list (&self, error) || !write_zip (&self, part, words, error) || !fz_durable_sync_file (part, error) || (self.sha256 = hash_of (part, error)) == NULL ||
      g_cancellable_set_error_if_cancelled (cancellable, error) || !fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_seal, &self, error)) {
    g_unlink (part);
    return NULL;
  }
  /* On the disk before the folder goes: a power cut must not leave neither. */
  if (!fz_durable_rename_new (part, path, error)) {
    g_unlink (part);
    return NULL;
  }
  if (take_away)
    fz_out_folder_remove (folder);
  made = fz_fields_new ("fuzhen.sealed/v1");
  fz_fields_set (made, "path", path);
  fz_fields_set (made, "sha256", self.sha256);
  fz_fields_set (made, "words", words);
  fz_fields_set_int (made, "n_files", self.names->len);
  return fz_fields_freeze (made);
}
