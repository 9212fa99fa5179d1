#include "ui/comment_codes.h"

#include "core/comment.h"
#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WORDS_MOST 500
#define N_GROUPS 3

static const char *const categories[2][N_GROUPS] = { { "irregular", "inappropriate", "extraordinary" }, { "minor", "major", "fatal" } };
static const char *const group_ids[N_GROUPS] = { "A", "B", "C" };
static const char *const group_words[2][N_GROUPS] = { { N_ ("A 不规范"), N_ ("B 用药不适宜"), N_ ("C 超常") },
                                                      { N_ ("A 一般缺陷"), N_ ("B 重要缺陷"), N_ ("C 单项否决") } };

typedef struct {
  FzDialog *dialog;
  GtkWidget *groups, *stack, *area, *score;
  guint a, b; /* from which score on a record is of grade A, of B */
  GPtrArray *checks; /* GtkCheckButton, each with its row as "fz-code" */
  gboolean must_say;
  FzCommentCodesFunc chosen;
  gpointer user_data;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_ptr_array_unref (ask->checks);
  g_free (ask);
}

static const FzFields *
code_of (GtkWidget *check)
{
  return g_object_get_data (G_OBJECT (check), "fz-code");
}

const char *
fz_comment_code_word (GPtrArray *codes, const char *code, const char *key)
{
  for (guint i = 0; codes != NULL && i < codes->len; i++)
    if (g_strcmp0 (fz_fields_get (codes->pdata[i], "code"), code) == 0)
      return fz_entry_label (codes->pdata[i], NULL, 0, key);
  return NULL;
}

/* --- choosing --- */

static void
go (Ask *ask)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *words = g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (ask->area)));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < ask->checks->len; i++)
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (ask->checks->pdata[i])))
      g_ptr_array_add (codes, g_strdup (fz_fields_get (code_of (ask->checks->pdata[i]), "code")));
  g_ptr_array_add (codes, NULL);
  if (fz_text_area_is_too_long (FZ_TEXT_AREA (ask->area))) {
    fz_dialog_set_error (ask->dialog, _ ("说明超过 500 字，请精简。"));
    return;
  }
  if (ask->must_say && *words == '\0') {
    fz_dialog_set_error (ask->dialog, _ ("请写明理由。"));
    gtk_widget_grab_focus (ask->area);
    return;
  }
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

/* What the chosen ones make of a record, by the same reckoning as is signed. */
static void
show_score (Ask *ask)
{
  g_autoptr (FzFields) chosen = fz_fields_new ("fuzhen.part/v1");
  g_autofree char *text = NULL;
  guint score = 0, n = 0;
  const char *grade;

  for (guint i = 0; i < ask->checks->len; i++)
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (ask->checks->pdata[i]))) {
      fz_fields_set_at (chosen, "code", n, "points", fz_fields_get (code_of (ask->checks->pdata[i]), "points"));
      fz_fields_set_at (chosen, "code", n++, "category", fz_fields_get (code_of (ask->checks->pdata[i]), "category"));
    }
  grade = fz_record_grade_of (chosen, "code", ask->a, ask->b, &score);
  text = g_strdup_printf (_ ("%u 分　%s"), score, fz_comment_result_label (grade));
  fz_set_text (ask->score, text);
}

