/* ui/page_registers.h: the registers of medical affairs (台账): which there are, their entries, one entry with its history. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_registers_new (FzSession *session);
