/* The tokens: the same names in every theme, text legible on its ground, and no colour in the style sheet that is no token. */
#include <glib.h>
#include <math.h>
#include <string.h>

static const char *const themes[] = { "tokens-light.css", "tokens-dark.css", "tokens-contrast.css" };

/* What the style sheet writes on what. */
static const struct {
  const char *text, *ground;
} pairs[] = {
  { "fz_text", "fz_ground" },        { "fz_text", "fz_surface" },         { "fz_text", "fz_surface_alt" },    { "fz_text", "fz_hover" },
  { "fz_text", "fz_field" },         { "fz_text", "fz_accent_soft" },     { "fz_text", "fz_ok_soft" },        { "fz_text", "fz_warn_soft" },
  { "fz_text", "fz_stop_soft" },     { "fz_text", "fz_legal_soft" },      { "fz_text", "fz_info_soft" },      { "fz_text", "fz_sunken" },
  { "fz_text_soft", "fz_ground" },   { "fz_text_soft", "fz_surface" },    { "fz_text_soft", "fz_surface_alt" }, { "fz_text_soft", "fz_sunken" },
  { "fz_text_soft", "fz_warn_soft" }, { "fz_text_soft", "fz_stop_soft" }, { "fz_text_soft", "fz_ok_soft" },   { "fz_text_soft", "fz_hover" },
  { "fz_text_faint", "fz_ground" },  { "fz_text_faint", "fz_surface" },   { "fz_text_faint", "fz_surface_alt" }, { "fz_text_faint", "fz_field" },
  { "fz_text_faint", "fz_hover" },   { "fz_text_faint", "fz_accent_soft" }, { "fz_text_faint", "fz_sunken" },
  { "fz_accent_text", "fz_accent_soft" }, { "fz_accent_text", "fz_surface" }, { "fz_on_accent", "fz_accent" }, { "fz_on_accent", "fz_accent_hover" },
  { "fz_rail_text", "fz_rail" },     { "fz_on_rail", "fz_rail" },         { "fz_on_rail", "fz_rail_hover" }, { "fz_rail_active_text", "fz_rail_active" },
  { "fz_ok_text", "fz_ok_soft" },    { "fz_ok_text", "fz_surface" },      { "fz_ok_text", "fz_field" },
  { "fz_info_text", "fz_info_soft" }, { "fz_info_text", "fz_surface" },
  { "fz_warn_text", "fz_warn_soft" }, { "fz_warn_text", "fz_surface" },   { "fz_on_warn", "fz_warn_solid" },
  { "fz_stop_text", "fz_stop_soft" }, { "fz_stop_text", "fz_surface" },   { "fz_stop_text", "fz_field" },     { "fz_on_stop", "fz_stop" },
  { "fz_on_stop", "fz_stop_hover" }, { "fz_legal_text", "fz_legal_soft" }, { "fz_legal_text", "fz_surface" }, { "fz_on_legal", "fz_legal" },
  { "fz_neutral_text", "fz_neutral_soft" }, { "fz_demo_text", "fz_demo" }, { "fz_disabled_text", "fz_disabled" }, { "fz_disabled_text", "fz_sunken" },
  { "fz_on_avatar", "fz_avatar_1" }, { "fz_on_avatar", "fz_avatar_2" },   { "fz_on_avatar", "fz_avatar_3" },
  { "fz_on_avatar", "fz_avatar_4" }, { "fz_on_avatar", "fz_avatar_5" },
};

