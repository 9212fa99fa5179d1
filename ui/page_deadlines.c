#include "ui/page_deadlines.h"

#include "core/date.h"
#include "ui/dialog_entry.h"
#include "ui/entry_words.h"
#include "ui/fact_list.h"
#include "ui/file_import.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/ledger_words.h"
#include "ui/page_ledger.h"
#include "ui/places.h"
#include "ui/save_as.h"
#include "ui/shell.h"

#include <glib/gi18n-lib.h>

#define DETAIL_WIDTH 360
#define SOON_DAYS 7

struct _FzPageDeadlines {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *title, *segments, *error, *table, *detail;
  GListStore *rows;
  GPtrArray *all; /* of FzFields, as the desk gave them */
};

#define FZ_TYPE_PAGE_DEADLINES (fz_page_deadlines_get_type ())
G_DECLARE_FINAL_TYPE (FzPageDeadlines, fz_page_deadlines, FZ, PAGE_DEADLINES, GtkBox)

static void fz_page_deadlines_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageDeadlines, fz_page_deadlines, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_deadlines_page_init))

/* --- what kinds there are, and where each is done --- */

static const struct {
  const char *kind, *word, *place, *advice;
} kinds[] = {
  { "daily", N_ ("每日签到"), NULL, N_ ("监管平台要求每天就不良事件签到一次：当天没有的，由医务管理人员确认“无”；登记了的，办结上报后随之完成。节假日可以提前确认。") },
  { "upload", N_ ("上报"), "ledger", N_ ("在“上报”页查看原因并处理；等待发送的由程序自动发送。") },
  { "register", N_ ("台账"), "registers", N_ ("在“台账”页打开这一条并办理。") },
  { "policy", N_ ("制度学习"), "registers", N_ ("由医师、药师本人先在台账“制度与部门职责”里阅读，再在“制度学习确认”里确认。没有条文规定期限，所列为施行日期；还没有确认的人登录时由本程序告知。") },
  { "staff", N_ ("人员资质"), "people", N_ ("在“人员”页更新有效期，培训在台账“培训”登记；过期后该人员不能接诊新的患者或通过处方。") },
  { "institution", N_ ("机构资质"), "people", N_ ("换证后由系统管理员或医务管理人员登记新的有效期。") },
  { "business", N_ ("业务备案"), "people", N_ ("在“人员”页的“机构资料”里登记已备案的业务类型，登记后只有已备案的业务上报。") },
  { "front", N_ ("医院前端"), "front", N_ ("在“患者端”页查看原因；更正后再试一次，或写明理由办结。") },
  { "clock", N_ ("本机时间"), NULL, N_ ("由系统管理员启用时间同步（systemd-timesyncd 或 chrony）；监管平台有答复后也会自动消除。") },
  { "backup", N_ ("备份"), "system", N_ ("由系统管理员做当日备份。") },
  { "monitor", N_ ("监测承诺"), "visit", N_ ("医师开方时承诺的监测；由医师本人在“接诊”页的“待监测”里记录结果或说明。") },
  { "comment", N_ ("处方点评"), "comment", N_ ("按点评结果办理，办理情况登记在台账里。") },
  { "record", N_ ("病历质控"), "comment", N_ ("在“点评”页打开这份样本里的病历：医师答复、整改，医务管理人员评价整改。") },
  { "grant", N_ ("授权"), "grants", N_ ("在“授权”页批准或不批准；申请人本人不能决定。") },
  { "alarm", N_ ("防统方告警"), "grants", N_ ("在“授权”页核实并写明处理。") },
  { "access", N_ ("紧急查阅"), "overview", N_ ("在“总览”页右上角的“紧急查阅”里复核。") },
  { "account", N_ ("账号权限"), "people", N_ ("在“人员”页由另一人批准或不批准。") },
  { "catalogue", N_ ("药品目录"), "catalogue", N_ ("在“药品目录”页由另一人确认移除或解除。") },
  { "duty", N_ ("审方值班"), NULL, N_ ("请药师在审方页登记值班，或由医务管理人员排班。") },
  { "recurring", N_ ("定期事项"), NULL, N_ ("间隔由本院规定，可在“机构资料”更改。恢复演练由系统管理员在“系统”页做并签名留存报告；应急演练登记在台账“应急预案与演练”。") },
  { "rules", N_ ("规则"), "rules", N_ ("在“规则”页更换或延续规则版本。") },
  { "knowledge", N_ ("药品知识"), "rules", N_ ("在“规则”页的“药品知识”里导入新版。") },
};

