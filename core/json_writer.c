/* The writer of core/json.h: builds the text itself, so that the same calls give the same bytes. */
#include "core/json.h"
#include "core/json_scan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* An open object or array. */
typedef struct {
  char close;
  gboolean has_items;
  GHashTable *keys; /* those of an object, to catch a repeated one */
} Level;

struct _FzJsonWriter {
  GString *out;
  Level levels[FZ_JSON_MAX_DEPTH];
  guint depth;
  GError *error; /* the first one */
};

FzJsonWriter *
fz_json_writer_new (void)
{
  FzJsonWriter *self = g_new0 (FzJsonWriter, 1);

  self->out = g_string_new (NULL);
  return self;
}

void
fz_json_writer_free (FzJsonWriter *self)
{
  if (self == NULL)
    return;
  while (self->depth > 0)
    g_clear_pointer (&self->levels[--self->depth].keys, g_hash_table_unref);
  g_string_free (self->out, TRUE);
  g_clear_error (&self->error);
  g_free (self);
}

static void
fail (FzJsonWriter *self, const char *key, const char *reason)
{
  if (self->error == NULL)
    g_set_error (&self->error, FZ_ERROR, FZ_ERROR_INVALID, _("“%s”写不成 JSON：%s"), key != NULL ? key : "$", reason);
}

static void
append_quoted (FzJsonWriter *self, const char *key, const char *text)
{
  static const char short_escapes[] = "\b\f\n\r\t", letters[] = "bfnrt";

  if (!g_utf8_validate (text, -1, NULL))
    {
      fail (self, key, _("不是有效的 UTF-8 文字"));
      return;
    }
  g_string_append_c (self->out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      const char *escape = strchr (short_escapes, *p);

      if (escape != NULL)
        g_string_append_printf (self->out, "\\%c", letters[escape - short_escapes]);
      else if ((guint8) *p < 0x20)
        g_string_append_printf (self->out, "\\u%04x", (guint) (guint8) *p);
      else if (*p == '"' || *p == '\\')
        g_string_append_printf (self->out, "\\%c", *p);
      else
        g_string_append_c (self->out, *p);
    }
  g_string_append_c (self->out, '"');
}

/* The comma and the key before a value. */
static void
lead_in (FzJsonWriter *self, const char *key)
{
  Level *level = self->depth > 0 ? &self->levels[self->depth - 1] : NULL;

  g_assert (level != NULL || self->out->len == 0);
  g_assert ((key != NULL) == (level != NULL && level->close == '}'));
  if (level != NULL && level->has_items)
    g_string_append_c (self->out, ',');
  if (level != NULL)
    level->has_items = TRUE;
  if (key == NULL)
    return;
  g_assert (g_hash_table_add (level->keys, g_strdup (key)));
  append_quoted (self, key, key);
  g_string_append_c (self->out, ':');
}

static void
begin (FzJsonWriter *self, const char *key, char open, char close)
{
  lead_in (self, key);
  g_assert (self->depth < FZ_JSON_MAX_DEPTH);
  g_string_append_c (self->out, open);
  self->levels[self->depth++] = (Level){
    close, FALSE, close == '}' ? g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) : NULL
  };
}

static void
end (FzJsonWriter *self, char close)
{
  g_assert (self->depth > 0 && self->levels[self->depth - 1].close == close);
  g_clear_pointer (&self->levels[--self->depth].keys, g_hash_table_unref);
  g_string_append_c (self->out, close);
}

void
fz_json_writer_begin_object (FzJsonWriter *self, const char *key)
{
  begin (self, key, '{', '}');
}

void
fz_json_writer_end_object (FzJsonWriter *self)
{
  end (self, '}');
}

void
fz_json_writer_begin_array (FzJsonWriter *self, const char *key)
{
  begin (self, key, '[', ']');
}

void
fz_json_writer_end_array (FzJsonWriter *self)
{
  end (self, ']');
}

void
fz_json_writer_string (FzJsonWriter *self, const char *key, const char *value)
{
  lead_in (self, key);
  if (value != NULL)
    append_quoted (self, key, value);
  else
    g_string_append (self->out, "null");
}

void
fz_json_writer_int (FzJsonWriter *self, const char *key, gint64 value)
{
  lead_in (self, key);
  if (value > FZ_JSON_MAX_INT || value < -FZ_JSON_MAX_INT)
    fail (self, key, _("整数超过 15 位，请改用字符串"));
  g_string_append_printf (self->out, "%" G_GINT64_FORMAT, value);
}

void
fz_json_writer_bool (FzJsonWriter *self, const char *key, gboolean value)
{
  lead_in (self, key);
  g_string_append (self->out, value ? "true" : "false");
}

void
fz_json_writer_null (FzJsonWriter *self, const char *key)
{
  fz_json_writer_string (self, key, NULL);
}

void
fz_json_writer_raw_decimal (FzJsonWriter *self, const char *key, const char *text)
{
  lead_in (self, key);
  if (!fz_json_decimal_valid (text))
    fail (self, key, _("不是十进制数"));
  g_string_append (self->out, text);
}

void
fz_json_writer_value (FzJsonWriter *self, const char *key, const FzJson *value)
{
  FzJsonType type = value != NULL ? fz_json_get_type (value) : FZ_JSON_NULL;

  if (type == FZ_JSON_OBJECT || type == FZ_JSON_ARRAY)
    {
      begin (self, key, type == FZ_JSON_OBJECT ? '{' : '[', type == FZ_JSON_OBJECT ? '}' : ']');
      for (guint i = 0; i < fz_json_count (value); i++)
        fz_json_writer_value (self, fz_json_get_name (fz_json_get_item (value, i)), fz_json_get_item (value, i));
      end (self, type == FZ_JSON_OBJECT ? '}' : ']');
    }
  else if (type == FZ_JSON_STRING)
    fz_json_writer_string (self, key, value->text);
  else if (type == FZ_JSON_BOOL)
    fz_json_writer_bool (self, key, value->truth);
  else
    {
      lead_in (self, key);
      g_string_append (self->out, type == FZ_JSON_NUMBER ? value->text : "null"); /* the grammar was checked when it was read */
    }
}

char *
fz_json_writer_finish (FzJsonWriter *self, GError **error)
{
  g_autoptr (GString) out = self->out;

  g_assert (self->depth == 0 && (out->len > 0 || self->error != NULL));
  self->out = g_string_new (NULL);
  if (self->error == NULL)
    return g_string_free (g_steal_pointer (&out), FALSE);
  g_propagate_error (error, g_steal_pointer (&self->error));
  return NULL;
}
