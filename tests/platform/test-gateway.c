/* Headers, signature, time, nonce, cipher, shape, order: what a call meets before and after its fields are judged. */
#include "tests/platform/client.h"
#include "tests/platform/tests.h"

#include <string.h>

static void
test_golden (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  cJSON *golden = golden_load ();
  const cJSON *message = NULL;
  guint n = 0;

  cJSON_ArrayForEach (message, golden)
  {
    g_autofree char *text = golden_print (message);
    g_autoptr (Answer) answer = platform_send (platform, message->string, text);

    g_assert_cmpstr (answer->body, ==, "{\"code\":200,\"body\":{\"msgCode\":200,\"msg\":\"请求成功\"},\"data\":null}");
    n++;
  }
  g_assert_cmpuint (n, ==, 9);
  g_assert_cmpint (platform_ask (platform, "SELECT count(DISTINCT method) FROM accepted"), ==, 9);
  g_assert_cmpint (
      platform_ask (platform,
                    "SELECT count(*) FROM accepted WHERE key = 'U-7f3a' AND json_extract(json, '$.age') = 67"),
      ==, 1);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM call WHERE plaintext LIKE '[{%' AND msg_code = 200"),
                   ==, 9);
  cJSON_Delete (golden);
}

static void
test_duplicates_are_kept (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  cJSON *golden = golden_load ();
  g_autofree char *text = golden_print (golden->child);

  for (int i = 0; i < 3; i++) {
    g_autoptr (Answer) answer = platform_send (platform, "uploadDrugCatalogue", text);

    g_assert_cmpint (answer_code (answer), ==, 200);
  }
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted WHERE key = 'DRUG-0001'"), ==, 3);
  cJSON_Delete (golden);
}

static void
expect_header (Platform *platform, const char *name, const char *value, gboolean sign, int code)
{
  g_autoptr (Envelope) envelope = envelope_new ("pushMedicalDispute", "[]");
  g_autoptr (Answer) answer = NULL;

  envelope_set (envelope, name, value);
  if (sign)
    envelope_sign (envelope);
  answer = platform_post (platform, envelope);
  if (answer_code (answer) != code)
    g_error ("%s: %s: %s", name, value != NULL ? value : "(none)", answer->body);
}

static void
test_headers (void)
{
  static const char *const all[] = { "x-service-id", "x-service-method", "x-ca-timestamp",         "x-ca-nonce",
                                     "x-ca-key",     "x-content-md5",    "x-ca-signature-headers", "x-ca-signature" };
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *old = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000 - 3600000);
  g_autofree char *early = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000 + 3600000);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    expect_header (platform, all[i], NULL, FALSE, 40001);
  expect_header (platform, "x-ca-key", "another", TRUE, 40002);
  expect_header (platform, "x-ca-key", "another", FALSE, 40002);
  expect_header (platform, "x-service-id", "another", TRUE, 40006);
  expect_header (platform, "x-service-id", "another", FALSE, 40010);
  expect_header (platform, "x-service-method", "another", TRUE, 40006);
  expect_header (platform, "x-service-method", "uploadRecipeIndicators", FALSE, 40010);
  expect_header (platform, "x-ca-timestamp", old, TRUE, 40011);
  expect_header (platform, "x-ca-timestamp", early, TRUE, 40011);
  expect_header (platform, "x-ca-timestamp", "now", TRUE, 40001);
  expect_header (platform, "x-ca-nonce", "1", TRUE, 40001);
  expect_header (platform, "x-ca-nonce", "00000000-0000-4000-8000-000000000009", FALSE, 40010);
  expect_header (platform, "x-content-md5", "ab433edbe911a612b54a96c4392f9c4743386a33252c8c94ac643bff0229f3f9", FALSE,
                 40010);
  expect_header (platform, "x-ca-signature", "7EBB2439B5E0818B499947749F01DEC12553260B2F07248F001DAFAE06695EF8", FALSE,
                 40010);
  expect_header (platform, "x-ca-signature-headers", "x-ca-key", FALSE, 40001);
  expect_header (platform, "x-ca-signature-headers",
                 "X-Ca-Key,X-Ca-Nonce,X-Ca-Timestamp,X-Content-MD5,X-Service-Id,X-Service-Method", FALSE, 200);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted"), ==, 0);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM call WHERE msg IS NULL"), ==, 0);
}

static void
test_nonce_is_used_once (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (Envelope) envelope = envelope_new ("pushMedicalDispute", "[]");
  g_autoptr (Answer) first = platform_post (platform, envelope), second = platform_post (platform, envelope);

  g_assert_cmpint (answer_code (first), ==, 200);
  g_assert_cmpint (answer_code (second), ==, 40011);
}

