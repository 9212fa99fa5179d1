/* What is shown is what is signed: each template shows every key of a full body, refuses a key it has no place for, and the hash
 * notices one changed character. The prescription's text is also compared with one typed by hand. */
#include "core/render.h"

#include <string.h>

static char *
read_source (const char *path)
{
  g_autofree char *full = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), path, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (full, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static FzTemplate *
load (const char *name, char **out_text)
{
  g_autofree char *path = g_build_filename ("assets/render", name, NULL);
  g_autofree char *text = read_source (path);
  g_autoptr (GError) error = NULL;
  FzTemplate *template = fz_template_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  if (out_text != NULL)
    *out_text = g_steal_pointer (&text);
  return template;
}

typedef void (*ForTemplate) (const FzTemplate *template, const char *text);

static void
for_each_template (ForTemplate call)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/render", NULL);
  g_autofree char *list = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "app/data.gresource.xml", NULL), *shipped = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  g_assert_true (g_file_get_contents (list, &shipped, NULL, NULL));
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *text = NULL, *entry = g_strdup_printf (">render/%s<", name);
    g_autoptr (FzTemplate) template = load (name, &text);

    g_assert_nonnull (strstr (shipped, entry));
    call (template, text);
  }
}

/* --- a body made from the template itself: one value for each place --- */

static char *
first_word_of (const char *text, const char *map)
{
  g_autofree char *line = g_strdup_printf ("#map %s ", map);
  const char *at = strstr (text, line);

  return at != NULL ? g_strndup (at + strlen (line), strcspn (at + strlen (line), "=")) : NULL;
}

static char *
value_for (const char *text, const char *how, guint n)
{
  char *word = how != NULL ? first_word_of (text, how) : NULL;

  if (word != NULL)
    return word;
  if (how == NULL)
    return g_strdup_printf ("值%03u", n);
  if (g_str_equal (how, "yuan"))
    return g_strdup_printf ("%u", 100000 + n);
  return g_strdup_printf ("2026-03-02T01:%02u:%02uZ", n / 60 % 60, n % 60);
}

static void
fill_places (FzFields *body, const char *text, const char *line, const char *list, guint *n)
{
  for (const char *at = strchr (line, '{'); at != NULL; at = strchr (at + 1, '{')) {
    g_autofree char *inside = g_strndup (at + 1, strcspn (at + 1, "}"));
    g_auto (GStrv) parts = g_strsplit (inside, "|", 2);
    g_autofree char *value = value_for (text, parts[1], ++*n);

    if (g_str_equal (parts[0], "#"))
      continue;
    if (list == NULL || parts[0][0] != '.')
      fz_fields_set (body, parts[0], value);
    else
      fz_fields_set_at (body, list, 0, parts[0][1] != '\0' ? parts[0] + 1 : NULL, value);
  }
}

static FzFields *
full_body (const FzTemplate *template, const char *text)
{
  FzFields *body = fz_fields_new (fz_template_get_kind (template));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *list = NULL;
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "[/"))
      g_clear_pointer (&list, g_free);
    else if (lines[i][0] == '[')
      list = g_strndup (lines[i] + 1, strlen (lines[i]) - 2);
    else if (lines[i][0] != '#')
      fill_places (body, text, lines[i], list, &n);
  }
  return body;
}

typedef struct {
  const FzTemplate *template;
  const FzFields *body;
  const char *rendered;
  guint n;
} Each;

static void
must_show (const char *key, const char *value, gpointer data)
{
  Each *each = data;

  if (g_str_has_prefix (value, "值") && strstr (each->rendered, value) == NULL)
    g_error ("%s: %s is not shown", fz_template_get_id (each->template), key);
  each->n++;
}

/* One more character anywhere must show in the hash; a word of a map becomes another or refuses. */
static void
must_notice (const char *key, const char *value, gpointer data)
{
  Each *each = data;
  g_autoptr (FzFields) changed = fz_fields_dup (each->body, NULL);
  g_autofree char *other = g_str_has_suffix (value, "Z") ? g_strdup ("2026-03-02T01:59:59Z") : g_strdup_printf ("%s1", value);

  if (g_str_equal (key, "rendered_by") || g_str_equal (key, "rendered_sha256"))
    other[0] = other[0] == 'f' ? 'e' : 'f';
  fz_fields_set (changed, key, other);
  if (fz_template_check (each->template, changed, NULL))
    g_error ("%s: a changed %s goes unnoticed", fz_template_get_id (each->template), key);
}

