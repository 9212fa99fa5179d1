#include "app/password.h"

#include "app/knowledge.h"
#include "app/reading.h"
#include "app/setup.h"
#include "app/signin.h"
#include "app/signing.h"
#include "db/password_age.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DAY_US (G_GINT64_CONSTANT (24) * 3600 * FZ_US_PER_SECOND)

/* --- how long --- */

static gint64
number_of (FzDesk *desk, const char *code)
{
  const FzCodes *policy = fz_knowledge_codes (desk->knowledge, "password-policy");
  int row = policy != NULL ? fz_codes_find_code (policy, code) : -1;
  gint64 value = 0;

  return row >= 0 && g_ascii_string_to_signed (fz_codes_get (policy, (guint) row, "value"), 10, 1, 10000, &value, NULL) ? value : 0;
}

gboolean
fz_password_until (FzDesk *desk, FzTxn *txn, const char *number, gint64 *out_until_us, GError **error)
{
  g_autoptr (FzFields) past = NULL;
  gint64 set_at_us = 0;

  *out_until_us = 0;
  /* Nor in a store that can only be read: it cannot be changed there, and what is to be looked into must be readable. */
  if (fz_desk_is_demo (desk) || fz_store_is_read_only (fz_txn_get_store (txn), NULL))
    return TRUE;
  if (!fz_password_age_get (txn, number, &set_at_us, &past, error))
    return FALSE;
  if (set_at_us == 0) {
    set_at_us = fz_txn_now_us (txn);
    if (!fz_password_age_put (txn, number, set_at_us, past, error))
      return FALSE;
  }
  *out_until_us = set_at_us + number_of (desk, "days") * DAY_US;
  return TRUE;
}

gboolean
fz_password_is_new (FzTxn *txn, const char *number, GError **error)
{
  g_autoptr (FzFields) past = NULL;
  gint64 set_at_us = 0;

  return fz_password_age_get (txn, number, &set_at_us, &past, error) && fz_password_age_put (txn, number, fz_txn_now_us (txn), past, error);
}

int
fz_session_password_days (FzSession *session)
{
  gint64 left_us = session->password_until_us - fz_session_now_us (session);

  if (session->password_until_us == 0)
    return G_MAXINT;
  return left_us > 0 ? (int) ((left_us + DAY_US - 1) / DAY_US) : 0;
}

gboolean
fz_session_has_signing_key (FzSession *session)
{
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  return fz_keyfile_get_public_key (session->desk->keys, session->number, public_key);
}

gboolean
fz_session_password_is_near_its_end (FzSession *session)
{
  return fz_session_password_days (session) <= number_of (session->desk, "warn_days");
}

/* --- those before --- */

/* As slow as the password itself is derived, so that a list of old ones helps nobody to guess. */
static FzSecret *
derive_past (FzDesk *desk, const FzSecret *password, const guint8 salt[FZ_KEY_SALT_BYTES], GError **error)
{
  FzKeyCosts costs = fz_desk_is_demo (desk) ? fz_key_costs_demo () : fz_key_costs_release ();
  g_autoptr (FzSecret) key = fz_key_of_person (password, salt, &costs, NULL, error);

  return key != NULL ? fz_key_for (key, "fuzhen.past_password/v1") : NULL;
}

/* TRUE with *out_same FALSE: another one. What is kept cannot be read: nothing is decided. */
static gboolean
is_past (FzDesk *desk, const FzFields *past, guint i, const FzSecret *password, gboolean *out_same, GError **error)
{
  gsize n_salt = 0, n_hash = 0;
  const char *kept_salt = fz_fields_get_at (past, "past", i, "salt"), *kept_hash = fz_fields_get_at (past, "past", i, "hash");
  g_autofree guint8 *salt = kept_salt != NULL ? g_base64_decode (kept_salt, &n_salt) : NULL;
  g_autofree guint8 *hash = kept_hash != NULL ? g_base64_decode (kept_hash, &n_hash) : NULL;
  g_autoptr (FzSecret) own = NULL;

  if (n_salt != FZ_KEY_SALT_BYTES || n_hash != FZ_KEY_BYTES) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("以前用过的口令的记录已损坏，无法更换口令。请系统管理员用备份恢复（fuzhen restore）。"));
    return FALSE;
  }
  own = derive_past (desk, password, salt, error);
  if (own == NULL)
    return FALSE;
  *out_same = memcmp (fz_secret_get (own), hash, FZ_KEY_BYTES) == 0;
  return TRUE;
}

