/* Messages from facts: exact bytes, every field missing, too long or outside its dictionary once, and the table itself read a
 * second time against the simulator's field list, which was typed from the interface text by other hands. */
#include "app/platform/message.h"
#include "core/json.h"
#include "tests/platform/check.h"
#include "tests/platform_client/sample.h"

#include <string.h>

typedef struct {
  FzMessageTable *table;
  FzFields *facts;
  FzJson *file; /* the table's own text, for walking it here */
} Fixture;

static char *
table_text (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets", "platform", "tianjin-1.0.json", NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *text = table_text ();

  f->table = sample_table ();
  f->facts = sample_facts ();
  f->file = fz_json_parse (text, strlen (text), 1024 * 1024, NULL);
  g_assert_nonnull (f->file);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  fz_message_table_unref (f->table);
  fz_fields_unref (f->facts);
  fz_json_free (f->file);
}

/* --- walking the file --- */

typedef void (*Visit) (Fixture *f, const char *method, const FzJson *field, gboolean in_list);

static void
walk_fields (Fixture *f, const char *method, const FzJson *fields, gboolean in_list, Visit visit)
{
  for (guint i = 0; i < fz_json_count (fields); i++)
    {
      const FzJson *field = fz_json_get_item (fields, i);

      if (fz_json_find (field, "group") != NULL)
        walk_fields (f, method, fz_json_find (fz_json_find (f->file, "groups"), fz_json_get_string (field, "group", NULL)), in_list, visit);
      else
        visit (f, method, field, in_list);
      if (fz_json_find (field, "fields") != NULL)
        walk_fields (f, method, fz_json_find (field, "fields"), TRUE, visit);
    }
}

static void
walk (Fixture *f, Visit visit)
{
  const FzJson *messages = fz_json_find (f->file, "messages");

  for (guint i = 0; i < fz_json_count (messages); i++)
    {
      const FzJson *message = fz_json_get_item (messages, i);

      walk_fields (f, fz_json_get_string (message, "method", NULL), fz_json_find (message, "fields"), FALSE, visit);
    }
}

static const char *
word (const FzJson *field, const char *key)
{
  const char *text = NULL;

  fz_json_opt_string (field, key, &text, NULL);
  return text;
}

static const SimField *
simulated (const char *method, const char *name, gboolean in_list)
{
  const SimMethod *known = sim_method_find (method);

  g_assert_nonnull (known);
  return sim_field_find (in_list ? known->items : known->fields, name);
}

/* The first position's key, as the sample has it. */
static char *
fact_of (const FzJson *field)
{
  GString *key = g_string_new (word (field, "from"));

  g_string_replace (key, "NN", "00", 0);
  return g_string_free (key, FALSE);
}

/* The reported name of a field at the first position. */
static char *
wire_name (const FzJson *field, gboolean in_list)
{
  return g_strdup_printf ("%s%s", in_list ? "orderList[0]." : "", word (field, "name"));
}

/* --- building --- */

static const FzMessageProblem *
find_problem (const GPtrArray *problems, const char *field)
{
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    if (g_str_equal (((FzMessageProblem *) g_ptr_array_index (problems, i))->field, field))
      return g_ptr_array_index (problems, i);
  return NULL;
}

static char *
build (Fixture *f, const char *method, GPtrArray **problems)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = fz_message_build (f->table, method, f->facts, problems, &error);
  const char *text;
  gsize n;

  if (payload == NULL)
    {
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
      g_assert_nonnull (*problems);
      g_assert_cmpuint ((*problems)->len, >, 0);
      return NULL;
    }
  g_assert_no_error (error);
  g_assert_null (*problems);
  text = g_bytes_get_data (payload, &n);
  return g_strndup (text, n);
}

static char *
build_ok (Fixture *f, const char *method)
{
  g_autoptr (GPtrArray) problems = NULL;
  char *text = build (f, method, &problems);

  for (guint i = 0; problems != NULL && i < problems->len; i++)
    g_test_message ("%s %s", method, ((FzMessageProblem *) g_ptr_array_index (problems, i))->field);
  g_assert_nonnull (text);
  return text;
}

