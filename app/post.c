#include "app/post.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define CHUNK_BYTES (16 * 1024)

/* --- where to --- */

gboolean
fz_post_is_this_machine (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL && (g_str_equal (host, "127.0.0.1") || g_str_equal (host, "localhost") || g_str_equal (host, "::1"));
}

gboolean
fz_post_is_allowed (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL, *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return (g_strcmp0 (scheme, "https") == 0 && host != NULL && *host != '\0') || (g_strcmp0 (scheme, "http") == 0 && fz_post_is_this_machine (url));
}

gboolean
fz_post_is_modern (SoupMessage *message)
{
  switch (soup_message_get_tls_protocol_version (message)) {
  case G_TLS_PROTOCOL_VERSION_TLS_1_2:
  case G_TLS_PROTOCOL_VERSION_TLS_1_3:
    return TRUE;
  case G_TLS_PROTOCOL_VERSION_UNKNOWN:
  case G_TLS_PROTOCOL_VERSION_SSL_3_0:
  case G_TLS_PROTOCOL_VERSION_TLS_1_0:
  case G_TLS_PROTOCOL_VERSION_TLS_1_1:
  case G_TLS_PROTOCOL_VERSION_DTLS_1_0:
  case G_TLS_PROTOCOL_VERSION_DTLS_1_2:
  default:
    return FALSE;
  }
}

/* --- stopped from another thread --- */

typedef struct {
  GMainContext *context; /* of `mine` */
  GCancellable *mine;
} Follow;

static void
follow_free (gpointer data)
{
  Follow *follow = data;

  g_main_context_unref (follow->context);
  g_object_unref (follow->mine);
  g_free (follow);
}

static gboolean
on_turn (gpointer mine)
{
  g_cancellable_cancel (mine);
  return G_SOURCE_REMOVE;
}

/* Runs on the canceller's thread: `mine` is left alone. The source outlives the request when nobody turns the context again, and goes with it. */
static void
on_stopped (GCancellable *theirs, gpointer data)
{
  const Follow *follow = data;
  g_autoptr (GSource) turn = g_idle_source_new ();

  g_source_set_priority (turn, G_PRIORITY_HIGH);
  g_source_set_callback (turn, on_turn, g_object_ref (follow->mine), g_object_unref);
  g_source_attach (turn, follow->context);
}

gulong
fz_post_follow (GCancellable *theirs, GCancellable *mine)
{
  Follow *follow;

  if (theirs == NULL)
    return 0;
  if (g_cancellable_is_cancelled (theirs)) {
    g_cancellable_cancel (mine);
    return 0;
  }
  follow = g_new (Follow, 1);
  *follow = (Follow) { g_main_context_ref_thread_default (), g_object_ref (mine) };
  return g_cancellable_connect (theirs, G_CALLBACK (on_stopped), follow, follow_free);
}

/* --- a kept line --- */

struct _FzPostLine {
  SoupSession *session;
  FzPostAccepts accepts;
  gconstpointer data;
};

static gboolean
is_trusted (const FzPostLine *self, SoupMessage *message)
{
  if (g_strcmp0 (g_uri_get_scheme (soup_message_get_uri (message)), "https") != 0)
    return TRUE; /* plain http goes to this very machine only */
  return fz_post_is_modern (message) && (self->accepts == NULL || self->accepts (self->data, soup_message_get_tls_peer_certificate (message)));
}

