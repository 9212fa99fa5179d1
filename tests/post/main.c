/* One bounded request to a service outside: whom it believes, how much it reads, how long it waits. */
#include "app/post.h"
#include "tests/post/served.h"
#include "tests/signer/authority.h"

#include <string.h>

#define MOST 1000

typedef struct {
  Served served;
  guint asked;
} Server;

static void
on_asked (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Server *self = data;
  g_autofree char *long_text = g_strnfill (MOST + 1, 'x');

  self->asked++;
  g_assert_cmpstr (soup_server_message_get_request_body (message)->data, ==, "ask");
  soup_server_message_set_status (message, g_str_equal (path, "/elsewhere") ? 302 : g_str_equal (path, "/no") ? 500 : 200, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, g_str_equal (path, "/long") ? long_text : "answer",
                                    g_str_equal (path, "/long") ? MOST + 1 : strlen ("answer"));
  if (g_str_equal (path, "/elsewhere"))
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location", "/good");
  if (g_str_equal (path, "/silent"))
    soup_server_message_pause (message);
}

static void
server_open (Server *self, GTlsCertificate *take_certificate)
{
  served_open (&self->served, take_certificate, on_asked, self);
}

static void
server_close (Server *self)
{
  served_close (&self->served);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_close)

static gboolean
ask (const Server *server, const char *path, const char *tls_ca, guint *out_status, GError **error)
{
  g_autofree char *url = g_strconcat (server->served.url, path, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("ask", 3), answer = NULL;
  FzPost post = { .url = url, .type = "text/plain", .tls_ca = tls_ca, .most = MOST, .seconds = g_str_equal (path, "silent") ? 1 : 20 };

  if (!fz_post (&post, body, out_status, &answer, error)) {
    g_assert_null (answer);
    return FALSE;
  }
  g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), "answer", 6);
  return TRUE;
}

static void
expect (const Server *server, const char *path, const char *tls_ca, FzErrorCode code)
{
  g_autoptr (GError) error = NULL;
  guint status = 0;

  g_assert_false (ask (server, path, tls_ca, &status, &error));
  g_assert_error (error, FZ_ERROR, (int) code);
  g_assert_cmpuint (strlen (error->message), >, 0);
}

static void
test_answers (void)
{
  g_auto (Server) server = { 0 };
  g_autoptr (GError) error = NULL;
  guint status = 0;

  server_open (&server, NULL);
  g_assert_true (ask (&server, "good", NULL, &status, &error));
  g_assert_cmpuint (status, ==, 200);
  g_assert_true (ask (&server, "no", NULL, &status, &error));
  g_assert_cmpuint (status, ==, 500);
  g_assert_true (ask (&server, "elsewhere", NULL, &status, &error));
  g_assert_cmpuint (status, ==, 302); /* and nobody went there */
  g_assert_cmpuint (server.asked, ==, 3);
  expect (&server, "long", NULL, FZ_ERROR_REJECTED);
  expect (&server, "silent", NULL, FZ_ERROR_OFFLINE);
}

static void
test_nobody (void)
{
  Server nobody = { .served.url = (char *) "http://127.0.0.1:9/" };

  g_autoptr (GError) error = NULL;
  guint status = 0;

  g_assert_false (ask (&nobody, "good", NULL, &status, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_OFFLINE);
  g_assert_cmpstr (error->message, ==, "对方拒绝连接，可能是地址或端口不对，或服务没有开");
}

/* What has words is said in them, anything else as the library says it. */
static void
test_reasons (void)
{
  const struct {
    GQuark domain;
    int code;
    const char *words;
  } rows[] = {
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, "找不到这个地址" },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "连接超时" },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "连接中断" },
    { G_TLS_ERROR, G_TLS_ERROR_EOF, "没有建成加密连接" },
    { G_TLS_ERROR, G_TLS_ERROR_MISC, "as it is" },
    { G_IO_ERROR, G_IO_ERROR_FAILED, "as it is" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) why = g_error_new_literal (rows[i].domain, rows[i].code, "as it is");

    g_assert_cmpstr (fz_post_reason (why), ==, rows[i].words);
  }
}

static gpointer
stop_soon (gpointer stop)
{
  g_cancellable_cancel (stop);
  return NULL;
}

static void
test_stopped (void)
{
  g_auto (Server) server = { 0 };
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GBytes) body = g_bytes_new_static ("ask", 3), answer = NULL;
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;
  GThread *thread;
  guint status = 0;
  gint64 from = g_get_monotonic_time ();

  server_open (&server, NULL);
  url = g_strconcat (server.served.url, "silent", NULL);
  thread = g_thread_new ("stop", stop_soon, stop);
  {
    FzPost post = { .url = url, .type = "text/plain", .most = MOST, .seconds = 60, .stop = stop };

    g_assert_false (fz_post (&post, body, &status, &answer, &error));
  }
  g_thread_join (thread);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_OFFLINE);
  g_assert_cmpint (g_get_monotonic_time () - from, <, 30 * G_USEC_PER_SEC);
}

