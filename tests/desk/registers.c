/* Registers in process: a complaint from its registration to its end, who sees what, what is refused, a sheet made over something older,
 * attachments, deadlines. Each world is verified and folded anew at its end, entries too. */
#include "tests/desk/world.h"

#include "app/registers.h"
#include "db/registers.h"

#include <glib/gstdio.h>
#include <string.h>

static FzFields *
values (const char *text)
{
  FzFields *facts = fz_fields_new ("fuzhen.values/v1");
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL; i++) {
    char *equals = strchr (pairs[i], '=');

    if (equals == NULL)
      continue;
    *equals = '\0';
    fz_fields_set (facts, pairs[i], equals + 1);
  }
  return facts;
}

static FzSheet *
prepare (World *w, const char *name, const char *id, const char *move, const char *text, GError **error)
{
  g_autoptr (FzFields) facts = values (text);

  return fz_desk_prepare_entry (w->session, name, id, move, facts, NULL, NULL, error);
}

static char *
step (World *w, const char *name, const char *id, const char *move, const char *text)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = prepare (w, name, id, move, text, &error);
  g_autofree char *document = NULL;

  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
}

#define COMPLAINT "field.received_on=2026-03-02|field.channel=phone|field.kind=fee|field.complainant=匿名|field.content=退费太慢"
#define EVENT "field.happened_on=2026-03-02|field.kind=delay|field.level=4|field.content=排队超时|field.handled=已联系患者"

static void
a_whole_complaint (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) open = NULL, closed = NULL;
  g_autoptr (GPtrArray) due = NULL, registers = NULL;
  g_autofree char *id = NULL, *same = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  id = step (w, "complaint", NULL, "register", COMPLAINT);
  g_assert_cmpstr (id, ==, "TS-000001");
  open = fz_desk_read_entry (w->session, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (open, "entry.state"), ==, "open");
  g_assert_cmpstr (fz_fields_get_at (open, "due", 0, "on"), ==, "2026-03-09");
  g_assert_cmpstr (fz_fields_get_at (open, "move", 0, "word"), ==, "investigate");
  due = fz_registers_due (w->session, &error);
  g_assert_cmpuint (due->len, ==, 2);
  world_pass (w, 10 * MINUTE);
  same = step (w, "complaint", id, "investigate", "field.handler=A3001|field.finding=属实");
  g_assert_cmpstr (same, ==, id);
  g_free (step (w, "complaint", id, "answer", "field.reply=已办理|field.replied_on=2026-03-03"));
  g_free (step (w, "complaint", id, "close", "field.satisfied=yes"));
  from = world_audit_size (w);
  closed = fz_desk_read_entry (w->session, id, &error);
  g_assert_cmpuint (world_audit_count (w, from, "register.read", "done"), ==, 1);
  g_assert_cmpstr (fz_fields_get (closed, "entry.ended"), ==, "yes");
  g_assert_cmpuint (fz_fields_count (closed, "history"), ==, 4);
  g_assert_cmpstr (fz_fields_get_at (closed, "history", 3, "move_label"), ==, "登记");
  g_assert_cmpuint (fz_fields_count (closed, "due"), ==, 0);
  registers = fz_desk_list_registers (w->session, &error);
  for (guint i = 0; i < registers->len; i++)
    if (g_strcmp0 (fz_fields_get (registers->pdata[i], "name"), "complaint") == 0) {
      g_assert_cmpstr (fz_fields_get (registers->pdata[i], "n_all"), ==, "1");
      g_assert_cmpstr (fz_fields_get (registers->pdata[i], "n_open"), ==, "0");
    }
}

