#include "ui/page_review.h"

#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/review_reasons.h"
#include "ui/rx_context.h"
#include "ui/rx_export.h"
#include "ui/rx_queue.h"
#include "ui/rx_sheet.h"
#include "ui/shift.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

#define RIGHT_WIDTH 336

struct _FzPageReview {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *queue, *shift, *problem, *middle, *right, *acts, *approve, *give_back, *refuse;
  GPtrArray *reasons;
  FzFields *rx; /* what is shown; NULL when nothing is */
  const char *asked;   /* the verdict reasons are asked for */
  const char *verdict; /* of the signature that is being made */
  FzDialog *asking;    /* weak: stays open below the signature */
};

#define FZ_TYPE_PAGE_REVIEW (fz_page_review_get_type ())
G_DECLARE_FINAL_TYPE (FzPageReview, fz_page_review, FZ, PAGE_REVIEW, GtkBox)

static void fz_page_review_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageReview, fz_page_review, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_review_page_init))

/* --- showing --- */

static void
show_problem (FzPageReview *self, const GError *error)
{
  fz_empty (self->problem);
  gtk_widget_set_visible (self->problem, error != NULL);
  if (error != NULL)
    fz_put (self->problem, fz_finding_card_new (FZ_STATUS_STOP, _ ("没有完成"), error->message, NULL));
}

static gboolean
can_review (FzPageReview *self)
{
  return self->rx != NULL && g_strcmp0 (fz_fields_get (self->rx, "rx.stage"), "signed") == 0;
}

static void
show_acts (FzPageReview *self)
{
  gboolean can = can_review (self);
  GtkWidget *export = g_object_get_data (G_OBJECT (self->acts), "fz-export");

  if (export != NULL)
    gtk_box_remove (GTK_BOX (self->acts), export);
  g_object_set_data (G_OBJECT (self->acts), "fz-export", NULL);
  if (self->rx != NULL) {
    export = fz_rx_export_new (self->session, fz_fields_get (self->rx, "rx.id"));
    gtk_box_prepend (GTK_BOX (self->acts), export);
    g_object_set_data (G_OBJECT (self->acts), "fz-export", export);
  }
  gtk_widget_set_visible (self->acts, self->rx != NULL);
  gtk_widget_set_visible (self->approve, can);
  gtk_widget_set_visible (self->give_back, can);
  gtk_widget_set_visible (self->refuse, can);
}

static void
show_nothing (FzPageReview *self, const GError *error)
{
  gboolean waiting = fz_rx_queue_get_part (FZ_RX_QUEUE (self->queue)) == FZ_LIST_REVIEW;
  GtkWidget *card = fz_put (self->middle, fz_card_new ());

  gtk_widget_set_vexpand (card, TRUE);
  if (error != NULL)
    fz_put_wide (card, fz_error_state_new_from (error, NULL));
  else
    fz_put_wide (card, fz_empty_state_new ("review", waiting ? _ ("没有待审的处方") : _ ("没有选中处方"),
                                           waiting ? _ ("医师签名后的处方会自动出现在左侧，等待最久的排在最前。") : NULL, NULL));
}

static void
show_rx (FzPageReview *self, const char *id)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->rx, fz_fields_unref);
  fz_empty (self->middle);
  fz_empty (self->right);
  show_problem (self, NULL);
  if (id != NULL)
    self->rx = fz_desk_read_prescription (self->session, id, &error);
  if (self->rx != NULL) {
    fz_put (self->middle, fz_rx_sheet_new (self->rx, fz_session_now_us (self->session)));
    fz_put (self->right, fz_rx_findings_new (self->rx));
    fz_put (self->right, fz_rx_patient_new (self->rx));
    fz_put (self->right, fz_rx_checklist_new (self->rx, self->reasons));
    fz_shift_begin (FZ_SHIFT (self->shift));
  } else
    show_nothing (self, error);
  show_acts (self);
}

static void
on_selected (FzRxQueue *queue, const char *id, FzPageReview *self)
{
  show_rx (self, id);
}

/* --- judging --- */

static void
on_signed (GPtrArray *ids, gpointer data)
{
  FzPageReview *self = data;
  const char *name = self->rx != NULL ? fz_fields_get (self->rx, "patient.name") : "";
  gboolean approved = g_str_equal (self->verdict, "approved");
  g_autofree char *said = approved ? g_strdup_printf (_ ("已通过：%s 的处方生效"), name)
                          : g_str_equal (self->verdict, "returned") ? g_strdup_printf (_ ("已退回：%s 的处方交医师修改"), name)
                                                                    : g_strdup_printf (_ ("不予通过：%s 的处方"), name);

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (self->asking != NULL)
    fz_dialog_close (self->asking);
  fz_toast_show (GTK_WIDGET (self), approved ? FZ_STATUS_OK : FZ_STATUS_INFO, said);
  fz_shift_end (FZ_SHIFT (self->shift));
  fz_rx_queue_reload (FZ_RX_QUEUE (self->queue));
  fz_shift_reload (FZ_SHIFT (self->shift));
  fz_rx_queue_move (FZ_RX_QUEUE (self->queue), 0);
}

