/* The list of what has a day on it: soonest first, each role its own, nothing invented. */
#include "tests/desk/world.h"

#include <string.h>

static GPtrArray *
deadlines (World *w)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = fz_desk_list_deadlines (w->session, &error);
  const char *last = "";

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    const char *on = fz_fields_get (rows->pdata[i], "on");

    g_assert_nonnull (on);
    g_assert_nonnull (fz_fields_get (rows->pdata[i], "label"));
    if (!fz_fields_has (rows->pdata[i], "days")) {
      last = "9"; /* no limit: after all that has one */
      continue;
    }
    g_assert_cmpstr (on, >=, last);
    last = on;
  }
  return rows;
}

/* The day of the row of this kind about this subject (NULL: any); NULL when there is none. */
static const char *
day_of (GPtrArray *rows, const char *kind, const char *what, const char *subject, const char **out_days)
{
  for (guint i = 0; i < rows->len; i++) {
    const FzFields *row = rows->pdata[i];

    if (g_strcmp0 (fz_fields_get (row, "kind"), kind) == 0 && g_strcmp0 (fz_fields_get (row, "what"), what) == 0 &&
        (subject == NULL || g_strcmp0 (fz_fields_get (row, "subject"), subject) == 0)) {
      *out_days = fz_fields_get (row, "days");
      return fz_fields_get (row, "on");
    }
  }
  return NULL;
}

static guint
count (GPtrArray *rows, const char *kind)
{
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    n += g_str_equal (fz_fields_get (rows->pdata[i], "kind"), kind) ? 1 : 0;
  return n;
}

/* RFC 5545: lines end in CRLF and are at most 75 octets, the day is a whole day, and the reminder comes as long before as the kind asks. */
static void
as_a_calendar (World *w)
{
  g_autoptr (FzFields) person = fz_fields_new ("fuzhen.changes/v1");
  g_autofree char *path = g_build_filename (w->root, "d.ics", NULL), *text = NULL, *flat = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;
  guint n = 0, events = 0;
  GString *joined = g_string_new (NULL);

  world_sign_in (w, "A3001");
  fz_fields_set (person, "licence_until", "2026-03-12");
  g_assert_true (fz_desk_amend_staff (w->session, "D1002", person, &error));
  rows = deadlines (w);
  from = world_audit_size (w);
  g_assert_true (fz_desk_export_deadlines (w->session, path, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, rows->len);
  g_assert_cmpuint (world_audit_count (w, from, "deadlines.export", "done"), ==, 1);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_assert_cmpuint (strlen (lines[i]), <=, 75);
    g_assert_true (g_utf8_validate (lines[i], -1, NULL));
    g_assert_null (strchr (lines[i], '\n'));
    events += g_str_equal (lines[i], "BEGIN:VEVENT");
    g_string_append (joined, lines[i][0] == ' ' ? lines[i] + 1 : lines[i]);
    g_string_append_c (joined, '|');
  }
  g_assert_cmpuint (events, ==, n);
  flat = g_string_free (joined, FALSE);
  flat = g_strdelimit (flat, "|", '\n');
  g_assert_nonnull (strstr (flat, "DTSTART;VALUE=DATE:20260312\nDTEND;VALUE=DATE:20260313\n"));
  g_assert_nonnull (strstr (flat, "TRIGGER:-P30D\n"));
  world_sign_in (w, "D1001");
  expect_error (!fz_desk_export_deadlines (w->session, path, NULL, &error), &error, FZ_ERROR_REFUSED, "权限");
}

