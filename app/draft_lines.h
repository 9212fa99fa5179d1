/* app/draft_lines.h: the medicines of a draft (草稿中的药品), for app/draft_json.c. */
#pragma once

#include "app/desk_private.h"
#include "core/json.h"

#define FZ_DRAFT_MAX_LIST 100

/* The code of a word of this table; the word itself when the table does not know it, so that a check can say so. */
const char *fz_draft_code (const FzKnowledge *know, const char *table, const char *word);
/* `lines` and `current` into rx.item.NN and current.NN. INVALID names the path. */
gboolean fz_draft_read_lines (const FzKnowledge *know, const FzJson *root, FzFields *facts, GError **error);
/* After the lines: `herbal` {packets, packet_days, decoction, volume_ml, freq, route, use_words, disease, pattern}, all optional; absent: not a sheet
 * of herbs, or one of which only the lines are known. INVALID as above. */
gboolean fz_draft_read_herbal (const FzKnowledge *know, const FzJson *root, FzFields *facts, GError **error);
