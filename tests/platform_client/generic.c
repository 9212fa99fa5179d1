/* The generic format of platforms whose interface is not public: what leaves, what a receipt means, that nothing is stored twice, and which place speaks
 * it when. The server is in process and checks by its own reckoning. */
#include "app/platform/generic.h"
#include "app/platform/profile.h"
#include "core/json.h"
#include "app/platform/transport.h"
#include "tests/platform_client/caller.h"
#include "tests/platform_client/certificate.h"
#include "tests/platform_client/sample.h"

#include <glib/gstdio.h>
#include <string.h>

#define PAYLOAD "[{\"organID\":\"X\"}]"

typedef enum { SAY_ACCEPTED, SAY_REFUSED, SAY_RETRY, SAY_OTHER_KEY, SAY_PAGE, SAY_TIANJIN, SAY_BUSY, SAY_FORBIDDEN } Say;

typedef struct {
  TestIdentity *identity;
  FzMessageTable *table;
  FzTransport *transport;
  SoupServer *server;
  char *ca_path;
  GHashTable *stored; /* keys, as the other side keeps them */
  Say say;
  guint requests;
} Fixture;

/* --- the other side --- */

static void
check_request (SoupServerMessage *message, const char *key)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *text = g_strdup_printf (METHOD "\n%.*s", (int) body->length, body->data);
  g_autofree char *wanted = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1), *signed_text = NULL, *signature = NULL;
  guint8 secret[16];

  for (guint i = 0; i < sizeof secret; i++)
    secret[i] = (guint8) (g_ascii_xdigit_value (SECRET[2 * i]) * 16 + g_ascii_xdigit_value (SECRET[2 * i + 1]));
  g_assert_cmpstr (key, ==, wanted);
  signed_text = g_strdup_printf (METHOD "\n%s\n%s", soup_message_headers_get_one (headers, "X-Fuzhen-Timestamp"), key);
  signature = g_compute_hmac_for_string (G_CHECKSUM_SHA256, secret, sizeof secret, signed_text, -1);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-Fuzhen-Signature"), ==, signature);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-Fuzhen-Key"), ==, "test-app-key");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-Fuzhen-Method"), ==, METHOD);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==, "application/json");
  g_assert_null (soup_message_headers_get_one (headers, "X-Ca-Key"));
  g_assert_cmpmem (body->data, (gsize) body->length, PAYLOAD, strlen (PAYLOAD));
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  static const char *const words[] = { "accepted", "refused", "retry" };
  Fixture *f = data;
  const char *key = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Idempotency-Key");
  g_autofree char *answer = NULL;
  guint status = f->say == SAY_BUSY ? 503 : f->say == SAY_FORBIDDEN ? 403 : 200;

  f->requests++;
  check_request (message, key);
  if (f->say == SAY_ACCEPTED || f->say == SAY_OTHER_KEY || f->say == SAY_PAGE)
    g_hash_table_add (f->stored, g_strdup (key));
  if (f->say <= SAY_RETRY)
    answer = g_strdup_printf ("{\"receipt\":{\"key\":\"%s\",\"status\":\"%s\",\"message\":\"organID 不在册\"}}", key, words[f->say]);
  else if (f->say == SAY_OTHER_KEY)
    answer = g_strdup ("{\"receipt\":{\"key\":\"0\",\"status\":\"accepted\"}}");
  else
    answer = g_strdup (f->say == SAY_TIANJIN ? "{\"code\":200,\"body\":{\"msgCode\":200,\"msg\":\"请求成功\"}}" : "<html>欢迎</html>");
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, answer, strlen (answer));
}

/* --- the client --- */

