#include "ui/page_grants.h"

#include "core/admission.h"
#include "core/grant.h"
#include "ui/dialog_grant.h"
#include "ui/dialog_purge.h"
#include "ui/dialog_reason.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define DETAIL_WIDTH 360

typedef enum { GRANTS, ACCOUNTS, ALARMS, N_VIEWS } View;

static const char *const views[N_VIEWS] = { "grants", "accounts", "alarms" };

struct _FzPageGrants {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *segments, *stack, *error, *detail, *work, *tables[N_VIEWS];
  GListStore *rows[N_VIEWS];
  gboolean watches, admits; /* this role sees alarms; accounts that wait for a second person */
};

#define FZ_TYPE_PAGE_GRANTS (fz_page_grants_get_type ())
G_DECLARE_FINAL_TYPE (FzPageGrants, fz_page_grants, FZ, PAGE_GRANTS, GtkBox)

static void fz_page_grants_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageGrants, fz_page_grants, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_grants_page_init))

static View
view_of (FzPageGrants *self)
{
  const char *active = fz_segments_get_active (FZ_SEGMENTS (self->segments));

  for (View view = GRANTS; view < N_VIEWS; view++)
    if (g_strcmp0 (active, views[view]) == 0)
      return view;
  return GRANTS;
}

/* --- rows --- */

static gboolean
is_same (GListStore *store, GPtrArray *rows)
{
  gboolean same = g_list_model_get_n_items (G_LIST_MODEL (store)) == rows->len;

  for (guint i = 0; same && i < rows->len; i++) {
    g_autoptr (FzFactRow) row = g_list_model_get_item (G_LIST_MODEL (store), i);

    same = fz_fields_equal (fz_fact_row_get (row), rows->pdata[i]);
  }
  return same;
}

static void on_selected (FzTable *table, FzFactRow *row, FzPageGrants *self);

static GPtrArray *
rows_of (FzPageGrants *self, View view, GError **error)
{
  if (view == ACCOUNTS)
    return fz_desk_list_admissions (self->session, error);
  return view == ALARMS ? fz_desk_list_alarms (self->session, NULL, error) : fz_desk_list_grants (self->session, NULL, error);
}

static void
load (FzPageGrants *self)
{
  View view = view_of (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = rows_of (self, view, &error);

  fz_page_tell (self->error, self->stack, error);
  if (rows == NULL)
    return;
  if (is_same (self->rows[view], rows))
    return;
  g_list_store_remove_all (self->rows[view]);
  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (FzFactRow) row = fz_fact_row_new (rows->pdata[i]);

    g_list_store_append (self->rows[view], row);
  }
  on_selected (NULL, NULL, self);
}

static void
refresh (FzPage *page)
{
  load (FZ_PAGE_GRANTS (page));
}

/* --- deciding --- */

static void
on_signed (GPtrArray *ids, gpointer user_data)
{
  FzPageGrants *self = user_data;

  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, _ ("已签名"));
  load (self);
  fz_page_changed (GTK_WIDGET (self));
}

static void
on_ask (GtkButton *button, FzPageGrants *self)
{
  fz_dialog_grant (GTK_WIDGET (self), self->session, NULL, on_signed, G_OBJECT (self));
}

typedef struct {
  FzPageGrants *page;
  char *id, *verdict;
} Decide;

static void
decide_free (gpointer data)
{
  Decide *decide = data;

  g_object_unref (decide->page);
  g_free (decide->id);
  g_free (decide->verdict);
  g_free (decide);
}

static gboolean
decide (FzPageGrants *self, const char *id, const char *verdict, const char *words, GError **error)
{
  gboolean account = view_of (self) == ACCOUNTS;
  FzSheet *sheet = account ? fz_desk_prepare_admission (self->session, id, verdict, words, error)
                           : fz_desk_prepare_grant_decision (self->session, id, verdict, words, error);

  if (sheet == NULL)
    return FALSE;
  fz_sign_flow_start (GTK_WIDGET (self), self->session, sheet, account ? _ ("账号启用的决定") : _ ("授权申请的决定"), on_signed, g_object_ref (self), g_object_unref);
  return TRUE;
}

static gboolean
on_words (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Decide *what = user_data;
  g_autoptr (FzPageGrants) page = g_object_ref (what->page);

  if (*words == '\0' || !decide (page, what->id, what->verdict, words, error))
    return FALSE;
  fz_dialog_close (dialog);
  return TRUE;
}

