#include "core/rule_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
ref_free (gpointer data)
{
  FzParamRef *ref = data;

  g_free (ref->param);
  g_free (ref->parameter);
  g_free (ref);
}

static void
ask_free (gpointer data)
{
  FzAsk *ask = data;

  if (ask == NULL)
    return;
  g_free (ask->word);
  g_clear_pointer (&ask->params, fz_fields_unref);
  g_clear_pointer (&ask->refs, g_ptr_array_unref);
  g_free (ask);
}

void
fz_clause_free (gpointer data)
{
  FzClause *self = data;

  g_clear_pointer (&self->facts, fz_fields_unref);
  g_free (self->cite);
  g_clear_pointer (&self->when, g_ptr_array_unref);
  ask_free (self->require);
  g_free (self);
}

/* --- what is asked --- */

static gboolean
read_text (const FzJson *object, const char *name, FzFields *params, GError **error)
{
  const char *text = fz_json_get_string (object, name, error);

  if (text == NULL)
    return FALSE;
  if (!fz_predicate_param_fits (name, text))
    return fz_json_fail (object, name, _ ("不是这个参数允许的取值。"), error);
  fz_fields_set (params, name, text);
  return TRUE;
}

static gboolean
read_number (const FzJson *object, const char *name, FzFields *params, GError **error)
{
  gint64 number = 0;

  if (!fz_json_get_int (object, name, &number, error))
    return FALSE;
  if (number < 0)
    return fz_json_fail (object, name, _ ("不能是负数。"), error);
  fz_fields_set_int (params, name, number);
  return TRUE;
}

static gboolean
read_truth (const FzJson *object, const char *name, FzFields *params, GError **error)
{
  gboolean flag = FALSE;

  if (!fz_json_get_bool (object, name, &flag, error))
    return FALSE;
  fz_fields_set_bool (params, name, flag);
  return TRUE;
}

static gboolean
read_texts (const FzJson *object, const char *name, FzFields *params, GError **error)
{
  const FzJson *array = fz_json_get_array (object, name, error);
  g_auto (GStrv) texts = array != NULL ? fz_parameter_read_texts (array, error) : NULL;

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    fz_fields_set_at (params, name, i, NULL, texts[i]);
  return texts != NULL;
}

/* {"parameter": "independent_years"} in place of a literal. */
static gboolean
read_ref (const FzJson *object, const char *name, FzAsk *ask, GError **error)
{
  static const char *const keys[] = { "parameter", NULL };
  const FzJson *json = fz_json_find (object, name);
  const char *parameter;
  FzParamRef *ref;

  if (fz_predicate_param_type (name) == FZ_PARAM_TEXT)
    return fz_json_fail (object, name, _ ("文字不能取自参数。"), error);
  if (!fz_json_check_keys (json, keys, error) || (parameter = fz_rule_read_text (json, "parameter", error)) == NULL)
    return FALSE;
  ref = g_new0 (FzParamRef, 1);
  ref->param = g_strdup (name);
  ref->parameter = g_strdup (parameter);
  ref->json = json;
  g_ptr_array_add (ask->refs, ref);
  return TRUE;
}

/* A parameter of the wrong type would be read as nothing, and nothing passes too easily: each has the one type of its name. */
static gboolean
read_param (const FzJson *object, const char *name, FzAsk *ask, GError **error)
{
  const FzJson *json = fz_json_find (object, name);

  if (json == NULL)
    return fz_json_fail (object, name, _ ("缺少这个判断条件需要的参数。"), error);
  if (fz_json_get_type (json) == FZ_JSON_OBJECT)
    return read_ref (object, name, ask, error);
  switch (fz_predicate_param_type (name)) {
  case FZ_PARAM_INT:
    return read_number (object, name, ask->params, error);
  case FZ_PARAM_BOOL:
    return read_truth (object, name, ask->params, error);
  case FZ_PARAM_TEXTS:
    return read_texts (object, name, ask->params, error);
  case FZ_PARAM_TEXT:
  default:
    return read_text (object, name, ask->params, error);
  }
}

static gboolean
read_params (const FzJson *object, FzAsk *ask, GError **error)
{
  const char *const *names = fz_predicate_get_params (ask->word);

  for (guint i = 0; i < fz_json_count (object); i++) {
    const FzJson *member = fz_json_get_item (object, i);
    const char *name = fz_json_get_name (member);

    if (!g_str_equal (name, "is") && !g_strv_contains (names, name))
      return fz_json_fail (member, NULL, _ ("这个判断条件不认识的参数。"), error);
  }
  for (guint i = 0; names[i] != NULL; i++)
    if (!read_param (object, names[i], ask, error))
      return FALSE;
  return TRUE;
}

