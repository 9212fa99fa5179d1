/* Every register that ships: it loads, is bundled, its articles exist, who may write may read, and each of its moves can be made with just
 * what the move needs, until all states were reached; what is due then has its day. */
#include "core/codes.h"
#include "core/portal.h"
#include "core/register.h"
#include "tests/rules/fixture.h"

#include <string.h>

static FzRegister *
shipped (const char *name)
{
  g_autofree char *path = g_strdup_printf ("assets/registers/%s.json", name), *text = read_source (path);
  g_autoptr (GError) error = NULL;
  FzRegister *self = fz_register_parse (path, text, strlen (text), &error);

  g_assert_no_error (error);
  return self;
}

static FzCalendar *
calendar_2026 (void)
{
  g_autofree char *text = read_source ("assets/calendar/cn.csv");

  return fz_calendar_parse ((const guint8 *) text, strlen (text), "cn.csv", NULL);
}

static const char *
some_value (const FzRegisterField *field)
{
  if (field->kind == FZ_FIELD_DAY)
    return "2026-03-02";
  if (field->kind == FZ_FIELD_CHOICE)
    return field->codes[field->n_choices - 1];
  if (field->kind == FZ_FIELD_CLOCK)
    return "08:30";
  return field->kind == FZ_FIELD_YESNO ? "yes" : "12";
}

static FzRole
first_role (guint roles)
{
  FzRole role = FZ_ROLE_DOCTOR;

  while ((roles & (1u << role)) == 0)
    role++;
  return role;
}

/* The entry after the move, made with just what the move needs. */
static FzFields *
made (const FzRegister *self, const FzRegisterMove *one, const FzFields *before)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1"), body = fz_fields_new ("fuzhen.entry/v1");
  g_autoptr (GError) error = NULL;
  FzFields *after;

  for (guint i = 0; one->needs[i] != NULL; i++) {
    g_autofree char *key = g_strconcat ("field.", one->needs[i], NULL);

    fz_fields_set (values, key, some_value (fz_register_find_field (self, one->needs[i])));
  }
  fz_fields_set (body, "id", "e-1");
  fz_fields_set (body, "author.person", before == NULL ? "one" : "another");
  fz_fields_set_time (body, "signed_at", G_GINT64_CONSTANT (1772445600) * G_USEC_PER_SEC);
  if (!fz_register_put_move (self, before, "AA-000001", one->word, first_role (one->roles), values, body, &error))
    g_error ("%s, %s: %s", fz_register_get_name (self), one->word, error->message);
  after = fz_entry_fold (before, body, &error);
  g_assert_no_error (error);
  return after;
}

/* Every day that is due can be told, and an ended entry has nothing due. */
static void
check_due (const FzRegister *self, const FzFields *entry)
{
  g_autoptr (FzCalendar) calendar = calendar_2026 ();
  g_autoptr (FzFields) due = fz_fields_new ("fuzhen.due/v1");

  fz_register_put_due (self, entry, calendar, due);
  for (guint i = 0; i < fz_fields_count (due, "due"); i++)
    g_assert_nonnull (fz_fields_get_at (due, "due", i, "on"));
  if (fz_fields_is_yes (entry, "entry.ended"))
    g_assert_cmpuint (fz_fields_count (due, "due"), ==, 0);
}

/* Makes every move once from a state it may be made from; what it needs is enough. */
static void
walk (const FzRegister *self)
{
  g_autoptr (GHashTable) at = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) fz_fields_unref);
  g_autoptr (GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean grew = TRUE;

  while (grew) {
    grew = FALSE;
    for (guint i = 0; i < fz_register_get_n_moves (self); i++) {
      const FzRegisterMove *one = fz_register_get_move (self, i);
      const FzFields *before = NULL;
      FzFields *after;

      for (guint k = 0; before == NULL && one->from[k] != NULL; k++)
        before = g_hash_table_lookup (at, one->from[k]);
      if ((before == NULL && one->from[0] != NULL) || !g_hash_table_add (done, (gpointer) one->word))
        continue;
      after = made (self, one, before);
      check_due (self, after);
      g_hash_table_insert (at, (gpointer) fz_register_find_state (self, fz_fields_get (after, "entry.state"))->word, after);
      grew = TRUE;
    }
  }
  g_assert_cmpuint (g_hash_table_size (at), ==, fz_register_get_n_states (self));
  g_assert_cmpuint (g_hash_table_size (done), ==, fz_register_get_n_moves (self));
}

/* Of a definition of messages the program reads all from the attached file but the day, the comparison and the reason (app/added_messages.c). */
static gboolean
read_from_file (const FzRegister *self, const char *key)
{
  static const char *const typed[] = { "since", "finding", "reason", NULL };

  return g_str_equal (fz_register_get_name (self), "platform-messages") && !g_strv_contains (typed, key);
}

