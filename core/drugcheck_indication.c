#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"

/* Names of lines that one finding speaks of. */
typedef struct {
  GPtrArray *names; /* borrowed, NULL-terminated at the end */
  GString *text;
} Names;

static void
names_add (Names *self, const char *name)
{
  if (self->names == NULL) {
    self->names = g_ptr_array_new ();
    self->text = g_string_new (NULL);
  }
  g_string_append_printf (self->text, _("%s“%s”"), self->names->len > 0 ? "、" : "", name);
  g_ptr_array_add (self->names, (gpointer) (gsize) name);
}

/* --- */

static gboolean
is_covered (const FzJudged *self)
{
  for (guint i = 0; self->substances[i] != NULL; i++)
    if (fz_indications_cover (fz_knowledge_set_get_indications (self->knowledge->set), self->substances[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_indicated (const FzJudged *self, const char **source)
{
  const FzIndications *table = fz_knowledge_set_get_indications (self->knowledge->set);
  const char *const *codes = self->request->diagnoses;

  for (guint i = 0; self->substances[i] != NULL; i++) {
    if (*source == NULL)
      *source = fz_indications_source (table, self->substances[i]);
    for (guint k = 0; codes[k] != NULL; k++)
      if (fz_indications_match (table, self->substances[i], codes[k]))
        return TRUE;
  }
  return FALSE;
}

static void
check_line (const FzJudged *self, Names *uncovered, GPtrArray *findings)
{
  const char *source = NULL;
  g_autofree char *message = NULL;

  /* Herbs are chosen by disease and pattern of TCM, not by a code of the ICD: that is the pharmacist's to judge (review item H1). */
  if (self->drug != NULL && self->drug->kind == FZ_DRUG_HERBAL)
    return;
  if (!is_covered (self)) {
    names_add (uncovered, self->generic);
    return;
  }
  /* A diagnosis in words alone may be the one: then it is said that it cannot be judged, not that it is wrong. */
  if (is_indicated (self, &source) || (self->request->uncoded != NULL && self->request->uncoded[0] != NULL))
    return;
  message = g_strdup_printf (_("本次诊断不在“%s”的常用适应证内，请核对诊断或说明用药理由"), self->generic);
  fz_judged_add (self, findings, "generic",
                 (FzFinding){ .rule = "INDICATION", .kind = FZ_FINDING_CONTRAINDICATION, .severity = FZ_SEVERITY_REASON, .message = message, .source = source });
}

static void
say_uncovered (Names *uncovered, GPtrArray *findings)
{
  g_autofree char *message = NULL;

  if (uncovered->names == NULL)
    return;
  g_ptr_array_add (uncovered->names, NULL);
  message = g_strdup_printf (_("知识库没有%s的适应证，请人工核对诊断与用药是否相符"), uncovered->text->str);
  fz_findings_add (findings, &(FzFinding){ .rule = "INDICATION_UNCOVERED",
                                           .kind = FZ_FINDING_CONTRAINDICATION,
                                           .severity = FZ_SEVERITY_NOTE,
                                           .about = (const char *const *) uncovered->names->pdata,
                                           .message = message,
                                           .cannot_check = TRUE });
  g_ptr_array_unref (uncovered->names);
  g_string_free (uncovered->text, TRUE);
}

static void
say_uncoded (const char *const *uncoded, GPtrArray *findings)
{
  g_autofree char *list = uncoded != NULL && uncoded[0] != NULL ? g_strjoinv ("、", (GStrv) (gsize) uncoded) : NULL;
  g_autofree char *message = NULL;

  if (list == NULL)
    return;
  message = g_strdup_printf (_("诊断“%s”没有编码，适应证和疾病禁忌无法完全核对，请人工核对"), list);
  fz_findings_add (findings, &(FzFinding){ .rule = "DIAGNOSIS_UNCODED",
                                           .kind = FZ_FINDING_CONTRAINDICATION,
                                           .severity = FZ_SEVERITY_NOTE,
                                           .field = "diagnosis",
                                           .message = message,
                                           .cannot_check = TRUE });
}

void
fz_check_indications (GPtrArray *all, GPtrArray *findings)
{
  const FzCheckRequest *request = all->len > 0 ? ((const FzJudged *) all->pdata[0])->request : NULL;
  Names uncovered = { 0 };

  if (request == NULL)
    return;
  say_uncoded (request->uncoded, findings);
  /* No diagnosis at all is the rulebook's stop. */
  if (request->diagnoses == NULL || request->diagnoses[0] == NULL)
    return;
  for (guint i = 0; i < all->len; i++)
    check_line (g_ptr_array_index (all, i), &uncovered, findings);
  say_uncovered (&uncovered, findings);
}
