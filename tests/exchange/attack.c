/* What must not get in: every field wrong in turn, files of another shape, and files that attack the reader. */
#include "tests/exchange/shelf.h"

#include "core/xml.h"

#include <glib/gstdio.h>
#include <string.h>

static void
refuse_json (const char *from, const char *to, const char *words)
{
  g_autofree char *text = shelf_read ("assets/schema/samples/record-1.json");
  g_autoptr (GString) bad = g_string_new (text);

  g_assert_cmpuint (g_string_replace (bad, from, to, 1), ==, 1);
  shelf_refuses (bad->str, bad->len, words);
}

static void
bad_json_is_told_with_its_place (void)
{
  static const char *const cases[][3] = {
    { "fuzhen.record/v1", "fuzhen.record/v2", "$.format" },
    { "\"sex\": \"1\"", "\"sex\": \"3\"", "$.patient.sex" },
    { "\"sex\": \"1\"", "\"sex\": 1", "$.patient.sex" },
    { "\"birth_date\": \"1955-10-25\"", "\"birth_date\": \"1955-02-30\"", "$.patient.birth_date" },
    { "2026-09-18T09:20:00+08:00", "2026-09-18 09:20:00", "$.encounter.at" },
    { "\"weight_kg\": 71.5", "\"weight_kg\": -1", "$.exam.weight_kg" },
    { "\"weight_kg\": 71.5", "\"weight_kg\": \"71\"", "$.exam.weight_kg" },
    { "\"days\": 28", "\"days\": 2.5", "$.medicine.00.days" },
    { "\"allergic\": false", "\"allergic\": \"no\"", "$.history.allergic" },
    { "\"name\": \"高血压\"", "\"name\": \"\"", "$.diagnosis.01.name" },
    { "\"name\": \"高血压\"", "\"naam\": \"高血压\"", "naam" },
    { "\"history\"", "\"histories\"", "histories" },
    { "\"patient.address\"", "\"patient.adress\"", "$.missing.patient.adress" },
    { "\"patient.address\": \"not_recorded\"", "\"patient.address\": \"forgotten\"", "$.patient.address" },
    { "\"patient.address\"", "\"patient.sex\"", "$.patient.sex" },
    { "\"institution\": \"津示范医院（演示）\"", "\"institution\": null", "source.institution" },
    { "\"id_kind\": \"01\"", "\"id_kind\": null", "patient.id_kind" },
    { "\"masked\": false", "\"masked\": true", "masked" },
    { "\"number\": \"MZ20260918-0421\"", "\"number\": \"MZ\\u000720260918\"", "encounter.number" },
    { "{", "{ \"format\": \"fuzhen.record/v1\",", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    refuse_json (cases[i][0], cases[i][1], cases[i][2]);
  shelf_refuses ("", 0, "");
  shelf_refuses ("[]", 2, "");
  shelf_refuses ("null", 4, "");
}

static char *
xml_sample (void)
{
  g_autoptr (FzFields) record = shelf_sample (1);

  return fz_exchange_to_xml (shelf_map (), record);
}

/* --- the schema of the XML, read by libxml2 --- */

typedef struct {
  char *folder;
  GPtrArray *paths; /* char *, with the program before them and NULL after */
} Files;

static void
files_init (Files *files)
{
  files->folder = g_dir_make_tmp ("fuzhen-schema-XXXXXX", NULL);
  files->paths = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (files->paths, g_strdup ("xmllint"));
  g_ptr_array_add (files->paths, g_strdup ("--noout"));
  g_ptr_array_add (files->paths, g_strdup ("--relaxng"));
  g_ptr_array_add (files->paths, g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/schema/record-xml.rng", NULL));
}

static void
files_add (Files *files, const char *text, gsize n)
{
  char *path = g_strdup_printf ("%s/%u.xml", files->folder, files->paths->len);

  g_assert_true (g_file_set_contents (path, text, (gssize) n, NULL));
  g_ptr_array_add (files->paths, path);
}

/* Judges them all in one run; what xmllint said. */
static char *
files_judge (Files *files)
{
  char *said = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (files->paths, NULL);
  g_spawn_sync (NULL, (char **) files->paths->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &said, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 4; files->paths->pdata[i] != NULL; i++)
    g_unlink (files->paths->pdata[i]);
  g_rmdir (files->folder);
  g_free (files->folder);
  g_ptr_array_unref (files->paths);
  return said;
}

/* `<n>.xml validates`, counted from the first file: 4. */
static gboolean
is_valid (const char *said, guint i, gboolean *out_judged)
{
  g_autofree char *good = g_strdup_printf ("/%u.xml validates\n", i + 4), *bad = g_strdup_printf ("/%u.xml fails to validate\n", i + 4);
  gboolean valid = strstr (said, good) != NULL;

  *out_judged = valid || strstr (said, bad) != NULL; /* else it is no XML at all */
  return valid;
}

static void
expect_valid (const char *said, guint i)
{
  gboolean judged = FALSE;

  if (!is_valid (said, i, &judged))
    g_error ("file %u: %s", i, said);
}

/* The samples, one with odd characters, a masked one, one with nothing but what must be there, and the longest list. */
static void
every_export_is_valid (void)
{
  Files files;
  g_autofree char *said = NULL;
  guint n = 0;

  files_init (&files);
  for (guint i = 1; i <= 3; i++, n++) {
    g_autoptr (FzFields) record = shelf_sample (i);
    g_autofree char *xml = fz_exchange_to_xml (shelf_map (), record);

    files_add (&files, xml, strlen (xml));
  }
  for (guint i = 0; i < 4; i++, n++) {
    g_autoptr (FzFields) source = fz_fields_new ("fuzhen.exchange_source/v1"), record = NULL;
    g_autofree char *xml = NULL;

    fz_fields_set (source, "visit.id", "V1");
    fz_fields_set (source, "patient.name", "张<三>&\"丰");
    fz_fields_set (source, "record.weight_kg", i == 1 ? "六十" : "60.5");
    for (guint k = 0; i == 2 && k < FZ_EXCHANGE_MOST; k++)
      fz_fields_set_at (source, "diagnosis", k, "name", "高血压");
    record = fz_exchange_record (shelf_map (), source, i == 3, NULL);
    xml = fz_exchange_to_xml (shelf_map (), record);
    files_add (&files, xml, strlen (xml));
  }
  said = files_judge (&files);
  for (guint i = 0; i < n; i++)
    expect_valid (said, i);
}

/* The schema is what its tables make of it. */
static void
schema_is_made_from_the_table (void)
{
  g_autofree char *script = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/exchange/make-schema", NULL), *kept = shelf_read ("assets/schema/record-xml.rng");
  char *words[] = { (char *) (gsize) "/usr/bin/python3", script, NULL };
  g_autofree char *made = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, words, NULL, G_SPAWN_DEFAULT, NULL, NULL, &made, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (made, ==, kept);
}

static void
refuse_xml (const char *from, const char *to, const char *words)
{
  g_autofree char *text = xml_sample ();
  g_autoptr (GString) bad = g_string_new (text);

  g_assert_cmpuint (g_string_replace (bad, from, to, 1), ==, 1);
  shelf_refuses (bad->str, bad->len, words);
}

/* The line that is named is the one where it stands. */
static void
refuse_at_line (const char *from, const char *to)
{
  g_autofree char *text = xml_sample (), *words = NULL;
  guint line = 1;

  for (const char *at = text; at < strstr (text, from); at++)
    line += *at == '\n' ? 1 : 0;
  words = g_strdup_printf ("第 %u 行 /ClinicalDocument/", line);
  refuse_xml (from, to, words);
}

static const char *const bad_xml[][3] = {
  { "2.16.156.10011.2.1.1.22", "2.16.156.10011.2.1.1.23", "templateId" },
  { "C0002", "C0003", "ClinicalDocument" },
  { "urn:hl7-org:v3", "urn:hl7-org:v2", "ClinicalDocument" },
  { "administrativeGenderCode code=\"1\"", "administrativeGenderCode code=\"3\"", "/patient/administrativeGenderCode" },
  { "birthTime value=\"19551025\"", "birthTime value=\"1955-10-25\"", "/patient/birthTime" },
  { "birthTime value=\"19551025\"", "birthTime value=\"19551025\" nullFlavor=\"NI\"", "/patient/birthTime" },
  { "birthTime value=\"19551025\"", "birthTime nullFlavor=\"XX\"", "/patient/birthTime" },
  { "<languageCode code=\"zh-CN\"/>", "<languageCode code=\"zh-CN\"/><languageCode code=\"en\"/>", "/languageCode[2]" },
  { "<languageCode code=\"zh-CN\"/>", "<languageCode code=\"zh-CN\" x=\"y\"/>", "/languageCode/@x" },
  { "<languageCode code=\"zh-CN\"/>", "<languageCode code=\"zh-CN\">zh</languageCode>", "/languageCode/text()" },
  { "code=\"DE04.01.119.00\"", "code=\"DE04.01.118.00\"", "/observation" },
  { "<id extension=\"chief_complaint\"/>", "<id extension=\"chief\"/>", "/observation" },
  { "<id extension=\"present\"/><code code=\"DE02.10.071.00\"", "<id extension=\"chief_complaint\"/><code code=\"DE04.01.119.00\"", "/observation" },
  { "<code code=\"history\"", "<code code=\"exam\"", "structuredBody/component[" },
  { "<value>71.5</value>", "<value>heavy</value>", "/value" },
  { "<value>71.5</value>", "", "/observation" },
  { "<code displayName=\"妊娠\"/>", "", "/observation" },
  { "confidentialityCode code=\"full\"", "confidentialityCode code=\"N\"", "confidentialityCode" },
  { "confidentialityCode code=\"full\"", "confidentialityCode code=\"masked\"", "masked" },
  { "<structuredBody>", "<nonXMLBody>", "" },
  { "</ClinicalDocument>", "", "" },
  { "</ClinicalDocument>", "</ClinicalDocument><a/>", "XML" },
  { "encoding=\"UTF-8\"", "encoding=\"GB18030\"", "UTF-8" },
  { "<title>", "<?php x?><title>", "/" },
  { "<ClinicalDocument", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ClinicalDocument", "/" },
  { "<title>门（急）诊病历", "<title>&e;", "/" },
  { "<value>反复胸闷", "<value>&#1;", "/value" },
};

static void
bad_xml_is_told_with_its_place (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_xml); i++)
    refuse_xml (bad_xml[i][0], bad_xml[i][1], bad_xml[i][2]);
  refuse_at_line ("birthTime value=\"19551025\"", "birthTime value=\"1955-10-25\"");
  refuse_at_line ("<languageCode code=\"zh-CN\"/>", "<languageCode code=\"zh-CN\" x=\"y\"/>");
  refuse_at_line ("<value>71.5</value>", "<value>heavy</value>");
}

/* Of the same cases the schema refuses what is a matter of grammar: it does not let everything pass. */
static void
schema_refuses (void)
{
  g_autofree char *said = NULL;
  Files files;
  guint refused = 0;

  files_init (&files);
  for (guint i = 0; i < G_N_ELEMENTS (bad_xml); i++) {
    g_autofree char *text = xml_sample ();
    g_autoptr (GString) bad = g_string_new (text);

    g_string_replace (bad, bad_xml[i][0], bad_xml[i][1], 1);
    files_add (&files, bad->str, bad->len);
  }
  said = files_judge (&files);
  for (guint i = 0; i < G_N_ELEMENTS (bad_xml); i++) {
    gboolean judged = FALSE, valid = is_valid (said, i, &judged);

    g_test_message ("%s: %s", bad_xml[i][1], valid ? "valid" : judged ? "refused" : "no XML");
    refused += judged && !valid ? 1 : 0;
  }
  g_assert_cmpuint (refused, >=, 15);
}

static gboolean
is_taken (const char *text)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const char *form = NULL;
  g_autoptr (FzFields) record = fz_exchange_read (shelf_map (), text, strlen (text), &form, problems);

  return record != NULL;
}

/* One line of the file left out, doubled, or put at the end of the next: what an import takes of these the schema takes. */
static void
line_by_line (void)
{
  g_autofree char *xml = xml_sample (), *said = NULL;
  g_auto (GStrv) lines = g_strsplit (xml, "\n", -1);
  guint n = g_strv_length (lines), taken = 0;
  Files files;

  files_init (&files);
  for (guint i = 1; i < n; i++)
    for (guint how = 0; how < 3; how++) {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint k = 0; k < n; k++) {
        if (k != i || how == 1)
          g_string_append_printf (text, "%s\n", lines[k]);
        if ((k == i && how == 1) || (k == i + 1 && how == 2))
          g_string_append_printf (text, "%s\n", lines[i]);
      }
      if (!is_taken (text->str))
        continue;
      files_add (&files, text->str, text->len);
      taken++;
    }
  g_assert_cmpuint (taken, >, n / 4); /* what may be left out, or stand in another place */
  said = files_judge (&files);
  for (guint i = 0; i < taken; i++)
    expect_valid (said, i);
}

