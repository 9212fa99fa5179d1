/* Evidence and the audit log. */
#include "tests/store/calls.h"

#include "db/attachment.h"
#include "db/audit.h"
#include "db/desk_key.h"

static gboolean
act_attachment (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("evidence", 8);
  g_autofree char *sha256 = NULL;
  g_autofree char *again = NULL;
  g_autofree char *media_type = NULL;

  if (!fz_attachment_put (txn, bytes, "image/png", &sha256, error) || !fz_attachment_put (txn, bytes, "image/png", &again, error))
    return FALSE;
  g_assert_cmpstr (sha256, ==, again);
  return say_bytes (answer, fz_attachment_get (txn, sha256, &media_type, error));
}

static gboolean
read_attachment (FzTxn *txn, GString *answer, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex ("evidence", 8);

  return say_bytes (answer, fz_attachment_get (txn, sha256, NULL, error)) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_attachment_get (txn, "00", NULL, error) != NULL, error);
}

static gboolean
act_audit (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) payload = facts_of ("fuzhen.audit.test/v1", "detail", "x");
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .subject = "V1", .outcome = "done",
                         .payload = payload };
  guint64 number = 0;

  for (guint i = 0; i < 3; i++)
    if (!fz_audit_append (txn, &entry, &number, error) || !fz_audit_checkpoint (txn, error))
      return FALSE;
  g_string_append_printf (answer, "%u\n", (guint) number);
  return TRUE;
}

static gboolean
count_entry (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  GString *answer = data;

  say_facts (answer, fz_fields_ref ((FzFields *) entry));
  return payload == NULL || say_facts (answer, fz_fields_ref ((FzFields *) payload));
}

static gboolean
read_audit (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzVerifier) verifier = fz_audit_dup_verifier (txn, error);
  g_autoptr (FzVerifier) desk = fz_desk_key_dup_verifier (txn, error);
  g_autofree char *origin = fz_audit_dup_origin (txn, error);
  g_autoptr (GArray) proof = NULL;
  char *head = NULL;
  guint64 size = 0;
  gint64 last = 0;

  g_string_append_printf (answer, "%s %s %s\n", origin, fz_verifier_get_name (verifier), fz_verifier_get_name (desk));
  if (!fz_audit_head (txn, &size, NULL, &head, error) || !say_text (answer, head, error) ||
      !fz_audit_foreach (txn, 0, 100, count_entry, answer, error) || !fz_audit_last_us (txn, &last, error) ||
      !say_bytes (answer, fz_audit_dup_leaf (txn, 1, error)) || !say_text (answer, fz_desk_key_sign_line (txn, "x\n", 2, error), error))
    return FALSE;
  proof = fz_audit_prove (txn, 1, size, error);
  g_string_append_printf (answer, "%u %d\n", proof != NULL ? proof->len : 0, (int) last);
  return proof != NULL && refused_as (FZ_ERROR_NOT_FOUND, fz_audit_dup_leaf (txn, 999, error) != NULL, error);
}

static gboolean
check_audit (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  gboolean done = FALSE;

  while (!done)
    if (!fz_audit_check_step (check, txn, 2, &done, error))
      return FALSE;
  g_string_append_printf (answer, "%u\n", (guint) fz_audit_check_get_position (check));
  return TRUE;
}

const Call calls_log[] = {
  { "attachment", act_attachment },
  { "read attachment", read_attachment },
  { "audit", act_audit },
  { "read audit", read_audit },
  { "check audit", check_audit },
  { NULL, NULL },
};