static FzAsk *
read_ask (const FzJson *object, GError **error)
{
  const char *word = fz_json_get_string (object, "is", error);
  FzAsk *ask;

  if (word == NULL)
    return NULL;
  if (fz_predicate_find (word) == NULL)
    return fz_json_fail (object, "is", _ ("不认识的判断条件。"), error), NULL;
  ask = g_new0 (FzAsk, 1);
  ask->word = g_strdup (word);
  ask->call = fz_predicate_find (word);
  ask->params = fz_fields_new ("fuzhen.params/v1");
  ask->refs = g_ptr_array_new_with_free_func (ref_free);
  if (read_params (object, ask, error))
    return ask;
  ask_free (ask);
  return NULL;
}

static void
describe_ask (const FzAsk *ask, const char *prefix, FzFields *facts)
{
  g_autofree char *params = g_strconcat (prefix, "params", NULL);

  fz_fields_merge (facts, params, ask->params);
  for (guint i = 0; i < ask->refs->len; i++) {
    const FzParamRef *ref = ask->refs->pdata[i];
    g_autofree char *key = g_strconcat (prefix, "parameter.", ref->param, NULL);

    fz_fields_set (facts, key, ref->parameter);
  }
}

static gboolean
read_when (const FzJson *object, FzClause *self, GError **error)
{
  const FzJson *array = fz_json_get_array (object, "when", error);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < fz_json_count (array); i++) {
    g_autofree char *prefix = g_strdup_printf ("when.%02u.", i);
    FzAsk *ask = i < 10 ? read_ask (fz_json_get_item (array, i), error) : NULL;

    if (i >= 10)
      return fz_json_fail (array, NULL, _ ("适用条件不能超过10项。"), error);
    if (ask == NULL)
      return FALSE;
    g_ptr_array_add (self->when, ask);
    fz_fields_set_at (self->facts, "when", i, "is", ask->word);
    describe_ask (ask, prefix, self->facts);
  }
  return TRUE;
}

static gboolean
read_require (const FzJson *object, FzClause *self, GError **error)
{
  const FzJson *ask = fz_json_get_object (object, "require", error);

  self->require = ask != NULL ? read_ask (ask, error) : NULL;
  if (self->require == NULL)
    return FALSE;
  fz_fields_set (self->facts, "require", self->require->word);
  describe_ask (self->require, "", self->facts);
  return TRUE;
}

/* --- words --- */

static gboolean
read_moments (const FzJson *object, FzClause *self, GError **error)
{
  const FzJson *array = fz_json_get_array (object, "moments", error);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < fz_json_count (array); i++) {
    const FzJson *item = fz_json_get_item (array, i);
    const char *word = fz_json_get_string (item, NULL, error);
    FzMoment moment;

    if (word == NULL)
      return FALSE;
    if (!fz_moment_from_word (word, &moment))
      return fz_json_fail (item, NULL, _ ("不认识的检查时点。"), error);
    if ((self->moments & (1u << moment)) != 0)
      return fz_json_fail (item, NULL, _ ("检查时点重复。"), error);
    self->moments |= 1u << moment;
    fz_fields_set_at (self->facts, "moment", i, NULL, word);
  }
  return self->moments != 0 || fz_json_fail (object, "moments", _ ("列表不能为空。"), error);
}

static gboolean
is_word (const char *text, const char *first, const char *rest)
{
  return *text != '\0' && strspn (text, first) > 0 && strspn (text, rest) == strlen (text);
}

static gboolean
check_id (const FzJson *object, const FzClause *self, GError **error)
{
  gboolean own = g_str_has_prefix (self->id, "H_");

  if (!is_word (self->id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))
    return fz_json_fail (object, "id", _ ("条款编号只能用大写字母、数字和下划线。"), error);
  if (own != (self->layer->rank == FZ_LAYER_HOSPITAL))
    return fz_json_fail (object, "id", _ ("院内规定的条款编号以 H_ 开头，其他规定的不得以 H_ 开头。"), error);
  return TRUE;
}

