/* Files of the registers that leave the program: what was attached to an entry, and a whole register as a table (台账导出). Each is an act of
 * its own in the audit. */
#include "app/grant.h"
#include "app/owner.h"
#include "app/registers.h"

#include "app/out_file.h"
#include "app/paper/report.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>

/* --- an attachment --- */

typedef struct {
  FzSession *session;
  const char *id;
  guint index;
  GBytes *bytes;
  gboolean denied;
} Fetch;

static gboolean
fetch (FzTxn *txn, gpointer data, GError **error)
{
  Fetch *ask = data;
  g_autoptr (FzFields) entry = fz_entries_get (txn, ask->id, error), seen = NULL;
  const char *sha256;

  if (entry == NULL || !fz_register_see (ask->session, txn, entry, &seen, error))
    return FALSE;
  ask->denied = seen == NULL;
  if (ask->denied)
    return fz_session_audit (ask->session, txn, "register.attachment", "entry", ask->id, "denied", NULL, NULL, error);
  sha256 = fz_fields_get_at (seen, "attachment", ask->index, "sha256");
  if (sha256 == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("台账条目 %s 没有这个附件。"), ask->id);
    return FALSE;
  }
  ask->bytes = fz_attachment_get (txn, sha256, NULL, error);
  return ask->bytes != NULL && fz_session_audit (ask->session, txn, "register.attachment", "entry", ask->id, "done", sha256, NULL, error);
}

gboolean
fz_desk_save_attachment (FzSession *session, const char *id, guint index, const char *path, GError **error)
{
  Fetch ask = { .session = session, .id = id, .index = index };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) why = NULL;
  gboolean done;

  if (fz_register_open (session, "register.read", fz_register_of_entry (session->desk, id), id, error) == NULL)
    return FALSE;
  done = fz_store_run (session->desk->store, FZ_TXN_RECORD, fetch, &ask, error);
  bytes = ask.bytes;
  if (!done)
    return FALSE;
  if (ask.denied) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这一条由其他人上报，您不能查看。此次尝试已记入审计。"));
    return FALSE;
  }
  return fz_out_file_save (bytes, path, &why) || fz_session_fail (session, "register.attachment", "entry", id, g_steal_pointer (&why), error);
}

/* --- a register as a table --- */

typedef struct {
  FzSession *session;
  const FzRegister *reg;
  const char *format;
  const FzFields *scope; /* what a second person has to have granted */
  GPtrArray *entries, *staff;
  guint64 documents, audit_size;
  gboolean former; /* some hold what the register has no field for any more */
} Export;

/* A table that left something out would not say what was signed. */
static gboolean
read_former (FzTxn *txn, Export *self, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const FzFields *entry = self->entries->pdata[i];
    g_autofree char *subject = g_strconcat ("@", fz_fields_get (entry, "entry.id"), NULL);
    g_autoptr (GPtrArray) documents = NULL;
    FzFields *whole;

    if (!fz_register_has_former (self->reg, entry))
      continue;
    documents = fz_documents_of_visit (txn, subject, error);
    if (documents == NULL)
      return FALSE;
    whole = fz_fields_dup (entry, NULL);
    fz_register_put_former (self->reg, entry, documents, whole);
    fz_fields_unref (self->entries->pdata[i]);
    self->entries->pdata[i] = whole;
    self->former = TRUE;
  }
  return TRUE;
}

static gboolean
read_export (FzTxn *txn, gpointer data, GError **error)
{
  Export *self = data;
  FzHash root;

  if (!fz_grant_use (self->session, txn, "export", self->scope, NULL, error) || !fz_documents_newest (txn, &self->documents, error) ||
      !fz_audit_head (txn, &self->audit_size, &root, NULL, error))
    return FALSE;
  self->entries = fz_entries_all (txn, fz_register_get_name (self->reg), FALSE, error);
  self->staff = self->entries != NULL ? fz_staff_list (txn, error) : NULL;
  return self->staff != NULL && read_former (txn, self, error) &&
         fz_session_audit (self->session, txn, "register.export", "register", fz_register_get_name (self->reg), "done", self->format, NULL, error);
}

static FzValueType
type_of (const FzRegisterField *field)
{
  if (field->kind == FZ_FIELD_DAY)
    return FZ_VALUE_DATE;
  return field->kind == FZ_FIELD_NUMBER ? FZ_VALUE_INTEGER : FZ_VALUE_TEXT;
}

static FzReportTable *
add_table (FzReport *report, const FzRegister *reg, gboolean former)
{
  FzReportTable *table = fz_report_add_table (report, fz_register_get_title (reg), FZ_CHART_NONE, _ ("编号"), FZ_VALUE_TEXT, _ ("状态"), FZ_VALUE_TEXT,
                                              _ ("登记日期"), FZ_VALUE_DATE, _ ("登记人"), FZ_VALUE_TEXT, _ ("期限"), FZ_VALUE_DATE, NULL);

  for (guint i = 0; i < fz_register_get_n_fields (reg); i++)
    fz_report_add_column (table, fz_register_get_field (reg, i)->label, type_of (fz_register_get_field (reg, i)));
  if (former)
    fz_report_add_column (table, _ ("以前的栏目"), FZ_VALUE_TEXT);
  return table;
}

