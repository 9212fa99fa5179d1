#include "app/platform/transport.h"

#include "app/platform/generic.h"
#include "app/platform/profile.h"
#include "app/platform/sm.h"
#include "app/post.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#define ANSWER_MAX_BYTES (4 * 1024 * 1024)
#define CHUNK_BYTES (64 * 1024)

struct _FzTransport {
  grefcount refs; /* one thread */
  FzPlatformConfig *config;
  FzMessageTable *table;
  gint64 deadline_ms;
  SoupSession *session;
};

/* Why our own cancellable was pulled. */
typedef enum { PULLED_NOT, PULLED_BY_DEADLINE, PULLED_BY_PIN, PULLED_BY_REVOCATION, PULLED_BY_NO_LIST, PULLED_BY_PROTOCOL, PULLED_BY_RESTART } Pulled;

typedef struct {
  FzTransport *transport;
  SoupMessage *message;
  GCancellable *cancellable; /* ours: deadline, pin and caller all pull it */
  Pulled pulled;
  GCancellable *caller;
  gulong caller_handler;
  GSource *deadline;
  gboolean sent; /* the headers are out; the body may be at any point */
  GInputStream *stream;
  GByteArray *body;
  char *key; /* of the generic wire */
} Call;

/* --- the session --- */

static SoupSession *
session_new (FzPlatformConfig *config)
{
  /* Proxy NULL: never the desktop's, unless the hospital says so. */
  SoupSession *session = soup_session_new_with_options ("tls-database", fz_platform_config_get_authorities (config),
                                                        "proxy-resolver", fz_platform_config_get_proxy (config), "timeout", 0,
                                                        "idle-timeout", 30, NULL);

  /* An answer is at most 4 MiB as it comes over the wire; nothing unpacks it behind our back or adds a password to a request. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_COOKIE_JAR);
  return session;
}

FzTransport *
fz_transport_new (FzPlatformConfig *config, FzMessageTable *table, gint64 deadline_ms, GError **error)
{
  FzTransport *self;

  if (g_getenv ("SOUP_FORCE_HTTP1") == NULL)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _("程序启动时没有设定 HTTP/1.1，不能上报。\n请把这一情况告诉程序的维护者。"));
      return NULL;
    }
  self = g_new0 (FzTransport, 1);
  g_ref_count_init (&self->refs);
  self->config = fz_platform_config_ref (config);
  self->table = fz_message_table_ref (table);
  self->deadline_ms = deadline_ms > 0 ? deadline_ms : fz_message_table_get_deadline_ms (table);
  self->session = session_new (config);
  return self;
}

FzTransport *
fz_transport_ref (FzTransport *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
fz_transport_unref (FzTransport *self)
{
  if (self == NULL || !g_ref_count_dec (&self->refs))
    return;
  soup_session_abort (self->session);
  g_object_unref (self->session);
  fz_platform_config_unref (self->config);
  fz_message_table_unref (self->table);
  g_free (self);
}

/* --- one call --- */

static void
call_free (gpointer data)
{
  Call *self = data;

  if (self->caller_handler != 0)
    g_cancellable_disconnect (self->caller, self->caller_handler);
  g_clear_object (&self->caller);
  if (self->deadline != NULL)
    {
      g_source_destroy (self->deadline);
      g_source_unref (self->deadline);
    }
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->stream);
  g_byte_array_unref (self->body);
  g_free (self->key);
  fz_transport_unref (self->transport);
  g_free (self);
}

static void
pull (Call *self, Pulled why)
{
  if (self->pulled == PULLED_NOT)
    self->pulled = why;
  g_cancellable_cancel (self->cancellable);
}

static gboolean
on_deadline (gpointer data)
{
  pull (data, PULLED_BY_DEADLINE);
  return G_SOURCE_REMOVE;
}

/* The last moment before a byte leaves. The library has checked name, dates and authority; protocol, key and revocation are checked here. */
static void
on_starting (SoupMessage *message, gpointer data)
{
  Call *self = data;
  GTlsCertificate *peer = soup_message_get_tls_peer_certificate (message);
  FzRevocation revocation = fz_platform_config_ask_lists (self->transport->config, peer);

  if (!fz_platform_config_accepts_key (self->transport->config, peer))
    pull (self, PULLED_BY_PIN);
  else if (revocation != FZ_REVOCATION_GOOD)
    pull (self, revocation == FZ_REVOCATION_REVOKED ? PULLED_BY_REVOCATION : PULLED_BY_NO_LIST);
  else if (!fz_post_is_modern (message))
    pull (self, PULLED_BY_PROTOCOL);
}

static void
on_wrote_headers (SoupMessage *message, gpointer data)
{
  ((Call *) data)->sent = TRUE;
}

/* The library would send the same bytes again (it does so for a stale connection when it takes a method for idempotent). The
 * platform keeps duplicates: never. */
static void
on_restarted (SoupMessage *message, gpointer data)
{
  pull (data, PULLED_BY_RESTART);
}