static const char *
title_of (const char *verdict)
{
  if (g_str_equal (verdict, "approved"))
    return _ ("审核通过");
  return g_str_equal (verdict, "returned") ? _ ("退回医师修改") : _ ("审核不予通过");
}

static gboolean
sign (FzPageReview *self, const char *verdict, const char *const *codes, const char *words, GError **error)
{
  FzSheet *sheet = fz_desk_prepare_review (self->session, fz_fields_get (self->rx, "rx.id"), verdict, codes, words, error);

  if (sheet == NULL)
    return FALSE;
  self->verdict = verdict;
  fz_sign_flow_start (GTK_WIDGET (self), self->session, sheet, title_of (verdict), on_signed, g_object_ref (self), g_object_unref);
  return TRUE;
}

static void
sign_approval (FzPageReview *self)
{
  g_autoptr (GError) error = NULL;

  sign (self, "approved", NULL, NULL, &error);
  show_problem (self, error);
}

static void
on_second_look (gboolean confirmed, gpointer data)
{
  FzPageReview *self = data;

  if (confirmed && can_review (self))
    sign_approval (self);
}

/* What makes this prescription worth a second look, one a line; NULL: nothing does. */
static char *
second_look (FzPageReview *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GListModel *rows = fz_rx_queue_get_rows (FZ_RX_QUEUE (self->queue));
  guint at = fz_fact_list_find (FZ_FACT_LIST (rows), "rx.id", fz_fields_get (self->rx, "rx.id"));
  g_autoptr (FzFactRow) row = at != G_MAXUINT ? g_list_model_get_item (rows, at) : NULL;
  const char *risk = row != NULL ? fz_fields_get (fz_fact_row_get (row), "rx.risk") : NULL;

  if (row != NULL && g_strcmp0 (risk, "plain") == 0)
    return NULL;
  for (guint i = 0; i < fz_fields_count (self->rx, "override"); i++)
    g_string_append_printf (text, _ ("· %s\n　医师说明：%s\n"), fz_fields_get_at (self->rx, "override", i, "message"),
                            fz_fields_get_at (self->rx, "override", i, "reason_label"));
  if (g_strcmp0 (risk, "age") == 0)
    g_string_append_printf (text, _ ("· 患者 %s：请再核对每种药品的剂量和禁忌。\n"), fz_fields_get (self->rx, "patient.age_text"));
  if (fz_fields_count (self->rx, "allergy") > 0)
    g_string_append (text, _ ("· 患者有过敏登记：请再核对。\n"));
  return text->len > 0 ? g_strdup (g_strchomp (text->str)) : g_strdup (_ ("· 请再看一遍药品、剂量和用法。"));
}

static void
approve (FzPageReview *self)
{
  g_autofree char *look = NULL;

  if (!can_review (self))
    return;
  look = second_look (self);
  if (look != NULL)
    fz_confirm (GTK_WIDGET (self), _ ("请再看一眼"), look, _ ("已核对，继续通过"), FALSE, on_second_look, self);
  else
    sign_approval (self);
}

static gboolean
on_reasons (FzDialog *dialog, const char *const *codes, const char *words, gpointer data, GError **error)
{
  FzPageReview *self = data;

  g_set_weak_pointer (&self->asking, dialog);
  return sign (self, self->asked, codes, words, error);
}

static void
ask_reasons (FzPageReview *self, const char *verdict)
{
  if (!can_review (self) || self->reasons == NULL)
    return;
  self->asked = verdict;
  fz_review_reasons_ask (GTK_WIDGET (self), verdict, self->reasons, self->rx, on_reasons, self);
}

static void
on_approve (GtkButton *button, FzPageReview *self)
{
  approve (self);
}

static void
on_return (GtkButton *button, FzPageReview *self)
{
  ask_reasons (self, "returned");
}

