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
  world_add_test ("/desk/registers/rebuild", changed_row_is_found);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