static const char *
certificate_reason (GTlsCertificateFlags flags)
{
  if (flags & G_TLS_CERTIFICATE_EXPIRED)
    return _("平台的证书已过期");
  if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return _("平台的证书还没有生效，请核对本机时间");
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return _("证书上的名称与配置的地址不符");
  if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return _("证书不是可信机构签发的");
  return _("平台的证书不可信");
}

/* A handshake that breaks off (G_TLS_ERROR_NOT_TLS, EOF) counts as not reached: a gateway that is being restarted looks like that,
 * and must not stop the upload until a person comes. */
static GError *
not_sent_error (const Call *self, const GError *cause)
{
  if (self->pulled == PULLED_BY_PIN)
    return g_error_new (FZ_ERROR, FZ_ERROR_REJECTED,
                        _("平台证书的公钥与配置的指纹不符，没有发送。\n请系统管理员向监管平台核实后更新配置。"));
  if (self->pulled == PULLED_BY_REVOCATION)
    return g_error_new (FZ_ERROR, FZ_ERROR_REJECTED, _("平台的证书已被发证机构吊销，没有发送。\n请系统管理员立即向监管平台核实，换证之前不要恢复上报。"));
  if (self->pulled == PULLED_BY_NO_LIST)
    return g_error_new (FZ_ERROR, FZ_ERROR_REJECTED,
                        _("没有仍在有效期内的吊销列表可以核对平台的证书，没有发送。\n请系统管理员向发证机构取得新的吊销列表，更新配置里的 crl_file。"));
  if (self->pulled == PULLED_BY_PROTOCOL)
    return g_error_new (FZ_ERROR, FZ_ERROR_REJECTED, _("平台只支持 TLS 1.2 以前的协议，没有发送。\n请系统管理员向监管平台核实接入地址。"));
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return g_error_new (FZ_ERROR, FZ_ERROR_REJECTED, _("%s，没有发送。\n请系统管理员核对地址和证书配置。"),
                        certificate_reason (soup_message_get_tls_peer_certificate_errors (self->message)));
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    return g_error_new (FZ_ERROR, FZ_ERROR_REJECTED, _("平台要求客户端证书，没有发送。\n请系统管理员向监管平台核实接入方式。"));
  if (self->pulled == PULLED_BY_DEADLINE)
    return g_error_new (FZ_ERROR, FZ_ERROR_OFFLINE, _("在规定时间内没有连上监管平台，没有发送，稍后自动重试。"));
  /* A server that does not take our certificate hangs up without a word. */
  if (fz_platform_config_get_ours (self->transport->config) != NULL)
    return g_error_new (FZ_ERROR, FZ_ERROR_OFFLINE, _ ("连不上监管平台（%s），没有发送，稍后自动重试。一直如此的，可能是平台不接受本院的客户端证书，请系统管理员核实。"), fz_post_reason (cause));
  return g_error_new (FZ_ERROR, FZ_ERROR_OFFLINE, _("连不上监管平台（%s），没有发送，稍后自动重试。"), fz_post_reason (cause));
}

static GError *
unknown_error (const Call *self, const GError *cause)
{
  if (self->pulled == PULLED_BY_DEADLINE)
    return g_error_new (FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME,
                        _("已经发出，平台在规定时间内没有答复，不知道是否收下。\n请到平台核对后登记结果。"));
  return g_error_new (FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME,
                      _("已经发出，但没有收到完整的答复（%s），不知道平台是否收下。\n请到平台核对后登记结果。"), fz_post_reason (cause));
}

static void
fail (GTask *take_task, const GError *cause)
{
  g_autoptr (GTask) task = take_task;
  Call *self = g_task_get_task_data (task);

  g_task_return_error (task, self->sent ? unknown_error (self, cause) : not_sent_error (self, cause));
}

/* Seconds only; the date form asks for a clock that agrees with theirs. */
static gint64
retry_after (SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  gint64 seconds;

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &seconds, NULL) ? seconds : -1;
}

static gint64
date_of (SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), "Date");
  g_autoptr (GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return date != NULL ? g_date_time_to_unix (date) * G_USEC_PER_SEC : 0;
}

static void read_more (GTask *task);

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Call *self = g_task_get_task_data (task);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (self->stream, result, &cause);

  if (chunk == NULL)
    {
      fail (g_steal_pointer (&task), cause);
      return;
    }
  if (g_bytes_get_size (chunk) == 0)
    {
      FzPlatformAnswer *answer = fz_platform_answer_new (soup_message_get_status (self->message), retry_after (self->message), self->body->data,
                                                         self->body->len);

      answer->date_us = date_of (self->message);
      if (g_strcmp0 (answer->receipt_key, self->key) != 0)
        g_clear_pointer (&answer->receipt, g_free); /* another record's receipt says nothing of this one */
      g_task_return_pointer (task, answer, (GDestroyNotify) fz_platform_answer_free);
      return;
    }
  g_byte_array_append (self->body, g_bytes_get_data (chunk, NULL), (guint) g_bytes_get_size (chunk));
  if (self->body->len > ANSWER_MAX_BYTES)
    {
      cause = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, _("答复超过 4 MiB"));
      fail (g_steal_pointer (&task), cause);
      return;
    }
  read_more (g_steal_pointer (&task));
}

