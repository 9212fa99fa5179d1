#include "ui/page_visit.h"

#include "ui/dialog_intake.h"
#include "ui/dialog_take.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/marking.h"
#include "ui/step_prescription.h"
#include "ui/visit_centre.h"
#include "ui/visit_context.h"
#include "ui/visit_queue.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FZ_TYPE_PAGE_VISIT (fz_page_visit_get_type ())
G_DECLARE_FINAL_TYPE (FzPageVisit, fz_page_visit, FZ, PAGE_VISIT, GtkWidget)

struct _FzPageVisit {
  GtkWidget parent_instance;
  FzSession *session;
  GtkWidget *root, *queue, *centre, *context;
  GtkWidget *centre_slot, *context_slot;
  FzVisitModel *model;
  char *shut;    /* the visit that did not open */
  guint n_added; /* additions to the record that are shown */
  gulong first_map;
  guint showing, rebuild;
  gboolean looking; /* through the list: what opens leaves the focus there */
};

static void fz_page_visit_page_init (FzPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageVisit, fz_page_visit, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_visit_page_init))

/* Where each person was, so that the page after a lock or a change of person is the page before it. Numbers only, no patient data beyond. */
static GHashTable *places_left;

static void open_visit (FzPageVisit *self, const char *visit);
static void refresh_queue (FzPageVisit *self);

static const char *
my_number (FzPageVisit *self)
{
  return fz_fields_get (fz_session_get_person (self->session), "number");
}

static void
remember (FzPageVisit *self, const char *visit)
{
  if (places_left == NULL)
    places_left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (visit != NULL)
    g_hash_table_replace (places_left, g_strdup (my_number (self)), g_strdup (visit));
  else
    g_hash_table_insert (places_left, g_strdup (my_number (self)), NULL);
}

/* --- the middle and the right --- */

static void
on_evidence (guint index, gpointer user_data)
{
  FzPageVisit *self = user_data;

  if (self->context != NULL)
    fz_visit_context_show_evidence (self->context, index);
}

static void
on_visit_changed (const char *visit, gpointer user_data)
{
  FzPageVisit *self = user_data;

  if (self->root == NULL)
    return;
  fz_page_changed (GTK_WIDGET (self));
  refresh_queue (self);
  open_visit (self, visit);
}

static void
on_take (FzVisitCentre *centre, FzPageVisit *self)
{
  g_autoptr (GError) error = NULL;

  if (!fz_visit_model_flush (self->model, &error)) {
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
    return;
  }
  fz_dialog_take (GTK_WIDGET (self), self->session, fz_visit_model_get_facts (self->model), on_visit_changed, G_OBJECT (self));
}

static void
show_nothing (FzPageVisit *self)
{
  GtkWidget *card = fz_card_new ();

  fz_empty (self->centre_slot);
  fz_empty (self->context_slot);
  self->centre = self->context = NULL;
  fz_put_wide (card, fz_empty_state_new ("visit", _ ("请选择一次就诊"), _ ("从左侧选择患者查看申请，或按 Ctrl+N 接诊等候最久的一位。"), NULL));
  fz_put_wide (self->centre_slot, card);
  gtk_widget_set_visible (self->context_slot, FALSE);
}

static void
build_visit (FzPageVisit *self)
{
  gboolean first = self->context == NULL;
  guint n_added;

  fz_empty (self->centre_slot);
  self->centre = fz_visit_centre_new (self->model, on_evidence, self);
  g_signal_connect (self->centre, "take", G_CALLBACK (on_take), self);
  fz_put_wide (self->centre_slot, self->centre);
  if (first) { /* the papers stay open while the middle is built anew */
    self->context = fz_visit_context_new (self->model);
    fz_put_wide (self->context_slot, self->context);
    gtk_widget_set_visible (self->context_slot, TRUE);
    if (fz_fields_count (fz_visit_model_get_facts (self->model), "evidence") > 0)
      fz_visit_context_show_evidence (self->context, 0);
  }
  else
    fz_visit_context_refresh (self->context);
  n_added = fz_fields_count (fz_visit_model_get_facts (self->model), "addendum");
  if (!first && n_added > self->n_added)
    fz_visit_centre_focus_additions (FZ_VISIT_CENTRE (self->centre));
  else if (!self->looking)
    fz_visit_centre_focus_work (FZ_VISIT_CENTRE (self->centre));
  self->n_added = n_added;
}

/* Not at once: what asked for it is a button of the middle that is going to be replaced. */
static gboolean
on_rebuild (gpointer data)
{
  FzPageVisit *self = data;

  self->rebuild = 0;
  fz_page_changed (GTK_WIDGET (self));
  refresh_queue (self);
  fz_visit_queue_show (FZ_VISIT_QUEUE (self->queue), fz_visit_model_get_id (self->model));
  build_visit (self);
  return G_SOURCE_REMOVE;
}

