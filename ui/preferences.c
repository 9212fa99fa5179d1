#include "ui/preferences.h"

#define GROUP "window"

static const char *const theme_words[] = { [FZ_THEME_SYSTEM] = "system", [FZ_THEME_LIGHT] = "light", [FZ_THEME_DARK] = "dark",
                                           [FZ_THEME_CONTRAST] = "contrast" };

static char *
file_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "fuzhen", "window.ini", NULL);
}

static GKeyFile *
load (void)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *path = file_path ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL); /* absent on the first start */
  return file;
}

static void
save (GKeyFile *file)
{
  g_autofree char *path = file_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0 || !g_key_file_save_to_file (file, path, &error))
    g_info ("%s: %s", path, error != NULL ? error->message : "no folder");
}

static FzTheme
theme_from_word (const char *word)
{
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (theme_words); i++)
    if (g_str_equal (theme_words[i], word))
      return (FzTheme) i;
  return FZ_THEME_SYSTEM;
}

static void
on_theme (GtkWindow *window)
{
  g_autoptr (GKeyFile) file = load ();
  g_autofree char *kept = g_key_file_get_string (file, GROUP, "theme", NULL);
  const char *word = theme_words[fz_theme_get ()];

  if (g_strcmp0 (kept, word) == 0)
    return;
  g_key_file_set_string (file, GROUP, "theme", word);
  save (file);
}

/* The desktop's own size of text is announced in the same way and is not this window's to keep. */
static void
on_text_size (GtkWindow *window)
{
  g_autoptr (GKeyFile) file = load ();
  double kept = g_key_file_get_double (file, GROUP, "text-scale", NULL), scale = fz_theme_get_text_scale ();

  if (ABS ((kept > 0 ? kept : 1) - scale) < 0.01)
    return;
  g_key_file_set_double (file, GROUP, "text-scale", scale);
  save (file);
}

static gboolean
on_close (GtkWindow *window, gpointer user_data)
{
  g_autoptr (GKeyFile) file = load ();
  int width = 0, height = 0;

  gtk_window_get_default_size (window, &width, &height);
  g_key_file_set_boolean (file, GROUP, "maximized", gtk_window_is_maximized (window));
  if (width > 0 && height > 0) {
    g_key_file_set_integer (file, GROUP, "width", width);
    g_key_file_set_integer (file, GROUP, "height", height);
  }
  save (file);
  return FALSE;
}

static void
restore_size (GtkWindow *window, GKeyFile *file)
{
  int width = g_key_file_get_integer (file, GROUP, "width", NULL), height = g_key_file_get_integer (file, GROUP, "height", NULL);

  if (width >= 640 && width <= 16384 && height >= 480 && height <= 16384)
    gtk_window_set_default_size (window, width, height);
  if (g_key_file_get_boolean (file, GROUP, "maximized", NULL))
    gtk_window_maximize (window);
}

void
fz_preferences_follow (GtkWindow *window)
{
  g_autoptr (GKeyFile) file = load ();
  g_autofree char *theme = g_key_file_get_string (file, GROUP, "theme", NULL);
  double scale = g_key_file_get_double (file, GROUP, "text-scale", NULL);

  fz_theme_apply (theme_from_word (theme));
  if (scale >= FZ_TEXT_SCALE_LEAST && scale <= FZ_TEXT_SCALE_MOST)
    fz_theme_set_text_scale (scale);
  restore_size (window, file);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-application-prefer-dark-theme", G_CALLBACK (on_theme), window,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-xft-dpi", G_CALLBACK (on_text_size), window, G_CONNECT_SWAPPED);
  g_signal_connect (window, "close-request", G_CALLBACK (on_close), NULL);
}

guint
fz_preferences_get_lock_seconds (guint most)
{
  g_autoptr (GKeyFile) file = load ();
  double minutes = g_key_file_get_double (file, GROUP, "lock-minutes", NULL);

  return minutes > 0 && minutes * 60 < most ? MAX (1, (guint) (minutes * 60)) : most;
}
