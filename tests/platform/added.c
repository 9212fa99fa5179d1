/* The messages of a file that the platform was told to take as well (--messages FILE): read here by the simulator's own reader, apart from the product's. */
#include "tests/platform/json.h"
#include "tests/platform/table.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *fields[8];
} Group;

/* Of the groups that all of Tianjin's messages share, those that an entry of a register can fill. */
static const Group groups[] = {
  { "organ", { "organID", "unitID", "organName" } },
  { "doctor", { "subjectCode", "subjectName", "deptID", "deptName", "doctorId", "doctorCertID", "doctorName" } },
  { "tail", { "updateTime" } },
};

/* They live as long as the program. */
static GArray *added;

static const SimField *
copied (const char *name)
{
  const SimMethod *consult = sim_method_find ("uploadConsultIndicators");

  return sim_field_find (consult->fields, name);
}

static gboolean
add_group (const char *name, GArray *fields)
{
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    if (g_str_equal (groups[g].name, name)) {
      for (guint i = 0; i < G_N_ELEMENTS (groups[g].fields) && groups[g].fields[i] != NULL; i++)
        g_array_append_vals (fields, copied (groups[g].fields[i]), 1);
      return TRUE;
    }
  return FALSE;
}

static gboolean add_fields (const SimJson *root, const SimJson *items, SimMethod *method, const SimField **out);

static gboolean
type_of (const char *word, SimType *out)
{
  static const char *const words[] = { "S", "I", "D", "DT", "Date", "list" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i], word) == 0) {
      *out = (SimType) i;
      return TRUE;
    }
  return FALSE;
}

/* "1|2|9" of the file's own code table, or of the two that messages of registers use. */
static const char *
values_of (const SimJson *root, const char *map)
{
  const SimJson *all = sim_json_get (root, "dictionaries"), *table = all != NULL ? sim_json_get (all, map) : NULL;
  const SimJson *codes = table != NULL ? sim_json_get (table, "codes") : NULL;
  GString *text;

  if (codes == NULL)
    return g_str_equal (map, "no_yes") ? "0|1" : NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < codes->items->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "", ((const SimJson *) codes->items->pdata[i])->text);
  return g_string_free (text, FALSE);
}

static gboolean
add_field (const SimJson *root, const SimJson *item, SimMethod *method, GArray *fields)
{
  const char *group = sim_json_text (item, "group"), *map = sim_json_text (item, "map");
  const SimJson *max = sim_json_get (item, "max");
  SimField field = { .name = g_strdup (sim_json_text (item, "name")), .required = g_strcmp0 (sim_json_text (item, "required"), "always") == 0 };

  if (group != NULL)
    return add_group (group, fields);
  if (!type_of (sim_json_text (item, "type"), &field.type))
    return FALSE;
  field.length = max != NULL ? (guint) g_ascii_strtoull (max->text, NULL, 10) : 0;
  field.values = map != NULL ? values_of (root, map) : NULL;
  g_array_append_val (fields, field);
  if (field.type != SIM_LIST)
    return field.name != NULL;
  method->list = field.name;
  return field.name != NULL && add_fields (root, sim_json_get (item, "fields"), method, &method->items);
}

static gboolean
add_fields (const SimJson *root, const SimJson *items, SimMethod *method, const SimField **out)
{
  GArray *fields = g_array_new (TRUE, TRUE, sizeof (SimField)); /* ends with a NULL name */

  for (guint i = 0; items != NULL && i < items->items->len; i++)
    if (!add_field (root, items->items->pdata[i], method, fields))
      return FALSE;
  *out = (const SimField *) (gpointer) fields->data;
  return items != NULL;
}

static gboolean
add_method (const SimJson *root, const SimJson *message)
{
  SimMethod method = { .name = g_strdup (sim_json_text (message, "method")), .key = "bussID" };

  if (!add_fields (root, sim_json_get (message, "fields"), &method, &method.fields))
    return FALSE;
  g_array_append_val (added, method);
  return method.name != NULL;
}

gboolean
sim_methods_add (const char *path)
{
  static char *text;
  g_autofree char *reason = NULL;
  SimJson *root = NULL;
  const SimJson *messages;
  gsize n = 0;

  if (!g_file_get_contents (path, &text, &n, NULL) || (root = sim_json_parse (text, n, &reason)) == NULL)
    return FALSE;
  added = g_array_new (FALSE, TRUE, sizeof (SimMethod));
  messages = sim_json_get (root, "messages");
  for (guint i = 0; messages != NULL && i < messages->items->len; i++)
    if (!add_method (root, messages->items->pdata[i]))
      return FALSE;
  sim_json_free (root);
  return messages != NULL;
}

const SimMethod *
sim_method_find_added (const char *name)
{
  for (guint i = 0; added != NULL && i < added->len; i++)
    if (g_strcmp0 (g_array_index (added, SimMethod, i).name, name) == 0)
      return &g_array_index (added, SimMethod, i);
  return NULL;
}
