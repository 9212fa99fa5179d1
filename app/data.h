/* app/data.h: the data that ships inside the program (随附数据): rules, templates, messages, code tables. Read-only. */
#pragma once

#include <gio/gio.h>

#include "core/codes.h"
#include "core/render.h"
#include "core/rulebook.h"

/* The bytes of assets/<name>. NOT_FOUND. */
GBytes *fz_data_load (const char *name, GError **error);
/* Names of the files in assets/<folder>/, sorted; NULL-terminated. (transfer full) */
char **fz_data_list (const char *folder);

/* Kind of document -> FzTemplate, all of assets/render/. INVALID names the file. */
GHashTable *fz_data_load_templates (GError **error);
/* One layer of assets/rules/. NOT_FOUND; INVALID with file and line. */
FzRuleLayer *fz_data_load_layer (const char *name, GError **error);
/* `top` on the shipped layers below it. A hospital layer stands on its profile the same way. */
FzRulebook *fz_data_stack_rulebook (FzRuleLayer *top, GError **error);
/* The profile of that name with all below it: tianjin-2025 on national-2022 on upper. */
FzRulebook *fz_data_load_rulebook (const char *name, GError **error);
/* The wording, assets/regulations/<name>.txt. NOT_FOUND. (transfer full) */
char *fz_data_load_regulation (const char *name, GError **error);

/* The code table assets/codes/<name>.csv. */
FzCodes *fz_data_load_codes (const char *name, GError **error);
