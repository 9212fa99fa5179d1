/* app/due.h: which documents the platform must hear of, and from which facts (应报). Tianjin 2025 art. 24, 26: the visit when it
 * ended, the record when it was archived, the prescription when it was approved, its delivery when everything has reached the patient, the catalogue at each change. A void of a prescription that the platform holds or may hold is a
 * task for a person: its interface has no correction. That a prescription expired is not told: the table knows the word (取药方式 4) but asks
 * for who collected it and when, which nobody did, and the platform says that it wants what was collected only. */
#pragma once

#include "app/desk_private.h"
#include "core/fold.h"

/* Adds the outbox rows a new document makes due. */
gboolean fz_due_add (FzDesk *desk, FzTxn *txn, const FzFold *fold, const FzDocument *document, GError **error);
/* Nothing is added while prescriptions are not among the filed kinds of business. */
gboolean fz_due_add_drug (FzDesk *desk, FzTxn *txn, const FzDrug *drug, GError **error);
/* Inside the job that marks a row as sending: when the prescription it speaks of was voided since, the row is built anew and *out_payload
 * is what to send; NULL: send what was frozen. *out_blocked: it can't be built and waits for a person; nothing else waits with it. */
gboolean fz_due_refresh (FzDesk *desk, FzTxn *txn, gint64 id, GBytes **out_payload, gboolean *out_blocked, GError **error);
/* The facts and payload of an existing row built anew from today's data; payload NULL when problems stand. */
gboolean fz_due_renew (FzDesk *desk, FzTxn *txn, gint64 id, GError **error);