/* A holder of an office, in whatever role, hears of what is late so long, once; the log says so. Nobody else does. */
static void
told_by_office (World *w)
{
  g_autoptr (FzFields) office = fz_fields_new ("fuzhen.changes/v1"), person = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GPtrArray) all = NULL, first = NULL, again = NULL, none = NULL, over = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;
  gboolean found = FALSE;

  world_sign_in (w, "A3001");
  fz_fields_set (office, "office", "medical");
  expect_error (!fz_desk_amend_institution (w->session, office, &error), &error, FZ_ERROR_INVALID, "任职人");
  fz_fields_set (office, "holder", "D9999");
  expect_error (!fz_desk_amend_institution (w->session, office, &error), &error, FZ_ERROR_INVALID, "工号");
  fz_fields_set (office, "holder", "P2002");
  g_assert_true (fz_desk_amend_institution (w->session, office, &error));
  fz_fields_set (person, "licence_until", "2026-02-20");
  g_assert_true (fz_desk_amend_staff (w->session, "D1002", person, &error));
  all = deadlines (w);
  for (guint i = 0; i < all->len; i++)
    if (g_strcmp0 (fz_fields_get (all->pdata[i], "subject"), "D1002") == 0 && g_strcmp0 (fz_fields_get (all->pdata[i], "what"), "licence_until") == 0) {
      g_assert_cmpstr (fz_fields_get (all->pdata[i], "tell_name"), ==, "顾小曼");
      found = TRUE;
    }
  g_assert_true (found);
  from = world_audit_size (w);
  none = fz_desk_list_told (w->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (world_audit_size (w), ==, from);
  world_sign_in (w, "P2002");
  from = world_audit_size (w);
  first = fz_desk_list_told (w->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->len, >=, 1);
  found = FALSE;
  for (guint i = 0; i < first->len; i++) {
    g_assert_true (fz_fields_is_yes (first->pdata[i], "new"));
    g_assert_false (fz_fields_has (first->pdata[i], "about"));
    found = found || g_strcmp0 (fz_fields_get (first->pdata[i], "subject"), "D1002") == 0;
  }
  g_assert_true (found);
  g_assert_cmpuint (world_audit_count (w, from, "deadlines.told", "done"), ==, 2); /* the look, and what was told */
  from = world_audit_size (w);
  again = fz_desk_list_told (w->session, &error);
  g_assert_cmpuint (again->len, ==, first->len);
  g_assert_false (fz_fields_has (again->pdata[0], "new"));
  g_assert_cmpuint (world_audit_size (w), ==, from);
  world_sign_in (w, "A3001");
  fz_fields_set (office, "holder", "-");
  g_assert_true (fz_desk_amend_institution (w->session, office, &error));
  world_sign_in (w, "P2002");
  over = fz_desk_list_told (w->session, &error);
  g_assert_cmpuint (over->len, ==, 0);
}

static void
register_drill (World *w, const char *kind, const char *on)
{
  g_autoptr (FzFields) plan = fz_fields_new ("fuzhen.values/v1"), held = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL, *entry = NULL;
  static const char *const texts[] = { "field.subject", "field.version", "field.content" }, *const results[] = { "field.people", "field.outcome", "field.finding" };
  FzSheet *sheet;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    fz_fields_set (plan, texts[i], "断网");
    fz_fields_set (held, results[i], "恢复");
  }
  fz_fields_set (plan, "field.kind", kind);
  fz_fields_set (plan, "field.owner", "A3001");
  fz_fields_set (plan, "field.drill_on", on);
  fz_fields_set (held, "field.drilled_on", on);
  sheet = fz_desk_prepare_entry (w->session, "drill", NULL, "plan", plan, NULL, NULL, &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  entry = g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
  sheet = fz_desk_prepare_entry (w->session, "drill", entry, "record", held, NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

/* From the day the store was begun, then from the last drill of that sort; how often is the institution's to say. */
static void
comes_round (World *w)
{
  g_autoptr (FzFields) often = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GPtrArray) first = NULL, sooner = NULL, done = NULL, system = NULL;
  g_autoptr (GError) error = NULL;
  const char *days = NULL;

  world_sign_in (w, "A3001");
  first = deadlines (w);
  g_assert_cmpstr (day_of (first, "recurring", "restore_drill", NULL, &days), ==, "2027-03-02");
  g_assert_cmpstr (day_of (first, "recurring", "emergency_drill", NULL, &days), ==, "2027-03-02");
  fz_fields_set (often, "recurring", "emergency_drill");
  fz_fields_set (often, "months", "0");
  expect_error (!fz_desk_amend_institution (w->session, often, &error), &error, FZ_ERROR_INVALID, "间隔");
  fz_fields_set (often, "months", "6");
  g_assert_true (fz_desk_amend_institution (w->session, often, &error));
  sooner = deadlines (w);
  g_assert_cmpstr (day_of (sooner, "recurring", "emergency_drill", NULL, &days), ==, "2026-09-02");
  register_drill (w, "network", "2026-02-15");
  register_drill (w, "recovery", "2026-03-01"); /* bringing data back is the other drill, and its report is signed */
  done = deadlines (w);
  g_assert_cmpstr (day_of (done, "recurring", "emergency_drill", "2026-02-15", &days), ==, "2026-08-15");
  g_assert_cmpstr (day_of (done, "recurring", "restore_drill", NULL, &days), ==, "2027-03-02");
  world_sign_in (w, "S4002");
  system = deadlines (w);
  g_assert_nonnull (day_of (system, "recurring", "restore_drill", NULL, &days));
}

static FzSheet *
prepare (World *w, const char *name, const char *id, const char *move, const char *text, GError **error)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);
    g_autofree char *key = g_strconcat ("field.", pair[0], NULL);

    fz_fields_set (values, key, pair[1]);
  }
  return fz_desk_prepare_entry (w->session, name, id, move, values, NULL, NULL, error);
}

