/* The edition of drug knowledge at the desk: what expired signs nothing, what is signed says by what it was judged. */
#include "app/knowledge.h"
#include "app/rational.h"
#include "core/drugcheck.h"
#include "db/documents.h"
#include "tests/desk/world.h"

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
  found = fz_desk_search_drugs (w->session, "氨氯地平", "V1", 10, &error);
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
  failed = g_test_run ();
  world_remove_template ();
  return failed;
}
