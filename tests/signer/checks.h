/* tests/signer/checks.h: what every provider must do (符合性检查): one table, run against each. */
#pragma once

#include "tests/signer/bench.h"

typedef struct {
  const char *name;
  void (*check) (Bench *bench);
} Check;

extern const Check checks_of_opening[], checks_of_signing[], checks_of_ending[]; /* each ends with a NULL name */
