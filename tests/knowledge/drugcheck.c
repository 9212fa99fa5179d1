/* The checks of one prescription, one promise a row: the rule that must be found, how grave, on which field; or that nothing is. */
#include <locale.h>
#include <string.h>

#include "shelf.h"

typedef struct {
  const char *title;
  FzCheckLine lines[3];
  const char *rule; /* NULL: nothing graver than a note */
  FzSeverity severity;
  const char *field;
  int age; /* 0: 60 */
  const char *allergies[3];
  const char *current[2];
} Case;

#define RX(name, amount, rhythm, course) { .generic = name, .dose = amount, .freq = rhythm, .days = course }

static const Case cases[] = {
  { "clean", { RX ("缬沙坦胶囊", "80mg", "qd", 28) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "clean-words", { { .generic = "缬沙坦胶囊", .strength = "80mg", .form = "胶囊剂", .route = "口服", .dose = "80mg", .freq = "每日一次", .days = 28, .quantity = 28 } }, NULL, 0, NULL, 0, { "否认药物过敏史" }, { NULL } },
  /* limits: h over asks, twice stops; m never stops */
  { "daily-h-over", { RX ("苯磺酸氨氯地平片", "15mg", "qd", 7) }, "DOSE_DAILY_MAX", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "daily-h-at-limit", { RX ("苯磺酸氨氯地平片", "10mg", "qd", 7) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "daily-h-just-below-twice", { RX ("苯磺酸氨氯地平片", "9.75mg", "bid", 7) }, "DOSE_DAILY_MAX", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "daily-h-twice", { RX ("苯磺酸氨氯地平片", "10mg", "bid", 7) }, "DOSE_DAILY_MAX", FZ_SEVERITY_STOP, "item.00.dose", 0, { NULL }, { NULL } },
  { "single-h-twice", { RX ("苯磺酸氨氯地平片", "20mg", "qod", 7) }, "DOSE_SINGLE_MAX", FZ_SEVERITY_STOP, "item.00.dose", 0, { NULL }, { NULL } },
  { "ten-times", { RX ("左甲状腺素钠片", "0.5mg", "qd", 7) }, "DOSE_SINGLE_MAX", FZ_SEVERITY_STOP, "item.00.dose", 0, { NULL }, { NULL } },
  { "m-never-stops", { RX ("卡托普利片", "500mg", "tid", 7) }, "DOSE_DAILY_MAX", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "pieces-as-mass", { RX ("苯磺酸氨氯地平片", "4片", "qd", 7) }, "DOSE_DAILY_MAX", FZ_SEVERITY_STOP, "item.00.dose", 0, { NULL }, { NULL } },
  { "compound-in-pieces", { RX ("沙库巴曲缬沙坦钠片", "3片", "bid", 7) }, "DOSE_SINGLE_MAX", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "compound-in-mg", { RX ("沙库巴曲缬沙坦钠片", "100mg", "bid", 7) }, "DOSE_UNIT", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "limit-in-pieces-dose-in-mass", { RX ("骨化三醇软胶囊", "5μg", "qd", 7) }, "DOSE_SINGLE_MAX", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "puffs", { RX ("噻托溴铵喷雾剂", "4揿", "qd", 30) }, "DOSE_DAILY_MAX", FZ_SEVERITY_STOP, "item.00.dose", 0, { NULL }, { NULL } },
  { "another-strength-on-the-line", { { .generic = "瑞舒伐他汀钙片", .strength = "20mg", .dose = "3片", .freq = "qn", .days = 7 } }, "DOSE_DAILY_MAX", FZ_SEVERITY_STOP, "item.00.dose", 0, { NULL }, { NULL } },
  { "two-lines-one-substance", { RX ("盐酸二甲双胍片", "1g", "bid", 7), RX ("盐酸二甲双胍缓释片", "1g", "qd", 7) }, "DOSE_TOTAL_MAX", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  /* rhythm */
  { "methotrexate-daily", { RX ("甲氨蝶呤片", "10mg", "qd", 28) }, "DOSE_RHYTHM", FZ_SEVERITY_STOP, "item.00.freq", 0, { NULL }, { NULL } },
  { "methotrexate-weekly", { RX ("甲氨蝶呤片", "10mg", "qw", 28) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "methotrexate-fortnightly", { RX ("甲氨蝶呤片", "10mg", "q2w", 28) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "alendronate-70-daily", { { .generic = "阿仑膦酸钠片", .strength = "70mg", .dose = "70mg", .freq = "qd", .days = 28 } }, "DOSE_RHYTHM", FZ_SEVERITY_STOP, "item.00.freq", 0, { NULL }, { NULL } },
  { "alendronate-10-daily", { { .generic = "阿仑膦酸钠片", .strength = "10mg", .dose = "10mg", .freq = "qd", .days = 28 } }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "roxadustat-daily", { RX ("罗沙司他胶囊", "100mg", "qd", 28) }, "DOSE_RHYTHM", FZ_SEVERITY_REASON, "item.00.freq", 0, { NULL }, { NULL } },
  /* what cannot be read is said */
  { "no-dose", { RX ("缬沙坦胶囊", NULL, "qd", 28) }, "DOSE_MISSING", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "vague-dose", { RX ("缬沙坦胶囊", "适量", "qd", 28) }, "DOSE_UNREADABLE", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "no-frequency", { RX ("缬沙坦胶囊", "80mg", NULL, 28) }, "FREQ_UNKNOWN", FZ_SEVERITY_REASON, "item.00.freq", 0, { NULL }, { NULL } },
  { "odd-frequency", { RX ("缬沙坦胶囊", "80mg", "有空就吃", 28) }, "FREQ_UNKNOWN", FZ_SEVERITY_REASON, "item.00.freq", 0, { NULL }, { NULL } },
  { "ointment-without-dose", { RX ("糠酸莫米松乳膏", NULL, "qd", 14) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "as-needed", { RX ("硫酸沙丁胺醇吸入气雾剂", "2揿", "prn", 0) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "as-needed-still-limited", { RX ("硫酸沙丁胺醇吸入气雾剂", "6揿", "prn", 0) }, "DOSE_SINGLE_MAX", FZ_SEVERITY_STOP, "item.00.dose", 0, { NULL }, { NULL } },
  { "unknown-drug", { RX ("天外飞仙片", "5mg", "qd", 7) }, "DRUG_UNKNOWN", FZ_SEVERITY_REASON, "item.00.generic", 0, { NULL }, { NULL } },
  { "likeness-judged", { RX ("马来酸氨氯地平分散片", "20mg", "qd", 7) }, "DOSE_DAILY_MAX", FZ_SEVERITY_STOP, "item.00.dose", 0, { NULL }, { NULL } },
  { "likeness-clean", { RX ("马来酸氨氯地平分散片", "5mg", "qd", 7) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  /* splitting */
  { "half-capsule", { RX ("缬沙坦胶囊", "40mg", "qd", 28) }, "DOSE_SPLIT", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "half-controlled-release", { RX ("硝苯地平控释片", "15mg", "qd", 28) }, "DOSE_SPLIT", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "half-enteric", { RX ("阿司匹林肠溶片", "50mg", "qd", 28) }, "DOSE_SPLIT", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  { "half-tablet", { RX ("酒石酸美托洛尔片", "12.5mg", "bid", 28) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "third-of-tablet", { RX ("地高辛片", "0.1mg", "qd", 28) }, "DOSE_SPLIT", FZ_SEVERITY_REASON, "item.00.dose", 0, { NULL }, { NULL } },
  /* children */
  { "child-on-adult-drug", { RX ("盐酸乙哌立松片", "50mg", "qd", 7) }, "DOSE_CHILD", FZ_SEVERITY_REASON, "item.00.dose", 7, { NULL }, { NULL } },
  { "child-on-paediatric-drug", { RX ("盐酸西替利嗪滴剂", "0.5ml", "qd", 7) }, NULL, 0, NULL, 7, { NULL }, { NULL } },
  { "youth", { RX ("盐酸西替利嗪片", "10mg", "qd", 7) }, NULL, 0, NULL, 14, { NULL }, { NULL } },
  /* quantity */
  { "quantity-whole-pack", { { .generic = "缬沙坦胶囊", .dose = "80mg", .freq = "qd", .days = 7, .quantity = 28 } }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "quantity-excess", { { .generic = "缬沙坦胶囊", .dose = "80mg", .freq = "qd", .days = 7, .quantity = 56 } }, "QTY_EXCESS", FZ_SEVERITY_REASON, "item.00.quantity", 0, { NULL }, { NULL } },
  /* duplicates */
  { "same-substance-two-salts", { RX ("苯磺酸左氨氯地平片", "2.5mg", "qd", 7), RX ("马来酸左氨氯地平片", "2.5mg", "qd", 7) }, "DUP_INGREDIENT", FZ_SEVERITY_REASON, "item.01.generic", 0, { NULL }, { NULL } },
  { "compound-and-part", { RX ("缬沙坦氨氯地平片(Ⅰ)", "1片", "qd", 7), RX ("缬沙坦胶囊", "80mg", "qd", 7) }, "DUP_INGREDIENT", FZ_SEVERITY_REASON, "item.01.generic", 0, { NULL }, { NULL } },
  { "hidden-sulfonylurea", { RX ("消渴丸", "5丸", "tid", 7), RX ("格列本脲片", "2.5mg", "qd", 7) }, "DUP_INGREDIENT", FZ_SEVERITY_REASON, "item.01.generic", 0, { NULL }, { NULL } },
  { "hidden-paracetamol", { RX ("对乙酰氨基酚片", "0.5g", "tid", 3), RX ("维C银翘片", "2片", "tid", 3) }, "DUP_INGREDIENT", FZ_SEVERITY_REASON, "item.01.generic", 0, { NULL }, { NULL } },
  { "patents-share-a-herb", { RX ("六味地黄丸(浓缩丸)", "8丸", "tid", 7), RX ("尪痹片", "4片", "tid", 7) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "one-patent-holds-another", { RX ("六味地黄丸(浓缩丸)", "8丸", "tid", 7), RX ("杞菊地黄丸(浓缩丸)", "8丸", "tid", 7) }, "DUP_INGREDIENT", FZ_SEVERITY_REASON, "item.01.generic", 0, { NULL }, { NULL } },
  { "ointment-and-tablet", { RX ("盐酸特比萘芬乳膏", NULL, "bid", 14), RX ("盐酸特比萘芬片", "0.25g", "qd", 14) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "current-other-preparation", { RX ("缬沙坦氨氯地平片(Ⅰ)", "1片", "qd", 7) }, "DUP_CURRENT", FZ_SEVERITY_REASON, "item.00.generic", 0, { NULL }, { "氨氯地平" } },
  { "current-renewed", { RX ("缬沙坦胶囊", "80mg", "qd", 28) }, NULL, 0, NULL, 0, { NULL }, { "缬沙坦胶囊" } },
  /* allergies */
  { "allergy-same", { RX ("阿司匹林肠溶片", "100mg", "qd", 28) }, "ALLERGY", FZ_SEVERITY_STOP, "item.00.generic", 0, { "对阿司匹林过敏（皮疹）" }, { NULL } },
  { "allergy-penicillin-class", { RX ("阿莫西林胶囊", "0.5g", "tid", 5) }, "ALLERGY", FZ_SEVERITY_STOP, "item.00.generic", 0, { "青霉素" }, { NULL } },
  { "allergy-penicillin-compound", { RX ("阿莫西林克拉维酸钾片", "1片", "tid", 5) }, "ALLERGY", FZ_SEVERITY_STOP, "item.00.generic", 0, { "青霉素、海鲜过敏" }, { NULL } },
  { "allergy-penicillin-cephalosporin", { RX ("头孢呋辛酯片", "0.25g", "bid", 5) }, "ALLERGY", FZ_SEVERITY_REASON, "item.00.generic", 0, { "青霉素类" }, { NULL } },
  { "allergy-sulfa", { RX ("复方磺胺甲恶唑片", "2片", "bid", 5) }, "ALLERGY", FZ_SEVERITY_STOP, "item.00.generic", 0, { "磺胺" }, { NULL } },
  { "allergy-sulfa-salazine", { RX ("柳氮磺吡啶肠溶片", "0.5g", "tid", 7) }, "ALLERGY", FZ_SEVERITY_STOP, "item.00.generic", 0, { "磺胺类药物" }, { NULL } },
  { "allergy-other", { RX ("缬沙坦胶囊", "80mg", "qd", 28) }, NULL, 0, NULL, 0, { "青霉素" }, { NULL } },
  { "allergy-nsaid", { RX ("布洛芬缓释胶囊", "0.3g", "bid", 5) }, "ALLERGY", FZ_SEVERITY_REASON, "item.00.generic", 0, { "阿司匹林" }, { NULL } },
  { "allergy-by-substance-outside-classes", { RX ("缬沙坦胶囊", "80mg", "qd", 28) }, "ALLERGY", FZ_SEVERITY_STOP, "item.00.generic", 0, { "缬沙坦" }, { NULL } },
  /* form and route */
  { "form-is-another-state", { { .generic = "缬沙坦胶囊", .form = "注射液", .dose = "80mg", .freq = "qd", .days = 7 } }, "FORM_CATALOGUE", FZ_SEVERITY_REASON, "item.00.form", 0, { NULL }, { NULL } },
  { "form-coated-is-a-tablet", { { .generic = "缬沙坦片", .form = "片剂", .dose = "80mg", .freq = "qd", .days = 7 } }, NULL, 0, NULL, 0, { NULL }, { NULL } },
  { "route-against-form", { { .generic = "缬沙坦胶囊", .route = "滴眼", .dose = "80mg", .freq = "qd", .days = 7 } }, "ROUTE_FORM", FZ_SEVERITY_REASON, "item.00.route", 0, { NULL }, { NULL } },
  { "eye-drops-swallowed", { { .generic = "马来酸噻吗洛尔滴眼液", .route = "口服", .dose = "1滴", .freq = "bid", .days = 7 } }, "ROUTE_FORM", FZ_SEVERITY_REASON, "item.00.route", 0, { NULL }, { NULL } },
  /* the gate */
  { "controlled", { RX ("盐酸曲马多缓释片", "100mg", "bid", 7) }, "CONTROLLED_CLASS2", FZ_SEVERITY_STOP, "item.00.generic", 0, { NULL }, { NULL } },
  { "controlled-second-line", { RX ("缬沙坦胶囊", "80mg", "qd", 7), RX ("氯 硝 西 泮 片", "2mg", "qn", 7) }, "CONTROLLED_CLASS2", FZ_SEVERITY_STOP, "item.01.generic", 0, { NULL }, { NULL } },
  { "special-antibacterial", { RX ("利奈唑胺片", "0.6g", "bid", 7) }, "ANTIBACTERIAL_SPECIAL", FZ_SEVERITY_STOP, "item.00.generic", 0, { NULL }, { NULL } },
  { "restricted-antibacterial-is-for-the-rulebook", { RX ("盐酸莫西沙星片", "0.4g", "qd", 5) }, NULL, 0, NULL, 0, { NULL }, { NULL } },
};

static guint
count_lines (const Case *c)
{
  guint n = 0;

  while (n < G_N_ELEMENTS (c->lines) && c->lines[n].generic != NULL)
    n++;
  return n;
}

static FzCheckRequest
request_of (const Case *c)
{
  return (FzCheckRequest){ .lines = c->lines,
                           .n_lines = count_lines (c),
                           .on_date = "2026-03-02",
                           .age_years = c->age != 0 ? c->age : 60,
                           .allergies = c->allergies,
                           .current = c->current };
}

/* The severity under which this rule speaks of this field; -1 when it doesn't. */
static int
severity_of (GPtrArray *findings, const Case *c)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = g_ptr_array_index (findings, i);

    if (g_str_equal (finding->rule, c->rule) && g_strcmp0 (finding->field, c->field) == 0)
      return finding->about[0] != NULL ? (int) finding->severity : -2;
  }
  return -1;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  FzCheckRequest request = request_of (c);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = fz_drugcheck_run (&shelf_get ()->knowledge, &request, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = g_ptr_array_index (findings, i);

    g_test_message ("%s %s %s: %s", fz_severity_to_word (finding->severity), finding->rule, finding->field, finding->message);
    if (c->rule == NULL)
      g_assert_cmpint (finding->severity, ==, FZ_SEVERITY_NOTE);
    if (i > 0)
      g_assert_cmpint (((FzFinding *) g_ptr_array_index (findings, i - 1))->severity, >=, finding->severity);
  }
  if (c->rule == NULL)
    return;
  g_assert_cmpint (severity_of (findings, c), ==, c->severity);
  /* Nothing else may be graver than what this case is about. */
  g_assert_cmpint (((FzFinding *) g_ptr_array_index (findings, 0))->severity, ==, c->severity);
}

/* The usual course of a drug for a healthy person of 35. (transfer full) */
static GPtrArray *
check_usual (const FzDrug *drug, char sex)
{
  g_autofree char *dose = drug->usual_dose.unit != NULL ? fz_dose_format (&drug->usual_dose) : NULL;
  FzCheckLine line = { .drug = drug, .dose = dose, .freq = drug->usual_freq, .days = 7 };
  FzCheckRequest request = { .lines = &line, .n_lines = 1, .on_date = "2026-03-02", .age_years = 35, .sex = sex, .pregnant = FZ_ANSWER_NO,
                             .lactating = FZ_ANSWER_NO, .weight_g = 70000, .egfr_known = TRUE, .egfr_milli = 95000, .liver = FZ_LIVER_NORMAL };
  g_autoptr (GError) error = NULL;
  GPtrArray *findings = fz_drugcheck_run (&shelf_get ()->knowledge, &request, &error);

  g_assert_no_error (error);
  return findings;
}

static gboolean
is_quiet (GPtrArray *findings)
{
  return findings->len == 0 || ((const FzFinding *) findings->pdata[0])->severity == FZ_SEVERITY_NOTE;
}

/* Each row of the starter, written as its own usual course for a man or a woman it is meant for, passes: no stop and no reason asked for. */
static void
test_usual_course_of_every_row (void)
{
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < fz_catalogue_get_n (shelf->catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (shelf->catalogue, i);
    g_autoptr (GPtrArray) hers = check_usual (drug, 'F'), his = check_usual (drug, 'M');
    const FzFinding *worst = hers->len > 0 ? g_ptr_array_index (hers, 0) : NULL;

    if (drug->antibacterial == FZ_ANTIBACTERIAL_SPECIAL) {
      g_assert_cmpstr (worst != NULL ? worst->rule : NULL, ==, "ANTIBACTERIAL_SPECIAL");
      continue;
    }
    if (!is_quiet (hers) && !is_quiet (his))
      g_test_message ("%s %s: %s %s", drug->code, drug->generic, worst->rule, worst->message);
    g_assert_true (is_quiet (hers) || is_quiet (his));
  }
}

/* A hundred times the limit is never waved through, whatever unit the row speaks. */
static void
test_every_limit_bites (void)
{
  const Shelf *shelf = shelf_get ();
  guint bitten = 0;

  for (guint i = 0; i < fz_catalogue_get_n (shelf->catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (shelf->catalogue, i);
    const FzDose *limit = drug->single_max_count.unit != NULL ? &drug->single_max_count : &drug->single_max;
    FzDose huge = { 0 };
    g_autofree char *dose = NULL;
    FzCheckLine line = { .drug = drug, .freq = drug->usual_freq, .days = 7 };
    FzCheckRequest request = { .lines = &line, .n_lines = 1, .on_date = "2026-03-02", .age_years = 60 };
    g_autoptr (GPtrArray) findings = NULL;
    Case wanted = { .rule = "DOSE_SINGLE_MAX", .field = "item.00.dose" };

    if (limit->unit == NULL || !fz_dose_multiply (limit, 100, &huge))
      continue;
    dose = fz_dose_format (&huge);
    line.dose = dose;
    findings = fz_drugcheck_run (&shelf->knowledge, &request, NULL);
    g_assert_cmpint (severity_of (findings, &wanted), ==, drug->confidence == FZ_CONFIDENCE_HIGH ? FZ_SEVERITY_STOP : FZ_SEVERITY_REASON);
    bitten++;
  }
  g_assert_cmpuint (bitten, >=, 450);
}

static void
test_notes (void)
{
  static const struct {
    FzCheckLine line;
    const char *rule;
    const char *allergy;
    gboolean cannot_check;
  } notes[] = {
    { { .generic = "缬沙坦胶囊", .dose = "80mg", .freq = "qd", .days = 28, .quantity = 14 }, "QTY_SHORT", NULL, FALSE },
    { { .generic = "玻璃酸钠滴眼液", .dose = "1滴", .freq = "qid", .days = 28, .quantity = 1 }, "QTY_UNCHECKED", NULL, TRUE },
    { { .generic = "缬沙坦胶囊", .form = "魔法药水", .dose = "80mg", .freq = "qd" }, "FORM_UNKNOWN", NULL, TRUE },
    { { .generic = "缬沙坦胶囊", .route = "意念", .dose = "80mg", .freq = "qd" }, "ROUTE_UNKNOWN", NULL, TRUE },
    { { .generic = "门冬胰岛素注射液", .dose = "4IU", .freq = "tid" }, "DOSE_NO_LIMIT", NULL, TRUE },
    { { .generic = "硝酸甘油片", .dose = "0.5mg", .freq = "prn" }, "DOSE_AS_NEEDED", NULL, TRUE },
    { { .generic = "马来酸氨氯地平分散片", .dose = "5mg", .freq = "qd" }, "DRUG_UNKNOWN", NULL, TRUE },
    { { .generic = "缬沙坦胶囊", .strength = "160mg", .dose = "160mg", .freq = "qd" }, "DRUG_STRENGTH", NULL, FALSE },
    { { .generic = "缬沙坦胶囊", .dose = "80mg", .freq = "qd" }, "ALLERGY_UNKNOWN", "柳絮", TRUE },
    { { .generic = "马来酸噻吗洛尔滴眼液", .route = "607", .dose = "1滴", .freq = "bid" }, NULL, "无", FALSE },
  };
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++) {
    const char *allergies[] = { notes[i].allergy, NULL };
    FzCheckRequest request = { .lines = &notes[i].line, .n_lines = 1, .on_date = "2026-03-02", .age_years = 60, .allergies = allergies };
    g_autoptr (GPtrArray) findings = fz_drugcheck_run (&shelf->knowledge, &request, NULL);
    const FzFinding *finding = notes[i].rule != NULL ? fz_findings_find (findings, notes[i].rule) : NULL;

    if (notes[i].rule == NULL) {
      g_assert_cmpuint (findings->len, ==, 0);
      continue;
    }
    g_assert_cmpint (finding != NULL ? (int) finding->severity : -1, ==, FZ_SEVERITY_NOTE);
    g_assert_cmpint (finding != NULL && finding->cannot_check, ==, notes[i].cannot_check);
  }
}

static void
test_request_refused (void)
{
  FzCheckLine line = { .generic = "缬沙坦胶囊" };
  FzCheckLine nameless = { .dose = "80mg" };
  FzCheckRequest requests[] = {
    { .lines = &line, .n_lines = 1, .on_date = NULL },
    { .lines = &line, .n_lines = 1, .on_date = "2026-02-30" },
    { .lines = &nameless, .n_lines = 1, .on_date = "2026-03-02" },
    { .lines = &line, .n_lines = 101, .on_date = "2026-03-02" },
  };
  FzCheckRequest empty = { .on_date = "2026-03-02" };
  g_autoptr (GPtrArray) nothing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (fz_drugcheck_run (&shelf_get ()->knowledge, &requests[i], &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
  nothing = fz_drugcheck_run (&shelf_get ()->knowledge, &empty, NULL);
  g_assert_cmpuint (nothing->len, ==, 0);
}

static void
test_words (void)
{
  FzSeverity severity = FZ_SEVERITY_NOTE;
  FzFindingKind kind = FZ_FINDING_RULE;

  for (FzFindingKind k = FZ_FINDING_INTERACTION; k <= FZ_FINDING_RULE; k++) {
    g_assert_true (fz_finding_kind_from_word (fz_finding_kind_to_word (k), &kind));
    g_assert_cmpint (kind, ==, k);
  }
  g_assert_true (fz_severity_from_word ("stop", &severity));
  g_assert_cmpint (severity, ==, FZ_SEVERITY_STOP);
  g_assert_false (fz_severity_from_word ("STOP", &severity));
  g_assert_false (fz_finding_kind_from_word (NULL, &kind));
}

static void
test_allergies_refused (void)
{
  static const char head[] = "code,label,aliases,members,members_contain,cross,within,across,source,confidence\n";
  static const char *const rows[] = { "a,甲,,,,,stop,note,s,h\n", "a,甲,,x,,b,stop,note,s,h\n", "a,甲,,x,,,fatal,note,s,h\n",
                                      "a,甲,,x,,,stop,,s,h\n",    "a,甲,,x,,,stop,note,s,h\na,乙,,y,,,stop,note,s,h\n",
                                      "a,甲,,x,,,stop,note,s,high\n" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strconcat (head, rows[i], NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (fz_allergies_parse ((const guint8 *) text, strlen (text), "a.csv", &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
}

/* The same substance stops whatever the table says of its class. */
static void
test_allergies_unsure (void)
{
  static const char text[] = "code,label,aliases,members,members_contain,cross,within,across,source,confidence\n"
                             "a,甲,,x|y,,b,stop,stop,s,m\nb,乙,,z,,a,stop,stop,s,h\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (FzAllergies) allergies = fz_allergies_parse ((const guint8 *) text, strlen (text), "a.csv", &error);

  g_assert_no_error (error);
  g_assert_cmpint (fz_allergy_match (allergies, "甲", "x").severity, ==, FZ_SEVERITY_REASON);
  g_assert_cmpint (fz_allergy_match (allergies, "甲", "z").severity, ==, FZ_SEVERITY_REASON);
  g_assert_cmpint (fz_allergy_match (allergies, "x", "x").severity, ==, FZ_SEVERITY_STOP);
  g_assert_cmpint (fz_allergy_match (allergies, "乙", "z").severity, ==, FZ_SEVERITY_STOP);
  g_assert_cmpint (fz_allergy_match (allergies, "乙", "x").severity, ==, FZ_SEVERITY_STOP);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/drugcheck/case/%s", cases[i].title);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/drugcheck/usual-course-of-every-row", test_usual_course_of_every_row);
  g_test_add_func ("/drugcheck/every-limit-bites", test_every_limit_bites);
  g_test_add_func ("/drugcheck/notes", test_notes);
  g_test_add_func ("/drugcheck/request-refused", test_request_refused);
  g_test_add_func ("/drugcheck/words", test_words);
  g_test_add_func ("/drugcheck/allergies-refused", test_allergies_refused);
  g_test_add_func ("/drugcheck/allergies-unsure", test_allergies_unsure);
  return g_test_run ();
}
