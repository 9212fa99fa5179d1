/* Every field of every message is dropped, renamed, emptied, lengthened and given a wrong type or value once, and the
 * answer compared with a second reading of the specification (second-reading.txt), so that the table cannot agree with
 * itself. */
#include "tests/platform/client.h"
#include "tests/platform/table.h"
#include "tests/platform/tests.h"

#include <string.h>

typedef struct {
  char *method, *name, *kind, *outside;
  gboolean in_list, required;
} Reading;

typedef struct {
  Platform *platform;
  cJSON *golden;
  guint sent;
} Bench;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  g_free (self->method);
  g_free (self->name);
  g_free (self->kind);
  g_free (self->outside);
  g_free (self);
}

static Reading *
read_line (const char *line, const char *method)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  Reading *self = g_new0 (Reading, 1);

  g_assert_cmpuint (g_strv_length (words), >=, 3);
  self->method = g_strdup (method);
  self->in_list = line[0] == '+';
  self->name = g_strdup (words[0] + (self->in_list ? 1 : 0));
  self->kind = g_strdup (words[1]);
  g_assert_true (g_str_equal (words[2], "Y") || g_str_equal (words[2], "N"));
  self->required = g_str_equal (words[2], "Y");
  self->outside = g_strdup (words[3]);
  return self;
}

static GPtrArray *
read_all (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "second-reading.txt", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *readings = g_ptr_array_new_with_free_func (reading_free);
  const char *method = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (*lines[i] == '\0' || *lines[i] == '#')
      continue;
    if (strchr (lines[i], ' ') == NULL)
      method = lines[i];
    else
      g_ptr_array_add (readings, read_line (lines[i], method));
  }
  return readings;
}

/* The object that holds the field inside a copy of the golden message. */
static cJSON *
holder (cJSON *message, gboolean in_list)
{
  return in_list ? cJSON_GetObjectItemCaseSensitive (message, "orderList")->child : message;
}

static void
expect (Bench *b, const Reading *r, const char *what, const cJSON *message, int code, const char *msg_part)
{
  g_autofree char *text = golden_print (message);
  g_autoptr (Answer) answer = platform_send (b->platform, r->method, text);

  b->sent++;
  if (answer_code (answer) != code || (msg_part != NULL && strstr (answer->msg, msg_part) == NULL))
    g_error ("%s.%s %s: %d was expected: %s", r->method, r->name, what, code, answer->body);
}

static void
with_value (Bench *b, const Reading *r, const char *what, cJSON *value, int code)
{
  cJSON *message = cJSON_Duplicate (cJSON_GetObjectItemCaseSensitive (b->golden, r->method), TRUE);

  g_assert_true (cJSON_ReplaceItemInObjectCaseSensitive (holder (message, r->in_list), r->name, value));
  expect (b, r, what, message, code, r->name);
  cJSON_Delete (message);
}

/* Accepted answers do not name the field. */
static void
with_good_value (Bench *b, const Reading *r, const char *what, cJSON *value)
{
  cJSON *message = cJSON_Duplicate (cJSON_GetObjectItemCaseSensitive (b->golden, r->method), TRUE);

  g_assert_true (cJSON_ReplaceItemInObjectCaseSensitive (holder (message, r->in_list), r->name, value));
  expect (b, r, what, message, 200, NULL);
  cJSON_Delete (message);
}

static void
drop (Bench *b, const Reading *r)
{
  cJSON *message = cJSON_Duplicate (cJSON_GetObjectItemCaseSensitive (b->golden, r->method), TRUE);

  g_assert_true (cJSON_HasObjectItem (holder (message, r->in_list), r->name));
  cJSON_DeleteItemFromObjectCaseSensitive (holder (message, r->in_list), r->name);
  expect (b, r, "dropped", message, r->required ? -99 : 200, r->required ? r->name : NULL);
  cJSON_Delete (message);
}

static void
rename_to (Bench *b, const Reading *r, const char *name)
{
  cJSON *message = cJSON_Duplicate (cJSON_GetObjectItemCaseSensitive (b->golden, r->method), TRUE);
  cJSON *object = holder (message, r->in_list);

  cJSON_AddItemToObject (object, name, cJSON_DetachItemFromObjectCaseSensitive (object, r->name));
  expect (b, r, name, message, r->required ? -99 : -1, r->required ? r->name : name);
  cJSON_Delete (message);
}

