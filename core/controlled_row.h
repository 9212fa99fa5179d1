/* core/controlled_row.h: private to the gate: one row of controlled.csv, read and checked. */
#pragma once

#include "core/controlled.h"

typedef enum {
  FZ_MATCH_INGREDIENT,
  FZ_MATCH_COMPOUND,
  FZ_MATCH_NAME,
  FZ_MATCH_CONTAINS,
  FZ_MATCH_REGEX,
  FZ_MATCH_FORM
} FzMatch;

typedef struct {
  char *list;
  char *name;
  GStrv keys; /* name first, then aliases */
  FzMatch match;
  FzSeverity severity;
  char *edition;
  char *from;  /* "" since ever */
  char *until; /* "" still */
  char *source;
  char *confidence;
  GStrv states;     /* or NULL */
  GStrv not_states; /* or NULL */
  gint64 per_unit_over_ug;
  gboolean outside_only;
  gboolean not_controlled; /* list none */
  gboolean grave;          /* narcotic or psychotropic */
  GRegex *regex;
} FzControlledRow;

/* (transfer full) array of FzControlledRow. */
GPtrArray *fz_controlled_rows_parse (const guint8 *bytes, gsize n, const char *name, GError **error);
