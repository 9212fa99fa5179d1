#include "ui/overview_cards.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/ledger_words.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define CHART_HEIGHT 150

static gint64
number (const FzFields *today, const char *group, const char *word)
{
  g_autofree char *key = g_strdup_printf ("%s.%s", group, word);
  gint64 n = 0;

  fz_fields_get_int (today, key, &n);
  return n;
}

/* --- what lies behind --- */

typedef struct {
  const char *state;
  FzOverviewOpen open;
  gpointer user_data;
} Jump;

static void
on_jump (GtkButton *button, Jump *jump)
{
  jump->open (GTK_WIDGET (button), jump->state, jump->user_data);
}

static GtkWidget *
jump_by (GtkWidget *button, const char *state, FzOverviewOpen open, gpointer user_data)
{
  Jump *jump = g_new (Jump, 1);

  *jump = (Jump){ state, open, user_data };
  g_object_set_data_full (G_OBJECT (button), "fz-jump", jump, g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_jump), jump);
  return button;
}

static GtkWidget *
jump_new (const char *label, const char *state, FzOverviewOpen open, gpointer user_data)
{
  return jump_by (fz_button_new (FZ_BUTTON_PLAIN, NULL, label), state, open, user_data);
}

/* An arrow beside the figure; `name` says where it leads. */
static GtkWidget *
arrow_new (const char *name, const char *state, FzOverviewOpen open, gpointer user_data)
{
  GtkWidget *button = fz_icon_button_new ("chevron-right", name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return jump_by (button, state, open, user_data);
}

/* --- numbers --- */

static void
put_figure (GtkWidget *row, const char *icon, const char *value, const char *caption, const char *below, GtkWidget *behind)
{
  GtkWidget *card = fz_put_wide (row, fz_card_new_padded (4)), *head = fz_put (card, fz_line (8));

  gtk_widget_add_css_class (fz_put (head, fz_icon_new (icon, 17)), "fz-soft");
  gtk_widget_set_hexpand (fz_put (head, fz_text (caption, "fz-soft")), TRUE);
  fz_put (head, behind);
  fz_put (card, fz_text (value, "fz-figure-large"));
  fz_put (card, fz_wrapped (below, "fz-caption"));
}

static char *
span (const FzFields *today, const char *key)
{
  gint64 seconds = 0;

  if (!fz_fields_get_int (today, key, &seconds))
    return g_strdup ("—");
  return seconds < 60 ? g_strdup_printf (_ ("%d 秒"), (int) seconds) : fz_words_duration (seconds);
}

GtkWidget *
fz_overview_figures_new (const FzFields *today, FzOverviewOpen open, gpointer user_data)
{
  GtkWidget *row = fz_line (14);
  gint64 approved = number (today, "rx", "effective") + number (today, "rx", "dispensed") + number (today, "rx", "expired");
  gint64 returned = number (today, "rx", "returned"), refused = number (today, "rx", "refused");
  gint64 reviewed = approved + returned + refused, running = number (today, "visits", "taken") + number (today, "visits", "recorded");
  g_autofree char *visits = fz_say_count (number (today, "visits", "total")), *rx = fz_say_count (number (today, "rx", "total"));
  g_autofree char *rate = fz_say_percent (approved, reviewed), *back = fz_say_percent (returned + refused, reviewed);
  g_autofree char *wait = span (today, "wait.median_s"), *review = span (today, "review.median_s");
  g_autofree char *a = g_strdup_printf (_ ("候诊 %d　进行中 %d"), (int) number (today, "visits", "waiting"), (int) running);
  g_autofree char *b = g_strdup_printf (_ ("待审 %d"), (int) number (today, "rx", "signed"));
  g_autofree char *c = g_strdup_printf (_ ("退回及不通过 %s，已审 %d 张"), back, (int) reviewed);
  g_autofree char *d = g_strdup_printf (_ ("从申请到接诊（中位）；从开方到审核 %s"), review);

  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  put_figure (row, "visit", visits, _ ("今日就诊"), a, arrow_new (_ ("今天的日报"), "daily", open, user_data));
  put_figure (row, "prescription", rx, _ ("今日处方"), b, arrow_new (_ ("今天的日报"), "daily", open, user_data));
  put_figure (row, "review", rate, _ ("审核通过率"), c, arrow_new (_ ("今天的审方报表"), "review", open, user_data));
  put_figure (row, "clock", wait, _ ("患者等待"), d, arrow_new (_ ("今天的等候报表"), "waiting", open, user_data));
  return row;
}

/* --- standings --- */

/* A bar as long as its share of the whole, word and number. */
static void
put_share (GtkWidget *grid, int line, FzStatus status, const char *word, gint64 n, gint64 whole)
{
  GtkWidget *pill = fz_pill_new (status, word), *bar = gtk_progress_bar_new (), *count;
  g_autofree char *text = fz_say_count (n), *spoken = g_strdup_printf ("%s %s", word, text);

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), whole > 0 ? (double) n / (double) whole : 0);
  gtk_widget_set_hexpand (bar, TRUE);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  fz_access_label (bar, spoken);
  gtk_widget_set_halign (pill, GTK_ALIGN_START);
  count = fz_text (text, "fz-strong");
  gtk_label_set_xalign (GTK_LABEL (count), 1);
  gtk_grid_attach (GTK_GRID (grid), pill, 0, line, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), bar, 1, line, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), count, 2, line, 1, 1);
}

