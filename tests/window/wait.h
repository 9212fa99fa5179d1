/* tests/window/wait.h: looking again until a condition holds, with a deadline. */
#pragma once

#include <glib.h>

typedef struct {
  gint64 until_us;
  guint tick;
} Wait;

Wait wait_begin (void);
/* Lets the main context run for a moment; FALSE: the deadline has passed. */
gboolean wait_more (Wait *self);
void wait_end (Wait *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wait, wait_end)
