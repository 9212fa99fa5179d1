/* ui/visit_queue.h: the doctor's visits: waiting, in progress, finished today, and earlier ones that are looked for; with marks and waiting time. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

#define FZ_TYPE_VISIT_QUEUE (fz_visit_queue_get_type ())
G_DECLARE_FINAL_TYPE (FzVisitQueue, fz_visit_queue, FZ, VISIT_QUEUE, GtkWidget)

/* signals: "chosen" (const char *visit): a person wants to see it; "entered": and to work on it; "next": take the one that waits longest; "by-hand"; "import". */
GtkWidget *fz_visit_queue_new (FzSession *session);
/* Reads the lists anew; selection and scroll stay. */
void fz_visit_queue_refresh (FzVisitQueue *self);
/* Marks the visit shown in the middle, without a signal; the list it is in comes forward. */
void fz_visit_queue_show (FzVisitQueue *self, const char *visit);
/* The visit that waits longest; NULL when nobody waits. (transfer none) */
const FzFields *fz_visit_queue_get_first (FzVisitQueue *self);
/* Adds FzSearchRow for the visits whose patient, complaint or number holds the text. */
void fz_visit_queue_search (FzVisitQueue *self, const char *text, GListStore *rows);
/* Adds one that looks for it among earlier visits, to stand below all that is at hand: its id goes to fz_visit_queue_look_back(). */
void fz_visit_queue_offer_look_back (FzVisitQueue *self, const char *text, GListStore *rows);
/* The visits in progress with a prescription that came back, and the first of them (NULL for none). */
guint fz_visit_queue_count_returned (FzVisitQueue *self, const FzFields **out_first);
/* The same with messages that nobody saw yet, and the next of them below visit `after` (NULL: the first; round at the end). */
guint fz_visit_queue_count_unread (FzVisitQueue *self, const char *after, const FzFields **out_next);
const FzFields *fz_visit_queue_find (FzVisitQueue *self, const char *visit);
/* TRUE: it was such an id, and the list of what is done shows what is found. */
gboolean fz_visit_queue_look_back (FzVisitQueue *self, const char *id);
