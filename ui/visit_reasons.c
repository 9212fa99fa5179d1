/* The reasons given for what was found, kept with the draft, and what still stands in the way of signing. */
#include "core/finding_answer.h"
#include "ui/visit_model_private.h"

/* The same rule about the same two. */
static gboolean
is_same_pair (const FzFinding *a, const FzFinding *b)
{
  if (!g_str_equal (a->rule, b->rule) || a->about[0] == NULL || a->about[1] == NULL || b->about[0] == NULL || b->about[1] == NULL)
    return FALSE;
  return g_strv_contains (a->about, b->about[0]) && g_strv_contains (a->about, b->about[1]);
}

void
fz_visit_model_carry_reasons (FzVisitModel *self, GPtrArray *before, const FzFields *draft)
{
  for (guint i = 0; i < self->findings->len; i++) {
    const FzFinding *now = self->findings->pdata[i];

    for (guint k = 0; now->severity == FZ_SEVERITY_REASON && k < before->len; k++) {
      const FzFinding *then = before->pdata[k];
      int at = is_same_pair (now, then) ? fz_finding_find_answer (then, draft) : -1;

      if (at < 0 || fz_finding_find_answer (now, self->draft) >= 0)
        continue;
      fz_visit_model_set_reason (self, now, fz_fields_get_at (draft, "override", (guint) at, "reason"),
                                 fz_fields_get_at (draft, "override", (guint) at, "words"));
      fz_visit_model_set_reason_day (self, now, fz_fields_get_at (draft, "override", (guint) at, "monitor_by"));
    }
  }
  fz_visit_model_flush (self, NULL);
}

static int
find_reason (FzVisitModel *self, const FzFinding *finding)
{
  return fz_finding_find_answer (finding, self->draft);
}

const char *
fz_visit_model_get_reason (FzVisitModel *self, const FzFinding *finding, const char **out_words)
{
  int at = find_reason (self, finding);

  if (out_words != NULL)
    *out_words = at >= 0 ? fz_fields_get_at (self->draft, "override", (guint) at, "words") : NULL;
  return at >= 0 ? fz_fields_get_at (self->draft, "override", (guint) at, "reason") : NULL;
}

void
fz_visit_model_set_reason (FzVisitModel *self, const FzFinding *finding, const char *code, const char *words)
{
  int at = find_reason (self, finding);
  guint i = at >= 0 ? (guint) at : fz_fields_count (self->draft, "override");
  g_autofree char *pair = fz_finding_dup_pair (finding);

  fz_fields_set_at (self->draft, "override", i, "rule", finding->rule);
  fz_fields_set_at (self->draft, "override", i, "field", finding->field);
  fz_fields_set_at (self->draft, "override", i, "pair", pair);
  fz_fields_set_at (self->draft, "override", i, "reason", code);
  fz_fields_set_at (self->draft, "override", i, "words", words);
  fz_visit_model_touch (self);
}

const char *
fz_visit_model_get_reason_day (FzVisitModel *self, const FzFinding *finding)
{
  int at = find_reason (self, finding);

  return at >= 0 ? fz_fields_get_at (self->draft, "override", (guint) at, "monitor_by") : NULL;
}

void
fz_visit_model_set_reason_day (FzVisitModel *self, const FzFinding *finding, const char *day)
{
  int at = find_reason (self, finding);

  if (at < 0)
    return;
  fz_fields_set_at (self->draft, "override", (guint) at, "monitor_by", day != NULL && *day != '\0' ? day : NULL);
  fz_visit_model_touch (self);
}

gboolean
fz_visit_model_has_reason (FzVisitModel *self, const FzFinding *finding, char **why)
{
  g_autoptr (GError) error = NULL;

  if (fz_desk_check_reason (self->session, finding, self->draft, &error))
    return TRUE;
  if (why != NULL)
    *why = g_strdup (error->message);
  return FALSE;
}

const FzFinding *
fz_visit_model_get_blocker (FzVisitModel *self)
{
  for (guint i = 0; i < self->findings->len; i++) {
    const FzFinding *finding = self->findings->pdata[i];

    if (finding->severity == FZ_SEVERITY_STOP ||
        (finding->severity == FZ_SEVERITY_REASON && !fz_visit_model_has_reason (self, finding, NULL)))
      return finding;
  }
  return NULL;
}
