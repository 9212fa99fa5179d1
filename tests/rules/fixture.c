#include "tests/rules/fixture.h"

#include <string.h>

char *
read_source (const char *path)
{
  g_autofree char *full = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), path, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (full, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

FzRuleLayer *
shipped_layer (const char *name)
{
  g_autofree char *path = g_strdup_printf ("assets/rules/%s.json", name), *text = read_source (path);
  g_autoptr (GError) error = NULL;
  FzRuleLayer *layer = fz_rule_layer_parse (path, text, strlen (text), &error);

  g_assert_no_error (error);
  return layer;
}

static void
layer_unref (gpointer data)
{
  fz_rule_layer_unref (data);
}

FzRulebook *
stack_on_shipped (FzRuleLayer *top, GError **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func (layer_unref);

  g_ptr_array_add (layers, fz_rule_layer_ref (top));
  while (fz_rule_layer_get_over (layers->pdata[0]) != NULL)
    g_ptr_array_insert (layers, 0, shipped_layer (fz_rule_layer_get_over (layers->pdata[0])));
  return fz_rulebook_new ((FzRuleLayer *const *) layers->pdata, layers->len, error);
}

FzRulebook *
shipped_rulebook (const char *name)
{
  g_autoptr (FzRuleLayer) top = shipped_layer (name);
  g_autoptr (GError) error = NULL;
  FzRulebook *rulebook = stack_on_shipped (top, &error);

  g_assert_no_error (error);
  return rulebook;
}

FzFields *
parse_facts (const char *text)
{
  FzFields *facts = fz_fields_new ("fuzhen.facts/v1");
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL; i++) {
    char *equals = strchr (pairs[i], '=');

    if (equals == NULL)
      g_error ("“%s” is no key=value", pairs[i]);
    *equals = '\0';
    fz_fields_set (facts, pairs[i], equals + 1);
  }
  return facts;
}