/* The signature is over what was shown; the entry is in the log by the document's hash. */
static void
signed_and_logged (World *w)
{
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = secret ("000000"), right = secret ("223606");
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  sheet = prepare (w, "complaint", NULL, "register", COMPLAINT, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "退费太慢"));
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "收费与退费"));
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_SIGNATURE, "PIN");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry"), ==, 0);
  from = world_audit_size (w);
  g_assert_true (fz_desk_sign_sheet (w->session, sheet, right, NULL, &error));
  g_assert_cmpuint (world_audit_count (w, from, "entry.sign", "done"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry"), ==, 1);
}

static void
who_sees_what (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) mine = NULL, theirs = NULL, all = NULL;
  g_autofree char *event = NULL, *complaint = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  event = step (w, "adverse-event", NULL, "report", EVENT);
  from = world_audit_size (w);
  expect_error (fz_desk_list_entries (w->session, "complaint", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "不能查看");
  g_assert_cmpuint (world_audit_count (w, from, "register.read", "denied"), ==, 1);
  expect_error (prepare (w, "complaint", NULL, "register", COMPLAINT, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (prepare (w, "adverse-event", event, "analyse", "field.cause=x|field.external=no", &error) == NULL, &error, FZ_ERROR_REFUSED, "角色");
  mine = fz_desk_list_entries (w->session, "adverse-event", NULL, &error);
  g_assert_cmpuint (mine->len, ==, 1);
  world_sign_in (w, "P2001");
  theirs = fz_desk_list_entries (w->session, "adverse-event", NULL, &error);
  g_assert_cmpuint (theirs->len, ==, 0);
  from = world_audit_size (w);
  expect_error (fz_desk_read_entry (w->session, event, &error) == NULL, &error, FZ_ERROR_REFUSED, "其他人");
  g_assert_cmpuint (world_audit_count (w, from, "register.read", "denied"), ==, 1);
  world_sign_in (w, "A3001");
  complaint = step (w, "complaint", NULL, "register", COMPLAINT);
  all = fz_desk_list_entries (w->session, "adverse-event", NULL, &error);
  g_assert_cmpuint (all->len, ==, 1);
  expect_error (fz_desk_read_entry (w->session, "TS-000009", &error) == NULL, &error, FZ_ERROR_NOT_FOUND, NULL);
  expect_error (fz_desk_read_register (w->session, "nonsense", &error) == NULL, &error, FZ_ERROR_NOT_FOUND, NULL);
}

static void
found_by_text (World *w)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  static const struct {
    const char *text, *open;
    guint n;
  } cases[] = { { "退费", "no", 1 }, { "配送", "no", 1 }, { "TS-000002", "no", 1 }, { "没有的词", "no", 0 }, { NULL, "no", 2 }, { NULL, "yes", 2 } };

  world_sign_in (w, "A3001");
  g_free (step (w, "complaint", NULL, "register", COMPLAINT));
  g_free (step (w, "complaint", NULL, "register", "field.received_on=2026-03-02|field.channel=visit|field.kind=drug|field.complainant=家属|field.content=配送延误"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) rows = NULL;

    fz_fields_set (filter, "text", cases[i].text);
    fz_fields_set (filter, "open", cases[i].open);
    rows = fz_desk_list_entries (w->session, "complaint", filter, NULL);
    g_assert_cmpuint (rows->len, ==, cases[i].n);
  }
}

/* Two sheets over the same state: the second one is told that something came between. */
static void
something_came_between (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) late = NULL;
  g_autoptr (FzSecret) pin = secret ("223606");
  g_autofree char *id = NULL;

  world_sign_in (w, "A3001");
  id = step (w, "complaint", NULL, "register", COMPLAINT);
  late = prepare (w, "complaint", id, "amend", "field.contact=1", &error);
  g_free (step (w, "complaint", id, "amend", "field.contact=2"));
  expect_error (!fz_desk_sign_sheet (w->session, late, pin, NULL, &error), &error, FZ_ERROR_CONFLICT, "重新打开");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE visit = '@TS-000001'"), ==, 2);
}

static void
attachments (World *w)
{
  g_autofree char *good = g_build_filename (w->root, "letter.pdf", NULL), *empty = g_build_filename (w->root, "empty", NULL), *document = NULL;
  const char *const paths[] = { good, NULL }, *const bad[] = { empty, NULL }, *const folder[] = { w->root, NULL }, *const missing[] = { "/nonexistent/x", NULL };
  const char *const *wrong[] = { bad, folder, missing };
  g_autoptr (FzFields) facts = values (COMPLAINT), entry = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (good, "%PDF-1.4 test", -1, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  world_sign_in (w, "A3001");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    expect_error (fz_desk_prepare_entry (w->session, "complaint", NULL, "register", facts, NULL, wrong[i], &error) == NULL, &error, FZ_ERROR_INVALID, "附件");
  document = world_sign (w, fz_desk_prepare_entry (w->session, "complaint", NULL, "register", facts, "见附件", paths, &error));
  entry = fz_desk_read_entry (w->session, "TS-000004", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get_at (entry, "attachment", 0, "name"), ==, "letter.pdf");
  g_assert_cmpuint (strlen (fz_fields_get_at (entry, "attachment", 0, "sha256")), ==, 64);
  g_assert_cmpstr (fz_fields_get_at (entry, "history", 0, "words"), ==, "见附件");
}

/* What was attached comes out as it went in; another person's is not handed out, and both are in the log. */
static void
attachments_come_out (World *w)
{
  g_autofree char *good = g_build_filename (w->root, "photo.bin", NULL), *out = g_build_filename (w->root, "out.bin", NULL), *text = NULL;
  const char *const paths[] = { good, NULL };
  g_autoptr (FzFields) facts = values (EVENT);
  g_autoptr (GError) error = NULL;
  gsize n = 0;
  guint64 from;

  g_assert_true (g_file_set_contents (good, "a\0b", 3, NULL));
  world_sign_in (w, "D1001");
  g_free (world_sign (w, fz_desk_prepare_entry (w->session, "adverse-event", NULL, "report", facts, NULL, paths, &error)));
  from = world_audit_size (w);
  g_assert_true (fz_desk_save_attachment (w->session, "BL-000001", 0, out, &error));
  g_assert_cmpuint (world_audit_count (w, from, "register.attachment", "done"), ==, 1);
  g_assert_true (g_file_get_contents (out, &text, &n, NULL));
  g_assert_cmpmem (text, n, "a\0b", 3);
  expect_error (!fz_desk_save_attachment (w->session, "BL-000001", 1, out, &error), &error, FZ_ERROR_NOT_FOUND, "附件");
  g_assert_cmpint (g_unlink (out), ==, 0);
  world_sign_in (w, "P2001");
  from = world_audit_size (w);
  expect_error (!fz_desk_save_attachment (w->session, "BL-000001", 0, out, &error), &error, FZ_ERROR_REFUSED, "其他人");
  g_assert_cmpuint (world_audit_count (w, from, "register.attachment", "denied"), ==, 1);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

/* Asked by one, given by another. */
static void
grant_export (World *w, const char *name, const char *times)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.grant_ask/v1"), wanted = fz_fields_new ("fuzhen.scope/v1"), found = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const said[][2] = { { "kind", "export" }, { "purpose", "E02" }, { "words", "主管部门调取退费台账" }, { "until_on", "2026-03-05" }, { "scope.report", "register" } };

  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    fz_fields_set (facts, said[i][0], said[i][1]);
  fz_fields_set (facts, "times", times);
  fz_fields_set (facts, "scope.subject", name);
  fz_fields_set (wanted, "report", "register");
  fz_fields_set (wanted, "subject", name);
  world_sign_in (w, "A3001");
  found = fz_desk_find_grant (w->session, "export", wanted, &error);
  g_assert_null (fz_fields_get (found, "grant.id"));
  g_clear_pointer (&found, fz_fields_unref);
  g_free (world_sign (w, fz_desk_prepare_grant (w->session, facts, &error)));
  g_assert_no_error (error);
  found = fz_desk_find_grant (w->session, "export", wanted, &error);
  g_assert_cmpstr (fz_fields_get (found, "grant.state"), ==, "asked");
  g_assert_nonnull (strstr (fz_fields_get (found, "grant.line.01"), "退费"));
  expect_error (!fz_desk_export_register (w->session, name, "csv", "/nonexistent/x", &error), &error, FZ_ERROR_REFUSED, "授权");
  world_sign_in (w, "S4001");
  g_free (world_sign (w, fz_desk_prepare_grant_decision (w->session, fz_fields_get (found, "grant.id"), "approved", NULL, &error)));
  g_assert_no_error (error);
  g_clear_pointer (&found, fz_fields_unref);
  world_sign_in (w, "A3001");
  found = fz_desk_find_grant (w->session, "export", wanted, &error);
  g_assert_cmpstr (fz_fields_get (found, "grant.state"), ==, "granted");
  g_assert_cmpstr (fz_fields_get (found, "grant.left"), ==, times);
}

static void
exported (World *w)
{
  g_autofree char *csv = g_build_filename (w->root, "r.csv", NULL), *xlsx = g_build_filename (w->root, "r.xlsx", NULL), *text = NULL, *book = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = 0;
  guint64 from;

  world_sign_in (w, "A3001");
  g_free (step (w, "refund", NULL, "register", "field.applied_on=2026-03-02|field.applicant==1+1|field.amount=3500|field.cause=other"));
  from = world_audit_size (w);
  expect_error (!fz_desk_export_register (w->session, "refund", "csv", csv, &error), &error, FZ_ERROR_REFUSED, "授权");
  g_assert_cmpuint (world_audit_count (w, from, "grant.use", "denied"), ==, 1);
  g_assert_false (g_file_test (csv, G_FILE_TEST_EXISTS));
  grant_export (w, "refund", "2");
  expect_error (!fz_desk_export_register (w->session, "complaint", "csv", csv, &error), &error, FZ_ERROR_REFUSED, "授权"); /* another register */
  from = world_audit_size (w);
  g_assert_true (fz_desk_export_register (w->session, "refund", "csv", csv, &error));
  g_assert_true (fz_desk_export_register (w->session, "refund", "xlsx", xlsx, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "grant.use", "done"), ==, 2);
  expect_error (!fz_desk_export_register (w->session, "refund", "csv", csv, &error), &error, FZ_ERROR_REFUSED, "授权"); /* used up */
  g_assert_cmpuint (world_audit_count (w, from, "register.export", "done"), ==, 2);
  g_assert_true (g_file_get_contents (csv, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"'=1+1\""));
  g_assert_null (strstr (text, ",=1+1"));
  g_assert_nonnull (strstr (text, "TF-000001,待审核,2026-03-02,"));
  g_assert_nonnull (strstr (text, "35.00 元"));
  g_assert_nonnull (strstr (text, "2026-03-16")); /* due ten working days later */
  g_assert_true (g_file_get_contents (xlsx, &book, &n, NULL));
  g_assert_cmpmem (book, 2, "PK", 2);
  expect_error (!fz_desk_export_register (w->session, "refund", "pdf", csv, &error), &error, FZ_ERROR_INVALID, "xlsx");
  world_sign_in (w, "D1001");
  expect_error (!fz_desk_export_register (w->session, "adverse-event", "csv", csv, &error), &error, FZ_ERROR_REFUSED, "权限");
}

/* --- registers with deadlines --- */

/* The day of that deadline among all that are due; NULL when it is not. */
static char *
due_on (World *w, const char *id, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_registers_due (w->session, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "subject"), id) == 0 && g_strcmp0 (fz_fields_get (rows->pdata[i], "word"), word) == 0)
      return g_strdup (fz_fields_get (rows->pdata[i], "on"));
  return NULL;
}

