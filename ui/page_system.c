#include "ui/page_system.h"

#include "core/date.h"
#include "ui/dialog_drill.h"
#include "ui/dialog_guide.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/ledger_words.h"
#include "ui/long_work.h"
#include "ui/opening.h"
#include "ui/problem_report.h"
#include "ui/save_as.h"
#include "ui/sign_flow.h"
#include "ui/video_settings.h"

#include <glib/gi18n-lib.h>

#define LITTLE_ROOM (G_GINT64_CONSTANT (2) << 30)

struct _FzPageSystem {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *opening, *store, *backup, *back_up, *drill, *hold_drill, *platform, *counts, *start, *go_on, *stop, *once, *spool, *spool_on, *spool_off, *upload;
  FzSheet *report; /* of a drill, until its signature is asked */
};

#define FZ_TYPE_PAGE_SYSTEM (fz_page_system_get_type ())
G_DECLARE_FINAL_TYPE (FzPageSystem, fz_page_system, FZ, PAGE_SYSTEM, GtkBox)

static void fz_page_system_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageSystem, fz_page_system, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_system_page_init))

/* --- the store --- */

static void
show_store (FzPageSystem *self, const FzFields *status)
{
  const char *state = fz_fields_get (status, "store.state"), *words = fz_fields_get (status, "store.words");
  gint64 room = 0;
  g_autofree char *free_text = fz_fields_get_int (status, "store.free_bytes", &room) && room > 0 ? g_format_size ((guint64) room) : NULL;
  gboolean good = g_strcmp0 (state, "ok") == 0, stopped = g_strcmp0 (state, "read_only") == 0;
  GtkWidget *facts, *card, *restore;
  GtkLabel *label;

  fz_empty (self->store);
  facts = fz_put (self->store, fz_facts_new (2));
  fz_facts_add_widget (facts, _ ("数据库"),
                       good ? fz_pill_new (FZ_STATUS_OK, _ ("正常")) : fz_pill_new (FZ_STATUS_STOP, stopped ? _ ("只读") : _ ("有误")), 1);
  label = fz_facts_add (facts, _ ("剩余空间"), free_text != NULL ? free_text : _ ("无法读取"), 1);
  if (room > 0 && room < LITTLE_ROOM)
    fz_facts_set_status (label, FZ_STATUS_WARN);
  if (!good && words != NULL) {
    card = fz_put (self->store, fz_finding_card_new (FZ_STATUS_STOP, stopped ? _ ("数据库只能读取") : _ ("数据库有误"), words, NULL));
    restore = fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("从备份恢复…"));
    gtk_actionable_set_action_name (GTK_ACTIONABLE (restore), "win.restore");
    fz_finding_card_add_action (card, restore);
  }
  if (room > 0 && room < LITTLE_ROOM)
    fz_put (self->store, fz_finding_card_new (FZ_STATUS_WARN, _ ("剩余空间不足 2 GB"),
                                              _ ("请清理磁盘或换到更大的磁盘；空间用尽后不能再签名。"), NULL));
}

/* --- backup --- */

static char *
back_up (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer path, GError **error)
{
  return fz_desk_backup (session, path, stop, fz_long_work_report_part, work, error)
           ? g_strdup_printf (_ ("已写入 %s。请把备份与恢复份额分开保管；没有恢复份额，备份不能打开。"), (const char *) path)
           : NULL;
}

static void
on_backup_ended (FzLongWork *work, gboolean good, FzPageSystem *self)
{
  gtk_widget_set_sensitive (self->back_up, TRUE);
}

static void
on_backup_path (GtkWidget *over, const char *path, gpointer data)
{
  FzPageSystem *self = FZ_PAGE_SYSTEM (over);

  if (fz_long_work_run (FZ_LONG_WORK (self->backup), _ ("备份"), TRUE, back_up, g_strdup (path), g_free))
    gtk_widget_set_sensitive (self->back_up, FALSE);
}

static void
on_back_up (GtkButton *button, FzPageSystem *self)
{
  g_autofree char *day = fz_date_format (fz_date_in_beijing (fz_session_now_us (self->session)));
  g_autofree char *name = g_strdup_printf ("fuzhen-%s.backup", day);

  fz_save_as (GTK_WIDGET (self), _ ("备份到"), name, on_backup_path, NULL);
}

/* --- the restore drill --- */

typedef struct {
  FzPageSystem *page;
  FzSecret *a, *b;
} Drill;

