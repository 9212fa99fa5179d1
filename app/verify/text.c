/* Bytes, words, times, and the canonical text of documents. */
#include "verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool fv_chinese = true;

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
  FvSlice line = { NULL, 0 };
  if (lf == NULL)
    return line;
  line = (FvSlice){ rest->p, (size_t) (lf - rest->p) };
  rest->n -= line.n + 1;
  rest->p = lf + 1;
  return line;
}

size_t
fv_utf8 (FvSlice text, size_t at, uint32_t *out)
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
  uint64_t value = 0;
  if (text.n == 0 || text.n > 19 || (text.p[0] == '0' && text.n > 1))
    return false;
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] < '0' || text.p[i] > '9')
      return false;
    value = value * 10 + (uint64_t) (text.p[i] - '0');
  }
  *out = value;
  return true;
}

bool fv_time (FvSlice text, time_t *out)
{
  char copy[21] = "", again[21];
  struct tm parts = { 0 };
  const char *end;
  if (text.n != sizeof copy - 1 || memcmp (text.p, "1900", 4) < 0)
    return false;
  memcpy (copy, text.p, text.n);
  end = strptime (copy, "%Y-%m-%dT%H:%M:%SZ", &parts);
  *out = timegm (&parts);
  /* printed again it must be the same: strptime is lenient */
  return end != NULL && *end == '\0' && gmtime_r (out, &parts) != NULL
         && strftime (again, sizeof again, "%Y-%m-%dT%H:%M:%SZ", &parts) == sizeof copy - 1 && strcmp (copy, again) == 0;
}

bool fv_base64 (FvSlice text, void *out, size_t max, size_t *n)
{
  for (size_t i = 0; i < text.n; i++)
    if ((unsigned char) text.p[i] > 'z') /* libsodium 1.0.18 takes some bytes above ASCII for letters */
      return false;
  return sodium_base642bin (out, max, text.p, text.n, NULL, n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGIT "0123456789"

/* [a-z][a-z0-9_.]*[a-z0-9]/v[1-9][0-9]* */
static bool kind_is_good (const char *kind)
{
  size_t n = strspn (kind, LOWER DIGIT "_.");
  const char *version = kind + n;
  return n >= 2 && strspn (kind, LOWER) > 0 && kind[n - 1] != '_' && kind[n - 1] != '.' && strncmp (version, "/v", 2) == 0
         && version[2] != '0' && version[2] != '\0' && version[2 + strspn (version + 2, DIGIT)] == '\0';
}

/* Words joined by dots; from the second part on also list positions of two digits. */
static bool key_is_good (const char *key)
{
  for (const char *part = key;; part++) {
    size_t n = strspn (part, LOWER DIGIT "_"), digits = strspn (part, DIGIT);
    if (n == 0 || (strspn (part, LOWER) == 0 && (part == key || n != 2 || digits != 2)))
      return false;
    part += n;
    if (*part != '.')
      return *part == '\0';
  }
}

/* Undoes the escapes in place. */
static bool unescape (char *value)
{
  char *to = value;
  for (const char *from = value; *from != '\0'; from++)
    if (*from != '\\')
      *to++ = *from;
    else if (*++from == '\\' || *from == 'n')
      *to++ = *from == 'n' ? '\n' : '\\';
    else
      return false;
  *to = '\0';
  return true;
}

/* Adds one line; returns what is wrong with it, or NULL. */
static const char *parse_pair (FvFields *self, char *line)
{
  char *value = strchr (line, ' ');
  if (value == NULL || value[1] == '\0')
    return FV_SAY ("缺少字段的值", "a key without a value");
  *value++ = '\0';
  if (!key_is_good (line))
    return FV_SAY ("字段名不合规范", "a key that is not canonical");
  if (self->n > 0 && strcmp (self->pair[self->n - 1].key, line) >= 0)
    return FV_SAY ("字段重复或顺序不对", "a key repeated or out of order");
  if (!unescape (value))
    return FV_SAY ("转义写法有误", "an unknown escape");
  self->pair[self->n++] = (FvPair){ line, value };
  return NULL;
}

bool fv_fields_parse (FvFields *self, FvSlice text)
{
  uint32_t c = 0;
  self->n = 0;
  self->fault_line = 1;
  self->fault = FV_SAY ("含控制字符、不是 UTF-8，或为空、过长、缺少末尾换行", "controls, not UTF-8, empty, too long, or no line feed at its end");
  if (text.n < 2 || text.n > FV_MAX_TEXT || text.p[text.n - 1] != '\n')
    return false;
  for (size_t i = 0, n; i < text.n; i += n) {
    n = fv_utf8 (text, i, &c);
    if (n == 0 || (c != '\n' && FV_IS_CONTROL (c)))
      return false;
  }
  memcpy (self->bytes, text.p, text.n);
  self->bytes[text.n] = '\0';
  self->fault = NULL;
  for (char *line = self->bytes, *end; *line != '\0' && self->fault == NULL; line = end + 1, self->fault_line++) {
    end = strchr (line, '\n');
    *end = '\0';
    if (self->fault_line > 1)
      self->fault = parse_pair (self, line);
    else if (kind_is_good (line))
      self->kind = line;
    else
      self->fault = FV_SAY ("文书类别不合规范", "a kind that is not canonical");
  }
  self->fault_line--;
  return self->fault == NULL;
}

static int compare_key (const void *key, const void *pair)
{
  return strcmp (key, ((const FvPair *) pair)->key);
}

const char *fv_fields_get (const FvFields *self, const char *key)
{
  const FvPair *found = bsearch (key, self->pair, self->n, sizeof (FvPair), compare_key);
  return found != NULL ? found->value : NULL;
}
