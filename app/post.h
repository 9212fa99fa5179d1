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

/* A connection that is kept between requests to one service, with whom it believes. Of one thread, with its thread-default main context. */
typedef struct _FzPostLine FzPostLine;
/* Is this the server's key? May be NULL: any that the authorities vouch for. */
typedef gboolean (*FzPostAccepts) (gconstpointer data, GTlsCertificate *certificate);
/* `authorities` NULL: the system's; `proxy` NULL: none. */
FzPostLine *fz_post_line_new (GTlsDatabase *authorities, GProxyResolver *proxy, FzPostAccepts accepts, gconstpointer data);
void fz_post_line_free (FzPostLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPostLine, fz_post_line_free)

typedef struct {
  const char *method, *url;
  const char *const *headers; /* name, value, …, NULL; may be NULL */
  const char *type;           /* of the body */
  GBytes *body;               /* NULL: none */
  gsize most;
  guint seconds;
  GCancellable *stop; /* may be NULL */
} FzPostRequest;
typedef struct {
  guint status;
  GBytes *body;          /* on failure what had come until then, or NULL */
  char *retry_after, *range; /* those headers, or NULL */
} FzPostAnswer;
void fz_post_answer_clear (FzPostAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzPostAnswer, fz_post_answer_clear)
/* Blocks, while other sources of the context run. As fz_post(). Sent once, whatever breaks; the connection is kept as for requests that
 * may be sent again, so they should be such. */
gboolean fz_post_line_ask (FzPostLine *self, const FzPostRequest *request, FzPostAnswer *out, GError **error);
/* The same line's rules for a message that somebody else sends (a WebSocket's handshake). */
SoupSession *fz_post_line_get_session (FzPostLine *self);
void fz_post_line_guard (FzPostLine *self, SoupMessage *message, GCancellable *stop);

/* `mine` is cancelled once `theirs` is, but by the caller's thread-default context and in its turn: GLib leaks a source of `mine` that is just ending while
 * another thread cancels it. At once when `theirs` is cancelled already. For g_cancellable_disconnect() on `theirs`; 0 when there is nothing to wait for. */
gulong fz_post_follow (GCancellable *theirs, GCancellable *mine);

/* The connection that carries the message is TLS 1.2 or newer: the library still shakes hands with older ones. To be asked before a byte of the
 * message leaves ("starting"). A message without TLS is not. */
gboolean fz_post_is_modern (SoupMessage *message);

/* Why nothing or not everything came, in the reader's words: the libraries' own are in English or the machine's language. The library's message for what has no words. */
const char *fz_post_reason (const GError *why);
