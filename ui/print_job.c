#include "ui/print_job.h"

#include <glib/gi18n-lib.h>

typedef struct {
  GtkWidget *over;
  FzSession *session;
  FzPrintout *printout;
  GError *problem; /* why nothing could be counted or drawn */
  gboolean counted, previewed;
  FzPrintEnded ended;
  gpointer user_data;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->over);
  g_clear_pointer (&job->session, fz_session_unref);
  g_clear_error (&job->problem);
  g_free (job);
}

/* The person pressed print: from here on it is a print, so it is recorded now or it does not happen. */
static void
on_begin (GtkPrintOperation *operation, GtkPrintContext *context, Job *job)
{
  GtkPrintSettings *settings = gtk_print_operation_get_print_settings (operation);
  int copies = settings != NULL ? gtk_print_settings_get_n_copies (settings) : 1;

  if (job->previewed)
    return;
  job->counted = fz_desk_print (job->session, job->printout, (guint) MAX (1, copies), "printer", &job->problem);
  if (job->counted)
    gtk_print_operation_set_n_pages (operation, (int) fz_printout_get_n_pages (job->printout));
  else
    gtk_print_operation_cancel (operation);
}

static void
on_draw (GtkPrintOperation *operation, GtkPrintContext *context, int page, Job *job)
{
  if (!job->previewed && job->problem == NULL && !fz_printout_draw (job->printout, (guint) page, gtk_print_context_get_cairo_context (context), &job->problem))
    gtk_print_operation_cancel (operation);
}

static void
on_preview_ready (GtkPrintOperationPreview *preview, GtkPrintContext *context, gpointer data)
{
  gtk_print_operation_preview_end_preview (preview);
}

/* The desktop's preview would be a file in another program; ours is below the dialog. */
static gboolean
on_preview (GtkPrintOperation *operation, GtkPrintOperationPreview *preview, GtkPrintContext *context, GtkWindow *parent, Job *job)
{
  job->previewed = TRUE;
  g_signal_connect (preview, "ready", G_CALLBACK (on_preview_ready), NULL);
  return TRUE;
}

static void
on_done (GtkPrintOperation *operation, GtkPrintOperationResult result, Job *job)
{
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR && job->problem == NULL)
    gtk_print_operation_get_error (operation, &job->problem);
  if (job->counted && result != GTK_PRINT_OPERATION_RESULT_APPLY)
    fz_desk_print_failed (job->session, job->printout, job->problem != NULL ? job->problem->message : _ ("打印途中取消"), NULL);
  job->ended (job->over, job->counted && result == GTK_PRINT_OPERATION_RESULT_APPLY, job->problem, job->user_data);
}

/* The sheet to its edge: the form has its own margins. */
static GtkPageSetup *
page_setup_new (const FzPrintout *printout)
{
  GtkPageSetup *setup = gtk_page_setup_new ();
  g_autofree char *name = g_strconcat ("iso_", fz_printout_get_size (printout), NULL);
  GtkPaperSize *paper = gtk_paper_size_new (name);

  gtk_page_setup_set_paper_size (setup, paper);
  gtk_page_setup_set_top_margin (setup, 0, GTK_UNIT_POINTS);
  gtk_page_setup_set_bottom_margin (setup, 0, GTK_UNIT_POINTS);
  gtk_page_setup_set_left_margin (setup, 0, GTK_UNIT_POINTS);
  gtk_page_setup_set_right_margin (setup, 0, GTK_UNIT_POINTS);
  gtk_paper_size_free (paper);
  return setup;
}

static GtkPrintSettings *
settings_new (const FzPrintout *printout, guint copies)
{
  GtkPrintSettings *settings = gtk_print_settings_new ();

  gtk_print_settings_set_n_copies (settings, (int) copies);
  gtk_print_settings_set (settings, GTK_PRINT_SETTINGS_OUTPUT_BASENAME, fz_printout_get_id (printout, 0));
  return settings;
}

void
fz_print_job_start (GtkWidget *over, FzSession *session, FzPrintout *printout, guint copies, FzPrintEnded ended, gpointer user_data)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) setup = page_setup_new (printout);
  g_autoptr (GtkPrintSettings) settings = settings_new (printout, copies);
  GtkRoot *root = gtk_widget_get_root (over);
  Job *job = g_new0 (Job, 1);

  job->over = g_object_ref (over);
  job->session = session != NULL ? fz_session_ref (session) : NULL;
  job->printout = printout;
  job->ended = ended;
  job->user_data = user_data;
  g_object_set_data_full (G_OBJECT (operation), "fz-job", job, job_free);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_print_settings (operation, settings);
  /* A spool list names no patient. */
  gtk_print_operation_set_job_name (operation, fz_printout_get_title (printout) != NULL ? fz_printout_get_title (printout) : _ ("处方笺"));
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_n_pages (operation, (int) fz_printout_get_n_pages (printout));
  gtk_print_operation_set_embed_page_setup (operation, FALSE);
  gtk_print_operation_set_show_progress (operation, TRUE);
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect (operation, "preview", G_CALLBACK (on_preview), job);
  g_signal_connect (operation, "begin-print", G_CALLBACK (on_begin), job);
  g_signal_connect (operation, "draw-page", G_CALLBACK (on_draw), job);
  g_signal_connect (operation, "done", G_CALLBACK (on_done), job);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL);
}
