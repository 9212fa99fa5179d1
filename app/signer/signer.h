/* app/signer/signer.h: ways of signing behind one table (签名方式): enumerate, open, info, authorise, sign, close, status. A person has the
 * key in keys.fz (院内签名) and, where the hospital bought certificates, a token or a key file of a licensed CA (CA 签名).
 *
 * Whatever the provider, here the same holds: the PIN opens the key for exactly the envelopes that were named by hash, each once, for 60
 * seconds (Electronic Signature Law art. 13: only the signer, only this content); a certificate must be the registered one and in force;
 * what comes back is checked against the public key before it leaves; anything else ends the authorisation and signs nothing. */
#pragma once

#include "app/signer/algorithm.h"

#include <gio/gio.h>

#define FZ_SIGNER_SECONDS 60

typedef enum { FZ_SIGNER_READY, FZ_SIGNER_REMOVED, FZ_SIGNER_PIN_LOCKED } FzSignerStatus;

/* One key that a provider found. */
typedef struct {
  char *id;    /* for open */
  char *label; /* as people know the token */
} FzSignerSlot;
void fz_signer_slot_free (FzSignerSlot *self);

typedef struct {
  FzAlgorithm algorithm;
  char *token;        /* as people know it */
  char *serial;
  gboolean hardware;
  int pins_left;      /* -1: it does not say */
  GBytes *public_key; /* as FzAlgorithm says */
  GPtrArray *chain;   /* GBytes, DER: the signer's certificate, then what else is at hand; empty: none */
} FzSignerInfo;
FzSignerInfo *fz_signer_info_new (FzAlgorithm algorithm, const char *token, const char *serial, GBytes *public_key);
void fz_signer_info_free (FzSignerInfo *self);

/* Where providers look. Each reads its own; borrowed until the signer is closed. */
typedef struct {
  const struct _FzKeyFile *keys; /* built-in: keys.fz, whose, and what it is opened with */
  const char *number;
  const FzSecret *person_key;
  const char *module;            /* pkcs11: the vendor's library */
  guint64 sm2_mechanism;         /* pkcs11: the vendor's number for signing an SM3 digest with SM2; 0: none */
  const char *file;              /* key file: PEM, encrypted PKCS#8 and certificates */
  gpointer other;                /* a test's own provider */
} FzSignerPlace;

typedef struct {
  const char *word; /* builtin, pkcs11, file */
  /* GPtrArray of FzSignerSlot; empty when nothing is plugged in. UNSUPPORTED: the module cannot be used. */
  GPtrArray *(*enumerate) (const FzSignerPlace *place, GError **error);
  /* NOT_FOUND: no such slot now. *info is (transfer full). */
  gpointer (*open) (const FzSignerPlace *place, const char *slot, FzSignerInfo **info, GError **error);
  /* SIGNATURE: wrong PIN. LOCKED: its PIN is locked. NOT_FOUND: removed. The effect lasts until forget. */
  gboolean (*authorise) (gpointer token, const FzSecret *pin, GError **error);
  GBytes *(*sign) (gpointer token, const void *text, gsize n, GError **error);
  void (*forget) (gpointer token);
  FzSignerStatus (*status) (gpointer token);
  void (*close) (gpointer token);
  /* NULL where there is no memory but keys. What was kept under this label (GBytes; several after a token was pulled out while it was
   * written), without a PIN; and in place of it, once authorised. */
  GPtrArray *(*recall) (gpointer token, const char *label, GError **error);
  gboolean (*keep) (gpointer token, const char *label, GBytes *value, GError **error);
} FzSignerProvider;

extern const FzSignerProvider fz_signer_builtin, fz_signer_pkcs11, fz_signer_file;
/* NULL: no such. */
const FzSignerProvider *fz_signer_provider (const char *word);
/* The fixed Chinese words that stand on every record: 院内签名, CA 签名（SM2） … (transfer none) */
const char *fz_signer_record_words (const char *provider, FzAlgorithm algorithm);

/* Which key, and whose: what was registered. */
typedef struct {
  const char *slot;               /* NULL: the only one */
  const char *name;               /* of the lines: `<institution>/<licence number>` */
  GBytes *public_key;             /* it must be this; NULL: not said */
  const char *certificate_sha256; /* it must be this one; NULL: none is asked */
} FzSignerWanted;

typedef struct _FzSigner FzSigner;
/* NOT_FOUND: nothing there, SIGNATURE: another's key or certificate, CONFLICT: several tokens and none was named, UNSUPPORTED. */
FzSigner *fz_signer_open (const FzSignerProvider *provider, const FzSignerPlace *place, const FzSignerWanted *wanted, GError **error);
/* Ends the authorisation, wipes, frees. NULL is fine. */
void fz_signer_close (FzSigner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSigner, fz_signer_close)
const FzSignerInfo *fz_signer_get_info (const FzSigner *self);
const FzSignerProvider *fz_signer_get_provider (const FzSigner *self);
/* For these envelopes (hex SHA-256, NULL at the end) and no others. SIGNATURE: wrong PIN. REFUSED: the certificate is not in force at
 * now_us. LOCKED, NOT_FOUND as the provider says. Cancelled: G_IO_ERROR_CANCELLED, and this signer signs nothing any more: the token may still
 * be at it. With a cancellable the token works in a thread of its own. */
gboolean fz_signer_authorise (FzSigner *self, const FzSecret *pin, const char *const *envelopes, gint64 now_us, GCancellable *cancellable,
                              GError **error);
/* One line over text. REFUSED: not authorised for exactly this, or too late. SIGNATURE: what came back is no signature of it. */
char *fz_signer_sign (FzSigner *self, const void *text, gsize n, gint64 now_us, GCancellable *cancellable, GError **error);
/* What the token itself keeps under a label, readable by whoever plugs it in: no secret. An empty array where it has no memory. */
GPtrArray *fz_signer_recall (FzSigner *self, const char *label, GError **error);
/* Between a PIN and the last line. UNSUPPORTED: it has no memory. */
gboolean fz_signer_keep (FzSigner *self, const char *label, GBytes *value, GError **error);
/* Ends the authorisation now. */
void fz_signer_forget (FzSigner *self);
typedef void (*FzSignerChanged) (FzSigner *self, FzSignerStatus status, gpointer user_data);
/* Called by fz_signer_poll() in its thread when the status is another than before; a removal also ends the authorisation. */
void fz_signer_watch (FzSigner *self, FzSignerChanged changed, gpointer user_data);
FzSignerStatus fz_signer_poll (FzSigner *self);
