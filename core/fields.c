#include "core/fields.h"

#include "core/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _FzFields {
  gatomicrefcount refs;
  gboolean frozen;
  char *kind;
  GTree *pairs; /* key -> value, both owned, in byte order of the keys: the order of the canonical text */
};

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (a, b);
}

FzFields *
fz_fields_new (const char *kind)
{
  FzFields *self;

  g_return_val_if_fail (kind != NULL, NULL);
  self = g_new0 (FzFields, 1);
  g_atomic_ref_count_init (&self->refs);
  self->kind = g_strdup (kind);
  self->pairs = g_tree_new_full (compare_keys, NULL, g_free, g_free);
  return self;
}

FzFields *
fz_fields_ref (FzFields *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
fz_fields_unref (FzFields *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_tree_unref (self->pairs);
  g_free (self->kind);
  g_free (self);
}

FzFields *
fz_fields_dup (const FzFields *self, const char *kind)
{
  FzFields *copy = fz_fields_new (kind != NULL ? kind : self->kind);

  fz_fields_merge (copy, NULL, self);
  return copy;
}

const char *
fz_fields_get_kind (const FzFields *self)
{
  return self->kind;
}

FzFields *
fz_fields_freeze (FzFields *self)
{
  self->frozen = TRUE;
  return self;
}

static char *
unify_line_ends (const char *text)
{
  GString *out;

  if (strstr (text, "\r\n") == NULL)
    return g_strdup (text);
  out = g_string_sized_new (strlen (text));
  for (const char *p = text; *p != '\0'; p++)
    if (p[0] != '\r' || p[1] != '\n')
      g_string_append_c (out, *p);
  return g_string_free (out, FALSE);
}

/* Unseen characters first: between a letter and its mark they would keep the two apart. NULL: as it is. */
static char *
normalise (const char *lines)
{
  g_autofree char *tidy = NULL;

  if (g_str_is_ascii (lines) || !g_utf8_validate (lines, -1, NULL) || fz_text_is_plain (lines))
    return NULL;
  tidy = fz_text_tidy (lines);
  return g_utf8_normalize (tidy != NULL ? tidy : lines, -1, G_NORMALIZE_NFC);
}

void
fz_fields_set (FzFields *self, const char *key, const char *value)
{
  g_autofree char *lines = NULL, *normal = NULL;

  g_assert (!self->frozen);
  lines = value != NULL ? unify_line_ends (value) : NULL;
  normal = lines != NULL ? normalise (lines) : NULL;
  if (normal == NULL)
    normal = g_steal_pointer (&lines);
  if (normal == NULL || *normal == '\0')
    g_tree_remove (self->pairs, key);
  else
    g_tree_replace (self->pairs, g_strdup (key), g_steal_pointer (&normal));
}

void
fz_fields_set_int (FzFields *self, const char *key, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  fz_fields_set (self, key, text);
}

void
fz_fields_set_bool (FzFields *self, const char *key, gboolean value)
{
  fz_fields_set (self, key, value ? "yes" : "no");
}

void
fz_fields_set_time (FzFields *self, const char *key, gint64 utc_us)
{
  g_autofree char *text = fz_time_format (utc_us);

  fz_fields_set (self, key, text);
}

static char *
key_at (const char *list, guint index, const char *key)
{
  return key != NULL ? g_strdup_printf ("%s.%02u.%s", list, index, key) : g_strdup_printf ("%s.%02u", list, index);
}

void
fz_fields_set_at (FzFields *self, const char *list, guint index, const char *key, const char *value)
{
  g_autofree char *full = NULL;

  g_assert (index < 100);
  full = key_at (list, index, key);
  fz_fields_set (self, full, value);
}

void
fz_fields_set_int_at (FzFields *self, const char *list, guint index, const char *key, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  fz_fields_set_at (self, list, index, key, text);
}

void
fz_fields_merge (FzFields *self, const char *prefix, const FzFields *from)
{
  g_assert (!self->frozen);
  g_assert (self != from);
  for (GTreeNode *node = g_tree_node_first (from->pairs); node != NULL; node = g_tree_node_next (node))
    {
      const char *key = g_tree_node_key (node);
      gboolean bare = prefix == NULL || *prefix == '\0';

      g_tree_replace (self->pairs, bare ? g_strdup (key) : g_strconcat (prefix, ".", key, NULL),
                      g_strdup (g_tree_node_value (node)));
    }
}

FzFields *
fz_fields_dup_below (const FzFields *self, const char *prefix, const char *kind)
{
  g_autofree char *stem = g_strconcat (prefix, ".", NULL);
  FzFields *below = fz_fields_new (kind);
  GTreeNode *node = g_tree_lower_bound (self->pairs, stem);

  for (; node != NULL && g_str_has_prefix (g_tree_node_key (node), stem); node = g_tree_node_next (node))
    {
      const char *key = g_tree_node_key (node);

      if (key[strlen (stem)] != '\0')
        g_tree_replace (below->pairs, g_strdup (key + strlen (stem)), g_strdup (g_tree_node_value (node)));
    }
  return below;
}

const char *
fz_fields_get (const FzFields *self, const char *key)
{
  return g_tree_lookup (self->pairs, key);
}

/* Lists are read far more often than written: keys of the usual length need no memory of their own. */
const char *
fz_fields_get_at (const FzFields *self, const char *list, guint index, const char *key)
{
  char buffer[128];
  int n = g_snprintf (buffer, sizeof buffer, key != NULL ? "%s.%02u.%s" : "%s.%02u", list, index, key);
  g_autofree char *full = n >= (int) sizeof buffer ? key_at (list, index, key) : NULL;

  return fz_fields_get (self, full != NULL ? full : buffer);
}

/* `0` or `-?[1-9][0-9]*` that fits 64 bits. */
static gboolean
read_integer (const char *text, gint64 *out)
{
  const char *digits = text[0] == '-' ? text + 1 : text;

  if (digits[0] == '0')
    {
      if (strcmp (text, "0") != 0)
        return FALSE;
      *out = 0;
      return TRUE;
    }
  if (*digits == '\0' || strspn (digits, "0123456789") != strlen (digits))
    return FALSE;
  return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, out, NULL);
}

