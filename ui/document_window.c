#include "ui/document_window.h"

#include "app/desk.h"
#include "app/document_file.h"
#include "core/date.h"
#include "ui/copied.h"
#include "ui/dialog_guide.h"
#include "ui/dialog_print.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/preferences.h"
#include "ui/save_as.h"
#include "ui/shell.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WIDTH 1180
#define HEIGHT 760
#define LEAST_WIDTH 900
#define LEAST_HEIGHT 600
#define SIDE_WIDTH 400
#define READER "fz-document"

typedef struct {
  FzShell *shell;
  char *path, *keys, *institution; /* keys, institution NULL: not chosen, not given */
  FzDocumentFile *file;            /* NULL: it is not judged yet or can't be read, and nothing can be done here */
  GtkWidget *page, *words, *copy, *entry, *row, *choose, *check;
  gboolean judging;
  FzDocumentJudged judged; /* NULL once it was called */
  gpointer judged_data;
} Reader;

/* One reading of the file, by what it is judged. */
typedef struct {
  GtkWidget *shell; /* weak: the window may go meanwhile */
  char *path, *keys, *institution;
  gboolean chosen; /* another list was: what is wrong is said of it, and not at the key's field */
} Judging;

static void
reader_free (gpointer data)
{
  Reader *self = data;

  g_clear_pointer (&self->file, fz_document_file_free);
  g_free (self->path);
  g_free (self->keys);
  g_free (self->institution);
  g_free (self);
}

static void show (Reader *self, FzDocumentFile *file);
static void judge (Reader *self, const char *keys, const char *institution);

/* --- what can be done with it --- */

static void
on_copy (GtkButton *button, Reader *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), self->file->text);
  fz_toast_show (GTK_WIDGET (button), FZ_STATUS_OK, _ ("已复制全文"));
}

static void
on_print (GtkButton *button, Reader *self)
{
  g_autoptr (GError) error = NULL;
  FzPrintout *printout = fz_document_file_printout (self->file, &error);

  if (printout != NULL)
    fz_dialog_print_paper (GTK_WIDGET (button), NULL, printout);
  else
    fz_toast_show (GTK_WIDGET (button), FZ_STATUS_STOP, error->message);
}

static void
on_keys (GtkWidget *over, const char *path, gpointer data)
{
  Reader *self = data;

  judge (self, path, self->institution);
}

static void
on_choose_keys (GtkButton *button, Reader *self)
{
  fz_open_from (GTK_WIDGET (button), _ ("打开公钥名册"), _ ("打开"), on_keys, self);
}

static void
on_anchor (GtkWidget *widget, Reader *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));

  judge (self, self->keys, *typed != '\0' ? typed : NULL);
}

/* --- what is shown --- */

static FzStatus
status_of (const FzDocumentFile *file)
{
  if (file->verdict > FZ_FILE_INDETERMINATE)
    return FZ_STATUS_STOP;
  if (file->verdict == FZ_FILE_INDETERMINATE || !file->anchored)
    return FZ_STATUS_WARN;
  return file->verdict == FZ_FILE_VALID ? FZ_STATUS_OK : FZ_STATUS_INFO;
}

static GtkWidget *
verdict_new (const FzDocumentFile *file)
{
  g_autofree char *text = fz_document_file_explain (file);
  GtkWidget *card = fz_finding_card_new (status_of (file), fz_document_file_say (file), text, NULL);

  fz_finding_card_set_mark (card, file->verdict > FZ_FILE_INDETERMINATE ? _ ("无效") : file->verdict == FZ_FILE_INDETERMINATE ? _ ("不能判断") : file->anchored ? _ ("有效") : _ ("未核对名册"));
  return card;
}

static const char *
role_words (const char *word)
{
  FzRole role = FZ_ROLE_NONE;

  if (g_strcmp0 (word, "institution") == 0)
    return _ ("机构");
  return word != NULL && fz_role_from_word (word, &role) ? fz_role_label (role) : NULL;
}

