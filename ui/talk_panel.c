#include "ui/talk_panel.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/talk_acts.h"
#include "ui/talk_list.h"

#include <glib/gi18n-lib.h>

#define MOST 2000 /* core/talk.h */
#define DRAFT "talk.draft"
#define VIDEO_AT "talk.video_at" /* when the video system was opened: a recording begins there */

struct _FzTalkPanel {
  GtkWidget parent_instance;
  FzVisitModel *model;
  GtkWidget *root, *list, *foot, *area, *send, *why, *closed, *tools, *picture, *phrases, *video;
  gboolean composing; /* an input method is at it: Enter is its own */
  gboolean sending;
};

G_DEFINE_FINAL_TYPE (FzTalkPanel, fz_talk_panel, GTK_TYPE_WIDGET)

static guint unread_signal;

static FzSession *
session_of (FzTalkPanel *self)
{
  return fz_visit_model_get_session (self->model);
}

/* --- sending --- */

static void
on_typed (FzTextArea *area, FzTalkPanel *self)
{
  g_autofree char *text = fz_text_area_get_text (area);

  fz_visit_model_set (self->model, DRAFT, text);
  gtk_widget_set_sensitive (self->send, *text != '\0' && !fz_text_area_is_too_long (area));
  fz_set_text (self->why, NULL);
  gtk_widget_set_visible (self->why, FALSE);
}

static void
set_text (FzTalkPanel *self, const char *text)
{
  fz_text_area_set_text (FZ_TEXT_AREA (self->area), text);
  on_typed (FZ_TEXT_AREA (self->area), self);
}

/* What could not be sent stays, with the reason below it. */
static void
send_now (FzTalkPanel *self)
{
  g_autofree char *text = fz_text_area_get_text (FZ_TEXT_AREA (self->area)), *bare = g_strstrip (g_strdup (text));
  g_autoptr (GError) error = NULL;

  if (*bare == '\0')
    return;
  if (fz_desk_send_talk (session_of (self), fz_visit_model_get_id (self->model), text, &error))
    set_text (self, "");
  else {
    fz_set_text (self->why, error->message);
    gtk_widget_set_visible (self->why, TRUE);
  }
  fz_talk_panel_refresh (self);
  gtk_widget_grab_focus (self->area);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType mods, FzTalkPanel *self)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || (mods & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0 || self->composing)
    return FALSE;
  send_now (self);
  return TRUE;
}

static void
on_preedit (GtkTextView *view, const char *preedit, FzTalkPanel *self)
{
  self->composing = *preedit != '\0';
}

/* --- around it --- */

static void
on_kept (gpointer owner)
{
  FzTalkPanel *self = owner;

  if (self->root != NULL)
    fz_talk_panel_refresh (self);
}

static void
on_phrase (const char *words, gpointer owner)
{
  FzTalkPanel *self = owner;
  g_autofree char *text = NULL, *all = NULL;

  if (self->root == NULL)
    return;
  text = fz_text_area_get_text (FZ_TEXT_AREA (self->area));
  all = *text != '\0' ? g_strconcat (text, "\n", words, NULL) : g_strdup (words);
  set_text (self, all);
  gtk_widget_grab_focus (self->area);
}

static void
on_phrases (FzTalkPanel *self)
{
  fz_talk_phrases (GTK_WIDGET (self), session_of (self), on_phrase, G_OBJECT (self));
}

static void
on_picture (FzTalkPanel *self)
{
  fz_talk_choose_picture (GTK_WIDGET (self), session_of (self), fz_visit_model_get_id (self->model), on_kept, G_OBJECT (self));
}

static void
on_note (FzTalkPanel *self)
{
  fz_talk_note (GTK_WIDGET (self), session_of (self), fz_visit_model_get_id (self->model), on_kept, G_OBJECT (self));
}

static void
on_recording (FzTalkPanel *self)
{
  gint64 opened_us = 0;
  const char *opened = fz_visit_model_get (self->model, VIDEO_AT);

  if (opened != NULL)
    fz_time_parse (opened, &opened_us);
  fz_talk_recording (GTK_WIDGET (self), session_of (self), fz_visit_model_get_id (self->model), opened_us, on_kept, G_OBJECT (self));
}

static void
on_shown (GObject *window, GAsyncResult *result, gpointer data)
{
  g_autoptr (FzTalkPanel) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (gtk_show_uri_full_finish (GTK_WINDOW (window), result, &error) || self->root == NULL)
    return;
  words = g_strdup_printf (_ ("本机没有打开视频系统：%s 请联系系统管理员检查默认浏览器。"), error->message);
  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, words);
}

/* The desktop opens it; who keeps what is said there is the hospital's system, and it is written down afterwards by reference. */
static void
on_video (FzTalkPanel *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) video = fz_desk_open_video (session_of (self), fz_visit_model_get_id (self->model), &error);

  if (video == NULL) {
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
    return;
  }
  fz_visit_model_set (self->model, VIDEO_AT, fz_fields_get (video, "at"));
  gtk_show_uri_full (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), fz_fields_get (video, "url"), GDK_CURRENT_TIME, NULL, on_shown, g_object_ref (self));
  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, _ ("正在由本机浏览器打开视频系统。通话结束后，请用“登记录音录像”记下文件。"));
}

/* --- how it stands --- */