static void
set_day (FzReportCell *cell, const char *day)
{
  FzDate date;

  if (day != NULL && fz_date_parse (day, &date, NULL))
    fz_report_cell_set (cell, fz_date_to_days (date));
}

static void
set_value (FzReportCell *cell, const FzRegisterField *field, const FzFields *entry)
{
  g_autofree char *key = g_strconcat ("field.", field->key, NULL), *text = NULL;
  const char *value = fz_fields_get (entry, key);

  if (value == NULL)
    return;
  text = fz_register_show (field, value);
  if (type_of (field) == FZ_VALUE_DATE)
    set_day (cell, value);
  else if (type_of (field) == FZ_VALUE_INTEGER)
    fz_report_cell_set (cell, g_ascii_strtoll (value, NULL, 10));
  else
    fz_report_cell_set_text (cell, text);
}

static void
set_former (FzReportCell *cell, const FzFields *entry)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (entry, "former"); i++)
    g_string_append_printf (text, "%s%s：%s", i > 0 ? "；" : "", fz_fields_get_at (entry, "former", i, "label"), fz_fields_get_at (entry, "former", i, "text"));
  if (text->len > 0)
    fz_report_cell_set_text (cell, text->str);
}

static void
add_row (FzReportTable *table, const Export *self, const FzFields *entry)
{
  FzReportCell *cells = fz_report_add_row (table);
  g_autoptr (FzFields) due = fz_fields_new ("fuzhen.due/v1");
  g_autofree char *opened = NULL;
  gint64 us = 0;

  fz_fields_get_time (entry, "entry.opened_at", &us);
  opened = fz_date_format (fz_date_in_beijing (us));
  fz_register_put_due (self->reg, entry, self->session->desk->calendar, due);
  fz_report_cell_set_text (&cells[0], fz_fields_get (entry, "entry.id"));
  fz_report_cell_set_text (&cells[1], fz_fields_get (entry, "entry.state_label"));
  set_day (&cells[2], opened);
  fz_report_cell_set_text (&cells[3], fz_fields_get (entry, "entry.opened_by"));
  set_day (&cells[4], fz_fields_get_at (due, "due", 0, "on"));
  for (guint i = 0; i < fz_register_get_n_fields (self->reg); i++) {
    const FzRegisterField *field = fz_register_get_field (self->reg, i);

    if (!field->common)
      set_value (&cells[5 + i], field, entry);
    else if (fz_owner_name (self->reg, entry, self->staff) != NULL)
      fz_report_cell_set_text (&cells[5 + i], fz_owner_name (self->reg, entry, self->staff));
  }
  if (self->former)
    set_former (&cells[5 + fz_register_get_n_fields (self->reg)], entry);
}

static FzReport *
make_report (const Export *self)
{
  FzSession *session = self->session;
  g_autofree char *made_by = g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name"));
  gint64 now_us = fz_session_now_us (session), from_us = now_us;
  FzReportFrame frame = { .institution = fz_fields_get (session->desk->institution, "organ.name"), .made_by = made_by, .made_us = now_us,
                          .documents = self->documents, .audit_size = self->audit_size, .demo = session->desk->demo };
  FzReport *report;
  FzReportTable *table;

  if (self->entries->len > 0)
    fz_fields_get_time (self->entries->pdata[0], "entry.opened_at", &from_us);
  frame.from_us = from_us;
  frame.to_us = now_us + 1;
  report = fz_report_new (fz_register_get_title (self->reg), &frame);
  table = add_table (report, self->reg, self->former);
  for (guint i = 0; i < self->entries->len; i++)
    add_row (table, self, self->entries->pdata[i]);
  return report;
}

gboolean
fz_desk_export_register (FzSession *session, const char *name, const char *format, const char *path, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL, staff = NULL;
  Export self = { .session = session, .format = format };
  g_autoptr (FzReport) report = NULL;
  g_autoptr (FzFields) scope = fz_fields_new ("fuzhen.scope/v1");
  gboolean good;

  self.reg = fz_register_open (session, "register.export", name, name, error);
  if (self.reg == NULL)
    return FALSE;
  if (g_strcmp0 (format, "csv") != 0 && g_strcmp0 (format, "xlsx") != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("台账不能导出为“%s”；请选择 csv 或 xlsx。"), format);
    return FALSE;
  }
  /* Everybody's entries at once leave the store: nobody does that alone. A single attachment or an entry on the screen is everyday work. */
  fz_fields_set (scope, "report", "register");
  fz_fields_set (scope, "subject", name);
  self.scope = scope;
  good = fz_grant_check (session, FZ_GRANT_EXPORT, scope, error) && fz_store_run (session->desk->store, FZ_TXN_RECORD, read_export, &self, error);
  entries = self.entries;
  staff = self.staff;
  if (!good)
    return FALSE;
  report = make_report (&self);
  return fz_report_write (report, format, path, error);
}
