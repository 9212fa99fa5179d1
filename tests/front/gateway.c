#include "tests/front/gateway.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SLOW_MS 30
#define HANDSHAKE_S 20
#define HANDSHAKE_TLS "handshake-tls"
#define HANDSHAKE_WEBSOCKET "handshake-websocket"
#define CLOCK_SLACK_MS (5 * 60 * 1000)

typedef struct {
  char *id, *text; /* the event as it is sent */
  gboolean acked;
} Event;

struct _Gateway {
  GMutex mutex; /* over everything: tests look in from their thread */
  char *key, *unit, *prefix;
  guint8 secret[16];
  GwFaults faults;
  GwCount count;
  GPtrArray *events;     /* Event */
  GHashTable *files;     /* sha256 -> GBytes */
  GHashTable *holders;   /* visit -> desk */
  GHashTable *arrived;   /* key -> text */
  GHashTable *turns;     /* visit -> the last turn */
  GHashTable *heard;     /* visit -> GString of kinds */
  GHashTable *asked;     /* what was asked -> how often */
  GHashTable *nonces;
  GHashTable *refusals;  /* kind -> words */
  char *page;
  GPtrArray *sockets;    /* SoupWebsocketConnection */
  GPtrArray *waiting;    /* SoupServerMessage of long polls */
  SoupServer *server;    /* borrowed */
  guint under_way;       /* handshakes, of TLS and of WebSockets; the server's thread alone */
  GMainContext *context; /* of the server */
};

static void
event_free (gpointer data)
{
  Event *event = data;

  g_free (event->id);
  g_free (event->text);
  g_free (event);
}

static void
string_free (gpointer data)
{
  g_string_free (data, TRUE);
}

Gateway *
gateway_new (const char *key, const char *secret_hex, const char *unit)
{
  Gateway *self = g_new0 (Gateway, 1);

  g_mutex_init (&self->mutex);
  self->key = g_strdup (key);
  self->unit = g_strdup (unit);
  for (guint i = 0; i < sizeof self->secret; i++)
    self->secret[i] = (guint8) (g_ascii_xdigit_value (secret_hex[2 * i]) * 16 + g_ascii_xdigit_value (secret_hex[2 * i + 1]));
  self->events = g_ptr_array_new_with_free_func (event_free);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  self->holders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->arrived = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->turns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->heard = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, string_free);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->nonces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->refusals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
gateway_free (Gateway *self)
{
  GHashTable *const tables[] = { self->files, self->holders, self->arrived, self->turns, self->heard, self->asked, self->nonces, self->refusals };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    g_hash_table_unref (tables[i]);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->sockets);
  g_ptr_array_unref (self->waiting);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->mutex);
  g_free (self->key);
  g_free (self->unit);
  g_free (self->prefix);
  g_free (self->page);
  g_free (self);
}

/* --- answers and faults --- */

typedef struct {
  guint status;
  char *body;
  GBytes *bytes; /* instead of body */
  char *range;
  GwFault fault;
} Reply;

static void
say (Reply *reply, guint status, const char *body)
{
  reply->status = status;
  g_free (reply->body);
  reply->body = g_strdup (body);
}

static guint64
mix (guint64 seed, const char *text)
{
  guint64 h = seed * 0x9e3779b97f4a7c15u + 0xcbf29ce484222325u;

  for (; *text != '\0'; text++)
    h = (h ^ (guint8) *text) * 0x100000001b3u;
  h ^= h >> 29;
  h *= 0xbf58476d1ce4e5b9u;
  return h ^ (h >> 32);
}

/* By what is asked and how often, not by when. */
static GwFault
fault_of (Gateway *self, const char *what)
{
  guint times = GPOINTER_TO_UINT (g_hash_table_lookup (self->asked, what));
  g_autofree char *text = g_strdup_printf ("%s#%u", what, times);
  guint64 h = mix (self->faults.seed, text);

  g_hash_table_insert (self->asked, g_strdup (what), GUINT_TO_POINTER (times + 1));
  if (self->faults.percent == 0 || times >= self->faults.most || h % 100 >= self->faults.percent)
    return GW_NONE;
  self->count.faults++;
  return (GwFault) (1 + (h >> 20) % (GW_N_FAULTS - 1));
}

