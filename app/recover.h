/* app/recover.h: a store from its backup and two recovery shares (恢复). No password opens it afterwards: everyone gets a one-time code. */
#pragma once

#include "app/enrol.h"
#include "db/backup.h"

/* Progress of a desk's call for what runs below it: a part of the whole, and whether the person stopped it. */
typedef struct {
  GCancellable *stop; /* NULL: can't be stopped */
  void (*progress) (double done, gpointer data); /* may be NULL */
  gpointer data;
  double from, span;
} FzRecoverWatch;
/* A FzBackupProgress over one. */
gboolean fz_recover_tell (double done, gpointer watch);
/* The same for who has an error to give; `watch` may be NULL. FALSE: CANCELLED. */
gboolean fz_recover_go_on (double done, FzRecoverWatch *watch, GError **error);

/* What this device keeps outside its folder of the store with this identity is removed: of one that was begun and is not to be. */
void fz_recover_forget_outside (const char *state_dir, const guint8 *identity);

/* fz_recover() for the command line: `dir` (NULL: the XDG one) is empty. REFUSED while the same store is in its usual folder, which nobody could open any more; what
 * this device keeps is as it was after any failure.
 * fz_recover(): `dir` and `state_dir` NULL: the XDG ones. The desk comes back open; `out_codes`: FzEnrolCode of everyone who has not left. `watch` may be NULL. As
 * fz_backup_restore() fails. SLOW. */
FzDesk *fz_recover_into (const char *file, const char *dir, const char *share_a, const char *share_b, FzRecoverWatch *watch, FzRestoreInfo *out_info,
                         GPtrArray **out_codes, GError **error);
FzDesk *fz_recover (const char *file, const char *dir, const char *state_dir, const char *share_a, const char *share_b, FzRecoverWatch *watch,
                    FzRestoreInfo *out_info, GPtrArray **out_codes, GError **error);
