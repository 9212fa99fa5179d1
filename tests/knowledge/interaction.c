/* What two medicines do to each other: pairs every pharmacist knows are found in either order and under any name, harmless pairs are
 * not, and a spoilt table is refused by file and line. */
#include <locale.h>
#include <string.h>

#include "shelf.h"

#define TIMES 200

typedef struct {
  const char *a, *b;
  FzSeverity severity;
} Pair;

static const Pair known[] = {
  { "沙库巴曲缬沙坦钠片", "马来酸依那普利片", FZ_SEVERITY_STOP },
  { "枸橼酸西地那非片", "硝酸甘油片", FZ_SEVERITY_STOP },
  { "辛伐他汀片", "克拉霉素片", FZ_SEVERITY_STOP },
  { "替格瑞洛片", "伊曲康唑胶囊", FZ_SEVERITY_STOP },
  { "盐酸莫西沙星片", "盐酸胺碘酮片", FZ_SEVERITY_STOP },
  { "异维A酸软胶囊", "盐酸多西环素片", FZ_SEVERITY_STOP },
  { "华法林钠片", "布洛芬缓释胶囊", FZ_SEVERITY_REASON },
  { "硫酸氢氯吡格雷片", "奥美拉唑肠溶胶囊", FZ_SEVERITY_REASON },
  { "地高辛片", "盐酸维拉帕米缓释片", FZ_SEVERITY_REASON },
  { "碳酸锂片", "氢氯噻嗪片", FZ_SEVERITY_REASON },
  { "甲氨蝶呤片", "复方磺胺甲噁唑片", FZ_SEVERITY_REASON },
  { "缬沙坦胶囊", "螺内酯片", FZ_SEVERITY_NOTE },
  /* by a salt or form that the catalogue does not hold, and by what a compound hides */
  { "甲苯磺酸艾多沙班胶囊", "双氯芬酸钠胶囊", FZ_SEVERITY_REASON },
  { "利福平胶囊(Ⅱ)", "屈螺酮炔雌醇片(Ⅱ)", FZ_SEVERITY_REASON },
  { "华法林钠片", "氨咖黄敏胶囊", FZ_SEVERITY_NOTE },
  { "盐酸舍曲林胶囊", "舒肝解郁胶囊", FZ_SEVERITY_REASON },
};

static const char *const harmless[][2] = {
  { "缬沙坦胶囊", "苯磺酸氨氯地平片" },   { "盐酸二甲双胍片", "缬沙坦胶囊" },       { "阿托伐他汀钙片", "缬沙坦胶囊" },
  { "盐酸二甲双胍片", "磷酸西格列汀片" }, { "富马酸比索洛尔片", "阿托伐他汀钙片" }, { "左甲状腺素钠片", "缬沙坦胶囊" },
  { "阿莫西林胶囊", "氯雷他定片" },       { "华法林钠片", "缬沙坦胶囊" },           { "碳酸钙D3片", "维生素D滴剂" },
  { "双氯芬酸二乙胺乳胶剂", "华法林钠片" },
};

/* `line` on the sheet, `current` in use or, with `both`, on the sheet too. (transfer full) */
static GPtrArray *
check (const char *line, const char *other, gboolean both)
{
  FzCheckLine lines[] = { { .generic = line, .dose = "1片", .freq = "qd", .days = 7 }, { .generic = other, .dose = "1片", .freq = "qd", .days = 7 } };
  const char *current[] = { other, NULL };
  FzCheckRequest request = { .lines = lines, .n_lines = both ? 2 : 1, .on_date = "2026-03-02", .age_years = 60, .current = both ? NULL : current };
  g_autoptr (GError) error = NULL;
  GPtrArray *findings = fz_drugcheck_run (&shelf_get ()->knowledge, &request, &error);

  g_assert_no_error (error);
  return findings;
}

