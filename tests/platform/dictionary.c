/* The dictionaries that are too large to stand beside their field: departments (3.1, 3.2), drug classes (3.10), routes
 * (3.13). */
#include "tests/platform/table.h"

#include <string.h>

/* Class and how many numbered departments stand below it. */
static const struct {
  const char *code;
  int below;
} classes[] = {
  { "01", 0 }, { "02", 0 }, { "03", 11 }, { "04", 9 },  { "05", 6 }, { "06", 6 }, { "07", 12 }, { "08", 6 },
  { "09", 6 }, { "10", 0 }, { "11", 4 },  { "12", 13 }, { "13", 3 }, { "14", 0 }, { "15", 8 },  { "16", 7 },
  { "17", 0 }, { "18", 0 }, { "19", 0 },  { "20", 0 },  { "21", 0 }, { "22", 0 }, { "23", 6 },  { "24", 0 },
  { "25", 0 }, { "26", 0 }, { "27", 0 },  { "28", 0 },  { "30", 6 }, { "31", 0 }, { "32", 11 }, { "50", 18 },
  { "51", 6 }, { "52", 0 }, { "69", 0 },  { "90", 0 },  { "91", 0 },
};

static const char *const third_level[] = {
  "04.01.01", "04.01.02", "04.01.03", "04.04.01", "04.05.01", "04.06.01", NULL
};

static const char *const routes[] = { "1",   "2",   "3",   "4",   "401", "402", "403", "404", "5",
                                      "6",   "601", "602", "603", "604", "605", "606", "607", "608",
                                      "609", "610", "611", "612", "699", "9",   NULL };

static gboolean
all_digits (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

static int
class_below (const char *code, gsize n)
{
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (strlen (classes[i].code) == n && strncmp (classes[i].code, code, n) == 0)
      return classes[i].below;
  return -1;
}

static gboolean
is_subject (const char *code)
{
  int below = strlen (code) >= 2 ? class_below (code, 2) : -1;

  if (below < 0)
    return FALSE;
  if (strlen (code) == 2)
    return TRUE;
  if (strlen (code) == 5 && code[2] == '.' && all_digits (code + 3))
    return atoi (code + 3) >= 1 && atoi (code + 3) <= below;
  return g_strv_contains (third_level, code);
}

static gboolean
is_drug_class (const char *code)
{
  gsize n = strlen (code);
  g_autofree char *top = g_strndup (code, 2);

  return all_digits (code) && (n == 2 || n == 4 || n == 6) && atoi (top) >= 1 && atoi (top) <= 20;
}

gboolean
sim_dictionary_has (const char *values, const char *value)
{
  g_auto (GStrv) list = NULL;

  if (g_str_equal (values, "@subject"))
    return is_subject (value);
  if (g_str_equal (values, "@class"))
    return class_below (value, strlen (value)) >= 0;
  if (g_str_equal (values, "@drug"))
    return is_drug_class (value);
  /* Words are taken too: the real platform accepted them. A number must be one that the dictionary holds. */
  if (g_str_equal (values, "@route"))
    return !all_digits (value) || g_strv_contains (routes, value);
  list = g_strsplit (values, "|", -1);
  return g_strv_contains ((const char *const *) list, value);
}