static void
break_off (SoupServerMessage *message, const char *last_words)
{
  const struct linger at_once = { 1, 0 };
  g_autoptr (GSocket) socket = soup_server_message_get_socket (message);
  g_autoptr (GIOStream) stream = NULL;

  if (socket != NULL)
    g_object_ref (socket);
  stream = soup_server_message_steal_connection (message);
  if (last_words != NULL)
    g_output_stream_write_all (g_io_stream_get_output_stream (stream), last_words, strlen (last_words), NULL, NULL, NULL);
  if (socket == NULL)
    return;
  if (last_words == NULL)
    setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close (socket, NULL);
}

/* Half of what there is, promised whole. */
static void
truncate_answer (SoupServerMessage *message, const Reply *reply)
{
  gsize n = reply->bytes != NULL ? g_bytes_get_size (reply->bytes) : strlen (reply->body);
  const char *bytes = reply->bytes != NULL ? g_bytes_get_data (reply->bytes, NULL) : reply->body;
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 %u OK\r\nContent-Type: application/json\r\n%s%s%sContent-Length: %zu\r\n\r\n", reply->status,
                                           reply->range != NULL ? "Content-Range: " : "", reply->range != NULL ? reply->range : "",
                                           reply->range != NULL ? "\r\n" : "", n);
  g_autoptr (GSocket) socket = soup_server_message_get_socket (message);
  g_autoptr (GIOStream) stream = NULL;
  GOutputStream *out;

  if (socket != NULL)
    g_object_ref (socket);
  stream = soup_server_message_steal_connection (message);
  out = g_io_stream_get_output_stream (stream);
  g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL);
  g_output_stream_write_all (out, bytes, n / 2, NULL, NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static gboolean
on_slow (gpointer message)
{
  soup_server_message_unpause (message);
  return G_SOURCE_REMOVE;
}

static void
answer (SoupServerMessage *message, const Reply *reply)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, reply->status, NULL);
  if (reply->range != NULL)
    soup_message_headers_replace (headers, "Content-Range", reply->range);
  if (reply->status == 429)
    soup_message_headers_replace (headers, "Retry-After", "0");
  if (reply->bytes != NULL)
    soup_server_message_set_response (message, "application/octet-stream", SOUP_MEMORY_COPY, g_bytes_get_data (reply->bytes, NULL), g_bytes_get_size (reply->bytes));
  else if (reply->body != NULL)
    soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, reply->body, strlen (reply->body));
}

static void
send_reply (Gateway *self, SoupServerMessage *message, Reply *reply)
{
  g_autoptr (GSource) timer = NULL;

  switch (reply->fault) {
  case GW_RESET_AFTER:
    break_off (message, NULL);
    return;
  case GW_TRUNCATE:
    truncate_answer (message, reply);
    return;
  case GW_LIE:
    say (reply, 200, "{\"format\":\"fuzhen.front/v1\",\"code\":\"E\",\"words\":\"\\u7cfb\\u7edf\\u7ef4\\u62a4\"}");
    g_clear_pointer (&reply->bytes, g_bytes_unref);
    answer (message, reply);
    return;
  case GW_DELAY:
    answer (message, reply);
    soup_server_message_pause (message);
    timer = g_timeout_source_new (SLOW_MS);
    g_source_set_callback (timer, on_slow, g_object_ref (message), g_object_unref);
    g_source_attach (timer, g_main_context_get_thread_default ());
    return;
  case GW_NONE:
  case GW_LOSE:
  case GW_BUSY:
  case GW_AGAIN:
  case GW_N_FAULTS:
  default:
    answer (message, reply);
    return;
  }
}

/* --- who asks --- */

static const char *
header (SoupServerMessage *message, const char *name)
{
  const char *value = soup_message_headers_get_one (soup_server_message_get_request_headers (message), name);

  return value != NULL ? value : "";
}

