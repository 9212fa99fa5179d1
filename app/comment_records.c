/* Records that are sampled and scored: which there are, what stands in one, and what a person has to do about theirs (病历质控). */
#include "app/comment.h"

#include "app/quality.h"
#include "app/knowledge.h"
#include "core/finding.h"
#include "db/comments.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 500
#define MOST_LINES 2000
#define MOST_ITEMS 1000
#define N_PARTS 4

gboolean
fz_comment_is_record (const FzFields *facts)
{
  return fz_fields_has (facts, "comment.place") || fz_fields_has (facts, "plan.place");
}

/* --- what a sample is drawn from --- */

typedef struct {
  gint64 to_us, as_of_us;
  FzCursor cursor;
  char *cursor_id;
  gboolean more;
  GPtrArray *ids;
} Gather;

static gboolean
gather_page (FzTxn *txn, gpointer data, GError **error)
{
  Gather *gather = data;
  g_autoptr (GPtrArray) page = fz_visits_list (txn, FZ_VISITS_APPLIED, gather->cursor, PAGE, error);

  if (page == NULL)
    return FALSE;
  gather->more = page->len == PAGE;
  for (guint i = 0; i < page->len && gather->cursor.us < gather->to_us; i++) {
    gint64 signed_us = 0;

    fz_fields_get_time (page->pdata[i], "visit.applied_at", &gather->cursor.us);
    g_free (gather->cursor_id);
    gather->cursor_id = g_strdup (fz_fields_get (page->pdata[i], "visit.id"));
    if (gather->cursor.us < gather->to_us && fz_fields_get_time (page->pdata[i], "record.signed_at", &signed_us) && signed_us < gather->as_of_us)
      g_ptr_array_add (gather->ids, g_strdup (fz_fields_get (page->pdata[i], "record.number")));
  }
  gather->more = gather->more && gather->cursor.us < gather->to_us;
  gather->cursor.id = gather->cursor_id;
  return TRUE;
}

GPtrArray *
fz_record_gather (FzSession *session, gint64 from_us, gint64 to_us, gint64 as_of_us, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  Gather gather = { to_us, as_of_us, { from_us, "" }, NULL, TRUE, ids };
  gboolean good = TRUE;

  while (good && gather.more)
    good = fz_store_run (session->desk->store, FZ_TXN_READ, gather_page, &gather, error);
  g_free (gather.cursor_id);
  return good ? g_steal_pointer (&ids) : NULL;
}

/* --- records elsewhere, one a line --- */

static gboolean
bad_line (GError **error, guint line, const char *why)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %u 行：%s"), line, why);
  return FALSE;
}

static gboolean
read_staff (FzTxn *txn, gpointer data, GError **error)
{
  GPtrArray **out = data;

  *out = fz_staff_list (txn, error);
  return *out != NULL;
}

char *
fz_record_author_left (FzTxn *txn, const FzFields *item, const FzFields *subject, GError **error)
{
  const char *person = fz_fields_has (item, "doctor.person") ? fz_fields_get (item, "doctor.person") : fz_fields_get (subject, "doctor.person");
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);
  gint64 last_us = 0, at_us = 0;

  for (guint i = 0; staff != NULL && person != NULL && i < staff->len; i++) {
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "person"), person) != 0 || g_strcmp0 (fz_fields_get (staff->pdata[i], "role"), "doctor") != 0)
      continue;
    if (!fz_fields_get_time (staff->pdata[i], "left_at", &at_us))
      return NULL;
    last_us = MAX (last_us, at_us);
  }
  return last_us > 0 ? fz_date_format (fz_date_in_beijing (last_us)) : NULL;
}

static const char *
person_of (GPtrArray *staff, const char *number)
{
  for (guint i = 0; i < staff->len; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "number"), number) == 0 && g_strcmp0 (fz_fields_get (staff->pdata[i], "role"), "doctor") == 0)
      return fz_fields_get (staff->pdata[i], "person");
  return NULL;
}

/* Cells as they come out of a spreadsheet or are typed: tabs, commas and spaces part them. */
static GPtrArray *
split (const char *line)
{
  g_auto (GStrv) parts = g_strsplit_set (line, "\t ,\r", -1);
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add (cells, g_strdup (parts[i]));
  return cells;
}

static gboolean
is_number (const char *text)
{
  gsize n = strlen (text);

  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("-_./", *p) == NULL)
      return FALSE;
  return n > 0 && n <= 40;
}

