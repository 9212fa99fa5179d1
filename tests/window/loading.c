#include "tests/window/loading.h"

#include "tests/window/gate.h"
#include "tests/window/inspect.h"
#include "ui/document_window.h"
#include "ui/secret_entry.h"
#include "ui/talk_large.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_BUTTONS 3

/* A way to what is read: the buttons one after the other (Chinese, as the sources have it), the last of which may ask for a file; none: the page reads it
 * when it is shown. */
#define FOLDER "" /* a new one is named */

static const struct {
  const char *number, *place, *what;
  const char *buttons[MOST_BUTTONS];
  const char *words; /* that stand there until the answer comes */
  const char *file;  /* what is in the one that is chosen; NULL: none is asked for */
  const char *held;  /* a button of the page for what is not there yet; NULL: it has none */
  Unanswered then;   /* how the dialog is left that shows the answer */
} loads[] = {
  { "D1001", "visit", NULL, { "导入复诊包", "选择 zip 文件…" }, "正在逐份核对并收件…", "no package", NULL, UNANSWERED_LEAVES },
  { "D1001", "visit", "taken", { "导入院外病历" }, "正在核对并保存…", "no record", NULL, UNANSWERED_LEAVES },
  { "D1001", "visit", "ended", { "导出这份病历", "脱敏导出…" }, "正在写入病历…", FOLDER, NULL, UNANSWERED_READ },
  { "D1001", "visit", "taken", { "查看" }, "正在打开…", NULL, "放大查看", UNANSWERED_READ },
  { "P2001", "catalogue", NULL, { "导入药品目录…" }, "逐行核对药品目录", "no,catalogue\n1,2\n", NULL, UNANSWERED_LEAVES },
  { "A3001", "registers", "complaint", { "导入旧台账…", "选择文件…" }, "正在逐行核对…", "no,register\n1,2\n", NULL, UNANSWERED_WAITS },
  { "A3001", "rules", "/药品知识", { "导入药品知识库…" }, "导入药品知识库", "no package", NULL, UNANSWERED_LEAVES },
  { "A3001", "deadlines", NULL, { "导入节假日…" }, "导入节假日安排", "no,calendar\n1,2\n", NULL, UNANSWERED_LEAVES },
  { "A3001", "grants", NULL, { "到期清除…", "清点" }, "清点到期的内容", NULL, NULL, UNANSWERED_WAITS },
  { "A3001", "report", NULL, { NULL }, "正在汇总…", NULL, "PDF", UNANSWERED_READ },
  { "A3001", "report", NULL, { "PDF" }, "导出报表", FOLDER, NULL, UNANSWERED_READ },
  { "S4002", "system", NULL, { "问题报告…" }, "正在检查…", NULL, NULL, UNANSWERED_ANSWER },
  { "S4002", "system", NULL, { "立即备份…" }, "备份", FOLDER, NULL, UNANSWERED_READ },
  { "S4002", "system", NULL, { "上线前检查" }, "上线前检查", NULL, NULL, UNANSWERED_READ },
  { "S4003", "audit", NULL, { "立即校验" }, "校验审计日志", NULL, NULL, UNANSWERED_READ },
  { "S4003", "audit", NULL, { "开始核对" }, "重建核对", NULL, NULL, UNANSWERED_READ },
};

/* --- while it waits --- */

static GtkWidget *
find_label (GtkWidget *widget, const char *words)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), words))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_label (child, words);
  return found;
}

static GtkWidget *
find_search (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget) || GTK_IS_SEARCH_ENTRY (widget))
    return GTK_IS_SEARCH_ENTRY (widget) && gtk_widget_get_mapped (widget) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_search (child);
  return found;
}

/* What turns or fills says nothing by itself. */
static void
see_named (GtkWidget *widget, const char *name, GPtrArray *found)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if ((GTK_IS_SPINNER (widget) || GTK_IS_PROGRESS_BAR (widget)) && fz_access_get_label (widget) == NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: a screen reader does not hear what the %s is for", name, G_OBJECT_TYPE_NAME (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    see_named (child, name, found);
}

/* A button of the dialog that would do something, and can be pressed; NULL: none. */
static GtkWidget *
find_act (GtkWidget *widget)
{
  const char *response = g_object_get_data (G_OBJECT (widget), "fz-response");
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_BUTTON (widget))
    return response != NULL && !g_str_equal (response, FZ_RESPONSE_CANCEL) && gtk_widget_is_sensitive (widget) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_act (child);
  return found;
}

static gboolean
turns (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_SPINNER (widget) || GTK_IS_PROGRESS_BAR (widget))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (turns (child))
      return TRUE;
  return FALSE;
}

