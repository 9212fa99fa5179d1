#include "ui/talk_bubble.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define THUMBNAIL 150
#define MESSAGE "fz-message"

static gboolean
is (const FzFields *message, const char *key, const char *word)
{
  return g_strcmp0 (fz_fields_get (message, key), word) == 0;
}

static gboolean
is_recording (const FzFields *message)
{
  return is (message, "kind", "audio") || is (message, "kind", "video");
}

/* --- words --- */

static char *
recording_words (const FzFields *message)
{
  gint64 from_us = 0, until_us = 0;
  g_autofree char *from = NULL, *until = NULL;

  fz_fields_get_time (message, "started_at", &from_us);
  fz_fields_get_time (message, "ended_at", &until_us);
  from = fz_say_moment_exactly (from_us);
  until = fz_say_moment_exactly (until_us);
  return g_strdup_printf (is (message, "kind", "video") ? _ ("录像 %s，%s 至 %s，由%s保存") : _ ("录音 %s，%s 至 %s，由%s保存"),
                          fz_fields_get (message, "file"), from, until, fz_fields_get (message, "custodian"));
}

char *
fz_talk_bubble_words (const FzFields *message)
{
  const char *gone = fz_fields_get (message, "gone"), *text = fz_fields_get (message, "text");

  if (gone != NULL)
    return g_strdup (gone);
  if (is_recording (message))
    return recording_words (message);
  return g_strdup (text != NULL ? text : _ ("图片"));
}

static const char *
who_words (const FzFields *message)
{
  const char *name = fz_fields_get (message, "by_name");

  return is (message, "side", "patient") ? _ ("患者") : name != NULL ? name : _ ("医师");
}

static FzStatus
state_status (const char *state)
{
  static const struct {
    const char *state;
    FzStatus status;
  } states[] = { { "new", FZ_STATUS_INFO }, { "queued", FZ_STATUS_WARN }, { "sent", FZ_STATUS_INFO }, { "delivered", FZ_STATUS_OK },
                 { "seen", FZ_STATUS_OK }, { "failed", FZ_STATUS_STOP } };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0)
      return states[i].status;
  return FZ_STATUS_NEUTRAL;
}

/* --- parts --- */

static GtkWidget *
head_new (const FzFields *message, gint64 now_us)
{
  GtkWidget *line = fz_wrap_new (6, 2);
  g_autofree char *at = fz_words_time (message, "at", now_us), *meta = NULL;
  const char *way = fz_fields_get (message, "way_label");

  meta = way != NULL ? g_strdup_printf (_ ("%s · %s · %s"), who_words (message), at, way) : g_strdup_printf ("%s · %s", who_words (message), at);
  fz_wrap_add (line, fz_text (meta, "fz-caption"));
  if (fz_fields_is_yes (message, "after_end"))
    fz_wrap_add (line, fz_tag_new (FZ_STATUS_WARN, _ ("就诊结束后")));
  if (is (message, "state", "new"))
    fz_wrap_add (line, fz_pill_new (FZ_STATUS_INFO, fz_fields_get (message, "state_label")));
  return line;
}

static void
on_large (GtkButton *button, const FzTalkHands *hands)
{
  hands->large (g_object_get_data (G_OBJECT (button), MESSAGE), hands->data);
}

static void
on_record (GtkButton *button, const FzTalkHands *hands)
{
  hands->record (g_object_get_data (G_OBJECT (button), MESSAGE), hands->data);
}

static void
on_again (GtkButton *button, const FzTalkHands *hands)
{
  hands->again (g_object_get_data (G_OBJECT (button), MESSAGE), hands->data);
}

static GtkWidget *
act (GtkWidget *button, const FzFields *message, GCallback clicked, const FzTalkHands *hands)
{
  gtk_widget_add_css_class (button, "fz-compact");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_object_set_data_full (G_OBJECT (button), MESSAGE, fz_fields_ref ((FzFields *) message), (GDestroyNotify) fz_fields_unref);
  g_signal_connect (button, "clicked", clicked, (gpointer) hands);
  return button;
}

