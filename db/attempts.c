#include "db/attempts.h"

#include "core/fields.h"
#include "db/durable.h"
#include "db/room.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define KIND "fuzhen.attempts/v1"
#define LOCK_AT 5
#define CLOSE_AT 10
#define PINS 5
#define UNKNOWN_ROWS 16
#define KNOWN_ROWS 100

struct _FzAttemptsBook {
  char *paths[2];
  char *dir;
  GHashTable *rows; /* staff number, or `?` and a letter -> FzAttempts */
  gboolean unsaved; /* something counted here stands in no file yet */
  GMutex mutex;     /* over rows and files: a sign-in and the window's clock come from different threads */
};

/* --- values --- */

gboolean
fz_attempts_check_password (const FzAttempts *self, GError **error)
{
  if (self->wrong_passwords >= CLOSE_AT) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_LOCKED, _("口令已连续输错 %d 次，账号已锁定。\n请联系安全管理员解锁。"), CLOSE_AT);
    return FALSE;
  }
  if (self->lock_left_s == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_LOCKED,
               _("口令已连续输错 %d 次，账号暂时锁定，还需等待 %u 分钟（按程序运行时间计）。\n请稍后再试，或联系安全管理员。"), LOCK_AT,
               (self->lock_left_s + 59) / 60);
  return FALSE;
}

guint
fz_attempts_delay_s (guint wrong)
{
  return wrong == 0 ? 0 : 1u << MIN (wrong - 1, 3u);
}

FzAttempts
fz_attempts_wrong_password (FzAttempts self)
{
  self.wrong_passwords++;
  if (self.wrong_passwords == LOCK_AT)
    self.lock_left_s = FZ_ATTEMPTS_LOCK_S;
  return self;
}

FzAttempts
fz_attempts_right_password (FzAttempts self)
{
  self.wrong_passwords = 0;
  self.lock_left_s = 0;
  return self;
}

FzAttempts
fz_attempts_wrong_pin (FzAttempts self)
{
  self.wrong_pins++;
  return self;
}

FzAttempts
fz_attempts_right_pin (FzAttempts self)
{
  self.wrong_pins = 0;
  return self;
}

gboolean
fz_attempts_pin_spent (const FzAttempts *self)
{
  return self->wrong_pins >= PINS;
}

guint
fz_attempts_pins_left (const FzAttempts *self)
{
  return self->wrong_pins >= PINS ? 0 : PINS - self->wrong_pins;
}

FzAttempts
fz_attempts_higher (FzAttempts a, FzAttempts b)
{
  return (FzAttempts) { MAX (a.wrong_passwords, b.wrong_passwords), MAX (a.wrong_pins, b.wrong_pins),
                        MAX (a.lock_left_s, b.lock_left_s) };
}

/* --- the book's rows --- */

static char *
row_name (const char *staff, gboolean known)
{
  guint8 digest[16];

  if (known)
    return g_strdup (staff);
  crypto_generichash (digest, sizeof digest, (const guint8 *) staff, strlen (staff), NULL, 0);
  return g_strdup_printf ("?%x", digest[0] % UNKNOWN_ROWS);
}

static void
put_row (FzAttemptsBook *self, const char *name, FzAttempts attempts)
{
  if (attempts.wrong_passwords == 0 && attempts.wrong_pins == 0 && attempts.lock_left_s == 0)
    g_hash_table_remove (self->rows, name);
  else
    g_hash_table_insert (self->rows, g_strdup (name), g_memdup2 (&attempts, sizeof attempts));
}

static FzAttempts
get_row (FzAttemptsBook *self, const char *name)
{
  const FzAttempts *row = g_hash_table_lookup (self->rows, name);

  return row != NULL ? *row : (FzAttempts) { 0, 0, 0 };
}

/* --- text --- */

/* Rows of people and rows of names nobody has stand in lists of their own: those of guesses never push out one of a person. */
static const char *
list_of (const char *name)
{
  return *name == '?' ? "guessed" : "row";
}

static guint
get_count (const FzFields *fields, const char *list, guint i, const char *key)
{
  gint64 value = 0;

  return fz_fields_get_int_at (fields, list, i, key, &value) && value > 0 ? (guint) MIN (value, G_MAXINT32) : 0;
}

