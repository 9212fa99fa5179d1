#include "app/length.h"

#include "app/platform/message.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define RULE "PLATFORM_LENGTH"

/* The messages that carry what a doctor writes. */
static const char *const methods[] = { "uploadElectMedicalRecord", "uploadRecipeIndicators" };

/* The form's field of a fact that the doctor writes; NULL for any other. Diagnoses go joined in one text. */
static const char *
field_of (const char *fact)
{
  if (g_str_has_prefix (fact, "record."))
    return fact;
  if (g_str_has_prefix (fact, "diagnosis."))
    return "diagnosis";
  return g_str_has_prefix (fact, "rx.item.") && g_str_has_suffix (fact, ".note") ? fact : NULL;
}

static gboolean
is_known (GPtrArray *findings, const char *field)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (g_str_equal (finding->rule, RULE) && g_strcmp0 (finding->field, field) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
add_too_long (const FzMessageProblem *problem, GPtrArray *findings)
{
  const char *field = problem->kind == FZ_PROBLEM_TOO_LONG && problem->fact != NULL ? field_of (problem->fact) : NULL;
  g_autofree char *message = g_strdup_printf (_ ("%s：%s"), problem->label_zh, problem->reason);
  FzFinding finding = { .rule = RULE, .kind = FZ_FINDING_FORM, .severity = FZ_SEVERITY_STOP, .field = field, .message = message };

  if (field != NULL && !is_known (findings, field))
    fz_findings_add (findings, &finding);
}

void
fz_length_check (FzDesk *desk, const FzFields *draft, GPtrArray *findings)
{
  for (gsize m = 0; m < G_N_ELEMENTS (methods); m++) {
    g_autoptr (GPtrArray) problems = NULL;
    /* Built only to be looked at: what is missing here comes from elsewhere. */
    G_GNUC_UNUSED g_autoptr (GBytes) payload = fz_message_build (desk->knowledge->messages, methods[m], draft, &problems, NULL);

    for (guint i = 0; problems != NULL && i < problems->len; i++)
      add_too_long (problems->pdata[i], findings);
  }
  fz_findings_sort (findings);
}

guint
fz_desk_text_limit (FzDesk *self, const char *fact)
{
  gint64 least = 0;

  for (gsize m = 0; m < G_N_ELEMENTS (methods); m++) {
    gint64 most = fz_message_table_get_most (self->knowledge->messages, methods[m], fact);

    if (most > 0 && (least == 0 || most < least))
      least = most;
  }
  return (guint) least;
}
