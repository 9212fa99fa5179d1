/* The facts that further provinces ask: where each comes from, who may state it, and that what nobody stated stays unknown. */
#include "app/check.h"
#include "app/intake.h"
#include "app/situation.h"
#include "tests/desk/world.h"

#include <string.h>

#define HOUR_US (G_GINT64_CONSTANT (3600) * FZ_US_PER_SECOND)

static FzFields *
facts_of (const char *const *pairs)
{
  FzFields *facts = fz_fields_new ("fuzhen.check_facts/v1");

  for (guint i = 0; pairs[i] != NULL; i += 2)
    fz_fields_set (facts, pairs[i], pairs[i + 1]);
  return facts;
}

/* The fact as it would be asked now (or `later` seconds on) for a visit to this department. */
static char *
situation (World *w, const char *department, const char *key, gint64 later)
{
  const char *const pairs[] = { "visit.department", department, NULL };
  g_autoptr (FzFields) facts = facts_of (pairs);

  g_assert_true (fz_situation_put (w->desk, fz_desk_now_us (w->desk) + later * FZ_US_PER_SECOND, facts, NULL));
  return g_strdup (fz_fields_get (facts, key));
}

static void
expect (World *w, const char *department, const char *key, const char *value)
{
  g_autofree char *found = situation (w, department, key, 0);

  g_assert_cmpstr (found, ==, value);
}

/* --- the roster --- */

static void
roster (World *w)
{
  gint64 now, begin;
  guint64 from;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  world_sign_in (w, "P2001");
  expect (w, "03.04", "duty.pharmacists", NULL);
  now = fz_session_now_us (w->session);
  begin = now - HOUR_US;
  from = world_audit_size (w);
  expect_error (!fz_desk_put_duty (w->session, "P2002", now, now + HOUR_US, &error), &error, FZ_ERROR_REFUSED, "自己的值班");
  expect_error (!fz_desk_put_duty (w->session, "P2001", now + HOUR_US, now, &error), &error, FZ_ERROR_INVALID, "晚于开始");
  expect_error (!fz_desk_put_duty (w->session, "P2001", now - 2 * HOUR_US, now - HOUR_US, &error), &error, FZ_ERROR_INVALID, "晚于现在");
  expect_error (!fz_desk_put_duty (w->session, "P2001", now, now + 25 * HOUR_US, &error), &error, FZ_ERROR_INVALID, "24小时");
  g_assert_cmpuint (world_audit_count (w, from, "duty.put", "done"), ==, 0);
  g_assert_true (fz_desk_put_duty (w->session, "P2001", begin, now + 3 * HOUR_US, &error));
  expect_error (!fz_desk_put_duty (w->session, "P2001", now + HOUR_US, now + 4 * HOUR_US, &error), &error, FZ_ERROR_CONFLICT, "已有值班");
  g_assert_cmpuint (world_audit_count (w, from, "duty.put", "done"), ==, 1);
  expect (w, "03.04", "duty.pharmacists", "1");

  world_sign_in (w, "A3001");
  expect_error (!fz_desk_put_duty (w->session, "D1001", now, now + HOUR_US, &error), &error, FZ_ERROR_REFUSED, "药师");
  expect_error (!fz_desk_put_duty (w->session, "P9", now, now + HOUR_US, &error), &error, FZ_ERROR_NOT_FOUND, "P9");
  g_assert_true (fz_desk_put_duty (w->session, "P2002", now + 2 * HOUR_US, now + 8 * HOUR_US, &error));
  rows = fz_desk_list_duty (w->session, &error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "name"), ==, "韩秉文");
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "on_duty"), ==, "yes");
  g_assert_cmpstr (fz_fields_get (rows->pdata[1], "on_duty"), ==, "no");
  g_assert_cmpstr (fz_fields_get (rows->pdata[1], "by"), ==, "A3001");
}

/* Beginnings are kept to the second. */
static gint64
begin_of (World *w, guint i)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_duty (w->session, NULL);
  gint64 us = 0;

  g_assert_true (fz_fields_get_time (rows->pdata[i], "from", &us));
  return us;
}

