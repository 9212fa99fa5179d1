/* Every call of the store, each failing once at every allocation and every disk access inside it.
 *
 * A call is played in a transaction that is rolled back, once on a good machine for its answer, then with one request after
 * another refused. It may fail, with an error that has a sentence; or it may bear the failure, and then its answer and every row of
 * the store have to be the good machine's: a missing value that is taken for "none" shows here. At last it is played for good,
 * with failures in its commit: afterwards the store holds either all of it or nothing. */
#include "db/attachment.h"
#include "db/desk_key.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/outbox.h"
#include "db/setting.h"
#include "db/store_private.h"
#include "db/visits.h"
#include "tests/store/doors.h"
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

typedef gboolean (*Act) (FzTxn *txn, GString *answer, GError **error);

typedef struct {
  const char *name;
  Act act;
} Call;

/* --- what was answered, as text --- */

static gboolean
say_facts (GString *answer, FzFields *facts)
{
  g_autoptr (FzFields) owned = facts;
  g_autoptr (GBytes) bytes = facts != NULL ? fz_fields_print (facts, NULL) : NULL;
  gsize n = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  g_string_append_len (answer, text, (gssize) n);
  return owned != NULL;
}

static gboolean
say_rows (GString *answer, GPtrArray *rows)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    say_facts (answer, fz_fields_ref (rows->pdata[i]));
  g_string_append_printf (answer, "%u rows\n", rows != NULL ? rows->len : 0);
  g_clear_pointer (&rows, g_ptr_array_unref);
  return TRUE;
}

/* NULL without an error is an answer, NULL with one is none. */
static gboolean
say_text (GString *answer, char *text, GError **error)
{
  g_autofree char *owned = text;

  g_string_append_printf (answer, "%s\n", text != NULL ? text : "(none)");
  return text != NULL || *error == NULL;
}

static gboolean
say_texts (GString *answer, GPtrArray *texts)
{
  g_autoptr (GPtrArray) owned = texts;

  for (guint i = 0; texts != NULL && i < texts->len; i++)
    g_string_append_printf (answer, "%s\n", (const char *) texts->pdata[i]);
  return texts != NULL;
}

static gboolean
say_bytes (GString *answer, GBytes *bytes)
{
  g_autoptr (GBytes) owned = bytes;
  gsize n = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  g_autofree char *sha256 = fz_sha256_hex (data != NULL ? data : "", n);

  g_string_append_printf (answer, "%s\n", sha256);
  return owned != NULL;
}

#define ROWS(call)                                                                                                     \
  {                                                                                                                    \
    GPtrArray *rows = call;                                                                                            \
                                                                                                                       \
    if (rows == NULL)                                                                                                  \
      return FALSE;                                                                                                    \
    say_rows (answer, rows);                                                                                           \
  }

static FzFields *
facts_of (const char *kind, const char *first, const char *value)
{
  FzFields *facts = fz_fields_new (kind);

  fz_fields_set (facts, first, value);
  fz_fields_set (facts, "note", "复诊");
  return facts;
}

/* --- the calls: settings, people, catalogue, consent --- */

static gboolean
act_setting (FzTxn *txn, GString *answer, GError **error)
{
  return fz_setting_set (txn, "a.b", "one", error) && fz_setting_set (txn, "a.b", "two", error) &&
         say_text (answer, fz_setting_dup (txn, "a.b", error), error) && fz_setting_set (txn, "a.c", "x", error) &&
         fz_setting_set (txn, "a.c", NULL, error) && say_text (answer, fz_setting_dup (txn, "a.c", error), error);
}

static gboolean
read_setting (FzTxn *txn, GString *answer, GError **error)
{
  return say_text (answer, fz_setting_dup (txn, "a.b", error), error);
}

