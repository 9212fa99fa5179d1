/* ui/rx_sheet.h: a prescription as the sheet it is (处方笺): head, patient, diagnosis, Rp, signatures. Read by the pharmacist; the same
 * facts as on paper. A signature is called verified only when it is. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `rx` is of fz_desk_read_prescription. A card; it does not scroll by itself. */
GtkWidget *fz_rx_sheet_new (const FzFields *rx, gint64 now_us);
/* "2 盒", "每次 5mg · 每日一次（qd）· 口服 · 28 天" of one line. (transfer full) */
char *fz_rx_line_quantity (const FzFields *rx, guint i);
char *fz_rx_line_use (const FzFields *rx, guint i);
