/* The edition of drug knowledge at the desk: what expired signs nothing, what is signed says by what it was judged. */
#include "app/knowledge.h"
#include "app/rational.h"
#include "app/replay.h"
#include "app/review.h"
#include "app/rules.h"
#include "app/samples.h"
#include "core/drugcheck.h"
#include "db/connection.h"
#include "db/documents.h"
#include "db/store_private.h"
#include "tests/desk/world.h"

#include <glib/gstdio.h>
#include <string.h>

#define FIRST_DAY "2026-11-01"
#define LAST_DAY "2027-12-31"

static GBytes *
shipped (const char *name)
{
  g_autofree char *path = g_strconcat ("drugs/", name, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = fz_data_load (path, &error);

  g_assert_no_error (error);
  return bytes;
}

/* The shipped edition, ending another day. */
static FzKnowledgeFiles *
edition_until (World *w, const char *day)
{
  g_autoptr (GBytes) manifest = shipped ("knowledge.json"), fresh = NULL;
  g_autofree char *text = g_strndup (g_bytes_get_data (manifest, NULL), g_bytes_get_size (manifest));
  g_autoptr (GString) edited = g_string_new (text);
  FzKnowledgeFile file = { "knowledge.json", NULL };

  g_assert_cmpuint (g_string_replace (edited, LAST_DAY, day, 1), ==, 1);
  g_string_replace (edited, FIRST_DAY, "2025-01-01", 1);
  fresh = g_bytes_new (edited->str, edited->len);
  file.bytes = fresh;
  return fz_knowledge_files_with_set (w->desk->knowledge->files, &file, 1);
}

static void
use (World *w, FzKnowledgeFiles *files)
{
  g_autoptr (GError) error = NULL;
  FzKnowledge *fresh = fz_knowledge_with_files (w->desk->knowledge, files, &error);

  g_assert_no_error (error);
  fz_desk_take_knowledge (w->desk, fresh);
}

/* --- no valid knowledge, no signature --- */

/* A prescription that is typed and one that waits for review: neither is signed, nothing is half done, and the search still answers. */
static void
expired_signs_nothing (World *w)
{
  g_autoptr (FzKnowledgeFiles) over = edition_until (w, "2026-03-01");
  g_autoptr (GError) error = NULL;
  g_autofree char *waiting = world_prescribe (w, 0, "V0"), *stage = NULL;
  g_autoptr (GPtrArray) found = NULL;
  guint64 before;
  gint64 documents;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  use (w, over);
  before = world_audit_count (w, 0, "prescription.sign", NULL);
  documents = world_ask (w, "SELECT count(*) FROM document");
  expect_error (fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error) == NULL, &error,
                FZ_ERROR_UNSUPPORTED, "已于 2026-03-01 过期，不能检查处方，也不能签名");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM document"), ==, documents);
  g_assert_cmpuint (world_audit_count (w, 0, "prescription.sign", NULL), ==, before);
  found = fz_desk_search_drugs (w->session, "氨氯地平", "V1", NULL, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, >, 0);
  world_sign_in (w, "P2001");
  expect_error (fz_desk_prepare_review (w->session, waiting, "approved", NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_UNSUPPORTED,
                "请药学部门导入有效的版本");
  stage = world_rx_stage (w, waiting);
  g_assert_cmpstr (stage, ==, "signed");
}

static const struct {
  const char *until, *state; /* on 2 March 2026 */
} ends[] = { { "2026-06-01", NULL }, { "2026-05-31", "ending" }, { "2026-03-02", "ending" }, { "2026-03-01", "ended" } };

/* Told ninety days before it ends, and not before; the strip's words say what, until when, what to do. */
static void
told_before_the_end (World *w)
{
  world_sign_in (w, "A3001");
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (FzKnowledgeFiles) files = edition_until (w, ends[i].until);
    g_autoptr (FzFields) status = NULL;
    g_autoptr (GPtrArray) rows = NULL;
    const FzFields *row = NULL;

    use (w, files);
    status = fz_desk_status (w->session);
    g_assert_cmpstr (fz_fields_get (status, "knowledge.state"), ==, ends[i].state);
    if (ends[i].state != NULL)
      g_assert_nonnull (strstr (fz_fields_get (status, "knowledge.words"), ends[i].until));
    rows = fz_desk_list_deadlines (w->session, NULL);
    for (guint k = 0; k < rows->len; k++)
      if (g_strcmp0 (fz_fields_get (rows->pdata[k], "kind"), "knowledge") == 0)
        row = rows->pdata[k];
    g_assert_nonnull (row);
    g_assert_cmpstr (fz_fields_get (row, "on"), ==, ends[i].until);
  }
}

