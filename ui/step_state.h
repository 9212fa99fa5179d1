/* ui/step_state.h: the four steps of a visit, which finding belongs to which, and how each stands. */
#pragma once

#include "ui/kit/status.h"
#include "ui/visit_model.h"

typedef enum { FZ_STEP_IDENTITY, FZ_STEP_ELIGIBILITY, FZ_STEP_RECORD, FZ_STEP_PRESCRIPTION, FZ_N_STEPS } FzStep;

const char *fz_step_label (FzStep step);
/* Findings about nothing in particular belong to the prescription: it is what they stop. */
FzStep fz_step_of (const FzFinding *finding);
/* 已签名, 可以签名, 待填写, 2 处需要处理, … (transfer full) */
char *fz_step_state (FzVisitModel *model, FzStep step, FzStatus *out);
/* To be shown in the step now: a step's findings without those that only say it is not filled in yet, until somebody tries to sign. */
gboolean fz_step_shows (FzVisitModel *model, FzStep step, const FzFinding *finding);
