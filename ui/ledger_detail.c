#include "ui/ledger_detail.h"

#include "ui/dialog_entry.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/ledger_words.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _FzLedgerDetail {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *content, *acts;
  gint64 id;
  char *state;
  guint decision; /* what is being asked for, of decisions[] */
};

G_DEFINE_FINAL_TYPE (FzLedgerDetail, fz_ledger_detail, GTK_TYPE_BOX)

static guint changed_signal;

/* --- acting --- */

static void
changed (FzLedgerDetail *self, const char *said)
{
  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, said);
  fz_ledger_detail_show (self, self->id);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_retry (GtkButton *button, FzLedgerDetail *self)
{
  g_autoptr (GError) error = NULL;

  if (fz_desk_retry_upload (self->session, self->id, &error))
    changed (self, _ ("已按今天的数据重新生成"));
  else
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
}

static void
on_registered (const char *entry, gpointer user_data)
{
  fz_toast_show (user_data, FZ_STATUS_OK, _ ("已签名并记入台账“平台反馈与整改”"));
}

/* The platform's words begin the form; who answers for it and by when, a person says. */
static void
on_rectify (GtkButton *button, FzLedgerDetail *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) start = fz_desk_start_rectification (self->session, self->id, &error);
  g_autoptr (FzFields) reg = start != NULL ? fz_desk_read_register (self->session, "rectification", &error) : NULL;

  if (reg != NULL)
    fz_dialog_entry_from (GTK_WIDGET (self), self->session, reg, start, fz_fields_get_at (reg, "move", 0, "word"), on_registered, G_OBJECT (self));
  else
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
}

/* What may be decided of a row, and what is said of it. */
static const struct {
  const char *title, *about, *hint, *confirm, *said;
  gboolean sent;
} decisions[] = {
  { N_ ("裁定：平台已收到"), N_ ("这条数据不再发送；裁定人、依据和时间记入审计。"), N_ ("例如：2026-11-21 电话向平台工作人员核实，平台已有该处方"), N_ ("裁定已收到"),
    N_ ("已裁定：平台收到了"), TRUE },
  { N_ ("裁定：平台未收到"), N_ ("这条数据会重新发送；若平台其实已收到，会出现重复。裁定记入审计。"),
    N_ ("例如：2026-11-21 电话向平台工作人员核实，平台没有该处方"), N_ ("裁定未收到"), N_ ("已裁定：平台没有收到，将重新发送"), FALSE },
  { N_ ("这项待办已办理"), N_ ("平台没有更正接口，已由人工向平台说明。办理人、依据和时间记入审计。"), N_ ("例如：2026-11-21 已电话告知平台工作人员该处方作废，对方已登记"),
    N_ ("已办理"), N_ ("待办已办结"), TRUE },
  { N_ ("这项待办不需要办理"), N_ ("说明为什么不需要；记入审计。"), N_ ("例如：平台答复无需更正"), N_ ("不需要办理"), N_ ("待办已关闭"), FALSE },
  { N_ ("决定不上报"), N_ ("这条数据不再发送，也不再提示；等它先被接收的数据会继续。决定人、依据和时间记入审计。"), N_ ("例如：2026-11-21 平台答复该次就诊无需上报"), N_ ("决定不上报"),
    N_ ("已决定不上报"), FALSE },
};
enum { DECIDE_SENT, DECIDE_NOT_SENT, DECIDE_DONE, DECIDE_NEEDLESS, DECIDE_NEVER };

static gboolean
on_reason (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzLedgerDetail *self = data;

  if (!fz_desk_settle_upload (self->session, self->id, decisions[self->decision].sent, words, error))
    return FALSE;
  fz_dialog_close (dialog);
  changed (self, _ (decisions[self->decision].said));
  return TRUE;
}

static void
on_decide (GtkButton *button, FzLedgerDetail *self)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-decision"));
  FzReasonAsk ask = { .title = _ (decisions[i].title),
                      .subtitle = _ (decisions[i].about),
                      .words_caption = _ ("裁定依据"),
                      .words_hint = _ (decisions[i].hint),
                      .confirm = _ (decisions[i].confirm),
                      .danger = i == DECIDE_NOT_SENT || i == DECIDE_NEVER };

  self->decision = i;
  fz_dialog_reason (GTK_WIDGET (self), &ask, on_reason, g_object_ref (self), g_object_unref);
}

static void
put_decision (FzLedgerDetail *self, FzButtonKind kind, const char *icon, guint decision)
{
  GtkWidget *button = fz_put (self->acts, fz_button_new (kind, icon, _ (decisions[decision].confirm)));

  g_object_set_data (G_OBJECT (button), "fz-decision", GUINT_TO_POINTER (decision));
  g_signal_connect (button, "clicked", G_CALLBACK (on_decide), self);
}

static void
put_act (FzLedgerDetail *self, FzButtonKind kind, const char *icon, const char *label, GCallback clicked)
{
  GtkWidget *button = fz_put (self->acts, fz_button_new (kind, icon, label));

  g_signal_connect (button, "clicked", clicked, self);
}

