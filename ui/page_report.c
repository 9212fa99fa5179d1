#include "ui/page_report.h"

#include "core/report_plan.h"
#include "ui/dialog_grant.h"
#include "ui/dialog_print.h"
#include "ui/inspection_form.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"
#include "ui/report_period.h"
#include "ui/report_preview.h"
#include "ui/report_schedule.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

#define SIDE_WIDTH 300
#define SIDE_CHARS 34
#define DAILY "daily"
#define INSPECTION "inspection" /* no report: a form that makes a folder */
#define ALL "-"                 /* no filter */
#define LOOK_MS 200
#define SOON_US G_USEC_PER_SEC /* what takes longer shows how far it is */

struct _FzPageReport {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *which, *period, *place, *files, *save;
  GtkWidget *schedule;
  GtkWidget *formats, *words; /* words: what the chosen one tells */
  GtkWidget *filters[FZ_REPORT_N_FILTERS], *filter_rows[FZ_REPORT_N_FILTERS], *why; /* of whom alone; why: where that is not allowed */
  GPtrArray *reports;    /* FzFields; NULL: who looks may make none */
  GtkWidget *inspection; /* its form while it is there; what was typed stays when the days change */
  const char *format; /* of the file that is being asked for */
  GCancellable *asking; /* the newest question: older ones are stopped, their answers dropped */
  guint look;           /* while it takes a while */
  int done;             /* thousandths, by the work's thread */
  gboolean failed;      /* the newest could not be made */
  gint64 asked_us;
  GtkWidget *progress; /* NULL: not yet a second */
  FzPrintout *printout; /* laid out for the printer by the work of `save`; NULL: nothing is */
};

#define FZ_TYPE_PAGE_REPORT (fz_page_report_get_type ())
G_DECLARE_FINAL_TYPE (FzPageReport, fz_page_report, FZ, PAGE_REPORT, GtkBox)

static void fz_page_report_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageReport, fz_page_report, GTK_TYPE_BOX, G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_report_page_init))

/* --- what is asked for --- */

typedef struct {
  gint64 from_us, to_us;
  char *name;          /* of the report */
  char *department, *person;
  char *path, *format; /* of a file */
  FzPageReport *page; /* of a preview or a printout */
  GCancellable *stop;
} Span;

static void
span_free (gpointer data)
{
  Span *span = data;

  g_free (span->name);
  g_free (span->department);
  g_free (span->person);
  g_clear_object (&span->page);
  g_clear_object (&span->stop);
  g_free (span->path);
  g_free (span->format);
  g_free (span);
}

static char *
chosen_filter (FzPageReport *self, FzReportFilter filter)
{
  const char *code = fz_drop_down_get_code (FZ_DROP_DOWN (self->filters[filter]));

  return gtk_widget_get_visible (self->filter_rows[filter]) && g_strcmp0 (code, ALL) != 0 ? g_strdup (code) : NULL;
}

/* NULL when a date is wrong, which the form then says. */
static Span *
read_span (FzPageReport *self)
{
  gint64 from_us, to_us;
  Span *span;

  if (!fz_report_period_read (self->period, &from_us, &to_us))
    return NULL;
  span = g_new0 (Span, 1);
  span->name = g_strdup (fz_drop_down_get_code (FZ_DROP_DOWN (self->which)));
  span->department = chosen_filter (self, FZ_REPORT_OF_DEPARTMENT);
  span->person = chosen_filter (self, FZ_REPORT_OF_PERSON);
  span->from_us = from_us;
  span->to_us = to_us;
  return span;
}

/* --- the preview --- */

/* In the work's thread. */
static void
on_progress (double done, gpointer data)
{
  g_atomic_int_set (&((FzPageReport *) data)->done, (int) (done * 1000));
}

static gpointer
make (FzSession *session, gpointer data, GError **error)
{
  const Span *span = data;
  FzReportWanted wanted = { span->name, span->from_us, span->to_us, span->department, span->person, span->stop, on_progress, span->page };

  return fz_desk_report (session, &wanted, error);
}

