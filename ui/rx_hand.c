#include "ui/rx_hand.h"

#include "ui/hand_sets.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define HAND "fz-hand"

typedef struct {
  FzVisitModel *model;
  GtkWidget *box, *stars, *sets, *manage;
  GPtrArray *rows; /* of fz_desk_list_hand() */
} Hand;

static void
hand_free (gpointer data)
{
  Hand *hand = data;

  g_clear_pointer (&hand->rows, g_ptr_array_unref);
  g_object_unref (hand->model);
  g_free (hand);
}

/* --- taking --- */

static char *
missing_words (const FzFields *lines)
{
  g_autofree char *names = fz_words_list (lines, "missing", NULL, _ ("、"));

  return names != NULL ? g_strdup_printf (_ ("目录中已没有：%s，没有带入。"), names) : NULL;
}

/* Said with the offer to take it back. */
static void
take (GtkWidget *over, FzVisitModel *model, const FzFields *lines, const char *said)
{
  g_autofree char *missing = missing_words (lines);
  g_autoptr (GError) error = NULL;

  if (!fz_visit_model_take_lines (model, lines, said, &error)) {
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
    return;
  }
  if (missing != NULL)
    fz_toast_show (over, FZ_STATUS_WARN, missing);
}

static void
on_repeat (GtkButton *button, Hand *hand)
{
  FzSession *session = fz_visit_model_get_session (hand->model);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) lines = fz_desk_repeat_last (session, fz_visit_model_get_id (hand->model), &error);
  g_autofree char *at = lines != NULL ? fz_words_time (lines, "from.signed_at", fz_session_now_us (session)) : NULL, *said = NULL;

  if (lines == NULL) {
    fz_toast_show (hand->box, FZ_STATUS_INFO, error->message);
    return;
  }
  said = g_strdup_printf (_ ("已带入 %s 的处方，请逐项核对；检查已按今天重做。"), at);
  take (hand->box, hand->model, lines, said);
}

static const FzFields *
find (Hand *hand, const char *code)
{
  for (guint i = 0; hand->rows != NULL && i < hand->rows->len; i++) {
    const FzFields *row = hand->rows->pdata[i];
    g_autofree char *key = g_strdup_printf ("%s %s %s", fz_fields_get (row, "kind"), fz_fields_get (row, "scope") != NULL ? fz_fields_get (row, "scope") : "own",
                                            fz_fields_get (row, "name"));

    if (g_strcmp0 (key, code) == 0)
      return row;
  }
  return NULL;
}

static void
on_picked (FzDropDown *drop, Hand *hand)
{
  const char *code = fz_drop_down_get_code (drop);
  const FzFields *row = code != NULL ? find (hand, code) : NULL;
  g_autoptr (FzFields) lines = row != NULL ? fz_fields_dup (row, NULL) : NULL;

  if (lines != NULL)
    take (hand->box, hand->model, lines, _ ("已带入所选药品，请逐项核对。"));
}

/* --- showing --- */

static void
add_choice (Hand *hand, const FzFields *row)
{
  const char *kind = fz_fields_get (row, "kind"), *name = fz_fields_get (row, "name"), *scope = fz_fields_get (row, "scope");
  const char *generic = fz_fields_get_at (row, "rx.item", 0, "generic"), *dose = fz_fields_get_at (row, "rx.item", 0, "dose");
  gboolean star = g_strcmp0 (kind, "star") == 0, department = g_strcmp0 (scope, "department") == 0;
  g_autofree char *code = g_strdup_printf ("%s %s %s", kind, scope != NULL ? scope : "own", name), *shown = NULL;

  if (star && generic == NULL)
    return; /* the catalogue no longer offers it */
  if (star)
    shown = g_strdup_printf ("%s  %s", generic, dose != NULL ? dose : "");
  else
    shown = g_strdup_printf (department ? _ ("%s（科室，%u 味）") : _ ("%s（%u 味）"), name, fz_fields_count (row, "rx.item"));
  fz_drop_down_add (FZ_DROP_DOWN (star ? hand->stars : hand->sets), code, shown, NULL);
}

