/* ui/ledger_detail.h: one row of the upload ledger: what the platform said, what has to be mended, the sources, the bytes as built; and the
 * two things a person may do about it. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

#define FZ_TYPE_LEDGER_DETAIL (fz_ledger_detail_get_type ())
G_DECLARE_FINAL_TYPE (FzLedgerDetail, fz_ledger_detail, FZ, LEDGER_DETAIL, GtkBox)

/* signal "changed": a row was made anew or settled. Without the right to decide (system administrator) it only shows. */
GtkWidget *fz_ledger_detail_new (FzSession *session);
/* 0 shows nothing. */
void fz_ledger_detail_show (FzLedgerDetail *self, gint64 id);
gint64 fz_ledger_detail_get_id (FzLedgerDetail *self);
