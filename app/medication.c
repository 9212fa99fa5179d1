#include "app/medication.h"

#include "app/catalogue.h"
#include "app/knowledge.h"
#include "app/person.h"
#include "core/drugcheck.h"
#include "core/herbcheck.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_CURRENT 100

static void
fill_line (const FzCatalogue *catalogue, const FzFields *facts, guint i, FzCheckLine *line)
{
  const char *code = fz_fields_get_at (facts, "rx.item", i, "drug");
  gint64 days = 0, quantity = 0;

  line->drug = code != NULL ? fz_catalogue_find_code (catalogue, code) : NULL;
  line->generic = fz_fields_get_at (facts, "rx.item", i, "generic");
  line->brand = fz_fields_get_at (facts, "rx.item", i, "brand");
  line->strength = fz_fields_get_at (facts, "rx.item", i, "strength");
  line->form = fz_fields_get_at (facts, "rx.item", i, "form");
  line->route = fz_fields_get_at (facts, "rx.item", i, "route");
  line->dose = fz_fields_get_at (facts, "rx.item", i, "dose");
  line->freq = fz_fields_get_at (facts, "rx.item", i, "freq");
  if (fz_fields_get_int_at (facts, "rx.item", i, "days", &days) && days > 0 && days < 1000)
    line->days = (guint) days;
  /* The sheet counts packs, the check counts pieces. */
  if (fz_fields_get_int_at (facts, "rx.item", i, "quantity", &quantity))
    line->quantity = line->drug != NULL ? quantity * MAX (1, line->drug->pack_units) : quantity;
}

static char **
list_of (const FzFields *facts, const char *list, const char *key)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; i < fz_fields_count (facts, list); i++)
    if (fz_fields_get_at (facts, list, i, key) != NULL)
      g_ptr_array_add (words, g_strdup (fz_fields_get_at (facts, list, i, key)));
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

/* The record's allergy text is asked as well: what the doctor heard in this visit counts like what the patient sent. */
static char **
allergies_of (const FzFields *facts)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *history = fz_fields_get (facts, "record.allergy_history");

  for (guint i = 0; i < fz_fields_count (facts, "allergy"); i++)
    g_ptr_array_add (words, g_strdup (fz_fields_get_at (facts, "allergy", i, NULL)));
  if (history != NULL)
    g_ptr_array_add (words, g_strdup (history));
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

/* What the doctor wrote that the patient takes, a name a piece. */
static void
add_written (const char *text, GPtrArray *words)
{
  g_auto (GStrv) pieces = g_regex_split_simple ("[、，,；;。\\n]+", text, 0, 0);

  for (guint i = 0; pieces[i] != NULL && words->len < MOST_CURRENT; i++) {
    g_strstrip (pieces[i]);
    if (*pieces[i] != '\0' && !g_str_equal (pieces[i], "无") && !g_str_has_prefix (pieces[i], "否认"))
      g_ptr_array_add (words, g_strdup (pieces[i]));
  }
}

/* NULL at the end; empty: none, or nobody asked. */
static char **
current_of (const FzFields *facts)
{
  g_auto (GStrv) listed = list_of (facts, "current", "generic");
  const char *written = fz_fields_get (facts, "record.current_drugs");
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; listed[i] != NULL; i++)
    g_ptr_array_add (words, g_strdup (listed[i]));
  if (written != NULL)
    add_written (written, words);
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

/* Codes of a list; with `uncoded` the names of those that have none. */
static char **
codes_of (const FzFields *facts, const char *list, gboolean uncoded)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; i < fz_fields_count (facts, list); i++) {
    const char *code = fz_fields_get_at (facts, list, i, "code"), *word = uncoded ? fz_fields_get_at (facts, list, i, "name") : code;

    if (word != NULL && (!uncoded || code == NULL))
      g_ptr_array_add (words, g_strdup (word));
  }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

/* The checks name lines `item.NN…`; the form and the clauses say `rx.item.NN…`. */
static void
add_all (GPtrArray *found, GPtrArray *findings)
{
  for (guint i = 0; i < found->len; i++) {
    FzFinding finding = *(const FzFinding *) found->pdata[i];
    g_autofree char *field = finding.field != NULL && g_str_has_prefix (finding.field, "item.") ? g_strconcat ("rx.", finding.field, NULL) : NULL;

    if (field != NULL)
      finding.field = field;
    fz_findings_add (findings, &finding);
  }
}

