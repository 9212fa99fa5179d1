/* The package of one duty (门户填报材料): a folder with the portal's columns as a table, the files to upload beside it, and what to do. */
#include "app/portal.h"

#include "app/package.h"
#include "app/paper/report.h"
#include "app/registers.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/profile.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  FzSession *session;
  const char *id;
  const FzPortalDuty *duty;
  FzFields *entry, *origin, *institution;
  GPtrArray *subjects;  /* FzFields: one row of the table each */
  GPtrArray *files;     /* FzFields name, sha256, of people also number: whose it is */
  guint64 documents, audit_size;
  GCancellable *stop;
  void (*progress) (guint64 done, guint64 total, gpointer data);
  gpointer data;
} Export;

static void
export_clear (Export *self)
{
  g_clear_pointer (&self->entry, fz_fields_unref);
  g_clear_pointer (&self->origin, fz_fields_unref);
  g_clear_pointer (&self->institution, fz_fields_unref);
  g_clear_pointer (&self->subjects, g_ptr_array_unref);
  g_clear_pointer (&self->files, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

/* --- what it is about --- */

/* Fields of the entry that it came from, in words. */
static FzFields *
facts_of_origin (FzDesk *desk, const FzFields *origin)
{
  FzFields *facts = fz_fields_new ("fuzhen.portal_row/v1");
  const FzRegister *reg = NULL;

  for (guint i = 0; reg == NULL && i < desk->registers->len; i++)
    if (g_strcmp0 (fz_register_get_name (desk->registers->pdata[i]), fz_fields_get (origin, "entry.register")) == 0)
      reg = desk->registers->pdata[i];
  fz_fields_set (facts, "entry.id", fz_fields_get (origin, "entry.id"));
  for (guint i = 0; reg != NULL && i < fz_register_get_n_fields (reg); i++) {
    const FzRegisterField *field = fz_register_get_field (reg, i);
    g_autofree char *from = g_strconcat ("field.", field->key, NULL), *to = g_strconcat ("entry.", field->key, NULL);
    g_autofree char *text = fz_fields_has (origin, from) ? fz_register_show (field, fz_fields_get (origin, from)) : NULL;

    fz_fields_set (facts, to, text);
  }
  return facts;
}

static gboolean
read_staff (FzTxn *txn, Export *self, GError **error)
{
  g_auto (GStrv) numbers = g_strsplit (fz_fields_get (self->entry, "field.subjects"), " ", -1);

  for (guint i = 0; numbers[i] != NULL; i++) {
    g_autoptr (FzFields) person = fz_staff_get (txn, numbers[i], error);

    if (person == NULL)
      return FALSE;
    g_ptr_array_add (self->subjects, fz_portal_staff (self->session->desk, person, fz_date_in_beijing (fz_txn_now_us (txn))));
  }
  return TRUE;
}

static void
read_departments (Export *self)
{
  for (guint i = 0; i < fz_fields_count (self->institution, "department"); i++) {
    FzFields *row = fz_fields_new ("fuzhen.portal_row/v1");
    const char *physical = fz_fields_get_at (self->institution, "department", i, "physical");

    fz_fields_set (row, "department.code", fz_fields_get_at (self->institution, "department", i, "code"));
    fz_fields_set (row, "department.name", fz_fields_get_at (self->institution, "department", i, "name"));
    fz_fields_set (row, "department.kind", "临床");
    if (physical != NULL)
      fz_fields_set (row, "department.physical", g_str_equal (physical, "yes") ? "是" : "否");
    g_ptr_array_add (self->subjects, row);
  }
}

static gboolean
read_origin (FzTxn *txn, Export *self, GError **error)
{
  self->origin = fz_entries_get (txn, fz_fields_get (self->entry, "field.origin"), error);
  if (self->origin == NULL)
    return FALSE;
  g_ptr_array_add (self->subjects, facts_of_origin (self->session->desk, self->origin));
  return TRUE;
}

static gboolean
read_subjects (FzTxn *txn, Export *self, GError **error)
{
  if (self->duty->source == FZ_PORTAL_STAFF)
    return read_staff (txn, self, error);
  if (self->duty->source == FZ_PORTAL_REGISTER)
    return read_origin (txn, self, error);
  read_departments (self);
  return TRUE;
}

/* Receipts are of what was filed or reported, not to be filed. */
static gboolean
is_receipt (GPtrArray *documents, const char *sha256)
{
  static const char *const moves[] = { "file", "report", NULL };

  for (guint d = 0; documents != NULL && d < documents->len; d++) {
    const FzFields *body = ((FzDocument *) documents->pdata[d])->body;

    for (guint i = 0; g_strv_contains (moves, fz_fields_get (body, "move")) && i < fz_fields_count (body, "attachment"); i++)
      if (g_strcmp0 (fz_fields_get_at (body, "attachment", i, "sha256"), sha256) == 0)
        return TRUE;
  }
  return FALSE;
}

/* `number`: whose files these are; NULL: of the whole duty. */
static void
add_files (Export *self, const FzFields *entry, GPtrArray *documents, const char *number)
{
  for (guint i = 0; entry != NULL && i < fz_fields_count (entry, "attachment"); i++) {
    const char *sha256 = fz_fields_get_at (entry, "attachment", i, "sha256");
    FzFields *file;

    if (is_receipt (documents, sha256))
      continue;
    file = fz_fields_new ("fuzhen.file/v1");
    fz_fields_set (file, "name", fz_fields_get_at (entry, "attachment", i, "name"));
    fz_fields_set (file, "sha256", sha256);
    fz_fields_set (file, "number", number);
    g_ptr_array_add (self->files, file);
  }
}

static void
add_files_of_people (Export *self, const FzRegister *reg, GPtrArray *entries)
{
  for (guint r = 0; r < self->subjects->len; r++) {
    const char *number = fz_fields_get (self->subjects->pdata[r], "staff.number");
    gboolean left = fz_fields_has (self->subjects->pdata[r], "staff.left_at");

    for (guint i = 0; i < entries->len; i++)
      if (fz_register_is_about (reg, entries->pdata[i], number) && (left || !fz_fields_is_yes (entries->pdata[i], "entry.ended")))
        add_files (self, entries->pdata[i], NULL, number);
  }
}

/* Photo and certificates lie where each person is registered: in the entry that is open, of who left in those that were. */
static gboolean
read_files_of_people (FzTxn *txn, Export *self, GError **error)
{
  GPtrArray *registers = self->session->desk->registers;

  for (guint i = 0; self->duty->source == FZ_PORTAL_STAFF && i < registers->len; i++) {
    const FzRegister *reg = registers->pdata[i];
    g_autoptr (GPtrArray) entries = NULL;

    if (fz_register_get_holder (reg) != FZ_HOLDER_STAFF || !fz_register_is_single (reg))
      continue;
    entries = fz_entries_all (txn, fz_register_get_name (reg), FALSE, error);
    if (entries == NULL)
      return FALSE;
    add_files_of_people (self, reg, entries);
  }
  return TRUE;
}

static gboolean
read_all (FzTxn *txn, gpointer data, GError **error)
{
  Export *self = data;
  g_autofree char *subject = g_strconcat ("@", self->id, NULL), *source = NULL;
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error), of_origin = NULL;
  FzHash root;

  self->entry = documents != NULL ? fz_entries_get (txn, self->id, error) : NULL;
  self->duty = self->entry != NULL ? fz_portal_find (self->session->desk->portal, fz_fields_get (self->entry, "field.kind")) : NULL;
  if (self->entry == NULL)
    return FALSE;
  if (self->duty == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("%s 的填报事项在现行资料中已不存在，不能导出。"), self->id);
    return FALSE;
  }
  self->institution = fz_profile_get (txn, "institution", error);
  if (self->institution == NULL || !read_subjects (txn, self, error))
    return FALSE;
  if (self->origin != NULL) {
    source = g_strconcat ("@", fz_fields_get (self->origin, "entry.id"), NULL);
    of_origin = fz_documents_of_visit (txn, source, error);
    if (of_origin == NULL)
      return FALSE;
  }
  add_files (self, self->origin, of_origin, NULL);
  add_files (self, self->entry, documents, NULL);
  return read_files_of_people (txn, self, error) && fz_documents_newest (txn, &self->documents, error) && fz_audit_head (txn, &self->audit_size, &root, NULL, error);
}