static void
roster_by_time (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *both = NULL, *second = NULL, *nobody = NULL;
  gint64 now;

  world_sign_in (w, "A3001");
  now = fz_session_now_us (w->session);
  g_assert_true (fz_desk_put_duty (w->session, "P2001", now - HOUR_US, now + 3 * HOUR_US, &error));
  g_assert_true (fz_desk_put_duty (w->session, "P2002", now + 2 * HOUR_US, now + 8 * HOUR_US, &error));
  both = situation (w, "03.04", "duty.pharmacists", 2 * 3600 + 60);
  second = situation (w, "03.04", "duty.pharmacists", 3 * 3600 + 60);
  nobody = situation (w, "03.04", "duty.pharmacists", 9 * 3600);
  g_assert_cmpstr (both, ==, "2");
  g_assert_cmpstr (second, ==, "1");
  g_assert_cmpstr (nobody, ==, "0");
  g_assert_true (fz_desk_end_duty (w->session, "P2002", begin_of (w, 1), &error)); /* not begun: taken back */
  world_pass (w, 60);
  g_assert_true (fz_desk_end_duty (w->session, "P2001", begin_of (w, 0), &error));
  g_assert_cmpuint (world_audit_count (w, 0, "duty.drop", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, 0, "duty.end", "done"), ==, 1);
  expect_error (!fz_desk_end_duty (w->session, "P2001", begin_of (w, 0), &error), &error, FZ_ERROR_NOT_FOUND, "已经结束");
  expect (w, "03.04", "duty.pharmacists", "0"); /* a roster is kept and nobody stands in it: not "unknown" */
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "P2001");
  expect (w, "03.04", "duty.pharmacists", "0");
}

/* --- the institution --- */

static void
amend (World *w, const char *const *pairs)
{
  g_autoptr (FzFields) changes = facts_of (pairs);
  g_autoptr (GError) error = NULL;

  fz_desk_amend_institution (w->session, changes, &error);
  g_assert_no_error (error);
}

static void
refuse_amend (World *w, const char *const *pairs, const char *words)
{
  g_autoptr (FzFields) changes = facts_of (pairs);
  g_autoptr (GError) error = NULL;

  expect_error (!fz_desk_amend_institution (w->session, changes, &error), &error, FZ_ERROR_INVALID, words);
}

static void
institution (World *w)
{
  g_autoptr (FzFields) found = NULL;

  world_sign_in (w, "A3001");
  /* Nothing stated: the directory shows one associate-senior doctor of the physical institution, and cannot show that there are no seniors. */
  expect (w, "03.07", "department.associates", "1");
  expect (w, "03.07", "department.seniors", NULL);
  expect (w, "03.07", "department.approved", NULL);
  expect (w, "03.07", "hospital.licence_until", NULL);
  refuse_amend (w, (const char *const[]){ "licence_until", "2028-02-30", NULL }, "存在的日期");
  refuse_amend (w, (const char *const[]){ "department", "99.77", "seniors", "1", NULL }, "诊疗科目代码");
  refuse_amend (w, (const char *const[]){ "department", "03.07", "seniors", "many", NULL }, "整数");
  refuse_amend (w, (const char *const[]){ "department", "03.07", "physical", "yes", NULL }, "先登记核准");
  refuse_amend (w, (const char *const[]){ "department", "03.07", "approved", "yes", "physical", "maybe", NULL }, "yes 或 no");
  refuse_amend (w, (const char *const[]){ "department", "03.07", "approved", "perhaps", NULL }, "yes 或 no");
  refuse_amend (w, (const char *const[]){ "department", "03.07", NULL }, "要更改的内容");
  refuse_amend (w, (const char *const[]){ "organ.name", "x", NULL }, "要更改的内容");
  refuse_amend (w, (const char *const[]){ "business", "barber", "filed", "yes", NULL }, "业务类型");
  refuse_amend (w, (const char *const[]){ "business", "revisit", NULL }, "yes 或 no");
  refuse_amend (w, (const char *const[]){ "filed", "yes", NULL }, "要更改的内容");
  amend (w, (const char *const[]){ "licence_until", "2028-12-31", NULL });
  amend (w, (const char *const[]){ "department", "03", "seniors", "2", "associates", "5", NULL });
  amend (w, (const char *const[]){ "department", "03.07", "seniors", "0", "approved", "yes", NULL });
  expect (w, "03.07", "hospital.licence_until", "2028-12-31");
  expect (w, "03.04", "department.seniors", "2"); /* stated for 内科, which covers it */
  expect (w, "03.07", "department.seniors", "0"); /* its own entry is nearer */
  expect (w, "07.04", "department.seniors", NULL);
  expect (w, "03.07", "department.approved", "yes");
  expect (w, "03.04", "department.approved", "no");
  amend (w, (const char *const[]){ "department", "03.04", "approved", "yes", NULL });
  amend (w, (const char *const[]){ "department", "03.07", "approved", "no", NULL });
  expect (w, "03.04", "department.approved", "yes");
  expect (w, "03.07", "department.approved", "no");
  found = fz_desk_read_institution (w->session, NULL);
  g_assert_cmpstr (fz_fields_get_at (found, "seniority", 0, "counted_on"), ==, TESTED_DAY);
  g_assert_cmpstr (fz_fields_get_at (found, "seniority", 0, "counted_by"), ==, "A3001");
  g_assert_cmpuint (world_audit_count (w, 0, "institution.amend", "done"), ==, 5);
}

