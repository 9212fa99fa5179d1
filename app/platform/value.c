#include "app/platform/value.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* Decimal(8,2): six digits before the point. */
#define DECIMAL_MAX_HUNDREDTHS G_GINT64_CONSTANT (99999999)

static void
fail (FzValue *self, FzProblemKind problem, char *take_reason)
{
  g_free (self->reason);
  self->problem = problem;
  self->reason = take_reason;
}

static char *
key_at (const char *from, int position)
{
  const char *place = strstr (from, "NN");

  return place == NULL || position < 0 ? g_strdup (from)
                                       : g_strdup_printf ("%.*s%02d%s", (int) (place - from), from, position, place + 2);
}

/* Looks one fact up; blank is as good as absent. */
static const char *
look (FzValue *self, const FzFields *facts, const char *from, int position)
{
  const char *value;

  g_free (self->fact);
  self->fact = key_at (from, position);
  value = fz_fields_get (facts, self->fact);
  if (value == NULL)
    return NULL;
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char_validated (p, -1)))
      return value;
  return NULL;
}

static gboolean
is_clean (FzValue *self, const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    {
      fail (self, FZ_PROBLEM_MALFORMED, g_strdup (_("内容不是有效的 UTF-8 文字，请重新录入。")));
      return FALSE;
    }
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (*p != '\n' && g_unichar_iscntrl (g_utf8_get_char (p)))
      {
        fail (self, FZ_PROBLEM_MALFORMED, g_strdup (_("内容含有看不见的控制字符，请重新录入。")));
        return FALSE;
      }
  return TRUE;
}

/* The platform's code for our word; the word itself when there is no dictionary. */
static const char *
translate (FzValue *self, const FzWireField *field, const char *word)
{
  const char *code = field->dictionary == NULL ? word : g_hash_table_lookup (field->dictionary->codes, word);

  if (code == NULL)
    fail (self, FZ_PROBLEM_NOT_LISTED,
          g_strdup_printf (_("“%s”不在平台的“%s”代码表内，请改用表内的代码。"), word, field->dictionary->label));
  return code;
}

static void
take_text (FzValue *self, const FzWireField *field, char *take_text)
{
  glong length = g_utf8_strlen (take_text, -1);

  self->kind = FZ_VALUE_TEXT;
  self->text = take_text;
  if (length > field->max)
    fail (self, FZ_PROBLEM_TOO_LONG,
          g_strdup_printf (_("内容有 %ld 个字，平台最多收 %" PRId64 " 个字，请本人精简；程序不会截断。"), length, field->max));
}

static void
read_text (FzValue *self, const FzWireField *field, const FzFields *facts, int position)
{
  const char *value = look (self, facts, field->from, position);
  const char *code;

  if (value == NULL || !is_clean (self, value))
    return;
  code = translate (self, field, value);
  if (code != NULL)
    take_text (self, field, g_strdup (code));
}

/* All positions of a list in one text. A separator inside a name would shift every later name, so it stops here. */
static void
read_joined (FzValue *self, const FzWireField *field, const FzFields *facts)
{
  g_autofree char *list = g_strndup (field->from, (gsize) (strstr (field->from, ".NN") - field->from));
  g_autoptr (GString) all = g_string_new (NULL);
  guint n = fz_fields_count (facts, list);

  if (n == 0)
    look (self, facts, field->from, 0);
  for (guint i = 0; i < n; i++)
    {
      const char *value = look (self, facts, field->from, (int) i);
      const char *code;

      if (value == NULL)
        {
          fail (self, FZ_PROBLEM_MISSING, g_strdup_printf (_("第 %u 项是空的，请补全或删去这一项。"), i + 1));
          return;
        }
      if (!is_clean (self, value))
        return;
      if (strstr (value, field->join) != NULL)
        {
          fail (self, FZ_PROBLEM_MALFORMED,
                g_strdup_printf (_("“%s”里有“%s”，平台用它分隔各项，请改写名称。"), value, field->join));
          return;
        }
      code = translate (self, field, value);
      if (code == NULL)
        return;
      g_string_append_printf (all, "%s%s", i > 0 ? field->join : "", code);
    }
  if (n > 0)
    take_text (self, field, g_string_free (g_steal_pointer (&all), FALSE));
}