/* The gravest INTERACTION, which must name both; -1 when there is none. */
static int
gravest (GPtrArray *findings, const char *a, const char *b)
{
  int worst = -1;

  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = g_ptr_array_index (findings, i);

    if (!g_str_equal (finding->rule, "INTERACTION"))
      continue;
    g_test_message ("%s: %s", finding->field, finding->message);
    g_assert_cmpint (finding->kind, ==, FZ_FINDING_INTERACTION);
    g_assert_true (g_strv_contains (finding->about, a) && g_strv_contains (finding->about, b));
    g_assert_nonnull (finding->source);
    worst = MAX (worst, (int) finding->severity);
  }
  return worst;
}

static void
test_known_pairs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    for (guint way = 0; way < 4; way++) {
      const char *first = way % 2 ? known[i].a : known[i].b, *second = way % 2 ? known[i].b : known[i].a;
      g_autoptr (GPtrArray) findings = check (first, second, way < 2);

      g_assert_cmpint (gravest (findings, first, second), ==, known[i].severity);
    }
}

static void
test_harmless_pairs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++)
    for (guint way = 0; way < 4; way++) {
      const char *first = harmless[i][way % 2], *second = harmless[i][1 - way % 2];
      g_autoptr (GPtrArray) findings = check (first, second, way < 2);

      g_assert_cmpint (gravest (findings, first, second), ==, -1);
    }
}

static guint
count_rule (GPtrArray *findings, const char *rule)
{
  guint n = 0;

  for (guint i = 0; i < findings->len; i++)
    n += g_str_equal (((const FzFinding *) findings->pdata[i])->rule, rule);
  return n;
}

/* A renewed medicine is one, not two; one class row that several ingredients meet is said once; a lone compound never fights itself. */
static void
test_each_pair_once (void)
{
  FzCheckLine lines[] = { { .generic = "华法林钠片", .dose = "1片", .freq = "qd", .days = 7 },
                          { .generic = "布洛芬缓释胶囊", .dose = "1粒", .freq = "bid", .days = 3 } };
  const char *current[] = { "华法林钠片", "华法林钠片", "布洛芬缓释胶囊", NULL };
  FzCheckRequest request = { .lines = lines, .n_lines = 2, .on_date = "2026-03-02", .age_years = 60, .current = current };
  g_autoptr (GPtrArray) findings = fz_drugcheck_run (&shelf_get ()->knowledge, &request, NULL);
  g_autoptr (GPtrArray) herbs = check ("华法林钠片", "血府逐瘀胶囊", TRUE), alone = check ("缬沙坦氨氯地平片(Ⅰ)", "缬沙坦氨氯地平片(Ⅰ)", FALSE);

  g_assert_cmpuint (count_rule (findings, "INTERACTION"), ==, 1);
  g_assert_cmpuint (count_rule (herbs, "INTERACTION"), ==, 1);
  g_assert_cmpuint (count_rule (alone, "INTERACTION"), ==, 0);
}

/* What no row names is said once, and not where there is nothing to meet. */
static void
test_uncovered (void)
{
  g_autoptr (GPtrArray) two = check ("天外飞仙片", "华法林钠片", TRUE), alone = check ("天外飞仙片", "天外飞仙片", FALSE);
  g_autoptr (GPtrArray) covered = check ("华法林钠片", "地高辛片", TRUE), in_use = check ("华法林钠片", "天外飞仙片", FALSE);
  const FzFinding *finding = fz_findings_find (two, "INTERACTION_UNCOVERED");

  g_assert_nonnull (finding);
  g_assert_true (finding->cannot_check && finding->severity == FZ_SEVERITY_NOTE);
  g_assert_cmpstr (finding->about[0], ==, "天外飞仙片");
  g_assert_null (finding->about[1]);
  g_assert_cmpuint (count_rule (two, "INTERACTION_UNCOVERED"), ==, 1);
  g_assert_cmpuint (count_rule (in_use, "INTERACTION_UNCOVERED"), ==, 1);
  g_assert_cmpuint (count_rule (alone, "INTERACTION_UNCOVERED"), ==, 0);
  g_assert_cmpuint (count_rule (covered, "INTERACTION_UNCOVERED"), ==, 0);
}