/* --- a person's papers --- */

static void
change (World *w, const char *number, const char *key, const char *value)
{
  const char *const pairs[] = { key, value, NULL };
  g_autoptr (FzFields) changes = facts_of (pairs);
  g_autoptr (GError) error = NULL;

  fz_desk_amend_staff (w->session, number, changes, &error);
  g_assert_no_error (error);
}

static char *
doctor_fact (World *w, const char *department, const char *key)
{
  const char *const pairs[] = { "visit.department", department, NULL };
  g_autoptr (FzFields) visit = facts_of (pairs), facts = NULL;
  g_autoptr (GPtrArray) staff = fz_desk_list (w->session, FZ_LIST_STAFF, NULL, NULL);
  const FzFields *doctor = NULL;

  for (guint i = 0; i < staff->len; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "number"), "D1001") == 0)
      doctor = staff->pdata[i];
  facts = fz_check_facts (w->desk, visit, NULL, doctor, doctor, NULL, NULL);
  return g_strdup (fz_fields_get (facts, key));
}

static void
expect_doctor (World *w, const char *department, const char *key, const char *value)
{
  g_autofree char *found = doctor_fact (w, department, key);

  g_assert_cmpstr (found, ==, value);
}

static void
papers (World *w)
{
  static const char *const bad[][3] = { { "insurance_until", "2026-13-01", "存在的日期" }, { "shift_consent", "maybe", "yes 或 no" },
                                        { "departments", "03.04、03.07", "诊疗科目代码" }, { "name", "别人", "不能在这里更改" },
                                        { "id_number", "11010519491231002X", "不能在这里更改" } };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) licence = facts_of ((const char *const[]){ "licence", "X1", NULL });

  world_sign_in (w, "A3001");
  expect_doctor (w, "03.04", "doctor.department_fits", "yes");
  expect_doctor (w, "03.07", "doctor.department_fits", NULL); /* nobody recorded what else this doctor may do */
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (FzFields) changes = facts_of ((const char *const[]){ bad[i][0], bad[i][1], "category", "临床", NULL });

    expect_error (!fz_desk_amend_staff (w->session, "D1001", changes, &error), &error, FZ_ERROR_INVALID, bad[i][2]);
    expect_doctor (w, "03.04", "doctor.category", NULL); /* all or nothing */
  }
  expect_error (!fz_desk_amend_staff (w->session, "D1001", licence, &error), &error, FZ_ERROR_REFUSED, "签名密钥");
  expect_error (!fz_desk_amend_staff (w->session, "D9", licence, &error), &error, FZ_ERROR_NOT_FOUND, "D9");
  change (w, "D1001", "insurance_until", "2027-06-30");
  change (w, "D1001", "clinical_since", "2010-08-01");
  change (w, "D1001", "shift_consent", "yes");
  change (w, "D1001", "departments", "03.05|07");
  expect_doctor (w, "03.04", "doctor.insurance_until", "2027-06-30");
  expect_doctor (w, "03.04", "doctor.clinical_since", "2010-08-01");
  expect_doctor (w, "03.04", "doctor.shift_consent", "yes");
  expect_doctor (w, "03.04", "doctor.department_fits", "yes");
  expect_doctor (w, "07.04", "doctor.department_fits", "yes");
  expect_doctor (w, "03.07", "doctor.department_fits", "no");
  change (w, "D1001", "multi_site_filing", "JZ1");
  change (w, "D1001", "multi_site_until", TESTED_DAY);
  expect_doctor (w, "03.04", "doctor.multi_site_filing", "JZ1"); /* the last day */
  change (w, "D1001", "multi_site_until", "2026-03-01");
  expect_doctor (w, "03.04", "doctor.multi_site_filing", NULL);
  expect_doctor (w, "03.04", "doctor.shift_consent", NULL);
  change (w, "D1001", "insurance_until", "-");
  expect_doctor (w, "03.04", "doctor.insurance_until", NULL);
  g_assert_cmpuint (world_audit_count (w, 0, "staff.amend", "done"), ==, 8);
  world_sign_in (w, "D1001"); /* the row itself is whole: the person signs in, and takes */
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
}