/* --- by what it was judged --- */

typedef struct {
  const char *id;
  FzDocument *document;
} Read;

static gboolean
read_job (FzTxn *txn, gpointer data, GError **error)
{
  Read *read = data;

  read->document = fz_documents_get (txn, read->id, error);
  return read->document != NULL;
}

static FzDocument *
read_document (World *w, const char *id)
{
  Read read = { id, NULL };
  g_autoptr (GError) error = NULL;

  fz_store_run (w->desk->store, FZ_TXN_READ, read_job, &read, &error);
  g_assert_no_error (error);
  return read.document;
}

static void
expect_named (World *w, const char *id)
{
  g_autoptr (FzDocument) document = read_document (w, id);

  g_assert_cmpstr (fz_fields_get (document->body, "knowledge.edition"), ==, fz_knowledge_set_get_edition (w->desk->knowledge->set));
  g_assert_cmpstr (fz_fields_get (document->body, "knowledge.sha256"), ==, fz_knowledge_files_get_sha256 (w->desk->knowledge->files));
  g_assert_cmpstr (fz_fields_get (document->body, "knowledge.engine"), ==, FZ_DRUGCHECK_VERSION);
}

static void
documents_name_it (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V0"), *review = NULL, *rational = NULL;
  g_autoptr (FzDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  expect_named (w, rx);
  document = read_document (w, rx);
  rational = g_strdup_printf ("依据药品知识库%s版（检查程序%s）", fz_knowledge_set_get_edition (w->desk->knowledge->set), FZ_DRUGCHECK_VERSION);
  g_assert_true (g_str_has_prefix (fz_fields_get (document->body, "rx.rational_result"), rational));
  world_sign_in (w, "P2001");
  sheet = fz_desk_prepare_review (w->session, rx, "returned", (const char *const[]){ "F7", NULL }, NULL, NULL, &error);
  g_assert_no_error (error);
  review = world_sign (w, sheet);
  expect_named (w, review);
}

/* --- what the platform is told --- */

static void
add_finding (GPtrArray *findings, FzFindingKind kind, FzSeverity severity, const char *rule, const char *message)
{
  fz_findings_add (findings, &(FzFinding){ .rule = rule, .kind = kind, .severity = severity, .field = "rx.item.00.dose", .message = message });
}

static void
words_for_the_platform (World *w)
{
  gint64 most = fz_message_table_get_most (w->desk->knowledge->messages, "uploadRecipeIndicators", "rx.rational_result");
  g_autoptr (GPtrArray) none = fz_findings_new (), some = fz_findings_new (), many = fz_findings_new ();
  g_autoptr (FzFields) body = fz_fields_new ("fuzhen.prescription/v1"), nothing = fz_fields_new ("fuzhen.prescription/v1");
  g_autoptr (GString) long_text = g_string_new (NULL);
  g_autofree char *clean = NULL, *said = NULL, *cut = NULL, *huge = NULL;

  g_assert_cmpint (most, ==, 1000);
  add_finding (none, FZ_FINDING_RULE, FZ_SEVERITY_NOTE, "QTY_7D", "是规则，不是用药检查");
  clean = fz_rational_words (w->desk, none, body);
  g_assert_true (g_str_has_suffix (clean, "已检查，未见问题"));
  add_finding (some, FZ_FINDING_DOSE, FZ_SEVERITY_REASON, "DOSE_DAILY_MAX", "每日剂量超过上限");
  add_finding (some, FZ_FINDING_INTERACTION, FZ_SEVERITY_NOTE, "INTERACTION", "合用时注意");
  fz_fields_set_at (body, "override", 0, "rule", "DOSE_DAILY_MAX");
  fz_fields_set_at (body, "override", 0, "field", "rx.item.00.dose");
  fz_fields_set_at (body, "override", 0, "reason_label", "病情需要");
  fz_fields_set_at (body, "override", 0, "words", "已复查血压");
  said = fz_rational_words (w->desk, some, body);
  g_assert_nonnull (strstr (said, "提示2项：1.需说明理由[DOSE_DAILY_MAX]每日剂量超过上限（理由：病情需要，已复查血压）；2.提示[INTERACTION]合用时注意"));
  for (guint i = 0; i < 60; i++) {
    g_autofree char *message = g_strdup_printf ("第%u项提示的文字有一定长度，占据若干字数", i);

    add_finding (many, FZ_FINDING_DOSE, FZ_SEVERITY_NOTE, "DOSE_SPLIT", message);
  }
  cut = fz_rational_words (w->desk, many, nothing);
  g_assert_cmpint (g_utf8_strlen (cut, -1), <=, most);
  g_assert_cmpint (g_utf8_strlen (cut, -1), >, most - 60);
  g_assert_nonnull (strstr (cut, "提示60项"));
  g_assert_true (g_str_has_suffix (cut, "项，见处方"));
  for (guint i = 0; i < 1500; i++)
    g_string_append (long_text, "药");
  g_ptr_array_set_size (many, 0);
  add_finding (many, FZ_FINDING_DOSE, FZ_SEVERITY_REASON, "DOSE_DAILY_MAX", long_text->str);
  huge = fz_rational_words (w->desk, many, nothing);
  g_assert_cmpint (g_utf8_strlen (huge, -1), <=, most);
  g_assert_nonnull (strstr (huge, "[DOSE_DAILY_MAX]药药药"));
}

/* --- judged again by what held that day --- */

/* Documents whose findings are the same again; anything else fails. */
static guint
replay (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_rules_replay (w->desk, visit, &error);
  guint found = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    const FzFields *row = rows->pdata[i];
    gint64 n = 0;

    if (!fz_fields_is_yes (row, "same"))
      g_error ("%s %s %s: %s, now %s", fz_fields_get (row, "document"), fz_fields_get (row, "rule"), fz_fields_get (row, "field"),
               fz_fields_get (row, "then"), fz_fields_get (row, "now"));
    found += fz_fields_get_int (row, "findings", &n) && n > 1;
  }
  return found;
}