static void
drill_free (gpointer data)
{
  Drill *drill = data;

  fz_secret_free (drill->a);
  fz_secret_free (drill->b);
  g_object_unref (drill->page);
  g_free (drill);
}

/* The report waits in the page for its signature. */
static char *
hold_drill (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Drill *drill = data;
  g_autoptr (FzFields) report = NULL;

  drill->page->report = fz_desk_prepare_drill (session, NULL, drill->a, drill->b, &report, stop, fz_long_work_report_part, work, error);
  if (drill->page->report == NULL)
    return NULL;
  if (g_strcmp0 (fz_fields_get (report, "outcome"), "failed") == 0) {
    fz_long_work_find (work, FZ_STATUS_STOP, _ ("不能恢复"));
    return g_strdup (fz_fields_get (report, "problem"));
  }
  if (!fz_fields_is_yes (report, "log_agrees")) {
    fz_long_work_find (work, FZ_STATUS_STOP, _ ("审计日志不是同一条"));
    return g_strdup_printf (_ ("%s：审计记录 %s 条逐条核对，就诊 %s 次重新推算，不一致 %s 处。备份的审计日志与正在使用的不是同一条：备份来自另一个库，"
                               "或者正在使用的库被退回、改写过。请签署报告，保留这份备份和当前数据，联系安全管理员。"),
                            fz_fields_get (report, "file"), fz_fields_get (report, "audit_size"), fz_fields_get (report, "visits"),
                            fz_fields_get (report, "differences"));
  }
  if (g_strcmp0 (fz_fields_get (report, "outcome"), "good") != 0)
    fz_long_work_find (work, FZ_STATUS_WARN, _ ("有不一致"));
  return g_strdup_printf (_ ("%s：审计记录 %s 条逐条核对，就诊 %s 次重新推算，不一致 %s 处；如果只剩这份备份，将缺少 %s 份文书。请签署报告。"),
                          fz_fields_get (report, "file"), fz_fields_get (report, "audit_size"), fz_fields_get (report, "visits"),
                          fz_fields_get (report, "differences"), fz_fields_get (report, "documents_since"));
}

static void
on_report_signed (GPtrArray *ids, gpointer data)
{
  fz_toast_show (GTK_WIDGET (data), FZ_STATUS_OK, _ ("恢复演练报告已签名"));
}

static void
on_drill_ended (FzLongWork *work, gboolean good, FzPageSystem *self)
{
  FzSheet *report = g_steal_pointer (&self->report);

  gtk_widget_set_sensitive (self->hold_drill, TRUE);
  if (report != NULL)
    fz_sign_flow_start (GTK_WIDGET (self), self->session, report, _ ("签署恢复演练报告"), on_report_signed, g_object_ref (self), g_object_unref);
}

static void
on_shares (FzSecret *a, FzSecret *b, gpointer data)
{
  FzPageSystem *self = data;
  Drill *drill = g_new (Drill, 1);

  *drill = (Drill) { g_object_ref (self), a, b };
  if (fz_long_work_run (FZ_LONG_WORK (self->drill), _ ("恢复演练"), TRUE, hold_drill, drill, drill_free))
    gtk_widget_set_sensitive (self->hold_drill, FALSE);
}

static void
on_drill (GtkButton *button, FzPageSystem *self)
{
  fz_dialog_drill (GTK_WIDGET (self), on_shares, G_OBJECT (self));
}

/* --- the platform --- */

