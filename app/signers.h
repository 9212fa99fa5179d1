/* app/signers.h: which signer a person uses, and what the hospital trusts of the CA (签名方式登记). The security administrator registers; the
 * facts stand in the person's row as signer.provider, .slot, .algorithm, .certificate (hex SHA-256), .der (base64), .subject, .until.
 * Electronic Signature Law art. 13, 16: a certificate names one person, and it is registered to that one. */
#pragma once

#include "app/desk_private.h"
#include "app/signer/certificate.h"
#include "app/signer/signer.h"

typedef struct {
  char *module;          /* NULL: none */
  guint64 sm2_mechanism; /* 0: none */
  FzChain *ca;           /* certificates and revocation lists; empty when none was imported */
} FzSignerSettings;
FzSignerSettings *fz_signers_read (FzDesk *desk, GError **error);
void fz_signer_settings_free (FzSignerSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSignerSettings, fz_signer_settings_free)

/* UNSUPPORTED: the path is no PKCS#11 module. `sm2_mechanism` 0: the token's keys are Ed25519 or ECDSA. */
gboolean fz_signers_set_module (FzSession *session, const char *path, guint64 sm2_mechanism, GError **error);
/* Takes the place of what was imported before. INVALID: no certificate of a CA, or one that is not in force; a list that none of them signed
 * is refused as well. *out_n: certificates. */
gboolean fz_signers_import_ca (FzSession *session, const char *pem, gsize n, guint *out_n, GError **error);
/* What is plugged in: rows slot, token, algorithm, subject, until, certificate. */
GPtrArray *fz_signers_list (FzSession *session, GError **error);
/* `provider`: builtin ends a registration; pkcs11 with the slot; file with its path. REFUSED: no certificate, or none that the imported CA
 * vouches for now, or one that another person is registered with. Counted PIN tries of the token begin anew. It holds from the next sign-in. */
gboolean fz_signers_register (FzSession *session, const char *number, const char *provider, const char *slot, GError **error);