static void
on_toggled (GtkCheckButton *check, Ask *ask)
{
  fz_dialog_set_error (ask->dialog, NULL);
  if (ask->score != NULL)
    show_score (ask);
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

static guint
group_of (const FzFields *code)
{
  for (guint i = 0; i < N_GROUPS; i++)
    if (g_strcmp0 (fz_fields_get (code, "category"), categories[0][i]) == 0 || g_strcmp0 (fz_fields_get (code, "category"), categories[1][i]) == 0)
      return i;
  return 0;
}

/* The nth code of the group shown. */
static GtkWidget *
nth_check (Ask *ask, guint n)
{
  const char *shown = gtk_stack_get_visible_child_name (GTK_STACK (ask->stack));

  for (guint i = 0; i < ask->checks->len; i++)
    if (g_str_equal (group_ids[group_of (code_of (ask->checks->pdata[i]))], shown) && n-- == 0)
      return ask->checks->pdata[i];
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
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check), !gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
    gtk_widget_grab_focus (check);
    return TRUE;
  }
  if (group[0] < 'A' || group[0] > 'C')
    return FALSE;
  fz_segments_set_active (FZ_SEGMENTS (ask->groups), group);
  show_group (ask, group);
  if (nth_check (ask, 0) != NULL)
    gtk_widget_grab_focus (nth_check (ask, 0));
  return TRUE;
}

/* Enter goes on; a check button would take it for a click and untick what was just chosen. */
static gboolean
on_check_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, Ask *ask)
{
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter)
    return FALSE;
  go (ask);
  return TRUE;
}

/* --- building --- */

static gboolean
is_chosen (const FzFields *item, const char *code)
{
  for (guint i = 0; i < fz_fields_count (item, "comment.code"); i++)
    if (g_strcmp0 (fz_fields_get_at (item, "comment.code", i, "code"), code) == 0)
      return TRUE;
  return FALSE;
}

static const char *
suggested_by (const FzFields *item, const char *code)
{
  for (guint i = 0; i < fz_fields_count (item, "suggest"); i++)
    if (g_strcmp0 (fz_fields_get_at (item, "suggest", i, "code"), code) == 0)
      return fz_fields_get_at (item, "suggest", i, "message");
  return NULL;
}

static GtkWidget *
check_new (Ask *ask, const FzFields *code, const FzFields *item, guint number)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  const char *id = fz_fields_get (code, "code"), *why = suggested_by (item, id);
  g_autofree char *full = g_strdup_printf ("%s %s", id, fz_entry_label (code, NULL, 0, "label"));
  g_autofree char *key = number <= 9 ? g_strdup_printf ("%u", number) : g_strdup ("　");
  const char *points = fz_fields_get (code, "points");
  g_autofree char *minus = points != NULL && *points != '\0' ? g_strdup_printf (_ ("　−%s 分"), points) : g_strdup ("");
  g_autofree char *label = g_strdup_printf ("%s　%s　%s%s%s", key, id, fz_entry_label (code, NULL, 0, "short"), minus, why != NULL ? _ ("　（系统曾提示）") : "");
  GtkWidget *check = gtk_check_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (check), "fz-code", fz_fields_ref ((FzFields *) code), (GDestroyNotify) fz_fields_unref);
  fz_access_label (check, full);
  gtk_widget_set_tooltip_text (check, why != NULL ? why : fz_entry_label (code, NULL, 0, "label"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), is_chosen (item, id));
  g_signal_connect (check, "toggled", G_CALLBACK (on_toggled), ask);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_check_key), ask);
  gtk_widget_add_controller (check, keys);
  g_ptr_array_add (ask->checks, check);
  return check;
}

/* Codes of herbs are for herbal sheets, some defects for records written online only. */
static gboolean
fits (const FzFields *code, const FzFields *item, gboolean herbal)
{
  const char *place = fz_fields_get (code, "place");

  return (herbal || !fz_fields_is_yes (code, "herbal")) && (place == NULL || *place == '\0' || g_strcmp0 (place, fz_fields_get (item, "comment.place")) == 0);
}

/* A record shows what it scores so far. */
static void
put_score (Ask *ask, GtkWidget *body, const FzFields *item)
{
  gint64 a = 0, b = 0;

  if (!fz_fields_get_int (item, "plan.policy.grade_a", &a) || !fz_fields_get_int (item, "plan.policy.grade_b", &b))
    return;
  ask->a = (guint) a;
  ask->b = (guint) b;
  ask->score = fz_put (body, fz_text ("", "fz-strong"));
  show_score (ask);
}

