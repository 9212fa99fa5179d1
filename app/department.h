/* app/department.h: whose patients these are (科室归属). */
#pragma once

#include <glib.h>

/* TRUE when a visit to department `visit` belongs to somebody of department `own` (codes of codes/departments.csv): the same one, a
 * speciality within it, or the whole of which it is a speciality. NULL belongs to nobody. */
gboolean fz_department_is_own (const char *own, const char *visit);
