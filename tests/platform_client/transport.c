/* One call against an in-process TLS server that answers well, badly or not at all. */
#include "core/date.h"
#include "tests/platform/crypto.h"
#include "tests/platform_client/caller.h"
#include "tests/platform_client/certificate.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/socket.h>

#define GOOD_ANSWER "{\"code\":200,\"body\":{\"msgCode\":200,\"msg\":\"请求成功\"},\"data\":null}"

typedef enum {
  ANSWER_GOOD,
  ANSWER_PAGE,
  ANSWER_REDIRECT,
  ANSWER_LOGIN,
  ANSWER_BUSY,
  ANSWER_PACKED,
  ANSWER_HUGE,
  ANSWER_TRUNCATED,
  ANSWER_CLOSED,
  ANSWER_RESET,
  ANSWER_NEVER
} Behaviour;

typedef struct {
  TestIdentity *identity;
  Caller caller;
  SoupServer *server;
  guint port;
  Behaviour behaviour;
  guint requests;
  guint client_port;
  char *nonce, *plaintext;
  SoupServerMessage *held; /* the one that never gets an answer */
} Fixture;

/* --- the server --- */

/* What the platform's gateway checks, with other hands' ciphers. */
static void
check_request (Fixture *f, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  static const char *const names[] = {"x-ca-key", "x-ca-nonce", "x-ca-timestamp", "x-content-md5", "x-service-id", "x-service-method"};
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *digest = sim_sm3_hex (body->data, (gsize) body->length), *signature = NULL;
  guint8 key[SIM_KEY_BYTES];
  const char *reason = NULL;
  gsize n;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_string_append_printf (text, "%s%s:%s", i > 0 ? "&" : "", names[i], soup_message_headers_get_one (headers, names[i]));
  signature = sim_sm3_hex (text->str, text->len);
  g_assert_cmpstr (soup_server_message_get_method (message), ==, "POST");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-Ca-Signature"), ==, signature);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-Content-MD5"), ==, digest);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-Ca-Key"), ==, "test-app-key");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==, "application/json");
  g_assert_null (soup_message_headers_get_one (headers, "Cookie"));
  g_assert_null (soup_message_headers_get_one (headers, "Accept-Encoding"));
  g_assert_null (soup_message_headers_get_one (headers, "Authorization"));
  g_assert_cmpint (soup_server_message_get_http_version (message), ==, SOUP_HTTP_1_1);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-Ca-Nonce"), !=, f->nonce);
  g_free (f->nonce);
  f->nonce = g_strdup (soup_message_headers_get_one (headers, "X-Ca-Nonce"));
  g_assert_true (sim_key_from_hex (SECRET, key));
  g_free (f->plaintext);
  f->plaintext = sim_decrypt (key, body->data, (gsize) body->length, &n, &reason);
  g_assert_nonnull (f->plaintext);
}

static void
hang_up (SoupServerMessage *message, const char *last_words, gboolean reset)
{
  g_autoptr (GSocket) socket = g_object_ref (soup_server_message_get_socket (message));
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  struct linger linger = {1, 0};

  if (last_words != NULL)
    g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (stream), last_words, strlen (last_words), NULL, NULL, NULL));
  if (reset)
    {
      g_assert_cmpint (setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger), ==, 0);
      g_socket_close (socket, NULL);
    }
  else
    g_io_stream_close (stream, NULL, NULL);
}

static void
answer_huge (SoupServerMessage *message)
{
  g_autofree char *blanks = g_strnfill (1024 * 1024, ' ');
  g_autoptr (GBytes) mebibyte = g_bytes_new (blanks, 1024 * 1024);

  for (guint i = 0; i < 64; i++)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), mebibyte);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC, GOOD_ANSWER, strlen (GOOD_ANSWER));
}

