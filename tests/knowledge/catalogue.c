/* The shipped data holds together: codes exist, doses parse, limits lie above what is usual, nothing controlled got in. */
#include <locale.h>
#include <string.h>

#include "core/drugname.h"
#include "core/text.h"
#include "shelf.h"

static gboolean
is_one_of (const char *word, const char *const *list)
{
  return g_strv_contains (list, word);
}

static void
test_size (void)
{
  const FzCatalogue *catalogue = shelf_get ()->catalogue;
  guint patents = 0;
  guint certain = 0;

  for (guint i = 0; i < fz_catalogue_get_n (catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (catalogue, i);

    patents += drug->kind == FZ_DRUG_PATENT;
    certain += drug->confidence == FZ_CONFIDENCE_HIGH;
    g_assert_cmpstr (drug->approval_number, ==, "");
    g_assert_cmpstr (drug->manufacturer, ==, "");
    g_assert_cmpint (drug->price_fen, ==, -1);
    g_assert_true (g_utf8_strlen (drug->packing, -1) <= 30); /* the platform's hospDrugPacking */
    g_assert_true (g_utf8_strlen (drug->generic, -1) <= 60);
  }
  g_assert_cmpuint (fz_catalogue_get_n (catalogue), >=, 320);
  g_assert_cmpuint (patents, >=, 60);
  g_assert_cmpuint (certain, >=, 200);
}

/* usual single dose <= single limit; usual day <= daily limit; single limit <= daily limit. In whatever unit the row speaks. */
static void
check_limit (const FzDrug *drug, const FzDose *dose, const FzDose *counted, const FzDose *mass)
{
  FzDose amount = { 0 };

  if (dose->unit == NULL)
    return;
  if (counted->unit != NULL && fz_dose_comparable (dose, counted)) {
    if (fz_dose_compare (dose, counted) > 0)
      g_test_message ("%s %s", drug->code, drug->generic);
    g_assert_cmpint (fz_dose_compare (dose, counted), <=, 0);
  } else if (mass->unit != NULL) {
    g_assert_true (fz_drug_to_amount (drug, dose, &amount));
    if (fz_dose_compare (&amount, mass) > 0)
      g_test_message ("%s %s", drug->code, drug->generic);
    g_assert_cmpint (fz_dose_compare (&amount, mass), <=, 0);
  } else if (counted->unit != NULL) {
    FzDose limit = { 0 };

    g_test_message ("%s %s", drug->code, drug->generic);
    g_assert_true (fz_drug_to_amount (drug, dose, &amount) && fz_drug_to_amount (drug, counted, &limit));
    g_assert_cmpint (fz_dose_compare (&amount, &limit), <=, 0);
  }
}

static void
test_limits (void)
{
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < fz_catalogue_get_n (shelf->catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (shelf->catalogue, i);
    const FzFrequency *freq = fz_frequencies_find (shelf->frequencies, drug->usual_freq);
    FzDose day = { 0 };

    g_assert_nonnull (freq);
    check_limit (drug, &drug->usual_dose, &drug->single_max_count, &drug->single_max);
    if (drug->usual_dose.unit != NULL && !freq->needs_total) {
      g_assert_true (fz_dose_per_day (&drug->usual_dose, freq, &day));
      check_limit (drug, &day, &drug->daily_max_count, &drug->daily_max);
    }
    check_limit (drug, &drug->single_max, &drug->daily_max_count, &drug->daily_max);
    check_limit (drug, &drug->single_max_count, &drug->daily_max_count, &drug->daily_max);
  }
}

/* What is swallowed has a dose and a limit and can be counted out; only insulin and drops of the eye have no ceiling. */
static void
test_oral_rows_are_complete (void)
{
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < fz_catalogue_get_n (shelf->catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (shelf->catalogue, i);
    const FzFrequency *freq = fz_frequencies_find (shelf->frequencies, drug->usual_freq);
    gint64 pieces = 0;

    if (!g_str_equal (drug->route, "1"))
      continue;
    if (drug->usual_dose.unit == NULL || (drug->daily_max.unit == NULL && drug->daily_max_count.unit == NULL) ||
        !fz_drug_pieces_for (drug, &drug->usual_dose, 7, &pieces))
      g_test_message ("%s %s", drug->code, drug->generic);
    g_assert_nonnull (drug->usual_dose.unit);
    g_assert_true (drug->daily_max.unit != NULL || drug->daily_max_count.unit != NULL);
    g_assert_true (fz_drug_pieces_for (drug, &drug->usual_dose, 7, &pieces));
    g_assert_cmpint (pieces, >, 0);
    /* A usual dose is a quarter of a tablet at the least and twenty pieces at the most. */
    g_assert_cmpint (pieces, <=, 7 * 20);
    g_assert_nonnull (freq);
  }
}

static void
test_form_and_route_agree (void)
{
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < fz_catalogue_get_n (shelf->catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (shelf->catalogue, i);
    int form = fz_codes_find_code (shelf->forms, drug->form);

    if (!fz_codes_field_has (shelf->forms, (guint) form, "routes", drug->route))
      g_test_message ("%s %s form %s route %s", drug->code, drug->generic, drug->form, drug->route);
    g_assert_true (fz_codes_field_has (shelf->forms, (guint) form, "routes", drug->route));
  }
}

/* The form's word in the name is the form's code: a capsule is not filed as a tablet. */
static void
test_form_and_name_agree (void)
{
  static const struct {
    const char *end;
    const char *forms[8];
  } ends[] = {
    { "肠溶胶囊", { "21" } },
    { "缓释胶囊", { "22" } },
    { "软胶囊", { "20", "21" } },
    { "缓释片", { "05" } },
    { "控释片", { "05" } },
    { "肠溶片", { "04" } },
    { "咀嚼片", { "03" } },
    { "分散片", { "12" } },
    { "泡腾片", { "06" } },
    { "阴道片", { "10" } },
    { "颗粒", { "54" } },
    { "滴眼液", { "43" } },
    { "注射液", { "16" } },
    { "乳膏", { "49" } },
    { "软膏", { "48" } },
    { "口服液", { "31" } },
    { "糖浆", { "30" } },
    { "栓", { "63" } },
  };
  const FzCatalogue *catalogue = shelf_get ()->catalogue;

  for (guint i = 0; i < fz_catalogue_get_n (catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (catalogue, i);

    for (guint k = 0; k < G_N_ELEMENTS (ends); k++) {
      if (!g_str_has_suffix (drug->generic, ends[k].end) || g_str_has_suffix (drug->generic, "阴道软胶囊"))
        continue;
      if (!is_one_of (drug->form, ends[k].forms))
        g_test_message ("%s %s form %s", drug->code, drug->generic, drug->form);
      g_assert_true (is_one_of (drug->form, ends[k].forms));
      break;
    }
  }
}

static void
test_nothing_controlled (void)
{
  static const char *const intended[] = { "online_forbidden", "special_antibacterial", NULL };
  const Shelf *shelf = shelf_get ();
  guint special = 0;

  for (guint i = 0; i < fz_catalogue_get_n (shelf->catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (shelf->catalogue, i);
    int form = fz_codes_find_code (shelf->forms, drug->form);
    FzControlledQuery query = { .name = drug->generic,
                                .ingredients = drug->ingredients,
                                .form_state = fz_codes_get (shelf->forms, (guint) form, "state"),
                                .outside_pharmacy = TRUE };
    g_autoptr (GArray) declared = fz_controlled_match (shelf->controlled, "2026-03-02", &query);
    g_autoptr (GArray) named = NULL;

    query.ingredients = NULL;
    named = fz_controlled_match (shelf->controlled, "2026-03-02", &query);
    for (guint k = 0; k < declared->len + named->len; k++) {
      const FzControlledHit *hit = k < declared->len ? &g_array_index (declared, FzControlledHit, k)
                                                     : &g_array_index (named, FzControlledHit, k - declared->len);

      if (!is_one_of (hit->list, intended))
        g_test_message ("%s %s: %s %s", drug->code, drug->generic, hit->list, hit->entry);
      g_assert_true (is_one_of (hit->list, intended));
      special += g_str_equal (hit->list, "special_antibacterial");
    }
  }
  g_assert_cmpuint (special, >, 0); /* the two that show the gate */
}

/* The ingredient column is what the name says, its salt stripped; the few whose name says less are written here. */
static void
test_ingredients_are_normalised (void)
{
  static const char *const apart[] = { "精蛋白人胰岛素混合注射液(30R)", "维生素D滴剂", NULL };
  const FzCatalogue *catalogue = shelf_get ()->catalogue;

  for (guint i = 0; i < fz_catalogue_get_n (catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (catalogue, i);
    g_autofree char *guess = fz_drugname_ingredient (drug->generic);

    for (guint k = 0; drug->ingredients[k] != NULL; k++) {
      g_autofree char *key = fz_text_key (drug->ingredients[k]);

      g_assert_cmpstr (drug->ingredient_keys[k], ==, key);
    }
    if (drug->kind == FZ_DRUG_WESTERN && drug->ingredients[1] == NULL && !is_one_of (drug->generic, apart))
      g_assert_cmpstr (drug->ingredient_keys[0], ==, guess);
  }
}

static void
test_initials_match_the_generator (void)
{
  static const char *const tables[] = { "codes/diagnoses.csv", "codes/diagnoses-tcm.csv", NULL };
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < fz_catalogue_get_n (shelf->catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (shelf->catalogue, i);
    g_autofree char *initials = fz_pinyin_initials (shelf->pinyin, drug->generic);

    g_assert_cmpstr (drug->initials, ==, initials);
  }
  for (guint t = 0; tables[t] != NULL; t++) {
    g_autoptr (GBytes) file = shelf_read (tables[t]);
    gsize n = 0;
    const guint8 *bytes = g_bytes_get_data (file, &n);
    g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, tables[t], NULL);

    for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
      g_autofree char *initials = fz_pinyin_initials (shelf->pinyin, fz_csv_get (csv, row, "label"));

      g_assert_cmpstr (fz_csv_get (csv, row, "initials"), ==, initials);
    }
  }
}

static void
test_long_exclusions (void)
{
  /* Tuberculosis and lasting fungal infections are excepted by the rule itself; hepatitis B is treated for years. */
  static const char *const chronic[] = { "利福平胶囊", "盐酸特比萘芬片", NULL };
  /* Antimicrobials that are no antibacterials of the graded catalogue. */
  static const char *const acute[] = { "阿昔洛韦片", "盐酸伐昔洛韦片", "泛昔洛韦片", "磷酸奥司他韦胶囊", "甲硝唑栓", "克霉唑阴道片", "夫西地酸乳膏",
                                       "莫匹罗星软膏", NULL };
  const FzCatalogue *catalogue = shelf_get ()->catalogue;

  for (guint i = 0; i < fz_catalogue_get_n (catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (catalogue, i);
    gboolean expected = drug->special_storage || is_one_of (drug->generic, acute) ||
                        (drug->antibacterial != FZ_ANTIBACTERIAL_NONE && !is_one_of (drug->generic, chronic));

    g_assert_cmpint (drug->long_excluded, ==, expected);
  }
}

static void
test_hospital (void)
{
  static const char unknown[] = "code,manufacturer,price_fen\nFZ9999,甲,100\n";
  static const char bad[] = "code,manufacturer,price_fen\nFZ0001,甲,12.5\n";
  static const char twice[] = "code,manufacturer,price_fen\nFZ0001,甲,1\nFZ0001,甲,1\n";
  static const char off[] = "code,manufacturer,price_fen,active\nFZ0001,甲,1,no\n";
  const char *const refused[] = { unknown, bad, twice };
  const Shelf *shelf = shelf_get ();
  g_autoptr (GBytes) file = shelf_read ("drugs/demo-hospital.csv");
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (file, &n);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCatalogue) demo = fz_catalogue_with_hospital (shelf->catalogue, bytes, n, "demo-hospital.csv", &error);
  g_autoptr (FzCatalogue) without = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (fz_catalogue_get_n (demo), ==, fz_catalogue_get_n (shelf->catalogue));
  for (guint i = 0; i < fz_catalogue_get_n (demo); i++) {
    const FzDrug *drug = fz_catalogue_get (demo, i);
    const FzDrug *before = fz_catalogue_get (shelf->catalogue, i);

    g_assert_true (g_str_has_prefix (drug->manufacturer, "合成厂家"));
    g_assert_cmpint (drug->price_fen, >, 0);
    g_assert_cmpstr (drug->approval_number, ==, "");
    g_assert_cmpstr (drug->generic, ==, before->generic);
    g_assert_cmpstr (drug->ingredients[0], ==, before->ingredients[0]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) problem = NULL;

    g_assert_null (fz_catalogue_with_hospital (shelf->catalogue, (const guint8 *) refused[i], strlen (refused[i]), "h", &problem));
    g_assert_error (problem, FZ_ERROR, FZ_ERROR_INVALID);
  }
  without = fz_catalogue_with_hospital (shelf->catalogue, (const guint8 *) off, strlen (off), "h", NULL);
  {
    g_autoptr (GPtrArray) found = fz_catalogue_search (without, "bhsaldp", 10);

    g_assert_false (g_ptr_array_find (found, fz_catalogue_find_code (without, "FZ0001"), NULL));
  }
}

static void
test_find_and_search (void)
{
  const FzCatalogue *catalogue = shelf_get ()->catalogue;
  g_autoptr (GPtrArray) by_initials = fz_catalogue_search (catalogue, "xst", 20);
  g_autoptr (GPtrArray) by_name = fz_catalogue_search (catalogue, "二甲双胍", 20);
  g_autoptr (GPtrArray) few = fz_catalogue_search (catalogue, "p", 3);
  g_autoptr (GPtrArray) none = fz_catalogue_search (catalogue, "  ", 20);

  g_assert_cmpstr (((FzDrug *) g_ptr_array_index (by_initials, 0))->ingredients[0], ==, "缬沙坦");
  g_assert_cmpuint (by_name->len, ==, 5);
  g_assert_cmpstr (((FzDrug *) g_ptr_array_index (by_name, 0))->generic, ==, "二甲双胍维格列汀片(Ⅱ)");
  g_assert_cmpuint (few->len, ==, 3);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpstr (fz_catalogue_find_generic (catalogue, "阿仑膦酸钠片", "10mg")->usual_freq, ==, "qd");
  g_assert_cmpstr (fz_catalogue_find_generic (catalogue, "阿仑膦酸钠片", "0.07g")->usual_freq, ==, "qw");
  g_assert_cmpstr (fz_catalogue_find_generic (catalogue, "盐酸地尔硫卓片", NULL)->ingredients[0], ==, "地尔硫䓬");
  g_assert_null (fz_catalogue_find_generic (catalogue, "没有这个药片", NULL));
  g_assert_nonnull (fz_catalogue_find_ingredient (catalogue, "左氧氟沙星", "607"));
  g_assert_null (fz_catalogue_find_ingredient (catalogue, "左氧氟沙星", "5"));
}

/* Written back and read again, every row is the same row. */
static void
test_round_trip (void)
{
  const Shelf *shelf = shelf_get ();
  const char *const *columns = fz_drug_columns ();
  g_autofree char *head = g_strjoinv (",", (GStrv) (gsize) columns);
  g_autoptr (GString) text = g_string_new (head);
  g_autoptr (FzCatalogue) again = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < fz_catalogue_get_n (shelf->catalogue); i++)
    for (guint k = 0; columns[k] != NULL; k++) {
      g_autofree char *value = fz_drug_dup_column (fz_catalogue_get (shelf->catalogue, i), columns[k]);

      g_assert_null (strpbrk (value, ",\"\n"));
      g_string_append_printf (text, "%s%s", k == 0 ? "\n" : ",", value);
    }
  again = fz_catalogue_parse ((const guint8 *) text->str, text->len, "again", &shelf->drug_codes, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fz_catalogue_get_n (again); i++)
    for (guint k = 0; columns[k] != NULL; k++) {
      g_autofree char *a = fz_drug_dup_column (fz_catalogue_get (shelf->catalogue, i), columns[k]);
      g_autofree char *b = fz_drug_dup_column (fz_catalogue_get (again, i), columns[k]);

      g_assert_cmpstr (a, ==, b);
    }
  g_assert_null (fz_drug_dup_column (fz_catalogue_get (again, 0), "colour"));
}

/* One column of a good row spoiled at a time: refused, with line and column, and left out when issues are collected. */
static void
test_bad_rows (void)
{
  static const struct {
    const char *column;
    const char *value;
  } spoiled[] = {
    { "code", "" },        { "generic", "" },       { "class", "99" },      { "kind", "chemical" },    { "form", "77" },
    { "strength", "" },    { "strength_ug", "5.5" }, { "strength_ug", "6000" }, { "unit", "mg" },      { "unit", "个" },
    { "unit_holds", "x" }, { "pack_units", "0" },   { "pack_units", "28片" }, { "route", "77" },       { "ingredients", "" },
    { "ingredients", "|" }, { "dose", "5" },        { "freq", "tds" },      { "single_max_ug", "-1" }, { "daily_max_ug", "abc" },
    { "daily_max_count", "2" }, { "otc", "y" },     { "antibacterial", "strong" }, { "special_storage", "" }, { "long_excluded", "1" },
    { "paediatric", "" },  { "source", "" },        { "confidence", "x" },  { "price_fen", "1.5" },    { "packing", "" },
  };
  const Shelf *shelf = shelf_get ();
  const char *const *columns = fz_drug_columns ();
  g_autofree char *head = g_strjoinv (",", (GStrv) (gsize) columns);

  for (guint i = 0; i < G_N_ELEMENTS (spoiled); i++) {
    g_autoptr (GString) text = g_string_new (head);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) issues = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (FzCatalogue) rest = NULL;

    for (guint row = 0; row < 2; row++)
      for (guint k = 0; columns[k] != NULL; k++) {
        g_autofree char *value = fz_drug_dup_column (fz_catalogue_get (shelf->catalogue, row), columns[k]);
        gboolean bad = row == 1 && g_str_equal (columns[k], spoiled[i].column);

        g_string_append_printf (text, "%s%s", k == 0 ? "\n" : ",", bad ? spoiled[i].value : value);
      }
    g_assert_null (fz_catalogue_parse ((const guint8 *) text->str, text->len, "bad.csv", &shelf->drug_codes, NULL, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "bad.csv 第 3 行"));
    g_assert_nonnull (strstr (error->message, spoiled[i].column));
    rest = fz_catalogue_parse ((const guint8 *) text->str, text->len, "bad.csv", &shelf->drug_codes, issues, NULL);
    g_assert_cmpuint (fz_catalogue_get_n (rest), ==, 1);
    g_assert_cmpuint (issues->len, ==, 1);
    g_assert_cmpstr (g_ptr_array_index (issues, 0), ==, error->message);
  }
}

