#include "ui/talk_complaint.h"

#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/talk_bubble.h"
#include "ui/talk_large.h"

#include <glib/gi18n-lib.h>

#define STATE "fz-complaint"

typedef struct {
  FzSession *session;
  char *visit, *complaint;
  GtkWidget *over;
  FzTalkHands hands;
} Read;

static void
read_clear (gpointer data)
{
  Read *self = data;

  fz_session_unref (self->session);
  g_free (self->visit);
  g_free (self->complaint);
}

static void
read_unref (gpointer data)
{
  g_rc_box_release_full (data, read_clear);
}

static void
show_large (const FzFields *message, gpointer data)
{
  Read *self = data;

  fz_talk_large (self->over, self->session, self->visit, self->complaint, message);
}

static GtkWidget *
list_new (Read *self, GPtrArray *rows)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "fz-talk");
  fz_access_label (list, _ ("沟通记录"));
  for (guint i = 0; i < rows->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), fz_talk_bubble_new (rows->pdata[i], fz_session_now_us (self->session), &self->hands));
  return list;
}

static void
show (Read *self, GPtrArray *rows)
{
  FzDialog *dialog = fz_dialog_new (_ ("沟通记录"), _ ("只用于办理这件投诉；查看已记入审计"));
  GtkWidget *body = rows->len > 0 ? fz_scrolled (list_new (self, rows)) : fz_empty_state_new ("chat", _ ("这次就诊没有沟通"), NULL, NULL);

  g_object_set_data_full (G_OBJECT (dialog), STATE, g_rc_box_acquire (self), read_unref);
  gtk_widget_set_size_request (body, -1, rows->len > 0 ? 420 : -1);
  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, body, TRUE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_present (dialog, self->over);
}

static gboolean
on_purpose (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  Read *self = data;
  g_autoptr (GPtrArray) rows = fz_desk_list_complaint_talk (self->session, self->visit, self->complaint, words, error);

  if (rows == NULL)
    return FALSE;
  fz_dialog_close (dialog);
  show (self, rows);
  return TRUE;
}

static void
on_clicked (GtkButton *button, Read *self)
{
  FzReasonAsk ask = { .title = _ ("查看沟通"), .subtitle = _ ("这次就诊的医患沟通，只为办理这件投诉"), .words_caption = _ ("用途"),
                      .words_hint = _ ("要核对什么，例如核对等候与答复的时间"), .confirm = _ ("查看") };

  fz_dialog_reason (self->over, &ask, on_purpose, g_rc_box_acquire (self), read_unref);
}

void
fz_talk_complaint_put (GtkWidget *into, FzSession *session, const FzFields *reg, const FzFields *entry)
{
  GtkWidget *button;
  Read *self;

  if (fz_session_get_role (session) != FZ_ROLE_AFFAIRS || g_strcmp0 (fz_fields_get (reg, "name"), "complaint") != 0 || !fz_fields_has (entry, "field.visit") ||
      fz_fields_is_yes (entry, "entry.ended"))
    return;
  self = g_rc_box_new0 (Read);
  button = fz_put (into, fz_button_new (FZ_BUTTON_PLAIN, "chat", _ ("查看这次就诊的沟通…")));
  self->session = fz_session_ref (session);
  self->visit = g_strdup (fz_fields_get (entry, "field.visit"));
  self->complaint = g_strdup (fz_fields_get (entry, "entry.id"));
  self->over = into;
  self->hands = (FzTalkHands) { .large = show_large, .data = self };
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_object_set_data_full (G_OBJECT (button), STATE, self, read_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
}
