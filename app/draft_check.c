#include "app/draft_check.h"

#include "app/check.h"
#include "app/knowledge.h"
#include "core/rulebook.h"

#include <glib/gi18n-lib.h>
#include <string.h>

FzDesk *
fz_desk_of_knowledge (GError **error)
{
  g_autoptr (FzKnowledge) plain = fz_knowledge_load (error);
  FzDesk *desk = plain != NULL ? g_new0 (FzDesk, 1) : NULL;

  if (desk == NULL)
    return NULL;
  desk->knowledge = fz_knowledge_with_starter (plain, error);
  if (desk->knowledge != NULL)
    return desk;
  fz_desk_close (desk);
  return NULL;
}

/* The facts a draft can carry; those of a herbal sheet only when it says that it is one. A clause about anything else has nobody here to answer it. */
static gboolean
is_carried (const FzFields *facts, const char *key)
{
  static const char *const herbal[] = { "rx.packets", "rx.decoction", "rx.freq", "rx.route", "rx.tcm.pattern" };
  static const char *const keys[] = { "patient.birth_date", "patient.sex", "diagnosis", "prior", "eligibility.verdict", "rx.guardian_present",
                                      "rx.specialist_present", "rx.item", "rx.valid_days", "doctor.person", "reviewer.person" };

  for (guint i = 0; key != NULL && i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i], key))
      return TRUE;
  for (guint i = 0; key != NULL && g_strcmp0 (fz_fields_get (facts, "rx.sheet"), "herbal") == 0 && i < G_N_ELEMENTS (herbal); i++)
    if (g_str_equal (herbal[i], key))
      return TRUE;
  return key == NULL;
}

/* Of a line: what the store works out, and not the draft. */
static gboolean
is_of_the_store (const char *item)
{
  return g_strcmp0 (item, "quantity") == 0 || g_strcmp0 (item, "right") == 0;
}

static gboolean
asks_only_carried (const FzFields *facts, const FzFields *clause)
{
  for (guint i = 0; i < fz_fields_count (clause, "params.keys"); i++)
    if (!is_carried (facts, fz_fields_get_at (clause, "params.keys", i, NULL)))
      return FALSE;
  return is_carried (facts, fz_fields_get (clause, "params.key")) && is_carried (facts, fz_fields_get (clause, "params.other")) &&
         is_carried (facts, fz_fields_get (clause, "params.list")) && is_carried (facts, fz_fields_get (clause, "params.prior")) &&
         !is_of_the_store (fz_fields_get (clause, "params.item"));
}

/* Findings of the drug checks have no clause of that name and always stand. Of a subject with clauses in several layers one that the
 * draft can answer is enough. */
static gboolean
is_askable (const FzRulebook *book, const FzFields *facts, const FzFinding *finding)
{
  gboolean known = FALSE;

  for (guint i = 0; i < fz_rulebook_get_n_clauses (book); i++) {
    const FzFields *clause = fz_rulebook_get_clause (book, i);

    if (g_strcmp0 (fz_fields_get (clause, "id"), finding->rule) != 0)
      continue;
    if (asks_only_carried (facts, clause))
      return TRUE;
    known = TRUE;
  }
  return !known;
}

/* A reason that the draft gives is given. */
static gboolean
is_answered (const FzFinding *finding, const FzFields *facts)
{
  if (finding->cannot_check)
    return FALSE;
  if (g_str_equal (finding->rule, "QTY_7D"))
    return fz_fields_has (facts, "rx.reason_over_7d");
  return g_str_equal (finding->rule, "QTY_LONG_4W") && fz_fields_has (facts, "rx.reason_over_7d") &&
         fz_fields_is_yes (facts, "rx.long_confirmed");
}

static const char *
uncoded_prior (const FzFields *facts)
{
  for (guint i = 0; i < fz_fields_count (facts, "prior"); i++)
    if (fz_fields_get_at (facts, "prior", i, "code") == NULL)
      return fz_fields_get_at (facts, "prior", i, "name");
  return NULL;
}

/* A prior diagnosis in words that no list knows may be the same disease: that is for a person, not a stop. */
static void
add_judged (const FzFinding *finding, const FzFields *facts, GPtrArray *out)
{
  const char *uncoded = g_str_equal (finding->rule, "RX_SAME_CATEGORY") || g_str_equal (finding->rule, "RX_SAME_CODE") ? uncoded_prior (facts) : NULL;
  g_autofree char *message = NULL;
  FzFinding copy = *finding;

  if (uncoded != NULL) {
    message = g_strdup_printf (_ ("既往诊断“%s”没有编码，无法核对是否为同一种疾病，请人工核对。"), uncoded);
    copy.severity = FZ_SEVERITY_REASON;
    copy.message = message;
    copy.cannot_check = TRUE;
  }
  fz_findings_add (out, &copy);
}

static void
check_dispensing (const FzDraftCase *draft, GPtrArray *out)
{
  gint64 days = 0, until;
  FzFinding finding = { .rule = "DISPENSE_EXPIRED", .clause = "《处方管理办法》第十八条", .kind = FZ_FINDING_RULE, .severity = FZ_SEVERITY_STOP,
                        .field = "dispense_at", .source = "《处方管理办法》第十八条" };

  if (draft->dispense_us == 0 || !fz_fields_get_int (draft->facts, "rx.valid_days", &days))
    return;
  until = fz_date_beijing_start_us (fz_date_add_days (fz_date_in_beijing (draft->at_us), days));
  finding.message = _ ("处方已过有效期，不能发药。请医师重新开具。");
  if (draft->dispense_us >= until)
    fz_findings_add (out, &finding);
  else if (draft->dispense_us < draft->at_us) {
    finding.rule = "DISPENSE_BEFORE_ISSUE";
    finding.clause = finding.source = NULL;
    finding.message = _ ("发药时间早于开具时间，请核对。");
    fz_findings_add (out, &finding);
  }
}

GPtrArray *
fz_draft_case_check (FzDesk *desk, const FzDraftCase *draft, gint64 at_us, GError **error)
{
  static const FzMoment moments[] = { FZ_MOMENT_PRESCRIBE, FZ_MOMENT_REVIEW };
  guint n = fz_fields_has (draft->facts, "reviewer.person") ? 2 : 1;
  g_autoptr (GPtrArray) all = fz_check_run (desk, moments, n, draft->facts, TRUE, at_us, NULL, error), out = NULL;

  if (all == NULL)
    return NULL;
  out = fz_findings_new ();
  for (guint i = 0; i < all->len; i++)
    if (is_askable (desk->knowledge->rulebook, draft->facts, all->pdata[i]) && !is_answered (all->pdata[i], draft->facts))
      add_judged (all->pdata[i], draft->facts, out);
  check_dispensing (draft, out);
  fz_findings_sort (out);
  return g_steal_pointer (&out);
}
