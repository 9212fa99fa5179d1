/* core/fields_part.h: some of a canonical text, for who counts many rows: the other lines are passed over unread. */
#pragma once

#include "core/fields.h"

/* As fz_fields_parse(), of these keys alone; one that ends in a dot stands for all below it. NULL-terminated. Only for text that the store itself printed: what is
 * passed over is not judged. */
FzFields *fz_fields_parse_part (const guint8 *text, gsize n, const char *const *keys, GError **error);
