#include "app/front_hint.h"

#include <libsoup/soup.h>

#define PING_SECONDS 20
#define SILENT_US (3 * PING_SECONDS * G_USEC_PER_SEC)
#define TRY_US (300 * G_USEC_PER_SEC) /* where a go-between forbids it */
#define LONGEST 4096

struct _FzFrontHint {
  FzFrontWire *wire;
  SoupWebsocketConnection *socket;
  GCancellable *opening; /* NULL: not being opened */
  gint64 tried_us, heard_us;
  gboolean said;
};

FzFrontHint *
fz_front_hint_new (FzFrontWire *wire)
{
  FzFrontHint *self = g_new0 (FzFrontHint, 1);

  self->wire = wire;
  return self;
}

static void
drop (FzFrontHint *self)
{
  if (self->socket == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->socket, self);
  if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  g_clear_object (&self->socket);
}

void
fz_front_hint_free (FzFrontHint *self)
{
  /* The answer to a handshake that goes on still comes, in this context. */
  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
  while (self->opening != NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  drop (self);
  g_free (self);
}

static void
on_message (SoupWebsocketConnection *socket, gint type, GBytes *message, gpointer data)
{
  FzFrontHint *self = data;

  self->said = TRUE;
  self->heard_us = g_get_monotonic_time ();
}

static void
on_pong (SoupWebsocketConnection *socket, GBytes *message, gpointer data)
{
  ((FzFrontHint *) data)->heard_us = g_get_monotonic_time ();
}

static void
on_closed (SoupWebsocketConnection *socket, gpointer data)
{
  FzFrontHint *self = data;

  g_signal_handlers_disconnect_by_data (socket, self);
  g_clear_object (&self->socket);
  self->tried_us = 0; /* it was there: at once again */
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  FzFrontHint *self = data;
  g_autoptr (GError) error = NULL;

  self->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_clear_object (&self->opening);
  self->said = TRUE; /* what came while it was shut; and whoever waits for it asks in the other way */
  if (self->socket == NULL) {
    g_info ("front: no WebSocket, long poll instead: %s", error->message);
    return;
  }
  self->heard_us = g_get_monotonic_time ();
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, LONGEST);
  soup_websocket_connection_set_keepalive_interval (self->socket, PING_SECONDS);
  g_signal_connect (self->socket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->socket, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (on_closed), self);
}

static void
open_socket (FzFrontHint *self)
{
  FzPostLine *line = fz_front_wire_get_line (self->wire);
  g_autofree char *url = fz_front_wire_url (self->wire, "events");
  g_auto (GStrv) headers = fz_front_wire_sign (self->wire, SOUP_METHOD_GET, "events", NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);

  self->tried_us = g_get_monotonic_time ();
  self->opening = g_cancellable_new ();
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  for (guint i = 0; headers[i] != NULL; i += 2)
    soup_message_headers_replace (soup_message_get_request_headers (message), headers[i], headers[i + 1]);
  fz_post_line_guard (line, message, self->opening);
  soup_session_websocket_connect_async (fz_post_line_get_session (line), message, NULL, NULL, G_PRIORITY_DEFAULT, self->opening, on_opened, self);
}

void
fz_front_hint_keep (FzFrontHint *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->socket != NULL && now_us - self->heard_us > SILENT_US)
    drop (self);
  if (self->socket == NULL && self->opening == NULL && (self->tried_us == 0 || now_us - self->tried_us > TRY_US))
    open_socket (self);
}

gboolean
fz_front_hint_is_open (FzFrontHint *self)
{
  return self->socket != NULL || self->opening != NULL;
}

gboolean
fz_front_hint_take (FzFrontHint *self)
{
  gboolean said = self->said;

  self->said = FALSE;
  return said;
}
