#include "app/check.h"

#include "app/catalogue.h"
#include "app/knowledge.h"
#include "app/knowledge_kept.h"
#include "app/line.h"
#include "app/medication.h"
#include "app/override.h"
#include "app/person.h"
#include "app/situation.h"
#include "app/rules.h"
#include "core/drugcheck.h"
#include "core/finding_answer.h"

#include <glib/gi18n-lib.h>

#define CHECKED "checked"
#define CHECKED_ROW "checked_row"

static void
merge_person (FzFields *facts, const char *prefix, const FzFields *person)
{
  if (person != NULL)
    fz_fields_merge (facts, prefix, person);
}

/* Whether the main practice is here follows from the register, not from a tick box. */
static void
put_main_practice (FzDesk *desk, FzFields *facts, const FzFields *doctor)
{
  const char *registered = doctor != NULL ? fz_fields_get (doctor, "registered_at") : NULL;
  const char *here = desk->institution != NULL ? fz_fields_get (desk->institution, "organ.physical_name") : NULL;

  if (registered != NULL && here != NULL)
    fz_fields_set_bool (facts, "doctor.main_practice_here", g_str_equal (registered, here));
}

FzFields *
fz_check_facts (FzDesk *desk, const FzFields *visit, const FzFields *draft, const FzFields *doctor, const FzFields *actor,
                const FzFields *reviewer, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_dup (visit, "fuzhen.check_facts/v1");

  if (draft != NULL) {
    g_autoptr (FzFields) complete = fz_lines_complete (desk, draft);

    fz_fields_merge (facts, NULL, complete);
  }
  merge_person (facts, "doctor", doctor);
  merge_person (facts, "actor", actor);
  merge_person (facts, "reviewer", reviewer);
  put_main_practice (desk, facts, doctor);
  fz_catalogue_put_objections (desk->knowledge, facts);
  return fz_situation_put (desk, fz_desk_now_us (desk), facts, error) ? g_steal_pointer (&facts) : NULL;
}

static void
put_rulebook (const FzRulebook *book, FzFields *out)
{
  fz_fields_set (out, "rulebook.name", fz_rulebook_get_name (book));
  fz_fields_set (out, "rulebook.sha256", fz_rulebook_get_sha256 (book));
}

/* By what, when and from which facts the verdicts came. */
static void
put_judging (const FzRulebook *book, const FzMoment *moments, guint n_moments, FzDate on, const FzFields *given, FzFields *verdicts)
{
  g_autofree char *day = fz_date_format (on);

  put_rulebook (book, verdicts);
  fz_fields_set (verdicts, "rulebook.on", day);
  for (guint i = 0; i < n_moments; i++)
    fz_fields_set_at (verdicts, "rulebook.moment", i, NULL, fz_moment_to_word (moments[i]));
  fz_fields_merge (verdicts, "given", given);
}

/* What a replay of the drug checks needs, apart from the rules' own until a body with their findings takes it: facts below `checked.`, rows
 * of the catalogue as `checked_row.NN.{code,sha256}`. */
static gboolean
check_medication (FzDesk *desk, const FzFields *facts, FzDate on, GPtrArray *findings, FzFields *verdicts, GError **error)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_drug_unref);
  g_autoptr (FzFields) read = NULL;

  if (verdicts == NULL)
    return fz_medication_check (desk->knowledge, facts, on, findings, NULL, error);
  if (!fz_medication_check (desk->knowledge, facts, on, findings, seen, error))
    return FALSE;
  read = fz_fields_new ("fuzhen.part/v1");
  fz_medication_put_read (facts, read);
  fz_fields_merge (verdicts, CHECKED, read);
  for (guint i = 0; i < seen->len && i < 100; i++) {
    const FzDrug *drug = seen->pdata[i];
    g_autofree char *sha256 = fz_knowledge_row_sha256 (drug);

    fz_fields_set_at (verdicts, CHECKED_ROW, i, "code", drug->code);
    fz_fields_set_at (verdicts, CHECKED_ROW, i, "sha256", sha256);
  }
  return TRUE;
}

GPtrArray *
fz_check_run (FzDesk *desk, const FzMoment *moments, guint n_moments, const FzFields *facts, gboolean lines, gint64 at_us,
              FzFields *verdicts, GError **error)
{
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (FzFields) given = fz_fields_new ("fuzhen.given/v1");
  const FzRulebook *book = desk->knowledge->rulebook;
  FzDate on = fz_date_in_beijing (at_us);

  if (!fz_rules_check_usable (desk, error))
    return NULL;
  for (guint i = 0; i < n_moments; i++)
    if (!fz_rulebook_check (book, moments[i], facts, on, findings, verdicts, given, error))
      return NULL;
  fz_person_check (facts, findings);
  if (lines && !check_medication (desk, facts, on, findings, verdicts, error))
    return NULL;
  if (verdicts != NULL)
    put_judging (book, moments, n_moments, on, given, verdicts);
  fz_findings_sort (findings);
  return g_steal_pointer (&findings);
}

static gboolean
is_answered (const FzFinding *finding, const FzFields *draft)
{
  int at = fz_finding_find_answer (finding, draft);

  return at >= 0 && fz_fields_get_at (draft, "override", (guint) at, "reason") != NULL;
}

