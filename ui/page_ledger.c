#include "ui/page_ledger.h"

#include "core/date.h"
#include "ui/dialog_reason.h"
#include "ui/fact_list.h"
#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/ledger_detail.h"
#include "ui/ledger_words.h"
#include "ui/long_work.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define DETAIL_WIDTH 400

struct _FzPageLedger {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *segments, *table, *card, *platform, *stack, *error;
  FzFactList *rows;
  GtkWidget *detail, *work;
};

#define FZ_TYPE_PAGE_LEDGER (fz_page_ledger_get_type ())
G_DECLARE_FINAL_TYPE (FzPageLedger, fz_page_ledger, FZ, PAGE_LEDGER, GtkBox)

static void fz_page_ledger_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageLedger, fz_page_ledger, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_ledger_page_init))

static const char *const segments[] = { "all", "queued", "accepted", "refused", "blocked", "unknown", "alarm" };

/* --- the table --- */

static char *
subject_of (gpointer item, gpointer data)
{
  return fz_ledger_subject (fz_fact_row_get (item));
}

static char *
method_of (gpointer item, gpointer data)
{
  const char *label = fz_fact_row_text (item, "method_label");

  return g_strdup (*label != '\0' ? label : fz_fact_row_text (item, "method"));
}

/* What a glance needs: the platform's own words, else what is missing, else what is waited for. */
static char *
words_of (gpointer item, gpointer data)
{
  const FzFields *row = fz_fact_row_get (item);
  const char *words = fz_fields_get (row, "words"), *problems = fz_fields_get (row, "problems");
  const char *waiting = fz_fields_get (row, "waiting_for");
  g_autofree char *key = fz_ledger_key (waiting);

  if (problems != NULL)
    return g_strdelimit (g_strdup (problems), "\n", ' ');
  if (waiting != NULL && g_strcmp0 (fz_fields_get (row, "state"), "queued") == 0)
    return g_strdup_printf (_ ("等 %s 先被接收"), key);
  return g_strdup (words != NULL ? words : "");
}

static char *
time_of (gpointer item, gpointer data)
{
  return fz_words_time (fz_fact_row_get (item), "changed_at", fz_session_now_us (data));
}

static FzStatus
state_of (gpointer item, char **word, gpointer data)
{
  FzStatus status;

  *word = g_strdup (fz_ledger_row_state (fz_fact_row_get (item), &status));
  return status;
}

static GtkWidget *
table_new (FzPageLedger *self)
{
  FzColumn columns[] = {
    { .title = _ ("对象"), .text = subject_of, .width = 186, .expand = TRUE, .strong = TRUE },
    { .title = _ ("上报内容"), .text = method_of, .width = 120, .expand = TRUE },
    { .title = _ ("状态"), .pill = state_of, .width = 96 },
    { .title = _ ("平台答复或缺项"), .text = words_of, .width = 160, .expand = TRUE },
    { .title = _ ("最近变化"), .text = time_of, .width = 96, .numeric = TRUE },
  };

  return fz_table_new (_ ("上报台账"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self->session);
}

/* --- filling --- */

static void
show_counts (FzPageLedger *self)
{
  g_autoptr (FzFields) status = fz_desk_status (self->session);
  const char *state = fz_fields_get (status, "platform.state"), *words = fz_fields_get (status, "platform.words");

  for (guint i = 1; i < G_N_ELEMENTS (segments); i++) {
    g_autofree char *key = g_strconcat ("upload.", segments[i], NULL), *word = NULL;
    FzStatus kind;
    gint64 n = 0;

    fz_fields_get_int (status, key, &n);
    word = n > 0 ? g_strdup_printf ("%s %" G_GINT64_FORMAT, fz_ledger_state (segments[i], &kind), n)
                 : g_strdup (fz_ledger_state (segments[i], &kind));
    fz_segments_set_word (FZ_SEGMENTS (self->segments), segments[i], word);
  }
  fz_section_set_subtitle (self->platform, words != NULL                          ? words
                                           : g_strcmp0 (fz_fields_get (status, "platform.public"), "no") == 0 ? fz_entry_label (status, NULL, 0, "platform.note")
                                           : g_strcmp0 (state, "none") == 0       ? _ ("上报未启动，数据在本地排队，不会丢失")
                                                                                  : _ ("数据先在本地保存，再按次序发送给监管平台"));
}

static void
reload (FzPageLedger *self)
{
  const char *state = fz_segments_get_active (FZ_SEGMENTS (self->segments));
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GError) error = NULL;
  guint at;

  fz_fields_set (filter, "state", g_strcmp0 (state, "all") == 0 ? NULL : state);
  fz_fact_list_set_filter (self->rows, filter);
  fz_fact_list_reload (self->rows, &error);
  fz_page_tell (self->error, self->table, error);
  show_counts (self);
  if (fz_ledger_detail_get_id (FZ_LEDGER_DETAIL (self->detail)) > 0) {
    g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, fz_ledger_detail_get_id (FZ_LEDGER_DETAIL (self->detail)));

    at = fz_fact_list_find (self->rows, "id", id);
    if (at != G_MAXUINT)
      fz_table_select (FZ_TABLE (self->table), at);
  }
}

