/* app/image_client.h: evidence images, which come from outside, are opened only by the program fuzhen-image in its cage (no
 * file, no network, 5 s of processor, 512 MiB; bubblewrap around it where that works). Here is the other end of the pipe: it
 * believes nothing that comes back but numbers in range and exactly as many bytes as they promise. JPEG and PNG only.
 *
 * Error codes of all calls:
 *   INVALID      not an image we take, too large, too many pixels, damaged or cut short: the sentence says which
 *   UNSUPPORTED  this computer gives no seccomp filter, or the program is not installed: no image is opened
 *   INTERNAL     the program could not be started; G_IO_ERROR_CANCELLED when cancelled */
#pragma once

#include "core/error.h"

#include <gio/gio.h>

#define FZ_IMAGE_MAX_EDGE 4096

typedef struct {
  const char *media_type;            /* "image/jpeg" or "image/png", static; found by the bytes, not by a name */
  guint source_width, source_height; /* upright, in pixels */
  guint width, height, stride;       /* of `rgba`; 0 after a probe; stride is in bytes */
  GBytes *rgba;                      /* rows from above, R G B A bytes, alpha not multiplied; NULL after a probe */
} FzImage;

void fz_image_free (FzImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzImage, fz_image_free)

/* Kind and size from the header alone; says nothing of whether the rest can be decoded. Waits for the program: not for the main
 * thread. (transfer full) */
FzImage *fz_image_probe (GBytes *bytes, GCancellable *cancellable, GError **error);
/* The whole picture, upright, scaled down so that no edge is longer than max_edge (1 to FZ_IMAGE_MAX_EDGE); never up. Waits for
 * the program: not for the main thread. (transfer full) */
FzImage *fz_image_decode (GBytes *bytes, guint max_edge, GCancellable *cancellable, GError **error);
/* The picture as a new file of the same kind, upright, no edge longer than max_edge, with nothing but its pixels: neither place nor camera, text or thumbnail.
 * `*out_media`: as FzImage.media_type. Waits for the program: not for the main thread. (transfer full) */
GBytes *fz_image_rewrite (GBytes *bytes, guint max_edge, const char **out_media, GCancellable *cancellable, GError **error);
/* The same as fz_image_decode() from any thread that has a main context. */
void fz_image_decode_async (GBytes *bytes, guint max_edge, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
FzImage *fz_image_decode_finish (GAsyncResult *result, GError **error);

/* Before the first call: another program than the installed one, and how long one image may take on the wall clock. NULL and 0
 * keep what is usual (beside our own program, else the installed one; 15 s). */
void fz_image_set_program (const char *path, guint deadline_ms);
/* Whether bubblewrap stands around the program here. Starts it once to find out. */
gboolean fz_image_has_bubblewrap (void);