static void
take_list (FzAttemptsBook *self, const FzFields *fields, const char *list)
{
  for (guint i = 0; i < fz_fields_count (fields, list); i++) {
    const char *name = fz_fields_get_at (fields, list, i, "staff");
    FzAttempts found = { get_count (fields, list, i, "wrong_passwords"), get_count (fields, list, i, "wrong_pins"),
                         get_count (fields, list, i, "lock_left_s") };

    if (name != NULL)
      put_row (self, name, fz_attempts_higher (found, get_row (self, name)));
  }
}

static void
put_text (FzFields *fields, const char *name, guint i, const FzAttempts *row)
{
  const char *list = list_of (name);

  fz_fields_set_at (fields, list, i, "staff", name);
  fz_fields_set_int_at (fields, list, i, "wrong_passwords", row->wrong_passwords);
  fz_fields_set_int_at (fields, list, i, "wrong_pins", row->wrong_pins);
  fz_fields_set_int_at (fields, list, i, "lock_left_s", row->lock_left_s);
}

static FzFields *
to_fields (FzAttemptsBook *self)
{
  FzFields *fields = fz_fields_new (KIND);
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (self->rows), (GCompareFunc) strcmp);
  guint counts[2] = { 0, 0 };

  for (GList *at = names; at != NULL; at = at->next) {
    const char *name = at->data;
    guint *count = &counts[*name == '?'];

    if (*count < KNOWN_ROWS)
      put_text (fields, name, (*count)++, g_hash_table_lookup (self->rows, name));
  }
  return fields;
}

/* --- files --- */

/* 1: taken in; 0: not there; -1: not readable as what it should be. */
static int
read_file (FzAttemptsBook *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, &error);
  g_autoptr (FzFields) fields = NULL;
  gsize n = 0;
  const guint8 *text;

  if (bytes == NULL)
    return g_error_matches (error, FZ_ERROR, FZ_ERROR_NOT_FOUND) ? 0 : -1;
  text = g_bytes_get_data (bytes, &n);
  fields = fz_fields_parse (text, n, NULL);
  if (fields == NULL || g_strcmp0 (fz_fields_get_kind (fields), KIND) != 0)
    return -1;
  take_list (self, fields, "row");
  take_list (self, fields, "guessed");
  return 1;
}

/* What other processes counted since. What could not be saved here stays counted here; what cannot be read now was counted as it stood. */
static void
read_anew (FzAttemptsBook *self)
{
  GHashTable *before = self->rows;
  GHashTableIter each;
  gpointer name, row;
  int inside, outside;

  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  inside = read_file (self, self->paths[0]);
  outside = read_file (self, self->paths[1]);
  g_hash_table_iter_init (&each, before);
  while ((self->unsaved || (inside <= 0 && outside <= 0)) && g_hash_table_iter_next (&each, &name, &row))
    put_row (self, name, fz_attempts_higher (*(const FzAttempts *) row, get_row (self, name)));
  g_hash_table_unref (before);
}

