/* A platform that fetches (平台来取): what is due is laid sealed into a folder that its front-end machine reads, and its receipts are read there. A row that lies
 * there is `sending` until its receipt comes; the key of a file is that of its content, so laying it there again, after a power cut or because somebody
 * removed it, makes no second record. */
#include "app/upload.h"

#include "app/platform/generic.h"
#include "db/durable.h"
#include "db/outbox.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define RECEIPT_MAX_BYTES (64 * 1024)
#define PAGE 500

typedef struct {
  FzDesk *desk;
  const FzPlatformConfig *config;
  FzUploadSummary *sum;
  GPtrArray *lying; /* of FzUploadRow */
  gint64 before;    /* the oldest that was read */
  gboolean more;
} Pull;

static char *
path_of (const Pull *self, const FzUploadRow *row, const char *key, const char *ending)
{
  return g_strdup_printf ("%s/%" G_GINT64_FORMAT "-%s%s", fz_platform_config_get_folder (self->config), row->id, key, ending);
}

static gboolean
lay (const Pull *self, const FzUploadRow *row, const char *key, GError **error)
{
  g_autofree char *path = path_of (self, row, key, ".json"), *text = NULL;
  guint8 iv[16];

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  fz_desk_random (self->desk, iv, sizeof iv);
  text = fz_generic_seal_file (self->config, row->method, key, iv, row->payload, error);
  return text != NULL && fz_durable_folder (fz_platform_config_get_folder (self->config), error) &&
         fz_durable_write (path, text, strlen (text), 0640, error);
}

/* --- receipts --- */

static gboolean
settle (const Pull *self, const FzUploadRow *row, const FzOutcome *outcome, GError **error)
{
  if (!fz_upload_source.settle (self->desk, row, outcome, 0, error))
    return FALSE;
  self->sum->accepted += outcome->kind == FZ_OUTCOME_ACCEPTED;
  self->sum->refused += outcome->kind == FZ_OUTCOME_REFUSED;
  return TRUE;
}

/* A receipt that says "later", or that is not one, leaves the row where it lies; the front-end machine may write a better one. */
static gboolean
read_receipt (const Pull *self, const FzUploadRow *row, const char *key, gboolean *out_settled, GError **error)
{
  g_autofree char *path = path_of (self, row, key, ".receipt.json"), *file = path_of (self, row, key, ".json");
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) bytes = fz_durable_read (path, RECEIPT_MAX_BYTES, &why);
  g_autoptr (FzPlatformAnswer) answer = NULL;
  g_autoptr (FzOutcome) outcome = NULL;

  *out_settled = FALSE;
  if (bytes == NULL && g_error_matches (why, FZ_ERROR, FZ_ERROR_RETRY)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (bytes == NULL)
    return TRUE;
  answer = fz_platform_answer_new (200, -1, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (g_strcmp0 (answer->receipt_key, key) != 0)
    return TRUE;
  outcome = fz_outcome_classify (self->desk->knowledge->messages, row->method, answer, NULL);
  if (outcome->kind != FZ_OUTCOME_ACCEPTED && outcome->kind != FZ_OUTCOME_REFUSED)
    return TRUE;
  if (!settle (self, row, outcome, error))
    return FALSE;
  *out_settled = TRUE;
  g_unlink (file);
  g_unlink (path);
  return TRUE;
}

/* --- what lies there already --- */

static gboolean
add_lying (FzTxn *txn, Pull *self, gint64 id, GError **error)
{
  FzUploadRow *row = g_new0 (FzUploadRow, 1);
  g_autoptr (FzFields) whole = fz_outbox_get (txn, id, error);
  const char *payload;

  row->id = id;
  g_ptr_array_add (self->lying, row);
  if (whole == NULL)
    return FALSE;
  payload = fz_fields_get (whole, "payload");
  row->method = g_strdup (fz_fields_get (whole, "method"));
  row->stream = g_strdup (fz_fields_get (whole, "stream"));
  row->payload = g_bytes_new (payload, strlen (payload));
  return TRUE;
}

/* The next of them, from the newest back. */
static gboolean
read_lying (FzTxn *txn, gpointer data, GError **error)
{
  Pull *self = data;
  g_autoptr (GPtrArray) rows = fz_outbox_list (txn, "sending", self->before, PAGE, error);

  self->more = rows != NULL && rows->len == PAGE;
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (!fz_fields_get_int (rows->pdata[i], "id", &self->before) || !add_lying (txn, self, self->before, error))
      return FALSE;
  return rows != NULL;
}

static gboolean
look_after_lying (Pull *self, GError **error)
{
  do
    if (!fz_store_run (self->desk->store, FZ_TXN_READ, read_lying, self, error))
      return FALSE;
  while (self->more);
  for (guint i = self->lying->len; i > 0; i--) {
    const FzUploadRow *row = self->lying->pdata[i - 1];
    g_autofree char *key = fz_generic_key (row->method, row->payload);
    gboolean settled = FALSE;

    if (!read_receipt (self, row, key, &settled, error) || (!settled && !lay (self, row, key, error)))
      return FALSE;
  }
  return TRUE;
}

/* --- what has come due --- */

static gboolean
lay_due (Pull *self, GError **error)
{
  for (;;) {
    FzUploadRow *claimed = NULL;
    g_autoptr (FzUploadRow) row = NULL;
    g_autofree char *key = NULL;
    gint64 next_us = 0;

    if (!fz_upload_source.claim (self->desk, 0, &claimed, &next_us, error))
      return FALSE;
    row = claimed;
    if (row == NULL || (self->desk->drain != NULL && g_cancellable_is_cancelled (self->desk->drain->stop)))
      return TRUE;
    if (!fz_upload_source.begin (self->desk, row, error))
      return FALSE;
    if (row->payload == NULL)
      continue; /* a person has it now */
    key = fz_generic_key (row->method, row->payload);
    if (!lay (self, row, key, error)) /* it is `sending`: laid there as soon as the folder is back */
      return FALSE;
    fz_upload_watch_tell (self->desk->drain);
  }
}

gboolean
fz_upload_pull (FzDesk *desk, const FzPlatformConfig *config, FzUploadSummary *out, GError **error)
{
  g_autoptr (GPtrArray) lying = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_upload_row_free);
  Pull self = { .desk = desk, .config = config, .sum = out, .lying = lying };
  gboolean back = FALSE;

  /* Where rows were sent until now they are in `sending` too, and with the sender they must not be laid into the folder. */
  if (!fz_upload_take_back (desk, &back, error) || !back)
    return back;
  return look_after_lying (&self, error) && lay_due (&self, error);
}
