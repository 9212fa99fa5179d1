#include "ui/page_sign_in.h"

#include "ui/dialog_enrol.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_in_people.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KEY_FILE_MOST_BYTES 4096
#define CODE_DIGITS 6

struct _FzPageSignIn {
  GtkWidget parent_instance;
  FzDesk *desk;
  FzSignedIn signed_in;
  FzSignInBack back;
  gpointer user_data;
  GtkWidget *root, *number, *password, *factor, *file_line, *file_name, *code_row, *code, *error, *restore, *button, *busy, *return_box;
  char *key_file;      /* path of the one in use; NULL: none found yet */
  char *key_file_of;   /* the number it was found for; NULL when a person chose it */
  GtkFileChooserNative *chooser;
  gboolean is_busy;
};

G_DEFINE_FINAL_TYPE (FzPageSignIn, fz_page_sign_in, GTK_TYPE_WIDGET)

/* --- the second factor --- */

static gboolean
uses_code (FzPageSignIn *self)
{
  return g_strcmp0 (fz_segments_get_active (FZ_SEGMENTS (self->factor)), "code") == 0;
}

static void
show_key_file (FzPageSignIn *self)
{
  g_autofree char *name = self->key_file != NULL ? g_path_get_basename (self->key_file) : NULL;
  const char *number = gtk_editable_get_text (GTK_EDITABLE (self->number));

  fz_set_text (self->file_name, name != NULL             ? name
                                : *number == '\0'         ? _ ("输入工号后自动查找")
                                                          : _ ("未找到。请插入存有密钥文件的U盘，或手动选择。"));
  if (name != NULL)
    gtk_widget_remove_css_class (self->file_name, "fz-soft");
  else
    gtk_widget_add_css_class (self->file_name, "fz-soft");
  gtk_widget_set_tooltip_text (self->file_name, self->key_file);
}

static void
use_key_file (FzPageSignIn *self, const char *path, const char *of)
{
  g_free (self->key_file);
  g_free (self->key_file_of);
  self->key_file = g_strdup (path);
  self->key_file_of = g_strdup (of);
  show_key_file (self);
}

/* A demo keeps everybody's file beside its store. (transfer full) */
static char *
find_key_file (FzPageSignIn *self, const char *number)
{
  const FzFields *front = fz_desk_get_front (self->desk);

  for (guint i = 0; i < fz_fields_count (front, "people"); i++)
    if (g_strcmp0 (fz_fields_get_at (front, "people", i, "number"), number) == 0)
      return g_strdup (fz_fields_get_at (front, "people", i, "key_file"));
  return fz_desk_find_key_file (self->desk, number);
}

/* A file a person chose by hand stays until the number changes; a found one belongs to its number. */
static void
look_for_key_file (FzPageSignIn *self)
{
  const char *number = gtk_editable_get_text (GTK_EDITABLE (self->number));
  g_autofree char *found = NULL;

  if (self->key_file_of != NULL && g_str_equal (self->key_file_of, number))
    return;
  found = find_key_file (self, number);
  use_key_file (self, found, found != NULL ? number : NULL);
}

static void
on_chosen (GtkNativeDialog *dialog, int response, FzPageSignIn *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    use_key_file (self, path, gtk_editable_get_text (GTK_EDITABLE (self->number)));
  g_clear_object (&self->chooser);
}

