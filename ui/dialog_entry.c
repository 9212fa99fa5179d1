#include "ui/dialog_entry.h"

#include "core/date.h"
#include "ui/chosen_files.h"
#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/sign_flow.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  FzSession *session;
  FzFields *reg, *entry, *start; /* start: values a new one begins with; may be NULL */
  char *move, *label;
  FzEntryDone done;
  GObject *owner;
  FzDialog *dialog;
  GtkWidget *form, *words, *files;
  GHashTable *controls; /* field key -> widget */
} Form;

static void
form_free (gpointer data)
{
  Form *form = data;

  fz_session_unref (form->session);
  fz_fields_unref (form->reg);
  g_clear_pointer (&form->entry, fz_fields_unref);
  g_clear_pointer (&form->start, fz_fields_unref);
  g_free (form->move);
  g_free (form->label);
  g_object_unref (form->owner);
  g_hash_table_unref (form->controls);
  g_free (form);
}

/* --- what was typed --- */

static char *
typed (GtkWidget *control)
{
  if (FZ_IS_DROP_DOWN (control))
    return g_strdup (fz_drop_down_get_code (FZ_DROP_DOWN (control)));
  if (FZ_IS_TEXT_AREA (control))
    return g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (control)));
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (control))));
}

/* Yuan as people write it, in fen without floating point; what is no amount stays as it is and is refused with its field. */
static char *
fen_of (const char *yuan)
{
  g_auto (GStrv) parts = g_strsplit (yuan, ".", 2);
  g_autofree char *cents = parts[0] != NULL ? g_strdup_printf ("%-2.2s", parts[1] != NULL ? parts[1] : "") : NULL;
  gint64 whole = 0;

  if (parts[0] == NULL || !g_ascii_string_to_signed (parts[0], 10, 0, G_GINT64_CONSTANT (9999999999), &whole, NULL) || (parts[1] != NULL && strlen (parts[1]) > 2))
    return g_strdup (yuan);
  g_strdelimit (cents, " ", '0');
  return strspn (cents, "0123456789") == 2 ? g_strdup_printf ("%" G_GINT64_MODIFIER "d", whole * 100 + g_ascii_strtoll (cents, NULL, 10)) : g_strdup (yuan);
}

static FzFields *
values_of (const Form *form)
{
  FzFields *values = fz_fields_new ("fuzhen.values/v1");

  for (guint i = 0; i < fz_fields_count (form->reg, "field"); i++) {
    const char *key = fz_fields_get_at (form->reg, "field", i, "key");
    GtkWidget *control = g_hash_table_lookup (form->controls, key);
    g_autofree char *value = control != NULL ? typed (control) : NULL, *to = g_strconcat ("field.", key, NULL), *fen = NULL;

    if (value != NULL && *value != '\0' && g_strcmp0 (fz_fields_get_at (form->reg, "field", i, "kind"), "fen") == 0)
      fen = fen_of (value);
    fz_fields_set (values, to, fen != NULL ? fen : value);
  }
  return values;
}

/* The refusal without the label that it begins with, which stands above the field in the language of the window. */
static const char *
beyond (const char *message, const char *label)
{
  static const char *const colons[] = { FZ_IN_CHINESE ("："), ": " };
  const char *rest = message + strlen (label);

  for (gsize i = 0; i < G_N_ELEMENTS (colons); i++)
    if (g_str_has_prefix (rest, colons[i]))
      return rest + strlen (colons[i]);
  return message;
}

/* A refusal begins with the field's label: it is said at the field. */
static gboolean
show_at_field (Form *form, const char *message)
{
  for (guint i = 0; i < fz_fields_count (form->reg, "field"); i++) {
    const char *label = fz_fields_get_at (form->reg, "field", i, "label");

    if (g_str_has_prefix (message, label) && fz_form_set_finding (form->form, fz_fields_get_at (form->reg, "field", i, "key"), FZ_STATUS_STOP, beyond (message, label)))
      return fz_form_focus_first_finding (form->form);
  }
  return FALSE;
}

