/* The other half of the table of rights: every function of app/desk.h that takes the number of a patient's visit, prescription, register entry or
 * person, for every role, with one that is free, the caller's own, a colleague's of the same department, another's, and one that is not there. What is
 * expected is typed by hand (D doctor, P pharmacist, A affairs, S security, Y system, U audit). A denied call gives nothing, names no patient, and leaves
 * exactly one entry, which says denied; an allowed one leaves none that does. A function that takes such a number and is not here turns the test red. */
#include "tests/desk/world.h"

#include "app/accounts.h"
#include "app/enrol.h"
#include "app/reach.h"
#include "db/visits.h"

#include <string.h>

#define FREE FZ_REACH_FREE
#define OWN FZ_REACH_OWN
#define COLLEAGUE FZ_REACH_COLLEAGUE
#define OTHER FZ_REACH_OTHER

static const struct {
  char letter;
  const char *number;
} people[] = { { 'D', "D1001" }, { 'P', "P2001" }, { 'A', "A3001" }, { 'S', "S4001" }, { 'Y', "S4002" }, { 'U', "S4003" } };

/* What stands in the hospital when the calls begin: ids by kind of thing, by who calls (doctors and everybody else: D; pharmacists: P) and by whose
 * it is. NULL: there is no such thing for that caller. */
typedef struct {
  char *visit[2][FZ_N_REACHES], *rx[2][FZ_N_REACHES], *entry[2][FZ_N_REACHES];
  GPtrArray *names; /* of all patients: no refusal says one */
} Things;

typedef gboolean (*Call) (FzSession *s, const char *id, GError **error);

#define GIVES_FIELDS(name, expression)                                                                                 \
  static gboolean name (FzSession *s, const char *id, GError **error)                                                  \
  {                                                                                                                    \
    g_autoptr (FzFields) got = expression;                                                                             \
    return got != NULL;                                                                                                \
  }
#define GIVES_ROWS(name, expression)                                                                                   \
  static gboolean name (FzSession *s, const char *id, GError **error)                                                  \
  {                                                                                                                    \
    g_autoptr (GPtrArray) got = expression;                                                                            \
    return got != NULL;                                                                                                \
  }
#define GIVES_SHEET(name, expression)                                                                                  \
  static gboolean name (FzSession *s, const char *id, GError **error)                                                  \
  {                                                                                                                    \
    g_autoptr (FzSheet) got = expression;                                                                              \
    return got != NULL;                                                                                                \
  }
#define GIVES_TRUTH(name, expression)                                                                                  \
  static gboolean name (FzSession *s, const char *id, GError **error)                                                  \
  {                                                                                                                    \
    return expression;                                                                                                 \
  }

static const FzFields *
no_facts (void)
{
  static FzFields *none;

  if (none == NULL)
    none = fz_fields_freeze (fz_fields_new ("fuzhen.draft/v1"));
  return none;
}

GIVES_FIELDS (read_visit, fz_desk_read_visit (s, id, error))
static gboolean
reveal (FzSession *s, const char *id, GError **error)
{
  g_autofree char *value = fz_desk_reveal (s, id, "patient.mobile", "U1", "电话随访", error);

  return value != NULL;
}

GIVES_TRUTH (state_purpose, fz_desk_state_purpose (s, id, "O1", "轮到本人接诊", error))
GIVES_SHEET (prepare_marking, fz_desk_prepare_marking (s, id, TRUE, "S7", "患者要求", error))
GIVES_ROWS (list_talk, fz_desk_list_talk (s, id, 0, error))
GIVES_FIELDS (talk_state, fz_desk_talk_state (s, id, error))
GIVES_TRUTH (send_talk, fz_desk_send_talk (s, id, "您好", error))
GIVES_TRUTH (send_talk_picture, fz_desk_send_talk_picture (s, id, "/nonexistent/x", error))
GIVES_TRUTH (send_talk_again, fz_desk_send_talk_again (s, id, "x", error))
GIVES_TRUTH (see_talk, fz_desk_see_talk (s, id, 1, error))
GIVES_TRUTH (note_talk, fz_desk_note_talk (s, id, "T1", "已去电", error))
GIVES_TRUTH (keep_recording, fz_desk_keep_recording (s, id, no_facts (), error))
static gboolean
read_complaint_picture (FzSession *s, const char *id, GError **error)
{
  FzPicture *picture = fz_desk_read_complaint_picture (s, id, "TS-000009", "x", 64, error);
  gboolean gave = picture != NULL;

  fz_picture_free (picture);
  return gave;
}