static void
on_choose (GtkButton *button, FzPageSignIn *self)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("选择密钥文件"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("选择"), _ ("取消"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_factor (FzSegments *segments, const char *id, FzPageSignIn *self)
{
  gtk_widget_set_visible (self->file_line, !uses_code (self));
  gtk_widget_set_visible (self->code_row, uses_code (self));
}

static FzSecret *
read_key_file (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize n = 0;
  FzSecret *secret;

  if (!g_file_get_contents (path, &text, &n, error))
    return NULL;
  if (n == 0 || n > KEY_FILE_MOST_BYTES) {
    fz_secret_wipe (text, n);
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是密钥文件。"), path);
    return NULL;
  }
  secret = fz_secret_new_from (text, n);
  fz_secret_wipe (text, n);
  return secret;
}

/* --- signing in --- */

typedef struct {
  FzDesk *desk;
  char *number;
  FzSecret *password, *factor;
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_free (attempt->number);
  fz_secret_free (attempt->password);
  fz_secret_free (attempt->factor);
  g_free (attempt);
}

static gpointer
sign_in (FzSession *none, gpointer data, GError **error)
{
  Attempt *attempt = data;

  return fz_desk_sign_in (attempt->desk, attempt->number, attempt->password, attempt->factor, error);
}

static void
session_free (gpointer session)
{
  fz_session_unref (session);
}

static void
say (FzPageSignIn *self, const char *message)
{
  fz_set_text (self->error, message);
  gtk_widget_set_visible (gtk_widget_get_parent (self->error), message != NULL);
}

static void
set_busy (FzPageSignIn *self, gboolean busy)
{
  self->is_busy = busy;
  gtk_widget_set_sensitive (self->button, !busy);
  gtk_widget_set_visible (self->busy, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (gtk_widget_get_first_child (self->busy)), busy);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FzPageSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSession) session = fz_call_finish (result, &error);

  if (self->root == NULL) { /* the window went away meanwhile: nobody is there to use it */
    if (session != NULL)
      fz_session_sign_out (session);
    return;
  }
  set_busy (self, FALSE);
  if (session != NULL) {
    self->signed_in (g_steal_pointer (&session), self->user_data);
    return;
  }
  say (self, error->message);
  gtk_widget_set_visible (self->restore, g_error_matches (error, FZ_ERROR, FZ_ERROR_CORRUPT));
  gtk_widget_grab_focus (self->password);
}

static FzSecret *
take_factor (FzPageSignIn *self, GError **error)
{
  if (!uses_code (self))
    return read_key_file (self->key_file, error);
  return fz_secret_entry_take (FZ_SECRET_ENTRY (self->code));
}

/* The first thing that is missing, with the focus put there; NULL when all is in. */
static const char *
missing (FzPageSignIn *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->number)) == '\0') {
    gtk_widget_grab_focus (self->number);
    return _ ("请输入工号。");
  }
  if (fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->password)) == 0) {
    gtk_widget_grab_focus (self->password);
    return _ ("请输入登录口令。");
  }
  if (uses_code (self) && fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->code)) < CODE_DIGITS) {
    gtk_widget_grab_focus (self->code);
    return _ ("请输入6位动态口令。");
  }
  if (!uses_code (self) && self->key_file == NULL)
    return _ ("没有找到您的密钥文件。请插入U盘后重试、手动选择文件，或改用动态口令。");
  return NULL;
}

static void
submit (FzPageSignIn *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) factor = NULL;
  Attempt *attempt;
  const char *lacking;

  if (self->is_busy)
    return;
  if (self->key_file == NULL)
    look_for_key_file (self);
  lacking = missing (self);
  factor = lacking == NULL ? take_factor (self, &error) : NULL;
  if (factor == NULL) {
    say (self, lacking != NULL ? lacking : error->message);
    return;
  }
  say (self, NULL);
  gtk_widget_set_visible (self->restore, FALSE);
  set_busy (self, TRUE);
  attempt = g_new0 (Attempt, 1);
  attempt->desk = self->desk;
  attempt->number = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->number))));
  attempt->password = fz_secret_entry_take (FZ_SECRET_ENTRY (self->password));
  attempt->factor = g_steal_pointer (&factor);
  fz_call_async (NULL, sign_in, attempt, attempt_free, session_free, on_done, g_object_ref (self));
}

static void
on_number_entered (GtkEntry *entry, FzPageSignIn *self)
{
  gtk_widget_grab_focus (self->password);
}

static void
on_password_entered (FzPageSignIn *self)
{
  if (uses_code (self) && fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->code)) < CODE_DIGITS)
    gtk_widget_grab_focus (self->code);
  else
    submit (self);
}

static void
on_person (guint index, gpointer user_data)
{
  FzPageSignIn *self = user_data;
  const FzFields *front = fz_desk_get_front (self->desk);
  const char *number = fz_fields_get_at (front, "people", index, "number");
  const char *words = fz_fields_get_at (front, "people", index, "password");
  g_autoptr (FzSecret) password = words != NULL ? fz_secret_new_from (words, strlen (words)) : NULL;

  if (self->is_busy || number == NULL || password == NULL)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->number), number);
  fz_secret_entry_fill (FZ_SECRET_ENTRY (self->password), password);
  fz_segments_set_active (FZ_SEGMENTS (self->factor), "file");
  on_factor (NULL, NULL, self);
  use_key_file (self, fz_fields_get_at (front, "people", index, "key_file"), number);
  say (self, NULL);
  gtk_widget_grab_focus (self->button);
}