static char *
read_style (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "assets", "style", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static GHashTable *
read_tokens (const char *name)
{
  g_autofree char *text = read_style (name);
  g_autoptr (GRegex) regex = g_regex_new ("@define-color (fz_[a-z0-9_]+) (#[0-9a-f]{6});", 0, 0, NULL);
  GHashTable *tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    g_assert_true (g_hash_table_insert (tokens, g_match_info_fetch (match, 1), g_match_info_fetch (match, 2)));
  return tokens;
}

static double
channel (const char *hex, int i)
{
  double value = (g_ascii_xdigit_value (hex[1 + 2 * i]) * 16 + g_ascii_xdigit_value (hex[2 + 2 * i])) / 255.0;

  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

static double
luminance (const char *hex)
{
  return 0.2126 * channel (hex, 0) + 0.7152 * channel (hex, 1) + 0.0722 * channel (hex, 2);
}

static double
contrast (const char *a, const char *b)
{
  double la = luminance (a), lb = luminance (b);

  return (MAX (la, lb) + 0.05) / (MIN (la, lb) + 0.05);
}

/* The formula itself, against the values that WCAG gives. */
static void
test_formula (void)
{
  g_assert_true (fabs (contrast ("#000000", "#ffffff") - 21.0) < 0.001);
  g_assert_true (fabs (contrast ("#777777", "#ffffff") - 4.478) < 0.001);
}

static void
test_contrast (gconstpointer data)
{
  const char *theme = data;
  g_autoptr (GHashTable) tokens = read_tokens (theme);
  double least = strstr (theme, "contrast") != NULL ? 7.0 : 4.5;
  gboolean good = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++) {
    const char *text = g_hash_table_lookup (tokens, pairs[i].text), *ground = g_hash_table_lookup (tokens, pairs[i].ground);

    g_assert_nonnull (text);
    g_assert_nonnull (ground);
    if (contrast (text, ground) >= least)
      continue;
    g_test_message ("%s: %s on %s is %.2f, wanted %.1f", theme, pairs[i].text, pairs[i].ground, contrast (text, ground), least);
    good = FALSE;
  }
  g_assert_true (good);
}

/* --- what the sheet itself pairs --- */

static char *
colour_in (const char *block, const char *property)
{
  g_autofree char *pattern = g_strdup_printf ("(?:^|[;\\s])%s:\\s*@(fz_[a-z0-9_]+)\\s*(?:;|$)", property);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_assert_nonnull (regex);
  return g_regex_match (regex, block, 0, &match) ? g_match_info_fetch (match, 1) : NULL;
}

static gboolean
is_in_pairs (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_str_equal (pairs[i].text, text))
      return TRUE;
  return FALSE;
}

typedef struct {
  GHashTable *tokens;
  double least;
  const char *theme;
  guint both, alone, bad;
} Sheet;

/* The colour of an icon, of a mark in its box, of what turns. */
static gboolean
has_no_text (const char *selector)
{
  return strstr (selector, "image") != NULL || g_str_has_suffix (selector, "check, radio") || g_str_equal (selector, "spinner");
}

/* A rule that sets both is measured as it stands; a colour set alone stands on grounds that the pairs above name. */
static void
judge_rule (Sheet *self, const char *selector, const char *block)
{
  g_autofree char *text = colour_in (block, "color"), *ground = colour_in (block, "background-color");
  double ratio;

  if (text == NULL || has_no_text (selector))
    return;
  if (ground == NULL) {
    self->alone++;
    if (is_in_pairs (text))
      return;
    g_test_message ("%s writes with %s, and no pair measures it", selector, text);
    self->bad++;
    return;
  }
  self->both++;
  ratio = contrast (g_hash_table_lookup (self->tokens, text), g_hash_table_lookup (self->tokens, ground));
  if (ratio >= self->least)
    return;
  g_test_message ("%s, %s: %s on %s is %.2f, wanted %.1f", self->theme, selector, text, ground, ratio, self->least);
  self->bad++;
}

static void
test_rules (gconstpointer data)
{
  g_autofree char *sheet = read_style ("fuzhen.css");
  g_autoptr (GRegex) comment = g_regex_new ("/\\*.*?\\*/", G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GRegex) rule = g_regex_new ("([^{}]+)\\{([^{}]*)\\}", 0, 0, NULL);
  g_autofree char *plain = g_regex_replace_literal (comment, sheet, -1, 0, "", 0, NULL);
  Sheet self = { .tokens = read_tokens (data), .theme = data, .least = strstr (data, "contrast") != NULL ? 7.0 : 4.5 };
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (rule, plain, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL)) {
    g_autofree char *selector = g_match_info_fetch (match, 1), *block = g_match_info_fetch (match, 2);

    judge_rule (&self, g_strstrip (selector), block);
  }
  g_assert_cmpuint (self.both, >, 30);
  g_assert_cmpuint (self.alone, >, 50);
  g_assert_cmpuint (self.bad, ==, 0);
  g_hash_table_unref (self.tokens);
}

