#include "ui/page_front.h"

#include "ui/dialog_guide.h"
#include "ui/dialog_reason.h"
#include "ui/fact_list.h"
#include "ui/front_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/page.h"
#include "ui/save_as.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define DETAIL_WIDTH 360
#define LIST_HEIGHT 300 /* at least: where there is less, the page scrolls */

struct _FzPageFront {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *standing, *facts, *visits, *error, *table, *detail;
  GtkWidget *connect, *set, *off, *rule, *rule_line; /* the rule: for medical affairs; else NULL */
  GListStore *rows;
  FzFields *shown; /* as the desk gave it last */
  GPtrArray *all;  /* of FzFields; NULL: not for this role */
};

#define FZ_TYPE_PAGE_FRONT (fz_page_front_get_type ())
G_DECLARE_FINAL_TYPE (FzPageFront, fz_page_front, FZ, PAGE_FRONT, GtkBox)

static void fz_page_front_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageFront, fz_page_front, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_front_page_init))

static void refresh (FzPage *page);

/* --- how it stands --- */

static void
put_visits (FzPageFront *self, const char *caption, const char *list)
{
  GtkWidget *line;

  if (*list == '\0')
    return;
  line = fz_put (self->visits, fz_line (10));
  gtk_widget_set_valign (fz_put (line, fz_text (caption, "fz-strong")), GTK_ALIGN_START);
  fz_put_wide (line, fz_wrapped (list, NULL));
}

static void
show_visits (FzPageFront *self, const FzFields *front)
{
  g_autoptr (GString) take = g_string_new (NULL), hear = g_string_new (NULL);

  fz_empty (self->visits);
  if (!fz_fields_has (front, "front.down_since"))
    return;
  for (guint i = 0; i < fz_fields_count (front, "visit"); i++) {
    gboolean sends = g_strcmp0 (fz_fields_get_at (front, "visit", i, "n"), "0") != 0;
    GString *list = sends ? hear : take;

    g_string_append_printf (list, "%s%s", list->len > 0 ? _ ("、") : "", fz_fields_get_at (front, "visit", i, "id"));
    if (sends)
      g_string_append_printf (list, " (%s)", fz_fields_get_at (front, "visit", i, "n"));
  }
  put_visits (self, _ ("连上以前不能接诊的候诊"), take->str);
  put_visits (self, _ ("通知还在本机等待的就诊（条数）"), hear->str);
}

static void
add_number (FzPageFront *self, const FzFields *front, const char *caption, const char *key, FzStatus status)
{
  gint64 n = 0;

  fz_fields_get_int (front, key, &n);
  fz_facts_set_status (fz_facts_add (self->facts, caption, fz_fields_get (front, key), 1), n > 0 ? status : FZ_STATUS_NEUTRAL);
}

static void
show_facts (FzPageFront *self, const FzFields *front)
{
  gint64 now_us = fz_session_now_us (self->session);
  g_autofree char *heard = fz_words_time (front, "front.heard_at", now_us), *event = fz_words_time (front, "front.last_event_at", now_us);
  g_autofree char *oldest = fz_words_time (front, "front.oldest_queued_at", now_us);

  fz_facts_clear (self->facts);
  fz_facts_add (self->facts, _ ("地址"), fz_fields_has (front, "address") ? fz_fields_get (front, "address") : _ ("没有"), 2);
  fz_facts_add (self->facts, _ ("本机在前端的编号"), fz_fields_has (front, "desk") ? fz_fields_get (front, "desk") : _ ("没有"), 1);
  fz_facts_add (self->facts, _ ("最近一次正常交换"), *heard != '\0' ? heard : _ ("还没有"), 1);
  fz_facts_add (self->facts, _ ("最近一次来件"), *event != '\0' ? event : _ ("还没有"), 1);
  add_number (self, front, _ ("来件待办理"), "front.in.new", FZ_STATUS_INFO);
  add_number (self, front, _ ("通知待送出"), "front.out.queued", FZ_STATUS_INFO);
  fz_facts_add (self->facts, _ ("等得最久的通知"), *oldest != '\0' ? oldest : _ ("没有等待的"), 1);
  add_number (self, front, _ ("来件待处理"), "front.in.held", FZ_STATUS_WARN);
  add_number (self, front, _ ("不收的通知"), "front.out.refused", FZ_STATUS_WARN);
}

