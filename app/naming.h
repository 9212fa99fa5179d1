/* app/naming.h: what the name of an internet hospital has to include (互联网医院名称), by place, as assets/codes/name-rules.csv says. Chongqing 2023 art. 8; other places say nothing of it. */
#pragma once

#include "app/desk_private.h"

/* Before anybody signs a move of the licence register that says a name, its kind or a partner: `entry` as it stands (NULL: a new one). INVALID beginning with the
 * field's label, with the rule that holds; TRUE for any other register or place. */
gboolean fz_naming_check (FzDesk *desk, const FzRegister *reg, const FzFields *entry, const FzFields *values, GError **error);
/* The same in words, without the label; NULL: nothing is wrong. (transfer full) */
char *fz_naming_problem (FzDesk *desk, const FzRegister *reg, const FzFields *entry, const FzFields *values);