/* --- a request with more in it --- */

static FzFields *
further_request (World *w, const char *visit)
{
  static const char *const more[] = { "patient.insurance_card", "1199A-01", "patient.address", "合成市样例路 3 号", "patient.occupation", "教师",
                                      "request.drug.00.generic", "苯磺酸氨氯地平片", "patient.cannot_express", "yes",
                                      "patient.capacity", "limited", "request.purchased.00.generic", "盐酸二甲双胍片", NULL };
  FzFields *facts = world_request (w, 0, visit);

  for (guint i = 0; more[i] != NULL; i += 2)
    fz_fields_set (facts, more[i], more[i + 1]);
  return facts;
}

static void
further_facts (World *w)
{
  g_autoptr (FzFields) request = NULL, visit = NULL, rx = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  world_sign_in (w, "D1001");
  request = further_request (w, "V1");
  world_try_arrive (w, request, &error);
  g_assert_no_error (error);
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_cmpstr (fz_fields_get (visit, "patient.insurance_card"), ==, "11****01"); /* whole in the store, and by fz_desk_reveal() */
  g_assert_cmpstr (fz_fields_get (visit, "request.drug.00.generic"), ==, "苯磺酸氨氯地平片");
  g_assert_cmpstr (fz_fields_get (visit, "patient.cannot_express"), ==, "yes");
  g_assert_cmpstr (fz_fields_get (visit, "patient.capacity"), ==, "limited");
  g_assert_cmpstr (fz_fields_get (visit, "request.purchased.00.generic"), ==, "盐酸二甲双胍片");
  g_clear_pointer (&request, fz_fields_unref);
  request = further_request (w, "V2");
  fz_fields_set (request, "patient.insurance_card", "卡号 1");
  expect_error (!world_try_arrive (w, request, &error), &error, FZ_ERROR_INVALID, "医保卡号（patient.insurance_card）");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  id = world_sign (w, fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error));
  rx = fz_desk_read_prescription (w->session, id, &error);
  g_assert_no_error (error);
  g_assert_true (fz_fields_has (rx, "patient.id_number"));
  g_assert_false (fz_fields_has (rx, "patient.insurance_card") || fz_fields_has (rx, "patient.address"));
  world_sign_in (w, "A3001");
  rows = fz_desk_list (w->session, FZ_LIST_VISITS, NULL, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_false (fz_fields_has (rows->pdata[0], "patient.insurance_card") || fz_fields_has (rows->pdata[0], "patient.address"));
}

/* What the doctor sees before taking stands in the signed presence document, and the next doctor looks again. */
static void
guardian_seen (World *w)
{
  g_autoptr (FzFields) draft = facts_of ((const char *const[]){ "guardian.present", "yes", NULL }), before = NULL, after = NULL, handed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  before = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_false (fz_fields_has (before, "guardian.present"));
  g_assert_true (fz_desk_save_draft (w->session, "V1", draft, &error));
  world_take (w, "V1");
  after = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_cmpstr (fz_fields_get (after, "guardian.present"), ==, "yes");
  id = world_sign (w, fz_desk_prepare_handover (w->session, "V1", "交班", &error));
  g_assert_no_error (error);
  handed = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_false (fz_fields_has (handed, "guardian.present"));
}

/* --- lines --- */

typedef struct {
  const char *generic, *form, *route, *group, *class, *requested;
} Known;

