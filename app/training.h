/* app/training.h: until when the last training of a person counts (培训有效期): what the register of trainings says of those who passed. The texts ask for
 * regular training and name no interval (national 2022 art. 15, Tianjin 2025 art. 16, Fujian 2024 art. 16), so the institution says for each training
 * until which day it counts; one without such a day, or without names, limits nobody. */
#pragma once

#include "core/register.h"

#include "app/desk_private.h"

/* Trainings that were held, whatever became of them. NULL with error. (transfer full) */
GPtrArray *fz_trainings_held (FzTxn *txn, GError **error);
/* The last day on which some training of this person counts, by whichever of their staff numbers it was noted; NULL: none names a day. `person` may be NULL. Borrowed from
 * `trainings`. */
const char *fz_training_until (GPtrArray *trainings, GPtrArray *staff, const char *number, const char *person);
/* Why these values cannot be kept of a training (the numbers name nobody here, or a day is said and no names), and of which field; NULL: they can, or it is another register.
 * `entry` may be NULL. (transfer full) */
char *fz_training_problem (const FzRegister *reg, const FzFields *entry, const FzFields *values, GPtrArray *staff, const char **out_label);
/* The same inside a job, as an error INVALID that begins with the field. */
gboolean fz_training_check (FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, GError **error);
