/* core/cosignature.h: a witness's word for a checkpoint (见证): C2SP tlog-cosignature, Ed25519. The witness says that it saw this checkpoint at that
 * time and that it was consistent with every one it saw before. https://c2sp.org/tlog-cosignature */
#pragma once

#include "core/note.h"

typedef struct _FzWitnessKey FzWitnessKey; /* frozen */
/* Parses `name+8 hex digits+base64(0x04, public key)`. INVALID says what is wrong. */
FzWitnessKey *fz_witness_key_parse (const char *vkey, GError **error);
void fz_witness_key_free (FzWitnessKey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzWitnessKey, fz_witness_key_free)
const char *fz_witness_key_get_name (const FzWitnessKey *self);
/* TRUE when the note carries this witness's line over its text; *out_at_s is the time it says, in Unix seconds. SIGNATURE: none, or a wrong one. */
gboolean fz_cosignature_check (const FzNote *note, const FzWitnessKey *who, gint64 *out_at_s, GError **error);
