/* The background sender: an engine over the rows of a bundle (db/spool.h). It knows of each row what the desk wrote down, and writes what it did before
 * and after the call; the order of rows and what they wait for are as in db/outbox.c. */
#include "app/spool.h"

#include "app/platform/sync_thread.h"
#include "app/reporting.h"
#include "app/upload.h"
#include "core/date.h"
#include "db/desk_lock.h"
#include "db/outbox.h"
#include "db/spool.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  const FzFields *record;
  gint64 id, attempts, next_us;
  const char *state; /* queued, or what an answer says */
  gboolean tried;
} Row;

typedef struct {
  FzSpoolBundle *bundle;
  GPtrArray *rows;      /* Row, by their numbers */
  GHashTable *by_id;    /* id as text -> Row */
  GHashTable *accepted; /* set of keys */
  char *alarm;          /* of an earlier run: nothing is sent until the desk had its rows back */
} Sender;

static void
sender_clear (Sender *self)
{
  g_clear_pointer (&self->bundle, fz_spool_bundle_free);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->accepted, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->alarm);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sender, sender_clear)

/* --- what lies there --- */

static void
take_answer (Sender *self, const FzFields *answer)
{
  const char *id = fz_fields_get (answer, "id");
  Row *row = id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;

  if (row == NULL)
    return;
  row->state = g_intern_string (fz_fields_get (answer, "state"));
  row->tried = TRUE;
  fz_fields_get_time (answer, "next_at", &row->next_us);
  fz_fields_get_int (answer, "attempts", &row->attempts);
  if (g_str_equal (row->state, "accepted"))
    g_hash_table_add (self->accepted, (char *) fz_fields_get (row->record, "key"));
  if (g_strcmp0 (fz_fields_get (answer, "outcome"), "configuration") == 0) {
    g_free (self->alarm);
    self->alarm = g_strdup (fz_fields_get (answer, "words"));
  }
}

static gint
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *const *one = a, *const *other = b;

  return (*one)->next_us != (*other)->next_us ? ((*one)->next_us < (*other)->next_us ? -1 : 1) : ((*one)->id > (*other)->id) - ((*one)->id < (*other)->id);
}

/* A row begun by a run that was cut off stays `sending`: nobody knows, and the desk will say so. */
static void
read_bundle (Sender *self)
{
  const GPtrArray *rows = fz_record_file_get_records (self->bundle->rows), *answers = fz_record_file_get_records (self->bundle->answers);

  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->accepted = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 1; i < rows->len; i++) {
    Row *row = g_new0 (Row, 1);

    row->record = rows->pdata[i];
    row->state = "queued";
    row->tried = fz_fields_get (row->record, "words") != NULL;
    fz_fields_get_int (row->record, "id", &row->id);
    fz_fields_get_int (row->record, "attempts", &row->attempts);
    fz_fields_get_time (row->record, "next_at", &row->next_us);
    g_ptr_array_add (self->rows, row);
    g_hash_table_insert (self->by_id, (char *) fz_fields_get (row->record, "id"), row);
  }
  for (guint i = 1; i < answers->len; i++)
    take_answer (self, answers->pdata[i]);
}

/* --- the engine's rows --- */

static gboolean
lacks_a_need (const Sender *self, const Row *row)
{
  const char *key;

  for (guint i = 1; (key = fz_fields_get_at (row->record, "need", i, "key")) != NULL; i++)
    if (!g_hash_table_contains (self->accepted, key))
      return TRUE;
  return FALSE;
}

/* A sign-in counts for the day on which it arrives: see fz_outbox_next(). */
static gboolean
is_of_another_day (const Row *row, gint64 now_us)
{
  g_autofree char *today = fz_outbox_sign_in_key (fz_date_in_beijing (now_us));

  return g_strcmp0 (fz_fields_get (row->record, "stream"), "none") == 0 && g_strcmp0 (fz_fields_get (row->record, "key"), today) != 0;
}

/* One of its stream is on its way for all anybody knows, or was tried before it and only waits for its time. */
static gboolean
is_held (const Sender *self, const Row *row, gint64 now_us)
{
  const char *stream = fz_fields_get (row->record, "stream");

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *other = self->rows->pdata[i];

    if (other == row || g_strcmp0 (fz_fields_get (other->record, "stream"), stream) != 0)
      continue;
    if (g_str_equal (other->state, "sending") || (g_str_equal (other->state, "queued") && other->id < row->id && other->tried && !lacks_a_need (self, other) && !is_of_another_day (other, now_us)))
      return TRUE;
  }
  return FALSE;
}

static FzUploadRow *
claimed (const Row *row)
{
  FzUploadRow *out = g_new0 (FzUploadRow, 1);
  const char *payload = fz_fields_get (row->record, "payload");

  out->id = row->id;
  out->method = g_strdup (fz_fields_get (row->record, "method"));
  out->stream = g_strdup (fz_fields_get (row->record, "stream"));
  out->payload = g_bytes_new (payload, strlen (payload));
  out->attempts = (guint) row->attempts;
  return out;
}

