/* What the security administrator does to keys (密钥管理): revoke, renew, replace. Whoever asks proves with the PIN to be there. */
#include "app/admission.h"
#include "app/certify.h"
#include "app/enrol.h"
#include "app/signing.h"
#include "core/date.h"
#include "db/audit.h"
#include "db/certificates.h"
#include "db/desk_key.h"
#include "db/directory.h"
#include "db/rotate.h"
#include "db/shares.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SHARES 3

static gboolean
fail (GError **error, FzErrorCode code, const char *sentence)
{
  g_set_error_literal (error, FZ_ERROR, code, sentence);
  return FALSE;
}

static gboolean
has_words (const char *words, GError **error)
{
  g_autofree char *stripped = words != NULL ? g_strstrip (g_strdup (words)) : NULL;

  return (stripped != NULL && *stripped != '\0') || fail (error, FZ_ERROR_INVALID, _ ("请填写理由。"));
}

/* --- revocation --- */

typedef struct {
  FzSession *session;
  const char *number, *reason;
  gint64 from_us; /* 0: now */
} Revoke;

/* Which key it is: the present one, or the last that was closed. */
static char *
key_to_revoke (const FzFields *staff)
{
  guint past = fz_fields_count (staff, "past_key");

  if (fz_fields_has (staff, "vkey"))
    return g_strdup (fz_fields_get (staff, "vkey"));
  return past > 0 ? g_strdup (fz_fields_get_at (staff, "past_key", past - 1, "vkey")) : NULL;
}

static gboolean
close_present (FzTxn *txn, const FzFields *staff, const char *number, GError **error)
{
  g_autoptr (FzFields) facts = fz_enrol_facts (staff);

  return !fz_fields_has (staff, "vkey") ||
         (fz_enrol_close_key (txn, staff, facts, error) && fz_staff_set_facts (txn, number, facts, error) &&
          fz_staff_set_keys (txn, number, NULL, NULL, error));
}

static gboolean
revoke_job (FzTxn *txn, gpointer data, GError **error)
{
  const Revoke *revoke = data;
  g_autoptr (FzFields) staff = fz_staff_get (txn, revoke->number, error), payload = fz_fields_new ("fuzhen.key_revoked/v1");
  g_autofree char *vkey = staff != NULL ? key_to_revoke (staff) : NULL;
  gint64 from_us = revoke->from_us > 0 ? revoke->from_us : fz_txn_now_us (txn), place = 0;
  guint64 size = 0;

  if (staff == NULL || (vkey == NULL && !fail (error, FZ_ERROR_REFUSED, _ ("该人员没有签名密钥可以吊销。"))))
    return FALSE;
  if (!fz_audit_head (txn, &size, NULL, NULL, error) || !fz_revocation_place (txn, from_us, &place, error))
    return FALSE;
  if (revoke->from_us <= 0)
    place = (gint64) size; /* the entry of this very act */
  fz_fields_set (payload, "vkey", vkey);
  fz_fields_set_time (payload, "from", from_us);
  fz_fields_set_int (payload, "at_size", place);
  return fz_revocation_add (txn, vkey, revoke->number, place, from_us, revoke->reason, revoke->session->number, error) &&
         close_present (txn, staff, revoke->number, error) &&
         fz_session_audit (revoke->session, txn, "keys.revoke", "staff", revoke->number, "done", revoke->reason, payload, error) &&
         fz_audit_checkpoint (txn, error);
}

gboolean
fz_desk_revoke_key (FzSession *session, const char *number, gint64 from_us, const char *reason, const FzSecret *pin, GError **error)
{
  FzDesk *desk = session->desk;
  Revoke revoke = { session, number, reason, from_us };
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  if (!fz_session_may (session, "keys.revoke", "staff", number, error) || !has_words (reason, error))
    return FALSE;
  if (from_us > fz_session_now_us (session))
    return fail (error, FZ_ERROR_INVALID, _ ("吊销时间不能晚于现在。"));
  /* The row first: should the key file fail then, the key signs nothing all the same. */
  return fz_signing_judge_pin (session, number, pin, error) && fz_store_run (desk->store, FZ_TXN_RECORD, revoke_job, &revoke, error) &&
         (!fz_keyfile_get_public_key (desk->keys, number, public_key) || fz_keyfile_destroy_signing_key (desk->keys, number, error));
}

/* --- telling --- */

static gboolean
tell_job (FzTxn *txn, gpointer data, GError **error)
{
  const Revoke *tell = data;
  g_autoptr (GPtrArray) all = fz_revocation_list (txn, error);
  gint64 number = -1;

  for (guint i = 0; all != NULL && i < all->len && number < 0; i++)
    if (g_str_equal (fz_fields_get (all->pdata[i], "staff"), tell->number) && !fz_fields_has (all->pdata[i], "told_at"))
      fz_fields_get_int (all->pdata[i], "number", &number);
  if (all == NULL || (number < 0 && !fail (error, FZ_ERROR_NOT_FOUND, _ ("该人员没有待告知的密钥吊销。"))))
    return FALSE;
  return fz_revocation_tell (txn, number, tell->reason, tell->session->number, error) &&
         fz_session_audit (tell->session, txn, "keys.tell", "staff", tell->number, "done", tell->reason, NULL, error);
}

