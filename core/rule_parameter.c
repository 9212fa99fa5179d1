#include "core/rule_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_TEXTS 100

/* --- periods --- */

gboolean
fz_period_covers (const FzPeriod *self, FzDate day)
{
  return fz_date_compare (self->from, day) <= 0 && (!self->has_until || fz_date_compare (day, self->until) <= 0);
}

gboolean
fz_period_holds (const FzPeriod *self, const FzPeriod *inner)
{
  return fz_date_compare (self->from, inner->from) <= 0 &&
         (!self->has_until || (inner->has_until && fz_date_compare (inner->until, self->until) <= 0));
}

gboolean
fz_period_overlaps (const FzPeriod *self, const FzPeriod *other)
{
  return fz_period_covers (self, other->from) || fz_period_covers (other, self->from);
}

static gboolean
read_day (const FzJson *object, const char *key, FzDate *out, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);

  if (text == NULL)
    return FALSE;
  return fz_date_parse (text, out, NULL) || fz_json_fail (object, key, _ ("不是有效的日期。"), error);
}

gboolean
fz_period_read (const FzJson *object, const char *from, FzPeriod *out, GError **error)
{
  const char *text = NULL;

  if (!read_day (object, from, &out->from, error))
    return FALSE;
  if (fz_json_find (object, "until") == NULL)
    return fz_json_fail (object, "until", _ ("必须写明失效日期；没有失效日期请写 null。"), error);
  if (!fz_json_opt_string (object, "until", &text, error))
    return FALSE;
  out->has_until = text != NULL;
  if (text == NULL)
    return TRUE;
  if (!fz_date_parse (text, &out->until, NULL))
    return fz_json_fail (object, "until", _ ("不是有效的日期。"), error);
  return fz_date_compare (out->from, out->until) <= 0 || fz_json_fail (object, "until", _ ("失效日期早于施行日期。"), error);
}

/* --- reading --- */

static void
value_free (gpointer data)
{
  FzParameterValue *value = data;

  g_strfreev (value->texts);
  g_free (value);
}

void
fz_parameter_free (gpointer data)
{
  FzParameter *self = data;

  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_clear_pointer (&self->facts, fz_fields_unref);
  g_free (self);
}

char **
fz_parameter_read_texts (const FzJson *array, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  if (fz_json_count (array) == 0 || fz_json_count (array) > MAX_TEXTS)
    return fz_json_fail (array, NULL, _ ("列表应有1至100项。"), error), NULL;
  for (guint i = 0; i < fz_json_count (array); i++) {
    const char *text = fz_json_get_string (fz_json_get_item (array, i), NULL, error);

    if (text == NULL)
      return NULL;
    if (*text == '\0')
      return fz_json_fail (fz_json_get_item (array, i), NULL, _ ("不能为空。"), error), NULL;
    g_ptr_array_add (texts, g_strdup (text));
  }
  g_ptr_array_add (texts, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&texts), FALSE);
}

static const char *const type_words[] = { [FZ_PARAM_TEXT] = "text", [FZ_PARAM_INT] = "int", [FZ_PARAM_BOOL] = "bool", [FZ_PARAM_TEXTS] = "texts" };

static gboolean
read_any (const FzJson *object, FzParamType *type, FzParameterValue *value, GError **error)
{
  const FzJson *json = fz_json_find (object, "value");
  FzJsonType kind = json != NULL ? fz_json_get_type (json) : FZ_JSON_NULL;

  if (kind == FZ_JSON_NUMBER) {
    *type = FZ_PARAM_INT;
    if (!fz_json_get_int (object, "value", &value->number, error))
      return FALSE;
    return value->number >= 0 || fz_json_fail (object, "value", _ ("不能是负数。"), error);
  }
  if (kind == FZ_JSON_BOOL) {
    *type = FZ_PARAM_BOOL;
    return fz_json_get_bool (object, "value", &value->truth, error);
  }
  if (kind != FZ_JSON_ARRAY)
    return fz_json_fail (object, "value", _ ("应为整数、true、false 或文字列表。"), error);
  *type = FZ_PARAM_TEXTS;
  value->texts = fz_parameter_read_texts (json, error);
  return value->texts != NULL;
}

