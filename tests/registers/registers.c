/* A register as data: values are judged by their kind, only what is
 * new is written, and an entry is what its documents say. Definitions with a slip do not load. */
#include "core/register.h"
#include "tests/rules/fixture.h"

#include <string.h>

static FzRegister *
parse (const char *json, GError **error)
{
  return fz_register_parse ("test.json", json, strlen (json), error);
}

static FzRegister *
shipped (const char *name)
{
  g_autofree char *path = g_strdup_printf ("assets/registers/%s.json", name), *text = read_source (path);
  g_autoptr (GError) error = NULL;
  FzRegister *self = parse (text, &error);

  g_assert_no_error (error);
  return self;
}

static FzCalendar *
calendar_2026 (void)
{
  g_autofree char *text = read_source ("assets/calendar/cn.csv");

  return fz_calendar_parse ((const guint8 *) text, strlen (text), "cn.csv", NULL);
}

static FzFields *
move (const FzRegister *self, const FzFields *entry, const char *word, FzRole role, const char *facts, GError **error)
{
  g_autoptr (FzFields) body = fz_fields_new ("fuzhen.entry/v1");
  g_autoptr (FzFields) values = parse_facts (facts);

  fz_fields_set (body, "id", "e-1");
  fz_fields_set_time (body, "signed_at", G_GINT64_CONSTANT (1772445600) * G_USEC_PER_SEC);
  if (!fz_register_put_move (self, entry, "TS-000001", word, role, values, body, error))
    return NULL;
  return g_steal_pointer (&body);
}

static FzFields *
step (const FzRegister *self, FzFields *take_entry, const char *word, const char *facts)
{
  g_autoptr (FzFields) before = take_entry;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) body = move (self, before, word, FZ_ROLE_AFFAIRS, facts, &error);
  FzFields *after;

  g_assert_no_error (error);
  after = fz_entry_fold (before, body, &error);
  g_assert_no_error (error);
  return after;
}

#define REGISTER "field.received_on=2026-03-02|field.channel=phone|field.kind=fee|field.complainant=匿名|field.content=退费慢"

static void
a_complaint (void)
{
  g_autoptr (FzRegister) self = shipped ("complaint");
  g_autoptr (FzCalendar) calendar = calendar_2026 ();
  g_autoptr (FzFields) entry = step (self, NULL, "register", REGISTER), due = fz_fields_new ("fuzhen.due/v1"), later = fz_fields_new ("fuzhen.due/v1");

  g_assert_cmpstr (fz_fields_get (entry, "entry.state"), ==, "open");
  fz_register_put_due (self, entry, calendar, due);
  g_assert_cmpstr (fz_fields_get_at (due, "due", 0, "on"), ==, "2026-03-09");
  g_assert_cmpstr (fz_fields_get_at (due, "due", 1, "on"), ==, "2026-03-16");
  g_assert_cmpuint (fz_fields_count (due, "due"), ==, 2);
  entry = step (self, g_steal_pointer (&entry), "investigate", "field.handler=A3001|field.finding=属实");
  entry = step (self, g_steal_pointer (&entry), "answer", "field.reply=已退费并致歉|field.replied_on=2026-03-05");
  entry = step (self, g_steal_pointer (&entry), "close", "field.satisfied=yes");
  g_assert_cmpstr (fz_fields_get (entry, "entry.ended"), ==, "yes");
  g_assert_cmpstr (fz_fields_get (entry, "field.content"), ==, "退费慢");
  g_assert_cmpstr (fz_fields_get (entry, "entry.n"), ==, "4");
  fz_register_put_due (self, entry, calendar, later);
  g_assert_cmpuint (fz_fields_count (later, "due"), ==, 0);
}

