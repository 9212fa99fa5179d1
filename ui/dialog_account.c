#include "ui/dialog_account.h"

#include "core/case.h"
#include "ui/first_once.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  gatomicrefcount refs;
  FzSession *session;
  FzAccountChanged changed;
  GObject *owner;
  GtkWidget *window; /* weak: where a word can be shown after the page went */
  FzDialog *dialog;  /* NULL once closed */
  GtkWidget *form, *role, *problems;
  GHashTable *entries; /* key -> GtkEntry */
  char *number;        /* who is reset or ended */
  GtkFileChooserNative *chooser;
  gboolean running;
} Account;

/* What the other thread works with, and what it found wrong. */
typedef struct {
  Account *account;
  GPtrArray *rows, *problems;
} Try;

static void
account_unref (gpointer data)
{
  Account *self = data;

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->entries, g_hash_table_unref);
  fz_session_unref (self->session);
  g_clear_weak_pointer (&self->window);
  g_object_unref (self->owner);
  g_free (self->number);
  g_free (self);
}

static Account *
account_new (GtkWidget *over, FzSession *session, FzAccountChanged changed, GObject *owner)
{
  Account *self = g_new0 (Account, 1);

  g_atomic_ref_count_init (&self->refs);
  self->session = fz_session_ref (session);
  self->changed = changed;
  self->owner = g_object_ref (owner);
  g_set_weak_pointer (&self->window, GTK_WIDGET (gtk_widget_get_root (over)));
  return self;
}

static void
try_free (gpointer data)
{
  Try *attempt = data;

  g_clear_pointer (&attempt->rows, g_ptr_array_unref);
  g_clear_pointer (&attempt->problems, g_ptr_array_unref);
  g_free (attempt);
}

static void
on_gone (FzDialog *dialog, Account *self)
{
  self->dialog = NULL;
  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  account_unref (self);
}

/* --- what comes of it --- */

/* In the place of the dialog that asked, also where that was closed meanwhile: a code that nobody saw would be lost. Not over a locked screen, where anybody may sit:
 * there it is said that others have to be made. */
static void
show_codes (Account *self, GPtrArray *codes)
{
  FzDialog *dialog;
  GtkWidget *body;

  if (gtk_widget_get_root (GTK_WIDGET (self->owner)) == NULL) {
    if (self->window != NULL)
      fz_toast_show (self->window, FZ_STATUS_STOP, _ ("登记码已经生成，但“人员”页已关闭，没有显示，不能再查看。请到“人员”页对本人点“重置…”，另发登记码。"));
    return;
  }
  self->changed (self->owner);
  dialog = fz_dialog_new (_ ("首次登录的登记码"), _ ("只显示这一次"));
  body = fz_column (12);
  if (self->dialog != NULL)
    fz_dialog_close (self->dialog);
  fz_put (body, fz_wrapped (_ ("请当面交给本人，只显示这一次。在“授权”页由另一人批准后，本人才能用它首次登录。"), "fz-soft"));
  for (guint i = 0; i < codes->len; i++)
    fz_put (body, fz_code_card_new (codes->pdata[i]));
  fz_dialog_set_body (dialog, body, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("完成"), FZ_BUTTON_PRIMARY);
  fz_dialog_present (dialog, GTK_WIDGET (self->owner));
}

static void
show_problems (Account *self, const Try *attempt, const char *message)
{
  fz_empty (self->problems);
  for (guint i = 0; i < attempt->problems->len; i++)
    fz_put (self->problems, fz_wrapped (attempt->problems->pdata[i], "fz-small"));
  fz_dialog_set_error (self->dialog, message);
  fz_dialog_set_sensitive (self->dialog, "do", TRUE);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Try *attempt = user_data;
  Account *self = attempt->account;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) codes = fz_call_finish (result, &error);

  self->running = FALSE;
  if (codes != NULL)
    show_codes (self, codes);
  else if (self->dialog != NULL)
    show_problems (self, attempt, error->message);
  try_free (attempt);
  account_unref (self);
}

static void
codes_free (gpointer codes)
{
  g_ptr_array_unref (codes);
}