GIVES_FIELDS (open_video, fz_desk_open_video (s, id, error))
GIVES_ROWS (list_complaint_talk, fz_desk_list_complaint_talk (s, id, "TS-000009", "x", error))
static gboolean
read_talk_picture (FzSession *s, const char *id, GError **error)
{
  FzPicture *picture = fz_desk_read_talk_picture (s, id, "x", 64, error);
  gboolean gave = picture != NULL;

  fz_picture_free (picture);
  return gave;
}

GIVES_ROWS (search_drugs, fz_desk_search_drugs (s, "al", id, NULL, 3, error))
GIVES_ROWS (search_herbs, fz_desk_search_herbs (s, "hq", id, NULL, 3, error))
GIVES_FIELDS (import_record, fz_desk_import_record (s, id, "/nonexistent/x", NULL, error))
GIVES_TRUTH (renew_consent, fz_desk_renew_consent (s, id, no_facts (), error))
GIVES_TRUTH (withdraw_visit, fz_desk_withdraw_visit (s, id, "患者来电说不看了", error))
GIVES_ROWS (check_taking, fz_desk_check_taking (s, id, error))
GIVES_TRUTH (save_draft, fz_desk_save_draft (s, id, no_facts (), error))
GIVES_FIELDS (get_draft, fz_desk_get_draft (s, id, error))
GIVES_ROWS (check_draft, fz_desk_check_draft (s, id, no_facts (), error))
GIVES_FIELDS (repeat_last, fz_desk_repeat_last (s, id, error))
GIVES_SHEET (prepare_access, fz_desk_prepare_access (s, id, "K1", "夜间急诊来电", error))
GIVES_SHEET (prepare_taking, fz_desk_prepare_taking (s, id, error))
GIVES_SHEET (prepare_sheet, fz_desk_prepare_sheet (s, id, FZ_SHEET_RECORD, error))
GIVES_SHEET (prepare_termination, fz_desk_prepare_termination (s, id, "T01", "x", error))
GIVES_SHEET (prepare_refusal, fz_desk_prepare_refusal (s, id, "J03", "x", error))
GIVES_SHEET (prepare_finish, fz_desk_prepare_finish (s, id, error))
GIVES_SHEET (prepare_addendum, fz_desk_prepare_addendum (s, id, "补记", error))
GIVES_SHEET (prepare_handover, fz_desk_prepare_handover (s, id, "临时外出", error))

GIVES_FIELDS (read_prescription, fz_desk_read_prescription (s, id, error))
GIVES_SHEET (prepare_void, fz_desk_prepare_void (s, id, "x", error))
GIVES_SHEET (prepare_review, fz_desk_prepare_review (s, id, "approved", NULL, NULL, NULL, error))
GIVES_SHEET (prepare_confirmation, fz_desk_prepare_confirmation (s, id, "x", error))
GIVES_SHEET (prepare_monitoring, fz_desk_prepare_monitoring (s, id, 0, "M1", "x", error))
GIVES_SHEET (prepare_preparation, fz_desk_prepare_preparation (s, id, no_facts (), error))
GIVES_SHEET (prepare_preparation_check, fz_desk_prepare_preparation_check (s, id, "passed", NULL, error))
GIVES_SHEET (prepare_dispense, fz_desk_prepare_dispense (s, id, no_facts (), error))
GIVES_SHEET (prepare_delivery, fz_desk_prepare_delivery (s, id, no_facts (), error))
GIVES_TRUTH (export_prescription, fz_desk_export_prescription (s, id, "/nonexistent/x", error))
GIVES_TRUTH (export_slip, fz_desk_export_slip (s, id, "a5", "/nonexistent/x", error))

GIVES_FIELDS (read_entry, fz_desk_read_entry (s, id, error))
GIVES_TRUTH (save_attachment, fz_desk_save_attachment (s, id, 0, "/nonexistent/x", error))
GIVES_SHEET (prepare_entry, fz_desk_prepare_entry (s, "adverse-event", id, "analyse", no_facts (), NULL, NULL, error))

