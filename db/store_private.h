/* db/store_private.h: what the files of db/ share about a store and a transaction. Nobody outside db/ includes this. */
#pragma once

#include "core/merkle.h"
#include "db/desk_lock.h"
#include "db/stmt.h"
#include "db/store.h"

/* A log key that has a successor. */
typedef struct {
  FzVerifier *verifier;
  guint64 at_size; /* of its last checkpoint */
} FzPastKey;

struct _FzStore {
  /* fixed from open to close */
  char *dir;
  char *state_dir;
  char *vfs;
  char *path; /* of the main file */
  guint8 identity[FZ_STORE_IDENTITY_BYTES];
  guint32 key_version;
  FzSecret *key;
  guint64 room_bytes;
  char *base_vfs; /* NULL: the system's */
  gboolean damaged_too;
  FzRandom random;
  gpointer random_data;
  char *boot;
  FzDeskLock *lock;
  char *read_only_why; /* atomic; set once, freed with the store */
  struct _FzJournal *journal; /* atomic; set once, and only in a store that can only be read; then the database thread's own */

  /* asked from any thread */
  GMutex clock_mutex;
  FzClock clock;
  gpointer clock_data;
  const char *time_trust; /* interned; NULL: no line */

  sqlite3 *backup_left; /* atomic: target of a backup that could not even be given up. SQLite writes to it until it is finished */

  /* the database thread's own */
  FzConnection *connection; /* NULL after a failed fsync until it could be opened again */
  FzFrontier frontier;      /* of the log as committed */
  guint64 sealed_size;      /* size of the newest checkpoint */
  gboolean seal_due;        /* a checkpoint is to be signed before the next job */
  GBytes *head_due;         /* the newest checkpoint note, until it stands in both head files; NULL: it does */
  gboolean headless;        /* a copy that has no name yet: its checkpoints go into no head file */
  gboolean head_behind;     /* a head file could not be written; tried again after the next job */
  char *origin;
  FzSecret *log_seed;
  FzVerifier *log_verifier;
  GPtrArray *past_log; /* FzPastKey, oldest first; NULL until loaded */
  FzSecret *desk_seed;
  FzVerifier *desk_verifier;
  FzSecret *word_key;       /* of the words for persons; outlives the store key of the day it was made */

  GThread *thread;
  GAsyncQueue *queue;
};

struct _FzTxn {
  FzStore *store;
  FzTxnMode mode;
  gint64 now_us;
  gboolean begun; /* inside BEGIN … COMMIT of db/job.c */
  guint audit_appended;
  gboolean audit_failed; /* an entry could not be written: whatever the job thinks of it, nothing is committed */
  FzFrontier frontier;   /* valid once audit_appended > 0 */
  guint64 sealed_size;   /* of a checkpoint made in this transaction; 0: none */
  gboolean seal_after;   /* a checkpoint is due once the job is answered */
  GBytes *head;          /* its note; NULL: none */
  GPtrArray *noted;      /* FzFields for the journal of a store that can only be read; NULL: none */
  GPtrArray *open;       /* FzStmt being read; borrowed */
  GPtrArray *extra;      /* FzStmt outside the cache; owned */
  GArray *after;         /* FzAfter */
};

/* db/job.c */
/* Runs a job on the calling thread: before the database thread starts and after it ended. */
gboolean fz_job_run_here (FzStore *store, FzTxnMode mode, FzJob job, gpointer data, GError **error);
void fz_job_start_thread (FzStore *store);
/* Every job queued so far runs, later ones wait until fz_job_start_thread(). */
void fz_job_pause_thread (FzStore *store);
/* Waits until every queued job ran. */
void fz_job_stop_thread (FzStore *store);
/* A transaction that somebody else began and will commit (migration). */
void fz_txn_init (FzTxn *txn, FzStore *store, FzTxnMode mode);
void fz_txn_clear (FzTxn *txn);
/* A RECORD job of a store that can only be read: it changes nothing, and its entries go into the journal. */
gboolean fz_txn_only_reads (const FzTxn *txn);
/* Takes over what the transaction did to the log; after the commit. fz_job_settle() follows. */
void fz_txn_settle (FzTxn *txn);
/* What a job left to be done after its answer: the checkpoint it asked for, and the head files. */
void fz_job_settle (FzStore *store);
/* Statements run under this mask until it is put back; returns the one before. */
FzMask fz_txn_swap_mask (FzTxn *txn, FzMask mask);

