#include "app/front_taking.h"

#include "app/consent.h"
#include "app/intake_bundle_private.h"
#include "app/queue.h"
#include "app/supplement.h"
#include "app/talk.h"
#include "core/offset_time.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

FzFields *
fz_front_taking_visit (const FzFrontTaking *taking, GError **error)
{
  g_autoptr (GError) why = NULL;
  FzFields *visit = *taking->event->visit != '\0' ? fz_visits_get (taking->txn, taking->event->visit, &why) : NULL;

  if (visit != NULL)
    return visit;
  if (why == NULL || g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("这次就诊的申请还没有收到，或还有问题没有收件；收件后会自动再办。"));
  else
    g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, why);
  return FALSE;
}

/* --- the visit --- */

static gboolean
take_cancel (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "reason", "at", NULL };
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);
  const char *reason = NULL, *stage = visit != NULL ? fz_fields_get (visit, "visit.stage") : NULL;
  g_autofree char *words = NULL;

  if (visit == NULL || !fz_json_check_keys (taking->body, keys, error) || !fz_json_opt_string (taking->body, "reason", &reason, error))
    return FALSE;
  if (g_strcmp0 (stage, "withdrawn") == 0)
    return TRUE; /* asked for once more */
  if (g_strcmp0 (stage, "waiting") != 0)
    return refuse (error, _ ("患者在接诊开始以后申请撤销，不能自动办理。请接诊医师向患者问明，再登记撤销或终止诊疗。"));
  words = reason != NULL && *reason != '\0' ? g_strdup_printf ("患者经医院前端撤销：%s", reason) : g_strdup ("患者经医院前端撤销，未写原因。");
  return fz_queue_withdraw (taking->desk, taking->txn, visit, words, error);
}

/* Another desk of the hospital was quicker. */
static gboolean
take_elsewhere (FzFrontTaking *taking, GError **error)
{
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);

  if (visit == NULL || g_strcmp0 (fz_fields_get (visit, "visit.stage"), "waiting") != 0)
    return visit != NULL;
  return fz_queue_taken_elsewhere (taking->desk, taking->txn, visit, error);
}

/* Shape as in visit.json, so that one reader serves both: a request with nothing but this part. */
static FzFields *
read_part (const FzFrontTaking *taking, const char *key, GError **error)
{
  const char *const keys[] = { key, NULL };
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_problem_free);
  g_autofree char *json = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (FzFields) facts = NULL;

  if (!fz_json_check_keys (taking->body, keys, error) ||
      (g_str_equal (key, "evidence") ? fz_json_get_array (taking->body, key, error) : fz_json_get_object (taking->body, key, error)) == NULL)
    return NULL;
  fz_json_writer_begin_object (writer, NULL);
  fz_json_writer_string (writer, "format", "fuzhen.visit/v1");
  fz_json_writer_string (writer, "visit", taking->event->visit);
  fz_json_writer_value (writer, key, fz_json_find (taking->body, key));
  fz_json_writer_end_object (writer);
  json = fz_json_writer_finish (writer, error);
  if (json == NULL)
    return NULL;
  bytes = g_bytes_new_static (json, strlen (json));
  facts = fz_bundle_parse_json (bytes, problems);
  if (problems->len == 0)
    return g_steal_pointer (&facts);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, ((FzBundleProblem *) problems->pdata[0])->message);
  return NULL;
}

static gboolean
take_consent (FzFrontTaking *taking, GError **error)
{
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);
  g_autoptr (FzFields) consent = visit != NULL ? read_part (taking, "consent", error) : NULL;

  return consent != NULL && fz_consent_receive (taking->desk, taking->txn, visit, consent, error);
}

/* Before the request is taken in these are part of it; afterwards a document of their own, while the visit's stage allows. */
static gboolean
take_supplement (FzFrontTaking *taking, GError **error)
{
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);
  g_autoptr (FzFields) part = visit == NULL ? NULL : taking->files->part != NULL ? fz_fields_ref (taking->files->part) : read_part (taking, taking->event->kind, error);

  return part != NULL && fz_supplement_receive (taking->desk, taking->txn, visit, part, taking->files->files, taking->event->event, error);
}