/* In high contrast the edge of a field, the focus and the marks of a status are seen too (3:1). */
static void
test_edges (void)
{
  static const char *const edges[] = { "fz_border", "fz_border_strong", "fz_focus", "fz_ok", "fz_info", "fz_warn", "fz_stop", "fz_legal", "fz_ok_border",
                                       "fz_info_border", "fz_warn_border", "fz_stop_border", "fz_neutral_border", "fz_series_1", "fz_series_2", "fz_series_3" };
  g_autoptr (GHashTable) tokens = read_tokens ("tokens-contrast.css");

  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    if (contrast (g_hash_table_lookup (tokens, edges[i]), g_hash_table_lookup (tokens, "fz_surface")) < 3)
      g_error ("%s is hardly seen on the surface in high contrast", edges[i]);
}

static void
test_same_names (void)
{
  g_autoptr (GHashTable) first = read_tokens (themes[0]);

  g_assert_cmpuint (g_hash_table_size (first), >, 50);
  for (gsize i = 1; i < G_N_ELEMENTS (themes); i++) {
    g_autoptr (GHashTable) other = read_tokens (themes[i]);
    GHashTableIter iter;
    gpointer name;

    g_assert_cmpuint (g_hash_table_size (first), ==, g_hash_table_size (other));
    g_hash_table_iter_init (&iter, first);
    while (g_hash_table_iter_next (&iter, &name, NULL))
      g_assert_true (g_hash_table_contains (other, name));
  }
}

static void
test_only_tokens (void)
{
  g_autofree char *sheet = read_style ("fuzhen.css");
  g_autoptr (GHashTable) tokens = read_tokens (themes[0]);
  g_autoptr (GRegex) literal = g_regex_new ("#[0-9a-fA-F]{3,8}\\b|rgba?\\s*\\(|hsla?\\s*\\(", 0, 0, NULL);
  g_autoptr (GRegex) used = g_regex_new ("@(fz_[a-z0-9_]+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  g_assert_false (g_regex_match (literal, sheet, 0, NULL));
  for (g_regex_match (used, sheet, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL), n++) {
    g_autofree char *name = g_match_info_fetch (match, 1);

    if (!g_hash_table_contains (tokens, name))
      g_error ("the style sheet uses %s, which no theme defines", name);
  }
  g_assert_cmpuint (n, >, 100);
}

/* Every icon the C code names has its file in the bundle. */
static void
test_icons_are_line_icons (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "..", "assets", "icons", NULL);
  g_autofree char *bundle_path = g_test_build_filename (G_TEST_DIST, "..", "..", "ui", "fuzhen.gresource.xml", NULL);
  g_autofree char *bundle = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  g_assert_true (g_file_get_contents (bundle_path, &bundle, NULL, NULL));
  for (; (name = g_dir_read_name (dir)) != NULL; n++) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *entry = g_strdup_printf (">icons/%s<", name);
    g_autofree char *svg = NULL;

    if (!g_str_has_suffix (name, ".svg") || g_str_equal (name, "app-symbolic.svg") || g_str_equal (name, "mime.svg")) /* the desktop's, by the package */
      continue;
    g_assert_true (g_file_get_contents (path, &svg, NULL, NULL));
    g_assert_nonnull (strstr (bundle, entry));
    if (g_str_equal (name, "app.svg"))
      continue;
    g_assert_nonnull (strstr (svg, "viewBox=\"0 0 24 24\""));
    if (strstr (svg, "stroke=") != NULL) /* without it GTK fills the shape */
      g_assert_nonnull (strstr (svg, "fill:none !important"));
  }
  g_assert_cmpuint (n, >=, 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kit/style/formula", test_formula);
  for (gsize i = 0; i < G_N_ELEMENTS (themes); i++) {
    g_autofree char *path = g_strdup_printf ("/kit/style/contrast/%s", themes[i]);

    g_test_add_data_func (path, themes[i], test_contrast);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (themes); i++) {
    g_autofree char *path = g_strdup_printf ("/kit/style/rules/%s", themes[i]);

    g_test_add_data_func (path, themes[i], test_rules);
  }
  g_test_add_func ("/kit/style/edges", test_edges);
  g_test_add_func ("/kit/style/same-names", test_same_names);
  g_test_add_func ("/kit/style/only-tokens", test_only_tokens);
  g_test_add_func ("/kit/style/icons", test_icons_are_line_icons);
  return g_test_run ();
}