static void
expect_problem (Fixture *f, const char *method, const char *field, FzProblemKind kind, const char *fact)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autofree char *text = build (f, method, &problems);
  const FzMessageProblem *problem = find_problem (problems, field);

  g_assert_null (text);
  if (problem == NULL)
    g_error ("%s: no problem with %s", method, field);
  g_assert_cmpint (problem->kind, ==, kind);
  /* A joined text names its last position. */
  if (strstr (fact, ".00") == NULL)
    g_assert_cmpstr (problem->fact, ==, fact);
  g_assert_true (*problem->reason != '\0' && *problem->label_zh != '\0');
}

static void
set_fact (Fixture *f, const char *key, const char *value)
{
  fz_fields_set (f->facts, key, value);
}

/* A member of the only record as text; NULL when absent. */
static char *
sent (Fixture *f, const char *method, const char *name)
{
  g_autofree char *text = build_ok (f, method);
  g_autofree char *reason = NULL;
  g_autoptr (SimJson) root = sim_json_parse (text, strlen (text), &reason);

  g_assert_cmpuint (root->items->len, ==, 1);
  return g_strdup (sim_json_get (root->items->pdata[0], name) == NULL ? NULL : sim_json_get (root->items->pdata[0], name)->text);
}

/* --- tests --- */

static void
payloads_are_the_golden_ones (Fixture *f, gconstpointer data)
{
  g_autofree char *path = sample_path ("golden.txt");
  const char *const *methods = fz_message_table_get_methods (f->table);
  g_autofree char *golden = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &golden, NULL, NULL));
  lines = g_strsplit (golden, "\n", -1);
  for (guint i = 0; methods[i] != NULL; i++)
    {
      g_autofree char *text = build_ok (f, methods[i]);
      g_autofree char *line = g_strdup_printf ("%s %s", methods[i], text);

      g_test_message ("%s", line);
      g_assert_nonnull (lines[i]);
      g_assert_cmpstr (line, ==, lines[i]);
    }
}

static void
the_simulator_takes_every_payload (Fixture *f, gconstpointer data)
{
  const char *const *methods = fz_message_table_get_methods (f->table);

  for (guint i = 0; methods[i] != NULL; i++)
    {
      g_autofree char *text = build_ok (f, methods[i]);
      g_autofree char *reason = NULL;
      g_autoptr (SimJson) root = sim_json_parse (text, strlen (text), &reason);
      g_autoptr (SimVerdict) verdict = NULL;

      g_assert_nonnull (root);
      verdict = sim_check_record (sim_method_find (methods[i]), root->items->pdata[0], "TEST-UNIT");
      if (verdict != NULL)
        g_error ("%s: %d %s", methods[i], verdict->code, verdict->msg);
    }
}

static void
compare_field (Fixture *f, const char *method, const FzJson *field, gboolean in_list)
{
  static const char *const types[] = {"S", "I", "D", "DT", "Date", "list"};
  const SimField *other = simulated (method, word (field, "name"), in_list);
  const char *required = fz_json_get_type (fz_json_find (field, "required")) == FZ_JSON_STRING ? word (field, "required") : "when";
  gint64 max = 0;

  g_test_message ("%s %s", method, word (field, "name"));
  g_assert_nonnull (other);
  g_assert_cmpstr (word (field, "type"), ==, types[other->type]);
  g_assert_cmpint (g_str_equal (required, "always"), ==, other->required);
  g_assert_true (fz_json_opt_int (field, "max", &max, NULL));
  g_assert_cmpint (max, ==, other->length);
  g_assert_cmpstr (fz_message_table_get_field_label (f->table, method, word (field, "name")), ==, word (field, "label"));
}

/* Both directions: every field of ours is theirs, and as many. */
static guint n_fields;

static void
count_field (Fixture *f, const char *method, const FzJson *field, gboolean in_list)
{
  n_fields++;
}