FzFields *
fz_front_event_evidence (FzDesk *desk, const FzFrontEvent *event, const FzJson *body, GError **error)
{
  FzFrontTaking taking = { .desk = desk, .event = event, .body = body };

  return read_part (&taking, "evidence", error);
}

/* --- conversation --- */

const char *
fz_front_event_picture (const FzFrontEvent *event, const FzJson *body)
{
  const char *kind = g_str_equal (event->kind, "chat") && fz_json_get_type (body) == FZ_JSON_OBJECT ? fz_json_get_string (body, "kind", NULL) : NULL;

  return g_strcmp0 (kind, "image") == 0 ? fz_json_get_string (body, "sha256", NULL) : NULL;
}

static gboolean
put_time (FzFrontTaking *taking, const char *key, gboolean needed, GError **error)
{
  const char *text = NULL;
  gint64 us = 0;

  if (!fz_json_opt_string (taking->body, key, &text, error))
    return FALSE;
  if (text == NULL && !needed)
    return TRUE;
  if (text == NULL || !fz_offset_time_parse (text, &us))
    return fz_json_fail (taking->body, key, _ ("应为带时区的时间，如 2026-01-05T08:00:00+08:00"), error);
  fz_fields_set_time (taking->values, key, us);
  return TRUE;
}

static gboolean
put_texts (FzFrontTaking *taking, const char *const *keys, GError **error)
{
  for (guint i = 0; keys[i] != NULL; i++) {
    const char *text = NULL;

    if (!fz_json_opt_string (taking->body, keys[i], &text, error))
      return FALSE;
    fz_fields_set (taking->values, keys[i], text);
  }
  return TRUE;
}

static gboolean
take_chat (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "message", "at", "kind", "text", "sha256", "file", "started_at", "ended_at", "custodian", NULL };
  static const char *const texts[] = { "kind", "text", "sha256", "file", "custodian", NULL };
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);
  const char *message = visit != NULL && fz_json_check_keys (taking->body, keys, error) ? fz_json_get_string (taking->body, "message", error) : NULL;

  if (message == NULL || !put_texts (taking, texts, error) || !put_time (taking, "at", TRUE, error) || !put_time (taking, "started_at", FALSE, error) ||
      !put_time (taking, "ended_at", FALSE, error))
    return FALSE;
  fz_fields_set (taking->values, "id", message);
  fz_fields_set (taking->values, "visit", taking->event->visit);
  return fz_talk_receive (taking->desk, taking->txn, taking->values, NULL, error);
}

/* How far a message of the doctor got, beyond the front. */
static gboolean
take_mark (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "message", "mark", "at", "reason", NULL };
  const char *message = fz_json_check_keys (taking->body, keys, error) ? fz_json_get_string (taking->body, "message", error) : NULL;
  const char *mark = message != NULL ? fz_json_get_string (taking->body, "mark", error) : NULL, *reason = NULL;

  return mark != NULL && fz_json_opt_string (taking->body, "reason", &reason, error) &&
         fz_talk_mark (taking->desk, taking->txn, message, mark, reason, error);
}

/* --- payment --- */

/* What the hospital's till says. */
static gboolean
take_payment (FzFrontTaking *taking, GError **error)
{
  static const char *const keys[] = { "at", "state", "amount_fen", "method", "transaction", NULL };
  static const char *const texts[] = { "state", "method", "transaction", NULL };
  static const char *const states[] = { "paid", "refunded", "partly_refunded", NULL };
  g_autoptr (FzFields) visit = fz_front_taking_visit (taking, error);
  gint64 amount = 0;

  if (visit == NULL || !fz_json_check_keys (taking->body, keys, error) || !fz_json_get_int (taking->body, "amount_fen", &amount, error) ||
      !put_texts (taking, texts, error) || !put_time (taking, "at", TRUE, error))
    return FALSE;
  if (!fz_fields_has (taking->values, "state") || !g_strv_contains (states, fz_fields_get (taking->values, "state")))
    return fz_json_fail (taking->body, "state", _ ("应为 paid、refunded 或 partly_refunded"), error);
  if (amount < 0)
    return fz_json_fail (taking->body, "amount_fen", _ ("应为整数，单位为分"), error);
  fz_fields_set_int (taking->values, "amount_fen", amount);
  return fz_payment_receive (taking->desk, taking->txn, visit, taking->values, taking->event->event, error);
}

