/* ui/audit_acts.h: what an audit administrator can have checked and take away: verification, rebuild, public keys. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* A column of cards. signal-free: results stand where they were asked. */
GtkWidget *fz_audit_acts_new (FzSession *session);
