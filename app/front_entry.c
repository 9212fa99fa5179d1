/* What comes by the front and becomes an entry of a register (台账的来件): patients' evaluations, complaints and refunds; the front's own consultations and
 * appointments, which the supervision platform hears of. */
#include "app/front.h"
#include "app/front_taking.h"
#include "app/registers.h"
#include "core/date.h"
#include "core/offset_time.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>

/* A time of the body as the two fields that hold it, at Beijing; `clock_key` NULL: its day only. *out_us may be NULL; 0: it is not there. */
static gboolean
put_moment (FzFrontTaking *taking, const char *key, gboolean needed, gboolean past, const char *day_key, const char *clock_key, gint64 *out_us, GError **error)
{
  const char *text = NULL;
  g_autofree char *day = NULL, *clock = NULL;
  gint64 us = 0;

  if (needed ? (text = fz_json_get_string (taking->body, key, error)) == NULL : !fz_json_opt_string (taking->body, key, &text, error))
    return FALSE;
  if (text != NULL && !fz_offset_time_parse (text, &us))
    return fz_json_fail (taking->body, key, _ ("应为带时区的时间，如 2026-01-05T08:00:00+08:00"), error);
  if (past && us > fz_txn_now_us (taking->txn) + 5 * 60 * FZ_US_PER_SECOND)
    return fz_json_fail (taking->body, key, _ ("应为带时区的时间，如 2026-01-05T08:00:00+08:00，且不晚于现在"), error);
  if (out_us != NULL)
    *out_us = us;
  if (text == NULL)
    return TRUE;
  day = fz_date_format (fz_date_in_beijing (us));
  fz_fields_set (taking->values, day_key, day);
  if (clock_key == NULL)
    return TRUE;
  clock = fz_beijing_time_format (us);
  clock[16] = '\0'; /* 2026-01-05 08:00 */
  fz_fields_set (taking->values, clock_key, clock + 11);
  return TRUE;
}

typedef struct {
  const char *key;   /* of the body */
  const char *field; /* of the entry */
  gboolean needed;
} Copy;

static gboolean
copy_texts (FzFrontTaking *taking, const Copy *copies, guint n, GError **error)
{
  for (guint i = 0; i < n; i++) {
    const char *text = NULL;

    if (copies[i].needed ? (text = fz_json_get_string (taking->body, copies[i].key, error)) == NULL
                         : !fz_json_opt_string (taking->body, copies[i].key, &text, error))
      return FALSE;
    fz_fields_set (taking->values, copies[i].field, text);
  }
  return TRUE;
}

static gboolean
put_price (FzFrontTaking *taking, GError **error)
{
  gint64 fen = 0;

  if (!fz_json_get_int (taking->body, "price_fen", &fen, error))
    return FALSE;
  fz_fields_set_int (taking->values, "field.price", fen);
  return fen >= 0 || fz_json_fail (taking->body, "price_fen", _ ("应为整数，单位为分"), error);
}

static gboolean
enter (FzFrontTaking *taking, const char *reg, const char *id, const char *move, const char *by, GError **error)
{
  *taking->out_words = fz_entry_receive (taking->desk, taking->txn, reg, id, move, by, taking->values, error);
  return *taking->out_words != NULL;
}

/* A patient's own matter: who sent it is told that it is here. */
static gboolean
enter_and_tell (FzFrontTaking *taking, const char *reg, const char *move, GError **error)
{
  g_autoptr (FzFields) entry = enter (taking, reg, NULL, move, FZ_BY_PATIENT, error) ? fz_entries_get (taking->txn, *taking->out_words, error) : NULL;

  return entry != NULL && fz_front_tell_received (taking->desk, taking->txn, taking->event->event, taking->event->visit, entry, error);
}

static gboolean
take_evaluation (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "at", "satisfaction", "score", "content", "complaint", "person", NULL };
  static const Copy texts[] = { { "satisfaction", "field.satisfaction", TRUE }, { "content", "field.content", TRUE },
                                { "complaint", "field.complaint", FALSE }, { "person", "field.person", TRUE } };
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);
  gint64 score = 0;

  if (visit == NULL || !fz_json_check_keys (taking->body, keys, error) || !fz_json_get_int (taking->body, "score", &score, error) ||
      !copy_texts (taking, texts, G_N_ELEMENTS (texts), error) || !put_moment (taking, "at", TRUE, TRUE, "field.rated_on", "field.rated_at", NULL, error))
    return FALSE;
  if (score < 0 || score > 10)
    return fz_json_fail (taking->body, "score", _ ("应为 0 至 10 的整数"), error);
  fz_fields_set_int (taking->values, "field.score", score);
  fz_fields_set (taking->values, "field.visit", taking->event->visit);
  return enter_and_tell (taking, "evaluation", "record", error);
}

