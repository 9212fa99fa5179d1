#include "ui/page_review.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/review_decide.h"
#include "ui/review_items.h"
#include "ui/review_looks.h"
#include "ui/review_reasons.h"
#include "ui/rx_context.h"
#include "ui/rx_desk.h"
#include "ui/shift.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

struct _FzPageReview {
  GtkBox parent_instance;
  FzSession *session;
  FzRxDesk *desk;
  GtkWidget *shift, *items, *back, *each, *approve, *give_back, *refuse;
  GPtrArray *reasons;
  FzFields *decisions; /* on the prescription in the middle; NULL: none yet */
  const char *asked; /* the verdict reasons are asked for */
};

#define FZ_TYPE_PAGE_REVIEW (fz_page_review_get_type ())
G_DECLARE_FINAL_TYPE (FzPageReview, fz_page_review, FZ, PAGE_REVIEW, GtkBox)

static void fz_page_review_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageReview, fz_page_review, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_review_page_init))

static gboolean
is_anothers (const FzFields *rx)
{
  return fz_fields_has (rx, "rx.claimed_by") && !fz_fields_is_yes (rx, "rx.claimed_mine");
}

static gboolean
can_review (FzPageReview *self)
{
  return fz_rx_desk_is_at (self->desk, "signed") && !is_anothers (fz_rx_desk_get_rx (self->desk));
}

static void
show_items (FzPageReview *self)
{
  fz_empty (self->items);
  fz_put (self->items, fz_review_items_new (fz_rx_desk_get_rx (self->desk), self->decisions));
}

static GtkWidget *
busy_new (FzPageReview *self, const FzFields *rx)
{
  g_autofree char *until = fz_words_time (rx, "rx.claimed_until", fz_session_now_us (self->session));
  g_autofree char *text = g_strdup_printf (_ ("%s正在审核，保留到 %s。放回、锁屏或超时后可以再打开；请先审下一张。"), fz_fields_get (rx, "rx.claimed_by"), until);

  return fz_finding_card_new (FZ_STATUS_INFO, _ ("另一位药师正在审核"), text, NULL);
}

static void
on_shown (FzPageReview *self)
{
  const FzFields *rx = fz_rx_desk_get_rx (self->desk);
  gboolean can = can_review (self);
  GtkWidget *looks;

  g_clear_pointer (&self->decisions, fz_fields_unref);
  looks = rx != NULL && can ? fz_review_looks_new (rx, fz_session_now_us (self->session)) : NULL;
  if (looks != NULL)
    fz_rx_desk_put_right (self->desk, looks);
  if (rx != NULL && is_anothers (rx))
    fz_rx_desk_put_right (self->desk, busy_new (self, rx));
  if (rx != NULL) {
    fz_rx_desk_put_right (self->desk, fz_rx_findings_new (rx));
    fz_rx_desk_put_right (self->desk, fz_rx_patient_new (rx));
    self->items = fz_column (0);
    fz_rx_desk_put_below (self->desk, self->items);
    show_items (self);
    fz_shift_begin (FZ_SHIFT (self->shift));
  }
  gtk_widget_set_visible (self->back, can);
  gtk_widget_set_visible (self->each, can);
  gtk_widget_set_visible (self->approve, can);
  gtk_widget_set_visible (self->give_back, can);
  gtk_widget_set_visible (self->refuse, can);
}

/* --- judging --- */

static void
on_signed (FzPageReview *self)
{
  fz_shift_end (FZ_SHIFT (self->shift));
  fz_shift_reload (FZ_SHIFT (self->shift));
}

static char *
said_of (const char *verdict, const char *name)
{
  if (g_str_equal (verdict, "approved"))
    return g_strdup_printf (_ ("已通过：%s 的处方生效"), name);
  return g_str_equal (verdict, "returned") ? g_strdup_printf (_ ("已退回：%s 的处方交医师修改"), name)
                                           : g_strdup_printf (_ ("不予通过：%s 的处方"), name);
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
  const FzFields *rx = fz_rx_desk_get_rx (self->desk);
  FzSheet *sheet = fz_desk_prepare_review (self->session, fz_fields_get (rx, "rx.id"), verdict, codes, words, self->decisions, error);
  g_autofree char *said = said_of (verdict, fz_fields_get (rx, "patient.name"));

  if (sheet == NULL)
    return FALSE;
  fz_rx_desk_sign (self->desk, sheet, title_of (verdict), g_str_equal (verdict, "approved") ? FZ_STATUS_OK : FZ_STATUS_INFO, said);
  return TRUE;
}

