/* app/witness.h: asks a witness to vouch for a checkpoint (见证): C2SP tlog-witness, `POST <url>/add-checkpoint`. https://c2sp.org/tlog-witness
 * Only the checkpoint and hashes leave the desk, nothing of a patient. */
#pragma once

#include "core/cosignature.h"
#include "core/merkle.h"

/* What the witness said. */
typedef enum {
  FZ_WITNESS_SIGNED,  /* *out_note: the note with its line */
  FZ_WITNESS_KNOWS,   /* *out_size: the newest size it has seen, another than `old_size` */
  FZ_WITNESS_REFUSED, /* the proof does not fit what it saw: another log under this name */
} FzWitnessAnswer;

/* INVALID unless https, or http to this very machine. */
gboolean fz_witness_check_url (const char *url, GError **error);
/* Blocks, at most some 10 seconds; not for the main thread. `proof`: hashes from old_size to the note's size. Errors: OFFLINE, REJECTED (an answer that is none of
 * these, or a line that does not verify). */
gboolean fz_witness_add (const char *url, const FzWitnessKey *who, guint64 old_size, GArray *proof, GBytes *note, FzWitnessAnswer *out_answer,
                         GBytes **out_note, guint64 *out_size, GError **error);
