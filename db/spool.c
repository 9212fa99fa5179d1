#include "db/spool.h"

#include "core/date.h"
#include "core/text.h"
#include "db/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define ROW_KIND "fuzhen.spool_row/v1"
#define ANSWER_KIND "fuzhen.spool_answer/v1"
#define SEALED_BYTES (crypto_box_SEALBYTES + FZ_SPOOL_KEY_BYTES)

G_STATIC_ASSERT (FZ_SPOOL_KEY_BYTES == crypto_box_SECRETKEYBYTES && FZ_SPOOL_KEY_BYTES == crypto_box_PUBLICKEYBYTES);

void
fz_spool_bundle_free (FzSpoolBundle *self)
{
  if (self == NULL)
    return;
  g_free (self->dir);
  g_free (self->number);
  fz_record_file_free (self->rows);
  fz_record_file_free (self->answers);
  g_free (self);
}

static char *
path_of (const char *dir, const char *number, const char *part)
{
  g_autofree char *name = g_strconcat (number, part, NULL);

  return g_build_filename (dir, name, NULL);
}

static gboolean
remove_file (const char *path, GError **error)
{
  if (unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("%s 不能删除：%s。"), path, g_strerror (errno));
  return FALSE;
}

/* --- the sender's pair --- */

static gboolean
parse_hex (const char *hex, guint8 out[FZ_SPOOL_KEY_BYTES])
{
  gsize n = 0;

  return hex != NULL && strlen (hex) == 2 * FZ_SPOOL_KEY_BYTES && sodium_hex2bin (out, FZ_SPOOL_KEY_BYTES, hex, strlen (hex), NULL, &n, NULL) == 0 &&
         n == FZ_SPOOL_KEY_BYTES;
}

char *
fz_spool_read_public (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "service.pub", NULL), *text = NULL;
  g_autoptr (GBytes) bytes = fz_durable_read (path, 256, error);
  guint8 key[FZ_SPOOL_KEY_BYTES];

  if (bytes == NULL)
    return NULL;
  text = g_strstrip (g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
  if (parse_hex (text, key))
    return g_steal_pointer (&text);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("%s 不是后台上报的公钥。"), path);
  return NULL;
}

static FzSecret *
read_private (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "service.key", NULL);
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_SPOOL_KEY_BYTES, error);

  if (bytes == NULL)
    return NULL;
  if (g_bytes_get_size (bytes) == FZ_SPOOL_KEY_BYTES)
    return fz_secret_new_from (g_bytes_get_data (bytes, NULL), FZ_SPOOL_KEY_BYTES);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("%s 不是后台上报的密钥。"), path);
  return NULL;
}

/* The public one last: a folder that has it is ready. */
static gboolean
make_pair (const char *dir, GError **error)
{
  g_autoptr (FzSecret) private_key = fz_secret_new (FZ_SPOOL_KEY_BYTES);
  g_autofree char *private_path = g_build_filename (dir, "service.key", NULL), *public_path = g_build_filename (dir, "service.pub", NULL);
  guint8 public_key[FZ_SPOOL_KEY_BYTES];
  char hex[2 * FZ_SPOOL_KEY_BYTES + 2] = { 0 };

  crypto_box_keypair (public_key, fz_secret_get_writable (private_key));
  sodium_bin2hex (hex, sizeof hex - 1, public_key, sizeof public_key);
  hex[2 * FZ_SPOOL_KEY_BYTES] = '\n';
  return fz_durable_write (private_path, fz_secret_get (private_key), FZ_SPOOL_KEY_BYTES, 0600, error) &&
         fz_durable_write (public_path, hex, 2 * FZ_SPOOL_KEY_BYTES + 1, 0600, error);
}

