/* app/samples.h: files to try an import with (示例文件): requests of patients, rows of a catalogue, an edition of drug knowledge, old entries of a register. All of
 * it is made up, and ships inside the program. */
#pragma once

#include "core/error.h"

/* A new folder with all of them and a README that says which page takes which; whole or not there. The requests are of some minutes before `now_us` and
 * their complaints say that they are samples. CONFLICT: the folder is there; RETRY: the disk. */
gboolean fz_samples_save (const char *folder, gint64 now_us, GError **error);
