/* Registers in process: a complaint from its registration to its end, who sees what, what is refused, a sheet made over something older,
 * attachments, deadlines. Each world is verified and folded anew at its end, entries too. */
#include "tests/desk/entries.h"
#include "tests/desk/figures.h"

#include "app/demo.h"
#include "app/registers.h"
#include "core/date.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
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
expect_owner (World *w, const char *id, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) entry = fz_desk_read_entry (w->session, id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (entry, "entry.owner_name"), ==, name);
}

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

static const FzFields *
register_named (GPtrArray *registers, const char *name)
{
  for (guint i = 0; i < registers->len; i++)
    if (g_strcmp0 (fz_fields_get (registers->pdata[i], "name"), name) == 0)
      return registers->pdata[i];
  g_error ("no register %s", name);
}

/* In groups, with what is open and what is over, of what each one sees. */
static void
in_groups (World *w)
{
  g_autoptr (GPtrArray) mine = NULL, before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "P2001");
  g_free (step (w, "adverse-event", NULL, "report", EVENT));
  world_sign_in (w, "D1001");
  mine = fz_desk_list_registers (w->session, &error);
  g_assert_cmpstr (fz_fields_get (register_named (mine, "adverse-event"), "n_open"), ==, "0");
  world_sign_in (w, "A3001");
  g_free (step (w, "complaint", NULL, "register", COMPLAINT));
  before = fz_desk_list_registers (w->session, &error);
  g_assert_cmpstr (fz_fields_get (before->pdata[0], "name"), ==, "licence");
  g_assert_cmpstr (fz_fields_get (before->pdata[0], "group"), ==, "机构与许可");
  g_assert_cmpstr (fz_fields_get (register_named (before, "adverse-event"), "n_open"), ==, "1");
  g_assert_cmpstr (fz_fields_get (register_named (before, "complaint"), "n_over"), ==, "0");
  world_pass (w, 8 * 24 * 60 * MINUTE); /* past five working days, not past ten */
  world_sign_in (w, "A3001");
  after = fz_desk_list_registers (w->session, &error);
  g_assert_cmpstr (fz_fields_get (register_named (after, "complaint"), "n_open"), ==, "1");
  g_assert_cmpstr (fz_fields_get (register_named (after, "complaint"), "n_over"), ==, "1");
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

/* --- more than one looks at --- */

#define MANY 450

static gboolean
enter_many (FzTxn *txn, gpointer id, GError **error)
{
  g_autoptr (FzFields) like = fz_entries_get (txn, id, error);
  gint64 at_us = 0;

  g_assert_true (fz_fields_get_time (like, "entry.opened_at", &at_us));
  for (guint i = 0; i < MANY; i++) {
    g_autoptr (FzFields) entry = fz_fields_dup (like, NULL);
    g_autofree char *number = g_strdup_printf ("ZZ-%06u", i);

    fz_fields_set (entry, "entry.id", number);
    fz_fields_set_time (entry, "entry.opened_at", at_us + (gint64) (i / 3) * G_USEC_PER_SEC); /* three at a time */
    if (!fz_entries_put (txn, entry, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
forget_many (FzTxn *txn, gpointer none, GError **error)
{
  return fz_txn_run (txn, error, "DELETE FROM entry WHERE id LIKE 'ZZ-%'", "");
}

/* The newest first and a page at a time, none twice and none left out; a search goes through all of them. */
static void
newest_first (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autofree char *id = NULL;
  guint n = 0;

  world_sign_in (w, "A3001");
  id = step (w, "complaint", NULL, "register", COMPLAINT);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, enter_many, id, &error));
  all = fz_desk_list_entries (w->session, "complaint", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, MANY + 1);
  fz_fields_set (filter, "register", "complaint");
  for (gboolean more = TRUE; more;) {
    g_autoptr (GPtrArray) page = fz_desk_list (w->session, FZ_LIST_ENTRIES, filter, &error);

    g_assert_no_error (error);
    more = page->len > 0;
    for (guint i = 0; i < page->len; i++, n++)
      g_assert_cmpstr (fz_fields_get (page->pdata[i], "entry.id"), ==, fz_fields_get (all->pdata[MANY - n], "entry.id"));
    if (more)
      fz_fields_set (filter, "after", fz_fields_get (page->pdata[page->len - 1], "cursor"));
  }
  g_assert_cmpuint (n, ==, MANY + 1);
  fz_fields_set (filter, "after", NULL);
  fz_fields_set (filter, "text", "ZZ-000001");
  {
    g_autoptr (GPtrArray) found = fz_desk_list (w->session, FZ_LIST_ENTRIES, filter, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (found->len, ==, 1);
  }
  fz_fields_set (filter, "after", "ZZ-999999");
  expect_error (fz_desk_list (w->session, FZ_LIST_ENTRIES, filter, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, NULL);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, forget_many, NULL, &error));
  fz_fields_set (filter, "after", NULL);
  world_sign_in (w, "D1001");
  expect_error (fz_desk_list (w->session, FZ_LIST_ENTRIES, filter, &error) == NULL, &error, FZ_ERROR_REFUSED, "不能查看");
}

static guint
count_mine (World *w, const char *name)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = NULL;

  fz_fields_set_bool (filter, "mine", TRUE);
  rows = fz_desk_list_entries (w->session, name, filter, NULL);
  return rows->len;
}

static gboolean
forget_owner (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) entry = fz_entries_get (txn, data, error), old = entry != NULL ? fz_fields_dup (entry, NULL) : NULL;

  fz_fields_set (old, "field.owner", NULL);
  return fz_entries_put (txn, old, error);
}

static gboolean
name_owner (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) entry = fz_entries_get (txn, data, error), old = entry != NULL ? fz_fields_dup (entry, NULL) : NULL;

  fz_fields_set (old, "field.owner", "A3001");
  return fz_entries_put (txn, old, error);
}

/* Who registers answers for it, until a move says who does now; that one has it among their own, and the calendar of deadlines names them. */
static void
answered_for (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = NULL;
  g_autofree char *one = NULL, *checked = NULL, *handed = NULL;
  gboolean named = FALSE;

  world_sign_in (w, "A3001");
  one = step (w, "complaint", NULL, "register", COMPLAINT);
  expect_owner (w, one, "陶静怡");
  g_assert_cmpuint (count_mine (w, "complaint"), ==, 1);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, forget_owner, one, &error)); /* as it stands from before there were owners */
  expect_owner (w, one, "陶静怡");
  g_assert_cmpuint (count_mine (w, "complaint"), ==, 1);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, name_owner, one, &error));
  expect_error (prepare (w, "complaint", one, "investigate", "field.handler=A3001|field.finding=x|field.owner=D9999", &error) == NULL, &error, FZ_ERROR_INVALID, "D9999");
  expect_error (prepare (w, "complaint", one, "investigate", "field.handler=A9999|field.finding=x", &error) == NULL, &error, FZ_ERROR_INVALID, "A9999");
  world_sign_in (w, "S4001");
  g_assert_true (fz_desk_end_staff (w->session, "D1002", &error));
  world_sign_in (w, "A3001");
  expect_error (prepare (w, "complaint", one, "investigate", "field.handler=A3001|field.finding=x|field.owner=D1002", &error) == NULL, &error, FZ_ERROR_INVALID, "已离任");
  g_free (step (w, "complaint", one, "investigate", "field.handler=A3001|field.finding=x|field.owner=D1001"));
  expect_owner (w, one, "林若溪");
  g_assert_cmpuint (count_mine (w, "complaint"), ==, 0);
  due = fz_desk_list_deadlines (w->session, &error);
  for (guint i = 0; i < due->len; i++)
    if (g_strcmp0 (fz_fields_get (due->pdata[i], "subject"), one) == 0)
      named = g_strcmp0 (fz_fields_get (due->pdata[i], "owner"), "林若溪") == 0;
  g_assert_true (named);
  /* The same key is who answers in one register and who checked in another. */
  handed = step (w, "rectification", NULL, "register", "field.subject=数据异常|field.kind=platform|field.received_on=2026-03-02|field.due_on=2026-03-20|field.content=缺项|field.owner=D1001");
  expect_owner (w, handed, "林若溪");
  checked = step (w, "downtime", NULL, "begin", "field.subject=断电|field.kind=network|field.begun_on=2026-03-02|field.begun_at=08:00|field.owner=D1001");
  expect_owner (w, checked, "陶静怡");
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

/* --- entries of an older register --- */

/* The empty table with these lines below it. */
static char *
fill_table (World *w, const char *name, const char *columns, const char *lines)
{
  g_autofree char *path = g_strdup_printf ("%s/%s-%u.csv", w->root, name, g_random_int ()), *empty = g_build_filename (w->root, "empty.csv", NULL), *text = NULL, *whole = NULL;
  g_auto (GStrv) wanted = g_strsplit (columns, ",", -1);
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_desk_save_entry_table (w->session, name, empty, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (empty, &text, NULL, NULL));
  for (guint i = 0; wanted[i] != NULL; i++) {
    g_autofree char *quoted = g_strdup_printf ("\"%s\"", wanted[i]);

    g_assert_nonnull (strstr (text, quoted));
  }
  whole = g_strdup_printf ("%s\n%s", columns, lines);
  g_assert_true (g_file_set_contents (path, whole, -1, NULL));
  return g_steal_pointer (&path);
}

static void
expect_problem (GPtrArray *rows, guint row, const char *column, const char *words)
{
  for (guint i = 0; i < fz_fields_count (rows->pdata[row], "problem"); i++)
    if (g_strcmp0 (fz_fields_get_at (rows->pdata[row], "problem", i, "column"), column) == 0 &&
        strstr (fz_fields_get_at (rows->pdata[row], "problem", i, "words"), words) != NULL)
      return;
  g_error ("row %u does not say “%s” of %s", row, words, column);
}

#define OLD "原编号,原登记日期,原登记人,状态,收到日期,渠道,性质,投诉人,投诉内容,调查情况,承办人,答复内容,答复日期,投诉人是否认可"

static void
faults_of_a_table (World *w)
{
  g_autofree char *bad = NULL, *other = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  bad = fill_table (w, "complaint", OLD,
                    "12,2024-05-06,王芳,待调查,2024/5/6,电话,收费与退费,匿名,退费慢,,,,,\n"
                    "12,,,已办结,2024-05-07,飞鸽,收费与退费,匿名,x,,,,,\n"
                    ",,,没有的,2024-13-01,电话,收费与退费,匿名,x,,张三,,,对\n");
  from = world_audit_size (w);
  rows = fz_desk_check_entries (w->session, "complaint", bad, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "register.import", "done"), ==, 1);
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpuint (fz_fields_count (rows->pdata[0], "problem"), ==, 0);
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "field.received_on"), ==, "2024-05-06");
  g_assert_cmpstr (fz_fields_get (rows->pdata[2], "line"), ==, "4");
  expect_problem (rows, 1, "原编号", "两次");
  expect_problem (rows, 1, "渠道", "可以填写：");
  expect_problem (rows, 1, "投诉人是否认可", "已办结");
  expect_problem (rows, 2, "原编号", "必须填写");
  expect_problem (rows, 2, "状态", "待调查");
  expect_problem (rows, 2, "收到日期", "2026-03-02");
  expect_problem (rows, 2, "承办人", "编号");
  expect_problem (rows, 2, "投诉人是否认可", "“是”");
  expect_error (fz_desk_prepare_entries (w->session, "complaint", bad, &error) == NULL, &error, FZ_ERROR_INVALID, "有2行不合格");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry"), ==, 0);
  other = fill_table (w, "complaint", OLD, "");
  expect_error (fz_desk_check_entries (w->session, "complaint", other, &error) == NULL, &error, FZ_ERROR_INVALID, "0行");
  g_assert_true (g_file_set_contents (other, "原编号,状态,颜色\n1,待调查,红\n", -1, NULL));
  expect_error (fz_desk_check_entries (w->session, "complaint", other, &error) == NULL, &error, FZ_ERROR_INVALID, "颜色");
  expect_error (fz_desk_check_entries (w->session, "daily-none", other, &error) == NULL, &error, FZ_ERROR_REFUSED, "本人");
  expect_error (fz_desk_check_entries (w->session, "downtime-sheet", other, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  world_sign_in (w, "D1001");
  expect_error (fz_desk_check_entries (w->session, "adverse-event", other, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
}

#define OLD_EVENT "原编号,原登记日期,原登记人,状态,发生日期,发生时刻,类别,级别,经过,已采取的处理,原因分析,改进措施,上报科室,是否需向外部报告"

/* Each line an entry that names file and line, stands where it says, can be worked on, and was told to nobody. */
static void
older_entries (World *w)
{
  g_autofree char *good = NULL, *closed = NULL, *again = NULL, *out = g_build_filename (w->root, "out.csv", NULL), *text = NULL, *kept = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = secret ("223606");
  g_autoptr (GPtrArray) ids = NULL, rows = NULL, collected = NULL;
  g_autoptr (FzFields) entry = NULL, event = NULL;
  g_autoptr (GError) error = NULL;
  gint64 told;
  guint64 from;

  world_sign_in (w, "A3001");
  good = fill_table (w, "complaint", OLD,
                     "12,2026-01-06,王芳,待调查,2026/1/6,电话,收费与退费,匿名,退费慢,,,,,\n"
                     "13,,,已办结,2024-05-07,电话,收费与退费,匿名,\"=1+1\",属实,A3001,已退,2024-05-09,是\n");
  sheet = fz_desk_prepare_entries (w->session, "complaint", good, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fz_sheet_get_n (sheet), ==, 2);
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "原编号　12"));
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "第2行"));
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 1), "由旧台账导入　→　已办结"));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry"), ==, 0);
  from = world_audit_size (w);
  g_assert_true (fz_desk_sign_sheet (w->session, sheet, pin, &ids, &error));
  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_cmpuint (world_audit_count (w, from, "entry.sign", "done"), ==, 2);
  rows = fz_desk_list_entries (w->session, "complaint", NULL, &error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (fz_fields_get (rows->pdata[1], "entry.state"), ==, "closed");
  g_assert_cmpstr (fz_fields_get (rows->pdata[1], "entry.ended"), ==, "yes");
  g_assert_cmpstr (fz_fields_get_at (rows->pdata[0], "due", 0, "on"), ==, "2026-01-13"); /* long over, and said */
  entry = fz_desk_read_entry (w->session, fz_fields_get (rows->pdata[0], "entry.id"), &error);
  g_assert_true (fz_desk_save_attachment (w->session, fz_fields_get (entry, "entry.id"), 0, out, &error));
  g_assert_true (g_file_get_contents (out, &kept, NULL, NULL) && g_file_get_contents (good, &text, NULL, NULL));
  g_assert_cmpstr (kept, ==, text);
  g_free (step (w, "complaint", fz_fields_get (entry, "entry.id"), "investigate", "field.handler=A3001|field.finding=属实"));
  expect_error (fz_desk_prepare_entries (w->session, "complaint", good, &error) == NULL, &error, FZ_ERROR_CONFLICT, "已经导入过");
  again = fill_table (w, "complaint", OLD, "12,2026-01-06,王芳,待调查,2026/1/6,电话,收费与退费,匿名,在另一个文件,,,,,\n14,,,待调查,2026/1/6,电话,收费与退费,匿名,x,,,,,\n");
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = fz_desk_check_entries (w->session, "complaint", again, &error);
  g_assert_no_error (error);
  expect_problem (rows, 0, "原编号", "已经导入过，见 ");
  g_assert_cmpuint (fz_fields_count (rows->pdata[1], "problem"), ==, 0);
  told = world_ask (w, "SELECT COUNT(*) FROM outbox");
  closed = fill_table (w, "adverse-event", OLD_EVENT, "7,2024-05-06,王芳,已办结,2024-05-06,10:00,身份识别,Ⅳ级（隐患，未发生）,重名,已核对,x,y,内科,否\n");
  g_free (world_sign (w, fz_desk_prepare_entries (w->session, "adverse-event", closed, &error)));
  g_assert_no_error (error);
  collected = fz_desk_collect_uploads (w->session, TESTED_DAY, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox"), ==, told);
  event = fz_desk_read_entry (w->session, "BL-000001", &error);
  g_assert_cmpstr (fz_fields_get (event, "entry.taken"), ==, "closed");
}

/* --- recalls --- */

/* Leave by another person for exactly this. */
static void
grant_recall (World *w, const char *recall, const char *drug)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.grant_ask/v1"), scope = fz_fields_new ("fuzhen.scope/v1"), found = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const said[][2] = { { "kind", "export" }, { "purpose", "E05" }, { "words", "按召回通知逐一告知" }, { "until_on", "2026-03-05" }, { "times", "1" } };

  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    fz_fields_set (facts, said[i][0], said[i][1]);
  fz_fields_set (scope, "report", "recall");
  fz_fields_set (scope, "subject", recall);
  fz_fields_set (scope, "drug", drug);
  fz_fields_merge (facts, "scope", scope);
  g_free (world_sign (w, fz_desk_prepare_grant (w->session, facts, &error)));
  g_assert_no_error (error);
  found = fz_desk_find_grant (w->session, "export", scope, &error);
  g_assert_nonnull (strstr (fz_fields_get (found, "grant.line.00"), "药品召回涉及的患者"));
  world_sign_in (w, "S4001");
  g_free (world_sign (w, fz_desk_prepare_grant_decision (w->session, fz_fields_get (found, "grant.id"), "approved", NULL, &error)));
  g_assert_no_error (error);
  world_sign_in (w, "A3001");
}