static void
put_line (GtkWidget *body, const FzFileLine *line)
{
  static const FzStatus status[] = { FZ_STATUS_OK, FZ_STATUS_STOP, FZ_STATUS_WARN, FZ_STATUS_INFO };
  const char *role = role_words (line->role);
  g_autofree char *who = line->name == NULL ? NULL : role != NULL ? g_strdup_printf (_ ("%s（%s）"), line->name, role) : g_strdup (line->name);
  GtkWidget *box = fz_put (body, fz_column (2)), *head = fz_put (box, fz_line (8));

  fz_put_wide (head, fz_wrapped (who != NULL ? who : line->signer, "fz-heading"));
  gtk_widget_set_valign (fz_put (head, fz_pill_new (status[line->state], fz_file_line_say (line))), GTK_ALIGN_CENTER);
  if (who != NULL)
    fz_put (box, fz_wrapped (line->signer, "fz-soft"));
}

static GtkWidget *
signers_new (const FzDocumentFile *file)
{
  GtkWidget *card = fz_card_new_titled ("signature", _ ("签名")), *body = fz_card_body (card), *facts = fz_facts_new (2);
  g_autofree char *at = file->signed_at_us != 0 ? fz_say_moment_exactly (file->signed_at_us) : NULL;

  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_facts_add (facts, _ ("出具机构（文书所写）"), file->institution, 1);
  fz_facts_add (facts, _ ("签名时间（文书所写）"), at, 1);
  fz_put (body, facts);
  for (guint i = 0; i < file->lines->len; i++)
    put_line (body, file->lines->pdata[i]);
  return card;
}

static GtkWidget *
keys_new (Reader *self)
{
  GtkWidget *card = fz_card_new_titled ("key", _ ("凭什么判断")), *body = fz_card_body (card);

  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_put_part (body, _ ("公钥名册"), self->file->keys != NULL ? self->file->keys : _ ("旁边没有。请向出具的机构索取，或在检查材料、病历副本的文件夹里打开文书。"));
  self->choose = fz_put (body, fz_button_new (FZ_BUTTON_PLAIN, "key", _ ("选择公钥名册…")));
  gtk_widget_set_halign (self->choose, GTK_ALIGN_START);
  g_signal_connect (self->choose, "clicked", G_CALLBACK (on_choose_keys), self);
  self->entry = gtk_entry_new ();
  if (self->institution != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), self->institution);
  self->row = fz_put (body, fz_form_row_new (_ ("机构公布的公钥（一行）"), self->entry, FALSE));
  self->check = fz_put (body, fz_button_new (FZ_BUTTON_PLAIN, "check", _ ("核对名册")));
  gtk_widget_set_halign (self->check, GTK_ALIGN_START);
  g_signal_connect (self->check, "clicked", G_CALLBACK (on_anchor), self);
  g_signal_connect (self->entry, "activate", G_CALLBACK (on_anchor), self);
  return card;
}

/* Files alone do not tell everything; each sentence says who can. */
static GtkWidget *
unknown_new (const FzDocumentFile *file)
{
  static const char *const places[] = {
    N_ ("它在审计日志里的位置：旁边没有 .proof 和 .entry，签名时间只有文书自己的记载。"),
    N_ ("它在审计日志里的位置：旁边的 .proof 和 .entry 这里核对不了，签名时间只有文书自己的记载。"),
    N_ ("它在审计日志里的位置有证明（旁边的 .proof 和 .entry）；日志后来有没有被整体换掉，须向机构取得较新的检查点核对。"),
    N_ ("旁边的 .proof 和 .entry 是另一份文书的，不证明这一份在审计日志里的位置。请向出具的机构索取它自己的。"),
  };
  GtkWidget *card = fz_card_new_titled ("info", _ ("这里不能知道的")), *body = fz_card_body (card);

  gtk_box_set_spacing (GTK_BOX (body), 8);
  if (!file->anchored)
    fz_put (body, fz_wrapped (_ ("名册是不是这家机构的：请把机构在网站等处公布的公钥填在上面核对。"), NULL));
  if (!file->rendered)
    fz_put (body, fz_wrapped (_ ("左边是签名的原文：本程序没有这类文书的版式，或者原文排不出签名时所见的文字。"), NULL));
  fz_put (body, fz_wrapped (_ (places[file->place]), NULL));
  fz_put (body, fz_wrapped (_ ("它后来有没有被作废、发药、更正：那是另外的文书，请向机构查询。"), NULL));
  for (guint i = 0; i < file->lines->len; i++)
    if (((const FzFileLine *) file->lines->pdata[i])->state == FZ_FILE_LINE_OTHER) {
      fz_put (body, fz_wrapped (_ ("CA 签名：请用 fuzhen verify-ca 凭证书核验。"), NULL));
      break;
    }
  return card;
}