static guint
kind_of (const FzFields *row)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (fz_fields_get (row, "kind"), kinds[i].kind) == 0)
      return i;
  return G_N_ELEMENTS (kinds);
}

/* A sign-in that waits for an event is done in its register, one that was confirmed stands in the ledger. */
static const char *
place_id (const FzFields *row)
{
  guint kind = kind_of (row);
  const char *what = fz_fields_get (row, "what");

  if (g_strcmp0 (fz_fields_get (row, "kind"), "daily") == 0)
    return g_strcmp0 (what, "events") == 0 ? "registers" : g_strcmp0 (what, "waiting") == 0 ? "ledger" : NULL;
  if (g_strcmp0 (fz_fields_get (row, "kind"), "recurring") == 0)
    return g_strcmp0 (what, "restore_drill") == 0 ? "system" : "registers";
  return kind < G_N_ELEMENTS (kinds) ? kinds[kind].place : NULL;
}

static const FzPlaceOf *
place_of (FzPageDeadlines *self, const FzFields *row)
{
  const char *id = place_id (row);
  const FzPlaceOf *place = id != NULL ? fz_places_find (id) : NULL;

  return place != NULL && (place->roles & (1u << fz_session_get_role (self->session))) != 0 ? place : NULL;
}

/* A policy to be read: since a day, and by none. */
static gboolean
has_no_limit (const FzFields *row)
{
  return fz_fields_has (row, "on") && !fz_fields_has (row, "days");
}

/* Without a day it could not be reckoned: it counts as over, since somebody has to look. */
static gint64
days_left (const FzFields *row)
{
  gint64 days = 0;

  if (fz_fields_is_yes (row, "past"))
    return -1;
  if (has_no_limit (row))
    return G_MAXINT64;
  return fz_fields_get_int (row, "days", &days) ? days : -1;
}

static FzStatus
standing (const FzFields *row, char **word)
{
  gint64 days = days_left (row);

  if (has_no_limit (row))
    *word = g_strdup (_ ("施行日期"));
  else if (!fz_fields_has (row, "days"))
    *word = g_strdup (_ ("无法计算"));
  else if (fz_fields_is_yes (row, "past"))
    *word = g_strdup_printf (_ ("今天 %s 已过"), fz_fields_get (row, "at"));
  else if (days == 0 && fz_fields_has (row, "at"))
    *word = g_strdup_printf (_ ("今天 %s 前"), fz_fields_get (row, "at"));
  else if (days < 0)
    *word = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "已过 %d 天", "已过 %d 天", (gulong) -days), (int) -days);
  else if (days == 0)
    *word = g_strdup (_ ("今天"));
  else
    *word = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "还有 %d 天", "还有 %d 天", (gulong) days), (int) days);
  return days < 0 ? FZ_STATUS_STOP : days <= SOON_DAYS ? FZ_STATUS_WARN : FZ_STATUS_NEUTRAL;
}

/* What it is about, as far as it has a name and a number. */
static char *
about (const FzFields *row)
{
  const char *subject = fz_fields_get (row, "subject"), *name = fz_fields_has (row, "title") ? fz_entry_label (row, NULL, 0, "title") : fz_fields_get (row, "name");

  if (g_strcmp0 (fz_fields_get (row, "kind"), "recurring") == 0) {
    g_autofree char *last = fz_say_value (subject);

    return last != NULL ? g_strdup_printf (_ ("上次 %s"), last) : g_strdup (_ ("还没有做过"));
  }
  if (g_strcmp0 (fz_fields_get (row, "kind"), "backup") == 0) /* the day of the last one */
    return fz_say_value (subject);
  if (g_strcmp0 (fz_fields_get (row, "kind"), "upload") == 0)
    return name != NULL ? fz_ledger_key (name) : NULL; /* the row's number says nothing to a person */
  if (fz_fields_has (row, "about") && name != NULL)
    return g_strdup_printf ("%s　%s　%s", name, subject, fz_fields_get (row, "about"));
  if (subject != NULL && name != NULL && !g_str_equal (subject, name))
    return g_strdup_printf ("%s　%s", name, subject);
  return g_strdup (name != NULL ? name : subject);
}

/* --- one row --- */

static void
on_signed (const char *entry, gpointer user_data)
{
  fz_toast_show (user_data, FZ_STATUS_OK, _ ("已签名"));
  fz_page_refresh (user_data);
  fz_page_changed (user_data);
}

static void
on_confirm (GtkButton *button, FzPageDeadlines *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) reg = fz_desk_read_register (self->session, g_object_get_data (G_OBJECT (button), "fz-register"), &error);

  if (reg != NULL)
    fz_dialog_entry (GTK_WIDGET (self), self->session, reg, NULL, fz_fields_get_at (reg, "move", 0, "word"), on_signed, G_OBJECT (self));
  else
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
}