static char *
first_drug (World *w, const char *rx)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_prescription (w->session, rx, &error);

  g_assert_no_error (error);
  return g_strdup (fz_fields_get_at (facts, "rx.item", 0, "drug"));
}

/* Who has an approved prescription of the product is noted once, by another's leave; nobody else is. */
static void
a_recall (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL, *returned = NULL, *drug = NULL, *recall = NULL, *other = NULL, *values_text = NULL, *name = NULL;
  g_autoptr (FzFields) found = NULL, entry = NULL;
  g_autoptr (GPtrArray) notices = NULL;
  const char *notice;
  guint64 from;

  world_sign_in (w, "D1001");
  kept = world_prescribe (w, 0, "V-A");
  returned = world_prescribe (w, 0, "V-B");
  g_free (world_prescribe (w, 1, "V-C"));
  world_review (w, "P2001", kept, "approved");
  drug = first_drug (w, kept);
  world_review (w, "P2001", returned, "returned");
  world_sign_in (w, "A3001");
  recall = step (w, "recall", NULL, "register",
                 "field.subject=某片|field.batch=B1|field.kind=2|field.notice=国药监召〔2026〕1号|field.received_on=2026-03-02|field.due_on=2026-03-09|field.content=含量不符");
  expect_error (fz_desk_trace_recall (w->session, recall, &error) == NULL, &error, FZ_ERROR_INVALID, "编码");
  values_text = g_strdup_printf ("field.stopped_on=2026-03-02|field.drug=%s", drug);
  g_free (step (w, "recall", recall, "stop", values_text));
  from = world_audit_size (w);
  expect_error (fz_desk_trace_recall (w->session, recall, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  g_assert_cmpuint (world_audit_count (w, from, "grant.use", "denied"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry WHERE register = 'recall-notice'"), ==, 0);
  grant_recall (w, recall, drug);
  from = world_audit_size (w);
  found = fz_desk_trace_recall (w->session, recall, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (found, "n_rx"), ==, "1");
  g_assert_cmpstr (fz_fields_get (found, "n_people"), ==, "1");
  g_assert_cmpstr (fz_fields_get (found, "n_new"), ==, "1");
  g_assert_cmpuint (world_audit_count (w, from, "recall.trace", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "grant.use", "done"), ==, 1);
  expect_error (fz_desk_trace_recall (w->session, recall, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权"); /* used up */
  notices = fz_desk_list_entries (w->session, "recall-notice", NULL, &error);
  g_assert_cmpuint (notices->len, ==, 1);
  notice = fz_fields_get (notices->pdata[0], "entry.id");
  g_assert_cmpstr (fz_fields_get (notices->pdata[0], "field.visit"), ==, "V-A");
  g_assert_cmpstr (fz_fields_get (notices->pdata[0], "field.rx"), ==, kept);
  g_assert_cmpstr (fz_fields_get_at (notices->pdata[0], "due", 0, "on"), ==, "2026-03-09");
  from = world_audit_size (w);
  name = fz_desk_reveal (w->session, "V-A", "patient.mobile", "U1", "召回告知", &error);
  g_assert_nonnull (name);
  g_assert_cmpuint (world_audit_count (w, from, "patient.reveal", "done"), ==, 1);
  g_assert_false (fz_fields_has (notices->pdata[0], "entry.owner_name")); /* the program opened it: it is who begins with it */
  g_free (step (w, "recall-notice", notice, "miss", "field.n_tried=2|field.reason=无人接听"));
  expect_owner (w, notice, "陶静怡");
  g_free (step (w, "recall-notice", notice, "tell", "field.way=phone|field.told_on=2026-03-03|field.content=已停用"));
  grant_recall (w, recall, drug); /* again: who is noted is not noted twice */
  g_clear_pointer (&found, fz_fields_unref);
  found = fz_desk_trace_recall (w->session, recall, &error);
  g_assert_cmpstr (fz_fields_get (found, "n_new"), ==, "0");
  entry = fz_desk_read_entry (w->session, recall, &error);
  g_assert_cmpstr (fz_fields_get (entry, "field.n_people"), ==, "1");
  other = step (w, "recall", NULL, "register",
                "field.subject=某片|field.batch=B1|field.kind=2|field.notice=x|field.received_on=2026-03-02|field.due_on=2026-03-09|field.content=x|field.drug=NOPE");
  expect_error (fz_desk_trace_recall (w->session, other, &error) == NULL, &error, FZ_ERROR_INVALID, "编码");
}

/* Prepared with this batch on the first box (NULL: nobody wrote it), and handed over. */
static void
give_out (World *w, const char *rx, const char *batch)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.dispensing/v1"), read = NULL;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;
  const char *number;

  fz_fields_set (facts, "way", "counter");
  fz_fields_set (facts, "batch.00", batch);
  world_sign_in (w, "P2001");
  sheet = fz_desk_prepare_preparation (w->session, rx, facts, &error);
  g_assert_no_error (error);
  g_assert_true ((strstr (fz_sheet_get_text (sheet, 0), "批号") != NULL) == (batch != NULL)); /* what is signed is shown */
  g_free (world_sign (w, sheet));
  world_sign_in (w, "P2002");
  read = fz_desk_read_prescription (w->session, rx, &error);
  g_assert_no_error (error);
  number = fz_fields_get (read, "patient.id_number");
  fz_fields_set (facts, "paid", "yes");
  fz_fields_set (facts, "relation", "self");
  fz_fields_set (facts, "id_tail", number + strlen (number) - 4);
  sheet = fz_desk_prepare_dispense (w->session, rx, facts, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

/* How many prescriptions a recall of these batches concerns; *out_unknown: of how many of them nobody wrote the batch. */
static char *
recalled (World *w, const char *drug, const char *batch, const char *by_batch, char **out_unknown)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("field.subject=某片|field.batch=%s%s|field.kind=2|field.notice=x|field.received_on=2026-03-02|field.due_on=2026-03-09|field.content=x|field.drug=%s", batch, by_batch, drug);
  g_autofree char *recall = NULL;
  g_autoptr (FzFields) found = NULL;

  world_sign_in (w, "A3001");
  recall = step (w, "recall", NULL, "register", text);
  grant_recall (w, recall, drug);
  found = fz_desk_trace_recall (w->session, recall, &error);
  g_assert_no_error (error);
  *out_unknown = g_strdup (fz_fields_get (found, "n_unknown"));
  return g_strdup (fz_fields_get (found, "n_rx"));
}

/* What the first notice about this prescription says of its batch. */
static const char *
batch_told (GPtrArray *notices, const char *rx)
{
  for (guint i = 0; i < notices->len; i++)
    if (g_strcmp0 (fz_fields_get (notices->pdata[i], "field.rx"), rx) == 0)
      return fz_fields_get (notices->pdata[i], "field.batch");
  g_error ("no notice about %s", rx);
}

/* Only who is known to have another batch is left out, and only when the recall says so. */
static void
a_recall_by_batch (World *w)
{
  static const struct {
    const char *batch, *by_batch, *n, *unknown;
  } cases[] = { { "B1", "", "6", "2" },      { "B1", "|field.by_batch=no", "6", "2" },  { "b1、B9", "|field.by_batch=yes", "4", "2" },
                { "Ｂ２", "|field.by_batch=yes", "4", "2" }, { "B7", "|field.by_batch=yes", "3", "2" }, { "A123", "|field.by_batch=yes", "4", "2" } };
  static const char *const vague[] = { "A120-A130", "A123、A124等", "A123/A124", "A123和A124" };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) much = fz_fields_new ("fuzhen.dispensing/v1");
  g_autoptr (GPtrArray) notices = NULL;
  g_autofree char *long_batch = g_strnfill (61, 'x'), *drug = NULL;
  char *rx[6] = { NULL };
  guint n_unknown = 0;
  static const char *const visits[] = { "V-1", "V-2", "V-3", "V-4", "V-5", "V-6" }, *const batches[] = { "B1", "B2、B3", NULL, NULL, "批号A123(2盒)", "A123." };

  for (guint i = 0; i < 6; i++) {
    rx[i] = world_prescribe (w, 0, visits[i]);
    world_review (w, "P2001", rx[i], "approved");
    if (i != 3)
      give_out (w, rx[i], batches[i]); /* the fourth still lies in the pharmacy */
  }
  drug = first_drug (w, rx[0]);
  world_sign_in (w, "P2001");
  fz_fields_set (much, "way", "counter");
  fz_fields_set (much, "batch.00", long_batch);
  expect_error (fz_desk_prepare_preparation (w->session, rx[3], much, &error) == NULL, &error, FZ_ERROR_INVALID, "批号");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *unknown = NULL, *n = recalled (w, drug, cases[i].batch, cases[i].by_batch, &unknown);

    g_test_message ("%s%s", cases[i].batch, cases[i].by_batch);
    g_assert_cmpstr (n, ==, cases[i].n);
    g_assert_cmpstr (unknown, ==, cases[i].unknown);
  }
  notices = fz_desk_list_entries (w->session, "recall-notice", NULL, &error);
  for (guint i = 0; i < notices->len; i++) /* made in one moment: in no certain order */
    n_unknown += g_strcmp0 (fz_fields_get (notices->pdata[i], "field.batch"), "批号未知") == 0 ? 1 : 0;
  g_assert_cmpuint (n_unknown, ==, 2 * G_N_ELEMENTS (cases));
  for (guint i = 0; i < 6; i++)
    g_assert_cmpstr (batch_told (notices, rx[i]), ==, batches[i] != NULL ? batches[i] : "批号未知");
  for (guint i = 0; i < 6; i++)
    g_free (rx[i]);
  for (guint i = 0; i < G_N_ELEMENTS (vague); i++) { /* nobody can say which these are */
    g_autofree char *text = g_strdup_printf ("field.subject=某片|field.batch=%s|field.by_batch=yes|field.kind=2|field.notice=x|field.received_on=2026-03-02|field.due_on=2026-03-09|field.content=x|field.drug=%s", vague[i], drug);
    g_autofree char *recall = step (w, "recall", NULL, "register", text);

    expect_error (fz_desk_trace_recall (w->session, recall, &error) == NULL, &error, FZ_ERROR_INVALID, "逐个写全");
  }
}

/* --- two patients found to be one, one found to be two --- */

static gboolean
takes (World *w, const char *visit, const char *allergy)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_visit (w->session, visit, &error);

  g_assert_no_error (error);
  for (guint i = 0; allergy != NULL && i < fz_fields_count (facts, "allergy"); i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "allergy", i, NULL), allergy) == 0)
      return TRUE;
  return allergy == NULL && fz_fields_count (facts, "taken") > 0;
}

/* A request as case 0 of the demo sends it: somebody else's each time, or by the identity document of `like`. */
static void
arrive_as (World *w, const char *visit, const char *like, const char *allergy)
{
  static const char *const copied[] = { "patient.name", "patient.sex", "patient.birth_date", "patient.id_kind" };
  g_autoptr (FzFields) facts = world_request (w, 0, visit), before = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  gboolean arrived;

  if (like != NULL) {
    before = fz_desk_read_visit (w->session, like, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
      fz_fields_set (facts, copied[i], fz_fields_get (before, copied[i]));
    number = fz_desk_reveal (w->session, like, "patient.id_number", "U1", "核对", &error);
    fz_fields_set (facts, "patient.id_number", number);
    fz_fields_set (facts, "consent.signer", fz_fields_get (before, "patient.name"));
  }
  fz_fields_set_at (facts, "allergy", 0, NULL, allergy);
  arrived = world_try_arrive (w, facts, &error);
  g_assert_no_error (error);
  g_assert_true (arrived);
}

static void
one_person (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rx = NULL, *link = NULL, *same = NULL;
  g_autoptr (FzFields) last = NULL;

  world_sign_in (w, "D1001");
  rx = world_prescribe (w, 0, "V-A");
  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "D1001");
  arrive_as (w, "V-OLD", NULL, "磺胺类");
  arrive_as (w, "V-B", "V-A", NULL);
  g_assert_true (takes (w, "V-B", NULL));
  g_assert_false (takes (w, "V-B", "磺胺类"));
  g_assert_false (takes (w, "V-OLD", NULL)); /* another number: nothing is known */
  expect_error (prepare (w, "patient-link", NULL, "find", "field.kind=one|field.visit=V-A|field.other=V-B|field.found_on=2026-03-02|field.content=x", &error) == NULL, &error, FZ_ERROR_INVALID, "证件相同");
  expect_error (prepare (w, "patient-link", NULL, "find", "field.kind=one|field.visit=V-A|field.other=V-NOPE|field.found_on=2026-03-02|field.content=x", &error) == NULL, &error, FZ_ERROR_INVALID, "就诊二");
  link = step (w, "patient-link", NULL, "find", "field.kind=one|field.visit=V-A|field.other=V-OLD|field.found_on=2026-03-02|field.content=换过证件");
  g_assert_false (takes (w, "V-OLD", NULL)); /* found is not confirmed */
  world_sign_in (w, "A3001");
  expect_error (prepare (w, "patient-link", link, "amend", "field.other=V-B", &error) == NULL, &error, FZ_ERROR_INVALID, "就诊二：登记后不能更改");
  same = step (w, "patient-link", NULL, "find", "field.kind=one|field.visit=V-A|field.other=V-OLD|field.found_on=2026-03-02|field.content=x");
  expect_error (prepare (w, "patient-link", same, "confirm", "field.owner=A3001|field.checked_on=2026-03-02|field.risk=x", &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  g_free (step (w, "patient-link", link, "confirm", "field.owner=A3001|field.checked_on=2026-03-02|field.risk=过敏史在旧证件下"));
  expect_error (prepare (w, "patient-link", link, "amend", "field.kind=two", &error) == NULL, &error, FZ_ERROR_INVALID, "结论：登记后不能更改"); /* what was checked stands */
  expect_error (prepare (w, "patient-link", link, "close", "field.told=yes|field.measure=x|field.visit=V-B", &error) == NULL, &error, FZ_ERROR_INVALID, "就诊一");
  g_free (step (w, "patient-link", link, "amend", "field.kind=one|field.content=换过证件，已核对户口簿"));
  world_sign_in (w, "D1001");
  g_assert_true (takes (w, "V-OLD", NULL));
  g_assert_true (takes (w, "V-B", "磺胺类"));
  g_assert_true (takes (w, "V-OLD", "磺胺类"));
  world_take (w, "V-OLD");
  last = fz_desk_repeat_last (w->session, "V-OLD", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (last, "from.id"), ==, rx);
  world_sign_in (w, "A3001");
  g_free (step (w, "patient-link", link, "withdraw", "field.reason=核对有误"));
  world_sign_in (w, "D1001");
  g_assert_false (takes (w, "V-OLD", NULL));
  g_assert_false (takes (w, "V-B", "磺胺类"));
}

static void
two_persons (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) last = NULL;
  g_autofree char *rx = NULL, *link = NULL;

  world_sign_in (w, "D1001");
  rx = world_prescribe (w, 0, "V-A");
  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "D1001");
  arrive_as (w, "V-B", "V-A", NULL);
  g_assert_true (takes (w, "V-B", NULL));
  link = step (w, "patient-link", NULL, "find", "field.kind=two|field.visit=V-A|field.other=V-B|field.found_on=2026-03-02|field.content=两人用了同一证件号");
  world_sign_in (w, "A3001");
  g_free (step (w, "patient-link", link, "confirm", "field.owner=A3001|field.checked_on=2026-03-02|field.risk=在用药品"));
  g_free (step (w, "patient-link", link, "close", "field.told=yes|field.measure=已更正"));
  world_sign_in (w, "D1001");
  g_assert_false (takes (w, "V-B", NULL)); /* ended, and it still holds */
  arrive_as (w, "V-C", "V-A", NULL);         /* of one of both: nobody knows of whom */
  g_assert_true (takes (w, "V-C", NULL));
  world_take (w, "V-C");
  expect_error (fz_desk_repeat_last (w->session, "V-C", &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "分属两人");
  world_sign_in (w, "A3001");
  g_free (step (w, "patient-link", link, "withdraw", "field.reason=核对有误"));
  world_sign_in (w, "D1001");
  last = fz_desk_repeat_last (w->session, "V-C", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (last, "from.id"), ==, rx);
}

/* --- paper --- */

static void
downtime_sheets (World *w)
{
  g_autofree char *path = g_build_filename (w->root, "sheets.pdf", NULL), *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = 0;
  guint64 from;

  world_sign_in (w, "P2001");
  from = world_audit_size (w);
  g_assert_true (fz_desk_save_downtime_sheets (w->session, 3, path, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "downtime.sheet", "done"), ==, 1);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_cmpmem (bytes, 5, "%PDF-", 5);
  g_assert_cmpint (world_ask (w, "SELECT value FROM counter WHERE name = 'downtime.paper'"), ==, 3);
  expect_error (!fz_desk_save_downtime_sheets (w->session, 51, path, &error), &error, FZ_ERROR_INVALID, "50");
  expect_error (!fz_desk_save_downtime_sheets (w->session, 1, "/nonexistent/sheets.pdf", &error), &error, FZ_ERROR_RETRY, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "downtime.sheet", "failed"), ==, 1);
}

/* --- each register there is: opened with every field, a file, all its moves, found, exported --- */

/* Every move that this person may make now and has not made; the number of those made. */
static guint
walk_moves (World *w, const FzFields *reg, const char *id, const char *const *paths)
{
  g_autoptr (GHashTable) made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GError) error = NULL;
    g_autoptr (FzFields) entry = fz_desk_read_entry (w->session, id, &error);

    g_assert_no_error (error);
    more = FALSE;
    for (guint m = 0; !more && m < fz_fields_count (entry, "move"); m++) {
      g_autofree char *word = g_strdup (fz_fields_get_at (entry, "move", m, "word"));
      g_autoptr (FzFields) facts = entry_values (reg, entry, m);
      g_autoptr (GError) why = NULL;
      FzSheet *sheet;

      if (g_hash_table_contains (made, word))
        continue;
      g_hash_table_add (made, g_strdup (word));
      sheet = fz_desk_prepare_entry (w->session, fz_fields_get (reg, "name"), id, word, facts, "办理", paths, &why);
      if (g_error_matches (why, FZ_ERROR, FZ_ERROR_REFUSED) && strstr (why->message, "另一人") != NULL)
        continue; /* the second person's */
      if (why != NULL && strstr (why->message, "停用") != NULL)
        continue; /* who leaves: the account has to end first */
      if (why != NULL)
        g_error ("%s %s: %s", id, word, why->message);
      g_free (world_sign (w, sheet));
      more = TRUE;
    }
  }
  return g_hash_table_size (made);
}

