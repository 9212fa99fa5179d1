/* Bytes, words, times, and the canonical text of documents. */
#include "verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool fv_chinese = true;

#define IS_LOWER(c) ((c) >= 'a' && (c) <= 'z')
#define IS_DIGIT(c) ((c) >= '0' && (c) <= '9')
#define IS_WORD(c) (IS_LOWER (c) || IS_DIGIT (c) || (c) == '_')

void fv_find (FvResult *result, FvVerdict verdict, const char *zh, const char *en, ...)
{
  size_t used = verdict > result->verdict ? 0 : strlen (result->reason);
  va_list arguments;
  if (verdict < result->verdict)
    return;
  result->verdict = verdict;
  if (used > 0 && used + 4 < sizeof result->reason)
    used += (size_t) sprintf (result->reason + used, "%s", FV_SAY ("；", "; "));
  va_start (arguments, en);
  vsnprintf (result->reason + used, sizeof result->reason - used, fv_chinese ? zh : en, arguments);
  va_end (arguments);
}

void *fv_grow (void *array, size_t used, size_t item)
{
  if (used == 0 || (used >= 16 && (used & (used - 1)) == 0))
    array = reallocarray (array, used == 0 ? 16 : used * 2, item);
  if (array == NULL)
    abort ();
  return array;
}

FvSlice fv_line (FvSlice *rest)
{
  const char *lf = rest->n > 0 ? memchr (rest->p, '\n', rest->n) : NULL;
  FvSlice line = { lf != NULL ? rest->p : NULL, lf != NULL ? (size_t) (lf - rest->p) : 0 };
  if (lf != NULL)
    *rest = fv_after (*rest, line.n + 1);
  return line;
}

size_t fv_utf8 (FvSlice text, size_t at, uint32_t *out)
{
  static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  unsigned char first = (unsigned char) text.p[at];
  size_t n = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  uint32_t c = n == 1 ? first : first & (0x7fu >> n);
  if (n == 0 || n > text.n - at)
    return 0;
  for (size_t i = 1; i < n; i++) {
    unsigned char next = (unsigned char) text.p[at + i];
    if (next >> 6 != 2)
      return 0;
    c = c << 6 | (next & 0x3f);
  }
  *out = c;
  return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : n;
}

bool fv_number (FvSlice text, uint64_t *out)
{
  size_t i = 0;
  for (*out = 0; i < text.n && i < 19 && IS_DIGIT (text.p[i]); i++)
    *out = *out * 10 + (uint64_t) (text.p[i] - '0');
  return i > 0 && i == text.n && (text.p[0] != '0' || i == 1);
}

bool fv_time (FvSlice text, time_t *out)
{
  static const char form[] = "0000-00-00T00:00:00Z", longer[] = "\3\0\3\2\3\2\3\3\2\3\2\3"; /* days beyond 28 */
  int part[6] = { 0 }; /* year, month, day, hour, minute, second */
  for (size_t i = 0, k = 0; i < sizeof form - 1; i++) {
    if (text.n != sizeof form - 1 || (form[i] == '0' ? !IS_DIGIT (text.p[i]) : text.p[i] != form[i]))
      return false;
    if (form[i] == '0')
      part[k] = part[k] * 10 + (text.p[i] - '0');
    else
      k++;
  }
  if (part[0] < 1900 || part[1] < 1 || part[1] > 12 || part[2] < 1 || part[3] > 23 || part[4] > 59 || part[5] > 59
      || part[2] > 28 + longer[part[1] - 1] + (part[1] == 2 && part[0] % 4 == 0 && (part[0] % 100 != 0 || part[0] % 400 == 0)))
    return false;
  part[0] -= part[1] <= 2; /* years of March to February: the leap day is their last */
  *out = (time_t) 365 * part[0] + part[0] / 4 - part[0] / 100 + part[0] / 400 + ((part[1] + 9) % 12 * 153 + 2) / 5 + part[2] - 719469;
  *out = ((*out * 24 + part[3]) * 60 + part[4]) * 60 + part[5];
  return true;
}

