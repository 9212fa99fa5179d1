/* Names as people type them: width, blanks, rare glyphs, salts, forms; and their initials. */
#include <string.h>

#include "core/drugname.h"
#include "core/text.h"
#include "shelf.h"

static void
test_same (void)
{
  static const struct {
    const char *a;
    const char *b;
    gboolean same;
  } cases[] = {
    { "氯氮䓬", "氯氮卓", TRUE },
    { "氯氮草卓", "氯氮䓬", TRUE },
    { "磺胺甲噁唑", "磺胺甲恶唑", TRUE },
    { "磺胺甲口恶唑", "磺胺甲噁唑", TRUE },
    { "ＭＤＭＡ", "mdma", TRUE },
    { "氯 硝\xe3\x80\x80西\xe2\x80\x8b泮", "氯硝西泮", TRUE },
    { "γ-羟丁酸", "γ－羟 丁酸", TRUE },
    { "维生素Ｂ１", "维生素B1", TRUE },
    { "硝苯地平缓释片(Ⅱ)", "硝苯地平缓释片（II）", TRUE },
    { "吗啡", "阿扑吗啡", FALSE },
    { "氯氮平", "氯氮䓬", FALSE },
    { "", "", FALSE },
    { "·、", "-", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_true (fz_text_same (cases[i].a, cases[i].b) == cases[i].same);
  g_assert_false (fz_text_same ("\xff\xfe", "\xff\xfe"));
  {
    g_autofree char *folded = fz_text_fold ("碘［¹³¹Ｉ］化钠〔口服〕");

    g_assert_cmpstr (folded, ==, "碘(131i)化钠(口服)");
  }
}

static void
test_ingredient (void)
{
  static const char *const cases[][2] = {
    { "盐酸曲马多缓释片", "曲马多" },
    { "盐酸曲马多缓释片 50mg*10片", "曲马多" },
    { "注射用头孢曲松钠", "头孢曲松" },
    { "硝酸甘油片", "硝酸甘油" },
    { "硝酸异山梨酯片", "硝酸异山梨酯" },
    { "单硝酸异山梨酯缓释片", "单硝酸异山梨酯" },
    { "硝酸咪康唑乳膏", "咪康唑" },
    { "阿托伐他汀钙片", "阿托伐他汀" },
    { "碳酸钙片", "碳酸钙" },
    { "碳酸氢钠片", "碳酸氢钠" },
    { "氯化钾缓释片", "氯化钾" },
    { "硫酸氢氯吡格雷片", "氯吡格雷" },
    { "苯磺酸左氨氯地平片", "左氨氯地平" },
    { "培哚普利叔丁胺片", "培哚普利" },
    { "双氯芬酸二乙胺乳胶剂", "双氯芬酸" },
    { "重酒石酸氢可酮片", "氢可酮" },
    { "富马酸亚铁片", "富马酸亚铁" },
    { "维生素B12片0.5mg", "维生素b12" },
    { "辅酶Q10胶囊", "辅酶q10" },
    { "阿片酊", "阿片" },
    { "阿片", "阿片" },
    { "10%葡萄糖注射液", "葡萄糖" },
    { "复方磷酸可待因口服溶液", "复方可待因" },
    { "羟丁酸钠口服溶液", "羟丁酸" },
    { "铝碳酸镁咀嚼片", "铝碳酸镁" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = fz_drugname_ingredient (cases[i][0]);

    g_assert_cmpstr (got, ==, cases[i][1]);
  }
}

static void
test_candidates (void)
{
  g_auto (GStrv) names = fz_drugname_candidates ("安定(地西泮片)片 2.5mg");
  const char *const *list = (const char *const *) names;

  g_assert_true (g_strv_contains (list, "安定"));
  g_assert_true (g_strv_contains (list, "地西泮"));
  g_assert_true (fz_drugname_is_compound ("复方甘草片"));
  g_assert_true (fz_drugname_is_compound ("小儿复方氨酚烷胺片"));
  g_assert_false (fz_drugname_is_compound ("氨酚羟考酮片"));
}

static void
test_substance_keeps_its_end (void)
{
  static const char *const kept[] = { "石膏", "两面针", "丹参", "珍珠层粉", "竹叶柴胡", NULL };

  for (guint i = 0; kept[i] != NULL; i++) {
    g_autofree char *key = fz_drugname_substance (kept[i]);

    g_assert_cmpstr (key, ==, kept[i]);
  }
}

static void
test_initials (void)
{
  static const char *const cases[][2] = {
    { "阿司匹林肠溶片", "asplcrp" },   { "参松养心胶囊", "ssyxjn|csyxjn" }, { "盐酸地尔硫䓬片", "ysdelzp" },
    { "维生素B1片", "wssb1p" },         { "硝苯地平缓释片(Ⅱ)", "xbdphspii" }, { "高血压", "gxy" },
    { "★", "" },                        { "", "" },
  };
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = fz_pinyin_initials (shelf->pinyin, cases[i][0]);

    g_assert_cmpstr (got, ==, cases[i][1]);
  }
}

static void
test_initials_cap (void)
{
  static const char table[] = "character\tinitials\n单\tdsc\n";
  g_autoptr (FzPinyin) pinyin = fz_pinyin_parse ((const guint8 *) table, strlen (table), "p", NULL);
  g_autofree char *text = fz_pinyin_initials (pinyin, "单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单单");
  g_auto (GStrv) all = g_strsplit (text, "|", -1);

  g_assert_cmpuint (g_strv_length (all), ==, FZ_PINYIN_CAP);
  g_assert_true (g_str_has_prefix (text, "ddddd"));
}

static void
test_pinyin_refused (void)
{
  static const char *const bad[] = { "", "x\ty\n", "character\tinitials\n单d\n", "character\tinitials\n单\t\n", "character\tinitials\n单\tD\n",
                                     "character\tinitials\n单\td\n单\tc\n", "character\tinitials\n\n单\td\n", "character\tinitials\n\xff\td\n" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (fz_pinyin_parse ((const guint8 *) bad[i], strlen (bad[i]), "p", &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/names/same", test_same);
  g_test_add_func ("/names/ingredient", test_ingredient);
  g_test_add_func ("/names/candidates", test_candidates);
  g_test_add_func ("/names/substance", test_substance_keeps_its_end);
  g_test_add_func ("/names/initials", test_initials);
  g_test_add_func ("/names/initials-cap", test_initials_cap);
  g_test_add_func ("/names/pinyin-refused", test_pinyin_refused);
  return g_test_run ();
}
