#include "app/department.h"

#include <string.h>

/* 03.04 lies within 03. */
static gboolean
is_within (const char *part, const char *whole)
{
  gsize n = strlen (whole);

  return strncmp (part, whole, n) == 0 && (part[n] == '\0' || part[n] == '.');
}

gboolean
fz_department_is_own (const char *own, const char *visit)
{
  return own != NULL && visit != NULL && (is_within (visit, own) || is_within (own, visit));
}