/* Who may make a move has to be able to read the register; every field can be typed in some form; rows stand in the table of articles. */
static void
check_definition (const FzRegister *self, const char *articles)
{
  for (guint i = 0; fz_register_get_rows (self)[i] != NULL; i++) {
    g_autofree char *line = g_strdup_printf ("\n%s\t", fz_register_get_rows (self)[i]);

    if (strstr (articles, line) == NULL)
      g_error ("%s: no article %s", fz_register_get_name (self), fz_register_get_rows (self)[i]);
  }
  for (guint i = 0; i < fz_register_get_n_moves (self); i++)
    g_assert_cmpuint (fz_register_get_move (self, i)->roles & ~(fz_register_get_readers (self) | 1u << FZ_ROLE_DESK), ==, 0);
  for (guint f = 0; f < fz_register_get_n_fields (self); f++) {
    const char *key = fz_register_get_field (self, f)->key;
    gboolean asked = FALSE;

    for (guint other = 0; other < f; other++) /* a table's columns are named by them */
      if (g_str_equal (fz_register_get_field (self, f)->label, fz_register_get_field (self, other)->label))
        g_error ("%s: two fields are called %s", fz_register_get_name (self), fz_register_get_field (self, f)->label);

    for (guint i = 0; i < fz_register_get_n_moves (self); i++) {
      const FzRegisterMove *one = fz_register_get_move (self, i);

      asked = asked || g_strv_contains (one->needs, key) || g_strv_contains (one->asks, key);
    }
    if (!asked && !read_from_file (self, key))
      g_error ("%s: nothing asks for %s", fz_register_get_name (self), key);
  }
}

/* Every register that ships loads, is bundled, has a code of its own, and can be walked through all its moves. */
static void
shipped_ones (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/registers", NULL), *bundle = read_source ("app/data.gresource.xml"),
                  *articles = read_source ("assets/regulations/clauses.tsv");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GHashTable) codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *file;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((file = g_dir_read_name (dir)) != NULL) {
    g_autofree char *name = g_strndup (file, strcspn (file, ".")), *listed = g_strdup_printf ("<file>registers/%s</file>", file);
    g_autoptr (FzRegister) self = shipped (name);

    g_assert_cmpstr (fz_register_get_name (self), ==, name);
    g_assert_true (g_hash_table_add (codes, g_strdup (fz_register_get_code (self))));
    g_assert_nonnull (strstr (bundle, listed));
    check_definition (self, articles);
    walk (self);
    n++;
  }
  g_assert_cmpuint (n, >=, 23);
}

/* A register that says titles says those of the table. */
static void
titles (void)
{
  g_autofree char *text = read_source ("assets/codes/titles.csv");
  g_autoptr (FzCodes) table = fz_codes_parse ((const guint8 *) text, strlen (text), "titles.csv", FALSE, NULL);
  g_autoptr (FzRegister) self = shipped ("practitioner");
  const FzRegisterField *title = fz_register_find_field (self, "title");
  guint n = 0;

  for (guint i = 0; i < fz_codes_get_n (table); i++)
    n += g_str_equal (fz_codes_get (table, i, "profession"), "doctor") || g_str_equal (fz_codes_get (table, i, "profession"), "pharmacist");
  g_assert_cmpuint (title->n_choices, ==, n);
  for (guint i = 0; i < n; i++) {
    int row = fz_codes_find_code (table, title->codes[i]);

    g_assert_cmpint (row, >=, 0);
    g_assert_cmpstr (fz_codes_get (table, (guint) row, "label"), ==, title->labels[i]);
  }
}

/* A register that cannot be taken over, or in which nothing is ever due, says why, and only such a one. */
static void
says_why (const FzCodes *order, guint i, const FzRegister *self)
{
  g_autofree char *path = g_strdup_printf ("assets/registers/%s.json", fz_register_get_name (self)), *text = read_source (path);
  const char *source = fz_codes_get (order, i, "source");
  gboolean taken_over = g_str_equal (fz_codes_get (order, i, "old_entries"), "yes"), due = strstr (text, "\"deadlines\": [],") == NULL && strstr (text, "\"deadlines\": []\n") == NULL;

  if ((strstr (source, "旧条目不能导入：") == NULL) != taken_over || (strstr (source, "没有期限：") == NULL) != due)
    g_error ("registers.csv: %s: %s", fz_register_get_name (self), source);
}

/* The officer's list: every register once, by its own title, and no group in two places. */
static void
in_groups (void)
{
  g_autofree char *text = read_source ("assets/codes/registers.csv"), *folder = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/registers", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCodes) order = fz_codes_parse ((const guint8 *) text, strlen (text), "registers.csv", FALSE, &error);
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *last = "";
  guint n = 0;

  g_assert_no_error (error);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpuint (fz_codes_get_n (order), ==, n);
  for (guint i = 0; i < n; i++) {
    const char *group = fz_codes_get (order, i, "group");
    g_autoptr (FzRegister) self = shipped (fz_codes_get (order, i, "code"));

    g_assert_cmpstr (fz_codes_get (order, i, "label"), ==, fz_register_get_title (self));
    g_assert_true (*group != '\0' && *fz_codes_get (order, i, "group_en") != '\0');
    says_why (order, i, self);
    if (!g_str_equal (group, last))
      g_assert_true (g_hash_table_add (groups, (gpointer) group));
    last = group;
  }
}

