/* ui/page_sign_in.h: who is it? Staff number, password and a second factor: the key file, found by itself or chosen, or a one-time code.
 * In a demo every person is a card that fills the three. Serves Tianjin 2025 art. 14. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `session` is the callee's (transfer full). */
typedef void (*FzSignedIn) (FzSession *session, gpointer user_data);
/* Called when the person who was here before wants to go back to the locked window. */
typedef void (*FzSignInBack) (gpointer user_data);

#define FZ_TYPE_PAGE_SIGN_IN (fz_page_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (FzPageSignIn, fz_page_sign_in, FZ, PAGE_SIGN_IN, GtkWidget)

/* `desk` outlives the page. Both callbacks come at most once, and never after the page left the window. */
GtkWidget *fz_page_sign_in_new (FzDesk *desk, FzSignedIn signed_in, gpointer user_data);
/* Shows a way back to the one whose session is locked. */
void fz_page_sign_in_set_back (FzPageSignIn *self, const char *name, FzSignInBack back);
