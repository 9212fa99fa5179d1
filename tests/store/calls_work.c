/* Visits, documents, prescriptions, and what stands beside them. */
#include "tests/store/calls.h"

#include "db/documents.h"
#include "db/registers.h"
#include "db/rules.h"
#include "db/visits.h"

/* --- visits, documents, prescriptions --- */

static gboolean
act_visits (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("fuzhen.case/v1", "id", "V1");

  if (!fz_visits_put (txn, "V1", FZ_STAGE_WAITING, NULL, 10, 0, facts, error) ||
      !fz_visits_put (txn, "V1", FZ_STAGE_TAKEN, "D001", 10, 0, facts, error) ||
      !fz_visits_put (txn, "V2", FZ_STAGE_FINISHED, "D001", 11, 20, facts, error) ||
      !fz_visits_put (txn, "V3", FZ_STAGE_WAITING, NULL, 12, 0, facts, error) ||
      !say_facts (answer, fz_visits_get (txn, "V1", error)))
    return FALSE;
  for (guint which = FZ_VISITS_WAITING; which <= FZ_VISITS_APPLIED; which++)
    ROWS (fz_visits_list (txn, which, (FzCursor) { 0, which % 2 == 0 ? NULL : "" }, 10, error));
  ROWS (fz_visits_list_counted (txn, (FzCursor) { 0, NULL }, 10, error));
  return TRUE;
}

static gboolean
read_visits (FzTxn *txn, GString *answer, GError **error)
{
  gint64 waiting = fz_visits_count (txn, FZ_VISITS_WAITING, error);
  gint64 open = waiting >= 0 ? fz_visits_count (txn, FZ_VISITS_OPEN, error) : -1;

  g_string_append_printf (answer, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", waiting, open);
  return open >= 0 && refused_as (FZ_ERROR_NOT_FOUND, fz_visits_get (txn, "V9", error) != NULL, error);
}

static gboolean
add_document (FzTxn *txn, const char *id, GError **error)
{
  g_autoptr (FzFields) body = facts_of ("fuzhen.record/v1", "id", id);
  g_autoptr (FzDocument) document = NULL;

  fz_fields_set (body, "visit", "V1");
  document = fz_document_new (body, "— test AAAA\n", FZ_ROLE_DOCTOR, "person", 30, error);
  return document != NULL && fz_documents_add (txn, document, error);
}

static gboolean
act_documents (FzTxn *txn, GString *answer, GError **error)
{
  return add_document (txn, "RX1", error) && add_document (txn, "DOC2", error) &&
         fz_documents_countersign (txn, "RX1", "— other AAAA\n", error);
}

static gboolean
read_documents (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzDocument) one = fz_documents_get (txn, "RX1", error);
  g_autoptr (GPtrArray) all = one != NULL ? fz_documents_of_visit (txn, "V1", error) : NULL;
  guint64 newest = 0;

  if (all == NULL || !fz_documents_newest (txn, &newest, error) ||
      !refused_as (FZ_ERROR_NOT_FOUND, fz_documents_countersign (txn, "none", "— x AAAA\n", error), error))
    return FALSE;
  g_string_append_printf (answer, "%s %s %u of %u, newest %u\n", one->text_sha256, one->note_sha256, one->lines->len, all->len,
                          (guint) newest);
  return say_texts (answer, fz_documents_visits (txn, "", 10, error));
}

static gboolean
act_rx (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("fuzhen.rx/v1", "id", "RX1");

  return fz_rx_put (txn, "RX1", "V1", FZ_RX_SIGNED, 40, 0, 90, facts, error) &&
         fz_rx_put (txn, "RX1", "V1", FZ_RX_EFFECTIVE, 40, 50, 90, facts, error) &&
         say_facts (answer, fz_rx_get (txn, "RX1", error));
}

static gboolean
read_rx (FzTxn *txn, GString *answer, GError **error)
{
  for (guint which = FZ_RX_TO_REVIEW; which <= FZ_RX_REVIEWED; which++)
    ROWS (fz_rx_list (txn, which, (FzCursor) { 0, which % 2 == 0 ? NULL : "" }, 10, error));
  ROWS (fz_rx_list_counted (txn, (FzCursor) { 0, NULL }, 10, error));
  ROWS (fz_rx_of_visit (txn, "V1", error));
  return fz_rx_count_to_review (txn, error) == 0;
}

