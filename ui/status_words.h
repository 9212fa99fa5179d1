/* ui/status_words.h: the line at the window's foot and the numbers at the rail, from the desk's status. */
#pragma once

#include "app/desk.h"
#include "ui/shell.h"

void fz_status_words_show (FzShell *shell, FzRole role, const FzFields *status);
void fz_status_words_clear (FzShell *shell);
