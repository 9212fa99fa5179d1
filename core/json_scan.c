#include "core/json_scan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  const char *file, *text;
  gsize n, at;
  guint tokens, line;
  GArray *numbers, *lines;
  GError **error;
} Scan;

static gboolean scan_value (Scan *self, guint depth);

static gboolean
fail (Scan *self, const char *reason)
{
  guint line = 1;
  gsize column = 1;

  for (gsize i = 0; i < self->at && i < self->n; i++)
    if (self->text[i] == '\n')
      line++, column = 1;
    else
      column++;
  g_set_error (self->error, FZ_ERROR, FZ_ERROR_INVALID, _("JSON 第 %u 行第 %zu 字节有误：%s"), line, column, reason);
  if (self->file != NULL)
    g_prefix_error (self->error, "%s:%u: ", self->file, line);
  return FALSE;
}

/* The byte at the cursor, or NUL at the end; the text itself holds no NUL. */
static char
peek (const Scan *self)
{
  return self->at < self->n ? self->text[self->at] : '\0';
}

static void
skip_space (Scan *self)
{
  while (self->at < self->n && strchr (" \t\r\n", self->text[self->at]) != NULL)
    self->line += self->text[self->at++] == '\n';
}

static gboolean
take (Scan *self, char c)
{
  if (peek (self) != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
count_token (Scan *self)
{
  return ++self->tokens <= FZ_JSON_MAX_TOKENS || fail (self, _("内容过多"));
}

static gboolean
take_hex4 (Scan *self, guint *out)
{
  *out = 0;
  for (guint i = 0; i < 4; i++, self->at++)
    {
      if (!g_ascii_isxdigit (peek (self)))
        return FALSE;
      *out = *out << 4 | (guint) g_ascii_xdigit_value (peek (self));
    }
  return TRUE;
}

/* After `\u`. */
static gboolean
scan_unicode_escape (Scan *self)
{
  guint unit, low;

  if (!take_hex4 (self, &unit))
    return fail (self, _("\\u 后应有四位十六进制数"));
  if (unit == 0)
    return fail (self, _("不允许 \\u0000"));
  if (unit < 0xd800 || unit > 0xdfff)
    return TRUE;
  if (unit < 0xdc00 && take (self, '\\') && take (self, 'u') && take_hex4 (self, &low) && low >= 0xdc00 && low <= 0xdfff)
    return TRUE;
  return fail (self, _("代理码元不成对"));
}

static gboolean
scan_string (Scan *self)
{
  if (!take (self, '"'))
    return fail (self, _("此处应为双引号"));
  for (;;)
    {
      char c = peek (self);

      if (self->at >= self->n)
        return fail (self, _("字符串没有结束"));
      if ((guint8) c < 0x20)
        return fail (self, _("字符串中有未转义的控制字符"));
      self->at++;
      if (c == '"')
        return TRUE;
      if (c != '\\')
        continue;
      c = peek (self);
      if (c == '\0' || strchr ("\"\\/bfnrtu", c) == NULL)
        return fail (self, _("转义写法有误"));
      self->at++;
      if (c == 'u' && !scan_unicode_escape (self))
        return FALSE;
    }
}

static gsize
take_digits (Scan *self)
{
  gsize start = self->at;

  while (g_ascii_isdigit (peek (self)))
    self->at++;
  return self->at - start;
}

static gboolean
scan_number (Scan *self)
{
  FzJsonSpan span = { self->at, 0 };
  gboolean leading_zero;
  gsize digits;

  take (self, '-');
  leading_zero = peek (self) == '0';
  digits = take_digits (self);
  if (digits == 0 || (leading_zero && digits > 1))
    return fail (self, _("数字的写法不对"));
  if (digits > FZ_JSON_MAX_INT_DIGITS)
    return fail (self, _("整数超过 15 位，请改用字符串"));
  if (take (self, '.') && take_digits (self) == 0)
    return fail (self, _("数字的写法不对"));
  if (take (self, 'e') || take (self, 'E'))
    {
      if (!take (self, '+'))
        take (self, '-');
      if (take_digits (self) == 0)
        return fail (self, _("数字的写法不对"));
    }
  span.n = self->at - span.at;
  if (span.n > FZ_JSON_MAX_NUMBER_CHARS)
    return fail (self, _("数字过长"));
  g_array_append_val (self->numbers, span);
  return TRUE;
}

static gboolean
scan_word (Scan *self)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (self->n - self->at >= strlen (words[i]) && memcmp (self->text + self->at, words[i], strlen (words[i])) == 0)
      {
        self->at += strlen (words[i]);
        return TRUE;
      }
  return fail (self, _("此处应为一个值"));
}

static gboolean
scan_member (Scan *self, guint depth)
{
  skip_space (self);
  if (!count_token (self) || !scan_string (self))
    return FALSE;
  skip_space (self);
  if (!take (self, ':'))
    return fail (self, _("键名后应为冒号"));
  return scan_value (self, depth);
}

static gboolean
scan_container (Scan *self, char close, guint depth)
{
  if (depth > FZ_JSON_MAX_DEPTH)
    return fail (self, _("嵌套超过 32 层"));
  self->at++;
  skip_space (self);
  if (take (self, close))
    return TRUE;
  do
    {
      if (close == '}' ? !scan_member (self, depth) : !scan_value (self, depth))
        return FALSE;
      skip_space (self);
    }
  while (take (self, ','));
  return take (self, close) || fail (self, _("此处应为逗号或结束括号"));
}

/* `depth` containers are open around this value. */
static gboolean
scan_value (Scan *self, guint depth)
{
  skip_space (self);
  if (!count_token (self))
    return FALSE;
  g_array_append_val (self->lines, self->line);
  switch (peek (self))
    {
    case '{':
      return scan_container (self, '}', depth + 1);
    case '[':
      return scan_container (self, ']', depth + 1);
    case '"':
      return scan_string (self);
    default:
      return peek (self) == '-' || g_ascii_isdigit (peek (self)) ? scan_number (self) : scan_word (self);
    }
}

GArray *
fz_json_scan (const char *file, const char *text, gsize n, GArray *lines, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (FzJsonSpan));
  Scan self = { file, text, n, 0, 0, 1, numbers, lines, error };
  const char *bad;

  if (!g_utf8_validate_len (text, n, &bad))
    {
      self.at = (gsize) (bad - text);
      fail (&self, _("不是有效的 UTF-8 文字，或含零字节"));
      return NULL;
    }
  if (!scan_value (&self, 0))
    return NULL;
  skip_space (&self);
  if (self.at == n)
    return g_steal_pointer (&numbers);
  fail (&self, _("内容结束后还有多余文字"));
  return NULL;
}

gboolean
fz_json_decimal_valid (const char *text)
{
  const char *whole = text[0] == '-' ? text + 1 : text;
  gsize digits = strspn (whole, "0123456789");
  const char *rest = whole + digits;

  if (digits == 0 || digits > FZ_JSON_MAX_INT_DIGITS || (whole[0] == '0' && digits > 1) || strlen (text) > FZ_JSON_MAX_NUMBER_CHARS)
    return FALSE;
  return *rest == '\0' || (*rest == '.' && rest[1] != '\0' && strspn (rest + 1, "0123456789") == strlen (rest + 1));
}