static void
go (FzPageDeadlines *self, const FzFields *row)
{
  const FzPlaceOf *place = place_of (self, row);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (place == NULL || !FZ_IS_SHELL (root) || !fz_shell_show (FZ_SHELL (root), place->id))
    return;
  if (g_str_equal (place->id, "registers") && g_strcmp0 (fz_fields_get (row, "kind"), "recurring") != 0 && fz_fields_has (row, "subject"))
    fz_page_open (fz_shell_get_page (FZ_SHELL (root), place->id), fz_fields_get (row, "subject"));
  else if (g_str_equal (place->id, "ledger"))
    fz_page_ledger_show (fz_shell_get_page (FZ_SHELL (root), place->id), g_strcmp0 (fz_fields_get (row, "kind"), "upload") == 0 ? fz_fields_get (row, "what") : "queued");
}

static void
on_go (GtkButton *button, FzPageDeadlines *self)
{
  FzFactRow *row = fz_table_get_selected (FZ_TABLE (self->table));

  if (row != NULL)
    go (self, fz_fact_row_get (row));
}

static void
put_act (FzPageDeadlines *self, const FzFields *row)
{
  const FzPlaceOf *place = place_of (self, row);
  GtkWidget *button = NULL;

  if (fz_fields_has (row, "register")) {
    button = fz_button_new (FZ_BUTTON_PRIMARY, NULL, _ ("确认没有不良事件…"));
    g_object_set_data_full (G_OBJECT (button), "fz-register", g_strdup (fz_fields_get (row, "register")), g_free);
    g_signal_connect (button, "clicked", G_CALLBACK (on_confirm), self);
  } else if (place != NULL) {
    g_autofree char *label = g_strdup_printf (_ ("到“%s”页办理"), _ (place->word));

    button = fz_button_new (FZ_BUTTON_PRIMARY, NULL, label);
    g_signal_connect (button, "clicked", G_CALLBACK (on_go), self);
  }
  if (button != NULL) {
    gtk_widget_set_halign (button, GTK_ALIGN_START);
    fz_put (self->detail, button);
  }
}

/* The office, and who holds it: that person is told when they sign in. */
static void
put_told (GtkWidget *list, const FzFields *row)
{
  const char *office = fz_entry_label (row, NULL, 0, "tell"), *name = fz_fields_get (row, "tell_name");
  g_autofree char *words = name != NULL ? g_strdup_printf (_ ("%s：%s，登录时由本程序告知"), office, name)
                                        : g_strdup_printf (_ ("%s（没有登记任职人，请当面报告，并在“机构资料”登记）"), office);

  fz_facts_set_status (fz_facts_add (list, _ ("应报告"), words, 2), FZ_STATUS_STOP);
}

static void
on_selected (FzTable *table, FzFactRow *row, FzPageDeadlines *self)
{
  const FzFields *facts = row != NULL ? fz_fact_row_get (row) : NULL;
  guint kind = facts != NULL ? kind_of (facts) : G_N_ELEMENTS (kinds);
  g_autofree char *named = NULL, *word = NULL, *on = NULL;
  GtkWidget *list;

  fz_empty (self->detail);
  if (facts == NULL) {
    fz_put_wide (self->detail, fz_empty_state_new ("deadline", _ ("选择一条"), _ ("这里说明怎样办理，并带您到办理的地方。"), NULL));
    return;
  }
  put_act (self, facts);
  fz_put (self->detail, fz_section_new (kind < G_N_ELEMENTS (kinds) ? _ (kinds[kind].word) : _ ("期限"), NULL));
  list = fz_put (self->detail, fz_facts_new (2));
  named = about (facts);
  standing (facts, &word);
  on = fz_fields_has (facts, "at") ? g_strdup_printf ("%s %s", fz_fields_get (facts, "on"), fz_fields_get (facts, "at")) : g_strdup (fz_fields_get (facts, "on"));
  if (has_no_limit (facts)) {
    fz_facts_add_day (list, _ ("施行日期"), on, 1);
    fz_facts_add (list, _ ("期限"), _ ("没有规定"), 1);
  } else {
    fz_facts_add_day (list, _ ("期限"), on != NULL ? on : _ ("无法计算"), 1);
    fz_facts_set_status (fz_facts_add (list, _ ("距今"), word, 1), days_left (facts) < 0 ? FZ_STATUS_STOP : FZ_STATUS_NEUTRAL);
  }
  if (fz_fields_has (facts, "tell"))
    put_told (list, facts);
  fz_facts_add (list, _ ("事项"), fz_entry_label (facts, NULL, 0, "label"), 2);
  if (named != NULL)
    fz_facts_add (list, _ ("对象"), named, 2);
  if (fz_fields_has (facts, "owner"))
    fz_facts_add (list, _ ("负责人"), fz_fields_get (facts, "owner"), 2);
  if (kind < G_N_ELEMENTS (kinds))
    fz_put (self->detail, fz_wrapped (_ (kinds[kind].advice), "fz-soft"));
}