static void
test_pieces (void)
{
  static const struct {
    const char *code_of;
    const char *strength;
    const char *dose;
    gint64 count;
    gint64 pieces; /* -1 cannot say */
    gint64 packs;
  } cases[] = {
    { "缬沙坦胶囊", NULL, "80mg", 28, 28, 1 },
    { "缬沙坦胶囊", NULL, "160mg", 28, 56, 2 },
    { "缬沙坦胶囊", NULL, "1粒", 30, 30, 2 },
    { "缬沙坦胶囊", NULL, "120mg", 10, 20, 1 }, /* a capsule is not halved */
    { "酒石酸美托洛尔片", NULL, "12.5mg", 14, 7, 1 },
    { "酒石酸美托洛尔片", NULL, "0.5片", 15, 8, 1 },
    { "地高辛片", NULL, "0.125mg", 29, 15, 1 },
    { "布地奈德福莫特罗吸入粉雾剂(Ⅱ)", NULL, "2吸", 56, 2, 2 },
    { "乳果糖口服溶液", NULL, "15ml", 7, 2, 2 },
    { "门冬胰岛素注射液", NULL, "4IU", 84, 2, 2 },
    { "玻璃酸钠滴眼液", NULL, "1滴", 28, -1, 0 },
    { "沙库巴曲缬沙坦钠片", NULL, "100mg", 28, -1, 0 },
    { "沙库巴曲缬沙坦钠片", NULL, "1片", 56, 56, 4 },
    { "叶酸片", "0.4mg", "0.4mg", 31, 31, 1 },
  };
  const Shelf *shelf = shelf_get ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const FzDrug *drug = fz_catalogue_find_generic (shelf->catalogue, cases[i].code_of, cases[i].strength);
    FzDose dose = { 0 };
    gint64 pieces = -1;

    g_assert_nonnull (drug);
    g_assert_true (fz_dose_parse (cases[i].dose, &dose, NULL));
    g_assert_true (fz_drug_pieces_for (drug, &dose, cases[i].count, &pieces) == (cases[i].pieces >= 0));
    g_assert_cmpint (pieces, ==, cases[i].pieces);
    if (pieces >= 0)
      g_assert_cmpint (fz_drug_packs_for (drug, pieces), ==, cases[i].packs);
  }
}

