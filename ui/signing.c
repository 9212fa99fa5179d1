#include "ui/signing.h"

#include "ui/sign_dialog.h"

#include <glib/gi18n-lib.h>

typedef struct {
  GtkWidget *over;
  FzSession *session;
  FzSheet *sheet;
  FzSecret *pin;
  GPtrArray *ids;
  FzSignDialog *dialog;
  FzSignedFunc done;
  gpointer user_data;
  gboolean running, gone; /* gone: the dialog left while the signature was being made */
} Signing;

static void
signing_free (Signing *self)
{
  g_clear_pointer (&self->pin, fz_secret_free);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  fz_sheet_free (self->sheet);
  fz_session_unref (self->session);
  g_object_unref (self->over);
  g_free (self);
}

static void
end (Signing *self)
{
  self->done (self->over, self->ids, self->user_data);
  signing_free (self);
}

static gpointer
sign (FzSession *session, gpointer data, GError **error)
{
  Signing *self = data;

  return fz_desk_sign_sheet (session, self->sheet, self->pin, &self->ids, error) ? self : NULL;
}

static void
on_signed (GObject *source, GAsyncResult *result, gpointer data)
{
  Signing *self = data;
  g_autoptr (GError) error = NULL;
  gboolean good = fz_call_finish (result, &error) != NULL;

  self->running = FALSE;
  g_clear_pointer (&self->pin, fz_secret_free);
  if (good) {
    if (!self->gone)
      fz_sign_dialog_done (self->dialog);
    end (self);
  } else if (self->gone)
    end (self);
  else
    fz_sign_dialog_refuse (self->dialog, error->message, -1);
}

static void
on_pin (FzSignDialog *dialog, FzSignOutcome outcome, FzSecret *pin, gpointer data)
{
  Signing *self = data;

  if (outcome != FZ_SIGN_PIN) {
    self->gone = TRUE;
    if (!self->running)
      end (self);
    return;
  }
  if (self->running) {
    fz_secret_free (pin);
    return;
  }
  self->running = TRUE;
  self->pin = pin;
  fz_call_async (self->session, sign, self, NULL, NULL, on_signed, self);
}

void
fz_signing_start (GtkWidget *over, FzSession *session, FzSheet *sheet, const char *title, const char *law, FzSignedFunc done,
                  gpointer user_data)
{
  const FzFields *person = fz_session_get_person (session);
  const char *rank = fz_fields_get (person, "title_label");
  g_autofree char *signer = g_strdup_printf ("%s %s", fz_fields_get (person, "name"),
                                             rank != NULL ? rank : fz_role_label (fz_session_get_role (session)));
  Signing *self = g_new0 (Signing, 1);

  self->over = g_object_ref (over);
  self->session = fz_session_ref (session);
  self->sheet = sheet;
  self->done = done;
  self->user_data = user_data;
  self->dialog = fz_sign_dialog_new (title, signer, law);
  for (guint i = 0; i < fz_sheet_get_n (sheet); i++)
    fz_sign_dialog_add_document (self->dialog, fz_sheet_get_title (sheet, i), fz_sheet_get_text (sheet, i));
  fz_sign_dialog_present_for (self->dialog, over, on_pin, self);
}