static void
the_table_is_what_the_simulator_read (Fixture *f, gconstpointer data)
{
  const SimMethod *method;
  guint n = 0, i;

  walk (f, compare_field);
  n_fields = 0;
  walk (f, count_field);
  for (i = 0; (method = sim_method_at (i)) != NULL; i++)
    {
      for (const SimField *field = method->fields; field->name != NULL; field++)
        n++;
      for (const SimField *field = method->items; field != NULL && field->name != NULL; field++)
        n++;
    }
  g_assert_cmpuint (n_fields, ==, n);
  g_assert_cmpuint (g_strv_length ((char **) fz_message_table_get_methods (f->table)), ==, i);
}

/* Without its fact a field is a problem when required, and otherwise not sent; nothing ever stands in for it. */
static void
remove_fact (Fixture *f, const char *method, const FzJson *field, gboolean in_list)
{
  const FzJson *required = fz_json_find (field, "required");
  g_autofree char *name = wire_name (field, in_list);
  g_autofree char *fact = NULL, *kept = NULL, *text = NULL, *quoted = NULL;
  g_autoptr (GPtrArray) problems = NULL;

  if (word (field, "from") == NULL)
    return;
  fact = fact_of (field);
  kept = g_strdup (fz_fields_get (f->facts, fact));
  g_test_message ("%s %s without %s", method, name, fact);
  g_assert_nonnull (kept);
  set_fact (f, fact, NULL);
  if (word (field, "join") != NULL && fz_fields_has (f->facts, "diagnosis.01.code") && g_str_has_prefix (fact, "diagnosis."))
    {
      /* A gap inside a list is a problem whether required or not. */
      expect_problem (f, method, name, FZ_PROBLEM_MISSING, fact);
      set_fact (f, fact, kept);
      return;
    }
  text = build (f, method, &problems);
  quoted = g_strdup_printf ("\"%s\":", word (field, "name"));
  if (fz_json_get_type (required) == FZ_JSON_OBJECT || g_str_equal (word (field, "required"), "always"))
    {
      const FzMessageProblem *problem = find_problem (problems, name);

      /* The one required field that the platform lets be empty: a child's number on a prescription. */
      if (g_str_equal (method, "uploadRecipeIndicators") && g_str_equal (name, "patientCertID"))
        g_assert_nonnull (strstr (text, "\"patientCertID\":\"\""));
      else if (problem == NULL)
        g_error ("%s %s: no problem", method, name);
      else
        g_assert_cmpint (problem->kind, ==, FZ_PROBLEM_MISSING);
    }
  else if (!g_str_has_prefix (fact, "allergy."))
    {
      g_assert_null (find_problem (problems, name));
      if (text != NULL)
        g_assert_null (strstr (text, quoted));
    }
  set_fact (f, fact, kept);
}

static void
a_missing_fact_is_a_problem_or_left_out (Fixture *f, gconstpointer data)
{
  walk (f, remove_fact);
}

static void
blank_fact (Fixture *f, const char *method, const FzJson *field, gboolean in_list)
{
  g_autofree char *name = wire_name (field, in_list);
  g_autofree char *fact = NULL, *kept = NULL;

  if (word (field, "from") == NULL || fz_json_get_type (fz_json_find (field, "required")) != FZ_JSON_STRING ||
      !g_str_equal (word (field, "required"), "always"))
    return;
  fact = fact_of (field);
  kept = g_strdup (fz_fields_get (f->facts, fact));
  set_fact (f, fact, " \n　");
  g_test_message ("%s %s blank", method, name);
  expect_problem (f, method, name, FZ_PROBLEM_MISSING, fact);
  set_fact (f, fact, kept);
}

static void
blank_is_missing (Fixture *f, gconstpointer data)
{
  walk (f, blank_fact);
}

