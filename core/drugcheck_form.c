#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"

static void
add (const FzJudged *self, GPtrArray *findings, const char *field, const char *rule, FzSeverity severity, gboolean cannot,
     const char *message)
{
  fz_judged_add (self, findings, field,
                 (FzFinding){ .rule = rule, .kind = FZ_FINDING_FORM, .severity = severity, .message = message, .cannot_check = cannot });
}

static gboolean
is_written (const char *text)
{
  return text != NULL && *text != '\0';
}

static const char *
state_of (const FzJudged *self, const char *form)
{
  int row = fz_codes_find_code (self->knowledge->forms, form);

  return row < 0 ? "" : fz_codes_get (self->knowledge->forms, (guint) row, "state");
}

/* A film-coated tablet written as 片剂 is the same to everybody; a capsule made an injection is not. */
static void
check_form_word (const FzJudged *self, GPtrArray *findings)
{
  g_autofree char *message = NULL;
  gboolean other_state;

  if (!is_written (self->line->form))
    return;
  if (self->form == NULL) {
    message = g_strdup_printf (_("“%s”的剂型“%s”不在代码表中，无法核对"), self->generic, self->line->form);
    add (self, findings, "form", "FORM_UNKNOWN", FZ_SEVERITY_NOTE, TRUE, message);
    return;
  }
  if (self->drug == NULL || g_str_equal (self->form, self->drug->form))
    return;
  other_state = g_strcmp0 (state_of (self, self->form), state_of (self, self->drug->form)) != 0;
  if (!other_state)
    return;
  message = g_strdup_printf (_("“%s”写为%s，与目录中的剂型%s不符"), self->generic, fz_codes_get_label (self->knowledge->forms, self->form),
                             fz_codes_get_label (self->knowledge->forms, self->drug->form));
  add (self, findings, "form", "FORM_CATALOGUE", FZ_SEVERITY_REASON, FALSE, message);
}

static gboolean
form_allows_route (const FzJudged *self)
{
  int row = fz_codes_find_code (self->knowledge->forms, self->form);

  return row < 0 || fz_codes_field_has (self->knowledge->forms, (guint) row, "routes", self->route);
}

static void
check_route_word (const FzJudged *self, GPtrArray *findings)
{
  g_autofree char *message = NULL;

  if (is_written (self->line->route) && self->route == NULL) {
    message = g_strdup_printf (_("“%s”的给药途径“%s”不在代码表中，无法核对"), self->generic, self->line->route);
    add (self, findings, "route", "ROUTE_UNKNOWN", FZ_SEVERITY_NOTE, TRUE, message);
    return;
  }
  if (self->route == NULL || (self->drug != NULL && g_str_equal (self->route, self->drug->route)))
    return;
  if (!form_allows_route (self)) {
    message = g_strdup_printf (_("“%s”为%s，给药途径写为%s，剂型与途径不符"), self->generic,
                               fz_codes_get_label (self->knowledge->forms, self->form),
                               fz_codes_get_label (self->knowledge->routes, self->route));
    add (self, findings, "route", "ROUTE_FORM", FZ_SEVERITY_REASON, FALSE, message);
  } else if (self->drug != NULL) {
    message = g_strdup_printf (_("“%s”的给药途径写为%s，目录中为%s"), self->generic,
                               fz_codes_get_label (self->knowledge->routes, self->route),
                               fz_codes_get_label (self->knowledge->routes, self->drug->route));
    add (self, findings, "route", "ROUTE_CATALOGUE", FZ_SEVERITY_NOTE, FALSE, message);
  }
}

static void
check_strength (const FzJudged *self, GPtrArray *findings)
{
  g_autofree char *message = NULL;
  FzDose written = { 0 };

  if (self->drug == NULL || !is_written (self->line->strength) || self->drug->strength.unit == NULL ||
      !fz_dose_parse (self->line->strength, &written, NULL))
    return;
  if (fz_dose_comparable (&written, &self->drug->strength) && fz_dose_compare (&written, &self->drug->strength) == 0)
    return;
  message = g_strdup_printf (_("“%s”写明规格 %s，目录中为 %s"), self->generic, self->line->strength, self->drug->strength_text);
  add (self, findings, "strength", "DRUG_STRENGTH", FZ_SEVERITY_NOTE, FALSE, message);
}

void
fz_check_form (const FzJudged *self, GPtrArray *findings)
{
  check_form_word (self, findings);
  check_route_word (self, findings);
  check_strength (self, findings);
}
