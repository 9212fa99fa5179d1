/* Today at a glance, the status line, and imports (医务管理). */
#include "app/desk_private.h"

#include "app/front_desk.h"
#include "app/affairs.h"

#include "app/due_entry.h"
#include "app/duty.h"
#include "app/knowledge.h"
#include "app/knowledge_import.h"
#include "app/queue.h"
#include "app/reporting.h"
#include "app/rules.h"
#include "app/table_file.h"
#include "app/time_trust.h"
#include "app/spool.h"
#include "app/upload.h"
#include "app/video.h"
#include "app/workdays.h"
#include "core/text.h"
#include "db/directory.h"
#include "db/outbox.h"
#include "db/room.h"
#include "db/talks.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- the rows of a period --- */

#define PAGE 200 /* some 10 ms: others work between two pages */

typedef struct {
  const FzAffairsWalk *walk;
  gboolean rx;
  gint64 us; /* where the next page goes on */
  char *id;
  gboolean more;
} Page;

static gboolean
read_page (FzTxn *txn, gpointer data, GError **error)
{
  Page *page = data;
  FzCursor cursor = { page->us, page->id };
  g_autoptr (GPtrArray) rows = page->rx ? fz_rx_list_counted (txn, cursor, PAGE, error) : fz_visits_list_counted (txn, cursor, PAGE, error);

  page->more = rows != NULL && rows->len == PAGE;
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const FzFields *row = rows->pdata[i];

    fz_fields_get_time (row, page->rx ? "rx.signed_at" : "visit.applied_at", &page->us);
    if (page->us >= page->walk->to_us) {
      page->more = FALSE;
      break;
    }
    g_free (page->id);
    page->id = g_strdup (fz_fields_get (row, page->rx ? "rx.id" : "visit.id"));
    (page->rx ? page->walk->rx : page->walk->visit) (row, page->walk->data);
  }
  return rows != NULL;
}

/* Visits are the first half of the way, prescriptions the other. */
static gboolean
walk_list (FzDesk *desk, const FzAffairsWalk *walk, gboolean rx, GError **error)
{
  Page page = { walk, rx, walk->from_us, g_strdup (""), TRUE };
  double whole = (double) MAX (walk->to_us - walk->from_us, 1);
  gboolean good = TRUE;

  while (good && page.more)
    good = (walk->step == NULL || walk->step ((rx ? 0.5 : 0) + (double) (page.us - walk->from_us) / whole / 2, walk->data, error)) &&
           fz_store_run (desk->store, FZ_TXN_READ, read_page, &page, error);
  g_free (page.id);
  return good;
}

gboolean
fz_affairs_walk (FzDesk *desk, const FzAffairsWalk *walk, GError **error)
{
  return walk_list (desk, walk, FALSE, error) && walk_list (desk, walk, TRUE, error);
}

/* --- today --- */

typedef struct {
  GPtrArray *visits, *rx;
  FzFields *counts;
} Gather;

static void
gather_visit (const FzFields *facts, gpointer data)
{
  g_ptr_array_add (((Gather *) data)->visits, fz_fields_ref ((FzFields *) facts));
}

static void
gather_rx (const FzFields *facts, gpointer data)
{
  g_ptr_array_add (((Gather *) data)->rx, fz_fields_ref ((FzFields *) facts));
}

static gboolean
read_counts (FzTxn *txn, gpointer data, GError **error)
{
  ((Gather *) data)->counts = fz_outbox_counts (txn, error);
  return ((Gather *) data)->counts != NULL;
}

static void
gather_clear (Gather *g)
{
  g_clear_pointer (&g->visits, g_ptr_array_unref);
  g_clear_pointer (&g->rx, g_ptr_array_unref);
  g_clear_pointer (&g->counts, fz_fields_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gather, gather_clear)

static void
bump (FzFields *out, const char *key)
{
  gint64 n = 0;

  fz_fields_get_int (out, key, &n);
  fz_fields_set_int (out, key, n + 1);
}

static void
count_by (FzFields *out, GPtrArray *rows, const char *from_key, const char *prefix)
{
  for (guint i = 0; i < rows->len; i++) {
    g_autofree char *key = g_strdup_printf ("%s.%s", prefix, fz_fields_get (rows->pdata[i], from_key));
    g_autofree char *total = g_strconcat (prefix, ".total", NULL);

    bump (out, key);
    bump (out, total);
  }
}

static void
count_hours (FzFields *out, GPtrArray *rows, const char *time_key, const char *word)
{
  for (guint i = 0; i < rows->len; i++) {
    gint64 us = 0;
    g_autofree char *text = NULL, *key = NULL;

    if (!fz_fields_get_time (rows->pdata[i], time_key, &us))
      continue;
    text = fz_beijing_time_format (us);
    key = g_strdup_printf ("hour.%.2s.%s", text + 11, word);
    bump (out, key);
  }
}

static int
by_value (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static void
put_median (FzFields *out, GPtrArray *rows, const char *from_key, const char *to_key, const char *key)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < rows->len; i++) {
    gint64 from = 0, to = 0, span;

    if (!fz_fields_get_time (rows->pdata[i], from_key, &from) || !fz_fields_get_time (rows->pdata[i], to_key, &to))
      continue;
    span = (to - from) / FZ_US_PER_SECOND;
    g_array_append_val (spans, span);
  }
  if (spans->len == 0)
    return;
  g_array_sort (spans, by_value);
  fz_fields_set_int (out, key, g_array_index (spans, gint64, spans->len / 2));
}

