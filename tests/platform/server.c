#include "tests/platform/server.h"

#include <string.h>
#include <sys/socket.h>

#define MAX_BODY (8 * 1024 * 1024)
#define HUGE_BODY (16 * 1024 * 1024)

/* Takes the wire away from libsoup and ends it: with a reset, or after what is given. The socket has to be asked for
 * before the connection is stolen. */
static void
break_connection (SoupServerMessage *message, gboolean reset, const char *last_words)
{
  const struct linger at_once = { 1, 0 };
  g_autoptr (GSocket) socket = soup_server_message_get_socket (message);
  g_autoptr (GIOStream) stream = NULL;

  if (socket != NULL)
    g_object_ref (socket);
  stream = soup_server_message_steal_connection (message);
  if (last_words != NULL)
    g_output_stream_write_all (g_io_stream_get_output_stream (stream), last_words, strlen (last_words), NULL, NULL,
                               NULL);
  if (socket == NULL)
    return;
  if (reset)
    setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close (socket, NULL);
}

static void
truncate_answer (SoupServerMessage *message, const char *body)
{
  g_autofree char *half = g_strndup (body, strlen (body) / 2);
  g_autofree char *text = g_strdup_printf (
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen (body), half);

  break_connection (message, FALSE, text);
}

static void
say (SoupServerMessage *message, guint status, const char *type, const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, body, strlen (body));
}

/* Valid JSON all the same: only its size is wrong. */
static void
say_much (SoupServerMessage *message, const char *body)
{
  g_autofree char *blanks = g_strnfill (HUGE_BODY, ' ');
  g_autofree char *text = g_strconcat (body, blanks, NULL);

  say (message, 200, "application/json", text);
}

static gboolean
on_slow_answer (gpointer data)
{
  soup_server_message_unpause (data);
  return G_SOURCE_REMOVE;
}

static void
say_slowly (SoupServerMessage *message, const char *body, guint after_ms)
{
  say (message, 200, "application/json", body);
  soup_server_message_pause (message);
  g_timeout_add_full (G_PRIORITY_DEFAULT, after_ms, on_slow_answer, g_object_ref (message), g_object_unref);
}

static void
send_reply (SimGateway *gateway, SoupServerMessage *message, const SimReply *reply)
{
  switch (reply->fault.kind) {
    case SIM_FAULT_DROP:
      break_connection (message, FALSE, NULL);
      return;
    case SIM_FAULT_RESET:
      break_connection (message, TRUE, NULL);
      return;
    case SIM_FAULT_TRUNCATE:
      truncate_answer (message, reply->body);
      return;
    case SIM_FAULT_503:
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "1");
      say (message, 503, "text/html", "<html><body>503 Service Temporarily Unavailable</body></html>");
      return;
    case SIM_FAULT_REDIRECT:
      soup_server_message_set_redirect (message, 302, "http://127.0.0.1:9/openapi/api");
      return;
    case SIM_FAULT_NOTJSON:
      say (message, 200, "application/json", "<html><body>系统维护中</body></html>");
      return;
    case SIM_FAULT_TYPE:
      say (message, 200, "text/html", reply->body);
      return;
    case SIM_FAULT_HUGE:
      say_much (message, reply->body);
      return;
    case SIM_FAULT_SLOW:
      say_slowly (message, reply->body, sim_faults_get_slow_ms (gateway->faults));
      return;
    case SIM_FAULT_NONE:
    case SIM_FAULT_OUTER:
    case SIM_FAULT_ERRBODY:
    case SIM_FAULT_REFUSE:
    default:
      say (message, 200, "application/json", reply->body);
      return;
  }
}

static void
on_call (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  SimGateway *gateway = data;
  SimReply reply = { 0 };
  g_autoptr (GBytes) body = NULL;

  if (!g_str_equal (path, SIM_PATH)) {
    say (message, 404, "text/plain", "not found");
    return;
  }
  if (soup_server_message_get_method (message) != SOUP_METHOD_POST) {
    say (message, 405, "text/plain", "POST only");
    return;
  }
  body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  if (g_bytes_get_size (body) > MAX_BODY) {
    say (message, 413, "text/plain", "too large");
    return;
  }
  sim_gateway_answer (gateway, soup_server_message_get_request_headers (message), g_bytes_get_data (body, NULL),
                      g_bytes_get_size (body), &reply);
  send_reply (gateway, message, &reply);
  g_free (reply.body);
}

SoupServer *
sim_server_start (SimGateway *gateway, const SimIdentity *identity, guint port, guint *bound, GError **error)
{
  g_autoptr (SoupServer) server = soup_server_new ("server-header", "platform ", NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (identity->server_pem, -1, error);
  g_autoslist (GUri) uris = NULL;

  if (certificate == NULL)
    return NULL;
  soup_server_set_tls_certificate (server, certificate);
  soup_server_add_handler (server, NULL, on_call, gateway, NULL);
  if (!soup_server_listen_local (server, port, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return NULL;
  uris = soup_server_get_uris (server);
  *bound = (guint) g_uri_get_port (uris->data);
  return g_steal_pointer (&server);
}
