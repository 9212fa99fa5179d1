/* The table of data elements, the two forms of a record, and the pages that describe them. */
#include "tests/exchange/shelf.h"

#include "core/json.h"

#include <glib/gstdio.h>
#include <string.h>

static FzFields *
read_back (const char *text, const char *expected_form)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const char *form = NULL;
  FzFields *record = fz_exchange_read (shelf_map (), text, strlen (text), &form, problems);

  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (const char *) problems->pdata[i]);
  g_assert_nonnull (record);
  g_assert_cmpstr (form, ==, expected_form);
  return record;
}

/* JSON and XML say the same, and writing what was read gives the same bytes. */
static void
samples_go_round (void)
{
  for (guint n = 1; n <= 3; n++) {
    g_autoptr (FzFields) record = shelf_sample (n), by_json = NULL, by_xml = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *json = fz_exchange_to_json (shelf_map (), record, &error), *again = NULL;
    g_autofree char *xml = fz_exchange_to_xml (shelf_map (), record), *xml_again = NULL;

    g_assert_no_error (error);
    by_json = read_back (json, "json");
    by_xml = read_back (xml, "xml");
    g_assert_true (fz_fields_equal (record, by_json));
    g_assert_true (fz_fields_equal (record, by_xml));
    again = fz_exchange_to_json (shelf_map (), by_xml, NULL);
    xml_again = fz_exchange_to_xml (shelf_map (), by_json);
    g_assert_cmpstr (json, ==, again);
    g_assert_cmpstr (xml, ==, xml_again);
  }
}

/* Characters that mean something to XML and JSON, and those that take four bytes. */
static void
odd_text_goes_round (void)
{
  g_autoptr (FzFields) sample = shelf_sample (1), odd = fz_fields_dup (sample, NULL), back = NULL, from_json = NULL;
  g_autofree char *xml = NULL, *json = NULL;

  fz_fields_set (odd, "history.past", "a<b> & \"c\" 'd' ]]> 𠮷\n第二行 <!-- x -->");
  fz_fields_set (odd, "missing.history.past", NULL);
  fz_fields_set (odd, "patient.name", "阿·<\"'&>");
  fz_fields_set (odd, "signer.doctor_number", "0\"<&>'");
  xml = fz_exchange_to_xml (shelf_map (), odd);
  json = fz_exchange_to_json (shelf_map (), odd, NULL);
  back = read_back (xml, "xml");
  from_json = read_back (json, "json");
  g_assert_true (fz_fields_equal (odd, back));
  g_assert_true (fz_fields_equal (odd, from_json));
}

