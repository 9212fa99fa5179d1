#include "app/department.h"

#include "app/institution.h"

gboolean
fz_department_is_own (const char *own, const char *visit)
{
  return own != NULL && visit != NULL && (fz_department_covers (own, visit) || fz_department_covers (visit, own));
}