static void
put_codes (Ask *ask, GPtrArray *codes, const FzFields *item)
{
  gboolean herbal = g_strcmp0 (fz_fields_get (item, "rx.kind"), "herbal") == 0, record = fz_fields_has (item, "comment.place");
  GtkWidget *boxes[N_GROUPS];
  guint numbers[N_GROUPS] = { 0 };

  for (guint g = 0; g < N_GROUPS; g++) {
    boxes[g] = fz_column (2);
    gtk_stack_add_named (GTK_STACK (ask->stack), boxes[g], group_ids[g]);
    fz_segments_add (FZ_SEGMENTS (ask->groups), group_ids[g], _ (group_words[record][g]));
  }
  for (guint i = 0; i < codes->len; i++) {
    guint g = group_of (codes->pdata[i]);

    if (fits (codes->pdata[i], item, herbal))
      fz_put (boxes[g], check_new (ask, codes->pdata[i], item, ++numbers[g]));
  }
}

/* Opens where something is chosen or suggested; else at 用药不适宜, where most comments are. */
static void
open_group (Ask *ask, const FzFields *item)
{
  const char *id = group_ids[1];

  for (guint i = ask->checks->len; i > 0; i--) {
    const FzFields *code = code_of (ask->checks->pdata[i - 1]);

    if (is_chosen (item, fz_fields_get (code, "code")) || suggested_by (item, fz_fields_get (code, "code")) != NULL)
      id = group_ids[group_of (code)];
  }
  fz_segments_set_active (FZ_SEGMENTS (ask->groups), id);
  show_group (ask, id);
}

void
fz_comment_codes_ask (GtkWidget *over, const FzCommentCodesAsk *what, FzCommentCodesFunc chosen, gpointer user_data)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkWidget *body = fz_column (12);
  Ask *ask = g_new0 (Ask, 1);

  ask->checks = g_ptr_array_new ();
  ask->must_say = what->must_say;
  ask->chosen = chosen;
  ask->user_data = user_data;
  ask->dialog = fz_dialog_new (what->title, fz_fields_get (what->item, "comment.number"));
  g_object_set_data_full (G_OBJECT (ask->dialog), "fz-ask", ask, ask_free);
  fz_dialog_set_width (ask->dialog, 640);
  ask->groups = fz_put (body, fz_segments_new (_ ("代码类别")));
  ask->stack = fz_put (body, gtk_stack_new ());
  gtk_stack_set_vhomogeneous (GTK_STACK (ask->stack), FALSE);
  ask->area = fz_text_area_new (_ ("依据和建议"), 2, WORDS_MOST);
  fz_access_label (ask->area, _ ("依据和建议"));
  fz_access_required (ask->area, what->must_say);
  put_codes (ask, what->codes, what->item);
  put_score (ask, body, what->item);
  fz_put (body, fz_form_row_new (_ ("说明"), ask->area, what->must_say));
  g_signal_connect (ask->groups, "changed", G_CALLBACK (on_group), ask);
  fz_dialog_set_body (ask->dialog, body, FALSE);
  fz_dialog_set_note (ask->dialog, fz_text (fz_fields_has (what->item, "comment.place") ? _ ("数字键选择，A B C 换类，回车继续；不选为没有缺陷") : _ ("数字键选择，A B C 换类，回车继续；不选为合理"), "fz-caption"));
  fz_dialog_add_button (ask->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (ask->dialog, "go", what->confirm, FZ_BUTTON_PRIMARY);
  g_signal_connect (ask->dialog, "response", G_CALLBACK (on_response), ask);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), ask);
  gtk_widget_add_controller (GTK_WIDGET (ask->dialog), keys);
  open_group (ask, what->item);
  fz_dialog_present (ask->dialog, over);
  if (nth_check (ask, 0) != NULL)
    gtk_widget_grab_focus (nth_check (ask, 0));
}
