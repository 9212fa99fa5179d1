#include "core/exchange.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- values --- */

static gboolean
is_decimal (const char *value)
{
  const char *at = value;
  gsize whole = strspn (at, "0123456789");

  if (whole == 0 || whole > 12 || (at[0] == '0' && whole > 1))
    return FALSE;
  at += whole;
  if (*at == '\0')
    return TRUE;
  return *at == '.' && strspn (at + 1, "0123456789") == strlen (at + 1) && at[1] != '\0' && strlen (at + 1) <= 6;
}

static gboolean
is_whole (const char *value)
{
  gsize n = strlen (value);

  return n > 0 && n <= 12 && strspn (value, "0123456789") == n && (n == 1 || *value != '0');
}

static gboolean
is_coded (const FzExchangeField *field, const char *value)
{
  if (field->words != NULL)
    return g_strv_contains ((const char *const *) field->words, value);
  return fz_codes_find_code (field->codes, value) >= 0;
}

static gboolean
has_controls (const char *value, gboolean lines)
{
  for (const char *at = value; *at != '\0'; at++)
    if (((guchar) *at < 0x20 && !(lines && *at == '\n')) || *at == 0x7f)
      return TRUE;
  return FALSE;
}

const char *
fz_exchange_refuses (const FzExchangeField *field, const char *value)
{
  FzDate day;
  gint64 us = 0;

  if (*value == '\0' || !g_utf8_validate (value, -1, NULL) || has_controls (value, field->type == FZ_EXCHANGE_TEXT))
    return _ ("是空的，或含有控制字符");
  if (field->most > 0 && g_utf8_strlen (value, -1) > (glong) field->most)
    return _ ("超过允许的长度");
  switch (field->type) {
  case FZ_EXCHANGE_DATE:
    return fz_date_parse (value, &day, NULL) ? NULL : _ ("应为真实的日期");
  case FZ_EXCHANGE_TIME:
    return fz_time_parse (value, &us) ? NULL : _ ("应为带时区的时间");
  case FZ_EXCHANGE_INT:
    return is_whole (value) ? NULL : _ ("应为不小于0的整数");
  case FZ_EXCHANGE_DECIMAL:
    return is_decimal (value) ? NULL : _ ("应为不小于0的数");
  case FZ_EXCHANGE_FLAG:
    return g_str_equal (value, "yes") || g_str_equal (value, "no") ? NULL : _ ("应为是或否");
  case FZ_EXCHANGE_CODE:
    return is_coded (field, value) ? NULL : _ ("不在代码表内");
  case FZ_EXCHANGE_TEXT:
  case FZ_EXCHANGE_LINE:
  case FZ_N_EXCHANGE_TYPES:
  default:
    return NULL;
  }
}

/* Our word in its code table's column; the first row that has it. */
static const char *
from_own (const FzExchangeField *field, const char *value)
{
  if (field->own == NULL)
    return value;
  for (guint i = 0; i < fz_codes_get_n (field->codes); i++)
    if (g_str_equal (fz_codes_get (field->codes, i, field->own), value))
      return fz_codes_get (field->codes, i, "code");
  return value;
}

const char *
fz_exchange_to_own (const FzExchangeField *field, const char *value)
{
  int row = field->own != NULL ? fz_codes_find_code (field->codes, value) : -1;

  if (field->own == NULL)
    return value;
  return row >= 0 && *fz_codes_get (field->codes, (guint) row, field->own) != '\0' ? fz_codes_get (field->codes, (guint) row, field->own) : NULL;
}

gboolean
fz_exchange_is_reason (const char *word)
{
  static const char *const reasons[] = { "not_recorded", "masked", "not_applicable", "other", NULL };

  return g_strv_contains (reasons, word);
}

/* --- our facts as a record --- */

static void
set_missing (FzFields *record, const char *key, const char *reason)
{
  g_autofree char *missing = g_strconcat ("missing.", key, NULL);

  fz_fields_set (record, missing, reason);
}

/* `diagnosis.*.code` at 3: diagnosis.03.code; `allergy.*`: allergy.03 */
static char *
fact_at (const char *fact, guint index)
{
  const char *star = strchr (fact, '*');

  return star != NULL ? g_strdup_printf ("%.*s%02u%s", (int) (star - fact), fact, index, star + 1) : g_strdup (fact);
}

static void
put_value (const FzExchangeField *field, guint index, const FzFields *source, gboolean masked, FzFields *record)
{
  g_autofree char *key = fz_exchange_key (field, index), *fact = field->fact != NULL ? fact_at (field->fact, index) : NULL;
  const char *value = fact != NULL ? fz_fields_get (source, fact) : NULL;

  if (field->when != NULL && !fz_fields_has (source, field->when))
    set_missing (record, key, "not_applicable");
  else if (value == NULL)
    set_missing (record, key, "not_recorded");
  else if (masked && field->veiled)
    set_missing (record, key, "masked");
  else if (fz_exchange_refuses (field, from_own (field, value)) != NULL)
    set_missing (record, key, "other");
  else
    fz_fields_set (record, key, from_own (field, value));
}