static void
one_register (World *w, const char *name, const char *const *paths)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) reg = fz_desk_read_register (w->session, name, &error), facts = entry_values (reg, reg, 0), filter = fz_fields_new ("fuzhen.filter/v1"), entry = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *out = g_build_filename (w->root, "attached", NULL), *document = NULL, *id = NULL, *bytes = NULL;
  guint64 from = world_audit_size (w);
  FzSheet *sheet = fz_desk_prepare_entry (w->session, name, NULL, fz_fields_get_at (reg, "move", 0, "word"), facts, "登记", paths, &error);

  if (sheet == NULL)
    g_error ("%s: %s", name, error->message);
  document = world_sign (w, sheet);
  id = g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
  walk_moves (w, reg, id, paths);
  g_assert_cmpuint (world_audit_count (w, from, "entry.sign", "done"), >=, 1);
  fz_fields_set (filter, "text", id);
  found = fz_desk_list_entries (w->session, name, filter, &error);
  g_assert_cmpuint (found->len, ==, 1);
  entry = fz_desk_read_entry (w->session, id, &error);
  g_assert_cmpstr (fz_fields_get_at (entry, "attachment", 0, "name"), ==, "scan.pdf");
  g_assert_nonnull (fz_fields_get (entry, "entry.owner_name"));
  g_assert_nonnull (fz_fields_get_at (entry, "history", 0, "by"));
  g_assert_true (fz_desk_save_attachment (w->session, id, 0, out, &error));
  g_assert_true (g_file_get_contents (out, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "%PDF-1.4 scan");
  g_assert_cmpint (g_unlink (out), ==, 0);
}

/* What the desk reads of a table is what people write there. */
static char *
as_written (const FzFields *reg, guint i)
{
  static const char *const others[][3] = { { "department", "department", "03.07" }, { "practitioner", "staff", "D1002" }, { "practitioner", "subject", "周明远" }, { "multi-site", "staff", "D1002" },
                                           { "multi-site", "subject", "周明远" } }; /* one has an entry already */
  const char *kind = fz_fields_get_at (reg, "field", i, "kind"), *value = entry_value (reg, i, FALSE);

  for (guint k = 0; k < G_N_ELEMENTS (others); k++)
    if (g_strcmp0 (fz_fields_get (reg, "name"), others[k][0]) == 0 && g_strcmp0 (fz_fields_get_at (reg, "field", i, "key"), others[k][1]) == 0)
      return g_strdup (others[k][2]);
  return g_strdup (g_str_equal (kind, "yesno") ? "是" : g_str_equal (kind, "fen") ? "35.00" : value);
}

/* An entry of an older register in the state in which new ones begin, by the table that the register gives. */
static void
one_import (World *w, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s-import.csv", w->root, name), *empty = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) reg = fz_desk_read_register (w->session, name, &error), entry = NULL;
  const FzRegister *self = fz_register_find (w->desk, name, &error);
  const char *state = fz_register_find_move (self, fz_fields_get_at (reg, "move", 0, "word"))->to;
  g_autoptr (GPtrArray) asked = fz_register_asked_for (self, state), rows = NULL, ids = NULL;
  g_autoptr (GString) head = g_string_new ("原编号,状态"), line = g_string_new (NULL);
  g_autoptr (FzSecret) pin = secret ("223606");
  g_autoptr (FzSheet) sheet = NULL;
  g_autofree char *id = NULL;

  g_assert_true (fz_desk_save_entry_table (w->session, name, path, &error));
  g_assert_true (g_file_get_contents (path, &empty, NULL, NULL));
  g_string_append_printf (line, "\n旧-1,%s", fz_register_find_state (self, state)->label);
  for (guint i = 0; i < fz_fields_count (reg, "field"); i++) {
    const char *label = fz_fields_get_at (reg, "field", i, "label");
    g_autofree char *value = as_written (reg, i), *column = g_strdup_printf ("\"%s\"", label);

    g_assert_nonnull (strstr (empty, column)); /* every field can be taken over */
    if (!g_strv_contains ((const char *const *) asked->pdata, fz_fields_get_at (reg, "field", i, "key")))
      continue;
    g_string_append_printf (head, ",%s", column);
    g_string_append_printf (line, ",\"%s\"", value);
  }
  g_string_append (head, line->str);
  g_assert_true (g_file_set_contents (path, head->str, -1, NULL));
  rows = fz_desk_check_entries (w->session, name, path, &error);
  g_assert_no_error (error);
  if (fz_fields_count (rows->pdata[0], "problem") > 0)
    g_error ("%s: %s: %s", name, fz_fields_get_at (rows->pdata[0], "problem", 0, "column"), fz_fields_get_at (rows->pdata[0], "problem", 0, "words"));
  sheet = fz_desk_prepare_entries (w->session, name, path, &error);
  g_assert_no_error (error);
  g_assert_true (fz_desk_sign_sheet (w->session, sheet, pin, &ids, &error));
  id = g_strndup (ids->pdata[0], (gsize) (g_strrstr (ids->pdata[0], "-entry-") - (char *) ids->pdata[0]));
  entry = fz_desk_read_entry (w->session, id, &error);
  g_assert_cmpstr (fz_fields_get (entry, "entry.taken"), ==, state);
}

/* Leave for every one of them by another person, then each as a table with a column for each field. */
static void
each_export (World *w, GPtrArray *names)
{
  g_autoptr (GPtrArray) grants = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < names->len; i++) {
    g_autoptr (FzFields) facts = values ("kind=export|purpose=E02|words=主管部门调取台账|until_on=2026-03-05|scope.report=register|times=1");

    fz_fields_set (facts, "scope.subject", names->pdata[i]);
    g_free (world_sign (w, fz_desk_prepare_grant (w->session, facts, &error)));
    g_assert_no_error (error);
    {
      g_autoptr (FzFields) wanted = fz_fields_new ("fuzhen.scope/v1"), found = NULL;

      fz_fields_set (wanted, "report", "register");
      fz_fields_set (wanted, "subject", names->pdata[i]);
      found = fz_desk_find_grant (w->session, "export", wanted, &error);
      g_ptr_array_add (grants, g_strdup (fz_fields_get (found, "grant.id")));
    }
  }
  world_sign_in (w, "S4001");
  for (guint i = 0; i < grants->len; i++)
    g_free (world_sign (w, fz_desk_prepare_grant_decision (w->session, grants->pdata[i], "approved", NULL, &error)));
  world_sign_in (w, "A3001");
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_strdup_printf ("%s/%s-export.csv", w->root, (char *) names->pdata[i]), *text = NULL;
    g_autoptr (FzFields) reg = fz_desk_read_register (w->session, names->pdata[i], &error);

    g_assert_true (fz_desk_export_register (w->session, names->pdata[i], "csv", path, &error));
    g_assert_no_error (error);
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    for (guint f = 0; f < fz_fields_count (reg, "field"); f++)
      g_assert_nonnull (strstr (text, fz_fields_get_at (reg, "field", f, "label")));
    g_assert_nonnull (strstr (text, "-000001"));
  }
}