static void
describe_value (const FzJson *object, const FzParameter *self, const FzParameterValue *value, guint i)
{
  g_autofree char *texts = g_strdup_printf ("value.%02u.text", i);

  fz_fields_set_at (self->facts, "value", i, "from", fz_json_get_string (object, "from", NULL));
  fz_fields_set_at (self->facts, "value", i, "until",
                    value->period.has_until ? fz_json_get_string (object, "until", NULL) : NULL);
  if (self->type == FZ_PARAM_INT)
    fz_fields_set_int_at (self->facts, "value", i, "value", value->number);
  else if (self->type == FZ_PARAM_BOOL)
    fz_fields_set_at (self->facts, "value", i, "value", value->truth ? "yes" : "no");
  for (guint j = 0; value->texts != NULL && value->texts[j] != NULL; j++)
    fz_fields_set_at (self->facts, texts, j, NULL, value->texts[j]);
}

static gboolean
read_value (const FzJson *object, FzParameter *self, guint i, GError **error)
{
  static const char *const keys[] = { "from", "until", "value", NULL };
  FzParameterValue *value = g_new0 (FzParameterValue, 1);
  FzParamType type = FZ_PARAM_TEXT;

  g_ptr_array_add (self->values, value);
  if (!fz_json_check_keys (object, keys, error) || !fz_period_read (object, "from", &value->period, error) ||
      !read_any (object, &type, value, error))
    return FALSE;
  if (i == 0)
    self->type = type;
  if (type != self->type)
    return fz_json_fail (object, "value", _ ("同一参数的取值类型前后不一。"), error);
  describe_value (object, self, value, i);
  return TRUE;
}

/* Every day of the layer has one value, and no day two. */
static gboolean
check_periods (const FzJson *array, const FzParameter *self, const FzPeriod *layer, GError **error)
{
  FzDate next = layer->from;

  for (guint i = 0; i < self->values->len; i++) {
    const FzPeriod *period = &((FzParameterValue *) self->values->pdata[i])->period;
    gboolean last = i + 1 == self->values->len;

    if (fz_date_compare (period->from, next) < 0)
      return fz_json_fail (fz_json_get_item (array, i), "from", _ ("与前一取值的日期重叠，或早于本规则层的施行日期。"), error);
    if (fz_date_compare (period->from, next) > 0)
      return fz_json_fail (fz_json_get_item (array, i), "from", _ ("与前一取值之间有空档，或晚于本规则层的施行日期。"), error);
    if (!last && !period->has_until)
      return fz_json_fail (fz_json_get_item (array, i), "until", _ ("后面还有取值，必须写明失效日期。"), error);
    if (last && (period->has_until != layer->has_until || (layer->has_until && fz_date_compare (period->until, layer->until) != 0)))
      return fz_json_fail (fz_json_get_item (array, i), "until", _ ("最后一个取值应到本规则层失效日期为止。"), error);
    if (!last)
      next = fz_date_add_days (period->until, 1);
  }
  return TRUE;
}

static gboolean
read_values (const FzJson *object, FzParameter *self, const FzPeriod *layer, GError **error)
{
  const FzJson *array = fz_json_get_array (object, "values", error);

  if (array == NULL)
    return FALSE;
  if (fz_json_count (array) == 0 || fz_json_count (array) > MAX_TEXTS)
    return fz_json_fail (array, NULL, _ ("列表应有1至100项。"), error);
  for (guint i = 0; i < fz_json_count (array); i++)
    if (!read_value (fz_json_get_item (array, i), self, i, error))
      return FALSE;
  return check_periods (array, self, layer, error);
}

static gboolean
read_words (const FzJson *object, FzParameter *self, GError **error)
{
  static const char *const stricter[] = { "none", "more", "less" };
  const char *zh, *en, *question = NULL, *word;

  self->name = fz_rule_read_text (object, "name", error);
  if (self->name == NULL || (zh = fz_rule_read_text (object, "zh", error)) == NULL ||
      (en = fz_rule_read_text (object, "en", error)) == NULL || !fz_rule_read_nullable (object, "question", &question, error) ||
      (word = fz_json_get_string (object, "stricter", error)) == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (stricter); i++)
    if (g_str_equal (stricter[i], word)) {
      self->stricter = (FzStricter) i;
      fz_fields_set (self->facts, "name", self->name);
      fz_fields_set (self->facts, "zh", zh);
      fz_fields_set (self->facts, "en", en);
      fz_fields_set (self->facts, "question", question);
      fz_fields_set (self->facts, "stricter", word);
      return TRUE;
    }
  return fz_json_fail (object, "stricter", _ ("只能是 more、less 或 none。"), error);
}

