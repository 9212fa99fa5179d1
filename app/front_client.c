#include "app/front_client.h"

#include "app/front.h"
#include "app/front_in.h"
#include "app/front_push.h"
#include "core/json.h"
#include "db/audit.h"
#include "db/front.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <libsoup/soup.h>
#include <string.h>

#define MOST_FILE (20 * 1024 * 1024)
#define SECONDS 20
#define FILE_SECONDS 120
#define ACKS 200
#define MOST_STEPS 500 /* of one round: what waits to go out has its turn */
#define RESUMES 5

struct _FzFrontClient {
  FzDesk *desk;
  FzFrontWire *wire;
  GCancellable *stop;
  char *partial_sha256; /* of a file that broke off, and what of it came */
  GByteArray *partial;
};

FzFrontClient *
fz_front_client_new (FzDesk *desk, FzPlatformConfig *config, GCancellable *stop)
{
  FzFrontClient *self = g_new0 (FzFrontClient, 1);

  self->desk = desk;
  self->wire = fz_front_wire_new (config);
  self->stop = stop != NULL ? g_object_ref (stop) : NULL;
  self->partial = g_byte_array_new ();
  return self;
}

void
fz_front_client_free (FzFrontClient *self)
{
  if (self == NULL)
    return;
  fz_front_wire_free (self->wire);
  g_clear_object (&self->stop);
  g_free (self->partial_sha256);
  g_byte_array_unref (self->partial);
  g_free (self);
}

FzFrontWire *
fz_front_client_get_wire (FzFrontClient *self)
{
  return self->wire;
}

void
fz_front_round_clear (FzFrontRound *round)
{
  g_clear_pointer (&round->words, g_free);
}

/* FALSE when this answer ends the round. */
static gboolean
go_on (FzFrontRound *round, FzFrontAnswer *answer)
{
  if (answer->kind == FZ_FRONT_GOOD)
    return TRUE;
  round->kind = answer->kind == FZ_FRONT_LATER ? FZ_FRONT_LATER : FZ_FRONT_WRONG;
  g_free (round->words);
  round->words = g_steal_pointer (&answer->words);
  round->after_us = answer->after_us;
  return FALSE;
}

static gboolean
not_as_agreed (FzFrontRound *round, const GError *why)
{
  round->kind = FZ_FRONT_WRONG;
  g_free (round->words);
  round->words = g_strdup_printf (_ ("医院前端的答复与约定不符：%s"), why->message);
  return FALSE;
}

/* --- what came --- */

typedef struct {
  const char *name;
  char *value;
} Setting;

static gboolean
read_setting (FzTxn *txn, gpointer data, GError **error)
{
  Setting *setting = data;

  return fz_setting_read (txn, setting->name, &setting->value, error);
}

