/* core/fields.h: the one shape of structured data (规范文本). A kind and a set of `key value` pairs; printed, it is the
 * canonical text that is hashed and signed. Facts for the rulebook, contents of documents, audit entries and the sources of
 * a platform message are all this type, so that what was judged, shown, signed and uploaded can be compared line by line.
 *
 * Text: first line the kind (`fuzhen.prescription/v1`), then `key SP value LF`, keys sorted by bytes.
 * Kind: [a-z][a-z0-9_.]*[a-z0-9]/v[1-9][0-9]*.
 * Key: words [a-z][a-z0-9_]* joined by '.', list positions exactly two digits (`item.01.dose_ug`,
 * first is 00), never in front; a list of more than a hundred has two (`key.01.37.vkey`).
 * Value: UTF-8 in NFC, no control characters but LF written \n, backslash written \\, never empty. At most 60,000 bytes in all. */
#pragma once

#include "core/error.h"

#define FZ_FIELDS_MAX_BYTES 60000

typedef struct _FzFields FzFields;

FzFields *fz_fields_new (const char *kind);
FzFields *fz_fields_ref (FzFields *self);
void fz_fields_unref (FzFields *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzFields, fz_fields_unref)
/* A deep copy that may be changed; `kind` NULL keeps the kind. */
FzFields *fz_fields_dup (const FzFields *self, const char *kind);

const char *fz_fields_get_kind (const FzFields *self);

/* Sets one value; NULL or "" removes the key. Values are brought to NFC, and CR LF to LF; other controls and bad UTF-8 are
 * kept and refused by fz_fields_print(), so that nothing is silently dropped. Setting after freeze is a programming error. */
void fz_fields_set (FzFields *self, const char *key, const char *value);
void fz_fields_set_int (FzFields *self, const char *key, gint64 value);
/* "yes" or "no". */
void fz_fields_set_bool (FzFields *self, const char *key, gboolean value);
/* UTC microseconds since 1970, printed YYYY-MM-DDTHH:MM:SSZ (the fraction is dropped). */
void fz_fields_set_time (FzFields *self, const char *key, gint64 utc_us);
/* `list.NN.key`; with key NULL `list.NN`. index 0..99. */
void fz_fields_set_at (FzFields *self, const char *list, guint index, const char *key, const char *value);
void fz_fields_set_int_at (FzFields *self, const char *list, guint index, const char *key, gint64 value);
/* Copies every key of `from` in, each under `prefix.` (NULL or "": as it is). */
void fz_fields_merge (FzFields *self, const char *prefix, const FzFields *from);
/* The keys below `prefix.`, without it, as a new set of the given kind. (transfer full) */
FzFields *fz_fields_dup_below (const FzFields *self, const char *prefix, const char *kind);
/* Ends changes: from now on it can be shared between threads. Returns self. */
FzFields *fz_fields_freeze (FzFields *self);

/* (transfer none), NULL when absent. */
const char *fz_fields_get (const FzFields *self, const char *key);
const char *fz_fields_get_at (const FzFields *self, const char *list, guint index, const char *key);
/* FALSE when absent or not a canonical integer; *out is then left alone. */
gboolean fz_fields_get_int (const FzFields *self, const char *key, gint64 *out);
gboolean fz_fields_get_int_at (const FzFields *self, const char *list, guint index, const char *key, gint64 *out);
gboolean fz_fields_get_time (const FzFields *self, const char *key, gint64 *out_utc_us);
gboolean fz_fields_get_time_at (const FzFields *self, const char *list, guint index, const char *key, gint64 *out_utc_us);
/* TRUE only for "yes". */
gboolean fz_fields_is_yes (const FzFields *self, const char *key);
gboolean fz_fields_has (const FzFields *self, const char *key);
/* One more than the highest position below `list` that has any key; 0 for none. */
guint fz_fields_count (const FzFields *self, const char *list);
/* The first pair at a position of `list`, whatever its key; FALSE when there is none. (transfer none) */
gboolean fz_fields_find_at (const FzFields *self, const char *list, guint index, const char **key, const char **value);

/* Walks in canonical order. */
typedef void (*FzFieldsVisit) (const char *key, const char *value, gpointer data);
void fz_fields_foreach (const FzFields *self, FzFieldsVisit visit, gpointer data);
gboolean fz_fields_equal (const FzFields *a, const FzFields *b);

/* The canonical bytes. Fails with INVALID naming the key: a bad kind or key, a value with controls or bad UTF-8, too long. */
GBytes *fz_fields_print (const FzFields *self, GError **error);
/* Exact inverse: fails with INVALID (line and reason) on any text that fz_fields_print() would not have produced.
 * The result is frozen. */
FzFields *fz_fields_parse (const guint8 *text, gsize n, GError **error);

/* Lower-case hex SHA-256. */
char *fz_sha256_hex (const void *bytes, gsize n);
/* "YYYY-MM-DDTHH:MM:SSZ" <-> UTC microseconds; the parser is strict (real date, year 1900 to 9999). */
char *fz_time_format (gint64 utc_us);
gboolean fz_time_parse (const char *text, gint64 *out_utc_us);
