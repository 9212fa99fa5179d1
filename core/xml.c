#include "core/xml.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

typedef struct {
  char *name, *value;
  gboolean taken;
} Attribute;

struct _FzXml {
  FzXml *parent;
  char *name;
  GString *text;
  GPtrArray *children;
  GPtrArray *attributes;
  gboolean taken, text_taken;
  guint line;
};

static void
attribute_free (gpointer data)
{
  Attribute *attribute = data;

  g_free (attribute->name);
  g_free (attribute->value);
  g_free (attribute);
}

void
fz_xml_free (FzXml *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->children);
  g_ptr_array_unref (self->attributes);
  g_string_free (self->text, TRUE);
  g_free (self->name);
  g_free (self);
}

static FzXml *
element_new (FzXml *parent, const char *name)
{
  FzXml *self = g_new0 (FzXml, 1);

  self->parent = parent;
  self->name = g_strdup (name);
  self->text = g_string_new (NULL);
  self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_xml_free);
  self->attributes = g_ptr_array_new_with_free_func (attribute_free);
  return self;
}

/* --- reading --- */

typedef struct {
  FzXml *root, *at;
  guint depth, n;
} Reading;

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, why);
  return FALSE;
}

#define MAX_ATTRIBUTES 16

static gboolean
are_distinct (const char **names)
{
  for (guint i = 0; names[i] != NULL; i++) {
    if (i >= MAX_ATTRIBUTES)
      return FALSE;
    for (guint k = 0; k < i; k++)
      if (g_str_equal (names[k], names[i]))
        return FALSE;
  }
  return TRUE;
}

static void
on_start (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer data, GError **error)
{
  Reading *reading = data;
  FzXml *element;
  int line = 0;

  if (++reading->depth > FZ_XML_MAX_DEPTH) {
    refuse (error, _ ("嵌套过深"));
    return;
  }
  if (++reading->n > FZ_XML_MAX_ELEMENTS) {
    refuse (error, _ ("元素过多"));
    return;
  }
  if (reading->at == NULL && reading->root != NULL) {
    refuse (error, _ ("有两个根元素"));
    return;
  }
  element = element_new (reading->at, name);
  g_markup_parse_context_get_position (context, &line, NULL);
  element->line = (guint) line;
  if (reading->at != NULL)
    g_ptr_array_add (reading->at->children, element);
  else
    reading->root = element;
  reading->at = element;
  if (!are_distinct (names)) {
    refuse (error, _ ("同一元素有两个同名的属性，或属性过多"));
    return;
  }
  for (guint i = 0; names[i] != NULL; i++) {
    Attribute *attribute = g_new0 (Attribute, 1);

    attribute->name = g_strdup (names[i]);
    attribute->value = g_strdup (values[i]);
    g_ptr_array_add (element->attributes, attribute);
  }
}

static void
on_end (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Reading *reading = data;

  reading->depth--;
  reading->at = reading->at->parent;
}

static void
on_text (GMarkupParseContext *context, const char *text, gsize n, gpointer data, GError **error)
{
  Reading *reading = data;

  if (reading->at != NULL)
    g_string_append_len (reading->at->text, text, (gssize) n);
}

/* Comments may stand; the declaration names no other encoding; nothing else is XML to us. */
static void
on_other (GMarkupParseContext *context, const char *text, gsize n, gpointer data, GError **error)
{
  Reading *reading = data;
  g_autofree char *said = g_ascii_strdown (text, (gssize) n);

  if (g_str_has_prefix (said, "<!--"))
    return;
  if (g_str_has_prefix (said, "<?xml ") && reading->n == 0) {
    if (strstr (said, "encoding") != NULL && strstr (said, "utf-8") == NULL)
      refuse (error, _ ("编码不是 UTF-8"));
    return;
  }
  refuse (error, _ ("不接受文档类型声明、实体定义和处理指令"));
}

static void
say_invalid (const GError *why, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不是本程序可以读取的 XML：%s"), why->message);
}

/* A control character that reached a value would be refused far from here, without its place. */
static gboolean
has_bad_bytes (const char *bytes, gsize n, GError **error)
{
  const char *end = NULL;

  if (!g_utf8_validate_len (bytes, n, &end)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %" PRIu64 " 个字节起不是 UTF-8 文字。"), (guint64) (end - bytes) + 1);
    return TRUE;
  }
  for (gsize i = 0; i < n; i++)
    if ((guchar) bytes[i] < 0x20 && bytes[i] != '\n' && bytes[i] != '\t' && bytes[i] != '\r') {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %" PRIu64 " 个字节是控制字符。"), (guint64) i + 1);
      return TRUE;
    }
  return FALSE;
}