static FzStatus
engine_word (const char *state, const char **word)
{
  static const struct {
    const char *state, *word;
    FzStatus status;
  } states[] = {
    { "none", N_ ("未启动"), FZ_STATUS_NEUTRAL },   { "idle", N_ ("运行中，无待发"), FZ_STATUS_OK },
    { "sending", N_ ("发送中"), FZ_STATUS_INFO },   { "waiting", N_ ("等待重试"), FZ_STATUS_WARN },
    { "alarm", N_ ("告警，已停止"), FZ_STATUS_STOP }, { "stopped", N_ ("已停止"), FZ_STATUS_NEUTRAL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0) {
      *word = _ (states[i].word);
      return states[i].status;
    }
  *word = _ ("未知");
  return FZ_STATUS_NEUTRAL;
}

static void
show_spool (FzPageSystem *self, const char *dir)
{
  g_autofree char *words = dir != NULL ? g_strdup_printf (_ ("窗口关闭后：由后台的定时任务继续上报，交接夹 %s。"), dir)
                                       : g_strdup (_ ("窗口关闭后：不上报，已确认的签到也要等下次打开窗口。"));

  gtk_label_set_label (GTK_LABEL (self->spool), words);
  gtk_widget_set_visible (self->spool_on, dir == NULL);
  gtk_widget_set_visible (self->spool_off, dir != NULL);
}

static void
show_platform (FzPageSystem *self, const FzFields *status)
{
  static const char *const states[] = { "queued", "accepted", "refused", "blocked", "unknown", "alarm" };
  const char *state = fz_fields_get (status, "platform.state"), *words = fz_fields_get (status, "platform.words"), *added = fz_fields_get (status, "platform.added_problem"), *word;
  FzStatus drawn = engine_word (state, &word);
  gboolean running = g_strcmp0 (state, "none") != 0 && g_strcmp0 (state, "stopped") != 0;
  gboolean stands = g_strcmp0 (state, "alarm") == 0 || g_strcmp0 (state, "waiting") == 0;
  gint64 queued = 0;
  GtkWidget *line;

  if (g_strcmp0 (state, "idle") == 0 && fz_fields_get_int (status, "upload.queued", &queued) && queued > 0) {
    drawn = FZ_STATUS_INFO; /* an outcome nobody knows yet, a refusal: what rests on it is not sent */
    word = _ ("运行中，待报的在等前面的记录");
  }
  fz_empty (self->platform);
  line = fz_put (self->platform, fz_line (10));
  fz_put (line, fz_pill_new (drawn, word));
  if (words != NULL)
    fz_put (self->platform, fz_wrapped (words, "fz-soft"));
  if (added != NULL) {
    fz_put (self->platform, fz_pill_new (FZ_STATUS_STOP, _ ("报文补充定义不能使用")));
    fz_put (self->platform, fz_wrapped (added, "fz-soft"));
  }
  fz_facts_clear (self->counts);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autofree char *key = g_strconcat ("upload.", states[i], NULL), *text = NULL;
    FzStatus kind;
    const char *caption = fz_ledger_state (states[i], &kind);
    gint64 n = 0;

    fz_fields_get_int (status, key, &n);
    text = g_strdup_printf ("%" G_GINT64_FORMAT, n);
    fz_facts_set_status (fz_facts_add (self->counts, caption, text, 1), n > 0 && kind != FZ_STATUS_OK ? kind : FZ_STATUS_NEUTRAL);
  }
  show_spool (self, fz_fields_get (status, "upload.spool"));
  gtk_widget_set_visible (self->start, !running);
  gtk_widget_set_visible (self->go_on, stands);
  gtk_widget_set_visible (self->once, !running);
  gtk_widget_set_visible (self->stop, running);
}

static void
refresh (FzPage *page)
{
  FzPageSystem *self = FZ_PAGE_SYSTEM (page);
  g_autoptr (FzFields) status = fz_desk_status (self->session);

  fz_opening_line_refresh (self->opening);
  show_store (self, status);
  show_platform (self, status);
}