static void
on_refuse (GtkButton *button, FzPageReview *self)
{
  ask_reasons (self, "refused");
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzPageReview *self)
{
  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  switch (gdk_keyval_to_lower (keyval)) {
  case GDK_KEY_a:
  case GDK_KEY_1:
    approve (self);
    return TRUE;
  case GDK_KEY_r:
  case GDK_KEY_2:
    ask_reasons (self, "returned");
    return TRUE;
  case GDK_KEY_x:
  case GDK_KEY_3:
    ask_reasons (self, "refused");
    return TRUE;
  case GDK_KEY_j:
    fz_rx_queue_move (FZ_RX_QUEUE (self->queue), 1);
    return TRUE;
  case GDK_KEY_k:
    fz_rx_queue_move (FZ_RX_QUEUE (self->queue), -1);
    return TRUE;
  default:
    return FALSE;
  }
}

/* --- the page --- */

static void
refresh (FzPage *page)
{
  FzPageReview *self = FZ_PAGE_REVIEW (page);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  fz_rx_queue_reload (FZ_RX_QUEUE (self->queue));
  fz_shift_reload (FZ_SHIFT (self->shift));
  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    fz_rx_queue_move (FZ_RX_QUEUE (self->queue), 0); /* so that one key is enough */
}

static void
fz_page_review_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_review_finalize (GObject *object)
{
  FzPageReview *self = FZ_PAGE_REVIEW (object);

  g_clear_weak_pointer (&self->asking);
  g_clear_pointer (&self->rx, fz_fields_unref);
  g_clear_pointer (&self->reasons, g_ptr_array_unref);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_review_parent_class)->finalize (object);
}

static void
fz_page_review_class_init (FzPageReviewClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_review_finalize;
}

static void
fz_page_review_init (FzPageReview *self)
{
}

static GtkWidget *
act_new (FzPageReview *self, FzButtonKind kind, const char *label, const char *keys, GCallback clicked)
{
  GtkWidget *button = fz_button_new (kind, NULL, label);

  gtk_widget_set_tooltip_text (button, keys);
  g_signal_connect (button, "clicked", clicked, self);
  return fz_put (self->acts, button);
}

static void
build_middle (FzPageReview *self, GtkWidget *page)
{
  GtkWidget *column = fz_put_wide (page, fz_column (12)), *card;

  self->shift = fz_put (column, fz_shift_new (self->session));
  self->problem = fz_put (column, fz_column (0));
  self->middle = fz_column (12);
  fz_put_wide (column, fz_scrolled (self->middle));
  card = fz_put (column, fz_card_new ());
  self->acts = fz_put (card, fz_line (10));
  gtk_widget_add_css_class (self->acts, "fz-acts");
  fz_put_space (self->acts);
  self->refuse = act_new (self, FZ_BUTTON_DANGER_SOFT, _ ("不通过 X"), _ ("选择理由后签名（X 或 3）"), G_CALLBACK (on_refuse));
  self->give_back = act_new (self, FZ_BUTTON_PLAIN, _ ("退回 R"), _ ("选择理由后签名，交医师修改（R 或 2）"), G_CALLBACK (on_return));
  self->approve = act_new (self, FZ_BUTTON_PRIMARY, _ ("通过 A"), _ ("输入签名 PIN 后生效（A 或 1）"), G_CALLBACK (on_approve));
  g_object_bind_property (self->acts, "visible", card, "visible", G_BINDING_SYNC_CREATE);
}

GtkWidget *
fz_page_review_new (FzSession *session)
{
  FzPageReview *self = g_object_new (FZ_TYPE_PAGE_REVIEW, NULL);
  GtkWidget *page = GTK_WIDGET (self), *work, *scroll;
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->session = fz_session_ref (session);
  self->reasons = fz_desk_codes (session, "review_reason", NULL);
  self->queue = fz_put (page, fz_rx_queue_new (session, _ ("审方")));
  work = fz_put_wide (page, fz_line (14));
  gtk_widget_add_css_class (work, "fz-page");
  build_middle (self, work);
  self->right = fz_column (12);
  scroll = fz_put (work, fz_scrolled (self->right));
  gtk_widget_set_size_request (scroll, RIGHT_WIDTH, -1);
  gtk_widget_set_hexpand (scroll, FALSE);
  fz_rx_queue_add_part (FZ_RX_QUEUE (self->queue), FZ_LIST_REVIEW, _ ("待审"), _ ("没有待审的处方"));
  fz_rx_queue_add_part (FZ_RX_QUEUE (self->queue), FZ_LIST_REVIEWED, _ ("今日已审"), _ ("今天还没有审核过处方"));
  g_signal_connect (self->queue, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (page, keys);
  fz_rx_queue_reload (FZ_RX_QUEUE (self->queue));
  fz_shift_reload (FZ_SHIFT (self->shift));
  if (self->rx == NULL)
    show_rx (self, NULL);
  return page;
}