/* How long a list is, told by the facts its rows read. */
static gboolean
count_list (const FzExchangeMap *self, const char *section, const FzFields *source, guint *out)
{
  *out = 0;
  for (guint i = 0; i < fz_exchange_map_get_n (self); i++) {
    const FzExchangeField *field = fz_exchange_map_get (self, i);
    g_autofree char *list = field->list && field->fact != NULL && g_str_equal (field->section, section) ? g_strndup (field->fact, strcspn (field->fact, "*") - 1) : NULL;

    if (list != NULL)
      *out = MAX (*out, fz_fields_count (source, list));
  }
  return *out <= FZ_EXCHANGE_MOST;
}

FzFields *
fz_exchange_record (const FzExchangeMap *self, const FzFields *source, gboolean masked, GError **error)
{
  g_autoptr (FzFields) record = fz_fields_new (FZ_EXCHANGE_KIND);

  fz_fields_set_bool (record, "masked", masked);
  for (guint i = 0; i < fz_exchange_map_get_n (self); i++) {
    const FzExchangeField *field = fz_exchange_map_get (self, i);
    guint n = 1;

    if (field->list && !count_list (self, field->section, source, &n)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”超过 %d 项，不能导出为一份病历。"), field->name, FZ_EXCHANGE_MOST);
      return NULL;
    }
    for (guint k = 0; k < n; k++)
      put_value (field, k, source, masked, record);
  }
  return fz_fields_freeze (g_steal_pointer (&record));
}

/* --- reading either form --- */

void
fz_exchange_complain (GPtrArray *problems, const char *where, const char *what)
{
  if (problems->len < FZ_EXCHANGE_MAX_PROBLEMS)
    g_ptr_array_add (problems, g_strdup_printf (_ ("%s：%s"), where, what));
}

void
fz_exchange_take (const FzExchangeField *field, guint index, const char *value, const char *where, FzFields *record, GPtrArray *problems)
{
  const char *why = fz_exchange_refuses (field, value);
  g_autofree char *key = fz_exchange_key (field, index), *words = NULL;

  if (why == NULL) {
    fz_fields_set (record, key, value);
    return;
  }
  words = g_strdup_printf (_ ("“%s”%s。"), field->name, why);
  fz_exchange_complain (problems, where, words);
}

void
fz_exchange_miss (const FzExchangeField *field, guint index, const char *reason, const char *where, FzFields *record, GPtrArray *problems)
{
  g_autofree char *key = fz_exchange_key (field, index);

  if (reason == NULL || fz_exchange_is_reason (reason))
    set_missing (record, key, reason != NULL ? reason : "not_recorded");
  else
    fz_exchange_complain (problems, where, _ ("缺失原因应为 not_recorded、masked、not_applicable 或 other。"));
}

/* What an import cannot do without; a masked one is told apart, for then nobody can say whose it is. */
static void
check_needed (const FzExchangeMap *self, const FzFields *record, GPtrArray *problems)
{
  if (fz_fields_is_yes (record, "masked")) {
    fz_exchange_complain (problems, "masked", _ ("患者身份已脱敏，无法核对是谁的病历；请导出单位提供未脱敏的病历。"));
    return;
  }
  for (guint i = 0; i < fz_exchange_map_get_n (self); i++) {
    const FzExchangeField *field = fz_exchange_map_get (self, i);
    guint n = field->list ? fz_fields_count (record, field->section) : 1;

    for (guint k = 0; field->need && k < n; k++) {
      g_autofree char *key = fz_exchange_key (field, k), *words = g_strdup_printf (_ ("缺少“%s”。"), field->name);

      if (!fz_fields_has (record, key))
        fz_exchange_complain (problems, key, words);
    }
  }
}

FzFields *
fz_exchange_read (const FzExchangeMap *self, const void *bytes, gsize n, const char **out_form, GPtrArray *problems)
{
  const char *text = bytes;
  gsize at = 0;
  g_autoptr (FzFields) record = NULL;
  g_autoptr (GBytes) printed = NULL;
  g_autoptr (GError) why = NULL;
  guint before = problems->len;

  while (at < n && strchr (" \t\r\n", text[at]) != NULL && text[at] != '\0')
    at++;
  *out_form = at < n && text[at] == '<' ? "xml" : "json";
  record = g_str_equal (*out_form, "xml") ? fz_exchange_read_xml (self, bytes, n, problems) : fz_exchange_read_json (self, bytes, n, problems);
  if (record != NULL && problems->len == before)
    check_needed (self, record, problems);
  printed = record != NULL && problems->len == before ? fz_fields_print (record, &why) : NULL;
  if (why != NULL)
    fz_exchange_complain (problems, "", why->message);
  return printed != NULL && problems->len == before ? fz_fields_freeze (g_steal_pointer (&record)) : NULL;
}
