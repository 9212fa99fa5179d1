#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"
#include "core/drugname.h"
#include "core/text.h"

/* An ointment and a tablet of one substance are no double dose; two tablets are. */
static gboolean
meet_in_body (const FzJudged *a, const FzJudged *b)
{
  return fz_judged_is_systemic (a) == fz_judged_is_systemic (b);
}

static gboolean
is_patent (const FzJudged *self)
{
  return self->drug != NULL && self->drug->kind != FZ_DRUG_WESTERN;
}

static const char *
shared_substance (const FzJudged *a, const FzJudged *b)
{
  for (guint i = 0; a->substances[i] != NULL; i++)
    if (g_strv_contains ((const char *const *) b->substances, a->substances[i]))
      return a->drug != NULL ? a->drug->ingredients[i] : a->substances[i];
  return NULL;
}

static gboolean
have_all_in_common (const FzJudged *a, const FzJudged *b)
{
  for (guint i = 0; a->substances[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) b->substances, a->substances[i]))
      return FALSE;
  return TRUE;
}

/* Two patent medicines often share 甘草 or 丹参: worth a word, no more, unless one holds all of the other. */
static FzSeverity
severity_of_pair (const FzJudged *a, const FzJudged *b)
{
  if (is_patent (a) && is_patent (b) && !have_all_in_common (a, b) && !have_all_in_common (b, a))
    return FZ_SEVERITY_NOTE;
  return FZ_SEVERITY_REASON;
}

static void
check_pair (const FzJudged *a, const FzJudged *b, GPtrArray *findings)
{
  const char *about[] = { a->generic, b->generic, NULL };
  const char *substance = shared_substance (a, b);
  g_autofree char *message = NULL;

  if (substance == NULL || !meet_in_body (a, b))
    return;
  message = g_strdup_printf (_("“%s”与“%s”都含%s，重复用药"), a->generic, b->generic, substance);
  fz_judged_add (b, findings, "generic",
                 (FzFinding){ .rule = "DUP_INGREDIENT",
                              .kind = FZ_FINDING_DUPLICATE,
                              .severity = severity_of_pair (a, b),
                              .about = about,
                              .message = message });
}

/* A gel in use and a tablet on the sheet do not add up either. Of a name alone the worse is believed. */
static gboolean
meets_in_use (const FzJudged *self, const FzInUse *in_use)
{
  FzJudged other = { .route = in_use->drug != NULL ? in_use->drug->route : NULL };

  return meet_in_body (self, &other);
}

/* The same preparation in use is what a follow-up renews; another preparation of its substance doubles it. */
static void
check_current (const FzJudged *self, const FzInUse *in_use, GPtrArray *renewed, GPtrArray *findings)
{
  const char *const *keys = (const char *const *) in_use->keys, *current = in_use->name;
  gboolean same = fz_judged_is_named (self, in_use) || (self->drug != NULL && self->drug == in_use->drug);
  const char *about[] = { self->generic, current, NULL };
  g_autofree char *message = NULL;

  for (guint i = 0; keys[i] != NULL && message == NULL && meets_in_use (self, in_use); i++)
    if (g_strv_contains ((const char *const *) self->substances, keys[i]))
      message = g_strdup_printf (_("“%s”与患者正在使用的“%s”成分相同，请避免重复用药"), self->generic, current);
  if (message == NULL)
    return;
  if (same) {
    if (!g_ptr_array_find (renewed, self->generic, NULL))
      g_ptr_array_add (renewed, (gpointer) (gsize) self->generic);
    return;
  }
  fz_judged_add (self, findings, "generic",
                 (FzFinding){ .rule = "DUP_CURRENT",
                              .kind = FZ_FINDING_DUPLICATE,
                              .severity = FZ_SEVERITY_REASON,
                              .about = about,
                              .message = message });
}

/* One line for the sheet: most of what a follow-up prescribes is renewed. */
static void
say_renewed (GPtrArray *renewed, GPtrArray *findings)
{
  g_autofree char *names = NULL, *message = NULL;

  if (renewed->len == 0)
    return;
  g_ptr_array_add (renewed, NULL);
  names = g_strjoinv (_("”、“"), (GStrv) renewed->pdata);
  message = g_strdup_printf (_("“%s”患者正在使用，本次为续方"), names);
  fz_findings_add (findings, &(FzFinding){ .rule = "RENEWAL",
                                           .kind = FZ_FINDING_DUPLICATE,
                                           .severity = FZ_SEVERITY_NOTE,
                                           .about = (const char *const *) renewed->pdata,
                                           .message = message });
}

