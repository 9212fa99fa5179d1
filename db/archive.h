/* db/archive.h: what a signature is judged by in fifteen years, kept when it is made (验证材料): certificates, key lists, successions, and of
 * other providers CA chains, OCSP answers, revocation lists, time stamps. The law asks a CA to keep its records for five years only
 * (电子签名法 art. 24), so the hospital keeps its own. Append-only; the same bytes are kept once. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* Longest body: a CA chain with its answers stays far below. */
#define FZ_ARCHIVE_MAX_BYTES (1024 * 1024)

typedef struct {
  gint64 number;
  char *kind; /* certificate, key_list, succession, ca_chain, ocsp, crl, time_stamp: [a-z_]{1,32} */
  char *sha256;
  GBytes *body;
  gint64 kept_at_us;
} FzArchived;

void fz_archived_free (FzArchived *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzArchived, fz_archived_free)

/* Inside a RECORD or LOCAL job, in the transaction of the signature. *out_number (may be NULL) names the bytes, kept now or before. INVALID: not a
 * word, empty, or too long. */
gboolean fz_archive_put (FzTxn *txn, const char *kind, const void *bytes, gsize n, gint64 *out_number, GError **error);
/* The same, and that the document with this id was signed under it; once is enough, saying it again changes nothing. */
gboolean fz_archive_put_for (FzTxn *txn, const char *document, const char *kind, const void *bytes, gsize n, GError **error);
/* What is kept already. */
gboolean fz_archive_link (FzTxn *txn, const char *document, gint64 number, GError **error);
/* NOT_FOUND. (transfer full) */
FzArchived *fz_archive_get (FzTxn *txn, gint64 number, GError **error);
/* GPtrArray of FzArchived under which a document was signed, in the order they were kept; empty for documents of before. CORRUPT: the bytes no longer fit their
 * hash. (transfer full) */
GPtrArray *fz_archive_list (FzTxn *txn, const char *document, GError **error);
