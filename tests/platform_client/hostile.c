/* Servers no library would be: old protocols, a certificate signed by itself or with SHA-1, one that wants to know who calls, an answer without
 * end, an answer that comes a byte at a time. Each is a thread with OpenSSL on a port of the loopback; it tells how much it was told. */
#include "tests/platform/crypto.h"
#include "tests/platform_client/caller.h"
#include "tests/platform_client/certificate.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DRIP_MS 20

typedef enum { SERVE_PLAIN, SERVE_OLD, SERVE_ASKING, SERVE_ENDLESS, SERVE_DRIPPING } Way;

typedef struct {
  Way way;
  TestIdentity *identity;
  int listener, stop[2];
  guint port;
  GThread *thread;
  gint talking; /* the socket of the call it is in; -1: none */
  gint told, given; /* bytes of the request that were read; bytes of the answer that were taken */
} Hostile;

/* Who it is does not matter here; that somebody shows a certificate and has its key does. */
static int
take_any (int good, X509_STORE_CTX *chain)
{
  return 1;
}

static SSL_CTX *
context_new (const Hostile *self)
{
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());
  BIO *pem = BIO_new_mem_buf (self->identity->leaf_pem, -1);
  X509 *certificate = PEM_read_bio_X509 (pem, NULL, NULL, NULL);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (pem, NULL, NULL, NULL);

  SSL_CTX_set_security_level (context, 0);
  g_assert_cmpint (SSL_CTX_use_certificate (context, certificate), ==, 1);
  g_assert_cmpint (SSL_CTX_use_PrivateKey (context, key), ==, 1);
  if (self->way == SERVE_OLD) {
    g_assert_cmpint (SSL_CTX_set_min_proto_version (context, TLS1_VERSION), ==, 1);
    g_assert_cmpint (SSL_CTX_set_max_proto_version (context, TLS1_1_VERSION), ==, 1);
  }
  if (self->way == SERVE_ASKING)
    SSL_CTX_set_verify (context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, take_any);
  X509_free (certificate);
  EVP_PKEY_free (key);
  BIO_free (pem);
  return context;
}

/* FALSE: the test is over. */
static gboolean
wait_for (const Hostile *self, int fd, int ms)
{
  struct pollfd both[2] = { { self->stop[0], POLLIN, 0 }, { fd, POLLIN, 0 } };

  poll (both, fd >= 0 ? 2 : 1, ms);
  return (both[0].revents & POLLIN) == 0;
}

static gboolean
give (Hostile *self, SSL *ssl, const char *text)
{
  int n = SSL_write (ssl, text, (int) strlen (text));

  if (n > 0)
    g_atomic_int_add (&self->given, n);
  return n > 0;
}

