#include "ui/access_case.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/marking.h"

#include <glib/gi18n-lib.h>

static void
put (GtkWidget *body, const char *caption, const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  fz_put (body, fz_text (caption, "fz-caption"));
  fz_put (body, fz_wrapped (text, NULL));
}

static char *
joined (const FzFields *facts, const char *list, const char *key)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (facts, list); i++) {
    const char *value = fz_fields_get_at (facts, list, i, key);

    if (value != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? _ ("；") : "", value);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
put_prescription (GtkWidget *body, FzSession *session, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) rx = fz_desk_read_prescription (session, id, &error);
  g_autoptr (GString) text = g_string_new (NULL);
  FzRxStage stage = FZ_RX_NONE;
  g_autofree char *caption = NULL;

  if (rx == NULL) {
    put (body, id, error->message);
    return;
  }
  fz_rx_stage_from_word (fz_fields_get (rx, "rx.stage"), &stage);
  caption = g_strdup_printf (_ ("处方 %s · %s"), id, fz_rx_stage_label (stage));
  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++)
    g_string_append_printf (text, "%s%s %s", i > 0 ? "\n" : "", fz_fields_get_at (rx, "rx.item", i, "generic"),
                            fz_fields_get_at (rx, "rx.item", i, "strength") != NULL ? fz_fields_get_at (rx, "rx.item", i, "strength") : "");
  put (body, caption, text->str);
}

static GtkWidget *
body_new (FzSession *session, const FzFields *visit)
{
  static const char *const parts[][2] = { { "visit.complaint", N_ ("申请时的主诉") }, { "visit.history", N_ ("申请时的病史") },
                                          { "record.chief_complaint", N_ ("主诉") }, { "record.present_history", N_ ("现病史") },
                                          { "record.past_history", N_ ("既往史") }, { "record.current_drugs", N_ ("目前用药") },
                                          { "record.exam", N_ ("体格检查") }, { "record.assist", N_ ("辅助检查") }, { "record.opinion", N_ ("处理意见") } };
  GtkWidget *body = fz_column (6);
  g_autofree char *who = g_strdup_printf ("%s · %s", fz_fields_get (visit, "patient.name"),
                                          fz_fields_get (visit, "patient.age_text") != NULL ? fz_fields_get (visit, "patient.age_text") : "");
  g_autofree char *allergies = joined (visit, "allergy", NULL), *diagnoses = joined (visit, "diagnosis", "name");

  put (body, _ ("患者"), who);
  put (body, _ ("过敏史"), allergies);
  put (body, _ ("诊断"), diagnoses);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    put (body, _ (parts[i][1]), fz_fields_get (visit, parts[i][0]));
  for (guint i = 0; i < fz_fields_count (visit, "prescription"); i++)
    put_prescription (body, session, fz_fields_get_at (visit, "prescription", i, "id"));
  return body;
}

static void
on_response (FzDialog *dialog, const char *response, gpointer unused)
{
  if (!g_str_equal (response, FZ_RESPONSE_CANCEL))
    fz_dialog_close (dialog);
}

typedef struct {
  FzSession *session;
  char *visit;
} Case;

static void
case_free (gpointer data)
{
  Case *self = data;

  fz_session_unref (self->session);
  g_free (self->visit);
  g_free (self);
}

static void
fill (gpointer dialog)
{
  const Case *self = g_object_get_data (dialog, "fz-case");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_visit (self->session, self->visit, &error);

  fz_dialog_set_body (dialog, facts != NULL ? body_new (self->session, facts) : fz_marking_gate_new (self->session, self->visit, error, fill, dialog), FALSE);
}

void
fz_access_case_show (GtkWidget *over, FzSession *session, const char *visit)
{
  g_autofree char *title = g_strdup_printf (_ ("就诊 %s（只读）"), visit);
  FzDialog *dialog = fz_dialog_new (title, _ ("本次查看已记入审计。证件号码、电话等仍为脱敏显示。"));
  Case *self = g_new (Case, 1);

  *self = (Case) { fz_session_ref (session), g_strdup (visit) };
  g_object_set_data_full (G_OBJECT (dialog), "fz-case", self, case_free);
  fz_dialog_set_width (dialog, 640);
  fill (dialog);
  fz_dialog_add_button (dialog, "close", _ ("关闭"), FZ_BUTTON_PLAIN);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), NULL);
  fz_dialog_present (dialog, over);
}