static gboolean
add_staff (FzTxn *txn, const char *number, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("fuzhen.staff/v1", "number", number);

  fz_fields_set (facts, "person", number);
  fz_fields_set (facts, "name", "张三");
  fz_fields_set (facts, "id_number", "11010519491231002X");
  fz_fields_set (facts, "role", "doctor");
  return fz_staff_add (txn, facts, error);
}

static gboolean
act_staff (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) other = facts_of ("fuzhen.staff/v1", "number", "D001");
  gboolean fresh = FALSE;
  gboolean again = FALSE;

  if (!add_staff (txn, "D001", error) || !add_staff (txn, "D002", error) ||
      !fz_staff_set_keys (txn, "D001", "vkey", "factor", error) || !fz_staff_set_facts (txn, "D001", other, error) ||
      !fz_staff_leave (txn, "D002", error) || !fz_staff_use_totp_step (txn, "D001", 7, &fresh, error) ||
      !fz_staff_use_totp_step (txn, "D001", 7, &again, error))
    return FALSE;
  g_string_append_printf (answer, "%d %d\n", fresh, again);
  ROWS (fz_staff_list (txn, error));
  return say_facts (answer, fz_staff_get (txn, "D001", error));
}

static gboolean
refused_as (int code, gboolean good, GError **error)
{
  g_assert_false (good);
  if (!g_error_matches (*error, FZ_ERROR, code))
    return FALSE;
  g_clear_error (error);
  return TRUE;
}

static gboolean
act_staff_again (FzTxn *txn, GString *answer, GError **error)
{
  return refused_as (FZ_ERROR_CONFLICT, add_staff (txn, "D001", error), error) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_staff_leave (txn, "D002", error), error) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_staff_set_keys (txn, "D009", NULL, NULL, error), error) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_staff_get (txn, "D009", error) != NULL, error);
}

static gboolean
act_profile (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) body = facts_of ("fuzhen.profile/v1", "name", "医院");
  FzFields *none;

  if (!fz_profile_put (txn, "institution", body, error) || !say_facts (answer, fz_profile_get (txn, "institution", error)))
    return FALSE;
  none = fz_profile_get (txn, "platform", error);
  g_assert_null (none);
  return *error == NULL;
}

static gboolean
act_catalogue (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) drug = facts_of ("fuzhen.drug/v1", "code", "FZ0001");
  g_autoptr (FzFields) diagnosis = facts_of ("fuzhen.diagnosis/v1", "code", "I10");

  if (!fz_drugs_put (txn, "FZ0001", drug, TRUE, error) || !fz_drugs_put (txn, "FZ0002", drug, FALSE, error) ||
      !fz_diagnoses_put (txn, "I10", diagnosis, error))
    return FALSE;
  ROWS (fz_drugs_list (txn, "", 10, error));
  ROWS (fz_diagnoses_list (txn, "", 10, error));
  return TRUE;
}

static gboolean
act_consent (FzTxn *txn, GString *answer, GError **error)
{
  g_autofree char *version = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *text = NULL;

  if (!fz_consent_text_add (txn, "1", "同意", error) || !fz_consent_text_add (txn, "1", "同意", error) ||
      !refused_as (FZ_ERROR_CONFLICT, fz_consent_text_add (txn, "1", "不同", error), error) ||
      !fz_consent_text_newest (txn, &version, &sha256, &text, error))
    return FALSE;
  g_string_append_printf (answer, "%s %s %s\n", version, sha256, text);
  return TRUE;
}

static gboolean
read_consent (FzTxn *txn, GString *answer, GError **error)
{
  g_autofree char *version = NULL;
  g_autofree char *sha256 = NULL;

  if (!fz_consent_text_newest (txn, &version, &sha256, NULL, error))
    return FALSE;
  g_string_append_printf (answer, "%s %s\n", version, sha256);
  return TRUE;
}

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

/* --- the outbox --- */

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

/* --- evidence, the log --- */

