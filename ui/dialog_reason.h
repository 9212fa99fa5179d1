/* ui/dialog_reason.h: an act that needs a reason: a code from a closed list, words, or both. What comes of it is prepared by the caller; an error
 * is shown in the dialog and what was typed stays. */
#pragma once

#include "ui/kit/dialog.h"
#include "core/fields.h"

/* FALSE with *error shows the error in the dialog. It stays open in any case, so that nothing typed is lost when signing is cancelled: who
 * is done with it calls fz_dialog_close. `code` is NULL without a list. */
typedef gboolean (*FzReasonGiven) (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error);

typedef struct {
  const char *title, *subtitle;
  GPtrArray *codes;            /* FzFields with code, label, guidance; NULL: no list */
  const char *codes_caption;
  const char *words_caption;
  const char *words_hint;
  const FzFields *fill_in;     /* {institution} and {department} of a guidance are replaced from hospital.name, visit.department_name; may be NULL */
  const char *institution;
  GtkWidget *extra;            /* one more row of the form, taken; NULL: none */
  const char *confirm;
  gboolean danger;
} FzReasonAsk;

/* Everything is copied; `free_data` (may be NULL) is called when the dialog is gone. */
void fz_dialog_reason (GtkWidget *over, const FzReasonAsk *ask, FzReasonGiven given, gpointer user_data, GDestroyNotify free_data);