/* Every sheet says what was not looked at: silence would read as safety. */
static void
say_limits (const FzKnowledgeSet *set, GPtrArray *findings)
{
  g_autofree char *gaps = g_strjoinv ("；", (GStrv) (gsize) fz_knowledge_set_get_not_covered (set, FALSE));
  g_autofree char *message = g_strdup_printf (_ ("药品知识库“%s”（%s 版）不覆盖：%s。"), fz_knowledge_set_get_title (set, FALSE),
                                              fz_knowledge_set_get_edition (set), gaps);

  fz_findings_add (findings, &(FzFinding){ .rule = "KNOWLEDGE_LIMITS",
                                           .kind = FZ_FINDING_RULE,
                                           .severity = FZ_SEVERITY_NOTE,
                                           .message = message,
                                           .cannot_check = TRUE });
}

/* Nobody said what else is taken: then nothing was held against it. */
static void
say_current (const FzFields *facts, guint n_lines, GPtrArray *findings)
{
  if (n_lines > 0 && fz_fields_count (facts, "current") == 0 && !fz_fields_has (facts, "record.current_drugs"))
    fz_findings_add (findings, &(FzFinding){ .rule = "CURRENT_UNKNOWN",
                                             .kind = FZ_FINDING_INTERACTION,
                                             .severity = FZ_SEVERITY_NOTE,
                                             .message = _ ("未记录目前用药，无法核对与在用药品的相互作用和重复用药，请在病历中填写或人工核对"),
                                             .cannot_check = TRUE });
}

/* --- herbs --- */

static FzPregnant
pregnant_of (const FzKnowledge *know, const FzFields *facts, FzDate on)
{
  static const FzPregnant answers[] = { [FZ_ANSWER_UNKNOWN] = FZ_PREGNANT_UNKNOWN, [FZ_ANSWER_NO] = FZ_PREGNANT_NO, [FZ_ANSWER_YES] = FZ_PREGNANT_YES };
  g_autofree char *day = fz_date_format (on);
  FzCheckRequest request = { .on_date = day };

  fz_person_fill (facts, &request);
  return answers[fz_drugcheck_pregnant (know->set, &request)];
}

static void
check_herbs (const FzKnowledge *know, const FzFields *facts, guint n, FzDate on, GPtrArray *findings)
{
  g_autofree FzHerbLine *lines = g_new0 (FzHerbLine, n + 1);
  const char *route = fz_fields_get (facts, "rx.route");
  FzHerbRequest request = { .lines = lines, .n_lines = n, .pregnant = pregnant_of (know, facts, on), .external = route != NULL && route[0] != '1' };
  g_autoptr (GPtrArray) found = fz_findings_new ();

  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (fz_fields_get_at (facts, "rx.item", i, "kind"), "herbal") != 0)
      return; /* a sheet of two kinds is stopped as such */
    lines[i].name = fz_fields_get_at (facts, "rx.item", i, "generic");
    lines[i].dose = fz_fields_get_at (facts, "rx.item", i, "dose");
    lines[i].special = fz_fields_get_at (facts, "rx.item", i, "special");
  }
  fz_herbcheck_run (know->herbs, &request, found);
  add_all (found, findings);
}

/* --- what is read --- */

/* Whatever the check comes to read stands here: a replay sees nothing else (tests/desk/knowledge.c compares). */
static const char *const read_keys[] = { "patient.sex",       "patient.age_years", "patient.birth_date", "patient.weight_kg", "patient.pregnant",
                                         "patient.lactating", "patient.egfr",      "patient.liver",      "record.weight_kg",  "record.pregnant",
                                         "record.lactating",  "record.egfr",       "record.liver",       "record.allergy_history",
                                         "record.current_drugs", "rx.delivery",    "rx.route",           NULL };
static const struct {
  const char *list, *keys;
} read_lists[] = { { "rx.item.", "|drug|generic|brand|strength|form|route|dose|freq|days|quantity|kind|special|" },
                   { "allergy.", NULL },
                   { "current.", "|generic|" },
                   { "diagnosis.", "|code|name|" },
                   { "prior.", "|code|" }, { "catalogue.", "|rule|about|field|message|source|" } };