static void
answer_with (SoupServerMessage *message, guint status, const char *type, const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_STATIC, body, strlen (body));
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Fixture *f = data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  GInetSocketAddress *remote = G_INET_SOCKET_ADDRESS (soup_server_message_get_remote_address (message));

  f->requests++;
  f->client_port = g_inet_socket_address_get_port (remote);
  check_request (f, message);
  soup_message_headers_append (headers, "Set-Cookie", "follow=me");
  switch (f->behaviour)
    {
    case ANSWER_GOOD:
      answer_with (message, 200, "application/json", GOOD_ANSWER);
      break;
    case ANSWER_PAGE:
      answer_with (message, 200, "text/html", "<html>欢迎</html>");
      break;
    case ANSWER_REDIRECT:
      soup_message_headers_append (headers, "Location", "http://127.0.0.1:9/elsewhere");
      answer_with (message, 302, "text/plain", "");
      break;
    case ANSWER_LOGIN:
      soup_message_headers_append (headers, "WWW-Authenticate", "Basic realm=\"x\"");
      answer_with (message, 401, "text/plain", "");
      break;
    case ANSWER_BUSY:
      soup_message_headers_append (headers, "Retry-After", "7");
      answer_with (message, 503, "text/plain", "");
      break;
    case ANSWER_PACKED:
      soup_message_headers_append (headers, "Content-Encoding", "gzip");
      answer_with (message, 200, "application/json", "\x1f\x8b\x08 not really");
      break;
    case ANSWER_HUGE:
      answer_with (message, 200, "application/json", "");
      answer_huge (message);
      break;
    case ANSWER_TRUNCATED:
      hang_up (message, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" GOOD_ANSWER, FALSE);
      break;
    case ANSWER_CLOSED:
      hang_up (message, NULL, FALSE);
      break;
    case ANSWER_RESET:
      hang_up (message, NULL, TRUE);
      break;
    case ANSWER_NEVER:
    default:
      f->held = g_object_ref (message);
      soup_server_message_pause (message);
      break;
    }
}

static void
serve (Fixture *f, TestIdentity *identity)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (identity->leaf_pem, -1, &error);
  GSList *uris;

  g_assert_no_error (error);
  f->server = g_object_new (SOUP_TYPE_SERVER, "tls-certificate", certificate, NULL);
  soup_server_add_handler (f->server, NULL, on_request, f, NULL);
  soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (f->server);
  f->port = (guint) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

/* --- the client --- */

static void
set_up (Fixture *f, gconstpointer data)
{
  f->identity = test_identity_new ("127.0.0.1", -1, 30);
  caller_begin (&f->caller, f->identity->ca_pem);
  serve (f, f->identity);
  caller_connect (&f->caller, f->port, NULL, 20000);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->held);
  g_clear_pointer (&f->caller.transport, fz_transport_unref);
  while (g_main_context_iteration (NULL, FALSE))
    ; /* the client closes first: the server's farewell would wait for it, in this very thread */
  soup_server_disconnect (f->server);
  g_object_unref (f->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  caller_end (&f->caller);
  g_free (f->nonce);
  g_free (f->plaintext);
  test_identity_free (f->identity);
}

static void
expect_error (Fixture *f, FzErrorCode code, guint requests)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformAnswer) answer = caller_call (&f->caller, NULL, &error);

  g_assert_null (answer);
  g_assert_error (error, FZ_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_cmpuint (f->requests, ==, requests);
}

static FzOutcome *
expect_answer (Fixture *f, guint status, FzOutcomeKind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformAnswer) answer = caller_call (&f->caller, NULL, &error);
  FzOutcome *outcome;

  g_assert_no_error (error);
  g_assert_cmpuint (answer->http_status, ==, status);
  outcome = fz_outcome_classify (f->caller.table, METHOD, answer, NULL);
  g_assert_cmpstr (fz_outcome_word (outcome->kind), ==, fz_outcome_word (kind));
  return outcome;
}

/* --- tests --- */

static void
a_good_call_is_sealed_and_signed (Fixture *f, gconstpointer data)
{
  g_autoptr (FzOutcome) outcome = expect_answer (f, 200, FZ_OUTCOME_ACCEPTED);

  g_assert_cmpstr (outcome->text, ==, "请求成功");
  g_assert_cmpstr (f->plaintext, ==, "[]");
}

static void
calls_share_a_connection_but_no_nonce_or_cookie (Fixture *f, gconstpointer data)
{
  guint port;

  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_ACCEPTED));
  port = f->client_port;
  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_ACCEPTED));
  g_assert_cmpuint (f->client_port, ==, port);
  g_assert_cmpuint (f->requests, ==, 2);
}

static void
odd_answers_are_not_followed_or_unpacked (Fixture *f, gconstpointer data)
{
  f->behaviour = ANSWER_PAGE;
  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_UNKNOWN));
  f->behaviour = ANSWER_REDIRECT;
  fz_outcome_free (expect_answer (f, 302, FZ_OUTCOME_CONFIGURATION));
  f->behaviour = ANSWER_LOGIN;
  fz_outcome_free (expect_answer (f, 401, FZ_OUTCOME_CONFIGURATION));
  f->behaviour = ANSWER_PACKED;
  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_UNKNOWN));
  g_assert_cmpuint (f->requests, ==, 4);
}