/* A patient names the box: the hospital's catalogue knows the brand. */
static void
test_brand_in_use (void)
{
  static const char hospital[] = "code,manufacturer,price_fen,brand\nFZ0178,合成制药,1000,合成安心\n";
  const Shelf *shelf = shelf_get ();
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCatalogue) catalogue = fz_catalogue_with_hospital (shelf->catalogue, (const guint8 *) hospital, strlen (hospital), "h.csv", &error);
  FzDrugKnowledge knowledge = shelf->knowledge;
  g_autofree char *name = g_strdup (fz_catalogue_find_code (shelf->catalogue, "FZ0178")->generic);
  FzCheckLine line = { .generic = "硫酸氢氯吡格雷片", .dose = "75mg", .freq = "qd", .days = 7 };
  const char *by_brand[] = { "合成 安心", NULL }, *by_name[] = { name, NULL };
  FzCheckRequest request = { .lines = &line, .n_lines = 1, .on_date = "2026-03-02", .age_years = 60, .current = by_brand };
  g_autoptr (GPtrArray) branded = NULL, named = NULL;

  g_assert_no_error (error);
  knowledge.catalogue = catalogue;
  branded = fz_drugcheck_run (&knowledge, &request, NULL);
  request.current = by_name;
  named = fz_drugcheck_run (&knowledge, &request, NULL);
  g_test_message ("%s", name);
  g_assert_cmpuint (count_rule (named, "INTERACTION"), ==, 1);
  g_assert_cmpuint (count_rule (branded, "INTERACTION"), ==, 1);
}

/* --- the table --- */

static FzInteractions *
parse (const char *rows, const char *classes, GError **error)
{
  g_autofree char *text = g_strconcat ("a,b,severity,mechanism,advice,source,confidence\n", rows, NULL);
  g_autofree char *members = g_strconcat ("class,ingredient\n", classes, NULL);
  FzInteractionFiles files = { (const guint8 *) text, (const guint8 *) members, strlen (text), strlen (members), "i.csv", "c.csv" };

  return fz_interactions_parse (&files, shelf_get ()->catalogue, error);
}

static void
test_refused (void)
{
#define END ",甲,乙,s,h\n"
  static const struct {
    const char *rows, *classes, *said;
  } spoilt[] = {
    { "华法林,天外飞仙,stop" END, "", "i.csv 第 2 行" },
    { "华法林,布洛芬,stop" END "布洛芬,华法林,note" END, "", "i.csv 第 3 行" },
    { "华法林钠,布洛芬,stop" END "华法林,布洛芬,note" END, "", "i.csv 第 3 行" },
    { "华法林,布洛芬,fatal" END, "", "severity" },
    { "华法林,布洛芬,,甲,乙,s,h\n", "", "severity" },
    { "华法林,布洛芬,stop,甲,乙,s,x\n", "", "confidence" },
    { "华法林,布洛芬,stop,,乙,s,h\n", "", "mechanism" },
    { "华法林,布洛芬,stop,甲,,s,h\n", "", "advice" },
    { "华法林,布洛芬,stop,甲,乙,,h\n", "", "source" },
    { "华法林,华法林钠,stop" END, "", "i.csv 第 2 行" },
    { ",华法林,stop" END, "", "列 a" },
    { "类,布洛芬,stop" END, "类,天外飞仙\n", "c.csv 第 2 行" },
    { "类,布洛芬,stop" END, "类,华法林\n类,华法林钠\n", "c.csv 第 3 行" },
    { "类,布洛芬,stop" END "布洛芬,类,stop" END, "类,华法林\n", "i.csv 第 3 行" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (spoilt); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse (spoilt[i].rows, spoilt[i].classes, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, spoilt[i].said));
  }
}