/* The id of the entry. (transfer full) */
static char *
enter (World *w, const char *name, const char *id, const char *move, const char *text)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = prepare (w, name, id, move, text, &error);
  g_autofree char *document = NULL;

  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, strlen ("BX-000001"));
}

/* The register's row says who is in charge and what is done: whose day it keeps has no second row beside it. */
static void
kept_by_registers (World *w)
{
  g_autoptr (GPtrArray) rows = NULL, own = NULL;
  g_autofree char *policy = NULL, *licence = NULL;
  const char *days = NULL;

  policy = enter (w, "insurance", NULL, "insure", "subject=医疗责任保险|kind=institution|insurer=某公司|policy_no=1|people=D1001、D1002|from_on=2026-03-01|valid_until=2026-12-31");
  licence = enter (w, "licence", NULL, "register",
                   "subject=康康互联网医院|kind=own|licence_no=A1|authority=区卫生健康委|area_code=120104|changed_on=2026-03-02|change=取得|validation_until=2027-02-28|valid_until=2028-12-31");
  rows = deadlines (w);
  g_assert_cmpstr (day_of (rows, "register", "renew", policy, &days), ==, "2026-12-31");
  g_assert_null (day_of (rows, "staff", "insurance_until", NULL, &days));
  g_assert_cmpstr (day_of (rows, "staff", "licence_until", "D1001", &days), ==, "2026-03-12"); /* no register says it */
  g_assert_cmpstr (day_of (rows, "register", "licence", licence, &days), ==, "2028-12-31");
  g_assert_null (day_of (rows, "institution", "licence_until", NULL, &days));
  world_sign_in (w, "S4001"); /* who reads no register sees whose it is */
  own = deadlines (w);
  g_assert_cmpstr (day_of (own, "staff", "insurance_until", "D1001", &days), ==, "2026-12-31");
  g_assert_cmpstr (day_of (own, "staff", "insurance_until", "D1002", &days), ==, "2026-12-31");
}

static void
papers (World *w)
{
  g_autoptr (FzFields) person = fz_fields_new ("fuzhen.changes/v1"), institution = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  const char *days = NULL;

  world_sign_in (w, "A3001");
  fz_fields_set (person, "licence_until", "2026-03-12");
  fz_fields_set (person, "insurance_until", "2026-02-27");
  fz_fields_set (person, "multi_site_filing", "津多机构001");
  fz_fields_set (person, "multi_site_until", "2026-03-20");
  g_assert_true (fz_desk_amend_staff (w->session, "D1001", person, &error));
  fz_fields_set (institution, "licence_until", "2026-04-01");
  g_assert_true (fz_desk_amend_institution (w->session, institution, &error));
  rows = deadlines (w);
  g_assert_cmpstr (day_of (rows, "staff", "licence_until", "D1001", &days), ==, "2026-03-12");
  g_assert_cmpstr (days, ==, "10");
  g_assert_cmpstr (day_of (rows, "staff", "insurance_until", "D1001", &days), ==, "2026-02-27");
  g_assert_cmpstr (days, ==, "-3");
  g_assert_cmpstr (day_of (rows, "institution", "licence_until", NULL, &days), ==, "2026-04-01");
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "subject"), ==, "D1001"); /* what is over stands first */
  g_assert_cmpstr (day_of (rows, "staff", "multi_site_until", "D1001", &days), ==, "2026-03-20");
  kept_by_registers (w);
}