static void
on_selected (FzTable *table, FzFactRow *row, FzPageLedger *self)
{
  gint64 id = 0;

  if (row == NULL)
    return; /* a reload passes through "none"; the detail stays */
  fz_fields_get_int (fz_fact_row_get (row), "id", &id);
  if (id != fz_ledger_detail_get_id (FZ_LEDGER_DETAIL (self->detail)))
    fz_ledger_detail_show (FZ_LEDGER_DETAIL (self->detail), id);
}

static void
on_segment (FzSegments *of, const char *id, FzPageLedger *self)
{
  fz_ledger_detail_show (FZ_LEDGER_DETAIL (self->detail), 0);
  reload (self);
}

static void
on_changed (FzLedgerDetail *detail, FzPageLedger *self)
{
  reload (self);
}

void
fz_page_ledger_show (GtkWidget *page, const char *state)
{
  FzPageLedger *self = FZ_PAGE_LEDGER (page);

  fz_segments_set_active (FZ_SEGMENTS (self->segments), state != NULL ? state : "all");
  on_segment (NULL, NULL, self);
}

static void
refresh (FzPage *page)
{
  reload (FZ_PAGE_LEDGER (page));
}

static void
fz_page_ledger_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

/* --- building --- */

static void
fz_page_ledger_finalize (GObject *object)
{
  FzPageLedger *self = FZ_PAGE_LEDGER (object);

  g_object_unref (self->rows);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_page_ledger_parent_class)->finalize (object);
}

static void
fz_page_ledger_class_init (FzPageLedgerClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_ledger_finalize;
}

static void
fz_page_ledger_init (FzPageLedger *self)
{
}

static void
build_segments (FzPageLedger *self)
{
  FzStatus status;

  self->segments = fz_segments_new (_ ("按状态筛选"));
  for (guint i = 0; i < G_N_ELEMENTS (segments); i++)
    fz_segments_add (FZ_SEGMENTS (self->segments), segments[i], i == 0 ? _ ("全部") : fz_ledger_state (segments[i], &status));
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
}

/* --- a day once more --- */

static char *
collect (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer day, GError **error)
{
  guint added = 0;
  g_autoptr (GPtrArray) rows = NULL;

  fz_long_work_leaves (work, _ ("已停止。停止之前补入的留在台账，照常发送；再补采一次这一天，即补齐其余的。"));
  rows = fz_desk_collect_uploads (session, day, &added, stop, fz_long_work_report_part, work, error);
  return rows != NULL ? g_strdup_printf (_ ("%s 应报 %u 条，补入台账 %u 条。"), (const char *) day, rows->len, added) : NULL;
}

static gboolean
on_day_given (FzDialog *dialog, const char *code, const char *words, gpointer user_data, GError **error)
{
  FzPageLedger *self = user_data;
  FzDate day;

  if (!fz_date_parse (words, &day, error))
    return FALSE;
  fz_long_work_run (FZ_LONG_WORK (self->work), _ ("补采"), TRUE, collect, g_strdup (words), g_free);
  fz_dialog_close (dialog);
  return TRUE;
}

static void
on_collect (GtkButton *button, FzPageLedger *self)
{
  const FzReasonAsk ask = { .title = _ ("补采一天的上报"),
                            .subtitle = _ ("按这一天的文书重新生成应报的数据，与台账比对，缺的补入待发；台账里已有的，不论什么状态，都不再发。"),
                            .words_caption = _ ("日期"), .words_hint = _ ("例如：2026-11-21"), .confirm = _ ("补采") };

  fz_dialog_reason (GTK_WIDGET (button), &ask, on_day_given, self, NULL);
}

static void
on_collected (FzLongWork *work, gboolean good, FzPageLedger *self)
{
  reload (self);
}

GtkWidget *
fz_page_ledger_new (FzSession *session)
{
  FzPageLedger *self = g_object_new (FZ_TYPE_PAGE_LEDGER, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *below, *side, *line, *button;

  self->session = fz_session_ref (session);
  self->rows = fz_fact_list_new (session, FZ_LIST_OUTBOX, NULL);
  gtk_widget_add_css_class (page, "fz-page");
  build_segments (self);
  line = fz_put (page, fz_line (12));
  self->platform = fz_put_wide (line, fz_page_title_new (_ ("上报台账"), ""));
  gtk_widget_set_halign (fz_put (page, self->segments), GTK_ALIGN_START);
  button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "clock", _ ("补采一天…")));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", G_CALLBACK (on_collect), self);
  self->work = fz_put (page, fz_long_work_new (session));
  g_signal_connect (self->work, "ended", G_CALLBACK (on_collected), self);
  below = fz_put_wide (page, fz_line (14));
  self->card = fz_put_wide (below, fz_card_new ());
  self->error = fz_put (self->card, fz_column (0));
  self->table = fz_put_wide (self->card, table_new (self));
  fz_access_controls (self->segments, self->table);
  fz_table_set_first (FZ_TABLE (self->table), TRUE);
  fz_table_set_empty (FZ_TABLE (self->table), fz_empty_state_new ("ledger", _ ("没有这类记录"),
                                                                  _ ("诊疗文书签名后会自动进入台账。"), NULL));
  side = fz_put (below, fz_card_new ());
  gtk_widget_set_size_request (side, DETAIL_WIDTH, -1);
  gtk_widget_set_hexpand (side, FALSE);
  self->detail = fz_put_wide (side, fz_ledger_detail_new (session));
  g_signal_connect (self->table, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect (self->detail, "changed", G_CALLBACK (on_changed), self);
  reload (self);
  return page;
}
