/* tests/store/fixture.h: a store in a folder of its own that is removed at the end. */
#pragma once

#include "core/fields.h"
#include "db/audit.h"
#include "db/store.h"

typedef struct {
  char *root;
  char *dir;
  char *state_dir;
  FzSecret *key;
  guint8 identity[FZ_STORE_IDENTITY_BYTES];
  FzStoreOptions options;
  FzStore *store;
} Fixture;

/* Makes the folders; no store yet. */
void fixture_set_up (Fixture *self, gconstpointer unused);
/* As above with a store made and open. */
void fixture_set_up_store (Fixture *self, gconstpointer unused);
/* In this folder, where what the disk does is the question. (transfer full) */
void fixture_set_up_store_at (Fixture *self, char *root);
void fixture_tear_down (Fixture *self, gconstpointer unused);
void fixture_close (Fixture *self);
void fixture_reopen (Fixture *self);
/* Opens expecting failure with this code; returns the message. (transfer full) */
char *fixture_fail_open (Fixture *self, FzErrorCode code);

/* Copies the folder `from` to `to`, one level and its sub-folders. */
void copy_folder (const char *from, const char *to);
void remove_folder (const char *path);
/* Flips one bit. */
void flip_bit (const char *path, gsize offset);
char *file_in (const char *dir, const char *name);

/* One statement as a job; the error is the caller's. */
gboolean run_sql (FzStore *store, FzTxnMode mode, const char *sql, GError **error);
/* First column of the first row. */
gint64 read_int (FzStore *store, const char *sql);
char *read_text (FzStore *store, const char *sql); /* (transfer full) */
/* n audit entries, each with a payload, in one RECORD job. */
void append_entries (FzStore *store, guint n);
void sign_checkpoint (FzStore *store);
/* Full verification in pages. */
gboolean verify_log (FzStore *store, GError **error);
/* The file opened by SQLite through a sealing VFS of its own with every guard off, for tampering. */
void tamper (Fixture *self, const char *sql);
/* As above, expecting SQLite's refusal. (transfer full) */
char *tamper_fails (Fixture *self, const char *sql);
