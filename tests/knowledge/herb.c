/* Prepared herbs: what every TCM pharmacist looks for is found, under any spelling, and a spoilt table is refused by file and line. */
#include <locale.h>
#include <string.h>

#include "core/herbcheck.h"
#include "shelf.h"

#define HERBS_HEAD "code,name,aliases,initials,usual_g_min,usual_g_max,special,toxic,pregnancy,source,confidence\n"
#define PAIRS_HEAD "a,b,rule,words,source,confidence\n"

static FzHerbs *
shipped (void)
{
  g_autoptr (GBytes) herbs = shelf_read ("drugs/herbs.csv"), pairs = shelf_read ("drugs/herb-pairs.csv");
  FzHerbFiles files = { .herbs_name = "herbs.csv", .pairs_name = "herb-pairs.csv" };
  g_autoptr (GError) error = NULL;
  FzHerbs *self;

  files.herbs = g_bytes_get_data (herbs, &files.n_herbs);
  files.pairs = g_bytes_get_data (pairs, &files.n_pairs);
  self = fz_herbs_parse (&files, &error);
  g_assert_no_error (error);
  return self;
}

static GPtrArray *
check (const FzHerbs *herbs, const FzHerbLine *lines, guint n, FzPregnant pregnant, gboolean external)
{
  FzHerbRequest request = { lines, n, pregnant, external };
  GPtrArray *findings = fz_findings_new ();

  fz_herbcheck_run (herbs, &request, findings);
  return findings;
}

static void
expect (const FzHerbs *herbs, FzHerbLine line, FzPregnant pregnant, const char *rule, FzSeverity severity, const char *words)
{
  g_autoptr (GPtrArray) findings = check (herbs, &line, 1, pregnant, FALSE);
  const FzFinding *found = fz_findings_find (findings, rule);

  if (found == NULL)
    g_error ("%s %s: no %s", line.name, line.dose, rule);
  g_assert_cmpint (found->severity, ==, severity);
  if (strstr (found->message, words) == NULL)
    g_error ("%s does not say %s", found->message, words);
  g_assert_nonnull (found->field);
}

static void
expect_quiet (const FzHerbs *herbs, FzHerbLine line, FzPregnant pregnant, const char *rule)
{
  g_autoptr (GPtrArray) findings = check (herbs, &line, 1, pregnant, FALSE);

  if (fz_findings_find (findings, rule) != NULL)
    g_error ("%s %s: %s", line.name, line.dose, fz_findings_find (findings, rule)->message);
}

static void
test_lines (void)
{
  g_autoptr (FzHerbs) herbs = shipped ();

  expect (herbs, (FzHerbLine){ "细辛", "6g", NULL }, FZ_PREGNANT_NO, "HERB_GRAMS_HIGH", FZ_SEVERITY_REASON, "1～3g");
  expect_quiet (herbs, (FzHerbLine){ "细辛", "3g", NULL }, FZ_PREGNANT_NO, "HERB_GRAMS_HIGH");
  expect (herbs, (FzHerbLine){ "黄芪", "3g", NULL }, FZ_PREGNANT_NO, "HERB_GRAMS_LOW", FZ_SEVERITY_NOTE, "低于");
  expect_quiet (herbs, (FzHerbLine){ "黄芪", "30g", NULL }, FZ_PREGNANT_NO, "HERB_GRAMS_HIGH");
  expect (herbs, (FzHerbLine){ "附片", "10g", NULL }, FZ_PREGNANT_NO, "HERB_SPECIAL", FZ_SEVERITY_REASON, "先煎");
  expect (herbs, (FzHerbLine){ "附片", "10g", "先煎" }, FZ_PREGNANT_NO, "HERB_TOXIC", FZ_SEVERITY_NOTE, "有毒");
  expect_quiet (herbs, (FzHerbLine){ "附片", "10g", "先煎" }, FZ_PREGNANT_NO, "HERB_SPECIAL");
  expect (herbs, (FzHerbLine){ "钩藤", "10g", "先煎" }, FZ_PREGNANT_NO, "HERB_SPECIAL", FZ_SEVERITY_NOTE, "后下");
  expect (herbs, (FzHerbLine){ "没有这味药", "9g", NULL }, FZ_PREGNANT_NO, "HERB_UNKNOWN", FZ_SEVERITY_NOTE, "人工审核");
  expect_quiet (herbs, (FzHerbLine){ " 炙 黄 芪 ", "15g", NULL }, FZ_PREGNANT_NO, "HERB_UNKNOWN");
}

