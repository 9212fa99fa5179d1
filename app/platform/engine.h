/* app/platform/engine.h: the upload engine (上报引擎). One row in flight at a time, as the platform asks; it never invents, drops or
 * repeats a row. What is sent next, and whether an earlier row of its stream or another it depends on holds it back, is decided by
 * the source's claim(); the engine decides when, and what an answer means for the rest.
 *
 *   accepted, refused    settled; the platform is there, back-off forgotten
 *   retry                the row waits by its own number of attempts, the rest by the number of failures in a row
 *   offline              nothing was sent: the platform is asked again later with one row, for ever
 *   unknown              settled as unknown, never sent again by itself; the rest waits like after a failure
 *   configuration        the row stays; nothing more is sent by this engine: a person looks, and another one is started
 *
 * A row that is to go `gently` is followed by a rest, so long that all of them together take no more of the line than the table's policy grants beside a
 * consultation; while draining nobody rests.
 *
 * Everything runs in the main context of the thread that made the engine; no function is for another thread (sync_thread.h is). */
#pragma once

#include <gio/gio.h>

#include "app/platform/outcome.h"

/* One row of the outbox as the engine needs it. */
typedef struct {
  gint64 id;
  char *method;
  char *stream;
  GBytes *payload; /* frozen; the same bytes at every try */
  guint attempts;  /* how often it was already answered with retry */
  gboolean gently; /* somebody is being seen: after it the line is left to them for a while */
} FzUploadRow;
void fz_upload_row_free (FzUploadRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzUploadRow, fz_upload_row_free)

typedef enum {
  FZ_UPLOAD_IDLE,    /* nothing due */
  FZ_UPLOAD_SENDING, /* a row is in flight */
  FZ_UPLOAD_WAITING, /* backing off after a failure */
  FZ_UPLOAD_ALARM,   /* a person must look: `text` says at what */
  FZ_UPLOAD_STOPPED
} FzUploadState;

typedef struct {
  FzUploadState state;
  guint failures;      /* in a row */
  gint64 probe_at_us;  /* WAITING: when the platform is asked again */
  const char *text;    /* ALARM, WAITING: the platform's or our words; "" otherwise. Valid inside the call */
} FzUploadStatus;

/* Where rows come from. Called on the engine's thread, one at a time; each may take some milliseconds. An error stops the engine
 * with an alarm: a row whose state cannot be written is not sent. */
typedef struct {
  /* The next row that may be sent now: *out_row NULL when there is none, then *out_next_us is when one will be (0: only after a
   * kick). Never a row whose turn in its stream has not come. A row that was claimed and not begun is simply still pending. */
  gboolean (*claim) (gpointer data, gint64 now_us, FzUploadRow **out_row, gint64 *out_next_us, GError **error);
  /* Writes "sending" durably, before the first byte leaves. A row found in that state at start is one of unknown outcome. May replace the
   * payload, when what it says has changed since the claim; takes it away (NULL) when the row is not to be sent after all, which then is not pending any more. */
  gboolean (*begin) (gpointer data, FzUploadRow *row, GError **error);
  /* Writes the outcome and its audit entry in one transaction. For RETRY, OFFLINE and CONFIGURATION the row is pending again and
   * not due before again_at_us; RETRY also counts one attempt. Otherwise again_at_us is 0. */
  gboolean (*settle) (gpointer data, const FzUploadRow *row, const FzOutcome *outcome, gint64 again_at_us, GError **error);
  /* The state line changed; may be NULL. */
  void (*changed) (gpointer data, const FzUploadStatus *status);
  /* The platform named the time; may be NULL. */
  void (*heard) (gpointer data, gint64 date_us);
} FzUploadSource;

/* Wire, clock and chance, so that a test needs neither network nor time. */
typedef struct {
  void (*call) (gpointer data, const char *method, GBytes *payload, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  FzPlatformAnswer *(*finish) (gpointer data, GAsyncResult *result, GError **error);
  gint64 (*now_us) (gpointer data); /* UTC */
  guint32 (*chance) (gpointer data);
  /* The engine's one timer: fire (fire_data) after delay_us, replacing what was set; -1 clears it. */
  void (*set_timer) (gpointer data, gint64 delay_us, void (*fire) (gpointer fire_data), gpointer fire_data);
} FzUploadWorld;

typedef struct _FzUploadEngine FzUploadEngine;

/* Both tables are copied; their data must outlive the engine's last callback. It does nothing until started or drained. */
FzUploadEngine *fz_upload_engine_new (FzMessageTable *table, const FzUploadSource *source, gpointer source_data,
                                      const FzUploadWorld *world, gpointer world_data);
void fz_upload_engine_unref (FzUploadEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzUploadEngine, fz_upload_engine_unref)

void fz_upload_engine_start (FzUploadEngine *self);
/* A new row is there, or one became free. Does not shorten a back-off. */
void fz_upload_engine_kick (FzUploadEngine *self);
/* Nothing new is sent. What is in flight after grace_us is cut off, which makes it unknown when it had been sent. `done` is called
 * once, perhaps before this returns. */
void fz_upload_engine_stop (FzUploadEngine *self, gint64 grace_us, void (*done) (gpointer data), gpointer data);

typedef struct {
  guint accepted, refused, unknown;
  gboolean gave_up;  /* the platform was not reached or busy, longer than patience_us */
  char *alarm;       /* why nothing more can be sent; NULL for none */
} FzUploadSummary;
void fz_upload_summary_clear (FzUploadSummary *self);

/* Instead of start: sends what is due, sitting out pauses of at most patience_us, and stops. `summary` is filled before `done`. */
void fz_upload_engine_drain (FzUploadEngine *self, gint64 patience_us, FzUploadSummary *summary, void (*done) (gpointer data), gpointer data);