static void
on_facts (FzPageVisit *self)
{
  if (self->rebuild == 0)
    self->rebuild = g_idle_add (on_rebuild, self);
}

static void
close_visit (FzPageVisit *self)
{
  g_clear_handle_id (&self->rebuild, g_source_remove);
  g_clear_handle_id (&self->showing, g_source_remove);
  if (self->model == NULL)
    return;
  fz_visit_model_flush (self->model, NULL);
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
}

static void
open_again (gpointer owner)
{
  FzPageVisit *self = owner;
  g_autofree char *id = g_strdup (self->shut);

  open_visit (self, id);
}

static void
show_error (FzPageVisit *self, const char *visit, const GError *error)
{
  GtkWidget *card = fz_card_new ();

  show_nothing (self);
  fz_empty (self->centre_slot);
  g_free (self->shut);
  self->shut = g_strdup (visit);
  fz_put_wide (card, fz_marking_gate_new (self->session, visit, error, open_again, self));
  fz_put_wide (self->centre_slot, card);
}

static void
open_visit (FzPageVisit *self, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = g_strdup (visit);

  close_visit (self);
  self->context = NULL;
  fz_empty (self->context_slot);
  self->model = fz_visit_model_new (self->session, id, &error);
  if (self->model == NULL) {
    remember (self, NULL);
    show_error (self, id, error);
    return;
  }
  remember (self, id);
  g_signal_connect_swapped (self->model, "facts", G_CALLBACK (on_facts), self);
  fz_visit_queue_show (FZ_VISIT_QUEUE (self->queue), id);
  build_visit (self);
}

/* --- the queue --- */

static void
refresh_queue (FzPageVisit *self)
{
  FzVisitQueue *queue = FZ_VISIT_QUEUE (self->queue);
  const FzFields *first;

  fz_visit_queue_refresh (queue);
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    fz_page_set_notices (GTK_WIDGET (self), fz_visit_queue_count_returned (queue, &first) + fz_visit_queue_count_unread (queue, NULL, &first));
}

static void
on_chosen (FzVisitQueue *queue, const char *visit, FzPageVisit *self)
{
  if (self->model == NULL || g_strcmp0 (fz_visit_model_get_id (self->model), visit) != 0)
    open_visit (self, visit);
}

/* With the arrow keys one goes on to the next in the list: the focus stays there. */
static void
on_looked_at (FzVisitQueue *queue, const char *visit, FzPageVisit *self)
{
  self->looking = TRUE;
  on_chosen (queue, visit, self);
  self->looking = FALSE;
}

static void
on_entered (FzVisitQueue *queue, FzPageVisit *self)
{
  if (self->model != NULL && self->centre != NULL)
    fz_visit_centre_focus_work (FZ_VISIT_CENTRE (self->centre));
}

static void
take_next (FzPageVisit *self)
{
  const FzFields *first = fz_visit_queue_get_first (FZ_VISIT_QUEUE (self->queue));
  g_autofree char *visit = first != NULL ? g_strdup (fz_fields_get (first, "visit.id")) : NULL;

  if (visit == NULL) {
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_INFO, _ ("没有候诊患者"));
    return;
  }
  open_visit (self, visit);
  if (self->model != NULL)
    fz_dialog_take (GTK_WIDGET (self), self->session, fz_visit_model_get_facts (self->model), on_visit_changed, G_OBJECT (self));
}

/* The next of one's own visits, below the one that is shown and then from above, in which the patient wrote something unread. */
static gboolean
show_unread (FzPageVisit *self)
{
  const FzFields *next = NULL;

  if (fz_visit_queue_count_unread (FZ_VISIT_QUEUE (self->queue), self->model != NULL ? fz_visit_model_get_id (self->model) : NULL, &next) == 0)
    return FALSE;
  on_chosen (NULL, fz_fields_get (next, "visit.id"), self);
  if (self->context != NULL)
    fz_visit_context_show_talk (self->context);
  return TRUE;
}

static void
on_taken_in (const char *visit, gpointer user_data)
{
  FzPageVisit *self = user_data;

  if (self->root == NULL)
    return;
  fz_page_changed (GTK_WIDGET (self));
  refresh_queue (self);
  if (visit != NULL) {
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, _ ("已收件，患者进入候诊"));
    open_visit (self, visit);
  }
}

static void
on_by_hand (FzPageVisit *self)
{
  fz_dialog_intake_by_hand (GTK_WIDGET (self), self->session, on_taken_in, G_OBJECT (self));
}