static gboolean
on_settled (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  Decide *what = user_data;
  g_autoptr (FzPageGrants) page = g_object_ref (what->page);

  if (*words == '\0' || !fz_desk_settle_alarm (page->session, g_ascii_strtoll (what->id, NULL, 10), words, error))
    return FALSE;
  fz_dialog_close (dialog);
  load (page);
  fz_page_changed (GTK_WIDGET (page));
  return TRUE;
}

/* What may be done; those with a title ask for words first. */
static const struct {
  const char *flag, *id, *verdict, *label, *title, *about;
  FzButtonKind kind;
} acts[] = {
  { "grant.may_decide", "grant.id", "approved", N_ ("批准"), NULL, NULL, FZ_BUTTON_PRIMARY },
  { "grant.may_decide", "grant.id", "declined", N_ ("不批准…"), N_ ("不批准这一申请"), N_ ("理由记入签名的决定。"), FZ_BUTTON_DANGER_SOFT },
  { "grant.may_withdraw", "grant.id", "withdrawn", N_ ("撤回…"), N_ ("撤回这一申请"), N_ ("撤回后不能再使用；需要时可以重新申请。"), FZ_BUTTON_PLAIN },
  { "grant.may_revoke", "grant.id", "revoked", N_ ("收回…"), N_ ("收回这一授权"), N_ ("自签名时起不能再使用；理由记入签名的决定。"), FZ_BUTTON_DANGER_SOFT },
  { "admission.may_decide", "opening.id", "admitted", N_ ("批准启用"), NULL, NULL, FZ_BUTTON_PRIMARY },
  { "admission.may_decide", "opening.id", "declined", N_ ("不批准…"), N_ ("不批准启用这一账号"), N_ ("该账号不能登录；理由记入签名的决定。"), FZ_BUTTON_DANGER_SOFT },
  { "alarm.may_settle", "alarm.number", "settled", N_ ("写明处理…"), N_ ("处理这一告警"), N_ ("写明核实的情况和处理；记入审计，告警不再列为待办。"), FZ_BUTTON_PRIMARY },
};

static void
ask_words (FzPageGrants *self, const char *id, guint i)
{
  gboolean alarm = g_str_equal (acts[i].verdict, "settled");
  FzReasonAsk ask = { .title = _ (acts[i].title), .subtitle = _ (acts[i].about), .words_caption = alarm ? _ ("情况和处理") : _ ("理由"), .words_hint = "",
                      .confirm = alarm ? _ ("记录") : _ ("核对并签名") };
  Decide *what = g_new0 (Decide, 1);

  what->page = g_object_ref (self);
  what->id = g_strdup (id);
  what->verdict = g_strdup (acts[i].verdict);
  fz_dialog_reason (GTK_WIDGET (self), &ask, alarm ? on_settled : on_words, what, decide_free);
}

static void
on_act (GtkButton *button, FzPageGrants *self)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-act"));
  const char *id = g_object_get_data (G_OBJECT (button), "fz-id");
  g_autoptr (GError) error = NULL;

  if (acts[i].title != NULL)
    ask_words (self, id, i);
  else if (!decide (self, id, acts[i].verdict, NULL, &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
}

static void
on_purge (GtkButton *button, FzPageGrants *self)
{
  fz_dialog_purge (GTK_WIDGET (self), self->session, on_signed, G_OBJECT (self));
}

static void
on_run (GtkButton *button, FzPageGrants *self)
{
  fz_dialog_purge_run (GTK_WIDGET (self), FZ_LONG_WORK (self->work), g_object_get_data (G_OBJECT (button), "fz-row"));
}

static void
on_ran (FzLongWork *work, gboolean good, FzPageGrants *self)
{
  load (self);
  fz_page_changed (GTK_WIDGET (self));
}

/* What was begun and cut off is gone on with. */
static void
put_run (FzPageGrants *self, const FzFields *row)
{
  gboolean begun = fz_fields_has (row, "purge.id");
  GtkWidget *button;

  if (!fz_fields_is_yes (row, "grant.may_run"))
    return;
  button = fz_put (self->detail, fz_button_new (FZ_BUTTON_DANGER_SOFT, "trash", begun ? _ ("继续清除…") : _ ("执行清除…")));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_object_set_data_full (G_OBJECT (button), "fz-row", fz_fields_dup (row, NULL), (GDestroyNotify) fz_fields_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_run), self);
}

