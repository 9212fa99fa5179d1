#include "ui/dialog_enrol.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/qr_view.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

#define WIDTH 680
#define BODY_WIDTH (WIDTH - 50)

enum { CODE, PASSWORD, PASSWORD_AGAIN, PIN, PIN_AGAIN, N_SECRETS };

typedef struct {
  gatomicrefcount refs;
  FzDesk *desk;
  FzEnrolled enrolled;
  gpointer user_data;
  FzDialog *dialog; /* NULL once closed */
  GtkWidget *over;
  GtkWidget *number, *number_row, *entry[N_SECRETS], *row[N_SECRETS], *factor, *file_line, *file_name;
  char *key_file;
  gboolean running;
} Enrol;

/* What the other thread works with, and what it found. */
typedef struct {
  Enrol *enrol;
  char *number, *key_file;
  FzSecret *code, *password, *pin, *key_text, *uri;
} Try;

static void
enrol_unref (gpointer data)
{
  Enrol *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_object_unref (self->over);
  g_free (self->key_file);
  g_free (self);
}

static void
try_free (gpointer data)
{
  Try *attempt = data;

  fz_secret_free (attempt->code);
  fz_secret_free (attempt->password);
  fz_secret_free (attempt->pin);
  fz_secret_free (attempt->key_text);
  fz_secret_free (attempt->uri);
  g_free (attempt->number);
  g_free (attempt->key_file);
  g_free (attempt);
}

static gpointer
run (FzSession *none, gpointer data, GError **error)
{
  Try *attempt = data;

  return GINT_TO_POINTER (fz_desk_enrol (attempt->enrol->desk, attempt->number, attempt->code, attempt->password, attempt->pin, attempt->key_file, &attempt->key_text,
                                         &attempt->uri, error));
}

static gboolean
uses_app (Enrol *self)
{
  return g_strcmp0 (fz_segments_get_active (FZ_SEGMENTS (self->factor)), "app") == 0;
}

/* --- afterwards --- */

/* Shown once: after it is closed nobody can see the key again. */
static void
show_app_key (GtkWidget *over, const Try *attempt)
{
  FzDialog *dialog = fz_dialog_new (_ ("首次登录已完成"), attempt->number);
  GtkWidget *body = fz_column (12), *key;

  fz_put (body, fz_wrapped (_ ("用手机上的动态口令应用扫描二维码，或手工输入下面的密钥。只显示这一次；登录时输入应用里的 6 位数字。"), "fz-soft"));
  gtk_widget_set_halign (fz_put (body, fz_qr_view_new ((const char *) fz_secret_get (attempt->uri), _ ("动态口令密钥的二维码"))), GTK_ALIGN_CENTER);
  key = fz_put (body, fz_wrapped ((const char *) fz_secret_get (attempt->key_text), "fz-numeric"));
  gtk_widget_add_css_class (key, "fz-strong");
  fz_dialog_set_body (dialog, body, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("完成"), FZ_BUTTON_PRIMARY);
  fz_dialog_present (dialog, over);
}

static void
finish (Enrol *self, const Try *attempt)
{
  if (self->dialog != NULL)
    fz_dialog_close (self->dialog);
  if (gtk_widget_get_root (self->over) == NULL)
    return;
  self->enrolled (attempt->number, attempt->key_file, self->user_data);
  if (attempt->key_file == NULL)
    show_app_key (self->over, attempt);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Try *attempt = user_data;
  Enrol *self = attempt->enrol;
  g_autoptr (GError) error = NULL;
  gboolean good = GPOINTER_TO_INT (fz_call_finish (result, &error));

  self->running = FALSE;
  if (good)
    finish (self, attempt);
  else if (self->dialog != NULL) {
    fz_dialog_set_error (self->dialog, error->message);
    fz_dialog_set_sensitive (self->dialog, "do", TRUE);
    gtk_widget_grab_focus (self->entry[CODE]);
  }
  try_free (attempt);
  enrol_unref (self);
}

/* --- trying --- */

static gboolean
complain (Enrol *self, GtkWidget *row, GtkWidget *at, const char *why)
{
  fz_form_row_set_finding (row, FZ_STATUS_STOP, why);
  gtk_widget_grab_focus (at);
  return FALSE;
}

