/* app/comment_report.h: the report on comment (处方点评统计): how many, how many reasonable, by code and department; no medicine, no doctor. */
#pragma once

#include "app/desk_private.h"
#include "app/paper/report.h"

/* Over the samples whose last day lies in the frame, and of them what a second person confirmed. */
FzReport *fz_comment_report (FzSession *session, const FzReportFrame *frame, GError **error);
