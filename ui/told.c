#include "ui/told.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/page.h"
#include "ui/places.h"
#include "ui/shell.h"

#include <glib/gi18n-lib.h>

#define PLACE "deadlines"
#define FIRST "fz-first-place"

static gboolean
is_to_read (const FzFields *row)
{
  return g_strcmp0 (fz_fields_get (row, "kind"), "policy") == 0 && !fz_fields_has (row, "tell");
}

static guint
count (GPtrArray *rows, gboolean to_read, gboolean new_only)
{
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    n += is_to_read (rows->pdata[i]) == to_read && (!new_only || fz_fields_has (rows->pdata[i], "new"));
  return n;
}

/* The desktop shows it to whoever stands by: how many, and nothing else. */
static void
say (GtkWidget *shell, FzStatus status, const char *id, const char *title, const char *words)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (shell));
  g_autoptr (GNotification) notification = NULL;

  fz_toast_show (shell, status, words);
  if (application == NULL)
    return;
  notification = g_notification_new (title);
  g_notification_set_body (notification, words);
  g_application_send_notification (G_APPLICATION (application), id, notification);
}

void
fz_told_say (GtkWidget *shell, GPtrArray *rows)
{
  guint late = count (rows, FALSE, TRUE), to_read = count (rows, TRUE, TRUE);
  g_autofree char *words = NULL, *read_words = NULL;

  if (late > 0) {
    words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "有 %u 件逾期事项按规定报告您，点右上角的“通知”查看。", "有 %u 件逾期事项按规定报告您，点右上角的“通知”查看。", late), late);
    say (shell, FZ_STATUS_WARN, "told", _ ("逾期事项"), words);
  }
  if (to_read > 0) {
    read_words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "有 %u 项施行中的制度等您阅读并确认，点右上角的“通知”查看。", "有 %u 项施行中的制度等您阅读并确认，点右上角的“通知”查看。", to_read), to_read);
    say (shell, FZ_STATUS_INFO, "to-read", _ ("制度学习"), read_words);
  }
}

static void
put_row (GtkWidget *body, const FzFields *row)
{
  GtkWidget *card = fz_put (body, fz_column (2));
  const char *subject = fz_fields_get (row, "subject"), *owner = fz_fields_get (row, "owner"), *title = fz_fields_has (row, "title") ? fz_entry_label (row, NULL, 0, "title") : fz_fields_get (row, "name");
  gint64 late = 0;
  g_autofree char *days = NULL, *about = NULL, *on = fz_say_value (fz_fields_get (row, "on"));

  fz_fields_get_int (row, "late", &late);
  days = is_to_read (row) ? g_strdup_printf (_ ("%s 起施行"), on)
                          : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "期限 %s，已逾期 %d 个工作日，报告%s", "期限 %s，已逾期 %d 个工作日，报告%s", (gulong) late), on, (int) late,
                                             fz_entry_label (row, NULL, 0, "tell"));
  fz_put (card, fz_wrapped (fz_entry_label (row, NULL, 0, "label"), "fz-strong"));
  fz_put (card, fz_wrapped (days, "fz-soft"));
  about = g_strjoin ("　", title != NULL ? title : "", subject != NULL && !is_to_read (row) ? subject : "", NULL);
  if (*g_strstrip (about) != '\0')
    fz_put (card, fz_wrapped (about, "fz-soft"));
  if (owner != NULL) {
    g_autofree char *said = g_strdup_printf (_ ("负责人：%s"), owner);

    fz_put (card, fz_wrapped (said, "fz-soft"));
  }
}

static void
on_response (FzDialog *dialog, const char *response, GtkWidget *shell)
{
  const char *first = g_object_get_data (G_OBJECT (dialog), FIRST);
  gboolean work = g_str_equal (response, "work");

  if (!work && !g_str_equal (response, "go"))
    return;
  fz_dialog_close (dialog);
  if (!fz_shell_show (FZ_SHELL (shell), work ? first : PLACE) || !work)
    return;
  fz_page_open (fz_shell_get_page (FZ_SHELL (shell), first), FZ_PAGE_NOTICES);
}

void
fz_told_show (GtkWidget *shell, FzSession *session, GPtrArray *rows, guint notices)
{
  g_autoptr (GPtrArray) places = fz_places_of (fz_session_get_role (session));
  const FzPlaceOf *place = fz_places_find (PLACE);
  FzDialog *dialog = count (rows, FALSE, FALSE) > 0 ? fz_dialog_new (_ ("报告您的逾期事项"), _ ("按本院登记的职务；办结后不再列出"))
                                                    : fz_dialog_new (_ ("等您阅读的制度"), _ ("在台账里阅读并确认后不再列出"));
  GtkWidget *body = fz_column (14);

  for (guint i = 0; i < rows->len; i++)
    put_row (body, rows->pdata[i]);
  fz_dialog_set_width (dialog, 560);
  fz_dialog_set_body (dialog, body, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  if (notices > 0 && places->len > 0) {
    g_object_set_data (G_OBJECT (dialog), FIRST, (gpointer) ((const FzPlaceOf *) places->pdata[0])->id);
    fz_dialog_add_button (dialog, "work", _ ("到待处理的处方和消息"), FZ_BUTTON_PLAIN);
  }
  if ((place->roles & (1u << fz_session_get_role (session))) != 0)
    fz_dialog_add_button (dialog, "go", _ ("到“期限”页"), FZ_BUTTON_PRIMARY);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), shell);
  fz_dialog_present (dialog, shell);
}
