/* What each answer means, and how long to wait. */
#include "app/platform/outcome.h"
#include "tests/platform_client/sample.h"

#include <cjson/cJSON.h>

#include <string.h>

#define METHOD "uploadElectMedicalRecord"

static FzOutcome *
outcome_of (guint status, const char *body)
{
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (FzPlatformAnswer) answer = fz_platform_answer_new (status, -1, (const guint8 *) body, strlen (body));

  return fz_outcome_classify (table, METHOD, answer, NULL);
}

static void
every_answer_has_its_class (void)
{
  static const struct {
    guint status;
    const char *body, *kind, *code;
  } cases[] = {
    {200, "{\"code\":200,\"body\":{\"msgCode\":200,\"msg\":\"请求成功\"},\"data\":null}", "accepted", "200/200"},
    {200, "{\"code\":\"200\",\"body\":{\"msgCode\":\"200\"}}", "accepted", "200/200"},
    {200, "{\"code\":200,\"body\":{\"msgCode\":-99,\"msg\":\"mobile|age\"}}", "refused", "200/-99"},
    {200, "{\"code\":200,\"body\":{\"msgCode\":-98,\"msg\":\"无数据\"}}", "refused", "200/-98"},
    {200, "{\"code\":200,\"body\":{\"msgCode\":-1,\"msg\":\"原因\"}}", "refused", "200/-1"},
    {200, "{\"code\":200,\"body\":{\"msgCode\":7}}", "refused", "200/7"},
    {200, "{\"code\":-1,\"body\":null}", "retry", "-1"},
    {200, "{\"code\":40001}", "refused", "40001"},
    {200, "{\"code\":40002}", "configuration", "40002"},
    {200, "{\"code\":40003}", "configuration", "40003"},
    {200, "{\"code\":40004}", "configuration", "40004"},
    {200, "{\"code\":40006}", "configuration", "40006"},
    {200, "{\"code\":40007}", "configuration", "40007"},
    {200, "{\"code\":40010}", "configuration", "40010"},
    {200, "{\"code\":40011}", "retry", "40011"},
    {200, "{\"code\":40012}", "refused", "40012"},
    /* Not in the interface text: stored or not, nobody knows. */
    {200, "{\"code\":40099}", "unknown", "40099"},
    {200, "{\"code\":200}", "unknown", "200"},
    {200, "{\"code\":200,\"body\":[]}", "unknown", "200"},
    {200, "{\"code\":200,\"code\":200,\"body\":{\"msgCode\":200}}", "unknown", "HTTP 200"},
    {200, "{\"code\":200,\"body\":{\"msgCode\":200}} ok", "unknown", "HTTP 200"},
    {200, "{\"Code\":200,\"body\":{\"msgCode\":200}}", "unknown", "HTTP 200"},
    {200, "{\"code\":2e2,\"body\":{\"msgCode\":200}}", "unknown", "HTTP 200"},
    {200, "{\"code\":true,\"body\":{\"msgCode\":200}}", "unknown", "HTTP 200"},
    {200, "<html>欢迎</html>", "unknown", "HTTP 200"},
    {200, "", "unknown", "HTTP 200"},
    {200, "[]", "unknown", "HTTP 200"},
    {500, "{\"code\":200,\"body\":{\"msgCode\":200}}", "unknown", "200/200"},
    {400, "{\"code\":40011}", "retry", "40011"},
    {302, "", "configuration", "HTTP 302"},
    {401, "", "configuration", "HTTP 401"},
    {403, "", "configuration", "HTTP 403"},
    {413, "", "refused", "HTTP 413"}, /* of this record: the others go on */
    {422, "<p>no</p>", "refused", "HTTP 422"},
    {404, "", "configuration", "HTTP 404"},
    {408, "", "retry", "HTTP 408"},
    {429, "", "retry", "HTTP 429"},
    {500, "", "retry", "HTTP 500"},
    {503, "busy", "retry", "HTTP 503"},
    {504, "", "unknown", "HTTP 504"},
    {204, "", "unknown", "HTTP 204"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FzOutcome) outcome = outcome_of (cases[i].status, cases[i].body);

      g_test_message ("HTTP %u %s", cases[i].status, cases[i].body);
      g_assert_cmpstr (fz_outcome_word (outcome->kind), ==, cases[i].kind);
      g_assert_cmpstr (outcome->code, ==, cases[i].code);
    }
}

