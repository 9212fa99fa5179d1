#include "core/predicate_read.h"

#include <string.h>

const char *
fz_ask_param (const FzQuestion *q, const char *name)
{
  return fz_fields_get (q->params, name);
}

gint64
fz_ask_int (const FzQuestion *q, const char *name)
{
  gint64 value = 0;

  fz_fields_get_int (q->params, name, &value);
  return value;
}

gboolean
fz_ask_is (const FzQuestion *q, const char *name)
{
  return fz_fields_is_yes (q->params, name);
}

guint
fz_ask_n (const FzQuestion *q, const char *name)
{
  return fz_fields_count (q->params, name);
}

const char *
fz_ask_nth (const FzQuestion *q, const char *name, guint i)
{
  return fz_fields_get_at (q->params, name, i, NULL);
}

static const char *
read_key (const FzQuestion *q, const char *key)
{
  const char *value = fz_fields_get (q->facts, key);

  if (q->given != NULL && value != NULL && g_strcmp0 (fz_fields_get (q->given, key), value) != 0)
    fz_fields_set (q->given, key, value);
  return value;
}

const char *
fz_read_fact (const FzQuestion *q, const char *name)
{
  return read_key (q, fz_ask_param (q, name));
}

gboolean
fz_read_int (const FzQuestion *q, const char *name, gint64 *out)
{
  return fz_read_fact (q, name) != NULL && fz_fields_get_int (q->facts, fz_ask_param (q, name), out);
}

gboolean
fz_read_day (const FzQuestion *q, const char *name, FzDate *out)
{
  const char *text = fz_read_fact (q, name);
  gint64 us = 0;

  if (text == NULL)
    return FALSE;
  if (fz_time_parse (text, &us)) {
    *out = fz_date_in_beijing (us);
    return TRUE;
  }
  return fz_date_parse (text, out, NULL);
}

guint
fz_read_count (const FzQuestion *q, const char *list)
{
  const char *name = fz_ask_param (q, list), *key = NULL, *value = NULL;
  guint n = fz_fields_count (q->facts, name);

  /* Any fact at the last position makes the list as long as it was. */
  if (q->given != NULL && n > 0 && fz_fields_count (q->given, name) < n && fz_fields_find_at (q->facts, name, n - 1, &key, &value))
    fz_fields_set (q->given, key, value);
  return n;
}

const char *
fz_read_item (const FzQuestion *q, const char *list, guint i, const char *item)
{
  const char *last = fz_ask_param (q, item) != NULL ? fz_ask_param (q, item) : item;
  g_autofree char *key = g_strdup_printf ("%s.%02u.%s", fz_ask_param (q, list), i, last);

  return read_key (q, key);
}

gboolean
fz_read_item_int (const FzQuestion *q, const char *list, guint i, const char *item, gint64 *out)
{
  g_autofree char *key = g_strdup_printf ("%s.%02u.%s", fz_ask_param (q, list), i, fz_ask_param (q, item));

  return read_key (q, key) != NULL && fz_fields_get_int (q->facts, key, out);
}

/* --- running text --- */

/* A part of a sentence ends here. An enumeration (、) goes on: what is denied at its head is denied to its end. */
static gboolean
ends_part (const char *p)
{
  static const char *const marks[] = { "，", "。", "；", "！", "？", ",", ";", "!", "?", "\n" };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_str_has_prefix (p, marks[i]))
      return TRUE;
  return *p == '.' && !g_ascii_isdigit (p[1]);
}

static char **
cut_parts (const char *text)
{
  GPtrArray *parts = g_ptr_array_new ();
  const char *begin = text;

  for (const char *p = text;; p = g_utf8_next_char (p))
    if (*p == '\0' || ends_part (p)) {
      if (p > begin)
        g_ptr_array_add (parts, g_strndup (begin, (gsize) (p - begin)));
      if (*p == '\0')
        break;
      begin = g_utf8_next_char (p);
    }
  if (parts->len == 0)
    g_ptr_array_add (parts, g_strdup (text));
  g_ptr_array_add (parts, NULL);
  return (char **) g_ptr_array_free (parts, FALSE);
}

/* Whole texts would make a signed document twice as long, and they stand in it already. */
static void
keep_part (const FzQuestion *q, const char *key, const char *part)
{
  const char *kept = fz_fields_get (q->given, key);
  g_autofree char *longer = kept != NULL ? g_strconcat (kept, "，", part, NULL) : NULL;
  g_auto (GStrv) parts = kept != NULL ? cut_parts (kept) : NULL;

  if (kept != NULL && (g_str_equal (kept, fz_fields_get (q->facts, key)) || g_strv_contains ((const char *const *) parts, part)))
    return;
  fz_fields_set (q->given, key, longer != NULL ? longer : part);
}

char **
fz_read_parts (const FzQuestion *q, const char *key)
{
  const char *text = fz_fields_get (q->facts, key);
  char **parts = text != NULL ? cut_parts (text) : NULL;

  if (q->given != NULL && parts != NULL && !fz_fields_has (q->given, key))
    keep_part (q, key, parts[0]);
  return parts;
}

void
fz_keep_part (const FzQuestion *q, const char *key, const char *part)
{
  if (q->given != NULL)
    keep_part (q, key, part);
}

gboolean
fz_read_presence (const FzQuestion *q, const char *key)
{
  if (q->given != NULL && !fz_fields_has (q->given, key))
    g_strfreev (fz_read_parts (q, key));
  return fz_fields_has (q->facts, key);
}

/* --- answers --- */

FzVerdict
fz_verdict_of (gboolean pass)
{
  return pass ? FZ_VERDICT_PASS : FZ_VERDICT_FAIL;
}

void
fz_point_at_item (const FzQuestion *q, const char *list, guint i, const char *item)
{
  if (q->where != NULL && *q->where == NULL)
    *q->where = item != NULL ? g_strdup_printf ("%s.%02u.%s", fz_ask_param (q, list), i, fz_ask_param (q, item))
                             : g_strdup_printf ("%s.%02u", fz_ask_param (q, list), i);
}

void
fz_point_at_key (const FzQuestion *q, const char *key)
{
  if (q->where != NULL && *q->where == NULL)
    *q->where = g_strdup (key);
}