GIVES_TRUTH (put_duty, fz_desk_put_duty (s, id, 0, 1, error))
GIVES_TRUTH (end_duty, fz_desk_end_duty (s, id, 0, error))
GIVES_TRUTH (amend_staff, fz_desk_amend_staff (s, id, no_facts (), error))

static gboolean
read_evidence (FzSession *s, const char *id, GError **error)
{
  FzPicture *picture = fz_desk_read_evidence (s, id, 0, 64, error);
  gboolean gave = picture != NULL;

  fz_picture_free (picture);
  return gave;
}

static gboolean
printout_add (FzSession *s, const char *id, GError **error)
{
  g_autoptr (FzPrintout) printout = fz_desk_printout_new (s, "a5", error);

  return printout != NULL && fz_desk_printout_add (s, printout, id, error);
}

static gboolean
take_visit (FzSession *s, const char *id, GError **error)
{
  g_autoptr (FzSecret) pin = secret ("271828");

  return fz_desk_take_visit (s, id, pin, error);
}

GIVES_TRUTH (end_staff, fz_desk_end_staff (s, id, error))

static gboolean
reset (FzSession *s, const char *id, GError **error)
{
  FzEnrolCode *code = fz_desk_reset_staff (s, id, error);
  gboolean gave = code != NULL;

  if (gave)
    fz_enrol_code_free (code);
  return gave;
}

/* Name in app/desk.h, what it takes (v visit, r prescription, e entry, s person), who may with a free one, their own, a colleague's, another's, and with
 * one that is not there. What changes a visit for good comes last. */
static const struct {
  const char *name;
  char takes;
  const char *free, *own, *colleague, *other, *none;
  Call call;
} table[] = {
  { "read_visit", 'v', "DP", "DP", "", "", "DP", read_visit },
  /* whose it is decides whether it is needed, not whether it may: nothing is refused here but by role */
  { "prepare_access", 'v', "DP", "DP", "DP", "DP", "DP", prepare_access },
  { "reveal", 'v', "DPA", "DP", "A", "A", "DPA", reveal },
  { "state_purpose", 'v', "DP", "DP", "", "", "DP", state_purpose },
  { "prepare_marking", 'v', "A", "D", "A", "A", "DA", prepare_marking },
  { "read_evidence", 'v', "DP", "DP", "", "", "DP", read_evidence },
  { "search_drugs", 'v', "DP", "DP", "", "", "DP", search_drugs },
  { "search_herbs", 'v', "DP", "DP", "", "", "DP", search_herbs },
  { "list_talk", 'v', "D", "D", "", "", "D", list_talk },
  { "talk_state", 'v', "D", "D", "", "", "D", talk_state },
  { "send_talk", 'v', "", "D", "", "", "D", send_talk },
  { "send_talk_picture", 'v', "", "D", "", "", "D", send_talk_picture },
  { "keep_recording", 'v', "", "D", "", "", "D", keep_recording },
  { "send_talk_again", 'v', "", "D", "", "", "D", send_talk_again },
  { "see_talk", 'v', "", "D", "", "", "D", see_talk },
  { "note_talk", 'v', "", "D", "", "", "D", note_talk },
  { "read_talk_picture", 'v', "D", "D", "", "", "D", read_talk_picture },
  { "read_complaint_picture", 'v', "A", "A", "A", "A", "A", read_complaint_picture },
  { "open_video", 'v', "", "D", "", "", "D", open_video },
  { "list_complaint_talk", 'v', "A", "A", "A", "A", "A", list_complaint_talk },
  { "check_taking", 'v', "D", "D", "", "", "D", check_taking },
  { "save_draft", 'v', "D", "D", "", "", "D", save_draft },
  { "get_draft", 'v', "D", "D", "", "", "D", get_draft },
  { "check_draft", 'v', "D", "D", "", "", "D", check_draft },
  { "repeat_last", 'v', "D", "D", "", "", "D", repeat_last },
  { "prepare_sheet", 'v', "D", "D", "", "", "D", prepare_sheet },
  { "prepare_termination", 'v', "D", "D", "", "", "D", prepare_termination },
  { "prepare_refusal", 'v', "D", "D", "", "", "D", prepare_refusal },
  { "prepare_finish", 'v', "D", "D", "", "", "D", prepare_finish },
  { "prepare_addendum", 'v', "D", "D", "", "", "D", prepare_addendum },
  { "prepare_handover", 'v', "D", "D", "", "", "D", prepare_handover },
  { "renew_consent", 'v', "DA", "D", "A", "A", "DA", renew_consent },
  { "import_record", 'v', "DA", "D", "A", "A", "DA", import_record },

  { "read_prescription", 'r', "P", "DP", "", "", "DP", read_prescription },
  { "prepare_void", 'r', "P", "DP", "", "", "DP", prepare_void },
  { "prepare_review", 'r', "P", "P", "", "", "P", prepare_review },
  { "prepare_confirmation", 'r', "", "D", "", "", "D", prepare_confirmation },
  { "prepare_monitoring", 'r', "", "D", "", "", "D", prepare_monitoring },
  { "prepare_preparation", 'r', "P", "P", "", "", "P", prepare_preparation },
  { "prepare_preparation_check", 'r', "P", "P", "", "", "P", prepare_preparation_check },
  { "prepare_dispense", 'r', "P", "P", "", "", "P", prepare_dispense },
  { "prepare_delivery", 'r', "P", "P", "", "", "P", prepare_delivery },
  { "export_prescription", 'r', "P", "DP", "", "P", "DP", export_prescription },
  { "export_slip", 'r', "P", "DP", "", "P", "DP", export_slip },
  { "printout_add", 'r', "P", "DP", "", "P", "DP", printout_add },

  { "read_entry", 'e', "", "DPA", "", "A", "DPA", read_entry },
  { "save_attachment", 'e', "", "DPA", "", "A", "DPA", save_attachment },
  { "prepare_entry", 'e', "", "DPA", "", "A", "DPA", prepare_entry },

  { "put_duty", 's', "", "PA", "", "A", "A", put_duty },
  { "end_duty", 's', "", "PA", "", "A", "A", end_duty },
  { "amend_staff", 's', "", "AS", "", "AS", "AS", amend_staff },
  { "reset_staff", 's', "", "", "", "S", "S", reset }, /* nobody resets themselves */
  { "end_staff", 's', "", "", "", "S", "S", end_staff },

  { "withdraw_visit", 'v', "DA", "D", "A", "A", "DA", withdraw_visit },
  { "prepare_taking", 'v', "D", "D", "", "", "D", prepare_taking },
  { "take_visit", 'v', "D", "D", "", "", "D", take_visit },
};

