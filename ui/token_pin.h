/* ui/token_pin.h: the second PIN, of a token or key file of a licensed CA (介质 PIN 码), asked below the signer's own. */
#pragma once

#include "ui/kit/dialog.h"

/* A form row whose control is an FzSecretEntry. `token`: of fz_session_dup_token(). */
GtkWidget *fz_token_row_new (const char *token);
/* Says why a signature was refused where it belongs: at the PIN's row what is wrong with the PIN, at the token's (NULL: none is asked) what is with that,
 * all else above the buttons. FALSE: neither is at fault. */
gboolean fz_pins_refused (FzDialog *dialog, GtkWidget *row, GtkWidget *token_row, const GError *error);
/* TRUE when the PIN is long enough and the token's PIN, where one is asked (NULL: none), is begun. */
gboolean fz_pins_typed (GtkWidget *pin, GtkWidget *token_pin);
/* The same for Enter, which goes on to the token's field while that is empty. */
gboolean fz_pins_entered (GtkWidget *pin, GtkWidget *token_pin);