static gboolean
parses (const char *text, gsize n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzXml) root = fz_xml_parse (text, n, 1024 * 1024, &error);

  g_assert_true ((root != NULL) == (error == NULL));
  return root != NULL;
}

static char *
nested (guint depth)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, "<a>");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, "</a>");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
reader_has_limits (void)
{
  g_autofree char *deep = nested (FZ_XML_MAX_DEPTH), *deeper = nested (FZ_XML_MAX_DEPTH + 1);
  g_autoptr (GString) wide = g_string_new ("<r>");

  g_assert_true (parses (deep, strlen (deep)));
  g_assert_false (parses (deeper, strlen (deeper)));
  for (guint i = 0; i < FZ_XML_MAX_ELEMENTS - 1; i++)
    g_string_append (wide, "<a/>");
  g_string_append (wide, "</r>");
  g_assert_true (parses (wide->str, wide->len));
  g_string_insert (wide, 3, "<a/>");
  g_assert_false (parses (wide->str, wide->len));
  g_assert_false (parses ("<a b='1' b='2'/>", 16));
  g_assert_false (parses ("<a>\xff</a>", 8));
  g_assert_false (parses ("<a>\0</a>", 8));
  g_assert_false (parses ("", 0));
  g_assert_false (parses ("<!-- x -->", 10));
  g_assert_true (parses ("<a><![CDATA[<b>]]></a>", 22));
}

