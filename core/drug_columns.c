#include "core/drug_columns.h"

#include <glib/gi18n-lib.h>

#include "core/drugname.h"

typedef enum {
  COLUMN_TEXT,
  COLUMN_WORD,  /* one of `words`, stored as its position */
  COLUMN_BOOL,  /* yes or no */
  COLUMN_UG,    /* whole micrograms, a mass */
  COLUMN_DOSE,  /* an amount with its unit */
  COLUMN_COUNT, /* 1 to 9999 */
  COLUMN_FEN,   /* price, -1 when empty */
  COLUMN_LIST   /* `|` between words */
} ColumnType;

typedef struct {
  const char *name;
  ColumnType type;
  gsize offset;
  gboolean must; /* may not be empty */
  const char *const *words;
} Column;

static const char *const kinds[] = { "western", "patent", "herbal", NULL };
static const char *const grades[] = { "none", "unrestricted", "restricted", "special", NULL };
static const char *const confidences[] = { "l", "m", "h", NULL };

#define AT(member) G_STRUCT_OFFSET (FzDrug, member)

static const Column columns[] = {
  { "code", COLUMN_TEXT, AT (code), TRUE, NULL },
  { "generic", COLUMN_TEXT, AT (generic), TRUE, NULL },
  { "class", COLUMN_TEXT, AT (drug_class), TRUE, NULL },
  { "kind", COLUMN_WORD, AT (kind), TRUE, kinds },
  { "form", COLUMN_TEXT, AT (form), TRUE, NULL },
  { "strength", COLUMN_TEXT, AT (strength_text), TRUE, NULL },
  { "strength_ug", COLUMN_UG, AT (strength), FALSE, NULL },
  { "unit", COLUMN_TEXT, AT (unit), TRUE, NULL },
  { "unit_holds", COLUMN_DOSE, AT (unit_holds), FALSE, NULL },
  { "pack_units", COLUMN_COUNT, AT (pack_units), TRUE, NULL },
  { "packing", COLUMN_TEXT, AT (packing), TRUE, NULL },
  { "route", COLUMN_TEXT, AT (route), TRUE, NULL },
  { "ingredients", COLUMN_LIST, AT (ingredients), TRUE, NULL },
  { "dose", COLUMN_DOSE, AT (usual_dose), FALSE, NULL },
  { "freq", COLUMN_TEXT, AT (usual_freq), FALSE, NULL },
  { "single_max_ug", COLUMN_UG, AT (single_max), FALSE, NULL },
  { "daily_max_ug", COLUMN_UG, AT (daily_max), FALSE, NULL },
  { "single_max_count", COLUMN_DOSE, AT (single_max_count), FALSE, NULL },
  { "daily_max_count", COLUMN_DOSE, AT (daily_max_count), FALSE, NULL },
  { "otc", COLUMN_BOOL, AT (otc), TRUE, NULL },
  { "antibacterial", COLUMN_WORD, AT (antibacterial), TRUE, grades },
  { "special_storage", COLUMN_BOOL, AT (special_storage), TRUE, NULL },
  { "long_excluded", COLUMN_BOOL, AT (long_excluded), TRUE, NULL },
  { "paediatric", COLUMN_BOOL, AT (paediatric), TRUE, NULL },
  { "initials", COLUMN_TEXT, AT (initials), FALSE, NULL },
  { "source", COLUMN_TEXT, AT (source), TRUE, NULL },
  { "confidence", COLUMN_WORD, AT (confidence), TRUE, confidences },
  { "approval_number", COLUMN_TEXT, AT (approval_number), FALSE, NULL },
  { "manufacturer", COLUMN_TEXT, AT (manufacturer), FALSE, NULL },
  { "price_fen", COLUMN_FEN, AT (price_fen), FALSE, NULL },
  /* optional from here on */
  { "brand", COLUMN_TEXT, AT (brand), FALSE, NULL },
  { "aliases", COLUMN_TEXT, AT (aliases), FALSE, NULL },
  { "active", COLUMN_BOOL, AT (active), FALSE, NULL },
};

#define N_REQUIRED (G_N_ELEMENTS (columns) - 3)

const char *const *
fz_drug_columns (void)
{
  static const char *names[G_N_ELEMENTS (columns) + 1];
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
      names[i] = columns[i].name;
    g_once_init_leave (&once, 1);
  }
  return names;
}

const char *const *
fz_drug_required_columns (void)
{
  static const char *names[N_REQUIRED + 1];
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    for (guint i = 0; i < N_REQUIRED; i++)
      names[i] = columns[i].name;
    g_once_init_leave (&once, 1);
  }
  return names;
}

static FzDrugOwned *
owned_new (void)
{
  FzDrugOwned *self = g_atomic_rc_box_new0 (FzDrugOwned);

  self->texts = g_string_chunk_new (256);
  return self;
}

static const char *
keep (FzDrugOwned *self, const char *text)
{
  return g_string_chunk_insert (self->texts, text);
}