static gboolean
claim (gpointer data, gint64 now_us, FzUploadRow **out_row, gint64 *out_next_us, GError **error)
{
  Sender *self = data;

  *out_row = NULL;
  *out_next_us = 0;
  if (self->alarm != NULL || fz_spool_is_recalled (self->bundle->dir))
    return TRUE;
  g_ptr_array_sort (self->rows, compare_rows);
  for (guint i = 0; i < self->rows->len && *out_row == NULL; i++) {
    const Row *row = self->rows->pdata[i];

    if (!g_str_equal (row->state, "queued"))
      continue;
    if (row->next_us > now_us) {
      *out_next_us = row->next_us; /* they are in order: no other is due either */
      return TRUE;
    }
    if (!lacks_a_need (self, row) && !is_held (self, row, now_us) && !is_of_another_day (row, now_us))
      *out_row = claimed (row);
  }
  return TRUE;
}

static gboolean
answer (Sender *self, gint64 id, FzFields *facts, GError **error)
{
  fz_fields_set_int (facts, "id", id);
  fz_fields_set_time (facts, "at", g_get_real_time ());
  if (!fz_record_file_add (self->bundle->answers, &facts, 1, error))
    return FALSE;
  take_answer (self, facts);
  return TRUE;
}

static gboolean
begin (gpointer data, FzUploadRow *row, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.spool_answer/v1");

  fz_fields_set (facts, "state", "sending");
  return answer (data, row->id, facts, error);
}

static gboolean
settle (gpointer data, const FzUploadRow *row, const FzOutcome *outcome, gint64 again_at_us, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.spool_answer/v1");

  fz_fields_set (facts, "state", fz_upload_state_after (outcome->kind));
  fz_fields_set (facts, "outcome", fz_outcome_word (outcome->kind));
  fz_fields_set (facts, "code", *outcome->code != '\0' ? outcome->code : NULL);
  fz_fields_set (facts, "words", *outcome->text != '\0' ? outcome->text : NULL);
  fz_fields_set_int (facts, "attempts", (gint64) row->attempts + (outcome->kind == FZ_OUTCOME_RETRY));
  fz_fields_set_int (facts, "reached", outcome->kind != FZ_OUTCOME_CONFIGURATION && outcome->kind != FZ_OUTCOME_OFFLINE);
  if (again_at_us != 0)
    fz_fields_set_time (facts, "next_at", again_at_us);
  return answer (data, row->id, facts, error);
}

static const FzUploadSource source = { claim, begin, settle, NULL, NULL };

/* --- one run --- */

/* The file may have been exchanged since the rows were given: what is for one environment never goes to the other. */
static gboolean
is_as_given (const FzFields *head, const FzPlatformConfig *config, GError **error)
{
  if (fz_fields_is_yes (head, "test") == fz_platform_config_is_test (config))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("接入配置 %s 的环境（environment）在设置之后被改动，没有发送。\n请系统管理员核对文件并重新设置。"), fz_fields_get (head, "config"));
  return FALSE;
}

static gboolean
drain (Sender *self, gint64 patience_us, GCancellable *cancellable, FzUploadSummary *summary, GError **error)
{
  const FzFields *head = fz_record_file_get_records (self->bundle->rows)->pdata[0];
  const char *path = fz_fields_get (head, "config"), *place = fz_fields_get (head, "place");
  g_autoptr (FzMessageTable) table = fz_reporting_table (place, error);
  g_autoptr (FzPlatformConfig) config = table != NULL ? fz_upload_load_config (path, table, fz_fields_is_yes (head, "demo"), error) : NULL;

  return config != NULL && is_as_given (head, config, error) && fz_upload_drain (config, table, &source, self, patience_us, cancellable, summary, error);
}

gboolean
fz_spool_send (const char *dir, gint64 patience_us, GCancellable *cancellable, guint *out_accepted, guint *out_refused, guint *out_unknown, char **out_trouble, GError **error)
{
  g_autoptr (FzDeskLock) lock = fz_desk_lock_take (dir, error);
  g_auto (Sender) sender = { 0 };
  FzUploadSummary summary = { 0 };
  g_autoptr (GError) why = NULL;

  *out_accepted = *out_refused = *out_unknown = 0;
  *out_trouble = NULL;
  sender.bundle = lock != NULL ? fz_spool_open (dir, &why) : NULL;
  if (sender.bundle == NULL) {
    if (why != NULL)
      g_propagate_error (error, g_steal_pointer (&why));
    return lock != NULL && (error == NULL || *error == NULL); /* nothing lies there */
  }
  read_bundle (&sender);
  if (sender.alarm == NULL && !drain (&sender, patience_us, cancellable, &summary, error))
    return FALSE;
  *out_accepted = summary.accepted;
  *out_refused = summary.refused;
  *out_unknown = summary.unknown;
  *out_trouble = sender.alarm != NULL  ? g_strdup_printf (_ ("监管平台不接受接入配置（%s），后台不再发送。请系统管理员改好配置；下次打开窗口后继续。"), sender.alarm)
                 : summary.alarm != NULL ? g_strdup (summary.alarm)
                 : summary.gave_up       ? g_strdup (_ ("监管平台没有响应，未发送的留在交接夹，下次再发。"))
                                         : NULL;
  fz_upload_summary_clear (&summary);
  return TRUE;
}
