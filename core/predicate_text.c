/* Words in what the doctor typed (病历文字). They prompt and never decide; where it is not clear whether a word is denied, it counts as
 * mentioned: one prompt too many costs a glance. */
#include "core/predicate_read.h"

#include <string.h>

/* Characters between a denial and the word, or between two words of one enumeration. */
#define REACH 6

/* Longer ones first. Behind 否认 even “有” belongs to the denial: 否认有胸痛. */
static const struct {
  const char *word;
  gboolean covers_verbs;
} denials[] = { { "否认", TRUE },    { "没有出现", FALSE }, { "没有", FALSE }, { "未出现", FALSE }, { "未见", FALSE }, { "未诉", FALSE },
                { "未发", FALSE },   { "未有", FALSE },     { "未再", FALSE }, { "未", FALSE },     { "不伴有", FALSE }, { "不伴", FALSE },
                { "不存在", FALSE }, { "无明显", FALSE },   { "无", FALSE } };

/* Between a denial and a word these show that something else was denied: 无明显诱因胸痛, 四肢无力胸痛, 未缓解仍胸痛. */
static const char *const breakers[] = { "诱因", "但", "仍", "突", "转为", "加重", "缓解", "好转", "改善", "处理", "治疗", "用药", "服药",
                                        "就诊", "重视", "规律", "力", "法", "效", "尿", "后", "时", NULL };
static const char *const verbs[] = { "伴", "有", "出现", NULL };
static const char *const joints[] = { "、", "和", "及", "或", "与", "/", NULL };
/* Behind the word. */
static const char *const negatives[] = { "（-）", "(-)", "（－）", "(－)", "阴性", "：无", ":无", "：否认", ":否认", NULL };

static const char *
prefix_of (const char *text, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (text, words[i]))
      return words[i];
  return NULL;
}

static gboolean
has_any (const char *text, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (text, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* What is denied stands close: each link of the enumeration is short. */
static gboolean
is_near (const char *gap)
{
  guint n = 0;

  for (const char *p = gap; *p != '\0'; p = g_utf8_next_char (p))
    if (prefix_of (p, joints) != NULL)
      n = 0;
    else if (++n > REACH)
      return FALSE;
  return TRUE;
}

static gboolean
is_denied (const char *part, const char *at)
{
  const char *end = NULL;
  gboolean covers_verbs = FALSE;
  g_autofree char *gap = NULL;

  for (const char *p = part; p < at;) {
    gsize step = (gsize) (g_utf8_next_char (p) - p);

    for (guint i = 0; i < G_N_ELEMENTS (denials); i++)
      if (g_str_has_prefix (p, denials[i].word) && p + strlen (denials[i].word) <= at) {
        step = strlen (denials[i].word);
        end = p + step;
        covers_verbs = denials[i].covers_verbs;
        break;
      }
    p += step;
  }
  if (end == NULL)
    return FALSE;
  gap = g_strndup (end, (gsize) (at - end));
  return is_near (gap) && !has_any (gap, breakers) && (covers_verbs || !has_any (gap, verbs));
}

static gboolean
is_mentioned (const char *part, const char *word, gboolean *found)
{
  for (const char *at = *word != '\0' ? strstr (part, word) : NULL; at != NULL; at = strstr (at + strlen (word), word)) {
    *found = TRUE;
    if (!is_denied (part, at) && prefix_of (at + strlen (word), negatives) == NULL)
      return TRUE;
  }
  return FALSE;
}

/* SpO2, spo2 and SpO 2 are one word: blanks and case are habits of typing. */
static char *
dup_plain (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      g_string_append_unichar (plain, (guchar) *p < 0x80 ? (gunichar) g_ascii_tolower (*p) : g_utf8_get_char (p));
  return g_string_free (plain, FALSE);
}

static gboolean
is_plain (const char *word)
{
  for (const char *p = word; *p != '\0'; p++)
    if (g_ascii_isspace (*p) || g_ascii_isupper (*p))
      return FALSE;
  return TRUE;
}

/* The parts of sentences that hold the word, denied or not, are kept. */
static gboolean
search_parts (const FzQuestion *q, const char *key, const char *word)
{
  g_auto (GStrv) parts = fz_read_parts (q, key);
  gboolean mentioned = FALSE;

  for (guint i = 0; parts[i] != NULL; i++) {
    g_autofree char *part = dup_plain (parts[i]);
    gboolean found = FALSE;

    mentioned = is_mentioned (part, word, &found) || mentioned;
    if (found)
      fz_keep_part (q, key, parts[i]);
  }
  return mentioned;
}

/* TRUE when the text mentions one of the words. Most words are nowhere in it: the whole is asked before its parts. */
static gboolean
search (const FzQuestion *q, const char *key)
{
  g_autofree char *whole = dup_plain (fz_fields_get (q->facts, key));
  gboolean mentioned = FALSE;

  fz_read_presence (q, key);
  for (guint j = 0, n = fz_ask_n (q, "value"); j < n; j++) {
    const char *given = fz_ask_nth (q, "value", j);
    g_autofree char *plain = is_plain (given) ? NULL : dup_plain (given);
    const char *word = plain != NULL ? plain : given;

    if (strstr (whole, word) != NULL)
      mentioned = search_parts (q, key, word) || mentioned;
  }
  return mentioned;
}

/* No text of `keys` mentions one of the words without denying it. */
static FzVerdict
not_mentioned (const FzQuestion *q)
{
  FzVerdict result = FZ_VERDICT_UNKNOWN;

  for (guint i = 0; i < fz_ask_n (q, "keys"); i++) {
    const char *key = fz_ask_nth (q, "keys", i);

    if (fz_fields_get (q->facts, key) == NULL)
      continue;
    if (search (q, key)) {
      fz_point_at_key (q, key);
      return FZ_VERDICT_FAIL;
    }
    result = FZ_VERDICT_PASS;
  }
  return result;
}

static gboolean
holds_word (const FzQuestion *q, const char *part)
{
  g_autofree char *plain = dup_plain (part);

  for (guint j = 0, n = fz_ask_n (q, "value"); j < n; j++) {
    g_autofree char *word = dup_plain (fz_ask_nth (q, "value", j));

    if (strstr (plain, word) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* One of the texts speaks of it, be it to deny it: what must be in a record is written down. */
static FzVerdict
written_of (const FzQuestion *q)
{
  for (guint i = 0; i < fz_ask_n (q, "keys"); i++) {
    const char *key = fz_ask_nth (q, "keys", i);
    g_auto (GStrv) parts = fz_read_parts (q, key);

    for (guint k = 0; parts != NULL && parts[k] != NULL; k++)
      if (holds_word (q, parts[k])) {
        fz_keep_part (q, key, parts[k]);
        return FZ_VERDICT_PASS;
      }
  }
  return FZ_VERDICT_FAIL;
}

static const FzPredicateRow rows[] = { { "not_mentioned", not_mentioned, { "keys", "value" } }, { "written_of", written_of, { "keys", "value" } } };

const FzPredicateRow *
fz_predicate_text_rows (guint *n)
{
  *n = G_N_ELEMENTS (rows);
  return rows;
}
