#include "app/dispense.h"

#include "core/date.h"
#include "core/say.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>

gboolean
fz_agreement_is_of (const FzFields *agreement, const char *kind)
{
  return g_strcmp0 (fz_fields_get (agreement, "field.kind"), kind) == 0;
}

/* From the day it was signed to the day it ends, both included; one without an end was never registered (the form asks it). */
static gboolean
is_in_date (FzDesk *desk, const FzFields *entry)
{
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_desk_now_us (desk)));
  const char *from = fz_fields_get (entry, "field.signed_on"), *until = fz_fields_get (entry, "field.until");

  return from != NULL && until != NULL && g_strcmp0 (from, today) <= 0 && g_strcmp0 (today, until) <= 0;
}

static gboolean
is_in_force (const FzFields *entry)
{
  return g_strcmp0 (fz_fields_get (entry, "entry.register"), "agreement") == 0 && g_strcmp0 (fz_fields_get (entry, "entry.state"), "in_force") == 0;
}

FzFields *
fz_agreement_get (FzDesk *desk, FzTxn *txn, const char *id, GError **error)
{
  g_autoptr (FzFields) entry = fz_entries_get (txn, id, error);
  g_autofree char *from = NULL, *until = NULL;

  if (entry == NULL)
    return NULL;
  if (is_in_force (entry) && is_in_date (desk, entry))
    return g_steal_pointer (&entry);
  from = fz_say_value (fz_fields_get (entry, "field.signed_on"));
  until = fz_say_value (fz_fields_get (entry, "field.until"));
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("协议 %s 已终止或不在有效期内（%s 至 %s），不能据此配送或供药；请医务管理人员续签。"), id, from, until);
  return NULL;
}

typedef struct {
  FzSession *session;
  const char *kind;
  GPtrArray *rows;
} Ask;

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  g_autoptr (GPtrArray) kept = fz_entries_all (txn, "agreement", TRUE, error);

  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    const FzFields *entry = kept->pdata[i];
    g_autoptr (FzFields) row = NULL;

    if (!is_in_force (entry) || !is_in_date (ask->session->desk, entry) || !fz_agreement_is_of (entry, ask->kind))
      continue;
    row = fz_fields_new ("fuzhen.agreement/v1");
    fz_fields_set (row, "id", fz_fields_get (entry, "entry.id"));
    fz_fields_set (row, "partner", fz_fields_get (entry, "field.partner"));
    fz_fields_set (row, "until", fz_fields_get (entry, "field.until"));
    g_ptr_array_add (ask->rows, fz_fields_freeze (g_steal_pointer (&row)));
  }
  return kept != NULL;
}

GPtrArray *
fz_desk_list_agreements (FzSession *session, const char *kind, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  Ask ask = { session, kind, rows };

  if (!fz_session_may (session, "prescription.dispense", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list_job, &ask, error))
    return NULL;
  return g_steal_pointer (&rows);
}
