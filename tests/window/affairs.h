/* tests/window/affairs.h: what medical affairs do in the real window, a sitting a story. What is the same step over again, and pictures, which
 * cost more than the step they show, belong to the full run. */
#pragma once

#include "tests/window/hospital.h"

#define AFFAIRS "陶静怡"
#define AFFAIRS_PIN "223606"
#define PHARMACIST "韩秉文"
#define PHARMACIST_PIN "141421"
#define SECURITY "贺子谦"
#define SECURITY_PIN "264575"

char *affairs_day (int days);
gboolean affairs_is_full (void);
void affairs_picture (const char *name);

/* What came of a record decided, a refused one built anew, a catalogue with a bad row, a blocked record not sent, a task closed; and the same
 * states by the command line afterwards. */
void affairs_ledger (Hospital *hospital);
/* Three formats, a folder that cannot be written, dates that are wrong, a period of nothing. */
void affairs_report (Hospital *hospital);
/* A person's papers, the roster, the institution: first wrong, then right. */
void affairs_people (Hospital *hospital);
/* The guide; a new version with every kind of edit and a refused file, by two persons; cancelled before its day, declined, withdrawn. */
void affairs_rules (Hospital *hospital);
