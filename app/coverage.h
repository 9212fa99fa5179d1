/* app/coverage.h: every article of the five texts and what became of it (条文覆盖表): assets/regulations/coverage.csv beside clauses.tsv. */
#pragma once

#include "core/fields.h"

/* Rows in the order of the texts (transfer full GPtrArray of FzFields): row (`TJ-13`), text (`tianjin-2025`), article (`第十三条`; absent for a
 * figure or the like), kind, capability, duty (all from clauses.tsv), status enforced|partly|planned|authority|general, clause.NN, where.NN, test.NN,
 * note, note_en (assets/regulations/coverage-en.csv). `text` NULL: all five. INVALID names the file and the line: a row without coverage, one unknown or twice, a status that is none. */
GPtrArray *fz_coverage_load (const char *text, GError **error);