static void
on_activated (FzTable *table, FzFactRow *row, FzPageDeadlines *self)
{
  go (self, fz_fact_row_get (row));
}

/* --- the list --- */

static gboolean
is_wanted (FzPageDeadlines *self, const FzFields *row)
{
  const char *show = fz_segments_get_active (FZ_SEGMENTS (self->segments));

  return g_strcmp0 (show, "over") == 0 ? days_left (row) < 0 : g_strcmp0 (show, "soon") == 0 ? days_left (row) <= SOON_DAYS : TRUE;
}

static guint
count (FzPageDeadlines *self, gint64 days)
{
  guint n = 0;

  for (guint i = 0; i < self->all->len; i++)
    n += days_left (self->all->pdata[i]) <= days ? 1 : 0;
  return n;
}

/* The same row again keeps its place. */
static void
show (FzPageDeadlines *self)
{
  FzFactRow *chosen = fz_table_get_selected (FZ_TABLE (self->table));
  g_autoptr (FzFields) was = chosen != NULL ? fz_fields_ref ((FzFields *) fz_fact_row_get (chosen)) : NULL;
  g_autofree char *over = g_strdup_printf (_ ("已过期 %u"), count (self, -1)), *soon = g_strdup_printf (_ ("7天内 %u"), count (self, SOON_DAYS));

  fz_segments_set_word (FZ_SEGMENTS (self->segments), "over", over);
  fz_segments_set_word (FZ_SEGMENTS (self->segments), "soon", soon);
  g_list_store_remove_all (self->rows);
  for (guint i = 0; i < self->all->len; i++) {
    g_autoptr (FzFactRow) row = is_wanted (self, self->all->pdata[i]) ? fz_fact_row_new (self->all->pdata[i]) : NULL;

    if (row == NULL)
      continue;
    g_list_store_append (self->rows, row);
    if (was != NULL && fz_fields_equal (was, self->all->pdata[i]))
      fz_table_select (FZ_TABLE (self->table), g_list_model_get_n_items (G_LIST_MODEL (self->rows)) - 1);
  }
  if (fz_table_get_selected (FZ_TABLE (self->table)) == NULL)
    on_selected (NULL, NULL, self);
}

static void
refresh (FzPage *page)
{
  FzPageDeadlines *self = FZ_PAGE_DEADLINES (page);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (self->session, &error);

  fz_page_tell (self->error, self->table, error);
  if (rows == NULL)
    return;
  if (fz_facts_are_same (self->all, rows))
    return; /* nothing happened: do not take the focus away */
  g_clear_pointer (&self->all, g_ptr_array_unref);
  self->all = g_steal_pointer (&rows);
  show (self);
}

static void
on_segment (FzSegments *segments, const char *id, FzPageDeadlines *self)
{
  if (self->all != NULL)
    show (self);
}

/* --- columns --- */

static char *
text_on (gpointer item, gpointer data)
{
  return fz_say_value (fz_fact_row_text (item, "on"));
}

static char *
text_what (gpointer item, gpointer data)
{
  return g_strdup (fz_entry_label (fz_fact_row_get (item), NULL, 0, "label"));
}

static char *
text_kind (gpointer item, gpointer data)
{
  guint kind = kind_of (fz_fact_row_get (item));

  return g_strdup (kind < G_N_ELEMENTS (kinds) ? _ (kinds[kind].word) : "");
}

static char *
text_about (gpointer item, gpointer data)
{
  return about (fz_fact_row_get (item));
}

static FzStatus
pill_days (gpointer item, char **word, gpointer data)
{
  return standing (fz_fact_row_get (item), word);
}

static const char *
what_stands_here (FzRole role)
{
  return role == FZ_ROLE_DOCTOR       ? _ ("这里列出您自己要办的事：承诺的监测、病历质控的答复和整改、还没有确认学习的制度。")
         : role == FZ_ROLE_PHARMACIST ? _ ("这里列出您自己要办的事：待确认移除或解除的药品、还没有确认学习的制度。")
                                      : _ ("这里列出有日期的事：上报、证照、台账、每日签到。");
}

