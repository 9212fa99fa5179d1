/* app/platform/outcome.h: what an answer of the supervision platform means for the record that was sent, and when to try again.
 * Pure: the rules are data (`answers` of the message table), chance is a parameter. */
#pragma once

#include "app/platform/message.h"

typedef enum {
  FZ_OUTCOME_ACCEPTED,      /* the platform has it */
  FZ_OUTCOME_REFUSED,       /* the record itself is wrong: to a person, never again by itself */
  FZ_OUTCOME_RETRY,         /* not taken this time: again by itself */
  FZ_OUTCOME_OFFLINE,       /* the platform was not reached, nothing was sent: again by itself */
  FZ_OUTCOME_CONFIGURATION, /* address, certificate, keys or rights: nothing more is sent until a person has mended it */
  FZ_OUTCOME_UNKNOWN        /* sent, and nobody knows whether it was stored: a person settles it (the platform keeps duplicates) */
} FzOutcomeKind;

/* A complete HTTP answer, read by transport.c. */
typedef struct {
  guint http_status;
  gboolean has_code, has_msg_code; /* the body was the platform's JSON and held `code`, `body.msgCode` */
  gint64 outer_code, msg_code;
  char *receipt, *receipt_key; /* of the generic wire: accepted | refused | retry, and for which key; NULL: none */
  char *text;           /* the platform's own words on one line, at most 500 characters, "" for none */
  gint64 retry_after_s; /* of the Retry-After header; -1 for none */
  gint64 date_us;       /* of the Date header, UTC; 0 for none */
} FzPlatformAnswer;

/* Reads `body` strictly; anything else than the platform's JSON leaves both has_ flags FALSE, which classifies as unknown. */
FzPlatformAnswer *fz_platform_answer_new (guint http_status, gint64 retry_after_s, const guint8 *body, gsize n);
void fz_platform_answer_free (FzPlatformAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzPlatformAnswer, fz_platform_answer_free)

typedef struct {
  FzOutcomeKind kind;
  char *code;           /* for the ledger: "200/200", "200/-99", "40011", "HTTP 503", "" when there was no answer */
  char *text;           /* the platform's own words, or why there is no answer; "" for none */
  gint64 retry_after_ms; /* the platform's wish, 0 for none */
} FzOutcome;

/* Exactly one of `answer` and `error` is given; `error` is one of transport.h's. */
FzOutcome *fz_outcome_classify (const FzMessageTable *table, const char *method, const FzPlatformAnswer *answer, const GError *error);
void fz_outcome_free (FzOutcome *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzOutcome, fz_outcome_free)
/* The message's fields that the platform's words name (-99 lists them), each as its label and its name, with 、 between; NULL: none. (transfer full) */
char *fz_outcome_name_fields (const FzMessageTable *table, const char *method, const char *words);
/* TRUE when the same row is sent again without a person. */
gboolean fz_outcome_is_retried (FzOutcomeKind kind);
/* The word kept in the ledger: accepted, refused, retry, offline, configuration, unknown. Static. */
const char *fz_outcome_word (FzOutcomeKind kind);

/* Delay before try number `failures` + 1 (failures from 1): cap/4 + a random part of 3cap/4, cap = min (max, base * 2^(failures-1)).
 * `chance` is 32 random bits. */
gint64 fz_backoff_ms (guint failures, gint64 base_ms, gint64 max_ms, guint32 chance);
