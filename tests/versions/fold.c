/* The versions of a hospital's rules, folded: who may propose, who may decide, which one holds on a day. */
#include "core/rules_version.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

typedef struct {
  FzVersions *fold;
  gint64 now_us;
} Book;

static void
book_set_up (Book *self, gconstpointer unused)
{
  FzDate day;

  g_assert_true (fz_date_parse ("2026-03-02", &day, NULL));
  self->now_us = fz_date_beijing_start_us (day) + 9 * 3600 * FZ_US_PER_SECOND;
  self->fold = fz_versions_new (FZ_RULES_NOUN);
}

static void
book_tear_down (Book *self, gconstpointer unused)
{
  fz_versions_free (self->fold);
}

static gboolean
add (Book *self, FzFields *take_body, FzRole role, const char *person, GError **error)
{
  g_autoptr (FzFields) body = take_body;
  g_autoptr (FzDocument) document = NULL;

  fz_fields_set (body, "visit", FZ_RULES_SUBJECT);
  document = fz_document_new (body, "— test/key AAAA\n", role, person, self->now_us, error);
  g_assert_nonnull (document);
  return fz_rules_fold_add (self->fold, document, error);
}

static FzFields *
version_body (guint number, const char *since)
{
  FzFields *body = fz_fields_new (FZ_RULES_KIND);
  g_autofree char *id = fz_version_id (FZ_RULES_NOUN, number);

  fz_fields_set (body, "id", id);
  fz_fields_set_int (body, "number", number);
  fz_fields_set (body, "since", since);
  fz_fields_set (body, "jurisdiction", "tianjin");
  fz_fields_set (body, "rulebook.name", "tianjin-2025");
  fz_fields_set (body, "rulebook.sha256", HASH);
  fz_fields_set_at (body, "change", 0, NULL, "儿童年龄上限由 6 改为 7");
  fz_fields_set (body, "affairs.name", "甲");
  return body;
}

static FzFields *
decision_body (Book *self, const char *id, const char *verdict)
{
  static guint n;
  FzFields *body = fz_fields_new (FZ_RULES_DECISION_KIND);
  const FzVersion *version = fz_versions_find (self->fold, id);
  g_autofree char *own = g_strdup_printf ("%s-%s-%u", id, verdict, n++);

  fz_fields_set (body, "id", own);
  fz_fields_set (body, "rules", id);
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "note_sha256", version != NULL ? version->note_sha256 : HASH);
  fz_fields_set (body, "decider.name", "乙");
  return body;
}

static void
add_good (Book *self, FzFields *take_body, FzRole role, const char *person)
{
  g_autoptr (GError) error = NULL;

  add (self, take_body, role, person, &error);
  g_assert_no_error (error);
}

static void
add_bad (Book *self, FzFields *take_body, FzRole role, const char *person, FzErrorCode code, const char *words)
{
  g_autoptr (GError) error = NULL;
  guint before = self->fold->versions->len;

  g_assert_false (add (self, take_body, role, person, &error));
  g_assert_error (error, FZ_ERROR, (int) code);
  if (g_strstr_len (error->message, -1, words) == NULL)
    g_error ("%s does not say %s", error->message, words);
  g_assert_cmpuint (self->fold->versions->len, ==, before);
}

static const char *
in_force (Book *self, const char *day)
{
  const FzVersion *version;
  FzDate on;

  g_assert_true (fz_date_parse (day, &on, NULL));
  version = fz_versions_in_force (self->fold, on);
  return version != NULL ? version->id : NULL;
}

/* The desk's first version, then one that two persons made, in force from its day. */
static void
test_two_persons (Book *self, gconstpointer unused)
{
  const FzVersion *second;

  add_good (self, version_body (1, "2026-03-02"), FZ_ROLE_DESK, "desk");
  g_assert_cmpstr (in_force (self, "2026-03-01"), ==, NULL);
  g_assert_cmpstr (in_force (self, "2026-03-02"), ==, "RULES-0001");
  add_good (self, version_body (2, "2026-03-05"), FZ_ROLE_AFFAIRS, "p1");
  g_assert_cmpstr (in_force (self, "2026-03-06"), ==, "RULES-0001");
  g_assert_cmpstr (fz_versions_get_pending (self->fold)->id, ==, "RULES-0002");
  add_good (self, decision_body (self, "RULES-0002", "approved"), FZ_ROLE_SECURITY, "p2");
  g_assert_cmpstr (in_force (self, "2026-03-04"), ==, "RULES-0001");
  g_assert_cmpstr (in_force (self, "2026-03-05"), ==, "RULES-0002");
  second = fz_versions_find (self->fold, "RULES-0002");
  g_assert_cmpstr (fz_fields_get (second->facts, "rules.state"), ==, "approved");
  g_assert_cmpstr (fz_fields_get (second->facts, "rules.decided_by"), ==, "乙");
  g_assert_cmpstr (fz_fields_get_at (second->facts, "change", 0, NULL), ==, "儿童年龄上限由 6 改为 7");
  g_assert_null (fz_versions_get_pending (self->fold));
}

