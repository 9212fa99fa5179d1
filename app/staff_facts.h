/* app/staff_facts.h: what the directory keeps of a person's right to practise (人员资格资料), and changing it when a paper is renewed. Tianjin
 * 2025 art. 13-17, Sichuan 2020 art. 8, Chongqing 2023 art. 22 and 30, Fujian 2024 art. 17. */
#pragma once

#include "app/desk_private.h"

/* The keys that may be changed after joining, NULL-terminated: all but number, name, role and identity number. */
const char *const *fz_staff_fact_keys (void);
/* Dates are dates, yes/no words are these words, department codes look like codes. INVALID names the key. */
gboolean fz_staff_facts_check (const FzFields *facts, GError **error);
/* Why this cannot be the value of that key, in words; NULL: it can. */
const char *fz_staff_fact_problem (const char *key, const char *value);
/* In a RECORD job: these keys of a person become so ("-" removes one), with an audit entry that says what they were. INVALID names the key. */
gboolean fz_staff_facts_put (FzSession *session, FzTxn *txn, const char *number, const FzFields *changes, GError **error);
/* TRUE in *out_fits when this department is the person's own or among `departments`. FALSE: nobody recorded enough to say. */
gboolean fz_staff_department_fits (const FzFields *person, const char *prefix, const char *department, gboolean *out_fits);
