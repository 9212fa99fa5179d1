#include "app/enrol.h"

#include "app/admission.h"
#include "app/setup.h"
#include "db/audit.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define CODE_LETTERS 16
#define MAX_PAST_KEYS 100

/* Crockford's base 32: no I, L, O or U; 80 bits in 16 letters. */
static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void
fz_enrol_code_free (FzEnrolCode *self)
{
  if (self == NULL)
    return;
  if (self->code != NULL)
    fz_secret_wipe (self->code, strlen (self->code));
  g_free (self->number);
  g_free (self->name);
  g_free (self->code);
  g_free (self);
}

static char *
slot_of (const char *number)
{
  return g_strconcat ("enrol-", number, NULL);
}

/* --- the code --- */

static FzSecret *
make_code (FzDesk *desk)
{
  g_autoptr (FzSecret) random = fz_secret_new (CODE_LETTERS);
  FzSecret *code = fz_secret_new (CODE_LETTERS);

  fz_desk_random (desk, fz_secret_get_writable (random), CODE_LETTERS);
  for (guint i = 0; i < CODE_LETTERS; i++)
    fz_secret_get_writable (code)[i] = (guint8) letters[fz_secret_get (random)[i] % 32];
  return code;
}

static char *
print_code (const FzSecret *code)
{
  const char *text = (const char *) fz_secret_get (code);

  return g_strdup_printf ("%.4s-%.4s-%.4s-%.4s", text, text + 4, text + 8, text + 12);
}

/* As it was meant: small letters, spaces and dashes are no difference, and look-alikes are what they look like. */
static FzSecret *
read_code (const FzSecret *typed)
{
  g_autoptr (FzSecret) code = fz_secret_new (CODE_LETTERS);
  gsize n = 0;

  for (gsize i = 0; i < fz_secret_size (typed); i++) {
    char c = g_ascii_toupper ((char) fz_secret_get (typed)[i]);

    c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
    if (c == '-' || c == ' ')
      continue;
    if (n == CODE_LETTERS || c == '\0' || strchr (letters, c) == NULL)
      return NULL;
    fz_secret_get_writable (code)[n++] = (guint8) c;
  }
  return n == CODE_LETTERS ? g_steal_pointer (&code) : NULL;
}

/* A slot must have a signing key to be made; this one's is destroyed at once, so the code can sign nothing. */
static gboolean
add_slot (FzDesk *desk, const char *slot, const FzSecret *code, GError **error)
{
  g_autoptr (FzSecret) pin = fz_secret_random (32);
  guint8 unused[FZ_ED25519_PUBLIC_BYTES];

  if (fz_keyfile_has_person (desk->keys, slot) && !fz_keyfile_remove_person (desk->keys, slot, error))
    return FALSE;
  return fz_keyfile_add_person (desk->keys, slot, code, pin, desk->store_key, unused, error) &&
         fz_keyfile_destroy_signing_key (desk->keys, slot, error);
}

gboolean
fz_enrol_forget (FzDesk *desk, const char *number, GError **error)
{
  g_autofree char *slot = slot_of (number);

  return (!fz_keyfile_has_person (desk->keys, slot) || fz_keyfile_remove_person (desk->keys, slot, error)) &&
         (!fz_keyfile_has_person (desk->keys, number) || fz_keyfile_remove_person (desk->keys, number, error));
}

/* --- the staff row --- */

typedef struct {
  FzDesk *desk;
  FzSession *actor;
  const char *number;
  gint64 until_us;
  char *name;
} Issue;

/* The row's own facts again, without what the table keeps beside them. */
FzFields *
fz_enrol_facts (const FzFields *staff)
{
  FzFields *facts = fz_fields_dup (staff, NULL);

  fz_fields_set (facts, "vkey", NULL);
  fz_fields_set (facts, "factor", NULL);
  fz_fields_set (facts, "joined_at", NULL);
  fz_fields_set (facts, "left_at", NULL);
  return facts;
}

static gboolean
audit (FzTxn *txn, FzSession *actor, const char *action, const char *number, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = action, .subject_kind = "staff", .subject = number, .outcome = "done" };

  return actor != NULL ? fz_session_audit (actor, txn, action, "staff", number, "done", NULL, NULL, error)
                       : fz_audit_append (txn, &entry, NULL, error);
}

/* What the old key signed must stay judgeable, and nothing signed with it from now on may count. */
gboolean
fz_enrol_close_key (FzTxn *txn, const FzFields *staff, FzFields *facts, GError **error)
{
  guint n = fz_fields_count (facts, "past_key");
  g_autofree char *now = fz_time_format (fz_txn_now_us (txn));

  if (!fz_fields_has (staff, "vkey"))
    return TRUE;
  if (n >= MAX_PAST_KEYS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("该人员已更换过%d次签名密钥，请另立账号。"), MAX_PAST_KEYS);
    return FALSE;
  }
  fz_fields_set_at (facts, "past_key", n, "vkey", fz_fields_get (staff, "vkey"));
  fz_fields_set_at (facts, "past_key", n, "from", fz_fields_get (staff, n > 0 ? "key_from" : "joined_at"));
  fz_fields_set_at (facts, "past_key", n, "until", now);
  fz_fields_set (facts, "key_from", now);
  return TRUE;
}