static GPtrArray *
shipped (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/platform/profiles.json", NULL), *json = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *all;

  g_assert_true (g_file_get_contents (path, &json, NULL, NULL));
  all = fz_platform_profiles_parse ("profiles.json", json, strlen (json), &error);
  g_assert_no_error (error);
  return all;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) profiles = shipped ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (FzPlatformConfig) config = NULL;
  g_autofree char *text = NULL;
  GSList *uris;
  int fd;

  f->identity = test_identity_new ("127.0.0.1", -1, 30);
  fd = g_file_open_tmp ("fuzhen-ca-XXXXXX.pem", &f->ca_path, NULL);
  g_assert_true (g_close (fd, NULL) && g_file_set_contents (f->ca_path, f->identity->ca_pem, -1, NULL));
  f->stored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  certificate = g_tls_certificate_new_from_pem (f->identity->leaf_pem, -1, &error);
  f->server = g_object_new (SOUP_TYPE_SERVER, "tls-certificate", certificate, NULL);
  soup_server_add_handler (f->server, NULL, on_request, f, NULL);
  g_assert_true (soup_server_listen_local (f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error));
  uris = soup_server_get_uris (f->server);
  text = g_strdup_printf ("{\"profile\":\"generic\",\"url\":\"https://127.0.0.1:%d/upload\",\"app_key\":\"test-app-key\",\"app_secret\":\"" SECRET
                          "\",\"unit_id\":\"TEST-UNIT\",\"ca_file\":\"%s\"}", g_uri_get_port (uris->data), f->ca_path);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  config = fz_platform_config_parse ((const guint8 *) text, strlen (text), "/", TRUE, &error);
  g_assert_no_error (error);
  f->table = sample_table ();
  fz_message_table_set_profile (f->table, fz_platform_profiles_find (profiles, "fujian"));
  f->transport = fz_transport_new (config, f->table, 20000, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->transport, fz_transport_unref);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  soup_server_disconnect (f->server);
  g_object_unref (f->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_unlink (f->ca_path);
  g_free (f->ca_path);
  g_hash_table_unref (f->stored);
  fz_message_table_unref (f->table);
  test_identity_free (f->identity);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static FzOutcome *
call (Fixture *f, Say say)
{
  g_autoptr (GBytes) payload = g_bytes_new_static (PAYLOAD, strlen (PAYLOAD));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformAnswer) answer = NULL;

  f->say = say;
  fz_platform_call_async (f->transport, METHOD, payload, NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  answer = fz_platform_call_finish (f->transport, result, &error);
  return fz_outcome_classify (f->table, METHOD, answer, error);
}

static void
expect (Fixture *f, Say say, FzOutcomeKind kind)
{
  g_autoptr (FzOutcome) outcome = call (f, say);

  g_assert_cmpstr (fz_outcome_word (outcome->kind), ==, fz_outcome_word (kind));
}

/* --- tests --- */

static void
receipts (Fixture *f, gconstpointer data)
{
  g_autoptr (FzOutcome) refused = call (f, SAY_REFUSED);

  g_assert_cmpstr (fz_outcome_word (refused->kind), ==, "refused");
  g_assert_cmpstr (refused->text, ==, "organID 不在册");
  expect (f, SAY_RETRY, FZ_OUTCOME_RETRY);
  expect (f, SAY_BUSY, FZ_OUTCOME_RETRY);
  expect (f, SAY_FORBIDDEN, FZ_OUTCOME_CONFIGURATION);
  g_assert_cmpuint (g_hash_table_size (f->stored), ==, 0);
}

/* An answer that proves nothing is asked for again, and the same key stores nothing twice. */
static void
once (Fixture *f, gconstpointer data)
{
  expect (f, SAY_PAGE, FZ_OUTCOME_RETRY);
  expect (f, SAY_TIANJIN, FZ_OUTCOME_RETRY); /* another platform's yes is none */
  expect (f, SAY_OTHER_KEY, FZ_OUTCOME_RETRY);
  expect (f, SAY_ACCEPTED, FZ_OUTCOME_ACCEPTED);
  g_assert_cmpuint (f->requests, ==, 4);
  g_assert_cmpuint (g_hash_table_size (f->stored), ==, 1);
}

/* With an empty answer on the wire the outcome is unknown; with a key it may go again. */
static void
unknown_goes_again (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new (FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME, "cut");
  g_autoptr (FzOutcome) generic = fz_outcome_classify (f->table, METHOD, NULL, error), own = NULL;
  FzMessageTable *tianjin = sample_table ();

  own = fz_outcome_classify (tianjin, METHOD, NULL, error);
  g_assert_cmpstr (fz_outcome_word (generic->kind), ==, "retry");
  g_assert_cmpstr (fz_outcome_word (own->kind), ==, "unknown");
  fz_message_table_unref (tianjin);
}

/* Reckoned by other hands: printf 'm\n[]' | sha256sum, and openssl dgst -sha256 -mac HMAC. */
static void
golden (void)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("[]", 2);
  g_autofree char *key = fz_generic_key ("m", payload), *signature = NULL;
  FzSecret *secret = fz_secret_new (16);

  memset (fz_secret_get_writable (secret), 1, 16);
  g_assert_cmpstr (key, ==, "de7859db8a79e620590a758cda8789e8dd3a67a69840fec735ae31e4da184ed6");
  signature = fz_generic_signature (secret, "m", 1767225600000, key);
  g_assert_cmpstr (signature, ==, "32a277822d532ce57045174cb585637f99a2575aa633cf9a0b34726c64231b2e");
  fz_secret_free (secret);
}