FzPostLine *
fz_post_line_new (GTlsDatabase *authorities, GProxyResolver *proxy, FzPostAccepts accepts, gconstpointer data)
{
  FzPostLine *self = g_new0 (FzPostLine, 1);

  self->session = soup_session_new_with_options ("proxy-resolver", proxy, "timeout", 0, "idle-timeout", 60, NULL);
  if (authorities != NULL)
    soup_session_set_tls_database (self->session, authorities);
  /* Nothing unpacks an answer behind our back, adds a password to a request or remembers anything. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_COOKIE_JAR);
  self->accepts = accepts;
  self->data = data;
  return self;
}

void
fz_post_line_free (FzPostLine *self)
{
  if (self == NULL)
    return;
  soup_session_abort (self->session);
  g_object_unref (self->session);
  g_free (self);
}

SoupSession *
fz_post_line_get_session (FzPostLine *self)
{
  return self->session;
}

void
fz_post_answer_clear (FzPostAnswer *answer)
{
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_clear_pointer (&answer->retry_after, g_free);
  g_clear_pointer (&answer->range, g_free);
}

/* --- one request --- */

typedef struct {
  FzPostLine *line;
  const FzPostRequest *request;
  SoupMessage *message;
  GCancellable *cancellable; /* ours: the deadline and the caller pull it */
  GInputStream *stream;
  GByteArray *answer;
  GError *why;
  gboolean late, old, done;
} Call;

static void
end (Call *self, GError *take_why)
{
  self->why = take_why;
  self->done = TRUE;
}

static void read_more (Call *self);

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *self = data;
  GError *why = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (self->stream, result, &why);

  if (chunk == NULL || g_bytes_get_size (chunk) == 0) {
    end (self, why);
    return;
  }
  g_byte_array_append (self->answer, g_bytes_get_data (chunk, NULL), (guint) g_bytes_get_size (chunk));
  if (self->answer->len > self->request->most)
    end (self, g_error_new (FZ_ERROR, FZ_ERROR_REJECTED, _ ("答复超过 %" PRIu64 " 字节"), (guint64) self->request->most));
  else
    read_more (self);
}

static void
read_more (Call *self)
{
  g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, self->cancellable, on_read, self);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *self = data;
  GError *why = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &why);
  if (self->stream == NULL)
    end (self, why);
  else
    read_more (self);
}

/* The last moment before a byte leaves. */
static void
on_starting (SoupMessage *message, gpointer data)
{
  Call *self = data;

  if (is_trusted (self->line, message))
    return;
  self->old = TRUE;
  g_cancellable_cancel (self->cancellable);
}

/* The library would send the same bytes again over a new connection: the same time, nonce and signature. Whoever asks asks anew. */
static void
on_restarted (SoupMessage *message, gpointer data)
{
  g_cancellable_cancel (((Call *) data)->cancellable);
}

typedef struct {
  FzPostLine *line;
  GCancellable *stop;
} Guard;

static void
guard_free (gpointer data, GClosure *closure)
{
  Guard *guard = data;

  g_clear_object (&guard->stop);
  g_free (guard);
}

static void
on_guarded (SoupMessage *message, gpointer data)
{
  Guard *guard = data;

  if (!is_trusted (guard->line, message))
    g_cancellable_cancel (guard->stop);
}

void
fz_post_line_guard (FzPostLine *self, SoupMessage *message, GCancellable *stop)
{
  Guard *guard = g_new (Guard, 1);

  *guard = (Guard) { self, g_object_ref (stop) };
  g_signal_connect_data (message, "starting", G_CALLBACK (on_guarded), guard, guard_free, 0);
}

static gboolean
on_late (gpointer data)
{
  Call *self = data;

  self->late = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
run (Call *self)
{
  GMainContext *context = g_main_context_ref_thread_default ();
  g_autoptr (GSource) deadline = g_timeout_source_new_seconds (self->request->seconds);
  GCancellable *stop = self->request->stop;
  gulong handler = fz_post_follow (stop, self->cancellable);

  g_signal_connect (self->message, "starting", G_CALLBACK (on_starting), self);
  g_signal_connect (self->message, "restarted", G_CALLBACK (on_restarted), self);
  g_source_set_callback (deadline, on_late, self, NULL);
  g_source_attach (deadline, context);
  soup_session_send_async (self->line->session, self->message, G_PRIORITY_DEFAULT, self->cancellable, on_sent, self);
  while (!self->done)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (deadline);
  if (handler != 0)
    g_cancellable_disconnect (stop, handler);
  g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->stream);
  g_main_context_unref (context);
}