static FzFields *
read_line (FzDesk *desk, GPtrArray *cells, GPtrArray *staff, FzDate from, FzDate to, guint line, GError **error)
{
  FzFields *row;
  const char *person = cells->len == N_PARTS ? person_of (staff, cells->pdata[1]) : NULL;
  const char *department = cells->len == N_PARTS ? fz_desk_label (desk, "departments", cells->pdata[2]) : NULL;
  FzDate day;

  if (cells->len != N_PARTS)
    bad_line (error, line, _ ("应有病历号、书写医师工号、科室代码和书写日期四项。"));
  else if (!is_number (cells->pdata[0]))
    bad_line (error, line, _ ("病历号只能由字母、数字和 - _ . / 组成，不超过40位。"));
  else if (person == NULL)
    bad_line (error, line, _ ("没有这个工号的医师。"));
  else if (department == NULL)
    bad_line (error, line, _ ("没有这个科室代码。"));
  else if (!fz_date_parse (cells->pdata[3], &day, NULL) || fz_date_compare (day, from) < 0 || fz_date_compare (day, to) > 0)
    bad_line (error, line, _ ("书写日期应在所选期间之内，如 2026-11-01。"));
  else {
    row = fz_fields_new ("fuzhen.record_line/v1");
    fz_fields_set (row, "number", cells->pdata[0]);
    fz_fields_set (row, "doctor", person);
    fz_fields_set (row, "department", cells->pdata[2]);
    fz_fields_set (row, "department_name", department);
    fz_fields_set (row, "written_on", cells->pdata[3]);
    return fz_fields_freeze (row);
  }
  return NULL;
}

GPtrArray *
fz_record_read_list (FzSession *session, const char *text, FzDate from, FzDate to, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), staff = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *read = NULL;

  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_staff, &read, error))
    return NULL;
  staff = read;
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (GPtrArray) cells = split (lines[i]);
    FzFields *row = cells->len > 0 ? read_line (session->desk, cells, staff, from, to, i + 1, error) : NULL;

    if (cells->len == 0)
      continue;
    if (row == NULL)
      return NULL;
    g_ptr_array_add (rows, row);
    if (!g_hash_table_add (seen, (gpointer) fz_fields_get (row, "number")) || rows->len > MOST_LINES) {
      bad_line (error, i + 1, rows->len > MOST_LINES ? _ ("一次最多2000份病历，请分几个期间抽样。") : _ ("这个病历号已经列过一次。"));
      return NULL;
    }
  }
  return g_steal_pointer (&rows);
}

/* --- one of them --- */

static void
add_medicines (FzFields *facts, GPtrArray *rx)
{
  guint n = 0;

  for (guint i = 0; i < rx->len; i++)
    for (guint k = 0; k < fz_fields_count (rx->pdata[i], "rx.item"); k++) {
      g_autofree char *from = g_strdup_printf ("rx.item.%02u", k), *to = g_strdup_printf ("rx.item.%02u", n++);
      g_autoptr (FzFields) item = fz_fields_dup_below (rx->pdata[i], from, "fuzhen.part/v1");

      fz_fields_merge (facts, to, item);
    }
}

static FzFields *
online_facts (FzTxn *txn, const char *id, GError **error)
{
  static const char *const parts[] = { "record", "diagnosis", "patient" };
  static const char *const copied[][2] = { { "rx.visit", "visit" }, { "subject.code", "subject.code" }, { "rx.department_name", "dept.name" },
                                           { "doctor.title_label", "doctor.title_label" } };
  g_autoptr (FzDocument) document = fz_documents_get (txn, id, error);
  g_autoptr (GPtrArray) rx = document != NULL ? fz_rx_of_visit (txn, fz_fields_get (document->body, "visit"), error) : NULL;
  FzFields *facts = rx != NULL ? fz_fields_new ("fuzhen.subject/v1") : NULL;

  if (facts == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (document->body, parts[i], "fuzhen.part/v1");

    fz_fields_merge (facts, parts[i], part);
  }
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (facts, copied[i][0], fz_fields_get (document->body, copied[i][1]));
  fz_fields_set (facts, "rx.id", id);
  fz_fields_set (facts, "rx.note_sha256", document->note_sha256);
  fz_fields_set_time (facts, "rx.signed_at", document->signed_at_us);
  fz_fields_set (facts, "doctor.person", document->actor.person);
  add_medicines (facts, rx);
  return fz_fields_freeze (facts);
}

