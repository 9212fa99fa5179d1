/* What the hospital shows its patients (公示): one folder with a page for the website, the same as PDF, and the files that belong to it. */
#include "app/chinese.h"
#include "app/desk_private.h"
#include "app/knowledge.h"
#include "app/package.h"
#include "app/paper/report.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define REGISTER "published"
#define FEES "fee"

typedef struct {
  FzSession *session;
  const FzCodes *sections;
  const char *place;
  char *today;
  FzFields *institution;
  GPtrArray *staff, *entries, *fees; /* who serves; what was approved or is published; what is charged today */
  GPtrArray *names, *sums;    /* of the files that go with it */
  GPtrArray *missing;         /* char *: sections that this place asks for and that are empty */
  guint64 documents, audit_size;
  const char *list_sha256;
  GCancellable *stop;
  void (*progress) (guint64 done, guint64 total, gpointer data);
  gpointer data;
} Bundle;

static void
bundle_clear (Bundle *self)
{
  g_free (self->today);
  g_clear_pointer (&self->institution, fz_fields_unref);
  g_clear_pointer (&self->staff, g_ptr_array_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->fees, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->sums, g_ptr_array_unref);
  g_clear_pointer (&self->missing, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bundle, bundle_clear)

/* --- what there is --- */

/* Who may not practise today is not shown as one who serves. */
static gboolean
serves (const FzFields *person, const char *today)
{
  const char *role = fz_fields_get (person, "role"), *until = fz_fields_get (person, "licence_until");

  return !fz_fields_has (person, "left_at") && fz_fields_has (person, "licence") && (until == NULL || g_strcmp0 (until, today) >= 0) &&
         (g_strcmp0 (role, "doctor") == 0 || g_strcmp0 (role, "pharmacist") == 0);
}

/* Tianjin 2025 art. 32: only what somebody found lawful and true. */
static gboolean
may_be_shown (const FzFields *entry)
{
  const char *state = fz_fields_get (entry, "entry.state");

  return g_strcmp0 (state, "approved") == 0 || g_strcmp0 (state, "published") == 0;
}

/* A name that every website takes: the entry's number and the ending of what was attached. */
static char *
file_name (const FzFields *entry, guint i)
{
  const char *name = fz_fields_get_at (entry, "attachment", i, "name"), *dot = name != NULL ? strrchr (name, '.') : NULL;
  gboolean plain = dot != NULL && strlen (dot) > 1 && strlen (dot) <= 6;

  for (const char *p = dot; plain && p != NULL && *++p != '\0';)
    plain = g_ascii_isalnum (*p);
  return g_strdup_printf ("files/%s-%u%s", fz_fields_get (entry, "entry.id"), i + 1, plain ? dot : "");
}

static void
take_files (Bundle *self, const FzFields *entry)
{
  for (guint i = 0; i < fz_fields_count (entry, "attachment"); i++) {
    g_ptr_array_add (self->sums, g_strdup (fz_fields_get_at (entry, "attachment", i, "sha256")));
    g_ptr_array_add (self->names, file_name (entry, i));
  }
}

static gboolean
take_entry (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Bundle *self = data;

  if (!may_be_shown (entry))
    return TRUE;
  g_ptr_array_add (self->entries, fz_fields_ref ((FzFields *) entry));
  take_files (self, entry);
  return TRUE;
}

static gboolean
has_begun (const FzFields *fee, const char *today)
{
  const char *since = fz_fields_get (fee, "field.effective_on");

  return g_strcmp0 (fz_fields_get (fee, "entry.state"), "in_force") == 0 && since != NULL && g_strcmp0 (since, today) <= 0;
}

/* The entry as it was when its price last began: while a new price is being approved, or its day has not come, the former one is charged. *out NULL
 * without error: none has begun yet. */
static gboolean
find_charged (FzTxn *txn, const FzFields *entry, const char *today, FzFields **out, GError **error)
{
  g_autofree char *subject = g_strconcat ("@", fz_fields_get (entry, "entry.id"), NULL);
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  g_autoptr (FzFields) now = NULL, charged = NULL;

  for (guint i = 0; documents != NULL && i < documents->len; i++) {
    FzFields *after = fz_entry_fold (now, ((FzDocument *) documents->pdata[i])->body, error);

    g_clear_pointer (&now, fz_fields_unref);
    if (after == NULL)
      return FALSE;
    now = after;
    if (has_begun (now, today)) {
      g_clear_pointer (&charged, fz_fields_unref);
      charged = fz_fields_ref (now);
    }
  }
  *out = g_steal_pointer (&charged);
  return documents != NULL;
}

/* Approved, begun and not over; the papers behind a price are not part of the page. */
static gboolean
take_charged (FzTxn *txn, Bundle *self, const FzFields *entry, GError **error)
{
  g_autoptr (FzFields) charged = has_begun (entry, self->today) ? fz_fields_ref ((FzFields *) entry) : NULL;
  const char *until;

  if (charged == NULL && !find_charged (txn, entry, self->today, &charged, error))
    return FALSE;
  until = charged != NULL ? fz_fields_get (charged, "field.until_on") : NULL;
  if (charged != NULL && (until == NULL || g_strcmp0 (until, self->today) >= 0))
    g_ptr_array_add (self->fees, g_steal_pointer (&charged));
  return TRUE;
}

/* Ended, and the day of it has come: one that ends next month is charged until then. */
static gboolean
has_ended (const FzFields *fee, const char *today)
{
  const char *on = fz_fields_get (fee, "field.ended_on");

  return g_strcmp0 (fz_fields_get (fee, "entry.state"), "ended") == 0 && (on == NULL || g_strcmp0 (on, today) <= 0);
}

static gboolean
take_fee (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Bundle *self = data;

  return has_ended (entry, self->today) || take_charged (txn, self, entry, error);
}

static gboolean
read_all (FzTxn *txn, gpointer data, GError **error)
{
  Bundle *self = data;
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);
  FzHash root;

  self->institution = staff != NULL ? fz_profile_get (txn, "institution", error) : NULL;
  if (self->institution == NULL)
    return FALSE;
  for (guint i = 0; i < staff->len; i++)
    if (serves (staff->pdata[i], self->today))
      g_ptr_array_add (self->staff, fz_fields_ref (staff->pdata[i]));
  return fz_entries_each (txn, REGISTER, TRUE, take_entry, self, error) && fz_entries_each (txn, FEES, FALSE, take_fee, self, error) && fz_documents_newest (txn, &self->documents, error) && fz_audit_head (txn, &self->audit_size, &root, NULL, error);
}