/* Registers that only the program or another role opens, or that need what only their own tests have. */
static void
each_register (World *w)
{
  static const char *const others[] = { "patient-link", "daily-none", "platform-messages", NULL };
  g_autofree char *scan = g_build_filename (w->root, "scan.pdf", NULL);
  const char *const paths[] = { scan, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) registers = NULL, names = g_ptr_array_new ();
  guint n = 0;

  g_assert_true (g_file_set_contents (scan, "%PDF-1.4 scan", -1, NULL));
  world_sign_in (w, "A3001");
  world_arrive (w, 3, "V-ALL");
  world_arrive (w, 4, "V-ALL2");
  registers = fz_desk_list_registers (w->session, &error);
  for (guint i = 0; i < registers->len; i++) {
    const char *name = fz_fields_get (registers->pdata[i], "name");
    const FzRegister *reg = fz_register_find (w->desk, name, &error);

    for (guint m = 0; m < fz_register_get_n_moves (reg); m++) /* a table would stand in for the second person */
      g_assert_false (fz_register_get_move (reg, m)->second && fz_fields_has (registers->pdata[i], "old_entries"));
    if (!fz_fields_has (registers->pdata[i], "opens") || g_strv_contains (others, name))
      continue;
    one_register (w, name, paths);
    if (fz_fields_has (registers->pdata[i], "old_entries"))
      one_import (w, name);
    g_ptr_array_add (names, (gpointer) name);
    n++;
  }
  each_export (w, names);
  g_assert_cmpuint (registers->len, ==, 50);
  g_assert_cmpuint (n, >=, 36);
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
/* Chongqing 2023 art. 8: three forms of name; Tianjin says nothing of it. */
static void
a_name (World *w)
{
#define LICENCE "field.licence_no=X1|field.authority=区卫生健康委|field.changed_on=2026-03-02|field.change=取得|field.validation_until=2027-02-28"
  static const struct {
    const char *facts;
    gboolean good;
  } cases[] = { { "field.subject=津示范医院（演示）互联网医院|field.kind=second_name", TRUE },
                { "field.subject=津示范互联网医院|field.kind=second_name", FALSE },
                { "field.subject=津示范医院（演示）康康互联网医院|field.kind=second_name", FALSE },
                { "field.subject=津示范医院（演示）康康互联网医院|field.kind=second_name|field.partner=康康科技", TRUE },
                { "field.subject=津示范医院（演示）互联网医院|field.kind=second_name|field.partner=康康科技", FALSE },
                { "field.subject=康康互联网医院|field.kind=own", TRUE },
                { "field.subject=互联网医院|field.kind=own", FALSE },
                { "field.subject=津示范医院|field.kind=physical", TRUE } };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *here = NULL, *id = NULL, *older = NULL;

  world_sign_in (w, "A3001");
  here = step (w, "licence", NULL, "register", "field.subject=津示范互联网医院|field.kind=second_name|" LICENCE);
  world_move (w, "chongqing");
  g_assert_true (fz_desk_reload (w->desk, &error));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *facts = g_strconcat (cases[i].facts, "|" LICENCE, NULL);
    g_autoptr (FzSheet) sheet = prepare (w, "licence", NULL, "register", facts, &error);

    g_assert_true ((sheet != NULL) == cases[i].good);
    if (sheet == NULL)
      expect_error (TRUE, &error, FZ_ERROR_INVALID, "第八条");
  }
  id = step (w, "licence", NULL, "register", "field.subject=津示范医院（演示）互联网医院|field.kind=second_name|" LICENCE);
  expect_error (prepare (w, "licence", id, "change", "field.changed_on=2026-03-02|field.change=更名|field.subject=别的互联网医院", &error) == NULL, &error, FZ_ERROR_INVALID, "本机构名称");
  g_free (step (w, "licence", id, "apply", "field.applied_on=2026-03-02")); /* what says no name is not judged by one */
  older = fill_table (w, "licence", "原编号,状态,名称,类型", "1,有效,津示范互联网医院,作为第二名称的互联网医院\n2,已注销,津示范互联网医院,作为第二名称的互联网医院\n");
  rows = fz_desk_check_entries (w->session, "licence", older, &error);
  g_assert_no_error (error);
  expect_problem (rows, 0, "名称", "第八条");
  for (guint i = 0; i < fz_fields_count (rows->pdata[1], "problem"); i++) /* what ended keeps the name it had */
    g_assert_cmpstr (fz_fields_get_at (rows->pdata[1], "problem", i, "column"), !=, "名称");
}

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

/* Of a limit in hours the calendar says the time of day, and from then on that it is over. */
static void
expect_hour (World *w, const char *id, const char *at, gboolean past)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "subject"), id) == 0) {
      n++;
      g_assert_cmpstr (fz_fields_get (rows->pdata[i], "at"), ==, at);
      g_assert_cmpint (fz_fields_is_yes (rows->pdata[i], "past"), ==, past);
    }
  g_assert_cmpuint (n, ==, 1);
}

/* The list of registers says the same. */
static void
expect_over (World *w, const char *name, gint64 n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_registers (w->session, &error);
  gint64 n_over = -1;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "name"), name) == 0)
      g_assert_true (fz_fields_get_int (rows->pdata[i], "n_over", &n_over));
  g_assert_cmpint (n_over, ==, n);
}

/* A doctor fills in the card, sees only that one, and it is due the same day until affairs reported it. */
static void
an_infectious_card (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  gint64 now_us;

  world_sign_in (w, "D1001");
  id = step (w, "infectious-card", NULL, "fill", "field.subject=流行性感冒|field.kind=c|field.diagnosed_on=2026-03-02|field.diagnosed_at=14:05|field.status=clinical|field.content=已引导");
  expect_error (prepare (w, "infectious-card", id, "report", "field.card_no=1", &error) == NULL, &error, FZ_ERROR_REFUSED, "角色");
  world_sign_in (w, "A3001");
  expect_due (w, id, "report_c", "2026-03-03"); /* 24 hours after 14:05 */
  g_free (step (w, "infectious-card", id, "return", "field.finding=缺职业，分类有误"));
  expect_due (w, id, "report_c", "2026-03-03");
  world_sign_in (w, "D1001");
  g_free (step (w, "infectious-card", id, "correct", "field.content=已引导；职业：教师|field.kind=a"));
  world_sign_in (w, "A3001");
  expect_due (w, id, "report_2h", "2026-03-02");
  expect_hour (w, id, "16:05", FALSE);
  expect_over (w, "infectious-card", 0);
  now_us = fz_session_now_us (w->session);
  world_pass (w, (fz_date_beijing_start_us (fz_date_in_beijing (now_us)) - now_us) / FZ_US_PER_SECOND + (16 * 60 + 5) * 60);
  world_sign_in (w, "A3001");
  expect_hour (w, id, "16:05", TRUE);
  expect_over (w, "infectious-card", 1);
  g_free (step (w, "infectious-card", id, "report", "field.card_no=1|field.reported_on=2026-03-02|field.reported_at=15:10"));
  expect_due (w, id, "report_2h", NULL);
}

/* The same entry again and again, with numbers of its own. */
static gboolean
put_many (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) one = fz_entries_get (txn, "GS-000002", error);
  FzAuditEntry entry = { .actor = "system", .action = "test.many", .subject_kind = "entry", .outcome = "done" };

  for (guint i = 0; one != NULL && i < 1005; i++) {
    g_autoptr (FzFields) other = fz_fields_dup (one, NULL);
    g_autofree char *id = g_strdup_printf ("GS-%06u", 1000 + i), *content = g_strdup_printf ("第%u项", i);

    fz_fields_set (other, "entry.id", id);
    fz_fields_set (other, "field.content", content);
    if (!fz_entries_put (txn, other, error))
      return FALSE;
  }
  return one != NULL && fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
drop_many (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .action = "test.many", .subject_kind = "entry", .outcome = "done" };

  return fz_txn_run (txn, error, "DELETE FROM entry WHERE id >= 'GS-001000' AND id < 'GS-009999'", "") && fz_audit_append (txn, &entry, NULL, error);
}

/* Nothing is left out, however much there is. */
static void
much_published (World *w, const char *folder)
{
  g_autofree char *page_path = g_build_filename (folder, "index.html", NULL), *page = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = NULL;

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, put_many, NULL, &error));
  made = fz_desk_export_publication (w->session, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (page_path, &page, NULL, NULL));
  for (guint i = 0; i < 1005; i++) {
    g_autofree char *content = g_strdup_printf ("第%u项", i);
    const char *at = strstr (page, content);

    g_assert_true (at != NULL && strstr (at + 1, content) == NULL);
  }
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, drop_many, NULL, &error)); /* no document says them */
}

/* What was found lawful and true becomes a page, a paper and its files; before that, and without what this place asks for, nothing is made. */
#define FEE "|field.item_code=110200005|field.kind=visit|field.price=3550|field.unit=次|field.basis=某价〔2026〕1号"

/* A price that was approved, from a day on; `more`: further values of the approval. (transfer full) */
static char *
charge (World *w, const char *item, const char *since, const char *more)
{
  g_autofree char *text = g_strdup_printf ("field.subject=%s" FEE, item), *approval = g_strdup_printf ("field.effective_on=%s|field.approved_by=A3001|field.check_on=2026-12-01%s", since, more != NULL ? more : "");
  char *id = step (w, "fee", NULL, "propose", text);

  g_free (step (w, "fee", id, "approve", approval));
  return id;
}

static void
stop_at_last (guint64 done, guint64 total, gpointer stop)
{
  if (done == total)
    g_cancellable_cancel (stop);
}

/* Somebody else makes the folder while the files are written. */
static void
take_place (guint64 done, guint64 total, gpointer folder)
{
  g_assert_true (g_mkdir (folder, 0700) == 0 || done > 1);
}

static void
publication (World *w)
{
  static const char *const kinds[] = { "licence", "departments", "hours", "service", "dispute" };
  g_autofree char *folder = g_build_filename (w->root, "gs", NULL), *page_path = g_build_filename (folder, "index.html", NULL), *page = NULL;
  g_autofree char *paper = g_build_filename (folder, "publication.pdf", NULL), *file = g_build_filename (folder, "files", "GS-000001-1.pdf", NULL);
  g_autofree char *pdf = g_build_filename (w->root, "许可证.pdf", NULL), *draft = NULL, *raised = NULL, *many = g_build_filename (w->root, "many", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autofree char *partial = g_strconcat (folder, ".partial", NULL);
  guint64 from;

  g_assert_true (g_file_set_contents (pdf, "%PDF-1.4 test", -1, NULL));
  world_sign_in (w, "A3001");
  expect_error (fz_desk_export_publication (w->session, folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "执业许可、诊疗科目、服务时间与出诊人员、服务方式、项目与流程、收费项目和标准、纠纷处理程序与投诉渠道");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *text = g_strdup_printf ("field.subject=事项%u|field.kind=%s|field.place=首页|field.content=<b>内容%u</b>\n第二行", i, kinds[i], i), *id = NULL;
    const char *const paths[] = { i == 0 ? pdf : NULL, NULL };
    g_autoptr (FzFields) facts = values (text);
    g_autofree char *document = world_sign (w, fz_desk_prepare_entry (w->session, "published", NULL, "draft", facts, NULL, paths, &error));

    id = g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
    g_free (step (w, "published", id, "approve", "field.approved_by=A3001|field.true=yes"));
  }
  expect_error (fz_desk_export_publication (w->session, folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "缺少收费项目和标准。");
  g_free (charge (w, "今日起的复诊费", "2026-03-02", NULL));
  g_free (charge (w, "明日起的复诊费", "2026-03-03", NULL));
  g_free (charge (w, "昨日止的复诊费", "2026-01-01", "|field.until_on=2026-03-01"));
  g_free (step (w, "fee", NULL, "propose", "field.subject=未核准的复诊费" FEE));
  raised = charge (w, "将调价的复诊费", "2026-02-01", NULL);
  g_free (step (w, "fee", raised, "change", "field.price=7790|field.basis=某价〔2026〕2号|field.reason=调价"));
  g_free (step (w, "fee", raised, "approve", "field.effective_on=2026-04-01|field.approved_by=A3001|field.check_on=2026-12-01"));
  g_free (raised);
  raised = charge (w, "下旬停止的复诊费", "2026-01-01", NULL);
  g_free (step (w, "fee", raised, "end", "field.ended_on=2026-03-20|field.reason=并入复诊费"));
  g_free (raised);
  raised = charge (w, "今日停止的复诊费", "2026-01-01", NULL);
  g_free (step (w, "fee", raised, "end", "field.ended_on=2026-03-02|field.reason=并入复诊费"));
  draft = step (w, "published", NULL, "draft", "field.subject=未审核的广告|field.kind=advert|field.place=首页|field.content=x");
  from = world_audit_size (w);
  /* Stopped when the last file is written: nothing of it is left. */
  g_assert_null (fz_desk_export_publication (w->session, folder, stop, stop_at_last, stop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (g_cancellable_is_cancelled (stop)); /* by what it told */
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS) || g_file_test (partial, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (world_audit_count (w, from, "publication.export", NULL), ==, 0);
  /* The log first: when the folder then cannot come to its place, the log says more than happened and never less. */
  expect_error (fz_desk_export_publication (w->session, folder, NULL, take_place, folder, &error) == NULL, &error, FZ_ERROR_RETRY, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "publication.export", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "publication.export", "failed"), ==, 1);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing of ours in it … */
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS)); /* … or beside it */
  from = world_audit_size (w);
  made = fz_desk_export_publication (w->session, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "publication.export", "done"), ==, 1);
  g_assert_true (g_file_get_contents (page_path, &page, NULL, NULL));
  g_assert_nonnull (strstr (page, "&lt;b&gt;内容4&lt;/b&gt;\n第二行"));
  g_assert_nonnull (strstr (page, "<a href=\"files/GS-000001-1.pdf\">"));
  g_assert_nonnull (strstr (page, "林若溪"));
  g_assert_null (strstr (page, "未审核的广告"));
  g_assert_nonnull (strstr (page, "今日起的复诊费"));
  g_assert_nonnull (strstr (page, "35.50"));
  g_assert_nonnull (strstr (page, "将调价的复诊费")); /* at the price that is still charged */
  g_assert_null (strstr (page, "77.90"));
  g_assert_null (strstr (page, "明日起的复诊费"));
  g_assert_null (strstr (page, "昨日止的复诊费"));
  g_assert_nonnull (strstr (page, "下旬停止的复诊费")); /* charged until that day */
  g_assert_null (strstr (page, "今日停止的复诊费"));
  g_assert_null (strstr (page, "未核准的复诊费"));
  g_assert_null (strstr (page, "119900198511122229")); /* nobody's identity number */
  g_assert_null (strstr (page, "陶静怡")); /* who made it, and who serves no patient */
  g_assert_true (g_file_test (paper, G_FILE_TEST_IS_REGULAR) && g_file_test (file, G_FILE_TEST_IS_REGULAR));
  expect_error (fz_desk_export_publication (w->session, folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, NULL);
  much_published (w, many);
}

/* A certificate that is being put right still ends on its day. */
static void
a_certificate_put_right (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) entry = NULL;
  g_autofree char *id = NULL;
  gboolean found = FALSE;

  world_sign_in (w, "A3001");
  id = step (w, "facility", NULL, "plan", "field.subject=专线|field.kind=other|field.asked=双线路|field.due_on=2026-03-05");
  g_free (step (w, "facility", id, "meet", "field.checked_on=2026-03-02|field.found=符合|field.next_on=2026-09-01|field.valid_until=2026-04-30"));
  g_free (step (w, "facility", id, "fall_short", "field.checked_on=2026-03-02|field.found=备用线路中断|field.measure=报修|field.due_on=2026-03-10"));
  entry = fz_desk_read_entry (w->session, id, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fz_fields_count (entry, "due"); i++)
    found = found || (g_strcmp0 (fz_fields_get_at (entry, "due", i, "word"), "renew") == 0 && g_strcmp0 (fz_fields_get_at (entry, "due", i, "on"), "2026-04-30") == 0);
  g_assert_true (found);
}