static void
test_refused_versions (Book *self, gconstpointer unused)
{
  FzFields *odd;

  add_bad (self, version_body (1, "2026-03-02"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "第1版");
  add_good (self, version_body (1, "2026-03-02"), FZ_ROLE_DESK, "desk");
  add_bad (self, version_body (2, "2026-03-02"), FZ_ROLE_DESK, "desk", FZ_ERROR_REFUSED, "工作站");
  for (FzRole role = FZ_ROLE_NONE; role < FZ_N_ROLES; role++)
    if (role != FZ_ROLE_AFFAIRS && role != FZ_ROLE_DESK)
      add_bad (self, version_body (2, "2026-03-03"), role, "p1", FZ_ERROR_REFUSED, "医务管理人员");
  add_bad (self, version_body (2, "2026-03-01"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "已经过去");
  add_bad (self, version_body (3, "2026-03-03"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "不连续");
  odd = version_body (2, "2026-03-03");
  fz_fields_set (odd, "rulebook.sha256", NULL);
  add_bad (self, odd, FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_INVALID, "rulebook.sha256");
  add_bad (self, version_body (2, "2026-02-30"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_INVALID, "");
  odd = fz_fields_new ("fuzhen.record/v1");
  fz_fields_set (odd, "id", "x");
  add_bad (self, odd, FZ_ROLE_DOCTOR, "p1", FZ_ERROR_UNSUPPORTED, "fuzhen.record/v1");
  add_good (self, version_body (2, "2026-03-02"), FZ_ROLE_AFFAIRS, "p1"); /* today is not the past */
  add_bad (self, version_body (3, "2026-03-03"), FZ_ROLE_AFFAIRS, "p3", FZ_ERROR_REFUSED, "等待批准");
}

static void
test_refused_decisions (Book *self, gconstpointer unused)
{
  FzFields *odd;

  add_good (self, version_body (1, "2026-03-02"), FZ_ROLE_DESK, "desk");
  add_good (self, version_body (2, "2026-03-03"), FZ_ROLE_AFFAIRS, "p1");
  add_bad (self, decision_body (self, "RULES-0002", "approved"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "另一人");
  add_bad (self, decision_body (self, "RULES-0002", "declined"), FZ_ROLE_SECURITY, "p1", FZ_ERROR_REFUSED, "另一人");
  add_bad (self, decision_body (self, "RULES-0002", "withdrawn"), FZ_ROLE_AFFAIRS, "p2", FZ_ERROR_REFUSED, "提出人");
  for (FzRole role = FZ_ROLE_NONE; role < FZ_N_ROLES; role++)
    if (role != FZ_ROLE_AFFAIRS && role != FZ_ROLE_SECURITY)
      add_bad (self, decision_body (self, "RULES-0002", "approved"), role, "p2", FZ_ERROR_REFUSED, "安全管理员");
  add_bad (self, decision_body (self, "RULES-0003", "approved"), FZ_ROLE_SECURITY, "p2", FZ_ERROR_REFUSED, "没有这个");
  add_bad (self, decision_body (self, "RULES-0002", "pending"), FZ_ROLE_SECURITY, "p2", FZ_ERROR_INVALID, "批准");
  odd = decision_body (self, "RULES-0002", "approved");
  fz_fields_set (odd, "note_sha256", HASH);
  add_bad (self, odd, FZ_ROLE_SECURITY, "p2", FZ_ERROR_REFUSED, "不一致");
  add_bad (self, decision_body (self, "RULES-0001", "declined"), FZ_ROLE_SECURITY, "p2", FZ_ERROR_REFUSED, "已经有了决定");
  self->now_us += 2 * FZ_US_PER_DAY; /* its day went by while it lay there */
  add_bad (self, decision_body (self, "RULES-0002", "approved"), FZ_ROLE_SECURITY, "p2", FZ_ERROR_REFUSED, "已经过去");
  add_good (self, decision_body (self, "RULES-0002", "declined"), FZ_ROLE_SECURITY, "p2");
  add_bad (self, decision_body (self, "RULES-0002", "withdrawn"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "已经有了决定");
}

/* A later version takes the place of every earlier one from its day on, also of one that was only planned. */
static void
test_in_force (Book *self, gconstpointer unused)
{
  add_good (self, version_body (1, "2026-03-02"), FZ_ROLE_DESK, "desk");
  add_good (self, version_body (2, "2026-04-01"), FZ_ROLE_AFFAIRS, "p1");
  add_good (self, decision_body (self, "RULES-0002", "approved"), FZ_ROLE_AFFAIRS, "p2");
  add_good (self, version_body (3, "2026-03-10"), FZ_ROLE_AFFAIRS, "p1");
  add_good (self, decision_body (self, "RULES-0003", "withdrawn"), FZ_ROLE_AFFAIRS, "p1");
  g_assert_cmpstr (in_force (self, "2026-03-20"), ==, "RULES-0001");
  g_assert_cmpstr (in_force (self, "2026-04-20"), ==, "RULES-0002");
  add_good (self, version_body (4, "2026-03-15"), FZ_ROLE_AFFAIRS, "p2");
  add_good (self, decision_body (self, "RULES-0004", "approved"), FZ_ROLE_AFFAIRS, "p1");
  g_assert_cmpstr (in_force (self, "2026-03-14"), ==, "RULES-0001");
  g_assert_cmpstr (in_force (self, "2026-03-15"), ==, "RULES-0004");
  g_assert_cmpstr (in_force (self, "2026-04-01"), ==, "RULES-0004");
}

static void
plan (Book *self)
{
  add_good (self, version_body (1, "2026-03-02"), FZ_ROLE_DESK, "desk");
  add_good (self, version_body (2, "2026-03-05"), FZ_ROLE_AFFAIRS, "p1");
  add_good (self, decision_body (self, "RULES-0002", "approved"), FZ_ROLE_SECURITY, "p2");
}

/* Before its day two persons take an approved version back; it never holds, and what it had taken the place of does again. */
static void
test_cancelled (Book *self, gconstpointer unused)
{
  const FzVersion *version;

  plan (self);
  add_good (self, version_body (3, "2026-03-04"), FZ_ROLE_AFFAIRS, "p1");
  add_good (self, decision_body (self, "RULES-0003", "approved"), FZ_ROLE_SECURITY, "p2");
  g_assert_cmpstr (in_force (self, "2026-03-06"), ==, "RULES-0003");
  add_good (self, decision_body (self, "RULES-0003", "cancel"), FZ_ROLE_AFFAIRS, "p1");
  version = fz_versions_find (self->fold, "RULES-0003");
  g_assert_cmpint (version->state, ==, FZ_VERSION_APPROVED); /* one person changes nothing */
  g_assert_cmpstr (in_force (self, "2026-03-06"), ==, "RULES-0003");
  add_good (self, decision_body (self, "RULES-0003", "cancelled"), FZ_ROLE_SECURITY, "p2");
  g_assert_cmpint (version->state, ==, FZ_VERSION_WITHDRAWN);
  g_assert_true (fz_fields_has (version->facts, "rules.cancelled_at"));
  g_assert_cmpstr (fz_fields_get (version->facts, "rules.cancelled_by"), ==, "乙");
  g_assert_cmpstr (in_force (self, "2026-03-04"), ==, "RULES-0001");
  g_assert_cmpstr (in_force (self, "2026-03-06"), ==, "RULES-0002");
  add_bad (self, decision_body (self, "RULES-0003", "cancelled"), FZ_ROLE_SECURITY, "p3", FZ_ERROR_REFUSED, "还没有施行");
}

static void
test_refused_cancels (Book *self, gconstpointer unused)
{
  const FzVersion *version;

  plan (self);
  version = fz_versions_find (self->fold, "RULES-0002");
  add_bad (self, decision_body (self, "RULES-0002", "cancelled"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "还没有人提出");
  add_bad (self, decision_body (self, "RULES-0002", "kept"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "还没有人提出");
  for (FzRole role = FZ_ROLE_NONE; role < FZ_N_ROLES; role++)
    if (role != FZ_ROLE_AFFAIRS && role != FZ_ROLE_SECURITY)
      add_bad (self, decision_body (self, "RULES-0002", "cancel"), role, "p1", FZ_ERROR_REFUSED, "安全管理员");
  add_bad (self, decision_body (self, "RULES-0001", "cancel"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "施行日已到");
  add_good (self, decision_body (self, "RULES-0002", "cancel"), FZ_ROLE_AFFAIRS, "p1");
  add_bad (self, decision_body (self, "RULES-0002", "cancel"), FZ_ROLE_SECURITY, "p2", FZ_ERROR_REFUSED, "等待另一人");
  add_bad (self, decision_body (self, "RULES-0002", "cancelled"), FZ_ROLE_SECURITY, "p1", FZ_ERROR_REFUSED, "另一人");
  add_good (self, decision_body (self, "RULES-0002", "kept"), FZ_ROLE_AFFAIRS, "p1"); /* the asker's own second thought */
  g_assert_false (fz_fields_has (version->facts, "rules.cancel"));
  g_assert_false (fz_fields_has (version->facts, "rules.cancel_by"));
  add_good (self, decision_body (self, "RULES-0002", "cancel"), FZ_ROLE_SECURITY, "p2");
  self->now_us += 3 * FZ_US_PER_DAY; /* nobody answered, and its day is here */
  add_bad (self, decision_body (self, "RULES-0002", "cancelled"), FZ_ROLE_AFFAIRS, "p1", FZ_ERROR_REFUSED, "施行日已到");
  g_assert_cmpstr (in_force (self, "2026-03-05"), ==, "RULES-0002");
  add_good (self, version_body (3, "2026-03-08"), FZ_ROLE_AFFAIRS, "p1");
  add_bad (self, decision_body (self, "RULES-0003", "cancel"), FZ_ROLE_SECURITY, "p2", FZ_ERROR_REFUSED, "还没有施行");
}

/* Random documents of random people: whatever was refused changed nothing, no approved version but the first was ever the work of
 * one person, and never do two wait at once. */
static void
test_walk (Book *self, gconstpointer unused)
{
  static const char *const verdicts[] = { "approved", "declined", "withdrawn", "cancel", "cancelled", "kept" }, *const people[] = { "p1", "p2", "p3" };
  static const FzRole roles[] = { FZ_ROLE_AFFAIRS, FZ_ROLE_SECURITY, FZ_ROLE_DOCTOR, FZ_ROLE_DESK };
  g_autoptr (GHashTable) decided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint cancelled = 0;

  add_good (self, version_body (1, "2026-03-02"), FZ_ROLE_DESK, "desk");
  for (guint step = 0; step < 6000 || (cancelled == 0 && step < 60000); step++) {
    const char *person = people[g_test_rand_int_range (0, 3)], *verdict = verdicts[g_test_rand_int_range (0, 6)];
    FzRole role = roles[g_test_rand_int_range (0, 4)];
    guint n = self->fold->versions->len, number = (guint) g_test_rand_int_range (n > 1 ? (int) n - 1 : 1, (int) n + 2), waiting = 0;
    g_autofree char *id = fz_version_id (FZ_RULES_NOUN, number), *day = NULL;

    self->now_us += g_test_rand_int_range (0, 2) * 3600 * FZ_US_PER_SECOND;
    day = fz_date_format (fz_date_add_days (fz_date_in_beijing (self->now_us), g_test_rand_int_range (-1, 20)));
    if (g_test_rand_int_range (0, 2) == 0)
      add (self, version_body (number, day), role, person, NULL);
    else {
      const FzVersion *version = fz_versions_find (self->fold, id);
      g_autofree char *asked_by = version != NULL ? g_strdup (version->asked_by) : NULL;

      if (!add (self, decision_body (self, id, verdict), role, person, NULL))
        continue;
      if (g_str_equal (verdict, "cancelled")) {
        g_assert_cmpstr (asked_by, !=, person);
        g_assert_nonnull (asked_by);
        g_assert_cmpint (fz_date_compare (fz_date_in_beijing (self->now_us), version->since), <, 0);
        cancelled++;
      } else if (!g_str_equal (verdict, "cancel") && !g_str_equal (verdict, "kept")) {
        g_assert_true (g_hash_table_add (decided, g_strdup (id)));
        g_assert_cmpint (g_str_equal (version->person, person), ==, g_str_equal (verdict, "withdrawn"));
      }
    }
    for (guint i = 0; i < self->fold->versions->len; i++)
      waiting += ((FzVersion *) self->fold->versions->pdata[i])->state == FZ_VERSION_PENDING;
    g_assert_cmpuint (waiting, <=, 1);
  }
  g_assert_cmpuint (g_hash_table_size (decided), >, 10); /* the walk walked */
  g_assert_cmpuint (cancelled, >, 0);
}

#define ADD(name, test) g_test_add (name, Book, NULL, book_set_up, test, book_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/rules-version/two-persons", test_two_persons);
  ADD ("/rules-version/refused-versions", test_refused_versions);
  ADD ("/rules-version/refused-decisions", test_refused_decisions);
  ADD ("/rules-version/in-force", test_in_force);
  ADD ("/rules-version/cancelled", test_cancelled);
  ADD ("/rules-version/refused-cancels", test_refused_cancels);
  ADD ("/rules-version/walk", test_walk);
  return g_test_run ();
}