static gpointer
add (FzSession *session, gpointer data, GError **error)
{
  Try *attempt = data;

  return fz_desk_add_staff (session, attempt->rows, attempt->problems, error);
}

static void
start (Account *self, GPtrArray *take_rows)
{
  Try *attempt = g_new0 (Try, 1);

  attempt->account = self;
  attempt->rows = take_rows;
  attempt->problems = g_ptr_array_new_with_free_func (g_free);
  self->running = TRUE;
  fz_empty (self->problems);
  fz_dialog_set_error (self->dialog, NULL);
  fz_dialog_set_sensitive (self->dialog, "do", FALSE);
  g_atomic_ref_count_inc (&self->refs);
  fz_call_async (self->session, add, attempt, NULL, codes_free, on_added, attempt);
}

/* --- one person --- */

static const struct {
  const char *key, *caption, *hint;
  gboolean required;
} asked[] = {
  { "number", N_ ("工号"), N_ ("字母和数字，全院唯一"), TRUE },
  { "name", N_ ("姓名"), NULL, TRUE },
  { "id_number", N_ ("居民身份证号"), NULL, TRUE },
  { "licence", N_ ("执业证书编号"), N_ ("医师、药师必填；启用后不能更改"), FALSE },
  { "department", N_ ("本人科室代码"), N_ ("诊疗科目代码，如 03.04"), FALSE },
  { "department_name", N_ ("科室名称"), NULL, FALSE },
  { "mobile", N_ ("手机"), NULL, FALSE },
};

/* One row; NULL when something that is needed is empty, which is said. */
static GPtrArray *
row_of (Account *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  FzFields *row = fz_fields_new ("fuzhen.staff/v1");

  g_ptr_array_add (rows, row);
  fz_form_clear_findings (self->form);
  fz_fields_set (row, "role", fz_drop_down_get_code (FZ_DROP_DOWN (self->role)));
  if (!fz_fields_has (row, "role"))
    fz_form_set_finding (self->form, "role", FZ_STATUS_STOP, _ ("请填写。"));
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    GtkWidget *entry = g_hash_table_lookup (self->entries, asked[i].key);
    g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

    if (*text != '\0')
      fz_fields_set (row, asked[i].key, text);
    else if (asked[i].required)
      fz_form_set_finding (self->form, asked[i].key, FZ_STATUS_STOP, _ ("请填写。"));
  }
  return fz_form_focus_first_finding (self->form) ? NULL : g_steal_pointer (&rows);
}

static void
on_response (FzDialog *dialog, const char *response, Account *self)
{
  GPtrArray *rows;

  if (!g_str_equal (response, "do") || self->running)
    return;
  rows = row_of (self);
  if (rows != NULL)
    start (self, rows);
}

static void
on_chosen (GtkNativeDialog *dialog, int response, Account *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = path != NULL ? fz_desk_staff_of_table (path, &error) : NULL;

  g_clear_object (&self->chooser);
  if (rows != NULL)
    start (self, rows);
  else if (error != NULL)
    fz_dialog_set_error (self->dialog, error->message);
}

static void
on_table (GtkButton *button, Account *self)
{
  if (self->chooser != NULL || self->running)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("选择人员名单（CSV）"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))), GTK_FILE_CHOOSER_ACTION_OPEN,
                                               _ ("登记"), _ ("取消"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static GtkWidget *
role_new (Account *self)
{
  self->role = fz_drop_down_new (NULL);
  for (FzRole role = FZ_ROLE_DOCTOR; role < FZ_N_ROLES; role++)
    if (role != FZ_ROLE_DESK)
      fz_drop_down_add (FZ_DROP_DOWN (self->role), fz_role_to_word (role), fz_role_label (role), NULL);
  return self->role;
}

static GtkWidget *
body_new (Account *self)
{
  GtkWidget *body = fz_column (12), *table = fz_button_new (FZ_BUTTON_PLAIN, "upload", _ ("从名单登记多人…"));

  self->form = fz_form_new (2);
  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
  fz_form_add (self->form, "role", fz_form_row_new (_ ("角色"), role_new (self), TRUE), 1);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    GtkWidget *entry = gtk_entry_new (), *row = fz_form_row_new (_ (asked[i].caption), entry, asked[i].required);

    fz_form_row_set_hint (row, asked[i].hint != NULL ? _ (asked[i].hint) : NULL);
    fz_form_add (self->form, asked[i].key, row, 1);
    g_hash_table_insert (self->entries, (gpointer) asked[i].key, entry);
  }
  fz_form_enter_moves_on (self->form);
  fz_put (body, fz_wrapped (_ ("登记后由另一人在“授权”页批准，本人再用登记码首次登录。证照的有效期、从业年限等在“更新资料…”里补齐，缺一项就不能接诊或审方。"), "fz-soft"));
  fz_put (body, self->form);
  self->problems = fz_put (body, fz_column (4));
  gtk_widget_set_halign (fz_put (body, table), GTK_ALIGN_START);
  g_signal_connect (table, "clicked", G_CALLBACK (on_table), self);
  return body;
}