static gboolean
is_signed (Gateway *self, SoupServerMessage *message, GBytes *body)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, self->secret, sizeof self->secret);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
  g_autofree char *text = NULL;
  gint64 now_ms = g_get_real_time () / 1000, then_ms = g_ascii_strtoll (header (message, "X-Fuzhen-Time"), NULL, 10);

  text = g_strdup_printf ("%s\n%s%s%s\n%s\n%s\n%s\n%s\n%s", soup_server_message_get_method (message), g_uri_get_path (uri), query != NULL ? "?" : "",
                          query != NULL ? query : "", header (message, "X-Fuzhen-Key"), header (message, "X-Fuzhen-Unit"),
                          header (message, "X-Fuzhen-Time"), header (message, "X-Fuzhen-Nonce"), digest);
  g_hmac_update (hmac, (const guchar *) text, -1);
  return g_strcmp0 (g_hmac_get_string (hmac), header (message, "X-Fuzhen-Signature")) == 0 && g_str_equal (header (message, "X-Fuzhen-Key"), self->key) &&
         g_str_equal (header (message, "X-Fuzhen-Unit"), self->unit) && ABS (now_ms - then_ms) < CLOCK_SLACK_MS &&
         g_hash_table_add (self->nonces, g_strdup (header (message, "X-Fuzhen-Nonce")));
}

/* --- the inbox --- */

static guint
index_of (const char *after)
{
  return after != NULL && g_str_has_prefix (after, "c") ? (guint) atoi (after + 1) : 0;
}

static char *
page (Gateway *self, GHashTable *query, gboolean again)
{
  const char *after = query != NULL ? g_hash_table_lookup (query, "after") : NULL, *limit = query != NULL ? g_hash_table_lookup (query, "limit") : NULL;
  guint from = index_of (after), most = limit != NULL ? (guint) atoi (limit) : 100, to;
  GString *text = g_string_new ("{\"format\":\"fuzhen.front/v1\",\"events\":[");

  if (self->page != NULL) {
    g_string_assign (text, self->page);
    return g_string_free (text, FALSE);
  }
  if (again) /* a front that repeats itself */
    from = from > 3 ? from - 3 : 0;
  to = MIN (self->events->len, from + most);
  for (guint i = from; i < to; i++)
    g_string_append_printf (text, "%s%s", i > from ? "," : "", ((Event *) self->events->pdata[i])->text);
  g_string_append_printf (text, "],\"next\":\"c%u\",\"more\":%s}", to, to < self->events->len ? "true" : "false");
  return g_string_free (text, FALSE);
}

static void
take_acks (Gateway *self, const cJSON *root)
{
  const cJSON *id;

  cJSON_ArrayForEach (id, cJSON_GetObjectItemCaseSensitive (root, "events"))
    for (guint i = 0; i < self->events->len; i++) {
      Event *event = self->events->pdata[i];

      if (g_strcmp0 (event->id, cJSON_GetStringValue (id)) != 0 || event->acked)
        continue;
      event->acked = TRUE;
      self->count.acked++;
    }
}

/* --- the outbox --- */

static const char *
text_of (const cJSON *object, const char *key)
{
  return cJSON_GetStringValue (cJSON_GetObjectItemCaseSensitive (object, key));
}

static void
hear (Gateway *self, const char *visit, const char *kind)
{
  GString *heard = g_hash_table_lookup (self->heard, visit);

  if (heard == NULL) {
    heard = g_string_new (NULL);
    g_hash_table_insert (self->heard, g_strdup (visit), heard);
  }
  g_string_append_printf (heard, "%s%s", heard->len > 0 ? " " : "", kind);
}

/* What each kind says, as front.md has it; a name with ? may be absent. */
static const struct {
  const char *kind, *names;
} contract[] = {
  { "visit.accepted", "doctor department? taken_at" },
  { "visit.released", "reason?" },
  { "visit.rejected", "by code label guidance?" },
  { "visit.ended", "outcome code? label? guidance? ended_at" },
  { "prescription.ready", "prescription valid_until doctor pharmacist lines" },
  { "prescription.ended", "prescription state reason?" },
  { "chat", "message at kind text? sha256? media? size_bytes? by" },
  { "chat.mark", "message mark at" },
  { "refund.state", "entry event state label amount_fen? reason? refunded_on? receipt?" },
  { "complaint.state", "entry event state label reply? replied_on?" },
};

