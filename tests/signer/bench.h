/* tests/signer/bench.h: one of each provider with a key, a PIN and, where it has one, a certificate in force around BENCH_NOW_US. */
#pragma once

#include "app/signer/certificate.h"
#include "app/signer/signer.h"
#include "tests/signer/authority.h"

#define BENCH_NOW_US (G_GINT64_CONSTANT (1772413200) * G_USEC_PER_SEC) /* 2026-03-02 09:00 at Beijing */
#define BENCH_DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)
#define BENCH_NAME "示范医院/110200000000001"

typedef struct _Bench Bench;
typedef struct {
  const char *name;
  const FzSignerProvider *provider;
  FzAlgorithm algorithm;
  gboolean certified;
  void (*make) (Bench *self);
  void (*pull) (Bench *self);     /* unplugged */
  void (*put_back) (Bench *self);
} BenchKind;

struct _Bench {
  const BenchKind *kind;
  char *dir;
  FzSignerPlace place;
  FzSignerWanted wanted;
  FzSecret *pin, *wrong;
  gint64 from_us, until_us; /* of the certificate */
  /* what the kinds hold */
  struct _FzKeyFile *keys;
  FzSecret *person_key;
  char *slot, *file, *sha256;
};

extern const BenchKind bench_kinds[];
extern const guint bench_n_kinds;
Bench *bench_new (const BenchKind *kind);
void bench_free (Bench *self);
FzSecret *bench_secret (const char *words);
/* Opened, and fails the test when it is not. */
FzSigner *bench_open (Bench *self);
/* The same, authorised for these texts (NULL at the end). */
FzSigner *bench_authorised (Bench *self, const char *const *texts);
gboolean bench_authorise (Bench *self, FzSigner *signer, const FzSecret *pin, const char *const *texts, gint64 at_us, GCancellable *cancellable,
                          GError **error);
char *bench_sign (FzSigner *signer, const char *text, gint64 at_us, GError **error);
/* Expects that nothing came and this error. */
void bench_expect (gboolean failed, GError **error, GQuark domain, int code);
/* The signature's bytes of a line. (transfer full) */
GBytes *bench_signature_of (const char *text, const char *line);
