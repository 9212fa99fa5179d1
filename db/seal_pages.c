/* db/seal_pages.c: the main file, each page sealed in place (主文件). Nonce and tag stand in the page's reserved bytes. */
#include <string.h>

#include "db/seal_file.h"

#define BODY_BYTES (FZ_SEAL_PAGE_BYTES - FZ_SEAL_RESERVED_BYTES)
#define DATABASE_HEADER_BYTES 100

G_STATIC_ASSERT (FZ_SEAL_RESERVED_BYTES == FZ_SEAL_TRAILER_BYTES);

static gboolean
open_page (FzSealFile *self, guint64 number, const guint8 *sealed, guint8 *plain)
{
  FzSealPlace place = fz_seal_file_place (self, 0, number);

  if (!fz_seal_block_open (&place, sealed, BODY_BYTES, plain))
    return FALSE;
  memset (plain + BODY_BYTES, 0, FZ_SEAL_RESERVED_BYTES);
  return TRUE;
}

/* A page SQLite counts but the file lacks would read as zeros: the file was cut. */
static int
refuse_page (void *out, int amount, guint64 number)
{
  memset (out, 0, (gsize) amount);
  sqlite3_log (SQLITE_IOERR_DATA, "sealed file: page %llu is damaged or not ours", (unsigned long long) number);
  return SQLITE_IOERR_DATA;
}

static int
read_whole (FzSealFile *self, guint8 *out, guint64 number, sqlite3_int64 offset)
{
  int rc = self->real->pMethods->xRead (self->real, out, FZ_SEAL_PAGE_BYTES, offset);

  if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
    return rc;
  if (rc == SQLITE_IOERR_SHORT_READ || !open_page (self, number, out, out))
    return refuse_page (out, FZ_SEAL_PAGE_BYTES, number);
  return SQLITE_OK;
}

/* SQLite looks at the database header before it has looked for a WAL or a hot journal. When a checkpoint or a commit was cut
 * in the middle of page 1, that look must not fail, or the recovery that would mend the page never starts. Zeros say "not
 * known yet"; every use of the page's content reads it whole. */
static gboolean
is_header_peek (int amount, sqlite3_int64 offset)
{
  return offset + amount <= DATABASE_HEADER_BYTES;
}

int
fz_seal_pages_read (FzSealFile *self, void *out, int amount, sqlite3_int64 offset)
{
  guint64 number = (guint64) offset / FZ_SEAL_PAGE_BYTES + 1;
  gsize inside = (gsize) (offset % FZ_SEAL_PAGE_BYTES);

  if (inside == 0 && amount == FZ_SEAL_PAGE_BYTES)
    return read_whole (self, out, number, offset);
  if (inside + (gsize) amount > FZ_SEAL_PAGE_BYTES)
    return refuse_page (out, amount, number);

  int rc = self->real->pMethods->xRead (self->real, self->sealed, FZ_SEAL_PAGE_BYTES, offset - (sqlite3_int64) inside);
  if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
    return rc;
  if (rc == SQLITE_OK && open_page (self, number, self->sealed, self->plain)) {
    memcpy (out, self->plain + inside, (gsize) amount);
    return SQLITE_OK;
  }
  if (!is_header_peek (amount, offset))
    return refuse_page (out, amount, number);
  memset (out, 0, (gsize) amount);
  return rc;
}

gboolean
fz_seal_pages_has_room (const guint8 *page, guint64 number)
{
  if (number != 1)
    return TRUE;
  return page[16] == FZ_SEAL_PAGE_BYTES >> 8 && page[17] == 0 && page[20] >= FZ_SEAL_RESERVED_BYTES;
}

int
fz_seal_pages_write (FzSealFile *self, const void *from, int amount, sqlite3_int64 offset)
{
  guint64 number = (guint64) offset / FZ_SEAL_PAGE_BYTES + 1;

  if (amount != FZ_SEAL_PAGE_BYTES || offset % FZ_SEAL_PAGE_BYTES != 0 || !fz_seal_pages_has_room (from, number)) {
    sqlite3_log (SQLITE_IOERR_WRITE, "sealed file: pages must be %d bytes with %d reserved", FZ_SEAL_PAGE_BYTES,
                 FZ_SEAL_RESERVED_BYTES);
    return SQLITE_IOERR_WRITE;
  }
  FzSealPlace place = fz_seal_file_place (self, 0, number);
  fz_seal_block_close (&place, from, BODY_BYTES, self->sealed);
  return self->real->pMethods->xWrite (self->real, self->sealed, FZ_SEAL_PAGE_BYTES, offset);
}

/* A page that cannot be read for now says nothing about the key. */
static int
try_page (FzSealFile *self, guint64 number, gboolean *opens)
{
  sqlite3_int64 offset = (sqlite3_int64) (number - 1) * FZ_SEAL_PAGE_BYTES;
  int rc = self->real->pMethods->xRead (self->real, self->sealed, FZ_SEAL_PAGE_BYTES, offset);

  *opens = rc == SQLITE_OK && open_page (self, number, self->sealed, self->plain);
  return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : rc;
}

/* Opens the file beside the main one for a moment, to see whether it starts with something this key sealed. */
static gboolean
companion_opens (FzSealFile *self, FzSealKind kind, const char *name, int type)
{
  sqlite3_vfs *base = self->vfs->base;
  int exists = 0;

  if (name == NULL || base->xAccess (base, name, SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK || !exists)
    return FALSE;

  FzSealFile *other = g_malloc0 (sizeof *other + (gsize) base->szOsFile);
  other->vfs = self->vfs;
  other->real = (sqlite3_file *) (other + 1);
  other->kind = kind;
  other->block = -1;
  memcpy (other->identity, self->identity, sizeof other->identity);

  gboolean opens = FALSE;
  if (base->xOpen (base, name, other->real, SQLITE_OPEN_READONLY | type, NULL) == SQLITE_OK)
    opens = fz_seal_stream_has_header (other);
  if (other->real->pMethods != NULL)
    other->real->pMethods->xClose (other->real);
  fz_secret_wipe (other, sizeof *other);
  g_free (other);
  return opens;
}

/* Does anything besides page 1 open with this key? */
static int
judge_key (FzSealFile *self, guint64 last)
{
  gboolean fits = FALSE;
  int rc = try_page (self, 2, &fits);

  if (rc == SQLITE_OK && !fits && last > 2)
    rc = try_page (self, last, &fits);
  if (rc != SQLITE_OK)
    return rc;
  rc = fits ? SQLITE_IOERR_DATA : SQLITE_IOERR_AUTH;
  sqlite3_log (rc, fits ? "sealed file: page 1 is damaged" : "sealed file: this key does not open it");
  return rc;
}

/* Without this look, a wrong key would find no frame it can read in the WAL, take it for empty and, on closing, remove it. */
int
fz_seal_pages_check (FzSealFile *self, const char *name)
{
  sqlite3_int64 size = 0;
  gboolean opens = FALSE;
  int rc = self->real->pMethods->xFileSize (self->real, &size);

  if (rc != SQLITE_OK || size == 0)
    return rc;
  rc = try_page (self, 1, &opens);
  if (rc != SQLITE_OK || opens)
    return rc;
  if (companion_opens (self, FZ_SEAL_KIND_WAL, sqlite3_filename_wal (name), SQLITE_OPEN_WAL)
      || companion_opens (self, FZ_SEAL_KIND_JOURNAL, sqlite3_filename_journal (name), SQLITE_OPEN_MAIN_JOURNAL))
    return SQLITE_OK;
  return judge_key (self, (guint64) size / FZ_SEAL_PAGE_BYTES);
}
