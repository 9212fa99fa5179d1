/* Visits of the demonstration that come by the hospital's front (经医院前端的就诊): what the patient's app says, and the desk's own exchange with it. */
#include "app/demo_front.h"
#include "app/demo_play.h"
#include "app/front_config.h"
#include "app/front_thread.h"
#include "core/json.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
fz_demo_play_is_by_front (const FzDemoPlay *play, guint i)
{
  return play->patient != NULL && i % 3 == 0;
}

gboolean
fz_demo_play_exchange (FzDemoPlay *play, GError **error)
{
  g_auto (FzFrontRound) round = { 0 };

  if (play->patient == NULL)
    return TRUE;
  if (!fz_front_exchange_once (play->desk, &round, error))
    return FALSE;
  if (round.kind == FZ_FRONT_GOOD && round.refused == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_OFFLINE, _ ("与演示的医院前端交换失败：%s"), round.words != NULL ? round.words : _ ("有通知没有被接收"));
  return FALSE;
}

/* {"key": "text", …} or, with an amount, that too; finished and sent. The event's id, NULL with error. (transfer full) */
static char *
tell_event (FzDemoPlay *play, const char *kind, const char *visit, FzJsonWriter *writer, GError **error)
{
  g_autofree char *body = NULL;

  fz_json_writer_end_object (writer);
  body = fz_json_writer_finish (writer, error);
  return body != NULL ? fz_demo_patient_tell (play->patient, kind, visit, body, error) : NULL;
}

static gboolean
tell (FzDemoPlay *play, const char *kind, const char *visit, FzJsonWriter *writer, GError **error)
{
  g_autofree char *event = tell_event (play, kind, visit, writer, error);

  return event != NULL;
}

static FzJsonWriter *
begin (const FzDemoPlay *play, gboolean with_time)
{
  FzJsonWriter *writer = fz_json_writer_new ();
  g_autofree char *at = fz_time_format (fz_desk_now_us (play->desk));

  fz_json_writer_begin_object (writer, NULL);
  if (with_time)
    fz_json_writer_string (writer, "at", at);
  return writer;
}

/* --- asking --- */

static const char *const consent_keys[] = { "consent.text_version", "consent.text_sha256", "consent.signer", "consent.relation", "consent.at", "consent.method" };

/* The consent is signed in the app a moment later than the request is sent, in every second one. */
static gboolean
consent_later (FzDemoPlay *play, const char *visit, const FzFields *facts, GError **error)
{
  g_autoptr (FzJsonWriter) writer = begin (play, FALSE);

  fz_json_writer_begin_object (writer, "consent");
  for (guint i = 0; i < G_N_ELEMENTS (consent_keys); i++)
    fz_json_writer_string (writer, consent_keys[i] + strlen ("consent."), fz_fields_get (facts, consent_keys[i]));
  fz_json_writer_end_object (writer);
  return tell (play, "consent", visit, writer, error);
}

static gboolean
pay (FzDemoPlay *play, const char *visit, const FzFields *facts, GError **error)
{
  g_autoptr (FzJsonWriter) writer = begin (play, TRUE);
  gint64 price = 0;

  fz_fields_get_int (facts, "visit.price_fen", &price);
  fz_json_writer_string (writer, "state", "paid");
  fz_json_writer_int (writer, "amount_fen", price);
  fz_json_writer_string (writer, "method", "wechat");
  return tell (play, "payment", visit, writer, error);
}

static gboolean
send_evidence (FzDemoPlay *play, const char *visit, const char *data, const char *name, GError **error)
{
  g_autoptr (GBytes) picture = fz_data_load (data, error);
  g_autofree char *sha256 = picture != NULL ? fz_demo_patient_put (play->patient, picture, error) : NULL;
  g_autoptr (FzJsonWriter) writer = begin (play, FALSE);

  if (sha256 == NULL)
    return FALSE;
  fz_json_writer_begin_array (writer, "evidence");
  fz_json_writer_begin_object (writer, NULL);
  fz_json_writer_string (writer, "file", name);
  fz_json_writer_string (writer, "sha256", sha256);
  fz_json_writer_string (writer, "kind", "report");
  fz_json_writer_end_object (writer);
  fz_json_writer_end_array (writer);
  return tell (play, "evidence", visit, writer, error);
}

static gboolean
send_request (FzDemoPlay *play, guint i, const char *visit, const FzFields *facts, GBytes *picture, GError **error)
{
  gboolean later = i % 2 == 0;
  g_autoptr (FzFields) asked = fz_fields_dup (facts, NULL);
  g_autofree char *sha256 = fz_demo_patient_put (play->patient, picture, error), *json = NULL, *event = NULL;

  if (sha256 == NULL)
    return FALSE;
  for (guint k = 0; later && k < G_N_ELEMENTS (consent_keys); k++)
    fz_fields_set (asked, consent_keys[k], NULL);
  json = fz_demo_front_request (asked, error);
  event = json != NULL ? fz_demo_patient_tell (play->patient, "visit_request", visit, json, error) : NULL;
  return event != NULL && (!later || consent_later (play, visit, facts, error));
}

static gboolean
is_there (FzTxn *txn, gpointer visit, GError **error)
{
  g_autoptr (FzFields) facts = fz_visits_get (txn, visit, error);

  return facts != NULL;
}

/* --- the front's own businesses: the day's first visit was booked, and its patient asks something afterwards --- */