static void
lengthen_fact (Fixture *f, const char *method, const FzJson *field, gboolean in_list)
{
  g_autofree char *name = wire_name (field, in_list);
  g_autofree char *fact = NULL, *kept = NULL, *text = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GString) value = g_string_new (NULL);
  gint64 max = 0;

  if (word (field, "from") == NULL || word (field, "map") != NULL || !g_str_equal (word (field, "type"), "S"))
    return;
  fact = fact_of (field);
  kept = g_strdup (fz_fields_get (f->facts, fact));
  g_test_message ("%s %s", method, name);
  g_assert_true (fz_json_get_int (field, "max", &max, NULL));
  if (word (field, "join") != NULL)
    for (guint i = 1; i < 100; i++)
      {
        g_autofree char *list = g_strndup (fact, (gsize) (strchr (fact, '.') - fact));
        const char *dot = strchr (strchr (fact, '.') + 1, '.');
        g_autofree char *key = g_strdup_printf ("%s.%02u%s", list, i, dot != NULL ? dot : "");
        const char *other = fz_fields_get (f->facts, key);

        max -= other != NULL ? g_utf8_strlen (other, -1) + 1 : 0;
      }
  for (gint64 i = 0; i < max; i++)
    g_string_append (value, "复");
  set_fact (f, fact, value->str);
  text = build (f, method, &problems);
  g_assert_null (find_problem (problems, name));
  g_string_append (value, "复");
  set_fact (f, fact, value->str);
  expect_problem (f, method, name, FZ_PROBLEM_TOO_LONG, fact);
  set_fact (f, fact, kept);
}

static void
lengths_count_characters_and_nothing_is_cut (Fixture *f, gconstpointer data)
{
  walk (f, lengthen_fact);
}

static void
try_dictionary (Fixture *f, const char *method, const FzJson *field, gboolean in_list)
{
  const FzJson *dictionary, *codes;
  g_autofree char *name = wire_name (field, in_list);
  g_autofree char *fact = NULL, *kept = NULL;

  if (word (field, "map") == NULL)
    return;
  g_test_message ("%s %s", method, name);
  fact = fact_of (field);
  kept = g_strdup (fz_fields_get (f->facts, fact));
  dictionary = fz_json_find (fz_json_find (f->file, "dictionaries"), word (field, "map"));
  codes = fz_json_find (dictionary, "codes") != NULL ? fz_json_find (dictionary, "codes") : fz_json_find (dictionary, "same");
  for (guint i = 0; i < fz_json_count (codes); i++)
    {
      const FzJson *item = fz_json_get_item (codes, i);
      const char *code = fz_json_get_string (item, NULL, NULL);
      g_autoptr (GPtrArray) problems = NULL;
      g_autofree char *text = NULL, *expected = g_strdup_printf ("\"%s\":\"%s\"", word (field, "name"), code);

      g_assert_true (sim_dictionary_has (simulated (method, word (field, "name"), in_list)->values, code));
      set_fact (f, fact, fz_json_get_name (item) != NULL ? fz_json_get_name (item) : code);
      text = build (f, method, &problems);
      g_assert_null (find_problem (problems, name));
      if (text != NULL)
        g_assert_nonnull (strstr (text, expected));
    }
  set_fact (f, fact, "no-such-word");
  expect_problem (f, method, name, FZ_PROBLEM_NOT_LISTED, fact);
  set_fact (f, fact, kept);
}

static void
dictionaries_translate_and_refuse (Fixture *f, gconstpointer data)
{
  walk (f, try_dictionary);
}

