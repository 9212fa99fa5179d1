#include "db/comments.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>

static const char put_plan[] =
  "INSERT INTO comment_plan (id, kind, state, from_on, to_on, signed_at, facts) VALUES ($1, $2, $3, $4, $5, $6, $7) "
  "ON CONFLICT (id) DO UPDATE SET state = excluded.state, facts = excluded.facts";
static const char put_item[] =
  "INSERT INTO comment_item (plan, position, prescription, state, doctor, facts) VALUES ($1, $2, $3, $4, $5, $6) "
  "ON CONFLICT (plan, position) DO UPDATE SET state = excluded.state, doctor = excluded.doctor, facts = excluded.facts";

static gboolean
put_one (FzTxn *txn, const FzCommentFold *fold, const FzCommentItem *item, GError **error)
{
  g_autofree char *text = fz_facts_to_text (item->facts, error);

  return text != NULL && fz_txn_run (txn, error, put_item, "titttt", fold->id, (gint64) item->position, item->prescription,
                                     fz_comment_state_to_word (item->state), item->doctor, text);
}

gboolean
fz_comments_put (FzTxn *txn, const FzCommentFold *fold, const char *prescription, GError **error)
{
  g_autoptr (FzFields) facts = fz_comment_fold_dup_facts (fold);
  g_autofree char *text = fz_facts_to_text (facts, error);
  gint64 signed_us = 0;

  fz_fields_get_time (facts, "plan.at", &signed_us);
  if (text == NULL || !fz_txn_run (txn, error, put_plan, "tttttit", fold->id, fz_fields_get (facts, "plan.kind"), fz_fields_get (facts, "plan.state"),
                                   fz_fields_get (facts, "plan.from"), fz_fields_get (facts, "plan.to"), signed_us, text))
    return FALSE;
  for (guint i = 0; i < fold->items->len; i++) {
    const FzCommentItem *item = fold->items->pdata[i];

    if ((prescription == NULL || g_str_equal (item->prescription, prescription)) && !put_one (txn, fold, item, error))
      return FALSE;
  }
  return TRUE;
}

static const char get_plan[] = "SELECT facts FROM comment_plan WHERE id = $1";
static const char list_plans[] = "SELECT facts FROM comment_plan ORDER BY signed_at DESC, id DESC LIMIT $1";
static const char of_month[] = "SELECT facts FROM comment_plan WHERE from_on >= $1 AND from_on <= $2 ORDER BY signed_at, id";

FzFields *
fz_comment_plans_get (FzTxn *txn, const char *id, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有编号为“%s”的点评样本。"), id);

  return fz_row_of_facts (fz_txn_query (txn, error, get_plan, "t", id), missing, error);
}

GPtrArray *
fz_comment_plans_list (FzTxn *txn, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_plans, "i", (gint64) limit), error);
}

GPtrArray *
fz_comment_plans_of_month (FzTxn *txn, const char *month, GError **error)
{
  g_autofree char *first = g_strconcat (month, "-01", NULL), *last = g_strconcat (month, "-31", NULL);

  return fz_rows_of_facts (fz_txn_query (txn, error, of_month, "tt", first, last), error);
}

static const char list_items[] = "SELECT facts FROM comment_item WHERE plan = $1 AND position > $2 ORDER BY position LIMIT $3";
static const char get_item[] = "SELECT facts FROM comment_item WHERE plan = $1 AND prescription = $2";
static const char of_doctor[] = "SELECT facts FROM comment_item WHERE doctor = $1 ORDER BY plan, position LIMIT $2";

GPtrArray *
fz_comments_list (FzTxn *txn, const char *plan, gint64 after, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_items, "tii", plan, after, (gint64) limit), error);
}

FzFields *
fz_comments_get (FzTxn *txn, const char *plan, const char *prescription, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("点评样本 %s 中没有处方 %s。"), plan, prescription);

  return fz_row_of_facts (fz_txn_query (txn, error, get_item, "tt", plan, prescription), missing, error);
}

GPtrArray *
fz_comments_of_doctor (FzTxn *txn, const char *person, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, of_doctor, "ti", person, (gint64) limit), error);
}

static const char doctors[] = "SELECT DISTINCT doctor FROM comment_item WHERE doctor IS NOT NULL ORDER BY doctor";

GPtrArray *
fz_comments_doctors (FzTxn *txn, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, doctors, ""), error);
}
