#include "tests/window/hospital.h"

#include "tests/window/wait.h"

#include <cjson/cJSON.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <gio/gunixinputstream.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *
program (const char *variable)
{
  const char *path = g_getenv (variable);

  if (path == NULL)
    g_error ("%s is not set", variable);
  return g_strdup (path);
}

static GSubprocessLauncher *
launcher_new (Hospital *self)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *state = g_build_filename (self->dir, "state", NULL);

  g_subprocess_launcher_setenv (launcher, "XDG_STATE_HOME", state, TRUE);
  g_subprocess_launcher_setenv (launcher, "FUZHEN_DATA", self->data, TRUE);
  return launcher;
}

/* --- the platform --- */

/* The unit whose records the platform expects: the demonstration's own. */
static char *
unit_id (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/demo/hospital.csv", NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  const char *at;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  at = strstr (text, "organ.unit_id,");
  g_assert_nonnull (at);
  at += strlen ("organ.unit_id,");
  return g_strndup (at, strcspn (at, "\r\n,"));
}

static void
wait_ready (int fd)
{
  g_autoptr (GInputStream) raw = g_unix_input_stream_new (fd, TRUE);
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (raw);
  g_autofree char *port = g_data_input_stream_read_line (in, NULL, NULL, NULL);

  if (port == NULL)
    g_error ("the simulator did not start");
}

static void
start_simulator (Hospital *self, const char *faults)
{
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = program ("FUZHEN_PLATFORM_SIM"), *parent = g_strdup_printf ("%d", (int) getpid ()), *unit = unit_id ();
  g_autofree char *ca = g_build_filename (self->dir, "ca.pem", NULL), *config = g_build_filename (self->dir, "platform.json", NULL);
  g_autofree char *identity = g_build_filename (self->dir, "identity.pem", NULL), *front = g_build_filename (self->dir, "front.json", NULL);
  int ready[2] = { -1, -1 };

  g_assert_true (g_unix_open_pipe (ready, FD_CLOEXEC, NULL));
  g_subprocess_launcher_take_fd (launcher, ready[1], 3);
  self->simulator = g_subprocess_launcher_spawn (launcher, &error, path, "--parent", parent, "--db", self->platform_db, "--identity", identity,
                                                 "--ca-out", ca, "--config-out", config, "--front-config-out", front, "--unit-id", unit, "--ready-fd", "3", "--faults",
                                                 faults != NULL ? faults : "", NULL);
  g_assert_no_error (error);
  g_clear_object (&launcher); /* our copy of the pipe's far end */
  wait_ready (ready[0]);
}

/* --- the store --- */

/* What stands ready in the pipe before anybody reads it. */
static int
secret_pipe (const char *secret)
{
  g_autoptr (GError) error = NULL;
  int ends[2];
  gssize n = (gssize) strlen (secret);

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, &error));
  g_assert_no_error (error);
  g_assert_cmpint (write (ends[1], secret, (gsize) n), ==, n);
  close (ends[1]);
  return ends[0];
}

char *
hospital_tell (Hospital *self, const char *const *words, const char *const *secrets)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (self);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *out = NULL;

  g_ptr_array_add (argv, program ("FUZHEN"));
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (words[i]));
  for (guint i = 0; secrets[i] != NULL; i += 2) {
    int number = 3 + (int) i / 2;

    g_ptr_array_add (argv, g_strdup_printf ("%s=%d", secrets[i], number));
    g_subprocess_launcher_take_fd (launcher, secret_pipe (secrets[i + 1]), number);
  }
  g_ptr_array_add (argv, g_strdup ("--data"));
  g_ptr_array_add (argv, g_strdup (self->data));
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_set_flags (launcher, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error));
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_error ("fuzhen %s ended with %d", words[0], g_subprocess_get_exit_status (process));
  return out;
}

char *
hospital_run (Hospital *self, const char *const *words)
{
  return hospital_tell (self, words, (const char *const[]){ NULL });
}

char *
hospital_played (const char *format)
{
  static GDateTime *day;

  if (day == NULL) {
    g_autoptr (GTimeZone) beijing = g_time_zone_new_offset (8 * 3600);
    g_autoptr (GDateTime) now = g_date_time_new_now (beijing);

    day = g_date_time_add_days (now, -1);
  }
  return g_date_time_format (day, format);
}

static void
play_day (Hospital *self, const char *visits, gboolean front)
{
  g_autofree char *config = g_build_filename (self->dir, "platform.json", NULL), *front_config = g_build_filename (self->dir, "front.json", NULL);
  g_autofree char *day = hospital_played ("%F"); /* asked for before it is played; --date would leave out the part of today */
  g_autofree char *out =
    hospital_run (self, (const char *const[]){ "demo", "--visits", visits, "--platform-config", config, front ? "--front-config" : NULL, front_config, NULL });

  g_test_message ("%s", day);
  g_test_message ("%s", out);
}

