/* core/text.h: one spelling for comparison. People type 氯氮䓬 as 氯氮卓, letters in full width, blanks between characters and
 * brackets of five kinds; a gate that compares names must not care. What is shown and signed is never folded. */
#pragma once

#include <glib.h>

/* Compatibility composition (full width to half width, ㎎ to mg, ¹³¹ to 131), lower case, no blanks, no invisible or combining
 * characters, brackets of every kind to ( ), dashes to -, μ and µ alike, and the rare characters of drug names to the common ones
 * (䓬 and 草卓 to 卓, 噁 and 口恶 to 恶). Bad UTF-8 gives "". (transfer full) */
char *fz_text_fold (const char *text);
/* fz_text_fold() without separators either: only letters, digits and characters stay. "γ-羟 丁酸" and "γ羟丁酸" are one key. */
char *fz_text_key (const char *text);
/* TRUE when both fold to the same key, and it is not empty. */
gboolean fz_text_same (const char *a, const char *b);
/* TRUE when valid UTF-8 is in form NFC for a reason seen at a glance: Latin letters, Chinese characters and their punctuation only,
 * which nothing composes with. FALSE: ask g_utf8_normalize(). Facts are mostly such text, and normalising was a third of their cost. */
gboolean fz_text_is_plain (const char *text);

/* What makes a text read otherwise than it is: characters that turn the direction of others, line and paragraph separators, tags, and more marks
 * on one character than any language writes (they cover the lines around). Refused wherever facts are kept; what merely cannot be seen is
 * taken out by fz_text_tidy(). */
gboolean fz_text_is_deceptive (const char *text);
/* Without what cannot be seen: blanks of no width, joiners but within an emoji, byte order marks, soft hyphens, direction marks. They come along
 * when text is pasted, and two spellings of a name that look alike must be one. Valid UTF-8 in; NULL when nothing was to do. (transfer full) */
char *fz_text_tidy (const char *text);