static GtkWidget *
shares_new (void)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 8);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  return grid;
}

GtkWidget *
fz_overview_visits_new (const FzFields *today, FzOverviewOpen open, gpointer user_data)
{
  GtkWidget *card = fz_card_new_titled ("visit", _ ("就诊去向")), *grid = fz_put (fz_card_body (card), shares_new ());
  gint64 whole = number (today, "visits", "total");
  int line = 0;

  for (int stage = FZ_STAGE_WAITING; stage < FZ_N_STAGES; stage++) {
    const char *word = fz_stage_to_word ((FzStage) stage);
    FzStatus status;
    const char *label = fz_words_visit_stage (word, &status);
    gint64 n = number (today, "visits", word);

    if (n > 0 || stage <= FZ_STAGE_FINISHED)
      put_share (grid, line++, status, label, n, whole);
  }
  fz_card_add_end (card, arrow_new (_ ("今天的日报"), "daily", open, user_data));
  return card;
}

GtkWidget *
fz_overview_rx_new (const FzFields *today, FzOverviewOpen open, gpointer user_data)
{
  GtkWidget *card = fz_card_new_titled ("prescription", _ ("处方去向")), *grid = fz_put (fz_card_body (card), shares_new ());
  gint64 whole = number (today, "rx", "total");
  int line = 0;

  for (int stage = FZ_RX_SIGNED; stage < FZ_N_RX_STAGES; stage++) {
    const char *word = fz_rx_stage_to_word ((FzRxStage) stage);
    FzStatus status;
    const char *label = fz_words_rx_stage (word, &status);
    gint64 n = number (today, "rx", word);

    if (n > 0 || stage <= FZ_RX_RETURNED || stage == FZ_RX_DISPENSED)
      put_share (grid, line++, status, label, n, whole);
  }
  fz_card_add_end (card, arrow_new (_ ("今天的日报"), "daily", open, user_data));
  return card;
}

/* --- by the hour --- */

/* An hour in which nothing happened has no bar and no 0 over it. */
static double
bar (gint64 n)
{
  return n > 0 ? (double) n : (double) NAN;
}

/* A cell says by itself what it is of, for who hears it alone. */
static void
put_number (GtkWidget *grid, int column, int line, gint64 n, const char *said)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, n);
  GtkWidget *label = fz_text (text, NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  fz_access_label (label, said);
  gtk_grid_attach (GTK_GRID (grid), label, column, line, 1, 1);
}

static void
put_hour (GtkWidget *grid, int line, int hour, gint64 visits, gint64 rx)
{
  g_autofree char *words = g_strdup_printf (_ ("%d时"), hour);
  g_autofree char *of_visits = g_strdup_printf (_ ("%d时 就诊 %d 次"), hour, (int) visits);
  g_autofree char *of_rx = g_strdup_printf (_ ("%d时 处方 %d 张"), hour, (int) rx);

  gtk_grid_attach (GTK_GRID (grid), fz_text (words, "fz-soft"), 0, line, 1, 1);
  put_number (grid, 1, line, visits, of_visits);
  put_number (grid, 2, line, rx, of_rx);
}

/* Of the hours that the chart shows. */
static GtkWidget *
hours_table_new (const FzFields *today, int first, int last, gboolean unfolded)
{
  GtkWidget *grid = gtk_grid_new (), *expander = fz_folded (_ ("按小时的数字"), grid);

  gtk_grid_set_column_spacing (GTK_GRID (grid), 32);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_widget_set_margin_top (grid, 8);
  fz_access_label (grid, _ ("今日就诊和处方，按小时"));
  gtk_grid_attach (GTK_GRID (grid), fz_text (_ ("时段"), "fz-caption"), 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), fz_text (_ ("就诊"), "fz-caption"), 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), fz_text (_ ("处方"), "fz-caption"), 2, 0, 1, 1);
  for (int hour = first; hour <= last; hour++) {
    g_autofree char *group = g_strdup_printf ("hour.%02d", hour);

    put_hour (grid, hour - first + 1, hour, number (today, group, "visits"), number (today, group, "rx"));
  }
  gtk_expander_set_expanded (GTK_EXPANDER (expander), unfolded);
  return expander;
}

gboolean
fz_overview_hours_is_unfolded (GtkWidget *card)
{
  return gtk_expander_get_expanded (g_object_get_data (G_OBJECT (card), "fz-table"));
}

