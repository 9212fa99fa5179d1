#include "db/directory.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char insert_staff[] =
  "INSERT INTO staff (number, person, name, id_number, role, facts, vkey, factor, joined_at) "
  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
static const char exists_staff[] = "SELECT 1 FROM staff WHERE number = $1";

gboolean
fz_staff_add (FzTxn *txn, const FzFields *facts, GError **error)
{
  const char *number = fz_fields_get (facts, "number");
  g_autofree char *text = fz_facts_to_text (facts, error);
  gboolean taken = FALSE;

  if (text == NULL || !fz_row_exists (fz_txn_query (txn, error, exists_staff, "t", number), &taken, error))
    return FALSE;
  if (taken) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("工号“%s”已被使用，请换一个工号。"), number);
    return FALSE;
  }
  return fz_txn_run (txn, error, insert_staff, "tttttttti", number, fz_fields_get (facts, "person"),
                     fz_fields_get (facts, "name"), fz_fields_get (facts, "id_number"), fz_fields_get (facts, "role"), text,
                     fz_fields_get (facts, "vkey"), fz_fields_get (facts, "factor"), fz_txn_now_us (txn));
}

static gpointer
staff_row (FzStmt *stmt, GError **error)
{
  g_autoptr (FzFields) parsed = fz_row_facts (stmt, error);
  FzFields *facts = parsed != NULL ? fz_fields_dup (parsed, NULL) : NULL;

  if (facts == NULL)
    return NULL;
  fz_fields_set (facts, "vkey", fz_stmt_text (stmt, 1));
  fz_fields_set (facts, "factor", fz_stmt_text (stmt, 2));
  fz_fields_set_time (facts, "joined_at", fz_stmt_int (stmt, 3));
  if (!fz_stmt_is_null (stmt, 4))
    fz_fields_set_time (facts, "left_at", fz_stmt_int (stmt, 4));
  return fz_fields_freeze (facts);
}

static const char get_staff[] = "SELECT facts, vkey, factor, joined_at, left_at FROM staff WHERE number = $1";
static const char list_staff[] = "SELECT facts, vkey, factor, joined_at, left_at FROM staff ORDER BY number";

FzFields *
fz_staff_get (FzTxn *txn, const char *number, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有工号为“%s”的人员。"), number);

  return fz_rows_first (fz_txn_query (txn, error, get_staff, "t", number), staff_row, missing, error);
}

GPtrArray *
fz_staff_list (FzTxn *txn, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, list_staff, ""), staff_row, (GDestroyNotify) fz_fields_unref, error);
}

const FzFields *
fz_staff_find (GPtrArray *staff, const char *number)
{
  for (guint i = 0; i < staff->len; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "number"), number) == 0)
      return staff->pdata[i];
  return NULL;
}

static const char set_keys[] = "UPDATE staff SET vkey = $2, factor = $3, totp_step = 0 WHERE number = $1";
static const char set_facts[] = "UPDATE staff SET facts = $2 WHERE number = $1";
static const char set_left[] = "UPDATE staff SET left_at = $2 WHERE number = $1 AND left_at IS NULL";
static const char use_step[] = "UPDATE staff SET totp_step = $2 WHERE number = $1 AND totp_step < $2";

static gboolean
changed_one (gint64 changed, const char *number, GError **error)
{
  if (changed == 1)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有工号为“%s”的人员，或该人员已离职。"), number);
  return FALSE;
}

gboolean
fz_staff_set_keys (FzTxn *txn, const char *number, const char *vkey, const char *factor, GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, set_keys, "ttt", number, vkey, factor) && changed_one (changed, number, error);
}

gboolean
fz_staff_set_facts (FzTxn *txn, const char *number, const FzFields *facts, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error);
  gint64 changed = 0;

  return text != NULL && fz_txn_run_counted (txn, &changed, error, set_facts, "tt", number, text) &&
         changed_one (changed, number, error);
}

gboolean
fz_staff_leave (FzTxn *txn, const char *number, GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, set_left, "ti", number, fz_txn_now_us (txn)) &&
         changed_one (changed, number, error);
}

gboolean
fz_staff_use_totp_step (FzTxn *txn, const char *number, gint64 step, gboolean *out_fresh, GError **error)
{
  gint64 changed = 0;

  if (!fz_txn_run_counted (txn, &changed, error, use_step, "ti", number, step))
    return FALSE;
  *out_fresh = changed == 1;
  return TRUE;
}

static const char is_fresh[] = "SELECT count(*) FROM staff WHERE number = $1 AND totp_step < $2";

gboolean
fz_staff_totp_step_is_fresh (FzTxn *txn, const char *number, gint64 step, gboolean *out_fresh, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, is_fresh, "ti", number, step);

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out_fresh = fz_stmt_int (stmt, 0) == 1;
  fz_stmt_end (stmt);
  return TRUE;
}

static const char put_profile[] =
  "INSERT INTO profile (name, body, changed_at) VALUES ($1, $2, $3) "
  "ON CONFLICT (name) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at";
static const char get_profile[] = "SELECT body FROM profile WHERE name = $1";

