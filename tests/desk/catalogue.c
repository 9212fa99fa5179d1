/* The hospital's drug catalogue: changed by two persons, a file as one proposal, a medicine that leaves at once for a suspected reaction. */
#include "app/catalogue.h"
#include "db/connection.h"
#include "db/store_private.h"
#include "tests/desk/world.h"

#include <string.h>

/* --- the parts --- */

static FzFields *
edit_of (const char *code, const char *column, const char *value)
{
  FzFields *edit = fz_fields_new ("fuzhen.catalogue_edit/v1");

  fz_fields_set_at (edit, "row", 0, "code", code);
  fz_fields_set_at (edit, "row", 0, column, value);
  return edit;
}

/* The id of the change without what follows it: CAT-000001. */
static char *
subject_of (const char *document)
{
  return g_strndup (document, strlen ("CAT-000001"));
}

static char *
propose (World *w, const char *number, const char *code, const char *column, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) edit = edit_of (code, column, value);
  g_autofree char *document = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = fz_desk_prepare_catalogue_change (w->session, edit, "药事会决定", &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return subject_of (document);
}

static void
decide (World *w, const char *number, const char *id, const char *verdict)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = fz_desk_prepare_catalogue_decision (w->session, id, verdict, "已核对", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static const FzDrug *
drug_of (World *w, const char *code)
{
  return fz_catalogue_find_code (w->desk->knowledge->catalogue, code);
}

static gint64
due_of (World *w, const char *code)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE key = 'drug:%s'", code);

  return world_ask (w, sql);
}

static FzFields *
look_at (World *w, const char *code)
{
  g_autoptr (GError) error = NULL;
  FzFields *facts = fz_desk_read_catalogue (w->session, code, &error);

  g_assert_no_error (error);
  return facts;
}

static guint
count (World *w, const char *show, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = NULL;

  fz_fields_set (filter, "show", show);
  fz_fields_set (filter, "words", words);
  fz_fields_set_int (filter, "limit", 100000);
  rows = fz_desk_list (w->session, FZ_LIST_CATALOGUE, filter, &error);
  g_assert_no_error (error);
  return rows->len;
}

/* --- two persons --- */