static void
show_standing (FzPageFront *self, const FzFields *front)
{
  gboolean is_set = fz_fields_is_yes (front, "set"), system = fz_session_get_role (self->session) == FZ_ROLE_SYSTEM;
  const char *words = fz_fields_has (front, "problem") ? fz_fields_get (front, "problem") : fz_fields_get (front, "front.words");
  const char *word;
  FzStatus status = fz_front_words_state (front, &word);
  g_autofree char *since = fz_words_time (front, "front.down_since", fz_session_now_us (self->session)), *from = NULL;
  GtkWidget *line;

  fz_empty (self->standing);
  line = fz_put (self->standing, fz_line (10));
  fz_put (line, fz_pill_new (status, word));
  from = *since != '\0' ? g_strdup_printf (_ ("自 %s 起"), since) : NULL;
  if (from != NULL)
    fz_put (line, fz_text (from, "fz-soft"));
  if (!is_set)
    fz_put (self->standing, fz_wrapped (_ ("设置以后，患者在小程序、公众号里的申请、资料、沟通、评价和投诉直接到这里，接诊和处方的进展通知患者。没有前端时，申请用申请包收件。"), "fz-soft"));
  else if (words != NULL)
    fz_put_wide (line, fz_wrapped (words, "fz-soft"));
  gtk_widget_set_visible (self->facts, is_set);
  show_facts (self, front);
  show_visits (self, front);
  if (self->rule != NULL) {
    gtk_widget_set_visible (self->rule_line, is_set);
    fz_segments_set_active (FZ_SEGMENTS (self->rule), fz_fields_is_yes (front, "payment.asked") ? "asked" : "free");
  }
  gtk_widget_set_visible (self->connect, is_set);
  gtk_widget_set_visible (self->set, system);
  gtk_widget_set_visible (self->off, system && is_set);
}