static void
put_acts (FzPageGrants *self, const FzFields *row)
{
  GtkWidget *line = fz_put (self->detail, fz_line (8));

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (fz_fields_is_yes (row, acts[i].flag)) {
      GtkWidget *button = fz_put (line, fz_button_new (acts[i].kind, NULL, _ (acts[i].label)));

      g_object_set_data (G_OBJECT (button), "fz-act", GUINT_TO_POINTER (i));
      g_object_set_data_full (G_OBJECT (button), "fz-id", g_strdup (fz_fields_get (row, acts[i].id)), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (on_act), self);
    }
  gtk_widget_set_visible (line, gtk_widget_get_first_child (line) != NULL);
}

/* --- what is known of one --- */

/* What was never granted has nothing left: only what is asked for. */
static char *
left_of (const FzFields *row)
{
  FzGrantState state = FZ_GRANT_ASKED;

  fz_grant_state_from_word (fz_fields_get (row, "grant.state"), &state);
  return state == FZ_GRANT_GRANTED || state == FZ_GRANT_USED
           ? g_strdup_printf ("%s / %s", fz_fields_get (row, "grant.left"), fz_fields_get (row, "grant.times"))
           : g_strdup_printf ("— / %s", fz_fields_get (row, "grant.times"));
}

static char *
time_of (FzPageGrants *self, const FzFields *row, const char *key)
{
  return fz_fields_has (row, key) ? fz_words_time (row, key, fz_session_now_us (self->session)) : NULL;
}

static void
add_when (FzPageGrants *self, GtkWidget *facts, const char *caption, const FzFields *row, const char *at, const char *by)
{
  g_autofree char *when = time_of (self, row, at);
  g_autofree char *said = when != NULL ? g_strdup_printf ("%s　%s", when, fz_fields_get (row, by)) : NULL;

  if (said != NULL)
    fz_facts_add (facts, caption, said, 2);
}

static void
add_said (GtkWidget *facts, const char *caption, const FzFields *row, const char *key)
{
  if (fz_fields_has (row, key))
    fz_facts_add (facts, caption, fz_fields_get (row, key), 2);
}

static void
put_uses (FzPageGrants *self, const FzFields *row)
{
  guint n = fz_fields_count (row, "use");

  fz_put (self->detail, fz_section_new (_ ("使用记录"), NULL));
  if (n == 0)
    fz_put (self->detail, fz_wrapped (_ ("还没有使用过。"), "fz-soft"));
  for (guint i = 0; i < n; i++) {
    g_autofree char *key = g_strdup_printf ("use.%02u.used_at", i), *at = time_of (self, row, key);
    g_autofree char *said = g_strdup_printf ("%s　%s", at, fz_fields_get_at (row, "use", i, "staff"));

    fz_put (self->detail, fz_wrapped (said, NULL));
  }
}

static void
put_grant (FzPageGrants *self, const FzFields *row)
{
  GtkWidget *facts;
  g_autofree char *left = left_of (row);
  g_autofree char *lines = fz_words_list (row, "grant.line", NULL, "\n");

  put_acts (self, row);
  put_run (self, row);
  fz_put (self->detail, fz_section_new (fz_fields_get (row, "grant.kind_label"), fz_fields_get (row, "grant.id")));
  facts = fz_put (self->detail, fz_facts_new (2));
  fz_facts_add (facts, _ ("状态"), fz_fields_get (row, "grant.state_label"), 1);
  fz_facts_add (facts, _ ("剩余次数"), left, 1);
  fz_facts_add (facts, _ ("用途"), fz_fields_get (row, "grant.purpose_label"), 2);
  fz_facts_add (facts, _ ("范围"), lines, 2);
  fz_facts_add (facts, _ ("理由"), fz_fields_get (row, "grant.words"), 2);
  fz_facts_add_day (facts, _ ("有效至"), fz_fields_get (row, "grant.until_on"), 2);
  if (fz_fields_has (row, "purge.id")) {
    g_autofree char *done = g_strdup_printf (_ ("%s：%s / %s 项已清除，%s 项保留"), fz_fields_get (row, "purge.id"), fz_fields_get (row, "purge.removed"),
                                             fz_fields_get (row, "purge.total"), fz_fields_get (row, "purge.kept"));

    fz_facts_add (facts, _ ("清除"), done, 2);
    add_when (self, facts, _ ("最近一批"), row, "purge.changed_at", "purge.asker");
  }
  add_when (self, facts, _ ("申请"), row, "grant.asked_at", "grant.by");
  add_when (self, facts, _ ("决定"), row, "grant.decided_at", "grant.decided_by");
  add_said (facts, _ ("决定的说明"), row, "grant.decision_words");
  add_when (self, facts, _ ("撤回或收回"), row, "grant.ended_at", "grant.ended_by");
  add_said (facts, _ ("撤回或收回的理由"), row, "grant.end_words");
  put_uses (self, row);
}

