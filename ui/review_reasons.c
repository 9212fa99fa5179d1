#include "ui/review_reasons.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/review_item.h"
#include "ui/review_items.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WORDS_MOST 500

typedef struct {
  FzDialog *dialog;
  GtkWidget *groups, *stack, *area;
  const FzFields *rx, *decisions;
  GPtrArray *checks; /* GtkCheckButton, each with its row as "fz-reason" */
  FzReasonsFunc chosen;
  gpointer user_data;
  gboolean typed; /* the person changed the text: it is no longer written along */
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_ptr_array_unref (ask->checks);
  fz_fields_unref ((FzFields *) ask->rx);
  if (ask->decisions != NULL)
    fz_fields_unref ((FzFields *) ask->decisions);
  g_free (ask);
}

static const FzFields *
reason_of (GtkWidget *check)
{
  return g_object_get_data (G_OBJECT (check), "fz-reason");
}

static gboolean
is_ticked (GtkWidget *check)
{
  return gtk_check_button_get_active (GTK_CHECK_BUTTON (check));
}

/* --- the text, written along --- */

static void
append_findings (GString *text, const FzFields *rx, const char *code)
{
  guint n = 0;

  for (guint i = 0; i < fz_fields_count (rx, "now"); i++)
    if (g_strcmp0 (fz_fields_get_at (rx, "now", i, "reason"), code) == 0)
      g_string_append_printf (text, "%s%s", n++ == 0 ? FZ_IN_CHINESE ("：") : "", fz_fields_get_at (rx, "now", i, "message"));
}

static void
write_along (Ask *ask)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0, needed = 0;

  for (guint i = 0; i < ask->checks->len; i++) {
    const FzFields *reason = reason_of (ask->checks->pdata[i]);

    if (!is_ticked (ask->checks->pdata[i]))
      continue;
    g_string_append_printf (text, "%s%s", n++ > 0 ? "\n" : "", fz_fields_get (reason, "label"));
    append_findings (text, ask->rx, fz_fields_get (reason, "code"));
    needed += fz_fields_is_yes (reason, "text_required");
  }
  if (!ask->typed)
    fz_text_area_set_text (FZ_TEXT_AREA (ask->area), text->str);
  fz_dialog_set_sensitive (ask->dialog, "go", n > 0);
  fz_access_required (ask->area, needed > 0);
  fz_dialog_set_error (ask->dialog, NULL);
}

static void
on_toggled (GtkCheckButton *check, Ask *ask)
{
  write_along (ask);
}

static void
on_typed (FzTextArea *area, Ask *ask)
{
  ask->typed = fz_text_area_get_length (area) > 0;
}

/* --- choosing --- */

static gboolean
text_is_missing (Ask *ask, const char *words)
{
  for (guint i = 0; i < ask->checks->len; i++)
    if (is_ticked (ask->checks->pdata[i]) && fz_fields_is_yes (reason_of (ask->checks->pdata[i]), "text_required") &&
        (!ask->typed || *words == '\0'))
      return TRUE;
  return FALSE;
}

static void
go (Ask *ask)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *words = g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (ask->area)));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < ask->checks->len; i++)
    if (is_ticked (ask->checks->pdata[i]))
      g_ptr_array_add (codes, g_strdup (fz_fields_get (reason_of (ask->checks->pdata[i]), "code")));
  if (codes->len == 0)
    return;
  if (text_is_missing (ask, words)) {
    fz_dialog_set_error (ask->dialog, _ ("所选理由需要具体说明：请在下方写明情况。"));
    gtk_widget_grab_focus (ask->area);
    return;
  }
  if (fz_text_area_is_too_long (FZ_TEXT_AREA (ask->area))) {
    fz_dialog_set_error (ask->dialog, _ ("说明超过 500 字，请精简。"));
    return;
  }
  g_ptr_array_add (codes, NULL);
  fz_dialog_set_error (ask->dialog, NULL);
  if (!ask->chosen (ask->dialog, (const char *const *) codes->pdata, *words != '\0' ? words : NULL, ask->user_data, &error))
    fz_dialog_set_error (ask->dialog, error->message);
}