/* Another edition (without interactions or limits, and that covers less), and a catalogue in which every medicine was changed. */
static void
change_everything (World *w)
{
  g_autoptr (FzKnowledgeFiles) first = edition_until (w, "2099-12-31"), files = NULL;
  g_autoptr (GBytes) limits = shipped ("limits.csv");
  const char *head = strchr (g_bytes_get_data (limits, NULL), '\n');
  g_autoptr (GBytes) none = g_bytes_new (g_bytes_get_data (limits, NULL), (gsize) (head - (const char *) g_bytes_get_data (limits, NULL)) + 1);
  FzKnowledgeFile file = { "limits.csv", none };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GError) error = NULL;
  FzKnowledge *fresh;

  files = fz_knowledge_files_with_set (first, &file, 1);
  use (w, files);
  for (guint i = 0; i < fz_catalogue_get_n (w->desk->knowledge->catalogue); i++) {
    g_autoptr (FzFields) row = fz_drug_to_fields (fz_catalogue_get (w->desk->knowledge->catalogue, i));
    FzFields *changed = fz_fields_dup (row, NULL);

    fz_fields_set (changed, "max_single", NULL);
    fz_fields_set (changed, "max_daily", NULL);
    fz_fields_set (changed, "ingredients", "乙醇");
    g_ptr_array_add (rows, fz_fields_freeze (changed));
  }
  fresh = fz_knowledge_with_rows (w->desk->knowledge, rows, &error);
  g_assert_no_error (error);
  fz_desk_take_knowledge (w->desk, fresh);
}

/* What today's checks say, one after the other. */
static char *
review_findings (World *w, const char *rx)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = fz_review_findings (w->session, rx, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++)
    g_string_append_printf (text, "%s %s\n", ((const FzFinding *) findings->pdata[i])->rule, ((const FzFinding *) findings->pdata[i])->message);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