static void
on_start (GtkButton *button, FzPageSystem *self)
{
  g_autoptr (GError) error = NULL;

  if (!fz_desk_upload_start (self->session, &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
  refresh (FZ_PAGE (self));
}

/* --- where the platform is --- */

static void
on_config (GtkWidget *over, const char *path, gpointer data)
{
  FzPageSystem *self = FZ_PAGE_SYSTEM (over);
  g_autoptr (GError) error = NULL;
  gboolean good = fz_desk_set_platform (self->session, path, &error);

  fz_toast_show (over, good ? FZ_STATUS_OK : FZ_STATUS_STOP, good ? _ ("已设置监管平台的接入配置。请看过“上线前检查”再启动上报。") : error->message);
  refresh (FZ_PAGE (self));
  fz_page_changed (over);
}

static void
on_set_config (GtkButton *button, FzPageSystem *self)
{
  fz_open_from (GTK_WIDGET (self), _ ("选择监管平台的接入配置（JSON）"), _ ("设置"), on_config, NULL);
}

static void
set_spool (FzPageSystem *self, const char *dir, const char *done)
{
  g_autoptr (GError) error = NULL;
  gboolean good = fz_desk_set_spool (self->session, dir, &error);

  fz_toast_show (GTK_WIDGET (self), good ? FZ_STATUS_OK : FZ_STATUS_STOP, good ? done : error->message);
  refresh (FZ_PAGE (self));
}

static void
on_spool_on (GtkButton *button, FzPageSystem *self)
{
  set_spool (self, "", _ ("已开启。请启用定时任务：systemctl --user enable --now fuzhen-upload.timer"));
}

static void
on_spool_off (GtkButton *button, FzPageSystem *self)
{
  set_spool (self, NULL, _ ("已关闭后台上报，此后待发的留在本地，等窗口打开再发。"));
}

static void
on_stop (GtkButton *button, FzPageSystem *self)
{
  fz_desk_upload_stop (self->session);
  refresh (FZ_PAGE (self));
}

static void
report_sent (guint64 done, guint64 total, gpointer data)
{
  fz_long_work_report (data, done, total);
}

static char *
send_once (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  fz_long_work_leaves (work, _ ("已停止。已发出的有了结果，其余的留在本地队列，下次再发。"));
  return fz_desk_upload_once (session, stop, report_sent, work, error) ? g_strdup (_ ("能发的都已发出，结果见上方计数和上报台账。")) : NULL;
}

static char *
look_before (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_desk_read_preflight (session, stop, fz_long_work_report_part, work, error);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean stops = FALSE, warns = FALSE;

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const char *state = fz_fields_get (rows->pdata[i], "state");

    stops = stops || g_strcmp0 (state, "stop") == 0;
    warns = warns || g_strcmp0 (state, "warn") == 0;

    g_string_append_printf (text, _ ("%s%s %s：%s"), i > 0 ? "\n" : "",
                            g_strcmp0 (state, "ok") == 0 ? "✓" : g_strcmp0 (state, "warn") == 0 ? "!" : "✗",
                            fz_fields_get (rows->pdata[i], "label"), fz_fields_get (rows->pdata[i], "words"));
  }
  if (stops)
    fz_long_work_find (work, FZ_STATUS_STOP, _ ("有会被拦下的"));
  else if (warns)
    fz_long_work_find (work, FZ_STATUS_WARN, _ ("有要留意的"));
  return rows != NULL ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void
on_preflight (GtkButton *button, FzPageSystem *self)
{
  fz_long_work_run (FZ_LONG_WORK (self->upload), _ ("上线前检查"), TRUE, look_before, NULL, NULL);
}

static void
on_sent (FzLongWork *work, gboolean good, FzPageSystem *self)
{
  gtk_widget_set_sensitive (self->once, TRUE);
  refresh (FZ_PAGE (self));
}

static void
on_once (GtkButton *button, FzPageSystem *self)
{
  if (fz_long_work_run (FZ_LONG_WORK (self->upload), _ ("立即发送"), TRUE, send_once, NULL, NULL))
    gtk_widget_set_sensitive (self->once, FALSE);
}

static void
fz_page_system_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

/* --- building --- */

static void
fz_page_system_finalize (GObject *object)
{
  FzPageSystem *self = FZ_PAGE_SYSTEM (object);

  g_clear_pointer (&self->report, fz_sheet_free);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_system_parent_class)->finalize (object);
}

static void
fz_page_system_class_init (FzPageSystemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_system_finalize;
}

static void
fz_page_system_init (FzPageSystem *self)
{
}

static GtkWidget *
store_card (FzPageSystem *self)
{
  GtkWidget *card = fz_card_new_titled ("store", _ ("数据")), *body = fz_card_body (card);

  self->store = fz_put (body, fz_column (12));
  return card;
}

static GtkWidget *
backup_card (FzPageSystem *self)
{
  GtkWidget *card = fz_card_new_titled ("download", _ ("备份")), *body = fz_card_body (card);

  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_put (body, fz_wrapped (_ ("在线备份为一个加密文件，备份期间可以照常工作。请存到另一块磁盘或移动介质上。"), "fz-soft"));
  self->backup = fz_put (body, fz_long_work_new (self->session));
  fz_long_work_set_lasting (FZ_LONG_WORK (self->backup), NULL);
  self->back_up = fz_put (body, fz_button_new (FZ_BUTTON_PRIMARY, "download", _ ("立即备份…")));
  gtk_widget_set_halign (self->back_up, GTK_ALIGN_START);
  g_signal_connect (self->back_up, "clicked", G_CALLBACK (on_back_up), self);
  g_signal_connect (self->backup, "ended", G_CALLBACK (on_backup_ended), self);
  fz_put (body, fz_wrapped (_ ("没有恢复过的备份不能算数：定期由两位份额保管人做一次恢复演练，签名留存报告。"), "fz-soft"));
  self->drill = fz_put (body, fz_long_work_new (self->session));
  fz_long_work_set_lasting (FZ_LONG_WORK (self->drill), _ ("结果已记入审计日志。报告没有签名；要留存签名的报告，请再演练一次。"));
  self->hold_drill = fz_put (body, fz_button_new (FZ_BUTTON_PLAIN, "check", _ ("恢复演练…")));
  gtk_widget_set_halign (self->hold_drill, GTK_ALIGN_START);
  g_signal_connect (self->hold_drill, "clicked", G_CALLBACK (on_drill), self);
  g_signal_connect (self->drill, "ended", G_CALLBACK (on_drill_ended), self);
  return card;
}

static void
on_added (GtkButton *button, FzPageSystem *self)
{
  fz_dialog_guide (GTK_WIDGET (self), "messages", NULL);
}

static GtkWidget *
platform_card (FzPageSystem *self)
{
  GtkWidget *card = fz_card_new_titled ("upload", _ ("监管平台")), *body = fz_card_body (card), *line, *check, *config, *added;

  gtk_box_set_spacing (GTK_BOX (body), 14);
  self->platform = fz_put (body, fz_column (8));
  self->counts = fz_put (body, fz_facts_new (3));
  self->upload = fz_put (body, fz_long_work_new (self->session));
  line = fz_put (body, fz_line (10));
  self->start = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "play", _ ("启动上报")));
  self->go_on = fz_put (line, fz_button_new (FZ_BUTTON_PRIMARY, "play", _ ("继续上报")));
  self->stop = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "stop", _ ("停止上报")));
  self->once = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "upload", _ ("立即发送一次")));
  g_signal_connect (self->start, "clicked", G_CALLBACK (on_start), self);
  line = fz_put (body, fz_line (10));
  config = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "link", _ ("设置接入配置…")));
  g_signal_connect (config, "clicked", G_CALLBACK (on_set_config), self);
  check = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "check", _ ("上线前检查")));
  g_signal_connect (check, "clicked", G_CALLBACK (on_preflight), self);
  self->spool = fz_put (body, fz_wrapped ("", "fz-soft"));
  line = fz_put (body, fz_line (10));
  self->spool_on = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "upload", _ ("开启后台上报")));
  self->spool_off = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "stop", _ ("关闭后台上报")));
  added = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "help", _ ("补充报文说明")));
  g_signal_connect (added, "clicked", G_CALLBACK (on_added), self);
  g_signal_connect (self->spool_on, "clicked", G_CALLBACK (on_spool_on), self);
  g_signal_connect (self->spool_off, "clicked", G_CALLBACK (on_spool_off), self);
  g_signal_connect (self->go_on, "clicked", G_CALLBACK (on_start), self);
  g_signal_connect (self->stop, "clicked", G_CALLBACK (on_stop), self);
  g_signal_connect (self->once, "clicked", G_CALLBACK (on_once), self);
  g_signal_connect (self->upload, "ended", G_CALLBACK (on_sent), self);
  return card;
}

