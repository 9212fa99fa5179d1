#include "db/rules.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- kept bytes --- */

static const char has_layer[] = "SELECT number FROM rule_layer WHERE sha256 = $1";
static const char has_book[] = "SELECT number FROM rulebook WHERE sha256 = $1";

static const char keep_layer[] = "INSERT INTO rule_layer (number, sha256, name, body, kept_at) "
                                 "VALUES ((SELECT COALESCE(MAX(number), -1) + 1 FROM rule_layer), $1, $2, $3, $4)";

gboolean
fz_rule_layers_keep (FzTxn *txn, const char *name, GBytes *body, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  gboolean there = FALSE;

  return fz_row_exists (fz_txn_query (txn, error, has_layer, "t", sha256), &there, error) &&
         (there || fz_txn_run (txn, error, keep_layer, "ttBi", sha256, name, body, fz_txn_now_us (txn)));
}

static gpointer
read_bytes (FzStmt *stmt, GError **error)
{
  GBytes *bytes = fz_stmt_dup_bytes (stmt, 0);

  if (bytes == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("本地库中的一行内容为空。"));
  return bytes;
}

static gboolean
check_hash (const char *sha256, gconstpointer bytes, gsize n, GError **error)
{
  g_autofree char *found = fz_sha256_hex (bytes, n);

  if (g_str_equal (found, sha256))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _ ("库中保存的规则与其摘要不符（%.12s…），可能已被改动；不能据此判断或签名。请联系系统管理员从备份恢复。"), sha256);
  return FALSE;
}

static const char get_layer[] = "SELECT body FROM rule_layer WHERE sha256 = $1";

GBytes *
fz_rule_layers_get (FzTxn *txn, const char *sha256, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("库中没有保存摘要为 %.12s… 的规则层。"), sha256);
  g_autoptr (GBytes) body = fz_rows_first (fz_txn_query (txn, error, get_layer, "t", sha256), read_bytes, missing, error);

  return body != NULL && check_hash (sha256, g_bytes_get_data (body, NULL), g_bytes_get_size (body), error)
           ? g_steal_pointer (&body)
           : NULL;
}

static const char keep_book[] = "INSERT INTO rulebook (number, sha256, manifest, kept_at) "
                                "VALUES ((SELECT COALESCE(MAX(number), -1) + 1 FROM rulebook), $1, $2, $3)";

gboolean
fz_rulebooks_has (FzTxn *txn, const char *sha256, gboolean *out_has, GError **error)
{
  return fz_row_exists (fz_txn_query (txn, error, has_book, "t", sha256), out_has, error);
}

gboolean
fz_rulebooks_keep (FzTxn *txn, const char *manifest, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex (manifest, strlen (manifest));
  gboolean there = FALSE;

  return fz_row_exists (fz_txn_query (txn, error, has_book, "t", sha256), &there, error) &&
         (there || fz_txn_run (txn, error, keep_book, "tti", sha256, manifest, fz_txn_now_us (txn)));
}

static const char get_book[] = "SELECT manifest FROM rulebook WHERE sha256 = $1";

char *
fz_rulebooks_get (FzTxn *txn, const char *sha256, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("库中没有保存摘要为 %.12s… 的规则集。"), sha256);
  g_autofree char *manifest = fz_rows_first (fz_txn_query (txn, error, get_book, "t", sha256), fz_row_text, missing, error);

  return manifest != NULL && check_hash (sha256, manifest, strlen (manifest), error) ? g_steal_pointer (&manifest) : NULL;
}

/* --- versions --- */

static const char put_version[] = "INSERT INTO rules_version (number, id, state, since_on, facts) VALUES ($1, $2, $3, $4, $5) "
                                  "ON CONFLICT (number) DO UPDATE SET state = excluded.state, facts = excluded.facts";
static const char list_versions[] = "SELECT facts FROM rules_version ORDER BY number";
static const char get_version[] = "SELECT facts FROM rules_version WHERE id = $1";
static const char in_force[] =
  "SELECT facts FROM rules_version WHERE state = 'approved' AND since_on <= $1 ORDER BY number DESC LIMIT 1";

gboolean
fz_rules_versions_put (FzTxn *txn, const FzVersion *version, GError **error)
{
  g_autofree char *text = fz_facts_to_text (version->facts, error), *since = fz_date_format (version->since);

  return text != NULL && fz_txn_run (txn, error, put_version, "itttt", (gint64) version->number, version->id,
                                     fz_version_state_to_word (version->state), since, text);
}

GPtrArray *
fz_rules_versions_list (FzTxn *txn, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_versions, ""), error);
}

FzFields *
fz_rules_versions_get (FzTxn *txn, const char *id, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有编号为“%s”的规则集版本。"), id);

  return fz_row_of_facts (fz_txn_query (txn, error, get_version, "t", id), missing, error);
}

FzFields *
fz_rules_versions_in_force (FzTxn *txn, const char *day, GError **error)
{
  return fz_row_of_facts (fz_txn_query (txn, error, in_force, "t", day), NULL, error);
}