/* --- reports, against a second computation from the documents as they were signed --- */

static const char *
figure_of (const FzFields *report, const char *label)
{
  for (guint i = 0; i < fz_fields_count (report, "figure"); i++)
    if (g_strcmp0 (fz_fields_get_at (report, "figure", i, "label"), label) == 0)
      return fz_fields_get_at (report, "figure", i, "text");
  g_error ("no figure %s in %s", label, fz_fields_get (report, "report.title"));
}

/* The cell `column` of the row that begins with `first`. */
static const char *
cell_of (const FzFields *report, const char *title, const char *first, guint column)
{
  for (guint t = 0; t < fz_fields_count (report, "table"); t++) {
    g_autofree char *rows = g_strdup_printf ("table.%02u.row", t);

    if (g_strcmp0 (fz_fields_get_at (report, "table", t, "title"), title) != 0)
      continue;
    for (guint r = 0; r < fz_fields_count (report, rows); r++) {
      g_autofree char *cells = g_strdup_printf ("%s.%02u.cell", rows, r);

      if (g_strcmp0 (fz_fields_get_at (report, cells, 0, NULL), first) == 0)
        return fz_fields_get_at (report, cells, column, NULL);
    }
  }
  g_error ("no row %s in %s", first, title);
}

/* What the signed documents themselves say: entries of that register whose last word on `key` is `value`. */
typedef struct {
  const char *reg, *key, *value;
  GHashTable *last; /* entry -> value */
} Recount;

static gboolean
recount (FzTxn *txn, gpointer data, GError **error)
{
  Recount *self = data;
  g_autoptr (GPtrArray) documents = fz_documents_after (txn, 0, 10000, error);

  for (guint i = 0; documents != NULL && i < documents->len; i++) {
    const FzFields *body = ((FzDocument *) documents->pdata[i])->body;

    for (guint l = 0; g_strcmp0 (fz_fields_get (body, "register"), self->reg) == 0 && l < fz_fields_count (body, "line"); l++)
      if (g_strcmp0 (fz_fields_get_at (body, "line", l, "key"), self->key) == 0)
        g_hash_table_replace (self->last, g_strdup (fz_fields_get (body, "entry")), g_strdup (fz_fields_get_at (body, "line", l, "value")));
  }
  return documents != NULL;
}

static guint
documents_say (World *w, const char *reg, const char *key, const char *value)
{
  g_autoptr (GHashTable) last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Recount self = { reg, key, value, last };
  GHashTableIter iter;
  gpointer said;
  guint n = 0;

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, recount, &self, NULL));
  g_hash_table_iter_init (&iter, last);
  while (g_hash_table_iter_next (&iter, NULL, &said))
    n += value == NULL || g_str_equal (said, value);
  return n;
}

static void
expect_count (const char *shown, guint n)
{
  g_assert_cmpint (g_ascii_strtoll (shown, NULL, 10), ==, n);
}

/* The first days of 2026, up to the tested one. */
static FzFields *
report_of (World *w, const char *name)
{
  FzDate first = { 2026, 1, 1 };
  g_autoptr (GError) error = NULL;
  FzReportWanted wanted = { .name = name, .from_us = fz_date_beijing_start_us (first), .to_us = fz_session_now_us (w->session) + 1 };
  FzFields *report = fz_desk_report (w->session, &wanted, &error);

  g_assert_no_error (error);
  return report;
}

static void
make_entries (World *w)
{
  g_autofree char *answered = NULL;

  g_free (step (w, "complaint", NULL, "register", "field.received_on=2026-01-20|field.channel=phone|field.kind=drug|field.complainant=a|field.content=b"));
  g_free (step (w, "complaint", NULL, "register", COMPLAINT));
  g_free (step (w, "complaint", NULL, "register", "field.received_on=2025-12-31|field.channel=phone|field.kind=fee|field.complainant=a|field.content=b"));
  answered = step (w, "complaint", NULL, "register", "field.received_on=2026-02-02|field.channel=online|field.kind=fee|field.complainant=a|field.content=b");
  g_free (step (w, "complaint", answered, "amend", "field.kind=service"));
  g_free (step (w, "complaint", answered, "investigate", "field.handler=A3001|field.finding=x"));
  g_free (step (w, "complaint", answered, "answer", "field.reply=y|field.replied_on=2026-02-06"));
  g_free (step (w, "refund", NULL, "register", "field.applied_on=2026-02-27|field.applicant=a|field.amount=3500|field.cause=other"));
  g_free (step (w, "quality-check", NULL, "check", "field.subject=二月|field.kind=online|field.checked_on=2026-02-27|field.sample=随机|field.n_sampled=40|field.n_bad=3|field.content=x"));
  world_arrive (w, 3, "V-E");
  g_free (step (w, "evaluation", NULL, "record", "field.visit=V-E|field.satisfaction=5|field.score=10|field.content=好|field.person=a|field.rated_on=2026-03-01|field.rated_at=10:00"));
}

static void
reports_of_registers (World *w)
{
  g_autoptr (FzFields) complaints = NULL, quality = NULL, satisfaction = NULL;

  world_sign_in (w, "A3001");
  make_entries (w);
  complaints = report_of (w, "complaints");
  g_assert_cmpuint (documents_say (w, "complaint", "received_on", NULL), ==, 4);
  expect_count (figure_of (complaints, "投诉与纠纷：本期"), documents_say (w, "complaint", "received_on", NULL) - documents_say (w, "complaint", "received_on", "2025-12-31"));
  expect_count (figure_of (complaints, "投诉与纠纷：现未办结"), 4);
  expect_count (figure_of (complaints, "投诉与纠纷：现已逾期"), 2); /* the answered one has nothing due, the newest is not over */
  expect_count (cell_of (complaints, "投诉与纠纷：性质", "服务态度与流程", 1), documents_say (w, "complaint", "kind", "service"));
  expect_count (cell_of (complaints, "投诉与纠纷：性质", "药品与配送", 1), documents_say (w, "complaint", "kind", "drug"));
  expect_count (cell_of (complaints, "投诉与纠纷：性质", "收费与退费", 1), documents_say (w, "complaint", "kind", "fee") - 1); /* one of last year */
  g_assert_cmpstr (cell_of (complaints, "投诉与纠纷：性质", "药品与配送", 2), ==, "33.3%");
  g_assert_cmpstr (cell_of (complaints, "投诉与纠纷：投诉人是否认可", "未填写", 1), ==, "3");
  g_assert_cmpstr (cell_of (complaints, "投诉与纠纷：按月", "2026-01", 1), ==, "1");
  g_assert_cmpstr (cell_of (complaints, "投诉与纠纷：按月", "2026-03", 1), ==, "1");
  g_assert_cmpstr (cell_of (complaints, "投诉与纠纷：用时", "收到至答复", 3), ==, "4"); /* Monday to Friday */
  g_assert_cmpstr (cell_of (complaints, "投诉与纠纷：用时", "收到至答复", 6), ==, "100.0%");
  expect_count (cell_of (complaints, "退费：按状态", "待审核", 1), documents_say (w, "refund", "cause", "other"));
  quality = report_of (w, "quality");
  g_assert_cmpstr (figure_of (quality, "缺陷率"), ==, "7.5%");
  satisfaction = report_of (w, "satisfaction");
  expect_count (cell_of (satisfaction, "患者评价：满意度", "非常满意", 1), documents_say (w, "evaluation", "satisfaction", "5"));
}

static void
make_visits (World *w)
{
  g_autofree char *first = NULL, *second = NULL;

  world_sign_in (w, "D1001");
  first = world_prescribe (w, 0, "V-A");
  second = world_prescribe (w, 1, "V-B");
  world_arrive (w, 2, "V-C");
  world_review (w, "P2001", first, "approved");
  world_review (w, "P2001", second, "returned");
  world_sign_in (w, "A3001");
}

/* Visits, verdicts and reviews as the documents count them. */
static void
reports_of_visits (World *w)
{
  g_autoptr (FzFields) eligibility = NULL, review = NULL, indicators = NULL, upload = NULL;

  make_visits (w);
  eligibility = report_of (w, "eligibility");
  expect_count (figure_of (eligibility, "作出复诊判断"), (guint) world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.eligibility/v1'"));
  g_assert_cmpstr (figure_of (eligibility, "符合复诊条件"), ==, "100.0%");
  review = report_of (w, "review");
  expect_count (figure_of (review, "开具处方"), (guint) world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.prescription/v1'"));
  expect_count (figure_of (review, "已审核"), (guint) world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.review/v1'"));
  g_assert_cmpstr (figure_of (review, "退回率"), ==, "50.0%");
  g_assert_cmpstr (cell_of (review, "干预及效果", "退回或不通过，未再开具", 1), ==, "1");
  indicators = report_of (w, "quality");
  g_assert_cmpstr (cell_of (indicators, "质量指标（与同样长的上一期相比）", "审方退回率", 2), ==, "50.0%");
  g_assert_cmpstr (cell_of (indicators, "质量指标（与同样长的上一期相比）", "审方退回率", 5), ==, "预警");
  g_assert_cmpstr (cell_of (indicators, "质量指标（与同样长的上一期相比）", "审方退回率", 1), ==, "—");
  upload = report_of (w, "upload");
  expect_count (figure_of (upload, "应上报"), (guint) world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key NOT LIKE 'void:%' AND key NOT LIKE 'expired:%' AND key NOT LIKE 'amended:%'"));
  g_assert_cmpstr (figure_of (upload, "上报完整率"), ==, "0.0%");
}

/* The entry of that indicator; NULL: none. */
static FzFields *
intervention_of (World *w, const char *indicator)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_entries (w->session, "intervention", NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "field.indicator"), indicator) == 0)
      return fz_fields_ref (rows->pdata[i]);
  return NULL;
}

#define ANSWER "field.content=模板错误|field.measure=更正模板|field.owner=A3001|field.begun_on=2026-04-02|field.review_on=2026-05-08"

/* March is over with too many prescriptions sent back: the program says so with a day, once; April shows what became of it, and nobody types a figure. */
static void
an_indicator_is_warned_of (World *w)
{
  g_autoptr (FzFields) pass = NULL, sent = NULL, back = NULL, wait = NULL, running = NULL, closed = NULL, recovered = NULL, report = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *rx = NULL, *id = NULL;
  guint64 from;

  make_visits (w); /* one of two is sent back */
  world_sign_in (w, "A3001");
  g_assert_true (fz_desk_check_indicators (w->session, &error)); /* February had nothing */
  g_assert_null (intervention_of (w, "review_pass"));
  world_pass (w, 31 * 24 * 3600);
  world_sign_in (w, "A3001");
  from = world_audit_size (w);
  g_assert_true (fz_desk_check_indicators (w->session, &error));
  g_assert_true (fz_desk_check_indicators (w->session, &error)); /* a month is looked at once */
  g_assert_cmpuint (world_audit_count (w, from, "indicator.check", "done"), ==, 1);
  wait = intervention_of (w, "visit_ended");
  g_assert_null (wait); /* within its limit */
  back = intervention_of (w, "review_return");
  pass = intervention_of (w, "review_pass");
  g_assert_cmpstr (fz_fields_get (pass, "entry.state"), ==, "warned");
  g_assert_cmpstr (fz_fields_get (pass, "field.before"), ==, "2026-03-01 至 2026-03-31：50.0%");
  sent = intervention_of (w, "upload_in_time"); /* nothing was ever accepted */
  g_assert_cmpstr (fz_fields_get (sent, "field.before"), ==, "2026-03-01 至 2026-03-31：0.0%");
  id = g_strdup (fz_fields_get (pass, "entry.id"));
  expect_due (w, id, "answer", "2026-04-17");
  expect_error (prepare (w, "intervention", id, "answer", ANSWER "|field.before=99%", &error) == NULL, &error, FZ_ERROR_INVALID, "由程序计算");
  g_free (step (w, "intervention", id, "answer", ANSWER));
  expect_due (w, id, "answer", NULL);
  expect_due (w, id, "evaluate", "2026-05-08");
  expect_error (prepare (w, "intervention", NULL, "begin", "field.indicator=record_grade|field.subject=甲级率|" ANSWER, &error) == NULL, &error, FZ_ERROR_INVALID, "必须填写");
  world_sign_in (w, "D1001");
  rx = world_prescribe (w, 0, "V-APRIL");
  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "A3001");
  running = fz_desk_read_entry (w->session, id, &error);
  g_assert_cmpstr (fz_fields_get (running, "entry.state"), ==, "running");
  world_pass (w, 30 * 24 * 3600);
  world_sign_in (w, "A3001");
  g_assert_true (fz_desk_check_indicators (w->session, &error));
  recovered = fz_desk_read_entry (w->session, fz_fields_get (back, "entry.id"), &error); /* nobody had answered, and it is good again */
  g_assert_cmpstr (fz_fields_get (recovered, "entry.state"), ==, "recovered");
  g_assert_cmpstr (fz_fields_get (recovered, "field.after"), ==, "2026-04-01 至 2026-04-30：0.0%");
  g_free (step (w, "intervention", id, "evaluate", "field.result=better|field.effect=已更正"));
  closed = fz_desk_read_entry (w->session, id, &error);
  g_assert_cmpstr (fz_fields_get (closed, "field.before"), ==, "2026-03-01 至 2026-03-31：50.0%");
  g_assert_cmpstr (fz_fields_get (closed, "field.after"), ==, "2026-04-02 至 2026-05-01：100.0%"); /* since it was begun */
  report = report_of (w, "quality");
  g_assert_cmpstr (cell_of (report, "审核通过率：近6个月", "2026-03", 1), ==, "50.0%");
  g_assert_cmpstr (cell_of (report, "审核通过率：近6个月", "2026-03", 2), ==, "预警");
  g_assert_cmpstr (cell_of (report, "审核通过率：近6个月", "2026-04", 1), ==, "100.0%");
  g_assert_cmpstr (cell_of (report, "审核通过率：近6个月", "2026-01", 1), ==, "—");
}

