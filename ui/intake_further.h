/* ui/intake_further.h: the folded part of the entry by hand (其他资料): what only some provinces ask of a request. It opens by itself when a
 * clause finds something missing in it. Sichuan 2020 art. 22, Chongqing 2023 art. 32, Fujian 2024 art. 20 and 41. */
#pragma once

#include "core/fields.h"

#include <gtk/gtk.h>

typedef struct _FzIntakeFurther FzIntakeFurther;

/* Lives as long as its widget. */
FzIntakeFurther *fz_intake_further_new (void);
GtkWidget *fz_intake_further_get_widget (FzIntakeFurther *self);
/* Adds what was typed: patient.*, guardian.present, request.{drug,purchased}.NN.generic. */
void fz_intake_further_read (FzIntakeFurther *self, FzFields *facts);
/* FALSE when the field is not here. */
gboolean fz_intake_further_set_finding (FzIntakeFurther *self, const char *field, const char *message);
gboolean fz_intake_further_focus_finding (FzIntakeFurther *self);
void fz_intake_further_clear_findings (FzIntakeFurther *self);
