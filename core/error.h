/* core/error.h: the one error domain. A code says what the caller does next; the message is a translated sentence
 * with the cause, who can mend it and, after the last line break if there is one, the one action to take. */
#pragma once

#include <glib.h>

typedef enum {
  FZ_ERROR_INVALID,         /* the input is wrong: show it beside the field, ask again */
  FZ_ERROR_REFUSED,         /* not allowed: rights, rules or the person's standing */
  FZ_ERROR_PURPOSE,         /* allowed once the person said what for: ask, and call again */
  FZ_ERROR_NOT_FOUND,       /* no such thing, or not for this reader */
  FZ_ERROR_CONFLICT,        /* somebody was first: load again */
  FZ_ERROR_LOCKED,          /* in use by another process or locked out */
  FZ_ERROR_SIGNATURE,       /* a signature or secret does not fit */
  FZ_ERROR_TOKEN,           /* the secret of the signing token does not fit, or its tries are over; one's own was right */
  FZ_ERROR_CORRUPT,         /* stored bytes are damaged: stop, do not write */
  FZ_ERROR_RETRY,           /* failed for now, nothing was done: try again */
  FZ_ERROR_OFFLINE,         /* the other side was not reached: nothing was sent */
  FZ_ERROR_REJECTED,        /* the other side answered no */
  FZ_ERROR_UNKNOWN_OUTCOME, /* sent, but no answer: a person must settle it */
  FZ_ERROR_UNSUPPORTED,     /* this installation cannot do it */
  FZ_ERROR_INTERNAL         /* our own fault */
} FzErrorCode;

#define FZ_ERROR (fz_error_quark ())
GQuark fz_error_quark (void);

/* REFUSED with this sentence; FALSE. */
gboolean fz_refuse (GError **error, const char *why);