/* What a pharmacist sees of it: in the list, by its words, and opened, with as many acts. */
static void
sees_policy (World *w, const char *id, const char *state, const char *version, const char *content, guint n_acts)
{
  g_autoptr (FzFields) words = fz_fields_new ("fuzhen.filter/v1"), entry = NULL;
  g_autoptr (GPtrArray) rows = NULL, found = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "P2001");
  rows = fz_desk_list_entries (w->session, "policy", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "entry.state"), ==, state);
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "field.version"), ==, version);
  entry = fz_desk_read_entry (w->session, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (entry, "entry.state"), ==, state);
  g_assert_cmpstr (fz_fields_get (entry, "field.content"), ==, content);
  g_assert_cmpuint (fz_fields_count (entry, "history"), ==, n_acts);
  fz_fields_set (words, "text", "没有批准的");
  found = fz_desk_list_entries (w->session, "policy", words, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 0);
}

/* The text that was in force is what is shown as ended; one that nobody approved is not, whoever is written down as having approved it. */
static void
policies_ended (World *w)
{
  g_autofree char *id = NULL, *draft = NULL;

  world_sign_in (w, "A3001");
  id = enter (w, "policy", NULL, "draft", "subject=不良事件报告制度|kind=adverse|version=1|department=医务部|owner=A3001|content=当日报告。");
  g_free (enter (w, "policy", id, "approve", "approved_by=院务会|effective_on=2025-03-01|review_on=2027-03-01"));
  g_free (enter (w, "policy", id, "revise", "version=2|content=没有批准的。"));
  draft = enter (w, "policy", NULL, "draft", "subject=处方管理制度|kind=prescription|version=1|department=药学部|owner=A3001|content=没有批准的草案。");
  g_free (enter (w, "policy", draft, "amend", "approved_by=院务会"));
  sees_policy (w, id, "in_force", "1", "当日报告。", 2);
  world_sign_in (w, "A3001");
  g_free (enter (w, "policy", id, "end", "ended_on=2026-03-02|reason=并入总制度"));
  g_free (enter (w, "policy", draft, "end", "ended_on=2026-03-02|reason=不再需要"));
  sees_policy (w, id, "ended", "1", "当日报告。", 3);
}

/* Approved anew, in force since the same day: told again, once. */
static void
policies_told (World *w)
{
  static const char *const version[] = { "1", "2" };
  g_autofree char *id = NULL;

  world_sign_in (w, "A3001");
  id = enter (w, "policy", NULL, "draft", "subject=不良事件报告制度|kind=adverse|version=1|department=医务部|owner=A3001|content=当日报告。");
  for (guint i = 0; i < G_N_ELEMENTS (version); i++) {
    world_sign_in (w, "A3001");
    if (i > 0)
      g_free (enter (w, "policy", id, "revise", "version=2|content=当日报告，并通知药学部。"));
    g_free (enter (w, "policy", id, "approve", "approved_by=院务会|effective_on=2026-03-02|review_on=2027-03-01"));
    world_sign_in (w, "D1001");
    for (guint look = 0; look < 2; look++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) told = fz_desk_list_told (w->session, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (told->len, ==, 1);
      g_assert_cmpstr (fz_fields_get (told->pdata[0], "version"), ==, version[i]);
      g_assert_cmpint (fz_fields_is_yes (told->pdata[0], "new"), ==, look == 0);
    }
  }
}