static void
on_guide (GtkButton *button, FzPageSystem *self)
{
  fz_dialog_guide (GTK_WIDGET (self), "operate", NULL);
}

static void
on_report (GtkButton *button, FzPageSystem *self)
{
  fz_problem_report (GTK_WIDGET (self), g_getenv ("FUZHEN_DATA"));
}

GtkWidget *
fz_page_system_new (FzSession *session)
{
  FzPageSystem *self = g_object_new (FZ_TYPE_PAGE_SYSTEM, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  GtkWidget *column = fz_column (14), *row, *left, *title, *guide = fz_button_new (FZ_BUTTON_PLAIN, "help", _ ("运行维护手册"));
  GtkWidget *report = fz_button_new (FZ_BUTTON_PLAIN, "file", _ ("问题报告…"));

  self->session = fz_session_ref (session);
  gtk_widget_add_css_class (column, "fz-page");
  title = fz_put (column, fz_page_title_new (_ ("系统"), _ ("数据、备份和监管平台连接。这里没有患者资料。")));
  g_signal_connect (guide, "clicked", G_CALLBACK (on_guide), self);
  g_signal_connect (report, "clicked", G_CALLBACK (on_report), self);
  fz_section_add_end (title, report);
  fz_section_add_end (title, guide);
  self->opening = fz_put (column, fz_opening_line_new (session, TRUE));
  row = fz_put (column, fz_line (14));
  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  left = fz_put_wide (row, fz_column (14));
  fz_put (left, store_card (self));
  fz_put (left, backup_card (self));
  fz_put (left, fz_video_settings_new (session));
  gtk_widget_set_valign (fz_put_wide (row, platform_card (self)), GTK_ALIGN_START);
  fz_put_wide (GTK_WIDGET (self), fz_scrolled (column));
  refresh (FZ_PAGE (self));
  return GTK_WIDGET (self);
}
