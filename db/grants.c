#include "db/grants.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>

static const char put_grant[] =
  "INSERT INTO access_grant (id, kind, state, person, times, asked_at, until_at, facts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
  "ON CONFLICT (id) DO UPDATE SET state = excluded.state, facts = excluded.facts";
static const char get_grant[] = "SELECT facts FROM access_grant WHERE id = $1";
static const char list_grants[] = "SELECT facts FROM access_grant ORDER BY asked_at DESC, id DESC LIMIT $1";
static const char list_waiting[] = "SELECT facts FROM access_grant WHERE state = 'asked' ORDER BY asked_at, id LIMIT $1";
static const char of_person[] =
  "SELECT facts FROM access_grant WHERE state = 'granted' AND person = $1 AND kind = $2 AND until_at > $3 ORDER BY until_at, id";

gboolean
fz_grants_put (FzTxn *txn, const FzFields *facts, gint64 until_us, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error);
  gint64 asked_us = 0, times = 0;

  fz_fields_get_time (facts, "grant.asked_at", &asked_us);
  fz_fields_get_int (facts, "grant.times", &times);
  return text != NULL && fz_txn_run (txn, error, put_grant, "ttttiiit", fz_fields_get (facts, "grant.id"), fz_fields_get (facts, "grant.kind"),
                                     fz_fields_get (facts, "grant.state"), fz_fields_get (facts, "grant.by_person"), times, asked_us, until_us, text);
}

FzFields *
fz_grants_get (FzTxn *txn, const char *id, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有编号为“%s”的授权。"), id);

  return fz_row_of_facts (fz_txn_query (txn, error, get_grant, "t", id), missing, error);
}

GPtrArray *
fz_grants_list (FzTxn *txn, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_grants, "i", (gint64) limit), error);
}

GPtrArray *
fz_grants_waiting (FzTxn *txn, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_waiting, "i", (gint64) limit), error);
}

GPtrArray *
fz_grants_of_person (FzTxn *txn, const char *person, const char *kind, gint64 now_us, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, of_person, "tti", person, kind, now_us), error);
}

/* --- uses --- */

static const char count_uses[] = "SELECT COUNT(*) FROM access_grant_use WHERE access_grant = $1";
static const char add_use[] =
  "INSERT INTO access_grant_use (number, access_grant, position, staff, used_at, scope) "
  "VALUES ((SELECT COALESCE(MAX(number), -1) + 1 FROM access_grant_use), $1, $2, $3, $4, $5)";
static const char list_uses[] = "SELECT position, staff, used_at, scope FROM access_grant_use WHERE access_grant = $1 ORDER BY position LIMIT $2";

gint64
fz_grants_count_uses (FzTxn *txn, const char *id, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, count_uses, "t", id);
  gint64 n;

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return -1;
  n = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return n;
}

gboolean
fz_grants_add_use (FzTxn *txn, const char *id, const char *staff, const FzFields *scope, gint64 *out_position, GError **error)
{
  g_autofree char *text = fz_facts_to_text (scope, error);
  gint64 uses = text != NULL ? fz_grants_count_uses (txn, id, error) : -1;

  *out_position = uses + 1;
  return uses >= 0 && fz_txn_run (txn, error, add_use, "titit", id, uses + 1, staff, fz_txn_now_us (txn), text);
}

static gpointer
read_use (FzStmt *stmt, GError **error)
{
  g_autoptr (FzFields) scope = fz_row_facts_at (stmt, 3, error);
  FzFields *row = scope != NULL ? fz_fields_new ("fuzhen.grant_use/v1") : NULL;

  if (row == NULL)
    return NULL;
  fz_fields_set_int (row, "position", fz_stmt_int (stmt, 0));
  fz_fields_set (row, "staff", fz_stmt_text (stmt, 1));
  fz_fields_set_time (row, "used_at", fz_stmt_int (stmt, 2));
  fz_fields_merge (row, "scope", scope);
  return fz_fields_freeze (row);
}

GPtrArray *
fz_grants_uses (FzTxn *txn, const char *id, guint limit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, list_uses, "ti", id, (gint64) limit), read_use, (GDestroyNotify) fz_fields_unref, error);
}