static void
read_more (GTask *task)
{
  Call *self = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, self->cancellable, on_read, task);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Call *self = g_task_get_task_data (task);
  g_autoptr (GError) cause = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &cause);
  if (self->stream == NULL)
    fail (g_steal_pointer (&task), cause);
  else
    read_more (g_steal_pointer (&task));
}

/* Body and headers; FALSE when the ciphers are missing. */
static gboolean
seal (Call *self, const char *method, GBytes *payload, GError **error)
{
  FzTransport *transport = self->transport;
  SoupMessageHeaders *headers = soup_message_get_request_headers (self->message);
  g_autofree char *nonce = g_uuid_string_random ();
  g_autofree char *body = NULL, *digest = NULL, *signature = NULL, *timestamp = NULL;
  g_autoptr (GBytes) bytes = NULL;
  FzSignedHeaders values;
  gsize n;
  const guint8 *plain = g_bytes_get_data (payload, &n);

  body = fz_sm4_cbc_hex (fz_platform_config_get_secret (transport->config), fz_message_table_get_iv (transport->table), plain, n, error);
  digest = body != NULL ? fz_sm3_hex (body, strlen (body), error) : NULL;
  if (digest == NULL)
    return FALSE;
  values = (FzSignedHeaders){
    .key = fz_platform_config_get_app_key (transport->config),
    .nonce = nonce,
    .timestamp_ms = g_get_real_time () / 1000,
    .content_md5 = digest,
    .service_id = fz_message_table_get_service_id (transport->table),
    .method = method,
  };
  signature = fz_platform_signature (&values, error);
  if (signature == NULL)
    return FALSE;
  timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, values.timestamp_ms);
  soup_message_headers_append (headers, "X-Service-Id", values.service_id);
  soup_message_headers_append (headers, "X-Service-Method", method);
  soup_message_headers_append (headers, "X-Ca-Key", values.key);
  soup_message_headers_append (headers, "X-Ca-Nonce", nonce);
  soup_message_headers_append (headers, "X-Ca-Timestamp", timestamp);
  soup_message_headers_append (headers, "X-Content-MD5", digest);
  soup_message_headers_append (headers, "X-Ca-Signature-Headers", FZ_SIGNED_HEADER_NAMES);
  soup_message_headers_append (headers, "X-Ca-Signature", signature);
  n = strlen (body);
  bytes = g_bytes_new_take (g_steal_pointer (&body), n);
  soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);
  return TRUE;
}

static Call *
call_new (FzTransport *transport)
{
  Call *self = g_new0 (Call, 1);

  self->transport = fz_transport_ref (transport);
  self->cancellable = g_cancellable_new ();
  self->body = g_byte_array_new ();
  self->message = soup_message_new_from_uri (SOUP_METHOD_POST, fz_platform_config_get_uri (transport->config));
  if (fz_platform_config_get_ours (transport->config) != NULL)
    soup_message_set_tls_client_certificate (self->message, fz_platform_config_get_ours (transport->config));
  /* IDEMPOTENT only keeps the connection open between calls (a handshake less each); on_restarted() sees to the rest. */
  soup_message_set_flags (self->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  g_signal_connect (self->message, "starting", G_CALLBACK (on_starting), self);
  g_signal_connect (self->message, "wrote-headers", G_CALLBACK (on_wrote_headers), self);
  g_signal_connect (self->message, "restarted", G_CALLBACK (on_restarted), self);
  return self;
}

static void
set_deadline (Call *self)
{
  self->deadline = g_timeout_source_new ((guint) self->transport->deadline_ms);
  g_source_set_callback (self->deadline, on_deadline, self, NULL);
  g_source_attach (self->deadline, g_main_context_get_thread_default ());
}

void
fz_platform_call_async (FzTransport *self, const char *method, GBytes *payload, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Call *call = call_new (self);
  g_autoptr (GError) error = NULL;

  g_task_set_task_data (task, call, call_free);
  call->key = fz_generic_key (method, payload);
  if (g_str_equal (fz_message_table_get_wire (self->table), "generic"))
    fz_generic_seal (call->message, self->config, method, call->key, payload);
  else if (!seal (call, method, payload, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  set_deadline (call);
  if (cancellable != NULL)
    {
      call->caller = g_object_ref (cancellable);
      call->caller_handler = fz_post_follow (cancellable, call->cancellable);
    }
  soup_session_send_async (self->session, call->message, G_PRIORITY_DEFAULT, call->cancellable, on_sent, g_steal_pointer (&task));
}

FzPlatformAnswer *
fz_platform_call_finish (FzTransport *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
