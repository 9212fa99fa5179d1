#include "db/store_private.h"

#include "db/journal_private.h"
#include "db/room.h"
#include "db/seal_vfs.h"

#include <sodium.h>
#include <string.h>

/* --- clock, randomness, room: asked from any thread --- */

gint64
fz_store_now_us (FzStore *self)
{
  FzClock clock;
  gpointer data;

  g_mutex_lock (&self->clock_mutex);
  clock = self->clock;
  data = self->clock_data;
  g_mutex_unlock (&self->clock_mutex);
  return clock != NULL ? clock (data) : g_get_real_time ();
}

void
fz_store_set_clock (FzStore *self, FzClock clock, gpointer data)
{
  g_mutex_lock (&self->clock_mutex);
  self->clock = clock;
  self->clock_data = data;
  g_mutex_unlock (&self->clock_mutex);
}

static gboolean
is_scripted (FzStore *self)
{
  gboolean scripted;

  g_mutex_lock (&self->clock_mutex);
  scripted = self->clock != NULL;
  g_mutex_unlock (&self->clock_mutex);
  return scripted;
}

gint64
fz_store_mono_ms (FzStore *store)
{
  return (is_scripted (store) ? fz_store_now_us (store) : g_get_monotonic_time ()) / 1000;
}

const char *
fz_store_get_boot (FzStore *store)
{
  return is_scripted (store) ? "scripted" : store->boot;
}

void
fz_store_set_time_trust (FzStore *self, const char *word)
{
  g_atomic_pointer_set (&self->time_trust, g_intern_string (word));
}

void
fz_store_random (FzStore *store, void *out, gsize n)
{
  if (store->random != NULL)
    store->random (out, n, store->random_data);
  else
    randombytes_buf (out, n);
}

gboolean
fz_store_is_read_only (FzStore *self, char **out_why)
{
  const char *why = g_atomic_pointer_get (&self->read_only_why);

  if (out_why != NULL)
    *out_why = g_strdup (why);
  return why != NULL;
}

void
fz_store_contradict (FzStore *self, const char *why)
{
  char *copy = g_strdup (why);

  if (!g_atomic_pointer_compare_and_exchange (&self->read_only_why, NULL, copy))
    g_free (copy);
}

const char *
fz_store_get_dir (FzStore *self)
{
  return self->dir;
}

const FzSecret *
fz_store_get_word_key (FzStore *self)
{
  return self->word_key;
}

const guint8 *
fz_store_get_identity (FzStore *self)
{
  return self->identity;
}

guint64
fz_store_free_bytes (FzStore *self)
{
  return fz_room_free_bytes (self->dir);
}

gboolean
fz_store_has_room (FzStore *self, GError **error)
{
  return fz_room_check (self->dir, self->room_bytes, error);
}

/* --- making and ending the object --- */

static char *
read_boot (void)
{
  char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    return g_strdup ("unknown");
  return g_strstrip (text);
}

FzStore *
fz_store_new (const FzStoreOptions *options)
{
  static gint serial;
  FzStore *self = g_new0 (FzStore, 1);

  self->dir = g_strdup (options->dir);
  self->state_dir = g_strdup (options->state_dir);
  self->path = g_build_filename (options->dir, "store.fz", NULL);
  self->vfs = g_strdup_printf ("fuzhen-%d", g_atomic_int_add (&serial, 1));
  memcpy (self->identity, options->identity, sizeof self->identity);
  self->key_version = options->key_version;
  self->key = fz_secret_copy (options->key);
  self->room_bytes = options->room_bytes != 0 ? options->room_bytes : FZ_STORE_ROOM_BYTES;
  /* A file that was opened for reading takes no write lock, and where nothing can be written none is needed. */
  self->base_vfs = g_strdup (options->base_vfs == NULL && fz_room_is_read_only (options->dir) ? "unix-none" : options->base_vfs);
  self->damaged_too = options->damaged_too;
  self->random = options->random;
  self->random_data = options->random_data;
  self->clock = options->clock;
  self->clock_data = options->clock_data;
  self->boot = read_boot ();
  fz_frontier_init (&self->frontier);
  g_mutex_init (&self->clock_mutex);
  return self;
}

void
fz_store_free (FzStore *self)
{
  fz_backup_tidy (self);
  g_clear_pointer (&self->connection, fz_connection_free);
  fz_seal_vfs_unregister (self->vfs);
  g_clear_pointer (&self->lock, fz_desk_lock_free);
  fz_secret_free (self->key);
  fz_secret_free (self->log_seed);
  fz_secret_free (self->desk_seed);
  fz_secret_free (self->word_key);
  g_clear_pointer (&self->log_verifier, fz_verifier_unref);
  g_clear_pointer (&self->past_log, g_ptr_array_unref);
  g_clear_pointer (&self->head_due, g_bytes_unref);
  g_clear_pointer (&self->desk_verifier, fz_verifier_unref);
  g_mutex_clear (&self->clock_mutex);
  g_free (self->origin);
  g_free (self->boot);
  g_free (self->vfs);
  g_free (self->base_vfs);
  g_free (self->path);
  g_free (self->state_dir);
  g_free (self->dir);
  fz_journal_free (self->journal);
  g_free (self->read_only_why);
  g_free (self);
}

/* --- close --- */

static void
seal_and_tidy (FzStore *self)
{
  if (self->connection == NULL || self->read_only_why != NULL || self->log_verifier == NULL)
    return;
  self->seal_due = TRUE;
  fz_job_settle (self);
  if (self->connection != NULL)
    fz_connection_checkpoint (self->connection, TRUE, NULL);
}

void
fz_store_close (FzStore *self)
{
  gboolean was_open;

  if (self == NULL)
    return;
  was_open = self->thread != NULL;
  fz_job_stop_thread (self);
  if (was_open)
    seal_and_tidy (self);
  fz_store_free (self);
}
