/* ui/kit/dialog.h: our modal, drawn inside the window (no window manager needed): title, body, buttons, focus kept within.
 * Escape is cancel; Enter is the default button unless the focused control uses Enter itself. */
#pragma once

#include "ui/kit/button.h"

#define FZ_TYPE_DIALOG (fz_dialog_get_type ())
G_DECLARE_DERIVABLE_TYPE (FzDialog, fz_dialog, FZ, DIALOG, GtkWidget)

struct _FzDialogClass {
  GtkWidgetClass parent_class;
};

#define FZ_RESPONSE_CANCEL "cancel"

/* signal "response" (char *id): a button's id, or "cancel". After "cancel" the dialog closes itself; after any other it stays
 * open until fz_dialog_close, so that an error can be shown in it. */
FzDialog *fz_dialog_new (const char *title, const char *subtitle);
void fz_dialog_set_title (FzDialog *self, const char *title, const char *subtitle);
/* Width in pixels at 100 % text, with larger text at most what the smallest window has; 520 unless told. Height follows the content up to the window's and then scrolls. */
void fz_dialog_set_width (FzDialog *self, int width);
/* Scrolled as a whole when it is too high; with `scrolls_itself` the body has a scrolled part of its own. */
void fz_dialog_set_body (FzDialog *self, GtkWidget *body, gboolean scrolls_itself);
/* Buttons stand at the right in the order added. Enter presses the primary one that is in sight; with none, or a dangerous one in its place, nothing. */
GtkWidget *fz_dialog_add_button (FzDialog *self, const char *response, const char *label, FzButtonKind kind);
/* Another one, whatever is in sight. */
void fz_dialog_set_default (FzDialog *self, const char *response);
/* A button that had the focus when it became insensitive has it again when it may be pressed, unless the person went elsewhere. */
void fz_dialog_set_sensitive (FzDialog *self, const char *response, gboolean sensitive);
/* A widget at the left of the buttons (a count, a hint). */
void fz_dialog_set_note (FzDialog *self, GtkWidget *note);
/* A line above the buttons; NULL hides it. Spoken at once, and again by a screen reader that comes back to the dialog. While something that is required is
 * empty it is of that control, as below. */
void fz_dialog_set_error (FzDialog *self, const char *message);
/* The same, of one control of the dialog: it has the focus, is marked as wrong until the error goes, and described by it. */
void fz_dialog_set_error_of (FzDialog *self, GtkWidget *control, const char *message);
/* Shows it over the window that `over` is in and focuses the first control. Takes the floating reference. */
void fz_dialog_present (FzDialog *self, GtkWidget *over);
/* TRUE: closing now would lose what somebody typed. Then Escape, the cross and the cancel button ask first; a locked window does not. Without a guard the
 * dialog compares what stands in its fields (searches and secrets apart) with what stood there when it was shown. */
typedef gboolean (*FzDialogGuard) (gpointer user_data);
void fz_dialog_set_guard (FzDialog *self, FzDialogGuard guard, gpointer user_data);
/* What stands in the fields now is kept elsewhere, or was put there by the program: leaving loses none of it. */
void fz_dialog_set_kept (FzDialog *self);
void fz_dialog_respond (FzDialog *self, const char *response);
void fz_dialog_cancel (FzDialog *self);
/* As Escape does. */
void fz_dialog_leave (FzDialog *self);
void fz_dialog_close (FzDialog *self);

typedef void (*FzConfirmFunc) (gboolean confirmed, gpointer user_data);
/* A question with two buttons. `destructive` paints the button red and leaves Enter on cancel. Calls back once. */
FzDialog *fz_confirm (GtkWidget *over, const char *title, const char *text, const char *confirm_label, gboolean destructive,
                      FzConfirmFunc callback, gpointer user_data);
