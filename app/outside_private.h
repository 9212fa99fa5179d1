/* app/outside_private.h: between outside.c (a stick, a witness) and outside_token.c (signing tokens). */
#pragma once

#include "app/outside.h"

#include "core/merkle.h"

/* What is known of the log. */
typedef struct {
  GBytes *note; /* to be judged, or the newest; NULL: none */
  guint64 size, old_size;
  GArray *proof;
  char *origin;
} FzOutsideLog;
void fz_outside_log_clear (FzOutsideLog *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzOutsideLog, fz_outside_log_clear)

/* <state>/outside-<identity>; NULL: nothing was ever set or written here. Under the lock. */
void fz_outside_lock (void);
void fz_outside_unlock (void);
FzFields *fz_outside_load (FzDesk *desk);
gboolean fz_outside_save (FzDesk *desk, const FzFields *fields, GError **error);
FzFields *fz_outside_new (void);
/* One line of a message, as a value of canonical text; NULL clears it. */
void fz_outside_put_problem (FzFields *fields, const char *key, const GError *why);

gboolean fz_outside_read_newest (FzDesk *desk, FzOutsideLog *out, GError **error);
/* TRUE: the log goes through what the note says, which is of *out_size. FALSE: it contradicts, and the store says so from now on; or it could
 * not be judged. */
gboolean fz_outside_judge (FzDesk *desk, const char *where, GBytes *note, guint64 *out_size, GError **error);
