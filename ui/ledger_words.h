/* ui/ledger_words.h: the standings of an upload as a person reads them. One word per state everywhere: ledger, overview, status. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

/* queued, blocked, sending, accepted, refused, unknown, alarm, settled_sent, settled_not_sent. */
const char *fz_ledger_state (const char *state, FzStatus *out);
/* The same of a row: what is a person's task rather than a record to send is open, done or not needed. */
const char *fz_ledger_row_state (const FzFields *row, FzStatus *out);
gboolean fz_ledger_is_open_task (const FzFields *row);
/* What a person should know of a state and do about it. */
const char *fz_ledger_advice (const FzFields *row);
/* Where it went, in words; NULL: it was not sent. */
const char *fz_ledger_environment (const FzFields *row);
/* "处方 CF20261121-10001": the subject by what the row's key says it is. (transfer full) */
/* One field of fz_desk_trace_upload() on two lines: what is sent, and where it is from. */
char *fz_ledger_origin (const FzFields *field);
char *fz_ledger_subject (const FzFields *row);
/* "visit:V1" as 就诊 V1. (transfer full) */
char *fz_ledger_key (const char *key);