static void
put_account (FzPageGrants *self, const FzFields *row)
{
  GtkWidget *facts;

  put_acts (self, row);
  fz_put (self->detail, fz_section_new (fz_fields_get (row, "name"), fz_fields_get (row, "opening.id")));
  facts = fz_put (self->detail, fz_facts_new (2));
  fz_facts_add (facts, _ ("状态"), fz_fields_get (row, "admission.state_label"), 1);
  fz_facts_add (facts, _ ("工号"), fz_fields_get (row, "number"), 1);
  fz_facts_add (facts, _ ("角色"), fz_fields_get (row, "role_label"), 1);
  if (fz_fields_has (row, "title_label"))
    fz_facts_add (facts, _ ("职称"), fz_fields_get (row, "title_label"), 1);
  add_said (facts, _ ("科室"), row, "department_name");
  add_said (facts, _ ("执业证书编号"), row, "licence");
  add_said (facts, _ ("事由"), row, "opening.act_label");
  add_when (self, facts, _ ("发放登记码"), row, "opening.at", "opening.by_name");
  add_when (self, facts, _ ("决定"), row, "admission.decided_at", "admission.by");
  add_said (facts, _ ("决定的说明"), row, "admission.words");
  if (g_strcmp0 (fz_fields_get (row, "admission.state"), "waits") == 0)
    fz_put (self->detail, fz_wrapped (_ ("批准前该账号不能登录。由发码人和本人以外的医务管理人员、安全管理员或系统管理员决定。"), "fz-soft"));
}

static void
put_alarm (FzPageGrants *self, const FzFields *row)
{
  GtkWidget *facts;

  put_acts (self, row);
  fz_put (self->detail, fz_section_new (fz_fields_get (row, "alarm.what_label"), NULL));
  facts = fz_put (self->detail, fz_facts_new (2));
  fz_facts_add (facts, _ ("工号"), fz_fields_get (row, "alarm.staff"), 1);
  fz_facts_add (facts, _ ("当日数量"), fz_fields_get (row, "alarm.amount"), 1);
  fz_facts_add (facts, _ ("触发时查看的编号"), fz_fields_get (row, "alarm.subject"), 2);
  {
    g_autofree char *at = time_of (self, row, "alarm.raised_at");

    fz_facts_add (facts, _ ("时间"), at, 2);
  }
  add_when (self, facts, _ ("处理"), row, "alarm.settled_at", "alarm.settled_by");
  add_said (facts, _ ("情况和处理"), row, "alarm.words");
}

static void
on_selected (FzTable *table, FzFactRow *row, FzPageGrants *self)
{
  fz_empty (self->detail);
  if (row == NULL)
    fz_put_wide (self->detail, fz_empty_state_new ("shield", _ ("选择一条"), _ ("这里显示范围、决定和使用记录。"), NULL));
  else if (view_of (self) == ALARMS)
    put_alarm (self, fz_fact_row_get (row));
  else if (view_of (self) == ACCOUNTS)
    put_account (self, fz_fact_row_get (row));
  else
    put_grant (self, fz_fact_row_get (row));
}

static void
on_segment (FzSegments *segments, const char *id, FzPageGrants *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), id);
  load (self);
  on_selected (NULL, NULL, self);
}

/* --- the tables --- */

static char *
grant_title (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "grant.kind_label"));
}

static char *
grant_scope (gpointer item, gpointer data)
{
  return fz_words_list (fz_fact_row_get (item), "grant.line", NULL, "　");
}

