/* app/signing.h: one PIN for the documents of one sheet (签名): opens the signers that the person is registered with, counts the tries,
 * makes the lines. The person's Ed25519 line comes first under every document; a CA's stands below it over the same bytes. */
#pragma once

#include "app/desk_private.h"

typedef struct _FzSigning FzSigning;
/* Opens and authorises for exactly these texts (GBytes). `token_pin`: of the token or key file of a person who has one, else NULL. `subject`: the visit or other subject that the audit names. SIGNATURE: a wrong
 * PIN, counted and audited; after the fifth the built-in key is destroyed, a token is shut out until it is registered anew. */
FzSigning *fz_signing_begin (FzSession *session, const char *subject, const FzSecret *pin, const FzSecret *token_pin, GPtrArray *texts,
                             GError **error);
/* The PIN of the person's own key, judged, counted and audited as under a signature, and good for none. */
gboolean fz_signing_judge_pin (FzSession *session, const char *subject, const FzSecret *pin, GError **error);
/* Ends the authorisation and wipes. NULL is fine. */
void fz_signing_end (FzSigning *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSigning, fz_signing_end)
/* The lines under this text, each with its LF; nothing when one of the signers fails. (transfer full) */
char *fz_signing_lines (FzSigning *self, GBytes *text, GError **error);
/* PEM of what judges the CA's line later: the signer's certificate, what the token carries, what was imported of the CA; NULL: there is no
 * such line. (transfer full) */
char *fz_signing_dup_chain (const FzSigning *self);
/* TRUE: this person's sheets need a token's PIN as well. */
gboolean fz_signing_needs_token (const FzFields *person);
/* Under what name the tries of a person's token are counted. (transfer full) */
char *fz_signing_tries_of (const char *number);
/* The CA's line of `signer` in a note, by the certificate in the person's row: TRUE unless it is of that certificate and does not fit. *out_words:
 * what the record is signed with as far as it was verified. */
gboolean fz_signing_judge (const FzNote *note, const char *signer, const FzFields *staff, const char **out_words);
/* What stands on every record that this person signs: 院内签名. (transfer none) */
const char *fz_signing_words (const FzFields *person);
