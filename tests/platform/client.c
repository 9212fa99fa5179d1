#include "tests/platform/client.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define SIGNED "x-ca-key,x-ca-nonce,x-ca-timestamp,x-content-md5,x-service-id,x-service-method"

static char *
read_port (int fd)
{
  g_autoptr (GInputStream) raw = G_INPUT_STREAM (g_unix_input_stream_new (fd, TRUE));
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (raw);
  char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);

  g_assert_nonnull (line);
  return line;
}

static SoupSession *
new_session (const char *ca_file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) trust = G_TLS_DATABASE (g_tls_file_database_new (ca_file, &error));

  g_assert_no_error (error);
  return soup_session_new_with_options ("tls-database", trust, "proxy-resolver", NULL, "timeout", 30, NULL);
}

/* Starts the program on the port (0: any) over the files in self->dir; returns the port as text. */
static char *
spawn (Platform *self, const char *port)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GError) error = NULL;
  g_autofree char *ca = g_build_filename (self->dir, "ca.pem", NULL);
  g_autofree char *config = g_build_filename (self->dir, "config.json", NULL);
  g_autofree char *identity = g_build_filename (self->dir, "identity.pem", NULL);
  const char *unit = g_getenv ("FUZHEN_PLATFORM_UNIT"), *more = self->messages != NULL ? "--messages" : NULL;
  int ready[2] = { -1, -1 };

  g_assert_true (g_unix_open_pipe (ready, FD_CLOEXEC, NULL));
  g_subprocess_launcher_take_fd (launcher, ready[1], 3);
  self->process = g_subprocess_launcher_spawn (
      launcher, &error, g_getenv ("FUZHEN_PLATFORM_SIM"), "--port", port, "--db", self->db, "--ca-out", ca,
      "--config-out", config, "--identity", identity, "--app-key", TEST_APP_KEY, "--app-secret", TEST_SECRET, "--seed",
      self->seed, "--faults", self->faults, "--ready-fd", "3", "--until-stdin-closes", "--unit-id", unit != NULL ? unit : "TEST-UNIT", more,
      self->messages, NULL);
  g_assert_no_error (error);
  g_clear_object (&launcher); /* our copy of the pipe's far end */
  return read_port (ready[0]);
}

static Platform *
start (const char *faults, const char *seed, const char *messages)
{
  Platform *self = g_new0 (Platform, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *ca = NULL;

  self->dir = g_dir_make_tmp ("fuzhen-platform-XXXXXX", &error);
  g_assert_no_error (error);
  self->db = g_build_filename (self->dir, "platform.db", NULL);
  self->faults = g_strdup (faults != NULL ? faults : "");
  self->seed = g_strdup (seed);
  self->messages = g_strdup (messages);
  self->port = spawn (self, "0");
  self->url = g_strdup_printf ("https://127.0.0.1:%s", self->port);
  ca = g_build_filename (self->dir, "ca.pem", NULL);
  self->session = new_session (ca);
  return self;
}

Platform *
platform_start (const char *faults, const char *seed)
{
  return start (faults, seed, NULL);
}

Platform *
platform_start_with (const char *messages)
{
  return start (NULL, "1", messages);
}

void
platform_kill (Platform *self)
{
  if (self->process == NULL)
    return;
  g_subprocess_force_exit (self->process);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_clear_object (&self->process);
}

void
platform_kill_and_restart (Platform *self)
{
  g_autofree char *port = NULL;

  platform_kill (self);
  port = spawn (self, self->port);
  g_assert_cmpstr (port, ==, self->port);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_remove (file);
  }
  g_rmdir (path);
}

void
platform_stop (Platform *self)
{
  if (self == NULL)
    return;
  soup_session_abort (self->session);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  g_object_unref (self->process);
  g_object_unref (self->session);
  remove_folder (self->dir);
  g_free (self->dir);
  g_free (self->db);
  g_free (self->url);
  g_free (self->port);
  g_free (self->seed);
  g_free (self->faults);
  g_free (self->messages);
  g_free (self);
}

