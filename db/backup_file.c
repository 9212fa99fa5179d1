#include "db/backup_file.h"

#include "db/durable.h"
#include "db/key_derive.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_LINE "fuzhen.backup/v1\n"
#define MAC_BYTES 32
#define LAST_LINE_BYTES (4 + 2 * MAC_BYTES + 1) /* `end `, hex, LF */
#define PART_BYTES (1024 * 1024)
#define NAME_MAX_BYTES 80

struct _FzBackupWriter {
  int fd;
  char *path;
  char *fresh;
  gboolean finished;
  crypto_generichash_state mac;
  FzBackupMeter meter;
};

struct _FzBackupReader {
  int fd;
  char *path;
  gint64 end; /* where the last line begins */
  char last[LAST_LINE_BYTES + 1];
  GArray *sections; /* FzBackupSection */
  FzBackupMeter meter;
};

gboolean
fz_backup_meter_add (FzBackupMeter *self, gint64 bytes, GError **error)
{
  self->done += bytes;
  if (self->tell == NULL || self->tell (self->from + (self->to - self->from) * MIN (1.0, (double) self->done / (double) MAX (self->total, 1)), self->data))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("已按要求停止，没有做完。"));
  return FALSE;
}

static gboolean
fail (GError **error, const char *path, int code)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("备份文件 %s 读写失败：%s。\n请检查目标磁盘的空间和权限后重试。"), path,
               g_strerror (code));
  return FALSE;
}

static void
mac_init (crypto_generichash_state *state, const FzSecret *store_key)
{
  g_autoptr (FzSecret) key = fz_key_for (store_key, "fuzhen.backup.mac/v1");

  crypto_generichash_init (state, fz_secret_get (key), FZ_KEY_BYTES, MAC_BYTES);
}

/* --- writing --- */

static gboolean
put (FzBackupWriter *self, const void *bytes, gsize n, GError **error)
{
  int code;

  crypto_generichash_update (&self->mac, bytes, n);
  code = fz_durable_write_all (self->fd, bytes, n);
  return code == 0 ? TRUE : fail (error, self->path, code);
}

