/* Duties of the platform's portal: they arise by themselves, say their day or that it cannot be reckoned, name what is missing before they are exported,
 * and end with a receipt. And the calendar that they are reckoned by. */
#include "core/date.h"
#include "db/directory.h"
#include "tests/desk/world.h"

#include <glib/gstdio.h>
#include <string.h>

#define LICENCE "field.subject=示范医院互联网医院|field.kind=second_name|field.licence_no=X1|field.authority=区卫生健康委|field.change=取得|field.validation_until=2030-08-31"

static FzFields *
values_of (const char *text)
{
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);
  FzFields *values = fz_fields_new ("fuzhen.values/v1");

  for (guint i = 0; pairs[i] != NULL; i++) {
    char *equals = strchr (pairs[i], '=');

    *equals = '\0';
    fz_fields_set (values, pairs[i], equals + 1);
  }
  return values;
}

static FzSheet *
prepare (World *w, const char *reg, const char *id, const char *move, const char *text, const char *file, GError **error)
{
  g_autoptr (FzFields) values = values_of (text);
  const char *files[] = { file, NULL };

  return fz_desk_prepare_entry (w->session, reg, id, move, values, NULL, files, error);
}

/* The id of the entry. */
static char *
step (World *w, const char *reg, const char *id, const char *move, const char *text, const char *file)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = prepare (w, reg, id, move, text, file, &error);
  g_autofree char *document = NULL;

  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
}

static FzFields *
duty (World *w, const char *id)
{
  g_autoptr (GError) error = NULL;
  FzFields *entry = fz_desk_read_entry (w->session, id, &error);

  g_assert_no_error (error);
  return entry;
}

static void
expect (World *w, const char *id, const char *key, const char *value)
{
  g_autoptr (FzFields) entry = duty (w, id);

  g_assert_cmpstr (fz_fields_get (entry, key), ==, value);
}

/* How many are not ended; *out (may be NULL): the last of that kind. */
static guint
open_duties (World *w, const char *kind, char **out)
{
  g_autoptr (FzFields) filter = values_of ("open=yes");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_entries (w->session, "portal-duty", filter, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (kind == NULL || g_strcmp0 (fz_fields_get (rows->pdata[i], "field.kind"), kind) == 0) {
      n++;
      if (out != NULL) {
        g_free (*out);
        *out = g_strdup (fz_fields_get (rows->pdata[i], "entry.id"));
      }
    }
  return n;
}

static char *
some_file (World *w, const char *name, const char *text)
{
  char *path = g_build_filename (w->root, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static const FzFields *
find_deadline (GPtrArray *rows, const char *subject)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "subject"), subject) == 0)
      return rows->pdata[i];
  return NULL;
}

/* Somebody else makes the folder while the files are written. */
static void
take_place (guint64 done, guint64 total, gpointer folder)
{
  g_assert_true (g_mkdir (folder, 0700) == 0 || done > 1);
}