/* Every duty of the portal: its register, moves, days and columns exist, and the register of duties has its word. */
static void
check_column (const FzPortalDuty *duty, const FzRegister *source, const FzPortalColumn *column)
{
  gboolean of_entry = g_str_has_prefix (column->from, "entry.") && !g_str_equal (column->from, "entry.id");

  if (of_entry && (source == NULL || fz_register_find_field (source, column->from + strlen ("entry.")) == NULL))
    g_error ("%s: %s is no field of its register", duty->word, column->from);
}

static void
check_duty (const FzPortalDuty *duty, const FzRegister *duties)
{
  g_autoptr (FzRegister) source = duty->source == FZ_PORTAL_REGISTER ? shipped (duty->reg) : NULL;
  const FzRegisterField *kind = fz_register_find_field (duties, "kind");

  g_assert_true (g_strv_contains (kind->codes, duty->word));
  for (guint i = 0; source != NULL && duty->moves[i] != NULL; i++) {
    g_assert_nonnull (fz_register_find_move (source, duty->moves[i]));
    if (!g_str_equal (duty->days[i], "@signed"))
      g_assert_cmpint (fz_register_find_field (source, duty->days[i])->kind, ==, FZ_FIELD_DAY);
  }
  if (duty->when != NULL)
    for (guint i = 0; duty->is[i] != NULL; i++)
      g_assert_true (g_strv_contains (fz_register_find_field (source, duty->when)->codes, duty->is[i]));
  for (guint i = 0; i < duty->columns->len; i++)
    check_column (duty, source, &g_array_index (duty->columns, FzPortalColumn, i));
}

static void
portal (void)
{
  g_autofree char *json = read_source ("assets/portal/duties.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPortal) self = fz_portal_parse ("duties.json", json, strlen (json), &error);
  g_autoptr (FzRegister) duties = NULL;

  g_assert_no_error (error);
  duties = shipped (fz_portal_get_register (self));
  g_assert_cmpuint (fz_portal_get_n (self), ==, fz_register_find_field (duties, "kind")->n_choices);
  for (guint i = 0; i < fz_portal_get_n (self); i++)
    check_duty (fz_portal_get (self, i), duties);
  g_assert_cmpuint (fz_portal_term (fz_portal_find (self, "licence"), "tianjin")->workdays, ==, 7); /* art. 5 */
  g_assert_nonnull (fz_portal_term (fz_portal_find (self, "licence"), "sichuan"));
  g_assert_null (fz_portal_term (fz_portal_find (self, "rectification"), "tianjin"));
}

/* What is not understood refuses to load. */
static void
bad_portal (void)
{
  static const char *const bad[] = {
    "{}",
    "{\"format\":\"fuzhen.portal/v2\",\"register\":\"r\",\"source\":\"s\",\"duties\":[]}",
    "{\"format\":\"fuzhen.portal/v1\",\"register\":\"r\",\"source\":\"s\",\"duties\":[{\"word\":\"a\",\"label\":\"a\",\"label_en\":\"a\",\"source\":\"staff\",\"terms\":[],\"columns\":[{\"key\":\"k\",\"label\":\"l\",\"from\":\"f\"}]}]}",
    "{\"format\":\"fuzhen.portal/v1\",\"register\":\"r\",\"source\":\"s\",\"duties\":[{\"word\":\"a\",\"label\":\"a\",\"label_en\":\"a\",\"source\":\"staff\",\"terms\":[{\"workdays\":0,\"basis\":\"b\"}],\"columns\":[{\"key\":\"k\",\"label\":\"l\",\"from\":\"f\"}]}]}",
    "{\"format\":\"fuzhen.portal/v1\",\"register\":\"r\",\"source\":\"s\",\"duties\":[{\"word\":\"a\",\"label\":\"a\",\"label_en\":\"a\",\"source\":\"register\",\"terms\":[{\"workdays\":5,\"basis\":\"b\"}],\"columns\":[{\"key\":\"k\",\"label\":\"l\",\"from\":\"f\"}]}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (fz_portal_parse ("bad.json", bad[i], strlen (bad[i]), &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "bad.json"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/register/shipped", shipped_ones);
  g_test_add_func ("/register/groups", in_groups);
  g_test_add_func ("/register/titles", titles);
  g_test_add_func ("/register/portal", portal);
  g_test_add_func ("/register/bad-portal", bad_portal);
  return g_test_run ();
}