/* What was just made is what is asked for now. */
static void
on_enrolled (const char *number, const char *key_file, gpointer user_data)
{
  FzPageSignIn *self = user_data;

  gtk_editable_set_text (GTK_EDITABLE (self->number), number);
  fz_segments_set_active (FZ_SEGMENTS (self->factor), key_file != NULL ? "file" : "code");
  on_factor (NULL, NULL, self);
  use_key_file (self, key_file, key_file != NULL ? number : NULL);
  say (self, NULL);
  gtk_widget_grab_focus (self->password);
}

static void
on_first (GtkButton *button, FzPageSignIn *self)
{
  if (!self->is_busy)
    fz_dialog_enrol (GTK_WIDGET (self), self->desk, gtk_editable_get_text (GTK_EDITABLE (self->number)), on_enrolled, self);
}

static void
on_back (GtkButton *button, FzPageSignIn *self)
{
  if (self->back != NULL && !self->is_busy)
    self->back (self->user_data);
}

/* --- building --- */

static GtkWidget *
factor_new (FzPageSignIn *self)
{
  GtkWidget *box = fz_column (8);
  GtkWidget *choose = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("选择文件…"));

  self->factor = fz_segments_new (_ ("第二因素"));
  fz_access_set_inner (box, self->factor);
  fz_segments_add (FZ_SEGMENTS (self->factor), "file", _ ("密钥文件"));
  fz_segments_add (FZ_SEGMENTS (self->factor), "code", _ ("动态口令"));
  g_signal_connect (self->factor, "changed", G_CALLBACK (on_factor), self);
  self->file_line = fz_line (8);
  self->file_name = fz_wrapped (NULL, NULL);
  gtk_label_set_max_width_chars (GTK_LABEL (self->file_name), 20);
  gtk_widget_add_css_class (choose, "fz-compact");
  gtk_widget_set_valign (choose, GTK_ALIGN_CENTER);
  g_signal_connect (choose, "clicked", G_CALLBACK (on_choose), self);
  fz_put (self->file_line, fz_icon_new ("key", 17));
  fz_put_wide (self->file_line, self->file_name);
  fz_put (self->file_line, choose);
  self->code = fz_secret_entry_new (FZ_SECRET_CODE, _ ("动态口令"), _ ("6位数字"));
  self->code_row = fz_column (0);
  fz_put (self->code_row, self->code);
  gtk_widget_set_visible (self->code_row, FALSE);
  g_signal_connect_swapped (self->code, "activate", G_CALLBACK (submit), self);
  fz_put (box, self->factor);
  fz_put (box, self->file_line);
  fz_put (box, self->code_row);
  show_key_file (self);
  return box;
}

static GtkWidget *
error_new (FzPageSignIn *self)
{
  GtkWidget *line = fz_line (7);
  GtkWidget *icon = fz_icon_new ("stop", 17);

  self->error = fz_access_live_label_new (NULL, TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->error), 28);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (line, "fz-form-finding");
  gtk_widget_add_css_class (line, "stop");
  fz_put (line, icon);
  fz_put_wide (line, self->error);
  gtk_widget_set_visible (line, FALSE);
  return line;
}

static GtkWidget *
busy_new (FzPageSignIn *self)
{
  self->busy = fz_line (8);
  fz_access_label (fz_put (self->busy, gtk_spinner_new ()), _ ("正在核验口令…"));
  fz_put (self->busy, fz_access_live_label_new (_ ("正在核验口令…"), FALSE));
  gtk_widget_set_halign (self->busy, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->busy, FALSE);
  return self->busy;
}

static GtkWidget *
form_new (FzPageSignIn *self)
{
  GtkWidget *card = fz_card_new_padded (14), *first;

  self->number = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->number), _ ("如 D1001"));
  self->password = fz_secret_entry_new (FZ_SECRET_PASSWORD, _ ("登录口令"), _ ("请输入登录口令"));
  self->button = fz_button_new (FZ_BUTTON_PRIMARY, NULL, _ ("登录"));
  gtk_widget_add_css_class (self->button, "fz-large");
  g_signal_connect (self->number, "activate", G_CALLBACK (on_number_entered), self);
  g_signal_connect_swapped (self->number, "changed", G_CALLBACK (look_for_key_file), self);
  g_signal_connect_swapped (self->password, "activate", G_CALLBACK (on_password_entered), self);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (submit), self);
  gtk_widget_set_size_request (card, 400, -1);
  fz_put (card, fz_text (_ ("登录"), "fz-title"));
  fz_put (card, fz_form_row_new (_ ("工号"), self->number, FALSE));
  fz_put (card, fz_form_row_new (_ ("登录口令"), self->password, FALSE));
  fz_put (card, fz_form_row_new (_ ("第二因素"), factor_new (self), FALSE));
  fz_put (card, error_new (self));
  self->restore = fz_put (card, fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("从备份恢复…")));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->restore), "win.restore"); /* the program's, which opens and closes stores */
  gtk_widget_set_visible (self->restore, FALSE);
  say (self, fz_fields_get (fz_desk_get_front (self->desk), "store.words")); /* an older copy of the folder: before anybody types */
  fz_put (card, self->button);
  fz_put (card, busy_new (self));
  first = fz_put (card, fz_button_new (FZ_BUTTON_FLAT, NULL, _ ("首次登录（有登记码）…")));
  g_signal_connect (first, "clicked", G_CALLBACK (on_first), self);
  self->return_box = fz_put (card, fz_column (0));
  return card;
}

