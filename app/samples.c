#include "app/samples.h"

#include "app/data.h"
#include "app/package.h"
#include "core/date.h"
#include "core/knowledge_set.h"
#include "core/offset_time.h"

#include <string.h>

/* The title alone tells it from the edition that ships, so that there is something to propose. */
#define SHIPPED_TITLE "复诊随附药品知识库"
#define SAMPLE_TITLE "示例药品知识库（内容同随附）"

/* The youngest of the three requests, as it is written. */
#define ASKED "2026-01-05T08:30:00+08:00"
#define MINUTES_AGO 5
#define MARK "（示例）"

static const char *const visits[] = { "visits/visit-1/visit.json", "visits/visit-2/visit.json", "visits/visit-3/visit.json" };

static const char *const files[][2] = {
  { "samples/README.txt", "README.txt" },
  { "samples/drugs.csv", "drugs.csv" },
  { "samples/complaints.csv", "complaints.csv" },
  { "schema/samples/visit-1/e1.jpg", "visits/visit-1/e1.jpg" },
  { "schema/samples/visit-1/e2.png", "visits/visit-1/e2.png" },
  { "schema/samples/visit-2/e1.jpg", "visits/visit-2/e1.jpg" },
  { "schema/samples/visit-3/e1.jpg", "visits/visit-3/e1.jpg" },
};

static gboolean
put (FzPackage *package, const char *asset, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (asset, error);

  return bytes != NULL && fz_package_add (package, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0600, error);
}

static gboolean
put_manifest (FzPackage *package, const char *asset, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (asset, error);
  g_autofree char *text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, SHIPPED_TITLE, 2) : NULL;
  g_autofree char *sample = parts != NULL ? g_strjoinv (SAMPLE_TITLE, parts) : NULL;

  return sample != NULL && fz_package_add_text (package, name, sample, error);
}

static gboolean
put_knowledge (FzPackage *package, GError **error)
{
  const char *const *names = fz_knowledge_set_files ();

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *asset = g_strconcat ("drugs/", names[i], NULL), *name = g_strconcat ("knowledge/", names[i], NULL);

    if (!(i == 0 ? put_manifest : put) (package, asset, name, error))
      return FALSE;
  }
  return TRUE;
}

/* --- requests of a few minutes ago --- */

/* As far as the youngest request lies from now; whole days of what has no hour. */
static gboolean
move_time (const GMatchInfo *match, GString *out, gpointer by_us)
{
  g_autofree char *head = g_match_info_fetch (match, 1), *written = g_match_info_fetch (match, 2), *moved = NULL;
  gint64 us = 0, by = *(const gint64 *) by_us, day = fz_date_days_between (fz_date_in_beijing (0), fz_date_in_beijing (by));
  FzDate date;

  if (fz_offset_time_parse (written, &us))
    moved = fz_offset_time_format (us + by);
  else if (fz_date_parse (written, &date, NULL))
    moved = fz_date_format (fz_date_add_days (date, day));
  g_string_append_printf (out, "%s%s", head, moved != NULL ? moved : written);
  return FALSE;
}

/* A request of months ago would stand in the queue as one that waited for months, and in the reports; the day in its number lets each day take its own. */
static gboolean
put_visit (FzPackage *package, const char *name, gint64 now_us, GError **error)
{
  g_autofree char *asset = g_strconcat ("schema/samples/", name + strlen ("visits/"), NULL), *today = NULL, *text = NULL, *timed = NULL, *marked = NULL;
  g_autoptr (GBytes) bytes = fz_data_load (asset, error);
  g_autoptr (GRegex) times = g_regex_new ("(\"(?:applied_at|at|date)\": \")([^\"]+)", 0, 0, NULL), number = g_regex_new ("(\"visit\": \"S)[0-9]+", 0, 0, NULL);
  g_autoptr (GRegex) complaint = g_regex_new ("(\"complaint\": \")", 0, 0, NULL);
  g_autofree char *numbered = NULL, *with = NULL;
  gint64 asked_us = 0, by_us;

  if (bytes == NULL)
    return FALSE;
  fz_offset_time_parse (ASKED, &asked_us);
  by_us = now_us - MINUTES_AGO * G_TIME_SPAN_MINUTE - asked_us;
  today = fz_date_format (fz_date_in_beijing (now_us));
  with = g_strdup_printf ("\\g<1>%.4s%.2s%.2s", today, today + 5, today + 8);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  timed = g_regex_replace_eval (times, text, -1, 0, 0, move_time, &by_us, NULL);
  numbered = g_regex_replace (number, timed, -1, 0, with, 0, NULL);
  marked = g_regex_replace (complaint, numbered, -1, 0, "\\g<1>" MARK, 0, NULL);
  return fz_package_add_text (package, name, marked, error);
}

gboolean
fz_samples_save (const char *folder, gint64 now_us, GError **error)
{
  g_autoptr (FzPackage) package = fz_package_begin (folder, error);

  if (package == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (!put (package, files[i][0], files[i][1], error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (visits); i++)
    if (!put_visit (package, visits[i], now_us, error))
      return FALSE;
  return put_knowledge (package, error) && fz_package_keep (package, error);
}
