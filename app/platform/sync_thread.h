/* app/platform/sync_thread.h: the one thread that talks to the platform. It owns a main context, a transport and an upload engine;
 * the functions below may be called from any thread and only leave word there. */
#pragma once

#include "app/platform/config.h"
#include "app/platform/engine.h"

typedef struct _FzSyncThread FzSyncThread;

/* Starts sending at once. `source`'s functions are called on the new thread; `source_data` must live until
 * fz_sync_thread_stop() has returned. Fails as fz_transport_new() does. */
FzSyncThread *fz_sync_thread_start (FzPlatformConfig *config, FzMessageTable *table, const FzUploadSource *source, gpointer source_data,
                                    GError **error);
void fz_sync_thread_kick (FzSyncThread *self);
/* Lets what is in flight end, at most grace_us, then ends the thread, waits for it and frees self. */
void fz_sync_thread_stop (FzSyncThread *self, gint64 grace_us);

/* `fuzhen upload --once`: sends what is due on the calling thread and returns; a context of its own, so nothing else runs meanwhile.
 * Fails as fz_transport_new() does, else TRUE and *out_summary, to be cleared. Cancelling stops as fz_sync_thread_stop() does, with 3 s for what is in flight. */
gboolean fz_upload_drain (FzPlatformConfig *config, FzMessageTable *table, const FzUploadSource *source, gpointer source_data,
                          gint64 patience_us, GCancellable *cancellable, FzUploadSummary *out_summary, GError **error);