/* Tianjin art. 5: seven working days after the change; 28 February 2026 is a Saturday that is worked. */
static void
a_licence (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *licence = NULL, *id = NULL, *folder = g_build_filename (w->root, "out", NULL), *table = NULL, *guide = NULL, *csv = NULL, *receipt = some_file (w, "回执.png", "x");
  g_autoptr (FzFields) check = NULL, made = NULL;
  g_autoptr (GPtrArray) deadlines = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autofree char *partial = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  from = world_audit_size (w);
  licence = step (w, "licence", NULL, "register", LICENCE "|field.changed_on=2026-02-27", NULL);
  g_assert_cmpuint (open_duties (w, "licence", &id), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "entry.receive", "done"), ==, 1);
  expect (w, id, "due.00.on", "2026-03-09");
  expect (w, id, "field.origin", licence);
  deadlines = fz_desk_list_deadlines (w->session, &error);
  g_assert_cmpstr (fz_fields_get (find_deadline (deadlines, id), "on"), ==, "2026-03-09");

  check = fz_desk_check_portal (w->session, id, &error);
  g_assert_cmpstr (fz_fields_get (check, "missing.00"), ==, "行政区划代码");
  g_assert_cmpstr (fz_fields_get (check, "n_missing"), ==, "1");
  expect_error (fz_desk_export_portal (w->session, id, folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "行政区划代码");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  /* What is added meanwhile belongs to the same duty, and the day does not move. */
  g_free (step (w, "licence", licence, "amend", "field.area_code=120101", NULL));
  g_assert_cmpuint (open_duties (w, "licence", NULL), ==, 1);
  expect (w, id, "due.00.on", "2026-03-09");

  /* Stopped: no folder, and the duty is as it was. */
  g_cancellable_cancel (stop);
  g_assert_null (fz_desk_export_portal (w->session, id, folder, stop, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  partial = g_strconcat (folder, ".partial", NULL);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS) || g_file_test (partial, G_FILE_TEST_EXISTS));
  expect (w, id, "entry.state", "open");
  g_assert_cmpuint (world_audit_count (w, from, "portal.export", NULL), ==, 0);
  /* The log first: when the folder then cannot come to its place, a second entry says so, and it is exported again. */
  g_free (step (w, "portal-duty", id, "amend", "field.owner=A3001", receipt));
  expect_error (fz_desk_export_portal (w->session, id, folder, NULL, take_place, folder, &error) == NULL, &error, FZ_ERROR_RETRY, NULL);
  g_assert_cmpuint (world_audit_count (w, from, "portal.export", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "portal.export", "failed"), ==, 1);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing of ours in it … */
  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS)); /* … or beside it */
  from = world_audit_size (w);
  made = fz_desk_export_portal (w->session, id, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "portal.export", "done"), ==, 1);
  expect (w, id, "entry.state", "exported");
  expect (w, id, "field.package", fz_fields_get (made, "list_sha256"));
  /* Who answers for the licence in the house is nothing to file: what was made stays good. */
  g_free (step (w, "licence", licence, "amend", "field.owner=D1001", NULL));
  g_assert_cmpuint (open_duties (w, "licence", NULL), ==, 1);
  expect (w, id, "entry.state", "exported");
  table = g_strdup_printf ("%s/%s.xlsx", folder, id);
  g_assert_true (g_file_test (table, G_FILE_TEST_IS_REGULAR));
  g_free (table);
  table = g_strdup_printf ("%s/%s.csv", folder, id);
  g_assert_true (g_file_get_contents (table, &csv, NULL, NULL));
  g_assert_nonnull (strstr (csv, "行政区划代码 areaCode"));
  g_assert_nonnull (strstr (csv, "120101"));
  g_free (table);
  table = g_build_filename (folder, "README.txt", NULL);
  g_assert_true (g_file_get_contents (table, &guide, NULL, NULL));
  g_assert_nonnull (strstr (guide, "第五条"));
  expect_error (fz_desk_export_portal (w->session, id, folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, NULL);

  /* Changed after it was exported: what was exported is out of date. */
  g_free (step (w, "licence", licence, "change", "field.changed_on=2026-03-02|field.change=增加科目", NULL));
  expect (w, id, "entry.state", "open");
  remove_tree (folder);
  g_clear_pointer (&made, fz_fields_unref);
  made = fz_desk_export_portal (w->session, id, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  expect_error (prepare (w, "portal-duty", id, "file", "field.filed_on=2026-03-02", NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "附上文件");
  expect_error (prepare (w, "portal-duty", id, "accept", "field.accepted_on=2026-03-02", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  g_free (step (w, "portal-duty", id, "file", "field.filed_on=2026-03-02|field.number=SL-1", receipt));
  expect (w, id, "due.00.word", "accept");
  expect_error (fz_desk_export_portal (w->session, id, folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  /* A change after it was filed is another duty. */
  g_free (step (w, "licence", licence, "change", "field.changed_on=2026-03-02|field.change=变更地址", NULL));
  g_assert_cmpuint (open_duties (w, "licence", NULL), ==, 2);
  g_free (step (w, "portal-duty", id, "accept", "field.accepted_on=2026-03-02", NULL));
  expect (w, id, "entry.ended", "yes");
  expect (w, id, "due.00.word", NULL);
}

/* The platform sends it back: a new last day, and it is filed again. */
static void
sent_back (World *w)
{
  g_autofree char *id = NULL, *complaint = NULL, *receipt = some_file (w, "r.txt", "x"), *folder = g_build_filename (w->root, "again", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = NULL;

  world_sign_in (w, "A3001");
  complaint = step (w, "complaint", NULL, "register", "field.received_on=2026-03-02|field.channel=phone|field.kind=fee|field.complainant=匿名|field.content=退费太慢", NULL);
  g_free (step (w, "complaint", complaint, "investigate", "field.handler=A3001|field.finding=已核实", NULL));
  g_assert_cmpuint (open_duties (w, "complaint", NULL), ==, 0); /* nothing to feed back yet */
  g_free (step (w, "complaint", complaint, "answer", "field.reply=已退费|field.replied_on=2026-03-02", NULL));
  g_assert_cmpuint (open_duties (w, "complaint", &id), ==, 1);
  expect (w, id, "due.00.on", "2026-03-09");
  g_free (step (w, "portal-duty", id, "file", "field.filed_on=2026-03-02", receipt));
  g_free (step (w, "portal-duty", id, "send_back", "field.reason=缺少答复日期|field.due_on=2026-03-05", NULL));
  expect (w, id, "due.00.on", "2026-03-05");
  made = fz_desk_export_portal (w->session, id, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  expect (w, id, "entry.state", "returned");
  g_assert_cmpstr (fz_fields_get (made, "n_files"), ==, "3"); /* two tables and the guide: the first receipt is not part of it */
  g_free (step (w, "portal-duty", id, "file", "field.filed_on=2026-03-03", receipt));
  g_free (step (w, "portal-duty", id, "accept", "field.accepted_on=2026-03-03", NULL));
}

/* Delivery partners only, and a rectification by the day of its notice. */
static void
from_registers (World *w)
{
  g_autofree char *finding = NULL, *id = NULL, *receipt = some_file (w, "r.txt", "x");
  g_autoptr (FzFields) check = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  g_free (step (w, "agreement", NULL, "sign", "field.subject=保密|field.kind=confidentiality|field.partner=甲|field.signed_on=2026-03-02|field.until=2030-01-01|field.content=保密|field.confidential=yes", NULL));
  g_assert_cmpuint (open_duties (w, "delivery", NULL), ==, 0);
  g_free (step (w, "agreement", NULL, "sign", "field.subject=配送|field.kind=delivery|field.partner=乙|field.signed_on=2026-03-02|field.until=2030-01-01|field.content=配送|field.confidential=yes", NULL));
  g_assert_cmpuint (open_duties (w, "delivery", NULL), ==, 1);
  finding = step (w, "rectification", NULL, "register", "field.subject=缺项|field.kind=platform|field.received_on=2026-03-02|field.due_on=2026-03-20|field.content=缺项|field.owner=A3001", NULL);
  g_free (step (w, "rectification", finding, "rectify", "field.cause=漏填|field.measure=补录|field.done_on=2026-03-02", NULL));
  g_assert_cmpuint (open_duties (w, "rectification", &id), ==, 1);
  expect (w, id, "due.00.on", "2026-03-20");
  expect (w, id, "field.owner", "A3001");
  g_free (step (w, "rectification", finding, "report", "field.reported_on=2026-03-02|field.reported_to=区卫生健康委", receipt));
  check = fz_desk_check_portal (w->session, id, &error); /* the receipt of the report is no evidence of what was mended */
  g_assert_cmpstr (fz_fields_get (check, "missing.00"), ==, "证明材料");
  g_free (step (w, "rectification", NULL, "register", "field.subject=自查|field.kind=self|field.received_on=2026-03-02|field.due_on=2026-03-20|field.content=自查|field.owner=A3001", NULL));
  g_assert_cmpuint (open_duties (w, "rectification", NULL), ==, 1);
}

static void
amend_staff (World *w, const char *number, const char *change)
{
  g_autoptr (FzFields) changes = values_of (change);
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_desk_amend_staff (w->session, number, changes, &error));
}

static gboolean
is_missing (World *w, const char *id, const char *what, gint64 *out_files)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) check = NULL;

  world_sign_in (w, "A3001"); /* a session notes once what it looked at */
  check = fz_desk_check_portal (w->session, id, &error);
  g_assert_no_error (error);
  g_assert_true (fz_fields_get_int (check, "n_files", out_files));
  for (guint i = 0; i < fz_fields_count (check, "missing"); i++)
    if (g_strcmp0 (fz_fields_get_at (check, "missing", i, NULL), what) == 0)
      return TRUE;
  return FALSE;
}

/* What was attached where a person is registered goes with what is filed of that person, and with nobody else's. */
static void
files_of_people (World *w, const char *all, const char *one)
{
  g_autofree char *scan = some_file (w, "证书.png", "x");
  gint64 n_all = 0, n_one = 0;

  g_assert_true (is_missing (w, one, "D1001 林若溪：照片与证书附件", &n_one));
  g_assert_cmpint (n_one, ==, 0);
  g_free (step (w, "practitioner", NULL, "admit", "field.subject=林若溪|field.staff=D1001|field.from_on=2026-03-02|field.title=232|field.scope=全科医学专业|field.register_checked_on=2026-03-01|field.register_same=yes", scan));
  g_assert_false (is_missing (w, one, "D1001 林若溪：照片与证书附件", &n_one));
  g_assert_cmpint (n_one, ==, 1);
  g_assert_false (is_missing (w, all, "D1001 林若溪：照片与证书附件", &n_all)); /* and of everybody else still */
  g_assert_true (is_missing (w, all, "D1002 周明远：照片与证书附件", &n_all));
  g_assert_cmpint (n_all, ==, 1);
}

static void
from_lists (World *w)
{
  g_autofree char *id = NULL, *again = NULL, *receipt = some_file (w, "r.txt", "x"), *departments = NULL;
  g_autoptr (FzFields) check = NULL, opened = values_of ("department=05.01|approved=yes");
  g_autoptr (GError) error = NULL;
  guint64 before;

  world_sign_in (w, "A3001");
  world_tick (w);
  g_assert_cmpuint (open_duties (w, "staff", &id), ==, 1); /* everybody once, together */
  before = world_audit_size (w);
  world_tick (w);
  g_assert_cmpuint (world_audit_count (w, before, "entry.receive", NULL), ==, 0);
  check = fz_desk_check_portal (w->session, id, &error);
  g_assert_cmpint (g_ascii_strtoll (fz_fields_get (check, "n_rows"), NULL, 10), >, 3);
  g_assert_nonnull (strstr (fz_fields_get (check, "files"), "照片"));
  /* The change of one who is told already is told anew, once the first was filed. */
  amend_staff (w, "D1001", "scope=内科专业");
  world_tick (w);
  g_assert_cmpuint (open_duties (w, "staff", NULL), ==, 1);
  g_free (step (w, "portal-duty", id, "file", "field.filed_on=2026-03-02", receipt));
  amend_staff (w, "D1001", "scope=全科医学专业");
  world_tick (w);
  g_assert_cmpuint (open_duties (w, "staff", &again), ==, 2);
  expect (w, again, "field.subjects", "D1001");
  files_of_people (w, id, again);
  /* Not a word of who is neither doctor nor pharmacist. */
  amend_staff (w, "A3001", "mobile=13800000000");
  world_tick (w);
  g_assert_cmpuint (open_duties (w, "staff", NULL), ==, 2);

  g_assert_true (fz_desk_amend_institution (w->session, opened, &error));
  world_tick (w);
  g_assert_cmpuint (open_duties (w, "department", &departments), ==, 1);
  g_free (step (w, "portal-duty", departments, "drop", "field.reason=已随许可变更填报", NULL));
  g_assert_cmpuint (open_duties (w, "department", NULL), ==, 0);
}

static gboolean
import (World *w, const char *text, gboolean skip_bad, GPtrArray **problems, GError **error)
{
  g_autofree char *path = some_file (w, "2027.csv", text);
  guint n = 0;

  return fz_desk_import (w->session, "calendar", path, skip_bad, &n, problems, error);
}

#define HEADER "day,kind,name,source\n"
#define YEAR_2030 "2030-01-01,rest,元旦,测试\n2030-05-01,rest,劳动节,测试\n2030-10-01,rest,国庆节,测试\n2030-03-09,work,调休,测试\n"

/* A year nobody announced is never guessed; once it is imported the day is there, also after the store was opened anew. */
static void
a_calendar (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL, deadlines = NULL;
  g_autofree char *id = NULL;
  const FzFields *row;

  world_sign_in (w, "A3001");
  g_free (step (w, "licence", NULL, "register", LICENCE "|field.changed_on=2030-03-04", NULL)); /* a Monday */
  open_duties (w, "licence", &id);
  expect (w, id, "due.00.on", NULL);
  deadlines = fz_desk_list_deadlines (w->session, &error);
  row = find_deadline (deadlines, id);
  g_assert_nonnull (strstr (fz_fields_get (row, "problem"), "2030"));

  expect_error (!import (w, HEADER "2030-02-30,rest,x,y\n2030-01-01,rest,元旦,y\n2030-01-01,rest,元旦,y\n2030-01-02,off,x,y\n", FALSE, &problems, &error), &error,
                FZ_ERROR_INVALID, "没有导入");
  g_assert_cmpuint (problems->len, ==, 3);
  g_assert_nonnull (strstr (problems->pdata[0], "2"));
  g_clear_pointer (&problems, g_ptr_array_unref);
  expect_error (!import (w, HEADER "2030-01-01,rest,元旦,y\n2030-05-01,rest,劳动节,y\n", FALSE, &problems, &error), &error, FZ_ERROR_INVALID, "不完整");
  g_assert_nonnull (strstr (problems->pdata[0], "国庆节"));
  g_clear_pointer (&problems, g_ptr_array_unref);
  expect_error (!import (w, "day,kind\n2030-01-01,rest\n", FALSE, &problems, &error), &error, FZ_ERROR_INVALID, NULL);
  g_clear_pointer (&problems, g_ptr_array_unref);
  expect (w, id, "due.00.on", NULL);

  g_assert_true (import (w, HEADER YEAR_2030 "2030-01-02,off,x,y\n", TRUE, &problems, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 1);
  expect (w, id, "due.00.on", "2030-03-12"); /* Saturday, 9 March is worked */
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
  expect (w, id, "due.00.on", "2030-03-12");
  /* The year comes anew, whole; those that ship stay. */
  g_clear_pointer (&problems, g_ptr_array_unref);
  g_assert_true (import (w, HEADER "2030-01-01,rest,元旦,测试\n2030-05-01,rest,劳动节,测试\n2030-10-01,rest,国庆节,测试\n", FALSE, &problems, &error));
  expect (w, id, "due.00.on", "2030-03-13");
  g_free (step (w, "licence", NULL, "register", LICENCE "|field.changed_on=2026-02-27", NULL));
  open_duties (w, "licence", &id);
  expect (w, id, "due.00.on", "2026-03-09");
}

static void
expect_platform (World *w, const char *wire, const char *is_public, const char *trigger)
{
  g_autoptr (FzFields) status = fz_desk_status (w->session);

  g_assert_cmpstr (fz_fields_get (status, "platform.wire"), ==, wire);
  g_assert_cmpstr (fz_fields_get (status, "platform.public"), ==, is_public);
  g_assert_cmpstr (fz_fields_get (status, "platform.trigger"), ==, trigger);
}

/* The same prescription under each place: the same rows are due, at the moment its profile says; and only Tianjin signs in each day. */
static void
one_place (World *w, const char *place, const char *wire, const char *trigger, gint64 wait_us, const char *visit)
{
  g_autofree char *rx = NULL, *sql = NULL;
  gint64 rows;

  world_move (w, place);
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "D1001");
  expect_platform (w, wire, g_str_equal (wire, "tianjin") ? "yes" : "no", trigger);
  rx = world_prescribe (w, 0, visit);
  world_review (w, "P2001", rx, "approved");
  sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE key IN ('record:%s', 'prescription:%s')", visit, rx);
  rows = world_ask (w, sql);
  g_assert_cmpint (rows, ==, 2);
  g_free (sql);
  sql = g_strdup_printf ("SELECT next_at FROM outbox WHERE key = 'prescription:%s'", rx);
  g_assert_cmpint (world_ask (w, sql), ==, wait_us != 0 ? wait_us : w->world->now_us);
}

static void
each_place (World *w)
{
  gint64 night = fz_date_beijing_start_us ((FzDate){ 2026, 3, 3 }) + (gint64) 30 * 60 * G_USEC_PER_SEC;

  world_sign_in (w, "D1001");
  expect_platform (w, "tianjin", "yes", "at_once");
  one_place (w, "national", "generic", "next_day", night, "V-CN");
  one_place (w, "fujian", "generic", "pull", 0, "V-FJ");
  one_place (w, "sichuan", "generic", "at_once", 0, "V-SC");
  one_place (w, "chongqing", "generic", "at_once", 0, "V-CQ");
  one_place (w, "tianjin", "tianjin", "at_once", 0, "V-TJ");
}

int
main (int argc, char **argv)
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/portal/licence", a_licence);
  world_add_test ("/desk/portal/sent-back", sent_back);
  world_add_test ("/desk/portal/registers", from_registers);
  world_add_test ("/desk/portal/lists", from_lists);
  world_add_test ("/desk/portal/calendar", a_calendar);
  world_add_test ("/desk/portal/each-place", each_place);
  failed = g_test_run ();
  world_remove_template ();
  return failed;
}
