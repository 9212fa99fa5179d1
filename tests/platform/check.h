/* tests/platform/check.h: judges one record against the field table. */
#pragma once

#include "tests/platform/json.h"
#include "tests/platform/table.h"

typedef struct {
  int code;  /* 200, -98, -99 or -1: body.msgCode */
  char *msg; /* -99: the empty fields, split by '|' */
} SimVerdict;

SimVerdict *sim_verdict_new (int code, const char *format, ...) G_GNUC_PRINTF (2, 3);
void sim_verdict_free (SimVerdict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimVerdict, sim_verdict_free)

/* NULL when every field is as it should be. */
SimVerdict *sim_check_record (const SimMethod *method, const SimJson *record, const char *unit_id);
