/* The conversations of the demo's day (demo/talk.csv): what patient and doctor say in a visit, by its complaint. The scripted front plays the patient's
 * device: what came, what was delivered, what was not. */
#include "app/demo_play.h"

#include "app/submit.h"
#include "app/talk.h"
#include "core/csv.h"
#include "db/attachment.h"

#include <string.h>

#define PICTURE "demo/evidence-2.jpg"

typedef struct {
  FzDemoPlay *play;
  FzFields *said;
  GBytes *picture;
  const char *state, *reason;
  gboolean doctor;
} Say;

/* The doctor's own words, and what became of them at the patient's device. */
static gboolean
doctor_says (FzTxn *txn, Say *say, GError **error)
{
  g_autoptr (FzFields) payload = fz_talk_payload (txn, say->said, "doctor", error);

  if (payload == NULL)
    return FALSE;
  fz_fields_set (payload, "by", fz_fields_get (say->said, "by"));
  fz_fields_set (payload, "by_name", fz_fields_get (say->said, "by_name"));
  return fz_talk_keep (say->play->session, txn, "talk.send", payload, "queued", error) &&
         fz_talk_mark (say->play->desk, txn, fz_fields_get (payload, "id"), say->state, say->reason, error);
}

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  Say *say = data;
  g_autofree char *sha256 = NULL;

  fz_fields_set_time (say->said, "at", fz_txn_now_us (txn));
  if (say->doctor)
    return doctor_says (txn, say, error);
  if (say->picture != NULL && !fz_attachment_put (txn, say->picture, "image/jpeg", &sha256, error))
    return FALSE;
  fz_fields_set (say->said, "sha256", sha256);
  return fz_talk_receive (say->play->desk, txn, say->said, NULL, error);
}

static const char *
filled (const FzCsv *csv, guint row, const char *column)
{
  const char *text = fz_csv_get (csv, row, column);

  return *text != '\0' ? text : NULL;
}

static gboolean
say_row (FzDemoPlay *play, const FzCsv *csv, guint row, const char *visit, gboolean by_front, GError **error)
{
  const char *kind = fz_csv_get (csv, row, "kind");
  gboolean doctor = g_str_equal (fz_csv_get (csv, row, "side"), "doctor"), image = g_str_equal (kind, "image");
  g_autofree char *id = fz_document_id (play->desk, visit, "talk");
  g_autoptr (FzFields) said = doctor ? fz_talk_said_new (play->session, visit, FZ_TALK_TEXT) : fz_fields_new ("fuzhen.talk/v1");
  g_autoptr (GBytes) picture = image ? fz_data_load (PICTURE, error) : NULL;
  Say say = { play, said, picture, filled (csv, row, "state"), filled (csv, row, "reason"), doctor };

  fz_demo_play_pass (play, g_ascii_strtoll (fz_csv_get (csv, row, "after_s"), NULL, 10));
  if (g_str_equal (kind, "note"))
    return fz_desk_note_talk (play->session, visit, "T1", fz_csv_get (csv, row, "text"), error);
  if (by_front && !doctor)
    return (!image || picture != NULL) && fz_demo_play_say (play, visit, id, filled (csv, row, "text"), picture, error);
  if (by_front)
    return fz_desk_send_talk (play->session, visit, fz_csv_get (csv, row, "text"), error) &&
           fz_demo_play_mark (play, visit, filled (csv, row, "state"), filled (csv, row, "reason"), error);
  fz_fields_set (said, "id", id);
  fz_fields_set (said, "visit", visit);
  fz_fields_set (said, "kind", kind);
  fz_fields_set (said, "text", filled (csv, row, "text"));
  return (!image || picture != NULL) && fz_store_run (play->desk->store, FZ_TXN_RECORD, keep, &say, error);
}

gboolean
fz_demo_play_talk (FzDemoPlay *play, guint i, const char *visit, const char *when, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load ("demo/talk.csv", error);
  g_autoptr (FzCsv) csv = bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "demo/talk.csv", error) : NULL;
  const char *complaint = fz_demo_world_complaint (play->world, i);

  for (guint row = 0; csv != NULL && row < fz_csv_get_n_rows (csv); row++)
    if (g_str_equal (fz_csv_get (csv, row, "complaint"), complaint) && g_str_equal (fz_csv_get (csv, row, "when"), when) &&
        !say_row (play, csv, row, visit, fz_demo_play_is_by_front (play, i), error))
      return FALSE;
  return csv != NULL && (!g_str_equal (when, "taken") || fz_desk_see_talk (play->session, visit, G_MAXINT64, error));
}
