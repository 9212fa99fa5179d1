#include "db/password_age.h"

#include "db/rows.h"

static const char get_age[] = "SELECT past, set_at FROM password_age WHERE staff = $1";
static const char put_age[] = "INSERT INTO password_age (staff, set_at, past) VALUES ($1, $2, $3) "
                              "ON CONFLICT (staff) DO UPDATE SET set_at = excluded.set_at, past = excluded.past";

typedef struct {
  gint64 set_at_us;
  FzFields *past;
} Age;

static gpointer
age_row (FzStmt *stmt, GError **error)
{
  g_autofree Age *age = g_new0 (Age, 1);

  age->set_at_us = fz_stmt_int (stmt, 1);
  age->past = fz_row_facts (stmt, error);
  return age->past != NULL ? g_steal_pointer (&age) : NULL;
}

gboolean
fz_password_age_get (FzTxn *txn, const char *staff, gint64 *out_set_at_us, FzFields **out_past, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree Age *age = fz_rows_first (fz_txn_query (txn, &why, get_age, "t", staff), age_row, NULL, &why);

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  *out_set_at_us = age != NULL ? age->set_at_us : 0;
  *out_past = age != NULL ? age->past : fz_fields_new ("fuzhen.past_passwords/v1");
  return TRUE;
}

gboolean
fz_password_age_put (FzTxn *txn, const char *staff, gint64 set_at_us, const FzFields *past, GError **error)
{
  g_autofree char *text = fz_facts_to_text (past, error);

  return text != NULL && fz_txn_run (txn, error, put_age, "tit", staff, set_at_us, text);
}