static void
stop_asking (FzPageReport *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_handle_id (&self->look, g_source_remove);
  self->progress = NULL;
}

static gboolean
on_look (gpointer data)
{
  FzPageReport *self = data;

  if (g_get_monotonic_time () - self->asked_us < SOON_US)
    return G_SOURCE_CONTINUE;
  if (self->progress == NULL) {
    fz_empty (self->place);
    self->progress = fz_put (self->place, fz_progress_new (_ ("正在汇总…"), TRUE));
    fz_progress_start (FZ_PROGRESS (self->progress), _ ("正在汇总…"));
    g_signal_connect_object (self->progress, "cancel", G_CALLBACK (g_cancellable_cancel), self->asking, G_CONNECT_SWAPPED);
  }
  fz_progress_set (FZ_PROGRESS (self->progress), (double) g_atomic_int_get (&self->done) / 1000, NULL);
  return G_SOURCE_CONTINUE;
}

/* The row of the report that is chosen; NULL: it is none. */
static const FzFields *
chosen (FzPageReport *self)
{
  const char *code = fz_drop_down_get_code (FZ_DROP_DOWN (self->which));

  for (guint i = 0; self->reports != NULL && i < self->reports->len; i++)
    if (g_strcmp0 (fz_fields_get (self->reports->pdata[i], "name"), code) == 0)
      return self->reports->pdata[i];
  return NULL;
}

static gboolean
is_profile (FzPageReport *self)
{
  return chosen (self) != NULL && fz_fields_is_yes (chosen (self), "grant");
}

static void
on_asked (GPtrArray *ids, gpointer data)
{
  fz_toast_show (GTK_WIDGET (data), FZ_STATUS_OK, _ ("已提出申请，由另一人批准后可以生成"));
  fz_page_changed (GTK_WIDGET (data));
}

/* With what was just refused already filled in. */
static void
on_ask (GtkButton *button, FzPageReport *self)
{
  g_autoptr (FzFields) start = fz_fields_new ("fuzhen.grant_ask/v1");
  const char *from, *to;

  fz_fields_set (start, "kind", "profiling");
  fz_fields_set (start, "scope.report", fz_drop_down_get_code (FZ_DROP_DOWN (self->which)));
  fz_report_period_get_days (self->period, &from, &to);
  fz_fields_set (start, "scope.from", from);
  fz_fields_set (start, "scope.to", to);
  fz_dialog_grant (GTK_WIDGET (self), self->session, start, on_asked, G_OBJECT (self));
}

static GtkWidget *
error_new (FzPageReport *self, const GError *error)
{
  GtkWidget *ask;

  if (!g_error_matches (error, FZ_ERROR, FZ_ERROR_REFUSED))
    return fz_page_error_new (error);
  if (!is_profile (self))
    return fz_error_state_new_from (error, NULL);
  ask = fz_button_new (FZ_BUTTON_PRIMARY, "plus", _ ("申请授权…"));
  g_signal_connect (ask, "clicked", G_CALLBACK (on_ask), self);
  return fz_error_state_new_from (error, ask);
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer data)
{
  Span *span = data;
  FzPageReport *self = span->page;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) report = fz_call_finish (result, &error);

  if (self->asking == span->stop) {
    stop_asking (self);
    self->failed = error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !g_error_matches (error, FZ_ERROR, FZ_ERROR_REFUSED);
    fz_empty (self->place);
    if (report != NULL)
      fz_put_wide (self->place, fz_report_preview_new (report));
    else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      fz_put_wide (self->place, fz_empty_state_new ("report", _ ("已停止，没有做完"), _ ("再次选择报表或期间即重新汇总。"), NULL));
    else
      fz_put_wide (self->place, error_new (self, error));
    gtk_widget_set_sensitive (self->formats, report != NULL);
  }
  span_free (span);
}

