#include "ui/password_form.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/secret_entry.h"

#include <glib/gi18n-lib.h>

enum { OLD, FRESH, AGAIN, PIN, N_ROWS };

struct _FzPasswordForm {
  GtkBox parent_instance;
  FzSession *session;
  FzPasswordKind kind;
  GtkWidget *entry[N_ROWS], *row[N_ROWS]; /* PIN: NULL when a PIN is changed */
  gboolean is_busy, is_gone;
};

G_DEFINE_FINAL_TYPE (FzPasswordForm, fz_password_form, GTK_TYPE_BOX)

enum { CHANGED, CHANGED_SECRET, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- the call --- */

typedef struct {
  FzPasswordKind kind;
  FzSecret *old, *fresh, *pin;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  fz_secret_free (change->old);
  fz_secret_free (change->fresh);
  fz_secret_free (change->pin);
  g_free (change);
}

static gpointer
change_secret (FzSession *session, gpointer data, GError **error)
{
  const Change *change = data;
  gboolean good = change->kind == FZ_PASSWORD_FORM_PIN ? fz_desk_change_pin (session, change->old, change->fresh, error)
                                                       : fz_desk_change_password (session, change->old, change->fresh, change->pin, error);

  return GINT_TO_POINTER (good);
}

static void
set_busy (FzPasswordForm *self, gboolean busy)
{
  self->is_busy = busy;
  for (guint i = 0; i < N_ROWS; i++)
    if (self->entry[i] != NULL)
      gtk_widget_set_sensitive (self->entry[i], !busy);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FzPasswordForm) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean good = GPOINTER_TO_INT (fz_call_finish (result, &error));
  guint at = OLD;

  if (self->is_gone)
    return;
  set_busy (self, FALSE);
  if (good) {
    g_signal_emit (self, signals[CHANGED_SECRET], 0);
    return;
  }
  /* A new one that is too simple is said where it was typed; what is wrong with the others is said where the form begins. */
  if (g_error_matches (error, FZ_ERROR, FZ_ERROR_INVALID))
    at = FRESH;
  fz_form_row_set_finding (self->row[at], FZ_STATUS_STOP, error->message);
  gtk_widget_grab_focus (self->entry[at]);
}

/* --- typing --- */

static guint
length (FzPasswordForm *self, guint i)
{
  return self->entry[i] != NULL ? fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->entry[i])) : 1;
}

gboolean
fz_password_form_is_ready (FzPasswordForm *self)
{
  for (guint i = 0; i < N_ROWS; i++)
    if (length (self, i) == 0)
      return FALSE;
  return !self->is_busy;
}

void
fz_password_form_submit (FzPasswordForm *self)
{
  g_autoptr (FzSecret) again = NULL;
  Change *change;

  if (!fz_password_form_is_ready (self))
    return;
  change = g_new0 (Change, 1);
  change->kind = self->kind;
  change->fresh = fz_secret_entry_take (FZ_SECRET_ENTRY (self->entry[FRESH]));
  again = fz_secret_entry_take (FZ_SECRET_ENTRY (self->entry[AGAIN]));
  if (!fz_secret_equal (change->fresh, again)) {
    change_free (change);
    fz_form_row_set_finding (self->row[AGAIN], FZ_STATUS_STOP, _ ("两次输入的不一样，请重新输入。"));
    gtk_widget_grab_focus (self->entry[FRESH]);
    return;
  }
  change->old = fz_secret_entry_take (FZ_SECRET_ENTRY (self->entry[OLD]));
  change->pin = self->entry[PIN] != NULL ? fz_secret_entry_take (FZ_SECRET_ENTRY (self->entry[PIN])) : NULL;
  for (guint i = 0; i < N_ROWS; i++)
    if (self->row[i] != NULL)
      fz_form_row_set_finding (self->row[i], FZ_STATUS_NEUTRAL, NULL);
  set_busy (self, TRUE);
  fz_call_async (self->session, change_secret, change, change_free, NULL, on_done, g_object_ref (self));
}

static void
on_typed (GtkWidget *entry, FzPasswordForm *self)
{
  for (guint i = 0; i < N_ROWS; i++)
    if (self->entry[i] == entry && fz_secret_entry_get_length (FZ_SECRET_ENTRY (entry)) > 0)
      fz_form_row_set_finding (self->row[i], FZ_STATUS_NEUTRAL, NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Enter goes on to the next that is empty, and from the last one tries it. */
static void
on_enter (GtkWidget *entry, FzPasswordForm *self)
{
  for (guint i = 0; i < N_ROWS; i++)
    if (length (self, i) == 0) {
      gtk_widget_grab_focus (self->entry[i]);
      return;
    }
  fz_password_form_submit (self);
}

/* --- building --- */

static void
add (FzPasswordForm *self, guint i, FzSecretKind kind, const char *caption, const char *hint)
{
  self->entry[i] = fz_secret_entry_new (kind, caption, NULL);
  self->row[i] = fz_put (GTK_WIDGET (self), fz_form_row_new (caption, self->entry[i], FALSE));
  fz_form_row_set_hint (self->row[i], hint);
  g_signal_connect (self->entry[i], "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (self->entry[i], "activate", G_CALLBACK (on_enter), self);
}

GtkWidget *
fz_password_form_new (FzSession *session, FzPasswordKind kind)
{
  FzPasswordForm *self = g_object_new (FZ_TYPE_PASSWORD_FORM, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 12, NULL);

  self->session = fz_session_ref (session);
  self->kind = kind;
  if (kind == FZ_PASSWORD_FORM_PIN) {
    add (self, OLD, FZ_SECRET_PIN, _ ("现在的签名 PIN"), NULL);
    add (self, FRESH, FZ_SECRET_PIN, _ ("新的签名 PIN"), _ ("6 至 12 位数字，不用同一个数字或连号"));
    add (self, AGAIN, FZ_SECRET_PIN, _ ("再输一次新的签名 PIN"), NULL);
    return GTK_WIDGET (self);
  }
  add (self, OLD, FZ_SECRET_PASSWORD, _ ("现在的登录口令"), NULL);
  add (self, FRESH, FZ_SECRET_PASSWORD, _ ("新的登录口令"), _ ("至少 10 个字符；大写字母、小写字母、数字、符号中至少三类；不含工号；与最近用过的不同"));
  add (self, AGAIN, FZ_SECRET_PASSWORD, _ ("再输一次新的登录口令"), NULL);
  if (fz_session_has_signing_key (session))
    add (self, PIN, FZ_SECRET_PIN, _ ("签名 PIN"), _ ("签名密钥不变，用新口令重新封装"));
  return GTK_WIDGET (self);
}

static void
fz_password_form_dispose (GObject *object)
{
  FzPasswordForm *self = FZ_PASSWORD_FORM (object);

  self->is_gone = TRUE;
  g_clear_pointer (&self->session, fz_session_unref);
  G_OBJECT_CLASS (fz_password_form_parent_class)->dispose (object);
}

static void
fz_password_form_class_init (FzPasswordFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fz_password_form_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED_SECRET] = g_signal_new ("changed-secret", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_password_form_init (FzPasswordForm *self)
{
}
