#include "ui/dialog_print.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/print_job.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

#define PREVIEW_WIDTH 386 /* both papers have one shape */
#define PREVIEW_HEIGHT 546
#define SIDE_WIDTH 330

typedef struct {
  GtkWidget *over;
  FzSession *session;
  FzDialog *dialog;
  FzPrintout *printout;
  char **ids;
  guint n, next, page;
  guint reading; /* the idle source that reads one prescription a turn */
  GString *problems;
  GtkWidget *progress, *sheet, *area, *turn, *place, *back, *on, *copies, *words;
} Print;

static void
print_free (gpointer data)
{
  Print *print = data;

  g_clear_handle_id (&print->reading, g_source_remove);
  g_clear_pointer (&print->printout, fz_printout_free);
  g_object_unref (print->over);
  g_clear_pointer (&print->session, fz_session_unref);
  g_strfreev (print->ids);
  g_string_free (print->problems, TRUE);
  g_free (print);
}

static gboolean
is_slips (const Print *print)
{
  return fz_printout_get_title (print->printout) == NULL;
}

static const char *
head_of (const Print *print)
{
  return is_slips (print) ? _ ("打印处方笺") : _ ("打印");
}

/* --- the sheets --- */

static void
draw (GtkDrawingArea *area, cairo_t *cairo, int width, int height, gpointer data)
{
  Print *print = data;
  double paper_width = 1, paper_height = 1, scale;

  if (print->printout == NULL || print->page >= fz_printout_get_n_pages (print->printout))
    return;
  fz_printout_get_paper (print->printout, &paper_width, &paper_height);
  scale = MIN (width / paper_width, height / paper_height);
  cairo_translate (cairo, (width - paper_width * scale) / 2, 0);
  cairo_scale (cairo, scale, scale);
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_rectangle (cairo, 0, 0, paper_width, paper_height);
  cairo_fill (cairo);
  fz_printout_draw (print->printout, print->page, cairo, NULL); /* what is wrong is said by printing */
  cairo_set_source_rgb (cairo, 0.6, 0.63, 0.68);
  cairo_set_line_width (cairo, 1 / scale);
  cairo_rectangle (cairo, 0.5 / scale, 0.5 / scale, paper_width - 1 / scale, paper_height - 1 / scale);
  cairo_stroke (cairo);
}

static void
show_page (Print *print)
{
  guint n = fz_printout_get_n_pages (print->printout);
  g_autofree char *place = NULL, *name = NULL;

  print->page = MIN (print->page, n > 0 ? n - 1 : 0);
  place = g_strdup_printf (_ ("第 %u 页，共 %u 页"), print->page + 1, n);
  name = g_strdup_printf (is_slips (print) ? _ ("处方笺预览：%s") : _ ("预览：%s"), place);
  fz_set_text (print->place, place);
  fz_access_label (print->area, name);
  gtk_widget_set_visible (print->turn, n > 1);
  gtk_widget_set_sensitive (print->back, print->page > 0);
  gtk_widget_set_sensitive (print->on, print->page + 1 < n);
  gtk_widget_queue_draw (print->area);
}

static void
turn_page (Print *print, int by)
{
  guint n = fz_printout_get_n_pages (print->printout);

  if ((by < 0 && print->page > 0) || (by > 0 && print->page + 1 < n)) {
    print->page = (guint) ((int) print->page + by);
    show_page (print);
  }
}

static void
on_back (GtkButton *button, Print *print)
{
  turn_page (print, -1);
}

static void
on_on (GtkButton *button, Print *print)
{
  turn_page (print, 1);
}

/* --- what is to be known before it is printed --- */

static void
put_card (Print *print, FzStatus status, const char *mark, const char *title, const char *text)
{
  GtkWidget *card;

  if (*text == '\0')
    return;
  card = fz_put (print->words, fz_finding_card_new (status, title, text, NULL));
  fz_finding_card_set_mark (card, mark);
}

