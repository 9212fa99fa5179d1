/* core/calendar.h: working days (工作日) with the public holidays and make-up days that the State Council announces a year at a
 * time. A year that was not announced cannot be counted in: such a deadline says "calendar missing" and is never guessed. */
#pragma once

#include "core/csv.h"
#include "core/date.h"

typedef struct _FzCalendar FzCalendar;

/* CSV with columns day, kind (rest | work), name, source. INVALID naming the line: a day that is none or stands twice, an unknown
 * kind. A year is covered when at least one of its days stands there. Frozen. */
FzCalendar *fz_calendar_parse (const guint8 *csv, gsize n, const char *name, GError **error);
FzCalendar *fz_calendar_ref (FzCalendar *self);
void fz_calendar_unref (FzCalendar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzCalendar, fz_calendar_unref)

/* TRUE when this row says a day and a kind; else INVALID naming the line. */
gboolean fz_calendar_check_row (const FzCsv *csv, guint row, GError **error);
/* Years that `above` covers are its own, whole; the others those of `below`. (transfer full) */
FzCalendar *fz_calendar_join (const FzCalendar *below, const FzCalendar *above);

gboolean fz_calendar_covers (const FzCalendar *self, int year);
/* NOT_FOUND (calendar missing, naming the year) when the year is not covered. */
gboolean fz_calendar_is_workday (const FzCalendar *self, FzDate day, gboolean *out, GError **error);
/* The `n`-th working day after `from`, which itself does not count (a term begins on the day after); 0: from itself or the next working day. */
gboolean fz_calendar_add_workdays (const FzCalendar *self, FzDate from, guint n, FzDate *out, GError **error);
/* Working days after `from` up to and with `to`; 0 when `to` is not after `from`. */
gboolean fz_calendar_workdays_between (const FzCalendar *self, FzDate from, FzDate to, guint *out, GError **error);