static gboolean
take_complaint (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "at", "kind", "complainant", "contact", "content", NULL };
  static const Copy texts[] = { { "kind", "field.kind", TRUE }, { "complainant", "field.complainant", TRUE }, { "contact", "field.contact", FALSE },
                                { "content", "field.content", TRUE } };
  g_autoptr (FzFields) visit = *taking->event->visit != '\0' ? fz_front_taking_visit (taking, error) : NULL;

  if ((visit == NULL && *taking->event->visit != '\0') || !fz_json_check_keys (taking->body, keys, error) ||
      !copy_texts (taking, texts, G_N_ELEMENTS (texts), error) || !put_moment (taking, "at", TRUE, TRUE, "field.received_on", NULL, NULL, error))
    return FALSE;
  fz_fields_set (taking->values, "field.channel", "online");
  fz_fields_set (taking->values, "field.visit", taking->event->visit);
  return enter_and_tell (taking, "complaint", "register", error);
}

static gboolean
take_refund (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "at", "applicant", "contact", "amount_fen", "cause", "content", NULL };
  static const Copy texts[] = { { "applicant", "field.applicant", TRUE }, { "contact", "field.contact", FALSE }, { "cause", "field.cause", TRUE },
                                { "content", "field.content", FALSE } };
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);
  gint64 amount = 0;

  if (visit == NULL || !fz_json_check_keys (taking->body, keys, error) || !fz_json_get_int (taking->body, "amount_fen", &amount, error) ||
      !copy_texts (taking, texts, G_N_ELEMENTS (texts), error) || !put_moment (taking, "at", TRUE, TRUE, "field.applied_on", NULL, NULL, error))
    return FALSE;
  if (amount <= 0)
    return fz_json_fail (taking->body, "amount_fen", _ ("应为大于 0 的整数，单位为分"), error);
  fz_fields_set_int (taking->values, "field.amount", amount);
  fz_fields_set (taking->values, "field.visit", taking->event->visit);
  return enter_and_tell (taking, "refund", "register", error);
}

/* --- the front's own businesses --- */

static gboolean
one_day (FzFrontTaking *taking, gint64 from, gint64 until, GError **error)
{
  return (from < until && fz_date_compare (fz_date_in_beijing (from), fz_date_in_beijing (until)) == 0) ||
         fz_json_fail (taking->body, "until_at", _ ("应与 from_at 在同一天，且晚于它"), error);
}

/* The consultation is over: answered, or refused. */
static gboolean
put_course (FzFrontTaking *taking, GError **error)
{
  gboolean answered = FALSE;
  gint64 asked = 0, began = 0, ended = 0, refused = 0;

  if (!fz_json_get_bool (taking->body, "answered", &answered, error) ||
      !put_moment (taking, "at", TRUE, TRUE, "field.applied_on", "field.applied_at", &asked, error) ||
      !put_moment (taking, "began_at", answered, TRUE, "field.began_on", "field.began_at", &began, error) ||
      !put_moment (taking, "ended_at", answered, TRUE, "field.ended_on", "field.ended_at", &ended, error) ||
      !put_moment (taking, "refused_at", !answered, TRUE, "field.refused_on", "field.refused_at", &refused, error))
    return FALSE;
  fz_fields_set_bool (taking->values, "field.answered", answered);
  if (answered && refused != 0)
    return fz_json_fail (taking->body, "refused_at", _ ("已回复的咨询没有拒绝时间"), error);
  if (!answered && !fz_fields_has (taking->values, "field.refused_by"))
    return fz_json_fail (taking->body, "refused_by", _ ("没有回复的咨询要写明是医师拒绝（doctor）还是超时（timeout）"), error);
  return (answered ? asked <= began && began <= ended : asked <= refused) || fz_json_fail (taking->body, "at", _ ("申请、开始、结束（或拒绝）的时间前后颠倒"), error);
}