static GtkWidget *
words_new (Reader *self)
{
  GtkWidget *card = fz_card_new_titled ("file", _ ("文书内容")), *body = fz_card_body (card);

  self->words = fz_put (body, fz_wrapped (self->file->text, NULL));
  gtk_label_set_selectable (GTK_LABEL (self->words), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->words), PANGO_WRAP_WORD_CHAR);
  if (self->file->machine != NULL && *self->file->machine != '\0')
    fz_put (body, fz_folded (_ ("供机器核对的内容"), fz_wrapped (self->file->machine, "fz-soft")));
  return card;
}

static GtkWidget *
acts_new (Reader *self)
{
  GtkWidget *line = fz_line (10), *print;

  self->copy = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "copy", _ ("复制全文")));
  print = fz_put (line, fz_button_new (FZ_BUTTON_PRIMARY, "print", _ ("打印…")));
  g_signal_connect (self->copy, "clicked", G_CALLBACK (on_copy), self);
  g_signal_connect (print, "clicked", G_CALLBACK (on_print), self);
  return line;
}

static GtkWidget *
page_new (Reader *self)
{
  g_autofree char *name = g_path_get_basename (self->path);
  GtkWidget *page = fz_column (16), *head = fz_put (page, fz_page_title_new (self->file->title, name)), *line = fz_put (page, fz_line (16));
  GtkWidget *side = fz_column (16), *scrolled;

  fz_section_add_end (head, acts_new (self));
  gtk_widget_set_vexpand (line, TRUE);
  fz_put_wide (line, fz_scrolled (words_new (self)));
  fz_put (side, verdict_new (self->file));
  fz_put (side, signers_new (self->file));
  fz_put (side, keys_new (self));
  fz_put (side, unknown_new (self->file));
  scrolled = fz_put (line, fz_scrolled (side));
  gtk_widget_set_hexpand (scrolled, FALSE);
  gtk_widget_set_size_request (scrolled, SIDE_WIDTH, -1);
  gtk_widget_add_css_class (page, "fz-page");
  return page;
}

/* (transfer full) */
static void
show (Reader *self, FzDocumentFile *file)
{
  g_clear_pointer (&self->file, fz_document_file_free);
  self->file = file;
  self->page = page_new (self);
  fz_shell_set_cover (self->shell, self->page);
  gtk_widget_grab_focus (self->copy); /* the words take it first, and are selected whole */
  gtk_label_select_region (GTK_LABEL (self->words), 0, 0);
}

/* --- judging --- */

static void
judging_free (gpointer data)
{
  Judging *judging = data;

  g_clear_weak_pointer (&judging->shell);
  g_free (judging->path);
  g_free (judging->keys);
  g_free (judging->institution);
  g_free (judging);
}

static gpointer
run (FzSession *none, gpointer data, GError **error)
{
  const Judging *judging = data;

  return fz_document_file_open (judging->path, judging->keys, judging->institution, error);
}