void
fz_check_duplicates (GPtrArray *all, GPtrArray *findings)
{
  g_autoptr (GPtrArray) renewed = g_ptr_array_new ();

  for (guint b = 0; b < all->len; b++) {
    const FzJudged *judged = g_ptr_array_index (all, b);

    for (guint a = 0; a < b; a++)
      check_pair (g_ptr_array_index (all, a), judged, findings);
    for (guint i = 0; i < judged->in_use->len; i++)
      check_current (judged, g_ptr_array_index (judged->in_use, i), renewed, findings);
  }
  say_renewed (renewed, findings);
}

static char *
allergy_message (const FzJudged *self, const FzAllergyMatch *match, const char *allergy, const char *substance)
{
  switch (match->kind) {
  case FZ_ALLERGY_SAME:
    return g_strdup_printf (_("患者对“%s”过敏，“%s”含%s"), allergy, self->generic, substance);
  case FZ_ALLERGY_CLASS:
    return g_strdup_printf (_("患者对“%s”过敏，“%s”所含%s属于%s"), allergy, self->generic, substance, match->label);
  case FZ_ALLERGY_CROSS:
    return g_strdup_printf (_("患者对“%s”过敏，“%s”所含%s属于%s，可能交叉过敏"), allergy, self->generic, substance, match->label);
  case FZ_ALLERGY_NONE:
  default:
    return NULL;
  }
}

/* The gravest of what the word itself and, when it is a brand, each substance in the box say of this substance. */
static FzAllergyMatch
match_allergen (const FzJudged *self, const char *word, const char *const *boxed, const char *substance)
{
  const FzAllergies *table = fz_knowledge_set_get_allergies (self->knowledge->set);
  FzAllergyMatch worst = fz_allergy_match (table, word, substance);

  for (guint i = 0; boxed != NULL && boxed[i] != NULL; i++) {
    FzAllergyMatch match = fz_allergy_match (table, boxed[i], substance);

    if (match.kind != FZ_ALLERGY_NONE && (worst.kind == FZ_ALLERGY_NONE || match.severity > worst.severity))
      worst = match;
  }
  return worst;
}

static void
check_allergen (const FzJudged *self, const char *word, const char *const *boxed, const char *allergy, GPtrArray *findings)
{
  for (guint i = 0; self->substances[i] != NULL; i++) {
    FzAllergyMatch match = match_allergen (self, word, boxed, self->substances[i]);
    const char *substance = self->drug != NULL ? self->drug->ingredients[i] : self->substances[i];
    g_autofree char *message = allergy_message (self, &match, allergy, substance);

    if (message != NULL)
      fz_judged_add (self, findings, "generic",
                     (FzFinding){ .rule = "ALLERGY",
                                  .kind = FZ_FINDING_ALLERGY,
                                  .severity = match.severity,
                                  .message = message,
                                  .source = match.source });
  }
}

static gboolean
is_a_substance (const FzJudged *self, const char *word)
{
  return fz_catalogue_find_ingredient (self->knowledge->catalogue, word, NULL) != NULL;
}

/* What a product by its name or brand is made of, or NULL. */
static GStrv
substances_of_box (const FzDrugKnowledge *knowledge, const char *word)
{
  const FzDrug *branded = fz_in_use_find (knowledge, word);

  return branded != NULL ? g_strdupv ((GStrv) (gsize) branded->ingredient_keys) : fz_compound_substances (knowledge, word);
}

static void
check_allergy (GPtrArray *all, const char *allergy, GPtrArray *findings)
{
  const FzJudged *first = g_ptr_array_index (all, 0);
  g_auto (GStrv) words = fz_allergy_words (allergy);

  for (guint w = 0; words[w] != NULL; w++) {
    g_autofree char *message = NULL;
    g_auto (GStrv) boxed = substances_of_box (first->knowledge, words[w]);

    for (guint i = 0; i < all->len; i++)
      check_allergen (g_ptr_array_index (all, i), words[w], (const char *const *) boxed, allergy, findings);
    if (boxed != NULL || fz_allergy_is_known (fz_knowledge_set_get_allergies (first->knowledge->set), words[w]) || is_a_substance (first, words[w]))
      continue;
    message = g_strdup_printf (_("过敏史“%s”不是已知的药物或类别，请人工核对"), allergy);
    fz_findings_add (findings, &(FzFinding){ .rule = "ALLERGY_UNKNOWN",
                                             .kind = FZ_FINDING_ALLERGY,
                                             .severity = FZ_SEVERITY_NOTE,
                                             .field = "patient.allergies",
                                             .message = message,
                                             .cannot_check = TRUE });
  }
}

void
fz_check_allergies (GPtrArray *all, GPtrArray *findings)
{
  const FzJudged *first = all->len > 0 ? g_ptr_array_index (all, 0) : NULL;

  if (first == NULL || first->request->allergies == NULL)
    return;
  for (guint i = 0; first->request->allergies[i] != NULL; i++)
    check_allergy (all, first->request->allergies[i], findings);
}