static gboolean
refuse_known (FzDesk *desk, const FzFields *past, const FzSecret *old, const FzSecret *fresh, GError **error)
{
  gboolean same = fz_secret_equal (old, fresh);

  for (guint i = 0; i < fz_fields_count (past, "past") && !same; i++)
    if (!is_past (desk, past, i, fresh, &same, error))
      return FALSE;
  if (!same)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("新口令与现在的或最近用过的相同，请换一个。"));
  return FALSE;
}

/* `past` with the one that ends now in front, as many as are remembered. */
static FzFields *
remember (FzDesk *desk, const FzFields *past, const FzSecret *old, GError **error)
{
  g_autoptr (FzFields) out = fz_fields_new ("fuzhen.past_passwords/v1");
  guint most = (guint) number_of (desk, "remembered"), n = MIN (fz_fields_count (past, "past"), MAX (most, 1) - 1);
  guint8 salt[FZ_KEY_SALT_BYTES];
  g_autoptr (FzSecret) hash = NULL;
  g_autofree char *salt_text = NULL, *hash_text = NULL;

  fz_desk_random (desk, salt, sizeof salt);
  hash = derive_past (desk, old, salt, error);
  if (hash == NULL)
    return NULL;
  salt_text = g_base64_encode (salt, sizeof salt);
  hash_text = g_base64_encode (fz_secret_get (hash), fz_secret_size (hash));
  fz_fields_set_at (out, "past", 0, "salt", salt_text);
  fz_fields_set_at (out, "past", 0, "hash", hash_text);
  for (guint i = 0; i < n; i++) {
    fz_fields_set_at (out, "past", i + 1, "salt", fz_fields_get_at (past, "past", i, "salt"));
    fz_fields_set_at (out, "past", i + 1, "hash", fz_fields_get_at (past, "past", i, "hash"));
  }
  return g_steal_pointer (&out);
}

/* --- changing --- */

typedef struct {
  FzSession *session;
  const char *action, *outcome, *reason;
  gint64 set_at_us; /* 0: not a password */
  const FzFields *past;
} Act;

static gboolean
note (FzTxn *txn, gpointer data, GError **error)
{
  const Act *act = data;

  return fz_session_audit (act->session, txn, act->action, "staff", act->session->number, act->outcome, act->reason, NULL, error) &&
         (act->past == NULL || fz_password_age_put (txn, act->session->number, act->set_at_us, act->past, error));
}

static gboolean
note_denied (FzSession *session, const char *action, const char *why, GError **error)
{
  Act act = { session, action, "denied", why, 0, NULL };

  return fz_store_run (session->desk->store, FZ_TXN_RECORD, note, &act, error);
}

typedef struct {
  const char *number;
  gint64 set_at_us;
  FzFields *past;
} Look;

static gboolean
look (FzTxn *txn, gpointer data, GError **error)
{
  Look *age = data;

  return fz_password_age_get (txn, age->number, &age->set_at_us, &age->past, error);
}

/* Whoever sits before an open screen does not know the password: it is asked, and counted like one at signing in. */
static gboolean
check_old (FzSession *session, const FzSecret *old, GError **error)
{
  g_autoptr (FzSecret) person_key = NULL, store_key = NULL;

  if (fz_signin_judge_password (session->desk, session->number, old, &person_key, &store_key, error))
    return TRUE;
  if (g_error_matches (error != NULL ? *error : NULL, FZ_ERROR, FZ_ERROR_SIGNATURE)) {
    g_clear_error (error);
    if (note_denied (session, "password.change", "wrong password", error))
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("现在的口令不正确。"));
  }
  return FALSE;
}

