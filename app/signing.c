#include "app/signing.h"

#include "app/rules.h"
#include "app/signer/signer.h"

#include <glib/gi18n-lib.h>

struct _FzSigning {
  FzSession *session;
  FzSecret *person_key;
  FzSignerPlace place;
  FzSigner *own; /* makes the Ed25519 line */
};

const char *
fz_signing_words (const FzFields *person)
{
  return fz_signer_record_words (fz_signer_builtin.word, FZ_ALGORITHM_ED25519);
}

static FzSecret *
copy_person_key (FzSession *session)
{
  FzSecret *copy;

  g_mutex_lock (&session->mutex);
  copy = session->person_key != NULL ? fz_secret_copy (session->person_key) : NULL;
  g_mutex_unlock (&session->mutex);
  return copy;
}

/* --- wrong PINs --- */

typedef struct {
  FzSession *session;
  const char *subject, *reason;
} Wrong;

static gboolean
audit_wrong_pin (FzTxn *txn, gpointer data, GError **error)
{
  Wrong *wrong = data;

  return fz_session_audit (wrong->session, txn, "pin.wrong", g_str_equal (wrong->subject, FZ_RULES_SUBJECT) ? "rules" : "visit", wrong->subject,
                           "denied", wrong->reason, NULL, error);
}

static void
wrong_pin (FzSession *session, const char *subject, const FzAttempts *now, GError **error)
{
  FzDesk *desk = session->desk;
  Wrong wrong = { session, subject, fz_attempts_pin_spent (now) ? "signing key destroyed" : NULL };

  if (!fz_store_run (desk->store, FZ_TXN_RECORD, audit_wrong_pin, &wrong, error))
    return;
  if (!fz_attempts_pin_spent (now)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("签名密码（PIN）不正确，还可以再试 %u 次。"), fz_attempts_pins_left (now));
    return;
  }
  if (fz_keyfile_destroy_signing_key (desk->keys, session->number, error))
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("签名密码（PIN）连续输错，签名密钥已销毁。请联系安全管理员重新办理。"));
}

/* The try is used up on disk before the PIN is judged. */
static gboolean
authorise_own (FzSigning *self, const char *subject, const FzSecret *pin, const char *const *envelopes, GError **error)
{
  FzSession *session = self->session;
  FzAttemptsBook *book = session->desk->attempts;
  FzAttempts before = fz_attempts_book_get (book, session->number, TRUE);
  FzAttempts now = fz_attempts_wrong_pin (before);
  g_autoptr (GError) why = NULL;

  /* The last try was counted, and the program ended before it destroyed the key: it is done now, and nothing is judged. */
  if (fz_attempts_pin_spent (&before) && fz_signer_poll (self->own) == FZ_SIGNER_READY) {
    wrong_pin (session, subject, &before, error);
    return FALSE;
  }
  if (!fz_attempts_book_set (book, session->number, TRUE, now, error))
    return FALSE;
  if (fz_signer_authorise (self->own, pin, envelopes, fz_session_now_us (session), NULL, &why))
    return fz_attempts_book_set (book, session->number, TRUE, fz_attempts_right_pin (before), error);
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_SIGNATURE))
    wrong_pin (session, subject, &now, error);
  else
    g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* --- from the PIN to the lines --- */

static GPtrArray *
hash_all (GPtrArray *texts)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < texts->len; i++) {
    gsize n = 0;
    const void *bytes = g_bytes_get_data (texts->pdata[i], &n);

    g_ptr_array_add (out, fz_sha256_hex (bytes, n));
  }
  g_ptr_array_add (out, NULL);
  return out;
}

static gboolean
open_own (FzSigning *self, GError **error)
{
  const FzVerifier *who = self->session->verifier;
  g_autoptr (GBytes) public_key = g_bytes_new (fz_verifier_get_public_key (who), FZ_ED25519_PUBLIC_BYTES);
  FzSignerWanted wanted = { self->session->number, fz_verifier_get_name (who), public_key, NULL };

  self->own = fz_signer_open (&fz_signer_builtin, &self->place, &wanted, error);
  return self->own != NULL;
}

FzSigning *
fz_signing_begin (FzSession *session, const char *subject, const FzSecret *pin, GPtrArray *texts, GError **error)
{
  g_autoptr (FzSigning) self = g_new0 (FzSigning, 1);
  g_autoptr (GPtrArray) envelopes = hash_all (texts);

  self->session = session;
  self->person_key = copy_person_key (session);
  self->place.keys = session->desk->keys;
  self->place.number = session->number;
  self->place.person_key = self->person_key;
  if (self->person_key == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_LOCKED, _ ("屏幕已锁定，请输入口令解锁。"));
    return NULL;
  }
  if (!open_own (self, error) || !authorise_own (self, subject, pin, (const char *const *) envelopes->pdata, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
fz_signing_end (FzSigning *self)
{
  if (self == NULL)
    return;
  fz_signer_close (self->own);
  fz_secret_free (self->person_key);
  g_free (self);
}

char *
fz_signing_lines (FzSigning *self, GBytes *text, GError **error)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (text, &n);

  return fz_signer_sign (self->own, bytes, n, fz_session_now_us (self->session), NULL, error);
}
