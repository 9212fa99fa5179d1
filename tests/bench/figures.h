/* tests/bench/figures.h: durations, medians, and one line a figure for the table. A figure never fails a run; a measurement that
 * could not be made does. */
#pragma once

#include <glib.h>

/* Microseconds of one thing, in the order measured. */
typedef struct {
  GArray *us; /* double */
} Samples;

void samples_init (Samples *self);
void samples_clear (Samples *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Samples, samples_clear)

/* Nanoseconds of the monotonic clock. */
gint64 now_ns (void);
/* The time since `from_ns`. */
void samples_add (Samples *self, gint64 from_ns);
void samples_add_us (Samples *self, double us);
/* share 0.5: the median. */
double samples_quantile (const Samples *self, double share);
/* Median of a[i] / b[i]: what one run on a shared machine can honestly compare. */
double samples_ratio (const Samples *a, const Samples *b);

/* The end of the program with what could not be done. */
void must (gboolean good, const char *what, GError *error);

/* One line of the table: `figure TAB name TAB p50 TAB p99 TAB against TAB goal`. NULL for a cell without a word. */
void report (const char *name, const Samples *samples, const char *against, const char *goal);
/* As above, with the median ratio to `base` as "1.23x raw write"; `percent`: as "+12 %". */
void report_ratio (const char *name, const Samples *samples, const Samples *base, const char *base_name, gboolean percent,
                   const char *goal);

/* Memory of that process in MiB by a line of its status: VmRSS is what it holds, VmHWM the most it held. */
double memory_mib (int pid, const char *line);

/* A folder beneath the build or temporary folder that is removed at the end. */
char *bench_folder (const char *name);