static void
show_judging (Reader *self, gboolean judging)
{
  self->judging = judging;
  if (self->file == NULL)
    return;
  gtk_widget_set_sensitive (self->choose, !judging);
  gtk_widget_set_sensitive (self->check, !judging);
  fz_form_row_set_hint (self->row, judging ? _ ("正在核验签名…") : NULL);
}

/* One that can't be read changes nothing: what is judged next is judged by what is shown, and a wrong key is said at its field. */
static void
refuse (Reader *self, const Judging *judging, const GError *error)
{
  if (self->file == NULL)
    fz_shell_set_cover (self->shell, fz_error_state_new_from (error, NULL));
  else if (judging->chosen)
    fz_toast_show (self->page, FZ_STATUS_STOP, error->message);
  else {
    fz_form_row_set_finding (self->row, FZ_STATUS_STOP, error->message);
    gtk_widget_grab_focus (self->entry);
  }
}

static void
on_judged (GObject *source, GAsyncResult *result, gpointer data)
{
  Judging *judging = data;
  Reader *self = judging->shell != NULL ? g_object_get_data (G_OBJECT (judging->shell), READER) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzDocumentFile) file = fz_call_finish (result, &error);
  FzDocumentJudged judged;

  if (self == NULL)
    return;
  judged = g_steal_pointer (&self->judged);
  show_judging (self, FALSE);
  if (file != NULL) {
    g_free (self->keys);
    self->keys = g_steal_pointer (&judging->keys);
    g_free (self->institution);
    self->institution = g_steal_pointer (&judging->institution);
    show (self, g_steal_pointer (&file));
  } else
    refuse (self, judging, error);
  if (judged != NULL)
    judged (error, self->judged_data);
}

static void
judge (Reader *self, const char *keys, const char *institution)
{
  Judging *judging;

  if (self->judging)
    return;
  judging = g_new0 (Judging, 1);
  g_set_weak_pointer (&judging->shell, GTK_WIDGET (self->shell));
  judging->path = g_strdup (self->path);
  judging->keys = g_strdup (keys);
  judging->institution = g_strdup (institution);
  judging->chosen = g_strcmp0 (keys, self->keys) != 0;
  if (self->file != NULL)
    fz_form_row_set_finding (self->row, FZ_STATUS_NEUTRAL, NULL);
  show_judging (self, TRUE);
  fz_call_async (NULL, run, judging, judging_free, (GDestroyNotify) fz_document_file_free, on_judged, judging);
}

/* --- the window --- */

static void
on_help (FzShell *shell, gpointer unused)
{
  fz_dialog_guide (GTK_WIDGET (shell), "pages", _ ("签名文件"));
}

GtkWindow *
fz_document_window_new (GtkApplication *application, const char *path, FzDocumentJudged judged, gpointer data)
{
  Reader *self = g_new0 (Reader, 1);
  g_autofree char *name = g_path_get_basename (path);
  GtkWidget *shell;

  fz_theme_apply (FZ_THEME_SYSTEM);
  shell = fz_shell_new (application);
  self->shell = FZ_SHELL (shell);
  self->path = g_strdup (path);
  self->judged = judged;
  self->judged_data = data;
  g_object_set_data_full (G_OBJECT (shell), READER, self, reader_free);
  gtk_widget_set_size_request (shell, LEAST_WIDTH, LEAST_HEIGHT);
  gtk_window_set_default_size (GTK_WINDOW (shell), WIDTH, HEIGHT);
  fz_preferences_follow (GTK_WINDOW (shell));
  fz_copied_watch (GTK_WINDOW (shell));
  g_signal_connect (shell, "help", G_CALLBACK (on_help), NULL);
  fz_shell_set_product (self->shell, _ ("复诊"), _ ("签名文书"));
  gtk_window_set_title (GTK_WINDOW (shell), name);
  fz_shell_set_person (self->shell, NULL, NULL);
  fz_shell_set_cover (self->shell, fz_loading_state_new (_ ("正在核验签名…")));
  judge (self, NULL, NULL);
  return GTK_WINDOW (shell);
}
