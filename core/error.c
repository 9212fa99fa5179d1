#include "core/error.h"

G_DEFINE_QUARK (fz-error, fz_error)

gboolean
fz_refuse (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, why);
  return FALSE;
}