static void
fill (Hand *hand)
{
  guint stars = 0, sets = 0;

  g_clear_pointer (&hand->rows, g_ptr_array_unref);
  hand->rows = fz_desk_list_hand (fz_visit_model_get_session (hand->model), NULL);
  fz_drop_down_clear (FZ_DROP_DOWN (hand->stars));
  fz_drop_down_clear (FZ_DROP_DOWN (hand->sets));
  for (guint i = 0; hand->rows != NULL && i < hand->rows->len; i++) {
    gboolean star = g_strcmp0 (fz_fields_get (hand->rows->pdata[i], "kind"), "star") == 0;

    add_choice (hand, hand->rows->pdata[i]);
    stars += star;
    sets += !star;
  }
  gtk_widget_set_visible (hand->stars, stars > 0);
  gtk_widget_set_visible (hand->sets, sets > 0);
  gtk_widget_set_visible (hand->manage, sets > 0);
}

static void
update (GtkWidget *box)
{
  Hand *hand = g_object_get_data (G_OBJECT (box), HAND);
  gboolean empty = fz_visit_model_get_n_items (hand->model) == 0;

  if (empty)
    fill (hand);
  gtk_widget_set_visible (box, empty);
}

static void
on_manage (GtkButton *button, GtkWidget *box)
{
  Hand *hand = g_object_get_data (G_OBJECT (box), HAND);

  fz_hand_sets_show (box, fz_visit_model_get_session (hand->model), update);
}

static GtkWidget *
choice_new (Hand *hand, const char *name)
{
  GtkWidget *drop = fz_drop_down_new (name);

  fz_access_label (drop, name);
  g_signal_connect (drop, "changed", G_CALLBACK (on_picked), hand);
  return drop;
}

GtkWidget *
fz_rx_hand_new (FzVisitModel *model)
{
  GtkWidget *box = fz_line (8), *repeat = fz_button_new (FZ_BUTTON_PLAIN, "undo", _ ("重复上次处方"));
  Hand *hand = g_new0 (Hand, 1);

  hand->model = g_object_ref (model);
  hand->box = box;
  hand->stars = choice_new (hand, _ ("常用药"));
  hand->sets = choice_new (hand, _ ("套方"));
  g_object_set_data_full (G_OBJECT (box), HAND, hand, hand_free);
  gtk_widget_add_css_class (repeat, "fz-compact");
  g_signal_connect (repeat, "clicked", G_CALLBACK (on_repeat), hand);
  fz_put (box, repeat);
  fz_put (box, hand->stars);
  hand->manage = fz_icon_button_new ("edit", _ ("管理套方"));
  g_signal_connect_object (hand->manage, "clicked", G_CALLBACK (on_manage), box, 0);
  fz_put (box, hand->sets);
  fz_put (box, hand->manage);
  g_signal_connect_object (model, "items", G_CALLBACK (update), box, G_CONNECT_SWAPPED);
  update (box);
  return box;
}

/* --- keeping a set --- */

typedef struct {
  FzVisitModel *model;
  GtkWidget *name, *department, *over;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  g_object_unref (keeping->model);
  g_free (keeping);
}

static void
on_keep_response (FzDialog *dialog, const char *response, Keeping *keeping)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (keeping->name))));
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "keep"))
    return;
  if (!fz_desk_keep_set (fz_visit_model_get_session (keeping->model), name, gtk_check_button_get_active (GTK_CHECK_BUTTON (keeping->department)),
                         fz_visit_model_get_draft (keeping->model), &error)) {
    fz_dialog_set_error (dialog, error->message);
    return;
  }
  fz_toast_show (keeping->over, FZ_STATUS_OK, _ ("已存为套方，下次在空白处方上选用。"));
  fz_dialog_close (dialog);
}

static void
on_keep (GtkButton *button, FzVisitModel *model)
{
  FzDialog *dialog = fz_dialog_new (_ ("存为套方"), _ ("保存药品与用法，不含患者和诊断。同名的会被替换。"));
  GtkWidget *body = fz_column (12);
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->model = g_object_ref (model);
  keeping->over = GTK_WIDGET (button);
  keeping->name = gtk_entry_new ();
  keeping->department = gtk_check_button_new_with_label (_ ("本科室医师共用"));
  fz_access_label (keeping->department, _ ("本科室医师共用"));
  fz_put (body, fz_form_row_new (_ ("名称"), keeping->name, TRUE));
  fz_put (body, keeping->department);
  g_object_set_data_full (G_OBJECT (dialog), "fz-keeping", keeping, keeping_free);
  fz_dialog_set_body (dialog, body, FALSE);
  fz_dialog_add_button (dialog, "cancel", _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "keep", _ ("保存"), FZ_BUTTON_PRIMARY);
  g_signal_connect (dialog, "response", G_CALLBACK (on_keep_response), keeping);
  fz_dialog_present (dialog, GTK_WIDGET (button));
  gtk_widget_grab_focus (keeping->name);
}

