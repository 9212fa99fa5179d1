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

FzRulebook *
shipped_rulebook (void)
{
  g_autofree char *text = read_source ("assets/rules/tianjin-2025.json");
  g_autoptr (GError) error = NULL;
  FzRulebook *rulebook = fz_rulebook_parse (text, strlen (text), &error);

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
