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
/* A card without a place for a reason. */
GtkWidget *fz_finding_card_of (const FzFinding *finding);