replayed_after_change (World *w)
{
  static const guint cases[] = { 0, 1, 2, 3 };
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  guint before[G_N_ELEMENTS (cases)], total = 0;
  g_autofree char *then = NULL, *now = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *visit = g_strdup_printf ("V%u", i);

    g_ptr_array_add (ids, world_prescribe (w, cases[i], visit));
  }
  world_review (w, "P2001", ids->pdata[0], "returned");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *visit = g_strdup_printf ("V%u", i);

    before[i] = replay (w, visit);
    total += before[i];
  }
  g_assert_cmpuint (total, >=, G_N_ELEMENTS (cases) + 1); /* the review too */
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM knowledge_file WHERE name = 'manifest'"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM knowledge_file WHERE name LIKE 'drug %'"), >, 3);
  then = review_findings (w, ids->pdata[1]);
  change_everything (w);
  now = review_findings (w, ids->pdata[1]);
  g_assert_cmpstr (then, !=, now);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *visit = g_strdup_printf ("V%u", i);

    g_assert_cmpuint (replay (w, visit), ==, before[i]);
  }
}

/* A finding that was left out, added, made milder or reworded is noticed. */
static void
changed_finding_is_noticed (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V0");
  g_autoptr (FzDocument) document = read_document (w, rx);
  g_autoptr (GPtrArray) now = fz_findings_new (), rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  guint n = fz_fields_count (document->body, "finding");

  g_assert_cmpuint (n, >=, 2);
  for (guint i = 0; i < n; i++) {
    FzFinding finding = { .rule = fz_fields_get_at (document->body, "finding", i, "rule"),
                          .field = fz_fields_get_at (document->body, "finding", i, "field"),
                          .message = fz_fields_get_at (document->body, "finding", i, "message") };

    fz_severity_from_word (fz_fields_get_at (document->body, "finding", i, "severity"), &finding.severity);
    fz_findings_add (now, &finding);
  }
  g_assert_cmpuint (fz_replay_findings (document, now, rows), ==, 0);
  for (guint change = 0; change < 4; change++) {
    g_autoptr (GPtrArray) other = fz_findings_new ();

    for (guint i = 0; i < n; i++) {
      FzFinding finding = *(const FzFinding *) now->pdata[i];

      if (i == 0 && change == 0)
        finding.severity = FZ_SEVERITY_STOP;
      if (i == 0 && change == 1)
        finding.message = "别的话";
      if (i != 0 || change != 2)
        fz_findings_add (other, &finding);
    }
    if (change == 3)
      add_finding (other, FZ_FINDING_DOSE, FZ_SEVERITY_NOTE, "DOSE_SPLIT", "多出来的");
    g_ptr_array_set_size (rows, 0);
    g_assert_cmpuint (fz_replay_findings (document, other, rows), ==, 1);
    g_assert_cmpstr (fz_fields_get (rows->pdata[0], "now"), ==, ((const char *const[]){ "stop", "words", "-", "note" })[change]);
  }
}

static gboolean
alter (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "DROP TRIGGER knowledge_file_no_update;"
                            "UPDATE knowledge_file SET body = CAST(replace(CAST(body AS TEXT), '1', '2') AS BLOB) WHERE name = 'drugs/limits.csv';";

  return fz_connection_exec (fz_txn_get_store (txn)->connection, FZ_MASK_MIGRATE, sql, error);
}

/* Nobody judges again by other bytes than those of the day. */
static void
altered_file (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V0");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (rx);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, alter, NULL, &error));
  expect_error (fz_rules_replay (w->desk, "V0", &error) == NULL, &error, FZ_ERROR_CORRUPT, "与其摘要不符");
}

/* A sheet made before the knowledge or a medicine of it changed is not signed afterwards. */
static void
changed_under_the_sheet (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  gint64 documents;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V0");
  world_take (w, "V0");
  world_type (w, 0, "V0");
  sheet = fz_desk_prepare_sheet (w->session, "V0", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  change_everything (w);
  documents = world_ask (w, "SELECT count(*) FROM document");
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "刚刚变更");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM document"), ==, documents);
}

/* --- another edition: imported, proposed, approved --- */

/* The shipped files as a folder a supplier might hand over, with some texts replaced. */
static char *
write_edition (World *w, const char *name, const char *edition)
{
  char *folder = g_build_filename (w->root, name, NULL);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  for (guint i = 0; fz_knowledge_set_files ()[i] != NULL; i++) {
    const char *file = fz_knowledge_set_files ()[i];
    g_autoptr (GBytes) bytes = shipped (file);
    g_autofree char *path = g_build_filename (folder, file, NULL), *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    g_autoptr (GString) edited = g_string_new (text);

    if (i == 0)
      g_string_replace (edited, "\"2026-11\"", edition, 1);
    g_file_set_contents (path, edited->str, (gssize) edited->len, &error);
    g_assert_no_error (error);
  }
  return folder;
}

