/* ui/dialog_comment_plan.h: drawing a sample of prescriptions to comment on: random by the norm, or targeted with a purpose; then the sheet and
 * the PIN. 医院处方点评管理规范（试行）第十条、第十二条. */
#pragma once

#include "ui/sign_flow.h"

/* `drawn` once the sample is signed; `owner` is passed to it and held meanwhile. */
void fz_dialog_comment_plan (GtkWidget *over, FzSession *session, FzSigned drawn, GObject *owner);