static gboolean
is_as_agreed (const char *kind, const cJSON *body)
{
  g_auto (GStrv) names = NULL;
  const cJSON *member;
  guint known = 0;

  for (guint i = 0; i < G_N_ELEMENTS (contract); i++)
    if (g_str_equal (contract[i].kind, kind))
      names = g_strsplit (contract[i].names, " ", -1);
  if (names == NULL || !cJSON_IsObject (body))
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++) {
    gboolean needed = !g_str_has_suffix (names[i], "?");

    if (!needed)
      names[i][strlen (names[i]) - 1] = '\0';
    member = cJSON_GetObjectItemCaseSensitive (body, names[i]);
    if (member == NULL ? needed : cJSON_IsNull (member) || (cJSON_IsString (member) && *member->valuestring == '\0'))
      return FALSE;
    known += member != NULL ? 1 : 0;
  }
  return (int) known == cJSON_GetArraySize (body); /* and nothing else */
}

static const char *
take_one (Gateway *self, const cJSON *event, GHashTable *stopped)
{
  const char *key = text_of (event, "key"), *visit = text_of (event, "visit"), *kind = text_of (event, "kind");
  int turn = (int) cJSON_GetNumberValue (cJSON_GetObjectItemCaseSensitive (event, "turn"));
  GwFault fault;

  /* What concerns no visit has no place among those of one. */
  if (key != NULL && kind != NULL && visit == NULL && cJSON_IsNull (cJSON_GetObjectItemCaseSensitive (event, "visit")))
    visit = "";
  if (key == NULL || visit == NULL || kind == NULL || !is_as_agreed (kind, cJSON_GetObjectItemCaseSensitive (event, "body"))) {
    self->count.misfits++;
    return "refused";
  }
  if (g_hash_table_contains (self->arrived, key)) {
    self->count.repeats++;
    return "duplicate";
  }
  if (g_hash_table_contains (stopped, visit))
    return "later";
  if (g_hash_table_contains (self->refusals, kind))
    return "refused";
  fault = fault_of (self, key);
  if (fault == GW_BUSY || fault == GW_LOSE) {
    g_hash_table_add (stopped, g_strdup (visit));
    return "later";
  }
  if (*visit != '\0' && turn <= GPOINTER_TO_INT (g_hash_table_lookup (self->turns, visit)))
    self->count.inversions++;
  g_hash_table_insert (self->turns, g_strdup (visit), GINT_TO_POINTER (turn));
  g_hash_table_insert (self->arrived, g_strdup (key), cJSON_PrintUnformatted (event));
  hear (self, visit, kind);
  self->count.arrived++;
  return "accepted";
}

static char *
take_outbox (Gateway *self, const cJSON *root)
{
  g_autoptr (GHashTable) stopped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GString *text = g_string_new ("{\"format\":\"fuzhen.front/v1\",\"receipts\":[");
  const cJSON *event;

  cJSON_ArrayForEach (event, cJSON_GetObjectItemCaseSensitive (root, "events"))
  {
    const char *status = take_one (self, event, stopped), *kind = text_of (event, "kind");
    const char *words = g_str_equal (status, "refused") && kind != NULL ? g_hash_table_lookup (self->refusals, kind) : NULL;

    g_string_append_printf (text, "%s{\"key\":\"%s\",\"status\":\"%s\"", text->str[text->len - 1] == '[' ? "" : ",", text_of (event, "key"), status);
    if (words != NULL)
      g_string_append_printf (text, ",\"code\":\"R1\",\"words\":\"%s\"", words);
    g_string_append_c (text, '}');
  }
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

/* --- files and visits --- */

static void
give_file (Gateway *self, SoupServerMessage *message, const char *sha256, Reply *reply)
{
  GBytes *file = g_hash_table_lookup (self->files, sha256);
  const char *range = header (message, "Range");
  gsize n = file != NULL ? g_bytes_get_size (file) : 0, from = g_str_has_prefix (range, "bytes=") ? (gsize) g_ascii_strtoll (range + 6, NULL, 10) : 0;

  if (file == NULL) {
    say (reply, 404, "{\"code\":\"no_file\",\"words\":\"no such file\"}");
    return;
  }
  if (from >= n && from > 0) {
    say (reply, 416, "{\"code\":\"range\",\"words\":\"beyond the end\"}");
    return;
  }
  reply->status = from > 0 ? 206 : 200;
  reply->range = from > 0 ? g_strdup_printf ("bytes %zu-%zu/%zu", from, n - 1, n) : NULL;
  reply->bytes = g_bytes_new_from_bytes (file, from, n - from);
}

static void
take_file (Gateway *self, const char *sha256, GBytes *body, Reply *reply)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);

  if (!g_str_equal (digest, sha256)) {
    say (reply, 400, "{\"code\":\"hash\",\"words\":\"another hash\"}");
    return;
  }
  g_hash_table_insert (self->files, g_strdup (sha256), g_bytes_ref (body));
  say (reply, 201, "{}");
}

