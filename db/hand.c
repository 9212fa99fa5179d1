#include "db/hand.h"

#include "db/rows.h"

static const char put_hand[] =
  "INSERT INTO hand (owner, kind, name, body, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6) "
  "ON CONFLICT (owner, kind, name) DO UPDATE SET body = excluded.body, changed_by = excluded.changed_by, changed_at = excluded.changed_at";
static const char drop_hand[] = "DELETE FROM hand WHERE owner = $1 AND kind = $2 AND name = $3";
static const char get_hand[] = "SELECT body FROM hand WHERE owner = $1 AND kind = $2 AND name = $3";
static const char list_hand[] = "SELECT body FROM hand WHERE owner = $1 ORDER BY kind DESC, name";

gboolean
fz_hand_put (FzTxn *txn, const char *owner, const char *kind, const char *name, const char *staff, const FzFields *body, GError **error)
{
  g_autofree char *text = NULL;

  if (body == NULL)
    return fz_txn_run (txn, error, drop_hand, "ttt", owner, kind, name);
  text = fz_facts_to_text (body, error);
  return text != NULL && fz_txn_run (txn, error, put_hand, "ttttti", owner, kind, name, text, staff, fz_txn_now_us (txn));
}

FzFields *
fz_hand_get (FzTxn *txn, const char *owner, const char *kind, const char *name, GError **error)
{
  return fz_row_of_facts (fz_txn_query (txn, error, get_hand, "ttt", owner, kind, name), NULL, error);
}

GPtrArray *
fz_hand_list (FzTxn *txn, const char *owner, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_hand, "t", owner), error);
}