static void
show_acts (FzLedgerDetail *self, const char *state, gboolean task)
{
  gboolean may = fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS, stuck = g_str_equal (state, "refused") || g_str_equal (state, "blocked");

  fz_empty (self->acts);
  if (may && task && stuck) {
    put_decision (self, FZ_BUTTON_PRIMARY, "check", DECIDE_DONE);
    put_decision (self, FZ_BUTTON_PLAIN, NULL, DECIDE_NEEDLESS);
  } else if (may && (stuck || g_str_equal (state, "alarm"))) {
    put_act (self, FZ_BUTTON_PRIMARY, "refresh", _ ("重新生成"), G_CALLBACK (on_retry));
    if (g_str_equal (state, "refused"))
      put_act (self, FZ_BUTTON_PLAIN, NULL, _ ("登记整改…"), G_CALLBACK (on_rectify));
    if (stuck)
      put_decision (self, FZ_BUTTON_DANGER_SOFT, NULL, DECIDE_NEVER);
  }
  if (may && g_str_equal (state, "unknown")) {
    put_decision (self, FZ_BUTTON_PLAIN, "check", DECIDE_SENT);
    put_decision (self, FZ_BUTTON_DANGER_SOFT, "undo", DECIDE_NOT_SENT);
  }
  gtk_widget_set_visible (self->acts, gtk_widget_get_first_child (self->acts) != NULL);
}

/* --- showing --- */

static GtkWidget *
part_new (FzLedgerDetail *self, const char *title)
{
  GtkWidget *part = fz_put (self->content, fz_column (4));

  fz_put (part, fz_text (title, "fz-strong"));
  return part;
}

static void
put_problems (FzLedgerDetail *self, const char *problems, gboolean task)
{
  g_auto (GStrv) lines = g_strsplit (problems, "\n", -1);
  g_autofree char *title = task ? g_strdup (_ ("需要办理的事"))
                                : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "需要补齐的 %u 项", "需要补齐的 %u 项", g_strv_length (lines)),
                                                   g_strv_length (lines));
  GtkWidget *part = part_new (self, title);

  for (guint i = 0; lines[i] != NULL; i++) {
    GtkWidget *line = fz_put (part, fz_line (8)), *icon = fz_put (line, fz_icon_new ("warning", 15));

    gtk_widget_add_css_class (icon, "warn");
    gtk_widget_set_valign (icon, GTK_ALIGN_START);
    gtk_widget_set_margin_top (icon, 2);
    fz_put_wide (line, fz_wrapped (lines[i], NULL));
  }
}

/* The words of a row are the platform's only after an answer; else the program's or a person's. */
static char *
words_said (const char *state, const char *words, const char *code)
{
  if (words == NULL)
    return NULL;
  if (g_str_equal (state, "settled_sent") || g_str_equal (state, "settled_not_sent"))
    return g_strdup_printf (_ ("裁定依据：%s"), words);
  if (!g_str_equal (state, "refused") && !g_str_equal (state, "accepted"))
    return g_strdup (words);
  return code != NULL ? g_strdup_printf (_ ("平台答复：%s（代码 %s）"), words, code) : g_strdup_printf (_ ("平台答复：%s"), words);
}

static void
put_platform (FzLedgerDetail *self, const FzFields *row, gint64 now_us)
{
  const char *state = fz_fields_get (row, "state"), *words = fz_fields_get (row, "words"), *code = fz_fields_get (row, "code");
  FzStatus status;
  const char *word = fz_ledger_row_state (row, &status);
  g_autofree char *said = words_said (state, words, code);
  const char *waiting = fz_fields_get (row, "waiting_for"), *named = fz_fields_get (row, "named");
  g_autofree char *next = fz_words_time (row, "next_at", now_us);
  gint64 attempts = 0;
  GtkWidget *card;

  card = fz_put (self->content, fz_finding_card_new (status, word, fz_ledger_advice (row), said));
  fz_finding_card_set_mark (card, status == FZ_STATUS_OK                              ? _ ("已完成")
                                  : status == FZ_STATUS_WARN || status == FZ_STATUS_STOP ? _ ("待处理")
                                                                                         : _ ("自动处理"));
  if (named != NULL) {
    g_autofree char *text = g_strdup_printf (_ ("平台指出的栏目：%s"), named);

    fz_put (self->content, fz_wrapped (text, NULL));
  }
  if (waiting != NULL && g_str_equal (state, "queued")) {
    g_autofree char *key = fz_ledger_key (waiting), *text = g_strdup_printf (_ ("须等 %s 先被接收。"), key);

    fz_put (self->content, fz_wrapped (text, "fz-soft"));
  }
  fz_fields_get_int (row, "attempts", &attempts);
  if (attempts > 0 && g_str_equal (state, "queued")) {
    g_autofree char *text = g_strdup_printf (_ ("已尝试 %d 次，下次 %s。"), (int) attempts, next);

    fz_put (self->content, fz_wrapped (text, "fz-soft"));
  }
}

