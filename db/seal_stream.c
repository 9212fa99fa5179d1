/* db/seal_stream.c: files sealed block by block, each block longer on disk than SQLite knows (日志文件).
 *
 * The WAL: SQLite sums a frame before the VFS sees it, so header and page are sealed together as one longer frame; block 0 is
 * the WAL's header. SQLite writes a frame as header, then page: both are gathered and written once. Truncated to nothing, it
 * keeps its length. Journals and nameless
 * files: blocks of 512 bytes, written through. */
#include <sodium.h>
#include <string.h>

#include "db/seal_file.h"

#define KEPT_FRAMES 1024 /* of an emptied WAL: 4 MiB, more than a busy hour writes between two idle moments */

typedef struct {
  gint64 block;
  gsize inside; /* first byte in the block */
  gsize length;
} Span;

typedef enum { BLOCK_SOUND, BLOCK_ABSENT, BLOCK_FALSE, BLOCK_FAILED } BlockState;

static gsize
block_bytes (const FzSealFile *self, gint64 block)
{
  if (self->kind != FZ_SEAL_KIND_WAL)
    return FZ_SEAL_JOURNAL_BLOCK_BYTES;
  return block == 0 ? FZ_SEAL_WAL_HEADER_BYTES : FZ_SEAL_FRAME_BYTES;
}

/* Where a block starts: as SQLite counts (extra = 0) and on disk (extra = the trailer's size). */
static sqlite3_int64
block_start (const FzSealFile *self, gint64 block, gsize extra)
{
  if (block == 0)
    return 0;
  return (sqlite3_int64) (block_bytes (self, 0) + extra) + (block - 1) * (sqlite3_int64) (block_bytes (self, 1) + extra);
}

/* The block that holds this offset. */
static gint64
block_at (const FzSealFile *self, sqlite3_int64 offset, gsize extra)
{
  sqlite3_int64 first = (sqlite3_int64) (block_bytes (self, 0) + extra);

  return offset < first ? 0 : 1 + (offset - first) / (sqlite3_int64) (block_bytes (self, 1) + extra);
}

static Span
span_at (const FzSealFile *self, sqlite3_int64 offset, gsize amount)
{
  gint64 block = block_at (self, offset, 0);
  gsize inside = (gsize) (offset - block_start (self, block, 0));

  return (Span){ block, inside, MIN (amount, block_bytes (self, block) - inside) };
}

/* A frame is bound to its generation as well: one left over from before the WAL was restarted does not open. */
static FzSealPlace
place_of (const FzSealFile *self, gint64 block)
{
  guint64 generation = self->kind == FZ_SEAL_KIND_WAL && block > 0 ? self->generation : 0;

  return fz_seal_file_place (self, generation, (guint64) block);
}

static void
note_wal_header (FzSealFile *self)
{
  if (self->kind == FZ_SEAL_KIND_WAL && self->block == 0)
    memcpy (&self->generation, self->plain + 16, sizeof self->generation);
}

static BlockState
judge (FzSealFile *self, gint64 block, int rc, gsize n)
{
  /* A file that has only been lengthened holds zeros there: nothing was ever sealed. A WAL or journal SQLite reads back was
   * written without gaps, so only nameless files are believed. */
  if (rc == SQLITE_IOERR_SHORT_READ)
    return BLOCK_ABSENT;
  if (rc != SQLITE_OK)
    return BLOCK_FAILED;
  FzSealPlace place = place_of (self, block);
  if (fz_seal_block_open (&place, self->sealed, n, self->plain))
    return BLOCK_SOUND;
  if (self->kind == FZ_SEAL_KIND_TEMP && sodium_is_zero (self->sealed, n + FZ_SEAL_TRAILER_BYTES))
    return BLOCK_ABSENT;
  return BLOCK_FALSE;
}

/* Brings a block into `plain`, as zeros when it is absent or false. */
static BlockState
load (FzSealFile *self, gint64 block, int *rc)
{
  gsize n = block_bytes (self, block);

  *rc = SQLITE_OK;
  if (self->block == block && self->filled == n)
    return BLOCK_SOUND;
  self->block = -1;
  *rc = self->real->pMethods->xRead (self->real, self->sealed, (int) (n + FZ_SEAL_TRAILER_BYTES),
                                     block_start (self, block, FZ_SEAL_TRAILER_BYTES));
  BlockState state = judge (self, block, *rc, n);
  if (state == BLOCK_SOUND) {
    self->block = block;
    self->filled = n;
    note_wal_header (self);
  } else {
    memset (self->plain, 0, n);
  }
  return state;
}