/* --- what stands there --- */

static char *
report_event (World *w, const char *number)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL;
  FzSheet *sheet;

  fz_fields_set (values, "field.happened_on", TESTED_DAY);
  fz_fields_set (values, "field.kind", "delay");
  fz_fields_set (values, "field.level", "4");
  fz_fields_set (values, "field.content", "排队超时");
  fz_fields_set (values, "field.handled", "已联系患者");
  world_sign_in (w, number);
  sheet = fz_desk_prepare_entry (w->session, "adverse-event", NULL, "report", values, NULL, NULL, &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
}

/* As world_prescribe(), by a doctor of another department than the patient asked for. */
static char *
prescribe_by (World *w, const char *doctor, guint i, const char *visit)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, doctor);
  world_arrive (w, i, visit);
  world_take (w, visit);
  world_type (w, i, visit);
  sheet = fz_desk_prepare_sheet (w->session, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  return world_sign (w, sheet);
}

static gboolean
add_name (FzTxn *txn, gpointer data, GError **error)
{
  gpointer *what = data;
  g_autoptr (FzFields) visit = fz_visits_get (txn, what[1], error);

  if (visit != NULL)
    g_ptr_array_add (what[0], g_strdup (fz_fields_get (visit, "patient.name")));
  return visit != NULL;
}