static void
test_pregnancy (void)
{
  g_autoptr (FzHerbs) herbs = shipped ();
  FzHerbLine forbidden = { "三棱", "9g", NULL }, caution = { "桃仁", "9g", NULL }, harmless = { "黄芪", "15g", NULL };

  expect (herbs, forbidden, FZ_PREGNANT_YES, "HERB_PREGNANCY", FZ_SEVERITY_STOP, "禁用");
  expect (herbs, forbidden, FZ_PREGNANT_UNKNOWN, "HERB_PREGNANCY_UNKNOWN", FZ_SEVERITY_REASON, "尚不清楚");
  expect (herbs, caution, FZ_PREGNANT_YES, "HERB_PREGNANCY", FZ_SEVERITY_REASON, "慎用");
  expect (herbs, caution, FZ_PREGNANT_UNKNOWN, "HERB_PREGNANCY_UNKNOWN", FZ_SEVERITY_NOTE, "慎用");
  expect_quiet (herbs, forbidden, FZ_PREGNANT_NO, "HERB_PREGNANCY");
  expect_quiet (herbs, harmless, FZ_PREGNANT_YES, "HERB_PREGNANCY");
}

static void
test_pairs (void)
{
  static const char *const against[][2] = { { "附片", "法半夏" },   { "甘草", "海藻" },   { "炙甘草", "京大戟" }, { "藜芦", "人参" },
                                            { "丁香", "郁金" },     { "人参", "醋五灵脂" }, { "制川乌", "瓜蒌" },   { "肉桂", "赤石脂" } };
  static const char *const fine[][2] = { { "黄芪", "当归" }, { "甘草", "白芍" }, { "人参", "麦冬" }, { "法半夏", "陈皮" } };
  g_autoptr (FzHerbs) herbs = shipped ();

  for (guint i = 0; i < G_N_ELEMENTS (against); i++)
    for (guint turn = 0; turn < 2; turn++) {
      FzHerbLine lines[] = { { against[i][turn], "3g", NULL }, { "茯苓", "10g", NULL }, { against[i][1 - turn], "3g", NULL } };
      g_autoptr (GPtrArray) findings = check (herbs, lines, 3, FZ_PREGNANT_NO, FALSE);
      const FzFinding *found = fz_findings_find (findings, "HERB_PAIR");

      if (found == NULL)
        g_error ("%s with %s passes", against[i][0], against[i][1]);
      g_assert_cmpint (found->severity, ==, FZ_SEVERITY_REASON);
      g_assert_cmpstr (found->field, ==, "item.02.generic");
      g_assert_cmpuint (g_strv_length ((GStrv) found->about), ==, 2);
    }
  for (guint i = 0; i < G_N_ELEMENTS (fine); i++) {
    FzHerbLine lines[] = { { fine[i][0], "9g", NULL }, { fine[i][1], "9g", NULL } };
    g_autoptr (GPtrArray) findings = check (herbs, lines, 2, FZ_PREGNANT_NO, FALSE);

    g_assert_null (fz_findings_find (findings, "HERB_PAIR"));
  }
}

/* What is washed with is not drunk: the range says nothing of it. */
static void
test_external (void)
{
  g_autoptr (FzHerbs) herbs = shipped ();
  FzHerbLine line = { "苦参", "60g", NULL };
  g_autoptr (GPtrArray) drunk = check (herbs, &line, 1, FZ_PREGNANT_NO, FALSE), washed = check (herbs, &line, 1, FZ_PREGNANT_NO, TRUE);

  g_assert_nonnull (fz_findings_find (drunk, "HERB_GRAMS_HIGH"));
  g_assert_null (fz_findings_find (washed, "HERB_GRAMS_HIGH"));
}