static gboolean
take_consultation (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "at", "doctor", "mode", "attribute", "nursing_item", "content", "answered", "began_at", "ended_at", "price_fen", "channel",
                                      "refused_at", "refused_by", "reason", NULL };
  static const Copy texts[] = { { "doctor", "field.doctor", TRUE }, { "mode", "field.mode", TRUE }, { "attribute", "field.attribute", TRUE },
                                { "content", "field.content", TRUE }, { "nursing_item", "field.nursing_item", FALSE }, { "channel", "field.channel", FALSE },
                                { "refused_by", "field.refused_by", FALSE }, { "reason", "field.reason", FALSE } };
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);

  if (visit == NULL || !fz_json_check_keys (taking->body, keys, error) || !copy_texts (taking, texts, G_N_ELEMENTS (texts), error) ||
      !put_price (taking, error) || !put_course (taking, error))
    return FALSE;
  fz_fields_set (taking->values, "field.visit", taking->event->visit);
  return enter (taking, "consultation", NULL, "record", FZ_BY_FRONT, error);
}

static gboolean
take_appointment (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "at", "doctor", "from_at", "until_at", "number", "price_fen", "channel", "transaction", NULL };
  static const Copy texts[] = { { "doctor", "field.doctor", TRUE }, { "channel", "field.channel", FALSE }, { "transaction", "field.trade_number", FALSE } };
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);
  gint64 from = 0, until = 0, number = 0;

  if (visit == NULL || !fz_json_check_keys (taking->body, keys, error) || !copy_texts (taking, texts, G_N_ELEMENTS (texts), error) ||
      !put_price (taking, error) ||
      !put_moment (taking, "at", TRUE, TRUE, "field.made_on", "field.made_at", NULL, error) ||
      !put_moment (taking, "from_at", TRUE, FALSE, "field.work_on", "field.from_at", &from, error) ||
      !put_moment (taking, "until_at", TRUE, FALSE, "field.work_on", "field.until_at", &until, error) || !one_day (taking, from, until, error))
    return FALSE;
  if (fz_json_find (taking->body, "number") != NULL) {
    if (!fz_json_get_int (taking->body, "number", &number, error))
      return FALSE;
    fz_fields_set_int (taking->values, "field.queue_number", number);
  }
  fz_fields_set (taking->values, "field.visit", taking->event->visit);
  return enter (taking, "appointment", NULL, "book", FZ_BY_FRONT, error);
}

/* Kept or cancelled: the end of the appointment that an earlier event made. */
static gboolean
take_appointment_end (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "appointment", "state", "reason", "channel", "transaction", NULL };
  static const Copy texts[] = { { "reason", "field.cancel_reason", FALSE }, { "channel", "field.channel", FALSE }, { "transaction", "field.trade_number", FALSE } };
  const char *event = fz_json_check_keys (taking->body, keys, error) ? fz_json_get_string (taking->body, "appointment", error) : NULL;
  const char *state = event != NULL ? fz_json_get_string (taking->body, "state", error) : NULL;
  gboolean kept = g_strcmp0 (state, "kept") == 0;
  g_autofree char *entry = NULL;
  g_autoptr (GError) why = NULL;

  if (state == NULL || !copy_texts (taking, texts, G_N_ELEMENTS (texts), error))
    return FALSE;
  if (!kept && !g_str_equal (state, "cancelled"))
    return fz_json_fail (taking->body, "state", _ ("应为 kept 或 cancelled"), error);
  if (kept == fz_fields_has (taking->values, "field.cancel_reason"))
    return fz_json_fail (taking->body, "reason", _ ("取消的预约要写明原因，已就诊的不写"), error);
  entry = fz_front_in_entry_of (taking->txn, "appointment", event, taking->event->visit, &why);
  if (entry != NULL)
    return enter (taking, "appointment", entry, kept ? "keep" : "cancel", FZ_BY_FRONT, error);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("这次就诊没有来件 %s 登记的预约，或它还没有办成；请先办结那一件，再试一次。"), event);
  return FALSE;
}

FzFrontTake
fz_front_entry_find (const char *kind)
{
  static const struct {
    const char *kind;
    FzFrontTake take;
  } kinds[] = {
    { "evaluation", take_evaluation },     { "complaint", take_complaint },     { "refund", take_refund },
    { "consultation", take_consultation }, { "appointment", take_appointment }, { "appointment.end", take_appointment_end },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, kind))
      return kinds[i].take;
  return NULL;
}