typedef struct {
  FzEntryDone done;
  GObject *owner;
  char *entry;
} After;

static void
after_free (gpointer data)
{
  After *after = data;

  g_object_unref (after->owner);
  g_free (after->entry);
  g_free (after);
}

static void
on_signed (GPtrArray *ids, gpointer user_data)
{
  After *after = user_data;
  const char *id = ids != NULL && ids->len > 0 ? ids->pdata[0] : NULL, *end = id != NULL ? g_strrstr (id, "-entry-") : NULL;

  g_free (after->entry);
  after->entry = end != NULL ? g_strndup (id, (gsize) (end - id)) : NULL;
  after->done (after->entry, after->owner);
}

/* What is asked in the work's thread: nothing of the form, which may be gone by the answer. */
typedef struct {
  Form *form;
  FzDialog *dialog; /* keeps the form */
  char *reg, *entry, *move, *words;
  FzFields *values;
  GStrv paths;
} Asked;

static void
asked_free (Asked *asked)
{
  g_free (asked->reg);
  g_free (asked->entry);
  g_free (asked->move);
  g_free (asked->words);
  fz_fields_unref (asked->values);
  g_strfreev (asked->paths);
  g_object_unref (asked->dialog);
  g_free (asked);
}

static gpointer
prepare (FzSession *session, gpointer data, GError **error)
{
  const Asked *asked = data;

  return fz_desk_prepare_entry (session, asked->reg, asked->entry, asked->move, asked->values, asked->words, (const char *const *) asked->paths, error);
}

static void
sign (Form *form, FzSheet *sheet)
{
  After *after = g_new0 (After, 1);
  GtkWidget *over = GTK_WIDGET (form->owner);
  g_autofree char *label = g_strdup (form->label);

  after->done = form->done;
  after->owner = g_object_ref (form->owner);
  fz_dialog_close (form->dialog);
  fz_sign_flow_start (over, form->session, sheet, label, on_signed, after, after_free);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer data)
{
  Asked *asked = data;
  Form *form = asked->form;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = fz_call_finish (result, &error);

  if (gtk_widget_get_root (GTK_WIDGET (asked->dialog)) != NULL) { /* closed meanwhile: nobody signs it */
    fz_dialog_set_sensitive (asked->dialog, "sign", TRUE);
    if (sheet != NULL)
      sign (form, g_steal_pointer (&sheet));
    else if (!show_at_field (form, error->message))
      fz_dialog_set_error (asked->dialog, error->message);
  }
  asked_free (asked);
}

static void
on_response (FzDialog *dialog, const char *response, Form *form)
{
  Asked *asked;

  if (!g_str_equal (response, "sign"))
    return;
  fz_form_clear_findings (form->form);
  fz_dialog_set_error (dialog, NULL);
  fz_dialog_set_sensitive (dialog, "sign", FALSE);
  asked = g_new0 (Asked, 1);
  asked->form = form;
  asked->dialog = g_object_ref (dialog);
  asked->reg = g_strdup (fz_fields_get (form->reg, "name"));
  asked->entry = form->entry != NULL ? g_strdup (fz_fields_get (form->entry, "entry.id")) : NULL;
  asked->move = g_strdup (form->move);
  asked->words = g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (form->words)));
  asked->values = values_of (form);
  asked->paths = fz_chosen_files_dup_paths (form->files);
  fz_call_async (form->session, prepare, asked, NULL, (GDestroyNotify) fz_sheet_free, on_prepared, asked);
}

/* --- attachments --- */

static void
on_chosen (GtkNativeDialog *chooser, int response, Form *form)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));

    for (guint i = 0; i < g_list_model_get_n_items (files); i++) {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        fz_chosen_files_add (form->files, g_file_peek_path (file), NULL);
    }
  }
  g_object_set_data (G_OBJECT (form->dialog), "fz-chooser", NULL);
}

