/* app/verify/verify.h: all that fuzhen-verify is made of. It judges signed documents, checkpoints, proofs, whole logs and
 * packages from files alone: no database, network or secret, and no code shared with the program whose evidence it checks.
 * libc and libsodium only. Tianjin 2025 art. 20 and 23 ask for records that others can check. */
#pragma once
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#define FV_MAX_TEXT 60000   /* canonical text, and one log entry */
#define FV_MAX_NOTE 1000000 /* a signed note with all its lines */
#define FV_MAX_LINES 100    /* signature lines of a note */
#define FV_MAX_SIGNATURE 1024
#define FV_PATH 4096
#define FV_SAY(zh, en) (fv_chinese ? (zh) : (en))
#define FV_IS_CONTROL(c) ((c) < 0x20 || ((c) >= 0x7f && (c) <= 0x9f))

typedef struct { const char *p; size_t n; } FvSlice;
typedef struct { unsigned char b[32]; } FvHash;
typedef struct { char text[65]; } FvHex; /* of a hash */

/* In order of weight: the verdict on a whole is the heaviest of its parts. */
typedef enum { FV_VALID, FV_EXPIRED_SINCE, FV_REVOKED_LATER, FV_INDETERMINATE, FV_REVOKED_BEFORE, FV_INVALID } FvVerdict;
typedef struct { FvVerdict verdict; enum { FV_NO_WORD, FV_EFFECTIVE, FV_NOT_EFFECTIVE } second; /* of prescriptions */ char reason[600]; } FvResult;
/* text.c: bytes, words, times, canonical text */
extern bool fv_chinese;
/* Adds a finding; the reason of the heaviest stays, equal ones are joined. */
void fv_find (FvResult *result, FvVerdict verdict, const char *zh, const char *en, ...)
  __attribute__ ((format (printf, 3, 5), format (printf, 4, 5)));
void *fv_grow (void *array, size_t used, size_t item); /* room for one more; ends the program when there is no memory */
#define FV_ADD(array, n, value) ((array) = fv_grow ((array), (n), sizeof *(array)), (array)[(n)++] = (value))
static inline FvSlice fv_slice (const char *text) { return (FvSlice){ text, strlen (text) }; }
static inline bool fv_same (FvSlice a, FvSlice b) { return a.n == b.n && memcmp (a.p, b.p, a.n) == 0; }
static inline bool fv_starts (FvSlice text, const char *word) { return text.n >= strlen (word) && memcmp (text.p, word, strlen (word)) == 0; }
static inline FvSlice fv_after (FvSlice text, size_t n) { return (FvSlice){ text.p + n, text.n - n }; }
static inline bool fv_ends (const char *text, const char *word) { size_t n = strlen (text), m = strlen (word); return n >= m && strcmp (text + n - m, word) == 0; }
FvSlice fv_line (FvSlice *rest); /* cuts off the next line, without its LF; p NULL when there is none */
size_t fv_utf8 (FvSlice text, size_t at, uint32_t *out); /* length of the character there, 0 when it is none */
bool fv_number (FvSlice text, uint64_t *out); /* decimal, no leading zero */
bool fv_time (FvSlice text, time_t *out);     /* YYYY-MM-DDTHH:MM:SSZ */
bool fv_base64 (FvSlice text, void *out, size_t max, size_t *n);

typedef struct { const char *key, *value; } FvPair;
typedef struct {
  const char *kind;
  FvPair pair[FV_MAX_TEXT / 4]; size_t n;
  char bytes[FV_MAX_TEXT + 1];
  size_t fault_line; const char *fault; /* where and why, when it could not be read */
} FvFields;
bool fv_fields_parse (FvFields *self, FvSlice text);
const char *fv_fields_get (const FvFields *self, const char *key);
/* keys.c: signed notes and who may sign */
typedef struct { FvSlice name; unsigned char id[4], signature[FV_MAX_SIGNATURE]; size_t n; } FvLine; /* n: of the signature */
typedef struct { FvSlice text; FvLine line[FV_MAX_LINES]; size_t n; } FvNote;
typedef struct {
  FvSlice name; /* this and the next point into the list */
  const char *person, *role, *from, *until; /* NULL: the list does not say */
  unsigned char id[4], public_key[32];
  bool judged, revoked; /* not judged: another algorithm */
  uint64_t revoked_at;
} FvKey;
typedef struct { FvKey *key; size_t n; bool roles, any_revoked, anchored; } FvKeys; /* anchored: held against a key from outside */
bool fv_note_parse (FvNote *self, FvSlice bytes);
bool fv_key_parse (FvKey *self, FvSlice vkey);
/* The list must live as long as self; a bad one leaves no key. anchor NULL: it vouches for itself. */
void fv_keys_load (FvKeys *self, FvSlice bytes, const FvKey *anchor, FvResult *result);
const FvKey *fv_keys_find (const FvKeys *self, FvSlice name, const unsigned char id[4]);
bool fv_line_fits (const FvNote *note, const FvLine *line, const FvKey *key);
/* judge.c: documents and checkpoints */
typedef struct { char origin[256], time[21]; uint64_t size; FvHash root; const char *path; } FvHead; /* time empty: none */
/* A log entry that names a document, and who signed it there below another; origin: of the log's name. */
typedef struct { FvHex document, origin; uint64_t number; char signer[256]; } FvPosition;
typedef struct {
  FvKeys keys;
  FvHead *head; /* every checkpoint seen that is well signed, in order of size */
  FvPosition *position;
  FvHex *named; /* hashes that valid documents name */
  size_t n_head, n_position, n_named;
  const char *outside; /* the path of the checkpoint that came from elsewhere; NULL: none */
  char now[21]; /* the newest checkpoint's time */
} FvRun;
bool fv_checkpoint_parse (FvSlice text, FvHead *out);
void fv_judge_checkpoint (const FvRun *run, const FvNote *note, const FvHead *head, FvResult *result);
/* A note that is no checkpoint: `body` is left parsed for the caller. */
void fv_judge_document (const FvRun *run, const FvNote *note, FvFields *body, FvResult *result);
/* log.c: the Merkle tree, proofs and tiles */
FvHex fv_sha256_hex (FvSlice bytes);
void fv_judge_proof (FvRun *run, FvSlice proof, FvSlice entry, FvResult *result);
void fv_judge_log (FvRun *run, const char *dir, FvResult *result);
/* files.c: reading, and everything a path stands for */
typedef struct {
  enum { FV_FILE, FV_PROOF, FV_LOG, FV_ODD } kind;
  bool given, raw; /* an argument, not found in a folder; no text of ours, but a file that documents may name */
  char *path; FvResult result;
  FvHex list; /* of a manifest: the hash of its list of files, judged when all of them were */
} FvItem;
typedef struct { FvItem *item; size_t n; } FvItems;
/* A regular file of at most max bytes, no symbolic link; else NULL. free() it. */
char *fv_read (const char *path, size_t max, FvSlice *out);
/* Every file below path, in byte order. false: it cannot be read. */
bool fv_items_add (FvItems *self, const char *path, bool given, int depth);
void fv_items_judge (FvItems *self, FvRun *run);