static void
rename_field (Bench *b, const Reading *r)
{
  g_autofree char *longer = g_strconcat (r->name, "X", NULL);
  g_autofree char *other_case = g_strdup (r->name);

  other_case[0] = g_ascii_islower (other_case[0]) ? g_ascii_toupper (other_case[0]) : g_ascii_tolower (other_case[0]);
  rename_to (b, r, longer);
  rename_to (b, r, other_case);
}

static void
empty (Bench *b, const Reading *r)
{
  if (r->required) {
    with_value (b, r, "empty", cJSON_CreateString (""), -99);
    with_value (b, r, "null", cJSON_CreateNull (), -99);
    with_value (b, r, "empty list", cJSON_CreateArray (), -99);
    return;
  }
  with_good_value (b, r, "null", cJSON_CreateNull ());
  if (r->kind[0] == 'S')
    with_good_value (b, r, "empty", cJSON_CreateString (""));
  else
    with_value (b, r, "empty", cJSON_CreateString (""), -1);
}

static char *
characters (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, "测");
  return g_string_free (text, FALSE);
}

/* One character more is refused for its length; exactly as many, of three bytes each, never for that. */
static void
lengthen_text (Bench *b, const Reading *r)
{
  guint length = (guint) g_ascii_strtoull (r->kind + 1, NULL, 10);
  g_autofree char *full = characters (length), *over = characters (length + 1), *text = NULL;
  cJSON *message = cJSON_Duplicate (cJSON_GetObjectItemCaseSensitive (b->golden, r->method), TRUE);
  g_autoptr (Answer) answer = NULL;

  g_assert_cmpuint (length, >, 0);
  cJSON_ReplaceItemInObjectCaseSensitive (holder (message, r->in_list), r->name, cJSON_CreateString (over));
  expect (b, r, "too long", message, -1, "超长");
  cJSON_ReplaceItemInObjectCaseSensitive (holder (message, r->in_list), r->name, cJSON_CreateString (full));
  text = golden_print (message);
  answer = platform_send (b->platform, r->method, text);
  if (strstr (answer->msg, "超长") != NULL || answer->failed)
    g_error ("%s.%s of exactly %u characters: %s", r->method, r->name, length, answer->body);
  b->sent++;
  cJSON_Delete (message);
}

static void
spoil_type (Bench *b, const Reading *r)
{
  if (r->kind[0] == 'S') {
    lengthen_text (b, r);
    with_value (b, r, "number", cJSON_CreateNumber (1), -1);
  } else if (g_str_equal (r->kind, "I")) {
    with_value (b, r, "text", cJSON_CreateString ("1"), -1);
    with_value (b, r, "fraction", cJSON_CreateNumber (1.5), -1);
    with_value (b, r, "negative", cJSON_CreateNumber (-1), -1);
    with_value (b, r, "too long", cJSON_CreateNumber (9999999999.0), -1);
  } else if (g_str_equal (r->kind, "D")) {
    with_value (b, r, "text", cJSON_CreateString ("1.00"), -1);
    with_value (b, r, "three decimals", cJSON_CreateRaw ("1.001"), -1);
    with_value (b, r, "negative", cJSON_CreateRaw ("-1.00"), -1);
    with_value (b, r, "too long", cJSON_CreateRaw ("1000000.00"), -1);
    with_good_value (b, r, "largest", cJSON_CreateRaw ("999999.99"));
  } else if (g_str_has_prefix (r->kind, "D")) {
    with_value (b, r, "number", cJSON_CreateNumber (20260105), -1);
    with_value (b, r, "too long", cJSON_CreateString ("2026-01-05 08:00:00.000"), -1);
    with_value (b, r, "other form",
                cJSON_CreateString (g_str_equal (r->kind, "DT") ? "2026-01-05" : "2026-01-05 08:00:00"), -1);
    with_value (b, r, "no such day",
                cJSON_CreateString (g_str_equal (r->kind, "DT") ? "2026-02-30 08:00:00" : "2026-02-30"), -1);
  } else {
    with_value (b, r, "object", cJSON_CreateObject (), -1);
  }
}

static void
leave_dictionary (Bench *b, const Reading *r)
{
  if (r->outside == NULL)
    return;
  with_value (
      b, r, "outside the dictionary",
      r->kind[0] == 'S' ? cJSON_CreateString (r->outside) : cJSON_CreateNumber (g_ascii_strtod (r->outside, NULL)), -1);
}

static void
bench_open (Bench *b)
{
  const cJSON *message = NULL;

  b->platform = platform_start (NULL, "1");
  b->golden = golden_load ();
  cJSON_ArrayForEach (message, b->golden)
  {
    g_autofree char *text = golden_print (message);
    g_autoptr (Answer) answer = platform_send (b->platform, message->string, text);

    g_assert_cmpint (answer_code (answer), ==, 200);
  }
}