static char *
grant_who (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "grant.by"));
}

static char *
grant_number (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "grant.id"));
}

static char *
grant_left (gpointer item, gpointer data)
{
  return left_of (fz_fact_row_get (item));
}

static FzStatus
grant_pill (gpointer item, char **word, gpointer data)
{
  FzGrantState state = FZ_GRANT_DECLINED;

  fz_grant_state_from_word (fz_fact_row_text (item, "grant.state"), &state);
  *word = g_strdup (fz_fact_row_text (item, "grant.state_label"));
  return state == FZ_GRANT_ASKED ? FZ_STATUS_WARN : state == FZ_GRANT_GRANTED ? FZ_STATUS_OK : FZ_STATUS_NEUTRAL;
}

static char *
account_name (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "name"));
}

static char *
account_number (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "number"));
}

static char *
account_role (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "role_label"));
}

static char *
account_act (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "opening.act_label"));
}

static char *
account_by (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "opening.by_name"));
}

static FzStatus
account_pill (gpointer item, char **word, gpointer data)
{
  const char *state = fz_fact_row_text (item, "admission.state");

  *word = g_strdup (fz_fact_row_text (item, "admission.state_label"));
  return g_strcmp0 (state, "waits") == 0 ? FZ_STATUS_WARN : g_strcmp0 (state, "admitted") == 0 ? FZ_STATUS_OK : FZ_STATUS_NEUTRAL;
}

static char *
alarm_what (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "alarm.what_label"));
}

static char *
alarm_who (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "alarm.staff"));
}

static char *
alarm_when (gpointer item, gpointer data)
{
  FzPageGrants *self = data;

  return time_of (self, fz_fact_row_get (item), "alarm.raised_at");
}

static FzStatus
alarm_pill (gpointer item, char **word, gpointer data)
{
  gboolean settled = fz_fields_has (fz_fact_row_get (item), "alarm.settled_at");

  *word = g_strdup (settled ? _ ("已处理") : _ ("待核实"));
  return settled ? FZ_STATUS_NEUTRAL : FZ_STATUS_STOP;
}

static void
add_tables (FzPageGrants *self)
{
  const FzColumn grants[] = {
    { .title = _ ("授权"), .text = grant_title, .second = grant_number, .width = 140, .strong = TRUE },
    { .title = _ ("范围"), .text = grant_scope, .width = 200, .expand = TRUE, .wrap = TRUE },
    { .title = _ ("申请人"), .text = grant_who, .width = 72 },
    { .title = _ ("剩余次数"), .text = grant_left, .width = 72, .numeric = TRUE },
    { .title = _ ("状态"), .pill = grant_pill, .width = 138 },
  };
  const FzColumn accounts[] = {
    { .title = _ ("姓名"), .text = account_name, .second = account_number, .width = 110, .expand = TRUE, .strong = TRUE },
    { .title = _ ("角色"), .text = account_role, .width = 100 },
    { .title = _ ("事由"), .text = account_act, .width = 190, .expand = TRUE },
    { .title = _ ("发码人"), .text = account_by, .width = 90 },
    { .title = _ ("状态"), .pill = account_pill, .width = 132 },
  };
  const FzColumn alarms[] = {
    { .title = _ ("告警"), .text = alarm_what, .width = 220, .expand = TRUE, .strong = TRUE },
    { .title = _ ("工号"), .text = alarm_who, .width = 90 },
    { .title = _ ("时间"), .text = alarm_when, .width = 130 },
    { .title = _ ("状态"), .pill = alarm_pill, .width = 110 },
  };

  const struct {
    const char *name;
    const FzColumn *columns;
    guint n;
    GtkWidget *empty;
  } of[N_VIEWS] = {
    [GRANTS] = { _ ("授权"), grants, G_N_ELEMENTS (grants), fz_empty_state_new ("shield", _ ("还没有授权"), _ ("药品使用统计、导出等须由一人申请、另一人批准。"), NULL) },
    [ACCOUNTS] = { _ ("账号启用"), accounts, G_N_ELEMENTS (accounts),
                   fz_empty_state_new ("people", _ ("没有等待启用的账号"), _ ("新登记或重新发码的账号，须由另一人批准后才能登录。"), NULL) },
    [ALARMS] = { _ ("防统方告警"), alarms, G_N_ELEMENTS (alarms),
                 fz_empty_state_new ("shield", _ ("没有告警"), _ ("没有人查看得比工作需要的多，也没有人逐号试探。"), NULL) },
  };

  for (View view = GRANTS; view < N_VIEWS; view++) {
    self->rows[view] = g_list_store_new (FZ_TYPE_FACT_ROW);
    self->tables[view] = fz_table_new (of[view].name, of[view].columns, of[view].n, G_LIST_MODEL (self->rows[view]), self);
    fz_table_set_empty (FZ_TABLE (self->tables[view]), of[view].empty);
    g_signal_connect (self->tables[view], "selected", G_CALLBACK (on_selected), self);
    gtk_stack_add_named (GTK_STACK (self->stack), self->tables[view], views[view]);
  }
}