FzFields *
fz_desk_overview (FzSession *session, GError **error)
{
  FzDate today = fz_date_in_beijing (fz_session_now_us (session));
  g_auto (Gather) g = { g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), NULL };
  FzAffairsWalk walk = { fz_date_beijing_start_us (today), fz_date_beijing_start_us (fz_date_add_days (today, 1)), gather_visit, gather_rx, NULL, &g };
  FzFields *out;

  if (!fz_session_may (session, "overview", "store", NULL, error) || !fz_affairs_walk (session->desk, &walk, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, read_counts, &g, error))
    return NULL;
  out = fz_fields_new ("fuzhen.overview/v1");
  count_by (out, g.visits, "visit.stage", "visits");
  count_by (out, g.rx, "rx.stage", "rx");
  count_hours (out, g.visits, "visit.applied_at", "visits");
  count_hours (out, g.rx, "rx.signed_at", "rx");
  put_median (out, g.rx, "rx.signed_at", "rx.reviewed_at", "review.median_s");
  put_median (out, g.visits, "visit.applied_at", "visit.taken_at", "wait.median_s");
  fz_fields_merge (out, "upload", g.counts);
  fz_rules_put_end (session->desk, out);
  fz_knowledge_put_end (session->desk, out);
  return fz_fields_freeze (out);
}

/* --- the status line --- */

static gboolean
put_duty (FzTxn *txn, FzFields *out, GError **error)
{
  gboolean missing = FALSE;

  if (!fz_duty_is_missing (txn, &missing, error))
    return FALSE;
  fz_fields_set_bool (out, "duty.missing", missing);
  return TRUE;
}

static gboolean
put_daily (FzDesk *desk, FzTxn *txn, FzFields *out, GError **error)
{
  gboolean late = FALSE;

  if (!fz_due_day_is_late (desk, txn, &late, error))
    return FALSE;
  fz_fields_set_bool (out, "daily.late", late);
  return TRUE;
}

typedef struct {
  FzSession *session;
  FzDesk *desk;
  FzFields *out;
} Status;

/* What waits for this doctor: who asked, and who wrote. */
static gboolean
put_calls (const Status *status, FzTxn *txn, gint64 waiting, GError **error)
{
  gint64 n = status->session->role == FZ_ROLE_DOCTOR ? fz_talks_count_unread (txn, fz_fields_get (status->session->person, "person"), error) : 0;

  if (n < 0)
    return FALSE;
  fz_fields_set_int (status->out, "talk.unread", n);
  fz_fields_set_int (status->out, "visit.calls", waiting + n);
  return TRUE;
}

static gboolean
read_status (FzTxn *txn, gpointer data, GError **error)
{
  Status *status = data;
  FzFields *out = status->out;
  g_autoptr (FzFields) counts = fz_outbox_counts (txn, error);
  gint64 queued = 0, limit = fz_queue_limit (txn, error), to_review = fz_rx_count_to_review (txn, error), waiting = fz_visits_count (txn, FZ_VISITS_WAITING, error);

  if (counts == NULL || to_review < 0 || waiting < 0 || limit < 0)
    return FALSE;
  if (limit > 0)
    fz_fields_set_int (out, "queue.limit_minutes", limit);
  fz_fields_get_int (counts, "queued", &queued);
  fz_fields_set_int (out, "platform.waiting", queued);
  fz_fields_merge (out, "upload", counts);
  fz_fields_set_int (out, "review.waiting", to_review);
  fz_fields_set_int (out, "queue.waiting", waiting);
  return put_calls (status, txn, waiting, error) && fz_video_put_status (txn, out, error) && fz_spool_put_status (txn, out, error) && put_duty (txn, out, error) &&
         put_daily (status->desk, txn, out, error) && fz_front_put_status (status->desk, txn, out, error);
}