static GtkWidget *
thumbnail_new (const FzFields *message, const FzTalkHands *hands)
{
  GtkWidget *button = gtk_button_new (), *picture = gtk_picture_new ();

  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_widget_set_size_request (picture, THUMBNAIL, THUMBNAIL);
  gtk_button_set_child (GTK_BUTTON (button), picture);
  gtk_widget_add_css_class (button, "fz-thumbnail");
  gtk_widget_set_tooltip_text (button, _ ("放大查看"));
  fz_access_label (button, _ ("放大查看图片"));
  hands->thumbnail (GTK_PICTURE (picture), message, hands->data);
  return act (button, message, G_CALLBACK (on_large), hands);
}

static GtkWidget *
body_new (const FzFields *message, const FzTalkHands *hands)
{
  g_autofree char *words = fz_talk_bubble_words (message);
  GtkWidget *label;

  if (is (message, "kind", "image") && !fz_fields_has (message, "gone"))
    return hands->thumbnail != NULL ? thumbnail_new (message, hands)
                                    : act (fz_button_new (FZ_BUTTON_PLAIN, "image", _ ("查看图片")), message, G_CALLBACK (on_large), hands);
  label = fz_wrapped (words, fz_fields_has (message, "gone") ? "fz-soft" : NULL);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (is_recording (message)) {
    g_autofree char *hash = g_strdup_printf ("SHA-256 %s", fz_fields_get (message, "sha256"));

    gtk_widget_set_tooltip_text (label, hash);
  }
  return label;
}

static gboolean
may_go_into_record (const FzFields *message, const FzTalkHands *hands)
{
  return hands->record != NULL && fz_fields_has (message, "text") && (is (message, "side", "patient") || is (message, "kind", "note"));
}

static GtkWidget *
foot_new (const FzFields *message, const FzTalkHands *hands)
{
  GtkWidget *line = fz_wrap_new (6, 4);
  const char *state = fz_fields_get (message, "state");

  if (is (message, "side", "doctor"))
    fz_wrap_add (line, fz_pill_new (state_status (state), fz_fields_get (message, "state_label")));
  if (is (message, "state", "failed") && hands->again != NULL)
    fz_wrap_add (line, act (fz_button_new (FZ_BUTTON_PLAIN, "refresh", _ ("重发")), message, G_CALLBACK (on_again), hands));
  if (may_go_into_record (message, hands))
    fz_wrap_add (line, act (fz_button_new (FZ_BUTTON_FLAT, "record", _ ("写入病历")), message, G_CALLBACK (on_record), hands));
  return line;
}

GtkWidget *
fz_talk_bubble_new (const FzFields *message, gint64 now_us, const FzTalkHands *hands)
{
  GtkWidget *item = gtk_list_box_row_new (), *column = fz_column (4);
  g_autofree char *words = fz_talk_bubble_words (message), *at = fz_words_time (message, "at", now_us), *spoken = NULL;
  const char *reason = fz_fields_get (message, "reason");
  gboolean ours = is (message, "side", "doctor");

  spoken = g_strdup_printf (_ ("%s %s：%s，%s"), who_words (message), at, words, fz_fields_get (message, "state_label"));
  fz_put (column, head_new (message, now_us));
  fz_put (column, body_new (message, hands));
  if (fz_fields_has (message, "original_sha256"))
    fz_put (column, fz_wrapped (_ ("来文中看不见或改变顺序的字符已略去。"), "fz-caption"));
  if (reason != NULL)
    fz_put (column, fz_wrapped (reason, "fz-text-stop"));
  if (ours || may_go_into_record (message, hands))
    fz_put (column, foot_new (message, hands));
  gtk_widget_add_css_class (column, "fz-bubble");
  if (ours)
    gtk_widget_add_css_class (column, "fz-own");
  gtk_widget_set_margin_start (column, ours ? 22 : 0);
  gtk_widget_set_margin_end (column, ours ? 0 : 22);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (item), column);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (item), FALSE);
  fz_access_label (item, spoken);
  return item;
}