static gboolean
is_filled (Enrol *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->number)) == '\0')
    return complain (self, self->number_row, self->number, _ ("请输入工号。"));
  for (guint i = 0; i < N_SECRETS; i++)
    if (fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->entry[i])) == 0)
      return complain (self, self->row[i], self->entry[i], _ ("请填写。"));
  if (uses_app (self) || self->key_file != NULL)
    return TRUE;
  fz_dialog_set_error (self->dialog, _ ("请选择密钥文件存在哪里，或改用动态口令。"));
  return FALSE;
}

/* Both of a pair, taken; NULL when they differ, which is said. */
static FzSecret *
take_twice (Enrol *self, guint first)
{
  g_autoptr (FzSecret) once = fz_secret_entry_take (FZ_SECRET_ENTRY (self->entry[first]));
  g_autoptr (FzSecret) again = fz_secret_entry_take (FZ_SECRET_ENTRY (self->entry[first + 1]));

  if (fz_secret_equal (once, again))
    return g_steal_pointer (&once);
  complain (self, self->row[first + 1], self->entry[first], _ ("两次输入的不一样，请重新输入。"));
  return NULL;
}

static void
submit (Enrol *self)
{
  Try *attempt;

  for (guint i = 0; i < N_SECRETS; i++)
    fz_form_row_set_finding (self->row[i], FZ_STATUS_NEUTRAL, NULL);
  fz_form_row_set_finding (self->number_row, FZ_STATUS_NEUTRAL, NULL);
  fz_dialog_set_error (self->dialog, NULL);
  if (self->running || !is_filled (self))
    return;
  attempt = g_new0 (Try, 1);
  attempt->enrol = self;
  attempt->password = take_twice (self, PASSWORD);
  attempt->pin = attempt->password != NULL ? take_twice (self, PIN) : NULL;
  if (attempt->pin == NULL) {
    try_free (attempt);
    return;
  }
  attempt->number = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->number))));
  attempt->key_file = uses_app (self) ? NULL : g_strdup (self->key_file);
  attempt->code = fz_secret_entry_take (FZ_SECRET_ENTRY (self->entry[CODE]));
  self->running = TRUE;
  fz_dialog_set_sensitive (self->dialog, "do", FALSE);
  g_atomic_ref_count_inc (&self->refs);
  fz_call_async (NULL, run, attempt, NULL, NULL, on_done, attempt);
}

/* --- the second factor --- */

static void
on_place (GtkWidget *over, const char *path, gpointer user_data)
{
  Enrol *self = user_data;
  g_autofree char *name = g_path_get_basename (path);

  g_free (self->key_file);
  self->key_file = g_strdup (path);
  fz_set_text (self->file_name, name);
  gtk_widget_set_tooltip_text (self->file_name, path);
}

static void
on_choose (GtkButton *button, Enrol *self)
{
  const char *number = gtk_editable_get_text (GTK_EDITABLE (self->number));
  g_autofree char *name = g_strdup_printf ("%s.fzkey", *number != '\0' ? number : "key");

  fz_save_as (GTK_WIDGET (button), _ ("密钥文件存在哪里"), name, on_place, self);
}

static void
on_factor (FzSegments *segments, const char *id, Enrol *self)
{
  gtk_widget_set_visible (self->file_line, !uses_app (self));
}

static void
add_factor (Enrol *self, GtkWidget *body)
{
  GtkWidget *choose = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("存到U盘…")), *box = fz_column (8);

  self->factor = fz_put (box, fz_segments_new (_ ("第二因素")));
  fz_access_set_inner (box, self->factor);
  fz_segments_add (FZ_SEGMENTS (self->factor), "file", _ ("密钥文件"));
  fz_segments_add (FZ_SEGMENTS (self->factor), "app", _ ("动态口令"));
  self->file_line = fz_put (box, fz_line (8));
  fz_put (self->file_line, fz_icon_new ("key", 17));
  self->file_name = fz_put_wide (self->file_line, fz_wrapped (_ ("请选择存在哪里；登录时须插着这个U盘。"), "fz-soft"));
  fz_put (self->file_line, choose);
  g_signal_connect (choose, "clicked", G_CALLBACK (on_choose), self);
  g_signal_connect (self->factor, "changed", G_CALLBACK (on_factor), self);
  fz_put (body, fz_form_row_new (_ ("第二因素"), box, TRUE));
}