static void
what_is_malformed_is_said (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *method, *field, *fact, *value;
    FzProblemKind kind;
  } cases[] = {
    {"uploadReferralIndicators", "thisDiagnosis", "diagnosis.01.name", "高血压|糖尿病", FZ_PROBLEM_MALFORMED},
    {"uploadRecipeIndicators", "icdCode", "diagnosis.00.code", "I10|E78", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "patientName", "patient.name", "丙\x01患者", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "patientName", "patient.name", "丙\x7f患者", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "patientName", "patient.name", "\xff\xfe", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "age", "patient.age_years", "五岁", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "age", "patient.age_years", "05", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "age", "patient.age_years", "-1", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "age", "patient.age_years", "151", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "returnVisitPrice", "visit.price_fen", "15.05", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "returnVisitPrice", "visit.price_fen", "-1", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "returnVisitPrice", "visit.price_fen", "100000000", FZ_PROBLEM_TOO_LONG},
    {"uploadReferralIndicators", "applyDate", "visit.applied_at", "2026-01-05 08:00:00", FZ_PROBLEM_MALFORMED},
    {"uploadReferralIndicators", "applyDate", "visit.applied_at", "2026-01-05", FZ_PROBLEM_MALFORMED},
    {"uploadRecipeIndicators", "startDate", "rx.valid_from", "2026-02-29", FZ_PROBLEM_MALFORMED},
    {"uploadRecipeIndicators", "orderList[0].dosageTotal", "rx.item.00.quantity", "2.505", FZ_PROBLEM_MALFORMED},
    {"uploadRecipeIndicators", "orderList[0].dosageTotal", "rx.item.00.quantity", "2.", FZ_PROBLEM_MALFORMED},
    {"uploadRecipeIndicators", "orderList[0].dosageTotal", "rx.item.00.quantity", "02", FZ_PROBLEM_MALFORMED},
    {"uploadRecipeIndicators", "orderList[0].dosageTotal", "rx.item.00.quantity", "-2", FZ_PROBLEM_MALFORMED},
    {"uploadRecipeIndicators", "orderList[0].dosageTotal", "rx.item.00.quantity", "1000000", FZ_PROBLEM_TOO_LONG},
    {"uploadBusinessInfoAfter", "satisfaction", "evaluation.satisfaction", "6", FZ_PROBLEM_MALFORMED},
    {"uploadBusinessInfoAfter", "scoring", "evaluation.score", "11", FZ_PROBLEM_MALFORMED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *kept = g_strdup (fz_fields_get (f->facts, cases[i].fact));

      g_test_message ("%s %s", cases[i].field, cases[i].fact);
      set_fact (f, cases[i].fact, cases[i].value);
      expect_problem (f, cases[i].method, cases[i].field, cases[i].kind, cases[i].fact);
      set_fact (f, cases[i].fact, kept);
    }
}

static void
values_are_printed_as_the_platform_wants (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *method, *field, *fact, *value, *sent;
  } cases[] = {
    {"uploadReferralIndicators", "endDate", "visit.ended_at", "2026-12-31T16:00:00Z", "2027-01-01 00:00:00"},
    {"uploadElectMedicalRecord", "visitDate", "visit.taken_at", "2026-12-31T15:59:59Z", "2026-12-31"},
    {"uploadElectMedicalRecord", "visitDate", "visit.taken_at", "2026-12-31T16:00:00Z", "2027-01-01"},
    {"uploadReferralIndicators", "returnVisitPrice", "visit.price_fen", "0", "0.00"},
    {"uploadReferralIndicators", "returnVisitPrice", "visit.price_fen", "7", "0.07"},
    {"uploadReferralIndicators", "returnVisitPrice", "visit.price_fen", "99999999", "999999.99"},
    {"uploadReferralIndicators", "diseasesHistory", "visit.history", "两行\n\"引号\"", "两行\n\"引号\""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *kept = g_strdup (fz_fields_get (f->facts, cases[i].fact));
      g_autofree char *value = NULL;

      set_fact (f, cases[i].fact, cases[i].value);
      value = sent (f, cases[i].method, cases[i].field);
      g_assert_cmpstr (value, ==, cases[i].sent);
      set_fact (f, cases[i].fact, kept);
    }
}

