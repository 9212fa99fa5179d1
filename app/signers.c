#include "app/signers.h"

#include "app/enrol.h"
#include "app/signing.h"
#include "core/date.h"
#include "db/archive.h"
#include "db/directory.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MODULE "signer.module"
#define MECHANISM "signer.sm2_mechanism"
#define CA "signer.ca"

static const char *const fact_keys[] = { "signer.provider", "signer.slot", "signer.algorithm", "signer.certificate", "signer.der",
                                         "signer.subject", "signer.until", NULL };

/* --- the settings --- */

void
fz_signer_settings_free (FzSignerSettings *self)
{
  if (self == NULL)
    return;
  g_free (self->module);
  fz_chain_free (self->ca);
  g_free (self);
}

static gboolean
read_ca (FzTxn *txn, FzChain *chain, GError **error)
{
  g_autofree char *number = NULL;
  g_autoptr (FzArchived) kept = NULL;
  gsize n = 0;
  const char *pem;

  if (!fz_setting_read (txn, CA, &number, error))
    return FALSE;
  if (number == NULL)
    return TRUE;
  kept = fz_archive_get (txn, g_ascii_strtoll (number, NULL, 10), error);
  pem = kept != NULL ? g_bytes_get_data (kept->body, &n) : NULL;
  return pem != NULL && fz_chain_add_pem (chain, pem, n, error);
}

static gboolean
read_job (FzTxn *txn, gpointer data, GError **error)
{
  FzSignerSettings *self = data;
  g_autofree char *mechanism = NULL;

  if (!fz_setting_read (txn, MODULE, &self->module, error) || !fz_setting_read (txn, MECHANISM, &mechanism, error))
    return FALSE;
  self->sm2_mechanism = mechanism != NULL ? g_ascii_strtoull (mechanism, NULL, 16) : 0;
  return read_ca (txn, self->ca, error);
}

FzSignerSettings *
fz_signers_read (FzDesk *desk, GError **error)
{
  g_autoptr (FzSignerSettings) self = g_new0 (FzSignerSettings, 1);

  self->ca = fz_chain_new ();
  return fz_store_run (desk->store, FZ_TXN_READ, read_job, self, error) ? g_steal_pointer (&self) : NULL;
}

typedef struct {
  FzSession *session;
  const char *module, *pem;
  gsize n;
  guint64 mechanism;
} Change;

static gboolean
module_job (FzTxn *txn, gpointer data, GError **error)
{
  const Change *change = data;
  g_autofree char *mechanism = change->mechanism != 0 ? g_strdup_printf ("%" G_GINT64_MODIFIER "x", change->mechanism) : NULL;

  return fz_setting_set (txn, MODULE, change->module, error) && fz_setting_set (txn, MECHANISM, mechanism, error) &&
         fz_session_audit (change->session, txn, "signer.module", "store", NULL, "done", change->module, NULL, error);
}

gboolean
fz_signers_set_module (FzSession *session, const char *path, guint64 sm2_mechanism, GError **error)
{
  FzSignerPlace place = { .module = path };
  Change change = { .session = session, .module = path, .mechanism = sm2_mechanism };
  g_autoptr (GPtrArray) slots = fz_session_may (session, "signer.configure", "store", NULL, error) ? fz_signer_pkcs11.enumerate (&place, error) : NULL;

  return slots != NULL && fz_store_run (session->desk->store, FZ_TXN_RECORD, module_job, &change, error);
}

/* --- the CA --- */

static gboolean
ca_job (FzTxn *txn, gpointer data, GError **error)
{
  const Change *change = data;
  gint64 number = 0;
  g_autofree char *text = NULL;

  if (!fz_archive_put (txn, "ca_chain", change->pem, change->n, &number, error))
    return FALSE;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return fz_setting_set (txn, CA, text, error) && fz_session_audit (change->session, txn, "signer.ca", "store", NULL, "done", text, NULL, error);
}

gboolean
fz_signers_import_ca (FzSession *session, const char *pem, gsize n, guint *out_n, GError **error)
{
  g_autoptr (FzChain) chain = fz_chain_new ();
  g_autofree char *text = NULL;
  Change change = { .session = session };

  if (!fz_session_may (session, "signer.configure", "store", NULL, error) || !fz_chain_add_pem (chain, pem, n, error) ||
      !fz_chain_check_ca (chain, fz_session_now_us (session), error))
    return FALSE;
  text = fz_chain_print (chain); /* what we read of it and nothing else: a key that stood in the file is not kept */
  change.pem = text;
  change.n = strlen (text);
  *out_n = chain->certificates->len;
  return fz_store_run (session->desk->store, FZ_TXN_RECORD, ca_job, &change, error);
}

/* --- what is plugged in --- */

static FzSigner *
open_slot (const FzSignerSettings *settings, const char *provider, const char *slot, GError **error)
{
  FzSignerPlace place = { .module = settings->module, .sm2_mechanism = settings->sm2_mechanism, .file = slot };
  FzSignerWanted wanted = { slot, "registration", NULL, NULL };

  return fz_signer_open (fz_signer_provider (provider), &place, &wanted, error);
}

static FzFields *
describe (const FzSigner *signer, const char *provider, const char *slot)
{
  const FzSignerInfo *info = fz_signer_get_info (signer);
  FzFields *row = fz_fields_new ("fuzhen.signer/v1");
  g_autoptr (FzCertificate) leaf = info->chain->len > 0 ? fz_certificate_from_der (info->chain->pdata[0], FALSE, NULL) : NULL;

  fz_fields_set (row, "signer.provider", provider);
  fz_fields_set (row, "signer.slot", slot);
  fz_fields_set (row, "signer.algorithm", fz_algorithm_word (info->algorithm));
  if (leaf != NULL) {
    gsize n = 0;
    const guint8 *der = g_bytes_get_data (info->chain->pdata[0], &n);
    g_autofree char *base64 = g_base64_encode (der, n);

    fz_fields_set (row, "signer.certificate", fz_certificate_get_sha256 (leaf));
    fz_fields_set (row, "signer.der", base64);
    fz_fields_set (row, "signer.subject", fz_certificate_get_subject (leaf));
    fz_fields_set_time (row, "signer.until", fz_certificate_get_until_us (leaf));
  }
  return row;
}