/* A policy in force is read by those it binds, who confirm this version of it; who has not is told to medical affairs by number. */
static void
policies (World *w)
{
  static const char confirm[] = "subject=不良事件报告制度|read_on=2026-03-02|understood=yes|version=";
  g_autoptr (GPtrArray) all = NULL, mine = NULL, told = NULL, done = NULL, rest = NULL, again = NULL, hidden = NULL;
  g_autofree char *id = NULL, *wrong = g_strconcat (confirm, "9", NULL), *right = g_strconcat (confirm, "1", NULL);
  g_autoptr (FzFields) seen = NULL;
  g_autoptr (GError) error = NULL;
  const char *days = NULL;

  world_sign_in (w, "A3001");
  id = enter (w, "policy", NULL, "draft", "subject=不良事件报告制度|kind=adverse|version=1|department=医务部|owner=A3001|content=当日报告。");
  all = deadlines (w);
  g_assert_null (day_of (all, "policy", "unread", id, &days)); /* nobody has to read a draft */
  world_sign_in (w, "D1001");
  hidden = fz_desk_list_entries (w->session, "policy", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hidden->len, ==, 0);
  g_assert_null (fz_desk_read_entry (w->session, id, &error)); /* nor can */
  g_clear_error (&error);
  world_sign_in (w, "A3001");
  g_free (enter (w, "policy", id, "approve", "approved_by=院务会|effective_on=2025-03-01|review_on=2027-03-01"));
  g_clear_pointer (&all, g_ptr_array_unref);
  all = deadlines (w);
  g_assert_cmpstr (day_of (all, "policy", "unread", id, &days), ==, "2025-03-01");
  g_assert_null (days); /* no article says by when: nothing is over, and nobody is told */
  for (guint i = 0; i < all->len; i++)
    g_assert_false (g_strcmp0 (fz_fields_get (all->pdata[i], "kind"), "policy") == 0 && fz_fields_has (all->pdata[i], "tell"));
  world_sign_in (w, "D1001");
  mine = deadlines (w);
  g_assert_cmpstr (day_of (mine, "policy", "unread", id, &days), ==, "2025-03-01");
  told = fz_desk_list_told (w->session, &error);
  g_assert_cmpuint (told->len, ==, 1);
  g_assert_cmpstr (fz_fields_get (told->pdata[0], "subject"), ==, id);
  g_assert_true (fz_fields_is_yes (told->pdata[0], "new") && !fz_fields_has (told->pdata[0], "tell"));
  seen = fz_desk_read_entry (w->session, id, &error); /* it can be read where it is to be confirmed */
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (seen, "field.content"), ==, "当日报告。");
  expect_error (prepare (w, "policy", id, "review", "finding=x|review_on=2027-03-02", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (prepare (w, "policy-read", NULL, "confirm", wrong, &error) == NULL, &error, FZ_ERROR_INVALID, id);
  expect_error (prepare (w, "policy-read", NULL, "confirm", "subject=不良事件报告制度|read_on=2026-03-02|understood=no|version=1", &error) == NULL, &error, FZ_ERROR_INVALID, "是");
  g_free (enter (w, "policy-read", NULL, "confirm", right));
  done = deadlines (w);
  g_assert_null (day_of (done, "policy", "unread", id, &days));
  g_clear_pointer (&told, g_ptr_array_unref);
  told = fz_desk_list_told (w->session, &error);
  g_assert_cmpuint (told->len, ==, 0);
  world_sign_in (w, "P2001");
  g_clear_pointer (&mine, g_ptr_array_unref);
  mine = deadlines (w);
  g_assert_cmpstr (day_of (mine, "policy", "unread", id, &days), ==, "2025-03-01");
  world_sign_in (w, "A3001");
  rest = deadlines (w);
  g_assert_nonnull (day_of (rest, "policy", "unread", id, &days));
  for (guint i = 0; i < rest->len; i++)
    if (g_strcmp0 (fz_fields_get (rest->pdata[i], "what"), "unread") == 0)
      g_assert_true (strstr (fz_fields_get (rest->pdata[i], "name"), "D1001") == NULL && strstr (fz_fields_get (rest->pdata[i], "name"), "D1002、") != NULL);
  g_free (enter (w, "policy", id, "revise", "version=2|content=当日报告，并通知药学部。"));
  sees_policy (w, id, "in_force", "1", "当日报告。", 2); /* which binds until the other is approved */
  g_clear_pointer (&mine, g_ptr_array_unref);
  mine = deadlines (w);
  g_assert_nonnull (day_of (mine, "policy", "unread", id, &days)); /* and is still to be read */
  world_sign_in (w, "A3001");
  g_free (enter (w, "policy", id, "approve", "approved_by=院务会|effective_on=2026-03-02|review_on=2027-03-01"));
  world_sign_in (w, "D1001");
  again = deadlines (w);
  g_assert_cmpstr (day_of (again, "policy", "unread", id, &days), ==, "2026-03-02"); /* another version is another policy */
}

/* Who asked says that they understood, and nobody for them; a question is answered and closed whatever became of the policy. */
static void
questions (World *w)
{
  static const char ask[] = "subject=不良事件报告制度|version=1|question=夜间向谁报告", understood[] = "read_on=2026-03-02|understood=yes";
  g_autoptr (GPtrArray) open = NULL, closed = NULL;
  g_autofree char *policy = NULL, *one = NULL, *other = NULL;
  g_autoptr (GError) error = NULL;
  const char *days = NULL;

  world_sign_in (w, "A3001");
  policy = enter (w, "policy", NULL, "draft", "subject=不良事件报告制度|kind=adverse|version=1|department=医务部|owner=A3001|content=当日报告。");
  g_free (enter (w, "policy", policy, "approve", "approved_by=院务会|effective_on=2026-03-01|review_on=2027-03-01"));
  world_sign_in (w, "D1002");
  one = enter (w, "policy-read", NULL, "ask", ask);
  other = enter (w, "policy-read", NULL, "ask", ask);
  world_sign_in (w, "A3001");
  expect_error (prepare (w, "policy-read", one, "understand", understood, &error) == NULL, &error, FZ_ERROR_REFUSED, "本人");
  world_sign_in (w, "D1002");
  open = deadlines (w);
  g_assert_nonnull (day_of (open, "policy", "unread", policy, &days));
  g_free (enter (w, "policy-read", one, "understand", understood));
  closed = deadlines (w);
  g_assert_null (day_of (closed, "policy", "unread", policy, &days));
  world_sign_in (w, "A3001");
  g_free (enter (w, "policy", policy, "revise", "version=2|content=当日报告，并通知药学部。"));
  g_free (enter (w, "policy", policy, "approve", "approved_by=院务会|effective_on=2026-03-02|review_on=2027-03-01"));
  g_free (enter (w, "policy-read", other, "answer", "reply=向总值班报告。"));
  world_sign_in (w, "D1002");
  expect_error (prepare (w, "policy-read", other, "understand", understood, &error) == NULL, &error, FZ_ERROR_INVALID, "结束疑问");
  g_free (enter (w, "policy-read", other, "close", "reason=已有新的版本"));
  g_clear_pointer (&open, g_ptr_array_unref);
  open = deadlines (w);
  g_assert_nonnull (day_of (open, "policy", "unread", policy, &days)); /* closed is not confirmed */
}

static const FzFields *
row_of (GPtrArray *rows, const char *kind, const char *what)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), kind) == 0 && g_strcmp0 (fz_fields_get (rows->pdata[i], "what"), what) == 0)
      return rows->pdata[i];
  g_error ("nothing of %s %s", kind, what);
}