/* --- the sections --- */

static void
add_pair (FzReportTable *table, const char *label, const char *value)
{
  FzReportCell *row = value != NULL ? fz_report_add_row (table) : NULL;

  if (row == NULL)
    return;
  fz_report_cell_set_text (&row[0], label);
  fz_report_cell_set_text (&row[1], value);
}

static gboolean
add_institution (FzReport *report, const Bundle *self, const char *title)
{
  static const char *const lines[][2] = { { "organ.name", "机构名称" }, { "organ.second_name", "第二名称" }, { "organ.physical_name", "依托的实体医疗机构" },
                                          { "organ.code", "统一社会信用代码或登记号" }, { "organ.licence", "执业许可证编号" }, { "organ.licence_until", "执业许可证有效期至" } };
  const char *until = fz_fields_get (self->institution, "organ.licence_until");
  FzReportTable *table = fz_report_add_table (report, title, FZ_CHART_NONE, "项目", FZ_VALUE_TEXT, "内容", FZ_VALUE_TEXT, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    add_pair (table, lines[i][1], fz_fields_get (self->institution, lines[i][0]));
  return fz_fields_has (self->institution, "organ.licence") && (until == NULL || g_strcmp0 (until, self->today) >= 0);
}

static guint
add_staff (FzReport *report, const Bundle *self, const char *title)
{
  static const char *const keys[] = { "name", NULL, "department_name", "licence", "registered_at" };
  FzReportTable *table = fz_report_add_table (report, title, FZ_CHART_NONE, "姓名", FZ_VALUE_TEXT, "职称", FZ_VALUE_TEXT, "科室", FZ_VALUE_TEXT, "执业证书编号",
                                              FZ_VALUE_TEXT, "执业机构", FZ_VALUE_TEXT, NULL);

  for (guint i = 0; i < self->staff->len; i++) {
    const FzFields *person = self->staff->pdata[i];
    FzReportCell *row = fz_report_add_row (table);

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_report_cell_set_text (&row[k], keys[k] != NULL ? fz_fields_get (person, keys[k])
                                                        : fz_desk_label (self->session->desk, "titles", fz_fields_get (person, "title")));
  }
  return self->staff->len;
}

static guint
add_departments (FzReport *report, const Bundle *self, const char *title)
{
  FzReportTable *table = fz_report_add_table (report, title, FZ_CHART_NONE, "代码", FZ_VALUE_TEXT, "名称", FZ_VALUE_TEXT, NULL);
  guint n = fz_fields_count (self->institution, "department");

  for (guint i = 0; i < n; i++)
    add_pair (table, fz_fields_get_at (self->institution, "department", i, "code"), fz_fields_get_at (self->institution, "department", i, "name"));
  return n;
}

static guint
add_fees (FzReport *report, const Bundle *self, const char *title)
{
  static const char *const keys[] = { "field.subject", "field.item_code", NULL, "field.unit", "field.content", "field.basis" };
  FzReportTable *table = self->fees->len > 0 ? fz_report_add_table (report, title, FZ_CHART_NONE, "收费项目", FZ_VALUE_TEXT, "项目编码", FZ_VALUE_TEXT, "收费标准（元）", FZ_VALUE_TEXT, "计价单位",
                                                                    FZ_VALUE_TEXT, "项目说明", FZ_VALUE_TEXT, "收费依据", FZ_VALUE_TEXT, NULL)
                                             : NULL;

  for (guint i = 0; i < self->fees->len; i++) {
    const FzFields *fee = self->fees->pdata[i];
    FzReportCell *row = fz_report_add_row (table);
    gint64 fen = 0;
    g_autofree char *price = NULL;

    fz_fields_get_int (fee, "field.price", &fen);
    price = g_strdup_printf ("%d.%02d", (int) (fen / 100), (int) (fen % 100));
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_report_cell_set_text (&row[k], keys[k] != NULL ? fz_fields_get (fee, keys[k]) : price);
  }
  return self->fees->len;
}

/* What was written for this section in the register, with its files. */
static guint
add_texts (FzReport *report, const Bundle *self, const char *kind, const char *title)
{
  FzReportTable *table = NULL;
  guint n = 0;

  for (guint i = 0; i < self->entries->len; i++) {
    const FzFields *entry = self->entries->pdata[i];

    if (g_strcmp0 (fz_fields_get (entry, "field.kind"), kind) != 0)
      continue;
    if (n++ == 0)
      table = fz_report_add_table (report, title, FZ_CHART_NONE, "事项", FZ_VALUE_TEXT, "内容", FZ_VALUE_TEXT, NULL);
    add_pair (table, fz_fields_get (entry, "field.subject"), fz_fields_get (entry, "field.content"));
    for (guint f = 0; f < fz_fields_count (entry, "attachment"); f++) {
      g_autofree char *name = file_name (entry, f);

      add_pair (table, fz_fields_get_at (entry, "attachment", f, "name"), name);
    }
  }
  return n;
}

static void
add_section (FzReport *report, Bundle *self, guint row)
{
  const char *code = fz_codes_get (self->sections, row, "code"), *label = fz_codes_get (self->sections, row, "label"), *from = fz_codes_get (self->sections, row, "from");
  gboolean own = g_strcmp0 (from, "register") != 0;
  g_autofree char *more = own ? g_strdup_printf ("%s（说明）", label) : g_strdup (label);
  guint n = 0;

  if (g_strcmp0 (from, "institution") == 0)
    n = add_institution (report, self, label) ? 1 : 0;
  else if (g_strcmp0 (from, "staff") == 0)
    n = add_staff (report, self, label);
  else if (g_strcmp0 (from, "departments") == 0)
    n = add_departments (report, self, label);
  else if (g_strcmp0 (from, "fees") == 0)
    n = add_fees (report, self, label);
  n += add_texts (report, self, code, more);
  if (n == 0 && fz_codes_field_has (self->sections, row, "must", self->place))
    g_ptr_array_add (self->missing, g_strdup (label));
}

static FzReport *
build (Bundle *self)
{
  g_auto (FzChinese) chinese G_GNUC_UNUSED = fz_chinese_begin ();
  gint64 now_us = fz_session_now_us (self->session);
  FzReportFrame frame = { .institution = fz_fields_get (self->institution, "organ.name"), .made_by = self->session->number, .from_us = now_us,
                          .to_us = now_us + 1, .made_us = now_us, .documents = self->documents, .audit_size = self->audit_size,
                          .demo = self->session->desk->demo };
  FzReport *report = fz_report_new ("互联网诊疗信息公示", &frame);

  report->open = TRUE;
  for (guint i = 0; i < fz_codes_get_n (self->sections); i++)
    add_section (report, self, i);
  return report;
}

/* --- the folder --- */

static gboolean
audit_bundle (FzTxn *txn, gpointer data, GError **error)
{
  Bundle *self = data;

  return fz_session_audit (self->session, txn, "publication.export", "register", REGISTER, "done", self->list_sha256, NULL, error);
}

static GBytes *
draw (const FzReport *report, char **out_page, GError **error)
{
  g_auto (FzChinese) chinese G_GNUC_UNUSED = fz_chinese_begin ();

  *out_page = fz_report_to_html (report);
  return fz_report_to_pdf (report, error);
}

static gboolean
fill (Bundle *self, const FzReport *report, FzPackage *package, GError **error)
{
  g_autofree char *page = NULL;
  g_autoptr (GBytes) paper = draw (report, &page, error);

  if (paper == NULL || !fz_package_add_text (package, "index.html", page, error) ||
      !fz_package_add (package, "publication.pdf", g_bytes_get_data (paper, NULL), g_bytes_get_size (paper), 0600, error))
    return FALSE;
  for (guint i = 0; i < self->names->len; i++) {
    if (g_cancellable_set_error_if_cancelled (self->stop, error) ||
        !fz_package_add_attachment (package, self->names->pdata[i], self->session->desk->store, self->sums->pdata[i], error))
      return FALSE;
    if (self->progress != NULL)
      self->progress (i + 1, self->names->len, self->data);
  }
  return !g_cancellable_set_error_if_cancelled (self->stop, error);
}

/* In the log first, then in its place: of what did not come to its place a second entry says so. */
static FzFields *
write_out (Bundle *self, const FzReport *report, const char *folder, GError **error)
{
  g_autoptr (FzPackage) package = fz_package_begin (folder, error);
  g_autofree char *list = package != NULL && fill (self, report, package, error) ? fz_package_close_list (package, error) : NULL;
  g_autoptr (GError) why = NULL;
  FzFields *made;

  self->list_sha256 = list;
  if (list == NULL || !fz_store_run (self->session->desk->store, FZ_TXN_RECORD, audit_bundle, self, error))
    return NULL;
  if (!fz_package_keep (package, &why)) {
    fz_session_fail (self->session, "publication.export", "register", REGISTER, g_steal_pointer (&why), error);
    return NULL;
  }
  made = fz_fields_new ("fuzhen.publication/v1");
  fz_fields_set (made, "folder", folder);
  fz_fields_set (made, "list_sha256", list);
  fz_fields_set_int (made, "n_sections", report->tables->len);
  fz_fields_set_int (made, "n_staff", self->staff->len);
  fz_fields_set_int (made, "n_files", fz_package_get_n (package));
  return fz_fields_freeze (made);
}

FzFields *
fz_desk_export_publication (FzSession *session, const char *folder, GCancellable *stop, void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data,
                            GError **error)
{
  g_auto (Bundle) self = { .session = session, .stop = stop, .progress = progress, .data = data, .staff = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref),
                           .entries = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), .fees = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), .names = g_ptr_array_new_with_free_func (g_free),
                           .sums = g_ptr_array_new_with_free_func (g_free), .missing = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (FzReport) report = NULL;
  g_autofree char *missing = NULL;

  if (!fz_session_may (session, "publication.export", "register", REGISTER, error))
    return NULL;
  self.sections = fz_knowledge_codes (session->desk->knowledge, "publication");
  self.place = fz_fields_get (session->desk->institution, "jurisdiction");
  self.place = self.place != NULL ? self.place : "tianjin";
  self.today = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_all, &self, error))
    return NULL;
  report = build (&self);
  if (self.missing->len == 0)
    return write_out (&self, report, folder, error);
  g_ptr_array_add (self.missing, NULL);
  missing = g_strjoinv (_ ("、"), (char **) self.missing->pdata);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("公示内容不全，没有制作：缺少%s。请在台账“公示内容”中拟稿并审核通过，收费登记在台账“收费项目与标准”，或在“人员”页补登机构和人员资料。"), missing);
  return NULL;
}
