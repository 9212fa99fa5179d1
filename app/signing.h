/* app/signing.h: one PIN for the documents of one sheet (签名): opens the signers that the person is registered with, counts the tries,
 * makes the lines. The person's Ed25519 line comes first under every document; a CA's stands below it over the same bytes. */
#pragma once

#include "app/desk_private.h"

typedef struct _FzSigning FzSigning;
/* Opens and authorises for exactly these texts (GBytes). `subject`: the visit or other subject that the audit names. SIGNATURE: a wrong
 * PIN, counted and audited; after the fifth the built-in key is destroyed, a token is shut out until it is registered anew. */
FzSigning *fz_signing_begin (FzSession *session, const char *subject, const FzSecret *pin, GPtrArray *texts, GError **error);
/* Ends the authorisation and wipes. NULL is fine. */
void fz_signing_end (FzSigning *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSigning, fz_signing_end)
/* The lines under this text, each with its LF; nothing when one of the signers fails. (transfer full) */
char *fz_signing_lines (FzSigning *self, GBytes *text, GError **error);
/* What stands on every record that this person signs: 院内签名. (transfer none) */
const char *fz_signing_words (const FzFields *person);