static gboolean
begin (Export *self, FzSession *session, const char *id, const char *right, GError **error)
{
  self->session = session;
  self->id = id;
  self->subjects = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  return fz_session_may (session, right, "entry", id, error) &&
         fz_store_run (session->desk->store, FZ_TXN_READ, read_all, self, error);
}

/* --- the columns --- */

static guint
count_files (const Export *self, const char *number)
{
  guint n = 0;

  for (guint i = 0; i < self->files->len; i++) {
    const char *whose = fz_fields_get (self->files->pdata[i], "number");

    n += whose == NULL || g_strcmp0 (whose, number) == 0;
  }
  return n;
}

/* What stands in this column of this row; NULL: nothing. (transfer full) */
static char *
value_of (const Export *self, const FzPortalColumn *column, const FzFields *row)
{
  if (g_str_equal (column->from, "@now")) {
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (fz_session_now_us (self->session) / G_USEC_PER_SEC);
    g_autoptr (GDateTime) here = g_date_time_add_hours (utc, 8);

    return g_date_time_format (here, "%Y-%m-%d %H:%M:%S");
  }
  if (g_str_equal (column->from, "@files")) {
    guint n = count_files (self, fz_fields_get (row, "staff.number"));

    return n > 0 ? g_strdup_printf ("见附件（%u个）", n) : NULL;
  }
  return g_strdup (fz_fields_get (g_str_has_prefix (column->from, "organ.") ? self->institution : row, column->from));
}

