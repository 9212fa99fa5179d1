#include "core/finding_answer.h"

char *
fz_finding_dup_pair (const FzFinding *self)
{
  gboolean of_two = self->kind == FZ_FINDING_INTERACTION || self->kind == FZ_FINDING_DUPLICATE;

  if (!of_two || self->about == NULL || self->about[0] == NULL || self->about[1] == NULL)
    return NULL;
  return g_strdup_printf ("%s|%s", self->about[0], self->about[1]);
}

int
fz_finding_find_answer (const FzFinding *self, const FzFields *draft)
{
  g_autofree char *mine = fz_finding_dup_pair (self);

  for (guint i = 0; draft != NULL && i < fz_fields_count (draft, "override"); i++) {
    const char *pair = fz_fields_get_at (draft, "override", i, "pair");

    if (g_strcmp0 (fz_fields_get_at (draft, "override", i, "rule"), self->rule) == 0 &&
        g_strcmp0 (fz_fields_get_at (draft, "override", i, "field"), self->field) == 0 && (pair == NULL || g_strcmp0 (pair, mine) == 0))
      return (int) i;
  }
  return -1;
}
