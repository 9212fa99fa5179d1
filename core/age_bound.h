/* core/age_bound.h: a boundary of age as knowledge tables write it: 28d (days), 6m (months), 18y (years). Reached on the birthday itself. */
#pragma once

#include "core/date.h"

/* What is known of a yes-or-no question; a zeroed fact is an unknown one. */
typedef enum { FZ_ANSWER_UNKNOWN, FZ_ANSWER_NO, FZ_ANSWER_YES } FzAnswer;

/* `unit` 0: no boundary. */
typedef struct {
  int count;
  char unit; /* d, m, y */
} FzAgeBound;

/* "" gives no boundary. FALSE for anything that is neither that nor a number from 0 to 9999 with its unit. */
gboolean fz_age_bound_parse (const char *text, FzAgeBound *out);
/* Whether somebody is as old as that on the day: by the birth date, or by full years alone (`birth` NULL, `years` -1: nothing known),
 * which cannot answer for months within a year. */
FzAnswer fz_age_bound_reached (const FzAgeBound *self, const FzDate *birth, int years, FzDate on);
/* 28天, 6个月, 18岁. (transfer full) */
char *fz_age_bound_text (const FzAgeBound *self);
