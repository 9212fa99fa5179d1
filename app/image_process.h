/* app/image_process.h: starts the image program, in bubblewrap where that works, hands it the file as a sealed memory file, reads
 * what it says and ends it when the time is over. The bytes that come back are not judged here. */
#pragma once

#include "core/error.h"

#include <gio/gio.h>

/* Everything the program wrote, at most `most` bytes (one more and it is ended and what came is returned, too long). A program
 * that is killed or dies has simply said less. Fails with UNSUPPORTED (no such program), INTERNAL (cannot be started), INVALID (time is
 * over) or G_IO_ERROR_CANCELLED. (transfer full) */
GBytes *fz_image_process_run (const char *const *arguments, GBytes *input, gsize most, GCancellable *cancellable, GError **error);
