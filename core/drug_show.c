#include "core/drug_show.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static const struct {
  const char *word, *label;
} acts[FZ_N_DRUG_ACTS] = {
  [FZ_DRUG_SAME] = { "same", N_ ("不变") },        [FZ_DRUG_ADD] = { "add", N_ ("新增") },
  [FZ_DRUG_ALTER] = { "alter", N_ ("修改") },      [FZ_DRUG_WITHDRAW] = { "withdraw", N_ ("停用") },
  [FZ_DRUG_RESTORE] = { "restore", N_ ("恢复") },
};

const char *
fz_drug_act_to_word (FzDrugAct act)
{
  return acts[act].word;
}

gboolean
fz_drug_act_from_word (const char *word, FzDrugAct *out)
{
  for (FzDrugAct i = 0; i < FZ_N_DRUG_ACTS; i++)
    if (g_strcmp0 (acts[i].word, word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_drug_act_label (FzDrugAct act)
{
  return _ (acts[act].label);
}

/* --- columns --- */

static const struct {
  const char *column, *label;
} labels[] = {
  { "code", N_ ("编码") },
  { "generic", N_ ("通用名") },
  { "class", N_ ("药理分类") },
  { "kind", N_ ("类别") },
  { "form", N_ ("剂型") },
  { "strength", N_ ("规格") },
  { "strength_ug", N_ ("每单位含量（微克）") },
  { "unit", N_ ("计数单位") },
  { "unit_holds", N_ ("每单位装量") },
  { "pack_units", N_ ("每包装数量") },
  { "packing", N_ ("包装") },
  { "route", N_ ("给药途径") },
  { "ingredients", N_ ("成分") },
  { "dose", N_ ("常用剂量") },
  { "freq", N_ ("常用频次") },
  { "single_max_ug", N_ ("单次限量（微克）") },
  { "daily_max_ug", N_ ("每日限量（微克）") },
  { "single_max_count", N_ ("单次限量（计数）") },
  { "daily_max_count", N_ ("每日限量（计数）") },
  { "otc", N_ ("非处方药") },
  { "antibacterial", N_ ("抗菌药分级") },
  { "special_storage", N_ ("特殊储存") },
  { "long_excluded", N_ ("不可开长期处方") },
  { "paediatric", N_ ("儿童专用制剂") },
  { "initials", N_ ("拼音首字母") },
  { "source", N_ ("资料来源") },
  { "confidence", N_ ("资料可信度") },
  { "approval_number", N_ ("批准文号") },
  { "manufacturer", N_ ("生产企业") },
  { "price_fen", N_ ("单价（元）") },
  { "brand", N_ ("商品名") },
  { "aliases", N_ ("别名") },
  { "active", N_ ("在用") },
};

const char *
fz_drug_column_label (const char *column)
{
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_str_equal (labels[i].column, column))
      return labels[i].label;
  return NULL;
}

/* Closed words of the file; what a column does not have here is shown as it stands. */
static const struct {
  const char *column, *word, *label; /* column NULL: of any */
} words[] = {
  { "kind", "western", N_ ("西药") },
  { "kind", "patent", N_ ("中成药") },
  { "kind", "herbal", N_ ("中药饮片") },
  { "antibacterial", "none", N_ ("非抗菌药") },
  { "antibacterial", "unrestricted", N_ ("非限制使用级") },
  { "antibacterial", "restricted", N_ ("限制使用级") },
  { "antibacterial", "special", N_ ("特殊使用级") },
  { "confidence", "h", N_ ("高") },
  { "confidence", "m", N_ ("中") },
  { "confidence", "l", N_ ("低") },
  { "otc", "yes", N_ ("是") },
  { "otc", "no", N_ ("否") },
};

static const char *
word_label (const char *column, const char *word)
{
  gboolean truth = g_str_equal (word, "yes") || g_str_equal (word, "no");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].word, word) && (truth || g_str_equal (words[i].column, column)))
      return words[i].label;
  return NULL;
}

const char *
fz_drug_word_label (const char *column, const char *word)
{
  const char *label = word_label (column, word);

  return label != NULL ? _ (label) : NULL;
}