/* A substance overrules its class; m never stops; a class meets itself but no member itself. */
static void
test_table (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzInteractions) table = parse ("类,布洛芬,note" END "阿哌沙班,布洛芬,stop" END "类,类,stop,甲,乙,s,m\n", "类,利伐沙班\n类,阿哌沙班\n类,艾多沙班\n", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (fz_interactions_get_n_pairs (table), ==, 6);
  g_assert_cmpint (fz_interactions_find (table, "布洛芬", "利伐沙班")->severity, ==, FZ_SEVERITY_NOTE);
  g_assert_cmpint (fz_interactions_find (table, "布洛芬", "阿哌沙班")->severity, ==, FZ_SEVERITY_STOP);
  g_assert_cmpint (fz_interactions_find (table, "利伐沙班", "阿哌沙班")->severity, ==, FZ_SEVERITY_REASON);
  g_assert_null (fz_interactions_find (table, "利伐沙班", "利伐沙班"));
  g_assert_null (fz_interactions_find (table, "利伐沙班", "华法林"));
  g_assert_false (fz_interactions_covers (table, "华法林"));
}

static void
test_shipped (void)
{
  const FzInteractions *table = shelf_get ()->interactions;
  guint sure = 0;

  for (FzSeverity severity = FZ_SEVERITY_NOTE; severity <= FZ_SEVERITY_STOP; severity++) {
    guint h = fz_interactions_count (table, severity, FZ_CONFIDENCE_HIGH), m = fz_interactions_count (table, severity, FZ_CONFIDENCE_MEDIUM);

    g_test_message ("%s: h %u, m %u, l %u", fz_severity_to_word (severity), h, m, fz_interactions_count (table, severity, FZ_CONFIDENCE_LOW));
    sure += h;
  }
  g_test_message ("%u pairs", fz_interactions_get_n_pairs (table));
  g_assert_cmpuint (sure, >=, 300);
  g_assert_cmpuint (fz_interactions_count (table, FZ_SEVERITY_STOP, FZ_CONFIDENCE_MEDIUM), ==, 0);
}

/* The time is printed, not asserted: the machine is not ours alone. */
static void
test_speed (void)
{
  static const char *const names[] = { "华法林钠片", "地高辛片", "盐酸胺碘酮片", "辛伐他汀片", "血府逐瘀胶囊" };
  FzCheckLine lines[G_N_ELEMENTS (names)] = { 0 };
  FzCheckRequest request = { .lines = lines, .n_lines = G_N_ELEMENTS (names), .on_date = "2026-03-02", .age_years = 60 };
  const FzDrugKnowledge *knowledge = &shelf_get ()->knowledge;
  gint64 begun;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    lines[i] = (FzCheckLine){ .generic = names[i], .dose = "1片", .freq = "qd", .days = 7 };
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < TIMES; i++) {
    g_autoptr (GPtrArray) findings = fz_drugcheck_run (knowledge, &request, NULL);

    g_assert_cmpuint (count_rule (findings, "INTERACTION"), >=, 5);
  }
  g_test_message ("all checks of five lines against %u pairs: %.3f ms", fz_interactions_get_n_pairs (fz_knowledge_set_get_interactions (knowledge->set)),
                  (double) (g_get_monotonic_time () - begun) / TIMES / 1000.0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interaction/known-pairs", test_known_pairs);
  g_test_add_func ("/interaction/harmless-pairs", test_harmless_pairs);
  g_test_add_func ("/interaction/each-pair-once", test_each_pair_once);
  g_test_add_func ("/interaction/uncovered", test_uncovered);
  g_test_add_func ("/interaction/brand-in-use", test_brand_in_use);
  g_test_add_func ("/interaction/refused", test_refused);
  g_test_add_func ("/interaction/table", test_table);
  g_test_add_func ("/interaction/shipped", test_shipped);
  g_test_add_func ("/interaction/speed", test_speed);
  return g_test_run ();
}
