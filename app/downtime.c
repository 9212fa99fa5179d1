/* Sheets of paper for when the program is down (停机登记单): printed before, entered later in the register `downtime-sheet`. Tianjin 2025 art. 29. */
#include "app/desk_private.h"

#include "app/out_file.h"
#include "app/paper/downtime_sheet.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

#define MOST_SHEETS 50

typedef struct {
  FzSession *session;
  guint n;
  GPtrArray *numbers;
} Sheets;

/* A number is on one sheet of paper only, whether that is ever written on or not. */
static gboolean
take_numbers (FzTxn *txn, gpointer data, GError **error)
{
  Sheets *self = data;
  g_autofree char *span = NULL;

  for (guint i = 0; i < self->n; i++) {
    gint64 number = 0;

    if (!fz_counter_next (txn, "downtime.paper", &number, error))
      return FALSE;
    g_ptr_array_add (self->numbers, g_strdup_printf ("TJD-P-%06d", (int) number));
  }
  span = g_strdup_printf ("%s %s", (const char *) self->numbers->pdata[0], (const char *) self->numbers->pdata[self->n - 1]);
  return fz_session_audit (self->session, txn, "downtime.sheet", "register", "downtime-sheet", "done", span, NULL, error);
}

gboolean
fz_desk_save_downtime_sheets (FzSession *session, guint n, const char *path, GError **error)
{
  g_autoptr (GPtrArray) numbers = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *by = g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name"));
  Sheets self = { session, n, numbers };
  FzDowntimeSheets sheets = { .made_by = by, .made_us = fz_session_now_us (session), .demo = session->desk->demo, .numbers = numbers };
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (GError) why = NULL;

  if (!fz_session_may (session, "downtime.sheet", "register", "downtime-sheet", error))
    return FALSE;
  if (n == 0 || n > MOST_SHEETS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("停机登记单一次可制作1至%d张。"), MOST_SHEETS);
    return FALSE;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, take_numbers, &self, error))
    return FALSE;
  sheets.institution = fz_fields_get (session->desk->institution, "organ.name");
  pdf = fz_downtime_sheets_pdf (&sheets, &why);
  return (pdf != NULL && fz_out_file_save (pdf, path, &why)) ||
         fz_session_fail (session, "downtime.sheet", "register", "downtime-sheet", g_steal_pointer (&why), error);
}