static gboolean
is_inspection (FzPageReport *self)
{
  return g_strcmp0 (fz_drop_down_get_code (FZ_DROP_DOWN (self->which)), INSPECTION) == 0;
}

static void
show_inspection (FzPageReport *self)
{
  const char *from, *to;

  stop_asking (self); /* an answer that is still on its way is not for this */
  if (self->inspection == NULL) {
    fz_empty (self->place);
    self->inspection = fz_put_wide (self->place, fz_inspection_form_new (self->session));
    gtk_widget_set_valign (self->inspection, GTK_ALIGN_START);
  }
  fz_report_period_get_days (self->period, &from, &to);
  fz_inspection_form_set_days (FZ_INSPECTION_FORM (self->inspection), from, to);
  gtk_widget_set_sensitive (self->formats, FALSE);
}

static void
show_report (FzPageReport *self)
{
  Span *span = read_span (self);

  gtk_label_set_text (GTK_LABEL (self->words), is_inspection (self)    ? _ ("给监管部门：文书、证据、日志摘录和核验程序")
                                               : chosen (self) != NULL ? fz_fields_get (chosen (self), "words")
                                                                       : "");
  if (span == NULL)
    return;
  gtk_widget_set_visible (self->files, !is_inspection (self)); /* a package is no file of these */
  fz_report_schedule_set_report (FZ_REPORT_SCHEDULE (self->schedule), chosen (self));
  if (is_inspection (self)) {
    span_free (span);
    show_inspection (self);
    return;
  }
  self->inspection = NULL;
  fz_empty (self->place);
  fz_put_wide (self->place, fz_loading_state_new (_ ("正在汇总…")));
  gtk_widget_set_sensitive (self->formats, FALSE);
  stop_asking (self);
  self->asking = g_cancellable_new ();
  span->page = g_object_ref (self);
  span->stop = g_object_ref (self->asking);
  self->asked_us = g_get_monotonic_time ();
  g_atomic_int_set (&self->done, 0);
  self->look = g_timeout_add (LOOK_MS, on_look, self);
  fz_call_async (self->session, make, span, NULL, (GDestroyNotify) fz_fields_unref, on_made, span);
}

static void
on_period (gpointer data)
{
  show_report (data);
}

/* Only where the plan allows it; where it does not, why. */
static void
show_filters (FzPageReport *self)
{
  const FzFields *row = chosen (self);
  g_autofree char *last = NULL;

  for (guint i = 0; i < FZ_REPORT_N_FILTERS; i++) {
    const char *word = fz_report_filter_word ((FzReportFilter) i);
    g_autofree char *allowed = g_strconcat (word, ".allowed", NULL), *why = g_strconcat (word, ".why", NULL);

    fz_drop_down_set_code (FZ_DROP_DOWN (self->filters[i]), ALL);
    gtk_widget_set_visible (self->filter_rows[i], row != NULL && fz_fields_is_yes (row, allowed));
    if (row != NULL && g_strcmp0 (fz_fields_get (row, allowed), "no") == 0) {
      g_free (last);
      last = g_strdup (fz_fields_get (row, why));
    }
  }
  gtk_widget_set_visible (self->why, last != NULL);
  gtk_label_set_text (GTK_LABEL (self->why), last != NULL ? last : "");
}

/* One of the two: a person is of a department already. */
static void
on_filter (FzDropDown *which, FzPageReport *self)
{
  for (guint i = 0; i < FZ_REPORT_N_FILTERS; i++)
    if (self->filters[i] != GTK_WIDGET (which))
      fz_drop_down_set_code (FZ_DROP_DOWN (self->filters[i]), ALL);
  show_report (self);
}

