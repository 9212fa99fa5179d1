/* The fields of the message table, from JSON. Strict: a key that is not understood could be a condition that is not kept. */
#include "app/platform/table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
when_free (gpointer data)
{
  FzWhen *self = data;

  g_free (self->fact);
  g_free (self->is);
  g_free (self);
}

gboolean
fz_table_use_fact (FzMessageTable *self, const FzJson *at, const char *key, const char *fact, GError **error)
{
  gpointer known;

  if (!g_hash_table_lookup_extended (self->facts, fact, &known, NULL))
    return fz_json_fail (at, key, _("facts 中没有这个键"), error);
  g_hash_table_add (self->used, known);
  return TRUE;
}

/* `{"fact": …, "below": n}`, `{"fact": …, "is": word}` or `{"fact": …, "has": bool}`. */
static FzWhen *
read_when (FzMessageTable *table, const FzJson *object, GError **error)
{
  static const char *const keys[] = {"fact", "below", "is", "has", NULL};
  FzWhen *self = g_new0 (FzWhen, 1);
  const char *fact, *is = NULL;
  const FzJson *below = fz_json_find (object, "below"), *has = fz_json_find (object, "has");
  gboolean good;

  good = fz_json_check_keys (object, keys, error) && (fact = fz_json_get_string (object, "fact", error)) != NULL &&
         fz_table_use_fact (table, object, "fact", fact, error) && fz_json_opt_string (object, "is", &is, error) &&
         fz_json_opt_int (object, "below", &self->below, error) && fz_json_opt_bool (object, "has", &self->has, error);
  if (good && (below != NULL) + (has != NULL) + (is != NULL) != 1)
    good = fz_json_fail (object, NULL, _("below、is、has 要恰好有一个"), error);
  if (!good)
    {
      when_free (self);
      return NULL;
    }
  self->kind = below != NULL ? FZ_WHEN_BELOW : has != NULL ? FZ_WHEN_HAS : FZ_WHEN_IS;
  self->fact = g_strdup (fact);
  self->is = g_strdup (is);
  return self;
}

GPtrArray *
fz_table_read_whens (FzMessageTable *self, const FzJson *array, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (when_free);

  if (fz_json_count (array) == 0)
    {
      fz_json_fail (array, NULL, _("至少要有一个条件"), error);
      return NULL;
    }
  for (guint i = 0; i < fz_json_count (array); i++)
    {
      FzWhen *when = read_when (self, fz_json_get_item (array, i), error);

      if (when == NULL)
        return NULL;
      g_ptr_array_add (all, when);
    }
  return g_steal_pointer (&all);
}

/* "always", "optional" or `{"when": […]}`. */
static gboolean
read_required (FzMessageTable *table, const FzJson *object, FzWireField *self, GError **error)
{
  static const char *const keys[] = {"when", NULL};
  const FzJson *value = fz_json_find (object, "required"), *array;
  const char *word;

  if (value != NULL && fz_json_get_type (value) == FZ_JSON_OBJECT)
    return fz_json_check_keys (value, keys, error) && (array = fz_json_get_array (value, "when", error)) != NULL &&
           (self->when = fz_table_read_whens (table, array, error)) != NULL;
  word = fz_json_get_string (object, "required", error);
  if (word == NULL)
    return FALSE;
  self->always = g_str_equal (word, "always");
  return self->always || g_str_equal (word, "optional") ||
         fz_json_fail (object, "required", _("只能是 always、optional 或 when"), error);
}

/* `{"value": …, "when": […], "because": …}`: only what the platform's own text asks for, never a default of ours. */
static gboolean
read_constant (FzMessageTable *table, const FzJson *object, FzWireField *self, GError **error)
{
  static const char *const keys[] = {"value", "when", "because", NULL};
  const FzJson *constant = NULL, *when = NULL;
  const char *value, *because;

  if (!fz_json_opt_object (object, "constant", &constant, error))
    return FALSE;
  if (constant == NULL)
    return TRUE;
  value = fz_json_check_keys (constant, keys, error) ? fz_json_get_string (constant, "value", error) : NULL;
  because = value != NULL ? fz_json_get_string (constant, "because", error) : NULL;
  if (because == NULL || !fz_json_opt_array (constant, "when", &when, error))
    return FALSE;
  if (*because == '\0' || self->type != FZ_WIRE_TEXT)
    return fz_json_fail (object, "constant", _("只有文字字段可以有固定内容，并且要写明平台的依据"), error);
  self->constant = g_strdup (value);
  return when == NULL || (self->constant_when = fz_table_read_whens (table, when, error)) != NULL;
}

