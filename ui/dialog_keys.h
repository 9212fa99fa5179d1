/* ui/dialog_keys.h: every key of the window and of a role's places, in words (Ctrl+?). tests/words/keys.py holds the list against the sources. */
#pragma once

#include "app/desk.h"
#include "ui/kit/dialog.h"

FzDialog *fz_dialog_keys (GtkWidget *over, FzRole role);