/* The rows a store takes in are a catalogue like any other, priced by the kilogram, and its search keeps the two kinds of sheet apart. */
static void
test_catalogue (void)
{
  g_autoptr (FzHerbs) herbs = shipped ();
  g_autofree char *csv = fz_herbs_to_catalogue (herbs);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCatalogue) catalogue = fz_catalogue_parse ((const guint8 *) csv, strlen (csv), "herbs.csv", &shelf_get ()->drug_codes, NULL, &error);
  g_autoptr (GPtrArray) with_initials = NULL, elsewhere = NULL, exact = NULL, named = NULL;
  const FzDrug *drug;

  g_assert_no_error (error);
  g_assert_cmpuint (fz_catalogue_get_n (catalogue), ==, fz_herbs_get_n (herbs));
  g_assert_cmpuint (fz_herbs_get_n (herbs), >=, 300);
  g_assert_cmpuint (fz_herbs_get_n_pairs (herbs), >=, 50);
  drug = fz_catalogue_find_generic (catalogue, "黄芪", NULL);
  g_assert_cmpint (drug->kind, ==, FZ_DRUG_HERBAL);
  g_assert_cmpstr (drug->unit, ==, "g");
  g_assert_cmpuint (drug->pack_units, ==, 1000);
  with_initials = fz_catalogue_search_sheet (catalogue, "hq", TRUE, 20);
  elsewhere = fz_catalogue_search_sheet (catalogue, "hq", FALSE, 20);
  g_assert_cmpuint (with_initials->len, >, 0);
  g_assert_cmpuint (elsewhere->len, ==, 0);
  exact = fz_catalogue_search_sheet (catalogue, "cx", TRUE, 20); /* 醋香附 (cxf) stands before it in the book */
  g_assert_cmpuint (exact->len, >, 2);
  g_assert_cmpstr (((const FzDrug *) exact->pdata[0])->generic, ==, "沉香");
  g_assert_cmpstr (((const FzDrug *) exact->pdata[1])->generic, ==, "川芎");
  named = fz_catalogue_search_sheet (catalogue, "川芎", TRUE, 20);
  for (guint i = 0; i < named->len; i++)
    for (guint k = i + 1; k < named->len; k++)
      g_assert_true (named->pdata[i] != named->pdata[k]); /* each once, however it is found */
}

static void
test_refused (void)
{
  static const char *const bad[][3] = {
    { HERBS_HEAD "H1,甲,,,3,9,,no,,s,h\nH1,乙,,,3,9,,no,,s,h\n", PAIRS_HEAD, "第 3 行" },
    { HERBS_HEAD "H1,甲,,,3,9,,no,,s,h\nH2,甲,,,3,9,,no,,s,h\n", PAIRS_HEAD, "name" },
    { HERBS_HEAD "H1,甲,乙,,3,9,,no,,s,h\nH2,乙,,,3,9,,no,,s,h\n", PAIRS_HEAD, "name" },
    { HERBS_HEAD "H1,甲,,,9,3,,no,,s,h\n", PAIRS_HEAD, "usual_g_max" },
    { HERBS_HEAD "H1,甲,,,three,9,,no,,s,h\n", PAIRS_HEAD, "usual_g_min" },
    { HERBS_HEAD "H1,甲,,,3,9,,maybe,,s,h\n", PAIRS_HEAD, "toxic" },
    { HERBS_HEAD "H1,甲,,,3,9,,no,never,s,h\n", PAIRS_HEAD, "pregnancy" },
    { HERBS_HEAD "H1,甲,,,3,9,,no,,,h\n", PAIRS_HEAD, "source" },
    { HERBS_HEAD "H1,甲,,,3,9,,no,,s,h\n", PAIRS_HEAD "甲,丙,十八反,w,s,h\n", "列 b" },
    { HERBS_HEAD "H1,甲,,,3,9,,no,,s,h\n", PAIRS_HEAD "甲,甲,十八反,w,s,h\n", "列 b" },
    { HERBS_HEAD, "a,b\n", "rule" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    FzHerbFiles files = { (const guint8 *) bad[i][0], (const guint8 *) bad[i][1], strlen (bad[i][0]), strlen (bad[i][1]), "herbs.csv", "herb-pairs.csv" };
    g_autoptr (GError) error = NULL;

    if (fz_herbs_parse (&files, &error) != NULL)
      g_error ("case %u is accepted", i);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    if (strstr (error->message, bad[i][2]) == NULL)
      g_error ("case %u: %s", i, error->message);
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/herbs/lines", test_lines);
  g_test_add_func ("/herbs/pregnancy", test_pregnancy);
  g_test_add_func ("/herbs/pairs", test_pairs);
  g_test_add_func ("/herbs/external", test_external);
  g_test_add_func ("/herbs/catalogue", test_catalogue);
  g_test_add_func ("/herbs/refused", test_refused);
  return g_test_run ();
}