static void
remove_tree (const char *path)
{
  const char *const argv[] = { "rm", "-rf", "--", path, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

Hospital *
hospital_open_empty (void)
{
  Hospital *self = g_new0 (Hospital, 1);
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("fuzhen-window-XXXXXX", &error);
  g_assert_no_error (error);
  self->data = g_build_filename (self->dir, "data", NULL);
  self->platform_db = g_build_filename (self->dir, "platform.db", NULL);
  return self;
}

static Hospital *
open_hospital (const char *visits, const char *faults, gboolean front)
{
  Hospital *self = hospital_open_empty ();

  start_simulator (self, faults);
  play_day (self, visits, front);
  return self;
}

Hospital *
hospital_open (void)
{
  return open_hospital ("2", NULL, TRUE);
}

Hospital *
hospital_open_with (const char *visits, const char *faults)
{
  return open_hospital (visits, faults, FALSE);
}

static void
copy_tree (const char *from, const char *to)
{
  const char *const argv[] = { "cp", "-a", "--", from, to, NULL };
  g_autoptr (GError) error = NULL;
  int status = 1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static Hospital *
copy_to (Hospital *from, char *take_dir)
{
  Hospital *self = g_new0 (Hospital, 1);
  g_autofree char *state = g_build_filename (from->dir, "state", NULL);

  self->dir = take_dir;
  self->data = g_build_filename (self->dir, "data", NULL);
  self->platform_db = g_strdup (from->platform_db);
  copy_tree (from->data, self->dir);
  copy_tree (state, self->dir);
  return self;
}

Hospital *
hospital_copy (Hospital *from)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("fuzhen-window-XXXXXX", &error);

  g_assert_no_error (error);
  return copy_to (from, dir);
}

Hospital *
hospital_copy_into (Hospital *from, const char *folder)
{
  char *dir = g_build_filename (folder, "hospital", NULL);

  g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
  return copy_to (from, dir);
}

static void
stop_simulator (Hospital *self)
{
  g_subprocess_send_signal (self->simulator, 15);
  g_assert_true (g_subprocess_wait (self->simulator, NULL, NULL));
  g_object_unref (self->simulator);
}

void
hospital_close (Hospital *self)
{
  if (self->simulator != NULL)
    stop_simulator (self);
  g_clear_object (&self->window);
  remove_tree (self->dir);
  g_free (self->dir);
  g_free (self->data);
  g_free (self->platform_db);
  g_free (self);
}

/* --- the window --- */

static void
start (Hospital *self, const char *note)
{
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (self);
  g_autofree char *path = program ("FUZHEN");
  g_autoptr (GError) error = NULL;

  /* In a sanitizer build. GLib keeps its former table of quarks on purpose, which the file chooser makes it outgrow, and the quick
   * stack walk ends at g_malloc, where no suppression can tell that from a leak of ours. Those are looked for in process (kit). */
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "intercept_tls_get_addr=0:detect_leaks=0", TRUE);
  g_clear_object (&self->window);
  self->window = g_subprocess_launcher_spawn (launcher, &error, path, note != NULL ? "open" : NULL, note, NULL);
  g_assert_no_error (error);
  self->pid = atoi (g_subprocess_get_identifier (self->window));
}

void
hospital_start_window (Hospital *self)
{
  start (self, NULL);
}

void
hospital_start_document (Hospital *self, const char *note)
{
  start (self, note);
}

void
hospital_wait_window (Hospital *self, int code)
{
  g_assert_true (g_subprocess_wait (self->window, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (self->window));
  g_assert_cmpint (g_subprocess_get_exit_status (self->window), ==, code);
}

char *
hospital_wait_file (const char *path, gsize least)
{
  g_auto (Wait) wait = wait_begin ();
  char *bytes = NULL;
  gsize n = 0;

  while (!g_file_get_contents (path, &bytes, &n, NULL) || n < least) {
    g_clear_pointer (&bytes, g_free);
    if (!wait_more (&wait))
      g_error ("%s was not written", path);
  }
  return bytes;
}

/* --- the second opinion --- */

/* The institution's own key: the one line a verifier has to have from outside. (transfer full) */
char *
hospital_institution_key (Hospital *self)
{
  g_autofree char *out = hospital_run (self, (const char *const[]){ "keys", "list", "--json", NULL });
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    cJSON *row = cJSON_Parse (lines[i]);
    const char *role = cJSON_GetStringValue (cJSON_GetObjectItem (row, "role"));
    char *key = g_strdup (cJSON_GetStringValue (cJSON_GetObjectItem (row, "vkey")));

    if (g_strcmp0 (role, "institution") == 0) {
      cJSON_Delete (row);
      return key;
    }
    cJSON_Delete (row);
    g_free (key);
  }
  g_error ("no institution among the keys");
}

char *
hospital_keys_path (Hospital *self)
{
  return g_build_filename (self->dir, "keys.fzk", NULL);
}

void
hospital_judge (Hospital *self, const char *note)
{
  g_autofree char *keys = hospital_keys_path (self), *key = hospital_institution_key (self), *path = program ("FUZHEN_VERIFY");
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;

  g_free (hospital_run (self, (const char *const[]){ "keys", "export", "--out", keys, NULL }));
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, path, "--keys", keys, "--institution", key, note, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error));
  g_test_message ("%s", out);
  g_assert_true (g_str_has_suffix (g_strchomp (out), ": VALID effective"));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
}

/* --- what the platform holds --- */

gint64
hospital_accepted (Hospital *self, const char *method, const char *words)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *row = NULL;
  gint64 n;

  g_assert_cmpint (sqlite3_open_v2 (self->platform_db, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT count(*) FROM accepted WHERE method = ?1 AND instr(json, ?2) > 0", -1, &row, NULL), ==, SQLITE_OK);
  sqlite3_bind_text (row, 1, method, -1, SQLITE_STATIC);
  sqlite3_bind_text (row, 2, words, -1, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (row), ==, SQLITE_ROW);
  n = sqlite3_column_int64 (row, 0);
  sqlite3_finalize (row);
  sqlite3_close (db);
  return n;
}

void
hospital_wait_accepted (Hospital *self, const char *method, const char *words)
{
  g_auto (Wait) wait = wait_begin ();

  while (hospital_accepted (self, method, words) == 0)
    if (!wait_more (&wait))
      g_error ("the platform has no accepted %s of %s", method, words);
}