bool fv_base64 (FvSlice text, void *out, size_t max, size_t *n)
{
  for (size_t i = 0; i < text.n; i++)
    if ((unsigned char) text.p[i] > 'z') /* libsodium 1.0.18 takes some bytes above ASCII for letters */
      return false;
  return sodium_base642bin (out, max, text.p, text.n, NULL, n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

/* [a-z][a-z0-9_.]*[a-z0-9]/v[1-9][0-9]* */
static bool kind_is_good (FvSlice kind)
{
  size_t n = 0, digits = 0;
  while (n < kind.n && (IS_WORD (kind.p[n]) || kind.p[n] == '.'))
    n++;
  while (n + 2 + digits < kind.n && IS_DIGIT (kind.p[n + 2 + digits]))
    digits++;
  return n >= 2 && IS_LOWER (kind.p[0]) && kind.p[n - 1] != '_' && kind.p[n - 1] != '.' && fv_starts (fv_after (kind, n), "/v")
         && digits > 0 && n + 2 + digits == kind.n && kind.p[n + 2] != '0';
}

/* Words joined by dots; from the second on also list positions of two digits. Returns its length, 0 when it is none. */
static size_t key_length (const char *key)
{
  const char *at = key;
  for (const char *part = at;; part = ++at) {
    while (IS_WORD (*at))
      at++;
    if (!IS_LOWER (*part) && (part == key || at - part != 2 || !IS_DIGIT (part[0]) || !IS_DIGIT (part[1])))
      return 0;
    if (*at != '.')
      return (size_t) (at - key);
  }
}

/* Undoes the escapes in place and ends the value with a NUL; `line` is then the next one. Returns what is wrong with it, or NULL. */
static const char *read_value (char **line, const char *end)
{
  char *to = *line, *from = to;
  uint32_t c = 0;
  for (size_t n = 1; *from != '\n'; to += n, from += n, n = 1)
    if (*from == '\\') {
      if (*++from != '\\' && *from != 'n')
        return FV_SAY ("转义写法有误", "an unknown escape");
      *to = *from == 'n' ? '\n' : '\\';
    } else if (*from >= 0x20 && *from < 0x7f)
      *to = *from;
    else {
      n = fv_utf8 ((FvSlice){ from, (size_t) (end - from) }, 0, &c);
      if (n == 0 || FV_IS_CONTROL (c))
        return FV_SAY ("含控制字符，或不是 UTF-8", "a control character, or not UTF-8");
      memmove (to, from, n);
    }
  *to = '\0';
  *line = from + 1;
  return NULL;
}

/* Adds one line and goes on to the next; returns what is wrong with it, or NULL. */
static const char *parse_pair (FvFields *self, char **line, const char *end)
{
  char *key = *line, *value = key + key_length (key);
  if (value == key || (*value != ' ' && *value != '\n'))
    return FV_SAY ("字段名不合规范", "a key that is not canonical");
  if (*value == '\n' || value[1] == '\n')
    return FV_SAY ("缺少字段的值", "a key without a value");
  *value++ = '\0';
  if (self->n > 0 && strcmp (self->pair[self->n - 1].key, key) >= 0)
    return FV_SAY ("字段重复或顺序不对", "a key repeated or out of order");
  self->pair[self->n++] = (FvPair){ key, value };
  *line = value;
  return read_value (line, end);
}

bool fv_fields_parse (FvFields *self, FvSlice text)
{
  FvSlice rest = text, kind = fv_line (&rest);
  self->n = 0;
  self->fault_line = 1;
  self->fault = FV_SAY ("为空、过长或缺少末尾换行", "empty, too long, or no line feed at its end");
  if (text.n < 2 || text.n > FV_MAX_TEXT || text.p[text.n - 1] != '\n')
    return false;
  memcpy (self->bytes, text.p, text.n);
  self->bytes[text.n] = '\0';
  self->bytes[kind.n] = '\0';
  self->kind = self->bytes;
  self->fault = kind_is_good (kind) ? NULL : FV_SAY ("文书类别不合规范", "a kind that is not canonical");
  for (char *line = self->bytes + kind.n + 1; self->fault == NULL && line < self->bytes + text.n; self->fault_line++)
    self->fault = parse_pair (self, &line, self->bytes + text.n);
  return self->fault == NULL;
}

const char *fv_fields_get (const FvFields *self, const char *key)
{
  for (const FvPair *pair = self->pair; pair < self->pair + self->n; pair++)
    if (*pair->key == *key && strcmp (pair->key, key) == 0)
      return pair->value;
  return NULL;
}
