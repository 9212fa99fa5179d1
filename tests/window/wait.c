#include "tests/window/wait.h"

#define MOST_S 60
#define TICK_MS 40

static gboolean
on_tick (gpointer none)
{
  return G_SOURCE_CONTINUE;
}

Wait
wait_begin (void)
{
  return (Wait){ g_get_monotonic_time () + MOST_S * G_TIME_SPAN_SECOND, 0 };
}

gboolean
wait_more (Wait *self)
{
  if (g_get_monotonic_time () > self->until_us)
    return FALSE;
  if (self->tick == 0)
    self->tick = g_timeout_add (TICK_MS, on_tick, NULL); /* only what wakes the loop */
  g_main_context_iteration (NULL, TRUE);
  return TRUE;
}

void
wait_end (Wait *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
}