static void
expect_due (World *w, const char *id, const char *word, const char *day)
{
  g_autofree char *on = due_on (w, id, word);

  g_assert_cmpstr (on, ==, day);
}

/* Granted, uploaded, validated, changed: each makes its own day due and ends the one before. */
static void
a_licence (World *w)
{
  g_autofree char *id = NULL;

  world_sign_in (w, "A3001");
  id = step (w, "licence", NULL, "register", "field.subject=示范医院互联网医院|field.kind=second_name|field.licence_no=X1|field.authority=区卫生健康委|"
             "field.changed_on=2026-02-27|field.change=取得|field.validation_until=2026-08-31");
  expect_due (w, id, "apply", "2026-05-31");
  g_free (step (w, "licence", id, "apply", "field.applied_on=2026-03-02"));
  expect_due (w, id, "apply", NULL);
  expect_due (w, id, "validation", "2026-08-31");
  g_free (step (w, "licence", id, "validate", "field.result=passed|field.validated_on=2026-03-02|field.validation_until=2027-08-31"));
  expect_due (w, id, "apply", "2027-05-31");
  g_free (step (w, "licence", id, "change", "field.changed_on=2026-03-02|field.change=增加科目"));
  g_free (step (w, "licence", id, "end", "field.ended_on=2026-03-02|field.reason=注销"));
  expect_due (w, id, "upload", NULL);
  expect_due (w, id, "validation", NULL);
}

