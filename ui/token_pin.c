#include "ui/token_pin.h"

#include "core/error.h"
#include "ui/kit/form_row.h"
#include "ui/secret_entry.h"

#include <glib/gi18n-lib.h>

#define LEAST_PIN 6

GtkWidget *
fz_token_row_new (const char *token)
{
  GtkWidget *row = fz_form_row_new (_ ("介质 PIN 码"), fz_secret_entry_new (FZ_SECRET_PASSWORD, _ ("介质 PIN 码"), _ ("签名介质或密钥文件的 PIN 码")), TRUE);

  fz_form_row_set_hint (row, token);
  return row;
}

static gboolean
is_long_enough (GtkWidget *pin)
{
  return fz_secret_entry_get_length (FZ_SECRET_ENTRY (pin)) >= LEAST_PIN;
}

static gboolean
is_begun (GtkWidget *token_pin)
{
  return token_pin == NULL || fz_secret_entry_get_length (FZ_SECRET_ENTRY (token_pin)) > 0;
}

gboolean
fz_pins_typed (GtkWidget *pin, GtkWidget *token_pin)
{
  return is_long_enough (pin) && is_begun (token_pin);
}

gboolean
fz_pins_entered (GtkWidget *pin, GtkWidget *token_pin)
{
  if (is_long_enough (pin) && !is_begun (token_pin))
    gtk_widget_grab_focus (token_pin);
  else if (!is_long_enough (pin))
    gtk_widget_grab_focus (pin);
  return fz_pins_typed (pin, token_pin);
}

gboolean
fz_pins_refused (FzDialog *dialog, GtkWidget *row, GtkWidget *token_row, const GError *error)
{
  gboolean pin = g_error_matches (error, FZ_ERROR, FZ_ERROR_SIGNATURE) || g_error_matches (error, FZ_ERROR, FZ_ERROR_LOCKED);
  gboolean token = token_row != NULL && g_error_matches (error, FZ_ERROR, FZ_ERROR_TOKEN);

  if (token)
    fz_form_row_set_finding (token_row, FZ_STATUS_STOP, error->message);
  else if (pin)
    fz_form_row_set_finding (row, FZ_STATUS_STOP, error->message);
  else
    fz_dialog_set_error (dialog, error->message);
  return pin || token;
}
