/* app/cli_json.h: facts as one JSON object a line (机器输出). Dots in keys become underscores; a list `about.NN` becomes an array, `item.NN.key`
 * an array of objects; counts and amounts are numbers; times are RFC 3339 with Beijing's offset. */
#pragma once

#include "core/fields.h"

void fz_cli_print_json (const FzFields *facts);
char *fz_cli_to_json (const FzFields *facts);