static const Known known[] = {
  { "苯磺酸氨氯地平片", "01", "1", "oral", NULL, "yes" },      /* in the list of the request */
  { "硝苯地平控释片", "05", "1", "oral", NULL, "yes" },        /* named in the complaint */
  { "阿托伐他汀钙片", "01", "1", "oral", NULL, "no" },
  { "糠酸莫米松乳膏", "49", "612", "external", NULL, "no" },
  { "吸入用布地奈德混悬液", "59", "5", "inhaled", NULL, "no" },
  { "沙丁胺醇气雾剂", "57", "5", "inhaled", NULL, "no" },
  { "云南白药气雾剂", "57", "612", "external", NULL, "no" },   /* the same form, sprayed on the skin */
  { "门冬胰岛素注射液", "16", "401", "injection", NULL, "no" },
  { "双氯芬酸钠栓", "63", "2", "other", NULL, "no" },
  { "克霉唑栓", "63", "605", "external", NULL, "no" },
  { "缓释植入剂", "81", NULL, "other", NULL, "no" },
  { "某药", NULL, NULL, NULL, NULL, "no" },                    /* no form known: unknown, not a guess */
  { "盐酸吗啡缓释片", "05", "1", "oral", "narcotic", "no" },
  { "盐酸哌甲酯缓释片", "05", "1", "oral", "psychotropic", "no" },
  { "地西泮片", "01", "1", "oral", "psychotropic", "no" },
  { "米非司酮片", "01", "1", "oral", "abortion", "no" },
};

static void
lines (World *w)
{
  g_autoptr (FzFields) facts = facts_of ((const char *const[]){ "visit.complaint", "想开点硝苯地平，血压高", "request.drug.00.generic", "氨氯地平", NULL });

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    fz_fields_set_at (facts, "rx.item", i, "generic", known[i].generic);
    fz_fields_set_at (facts, "rx.item", i, "form", known[i].form);
    fz_fields_set_at (facts, "rx.item", i, "route", known[i].route);
  }
  world_sign_in (w, "D1001");
  fz_situation_put_lines (w->desk->knowledge, fz_desk_now_us (w->desk), facts);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    g_test_message ("%s", known[i].generic);
    g_assert_cmpstr (fz_fields_get_at (facts, "rx.item", i, "form_group"), ==, known[i].group);
    g_assert_cmpstr (fz_fields_get_at (facts, "rx.item", i, "controlled_class"), ==, known[i].class);
    g_assert_cmpstr (fz_fields_get_at (facts, "rx.item", i, "requested"), ==, known[i].requested);
  }
  g_assert_cmpstr (fz_fields_get (facts, "rx.n_requested"), ==, "2");
  g_assert_cmpstr (fz_fields_get (facts, "rx.requested_share_pct"), ==, "12"); /* 2 of 16 */
  g_assert_cmpstr (fz_fields_get (facts, "rx.requested_names"), ==, "苯磺酸氨氯地平片、硝苯地平控释片");
  g_assert_cmpstr (fz_fields_get (facts, "rx.n_items"), ==, "16");
  g_assert_cmpstr (fz_fields_get (facts, "visit.has_purchases"), ==, "no");
  g_assert_false (fz_fields_has (facts, "rx.n_purchased"));
  g_assert_cmpstr (fz_fields_get_at (facts, "rx.item", 0, "special_storage"), ==, "no");
  g_assert_null (fz_fields_get_at (facts, "rx.item", 11, "special_storage"));
}

/* A purchase record without its medicines leaves open how many lines repeat it; with them it is counted, by substance. */
static void
purchases (World *w)
{
  g_autoptr (FzFields) facts = facts_of ((const char *const[]){ "evidence.00.kind", "purchase_record", "evidence.01.kind", "report",
                                                                 "rx.item.00.generic", "苯磺酸氨氯地平片", "rx.item.01.generic", "盐酸二甲双胍片", NULL });

  world_sign_in (w, "D1001");
  fz_situation_put_lines (w->desk->knowledge, fz_desk_now_us (w->desk), facts);
  g_assert_cmpstr (fz_fields_get (facts, "visit.has_purchases"), ==, "yes");
  g_assert_cmpstr (fz_fields_get (facts, "visit.n_evidence"), ==, "2");
  g_assert_false (fz_fields_has (facts, "rx.purchased_share_pct"));
  fz_fields_set (facts, "request.purchased.00.generic", "氨氯地平");
  fz_situation_put_lines (w->desk->knowledge, fz_desk_now_us (w->desk), facts);
  g_assert_cmpstr (fz_fields_get (facts, "rx.purchased_share_pct"), ==, "50");
  g_assert_cmpstr (fz_fields_get (facts, "rx.purchased_names"), ==, "苯磺酸氨氯地平片");
  g_assert_cmpstr (fz_fields_get (facts, "rx.n_purchased"), ==, "1");
  g_assert_cmpstr (fz_fields_get_at (facts, "rx.item", 1, "purchased"), ==, "no");
}

