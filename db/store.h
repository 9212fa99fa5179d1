/* db/store.h: the one encrypted file and the one thread that touches it (本地库).
 *
 * Jobs run one after another on the database thread, each in one transaction of a mode:
 *   READ    nothing may change;
 *   LOCAL   drafts, counters, settings of this desk, a call that never left it: no audit entry asked;
 *   RECORD  refuses to commit when anything changed and no audit entry was appended: no audit, no action.
 * Every function that touches data takes FzTxn first, so nobody outside a job has one to pass.
 * A job holds the thread at most 20 ms by intention; long work reads keyset pages and queues itself again. */
#pragma once

#include <gio/gio.h>

#include "core/error.h"
#include "core/secret.h"

typedef struct _FzStore FzStore;
typedef struct _FzTxn FzTxn;
typedef struct _FzStmt FzStmt;

typedef enum { FZ_TXN_READ, FZ_TXN_LOCAL, FZ_TXN_RECORD } FzTxnMode;

#define FZ_STORE_KEY_BYTES 32
#define FZ_STORE_IDENTITY_BYTES 16
#define FZ_STORE_ROOM_BYTES (64 * 1024 * 1024)

/* UTC microseconds; a demo plays a scripted one. */
typedef gint64 (*FzClock) (gpointer data);
/* Fills n bytes for salts and seeds; a demo plays a seeded one. Page nonces never come from here. */
typedef void (*FzRandom) (void *out, gsize n, gpointer data);

typedef struct {
  const char *dir;             /* the data folder: store.fz, store.fz-wal, head, lock, ballast */
  const char *state_dir;       /* outside head, counters; never inside dir, never in a backup */
  const FzSecret *key;         /* FZ_STORE_KEY_BYTES; copied */
  const guint8 *identity;      /* FZ_STORE_IDENTITY_BYTES from the key file; copied */
  guint32 key_version;         /* from the key file */
  const char *origin;          /* for create: `fuzhen.<institution>.<desk>`; NULL: `fuzhen.local` */
  FzClock clock;               /* NULL: the system's; else audit entries say boot `scripted`, mono_ms of this clock */
  gpointer clock_data;
  FzRandom random;             /* NULL: libsodium's */
  gpointer random_data;
  guint64 room_bytes;          /* 0: FZ_STORE_ROOM_BYTES; what fz_store_has_room() asks for */
  gboolean damaged_too;        /* a damaged one opens read-only as far as it goes, instead of failing CORRUPT */
  const char *base_vfs;        /* SQLite VFS under the seal; NULL: the system's. The power-loss lab names its own */
} FzStoreOptions;

/* Makes a new store under a temporary name, syncs, renames, syncs the folder. CONFLICT when dir holds one. */
FzStore *fz_store_create (const FzStoreOptions *options, GError **error);
/* Takes the lock (LOCKED names who holds it and since when), opens, migrates, compares with both head files.
 * SIGNATURE: wrong key. CORRUPT: damaged. A store that is older than a head opens read-only and says so. */
FzStore *fz_store_open (const FzStoreOptions *options, GError **error);
/* Drains the queue, TRUNCATE checkpoint, seals, frees. */
void fz_store_close (FzStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzStore, fz_store_close)

/* TRUE when the store was found rolled back, damaged or on a disk that takes nothing, or its log disagrees with a head: every RECORD and LOCAL job fails
 * CORRUPT. Once fz_journal_open() (db/journal.h) was called, RECORD jobs that only read do not. */
gboolean fz_store_is_read_only (FzStore *self, char **out_why);
/* From now on so: something kept elsewhere contradicts this store. The first reason stays. From any thread; what is being written ends first. */
void fz_store_contradict (FzStore *self, const char *why);
const char *fz_store_get_dir (FzStore *self);
gint64 fz_store_now_us (FzStore *self);
void fz_store_set_clock (FzStore *self, FzClock clock, gpointer data);
/* The word `time_trust` of the audit entries from now on: kernel, platform, none; NULL (at first) leaves the line out. */
void fz_store_set_time_trust (FzStore *self, const char *word);
const guint8 *fz_store_get_identity (FzStore *self);
/* The key of words that must stay the same for ever, FZ_STORE_KEY_BYTES: the first store key, whatever took its place since. */
const FzSecret *fz_store_get_word_key (FzStore *self);
/* Room on the disk, asked before a PIN is. RETRY says how much is missing and what to do. */
guint64 fz_store_free_bytes (FzStore *self);
gboolean fz_store_has_room (FzStore *self, GError **error);

/* TRUE commits, FALSE with an error rolls back. Runs on the database thread. */
typedef gboolean (*FzJob) (FzTxn *txn, gpointer data, GError **error);
/* Waits for the result; not from the database thread, and not from the main thread of a window. */
gboolean fz_store_run (FzStore *self, FzTxnMode mode, FzJob job, gpointer data, GError **error);
/* The callback runs in the caller's thread-default main context. `destroy` frees data after the callback. */
void fz_store_run_async (FzStore *self, FzTxnMode mode, FzJob job, gpointer data, GDestroyNotify destroy,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean fz_store_run_finish (FzStore *self, GAsyncResult *result, GError **error);

/* --- inside a job --- */
FzStore *fz_txn_get_store (FzTxn *txn);
gint64 fz_txn_now_us (FzTxn *txn);
/* Runs after this transaction committed, on the database thread (head files, `out/` folders). Dropped on roll-back. */
void fz_txn_after_commit (FzTxn *txn, void (*call) (FzStore *store, gpointer data), gpointer data, GDestroyNotify destroy);

/* Statements: `sql` is a static string with parameters $1…$n; anything else is refused at prepare. The statement is
 * cached for its mode, reset and owned by the store. Types of the variable arguments, one letter a parameter:
 *   t const char* (NULL is NULL)   i gint64   n gboolean has, gint64 value (NULL when not has)
 *   b const void*, gsize (NULL is NULL)   B GBytes* (NULL is NULL) */
gboolean fz_txn_run (FzTxn *txn, GError **error, const char *sql, const char *types, ...);
/* As fz_txn_run, and *out_changed is the number of rows changed. */
gboolean fz_txn_run_counted (FzTxn *txn, gint64 *out_changed, GError **error, const char *sql, const char *types, ...);
FzStmt *fz_txn_query (FzTxn *txn, GError **error, const char *sql, const char *types, ...);
/* TRUE: a row is there. FALSE: no more rows, or *error set. */
gboolean fz_stmt_next (FzStmt *stmt, GError **error);
/* Ends a query before its last row; a query read to its end needs none. NULL is fine. */
void fz_stmt_end (FzStmt *stmt);
/* Columns count from 0; text and bytes are valid until the next call on this statement. */
const char *fz_stmt_text (FzStmt *stmt, int column); /* NULL for NULL */
char *fz_stmt_dup_text (FzStmt *stmt, int column);
gint64 fz_stmt_int (FzStmt *stmt, int column); /* 0 for NULL */
gboolean fz_stmt_is_null (FzStmt *stmt, int column);
GBytes *fz_stmt_dup_bytes (FzStmt *stmt, int column); /* NULL for NULL */