static void
put_time (FzJsonWriter *writer, const char *key, gint64 us)
{
  g_autofree char *text = fz_time_format (us);

  fz_json_writer_string (writer, key, text);
}

static gboolean
book (FzDemoPlay *play, const char *visit, GError **error)
{
  g_autoptr (FzJsonWriter) writer = begin (play, TRUE);
  gint64 from = fz_desk_now_us (play->desk) + 10 * 60 * FZ_US_PER_SECOND;

  fz_json_writer_string (writer, "doctor", fz_demo_world_doctor (play->world, 0));
  put_time (writer, "from_at", from);
  put_time (writer, "until_at", from + 30 * 60 * FZ_US_PER_SECOND);
  fz_json_writer_int (writer, "number", 1);
  fz_json_writer_int (writer, "price_fen", 0);
  play->booked = tell_event (play, "appointment", visit, writer, error);
  return play->booked != NULL;
}

static gboolean
consult (FzDemoPlay *play, const char *visit, GError **error)
{
  gint64 now = fz_desk_now_us (play->desk);
  g_autoptr (FzJsonWriter) writer = begin (play, FALSE);

  put_time (writer, "at", now - 20 * 60 * FZ_US_PER_SECOND);
  fz_json_writer_string (writer, "doctor", "D1004");
  fz_json_writer_string (writer, "mode", "text");
  fz_json_writer_string (writer, "attribute", "pharmacy");
  fz_json_writer_string (writer, "content", "降压药早上漏服了一次，中午要不要补？");
  fz_json_writer_bool (writer, "answered", TRUE);
  put_time (writer, "began_at", now - 10 * 60 * FZ_US_PER_SECOND);
  put_time (writer, "ended_at", now - 60 * FZ_US_PER_SECOND);
  fz_json_writer_int (writer, "price_fen", 1500);
  fz_json_writer_string (writer, "channel", "wechat");
  return tell (play, "consultation", visit, writer, error);
}

static gboolean
keep_appointment (FzDemoPlay *play, const char *visit, GError **error)
{
  g_autoptr (FzJsonWriter) writer = begin (play, FALSE);

  fz_json_writer_string (writer, "appointment", play->booked);
  fz_json_writer_string (writer, "state", "kept");
  return tell (play, "appointment.end", visit, writer, error);
}

gboolean
fz_demo_play_ask (FzDemoPlay *play, guint i, const char *visit, const FzFields *facts, GBytes *picture, GError **error)
{
  if (!send_request (play, i, visit, facts, picture, error) || !fz_demo_play_exchange (play, error) ||
      !fz_store_run (play->desk->store, FZ_TXN_READ, is_there, (gpointer) visit, error))
    return FALSE;
  if (i == 0 && !book (play, visit, error))
    return FALSE;
  /* One of those that wait has not paid yet. */
  if ((i % 100 != 9 && !pay (play, visit, facts, error)) || (i % 6 == 0 && !send_evidence (play, visit, "demo/evidence-3.jpg", "e2.jpg", error)))
    return FALSE;
  return fz_demo_play_exchange (play, error);
}

/* --- talking --- */

gboolean
fz_demo_play_say (FzDemoPlay *play, const char *visit, const char *id, const char *text, GBytes *picture, GError **error)
{
  g_autoptr (FzJsonWriter) writer = begin (play, TRUE);
  g_autofree char *sha256 = picture != NULL ? fz_demo_patient_put (play->patient, picture, error) : NULL;

  if (picture != NULL && sha256 == NULL)
    return FALSE;
  fz_json_writer_string (writer, "message", id);
  fz_json_writer_string (writer, "kind", picture != NULL ? "image" : "text");
  fz_json_writer_string (writer, picture != NULL ? "sha256" : "text", picture != NULL ? sha256 : text);
  return tell (play, "chat", visit, writer, error) && fz_demo_play_exchange (play, error);
}

gboolean
fz_demo_play_mark (FzDemoPlay *play, const char *visit, const char *state, const char *reason, GError **error)
{
  g_autoptr (GPtrArray) said = fz_demo_play_exchange (play, error) ? fz_desk_list_talk (play->session, visit, 0, error) : NULL;
  g_autoptr (FzJsonWriter) writer = begin (play, TRUE);

  if (said == NULL)
    return FALSE;
  fz_json_writer_string (writer, "message", fz_fields_get (said->pdata[said->len - 1], "id"));
  fz_json_writer_string (writer, "mark", state);
  if (reason != NULL)
    fz_json_writer_string (writer, "reason", reason);
  return tell (play, "chat.mark", visit, writer, error) && fz_demo_play_exchange (play, error);
}

/* --- afterwards --- */

gboolean
fz_demo_play_rate (FzDemoPlay *play, guint i, const char *visit, GError **error)
{
  g_autoptr (FzJsonWriter) writer = NULL;

  if (!fz_demo_play_is_by_front (play, i))
    return TRUE;
  writer = begin (play, TRUE);
  fz_json_writer_string (writer, "satisfaction", "5");
  fz_json_writer_int (writer, "score", 9);
  fz_json_writer_string (writer, "content", "医生回复及时，用法讲得很清楚，药第二天就收到了。");
  fz_json_writer_string (writer, "person", "患者本人");
  return tell (play, "evaluation", visit, writer, error) &&
         (i != 0 || (keep_appointment (play, visit, error) && consult (play, visit, error) &&
                     send_evidence (play, visit, "demo/evidence-2.jpg", "e9.jpg", error))) &&
         fz_demo_play_exchange (play, error);
}
