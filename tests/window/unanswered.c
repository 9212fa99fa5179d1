#include "tests/window/unanswered.h"

#include "tests/window/inspect.h"
#include "ui/kit/kit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LEAVE_S 60 /* a loaded machine is no fault of the dialog */

static const struct {
  const char *place, *button; /* Chinese, as the sources have it */
  Unanswered way;
  const char *what; /* SAYS: the field that is marked; else what it waits for, or what stands in it */
} dialogs[] = {
  { "visit", "显示证件号码或电话…", UNANSWERED_SAYS, "用途" },
  { "visit", "存为套方…", UNANSWERED_SAYS, "名称" },
  { "review", "审方值班…", UNANSWERED_ANSWER, "today, now and four hours are filled in: the pharmacist is on duty" },
  { "catalogue", "新增药品…", UNANSWERED_SAYS, NULL },
  { "grants", "申请授权…", UNANSWERED_SAYS, "用途" },
  { "people", "机构资料…", UNANSWERED_SAYS, "执业许可证有效期至" },
  { "people", "审方值班…", UNANSWERED_SAYS, "药师" },
  { "ledger", "补采一天…", UNANSWERED_SAYS, NULL },
  { "comment", "抽样…", UNANSWERED_ANSWER, "the month before is filled in: the sample is drawn and signed" },
  { "registers", "导入旧台账…", UNANSWERED_WAITS, "a file" },
  { "registers", "导出…", UNANSWERED_SAYS, "用途" },
  { "grants", "到期清除…", UNANSWERED_WAITS, "a list of what is over" },
  { "report", "定时制作这份报表…", UNANSWERED_SAYS, NULL },
  { "people", "登记人员…", UNANSWERED_SAYS, "角色" },
  { "people", "闲置锁屏…", UNANSWERED_SAYS, "签名 PIN 码" },
  { "people", "更换机构密钥…", UNANSWERED_WAITS, "a reason" },
  { "people", "更换日志密钥…", UNANSWERED_WAITS, "a reason" },
  { "people", "更换库密钥…", UNANSWERED_READ, "says where it is done" },
  { "system", "开业前清单…", UNANSWERED_READ, "a list of what stands in the way" },
  { "system", "恢复演练…", UNANSWERED_WAITS, "two shares" },
  { "audit", "设置…", UNANSWERED_ANSWER, "nothing kept outside, as it is" },
};

static gboolean opened[G_N_ELEMENTS (dialogs)];

static GtkWidget *
find_class (GtkWidget *widget, const char *class)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (gtk_widget_has_css_class (widget, class))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_class (child, class);
  return found;
}

/* The first field that a person types into; of a search or a secret nothing is lost. */
static GtkWidget *
find_field (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget) || GTK_IS_SEARCH_ENTRY (widget) || FZ_IS_SEARCH_FIELD (widget))
    return NULL;
  if (GTK_IS_TEXT_VIEW (widget) ? gtk_text_view_get_editable (GTK_TEXT_VIEW (widget)) : GTK_IS_TEXT (widget) && gtk_text_get_visibility (GTK_TEXT (widget)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_field (child);
  return found;
}

static FzDialog *
top_of (GtkWidget *window)
{
  return fz_stage_top_dialog (fz_stage_of (gtk_window_get_child (GTK_WINDOW (window))));
}

static gboolean
has_focus (GtkWidget *window, GtkWidget *within)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

  return focus != NULL && (focus == within || gtk_widget_is_ancestor (focus, within));
}

static GtkWidget *
find_line (FzDialog *dialog)
{
  return find_class (gtk_widget_get_first_child (GTK_WIDGET (dialog)), "fz-form-finding");
}

/* The line of errors is the one above the buttons. */
static GtkWidget *
find_error (FzDialog *dialog)
{
  GtkWidget *foot = find_class (GTK_WIDGET (dialog), "fz-dialog-foot"), *line = foot != NULL ? gtk_widget_get_prev_sibling (foot) : NULL;

  return line != NULL && gtk_widget_get_mapped (line) ? line : NULL;
}

gboolean
unanswered_says (FzDialog *dialog)
{
  return find_line (dialog) != NULL || find_error (dialog) != NULL;
}

/* --- answered --- */

static gboolean
on_late (gpointer late)
{
  *(gboolean *) late = TRUE;
  return G_SOURCE_REMOVE;
}

/* Some are judged in another thread. */
static gboolean
wait_for_words (FzDialog *dialog, GtkWidget *window)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (LEAVE_S, on_late, &late);

  while (!late && top_of (window) == dialog && !unanswered_says (dialog))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timer);
  return !late && top_of (window) == dialog;
}

static void
answer (FzDialog *dialog, GtkWidget *window, GtkWidget *button, const char *field, const char *name, GPtrArray *found)
{
  GtkWidget *bad;

  g_signal_emit_by_name (button, "clicked");
  if (!wait_for_words (dialog, window)) {
    g_ptr_array_add (found, g_strdup_printf ("%s: answered as it opens it does not say what is missing", name));
    return;
  }
  bad = find_class (GTK_WIDGET (dialog), "fz-bad");
  if (bad == NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: no field is marked as the one that is wrong", name));
  else if (field != NULL && g_strcmp0 (fz_access_get_label (bad), field) != 0)
    g_ptr_array_add (found, g_strdup_printf ("%s: “%s” is marked, not “%s”", name, fz_access_get_label (bad), field));
  else if (!has_focus (window, bad))
    g_ptr_array_add (found, g_strdup_printf ("%s: the focus does not go to the field that is wrong", name));
  else if (!gtk_test_accessible_has_relation (GTK_ACCESSIBLE (fz_access_get_inner (bad)), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY))
    g_ptr_array_add (found, g_strdup_printf ("%s: the error does not belong to its field for a screen reader", name));
}

/* --- left --- */

static void
put_text (GtkWidget *field, const char *text)
{
  if (GTK_IS_TEXT_VIEW (field))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field)), text, -1);
  else
    gtk_editable_set_text (GTK_EDITABLE (field), text);
}