/* The preview as text, and the three files, of the same name. */
static void
write_all (World *w, const FzReportWanted *wanted, const char *base)
{
  static const char *const formats[] = { "xlsx", "pdf" };
  g_autoptr (GError) error = NULL;

  figures_write (w, wanted, base);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *path = g_strconcat (base, ".", formats[i], NULL);

    g_assert_true (fz_desk_report_save (w->session, wanted, formats[i], path, &error));
    g_assert_no_error (error);
  }
  {
    g_autoptr (FzPrintout) printout = fz_desk_printout_report (w->session, wanted, &error); /* the pages of the PDF */
    guint64 from = world_audit_size (w);

    g_assert_no_error (error);
    g_assert_cmpuint (fz_printout_get_n_pages (printout), >, 0);
    g_assert_true (fz_desk_print (w->session, printout, 1, "printer", &error));
    g_assert_cmpuint (world_audit_count (w, from, "report.print", "done"), ==, 1);
  }
}

/* Every report that needs no grant, whole and by what its plan allows. */
static guint
write_reports (World *w, FzReportWanted *wanted, const char *folder, void (*write) (World *w, const FzReportWanted *wanted, const char *base))
{
  static const char *const filters[][2] = { { "department.allowed", "03.04" }, { "person.allowed", "D1001" } };
  g_autoptr (GPtrArray) reports = fz_desk_list_reports (w->session, NULL);
  guint n = 0;

  for (guint i = 0; i < reports->len; i++) {
    g_autofree char *base = g_build_filename (folder, fz_fields_get (reports->pdata[i], "name"), NULL);

    if (fz_fields_is_yes (reports->pdata[i], "grant"))
      continue;
    n++;
    wanted->name = fz_fields_get (reports->pdata[i], "name");
    wanted->department = wanted->person = NULL;
    write (w, wanted, base);
    for (guint k = 0; k < G_N_ELEMENTS (filters); k++) {
      g_autofree char *filtered = g_strdup_printf ("%s-%u", base, k);

      wanted->department = k == 0 ? filters[k][1] : NULL;
      wanted->person = k == 1 ? filters[k][1] : NULL;
      if (fz_fields_is_yes (reports->pdata[i], filters[k][0]) && !g_str_equal (wanted->name, "daily") && !g_str_equal (wanted->name, "review") && !g_str_equal (wanted->name, "waiting"))
        write (w, wanted, filtered);
    }
  }
  return n;
}

/* Another program reads the same figures in the preview, the table, the workbook and the paper (same_figures.py), and a third one finds them in the documents
 * (second_figures.py); none names a medicine, a patient or a doctor nobody asked for. */
static void
reports_are_the_same (World *w)
{
  g_autofree char *folder = g_build_filename (w->root, "reports", NULL);
  FzReportWanted wanted = { .from_us = fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }) };

  make_visits (w);
  make_entries (w);
  wanted.to_us = fz_session_now_us (w->session) + 1;
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpuint (write_reports (w, &wanted, folder, write_all), >=, 15);
  figures_dump (w, folder);
  figures_run ("same_figures.py", folder);
  figures_run ("second_figures.py", folder);
}

/* The four that count medicines, each behind a grant of its own for twice: shown and saved. */
static void
write_medicines (World *w, FzReportWanted *wanted, const char *folder)
{
  static const char *const names[] = { "drug-use", "drug-department", "drug-doctor", "antibacterial" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *from = fz_date_format (fz_date_in_beijing (wanted->from_us)), *to = fz_date_format (fz_date_in_beijing (wanted->to_us - 1));
    g_autofree char *until = fz_date_format (fz_date_add_days (fz_date_in_beijing (fz_session_now_us (w->session)), 3)), *base = g_build_filename (folder, names[i], NULL);
    g_autofree char *text = g_strdup_printf ("kind=profiling|purpose=P01|words=年度用药分析|times=2|until_on=%s|scope.report=%s|scope.from=%s|scope.to=%s", until, names[i], from, to);
    g_autoptr (FzFields) facts = values (text);
    g_autoptr (GError) error = NULL;
    g_autofree char *asked = world_sign (w, fz_desk_prepare_grant (w->session, facts, &error)), *id = g_strndup (asked, strlen ("GNT-000001"));

    world_sign_in (w, "S4001");
    g_free (world_sign (w, fz_desk_prepare_grant_decision (w->session, id, "approved", "已核对", &error)));
    world_sign_in (w, "A3001");
    wanted->name = names[i];
    wanted->department = wanted->person = NULL;
    figures_write (w, wanted, base);
  }
}

/* Days of a hospital that works, as `fuzhen demo --days` plays them: every figure of every report, found again in the documents. The whole year at full size. */
static void
days_of_the_demonstration (void)
{
  g_autoptr (GError) error = NULL;
  const char *scale = g_getenv ("FUZHEN_TEST_SCALE");
  g_autofree char *root = g_dir_make_tmp ("fuzhen-days-XXXXXX", &error), *data = g_build_filename (root, "data", NULL), *state = g_build_filename (root, "state", NULL);
  g_autofree char *folder = g_build_filename (root, "reports", NULL);
  FzDemo demo = { .data_dir = data, .state_dir = state, .visits = 3, .seed = 11, .date = { 2026, 3, 2 }, .days = scale != NULL && g_str_equal (scale, "full") ? 365 : 5 };
  FzReportWanted wanted = { 0 };
  g_autoptr (FzFields) sum = NULL;
  World w = { 0 };

  sum = fz_demo_play (&demo, &error);
  g_assert_no_error (error);
  world_open (&w, data, state, fz_date_beijing_start_us (fz_date_add_days (demo.date, 1)) + 9 * 60 * MINUTE * FZ_US_PER_SECOND, 11);
  world_sign_in (&w, "A3001");
  wanted.from_us = fz_date_beijing_start_us (fz_date_add_days (demo.date, 1 - (gint64) demo.days));
  wanted.to_us = fz_date_beijing_start_us (fz_date_add_days (demo.date, 1));
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  write_reports (&w, &wanted, folder, figures_write);
  write_medicines (&w, &wanted, folder);
  figures_dump (&w, folder);
  figures_run ("second_figures.py", folder);
  world_free (&w);
  remove_tree (root);
}

/* Of one department, and of one doctor: what the documents say of those visits. What its plan does not allow is refused with the reason, and so is a department
 * of one doctor where prescriptions are counted. */
