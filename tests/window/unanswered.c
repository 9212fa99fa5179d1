#include "tests/window/unanswered.h"

#include "tests/window/inspect.h"
#include "ui/kit/kit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LEAVE_S 10

typedef enum {
  SAYS,   /* answered as it opened it says what is missing */
  WAITS,  /* cannot be answered yet: its button waits for a choice or a list */
  READ,   /* there is nothing to be answered */
  ANSWER, /* as it opened it is an answer, and is not given here */
} Way;

static const struct {
  const char *place, *button; /* Chinese, as the sources have it */
  Way way;
  const char *why; /* what stands in it, or what it waits for */
} dialogs[] = {
  { "visit", "显示证件号码或电话…", SAYS, NULL },
  { "visit", "存为套方…", SAYS, NULL },
  { "review", "审方值班…", ANSWER, "today, now and four hours are filled in: the pharmacist is on duty" },
  { "catalogue", "新增药品…", SAYS, NULL },
  { "grants", "申请授权…", SAYS, NULL },
  { "people", "机构资料…", SAYS, NULL },
  { "people", "审方值班…", SAYS, NULL },
  { "ledger", "补采一天…", SAYS, NULL },
  { "comment", "抽样…", ANSWER, "the month before is filled in: the sample is drawn and signed" },
  { "registers", "导入旧台账…", WAITS, "a file" },
  { "registers", "导出…", SAYS, NULL },
  { "grants", "到期清除…", WAITS, "a list of what is over" },
  { "report", "定时制作这份报表…", SAYS, NULL },
  { "people", "登记人员…", SAYS, NULL },
  { "people", "闲置锁屏…", SAYS, NULL },
  { "people", "更换机构密钥…", WAITS, "a reason" },
  { "people", "更换日志密钥…", WAITS, "a reason" },
  { "people", "更换库密钥…", READ, "says where it is done" },
  { "system", "开业前清单…", READ, "a list of what stands in the way" },
  { "system", "恢复演练…", WAITS, "two shares" },
  { "audit", "设置…", ANSWER, "nothing kept outside, as it is" },
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

/* --- answered --- */

/* Some are judged in another thread. */
static gboolean
wait_for_words (FzDialog *dialog, GtkWidget *window)
{
  gint64 until_us = g_get_monotonic_time () + LEAVE_S * G_USEC_PER_SEC;

  while (top_of (window) == dialog && find_line (dialog) == NULL && find_error (dialog) == NULL) {
    if (g_get_monotonic_time () > until_us)
      return FALSE;
    inspect_settle (window);
  }
  return top_of (window) == dialog;
}

static void
answer (FzDialog *dialog, GtkWidget *window, GtkWidget *button, const char *name, GPtrArray *found)
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
static void
press_escape (FzDialog *dialog)
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
leave (FzDialog *dialog, GtkWidget *window, const char *name, GPtrArray *found)
{
  GtkWidget *field = find_field (gtk_widget_get_first_child (GTK_WIDGET (dialog)));
  g_autofree char *stood = field != NULL ? dup_text (field) : NULL;

  if (field != NULL) {
    put_text (field, "7");
    press_escape (dialog);
    if (gtk_widget_get_root (GTK_WIDGET (dialog)) == NULL) {
      g_ptr_array_add (found, g_strdup_printf ("%s: Escape loses what was typed without asking", name));
      return;
    }
    press_escape (top_of (window)); /* to the question: not given up */
    if (top_of (window) != dialog)
      g_ptr_array_add (found, g_strdup_printf ("%s: Escape to the question does not lead back", name));
    put_text (field, stood);
  }
  press_escape (dialog);
  if (gtk_widget_get_root (GTK_WIDGET (dialog)) != NULL)
    g_ptr_array_add (found, g_strdup_printf ("%s: Escape does not close it", name));
}

void
unanswered_inspect (GtkWidget *window, const char *place, const char *button, GPtrArray *found)
{
  g_autoptr (FzDialog) dialog = g_object_ref (top_of (window));
  g_autofree char *name = g_strdup_printf ("%s, %s", place, button);
  GtkWidget *foot = find_class (GTK_WIDGET (dialog), "fz-dialog-foot"), *primary = foot != NULL ? find_class (foot, "fz-primary") : NULL;
  gsize at = 0;

  while (at < G_N_ELEMENTS (dialogs) && (opened[at] || !g_str_equal (dialogs[at].place, place) || !g_str_equal (_ (dialogs[at].button), button)))
    at++;
  if (at == G_N_ELEMENTS (dialogs)) {
    g_ptr_array_add (found, g_strdup_printf ("%s: no row of the table says what an answer to it is", name));
    return;
  }
  opened[at] = TRUE;
  if (!has_focus (window, GTK_WIDGET (dialog)))
    g_ptr_array_add (found, g_strdup_printf ("%s: opened, the focus is not in it", name));
  if ((dialogs[at].way == SAYS || dialogs[at].way == ANSWER) != (primary != NULL && gtk_widget_is_sensitive (primary)))
    g_ptr_array_add (found, g_strdup_printf ("%s: its button and the table do not say the same", name));
  else if (dialogs[at].way == SAYS)
    answer (dialog, window, primary, name, found);
  if (top_of (window) == dialog)
    leave (dialog, window, name, found);
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
