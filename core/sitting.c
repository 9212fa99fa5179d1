#include "core/sitting.h"

#define LONGEST_US (G_GINT64_CONSTANT (1000000) * 3600 * FZ_SITTING_HOURS)

FzSittingState
fz_sitting_at (gint64 now_us, gint64 signed_in_us, gint64 touched_us, gint64 quiet_us)
{
  if (now_us - signed_in_us >= LONGEST_US)
    return FZ_SITTING_OVER;
  /* Nobody can have been quiet here before they came. */
  return now_us - MAX (signed_in_us, touched_us) >= quiet_us ? FZ_SITTING_QUIET : FZ_SITTING_OPEN;
}
