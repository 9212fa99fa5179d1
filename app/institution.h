/* app/institution.h: what changes of the institution after it was set up, and how a department is found in it (机构情况). Facts of the profile:
 * organ.licence_until (day), department.NN.{code,name,physical} (granted: 核准的诊疗科目; whether the physical institution was granted it too),
 * seniority.NN.{department,seniors,associates,counted_on,counted_by}: senior (正高) and associate-senior (副高) doctors of the physical institution; office.NN.{code,number}: who holds the offices that hear of what is late; recurring.NN.{code,months}: how often what comes round again is done; business.NN.{code,noted_on,noted_by}: the kinds of business that were filed with
 * the registering authority (备案的业务类型), with organ.business_noted_on once anything was said of them. Chongqing 2023 art. 15 and appendix 1; Tianjin interface fig. 1.8. */
#pragma once

#include "app/desk_private.h"

/* A department covers itself and those below it: 03 covers 03.04. */
gboolean fz_department_covers (const char *of, const char *asked);
/* The nearest entry of a list whose `key` covers this department; -1: none. */
int fz_institution_find (const FzFields *institution, const char *list, const char *key, const char *department);
/* Was anything ever said of the filed kinds of business? Else nobody knows, and everything is reported. */
gboolean fz_institution_knows_businesses (const FzFields *institution);
gboolean fz_institution_has_business (const FzFields *institution, const char *business);
/* Applies changes (app/desk.h) to the profile's facts. INVALID says which. `by`: staff number, or `init`. */
gboolean fz_institution_apply (FzDesk *desk, const FzFields *changes, gint64 now_us, const char *by, FzFields *institution,
                               GError **error);
/* In a job: code, name and physical of a department that was granted, none of one that was not; NULL: everything of the institution. (transfer full) */
FzFields *fz_institution_facts (FzTxn *txn, const char *department, GError **error);
/* In a RECORD job: such facts become so ("-" removes one; of `code`, the department), with an audit entry; `session` NULL: by the program itself. */
gboolean fz_institution_put_facts (FzSession *session, FzTxn *txn, const char *department, const FzFields *changes, GError **error);
