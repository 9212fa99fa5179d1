/* app/differences.h: where the five texts differ (地区差异): assets/regulations/differences.csv, subject by subject. */
#pragma once

#include "core/fields.h"

/* Rows in the order of the table (transfer full GPtrArray of FzFields): row (`4-03`; `Q-…` an open question, `S-…` what is the same), topic,
 * topic_en, and for each text named there, in the order TJ CN SC CQ FJ, place.NN.{code,articles,words,words_en,carried}: articles as rows of
 * clauses.tsv with a blank between, carried by which clauses (DOC_YEARS), parameter values (independent_years=3), registers
 * (register:licence.upload=7workdays), wording, or the state of the article in the matrix (coverage|authority|general). A text that says nothing has
 * only its code. INVALID names the file and the line. */
GPtrArray *fz_differences_load (GError **error);
