/* A catalogue file read and checked row by row, and kept until a person signs for it (导入药品目录). Nothing changes by reading: a file becomes one
 * proposal, and the proposal takes another person. */
#include "app/catalogue.h"

#include "app/knowledge.h"
#include "app/table_file.h"
#include "db/catalogue.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

#define MAX_BAD 99 /* lines kept with it; all are told when it is read */

typedef struct {
  FzSession *session;
  const char *id;
  FzFields *facts;
  GBytes *body;
  GPtrArray *rows;
} Stage;

static void
put_counts (FzFields *facts, GPtrArray *rows)
{
  for (FzDrugAct act = FZ_DRUG_ADD; act < FZ_N_DRUG_ACTS; act++) {
    g_autofree char *key = g_strconcat ("staged.n_", fz_drug_act_to_word (act), NULL);
    gint64 n = 0;

    for (guint i = 0; i < rows->len; i++)
      n += ((const FzCatalogueRow *) rows->pdata[i])->act == act;
    fz_fields_set_int (facts, key, n);
  }
  fz_fields_set_int (facts, "staged.n_changes", rows->len);
}

static void
put_bad (FzFields *facts, GPtrArray *problems)
{
  fz_fields_set_int (facts, "staged.n_bad", problems->len);
  for (guint i = 0; i < problems->len && i < MAX_BAD; i++)
    fz_fields_set_at (facts, "staged.bad", i, NULL, problems->pdata[i]);
}

/* The good rows as the store would keep them. */
static GBytes *
print (const FzCatalogue *catalogue)
{
  const char *const *columns = fz_drug_columns ();
  g_autofree char *header = g_strjoinv (",", (GStrv) (gsize) columns);
  GString *csv = g_string_new (header);

  g_string_append_c (csv, '\n');
  for (guint r = 0; r < fz_catalogue_get_n (catalogue); r++)
    for (guint i = 0; columns[i] != NULL; i++) {
      g_autofree char *value = fz_drug_dup_column (fz_catalogue_get (catalogue, r), columns[i]);

      fz_csv_append_field (csv, value);
      g_string_append_c (csv, columns[i + 1] != NULL ? ',' : '\n');
    }
  return g_string_free_to_bytes (csv);
}

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  Stage *stage = data;
  gint64 number = 0;
  g_autofree char *id = NULL;

  if (!fz_counter_next (txn, "catalogue.staged", &number, error))
    return FALSE;
  id = g_strdup_printf ("IMP-%06d", (int) number);
  fz_fields_set (stage->facts, "staged.id", id);
  fz_fields_set_time (stage->facts, "staged.at", fz_txn_now_us (txn));
  return fz_catalogue_stage (txn, id, stage->facts, stage->body, error) &&
         fz_session_audit (stage->session, txn, "catalogue.stage", "catalogue", id, "done", NULL, NULL, error);
}

typedef struct {
  GCancellable *stop;
  void (*progress) (guint64 done, guint64 total, gpointer data);
  gpointer data;
} Watch;

static gboolean
go_on (guint done, guint total, gpointer data)
{
  const Watch *watch = data;

  if (watch->progress != NULL)
    watch->progress (done, total, watch->data);
  return !g_cancellable_is_cancelled (watch->stop);
}

static FzCatalogue *
read_file (FzSession *session, const char *path, const char *name, GPtrArray *problems, Watch *watch, GError **error)
{
  FzDrugCodes codes = fz_knowledge_drug_codes (session->desk->knowledge);
  g_autoptr (GBytes) csv = fz_table_file_read (path, error);
  FzCatalogue *catalogue = NULL;

  if (csv != NULL && !g_cancellable_is_cancelled (watch->stop))
    catalogue = fz_catalogue_parse_with_progress (g_bytes_get_data (csv, NULL), g_bytes_get_size (csv), name, &codes, problems, go_on, watch, error);
  if (csv != NULL && catalogue == NULL && (error == NULL || *error == NULL))
    g_cancellable_set_error_if_cancelled (watch->stop, error);
  return catalogue;
}

static FzFields *
stage (FzSession *session, const char *name, const FzCatalogue *catalogue, GPtrArray *problems, GCancellable *stop, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_catalogue_diff (session->desk->knowledge, catalogue);
  g_autoptr (GBytes) body = print (catalogue);
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.catalogue_staged/v1");
  Stage what = { .session = session, .facts = facts, .body = body };

  fz_fields_set (facts, "staged.file", name);
  fz_fields_set (facts, "staged.by", fz_fields_get (session->person, "name"));
  fz_fields_set (facts, "staged.by_number", session->number);
  fz_fields_set_int (facts, "staged.n_rows", fz_catalogue_get_n (catalogue));
  put_counts (facts, rows);
  put_bad (facts, problems);
  if (g_cancellable_set_error_if_cancelled (stop, error))
    return NULL;
  if (rows->len > 0 && !fz_store_run (session->desk->store, FZ_TXN_RECORD, keep, &what, error))
    return NULL;
  return fz_fields_freeze (g_steal_pointer (&facts));
}

FzFields *
fz_desk_stage_catalogue (FzSession *session, const char *path, gboolean skip_bad, GPtrArray **out_problems, GCancellable *stop,
                         void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  Watch watch = { stop, progress, data };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (FzCatalogue) catalogue = NULL;
  FzFields *facts = NULL;

  if (!fz_session_may (session, "catalogue.propose", "catalogue", NULL, error))
    return NULL;
  catalogue = read_file (session, path, name, problems, &watch, error);
  if (catalogue != NULL && problems->len > 0 && !skip_bad)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("有 %u 行不合格，没有导入任何一行。请改正后重新导入。"), problems->len);
  else if (catalogue != NULL)
    facts = stage (session, name, catalogue, problems, stop, error);
  if (out_problems != NULL)
    *out_problems = g_steal_pointer (&problems);
  return facts;
}

/* --- what waits to be signed for --- */

static gboolean
list (FzTxn *txn, gpointer data, GError **error)
{
  Stage *what = data;

  what->rows = fz_catalogue_staged_list (txn, error);
  return what->rows != NULL;
}

GPtrArray *
fz_desk_list_staged (FzSession *session, GError **error)
{
  Stage what = { .session = session };

  if (!fz_session_may (session, "catalogue.read", "catalogue", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list, &what, error))
    return NULL;
  return what.rows;
}

static gboolean
drop (FzTxn *txn, gpointer data, GError **error)
{
  Stage *what = data;

  return fz_catalogue_staged_drop (txn, what->id, error) &&
         fz_session_audit (what->session, txn, "catalogue.drop_staged", "catalogue", what->id, "done", NULL, NULL, error);
}

gboolean
fz_desk_drop_staged (FzSession *session, const char *id, GError **error)
{
  Stage what = { .session = session, .id = id };

  return fz_session_may (session, "catalogue.propose", "catalogue", id, error) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, drop, &what, error);
}
