#include "ui/theme.h"

#include "ui/theme_portal.h"
#include "ui/fuzhen-resources.h"

#define BASE_DPI (96 * 1024)

static struct {
  GtkCssProvider *tokens;
  FzTheme asked;
  FzTheme shown; /* SYSTEM: none yet */
  double scale;
} state = { NULL, FZ_THEME_SYSTEM, FZ_THEME_SYSTEM, 1.0 };

static gboolean
has_gpu (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/dev/dri", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;
  return FALSE;
}

void
fz_theme_choose_renderer (void)
{
  if (has_gpu ())
    return;
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE); /* else opening the display loads Mesa's software GL all the same */
}

static const char *
tokens_of (FzTheme theme)
{
  switch (theme) {
  case FZ_THEME_DARK:
    return "/cn/fuzhen/style/tokens-dark.css";
  case FZ_THEME_CONTRAST:
    return "/cn/fuzhen/style/tokens-contrast.css";
  case FZ_THEME_SYSTEM:
  case FZ_THEME_LIGHT:
  default:
    return "/cn/fuzhen/style/tokens-light.css";
  }
}

/* Setting the property makes GTK parse its own theme anew, even where nothing changes, and that takes a tenth of a start: the first
 * colours set it only when it is wrong, and colours that are already shown are not loaded again. */
static void
load_tokens (FzTheme wanted)
{
  GtkSettings *settings = gtk_settings_get_default ();
  gboolean first = state.shown == FZ_THEME_SYSTEM, dark = wanted == FZ_THEME_DARK, was_dark = FALSE;

  if (state.shown == wanted)
    return;
  state.shown = wanted;
  gtk_css_provider_load_from_resource (state.tokens, tokens_of (wanted));
  g_object_get (settings, "gtk-application-prefer-dark-theme", &was_dark, NULL);
  if (!first || dark != was_dark)
    g_object_set (settings, "gtk-application-prefer-dark-theme", dark, NULL);
}

static void
on_portal_changed (FzTheme from_desktop, gpointer user_data)
{
  if (state.asked == FZ_THEME_SYSTEM)
    load_tokens (from_desktop);
}

static void
register_once (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GtkCssProvider) sheet = NULL;

  if (state.tokens != NULL)
    return;
  g_resources_register (fz_ui_get_resource ());
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), "/cn/fuzhen/icons");
  state.tokens = gtk_css_provider_new ();
  sheet = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (sheet, "/cn/fuzhen/style/fuzhen.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (state.tokens),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (sheet),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}

void
fz_theme_apply (FzTheme theme)
{
  register_once ();
  state.asked = theme;
  if (theme == FZ_THEME_SYSTEM)
    load_tokens (fz_theme_portal_watch (on_portal_changed, NULL));
  else
    load_tokens (theme);
}

FzTheme
fz_theme_get (void)
{
  return state.asked;
}

FzTheme
fz_theme_get_shown (void)
{
  return state.shown;
}

void
fz_theme_set_text_scale (double scale)
{
  state.scale = CLAMP (scale, FZ_TEXT_SCALE_LEAST, FZ_TEXT_SCALE_MOST);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int) (BASE_DPI * state.scale), NULL);
}

double
fz_theme_get_text_scale (void)
{
  return state.scale;
}

void
fz_theme_adopt_window (GtkWindow *window)
{
  if (!gdk_display_is_composited (gtk_widget_get_display (GTK_WIDGET (window))))
    gtk_widget_add_css_class (GTK_WIDGET (window), "fz-flat-popovers");
}

GdkRGBA
fz_theme_color (GtkWidget *widget, const char *token)
{
  GdkRGBA color = { 0 };

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), token, &color))
    g_critical ("no colour token %s", token);
  return color;
}

char *
fz_icon_name (const char *name)
{
  return g_strdup_printf ("fz-%s-symbolic", name);
}

GtkWidget *
fz_icon_new (const char *name, int pixels)
{
  g_autofree char *full = fz_icon_name (name);
  GtkWidget *image = gtk_image_new_from_icon_name (full);

  if (pixels > 0)
    gtk_image_set_pixel_size (GTK_IMAGE (image), (int) (pixels * state.scale));
  return image;
}

void
fz_icon_set (GtkImage *image, const char *name)
{
  g_autofree char *full = fz_icon_name (name);

  gtk_image_set_from_icon_name (image, full);
}