static gboolean
read_type (const FzJson *object, FzWireType *out, GError **error)
{
  static const char *const names[] = {"S", "I", "D", "DT", "Date", "list"};
  const char *name = fz_json_get_string (object, "type", error);

  if (name == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      {
        *out = (FzWireType) i;
        return TRUE;
      }
  return fz_json_fail (object, "type", _("只能是 S、I、D、DT、Date、list"), error);
}

static gboolean
read_range (const FzJson *object, FzWireField *self, GError **error)
{
  const FzJson *range = fz_json_get_array (object, "range", error);

  if (range == NULL)
    return FALSE;
  if (fz_json_count (range) != 2)
    return fz_json_fail (object, "range", _("要有下限和上限两个数"), error);
  return fz_json_get_int (fz_json_get_item (range, 0), NULL, &self->low, error) &&
         fz_json_get_int (fz_json_get_item (range, 1), NULL, &self->high, error) &&
         (self->low <= self->high || fz_json_fail (object, "range", _("下限大于上限"), error));
}

/* The keys that only some types have. */
static gboolean
read_text_limits (FzMessageTable *table, const FzJson *object, FzWireField *self, GError **error)
{
  const char *map = NULL, *join = NULL;

  if (!fz_json_get_int (object, "max", &self->max, error) || !fz_json_opt_string (object, "map", &map, error) ||
      !fz_json_opt_string (object, "join", &join, error))
    return FALSE;
  if (self->max < 1)
    return fz_json_fail (object, "max", _("要大于 0"), error);
  if (join != NULL && g_utf8_strlen (join, -1) != 1)
    return fz_json_fail (object, "join", _("要是一个字符"), error);
  self->join = g_strdup (join);
  self->dictionary = map != NULL ? g_hash_table_lookup (table->dictionaries, map) : NULL;
  return map == NULL || self->dictionary != NULL || fz_json_fail (object, "map", _("dictionaries 中没有这个字典"), error);
}

static gboolean
read_unit (const FzJson *object, FzWireField *self, GError **error)
{
  const char *unit = fz_json_get_string (object, "unit", error);

  if (unit == NULL)
    return FALSE;
  self->fen = g_str_equal (unit, "fen");
  return self->fen || g_str_equal (unit, "one") || fz_json_fail (object, "unit", _("只能是 fen 或 one"), error);
}

static const char *const *
keys_of_type (FzWireType type)
{
  static const char *const text[] = {"name", "label", "type", "required", "from", "constant", "max", "map", "join", NULL};
  static const char *const integer[] = {"name", "label", "type", "required", "from", "range", NULL};
  static const char *const decimal[] = {"name", "label", "type", "required", "from", "unit", NULL};
  static const char *const moment[] = {"name", "label", "type", "required", "from", NULL};
  static const char *const list[] = {"name", "label", "type", "required", "list", "fields", NULL};

  switch (type)
    {
    case FZ_WIRE_TEXT:
      return text;
    case FZ_WIRE_INTEGER:
      return integer;
    case FZ_WIRE_DECIMAL:
      return decimal;
    case FZ_WIRE_LIST:
      return list;
    case FZ_WIRE_TIME:
    case FZ_WIRE_DAY:
    default:
      return moment;
    }
}

/* `NN` stands for list positions: inside a list for the one at hand, elsewhere for all of them, which then are joined. */
static gboolean
check_positions (const FzJson *object, const FzWireField *self, const char *list, GError **error)
{
  g_autofree char *prefix = list != NULL ? g_strdup_printf ("%s.NN.", list) : NULL;
  const char *position = strstr (self->from, "NN");

  if (prefix != NULL)
    return (g_str_has_prefix (self->from, prefix) && strstr (self->from + strlen (prefix), "NN") == NULL && self->join == NULL) ||
           fz_json_fail (object, "from", _("清单内的键要以清单名和 .NN. 开头"), error);
  if ((position != NULL) != (self->join != NULL))
    return fz_json_fail (object, "from", _("含 NN 的键要有 join，不含的不能有"), error);
  if (position == NULL)
    return TRUE;
  return (position > self->from + 1 && position[-1] == '.' && (position[2] == '.' || position[2] == '\0') && strstr (position + 2, "NN") == NULL) ||
         fz_json_fail (object, "from", _("NN 的位置不对"), error);
}

static gboolean
read_source (FzMessageTable *table, const FzJson *object, const char *list, FzWireField *self, GError **error)
{
  const char *from = NULL;

  if (!fz_json_opt_string (object, "from", &from, error) || !read_constant (table, object, self, error))
    return FALSE;
  if ((from == NULL) != (self->constant != NULL && self->constant_when == NULL))
    return fz_json_fail (object, "from", _("要么有来源，要么总是固定内容"), error);
  if (from == NULL)
    return TRUE;
  self->from = g_strdup (from);
  return fz_table_use_fact (table, object, "from", from, error) && check_positions (object, self, list, error);
}

static gboolean
read_list (FzMessageTable *table, const FzJson *object, FzWireField *self, GError **error)
{
  const char *list = fz_json_get_string (object, "list", error);
  const FzJson *fields = list != NULL ? fz_json_get_array (object, "fields", error) : NULL;

  if (fields == NULL)
    return FALSE;
  self->list = g_strdup (list);
  self->fields = g_ptr_array_new ();
  return fz_table_read_fields (table, fields, list, FALSE, self->fields, error);
}

static gboolean
read_by_type (FzMessageTable *table, const FzJson *object, const char *list, FzWireField *self, GError **error)
{
  switch (self->type)
    {
    case FZ_WIRE_LIST:
      return list == NULL ? read_list (table, object, self, error)
                          : fz_json_fail (object, "type", _("清单里不能再有清单"), error);
    case FZ_WIRE_TEXT:
      return read_text_limits (table, object, self, error) && read_source (table, object, list, self, error);
    case FZ_WIRE_INTEGER:
      return read_range (object, self, error) && read_source (table, object, list, self, error);
    case FZ_WIRE_DECIMAL:
      return read_unit (object, self, error) && read_source (table, object, list, self, error);
    case FZ_WIRE_TIME:
    case FZ_WIRE_DAY:
    default:
      return read_source (table, object, list, self, error);
    }
}

static gboolean
is_wire_name (const char *name)
{
  if (!g_ascii_isalpha (*name))
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p))
      return FALSE;
  return TRUE;
}