/* --- the right to prescribe --- */

static char *
move_right (World *w, const char *id, const char *move, const char *const *pairs)
{
  g_autoptr (FzFields) values = facts_of (pairs);
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL;
  FzSheet *sheet = fz_desk_prepare_entry (w->session, "prescribing-right", id, move, values, NULL, NULL, &error);

  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
}

#define GROUNDS "field.doctor", "D1001", "field.counted", "3", "field.content", "点评样本", "field.scope", "见限制", "field.review_on", "2026-06-30"

static gint64
day_us (const char *text)
{
  FzDate day = { 0 };

  g_assert_true (fz_date_parse (text, &day, NULL));
  return fz_date_beijing_start_us (day);
}

/* Of which lines the right is gone: letters of none, unrestricted, restricted and Herbal. */
static void
expect_right (World *w, const char *on, const char *limited)
{
  const char *const pairs[] = { "doctor.number", "D1001", "rx.item.00.antibacterial", "none", "rx.item.00.kind", "patent", "rx.item.01.antibacterial", "unrestricted",
                                "rx.item.01.kind", "western", "rx.item.02.antibacterial", "restricted", "rx.item.02.kind", "western", "rx.item.03.kind", "herbal", NULL };
  g_autoptr (FzFields) facts = facts_of (pairs);
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_true (fz_situation_put (w->desk, day_us (on), facts, NULL));
  for (guint i = 0; i < 4; i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "rx.item", i, "right"), "limited") == 0)
      g_string_append_c (found, "nurH"[i]);
    else
      g_assert_cmpstr (fz_fields_get_at (facts, "rx.item", i, "right"), ==, "held");
  g_test_message ("on %s", on);
  g_assert_cmpstr (found->str, ==, limited);
}

/* From its day to its end day, for the class it names; in training and once revoked for everything; never for another doctor. */
static void
right_by_days (World *w)
{
  static const char *const herbal[] = { GROUNDS, "field.limit", "herbal", "field.decided_on", "2026-03-02", NULL };
  static const char *const restored[] = { "field.finding", "考核合格", "field.ended_on", "2026-03-10", NULL };
  static const char *const training[] = { GROUNDS, "field.decided_on", "2026-04-01", NULL };
  static const char *const limited[] = { GROUNDS, "field.limit", "limited_antibacterial", "field.decided_on", "2026-05-01", NULL };
  static const char *const revoked[] = { "field.finding", "仍超常", "field.ended_on", "2026-05-10", NULL };
  static const char *const regranted[] = { "field.finding", "重新考核合格", "field.regranted_on", "2026-12-01", NULL };
  static const char *const antibacterial[] = { GROUNDS, "field.limit", "antibacterial", "field.decided_on", "2027-01-01", NULL };
  const char *const other[] = { "doctor.number", "D1004", "rx.item.00.kind", "western", NULL }, *const nobody[] = { "rx.item.00.kind", "western", NULL };
  g_autofree char *one = NULL, *two = NULL, *three = NULL;
  g_autoptr (FzFields) theirs = facts_of (other), none = facts_of (nobody);

  world_sign_in (w, "A3001");
  expect_right (w, "2026-03-02", "");
  one = move_right (w, NULL, "restrict", herbal);
  expect_right (w, "2026-03-01", "");
  expect_right (w, "2026-03-02", "H");
  expect_right (w, "2027-03-02", "H"); /* a day to look again ends nothing by itself */
  g_free (move_right (w, one, "restore", restored));
  expect_right (w, "2026-03-09", "H");
  expect_right (w, "2026-03-10", "");
  two = move_right (w, NULL, "train", training);
  expect_right (w, "2026-03-31", "");
  expect_right (w, "2026-04-01", "nurH");
  g_free (move_right (w, two, "restore", (const char *const[]){ "field.finding", "合格", "field.ended_on", "2026-04-20", NULL }));
  expect_right (w, "2026-04-20", "");
  three = move_right (w, NULL, "restrict", limited);
  expect_right (w, "2026-05-09", "r");
  g_free (move_right (w, three, "revoke", revoked));
  expect_right (w, "2026-05-09", "r");
  expect_right (w, "2026-05-10", "nurH");
  expect_right (w, "2036-05-10", "nurH");
  g_free (move_right (w, three, "regrant", regranted));
  expect_right (w, "2026-05-09", "r");
  expect_right (w, "2026-11-30", "nurH");
  expect_right (w, "2026-12-01", "");
  g_free (move_right (w, NULL, "restrict", antibacterial));
  expect_right (w, "2027-01-01", "ur");
  g_assert_true (fz_situation_put (w->desk, day_us ("2026-05-20"), theirs, NULL));
  g_assert_cmpstr (fz_fields_get (theirs, "rx.item.00.right"), ==, "held");
  g_assert_true (fz_situation_put (w->desk, day_us ("2026-05-20"), none, NULL));
  g_assert_false (fz_fields_has (none, "rx.item.00.right"));
}

