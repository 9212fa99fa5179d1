#include "app/front_push.h"

#include "app/front_in.h"
#include "core/json.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/front.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <libsoup/soup.h>
#include <string.h>

#define BATCH 100
#define MOST_BATCH (1024 * 1024)
#define MOST_ANSWER (1024 * 1024)
#define SECONDS 30
#define PICTURE_SECONDS 120
#define MAX_WORDS 300

typedef struct {
  FzDesk *desk;
  GPtrArray *rows; /* FzFrontRow of this batch */
  gint64 next_us;
  const FzJson *receipts;
  FzFrontPushed *out;
  const char *sha256; /* of a picture that goes before its message */
  GBytes *picture;
} Batch;

static gboolean
read_due (FzTxn *txn, gpointer data, GError **error)
{
  Batch *batch = data;

  batch->rows = fz_front_out_due (txn, BATCH, &batch->next_us, error);
  return batch->rows != NULL;
}

/* --- pictures --- */

static gboolean
read_picture (FzTxn *txn, gpointer data, GError **error)
{
  Batch *batch = data;
  g_autoptr (GError) why = NULL;

  batch->picture = fz_attachment_get (txn, batch->sha256, NULL, &why);
  /* One that was lawfully purged meanwhile is not sent; the front says what it makes of the message. */
  if (batch->picture != NULL || g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static char *
picture_of (const FzFrontRow *row)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (row->payload, &n);
  g_autoptr (FzJson) json = g_str_equal (row->kind, "chat") ? fz_json_parse (bytes, n, MOST_BATCH, NULL) : NULL;
  const FzJson *body = json != NULL ? fz_json_find (json, "body") : NULL;

  return body != NULL ? g_strdup (fz_json_get_string (body, "sha256", NULL)) : NULL;
}

/* By its hash: put there twice it is there once. TRUE: go on; the message follows. */
static gboolean
put_picture (Batch *batch, FzFrontWire *wire, GCancellable *stop, FzFrontAnswer *answer, GError **error)
{
  g_autofree char *path = g_strdup_printf ("evidence/%s", batch->sha256);
  g_autoptr (GBytes) bytes = NULL;

  if (!fz_store_run (batch->desk->store, FZ_TXN_READ, read_picture, batch, error))
    return FALSE;
  bytes = g_steal_pointer (&batch->picture);
  if (bytes == NULL)
    return TRUE;
  fz_front_answer_clear (answer);
  fz_front_wire_ask (wire, &(FzFrontRequest) { .method = SOUP_METHOD_PUT, .path = path, .type = "application/octet-stream", .body = bytes,
                                               .most = 64 * 1024, .seconds = PICTURE_SECONDS, .stop = stop }, answer);
  return TRUE;
}

/* --- a batch --- */

static GBytes *
batch_body (const Batch *batch)
{
  GString *text = g_string_new ("{\"format\":\"fuzhen.front/v1\",\"events\":[");

  for (guint i = 0; i < batch->rows->len; i++) {
    const FzFrontRow *row = batch->rows->pdata[i];
    gsize n = 0;
    const char *payload = g_bytes_get_data (row->payload, &n);

    g_string_append_printf (text, "%s%.*s", i > 0 ? "," : "", (int) n, payload);
  }
  g_string_append (text, "]}");
  return g_string_free_to_bytes (text);
}

/* Rows beyond a megabyte wait for the next batch; the first goes whatever its size. */
static void
shorten (Batch *batch)
{
  gsize sum = 0;

  for (guint i = 0; i < batch->rows->len; i++) {
    sum += g_bytes_get_size (((FzFrontRow *) batch->rows->pdata[i])->payload);
    if (i > 0 && sum > MOST_BATCH) {
      g_ptr_array_set_size (batch->rows, (int) i);
      return;
    }
  }
}

static const FzJson *
receipt_of (const Batch *batch, const char *key)
{
  for (guint i = 0; i < fz_json_count (batch->receipts); i++) {
    const FzJson *receipt = fz_json_get_item (batch->receipts, i);

    if (fz_json_get_type (receipt) == FZ_JSON_OBJECT && g_strcmp0 (fz_json_get_string (receipt, "key", NULL), key) == 0)
      return receipt;
  }
  return NULL;
}

static gboolean
audit (FzTxn *txn, const FzFrontRow *row, const char *state, const char *code, const char *words, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_front/v1");
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "front.deliver", .subject_kind = "front", .subject = row->key,
                         .outcome = g_str_equal (state, "delivered") ? "done" : "failed", .reason = state, .payload = payload };

  fz_fields_set (payload, "kind", row->kind);
  fz_fields_set (payload, "visit", row->visit);
  fz_fields_set (payload, "code", code);
  fz_fields_set (payload, "words", words);
  return fz_audit_append (txn, &entry, NULL, error);
}

