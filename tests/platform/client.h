/* tests/platform/client.h: starts a simulator and talks to it, for the simulator's own tests. */
#pragma once

#include "tests/platform/crypto.h"

#include <cjson/cJSON.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <libsoup/soup.h>

#define TEST_APP_KEY "test-app-key"
#define TEST_SECRET "0123456789abcdeffedcba9876543210"

typedef struct {
  GSubprocess *process;
  SoupSession *session;
  char *dir, *db, *url, *port, *seed, *faults, *messages;
} Platform;

/* `faults` may be NULL; the institution is TEST-UNIT or what FUZHEN_PLATFORM_UNIT says. Fails the test when the simulator does not come up. */
Platform *platform_start (const char *faults, const char *seed);
/* A platform that takes the messages of this file as well (tests/platform/added.c). */
Platform *platform_start_with (const char *messages);
/* kill -9: nobody answers on its port. */
void platform_kill (Platform *self);
/* kill -9 (unless it is), then the same platform again: port, certificate and memory are the old ones. */
void platform_kill_and_restart (Platform *self);
/* Ends the process and removes its files. */
void platform_stop (Platform *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Platform, platform_stop)

/* One call before it is sent: every part can be spoilt. Texts are owned. */
typedef struct {
  const char *verb, *path, *content_type;
  char *body;
  GHashTable *headers; /* name -> value, lower-case names */
} Envelope;

/* A correct envelope around the plain text. */
Envelope *envelope_new (const char *method, const char *plaintext);
/* Value NULL removes the header. */
void envelope_set (Envelope *self, const char *name, const char *value);
/* Computes digest and signature again, after headers or body were changed. */
void envelope_sign (Envelope *self);
void envelope_free (Envelope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Envelope, envelope_free)

typedef struct {
  gboolean failed; /* no whole HTTP answer */
  guint http;
  char *body;
  int code, msg_code; /* of the JSON; 0 when there is none */
  char *msg;
} Answer;

Answer *platform_post (Platform *self, const Envelope *envelope);
/* envelope_new + platform_post. */
Answer *platform_send (Platform *self, const char *method, const char *plaintext);
void answer_free (Answer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)
/* The code a person would name: outer code unless it is 200, then body.msgCode. */
int answer_code (const Answer *self);

/* The first column of the first row, from the simulator's own file. */
gint64 platform_ask (Platform *self, const char *sql);

/* The golden messages, in an order in which they can be sent. (transfer full) */
cJSON *golden_load (void);
/* The message as the array of one that is sent. (transfer full) */
char *golden_print (const cJSON *message);