static FzWireField *
read_field (FzMessageTable *table, const FzJson *object, const char *list, GError **error)
{
  FzWireField *self = g_new0 (FzWireField, 1);
  const char *name, *label;

  g_ptr_array_add (table->pool, self);
  if (!read_type (object, &self->type, error) || !fz_json_check_keys (object, keys_of_type (self->type), error) ||
      (name = fz_json_get_string (object, "name", error)) == NULL || (label = fz_json_get_string (object, "label", error)) == NULL)
    return NULL;
  self->name = g_strdup (name);
  self->label = g_strdup (label);
  if (!is_wire_name (name) || *label == '\0')
    {
      fz_json_fail (object, "name", _("名称只能是字母和数字，并且要有中文标签"), error);
      return NULL;
    }
  return read_required (table, object, self, error) && read_by_type (table, object, list, self, error) ? self : NULL;
}

static gboolean
add_once (GPtrArray *out, FzWireField *field, const FzJson *at, GError **error)
{
  for (guint i = 0; i < out->len; i++)
    if (g_str_equal (((FzWireField *) g_ptr_array_index (out, i))->name, field->name))
      return fz_json_fail (at, NULL, _("同一条报文里字段重名"), error);
  g_ptr_array_add (out, field);
  return TRUE;
}

/* `{"group": name}`: the fields that several messages share. */
static gboolean
add_group (FzMessageTable *table, const FzJson *object, GPtrArray *out, GError **error)
{
  static const char *const keys[] = {"group", NULL};
  const char *name = fz_json_check_keys (object, keys, error) ? fz_json_get_string (object, "group", error) : NULL;
  GPtrArray *group = name != NULL ? g_hash_table_lookup (table->groups, name) : NULL;

  if (name == NULL)
    return FALSE;
  if (group == NULL)
    return fz_json_fail (object, "group", _("groups 中没有这一组"), error);
  for (guint i = 0; i < group->len; i++)
    if (!add_once (out, g_ptr_array_index (group, i), object, error))
      return FALSE;
  return TRUE;
}

gboolean
fz_table_read_fields (FzMessageTable *self, const FzJson *array, const char *list, gboolean groups_allowed, GPtrArray *out, GError **error)
{
  if (fz_json_count (array) == 0)
    return fz_json_fail (array, NULL, _("没有字段"), error);
  for (guint i = 0; i < fz_json_count (array); i++)
    {
      const FzJson *item = fz_json_get_item (array, i);
      FzWireField *field;

      if (groups_allowed && fz_json_find (item, "group") != NULL)
        {
          if (!add_group (self, item, out, error))
            return FALSE;
          continue;
        }
      field = read_field (self, item, list, error);
      if (field == NULL || !add_once (out, field, item, error))
        return FALSE;
    }
  return TRUE;
}