static void
put_reprints (Print *print, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (fz_printout_get_number (print->printout, i) > 1)
      g_string_append_printf (text, _ ("%s%s：第 %u 次"), text->len > 0 ? "\n" : "", fz_printout_get_id (print->printout, i),
                              fz_printout_get_number (print->printout, i));
  put_card (print, FZ_STATUS_INFO, _ ("补打"), _ ("纸上标明是第几次打印"), text->str);
  g_string_free (text, TRUE);
}

static void
put_not_effective (Print *print, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (!fz_printout_is_effective (print->printout, i))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", fz_printout_get_id (print->printout, i));
  put_card (print, FZ_STATUS_WARN, _ ("不在有效状态"), _ ("不能凭以调配，纸上有水印"), text->str);
  g_string_free (text, TRUE);
}

/* The copies are asked for again another time. */
static gboolean
loses_nothing (gpointer print)
{
  return FALSE;
}

static void
show_words (Print *print)
{
  guint n = fz_printout_get_n (print->printout);

  fz_empty (print->words);
  put_card (print, FZ_STATUS_STOP, _ ("不能打印"), n > 0 ? _ ("以下处方打印不了，其余可以") : _ ("处方打印不了"), print->problems->str);
  put_not_effective (print, n);
  put_reprints (print, n);
}

static void
show_all (Print *print)
{
  guint n = fz_printout_get_n (print->printout), pages = fz_printout_get_n_pages (print->printout);
  g_autofree char *about = is_slips (print) ? g_strdup_printf (_ ("%u 张处方，%u 页"), n, pages)
                                            : g_strdup_printf (_ ("%s：%s，%u 页"), fz_printout_get_title (print->printout), fz_printout_get_about (print->printout), pages);

  gtk_widget_set_visible (print->progress, FALSE);
  gtk_widget_set_visible (print->sheet, n > 0);
  fz_dialog_set_title (print->dialog, head_of (print), is_slips (print) && n == 1 && pages == 1 ? fz_printout_get_id (print->printout, 0) : about);
  fz_dialog_set_sensitive (print->dialog, "print", n > 0);
  fz_dialog_set_sensitive (print->dialog, "pdf", n > 0);
  show_words (print);
  if (n > 0)
    show_page (print);
}

/* --- reading --- */

/* One prescription a turn, so that the window answers and reading can be stopped. */
static gboolean
read_next (gpointer data)
{
  Print *print = data;
  const char *id = print->ids[print->next];
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = NULL;

  if (!fz_desk_printout_add (print->session, print->printout, id, &error))
    g_string_append_printf (print->problems, _ ("%s%s：%s"), print->problems->len > 0 ? "\n" : "", id, error->message);
  print->next++;
  detail = g_strdup_printf ("%u / %u", print->next, print->n);
  fz_progress_set (FZ_PROGRESS (print->progress), (double) print->next / print->n, detail);
  if (print->next < print->n)
    return G_SOURCE_CONTINUE;
  print->reading = 0;
  show_all (print);
  return G_SOURCE_REMOVE;
}

static void
on_stop (FzProgress *progress, Print *print)
{
  fz_dialog_cancel (print->dialog);
}

/* --- printing --- */

static void
say_done (Print *print, const char *said)
{
  fz_toast_show (print->over, FZ_STATUS_OK, said);
  fz_dialog_close (print->dialog);
}

/* A number was used up by what failed: the next print says so. */
static void
say_failed (Print *print, const GError *error)
{
  g_autofree char *text = g_strdup_printf (_ ("没有打印出来：%s"), error->message);

  fz_dialog_set_error (print->dialog, text);
  show_words (print);
}

static void
on_printed (GtkWidget *over, gboolean printed, const GError *error, gpointer data)
{
  Print *print = data;

  if (gtk_widget_get_root (over) == NULL)
    return;
  if (printed)
    say_done (print, is_slips (print) ? _ ("处方笺已送去打印") : _ ("已送去打印"));
  else if (error != NULL)
    say_failed (print, error);
}

