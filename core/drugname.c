#include "core/drugname.h"

#include <string.h>

#include "core/text.h"

/* The grammar of names. Longer words stand before the shorter ones that end or begin them. */
static const char *const prefixes[] = { "注射用", "吸入用", "口服用", "外用", "眼用", "小儿", "儿童", "国产", "进口", "医用" };

static const char *const forms[] = {
  "氯化钠注射液", "葡萄糖注射液", "吸入粉雾剂用胶囊", "口服缓释混悬液", "缓释混悬液", "口服混悬液", "混悬滴剂", "干混悬剂", "混悬液", "混悬剂",
  "口腔崩解片", "阴道泡腾片", "薄膜衣片", "肠溶缓释片", "肠溶软胶囊", "阴道软胶囊", "缓释胶囊", "控释胶囊", "肠溶胶囊", "缓释片", "控释片", "肠溶片", "分散片", "咀嚼片",
  "泡腾片", "口崩片", "舌下片", "阴道片", "含片", "含化片", "糖衣片", "包衣片", "软胶囊", "胶囊剂", "胶囊", "片剂", "缓释颗粒", "肠溶颗粒", "泡腾颗粒",
  "颗粒剂", "细粒剂", "颗粒", "口服溶液剂", "口服溶液", "口服液", "糖浆剂", "糖浆", "合剂", "口服滴剂", "滴剂", "浓缩丸", "水蜜丸", "滴丸", "微丸", "胶丸",
  "冻干粉针剂", "冻干粉针", "粉针剂", "粉针", "注射液", "注射剂", "输注液", "针剂", "乳胶剂", "乳膏剂", "乳膏", "软膏剂", "软膏", "眼用凝胶", "凝胶贴膏", "凝胶剂",
  "凝胶", "眼膏", "滴眼液", "滴眼剂", "滴鼻液", "滴耳液", "鼻用喷雾剂", "鼻喷雾剂", "吸入气雾剂", "吸入粉雾剂", "吸入混悬液", "吸入喷雾剂", "喷雾剂", "气雾剂",
  "粉雾剂", "粉吸入剂", "吸入溶液", "雾化溶液", "雾化液", "透皮贴剂", "贴剂", "贴片", "贴膏", "硬膏", "栓剂", "搽剂", "洗剂", "酊剂", "含漱液", "灌肠剂",
  "灌肠液", "植入剂", "溶液剂", "溶液", "散剂", "膜剂", "原料药", "原料", "缓释", "控释", "肠溶", "透皮", "鼻用", "口服", "吸入", "片", "丸", "散", "栓", "膏", "霜",
  "酊", "膜",
};

static const char *const acids[] = {
  "对甲苯磺酸", "环戊丙酸", "天门冬氨酸", "门冬氨酸", "脯氨酸", "双羟萘酸", "甲苯磺酸", "二苯磺酸", "羟乙磺酸", "乙二磺酸", "重酒石酸", "磷酸二氢", "葡萄糖酸", "氢溴酸",
  "氢碘酸", "氢氯酸", "硫酸氢", "重硫酸", "磷酸氢", "枸橼酸", "柠檬酸", "酒石酸", "马来酸", "富马酸", "苯甲酸", "苯磺酸", "甲磺酸", "乙磺酸", "萘磺酸",
  "琥珀酸", "硬脂酸", "棕榈酸", "水杨酸", "十一酸", "新戊酸", "苯丙酸", "盐酸", "硫酸", "磷酸", "草酸", "醋酸", "乙酸", "丙酸", "丁酸", "戊酸", "糠酸", "硝酸",
  "乳酸", "碳酸", "癸酸", "庚酸", "苯磺", "无水", "单水", "一水", "半水",
};

static const char *const bases[] = { "氨丁三醇", "叔丁胺", "二乙胺", "葡甲胺", "精氨酸", "赖氨酸", "盐酸盐", "硫酸盐", "酒石酸盐",
                                     "二钠",     "三钠",   "钠",     "钾",     "钙",     "镁" };

/* Substances whose own name looks like acid + base; kept whole. A name that begins with one of these keeps its acid. */
static const char *const whole[] = {
  "硝酸甘油", "硝酸异山梨酯", "硝酸银", "乳酸菌", "乳酸钙", "乳酸钠", "磷酸铝", "磷酸氢钙", "磷酸钠", "磷酸肌酸", "枸橼酸铋", "枸橼酸钾", "枸橼酸钠", "枸橼酸氢钾钠",
  "枸橼酸铁", "葡萄糖酸", "硫酸镁", "硫酸亚铁", "硫酸锌", "硫酸铜", "硫酸钡", "硫酸软骨素", "富马酸亚铁", "琥珀酸亚铁", "门冬氨酸鸟氨酸", "门冬氨酸钾镁", "水杨酸苯酯",
  "水杨酸软膏", "醋酸钙", "醋酸钠", "苯甲酸苄酯", "碳酸钙", "碳酸氢", "碳酸镧", "碳酸锂", "碳酸镁", "碳酸锌", "铝碳酸镁", "氯化", "氢氧化", "氧化", "硼酸", "次碳酸", "亚砷酸钾", "安钠咖", "酚磺酸", "硫代硫酸钠",
};

static gsize
characters (const char *text)
{
  return (gsize) g_utf8_strlen (text, -1);
}

static gboolean
is_whole (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (whole); i++)
    if (g_str_has_prefix (text, whole[i]))
      return TRUE;
  return FALSE;
}