const char *
fz_post_reason (const GError *why)
{
  static const struct {
    int code;
    const char *words;
  } faults[] = {
    { G_IO_ERROR_CONNECTION_REFUSED, N_ ("对方拒绝连接，可能是地址或端口不对，或服务没有开") },
    { G_IO_ERROR_HOST_NOT_FOUND, N_ ("找不到这个地址") },
    { G_IO_ERROR_HOST_UNREACHABLE, N_ ("网络不通") },
    { G_IO_ERROR_NETWORK_UNREACHABLE, N_ ("网络不通") },
    { G_IO_ERROR_TIMED_OUT, N_ ("连接超时") },
    { G_IO_ERROR_CONNECTION_CLOSED, N_ ("连接中断") },
    { G_IO_ERROR_PARTIAL_INPUT, N_ ("连接中断") },
    { G_IO_ERROR_PROXY_FAILED, N_ ("代理服务器没有接通") },
    { G_IO_ERROR_PROXY_AUTH_FAILED, N_ ("代理服务器不接受登录") },
    { G_IO_ERROR_PROXY_NEED_AUTH, N_ ("代理服务器要求登录") },
    { G_IO_ERROR_PROXY_NOT_ALLOWED, N_ ("代理服务器不允许连接这个地址") },
  };

  if (why->domain == G_RESOLVER_ERROR)
    return _ ("找不到这个地址");
  if (g_error_matches (why, G_TLS_ERROR, G_TLS_ERROR_EOF) || g_error_matches (why, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS))
    return _ ("没有建成加密连接");
  for (gsize i = 0; why->domain == G_IO_ERROR && i < G_N_ELEMENTS (faults); i++)
    if (why->code == faults[i].code)
      return _ (faults[i].words);
  return why->message;
}

static gboolean
judge (Call *self, GError **error)
{
  if (self->why == NULL)
    return TRUE;
  if (self->late)
    g_set_error (error, FZ_ERROR, FZ_ERROR_OFFLINE, _ ("%u 秒内没有答复完"), self->request->seconds);
  else if (self->old)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("对方只支持 TLS 1.2 以前的协议，或证书不是约定的那一个，没有发送"));
  else if (self->why->domain == FZ_ERROR)
    g_propagate_error (error, g_steal_pointer (&self->why));
  else
    g_set_error_literal (error, FZ_ERROR, self->why->domain == G_TLS_ERROR ? FZ_ERROR_REJECTED : FZ_ERROR_OFFLINE, fz_post_reason (self->why));
  g_clear_error (&self->why);
  return FALSE;
}

static SoupMessage *
message_new (const FzPostRequest *request)
{
  SoupMessage *message = soup_message_new (request->method, request->url);

  /* IDEMPOTENT keeps the connection open between requests, a handshake less each. */
  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  for (guint i = 0; request->headers != NULL && request->headers[i] != NULL; i += 2)
    soup_message_headers_replace (soup_message_get_request_headers (message), request->headers[i], request->headers[i + 1]);
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, request->type, request->body);
  return message;
}

gboolean
fz_post_line_ask (FzPostLine *line, const FzPostRequest *request, FzPostAnswer *out, GError **error)
{
  g_autoptr (SoupMessage) message = message_new (request);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Call self = { .line = line, .request = request, .message = message, .cancellable = cancellable, .answer = g_byte_array_new () };
  SoupMessageHeaders *headers;
  gboolean good;

  run (&self);
  good = judge (&self, error);
  headers = soup_message_get_response_headers (message);
  *out = (FzPostAnswer) { soup_message_get_status (message), g_byte_array_free_to_bytes (self.answer),
                          g_strdup (soup_message_headers_get_one (headers, "Retry-After")),
                          g_strdup (soup_message_headers_get_one (headers, "Content-Range")) };
  return good;
}

/* --- one request, in a context of its own --- */

static gboolean
ask_once (const FzPost *post, GTlsDatabase *authorities, GBytes *body, FzPostAnswer *out, GError **error)
{
  g_autoptr (FzPostLine) line = fz_post_line_new (authorities, NULL, NULL, NULL);
  FzPostRequest request = { .method = SOUP_METHOD_POST, .url = post->url, .type = post->type, .body = body, .most = post->most,
                            .seconds = post->seconds, .stop = post->stop };

  return fz_post_line_ask (line, &request, out, error);
}

gboolean
fz_post (const FzPost *post, GBytes *body, guint *out_status, GBytes **out_answer, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) why = NULL;
  g_autoptr (GTlsDatabase) authorities = post->tls_ca != NULL ? g_tls_file_database_new (post->tls_ca, &why) : NULL;
  g_auto (FzPostAnswer) answer = { 0 };
  gboolean good;

  if (why != NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REJECTED, why->message);
    return FALSE;
  }
  g_main_context_push_thread_default (context);
  good = ask_once (post, authorities, body, &answer, error);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  *out_status = answer.status;
  *out_answer = good ? g_steal_pointer (&answer.body) : NULL;
  return good;
}