GtkWidget *
fz_overview_hours_new (const FzFields *today, gboolean unfolded, FzOverviewOpen open, gpointer user_data)
{
  GtkWidget *card = fz_card_new_titled ("overview", _ ("按小时")), *chart = fz_chart_new (FZ_CHART_BARS, _ ("今日就诊和处方，按小时"), NULL);
  const char *labels[24];
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  double visits[24], rx[24];
  int first = 8, last = 18, n = 0;

  for (int hour = 0; hour < 24; hour++) {
    g_autofree char *group = g_strdup_printf ("hour.%02d", hour);

    if (number (today, group, "visits") + number (today, group, "rx") > 0) {
      first = MIN (first, hour);
      last = MAX (last, hour);
    }
  }
  for (int hour = first; hour <= last; hour++, n++) {
    g_autofree char *group = g_strdup_printf ("hour.%02d", hour);

    g_ptr_array_add (words, g_strdup_printf (_ ("%d时"), hour));
    labels[n] = words->pdata[n];
    visits[n] = bar (number (today, group, "visits"));
    rx[n] = bar (number (today, group, "rx"));
  }
  fz_chart_set_labels (FZ_CHART (chart), labels, (gsize) n);
  fz_chart_set_series (FZ_CHART (chart), 0, _ ("就诊"), visits, (gsize) n);
  fz_chart_set_series (FZ_CHART (chart), 1, _ ("处方"), rx, (gsize) n);
  fz_chart_set_height (FZ_CHART (chart), CHART_HEIGHT);
  fz_put_wide (fz_card_body (card), chart);
  g_object_set_data (G_OBJECT (card), "fz-table", fz_put (fz_card_body (card), hours_table_new (today, first, last, unfolded)));
  fz_card_add_end (card, arrow_new (_ ("今天的日报"), "daily", open, user_data));
  return card;
}

/* --- upload --- */

/* Where the arrow beside a state leads, each a sentence of its own: languages put them together differently. */
static const char *
see_words (const char *state)
{
  static const struct {
    const char *state, *words;
  } known[] = { { "accepted", N_ ("查看已接收的上报") }, { "queued", N_ ("查看待发送的上报") },   { "sending", N_ ("查看发送中的上报") }, { "refused", N_ ("查看被拒绝的上报") },
                { "blocked", N_ ("查看缺项的上报") },    { "unknown", N_ ("查看结果未知的上报") }, { "alarm", N_ ("查看因告警停止的上报") } };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].state, state))
      return _ (known[i].words);
  return _ ("查看上报");
}

GtkWidget *
fz_overview_upload_new (const FzFields *today, FzOverviewOpen open, gpointer user_data)
{
  static const char *const states[] = { "accepted", "queued", "sending", "refused", "blocked", "unknown", "alarm" };
  GtkWidget *card = fz_card_new_titled ("upload", _ ("上报")), *grid = fz_put (fz_card_body (card), shares_new ());
  gint64 whole = 0;

  gtk_grid_set_row_spacing (GTK_GRID (grid), 0);
  gtk_grid_set_row_homogeneous (GTK_GRID (grid), TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    whole += number (today, "upload", states[i]);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    FzStatus status;
    const char *word = fz_ledger_state (states[i], &status);
    gint64 n = number (today, "upload", states[i]);

    put_share (grid, (int) i, n > 0 ? status : FZ_STATUS_NEUTRAL, word, n, whole);
    if (n > 0) {
      gtk_grid_attach (GTK_GRID (grid), arrow_new (see_words (states[i]), states[i], open, user_data), 3, (int) i, 1, 1);
    }
  }
  fz_card_add_end (card, jump_new (_ ("打开台账"), NULL, open, user_data));
  return card;
}

/* What a state asks for, short enough for one line. */
static const char *
task_of (const char *state)
{
  if (g_str_equal (state, "alarm"))
    return _ ("接入配置有误，上报已停止；请系统管理员改正配置。");
  if (g_str_equal (state, "refused"))
    return _ ("平台没有接收；按平台的说明改正后重新生成。");
  if (g_str_equal (state, "unknown"))
    return _ ("没有等到答复；向平台核实后裁定，不会自动重发。");
  return _ ("必填数据缺失，没有发送；补齐后重新生成。");
}

GtkWidget *
fz_overview_alarms_new (const FzFields *today, FzOverviewOpen open, gpointer user_data)
{
  static const char *const states[] = { "alarm", "refused", "unknown", "blocked" };
  GtkWidget *card = NULL, *line, *pill;

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    gint64 n = number (today, "upload", states[i]);
    FzStatus status;
    const char *word = fz_ledger_state (states[i], &status);
    g_autofree char *said = g_strdup_printf (_ ("上报%s %d 条"), word, (int) n);

    if (n == 0)
      continue;
    if (card == NULL)
      card = fz_card_new_padded (10);
    line = fz_put (card, fz_line (12));
    pill = fz_put (line, fz_pill_new (status, said));
    gtk_widget_set_valign (pill, GTK_ALIGN_CENTER);
    fz_put_wide (line, fz_wrapped (task_of (states[i]), NULL));
    fz_put (line, jump_new (_ ("去处理"), states[i], open, user_data));
  }
  return card;
}