/* Every fact that the table names has a value in the record, once; what has none says why; and a masked one shows nothing of who it is. */
static void
source_becomes_record (void)
{
  g_autoptr (FzFields) source = fz_fields_new ("fuzhen.exchange_source/v1"), record = NULL, masked = NULL;
  g_autofree char *json = NULL, *xml = NULL;
  static const char *const facts[][2] = {
    { "visit.id", "V1" }, { "made_at", "2026-01-05T00:00:00Z" }, { "organ.code", "X1" }, { "organ.name", "示范医院" }, { "patient.name", "张三丰" },
    { "patient.id_kind", "01" }, { "patient.id_number", "119900196001311212" }, { "patient.sex", "F" }, { "patient.mobile", "19912345678" },
    { "patient.address", "某街1号" }, { "visit.department", "03.04" }, { "visit.mode", "text" }, { "visit.stage", "finished" }, { "patient.birth_date", "1960-01-31" },
    { "diagnosis.00.code", "I10.x00x002" }, { "diagnosis.00.name", "高血压" }, { "diagnosis.01.name", "头痛" }, { "allergy.00", "青霉素" },
    { "visit.taken_at", "2026-01-05T00:00:00Z" }, { "record.weight_kg", "六十" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    fz_fields_set (source, facts[i][0], facts[i][1]);
  record = fz_exchange_record (shelf_map (), source, FALSE, NULL);
  g_assert_cmpstr (fz_fields_get (record, "patient.sex"), ==, "2");
  g_assert_cmpstr (fz_exchange_to_own (fz_exchange_map_find (shelf_map (), "patient.sex"), "2"), ==, "F");
  g_assert_cmpstr (fz_fields_get (record, "allergy.00.substance"), ==, "青霉素");
  g_assert_cmpstr (fz_fields_get (record, "missing.diagnosis.01.code"), ==, "not_recorded");
  g_assert_cmpstr (fz_fields_get (record, "missing.guardian.name"), ==, "not_applicable");
  g_assert_cmpstr (fz_fields_get (record, "missing.exam.weight_kg"), ==, "other");
  g_assert_cmpstr (fz_fields_get (record, "missing.exam.tcm_four"), ==, "not_recorded");
  for (guint i = 0; i < fz_exchange_map_get_n (shelf_map ()); i++) {
    const FzExchangeField *field = fz_exchange_map_get (shelf_map (), i);
    g_autofree char *missing = g_strconcat ("missing.", field->field, NULL);

    if (!field->list)
      g_assert_true (fz_fields_has (record, field->field) != fz_fields_has (record, missing));
  }
  masked = fz_exchange_record (shelf_map (), source, TRUE, NULL);
  json = fz_exchange_to_json (shelf_map (), masked, NULL);
  xml = fz_exchange_to_xml (shelf_map (), masked);
  for (guint i = 0; i < 2; i++)
    for (guint k = 0; k < 6; k++) {
      static const char *const secret[] = { "张三丰", "119900196001311212", "19912345678", "某街1号", "1960-01-31", "19600131" };

      g_assert_null (strstr (i == 0 ? json : xml, secret[k]));
    }
  shelf_refuses (json, strlen (json), "masked");
  shelf_refuses (xml, strlen (xml), "masked");
}

static void
read_by_another (const FzFields *record, const char *folder)
{
  g_autofree char *json = g_build_filename (folder, "record.json", NULL), *xml = g_build_filename (folder, "record.xml", NULL);
  g_autofree char *json_text = fz_exchange_to_json (shelf_map (), record, NULL), *xml_text = fz_exchange_to_xml (shelf_map (), record);
  g_autofree char *script = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "tests/exchange/mapping.py", NULL);
  g_autofree char *page = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/help/zh/exchange.md", NULL);
  g_autofree char *table = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/exchange/ws445.csv", NULL);
  char *words[] = { (char *) (gsize) "/usr/bin/python3", script, page, table, json, xml, NULL };
  g_autofree char *said = NULL;
  int status = 0;

  g_assert_true (g_file_set_contents (json, json_text, -1, NULL) && g_file_set_contents (xml, xml_text, -1, NULL));
  g_assert_true (g_spawn_sync (NULL, words, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &said, &status, NULL));
  if (status != 0)
    g_error ("%s", said);
  g_unlink (json);
  g_unlink (xml);
}

/* A reader that shares nothing with ours finds every line of the mapping in the XML, with the JSON's value. */
static void
another_reader_finds_the_mapping (void)
{
  g_autofree char *folder = g_dir_make_tmp ("fuzhen-mapping-XXXXXX", NULL);
  g_autoptr (FzFields) source = fz_fields_new ("fuzhen.exchange_source/v1"), masked = NULL;

  for (guint n = 1; n <= 3; n++) {
    g_autoptr (FzFields) record = shelf_sample (n);

    read_by_another (record, folder);
  }
  fz_fields_set (source, "visit.id", "V1");
  fz_fields_set (source, "patient.name", "张<三>&丰");
  fz_fields_set (source, "record.weight_kg", "六十");
  masked = fz_exchange_record (shelf_map (), source, TRUE, NULL);
  read_by_another (masked, folder);
  g_rmdir (folder);
}

static void
too_long_a_list_is_said (void)
{
  g_autoptr (FzFields) source = fz_fields_new ("fuzhen.exchange_source/v1"), record = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < FZ_EXCHANGE_MOST; i++)
    fz_fields_set_at (source, "diagnosis", i, "name", "高血压");
  record = fz_exchange_record (shelf_map (), source, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fz_fields_count (record, "diagnosis"), ==, FZ_EXCHANGE_MOST);
}