static void
on_path (GtkWidget *over, const char *path, gpointer data)
{
  Print *print = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;

  if (!fz_desk_print_pdf (print->session, print->printout, path, &error)) {
    say_failed (print, error);
    return;
  }
  said = g_strdup_printf (_ ("已保存到 %s"), path);
  say_done (print, said);
}

static void
save_pdf (Print *print)
{
  const char *title = fz_printout_get_title (print->printout), *id = fz_printout_get_n (print->printout) == 1 ? fz_printout_get_id (print->printout, 0) : _ ("处方笺");
  g_autofree char *name = title != NULL ? g_strdup_printf ("%s-%s.pdf", title, fz_printout_get_about (print->printout)) : g_strdup_printf ("%s.pdf", id);

  fz_save_as (GTK_WIDGET (print->dialog), is_slips (print) ? _ ("处方笺存为 PDF") : _ ("存为 PDF"), name, on_path, print);
}

static void
print_now (Print *print)
{
  g_autofree char *copies = fz_number_entry_get (FZ_NUMBER_ENTRY (print->copies));

  if (copies == NULL || *copies == '\0') {
    fz_dialog_set_error (print->dialog, _ ("份数请填 1 到 99 的整数。"));
    return;
  }
  fz_print_job_start (GTK_WIDGET (print->dialog), print->session, print->printout, (guint) g_ascii_strtoull (copies, NULL, 10), on_printed, print);
}

static void
on_response (FzDialog *dialog, const char *response, Print *print)
{
  fz_dialog_set_error (dialog, NULL);
  if (print->reading != 0)
    return;
  if (g_str_equal (response, "pdf"))
    save_pdf (print);
  else if (g_str_equal (response, "print"))
    print_now (print);
}

static void
on_size (FzSegments *segments, const char *id, Print *print)
{
  g_autoptr (GError) error = NULL;

  fz_dialog_set_error (print->dialog, NULL);
  if (!fz_printout_set_size (print->printout, id, &error)) {
    fz_dialog_set_error (print->dialog, error->message);
    fz_segments_set_active (segments, fz_printout_get_size (print->printout));
  }
  if (print->reading == 0)
    show_all (print);
}

static void
on_part (FzSegments *segments, const char *id, Print *print)
{
  fz_printout_set_part (print->printout, (guint) g_ascii_strtoull (id, NULL, 10));
  print->page = 0;
  show_all (print);
}

/* --- building --- */

static GtkWidget *
preview_new (Print *print)
{
  GtkWidget *box = fz_column (8);

  print->area = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (print->area), PREVIEW_WIDTH);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (print->area), PREVIEW_HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (print->area), draw, print, NULL);
  fz_put (box, print->area);
  print->turn = fz_put (box, fz_line (8));
  gtk_widget_set_halign (print->turn, GTK_ALIGN_CENTER);
  print->back = fz_put (print->turn, fz_icon_button_new ("chevron-left", _ ("上一页")));
  print->place = fz_put (print->turn, fz_text ("", "fz-soft"));
  print->on = fz_put (print->turn, fz_icon_button_new ("chevron-right", _ ("下一页")));
  g_signal_connect (print->back, "clicked", G_CALLBACK (on_back), print);
  g_signal_connect (print->on, "clicked", G_CALLBACK (on_on), print);
  return box;
}

static GtkWidget *
sizes_new (Print *print)
{
  GtkWidget *sizes = fz_segments_new (_ ("纸张"));

  fz_segments_add (FZ_SEGMENTS (sizes), "a5", "A5");
  fz_segments_add (FZ_SEGMENTS (sizes), "a4", "A4");
  g_signal_connect (sizes, "changed", G_CALLBACK (on_size), print);
  return sizes;
}

static GtkWidget *
parts_new (Print *print)
{
  GtkWidget *parts = fz_segments_new (_ ("内容"));

  for (guint i = 0; i < fz_printout_get_n_parts (print->printout); i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    fz_segments_add (FZ_SEGMENTS (parts), id, fz_printout_get_part (print->printout, i));
  }
  g_signal_connect (parts, "changed", G_CALLBACK (on_part), print);
  return parts;
}

