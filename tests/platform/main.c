/* fuzhen-platform-sim: the supervision platform of Tianjin as its specification describes it, on a loopback port, for
 * tests. It shares no file with the product. `--help` lists the arguments; the port is printed on the ready descriptor.
 */
#include "tests/platform/server.h"
#include "tests/platform/table.h"

#include "tests/front/gateway.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The leak checker of gcc 12 crashes while it looks through the thread storage of GnuTLS, unless it is told not to.
 * Only a sanitizer build calls this. */
const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "intercept_tls_get_addr=0";
}

typedef struct {
  char *db, *ca_out, *config_out, *front_config_out, *app_key, *app_secret, *unit_id, *seed, *faults, *identity, *messages;
  int port, ready_fd, window_s, parent;
  gboolean die_with_parent, until_stdin_closes;
} Options;

static gboolean
read_options (Options *o, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT, &o->port, "Port on 127.0.0.1; 0 takes a free one", "N" },
    { "db", 0, 0, G_OPTION_ARG_FILENAME, &o->db, "The simulator's SQLite file", "FILE" },
    { "ca-out", 0, 0, G_OPTION_ARG_FILENAME, &o->ca_out, "Where the authority's certificate is written", "FILE" },
    { "config-out", 0, 0, G_OPTION_ARG_FILENAME, &o->config_out, "Where the client's platform configuration is written",
      "FILE" },
    { "front-config-out", 0, 0, G_OPTION_ARG_FILENAME, &o->front_config_out,
      "Serve the hospital's own front as well, and write the client's configuration of it", "FILE" },
    { "identity", 0, 0, G_OPTION_ARG_FILENAME, &o->identity, "Keep certificate and key here over restarts", "FILE" },
    { "app-key", 0, 0, G_OPTION_ARG_STRING, &o->app_key, "The client's appKey (test-app-key)", "KEY" },
    { "app-secret", 0, 0, G_OPTION_ARG_STRING, &o->app_secret, "32 hex digits; without it the published SM4 sample key",
      "HEX" },
    { "unit-id", 0, 0, G_OPTION_ARG_STRING, &o->unit_id, "The institution's unitID (TEST-UNIT)", "ID" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &o->seed, "Seed of the faults (1)", "S" },
    { "faults", 0, 0, G_OPTION_ARG_STRING, &o->faults,
      "Percent a fault: drop, reset, 503, busy, slow, truncate, notjson, errbody, huge, redirect, type, refuse, or an outer "
      "code such as 40003; "
      "first=N, slow_ms=N, only=KEY, NAME@KEY for one record",
      "SPEC" },
    { "messages", 0, 0, G_OPTION_ARG_FILENAME, &o->messages, "Take the messages of this file as well (fuzhen schema platform-messages)", "FILE" },
    { "window-s", 0, 0, G_OPTION_ARG_INT, &o->window_s, "How far a call's time may be off, in seconds (900)", "N" },
    { "ready-fd", 0, 0, G_OPTION_ARG_INT, &o->ready_fd, "Print the port here when listening (1)", "N" },
    { "parent", 0, 0, G_OPTION_ARG_INT, &o->parent, "End with this parent process", "PID" },
    { "die-with-parent", 0, 0, G_OPTION_ARG_NONE, &o->die_with_parent, "End with whoever started it", NULL },
    { "until-stdin-closes", 0, 0, G_OPTION_ARG_NONE, &o->until_stdin_closes, "End when standard input does", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
is_plain (const char *text)
{
  return *text != '\0' && strpbrk (text, "\"\\") == NULL && g_str_is_ascii (text);
}

static void
options_clear (Options *o)
{
  char **const texts[] = { &o->db,      &o->ca_out, &o->config_out, &o->front_config_out, &o->app_key, &o->app_secret,
                           &o->unit_id, &o->seed,   &o->faults,     &o->identity, &o->messages };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
}

static const char *
fill_options (Options *o)
{
  if (o->db == NULL)
    return "--db is needed";
  if (o->port < 0 || o->port > 65535 || o->window_s <= 0)
    return "--port or --window-s is out of range";
  o->app_key = o->app_key != NULL ? o->app_key : g_strdup ("test-app-key");
  o->app_secret = o->app_secret != NULL ? o->app_secret : g_strdup ("0123456789abcdeffedcba9876543210");
  o->unit_id = o->unit_id != NULL ? o->unit_id : g_strdup ("TEST-UNIT");
  o->seed = o->seed != NULL ? o->seed : g_strdup ("1");
  if (!is_plain (o->app_key) || !is_plain (o->unit_id))
    return "--app-key and --unit-id are plain ASCII without quotes";
  return NULL;
}

/* The parent may be gone before the request to be told takes effect: compare once afterwards. */
static gboolean
tie_to_parent (const Options *o, pid_t parent_at_start)
{
  pid_t expected = o->parent != 0 ? (pid_t) o->parent : parent_at_start;

  if (!o->die_with_parent && o->parent == 0)
    return TRUE;
  return prctl (PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid () == expected;
}

/* The hospital's own front: its key is published, as everything of the demonstration. */
#define FRONT_PATH "/gw/v1"
#define FRONT_KEY "demo-desk-1"
#define FRONT_SECRET "00112233445566778899aabbccddeeff"

static gboolean
write_front (const Options *o, const char *ca_path, guint port, GError **error)
{
  g_autofree char *config = g_strdup_printf ("{\"profile\": \"front\", \"url\": \"https://127.0.0.1:%u" FRONT_PATH "\", \"app_key\": \"" FRONT_KEY
                                             "\", \"app_secret\": \"" FRONT_SECRET "\", \"unit_id\": \"%s\", \"ca_file\": \"%s\"}\n",
                                             port, o->unit_id, ca_path);

  return o->front_config_out == NULL
         || g_file_set_contents_full (o->front_config_out, config, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
write_files (const Options *o, const SimIdentity *identity, guint port, GError **error)
{
  g_autofree char *ca_path = o->ca_out != NULL ? g_canonicalize_filename (o->ca_out, NULL) : g_strdup ("");
  g_autofree char *config =
      g_strdup_printf ("{\"profile\": \"tianjin\", \"url\": \"https://127.0.0.1:%u" SIM_PATH "\", \"app_key\": \"%s\", "
                       "\"app_secret\": \"%s\", \"unit_id\": \"%s\", \"ca_file\": \"%s\"}\n",
                       port, o->app_key, o->app_secret, o->unit_id, ca_path);

  if (o->ca_out != NULL && !g_file_set_contents (o->ca_out, identity->ca_pem, -1, error))
    return FALSE;
  if (!write_front (o, ca_path, port, error))
    return FALSE;
  return o->config_out == NULL
         || g_file_set_contents_full (o->config_out, config, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
tell_ready (int fd, guint port)
{
  g_autofree char *line = g_strdup_printf ("%u\n", port);
  gboolean good = write (fd, line, strlen (line)) == (gssize) strlen (line);

  if (fd > STDERR_FILENO)
    close (fd);
  return good;
}

static gboolean
on_end (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_stdin (int fd, GIOCondition condition, gpointer loop)
{
  char bin[256];

  if (read (fd, bin, sizeof bin) > 0)
    return G_SOURCE_CONTINUE;
  return on_end (loop);
}

static void
serve (const Options *o)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_unix_signal_add (SIGTERM, on_end, loop);
  g_unix_signal_add (SIGINT, on_end, loop);
  if (o->until_stdin_closes)
    g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, loop);
  g_main_loop_run (loop);
}

static int
refuse (const char *why)
{
  g_printerr ("fuzhen-platform-sim: %s\n", why);
  return 2;
}

static int
start (const Options *o, SimGateway *gateway, Gateway *front)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SimIdentity) identity =
      o->identity != NULL ? sim_identity_keep (o->identity, &error) : sim_identity_new ();
  g_autoptr (SoupServer) server = NULL;
  guint port = 0;

  if (identity == NULL)
    return refuse (error->message);
  server = sim_server_start (gateway, identity, (guint) o->port, &port, &error);
  if (server == NULL || !write_files (o, identity, port, &error))
    return refuse (error->message);
  gateway_serve (front, server, FRONT_PATH);
  gateway_serve_patients (front, server, "/patient/v1");
  if (!tell_ready (o->ready_fd, port))
    return refuse ("the ready descriptor cannot be written");
  serve (o);
  gateway_finish_handshakes (front);
  soup_server_disconnect (server);
  return 0;
}

int
main (int argc, char **argv)
{
  Options o = { .ready_fd = STDOUT_FILENO, .window_s = 900 };
  pid_t parent = getppid ();
  SimGateway gateway = { 0 };
  Gateway *front;
  g_autoptr (GError) error = NULL;
  const char *why = NULL;
  int status = 0;

  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);
  sim_crypto_start ();
  if (!read_options (&o, &argc, &argv, &error))
    return refuse (error->message);
  if ((why = fill_options (&o)) != NULL)
    return refuse (why);
  if (!tie_to_parent (&o, parent))
    return refuse ("the parent process has gone");
  if (!sim_key_from_hex (o.app_secret, gateway.key))
    return refuse ("--app-secret: 32 hex digits are expected");
  if (o.messages != NULL && !sim_methods_add (o.messages))
    return refuse ("--messages: the file cannot be read");
  if ((gateway.faults = sim_faults_parse (o.faults, o.seed, &why)) == NULL)
    return refuse (why);
  if ((gateway.store = sim_store_open (o.db)) == NULL)
    return 2;
  gateway.app_key = o.app_key;
  gateway.unit_id = o.unit_id;
  gateway.window_s = (guint) o.window_s;
  front = gateway_new (FRONT_KEY, FRONT_SECRET, o.unit_id);
  status = start (&o, &gateway, front);
  gateway_free (front);
  sim_store_close (gateway.store);
  sim_faults_free (gateway.faults);
  options_clear (&o);
  return status;
}