static void
take_visit (Gateway *self, const char *visit, const char *desk, Reply *reply)
{
  const char *holder = g_hash_table_lookup (self->holders, visit);

  if (holder != NULL && !g_str_equal (holder, desk)) {
    say (reply, 409, "{\"code\":\"taken\",\"words\":\"another desk has it\"}");
    return;
  }
  g_hash_table_insert (self->holders, g_strdup (visit), g_strdup (desk));
  say (reply, 200, "{\"format\":\"fuzhen.front/v1\"}");
}

/* --- calls --- */

static void
route (Gateway *self, SoupServerMessage *message, const char *path, GHashTable *query, GBytes *body, gboolean again, Reply *reply)
{
  const char *method = soup_server_message_get_method (message);
  gsize n = 0;
  const char *bytes = g_bytes_get_data (body, &n);
  cJSON *root = n > 0 && method == SOUP_METHOD_POST ? cJSON_ParseWithLength (bytes, n) : NULL;
  g_auto (GStrv) parts = g_strsplit (path, "/", 4);

  if (method == SOUP_METHOD_GET && g_str_equal (path, "inbox")) {
    g_autofree char *text = page (self, query, again);

    say (reply, 200, text);
  } else if (method == SOUP_METHOD_POST && g_str_equal (path, "inbox/ack") && root != NULL) {
    take_acks (self, root);
    say (reply, 200, "{}");
  } else if (method == SOUP_METHOD_POST && g_str_equal (path, "outbox") && root != NULL) {
    g_autofree char *text = take_outbox (self, root);

    say (reply, 200, text);
  } else if (method == SOUP_METHOD_GET && g_str_has_prefix (path, "evidence/"))
    give_file (self, message, path + strlen ("evidence/"), reply);
  else if (method == SOUP_METHOD_PUT && g_str_has_prefix (path, "evidence/"))
    take_file (self, path + strlen ("evidence/"), body, reply);
  else if (method == SOUP_METHOD_POST && g_strv_length (parts) == 3 && g_str_equal (parts[0], "visits") && g_str_equal (parts[2], "take"))
    take_visit (self, parts[1], header (message, "X-Fuzhen-Key"), reply);
  else
    say (reply, 404, "{\"code\":\"path\",\"words\":\"no such call\"}");
  cJSON_Delete (root);
}

static void
on_poll_over (SoupServerMessage *message, gpointer data)
{
  Gateway *self = data;

  g_mutex_lock (&self->mutex);
  g_ptr_array_remove (self->waiting, message);
  g_mutex_unlock (&self->mutex);
}

/* Answered by the next event, or never: whoever asks gives up by itself. */
static gboolean
hold_poll (Gateway *self, SoupServerMessage *message, const char *path)
{
  if (!g_str_equal (path, "inbox/wait") || self->faults.no_poll)
    return FALSE;
  self->count.polls++;
  soup_server_message_pause (message);
  g_ptr_array_add (self->waiting, g_object_ref (message));
  g_signal_connect (message, "finished", G_CALLBACK (on_poll_over), self);
  return TRUE;
}

static void
on_call (SoupServer *server, SoupServerMessage *message, const char *whole, GHashTable *query, gpointer data)
{
  Gateway *self = data;
  const char *path = whole + strlen (self->prefix) + 1;
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autofree char *what = g_strdup_printf ("%s %s", soup_server_message_get_method (message), path);
  Reply reply = { 0 };

  g_mutex_lock (&self->mutex);
  self->count.calls++;
  if (!is_signed (self, message, body)) {
    self->count.unsigned_calls++;
    say (&reply, 401, "{\"code\":\"signature\",\"words\":\"signature is wrong\"}");
  } else if (!hold_poll (self, message, path)) {
    reply.fault = fault_of (self, what);
    if (reply.fault == GW_BUSY)
      say (&reply, 429, "{\"code\":\"busy\",\"words\":\"later\"}");
    else if (reply.fault == GW_LOSE)
      say (&reply, 503, "{}");
    else
      route (self, message, path, query, body, reply.fault == GW_AGAIN, &reply);
  }
  g_mutex_unlock (&self->mutex);
  if (reply.status != 0)
    send_reply (self, message, &reply);
  g_free (reply.body);
  g_free (reply.range);
  g_clear_pointer (&reply.bytes, g_bytes_unref);
}