static gboolean
is_listed (const char *keys, const char *key)
{
  g_autofree char *word = g_strconcat ("|", key, "|", NULL);

  return strstr (keys, word) != NULL;
}

static gboolean
is_read (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (read_lists); i++) {
    const char *rest = g_str_has_prefix (key, read_lists[i].list) ? strchr (key + strlen (read_lists[i].list), '.') : NULL;

    if (g_str_has_prefix (key, read_lists[i].list))
      return rest == NULL ? read_lists[i].keys == NULL : read_lists[i].keys != NULL && is_listed (read_lists[i].keys, rest + 1);
  }
  return g_strv_contains (read_keys, key);
}

static void
copy_read (const char *key, const char *value, gpointer out)
{
  if (is_read (key))
    fz_fields_set (out, key, value);
}

void
fz_medication_put_read (const FzFields *facts, FzFields *out)
{
  fz_fields_foreach (facts, copy_read, out);
}

/* --- the check --- */

static gboolean
check_lines (const FzKnowledge *know, const FzCatalogue *catalogue, const FzFields *facts, FzDate on, GPtrArray *findings, GError **error)
{
  FzDrugKnowledge knowledge = { catalogue, know->controlled, know->frequencies, fz_knowledge_codes (know, "forms"), fz_knowledge_codes (know, "routes"),
                                know->set };
  guint n = fz_fields_count (facts, "rx.item");
  g_autofree FzCheckLine *lines = g_new0 (FzCheckLine, n + 1);
  g_auto (GStrv) allergies = allergies_of (facts), current = current_of (facts);
  g_auto (GStrv) diagnoses = codes_of (facts, "diagnosis", FALSE), prior = codes_of (facts, "prior", FALSE);
  g_auto (GStrv) uncoded = codes_of (facts, "diagnosis", TRUE);
  g_autofree char *day = fz_date_format (on);
  g_autoptr (GPtrArray) found = NULL;
  FzCheckRequest request = { .lines = lines, .n_lines = n, .on_date = day };
  const char *delivery = fz_fields_get (facts, "rx.delivery");

  for (guint i = 0; i < n; i++)
    fill_line (catalogue, facts, i, &lines[i]);
  fz_person_fill (facts, &request);
  request.diagnoses = (const char *const *) diagnoses;
  request.prior = (const char *const *) prior;
  request.uncoded = (const char *const *) uncoded;
  request.allergies = allergies[0] != NULL ? (const char *const *) allergies : NULL;
  request.current = current[0] != NULL ? (const char *const *) current : NULL;
  request.outside_pharmacy = delivery != NULL && !g_str_equal (delivery, "hospital_pharmacy");
  found = fz_drugcheck_run (&knowledge, &request, error);
  if (found == NULL)
    return FALSE;
  add_all (found, findings);
  check_herbs (know, facts, n, on, findings);
  fz_catalogue_check (facts, findings);
  say_current (facts, n, findings);
  say_limits (know->set, findings);
  return TRUE;
}

gboolean
fz_medication_check (const FzKnowledge *know, const FzFields *facts, FzDate on, GPtrArray *findings, GPtrArray *seen, GError **error)
{
  g_autoptr (FzCatalogue) watched = NULL;
  g_autoptr (GPtrArray) drugs = NULL;

  if (know->catalogue == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("药品知识未加载，不能检查处方，也不能签名。"));
    return FALSE;
  }
  if (know->problem != NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, know->problem);
    return FALSE;
  }
  if (!fz_knowledge_set_check_usable (know->set, on, error))
    return FALSE;
  if (seen == NULL)
    return check_lines (know, know->catalogue, facts, on, findings, error);
  watched = fz_catalogue_watch (know->catalogue);
  if (!check_lines (know, watched, facts, on, findings, error))
    return FALSE;
  drugs = fz_catalogue_list_seen (watched);
  for (guint i = 0; i < drugs->len; i++)
    g_ptr_array_add (seen, fz_drug_ref (drugs->pdata[i]));
  return TRUE;
}