/* --- whom it believes --- */

static GTlsCertificate *
certificate_for (Authority *authority, const char *name)
{
  gint64 now = g_get_real_time (), day = G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC;
  AuthorityLeaf leaf = { "127.0.0.1", now - day, now + day, "critical,digitalSignature", 5, "serverAuth", name };
  EVP_PKEY *key = authority_key_new ("P-256");
  g_autoptr (GBytes) der = authority_issue (authority, key, &leaf);
  g_autofree char *own = authority_certificate_pem (der), *secret = authority_key_pem (key, NULL), *between = authority_between_pem (authority);
  g_autofree char *all = g_strconcat (secret, own, between, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *out = g_tls_certificate_new_from_pem (all, -1, &error);

  g_assert_no_error (error);
  EVP_PKEY_free (key);
  return out;
}

static char *
write_root (const char *dir, const char *name, const Authority *authority)
{
  g_autofree char *root = authority_root_pem (authority);
  char *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, root, -1, NULL));
  return path;
}

static void
test_tls (void)
{
  g_autofree char *dir = g_dir_make_tmp ("fuzhen-post-XXXXXX", NULL), *ours = NULL, *others = NULL;
  g_autoptr (Authority) authority = authority_new ("P-256", g_get_real_time ()), other = authority_new ("P-256", g_get_real_time ());
  g_auto (Server) server = { 0 }, elsewhere = { 0 };
  g_autoptr (GError) error = NULL;
  guint status = 0;

  ours = write_root (dir, "ours.pem", authority);
  others = write_root (dir, "others.pem", other);
  server_open (&server, certificate_for (authority, "IP:127.0.0.1"));
  server_open (&elsewhere, certificate_for (authority, "DNS:tsa.example"));
  g_assert_true (ask (&server, "good", ours, &status, &error));
  g_assert_no_error (error);
  expect (&server, "good", NULL, FZ_ERROR_REJECTED);
  expect (&server, "good", others, FZ_ERROR_REJECTED);
  expect (&server, "good", "/nonexistent.pem", FZ_ERROR_REJECTED);
  expect (&elsewhere, "good", ours, FZ_ERROR_REJECTED);
  g_assert_cmpuint (server.asked, ==, 1);
  g_assert_cmpuint (elsewhere.asked, ==, 0);
  remove (ours);
  remove (others);
  remove (dir);
}

static void
test_allowed (void)
{
  static const char *const bad[] = { "", "x", "http://tsa.example/", "http://127.0.0.1.example/", "ftp://127.0.0.1/", "file:///etc/passwd", "https:" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    if (fz_post_is_allowed (bad[i]))
      g_error ("“%s” is allowed", bad[i]);
  g_assert_true (fz_post_is_allowed ("https://tsa.example/tsa"));
  g_assert_true (fz_post_is_allowed ("http://127.0.0.1:80/"));
  g_assert_false (fz_post_is_this_machine ("https://tsa.example/tsa"));
}

static void
keep_thread (GCancellable *mine, gpointer out_thread)
{
  *(gpointer *) out_thread = g_thread_self ();
}

static gpointer
cancel (gpointer theirs)
{
  g_cancellable_cancel (theirs);
  return NULL;
}

/* Whoever stops a request, its own thread takes it down. */
static void
test_follow (void)
{
  g_autoptr (GCancellable) theirs = g_cancellable_new (), mine = g_cancellable_new (), late = g_cancellable_new ();
  GThread *thread;
  gpointer where = NULL;
  gulong handler;

  g_assert_cmpuint (fz_post_follow (NULL, mine), ==, 0);
  handler = fz_post_follow (theirs, mine);
  g_assert_cmpuint (handler, !=, 0);
  g_signal_connect (mine, "cancelled", G_CALLBACK (keep_thread), &where);
  thread = g_thread_new ("stops", cancel, theirs);
  g_thread_join (thread);
  g_assert_false (g_cancellable_is_cancelled (mine));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (g_cancellable_is_cancelled (mine));
  g_assert_true (where == g_thread_self ());
  g_cancellable_disconnect (theirs, handler);
  g_assert_cmpuint (fz_post_follow (theirs, late), ==, 0);
  g_assert_true (g_cancellable_is_cancelled (late));
}

int
main (int argc, char **argv)
{
  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE); /* as main() does */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/post/allowed", test_allowed);
  g_test_add_func ("/post/answers", test_answers);
  g_test_add_func ("/post/follow", test_follow);
  g_test_add_func ("/post/nobody", test_nobody);
  g_test_add_func ("/post/reasons", test_reasons);
  g_test_add_func ("/post/stopped", test_stopped);
  g_test_add_func ("/post/tls", test_tls);
  return g_test_run ();
}
