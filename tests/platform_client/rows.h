/* tests/platform_client/rows.h: an outbox in memory that keeps the source's promises, for the engine's tests. */
#pragma once

#include "app/platform/engine.h"

typedef enum { ROW_PENDING, ROW_SENDING, ROW_ACCEPTED, ROW_REFUSED, ROW_UNKNOWN } RowState;

typedef struct {
  gint64 id;
  char *method, *stream;
  GBytes *payload;
  RowState state;
  guint attempts, begun;
  gint64 due_us;
  char *code, *text; /* of the last outcome */
} Row;

typedef struct {
  GPtrArray *rows; /* of Row, in the order they were written */
  FzUploadState state;
  char *text;
  guint claims;
  gboolean gently;
  gboolean fail_begin, fail_settle, fail_claim;
  /* Mutants, each of which the checker must catch. */
  gboolean ignore_streams; /* claim() takes any due row: no order within a stream */
  gboolean forget_begin;   /* begin() writes nothing: a crash makes "sending" pending again */
} Rows;

Rows *rows_new (void);
void rows_free (Rows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rows, rows_free)
Row *rows_add (Rows *self, const char *method, const char *stream, GBytes *payload);
Row *rows_at (Rows *self, guint i);
guint rows_count (const Rows *self, RowState state);
/* What a start does after kill -9: what was being sent is unknown. */
void rows_recover (Rows *self);
extern const FzUploadSource rows_source;