static gboolean
act_attachment (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("evidence", 8);
  g_autofree char *sha256 = NULL;
  g_autofree char *again = NULL;
  g_autofree char *media_type = NULL;

  if (!fz_attachment_put (txn, bytes, "image/png", &sha256, error) || !fz_attachment_put (txn, bytes, "image/png", &again, error))
    return FALSE;
  g_assert_cmpstr (sha256, ==, again);
  return say_bytes (answer, fz_attachment_get (txn, sha256, &media_type, error));
}

static gboolean
read_attachment (FzTxn *txn, GString *answer, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex ("evidence", 8);

  return say_bytes (answer, fz_attachment_get (txn, sha256, NULL, error)) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_attachment_get (txn, "00", NULL, error) != NULL, error);
}

static gboolean
act_audit (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) payload = facts_of ("fuzhen.audit.test/v1", "detail", "x");
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .subject = "V1", .outcome = "done",
                         .payload = payload };
  guint64 number = 0;

  for (guint i = 0; i < 3; i++)
    if (!fz_audit_append (txn, &entry, &number, error) || !fz_audit_checkpoint (txn, error))
      return FALSE;
  g_string_append_printf (answer, "%u\n", (guint) number);
  return TRUE;
}

static gboolean
count_entry (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  GString *answer = data;

  say_facts (answer, fz_fields_ref ((FzFields *) entry));
  return payload == NULL || say_facts (answer, fz_fields_ref ((FzFields *) payload));
}

static gboolean
read_audit (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzVerifier) verifier = fz_audit_dup_verifier (txn, error);
  g_autoptr (FzVerifier) desk = fz_desk_key_dup_verifier (txn, error);
  g_autofree char *origin = fz_audit_dup_origin (txn, error);
  g_autoptr (GArray) proof = NULL;
  char *head = NULL;
  guint64 size = 0;
  gint64 last = 0;

  g_string_append_printf (answer, "%s %s %s\n", origin, fz_verifier_get_name (verifier), fz_verifier_get_name (desk));
  if (!fz_audit_head (txn, &size, NULL, &head, error) || !say_text (answer, head, error) ||
      !fz_audit_foreach (txn, 0, 100, count_entry, answer, error) || !fz_audit_last_us (txn, &last, error) ||
      !say_bytes (answer, fz_audit_dup_leaf (txn, 1, error)) || !say_text (answer, fz_desk_key_sign_line (txn, "x\n", 2, error), error))
    return FALSE;
  proof = fz_audit_prove (txn, 1, size, error);
  g_string_append_printf (answer, "%u %d\n", proof != NULL ? proof->len : 0, (int) last);
  return proof != NULL && refused_as (FZ_ERROR_NOT_FOUND, fz_audit_dup_leaf (txn, 999, error) != NULL, error);
}

static gboolean
check_audit (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  gboolean done = FALSE;

  while (!done)
    if (!fz_audit_check_step (check, txn, 2, &done, error))
      return FALSE;
  g_string_append_printf (answer, "%u\n", (guint) fz_audit_check_get_position (check));
  return TRUE;
}

static const Call calls[] = {
  { "set settings", act_setting },
  { "read settings", read_setting },
  { "staff", act_staff },
  { "staff again", act_staff_again },
  { "profile", act_profile },
  { "catalogue", act_catalogue },
  { "consent", act_consent },
  { "read consent", read_consent },
  { "visits", act_visits },
  { "read visits", read_visits },
  { "documents", act_documents },
  { "read documents", read_documents },
  { "prescriptions", act_rx },
  { "read prescriptions", read_rx },
  { "counters, drafts, handouts", act_small },
  { "outbox", act_outbox },
  { "outbox: send", act_send },
  { "outbox: recover", act_recover },
  { "read outbox", read_outbox },
  { "attachment", act_attachment },
  { "read attachment", read_attachment },
  { "audit", act_audit },
  { "read audit", read_audit },
  { "check audit", check_audit },
};

/* --- every row of every table, a line each table --- */

