/* Diseases that were and diseases that are: what passes counts one step less once it is past, what stays counts as ever, and what lifts a row lifts it. */
#include <locale.h>
#include <string.h>

#include "shelf.h"

#define NOTHING (-1)

static int
severity_of (const char *generic, const char *now, const char *before)
{
  const Shelf *shelf = shelf_get ();
  const char *diagnoses[] = { now, NULL }, *prior[] = { before, NULL };
  FzCheckLine line = { .generic = generic, .freq = "qd", .days = 7 };
  FzCheckRequest request = { .lines = &line, .n_lines = 1, .on_date = "2026-11-22", .age_years = 60, .sex = 'M', .diagnoses = diagnoses, .prior = prior };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = fz_drugcheck_run (&shelf->knowledge, &request, &error);
  int worst = NOTHING;

  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (g_str_equal (finding->rule, "DISEASE"))
      worst = MAX (worst, (int) finding->severity);
  }
  return worst;
}

static void
test_past (void)
{
  static const struct {
    const char *generic, *now, *before;
    int severity;
  } cases[] = {
    /* 活动性出血者禁用 */
    { "利伐沙班片", "K92.200", NULL, FZ_SEVERITY_STOP },
    { "利伐沙班片", "I48.x01", "K92.200", FZ_SEVERITY_REASON },
    { "利伐沙班片", "K92.200", "K92.200", FZ_SEVERITY_STOP },
    { "阿司匹林肠溶片", "I25.103", "K25.400", FZ_SEVERITY_REASON },
    /* 一个月内的心肌梗死 */
    { "盐酸乐卡地平片", "I21.900", NULL, FZ_SEVERITY_STOP },
    { "盐酸乐卡地平片", "I10.x00x002", "I21.900", FZ_SEVERITY_REASON },
    { "盐酸伊伐布雷定片", "I20.900", "I21.900", FZ_SEVERITY_REASON },
    /* 低钾、高钾 */
    { "吲达帕胺片", "E87.600", NULL, FZ_SEVERITY_STOP },
    { "吲达帕胺片", "I10.x00x002", "E87.600", FZ_SEVERITY_REASON },
    { "呋塞米片", "I50.908", "E87.600", FZ_SEVERITY_NOTE },
    /* a note about what has passed is not said */
    { "甘草酸二铵肠溶胶囊", "K76.000", "E87.600", FZ_SEVERITY_REASON },
    { "六味地黄丸(浓缩丸)", "E11.900", "E87.600", NOTHING },
    { "逍遥丸(浓缩丸)", "F41.101", "E87.600", NOTHING },
    { "逍遥丸(浓缩丸)", "E87.600", NULL, FZ_SEVERITY_NOTE },
    /* an infection of childhood forbids no valproate, a chronic one does */
    { "丙戊酸钠缓释片", "G40.900", "B15.900", FZ_SEVERITY_REASON },
    { "丙戊酸钠缓释片", "G40.900", "B18.107", FZ_SEVERITY_STOP },
    /* what stays */
    { "盐酸普萘洛尔片", "I10.x00x002", "J45.900x001", FZ_SEVERITY_STOP },
    { "替格瑞洛片", "I25.103", "I61.900", FZ_SEVERITY_STOP },
    { "依托考昔片", "M10.900", "I25.200", FZ_SEVERITY_STOP },
    { "格列美脲片", "E10.900", NULL, FZ_SEVERITY_STOP },
    { "盐酸吡格列酮片", "E11.900", "C67.900", FZ_SEVERITY_STOP },
    /* a pacemaker lifts the block, today's or yesterday's */
    { "富马酸比索洛尔片", "I49.500", NULL, FZ_SEVERITY_STOP },
    { "富马酸比索洛尔片", "I10.x00x002", "I44.200", FZ_SEVERITY_STOP },
    { "富马酸比索洛尔片", "I49.500", "Z95.000", NOTHING },
    { "富马酸比索洛尔片", "Z95.000", "I49.500", NOTHING },
    { "盐酸维拉帕米片", "I44.200", "Z95.000", NOTHING },
    /* but not where the label makes no exception */
    { "盐酸伊伐布雷定片", "I49.500", "Z95.000", FZ_SEVERITY_STOP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    int found = severity_of (cases[i].generic, cases[i].now, cases[i].before);

    if (found != cases[i].severity)
      g_test_message ("%s, %s after %s", cases[i].generic, cases[i].now, cases[i].before);
    g_assert_cmpint (found, ==, cases[i].severity);
  }
}

/* What may be over is asked about; what stays is stated. */
static void
test_said (void)
{
  static const struct {
    const char *generic, *before, *said;
  } cases[] = { { "利伐沙班片", "K92.200", "既往诊断 K92.200（请核对现在是否仍存在），“利伐沙班片”：" },
                { "盐酸普萘洛尔片", "J45.900x001", "既往诊断 J45.900x001，“盐酸普萘洛尔片”：" } };
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *none[] = { NULL }, *prior[] = { cases[i].before, NULL };
    FzCheckLine line = { .generic = cases[i].generic, .freq = "qd", .days = 7 };
    FzCheckRequest request = { .lines = &line, .n_lines = 1, .on_date = "2026-11-22", .age_years = 60, .sex = 'M', .diagnoses = none, .prior = prior };
    g_autoptr (GPtrArray) findings = fz_drugcheck_run (&shelf->knowledge, &request, NULL);
    const FzFinding *finding = fz_findings_find (findings, "DISEASE");

    g_assert_nonnull (finding);
    g_assert_true (g_str_has_prefix (finding->message, cases[i].said));
  }
}