/* --- which --- */

static const struct {
  const char *kind;
  FzFrontTake take;
} kinds[] = {
  { "taken", take_elsewhere },       { "cancel", take_cancel },         { "consent", take_consent },     { "evidence", take_supplement }, { "guardian", take_supplement },
  { "chat", take_chat },             { "chat.mark", take_mark },      { "payment", take_payment },
};

gboolean
fz_front_event_take (FzDesk *desk, FzTxn *txn, const FzFrontEvent *event, const FzJson *body, const FzFrontFiles *files, char **out_words, GError **error)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  FzFrontTaking taking = { desk, txn, event, body, files, values, out_words };
  FzFrontTake take = fz_front_entry_find (event->kind);

  if (take != NULL)
    return take (&taking, error);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, event->kind))
      return kinds[i].take (&taking, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的来件种类“%s”，请更新本程序，或请前端的维护者查明。"), event->kind);
  return FALSE;
}

/* --- a request and what completes it --- */

static const FzJson *
newest_part (GPtrArray *parts, const char *key)
{
  const FzJson *found = NULL;

  for (guint i = 0; i < parts->len; i++) {
    const FzJson *part = fz_json_get_type (parts->pdata[i]) == FZ_JSON_OBJECT ? fz_json_find (parts->pdata[i], key) : NULL;

    found = part != NULL ? part : found;
  }
  return found;
}

static void
add_items (FzJsonWriter *writer, const FzJson *list)
{
  for (guint i = 0; list != NULL && fz_json_get_type (list) == FZ_JSON_ARRAY && i < fz_json_count (list); i++)
    fz_json_writer_value (writer, NULL, fz_json_get_item (list, i));
}

static void
write_evidence (FzJsonWriter *writer, const FzJson *own, GPtrArray *parts)
{
  fz_json_writer_begin_array (writer, "evidence");
  add_items (writer, own);
  for (guint i = 0; i < parts->len; i++)
    if (fz_json_get_type (parts->pdata[i]) == FZ_JSON_OBJECT)
      add_items (writer, fz_json_find (parts->pdata[i], "evidence"));
  fz_json_writer_end_array (writer);
}

void
fz_front_merge_request (FzJsonWriter *writer, const FzJson *request, GPtrArray *parts)
{
  static const char *const replaced[] = { "guardian", "consent" };
  gboolean evidence = FALSE;

  fz_json_writer_begin_object (writer, NULL);
  for (guint i = 0; i < fz_json_count (request); i++) {
    const FzJson *member = fz_json_get_item (request, i);
    const char *name = fz_json_get_name (member);
    const FzJson *newer = g_str_equal (name, replaced[0]) || g_str_equal (name, replaced[1]) ? newest_part (parts, name) : NULL;

    if (g_str_equal (name, "evidence") && fz_json_get_type (member) == FZ_JSON_ARRAY) {
      write_evidence (writer, member, parts);
      evidence = TRUE;
    } else
      fz_json_writer_value (writer, name, newer != NULL ? newer : member);
  }
  for (guint i = 0; i < G_N_ELEMENTS (replaced); i++)
    if (fz_json_find (request, replaced[i]) == NULL && newest_part (parts, replaced[i]) != NULL)
      fz_json_writer_value (writer, replaced[i], newest_part (parts, replaced[i]));
  if (!evidence && fz_json_find (request, "evidence") == NULL && newest_part (parts, "evidence") != NULL)
    write_evidence (writer, NULL, parts);
  fz_json_writer_end_object (writer);
}