static void
see_waiting (Rows *self, GtkWidget *where, const char *words, const char *name, GPtrArray *found)
{
  GtkWidget *focus;

  inspect_settle (self->window);
  focus = gtk_window_get_focus (GTK_WINDOW (self->window));
  if (gate_count () == 0)
    g_ptr_array_add (found, g_strdup_printf ("%s: nothing is waited for", name));
  if (find_label (where, words) == NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: nothing says “%s” while it is waited for", name, words));
  see_named (where, name, found);
  if (!FZ_IS_DIALOG (where))
    return;
  if (find_act (where) != NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: “%s” can be pressed before there is anything", name, fz_access_get_label (find_act (where))));
  if (focus != NULL && focus != where && !gtk_widget_is_ancestor (focus, where))
    g_ptr_array_add (found, g_strdup_printf ("%s: the focus is not in it while it is waited for", name));
}

/* --- each --- */

static void
leave_all (Rows *self)
{
  fz_stage_cancel_all (gtk_window_get_child (GTK_WINDOW (self->window)));
}

/* To another one, after what is over it, as the window does. */
static void
leave_page (Rows *self, gsize at)
{
  leave_all (self);
  rows_show_page (self, loads[at].number, g_str_equal (loads[at].place, "rules") ? "grants" : "rules");
}

/* A page is built in parts. */
static GtkWidget *
wait_for_button (Rows *self, FzDialog *top, const char *words)
{
  gint64 until_us = g_get_monotonic_time () + ROWS_LEAVE_S * G_USEC_PER_SEC;
  GtkWidget *button;

  while ((button = top != NULL ? rows_find_button (GTK_WIDGET (top), words) : rows_find_offered (self, words)) == NULL && g_get_monotonic_time () < until_us)
    inspect_settle (self->window);
  return button;
}

/* FALSE: a button on the way is not there. */
static gboolean
begin (Rows *self, gsize at, const char *name)
{
  gboolean reads = loads[at].buttons[0] == NULL; /* the page itself */
  static guint nth;
  g_autofree char *base = g_strdup_printf ("chosen-%u", nth++), *path = g_build_filename (self->world->root, base, NULL);
  FzDialog *top = NULL;

  if (reads) {
    leave_page (self, at);
    gate_close ();
  }
  rows_show_page (self, loads[at].number, loads[at].place);
  if (loads[at].what != NULL)
    rows_show_what (self, loads[at].what);
  if (loads[at].file != NULL && *loads[at].file != '\0')
    g_assert_true (g_file_set_contents (path, loads[at].file, -1, NULL));
  for (gsize i = 0; i < MOST_BUTTONS && loads[at].buttons[i] != NULL; i++) {
    gboolean last = i + 1 == MOST_BUTTONS || loads[at].buttons[i + 1] == NULL;
    GtkWidget *button = wait_for_button (self, top, _ (loads[at].buttons[i]));

    if (button == NULL) {
      g_test_message ("%s: no “%s”", name, loads[at].buttons[i]);
      g_test_fail ();
      return FALSE;
    }
    if (last && loads[at].file != NULL)
      gate_expect_chooser ();
    if (last)
      gate_close ();
    g_signal_emit_by_name (button, "clicked");
    if (!last) /* its buttons are in sight once they are laid out */
      inspect_settle (self->window);
    top = rows_top (self);
  }
  if (loads[at].file != NULL && !gate_choose (path)) {
    g_test_message ("%s: no file is asked for", name);
    g_test_fail ();
    gate_open ();
    return FALSE;
  }
  return TRUE;
}

/* Left before the answer comes; the page gone with it; then waited for. */
static void
see_load (Rows *self, gsize at)
{
  g_autofree char *name = g_strdup_printf ("%s, %s, %s, waiting", loads[at].number, loads[at].place, loads[at].words);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  GtkWidget *where;

  if (!begin (self, at, name))
    return;
  where = rows_top (self) != NULL ? GTK_WIDGET (rows_top (self)) : self->page;
  see_waiting (self, where, _ (loads[at].words), name, found);
  if (loads[at].held != NULL && rows_find_button (self->page, _ (loads[at].held)) != NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: “%s” can be pressed before there is anything", name, loads[at].held));
  if (FZ_IS_DIALOG (where)) {
    unanswered_escape (FZ_DIALOG (where));
    if (rows_top (self) != NULL)
      g_ptr_array_add (found, g_strdup_printf ("%s: Escape does not leave it", name));
  }
  gate_open ();
  leave_all (self);
  if ((rows_is_full () || g_test_rand_bit ()) && begin (self, at, name)) {
    leave_page (self, at);
    gate_open ();
    leave_all (self);
  }
  if (begin (self, at, name)) {
    gate_open ();
    inspect_settle (self->window);
    if (turns (self->window))
      g_ptr_array_add (found, g_strdup_printf ("%s: something still turns when the answer is there", name));
    if (rows_top (self) != NULL)
      rows_judge (self, name, loads[at].then, NULL);
    leave_all (self);
  }
  rows_tell (name, found);
}

/* --- those with another way --- */

/* Earlier visits, by what is typed. */
static void
see_search (Rows *self)
{
  static const char name[] = "D1001, visit, earlier visits";
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  GtkWidget *field;

  for (guint i = 0; i < 2; i++) {
    rows_show_page (self, "D1001", "visit");
    rows_show_what (self, "/已完成");
    field = find_search (self->page);
    g_assert_nonnull (field);
    gate_close ();
    gtk_editable_set_text (GTK_EDITABLE (field), "V-ROW");
    g_signal_emit_by_name (field, "search-changed");
    see_waiting (self, self->page, _ ("正在查找…"), name, found);
    if (i == 0)
      rows_show_page (self, "D1001", "rules"); /* before it is found */
    gate_open ();
    inspect_settle (self->window);
    if (turns (self->window))
      g_ptr_array_add (found, g_strdup_printf ("%s: it still turns", name));
  }
  if (find_label (self->page, _ ("没有找到")) == NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: that none is there is not said", name)); /* of earlier days */
  rows_tell (name, found);
}

/* A picture of the talk, which only a hospital with a front has: what cannot be read says so in its place. */
static void
see_talk_picture (Rows *self)
{
  static const char name[] = "D1001, visit, a picture of the talk";
  g_autoptr (FzFields) message = fz_fields_new ("fuzhen.talk/v1");
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  fz_fields_set (message, "id", "T-1");
  rows_show_page (self, "D1001", "visit");
  for (guint i = 0; i < 2; i++) {
    gate_close ();
    fz_talk_large (self->page, self->world->session, rows_made (self, "taken"), NULL, message);
    see_waiting (self, GTK_WIDGET (rows_top (self)), _ ("正在打开…"), name, found);
    if (i == 0)
      unanswered_escape (rows_top (self));
    gate_open ();
    inspect_settle (self->window);
  }
  if (find_label (GTK_WIDGET (rows_top (self)), _ ("正在打开…")) != NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: it still says that it is read", name));
  leave_all (self);
  rows_tell (name, found);
}

static void
on_judged (const GError *error, gpointer unused)
{
  g_assert_not_reached ();
}

void
loading_document (Rows *self, const char *path)
{
  GtkWidget *former = self->window;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  gate_close ();
  self->window = GTK_WIDGET (fz_document_window_new (NULL, path, on_judged, NULL));
  gtk_window_present (GTK_WINDOW (self->window));
  see_waiting (self, self->window, _ ("正在核验签名…"), "a signed file", found);
  gtk_window_destroy (GTK_WINDOW (self->window));
  gate_open ();
  self->window = former;
  rows_tell ("a signed file", found);
}

/* --- what was handed over --- */

static const struct {
  const char *number, *place, *what, *button;
} acts[] = {
  { "D1001", "visit", NULL, "手工录入" },
  { "D1001", "visit", "waits", "接诊" },
  { "S4001", "people", NULL, "闲置锁屏…" },
  { "S4001", "people", NULL, "续期证书…" },
  { "S4001", "grants", "/授权", "批准" },
};

/* Enter in a field of secrets, and the button: as a person does who sees nothing happen. */
static void
press_again (GtkWidget *widget, const FzSecret *pin)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (FZ_IS_SECRET_ENTRY (widget)) {
    fz_secret_entry_fill (FZ_SECRET_ENTRY (widget), pin);
    g_signal_emit_by_name (widget, "activate");
  } else if (find_act (widget) == widget)
    g_signal_emit_by_name (widget, "clicked");
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    press_again (child, pin);
}

/* It is done once, however often it is pressed; nothing is said to be missing meanwhile; Escape leaves, and the answer finds nobody. */
static void
see_act (Rows *self, gsize at)
{
  g_autofree char *name = g_strdup_printf ("%s, %s, %s, handed over", acts[at].number, acts[at].place, acts[at].button);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzSecret) pin = fz_demo_pin (acts[at].number);
  GtkWidget *button;
  FzDialog *dialog;

  rows_show_page (self, acts[at].number, acts[at].place);
  if (acts[at].what != NULL)
    rows_show_what (self, acts[at].what);
  button = wait_for_button (self, NULL, _ (acts[at].button));
  if (button == NULL || !rows_open (self, button, NULL)) {
    g_test_message ("%s: no dialog", name);
    g_test_fail ();
    return;
  }
  dialog = rows_top (self);
  gate_close ();
  for (guint i = 0; i < 3; i++)
    press_again (GTK_WIDGET (dialog), pin);
  inspect_settle (self->window);
  if (gate_count () != 1)
    g_ptr_array_add (found, g_strdup_printf ("%s: pressed again it was handed over %u times", name, gate_count ()));
  if (unanswered_says (dialog))
    g_ptr_array_add (found, g_strdup_printf ("%s: something is said to be wrong before the answer comes", name));
  unanswered_escape (dialog);
  if (rows_top (self) == dialog)
    g_ptr_array_add (found, g_strdup_printf ("%s: Escape does not leave it", name));
  gate_open ();
  inspect_settle (self->window);
  leave_all (self);
  rows_tell (name, found);
}

void
loading (Rows *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (loads); i++)
    see_load (self, i);
  see_search (self);
  see_talk_picture (self);
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    see_act (self, i);
}