/* What the front's words may do here is be read. */
static char *
plain (const char *words)
{
  g_autofree char *brief = words != NULL ? g_utf8_substring (words, 0, MIN (g_utf8_strlen (words, -1), MAX_WORDS)) : NULL;

  for (char *p = brief; p != NULL && *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      *p = ' ';
  return g_steal_pointer (&brief);
}

static gboolean
settle_row (FzTxn *txn, Batch *batch, const FzFrontRow *row, GError **error)
{
  const FzJson *receipt = receipt_of (batch, row->key);
  const char *status = receipt != NULL ? fz_json_get_string (receipt, "status", NULL) : NULL, *code = NULL, *words = NULL;
  gboolean delivered = g_strcmp0 (status, "accepted") == 0 || g_strcmp0 (status, "duplicate") == 0, refused = g_strcmp0 (status, "refused") == 0;
  const char *state = delivered ? "delivered" : refused ? "refused" : "queued";
  gint64 next_us = fz_txn_now_us (txn) + fz_front_wait_us (row->attempts, g_random_int ());
  g_autofree char *shown = NULL, *shown_code = NULL;

  if (receipt != NULL) {
    fz_json_opt_string (receipt, "code", &code, NULL);
    fz_json_opt_string (receipt, "words", &words, NULL);
  }
  shown = plain (words);
  shown_code = plain (code);
  batch->out->delivered += delivered ? 1 : 0;
  batch->out->refused += refused ? 1 : 0;
  /* No receipt, or "later": this one waits, and those of its visit behind it. */
  return fz_front_out_settle (txn, row->id, state, shown_code, shown, delivered || refused ? 0 : next_us, error) &&
         (!(delivered || refused) || audit (txn, row, state, shown_code, shown, error));
}

static gboolean
settle (FzTxn *txn, gpointer data, GError **error)
{
  Batch *batch = data;
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "front.push", .subject_kind = "store", .outcome = "done" };

  for (guint i = 0; i < batch->rows->len; i++)
    if (!settle_row (txn, batch, batch->rows->pdata[i], error))
      return FALSE;
  return fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
read_receipts (Batch *batch, const FzJson *root, GError **error)
{
  static const char *const keys[] = { "format", "receipts", NULL };

  batch->receipts = fz_json_check_keys (root, keys, error) ? fz_json_get_array (root, "receipts", error) : NULL;
  return batch->receipts != NULL;
}

/* FALSE with *error: the store. An answer that is not as agreed makes *answer WRONG: the rows stay as they are. */
static gboolean
take_answer (Batch *batch, FzFrontAnswer *answer, GError **error)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (answer->body, &n);
  g_autoptr (GError) why = NULL;
  g_autoptr (FzJson) root = fz_json_parse (bytes, n, MOST_ANSWER, &why);

  if (root == NULL || !read_receipts (batch, root, &why)) {
    answer->kind = FZ_FRONT_WRONG;
    answer->words = g_strdup_printf (_ ("医院前端的答复与约定不符：%s"), why->message);
    return TRUE;
  }
  return fz_store_run (batch->desk->store, FZ_TXN_RECORD, settle, batch, error);
}

static gboolean
send_pictures (Batch *batch, FzFrontWire *wire, GCancellable *stop, FzFrontAnswer *answer, GError **error)
{
  for (guint i = 0; i < batch->rows->len; i++) {
    g_autofree char *sha256 = picture_of (batch->rows->pdata[i]);

    batch->sha256 = sha256;
    if (sha256 == NULL)
      continue;
    if (!put_picture (batch, wire, stop, answer, error))
      return FALSE;
    if (answer->kind != FZ_FRONT_GOOD)
      return TRUE;
  }
  return TRUE;
}

gboolean
fz_front_push (FzDesk *desk, FzFrontWire *wire, GCancellable *stop, FzFrontPushed *out, FzFrontAnswer *answer, GError **error)
{
  gboolean good = TRUE;

  answer->kind = FZ_FRONT_GOOD;
  while (good && answer->kind == FZ_FRONT_GOOD && !g_cancellable_is_cancelled (stop)) {
    Batch batch = { .desk = desk, .out = out };
    g_autoptr (GPtrArray) rows = NULL;
    g_autoptr (GBytes) body = NULL;

    if (!fz_store_run (desk->store, FZ_TXN_READ, read_due, &batch, error))
      return FALSE;
    rows = batch.rows;
    out->next_us = batch.next_us;
    if (rows->len == 0)
      return TRUE;
    shorten (&batch);
    good = send_pictures (&batch, wire, stop, answer, error);
    if (!good || answer->kind != FZ_FRONT_GOOD)
      return good;
    body = batch_body (&batch);
    fz_front_answer_clear (answer);
    fz_front_wire_ask (wire, &(FzFrontRequest) { .method = SOUP_METHOD_POST, .path = "outbox", .body = body, .most = MOST_ANSWER, .seconds = SECONDS,
                                                 .stop = stop }, answer);
    good = answer->kind != FZ_FRONT_GOOD || take_answer (&batch, answer, error);
  }
  return good;
}