/* Labels of needed columns that are empty in some row, each with whose it is. */
static GPtrArray *
missing_of (const Export *self)
{
  GPtrArray *missing = g_ptr_array_new_with_free_func (g_free);

  for (guint r = 0; r < self->subjects->len; r++)
    for (guint i = 0; i < self->duty->columns->len; i++) {
      const FzPortalColumn *column = &g_array_index (self->duty->columns, FzPortalColumn, i);
      const FzFields *row = self->subjects->pdata[r];
      g_autofree char *value = column->needed ? value_of (self, column, row) : NULL;
      gboolean of_each = g_str_equal (column->from, "@files") && fz_fields_has (row, "staff.number");
      gboolean shared = (column->from[0] == '@' && !of_each) || g_str_has_prefix (column->from, "organ.");

      if (!column->needed || value != NULL || (shared && r > 0))
        continue;
      g_ptr_array_add (missing, shared || !fz_fields_has (row, "staff.name")
                                  ? g_strdup (column->label)
                                  : g_strdup_printf ("%s %s：%s", fz_fields_get (row, "staff.number"), fz_fields_get (row, "staff.name"), column->label));
    }
  return missing;
}

FzFields *
fz_desk_check_portal (FzSession *session, const char *id, GError **error)
{
  g_auto (Export) self = { 0 };
  g_autoptr (GPtrArray) missing = NULL;
  FzFields *facts;

  if (!begin (&self, session, id, "portal.read", error) || !fz_session_look (session, "portal.read", "entry", id, error))
    return NULL;
  missing = missing_of (&self);
  facts = fz_fields_new ("fuzhen.portal_check/v1");
  fz_fields_set (facts, "id", id);
  fz_fields_set (facts, "kind", self.duty->word);
  fz_fields_set (facts, "label", self.duty->label);
  fz_fields_set (facts, "label_en", self.duty->label_en);
  fz_fields_set (facts, "files", self.duty->files);
  fz_fields_set (facts, "files_en", self.duty->files_en);
  fz_fields_set_int (facts, "n_rows", self.subjects->len);
  fz_fields_set_int (facts, "n_files", self.files->len);
  fz_fields_set_int (facts, "n_missing", missing->len);
  for (guint i = 0; i < missing->len && i < 100; i++)
    fz_fields_set_at (facts, "missing", i, NULL, missing->pdata[i]);
  return fz_fields_freeze (facts);
}

/* --- the folder --- */