gboolean
fz_fields_get_int (const FzFields *self, const char *key, gint64 *out)
{
  const char *text = fz_fields_get (self, key);

  return text != NULL && read_integer (text, out);
}

gboolean
fz_fields_get_int_at (const FzFields *self, const char *list, guint index, const char *key, gint64 *out)
{
  const char *text = fz_fields_get_at (self, list, index, key);

  return text != NULL && read_integer (text, out);
}

gboolean
fz_fields_get_time (const FzFields *self, const char *key, gint64 *out_utc_us)
{
  const char *text = fz_fields_get (self, key);

  return text != NULL && fz_time_parse (text, out_utc_us);
}

gboolean
fz_fields_get_time_at (const FzFields *self, const char *list, guint index, const char *key, gint64 *out_utc_us)
{
  const char *text = fz_fields_get_at (self, list, index, key);

  return text != NULL && fz_time_parse (text, out_utc_us);
}

gboolean
fz_fields_is_yes (const FzFields *self, const char *key)
{
  return g_strcmp0 (fz_fields_get (self, key), "yes") == 0;
}

gboolean
fz_fields_has (const FzFields *self, const char *key)
{
  return fz_fields_get (self, key) != NULL;
}

guint
fz_fields_count (const FzFields *self, const char *list)
{
  g_autofree char *stem = g_strconcat (list, ".", NULL);
  g_autofree char *after_digits = g_strconcat (stem, ":", NULL); /* ':' follows '9', so the last position stands before it */
  GTreeNode *node = g_tree_lower_bound (self->pairs, after_digits);

  node = node != NULL ? g_tree_node_previous (node) : g_tree_node_last (self->pairs);
  for (; node != NULL && g_str_has_prefix (g_tree_node_key (node), stem); node = g_tree_node_previous (node))
    {
      const char *rest = (const char *) g_tree_node_key (node) + strlen (stem);

      if (g_ascii_isdigit (rest[0]) && g_ascii_isdigit (rest[1]) && (rest[2] == '\0' || rest[2] == '.'))
        return (guint) (rest[0] - '0') * 10 + (guint) (rest[1] - '0') + 1;
    }
  return 0;
}

gboolean
fz_fields_find_at (const FzFields *self, const char *list, guint index, const char **key, const char **value)
{
  g_autofree char *stem = key_at (list, index, NULL);
  GTreeNode *node = g_tree_lower_bound (self->pairs, stem);
  const char *found = node != NULL ? g_tree_node_key (node) : "";

  if (!g_str_has_prefix (found, stem) || (found[strlen (stem)] != '\0' && found[strlen (stem)] != '.'))
    return FALSE;
  *key = found;
  *value = g_tree_node_value (node);
  return TRUE;
}

void
fz_fields_foreach (const FzFields *self, FzFieldsVisit visit, gpointer data)
{
  for (GTreeNode *node = g_tree_node_first (self->pairs); node != NULL; node = g_tree_node_next (node))
    visit (g_tree_node_key (node), g_tree_node_value (node), data);
}

gboolean
fz_fields_equal (const FzFields *a, const FzFields *b)
{
  GTreeNode *x = g_tree_node_first (a->pairs), *y = g_tree_node_first (b->pairs);

  if (strcmp (a->kind, b->kind) != 0)
    return FALSE;
  for (; x != NULL && y != NULL; x = g_tree_node_next (x), y = g_tree_node_next (y))
    if (strcmp (g_tree_node_key (x), g_tree_node_key (y)) != 0 || strcmp (g_tree_node_value (x), g_tree_node_value (y)) != 0)
      return FALSE;
  return x == NULL && y == NULL;
}
