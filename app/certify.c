#include "app/certify.h"

#include "app/knowledge.h"
#include "core/date.h"
#include "db/certificates.h"
#include "db/desk_key.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>

#define DAY_US (G_GINT64_CONSTANT (86400) * FZ_US_PER_SECOND)

gint64
fz_key_policy (FzDesk *desk, const char *code)
{
  const FzCodes *policy = fz_knowledge_codes (desk->knowledge, "key-policy");
  int row = policy != NULL ? fz_codes_find_code (policy, code) : -1;
  gint64 value = -1;

  return row >= 0 && g_ascii_string_to_signed (fz_codes_get (policy, (guint) row, "value"), 10, 0, 100000, &value, NULL) ? value : -1;
}

static FzFields *
body_of (FzDesk *desk, const FzVerifier *issuer, const FzFields *staff, const char *vkey, gint64 serial, gint64 from_us, gint64 until_us)
{
  static const char *const copied[] = { "number", "name", "person", "role", "licence" };
  FzFields *body = fz_fields_new ("fuzhen.certificate/v1");
  g_autofree char *issuer_vkey = fz_verifier_dup_vkey (issuer);

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (body, copied[i], fz_fields_get (staff, copied[i]));
  fz_fields_set (body, "vkey", vkey);
  fz_fields_set_int (body, "serial", serial);
  fz_fields_set_time (body, "from", from_us);
  fz_fields_set_time (body, "until", until_us);
  fz_fields_set_time (body, "made_at", from_us);
  fz_fields_set (body, "issuer", issuer_vkey);
  fz_fields_set (body, "institution", fz_fields_get (desk->institution, "organ.name"));
  fz_fields_set (body, "institution_code", fz_fields_get (desk->institution, "organ.code"));
  return body;
}

gboolean
fz_certify (FzDesk *desk, FzTxn *txn, const FzFields *staff, const char *vkey, GError **error)
{
  gint64 now_us = fz_txn_now_us (txn), days = fz_key_policy (desk, "certificate.days"), serial = 0;
  g_autoptr (FzVerifier) issuer = fz_desk_key_dup_verifier (txn, error);
  g_autoptr (FzFields) body = NULL;
  g_autoptr (GBytes) text = NULL, note = NULL;
  g_autofree char *line = NULL;

  if (days <= 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INTERNAL, "key-policy.csv lacks certificate.days");
    return FALSE;
  }
  if (issuer == NULL || !fz_certificate_next_serial (txn, &serial, error))
    return FALSE;
  body = body_of (desk, issuer, staff, vkey, serial, now_us, now_us + days * DAY_US);
  text = fz_fields_print (body, error);
  line = text != NULL ? fz_desk_key_sign_line (txn, g_bytes_get_data (text, NULL), g_bytes_get_size (text), error) : NULL;
  if (line == NULL)
    return FALSE;
  note = fz_note_join (text, (const char *const[]) { line, NULL });
  return fz_certificate_add (txn, serial, fz_fields_get (staff, "number"), vkey, now_us, now_us + days * DAY_US, note, error);
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, sentence);
  return FALSE;
}

/* Keys of before there were certificates go on without one until the security administrator issues it. */
static gboolean
check_certificate (FzTxn *txn, const char *vkey, gint64 *out_validation, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) certificate = fz_certificate_find (txn, vkey, &why);
  gint64 until = 0;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (certificate == NULL)
    return TRUE;
  fz_fields_get_int (certificate, "validation", out_validation);
  fz_fields_get_time (certificate, "until", &until);
  return fz_txn_now_us (txn) <= until || refuse (error, _ ("您的签名证书已到期，不能签名。请安全管理员续期后再签。"));
}

gboolean
fz_certify_check (FzSession *session, FzTxn *txn, gint64 *out_validation, GError **error)
{
  g_autofree char *mine = fz_verifier_dup_vkey (session->verifier);
  g_autoptr (FzFields) staff = fz_staff_get (txn, session->number, error), revoked = NULL;
  g_autoptr (GError) why = NULL;
  gint64 validation = -1;

  if (staff == NULL)
    return FALSE;
  revoked = fz_revocation_find (txn, mine, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (revoked != NULL)
    return refuse (error, _ ("您的签名密钥已被吊销，不能再签名。请安全管理员发放登记码，重新登记。"));
  if (g_strcmp0 (fz_fields_get (staff, "vkey"), mine) != 0 || fz_fields_has (staff, "left_at"))
    return refuse (error, _ ("您的签名密钥已被停用或更换，请退出后重新登录。"));
  if (!check_certificate (txn, mine, &validation, error))
    return FALSE;
  if (out_validation != NULL)
    *out_validation = validation;
  return TRUE;
}
