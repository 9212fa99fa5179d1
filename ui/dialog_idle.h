/* ui/dialog_idle.h: how long a desk may be quiet before it locks, set by the security administrator (闲置锁屏). */
#pragma once

#include "core/fields.h"
#include "ui/kit/kit.h"

#include "app/desk.h"

void fz_dialog_idle (GtkWidget *over, FzSession *session);
