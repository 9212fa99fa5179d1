/* core/json_scan.h: the tree and the grammar check before the parser, for core/json*.c alone. */
#pragma once

#include "core/json.h"

#define FZ_JSON_MAX_INT_DIGITS 15
#define FZ_JSON_MAX_NUMBER_CHARS 40

struct _FzJson {
  FzJsonType type;
  const FzJson *parent;
  guint index; /* within the parent */
  guint line;
  char *file;  /* of the root, when it was read from one */
  char *name;  /* of a member */
  char *text;  /* of a string, decoded; of a number, as it was sent */
  gboolean truth;
  GPtrArray *items;
};

/* Where a number stands in the text. */
typedef struct {
  gsize at, n;
} FzJsonSpan;

/* One pass over the bytes: everything that needs no tree. (transfer full) the numbers in their order, as GArray of
 * FzJsonSpan; NULL with INVALID, which begins `file:line: ` when `file` is given. The line of every value, in the order of the
 * text, is added to `lines` (guint). */
GArray *fz_json_scan (const char *file, const char *text, gsize n, GArray *lines, GError **error);
/* `-?(0|[1-9][0-9]*)(\.[0-9]+)?` with at most 15 digits before the point. */
gboolean fz_json_decimal_valid (const char *text);
