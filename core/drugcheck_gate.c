#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"

static char *
controlled_message (const FzJudged *self, const FzControlledHit *hit)
{
  const char *label = fz_controlled_list_label (hit->list);

  if (hit->severity == FZ_SEVERITY_STOP)
    return g_strdup_printf (_("“%s”属于%s（%s），不得在互联网诊疗中开具"), self->generic, label, hit->entry);
  if (hit->uncertain)
    return g_strdup_printf (_("“%s”可能属于%s（%s），请核对品种和剂型"), self->generic, label, hit->entry);
  return g_strdup_printf (_("“%s”属于%s（%s），请按相应规定核对"), self->generic, label, hit->entry);
}

static void
check_controlled (const FzJudged *self, GPtrArray *findings)
{
  FzControlledQuery query = {
    .name = self->generic,
    .brand = self->line->brand,
    .ingredients = self->drug != NULL ? self->drug->ingredients : NULL,
    .form_state = fz_judged_state (self),
    .outside_pharmacy = self->request->outside_pharmacy,
  };
  g_autoptr (GArray) hits = fz_controlled_match (self->knowledge->controlled, self->request->on_date, &query);

  for (guint i = 0; i < hits->len; i++) {
    const FzControlledHit *hit = &g_array_index (hits, FzControlledHit, i);
    g_autofree char *upper = g_ascii_strup (hit->list, -1);
    g_autofree char *rule = g_strconcat ("CONTROLLED_", upper, NULL);
    g_autofree char *message = controlled_message (self, hit);

    fz_judged_add (self, findings, "generic",
                   (FzFinding){ .rule = rule,
                                .kind = FZ_FINDING_CONTROLLED,
                                .severity = hit->severity,
                                .message = message,
                                .source = hit->source,
                                .cannot_check = hit->uncertain });
  }
}

static void
check_antibacterial (const FzJudged *self, GPtrArray *findings)
{
  g_autofree char *message = NULL;

  if (self->limits == NULL || self->limits->antibacterial != FZ_ANTIBACTERIAL_SPECIAL)
    return;
  message = g_strdup_printf (_("“%s”为特殊使用级抗菌药物，不得在门诊（含互联网诊疗）使用"), self->generic);
  fz_judged_add (self, findings, "generic",
                 (FzFinding){ .rule = "ANTIBACTERIAL_SPECIAL",
                              .kind = FZ_FINDING_CONTROLLED,
                              .severity = FZ_SEVERITY_STOP,
                              .message = message,
                              .source = self->limits->source });
}

void
fz_check_gate (const FzJudged *self, GPtrArray *findings)
{
  check_controlled (self, findings);
  check_antibacterial (self, findings);
}