FzParameter *
fz_parameter_read (const FzJson *object, const FzPeriod *layer, GError **error)
{
  static const char *const keys[] = { "name", "zh", "en", "question", "stricter", "values", NULL };
  FzParameter *self = g_new0 (FzParameter, 1);

  self->json = object;
  self->values = g_ptr_array_new_with_free_func (value_free);
  self->facts = fz_fields_new ("fuzhen.parameter/v1");
  if (fz_json_check_keys (object, keys, error) && read_words (object, self, error) && read_values (object, self, layer, error)) {
    fz_fields_set (self->facts, "type", type_words[self->type]);
    fz_fields_freeze (self->facts);
    return self;
  }
  fz_parameter_free (self);
  return NULL;
}

/* --- using --- */

const FzParameterValue *
fz_parameter_on (const FzParameter *self, FzDate day)
{
  for (guint i = 0; i < self->values->len; i++)
    if (fz_period_covers (&((FzParameterValue *) self->values->pdata[i])->period, day))
      return self->values->pdata[i];
  return NULL;
}

void
fz_parameter_put (const FzParameter *self, FzDate day, const char *name, FzFields *params)
{
  const FzParameterValue *value = fz_parameter_on (self, day);

  if (self->type == FZ_PARAM_INT)
    fz_fields_set_int (params, name, value->number);
  else if (self->type == FZ_PARAM_BOOL)
    fz_fields_set_bool (params, name, value->truth);
  for (guint i = 0; value->texts != NULL && value->texts[i] != NULL; i++)
    fz_fields_set_at (params, name, i, NULL, value->texts[i]);
}

static gboolean
includes (char **wide, char **narrow)
{
  for (guint i = 0; narrow[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) wide, narrow[i]))
      return FALSE;
  return TRUE;
}

/* More: a larger number, true, a longer list. */
static gboolean
is_at_least (FzParamType type, const FzParameterValue *a, const FzParameterValue *b)
{
  if (type == FZ_PARAM_INT)
    return a->number >= b->number;
  return type == FZ_PARAM_BOOL ? a->truth || !b->truth : includes (a->texts, b->texts);
}

/* Values change only where a period begins, so the days to look at are few. */
static gboolean
check_day (const FzParameter *self, const FzPeriod *layer, const FzParameter *below, const FzPeriod *layer_below, FzDate day, GError **error)
{
  const FzParameterValue *ours, *theirs;
  g_autofree char *text = fz_date_format (day), *reason = NULL;

  if (!fz_period_covers (layer, day) || !fz_period_covers (layer_below, day))
    return TRUE;
  ours = fz_parameter_on (self, day);
  theirs = fz_parameter_on (below, day);
  if (self->stricter == FZ_STRICTER_MORE ? is_at_least (self->type, ours, theirs) : is_at_least (self->type, theirs, ours))
    return TRUE;
  reason = g_strdup_printf (_ ("%s 的取值比下层规定宽松；上层只能从严。"), text);
  return fz_json_fail (self->json, "values", reason, error);
}

gboolean
fz_parameter_check_above (const FzParameter *self, const FzPeriod *layer, const FzParameter *below, const FzPeriod *layer_below,
                          GError **error)
{
  if (below->stricter == FZ_STRICTER_NONE)
    return fz_json_fail (self->json, "name", _ ("下层规定不允许改变这个参数。"), error);
  if (self->type != below->type || self->stricter != below->stricter)
    return fz_json_fail (self->json, "stricter", _ ("类型或从严方向与下层规定的同名参数不同。"), error);
  for (guint i = 0; i < self->values->len; i++)
    if (!check_day (self, layer, below, layer_below, ((FzParameterValue *) self->values->pdata[i])->period.from, error))
      return FALSE;
  for (guint i = 0; i < below->values->len; i++)
    if (!check_day (self, layer, below, layer_below, ((FzParameterValue *) below->values->pdata[i])->period.from, error))
      return FALSE;
  return TRUE;
}