/* Sichuan art. 32: ten working days from the request, over the holidays of October and the Saturday worked for them. */
static void
a_refund (void)
{
  g_autoptr (FzRegister) self = shipped ("refund");
  g_autoptr (FzCalendar) calendar = calendar_2026 ();
  g_autoptr (FzFields) entry = step (self, NULL, "register", "field.applied_on=2026-09-28|field.applicant=患者本人|field.amount=3500|field.cause=terminated");
  g_autoptr (FzFields) due = fz_fields_new ("fuzhen.due/v1"), later = fz_fields_new ("fuzhen.due/v1");

  fz_register_put_due (self, entry, calendar, due);
  g_assert_cmpuint (fz_fields_count (due, "due"), ==, 1);
  g_assert_cmpstr (fz_fields_get_at (due, "due", 0, "on"), ==, "2026-10-16");
  g_assert_cmpstr (fz_fields_get_at (due, "due", 0, "rows"), ==, "SC-32");
  entry = step (self, g_steal_pointer (&entry), "agree", "field.standard=接诊前终止全额退|field.agreed=3500");
  fz_register_put_due (self, entry, calendar, later);
  g_assert_cmpuint (fz_fields_count (later, "due"), ==, 1); /* agreed is not paid */
  entry = step (self, g_steal_pointer (&entry), "pay", "field.refunded_on=2026-10-09|field.receipt=R-1");
  g_assert_cmpstr (fz_fields_get (entry, "entry.ended"), ==, "yes");
}

static void
only_what_is_new (void)
{
  g_autoptr (FzRegister) self = shipped ("complaint");
  g_autoptr (FzFields) entry = step (self, NULL, "register", REGISTER);
  g_autoptr (FzFields) body = move (self, entry, "amend", FZ_ROLE_AFFAIRS, "field.content=退费慢|field.contact=13800000000", NULL);

  g_assert_nonnull (body);
  g_assert_cmpuint (fz_fields_count (body, "line"), ==, 1);
  g_assert_cmpstr (fz_fields_get_at (body, "line", 0, "key"), ==, "contact");
  g_assert_cmpstr (fz_fields_get (body, "state"), ==, "open");
}

static void
a_due_day_without_calendar (void)
{
  g_autoptr (FzRegister) self = shipped ("complaint");
  g_autoptr (FzCalendar) calendar = calendar_2026 ();
  g_autoptr (FzFields) entry = step (self, NULL, "register", "field.received_on=2026-12-30|field.channel=phone|field.kind=fee|field.complainant=匿名|field.content=x");
  g_autoptr (FzFields) due = fz_fields_new ("fuzhen.due/v1");

  fz_register_put_due (self, entry, calendar, due);
  g_assert_null (fz_fields_get_at (due, "due", 0, "on"));
  g_assert_nonnull (strstr (fz_fields_get_at (due, "due", 0, "problem"), "2027"));
}

static void
refused (void)
{
  static const struct {
    const char *word, *facts, *says;
    FzRole role;
  } cases[] = {
    { "register", "field.received_on=2026-03-02", "渠道", FZ_ROLE_AFFAIRS },
    { "register", REGISTER "|field.received_on=2026-02-30", "收到日期", FZ_ROLE_AFFAIRS },
    { "register", REGISTER "|field.channel=pigeon", "渠道", FZ_ROLE_AFFAIRS },
    { "register", REGISTER "|field.colour=red", "colour", FZ_ROLE_AFFAIRS },
    { "register", REGISTER "|entry.state=closed", "entry.state", FZ_ROLE_AFFAIRS },
    { "register", REGISTER "|field.visit=../x", "涉及的就诊", FZ_ROLE_AFFAIRS },
    { "register", REGISTER "|field.satisfied=perhaps", "投诉人是否认可", FZ_ROLE_AFFAIRS },
    { "register", REGISTER, "投诉与纠纷", FZ_ROLE_DOCTOR },
    { "close", "field.satisfied=yes", "投诉与纠纷", FZ_ROLE_AFFAIRS },
    { "burn", "", "投诉与纠纷", FZ_ROLE_AFFAIRS },
  };
  g_autoptr (FzRegister) self = shipped ("complaint");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (FzFields) body = move (self, NULL, cases[i].word, cases[i].role, cases[i].facts, &error);

    g_assert_null (body);
    g_assert_nonnull (error);
    if (strstr (error->message, cases[i].says) == NULL)
      g_error ("case %u: %s", i, error->message);
  }
}