/* Every other coded list loads, and every file is named with its source and date. */
static void
test_other_tables (void)
{
  static const char *const tables[] = { "codes/id-kinds.csv", "codes/sex.csv", "codes/ethnic.csv", "codes/titles.csv", "codes/departments.csv",
                                        "codes/termination-reasons.csv", "codes/review-reasons.csv", "codes/override-reasons.csv" };
  static const guint sizes[] = { 8, 4, 56, 20, 150, 12, 25, 5 };
  g_autoptr (GBytes) sources = shelf_read ("knowledge-sources.csv");
  g_autoptr (FzCodes) diagnoses = NULL;
  g_autoptr (FzCodes) tcm = NULL;
  g_autoptr (FzCsv) manifest = NULL;
  guint red = 0;

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autoptr (GBytes) file = shelf_read (tables[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (FzCodes) codes = fz_codes_parse (g_bytes_get_data (file, NULL), g_bytes_get_size (file), tables[i], FALSE, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (fz_codes_get_n (codes), >=, sizes[i]);
  }
  {
    g_autoptr (GBytes) file = shelf_read ("codes/diagnoses.csv");
    g_autoptr (GBytes) herbal = shelf_read ("codes/diagnoses-tcm.csv");

    diagnoses = fz_codes_parse (g_bytes_get_data (file, NULL), g_bytes_get_size (file), "diagnoses.csv", TRUE, NULL);
    tcm = fz_codes_parse (g_bytes_get_data (herbal, NULL), g_bytes_get_size (herbal), "diagnoses-tcm.csv", TRUE, NULL);
  }
  g_assert_cmpuint (fz_codes_get_n (diagnoses), >=, 85);
  g_assert_cmpuint (fz_codes_get_n (tcm), >=, 45);
  g_assert_cmpstr (fz_codes_get (diagnoses, (guint) fz_codes_find (diagnoses, "冠心病"), "code"), ==, "I25.103");
  for (guint row = 0; row < fz_codes_get_n (diagnoses); row++)
    red += g_str_equal (fz_codes_get (diagnoses, row, "red_flag"), "yes");
  g_assert_cmpuint (red, >=, 6);
  manifest = fz_csv_parse (g_bytes_get_data (sources, NULL), g_bytes_get_size (sources), "knowledge-sources.csv", NULL);
  for (guint row = 0; row < fz_csv_get_n_rows (manifest); row++) {
    g_autoptr (GBytes) named = shelf_read (fz_csv_get (manifest, row, "file"));

    g_assert_cmpuint (g_bytes_get_size (named), >, 0);
    g_assert_cmpuint (strlen (fz_csv_get (manifest, row, "date")), ==, 10);
    g_assert_cmpuint (strlen (fz_csv_get (manifest, row, "source")), >, 0);
  }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/size", test_size);
  g_test_add_func ("/catalogue/limits", test_limits);
  g_test_add_func ("/catalogue/oral-complete", test_oral_rows_are_complete);
  g_test_add_func ("/catalogue/form-route", test_form_and_route_agree);
  g_test_add_func ("/catalogue/form-name", test_form_and_name_agree);
  g_test_add_func ("/catalogue/nothing-controlled", test_nothing_controlled);
  g_test_add_func ("/catalogue/ingredients", test_ingredients_are_normalised);
  g_test_add_func ("/catalogue/initials", test_initials_match_the_generator);
  g_test_add_func ("/catalogue/long-exclusions", test_long_exclusions);
  g_test_add_func ("/catalogue/hospital", test_hospital);
  g_test_add_func ("/catalogue/find-and-search", test_find_and_search);
  g_test_add_func ("/catalogue/round-trip", test_round_trip);
  g_test_add_func ("/catalogue/bad-rows", test_bad_rows);
  g_test_add_func ("/catalogue/pieces", test_pieces);
  g_test_add_func ("/catalogue/other-tables", test_other_tables);
  return g_test_run ();
}
