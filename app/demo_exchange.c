/* Records that go between hospitals in the demo: one of a waiting patient comes from the physical hospital (demo/record.json, of this patient and of last month),
 * one of a signed visit is given out without who it is. */
#include "app/demo_play.h"

#include "app/exchange.h"
#include "core/date.h"
#include "db/visits.h"

#include <glib/gstdio.h>

#define AFFAIRS "A3001"
#define DAY_US (24 * 3600 * FZ_US_PER_SECOND)

typedef struct {
  const char *id;
  FzFields *visit;
} Whose;

static gboolean
read_visit (FzTxn *txn, gpointer data, GError **error)
{
  Whose *whose = data;

  whose->visit = fz_visits_get (txn, whose->id, error);
  return whose->visit != NULL;
}

static void
put_day (FzFields *record, const char *key, gint64 us)
{
  gint64 at_us = 0;

  if (fz_fields_get_time (record, key, &at_us))
    fz_fields_set_time (record, key, us + at_us - fz_date_beijing_start_us (fz_date_in_beijing (at_us)));
}

/* The file as the physical hospital would send it for this patient. (transfer full) */
static char *
file_of (FzDemoPlay *play, const FzFields *visit, GError **error)
{
  static const char *const whose[] = { "patient.name", "patient.id_kind", "patient.id_number", "patient.birth_date" };
  static const char *const times[] = { "encounter.at", "encounter.ended_at", "prescription.00.issued_at", "signer.signed_at", "source.made_at" };
  g_autoptr (FzExchangeMap) map = fz_exchange_load_map (play->desk->knowledge, error);
  g_autoptr (GBytes) bytes = map != NULL ? fz_data_load ("demo/record.json", error) : NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzFields) sample = NULL, record = NULL;
  gint64 day_us = fz_date_beijing_start_us (fz_date_in_beijing (fz_desk_now_us (play->desk))) - 30 * DAY_US;
  const char *form = NULL;

  if (bytes == NULL)
    return NULL;
  sample = fz_exchange_read (map, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &form, problems);
  if (sample == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, "demo/record.json: %s", problems->len > 0 ? (const char *) problems->pdata[0] : "");
    return NULL;
  }
  record = fz_fields_dup (sample, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (whose); i++)
    fz_fields_set (record, whose[i], fz_fields_get (visit, whose[i]));
  fz_fields_set (record, "patient.sex", g_strcmp0 (fz_fields_get (visit, "patient.sex"), "F") == 0 ? "2" : "1");
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    put_day (record, times[i], day_us);
  return fz_exchange_to_json (map, record, error);
}

gboolean
fz_demo_play_import (FzDemoPlay *play, const char *visit, GError **error)
{
  Whose whose = { visit, NULL };
  gboolean there = fz_store_run (play->desk->store, FZ_TXN_READ, read_visit, &whose, error);
  g_autofree char *text = there ? file_of (play, whose.visit, error) : NULL, *folder = text != NULL ? g_dir_make_tmp ("fuzhen-record-XXXXXX", error) : NULL;
  g_autofree char *path = folder != NULL ? g_build_filename (folder, "record.json", NULL) : NULL;
  g_autoptr (FzFields) taken = NULL;

  g_clear_pointer (&whose.visit, fz_fields_unref);
  if (path == NULL)
    return FALSE;
  if (g_file_set_contents (path, text, -1, error) && fz_demo_play_seat (play, AFFAIRS, error))
    taken = fz_desk_import_record (play->session, visit, path, NULL, error);
  g_unlink (path);
  g_rmdir (folder);
  return taken != NULL;
}

gboolean
fz_demo_play_export (FzDemoPlay *play, const char *visit, GError **error)
{
  g_autofree char *folder = g_strdup_printf ("%s/record-%s", play->desk->data_dir, visit);
  g_autoptr (FzFields) ask = fz_fields_new ("fuzhen.record_ask/v1"), made = NULL;

  fz_fields_set (ask, "visit", visit);
  fz_fields_set_bool (ask, "full", FALSE);
  made = fz_desk_export_records (play->session, ask, folder, NULL, NULL, NULL, error);
  return made != NULL;
}