gboolean
fz_desk_tell_revocation (FzSession *session, const char *number, const char *words, GError **error)
{
  Revoke tell = { session, number, words, 0 };

  return fz_session_may (session, "keys.revoke", "staff", number, error) && has_words (words, error) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, tell_job, &tell, error);
}

/* --- renewal --- */

static gboolean
renew_job (FzTxn *txn, gpointer data, GError **error)
{
  const Revoke *renew = data;
  g_autoptr (FzFields) staff = fz_staff_get (txn, renew->number, error);

  if (staff == NULL)
    return FALSE;
  if (!fz_fields_has (staff, "vkey") || fz_fields_has (staff, "left_at"))
    return fail (error, FZ_ERROR_REFUSED, _ ("该人员没有在用的签名密钥，不能续期。请发放登记码，由本人重新登记。"));
  return fz_certify (renew->session->desk, txn, staff, fz_fields_get (staff, "vkey"), error) &&
         fz_session_audit (renew->session, txn, "keys.renew", "staff", renew->number, "done", NULL, NULL, error) && fz_audit_checkpoint (txn, error);
}

gboolean
fz_desk_renew_certificate (FzSession *session, const char *number, const FzSecret *pin, GError **error)
{
  Revoke renew = { session, number, NULL, 0 };

  return fz_session_may (session, "keys.renew", "staff", number, error) && fz_signing_judge_pin (session, number, pin, error) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, renew_job, &renew, error);
}

/* --- the store key --- */

/* Nobody is given the next key who does not work here any more. */
static gboolean
check_slots (FzTxn *txn, gpointer data, GError **error)
{
  FzSession *session = data;
  g_auto (GStrv) numbers = fz_keyfile_dup_staff (session->desk->keys);

  for (guint i = 0; numbers[i] != NULL; i++) {
    const char *number = g_str_has_prefix (numbers[i], "enrol-") ? numbers[i] + 6 : numbers[i];
    g_autoptr (FzFields) staff = fz_staff_get (txn, number, NULL);

    if (staff != NULL && !fz_fields_has (staff, "left_at"))
      continue;
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("密钥文件中还有已离职或不在人员名单中的“%s”，没有更换密钥。请先停用该账号。"), numbers[i]);
    return FALSE;
  }
  return TRUE;
}

gboolean
fz_desk_rotate_store_key (FzSession *session, const char *reason, const FzSecret *pin, GCancellable *cancellable,
                          void (*progress) (double done, gpointer data), gpointer data, GPtrArray **out_left, GError **error)
{
  FzDesk *desk = session->desk;
  g_autoptr (FzSecret) next = fz_secret_random (FZ_STORE_KEY_BYTES);
  FzAuditEntry entry = { .actor = session->number, .role = fz_role_to_word (session->role), .session = session->id, .action = "keys.rotate_store",
                         .subject_kind = "store", .outcome = "done", .reason = reason };
  FzRotation rotation = { .keys = desk->keys, .next = next, .entry = &entry, .progress = progress, .progress_data = data, .cancellable = cancellable };

  if (!fz_session_may (session, "keys.rotate", "store", NULL, error) || !has_words (reason, error) || !fz_signing_judge_pin (session, "store", pin, error) ||
      !fz_store_run (desk->store, FZ_TXN_READ, check_slots, session, error) || !fz_store_rotate (desk->store, &rotation, error))
    return FALSE;
  fz_secret_free (desk->store_key);
  desk->store_key = g_steal_pointer (&next);
  if (out_left != NULL)
    *out_left = fz_keyfile_list_boxless (desk->keys);
  return TRUE;
}

/* --- the desk's own keys --- */

typedef struct {
  FzSession *session;
  const char *what, *reason;
  char *note;
} Succeed;

static gboolean
succeed_job (FzTxn *txn, gpointer data, GError **error)
{
  Succeed *succeed = data;
  const FzFields *institution = succeed->session->desk->institution;
  g_autoptr (FzFields) about = fz_fields_new ("fuzhen.part/v1");
  g_autoptr (GBytes) note = NULL;

  fz_fields_set (about, "institution", fz_fields_get (institution, "organ.name"));
  fz_fields_set (about, "institution_code", fz_fields_get (institution, "organ.code"));
  fz_fields_set (about, "reason", succeed->reason);
  if (!fz_session_audit (succeed->session, txn, g_str_equal (succeed->what, "log") ? "keys.rotate_log" : "keys.rotate_institution", "store", NULL,
                         "done", succeed->reason, NULL, error) ||
      !fz_desk_key_succeed (txn, g_str_equal (succeed->what, "log") ? "log" : "desk", about, &note, error))
    return FALSE;
  succeed->note = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
  return TRUE;
}