/* Over is one thing; over for some working days another has to hear of. */
static void
told_when_late (World *w)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  static const char *const said[][2] = { { "received_on", "2026-03-02" }, { "channel", "phone" }, { "kind", "fee" }, { "complainant", "匿名" }, { "content", "x" } };
  static const struct {
    guint days;
    const char *tell;
  } cases[] = { { 7, NULL }, { 1, NULL }, { 1, NULL }, { 1, "分管院领导" } }; /* due on Monday the 9th; the third working day after is Thursday */
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  for (guint i = 0; i < G_N_ELEMENTS (said); i++) {
    g_autofree char *key = g_strconcat ("field.", said[i][0], NULL);

    fz_fields_set (values, key, said[i][1]);
  }
  g_free (world_sign (w, fz_desk_prepare_entry (w->session, "complaint", NULL, "register", values, NULL, NULL, &error)));
  g_assert_no_error (error);
  g_free (enter (w, "insurance", NULL, "insure", "subject=医疗责任保险|kind=institution|insurer=某公司|policy_no=1|people=D1001、D1002|from_on=2026-03-01|valid_until=2026-03-06"));
  g_free (enter (w, "licence", NULL, "register",
                 "subject=康康互联网医院|kind=own|licence_no=A1|authority=区卫生健康委|area_code=120104|changed_on=2026-03-02|change=取得|validation_until=2026-03-05|valid_until=2026-03-06"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) rows = NULL;

    world_pass (w, cases[i].days * 24 * 60 * MINUTE);
    world_sign_in (w, "A3001");
    rows = deadlines (w);
    g_assert_cmpstr (fz_fields_get (row_of (rows, "register", "inquiry"), "tell"), ==, cases[i].tell);
    g_assert_cmpstr (fz_fields_get (row_of (rows, "register", "inquiry"), "lead"), ==, "3");
    g_assert_cmpstr (fz_fields_get (row_of (rows, "register", "renew"), "tell_office"), ==, "medical"); /* on Monday the 9th: a paper of people */
    g_assert_cmpstr (fz_fields_get (row_of (rows, "register", "licence"), "tell_office"), ==, "president");
  }
}

