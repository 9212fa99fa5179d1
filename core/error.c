#include "core/error.h"

G_DEFINE_QUARK (fz-error, fz_error)