gboolean
fz_desk_rotate_desk_key (FzSession *session, const char *what, const char *reason, const FzSecret *pin, char **out_note, GError **error)
{
  Succeed succeed = { session, what, reason, NULL };

  if (!fz_session_may (session, "keys.rotate", "store", NULL, error) || !has_words (reason, error))
    return FALSE;
  if (!g_str_equal (what, "log") && !g_str_equal (what, "institution"))
    return fail (error, FZ_ERROR_INVALID, _ ("只能更换日志密钥（log）或机构密钥（institution）。"));
  if (!fz_signing_judge_pin (session, "store", pin, error) || !fz_store_run (session->desk->store, FZ_TXN_RECORD, succeed_job, &succeed, error)) {
    g_free (succeed.note);
    return FALSE;
  }
  if (out_note != NULL)
    *out_note = succeed.note;
  else
    g_free (succeed.note);
  return TRUE;
}

/* --- recovery shares --- */

typedef struct {
  FzSession *session;
  const char *second;
} Shares;

static gboolean
check_second (FzTxn *txn, gpointer data, GError **error)
{
  const Shares *shares = data;
  g_autoptr (FzFields) staff = fz_staff_get (txn, shares->second, error);
  const char *role = staff != NULL ? fz_fields_get (staff, "role") : NULL;

  if (staff == NULL)
    return FALSE;
  if (fz_fields_has (staff, "left_at") || (g_strcmp0 (role, "system") != 0 && g_strcmp0 (role, "affairs") != 0))
    return fail (error, FZ_ERROR_REFUSED, _ ("第二人须为在岗的系统管理员或医务管理人员。"));
  if (!fz_admission_check (txn, staff, error))
    return FALSE;
  return g_strcmp0 (fz_fields_get (staff, "person"), fz_fields_get (shares->session->person, "person")) != 0 ||
         fail (error, FZ_ERROR_REFUSED, _ ("两个账号属于同一个人，恢复份额须由两人共同换发。"));
}

/* Password and PIN of the second one, each try counted as at a sign-in. */
static gboolean
second_is_there (FzDesk *desk, const char *number, const FzSecret *password, const FzSecret *pin, GError **error)
{
  gboolean known = fz_keyfile_has_person (desk->keys, number), good;
  FzAttempts before, now;
  g_autoptr (FzSecret) person = NULL, store_key = NULL, seed = NULL;

  if (!fz_attempts_book_begin (desk->attempts, number, known, &before, error) ||
      !fz_keyfile_unlock_person (desk->keys, number, password, &person, &store_key, error))
    return FALSE;
  before = fz_attempts_right_password (before);
  now = fz_attempts_wrong_pin (before);
  if (fz_attempts_pin_spent (&before) || !fz_attempts_book_set (desk->attempts, number, known, now, error))
    return fail (error, FZ_ERROR_SIGNATURE, _ ("签名密码（PIN）连续输错，签名密钥已销毁。请联系安全管理员重新办理。"));
  seed = fz_keyfile_open_signing_key (desk->keys, number, person, pin, error);
  good = seed != NULL && fz_attempts_book_set (desk->attempts, number, known, fz_attempts_right_pin (before), error);
  if (seed == NULL && fz_attempts_pin_spent (&now))
    fz_keyfile_destroy_signing_key (desk->keys, number, NULL);
  return good;
}

static gboolean
shares_job (FzTxn *txn, gpointer data, GError **error)
{
  const Shares *shares = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.shares/v1");

  fz_fields_set (payload, "second", shares->second);
  fz_fields_set_int (payload, "n", SHARES);
  return fz_session_audit (shares->session, txn, "keys.shares", "store", NULL, "done", NULL, payload, error) && fz_audit_checkpoint (txn, error);
}

char **
fz_desk_new_shares (FzSession *session, const FzSecret *pin, const char *second, const FzSecret *second_password, const FzSecret *second_pin,
                    GError **error)
{
  FzDesk *desk = session->desk;
  Shares shares = { session, second };

  /* The entry first: shares that nobody knows of must not exist, an entry without shares does no harm. */
  if (!fz_session_may (session, "keys.rotate", "store", NULL, error) || !fz_store_run (desk->store, FZ_TXN_READ, check_second, &shares, error) ||
      !fz_signing_judge_pin (session, "store", pin, error) || !second_is_there (desk, second, second_password, second_pin, error) ||
      !fz_store_run (desk->store, FZ_TXN_RECORD, shares_job, &shares, error))
    return NULL;
  return fz_keyfile_make_shares (desk->keys, desk->store_key, SHARES, error);
}
