#include "ui/portal_duty.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

#define REGISTER "portal-duty"
#define MOST_NAMED 8

typedef struct {
  FzSession *session;
  char *id;
  FzPortalExported done;
  GtkWidget *owner, *button, *work; /* borrowed */
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  fz_session_unref (self->session);
  g_free (self->id);
  g_free (self);
}

typedef struct {
  char *id, *folder;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_free (ask->id);
  g_free (ask->folder);
  g_free (ask);
}

static void
on_progress (guint64 done, guint64 total, gpointer work)
{
  fz_long_work_report (work, done, total);
}

static char *
run (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  const Ask *ask = data;
  g_autoptr (FzFields) made = NULL;

  fz_long_work_leaves (work, _ ("已停止，没有留下填报材料，事项的状态没有变。"));
  made = fz_desk_export_portal (session, ask->id, ask->folder, stop, on_progress, work, error);
  return made != NULL ? g_strdup_printf (_ ("填报材料已写入“%s”，请先读 README.txt"), fz_fields_get (made, "folder")) : NULL;
}

/* The detail is built anew for the duty's next state: what came of it is said over it. */
static void
on_exported (FzLongWork *work, gboolean good, Export *self)
{
  g_autofree char *id = g_strdup (self->id); /* all of this goes with the detail */

  gtk_widget_set_sensitive (self->button, TRUE);
  if (!good)
    return;
  fz_toast_show (self->owner, FZ_STATUS_OK, fz_long_work_get_said (work));
  self->done (id, self->owner);
}

static void
on_folder (GtkWidget *over, const char *path, gpointer data)
{
  Export *self = data;
  Ask *ask = g_new0 (Ask, 1);

  ask->id = g_strdup (self->id);
  ask->folder = g_strdup (path);
  if (fz_long_work_run (FZ_LONG_WORK (self->work), _ ("制作填报材料"), TRUE, run, ask, ask_free))
    gtk_widget_set_sensitive (self->button, FALSE);
}

static void
on_export (GtkButton *button, Export *self)
{
  fz_save_as (GTK_WIDGET (button), _ ("填报材料放在哪里（新文件夹）"), self->id, on_folder, self);
}

static void
put_missing (GtkWidget *detail, const FzFields *check)
{
  gint64 n = 0, rows = 0, files = 0;
  g_autofree char *line = NULL;

  fz_fields_get_int (check, "n_missing", &n);
  fz_fields_get_int (check, "n_rows", &rows);
  fz_fields_get_int (check, "n_files", &files);
  fz_put (detail, fz_section_new (_ ("导出前检查"), NULL));
  line = n == 0 ? g_strdup_printf (_ ("必填栏目齐全：%d 行，%d 个附件"), (int) rows, (int) files)
                : g_strdup_printf (_ ("还有 %d 处必填内容没有登记，补全后才能导出"), (int) n);
  fz_put (detail, fz_pill_new (n == 0 ? FZ_STATUS_OK : FZ_STATUS_WARN, line));
  for (guint i = 0; i < fz_fields_count (check, "missing") && i < MOST_NAMED; i++)
    fz_put (detail, fz_wrapped (fz_fields_get_at (check, "missing", i, NULL), "fz-soft"));
  if (n > MOST_NAMED)
    fz_put (detail, fz_wrapped (_ ("……"), "fz-soft"));
  if (fz_fields_has (check, "files")) {
    g_autofree char *asked = g_strdup_printf (_ ("须上传的文件：%s"), fz_entry_label (check, NULL, 0, "files"));

    fz_put (detail, fz_wrapped (asked, "fz-soft"));
  }
}

gboolean
fz_portal_duty_put (GtkWidget *detail, FzSession *session, const FzFields *entry, FzPortalExported done, GtkWidget *owner)
{
  const char *state = fz_fields_get (entry, "entry.state");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) check = NULL;
  Export *self;

  if (g_strcmp0 (fz_fields_get (entry, "entry.register"), REGISTER) != 0 ||
      !(g_str_equal (state, "open") || g_str_equal (state, "exported") || g_str_equal (state, "returned")))
    return FALSE;
  check = fz_desk_check_portal (session, fz_fields_get (entry, "entry.id"), &error);
  if (check == NULL) {
    fz_put (detail, fz_error_state_new_from (error, NULL));
    return FALSE;
  }
  self = g_new0 (Export, 1);
  self->session = fz_session_ref (session);
  self->id = g_strdup (fz_fields_get (entry, "entry.id"));
  self->done = done;
  self->owner = owner;
  self->button = fz_put (detail, fz_button_new (g_str_equal (state, "exported") ? FZ_BUTTON_PLAIN : FZ_BUTTON_PRIMARY, "download", _ ("导出填报材料…")));
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  g_signal_connect (self->button, "clicked", G_CALLBACK (on_export), self);
  self->work = fz_put (detail, fz_long_work_new (session));
  fz_long_work_set_lasting (FZ_LONG_WORK (self->work), NULL); /* the detail goes by another row, a filter, a change of the list */
  g_signal_connect (self->work, "ended", G_CALLBACK (on_exported), self);
  g_object_set_data_full (G_OBJECT (detail), "fz-portal-export", self, export_free);
  put_missing (detail, check);
  return !g_str_equal (state, "exported");
}