static void
on_import_kind (FzDialog *dialog, const char *response, FzPageVisit *self)
{
  if (g_str_equal (response, FZ_RESPONSE_CANCEL))
    return;
  fz_dialog_close (dialog);
  fz_dialog_intake_import (GTK_WIDGET (self), self->session, g_str_equal (response, "zip"), on_taken_in, G_OBJECT (self));
}

static void
on_import (FzPageVisit *self)
{
  FzDialog *dialog = fz_dialog_new (_ ("导入复诊包"), NULL);

  fz_dialog_set_body (dialog, fz_wrapped (_ ("复诊包是患者端交来的申请：一个含 visit.json 与病历图片的文件夹，或打包的 zip。每一份单独核对，不合格的不会收件并逐条说明。"), NULL), FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "zip", _ ("选择 zip 文件…"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "folder", _ ("选择文件夹…"), FZ_BUTTON_PRIMARY);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_import_kind), self, 0);
  fz_dialog_present (dialog, GTK_WIDGET (self));
}

static gboolean
on_ctrl_n (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  FzPageVisit *self = FZ_PAGE_VISIT (widget);
  GtkWidget *stage = fz_stage_of (widget);

  if (stage == NULL || fz_stage_top_dialog (stage) != NULL)
    return FALSE;
  take_next (self);
  return TRUE;
}

static gboolean
on_ctrl_m (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  FzPageVisit *self = FZ_PAGE_VISIT (widget);
  GtkWidget *stage = fz_stage_of (widget);

  if (self->context == NULL || stage == NULL || fz_stage_top_dialog (stage) != NULL)
    return FALSE;
  fz_visit_context_show_talk (self->context);
  return TRUE;
}

static gboolean
on_ctrl_shift_m (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  GtkWidget *stage = fz_stage_of (widget);

  if (stage == NULL || fz_stage_top_dialog (stage) != NULL)
    return FALSE;
  if (!show_unread (FZ_PAGE_VISIT (widget)))
    fz_toast_show (widget, FZ_STATUS_INFO, _ ("没有未读的患者消息"));
  return TRUE;
}

/* --- the page --- */

static void
page_refresh (FzPage *page)
{
  FzPageVisit *self = FZ_PAGE_VISIT (page);

  refresh_queue (self);
  if (self->context != NULL)
    fz_visit_context_refresh (self->context);
}

static void
page_leave (FzPage *page)
{
  FzPageVisit *self = FZ_PAGE_VISIT (page);

  if (self->model != NULL)
    fz_visit_model_flush (self->model, NULL);
}

/* What is found by its name as well as by its button. */
static const struct {
  const char *id, *words, *keys;
  void (*act) (FzPageVisit *self);
} acts[] = { { "act/next", N_ ("接诊下一位"), "Ctrl+N", take_next },
             { "act/by-hand", N_ ("手工录入"), NULL, on_by_hand },
             { "act/import", N_ ("导入复诊包"), NULL, on_import } };

static void
page_search (FzPage *page, const char *text, GListStore *rows)
{
  FzPageVisit *self = FZ_PAGE_VISIT (page);

  fz_visit_queue_search (FZ_VISIT_QUEUE (self->queue), text, rows);
  if (self->centre != NULL)
    fz_visit_centre_find (FZ_VISIT_CENTRE (self->centre), text, rows);
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    fz_search_rows_offer (rows, text, &(FzSearchName){ "", acts[i].id, _ (acts[i].words), acts[i].words, _ ("操作"), acts[i].keys });
  fz_visit_queue_offer_look_back (FZ_VISIT_QUEUE (self->queue), text, rows);
}

static void
page_open (FzPage *page, const char *id)
{
  FzPageVisit *self = FZ_PAGE_VISIT (page);
  const FzFields *first = NULL;

  gboolean talk = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_str_equal (id, acts[i].id)) {
      acts[i].act (self);
      return;
    }
  if (g_str_has_prefix (id, FZ_FOUND_DRUG)) {
    fz_visit_centre_add_drug (FZ_VISIT_CENTRE (self->centre), id + strlen (FZ_FOUND_DRUG));
    return;
  }
  if (g_str_equal (id, FZ_PAGE_NOTICES) && fz_visit_queue_count_returned (FZ_VISIT_QUEUE (self->queue), &first) == 0)
    talk = fz_visit_queue_count_unread (FZ_VISIT_QUEUE (self->queue), NULL, &first) > 0;
  if (first != NULL)
    open_visit (self, fz_fields_get (first, "visit.id"));
  else if (!g_str_equal (id, FZ_PAGE_NOTICES) && !fz_visit_queue_look_back (FZ_VISIT_QUEUE (self->queue), id))
    on_chosen (NULL, id, self);
  if (talk && self->context != NULL)
    fz_visit_context_show_talk (self->context);
}