FzFields *
fz_desk_status (FzSession *session)
{
  FzFields *out = fz_fields_new ("fuzhen.status/v1");
  Status status = { session, session->desk, out };
  g_autofree char *words = NULL, *why = NULL;
  g_autofree char *state = fz_upload_state (session->desk, &words);
  g_autoptr (GError) error = NULL;

  fz_fields_set_int (out, "store.free_bytes", (gint64) fz_room_free_bytes (session->desk->data_dir));
  fz_fields_set (out, "platform.state", state);
  fz_reporting_put (session->desk, out);
  fz_fields_set (out, "platform.words", words);
  if (session->desk->store == NULL || !fz_store_run (session->desk->store, FZ_TXN_READ, read_status, &status, &error)) {
    fz_fields_set (out, "store.state", "error");
    fz_fields_set (out, "store.words", error != NULL ? error->message : NULL);
  } else if (fz_store_is_read_only (session->desk->store, &why)) {
    fz_fields_set (out, "store.state", "read_only");
    fz_fields_set (out, "store.words", why);
  } else
    fz_fields_set (out, "store.state", "ok");
  fz_session_put_second (session, out);
  fz_time_trust_put (session->desk, out);
  fz_rules_put_end (session->desk, out);
  fz_knowledge_put_end (session->desk, out);
  return fz_fields_freeze (out);
}

/* --- imports: a table checked whole before a row changes --- */

typedef struct {
  FzSession *session;
  GPtrArray *rows;
} Import;

static gboolean
keep_diagnoses (FzTxn *txn, gpointer data, GError **error)
{
  Import *import = data;

  for (guint i = 0; i < import->rows->len; i++)
    if (!fz_diagnoses_put (txn, fz_fields_get (import->rows->pdata[i], "code"), import->rows->pdata[i], error))
      return FALSE;
  return fz_session_audit (import->session, txn, "import.diagnoses", "store", NULL, "done", NULL, NULL, error);
}

GPtrArray *
fz_diagnosis_rows (const char *name, const guint8 *bytes, gsize n, GPtrArray *problems, GError **error)
{
  static const char *const required[] = { "code", "label", NULL };
  static const char *const columns[][2] = { { "code", "code" }, { "label", "name" }, { "initials", "initials" }, { "aliases", "aliases" },
                                            { "chronic", "chronic" }, { "red_flag", "red_flag" }, { "kind", "kind" } };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);

  if (csv == NULL || !fz_csv_require (csv, required, error))
    return NULL;
  for (guint r = 0; r < fz_csv_get_n_rows (csv); r++) {
    FzFields *row = fz_fields_new ("fuzhen.diagnosis/v1");

    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
      fz_fields_set (row, columns[c][1], fz_csv_get (csv, r, columns[c][0]));
    if (fz_fields_has (row, "code") && fz_fields_has (row, "name")) {
      g_ptr_array_add (rows, fz_fields_freeze (row));
      continue;
    }
    g_ptr_array_add (problems, g_strdup_printf (_ ("%s 第 %u 行：缺少编码或名称。"), name, fz_csv_get_line (csv, r)));
    fz_fields_unref (row);
  }
  return g_steal_pointer (&rows);
}

static gboolean
import_diagnoses (FzSession *session, const char *name, const guint8 *bytes, gsize n, gboolean skip_bad, guint *out_rows,
                  GPtrArray *problems, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_diagnosis_rows (name, bytes, n, problems, error);
  Import import = { session, rows };

  if (rows == NULL)
    return FALSE;
  if (problems->len > 0 && !skip_bad) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("有 %u 行不合格，没有导入任何一行。请改正后重新导入。"), problems->len);
    return FALSE;
  }
  *out_rows = rows->len;
  return fz_store_run (session->desk->store, FZ_TXN_RECORD, keep_diagnoses, &import, error) && fz_desk_reload (session->desk, error);
}

gboolean
fz_desk_import (FzSession *session, const char *what, const char *path, gboolean skip_bad, guint *out_rows, GPtrArray **out_problems,
                GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GBytes) csv = NULL;
  gboolean good;

  if (!fz_session_may (session, "import", "store", what, error))
    return FALSE;
  if (g_str_equal (what, "knowledge")) { /* a folder or a zip; all or nothing, whatever skip_bad says */
    good = fz_knowledge_import (session, path, out_rows, problems, error);
    *out_problems = g_steal_pointer (&problems);
    return good;
  }
  csv = fz_table_file_read (path, error);
  if (csv == NULL)
    return FALSE;
  if (g_str_equal (what, "diagnoses"))
    good = import_diagnoses (session, name, g_bytes_get_data (csv, NULL), g_bytes_get_size (csv), skip_bad, out_rows, problems, error);
  else if (g_str_equal (what, "calendar"))
    good = fz_workdays_import (session, name, csv, skip_bad, out_rows, problems, error);
  else {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                 _ ("不能导入“%s”；这里只导入 diagnoses（诊断目录）、calendar（节假日安排）或 knowledge（药品知识库），药品目录须由两人变更。"), what);
    good = FALSE;
  }
  *out_problems = g_steal_pointer (&problems);
  return good;
}
