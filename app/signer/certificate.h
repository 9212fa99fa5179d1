/* app/signer/certificate.h: certificates, revocation lists and chains of a licensed CA (数字证书). Electronic Signature Law art. 16, 24: the CA
 * keeps its records for five years only, so what judges a signature is kept with it. */
#pragma once

#include "app/signer/algorithm.h"

/* One certificate; frozen. */
typedef struct _FzCertificate FzCertificate;
/* INVALID: no certificate, bytes behind it, or a key of none of FzAlgorithm where `any_key` is FALSE. */
FzCertificate *fz_certificate_from_der (GBytes *der, gboolean any_key, GError **error);
void fz_certificate_free (FzCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzCertificate, fz_certificate_free)
GBytes *fz_certificate_get_der (const FzCertificate *self);
const char *fz_certificate_get_sha256 (const FzCertificate *self);
const char *fz_certificate_get_subject (const FzCertificate *self);
const char *fz_certificate_get_issuer (const FzCertificate *self);
gint64 fz_certificate_get_from_us (const FzCertificate *self);
gint64 fz_certificate_get_until_us (const FzCertificate *self);
/* FALSE: its key is of no algorithm we sign with (a CA's may be RSA). */
gboolean fz_certificate_get_key (const FzCertificate *self, FzAlgorithm *out_algorithm, GBytes **out_public_key);
gboolean fz_certificate_is_self_issued (const FzCertificate *self);
/* FALSE: its key usage says that it signs no documents. */
gboolean fz_certificate_signs (const FzCertificate *self);
/* REFUSED before its first or after its last moment, or with a key usage that does not sign; `token` is named. */
gboolean fz_certificate_check_usable (const FzCertificate *self, const char *token, gint64 now_us, GError **error);

/* Everything a PEM text holds that serves to judge. */
typedef struct {
  GPtrArray *certificates; /* FzCertificate */
  GPtrArray *lists;        /* GBytes: DER of revocation lists */
} FzChain;
FzChain *fz_chain_new (void);
void fz_chain_free (FzChain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzChain, fz_chain_free)
/* CERTIFICATE and X509 CRL blocks. INVALID names the block that is none; text without any is INVALID too. */
gboolean fz_chain_add_pem (FzChain *self, const char *pem, gsize n, GError **error);
void fz_chain_add_der (FzChain *self, GBytes *der); /* a certificate; what is none is left out */
/* (transfer full) */
char *fz_chain_print (const FzChain *self);
const FzCertificate *fz_chain_find (const FzChain *self, const char *sha256);

/* INVALID unless there is a CA's certificate, every one is in force at now_us and every list is signed by one of them. */
gboolean fz_chain_check_ca (const FzChain *self, gint64 now_us, GError **error);

typedef enum {
  FZ_LINK_GOOD,      /* up to one of the roots, every certificate in force at the time */
  FZ_LINK_NO_ROOT,   /* complete, but the root was not given from outside; or an issuer is missing */
  FZ_LINK_BAD        /* a signature of the chain does not fit, or one was not in force or is no CA's */
} FzLink;
/* Builds from `leaf` through `pool` to one of `roots` as of at_us. `why` (transfer full, may be NULL) says what is wrong. */
FzLink fz_chain_judge (const FzCertificate *leaf, const FzChain *pool, const FzChain *roots, gint64 at_us, char **why);

typedef enum { FZ_REVOCATION_UNKNOWN, FZ_REVOCATION_GOOD, FZ_REVOCATION_REVOKED } FzRevocation;
/* By the newest list in `pool` that the leaf's issuer signed and that speaks for at_us (made later, or not yet due to be renewed then).
 * *out_at_us: revoked since when; UNKNOWN: no such list. */
FzRevocation fz_chain_revocation (const FzCertificate *leaf, const FzChain *pool, const FzChain *roots, gint64 at_us, gint64 *out_at_us);
/* When the first of its lists is due to be renewed, UTC microseconds; G_MAXINT64: none says. */
gint64 fz_chain_lists_until (const FzChain *self);
