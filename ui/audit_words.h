/* ui/audit_words.h: audit entries as an auditor reads them. The log holds words of a closed list; unknown ones are shown as they are. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

/* 查看处方 for prescription.read, 签署处方 for prescription.sign. (transfer full) */
char *fz_audit_action (const char *action);
const char *fz_audit_subject_kind (const char *kind);
/* done, denied, failed. */
const char *fz_audit_outcome (const char *outcome, FzStatus *out);
