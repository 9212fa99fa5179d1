#include "tests/platform_client/rows.h"

static void
row_free (gpointer data)
{
  Row *self = data;

  g_free (self->method);
  g_free (self->stream);
  g_bytes_unref (self->payload);
  g_free (self->code);
  g_free (self->text);
  g_free (self);
}

Rows *
rows_new (void)
{
  Rows *self = g_new0 (Rows, 1);

  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->text = g_strdup ("");
  return self;
}

void
rows_free (Rows *self)
{
  g_ptr_array_unref (self->rows);
  g_free (self->text);
  g_free (self);
}

Row *
rows_at (Rows *self, guint i)
{
  return g_ptr_array_index (self->rows, i);
}

Row *
rows_add (Rows *self, const char *method, const char *stream, GBytes *payload)
{
  Row *row = g_new0 (Row, 1);

  row->id = self->rows->len;
  row->method = g_strdup (method);
  row->stream = g_strdup (stream);
  row->payload = payload != NULL ? g_bytes_ref (payload) : g_bytes_new_static ("[{}]", 4);
  g_ptr_array_add (self->rows, row);
  return row;
}

guint
rows_count (const Rows *self, RowState state)
{
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    n += ((Row *) g_ptr_array_index (self->rows, i))->state == state;
  return n;
}

void
rows_recover (Rows *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (rows_at (self, i)->state == ROW_SENDING)
      rows_at (self, i)->state = ROW_UNKNOWN;
}

/* An earlier row of the stream that is not settled holds this one back. */
static gboolean
is_held_back (Rows *self, guint at)
{
  for (guint i = 0; i < at; i++)
    if (rows_at (self, i)->state <= ROW_SENDING && g_str_equal (rows_at (self, i)->stream, rows_at (self, at)->stream))
      return TRUE;
  return FALSE;
}

static FzUploadRow *
upload_row (const Row *row)
{
  FzUploadRow *self = g_new0 (FzUploadRow, 1);

  self->id = row->id;
  self->method = g_strdup (row->method);
  self->stream = g_strdup (row->stream);
  self->payload = g_bytes_ref (row->payload);
  self->attempts = row->attempts;
  return self;
}

static gboolean
broken (GError **error, const char *words)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INTERNAL, words);
  return FALSE;
}

static gboolean
claim (gpointer data, gint64 now_us, FzUploadRow **out_row, gint64 *out_next_us, GError **error)
{
  Rows *self = data;

  self->claims++;
  if (self->fail_claim)
    return broken (error, "claim broke");
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = rows_at (self, i);

      if (row->state != ROW_PENDING || (!self->ignore_streams && is_held_back (self, i)))
        continue;
      if (row->due_us <= now_us)
        {
          *out_row = upload_row (row);
          (*out_row)->gently = self->gently;
          return TRUE;
        }
      *out_next_us = *out_next_us == 0 ? row->due_us : MIN (*out_next_us, row->due_us);
    }
  return TRUE;
}

static gboolean
begin (gpointer data, FzUploadRow *row, GError **error)
{
  Rows *self = data;

  if (self->fail_begin)
    return broken (error, "begin broke");
  rows_at (self, (guint) row->id)->begun++;
  if (!self->forget_begin)
    rows_at (self, (guint) row->id)->state = ROW_SENDING;
  return TRUE;
}

static RowState
state_after (FzOutcomeKind kind)
{
  switch (kind)
    {
    case FZ_OUTCOME_ACCEPTED:
      return ROW_ACCEPTED;
    case FZ_OUTCOME_REFUSED:
      return ROW_REFUSED;
    case FZ_OUTCOME_UNKNOWN:
      return ROW_UNKNOWN;
    case FZ_OUTCOME_RETRY:
    case FZ_OUTCOME_OFFLINE:
    case FZ_OUTCOME_CONFIGURATION:
    default:
      return ROW_PENDING;
    }
}

static gboolean
settle (gpointer data, const FzUploadRow *row, const FzOutcome *outcome, gint64 again_at_us, GError **error)
{
  Rows *self = data;
  Row *kept = rows_at (self, (guint) row->id);

  if (self->fail_settle)
    return broken (error, "settle broke");
  kept->state = state_after (outcome->kind);
  kept->attempts += outcome->kind == FZ_OUTCOME_RETRY;
  kept->due_us = again_at_us;
  g_free (kept->code);
  g_free (kept->text);
  kept->code = g_strdup (outcome->code);
  kept->text = g_strdup (outcome->text);
  return TRUE;
}

static void
changed (gpointer data, const FzUploadStatus *status)
{
  Rows *self = data;

  self->state = status->state;
  g_free (self->text);
  self->text = g_strdup (status->text);
}

const FzUploadSource rows_source = {.claim = claim, .begin = begin, .settle = settle, .changed = changed};
