/* A patient's copy of the records (病历复制), as asked for by an entry of the register: the package, and the entry that says it was given, by one signature. */
#include "app/exchange.h"

#include "app/registers.h"
#include "app/sheet.h"
#include "core/date.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>

#define COPIES "record-copy"
#define GIVE "give"

typedef struct {
  const char *id;
  FzFields *entry;
} Copy;

static void
copy_clear (Copy *copy)
{
  g_clear_pointer (&copy->entry, fz_fields_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Copy, copy_clear)

static gboolean
read_entry (FzTxn *txn, gpointer data, GError **error)
{
  Copy *copy = data;

  copy->entry = fz_entries_get (txn, copy->id, error);
  return copy->entry != NULL;
}

/* Before anything is made: a package that nobody may hand over is not made. */
static gboolean
may_be_given (const FzRegister *reg, const FzFields *entry, const char *way, GError **error)
{
  const FzRegisterField *field = fz_register_find_field (reg, "way");
  const char *id = fz_fields_get (entry, "entry.id"), *problem = way != NULL ? fz_register_problem_of (field, way) : _ ("请选择。");

  if (!g_str_equal (fz_fields_get (entry, "entry.register"), COPIES)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("%s 不是病历复制申请。"), id);
    return FALSE;
  }
  if (!fz_register_move_allowed (fz_register_find_move (reg, GIVE), fz_fields_get (entry, "entry.state"), FZ_ROLE_DESK)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("申请 %s 的状态是“%s”，不能再提供；如须再次复制，请另行登记申请。"), id, fz_fields_get (entry, "entry.state_label"));
    return FALSE;
  }
  if (problem == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, "%s：%s", field->label, problem);
  return FALSE;
}

static FzFields *
ask_of (const FzFields *entry)
{
  FzFields *ask = fz_fields_new ("fuzhen.record_ask/v1");

  fz_fields_set (ask, g_strcmp0 (fz_fields_get (entry, "field.range"), "patient") == 0 ? "patient" : "visit", fz_fields_get (entry, "field.visit"));
  fz_fields_set_bool (ask, "full", TRUE);
  fz_fields_set (ask, "sensitive", fz_fields_is_yes (entry, "field.sensitive") ? "yes" : NULL);
  fz_fields_set (ask, "entry", fz_fields_get (entry, "entry.id"));
  return ask;
}

/* Signed words are always Chinese. */
static FzFields *
values_of (FzSession *session, const FzFields *made, const char *way)
{
  FzFields *values = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *day = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  g_autofree char *content = g_strdup_printf ("就诊%s次、签名文书%s份的 PDF、JSON 和 XML，共%s个文件", fz_fields_get (made, "n_visits"), fz_fields_get (made, "n_documents"),
                                              fz_fields_get (made, "n_files"));
  g_autofree char *whole = g_str_equal (fz_fields_get (made, "n_left_out"), "0")
                               ? g_strdup (content)
                               : g_strdup_printf ("%s；另有%s次特别敏感的就诊未包含", content, fz_fields_get (made, "n_left_out"));

  fz_fields_set (values, "field.given_on", day);
  fz_fields_set (values, "field.way", way);
  fz_fields_set (values, "field.content", whole);
  fz_fields_set (values, "field.grant", fz_fields_get (made, "grant"));
  fz_fields_set (values, "field.sha256", fz_fields_get (made, "files_sha256"));
  return values;
}

FzSheet *
fz_desk_prepare_record_copy (FzSession *session, const char *id, const char *way, const char *folder, GCancellable *cancellable,
                             void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  const FzRegister *reg = fz_register_open (session, "record.copy", COPIES, id, error);
  g_auto (Copy) copy = { .id = id };
  g_autoptr (FzFields) ask = NULL, made = NULL, values = NULL;
  g_autoptr (FzPackage) package = NULL;
  FzSheet *sheet;

  if (reg == NULL || !fz_store_run (session->desk->store, FZ_TXN_READ, read_entry, &copy, error) || !may_be_given (reg, copy.entry, way, error))
    return NULL;
  ask = ask_of (copy.entry);
  package = fz_exchange_pack (session, ask, folder, cancellable, progress, data, &made, error);
  if (package == NULL)
    return NULL;
  values = values_of (session, made, way);
  sheet = fz_register_prepare (session, reg, copy.entry, GIVE, values, error);
  if (sheet != NULL) {
    sheet->package = g_steal_pointer (&package);
    sheet->asked = g_steal_pointer (&ask);
    sheet->made = g_steal_pointer (&made);
  }
  return sheet;
}