static void
answer (Hostile *self, SSL *ssl)
{
  g_autofree char *blanks = g_strnfill (0x4000, ' '), *chunk = g_strdup_printf ("4000\r\n%s\r\n", blanks);

  switch (self->way) {
  case SERVE_ENDLESS:
    if (give (self, ssl, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"))
      while (wait_for (self, -1, 0) && give (self, ssl, chunk))
        ;
    break;
  case SERVE_DRIPPING:
    if (give (self, ssl, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"))
      while (wait_for (self, -1, DRIP_MS) && give (self, ssl, " "))
        ;
    break;
  case SERVE_PLAIN:
  case SERVE_OLD:
  case SERVE_ASKING:
  default:
    give (self, ssl, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
    break;
  }
}

static void
talk (Hostile *self, SSL_CTX *context, int fd)
{
  SSL *ssl = SSL_new (context);
  char buffer[8192];
  int n;

  SSL_set_fd (ssl, fd);
  if (SSL_accept (ssl) == 1 && (n = SSL_read (ssl, buffer, sizeof buffer)) > 0) {
    g_atomic_int_add (&self->told, n);
    answer (self, ssl);
    SSL_shutdown (ssl);
    while (SSL_read (ssl, buffer, sizeof buffer) > 0)
      ; /* to close on what was not read would be a reset, and take the answer with it */
  }
  SSL_free (ssl);
  ERR_clear_error ();
}

static gpointer
run (gpointer data)
{
  Hostile *self = data;
  SSL_CTX *context = context_new (self);

  while (wait_for (self, self->listener, -1)) {
    int fd = accept (self->listener, NULL, NULL);

    if (fd >= 0) {
      g_atomic_int_set (&self->talking, fd);
      talk (self, context, fd);
      g_atomic_int_set (&self->talking, -1);
      close (fd);
    }
  }
  SSL_CTX_free (context);
  return NULL;
}

static void
hostile_begin (Hostile *self, Way way, TestFlaw flaw)
{
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t n = sizeof at;

  *self = (Hostile){ .way = way, .talking = -1, .identity = test_identity_new_flawed ("127.0.0.1", flaw) };
  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &at, sizeof at), ==, 0);
  g_assert_cmpint (listen (self->listener, 8), ==, 0);
  g_assert_cmpint (getsockname (self->listener, (struct sockaddr *) &at, &n), ==, 0);
  g_assert_cmpint (pipe (self->stop), ==, 0);
  self->port = ntohs (at.sin_port);
  self->thread = g_thread_new ("hostile", run, self);
}

static void
hostile_end (Hostile *self)
{
  int talking = g_atomic_int_get (&self->talking);

  g_assert_cmpint ((int) write (self->stop[1], "x", 1), ==, 1);
  if (talking >= 0)
    shutdown (talking, SHUT_RDWR); /* nobody reads what it still writes */
  g_thread_join (self->thread);
  close (self->listener);
  close (self->stop[0]);
  close (self->stop[1]);
  test_identity_free (self->identity);
}

/* --- tests --- */

/* One call, which must fail with this; how many bytes of it the server was told, and how many of its answer were taken. */
static void
expect (Way way, TestFlaw flaw, gint64 deadline_ms, FzErrorCode code, FzErrorCode or_code, int *out_told, int *out_given)
{
  Hostile hostile;
  Caller caller = { 0 };
  g_autoptr (GError) error = NULL;
  FzPlatformAnswer *answered;

  hostile_begin (&hostile, way, flaw);
  caller_begin (&caller, hostile.identity->ca_pem);
  caller_connect (&caller, hostile.port, NULL, deadline_ms);
  answered = caller_call (&caller, NULL, &error);
  g_assert_null (answered);
  if (!g_error_matches (error, FZ_ERROR, (int) or_code))
    g_assert_error (error, FZ_ERROR, (int) code);
  g_test_message ("%s", error->message);
  caller_end (&caller);
  hostile_end (&hostile);
  *out_told = hostile.told;
  *out_given = hostile.given;
}

/* The server itself is sound: with nothing wrong it is told the whole call. Else none of the others would prove anything. */
static void
a_sound_one_is_told (void)
{
  Hostile hostile;
  Caller caller = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformAnswer) answered = NULL;

  hostile_begin (&hostile, SERVE_PLAIN, FLAW_NONE);
  caller_begin (&caller, hostile.identity->ca_pem);
  caller_connect (&caller, hostile.port, NULL, 20000);
  answered = caller_call (&caller, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (answered->http_status, ==, 200);
  caller_end (&caller);
  hostile_end (&hostile);
  g_assert_cmpint (hostile.told, >, 100);
}

static void
old_protocols_get_nothing (void)
{
  int told, given;

  expect (SERVE_OLD, FLAW_NONE, 20000, FZ_ERROR_REJECTED, FZ_ERROR_REJECTED, &told, &given);
  g_assert_cmpint (told, ==, 0);
}

static void
weak_certificates_get_nothing (void)
{
  static const TestFlaw flaws[] = { FLAW_SHA1, FLAW_SELF_SIGNED };
  int told, given;

  for (guint i = 0; i < G_N_ELEMENTS (flaws); i++) {
    expect (SERVE_PLAIN, flaws[i], 20000, FZ_ERROR_REJECTED, FZ_ERROR_REJECTED, &told, &given);
    g_assert_cmpint (told, ==, 0);
  }
}

/* The right server, but we have no certificate to show. TLS 1.3 refuses after the handshake: when that meets headers on their way, the outcome is
 * unknown to us; the call is not read in either case. */
static void
who_wants_our_certificate_is_not_told (void)
{
  int told, given;

  expect (SERVE_ASKING, FLAW_NONE, 20000, FZ_ERROR_REJECTED, FZ_ERROR_UNKNOWN_OUTCOME, &told, &given);
  g_assert_cmpint (told, ==, 0);
}

static void
write_pkcs12 (const TestIdentity *identity, const char *path, gboolean with_key)
{
  BIO *pem = BIO_new_mem_buf (identity->leaf_pem, -1), *out = BIO_new_file (path, "wb");
  X509 *certificate = PEM_read_bio_X509 (pem, NULL, NULL, NULL);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (pem, NULL, NULL, NULL);
  PKCS12 *bag = PKCS12_create ("caller", "us", with_key ? key : NULL, certificate, NULL, 0, 0, 0, 0, 0);

  g_assert_nonnull (bag);
  g_assert_cmpint (i2d_PKCS12_bio (out, bag), ==, 1);
  PKCS12_free (bag);
  X509_free (certificate);
  EVP_PKEY_free (key);
  BIO_free (pem);
  BIO_free (out);
}

/* Where the hospital configured a certificate of its own it is shown, and the call is told. One without its key, or behind another password, is no
 * configuration at all. */
static void
who_wants_our_certificate_is_shown_it (void)
{
  Hostile hostile;
  Caller caller = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformAnswer) answered = NULL;
  g_autofree char *path = NULL;
  static const char wrong[] = "{\"profile\":\"tianjin\",\"url\":\"https://127.0.0.1:1/openapi/api\",\"app_key\":\"k\",\"app_secret\":\"" SECRET "\","
                              "\"unit_id\":\"U\",\"client_file\":\"%s\",\"client_password\":\"%s\"}";
  int fd = g_file_open_tmp ("fuzhen-us-XXXXXX.p12", &path, NULL);

  g_assert_true (g_close (fd, NULL));
  hostile_begin (&hostile, SERVE_ASKING, FLAW_NONE);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *text = g_strdup_printf (wrong, path, i != 1 ? "caller" : "another");

    write_pkcs12 (hostile.identity, path, i > 0);
    g_assert_cmpint (g_chmod (path, i == 2 ? 0640 : 0600), ==, 0); /* good, and for others to read */
    g_assert_null (fz_platform_config_parse ((const guint8 *) text, strlen (text), "/", TRUE, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "client_file"));
    g_assert_null (strstr (error->message, "another"));
    g_assert_true ((strstr (error->message, "chmod 600") != NULL) == (i == 2));
    g_clear_error (&error);
  }
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  caller_begin (&caller, hostile.identity->ca_pem);
  caller.ours_path = path;
  caller_connect (&caller, hostile.port, NULL, 20000);
  answered = caller_call (&caller, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (answered->http_status, ==, 200);
  caller_end (&caller);
  hostile_end (&hostile);
  g_assert_cmpint (hostile.told, >, 100);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* The limit of 4 MiB holds without a length, and nothing is read beyond it but what was on its way. */
static void
an_answer_without_end_is_cut (void)
{
  int told, given;

  expect (SERVE_ENDLESS, FLAW_NONE, 20000, FZ_ERROR_UNKNOWN_OUTCOME, FZ_ERROR_UNKNOWN_OUTCOME, &told, &given);
  g_assert_cmpint (told, >, 0);
  g_assert_cmpint (given, <, 16 * 1024 * 1024);
}

/* Every byte comes in time, the answer never does: the deadline is over the whole call. */
static void
a_dripping_answer_meets_the_deadline (void)
{
  int told, given;

  expect (SERVE_DRIPPING, FLAW_NONE, 2000, FZ_ERROR_UNKNOWN_OUTCOME, FZ_ERROR_UNKNOWN_OUTCOME, &told, &given);
  g_assert_cmpint (told, >, 0);
  g_assert_cmpint (given, <, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sim_crypto_start ();
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/platform-client/hostile/sound", a_sound_one_is_told);
  g_test_add_func ("/platform-client/hostile/old-protocols", old_protocols_get_nothing);
  g_test_add_func ("/platform-client/hostile/weak-certificates", weak_certificates_get_nothing);
  g_test_add_func ("/platform-client/hostile/asks-who-we-are", who_wants_our_certificate_is_not_told);
  g_test_add_func ("/platform-client/hostile/our-certificate", who_wants_our_certificate_is_shown_it);
  g_test_add_func ("/platform-client/hostile/without-end", an_answer_without_end_is_cut);
  g_test_add_func ("/platform-client/hostile/dripping", a_dripping_answer_meets_the_deadline);
  return g_test_run ();
}