/* db/store.c */
void fz_store_random (FzStore *store, void *out, gsize n);
/* Time for the audit entry's mono_ms. */
gint64 fz_store_mono_ms (FzStore *store);
const char *fz_store_get_boot (FzStore *store);
FzStore *fz_store_new (const FzStoreOptions *options);
void fz_store_free (FzStore *store);

/* db/store_open.c */
gboolean fz_store_reopen (FzStore *store, GError **error);
/* Folders, lock and VFS. */
gboolean fz_store_prepare_folders (FzStore *store, GError **error);
/* A file of this key and identity at another place, checked, with its log loaded: no lock, no thread, no heads, no migration. For
 * fz_job_run_here(); fz_store_close() ends it. */
FzStore *fz_store_open_beside (const FzStoreOptions *options, const char *path, GError **error);
/* RETRY when the last checkpoint did not reach both head files. */
gboolean fz_store_check_heads_written (FzStore *store, GError **error);
/* Closes the connection on `fresh` and renames it to the store's own name, durably. */
gboolean fz_store_adopt (FzStore *store, const char *fresh, GError **error);

typedef struct _FzJournal FzJournal; /* db/journal.h */

/* db/backup.c */
/* Ends what a backup left behind that could not be given up; on the database thread, or when it has ended. */
void fz_backup_tidy (FzStore *store);

/* db/desk_key.c */
gboolean fz_desk_key_create (FzTxn *txn, const char *origin, GError **error);
gboolean fz_desk_key_load (FzStore *store, GError **error);
/* That the log key of that part of the log signed the checkpoint note of this size. */
gboolean fz_desk_key_check_log (FzStore *store, const FzNote *note, guint64 size, GError **error);
gboolean fz_desk_key_load_words (FzStore *store, GError **error);
/* Writes it down, once, before the store key that it was changes. */
gboolean fz_desk_key_keep_words (FzTxn *txn, const FzSecret *word_key, GError **error);

/* db/rotate.c */
/* What a rotation that was cut short left: the pages of the key version that the key file names become the store, others go. Before it is opened. */
gboolean fz_rotate_settle (FzStore *store, GError **error);

/* db/audit.c */
gboolean fz_audit_load_frontier (FzStore *store, guint64 size, FzFrontier *out, GError **error);
gboolean fz_audit_frontier_at (FzTxn *txn, guint64 size, FzFrontier *out, GError **error);
gboolean fz_audit_load (FzStore *store, GError **error);
/* Hex SHA-256 of salt and payload; NULL when the salt has a wrong length. */
char *fz_audit_hash_payload (GBytes *salt, GBytes *payload);
gboolean fz_audit_newest_note (FzStore *store, char **out_note, GError **error);

/* db/head.c */
/* Compares the log with its newest checkpoint and with both head files. FALSE sets why in words for the window; RETRY: it could
 * not be compared. */
gboolean fz_head_check (FzStore *store, GError **error);
/* Why a store can only be looked at, as CORRUPT: what was found (`what`: where), and what to do. FALSE. */
gboolean fz_head_say (GError **error, const char *what, const char *cause);
/* Writes both; TRUE when both are on the disk. */
gboolean fz_head_write (FzStore *store, GBytes *note, GError **error);
/* Writes the note that is due, if one is. Whoever waits for the job does not wait for this: the commit is durable by itself, and
 * heads that are a moment older than the store are what a cut leaves anyway. */
void fz_head_settle (FzStore *store);
char *fz_head_outside_path (const char *state_dir, const guint8 identity[FZ_STORE_IDENTITY_BYTES]);
