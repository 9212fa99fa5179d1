/* What this desk tells the hospital's front (通知医院前端): queued with what it tells of. */
#include "app/front.h"

#include "app/paper/slip.h"
#include "app/queue.h"
#include "db/front.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LONGEST_KEY 120

static gboolean
is_set_up (FzTxn *txn, gboolean *out, GError **error)
{
  g_autofree char *path = NULL;
  gboolean good = fz_setting_read (txn, FZ_FRONT_SETTING, &path, error);

  *out = path != NULL;
  return good;
}

gboolean
fz_front_reaches (FzTxn *txn, const char *visit, gboolean *out, GError **error)
{
  return is_set_up (txn, out, error) && (!*out || fz_front_in_knows (txn, visit, out, error));
}

static gboolean
is_key (const char *key)
{
  gsize n = strlen (key);

  return n > 0 && n <= LONGEST_KEY && strspn (key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-") == n;
}

static gboolean
queue (FzTxn *txn, const char *kind, const char *visit, const char *key, const FzFields *facts, GError **error)
{
  FzFrontHead head = { .kind = kind, .visit = visit, .key = key, .at_us = fz_txn_now_us (txn) };
  g_autofree char *json = NULL;
  g_autoptr (GBytes) payload = NULL;

  g_return_val_if_fail (is_key (key), FALSE);
  if (!fz_front_next_turn (txn, visit, &head.turn, error))
    return FALSE;
  json = fz_front_body (&head, facts, error);
  if (json == NULL)
    return FALSE;
  payload = g_bytes_new (json, strlen (json));
  return fz_front_out_add (txn, key, visit, head.turn, kind, payload, error);
}

gboolean
fz_front_put (FzDesk *desk, FzTxn *txn, const char *kind, const char *visit, const char *key, const FzFields *facts, GError **error)
{
  gboolean reaches = FALSE;

  if (!fz_front_reaches (txn, visit, &reaches, error))
    return FALSE;
  if (!reaches) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("这次就诊不是经医院前端申请的，或尚未设置医院前端，不能由这里通知患者。请用电话等其他方式联系。"));
    return FALSE;
  }
  return queue (txn, kind, visit, key, facts, error);
}

FzFields *
fz_front_state (FzTxn *txn, const char *key, GError **error)
{
  return fz_front_out_state (txn, key, error);
}

/* --- documents --- */

typedef struct {
  FzDesk *desk;
  FzTxn *txn;
  const FzFields *visit, *rx;
  const FzDocument *document;
  FzFields *facts;
} Tell;

static void
copy (const Tell *tell, const char *key, const FzFields *from, const char *source)
{
  fz_fields_set (tell->facts, key, fz_fields_get (from, source));
}

static const char *
accepted (const Tell *tell)
{
  copy (tell, "doctor", tell->visit, "visit.holder_name");
  copy (tell, "department", tell->visit, "visit.department_name");
  copy (tell, "taken_at", tell->visit, "visit.taken_at");
  return "visit.accepted";
}

static const char *
released (const Tell *tell)
{
  copy (tell, "reason", tell->document->body, "reason");
  return "visit.released";
}

static void
put_end (const Tell *tell)
{
  copy (tell, "code", tell->document->body, "end.reason");
  copy (tell, "label", tell->document->body, "end.reason_label");
  copy (tell, "guidance", tell->document->body, "end.guidance");
}

static const char *
rejected (const Tell *tell)
{
  put_end (tell);
  fz_fields_set (tell->facts, "by", tell->document->actor.role == FZ_ROLE_DESK ? "timeout" : "doctor");
  return "visit.rejected";
}

static const char *
ended (const Tell *tell)
{
  put_end (tell);
  copy (tell, "outcome", tell->visit, "visit.stage");
  copy (tell, "ended_at", tell->visit, "visit.ended_at");
  return "visit.ended";
}

static const char *
rx_ended (const Tell *tell)
{
  copy (tell, "prescription", tell->rx, "rx.id");
  copy (tell, "state", tell->rx, "rx.stage");
  copy (tell, "reason", tell->rx, "rx.void_reason");
  return "prescription.ended";
}

/* A line as the patient reads it: what, how much, and how to take it. */
static void
put_line (const Tell *tell, guint i)
{
  const char *quantity = fz_fields_get_at (tell->rx, "rx.item", i, "quantity"), *unit = fz_fields_get_at (tell->rx, "rx.item", i, "unit");
  g_autofree char *amount = quantity != NULL ? g_strconcat (quantity, unit, NULL) : NULL, *usage = fz_slip_usage_words (tell->rx, i);

  fz_fields_set_at (tell->facts, "line", i, "name", fz_fields_get_at (tell->rx, "rx.item", i, "generic"));
  fz_fields_set_at (tell->facts, "line", i, "strength", fz_fields_get_at (tell->rx, "rx.item", i, "strength"));
  fz_fields_set_at (tell->facts, "line", i, "quantity", amount);
  fz_fields_set_at (tell->facts, "line", i, "usage", usage);
}

static const char *
reviewed (const Tell *tell)
{
  if (g_strcmp0 (fz_fields_get (tell->document->body, "verdict"), "approved") != 0)
    return rx_ended (tell); /* refused; or returned, and the doctor writes it anew or stands by it */
  copy (tell, "prescription", tell->rx, "rx.id");
  copy (tell, "valid_until", tell->rx, "rx.valid_until");
  copy (tell, "doctor", tell->rx, "rx.doctor_name");
  copy (tell, "pharmacist", tell->rx, "rx.pharmacist_name");
  for (guint i = 0; i < fz_fields_count (tell->rx, "rx.item"); i++)
    put_line (tell, i);
  return "prescription.ready";
}

