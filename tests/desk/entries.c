#include "tests/desk/entries.h"

const char *
entry_value (const FzFields *reg, guint i, gboolean second)
{
  const char *kind = fz_fields_get_at (reg, "field", i, "kind");
  g_autofree char *choices = g_strdup_printf ("field.%02u.choice", i);
  static const char *const values_of[][3] = { { "day", "2026-03-02", "2026-03-03" }, { "yesno", "yes", "no" }, { "number", "7", "8" }, { "fen", "3500", "100" }, { "clock", "08:30", "09:30" },
                                              { "staff", "A3001", "D1001" }, { "visit", "V-ALL", "V-ALL2" }, { "rx", "R-1", "R-2" }, { "line", "蓝色文件夹", "红色文件夹" }, { "text", "蓝色文件夹第一页", "红色文件夹" } };

  static const char *const of_the_house[][3] = { { "department", "department", "03.04" }, { "practitioner", "staff", "D1001" }, { "practitioner", "departments", "03.05|07" }, { "practitioner", "subject", "林若溪" }, { "multi-site", "subject", "林若溪" },
                                                 { "multi-site", "staff", "D1001" }, { "insurance", "people", "D1001、P2001" } };

  if (g_strcmp0 (kind, "choice") == 0)
    return fz_fields_get_at (reg, choices, 0, "code");
  if (g_strcmp0 (fz_fields_get (reg, "name"), "training") == 0 && g_strcmp0 (fz_fields_get_at (reg, "field", i, "key"), "people") == 0)
    return "A3001、D1001"; /* these are counted, so they are people of the house */
  for (guint k = 0; k < G_N_ELEMENTS (of_the_house); k++) /* these speak of who is here */
    if (g_strcmp0 (fz_fields_get (reg, "name"), of_the_house[k][0]) == 0 && g_strcmp0 (fz_fields_get_at (reg, "field", i, "key"), of_the_house[k][1]) == 0)
      return of_the_house[k][2];
  for (guint k = 0; k < G_N_ELEMENTS (values_of); k++)
    if (g_strcmp0 (kind, values_of[k][0]) == 0)
      return values_of[k][second ? 2 : 1];
  g_error ("no value for %s", kind);
}

FzFields *
entry_values (const FzFields *reg, const FzFields *moves, guint m)
{
  FzFields *facts = fz_fields_new ("fuzhen.values/v1");
  gboolean visit = FALSE;

  for (guint i = 0; i < fz_fields_count (reg, "field"); i++) {
    const char *key = fz_fields_get_at (reg, "field", i, "key");
    g_autofree char *to = g_strconcat ("field.", key, NULL), *needs = g_strdup_printf ("move.%02u.need", m), *asks = g_strdup_printf ("move.%02u.ask", m);
    gboolean asked = fz_fields_count (moves, needs) + fz_fields_count (moves, asks) == 0;

    for (guint k = 0; k < fz_fields_count (moves, needs); k++)
      asked = asked || g_strcmp0 (fz_fields_get_at (moves, needs, k, NULL), key) == 0;
    for (guint k = 0; k < fz_fields_count (moves, asks); k++)
      asked = asked || g_strcmp0 (fz_fields_get_at (moves, asks, k, NULL), key) == 0;
    if (!asked || (g_strcmp0 (fz_fields_get (reg, "name"), "intervention") == 0 && (g_str_equal (key, "before") || g_str_equal (key, "after"))))
      continue; /* those two the program computes */
    fz_fields_set (facts, to, entry_value (reg, i, visit && g_strcmp0 (fz_fields_get_at (reg, "field", i, "kind"), "visit") == 0));
    visit = visit || g_strcmp0 (fz_fields_get_at (reg, "field", i, "kind"), "visit") == 0;
  }
  return facts;
}
