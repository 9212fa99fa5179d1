/* app/demo_front.h: what the patient's app of the demonstration says (演示的患者端): a request as the hospital's front sends it. */
#pragma once

#include "core/fields.h"

/* The JSON of assets/schema/visit.json from facts of a request (app/demo_world.h) with evidence.NN.{file,sha256,kind}. (transfer full) */
char *fz_demo_front_request (const FzFields *facts, GError **error);
