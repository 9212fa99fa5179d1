#include "app/paper/handout_private.h"

#include <string.h>

#include "app/paper/slip.h"
#include "core/case.h"
#include "core/date.h"
#include "core/json.h"

#include <glib/gi18n-lib.h>

#define FORMAT "fuzhen.handout/v1"

static gboolean
check (const FzFields *visit, GError **error)
{
  static const char *const required[] = { "visit.id", "visit.ended_at", "patient.name" };
  FzStage stage = FZ_STAGE_NONE;
  const char *id = fz_fields_get (visit, "visit.id");

  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    if (!fz_fields_has (visit, required[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("就诊缺少“%s”，不能交付。"), required[i]);
      return FALSE;
    }
  fz_stage_from_word (fz_fields_get (visit, "visit.stage"), &stage);
  if (stage != FZ_STAGE_FINISHED && stage != FZ_STAGE_REFUSED && stage != FZ_STAGE_WITHDRAWN && stage != FZ_STAGE_TERMINATED)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("就诊“%s”尚未结束，不能交付。"), id);
  else if (strchr (id, '/') != NULL || id[0] == '.')
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("就诊编号“%s”不能作目录名，不能交付。"), id);
  else
    return TRUE;
  return FALSE;
}

char *
fz_handout_slip_name (const FzFields *rx)
{
  const char *stage = fz_fields_get (rx, "rx.stage"), *id = fz_fields_get (rx, "rx.id");

  if (id == NULL || strchr (id, '/') != NULL || (g_strcmp0 (stage, "effective") != 0 && g_strcmp0 (stage, "dispensed") != 0))
    return NULL;
  return g_strdup_printf ("slip-%s.pdf", id);
}

/* RFC 3339 at Beijing, or null. */
static void
write_time (FzJsonWriter *json, const char *key, const FzFields *facts, const char *fact)
{
  gint64 us = 0;
  g_autofree char *text = NULL;

  if (!fz_fields_get_time (facts, fact, &us)) {
    fz_json_writer_null (json, key);
    return;
  }
  text = fz_beijing_time_format (us);
  text[strlen ("2026-01-05")] = 'T';
  {
    g_autofree char *zoned = g_strconcat (text, "+08:00", NULL);

    fz_json_writer_string (json, key, zoned);
  }
}

static void
write_reason (FzJsonWriter *json, const FzFields *visit)
{
  if (!fz_fields_has (visit, "end.reason")) {
    fz_json_writer_null (json, "reason");
    return;
  }
  fz_json_writer_begin_object (json, "reason");
  fz_json_writer_string (json, "code", fz_fields_get (visit, "end.reason"));
  fz_json_writer_string (json, "label", fz_fields_get (visit, "end.reason_label"));
  fz_json_writer_end_object (json);
}

static void
write_prescriptions (FzJsonWriter *json, GPtrArray *list)
{
  fz_json_writer_begin_array (json, "prescriptions");
  for (guint i = 0; i < list->len; i++) {
    const FzFields *rx = list->pdata[i];
    g_autofree char *slip = fz_handout_slip_name (rx);

    fz_json_writer_begin_object (json, NULL);
    fz_json_writer_string (json, "id", fz_fields_get (rx, "rx.id"));
    fz_json_writer_string (json, "stage", fz_fields_get (rx, "rx.stage"));
    write_time (json, "valid_until", rx, "rx.valid_until");
    fz_json_writer_string (json, "slip", slip);
    fz_json_writer_end_object (json);
  }
  fz_json_writer_end_array (json);
}

static char *
state_json (const FzHandout *self, GError **error)
{
  g_autoptr (FzJsonWriter) json = fz_json_writer_new ();
  const FzFields *visit = self->visit;

  fz_json_writer_begin_object (json, NULL);
  fz_json_writer_string (json, "format", FORMAT);
  fz_json_writer_bool (json, "demo", self->frame->demo);
  fz_json_writer_string (json, "institution", self->frame->institution);
  fz_json_writer_string (json, "visit", fz_fields_get (visit, "visit.id"));
  fz_json_writer_string (json, "stage", fz_fields_get (visit, "visit.stage"));
  write_time (json, "ended_at", visit, "visit.ended_at");
  fz_json_writer_string (json, "patient", fz_fields_get (visit, "patient.name"));
  fz_json_writer_string (json, "department", fz_fields_get (visit, "visit.department_name"));
  fz_json_writer_string (json, "doctor", fz_fields_get (visit, "visit.holder_name"));
  write_reason (json, visit);
  fz_json_writer_string (json, "guidance", fz_fields_get (visit, "end.guidance"));
  write_prescriptions (json, self->rx);
  fz_json_writer_end_object (json);
  return fz_json_writer_finish (json, error);
}

static gboolean
add_bytes (FzNewFolder *folder, const char *name, GBytes *bytes, GError **error)
{
  gsize n = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  return data != NULL && fz_new_folder_add (folder, name, data, n, error);
}

static gboolean
add_slips (const FzHandout *self, FzNewFolder *folder, GError **error)
{
  FzSlipFrame frame = { .institution = self->frame->institution, .institution_code = self->frame->institution_code, .marks = self->frame->marks,
                        .size = FZ_SLIP_A5, .demo = self->frame->demo, .log_size = self->frame->log_size };

  for (guint i = 0; i < self->rx->len; i++) {
    g_autofree char *name = fz_handout_slip_name (self->rx->pdata[i]);
    g_autoptr (GBytes) bytes = name != NULL ? fz_slip_render (self->rx->pdata[i], &frame, error) : NULL;

    if (name != NULL && !add_bytes (folder, name, bytes, error))
      return FALSE;
  }
  return TRUE;
}

static void
part_free (gpointer data)
{
  FzHandoutPart *part = data;

  g_free (part->heading);
  g_free (part->text);
  g_free (part);
}

gboolean
fz_handout_write (const FzFields *visit, GPtrArray *rx, const FzHandoutFrame *frame, const char *out_dir, GError **error)
{
  FzHandout self = { visit, rx, frame };
  g_autoptr (FzNewFolder) folder = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autofree char *json = NULL, *text = NULL;

  if (!check (visit, error))
    return FALSE;
  parts = fz_handout_guidance (&self);
  g_ptr_array_set_free_func (parts, part_free);
  json = state_json (&self, error);
  text = fz_handout_guidance_text (&self, parts);
  pdf = json != NULL ? fz_handout_guidance_pdf (&self, parts, error) : NULL;
  folder = pdf != NULL ? fz_new_folder_begin (out_dir, fz_fields_get (visit, "visit.id"), error) : NULL;
  return folder != NULL && add_slips (&self, folder, error) && add_bytes (folder, "guidance.pdf", pdf, error) &&
         fz_new_folder_add (folder, "guidance.txt", text, strlen (text), error) &&
         fz_new_folder_add (folder, "state.json", json, strlen (json), error) && fz_new_folder_finish (folder, error);
}
