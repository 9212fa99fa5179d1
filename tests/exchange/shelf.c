#include "tests/exchange/shelf.h"

#include "app/knowledge.h"

#include <string.h>

static FzKnowledge *knowledge;
static FzExchangeMap *map;
static FzQuality *quality;

const FzExchangeMap *
shelf_map (void)
{
  g_autoptr (GError) error = NULL;

  if (map != NULL)
    return map;
  knowledge = fz_knowledge_load (&error);
  g_assert_no_error (error);
  map = fz_exchange_load_map (knowledge, &error);
  g_assert_no_error (error);
  quality = fz_exchange_load_quality (map, &error);
  g_assert_no_error (error);
  return map;
}

const FzQuality *
shelf_quality (void)
{
  shelf_map ();
  return quality;
}

void
shelf_clear (void)
{
  g_clear_pointer (&quality, fz_quality_free);
  g_clear_pointer (&map, fz_exchange_map_free);
  g_clear_pointer (&knowledge, fz_knowledge_unref);
}

char *
shelf_read (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

FzFields *
shelf_sample (guint n)
{
  g_autofree char *name = g_strdup_printf ("assets/schema/samples/record-%u.json", n), *text = shelf_read (name);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const char *form = NULL;
  FzFields *record = fz_exchange_read (shelf_map (), text, strlen (text), &form, problems);

  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s: %s", name, (const char *) problems->pdata[i]);
  g_assert_nonnull (record);
  g_assert_cmpstr (form, ==, "json");
  return record;
}

void
shelf_refuses (const char *text, gsize n, const char *words)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const char *form = NULL;
  g_autoptr (FzFields) record = fz_exchange_read (shelf_map (), text, n, &form, problems);
  gboolean found = FALSE;

  g_assert_null (record);
  for (guint i = 0; i < problems->len; i++) {
    g_test_message ("%s", (const char *) problems->pdata[i]);
    found = found || strstr (problems->pdata[i], words) != NULL;
  }
  g_assert_true (found);
}