static void
set_list (FzDrugOwned *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, "|", -1);
  guint n = g_strv_length (words);

  self->ingredients = g_new0 (const char *, n + 1);
  self->ingredient_keys = g_new0 (const char *, n + 1);
  for (guint i = 0; i < n; i++) {
    g_autofree char *key = fz_drugname_substance (words[i]);

    self->ingredients[i] = keep (self, words[i]);
    self->ingredient_keys[i] = keep (self, key);
  }
  self->shown.ingredients = self->ingredients;
  self->shown.ingredient_keys = self->ingredient_keys;
}

gboolean
fz_drug_parse_price (const char *text, gint64 *out_fen)
{
  guint64 value = 0;

  *out_fen = -1;
  if (*text == '\0')
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 0, 100000000, &value, NULL))
    return FALSE;
  *out_fen = (gint64) value;
  return TRUE;
}

static gboolean
read_word (const Column *column, const char *text, gpointer at, char **reason)
{
  g_autofree char *allowed = NULL;

  for (guint i = 0; column->words[i] != NULL; i++)
    if (g_str_equal (column->words[i], text)) {
      *(guint *) at = i; /* every enumeration of FzDrug is an unsigned int counted from 0 */
      return TRUE;
    }
  allowed = g_strjoinv ("、", (GStrv) (gsize) column->words);
  *reason = g_strdup_printf (_("“%s”不在允许的取值之内：%s"), text, allowed);
  return FALSE;
}

static gboolean
read_number (const Column *column, const char *text, gpointer at, char **reason)
{
  guint64 value = 0;
  guint64 max = column->type == COLUMN_COUNT ? 9999 : 100000000;

  if (!g_ascii_string_to_unsigned (text, 10, 1, max, &value, NULL)) {
    *reason = g_strdup_printf (_("“%s”应为 1 到 %d 的整数"), text, (int) max);
    return FALSE;
  }
  if (column->type == COLUMN_COUNT)
    *(guint *) at = (guint) value;
  else
    *(FzDose *) at = fz_dose_from_ug ((gint64) value);
  return TRUE;
}

static gboolean
read_dose (const char *text, FzDose *out, char **reason)
{
  g_autoptr (GError) problem = NULL;

  if (fz_dose_parse (text, out, &problem))
    return TRUE;
  *reason = g_strdup (problem->message);
  return FALSE;
}

static gboolean
read_bool (const char *text, gboolean *out, char **reason)
{
  *out = g_str_equal (text, "yes");
  if (*out || g_str_equal (text, "no"))
    return TRUE;
  *reason = g_strdup_printf (_("“%s”应为 yes 或 no"), text);
  return FALSE;
}

static gboolean
read_field (FzDrugOwned *self, const Column *column, const char *text, char **reason)
{
  gpointer at = G_STRUCT_MEMBER_P (&self->shown, column->offset);

  switch (column->type) {
  case COLUMN_TEXT:
    *(const char **) at = keep (self, text);
    return TRUE;
  case COLUMN_LIST:
    set_list (self, text);
    return TRUE;
  case COLUMN_FEN:
    if (fz_drug_parse_price (text, at))
      return TRUE;
    *reason = g_strdup_printf (_("价格“%s”应为以分为单位的整数"), text);
    return FALSE;
  case COLUMN_WORD:
    return read_word (column, text, at, reason);
  case COLUMN_BOOL:
    return *text == '\0' || read_bool (text, at, reason);
  case COLUMN_DOSE:
    return *text == '\0' || read_dose (text, at, reason);
  case COLUMN_UG:
  case COLUMN_COUNT:
    return *text == '\0' || read_number (column, text, at, reason);
  default:
    g_assert_not_reached ();
  }
}

static gboolean
check_code (const FzCsv *csv, guint row, const char *column, const FzCodes *codes, GError **error)
{
  g_autofree char *reason = NULL;

  if (fz_codes_find_code (codes, fz_csv_get (csv, row, column)) >= 0)
    return TRUE;
  reason = g_strdup_printf (_("代码“%s”不在代码表中"), fz_csv_get (csv, row, column));
  fz_csv_set_error (csv, row, column, error, reason);
  return FALSE;
}

/* Two amounts that must agree: the text a person reads and the number the checks use. */
static gboolean
check_strength (const FzCsv *csv, guint row, FzDrug *drug, GError **error)
{
  FzDose written = { 0 };

  if (!fz_dose_parse (drug->strength_text, &written, NULL)) {
    if (drug->strength.unit == NULL)
      return TRUE;
    fz_csv_set_error (csv, row, "strength_ug", error, _("规格不是单一剂量时应留空"));
    return FALSE;
  }
  if (drug->strength.unit != NULL && (!fz_dose_comparable (&written, &drug->strength) || fz_dose_compare (&written, &drug->strength) != 0)) {
    fz_csv_set_error (csv, row, "strength_ug", error, _("与规格文字不一致"));
    return FALSE;
  }
  /* A compound's total weight says nothing about a dose. */
  if (drug->ingredients[1] == NULL || drug->strength.unit != NULL)
    drug->strength = written;
  return TRUE;
}