static void
on_attach (GtkButton *button, Form *form)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (button));
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择附件"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                                              GTK_FILE_CHOOSER_ACTION_OPEN, _ ("选择"), _ ("取消"));

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  g_object_set_data_full (G_OBJECT (form->dialog), "fz-chooser", chooser, g_object_unref);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), form);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* --- the form --- */

static GtkWidget *
drop_down (Form *form, guint i, gboolean yesno)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  g_autofree char *list = g_strdup_printf ("field.%02u.choice", i);

  if (yesno) {
    fz_drop_down_add (FZ_DROP_DOWN (drop), "yes", _ ("是"), NULL);
    fz_drop_down_add (FZ_DROP_DOWN (drop), "no", _ ("否"), NULL);
  }
  for (guint c = 0; c < fz_fields_count (form->reg, list); c++)
    fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get_at (form->reg, list, c, "code"), fz_entry_label (form->reg, list, c, "label"), NULL);
  return drop;
}

/* What a day most often is: today; but never the day on which something ends or is due, which a slip of the eye would sign. */
static char *
first_value (Form *form, guint i, gboolean needed)
{
  g_autofree char *key = g_strconcat ("field.", fz_fields_get_at (form->reg, "field", i, "key"), NULL);
  const char *kind = fz_fields_get_at (form->reg, "field", i, "kind"), *value = NULL;
  gint64 fen;

  if (form->entry != NULL || form->start != NULL)
    value = fz_fields_get (form->entry != NULL ? form->entry : form->start, key);
  if (value == NULL && form->entry == NULL && fz_fields_get_at (form->reg, "field", i, "common") != NULL)
    value = fz_fields_get (fz_session_get_person (form->session), "number");
  if (value == NULL)
    return needed && g_str_equal (kind, "day") && fz_fields_get_at (form->reg, "field", i, "ahead") == NULL ? fz_date_format (fz_date_in_beijing (fz_session_now_us (form->session))) : NULL;
  fen = g_ascii_strtoll (value, NULL, 10);
  return g_str_equal (kind, "fen") ? g_strdup_printf ("%d.%02d", (int) (fen / 100), (int) (fen % 100)) : g_strdup (value);
}

static void
add_field (Form *form, guint i, gboolean needed)
{
  const char *key = fz_fields_get_at (form->reg, "field", i, "key"), *kind = fz_fields_get_at (form->reg, "field", i, "kind");
  gboolean wide = g_str_equal (kind, "text");
  g_autofree char *value = first_value (form, i, needed);
  const char *help = fz_entry_label (form->reg, "field", i, "help");
  GtkWidget *control, *row;

  if (g_str_equal (kind, "choice") || g_str_equal (kind, "yesno")) {
    control = drop_down (form, i, g_str_equal (kind, "yesno"));
    fz_drop_down_set_code (FZ_DROP_DOWN (control), value);
  } else if (wide) {
    control = fz_text_area_new ("", 3, 2000);
    fz_text_area_set_text (FZ_TEXT_AREA (control), value != NULL ? value : "");
  } else {
    control = gtk_entry_new ();
    gtk_editable_set_width_chars (GTK_EDITABLE (control), 8);
    gtk_entry_set_placeholder_text (GTK_ENTRY (control), g_str_equal (kind, "day") ? _ ("例如 2026-03-02") : g_str_equal (kind, "fen") ? _ ("元") : NULL);
    gtk_editable_set_text (GTK_EDITABLE (control), value != NULL ? value : "");
  }
  g_hash_table_insert (form->controls, g_strdup (key), control);
  row = fz_form_row_new (fz_entry_label (form->reg, "field", i, "label"), control, needed);
  fz_form_row_set_hint (row, *help != '\0' ? help : NULL);
  fz_form_add (form->form, key, row, wide ? 2 : 1);
}

/* Is the field among those the move needs or (`what`) asks? */
static gboolean
is_listed (const FzFields *moves, guint m, const char *what, const char *key)
{
  g_autofree char *list = g_strdup_printf ("move.%02u.%s", m, what);

  for (guint i = 0; i < fz_fields_count (moves, list); i++)
    if (g_strcmp0 (fz_fields_get_at (moves, list, i, NULL), key) == 0)
      return TRUE;
  return FALSE;
}