static void
busy_says_how_long (Fixture *f, gconstpointer data)
{
  g_autoptr (FzOutcome) outcome = NULL;

  f->behaviour = ANSWER_BUSY;
  outcome = expect_answer (f, 503, FZ_OUTCOME_RETRY);
  g_assert_cmpint (outcome->retry_after_ms, ==, 7000);
}

static void
half_an_answer_is_none (Fixture *f, gconstpointer data)
{
  static const Behaviour bad[] = {ANSWER_TRUNCATED, ANSWER_CLOSED, ANSWER_RESET, ANSWER_HUGE};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      f->behaviour = bad[i];
      expect_error (f, FZ_ERROR_UNKNOWN_OUTCOME, i + 1);
    }
}

/* The library must not send again by itself what the server has closed on, kept-alive connection or not. */
static void
nothing_is_sent_twice_in_silence (Fixture *f, gconstpointer data)
{
  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_ACCEPTED));
  f->behaviour = ANSWER_RESET;
  expect_error (f, FZ_ERROR_UNKNOWN_OUTCOME, 2);
  f->behaviour = ANSWER_GOOD;
  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_ACCEPTED));
  f->behaviour = ANSWER_CLOSED;
  expect_error (f, FZ_ERROR_UNKNOWN_OUTCOME, 4);
}

static void
the_deadline_bounds_a_silent_platform (Fixture *f, gconstpointer data)
{
  caller_connect (&f->caller, f->port, NULL, 2000); /* long enough for a handshake on a busy machine */
  f->behaviour = ANSWER_NEVER;
  expect_error (f, FZ_ERROR_UNKNOWN_OUTCOME, 1);
}

/* A listener that nobody serves: the connection stands, the handshake never ends. */
static void
no_handshake_means_nothing_was_sent (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  caller_connect (&f->caller, port, NULL, 300);
  expect_error (f, FZ_ERROR_OFFLINE, 0);
  g_socket_listener_close (listener);
  expect_error (f, FZ_ERROR_OFFLINE, 0);
}

static gboolean
on_incoming_close (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  ++*(guint *) data;
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static void
closed_before_the_handshake_is_offline (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  guint connections = 0;

  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming_close), &connections);
  caller_connect (&f->caller, port, NULL, 20000);
  expect_error (f, FZ_ERROR_OFFLINE, 0);
  g_assert_cmpuint (connections, >, 0);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static gboolean
on_incoming_plain (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  static const char words[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), words, strlen (words), NULL, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static void
a_server_without_tls_gets_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);

  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming_plain), NULL);
  caller_connect (&f->caller, port, NULL, 20000);
  expect_error (f, FZ_ERROR_OFFLINE, 0);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static void
a_certificate_that_does_not_fit_gets_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (TestIdentity) other_name = test_identity_new ("127.0.0.2", -1, 30);
  g_autoptr (TestIdentity) expired = test_identity_new ("127.0.0.1", -30, -1);
  g_autoptr (TestIdentity) future = test_identity_new ("127.0.0.1", 1, 30);
  g_autoptr (TestIdentity) other_authority = test_identity_new ("127.0.0.1", -1, 30);
  TestIdentity *bad[] = {other_name, expired, future, other_authority};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      soup_server_disconnect (f->server);
      g_clear_object (&f->server);
      serve (f, bad[i]);
      /* The last is asked with the first authority's certificate. */
      caller_trust (&f->caller, bad[i] == other_authority ? f->identity->ca_pem : bad[i]->ca_pem);
      caller_connect (&f->caller, f->port, NULL, 20000);
      expect_error (f, FZ_ERROR_REJECTED, 0);
    }
}

static void
only_a_pinned_key_gets_anything (Fixture *f, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (f->identity->leaf_pem, -1, NULL);
  g_autofree char *pin = fz_public_key_pin (certificate);
  g_autofree char *zeros = g_strnfill (64, '0');

  caller_connect (&f->caller, f->port, zeros, 20000);
  expect_error (f, FZ_ERROR_REJECTED, 0);
  caller_connect (&f->caller, f->port, pin, 20000);
  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_ACCEPTED));
}

/* What `fuzhen doctor` warns by: the list ends so many days from now. */
static void
expect_end (Fixture *f, int days)
{
  gint64 until = fz_platform_config_lists_until (f->caller.config, NULL), expected = g_get_real_time () + days * FZ_US_PER_DAY;

  g_assert_cmpint (ABS (until - expected), <, 60 * FZ_US_PER_SECOND);
}

