#include "core/json.h"
#include "core/json_scan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
fz_json_free (FzJson *self)
{
  if (self == NULL)
    return;
  g_free (self->file);
  g_free (self->name);
  g_free (self->text);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

char *
fz_json_dup_path (const FzJson *self)
{
  g_autofree char *above = NULL;

  if (self->parent == NULL)
    return g_strdup ("$");
  above = fz_json_dup_path (self->parent);
  return self->name != NULL ? g_strconcat (above, ".", self->name, NULL) : g_strdup_printf ("%s[%u]", above, self->index);
}

/* `rules/x.json:12: ` before what is said of a file; nothing for bytes without a name. */
static char *
dup_place (const FzJson *self, const char *key)
{
  const FzJson *root = self, *member = key != NULL ? fz_json_find (self, key) : NULL;

  while (root->parent != NULL)
    root = root->parent;
  return root->file != NULL ? g_strdup_printf ("%s:%u: ", root->file, (member != NULL ? member : self)->line) : g_strdup ("");
}

gboolean
fz_json_fail (const FzJson *self, const char *key, const char *reason, GError **error)
{
  g_autofree char *path = fz_json_dup_path (self), *place = dup_place (self, key);

  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s%s%s：%s"), path, key != NULL ? "." : "", key != NULL ? key : "", reason);
  g_prefix_error (error, "%s", place);
  return FALSE;
}

guint
fz_json_get_line (const FzJson *self)
{
  return self->line;
}

FzJsonType
fz_json_get_type (const FzJson *self)
{
  return self->type;
}

guint
fz_json_count (const FzJson *self)
{
  return self->items != NULL ? self->items->len : 0;
}

const FzJson *
fz_json_get_item (const FzJson *self, guint i)
{
  g_return_val_if_fail (i < fz_json_count (self), NULL);
  return g_ptr_array_index (self->items, i);
}

const char *
fz_json_get_name (const FzJson *self)
{
  return self->name;
}

const FzJson *
fz_json_find (const FzJson *self, const char *key)
{
  if (self->type != FZ_JSON_OBJECT)
    return NULL;
  for (guint i = 0; i < self->items->len; i++)
    {
      const FzJson *item = g_ptr_array_index (self->items, i);

      if (strcmp (item->name, key) == 0)
        return item;
    }
  return NULL;
}

gboolean
fz_json_check_keys (const FzJson *self, const char *const *allowed, GError **error)
{
  if (fz_json_get_object (self, NULL, error) == NULL)
    return FALSE;
  for (guint i = 0; i < self->items->len; i++)
    {
      const FzJson *item = g_ptr_array_index (self->items, i);

      if (!g_strv_contains (allowed, item->name))
        return fz_json_fail (item, NULL, _("不认识的键名"), error);
    }
  return TRUE;
}

static const char *
wrong_type (FzJsonType wanted)
{
  switch (wanted)
    {
    case FZ_JSON_OBJECT:
      return _("应为对象");
    case FZ_JSON_ARRAY:
      return _("应为数组");
    case FZ_JSON_STRING:
      return _("应为字符串");
    case FZ_JSON_NUMBER:
      return _("应为数字");
    case FZ_JSON_BOOL:
      return _("应为 true 或 false");
    case FZ_JSON_NULL:
    default:
      return _("应为 null");
    }
}

/* The member (or self) when it has the type. *absent tells a missing or null one apart; only then is no error set. */
static const FzJson *
pick (const FzJson *self, const char *key, FzJsonType type, gboolean *absent, GError **error)
{
  const FzJson *value = key == NULL ? self : fz_json_find (self, key);

  *absent = FALSE;
  if (key != NULL && self->type != FZ_JSON_OBJECT)
    return fz_json_fail (self, NULL, wrong_type (FZ_JSON_OBJECT), error), NULL;
  if (value == NULL || value->type == FZ_JSON_NULL)
    {
      *absent = TRUE;
      return NULL;
    }
  if (value->type != type)
    return fz_json_fail (value, NULL, wrong_type (type), error), NULL;
  return value;
}

static const FzJson *
require (const FzJson *self, const char *key, FzJsonType type, GError **error)
{
  gboolean absent;
  const FzJson *value = pick (self, key, type, &absent, error);

  if (absent)
    fz_json_fail (self, key, _("缺少必填内容"), error);
  return value;
}

static gboolean
read_int (const FzJson *value, gint64 *out, GError **error)
{
  if (strcmp (value->text, "-0") != 0 && g_ascii_string_to_signed (value->text, 10, -FZ_JSON_MAX_INT, FZ_JSON_MAX_INT, out, NULL))
    return TRUE;
  return fz_json_fail (value, NULL, _("应为整数"), error);
}

static const char *
read_decimal (const FzJson *value, GError **error)
{
  if (fz_json_decimal_valid (value->text))
    return value->text;
  return fz_json_fail (value, NULL, _("数字不能用科学记数法"), error), NULL;
}

const FzJson *
fz_json_get_object (const FzJson *self, const char *key, GError **error)
{
  return require (self, key, FZ_JSON_OBJECT, error);
}

const FzJson *
fz_json_get_array (const FzJson *self, const char *key, GError **error)
{
  return require (self, key, FZ_JSON_ARRAY, error);
}

const char *
fz_json_get_string (const FzJson *self, const char *key, GError **error)
{
  const FzJson *value = require (self, key, FZ_JSON_STRING, error);

  return value != NULL ? value->text : NULL;
}

gboolean
fz_json_get_int (const FzJson *self, const char *key, gint64 *out, GError **error)
{
  const FzJson *value = require (self, key, FZ_JSON_NUMBER, error);

  return value != NULL && read_int (value, out, error);
}

gboolean
fz_json_get_bool (const FzJson *self, const char *key, gboolean *out, GError **error)
{
  const FzJson *value = require (self, key, FZ_JSON_BOOL, error);

  if (value != NULL)
    *out = value->truth;
  return value != NULL;
}

const char *
fz_json_get_decimal (const FzJson *self, const char *key, GError **error)
{
  const FzJson *value = require (self, key, FZ_JSON_NUMBER, error);

  return value != NULL ? read_decimal (value, error) : NULL;
}

static gboolean
opt_container (const FzJson *self, const char *key, FzJsonType type, const FzJson **out, GError **error)
{
  gboolean absent;
  const FzJson *value = pick (self, key, type, &absent, error);

  if (value != NULL)
    *out = value;
  return value != NULL || absent;
}

gboolean
fz_json_opt_object (const FzJson *self, const char *key, const FzJson **out, GError **error)
{
  return opt_container (self, key, FZ_JSON_OBJECT, out, error);
}

gboolean
fz_json_opt_array (const FzJson *self, const char *key, const FzJson **out, GError **error)
{
  return opt_container (self, key, FZ_JSON_ARRAY, out, error);
}

gboolean
fz_json_opt_string (const FzJson *self, const char *key, const char **out, GError **error)
{
  gboolean absent;
  const FzJson *value = pick (self, key, FZ_JSON_STRING, &absent, error);

  if (value != NULL)
    *out = value->text;
  return value != NULL || absent;
}

gboolean
fz_json_opt_int (const FzJson *self, const char *key, gint64 *out, GError **error)
{
  gboolean absent;
  const FzJson *value = pick (self, key, FZ_JSON_NUMBER, &absent, error);

  return value != NULL ? read_int (value, out, error) : absent;
}

gboolean
fz_json_opt_bool (const FzJson *self, const char *key, gboolean *out, GError **error)
{
  gboolean absent;
  const FzJson *value = pick (self, key, FZ_JSON_BOOL, &absent, error);

  if (value != NULL)
    *out = value->truth;
  return value != NULL || absent;
}

gboolean
fz_json_opt_decimal (const FzJson *self, const char *key, const char **out, GError **error)
{
  gboolean absent;
  const FzJson *value = pick (self, key, FZ_JSON_NUMBER, &absent, error);
  const char *text = value != NULL ? read_decimal (value, error) : NULL;

  if (text != NULL)
    *out = text;
  return text != NULL || absent;
}
