/* db/page_copy.h: the pages of the open store copied to another file, while jobs go on (页副本): for a backup under the same key, for a rotation
 * under the next one. What is written meanwhile through the store's connection goes into both. Private to db/. */
#pragma once

#include "db/backup.h"
#include "db/store_private.h"

#define FZ_COPY_PAGES_A_JOB 256

typedef struct {
  FzStore *store;
  const char *path;   /* of the copy; made anew */
  const char *vfs;    /* that seals it */
  sqlite3 *to;
  FzConnection *from; /* the connection the copy began on */
  int left;           /* pages still to be copied */
  gboolean done;      /* from here on nothing is written to both any more */
  double part;        /* 0..1 */
  FzBackupInfo info;  /* of the log as copied; valid once done */
} FzPageCopy;

/* LOCKED: another copy is being made. */
gboolean fz_page_copy_begin (FzPageCopy *self, GError **error);
/* A job (READ): the next pages. RETRY: the connection had to be opened anew meanwhile. */
gboolean fz_page_copy_step_job (FzTxn *txn, gpointer copy, GError **error);
/* Gives up what is not done, and closes the copy. */
void fz_page_copy_end (FzPageCopy *self);
