/* app/upload.h: the outbox and the engine put together (上报). */
#pragma once

#include "app/desk_private.h"
#include "app/platform/config.h"
#include "app/platform/engine.h"
#include "db/store.h"

/* The rows of a desk's outbox for the engine; its data is the FzDesk, of which only the store is needed (and what messages are built from, for a
 * prescription that was voided meanwhile). */
extern const FzUploadSource fz_upload_source;
/* The engine's state line, kept for the window; data is the FzDesk. */
void fz_upload_note (gpointer data, const FzUploadStatus *status);
/* One entry of the desk itself about a ledger row; id 0: about the upload as a whole. */
gboolean fz_upload_audit (FzTxn *txn, const char *action, gint64 id, const char *outcome, const char *reason, const FzFields *payload, GError **error);

/* What became of a row that was sent. */
typedef struct {
  gint64 id;
  const char *method;
  const char *state;   /* of the row from now on */
  const char *word;    /* fz_outcome_word() */
  const FzOutcome *outcome; /* code and text */
  gint64 next_us;
  gboolean reached;    /* FALSE: the try does not count */
  const char *sent_at; /* by the background sender, when that was; NULL: just now */
} FzUploadSettled;
/* The row and its entry, in a RECORD job. */
gboolean fz_upload_settle (FzTxn *txn, const FzUploadSettled *settled, GError **error);
/* The row's state after such an outcome. Static. */
const char *fz_upload_state_after (FzOutcomeKind kind);
/* Rows that are in flight become unknown, in a RECORD job. */
gboolean fz_upload_recover_in (FzTxn *txn, GError **error);

/* Before an engine starts: rows left in flight by one that ended otherwise become unknown, each with its audit entry; those that lie with
 * the background sender (app/spool.h) are not among them. */
gboolean fz_upload_recover (FzDesk *desk, GError **error);
/* The platform the store's settings name; NULL without error: none is set. */
gboolean fz_upload_configure (FzDesk *desk, const char *config_path, GError **error);
/* The configuration, when it is for the wire this table speaks; INVALID otherwise. */
FzPlatformConfig *fz_upload_load_config (const char *path, const FzMessageTable *table, gboolean demo, GError **error);
/* As fz_upload_load_config() of what the settings name; UNSUPPORTED: nothing is set. Sends nothing. (transfer full) */
FzPlatformConfig *fz_upload_read_config (FzDesk *desk, GError **error);
/* Who watches a drain. */
typedef struct _FzUploadWatch {
  GCancellable *stop; /* NULL: it can't be stopped */
  void (*progress) (guint64 done, guint64 total, gpointer data); /* may be NULL */
  gpointer data;
  guint64 done, total; /* settled; queued when it began */
} FzUploadWatch;
/* One row more is settled; `self` may be NULL. */
void fz_upload_watch_tell (FzUploadWatch *self);
/* Sends what is due on the calling thread until nothing is left, the platform is not there or `watch` (may be NULL) stops it: then what is in flight ends first. */
gboolean fz_upload_drain_desk (FzDesk *desk, FzUploadWatch *watch, guint *out_accepted, guint *out_refused, guint *out_unknown, char **out_trouble, GError **error);
/* First of all, once for each beginning: what lies with the background sender comes back. *out_back FALSE: it is at a row; ask again. */
gboolean fz_upload_take_back (FzDesk *desk, gboolean *out_back, GError **error);
/* A platform that fetches: lays what is due into its folder, sealed, and reads the receipts there. From the window's clock; TRUE while there is nothing of it to do. */
gboolean fz_upload_tick (FzDesk *desk, GError **error);
/* upload_pull.c: the same, once. *out counts what receipts said. RETRY: the folder cannot be read or written. */
gboolean fz_upload_pull (FzDesk *desk, const FzPlatformConfig *config, FzUploadSummary *out, GError **error);
void fz_upload_stop (FzDesk *desk);
/* In the job that reads the row: the rows of fz_desk_trace_upload(), unmasked. */
GPtrArray *fz_upload_trace (FzDesk *desk, FzTxn *txn, const FzFields *row, GError **error);
/* What the system administrator reads of a ledger row: that it went or did not, and nothing of whom it speaks. */
void fz_upload_hide (FzFields *row);
/* A new row is there. */
void fz_upload_kick (FzDesk *desk);
/* idle, sending, waiting, alarm, stopped, none; *out_words may be NULL. (transfer full) */
char *fz_upload_state (FzDesk *desk, char **out_words);
