/* tests/window/hospital.h: the demonstration hospital around the window: the platform's simulator, a store with a short day
 * played, and the program itself, each as it is delivered. */
#pragma once

#include <gio/gio.h>

typedef struct {
  char *dir, *data, *platform_db;
  GSubprocess *simulator, *window; /* a copy has no simulator of its own */
  GPid pid; /* of the window */
} Hospital;

/* The day of two visits, some of the patients by the hospital's own front. */
Hospital *hospital_open (void);
/* The day that is played, yesterday at Beijing as the program began, in this format: a test that runs over midnight still asks for the day there was. (transfer full) */
char *hospital_played (const char *format);
/* Another store as that one is now, before the same platform; the first must be closed last. */
Hospital *hospital_copy (Hospital *from);
/* The same below an existing folder. */
Hospital *hospital_copy_into (Hospital *from, const char *folder);
/* Without a front, a day of so many visits, and a platform of these faults (tests/platform/faults.h). */
Hospital *hospital_open_with (const char *visits, const char *faults);
/* Neither store nor platform. */
Hospital *hospital_open_empty (void);
/* Closes nothing by itself: the window must have ended. */
void hospital_close (Hospital *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Hospital, hospital_close)

void hospital_start_window (Hospital *self);
/* Waits until the program has ended, which must be with this code. */
void hospital_wait_window (Hospital *self, int code);

/* Waits for a file of at least so many bytes; what is in it. (transfer full) */
char *hospital_wait_file (const char *path, gsize least);
/* What a `fuzhen` command line prints; fails the test unless it ends with 0. The words end with NULL. (transfer full) */
char *hospital_run (Hospital *self, const char *const *words);
/* The same with secrets, each given through a pipe of its own: option, secret, …, NULL. (transfer full) */
char *hospital_tell (Hospital *self, const char *const *words, const char *const *secrets);
/* The prescription's file is valid and effective by fuzhen-verify, with the institution's list of keys and its key alone. */
void hospital_judge (Hospital *self, const char *note);
/* Opens it in the program's own window for documents instead; ends like hospital_start_window(). */
void hospital_start_document (Hospital *self, const char *note);
/* The list of keys that hospital_judge() wrote, and the institution's own key. (transfer full) */
char *hospital_keys_path (Hospital *self);
char *hospital_institution_key (Hospital *self);
/* How many records of the method the simulator has accepted whose text holds the words. */
gint64 hospital_accepted (Hospital *self, const char *method, const char *words);
/* The same, waited for: at least one. */
void hospital_wait_accepted (Hospital *self, const char *method, const char *words);