FzXml *
fz_xml_parse (const void *bytes, gsize n, gsize max_bytes, GError **error)
{
  static const GMarkupParser parser = { on_start, on_end, on_text, on_other, NULL };
  Reading reading = { 0 };
  g_autoptr (GMarkupParseContext) context = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzXml) root = NULL;
  gboolean whole;

  if (n > max_bytes) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件超过 %" PRIu64 " 字节。"), (guint64) max_bytes);
    return NULL;
  }
  if (has_bad_bytes (bytes, n, error))
    return NULL;
  context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT | G_MARKUP_PREFIX_ERROR_POSITION, &reading, NULL);
  whole = g_markup_parse_context_parse (context, bytes, (gssize) n, &why) && g_markup_parse_context_end_parse (context, &why);
  root = reading.root;
  if (whole && root != NULL)
    return g_steal_pointer (&root);
  if (why == NULL)
    refuse (&why, _ ("没有内容"));
  say_invalid (why, error);
  return NULL;
}

/* --- taking --- */

const char *
fz_xml_get_name (const FzXml *self)
{
  return self->name;
}

const char *
fz_xml_get_text (const FzXml *self)
{
  ((FzXml *) self)->text_taken = TRUE;
  return self->text->str;
}

char *
fz_xml_dup_path (const FzXml *self)
{
  g_autofree char *above = self->parent != NULL ? fz_xml_dup_path (self->parent) : g_strdup ("");
  guint n = 0, position = 0; /* among those of its name, from 1 */

  for (guint i = 0; self->parent != NULL && i < self->parent->children->len; i++) {
    const FzXml *child = self->parent->children->pdata[i];

    n += g_str_equal (child->name, self->name);
    if (child == self)
      position = n;
  }
  return n > 1 ? g_strdup_printf ("%s/%s[%u]", above, self->name, position) : g_strdup_printf ("%s/%s", above, self->name);
}

guint
fz_xml_get_line (const FzXml *self)
{
  return self->line;
}

FzXml *
fz_xml_take (FzXml *self, const char *name)
{
  for (guint i = 0; i < self->children->len; i++) {
    FzXml *child = self->children->pdata[i];

    if (child->taken || !g_str_equal (child->name, name))
      continue;
    child->taken = TRUE;
    return child;
  }
  return NULL;
}

FzXml *
fz_xml_take_next (FzXml *self, const char *name)
{
  for (guint i = 0; i < self->children->len; i++) {
    FzXml *child = self->children->pdata[i];

    if (child->taken)
      continue;
    child->taken = g_str_equal (child->name, name);
    return child->taken ? child : NULL;
  }
  return NULL;
}

const char *
fz_xml_take_attribute (FzXml *self, const char *name)
{
  for (guint i = 0; i < self->attributes->len; i++) {
    Attribute *attribute = self->attributes->pdata[i];

    if (!g_str_equal (attribute->name, name))
      continue;
    attribute->taken = TRUE;
    return attribute->value;
  }
  return NULL;
}

static gboolean
is_space (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

char *
fz_xml_dup_left (const FzXml *self, guint *out_line)
{
  const char *left = NULL;
  char *below = NULL;

  *out_line = self->line;
  if (self->parent != NULL && !self->taken)
    return fz_xml_dup_path (self);
  for (guint i = 0; i < self->attributes->len && left == NULL; i++)
    if (!((const Attribute *) self->attributes->pdata[i])->taken)
      left = ((const Attribute *) self->attributes->pdata[i])->name;
  if (left != NULL || (!self->text_taken && !is_space (self->text->str))) {
    g_autofree char *path = fz_xml_dup_path (self);

    return left != NULL ? g_strdup_printf ("%s/@%s", path, left) : g_strdup_printf ("%s/text()", path);
  }
  for (guint i = 0; i < self->children->len && below == NULL; i++)
    below = fz_xml_dup_left (self->children->pdata[i], out_line);
  return below;
}

/* --- writing --- */

static void
append (GString *out, const char *text, gboolean lines)
{
  for (const char *at = text; *at != '\0'; at++)
    switch (*at) {
    case '&':
      g_string_append (out, "&amp;");
      break;
    case '<':
      g_string_append (out, "&lt;");
      break;
    case '>':
      g_string_append (out, "&gt;");
      break;
    case '"':
      g_string_append (out, "&quot;");
      break;
    case '\n':
      g_string_append (out, lines ? "\n" : "&#10;");
      break;
    default:
      g_string_append_c (out, *at);
    }
}

void
fz_xml_append_text (GString *out, const char *text)
{
  append (out, text, TRUE);
}

void
fz_xml_append_attribute (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, " %s=\"", name);
  append (out, value, FALSE);
  g_string_append_c (out, '"');
}
