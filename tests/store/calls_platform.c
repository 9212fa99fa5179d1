/* The outbox. */
#include "tests/store/calls.h"

#include "db/outbox.h"

static gboolean
add_row (FzTxn *txn, const char *key, gboolean blocked, const char *const *needs, gint64 *id, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("fuzhen.facts/v1", "key", key);
  g_autoptr (GBytes) payload = g_bytes_new_static ("{}", 2);
  FzOutboxRow row = { .key = key, .stream = "visit:V1", .method = "uploadElectMedicalRecord", .subject = "V1", .facts = facts,
                      .payload = blocked ? NULL : payload, .problems = blocked ? "name missing" : NULL, .needs = needs };

  return fz_outbox_add (txn, &row, id, error);
}

static gboolean
act_outbox (FzTxn *txn, GString *answer, GError **error)
{
  static const char *const needs[] = { "visit:V1", "catalogue", NULL };
  gint64 first = 0;

  if (!add_row (txn, "visit:V1", FALSE, NULL, &first, error) || !add_row (txn, "record:V1", FALSE, needs, NULL, error) ||
      !add_row (txn, "rx:1", TRUE, NULL, NULL, error))
    return FALSE;
  ROWS (fz_outbox_list (txn, NULL, 0, 10, error));
  return say_facts (answer, fz_outbox_get (txn, first, error));
}

/* FALSE without an error when nothing is due. */
static gboolean
take_next (FzTxn *txn, GString *answer, gint64 *id, GError **error)
{
  FzOutboxDue due = { 0 };
  gint64 wait = 0;
  gboolean there = fz_outbox_next (txn, &due, &wait, error);

  g_string_append_printf (answer, "%s %s %d\n", there ? due.key : "none", there ? due.method : "", wait == G_MAXINT64);
  *id = due.id;
  fz_outbox_due_clear (&due);
  return there;
}

static gboolean
act_send (FzTxn *txn, GString *answer, GError **error)
{
  gboolean accepted = FALSE;
  gint64 id = 0;
  gint64 n = 0;

  if (!take_next (txn, answer, &id, error) || !fz_outbox_mark_sending (txn, id, error))
    return FALSE;
  if (take_next (txn, answer, &n, error) || *error != NULL) /* its stream is not free */
    return FALSE;
  if (!refused_as (FZ_ERROR_CONFLICT, fz_outbox_mark_sending (txn, id, error), error) ||
      !fz_outbox_settle (txn, id, "queued", NULL, "later", fz_txn_now_us (txn) + 5, FALSE, error))
    return FALSE;
  if (take_next (txn, answer, &n, error) || *error != NULL) /* its time has not come */
    return FALSE;
  if (!refused_as (FZ_ERROR_CONFLICT, fz_outbox_settle (txn, id, "accepted", NULL, NULL, 0, TRUE, error), error) ||
      !fz_outbox_is_accepted (txn, "visit:V1", &accepted, error))
    return FALSE;
  g_assert_false (accepted);
  return TRUE;
}

static gboolean
act_recover (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("fuzhen.facts/v1", "key", "again");
  g_autoptr (GBytes) payload = g_bytes_new_static ("{1}", 3);
  const gint64 id = 1;
  gint64 n = 0;
  gint64 alarms = 0;

  if (!fz_outbox_mark_sending (txn, id, error) || !fz_outbox_recover (txn, &n, error) ||
      !fz_outbox_decide (txn, id, FALSE, "not there", error) || !fz_outbox_mark_sending (txn, id, error) ||
      !fz_outbox_settle (txn, id, "alarm", "500", "key", fz_txn_now_us (txn), TRUE, error) ||
      !fz_outbox_clear_alarms (txn, &alarms, error) || !fz_outbox_mark_sending (txn, id, error) ||
      !fz_outbox_settle (txn, id, "refused", "601", "name", fz_txn_now_us (txn), TRUE, error) ||
      !fz_outbox_renew (txn, id, facts, NULL, "name", error) || !fz_outbox_renew (txn, id, facts, payload, NULL, error) ||
      !fz_outbox_mark_sending (txn, id, error) || !fz_outbox_recover (txn, &n, error) ||
      !fz_outbox_decide (txn, id, TRUE, "seen there", error) ||
      !refused_as (FZ_ERROR_CONFLICT, fz_outbox_decide (txn, id, TRUE, "again", error), error) ||
      !refused_as (FZ_ERROR_CONFLICT, fz_outbox_renew (txn, id, facts, payload, NULL, error), error))
    return FALSE;
  g_string_append_printf (answer, "%d %d\n", (int) n, (int) alarms);
  return TRUE;
}

/* What nobody will send, what was done by hand, what waits behind it, and a payload made anew before it left. */
static gboolean
act_decide (FzTxn *txn, GString *answer, GError **error)
{
  static const char *const needs[] = { "given:1", NULL };
  g_autoptr (FzFields) facts = facts_of ("fuzhen.facts/v1", "key", "fresh");
  g_autoptr (GBytes) payload = g_bytes_new_static ("{2}", 3);
  gint64 given = 0;
  gint64 behind = 0;
  gint64 voided = 0;

  if (!add_row (txn, "given:1", TRUE, NULL, &given, error) || !add_row (txn, "behind:1", FALSE, needs, &behind, error) ||
      !add_row (txn, "void:RX1", TRUE, NULL, &voided, error) || !fz_outbox_refresh (txn, behind, facts, payload, NULL, error) ||
      !refused_as (FZ_ERROR_CONFLICT, fz_outbox_decide (txn, behind, FALSE, "too early", error), error) ||
      !fz_outbox_decide (txn, given, FALSE, "never", error) || !fz_outbox_decide (txn, behind, FALSE, "neither", error) ||
      !fz_outbox_decide (txn, voided, TRUE, "by hand", error) ||
      !refused_as (FZ_ERROR_CONFLICT, fz_outbox_refresh (txn, given, facts, NULL, "p", error), error))
    return FALSE;
  return say_text (answer, fz_outbox_dup_state (txn, "given:1", error), error) &&
         say_text (answer, fz_outbox_dup_state (txn, "no such", error), error) &&
         say_facts (answer, fz_outbox_get (txn, voided, error));
}

static gboolean
read_outbox (FzTxn *txn, GString *answer, GError **error)
{
  gboolean accepted = FALSE;

  if (!fz_outbox_is_accepted (txn, "visit:V1", &accepted, error))
    return FALSE;
  g_assert_true (accepted);
  ROWS (fz_outbox_list (txn, "blocked", 99, 10, error));
  return say_facts (answer, fz_outbox_counts (txn, error)) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_outbox_get (txn, 99, error) != NULL, error);
}

const Call calls_platform[] = {
  { "outbox", act_outbox },
  { "outbox: send", act_send },
  { "outbox: recover", act_recover },
  { "outbox: decide", act_decide },
  { "read outbox", read_outbox },
  { NULL, NULL },
};