/* The stop names the entry, the day and whom to ask; what was signed before stays reviewable. */
static void
right_stops_signing (World *w)
{
  static const char *const limit[] = { GROUNDS, "field.limit", "all", "field.decided_on", "2026-03-03", NULL };
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *entry = NULL;
  g_autoptr (FzFields) draft = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  const FzFinding *finding;

  world_sign_in (w, "A3001");
  entry = move_right (w, NULL, "restrict", limit);
  world_pass (w, 86400);
  world_review (w, "P2001", rx, "approved"); /* written on the day before */
  world_arrive (w, 0, "V2");
  world_sign_in (w, "D1001");
  world_take (w, "V2");
  world_type (w, 0, "V2");
  draft = fz_desk_get_draft (w->session, "V2", &error);
  findings = fz_desk_check_draft (w->session, "V2", draft, &error);
  g_assert_no_error (error);
  finding = fz_findings_find (findings, "RX_RIGHT");
  g_assert_nonnull (finding);
  g_assert_cmpint (finding->severity, ==, FZ_SEVERITY_STOP);
  g_assert_nonnull (strstr (finding->message, entry));
  g_assert_nonnull (strstr (finding->message, "2026-06-30"));
  g_assert_nonnull (strstr (finding->message, "医务管理部门"));
  expect_error (fz_desk_prepare_sheet (w->session, "V2", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error) == NULL, &error,
                FZ_ERROR_REFUSED, "处方权受限");
}

static void
signatures_of_consent (World *w)
{
  static const char *const methods[][2] = { { "app_signature", "yes" }, { "paper", "yes" }, { "app_confirm", "no" }, { "oral", NULL } };

  world_sign_in (w, "D1001");
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    g_autoptr (FzFields) facts = facts_of ((const char *const[]){ "consent.method", methods[i][0], NULL });

    g_assert_true (fz_situation_put (w->desk, fz_desk_now_us (w->desk), facts, NULL));
    g_assert_cmpstr (fz_fields_get (facts, "consent.signed"), ==, methods[i][1]);
  }
}

/* --- training --- */

static char *
move_training (World *w, const char *id, const char *move, const char *const *pairs, GError **error)
{
  g_autoptr (FzFields) values = facts_of (pairs);
  FzSheet *sheet = fz_desk_prepare_entry (w->session, "training", id, move, values, NULL, NULL, error);
  g_autofree char *document = sheet != NULL ? world_sign (w, sheet) : NULL;

  return document != NULL ? g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document)) : NULL;
}

#define PLAN "field.subject", "流程", "field.kind", "process", "field.planned_on", "2026-03-01", "field.audience", "医师、药师"
#define HELD "field.held_on", "2026-03-01", "field.hours", "2", "field.attended", "3人", "field.n_attended", "3", "field.exam", "闭卷", "field.finding", "合格"