/* The platform's own limit, a rectification that does not hold, and a second limit. */
static void
a_rectification (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  world_sign_in (w, "A3001");
  expect_error (prepare (w, "rectification", NULL, "register", "field.subject=数据异常|field.kind=platform|field.received_on=2026-03-02|field.content=缺项|field.owner=A3001",
                         &error) == NULL, &error, FZ_ERROR_INVALID, "整改期限");
  id = step (w, "rectification", NULL, "register", "field.subject=数据异常|field.kind=platform|field.received_on=2026-03-02|field.due_on=2026-03-20|field.content=缺项|field.owner=A3001");
  expect_due (w, id, "rectify", "2026-03-20");
  g_free (step (w, "rectification", id, "rectify", "field.cause=漏填|field.measure=补录|field.done_on=2026-03-02"));
  expect_due (w, id, "rectify", "2026-03-20"); /* not yet reported to the registering authority */
  g_free (step (w, "rectification", id, "reopen", "field.due_on=2026-03-27"));
  expect_due (w, id, "rectify", "2026-03-27");
  g_free (step (w, "rectification", id, "rectify", "field.measure=改造表单"));
  expect_error (prepare (w, "rectification", id, "report", "field.reported_on=2026-03-02|field.reported_to=区卫生健康委", &error) == NULL, &error, FZ_ERROR_INVALID, "附上文件");
  {
    g_autofree char *receipt = g_build_filename (w->root, "receipt.txt", NULL);
    const char *const paths[] = { receipt, NULL };
    g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");

    g_assert_true (g_file_set_contents (receipt, "已收到", -1, NULL));
    fz_fields_set (values, "field.reported_on", "2026-03-02");
    fz_fields_set (values, "field.reported_to", "区卫生健康委");
    g_free (world_sign (w, fz_desk_prepare_entry (w->session, "rectification", id, "report", values, NULL, paths, &error)));
  }
  g_free (step (w, "rectification", id, "close", "field.effect=已复查"));
  expect_due (w, id, "rectify", NULL);
}

