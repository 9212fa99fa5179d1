/* The pharmacy's part through the desk: two pharmacists, who fetched it, courier and outside pharmacy with their agreements, the list of what
 * is not sold online, parts, returns, and what the platform hears. 处方管理办法 art. 33, 37; Tianjin 2025 art. 23, 24. */
#include "tests/desk/world.h"

#include <string.h>

static FzFields *
facts_of (const char *const *pairs)
{
  FzFields *facts = fz_fields_new ("fuzhen.dispensing/v1");

  for (guint i = 0; pairs[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    fz_fields_set (facts, pair[0], pair[1]);
  }
  return facts;
}

#define FACTS(...) facts_of ((const char *const[]){ __VA_ARGS__, NULL })

static void
must_prepare (World *w, const char *rx, FzFields *take_facts)
{
  g_autoptr (FzFields) facts = take_facts;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_preparation (w->session, rx, facts, &error);

  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static void
must_dispense (World *w, const char *rx, FzFields *take_facts)
{
  g_autoptr (FzFields) facts = take_facts;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_dispense (w->session, rx, facts, &error);

  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static void
refuses (World *w, const char *rx, FzFields *take_facts, FzErrorCode code, const char *words)
{
  g_autoptr (FzFields) facts = take_facts;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = fz_desk_prepare_dispense (w->session, rx, facts, &error);

  expect_error (sheet == NULL, &error, code, words);
}

static char *
approved (World *w, guint i, const char *visit)
{
  char *rx = world_prescribe (w, i, visit);

  world_review (w, "P2001", rx, "approved");
  return rx;
}

static char *
value_of (World *w, const char *rx, const char *key)
{
  g_autoptr (FzFields) facts = fz_desk_read_prescription (w->session, rx, NULL);

  return g_strdup (fz_fields_get (facts, key));
}

static void
assert_value (World *w, const char *rx, const char *key, const char *expected)
{
  g_autofree char *value = value_of (w, rx, key);

  g_assert_cmpstr (value, ==, expected);
}

static char *
own_tail (World *w, const char *rx)
{
  g_autofree char *number = value_of (w, rx, "patient.id_number");

  return g_strdup_printf ("id_tail=%s", number + strlen (number) - 4);
}

static void
register_agreement (World *w, const char *kind, const char *until)
{
  g_autofree char *kind_fact = g_strconcat ("field.kind=", kind, NULL), *until_fact = g_strconcat ("field.until=", until, NULL);
  g_autoptr (FzFields) facts = FACTS ("field.subject=协议", kind_fact, "field.partner=合成单位", "field.signed_on=2026-01-01", until_fact,
                                      "field.content=权责", "field.confidential=yes");
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, "A3001");
  sheet = fz_desk_prepare_entry (w->session, "agreement", NULL, "sign", facts, NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

/* --- over the counter --- */

static void
counter (World *w)
{
  g_autofree char *unreviewed = world_prescribe (w, 0, "V2"), *rx = approved (w, 0, "V1"), *tail = NULL;
  g_autoptr (FzFields) way = FACTS ("way=counter");
  g_autoptr (GError) error = NULL;

  /* Nothing before approval (Tianjin 2025 art. 23). */
  expect_error (fz_desk_prepare_preparation (w->session, unreviewed, way, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  refuses (w, rx, FACTS ("paid=yes", "id_tail=1234"), FZ_ERROR_REFUSED, "还没有调配");
  must_prepare (w, rx, FACTS ("way=counter"));
  assert_value (w, rx, "rx.supply", "prepared");
  tail = own_tail (w, rx);
  /* Four eyes: who prepared does not check, neither alone nor on the way to handing over. */
  expect_error (fz_desk_prepare_preparation_check (w->session, rx, "passed", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "两名药师");
  refuses (w, rx, FACTS ("paid=yes", tail), FZ_ERROR_REFUSED, "两名药师");
  world_sign_in (w, "P2002");
  expect_error (fz_desk_prepare_preparation_check (w->session, rx, "rejected", NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "哪里不符");
  refuses (w, rx, FACTS (tail), FZ_ERROR_INVALID, "结清");
  refuses (w, rx, FACTS ("paid=yes"), FZ_ERROR_INVALID, "后四位");
  refuses (w, rx, FACTS ("paid=yes", "id_tail=12a4"), FZ_ERROR_INVALID, "后四位");
  refuses (w, rx, FACTS ("paid=yes", "id_tail=XXXX"), FZ_ERROR_REFUSED, "不一致");
  refuses (w, rx, FACTS ("paid=yes", "id_tail=1234", "relation=spouse"), FZ_ERROR_INVALID, "代取人");
  must_dispense (w, rx, FACTS ("paid=yes", "id_tail=123X", "relation=spouse", "receiver=王合成"));
  assert_value (w, rx, "rx.stage", "dispensed");
  assert_value (w, rx, "rx.preparer_name", "韩秉文");
  assert_value (w, rx, "rx.checker_name", "顾小曼");
  assert_value (w, rx, "rx.part.00.receiver", "王合成");
  refuses (w, rx, FACTS ("paid=yes", tail), FZ_ERROR_REFUSED, NULL);
  expect_error (fz_desk_prepare_preparation (w->session, rx, way, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.preparation_check/v1'"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRecipeVerificationIndicators' AND problems IS NULL"), ==, 1);
}

static void
wrong_drug (World *w)
{
  g_autofree char *rx = approved (w, 0, "V1"), *tail = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  must_prepare (w, rx, FACTS ("way=counter"));
  world_sign_in (w, "P2002");
  sheet = fz_desk_prepare_preparation_check (w->session, rx, "rejected", "规格取成 10mg", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
  assert_value (w, rx, "rx.supply", "none");
  refuses (w, rx, FACTS ("paid=yes", "id_tail=1234"), FZ_ERROR_REFUSED, "还没有调配");
  must_prepare (w, rx, FACTS ("way=counter"));
  world_sign_in (w, "P2001");
  tail = own_tail (w, rx);
  must_dispense (w, rx, FACTS ("paid=yes", tail));
  assert_value (w, rx, "rx.part.00.state", "rejected");
  assert_value (w, rx, "rx.part.01.state", "handed");
}

/* --- in parts --- */

static void
in_parts (World *w)
{
  g_autofree char *rx = approved (w, 1, "V1"), *tail = NULL; /* two drugs */
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) too_much = FACTS ("way=counter", "give.00=99"), nothing = FACTS ("way=counter", "give.00=0", "give.01=0");

  expect_error (fz_desk_prepare_preparation (w->session, rx, too_much, &error) == NULL, &error, FZ_ERROR_REFUSED, "第 1 行");
  expect_error (fz_desk_prepare_preparation (w->session, rx, nothing, &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  must_prepare (w, rx, FACTS ("way=counter", "give.01=0", "words=下午补齐"));
  world_sign_in (w, "P2002");
  tail = own_tail (w, rx);
  must_dispense (w, rx, FACTS ("paid=yes", tail));
  assert_value (w, rx, "rx.stage", "effective");
  assert_value (w, rx, "rx.supply", "part");
  assert_value (w, rx, "rx.item.00.owed", "0");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRecipeVerificationIndicators'"), ==, 0);
  must_prepare (w, rx, FACTS ("way=counter"));
  world_sign_in (w, "P2001");
  must_dispense (w, rx, FACTS ("paid=yes", tail));
  assert_value (w, rx, "rx.stage", "dispensed");
  assert_value (w, rx, "rx.item.01.owed", "0");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRecipeVerificationIndicators'"), ==, 1);
}

/* The rest lapses with the prescription. */
static void
rest_lapses (World *w)
{
  g_autofree char *rx = approved (w, 1, "V1"), *tail = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) way = FACTS ("way=counter");

  must_prepare (w, rx, FACTS ("way=counter", "give.01=0"));
  world_sign_in (w, "P2002");
  tail = own_tail (w, rx);
  must_dispense (w, rx, FACTS ("paid=yes", tail));
  must_prepare (w, rx, FACTS ("way=counter"));
  world_pass (w, 4 * 24 * 3600);
  world_sign_in (w, "P2001");
  refuses (w, rx, FACTS ("paid=yes", tail), FZ_ERROR_REFUSED, NULL);
  expect_error (fz_desk_prepare_preparation (w->session, rx, way, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  g_assert_true (fz_desk_tick (w->session, &error));
  assert_value (w, rx, "rx.stage", "expired");
  assert_value (w, rx, "rx.item.00.gone", "1");
}

/* --- by courier --- */

static guint
count (World *w, FzList list, const char *words)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = NULL;

  fz_fields_set (filter, "words", words);
  rows = fz_desk_list (w->session, list, filter, NULL);
  return rows->len;
}

static void
courier (World *w)
{
  g_autofree char *rx = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) back = FACTS ("outcome=returned"), back_why = FACTS ("outcome=returned", "words=无人签收，药品退回入库"), there = FACTS ("outcome=delivered");
  FzSheet *sheet;

  register_agreement (w, "delivery", "2026-12-31");
  register_agreement (w, "delivery", "2026-02-01");
  rx = approved (w, 0, "V1");
  must_prepare (w, rx, FACTS ("way=hospital_courier"));
  world_sign_in (w, "P2002");
  refuses (w, rx, FACTS ("paid=yes", "agreement=XY-000001", "parcel=YD1"), FZ_ERROR_INVALID, "地址");
  refuses (w, rx, FACTS ("paid=yes", "address=天津市演示区合成路1号"), FZ_ERROR_INVALID, "配送人员");
  refuses (w, rx, FACTS ("paid=yes", "address=天津市演示区合成路1号", "agreement=XY-000001"), FZ_ERROR_INVALID, "运单号");
  refuses (w, rx, FACTS ("paid=yes", "address=天津市演示区合成路1号", "agreement=XY-000002", "parcel=YD1"), FZ_ERROR_REFUSED, "不在有效期");
  refuses (w, rx, FACTS ("paid=yes", "address=天津市演示区合成路1号", "agreement=XY-000009", "parcel=YD1"), FZ_ERROR_NOT_FOUND, NULL);
  must_dispense (w, rx, FACTS ("paid=yes", "address=天津市演示区合成路1号", "agreement=XY-000001", "parcel=YD1"));
  assert_value (w, rx, "rx.part.00.address", "天津市演示区***");
  assert_value (w, rx, "rx.part.00.carrier", "合成单位");
  g_assert_cmpuint (count (w, FZ_LIST_SENT, NULL), ==, 1);
  g_assert_cmpuint (count (w, FZ_LIST_SENT, rx), ==, 1);
  g_assert_cmpuint (count (w, FZ_LIST_SENT, "氨氯地平"), ==, 0); /* nobody looks for all patients of a medicine */
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRecipeVerificationIndicators'"), ==, 0);
  expect_error (fz_desk_prepare_delivery (w->session, rx, back, &error) == NULL, &error, FZ_ERROR_INVALID, "原因");
  sheet = fz_desk_prepare_delivery (w->session, rx, back_why, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
  assert_value (w, rx, "rx.stage", "effective");
  g_assert_cmpuint (count (w, FZ_LIST_SENT, NULL), ==, 0);
  g_assert_cmpuint (count (w, FZ_LIST_DISPENSE, NULL), ==, 1);
  must_prepare (w, rx, FACTS ("way=hospital_courier"));
  world_sign_in (w, "P2001");
  must_dispense (w, rx, FACTS ("paid=yes", "address=天津市演示区合成路1号", "carrier=李合成"));
  sheet = fz_desk_prepare_delivery (w->session, rx, there, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
  assert_value (w, rx, "rx.supply", "done");
  g_assert_cmpuint (count (w, FZ_LIST_DISPENSED, NULL), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRecipeVerificationIndicators' AND problems IS NULL"), ==, 1);
}

/* --- by an outside pharmacy --- */

static void
pharmacy (World *w)
{
  g_autofree char *rx = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) bare = FACTS ("outcome=delivered"), told = FACTS ("outcome=delivered", "prepared_by=赵合成", "checked_by=钱合成");
  g_autoptr (GPtrArray) rows = NULL;
  FzSheet *sheet;

  register_agreement (w, "pharmacy", "2026-03-02"); /* its last day */
  register_agreement (w, "delivery", "2026-12-31");
  rx = approved (w, 0, "V1");
  rows = fz_desk_list_agreements (w->session, "pharmacy", &error);
  g_assert_cmpuint (rows->len, ==, 1);
  refuses (w, rx, FACTS ("paid=yes", "way=outside"), FZ_ERROR_INVALID, "协议");
  refuses (w, rx, FACTS ("paid=yes", "way=outside", "agreement=XY-000002"), FZ_ERROR_INVALID, "供药协议");
  must_dispense (w, rx, FACTS ("paid=yes", "way=outside", "agreement=XY-000001"));
  assert_value (w, rx, "rx.stage", "dispensed");
  assert_value (w, rx, "rx.supply", "sent");
  expect_error (fz_desk_prepare_delivery (w->session, rx, bare, &error) == NULL, &error, FZ_ERROR_INVALID, "调配人");
  sheet = fz_desk_prepare_delivery (w->session, rx, told, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
  assert_value (w, rx, "rx.part.00.prepared_by", "赵合成");
  assert_value (w, rx, "rx.supply", "done");
}

/* 地高辛 stands on the list of 2022 no. 111: this hospital may hand it out, a pharmacy on the network may not. */
static void
not_sold_online (World *w)
{
  g_autofree char *rx = NULL, *tail = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = NULL, changed = NULL;
  g_autoptr (GPtrArray) found = NULL;
  FzSheet *sheet;

  register_agreement (w, "pharmacy", "2026-12-31");
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  draft = fz_desk_get_draft (w->session, "V1", &error);
  found = fz_desk_search_drugs (w->session, "地高辛", NULL, NULL, 1, &error);
  g_assert_cmpuint (found->len, ==, 1);
  changed = fz_fields_dup (draft, NULL);
  {
    g_autoptr (FzFields) line = fz_desk_usual_line (w->session, fz_fields_get (found->pdata[0], "code"), &error);
    g_autoptr (FzFields) item = fz_fields_dup_below (line, "rx.item.00", "fuzhen.part/v1");

    g_assert_no_error (error);
    fz_fields_merge (changed, "rx.item.00", item);
    fz_fields_set (changed, "rx.item.00.drug", fz_fields_get (found->pdata[0], "code"));
    fz_fields_set (changed, "rx.item.00.days", "7");
    fz_fields_set (changed, "rx.item.00.quantity", NULL);
  }
  {
    g_autoptr (GPtrArray) findings = fz_desk_check_draft (w->session, "V1", changed, &error);
    guint n = 0;

    for (guint i = 0; i < findings->len; i++) {
      const FzFinding *finding = findings->pdata[i];

      if (finding->severity != FZ_SEVERITY_REASON)
        continue;
      fz_fields_set_at (changed, "override", n, "rule", finding->rule);
      fz_fields_set_at (changed, "override", n, "field", finding->field);
      fz_fields_set_at (changed, "override", n++, "reason", g_str_has_prefix (finding->rule, "QTY_") ? "L1" : "R2");
    }
  }
  g_assert_true (fz_desk_save_draft (w->session, "V1", changed, &error));
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  rx = world_sign (w, sheet);
  world_review (w, "P2001", rx, "approved");
  refuses (w, rx, FACTS ("paid=yes", "way=outside", "agreement=XY-000001"), FZ_ERROR_REFUSED, "地高辛");
  must_prepare (w, rx, FACTS ("way=counter"));
  world_sign_in (w, "P2002");
  tail = own_tail (w, rx);
  must_dispense (w, rx, FACTS ("paid=yes", tail));
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/dispense/counter", counter);
  world_add_test ("/desk/dispense/wrong-drug", wrong_drug);
  world_add_test ("/desk/dispense/parts", in_parts);
  world_add_test ("/desk/dispense/lapses", rest_lapses);
  world_add_test ("/desk/dispense/courier", courier);
  world_add_test ("/desk/dispense/pharmacy", pharmacy);
  world_add_test ("/desk/dispense/not-sold-online", not_sold_online);
  code = g_test_run ();
  world_remove_template ();
  return code;
}
