#include "core/text.h"

/* Left: what people and machines without the rare glyph write. Single characters only; pairs are below. */
static const struct {
  gunichar from;
  gunichar to;
} variants[] = {
  { 0x44ec /* 䓬 */, 0x5353 /* 卓 */ },
  { 0x5641 /* 噁 */, 0x6076 /* 恶 */ },
  { 0x60e1 /* 惡 */, 0x6076 /* 恶 */ },
  { 0x00b5 /* µ micro sign */, 0x03bc /* μ mu */ },
};

/* A character that an old system wrote as its two halves. */
static const struct {
  gunichar first;
  gunichar second;
  gunichar to;
} halves[] = {
  { 0x53e3 /* 口 */, 0x6076 /* 恶 */, 0x6076 },
  { 0x8279 /* 艹 */, 0x5353 /* 卓 */, 0x5353 },
  { 0x8349 /* 草 */, 0x5353 /* 卓 */, 0x5353 },
};

/* Blanks, controls, invisible and combining characters, private glyphs: nothing a name is compared by. */
static gboolean
is_dropped (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iscntrl (c) || g_unichar_iszerowidth (c) || g_unichar_ismark (c) ||
         g_unichar_type (c) == G_UNICODE_PRIVATE_USE || !g_unichar_isdefined (c);
}

static gunichar
fold_one (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  if (type == G_UNICODE_OPEN_PUNCTUATION)
    return '(';
  if (type == G_UNICODE_CLOSE_PUNCTUATION)
    return ')';
  if (type == G_UNICODE_DASH_PUNCTUATION || c == 0x2212 /* minus sign */)
    return '-';
  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    if (variants[i].from == c)
      return variants[i].to;
  return g_unichar_tolower (c);
}

static gboolean
joins (gunichar first, gunichar second)
{
  for (guint i = 0; i < G_N_ELEMENTS (halves); i++)
    if (halves[i].first == first && halves[i].second == second)
      return TRUE;
  return FALSE;
}

static char *
fold (const char *text, gboolean letters_only)
{
  g_autofree char *composed = text != NULL ? g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  gunichar previous = 0;

  for (const char *at = composed; at != NULL && *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar raw = g_utf8_get_char (at);
    gunichar c;

    if (is_dropped (raw))
      continue;
    c = fold_one (raw);
    if (letters_only && !g_unichar_isalnum (c))
      continue;
    if (previous != 0 && joins (previous, c)) {
      const char *last = g_utf8_find_prev_char (out->str, out->str + out->len);

      g_string_truncate (out, (gsize) (last - out->str));
    }
    g_string_append_unichar (out, c);
    previous = c;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
fz_text_fold (const char *text)
{
  return fold (text, FALSE);
}

char *
fz_text_key (const char *text)
{
  return fold (text, TRUE);
}

gboolean
fz_text_same (const char *a, const char *b)
{
  g_autofree char *left = fz_text_key (a);
  g_autofree char *right = fz_text_key (b);

  return *left != '\0' && g_str_equal (left, right);
}

/* All NFC_Quick_Check=Yes with combining class 0 in every version of Unicode: U+0300 is the first combining mark, U+302A the
 * first within the punctuation. The soft hyphen is not seen. */
static gboolean
is_plain_character (gunichar c)
{
  return (c < 0x0300 && c != 0x00ad) || (c >= 0x4E00 && c <= 0x9FA5) || (c >= 0x3001 && c <= 0x3029) || (c >= 0xFF01 && c <= 0xFF5E) ||
         (c >= 0x2010 && c <= 0x2027) || (c >= 0x3400 && c <= 0x4DB5);
}

gboolean
fz_text_is_plain (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if ((guchar) *at >= 0x80 && !is_plain_character (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

/* --- texts that are not what they look like --- */

#define MARKS_MAX 4 /* Vietnamese and Hebrew need three */

gboolean
fz_text_is_deceptive (const char *text)
{
  guint marks = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = (guchar) *at < 0x80 ? (gunichar) *at : g_utf8_get_char (at);

    marks = c >= 0x0300 && g_unichar_ismark (c) ? marks + 1 : 0;
    if (marks > MARKS_MAX || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x206f) || c == 0x2028 || c == 0x2029 ||
        (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_emoji (gunichar c)
{
  return (c >= 0x1f000 && c <= 0x1faff) || c == 0xfe0f || (c >= 0x2600 && c <= 0x27bf);
}

/* Not seen by itself. A joiner holds an emoji of several together and has no other use in what is written here. */
static gboolean
is_unseen (gunichar c, gunichar before)
{
  static const gunichar unseen[] = { 0x00ad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180e, 0x200b, 0x200c, 0x200e, 0x200f, 0x3164, 0xfeff, 0xffa0 };

  if (c == 0x200d)
    return !is_emoji (before);
  if (c >= 0x2060 && c <= 0x2065)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (unseen); i++)
    if (unseen[i] == c)
      return TRUE;
  return FALSE;
}

char *
fz_text_tidy (const char *text)
{
  GString *out = NULL;
  gunichar before = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    gboolean unseen = c >= 0x80 && is_unseen (c, before);

    if (unseen && out == NULL)
      out = g_string_new_len (text, at - text);
    if (!unseen && out != NULL)
      g_string_append_unichar (out, c);
    if (!unseen)
      before = c;
  }
  return out != NULL ? g_string_free (out, FALSE) : NULL;
}
