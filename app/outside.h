/* app/outside.h: the newest checkpoint kept where a copied-back disk cannot take it along (库外留存): a stick, a witness, a printed code. What is kept
 * is compared at every start and before it is renewed; a contradiction makes the store read-only and overwrites nothing. Not being able to keep
 * one is told and tried again, and holds nobody up.
 *
 * <state>/outside-<identity> (`fuzhen.outside/v1`) remembers stick.{folder,size,at,problem} and witness.{url,key,name,size,at,problem,known};
 * <state>/witness-<identity> the newest note with the witness's line. */
#pragma once

#include "app/desk_private.h"

/* After the store was opened. FALSE only when it could not be looked at. */
gboolean fz_outside_check (FzDesk *desk, GError **error);
/* Blocks for the witness, at most once a minute by the desk's clock. */
gboolean fz_outside_tick (FzDesk *desk, GError **error);
