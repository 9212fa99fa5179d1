/* db/seal_file.h: an open sealed file (密封文件). Private to db/seal_*.c. */
#pragma once

#include <sqlite3.h>

#include "core/secret.h"
#include "db/seal_block.h"
#include "db/seal_vfs.h"

#define FZ_SEAL_PAGE_BYTES 4096
#define FZ_SEAL_WAL_HEADER_BYTES 32
#define FZ_SEAL_FRAME_HEADER_BYTES 24
#define FZ_SEAL_FRAME_BYTES (FZ_SEAL_FRAME_HEADER_BYTES + FZ_SEAL_PAGE_BYTES)
/* A journal header fills one block of its own, so that rewriting it never rewrites a record that is already relied upon. */
#define FZ_SEAL_JOURNAL_BLOCK_BYTES 512

typedef struct {
  sqlite3_vfs vfs; /* first: SQLite hands us its address */
  sqlite3_vfs *base;
  char *name;
  FzSecret *key;
  guint8 identity[FZ_SEAL_IDENTITY_BYTES];
  guint32 key_version;
  gint open_files; /* atomic */
} FzSealVfs;

/* SQLite allocates it; the base VFS's own file stands behind it in the same allocation. The buffers are part of it because
 * reading and writing allocate nothing. One thread at a time, as SQLite guarantees. */
typedef struct {
  sqlite3_file file; /* first */
  FzSealVfs *vfs;
  sqlite3_file *real;
  FzSealKind kind;
  guint8 identity[FZ_SEAL_IDENTITY_BYTES];
  /* WAL, journals, nameless files: the block in `plain`, or -1; `filled` of its bytes are there. */
  gint64 block;
  gsize filled;
  gint64 frames;      /* WAL: frames written in full since the last WAL header, by us */
  gboolean written;   /* WAL: recovery is over, an unauthentic frame is no longer the torn end */
  guint64 generation; /* WAL: the salts of its header */
  guint8 plain[FZ_SEAL_FRAME_BYTES];
  guint8 sealed[FZ_SEAL_FRAME_BYTES + FZ_SEAL_TRAILER_BYTES];
} FzSealFile;

static inline FzSealPlace
fz_seal_file_place (const FzSealFile *self, guint64 generation, guint64 number)
{
  return (FzSealPlace){ .key = fz_secret_get (self->vfs->key),
                        .identity = self->identity,
                        .key_version = self->vfs->key_version,
                        .kind = self->kind,
                        .generation = generation,
                        .number = number };
}

/* seal_pages.c: the main file, page by page in place. All return SQLite's codes. */
int fz_seal_pages_read (FzSealFile *self, void *out, int amount, sqlite3_int64 offset);
int fz_seal_pages_write (FzSealFile *self, const void *from, int amount, sqlite3_int64 offset);
/* The key fits: SQLITE_OK. Another key or another store's file: SQLITE_IOERR_AUTH. The key fits, but page 1 is damaged and no
 * WAL or journal can replace it: SQLITE_IOERR_DATA. `name` is the name SQLite gave xOpen. */
int fz_seal_pages_check (FzSealFile *self, const char *name);
/* TRUE when these bytes are no page 1, or one that leaves room for nonce and tag. */
gboolean fz_seal_pages_has_room (const guint8 *page, guint64 number);

/* seal_stream.c: files of blocks that are longer on disk than SQLite knows: WAL, journals, nameless files. */
int fz_seal_stream_read (FzSealFile *self, void *out, int amount, sqlite3_int64 offset);
int fz_seal_stream_write (FzSealFile *self, const void *from, int amount, sqlite3_int64 offset);
int fz_seal_stream_truncate (FzSealFile *self, sqlite3_int64 size);
int fz_seal_stream_size (FzSealFile *self, sqlite3_int64 *out_size);
/* TRUE when the file's first block is there and opens. */
gboolean fz_seal_stream_has_header (FzSealFile *self);
