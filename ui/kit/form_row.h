/* ui/kit/form_row.h: caption above, control, and below it the finding that speaks of it; and a form of such rows.
 * Findings arrive by the field names that the rulebook's clauses use. */
#pragma once

#include "ui/kit/status.h"

/* `caption` NULL: the control says itself what it is (a check box). */
GtkWidget *fz_form_row_new (const char *caption, GtkWidget *control, gboolean required);
GtkWidget *fz_form_row_get_control (GtkWidget *row);
/* The control of the first row in sight below `within` that is required and has nothing typed or chosen; NULL: none. */
GtkWidget *fz_form_find_missing (GtkWidget *within);
/* Its control is described by the finding or hint that is shown, when something else described it meanwhile. */
void fz_form_row_describe (GtkWidget *row);
/* A quiet sentence below the control while there is no finding; NULL removes it. */
void fz_form_row_set_hint (GtkWidget *row, const char *hint);
/* Shows a finding and marks the control; NULL as message clears it. */
void fz_form_row_set_finding (GtkWidget *row, FzStatus severity, const char *message);
/* NULL when there is none. */
const char *fz_form_row_get_finding (GtkWidget *row);

/* A grid of rows, `columns` to a line. */
GtkWidget *fz_form_new (int columns);
/* `field` is the clause's name of it (may be NULL); `span` columns wide. */
void fz_form_add (GtkWidget *form, const char *field, GtkWidget *row, int span);
GtkWidget *fz_form_get_row (GtkWidget *form, const char *field);
/* FALSE when the form has no such field: the caller shows the finding elsewhere. */
gboolean fz_form_set_finding (GtkWidget *form, const char *field, FzStatus severity, const char *message);
void fz_form_clear_findings (GtkWidget *form);
/* Puts the focus into the first field that is wrong, else into the first with a finding; FALSE when there is none. */
gboolean fz_form_focus_first_finding (GtkWidget *form);
/* Enter in an entry or on a closed drop-down goes to the next field. */
void fz_form_enter_moves_on (GtkWidget *form);
