/* db/directory.h: what the hospital says of itself: people, profile, drugs, diagnoses, consent texts (机构、人员、目录). */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* Facts of a person: number, person, name, id_number, role, vkey, factor, left_at and whatever facts.* the profile gave.
 * Adding sets all; CONFLICT when the number is taken. */
gboolean fz_staff_add (FzTxn *txn, const FzFields *facts, GError **error);
/* NOT_FOUND; the facts carry vkey, factor, joined_at, left_at as they stand now. */
FzFields *fz_staff_get (FzTxn *txn, const char *number, GError **error);
GPtrArray *fz_staff_list (FzTxn *txn, GError **error);
/* Among these rows of fz_staff_list(); NULL: nobody has that number. (transfer none) */
const FzFields *fz_staff_find (GPtrArray *staff, const char *number);
/* After enrolment or reset. */
gboolean fz_staff_set_keys (FzTxn *txn, const char *number, const char *vkey, const char *factor, GError **error);
/* Replaces what the profile says; name, role and identity stay. */
gboolean fz_staff_set_facts (FzTxn *txn, const char *number, const FzFields *facts, GError **error);
gboolean fz_staff_leave (FzTxn *txn, const char *number, GError **error);
/* TRUE when this one-time step is newer than the last used one, which it then becomes. */
gboolean fz_staff_use_totp_step (FzTxn *txn, const char *number, gint64 step, gboolean *out_fresh, GError **error);
/* The same asked and not used up. */
gboolean fz_staff_totp_step_is_fresh (FzTxn *txn, const char *number, gint64 step, gboolean *out_fresh, GError **error);

gboolean fz_profile_put (FzTxn *txn, const char *name, const FzFields *body, GError **error);
FzFields *fz_profile_get (FzTxn *txn, const char *name, GError **error); /* NULL without error: none */

gboolean fz_drugs_put (FzTxn *txn, const char *code, const FzFields *row, gboolean used, GError **error);
GPtrArray *fz_drugs_list (FzTxn *txn, const char *after, guint limit, GError **error); /* by code, withdrawn ones too */
FzFields *fz_drugs_get (FzTxn *txn, const char *code, GError **error);                    /* NULL without error: none */
gboolean fz_diagnoses_put (FzTxn *txn, const char *code, const FzFields *row, GError **error);
GPtrArray *fz_diagnoses_list (FzTxn *txn, const char *after, guint limit, GError **error);

/* CONFLICT when the version exists with another text; the first only asks. */
gboolean fz_consent_text_fits (FzTxn *txn, const char *version, const char *text, GError **error);
gboolean fz_consent_text_add (FzTxn *txn, const char *version, const char *text, GError **error);
/* The text of this hash; NULL without error: it is not kept here. (transfer full) */
char *fz_consent_text_find (FzTxn *txn, const char *sha256, GError **error);
/* The one the rules in force name (setting `consent.version`), else the newest; `out_text` may be NULL. NOT_FOUND when there is none. */
gboolean fz_consent_text_newest (FzTxn *txn, char **out_version, char **out_sha256, char **out_text, GError **error);