static void
sign_approval (FzPageReview *self)
{
  g_autoptr (GError) error = NULL;

  sign (self, "approved", NULL, NULL, &error);
  fz_rx_desk_say (self->desk, error);
}

static void
on_second_look (gboolean confirmed, gpointer data)
{
  FzPageReview *self = data;

  if (confirmed && can_review (self))
    sign_approval (self);
}

/* What else makes this prescription worth a second look, one a line; NULL: nothing does. */
static char *
second_look (FzPageReview *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const FzFields *rx = fz_rx_desk_get_rx (self->desk);
  g_autofree char *age = fz_words_age (rx);

  if (g_strcmp0 (fz_fields_get (rx, "rx.risk"), "plain") == 0)
    return NULL;
  if (g_strcmp0 (fz_fields_get (rx, "rx.risk"), "age") == 0)
    g_string_append_printf (text, _ ("· 患者 %s：请再核对每种药品的剂量和禁忌。\n"), age);
  if (fz_fields_count (rx, "allergy") > 0)
    g_string_append (text, _ ("· 患者有过敏登记：请再核对。\n"));
  return text->len > 0 ? g_strdup (g_strchomp (text->str)) : NULL;
}

static void ask_reasons (FzPageReview *self, const char *verdict);

/* What was decided: an objection goes back to the doctor, everything accepted is signed. */
static void
on_decided (FzFields *take_decisions, gpointer data)
{
  FzPageReview *self = data;

  g_clear_pointer (&self->decisions, fz_fields_unref);
  self->decisions = fz_fields_freeze (take_decisions);
  show_items (self);
  if (!can_review (self))
    return;
  if (fz_review_items_have_objection (self->decisions))
    ask_reasons (self, "returned");
  else
    sign_approval (self);
}

static void
decide_each (FzPageReview *self)
{
  if (can_review (self))
    fz_review_decide_ask (GTK_WIDGET (self), fz_rx_desk_get_rx (self->desk), self->decisions, TRUE, NULL, on_decided, self);
}

/* A clean one is signed at once: one key accepts what the checks found nothing against. */
static void
approve (FzPageReview *self)
{
  const FzFields *rx = fz_rx_desk_get_rx (self->desk);
  g_autofree char *look = NULL;

  if (!can_review (self))
    return;
  look = second_look (self);
  if (fz_review_items_are_open (rx, self->decisions) || fz_review_items_have_objection (self->decisions))
    fz_review_decide_ask (GTK_WIDGET (self), rx, self->decisions, fz_review_items_have_objection (self->decisions), look, on_decided, self);
  else if (look != NULL)
    fz_confirm (GTK_WIDGET (self), _ ("请再看一眼"), look, _ ("已核对，继续通过"), FALSE, on_second_look, self);
  else
    sign_approval (self);
}

static gboolean
on_reasons (FzDialog *dialog, const char *const *codes, const char *words, gpointer data, GError **error)
{
  FzPageReview *self = data;

  fz_rx_desk_keep_below (self->desk, dialog);
  return sign (self, self->asked, codes, words, error);
}

static void
ask_reasons (FzPageReview *self, const char *verdict)
{
  if (!can_review (self) || self->reasons == NULL)
    return;
  self->asked = verdict;
  fz_review_reasons_ask (GTK_WIDGET (self), verdict, self->reasons, fz_rx_desk_get_rx (self->desk), self->decisions, on_reasons, self);
}

static void
give_back (FzPageReview *self)
{
  ask_reasons (self, "returned");
}

static void
refuse (FzPageReview *self)
{
  ask_reasons (self, "refused");
}

