/* app/cli_staff.h: printing a one-time code, for staff, init and restore. */
#pragma once

#include "app/enrol.h"

void fz_cli_print_code (gboolean json, const FzEnrolCode *code);