static void
read_integer (FzValue *self, const FzWireField *field, const FzFields *facts, int position)
{
  const char *value = look (self, facts, field->from, position);
  gint64 number;

  if (value == NULL)
    return;
  if (!fz_fields_get_int (facts, self->fact, &number))
    fail (self, FZ_PROBLEM_MALFORMED, g_strdup_printf (_("“%s”不是整数。"), value));
  else if (number < field->low || number > field->high)
    fail (self, FZ_PROBLEM_MALFORMED,
          g_strdup_printf (_("%" PRId64 " 超出平台接受的范围 %" PRId64 " 至 %" PRId64 "。"), number, field->low, field->high));
  else
    {
      self->kind = FZ_VALUE_NUMBER;
      self->text = g_strdup (value);
    }
}

/* "12", "12.5" or "12.50" in hundredths; nothing is rounded. */
static gboolean
parse_hundredths (const char *text, gint64 *out)
{
  const char *point = strchr (text, '.');
  gsize digits = point != NULL ? (gsize) (point - text) : strlen (text);
  gsize decimals = point != NULL ? strlen (point + 1) : 0;
  gint64 value = 0;

  if (digits == 0 || digits > 12 || decimals > 2 || (point != NULL && decimals == 0) || (digits > 1 && text[0] == '0'))
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      if (p == point)
        continue;
      if (!g_ascii_isdigit (*p))
        return FALSE;
      value = value * 10 + (*p - '0');
    }
  *out = decimals == 2 ? value : decimals == 1 ? value * 10 : value * 100;
  return TRUE;
}

static void
read_decimal (FzValue *self, const FzWireField *field, const FzFields *facts, int position)
{
  const char *value = look (self, facts, field->from, position);
  gint64 hundredths = -1;
  gboolean good;

  if (value == NULL)
    return;
  good = field->fen ? fz_fields_get_int (facts, self->fact, &hundredths) : parse_hundredths (value, &hundredths);
  if (!good || hundredths < 0)
    fail (self, FZ_PROBLEM_MALFORMED,
          g_strdup_printf (field->fen ? _("“%s”不是以分为单位的金额。") : _("“%s”不是至多两位小数的数。"), value));
  else if (hundredths > DECIMAL_MAX_HUNDREDTHS)
    fail (self, FZ_PROBLEM_TOO_LONG, g_strdup (_("数值超过平台能收的 999999.99。")));
  else
    {
      self->kind = FZ_VALUE_NUMBER;
      self->text = g_strdup_printf ("%" G_GINT64_FORMAT ".%02d", hundredths / 100, (int) (hundredths % 100));
    }
}

static void
read_moment (FzValue *self, const FzWireField *field, const FzFields *facts, int position)
{
  const char *value = look (self, facts, field->from, position);
  FzDate date;
  gint64 at_us;

  if (value == NULL)
    return;
  if (fz_fields_get_time (facts, self->fact, &at_us))
    self->text = field->type == FZ_WIRE_TIME ? fz_beijing_time_format (at_us) : fz_date_format (fz_date_in_beijing (at_us));
  else if (field->type == FZ_WIRE_DAY && fz_date_parse (value, &date, NULL))
    self->text = fz_date_format (date);
  else
    {
      fail (self, FZ_PROBLEM_MALFORMED, g_strdup_printf (_("“%s”不是时间。"), value));
      return;
    }
  self->kind = FZ_VALUE_TEXT;
}

/* Either no condition is set on the constant or all of them hold. */
static gboolean
constant_applies (const FzWireField *field, const FzFields *facts)
{
  return field->constant != NULL && (field->constant_when == NULL || fz_when_all (field->constant_when, facts));
}

void
fz_value_read (FzValue *self, const FzWireField *field, const FzFields *facts, int position)
{
  *self = (FzValue){.kind = FZ_VALUE_NONE};
  if (constant_applies (field, facts))
    {
      self->kind = FZ_VALUE_TEXT;
      self->text = g_strdup (field->constant);
      return;
    }
  switch (field->type)
    {
    case FZ_WIRE_TEXT:
      if (field->join != NULL)
        read_joined (self, field, facts);
      else
        read_text (self, field, facts, position);
      break;
    case FZ_WIRE_INTEGER:
      read_integer (self, field, facts, position);
      break;
    case FZ_WIRE_DECIMAL:
      read_decimal (self, field, facts, position);
      break;
    case FZ_WIRE_TIME:
    case FZ_WIRE_DAY:
      read_moment (self, field, facts, position);
      break;
    case FZ_WIRE_LIST:
    default:
      g_assert_not_reached ();
    }
}

void
fz_value_clear (FzValue *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->fact, g_free);
}