/* A training that counts until a day, for these. */
static void
train (World *w, const char *people, const char *until)
{
  const char *const plan[] = { PLAN, NULL }, *const held[] = { HELD, "field.people", people, "field.valid_until", until, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *entry = NULL;

  world_sign_in (w, "A3001");
  entry = move_training (w, NULL, "plan", plan, &error);
  g_assert_no_error (error);
  g_free (move_training (w, entry, "hold", held, &error));
  g_assert_no_error (error);
}

static void
training_names_people (World *w)
{
  const char *const plan[] = { PLAN, NULL }, *const stranger[] = { HELD, "field.people", "D1001、D9999", NULL }, *const nobody[] = { HELD, "field.valid_until", "2026-12-31", NULL },
                    *const pairs[] = { "doctor.number", "D1001", "reviewer.number", "P2001", NULL };
  g_autofree char *entry = NULL;
  g_autoptr (FzFields) before = facts_of (pairs), after = facts_of (pairs);
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_situation_put (w->desk, fz_desk_now_us (w->desk), before, NULL));
  g_assert_false (fz_fields_has (before, "doctor.training_until"));
  world_sign_in (w, "A3001");
  entry = move_training (w, NULL, "plan", plan, &error);
  g_assert_no_error (error);
  expect_error (move_training (w, entry, "hold", stranger, &error) == NULL, &error, FZ_ERROR_INVALID, "D9999");
  expect_error (move_training (w, entry, "hold", nobody, &error) == NULL, &error, FZ_ERROR_INVALID, "合格人员工号");
  train (w, "D1001， P2001", "2026-03-10");
  train (w, "D1001", "2026-03-05"); /* the later day counts */
  train (w, "D1004", "2027-03-05");
  g_assert_true (fz_situation_put (w->desk, fz_desk_now_us (w->desk), after, NULL));
  g_assert_cmpstr (fz_fields_get (after, "doctor.training_until"), ==, "2026-03-10");
  g_assert_cmpstr (fz_fields_get (after, "reviewer.training_until"), ==, "2026-03-10");
}

/* On its last day everything goes on. On the next no new visit is taken and no prescription approved; what was taken is finished, and refusing is always possible. A new training opens
 * both again. */
static void
training_lapses (World *w)
{
  g_autofree char *rx = NULL, *late = NULL;
  g_autoptr (FzFields) seen = NULL, decisions = NULL;
  g_autoptr (GPtrArray) due = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;
  guint n = 0;

  train (w, "D1001、P2001", "2026-03-02");
  rx = world_prescribe (w, 0, "V1");
  world_review (w, "P2001", rx, "approved");
  world_arrive (w, 0, "V2");
  world_sign_in (w, "D1001");
  world_take (w, "V2");
  world_pass (w, 86400);
  world_arrive (w, 0, "V3");
  world_sign_in (w, "D1001");
  expect_error (!world_try_take (w, "V3", &error), &error, FZ_ERROR_REFUSED, "培训有效期至2026-03-02");
  world_take (w, "V2"); /* back at one of their own */
  world_type (w, 0, "V2");
  sheet = fz_desk_prepare_sheet (w->session, "V2", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  late = world_sign (w, sheet);
  world_sign_in (w, "P2001");
  seen = fz_desk_read_prescription (w->session, late, &error);
  decisions = fz_demo_world_accept (seen);
  expect_error (fz_desk_prepare_review (w->session, late, "approved", NULL, NULL, decisions, &error) == NULL, &error, FZ_ERROR_REFUSED, "退回和拒绝不受影响");
  world_review (w, "P2001", late, "returned");
  world_sign_in (w, "A3001");
  due = fz_desk_list_deadlines (w->session, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < due->len; i++)
    if (g_strcmp0 (fz_fields_get (due->pdata[i], "what"), "training_until") == 0) {
      g_assert_cmpstr (fz_fields_get (due->pdata[i], "days"), ==, "-1");
      n++;
    }
  g_assert_cmpuint (n, ==, 2);
  train (w, "D1001", "2026-03-03");
  world_sign_in (w, "D1001");
  world_take (w, "V3");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/situation/roster", roster);
  world_add_test ("/desk/situation/roster-by-time", roster_by_time);
  world_add_test ("/desk/situation/institution", institution);
  world_add_test ("/desk/situation/papers", papers);
  world_add_test ("/desk/situation/further-facts", further_facts);
  world_add_test ("/desk/situation/guardian-seen", guardian_seen);
  world_add_test ("/desk/situation/lines", lines);
  world_add_test ("/desk/situation/purchases", purchases);
  world_add_test ("/desk/situation/right-by-days", right_by_days);
  world_add_test ("/desk/situation/right-stops-signing", right_stops_signing);
  world_add_test ("/desk/situation/consent-signed", signatures_of_consent);
  world_add_test ("/desk/situation/training/names", training_names_people);
  world_add_test ("/desk/situation/training/lapses", training_lapses);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