static int
find_move (const FzFields *moves, const char *word)
{
  for (guint m = 0; m < fz_fields_count (moves, "move"); m++)
    if (g_strcmp0 (fz_fields_get_at (moves, "move", m, "word"), word) == 0)
      return (int) m;
  return -1;
}

/* What it needs first, then what else it asks; a move that names nothing may change anything. */
static void
fill (Form *form, const FzFields *moves, guint m)
{
  g_autofree char *needs = g_strdup_printf ("move.%02u.need", m), *asks = g_strdup_printf ("move.%02u.ask", m);
  gboolean all = fz_fields_count (moves, needs) == 0 && fz_fields_count (moves, asks) == 0;

  for (guint i = 0; i < fz_fields_count (form->reg, "field"); i++)
    if (is_listed (moves, m, "need", fz_fields_get_at (form->reg, "field", i, "key")))
      add_field (form, i, TRUE);
  for (guint i = 0; i < fz_fields_count (form->reg, "field"); i++)
    if (all || is_listed (moves, m, "ask", fz_fields_get_at (form->reg, "field", i, "key")))
      add_field (form, i, FALSE);
}

static void
present (GtkWidget *over, FzSession *session, const FzFields *reg, const FzFields *entry, const FzFields *start, const char *move, FzEntryDone done, GObject *owner)
{
  const FzFields *moves = entry != NULL ? entry : reg;
  int m = find_move (moves, move);
  Form *form;
  GtkWidget *body, *attach;

  if (m < 0)
    return;
  form = g_new0 (Form, 1);
  form->session = fz_session_ref (session);
  form->reg = fz_fields_ref ((FzFields *) reg);
  form->entry = entry != NULL ? fz_fields_ref ((FzFields *) entry) : NULL;
  form->start = start != NULL ? fz_fields_ref ((FzFields *) start) : NULL;
  form->move = g_strdup (move);
  form->label = g_strdup (fz_entry_label (moves, "move", (guint) m, "label"));
  form->done = done;
  form->owner = g_object_ref (owner);
  form->controls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  form->dialog = fz_dialog_new (form->label, fz_entry_label (reg, NULL, 0, "title"));
  g_object_set_data_full (G_OBJECT (form->dialog), "fz-entry", form, form_free);
  fz_dialog_set_width (form->dialog, 680);
  body = fz_column (14);
  form->form = fz_put (body, fz_form_new (2));
  fill (form, moves, (guint) m);
  fz_form_enter_moves_on (form->form);
  form->words = fz_text_area_new ("", 2, 2000);
  fz_put (body, fz_form_row_new (_ ("说明"), form->words, FALSE));
  form->files = fz_put (body, fz_chosen_files_new (NULL));
  attach = fz_button_new (FZ_BUTTON_PLAIN, "file", _ ("添加附件…"));
  gtk_widget_set_halign (attach, GTK_ALIGN_START);
  g_signal_connect (attach, "clicked", G_CALLBACK (on_attach), form);
  fz_put (body, attach);
  fz_dialog_set_body (form->dialog, body, FALSE);
  fz_dialog_add_button (form->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (form->dialog, "sign", _ ("核对并签名"), FZ_BUTTON_PRIMARY);
  g_signal_connect (form->dialog, "response", G_CALLBACK (on_response), form);
  fz_dialog_present (form->dialog, over);
}

void
fz_dialog_entry (GtkWidget *over, FzSession *session, const FzFields *reg, const FzFields *entry, const char *move, FzEntryDone done, GObject *owner)
{
  present (over, session, reg, entry, NULL, move, done, owner);
}

void
fz_dialog_entry_from (GtkWidget *over, FzSession *session, const FzFields *reg, const FzFields *start, const char *move, FzEntryDone done, GObject *owner)
{
  present (over, session, reg, NULL, start, move, done, owner);
}
