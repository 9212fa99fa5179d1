/* ui/sign_dialog.h: the moment of signing. The complete text of every document of one visit's sheet, the sentence that says what signing
 * means, and the PIN. 60 seconds, one use. Serves trust T3, T4; Electronic Signature Law art. 13 (only the signer, this content).
 * Whoever calls it signs exactly the bytes whose rendering was shown. */
#pragma once

#include "core/secret.h"
#include "ui/kit/dialog.h"

#define FZ_SIGN_SECONDS 60

#define FZ_TYPE_SIGN_DIALOG (fz_sign_dialog_get_type ())
G_DECLARE_FINAL_TYPE (FzSignDialog, fz_sign_dialog, FZ, SIGN_DIALOG, FzDialog)

typedef enum {
  FZ_SIGN_PIN,       /* the PIN is in `pin`; answer with fz_sign_dialog_refuse or fz_sign_dialog_done */
  FZ_SIGN_CANCELLED, /* the dialog is gone; pin is NULL */
  FZ_SIGN_TIMED_OUT
} FzSignOutcome;

/* `pin` is the callee's (transfer full). FZ_SIGN_PIN may come several times, one of the others ends it. */
typedef void (*FzSignFunc) (FzSignDialog *dialog, FzSignOutcome outcome, FzSecret *pin, gpointer user_data);

/* `title` 签署处方; `law` is the sentence above the PIN; `signer` 林若溪 主治医师. */
FzSignDialog *fz_sign_dialog_new (const char *title, const char *signer, const char *law);
/* `text` is the rendered document, complete, as plain text; shown letter by letter, in order of adding. */
void fz_sign_dialog_add_document (FzSignDialog *self, const char *title, const char *text);
/* A box to tick before the PIN counts: what the signer states now. `i` is the caller's number of it. signal "stated" (guint i, gboolean on). */
void fz_sign_dialog_add_statement (FzSignDialog *self, guint i, const char *words);
/* Once, before it is shown: a token or key file signs as well; a second field asks its PIN. `token`: CA 签名（SM2）（证书 …）. */
void fz_sign_dialog_set_token (FzSignDialog *self, const char *token);
/* What was typed for it, taken out of the field; NULL without a token. (transfer full) */
FzSecret *fz_sign_dialog_take_token_pin (FzSignDialog *self);
void fz_sign_dialog_present_for (FzSignDialog *self, GtkWidget *over, FzSignFunc callback, gpointer user_data);
/* Nothing was signed: why stands at the PIN when that was wrong or is locked (then no more can be typed), at the token's field when that was, and else above the
 * buttons. The 60 seconds go on. */
void fz_sign_dialog_refuse (FzSignDialog *self, const GError *error);
/* Signed: closes without a further callback. */
void fz_sign_dialog_done (FzSignDialog *self);
/* Seconds that are left, as shown. */
guint fz_sign_dialog_get_seconds (FzSignDialog *self);
