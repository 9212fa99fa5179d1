#include "db/record_file.h"

#include "db/durable.h"
#include "db/key_derive.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#define LENGTH_BYTES 4
#define MAX_BYTES (64 * 1024 * 1024)

struct _FzRecordFile {
  char *path, *kind, *about;
  FzSecret *key;
  GPtrArray *records; /* FzFields, frozen */
  gsize size;         /* bytes of whole records */
  char *last;
};

FzRecordFile *
fz_record_file_new (const char *path, const FzSecret *key, const char *kind, const char *about)
{
  FzRecordFile *self = g_new0 (FzRecordFile, 1);

  self->path = g_strdup (path);
  self->kind = g_strdup (kind);
  self->about = g_strdup (about);
  self->key = fz_secret_copy (key);
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  self->last = g_strdup ("");
  return self;
}

void
fz_record_file_free (FzRecordFile *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->records);
  fz_secret_free (self->key);
  g_free (self->path);
  g_free (self->kind);
  g_free (self->about);
  g_free (self->last);
  g_free (self);
}

const char *
fz_record_file_get_path (const FzRecordFile *self)
{
  return self->path;
}

const GPtrArray *
fz_record_file_get_records (const FzRecordFile *self)
{
  return self->records;
}

const char *
fz_record_file_get_last (const FzRecordFile *self)
{
  return self->last;
}

static char *
bound (const FzRecordFile *self, guint place, const char *before)
{
  return g_strdup_printf ("%s\n%s\n%u\n%s\n", self->kind, self->about, place, before);
}

/* --- the length before each record --- */

/* Two bytes and their complement: a damaged length must not pass for a record that was cut off, with all that came after it. Before there was a
 * complement the upper bytes were 0, which no complement is. */
static gboolean
read_length (const guint8 *at, gsize *out)
{
  *out = (gsize) at[0] | (gsize) at[1] << 8;
  return (at[2] == 0 && at[3] == 0) || (at[2] + at[0] == 0xff && at[3] + at[1] == 0xff);
}

static void
add_length (GByteArray *out, gsize n)
{
  guint8 low = (guint8) n, high = (guint8) (n >> 8);
  const guint8 length[LENGTH_BYTES] = { low, high, 0xff - low, 0xff - high };

  g_byte_array_append (out, length, LENGTH_BYTES);
}

G_STATIC_ASSERT (FZ_FIELDS_MAX_BYTES + FZ_KEY_SEALED_EXTRA < 0xffff);

/* --- reading --- */

static gboolean
damaged (const FzRecordFile *self, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("%s 的第 %u 条被改动或损坏。"), self->path, self->records->len + 1);
  return FALSE;
}

static gboolean
take_record (FzRecordFile *self, const guint8 *bytes, gsize n)
{
  g_autoptr (GBytes) sealed = g_bytes_new (bytes + LENGTH_BYTES, n - LENGTH_BYTES);
  g_autofree char *about = bound (self, self->records->len, self->last);
  g_autoptr (FzSecret) plain = fz_key_unseal (self->key, sealed, about);
  FzFields *record = plain != NULL ? fz_fields_parse (fz_secret_get (plain), fz_secret_size (plain), NULL) : NULL;

  if (record == NULL)
    return FALSE;
  g_ptr_array_add (self->records, record);
  self->size += n;
  g_free (self->last);
  self->last = fz_sha256_hex (bytes, n);
  return TRUE;
}

static gboolean
fail_to_write (const FzRecordFile *self, int code, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("%s 不能写入：%s。请检查磁盘后重试。"), self->path, g_strerror (code));
  return FALSE;
}

static gboolean
drop_tail (const FzRecordFile *self, GError **error)
{
  if (truncate (self->path, (off_t) self->size) == 0)
    return fz_durable_sync_file (self->path, error);
  return fail_to_write (self, errno, error);
}

gboolean
fz_record_file_load (FzRecordFile *self, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) bytes = fz_durable_read (self->path, MAX_BYTES, &why);
  gsize n = 0, at = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    return TRUE;
  if (why != NULL) {
    if (g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT)) /* no file at all: nothing of ours was altered, and nothing of it may be moved away */
      why->code = FZ_ERROR_RETRY;
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  while (n - at >= LENGTH_BYTES) {
    gsize size = 0;

    if (!read_length (data + at, &size))
      return damaged (self, error);
    size += LENGTH_BYTES;
    if (size > n - at)
      break;
    if (!take_record (self, data + at, size))
      return damaged (self, error);
    at += size;
  }
  return at == n || drop_tail (self, error);
}

/* --- writing --- */

/* The bytes of one record more; *last is what the next one is bound to. */
static gboolean
put_record (const FzRecordFile *self, GByteArray *out, guint place, FzFields *record, char **last, GError **error)
{
  g_autoptr (GBytes) text = fz_fields_print (record, error), sealed = NULL;
  g_autoptr (FzSecret) plain = text != NULL ? fz_secret_new_from (g_bytes_get_data (text, NULL), g_bytes_get_size (text)) : NULL;
  g_autofree char *about = bound (self, place, *last);
  guint from = out->len;

  if (plain == NULL)
    return FALSE;
  sealed = fz_key_seal (self->key, plain, about, NULL, NULL); /* never of a demo's seeded numbers: the key stays the same */
  add_length (out, g_bytes_get_size (sealed));
  g_byte_array_append (out, g_bytes_get_data (sealed, NULL), (guint) g_bytes_get_size (sealed));
  g_free (*last);
  *last = fz_sha256_hex (out->data + from, out->len - from);
  return TRUE;
}

static int
append (const char *path, const GByteArray *bytes)
{
  int fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), code;

  if (fd < 0)
    return errno;
  code = fz_durable_write_all (fd, bytes->data, bytes->len);
  if (code == 0 && fsync (fd) != 0)
    code = errno;
  close (fd);
  return code;
}

gboolean
fz_record_file_add (FzRecordFile *self, FzFields *const *records, guint n, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path), *last = g_strdup (self->last);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean is_new = self->size == 0;
  int code;

  for (guint i = 0; i < n; i++)
    if (!put_record (self, bytes, self->records->len + i, records[i], &last, error))
      return FALSE;
  code = append (self->path, bytes);
  if (code != 0) {
    drop_tail (self, NULL);
    return fail_to_write (self, code, error);
  }
  self->size += bytes->len;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->records, fz_fields_ref (fz_fields_freeze (records[i])));
  g_free (self->last);
  self->last = g_steal_pointer (&last);
  return !is_new || fz_durable_sync_folder (folder, error);
}
