/* tests/attack/burglar.h: somebody who holds a store's files and its key, and knows SQLite. */
#pragma once

#include <sqlite3.h>

#include "tests/desk/world.h"

/* The files a store consists of, in memory: what is put back before each break-in. */
typedef struct {
  char *paths[5];
  GBytes *bytes[5]; /* NULL: was not there */
} Loot;
void loot_take (Loot *self, World *w);
void loot_put_back (const Loot *self);
void loot_clear (Loot *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loot, loot_clear)

/* Opens the closed store through the sealing VFS, without its triggers; `sha256 (blob)` is there as a function. The guards stand again when it
 * is closed. */
typedef struct {
  sqlite3 *db;
  GPtrArray *guards; /* SQL of the triggers */
} Burglar;
void burglar_enter (Burglar *self, World *w, const FzSecret *store_key);
void burglar_do (Burglar *self, const char *sql);
void burglar_leave (Burglar *self);

/* What the program notices by itself, in its own words: opening, the log's verification, the rebuild; NULL: nothing. (transfer full) */
char *burglary_found (World *w, const FzSecret *store_key);