/* Nothing in force that speaks for the certificate is as good as revoked; a list that is renewed counts at once, on a kept connection too. */
static void
a_revoked_certificate_gets_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (TestIdentity) stranger = test_identity_new ("127.0.0.1", -1, 30);
  const struct {
    const TestIdentity *of, *by;
    gboolean revoked;
    int from, until;
    const char *words;
  } bad[] = { { f->identity, NULL, TRUE, -2, 5, "已被发证机构吊销" },
              { f->identity, NULL, FALSE, -9, -1, "没有仍在有效期内" },
              { f->identity, NULL, TRUE, -9, -1, "没有仍在有效期内" },
              { f->identity, stranger, FALSE, -2, 5, "没有仍在有效期内" } };
  g_autofree char *good = test_identity_list (f->identity, NULL, FALSE, -2, 5);

  caller_list (&f->caller, good);
  caller_connect (&f->caller, f->port, NULL, 20000);
  expect_end (f, 5);
  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_ACCEPTED));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *list = test_identity_list (bad[i].of, bad[i].by, bad[i].revoked, bad[i].from, bad[i].until);
      g_autoptr (GError) error = NULL;
      g_autoptr (FzPlatformAnswer) answer = NULL;
      guint before = f->requests;

      caller_list (&f->caller, list);
      expect_end (f, bad[i].until);
      answer = caller_call (&f->caller, NULL, &error);
      g_assert_error (error, FZ_ERROR, FZ_ERROR_REJECTED);
      g_assert_nonnull (strstr (error->message, bad[i].words));
      g_assert_cmpuint (f->requests, ==, before);
    }
  caller_list (&f->caller, "gone");
  {
    g_autoptr (GError) error = NULL, why = NULL;

    g_assert_cmpint (fz_platform_config_lists_until (f->caller.config, &why), ==, -1);
    g_assert_error (why, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_null (caller_call (&f->caller, NULL, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_REJECTED);
  }
  caller_list (&f->caller, good);
  fz_outcome_free (expect_answer (f, 200, FZ_OUTCOME_ACCEPTED));
}

static gboolean
cancel_when_held (gpointer data)
{
  gpointer *pair = data;

  if (((Fixture *) pair[0])->held == NULL)
    return G_SOURCE_CONTINUE;
  g_cancellable_cancel (pair[1]);
  return G_SOURCE_REMOVE;
}

static void
cancelling_is_a_cut_cable (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) early = g_cancellable_new (), late = g_cancellable_new ();
  g_autoptr (GError) early_error = NULL, late_error = NULL;
  g_autoptr (FzPlatformAnswer) a = NULL, b = NULL;
  gpointer pair[] = {f, late};

  g_cancellable_cancel (early);
  a = caller_call (&f->caller, early, &early_error);
  g_assert_error (early_error, FZ_ERROR, FZ_ERROR_OFFLINE);
  g_assert_cmpuint (f->requests, ==, 0);
  f->behaviour = ANSWER_NEVER;
  g_idle_add (cancel_when_held, pair);
  b = caller_call (&f->caller, late, &late_error);
  g_assert_error (late_error, FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sim_crypto_start ();
  /* The desktop's proxy must not matter; nothing listens there. */
  g_assert_cmpstr (g_getenv ("https_proxy"), ==, "http://127.0.0.1:9");
#define ADD(name, function) g_test_add ("/platform-client/transport/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("good", a_good_call_is_sealed_and_signed);
  ADD ("keep-alive", calls_share_a_connection_but_no_nonce_or_cookie);
  ADD ("odd-answers", odd_answers_are_not_followed_or_unpacked);
  ADD ("busy", busy_says_how_long);
  ADD ("half-answers", half_an_answer_is_none);
  ADD ("no-resend", nothing_is_sent_twice_in_silence);
  ADD ("deadline", the_deadline_bounds_a_silent_platform);
  ADD ("no-handshake", no_handshake_means_nothing_was_sent);
  ADD ("closed-early", closed_before_the_handshake_is_offline);
  ADD ("plain-http", a_server_without_tls_gets_nothing);
  ADD ("bad-certificates", a_certificate_that_does_not_fit_gets_nothing);
  ADD ("pins", only_a_pinned_key_gets_anything);
  ADD ("revoked", a_revoked_certificate_gets_nothing);
  ADD ("cancel", cancelling_is_a_cut_cable);
  return g_test_run ();
}