static GtkWidget *
side_new (Print *print)
{
  GtkWidget *box = fz_column (14);

  gtk_widget_set_size_request (box, SIDE_WIDTH, -1);
  if (is_slips (print))
    fz_put (box, fz_form_row_new (_ ("纸张"), sizes_new (print), FALSE));
  if (fz_printout_get_n_parts (print->printout) > 1)
    fz_put (box, fz_form_row_new (_ ("内容"), parts_new (print), FALSE));
  print->copies = fz_number_entry_new (0, "1", "99", "1");
  fz_number_entry_set (FZ_NUMBER_ENTRY (print->copies), "1");
  fz_put (box, fz_form_row_new (_ ("份数"), print->copies, FALSE));
  if (fz_printout_is_audited (print->printout))
    fz_put (box, fz_wrapped (_ ("每次打印或存为 PDF 都先记入审计：何人、何时、几份。没有打印机时请存为 PDF。"), "fz-caption"));
  print->words = fz_put (box, fz_column (10));
  return box;
}

static void
build (Print *print)
{
  GtkWidget *body = fz_column (12);

  print->progress = fz_put (body, fz_progress_new (_ ("正在读取处方"), TRUE));
  print->sheet = fz_put (body, fz_line (22));
  fz_put (print->sheet, preview_new (print));
  fz_put_wide (print->sheet, side_new (print));
  gtk_widget_set_visible (print->sheet, FALSE);
  g_signal_connect (print->progress, "cancel", G_CALLBACK (on_stop), print);
  fz_dialog_set_width (print->dialog, PREVIEW_WIDTH + SIDE_WIDTH + 90);
  fz_dialog_set_body (print->dialog, body, FALSE);
  fz_dialog_add_button (print->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (print->dialog, "pdf", _ ("存为 PDF"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (print->dialog, "print", _ ("打印"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (print->dialog, "print", FALSE);
  fz_dialog_set_sensitive (print->dialog, "pdf", FALSE);
  g_signal_connect (print->dialog, "response", G_CALLBACK (on_response), print);
}

static Print *
present (GtkWidget *over, FzSession *session, FzPrintout *take_printout)
{
  Print *print = g_new0 (Print, 1);

  print->over = g_object_ref (over);
  print->session = session != NULL ? fz_session_ref (session) : NULL;
  print->printout = take_printout;
  print->problems = g_string_new (NULL);
  print->dialog = fz_dialog_new (head_of (print), NULL);
  g_object_set_data_full (G_OBJECT (print->dialog), "fz-print", print, print_free);
  build (print);
  fz_dialog_set_guard (print->dialog, loses_nothing, print);
  fz_dialog_present (print->dialog, over);
  return print;
}

void
fz_dialog_print (GtkWidget *over, FzSession *session, const char *const *ids)
{
  g_autoptr (GError) error = NULL;
  FzPrintout *printout = fz_desk_printout_new (session, "a5", &error);
  Print *print;

  if (printout == NULL || ids[0] == NULL) {
    fz_toast_show (over, FZ_STATUS_STOP, printout == NULL ? error->message : _ ("没有选中要打印的处方。"));
    g_clear_pointer (&printout, fz_printout_free);
    return;
  }
  print = present (over, session, printout);
  print->ids = g_strdupv ((char **) ids);
  print->n = g_strv_length (print->ids);
  fz_progress_start (FZ_PROGRESS (print->progress), _ ("正在读取处方"));
  print->reading = g_idle_add (read_next, print);
}

void
fz_dialog_print_paper (GtkWidget *over, FzSession *session, FzPrintout *take_printout)
{
  show_all (present (over, session, take_printout));
}

void
fz_dialog_print_one (GtkWidget *over, FzSession *session, const char *id)
{
  const char *const ids[] = { id, NULL };

  fz_dialog_print (over, session, ids);
}