/* Cuts the first word of the list that ends the text and leaves at least `keep` characters. */
static gboolean
cut_end (char *text, const char *const *words, guint n, gsize keep)
{
  for (guint i = 0; i < n; i++) {
    if (g_str_has_suffix (text, words[i]) && characters (text) >= characters (words[i]) + keep) {
      text[strlen (text) - strlen (words[i])] = '\0';
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
cut_start (char *text, const char *const *words, guint n, gsize keep)
{
  for (guint i = 0; i < n; i++) {
    gsize size = strlen (words[i]);

    if (g_str_has_prefix (text, words[i]) && characters (text) >= characters (words[i]) + keep) {
      memmove (text, text + size, strlen (text) - size + 1);
      return TRUE;
    }
  }
  return FALSE;
}

/* A number with a unit of strength or count, and whatever follows: "曲马多片50mg*10片". A digit after a letter belongs to the name
 * (维生素b1片). At the very start only the amount itself goes. */
static void
cut_strength (char *text)
{
  static const char *const units[] = { "mg", "μg", "ug", "mcg", "g", "ml", "iu", "%", "万", "单位", "毫克", "微克", "毫升", "克", "片", "粒", "支", "袋" };

  for (char *at = text; *at != '\0'; at++) {
    const char *after = at;

    if (!g_ascii_isdigit (*at) || (at > text && (g_ascii_isalnum (at[-1]) || at[-1] == '.')))
      continue;
    while (g_ascii_isdigit (*after) || *after == '.')
      after++;
    for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
      if (!g_str_has_prefix (after, units[i]))
        continue;
      if (at > text)
        *at = '\0';
      else
        memmove (text, after + strlen (units[i]), strlen (after + strlen (units[i])) + 1);
      return;
    }
  }
}

/* Key of the name between forms and strength, its salt still on. */
static char *
without_form (const char *folded)
{
  g_autofree char *text = g_strdup (folded);
  g_autofree char *key = NULL;

  cut_strength (text);
  key = fz_text_key (text);
  while (cut_start (key, prefixes, G_N_ELEMENTS (prefixes), 2))
    continue;
  while (cut_end (key, forms, G_N_ELEMENTS (forms), 2))
    continue;
  return g_steal_pointer (&key);
}

static void
cut_salt (char *key)
{
  static const char compound[] = "复方";
  char *substance = g_str_has_prefix (key, compound) ? key + strlen (compound) : key;

  while (!is_whole (substance) && cut_start (substance, acids, G_N_ELEMENTS (acids), 2))
    continue;
  while (!is_whole (substance) && cut_end (substance, bases, G_N_ELEMENTS (bases), 3))
    continue;
}

/* The text outside brackets; what stands inside them goes to `inside` when given. */
static char *
split_brackets (const char *folded, GPtrArray *inside)
{
  g_autoptr (GString) outside = g_string_new (NULL);
  const char *opened = NULL;

  for (const char *at = folded; *at != '\0'; at++) {
    if (*at == '(' && opened == NULL)
      opened = at + 1;
    else if (*at == ')' && opened != NULL) {
      if (inside != NULL)
        g_ptr_array_add (inside, g_strndup (opened, (gsize) (at - opened)));
      opened = NULL;
    } else if (opened == NULL)
      g_string_append_c (outside, *at);
  }
  /* A bracket that is never closed hides nothing. */
  if (opened != NULL)
    g_string_append (outside, opened);
  return g_string_free (g_steal_pointer (&outside), FALSE);
}

char *
fz_drugname_ingredient (const char *name)
{
  g_autofree char *folded = fz_text_fold (name);
  g_autofree char *outside = split_brackets (folded, NULL);
  g_autofree char *key = without_form (*outside != '\0' ? outside : folded);

  cut_salt (key);
  return g_steal_pointer (&key);
}

char *
fz_drugname_substance (const char *ingredient)
{
  g_autofree char *key = fz_text_key (ingredient);

  cut_salt (key);
  return g_steal_pointer (&key);
}

static void
add_once (GPtrArray *candidates, const char *key)
{
  if (*key == '\0' || g_ptr_array_find_with_equal_func (candidates, key, g_str_equal, NULL))
    return;
  g_ptr_array_add (candidates, g_strdup (key));
}

static void
add_readings (GPtrArray *candidates, const char *folded)
{
  g_autofree char *key = fz_text_key (folded);
  g_autofree char *bare = without_form (folded);

  add_once (candidates, key);
  add_once (candidates, bare);
  cut_salt (bare);
  add_once (candidates, bare);
}

GStrv
fz_drugname_candidates (const char *name)
{
  g_autofree char *folded = fz_text_fold (name);
  g_autoptr (GPtrArray) inside = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *outside = split_brackets (folded, inside);
  GPtrArray *candidates = g_ptr_array_new ();

  add_readings (candidates, folded);
  add_readings (candidates, outside);
  for (guint i = 0; i < inside->len; i++)
    add_readings (candidates, g_ptr_array_index (inside, i));
  g_ptr_array_add (candidates, NULL);
  return (GStrv) g_ptr_array_free (candidates, FALSE);
}

gboolean
fz_drugname_is_compound (const char *name)
{
  g_autofree char *key = fz_text_key (name);

  while (cut_start (key, prefixes, G_N_ELEMENTS (prefixes), 2))
    continue;
  return g_str_has_prefix (key, "复方");
}
