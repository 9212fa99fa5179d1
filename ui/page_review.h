/* ui/page_review.h: the pharmacist's place (审方): queue, prescription, what is known; approve, return, refuse. Tianjin 2025 art. 23. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_review_new (FzSession *session);
