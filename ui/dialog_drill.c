#include "ui/dialog_drill.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/secret_entry.h"

#include <glib/gi18n-lib.h>

#define GO "go"

typedef struct {
  FzDialog *dialog;
  GtkWidget *first, *second;
  FzDrillShares begin;
  GObject *owner;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_object_unref (ask->owner);
  g_free (ask);
}

static void
on_changed (FzSecretEntry *entry, Ask *ask)
{
  fz_dialog_set_sensitive (ask->dialog, GO,
                           fz_secret_entry_get_length (FZ_SECRET_ENTRY (ask->first)) > 0 && fz_secret_entry_get_length (FZ_SECRET_ENTRY (ask->second)) > 0);
}

static void
on_response (FzDialog *dialog, const char *response, Ask *ask)
{
  g_autoptr (GObject) owner = g_object_ref (ask->owner);
  FzDrillShares begin = ask->begin;
  FzSecret *a, *b;

  if (!g_str_equal (response, GO))
    return;
  a = fz_secret_entry_take (FZ_SECRET_ENTRY (ask->first));
  b = fz_secret_entry_take (FZ_SECRET_ENTRY (ask->second));
  fz_dialog_close (dialog);
  begin (a, b, owner);
}

static GtkWidget *
add_share (Ask *ask, GtkWidget *body, const char *caption)
{
  GtkWidget *entry = fz_secret_entry_new (FZ_SECRET_PASSWORD, caption, NULL);

  fz_put (body, fz_form_row_new (caption, entry, TRUE));
  g_signal_connect (entry, "changed", G_CALLBACK (on_changed), ask);
  return entry;
}

void
fz_dialog_drill (GtkWidget *over, FzDrillShares begin, GObject *owner)
{
  Ask *ask = g_new0 (Ask, 1);
  GtkWidget *body = fz_column (14);

  ask->begin = begin;
  ask->owner = g_object_ref (owner);
  ask->dialog = fz_dialog_new (_ ("恢复演练"), _ ("把最新的每日备份恢复到临时文件夹，全部核对后删除；正在使用的数据不受影响"));
  g_object_set_data_full (G_OBJECT (ask->dialog), "fz-ask", ask, ask_free);
  ask->first = add_share (ask, body, _ ("第一份恢复份额"));
  ask->second = add_share (ask, body, _ ("第二份恢复份额"));
  fz_put (body, fz_wrapped (_ ("由两位保管人当面各自输入。演练报告由您签名，写明核对了什么、备份之后还有多少文书。"), "fz-caption"));
  fz_dialog_set_body (ask->dialog, body, FALSE);
  fz_dialog_add_button (ask->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (ask->dialog, GO, _ ("开始演练"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (ask->dialog, GO, FALSE);
  g_signal_connect (ask->dialog, "response", G_CALLBACK (on_response), ask);
  fz_dialog_present (ask->dialog, over);
}
