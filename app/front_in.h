/* app/front_in.h: what the hospital's front sends (医院前端来件): pages kept word for word with the place they were read to, and each event's effect,
 * once. A bad event is kept with what is wrong with it, as something for a person, and holds up nothing but what depends on it.
 * Contract: assets/help/zh/front.md, assets/schema/front-in.json. */
#pragma once

#include "app/desk_private.h"

#define FZ_FRONT_PAGE_EVENTS 100
#define FZ_FRONT_PAGE_BYTES (4 * 1024 * 1024)
#define FZ_FRONT_CURSOR_SETTING "front.cursor"

/* One page as it came, asked for after `after`: checked whole, then kept with its cursor in one transaction. *out_next (transfer full), *out_more, *out_new (events that
 * were not here). INVALID: not as agreed; then nothing of it is kept and the cursor stays. */
gboolean fz_front_keep_page (FzDesk *desk, const char *after, GBytes *page, char **out_next, gboolean *out_more, guint *out_new, GError **error);

typedef enum {
  FZ_FETCH_GOOD,
  FZ_FETCH_LATER, /* not reached: for ever */
  FZ_FETCH_ODD,   /* not there, or something else came: some times again, a front may be slow with its files; *out_words */
  FZ_FETCH_BAD    /* never; *out_words */
} FzFetchKind;
/* A file of the front by its hash, whole and checked. */
typedef FzFetchKind (*FzFrontFetch) (gpointer data, const char *sha256, GBytes **out_bytes, char **out_words);

/* The next event takes effect, or is held with its reason, or waits. *out_did FALSE: none now; then *out_next_us is when there will be (0: when one
 * comes). An error: the store does not work. */
gboolean fz_front_apply_next (FzDesk *desk, FzFrontFetch fetch, gpointer fetch_data, gboolean *out_did, gint64 *out_next_us, GError **error);
/* How long an event waits that needs a file the front does not give out now, or that was tried `attempts` times. */
gint64 fz_front_wait_us (gint64 attempts, guint32 chance);
