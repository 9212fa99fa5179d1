/* core/date.h: calendar days (公历日期) without a clock: today is always a parameter. Proleptic Gregorian calendar. */
#pragma once

#include "core/error.h"

typedef struct {
  int year, month, day; /* month and day from 1 */
} FzDate;

#define FZ_US_PER_SECOND G_GINT64_CONSTANT (1000000)
#define FZ_US_PER_DAY (G_GINT64_CONSTANT (86400) * FZ_US_PER_SECOND)

/* A real day in the years 1800 to 9999: the standard's own sample of an identity number was born in 1880. */
gboolean fz_date_valid (FzDate date);
/* < 0, 0, > 0 as a is before, on or after b. */
int fz_date_compare (FzDate a, FzDate b);
/* Days since 1970-01-01 and back; exact for any day. */
gint64 fz_date_to_days (FzDate date);
FzDate fz_date_from_days (gint64 days);
/* b - a in days. */
gint64 fz_date_days_between (FzDate a, FzDate b);
FzDate fz_date_add_days (FzDate date, gint64 days);
/* The same day of the month `months` later (or earlier); the month's last day where it has no such day. */
FzDate fz_date_add_months (FzDate date, int months);
int fz_date_days_in_month (int year, int month);
/* 1 Monday to 7 Sunday. */
int fz_date_weekday (FzDate date);

/* "YYYY-MM-DD". The parser takes nothing else, and only valid days: INVALID otherwise. */
char *fz_date_format (FzDate date);
gboolean fz_date_parse (const char *text, FzDate *out, GError **error);

/* The day at Beijing (北京时间, UTC+8 all year) of a moment, UTC microseconds since 1970; and the moment a Beijing day
 * begins. Summer time of 1986 to 1991 is not applied: nothing recorded here is that old. */
FzDate fz_date_in_beijing (gint64 utc_us);
gint64 fz_date_beijing_start_us (FzDate date);
/* Is a limit of that day over (Beijing time): after the day, or from the time of day on (16:05; NULL: it has none). `on` NULL or no day: FALSE. */
gboolean fz_date_is_over (const char *on, const char *at, gint64 now_us);
/* "YYYY-MM-DD HH:MM:SS" of the clock at Beijing, for people and for the platform. */
char *fz_beijing_time_format (gint64 utc_us);