static void
add_value (GChecksum *sum, sqlite3_stmt *raw, int column)
{
  const void *bytes = sqlite3_column_blob (raw, column);

  if (g_strcmp0 (sqlite3_column_name (raw, column), "file_key") == 0) /* the one value nobody scripts */
    return;
  g_checksum_update (sum, (const guchar *) "|", 1);
  if (bytes != NULL)
    g_checksum_update (sum, bytes, sqlite3_column_bytes (raw, column));
}

static void
add_table (sqlite3 *db, const char *table, GString *out)
{
  g_autofree char *sql = g_strdup_printf ("SELECT * FROM %s", table);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  sqlite3_stmt *raw = NULL;
  guint rows = 0;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &raw, NULL), ==, SQLITE_OK);
  for (; sqlite3_step (raw) == SQLITE_ROW; rows++)
    for (int i = 0; i < sqlite3_column_count (raw); i++)
      add_value (sum, raw, i);
  g_assert_cmpint (sqlite3_finalize (raw), ==, SQLITE_OK);
  g_string_append_printf (out, "%s %u %.16s\n", table, rows, g_checksum_get_string (sum));
}

static char *
list_rows (FzTxn *txn)
{
  sqlite3 *db = txn->store->connection->db;
  FzMask before = fz_txn_swap_mask (txn, FZ_MASK_SETUP);
  GString *out = g_string_new (NULL);
  sqlite3_stmt *raw = NULL;

  sqlite3_prepare_v2 (db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", -1, &raw, NULL);
  while (sqlite3_step (raw) == SQLITE_ROW)
    add_table (db, (const char *) sqlite3_column_text (raw, 0), out);
  g_assert_cmpint (sqlite3_finalize (raw), ==, SQLITE_OK);
  fz_txn_swap_mask (txn, before);
  return g_string_free (out, FALSE);
}

/* --- playing one --- */

typedef struct {
  const Call *call;
  gboolean rehearsal;
  gboolean done;
  GString *answer;
  char *rows; /* after it */
} Play;

static void
play_clear (Play *play)
{
  g_string_free (play->answer, TRUE);
  g_free (play->rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Play, play_clear)

static gboolean
play_job (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done" };
  g_autoptr (GError) why = NULL;
  Play *play = data;

  if (!play->call->act (txn, play->answer, &why) || !fz_audit_append (txn, &entry, NULL, &why)) {
    if (why == NULL)
      g_error ("%s failed without a word at call %d", play->call->name, doors_calls ());
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  g_assert_no_error (why);
  if (!play->rehearsal)
    return TRUE;
  doors_disarm ();
  play->done = TRUE;
  play->rows = list_rows (txn);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, "only a rehearsal");
  return FALSE;
}

static gboolean
rows_job (FzTxn *txn, gpointer data, GError **error)
{
  *(char **) data = list_rows (txn);
  return TRUE;
}

static char *
rows_of (FzStore *store)
{
  g_autoptr (GError) error = NULL;
  char *rows = NULL;

  fz_store_run (store, FZ_TXN_READ, rows_job, &rows, &error);
  g_assert_no_error (error);
  return rows;
}

/* No statement is compiled, no page is in memory. */
static gboolean
cool_job (FzTxn *txn, gpointer data, GError **error)
{
  FzConnection *connection = txn->store->connection;

  for (guint mask = 0; mask < FZ_N_MASKS; mask++)
    g_hash_table_remove_all (connection->statements[mask]);
  sqlite3_db_release_memory (connection->db);
  return TRUE;
}

static void
check_error (const Call *call, const GError *error)
{
  g_assert_nonnull (error);
  if (error->domain != FZ_ERROR || *error->message == '\0')
    g_error ("%s: no sentence of ours: %s", call->name, error->message);
}

/* Returns the calls that came by the door. */
static gint
rehearse (FzStore *store, const Call *call, Door door, gint at, gboolean sticky, const Play *good, Play *play)
{
  g_autoptr (GError) error = NULL;
  gint seen;

  fz_store_run (store, FZ_TXN_READ, cool_job, NULL, &error);
  g_assert_no_error (error);
  doors_arm (door, at, sticky);
  g_assert_false (fz_store_run (store, FZ_TXN_RECORD, play_job, play, &error));
  seen = doors_disarm ();
  check_error (call, error);
  if (!play->done) {
    if (seen <= at)
      g_error ("%s failed by itself: %s", call->name, error->message);
  } else if (good != NULL) {
    if (strcmp (good->answer->str, play->answer->str) != 0)
      g_error ("%s, door %d call %d: answered\n%s\ninstead of\n%s", call->name, door, at, play->answer->str, good->answer->str);
    if (strcmp (good->rows, play->rows) != 0)
      g_error ("%s, door %d call %d: rows\n%s\ninstead of\n%s", call->name, door, at, play->rows, good->rows);
  }
  return seen;
}

static guint
sweep (FzStore *store, const Call *call, Door door, const Play *good)
{
  g_auto (Play) first = { .call = call, .rehearsal = TRUE, .answer = g_string_new (NULL) };
  gint all = rehearse (store, call, door, G_MAXINT, FALSE, good, &first);
  gint step = doors_step (all, 24, G_MAXINT);
  guint runs = 0;

  for (gint at = g_test_rand_int_range (0, step); at < all; at += step) {
    g_auto (Play) play = { .call = call, .rehearsal = TRUE, .answer = g_string_new (NULL) };

    rehearse (store, call, door, at, runs++ % 2 == 1, good, &play);
  }
  return runs;
}

/* For good: whatever is refused while it commits, all of it is there or nothing. */
static void
perform (FzStore *store, const Call *call, const Play *good)
{
  for (gint at = 0;; at++) {
    g_auto (Play) play = { .call = call, .answer = g_string_new (NULL) };
    g_autofree char *before = rows_of (store);
    g_autoptr (GError) error = NULL;
    g_autofree char *after = NULL;
    gboolean done;

    doors_arm (at % 2 == 0 ? DOOR_SQLITE : DOOR_OURS, at / 2, FALSE);
    done = fz_store_run (store, FZ_TXN_RECORD, play_job, &play, &error);
    doors_disarm ();
    after = rows_of (store);
    if (!done)
      check_error (call, error);
    g_assert_cmpstr (after, ==, done ? good->rows : before);
    if (done)
      return;
  }
}

static gint64
standing_clock (gpointer data)
{
  return G_GINT64_CONSTANT (1750000000000000);
}

static void
known_bytes (void *out, gsize n, gpointer data)
{
  memset (out, 0x42, n);
}

static void
test_calls (void)
{
  Fixture f = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint runs = 0;

  fixture_set_up (&f, NULL);
  f.options.clock = standing_clock;
  f.options.random = known_bytes;
  f.store = fz_store_create (&f.options, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++) {
    g_auto (Play) good = { .call = &calls[i], .rehearsal = TRUE, .answer = g_string_new (NULL) };

    rehearse (f.store, &calls[i], DOOR_NONE, G_MAXINT, FALSE, NULL, &good);
    for (gint door = DOOR_SQLITE; door <= DOOR_OURS; door++)
      runs += sweep (f.store, &calls[i], (Door) door, &good);
    perform (f.store, &calls[i], &good);
  }
  g_test_message ("%u failures in %u calls", runs, (guint) G_N_ELEMENTS (calls));
  g_assert_cmpuint (runs, >, 500);
  g_assert_true (verify_log (f.store, &error));
  g_assert_no_error (error);
  sign_checkpoint (f.store); /* as closing does */
  before = rows_of (f.store);
  fixture_reopen (&f);
  after = rows_of (f.store);
  g_assert_cmpstr (before, ==, after);
  fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE); /* thousands of fsyncs that nothing depends on */
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  doors_install ();
  g_test_add_func ("/calls", test_calls);
  return g_test_run ();
}
