/* The canonical text of FzFields: printing, its exact inverse, and the forms of values. */
#include "core/date.h"
#include "core/fields_part.h"
#include "core/text.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

static gboolean
is_lower (char c)
{
  return c >= 'a' && c <= 'z';
}

static gboolean
is_word_char (char c)
{
  return is_lower (c) || g_ascii_isdigit (c) || c == '_';
}

/* [a-z][a-z0-9_.]*[a-z0-9]/v[1-9][0-9]* */
static gboolean
kind_is_canonical (const char *kind)
{
  const char *slash = strchr (kind, '/');
  const char *version;

  if (slash == NULL || slash - kind < 2 || !is_lower (kind[0]) || !g_ascii_isalnum (slash[-1]))
    return FALSE;
  for (const char *p = kind; p < slash; p++)
    if (!is_word_char (*p) && *p != '.')
      return FALSE;
  version = slash + 2;
  return slash[1] == 'v' && *version >= '1' && *version <= '9' && strspn (version, "0123456789") == strlen (version);
}

/* Words joined by dots; from the second part on also list positions, of which several may follow each other. */
static gboolean
key_is_canonical (const char *key)
{
  for (const char *p = key;; p++)
    {
      gsize n = strcspn (p, ".");

      if (is_lower (*p))
        for (gsize i = 1; i < n; i++)
          {
            if (!is_word_char (p[i]))
              return FALSE;
          }
      else if (p == key || n != 2 || !g_ascii_isdigit (p[0]) || !g_ascii_isdigit (p[1]))
        return FALSE;
      p += n;
      if (*p == '\0')
        return TRUE;
    }
}

/* Codes, times and hashes, which most values are, need no look at Unicode. */
static gboolean
is_plain_ascii (const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    if (*p != '\n' && (*p < 0x20 || *p > 0x7e))
      return FALSE;
  return TRUE;
}

/* NULL when the value may stand in a canonical text, else why not. `value` is unescaped. */
static const char *
value_fault (const char *value)
{
  g_autofree char *normal = NULL, *tidy = NULL;

  if (*value == '\0')
    return _("值为空");
  if (is_plain_ascii (value))
    return NULL;
  if (!g_utf8_validate (value, -1, NULL))
    return _("不是有效的 UTF-8 文字");
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    if (*p != '\n' && g_unichar_iscntrl (g_utf8_get_char (p)))
      return _("含有控制字符");
  if (fz_text_is_plain (value))
    return NULL;
  if (fz_text_is_deceptive (value))
    return _("含有改变显示顺序的字符，或一个字上叠了过多符号");
  tidy = fz_text_tidy (value);
  if (tidy != NULL)
    return _("含有看不见的字符");
  normal = g_utf8_normalize (value, -1, G_NORMALIZE_NFC);
  return normal == NULL || strcmp (normal, value) != 0 ? _("文字不是 NFC 规范形式") : NULL;
}

static void
append_escaped (GString *out, const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    if (*p == '\\')
      g_string_append (out, "\\\\");
    else if (*p == '\n')
      g_string_append (out, "\\n");
    else
      g_string_append_c (out, *p);
}

typedef struct {
  GString *out;
  GError *error;
} Printing;

static void
print_pair (const char *key, const char *value, gpointer data)
{
  Printing *printing = data;
  const char *fault = NULL;

  if (printing->error != NULL)
    return;
  if (!key_is_canonical (key))
    {
      g_set_error (&printing->error, FZ_ERROR, FZ_ERROR_INVALID, _("字段名“%s”不合规范"), key);
      return;
    }
  fault = value_fault (value);
  if (fault != NULL)
    {
      g_set_error (&printing->error, FZ_ERROR, FZ_ERROR_INVALID, _("字段“%s”的内容不能保存：%s"), key, fault);
      return;
    }
  g_string_append (printing->out, key);
  g_string_append_c (printing->out, ' ');
  append_escaped (printing->out, value);
  g_string_append_c (printing->out, '\n');
}

GBytes *
fz_fields_print (const FzFields *self, GError **error)
{
  const char *kind = fz_fields_get_kind (self);
  g_autoptr (GString) out = g_string_new (kind);
  Printing printing = { out, NULL };
  gsize n;

  if (!kind_is_canonical (kind))
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("文书类别“%s”不合规范"), kind);
      return NULL;
    }
  g_string_append_c (out, '\n');
  fz_fields_foreach (self, print_pair, &printing);
  if (printing.error != NULL)
    {
      g_propagate_error (error, printing.error);
      return NULL;
    }
  if (out->len > FZ_FIELDS_MAX_BYTES)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("内容共 %zu 字节，超过上限 %d 字节，请精简文字"), out->len,
                   FZ_FIELDS_MAX_BYTES);
      return NULL;
    }
  n = out->len;
  return g_bytes_new_take (g_string_free (g_steal_pointer (&out), FALSE), n);
}

static gboolean
fail_line (guint line, const char *reason, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("规范文本第 %u 行有误：%s"), line, reason);
  return FALSE;
}

/* In place; FALSE on an escape that printing never makes. */
static gboolean
unescape (char *value)
{
  char *to = value;

  for (const char *from = value; *from != '\0'; from++)
    {
      if (*from != '\\')
        *to++ = *from;
      else if (from[1] == '\\' || from[1] == 'n')
        *to++ = *++from == 'n' ? '\n' : '\\';
      else
        return FALSE;
    }
  *to = '\0';
  return TRUE;
}