static void
another_entry (void)
{
  g_autoptr (FzRegister) self = shipped ("complaint");
  g_autoptr (FzFields) entry = step (self, NULL, "register", REGISTER), body = move (self, entry, "amend", FZ_ROLE_AFFAIRS, "field.contact=1", NULL), bare = NULL;
  g_autoptr (GError) error = NULL, other = NULL;

  fz_fields_set (body, "entry", "C-0002");
  g_assert_null (fz_entry_fold (entry, body, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  bare = fz_fields_new ("fuzhen.entry/v1");
  g_assert_null (fz_entry_fold (NULL, bare, &other));
  g_assert_error (other, FZ_ERROR, FZ_ERROR_INVALID);
}

/* Three months before the validation period ends (Tianjin art. 8). */
static void
a_licence (void)
{
  g_autoptr (FzRegister) self = shipped ("licence");
  g_autoptr (FzCalendar) calendar = calendar_2026 ();
  g_autoptr (FzFields) due = fz_fields_new ("fuzhen.due/v1"), later = fz_fields_new ("fuzhen.due/v1");
  g_autoptr (FzFields) entry = step (self, NULL, "register", "field.subject=示范医院互联网医院|field.kind=second_name|field.licence_no=X1|field.authority=区卫生健康委"
                                     "|field.changed_on=2026-09-28|field.change=取得|field.validation_until=2027-02-28");

  fz_register_put_due (self, entry, calendar, due);
  g_assert_cmpuint (fz_fields_count (due, "due"), ==, 2);
  g_assert_cmpstr (fz_fields_get_at (due, "due", 0, "word"), ==, "apply");
  g_assert_cmpstr (fz_fields_get_at (due, "due", 0, "on"), ==, "2026-11-28");
  g_assert_cmpstr (fz_fields_get_at (due, "due", 0, "rows"), ==, "TJ-08");
  entry = step (self, g_steal_pointer (&entry), "apply", "field.applied_on=2026-11-20");
  fz_register_put_due (self, entry, calendar, later);
  g_assert_cmpuint (fz_fields_count (later, "due"), ==, 1);
  g_assert_cmpstr (fz_fields_get_at (later, "due", 0, "on"), ==, "2027-02-28");
}

/* How long an event may wait to be told outside is chosen with its kind: 卫医管发〔2011〕4号, 卫生部令第81号. */
static void
terms_of_an_event (void)
{
  static const struct {
    const char *term, *more, *on, *at;
  } cases[] = { { "event_15d", "", "2026-03-18", NULL }, { "event_12h", "|field.known_at=11:59", "2026-03-03", "23:59" }, { "event_12h", "|field.known_at=12:00", "2026-03-04", "00:00" },
                { "event_12h", "", "2026-03-03", NULL }, { "event_2h", "|field.known_at=22:30", "2026-03-04", "00:30" }, { "reaction_death", "|field.known_at=22:30", "2026-03-03", NULL },
                { "reaction_15d", "", "2026-03-18", NULL }, { "reaction_30d", "", "2026-04-02", NULL }, { "other", "|field.report_by=2026-03-31", "2026-03-31", NULL } };
  g_autoptr (FzRegister) self = shipped ("adverse-event");
  g_autoptr (FzCalendar) calendar = calendar_2026 ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) entry = step (self, NULL, "report", "field.happened_on=2026-03-02|field.kind=drug_reaction|field.level=2|field.content=x|field.handled=y");
    g_autofree char *facts = g_strdup_printf ("field.cause=x|field.external=yes|field.term=%s|field.known_on=2026-03-03%s", cases[i].term, cases[i].more);
    g_autoptr (FzFields) due = fz_fields_new ("fuzhen.due/v1");

    entry = step (self, g_steal_pointer (&entry), "analyse", facts);
    fz_register_put_due (self, entry, calendar, due);
    g_assert_cmpuint (fz_fields_count (due, "due"), ==, 1);
    g_assert_cmpstr (fz_fields_get_at (due, "due", 0, "on"), ==, cases[i].on);
    g_assert_cmpstr (fz_fields_get_at (due, "due", 0, "at"), ==, cases[i].at);
  }
}

