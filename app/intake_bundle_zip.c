#include "app/intake_bundle_private.h"

#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n-lib.h>

#define CHUNK 65536
#define MAX_DEPTH 3 /* export.zip -> export/V1/visit.json */

typedef struct archive Archive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_read_free)

static gboolean
fail (GError **error, const char *name, const char *reason)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("zip 中的“%s”%s"), name, reason);
  return FALSE;
}

/* Every part is a plain name: nothing absolute, nothing upward, no second kind of separator. */
static gboolean
check_path (const char *path, char ***out_parts, GError **error)
{
  g_auto (GStrv) parts = NULL;
  guint n;

  if (path == NULL || !g_utf8_validate (path, -1, NULL))
    return fail (error, "?", _ ("：文件名不是 UTF-8，请改用英文文件名重新打包。"));
  if (*path == '/' || strchr (path, '\\') != NULL || strchr (path, ':') != NULL)
    return fail (error, path, _ ("：路径不是包内的相对路径，不予收件。"));
  parts = g_strsplit (path, "/", -1);
  n = g_strv_length (parts);
  if (n > 0 && *parts[n - 1] == '\0') {
    n--;
    g_clear_pointer (&parts[n], g_free);
  }
  if (n == 0 || n > MAX_DEPTH)
    return fail (error, path, _ ("：目录层次太深，申请包最多在两层目录之内。"));
  for (guint i = 0; i < n; i++)
    if (*parts[i] == '\0' || strcmp (parts[i], "..") == 0 || strcmp (parts[i], ".") == 0)
      return fail (error, path, _ ("：路径含有“.”、“..”或空目录名，不予收件。"));
  *out_parts = g_steal_pointer (&parts);
  return TRUE;
}

static gboolean
has_litter (char **parts)
{
  for (guint i = 0; parts[i] != NULL; i++)
    if (fz_bundle_is_litter (parts[i]))
      return TRUE;
  return FALSE;
}

/* Counts what really comes out: the sizes written in an archive are its maker's claim. */
static GBytes *
read_entry (Archive *archive, const char *path, FzBundleTree *tree, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 chunk[CHUNK];
  la_ssize_t got;

  while ((got = archive_read_data (archive, chunk, sizeof chunk)) > 0) {
    if (bytes->len + (gint64) got > FZ_BUNDLE_MAX_FILE || tree->total + bytes->len + (gint64) got > FZ_BUNDLE_MAX_TOTAL) {
      fz_bundle_tree_count (tree, path, bytes->len + (gint64) got, error);
      return NULL;
    }
    g_byte_array_append (bytes, chunk, (guint) got);
  }
  if (got < 0) {
    fail (error, path, _ ("：解不开（损坏或加密），请重新打包，不要设密码。"));
    return NULL;
  }
  if (!fz_bundle_tree_count (tree, path, bytes->len, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
add_entry (Archive *archive, struct archive_entry *entry, FzBundleTree *tree, GError **error)
{
  const char *path = archive_entry_pathname_utf8 (entry);
  g_auto (GStrv) parts = NULL;
  g_autofree char *folder = NULL, *name = NULL, *nfc = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint n;

  if (path == NULL)
    path = archive_entry_pathname (entry);
  if (!check_path (path, &parts, error))
    return FALSE;
  if (archive_entry_symlink (entry) != NULL || archive_entry_hardlink (entry) != NULL)
    return fail (error, path, _ ("：是链接，申请包里只能有普通文件。"));
  if (archive_entry_filetype (entry) == AE_IFDIR || has_litter (parts))
    return TRUE;
  if (archive_entry_filetype (entry) != AE_IFREG)
    return fail (error, path, _ ("：不是普通文件，申请包里只能有普通文件。"));
  bytes = read_entry (archive, path, tree, error);
  if (bytes == NULL)
    return FALSE;
  n = g_strv_length (parts);
  name = g_steal_pointer (&parts[n - 1]);
  nfc = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  folder = g_strjoinv ("/", parts);
  return fz_bundle_tree_add (tree, folder, nfc, bytes, error);
}

FzBundleTree *
fz_bundle_read_zip (const char *path, GError **error)
{
  g_autoptr (Archive) archive = archive_read_new ();
  g_autoptr (FzBundleTree) tree = fz_bundle_tree_new ();
  struct archive_entry *entry;
  int status;

  archive_read_support_format_zip (archive);
  if (archive_read_open_filename (archive, path, CHUNK) != ARCHIVE_OK) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是可读的 zip 文件，请核对后重新打包。"), path);
    return NULL;
  }
  while ((status = archive_read_next_header (archive, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN)
    if (!add_entry (archive, entry, tree, error))
      return NULL;
  if (status != ARCHIVE_EOF) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是完整的 zip 文件，请重新打包后再收件。"), path);
    return NULL;
  }
  return g_steal_pointer (&tree);
}