/* Bytes changed, dropped, doubled or moved by chance: never a crash, and what is taken can be written and read again. */
static void
damage (GRand *chance, GString *text)
{
  guint n = (guint) g_rand_int_range (chance, 1, 5);

  for (guint i = 0; i < n && text->len > 8; i++) {
    gssize at = g_rand_int_range (chance, 0, (gint32) text->len);
    gssize length = g_rand_int_range (chance, 1, 40), some = MIN (length, (gssize) text->len - at);
    g_autofree char *part = g_strndup (text->str + at, (gsize) some);

    switch (g_rand_int_range (chance, 0, 4)) {
    case 0:
      text->str[at] = (char) g_rand_int_range (chance, 1, 256);
      break;
    case 1:
      g_string_erase (text, at, some);
      break;
    case 2:
      g_string_insert (text, at, part);
      break;
    default:
      g_string_insert (text, g_rand_int_range (chance, 0, (gint32) text->len), part);
      break;
    }
  }
}

static void
damaged_files_do_no_harm (gconstpointer form)
{
  const char *seeded = g_getenv ("FUZHEN_SEED");
  guint32 seed = seeded != NULL ? (guint32) g_ascii_strtoull (seeded, NULL, 10) : (guint32) g_test_rand_int_range (1, G_MAXINT32);
  guint rounds = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 20000 : 400, taken = 0;
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  g_autofree char *json = shelf_read ("assets/schema/samples/record-1.json"), *xml = xml_sample (), *judged = NULL;
  gboolean is_xml = g_str_equal (form, "xml");
  Files files;

  files_init (&files);
  g_test_message ("FUZHEN_SEED=%u", seed);
  for (guint i = 0; i < rounds; i++) {
    g_autoptr (GString) text = g_string_new (is_xml ? xml : json);
    g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (FzFields) record = NULL;
    const char *said = NULL;

    damage (chance, text);
    record = fz_exchange_read (shelf_map (), text->str, text->len, &said, problems);
    g_assert_true ((record == NULL) == (problems->len > 0));
    g_assert_cmpuint (problems->len, <=, FZ_EXCHANGE_MAX_PROBLEMS);
    if (record != NULL) {
      g_autofree char *again = fz_exchange_to_xml (shelf_map (), record);
      g_autoptr (FzFields) back = fz_exchange_read (shelf_map (), again, strlen (again), &said, problems);

      g_assert_true (back != NULL && fz_fields_equal (record, back));
      if (is_xml)
        files_add (&files, text->str, text->len);
      taken++;
    }
  }
  /* What an import takes the schema takes: so what the schema refuses no import takes. */
  judged = files_judge (&files);
  for (guint i = 0; is_xml && i < taken; i++) {
    gboolean well_formed = FALSE;

    if (!is_valid (judged, i, &well_formed) && well_formed)
      g_error ("taken, and refused by the schema: %s", judged);
  }
  g_test_message ("%u of %u were still records", taken, rounds);
}

void
attack_add_tests (void)
{
  g_test_add_func ("/exchange/bad-json", bad_json_is_told_with_its_place);
  g_test_add_func ("/exchange/bad-xml", bad_xml_is_told_with_its_place);
  g_test_add_func ("/exchange/schema/exports", every_export_is_valid);
  g_test_add_func ("/exchange/schema/made", schema_is_made_from_the_table);
  g_test_add_func ("/exchange/schema/refuses", schema_refuses);
  g_test_add_func ("/exchange/schema/line-by-line", line_by_line);
  g_test_add_func ("/exchange/limits", reader_has_limits);
  g_test_add_data_func ("/exchange/damaged/json", "json", damaged_files_do_no_harm);
  g_test_add_data_func ("/exchange/damaged/xml", "xml", damaged_files_do_no_harm);
}
