#include "ui/draft_list.h"

#include <stdlib.h>
#include <string.h>

#define OVERRIDE "override"
#define NONE G_MAXUINT

typedef struct {
  FzFields *out;
  const char *list;
  gsize n_list;
  guint removed; /* swapping: one of the two */
  guint other;   /* swapping: the other; NONE: removing */
} Walk;

/* The position a key or a pointer speaks of; FALSE when it is not below the list. */
static gboolean
position_in (const Walk *walk, const char *key, guint *out)
{
  if (strncmp (key, walk->list, walk->n_list) != 0 || key[walk->n_list] != '.' || !g_ascii_isdigit (key[walk->n_list + 1]))
    return FALSE;
  *out = (guint) strtoul (key + walk->n_list + 1, NULL, 10);
  return TRUE;
}

/* "rx.item.03.days" becomes "rx.item.02.days"; NULL when it was the one removed. */
static char *
moved (const Walk *walk, const char *key)
{
  guint at = 0;

  if (!position_in (walk, key, &at))
    return g_strdup (key);
  if (walk->other != NONE) {
    guint to = at == walk->removed ? walk->other : at == walk->other ? walk->removed : at;

    return g_strdup_printf ("%s.%02u%s", walk->list, to, key + walk->n_list + 3);
  }
  if (at < walk->removed)
    return g_strdup (key);
  if (at == walk->removed)
    return NULL;
  return g_strdup_printf ("%s.%02u%s", walk->list, at - 1, key + walk->n_list + 3);
}

static void
copy_one (const char *key, const char *value, gpointer data)
{
  Walk *walk = data;
  g_autofree char *to = moved (walk, key);

  if (to != NULL && !g_str_has_prefix (key, OVERRIDE "."))
    fz_fields_set (walk->out, to, value);
}

static void
copy_overrides (const FzFields *facts, const Walk *walk)
{
  static const char *const keys[] = { "rule", "pair", "reason", "words", "monitor_by" };
  guint n = 0;

  for (guint i = 0; i < fz_fields_count (facts, OVERRIDE); i++) {
    const char *field = fz_fields_get_at (facts, OVERRIDE, i, "field");
    g_autofree char *to = field != NULL ? moved (walk, field) : NULL;

    if (field != NULL && to == NULL)
      continue;
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (walk->out, OVERRIDE, n, keys[k], fz_fields_get_at (facts, OVERRIDE, i, keys[k]));
    fz_fields_set_at (walk->out, OVERRIDE, n++, "field", to);
  }
}

FzFields *
fz_draft_list_without (const FzFields *facts, const char *list, guint i)
{
  Walk walk = { fz_fields_new (fz_fields_get_kind (facts)), list, strlen (list), i, NONE };

  fz_fields_foreach (facts, copy_one, &walk);
  copy_overrides (facts, &walk);
  return walk.out;
}

FzFields *
fz_draft_list_swapped (const FzFields *facts, const char *list, guint i, guint j)
{
  Walk walk = { fz_fields_new (fz_fields_get_kind (facts)), list, strlen (list), i, j };

  fz_fields_foreach (facts, copy_one, &walk);
  copy_overrides (facts, &walk);
  return walk.out;
}
