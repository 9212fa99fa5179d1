/* db/record_file.h: a sealed file that only grows, a record at a time (密封的流水), for what has to be remembered outside the store.
 *
 * A record: two bytes of length (little endian) and their complement, then the canonical text of its facts, sealed with XChaCha20-Poly1305 and bound to what the file is
 * about, to its place in the file and to the SHA-256 of the record before: one that is changed, moved, doubled or taken out of the middle does not
 * open. A cut tail cannot be told from a shorter file. */
#pragma once

#include "core/fields.h"
#include "core/secret.h"

typedef struct _FzRecordFile FzRecordFile;

/* `kind` is the first line of every record, `about` what the file belongs to. Touches no file. */
FzRecordFile *fz_record_file_new (const char *path, const FzSecret *key, const char *kind, const char *about);
void fz_record_file_free (FzRecordFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzRecordFile, fz_record_file_free)

/* Once, before anything else; a file that is not there has no records. A torn last record was never answered for: whoever asked for it got an error, so it
 * is cut off. CORRUPT: a record does not open; those before it are there. RETRY: the file cannot be read, or the tail not be cut. */
gboolean fz_record_file_load (FzRecordFile *self, GError **error);
/* All or none, on the disk when this returns. They are frozen. RETRY: they are not there. */
gboolean fz_record_file_add (FzRecordFile *self, FzFields *const *records, guint n, GError **error);

const char *fz_record_file_get_path (const FzRecordFile *self);
/* FzFields, oldest first; borrowed. */
const GPtrArray *fz_record_file_get_records (const FzRecordFile *self);
/* Hex SHA-256 of the last record; "" before the first. */
const char *fz_record_file_get_last (const FzRecordFile *self);