static void
on_connect (GtkButton *button, FzPageFront *self)
{
  g_autoptr (GError) error = NULL;

  if (!fz_desk_connect_front (self->session, &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
  refresh (FZ_PAGE (self));
}

static void
set_front (FzPageFront *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (!fz_desk_set_front (self->session, path, &error) || (path != NULL && !fz_desk_connect_front (self->session, &error)))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
  else
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, path != NULL ? _ ("已设置医院前端，正在连接") : _ ("已停用医院前端"));
  refresh (FZ_PAGE (self));
  fz_page_changed (GTK_WIDGET (self));
}

static void
on_chosen (GtkWidget *over, const char *path, gpointer data)
{
  set_front (FZ_PAGE_FRONT (over), path);
}

static void
on_set (GtkButton *button, FzPageFront *self)
{
  fz_open_from (GTK_WIDGET (self), _ ("选择医院前端的接入配置（JSON）"), _ ("设置"), on_chosen, NULL);
}

static void
on_off_answered (gboolean confirmed, gpointer data)
{
  FzPageFront *self = data;

  if (confirmed && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    set_front (self, NULL);
  g_object_unref (self);
}

static void
on_off (GtkButton *button, FzPageFront *self)
{
  fz_confirm (GTK_WIDGET (self), _ ("停用医院前端？"),
              _ ("此后不再收患者端的来件，也不再通知患者；还没有送出的通知留在本机，重新设置后再送。经前端申请的候诊仍可接诊，须用电话等方式联系患者。"),
              _ ("停用"), TRUE, on_off_answered, g_object_ref (self));
}

static void
on_guide (GtkButton *button, FzPageFront *self)
{
  fz_dialog_guide (GTK_WIDGET (self), "front", NULL);
}

/* --- the hospital's rule for visits that are not paid for --- */

static void
on_rule (FzSegments *segments, const char *id, FzPageFront *self)
{
  g_autoptr (GError) error = NULL;

  if (self->shown != NULL && g_str_equal (id, "asked") == fz_fields_is_yes (self->shown, "payment.asked"))
    return; /* as it is */
  if (fz_desk_set_payment_rule (self->session, g_str_equal (id, "asked"), &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, g_str_equal (id, "asked") ? _ ("此后未付费的就诊不能接诊") : _ ("此后未付费的就诊可以接诊，接诊时提示医师"));
  else
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
  refresh (FZ_PAGE (self));
}

static void
put_rule (FzPageFront *self, GtkWidget *beside)
{
  GtkWidget *line = fz_line (10), *caption = fz_put (line, fz_text (_ ("未付费的就诊"), "fz-strong"));

  self->rule = fz_put (line, fz_segments_new (_ ("未付费的就诊")));
  fz_access_labelled_by (self->rule, caption);
  fz_segments_add (FZ_SEGMENTS (self->rule), "free", _ ("可以接诊"));
  fz_segments_add (FZ_SEGMENTS (self->rule), "asked", _ ("不能接诊"));
  g_signal_connect (self->rule, "changed", G_CALLBACK (on_rule), self);
  self->rule_line = fz_put (beside, line);
}

/* --- what needs a person --- */

static FzFactRow *
chosen (FzPageFront *self)
{
  return fz_table_get_selected (FZ_TABLE (self->table));
}

static gboolean
decide (FzPageFront *self, gboolean again, const char *words, GError **error)
{
  FzFactRow *row = chosen (self);
  gint64 number = 0;

  if (row == NULL)
    return TRUE;
  fz_fields_get_int (fz_fact_row_get (row), "number", &number);
  if (!fz_desk_decide_front (self->session, fz_fact_row_text (row, "way"), number, again, words, error))
    return FALSE;
  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, again ? _ ("正在再试一次") : _ ("已办结"));
  refresh (FZ_PAGE (self));
  fz_page_changed (GTK_WIDGET (self));
  return TRUE;
}

static void
on_again (GtkButton *button, FzPageFront *self)
{
  g_autoptr (GError) error = NULL;

  if (!decide (self, TRUE, NULL, &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
}

static gboolean
on_settled (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  if (!decide (data, FALSE, words, error))
    return FALSE;
  fz_dialog_close (dialog);
  return TRUE;
}

static void
on_settle (GtkButton *button, FzPageFront *self)
{
  const FzReasonAsk ask = { .title = _ ("办结这一件"),
                            .subtitle = _ ("它不再生效，也不再送出。办结人、理由和时间记入审计。"),
                            .words_caption = _ ("理由"),
                            .words_hint = _ ("例如：2026-11-21 已电话联系患者，由患者重新申请"),
                            .confirm = _ ("办结") };

  fz_dialog_reason (GTK_WIDGET (button), &ask, on_settled, g_object_ref (self), g_object_unref);
}

static void
put_acts (FzPageFront *self, const FzFields *row)
{
  GtkWidget *line = fz_put (self->detail, fz_line (10)), *button;

  if (fz_fields_is_yes (row, "again")) {
    button = fz_put (line, fz_button_new (FZ_BUTTON_PRIMARY, "refresh", _ ("再试一次")));
    g_signal_connect (button, "clicked", G_CALLBACK (on_again), self);
  }
  button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "check", _ ("办结…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_settle), self);
}

static void
on_selected (FzTable *table, FzFactRow *of, FzPageFront *self)
{
  const FzFields *row = of != NULL ? fz_fact_row_get (of) : NULL;
  gint64 now_us = fz_session_now_us (self->session);
  g_autofree char *came = NULL, *since = NULL, *said = NULL;
  gboolean in;
  GtkWidget *facts, *card;

  fz_empty (self->detail);
  if (row == NULL) {
    fz_put_wide (self->detail, fz_empty_state_new ("phone", _ ("选择一件"), _ ("这里说明为什么没有办成，怎样办理。"), NULL));
    return;
  }
  in = fz_front_words_is_in (row);
  came = fz_words_time (row, "came_at", now_us);
  since = fz_words_time (row, "at", now_us);
  said = fz_fields_has (row, "code") ? g_strdup_printf (_ ("%s（代码 %s）"), fz_fields_get (row, "words"), fz_fields_get (row, "code"))
                                     : g_strdup (fz_fields_get (row, "words"));
  fz_put (self->detail, fz_wrapped (fz_front_words_kind (row), "fz-heading"));
  card = fz_put (self->detail, fz_finding_card_new (FZ_STATUS_WARN, in ? _ ("没有办成") : _ ("前端不收"), said != NULL ? said : _ ("前端没有说明原因。"), NULL));
  fz_finding_card_set_mark (card, _ ("待处理"));
  facts = fz_put (self->detail, fz_facts_new (2));
  fz_facts_add (facts, _ ("就诊"), fz_fields_has (row, "visit") ? fz_fields_get (row, "visit") : _ ("没有指明"), 1);
  fz_facts_add (facts, _ ("编号"), fz_fields_get (row, "number"), 1);
  fz_facts_add (facts, in ? _ ("收到") : _ ("生成"), came, 1);
  fz_facts_add (facts, _ ("待处理自"), since, 1);
  put_acts (self, row);
  fz_put (self->detail, fz_wrapped (in ? _ ("请患者更正，或补齐资料以后，再试一次；不需要再办的，写明理由办结。") : _ ("前端更正以后再试一次；已用电话等方式告知患者的，写明理由办结。"), "fz-soft"));
}

/* The same row again keeps its place. */
static void
show_rows (FzPageFront *self)
{
  FzFactRow *was = chosen (self);
  g_autofree char *name = was != NULL ? g_strconcat (fz_fact_row_text (was, "way"), fz_fact_row_text (was, "number"), NULL) : NULL;

  g_list_store_remove_all (self->rows);
  for (guint i = 0; i < self->all->len; i++) {
    const FzFields *facts = self->all->pdata[i];
    g_autoptr (FzFactRow) row = fz_fact_row_new (facts);
    g_autofree char *this = g_strconcat (fz_fields_get (facts, "way"), fz_fields_get (facts, "number"), NULL);

    g_list_store_append (self->rows, row);
    if (g_strcmp0 (name, this) == 0)
      fz_table_select (FZ_TABLE (self->table), i);
  }
  if (chosen (self) == NULL)
    on_selected (NULL, NULL, self);
}

static void
refresh_rows (FzPageFront *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_front (self->session, &error);

  fz_page_tell (self->error, self->table, error);
  if (rows == NULL || fz_facts_are_same (self->all, rows))
    return;
  g_clear_pointer (&self->all, g_ptr_array_unref);
  self->all = g_steal_pointer (&rows);
  show_rows (self);
}

static void
refresh (FzPage *page)
{
  FzPageFront *self = FZ_PAGE_FRONT (page);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) front = fz_desk_read_front (self->session, &error);

  if (front == NULL) {
    fz_empty (self->standing);
    fz_put (self->standing, fz_page_error_new (error));
  } else if (self->shown == NULL || !fz_fields_equal (self->shown, front)) {
    g_clear_pointer (&self->shown, fz_fields_unref);
    self->shown = g_steal_pointer (&front);
    show_standing (self, self->shown);
  }
  if (self->table != NULL)
    refresh_rows (self);
}

/* --- columns --- */

static char *
text_kind (gpointer item, gpointer data)
{
  return g_strdup (fz_front_words_kind (fz_fact_row_get (item)));
}

static char *
text_way (gpointer item, gpointer data)
{
  return g_strdup (fz_front_words_is_in (fz_fact_row_get (item)) ? _ ("来件") : _ ("通知"));
}

static char *
text_visit (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "visit"));
}

static char *
text_words (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "words"));
}