static void
fz_page_visit_page_init (FzPageInterface *iface)
{
  iface->refresh = page_refresh;
  iface->leave = page_leave;
  iface->search = page_search;
  iface->open = page_open;
}

static void
build (FzPageVisit *self)
{
  GtkWidget *middle = fz_line (12);

  self->root = fz_line (0);
  self->queue = fz_visit_queue_new (self->session);
  self->centre_slot = fz_column (0);
  self->context_slot = fz_column (0);
  g_signal_connect (self->queue, "chosen", G_CALLBACK (on_looked_at), self);
  g_signal_connect (self->queue, "entered", G_CALLBACK (on_entered), self);
  g_signal_connect_swapped (self->queue, "next", G_CALLBACK (take_next), self);
  g_signal_connect_swapped (self->queue, "unread", G_CALLBACK (show_unread), self);
  g_signal_connect_swapped (self->queue, "by-hand", G_CALLBACK (on_by_hand), self);
  g_signal_connect_swapped (self->queue, "import", G_CALLBACK (on_import), self);
  gtk_widget_set_size_request (self->queue, 256, -1);
  gtk_widget_set_size_request (self->context_slot, 312, -1);
  gtk_widget_set_hexpand (self->queue, FALSE); /* said here, it does not come from a child */
  gtk_widget_set_hexpand (self->context_slot, FALSE);
  gtk_widget_add_css_class (middle, "fz-page");
  fz_put (self->root, self->queue);
  fz_put_wide (middle, self->centre_slot);
  fz_put (middle, self->context_slot);
  fz_put_wide (self->root, middle);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

static void
fz_page_visit_dispose (GObject *object)
{
  FzPageVisit *self = FZ_PAGE_VISIT (object);

  close_visit (self);
  g_clear_pointer (&self->root, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_page_visit_parent_class)->dispose (object);
}

static void
fz_page_visit_finalize (GObject *object)
{
  fz_session_unref (FZ_PAGE_VISIT (object)->session);
  g_free (FZ_PAGE_VISIT (object)->shut);
  G_OBJECT_CLASS (fz_page_visit_parent_class)->finalize (object);
}

static void
fz_page_visit_class_init (FzPageVisitClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_page_visit_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_page_visit_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
fz_page_visit_init (FzPageVisit *self)
{
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (shortcuts), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_n, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (on_ctrl_n, NULL, NULL)));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_m, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (on_ctrl_m, NULL, NULL)));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_m, GDK_CONTROL_MASK | GDK_SHIFT_MASK),
                                                          gtk_callback_action_new (on_ctrl_shift_m, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), shortcuts);
}

/* The program has begun anew, as after a crash: the visit in whose text somebody typed last; NULL when the newest draft was typed by nobody here. */
static char *
dup_typed_last (FzPageVisit *self)
{
  g_autoptr (GPtrArray) drafts = fz_desk_list_drafts (self->session, NULL);
  const char *visit = drafts != NULL && drafts->len > 0 ? drafts->pdata[0] : NULL;
  g_autoptr (FzFields) draft = visit != NULL && fz_visit_queue_find (FZ_VISIT_QUEUE (self->queue), visit) != NULL ? fz_desk_get_draft (self->session, visit, NULL) : NULL;

  return draft != NULL && fz_fields_has (draft, "at.key") ? g_strdup (visit) : NULL;
}

/* Where somebody wrote: the page is not in a window yet when it opens the visit, and who signs in has just left another field. */
static gboolean
on_shown (gpointer data)
{
  FzPageVisit *self = data;

  self->showing = 0;
  if (self->centre != NULL)
    fz_visit_centre_focus_work (FZ_VISIT_CENTRE (self->centre));
  return G_SOURCE_REMOVE;
}

static void
on_first_map (FzPageVisit *self, gpointer data)
{
  g_signal_handler_disconnect (self, self->first_map);
  self->showing = g_idle_add (on_shown, self);
}

GtkWidget *
fz_page_visit_new (FzSession *session)
{
  FzPageVisit *self = g_object_new (FZ_TYPE_PAGE_VISIT, NULL);
  g_autofree char *typed = NULL;
  const char *left;

  self->session = fz_session_ref (session);
  build (self);
  left = places_left != NULL ? g_hash_table_lookup (places_left, my_number (self)) : NULL;
  if (left == NULL && (places_left == NULL || !g_hash_table_contains (places_left, my_number (self))))
    left = typed = dup_typed_last (self);
  if (left != NULL && fz_visit_queue_find (FZ_VISIT_QUEUE (self->queue), left) != NULL) {
    open_visit (self, left);
    self->first_map = g_signal_connect (self, "map", G_CALLBACK (on_first_map), NULL);
  } else
    show_nothing (self);
  return GTK_WIDGET (self);
}