static void
bench_close (Bench *b)
{
  cJSON_Delete (b->golden);
  platform_stop (b->platform);
}

static void
test_every_field (void)
{
  Bench b = { 0 };
  g_autoptr (GPtrArray) readings = read_all ();

  bench_open (&b);
  for (guint i = 0; i < readings->len; i++) {
    const Reading *r = g_ptr_array_index (readings, i);

    drop (&b, r);
    rename_field (&b, r);
    empty (&b, r);
    spoil_type (&b, r);
    leave_dictionary (&b, r);
  }
  g_test_message ("%u fields, %u calls", readings->len, b.sent);
  g_assert_cmpuint (readings->len, ==, 264);
  bench_close (&b);
}

/* The two readings and the golden messages name the same fields, in the same numbers. */
static void
test_readings_agree (void)
{
  g_autoptr (GPtrArray) readings = read_all ();
  cJSON *golden = golden_load ();
  guint in_table = 0, in_golden = 0;

  for (guint i = 0; i < readings->len; i++) {
    const Reading *r = g_ptr_array_index (readings, i);
    const SimMethod *method = sim_method_find (r->method);
    cJSON *message = cJSON_GetObjectItemCaseSensitive (golden, r->method);

    g_assert_nonnull (method);
    if (sim_field_find (r->in_list ? method->items : method->fields, r->name) == NULL
        || cJSON_GetObjectItemCaseSensitive (holder (message, r->in_list), r->name) == NULL)
      g_error ("%s.%s is not in the table or not in the golden message", r->method, r->name);
  }
  for (guint i = 0; sim_method_at (i) != NULL; i++) {
    const SimMethod *method = sim_method_at (i);
    cJSON *message = cJSON_GetObjectItemCaseSensitive (golden, method->name);

    in_golden += (guint) cJSON_GetArraySize (message);
    for (const SimField *f = method->fields; f->name != NULL; f++)
      in_table++;
    for (const SimField *f = method->items; f != NULL && f->name != NULL; f++)
      in_table++;
    if (method->items != NULL)
      in_golden += (guint) cJSON_GetArraySize (holder (message, TRUE));
  }
  g_assert_cmpuint (in_table, ==, readings->len);
  g_assert_cmpuint (in_golden, ==, readings->len);
  cJSON_Delete (golden);
}

/* Rules that look at two fields: what is set (JSON members laid over the golden message), what is dropped, what comes
 * back. */