/* What is told once a month or a year is shown over that; the others over what stands there. */
static void
on_report_chosen (GtkWidget *widget, FzPageReport *self)
{
  const char *period = chosen (self) != NULL ? fz_fields_get (chosen (self), "period") : NULL;

  show_filters (self);
  if (period != NULL)
    fz_report_period_set (self->period, period);
  show_report (self);
}

/* --- files --- */

static void
on_saving (double done, gpointer data)
{
  fz_long_work_report (FZ_LONG_WORK (data), (guint64) (done * 100), 100);
}

static char *
save (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Span *span = data;
  FzReportWanted wanted = { span->name, span->from_us, span->to_us, span->department, span->person, stop, on_saving, work };

  if (!fz_desk_report_save (session, &wanted, span->format, span->path, error))
    return NULL;
  if (g_cancellable_set_error_if_cancelled (stop, error)) {
    g_autoptr (GFile) file = g_file_new_for_path (span->path);

    g_file_delete (file, NULL, NULL); /* nobody wants it any more */
    return NULL;
  }
  return g_strdup_printf (_ ("已保存到 %s"), span->path);
}

static void
on_path (GtkWidget *over, const char *path, gpointer data)
{
  FzPageReport *self = FZ_PAGE_REPORT (over);
  Span *span = read_span (self);

  if (span == NULL)
    return;
  span->path = g_strdup (path);
  span->format = g_strdup (self->format);
  fz_long_work_run (FZ_LONG_WORK (self->save), _ ("导出报表"), TRUE, save, span, span_free);
}

static void
on_format (GtkButton *button, FzPageReport *self)
{
  const char *from, *to;
  g_autoptr (GString) title = g_string_new (chosen (self) != NULL ? fz_fields_get (chosen (self), "title") : NULL);
  g_autofree char *name = NULL;

  self->format = g_object_get_data (G_OBJECT (button), "fz-format");
  if (chosen (self) == NULL)
    return;
  fz_report_period_get_days (self->period, &from, &to);
  for (guint i = 0; i < FZ_REPORT_N_FILTERS; i++) {
    g_autofree char *code = chosen_filter (self, (FzReportFilter) i);

    if (code != NULL)
      g_string_append_printf (title, "_%s", fz_drop_down_get_shown (FZ_DROP_DOWN (self->filters[i])));
  }
  name = g_str_equal (from, to) ? g_strdup_printf ("%s_%s.%s", title->str, from, self->format) : g_strdup_printf ("%s_%s_%s.%s", title->str, from, to, self->format);
  fz_save_as (GTK_WIDGET (self), _ ("导出报表"), name, on_path, NULL);
}

/* Sentences wrap rather than take the report its place. */
static GtkWidget *
side_words (const char *text, const char *class)
{
  GtkWidget *label = fz_wrapped (text, class);

  gtk_label_set_max_width_chars (GTK_LABEL (label), SIDE_CHARS);
  return label;
}

/* --- paper --- */

static char *
lay_out (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Span *span = data;
  FzReportWanted wanted = { span->name, span->from_us, span->to_us, span->department, span->person, stop, on_saving, work };

  g_clear_pointer (&span->page->printout, fz_printout_free);
  span->page->printout = fz_desk_printout_report (session, &wanted, error);
  return span->page->printout != NULL ? g_strdup (_ ("已排印，可以预览和打印。")) : NULL;
}

static void
on_print (GtkButton *button, FzPageReport *self)
{
  Span *span = read_span (self);

  if (span == NULL)
    return;
  span->page = g_object_ref (self);
  fz_long_work_run (FZ_LONG_WORK (self->save), _ ("打印报表"), TRUE, lay_out, span, span_free);
}

static void
on_work_ended (FzLongWork *work, gboolean good, FzPageReport *self)
{
  FzPrintout *printout = g_steal_pointer (&self->printout);

  if (good && printout != NULL)
    fz_dialog_print_paper (GTK_WIDGET (self), self->session, printout);
  else
    fz_printout_free (printout);
}

/* --- the page --- */

