/* tests/front/gateway.h: the hospital's own front as assets/help/zh/front.md tells of it, for tests and the demonstration: REST and WebSocket, with
 * faults by hash (seed, what is asked, how often it was asked), so that a seed replays whatever the order. It shares no file with the product. One
 * thread's; another one looks at it through the functions below. */
#pragma once

#include <libsoup/soup.h>

typedef enum { GW_NONE, GW_LOSE, GW_RESET_AFTER, GW_TRUNCATE, GW_LIE, GW_BUSY, GW_DELAY, GW_AGAIN, GW_N_FAULTS } GwFault;

typedef struct {
  guint64 seed;
  guint percent;   /* of calls that meet a fault; 0: none */
  guint most;      /* of faults for one call; then it goes well */
  gboolean no_socket, no_poll;
} GwFaults;

typedef struct _Gateway Gateway;
Gateway *gateway_new (const char *key, const char *secret_hex, const char *unit);
void gateway_free (Gateway *self);
void gateway_set_faults (Gateway *self, const GwFaults *faults);
/* Answers below `prefix` (/gw/v1), in the server's thread. */
void gateway_serve (Gateway *self, SoupServer *server, const char *prefix);
/* Before soup_server_disconnect(), in the server's thread: libsoup 3.2 takes the socket from a connection whose TLS handshake goes on, serves it all the
 * same once that is through, and asks the missing socket for its address when a WebSocket is agreed to, which kills the program. */
void gateway_finish_handshakes (Gateway *self);

/* The patient's side of it, for the demonstration, which is another process: POST PREFIX/events?id=&kind=&visit= with the body, POST PREFIX/files with the
 * bytes; answers the hash. Loopback only, and nobody is asked who they are. */
void gateway_serve_patients (Gateway *self, SoupServer *server, const char *prefix);

/* What patients do; from any thread. `body`: JSON text. `visit` may be NULL. */
void gateway_post (Gateway *self, const char *id, const char *kind, const char *visit, const char *body);
/* Keeps a file to be fetched; its hash. (transfer full) */
char *gateway_put_file (Gateway *self, const void *bytes, gsize n);
void gateway_forget_file (Gateway *self, const char *sha256);
/* Somebody else's desk takes it. */
void gateway_take_by (Gateway *self, const char *visit, const char *desk);

/* How many events were acknowledged; outgoing ones that arrived (each key once); repeats that were seen and dropped; signatures that were wrong; a
 * turn that came before the one it follows; messages that were not as agreed, which it refused. */
typedef struct {
  guint misfits, posted, acked, arrived, repeats, unsigned_calls, inversions, calls, faults, sockets, polls;
} GwCount;
GwCount gateway_count (Gateway *self);
/* Who holds this visit; NULL: nobody. (transfer full) */
char *gateway_holder (Gateway *self, const char *visit);
/* Kinds that arrived for this visit, in order, with spaces. (transfer full) */
char *gateway_heard (Gateway *self, const char *visit);
/* The whole message with this key; NULL: not arrived. (transfer full) */
char *gateway_message (Gateway *self, const char *key);
/* Answer every page with this text from now on; NULL: no more. */
void gateway_say_page (Gateway *self, const char *text);
/* The next `n` outgoing messages of a kind are refused with these words. */
void gateway_refuse (Gateway *self, const char *kind, const char *words);