static void
reports_of_one (World *w)
{
  FzReportWanted wanted = { .name = "eligibility", .from_us = fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }) };
  g_autoptr (FzFields) department = NULL, person = NULL, satisfaction = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;

  make_visits (w);
  make_entries (w);
  wanted.to_us = fz_session_now_us (w->session) + 1;
  before = world_audit_size (w);
  wanted.department = "03.04";
  department = fz_desk_report (w->session, &wanted, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (department, "report.filter"), ==, "科室 心血管内科专业");
  expect_count (figure_of (department, "作出复诊判断"), (guint) world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.eligibility/v1' AND visit IN (SELECT id FROM visit WHERE instr(facts, 'visit.department 03.04'))"));
  expect_count (cell_of (department, "按科室", "心血管内科专业", 1), (guint) world_ask (w, "SELECT COUNT(*) FROM visit WHERE instr(facts, 'visit.department 03.04')"));
  g_assert_cmpuint (world_audit_count (w, before, "report.read", "done"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'report.read' AND instr(CAST(leaf AS TEXT), '03.04')"), ==, 1);
  wanted.department = NULL;
  wanted.person = "D1002";
  person = fz_desk_report (w->session, &wanted, &error);
  g_assert_no_error (error);
  expect_count (figure_of (person, "作出复诊判断"), (guint) world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.eligibility/v1' AND instr(CAST(body AS TEXT), 'doctor.staff_number D1002')"));
  wanted.name = "satisfaction"; /* the one rating is of a visit that nobody took */
  satisfaction = fz_desk_report (w->session, &wanted, &error);
  g_assert_no_error (error);
  expect_count (figure_of (satisfaction, "患者评价：本期"), 0);
  wanted.name = "review";
  expect_error (fz_desk_report (w->session, &wanted, &error) == NULL, &error, FZ_ERROR_REFUSED, "防统方");
  wanted.person = NULL;
  wanted.department = "03.04";
  expect_error (fz_desk_report (w->session, &wanted, &error) == NULL, &error, FZ_ERROR_REFUSED, "现有 1 位医师");
  wanted.department = "99.99";
  expect_error (fz_desk_report (w->session, &wanted, &error) == NULL, &error, FZ_ERROR_INVALID, "99.99");
  wanted.name = "drug-doctor";
  expect_error (fz_desk_report (w->session, &wanted, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  wanted.name = "comment";
  expect_error (fz_desk_report (w->session, &wanted, &error) == NULL, &error, FZ_ERROR_REFUSED, "不能按科室筛选");
}

static void
note_progress (double done, gpointer data)
{
  GArray *seen = data;

  g_array_append_val (seen, done);
}

/* How far it is only grows; stopped, it makes nothing and leaves no file. */
static void
report_is_stopped (World *w)
{
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autofree char *path = g_build_filename (w->root, "stopped.csv", NULL);
  FzReportWanted wanted = { .name = "self-inspection", .from_us = fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), .stop = stop, .progress = note_progress, .data = seen };
  g_autoptr (FzFields) whole = NULL;
  g_autoptr (GError) error = NULL;

  make_visits (w);
  wanted.to_us = fz_session_now_us (w->session) + 1;
  whole = fz_desk_report (w->session, &wanted, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen->len, >, 15);
  for (guint i = 1; i < seen->len; i++)
    g_assert_cmpfloat (g_array_index (seen, double, i - 1), <=, g_array_index (seen, double, i));
  g_assert_cmpfloat (g_array_index (seen, double, seen->len - 1), <=, 1);
  g_assert_cmpfloat (g_array_index (seen, double, seen->len - 1), >, 0.9);
  g_cancellable_cancel (stop);
  g_assert_false (fz_desk_report_save (w->session, &wanted, "csv", path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* --- reports by themselves --- */

#define SCHEDULE "field.subject=每周投诉|field.report=complaints|field.kind=week|field.form=csv|field.since=2026-02-11|field.folder="

static void
expect_made (World *w, guint n, guint problems)
{
  guint made = 0, bad = 0, before;

  do {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = fz_desk_make_scheduled_reports (w->session, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (rows->len, <=, 1); /* a file a call */
    before = made + bad;
    if (rows->len > 0 && fz_fields_has (rows->pdata[0], "problem"))
      bad++;
    else if (rows->len > 0) {
      made++;
      g_assert_true (g_file_test (fz_fields_get (rows->pdata[0], "path"), G_FILE_TEST_IS_REGULAR));
    }
  } while (made + bad > before);
  g_assert_cmpuint (bad, ==, problems);
  g_assert_cmpuint (made, ==, n);
}

typedef struct {
  World *w;
  guint left; /* looks at the clock until the screen locks */
  FzSecret *key;
} Locker;

static gint64
lock_by_the_clock (gpointer data)
{
  Locker *self = data;

  if (self->left > 0 && --self->left == 0)
    self->key = g_steal_pointer (&self->w->session->person_key);
  return fz_demo_world_clock (self->w->world);
}

/* Whenever the screen locks meanwhile, the report is due still, and no failure stands in the log. How often it was locked. */
static guint
lock_while_made (World *w)
{
  guint64 from = world_audit_size (w);
  guint locked = 0;

  for (guint nth = 1;; nth++) {
    Locker locker = { w, nth, NULL };
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = NULL;

    w->desk->clock = lock_by_the_clock;
    w->desk->clock_data = &locker;
    rows = fz_desk_make_scheduled_reports (w->session, &error);
    w->desk->clock = fz_demo_world_clock;
    w->desk->clock_data = w->world;
    if (locker.key != NULL)
      w->session->person_key = locker.key;
    g_assert_cmpuint (world_audit_count (w, from, "report.schedule", "failed"), ==, 0);
    if (rows != NULL) /* made: it was locked too late, or not at all */
      return locked;
    g_assert_error (error, FZ_ERROR, FZ_ERROR_LOCKED);
    locked++;
  }
}

/* What goes on failing has a day; NULL: nothing does. */
static void
expect_failing (World *w, const char *day)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, &error);
  const char *on = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "what"), "failing") == 0)
      on = fz_fields_get (rows->pdata[i], "on");
  g_assert_cmpstr (on, ==, day);
}

/* A report of every week: those that are over are made up, the running one waits for its Sunday; a folder that is not there is told once and tried again; nothing
 * is made twice, and nothing after it was stopped. What a file says is what the page says of those days. */
static void
a_scheduled_report (World *w)
{
  g_autofree char *folder = g_build_filename (w->root, "weekly", NULL), *text = g_strconcat (SCHEDULE, folder, NULL), *id = NULL, *said = NULL, *asked = NULL;
  g_autofree char *path = g_build_filename (folder, "投诉与退费_2026-02-23_2026-03-01.csv", NULL), *by_hand = g_build_filename (w->root, "by-hand.csv", NULL);
  FzReportWanted wanted = { .name = "complaints", .from_us = fz_date_beijing_start_us ((FzDate) { 2026, 2, 23 }), .to_us = fz_date_beijing_start_us ((FzDate) { 2026, 3, 2 }) };
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  g_free (step (w, "complaint", NULL, "register", "field.received_on=2026-02-25|field.channel=phone|field.kind=fee|field.complainant=a|field.content=b"));
  expect_made (w, 0, 0);
  id = step (w, "report-schedule", NULL, "set", text);
  from = world_audit_size (w);
  expect_made (w, 0, 1); /* no such folder */
  expect_made (w, 0, 0);
  g_assert_cmpuint (world_audit_count (w, from, "report.schedule", "failed"), ==, 1);
  expect_failing (w, "2026-02-15"); /* the oldest of them */
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  expect_made (w, 0, 0); /* it failed a moment ago */
  world_pass (w, 11 * MINUTE);
  world_sign_in (w, "A3001");
  from = world_audit_size (w);
  g_assert_cmpuint (lock_while_made (w), >, 0);
  expect_made (w, 2, 0);
  expect_failing (w, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "report.schedule", "done"), ==, 3);
  g_assert_cmpuint (world_audit_count (w, from, "report.export", "done"), ==, 3);
  expect_made (w, 0, 0);
  g_assert_true (fz_desk_report_save (w->session, &wanted, "csv", by_hand, &error));
  g_assert_true (g_file_get_contents (path, &said, NULL, NULL) && g_file_get_contents (by_hand, &asked, NULL, NULL));
  g_assert_cmpstr (strstr (said, "\r\n指标,"), ==, strstr (asked, "\r\n指标,"));
  g_assert_nonnull (strstr (said, "投诉与纠纷：本期（条）,1\r\n"));
  g_assert_true (strstr (said, "定时（台账 ") != NULL && strstr (asked, "定时（台账 ") == NULL); /* nobody's name stands for what nobody asked for */
  world_pass (w, 6 * 24 * 60 * MINUTE);
  world_sign_in (w, "A3001");
  expect_made (w, 0, 0); /* Sunday */
  world_pass (w, 24 * 60 * MINUTE);
  world_sign_in (w, "A3001");
  expect_made (w, 1, 0);
  g_free (step (w, "report-schedule", id, "amend", "field.kind=month|field.since=2026-01-31"));
  expect_made (w, 0, 0); /* March was begun by the weeks, and is not over */
  g_free (step (w, "report-schedule", id, "stop", "field.stopped_on=2026-03-09|field.reason=改由他人制作"));
  world_pass (w, 40 * 24 * 60 * MINUTE);
  world_sign_in (w, "A3001");
  expect_made (w, 0, 0);
  expect_error (prepare (w, "report-schedule", NULL, "set", "field.subject=x|field.report=drug-use|field.kind=day|field.form=csv|field.since=2026-03-01|field.folder=/tmp", &error) == NULL,
                &error, FZ_ERROR_INVALID, NULL); /* what needs a grant is none of the choices */
}

/* The choices of the register are the reports that need no grant, by their names. */
static void
schedule_knows_the_reports (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) reg = NULL;
  g_autoptr (GPtrArray) reports = NULL;
  guint n = 0;

  world_sign_in (w, "A3001");
  reg = fz_desk_read_register (w->session, "report-schedule", &error);
  reports = fz_desk_list_reports (w->session, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < reports->len; i++) {
    gboolean found = FALSE;

    if (fz_fields_is_yes (reports->pdata[i], "grant"))
      continue;
    n++;
    for (guint c = 0; c < fz_fields_count (reg, "field.01.choice"); c++)
      found = found || (g_strcmp0 (fz_fields_get_at (reg, "field.01.choice", c, "code"), fz_fields_get (reports->pdata[i], "name")) == 0 &&
                        g_strcmp0 (fz_fields_get_at (reg, "field.01.choice", c, "label"), fz_fields_get (reports->pdata[i], "title")) == 0);
    if (!found)
      g_error ("%s is no choice", fz_fields_get (reports->pdata[i], "name"));
  }
  g_assert_cmpuint (fz_fields_count (reg, "field.01.choice"), ==, n);
}

static gboolean
put_row (FzTxn *txn, gpointer data, GError **error)
{
  return fz_entries_put (txn, data, error);
}

/* --- an older edition --- */

static FzRegister *
edition (const char *name, const char *from, const char *to)
{
  g_autofree char *path = g_strdup_printf ("%s/assets/registers/%s.json", g_getenv ("FUZHEN_SOURCE_ROOT"), name), *text = NULL;
  g_autoptr (GString) older = NULL;
  g_autoptr (GError) error = NULL;
  FzRegister *reg;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  older = g_string_new (text);
  g_assert_cmpuint (g_string_replace (older, from, to, 0), >, 0);
  reg = fz_register_parse ("older.json", older->str, older->len, &error);
  g_assert_no_error (error);
  return reg;
}

/* What was signed under a field or choice that the register has no more is shown, found and exported in the words it was signed in. */
static void
of_an_older_edition (World *w)
{
  g_autofree char *id = NULL, *csv = g_build_filename (w->root, "older.csv", NULL), *text = NULL;
  g_autoptr (FzFields) entry = NULL, filter = values ("text=王小合");
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (FzRegister) older = edition ("refund", "\"applicant\"", "\"who_asked\"");
  g_autoptr (GError) error = NULL;
  gpointer now = NULL;
  guint at = 0;

  for (guint i = 0; i < w->desk->registers->len; i++)
    if (g_str_equal (fz_register_get_name (w->desk->registers->pdata[i]), "refund")) {
      at = i;
      now = w->desk->registers->pdata[i];
    }
  w->desk->registers->pdata[at] = older;
  world_sign_in (w, "A3001");
  id = step (w, "refund", NULL, "register", "field.applied_on=2026-03-02|field.who_asked=王小合|field.amount=3500|field.cause=other");
  w->desk->registers->pdata[at] = now;
  entry = fz_desk_read_entry (w->session, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fz_fields_count (entry, "former"), ==, 1);
  g_assert_cmpstr (fz_fields_get_at (entry, "former", 0, "key"), ==, "who_asked");
  g_assert_cmpstr (fz_fields_get_at (entry, "former", 0, "label"), ==, fz_register_find_field (now, "applicant")->label);
  g_assert_cmpstr (fz_fields_get_at (entry, "former", 0, "text"), ==, "王小合");
  found = fz_desk_list_entries (w->session, "refund", filter, &error);
  g_assert_cmpuint (found->len, ==, 1);
  grant_export (w, "refund", "1");
  g_assert_true (fz_desk_export_register (w->session, "refund", "csv", csv, &error));
  g_assert_true (g_file_get_contents (csv, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "以前的栏目"));
  g_assert_nonnull (strstr (text, "：王小合"));
}

/* --- facts that follow from registers --- */

static char *
fact_of (World *w, const char *number, const char *key)
{
  g_autoptr (GPtrArray) staff = fz_desk_list (w->session, FZ_LIST_STAFF, NULL, NULL);

  for (guint i = 0; i < staff->len; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "number"), number) == 0)
      return g_strdup (fz_fields_get (staff->pdata[i], key));
  return NULL;
}

static void
expect_fact (World *w, const char *number, const char *key, const char *value)
{
  g_autofree char *found = fact_of (w, number, key);

  g_assert_cmpstr (found, ==, value);
}

static void
refuse_step (World *w, const char *name, const char *id, const char *move, const char *text, const char *words)
{
  g_autoptr (GError) error = NULL;

  expect_error (prepare (w, name, id, move, text, &error) == NULL, &error, FZ_ERROR_INVALID, words);
}

static void
refuse_amend (World *w, const char *number, const char *pair, const char *words)
{
  g_autoptr (FzFields) changes = values (pair);
  g_autoptr (GError) error = NULL;

  expect_error (number != NULL ? !fz_desk_amend_staff (w->session, number, changes, &error) : !fz_desk_amend_institution (w->session, changes, &error), &error, FZ_ERROR_REFUSED, words);
}

#define POLICY "field.subject=医疗责任保险|field.kind=institution|field.insurer=某公司|field.from_on=2026-03-01|field.policy_no="

/* What an entry says the profile says, with an entry of the log; nowhere else is it changed; what no entry says any more is gone. */
static void
insured_by_register (World *w)
{
  g_autofree char *id = NULL, *second = NULL;
  g_autoptr (FzFields) mobile = values ("mobile=13800000009"), reg = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  reg = fz_desk_read_register (w->session, "insurance", &error);
  for (guint i = 0; i < fz_fields_count (reg, "field"); i++) /* the form does not begin with today there */
    g_assert_cmpstr (fz_fields_get_at (reg, "field", i, "ahead"), ==, g_str_equal (fz_fields_get_at (reg, "field", i, "key"), "valid_until") ? "yes" : NULL);
  refuse_step (w, "insurance", NULL, "insure", POLICY "1|field.valid_until=2026-12-31|field.people=D1001 D9999", "被保险人员工号：本院人员中没有工号“D9999”");
  refuse_step (w, "insurance", NULL, "insure", POLICY "1|field.valid_until=2026-12-31|field.people=A3001", "不是医师或药师");
  refuse_step (w, "insurance", NULL, "insure", "field.subject=x|field.kind=person|field.insurer=x|field.policy_no=1|field.from_on=2026-03-03|field.valid_until=2026-12-31|field.people=D1001", "生效日期：这一天还没有到");
  from = world_audit_size (w);
  id = step (w, "insurance", NULL, "insure", POLICY "1|field.valid_until=2026-12-31|field.people=D1001、D1002");
  expect_fact (w, "D1001", "insurance_until", "2026-12-31");
  expect_fact (w, "D1002", "insurance_until", "2026-12-31");
  expect_fact (w, "D1003", "insurance_until", NULL);
  g_assert_cmpuint (world_audit_count (w, from, "staff.amend", "done"), ==, 2);
  expect_fact (w, "D1001", "kept.insurance_until", id); /* shown beside it, and not typed there */
  expect_fact (w, "D1003", "kept.insurance_until", NULL);
  refuse_amend (w, "D1001", "insurance_until=2030-12-31", id);
  g_assert_true (fz_desk_amend_staff (w->session, "D1001", mobile, &error));
  second = step (w, "insurance", NULL, "insure", POLICY "2|field.valid_until=2027-06-30|field.people=D1002");
  expect_fact (w, "D1002", "insurance_until", "2027-06-30");
  g_free (step (w, "insurance", id, "renew", "field.policy_no=3|field.from_on=2027-01-01|field.valid_until=2027-12-31")); /* no gap: signed before */
  expect_fact (w, "D1001", "insurance_until", "2027-12-31");
  expect_due (w, id, "renew", "2027-12-31");
  g_free (step (w, "insurance", id, "people", "field.people=D1001"));
  expect_fact (w, "D1002", "insurance_until", "2027-06-30");
  g_free (step (w, "insurance", second, "end", "field.ended_on=2026-03-02|field.reason=退保"));
  expect_fact (w, "D1002", "insurance_until", NULL);
  g_free (step (w, "insurance", id, "end", "field.ended_on=2026-03-02|field.reason=退保"));
  expect_fact (w, "D1001", "insurance_until", NULL);
  expect_fact (w, "D1001", "mobile", "13800000009");
}

/* One entry a person; who leaves leaves by the account; and the consent of the other institution. */
static void
admitted_by_register (World *w)
{
  static const char admit[] = "field.subject=林若溪|field.staff=D1001|field.from_on=2026-03-02|field.title=232|field.scope=内科专业|field.register_checked_on=2026-03-01|field.register_same=yes";
  static const char filed[] = "field.subject=林若溪|field.staff=D1001|field.registered_at=乙医院|field.filing=DD1|field.shift_consent=no|field.from_on=2026-03-02|field.registration_consent=";
  g_autofree char *id = NULL, *other = NULL, *agreed = g_strconcat (filed, "yes", NULL), *not = g_strconcat (filed, "no", NULL);
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  refuse_step (w, "practitioner", NULL, "admit", "field.subject=林若溪|field.staff=D1001|field.from_on=2026-03-02|field.title=232|field.scope=x|field.register_checked_on=2026-03-01|field.register_same=no", "须为“是”");
  id = step (w, "practitioner", NULL, "admit", admit);
  expect_fact (w, "D1001", "title", "232");
  expect_fact (w, "D1001", "register_checked_on", "2026-03-01");
  expect_fact (w, "D1001", "licence_until", "2035-06-30"); /* nobody said it there: as it was stated */
  expect_due (w, id, "check", "2027-03-01");
  refuse_step (w, "practitioner", NULL, "admit", admit, id);
  refuse_step (w, "multi-site", NULL, "file", "field.subject=周明远|field.staff=D1001|field.registered_at=乙医院|field.filing=DD1|field.shift_consent=no|field.from_on=2026-03-02|field.registration_consent=yes", "工号：工号 D1001 是林若溪");
  refuse_step (w, "practitioner", id, "change", "field.change=x|field.departments=内科", "其他可接诊科室代码：应为诊疗科目代码");
  refuse_amend (w, "D1001", "title=231", id);
  refuse_step (w, "multi-site", NULL, "file", not, "须为“是”");
  other = step (w, "multi-site", NULL, "file", agreed);
  expect_fact (w, "D1001", "multi_site_filing", "DD1");
  expect_fact (w, "D1001", "registered_at", "乙医院");
  expect_fact (w, "D1001", "shift_consent", "no");
  g_free (step (w, "multi-site", other, "change", "field.change=同意班内接诊|field.shift_consent=yes|field.shift=周三下午"));
  expect_fact (w, "D1001", "shift_consent", "yes");
  g_free (step (w, "multi-site", other, "end", "field.ended_on=2026-03-02|field.reason=期满"));
  expect_fact (w, "D1001", "shift_consent", NULL);
  refuse_step (w, "practitioner", id, "leave", "field.left_on=2026-03-02|field.reason=调离", "请先由安全管理员");
  world_sign_in (w, "S4001");
  g_assert_true (fz_desk_end_staff (w->session, "D1001", &error));
  world_sign_in (w, "A3001");
  g_free (step (w, "practitioner", id, "leave", "field.left_on=2026-03-02|field.reason=调离"));
  refuse_step (w, "practitioner", NULL, "admit", admit, "已离任");
}

