/* app/person.h: what is said of the patient's body (体重、妊娠、哺乳、肾功能、肝功能): by the doctor in this visit as `record.*`, or by a draft in a file as
 * `patient.*`. Signed with the record, and with the prescription whose checks read it. */
#pragma once

#include "app/desk_private.h"
#include "core/drugcheck.h"

/* Fills age, sex and all of the above into the request, which borrows from `facts`. What cannot be read counts as not said. */
void fz_person_fill (const FzFields *facts, FzCheckRequest *request);
/* A stop for each value that is no number or none of its words: it would be signed and read as unknown. */
void fz_person_check (const FzFields *facts, GPtrArray *findings);
/* `patient.{weight_kg,pregnant,lactating,egfr,liver}` of a prescription, from what was said last: the draft, else the signed record. */
void fz_person_put (const FzFields *draft, const FzFields *visit, FzFields *body);