/* What one person found another confirms. */
static void
by_another (void)
{
  g_autoptr (FzRegister) self = shipped ("patient-link");
  g_autoptr (FzFields) values = parse_facts ("field.kind=one|field.visit=V-1|field.other=V-2|field.found_on=2026-03-02|field.content=x"), opened = fz_fields_new ("fuzhen.entry/v1"), entry = NULL;
  g_autoptr (FzFields) checked = parse_facts ("field.owner=A3001|field.checked_on=2026-03-02|field.risk=x");
  static const char *const people[] = { "one", "another" };
  g_autoptr (GError) error = NULL;

  fz_fields_set_time (opened, "signed_at", 1);
  fz_fields_set (opened, "author.person", "one");
  g_assert_true (fz_register_put_move (self, NULL, "HB-000001", "find", FZ_ROLE_AFFAIRS, values, opened, &error));
  entry = fz_entry_fold (NULL, opened, &error);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++) {
    g_autoptr (FzFields) body = fz_fields_new ("fuzhen.entry/v1");
    gboolean may;

    fz_fields_set (body, "author.person", people[i]);
    may = fz_register_put_move (self, entry, "HB-000001", "confirm", FZ_ROLE_AFFAIRS, checked, body, &error);
    g_assert_true (may == (i > 0));
    if (!may)
      g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
    g_clear_error (&error);
  }
}

static char *
with (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, 2);

  if (g_strv_length (parts) != 2)
    g_error ("the definition no longer has %s", from);
  return g_strjoinv (to, parts);
}