/* A page 1 that could not be sealed at the checkpoint must not be committed. A header may be written alone over an older
 * frame; its page follows. */
static gboolean
frame_has_room (const FzSealFile *self, const Span *span)
{
  guint32 page = 0;

  if (self->kind != FZ_SEAL_KIND_WAL || span->inside + span->length < FZ_SEAL_FRAME_BYTES)
    return TRUE;
  memcpy (&page, self->plain, sizeof page);
  return fz_seal_pages_has_room (self->plain + FZ_SEAL_FRAME_HEADER_BYTES, GUINT32_FROM_BE (page));
}

/* Seals `plain` and writes it. */
static int
store (FzSealFile *self)
{
  gsize n = block_bytes (self, self->block);

  note_wal_header (self);

  FzSealPlace place = place_of (self, self->block);
  fz_seal_block_close (&place, self->plain, n, self->sealed);
  int rc = self->real->pMethods->xWrite (self->real, self->sealed, (int) (n + FZ_SEAL_TRAILER_BYTES),
                                         block_start (self, self->block, FZ_SEAL_TRAILER_BYTES));
  if (rc != SQLITE_OK) {
    self->block = -1;
  } else if (self->kind == FZ_SEAL_KIND_WAL) {
    self->written = TRUE;
    self->frames = self->block == 0 ? 0 : MAX (self->frames, self->block);
  }
  return rc;
}

/* A frame SQLite begins: its header comes first and the page follows, nothing in between. */
static gboolean
begins_frame (const FzSealFile *self, const Span *span)
{
  return self->kind == FZ_SEAL_KIND_WAL && span->inside == 0 && (span->block == 0 || span->block > self->frames);
}

static gboolean
continues_frame (const FzSealFile *self, const Span *span)
{
  return self->block == span->block && self->filled < block_bytes (self, span->block) && self->filled == span->inside;
}

static int
write_span (FzSealFile *self, const Span *span, const guint8 *from)
{
  gsize n = block_bytes (self, span->block);
  int rc = SQLITE_OK;

  if (span->length == n || begins_frame (self, span)) {
    self->block = span->block;
    self->filled = 0;
  } else if (!continues_frame (self, span)) {
    BlockState state = load (self, span->block, &rc);
    if (state == BLOCK_FAILED)
      return rc;
    /* Never make an unauthentic block authentic by changing a part of it. */
    if (state == BLOCK_FALSE && (span->inside > 0 || self->kind == FZ_SEAL_KIND_WAL))
      return SQLITE_IOERR_DATA;
    self->block = span->block;
    self->filled = n;
  }
  memcpy (self->plain + span->inside, from, span->length);
  self->filled = MAX (self->filled, span->inside + span->length);
  if (!frame_has_room (self, span)) {
    sqlite3_log (SQLITE_IOERR_WRITE, "sealed WAL: pages must have %d bytes reserved", FZ_SEAL_RESERVED_BYTES);
    self->block = -1;
    return SQLITE_IOERR_WRITE;
  }
  return self->filled == n ? store (self) : SQLITE_OK;
}

int
fz_seal_stream_write (FzSealFile *self, const void *from, int amount, sqlite3_int64 offset)
{
  const guint8 *at = from;
  gsize left = (gsize) amount;
  int rc = SQLITE_OK;

  while (left > 0 && rc == SQLITE_OK) {
    Span span = span_at (self, offset, left);
    rc = write_span (self, &span, at);
    at += span.length;
    left -= span.length;
    offset += (sqlite3_int64) span.length;
  }
  return rc;
}

/* SQLite finds the end of what a cut left behind by reading on until something does not check. Those reads get zeros, which
 * never check; all others get an error.
 * WAL: the header and whole frames, until we have written. Journal: the first byte (is it hot?), the eight bytes of a header's
 * magic, and the end of the file where a super-journal's name would stand. */
