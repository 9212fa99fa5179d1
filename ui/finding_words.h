/* ui/finding_words.h: how a finding is said and drawn. */
#pragma once

#include "core/finding.h"
#include "ui/kit/status.h"

#include <gtk/gtk.h>

/* A stop of the rulebook is legal, a stop of the drug checks clinical. */
FzStatus fz_finding_status (const FzFinding *finding);
/* 相互作用, 剂量, … */
const char *fz_finding_title (const FzFinding *finding);
/* Where it comes from: the article, else the source; NULL for none. */
const char *fz_finding_source (const FzFinding *finding);
/* A source as it is shown: the tables' own word for what stands in no named document becomes one of the reader's language. May be NULL. */
const char *fz_finding_source_words (const char *source);
/* Only says that something is still to be filled in: no reproach before somebody tries to sign. */
gboolean fz_finding_is_todo (const FzFinding *finding);
/* The position of the prescription's line it speaks of, and the part of it; FALSE when it is about something else. */
gboolean fz_finding_line (const FzFinding *finding, guint *out_line, const char **out_part);
/* Of a herbal sheet: days, rhythm, way and total are said once for the sheet, so what is found there belongs to it. */
gboolean fz_finding_is_of_sheet (const FzFinding *finding);
/* Says only that something was not recorded, so that a limit could not be checked: 肾功能（eGFR）; NULL for every other finding. Several of these
 * tire the eye on every sheet, and what was found gets lost among them. */
const char *fz_finding_missing (const char *rule, const char *severity);
/* One note in place of several such: what is missing, and of which medicines. Both lists of words are joined by 、 already. (transfer full) */
char *fz_finding_missing_words (const char *missing, const char *drugs);
/* The findings in their order, those of them that say so made into one, at the place of the first, when there are two or more. The result owns its
 * elements. */
GPtrArray *fz_findings_fold (GPtrArray *findings);
/* A card without a place for a reason. */
GtkWidget *fz_finding_card_of (const FzFinding *finding);
