/* A hospital that moves to the rules of Chongqing (CQ-06, 15, 22, 30, 32, appendix 1): each thing they ask beyond the national rules stops the
 * doctor until somebody states it, the doctor reads which article asks, and then a whole visit goes through. */
#include "tests/desk/world.h"

#include <string.h>

#define HOUR_US (G_GINT64_CONSTANT (3600) * FZ_US_PER_SECOND)

static void
move_to_chongqing (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) kept = NULL, draft = NULL;
  g_autofree char *id = NULL;

  world_sign_in (w, "A3001");
  kept = fz_desk_get_rules_draft (w->session, &error);
  g_assert_no_error (error);
  draft = fz_fields_dup (kept, NULL);
  fz_fields_set (draft, "rules.jurisdiction", "chongqing");
  fz_fields_set (draft, "rules.since", TESTED_DAY);
  fz_fields_set (draft, "rules.words", "院务会决定");
  id = world_sign (w, fz_desk_prepare_rules (w->session, draft, &error));
  world_sign_in (w, "S4001");
  g_free (world_sign (w, fz_desk_prepare_rules_decision (w->session, id, "approved", "依院务会决定", &error)));
  g_assert_no_error (error);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The rules that stop this doctor from taking the visit now, sorted, with a blank between. */
static char *
stops (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = fz_desk_check_taking (w->session, visit, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (finding->severity != FZ_SEVERITY_STOP)
      continue;
    g_assert_nonnull (strstr (finding->clause, "重庆市贯彻互联网医院管理办法实施细则"));
    g_ptr_array_add (names, (gpointer) finding->rule);
  }
  g_ptr_array_sort (names, by_name);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **) names->pdata);
}

static void
expect_stops (World *w, const char *rules)
{
  g_autofree char *found = NULL;

  world_sign_in (w, "D1001");
  found = stops (w, "V1");
  g_assert_cmpstr (found, ==, rules);
}

static FzFields *
facts_of (const char *const *pairs)
{
  FzFields *facts = fz_fields_new ("fuzhen.changes/v1");

  for (guint i = 0; pairs[i] != NULL; i += 2)
    fz_fields_set (facts, pairs[i], pairs[i + 1]);
  return facts;
}

static void
state_hospital (World *w, const char *const *pairs)
{
  g_autoptr (FzFields) changes = facts_of (pairs);
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  fz_desk_amend_institution (w->session, changes, &error);
  g_assert_no_error (error);
}

static void
state_doctor (World *w, const char *key, const char *value)
{
  g_autoptr (FzFields) changes = facts_of ((const char *const[]){ key, value, NULL });
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  fz_desk_amend_staff (w->session, "D1001", changes, &error);
  g_assert_no_error (error);
}

static void
put_on_duty (World *w)
{
  g_autoptr (GError) error = NULL;
  gint64 now;

  world_sign_in (w, "A3001");
  now = fz_session_now_us (w->session);
  fz_desk_put_duty (w->session, "P2001", now - HOUR_US, now + 4 * HOUR_US, &error);
  g_assert_no_error (error);
}

static void
arrive_with_card (World *w)
{
  g_autoptr (FzFields) request = world_request (w, 0, "V1");
  g_autoptr (GError) error = NULL;

  /* The case comes with none of the three numbers. */
  expect_error (!world_try_arrive (w, request, &error), &error, FZ_ERROR_INVALID, "医保卡号、电子健康卡号或健康档案号");
  fz_fields_set (request, "patient.health_record", "A50010001");
  world_try_arrive (w, request, &error);
  g_assert_no_error (error);
}

/* Arts. 25 and 29: while the service is registered as paused nobody takes a visit; a pause of another department does not count here. */
static char *
enter (World *w, const char *id, const char *move, const char *const *pairs)
{
  g_autoptr (FzFields) values = facts_of (pairs);
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL;

  world_sign_in (w, "A3001");
  document = world_sign (w, fz_desk_prepare_entry (w->session, "suspension", id, move, values, NULL, NULL, &error));
  g_assert_no_error (error);
  return g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
}

