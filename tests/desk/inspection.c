/* An inspection package (检查材料): whole, checkable without this program, with nothing in it that its level leaves out; or not there. */
#include "app/talk.h"
#include "db/audit.h"
#include "db/store_private.h"
#include "tests/desk/world.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define ME "卫生监督所 王合成"

static char *verifier;

/* --- the parts --- */

static FzFields *
facts_of (const char *kind, const char *text)
{
  FzFields *facts = fz_fields_new (kind);
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL && *pairs[i] != '\0'; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    fz_fields_set (facts, pair[0], pair[1]);
  }
  return facts;
}

/* Leave for exactly this, asked by medical affairs, given by the security administrator; medical affairs is at the desk afterwards. */
static void
get_leave_of (World *w, const char *kind, const char *scope)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strconcat ("kind=", kind, "|words=例行检查|times=3|until_on=2026-03-09|", scope, NULL);
  g_autoptr (FzFields) facts = facts_of ("fuzhen.grant_ask/v1", text);
  g_autofree char *document = NULL, *id = NULL;
  FzSheet *sheet;

  world_sign_in (w, "A3001");
  sheet = fz_desk_prepare_grant (w->session, facts, &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  id = g_strndup (document, strlen ("GNT-000001"));
  world_sign_in (w, "S4001");
  sheet = fz_desk_prepare_grant_decision (w->session, id, "approved", "已核对检查通知书", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
  world_sign_in (w, "A3001");
}

static void
get_leave (World *w, const char *scope)
{
  g_autofree char *whole = g_strconcat ("scope.report=inspection|", scope, NULL);

  get_leave_of (w, "inspection|purpose=I01", whole);
}

#define DAYS "from=2026-03-02|to=2026-03-02"
#define SCOPE_DAYS "scope.from=2026-03-02|scope.to=2026-03-02|"
#define WHO "|recipient=" ME "|purpose=津卫监检〔2026〕1号"

static FzFields *
export (World *w, const char *ask, const char *folder, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("fuzhen.inspection_ask/v1", ask);

  return fz_desk_export_inspection (w->session, facts, folder, NULL, NULL, NULL, error);
}

/* A case of the demonstration that another doctor than D1001 takes. */
static guint
other_case (World *w)
{
  guint i = 0;

  while (g_strcmp0 (fz_demo_world_doctor (w->world, i), "D1001") == 0)
    i++;
  return i;
}

#define SAID "血压一百三十五，夜里偶有心慌"

static gboolean
say_job (FzTxn *txn, gpointer data, GError **error)
{
  World *w = data;
  g_autoptr (FzFields) facts = facts_of ("fuzhen.talk/v1", "id=m1|visit=VA-0001|kind=text|text=" SAID);

  fz_fields_set_time (facts, "at", fz_txn_now_us (txn));
  return fz_talk_receive (w->desk, txn, facts, NULL, error);
}

/* Two visits with prescriptions by two doctors, and a complaint about the first. `rx` has room for both and the NULL behind them. */
static void
play (World *w, char **rx)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) values = facts_of ("fuzhen.values/v1", "field.received_on=2026-03-02|field.channel=phone|field.kind=fee|field.complainant=投诉人甲合成|"
                                                              "field.content=退费太慢|field.visit=VA-0001");
  FzSheet *sheet;

  rx[0] = world_prescribe (w, 0, "VA-0001");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, say_job, w, &error));
  world_review (w, "P2001", rx[0], "approved");
  rx[1] = world_prescribe (w, other_case (w), "VB-0002");
  world_sign_in (w, "A3001");
  sheet = fz_desk_prepare_entry (w->session, "complaint", NULL, "register", values, NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static int
verify (const char *folder, const char *more, char **out)
{
  g_autofree char *line = g_strdup_printf ("%s --lang zh %s .", verifier, more), *errors = NULL;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_assert_true (g_spawn_sync (folder, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, out, &errors, &status, &error));
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static int
in_shell (const char *folder, const char *command)
{
  const char *argv[] = { "/bin/sh", "-c", command, NULL };
  int status = 0;

  g_assert_true (g_spawn_sync (folder, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, NULL));
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

typedef void (*EachFile) (const char *path, const char *name, gpointer data);

static void
each_file (const char *folder, const char *below, EachFile call, gpointer data)
{
  g_autofree char *here = g_build_filename (folder, below, NULL);
  g_autoptr (GDir) dir = g_dir_open (here, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *relative = *below != '\0' ? g_build_filename (below, name, NULL) : g_strdup (name), *path = g_build_filename (folder, relative, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      each_file (folder, relative, call, data);
    else
      call (path, relative, data);
  }
}

typedef struct {
  const char *word;
  guint files, hits;
} Search;

static void
search_file (const char *path, const char *name, gpointer data)
{
  Search *search = data;
  g_autofree char *bytes = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  search->files++;
  if (g_str_has_prefix (name, "rules/") || g_str_has_prefix (name, "knowledge/") || g_str_has_prefix (name, "verifier/"))
    return; /* bytes of the program: they hold every short word */
  search->hits += memmem (bytes, n, search->word, strlen (search->word)) != NULL;
}

static guint
count_files_with (const char *folder, const char *word)
{
  Search search = { word, 0, 0 };

  each_file (folder, "", search_file, &search);
  g_assert_cmpuint (search.files, >, 5);
  return search.hits;
}

static gboolean
has (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint
count_in (const char *folder, const char *below)
{
  g_autofree char *path = g_build_filename (folder, below, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* --- whole --- */

static void
expect_mark (const char *path, const char *name, gpointer data)
{
  g_autofree char *text = NULL;
  const char *second;

  if (!g_str_has_suffix (name, ".html") && !g_str_has_suffix (name, ".csv") && !g_str_has_suffix (name, "index.txt"))
    return;
  if (g_str_has_prefix (name, "knowledge/"))
    return;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  second = strstr (text, data);
  g_assert_nonnull (second);
  g_assert_nonnull (strstr (text, ME));
  g_assert_null (strstr (text, "<script"));
  if (g_str_has_suffix (name, ".html"))
    g_assert_nonnull (strstr (second + 1, "class=\"across\""));
}

static void
tamper (const char *path, const char *name, gpointer data)
{
  const char *folder = data;
  g_autofree char *bytes = NULL, *out = NULL;
  gsize n = 0;
  struct stat info;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  bytes[n / 2] = (char) (bytes[n / 2] ^ 1);
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) n, G_FILE_SET_CONTENTS_NONE, (int) info.st_mode & 0777, NULL));
  if (verify (folder, "", &out) != 1 || strstr (out, name) == NULL || strstr (out, "INVALID") == NULL)
    g_error ("%s changed: %s", name, out);
  bytes[n / 2] = (char) (bytes[n / 2] ^ 1);
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) n, G_FILE_SET_CONTENTS_NONE, (int) info.st_mode & 0777, NULL));
}

static void
lose (const char *path, const char *name, gpointer data)
{
  const char *folder = data;
  g_autofree char *aside = g_build_filename (folder, "..", "aside", NULL), *out = NULL;

  if (g_str_has_prefix (name, "knowledge/") || g_str_has_prefix (name, "verifier/source"))
    return; /* of each sort one is enough */
  g_assert_cmpint (g_rename (path, aside), ==, 0);
  /* without the manifest or the key list there is nothing to hold on to; the rest is named */
  if (verify (folder, "", &out) != 1 || (!g_str_equal (name, "manifest.fzd") && !g_str_equal (name, "keys.fzd") && strstr (out, name) == NULL))
    g_error ("%s lost: %s", name, out);
  g_assert_cmpint (g_rename (aside, path), ==, 0);
}

static void
whole_and_checkable (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = NULL;
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *folder = g_build_filename (w->root, "pack", NULL), *out = NULL, *added = g_build_filename (folder, "documents", "more.txt", NULL);
  guint64 from;

  play (w, rx);
  get_leave (w, SCOPE_DAYS "scope.format=full");
  from = world_audit_size (w);
  made = export (w, DAYS WHO, folder, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (made, "number"), ==, "JC-2026-0001");
  g_assert_cmpstr (fz_fields_get (made, "n_visits"), ==, "2");
  g_assert_cmpuint (world_audit_count (w, from, "inspection.begin", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "grant.use", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "inspection.export", "done"), ==, 1);
  g_assert_cmpuint (count_in (folder, "visits"), ==, 2);
  g_assert_cmpuint (count_in (folder, "documents"), >, 10);
  g_assert_cmpuint (count_in (folder, "rules"), >, 2);
  g_assert_cmpuint (count_in (folder, "verifier/source"), ==, 7);
  each_file (folder, "", expect_mark, (gpointer) "JC-2026-0001");
  if (verify (folder, "", &out) != 0)
    g_error ("%s", out);
  g_assert_nonnull (strstr (out, "manifest.fzd: VALID"));
  g_assert_nonnull (strstr (out, "VALID effective"));
  g_assert_nonnull (strstr (out, "VALID not-effective"));
  g_assert_cmpint (in_shell (folder, "sha256sum --strict --quiet -c files.sha256"), ==, 0);
  /* What was said, and that it is what the log has. */
  g_assert_cmpint (in_shell (folder, "grep -q '" SAID "' conversations/0001.csv"), ==, 0);
  g_assert_cmpint (in_shell (folder, "h=$(sha256sum conversations/entries/*.bin | cut -d' ' -f1) && [ ${#h} = 64 ] && grep -rqa \"payload_sha256 $h\" log"), ==, 0);
  each_file (folder, "", tamper, folder);
  each_file (folder, "", lose, folder);
  g_assert_true (g_file_set_contents (added, "x", -1, NULL));
  g_free (out);
  g_assert_cmpint (verify (folder, "", &out), ==, 1);
  g_assert_nonnull (strstr (out, "documents/more.txt: INVALID"));
  expect_error (export (w, DAYS WHO, folder, &error) == NULL, &error, FZ_ERROR_CONFLICT, "已经存在");
}

/* What the package says of itself is enough to build its verifier and to run it. */
static void
verifier_from_its_source (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = NULL;
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *folder = g_build_filename (w->root, "pack", NULL);

  play (w, rx);
  get_leave (w, SCOPE_DAYS "scope.format=full");
  made = export (w, DAYS WHO, folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (in_shell (folder, "cc -std=gnu17 -O1 -D_GNU_SOURCE -DFV_VERSION='\"\"' -o ../built verifier/source/*.c -lsodium -pthread && ../built ."), ==, 0);
  g_assert_cmpint (in_shell (folder, "verifier/fuzhen-verify ."), ==, 0);
}

/* --- what is in it --- */

static void
scopes (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) by_doctor = NULL, by_patient = NULL, by_complaint = NULL, other_day = NULL;
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *one = g_build_filename (w->root, "one", NULL), *two = g_build_filename (w->root, "two", NULL);
  g_autofree char *three = g_build_filename (w->root, "three", NULL), *four = g_build_filename (w->root, "four", NULL), *second = NULL, *out = NULL;

  play (w, rx);
  get_leave (w, SCOPE_DAYS "scope.format=full|scope.person=D1001");
  by_doctor = export (w, DAYS "|doctor=D1001" WHO, one, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (by_doctor, "n_visits"), ==, "1");
  get_leave (w, SCOPE_DAYS "scope.format=full|scope.subject=VB-0002");
  by_patient = export (w, DAYS "|patient=VB-0002" WHO, two, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (by_patient, "n_visits"), ==, "1");
  g_assert_cmpuint (count_files_with (two, "VA-0001"), ==, 0);
  g_assert_cmpuint (count_files_with (two, "VB-0002"), >, 0);
  g_assert_cmpint (verify (two, "", &out), ==, 0);
  get_leave (w, SCOPE_DAYS "scope.format=full|scope.subject=TS-000001");
  by_complaint = export (w, DAYS "|complaint=TS-000001" WHO, three, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (by_complaint, "n_visits"), ==, "1");
  g_assert_cmpuint (count_files_with (three, "投诉人甲合成"), >, 0);
  g_assert_cmpuint (count_files_with (three, "VB-0002"), ==, 0);
  get_leave (w, "scope.from=2026-02-01|scope.to=2026-02-02|scope.format=full");
  other_day = export (w, "from=2026-02-01|to=2026-02-02" WHO, four, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (other_day, "n_visits"), ==, "0");
  second = g_build_filename (four, "documents", NULL);
  g_assert_false (g_file_test (second, G_FILE_TEST_EXISTS));
}

/* A specially sensitive visit leaves only by a leave that names such visits; else it is counted, and nothing of it is there. */
static void
marked_are_left_out (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) without = NULL, with = NULL, records = facts_of ("fuzhen.record_ask/v1", DAYS), made = NULL;
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *one = g_build_filename (w->root, "one", NULL), *two = g_build_filename (w->root, "two", NULL), *path = g_build_filename (one, "index.txt", NULL);
  g_autofree char *three = g_build_filename (w->root, "three", NULL), *index = NULL;

  play (w, rx);
  world_sign_in (w, "A3001");
  g_free (world_sign (w, fz_desk_prepare_marking (w->session, "VB-0002", TRUE, "S7", "患者要求保密", &error)));
  g_assert_no_error (error);
  get_leave (w, SCOPE_DAYS "scope.format=full");
  without = export (w, DAYS WHO, one, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (without, "n_visits"), ==, "1");
  g_assert_true (g_file_get_contents (path, &index, NULL, NULL));
  g_assert_nonnull (strstr (index, "有 1 次就诊标为特别敏感"));
  g_assert_null (strstr (index, "范围内没有隐去任何内容"));
  g_assert_cmpuint (count_files_with (one, rx[0]), >, 0);
  g_assert_false (has (one, "visits/0002.html"));
  expect_error (export (w, DAYS "|sensitive=yes" WHO, two, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  get_leave (w, SCOPE_DAYS "scope.format=full|scope.sensitive=yes");
  with = export (w, DAYS "|sensitive=yes" WHO, two, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (with, "n_visits"), ==, "2");
  /* Records of the same days. */
  get_leave_of (w, "export|purpose=E01", SCOPE_DAYS "scope.report=record|scope.format=masked");
  made = fz_desk_export_records (w->session, records, three, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (made, "n_visits"), ==, "1");
  g_assert_cmpstr (fz_fields_get (made, "n_left_out"), ==, "1");
  g_assert_true (has (three, "records/VA-0001.json"));
  g_assert_false (has (three, "records/VB-0002.json"));
}

/* Every word that could tell who a patient is, and the doctor's and the complainant's own words. */
static void
masked (World *w)
{
  static const char *const keys[] = { "patient.name", "patient.id_number", "patient.mobile", "patient.address", "visit.complaint", "visit.history" };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *whole = g_build_filename (w->root, "whole", NULL), *hidden = g_build_filename (w->root, "hidden", NULL);
  g_autofree char *sums = g_build_filename (w->root, "sums", NULL), *out = NULL, *out2 = NULL, *list = NULL, *path = g_build_filename (hidden, "documents.csv", NULL);
  g_autoptr (FzFields) full = NULL, masked = NULL, counted = NULL;
  guint found = 0;

  play (w, rx);
  get_leave (w, SCOPE_DAYS "scope.format=full");
  full = export (w, DAYS WHO, whole, &error);
  g_assert_no_error (error);
  get_leave (w, SCOPE_DAYS "scope.format=pseudonymised");
  masked = export (w, DAYS "|level=pseudonymised" WHO, hidden, &error);
  g_assert_no_error (error);
  get_leave (w, SCOPE_DAYS "scope.format=statistics");
  counted = export (w, DAYS "|level=statistics" WHO, sums, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    const char *visit = i == 0 ? "VA-0001" : "VB-0002";
    g_autoptr (FzFields) request = world_request (w, i == 0 ? 0 : other_case (w), visit);

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      const char *word = fz_fields_get (request, keys[k]);

      if (word == NULL)
        continue;
      found += count_files_with (whole, word) > 0;
      if (count_files_with (hidden, word) > 0 || count_files_with (sums, word) > 0)
        g_error ("%s is told: %s", keys[k], word);
    }
  }
  g_assert_cmpuint (found, >=, 4);
  g_assert_cmpuint (count_files_with (whole, "投诉人甲合成"), >, 0);
  g_assert_cmpuint (count_files_with (hidden, "投诉人甲合成") + count_files_with (sums, "投诉人甲合成"), ==, 0);
  g_assert_false (has (hidden, "documents") || has (hidden, "evidence") || has (hidden, "visits"));
  g_assert_false (has (sums, "documents.csv") || has (sums, "log"));
  g_assert_true (g_file_get_contents (path, &list, NULL, NULL));
  g_assert_nonnull (strstr (list, rx[0]));
  g_assert_nonnull (strstr (list, "未附原件"));
  g_assert_cmpint (verify (hidden, "", &out), ==, 0);
  g_assert_cmpint (verify (sums, "", &out2), ==, 0);
}

/* --- or not at all --- */

static void
refused (World *w)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *folder = g_build_filename (w->root, "pack", NULL), *partial = g_strconcat (folder, ".partial", NULL);
  guint64 from;

  play (w, rx);
  from = world_audit_size (w);
  expect_error (export (w, DAYS WHO, folder, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL); /* nobody gave leave */
  g_assert_cmpuint (world_audit_count (w, from, NULL, "denied"), ==, 1);
  get_leave (w, SCOPE_DAYS "scope.format=pseudonymised");
  expect_error (export (w, DAYS WHO, folder, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL); /* for less */
  expect_error (export (w, "from=2026-03-01|to=2026-03-02|level=pseudonymised" WHO, folder, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (export (w, DAYS "|level=secret" WHO, folder, &error) == NULL, &error, FZ_ERROR_INVALID, "层级");
  expect_error (export (w, DAYS "|recipient=x", folder, &error) == NULL, &error, FZ_ERROR_INVALID, "用途");
  expect_error (export (w, DAYS "|purpose=x", folder, &error) == NULL, &error, FZ_ERROR_INVALID, "机关");
  expect_error (export (w, "from=2026-03-02|to=2026-03-01" WHO, folder, &error) == NULL, &error, FZ_ERROR_INVALID, "日期");
  expect_error (export (w, DAYS "|level=statistics|patient=VA-0001" WHO, folder, &error) == NULL, &error, FZ_ERROR_INVALID, "统计");
  world_sign_in (w, "D1001");
  expect_error (export (w, DAYS WHO, folder, &error) == NULL, &error, FZ_ERROR_REFUSED, "医师");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS) || g_file_test (partial, G_FILE_TEST_EXISTS));
}

typedef struct {
  GCancellable *stop;
  guint after;
} Stop;

static void
stop_after (guint64 done, guint64 total, gpointer data)
{
  Stop *stop = data;

  g_assert_cmpuint (done, <=, total);
  if (stop->after-- == 0)
    g_cancellable_cancel (stop->stop);
}

static void
cancelled (World *w)
{
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *folder = g_build_filename (w->root, "pack", NULL), *partial = g_strconcat (folder, ".partial", NULL);
  g_autoptr (FzFields) facts = facts_of ("fuzhen.inspection_ask/v1", DAYS WHO);
  guint stopped = 0;

  play (w, rx);
  get_leave (w, SCOPE_DAYS "scope.format=full");
  for (guint after = 0; after < 3; after++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GCancellable) stop = g_cancellable_new ();
    Stop data = { stop, after * 2 };
    guint64 from = world_audit_size (w);

    g_assert_null (fz_desk_export_inspection (w->session, facts, folder, stop, stop_after, &data, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint (world_audit_count (w, from, "inspection.export", "failed"), ==, 1);
    g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS) || g_file_test (partial, G_FILE_TEST_EXISTS));
    stopped++;
  }
  g_assert_cmpuint (stopped, ==, 3);
}

/* One member of a zip that is opened with these words; NULL: they do not open it. */
static GBytes *
unseal (const char *path, const char *words)
{
  struct archive *zip = archive_read_new ();
  struct archive_entry *entry;
  GByteArray *bytes = g_byte_array_new ();
  guint8 chunk[65536];
  la_ssize_t n = -1;

  archive_read_support_format_zip (zip);
  archive_read_add_passphrase (zip, words);
  g_assert_cmpint (archive_read_open_filename (zip, path, 65536), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_read_next_header (zip, &entry), ==, ARCHIVE_OK);
  g_assert_cmpstr (archive_entry_pathname (entry), ==, "package.tar"); /* no name of a visit is outside */
  while ((n = archive_read_data (zip, chunk, sizeof chunk)) > 0)
    g_byte_array_append (bytes, chunk, (guint) n);
  archive_read_free (zip);
  if (n == 0)
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);
  return NULL;
}