static gboolean
check_units (const FzCsv *csv, guint row, FzDrug *drug, GError **error)
{
  FzUnitClass unit_class = FZ_UNIT_MASS;

  drug->unit = fz_unit_word (drug->unit, &unit_class);
  if (drug->kind == FZ_DRUG_HERBAL && g_strcmp0 (drug->unit, "g") == 0)
    unit_class = FZ_UNIT_COUNT; /* herbs are weighed, not counted; a pack is so many grams */
  if (drug->unit == NULL || unit_class != FZ_UNIT_COUNT) {
    fz_csv_set_error (csv, row, "unit", error, _("应为片、粒、袋、支等计数单位"));
    return FALSE;
  }
  for (guint i = 0; drug->ingredients[i] != NULL; i++)
    if (*drug->ingredients[i] == '\0') {
      fz_csv_set_error (csv, row, "ingredients", error, _("成分不能为空"));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_row (const FzCsv *csv, guint row, const FzDrugCodes *codes, FzDrug *drug, GError **error)
{
  if (!check_code (csv, row, "form", codes->forms, error) || !check_code (csv, row, "route", codes->routes, error) ||
      !check_code (csv, row, "class", codes->classes, error))
    return FALSE;
  if (*drug->usual_freq != '\0' && fz_frequencies_find (codes->frequencies, drug->usual_freq) == NULL) {
    fz_csv_set_error (csv, row, "freq", error, _("频次不在代码表中"));
    return FALSE;
  }
  return check_units (csv, row, drug, error) && check_strength (csv, row, drug, error);
}

FzDrug *
fz_drug_read (const FzCsv *csv, guint row, const FzDrugCodes *codes, GError **error)
{
  FzDrugOwned *self = owned_new ();
  g_autoptr (FzDrug) drug = &self->shown;

  self->shown.active = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    const char *text = fz_csv_get (csv, row, columns[i].name);
    g_autofree char *reason = NULL;

    if (columns[i].must && *text == '\0')
      reason = g_strdup (_("不能为空"));
    else
      read_field (self, &columns[i], text, &reason);
    if (reason != NULL) {
      fz_csv_set_error (csv, row, columns[i].name, error, reason);
      return NULL;
    }
  }
  return check_row (csv, row, codes, drug, error) ? g_steal_pointer (&drug) : NULL;
}

static char *
write_field (const FzDrug *drug, const Column *column)
{
  gconstpointer at = G_STRUCT_MEMBER_P (drug, column->offset);
  gint64 ug = 0;

  switch (column->type) {
  case COLUMN_TEXT:
    return g_strdup (*(const char *const *) at);
  case COLUMN_LIST:
    return g_strjoinv ("|", (GStrv) (gsize) * (const char *const *const *) at);
  case COLUMN_FEN:
    return *(const gint64 *) at < 0 ? g_strdup ("") : g_strdup_printf ("%" G_GINT64_FORMAT, *(const gint64 *) at);
  case COLUMN_WORD:
    return g_strdup (column->words[*(const guint *) at]);
  case COLUMN_BOOL:
    return g_strdup (*(const gboolean *) at ? "yes" : "no");
  case COLUMN_DOSE:
    return ((const FzDose *) at)->unit != NULL ? fz_dose_format (at) : g_strdup ("");
  case COLUMN_UG:
    return fz_dose_get_ug (at, &ug) ? g_strdup_printf ("%" G_GINT64_FORMAT, ug) : g_strdup ("");
  case COLUMN_COUNT:
    return g_strdup_printf ("%u", *(const guint *) at);
  default:
    g_assert_not_reached ();
  }
}

char *
fz_drug_dup_column (const FzDrug *self, const char *column)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (g_str_equal (columns[i].name, column))
      return write_field (self, &columns[i]);
  return NULL;
}

/* Texts move into the copy's own storage; everything else is plain value. */
static void
copy_texts (FzDrugOwned *self, const FzDrug *from)
{
  self->shown = *from;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    gpointer at = G_STRUCT_MEMBER_P (&self->shown, columns[i].offset);

    if (columns[i].type == COLUMN_TEXT)
      *(const char **) at = keep (self, *(const char *const *) at);
    if (columns[i].type == COLUMN_LIST) {
      g_autofree char *joined = write_field (from, &columns[i]);

      set_list (self, joined);
    }
  }
}

FzDrug *
fz_drug_with_hospital (const FzDrug *self, const char *approval_number, const char *manufacturer, const char *brand,
                       gint64 price_fen, gboolean active)
{
  FzDrugOwned *copy = owned_new ();

  copy_texts (copy, self);
  if (approval_number != NULL)
    copy->shown.approval_number = keep (copy, approval_number);
  if (manufacturer != NULL)
    copy->shown.manufacturer = keep (copy, manufacturer);
  if (brand != NULL)
    copy->shown.brand = keep (copy, brand);
  copy->shown.price_fen = price_fen;
  copy->shown.active = active;
  return &copy->shown;
}

FzDrug *
fz_drug_with_active (const FzDrug *self, gboolean active)
{
  return fz_drug_with_hospital (self, NULL, NULL, NULL, self->price_fen, active);
}
