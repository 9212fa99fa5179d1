/* ui/page_grants.h: leave by a second person (授权): what was asked for, who decides, what is left of it; and, for the security and the audit
 * administrator, who looked at more than their work asks (防统方告警). */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_grants_new (FzSession *session);