static void
slips (void)
{
  static const char *const cases[][3] = {
    { "\"kind\": \"day\"", "\"kind\": \"date\"", "fields[0].kind" },
    { "\"kind\": \"day\"", "\"kind\": \"day\", \"answers\": true", "fields[0].answers" },
    { "\"from\": [\"open\"]", "\"from\": [\"opened\"]", "moves[1].from" },
    { "\"to\": \"closed\"", "\"to\": \"gone\"", "to" },
    { "\"unit\": \"workdays\"", "\"unit\": \"weeks\"", "unit" },
    { "\"unit\": \"workdays\"", "\"unit\": \"hours\"", "at" }, /* hours since when */
    { "\"roles\": [\"affairs\"]", "\"roles\": [\"robot\"]", "roles" },
    { "\"readers\": [\"affairs\"]", "\"readers\": [\"desk\"]", "readers" },
    { "\"roles\": [\"affairs\"]", "\"roles\": []", "roles" },
    { "\"needs\": [\"satisfied\"]", "\"needs\": [\"happy\"]", "needs" },
    { "\"from\": \"received_on\"", "\"from\": \"content\"", "from" },
    { "\"asks\": [\"visit\", \"contact\"]", "\"asks\": [\"visitor\"]", "asks" },
    { "\"source\":", "\"sauce\":", "sauce" },
    { "\"word\": \"open\"", "\"word\": \"closed\"", "states" },
    { "\"word\": \"investigate\"", "\"word\": \"taken\"", "moves[1].word" },
    { "\"key\": \"channel\"", "\"key\": \"received_on\"", "fields[1].key" },
    { "\"format\": \"fuzhen.register/v1\"", "\"format\": \"fuzhen.register/v2\"", "format" },
    { "\"code\": \"TS\"", "\"code\": \"ts\"", "code" },
    { "\"code\": \"mailbox\"", "\"code\": \"phone\"", "choices[1].code" },
    { "\"from\": [], \"to\": \"open\"", "\"from\": [\"closed\"], \"to\": \"open\"", "moves" },
  };
  g_autofree char *good = read_source ("assets/registers/complaint.json");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *bad = with (good, cases[i][0], cases[i][1]);
    g_autoptr (GError) error = NULL;

    g_assert_null (parse (bad, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_true (g_str_has_prefix (error->message, "test.json: "));
    if (strstr (error->message, cases[i][2]) == NULL)
      g_error ("case %u: %s", i, error->message);
  }
}

/* Whose facts the entries are: a slip there would change people's papers. */
static void
slips_of_facts (void)
{
  static const char *const cases[][3] = {
    { "\"of\": \"staff\"", "\"of\": \"people\"", "of" },
    { "\"by\": \"people\"", "\"by\": \"persons\"", "by" },
    { "\"of\": \"staff\", \"by\": \"people\"", "\"of\": \"staff\"", "by" },
    { "\"of\": \"staff\"", "\"of\": \"institution\"", "by" },
    { "\"from\": \"valid_until\", \"while\"", "\"from\": \"valid_to\", \"while\"", "facts[0].from" },
    { "\"while\": [\"current\"]}\n  ]", "\"while\": [\"always\"]}\n  ]", "facts[0].while" },
    { "\"while\": [\"current\"]}\n  ]", "\"while\": [\"current\"], \"when\": \"kind\", \"is\": [\"both\"]}\n  ]", "facts[0].is" },
    { "\"past\": [\"from_on\"", "\"past\": [\"begins_on\"", "past" },
    { "\"by\": \"people\"", "\"by\": \"people\", \"gone\": [\"left\"]", "gone" },
  };
  g_autofree char *good = read_source ("assets/registers/insurance.json");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *bad = with (good, cases[i][0], cases[i][1]);
    g_autoptr (GError) error = NULL;

    g_assert_null (parse (bad, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    if (strstr (error->message, cases[i][2]) == NULL)
      g_error ("case %u: %s", i, error->message);
  }
}

static void
words_for_people (void)
{
  static const struct {
    FzFieldKind kind;
    const char *value, *text;
  } cases[] = { { FZ_FIELD_FEN, "1250", "12.50 元" }, { FZ_FIELD_FEN, "5", "0.05 元" }, { FZ_FIELD_YESNO, "no", "否" }, { FZ_FIELD_LINE, "a", "a" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    FzRegisterField field = { .key = "x", .label = "x", .kind = cases[i].kind };
    g_autofree char *text = fz_register_show (&field, cases[i].value);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* As people write it in a table, and what it means; NULL: refused. */
static void
values_of_a_table (void)
{
  static const char *const codes[] = { "fee", "drug" }, *const labels[] = { "收费与退费", "药品与配送" };
  static const struct {
    FzFieldKind kind;
    const char *text, *value;
  } cases[] = {
    { FZ_FIELD_DAY, "2026-03-02", "2026-03-02" }, { FZ_FIELD_DAY, "2026/3/2", "2026-03-02" }, { FZ_FIELD_DAY, "2026年3月2日", "2026-03-02" },
    { FZ_FIELD_DAY, "2026-02-30", NULL }, { FZ_FIELD_DAY, "3月2日", NULL }, { FZ_FIELD_DAY, "46083", NULL }, { FZ_FIELD_DAY, "2026-03-02 10:00", NULL },
    { FZ_FIELD_FEN, "35", "3500" }, { FZ_FIELD_FEN, "35.5", "3550" }, { FZ_FIELD_FEN, "35.00 元", "3500" }, { FZ_FIELD_FEN, "¥0.05", "5" },
    { FZ_FIELD_FEN, "35.005", NULL }, { FZ_FIELD_FEN, "-3", NULL }, { FZ_FIELD_FEN, "35.", NULL }, { FZ_FIELD_FEN, "1e3", NULL },
    { FZ_FIELD_YESNO, "是", "yes" }, { FZ_FIELD_YESNO, "no", "no" }, { FZ_FIELD_YESNO, "对", NULL },
    { FZ_FIELD_CLOCK, "9:05", "09:05" }, { FZ_FIELD_CLOCK, "24:00", NULL },
    { FZ_FIELD_NUMBER, "12", "12" }, { FZ_FIELD_NUMBER, "12.0", NULL }, { FZ_FIELD_STAFF, "张三", NULL }, { FZ_FIELD_LINE, " a ", "a" }, { FZ_FIELD_TEXT, "", "" },
    { FZ_FIELD_CHOICE, "药品与配送", "drug" }, { FZ_FIELD_CHOICE, "fee", "fee" }, { FZ_FIELD_CHOICE, "别的", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    FzRegisterField field = { .key = "x", .label = "栏目", .kind = cases[i].kind, .n_choices = 2, .codes = codes, .labels = labels, .labels_en = labels };
    g_autoptr (GError) error = NULL;
    g_autofree char *value = fz_register_read_value (&field, cases[i].text, &error), *shown = NULL, *again = NULL;

    g_assert_cmpstr (value, ==, cases[i].value);
    g_assert_true ((value == NULL) == (error != NULL));
    if (value == NULL || *value == '\0')
      continue;
    shown = fz_register_show (&field, value); /* what is shown can be read back */
    again = fz_register_read_value (&field, shown, NULL);
    g_assert_cmpstr (again, ==, value);
  }
}

/* The shortest way to a state says what an entry there has to have. */
static void
asked_for_a_state (void)
{
  g_autoptr (FzRegister) self = shipped ("complaint");
  g_autoptr (GPtrArray) open = fz_register_asked_for (self, "open"), closed = fz_register_asked_for (self, "closed"), none = fz_register_asked_for (self, "gone");
  g_autoptr (FzFields) body = fz_fields_new ("fuzhen.entry/v1"), values = parse_facts (REGISTER "|old_number=12"), after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_strv_contains ((const char *const *) open->pdata, "content"));
  g_assert_false (g_strv_contains ((const char *const *) open->pdata, "satisfied"));
  g_assert_true (g_strv_contains ((const char *const *) closed->pdata, "satisfied"));
  g_assert_true (g_strv_contains ((const char *const *) closed->pdata, "reply"));
  g_assert_true (g_strv_contains ((const char *const *) closed->pdata, "content"));
  g_assert_cmpuint (none->len, ==, 1);
  g_assert_false (fz_register_put_taken (self, "TS-000001", "closed", values, body, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_pointer (&body, fz_fields_unref);
  body = fz_fields_new ("fuzhen.entry/v1");
  fz_fields_set_time (body, "signed_at", 1);
  g_clear_error (&error);
  g_assert_true (fz_register_put_taken (self, "TS-000001", "open", values, body, &error));
  after = fz_entry_fold (NULL, body, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (after, "entry.taken"), ==, "open");
  g_assert_cmpstr (fz_fields_get (after, "field.old_number"), ==, "12");
  after = step (self, g_steal_pointer (&after), "investigate", "field.handler=A3001|field.finding=属实");
  g_assert_cmpstr (fz_fields_get (after, "entry.taken"), ==, "open");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/register/complaint", a_complaint);
  g_test_add_func ("/register/refund", a_refund);
  g_test_add_func ("/register/licence", a_licence);
  g_test_add_func ("/register/terms-of-an-event", terms_of_an_event);
  g_test_add_func ("/register/by-another", by_another);
  g_test_add_func ("/register/only-what-is-new", only_what_is_new);
  g_test_add_func ("/register/due-without-calendar", a_due_day_without_calendar);
  g_test_add_func ("/register/refused", refused);
  g_test_add_func ("/register/another-entry", another_entry);
  g_test_add_func ("/register/slips", slips);
  g_test_add_func ("/register/slips-of-facts", slips_of_facts);
  g_test_add_func ("/register/words", words_for_people);
  g_test_add_func ("/register/values-of-a-table", values_of_a_table);
  g_test_add_func ("/register/asked-for-a-state", asked_for_a_state);
  return g_test_run ();
}
