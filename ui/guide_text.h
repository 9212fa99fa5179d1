/* ui/guide_text.h: a guide of assets/help/ as widgets: headings, paragraphs, lists, tables and blocks of code, with `code` and **strong** inside a
 * line. Nothing is markup to the toolkit, so nothing in a guide can be taken for it. */
#pragma once

#include <gtk/gtk.h>

/* The parts of the guide, each from one heading of the second rank to the next; the first is what stands before them. GPtrArray of char *. */
GPtrArray *fz_guide_split (const char *guide);
/* The guide's own title, its first heading. (transfer full) */
char *fz_guide_dup_title (const char *guide);
GtkWidget *fz_guide_part_new (const char *part);
