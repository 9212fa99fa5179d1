#include "ui/talk_acts.h"

#include "core/date.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <stdio.h>

typedef struct {
  FzSession *session;
  char *visit, *path;
  FzTalkDone done;
  FzTalkPhrase chosen;
  GObject *owner;
  FzDialog *dialog;
  GtkWidget *body, *list, *area, *over;
  GHashTable *entries; /* of a recording: key -> widget */
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  fz_session_unref (act->session);
  g_clear_object (&act->owner);
  g_clear_object (&act->over);
  g_clear_pointer (&act->entries, g_hash_table_unref);
  g_free (act->visit);
  g_free (act->path);
  g_free (act);
}

static Act *
act_new (FzSession *session, const char *visit, FzTalkDone done, GObject *owner)
{
  Act *act = g_new0 (Act, 1);

  act->session = fz_session_ref (session);
  act->visit = g_strdup (visit);
  act->done = done;
  act->owner = g_object_ref (owner);
  return act;
}

/* --- short answers --- */

static void show_phrases (Act *act);

static void
on_phrase (GtkListBox *list, GtkListBoxRow *row, Act *act)
{
  g_autofree char *words = g_strdup (g_object_get_data (G_OBJECT (row), "fz-words"));
  g_autoptr (GObject) owner = g_object_ref (act->owner);
  FzTalkPhrase chosen = act->chosen;

  fz_dialog_close (act->dialog);
  chosen (words, owner);
}

static void
show_edit (Act *act, GPtrArray *phrases)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < phrases->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (const char *) phrases->pdata[i]);
  fz_empty (act->body);
  act->area = fz_text_area_new (_ ("一行一条"), 10, 0);
  fz_text_area_set_text (FZ_TEXT_AREA (act->area), text->str);
  fz_put (act->body, fz_form_row_new (_ ("我的常用语，一行一条，最多30条"), act->area, FALSE));
  gtk_widget_grab_focus (act->area);
}

static void
show_phrases (Act *act)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) phrases = fz_desk_list_phrases (act->session, &error);

  fz_empty (act->body);
  act->area = NULL;
  if (phrases == NULL) {
    fz_dialog_set_error (act->dialog, error->message);
    return;
  }
  act->list = gtk_list_box_new ();
  gtk_widget_add_css_class (act->list, "fz-list");
  fz_access_label (act->list, _ ("常用语"));
  for (guint i = 0; i < phrases->len; i++) {
    GtkWidget *row = gtk_list_box_row_new ();

    gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), fz_wrapped (phrases->pdata[i], NULL));
    fz_access_label (row, phrases->pdata[i]);
    g_object_set_data_full (G_OBJECT (row), "fz-words", g_strdup (phrases->pdata[i]), g_free);
    gtk_list_box_append (GTK_LIST_BOX (act->list), row);
  }
  g_signal_connect (act->list, "row-activated", G_CALLBACK (on_phrase), act);
  fz_put (act->body, act->list);
}

typedef struct {
  Act *act; /* stands as long as the dialog */
  GPtrArray *before;
} Replaced;

static void
replaced_free (gpointer data)
{
  Replaced *replaced = data;

  g_ptr_array_unref (replaced->before);
  g_free (replaced);
}

static gboolean
put_back_phrases (gpointer data, gboolean now)
{
  Replaced *replaced = data;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < replaced->before->len; i++)
    g_ptr_array_add (all, replaced->before->pdata[i]);
  g_ptr_array_add (all, NULL);
  if (now && !fz_desk_keep_phrases (replaced->act->session, (const char *const *) all->pdata, &error))
    fz_dialog_set_error (replaced->act->dialog, error->message);
  else if (now && replaced->act->area == NULL)
    show_phrases (replaced->act);
  return error == NULL;
}

static void
offer_phrases_back (Act *act, GPtrArray *take_before)
{
  Replaced *replaced = g_new0 (Replaced, 1);

  replaced->act = act;
  replaced->before = take_before;
  fz_undo_offer (GTK_WIDGET (act->dialog), _ ("常用语已改"), put_back_phrases, replaced, replaced_free);
}