static void
on_response (FzDialog *dialog, const char *response, Ask *ask)
{
  if (g_str_equal (response, "go"))
    go (ask);
}

static void
show_group (Ask *ask, const char *id)
{
  gtk_stack_set_visible_child_name (GTK_STACK (ask->stack), id);
}

static void
on_group (FzSegments *segments, const char *id, Ask *ask)
{
  show_group (ask, id);
}

/* The nth item of the group shown. */
static GtkWidget *
nth_check (Ask *ask, guint n)
{
  const char *shown = gtk_stack_get_visible_child_name (GTK_STACK (ask->stack));

  for (guint i = 0; i < ask->checks->len; i++) {
    const char *code = fz_fields_get (reason_of (ask->checks->pdata[i]), "code");

    if (code[0] == shown[0] && n-- == 0)
      return ask->checks->pdata[i];
  }
  return NULL;
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, Ask *ask)
{
  char group[2] = { (char) g_ascii_toupper (keyval < 128 ? (char) keyval : '\0'), '\0' };
  GtkWidget *check = keyval >= GDK_KEY_1 && keyval <= GDK_KEY_9 ? nth_check (ask, keyval - GDK_KEY_1) : NULL;

  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  if (check != NULL) {
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check), !is_ticked (check));
    gtk_widget_grab_focus (check);
    return TRUE;
  }
  if (group[0] < 'A' || group[0] > 'Z' || gtk_stack_get_child_by_name (GTK_STACK (ask->stack), group) == NULL)
    return FALSE;
  fz_segments_set_active (FZ_SEGMENTS (ask->groups), group);
  show_group (ask, group);
  return TRUE;
}

/* --- building --- */

/* What the pharmacist objected to; while nothing was decided, what the checks found and the doctor did not answer. */
static gboolean
is_found (const FzFields *rx, const FzFields *decisions, const char *code)
{
  const char *decision = fz_review_items_decision (decisions, code);

  if (decision != NULL)
    return g_str_equal (decision, "objected");
  for (guint i = 0; i < fz_fields_count (rx, "now"); i++)
    if (g_strcmp0 (fz_fields_get_at (rx, "now", i, "severity"), "note") != 0 && fz_review_item_answer (rx, i) == NULL &&
        g_strcmp0 (fz_fields_get_at (rx, "now", i, "reason"), code) == 0)
      return TRUE;
  return FALSE;
}

/* Enter goes on; a check button would take it for a click and untick what was just chosen. There is no text here that could need the key. */
static gboolean
on_check_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, Ask *ask)
{
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter)
    return FALSE;
  go (ask);
  return TRUE;
}

static GtkWidget *
check_new (Ask *ask, const FzFields *reason, guint number)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autofree char *label = g_strdup_printf ("%u　%s　%s", number, fz_fields_get (reason, "code"), fz_entry_label (reason, NULL, 0, "label"));
  GtkWidget *check = gtk_check_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (check), "fz-reason", fz_fields_ref ((FzFields *) reason), (GDestroyNotify) fz_fields_unref);
  fz_access_label (check, label);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), is_found (ask->rx, ask->decisions, fz_fields_get (reason, "code")));
  g_signal_connect (check, "toggled", G_CALLBACK (on_toggled), ask);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_check_key), ask);
  gtk_widget_add_controller (check, keys);
  g_ptr_array_add (ask->checks, check);
  return check;
}

static void
put_reasons (Ask *ask, GPtrArray *reasons, gboolean refusing)
{
  GtkWidget *box = NULL;
  char group[2] = { '\0', '\0' };
  guint number = 0;

  for (guint i = 0; i < reasons->len; i++) {
    const char *code = fz_fields_get (reasons->pdata[i], "code");

    if ((code[0] == 'X') != refusing)
      continue;
    if (code[0] != group[0]) {
      g_autofree char *word = NULL;

      group[0] = code[0];
      word = g_strdup_printf ("%s %s", group, fz_review_item_group (code[0]));
      box = fz_column (2);
      number = 0;
      gtk_stack_add_named (GTK_STACK (ask->stack), box, group);
      fz_segments_add (FZ_SEGMENTS (ask->groups), group, word);
    }
    fz_put (box, check_new (ask, reasons->pdata[i], ++number));
  }
}

