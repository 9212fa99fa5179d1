/* core/json.h: the one strict JSON reader and writer. JSON is what others send and what the platform takes; it is never
 * signed and never the record. What two parsers could read differently is refused: duplicate keys, \u0000, bad UTF-8, lone
 * surrogates, a byte order mark, bytes after the value, nesting over 32, numbers outside the grammar or with more than 15
 * digits before the point. Keys are compared byte by byte. There are no floating-point numbers. */
#pragma once

#include "core/error.h"

#define FZ_JSON_MAX_DEPTH 32
#define FZ_JSON_MAX_TOKENS 200000 /* keys and values */
#define FZ_JSON_MAX_INT G_GINT64_CONSTANT (999999999999999)

typedef enum {
  FZ_JSON_NULL,
  FZ_JSON_BOOL,
  FZ_JSON_NUMBER,
  FZ_JSON_STRING,
  FZ_JSON_ARRAY,
  FZ_JSON_OBJECT
} FzJsonType;

/* A value; frozen. The root is owned, everything reached from it belongs to the root. */
typedef struct _FzJson FzJson;

/* INVALID with line and column: not strict JSON, more than max_bytes, too deep or too many tokens. */
FzJson *fz_json_parse (const void *bytes, gsize n, gsize max_bytes, GError **error);
/* The same for a file: every error about it, here or through the readers below, begins `file:line: `. */
FzJson *fz_json_parse_file (const char *file, const void *bytes, gsize n, gsize max_bytes, GError **error);
/* Frees the whole tree; only for the root. */
void fz_json_free (FzJson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzJson, fz_json_free)

FzJsonType fz_json_get_type (const FzJson *self);
/* Where the value stands, for messages: `$.evidence[2].sha256`. */
char *fz_json_dup_path (const FzJson *self);
/* The line the value begins in, from 1. */
guint fz_json_get_line (const FzJson *self);
/* Sets INVALID "path: reason" for the member `key` of self, or for self when key is NULL; returns FALSE, so that a caller's
 * own check reads like the ones here. `reason` is a translated phrase. */
gboolean fz_json_fail (const FzJson *self, const char *key, const char *reason, GError **error);

/* Members of an object or items of an array, in their order; 0 for anything else. */
guint fz_json_count (const FzJson *self);
const FzJson *fz_json_get_item (const FzJson *self, guint i);
/* The key of a member; NULL for an array's item and the root. */
const char *fz_json_get_name (const FzJson *self);
/* The member, NULL when absent; a null is there. Never sets an error. */
const FzJson *fz_json_find (const FzJson *self, const char *key);
/* INVALID naming the first key that is not in the NULL-terminated list, or when self is not an object. */
gboolean fz_json_check_keys (const FzJson *self, const char *const *allowed, GError **error);

/* Required members: INVALID naming the path when absent, null or of another type. With key NULL they look at self itself,
 * which is how an array's items are read. */
const FzJson *fz_json_get_object (const FzJson *self, const char *key, GError **error);
const FzJson *fz_json_get_array (const FzJson *self, const char *key, GError **error);
/* UTF-8; may be empty. */
const char *fz_json_get_string (const FzJson *self, const char *key, GError **error);
/* A number written as a whole one: no point, no exponent, not -0. */
gboolean fz_json_get_int (const FzJson *self, const char *key, gint64 *out, GError **error);
gboolean fz_json_get_bool (const FzJson *self, const char *key, gboolean *out, GError **error);
/* The text of a number without exponent, exactly as sent (`12.50`). */
const char *fz_json_get_decimal (const FzJson *self, const char *key, GError **error);

/* Optional members: TRUE and *out left alone when absent or null; FALSE with INVALID when of another type. */
gboolean fz_json_opt_object (const FzJson *self, const char *key, const FzJson **out, GError **error);
gboolean fz_json_opt_array (const FzJson *self, const char *key, const FzJson **out, GError **error);
gboolean fz_json_opt_string (const FzJson *self, const char *key, const char **out, GError **error);
gboolean fz_json_opt_int (const FzJson *self, const char *key, gint64 *out, GError **error);
gboolean fz_json_opt_bool (const FzJson *self, const char *key, gboolean *out, GError **error);
gboolean fz_json_opt_decimal (const FzJson *self, const char *key, const char **out, GError **error);

/* Writes compact UTF-8: members in the order of the calls, no spaces, the shortest escapes. `key` names the member in an
 * object and is NULL in an array and for the root. Begin and end must pair, keys must not repeat: programming errors. What
 * the data can make wrong (bad UTF-8, an integer over 15 digits, a text that is no decimal) is kept until the end. */
typedef struct _FzJsonWriter FzJsonWriter;
FzJsonWriter *fz_json_writer_new (void);
void fz_json_writer_free (FzJsonWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzJsonWriter, fz_json_writer_free)
void fz_json_writer_begin_object (FzJsonWriter *self, const char *key);
void fz_json_writer_end_object (FzJsonWriter *self);
void fz_json_writer_begin_array (FzJsonWriter *self, const char *key);
void fz_json_writer_end_array (FzJsonWriter *self);
/* NULL is written as null. */
void fz_json_writer_string (FzJsonWriter *self, const char *key, const char *value);
void fz_json_writer_int (FzJsonWriter *self, const char *key, gint64 value);
void fz_json_writer_bool (FzJsonWriter *self, const char *key, gboolean value);
void fz_json_writer_null (FzJsonWriter *self, const char *key);
/* A number from its decimal text, `-?(0|[1-9][0-9]*)(\.[0-9]+)?`, written as it is. */
void fz_json_writer_raw_decimal (FzJsonWriter *self, const char *key, const char *text);
/* A whole value as it was read; NULL is written as null. */
void fz_json_writer_value (FzJsonWriter *self, const char *key, const FzJson *value);
/* The text, NUL-terminated (transfer full); INVALID names the first key whose value could not be written. The writer is
 * empty afterwards. */
char *fz_json_writer_finish (FzJsonWriter *self, GError **error);