/* Each place: its format, and that only Tianjin's own is said to be public. */
static void
places (void)
{
  static const struct {
    const char *place, *wire;
    FzTrigger trigger;
  } rows[] = { { "tianjin", "tianjin", FZ_TRIGGER_AT_ONCE }, { "national", "generic", FZ_TRIGGER_NEXT_DAY }, { "sichuan", "generic", FZ_TRIGGER_AT_ONCE },
               { "chongqing", "generic", FZ_TRIGGER_AT_ONCE }, { "fujian", "generic", FZ_TRIGGER_PULL } };
  g_autoptr (GPtrArray) all = shipped ();

  g_assert_cmpuint (all->len, ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const FzPlatformProfile *profile = fz_platform_profiles_find (all, rows[i].place);
    FzMessageTable *table = sample_table ();

    g_assert_cmpstr (profile->wire, ==, rows[i].wire);
    g_assert_cmpint (profile->trigger, ==, rows[i].trigger);
    g_assert_cmpint (profile->is_public, ==, g_str_equal (rows[i].wire, "tianjin"));
    g_assert_true (profile->is_public || strstr (profile->note, "没有公开") != NULL);
    fz_message_table_set_profile (table, profile);
    g_assert_cmpstr (fz_message_table_get_wire (table), ==, rows[i].wire);
    g_assert_cmpint (fz_message_table_get_daily (table)->method != NULL, ==, profile->is_public);
    fz_message_table_unref (table);
  }
  g_assert_null (fz_platform_profiles_find (all, "atlantis"));
}

static void
moments (void)
{
  gint64 evening = G_GINT64_CONSTANT (1772463600) * G_USEC_PER_SEC; /* 2026-03-02 23:00 at Beijing */

  gint64 night = evening + (gint64) 90 * 60 * G_USEC_PER_SEC;
  /* By trigger and moment: does it wait for the night? */
  static const gboolean waits[][3] = {
    [FZ_TRIGGER_AT_ONCE] = { FALSE, FALSE, FALSE }, [FZ_TRIGGER_NEXT_DAY] = { TRUE, TRUE, TRUE }, [FZ_TRIGGER_ON_APPROVAL] = { TRUE, FALSE, FALSE },
    [FZ_TRIGGER_EVERY_CHANGE] = { FALSE, FALSE, FALSE }, [FZ_TRIGGER_PULL] = { FALSE, FALSE, FALSE },
  };
  static const char *const words[] = { "at_once", "next_day", "on_approval", "every_change", "pull" };

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++) {
    FzTrigger trigger = FZ_TRIGGER_AT_ONCE;

    g_assert_true (fz_trigger_from_word (words[i], &trigger));
    g_assert_cmpint (trigger, ==, i);
    g_assert_cmpstr (fz_trigger_to_word (trigger), ==, words[i]);
    for (guint moment = 0; moment < 3; moment++)
      g_assert_cmpint (fz_platform_profile_not_before (trigger, (FzDueMoment) moment, evening), ==, waits[i][moment] ? night : 0);
  }
}

