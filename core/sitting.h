/* core/sitting.h: when an unattended desk locks and a session ends (坐席计时), from times that come in. Pure. Tianjin 2025 art. 14; 等保 ID-4; trust.md 2.4.
 *
 * Times are running time of the computer in microseconds, so no clock that is set shortens or lengthens them; a computer that sleeps locks by itself. */
#pragma once

#include <glib.h>

#define FZ_SITTING_LEAST_MINUTES 1
#define FZ_SITTING_USUAL_MINUTES 5
#define FZ_SITTING_MOST_MINUTES 15
#define FZ_SITTING_HOURS 10 /* of one session, whatever was done in it */

typedef enum {
  FZ_SITTING_OPEN,
  FZ_SITTING_QUIET, /* nobody touched anything for so long: the screen locks */
  FZ_SITTING_OVER   /* ten hours: the session ends */
} FzSittingState;

/* `signed_in_us`: when the session began; `touched_us`: the last key, click or movement; `quiet_us`: how long it may be quiet. */
FzSittingState fz_sitting_at (gint64 now_us, gint64 signed_in_us, gint64 touched_us, gint64 quiet_us);
