/* ui/kit/facts.h: captions over values in a grid, digits in columns. */
#pragma once

#include "ui/kit/status.h"

/* `columns` cells to a line. */
GtkWidget *fz_facts_new (int columns);
/* Large bold values with the caption below, in one line (pressure, creatinine, counts). */
GtkWidget *fz_facts_new_figures (void);
/* Adds a cell over `span` columns; answers the value's label for later gtk_label_set_text. NULL shows 未填. A text
 * stands as it was written: a batch or a version that looks like a day is none. */
GtkLabel *fz_facts_add (GtkWidget *facts, const char *caption, const char *value, int span);
/* The same for a day or a moment of the record, said in the reader's way (fz_say_value). */
GtkLabel *fz_facts_add_day (GtkWidget *facts, const char *caption, const char *value, int span);
/* Puts any widget where the value would be. */
void fz_facts_add_widget (GtkWidget *facts, const char *caption, GtkWidget *value, int span);
/* Colours a value; its caption must already say what is wrong with it. */
void fz_facts_set_status (GtkLabel *value, FzStatus status);
void fz_facts_clear (GtkWidget *facts);