/* Puts a line at the end of a file of the folder. */
static void
append_line (const char *folder, const char *file, const char *line)
{
  g_autofree char *path = g_build_filename (folder, file, NULL), *text = NULL, *fresh = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  fresh = g_strconcat (text, line, NULL);
  g_file_set_contents (path, fresh, -1, &error);
  g_assert_no_error (error);
}

static void
import (World *w, const char *path)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  guint rows = 0;

  world_sign_in (w, "A3001");
  fz_desk_import (w->session, "knowledge", path, FALSE, &rows, &problems, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows, >, 4000);
  g_assert_cmpuint (problems->len, ==, 0);
}

static const FzFields *
find_row (GPtrArray *rows, const char *id)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "knowledge.id"), id) == 0)
      return rows->pdata[i];
  return NULL;
}

static char *
propose (World *w, const char *what, const char *since)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, "A3001");
  sheet = fz_desk_prepare_knowledge (w->session, what, since, "药事会决定", &error);
  g_assert_no_error (error);
  return world_sign (w, sheet);
}

static void
decide (World *w, const char *number, const char *id, const char *verdict)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = fz_desk_prepare_knowledge_decision (w->session, id, verdict, "同意", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static const char *
edition_now (World *w)
{
  return fz_knowledge_set_get_edition (w->desk->knowledge->set);
}

/* One proposes, another approves; before that nothing changes, and what ships can be returned to the same way. */
static void
two_persons (World *w)
{
  g_autofree char *folder = write_edition (w, "edition", "\"本院-1\""), *id = NULL, *back = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL, after = NULL;
  g_autoptr (FzFields) read = NULL;
  g_autoptr (FzDocument) document = NULL;
  g_autofree char *rx = NULL;

  append_line (folder, "brands.csv", "本院新商品名,阿司匹林肠溶片,本院药事会,h\n");
  import (w, folder);
  g_assert_cmpstr (edition_now (w), ==, "2026-11");
  rows = fz_desk_knowledge_versions (w->session, &error);
  g_assert_no_error (error);
  g_assert_true (fz_fields_is_yes (find_row (rows, "staged"), "knowledge.may_propose"));
  g_assert_cmpstr (fz_fields_get (find_row (rows, "shipped"), "knowledge.now"), ==, "in_force");
  read = fz_desk_read_knowledge (w->session, "staged", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fz_fields_count (read, "table"); i++) {
    gboolean brands = g_strcmp0 (fz_fields_get_at (read, "table", i, "name"), "brands.csv") == 0;

    g_assert_cmpstr (fz_fields_get_at (read, "table", i, "added"), ==, brands ? "1" : "0");
    g_assert_cmpstr (fz_fields_get_at (read, "table", i, "removed"), ==, "0");
  }
  id = propose (w, "staged", NULL);
  g_assert_cmpstr (edition_now (w), ==, "2026-11");
  expect_error (fz_desk_prepare_knowledge_decision (w->session, id, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人批准");
  expect_error (fz_desk_prepare_knowledge (w->session, "shipped", NULL, "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "现行");
  decide (w, "P2001", id, "approved");
  g_assert_cmpstr (edition_now (w), ==, "本院-1");
  {
    g_autofree char *path = g_build_filename (w->data, "front", NULL), *front = NULL;

    g_assert_true (g_file_get_contents (path, &front, NULL, NULL)); /* `fuzhen doctor` reads it there */
    g_assert_nonnull (strstr (front, "knowledge.edition 本院-1"));
  }
  g_assert_cmpuint (world_audit_count (w, 0, "knowledge.in_force", "done"), ==, 1);
  rx = world_prescribe (w, 0, "V0");
  document = read_document (w, rx);
  g_assert_cmpstr (fz_fields_get (document->body, "knowledge.edition"), ==, "本院-1");
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
  g_assert_cmpstr (edition_now (w), ==, "本院-1"); /* found again in the store */
  after = fz_desk_knowledge_versions (w->session, &error);
  g_assert_null (find_row (after, "staged"));
  g_assert_cmpstr (fz_fields_get (find_row (after, id), "knowledge.now"), ==, "in_force");
  back = propose (w, "shipped", NULL);
  decide (w, "S4001", back, "approved");
  g_assert_cmpstr (edition_now (w), ==, "2026-11");
  g_assert_cmpuint (replay (w, "V0"), ==, 1); /* by the edition of its day */
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM knowledge_file WHERE name = 'drugs/limits.csv'"), ==, 1);
}

/* From a day on; withdrawn or declined, it never holds. */
static void
from_a_day_on (World *w)
{
  g_autofree char *folder = write_edition (w, "edition", "\"明日版\""), *first = NULL, *second = NULL, *third = NULL;
  g_autoptr (GError) error = NULL;

  import (w, folder);
  expect_error (fz_desk_prepare_knowledge (w->session, "staged", "2026-03-01", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "已经过去");
  expect_error (fz_desk_prepare_knowledge (w->session, "staged", "明天", "x", &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  expect_error (fz_desk_prepare_knowledge (w->session, "staged", "2026-03-03", "", &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  first = propose (w, "staged", "2026-03-03");
  decide (w, "A3001", first, "withdrawn");
  import (w, folder);
  second = propose (w, "staged", "2026-03-03");
  decide (w, "P2001", second, "declined");
  expect_error (fz_desk_prepare_knowledge_decision (w->session, second, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "已经有了决定");
  import (w, folder);
  third = propose (w, "staged", "2026-03-03");
  decide (w, "P2001", third, "approved");
  g_assert_cmpstr (edition_now (w), ==, "2026-11");
  world_pass (w, 16 * 60 * MINUTE);
  g_assert_true (fz_desk_tick (w->session, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (edition_now (w), ==, "明日版");
}

/* All or nothing: every bad row is said, and neither the store nor what holds changed. */
static void
bad_editions (World *w)
{
  g_autofree char *folder = write_edition (w, "bad", "\"坏\""), *over = write_edition (w, "over", "\"旧\""), *same = write_edition (w, "same", "\"2026-11\"");
  g_autofree char *manifest = g_build_filename (over, "knowledge.json", NULL), *lookalike = g_build_filename (folder, "lookalike.csv", NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL, missing = NULL, late = NULL, again = NULL, nothing = NULL;
  g_autoptr (GString) edited = NULL;
  guint rows = 0, interactions = 0;

  append_line (folder, "interactions.csv", "没有的药甲,没有的药乙,x,y,z,来源,h\n没有的药丙,没有的药丁,x,y,z,来源,h\n");
  append_line (folder, "indications.csv", "@没有的类,I10,来源,h\n");
  world_sign_in (w, "A3001");
  expect_error (!fz_desk_import (w->session, "knowledge", folder, TRUE, &rows, &problems, &error), &error, FZ_ERROR_INVALID, "处错误，没有采用");
  g_assert_cmpuint (problems->len, ==, 3);
  for (guint i = 0; i < problems->len; i++) {
    g_assert_nonnull (strstr (problems->pdata[i], "行"));
    interactions += strstr (problems->pdata[i], "interactions.csv 第") != NULL;
  }
  g_assert_cmpuint (interactions, ==, 2);
  g_assert_cmpint (g_remove (lookalike), ==, 0);
  expect_error (!fz_desk_import (w->session, "knowledge", folder, FALSE, &rows, &missing, &error), &error, FZ_ERROR_INVALID, "lookalike.csv");
  g_file_get_contents (manifest, &text, NULL, &error);
  edited = g_string_new (text);
  g_string_replace (edited, LAST_DAY, "2026-03-01", 1);
  g_string_replace (edited, FIRST_DAY, "2025-03-01", 1);
  g_file_set_contents (manifest, edited->str, -1, &error);
  expect_error (!fz_desk_import (w->session, "knowledge", over, FALSE, &rows, &late, &error), &error, FZ_ERROR_INVALID, "2026-03-01 过期");
  expect_error (!fz_desk_import (w->session, "knowledge", same, FALSE, &rows, &again, &error), &error, FZ_ERROR_REFUSED, "现行的药品知识库");
  expect_error (!fz_desk_import (w->session, "knowledge", w->state, FALSE, &rows, &nothing, &error), &error, FZ_ERROR_INVALID, "knowledge.json");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM knowledge_file"), ==, 0);
  g_assert_cmpstr (edition_now (w), ==, "2026-11");
}

static gboolean
alter_edition (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "DROP TRIGGER knowledge_file_no_update;"
                            "UPDATE knowledge_file SET body = CAST(replace(CAST(body AS TEXT), '1', '2') AS BLOB) WHERE name = 'drugs/limits.csv';";

  return fz_connection_exec (fz_txn_get_store (txn)->connection, FZ_MASK_MIGRATE, sql, error);
}

/* One byte of the edition in force is not what was approved: nobody prescribes by it, it is said everywhere, and a proposal mends it. */
static void
altered_edition (World *w)
{
  g_autofree char *folder = write_edition (w, "edition", "\"本院-1\""), *id = NULL, *mended = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) status = NULL;
  g_autoptr (GPtrArray) found = NULL;

  import (w, folder);
  id = propose (w, "staged", NULL);
  decide (w, "P2001", id, "approved");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, alter_edition, NULL, &error));
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V0");
  world_take (w, "V0");
  expect_error (fz_desk_prepare_sheet (w->session, "V0", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error) == NULL, &error,
                FZ_ERROR_CORRUPT, "与其摘要不符");
  found = fz_desk_search_drugs (w->session, "氨氯地平", "V0", NULL, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, >, 0);
  status = fz_desk_status (w->session);
  g_assert_cmpstr (fz_fields_get (status, "knowledge.state"), ==, "unusable");
  mended = propose (w, "shipped", NULL);
  decide (w, "P2001", mended, "approved");
  g_assert_null (w->desk->knowledge->problem);
  g_assert_cmpstr (edition_now (w), ==, "2026-11");
}

/* --- what it would have found --- */

static gint64
number_of (const FzFields *sum, const char *key)
{
  gint64 value = -1;

  g_assert_true (fz_fields_get_int (sum, key, &value));
  return value;
}

/* An edition with one limit more says so of the prescriptions it concerns; one that only has another name says nothing; both before anybody
 * approved them, on what was signed by then. */
static void
tried_before_approval (World *w)
{
  g_autofree char *same = write_edition (w, "same", "\"本院-1\""), *stricter = write_edition (w, "stricter", "\"本院-2\""), *brand = NULL, *id = NULL;
  g_autofree char *rx = world_prescribe (w, 0, "V0");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) none = NULL, sum = NULL, later = NULL;
  g_autoptr (GPtrArray) quiet = NULL, rows = NULL, pending = NULL, empty = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (FzDocument) document = read_document (w, rx);
  gint64 from_us, to_us;
  guint64 before;

  g_free (world_prescribe (w, 1, "V1"));
  world_pass (w, 600);
  import (w, same);
  to_us = fz_session_now_us (w->session);
  from_us = to_us - 30 * FZ_US_PER_DAY;
  before = world_audit_size (w);
  quiet = fz_desk_try_knowledge (w->session, "staged", from_us, to_us, NULL, NULL, NULL, &none, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (quiet->len, ==, 0);
  g_assert_cmpint (number_of (none, "judged"), ==, 2);
  g_assert_cmpint (number_of (none, "changed") + number_of (none, "reworded") + number_of (none, "not_kept"), ==, 0);
  g_assert_cmpuint (world_audit_count (w, before, "knowledge.try", "done"), ==, 1);
  brand = g_strdup ("氨氯地平,,sex,F,,,reason,本院规定慎用,请说明,本院药事会,h\n氨氯地平,,sex,M,,,reason,本院规定慎用,请说明,本院药事会,h\n");
  g_test_message ("%s", fz_fields_get (document->body, "rx.item.00.generic"));
  append_line (stricter, "contraindications.csv", brand);
  import (w, stricter);
  rows = fz_desk_try_knowledge (w->session, "staged", from_us, to_us, NULL, NULL, NULL, &sum, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, >=, 1);
  g_assert_cmpint (number_of (sum, "changed"), ==, rows->len);
  g_assert_cmpint (number_of (sum, "prescriptions"), ==, 1);
  for (guint i = 0; i < rows->len; i++) {
    g_assert_cmpstr (fz_fields_get (rows->pdata[i], "document"), ==, rx);
    g_assert_cmpstr (fz_fields_get (rows->pdata[i], "then"), ==, "-");
    g_assert_true (fz_fields_has (rows->pdata[i], "about"));
    g_assert_false (fz_fields_has (rows->pdata[i], "patient.name"));
  }
  empty = fz_desk_try_knowledge (w->session, "staged", to_us, to_us + FZ_US_PER_DAY, NULL, NULL, NULL, &later, &error);
  g_assert_no_error (error);
  g_assert_cmpint (number_of (later, "documents"), ==, 0);
  id = propose (w, "staged", TESTED_DAY);
  world_sign_in (w, "P2001");
  pending = fz_desk_try_knowledge (w->session, id, from_us, to_us, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pending->len, ==, rows->len);
  g_assert_cmpstr (edition_now (w), ==, "2026-11");
  g_cancellable_cancel (stop);
  g_assert_null (fz_desk_try_knowledge (w->session, id, from_us, to_us, stop, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  expect_error (fz_desk_try_knowledge (w->session, "staged", from_us, to_us, NULL, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "staged");
}

/* Nobody seems to have waited since the samples were written, and the queue says what they are. */
static void
expect_fresh (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queue = fz_desk_list (w->session, FZ_LIST_WAITING, NULL, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < queue->len; i++) {
    const FzFields *row = queue->pdata[i];
    gint64 wait_s = 0;

    if (!g_str_has_prefix (fz_fields_get (row, "visit.complaint"), "（示例）"))
      continue;
    g_assert_true (g_str_has_prefix (fz_fields_get (row, "visit.id"), "S20260302-"));
    g_assert_true (fz_fields_get_int (row, "wait_s", &wait_s));
    g_assert_cmpint (wait_s, >=, 5 * 60);
    g_assert_cmpint (wait_s, <, 3600);
    n++;
  }
  g_assert_cmpuint (n, ==, 3);
}

/* What a new hospital tries its imports with is taken by each of them as it comes. */
static void
samples (World *w)
{
  g_autofree char *folder = g_build_filename (w->root, "samples", NULL), *visits = g_build_filename (folder, "visits", NULL), *drugs = g_build_filename (folder, "drugs.csv", NULL);
  g_autofree char *knowledge = g_build_filename (folder, "knowledge", NULL), *complaints = g_build_filename (folder, "complaints.csv", NULL);
  g_autoptr (GPtrArray) problems = NULL, wrong = NULL, rows = NULL;
  g_autoptr (FzFields) staged = NULL;
  g_autoptr (GError) error = NULL;
  guint taken = 0;

  g_assert_true (fz_samples_save (folder, fz_desk_now_us (w->desk), &error));
  g_assert_no_error (error);
  expect_error (!fz_samples_save (folder, fz_desk_now_us (w->desk), &error), &error, FZ_ERROR_CONFLICT, "已经存在");
  import (w, knowledge);
  staged = fz_desk_stage_catalogue (w->session, drugs, FALSE, &wrong, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (staged, "staged.n_rows"), ==, "2");
  g_assert_true (fz_fields_has (staged, "staged.id")); /* there is something to propose */
  rows = fz_desk_check_entries (w->session, "complaint", complaints, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpuint (fz_fields_count (rows->pdata[i], "problem"), ==, 0);
  world_sign_in (w, "D1001");
  g_assert_true (fz_desk_intake (w->session, visits, &taken, &problems, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (const char *) problems->pdata[i]);
  g_assert_cmpuint (taken, ==, 3);
  expect_fresh (w);
}

int
main (int argc, char **argv)
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/knowledge/expired", expired_signs_nothing);
  world_add_test ("/desk/knowledge/before-the-end", told_before_the_end);
  world_add_test ("/desk/knowledge/named", documents_name_it);
  world_add_test ("/desk/knowledge/rational", words_for_the_platform);
  world_add_test ("/desk/knowledge/replay", replayed_after_change);
  world_add_test ("/desk/knowledge/noticed", changed_finding_is_noticed);
  world_add_test ("/desk/knowledge/altered", altered_file);
  world_add_test ("/desk/knowledge/under-the-sheet", changed_under_the_sheet);
  world_add_test ("/desk/knowledge/two-persons", two_persons);
  world_add_test ("/desk/knowledge/from-a-day-on", from_a_day_on);
  world_add_test ("/desk/knowledge/bad", bad_editions);
  world_add_test ("/desk/knowledge/tried-before-approval", tried_before_approval);
  world_add_test ("/desk/knowledge/altered-edition", altered_edition);
  world_add_test ("/desk/knowledge/samples", samples);
  failed = g_test_run ();
  world_remove_template ();
  return failed;
}