static gboolean
act_small (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) body = facts_of ("fuzhen.draft/v1", "typed", "头晕");
  FzFields *gone;
  gint64 first = 0;
  gint64 second = 0;

  if (!fz_counter_next (txn, "rx", &first, error) || !fz_counter_next (txn, "rx", &second, error) ||
      !fz_drafts_put (txn, "V1", "D001", body, error) || !say_facts (answer, fz_drafts_get (txn, "V1", "D001", error)) ||
      !fz_drafts_put (txn, "V2", "D001", body, error) || !fz_drafts_put (txn, "V2", "D001", NULL, error))
    return FALSE;
  gone = fz_drafts_get (txn, "V2", "D001", error);
  g_assert_null (gone);
  g_string_append_printf (answer, "%d %d\n", (int) first, (int) second);
  return *error == NULL && fz_handouts_due (txn, "V1", error) && fz_handouts_due (txn, "V2", error) &&
         fz_handouts_done (txn, "V2", error) && say_texts (answer, fz_handouts_list (txn, 10, error));
}

/* --- rules and registers --- */

static gboolean
act_rules (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (GBytes) layer = g_bytes_new_static ("{}", 2);
  g_autoptr (FzFields) facts = facts_of ("fuzhen.rules_facts/v1", "rules.id", "RULES-0001");
  FzVersion version = { .number = 1, .id = (char *) "RULES-0001", .state = FZ_VERSION_APPROVED, .facts = facts };
  gboolean there = FALSE;

  if (!fz_date_parse ("2026-01-01", &version.since, error) || !fz_rule_layers_keep (txn, "national", layer, error) ||
      !fz_rule_layers_keep (txn, "national", layer, error) || !fz_rulebooks_keep (txn, "fuzhen.rulebook/v2\n", error) ||
      !fz_rulebooks_keep (txn, "fuzhen.rulebook/v2\n", error) || !fz_rules_versions_put (txn, &version, error) ||
      !fz_rules_versions_put (txn, &version, error) || !fz_rulebooks_has (txn, "00", &there, error))
    return FALSE;
  g_assert_false (there);
  ROWS (fz_rules_versions_list (txn, error));
  return TRUE;
}

static gboolean
read_rules (FzTxn *txn, GString *answer, GError **error)
{
  g_autofree char *layer = fz_sha256_hex ("{}", 2);
  g_autofree char *book = fz_sha256_hex ("fuzhen.rulebook/v2\n", 19);
  FzFields *before;

  if (!say_bytes (answer, fz_rule_layers_get (txn, layer, error)) || !say_text (answer, fz_rulebooks_get (txn, book, error), error) ||
      !say_facts (answer, fz_rules_versions_get (txn, "RULES-0001", error)) ||
      !say_facts (answer, fz_rules_versions_in_force (txn, "2026-05-01", error)))
    return FALSE;
  before = fz_rules_versions_in_force (txn, "2025-05-01", error);
  g_assert_null (before);
  return *error == NULL && refused_as (FZ_ERROR_NOT_FOUND, fz_rule_layers_get (txn, "00", error) != NULL, error) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_rulebooks_get (txn, "00", error) != NULL, error) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_rules_versions_get (txn, "RULES-0009", error) != NULL, error);
}

static gboolean
act_registers (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("fuzhen.entry_facts/v1", "entry.id", "TS-1");
  gint64 all;
  gint64 open;

  fz_fields_set (facts, "entry.register", "complaint");
  fz_fields_set (facts, "entry.state", "received");
  fz_fields_set_bool (facts, "entry.ended", FALSE);
  if (!fz_entries_put (txn, facts, error) || !fz_entries_put (txn, facts, error) ||
      !say_facts (answer, fz_entries_get (txn, "TS-1", error)))
    return FALSE;
  ROWS (fz_entries_list (txn, "complaint", FALSE, (FzCursor) { -1, NULL }, 9, error));
  ROWS (fz_entries_list (txn, "complaint", TRUE, (FzCursor) { -1, "" }, 9, error));
  all = fz_entries_count (txn, "complaint", FALSE, error);
  open = all >= 0 ? fz_entries_count (txn, "complaint", TRUE, error) : -1;
  g_string_append_printf (answer, "%d %d\n", (int) all, (int) open);
  return open >= 0;
}

const Call calls_work[] = {
  { "visits", act_visits },
  { "read visits", read_visits },
  { "documents", act_documents },
  { "read documents", read_documents },
  { "prescriptions", act_rx },
  { "read prescriptions", read_rx },
  { "counters, drafts, handouts", act_small },
  { "rules", act_rules },
  { "read rules", read_rules },
  { "registers", act_registers },
  { NULL, NULL },
};
