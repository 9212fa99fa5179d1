/* What a new version of the rules changes, in the words that are signed (规则集的变动): Chinese whatever language the screen speaks. */
#include "app/rules_draft.h"

#include <string.h>

/* A version document holds a hundred lines; the last one says how many more there are. */
#define MAX_LINES 100

FzRulebook *
fz_rules_public (const FzRulebook *book, GError **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new ();
  const FzRuleLayer *own = fz_rules_get_own (book);

  for (guint i = 0; i < fz_rulebook_get_n_layers (book); i++)
    if (fz_rulebook_get_layer (book, i) != own)
      g_ptr_array_add (layers, fz_rulebook_get_layer (book, i));
  return fz_rulebook_new ((FzRuleLayer *const *) layers->pdata, layers->len, error);
}

char *
fz_rules_dup_value (const FzRulebook *book, const char *name, FzDate on)
{
  g_autoptr (FzFields) out = fz_fields_new ("fuzhen.value/v1");
  g_autoptr (GString) text = g_string_new (NULL);

  if (fz_rulebook_read_parameter (book, name, on, out) == NULL)
    return NULL;
  if (fz_fields_has (out, name))
    return g_strdup (fz_fields_get (out, name));
  for (guint i = 0; i < fz_fields_count (out, name); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "", fz_fields_get_at (out, name, i, NULL));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void G_GNUC_PRINTF (2, 3)
say (GPtrArray *lines, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (lines, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* --- the law's layers --- */

static const FzRuleLayer *
find_layer (const FzRulebook *book, const char *name)
{
  for (guint i = 0; i < fz_rulebook_get_n_layers (book); i++)
    if (g_str_equal (fz_rule_layer_get_name (fz_rulebook_get_layer (book, i)), name))
      return fz_rulebook_get_layer (book, i);
  return NULL;
}

static void
say_layers (const FzRulebook *old, const FzRulebook *fresh, GPtrArray *lines)
{
  for (guint i = 0; i < fz_rulebook_get_n_layers (old); i++) {
    const FzRuleLayer *layer = fz_rulebook_get_layer (old, i);

    if (fz_rule_layer_get_rank (layer) != FZ_LAYER_HOSPITAL && find_layer (fresh, fz_rule_layer_get_name (layer)) == NULL)
      say (lines, "不再适用：《%s》", fz_rule_layer_get_title (layer));
  }
  for (guint i = 0; i < fz_rulebook_get_n_layers (fresh); i++) {
    const FzRuleLayer *layer = fz_rulebook_get_layer (fresh, i), *before = find_layer (old, fz_rule_layer_get_name (layer));

    if (fz_rule_layer_get_rank (layer) == FZ_LAYER_HOSPITAL) /* told line by line below */
      continue;
    if (before == NULL)
      say (lines, "新适用：《%s》，%u 条", fz_rule_layer_get_title (layer), fz_rule_layer_get_n_clauses (layer));
    else if (!g_str_equal (fz_rule_layer_get_sha256 (layer), fz_rule_layer_get_sha256 (before)))
      say (lines, "规则数据随程序更新：《%s》", fz_rule_layer_get_title (layer));
  }
}

/* --- the hospital's own --- */

typedef guint (*CountOf) (const FzRuleLayer *layer);
typedef const FzFields *(*ItemOf) (const FzRuleLayer *layer, guint i);

static const FzFields *
find_item (const FzRuleLayer *layer, CountOf count, ItemOf item, const char *key, const char *value)
{
  for (guint i = 0; layer != NULL && i < count (layer); i++)
    if (g_strcmp0 (fz_fields_get (item (layer, i), key), value) == 0)
      return item (layer, i);
  return NULL;
}

static char *
values_text (const FzFields *parameter)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = fz_fields_count (parameter, "value");

  for (guint i = 0; i < n; i++) {
    g_autofree char *list = g_strdup_printf ("value.%02u.text", i);
    const char *value = fz_fields_get_at (parameter, "value", i, "value");

    g_string_append (text, i > 0 ? "；" : "");
    if (n > 1)
      g_string_append_printf (text, "%s 起 ", fz_fields_get_at (parameter, "value", i, "from"));
    g_string_append (text, g_strcmp0 (value, "yes") == 0 ? "是" : g_strcmp0 (value, "no") == 0 ? "否" : value != NULL ? value : "");
    for (guint k = 0; k < fz_fields_count (parameter, list); k++)
      g_string_append_printf (text, "%s%s", k > 0 ? "、" : "", fz_fields_get_at (parameter, list, k, NULL));
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
law_text (const FzRulebook *law, const char *name, FzDate on)
{
  g_autofree char *value = fz_rules_dup_value (law, name, on);

  if (value == NULL)
    return g_strdup ("没有规定");
  if (g_str_equal (value, "yes") || g_str_equal (value, "no"))
    return g_strdup (g_str_equal (value, "yes") ? "是" : "否");
  return g_strdelimit (g_strdup (value), "|", ',');
}

static void
say_parameters (const FzRulebook *law, const FzRuleLayer *old, const FzRuleLayer *fresh, FzDate on, GPtrArray *lines)
{
  for (guint i = 0; fresh != NULL && i < fz_rule_layer_get_n_parameters (fresh); i++) {
    const FzFields *now = fz_rule_layer_get_parameter (fresh, i);
    const char *name = fz_fields_get (now, "name");
    const FzFields *before = find_item (old, fz_rule_layer_get_n_parameters, fz_rule_layer_get_parameter, "name", name);
    g_autofree char *to = values_text (now), *from = before != NULL ? values_text (before) : law_text (law, name, on);

    if (before == NULL || !g_str_equal (from, to))
      say (lines, "参数“%s”：由 %s 改为 %s", fz_fields_get (now, "zh"), from, to);
  }
  for (guint i = 0; old != NULL && i < fz_rule_layer_get_n_parameters (old); i++) {
    const FzFields *before = fz_rule_layer_get_parameter (old, i);
    const char *name = fz_fields_get (before, "name");
    g_autofree char *from = values_text (before), *to = law_text (law, name, on);

    if (find_item (fresh, fz_rule_layer_get_n_parameters, fz_rule_layer_get_parameter, "name", name) == NULL)
      say (lines, "参数“%s”：由院内的 %s 恢复为规定的 %s", fz_fields_get (before, "zh"), from, to);
  }
}

static void
say_terminations (const FzRuleLayer *old, const FzRuleLayer *fresh, GPtrArray *lines)
{
  for (guint i = 0; fresh != NULL && i < fz_rule_layer_get_n_terminations (fresh); i++) {
    const FzFields *now = fz_rule_layer_get_termination (fresh, i);
    const char *code = fz_fields_get (now, "code"), *label = fz_fields_get (now, "label");
    const FzFields *before = find_item (old, fz_rule_layer_get_n_terminations, fz_rule_layer_get_termination, "code", code);

    if (before == NULL || !fz_fields_equal (before, now))
      say (lines, "终止条件 %s%s%s：%s%s", code, label != NULL ? " " : "", label != NULL ? label : "",
           fz_fields_is_yes (now, "emergency") && label != NULL ? "（危急）" : "", fz_fields_get (now, "guidance"));
  }
  for (guint i = 0; old != NULL && i < fz_rule_layer_get_n_terminations (old); i++) {
    const char *code = fz_fields_get (fz_rule_layer_get_termination (old, i), "code");

    if (find_item (fresh, fz_rule_layer_get_n_terminations, fz_rule_layer_get_termination, "code", code) == NULL)
      say (lines, code[0] == 'H' ? "终止条件 %s：不再使用" : "终止条件 %s：恢复随程序提供的说明", code);
  }
}

static void
say_clauses (const FzRuleLayer *old, const FzRuleLayer *fresh, GPtrArray *lines)
{
  for (guint i = 0; fresh != NULL && i < fz_rule_layer_get_n_clauses (fresh); i++) {
    const FzFields *now = fz_rule_layer_get_clause (fresh, i);
    const FzFields *before = find_item (old, fz_rule_layer_get_n_clauses, fz_rule_layer_get_clause, "id", fz_fields_get (now, "id"));

    if (before == NULL || !fz_fields_equal (before, now))
      say (lines, "%s院内条款 %s：%s", before == NULL ? "新增" : "改写", fz_fields_get (now, "id"), fz_fields_get (now, "zh"));
  }
  for (guint i = 0; old != NULL && i < fz_rule_layer_get_n_clauses (old); i++) {
    const FzFields *before = fz_rule_layer_get_clause (old, i);

    if (find_item (fresh, fz_rule_layer_get_n_clauses, fz_rule_layer_get_clause, "id", fz_fields_get (before, "id")) == NULL)
      say (lines, "取消院内条款 %s：%s", fz_fields_get (before, "id"), fz_fields_get (before, "zh"));
  }
}

static gboolean
say_consent (const FzRulebook *old, const FzRulebook *fresh, GPtrArray *lines, GError **error)
{
  g_autofree char *old_version = NULL, *old_text = NULL, *version = NULL, *text = NULL;

  if (!fz_rules_dup_consent (old, &old_version, &old_text, error) || !fz_rules_dup_consent (fresh, &version, &text, error))
    return FALSE;
  if (!g_str_equal (old_version, version))
    say (lines, "知情同意书：由第 %s 版改为第 %s 版，须重新征得患者同意", old_version, version);
  return TRUE;
}

static void
shorten (GPtrArray *lines)
{
  guint more = lines->len > MAX_LINES ? lines->len - MAX_LINES + 1 : 0;

  if (more == 0)
    return;
  g_ptr_array_set_size (lines, MAX_LINES - 1);
  say (lines, "另有 %u 项变动，见规则全文", more);
}

GPtrArray *
fz_rules_changes (FzDesk *desk, const FzRulebook *old, const char *old_place, const FzRulebook *fresh, const char *fresh_place,
                  GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzRulebook) law = fz_rules_public (fresh, error);
  const FzRuleLayer *old_own = fz_rules_get_own (old), *own = fz_rules_get_own (fresh);
  FzDate today = fz_date_in_beijing (fz_desk_now_us (desk));

  if (law == NULL)
    return NULL;
  if (g_strcmp0 (old_place, fresh_place) != 0)
    say (lines, "规则地区：由%s改为%s", fz_desk_label (desk, "jurisdictions", old_place), fz_desk_label (desk, "jurisdictions", fresh_place));
  say_layers (old, fresh, lines);
  say_parameters (law, old_own, own, today, lines);
  say_terminations (old_own, own, lines);
  say_clauses (old_own, own, lines);
  if (!say_consent (old, fresh, lines, error))
    return NULL;
  shorten (lines);
  return g_steal_pointer (&lines);
}