/* --- the page --- */

static void
fz_page_grants_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_grants_finalize (GObject *object)
{
  FzPageGrants *self = FZ_PAGE_GRANTS (object);

  for (View view = GRANTS; view < N_VIEWS; view++)
    g_object_unref (self->rows[view]);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_grants_parent_class)->finalize (object);
}

static void
fz_page_grants_class_init (FzPageGrantsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_grants_finalize;
}

static void
fz_page_grants_init (FzPageGrants *self)
{
}

static void
add_right (FzPageGrants *self, GtkWidget *below)
{
  GtkWidget *right = fz_put (below, fz_card_new ());

  gtk_widget_set_size_request (right, DETAIL_WIDTH, -1);
  gtk_widget_set_hexpand (right, FALSE);
  self->detail = fz_column (12);
  gtk_widget_add_css_class (self->detail, "fz-detail");
  fz_put_wide (right, fz_scrolled (self->detail));
  self->work = fz_put (right, fz_long_work_new (self->session));
  g_signal_connect (self->work, "ended", G_CALLBACK (on_ran), self);
}

GtkWidget *
fz_page_grants_new (FzSession *session)
{
  FzPageGrants *self = g_object_new (FZ_TYPE_PAGE_GRANTS, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *title, *below, *card, *bar, *ask = fz_button_new (FZ_BUTTON_PRIMARY, "plus", _ ("申请授权…"));
  FzRole role = fz_session_get_role (session);

  self->session = fz_session_ref (session);
  self->watches = role == FZ_ROLE_SECURITY || role == FZ_ROLE_AUDIT;
  self->admits = fz_admission_may_decide (role);
  gtk_widget_add_css_class (page, "fz-page");
  title = fz_put (page, fz_page_title_new (_ ("授权"), _ ("一人申请、另一人批准，按次数使用")));
  gtk_widget_set_visible (ask, role != FZ_ROLE_SYSTEM); /* who may only ask for a purge has that button alone */
  if (fz_grant_may_ask (FZ_GRANT_PURGE, role)) {
    GtkWidget *purge = fz_button_new (FZ_BUTTON_PLAIN, "trash", _ ("到期清除…"));

    fz_section_add_end (title, purge);
    g_signal_connect (purge, "clicked", G_CALLBACK (on_purge), self);
  }
  fz_section_add_end (title, ask);
  g_signal_connect (ask, "clicked", G_CALLBACK (on_ask), self);
  below = fz_put_wide (page, fz_line (14));
  card = fz_put_wide (below, fz_card_new ());
  bar = fz_put (card, fz_line (10));
  gtk_widget_add_css_class (bar, "fz-detail");
  self->segments = fz_put (bar, fz_segments_new (_ ("授权")));
  fz_segments_add (FZ_SEGMENTS (self->segments), views[GRANTS], _ ("授权"));
  if (self->admits)
    fz_segments_add (FZ_SEGMENTS (self->segments), views[ACCOUNTS], _ ("账号启用"));
  if (self->watches)
    fz_segments_add (FZ_SEGMENTS (self->segments), views[ALARMS], _ ("防统方告警"));
  gtk_widget_set_visible (bar, self->watches || self->admits);
  self->error = fz_put (card, fz_column (0));
  self->stack = fz_put_wide (card, fz_access_stack_new ());
  fz_access_controls (self->segments, self->stack);
  add_tables (self);
  add_right (self, below);
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
  on_selected (NULL, NULL, self);
  refresh (FZ_PAGE (self));
  return page;
}