static const struct {
  const char *method, *set, *drop;
  int code;
  const char *msg;
} conditions[] = {
  { "uploadReferralIndicators", "{\"age\":5}", "guardianCertID", -99, "guardianCertID" },
  { "uploadReferralIndicators", "{\"age\":5}", "guardianName", -99, "guardianName" },
  { "uploadReferralIndicators", "{\"age\":5,\"guardianName\":\"\"}", "guardianCertID", -99,
    "guardianCertID|guardianName" },
  { "uploadReferralIndicators", "{\"age\":5}", "guardianMobile", 200, NULL },
  { "uploadReferralIndicators", "{\"age\":6}", "guardianCertID", 200, NULL },
  { "uploadRecipeIndicators", "{\"age\":5}", "guardianCertID", -99, "guardianCertID" },
  { "uploadRecipeIndicators", "{\"age\":5}", "guardianName", -99, "guardianName" },
  { "uploadRecipeIndicators", "{\"age\":6}", "guardianName", 200, NULL },
  { "uploadAppointRecord", "{\"age\":0}", "guardianName", -99, "guardianName" },
  { "uploadAppointRecord", "{\"age\":6}", "guardianName", 200, NULL },
  { "uploadRecipeIndicators", "{\"age\":13}", "patientCertID", 200, NULL },
  { "uploadRecipeIndicators", "{\"age\":14}", "patientCertID", -99, "patientCertID" },
  { "uploadRecipeIndicators", "{\"recipeType\":\"3\"}", "packetsNum", -99, "packetsNum" },
  { "uploadRecipeIndicators", "{\"recipeType\":\"2\"}", "packetsNum", 200, NULL },
  { "uploadRecipeIndicators", "{\"rationalFlag\":\"1\"}", "rationalDrug", -99, "rationalDrug" },
  { "uploadRecipeIndicators", "{\"rationalFlag\":\"0\"}", "rationalDrug", 200, NULL },
  { "uploadConsultIndicators", "{\"onsultationAttribute\":\"4\"}", "consultationClassify", -99,
    "consultationClassify" },
  { "uploadConsultIndicators", "{\"onsultationAttribute\":\"3\"}", "consultationClassify", 200, NULL },
  { "uploadRecipeVerificationIndicators", "{\"deliveryType\":\"1\"}", "deliverySTDate", -99, "deliverySTDate" },
  { "uploadRecipeVerificationIndicators", "{\"deliveryType\":\"1\"}", "deliveryENDDate", -99, "deliveryENDDate" },
  { "uploadRecipeVerificationIndicators", "{\"deliveryType\":\"2\"}", "deliveryENDDate", 200, NULL },
  { "uploadRecipeIndicators", "{\"icdCode\":\"I10.x00x002\"}", NULL, -1, "icdName" },
  { "uploadRecipeIndicators", "{\"icdName\":\"高血压|高脂血症|脂肪肝\"}", NULL, -1, "icdName" },
  { "uploadRecipeIndicators", "{\"icdName\":\"高血压|\"}", NULL, -1, "icdName" },
  { "uploadRecipeIndicators", "{\"icdCode\":\"I10.x00x002\",\"icdName\":\"高血压\"}", NULL, 200, NULL },
  { "uploadReferralIndicators", "{\"mainDiagnoseCode\":\"I10.x00x002|E78.500\"}", NULL, -1, "mainDiagnoseCode" },
  { "uploadReferralIndicators", "{\"thisDiagnosis\":\"无\"}", NULL, 200, NULL },
  { "uploadReferralIndicators", "{\"thisDiagnosis\":\"|高血压\"}", NULL, -1, "thisDiagnosis" },
  { "uploadReferralIndicators", "{\"unitID\":\"ANOTHER\"}", NULL, -1, "unitID" },
  { "uploadReferralIndicators", "{\"firstDiagnosis\":\"\",\"subjectCode\":\"04.01.03\",\"deptID\":\"04\"}", NULL, 200,
    NULL },
  { "uploadRecipeIndicators", "{\"bussSource\":\"1\",\"bussID\":\"CONSULT-0001\"}", NULL, 200, NULL },
  { "uploadRecipeIndicators", "{\"bussSource\":\"\",\"bussID\":\"CONSULT-0001\"}", NULL, -1, "bussID" },
  { "uploadBusinessInfoAfter", "{\"businessType\":\"1\",\"bussID\":\"CONSULT-0001\"}", NULL, 200, NULL },
  { "uploadBusinessInfoAfter", "{\"businessType\":\"1\"}", NULL, -1, "VISIT-0001" },
  { "uploadBusinessInfoAfter", "{\"businessType\":\"5\",\"bussID\":\"U-7f3a\"}", NULL, 200, NULL },
  { "uploadBusinessInfoAfter", "{\"businessType\":\"16\",\"bussID\":\"APPOINT-0001\"}", NULL, 200, NULL },
  { "uploadDrugCatalogue", "{\"drugClass\":\"010101\"}", NULL, 200, NULL },
  { "uploadDrugCatalogue", "{\"drugClass\":\"0101010\"}", NULL, -1, "drugClass" },
};

static void
test_conditions (void)
{
  Bench b = { 0 };

  bench_open (&b);
  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++) {
    const Reading named = { (char *) conditions[i].method, (char *) conditions[i].set, NULL, NULL, FALSE, FALSE };
    cJSON *message = cJSON_Duplicate (cJSON_GetObjectItemCaseSensitive (b.golden, conditions[i].method), TRUE);
    cJSON *set = cJSON_Parse (conditions[i].set);

    g_assert_nonnull (set);
    while (set->child != NULL) {
      g_autofree char *name =
          g_strdup (set->child->string); /* cJSON frees the item's own before it reads the new one */

      g_assert_true (
          cJSON_ReplaceItemInObjectCaseSensitive (message, name, cJSON_DetachItemViaPointer (set, set->child)));
    }
    if (conditions[i].drop != NULL)
      cJSON_DeleteItemFromObjectCaseSensitive (message, conditions[i].drop);
    expect (&b, &named, "condition", message, conditions[i].code, conditions[i].msg);
    cJSON_Delete (set);
    cJSON_Delete (message);
  }
  bench_close (&b);
}

void
add_field_tests (void)
{
  g_test_add_func ("/platform/fields/readings-agree", test_readings_agree);
  g_test_add_func ("/platform/fields/every-field", test_every_field);
  g_test_add_func ("/platform/fields/conditions", test_conditions);
}
