/* Every page at each larger size of the window and of the text that is promised, in both languages, by the tour of pages.c: one of them a day, drawn by the
 * moving seed, and all with FUZHEN_TEST_SCALE=full. sizes PAGES: the program of that tour. */
#include <glib.h>

typedef struct {
  const char *name, *language, *size, *text;
} Size;

static const Size sizes[] = {
  { "zh-1440", "zh_CN", "1440x900", "1" },        { "en-1440", "en", "1440x900", "1" },        { "zh-1920", "zh_CN", "1920x1080", "1" },
  { "en-1920", "en", "1920x1080", "1" },          { "zh-large", "zh_CN", "1280x800", "2" },    { "zh-1440-large", "zh_CN", "1440x900", "2" },
  { "en-1440-large", "en", "1440x900", "2" },     { "zh-1920-large", "zh_CN", "1920x1080", "2" }, { "en-1920-large", "en", "1920x1080", "2" },
};

static const char *program;
static guint64 seed;

static void
see (gconstpointer data)
{
  const Size *size = data;
  const char *const arguments[] = { program, NULL };
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *said = NULL, *complained = NULL, *drawn = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  g_autoptr (GError) error = NULL;
  int status = 0;

  environment = g_environ_setenv (environment, "LANGUAGE", size->language, TRUE);
  environment = g_environ_setenv (environment, "FUZHEN_PAGES_SIZE", size->size, TRUE);
  environment = g_environ_setenv (environment, "FUZHEN_PAGES_SCALE", size->text, TRUE);
  environment = g_environ_setenv (environment, "FUZHEN_PAGES_NAME", size->name, TRUE);
  environment = g_environ_setenv (environment, "FUZHEN_SEED", drawn, TRUE); /* what the tour draws is repeated with the size */
  g_assert_true (g_spawn_sync (NULL, (char **) arguments, environment, G_SPAWN_DEFAULT, NULL, NULL, &said, &complained, &status, &error));
  if (!g_spawn_check_wait_status (status, NULL)) {
    g_test_message ("%s%s", said, complained);
    g_test_fail_printf ("%s at %s, text %s00 %%", size->language, size->size, size->text);
  }
}

int
main (int argc, char **argv)
{
  const char *given = g_getenv ("FUZHEN_SEED"), *scale = g_getenv ("FUZHEN_TEST_SCALE");
  gboolean all = g_strcmp0 (scale, "full") == 0;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  seed = given != NULL ? g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  g_print ("# FUZHEN_SEED=%" G_GUINT64_FORMAT "\n", seed);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (all || i == seed % G_N_ELEMENTS (sizes)) {
      g_autofree char *path = g_strconcat ("/window/sizes/", sizes[i].name, NULL);

      g_test_add_data_func (path, &sizes[i], see);
    }
  return g_test_run ();
}
