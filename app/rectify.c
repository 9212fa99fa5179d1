/* A finding of the platform that came as the refusal of an upload (平台退回转为整改): what the form of the register begins with. Tianjin 2025 art. 26. */
#include "app/desk_private.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>

static void
put_content (const FzFields *row, FzFields *values)
{
  const char *words = fz_fields_get (row, "words"), *code = fz_fields_get (row, "code"), *problems = fz_fields_get (row, "problems");
  g_autoptr (GString) text = g_string_new (NULL);

  if (words != NULL)
    g_string_append_printf (text, "平台答复：%s", words);
  if (code != NULL)
    g_string_append_printf (text, "（代码 %s）", code);
  if (problems != NULL)
    g_string_append_printf (text, "%s缺项：%s", text->len > 0 ? "\n" : "", problems);
  fz_fields_set (values, "field.content", text->str);
}

FzFields *
fz_desk_start_rectification (FzSession *session, gint64 id, GError **error)
{
  g_autoptr (FzFields) row = fz_session_may (session, "register.write", "register", "rectification", error) ? fz_desk_read_outbox (session, id, error) : NULL, values = NULL;
  const char *state = row != NULL ? fz_fields_get (row, "state") : NULL, *method, *label;
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (session))), *subject = NULL, *notice = NULL, *on = NULL;
  gint64 changed_us = 0;

  if (row == NULL)
    return NULL;
  if (g_strcmp0 (state, "refused") != 0 && g_strcmp0 (state, "blocked") != 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("这条数据没有被平台退回，也不缺项，没有要整改的内容。"));
    return NULL;
  }
  values = fz_fields_new ("fuzhen.values/v1");
  method = fz_fields_get (row, "method");
  label = fz_message_table_get_label (session->desk->knowledge->messages, method);
  subject = g_strdup_printf ("%s上报被退回：%s", label != NULL ? label : method, fz_fields_get (row, "subject"));
  notice = g_strdup_printf ("上报记录 %s", fz_fields_get (row, "id"));
  if (fz_fields_get_time (row, "changed_at", &changed_us))
    on = fz_date_format (fz_date_in_beijing (changed_us));
  fz_fields_set (values, "field.subject", subject);
  fz_fields_set (values, "field.kind", "platform");
  fz_fields_set (values, "field.received_by", "ledger");
  fz_fields_set (values, "field.notice", notice);
  fz_fields_set (values, "field.received_on", on != NULL ? on : today);
  put_content (row, values);
  return fz_fields_freeze (g_steal_pointer (&values));
}