static void
expect_body (Platform *platform, const char *body, int code)
{
  g_autoptr (Envelope) envelope = envelope_new ("pushMedicalDispute", "[]");
  g_autoptr (Answer) answer = NULL;

  g_free (envelope->body);
  envelope->body = g_strdup (body);
  envelope_sign (envelope);
  answer = platform_post (platform, envelope);
  g_assert_cmpint (answer_code (answer), ==, code);
}

static void
expect_plain (Platform *platform, const char *method, const char *plain, int code)
{
  g_autoptr (Answer) answer = platform_send (platform, method, plain);

  if (answer_code (answer) != code)
    g_error ("%s %s: %s", method, plain, answer->body);
}

static void
test_bodies (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  guint8 other[SIM_KEY_BYTES] = { 1 };
  g_autofree char *wrong_key = sim_encrypt (other, "[]", 2);

  expect_body (platform, wrong_key, 40004);
  expect_body (platform, "[]", 40001);
  expect_body (platform, "EF8A2C76EE0742B33E5C7551A73A7F69", 40001);
  expect_plain (platform, "pushMedicalDispute", "[]", 200);
  expect_plain (platform, "uploadDrugCatalogue", "[]", -98);
  expect_plain (platform, "pushMedicalDispute", "", 40001);
  expect_plain (platform, "pushMedicalDispute", "{}", 40001);
  expect_plain (platform, "pushMedicalDispute", "[] []", 40001);
  expect_plain (platform, "pushMedicalDispute", "[{\"organID\":\"1\",\"organID\":\"1\"}]", 40001);
  expect_plain (platform, "pushMedicalDispute", "[1]", -1);
  expect_plain (platform, "pushMedicalDispute", "[{\"eventID\":7}]", -99);
  expect_plain (platform, "uploadRecipeIndicators", "[{\"orderList\":{}}]", -99);
  expect_plain (platform, "uploadRecipeIndicators", "[{\"orderList\":[1]}]", -99);
}

static void
test_http (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (Envelope) envelope = envelope_new ("pushMedicalDispute", "[]");
  g_autoptr (Answer) path = NULL, verb = NULL, type = NULL;

  envelope->path = "/openapi/other";
  path = platform_post (platform, envelope);
  g_assert_cmpuint (path->http, ==, 404);
  envelope->path = "/openapi/api";
  envelope->content_type = "text/plain";
  type = platform_post (platform, envelope);
  g_assert_cmpint (answer_code (type), ==, 40001);
  envelope->verb = "GET";
  verb = platform_post (platform, envelope);
  g_assert_cmpuint (verb->http, ==, 405);
}

static void
test_first_bad_element_stops (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  cJSON *golden = golden_load ();
  g_autofree char *good = cJSON_PrintUnformatted (golden->child);
  g_autofree char *list = g_strdup_printf ("[%s,{\"organID\":\"x\"},%s]", good, good);

  expect_plain (platform, "uploadDrugCatalogue", list, -99);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted"), ==, 1);
  cJSON_Delete (golden);
}

static void
send_golden (Platform *platform, const cJSON *golden, const char *method, int code)
{
  g_autofree char *text = golden_print (cJSON_GetObjectItemCaseSensitive (golden, method));

  expect_plain (platform, method, text, code);
}

static void
test_order (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  cJSON *golden = golden_load ();

  send_golden (platform, golden, "uploadRecipeIndicators", -1);
  send_golden (platform, golden, "uploadBusinessInfoAfter", -1);
  send_golden (platform, golden, "uploadReferralIndicators", 200);
  send_golden (platform, golden, "uploadRecipeIndicators", -1); /* the drug is still unknown */
  send_golden (platform, golden, "uploadBusinessInfoAfter", 200);
  send_golden (platform, golden, "uploadDrugCatalogue", 200);
  send_golden (platform, golden, "uploadRecipeIndicators", 200);
  cJSON_ReplaceItemInObjectCaseSensitive (golden->child, "useFlag", cJSON_CreateString ("2"));
  send_golden (platform, golden, "uploadDrugCatalogue", 200); /* taken out of use */
  send_golden (platform, golden, "uploadRecipeIndicators", -1);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted"), ==, 5);
  cJSON_Delete (golden);
}

void
add_gateway_tests (void)
{
  g_test_add_func ("/platform/gateway/golden", test_golden);
  g_test_add_func ("/platform/gateway/duplicates", test_duplicates_are_kept);
  g_test_add_func ("/platform/gateway/headers", test_headers);
  g_test_add_func ("/platform/gateway/nonce", test_nonce_is_used_once);
  g_test_add_func ("/platform/gateway/bodies", test_bodies);
  g_test_add_func ("/platform/gateway/http", test_http);
  g_test_add_func ("/platform/gateway/list", test_first_bad_element_stops);
  g_test_add_func ("/platform/gateway/order", test_order);
}
