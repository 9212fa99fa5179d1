#include "app/signing.h"

#include "app/outside.h"
#include "app/rules.h"
#include "app/signers.h"

#include <glib/gi18n-lib.h>

struct _FzSigning {
  FzSession *session;
  FzSecret *person_key;
  FzSignerPlace place;
  FzSigner *own;   /* makes the Ed25519 line */
  FzSigner *token; /* NULL; or makes the CA's line below it */
  FzSignerSettings *settings; /* of the token */
};

/* --- who signs with what --- */

gboolean
fz_signing_needs_token (const FzFields *person)
{
  return fz_fields_has (person, "signer.provider");
}

const char *
fz_signing_words (const FzFields *person)
{
  FzAlgorithm algorithm = FZ_ALGORITHM_ED25519;
  const char *provider = person != NULL ? fz_fields_get (person, "signer.provider") : NULL;

  if (provider != NULL)
    fz_algorithm_from_word (fz_fields_get (person, "signer.algorithm"), &algorithm);
  return fz_signer_record_words (provider != NULL ? provider : fz_signer_builtin.word, algorithm);
}

char *
fz_session_dup_token (FzSession *self)
{
  if (!fz_signing_needs_token (self->person))
    return NULL;
  return g_strdup_printf (_ ("%s · 证书 %s"), _ (fz_signing_words (self->person)), fz_fields_get (self->person, "signer.subject"));
}

/* A module that no longer answers has no tokens either. */
static gboolean
is_plugged (const FzSignerProvider *provider, const FzSignerPlace *place, const char *slot)
{
  g_autoptr (GPtrArray) slots = provider->enumerate (place, NULL);

  for (guint i = 0; slots != NULL && i < slots->len; i++)
    if (g_strcmp0 (((FzSignerSlot *) slots->pdata[i])->id, slot) == 0)
      return TRUE;
  return FALSE;
}

gboolean
fz_session_token_pulled (FzSession *self)
{
  const char *provider = fz_fields_get (self->person, "signer.provider"), *slot = fz_fields_get (self->person, "signer.slot");
  g_autoptr (FzSignerSettings) settings = provider != NULL && self->desk->store != NULL ? fz_signers_read (self->desk, NULL) : NULL;
  FzSignerPlace place = { .module = settings != NULL ? settings->module : NULL, .file = slot };

  if (settings == NULL || fz_signer_provider (provider) == NULL)
    return FALSE;
  if (is_plugged (fz_signer_provider (provider), &place, slot)) {
    g_atomic_int_set (&self->token_seen, TRUE);
    return FALSE;
  }
  return g_atomic_int_compare_and_exchange (&self->token_seen, TRUE, FALSE);
}

char *
fz_signing_tries_of (const char *number)
{
  return g_strconcat ("token-", number, NULL);
}

static FzCertificate *
registered_certificate (const FzFields *staff)
{
  const char *base64 = staff != NULL ? fz_fields_get (staff, "signer.der") : NULL;
  g_autoptr (GBytes) der = NULL;
  gsize n = 0;
  guchar *bytes = base64 != NULL ? g_base64_decode (base64, &n) : NULL;

  if (bytes == NULL)
    return NULL;
  der = g_bytes_new_take (bytes, n);
  return fz_certificate_from_der (der, FALSE, NULL);
}

gboolean
fz_signing_judge (const FzNote *note, const char *signer, const FzFields *staff, const char **out_words)
{
  g_autoptr (FzCertificate) certificate = registered_certificate (staff);
  g_autoptr (GBytes) key = NULL;
  gsize n = 0;
  const void *text = g_bytes_get_data (fz_note_get_text (note), &n);
  FzAlgorithm algorithm;
  guint32 id = 0;

  *out_words = fz_signing_words (NULL);
  if (certificate == NULL || !fz_certificate_get_key (certificate, &algorithm, &key) || !fz_algorithm_key_id (algorithm, signer, key, &id, NULL))
    return TRUE;
  for (guint i = 0; i < fz_note_get_n_lines (note); i++) {
    gsize n_signature = 0;
    const guint8 *signature = fz_note_get_signature (note, i, &n_signature);

    if (fz_note_get_key_id (note, i) != id || !g_str_equal (fz_note_get_signer (note, i), signer))
      continue;
    if (!fz_algorithm_check (algorithm, key, text, n, signature, n_signature))
      return FALSE;
    *out_words = fz_signer_record_words (fz_signer_pkcs11.word, algorithm);
  }
  return TRUE;
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

/* The same for the token's PIN. Some tokens count by themselves and some never lock, so it is counted here; the fifth shuts the token out. */
static gboolean
authorise_token (FzSigning *self, const char *subject, const FzSecret *pin, const char *const *envelopes, GError **error)
{
  FzSession *session = self->session;
  FzAttemptsBook *book = session->desk->attempts;
  g_autofree char *tries = fz_signing_tries_of (session->number);
  FzAttempts before = fz_attempts_book_get (book, tries, TRUE), counted = fz_attempts_wrong_pin (before);
  Wrong wrong = { session, subject, "token" };
  g_autoptr (GError) why = NULL;

  if (fz_attempts_pin_spent (&before)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_TOKEN, _ ("签名介质的 PIN 码连续输错，已停止使用。请联系安全管理员重新登记签名介质。"));
    return FALSE;
  }
  if (pin == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_TOKEN, _ ("您登记了 CA 签名，还须输入签名介质的 PIN 码。"));
    return FALSE;
  }
  if (!fz_attempts_book_set (book, tries, TRUE, counted, error))
    return FALSE;
  if (fz_signer_authorise (self->token, pin, envelopes, fz_session_now_us (session), NULL, &why))
    return fz_attempts_book_set (book, tries, TRUE, fz_attempts_right_pin (before), error);
  if (!g_error_matches (why, FZ_ERROR, FZ_ERROR_SIGNATURE)) { /* no PIN was judged */
    if (why->domain == FZ_ERROR && why->code == FZ_ERROR_LOCKED) /* by the token itself */
      why->code = FZ_ERROR_TOKEN;
    if (fz_attempts_book_set (book, tries, TRUE, before, error))
      g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_wrong_pin, &wrong, error))
    g_set_error (error, FZ_ERROR, FZ_ERROR_TOKEN, _ ("签名介质的 PIN 码不正确，还可以再试 %u 次。"), fz_attempts_pins_left (&counted));
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