GPtrArray *
fz_signers_list (FzSession *session, GError **error)
{
  g_autoptr (FzSignerSettings) settings =
    fz_session_may (session, "signer.configure", "store", NULL, error) ? fz_signers_read (session->desk, error) : NULL;
  FzSignerPlace place = { .module = settings != NULL ? settings->module : NULL };
  g_autoptr (GPtrArray) slots = settings != NULL ? fz_signer_pkcs11.enumerate (&place, error) : NULL;
  GPtrArray *rows;

  if (slots == NULL)
    return NULL;
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint i = 0; i < slots->len; i++) {
    const FzSignerSlot *slot = slots->pdata[i];
    g_autoptr (FzSigner) signer = open_slot (settings, fz_signer_pkcs11.word, slot->id, NULL);

    if (signer != NULL)
      g_ptr_array_add (rows, describe (signer, fz_signer_pkcs11.word, slot->id));
  }
  return rows;
}

/* --- registering --- */

typedef struct {
  FzSession *session;
  const char *number;
  const FzFields *signer; /* NULL: only the built-in key */
} Registration;

static gboolean
is_free (FzTxn *txn, const Registration *what, GError **error)
{
  const char *certificate = fz_fields_get (what->signer, "signer.certificate");
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);

  for (guint i = 0; staff != NULL && i < staff->len; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "signer.certificate"), certificate) == 0 &&
        g_strcmp0 (fz_fields_get (staff->pdata[i], "number"), what->number) != 0) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这张证书已登记给工号 %s，一张证书只能由一人使用。"), fz_fields_get (staff->pdata[i], "number"));
      return FALSE;
    }
  return staff != NULL;
}

static gboolean
register_job (FzTxn *txn, gpointer data, GError **error)
{
  const Registration *what = data;
  g_autoptr (FzFields) staff = fz_staff_get (txn, what->number, error);
  g_autoptr (FzFields) facts = NULL;

  if (staff == NULL || (what->signer != NULL && !is_free (txn, what, error)))
    return FALSE;
  facts = fz_enrol_facts (staff);
  for (guint i = 0; fact_keys[i] != NULL; i++)
    fz_fields_set (facts, fact_keys[i], what->signer != NULL ? fz_fields_get (what->signer, fact_keys[i]) : NULL);
  return fz_staff_set_facts (txn, what->number, facts, error) &&
         fz_session_audit (what->session, txn, "signer.register", "staff", what->number, "done",
                           what->signer != NULL ? fz_fields_get (what->signer, "signer.certificate") : fz_signer_builtin.word, NULL, error);
}

static FzFields *
read_signer (FzSession *session, const char *provider, const char *slot, GError **error)
{
  g_autoptr (FzSignerSettings) settings = fz_signers_read (session->desk, error);
  g_autoptr (FzSigner) signer = settings != NULL ? open_slot (settings, provider, slot, error) : NULL;
  g_autoptr (FzCertificate) leaf = NULL;
  g_autoptr (FzChain) beside = fz_chain_new ();
  g_autofree char *why = NULL;
  const FzSignerInfo *info;
  gint64 now_us = fz_session_now_us (session);

  if (signer == NULL)
    return NULL;
  info = fz_signer_get_info (signer);
  if (info->chain->len == 0 || info->algorithm == FZ_ALGORITHM_ED25519) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”中没有发证机构签发的 SM2 或 ECDSA 证书，不能登记。"), info->token);
    return NULL;
  }
  leaf = fz_certificate_from_der (info->chain->pdata[0], FALSE, error);
  for (guint i = 1; i < info->chain->len; i++)
    fz_chain_add_der (beside, info->chain->pdata[i]);
  if (leaf == NULL || !fz_certificate_check_usable (leaf, info->token, now_us, error))
    return NULL;
  /* What the token carries may bridge a gap; trusted is only what was imported. */
  if (fz_chain_judge (leaf, beside, settings->ca, now_us, &why) == FZ_LINK_GOOD)
    return describe (signer, provider, slot);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("证书“%s”不是本院已导入的发证机构签发的（%s）。请先导入该机构的证书链。"),
               fz_certificate_get_subject (leaf), why);
  return NULL;
}

gboolean
fz_signers_register (FzSession *session, const char *number, const char *provider, const char *slot, GError **error)
{
  gboolean builtin = g_strcmp0 (provider, fz_signer_builtin.word) == 0;
  g_autofree char *tries = fz_signing_tries_of (number);
  g_autoptr (FzFields) signer = NULL;
  Registration what = { session, number, NULL };
  FzAttempts none = { 0 };

  if (!fz_session_may (session, "signer.configure", "staff", number, error))
    return FALSE;
  if (fz_signer_provider (provider) == NULL || (!builtin && (slot == NULL || *slot == '\0'))) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("签名方式“%s”不可用：应为 builtin、pkcs11（附介质编号）或 file（附密钥文件）。"), provider);
    return FALSE;
  }
  if (!builtin) {
    signer = read_signer (session, provider, slot, error);
    if (signer == NULL)
      return FALSE;
    what.signer = signer;
  }
  return fz_store_run (session->desk->store, FZ_TXN_RECORD, register_job, &what, error) &&
         fz_attempts_book_set (session->desk->attempts, tries, TRUE, none, error);
}
