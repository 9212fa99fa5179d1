/* The words of a finding with its figures: `{value}` is what was found at the finding's field, `{limit}` the number the clause holds it
 * against on that day, `{rx.n_items}` any other fact by its key. A part in `[…]` is left out when a figure of it is not known; elsewhere
 * an unknown figure is said as “—”. */
#include "core/rule_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KEY_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_."

static const char *const limits[] = { "max", "min", "years", "days" };

/* --- reading: nothing unknown stands in a message --- */

static gboolean
asks_limit (const FzAsk *ask)
{
  const char *const *names = fz_predicate_get_params (ask->word);

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    if (g_strv_contains (names, limits[i]))
      return TRUE;
  return FALSE;
}

static gboolean
has_limit (const FzClause *self)
{
  for (guint i = 0; i < self->when->len; i++)
    if (asks_limit (self->when->pdata[i]))
      return TRUE;
  return asks_limit (self->require);
}

/* `at` stands behind the opening brace; NULL when what follows is no figure. */
static const char *
skip_figure (const FzClause *self, const char *at)
{
  gsize n = strspn (at, KEY_CHARS);
  g_autofree char *name = g_strndup (at, n);

  if (n == 0 || at[n] != '}')
    return NULL;
  if (g_str_equal (name, "value") ? self->field == NULL : g_str_equal (name, "limit") ? !has_limit (self) : strchr (name, '.') == NULL)
    return NULL;
  return at + n + 1;
}

gboolean
fz_message_check (const FzJson *object, const FzClause *self, GError **error)
{
  gboolean inside = FALSE;
  guint figures = 0;

  for (const char *at = self->message; *at != '\0';) {
    char c = *at++;

    if (c == '{') {
      at = skip_figure (self, at);
      figures++;
    }
    if (at == NULL || c == '}' || (c == '[' && inside) || (c == ']' && (!inside || figures == 0)))
      return fz_json_fail (object, "message", _ ("花括号内只能是 value（须写明 field）、limit（须有数值参数）或带点的事实名；方括号须成对，内含花括号。"), error);
    if (c == '[' || c == ']') {
      inside = c == '[';
      figures = 0;
    }
  }
  return !inside || fz_json_fail (object, "message", _ ("方括号没有成对。"), error);
}

/* --- filling --- */

typedef struct {
  const FzMessageFacts *facts;
  const char *at;
} Fill;

static char *
dup_limit (const FzMessageFacts *facts)
{
  for (guint k = 0; k < facts->n_params; k++)
    for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
      const char *value = fz_fields_get (facts->params[k], limits[i]);

      if (value != NULL)
        return g_strdup (value);
    }
  return NULL;
}

/* Money is kept in fen and read in yuan. */
static char *
dup_read (const char *key, const char *value)
{
  guint64 fen = 0;

  if (value == NULL || !g_str_has_suffix (key, "_fen") || !g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &fen, NULL))
    return g_strdup (value);
  return g_strdup_printf ("%" G_GUINT64_FORMAT ".%02u", fen / 100, (guint) (fen % 100));
}

/* What a message says of the facts is kept with them, so that the same facts say it again. */
static char *
dup_figure (const FzMessageFacts *facts, const char *name)
{
  g_autofree char *limit = NULL;
  const char *key = g_str_equal (name, "value") ? facts->field : name, *value;

  if (g_str_equal (name, "limit")) {
    limit = dup_limit (facts);
    return dup_read (facts->field != NULL ? facts->field : "", limit);
  }
  value = fz_fields_get (facts->facts, key);
  if (facts->given != NULL && value != NULL)
    fz_fields_set (facts->given, key, value);
  return dup_read (key, value);
}

/* Up to the end of the message or, within brackets, of the part. FALSE when a figure is not known. */
static gboolean
fill_part (Fill *fill, gboolean inside, GString *out)
{
  gboolean known = TRUE;

  while (*fill->at != '\0' && !(inside && *fill->at == ']')) {
    if (*fill->at == '{') {
      const char *end = strchr (fill->at, '}');
      g_autofree char *name = g_strndup (fill->at + 1, (gsize) (end - fill->at - 1)), *figure = dup_figure (fill->facts, name);

      known = known && figure != NULL;
      g_string_append (out, figure != NULL ? figure : "—");
      fill->at = end + 1;
    } else if (*fill->at == '[') {
      g_autoptr (GString) part = g_string_new (NULL);

      fill->at++;
      if (fill_part (fill, TRUE, part))
        g_string_append (out, part->str);
      fill->at++;
    } else
      g_string_append_c (out, *fill->at++);
  }
  return known;
}

char *
fz_message_fill (const char *message, const FzMessageFacts *facts)
{
  g_autoptr (GString) out = g_string_new (NULL);
  Fill fill = { facts, message };

  fill_part (&fill, FALSE, out);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
