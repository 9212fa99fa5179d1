/* ui/page_audit.h: the audit administrator's place (审计): what happened, newest first; is the log whole; do the rows follow from the documents. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_audit_new (FzSession *session);