/* Opens at the group in which something is ticked; else at 适宜性, where most returns are. */
static void
open_group (Ask *ask, gboolean refusing)
{
  char group[2] = { refusing ? 'X' : 'A', '\0' };

  for (guint i = ask->checks->len; i > 0; i--)
    if (is_ticked (ask->checks->pdata[i - 1]))
      group[0] = fz_fields_get (reason_of (ask->checks->pdata[i - 1]), "code")[0];
  fz_segments_set_active (FZ_SEGMENTS (ask->groups), group);
  show_group (ask, group);
}

static GtkWidget *
body_new (Ask *ask, GPtrArray *reasons, gboolean refusing)
{
  GtkWidget *body = fz_column (12);

  ask->groups = fz_segments_new (_ ("理由分类"));
  ask->stack = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (ask->stack), TRUE);
  ask->area = fz_text_area_new (_ ("写给医师的说明"), 3, WORDS_MOST);
  fz_access_label (ask->area, _ ("写给医师的说明"));
  put_reasons (ask, reasons, refusing);
  gtk_widget_set_visible (ask->groups, !refusing);
  fz_put (body, ask->groups);
  fz_put (body, ask->stack);
  fz_put (body, fz_form_row_new (_ ("说明（按所选理由和系统提示自动写出，可以修改）"), ask->area, FALSE));
  g_signal_connect (ask->groups, "changed", G_CALLBACK (on_group), ask);
  g_signal_connect (ask->area, "changed", G_CALLBACK (on_typed), ask);
  return body;
}

void
fz_review_reasons_ask (GtkWidget *over, const char *verdict, GPtrArray *reasons, const FzFields *rx, const FzFields *decisions,
                       FzReasonsFunc chosen, gpointer user_data)
{
  gboolean refusing = g_str_equal (verdict, "refused");
  GtkEventController *keys = gtk_event_controller_key_new ();
  Ask *ask = g_new0 (Ask, 1);
  g_autofree char *subtitle = g_strdup_printf (_ ("%s　处方 %s"), fz_fields_get (rx, "patient.name"), fz_fields_get (rx, "rx.id"));

  ask->rx = fz_fields_ref ((FzFields *) rx);
  ask->decisions = decisions != NULL ? fz_fields_ref ((FzFields *) decisions) : NULL;
  ask->checks = g_ptr_array_new ();
  ask->chosen = chosen;
  ask->user_data = user_data;
  ask->dialog = fz_dialog_new (refusing ? _ ("不予通过这张处方") : _ ("退回医师修改"), subtitle);
  g_object_set_data_full (G_OBJECT (ask->dialog), "fz-ask", ask, ask_free);
  fz_dialog_set_width (ask->dialog, 640);
  fz_dialog_set_body (ask->dialog, body_new (ask, reasons, refusing), FALSE);
  fz_dialog_set_note (ask->dialog, fz_text (refusing ? _ ("数字键选择，回车继续") : _ ("数字键选择，字母键换类，回车继续"), "fz-caption"));
  fz_dialog_add_button (ask->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (ask->dialog, "go", refusing ? _ ("确定不予通过") : _ ("退回"), refusing ? FZ_BUTTON_DANGER : FZ_BUTTON_PRIMARY);
  fz_dialog_set_default (ask->dialog, "go");
  g_signal_connect (ask->dialog, "response", G_CALLBACK (on_response), ask);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), ask);
  gtk_widget_add_controller (GTK_WIDGET (ask->dialog), keys);
  open_group (ask, refusing);
  write_along (ask);
  fz_dialog_present (ask->dialog, over);
  if (nth_check (ask, 0) != NULL)
    gtk_widget_grab_focus (nth_check (ask, 0));
}