static void
put_times (FzLedgerDetail *self, const FzFields *row, gint64 now_us)
{
  GtkWidget *facts = fz_put (self->content, fz_facts_new (2));
  g_autofree char *made = fz_words_time (row, "made_at", now_us), *changed_at = fz_words_time (row, "changed_at", now_us);
  const char *environment = fz_ledger_environment (row);

  fz_facts_add (facts, _ ("编号"), fz_fields_get (row, "id"), 1);
  fz_facts_add (facts, _ ("接口"), fz_fields_get (row, "method"), 1);
  if (environment != NULL)
    fz_facts_add (facts, _ ("发往"), environment, 1);
  fz_facts_add (facts, _ ("生成"), made, 1);
  fz_facts_add (facts, _ ("最近变化"), changed_at, 1);
}

static void
put_source (const char *key, const char *value, gpointer data)
{
  GString *text = data;
  g_autofree char *flat = g_strdelimit (g_strdup (value), "\n", ' ');

  if (g_str_has_prefix (key, "facts."))
    g_string_append_printf (text, "%s%s  %s", text->len > 0 ? "\n" : "", key + strlen ("facts."), flat);
}

static GtkWidget *
mono_new (const char *text, const char *name)
{
  GtkWidget *box = fz_column (0), *label = fz_put (box, fz_wrapped (text, "fz-mono"));

  gtk_widget_add_css_class (box, "fz-sheet");
  gtk_widget_add_css_class (box, "fz-bytes");
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  fz_access_label (label, name);
  return box;
}

static void
put_folded (FzLedgerDetail *self, const char *title, const char *text)
{
  GtkWidget *expander = fz_folded (title, mono_new (text, title));

  fz_access_label (expander, title);
  fz_put (self->content, expander);
}

/* The system administrator sees that it went, not what it says. */
static void
put_origins (FzLedgerDetail *self, GString *text)
{
  g_autoptr (GPtrArray) fields = fz_session_get_role (self->session) == FZ_ROLE_AFFAIRS ? fz_desk_trace_upload (self->session, self->id, NULL) : NULL;

  for (guint i = 0; fields != NULL && i < fields->len; i++) {
    g_autofree char *line = fz_ledger_origin (fields->pdata[i]);

    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
  }
}

static void
show_row (FzLedgerDetail *self, const FzFields *row)
{
  gint64 now_us = fz_session_now_us (self->session);
  g_autofree char *subject = fz_ledger_subject (row);
  g_autoptr (GString) sources = g_string_new (NULL);
  const char *problems = fz_fields_get (row, "problems"), *payload = fz_fields_get (row, "payload");

  fz_put (self->content, fz_wrapped (subject, "fz-heading"));
  put_platform (self, row, now_us);
  if (problems != NULL)
    put_problems (self, problems, fz_ledger_is_open_task (row));
  put_times (self, row, now_us);
  put_origins (self, sources);
  if (sources->len == 0)
    fz_fields_foreach (row, put_source, sources);
  if (sources->len > 0)
    put_folded (self, _ ("数据来源"), sources->str);
  if (payload != NULL)
    put_folded (self, _ ("上报内容（加密前）"), payload);
}

void
fz_ledger_detail_show (FzLedgerDetail *self, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = id > 0 ? fz_desk_read_outbox (self->session, id, &error) : NULL;

  self->id = id;
  fz_empty (self->content);
  fz_empty (self->acts);
  gtk_widget_set_visible (self->acts, FALSE);
  if (row != NULL) {
    show_row (self, row);
    show_acts (self, fz_fields_get (row, "state"), fz_ledger_is_open_task (row));
  } else
    fz_put_wide (self->content, error != NULL ? fz_error_state_new_from (error, NULL)
                                              : fz_empty_state_new ("ledger", _ ("选择一条记录"), _ ("这里显示平台的答复、缺少的数据和来源。"), NULL));
}

gint64
fz_ledger_detail_get_id (FzLedgerDetail *self)
{
  return self->id;
}

static void
fz_ledger_detail_finalize (GObject *object)
{
  fz_session_unref (FZ_LEDGER_DETAIL (object)->session);
  G_OBJECT_CLASS (fz_ledger_detail_parent_class)->finalize (object);
}

static void
fz_ledger_detail_class_init (FzLedgerDetailClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_ledger_detail_finalize;
  changed_signal = g_signal_new ("changed", FZ_TYPE_LEDGER_DETAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_ledger_detail_init (FzLedgerDetail *self)
{
}

GtkWidget *
fz_ledger_detail_new (FzSession *session)
{
  FzLedgerDetail *self = g_object_new (FZ_TYPE_LEDGER_DETAIL, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  GtkWidget *box = GTK_WIDGET (self);

  self->session = fz_session_ref (session);
  self->content = fz_column (12);
  gtk_widget_add_css_class (self->content, "fz-detail");
  fz_put_wide (box, fz_scrolled (self->content));
  self->acts = fz_put (box, fz_line (10));
  gtk_widget_add_css_class (self->acts, "fz-card-foot");
  fz_ledger_detail_show (self, 0);
  return box;
}
