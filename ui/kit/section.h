/* ui/kit/section.h: a heading above a group, with room for a word beside it and controls at its end. */
#pragma once

#include <gtk/gtk.h>

/* `subtitle` may be NULL. */
GtkWidget *fz_section_new (const char *title, const char *subtitle);
/* The same in the size of a page's title. */
GtkWidget *fz_page_title_new (const char *title, const char *subtitle);
void fz_section_set_subtitle (GtkWidget *section, const char *subtitle);
/* The label of its title. */
GtkWidget *fz_section_get_heading (GtkWidget *section);
void fz_section_add_end (GtkWidget *section, GtkWidget *child);
