/* core/grant.h: leave to do once, or a counted number of times, what nobody may do alone (授权) folded from its documents, pure and total.
 *
 * One natural person asks by a signed `fuzhen.grant/v1`, which names what for, over what and until when; another natural person answers by a
 * signed `fuzhen.grant_decision/v1` over exactly these bytes. Whoever asked may then do it, no more often than was granted; each use is an
 * audit entry and a row of its own in the transaction of the act (db/grants.h), so "used up" and "run out" follow from these and from the
 * clock and are no documents. Each grant has a subject of its own, `@GNT-000001`. Fujian 2024 art. 20 and 38, Tianjin 2025 art. 23 (no
 * prescription statistics for commerce; a function against it), GB/T 22239-2019 8.1.4.2 (rights by grant, separated duties).
 *
 * Facts: grant.{id,kind,state,open (yes|no: waits for a decision),purpose,purpose_label,words,times,until_on,asked_at,by,by_number,by_person,
 * by_role,document,note_sha256,line.NN}, scope.*; once decided grant.{verdict,decided_at,decided_by,decided_by_number,decision_words,decision};
 * when it was ended before its time grant.{end_verdict,ended_at,ended_by,ended_by_number,end_words,end}.
 *
 * Scope: what the act is about, as flat keys of a closed list (fz_grant_scope_keys()): report (its name), by (drug | department | doctor), class,
 * drug, department, person (staff number), subject (an id), format, from and to (days at Beijing, both included), each (`month`: any single
 * calendar month between from and to, for routine reports), sensitive (`yes`: visits marked as specially sensitive leave too). */
#pragma once

#include "core/document.h"

#define FZ_GRANT_KIND "fuzhen.grant/v1"
#define FZ_GRANT_DECISION_KIND "fuzhen.grant_decision/v1"

typedef enum {
  FZ_GRANT_PROFILING,  /* 统方用途: quantities of medicines by anything */
  FZ_GRANT_EXPORT,     /* 导出: patients' data leaves the store */
  FZ_GRANT_RIGHTS,     /* 权限变更: who may do what */
  FZ_GRANT_PURGE,      /* 清除: what may lawfully go, goes */
  FZ_GRANT_INSPECTION, /* 检查材料: a package for an inspector */
  FZ_N_GRANT_KINDS
} FzGrantKind;

typedef enum {
  FZ_GRANT_ASKED,     /* signed, waits for the second person */
  FZ_GRANT_GRANTED,
  FZ_GRANT_DECLINED,
  FZ_GRANT_WITHDRAWN, /* by who asked, before or after it was granted */
  FZ_GRANT_REVOKED,   /* by another who may decide, after it was granted */
  FZ_GRANT_USED,      /* as often as it may be; never in the documents */
  FZ_GRANT_EXPIRED,   /* its last day is over, decided or not; never in the documents */
  FZ_N_GRANT_STATES
} FzGrantState;

const char *fz_grant_kind_to_word (FzGrantKind kind);
gboolean fz_grant_kind_from_word (const char *word, FzGrantKind *out);
/* Chinese words for the screen (translated). */
const char *fz_grant_kind_label (FzGrantKind kind);
gboolean fz_grant_may_ask (FzGrantKind kind, FzRole role);
gboolean fz_grant_may_decide (FzGrantKind kind, FzRole role);

const char *fz_grant_state_to_word (FzGrantState state);
gboolean fz_grant_state_from_word (const char *word, FzGrantState *out);
const char *fz_grant_state_label (FzGrantState state);

/* The keys a scope may have; NULL at the end. */
const char *const *fz_grant_scope_keys (void);
/* Chinese for documents (not translated); `key` of the list above. */
const char *fz_grant_scope_words (const char *key);
/* INVALID: a key outside the list, one day without the other, days the wrong way round, or `each` without days. */
gboolean fz_grant_scope_check (const FzFields *scope, GError **error);
/* TRUE when what was granted allows this use: the same keys with the same values; days within the days granted, of a report exactly these,
 * and with `each` exactly one of its months. A key that only one of the two has: not allowed. `granted`, `wanted`: the keys without `scope.` before them. */
gboolean fz_grant_scope_covers (const FzFields *granted, const FzFields *wanted);

/* What stands after one more document: `before` NULL: it opens the grant. REFUSED: not by this person or role, or not any more. INVALID: a key is
 * missing or odd. UNSUPPORTED: another kind. (transfer full), frozen. */
FzFields *fz_grant_fold (const FzFields *before, const FzDocument *document, GError **error);
/* The end of its last day, UTC microseconds. */
gint64 fz_grant_until_us (const FzFields *grant);
/* As it stands at a moment, having been used so often. */
FzGrantState fz_grant_state_at (const FzFields *grant, guint uses, gint64 now_us);