static void
conditions_hold_at_their_edges (Fixture *f, gconstpointer data)
{
  static const char *const both[] = {"uploadReferralIndicators", "uploadRecipeIndicators", "uploadAppointRecord"};

  set_fact (f, "guardian.name", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    {
      g_autofree char *absent = NULL;

      set_fact (f, "patient.age_years", "5");
      expect_problem (f, both[i], "guardianName", FZ_PROBLEM_MISSING, "guardian.name");
      set_fact (f, "patient.age_years", "6");
      absent = sent (f, both[i], "guardianName");
      g_assert_null (absent);
    }
  set_fact (f, "rx.rational_result", NULL);
  expect_problem (f, "uploadRecipeIndicators", "rationalDrug", FZ_PROBLEM_MISSING, "rx.rational_result");
  set_fact (f, "rx.rational_checked", "no");
  set_fact (f, "rx.packets", NULL);
  expect_problem (f, "uploadRecipeIndicators", "packetsNum", FZ_PROBLEM_MISSING, "rx.packets");
  set_fact (f, "rx.kind", "western");
  g_free (build_ok (f, "uploadRecipeIndicators"));
  set_fact (f, "delivery.kind", "counter");
  set_fact (f, "delivery.sent_at", NULL);
  g_free (build_ok (f, "uploadRecipeVerificationIndicators"));
  set_fact (f, "consult.nursing_item", NULL);
  expect_problem (f, "uploadConsultIndicators", "consultationClassify", FZ_PROBLEM_MISSING, "consult.nursing_item");
  set_fact (f, "consult.attribute", "report");
  g_free (build_ok (f, "uploadConsultIndicators"));
}

static void
only_the_platforms_own_words_stand_in (Fixture *f, gconstpointer data)
{
  g_autofree char *first = sent (f, "uploadReferralIndicators", "firstDiagnosis");
  g_autofree char *diagnosis = NULL, *number = NULL;

  g_assert_cmpstr (first, ==, "");
  set_fact (f, "visit.answered", "no");
  diagnosis = sent (f, "uploadReferralIndicators", "thisDiagnosis");
  g_assert_cmpstr (diagnosis, ==, "无");
  set_fact (f, "patient.age_years", "13");
  set_fact (f, "patient.id_number", NULL);
  number = sent (f, "uploadRecipeIndicators", "patientCertID");
  g_assert_cmpstr (number, ==, "");
  expect_problem (f, "uploadReferralIndicators", "patientCertID", FZ_PROBLEM_MISSING, "patient.id_number");
  set_fact (f, "patient.age_years", "14");
  expect_problem (f, "uploadRecipeIndicators", "patientCertID", FZ_PROBLEM_MISSING, "patient.id_number");
}

static void
a_prescription_without_lines_is_no_prescription (Fixture *f, gconstpointer data)
{
  g_autoptr (FzFields) item = fz_fields_dup_below (f->facts, "rx.item.00", "fuzhen.item/v1");
  g_autoptr (FzFields) empty = fz_fields_new ("fuzhen.facts/v1");
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;

  fz_fields_merge (f->facts, "rx.item.02", item);
  expect_problem (f, "uploadRecipeIndicators", "orderList[1].drcode", FZ_PROBLEM_MISSING, "rx.item.01.drug");
  fz_fields_merge (f->facts, "rx.item.01", item);
  g_free (build_ok (f, "uploadRecipeIndicators"));
  g_assert_null (fz_message_build (f->table, "uploadRecipeIndicators", empty, &problems, &error));
  g_assert_nonnull (find_problem (problems, "orderList"));
  g_assert_nonnull (strstr (error->message, "在线处方"));
}

static void
unknown_methods_and_empty_days (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) unknown = NULL, refused = NULL;
  g_autoptr (GBytes) none = fz_message_build_none (f->table, "pushMedicalDispute", NULL);

  g_assert_cmpstr (g_bytes_get_data (none, NULL), ==, "[]");
  g_assert_null (fz_message_build (f->table, "uploadNothing", f->facts, NULL, &unknown));
  g_assert_error (unknown, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  g_assert_null (fz_message_build_none (f->table, "uploadRecipeIndicators", &refused));
  g_assert_error (refused, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
the_table_can_be_asked (Fixture *f, gconstpointer data)
{
  g_assert_cmpstr (fz_message_table_get_label (f->table, "uploadRecipeIndicators"), ==, "在线处方");
  g_assert_null (fz_message_table_get_label (f->table, "nothing"));
  g_assert_cmpstr (fz_message_table_get_after (f->table, "uploadRecipeIndicators")[1], ==, "uploadReferralIndicators");
  g_assert_cmpstr (fz_message_table_get_field_label (f->table, "uploadRecipeIndicators", "orderList.drcode"), ==, "医院药品ID");
  g_assert_null (fz_message_table_get_field_label (f->table, "uploadRecipeIndicators", "nothing"));
  g_assert_cmpstr (fz_message_table_get_fact_label (f->table, "rx.item.07.drug"), ==, "第 NN 行的医院药品 ID，与药品目录一致");
  g_assert_cmpstr (fz_message_table_get_fact_label (f->table, "allergy.00"), ==, "第 NN 项过敏");
  g_assert_null (fz_message_table_get_fact_label (f->table, "nothing.at.all"));
}

static const char *
business_of (Fixture *f, const char *method, guint i)
{
  g_autoptr (GPtrArray) found = fz_message_table_find_businesses (f->table, method, f->facts);

  return i < found->len ? g_ptr_array_index (found, i) : NULL;
}

/* Fig. 1.8 of the interface: what was filed decides, except for the two that are always asked. */
static void
what_is_due_follows_what_was_filed (Fixture *f, gconstpointer data)
{
  static const char *const modes[][2] = {{"text", "consult_text"}, {"phone", "consult_phone"}, {"video", "consult_video"}};

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      fz_fields_set (f->facts, "visit.mode", modes[i][0]);
      g_assert_cmpstr (business_of (f, "uploadConsultIndicators", 0), ==, modes[i][1]);
      g_assert_null (business_of (f, "uploadConsultIndicators", 1));
      g_assert_cmpstr (business_of (f, "uploadReferralIndicators", 0), ==, "revisit");
    }
  fz_fields_set (f->facts, "visit.mode", "other"); /* none of the three for sure: any of them */
  g_assert_cmpstr (business_of (f, "uploadConsultIndicators", 2), ==, "consult_video");
  g_assert_cmpstr (business_of (f, "uploadElectMedicalRecord", 0), ==, "revisit");
  g_assert_cmpstr (business_of (f, "uploadRecipeIndicators", 0), ==, "prescription");
  g_assert_cmpstr (business_of (f, "uploadRecipeVerificationIndicators", 0), ==, "prescription");
  g_assert_cmpstr (business_of (f, "uploadDrugCatalogue", 0), ==, "prescription");
  g_assert_cmpstr (business_of (f, "uploadAppointRecord", 0), ==, "appointment");
  g_assert_null (business_of (f, "pushMedicalDispute", 0));
  g_assert_null (business_of (f, "uploadBusinessInfoAfter", 0));
  g_assert_true (fz_message_table_reports (f->table, "revisit"));
  g_assert_false (fz_message_table_reports (f->table, "nursing"));
  g_assert_false (fz_message_table_reports (f->table, "barber"));
}

/* One change of the file's text, which must keep it from loading. */
static void
a_table_with_a_slip_does_not_load (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *from, *to;
  } slips[] = {
    {"\"format\": \"fuzhen.platform/v1\"", "\"format\": \"fuzhen.platform/v2\""},
    {"\"name\": \"tianjin-1.0\",", "\"name\": \"tianjin-1.0\", \"colour\": \"red\","},
    {"\"date\": \"2025-04-23\"", "\"date\": \"2025-04-31\""},
    {"\"iv\": \"abcd", "\"iv\": \"abcg"},
    {"\"iv\": \"abcd", "\"iv\": \"abc"},
    {"\"deadline_ms\": 30000", "\"deadline_ms\": 0"},
    {"\"business\": \"nursing\", ", "\"business\": \"barber\", "},
    {"\"business\": \"nursing\", ", "\"business\": \"revisit\", "},
    {"\"uploadReferralIndicators\", \"uploadElectMedicalRecord\"]}", "\"uploadReferralIndicators\", \"uploadNothing\"]}"},
    {"\"when\": [{\"fact\": \"visit.mode\", \"is\": \"text\"}]", "\"when\": []"},
    {"\"408\": \"retry\"", "\"408\": \"shrug\""},
    {"\"408\": \"retry\"", "\"408\": \"offline\""},
    {"\"type\": \"S\", \"max\": 20, ", "\"type\": \"S\", "},
    {"\"type\": \"S\", \"max\": 20, ", "\"type\": \"S\", \"max\": 0, "},
    {"\"type\": \"S\", \"max\": 20, ", "\"type\": \"X\", \"max\": 20, "},
    {"\"type\": \"S\", \"max\": 20, ", "\"type\": \"S\", \"max\": 20, \"range\": [0, 1], "},
    {"\"required\": \"always\"", "\"required\": \"sometimes\""},
    {"\"required\": \"always\", ", ""},
    {"\"from\": \"organ.code\"", "\"from\": \"organ.kode\""},
    {"\"from\": \"organ.code\"", "\"from\": \"organ.code\", \"form\": \"\""},
    {"\"from\": \"organ.code\"", "\"from\": \"organ.code\", \"join\": \"|\""},
    {", \"from\": \"organ.code\"", ""},
    {"\"name\": \"unitID\"", "\"name\": \"organID\""},
    {"\"name\": \"unitID\"", "\"name\": \"unit ID\""},
    {"\"map\": \"subject\"", "\"map\": \"subjects\""},
    {"{\"group\": \"organ\"}", "{\"group\": \"organs\"}"},
    {"{\"group\": \"organ\"}", "{\"group\": \"organ\", \"max\": 3}"},
    {"\"below\": 6", "\"below\": \"6\""},
    {"\"below\": 6", "\"above\": 6"},
    {"\"below\": 6", "\"below\": 6, \"has\": true"},
    {"[{\"fact\": \"rx.kind\", \"is\": \"herbal\"}]", "[]"},
    /* A condition on what may itself be absent would make a required field optional. */
    {"{\"fact\": \"rx.kind\", \"is\": \"herbal\"}", "{\"fact\": \"rx.cost\", \"is\": \"herbal\"}"},
    {", \"because\": \"平台规定：拒诊或未答复的复诊本项填“无”（TJ 2.2.2）\"", ""},
    {"\"because\": \"平台规定：拒诊或未答复的复诊本项填“无”（TJ 2.2.2）\"", "\"because\": \"\""},
    {"\"range\": [0, 150]", "\"range\": [150, 0]"},
    {"\"range\": [0, 150]", "\"range\": [0]"},
    {"\"unit\": \"fen\"", "\"unit\": \"cent\""},
    {"\"rx.item.NN.drug\"}", "\"rx.id\"}"},
    {"\"from\": \"diagnosis.NN.name\", \"join\": \"|\"", "\"from\": \"diagnosis.NN.name\""},
    {"\"after\": [\"uploadReferralIndicators\"]", "\"after\": [\"uploadReferral\"]"},
    {"{\"method\": \"uploadConsultIndicators\"", "{\"method\": \"uploadDrugCatalogue\""},
    {"\"frozen_at\": \"", "\"frozen_at\": \"x\", \"nobody.reads\": \""},
    {"\"codes\": {\"no\": \"0\"", "\"same\": [], \"codes\": {\"no\": \"0\""},
    {"\"facts\": {", "\"facts\": ["},
  };

  for (guint i = 0; i < G_N_ELEMENTS (slips); i++)
    {
      g_autofree char *text = table_text ();
      g_autoptr (GString) changed = g_string_new (text);
      g_autoptr (FzMessageTable) table = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s -> %s", slips[i].from, slips[i].to);
      g_assert_cmpuint (g_string_replace (changed, slips[i].from, slips[i].to, 1), ==, 1);
      table = fz_message_table_parse ((const guint8 *) changed->str, changed->len, &error);
      g_assert_null (table);
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
      g_test_message ("  %s", error->message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/platform-client/message/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("golden", payloads_are_the_golden_ones);
  ADD ("simulator", the_simulator_takes_every_payload);
  ADD ("second-reading", the_table_is_what_the_simulator_read);
  ADD ("missing", a_missing_fact_is_a_problem_or_left_out);
  ADD ("blank", blank_is_missing);
  ADD ("too-long", lengths_count_characters_and_nothing_is_cut);
  ADD ("dictionaries", dictionaries_translate_and_refuse);
  ADD ("malformed", what_is_malformed_is_said);
  ADD ("printing", values_are_printed_as_the_platform_wants);
  ADD ("conditions", conditions_hold_at_their_edges);
  ADD ("constants", only_the_platforms_own_words_stand_in);
  ADD ("lines", a_prescription_without_lines_is_no_prescription);
  ADD ("methods", unknown_methods_and_empty_days);
  ADD ("asking", the_table_can_be_asked);
  ADD ("filed", what_is_due_follows_what_was_filed);
  ADD ("slips", a_table_with_a_slip_does_not_load);
  return g_test_run ();
}
