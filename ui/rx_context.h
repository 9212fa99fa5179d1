/* ui/rx_context.h: what the pharmacist must know beside the prescription: the patient and what the checks say now. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Allergy, earlier diagnoses, today's record, guardian. `rx` is of fz_desk_read_prescription. */
GtkWidget *fz_rx_patient_new (const FzFields *rx);
/* Findings as they are now, gravest first; a quiet word when there are none. */
GtkWidget *fz_rx_findings_new (const FzFields *rx);
