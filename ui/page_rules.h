/* ui/page_rules.h: the rules everybody works by (规则): versions, clauses, parameters, and where every article of the five texts is enforced. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_rules_new (FzSession *session);
