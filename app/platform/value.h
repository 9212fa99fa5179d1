/* app/platform/value.h: one field of a platform message from the facts, for message.c. */
#pragma once

#include "app/platform/table.h"

typedef enum { FZ_VALUE_NONE, FZ_VALUE_TEXT, FZ_VALUE_NUMBER } FzValueKind;

typedef struct {
  FzValueKind kind; /* NONE: nothing to send; whether that is a problem is the caller's question */
  char *text;
  FzProblemKind problem;
  char *reason;     /* not NULL: the value does not fit; a whole sentence */
  char *fact;       /* the key that was looked at last, positions as numbers */
} FzValue;

/* `position` is the place in the list at hand, -1 outside lists. Cleared with fz_value_clear(). */
void fz_value_read (FzValue *self, const FzWireField *field, const FzFields *facts, int position);
void fz_value_clear (FzValue *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzValue, fz_value_clear)