/* A doctor fills in the card, sees only that one, and it is due the same day until affairs reported it. */
static void
an_infectious_card (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  world_sign_in (w, "D1001");
  id = step (w, "infectious-card", NULL, "fill", "field.subject=流行性感冒|field.kind=c|field.diagnosed_on=2026-03-02|field.diagnosed_at=14:05|field.status=clinical|field.content=已引导");
  expect_error (prepare (w, "infectious-card", id, "report", "field.card_no=1", &error) == NULL, &error, FZ_ERROR_REFUSED, "角色");
  world_sign_in (w, "A3001");
  expect_due (w, id, "report", "2026-03-02");
  g_free (step (w, "infectious-card", id, "return", "field.finding=缺职业"));
  expect_due (w, id, "report", "2026-03-02");
  world_sign_in (w, "D1001");
  g_free (step (w, "infectious-card", id, "correct", "field.content=已引导；职业：教师"));
  world_sign_in (w, "A3001");
  g_free (step (w, "infectious-card", id, "report", "field.card_no=1|field.reported_on=2026-03-02|field.reported_at=15:10"));
  expect_due (w, id, "report", NULL);
}

static gboolean
put_row (FzTxn *txn, gpointer data, GError **error)
{
  return fz_entries_put (txn, data, error);
}

/* A row that was changed behind the documents is found. */
static void
changed_row_is_found (World *w)
{
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free), rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) right = NULL, wrong = NULL;

  world_sign_in (w, "A3001");
  g_free (step (w, "complaint", NULL, "register", COMPLAINT));
  g_assert_true (fz_registers_compare (w->desk, differences, &error));
  g_assert_cmpuint (differences->len, ==, 0);
  rows = fz_desk_list_entries (w->session, "complaint", NULL, &error);
  wrong = fz_fields_dup (rows->pdata[0], NULL);
  fz_fields_set (wrong, "field.content", "没有的事");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, put_row, wrong, &error));
  g_assert_true (fz_registers_compare (w->desk, differences, &error));
  g_assert_cmpuint (differences->len, ==, 1);
  g_assert_nonnull (strstr (differences->pdata[0], "TS-000001"));
  right = fz_fields_dup (rows->pdata[0], NULL);
  fz_fields_set (right, "cursor", NULL);
  for (guint i = fz_fields_count (right, "due"); i-- > 0;) {
    static const char *const keys[] = { "word", "label", "label_en", "on", "rows" };

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (right, "due", i, keys[k], NULL);
  }
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, put_row, right, &error));
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/registers/complaint", a_whole_complaint);
  world_add_test ("/desk/registers/signed", signed_and_logged);
  world_add_test ("/desk/registers/rights", who_sees_what);
  world_add_test ("/desk/registers/text", found_by_text);
  world_add_test ("/desk/registers/between", something_came_between);
  world_add_test ("/desk/registers/attachments", attachments);
  world_add_test ("/desk/registers/attachments-come-out", attachments_come_out);
  world_add_test ("/desk/registers/exported", exported);
  world_add_test ("/desk/registers/licence", a_licence);
  world_add_test ("/desk/registers/rectification", a_rectification);
  world_add_test ("/desk/registers/infectious-card", an_infectious_card);
  world_add_test ("/desk/registers/rebuild", changed_row_is_found);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