static void
set_up (World *w, Things *t)
{
  static const char *const visits[] = { "V-MINE", "V-COLLEAGUE", "V-OTHER", "V-FREE", "V-PAST", "V-PAST2" };

  memset (t, 0, sizeof *t);
  t->rx[1][OWN] = world_prescribe (w, 3, "V-PAST");
  t->rx[1][OTHER] = world_prescribe (w, 4, "V-PAST2");
  world_review (w, "P2001", t->rx[1][OWN], "returned");
  world_review (w, "P2002", t->rx[1][OTHER], "returned");
  world_pass (w, 2 * 24 * 3600);
  t->rx[0][OWN] = prescribe_by (w, "D1001", 0, "V-MINE");
  t->rx[0][COLLEAGUE] = prescribe_by (w, "D1002", 0, "V-COLLEAGUE");
  t->rx[0][OTHER] = world_prescribe (w, 3, "V-OTHER");
  t->rx[1][FREE] = g_strdup (t->rx[0][OTHER]);
  world_arrive (w, 1, "V-FREE");
  t->visit[0][FREE] = g_strdup ("V-FREE");
  t->visit[0][OWN] = g_strdup ("V-MINE");
  t->visit[0][COLLEAGUE] = g_strdup ("V-COLLEAGUE");
  t->visit[0][OTHER] = g_strdup ("V-OTHER");
  t->visit[1][FREE] = g_strdup ("V-OTHER");
  t->visit[1][OWN] = g_strdup ("V-PAST");
  t->visit[1][OTHER] = g_strdup ("V-PAST2");
  t->entry[0][OWN] = report_event (w, "D1001");
  t->entry[0][OTHER] = report_event (w, "P2001");
  t->entry[1][OWN] = g_strdup (t->entry[0][OTHER]);
  t->entry[1][OTHER] = g_strdup (t->entry[0][OWN]);
  t->names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (visits); i++) {
    gpointer what[] = { t->names, (gpointer) visits[i] };

    g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, add_name, what, NULL));
  }
}

static void
tear_down (Things *t)
{
  for (guint i = 0; i < 2; i++)
    for (guint reach = 0; reach < FZ_N_REACHES; reach++) {
      g_free (t->visit[i][reach]);
      g_free (t->rx[i][reach]);
      g_free (t->entry[i][reach]);
    }
  g_ptr_array_unref (t->names);
}

/* NULL: no such thing for this caller. */
static const char *
thing (const Things *t, guint row, guint person, FzReach reach)
{
  guint side = people[person].letter == 'P';

  if (table[row].takes == 'v')
    return t->visit[side][reach];
  if (table[row].takes == 'r')
    return t->rx[side][reach];
  if (table[row].takes == 'e') /* affairs own none here: what is own to them is judged as anybody's */
    return people[person].letter == 'A' && reach == OWN ? NULL : t->entry[side][reach];
  return reach == OWN ? people[person].number : reach == OTHER ? "P2002" : NULL;
}

/* --- one cell --- */

static const char *
who (guint row, FzReach reach)
{
  const char *const expected[] = { table[row].free, table[row].own, table[row].colleague, table[row].other };

  return expected[reach];
}

static void
try_cell (World *w, const Things *t, guint row, guint person, const char *id, const char *letters, const char *whose)
{

  gboolean allowed = strchr (letters, people[person].letter) != NULL;
  guint64 from = world_audit_size (w);
  g_autoptr (GError) error = NULL;
  gboolean gave = table[row].call (w->session, id, &error);
  guint denied = world_audit_count (w, from, NULL, "denied"), n = (guint) (world_audit_size (w) - from);
  gboolean refused = error != NULL && g_error_matches (error, FZ_ERROR, FZ_ERROR_REFUSED);

  if (denied != (allowed ? 0 : 1) || (!allowed && (gave || !refused || n != 1)))
    g_error ("%s of %s %s for %c: %s, %u denied of %u new entries, %s", table[row].name, whose, id, people[person].letter, gave ? "gave" : "refused",
             denied, n, error != NULL ? error->message : "-");
  for (guint i = 0; error != NULL && i < t->names->len; i++)
    if (!allowed && strstr (error->message, t->names->pdata[i]) != NULL)
      g_error ("%s for %c: the refusal names a patient: %s", table[row].name, people[person].letter, error->message);
}

