/* tests/front/fixture.h: the gateway in a thread of its own over TLS, and a desk that is set up to talk to it. */
#pragma once

#include "tests/desk/world.h"
#include "tests/front/gateway.h"

#define FRONT_KEY "desk-1"
#define FRONT_SECRET "00112233445566778899aabbccddeeff"
#define FRONT_UNIT "DEMO-UNIT-0001"

typedef struct {
  Gateway *gateway;
  char *dir, *config;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GTlsCertificate *certificate;
  guint port;
} Front;

void front_open (Front *self);
/* Nobody answers any more. */
void front_hang_up (Front *self);
void front_close (Front *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Front, front_close)
/* D1001 signs in, the clock is the real one, the store's settings name the gateway. */
void front_set_up (Front *self, World *w);
/* The request of case `i` with one picture, as the front has it; its id. `tweak` may be NULL. */
void front_request (Front *self, World *w, guint i, const char *event, const char *visit, void (*tweak) (FzFields *facts));
/* Rounds until everything that was posted is acknowledged, nothing of ours is queued and nothing new waits; fails the test after `seconds`. */
void front_settle (Front *self, World *w, guint seconds);
/* One round; its kind's number is returned. */
int front_round (World *w);
gint64 front_held (World *w);
