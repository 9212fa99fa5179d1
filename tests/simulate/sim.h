/* tests/simulate/sim.h: client, network, platform, disk, clock and a person in one process, under one virtual time and one seed.
 *
 * Real: the upload engine, what it takes an answer for, its rows, the store with its schema, audit log and sealed pages. Played: the wire (world table of
 * the engine), the platform, the disk (tests/powerloss), the clock, the hospital that makes rows due and the person who settles them. A seed decides
 * everything, so that a failing one replays. */
#pragma once

#include "app/upload.h"
#include "tests/powerloss/lab_disk.h"
#include "tests/store/fixture.h"

#define SECOND G_GINT64_CONSTANT (1000000)
#define SIM_START_US G_GINT64_CONSTANT (1767225600000000)
#define SIM_DEADLINE_US (30 * SECOND) /* of one call */

/* Each seed switches a random half of them off. */
typedef enum {
  FAULT_LOST_REQUEST,  /* it left and never arrived */
  FAULT_LOST_ANSWER,   /* stored, and no answer came */
  FAULT_DUPLICATE,     /* the network delivers it a second time */
  FAULT_DELAY,         /* seconds on the way */
  FAULT_LATE,          /* arrives when the client has given it up, behind later ones */
  FAULT_PARTITION,     /* the platform is not reached for a while */
  FAULT_RESET,         /* stored, connection reset */
  FAULT_TRUNCATED,     /* stored, half an answer */
  FAULT_LIE,           /* a page, an unknown code, a broken text: stored or not */
  FAULT_BUSY,          /* outer code -1, 40011, HTTP 500 */
  FAULT_LIMIT,         /* 429 or 503 with Retry-After */
  FAULT_POISON,        /* records that the platform refuses until a person mends them; records that lack something */
  FAULT_CERTIFICATE,   /* another certificate than the one that is trusted */
  FAULT_KEY,           /* 40004: keys not taken */
  FAULT_CLOCK,         /* jumps, both ways */
  FAULT_KILL,          /* the program dies between any two steps */
  FAULT_POWER,         /* the power goes during any operation of the disk */
  FAULT_FULL,          /* the disk is full for a while */
  FAULT_RESTART,       /* the engine is stopped and started */
  N_FAULTS
} Fault;

typedef struct _Sim Sim;

/* One row of the outbox and the truth about it. */
typedef struct {
  guint serial;         /* also its subject in the ledger */
  guint batch;          /* rows of one transaction */
  char *key, *stream;
  const char *method;
  char *needs[4];
  gboolean poison, blocked;
  gint64 not_before_us;
  guint version;        /* of the payload */

  gint64 id;
  const char *state;    /* as acknowledged by the store; NULL: not written yet. Interned */
  const char *doubt;    /* a change that was tried and not acknowledged; NULL: none */
  gboolean tried;

  gboolean may_be_there;/* it left, and neither an answer nor a person says that it was not stored */
  gboolean refused;     /* and nobody has mended it since */
  gboolean said_yes;    /* the client saw the platform accept it */
  guint calls, begun;
  guint stored, stored_by_call, again; /* again: by a person's word */
  gint64 not_before_t;  /* Retry-After, in virtual time */
} Row;

typedef void (*Act) (Sim *sim, guint which);
typedef enum { TAG_WORLD, TAG_TIMER, TAG_ANSWER, TAG_PARCEL } Tag;

typedef struct {
  gboolean there;
  guint row, serial;
  gboolean sent, yes;
  int fault;            /* of Fault; -1: none */
  FzErrorCode error;    /* when `body` is NULL */
  guint status;
  gint64 retry_after_s;
  char *body;
  GAsyncReadyCallback callback;
  gpointer callback_data;
  GCancellable *cancellable;
} Flight;

struct _Sim {
  guint32 seed;
  GRand *dice;
  guint faults;         /* bits of Fault */
  gboolean calm;        /* no more faults */
  gboolean tells;       /* prints what happens */
  gint64 t_us, skew_us; /* virtual time; the clock shows their sum */
  GArray *agenda, *parcels;
  guint64 order;
  char *wrong;          /* the first broken promise; NULL: none */

  GPtrArray *rows;
  guint batches, visits, prescriptions;

  /* client */
  Fixture *fixture;
  LabDisk *disk;
  FzStore *store;
  FzKnowledge knowledge; /* the messages alone */
  FzDesk desk;
  FzMessageTable *table;
  FzUploadEngine *engine;
  FzUploadState engine_state;
  gboolean dying, stopping;
  guint lives;

  /* wire and platform */
  Flight flight;
  guint flights;
  gboolean partition, strange_certificate, strange_key;
  guint64 events, calls;
};

/* --- sim.c: chance, time, words --- */
gboolean sim_has (Sim *sim, Fault fault);            /* this seed plays it, and it is not calm yet */
gboolean sim_chance (Sim *sim, guint percent);
gint64 sim_between (Sim *sim, gint64 low, gint64 high);
gint64 sim_clock_us (gpointer sim);
void sim_plan (Sim *sim, gint64 delay_us, Tag tag, Act act, guint which);
void sim_unplan (Sim *sim, Tag tag);
void sim_step (Sim *sim);
void sim_tell (Sim *sim, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* A promise is broken. */
void sim_wrong (Sim *sim, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* NULL, or the first broken promise. (transfer full) */
char *sim_run (guint32 seed, gboolean tells, Fixture *fixture, GBytes *image, FzMessageTable *table, guint64 *io_calls, guint64 *io_lives);

/* --- client.c --- */
void client_start (Sim *sim);
void client_end (Sim *sim);
gboolean client_is_dead (Sim *sim);
void client_die_and_come_back (Sim *sim);
void client_restart_engine (Sim *sim);
void client_kick (Sim *sim);
/* A job, and what the store does after its answer. */
gboolean client_job (Sim *sim, FzTxnMode mode, FzJob job, gpointer data, GError **error);

/* --- wire.c --- */
extern const FzUploadWorld sim_world;
void wire_cut_if_cancelled (Sim *sim);
void wire_forget (Sim *sim);

/* --- hospital.c --- */
Row *hospital_row (Sim *sim, guint serial);
void hospital_tick (Sim *sim, guint which);
GBytes *hospital_payload (const Row *row);
FzFields *hospital_facts (const Row *row);

/* --- person.c --- */
void person_look (Sim *sim, guint which);

/* --- judge.c --- */
gboolean judge_is_over (const char *state);
gboolean judge_needs_met (Sim *sim, const Row *row);
void judge_call (Sim *sim, Row *row, GBytes *payload);
void judge_settle (Sim *sim, Row *row, const FzOutcome *outcome);
/* Reads the whole ledger and compares it with what was acknowledged. */
void judge_ledger (Sim *sim);
/* TRUE: nothing is left to be done. */
gboolean judge_is_drained (Sim *sim);
void judge_end (Sim *sim);