/* The session goes on under the key of the new password. */
static gboolean
take_new_key (FzSession *session, const FzSecret *fresh, GError **error)
{
  FzSecret *person_key = NULL;
  g_autoptr (FzSecret) store_key = NULL;

  if (!fz_keyfile_unlock_person (session->desk->keys, session->number, fresh, &person_key, &store_key, error))
    return FALSE;
  g_mutex_lock (&session->mutex);
  g_clear_pointer (&session->person_key, fz_secret_free);
  session->person_key = person_key;
  g_mutex_unlock (&session->mutex);
  return TRUE;
}

/* Fails: says in the log that it did, and the days go on as they were. The first reason is the one that is told. */
static gboolean
undo (const Act *done, const Look *before, GError **error)
{
  Act failed = { done->session, done->action, "failed", NULL, before != NULL ? before->set_at_us : 0, before != NULL ? before->past : NULL };
  g_autoptr (GError) why = NULL;

  if (!fz_store_run (done->session->desk->store, FZ_TXN_RECORD, note, &failed, &why))
    g_prefix_error (error, "%s\n", why->message);
  return FALSE;
}

gboolean
fz_desk_change_password (FzSession *session, const FzSecret *old, const FzSecret *fresh, const FzSecret *pin, GError **error)
{
  FzDesk *desk = session->desk;
  Look before = { session->number, 0, NULL };
  g_autoptr (FzFields) known = NULL, past = NULL;
  Act act = { session, "password.change", "done", NULL, 0, NULL };

  if (!fz_session_check_there (session, error) || !fz_reading_check_writes (session->desk, error) || !fz_password_check (session->number, fresh, error) ||
      !fz_store_run (desk->store, FZ_TXN_READ, look, &before, error))
    return FALSE;
  known = before.past;
  if (!check_old (session, old, error) || !refuse_known (desk, known, old, fresh, error) ||
      (fz_session_has_signing_key (session) && !fz_signing_judge_pin (session, "password.change", pin, error)))
    return FALSE;
  past = remember (desk, known, old, error);
  if (past == NULL)
    return FALSE;
  act.past = past;
  act.set_at_us = fz_session_now_us (session);
  /* The log first: what it does not hold did not happen. */
  if (!fz_store_run (desk->store, FZ_TXN_RECORD, note, &act, error))
    return FALSE;
  if (!fz_keyfile_change_password (desk->keys, session->number, old, fresh, pin, error))
    return undo (&act, &before, error);
  if (session->password_until_us != 0)
    session->password_until_us = act.set_at_us + number_of (desk, "days") * DAY_US;
  return take_new_key (session, fresh, error);
}

gboolean
fz_desk_change_pin (FzSession *session, const FzSecret *old, const FzSecret *fresh, GError **error)
{
  g_autoptr (FzSecret) person_key = NULL;
  Act act = { session, "pin.change", "done", NULL, 0, NULL };

  if (!fz_session_check_open (session, error) || !fz_reading_check_writes (session->desk, error) || !fz_pin_check (fresh, error))
    return FALSE;
  if (fz_secret_equal (old, fresh)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("新的签名密码（PIN）与现在的相同。"));
    return FALSE;
  }
  if (!fz_signing_judge_pin (session, "pin.change", old, error) || !fz_store_run (session->desk->store, FZ_TXN_RECORD, note, &act, error))
    return FALSE;
  person_key = fz_session_dup_key (session);
  if (person_key == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_LOCKED, _ ("屏幕已锁定，请输入口令解锁。"));
    return undo (&act, NULL, error);
  }
  return fz_keyfile_change_pin (session->desk->keys, session->number, person_key, old, fresh, error) || undo (&act, NULL, error);
}