static void
on_socket (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *socket, gpointer data)
{
  Gateway *self = data;

  g_mutex_lock (&self->mutex);
  self->count.sockets++;
  g_ptr_array_add (self->sockets, g_object_ref (socket));
  g_mutex_unlock (&self->mutex);
}

static void
on_through (gpointer data)
{
  Gateway *self = data;

  self->under_way--;
}

/* Until it is let go of, or the message is. */
static void
hold (Gateway *self, SoupServerMessage *message, const char *handshake)
{
  self->under_way++;
  g_object_set_data_full (G_OBJECT (message), handshake, self, on_through);
}

static void
on_headers (SoupServerMessage *message, gpointer data)
{
  g_object_set_data (G_OBJECT (message), HANDSHAKE_TLS, NULL);
}

/* The first one of a connection comes before its handshake. */
static void
on_started (SoupServer *server, SoupServerMessage *message, gpointer data)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket == NULL || g_object_get_data (G_OBJECT (socket), HANDSHAKE_TLS) != NULL)
    return;
  g_object_set_data (G_OBJECT (socket), HANDSHAKE_TLS, (gpointer) "begun");
  hold (data, message, HANDSHAKE_TLS);
  g_signal_connect (message, "got-headers", G_CALLBACK (on_headers), NULL);
}

/* Before the handshake: whoever is not signed, or all when this front has none. */
static void
on_early (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Gateway *self = data;
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  gboolean good;

  if (!g_str_has_suffix (path, "/events"))
    return;
  g_mutex_lock (&self->mutex);
  good = !self->faults.no_socket && is_signed (self, message, nothing);
  g_mutex_unlock (&self->mutex);
  if (!good) {
    soup_server_message_set_status (message, 403, NULL);
    return;
  }
  hold (self, message, HANDSHAKE_WEBSOCKET);
}

static gboolean
on_late (gpointer late)
{
  *(gboolean *) late = TRUE;
  return G_SOURCE_REMOVE;
}

void
gateway_finish_handshakes (Gateway *self)
{
  g_autoptr (GSource) timer = g_timeout_source_new_seconds (HANDSHAKE_S);
  gboolean late = FALSE;

  g_source_set_callback (timer, on_late, &late, NULL);
  g_source_attach (timer, self->context);
  while (self->under_way > 0 && !late)
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (timer);
}

void
gateway_serve (Gateway *self, SoupServer *server, const char *prefix)
{
  g_autofree char *events = g_strconcat (prefix, "/events", NULL);

  self->prefix = g_strdup (prefix);
  self->server = server;
  self->context = g_main_context_ref_thread_default ();
  g_signal_connect (server, "request-started", G_CALLBACK (on_started), self);
  soup_server_add_early_handler (server, events, on_early, self, NULL);
  soup_server_add_websocket_handler (server, events, NULL, NULL, on_socket, self, NULL);
  soup_server_add_handler (server, prefix, on_call, self, NULL);
}

/* --- what patients do --- */

static gboolean
tell (gpointer data)
{
  Gateway *self = data;
  g_autoptr (GPtrArray) waiting = NULL;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->sockets->len; i++)
    if (soup_websocket_connection_get_state (self->sockets->pdata[i]) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_send_text (self->sockets->pdata[i], "{\"inbox\":true}");
  waiting = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < waiting->len; i++) {
    g_signal_handlers_disconnect_by_data (waiting->pdata[i], self);
    soup_server_message_set_status (waiting->pdata[i], 200, NULL);
    soup_server_message_set_response (waiting->pdata[i], "application/json", SOUP_MEMORY_STATIC, "{}", 2);
    soup_server_message_unpause (waiting->pdata[i]);
  }
  return G_SOURCE_REMOVE;
}