static void
paused_and_resumed (World *w)
{
#define PAUSE(scope, ...) { "field.subject", "数据中心改造", "field.scope", scope, "field.kind", "equipment", "field.content", "服务器停机", \
    "field.paused_on", TESTED_DAY, "field.report_by", TESTED_DAY, __VA_ARGS__ NULL }
  static const char *const whole[] = PAUSE ("whole", ), *const other[] = PAUSE ("department", "field.department", "07.04", ),
                    *const same[] = PAUSE ("department", "field.department", "内科", ), *const unknown[] = PAUSE ("department", "field.department", "某科", );
#undef PAUSE
  static const char *const report[] = { "field.reported_to", "区卫生健康委", "field.reported_on", TESTED_DAY, NULL };
  static const char *const resume[] = { "field.finding", "已恢复供电", "field.resumed_on", TESTED_DAY, "field.approved_by", "院务会", NULL };
  static const struct {
    const char *const *pause;
    gboolean stops;
  } cases[] = { { whole, TRUE }, { other, FALSE }, { same, TRUE }, { unknown, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = enter (w, NULL, "pause", cases[i].pause);

    expect_stops (w, cases[i].stops ? "ORG_NOT_PAUSED" : "");
    g_free (enter (w, id, "report", report));
    expect_stops (w, cases[i].stops ? "ORG_NOT_PAUSED" : ""); /* told, and still paused */
    g_free (enter (w, id, "end", resume));
    expect_stops (w, "");
  }
}

static void
each_thing_is_asked (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rx = NULL, *stage = NULL;

  move_to_chongqing (w);
  world_sign_in (w, "D1001");
  arrive_with_card (w);
  expect_stops (w, "DEPT_APPROVED DEPT_ASSOCIATE DEPT_PHYSICAL DEPT_SENIOR DOC_CATEGORY DOC_INSURED DOC_REGISTER_SAME DUTY_PHARMACIST ORG_LICENCE");
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_REFUSED, NULL);
  state_hospital (w, (const char *const[]){ "licence_until", "2028-12-31", NULL });
  state_hospital (w, (const char *const[]){ "department", "03.04", "approved", "yes", "seniors", "1", "associates", "0", NULL });
  state_doctor (w, "category", "临床");
  state_doctor (w, "register_same", "no"); /* found, and it says something else */
  expect_stops (w, "DEPT_ASSOCIATE DEPT_PHYSICAL DOC_INSURED DOC_REGISTER_SAME DUTY_PHARMACIST");
  state_doctor (w, "register_same", "yes");
  state_hospital (w, (const char *const[]){ "department", "03.04", "physical", "no", NULL });
  expect_stops (w, "DEPT_ASSOCIATE DEPT_PHYSICAL DOC_INSURED DUTY_PHARMACIST");
  state_hospital (w, (const char *const[]){ "department", "03.04", "physical", "yes", NULL });
  expect_stops (w, "DEPT_ASSOCIATE DOC_INSURED DUTY_PHARMACIST");
  state_hospital (w, (const char *const[]){ "department", "03.04", "associates", "1", NULL });
  state_doctor (w, "insurance_until", "2026-03-01"); /* it ended yesterday */
  put_on_duty (w);
  expect_stops (w, "DOC_INSURANCE_UNTIL");
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_REFUSED, "第三十条");
  state_doctor (w, "insurance_until", TESTED_DAY); /* its last day counts */
  expect_stops (w, "");
  paused_and_resumed (w);
  world_take (w, "V1");
  world_type (w, 0, "V1");
  rx = world_sign (w, fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error));
  g_assert_no_error (error);
  world_review (w, "P2001", rx, "approved");
  stage = world_rx_stage (w, rx);
  g_assert_cmpstr (stage, ==, "effective");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/chongqing/each-thing-is-asked", each_thing_is_asked);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