GtkWidget *
fz_rx_hand_keep_new (FzVisitModel *model)
{
  GtkWidget *button = fz_button_new (FZ_BUTTON_FLAT, "star", _ ("存为套方…"));

  gtk_widget_add_css_class (button, "fz-compact");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_keep), model, 0);
  return button;
}

/* --- favourites --- */

/* What is kept of the medicine; NULL: it is no favourite. (transfer full) */
static FzFields *
find_star (FzSession *session, const char *code)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_hand (session, NULL);

  for (guint i = 0; rows != NULL && code != NULL && i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "star") == 0 && g_strcmp0 (fz_fields_get (rows->pdata[i], "name"), code) == 0)
      return fz_fields_dup (rows->pdata[i], NULL);
  return NULL;
}

typedef struct {
  FzSession *session;
  GtkWidget *star; /* stands as long as the offer */
  FzFields *kept;  /* with the use that was kept, which need not be the one that stands in the line */
} Unstarred;

static void
unstarred_free (gpointer data)
{
  Unstarred *gone = data;

  fz_session_unref (gone->session);
  fz_fields_unref (gone->kept);
  g_free (gone);
}

static void on_star (GtkToggleButton *star, FzVisitModel *model);

static gboolean
star_again (gpointer data, gboolean now)
{
  Unstarred *gone = data;
  const char *code = fz_fields_get (gone->kept, "name");
  g_autoptr (FzFields) other = find_star (gone->session, code);
  g_autoptr (GError) error = NULL;

  if (other != NULL || !now)
    return other == NULL;
  if (!fz_desk_star_drug (gone->session, code, gone->kept, TRUE, &error)) {
    fz_toast_show (gone->star, FZ_STATUS_STOP, error->message);
    return FALSE;
  }
  g_object_set_data (G_OBJECT (gone->star), "fz-quiet", gone);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (gone->star), TRUE);
  g_object_set_data (G_OBJECT (gone->star), "fz-quiet", NULL);
  return TRUE;
}

static void
offer_star_again (GtkWidget *star, FzSession *session, const FzFields *kept)
{
  Unstarred *gone = g_new0 (Unstarred, 1);
  g_autofree char *words = g_strdup_printf (_ ("已从常用药中移除 %s"), fz_fields_get_at (kept, "rx.item", 0, "generic"));

  gone->session = fz_session_ref (session);
  gone->star = star;
  gone->kept = fz_fields_dup (kept, NULL);
  fz_undo_offer (star, words, star_again, gone, unstarred_free);
}

static void
on_star (GtkToggleButton *star, FzVisitModel *model)
{
  static const char *const keys[] = { "dose", "freq", "route", "days", "special" };
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (star), "fz-index"));
  FzSession *session = fz_visit_model_get_session (model);
  g_autoptr (FzFields) line = fz_fields_new ("fuzhen.draft/v1"), before = NULL;
  g_autoptr (GError) error = NULL;

  if (g_object_get_data (G_OBJECT (star), "fz-quiet") != NULL)
    return;
  before = find_star (session, fz_visit_model_get_item (model, i, "drug"));
  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    fz_fields_set_at (line, "rx.item", 0, keys[k], fz_visit_model_get_item (model, i, keys[k]));
  if (!fz_desk_star_drug (session, fz_visit_model_get_item (model, i, "drug"), line, gtk_toggle_button_get_active (star), &error))
    fz_toast_show (GTK_WIDGET (star), FZ_STATUS_STOP, error->message);
  else if (before != NULL && !gtk_toggle_button_get_active (star))
    offer_star_again (GTK_WIDGET (star), session, before);
}

GtkWidget *
fz_rx_star_new (FzVisitModel *model, guint i)
{
  GtkWidget *star = fz_icon_toggle_new ("star", _ ("收藏为常用药"));
  g_autoptr (FzFields) kept = find_star (fz_visit_model_get_session (model), fz_visit_model_get_item (model, i, "drug"));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (star), kept != NULL);
  g_object_set_data (G_OBJECT (star), "fz-index", GUINT_TO_POINTER (i));
  gtk_widget_add_css_class (star, "fz-flat");
  gtk_widget_add_css_class (star, "fz-compact");
  gtk_widget_set_valign (star, GTK_ALIGN_START);
  g_signal_connect_object (star, "toggled", G_CALLBACK (on_star), model, 0);
  return star;
}