static gboolean
save_phrases (Act *act)
{
  g_autoptr (GPtrArray) before = fz_desk_list_phrases (act->session, NULL);
  g_autofree char *text = fz_text_area_get_text (FZ_TEXT_AREA (act->area));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      g_ptr_array_add (kept, lines[i]);
  g_ptr_array_add (kept, NULL);
  if (fz_desk_keep_phrases (act->session, (const char *const *) kept->pdata, &error)) {
    if (before != NULL && before->len > 0)
      offer_phrases_back (act, g_steal_pointer (&before));
    return TRUE;
  }
  fz_dialog_set_error (act->dialog, error->message);
  return FALSE;
}

static void
on_phrases_response (FzDialog *dialog, const char *response, Act *act)
{
  g_autoptr (GPtrArray) phrases = NULL;

  if (!g_str_equal (response, "edit"))
    return;
  fz_dialog_set_error (dialog, NULL);
  if (act->area != NULL) {
    if (save_phrases (act))
      show_phrases (act);
    return;
  }
  phrases = fz_desk_list_phrases (act->session, NULL);
  if (phrases != NULL)
    show_edit (act, phrases);
}

void
fz_talk_phrases (GtkWidget *over, FzSession *session, FzTalkPhrase chosen, GObject *owner)
{
  Act *act = act_new (session, NULL, NULL, owner);

  act->chosen = chosen;
  act->dialog = fz_dialog_new (_ ("常用语"), _ ("选一条放进输入框，可以改了再发"));
  act->body = fz_column (8);
  g_object_set_data_full (G_OBJECT (act->dialog), "fz-act", act, act_free);
  fz_dialog_set_body (act->dialog, act->body, FALSE);
  fz_dialog_add_button (act->dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (act->dialog, "edit", _ ("整理"), FZ_BUTTON_PLAIN);
  g_signal_connect (act->dialog, "response", G_CALLBACK (on_phrases_response), act);
  show_phrases (act);
  fz_dialog_present (act->dialog, over);
}

/* --- what was said elsewhere --- */

static gboolean
on_note (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  Act *act = data;

  if (!fz_desk_note_talk (act->session, act->visit, code, words, error))
    return FALSE;
  act->done (act->owner);
  fz_dialog_close (dialog);
  return TRUE;
}

void
fz_talk_note (GtkWidget *over, FzSession *session, const char *visit, FzTalkDone done, GObject *owner)
{
  g_autoptr (GPtrArray) ways = fz_desk_codes (session, "talk_way", NULL);
  FzReasonAsk ask = { .title = _ ("登记其他方式的沟通"), .subtitle = _ ("内容存入本次就诊的沟通记录，不发给患者"), .codes = ways,
                      .codes_caption = _ ("方式"), .words_caption = _ ("说了什么"), .words_hint = _ ("何时联系了谁，问了什么、答了什么"),
                      .confirm = _ ("登记") };

  if (ways != NULL)
    fz_dialog_reason (over, &ask, on_note, act_new (session, visit, done, owner), act_free);
}

/* --- a recording --- */

static const struct {
  const char *key, *caption, *hint;
} recording[] = {
  { "file", N_ ("文件名"), N_ ("例如 20260302-0950.mp4") },
  { "sha256", N_ ("文件的 SHA-256"), N_ ("64位十六进制，由保存方给出") },
  { "started_at", N_ ("开始"), N_ ("2026-03-02 09:50") },
  { "ended_at", N_ ("结束"), N_ ("2026-03-02 09:58") },
  { "custodian", N_ ("由谁保存"), N_ ("例如 信息科视频存储") },
};

/* As typed at Beijing, to the minute. */
static gboolean
set_minute (FzFields *facts, const char *key, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", 2);
  FzDate day = { 0 };
  int hour = 0, minute = 0;
  char end = '\0';

  if (parts[0] == NULL || parts[1] == NULL || !fz_date_parse (parts[0], &day, NULL) || sscanf (parts[1], "%2d:%2d%c", &hour, &minute, &end) != 2 ||
      hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return FALSE;
  fz_fields_set_time (facts, key, fz_date_beijing_start_us (day) + ((gint64) hour * 60 + minute) * 60 * FZ_US_PER_SECOND);
  return TRUE;
}

#define MINUTE_US (60 * FZ_US_PER_SECOND)

static void
begin_minute (GtkWidget *entry, gint64 us)
{
  g_autofree char *text = fz_beijing_time_format (us);

  text[strlen ("2026-03-02 09:50")] = '\0';
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static void
on_recording_response (FzDialog *dialog, const char *response, Act *act)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.recording/v1");
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "keep"))
    return;
  fz_fields_set (facts, "kind", fz_drop_down_get_code (FZ_DROP_DOWN (act->list)));
  for (gsize i = 0; i < G_N_ELEMENTS (recording); i++) {
    g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (g_hash_table_lookup (act->entries, recording[i].key)))));

    if (!g_str_has_suffix (recording[i].key, "_at"))
      fz_fields_set (facts, recording[i].key, text);
    else if (!set_minute (facts, recording[i].key, text)) {
      fz_dialog_set_error (dialog, _ ("开始和结束请写作 2026-03-02 09:50。"));
      return;
    }
  }
  if (!fz_desk_keep_recording (act->session, act->visit, facts, &error)) {
    fz_dialog_set_error (dialog, error->message);
    return;
  }
  act->done (act->owner);
  fz_dialog_close (dialog);
}

