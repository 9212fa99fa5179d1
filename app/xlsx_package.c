/* The zip around a workbook, read within limits: what an archive says of its own sizes is its maker's claim, so what comes out is counted. */
#include "app/xlsx_private.h"

#include "app/xlsx_read.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define CHUNK 65536
#define MAX_ENTRIES 2000
#define MAX_PART (G_GINT64_CONSTANT (256) << 20)
#define FREE_PART (G_GINT64_CONSTANT (8) << 20) /* up to here any ratio */
#define MAX_RATIO 200 /* a sheet packs to a fiftieth; a bomb to a thousandth */

typedef struct archive Archive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_read_free)

gboolean
fz_xlsx_is (GBytes *file)
{
  gsize n = 0;
  const char *bytes = g_bytes_get_data (file, &n);

  return n >= 4 && memcmp (bytes, "PK\003\004", 4) == 0;
}

static gboolean
fail (GError **error, const char *name, const char *reason)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”%s"), name, reason);
  return FALSE;
}

static GBytes *
read_entry (Archive *archive, gsize packed, const char *name, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 chunk[CHUNK];
  la_ssize_t got;

  while ((got = archive_read_data (archive, chunk, sizeof chunk)) > 0) {
    gint64 n = bytes->len + (gint64) got;

    if (n > MAX_PART || (n > FREE_PART && n / MAX_RATIO > (gint64) packed)) {
      fail (error, name, _ ("解开后过大，不能导入。请只保留要导入的一张表后另存。"));
      return NULL;
    }
    g_byte_array_append (bytes, chunk, (guint) got);
  }
  if (got < 0) {
    fail (error, name, _ ("损坏或加了密码，请重新保存后再导入。"));
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
open_package (Archive *archive, GBytes *file, const char *name, GError **error)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (file, &n);

  archive_read_support_format_zip_seekable (archive); /* by its directory at the end: without it some of it is missing */
  return archive_read_open_memory (archive, bytes, n) == ARCHIVE_OK || fail (error, name, _ ("不是可读的 Excel 文件（.xlsx），请重新保存后再导入。"));
}

GBytes *
fz_xlsx_package_read (GBytes *file, const char *name, const char *part, GError **error)
{
  g_autoptr (Archive) archive = archive_read_new ();
  g_autoptr (GBytes) found = NULL;
  struct archive_entry *entry;
  guint n = 0;
  int status;

  if (!open_package (archive, file, name, error))
    return NULL;
  while ((status = archive_read_next_header (archive, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN) {
    const char *path = archive_entry_pathname (entry);

    if (++n > MAX_ENTRIES) {
      fail (error, name, _ ("中的部件过多，不是普通的 Excel 文件。"));
      return NULL;
    }
    if (g_strcmp0 (path, part) != 0)
      continue;
    if (found != NULL || archive_entry_filetype (entry) != AE_IFREG) {
      fail (error, name, _ ("中有重复或异常的部件，请重新保存后再导入。"));
      return NULL;
    }
    found = read_entry (archive, g_bytes_get_size (file), name, error);
    if (found == NULL)
      return NULL;
  }
  if (status != ARCHIVE_EOF) {
    fail (error, name, _ ("不完整或已损坏，请重新保存后再导入。"));
    return NULL;
  }
  return g_steal_pointer (&found);
}

/* --- XML --- */

const char *
fz_xlsx_local (const char *element)
{
  const char *colon = strchr (element, ':');

  return colon != NULL ? colon + 1 : element;
}

const char *
fz_xlsx_attribute (const char **names, const char **values, const char *wanted)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (fz_xlsx_local (names[i]), wanted))
      return values[i];
  return NULL;
}

gboolean
fz_xlsx_parse_xml (const char *name, const char *part, GBytes *xml, const GMarkupParser *parser, gpointer data, GError **error)
{
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (parser, G_MARKUP_TREAT_CDATA_AS_TEXT, data, NULL);
  g_autoptr (GError) why = NULL;
  gsize n = 0;
  const char *text = g_bytes_get_data (xml, &n);

  if (n >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    n -= 3;
  }
  if (g_markup_parse_context_parse (context, text, (gssize) n, &why) && g_markup_parse_context_end_parse (context, &why))
    return TRUE;
  if (why->domain == FZ_ERROR)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”中的部件 %s 已损坏，请重新保存后再导入。"), name, part);
  return FALSE;
}
