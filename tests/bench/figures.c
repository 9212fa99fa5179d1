#include "tests/bench/figures.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

void
samples_init (Samples *self)
{
  self->us = g_array_new (FALSE, FALSE, sizeof (double));
}

void
samples_clear (Samples *self)
{
  g_clear_pointer (&self->us, g_array_unref);
}

gint64
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

void
samples_add_us (Samples *self, double us)
{
  g_array_append_val (self->us, us);
}

void
samples_add (Samples *self, gint64 from_ns)
{
  samples_add_us (self, (double) (now_ns () - from_ns) / 1000.0);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

double
samples_quantile (const Samples *self, double share)
{
  g_autoptr (GArray) sorted = g_array_copy (self->us);

  g_assert_cmpuint (sorted->len, >, 0);
  g_array_sort (sorted, compare_doubles);
  return g_array_index (sorted, double, MIN (sorted->len - 1, (guint) (share * sorted->len)));
}

double
samples_ratio (const Samples *a, const Samples *b)
{
  g_auto (Samples) ratios = { 0 };

  g_assert_cmpuint (a->us->len, ==, b->us->len);
  samples_init (&ratios);
  for (guint i = 0; i < a->us->len; i++)
    samples_add_us (&ratios, g_array_index (a->us, double, i) / g_array_index (b->us, double, i));
  return samples_quantile (&ratios, 0.5);
}

void
must (gboolean good, const char *what, GError *error)
{
  if (good)
    return;
  g_printerr ("bench: %s: %s\n", what, error != NULL ? error->message : "failed");
  exit (1);
}

static char *
duration (double us)
{
  if (us < 1000)
    return g_strdup_printf ("%.0f us", us);
  return us < 1e6 ? g_strdup_printf ("%.2f ms", us / 1e3) : g_strdup_printf ("%.2f s", us / 1e6);
}

void
report (const char *name, const Samples *samples, const char *against, const char *goal)
{
  g_autofree char *p50 = duration (samples_quantile (samples, 0.5)), *p99 = duration (samples_quantile (samples, 0.99));

  g_print ("figure\t%s\t%s\t%s\t%s\t%s\n", name, p50, p99, against != NULL ? against : "", goal != NULL ? goal : "");
}

void
report_ratio (const char *name, const Samples *samples, const Samples *base, const char *base_name, gboolean percent,
              const char *goal)
{
  double ratio = samples_ratio (samples, base);
  g_autofree char *against = percent ? g_strdup_printf ("%+.0f %% to %s", 100 * (ratio - 1), base_name)
                                     : g_strdup_printf ("%.2fx %s", ratio, base_name);

  report (name, samples, against, goal);
}

char *
bench_folder (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pattern = g_strdup_printf ("fuzhen-bench-%s-XXXXXX", name);
  char *path = g_dir_make_tmp (pattern, &error);

  must (path != NULL, "temporary folder", error);
  return path;
}

double
memory_mib (int pid, const char *line)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid), *text = NULL, *begin = g_strconcat ("\n", line, ":", NULL);
  const char *at;

  must (g_file_get_contents (path, &text, NULL, NULL), path, NULL);
  at = strstr (text, begin);
  must (at != NULL, line, NULL);
  return g_ascii_strtod (at + strlen (begin), NULL) / 1024;
}
