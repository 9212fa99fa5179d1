/* app/post.h: one request to a service outside, sent once and its answer read within bounds (向外部服务请求一次): a witness, a time stamping
 * authority. Nothing is followed, unpacked or sent again. The platform has a transport of its own (app/platform). */
#pragma once

#include "core/error.h"

#include <gio/gio.h>
#include <libsoup/soup.h>

typedef struct {
  const char *url;
  const char *type;   /* of what is sent */
  const char *tls_ca; /* PEM file with the only authorities that are believed; NULL: the system's */
  gsize most;         /* bytes of the answer */
  guint seconds;      /* from the first byte to the last, however slowly they come */
  GCancellable *stop; /* may be NULL */
} FzPost;

/* FALSE: neither https, nor http to this very machine. */
gboolean fz_post_is_allowed (const char *url);
gboolean fz_post_is_this_machine (const char *url);
/* Blocks; not for the main thread. TRUE: a whole answer, good or bad. OFFLINE: there was none, the message says why and nothing else; REJECTED: the
 * server's certificate is not to be trusted, its protocol is older than TLS 1.2, or the answer is longer than `most`. */
gboolean fz_post (const FzPost *self, GBytes *body, guint *out_status, GBytes **out_answer, GError **error);

/* The connection that carries the message is TLS 1.2 or newer: the library still shakes hands with older ones. To be asked before a byte of the
 * message leaves ("starting"). A message without TLS is not. */
gboolean fz_post_is_modern (SoupMessage *message);