gboolean
fz_spool_prepare (const char *dir, char **out_public, gboolean *out_new, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *public_key = NULL;
  gboolean is_new = FALSE;

  if (!fz_durable_folder (dir, error))
    return FALSE;
  public_key = fz_spool_read_public (dir, &why);
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_clear_error (&why);
    is_new = TRUE;
    if (!make_pair (dir, error))
      return FALSE;
    public_key = fz_spool_read_public (dir, &why);
  }
  if (out_new != NULL)
    *out_new = is_new;
  *out_public = g_steal_pointer (&public_key);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return *out_public != NULL;
}

/* --- a bundle --- */

static FzSpoolBundle *
bundle_new (const char *dir, const char *number, const FzSecret *key)
{
  FzSpoolBundle *self = g_new0 (FzSpoolBundle, 1);
  g_autofree char *rows = path_of (dir, number, ".rows"), *answers = path_of (dir, number, ".answers");

  self->dir = g_strdup (dir);
  self->number = g_strdup (number);
  self->rows = fz_record_file_new (rows, key, ROW_KIND, number);
  self->answers = fz_record_file_new (answers, key, ANSWER_KIND, number);
  return self;
}

/* Both begin with a head, so that an empty or a missing file is seen. */
static gboolean
load_file (FzRecordFile *file, GError **error)
{
  if (!fz_record_file_load (file, error))
    return FALSE;
  if (fz_record_file_get_records (file)->len > 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("%s 不见了，或者是空的。"), fz_record_file_get_path (file));
  return FALSE;
}

gboolean
fz_spool_write (const char *dir, const char *number, const FzSecret *key, const char *public_key, FzFields *const *rows, guint n, GError **error)
{
  g_autoptr (FzSpoolBundle) bundle = bundle_new (dir, number, key);
  g_autoptr (FzFields) head = fz_fields_new (ANSWER_KIND);
  g_autofree char *path = path_of (dir, number, ".key.part");
  guint8 to[FZ_SPOOL_KEY_BYTES], sealed[SEALED_BYTES];

  fz_fields_set (head, "number", number);
  if (!parse_hex (public_key, to) || crypto_box_seal (sealed, fz_secret_get (key), FZ_SPOOL_KEY_BYTES, to) != 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("后台上报的公钥不能使用。请系统管理员重新设置交接夹。"));
    return FALSE;
  }
  return fz_record_file_add (bundle->rows, rows, n, error) && fz_record_file_add (bundle->answers, &head, 1, error) &&
         fz_durable_write (path, sealed, sizeof sealed, 0600, error);
}

gboolean
fz_spool_publish (const char *dir, const char *number, GError **error)
{
  g_autofree char *part = path_of (dir, number, ".key.part"), *path = path_of (dir, number, ".key");

  return fz_durable_rename (part, path, error);
}

gboolean
fz_spool_is_unpublished (const char *dir, const char *number)
{
  g_autofree char *part = path_of (dir, number, ".key.part"), *path = path_of (dir, number, ".key");

  return access (part, F_OK) == 0 && access (path, F_OK) != 0;
}

gboolean
fz_spool_read (const char *dir, const char *number, const FzSecret *key, FzSpoolBundle **out_bundle, GError **error)
{
  *out_bundle = bundle_new (dir, number, key);
  if (load_file ((*out_bundle)->rows, error))
    return load_file ((*out_bundle)->answers, error);
  g_clear_pointer (out_bundle, fz_spool_bundle_free);
  return FALSE;
}

gboolean
fz_spool_shut (const char *dir, const char *number, GError **error)
{
  g_autofree char *path = path_of (dir, number, ".key"), *taking = path_of (dir, number, ".taking");

  if (access (path, F_OK) != 0 && errno == ENOENT)
    return TRUE; /* shut before a cut, or never published */
  return fz_durable_rename (path, taking, error);
}

gboolean
fz_spool_taken (const char *dir, const char *number, GError **error)
{
  g_autofree char *taking = path_of (dir, number, ".taking");

  return remove_file (taking, error) && fz_durable_sync_folder (dir, error);
}