Envelope *
envelope_new (const char *method, const char *plaintext)
{
  Envelope *self = g_new0 (Envelope, 1);
  g_autofree char *nonce = g_uuid_string_random ();
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000);
  guint8 key[SIM_KEY_BYTES];

  g_assert_true (sim_key_from_hex (TEST_SECRET, key));
  self->verb = "POST";
  self->path = "/openapi/api";
  self->content_type = "application/json";
  self->body = sim_encrypt (key, plaintext, strlen (plaintext));
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  envelope_set (self, "x-service-id", "his.provinceDataUploadService");
  envelope_set (self, "x-service-method", method);
  envelope_set (self, "x-ca-key", TEST_APP_KEY);
  envelope_set (self, "x-ca-nonce", nonce);
  envelope_set (self, "x-ca-timestamp", now);
  envelope_set (self, "x-ca-signature-headers", SIGNED);
  envelope_sign (self);
  return self;
}

void
envelope_set (Envelope *self, const char *name, const char *value)
{
  if (value == NULL)
    g_hash_table_remove (self->headers, name);
  else
    g_hash_table_insert (self->headers, g_strdup (name), g_strdup (value));
}

void
envelope_sign (Envelope *self)
{
  g_auto (GStrv) names = g_strsplit (SIGNED, ",", -1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *digest = sim_sm3_hex (self->body, strlen (self->body));
  g_autofree char *signature = NULL;

  envelope_set (self, "x-content-md5", digest);
  for (guint i = 0; names[i] != NULL; i++) {
    const char *value = g_hash_table_lookup (self->headers, names[i]);

    g_string_append_printf (text, "%s%s:%s", i > 0 ? "&" : "", names[i], value != NULL ? value : "");
  }
  signature = sim_sm3_hex (text->str, text->len);
  envelope_set (self, "x-ca-signature", signature);
}

void
envelope_free (Envelope *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->headers);
  g_free (self->body);
  g_free (self);
}

static void
read_answer (Answer *answer)
{
  cJSON *json = cJSON_Parse (answer->body);
  const cJSON *code = cJSON_GetObjectItemCaseSensitive (json, "code");
  const cJSON *body = cJSON_GetObjectItemCaseSensitive (json, "body");
  const cJSON *inner = cJSON_GetObjectItemCaseSensitive (body, "msgCode");
  const cJSON *msg = cJSON_GetObjectItemCaseSensitive (inner != NULL ? body : json, "msg");

  answer->code = cJSON_IsNumber (code) ? code->valueint : 0;
  answer->msg_code = cJSON_IsNumber (inner) ? inner->valueint : 0;
  answer->msg = g_strdup (cJSON_IsString (msg) ? msg->valuestring : "");
  cJSON_Delete (json);
}

Answer *
platform_post (Platform *self, const Envelope *envelope)
{
  g_autofree char *url = g_strconcat (self->url, envelope->path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (envelope->verb, url);
  g_autoptr (GBytes) body = g_bytes_new (envelope->body, strlen (envelope->body)), reply = NULL;
  g_autoptr (GError) error = NULL;
  Answer *answer = g_new0 (Answer, 1);
  GHashTableIter iter;
  gpointer name = NULL, value = NULL;

  g_hash_table_iter_init (&iter, envelope->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    soup_message_headers_replace (soup_message_get_request_headers (message), name, value);
  if (g_str_equal (envelope->verb, "POST"))
    soup_message_set_request_body_from_bytes (message, envelope->content_type, body);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  reply = soup_session_send_and_read (self->session, message, NULL, &error);
  answer->failed = reply == NULL;
  answer->http = soup_message_get_status (message);
  answer->body = reply != NULL ? g_strndup (g_bytes_get_data (reply, NULL), g_bytes_get_size (reply)) : g_strdup ("");
  read_answer (answer);
  return answer;
}

Answer *
platform_send (Platform *self, const char *method, const char *plaintext)
{
  g_autoptr (Envelope) envelope = envelope_new (method, plaintext);

  return platform_post (self, envelope);
}

void
answer_free (Answer *self)
{
  if (self == NULL)
    return;
  g_free (self->body);
  g_free (self->msg);
  g_free (self);
}

int
answer_code (const Answer *self)
{
  return self->failed ? 0 : self->code != 200 ? self->code : self->msg_code;
}

gint64
platform_ask (Platform *self, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 answer = 0;

  g_assert_cmpint (sqlite3_open_v2 (self->db, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return answer;
}

cJSON *
golden_load (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  cJSON *golden = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  golden = cJSON_Parse (text);
  g_assert_nonnull (golden);
  return golden;
}

char *
golden_print (const cJSON *message)
{
  char *text = cJSON_PrintUnformatted (message);
  char *list = g_strdup_printf ("[%s]", text);

  cJSON_free (text);
  return list;
}
