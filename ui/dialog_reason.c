#include "ui/dialog_reason.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzDialog *dialog;
  GtkWidget *codes, *words;
  GHashTable *guidance; /* code -> text */
  char *filled;         /* what was put in by the last code; not overwritten once changed by hand */
  FzReasonGiven given;
  gpointer user_data;
  GDestroyNotify free_data;
} Reason;

static void
reason_free (gpointer data)
{
  Reason *reason = data;

  if (reason->free_data != NULL)
    reason->free_data (reason->user_data);
  g_hash_table_unref (reason->guidance);
  g_free (reason->filled);
  g_free (reason);
}

static char *
filled_in (const char *text, const FzReasonAsk *ask)
{
  const char *department = ask->fill_in != NULL ? fz_fields_get (ask->fill_in, "visit.department_name") : NULL;
  g_autoptr (GString) out = g_string_new (text);

  g_string_replace (out, "{institution}", ask->institution != NULL ? ask->institution : _ ("本院"), 0);
  g_string_replace (out, "{department}", department != NULL ? department : _ ("相应科室"), 0);
  g_string_replace (out, "{clinic}", _ ("发热门诊或肠道门诊"), 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
on_code (FzDropDown *codes, Reason *reason)
{
  const char *guidance = g_hash_table_lookup (reason->guidance, fz_drop_down_get_code (codes));
  g_autofree char *now = fz_text_area_get_text (FZ_TEXT_AREA (reason->words));

  fz_dialog_set_error (reason->dialog, NULL);
  if (guidance == NULL || (*now != '\0' && g_strcmp0 (now, reason->filled) != 0))
    return;
  fz_text_area_set_text (FZ_TEXT_AREA (reason->words), guidance);
  g_free (reason->filled);
  reason->filled = g_strdup (guidance);
}

static void
on_typed (FzTextArea *words, Reason *reason)
{
  fz_dialog_set_error (reason->dialog, NULL);
}

static void
on_response (FzDialog *dialog, const char *response, Reason *reason)
{
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "confirm"))
    return;
  words = g_strstrip (fz_text_area_get_text (FZ_TEXT_AREA (reason->words)));
  fz_dialog_set_error (dialog, NULL);
  if (!reason->given (dialog, reason->codes != NULL ? fz_drop_down_get_code (FZ_DROP_DOWN (reason->codes)) : NULL, words,
                      reason->user_data, &error))
    fz_dialog_set_error (dialog, error != NULL ? error->message : _ ("请填写完整。"));
}

static GtkWidget *
codes_new (Reason *reason, const FzReasonAsk *ask)
{
  reason->codes = fz_drop_down_new (_ ("请选择…"));
  for (guint i = 0; i < ask->codes->len; i++) {
    const FzFields *row = ask->codes->pdata[i];
    const char *code = fz_fields_get (row, "code"), *label = fz_entry_label (row, NULL, 0, "label"), *guidance = fz_fields_get (row, "guidance");

    fz_drop_down_add (FZ_DROP_DOWN (reason->codes), code, label, NULL);
    if (guidance != NULL)
      g_hash_table_insert (reason->guidance, g_strdup (code), filled_in (guidance, ask));
  }
  fz_drop_down_set_numbered (FZ_DROP_DOWN (reason->codes), TRUE);
  g_signal_connect (reason->codes, "changed", G_CALLBACK (on_code), reason);
  return fz_form_row_new (ask->codes_caption != NULL ? ask->codes_caption : _ ("理由"), reason->codes, TRUE);
}

void
fz_dialog_reason (GtkWidget *over, const FzReasonAsk *ask, FzReasonGiven given, gpointer user_data, GDestroyNotify free_data)
{
  Reason *reason = g_new0 (Reason, 1);
  GtkWidget *body = fz_column (14);

  reason->guidance = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reason->given = given;
  reason->user_data = user_data;
  reason->free_data = free_data;
  reason->dialog = fz_dialog_new (ask->title, ask->subtitle);
  g_object_set_data_full (G_OBJECT (reason->dialog), "fz-reason", reason, reason_free);
  fz_dialog_set_width (reason->dialog, 560);
  reason->words = fz_text_area_new (ask->words_hint, 4, 500);
  g_signal_connect (reason->words, "changed", G_CALLBACK (on_typed), reason);
  if (ask->codes != NULL)
    fz_put (body, codes_new (reason, ask));
  if (ask->extra != NULL)
    fz_put (body, ask->extra);
  fz_put (body, fz_form_row_new (ask->words_caption, reason->words, TRUE));
  fz_dialog_set_body (reason->dialog, body, FALSE);
  fz_dialog_add_button (reason->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (reason->dialog, "confirm", ask->confirm, ask->danger ? FZ_BUTTON_DANGER : FZ_BUTTON_PRIMARY);
  g_signal_connect (reason->dialog, "response", G_CALLBACK (on_response), reason);
  fz_dialog_present (reason->dialog, over);
}
