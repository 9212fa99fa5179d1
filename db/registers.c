#include "db/registers.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>

#define PAGE 200

static const char put_entry[] =
  "INSERT INTO entry (id, register, state, ended, opened_at, changed_at, facts) VALUES ($1, $2, $3, $4, $5, $6, $7) "
  "ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended = excluded.ended, changed_at = excluded.changed_at, facts = excluded.facts";

gboolean
fz_entries_put (FzTxn *txn, const FzFields *facts, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error);
  gint64 opened_us = 0, changed_us = 0;

  fz_fields_get_time (facts, "entry.opened_at", &opened_us);
  fz_fields_get_time (facts, "entry.changed_at", &changed_us);
  return text != NULL && fz_txn_run (txn, error, put_entry, "tttiiit", fz_fields_get (facts, "entry.id"), fz_fields_get (facts, "entry.register"),
                                     fz_fields_get (facts, "entry.state"), (gint64) fz_fields_is_yes (facts, "entry.ended"), opened_us, changed_us, text);
}

static const char get_entry[] = "SELECT facts FROM entry WHERE id = $1";

FzFields *
fz_entries_get (FzTxn *txn, const char *id, GError **error)
{
  return fz_row_of_facts (fz_txn_query (txn, error, get_entry, "t", id), _ ("台账中没有这一条。"), error);
}

static const char list_all[] =
  "SELECT facts FROM entry WHERE register = $1 AND (opened_at, id) > ($2, $3) ORDER BY opened_at, id LIMIT $4";
static const char list_open[] =
  "SELECT facts FROM entry WHERE register = $1 AND ended = 0 AND (opened_at, id) > ($2, $3) ORDER BY opened_at, id LIMIT $4";

GPtrArray *
fz_entries_list (FzTxn *txn, const char *reg, gboolean open_only, FzCursor after, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, open_only ? list_open : list_all, "titi", reg, after.us, after.id != NULL ? after.id : "",
                                         (gint64) limit), error);
}

static const char list_all_back[] =
  "SELECT facts FROM entry WHERE register = $1 AND (opened_at, id) < ($2, $3) ORDER BY opened_at DESC, id DESC LIMIT $4";
static const char list_open_back[] =
  "SELECT facts FROM entry WHERE register = $1 AND ended = 0 AND (opened_at, id) < ($2, $3) ORDER BY opened_at DESC, id DESC LIMIT $4";

GPtrArray *
fz_entries_list_back (FzTxn *txn, const char *reg, gboolean open_only, FzCursor before, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, open_only ? list_open_back : list_all_back, "titi", reg, before.us, before.id, (gint64) limit), error);
}

gboolean
fz_entries_each (FzTxn *txn, const char *reg, gboolean open_only, FzEntryEach each, gpointer data, GError **error)
{
  g_autofree char *last = NULL;
  FzCursor after = { G_MININT64, "" };
  guint n = PAGE;

  while (n == PAGE) {
    g_autoptr (GPtrArray) page = fz_entries_list (txn, reg, open_only, after, PAGE, error);

    if (page == NULL)
      return FALSE;
    n = page->len;
    for (guint i = 0; i < n; i++)
      if (!each (txn, page->pdata[i], data, error))
        return FALSE;
    if (n > 0) {
      fz_fields_get_time (page->pdata[n - 1], "entry.opened_at", &after.us);
      g_free (last);
      after.id = last = g_strdup (fz_fields_get (page->pdata[n - 1], "entry.id"));
    }
  }
  return TRUE;
}

static gboolean
add_entry (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  g_ptr_array_add (data, fz_fields_ref ((FzFields *) entry));
  return TRUE;
}

GPtrArray *
fz_entries_all (FzTxn *txn, const char *reg, gboolean open_only, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  return fz_entries_each (txn, reg, open_only, add_entry, entries, error) ? g_steal_pointer (&entries) : NULL;
}

static const char count_all[] = "SELECT COUNT(*) FROM entry WHERE register = $1";
static const char count_open[] = "SELECT COUNT(*) FROM entry WHERE register = $1 AND ended = 0";

gint64
fz_entries_count (FzTxn *txn, const char *reg, gboolean open_only, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, open_only ? count_open : count_all, "t", reg);
  gint64 n;

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return -1;
  n = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return n;
}
