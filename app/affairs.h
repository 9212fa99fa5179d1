/* app/affairs.h: parts of the imports that a new store also uses. */
#pragma once

#include "app/desk_private.h"

/* Rows code, name, initials, aliases of a diagnosis table (columns code, label …); bad rows go to `problems`. */
GPtrArray *fz_diagnosis_rows (const char *name, const guint8 *bytes, gsize n, GPtrArray *problems, GError **error);
