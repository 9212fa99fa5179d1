/* db/certificates.h: certificates of people's keys and their revocations (证书、吊销), as rows. Append-only. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* *out_serial: what the next one must carry. */
gboolean fz_certificate_next_serial (FzTxn *txn, gint64 *out_serial, GError **error);
/* `note`: the signed note, kept in the archive too. */
gboolean fz_certificate_add (FzTxn *txn, gint64 serial, const char *staff, const char *vkey, gint64 from_us, gint64 until_us, GBytes *note, GError **error);
/* The newest one of a key: serial, staff, vkey, from (of its first), until, validation (number in the archive). NULL without error: it has none. */
FzFields *fz_certificate_find (FzTxn *txn, const char *vkey, GError **error);

/* CONFLICT: this key is revoked already. `at_size`: number of the first log entry that is too late. */
gboolean fz_revocation_add (FzTxn *txn, const char *vkey, const char *staff, gint64 at_size, gint64 from_us, const char *reason, const char *by,
                            GError **error);
/* number, vkey, staff, at_size, from, reason, revoked_by, revoked_at, and once they were told told_words, told_by, told_at. NULL without error: not revoked. */
FzFields *fz_revocation_find (FzTxn *txn, const char *vkey, GError **error);
GPtrArray *fz_revocation_list (FzTxn *txn, GError **error);
/* CONFLICT: said already. NOT_FOUND. */
gboolean fz_revocation_tell (FzTxn *txn, gint64 number, const char *words, const char *by, GError **error);
/* The number of the first log entry at or after that time; the log's size when there is none. */
gboolean fz_revocation_place (FzTxn *txn, gint64 from_us, gint64 *out_size, GError **error);
