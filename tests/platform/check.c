#include "tests/platform/check.h"

#include <stdarg.h>
#include <string.h>

SimVerdict *
sim_verdict_new (int code, const char *format, ...)
{
  SimVerdict *self = g_new0 (SimVerdict, 1);
  va_list args;

  va_start (args, format);
  self->code = code;
  self->msg = g_strdup_vprintf (format, args);
  va_end (args);
  return self;
}

void
sim_verdict_free (SimVerdict *self)
{
  if (self == NULL)
    return;
  g_free (self->msg);
  g_free (self);
}

/* Required fields: absent, null, "" and [] are all "empty". */

static gboolean
is_empty (const SimJson *value)
{
  return value == NULL || value->type == SIM_JSON_NULL || (value->type == SIM_JSON_STRING && *value->text == '\0')
         || (value->type == SIM_JSON_ARRAY && value->items->len == 0);
}

static void
note_if_empty (const SimJson *record, const char *name, GString *missing)
{
  if (!is_empty (sim_json_get (record, name)))
    return;
  if (missing->len > 0)
    g_string_append_c (missing, '|');
  g_string_append (missing, name);
}

static gboolean
equals (const SimJson *record, const char *name, const char *value)
{
  return g_strcmp0 (sim_json_text (record, name), value) == 0;
}

/* G_MAXINT64 when the age is not a number: then no rule that asks for a young patient applies, and its type is refused
 * later. */
static gint64
age_of (const SimJson *record)
{
  const SimJson *age = sim_json_get (record, "age");

  return age != NULL && age->type == SIM_JSON_NUMBER ? g_ascii_strtoll (age->text, NULL, 10) : G_MAXINT64;
}

static gboolean
may_be_empty (const SimMethod *method, const SimJson *record, const char *name)
{
  return g_str_equal (method->name, "uploadRecipeIndicators") && g_str_equal (name, "patientCertID")
         && age_of (record) < 14;
}

static void
note_conditional (const SimMethod *method, const SimJson *record, GString *missing)
{
  if (sim_field_find (method->fields, "guardianCertID") != NULL && age_of (record) < 6) {
    note_if_empty (record, "guardianCertID", missing);
    note_if_empty (record, "guardianName", missing);
  }
  if (equals (record, "onsultationAttribute", "4"))
    note_if_empty (record, "consultationClassify", missing);
  if (equals (record, "rationalFlag", "1"))
    note_if_empty (record, "rationalDrug", missing);
  if (equals (record, "recipeType", "3"))
    note_if_empty (record, "packetsNum", missing);
  if (equals (record, "deliveryType", "1")) {
    note_if_empty (record, "deliverySTDate", missing);
    note_if_empty (record, "deliveryENDDate", missing);
  }
}

static SimVerdict *
check_missing (const SimMethod *method, const SimJson *record)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  const SimJson *list = sim_json_get (record, method->list != NULL ? method->list : "orderList");

  for (const SimField *f = method->fields; f->name != NULL; f++)
    if (f->required && !may_be_empty (method, record, f->name))
      note_if_empty (record, f->name, missing);
  note_conditional (method, record, missing);
  if (method->items != NULL && list != NULL && list->type == SIM_JSON_ARRAY)
    for (guint i = 0; i < list->items->len; i++)
      for (const SimField *f = method->items; f->name != NULL; f++)
        if (f->required)
          note_if_empty (g_ptr_array_index (list->items, i), f->name, missing);
  return missing->len > 0 ? sim_verdict_new (-99, "%s", missing->str) : NULL;
}

/* Types */

static gboolean
is_integer (const SimJson *value)
{
  return value->type == SIM_JSON_NUMBER && strspn (value->text, "0123456789") == strlen (value->text)
         && strlen (value->text) <= 9;
}

static gboolean
is_money (const SimJson *value)
{
  gsize whole = 0, fraction = 0;

  if (value->type != SIM_JSON_NUMBER)
    return FALSE;
  whole = strspn (value->text, "0123456789");
  if (value->text[whole] == '.')
    fraction = strspn (value->text + whole + 1, "0123456789");
  return whole >= 1 && whole <= 6 && fraction <= 2 && strlen (value->text) == whole + (fraction > 0 ? fraction + 1 : 0);
}

static gboolean
matches_pattern (const char *text, const char *pattern)
{
  for (; *pattern != '\0'; text++, pattern++)
    if (*pattern == '0' ? !g_ascii_isdigit (*text) : *text != *pattern)
      return FALSE;
  return *text == '\0';
}

static gboolean
is_date (const SimJson *value, gboolean with_time)
{
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;

  if (value->type != SIM_JSON_STRING
      || !matches_pattern (value->text, with_time ? "0000-00-00 00:00:00" : "0000-00-00"))
    return FALSE;
  year = atoi (value->text);
  month = atoi (value->text + 5);
  day = atoi (value->text + 8);
  if (with_time) {
    hour = atoi (value->text + 11);
    minute = atoi (value->text + 14);
    second = atoi (value->text + 17);
  }
  return year >= 1900 && month >= 1 && month <= 12
         && g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year) && hour < 24 && minute < 60
         && second < 60;
}

