/* ui/kit/access.h: names and roles for screen readers. */
#pragma once

#include <gtk/gtk.h>

/* Names a control. Our composite widgets keep the focus in an inner widget: the name goes to that one as well. */
void fz_access_label (GtkWidget *control, const char *name);
/* The same by the label that stands beside it: a screen reader hears its words as the name, and finds the one from the other (labelled by). */
void fz_access_labelled_by (GtkWidget *control, GtkWidget *label);
/* What a control says of itself beyond its name: its value, its picture in words. */
void fz_access_description (GtkWidget *control, const char *text);
/* The label that explains it as it stands now: a hint, what is wrong with it, why it can't be used (described by). It is heard after what the control
 * says of itself. Called again when the label says something else; NULL: nothing explains it any more. GTK 4.8 tells a screen reader of this
 * relation and not of an error message's. */
void fz_access_described_by (GtkWidget *control, GtkWidget *label);
/* What is typed or chosen here decides what is seen there (controls). */
void fz_access_controls (GtkWidget *control, GtkWidget *what);
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