static FzReport *
make_report (const Export *self)
{
  FzSession *session = self->session;
  g_autofree char *made_by = g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name"));
  gint64 now_us = fz_session_now_us (session);
  FzReportFrame frame = { .institution = fz_fields_get (session->desk->institution, "organ.name"), .made_by = made_by, .from_us = now_us, .to_us = now_us + 1,
                          .made_us = now_us, .documents = self->documents, .audit_size = self->audit_size, .demo = session->desk->demo };
  FzReport *report = fz_report_new (self->duty->label, &frame);
  FzReportTable *table = fz_report_add_table (report, self->duty->label, FZ_CHART_NONE, _ ("序号"), FZ_VALUE_INTEGER, NULL);

  for (guint i = 0; i < self->duty->columns->len; i++) {
    const FzPortalColumn *column = &g_array_index (self->duty->columns, FzPortalColumn, i);
    g_autofree char *title = g_strdup_printf ("%s %s", column->label, column->key);

    fz_report_add_column (table, title, FZ_VALUE_TEXT);
  }
  for (guint r = 0; r < self->subjects->len; r++) {
    FzReportCell *cells = fz_report_add_row (table);

    fz_report_cell_set (&cells[0], r + 1);
    for (guint i = 0; i < self->duty->columns->len; i++) {
      g_autofree char *value = value_of (self, &g_array_index (self->duty->columns, FzPortalColumn, i), self->subjects->pdata[r]);

      if (value != NULL)
        fz_report_cell_set_text (&cells[i + 1], value);
    }
  }
  return report;
}

static gboolean
add_table (const FzReport *report, const char *format, const char *folder, const char *id, FzPackage *package, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", id, format), *path = g_build_filename (folder, name, NULL), *content = NULL;
  gsize n = 0;
  gboolean done = fz_report_write (report, format, path, error) && g_file_get_contents (path, &content, &n, error) &&
                  fz_package_add (package, name, content, n, 0600, error);

  g_unlink (path);
  return done;
}

/* For people and for machines. */
static gboolean
add_tables (const Export *self, FzPackage *package, GError **error)
{
  g_autoptr (FzReport) report = make_report (self);
  g_autofree char *folder = g_dir_make_tmp ("fuzhen-portal-XXXXXX", error);
  gboolean done = folder != NULL && add_table (report, "xlsx", folder, self->id, package, error) && add_table (report, "csv", folder, self->id, package, error);

  if (folder != NULL)
    g_rmdir (folder);
  return done;
}

/* The ending alone is kept of a name: others may hold what no portal takes. */
static char *
name_of_file (const Export *self, guint i)
{
  const char *name = fz_fields_get (self->files->pdata[i], "name"), *dot = strrchr (name, '.');
  gboolean plain = dot != NULL && strlen (dot) > 1 && strlen (dot) <= 6;

  for (const char *c = plain ? dot + 1 : ""; *c != '\0'; c++)
    plain = plain && g_ascii_isalnum (*c);
  return g_strdup_printf ("files/%02u%s", i + 1, plain ? dot : "");
}

static char *
guide_of (const Export *self)
{
  GString *text = g_string_new (NULL);
  const char *until = fz_fields_get (self->entry, "field.due_on");

  g_string_append_printf (text, "门户填报材料　%s　%s\n\n", self->id, self->duty->label);
  g_string_append_printf (text, "内容　%s\n来源　%s\n起算　%s\n", fz_fields_get (self->entry, "field.subject"), fz_fields_get (self->entry, "field.origin"),
                          fz_fields_get (self->entry, "field.from_on"));
  if (until != NULL)
    g_string_append_printf (text, "期限　%s\n", until);
  else
    g_string_append_printf (text, "期限　%s个工作日\n", fz_fields_get (self->entry, "field.term"));
  g_string_append_printf (text, "依据　%s\n\n", fz_fields_get (self->entry, "field.basis"));
  g_string_append_printf (text, "1. 登录监管平台门户，按 %s.xlsx 逐栏填报。\n2. 上传 files 里的文件%s%s。\n3. 保存平台回执，回到本系统登记回执和受理编号。\n\n附件\n", self->id,
                          self->duty->files != NULL ? "；须有：" : "", self->duty->files != NULL ? self->duty->files : "");
  for (guint i = 0; i < self->files->len; i++) {
    g_autofree char *name = name_of_file (self, i);

    const char *number = fz_fields_get (self->files->pdata[i], "number");

    g_string_append_printf (text, "%s　%s%s%s　SHA-256 %s\n", name, number != NULL ? number : "", number != NULL ? " " : "", fz_fields_get (self->files->pdata[i], "name"),
                            fz_fields_get (self->files->pdata[i], "sha256"));
  }
  if (self->files->len == 0)
    g_string_append (text, "（没有附件）\n");
  return g_string_free (text, FALSE);
}