/* Anything may be absent, and then it does not stand there. */
static void
may_be_absent (const char *key, const char *value, gpointer data)
{
  Each *each = data;
  g_autoptr (FzFields) less = fz_fields_dup (each->body, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  fz_fields_set (less, key, NULL);
  text = fz_template_render (each->template, less, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, !=, each->rendered);
}

static void
check_template (const FzTemplate *template, const char *text)
{
  g_autoptr (FzFields) body = full_body (template, text), extra = fz_fields_dup (body, NULL), other = fz_fields_dup (body, "fuzhen.none/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *rendered = fz_template_render (template, body, &error), *again = NULL, *none = NULL;
  Each each = { template, body, rendered, 0 };

  g_assert_no_error (error);
  fz_fields_foreach (body, must_show, &each);
  g_assert_cmpuint (each.n, >=, 2);
  fz_fields_foreach (body, may_be_absent, &each);
  none = fz_template_render (template, other, &error);
  g_assert_null (none);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  fz_fields_set (extra, "hidden.clause", "付款");
  g_assert_null (fz_template_render (template, extra, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "hidden.clause"));
  g_clear_error (&error);
  again = fz_template_seal (template, body, &error);
  g_assert_cmpstr (again, ==, rendered);
  g_assert_true (fz_template_check (template, body, &error));
  fz_fields_foreach (body, must_notice, &each);
}

static void
every_template (void)
{
  for_each_template (check_template);
}

/* --- a prescription as a person reads it --- */

static void
prescription_as_typed (void)
{
  g_autoptr (FzTemplate) template = load ("prescription-zh-1.txt", NULL);
  g_autofree char *body_text = read_source ("tests/machine/prescription-body.txt"), *expected = read_source ("tests/machine/prescription.txt");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) body = fz_fields_parse ((const guint8 *) body_text, strlen (body_text), &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = fz_template_render (template, body, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

/* A value of several lines cannot look like a line of the form, shown or silent. */
static void
no_line_can_be_forged (void)
{
  static const char *const keys[] = { "rx.note", "rx.zz_unknown" };
  g_autoptr (FzTemplate) template = load ("prescription-zh-1.txt", NULL);
  g_autofree char *body_text = read_source ("tests/machine/prescription-body.txt");
  g_autoptr (FzFields) body = fz_fields_parse ((const guint8 *) body_text, strlen (body_text), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autoptr (FzFields) changed = fz_fields_dup (body, NULL);
    g_autofree char *text = NULL;

    fz_fields_set (changed, keys[i], "一\n诊断 9　A00.000 霍乱");
    text = fz_template_render (template, changed, NULL);
    g_assert_nonnull (strstr (text, "霍乱"));
    g_assert_null (strstr (text, "\n诊断 9"));
  }
}

static void
unknown_word_refuses (void)
{
  g_autoptr (FzTemplate) template = load ("prescription-zh-1.txt", NULL);
  g_autofree char *body_text = read_source ("tests/machine/prescription-body.txt");
  g_autoptr (FzFields) body = fz_fields_parse ((const guint8 *) body_text, strlen (body_text), NULL);
  g_autoptr (FzFields) changed = fz_fields_dup (body, NULL);
  g_autoptr (GError) error = NULL;

  fz_fields_set (changed, "rx.cost", "somebody");
  g_assert_null (fz_template_render (template, changed, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
broken_templates_refuse (void)
{
  static const char *const bad[] = {
    "",
    "#id a/1\n",
    "#kind a/v1\n",
    "#id a/1\n#kind a/v1\n#include x\n",
    "#id a/1\n#kind a/v1\n[list]\n{.x}\n",
    "#id a/1\n#kind a/v1\n[/list]\n",
    "#id a/1\n#kind a/v1\n[list]\n[inner]\n[/inner]\n[/list]\n",
    "#id a/1\n#kind a/v1\n#map SEX F\n",
    "#id a/1\n#kind a/v1\n#map SEX F=女\n#map SEX M=男\n",
    "#id a/1\n#id b/1\n#kind a/v1\n",
    "#id a/1\n#kind a/v1\n\xff\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    FzTemplate *template = fz_template_parse (bad[i], strlen (bad[i]), &error);

    if (template != NULL)
      g_error ("taken: %s", bad[i]);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/render/every-template", every_template);
  g_test_add_func ("/machine/render/prescription", prescription_as_typed);
  g_test_add_func ("/machine/render/no-forged-line", no_line_can_be_forged);
  g_test_add_func ("/machine/render/unknown-word", unknown_word_refuses);
  g_test_add_func ("/machine/render/broken-templates", broken_templates_refuse);
  return g_test_run ();
}
