/* core/pinyin.h: initials for search (拼音首字母), from assets/codes/pinyin.tsv. */
#pragma once

#include "core/error.h"

typedef struct _FzPinyin FzPinyin;

/* Lines `character TAB letters` after one header line; the usual reading's letter first. Fails with INVALID naming the line. */
FzPinyin *fz_pinyin_parse (const guint8 *bytes, gsize n, const char *name, GError **error);
FzPinyin *fz_pinyin_ref (FzPinyin *self);
void fz_pinyin_unref (FzPinyin *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPinyin, fz_pinyin_unref)

#define FZ_PINYIN_CAP 16
/* Every combination of initials of this name, `|` between them, the usual one first, at most FZ_PINYIN_CAP: 参松 gives "ss|cs".
 * Letters and digits stay, anything else without a reading is left out. "" when nothing has one. (transfer full) */
char *fz_pinyin_initials (const FzPinyin *self, const char *name);
