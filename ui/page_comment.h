/* ui/page_comment.h: comment on prescriptions (处方点评): samples and what of them is to do, the sheet, the codes, the doctor's word, the end. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_comment_new (FzSession *session);
