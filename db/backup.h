/* db/backup.h: online backup into one file, and restore with two shares (备份、恢复).
 *
 * A backup holds the store's pages sealed with the store key, the key file, and the evidence files; see db/backup_file.h. It
 * is read back before it counts: opened, quick_check, and its log's root compared with the running log at the same size.
 *
 * Restore opens it with any two shares, makes a new device secret and an empty list of people, and writes as its first audit
 * entry which head it found outside, the backup's size and the gap between; only then is the outside head replaced. What waited to be
 * uploaded may have been sent since: its outcome is unknown now. A
 * folder that is merely copied back has no such entry and opens read-only. */
#pragma once

#include "core/merkle.h"
#include "db/backup_file.h"
#include "db/store.h"

typedef struct {
  guint64 log_size; /* of the log in the backup */
  FzHash log_root;
  gint64 made_at; /* UTC microseconds */
  guint64 bytes;  /* the file's length; 0 before it is finished */
} FzBackupInfo;

/* Blocks; call it from a thread that is neither the database's nor the window's. Copies 256 pages a job, so others get
 * their turn. RETRY: the target cannot be written, or the connection had to be reopened half way; CANCELLED: `progress` said so.
 * On any failure nothing of it is left, and a former `file` is as it was. */
gboolean fz_backup_run (FzStore *store, const char *file, FzBackupProgress progress, gpointer data, FzBackupInfo *out_info,
                        GError **error);
/* The same in a thread of its own. */
void fz_backup_run_async (FzStore *store, const char *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean fz_backup_run_finish (GAsyncResult *result, FzBackupInfo *out_info, GError **error);

typedef struct {
  const char *file;
  const char *dir;       /* empty or absent */
  const char *state_dir;
  const char *share_a;
  const char *share_b;
  const char *actor;     /* for the audit entry; NULL: system */
  const char *reason;    /* may be NULL */
  FzClock clock;         /* NULL: the system's */
  gpointer clock_data;
  FzBackupProgress progress; /* may be NULL; once it ended with CANCELLED the caller removes what is in `dir` */
  gpointer progress_data;
} FzRestoreOptions;

typedef struct {
  FzBackupInfo backup;
  gboolean found_head;      /* an outside head of this store was there */
  guint64 found_head_size;
  guint64 gap;              /* entries that the head knew and the backup does not hold */
} FzRestoreInfo;

/* INVALID, SIGNATURE: the shares; CONFLICT: dir holds a store; CORRUPT: the backup is damaged. Leaves a closed store whose
 * people must enrol again. *out_store_key (transfer full, may be NULL) opens it. */
gboolean fz_backup_restore (const FzRestoreOptions *options, FzRestoreInfo *out_info, FzSecret **out_store_key, GError **error);
/* Whether this file can be restored with these shares, and whose it is: errors as above, and nothing is written. */
gboolean fz_backup_look (const char *file, const char *share_a, const char *share_b, FzBackupProgress progress, gpointer data,
                         guint8 out_identity[FZ_STORE_IDENTITY_BYTES], GError **error);
/* Opens with two shares, checks the whole file, opens its pages, quick_check, full audit check; writes nothing but a temporary
 * copy in `scratch_dir`. For the drill. */
gboolean fz_backup_verify (const char *file, const char *share_a, const char *share_b, const char *scratch_dir,
                           FzBackupInfo *out_info, GError **error);