static void
every_cell (World *w)
{
  static const char *const words[] = { "a free one", "their own", "a colleague's", "another's" };
  Things things;
  guint cells = 0;

  set_up (w, &things);
  for (guint p = 0; p < G_N_ELEMENTS (people); p++) {
    world_sign_in (w, people[p].number);
    for (guint row = 0; row < G_N_ELEMENTS (table); row++) {
      try_cell (w, &things, row, p, "NOPE", table[row].none, "nobody's");
      for (FzReach reach = 0; reach < FZ_N_REACHES; reach++) {
        const char *id = thing (&things, row, p, reach);
        /* For a role that holds no visits everybody's are another's, but for the free ones. */
        FzReach seen = people[p].letter != 'D' && people[p].letter != 'P' && table[row].takes != 's' && reach != FREE ? OTHER : reach;

        if (id == NULL)
          continue;
        try_cell (w, &things, row, p, id, who (row, seen), words[seen]);
        cells++;
      }
    }
  }
  g_test_message ("%u cells", cells);
  g_assert_cmpuint (cells, >, 600);
  tear_down (&things);
}

/* --- nothing is missing --- */

/* Numbers of things that belong to the institution or to two persons, and name no patient; who may decide on whose is theirs to judge:
 * tests/versions, tests/desk/comment.c, tests/desk/rules.c, tests/desk/catalogue.c, tests/desk/portal.c. Releasing puts back only what the session itself holds. A record is
 * printed by another person's leave on top, own or not: tests/desk/records.c. */
static gboolean
is_of_the_institution (const char *name)
{
  static const char *const names[] = { "star_drug", "read_catalogue", "list_catalogue_lines", "drop_staged", "prepare_catalogue_decision",
                                       "prepare_removal", "list_comments", "read_comment", "prepare_comment_approval", "prepare_comment",
                                       "prepare_comment_confirmation", "prepare_comment_reply", "prepare_comment_answer",
                                       "prepare_record_rectification", "prepare_record_evaluation", "trace_recall", "prepare_record_copy",
                                       "prepare_comment_announcement", "read_rules", "read_rules_consent", "prepare_rules_decision",
                                       "read_knowledge", "try_knowledge", "prepare_knowledge_decision", "prepare_grant_decision", "run_purge", "prepare_access_review", "prepare_admission", "release_review",
                                       "revoke_key", "tell_revocation", "renew_certificate", "check_portal", "printout_record",
                                       "export_portal" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return TRUE;
  return FALSE;
}

static gboolean
is_known (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].name, name))
      return TRUE;
  return is_of_the_institution (name);
}

static gboolean
takes_a_number (const char *parameters)
{
  static const char *const words[] = { "const char *visit", "const char *rx", "const char *id", "const char *prescription", "const char *number",
                                       "const char *plan", "const char *code", "const char *entry", "const char *patient", "const char *person" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    const char *at = strstr (parameters, words[i]);

    if (at != NULL && !g_ascii_isalnum (at[strlen (words[i])]) && at[strlen (words[i])] != '_')
      return TRUE;
  }
  return FALSE;
}

static void
nothing_is_missing (void)
{
  g_autofree char *text = world_dup_desk_headers ();
  guint n = 0;

  for (const char *at = strstr (text, "fz_desk_"); at != NULL; at = strstr (at + 1, "fz_desk_")) {
    gsize length = strspn (at + 8, "abcdefghijklmnopqrstuvwxyz_0123456789");
    g_autofree char *name = g_strndup (at + 8, length), *parameters = NULL;

    if (!g_str_has_prefix (at + 8 + length, " (FzSession *session"))
      continue;
    parameters = g_strndup (at, (gsize) (strstr (at, ");") - at));
    if (!takes_a_number (parameters))
      continue;
    n++;
    if (!is_known (name))
      g_error ("fz_desk_%s takes a number and is not in the table of rights by object", name);
  }
  g_assert_cmpuint (n, >, 40);
}

/* An act nobody wrote into the table reaches nothing, whoever asks. */
static void
unknown_act (void)
{
  for (FzRole role = FZ_ROLE_NONE; role < FZ_N_ROLES; role++)
    for (FzReach reach = 0; reach < FZ_N_REACHES; reach++) {
      g_assert_false (fz_reach_allows (role, "case.copy", reach));
      g_assert_false (fz_reach_allows (role, "", reach));
    }
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  g_test_add_func ("/desk/rights-objects/complete", nothing_is_missing);
  g_test_add_func ("/desk/rights-objects/unknown-act", unknown_act);
  world_add_test ("/desk/rights-objects/every-cell", every_cell);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