static gboolean
open_token (FzSigning *self, GError **error)
{
  const FzFields *person = self->session->person;
  const char *provider = fz_fields_get (person, "signer.provider"), *slot = fz_fields_get (person, "signer.slot");
  FzSignerWanted wanted = { slot, fz_verifier_get_name (self->session->verifier), NULL, fz_fields_get (person, "signer.certificate") };

  if (provider == NULL)
    return TRUE;
  if (fz_signer_provider (provider) == NULL || wanted.certificate_sha256 == NULL)
    return fz_refuse (error, _ ("您的签名介质登记有误，请联系安全管理员重新登记。"));
  self->settings = fz_signers_read (self->session->desk, error);
  if (self->settings == NULL)
    return FALSE;
  self->place.module = self->settings->module;
  self->place.sm2_mechanism = self->settings->sm2_mechanism;
  self->place.file = slot;
  self->token = fz_signer_open (fz_signer_provider (provider), &self->place, &wanted, error);
  return self->token != NULL && fz_outside_judge_token (self->session->desk, self->token, error);
}

static FzSigning *
signing_new (FzSession *session, GError **error)
{
  g_autoptr (FzSigning) self = g_new0 (FzSigning, 1);

  self->session = session;
  self->person_key = fz_session_dup_key (session);
  self->place.keys = session->desk->keys;
  self->place.number = session->number;
  self->place.person_key = self->person_key;
  if (self->person_key == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_LOCKED, _ ("屏幕已锁定，请输入口令解锁。"));
    return NULL;
  }
  return open_own (self, error) ? g_steal_pointer (&self) : NULL;
}

FzSigning *
fz_signing_begin (FzSession *session, const char *subject, const FzSecret *pin, const FzSecret *token_pin, GPtrArray *texts, GError **error)
{
  g_autoptr (GPtrArray) envelopes = hash_all (texts);
  const char *const *hashes = (const char *const *) envelopes->pdata;
  g_autoptr (FzSigning) self = signing_new (session, error);

  /* Both are opened before a PIN is judged: a token that is not there costs no try. */
  if (self == NULL || !open_token (self, error) || !authorise_own (self, subject, pin, hashes, error) ||
      (self->token != NULL && !authorise_token (self, subject, token_pin, hashes, error)))
    return NULL;
  if (self->token != NULL)
    fz_outside_keep_on_token (session->desk, self->token);
  return g_steal_pointer (&self);
}

gboolean
fz_signing_judge_pin (FzSession *session, const char *subject, const FzSecret *pin, GError **error)
{
  const char *const nothing[] = { NULL };
  g_autoptr (FzSigning) self = signing_new (session, error);

  return self != NULL && authorise_own (self, subject, pin, nothing, error);
}

void
fz_signing_end (FzSigning *self)
{
  if (self == NULL)
    return;
  fz_signer_close (self->own);
  fz_signer_close (self->token);
  fz_signer_settings_free (self->settings);
  fz_secret_free (self->person_key);
  g_free (self);
}

char *
fz_signing_lines (FzSigning *self, GBytes *text, GError **error)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (text, &n);
  gint64 now_us = fz_session_now_us (self->session);
  g_autofree char *own = fz_signer_sign (self->own, bytes, n, now_us, NULL, error), *second = NULL;

  if (own == NULL || self->token == NULL)
    return g_steal_pointer (&own);
  second = fz_signer_sign (self->token, bytes, n, now_us, NULL, error);
  return second != NULL ? g_strconcat (own, second, NULL) : NULL;
}

char *
fz_signing_dup_chain (const FzSigning *self)
{
  g_autoptr (FzChain) all = NULL;
  const FzChain *ca;

  if (self->token == NULL)
    return NULL;
  all = fz_chain_new ();
  ca = self->settings->ca;
  for (guint i = 0; i < fz_signer_get_info (self->token)->chain->len; i++)
    fz_chain_add_der (all, fz_signer_get_info (self->token)->chain->pdata[i]);
  for (guint i = 0; i < ca->certificates->len; i++)
    fz_chain_add_der (all, fz_certificate_get_der (ca->certificates->pdata[i]));
  for (guint i = 0; i < ca->lists->len; i++)
    g_ptr_array_add (all->lists, g_bytes_ref (ca->lists->pdata[i]));
  return fz_chain_print (all);
}
