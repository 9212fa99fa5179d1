/* app/talk.h: what patient and doctor say to each other in a visit (图文沟通): the door of the hospital's front. What people do with it stands in
 * app/desk.h, the words and states in core/talk.h.
 *
 * What is said becomes the payload of an entry of the audit log in the same transaction (talk.receive, talk.send …), so that the log proves it
 * unaltered; the table has only whose it is and how far it got. Process records: kept as class `talk` of assets/codes/retention.csv says, pictures as
 * class `image`; a purge leaves its tombstone. Tianjin 2025 art. 21; national 2022 art. 19.
 *
 * The end of a visit ends its conversation: nothing more is sent. What the patient says afterwards is kept (`after_end yes`), shown as such, and not
 * answered: that the visit ended, the front was told. Before a doctor took the visit it waits for who takes it. */
#pragma once

#include "app/desk_private.h"
#include "core/talk.h"

/* In a RECORD job: a message from the patient's side. Facts: id (at most 64 of A-Z a-z 0-9 . _ : -, of the front, the same for ever), visit, kind
 * (text | image | audio | video), at (time at the patient's device); text: text (at most FZ_TALK_MAX_CHARS); image: sha256 of an attachment that
 * was put before, a JPEG or PNG; audio, video, by reference: file (its name), sha256, started_at, ended_at, custodian (who keeps it). *out_fresh
 * (may be NULL): FALSE, the very same message is there already and nothing was done.
 * INVALID: something is missing or odd. NOT_FOUND: no such visit, no such attachment. CONFLICT: another message has this id. */
gboolean fz_talk_receive (FzDesk *desk, FzTxn *txn, const FzFields *facts, gboolean *out_fresh, GError **error);
/* In a RECORD job: how far a message of the doctor got (sent | delivered | seen | failed with a reason in words). What says less than is known
 * already changes nothing. NOT_FOUND: no such message. INVALID: not such a state. */
gboolean fz_talk_mark (FzDesk *desk, FzTxn *txn, const char *id, const char *state, const char *reason, GError **error);
/* In a job: open to be talked in now (taken and not ended). */
gboolean fz_talk_is_open (const FzFields *visit);
/* In a job: what is said as it will be kept, from facts as above; `side`: patient | doctor. INVALID, NOT_FOUND. (transfer full) */
FzFields *fz_talk_payload (FzTxn *txn, const FzFields *facts, const char *side, GError **error);
/* In a RECORD job: keeps one message with its entry. `payload`: id, visit, side, kind … ; `session` NULL: the front's. */
gboolean fz_talk_keep (FzSession *session, FzTxn *txn, const char *action, const FzFields *payload, const char *state, GError **error);

/* --- what the files of a doctor's side share --- */

/* Who does what in which visit; first in the data of every job. */
typedef struct {
  FzSession *session;
  const char *visit, *act;
  gboolean denied;
} FzTalkReach;

/* In a job: the visit's facts when this session may; NULL with error, or with `denied`. (transfer full) */
FzFields *fz_talk_reach (FzTxn *txn, FzTalkReach *self, GError **error);
/* Rights of the role, then the job over `self`; what it denied is refused and audited. */
gboolean fz_talk_run (FzTalkReach *self, FzTxnMode mode, FzJob job, GError **error);
/* REFUSED: the conversation of this visit is over. */
gboolean fz_talk_refuse_closed (GError **error);
/* Facts of something a doctor says: id, visit, kind, by, by_name. (transfer full) */
FzFields *fz_talk_said_new (FzSession *session, const char *visit, FzTalkKind kind);
/* A kept message as fz_desk_list_talk() tells it. (transfer full) */
FzFields *fz_talk_row (FzTxn *txn, const FzFields *kept, GError **error);
/* In a job: a picture of the conversation, or since when and why it is gone (a sentence). NOT_FOUND. (transfer full) */
gboolean fz_talk_get_picture (FzTxn *txn, const char *visit, const char *id, GBytes **out_bytes, char **out_gone, GError **error);
/* Tells the patient that the doctor saw it. */
gboolean fz_talk_tell_seen (FzDesk *desk, FzTxn *txn, const char *visit, const char *id, GError **error);
