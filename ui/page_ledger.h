/* ui/page_ledger.h: the upload ledger (上报台账): what was accepted, refused and why, is not known, was never sent. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_ledger_new (FzSession *session);
/* Shows the rows of one state (a word of the outbox), as if its segment had been chosen; NULL all. */
void fz_page_ledger_show (GtkWidget *page, const char *state);