/* What a person's profile says already need not be well-formed any more: of many whom an entry names, the error says whose it is. */
static gboolean
too_long_mobile (FzTxn *txn, gpointer number, GError **error)
{
  g_autoptr (FzFields) row = fz_staff_get (txn, number, error), facts = fz_fields_dup (row, NULL);
  static const char *const columns[] = { "vkey", "factor", "joined_at", "left_at" };
  g_autofree char *mobile = g_strnfill (201, '1');

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    fz_fields_set (facts, columns[i], NULL);
  fz_fields_set (facts, "mobile", mobile);
  return fz_staff_set_facts (txn, number, facts, error);
}

static void
names_whose_fact (World *w)
{
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = secret ("223606");
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, too_long_mobile, (gpointer) "D1002", &error));
  sheet = prepare (w, "insurance", NULL, "insure", POLICY "1|field.valid_until=2026-12-31|field.people=D1001 D1002 D1003", &error);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_INVALID, "工号 D1002：mobile：");
  expect_fact (w, "D1001", "insurance_until", NULL); /* of one job nothing is kept */
}

/* The same person on two sheets: the second that is signed is refused, whichever way it came. */
static void
admitted_once (World *w)
{
  static const char admit[] = "field.subject=林若溪|field.staff=D1001|field.from_on=2026-03-02|field.title=232|field.scope=内科专业|field.register_checked_on=2026-03-01|field.register_same=yes";
  g_autofree char *table = NULL, *id = NULL;
  g_autoptr (FzSheet) late = NULL, taken = NULL;
  g_autoptr (FzSecret) pin = secret ("223606");
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  table = fill_table (w, "practitioner", "原编号,状态,姓名,工号,准入日期,职称,执业范围,国家注册系统核对日期,核对信息一致", "7,在册,林若溪,D1001,2024-01-01,主治医师,内科专业,2026-02-01,是\n");
  late = prepare (w, "practitioner", NULL, "admit", admit, &error);
  taken = fz_desk_prepare_entries (w->session, "practitioner", table, &error);
  g_assert_no_error (error);
  id = step (w, "practitioner", NULL, "admit", admit);
  expect_error (!fz_desk_sign_sheet (w->session, late, pin, NULL, &error), &error, FZ_ERROR_INVALID, id);
  expect_error (!fz_desk_sign_sheet (w->session, taken, pin, NULL, &error), &error, FZ_ERROR_INVALID, id);
}

static void
expect_front (World *w, const char *second_name)
{
  g_autofree char *path = g_build_filename (w->data, "front", NULL), *text = NULL;
  g_autoptr (FzFields) front = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &text, &n, NULL));
  front = fz_fields_parse ((const guint8 *) text, n, NULL);
  g_assert_cmpstr (fz_fields_get (front, "hospital.second_name"), ==, second_name);
}

static void
expect_institution (World *w, const char *key, const char *value)
{
  g_autoptr (FzFields) facts = fz_desk_read_institution (w->session, NULL);

  g_assert_cmpstr (fz_fields_get (facts, key), ==, value);
  g_assert_cmpstr (fz_fields_get (w->desk->institution, key), ==, value); /* at once, not after the next start */
}

#define GRANT "field.subject=内分泌科|field.department=03.07|field.approved_on=2026-03-02|field.authority=区卫生健康委|field.physical="

static void
granted_by_register (World *w)
{
  g_autofree char *id = NULL, *licence = NULL;

  world_sign_in (w, "A3001");
  refuse_step (w, "department", NULL, "register", GRANT "no", "依托的实体医疗机构有此科目：须为“是”");
  refuse_step (w, "department", NULL, "register", "field.subject=x|field.department=99.77|field.approved_on=2026-03-02|field.authority=x|field.physical=yes", "诊疗科目代码");
  id = step (w, "department", NULL, "register", GRANT "yes");
  expect_institution (w, "department.00.code", "03.07");
  expect_institution (w, "department.00.name", "内分泌科");
  expect_institution (w, "department.00.physical", "yes");
  refuse_step (w, "department", NULL, "register", GRANT "yes", id);
  refuse_amend (w, NULL, "department=03.07|approved=no", id);
  g_free (step (w, "department", id, "change", "field.changed_on=2026-03-02|field.change=实体医院不再设置|field.physical=no"));
  expect_institution (w, "department.00.physical", "no"); /* the rules of the place stop at it */
  g_free (step (w, "department", id, "stop", "field.stopped_on=2026-03-02|field.reason=停止"));
  expect_institution (w, "department.00.code", NULL);

  licence = step (w, "licence", NULL, "register", "field.subject=甲医院互联网医院|field.kind=second_name|" LICENCE "|field.valid_until=2030-12-31");
  expect_institution (w, "organ.licence_until", "2030-12-31");
  expect_institution (w, "organ.second_name", "甲医院互联网医院");
  expect_front (w, "甲医院互联网医院");
  refuse_amend (w, NULL, "licence_until=2040-12-31", licence);
  g_free (step (w, "licence", licence, "end", "field.ended_on=2026-03-01|field.reason=注销"));
  expect_institution (w, "organ.licence_until", "2026-03-01"); /* and the gate of every visit with it */
  expect_institution (w, "organ.second_name", NULL);
}

/* Two licences in force: number, name and day are those of the one opened last, none of them mixed; when it ends, the other's. */
static void
two_licences (World *w)
{
  g_autofree char *old = NULL, *fresh = NULL;

  world_sign_in (w, "A3001");
  old = step (w, "licence", NULL, "register", "field.subject=乙医院互联网医院|field.kind=second_name|field.licence_no=Z9|field.authority=区卫生健康委|field.changed_on=2026-03-02|"
              "field.change=取得|field.validation_until=2027-02-28|field.valid_until=2030-12-31");
  fresh = step (w, "licence", NULL, "register", "field.subject=康康互联网医院|field.kind=own|field.licence_no=A1|field.authority=区卫生健康委|field.changed_on=2026-03-02|"
                "field.change=取得|field.validation_until=2027-02-28|field.valid_until=2028-12-31");
  expect_institution (w, "organ.licence", "A1");
  expect_institution (w, "organ.licence_until", "2028-12-31");
  expect_institution (w, "organ.second_name", NULL);
  refuse_amend (w, NULL, "licence_until=2040-12-31", fresh);
  g_free (step (w, "licence", fresh, "end", "field.ended_on=2026-03-01|field.reason=注销"));
  expect_institution (w, "organ.licence", "Z9");
  expect_institution (w, "organ.licence_until", "2030-12-31");
  expect_institution (w, "organ.second_name", "乙医院互联网医院");
  g_free (step (w, "licence", old, "end", "field.ended_on=2026-03-01|field.reason=注销"));
  refuse_amend (w, NULL, "licence_until=2040-12-31", "已经结束");
}

static gboolean
as_stated_by_hand (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) kept = fz_profile_get (txn, "institution", error), to = fz_fields_dup (kept, NULL);

  fz_fields_set (to, "organ.second_name", NULL);
  fz_fields_set (to, "organ.licence_until", "2099-12-31");
  return fz_profile_put (txn, "institution", to, error);
}

static void
expect_profile (World *w, guint n)
{
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_registers_compare (w->desk, differences, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (differences->len, ==, n);
}

/* A store whose licence was entered before the profile followed the register: once opened it does, and the log says so once. */
static void
licence_of_before (World *w)
{
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  g_free (step (w, "licence", NULL, "register", "field.subject=甲医院互联网医院|field.kind=second_name|" LICENCE "|field.valid_until=2030-12-31"));
  expect_profile (w, 0);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, as_stated_by_hand, NULL, &error));
  expect_profile (w, 1);
  from = world_audit_size (w);
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
  expect_profile (w, 0);
  expect_institution (w, "organ.licence_until", "2030-12-31");
  expect_institution (w, "organ.second_name", "甲医院互联网医院");
  g_assert_cmpuint (world_audit_count (w, from, "institution.amend", "done"), ==, 1);
  g_assert_cmpstr (fz_fields_get (w->desk->institution, "organ.licence_until"), ==, "2030-12-31");
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
  g_assert_cmpuint (world_audit_count (w, from, "institution.amend", "done"), ==, 1);
}

/* The table begins with what is known; once taken over, the register says it, and a profile that says otherwise is found. */
static gboolean
other_title (FzTxn *txn, gpointer number, GError **error)
{
  g_autoptr (FzFields) row = fz_staff_get (txn, number, error), facts = fz_fields_dup (row, NULL);
  static const char *const columns[] = { "vkey", "factor", "joined_at", "left_at" };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    fz_fields_set (facts, columns[i], NULL);
  fz_fields_set (facts, "title", g_str_equal (fz_fields_get (facts, "title"), "231") ? "233" : "231");
  return fz_staff_set_facts (txn, number, facts, error);
}

static void
taken_over_from_the_profile (World *w)
{
  g_autofree char *table = g_build_filename (w->root, "people.csv", NULL), *text = NULL, *one = NULL;
  g_autoptr (GPtrArray) rows = NULL, differences = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  world_sign_in (w, "A3001");
  g_assert_true (fz_desk_save_entry_table (w->session, "practitioner", table, &error));
  g_assert_true (g_file_get_contents (table, &text, NULL, NULL));
  lines = g_strsplit (text, "\r\n", -1);
  g_assert_true (g_strstr_len (lines[1], -1, "现有资料 D1001") != NULL && strstr (lines[1], "主治医师") != NULL && strstr (lines[1], "2035-06-30") != NULL);
  g_assert_null (strstr (text, "A3001"));
  rows = fz_desk_check_entries (w->session, "practitioner", table, &error);
  expect_problem (rows, 0, "姓名", "必须填写");
  one = g_strdup_printf ("原编号,状态,姓名,工号,准入日期,职称,执业范围,国家注册系统核对日期,核对信息一致\n7,在册,林若溪,D1001,2024-01-01,主治医师,内科专业,2026-02-01,是\n"
                         "8,在册,林若溪,D1001,2024-01-01,主治医师,内科专业,2026-02-01,是\n");
  g_assert_true (g_file_set_contents (table, one, -1, NULL));
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = fz_desk_check_entries (w->session, "practitioner", table, &error);
  expect_problem (rows, 1, "工号", "另一行");
  *strstr (one, "8,在册") = '\0';
  g_assert_true (g_file_set_contents (table, one, -1, NULL));
  g_free (world_sign (w, fz_desk_prepare_entries (w->session, "practitioner", table, &error)));
  expect_fact (w, "D1001", "register_checked_on", "2026-02-01");
  refuse_amend (w, "D1001", "title=231", "RY-000001");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, other_title, (gpointer) "D1001", &error));
  g_assert_true (fz_registers_compare (w->desk, differences, &error));
  g_assert_cmpuint (differences->len, ==, 1);
  g_assert_nonnull (strstr (differences->pdata[0], "RY-000001"));
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, other_title, (gpointer) "D1001", &error));
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
  fz_fields_set (right, "entry.owner_name", NULL);
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
  world_add_test ("/desk/registers/groups", in_groups);
  world_add_test ("/desk/registers/signed", signed_and_logged);
  world_add_test ("/desk/registers/rights", who_sees_what);
  world_add_test ("/desk/registers/text", found_by_text);
  world_add_test ("/desk/registers/newest", newest_first);
  world_add_test ("/desk/registers/owner", answered_for);
  world_add_test ("/desk/registers/between", something_came_between);
  world_add_test ("/desk/registers/attachments", attachments);
  world_add_test ("/desk/registers/attachments-come-out", attachments_come_out);
  world_add_test ("/desk/registers/exported", exported);
  world_add_test ("/desk/registers/faults-of-a-table", faults_of_a_table);
  world_add_test ("/desk/registers/older-entries", older_entries);
  world_add_test ("/desk/registers/recall", a_recall);
  world_add_test ("/desk/registers/recall-by-batch", a_recall_by_batch);
  world_add_test ("/desk/registers/one-person", one_person);
  world_add_test ("/desk/registers/two-persons", two_persons);
  world_add_test ("/desk/registers/downtime-sheets", downtime_sheets);
  world_add_test ("/desk/registers/each", each_register);
  world_add_test ("/desk/registers/licence", a_licence);
  world_add_test ("/desk/registers/name", a_name);
  world_add_test ("/desk/registers/rectification", a_rectification);
  world_add_test ("/desk/registers/infectious-card", an_infectious_card);
  world_add_test ("/desk/registers/publication", publication);
  world_add_test ("/desk/registers/certificate-put-right", a_certificate_put_right);
  world_add_test ("/desk/registers/reports", reports_of_registers);
  world_add_test ("/desk/registers/reports-of-visits", reports_of_visits);
  world_add_test ("/desk/registers/indicator-warning", an_indicator_is_warned_of);
  world_add_test ("/desk/registers/reports-are-the-same", reports_are_the_same);
  g_test_add_func ("/desk/registers/days-of-the-demonstration", days_of_the_demonstration);
  world_add_test ("/desk/registers/reports-of-one", reports_of_one);
  world_add_test ("/desk/registers/report-is-stopped", report_is_stopped);
  world_add_test ("/desk/registers/scheduled-report", a_scheduled_report);
  world_add_test ("/desk/registers/schedule-knows-the-reports", schedule_knows_the_reports);
  world_add_test ("/desk/registers/older-edition", of_an_older_edition);
  world_add_test ("/desk/registers/insured", insured_by_register);
  world_add_test ("/desk/registers/admitted", admitted_by_register);
  world_add_test ("/desk/registers/admitted-once", admitted_once);
  world_add_test ("/desk/registers/whose-fact", names_whose_fact);
  world_add_test ("/desk/registers/granted", granted_by_register);
  world_add_test ("/desk/registers/two-licences", two_licences);
  world_add_test ("/desk/registers/licence-of-before", licence_of_before);
  world_add_test ("/desk/registers/taken-over", taken_over_from_the_profile);
  world_add_test ("/desk/registers/rebuild", changed_row_is_found);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