static FzFields *
offline_facts (const FzFields *item)
{
  static const char *const copied[][2] = { { "rx.id", "comment.prescription" }, { "subject.code", "comment.department" },
                                           { "rx.department_name", "comment.department_name" }, { "doctor.person", "doctor.person" } };
  FzFields *facts = fz_fields_new ("fuzhen.subject/v1");

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (facts, copied[i][0], fz_fields_get (item, copied[i][1]));
  return fz_fields_freeze (facts);
}

FzFields *
fz_comment_subject_facts (FzTxn *txn, const FzFields *item, GError **error)
{
  const char *id = fz_fields_get (item, "comment.prescription"), *place = fz_fields_get (item, "comment.place");

  if (place == NULL)
    return fz_rx_get (txn, id, error);
  return g_str_equal (place, "online") ? online_facts (txn, id, error) : offline_facts (item);
}

/* --- what the rules see --- */

static gboolean
has_suggestion (const FzFields *facts, const char *code)
{
  for (guint i = 0; i < fz_fields_count (facts, "suggest"); i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "suggest", i, "code"), code) == 0)
      return TRUE;
  return FALSE;
}

gboolean
fz_record_suggest (FzDesk *desk, const FzFields *visit, gint64 now_us, FzFields *facts, GError **error)
{
  FzCodes *defects = fz_comment_codes (desk, FZ_COMMENT_OF_RECORDS);
  g_autoptr (GPtrArray) findings = fz_findings_new ();

  if (!fz_quality_note (desk, visit, now_us, findings, error))
    return FALSE;
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];
    const char *rule = g_str_has_prefix (finding->rule, "QUALITY_") ? finding->rule + strlen ("QUALITY_") : "";

    for (guint k = 0; k < fz_codes_get_n (defects); k++) {
      const char *code = fz_codes_get (defects, k, "code");
      guint n = fz_fields_count (facts, "suggest");

      if (!fz_codes_field_has (defects, k, "checks", rule) || has_suggestion (facts, code))
        continue;
      fz_fields_set_at (facts, "suggest", n, "code", code);
      fz_fields_set_at (facts, "suggest", n, "label", fz_codes_get (defects, k, "label"));
      fz_fields_set_at (facts, "suggest", n, "rule", finding->rule);
      fz_fields_set_at (facts, "suggest", n, "message", finding->message);
    }
  }
  return TRUE;
}

/* --- what waits --- */

/* A reply is taken until its day and not after it; what is to be put right stays until it is. */
static void
put_due_item (const FzFields *item, gboolean own, const char *today, FzRecordDue add, gpointer data)
{
  const char *state = fz_fields_get (item, "comment.state"), *plan = fz_fields_get (item, "comment.plan"), *id = fz_fields_get (item, "comment.prescription");
  const char *until = fz_fields_get (item, "rectify.until"), *reply_until = fz_fields_get (item, "confirm.until");
  gboolean confirmed = g_strcmp0 (state, "confirmed") == 0;

  if (own && confirmed && fz_fields_count (item, "comment.code") > 0 && g_strcmp0 (today, reply_until) <= 0)
    add ("record-reply", plan, id, reply_until, data);
  if (until != NULL && (confirmed || g_strcmp0 (state, "accepted") == 0 || g_strcmp0 (state, "answered") == 0))
    add ("record-rectify", plan, id, until, data);
  if (!own && until != NULL && g_strcmp0 (state, "rectified") == 0)
    add ("record-evaluate", plan, id, until, data);
}

static gboolean
put_due_of (FzTxn *txn, const char *person, gboolean own, const char *today, FzRecordDue add, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) items = fz_comments_of_doctor (txn, person, MOST_ITEMS, error);

  for (guint i = 0; items != NULL && i < items->len; i++)
    if (fz_comment_is_record (items->pdata[i]))
      put_due_item (items->pdata[i], own, today, add, data);
  return items != NULL;
}

gboolean
fz_record_put_due (FzSession *session, FzTxn *txn, FzRole role, FzRecordDue add, gpointer data, GError **error)
{
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  g_autoptr (GPtrArray) doctors = NULL;

  if (role == FZ_ROLE_DOCTOR)
    return put_due_of (txn, fz_fields_get (session->person, "person"), TRUE, today, add, data, error);
  if (role != FZ_ROLE_AFFAIRS)
    return TRUE;
  doctors = fz_comments_doctors (txn, error);
  for (guint i = 0; doctors != NULL && i < doctors->len; i++)
    if (!put_due_of (txn, doctors->pdata[i], FALSE, today, add, data, error))
      return FALSE;
  return doctors != NULL;
}