static const char *
code_label (const FzDrugCodes *codes, const char *column, const char *code)
{
  if (g_str_equal (column, "form"))
    return fz_codes_get_label (codes->forms, code);
  if (g_str_equal (column, "route"))
    return fz_codes_get_label (codes->routes, code);
  if (g_str_equal (column, "class"))
    return fz_codes_get_label (codes->classes, code);
  if (g_str_equal (column, "freq")) {
    const FzFrequency *frequency = fz_frequencies_find (codes->frequencies, code);

    return frequency != NULL ? frequency->label : NULL;
  }
  return NULL;
}

static char *
show_list (const char *value)
{
  g_autoptr (GString) text = g_string_new (value);

  g_string_replace (text, "|", "、", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
fz_drug_show_column (const FzDrug *self, const char *column, const FzDrugCodes *codes, gboolean translate)
{
  g_autofree char *value = fz_drug_dup_column (self, column);
  const char *label = value != NULL ? code_label (codes, column, value) : NULL;
  const char *word = label == NULL && value != NULL ? word_label (column, value) : NULL;

  if (value == NULL || *value == '\0')
    return NULL;
  if (label != NULL)
    return g_strdup (label);
  if (word != NULL)
    return g_strdup (translate ? _ (word) : word);
  if (g_str_equal (column, "price_fen"))
    return g_strdup_printf ("%" G_GINT64_FORMAT ".%02d", self->price_fen / 100, (int) (self->price_fen % 100));
  return show_list (value);
}

/* --- what changes --- */

static gboolean
is_altered (const FzDrug *old, const FzDrug *fresh, const char *column)
{
  g_autofree char *before = fz_drug_dup_column (old, column), *after = fz_drug_dup_column (fresh, column);

  return !g_str_equal (before, after);
}

FzDrugAct
fz_drug_compare (const FzDrug *old, const FzDrug *fresh)
{
  const char *const *columns = fz_drug_columns ();

  if (old == NULL)
    return FZ_DRUG_ADD;
  if (old->active != fresh->active)
    return fresh->active ? FZ_DRUG_RESTORE : FZ_DRUG_WITHDRAW;
  for (guint i = 0; columns[i] != NULL; i++)
    if (is_altered (old, fresh, columns[i]))
      return FZ_DRUG_ALTER;
  return FZ_DRUG_SAME;
}

static void
append_column (GString *text, const FzDrug *old, const FzDrug *fresh, const char *column, const FzDrugCodes *codes)
{
  g_autofree char *before = old != NULL ? fz_drug_show_column (old, column, codes, FALSE) : NULL;
  g_autofree char *after = fz_drug_show_column (fresh, column, codes, FALSE);

  if (old == NULL && after == NULL)
    return;
  g_string_append (text, text->len > 0 ? "；" : "");
  if (old == NULL)
    g_string_append_printf (text, "%s %s", fz_drug_column_label (column), after);
  else
    g_string_append_printf (text, "%s %s → %s", fz_drug_column_label (column), before != NULL ? before : "（空）", after != NULL ? after : "（空）");
}

char *
fz_drug_change_text (const FzDrug *old, const FzDrug *fresh, const FzDrugCodes *codes)
{
  static const char *const named[] = { "code", "generic", "strength", "active", "initials", NULL };
  const char *const *columns = fz_drug_columns ();
  FzDrugAct act = fz_drug_compare (old, fresh);
  g_autoptr (GString) rest = g_string_new (NULL);

  if (act == FZ_DRUG_SAME)
    return NULL;
  for (guint i = 0; columns[i] != NULL; i++)
    if (old == NULL ? !g_strv_contains (named, columns[i]) : !g_str_equal (columns[i], "active") && is_altered (old, fresh, columns[i]))
      append_column (rest, old, fresh, columns[i], codes);
  return g_strdup_printf ("%s %s %s %s%s%s%s", acts[act].label, fresh->code, fresh->generic, fresh->strength_text,
                          old == NULL && !fresh->active ? "（停用）" : "", rest->len > 0 ? "：" : "", rest->str);
}
