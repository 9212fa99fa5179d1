#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"

/* One side of a pair: a line, or a medicine in use. */
typedef struct {
  const char *name, *route;
  const char *const *keys;
  gboolean systemic;
} Side;

static gboolean
is_systemic_route (const char *route)
{
  return route == NULL || strchr ("1234", route[0]) != NULL;
}

static Side
side_of_line (const FzJudged *line)
{
  return (Side){ line->generic, line->route, (const char *const *) line->substances, is_systemic_route (line->route) };
}

static Side
side_in_use (const FzInUse *medicine)
{
  const char *route = medicine->drug != NULL ? medicine->drug->route : NULL;

  return (Side){ medicine->name, route, (const char *const *) medicine->keys, is_systemic_route (route) };
}

/* Two tablets meet in the body, two inhalers in the airways; an ointment and an eye drop of one group do not. */
static gboolean
meet (const Side *a, const Side *b)
{
  return a->systemic || b->systemic ? a->systemic && b->systemic : g_strcmp0 (a->route, b->route) == 0;
}

/* The group that one substance of each shares, or NULL. A substance that both hold is the other check's, as is a preparation renewed. */
static const char *
shared_group (const FzDrugGroups *groups, const Side *a, const Side *b, const char **source)
{
  for (guint i = 0; a->keys[i] != NULL; i++)
    for (guint k = 0; b->keys[k] != NULL; k++) {
      const char *group;

      if (g_str_equal (a->keys[i], b->keys[k]))
        continue;
      group = fz_drug_groups_find_duplicate (groups, a->keys[i], b->keys[k], source);
      if (group != NULL && !g_strv_contains (a->keys, b->keys[k]) && !g_strv_contains (b->keys, a->keys[i]))
        return group;
    }
  return NULL;
}

static void
check_pair (const FzJudged *line, const Side *other, gboolean in_use, GPtrArray *findings)
{
  Side self = side_of_line (line);
  const char *about[] = { other->name, self.name, NULL }, *source = NULL, *group;
  g_autofree char *message = NULL;

  if (!meet (&self, other))
    return;
  group = shared_group (fz_knowledge_set_get_groups (line->knowledge->set), &self, other, &source);
  if (group == NULL)
    return;
  message = in_use ? g_strdup_printf (_("“%s”与患者正在使用的“%s”同属%s，请避免重复用药"), self.name, other->name, group)
                   : g_strdup_printf (_("“%s”与“%s”同属%s，重复用药"), other->name, self.name, group);
  fz_judged_add (line, findings, "generic",
                 (FzFinding){ .rule = "DUP_CLASS",
                              .kind = FZ_FINDING_DUPLICATE,
                              .severity = FZ_SEVERITY_REASON,
                              .about = about,
                              .message = message,
                              .source = source });
}

static gboolean
is_on_sheet (GPtrArray *all, const FzInUse *in_use)
{
  for (guint i = 0; i < all->len; i++)
    if (fz_judged_is_named (all->pdata[i], in_use))
      return TRUE;
  return FALSE;
}

void
fz_check_classes (GPtrArray *all, GPtrArray *findings)
{
  for (guint b = 0; b < all->len; b++) {
    const FzJudged *line = g_ptr_array_index (all, b);

    for (guint a = 0; a < b; a++) {
      Side other = side_of_line (g_ptr_array_index (all, a));

      check_pair (line, &other, FALSE, findings);
    }
    for (guint i = 0; i < line->in_use->len; i++) {
      const FzInUse *medicine = g_ptr_array_index (line->in_use, i);
      Side other = side_in_use (medicine);

      if (!is_on_sheet (all, medicine))
        check_pair (line, &other, TRUE, findings);
    }
  }
}