typedef struct {
  GCancellable *stop;
  guint64 after, done, total;
} Sealing;

static void
seal_after (guint64 done, guint64 total, gpointer data)
{
  Sealing *sealing = data;

  g_assert_cmpuint (done, ==, sealing->done + 1);
  g_assert_cmpuint (done, <=, total);
  sealing->done = done;
  sealing->total = total;
  if (done == sealing->after)
    g_cancellable_cancel (sealing->stop);
}

/* Transfer of custody: what was altered is not sealed; what arrives is opened by the words alone and verified whole by what lies in it. */
static void
sealed_and_arrived (World *w)
{
  char *rx[3] = { NULL };
  g_autofree char *folder = g_build_filename (w->root, "custody", NULL), *file = g_build_filename (w->root, "custody.zip", NULL), *index = g_build_filename (folder, "index.html", NULL);
  g_autofree char *arrived = g_build_filename (w->root, "arrived", NULL), *tar = g_build_filename (w->root, "custody.tar", NULL), *text = NULL, *worse = NULL, *out = NULL, *command = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = NULL, sealed = NULL;
  g_autoptr (GBytes) wrong = NULL, right = NULL;
  g_autofree char *stopped = NULL;
  GCancellable *stop = g_cancellable_new ();
  Sealing halfway = { .stop = stop, .after = 3 }, whole = { 0 };
  guint64 from;
  gsize n = 0;

  play (w, rx);
  get_leave_of (w, "inspection|purpose=I05", "scope.report=inspection|" SCOPE_DAYS "scope.format=full");
  made = export (w, DAYS WHO, folder, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (index, &text, &n, NULL));
  worse = g_strconcat (text, " ", NULL);
  g_assert_true (g_file_set_contents (index, worse, -1, NULL));
  expect_error (fz_desk_seal_package (w->session, folder, file, TRUE, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "index.html");
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (index, text, (gssize) n, NULL));
  expect_error (fz_desk_seal_package (w->session, w->root, file, TRUE, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  from = world_audit_size (w);
  /* Stopped half way: the folder is whole, there is no file and nothing in the log. */
  g_assert_null (fz_desk_seal_package (w->session, folder, file, TRUE, halfway.stop, seal_after, &halfway, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (count_in (w->root, "custody.zip"), ==, 0);
  g_assert_cmpint (verify (folder, "", &stopped), ==, 0);
  g_assert_cmpuint (world_audit_count (w, from, "inspection.seal", NULL), ==, 0);
  sealed = fz_desk_seal_package (w->session, folder, file, TRUE, NULL, seal_after, &whole, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (whole.done, ==, whole.total);
  g_assert_cmpuint (halfway.done, <, halfway.total);
  g_object_unref (stop);
  g_assert_cmpuint (world_audit_count (w, from, "inspection.seal", "done"), ==, 1);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (strlen (fz_fields_get (sealed, "words")), ==, 29);
  expect_error (fz_desk_seal_package (w->session, folder, file, TRUE, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, NULL);
  wrong = unseal (file, "ABCDE-ABCDE-ABCDE-ABCDE-ABCDE");
  g_assert_null (wrong);
  right = unseal (file, fz_fields_get (sealed, "words"));
  g_assert_nonnull (right);
  g_assert_true (g_file_set_contents (tar, g_bytes_get_data (right, NULL), (gssize) g_bytes_get_size (right), NULL));
  command = g_strdup_printf ("mkdir %s && tar -xf %s -C %s", arrived, tar, arrived);
  g_assert_cmpint (in_shell (w->root, command), ==, 0);
  g_assert_cmpint (verify (arrived, "", &out), ==, 0);
  for (guint i = 0; i < 2; i++)
    g_free (rx[i]);
}

static void
full_disk (World *w)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *disk = g_build_filename (w->root, "small", NULL), *folder = g_build_filename (disk, "pack", NULL);
  guint64 from;

  play (w, rx);
  get_leave (w, SCOPE_DAYS "scope.format=full");
  g_assert_cmpint (g_mkdir (disk, 0700), ==, 0);
  g_assert_cmpint (mount ("none", disk, "tmpfs", 0, "size=300k"), ==, 0);
  from = world_audit_size (w);
  expect_error (export (w, DAYS WHO, folder, &error) == NULL, &error, FZ_ERROR_RETRY, "磁盘");
  g_assert_cmpuint (world_audit_count (w, from, "inspection.export", "failed"), ==, 1);
  g_assert_cmpuint (count_in (disk, "."), ==, 0);
  g_assert_cmpint (umount (disk), ==, 0);
}

/* --- from an earlier visit of the inspector --- */

static gboolean
read_checkpoint (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_checkpoint (txn, error) && fz_audit_head (txn, NULL, NULL, data, error);
}

static void
since_a_checkpoint (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) with = NULL, without = NULL;
  g_auto (GStrv) rx = g_new0 (char *, 3);
  g_autofree char *one = g_build_filename (w->root, "one", NULL), *two = g_build_filename (w->root, "two", NULL), *before = NULL;
  g_autofree char *path = g_build_filename (w->root, "before", NULL), *ask = g_strdup_printf ("%s%s|since=%s", DAYS, WHO, path), *more = g_strdup_printf ("--checkpoint %s", path);
  g_autofree char *out = NULL, *out2 = NULL, *wrong = g_strdup_printf ("%s%s|since=%s/one/index.txt", DAYS, WHO, w->root);

  rx[0] = world_prescribe (w, 2, "V0");
  world_sign_in (w, "A3001");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, read_checkpoint, &before, &error));
  g_assert_true (g_file_set_contents (path, before, -1, NULL));
  get_leave (w, SCOPE_DAYS "scope.format=full");
  with = export (w, ask, one, &error);
  g_assert_no_error (error);
  without = export (w, DAYS WHO, two, &error);
  g_assert_no_error (error);
  if (verify (one, more, &out) != 0)
    g_error ("%s", out);
  g_assert_cmpint (verify (two, more, &out2), ==, 1);
  g_assert_nonnull (strstr (out2, "INDETERMINATE"));
  expect_error (export (w, wrong, "/nowhere", &error) == NULL, &error, FZ_ERROR_INVALID, "检查点");
}

/* Tried before the first thread is made: a process with threads cannot get a name space of its own. */
static gboolean
may_mount (void)
{
  g_autofree char *place = g_dir_make_tmp ("fuzhen-mount-XXXXXX", NULL);
  gboolean may = mount ("none", place, "tmpfs", 0, "size=64k") == 0 ||
                 (unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0 && mount ("none", place, "tmpfs", 0, "size=64k") == 0);

  if (may)
    umount (place);
  g_rmdir (place);
  return may;
}

int
main (int argc, char **argv)
{
  gboolean small_disk = may_mount ();
  int result;

  g_test_init (&argc, &argv, NULL);
  verifier = g_strdup (g_getenv ("FUZHEN_VERIFY"));
  g_assert_nonnull (verifier);
  world_make_template ();
  world_add_test ("/inspection/whole", whole_and_checkable);
  world_add_test ("/inspection/source", verifier_from_its_source);
  world_add_test ("/inspection/scopes", scopes);
  world_add_test ("/inspection/left-out", marked_are_left_out);
  world_add_test ("/inspection/masked", masked);
  world_add_test ("/inspection/refused", refused);
  world_add_test ("/inspection/cancelled", cancelled);
  if (small_disk)
    world_add_test ("/inspection/full-disk", full_disk);
  world_add_test ("/inspection/sealed", sealed_and_arrived);
  world_add_test ("/inspection/since", since_a_checkpoint);
  result = g_test_run ();
  world_remove_template ();
  g_free (verifier);
  return result;
}