static void
two_persons (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = NULL, after = NULL;
  g_autofree char *id = NULL;
  gint64 due;

  id = propose (w, "P2001", "FZ0001", "price_fen", "1234");
  g_assert_cmpstr (id, ==, "CAT-000001");
  due = due_of (w, "FZ0001");
  g_assert_cmpint (drug_of (w, "FZ0001")->price_fen, !=, 1234); /* nothing changes by proposing */
  facts = look_at (w, "FZ0001");
  g_assert_cmpstr (fz_fields_get (facts, "drug.waiting"), ==, id);
  g_assert_nonnull (strstr (fz_fields_get (facts, "history.00.text"), "→ 12.34"));
  expect_error (fz_desk_prepare_catalogue_decision (w->session, id, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  world_sign_in (w, "P2002");
  expect_error (fz_desk_prepare_catalogue_decision (w->session, id, "withdrawn", "不是我的", &error) == NULL, &error, FZ_ERROR_REFUSED, "提出人");
  expect_error (fz_desk_prepare_catalogue_decision (w->session, id, "declined", " ", &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  expect_error (fz_desk_prepare_catalogue_decision (w->session, id, "lifted", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "移除");
  expect_error (fz_desk_prepare_catalogue_decision (w->session, "CAT-000009", "approved", NULL, &error) == NULL, &error, FZ_ERROR_NOT_FOUND,
                "CAT-000009");
  decide (w, "P2002", id, "approved");
  g_assert_cmpint (drug_of (w, "FZ0001")->price_fen, ==, 1234);
  g_assert_cmpint (due_of (w, "FZ0001"), ==, due + 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM signature s JOIN document d ON d.number = s.document WHERE d.kind LIKE 'fuzhen.catalogue_change/%'"),
                   ==, 2);
  after = look_at (w, "FZ0001");
  g_assert_false (fz_fields_has (after, "drug.waiting"));
  g_assert_cmpstr (fz_fields_get (after, "history.00.state_label"), ==, "已批准");
  expect_error (fz_desk_prepare_catalogue_decision (w->session, id, "declined", "后悔", &error) == NULL, &error, FZ_ERROR_REFUSED, "已经有了决定");
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "P2001");
  g_assert_cmpint (drug_of (w, "FZ0001")->price_fen, ==, 1234);
}

static void
taken_back (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) edit = edit_of ("FZ0001", "price_fen", "777");
  g_autofree char *first = propose (w, "P2001", "FZ0001", "price_fen", "1234"), *second = NULL;
  gint64 price = drug_of (w, "FZ0001")->price_fen;

  /* Two changes of one medicine would not know of each other. */
  expect_error (fz_desk_prepare_catalogue_change (w->session, edit, "x", &error) == NULL, &error, FZ_ERROR_CONFLICT, first);
  decide (w, "P2001", first, "withdrawn");
  second = propose (w, "A3001", "FZ0001", "price_fen", "777");
  decide (w, "P2001", second, "declined");
  g_assert_cmpint (drug_of (w, "FZ0001")->price_fen, ==, price);
}

/* A new medicine, one that leaves and comes back; what may not stand is said before anybody signs. */
static void
add_and_withdraw (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) edit = NULL, same = NULL, missing = edit_of ("NOPE", "otc", "yes");
  g_autoptr (GPtrArray) lines = NULL, found = NULL;
  g_autofree char *added = NULL, *out = NULL, *back = NULL;

  world_sign_in (w, "A3001");
  same = edit_of ("FZ0001", "generic", drug_of (w, "FZ0001")->generic);
  expect_error (fz_desk_prepare_catalogue_change (w->session, same, "x", &error) == NULL, &error, FZ_ERROR_INVALID, "没有不同");
  expect_error (fz_desk_prepare_catalogue_change (w->session, missing, "x", &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "NOPE");
  edit = edit_of ("FZ0001", "new", "yes");
  expect_error (fz_desk_check_catalogue_change (w->session, edit, &error) == NULL, &error, FZ_ERROR_INVALID, "已是目录中的");
  fz_fields_set_at (edit, "row", 0, "code", "ZZ0001");
  expect_error (fz_desk_check_catalogue_change (w->session, edit, &error) == NULL, &error, FZ_ERROR_INVALID, "generic");
  {
    const char *const *columns = fz_drug_columns ();

    for (guint i = 0; columns[i] != NULL; i++) {
      g_autofree char *value = fz_drug_dup_column (drug_of (w, "FZ0001"), columns[i]);

      if (!g_str_equal (columns[i], "code"))
        fz_fields_set_at (edit, "row", 0, columns[i], value);
    }
  }
  fz_fields_set_at (edit, "row", 0, "route", "99.99");
  expect_error (fz_desk_check_catalogue_change (w->session, edit, &error) == NULL, &error, FZ_ERROR_INVALID, "route");
  fz_fields_set_at (edit, "row", 0, "route", drug_of (w, "FZ0001")->route);
  lines = fz_desk_check_catalogue_change (w->session, edit, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_true (g_str_has_prefix (fz_fields_get (lines->pdata[0], "text"), "新增 ZZ0001"));
  {
    g_autofree char *document = world_sign (w, fz_desk_prepare_catalogue_change (w->session, edit, "新药引进", &error));

    added = subject_of (document);
  }
  decide (w, "P2001", added, "approved");
  g_assert_nonnull (drug_of (w, "ZZ0001"));
  g_assert_cmpint (due_of (w, "ZZ0001"), ==, 1);
  out = propose (w, "P2001", "ZZ0001", "active", "no");
  decide (w, "A3001", out, "approved");
  g_assert_cmpuint (count (w, "withdrawn", NULL), ==, 1);
  world_sign_in (w, "D1001");
  found = fz_desk_search_drugs (w->session, drug_of (w, "ZZ0001")->generic, NULL, NULL, 50, &error);
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpstr (fz_fields_get (found->pdata[i], "code"), !=, "ZZ0001");
  expect_error (fz_desk_usual_line (w->session, "ZZ0001", &error) == NULL, &error, FZ_ERROR_REFUSED, "停用");
  back = propose (w, "P2001", "ZZ0001", "active", "yes");
  decide (w, "P2002", back, "approved");
  g_assert_true (drug_of (w, "ZZ0001")->active);
  g_assert_cmpuint (count (w, "withdrawn", NULL), ==, 0);
}

/* --- a file as one proposal --- */

static char *
write_file (World *w, const char *from, const char *to, gboolean with_bad)
{
  g_autofree char *source = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/drugs/starter.csv", NULL), *text = NULL;
  g_autoptr (GString) few = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  char *path = g_build_filename (w->root, "catalogue.csv", NULL);

  g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", 5);
  g_string_append_printf (few, "%s\n%s\n%s\n%s\n", lines[0], lines[1], lines[2], lines[3]);
  g_assert_cmpuint (g_string_replace (few, from, to, 1), ==, 1);
  if (with_bad)
    g_assert_cmpuint (g_string_replace (few, "FZ0002,苯磺酸左氨氯地平片,0603,western,01", "FZ0002,苯磺酸左氨氯地平片,0603,western,9999", 1), ==, 1);
  g_assert_true (g_file_set_contents (path, few->str, -1, NULL));
  return path;
}

static void
from_a_file (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = NULL, waiting = NULL, lines = NULL, none = NULL;
  g_autoptr (FzFields) staged = NULL, edit = fz_fields_new ("fuzhen.catalogue_edit/v1");
  g_autofree char *path = write_file (w, "FZ0001,苯磺酸氨氯地平片", "ZZ0001,另一种片", TRUE), *document = NULL, *id = NULL;
  gint64 drugs, due;

  world_sign_in (w, "A3001");
  drugs = world_ask (w, "SELECT COUNT(*) FROM drug");
  due = world_ask (w, "SELECT COUNT(*) FROM outbox");
  expect_error (fz_desk_stage_catalogue (w->session, path, FALSE, &problems, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "没有导入任何一行");
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_nonnull (strstr (problems->pdata[0], "第 3 行"));
  g_clear_pointer (&problems, g_ptr_array_unref);
  staged = fz_desk_stage_catalogue (w->session, path, TRUE, &problems, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (staged, "staged.id"), ==, "IMP-000001");
  g_assert_cmpstr (fz_fields_get (staged, "staged.n_add"), ==, "1");
  g_assert_nonnull (strstr (fz_fields_get (staged, "staged.bad.00"), "第 3 行"));
  /* Read twice, dropped once: what nobody signed for leaves no trace but the audit entries. */
  g_clear_pointer (&staged, fz_fields_unref);
  g_clear_pointer (&problems, g_ptr_array_unref);
  staged = fz_desk_stage_catalogue (w->session, path, TRUE, &problems, NULL, NULL, NULL, &error);
  g_assert_true (fz_desk_drop_staged (w->session, "IMP-000002", &error));
  expect_error (!fz_desk_drop_staged (w->session, "IMP-000002", &error), &error, FZ_ERROR_NOT_FOUND, "IMP-000002");
  world_sign_in (w, "P2001"); /* another person than who read the file may sign for it */
  waiting = fz_desk_list_staged (w->session, &error);
  g_assert_cmpuint (waiting->len, ==, 1);
  fz_fields_set (edit, "staged", "IMP-000001");
  document = world_sign (w, fz_desk_prepare_catalogue_change (w->session, edit, "按采购目录更新", &error));
  id = subject_of (document);
  lines = fz_desk_list_catalogue_lines (w->session, id, NULL, &error);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM drug"), ==, drugs);
  none = fz_desk_list_staged (w->session, &error);
  g_assert_cmpuint (none->len, ==, 0);
  decide (w, "A3001", id, "approved");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM drug"), ==, drugs + 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox"), ==, due + lines->len);
  g_assert_cmpint (due_of (w, "ZZ0001"), ==, 1);
}

typedef struct {
  GCancellable *stop;
  guint64 at, done, total;
} Reading;

static void
read_to (guint64 done, guint64 total, gpointer data)
{
  Reading *reading = data;

  g_assert_cmpuint (done, >=, reading->done);
  g_assert_cmpuint (done, <=, total);
  reading->done = done;
  reading->total = total;
  if (done >= reading->at)
    g_cancellable_cancel (reading->stop);
}

/* Stopped among the rows or when the last is read: nothing is kept and nothing stands in the log. */
static void
a_file_stopped (World *w)
{
  g_autofree char *source = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/drugs/starter.csv", NULL);
  static const guint64 at[] = { 1, 501, G_MAXUINT64 };
  guint64 from;

  world_sign_in (w, "A3001");
  from = world_audit_size (w);
  for (guint i = 0; i < G_N_ELEMENTS (at); i++) {
    g_autoptr (GCancellable) stop = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    Reading reading = { .stop = stop, .at = at[i] };
    gboolean stopped = at[i] != G_MAXUINT64;
    g_autoptr (FzFields) staged = fz_desk_stage_catalogue (w->session, source, FALSE, NULL, stop, read_to, &reading, &error);

    g_assert_true (stopped ? staged == NULL : staged != NULL);
    g_assert_true (!stopped || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    g_assert_true (i == 0 ? reading.done == 500 : reading.done == reading.total);
    if (stopped) {
      g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM catalogue_staged"), ==, 0);
      g_assert_cmpuint (world_audit_count (w, from, "catalogue.stage", NULL), ==, 0);
    }
  }
}

/* --- removal --- */

static char *
report (World *w, const char *kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *document = NULL;
  FzSheet *sheet;

  fz_fields_set (values, "field.happened_on", TESTED_DAY);
  fz_fields_set (values, "field.kind", kind);
  fz_fields_set (values, "field.level", "2");
  fz_fields_set (values, "field.content", "服药后全身皮疹");
  fz_fields_set (values, "field.handled", "停药，转线下就诊");
  sheet = fz_desk_prepare_entry (w->session, "adverse-event", NULL, "report", values, NULL, NULL, &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, strlen ("BL-000001"));
}

static char *
remove_drug (World *w, const char *number, const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *entry = NULL, *document = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  entry = report (w, "drug_reaction");
  sheet = fz_desk_prepare_removal (w->session, code, entry, "疑似严重皮肤反应，同批次两例", &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return subject_of (document);
}

static gboolean
has_finding (GPtrArray *findings, const char *rule)
{
  return findings != NULL && fz_findings_find (findings, rule) != NULL;
}

/* Who reads the prescription now is told; who would hand it out has to say why. */
static void
removed_at_once (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) rx = NULL, way = fz_fields_new ("fuzhen.way/v1");
  g_autoptr (GPtrArray) findings = NULL, deadlines = NULL, found = NULL, reactions = NULL;
  g_autoptr (FzFields) draft = NULL;
  g_autofree char *waits = world_prescribe (w, 0, "V1"), *effective = world_prescribe (w, 0, "V2"), *code = NULL, *id = NULL, *wrong = NULL;
  gint64 due;
  gboolean told = FALSE, listed = FALSE, marked = FALSE;

  world_review (w, "P2001", effective, "approved");
  world_sign_in (w, "P2001");
  rx = fz_desk_read_prescription (w->session, waits, &error);
  g_assert_no_error (error);
  code = g_strdup (fz_fields_get_at (rx, "rx.item", 0, "drug"));
  due = due_of (w, code);
  wrong = report (w, "delivery");
  expect_error (fz_desk_prepare_removal (w->session, code, wrong, "x", &error) == NULL, &error, FZ_ERROR_INVALID, "药品不良反应");
  expect_error (fz_desk_prepare_removal (w->session, code, NULL, "x", &error) == NULL, &error, FZ_ERROR_INVALID, "台账");
  id = remove_drug (w, "P2001", code);
  world_sign_in (w, "P2002"); /* whoever reported it: another pharmacist may act on it */
  reactions = fz_desk_list_reactions (w->session, &error);
  g_assert_cmpuint (reactions->len, ==, 1); /* the delivery that went wrong is none */
  world_sign_in (w, "P2001");
  g_assert_cmpstr (id, ==, "RMV-000001");
  g_assert_false (drug_of (w, code)->active);
  g_assert_cmpint (due_of (w, code), ==, due + 1);
  expect_error (fz_desk_prepare_removal (w->session, code, wrong, "x", &error) == NULL, &error, FZ_ERROR_REFUSED, id);
  /* waiting for review: the finding stands and nobody approves over it */
  g_clear_pointer (&rx, fz_fields_unref);
  rx = fz_desk_read_prescription (w->session, waits, &error);
  for (guint i = 0; i < fz_fields_count (rx, "now"); i++)
    told = told || (g_strcmp0 (fz_fields_get_at (rx, "now", i, "rule"), "CATALOGUE_REMOVED") == 0 &&
                    strstr (fz_fields_get_at (rx, "now", i, "message"), id) != NULL);
  g_assert_true (told);
  expect_error (fz_desk_prepare_review (w->session, waits, "approved", NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  /* effective and not handed out */
  fz_fields_set (way, "way", "counter");
  expect_error (fz_desk_prepare_preparation (w->session, effective, way, &error) == NULL, &error, FZ_ERROR_REFUSED, id);
  fz_fields_set (way, "words", "已与医师、患者确认继续使用，未见反应");
  g_free (world_sign (w, fz_desk_prepare_preparation (w->session, effective, way, &error)));
  g_assert_no_error (error);
  /* a doctor's draft */
  world_arrive (w, 0, "V3");
  world_sign_in (w, fz_demo_world_doctor (w->world, 0));
  world_take (w, "V3");
  world_type (w, 0, "V3");
  draft = fz_desk_get_draft (w->session, "V3", &error);
  findings = fz_desk_check_draft (w->session, "V3", draft, &error);
  g_assert_no_error (error);
  g_assert_true (has_finding (findings, "CATALOGUE_REMOVED"));
  expect_error (fz_desk_prepare_sheet (w->session, "V3", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error) == NULL, &error,
                FZ_ERROR_REFUSED, id);
  found = fz_desk_search_drugs (w->session, drug_of (w, code)->generic, NULL, NULL, 50, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < found->len; i++)
    marked = marked || (g_strcmp0 (fz_fields_get (found->pdata[i], "code"), code) == 0 &&
                        g_strcmp0 (fz_fields_get_at (found->pdata[i], "mark", 0, "kind"), "blocked") == 0);
  g_assert_true (marked);
  expect_error (fz_desk_usual_line (w->session, code, &error) == NULL, &error, FZ_ERROR_REFUSED, id);
  /* until another person has spoken it is due */
  world_sign_in (w, "A3001");
  deadlines = fz_desk_list_deadlines (w->session, &error);
  for (guint i = 0; i < deadlines->len; i++)
    listed = listed || g_strcmp0 (fz_fields_get (deadlines->pdata[i], "subject"), id) == 0;
  g_assert_true (listed);
}

static void
lifted_or_confirmed (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) edit = NULL;
  g_autofree char *first = remove_drug (w, "P2001", "FZ0001"), *second = NULL, *back = NULL;

  edit = edit_of ("FZ0001", "active", "yes");
  expect_error (fz_desk_prepare_catalogue_change (w->session, edit, "x", &error) == NULL, &error, FZ_ERROR_REFUSED, first);
  expect_error (fz_desk_prepare_catalogue_decision (w->session, first, "lifted", "我自己", &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  expect_error (fz_desk_prepare_catalogue_decision (w->session, first, "approved", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "移除");
  decide (w, "A3001", first, "lifted");
  g_assert_true (drug_of (w, "FZ0001")->active);
  g_assert_cmpuint (count (w, "removed", NULL), ==, 0);
  second = remove_drug (w, "A3001", "FZ0001");
  decide (w, "P2002", second, "confirmed");
  g_assert_false (drug_of (w, "FZ0001")->active);
  world_close (w);
  world_reopen (w);
  back = propose (w, "P2001", "FZ0001", "active", "yes");
  decide (w, "P2002", back, "approved");
  g_assert_true (drug_of (w, "FZ0001")->active);
  g_assert_cmpuint (count (w, "removed", NULL), ==, 0);
}

/* Proposed in the morning, removed at noon: what was thought of before neither brings it back nor overwrites what holds. */
static void
changed_meanwhile (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = propose (w, "P2001", "FZ0001", "price_fen", "1234"), *removal = remove_drug (w, "P2001", "FZ0001");

  world_sign_in (w, "P2002");
  expect_error (fz_desk_prepare_catalogue_decision (w->session, id, "approved", NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, "FZ0001");
  g_assert_false (drug_of (w, "FZ0001")->active);
  decide (w, "P2002", removal, "lifted");
  decide (w, "P2002", id, "approved"); /* it stands again as it was when the change was proposed */
  g_assert_cmpint (drug_of (w, "FZ0001")->price_fen, ==, 1234);
}

/* --- looking --- */

static void
looking (World *w)
{
  g_autoptr (FzFields) facts = NULL;
  guint all;

  world_sign_in (w, "P2001");
  all = count (w, "all", NULL);
  g_assert_cmpuint (all, ==, (guint) world_ask (w, "SELECT COUNT(*) FROM drug"));
  g_assert_cmpuint (count (w, "offered", NULL), ==, all);
  g_assert_cmpuint (count (w, "all", "氨氯地平"), >, 0);
  g_assert_cmpuint (count (w, "otc", NULL) + count (w, "herbal", NULL), <, all);
  facts = look_at (w, "FZ0001");
  g_assert_cmpstr (fz_fields_get (facts, "value.code"), ==, "FZ0001");
  g_assert_cmpuint (fz_fields_count (facts, "column"), >, 10);
  g_assert_cmpstr (fz_fields_get (facts, "known.interactions"), ==, "yes");
}

/* --- held against the documents --- */

static gboolean
alter_rows (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "UPDATE drug SET body = replace(body, 'price_fen 1234', 'price_fen 1') WHERE code = 'FZ0001';"
                            "UPDATE drug SET body = replace(body, 'active no', 'active yes') WHERE code = 'FZ0002';";
  static const char back[] = "UPDATE drug SET body = replace(body, 'price_fen 1', 'price_fen 1234') WHERE code = 'FZ0001';"
                             "UPDATE drug SET body = replace(body, 'active yes', 'active no') WHERE code = 'FZ0002';";

  return fz_connection_exec (fz_txn_get_store (txn)->connection, FZ_MASK_MIGRATE, data != NULL ? back : sql, error);
}

static guint
differences (World *w)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_catalogue_compare (w->desk, rows, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    g_assert_nonnull (strstr (rows->pdata[i], i == 0 ? "FZ0001" : "FZ0002"));
  return rows->len;
}

/* A price or an offer that no document gave is found, of a medicine that was changed and of one that was only removed. */
static void
altered_rows (World *w)
{
  g_autofree char *id = propose (w, "P2001", "FZ0001", "price_fen", "1234"), *removal = NULL;
  g_autoptr (GError) error = NULL;

  decide (w, "P2002", id, "approved");
  removal = remove_drug (w, "P2001", "FZ0002");
  g_assert_cmpuint (differences (w), ==, 0);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, alter_rows, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (differences (w), ==, 2);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, alter_rows, w, &error));
  g_assert_cmpuint (differences (w), ==, 0);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/catalogue/two-persons", two_persons);
  world_add_test ("/desk/catalogue/taken-back", taken_back);
  world_add_test ("/desk/catalogue/add-and-withdraw", add_and_withdraw);
  world_add_test ("/desk/catalogue/changed-meanwhile", changed_meanwhile);
  world_add_test ("/desk/catalogue/from-a-file", from_a_file);
  world_add_test ("/desk/catalogue/file-stopped", a_file_stopped);
  world_add_test ("/desk/catalogue/removed-at-once", removed_at_once);
  world_add_test ("/desk/catalogue/lifted-or-confirmed", lifted_or_confirmed);
  world_add_test ("/desk/catalogue/altered-rows", altered_rows);
  world_add_test ("/desk/catalogue/looking", looking);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