static gboolean
issue_job (FzTxn *txn, gpointer data, GError **error)
{
  Issue *issue = data;
  g_autoptr (FzFields) staff = fz_staff_get (txn, issue->number, error);
  g_autoptr (FzFields) facts = staff != NULL ? fz_enrol_facts (staff) : NULL;
  g_autoptr (GError) why = NULL;
  const char *state;

  if (facts == NULL)
    return FALSE;
  if (fz_fields_has (staff, "left_at")) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("该账号已停用，不能发放登记码。"));
    return FALSE;
  }
  issue->name = g_strdup (fz_fields_get (staff, "name"));
  issue->until_us = fz_txn_now_us (txn) + FZ_ENROL_HOURS * G_GINT64_CONSTANT (3600) * FZ_US_PER_SECOND;
  state = fz_admission_state (txn, staff, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (!fz_admission_begin (txn, issue->actor, facts, fz_fields_has (staff, "vkey"), error))
    return FALSE;
  fz_fields_set_time (facts, "enrol_until", issue->until_us);
  /* A key of an account that nobody admitted signed nothing: it goes without a trace in the list of keys. */
  return ((state != NULL && !g_str_equal (state, "admitted")) || fz_enrol_close_key (txn, staff, facts, error)) &&
         fz_staff_set_facts (txn, issue->number, facts, error) && fz_staff_set_keys (txn, issue->number, NULL, NULL, error) &&
         audit (txn, issue->actor, "staff.enrol_code", issue->number, error) && fz_audit_checkpoint (txn, error);
}

FzEnrolCode *
fz_enrol_issue (FzDesk *desk, FzSession *actor, const char *number, GError **error)
{
  g_autofree char *slot = slot_of (number);
  g_autoptr (FzSecret) code = make_code (desk);
  Issue issue = { .desk = desk, .actor = actor, .number = number };
  FzAttempts none = { 0 };
  FzEnrolCode *out;

  /* The row first: should the key file fail then, the person is locked out and the code can be issued again. */
  if (!fz_store_run (desk->store, FZ_TXN_RECORD, issue_job, &issue, error) || !fz_enrol_forget (desk, number, error) ||
      !add_slot (desk, slot, code, error) || !fz_attempts_book_set (desk->attempts, number, TRUE, none, error) ||
      !fz_attempts_book_set (desk->attempts, slot, TRUE, none, error)) {
    g_free (issue.name);
    return NULL;
  }
  out = g_new0 (FzEnrolCode, 1);
  out->number = g_strdup (number);
  out->name = issue.name;
  out->code = print_code (code);
  out->until_us = issue.until_us;
  return out;
}

/* --- using it --- */

static FzSecret *
unlock (FzDesk *desk, const char *slot, const FzSecret *typed, GError **error)
{
  gboolean known = fz_keyfile_has_person (desk->keys, slot);
  FzAttempts before;
  g_autoptr (FzSecret) code = read_code (typed), person_key = NULL;
  FzSecret *store_key = NULL;

  /* The try is used up on disk before the code is judged, as at every sign-in. */
  if (!fz_keyfile_check_person (desk->keys, slot, error) || !fz_attempts_book_begin (desk->attempts, slot, known, &before, error))
    return NULL;
  if (code == NULL || !fz_keyfile_unlock_person (desk->keys, slot, code, &person_key, &store_key, error)) {
    g_clear_error (error);
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("工号或登记码不正确。请核对，或请安全管理员重新发放登记码。"));
    return NULL;
  }
  if (fz_attempts_book_set (desk->attempts, slot, known, fz_attempts_right_password (before), error))
    return store_key;
  fz_secret_free (store_key);
  return NULL;
}

static gboolean
admit_job (FzTxn *txn, gpointer data, GError **error)
{
  const char *number = data;
  g_autoptr (FzFields) staff = fz_staff_get (txn, number, error);
  gint64 until = 0;

  if (staff == NULL)
    return FALSE;
  if (!fz_fields_has (staff, "left_at") && fz_fields_get_time (staff, "enrol_until", &until) && fz_txn_now_us (txn) <= until)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("登记码已超过%d小时，或该账号已停用。请安全管理员重新发放登记码。"), FZ_ENROL_HOURS);
  return FALSE;
}

static gboolean
used_job (FzTxn *txn, gpointer data, GError **error)
{
  const char *number = data;
  g_autoptr (FzFields) staff = fz_staff_get (txn, number, error);
  g_autoptr (FzFields) facts = staff != NULL ? fz_enrol_facts (staff) : NULL;

  if (facts == NULL)
    return FALSE;
  fz_fields_set (facts, "enrol_until", NULL);
  return fz_staff_set_facts (txn, number, facts, error) && audit (txn, NULL, "staff.enrol_code_used", number, error) &&
         fz_audit_checkpoint (txn, error);
}

gboolean
fz_enrol_with_code (FzDesk *desk, const char *number, const FzSecret *code, const FzSecret *password, const FzSecret *pin,
                    FzSecret **out_key_file, FzSecret **out_totp, GError **error)
{
  g_autofree char *slot = slot_of (number);
  g_autoptr (FzSecret) store_key = NULL;
  gboolean was_open = desk->store != NULL, good;

  if (!fz_password_check (number, password, error) || !fz_pin_check (pin, error))
    return FALSE;
  store_key = unlock (desk, slot, code, error);
  if (store_key == NULL || (!was_open && !fz_desk_open_store (desk, store_key, error)))
    return FALSE;
  good = fz_store_run (desk->store, FZ_TXN_READ, admit_job, (gpointer) number, error) &&
         fz_setup_enrol (desk, number, password, pin, out_key_file, out_totp, error) &&
         fz_keyfile_remove_person (desk->keys, slot, error) &&
         fz_store_run (desk->store, FZ_TXN_RECORD, used_job, (gpointer) number, error);
  if (!was_open)
    fz_desk_close_store (desk);
  return good;
}