static void
bad_profiles (void)
{
  static const char *const changes[][2] = { { "\"at_once\"", "\"sometimes\"" }, { "\"trigger\": \"at_once\"", "\"trigger\": \"pull\"" }, { "\"trigger\": \"at_once\"", "\"trigger\": \"every_change\"" }, { "\"wire\": \"generic\"", "\"wire\": \"carrier pigeon\"" }, { "\"public\": false", "\"public\": true" },
                                            { "\"place\": \"fujian\"", "\"place\": \"tianjin\"" }, { "\"basis\"", "\"because\"" }, { "profiles/v1", "profiles/v2" } };
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/platform/profiles.json", NULL), *json = NULL;

  g_assert_true (g_file_get_contents (path, &json, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (GString) bad = g_string_new (json);
    g_autoptr (GError) error = NULL;

    g_assert_cmpuint (g_string_replace (bad, changes[i][0], changes[i][1], 1), ==, 1);
    g_assert_null (fz_platform_profiles_parse ("bad.json", bad->str, bad->len, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
}

/* --- messages of its own --- */

static FzMessageTable *
extended (GError **error, const char *from, const char *to)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/platform/generic-1.0.json", NULL), *json = NULL;
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (GString) text = NULL;

  g_assert_true (g_file_get_contents (path, &json, NULL, NULL));
  text = g_string_new (json);
  g_assert_true (from == NULL || g_string_replace (text, from, to, 1) == 1);
  return fz_message_table_extend (table, (const guint8 *) text->str, text->len, error) ? g_steal_pointer (&table) : NULL;
}

static FzJson *
read_asset (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets", name, NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  FzJson *json;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  json = fz_json_parse (text, strlen (text), 1 << 20, &error);
  g_assert_no_error (error);
  return json;
}

/* What the schema documents of one message is what is sent, both ways round. */
static void
check_documented (const FzMessageTable *table, const FzJson *schema, const FzJson *message)
{
  const char *method = fz_json_get_string (message, "method", NULL);
  const FzJson *documented = fz_json_find (fz_json_find (fz_json_find (schema, "$defs"), method), "properties"), *fields = fz_json_find (message, "fields");
  guint n = 0;

  for (guint i = 0; i < fz_json_count (documented); i++)
    g_assert_nonnull (fz_message_table_get_field_label (table, method, fz_json_get_name (fz_json_get_item (documented, i))));
  for (guint i = 0; i < fz_json_count (fields); i++) {
    const FzJson *name = fz_json_find (fz_json_get_item (fields, i), "name"), *group = fz_json_find (fz_json_get_item (fields, i), "group");
    const char *of = group != NULL ? fz_json_get_string (group, NULL, NULL) : "";

    n += name != NULL || g_str_equal (of, "tail") ? 1 : g_str_equal (of, "organ") ? 3 : 7; /* else the doctor's */
    g_assert_true (name == NULL || fz_json_find (documented, fz_json_get_string (name, NULL, NULL)) != NULL);
  }
  g_assert_cmpuint (fz_json_count (documented), ==, n);
}

static void
own_messages (void)
{
  static const char *const bad[][2] = { { "platform_more/v1", "platform/v1" }, { "\"remote.id\": \"会诊编号\",", "\"remote.id\": \"会诊编号\", \"remote.x\": \"无人用\"," },
                                        { "\"business\": \"remote_consultation\"", "\"business\": \"revisit\"" }, { "\"business\": \"remote_consultation\", ", "" },
                                        { "\"business\": \"nursing\"", "\"business\": \"remote_ecg\"" }, { "\"is\": \"remote_ecg\"", "\"iz\": \"remote_ecg\"" },
                                        { "\"moment\": \"end\"", "\"moment\": \"soon\"" }, { "\"after\": []", "\"after\": [\"nothing\"]" },
                                        { "\"state\": \"held\"", "\"stat\": \"held\"" } };
  static const char *const reported[][2] = { { "remote_consultation", "uploadRemoteConsultation" }, { "remote_clinic", "uploadRemoteService" }, { "remote_imaging", "uploadRemoteService" },
                                             { "remote_ecg", "uploadRemoteService" }, { "remote_pathology", "uploadRemoteService" }, { "remote_referral", "uploadRemoteService" },
                                             { "nursing", "uploadNursingVisit" } };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzMessageTable) tianjin = sample_table (), table = extended (&error, NULL, NULL);
  g_autoptr (FzJson) schema = read_asset ("schema/generic-upload.json"), more = read_asset ("platform/generic-1.0.json");
  const FzJson *messages = fz_json_find (more, "messages");

  g_assert_no_error (error);
  g_assert_cmpuint (fz_json_count (fz_json_find (schema, "$defs")), ==, fz_json_count (messages));
  for (guint i = 0; i < fz_json_count (messages); i++)
    check_documented (table, schema, fz_json_get_item (messages, i));
  g_assert_null (fz_message_table_next_entry (tianjin, "remote-consultation", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (reported); i++) { /* each kind by its own message, and by its own facts */
    g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.facts/v1");
    g_autoptr (GPtrArray) kinds = NULL;

    fz_fields_set (facts, "service.kind", reported[i][0]);
    kinds = fz_message_table_find_businesses (table, reported[i][1], facts);
    g_assert_cmpuint (kinds->len, ==, 1);
    g_assert_cmpstr (kinds->pdata[0], ==, reported[i][0]);
    g_assert_false (fz_message_table_reports (tianjin, reported[i][0]));
    g_assert_true (fz_message_table_reports (table, reported[i][0]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_null (extended (&error, bad[i][0], bad[i][1]));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_clear_error (&error);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/platform-client/generic/receipts", Fixture, NULL, set_up, receipts, tear_down);
  g_test_add ("/platform-client/generic/once", Fixture, NULL, set_up, once, tear_down);
  g_test_add ("/platform-client/generic/unknown", Fixture, NULL, set_up, unknown_goes_again, tear_down);
  g_test_add_func ("/platform-client/generic/golden", golden);
  g_test_add_func ("/platform-client/generic/places", places);
  g_test_add_func ("/platform-client/generic/moments", moments);
  g_test_add_func ("/platform-client/generic/own-messages", own_messages);
  g_test_add_func ("/platform-client/generic/bad-profiles", bad_profiles);
  return g_test_run ();
}
