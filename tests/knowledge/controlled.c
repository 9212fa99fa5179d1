/* The gate: what must be caught in whatever spelling, what must not, and the day from which. */
#include <locale.h>
#include <string.h>

#include "shelf.h"

typedef struct {
  const char *name;
  const char *list; /* of the gravest hit; NULL: none */
  FzSeverity severity;
  const char *on;
  const char *ingredients; /* `|`; NULL: not declared */
} Case;

#define TODAY "2026-03-02"

static const Case cases[] = {
  /* plain names, salts, forms, strengths */
  { "吗啡缓释片", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸吗啡缓释片 30mg*10片", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "硫酸吗啡注射液", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "芬太尼透皮贴剂", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "枸橼酸芬太尼注射液", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸羟考酮缓释片", "narcotic", FZ_SEVERITY_STOP, TODAY, "羟考酮" },
  { "阿片酊", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "罂粟壳", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "阿桔片", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "复方樟脑酊", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "奥赛利定注射液", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸哌替啶注射液", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "度冷丁", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "大麻", "narcotic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸哌甲酯缓释片", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  { "利他林", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸艾司氯胺酮注射液", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  { "羟丁酸钠口服溶液", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  { "司可巴比妥钠胶囊", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  { "ＭＤＭＡ", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  { "4-MTA", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  { "三唑仑片", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸曲马多缓释片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "曲马多", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "地西泮片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "安定", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "安定片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "安 定(地西泮)片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "舒乐安定片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "佳静安定", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氯 硝 西 泮 片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氯\xe3\x80\x80硝\xe2\x80\x8b西泮", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氯氮卓片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氯氮䓬片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氯恶唑仑片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氯口恶唑仑片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "酒石酸唑吡坦片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "右佐匹克隆片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "苯巴比妥钠注射液", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "苯甲酸钠咖啡因注射液", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "麦角胺咖啡因片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "咖啡因", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "地佐辛注射液", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "吡仑帕奈片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "丁丙诺啡透皮贴剂", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸丁丙诺啡舌下片", "class1", FZ_SEVERITY_STOP, TODAY, NULL },
  /* compounds that are listed */
  { "氨酚羟考酮片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氨酚羟考酮片", "class2", FZ_SEVERITY_STOP, TODAY, "对乙酰氨基酚|羟考酮" },
  { "泰勒宁", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氨酚曲马多片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氨酚曲马多片", NULL, FZ_SEVERITY_NOTE, "2023-06-30", "对乙酰氨基酚|曲马多" },
  { "复方磷酸可待因口服溶液", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "联邦止咳露", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "新泰洛其", "class2", FZ_SEVERITY_REASON, TODAY, NULL }, /* a brand alone does not tell the form */
  { "复方地芬诺酯片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "氨酚氢可酮片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  /* compounds that ask only for a look */
  { "复方甘草片", "compound_note", FZ_SEVERITY_REASON, TODAY, NULL },
  { "酚麻美敏片", "compound_note", FZ_SEVERITY_REASON, TODAY, NULL },
  { "某某复方制剂", "narcotic", FZ_SEVERITY_REASON, TODAY, "吗啡|对乙酰氨基酚" },
  /* by date and form */
  { "氢溴酸右美沙芬片", NULL, FZ_SEVERITY_NOTE, "2024-06-30", NULL },
  { "氢溴酸右美沙芬片", "class2", FZ_SEVERITY_STOP, "2024-07-01", NULL },
  { "右美沙芬糖浆", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "咪达唑仑注射液", "class2", FZ_SEVERITY_STOP, "2024-06-30", NULL },
  { "咪达唑仑注射液", "class1", FZ_SEVERITY_STOP, "2024-07-01", NULL },
  { "咪达唑仑口服溶液", "class2", FZ_SEVERITY_STOP, "2024-07-01", NULL },
  { "马来酸咪达唑仑片", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "咪达唑仑", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "莫达非尼片", "class1", FZ_SEVERITY_STOP, "2023-09-30", NULL },
  { "莫达非尼片", "class2", FZ_SEVERITY_STOP, "2023-10-01", NULL },
  { "地达西尼胶囊", NULL, FZ_SEVERITY_NOTE, "2023-09-30", NULL },
  { "地达西尼胶囊", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  { "注射用苯磺酸瑞马唑仑", "class2", FZ_SEVERITY_STOP, TODAY, NULL },
  /* toxic, radioactive, the rest */
  { "生半夏", "toxic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "雄黄", "toxic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "生附子", "toxic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "硫酸阿托品原料药", "toxic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "阿托品", "toxic", FZ_SEVERITY_REASON, TODAY, NULL },
  { "注射用A型肉毒毒素", "toxic", FZ_SEVERITY_STOP, TODAY, NULL },
  { "碘[131I]化钠口服溶液", "radioactive", FZ_SEVERITY_STOP, TODAY, NULL },
  { "碘〔１３１Ｉ〕化钠", "radioactive", FZ_SEVERITY_STOP, TODAY, NULL },
  { "锝[99mTc]亚甲基二膦酸盐注射液", "radioactive", FZ_SEVERITY_STOP, TODAY, NULL },
  { "尿素[14C]胶囊", "radioactive", FZ_SEVERITY_STOP, TODAY, NULL },
  { "米非司酮片", "abortion", FZ_SEVERITY_STOP, TODAY, NULL },
  { "复方米非司酮片", "abortion", FZ_SEVERITY_STOP, TODAY, NULL },
  { "米索前列醇片", "abortion", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸麻黄碱片", "precursor", FZ_SEVERITY_STOP, TODAY, NULL },
  { "盐酸伪麻黄碱缓释片", "precursor", FZ_SEVERITY_STOP, TODAY, NULL },
  { "酒石酸麦角胺片", "precursor", FZ_SEVERITY_STOP, TODAY, NULL },
  { "流感病毒裂解疫苗", "biological", FZ_SEVERITY_STOP, TODAY, NULL },
  { "利奈唑胺片", "special_antibacterial", FZ_SEVERITY_REASON, TODAY, NULL },
  /* unknown names that hold a controlled one */
  { "新型吗啡合剂加强版", "narcotic", FZ_SEVERITY_REASON, TODAY, NULL },
  { "速效曲马多泡泡片", "class2", FZ_SEVERITY_REASON, TODAY, NULL },
  /* named non-matches */
  { "阿扑吗啡", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "盐酸阿扑吗啡注射液", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "盐酸罂粟碱片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "罂粟碱", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "氨咖黄敏胶囊", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "氨咖黄敏胶囊", NULL, FZ_SEVERITY_NOTE, TODAY, "对乙酰氨基酚|咖啡因|氯苯那敏|人工牛黄" },
  { "去痛片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "复方氨酚烷胺胶囊", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "阿托品滴眼液", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "硫酸阿托品眼用凝胶", NULL, FZ_SEVERITY_NOTE, TODAY, "阿托品" },
  { "硫酸阿托品片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "硝酸毛果芸香碱滴眼液", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "氢溴酸东莨菪碱贴片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "尿素[13C]散", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "精蛋白人胰岛素混合注射液(30R)", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "阿莫西林胶囊(25mg)", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "盐酸咪达普利片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "盐酸安非他酮缓释片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "甲磺酸溴隐亭片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "尼麦角林片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "麻仁软胶囊", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "氯氮平片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "氯雷他定片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "盐酸纳洛酮注射液", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "法半夏", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "麝香保心丸", NULL, FZ_SEVERITY_NOTE, TODAY, "麝香|人参|牛黄|肉桂|苏合香|蟾酥|冰片" },
  { "牛黄解毒片", NULL, FZ_SEVERITY_NOTE, TODAY, "牛黄|雄黄|石膏|大黄" },
  { "缬沙坦胶囊", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
  { "地高辛片", NULL, FZ_SEVERITY_NOTE, TODAY, NULL },
};

static GArray *
ask (const char *name, const char *ingredients, const char *on, gboolean outside)
{
  g_auto (GStrv) declared = ingredients != NULL ? g_strsplit (ingredients, "|", -1) : NULL;
  FzControlledQuery query = { .name = name, .ingredients = (const char *const *) declared, .outside_pharmacy = outside };

  return fz_controlled_match (shelf_get ()->controlled, on, &query);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GArray) hits = ask (c->name, c->ingredients, c->on, FALSE);
  const FzControlledHit *first = hits->len > 0 ? &g_array_index (hits, FzControlledHit, 0) : NULL;

  if (c->list == NULL) {
    if (first != NULL)
      g_test_message ("caught as %s: %s", first->list, first->entry);
    g_assert_cmpuint (hits->len, ==, 0);
    return;
  }
  g_assert_cmpuint (hits->len, >, 0);
  if (first == NULL)
    return;
  g_assert_cmpstr (first->list, ==, c->list);
  g_assert_cmpint (first->severity, ==, c->severity);
  g_assert_true (first->source[0] != '\0');
}

/* Every entry that is in force today is caught under its own name, and none of the exceptions is. */
static void
test_every_entry (void)
{
  g_autoptr (GBytes) file = shelf_read ("drugs/controlled.csv");
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (file, &n);
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, "controlled.csv", NULL);
  guint caught = 0;

  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
    const char *match = fz_csv_get (csv, row, "match");
    const char *list = fz_csv_get (csv, row, "list");
    g_autoptr (GArray) hits = NULL;

    if (g_str_equal (match, "regex") || g_str_equal (match, "form") || g_str_equal (match, "compound") || *fz_csv_get (csv, row, "until") != '\0')
      continue;
    hits = ask (fz_csv_get (csv, row, "name"), NULL, TODAY, TRUE);
    if (g_str_equal (list, "none")) {
      if (hits->len > 0)
        g_test_message ("caught: %s", fz_csv_get (csv, row, "name"));
      g_assert_cmpuint (hits->len, ==, 0);
      continue;
    }
    if (hits->len == 0)
      g_test_message ("not caught: %s", fz_csv_get (csv, row, "name"));
    g_assert_cmpuint (hits->len, >, 0);
    caught++;
  }
  g_assert_cmpuint (caught, >, 350);
}

static void
test_outside_pharmacy (void)
{
  g_autoptr (GArray) inside = ask ("地高辛片", NULL, TODAY, FALSE);
  g_autoptr (GArray) outside = ask ("地高辛片", NULL, TODAY, TRUE);
  g_autoptr (GArray) before = ask ("地高辛片", NULL, "2022-11-30", TRUE);

  g_assert_cmpuint (inside->len, ==, 0);
  g_assert_cmpuint (outside->len, ==, 1);
  g_assert_cmpstr (g_array_index (outside, FzControlledHit, 0).list, ==, "online_forbidden");
  g_assert_cmpint (g_array_index (outside, FzControlledHit, 0).severity, ==, FZ_SEVERITY_REASON);
  g_assert_cmpuint (before->len, ==, 0);
}

/* A brand written beside a harmless generic name is read too. */
static void
test_brand (void)
{
  FzControlledQuery query = { .name = "某某片", .brand = "泰勒宁" };
  g_autoptr (GArray) hits = fz_controlled_match (shelf_get ()->controlled, TODAY, &query);

  g_assert_cmpuint (hits->len, >, 0);
  g_assert_cmpstr (g_array_index (hits, FzControlledHit, 0).list, ==, "class2");
}

/* A declared form rules over what the name seems to say. */
static void
test_declared_form (void)
{
  FzControlledQuery query = { .name = "咪达唑仑", .form_state = "injection" };
  g_autoptr (GArray) hits = fz_controlled_match (shelf_get ()->controlled, TODAY, &query);

  g_assert_cmpuint (hits->len, ==, 1);
  g_assert_cmpstr (g_array_index (hits, FzControlledHit, 0).list, ==, "class1");
}

static void
test_refused (void)
{
  static const char head[] = "list,name,aliases,match,condition,severity,edition,from,until,source,confidence\n";
  static const char *const rows[] = {
    "wrong,吗啡,,ingredient,,stop,,,,s,h\n",         "narcotic,,,ingredient,,stop,,,,s,h\n",
    "narcotic,吗啡,,sounds_like,,stop,,,,s,h\n",     "narcotic,吗啡,,ingredient,form:gas,stop,,,,s,h\n",
    "narcotic,吗啡,,ingredient,moon,stop,,,,s,h\n",  "narcotic,吗啡,,regex,[,stop,,,,s,h\n",
    "narcotic,吗啡,,regex,,stop,,,,s,h\n",           "narcotic,吗啡,,ingredient,,forbid,,,,s,h\n",
    "narcotic,吗啡,,ingredient,,stop,,2023-02-30,,s,h\n", "narcotic,吗啡,,ingredient,,stop,,,never,s,h\n",
    "narcotic,吗啡,,ingredient,,stop,,,,,h\n",       "narcotic,吗啡,,ingredient,,stop,,,,s,x\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = g_strconcat (head, "narcotic,可待因,,ingredient,,stop,,,,s,h\n", rows[i], NULL);

    g_assert_null (fz_controlled_parse ((const guint8 *) text, strlen (text), "c.csv", &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "第 3 行"));
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/controlled/case/%u-%s%s", i, cases[i].name, cases[i].on);

    g_strdelimit (path + strlen ("/controlled/case/"), "/ ", '_');
    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/controlled/every-entry", test_every_entry);
  g_test_add_func ("/controlled/outside-pharmacy", test_outside_pharmacy);
  g_test_add_func ("/controlled/brand", test_brand);
  g_test_add_func ("/controlled/declared-form", test_declared_form);
  g_test_add_func ("/controlled/refused", test_refused);
  return g_test_run ();
}
