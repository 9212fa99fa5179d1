#include "ui/policy_read.h"

#include "ui/dialog_entry.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/page.h"

#include <glib/gi18n-lib.h>

#define POLICY "policy"
#define READ "policy-read"
#define CONFIRM "confirm"
#define ASK "ask"

typedef struct {
  FzSession *session;
  FzFields *start;
  const char *move;
  GtkWidget *owner; /* the page that the button is in */
} Reading;

static void
reading_free (gpointer data, GClosure *closure)
{
  Reading *self = data;

  fz_session_unref (self->session);
  fz_fields_unref (self->start);
  g_free (self);
}

static void
on_signed (const char *entry, gpointer owner)
{
  fz_toast_show (owner, FZ_STATUS_OK, _ ("已签名并记入台账“制度学习确认”"));
  fz_page_changed (owner);
}

static void
on_pressed (GtkButton *button, Reading *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) reg = fz_desk_read_register (self->session, READ, &error);

  if (reg != NULL)
    fz_dialog_entry_from (self->owner, self->session, reg, self->start, self->move, on_signed, G_OBJECT (self->owner));
  else
    fz_toast_show (self->owner, FZ_STATUS_STOP, error->message);
}

static void
put_button (GtkWidget *line, FzButtonKind kind, const char *word, const Reading *of, const char *move)
{
  GtkWidget *button = fz_put (line, fz_button_new (kind, NULL, word));
  Reading *self = g_new (Reading, 1);

  *self = (Reading){ fz_session_ref (of->session), fz_fields_ref (of->start), move, of->owner };
  g_signal_connect_data (button, "clicked", G_CALLBACK (on_pressed), self, reading_free, 0);
}

gboolean
fz_policy_read_put (GtkWidget *detail, FzSession *session, const FzFields *entry, GtkWidget *owner)
{
  FzRole role = fz_session_get_role (session);
  g_autoptr (FzFields) start = NULL;
  GtkWidget *line;

  if (g_strcmp0 (fz_fields_get (entry, "entry.register"), POLICY) != 0 || g_strcmp0 (fz_fields_get (entry, "entry.state"), "in_force") != 0 ||
      (role != FZ_ROLE_DOCTOR && role != FZ_ROLE_PHARMACIST))
    return FALSE;
  start = fz_fields_new ("fuzhen.values/v1");
  fz_fields_set (start, "field.subject", fz_fields_get (entry, "field.subject"));
  fz_fields_set (start, "field.version", fz_fields_get (entry, "field.version"));
  fz_fields_freeze (start);
  line = fz_put (detail, fz_line (10));
  put_button (line, FZ_BUTTON_PRIMARY, _ ("确认已学习…"), &(const Reading){ session, start, NULL, owner }, CONFIRM);
  put_button (line, FZ_BUTTON_PLAIN, _ ("提出疑问…"), &(const Reading){ session, start, NULL, owner }, ASK);
  return TRUE;
}