gboolean
fz_spool_clear (const char *dir, GError **error)
{
  static const char *const parts[] = { ".key.part", ".rows", ".answers" };
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
      g_autofree char *path = g_build_filename (dir, name, NULL), *number = g_strndup (name, strcspn (name, "."));
      g_autofree char *way_in = path_of (dir, number, ".key"), *taking = path_of (dir, number, ".taking");

      if (g_str_has_suffix (name, parts[i]) && access (way_in, F_OK) != 0 && access (taking, F_OK) != 0 && !remove_file (path, error))
        return FALSE;
    }
  return folder == NULL || fz_durable_sync_folder (dir, error);
}

gboolean
fz_spool_is_taken (const char *dir)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".taking") || (g_str_has_suffix (name, ".key") && !g_str_equal (name, "service.key"))) /* the sender's own */
      return TRUE;
  return FALSE;
}

gboolean
fz_spool_recall (const char *dir, gboolean wanted, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "recall", NULL);

  return wanted ? fz_durable_touch (path, error) : remove_file (path, error);
}

/* --- the sender --- */

gboolean
fz_spool_is_recalled (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "recall", NULL);

  return access (path, F_OK) == 0;
}

static char *
find_number (const char *dir)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".key") && !g_str_equal (name, "service.key"))
      return g_strndup (name, strlen (name) - strlen (".key"));
  return NULL;
}

static FzSecret *
open_key (const char *dir, const char *number, GError **error)
{
  g_autoptr (FzSecret) private_key = read_private (dir, error), key = fz_secret_new (FZ_SPOOL_KEY_BYTES);
  g_autofree char *path = path_of (dir, number, ".key");
  g_autoptr (GBytes) sealed = private_key != NULL ? fz_durable_read (path, SEALED_BYTES, error) : NULL;
  guint8 public_key[FZ_SPOOL_KEY_BYTES];

  if (sealed == NULL)
    return NULL;
  crypto_scalarmult_base (public_key, fz_secret_get (private_key));
  if (g_bytes_get_size (sealed) == SEALED_BYTES &&
      crypto_box_seal_open (fz_secret_get_writable (key), g_bytes_get_data (sealed, NULL), SEALED_BYTES, public_key, fz_secret_get (private_key)) == 0)
    return g_steal_pointer (&key);
  g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("%s 不是交给这个交接夹的密钥的，或者损坏了：没有发送任何东西，登录后由台账逐条处理。"), path);
  return NULL;
}

FzSpoolBundle *
fz_spool_open (const char *dir, GError **error)
{
  g_autofree char *number = find_number (dir);
  g_autoptr (FzSecret) key = number != NULL ? open_key (dir, number, error) : NULL;
  g_autoptr (FzSpoolBundle) bundle = key != NULL ? bundle_new (dir, number, key) : NULL;

  return bundle != NULL && load_file (bundle->rows, error) && load_file (bundle->answers, error) ? g_steal_pointer (&bundle) : NULL;
}

/* --- whose window has the folder --- */

struct _FzSpoolWatch {
  char *path;
  int fd;
};

/* The lock ends with the process, however it ends; the file stays unless somebody takes it away. */
static int
open_watched (const char *path, int flags)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0) {
    close (fd);
    return -1;
  }
  return fd;
}

FzSpoolWatch *
fz_spool_watch_new (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "window", NULL);
  int fd = open_watched (path, O_CREAT);
  FzSpoolWatch *self = fd >= 0 ? g_new0 (FzSpoolWatch, 1) : NULL;

  if (self == NULL)
    return NULL;
  self->path = g_steal_pointer (&path);
  self->fd = fd;
  return self;
}

void
fz_spool_watch_end (FzSpoolWatch *self, gboolean gave)
{
  if (self == NULL)
    return;
  if (gave)
    unlink (self->path);
  close (self->fd);
  g_free (self->path);
  g_free (self);
}

gboolean
fz_spool_is_deserted (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "window", NULL);
  int fd = open_watched (path, 0);

  if (fd < 0)
    return FALSE;
  unlink (path);
  close (fd);
  return TRUE;
}