static GtkWidget *
hospital_new (FzPageSignIn *self)
{
  const FzFields *front = fz_desk_get_front (self->desk);
  const char *second = fz_fields_get (front, "hospital.second_name");
  g_autofree char *since = fz_say_value (fz_fields_get (front, "rulebook.since"));
  g_autofree char *rules = g_strdup_printf (_ ("执行规则：%s（%s 起）"), fz_fields_get (front, "rulebook.name"), since);
  GtkWidget *box = fz_column (4);

  fz_put (box, fz_wrapped (fz_fields_get (front, "hospital.name"), "fz-hospital"));
  if (second != NULL)
    fz_put (box, fz_wrapped (second, "fz-soft"));
  fz_put (box, fz_wrapped (rules, "fz-caption"));
  return box;
}

static GtkWidget *
people_new (FzPageSignIn *self)
{
  GtkWidget *box = fz_column (10);

  fz_put (box, fz_section_new (_ ("演示人员"), _ ("点一下即填好工号、口令与密钥文件；签名时输入卡片上的 PIN")));
  fz_put (box, fz_sign_in_people_new (fz_desk_get_front (self->desk), on_person, self));
  gtk_widget_set_size_request (box, 560, -1);
  return box;
}

static void
build (FzPageSignIn *self)
{
  GtkWidget *columns = fz_wrap_new (36, 24);
  GtkWidget *left = fz_column (18);

  fz_put (left, hospital_new (self));
  fz_put (left, form_new (self));
  gtk_widget_set_size_request (left, 400, -1);
  gtk_widget_set_valign (left, GTK_ALIGN_START);
  fz_wrap_add (columns, left);
  if (fz_desk_is_demo (self->desk)) {
    GtkWidget *people = fz_wrap_add (columns, people_new (self));

    gtk_widget_set_valign (people, GTK_ALIGN_START);
  }
  gtk_widget_set_halign (columns, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (columns, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (columns, 16);
  gtk_widget_set_margin_bottom (columns, 16);
  self->root = fz_scrolled (columns);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

static void
fz_page_sign_in_dispose (GObject *object)
{
  FzPageSignIn *self = FZ_PAGE_SIGN_IN (object);

  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->root, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_page_sign_in_parent_class)->dispose (object);
}

static void
fz_page_sign_in_finalize (GObject *object)
{
  FzPageSignIn *self = FZ_PAGE_SIGN_IN (object);

  g_free (self->key_file);
  g_free (self->key_file_of);
  G_OBJECT_CLASS (fz_page_sign_in_parent_class)->finalize (object);
}

/* The entries come and go with the window; a page taken out must not be heard of again. */
static void
fz_page_sign_in_class_init (FzPageSignInClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_page_sign_in_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_page_sign_in_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
fz_page_sign_in_init (FzPageSignIn *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-sign-in");
}

GtkWidget *
fz_page_sign_in_new (FzDesk *desk, FzSignedIn signed_in, gpointer user_data)
{
  FzPageSignIn *self = g_object_new (FZ_TYPE_PAGE_SIGN_IN, NULL);

  self->desk = desk;
  self->signed_in = signed_in;
  self->user_data = user_data;
  build (self);
  return GTK_WIDGET (self);
}

void
fz_page_sign_in_set_back (FzPageSignIn *self, const char *name, FzSignInBack back)
{
  g_autofree char *label = g_strdup_printf (_ ("返回 %s 的窗口（已锁定）"), name);
  GtkWidget *button = fz_button_new (FZ_BUTTON_FLAT, "lock", label);

  self->back = back;
  g_signal_connect (button, "clicked", G_CALLBACK (on_back), self);
  fz_put (self->return_box, button);
}