static gboolean
accepts (const char *columns, const char *row)
{
  g_autofree char *text = g_strdup_printf ("subject,routes,kind,condition%s,severity,words,advice,source,confidence\n%s\n", columns, row);
  g_autoptr (GError) error = NULL;
  const Shelf *shelf = shelf_get ();
  g_autoptr (FzContraindications) table = fz_contraindications_parse ((const guint8 *) text, strlen (text), "contraindications.csv",
                                                                     fz_knowledge_set_get_groups (shelf->knowledge.set), shelf->knowledge.routes, NULL, &error);

  g_assert_true ((table == NULL) == (error != NULL));
  if (error != NULL)
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  return table != NULL;
}

static void
test_columns (void)
{
  g_assert_true (accepts ("", "地高辛,1,disease,I47.2,stop,禁用,,药品说明书：地高辛片,h"));
  g_assert_true (accepts (",scope,unless", "地高辛,1,disease,I47.2,,,stop,禁用,,药品说明书：地高辛片,h"));
  g_assert_true (accepts (",scope,unless", "地高辛,1,disease,I47.2,current,Z95.0|Z95.8,stop,禁用,,药品说明书：地高辛片,h"));
  g_assert_true (accepts (",scope", "地高辛,1,disease,I47.2,any,stop,禁用,,药品说明书：地高辛片,h"));
  g_assert_false (accepts (",scope", "地高辛,1,disease,I47.2,now,stop,禁用,,药品说明书：地高辛片,h"));
  g_assert_false (accepts (",scope", "地高辛,1,age,<18y,current,stop,禁用,,药品说明书：地高辛片,h"));
  g_assert_false (accepts (",unless", "地高辛,1,disease,I47.2,起搏器,stop,禁用,,药品说明书：地高辛片,h"));
  g_assert_false (accepts (",unless", "地高辛,1,renal,egfr<30,Z95.0,stop,禁用,,药品说明书：地高辛片,h"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drugcheck/past", test_past);
  g_test_add_func ("/drugcheck/past/said", test_said);
  g_test_add_func ("/drugcheck/past/columns", test_columns);
  return g_test_run ();
}
