/* The parts of a prescription that depend on what it is: a sheet of herbs, a long prescription, what a medicine asks of the patient's body. 中药处方格式及书写
 * 规范; 长期处方管理规范 art. 8 to 13; 处方管理办法 art. 6. */
#include "tests/desk/world.h"

#include <string.h>

#define CHILD 6 /* cases of the demo */
#define HERBAL 9
#define LONG 4
#define RENAL 3

#define ALL (FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION)

static void
begin (World *w, guint i)
{
  world_sign_in (w, fz_demo_world_doctor (w->world, i));
  world_arrive (w, i, "V1");
  world_take (w, "V1");
  world_type (w, i, "V1");
}

/* What the sheet says with one fact of the draft changed; the draft is as it was afterwards. NULL with *why when it is refused. */
static FzSheet *
prepare_with (World *w, const char *key, const char *value, GError **why)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) kept = fz_desk_get_draft (w->session, "V1", &error), changed = fz_fields_dup (kept, NULL);
  FzSheet *sheet;

  if (key != NULL)
    fz_fields_set (changed, key, value);
  g_assert_true (fz_desk_save_draft (w->session, "V1", changed, &error));
  sheet = fz_desk_prepare_sheet (w->session, "V1", ALL, why);
  g_assert_true (fz_desk_save_draft (w->session, "V1", kept, &error));
  return sheet;
}

static void
refuses (World *w, const char *key, const char *value, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_test_message ("%s = %s", key, value);
  expect_error (prepare_with (w, key, value, &error) == NULL, &error, FZ_ERROR_REFUSED, words);
}

static FzFields *
sign (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = world_sign (w, prepare_with (w, NULL, NULL, &error));
  FzFields *rx = fz_desk_read_prescription (w->session, id, &error);

  g_assert_no_error (error);
  return rx;
}

/* Doses, decoction, rhythm, way and pattern are the sheet's; order and handling are each herb's, and stand as they were typed. */
static void
herbs (World *w)
{
  g_autoptr (FzFields) rx = NULL, draft = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  begin (w, HERBAL);
  refuses (w, "rx.tcm.pattern", NULL, "证型");
  refuses (w, "rx.packets", NULL, NULL);
  refuses (w, "rx.decoction", NULL, NULL);
  refuses (w, "rx.freq", NULL, NULL);
  refuses (w, "rx.route", NULL, NULL);
  refuses (w, "rx.item.02.dose", NULL, NULL);
  refuses (w, "rx.item.02.drug", "FZ0001", "饮片");
  sheet = prepare_with (w, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 2), "共 7 剂"));
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 2), "（先煎）"));
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 2), "肝阳上亢证"));
  draft = fz_desk_get_draft (w->session, "V1", NULL);
  rx = sign (w);
  n = fz_fields_count (draft, "rx.item");
  g_assert_cmpuint (fz_fields_count (rx, "rx.item"), ==, n);
  for (guint i = 0; i < n; i++) {
    const char *special = fz_fields_get_at (draft, "rx.item", i, "special");

    g_assert_cmpstr (fz_fields_get_at (rx, "rx.item", i, "drug"), ==, fz_fields_get_at (draft, "rx.item", i, "drug"));
    g_assert_cmpstr (fz_fields_get_at (rx, "rx.item", i, "special"), ==, special != NULL && *special != '\0' ? special : NULL);
  }
  g_assert_cmpstr (fz_fields_get (rx, "rx.kind"), ==, "herbal");
  g_assert_nonnull (strstr (fz_fields_get (rx, "rx.use_text"), "取400ml"));
}

/* Every answer of the assessment and the patient's confirmation; what they say against it stops; and none of it stays on a short one. */
static void
long_course (World *w)
{
  static const char *const asked[] = { "first", "disease_stable", "regimen_stable", "adherence", "new_events", "educated", "results", "confirmed_by",
                                       "confirmed_how", "confirmed_on" };
  g_autoptr (FzFields) rx = NULL;
  g_autoptr (FzSheet) short_one = NULL;
  g_autoptr (GError) error = NULL;

  begin (w, LONG);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    g_autofree char *key = g_strconcat ("rx.long.", asked[i], NULL);

    refuses (w, key, NULL, NULL);
  }
  refuses (w, "rx.long.disease_stable", "no", NULL);
  refuses (w, "rx.long.adherence", "poor", NULL);
  refuses (w, "rx.item.00.days", "85", "84日");
  short_one = prepare_with (w, "rx.item.00.days", "28", &error);
  g_assert_no_error (error);
  g_assert_null (strstr (fz_sheet_get_text (short_one, 2), "长期处方评估"));
  rx = sign (w);
  g_assert_cmpstr (fz_fields_get (rx, "rx.long.confirmed_by"), ==, "self");
  g_assert_nonnull (fz_fields_get (rx, "rx.long.confirmed_how_label"));
}

static const FzFinding *
find (World *w, const char *key, const char *value, const char *rule, GPtrArray **out)
{
  g_autoptr (FzFields) kept = fz_desk_get_draft (w->session, "V1", NULL), draft = fz_fields_dup (kept, NULL);
  g_autoptr (GError) error = NULL;

  fz_fields_set (draft, key, value);
  g_clear_pointer (out, g_ptr_array_unref);
  *out = fz_desk_check_draft (w->session, "V1", draft, &error);
  g_assert_no_error (error);
  return fz_findings_find (*out, rule);
}