static const char *
word_of (const Tell *tell, FzDocKind kind)
{
  switch ((int) kind) {
  case FZ_DOC_PRESENCE:
    /* Coming back to one's own visit tells the patient nothing. */
    return g_strcmp0 (fz_fields_get (tell->visit, "visit.taken_at"), fz_fields_get (tell->visit, "visit.present_at")) == 0 ? accepted (tell) : NULL;
  case FZ_DOC_HANDOVER:
    return released (tell);
  case FZ_DOC_REFUSAL:
    return g_strcmp0 (fz_fields_get (tell->document->body, "end.by"), FZ_BY_ELSEWHERE) != 0 ? rejected (tell) : NULL;
  case FZ_DOC_FINISH:
  case FZ_DOC_WITHDRAWAL:
  case FZ_DOC_TERMINATION:
    return ended (tell);
  case FZ_DOC_REVIEW:
    return reviewed (tell);
  case FZ_DOC_VOID:
  case FZ_DOC_EXPIRY:
    return rx_ended (tell);
  case FZ_DOC_DISPENSE:
    return g_strcmp0 (fz_fields_get (tell->rx, "rx.stage"), "dispensed") == 0 ? rx_ended (tell) : NULL;
  default:
    return NULL;
  }
}

gboolean
fz_front_tell (FzDesk *desk, FzTxn *txn, const FzFields *visit, const FzFields *rx, const FzDocument *document, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.front_out/v1");
  Tell tell = { desk, txn, visit, rx, document, facts };
  FzDocKind kind = FZ_N_DOCS;
  gboolean reaches = FALSE;
  const char *word;

  fz_doc_kind_from_text (fz_fields_get_kind (document->body), &kind);
  word = word_of (&tell, kind);
  if (word == NULL)
    return TRUE;
  return fz_front_reaches (txn, fz_fields_get (visit, "visit.id"), &reaches, error) &&
         (!reaches || fz_front_put (desk, txn, word, fz_fields_get (visit, "visit.id"), document->id, facts, error));
}

/* --- entries of registers --- */

/* What the patient hears of each standing, beside its word. */
static const struct {
  const char *reg, *kind, *state, *field, *as;
} told[] = {
  { "refund", "refund.state", "agreed", "agreed", "amount_fen" },       { "refund", "refund.state", "refused", "reason", "reason" },
  { "refund", "refund.state", "refunded", "agreed", "amount_fen" },     { "refund", "refund.state", "refunded", "refunded_on", "refunded_on" },
  { "refund", "refund.state", "refunded", "receipt", "receipt" },       { "complaint", "complaint.state", "answered", "reply", "reply" },
  { "complaint", "complaint.state", "answered", "replied_on", "replied_on" },
};

static const char *
kind_of_entry (const FzFields *entry)
{
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    if (g_strcmp0 (told[i].reg, fz_fields_get (entry, "entry.register")) == 0)
      return told[i].kind;
  return NULL;
}

static gboolean
tell_entry (FzTxn *txn, const char *event, const char *visit, const char *key, const FzFields *entry, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.front_out/v1");
  const char *state = fz_fields_get (entry, "entry.state");
  /* What concerns no visit goes in an order of its own. */
  g_autofree char *own = g_strconcat ("@", fz_fields_get (entry, "entry.id"), NULL);

  fz_fields_set (facts, "entry", fz_fields_get (entry, "entry.id"));
  fz_fields_set (facts, "event", event);
  fz_fields_set (facts, "state", state);
  fz_fields_set (facts, "label", fz_fields_get (entry, "entry.state_label"));
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    if (g_strcmp0 (told[i].reg, fz_fields_get (entry, "entry.register")) == 0 && g_strcmp0 (told[i].state, state) == 0) {
      g_autofree char *field = g_strconcat ("field.", told[i].field, NULL);

      fz_fields_set (facts, told[i].as, fz_fields_get (entry, field));
    }
  return queue (txn, kind_of_entry (entry), *visit != '\0' ? visit : own, key, facts, error);
}

gboolean
fz_front_tell_entry (FzDesk *desk, FzTxn *txn, const FzFields *before, const FzFields *after, const FzDocument *document, GError **error)
{
  g_autofree char *event = NULL, *visit = NULL;
  gboolean there = FALSE;

  if (before == NULL || kind_of_entry (after) == NULL || g_strcmp0 (fz_fields_get (before, "entry.state"), fz_fields_get (after, "entry.state")) == 0)
    return TRUE;
  if (!is_set_up (txn, &there, error) || (there && !fz_front_in_of_entry (txn, fz_fields_get (after, "entry.register"), fz_fields_get (after, "entry.id"), &event, &visit, error)))
    return FALSE;
  return event == NULL || tell_entry (txn, event, visit, document->id, after, error);
}

gboolean
fz_front_tell_received (FzDesk *desk, FzTxn *txn, const char *event, const char *visit, const FzFields *entry, GError **error)
{
  g_autofree char *key = g_strconcat (fz_fields_get (entry, "entry.id"), "-received", NULL);

  return kind_of_entry (entry) == NULL || tell_entry (txn, event, visit, key, entry, error);
}