void
gateway_post (Gateway *self, const char *id, const char *kind, const char *visit, const char *body)
{
  Event *event = g_new0 (Event, 1);
  g_autofree char *place = visit != NULL ? g_strdup_printf ("\"%s\"", visit) : g_strdup ("null");
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *at = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");

  event->id = g_strdup (id);
  event->text = g_strdup_printf ("{\"id\":\"%s\",\"at\":\"%s\",\"kind\":\"%s\",\"visit\":%s,\"body\":%s}", id, at, kind, place, body);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->events, event);
  self->count.posted++;
  g_mutex_unlock (&self->mutex);
  if (self->context != NULL)
    g_main_context_invoke (self->context, tell, self);
}

char *
gateway_put_file (Gateway *self, const void *bytes, gsize n)
{
  char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n);

  g_mutex_lock (&self->mutex);
  g_hash_table_insert (self->files, g_strdup (sha256), g_bytes_new (bytes, n));
  g_mutex_unlock (&self->mutex);
  return sha256;
}

void
gateway_forget_file (Gateway *self, const char *sha256)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->files, sha256);
  g_mutex_unlock (&self->mutex);
}

void
gateway_take_by (Gateway *self, const char *visit, const char *desk)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_insert (self->holders, g_strdup (visit), g_strdup (desk));
  g_mutex_unlock (&self->mutex);
}

void
gateway_set_faults (Gateway *self, const GwFaults *faults)
{
  g_mutex_lock (&self->mutex);
  self->faults = *faults;
  g_mutex_unlock (&self->mutex);
}

void
gateway_say_page (Gateway *self, const char *text)
{
  g_mutex_lock (&self->mutex);
  g_free (self->page);
  self->page = g_strdup (text);
  g_mutex_unlock (&self->mutex);
}

void
gateway_refuse (Gateway *self, const char *kind, const char *words)
{
  g_mutex_lock (&self->mutex);
  if (words != NULL)
    g_hash_table_insert (self->refusals, g_strdup (kind), g_strdup (words));
  else
    g_hash_table_remove (self->refusals, kind);
  g_mutex_unlock (&self->mutex);
}

static void
on_patient (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Gateway *self = data;
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  const char *id = query != NULL ? g_hash_table_lookup (query, "id") : NULL, *kind = query != NULL ? g_hash_table_lookup (query, "kind") : NULL;
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body)), *said = NULL;
  Reply reply = { 0 };

  if (g_str_has_suffix (path, "/files"))
    said = gateway_put_file (self, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  else if (g_str_has_suffix (path, "/events") && id != NULL && kind != NULL)
    gateway_post (self, id, kind, g_hash_table_lookup (query, "visit"), text);
  else {
    soup_server_message_set_status (message, 404, NULL);
    return;
  }
  say (&reply, 200, said != NULL ? said : "{}");
  answer (message, &reply);
  g_free (reply.body);
}

void
gateway_serve_patients (Gateway *self, SoupServer *server, const char *prefix)
{
  soup_server_add_handler (server, prefix, on_patient, self, NULL);
}

/* --- what can be seen --- */

GwCount
gateway_count (Gateway *self)
{
  GwCount count;

  g_mutex_lock (&self->mutex);
  count = self->count;
  g_mutex_unlock (&self->mutex);
  return count;
}

static char *
look_up (Gateway *self, GHashTable *table, const char *key)
{
  char *text;

  g_mutex_lock (&self->mutex);
  text = g_strdup (g_hash_table_lookup (table, key));
  g_mutex_unlock (&self->mutex);
  return text;
}

char *
gateway_holder (Gateway *self, const char *visit)
{
  return look_up (self, self->holders, visit);
}

char *
gateway_message (Gateway *self, const char *key)
{
  return look_up (self, self->arrived, key);
}

char *
gateway_heard (Gateway *self, const char *visit)
{
  const GString *heard;
  char *text;

  g_mutex_lock (&self->mutex);
  heard = g_hash_table_lookup (self->heard, visit);
  text = g_strdup (heard != NULL ? heard->str : "");
  g_mutex_unlock (&self->mutex);
  return text;
}
