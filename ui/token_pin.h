/* ui/token_pin.h: the second PIN, of a token or key file of a licensed CA (介质 PIN 码), asked below the signer's own. */
#pragma once

#include <gtk/gtk.h>

/* A form row whose control is an FzSecretEntry. `token`: of fz_session_dup_token(). */
GtkWidget *fz_token_row_new (const char *token);
/* TRUE when the PIN is long enough and the token's PIN, where one is asked (NULL: none), is begun. */
gboolean fz_pins_typed (GtkWidget *pin, GtkWidget *token_pin);
/* The same for Enter, which goes on to the token's field while that is empty. */
gboolean fz_pins_entered (GtkWidget *pin, GtkWidget *token_pin);