static const char *
closed_words (FzTalkPanel *self, const FzFields *state)
{
  if (fz_fields_is_yes (state, "ended"))
    return _ ("就诊已结束，沟通随之结束。此后患者发来的消息照样保存，但不在这里答复。");
  if (!fz_fields_is_yes (state, "open") || !fz_fields_is_yes (state, "mine"))
    return _ ("接诊后可以与患者沟通。");
  if (!fz_fields_is_yes (state, "front"))
    return _ ("这次就诊不能由这里发消息（不是经医院前端申请，或尚未接通前端）。请打电话等联系患者，再登记下来。");
  return NULL;
}

static void
on_read (FzTalkList *list, FzTalkPanel *self)
{
  const FzFields *state = fz_talk_list_get_state (list);
  const char *closed = closed_words (self, state);
  gboolean open = fz_fields_is_yes (state, "open") && fz_fields_is_yes (state, "mine"), writes = closed == NULL;
  gint64 unseen = 0;

  fz_fields_get_int (state, "new", &unseen);
  gtk_widget_set_visible (self->closed, !writes);
  fz_set_text (self->closed, closed);
  gtk_widget_set_visible (self->area, writes);
  gtk_widget_set_visible (self->send, writes);
  gtk_widget_set_visible (self->picture, writes);
  gtk_widget_set_visible (self->phrases, writes);
  gtk_widget_set_visible (self->tools, open);
  gtk_widget_set_visible (self->video, fz_fields_is_yes (state, "video"));
  g_signal_emit (self, unread_signal, 0, (guint) unseen);
}

void
fz_talk_panel_refresh (FzTalkPanel *self)
{
  fz_talk_list_refresh (FZ_TALK_LIST (self->list));
}

void
fz_talk_panel_focus (FzTalkPanel *self)
{
  if (gtk_widget_get_visible (self->area))
    gtk_widget_grab_focus (self->area);
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* --- building --- */

static GtkWidget *
tool (FzTalkPanel *self, const char *icon, const char *name, GCallback clicked)
{
  GtkWidget *button = fz_icon_button_new (icon, name);

  gtk_widget_add_css_class (button, "fz-compact");
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static GtkWidget *
area_new (FzTalkPanel *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  const char *draft = fz_visit_model_get (self->model, DRAFT);
  GtkWidget *view;

  self->area = fz_text_area_new (_ ("写给患者，Enter 发送，Shift+Enter 换行"), 2, MOST);
  view = fz_access_get_inner (self->area);
  fz_text_area_set_text (FZ_TEXT_AREA (self->area), draft != NULL ? draft : "");
  g_signal_connect (self->area, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (view, "preedit-changed", G_CALLBACK (on_preedit), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (view, keys);
  return self->area;
}

static GtkWidget *
foot_new (FzTalkPanel *self)
{
  const char *draft = fz_visit_model_get (self->model, DRAFT);

  self->tools = fz_line (4);
  self->phrases = fz_put (self->tools, tool (self, "list", _ ("常用语"), G_CALLBACK (on_phrases)));
  self->picture = fz_put (self->tools, tool (self, "image", _ ("发送图片"), G_CALLBACK (on_picture)));
  self->video = fz_put (self->tools, tool (self, "link", _ ("打开视频系统"), G_CALLBACK (on_video)));
  fz_put (self->tools, tool (self, "phone", _ ("登记其他方式的沟通"), G_CALLBACK (on_note)));
  fz_put (self->tools, tool (self, "play", _ ("登记录音录像"), G_CALLBACK (on_recording)));
  fz_put_space (self->tools);
  self->send = fz_put (self->tools, fz_button_new (FZ_BUTTON_SOFT, "chat", _ ("发送")));
  gtk_widget_add_css_class (self->send, "fz-compact");
  gtk_widget_set_sensitive (self->send, draft != NULL);
  g_signal_connect_swapped (self->send, "clicked", G_CALLBACK (send_now), self);
  return self->tools;
}

static void
build (FzTalkPanel *self)
{
  self->root = fz_column (8);
  self->list = fz_talk_list_new (self->model);
  self->foot = fz_column (6);
  self->closed = fz_wrapped (NULL, "fz-soft");
  self->why = fz_access_live_label_new (NULL, TRUE);
  gtk_label_set_wrap (GTK_LABEL (self->why), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->why), 0);
  gtk_widget_add_css_class (self->why, "fz-text-stop");
  gtk_widget_set_visible (self->why, FALSE);
  fz_put (self->foot, self->closed);
  fz_put (self->foot, area_new (self));
  fz_put (self->foot, self->why);
  fz_put (self->foot, foot_new (self));
  fz_put_wide (self->root, self->list);
  fz_put (self->root, self->foot);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
  g_signal_connect (self->list, "read", G_CALLBACK (on_read), self);
}

static void
fz_talk_panel_dispose (GObject *object)
{
  g_clear_pointer (&FZ_TALK_PANEL (object)->root, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_talk_panel_parent_class)->dispose (object);
}

static void
fz_talk_panel_finalize (GObject *object)
{
  g_object_unref (FZ_TALK_PANEL (object)->model);
  G_OBJECT_CLASS (fz_talk_panel_parent_class)->finalize (object);
}

static void
fz_talk_panel_class_init (FzTalkPanelClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_talk_panel_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_talk_panel_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  unread_signal = g_signal_new ("unread", FZ_TYPE_TALK_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
fz_talk_panel_init (FzTalkPanel *self)
{
}

GtkWidget *
fz_talk_panel_new (FzVisitModel *model)
{
  FzTalkPanel *self = g_object_new (FZ_TYPE_TALK_PANEL, NULL);

  self->model = g_object_ref (model);
  build (self);
  return GTK_WIDGET (self);
}
