/* core/note_format.h: what verifier.c, note.c and checkpoint.c share of the signed-note text; not for other folders. */
#pragma once

#include "core/note.h"

#define FZ_NOTE_ALGORITHM_ED25519 0x01

/* Standard base64 with padding, its one spelling only; FALSE also when it does not fit `max`. */
gboolean fz_note_base64_decode (const char *text, gsize n, guint8 *out, gsize max, gsize *out_n);
