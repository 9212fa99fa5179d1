#include "app/confirm.h"

#include "app/check.h"
#include "app/rx_read.h"
#include "app/sheet.h"
#include "app/submit.h"

#include <glib/gi18n-lib.h>

static gboolean
wants_confirmation (FzDesk *desk, const FzFields *rx, guint i)
{
  return fz_review_norm_wants_confirmation (desk->knowledge->norm, fz_fields_get_at (rx, "override", i, "rule"));
}

void
fz_confirm_put_demand (FzDesk *desk, FzFields *body)
{
  for (guint i = 0; i < fz_fields_count (body, "override"); i++)
    if (wants_confirmation (desk, body, i)) {
      fz_fields_set (body, "rx.second_signature", "yes");
      return;
    }
}

gboolean
fz_confirm_is_due (const FzFields *rx)
{
  return g_strcmp0 (fz_fields_get (rx, "rx.stage"), "signed") == 0 && fz_fields_is_yes (rx, "rx.second_signature") &&
         !fz_fields_has (rx, "rx.confirmed_at");
}

static gboolean
is_returned (const FzFields *rx)
{
  return g_strcmp0 (fz_fields_get (rx, "rx.stage"), "returned") == 0 && !fz_fields_has (rx, "rx.replaced_by");
}

/* --- the document --- */

static void
put_lines (const FzFields *rx, FzFields *body)
{
  static const char *const keys[] = { "generic", "strength", "dose_number", "dose_unit", "freq", "days", "quantity", "unit" };

  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (body, "rx.item", i, keys[k], fz_fields_get_at (rx, "rx.item", i, keys[k]));
}

static void
put_grounds (FzDesk *desk, const FzFields *rx, FzFields *body)
{
  static const char *const keys[] = { "rule", "message", "reason_label", "words" };
  guint n = 0;

  for (guint i = 0; i < fz_fields_count (rx, "override"); i++) {
    if (!wants_confirmation (desk, rx, i))
      continue;
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (body, "finding", n, keys[k], fz_fields_get_at (rx, "override", i, keys[k]));
    n++;
  }
  if (!is_returned (rx))
    return;
  for (guint i = 0; i < fz_fields_count (rx, "reason"); i++) {
    fz_fields_set_at (body, "returned", i, "code", fz_fields_get_at (rx, "reason", i, "code"));
    fz_fields_set_at (body, "returned", i, "label", fz_fields_get_at (rx, "reason", i, "label"));
  }
  fz_fields_set (body, "returned_words", fz_fields_get (rx, "rx.review_words"));
}

static gboolean
check_due (const FzFields *rx, const char *words, GError **error)
{
  gboolean returned = is_returned (rx);

  if (!returned && !fz_confirm_is_due (rx)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这张处方不需要再次签名，或已经再次签名、作废、过期。"));
    return FALSE;
  }
  if (returned && (words == NULL || *words == '\0')) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("药师已退回这张处方。坚持原处方时，请写明核实情况和理由。"));
    return FALSE;
  }
  return TRUE;
}

FzSheet *
fz_desk_prepare_confirmation (FzSession *session, const char *rx, const char *words, GError **error)
{
  g_auto (FzRxRead) read = { .id = rx };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;
  g_autofree char *id = NULL;

  if (!fz_session_may (session, "prescription.confirm", "prescription", rx, error) ||
      !fz_rx_read_own (session, "prescription.confirm", _ ("只有开方医师本人可以再次签名确认这张处方。此次尝试已记入审计。"), &read, error) ||
      !check_due (read.rx, words, error))
    return NULL;
  sheet = fz_sheet_new (session, fz_fields_get (read.rx, "rx.visit"));
  id = fz_document_id (session->desk, rx, "confirmation");
  body = fz_body_new (session->desk, FZ_DOC_CONFIRMATION, sheet->visit, id, sheet->prepared_us);
  fz_session_put_signer (session, body, "doctor");
  fz_fields_set (body, "prescription", rx);
  fz_fields_set (body, "patient.name", fz_fields_get (read.rx, "patient.name"));
  fz_fields_set (body, "note_sha256", read.document->note_sha256);
  fz_fields_set (body, "text_sha256", read.document->text_sha256);
  put_lines (read.rx, body);
  put_grounds (session->desk, read.rx, body);
  fz_fields_set (body, "words", words != NULL && *words != '\0' ? words : NULL);
  fz_check_put_rules (session->desk, NULL, body);
  fz_check_put_engine (session->desk, NULL, body);
  return fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}