static GtkWidget *
new_table (FzPageDeadlines *self)
{
  const FzColumn columns[] = {
    { .title = _ ("期限"), .text = text_on, .width = 104, .numeric = FALSE },
    { .title = _ ("距今"), .pill = pill_days, .width = 124 },
    { .title = _ ("事项"), .text = text_what, .second = text_kind, .width = 240, .expand = TRUE, .strong = TRUE, .wrap = TRUE },
    { .title = _ ("对象"), .text = text_about, .width = 180, .expand = TRUE, .wrap = TRUE },
  };
  GtkWidget *table = fz_table_new (_ ("期限"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self);

  fz_table_set_empty (FZ_TABLE (table), fz_empty_state_new ("deadline", _ ("没有到期的事项"), what_stands_here (fz_session_get_role (self->session)), NULL));
  g_signal_connect (table, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect (table, "activated", G_CALLBACK (on_activated), self);
  return table;
}

/* --- the page --- */

static void
fz_page_deadlines_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_deadlines_finalize (GObject *object)
{
  FzPageDeadlines *self = FZ_PAGE_DEADLINES (object);

  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_object_unref (self->rows);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_deadlines_parent_class)->finalize (object);
}

static void
fz_page_deadlines_class_init (FzPageDeadlinesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_deadlines_finalize;
}

static void
fz_page_deadlines_init (FzPageDeadlines *self)
{
}

static void
on_calendar_path (GtkWidget *over, const char *path, gpointer data)
{
  FzPageDeadlines *self = FZ_PAGE_DEADLINES (over);
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  guint n = 0;

  if (fz_desk_export_deadlines (self->session, path, &n, &error)) {
    said = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "已导出 %u 条期限", "已导出 %u 条期限", n), n);
    fz_toast_show (over, FZ_STATUS_OK, said);
  } else
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
}

static void
on_calendar (GtkButton *button, FzPageDeadlines *self)
{
  fz_save_as (GTK_WIDGET (self), _ ("导出日历（iCalendar）"), _ ("期限.ics"), on_calendar_path, NULL);
}

static void
on_holidays (GtkButton *button, FzPageDeadlines *self)
{
  fz_file_import (GTK_WIDGET (self), self->session, FZ_FILE_CALENDAR);
}

static void
put_segments (FzPageDeadlines *self, GtkWidget *card)
{
  GtkWidget *bar = fz_put (card, fz_line (10));

  gtk_widget_add_css_class (bar, "fz-detail");
  self->segments = fz_put (bar, fz_segments_new (_ ("期限")));
  fz_segments_add (FZ_SEGMENTS (self->segments), "all", _ ("全部"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "over", _ ("已过期"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "soon", _ ("7天内"));
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
}

static void
put_acts (FzPageDeadlines *self)
{
  GtkWidget *calendar = fz_button_new (FZ_BUTTON_PLAIN, "calendar", _ ("导出日历…")), *holidays = fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("导入节假日…"));

  g_signal_connect (calendar, "clicked", G_CALLBACK (on_calendar), self);
  fz_section_add_end (self->title, calendar);
  g_signal_connect (holidays, "clicked", G_CALLBACK (on_holidays), self);
  fz_section_add_end (self->title, holidays);
}

GtkWidget *
fz_page_deadlines_new (FzSession *session)
{
  FzPageDeadlines *self = g_object_new (FZ_TYPE_PAGE_DEADLINES, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *below, *card, *right;

  self->session = fz_session_ref (session);
  self->rows = g_list_store_new (FZ_TYPE_FACT_ROW);
  gtk_widget_add_css_class (page, "fz-page");
  self->title = fz_put (page, fz_page_title_new (_ ("期限"), _ ("有日期的事，先到期的在前")));
  if (fz_session_get_role (session) == FZ_ROLE_AFFAIRS)
    put_acts (self);
  below = fz_put_wide (page, fz_line (14));
  card = fz_put_wide (below, fz_card_new ());
  put_segments (self, card);
  self->error = fz_put (card, fz_column (0));
  self->table = fz_put_wide (card, new_table (self));
  fz_access_controls (self->segments, self->table);
  right = fz_put (below, fz_card_new ());
  gtk_widget_set_size_request (right, DETAIL_WIDTH, -1);
  gtk_widget_set_hexpand (right, FALSE);
  self->detail = fz_column (12);
  gtk_widget_add_css_class (self->detail, "fz-detail");
  fz_put_wide (right, fz_scrolled (self->detail));
  on_selected (NULL, NULL, self);
  refresh (FZ_PAGE (self));
  return page;
}