/* `line` is one line without its LF; it is cut up in place. */
static gboolean
parse_pair (FzFields *self, char *line, guint number, char **last_key, GError **error)
{
  char *space = strchr (line, ' ');
  const char *fault;

  if (space == NULL)
    return fail_line (number, _("缺少字段名与值之间的空格"), error);
  *space = '\0';
  if (!key_is_canonical (line))
    return fail_line (number, _("字段名不合规范"), error);
  if (*last_key != NULL && strcmp (*last_key, line) >= 0)
    return fail_line (number, strcmp (*last_key, line) == 0 ? _("字段重复") : _("字段未按顺序排列"), error);
  if (!unescape (space + 1))
    return fail_line (number, _("转义写法有误"), error);
  fault = value_fault (space + 1);
  if (fault != NULL)
    return fail_line (number, fault, error);
  fz_fields_set (self, line, space + 1);
  *last_key = line;
  return TRUE;
}

FzFields *
fz_fields_parse (const guint8 *text, gsize n, GError **error)
{
  g_autoptr (FzFields) self = NULL;
  g_autofree char *copy = NULL;
  char *line, *end, *last_key = NULL;

  if (n > FZ_FIELDS_MAX_BYTES || n == 0 || text[n - 1] != '\n' || memchr (text, '\0', n) != NULL)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("规范文本为空、过长、含零字节或缺少末尾换行"));
      return NULL;
    }
  copy = g_strndup ((const char *) text, n);
  line = copy;
  for (guint number = 1; *line != '\0'; number++, line = end + 1)
    {
      end = strchr (line, '\n');
      *end = '\0';
      if (number == 1)
        {
          if (!kind_is_canonical (line) && !fail_line (1, _("文书类别不合规范"), error))
            return NULL;
          self = fz_fields_new (line);
        }
      else if (!parse_pair (self, line, number, &last_key, error))
        return NULL;
    }
  return fz_fields_freeze (g_steal_pointer (&self));
}

static gboolean
is_among (const char *line, const char *const *keys)
{
  for (guint i = 0; keys[i] != NULL; i++)
    {
      gsize n = strlen (keys[i]);

      if (strncmp (line, keys[i], n) == 0 && (keys[i][n - 1] == '.' || line[n] == ' '))
        return TRUE;
    }
  return FALSE;
}

FzFields *
fz_fields_parse_part (const guint8 *text, gsize n, const char *const *keys, GError **error)
{
  const char *line = (const char *) text, *end, *stop = line + n;
  g_autofree char *kind = NULL, *last = NULL;
  g_autoptr (FzFields) self = NULL;

  if (n == 0 || text[n - 1] != '\n')
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("规范文本为空、过长、含零字节或缺少末尾换行"));
      return NULL;
    }
  for (guint number = 1; line < stop; number++, line = end + 1)
    {
      end = memchr (line, '\n', (gsize) (stop - line));
      if (number == 1)
        {
          kind = g_strndup (line, (gsize) (end - line));
          if (!kind_is_canonical (kind) && !fail_line (1, _("文书类别不合规范"), error))
            return NULL;
          self = fz_fields_new (kind);
        }
      else if (is_among (line, keys))
        {
          char *one = g_strndup (line, (gsize) (end - line)), *last_key = last;
          gboolean good = parse_pair (self, one, number, &last_key, error);

          g_free (last);
          last = one;
          if (!good)
            return NULL;
        }
    }
  return fz_fields_freeze (g_steal_pointer (&self));
}

char *
fz_sha256_hex (const void *bytes, gsize n)
{
  guint8 hash[crypto_hash_sha256_BYTES];
  char *hex = g_malloc (sizeof hash * 2 + 1);

  crypto_hash_sha256 (hash, bytes, n);
  return sodium_bin2hex (hex, sizeof hash * 2 + 1, hash, sizeof hash);
}

char *
fz_time_format (gint64 utc_us)
{
  gint64 days = utc_us / FZ_US_PER_DAY - (utc_us % FZ_US_PER_DAY < 0 ? 1 : 0);
  int second = (int) ((utc_us - days * FZ_US_PER_DAY) / FZ_US_PER_SECOND);
  FzDate date = fz_date_from_days (days);

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02dZ", date.year, date.month, date.day, second / 3600,
                          second / 60 % 60, second % 60);
}

static int
two_digits (const char *p)
{
  return g_ascii_isdigit (p[0]) && g_ascii_isdigit (p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : 100;
}

gboolean
fz_time_parse (const char *text, gint64 *out_utc_us)
{
  g_autofree char *day = NULL;
  FzDate date;
  int hour, minute, second;

  if (strlen (text) != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
    return FALSE;
  day = g_strndup (text, 10);
  hour = two_digits (text + 11);
  minute = two_digits (text + 14);
  second = two_digits (text + 17);
  if (!fz_date_parse (day, &date, NULL) || date.year < 1900 || hour > 23 || minute > 59 || second > 59)
    return FALSE;
  *out_utc_us = fz_date_to_days (date) * FZ_US_PER_DAY + ((gint64) hour * 3600 + minute * 60 + second) * FZ_US_PER_SECOND;
  return TRUE;
}