/* The hash of the list of files; NULL with error. */
static char *
fill (const Export *self, FzPackage *package, GError **error)
{
  g_autofree char *guide = guide_of (self);

  if (!add_tables (self, package, error) || !fz_package_add_text (package, "README.txt", guide, error))
    return NULL;
  for (guint i = 0; i < self->files->len; i++) {
    g_autofree char *name = name_of_file (self, i);

    if (g_cancellable_set_error_if_cancelled (self->stop, error) ||
        !fz_package_add_attachment (package, name, self->session->desk->store, fz_fields_get (self->files->pdata[i], "sha256"), error))
      return NULL;
    if (self->progress != NULL)
      self->progress (i + 1, self->files->len, self->data);
  }
  if (g_cancellable_set_error_if_cancelled (self->stop, error))
    return NULL;
  return fz_package_close_list (package, error);
}

/* --- the act --- */

typedef struct {
  const Export *export;
  const char *list_sha256;
} Note;

static gboolean
note_export (FzTxn *txn, gpointer data, GError **error)
{
  const Note *what = data;
  const Export *self = what->export;
  g_autoptr (FzFields) now = fz_entries_get (txn, self->id, error), values = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *on = fz_date_format (fz_date_in_beijing (fz_txn_now_us (txn)));
  const char *move = now != NULL && g_strcmp0 (fz_fields_get (now, "entry.state"), "returned") == 0 ? "export_again" : "export";

  if (now == NULL)
    return FALSE;
  if (!fz_fields_equal (now, self->entry)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这一条刚刚已有新的办理记录，请重新打开后再办理。"));
    return FALSE;
  }
  fz_fields_set (values, "field.exported_on", on);
  fz_fields_set (values, "field.package", what->list_sha256);
  return fz_portal_put (self->session->desk, txn, now, move, values, error) &&
         fz_session_audit (self->session, txn, "portal.export", "entry", self->id, "done", what->list_sha256, NULL, error) && fz_audit_checkpoint (txn, error);
}

static gboolean
check_ready (const Export *self, GError **error)
{
  const char *state = fz_fields_get (self->entry, "entry.state");
  g_autoptr (GPtrArray) missing = missing_of (self);
  g_autoptr (GString) names = g_string_new (NULL);

  if (!g_str_equal (state, "open") && !g_str_equal (state, "exported") && !g_str_equal (state, "returned")) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("%s 已填报或已办结，不再导出。"), self->id);
    return FALSE;
  }
  for (guint i = 0; i < missing->len && i < 12; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? "、" : "", (const char *) missing->pdata[i]);
  if (missing->len > 12)
    g_string_append (names, "……");
  if (missing->len == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 有%u处必填内容没有登记，不能导出：%s。请在台账或“人员”页补全；附件用“补充材料”附上。"), self->id, missing->len, names->str);
  return FALSE;
}

/* In the log first, then in its place: of what did not come to its place a second entry says so, and it can be exported again. */
FzFields *
fz_desk_export_portal (FzSession *session, const char *id, const char *folder, GCancellable *stop, void (*progress) (guint64 done, guint64 total, gpointer data),
                       gpointer data, GError **error)
{
  g_auto (Export) self = { .stop = stop, .progress = progress, .data = data };
  g_autoptr (FzPackage) package = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) why = NULL;
  Note what = { .export = &self };
  FzFields *facts;

  if (!begin (&self, session, id, "portal.export", error) || !check_ready (&self, error) || (package = fz_package_begin (folder, error)) == NULL ||
      (sha256 = fill (&self, package, error)) == NULL)
    return NULL;
  what.list_sha256 = sha256;
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, note_export, &what, error))
    return NULL;
  if (!fz_package_keep (package, &why)) {
    fz_session_fail (session, "portal.export", "entry", id, g_steal_pointer (&why), error);
    return NULL;
  }
  facts = fz_fields_new ("fuzhen.portal_export/v1");
  fz_fields_set (facts, "id", id);
  fz_fields_set (facts, "folder", folder);
  fz_fields_set (facts, "list_sha256", sha256);
  fz_fields_set_int (facts, "n_files", fz_package_get_n (package));
  return fz_fields_freeze (facts);
}