const FzFinding *
fz_check_blocker (GPtrArray *findings, const FzFields *draft)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (finding->severity == FZ_SEVERITY_STOP ||
        (finding->severity == FZ_SEVERITY_REASON && !is_answered (finding, draft)))
      return finding;
  }
  return NULL;
}

static const char *
reason_label (FzDesk *desk, const char *code)
{
  const char *label = fz_desk_label (desk, "override-reasons", code);

  return label != NULL ? label : fz_desk_label (desk, "long-reasons", code);
}

static void
put_override (FzDesk *desk, const FzFinding *finding, const FzFields *draft, FzFields *body)
{
  int at = fz_finding_find_answer (finding, draft);
  guint n = fz_fields_count (body, "override"), i = (guint) at;
  const char *reason = at >= 0 ? fz_fields_get_at (draft, "override", i, "reason") : NULL;

  if (at < 0)
    return;
  fz_fields_set_at (body, "override", n, "rule", finding->rule);
  fz_fields_set_at (body, "override", n, "field", finding->field);
  fz_fields_set_at (body, "override", n, "message", finding->message);
  fz_fields_set_at (body, "override", n, "reason", reason);
  fz_fields_set_at (body, "override", n, "reason_label", reason_label (desk, reason));
  fz_fields_set_at (body, "override", n, "words", fz_fields_get_at (draft, "override", i, "words"));
  fz_fields_set_at (body, "override", n, "monitor_by", fz_override_asks_day (desk, reason) ? fz_fields_get_at (draft, "override", i, "monitor_by") : NULL);
}

void
fz_check_put (FzDesk *desk, GPtrArray *findings, const FzFields *draft, FzFields *body)
{
  for (guint i = 0; i < findings->len && i < 100; i++) {
    const FzFinding *finding = findings->pdata[i];

    fz_fields_set_at (body, "finding", i, "rule", finding->rule);
    fz_fields_set_at (body, "finding", i, "severity", fz_severity_to_word (finding->severity));
    fz_fields_set_at (body, "finding", i, "message", finding->message);
    fz_fields_set_at (body, "finding", i, "field", finding->field);
    if (finding->severity == FZ_SEVERITY_REASON)
      put_override (desk, finding, draft, body);
  }
}

static void
put_verdict (const char *key, const char *value, gpointer body)
{
  if (!g_str_has_prefix (key, CHECKED ".") && !g_str_has_prefix (key, CHECKED_ROW "."))
    fz_fields_set (body, key, value);
}

void
fz_check_put_rules (FzDesk *desk, const FzFields *verdicts, FzFields *body)
{
  put_rulebook (desk->knowledge->rulebook, body);
  fz_fields_set (body, "knowledge.sha256", fz_knowledge_files_get_sha256 (desk->knowledge->files));
  if (verdicts != NULL)
    fz_fields_foreach (verdicts, put_verdict, body);
}

/* What the body says itself is not said twice. */
static void
put_given (const char *key, const char *value, gpointer data)
{
  FzFields *body = data;
  g_autofree char *given = g_strconcat ("given.", key, NULL);

  if (g_strcmp0 (fz_fields_get (body, key), value) != 0)
    fz_fields_set (body, given, value);
}

void
fz_check_put_engine (FzDesk *desk, const FzFields *verdicts, FzFields *body)
{
  g_autoptr (FzFields) read = verdicts != NULL ? fz_fields_dup_below (verdicts, CHECKED, "fuzhen.part/v1") : NULL;

  fz_fields_set (body, "knowledge.edition", fz_knowledge_set_get_edition (desk->knowledge->set));
  fz_fields_set (body, "knowledge.engine", FZ_DRUGCHECK_VERSION);
  if (read == NULL)
    return;
  fz_fields_foreach (read, put_given, body);
  for (guint i = 0; i < fz_fields_count (verdicts, CHECKED_ROW); i++) {
    fz_fields_set_at (body, "knowledge.row", i, "code", fz_fields_get_at (verdicts, CHECKED_ROW, i, "code"));
    fz_fields_set_at (body, "knowledge.row", i, "sha256", fz_fields_get_at (verdicts, CHECKED_ROW, i, "sha256"));
  }
}

FzFields *
fz_finding_to_fields (const FzFinding *finding)
{
  FzFields *row = fz_fields_new ("fuzhen.finding/v1");

  fz_fields_set (row, "rule", finding->rule);
  fz_fields_set (row, "clause", finding->clause);
  fz_fields_set (row, "kind", fz_finding_kind_to_word (finding->kind));
  fz_fields_set (row, "severity", fz_severity_to_word (finding->severity));
  for (guint i = 0; finding->about[i] != NULL; i++)
    fz_fields_set_at (row, "about", i, NULL, finding->about[i]);
  fz_fields_set (row, "field", finding->field);
  fz_fields_set (row, "message", finding->message);
  fz_fields_set (row, "source", finding->source);
  fz_fields_set_bool (row, "cannot_check", finding->cannot_check);
  return fz_fields_freeze (row);
}