gboolean
fz_profile_put (FzTxn *txn, const char *name, const FzFields *body, GError **error)
{
  g_autofree char *text = fz_facts_to_text (body, error);

  return text != NULL && fz_txn_run (txn, error, put_profile, "tti", name, text, fz_txn_now_us (txn));
}

FzFields *
fz_profile_get (FzTxn *txn, const char *name, GError **error)
{
  return fz_row_of_facts (fz_txn_query (txn, error, get_profile, "t", name), NULL, error);
}

static const char put_drug[] =
  "INSERT INTO drug (code, body, used, changed_at) VALUES ($1, $2, $3, $4) "
  "ON CONFLICT (code) DO UPDATE SET body = excluded.body, used = excluded.used, changed_at = excluded.changed_at";
static const char list_drugs[] = "SELECT body FROM drug WHERE code > $1 ORDER BY code LIMIT $2";
static const char put_diagnosis[] =
  "INSERT INTO diagnosis (code, body) VALUES ($1, $2) ON CONFLICT (code) DO UPDATE SET body = excluded.body";
static const char list_diagnoses[] = "SELECT body FROM diagnosis WHERE code > $1 ORDER BY code LIMIT $2";

gboolean
fz_drugs_put (FzTxn *txn, const char *code, const FzFields *row, gboolean used, GError **error)
{
  g_autofree char *text = fz_facts_to_text (row, error);

  return text != NULL && fz_txn_run (txn, error, put_drug, "ttii", code, text, (gint64) used, fz_txn_now_us (txn));
}

static const char get_drug[] = "SELECT body FROM drug WHERE code = $1";

FzFields *
fz_drugs_get (FzTxn *txn, const char *code, GError **error)
{
  return fz_row_of_facts (fz_txn_query (txn, error, get_drug, "t", code), NULL, error);
}

GPtrArray *
fz_drugs_list (FzTxn *txn, const char *after, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_drugs, "ti", after, (gint64) limit), error);
}

gboolean
fz_diagnoses_put (FzTxn *txn, const char *code, const FzFields *row, GError **error)
{
  g_autofree char *text = fz_facts_to_text (row, error);

  return text != NULL && fz_txn_run (txn, error, put_diagnosis, "tt", code, text);
}

GPtrArray *
fz_diagnoses_list (FzTxn *txn, const char *after, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_diagnoses, "ti", after, (gint64) limit), error);
}

static const char add_consent[] =
  "INSERT INTO consent_text (version, sha256, text, since_at) VALUES ($1, $2, $3, $4)";
static const char hash_of_consent[] = "SELECT sha256 FROM consent_text WHERE version = $1";
/* The rules in force may name an older version than the newest one. */
static const char newest_consent[] =
  "SELECT version, sha256, text FROM consent_text "
  "ORDER BY CASE WHEN version = (SELECT value FROM setting WHERE name = 'consent.version') THEN 0 ELSE 1 END, "
  "since_at DESC, version DESC LIMIT 1";

/* `out_there` NULL: only whether it may be added. */
static gboolean
look_for_consent (FzTxn *txn, const char *version, const char *sha256, gboolean *out_there, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, hash_of_consent, "t", version);
  gboolean there, same;

  if (stmt == NULL)
    return FALSE;
  there = fz_stmt_next (stmt, NULL);
  same = there && g_strcmp0 (fz_stmt_text (stmt, 0), sha256) == 0;
  fz_stmt_end (stmt);
  if (there && !same) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("知情同意书版本“%s”已存在且内容不同；修改后请使用新的版本号。"), version);
    return FALSE;
  }
  if (out_there != NULL)
    *out_there = there;
  return TRUE;
}

gboolean
fz_consent_text_fits (FzTxn *txn, const char *version, const char *text, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex (text != NULL ? text : "", text != NULL ? strlen (text) : 0);

  return look_for_consent (txn, version, sha256, NULL, error);
}

gboolean
fz_consent_text_add (FzTxn *txn, const char *version, const char *text, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex (text, strlen (text));
  gboolean there = FALSE;

  return look_for_consent (txn, version, sha256, &there, error) &&
         (there || fz_txn_run (txn, error, add_consent, "ttti", version, sha256, text, fz_txn_now_us (txn)));
}

static const char consent_of_hash[] = "SELECT text FROM consent_text WHERE sha256 = $1";

char *
fz_consent_text_find (FzTxn *txn, const char *sha256, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, consent_of_hash, "t", sha256);
  char *text;

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return NULL;
  text = fz_stmt_dup_text (stmt, 0);
  fz_stmt_end (stmt);
  return text;
}

gboolean
fz_consent_text_newest (FzTxn *txn, char **out_version, char **out_sha256, char **out_text, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, newest_consent, "");
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return FALSE;
  if (!fz_stmt_next (stmt, &why)) {
    if (why != NULL)
      g_propagate_error (error, g_steal_pointer (&why));
    else
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("还没有知情同意书文本，请医务管理人员先导入。"));
    return FALSE;
  }
  *out_version = fz_stmt_dup_text (stmt, 0);
  *out_sha256 = fz_stmt_dup_text (stmt, 1);
  if (out_text != NULL)
    *out_text = fz_stmt_dup_text (stmt, 2);
  fz_stmt_end (stmt);
  return TRUE;
}
