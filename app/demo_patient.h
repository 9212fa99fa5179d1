/* app/demo_patient.h: the patients' app of the demonstration (演示的患者端): what it says to the simulator's front, beside the desk (tests/front/gateway.h). */
#pragma once

#include "core/error.h"

#include <gio/gio.h>

typedef struct _FzDemoPatient FzDemoPatient;
/* `front_config`: of the desk; the patients' side is on the same host. */
FzDemoPatient *fz_demo_patient_new (const char *front_config, GError **error);
void fz_demo_patient_free (FzDemoPatient *self);
/* One event; its id, made from the visit and its place: <visit>-e1, -e2 … `body`: JSON. Blocks. (transfer full) */
char *fz_demo_patient_tell (FzDemoPatient *self, const char *kind, const char *visit, const char *body, GError **error);
/* A file for the front to give out; its hash. (transfer full) */
char *fz_demo_patient_put (FzDemoPatient *self, GBytes *file, GError **error);
