/* tests/seal/sealed_store.h: a folder, a sealing VFS and a small database to damage. */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "db/seal_vfs.h"

/* Stands in every row: no file may hold it. */
#define SEALED_STORE_MARK "PLANTED-PLAIN-TEXT-张三-阿莫西林"

typedef struct {
  char *dir;
  char *path;
  char *vfs;
  guint8 identity[FZ_SEAL_IDENTITY_BYTES];
  FzSecret *key;
} SealedStore;

/* A folder of its own and a VFS over the default one, with fresh key and identity. */
SealedStore *sealed_store_new (void);
void sealed_store_free (SealedStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SealedStore, sealed_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, sqlite3_close)

/* As the product opens: 4096-byte pages, 40 reserved, exclusive. NULL and *rc when SQLite refuses. */
sqlite3 *sealed_open (const char *path, const char *vfs, int *rc);
/* The same, and the journal mode is set; refusal is a failed test. */
sqlite3 *sealed_store_open (const SealedStore *self, const char *journal_mode);
void sealed_exec (sqlite3 *db, const char *sql);
int sealed_try (sqlite3 *db, const char *sql);
char *sealed_text (sqlite3 *db, const char *sql);
/* `rows` rows with the mark, each on an overflow page or not by turns. */
void sealed_fill (sqlite3 *db, int rows);
/* Every row and every table as text, or NULL when SQLite reports any error; *rc says which. */
char *sealed_contents (const char *path, const char *vfs, int *rc);

GBytes *sealed_read_file (const char *path);
void sealed_write_file (const char *path, GBytes *bytes);
void sealed_assert_no_mark (const char *dir);
