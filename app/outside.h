/* app/outside.h: the newest checkpoint kept where a copied-back disk cannot take it along (库外留存): a stick, a witness, a printed code. What is kept
 * is compared at every start and before it is renewed; a contradiction makes the store read-only and overwrites nothing. Not being able to keep
 * one is told and tried again, and holds nobody up.
 *
 * <state>/outside-<identity> (`fuzhen.outside/v1`) remembers stick.{folder,size,at,problem}, witness.{url,key,name,size,at,problem,known} and
 * token.{name,size,at,problem}; <state>/witness-<identity> the newest note with the witness's line. */
#pragma once

#include "app/desk_private.h"
#include "app/signer/signer.h"

/* After the store was opened. FALSE only when it could not be looked at. */
gboolean fz_outside_check (FzDesk *desk, GError **error);
/* Blocks for the witness, at most once a minute by the desk's clock. */
gboolean fz_outside_tick (FzDesk *desk, GError **error);

/* A person's signing token also keeps the newest checkpoint, as public data under `fuzhen-head-<origin>`: it goes home with the person. Looked at
 * when it is opened for a signature, before a PIN is judged, and at the start if it is plugged in. FALSE, CORRUPT: the log is not the one it saw. */
gboolean fz_outside_judge_token (FzDesk *desk, FzSigner *token, GError **error);
/* Once its PIN was judged; at most every 15 minutes, for memory that wears. What fails is told among what is kept outside. */
void fz_outside_keep_on_token (FzDesk *desk, FzSigner *token);
/* The tokens that are plugged in now. */
void fz_outside_check_tokens (FzDesk *desk);