static char *
text_since (gpointer item, gpointer data)
{
  return fz_words_time (fz_fact_row_get (item), "at", fz_session_now_us (((FzPageFront *) data)->session));
}

static GtkWidget *
new_table (FzPageFront *self)
{
  const FzColumn columns[] = {
    { .title = _ ("种类"), .text = text_kind, .second = text_way, .width = 120, .strong = TRUE },
    { .title = _ ("就诊"), .text = text_visit, .width = 140 },
    { .title = _ ("原因"), .text = text_words, .width = 200, .expand = TRUE, .wrap = TRUE },
    { .title = _ ("待处理自"), .text = text_since, .width = 100, .numeric = TRUE },
  };
  GtkWidget *table = fz_table_new (_ ("待处理的来件与通知"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self);

  fz_table_set_first (FZ_TABLE (table), TRUE);
  fz_table_set_empty (FZ_TABLE (table), fz_empty_state_new ("check", _ ("没有待处理的"), _ ("有缺项、来得太迟的来件和前端不收的通知，列在这里。"), NULL));
  g_signal_connect (table, "selected", G_CALLBACK (on_selected), self);
  return table;
}

/* --- the page --- */

static void
fz_page_front_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_front_finalize (GObject *object)
{
  FzPageFront *self = FZ_PAGE_FRONT (object);

  g_clear_pointer (&self->shown, fz_fields_unref);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_object_unref (self->rows);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_front_parent_class)->finalize (object);
}

