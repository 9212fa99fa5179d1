/* ui/theme.h: the design tokens, fonts and icons of the window. Main thread only. */
#pragma once

#include <gtk/gtk.h>

typedef enum {
  FZ_THEME_SYSTEM, /* follows the desktop's portal (color-scheme, contrast); light where there is none */
  FZ_THEME_LIGHT,
  FZ_THEME_DARK,
  FZ_THEME_CONTRAST
} FzTheme;

/* Before gtk_init: takes the cairo renderer when the machine has no GPU (GL by software is slower and takes 90 MB more).
 * A GSK_RENDERER set by the person wins. */
void fz_theme_choose_renderer (void);

/* Registers style, fonts and icons for the default display on the first call; later calls change the colours at once. */
void fz_theme_apply (FzTheme theme);
/* What was asked for, and the colours now shown: never SYSTEM once some were applied. A change emits notify::gtk-application-prefer-dark-theme
 * of the settings, also from one light set of colours to another. */
FzTheme fz_theme_get (void);
FzTheme fz_theme_get_shown (void);

/* 1.0 is 100 %; 2.0 must work on every page. Also scales fixed column widths. */
#define FZ_TEXT_SCALE_LEAST 0.75
#define FZ_TEXT_SCALE_MOST 2.0
void fz_theme_set_text_scale (double scale);
double fz_theme_get_text_scale (void);

/* Adds the class that drops shadow and radius of popovers where the display has no compositor. Every toplevel calls it. */
void fz_theme_adopt_window (GtkWindow *window);

/* A colour token by name ("fz_accent"), as drawn code needs it; `widget` must be in a window. */
GdkRGBA fz_theme_color (GtkWidget *widget, const char *token);

/* Our line icons: "queue" is fz-queue-symbolic. `pixels` at 100 % text; 0 leaves it to the style sheet. */
GtkWidget *fz_icon_new (const char *name, int pixels);
void fz_icon_set (GtkImage *image, const char *name);
/* The icon's name in the icon theme. (transfer full) */
char *fz_icon_name (const char *name);
