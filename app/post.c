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

/* --- one request, in a context of its own --- */

typedef struct {
  const FzPost *post;
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
  if (self->answer->len > self->post->most)
    end (self, g_error_new (FZ_ERROR, FZ_ERROR_REJECTED, _ ("答复超过 %" PRIu64 " 字节"), (guint64) self->post->most));
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

/* The last moment before a byte leaves. Plain http goes to this very machine only. */
static void
on_starting (SoupMessage *message, gpointer data)
{
  Call *self = data;

  if (g_strcmp0 (g_uri_get_scheme (soup_message_get_uri (message)), "https") != 0 || fz_post_is_modern (message))
    return;
  self->old = TRUE;
  g_cancellable_cancel (self->cancellable);
}

static gboolean
on_late (gpointer data)
{
  Call *self = data;

  self->late = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/* Runs on the canceller's thread: nothing but the cancellable is touched. */
static void
on_stopped (GCancellable *stop, gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

static SoupSession *
session_new (const FzPost *post, GError **error)
{
  g_autoptr (GTlsDatabase) authorities = post->tls_ca != NULL ? g_tls_file_database_new (post->tls_ca, error) : NULL;
  SoupSession *session;

  if (post->tls_ca != NULL && authorities == NULL)
    return NULL;
  session = soup_session_new_with_options ("proxy-resolver", NULL, "timeout", post->seconds, NULL);
  if (authorities != NULL)
    soup_session_set_tls_database (session, authorities);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

static void
run (Call *self, SoupSession *session, GMainContext *context)
{
  g_autoptr (GSource) deadline = g_timeout_source_new_seconds (self->post->seconds);
  gulong handler = self->post->stop != NULL ? g_cancellable_connect (self->post->stop, G_CALLBACK (on_stopped), self->cancellable, NULL) : 0;

  g_signal_connect (self->message, "starting", G_CALLBACK (on_starting), self);
  g_source_set_callback (deadline, on_late, self, NULL);
  g_source_attach (deadline, context);
  soup_session_send_async (session, self->message, G_PRIORITY_DEFAULT, self->cancellable, on_sent, self);
  while (!self->done)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (deadline);
  if (handler != 0)
    g_cancellable_disconnect (self->post->stop, handler);
  g_clear_object (&self->stream);
  soup_session_abort (session);
  while (g_main_context_iteration (context, FALSE))
    ;
}

static gboolean
judge (Call *self, GError **error)
{
  if (self->why == NULL)
    return TRUE;
  if (self->late)
    g_set_error (error, FZ_ERROR, FZ_ERROR_OFFLINE, _ ("%u 秒内没有答复完"), self->post->seconds);
  else if (self->old)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("对方只支持 TLS 1.2 以前的协议，没有发送"));
  else if (self->why->domain == FZ_ERROR)
    g_propagate_error (error, g_steal_pointer (&self->why));
  else
    g_set_error_literal (error, FZ_ERROR, self->why->domain == G_TLS_ERROR ? FZ_ERROR_REJECTED : FZ_ERROR_OFFLINE, self->why->message);
  g_clear_error (&self->why);
  return FALSE;
}

gboolean
fz_post (const FzPost *post, GBytes *body, guint *out_status, GBytes **out_answer, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (SoupSession) session = NULL;
  g_autoptr (GError) why = NULL;
  Call self = { .post = post };
  gboolean good;

  g_main_context_push_thread_default (context);
  session = session_new (post, &why);
  if (session == NULL) {
    g_main_context_pop_thread_default (context);
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REJECTED, why->message);
    return FALSE;
  }
  self.message = soup_message_new (SOUP_METHOD_POST, post->url);
  self.cancellable = g_cancellable_new ();
  self.answer = g_byte_array_new ();
  soup_message_add_flags (self.message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_request_body_from_bytes (self.message, post->type, body);
  run (&self, session, context);
  good = judge (&self, error);
  *out_status = soup_message_get_status (self.message);
  *out_answer = good ? g_byte_array_free_to_bytes (self.answer) : NULL;
  if (!good)
    g_byte_array_unref (self.answer);
  g_object_unref (self.message);
  g_object_unref (self.cancellable);
  g_clear_object (&session);
  g_main_context_pop_thread_default (context);
  return good;
}
