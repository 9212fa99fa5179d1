/* ui/page_deadlines.h: what has a day on it (期限): reports to the platform, papers of people and of the institution, registers, the sign-in of each
 * day; what is over stands first, and each row leads to where it is done. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_deadlines_new (FzSession *session);