static void
fz_page_front_class_init (FzPageFrontClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_front_finalize;
}

static void
fz_page_front_init (FzPageFront *self)
{
}

static GtkWidget *
put_button (GtkWidget *line, FzButtonKind kind, const char *icon, const char *label, GCallback clicked, FzPageFront *self)
{
  GtkWidget *button = fz_put (line, fz_button_new (kind, icon, label));

  g_signal_connect (button, "clicked", clicked, self);
  return button;
}

static GtkWidget *
standing_card (FzPageFront *self)
{
  GtkWidget *card = fz_card_new_titled ("phone", _ ("医院前端")), *body = fz_card_body (card), *line;

  gtk_box_set_spacing (GTK_BOX (body), 12);
  self->standing = fz_put (body, fz_column (8));
  self->facts = fz_put (body, fz_facts_new (5));
  self->visits = fz_put (body, fz_column (8));
  line = fz_put (body, fz_line (10));
  self->connect = put_button (line, FZ_BUTTON_PLAIN, "refresh", _ ("立即连接"), G_CALLBACK (on_connect), self);
  self->set = put_button (line, FZ_BUTTON_PLAIN, "link", _ ("设置接入配置…"), G_CALLBACK (on_set), self);
  self->off = put_button (line, FZ_BUTTON_DANGER_SOFT, "stop", _ ("不再使用…"), G_CALLBACK (on_off), self);
  put_button (line, FZ_BUTTON_PLAIN, "help", _ ("接口说明"), G_CALLBACK (on_guide), self);
  fz_put_space (line);
  if (fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS)
    put_rule (self, line);
  return card;
}

static void
put_list (FzPageFront *self, GtkWidget *page)
{
  GtkWidget *below = fz_put_wide (page, fz_line (14)), *card = fz_put_wide (below, fz_card_new ()), *right = fz_put (below, fz_card_new ());

  gtk_widget_set_size_request (below, -1, LIST_HEIGHT);
  self->error = fz_put (card, fz_column (0));
  self->table = fz_put_wide (card, new_table (self));
  gtk_widget_set_size_request (right, DETAIL_WIDTH, -1);
  gtk_widget_set_hexpand (right, FALSE);
  self->detail = fz_column (12);
  gtk_widget_add_css_class (self->detail, "fz-detail");
  fz_put_wide (right, fz_scrolled (self->detail));
  on_selected (NULL, NULL, self);
}

GtkWidget *
fz_page_front_new (FzSession *session)
{
  FzPageFront *self = g_object_new (FZ_TYPE_PAGE_FRONT, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  GtkWidget *page = fz_column (14);

  self->session = fz_session_ref (session);
  self->rows = g_list_store_new (FZ_TYPE_FACT_ROW);
  gtk_widget_add_css_class (page, "fz-page");
  fz_put (page, fz_page_title_new (_ ("患者端"), _ ("医院前端的连接，以及没有办成、需要人处理的来件与通知")));
  fz_put (page, standing_card (self));
  if (fz_session_get_role (session) == FZ_ROLE_AFFAIRS)
    put_list (self, page);
  fz_put_wide (GTK_WIDGET (self), fz_scrolled (page));
  refresh (FZ_PAGE (self));
  return GTK_WIDGET (self);
}
