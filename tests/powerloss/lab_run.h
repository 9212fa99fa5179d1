/* tests/powerloss/lab_run.h: cut after cut over one workload, and what must be true after each. */
#pragma once

#include "tests/powerloss/lab_disk.h"

/* What runs on the lab disk. `self` is the workload's own and remembers what was acknowledged. */
typedef struct {
  /* Opens the store; FALSE when it cannot be opened. */
  gboolean (*open) (gpointer self, GRand *dice);
  /* NULL when integrity, every acknowledged act and all-or-nothing hold; else what is wrong. (transfer full) */
  char *(*check) (gpointer self);
  /* One transaction; TRUE: acknowledged. */
  gboolean (*act) (gpointer self, GRand *dice);
  void (*close) (gpointer self);
  /* The disk is as it was when the image was kept. */
  void (*reset) (gpointer self);
  /* Of a hundred lives, how many end with close() while the cut is still to come; the others are killed. */
  int closing_percent;
} LabWorkload;

typedef struct {
  guint cuts;
  guint struck; /* cuts during an operation, not between two */
  guint64 acknowledged;
  guint problems;
  guint torn_starts;   /* first pages left half-written */
  char *first_problem; /* with the cut's number */
} LabResult;

/* The seed of this run: FUZHEN_SEED, or a fresh one. Printed. */
guint32 lab_seed (void);
/* `cuts` cuts; goes back to the disk's image every few cuts and after each problem. */
LabResult lab_run (LabDisk *disk, const LabWorkload *workload, gpointer self, guint32 seed, guint cuts);
void lab_result_clear (LabResult *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LabResult, lab_result_clear)
