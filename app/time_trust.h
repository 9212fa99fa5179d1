/* app/time_trust.h: what this machine's clock may be believed by (时间可信): the kernel says that it is synchronised, or the platform's last
 * answer over TLS named the time, in this run of the machine and not long ago (assets/codes/key-policy.csv). Each audit entry carries the word;
 * a signature by a clock that nothing confirms says so; by one that is known to be wrong there is none. 等保 AU-5.
 *
 * <state>/time-heard (`fuzhen.time_heard/v1`) remembers what was heard: date_us, boot_us, boot. A desk with a scripted clock has no word. */
#pragma once

#include "app/desk_private.h"

/* How the machine is asked; a test has its own. */
typedef struct _FzTimeSource {
  gboolean (*is_synchronised) (gpointer data);
  gint64 (*boot_us) (gpointer data); /* since the machine started, sleep counted */
  char *(*boot) (gpointer data);     /* of this start; NULL: not known. (transfer full) */
  gpointer data;
} FzTimeSource;

/* kernel, platform, none; NULL: a scripted clock. *out_off_us: how far ahead of what was heard the clock stands, when it may not be signed by;
 * else 0. Any thread. */
const char *fz_time_trust (FzDesk *desk, gint64 *out_off_us);
/* The audit entries from now on say it. */
void fz_time_trust_refresh (FzDesk *desk);
/* REFUSED: the clock is known to be wrong. */
gboolean fz_time_trust_check (FzDesk *desk, GError **error);
/* The Date of an answer over verified TLS, on any thread. */
void fz_time_trust_heard (FzDesk *desk, gint64 date_us);
/* time.trust, and time.words when a person must see to the clock; time.state off: nobody can sign. */
void fz_time_trust_put (FzDesk *desk, FzFields *status);