/* A child's weight is asked always, kidneys where a medicine has limits for them; what is no number is not signed as if it were unknown. */
static void
body_of_the_patient (World *w)
{
  static const char *const unreadable[] = { "abc", "0", "-5", "18,5", "十八" };
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (FzFields) visit = NULL, draft = NULL, rx = NULL;
  FzPersonAsks asks;

  begin (w, CHILD);
  visit = fz_desk_read_visit (w->session, "V1", NULL);
  draft = fz_desk_get_draft (w->session, "V1", NULL);
  find (w, "record.weight_kg", NULL, "WEIGHT_UNKNOWN", &findings);
  asks = fz_desk_person_asks (w->session, visit, draft, findings);
  g_assert_true (asks.weight);
  for (guint i = 0; i < G_N_ELEMENTS (unreadable); i++) {
    g_test_message ("%s", unreadable[i]);
    g_assert_nonnull (find (w, "record.weight_kg", unreadable[i], "PERSON_UNREADABLE", &findings));
    refuses (w, "record.weight_kg", unreadable[i], "不能识别");
  }
  rx = sign (w);
  g_assert_cmpstr (fz_fields_get (rx, "patient.weight_kg"), ==, "18.5");
}

static void
kidneys_of_the_patient (World *w)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (FzFields) visit = NULL, draft = NULL;
  gboolean grave = FALSE;
  FzPersonAsks asks;

  begin (w, RENAL);
  visit = fz_desk_read_visit (w->session, "V1", NULL);
  draft = fz_desk_get_draft (w->session, "V1", NULL);
  g_assert_nonnull (find (w, "record.egfr", NULL, "RENAL_UNKNOWN", &findings));
  asks = fz_desk_person_asks (w->session, visit, draft, findings);
  g_assert_true (asks.egfr);
  g_assert_null (find (w, "record.egfr", "92", "RENAL_UNKNOWN", &findings));
  find (w, "record.egfr", "25", "RENAL_UNKNOWN", &findings);
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    grave = grave || (finding->severity != FZ_SEVERITY_NOTE && strstr (finding->message, "eGFR") != NULL);
  }
  g_assert_true (grave); /* metformin */
}

/* Packs follow from dose, rhythm and days: tablets and halves of them, liquids by the bottle, puffs, vials; where it cannot be said none is made up,
 * and what was typed stays typed. */
static void
quantities (World *w)
{
  static const struct {
    const char *drug, *dose, *freq, *days, *packs;
  } cases[] = {
    { "FZ0001", "5mg", "qd", "28", "1" },   { "FZ0001", "5mg", "qd", "29", "2" },   { "FZ0001", "2.5mg", "qd", "56", "1" },
    { "FZ0437", "5ml", "tid", "6", "1" },   { "FZ0437", "5ml", "tid", "7", "2" },   { "FZ0443", "0.5ml", "qd", "20", "1" },
    { "FZ0443", "0.5ml", "qd", "21", "2" }, { "FZ0259", "4喷", "qd", "30", "1" },   { "FZ0259", "4喷", "qd", "31", "2" },
    { "FZ0227", "1支", "bid", "5", "2" },   { "FZ0225", "2揿", "qd", "30", "1" },   { "FZ0001", "适量", "qd", "28", NULL },
    { "FZ0001", "5mg", NULL, "28", NULL },  { "FZ0001", "5mg", "qd", NULL, NULL },  { "FZ0437", "5片", "qd", "7", NULL },
  };

  world_sign_in (w, "D1001");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1"), computed = NULL, edited = NULL;
    g_autoptr (GError) error = NULL;

    fz_fields_set_at (draft, "rx.item", 0, "drug", cases[i].drug);
    fz_fields_set_at (draft, "rx.item", 0, "dose", cases[i].dose);
    fz_fields_set_at (draft, "rx.item", 0, "freq", cases[i].freq);
    fz_fields_set_at (draft, "rx.item", 0, "days", cases[i].days);
    computed = fz_desk_compute_draft (w->session, draft, &error);
    g_assert_no_error (error);
    g_test_message ("%s %s %s %s", cases[i].drug, cases[i].dose, cases[i].freq, cases[i].days);
    g_assert_cmpstr (fz_fields_get_at (computed, "rx.item", 0, "quantity"), ==, cases[i].packs);
    fz_fields_set_at (draft, "rx.item", 0, "quantity", "7");
    fz_fields_set_at (draft, "rx.item", 0, "quantity_edited", "yes");
    edited = fz_desk_compute_draft (w->session, draft, &error);
    g_assert_cmpstr (fz_fields_get_at (edited, "rx.item", 0, "quantity"), ==, "7");
  }
}

int
main (int argc, char *argv[])
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/sheets/herbs", herbs);
  world_add_test ("/desk/sheets/long", long_course);
  world_add_test ("/desk/sheets/body", body_of_the_patient);
  world_add_test ("/desk/sheets/kidneys", kidneys_of_the_patient);
  world_add_test ("/desk/sheets/quantities", quantities);
  failed = g_test_run ();
  world_remove_template ();
  return failed;
}