static char *
dup_text (GtkWidget *field)
{
  char *text = NULL;

  g_object_get (GTK_IS_TEXT_VIEW (field) ? G_OBJECT (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field))) : G_OBJECT (field), "text", &text, NULL);
  return text;
}

/* By the key, as the dialog hears it. */
void
unanswered_escape (FzDialog *dialog)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (dialog));
  gboolean taken = FALSE;

  g_object_ref (dialog);
  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !taken; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
      g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_Escape, 0, 0, &taken);
  }
  g_object_unref (dialog);
}

/* What is typed is asked for once; what is put back as it stood is nothing to ask for. */
static void
leave (FzDialog *dialog, GtkWidget *window, Unanswered way, const char *name, GPtrArray *found)
{
  GtkWidget *field = way == UNANSWERED_LEAVES ? NULL : find_field (gtk_widget_get_first_child (GTK_WIDGET (dialog)));
  g_autofree char *stood = field != NULL ? dup_text (field) : NULL;

  if (field != NULL) {
    put_text (field, "7");
    unanswered_escape (dialog);
    if (gtk_widget_get_root (GTK_WIDGET (dialog)) == NULL) {
      g_ptr_array_add (found, g_strdup_printf ("%s: Escape loses what was typed without asking", name));
      return;
    }
    unanswered_escape (top_of (window)); /* to the question: not given up */
    if (top_of (window) != dialog)
      g_ptr_array_add (found, g_strdup_printf ("%s: Escape to the question does not lead back", name));
    put_text (field, stood);
  }
  unanswered_escape (dialog);
  if (gtk_widget_get_root (GTK_WIDGET (dialog)) != NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: Escape does not close it", name));
}

/* A paper is drawn first, in another thread. */
static void
wait_for_button (GtkWidget *button)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (LEAVE_S, on_late, &late);

  while (!late && !gtk_widget_is_sensitive (button))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timer);
}

/* Enter in a field presses the main button, and none that is not in sight. */
static void
see_enter (GtkWidget *window, GtkWidget *main_button, const char *name, GPtrArray *found)
{
  GtkWidget *by_enter = gtk_window_get_default_widget (GTK_WINDOW (window));

  if (main_button != NULL && gtk_widget_has_css_class (main_button, "fz-primary") && by_enter != main_button)
    g_ptr_array_add (found, g_strdup_printf ("%s: Enter does not press “%s”", name, fz_access_get_label (main_button)));
  if (by_enter != NULL && !gtk_widget_get_mapped (by_enter))
    g_ptr_array_add (found, g_strdup_printf ("%s: Enter presses what is not in sight", name));
}

void
unanswered_leave (GtkWidget *window, const char *name, Unanswered way, const char *field, GPtrArray *found)
{
  g_autoptr (FzDialog) dialog = g_object_ref (top_of (window));
  GtkWidget *foot = find_class (GTK_WIDGET (dialog), "fz-dialog-foot"), *primary = foot != NULL ? find_class (foot, "fz-primary") : NULL;
  gboolean answers = way == UNANSWERED_SAYS || way == UNANSWERED_ANSWER || way == UNANSWERED_LEAVES;

  if (primary == NULL && foot != NULL)
    primary = find_class (foot, "fz-danger");
  if (!has_focus (window, GTK_WIDGET (dialog)))
    g_ptr_array_add (found, g_strdup_printf ("%s: opened, the focus is not in it", name));
  see_enter (window, primary, name, found);
  if (inspect_find_bare (GTK_WIDGET (dialog)) != NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: an empty list says nothing", name));
  if (answers && primary != NULL)
    wait_for_button (primary);
  if (answers != (primary != NULL && gtk_widget_is_sensitive (primary)))
    g_ptr_array_add (found, g_strdup_printf ("%s: its button and the table do not say the same", name));
  else if (way == UNANSWERED_SAYS)
    answer (dialog, window, primary, field, name, found);
  if (top_of (window) == dialog)
    leave (dialog, window, way, name, found);
}

void
unanswered_inspect (GtkWidget *window, const char *place, const char *button, GPtrArray *found)
{
  g_autofree char *name = g_strdup_printf ("%s, %s", place, button);
  gsize at = 0;

  while (at < G_N_ELEMENTS (dialogs) && (opened[at] || !g_str_equal (dialogs[at].place, place) || !g_str_equal (_ (dialogs[at].button), button)))
    at++;
  if (at == G_N_ELEMENTS (dialogs)) {
    g_ptr_array_add (found, g_strdup_printf ("%s: no row of the table says what an answer to it is", name));
    return;
  }
  opened[at] = TRUE;
  unanswered_leave (window, name, dialogs[at].way, dialogs[at].way == UNANSWERED_SAYS && dialogs[at].what != NULL ? _ (dialogs[at].what) : NULL, found);
}

char *
unanswered_close (void)
{
  g_autoptr (GString) missed = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (dialogs); i++)
    if (!opened[i])
      g_string_append_printf (missed, "%s, %s\n", dialogs[i].place, dialogs[i].button);
  return missed->len > 0 ? g_string_free (g_steal_pointer (&missed), FALSE) : NULL;
}
