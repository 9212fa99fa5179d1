/* core/say.h: a day and a moment as a sentence says them to the reader, in the reader's language: Chinese 2026-11-23 14:05, English 23 Nov 2026, 14:05.
 * The patterns are messages; the month and the weekday are words of ours, for a system often has no Chinese ones. Everything of Beijing time.
 * Not for what is a record: documents, files, the audit, rows for a machine and what stands in an entry keep core/date.h's form in every language.
 * All results (transfer full) unless const. */
#pragma once

#include "core/date.h"

/* "2026-11-23"; "23 Nov 2026". */
char *fz_say_day (FzDate day);
/* Where it stands as words of a heading: "2026年11月23日 周一"; "Mon 23 Nov 2026". */
char *fz_say_heading_day (FzDate day);
/* "2026-11-23 14:05" and, with the seconds, "2026-11-23 14:05:33"; UTC microseconds. */
char *fz_say_moment (gint64 us);
char *fz_say_moment_exactly (gint64 us);
/* "11-23 14:05:33", for a list of one year's moments. */
char *fz_say_second (gint64 us);
/* "14:05" on the day of `now_us`, "11-21 14:05" in its year, else the day. */
char *fz_say_near (gint64 us, gint64 now_us);
/* A value of the record: "YYYY-MM-DD", alone or with HH:MM[:SS] after a space. Any other text as it is; NULL is NULL. */
char *fz_say_value (const char *text);
/* 周一 to 周日 for 1 to 7 (fz_date_weekday). */
const char *fz_say_weekday (int weekday);