/* By hand: the next pharmacist finds it free at once. */
static void
put_back (FzPageReview *self)
{
  g_autoptr (GError) error = NULL;

  if (!can_review (self))
    return;
  if (!fz_desk_release_review (self->session, fz_fields_get (fz_rx_desk_get_rx (self->desk), "rx.id"), &error))
    fz_rx_desk_say (self->desk, error);
  else
    fz_rx_queue_move (fz_rx_desk_get_queue (self->desk), 1);
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
    give_back (self);
    return TRUE;
  case GDK_KEY_x:
  case GDK_KEY_3:
    refuse (self);
    return TRUE;
  case GDK_KEY_u:
    put_back (self);
    return TRUE;
  case GDK_KEY_i:
  case GDK_KEY_4:
    decide_each (self);
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

  fz_rx_desk_refresh (self->desk);
  fz_shift_reload (FZ_SHIFT (self->shift));
}

static void
find_rx (FzPage *page, const char *text, GListStore *rows)
{
  fz_rx_queue_find (fz_rx_desk_get_queue (FZ_PAGE_REVIEW (page)->desk), text, rows);
}

static void
open_rx (FzPage *page, const char *id)
{
  fz_rx_queue_open (fz_rx_desk_get_queue (FZ_PAGE_REVIEW (page)->desk), id);
}

static void
fz_page_review_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
  iface->search = find_rx;
  iface->open = open_rx;
}

static void
fz_page_review_finalize (GObject *object)
{
  FzPageReview *self = FZ_PAGE_REVIEW (object);

  g_clear_pointer (&self->reasons, g_ptr_array_unref);
  g_clear_pointer (&self->decisions, fz_fields_unref);
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
  GtkWidget *button = fz_rx_desk_add_act (self->desk, kind, NULL, label, keys);

  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void
build (FzPageReview *self)
{
  self->desk = FZ_RX_DESK (fz_put_wide (GTK_WIDGET (self), fz_rx_desk_new (self->session, _ ("审方"), "review")));
  self->shift = fz_shift_new (self->session);
  fz_rx_desk_put_above (self->desk, self->shift);
  self->back = act_new (self, FZ_BUTTON_PLAIN, _ ("放回 U"), _ ("不再为您保留，换下一张（U）"), G_CALLBACK (put_back));
  self->each = act_new (self, FZ_BUTTON_PLAIN, _ ("逐项 I"), _ ("按审核规范逐项判断（I 或 4）"), G_CALLBACK (decide_each));
  self->refuse = act_new (self, FZ_BUTTON_DANGER_SOFT, _ ("不通过 X"), _ ("选择理由后签名（X 或 3）"), G_CALLBACK (refuse));
  self->give_back = act_new (self, FZ_BUTTON_PLAIN, _ ("退回 R"), _ ("选择理由后签名，交医师修改（R 或 2）"), G_CALLBACK (give_back));
  self->approve = act_new (self, FZ_BUTTON_PRIMARY, _ ("通过 A"), _ ("输入签名 PIN 后生效（A 或 1）"), G_CALLBACK (approve));
  g_signal_connect_swapped (self->desk, "shown", G_CALLBACK (on_shown), self);
  g_signal_connect_swapped (self->desk, "signed", G_CALLBACK (on_signed), self);
  fz_rx_desk_add_part (self->desk, FZ_LIST_REVIEW, _ ("待审"), _ ("没有待审的处方"), _ ("没有待审的处方"),
                       _ ("医师签名后的处方会自动出现在左侧，等待最久的排在最前；儿童和快到期的提前。"));
  fz_rx_desk_add_part (self->desk, FZ_LIST_REVIEWED, _ ("今日已审"), _ ("今天还没有审核过处方"), _ ("没有选中处方"), _ ("今天审核过的处方在左侧，选一张查看。"));
}

GtkWidget *
fz_page_review_new (FzSession *session)
{
  FzPageReview *self = g_object_new (FZ_TYPE_PAGE_REVIEW, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->session = fz_session_ref (session);
  self->reasons = fz_desk_codes (session, "review_reason", NULL);
  build (self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  refresh (FZ_PAGE (self));
  return GTK_WIDGET (self);
}
