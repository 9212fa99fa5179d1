/* tests/platform/faults.h: which call meets which mishap. Chosen by hash (seed, record, delivery number), never by arrival
 * order, so that a seed replays whatever the client's timing is. */
#pragma once

#include <glib.h>

typedef enum {
  SIM_FAULT_NONE,
  SIM_FAULT_DROP,     /* judged and stored, then closed without an answer */
  SIM_FAULT_RESET,    /* connection reset before anything is judged */
  SIM_FAULT_503,      /* HTTP 503 with Retry-After: 1, not judged */
  SIM_FAULT_OUTER,    /* HTTP 200 with an outer code, not judged: busy is -1 */
  SIM_FAULT_SLOW,     /* judged, answered after slow_ms */
  SIM_FAULT_TRUNCATE, /* judged, half of the answer, then closed */
  SIM_FAULT_NOTJSON,  /* judged, answered with a page of HTML */
  SIM_FAULT_ERRBODY,  /* not judged: outer 200, body.msgCode -1 */
  SIM_FAULT_HUGE,     /* judged, a good answer drawn out to 16 MiB */
  SIM_FAULT_REDIRECT, /* not judged: 302 to a plain http address */
  SIM_FAULT_TYPE,     /* judged, a good answer said to be text/html */
  SIM_FAULT_REFUSE    /* not judged: outer 200, body.msgCode -99 and words no specification has */
} SimFaultKind;

typedef struct {
  SimFaultKind kind;
  const char *name; /* as in the specification, NULL for none */
  int code;         /* of SIM_FAULT_OUTER */
} SimFault;

typedef struct _SimFaults SimFaults;

/* "drop=10,reset=5,busy=2.5,40003=1,first=3,slow_ms=1500": percent a mishap, at most 100 together; a number is an outer code.
 * first=N: only the first N deliveries of a record meet one. only=KEY: no record but the one with this key meets one.
 * NAME@KEY: this record meets that one in any case. NULL with *reason (static) when it cannot be read. */
SimFaults *sim_faults_parse (const char *spec, const char *seed, const char **reason);
void sim_faults_free (SimFaults *self);
SimFault sim_faults_choose (const SimFaults *self, const char *method, const char *key, guint delivery);
guint sim_faults_get_slow_ms (const SimFaults *self);