/* Where the text is held, a clause says which row of the table it enforces and what the article's wording was. */
static gboolean
read_source (const FzJson *object, FzClause *self, GError **error)
{
  const char *row = NULL, *sha256 = NULL;
  g_autofree char *prefix = g_strconcat (self->layer->short_name, "-", NULL);

  if (!fz_rule_read_nullable (object, "row", &row, error) || !fz_rule_read_nullable (object, "article_sha256", &sha256, error))
    return FALSE;
  if (self->layer->regulation == NULL && (row != NULL || sha256 != NULL))
    return fz_json_fail (object, row != NULL ? "row" : "article_sha256", _ ("没有附带原文的规定，应写 null。"), error);
  if (self->layer->regulation != NULL && (row == NULL || !g_str_has_prefix (row, prefix) || !is_word (row + strlen (prefix), "A0123456789", "A0123456789-")))
    return fz_json_fail (object, "row", _ ("应为本规定条目表中的行，例如 TJ-13。"), error);
  if (self->layer->regulation != NULL && (sha256 == NULL || strlen (sha256) != 64 || !is_word (sha256, "0123456789abcdef", "0123456789abcdef")))
    return fz_json_fail (object, "article_sha256", _ ("应为条文的 SHA-256（64 位小写十六进制）。"), error);
  fz_fields_set (self->facts, "row", row);
  fz_fields_set (self->facts, "article_sha256", sha256);
  return TRUE;
}

static gboolean
copy_texts (const FzJson *object, FzFields *facts, GError **error)
{
  static const char *const keys[] = { "id", "text", "article", "zh", "en", "severity", "kind", "from", "message" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *value = fz_rule_read_text (object, keys[i], error);

    if (value == NULL)
      return FALSE;
    fz_fields_set (facts, keys[i], value);
  }
  return TRUE;
}

static gboolean
read_words (const FzJson *object, FzClause *self, GError **error)
{
  const char *field = NULL;

  if (!copy_texts (object, self->facts, error) || !fz_rule_read_nullable (object, "field", &field, error) ||
      !read_source (object, self, error))
    return FALSE;
  fz_fields_set (self->facts, "field", field);
  if (!fz_severity_from_word (fz_fields_get (self->facts, "severity"), &self->severity))
    return fz_json_fail (object, "severity", _ ("只能是 stop、reason 或 note。"), error);
  if (!fz_finding_kind_from_word (fz_fields_get (self->facts, "kind"), &self->kind))
    return fz_json_fail (object, "kind", _ ("不认识的发现种类。"), error);
  self->id = fz_fields_get (self->facts, "id");
  self->message = fz_fields_get (self->facts, "message");
  self->field = fz_fields_get (self->facts, "field");
  self->row = fz_fields_get (self->facts, "row");
  self->cite = g_strconcat (fz_fields_get (self->facts, "text"), fz_fields_get (self->facts, "article"), NULL);
  return check_id (object, self, error);
}

static gboolean
read_dates (const FzJson *object, FzClause *self, GError **error)
{
  if (!fz_period_read (object, "from", &self->period, error))
    return FALSE;
  if (self->period.has_until)
    fz_fields_set (self->facts, "until", fz_json_get_string (object, "until", NULL));
  return fz_period_holds (&self->layer->period, &self->period) ||
         fz_json_fail (object, "from", _ ("条款的日期超出本规则层的施行期。"), error);
}

FzClause *
fz_clause_read (const FzJson *object, const FzRuleLayer *layer, GError **error)
{
  static const char *const keys[] = { "id",    "row",     "text",  "article", "article_sha256", "zh",      "en",      "severity", "kind",
                                      "from",  "until",   "field", "moments", "when",           "require", "message", NULL };
  FzClause *self = g_new0 (FzClause, 1);

  self->json = object;
  self->layer = layer;
  self->when = g_ptr_array_new_with_free_func (ask_free);
  self->facts = fz_fields_new ("fuzhen.clause/v2");
  fz_fields_set (self->facts, "layer", layer->name);
  fz_fields_set (self->facts, "short", layer->short_name);
  if (!fz_json_check_keys (object, keys, error) || !read_words (object, self, error) || !read_dates (object, self, error) ||
      !read_moments (object, self, error) || !read_when (object, self, error) || !read_require (object, self, error) ||
      !fz_message_check (object, self, error)) {
    fz_clause_free (self);
    return NULL;
  }
  fz_fields_freeze (self->facts);
  return self;
}