/* Held over reading, counting and writing: of any number of processes that try at once, each sees what the others used up. It goes with the process. */
static int
hold (FzAttemptsBook *self, GError **error)
{
  g_autofree char *path = g_strconcat (self->paths[1], ".lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), rc = -1;

  if (fd >= 0)
    do
      rc = flock (fd, LOCK_EX);
    while (rc != 0 && errno == EINTR);
  if (rc == 0) {
    read_anew (self);
    return fd;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("未能打开 %s：%s。\n请检查文件夹权限。"), path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
save (FzAttemptsBook *self, GError **error)
{
  g_autoptr (FzFields) fields = to_fields (self);
  g_autoptr (GBytes) bytes = fz_fields_print (fields, error);
  gsize n = 0;
  const void *text;

  if (bytes == NULL)
    return FALSE;
  text = g_bytes_get_data (bytes, &n);
  /* What cannot be written beside the store stands on this device alone. */
  for (guint i = fz_room_is_read_only (self->dir) ? 1 : 0; i < 2; i++)
    /* Signing in to a full disk must stay possible, or nobody could look at anything. */
    if (!fz_durable_write (self->paths[i], text, n, 0600, NULL) &&
        (!fz_room_drop_ballast (self->dir) || !fz_durable_write (self->paths[i], text, n, 0600, NULL)))
      return fz_durable_write (self->paths[i], text, n, 0600, error);
  return TRUE;
}

static gboolean
save_row (FzAttemptsBook *self, const char *name, FzAttempts attempts, GError **error)
{
  FzAttempts before = get_row (self, name);

  put_row (self, name, attempts);
  self->unsaved = !save (self, error);
  if (self->unsaved)
    put_row (self, name, fz_attempts_higher (before, attempts));
  return !self->unsaved;
}

FzAttemptsBook *
fz_attempts_book_open (const char *dir, const char *state_dir, const guint8 identity[FZ_STORE_IDENTITY_BYTES],
                       GError **error)
{
  g_autoptr (FzAttemptsBook) self = g_new0 (FzAttemptsBook, 1);
  char hex[2 * FZ_STORE_IDENTITY_BYTES + 1];
  g_autofree char *name = NULL;
  int inside;
  int outside;

  sodium_bin2hex (hex, sizeof hex, identity, FZ_STORE_IDENTITY_BYTES);
  name = g_strconcat ("attempts-", hex, NULL);
  self->dir = g_strdup (dir);
  self->paths[0] = g_build_filename (dir, "attempts", NULL);
  self->paths[1] = g_build_filename (state_dir, name, NULL);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_mutex_init (&self->mutex);
  inside = read_file (self, self->paths[0]);
  outside = read_file (self, self->paths[1]);
  if ((inside > 0 || outside > 0) || (inside == 0 && outside == 0))
    return g_steal_pointer (&self);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("输错次数的记录 %s 和 %s 都读不出来，为安全起见不能登录。\n请安全管理员核查。"),
               self->paths[0], self->paths[1]);
  return NULL;
}

FzAttempts
fz_attempts_book_get (FzAttemptsBook *self, const char *staff, gboolean known)
{
  g_autofree char *name = row_name (staff, known);
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  read_anew (self);
  return get_row (self, name);
}

void
fz_attempts_book_free (FzAttemptsBook *self)
{
  if (self == NULL)
    return;
  g_free (self->paths[0]);
  g_free (self->paths[1]);
  g_free (self->dir);
  g_hash_table_unref (self->rows);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
fz_attempts_book_set (FzAttemptsBook *self, const char *staff, gboolean known, FzAttempts attempts, GError **error)
{
  g_autofree char *name = row_name (staff, known);
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  int held = hold (self, error);
  gboolean good = held >= 0 && save_row (self, name, attempts, error);

  if (held < 0) { /* counted here at least, and written with the next that is */
    put_row (self, name, fz_attempts_higher (get_row (self, name), attempts));
    self->unsaved = TRUE;
    return FALSE;
  }
  close (held);
  return good;
}

gboolean
fz_attempts_book_begin (FzAttemptsBook *self, const char *staff, gboolean known, FzAttempts *out_before, GError **error)
{
  g_autofree char *name = row_name (staff, known);
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  int held = hold (self, error);
  gboolean good;

  if (held < 0)
    return FALSE;
  *out_before = get_row (self, name);
  good = fz_attempts_check_password (out_before, error) && save_row (self, name, fz_attempts_wrong_password (*out_before), error);
  close (held);
  return good;
}

gboolean
fz_attempts_book_tick (FzAttemptsBook *self, guint seconds, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GList) names = NULL;
  gboolean running = FALSE, good;
  int held = hold (self, error);

  if (held < 0)
    return FALSE;
  names = g_hash_table_get_keys (self->rows);

  for (GList *at = names; at != NULL; at = at->next) {
    FzAttempts *row = g_hash_table_lookup (self->rows, at->data);

    running = running || row->lock_left_s > 0;
    row->lock_left_s -= MIN (row->lock_left_s, seconds);
  }
  good = !running || save (self, error);
  self->unsaved = self->unsaved || !good;
  close (held);
  return good;
}