static gboolean
may_be_torn (const FzSealFile *self, const Span *span, int amount)
{
  const gsize n = FZ_SEAL_JOURNAL_BLOCK_BYTES;

  if (self->kind == FZ_SEAL_KIND_WAL)
    return !self->written && span->inside == 0;
  if (self->kind != FZ_SEAL_KIND_JOURNAL)
    return FALSE;
  if (span->inside == 0)
    return amount == 1 || amount == 8;
  return (amount == 8 && span->inside == n - 8) || (amount == 4 && (span->inside == n - 16 || span->inside == n - 12));
}

static int
read_span (FzSealFile *self, const Span *span, guint8 *out, int amount)
{
  int rc = SQLITE_OK;
  BlockState state = load (self, span->block, &rc);

  memcpy (out, self->plain + span->inside, span->length);
  if (state == BLOCK_FALSE && !may_be_torn (self, span, amount)) {
    sqlite3_log (SQLITE_IOERR_DATA, "sealed %s: block %lld is damaged or not ours",
                 self->kind == FZ_SEAL_KIND_WAL ? "WAL" : "journal", (long long) span->block);
    return SQLITE_IOERR_DATA;
  }
  return state == BLOCK_FALSE ? SQLITE_OK : rc;
}

int
fz_seal_stream_read (FzSealFile *self, void *out, int amount, sqlite3_int64 offset)
{
  guint8 *at = out;
  gsize left = (gsize) amount;
  int rc = SQLITE_OK;

  while (left > 0 && rc == SQLITE_OK) {
    Span span = span_at (self, offset, left);
    rc = read_span (self, &span, at, amount);
    at += span.length;
    left -= span.length;
    offset += (sqlite3_int64) span.length;
  }
  memset (at, 0, left);
  return rc;
}

/* A WAL whose work is done is emptied by wiping its header, and keeps its length: commits that lengthen a file pay for its
 * metadata at every sync, commits that overwrite do not. Frames left over belong to no generation and never open again. The header
 * is gone for certain before anything is cut off, or a crash between would leave the beginning of the old frames and not their end. */
static int
empty_wal (FzSealFile *self)
{
  static const guint8 nothing[FZ_SEAL_WAL_HEADER_BYTES + FZ_SEAL_TRAILER_BYTES];
  const sqlite3_io_methods *io = self->real->pMethods;
  sqlite3_int64 size = 0;
  int rc = io->xFileSize (self->real, &size);

  if (rc != SQLITE_OK || size < (sqlite3_int64) sizeof nothing)
    return rc == SQLITE_OK ? io->xTruncate (self->real, 0) : rc;
  rc = io->xWrite (self->real, nothing, (int) sizeof nothing, 0);
  if (rc != SQLITE_OK || size <= block_start (self, KEPT_FRAMES + 1, FZ_SEAL_TRAILER_BYTES))
    return rc;
  rc = io->xSync (self->real, SQLITE_SYNC_NORMAL);
  return rc == SQLITE_OK ? io->xTruncate (self->real, block_start (self, KEPT_FRAMES + 1, FZ_SEAL_TRAILER_BYTES)) : rc;
}

int
fz_seal_stream_truncate (FzSealFile *self, sqlite3_int64 size)
{
  gint64 blocks = size == 0 ? 0 : block_at (self, size - 1, 0) + 1;

  self->block = -1;
  if (self->kind == FZ_SEAL_KIND_WAL && size == 0) {
    self->frames = 0;
    return empty_wal (self);
  }
  self->frames = MIN (self->frames, MAX (blocks - 1, 0));
  return self->real->pMethods->xTruncate (self->real, block_start (self, blocks, FZ_SEAL_TRAILER_BYTES));
}

int
fz_seal_stream_size (FzSealFile *self, sqlite3_int64 *out_size)
{
  sqlite3_int64 size = 0;
  int rc = self->real->pMethods->xFileSize (self->real, &size);

  /* A block that is not there in full counts for nothing. */
  *out_size = block_start (self, block_at (self, size, FZ_SEAL_TRAILER_BYTES), 0);
  return rc;
}

gboolean
fz_seal_stream_has_header (FzSealFile *self)
{
  int rc = SQLITE_OK;

  return load (self, 0, &rc) == BLOCK_SOUND;
}
