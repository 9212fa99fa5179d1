/* tests/platform/store.h: the platform's memory, a plain SQLite file that tests read with their own eyes.
 *
 *   call      every call that reached the gateway: id, at, method, nonce, record_key, delivery, fault, http, code, msg_code, msg, plaintext
 *   accepted  every record that was taken, once for each time it was sent: id, call_id, method, key, json, at, bussid
 *
 * Times are Beijing time as text. Written before any answer leaves, so that a killed simulator has kept what it acknowledged. */
#pragma once

#include <glib.h>

typedef struct _SimStore SimStore;

/* One call, filled while it is judged. Every text may be NULL. */
typedef struct {
  gint64 id;
  char *method, *nonce, *key, *plaintext, *msg;
  const char *fault; /* static */
  guint delivery;    /* how many calls for this record came before */
  int http, code, msg_code;
} SimCall;

void sim_call_clear (SimCall *call);

/* NULL with a message on standard error when the file cannot be opened. */
SimStore *sim_store_open (const char *path);
void sim_store_close (SimStore *self);

void sim_store_begin (SimStore *self);
void sim_store_commit (SimStore *self);
/* Reserves the call's row, so that accepted rows can name it. */
void sim_store_add_call (SimStore *self, SimCall *call);
void sim_store_finish_call (SimStore *self, const SimCall *call);
void sim_store_accept (SimStore *self, const SimCall *call, const char *key, const char *bussid, const char *json, gsize n);

gboolean sim_store_has_nonce (SimStore *self, const char *nonce);
guint sim_store_count_deliveries (SimStore *self, const char *method, const char *key);
gboolean sim_store_has_key (SimStore *self, const char *method, const char *key);
gboolean sim_store_has_bussid (SimStore *self, const char *method, const char *bussid);
/* The drug's last accepted catalogue row says it is in use. */
gboolean sim_store_has_drug (SimStore *self, const char *drcode);