/* --- the dialog --- */

static void
on_response (FzDialog *dialog, const char *response, Enrol *self)
{
  if (g_str_equal (response, "do"))
    submit (self);
}

static void
on_gone (FzDialog *dialog, Enrol *self)
{
  self->dialog = NULL;
  enrol_unref (self);
}

static void
on_enter (GtkWidget *entry, Enrol *self)
{
  for (guint i = 0; i < N_SECRETS; i++)
    if (fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->entry[i])) == 0) {
      gtk_widget_grab_focus (self->entry[i]);
      return;
    }
  submit (self);
}

static GtkWidget *
body_new (Enrol *self, const char *number)
{
  static const struct {
    FzSecretKind kind;
    const char *caption, *hint;
  } asked[N_SECRETS] = {
    { FZ_SECRET_PASSWORD, N_ ("登记码"), N_ ("16 位字母和数字，不分大小写，连字符可以不输") },
    { FZ_SECRET_PASSWORD, N_ ("新的登录口令"), N_ ("至少 10 个字符；大写字母、小写字母、数字、符号中至少三类；不含工号") },
    { FZ_SECRET_PASSWORD, N_ ("再输一次新的登录口令"), NULL },
    { FZ_SECRET_PIN, N_ ("新的签名 PIN"), N_ ("6 至 12 位数字，不用同一个数字或连号") },
    { FZ_SECRET_PIN, N_ ("再输一次新的签名 PIN"), NULL },
  };
  GtkWidget *body = fz_column (12), *grid = fz_form_new (2);

  gtk_widget_set_size_request (body, BODY_WIDTH, -1); /* else its height is asked for at the least width, where every hint takes lines */

  fz_put (body, fz_wrapped (_ ("口令和 PIN 只有您自己知道，任何人包括管理员都查不到；忘记了只能由安全管理员重置，换一把新的签名密钥。"), "fz-soft"));
  self->number = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (self->number), number != NULL ? number : "");
  self->number_row = fz_form_row_new (_ ("工号"), self->number, TRUE);
  fz_form_add (grid, NULL, self->number_row, 1);
  for (guint i = 0; i < N_SECRETS; i++) {
    self->entry[i] = fz_secret_entry_new (asked[i].kind, _ (asked[i].caption), NULL);
    self->row[i] = fz_form_row_new (_ (asked[i].caption), self->entry[i], TRUE);
    fz_form_row_set_hint (self->row[i], asked[i].hint != NULL ? _ (asked[i].hint) : NULL);
    fz_form_add (grid, NULL, self->row[i], 1);
    g_signal_connect (self->entry[i], "activate", G_CALLBACK (on_enter), self);
  }
  g_signal_connect (self->number, "activate", G_CALLBACK (on_enter), self);
  fz_put (body, grid);
  add_factor (self, body);
  return body;
}

void
fz_dialog_enrol (GtkWidget *over, FzDesk *desk, const char *number, FzEnrolled enrolled, gpointer user_data)
{
  Enrol *self = g_new0 (Enrol, 1);

  g_atomic_ref_count_init (&self->refs);
  self->desk = desk;
  self->over = g_object_ref (over);
  self->enrolled = enrolled;
  self->user_data = user_data;
  self->dialog = fz_dialog_new (_ ("首次登录"), _ ("凭登记码设置自己的口令、签名 PIN 和第二因素"));
  fz_dialog_set_width (self->dialog, WIDTH);
  fz_dialog_set_body (self->dialog, body_new (self, number), FALSE);
  fz_dialog_add_button (self->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (self->dialog, "do", _ ("完成"), FZ_BUTTON_PRIMARY);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  g_signal_connect (self->dialog, "destroy", G_CALLBACK (on_gone), self);
  fz_dialog_present (self->dialog, over);
}
