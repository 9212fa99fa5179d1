#include "tests/platform/json.h"

#include <string.h>

#define MAX_DEPTH 32

typedef struct {
  const char *start, *at, *end;
  const char *wrong; /* first fault, NULL while all is well */
} Reader;

static SimJson *read_value (Reader *r, guint depth);

void
sim_json_free (SimJson *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->text);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

static gboolean
fail (Reader *r, const char *why)
{
  if (r->wrong == NULL)
    r->wrong = why;
  return FALSE;
}

static void
skip_space (Reader *r)
{
  while (r->at < r->end && strchr (" \t\r\n", *r->at) != NULL && *r->at != '\0')
    r->at++;
}

static gboolean
take (Reader *r, char c)
{
  if (r->at >= r->end || *r->at != c)
    return FALSE;
  r->at++;
  return TRUE;
}

static gboolean
read_hex4 (Reader *r, gunichar *code)
{
  *code = 0;
  for (int i = 0; i < 4; i++) {
    if (r->at >= r->end || !g_ascii_isxdigit (*r->at))
      return fail (r, "bad \\u escape");
    *code = *code * 16 + (gunichar) g_ascii_xdigit_value (*r->at++);
  }
  return TRUE;
}

static gboolean
read_unicode (Reader *r, GString *out)
{
  gunichar code = 0, low = 0;

  if (!read_hex4 (r, &code))
    return FALSE;
  if (code == 0)
    return fail (r, "U+0000 in a string");
  if (code >= 0xdc00 && code <= 0xdfff)
    return fail (r, "lone surrogate");
  if (code >= 0xd800 && code <= 0xdbff) {
    if (!take (r, '\\') || !take (r, 'u') || !read_hex4 (r, &low) || low < 0xdc00 || low > 0xdfff)
      return fail (r, "lone surrogate");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  g_string_append_unichar (out, code);
  return TRUE;
}

static gboolean
read_escape (Reader *r, GString *out)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *found = NULL;

  if (r->at >= r->end)
    return fail (r, "unfinished string");
  if (*r->at == 'u') {
    r->at++;
    return read_unicode (r, out);
  }
  if (*r->at == '\0' || (found = strchr (from, *r->at)) == NULL)
    return fail (r, "unknown escape");
  g_string_append_c (out, to[found - from]);
  r->at++;
  return TRUE;
}

static char *
read_string (Reader *r)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!take (r, '"')) {
    fail (r, "a string was expected");
    return NULL;
  }
  while (r->at < r->end && *r->at != '"') {
    if ((guchar) *r->at < 0x20) {
      fail (r, "control character in a string");
      return NULL;
    }
    if (*r->at != '\\') {
      g_string_append_c (out, *r->at++);
      continue;
    }
    r->at++;
    if (!read_escape (r, out))
      return NULL;
  }
  if (!take (r, '"')) {
    fail (r, "unfinished string");
    return NULL;
  }
  return g_strdup (out->str);
}

static gsize
skip_digits (Reader *r)
{
  const char *from = r->at;

  while (r->at < r->end && g_ascii_isdigit (*r->at))
    r->at++;
  return (gsize) (r->at - from);
}

static char *
read_number (Reader *r)
{
  const char *from = r->at;
  gboolean good = TRUE;

  take (r, '-');
  if (!take (r, '0'))
    good = skip_digits (r) > 0;
  if (good && take (r, '.'))
    good = skip_digits (r) > 0;
  if (good && (take (r, 'e') || take (r, 'E'))) {
    if (!take (r, '+'))
      take (r, '-');
    good = skip_digits (r) > 0;
  }
  if (!good) {
    fail (r, "bad number");
    return NULL;
  }
  return g_strndup (from, (gsize) (r->at - from));
}

static gboolean
read_member_name (Reader *r, SimJson *object, char **name)
{
  *name = read_string (r);
  if (*name == NULL)
    return FALSE;
  if (sim_json_get (object, *name) != NULL)
    return fail (r, "duplicate key");
  skip_space (r);
  if (!take (r, ':'))
    return fail (r, "':' was expected");
  skip_space (r);
  return TRUE;
}

static gboolean
read_items (Reader *r, SimJson *self, char close, guint depth)
{
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_json_free);
  skip_space (r);
  if (take (r, close))
    return TRUE;
  do {
    g_autofree char *name = NULL;
    SimJson *item = NULL;

    skip_space (r);
    if (self->type == SIM_JSON_OBJECT && !read_member_name (r, self, &name))
      return FALSE;
    if ((item = read_value (r, depth + 1)) == NULL)
      return FALSE;
    item->name = g_steal_pointer (&name);
    g_ptr_array_add (self->items, item);
    skip_space (r);
  } while (take (r, ','));
  return take (r, close) || fail (r, "',' or the closing bracket was expected");
}

static gboolean
read_word (Reader *r, const char *word)
{
  gsize n = strlen (word);

  if ((gsize) (r->end - r->at) < n || memcmp (r->at, word, n) != 0)
    return fail (r, "a value was expected");
  r->at += n;
  return TRUE;
}

static gboolean
read_into (Reader *r, SimJson *self, guint depth)
{
  switch (r->at < r->end ? *r->at : '\0') {
    case '{':
      r->at++;
      self->type = SIM_JSON_OBJECT;
      return read_items (r, self, '}', depth);
    case '[':
      r->at++;
      self->type = SIM_JSON_ARRAY;
      return read_items (r, self, ']', depth);
    case '"':
      self->type = SIM_JSON_STRING;
      return (self->text = read_string (r)) != NULL;
    case 't':
      self->type = SIM_JSON_TRUE;
      return read_word (r, "true");
    case 'f':
      self->type = SIM_JSON_FALSE;
      return read_word (r, "false");
    case 'n':
      self->type = SIM_JSON_NULL;
      return read_word (r, "null");
    default:
      self->type = SIM_JSON_NUMBER;
      return (self->text = read_number (r)) != NULL;
  }
}

static SimJson *
read_value (Reader *r, guint depth)
{
  g_autoptr (SimJson) self = g_new0 (SimJson, 1);

  if (depth > MAX_DEPTH) {
    fail (r, "nested too deeply");
    return NULL;
  }
  self->start = r->at;
  if (!read_into (r, self, depth))
    return NULL;
  self->length = (gsize) (r->at - self->start);
  return g_steal_pointer (&self);
}

SimJson *
sim_json_parse (const char *text, gsize n, char **reason)
{
  Reader r = { text, text, text + n, NULL };
  g_autoptr (SimJson) value = NULL;

  if (!g_utf8_validate (text, (gssize) n, NULL)) {
    *reason = g_strdup ("not valid UTF-8");
    return NULL;
  }
  skip_space (&r);
  value = read_value (&r, 1);
  skip_space (&r);
  if (value != NULL && r.at != r.end)
    fail (&r, "something follows the value");
  if (r.wrong != NULL) {
    *reason = g_strdup_printf ("%s at byte %zu", r.wrong, (gsize) (r.at - r.start));
    return NULL;
  }
  return g_steal_pointer (&value);
}

const SimJson *
sim_json_get (const SimJson *object, const char *name)
{
  if (object == NULL || object->type != SIM_JSON_OBJECT)
    return NULL;
  for (guint i = 0; i < object->items->len; i++) {
    const SimJson *item = g_ptr_array_index (object->items, i);

    if (g_strcmp0 (item->name, name) == 0)
      return item;
  }
  return NULL;
}

const char *
sim_json_text (const SimJson *object, const char *name)
{
  const SimJson *item = sim_json_get (object, name);

  return item != NULL && item->type == SIM_JSON_STRING ? item->text : NULL;
}