/* --- the pages --- */

/* Schema and table name the same fields. */
static void
schema_is_the_table (void)
{
  g_autofree char *text = shelf_read ("assets/schema/record.json");
  g_autoptr (FzJson) schema = fz_json_parse (text, strlen (text), 1024 * 1024, NULL);
  const FzJson *top = fz_json_find (schema, "properties");
  guint n = 0;

  for (guint s = 0; s < fz_exchange_map_get_n_sections (shelf_map ()); s++) {
    const char *section = fz_exchange_map_get_section (shelf_map (), s);
    const FzJson *part = fz_json_find (top, section);
    const FzJson *object = part != NULL && fz_json_find (part, "items") != NULL ? fz_json_find (part, "items") : part;
    const FzJson *members = object != NULL ? fz_json_find (object, "properties") : NULL;

    g_assert_nonnull (members);
    n += fz_json_count (members);
    for (guint i = 0; i < fz_exchange_map_get_n (shelf_map ()); i++) {
      const FzExchangeField *field = fz_exchange_map_get (shelf_map (), i);

      if (g_str_equal (field->section, section))
        g_assert_nonnull (fz_json_find (members, field->member));
    }
  }
  g_assert_cmpuint (n, ==, fz_exchange_map_get_n (shelf_map ()));
  g_assert_cmpuint (fz_json_count (top), ==, fz_exchange_map_get_n_sections (shelf_map ()) + 3);
}

/* The help page has a line for each field, with its identifier and name, and one for each rule of quality. */
static void
help_is_the_table (gconstpointer language)
{
  gboolean english = g_str_equal (language, "en");
  g_autofree char *name = g_strdup_printf ("assets/help/%s/exchange.md", (const char *) language), *page = shelf_read (name);
  g_autofree char *rules = shelf_read ("assets/exchange/quality.csv");
  g_auto (GStrv) lines = g_strsplit (rules, "\n", -1);

  for (guint i = 0; i < fz_exchange_map_get_n (shelf_map ()); i++) {
    const FzExchangeField *field = fz_exchange_map_get (shelf_map (), i);
    g_autofree char *row = g_strdup_printf ("| `%s` | %s | %s | ", field->field, field->element != NULL ? field->element : "—", english ? field->name_en : field->name);

    if (strstr (page, row) == NULL)
      g_error ("%s has no line “%s”", name, row);
  }
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_autofree char *row = g_strdup_printf ("| %.3s | ", lines[i]);

    g_assert_nonnull (strstr (page, row));
  }
}

/* An identifier is one of our source's; a field of ours has words in both languages. */
static void
table_is_sound (void)
{
  for (guint i = 0; i < fz_exchange_map_get_n (shelf_map ()); i++) {
    const FzExchangeField *field = fz_exchange_map_get (shelf_map (), i);

    g_assert_true (*field->name != '\0' && *field->name_en != '\0');
    g_assert_true ((*field->note == '\0') == (*field->note_en == '\0'));
    g_assert_true (field->element == NULL || g_regex_match_simple ("^DE\\d\\d\\.\\d\\d\\.\\d\\d\\d\\.\\d\\d$", field->element, 0, 0));
    if (field->fact == NULL)
      g_assert_true (*field->note != '\0'); /* why we have none */
  }
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exchange/samples", samples_go_round);
  g_test_add_func ("/exchange/odd-text", odd_text_goes_round);
  g_test_add_func ("/exchange/source", source_becomes_record);
  g_test_add_func ("/exchange/another-reader", another_reader_finds_the_mapping);
  g_test_add_func ("/exchange/longest-list", too_long_a_list_is_said);
  g_test_add_func ("/exchange/schema", schema_is_the_table);
  g_test_add_data_func ("/exchange/help/zh", "zh", help_is_the_table);
  g_test_add_data_func ("/exchange/help/en", "en", help_is_the_table);
  g_test_add_func ("/exchange/table", table_is_sound);
  attack_add_tests ();
  quality_add_tests ();
  code = g_test_run ();
  shelf_clear ();
  return code;
}
