/* app/situation.h: what clauses ask that nobody types: the hospital, its roster and its departments as they stand, and what is known of the
 * lines of a prescription (当时情形). A fact that cannot be found stays absent, which a clause counts as "cannot check". */
#pragma once

#include "app/desk_private.h"

/* Reads visit.department, doctor.*, consent.method of `facts` and adds doctor.department_fits, consent.signed, hospital.licence_until,
 * department.{approved,physical,seniors,associates}, hospital.paused, duty.pharmacists, doctor.training_until and reviewer.training_until (app/training.h), rx.item.NN.right and doctor.right.* (core/prescribing_right.h, on the day of rx.signed_at or now), doctor.right.limit_label, and the facts of the lines. One read job; without a store only what
 * needs none. FALSE: something of it cannot be read, and which; nothing may be judged without it. Not inside a job. */
gboolean fz_situation_put (FzDesk *desk, gint64 at_us, FzFields *facts, GError **error);
/* Reads rx.item.NN.{drug,generic,brand,form,route}, request.drug.NN.generic, request.purchased.NN.generic, evidence.NN.kind, visit.complaint; adds
 * visit.{n_evidence,has_purchases}, rx.item.NN.{form_group,special_storage,controlled_class,requested,purchased}, rx.n_items and
 * rx.{n_requested,requested_names,requested_share_pct}, and the same of `purchased` when the medicines bought before are known. */
void fz_situation_put_lines (const FzKnowledge *know, gint64 at_us, FzFields *facts);
