/* ui/password_form.h: one's own password or PIN made anew: what it was, the new one twice, and for a password the PIN of the signing key, which stays the
 * same. Whatever was typed is wiped when it was tried. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

typedef enum { FZ_PASSWORD_FORM_PASSWORD, FZ_PASSWORD_FORM_PIN } FzPasswordKind;

#define FZ_TYPE_PASSWORD_FORM (fz_password_form_get_type ())
G_DECLARE_FINAL_TYPE (FzPasswordForm, fz_password_form, FZ, PASSWORD_FORM, GtkBox)

/* signals: "changed" (what is typed, or whether it is being tried), "changed-secret" (it is done) */
GtkWidget *fz_password_form_new (FzSession *session, FzPasswordKind kind);
/* Everything is typed, and nothing is being tried. */
gboolean fz_password_form_is_ready (FzPasswordForm *self);
void fz_password_form_submit (FzPasswordForm *self);
