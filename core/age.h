/* core/age.h: exact age (实足年龄) by the calendar. A birthday on a day that a month or year does not have (29 February, the
 * 31st) falls on that month's last day, as 民法典 art. 202 counts periods; the birthday itself counts as reached. */
#pragma once

#include "core/date.h"

typedef struct {
  int years, months, days; /* months 0..11, days since the last full month */
} FzAge;

/* FALSE with INVALID when `on` is before the birth. */
gboolean fz_age_on (FzDate birth, FzDate on, FzAge *out, GError **error);
/* The first day on which "N 岁以下" no longer holds. Inclusive (以下 with the number, 民法典 art. 1259): the birthday N + 1, so
 * that it binds until the day before; exclusive: the birthday N. Which one a rule means stands with the rule. */
FzDate fz_age_limit_end (FzDate birth, int limit_years, gboolean inclusive);
/* Whether "limit_years 岁以下" holds on that day. A birth after `on` holds too: it is wrong, and the stricter side is safe. */
gboolean fz_age_within (FzDate birth, FzDate on, int limit_years, gboolean inclusive);
/* As a prescription writes it (处方管理办法 art. 6: days and months for newborn and small children): 35岁, 3岁2个月, 5个月12天,
 * 12天. Always Chinese: it is signed. (transfer full) */
char *fz_age_text (FzAge age);
/* Reads that spelling back; FALSE for any other. */
gboolean fz_age_parse (const char *text, FzAge *out);
/* The same amount in the reader's language, for screens. (transfer full) */
char *fz_age_label (FzAge age);
