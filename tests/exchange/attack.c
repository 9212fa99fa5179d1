/* What must not get in: every field wrong in turn, files of another shape, and files that attack the reader. */
#include "tests/exchange/shelf.h"

#include "core/xml.h"

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

static void
refuse_xml (const char *from, const char *to, const char *words)
{
  g_autofree char *text = xml_sample ();
  g_autoptr (GString) bad = g_string_new (text);

  g_assert_cmpuint (g_string_replace (bad, from, to, 1), ==, 1);
  shelf_refuses (bad->str, bad->len, words);
}

static void
bad_xml_is_told_with_its_place (void)
{
  static const char *const cases[][3] = {
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

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    refuse_xml (cases[i][0], cases[i][1], cases[i][2]);
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
  g_autofree char *json = shelf_read ("assets/schema/samples/record-1.json"), *xml = xml_sample ();

  g_test_message ("FUZHEN_SEED=%u", seed);
  for (guint i = 0; i < rounds; i++) {
    g_autoptr (GString) text = g_string_new (g_str_equal (form, "xml") ? xml : json);
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
      taken++;
    }
  }
  g_test_message ("%u of %u were still records", taken, rounds);
}

void
attack_add_tests (void)
{
  g_test_add_func ("/exchange/bad-json", bad_json_is_told_with_its_place);
  g_test_add_func ("/exchange/bad-xml", bad_xml_is_told_with_its_place);
  g_test_add_func ("/exchange/limits", reader_has_limits);
  g_test_add_data_func ("/exchange/damaged/json", "json", damaged_files_do_no_harm);
  g_test_add_data_func ("/exchange/damaged/xml", "xml", damaged_files_do_no_harm);
}
