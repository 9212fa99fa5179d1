/* db/attempts.h: wrong passwords and PINs, counted so that neither a restart nor a clock shortens a lock (输错计数).
 *
 * 5 wrong passwords lock for 30 minutes of running time of the program, 10 until the security administrator unlocks;
 * 5 wrong PINs destroy the signing key. The book stands twice, in <dir>/attempts and <state_dir>/attempts-<identity>, and the
 * higher count holds: the store is not open before the sign-in, and either file alone could be put back.
 *
 * Use: begin, which checks, counts the wrong try *and saves it*, and only then derive; a right one sets the count back. So a process killed
 * in the middle of a derivation has used up its try. */
#pragma once

#include "core/error.h"
#include "db/store.h"

#define FZ_ATTEMPTS_LOCK_S (30 * 60)

typedef struct {
  guint wrong_passwords; /* since the last right one */
  guint wrong_pins;
  guint lock_left_s; /* running time still to wait */
} FzAttempts;

/* --- values --- */
/* LOCKED with the minutes left, or until the security administrator unlocks. */
gboolean fz_attempts_check_password (const FzAttempts *self, GError **error);
/* Seconds to wait before the next answer: 0, 1, 2, 4, 8, 8 … */
guint fz_attempts_delay_s (guint wrong);
FzAttempts fz_attempts_wrong_password (FzAttempts self);
FzAttempts fz_attempts_right_password (FzAttempts self);
/* Five: destroy the signing key. */
FzAttempts fz_attempts_wrong_pin (FzAttempts self);
FzAttempts fz_attempts_right_pin (FzAttempts self);
gboolean fz_attempts_pin_spent (const FzAttempts *self);
guint fz_attempts_pins_left (const FzAttempts *self);
FzAttempts fz_attempts_higher (FzAttempts a, FzAttempts b);

/* --- the book --- */
typedef struct _FzAttemptsBook FzAttemptsBook;
/* CORRUPT when neither file can be read as what it is; both missing is an empty book. */
FzAttemptsBook *fz_attempts_book_open (const char *dir, const char *state_dir,
                                       const guint8 identity[FZ_STORE_IDENTITY_BYTES], GError **error);
void fz_attempts_book_free (FzAttemptsBook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzAttemptsBook, fz_attempts_book_free)
/* `known`: the key file has a slot for this person. Names it does not know share 16 rows, so that they lock like others
 * and cannot fill the book. */
/* As any process counted it last. */
FzAttempts fz_attempts_book_get (FzAttemptsBook *self, const char *staff, gboolean known);
/* Begins a try of a password: LOCKED as fz_attempts_check_password(), else the wrong try is counted and saved before anything is derived. One step for all
 * processes that hold a book of this store: a hundred of them that start at once have five tries together. *out_before: as it was, for
 * fz_attempts_right_password(). RETRY: not saved, so the try must not go on. */
gboolean fz_attempts_book_begin (FzAttemptsBook *self, const char *staff, gboolean known, FzAttempts *out_before, GError **error);
/* Saved in both places before it returns TRUE; RETRY: not saved, so the try must not go on. */
gboolean fz_attempts_book_set (FzAttemptsBook *self, const char *staff, gboolean known, FzAttempts attempts, GError **error);
/* So many seconds of running time passed; call once a minute and before closing. Saves when a lock was running. */
gboolean fz_attempts_book_tick (FzAttemptsBook *self, guint seconds, GError **error);