void
fz_talk_recording (GtkWidget *over, FzSession *session, const char *visit, gint64 began_us, FzTalkDone done, GObject *owner)
{
  Act *act = act_new (session, visit, done, owner);
  GtkWidget *form = fz_form_new (2);

  act->dialog = fz_dialog_new (_ ("登记录音录像"), _ ("文件由医院的系统保存，这里记下它的摘要、起止时间和保管人"));
  act->entries = g_hash_table_new (g_str_hash, g_str_equal);
  act->list = fz_drop_down_new (NULL);
  fz_drop_down_add (FZ_DROP_DOWN (act->list), "video", _ ("录像"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (act->list), "audio", _ ("录音"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (act->list), "video");
  g_object_set_data_full (G_OBJECT (act->dialog), "fz-act", act, act_free);
  fz_form_add (form, "kind", fz_form_row_new (_ ("种类"), act->list, TRUE), 2);
  for (gsize i = 0; i < G_N_ELEMENTS (recording); i++) {
    GtkWidget *entry = gtk_entry_new ();

    gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ (recording[i].hint));
    if (began_us > 0 && g_str_equal (recording[i].key, "started_at"))
      begin_minute (entry, began_us);
    else if (began_us > 0 && g_str_equal (recording[i].key, "ended_at") && fz_session_now_us (session) - began_us >= MINUTE_US)
      begin_minute (entry, fz_session_now_us (session));
    g_hash_table_insert (act->entries, (gpointer) recording[i].key, entry);
    fz_form_add (form, recording[i].key, fz_form_row_new (_ (recording[i].caption), entry, TRUE), g_str_has_suffix (recording[i].key, "_at") ? 1 : 2);
  }
  fz_form_enter_moves_on (form);
  fz_dialog_set_body (act->dialog, form, FALSE);
  fz_dialog_add_button (act->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (act->dialog, "keep", _ ("登记"), FZ_BUTTON_PRIMARY);
  g_signal_connect (act->dialog, "response", G_CALLBACK (on_recording_response), act);
  fz_dialog_present (act->dialog, over);
}

/* --- a picture to send --- */

static gpointer
send_picture (FzSession *session, gpointer data, GError **error)
{
  Act *act = data;

  return GINT_TO_POINTER (fz_desk_send_talk_picture (session, act->visit, act->path, error));
}

static void
on_picture_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Act *act = data;
  g_autoptr (GError) error = NULL;

  if (fz_call_finish (result, &error) != NULL)
    act->done (act->owner);
  else if (gtk_widget_get_root (act->over) != NULL)
    fz_toast_show (act->over, FZ_STATUS_STOP, error->message);
  act_free (act);
}

static void
on_file (GtkNativeDialog *chooser, int response, Act *act)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  act->path = file != NULL ? g_file_get_path (file) : NULL;
  g_object_unref (chooser);
  if (act->path != NULL)
    fz_call_async (act->session, send_picture, act, NULL, NULL, on_picture_sent, act);
  else
    act_free (act);
}

void
fz_talk_choose_picture (GtkWidget *over, FzSession *session, const char *visit, FzTalkDone done, GObject *owner)
{
  Act *act = act_new (session, visit, done, owner);
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择要发给患者的图片（JPEG 或 PNG）"), GTK_WINDOW (gtk_widget_get_root (over)),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("发送"), _ ("取消"));

  act->over = g_object_ref (over);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_file), act);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