static gboolean
pull (FzFrontClient *self, FzFrontRound *round, GError **error)
{
  Setting setting = { FZ_FRONT_CURSOR_SETTING, NULL };
  g_autofree char *cursor = NULL;
  gboolean more = TRUE;

  if (!fz_store_run (self->desk->store, FZ_TXN_READ, read_setting, &setting, error))
    return FALSE;
  cursor = setting.value != NULL ? setting.value : g_strdup ("");
  while (more && !g_cancellable_is_cancelled (self->stop)) {
    g_autofree char *escaped = g_uri_escape_string (cursor, NULL, FALSE), *path = g_strdup_printf ("inbox?after=%s&limit=%d", escaped, FZ_FRONT_PAGE_EVENTS);
    g_autofree char *next = NULL;
    FzFrontRequest request = { .method = SOUP_METHOD_GET, .path = path, .most = FZ_FRONT_PAGE_BYTES, .seconds = SECONDS, .stop = self->stop };
    g_auto (FzFrontAnswer) answer = { 0 };
    g_autoptr (GError) why = NULL;
    guint fresh = 0;

    fz_front_wire_ask (self->wire, &request, &answer);
    if (!go_on (round, &answer))
      return TRUE;
    if (!fz_front_keep_page (self->desk, cursor, answer.body, &next, &more, &fresh, &why)) {
      if (g_error_matches (why, FZ_ERROR, FZ_ERROR_INVALID))
        return not_as_agreed (round, why) || TRUE;
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    round->received += fresh;
    g_free (cursor);
    cursor = g_steal_pointer (&next);
  }
  return TRUE;
}

/* --- that it is kept --- */

typedef struct {
  GPtrArray *ids;
} Acks;

static gboolean
read_unacked (FzTxn *txn, gpointer data, GError **error)
{
  Acks *acks = data;

  acks->ids = fz_front_in_unacked (txn, ACKS, error);
  return acks->ids != NULL;
}

static gboolean
note_acked (FzTxn *txn, gpointer data, GError **error)
{
  Acks *acks = data;

  for (guint i = 0; i < acks->ids->len; i++)
    if (!fz_front_in_acked (txn, acks->ids->pdata[i], error))
      return FALSE;
  return TRUE;
}

static GBytes *
ack_body (GPtrArray *ids)
{
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  char *text;

  fz_json_writer_begin_object (writer, NULL);
  fz_json_writer_string (writer, "format", "fuzhen.front/v1");
  fz_json_writer_begin_array (writer, "events");
  for (guint i = 0; i < ids->len; i++)
    if (strchr (ids->pdata[i], '~') == NULL) /* ours, for a second one under the same id */
      fz_json_writer_string (writer, NULL, ids->pdata[i]);
  fz_json_writer_end_array (writer);
  fz_json_writer_end_object (writer);
  text = fz_json_writer_finish (writer, NULL);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
acknowledge (FzFrontClient *self, FzFrontRound *round, GError **error)
{
  gboolean more = TRUE;

  while (more) {
    Acks acks = { 0 };
    g_autoptr (GPtrArray) ids = NULL;
    g_autoptr (GBytes) body = NULL;
    g_auto (FzFrontAnswer) answer = { 0 };

    if (!fz_store_run (self->desk->store, FZ_TXN_READ, read_unacked, &acks, error))
      return FALSE;
    ids = acks.ids;
    if (ids->len == 0)
      return TRUE;
    body = ack_body (ids);
    fz_front_wire_ask (self->wire, &(FzFrontRequest) { .method = SOUP_METHOD_POST, .path = "inbox/ack", .body = body, .most = 64 * 1024, .seconds = SECONDS,
                                                       .stop = self->stop }, &answer);
    if (!go_on (round, &answer))
      return TRUE;
    if (!fz_store_run (self->desk->store, FZ_TXN_LOCAL, note_acked, &acks, error))
      return FALSE;
    more = ids->len == ACKS;
  }
  return TRUE;
}

/* --- files --- */

static void
forget_partial (FzFrontClient *self)
{
  g_clear_pointer (&self->partial_sha256, g_free);
  g_byte_array_set_size (self->partial, 0);
}

/* A part is only a part when the front says that it begins where ours ended. */
static gboolean
append (FzFrontClient *self, const FzFrontAnswer *answer, gint64 from)
{
  g_autofree char *begins = g_strdup_printf ("bytes %" PRId64 "-", from);
  gsize n = 0;
  const guint8 *bytes = answer->body != NULL ? g_bytes_get_data (answer->body, &n) : NULL;

  if (from > 0 && (answer->status != 206 || answer->range == NULL || !g_str_has_prefix (answer->range, begins)))
    g_byte_array_set_size (self->partial, 0);
  if (answer->status != 200 && answer->status != 206)
    return TRUE;
  if (self->partial->len + n > MOST_FILE)
    return FALSE;
  if (n > 0)
    g_byte_array_append (self->partial, bytes, (guint) n);
  return TRUE;
}

static FzFetchKind
fail (FzFrontClient *self, FzFetchKind kind, const char *sha256, const char *why, char **out_words)
{
  forget_partial (self);
  *out_words = g_strdup_printf (_ ("证据资料 %.12s… 取不到：%s"), sha256, why);
  return kind;
}

static FzFetchKind
finish_file (FzFrontClient *self, const char *sha256, GBytes **out_bytes, char **out_words)
{
  g_autofree char *digest = fz_sha256_hex (self->partial->data, self->partial->len);

  if (!g_str_equal (digest, sha256))
    return fail (self, FZ_FETCH_ODD, sha256, _ ("内容与 SHA-256 不符"), out_words);
  *out_bytes = g_bytes_new (self->partial->data, self->partial->len);
  forget_partial (self);
  return FZ_FETCH_GOOD;
}

static FzFetchKind
fetch (gpointer data, const char *sha256, GBytes **out_bytes, char **out_words)
{
  FzFrontClient *self = data;
  g_autofree char *path = g_strdup_printf ("evidence/%s", sha256);

  if (strlen (sha256) != 64 || strspn (sha256, "0123456789abcdef") != 64)
    return fail (self, FZ_FETCH_BAD, "", _ ("SHA-256 应为 64 位小写十六进制"), out_words);
  if (g_strcmp0 (self->partial_sha256, sha256) != 0) {
    forget_partial (self);
    self->partial_sha256 = g_strdup (sha256);
  }
  for (guint i = 0; i < RESUMES; i++) {
    gint64 from = self->partial->len;
    FzFrontRequest request = { .method = SOUP_METHOD_GET, .path = path, .from = from, .most = MOST_FILE, .seconds = FILE_SECONDS, .stop = self->stop };
    g_auto (FzFrontAnswer) answer = { 0 };

    fz_front_wire_ask (self->wire, &request, &answer);
    if (!append (self, &answer, from))
      return fail (self, FZ_FETCH_BAD, sha256, _ ("超过 20 MB"), out_words);
    if (answer.kind == FZ_FRONT_GOOD)
      return finish_file (self, sha256, out_bytes, out_words);
    if (answer.kind == FZ_FRONT_MISSING && from > 0) {
      g_byte_array_set_size (self->partial, 0);
      continue;
    }
    if (answer.kind != FZ_FRONT_LATER)
      return fail (self, FZ_FETCH_ODD, sha256, answer.words, out_words);
    if (self->partial->len <= from) /* not one byte further: not now */
      return FZ_FETCH_LATER;
  }
  return FZ_FETCH_LATER;
}

static gboolean
take_effect (FzFrontClient *self, FzFrontRound *round, GError **error)
{
  gboolean did = TRUE;

  for (guint i = 0; did && i < MOST_STEPS && !g_cancellable_is_cancelled (self->stop); i++) {
    if (!fz_front_apply_next (self->desk, fetch, self, &did, &round->next_us, error))
      return FALSE;
    round->taken += did ? 1 : 0;
  }
  return TRUE;
}

/* --- all of it --- */

static gboolean
push (FzFrontClient *self, FzFrontRound *round, GError **error)
{
  FzFrontPushed pushed = { 0 };
  g_auto (FzFrontAnswer) answer = { 0 };
  gboolean good = fz_front_push (self->desk, self->wire, self->stop, &pushed, &answer, error);

  round->delivered += pushed.delivered;
  round->refused += pushed.refused;
  if (pushed.next_us > 0)
    round->next_us = round->next_us > 0 ? MIN (round->next_us, pushed.next_us) : pushed.next_us;
  if (good)
    go_on (round, &answer);
  return good;
}

gboolean
fz_front_client_round (FzFrontClient *self, FzFrontRound *out, GError **error)
{
  *out = (FzFrontRound) { .kind = FZ_FRONT_GOOD };
  if (!push (self, out, error) || (out->kind == FZ_FRONT_GOOD && (!pull (self, out, error) || !acknowledge (self, out, error))) ||
      !take_effect (self, out, error))
    return FALSE;
  return out->kind != FZ_FRONT_GOOD || out->taken == 0 || push (self, out, error);
}

/* --- waiting --- */

FzFrontAnswerKind
fz_front_client_wait (FzFrontClient *self, guint seconds, GCancellable *stop, gboolean *out_came)
{
  g_autofree char *path = g_strdup_printf ("inbox/wait?seconds=%u", seconds);
  FzFrontRequest request = { .method = SOUP_METHOD_GET, .path = path, .most = 64 * 1024, .seconds = seconds + SECONDS, .stop = stop };
  g_auto (FzFrontAnswer) answer = { 0 };

  fz_front_wire_ask (self->wire, &request, &answer);
  *out_came = answer.kind == FZ_FRONT_GOOD && answer.status == 200; /* 204: nothing */
  return answer.kind;
}