static void
find_reports (FzPage *page, const char *text, GListStore *rows)
{
  FzPageReport *self = FZ_PAGE_REPORT (page);

  for (guint i = 0; self->reports != NULL && i < self->reports->len; i++) {
    const FzFields *row = self->reports->pdata[i];

    fz_search_rows_offer (rows, text, &(FzSearchName){ "", fz_fields_get (row, "name"), fz_fields_get (row, "title"), NULL, _ ("报表"), NULL });
  }
}

static void
open_report (FzPage *page, const char *id)
{
  FzPageReport *self = FZ_PAGE_REPORT (page);

  if (fz_drop_down_set_code (FZ_DROP_DOWN (self->which), id))
    on_report_chosen (self->which, self);
}

/* Those anybody of medical affairs may make, the package for an inspector, and those that need a grant. */
static void
put_reports (FzPageReport *self)
{
  FzDropDown *which = FZ_DROP_DOWN (self->which);
  gboolean told = FALSE;

  self->reports = fz_desk_list_reports (self->session, NULL);
  for (guint i = 0; self->reports != NULL && i < self->reports->len; i++) {
    const FzFields *row = self->reports->pdata[i];

    if (fz_fields_is_yes (row, "grant") && !told)
      fz_drop_down_add (which, INSPECTION, _ ("检查材料"), NULL);
    told = told || fz_fields_is_yes (row, "grant");
    fz_drop_down_add (which, fz_fields_get (row, "name"), fz_fields_get (row, "title"), NULL);
  }
  fz_drop_down_set_code (which, DAILY);
}

/* A report is of the moment it was asked for; the clock does not change it, but what failed may go well now. */
static void
refresh (FzPage *page)
{
  FzPageReport *self = FZ_PAGE_REPORT (page);

  if (!self->failed)
    return;
  self->failed = FALSE;
  if (self->reports == NULL)
    put_reports (self);
  show_report (self);
}

static void
fz_page_report_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
  iface->search = find_reports;
  iface->open = open_report;
}

/* The page goes: nobody is left to want the report. */
static void
fz_page_report_unroot (GtkWidget *widget)
{
  stop_asking (FZ_PAGE_REPORT (widget));
  GTK_WIDGET_CLASS (fz_page_report_parent_class)->unroot (widget);
}

static void
fz_page_report_finalize (GObject *object)
{
  g_clear_pointer (&FZ_PAGE_REPORT (object)->printout, fz_printout_free);
  g_clear_pointer (&FZ_PAGE_REPORT (object)->reports, g_ptr_array_unref);
  fz_session_unref (FZ_PAGE_REPORT (object)->session);
  G_OBJECT_CLASS (fz_page_report_parent_class)->finalize (object);
}

static void
fz_page_report_class_init (FzPageReportClass *class)
{
  GTK_WIDGET_CLASS (class)->unroot = fz_page_report_unroot;
  G_OBJECT_CLASS (class)->finalize = fz_page_report_finalize;
}

static void
fz_page_report_init (FzPageReport *self)
{
}

static void
put_filters (FzPageReport *self, GtkWidget *body)
{
  const char *const labels[] = { _ ("科室"), _ ("人员") };
  g_autoptr (GPtrArray) choices = fz_desk_list_report_filters (self->session, NULL);

  for (guint i = 0; i < FZ_REPORT_N_FILTERS; i++) {
    self->filters[i] = fz_drop_down_new (NULL);
    fz_drop_down_add (FZ_DROP_DOWN (self->filters[i]), ALL, _ ("全部"), NULL);
    for (guint k = 0; choices != NULL && k < choices->len; k++)
      if (g_strcmp0 (fz_fields_get (choices->pdata[k], "by"), fz_report_filter_word ((FzReportFilter) i)) == 0)
        fz_drop_down_add (FZ_DROP_DOWN (self->filters[i]), fz_fields_get (choices->pdata[k], "code"), fz_fields_get (choices->pdata[k], "label"), NULL);
    self->filter_rows[i] = fz_put (body, fz_form_row_new (labels[i], self->filters[i], FALSE));
    g_signal_connect (self->filters[i], "changed", G_CALLBACK (on_filter), self);
  }
  self->why = fz_put (body, side_words ("", "fz-caption"));
  show_filters (self);
}