static void
reports_and_backup (World *w)
{
  g_autoptr (GPtrArray) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  const char *days = NULL;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  g_assert_true (fz_desk_withdraw_visit (w->session, "V1", "患者来电撤销", &error)); /* nobody's report yet: a doctor is missing */
  world_sign_in (w, "S4002");
  before = deadlines (w);
  g_assert_cmpstr (day_of (before, "upload", "blocked", NULL, &days), ==, "2026-03-03");
  g_assert_cmpstr (days, ==, "1");
  /* Three hundred drugs that wait their turn are one line. */
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'queued'"), >, 300);
  g_assert_cmpuint (count (before, "upload"), ==, 2);
  g_assert_cmpstr (day_of (before, "backup", "backup", NULL, &days), ==, "2026-03-02");
  fz_desk_tick (w->session, &error);
  g_assert_no_error (error);
  after = deadlines (w);
  g_assert_cmpstr (day_of (after, "backup", "backup", NULL, &days), ==, "2026-03-03");
}

static void
each_role_its_own (World *w)
{
  static const struct {
    const char *number;
    gboolean staff, upload;
  } readers[] = { { "A3001", TRUE, TRUE }, { "S4001", TRUE, FALSE }, { "S4002", FALSE, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++) {
    g_autoptr (GPtrArray) rows = NULL;

    world_sign_in (w, readers[i].number);
    rows = deadlines (w);
    g_assert_true ((count (rows, "staff") > 0) == readers[i].staff);
    g_assert_true ((count (rows, "upload") > 0) == readers[i].upload);
    g_assert_true ((count (rows, "backup") > 0) == readers[i].upload);
  }
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/deadlines/papers", papers);
  world_add_test ("/desk/deadlines/reports", reports_and_backup);
  world_add_test ("/desk/deadlines/calendar", as_a_calendar);
  world_add_test ("/desk/deadlines/told-by-office", told_by_office);
  world_add_test ("/desk/deadlines/comes-round", comes_round);
  world_add_test ("/desk/deadlines/policies", policies);
  world_add_test ("/desk/deadlines/policies-ended", policies_ended);
  world_add_test ("/desk/deadlines/policies-told", policies_told);
  world_add_test ("/desk/deadlines/questions", questions);
  world_add_test ("/desk/deadlines/told-when-late", told_when_late);
  world_add_test ("/desk/deadlines/roles", each_role_its_own);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