void
fz_dialog_account_new (GtkWidget *over, FzSession *session, FzAccountChanged changed, GObject *owner)
{
  Account *self = account_new (over, session, changed, owner);

  self->dialog = fz_dialog_new (_ ("登记人员"), NULL);
  fz_dialog_set_width (self->dialog, 640);
  fz_dialog_set_body (self->dialog, body_new (self), FALSE);
  fz_dialog_add_button (self->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (self->dialog, "do", _ ("登记"), FZ_BUTTON_PRIMARY);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  g_signal_connect (self->dialog, "destroy", G_CALLBACK (on_gone), self);
  fz_dialog_present (self->dialog, over);
}

/* --- one who is there --- */

static gpointer
reset (FzSession *session, gpointer data, GError **error)
{
  FzEnrolCode *code = fz_desk_reset_staff (session, ((Account *) data)->number, error);
  GPtrArray *codes = code != NULL ? g_ptr_array_new_with_free_func ((GDestroyNotify) fz_enrol_code_free) : NULL;

  if (codes != NULL)
    g_ptr_array_add (codes, code);
  return codes;
}

static void
on_reset (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Account *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) codes = fz_call_finish (result, &error);

  if (codes != NULL)
    show_codes (self, codes);
  else if (self->window != NULL)
    fz_toast_show (self->window, FZ_STATUS_STOP, error->message);
  account_unref (self);
}

static void
on_reset_confirmed (gboolean confirmed, gpointer user_data)
{
  Account *self = user_data;

  if (confirmed)
    fz_call_async (self->session, reset, self, NULL, codes_free, on_reset, self);
  else
    account_unref (self);
}

void
fz_dialog_account_reset (GtkWidget *over, FzSession *session, const FzFields *person, FzAccountChanged changed, GObject *owner)
{
  Account *self = account_new (over, session, changed, owner);
  g_autofree char *title = g_strdup_printf (_ ("重置 %s？"), fz_fields_get (person, "name"));

  self->number = g_strdup (fz_fields_get (person, "number"));
  fz_confirm (over, title, _ ("现在的口令、签名 PIN、签名密钥和第二因素立即失效，此前的签名仍然有效。本人凭新的登记码重新首次登录，须另一人批准。"), _ ("重置"), TRUE,
              on_reset_confirmed, self);
}

static void
on_end_confirmed (gboolean confirmed, gpointer user_data)
{
  Account *self = user_data;
  g_autoptr (GError) error = NULL;

  if (confirmed && fz_desk_end_staff (self->session, self->number, &error))
    self->changed (self->owner);
  else if (error != NULL)
    fz_toast_show (GTK_WIDGET (self->owner), FZ_STATUS_STOP, error->message);
  account_unref (self);
}

void
fz_dialog_account_end (GtkWidget *over, FzSession *session, const FzFields *person, FzAccountChanged changed, GObject *owner)
{
  Account *self = account_new (over, session, changed, owner);
  g_autofree char *title = g_strdup_printf (_ ("停用 %s 的账号？"), fz_fields_get (person, "name"));

  self->number = g_strdup (fz_fields_get (person, "number"));
  fz_confirm (over, title, _ ("从现在起不能登录，也不能签名；此前的签名仍然有效。停用后不能恢复，再来本院须登记新的工号。"), _ ("停用账号"), TRUE, on_end_confirmed, self);
}