static GtkWidget *
choose_card (FzPageReport *self)
{
  GtkWidget *card = fz_card_new_titled ("report", _ ("报表")), *body = fz_card_body (card);

  gtk_box_set_spacing (GTK_BOX (body), 12);
  self->which = fz_drop_down_new (NULL);
  put_reports (self);
  g_signal_connect (self->which, "changed", G_CALLBACK (on_report_chosen), self);
  fz_put (body, fz_form_row_new (_ ("报表名称"), self->which, FALSE));
  self->words = fz_put (body, side_words ("", "fz-soft"));
  put_filters (self, body);
  self->period = fz_put (body, fz_report_period_new (self->session, on_period, self));
  return card;
}

static GtkWidget *
export_card (FzPageReport *self)
{
  static const char *const formats[][2] = { { "xlsx", "Excel" }, { "csv", "CSV" }, { "pdf", "PDF" } };
  GtkWidget *card = fz_card_new_titled ("download", _ ("导出")), *body = fz_card_body (card), *print = fz_icon_button_new ("print", _ ("打印报表"));

  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_put (body, side_words (_ ("文件带有制表人、时间和数据截止点；PDF 带水印。导出和打印记入审计。"), "fz-soft"));
  self->formats = fz_put (body, fz_line (8));
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    GtkWidget *button = fz_put_wide (self->formats, fz_button_new (FZ_BUTTON_PLAIN, NULL, formats[i][1]));
    g_autofree char *spoken = g_strdup_printf (_ ("导出为 %s"), formats[i][1]);

    fz_access_label (button, spoken);
    g_object_set_data (G_OBJECT (button), "fz-format", (gpointer) formats[i][0]);
    g_signal_connect (button, "clicked", G_CALLBACK (on_format), self);
  }
  fz_put (self->formats, print);
  g_signal_connect (print, "clicked", G_CALLBACK (on_print), self);
  self->save = fz_put (body, fz_long_work_new (self->session));
  g_signal_connect (self->save, "ended", G_CALLBACK (on_work_ended), self);
  return card;
}

static void
on_map (GtkWidget *page, FzPageReport *self)
{
  if (gtk_widget_get_first_child (self->place) == NULL)
    show_report (self); /* reading is audited: not before somebody looks */
}

void
fz_page_report_show (GtkWidget *page, const char *name)
{
  FzPageReport *self = FZ_PAGE_REPORT (page);

  fz_report_period_set (self->period, "today");
  fz_drop_down_set_code (FZ_DROP_DOWN (self->which), name);
  show_filters (self);
  show_report (self);
}

GtkWidget *
fz_page_report_new (FzSession *session)
{
  FzPageReport *self = g_object_new (FZ_TYPE_PAGE_REPORT, "spacing", 14, NULL);
  GtkWidget *page = GTK_WIDGET (self), *side = fz_column (14), *scroll;

  self->session = fz_session_ref (session);
  gtk_widget_add_css_class (page, "fz-page");
  scroll = fz_put (page, fz_scrolled (side)); /* a small window, and reports with a filter and days of their own */
  gtk_widget_set_size_request (side, SIDE_WIDTH, -1);
  gtk_widget_set_hexpand (scroll, FALSE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroll), TRUE);
  fz_put (side, choose_card (self));
  self->files = fz_put (side, export_card (self));
  self->schedule = fz_put (side, fz_report_schedule_new (session));
  self->place = fz_column (0);
  fz_put_wide (page, fz_scrolled (self->place));
  g_signal_connect (page, "map", G_CALLBACK (on_map), self);
  return page;
}
