/* ui/kit/access.h: names and roles for screen readers. */
#pragma once

#include <gtk/gtk.h>

/* Names a control. Our composite widgets keep the focus in an inner widget: the name goes to that one as well. */
void fz_access_label (GtkWidget *control, const char *name);
void fz_access_description (GtkWidget *control, const char *text);
/* Marks a control required or its content wrong. */
void fz_access_required (GtkWidget *control, gboolean required);
void fz_access_invalid (GtkWidget *control, gboolean invalid);
/* Says which inner widget takes the focus of a composite one; for authors of composites. */
void fz_access_set_inner (GtkWidget *control, GtkWidget *inner);
GtkWidget *fz_access_get_inner (GtkWidget *control);
/* The name last given by fz_access_label, or NULL: GTK 4.8 cannot be asked. */
const char *fz_access_get_label (GtkWidget *control);
/* A stack whose pages are found by a screen reader only while they are seen: GTK 4.8 lists them all. */
GtkWidget *fz_access_stack_new (void);
/* A label that a screen reader speaks when it appears (role alert when urgent, else status). */
GtkWidget *fz_access_live_label_new (const char *text, gboolean urgent);

/* For a class that has a grab_focus() of its own and one child: its focus(). What GtkWidget does instead puts the focus back where
 * grab_focus() says as soon as Shift+Tab would leave, for ever. */
gboolean fz_access_walk (GtkWidget *widget, GtkDirectionType direction);