FzBackupWriter *
fz_backup_writer_new (const char *path, const FzSecret *store_key, GError **error)
{
  g_autoptr (FzBackupWriter) self = g_new0 (FzBackupWriter, 1);

  self->path = g_strdup (path);
  self->fresh = g_strconcat (path, ".new", NULL);
  self->fd = open (self->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (self->fd < 0)
    return fail (error, path, errno), NULL;
  mac_init (&self->mac, store_key);
  return put (self, FIRST_LINE, strlen (FIRST_LINE), error) ? g_steal_pointer (&self) : NULL;
}

void
fz_backup_writer_set_meter (FzBackupWriter *self, const FzBackupMeter *meter)
{
  self->meter = *meter;
}

void
fz_backup_writer_free (FzBackupWriter *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  if (!self->finished && self->fd >= 0)
    unlink (self->fresh);
  fz_secret_wipe (&self->mac, sizeof self->mac);
  g_free (self->fresh);
  g_free (self->path);
  g_free (self);
}

static gboolean
put_line (FzBackupWriter *self, const char *name, gint64 size, GError **error)
{
  g_autofree char *line = g_strdup_printf ("%s %" G_GINT64_FORMAT "\n", name, size);

  return put (self, line, strlen (line), error);
}

gboolean
fz_backup_writer_add_bytes (FzBackupWriter *self, const char *name, const void *bytes, gsize n, GError **error)
{
  return put_line (self, name, (gint64) n, error) && put (self, bytes, n, error);
}

static gboolean
put_rest (FzBackupWriter *self, int from, const char *path, gint64 size, GError **error)
{
  g_autofree guint8 *part = g_malloc (PART_BYTES);

  for (gint64 at = 0; at < size; at += PART_BYTES) {
    gsize n = (gsize) MIN (size - at, PART_BYTES);
    int code = fz_durable_read_all (from, part, n, at);

    if (code != 0)
      return fail (error, path, code);
    if (!put (self, part, n, error) || !fz_backup_meter_add (&self->meter, (gint64) n, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_backup_writer_add_file (FzBackupWriter *self, const char *name, const char *path, GError **error)
{
  int from = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat info;
  gboolean good;

  if (from < 0)
    return fail (error, path, errno);
  good = fstat (from, &info) == 0 ? put_line (self, name, info.st_size, error) : fail (error, path, errno);
  good = good && put_rest (self, from, path, info.st_size, error);
  close (from);
  return good;
}

const char *
fz_backup_writer_seal (FzBackupWriter *self, GError **error)
{
  guint8 mac[MAC_BYTES];
  char hex[2 * MAC_BYTES + 1];
  g_autofree char *line = NULL;
  int code;

  crypto_generichash_final (&self->mac, mac, sizeof mac);
  line = g_strdup_printf ("end %s\n", sodium_bin2hex (hex, sizeof hex, mac, sizeof mac));
  code = fz_durable_write_all (self->fd, line, strlen (line));
  if (code == 0 && fsync (self->fd) != 0)
    code = errno;
  if (code != 0)
    return fail (error, self->path, code), NULL;
  return self->fresh;
}

gboolean
fz_backup_writer_finish (FzBackupWriter *self, GError **error)
{
  self->finished = fz_durable_rename (self->fresh, self->path, error);
  return self->finished;
}

/* --- reading --- */

static gboolean
bad (FzBackupReader *self, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("%s 不是完整的复诊备份文件：被截断或被改动。\n请换一份备份。"), self->path);
  return FALSE;
}

static gboolean
is_name (const char *name)
{
  if (g_strcmp0 (name, "about") == 0 || g_strcmp0 (name, "keys.fz") == 0 || g_strcmp0 (name, "store.fz") == 0)
    return TRUE;
  /* Only this folder and only hex: a name is a path on the disk it is restored to. */
  return g_str_has_prefix (name, "evidence/") && strlen (name) == 9 + 64 && strspn (name + 9, "0123456789abcdef") == 64;
}

/* One section's line at `offset`; *out_at is where its bytes begin. */
static gboolean
read_line (FzBackupReader *self, gint64 offset, gint64 *out_at, GError **error)
{
  char text[NAME_MAX_BYTES + 24] = { 0 };
  gsize room = (gsize) MIN ((gint64) sizeof text - 1, self->end - offset);
  gint64 size = -1;
  int code = fz_durable_read_all (self->fd, text, room, offset);
  char *end = strchr (text, '\n');
  g_auto (GStrv) words = NULL;
  FzBackupSection section;

  if (code != 0)
    return fail (error, self->path, code);
  if (end == NULL)
    return bad (self, error);
  *end = '\0';
  words = g_strsplit (text, " ", 3);
  *out_at = offset + (end - text) + 1;
  if (g_strv_length (words) != 2 || !is_name (words[0]) ||
      !g_ascii_string_to_signed (words[1], 10, 0, self->end - *out_at, &size, NULL))
    return bad (self, error);
  section = (FzBackupSection) { g_strdup (words[0]), *out_at, size };
  g_array_append_val (self->sections, section);
  *out_at += size;
  return TRUE;
}

static gboolean
read_sections (FzBackupReader *self, GError **error)
{
  gint64 at = (gint64) strlen (FIRST_LINE);

  while (at < self->end)
    if (!read_line (self, at, &at, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_frame (FzBackupReader *self, GError **error)
{
  char first[sizeof FIRST_LINE] = "";
  struct stat info;
  int code;

  if (fstat (self->fd, &info) != 0)
    return fail (error, self->path, errno);
  self->end = info.st_size - LAST_LINE_BYTES;
  if (!S_ISREG (info.st_mode) || self->end < (gint64) strlen (FIRST_LINE))
    return bad (self, error);
  code = fz_durable_read_all (self->fd, first, strlen (FIRST_LINE), 0);
  if (code == 0)
    code = fz_durable_read_all (self->fd, self->last, LAST_LINE_BYTES, self->end);
  if (code != 0)
    return fail (error, self->path, code);
  if (strcmp (first, FIRST_LINE) != 0 || strncmp (self->last, "end ", 4) != 0 || self->last[LAST_LINE_BYTES - 1] != '\n')
    return bad (self, error);
  return read_sections (self, error);
}

static void
section_clear (gpointer data)
{
  g_free (((FzBackupSection *) data)->name);
}

FzBackupReader *
fz_backup_reader_open (const char *path, GError **error)
{
  g_autoptr (FzBackupReader) self = g_new0 (FzBackupReader, 1);

  self->path = g_strdup (path);
  self->sections = g_array_new (FALSE, FALSE, sizeof (FzBackupSection));
  g_array_set_clear_func (self->sections, section_clear);
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 && errno == ENOENT) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("没有备份文件 %s。\n请检查路径。"), path);
    return NULL;
  }
  if (self->fd < 0)
    return fail (error, path, errno), NULL;
  return read_frame (self, error) ? g_steal_pointer (&self) : NULL;
}

void
fz_backup_reader_set_meter (FzBackupReader *self, const FzBackupMeter *meter, guint passes)
{
  self->meter = *meter;
  self->meter.total = passes * self->end;
}

void
fz_backup_reader_free (FzBackupReader *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_array_unref (self->sections);
  g_free (self->path);
  g_free (self);
}

guint
fz_backup_reader_count (const FzBackupReader *self)
{
  return self->sections->len;
}

const FzBackupSection *
fz_backup_reader_get (const FzBackupReader *self, guint i)
{
  return &g_array_index (self->sections, FzBackupSection, i);
}

static const FzBackupSection *
find (FzBackupReader *self, const char *name)
{
  for (guint i = 0; i < self->sections->len; i++)
    if (strcmp (fz_backup_reader_get (self, i)->name, name) == 0)
      return fz_backup_reader_get (self, i);
  return NULL;
}

GBytes *
fz_backup_reader_load (FzBackupReader *self, const char *name, gsize max, GError **error)
{
  const FzBackupSection *section = find (self, name);
  g_autofree guint8 *bytes = NULL;
  int code;

  if (section == NULL || (gsize) section->size > max)
    return bad (self, error), NULL;
  bytes = g_malloc ((gsize) section->size + 1);
  code = fz_durable_read_all (self->fd, bytes, (gsize) section->size, section->offset);
  if (code != 0)
    return fail (error, self->path, code), NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), (gsize) section->size);
}

/* 0 or an errno. */
typedef int (*PartUse) (const guint8 *part, gsize n, gpointer data);

static gboolean
each_part (FzBackupReader *self, gint64 from, gint64 size, PartUse use, gpointer data, const char *path, GError **error)
{
  g_autofree guint8 *part = g_malloc (PART_BYTES);

  for (gint64 done = 0; done < size; done += PART_BYTES) {
    gsize n = (gsize) MIN (size - done, PART_BYTES);
    int code = fz_durable_read_all (self->fd, part, n, from + done);

    if (code != 0)
      return fail (error, self->path, code);
    code = use (part, n, data);
    if (code != 0)
      return fail (error, path, code);
    if (!fz_backup_meter_add (&self->meter, (gint64) n, error))
      return FALSE;
  }
  return TRUE;
}

static int
add_to_mac (const guint8 *part, gsize n, gpointer data)
{
  return crypto_generichash_update (data, part, n);
}

gboolean
fz_backup_reader_check (FzBackupReader *self, const FzSecret *store_key, GError **error)
{
  crypto_generichash_state state;
  guint8 mac[MAC_BYTES];
  char hex[2 * MAC_BYTES + 1];

  mac_init (&state, store_key);
  if (!each_part (self, 0, self->end, add_to_mac, &state, self->path, error))
    return FALSE;
  crypto_generichash_final (&state, mac, sizeof mac);
  sodium_bin2hex (hex, sizeof hex, mac, sizeof mac);
  return sodium_memcmp (hex, self->last + 4, 2 * MAC_BYTES) == 0 ? TRUE : bad (self, error);
}

static int
write_part (const guint8 *part, gsize n, gpointer data)
{
  return fz_durable_write_all (GPOINTER_TO_INT (data), part, n);
}

gboolean
fz_backup_reader_extract (FzBackupReader *self, const FzBackupSection *section, const char *path, GError **error)
{
  int to = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  gboolean good;

  if (to < 0)
    return fail (error, path, errno);
  good = each_part (self, section->offset, section->size, write_part, GINT_TO_POINTER (to), path, error);
  if (good && fsync (to) != 0)
    good = fail (error, path, errno);
  close (to);
  return good;
}