static SimVerdict *
check_type (const SimField *field, const SimJson *value)
{
  gboolean good = FALSE;

  switch (field->type) {
    case SIM_TEXT:
      good = value->type == SIM_JSON_STRING;
      break;
    case SIM_INTEGER:
      good = is_integer (value);
      break;
    case SIM_MONEY:
      good = is_money (value);
      break;
    case SIM_DATETIME:
    case SIM_DATE:
      good = is_date (value, field->type == SIM_DATETIME);
      break;
    case SIM_LIST:
    default:
      good = value->type == SIM_JSON_ARRAY;
      break;
  }
  return good ? NULL : sim_verdict_new (-1, "字段%s类型或格式错误", field->name);
}

static SimVerdict *
check_value (const SimField *field, const SimJson *value)
{
  g_autoptr (SimVerdict) verdict = NULL;

  if (value->type == SIM_JSON_NULL
      || (field->type == SIM_TEXT && value->type == SIM_JSON_STRING && *value->text == '\0'))
    return NULL; /* empty, and not required: check_missing() has been here */
  if ((verdict = check_type (field, value)) != NULL)
    return g_steal_pointer (&verdict);
  if (field->type == SIM_TEXT && g_utf8_strlen (value->text, -1) > (glong) field->length)
    return sim_verdict_new (-1, "字段%s超长，最多%u个字符", field->name, field->length);
  if (field->values != NULL && !sim_dictionary_has (field->values, value->text))
    return sim_verdict_new (-1, "字段%s的值%s不在字典内", field->name, value->text);
  return NULL;
}

static SimVerdict *
check_fields (const SimField *fields, const SimJson *object)
{
  if (object->type != SIM_JSON_OBJECT)
    return sim_verdict_new (-1, "数组元素不是对象");
  for (guint i = 0; i < object->items->len; i++) {
    const SimJson *value = g_ptr_array_index (object->items, i);
    const SimField *field = sim_field_find (fields, value->name);
    g_autoptr (SimVerdict) verdict =
        field == NULL ? sim_verdict_new (-1, "未知字段%s", value->name) : check_value (field, value);

    if (verdict != NULL)
      return g_steal_pointer (&verdict);
  }
  return NULL;
}

/* Lists inside one text, split by '|' */

/* How many pieces; 0 when one of them is empty. */
static guint
count_pieces (const char *text)
{
  g_auto (GStrv) pieces = g_strsplit (text != NULL ? text : "", "|", -1);

  for (guint i = 0; pieces[i] != NULL; i++)
    if (*pieces[i] == '\0')
      return 0;
  return g_strv_length (pieces);
}

static SimVerdict *
check_pieces (const SimJson *record)
{
  static const char *const lists[] = { "icdCode", "icdName", "thisDiagnosis", "originalDiagnosis", "diagnosisCode" };
  const char *codes = sim_json_text (record, "icdCode"), *names = sim_json_text (record, "icdName");
  const char *main_code = sim_json_text (record, "mainDiagnoseCode");

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    const char *text = sim_json_text (record, lists[i]);

    if (text != NULL && *text != '\0' && count_pieces (text) == 0)
      return sim_verdict_new (-1, "字段%s有空的分段", lists[i]);
  }
  if (codes != NULL && names != NULL && count_pieces (codes) != count_pieces (names))
    return sim_verdict_new (-1, "icdCode与icdName数量不一致");
  if (main_code != NULL && strchr (main_code, '|') != NULL)
    return sim_verdict_new (-1, "mainDiagnoseCode只能有一个");
  return NULL;
}

SimVerdict *
sim_check_record (const SimMethod *method, const SimJson *record, const char *unit_id)
{
  const SimJson *list = sim_json_get (record, method->list != NULL ? method->list : "orderList");
  g_autoptr (SimVerdict) verdict = NULL;

  if (record->type != SIM_JSON_OBJECT)
    return sim_verdict_new (-1, "数组元素不是对象");
  if ((verdict = check_missing (method, record)) != NULL || (verdict = check_fields (method->fields, record)) != NULL)
    return g_steal_pointer (&verdict);
  for (guint i = 0; method->items != NULL && list != NULL && i < list->items->len; i++)
    if ((verdict = check_fields (method->items, g_ptr_array_index (list->items, i))) != NULL)
      return g_steal_pointer (&verdict);
  if ((verdict = check_pieces (record)) != NULL)
    return g_steal_pointer (&verdict);
  if (!equals (record, "unitID", unit_id))
    return sim_verdict_new (-1, "unitID与应用不符");
  return NULL;
}