static void
every_error_has_its_class (void)
{
  static const struct {
    FzErrorCode code;
    FzOutcomeKind kind;
  } cases[] = {
    {FZ_ERROR_OFFLINE, FZ_OUTCOME_OFFLINE},
    {FZ_ERROR_UNKNOWN_OUTCOME, FZ_OUTCOME_UNKNOWN},
    {FZ_ERROR_REJECTED, FZ_OUTCOME_CONFIGURATION},
    {FZ_ERROR_UNSUPPORTED, FZ_OUTCOME_CONFIGURATION},
    {FZ_ERROR_INTERNAL, FZ_OUTCOME_CONFIGURATION},
  };
  g_autoptr (FzMessageTable) table = sample_table ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (FZ_ERROR, (int) cases[i].code, "words");
      g_autoptr (FzOutcome) outcome = fz_outcome_classify (table, METHOD, NULL, error);

      g_assert_cmpint (outcome->kind, ==, cases[i].kind);
      g_assert_cmpstr (outcome->text, ==, "words");
      g_assert_cmpstr (outcome->code, ==, "");
    }
}

static void
refused_fields_are_named (void)
{
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autofree char *named = fz_outcome_name_fields (table, METHOD, "必填字段为空：phone|patientAge | updateTime，noSuchField");
  const char *first = fz_message_table_get_field_label (table, METHOD, "phone"), *second = fz_message_table_get_field_label (table, METHOD, "patientAge"),
             *third = fz_message_table_get_field_label (table, METHOD, "updateTime");
  g_autofree char *all = g_strdup_printf ("%s phone、%s patientAge、%s updateTime", first, second, third);

  g_assert_cmpstr (named, ==, all);
  g_assert_null (fz_outcome_name_fields (table, METHOD, "请求失败 noSuchField"));
}

static void
words_are_made_safe (void)
{
  g_autofree char *many = g_strnfill (3000, 'x');
  g_autofree char *body = g_strdup_printf ("{\"code\":200,\"body\":{\"msgCode\":-1,\"msg\":\"  a\\nb\\u202ec\\u0007 %s\"}}", many);
  g_autoptr (FzOutcome) outcome = outcome_of (200, body);

  g_assert_true (g_str_has_prefix (outcome->text, "a bc  xxx"));
  g_assert_cmpint (g_utf8_strlen (outcome->text, -1), <=, 500);
}

static void
retry_after_is_kept (void)
{
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (FzPlatformAnswer) answer = fz_platform_answer_new (503, 7, (const guint8 *) "", 0);
  g_autoptr (FzPlatformAnswer) absurd = fz_platform_answer_new (503, G_MAXINT64, (const guint8 *) "", 0);
  g_autoptr (FzOutcome) outcome = fz_outcome_classify (table, METHOD, answer, NULL);
  g_autoptr (FzOutcome) bounded = fz_outcome_classify (table, METHOD, absurd, NULL);

  g_assert_cmpint (outcome->retry_after_ms, ==, 7000);
  g_assert_cmpint (bounded->retry_after_ms, ==, 86400000);
}

static void
back_off_doubles_between_quarter_and_cap (void)
{
  gint64 cap = 1000;

  for (guint failures = 1; failures < 40; failures++)
    {
      g_assert_cmpint (fz_backoff_ms (failures, 1000, 300000, 0), ==, cap / 4);
      g_assert_cmpint (fz_backoff_ms (failures, 1000, 300000, G_MAXUINT32), >=, cap - 1);
      g_assert_cmpint (fz_backoff_ms (failures, 1000, 300000, G_MAXUINT32), <=, cap);
      g_assert_cmpint (fz_backoff_ms (failures, 1000, 300000, 1u << 31), ==, cap / 4 + (cap - cap / 4) / 2);
      cap = MIN (cap * 2, 300000);
    }
  g_assert_cmpint (fz_backoff_ms (G_MAXUINT, 1000, 300000, 0), ==, 75000);
}

/* --- answers with bytes changed, cut, doubled and swapped --- */

static gboolean
is_200 (const cJSON *value)
{
  return (cJSON_IsNumber (value) && value->valuedouble == 200) || (cJSON_IsString (value) && g_str_equal (value->valuestring, "200"));
}

static guint
named (const cJSON *object, const char *name)
{
  const cJSON *member;
  guint n = 0;

  cJSON_ArrayForEach (member, object)
    n += g_strcmp0 (member->string, name) == 0;
  return n;
}

/* Another reader's opinion: this text says that the record was taken. */
static gboolean
says_taken (const char *text, gsize n)
{
  cJSON *root = g_utf8_validate (text, (gssize) n, NULL) ? cJSON_ParseWithLengthOpts (text, n + 1, NULL, TRUE) : NULL;
  const cJSON *body = cJSON_GetObjectItemCaseSensitive (root, "body"), *receipt = cJSON_GetObjectItemCaseSensitive (root, "receipt");
  const char *status = cJSON_GetStringValue (cJSON_GetObjectItemCaseSensitive (receipt, "status"));
  gboolean taken = named (root, "code") == 1 && named (body, "msgCode") == 1 && is_200 (cJSON_GetObjectItemCaseSensitive (root, "code")) &&
                   is_200 (cJSON_GetObjectItemCaseSensitive (body, "msgCode"));

  taken = taken || (named (root, "receipt") == 1 && g_strcmp0 (status, "accepted") == 0);
  cJSON_Delete (root);
  return taken;
}

static gboolean
is_kept (const FzPlatformAnswer *answer)
{
  return (answer->has_code && answer->has_msg_code && answer->outer_code == 200 && answer->msg_code == 200) || g_strcmp0 (answer->receipt, "accepted") == 0;
}

static char *
mutate (GRand *chance, const char *good, gsize *out_n)
{
  gsize length = strlen (good), n = g_rand_int_range (chance, 0, 4) > 0 ? length : (gsize) g_rand_int_range (chance, 0, (gint32) length + 1);
  char *text = g_strdup (good);

  for (int k = g_rand_int_range (chance, 0, 5); k > 0; k--) {
    guint at = (guint) g_rand_int_range (chance, 0, (gint32) length), from = (guint) g_rand_int_range (chance, 0, (gint32) length);
    gsize some = (gsize) g_rand_int_range (chance, 1, 24);

    if (g_rand_boolean (chance))
      text[at] = (char) g_rand_int_range (chance, 0, 256);
    else
      memmove (text + at, good + from, MIN (some, length - MAX (at, from)));
  }
  text[n] = '\0';
  *out_n = n;
  return text;
}

static void
changed_answers_are_never_taken_for_a_yes (void)
{
  static const char *const good[] = {
    "{\"code\":200,\"body\":{\"msgCode\":200,\"msg\":\"请求成功\"},\"data\":null}",
    "{\"code\":\"200\",\"body\":{\"msgCode\":\"200\",\"msg\":\"ok\"},\"data\":{\"a\":[1,2]}}",
    "{\"code\":200,\"body\":{\"msgCode\":-99,\"msg\":\"mobile|age\"}}",
    "{\"receipt\":{\"key\":\"visit:V1\",\"status\":\"accepted\",\"message\":\"\"}}",
    "{\"receipt\":{\"key\":\"visit:V1\",\"status\":\"refused\",\"message\":\"organID 不在册\"}}",
  };
  g_autoptr (GRand) chance = g_rand_new_with_seed ((guint32) g_test_rand_int ()); /* the seed of the run is printed */
  g_autoptr (FzMessageTable) table = sample_table ();
  guint n_taken = 0, n_read = 0;

  for (guint i = 0; i < 6000; i++) {
    gsize n = 0;
    g_autofree char *text = mutate (chance, good[i % G_N_ELEMENTS (good)], &n);
    g_autoptr (FzPlatformAnswer) answer = fz_platform_answer_new (200, -1, (const guint8 *) text, n);
    g_autoptr (FzOutcome) outcome = fz_outcome_classify (table, METHOD, answer, NULL);

    g_assert_true (g_utf8_validate (answer->text, -1, NULL) && g_utf8_validate (outcome->text, -1, NULL));
    if ((is_kept (answer) || outcome->kind == FZ_OUTCOME_ACCEPTED) && !says_taken (text, n))
      g_error ("taken for a yes: %s", text);
    n_taken += is_kept (answer);
    n_read += answer->has_code || answer->receipt != NULL;
  }
  g_test_message ("%u read, %u of them a yes", n_read, n_taken);
  g_assert_cmpuint (n_taken, >, 100); /* what was hardly changed is one */
  g_assert_cmpuint (n_read, <, 5000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/platform-client/outcome/answers", every_answer_has_its_class);
  g_test_add_func ("/platform-client/outcome/errors", every_error_has_its_class);
  g_test_add_func ("/platform-client/outcome/fields", refused_fields_are_named);
  g_test_add_func ("/platform-client/outcome/words", words_are_made_safe);
  g_test_add_func ("/platform-client/outcome/retry-after", retry_after_is_kept);
  g_test_add_func ("/platform-client/outcome/back-off", back_off_doubles_between_quarter_and_cap);
  g_test_add_func ("/platform-client/outcome/fuzz", changed_answers_are_never_taken_for_a_yes);
  return g_test_run ();
}
