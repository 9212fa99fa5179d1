/* Entries of an older register from a table (导入旧台账): judged line by line, shown, and signed by who takes them over; each names the file by its hash. */
#include "app/registers.h"

#include "app/kept_facts.h"
#include "app/knowledge.h"
#include "app/naming.h"
#include "app/out_file.h"
#include "app/owner.h"
#include "app/sheet.h"
#include "app/submit.h"
#include "app/table_file.h"
#include "app/training.h"
#include "core/csv.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/registers.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ROWS 200 /* one signature shows them all */
#define MAX_FILE (20 * 1024 * 1024)

/* Columns that are no fields of the register. Their words stand in the file and in the signed text: always Chinese. */
static const char *const beside[][2] = { { "old_number", "原编号" }, { "old_on", "原登记日期" }, { "old_by", "原登记人" } };
#define STATE "状态"

typedef struct {
  FzSession *session;
  const FzRegister *reg;
  char *name, *sha256; /* of the file */
  GBytes *file;
  FzCsv *csv;
  GPtrArray *rows; /* FzFields: line, state, values below field., problem.NN */
  char *earlier;   /* an entry that came from the very same file; NULL: none */
  GHashTable *taken; /* old number -> entry that was taken over with it */
  GPtrArray *ids, *staff, *open; /* open: entries that have not ended */
} Import;

static void
import_clear (Import *self)
{
  g_free (self->name);
  g_free (self->sha256);
  g_free (self->earlier);
  g_clear_pointer (&self->taken, g_hash_table_unref);
  g_clear_pointer (&self->file, g_bytes_unref);
  g_clear_pointer (&self->csv, fz_csv_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_clear_pointer (&self->staff, g_ptr_array_unref);
  g_clear_pointer (&self->open, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

/* Whoever may open an entry may take over old ones, where that makes sense: a confirmation of one's own cannot be made by another. */
static const FzRegister *
open_register (FzSession *session, const char *name, GError **error)
{
  const FzCodes *order = fz_knowledge_codes (session->desk->knowledge, "registers");
  const FzRegister *reg = fz_register_open (session, "register.import", name, name, error);
  gboolean opens = FALSE;

  for (guint i = 0; reg != NULL && i < fz_register_get_n_moves (reg); i++)
    opens = opens || fz_register_move_allowed (fz_register_get_move (reg, i), NULL, session->role);
  if (reg == NULL || (opens && g_str_equal (fz_codes_get (order, (guint) fz_codes_find_code (order, name), "old_entries"), "yes")))
    return reg;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”的条目由程序产生，或须由本人逐条确认、另一人逐条核对，不能导入旧条目。"), fz_register_get_title (reg));
  return NULL;
}

/* --- the table to be filled in --- */

static gboolean
audit_table (FzTxn *txn, gpointer data, GError **error)
{
  Import *self = data;

  self->rows = fz_kept_facts_rows (self->session->desk, txn, self->reg, error);
  return self->rows != NULL && fz_session_audit (self->session, txn, "register.table", "register", fz_register_get_name (self->reg), "done", NULL, NULL, error);
}

/* What the profile says already, to be completed and taken over; in the state in which it counts. */
static void
append_known (const FzRegister *reg, const FzFields *row, GString *csv)
{
  const char *state = fz_register_get_fact (reg, 0)->during[0];

  fz_csv_append_field (csv, fz_fields_get (row, beside[0][0]));
  g_string_append (csv, ",,,");
  fz_csv_append_field (csv, fz_register_find_state (reg, state)->label);
  for (guint i = 0; i < fz_register_get_n_fields (reg); i++) {
    const FzRegisterField *field = fz_register_get_field (reg, i);
    g_autofree char *key = g_strconcat ("field.", field->key, NULL);
    g_autofree char *text = fz_fields_has (row, key) ? fz_register_show (field, fz_fields_get (row, key)) : NULL;

    g_string_append_c (csv, ',');
    if (text != NULL)
      fz_csv_append_field (csv, text);
  }
  g_string_append (csv, "\r\n");
}

gboolean
fz_desk_save_entry_table (FzSession *session, const char *name, const char *path, GError **error)
{
  g_auto (Import) self = { .session = session, .reg = open_register (session, name, error) };
  g_autoptr (GString) csv = g_string_new ("\xef\xbb\xbf"); /* spreadsheets know the characters by it */
  g_autoptr (GError) why = NULL;

  if (self.reg == NULL || !fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_table, &self, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (beside); i++) {
    fz_csv_append_field (csv, beside[i][1]);
    g_string_append_c (csv, ',');
  }
  fz_csv_append_field (csv, STATE);
  for (guint i = 0; i < fz_register_get_n_fields (self.reg); i++) {
    g_string_append_c (csv, ',');
    fz_csv_append_field (csv, fz_register_get_field (self.reg, i)->label);
  }
  g_string_append (csv, "\r\n");
  for (guint i = 0; i < self.rows->len; i++)
    append_known (self.reg, self.rows->pdata[i], csv);
  return fz_out_file_save_text (csv->str, path, &why) || fz_session_fail (session, "register.table", "register", name, g_steal_pointer (&why), error);
}

/* --- reading --- */

static void
add_problem (FzFields *row, const char *column, const char *why)
{
  guint n = fz_fields_count (row, "problem");

  fz_fields_set_at (row, "problem", n, "column", column);
  fz_fields_set_at (row, "problem", n, "words", why);
}

static const FzRegisterState *
state_of (const FzRegister *reg, const char *text)
{
  for (guint i = 0; i < fz_register_get_n_states (reg); i++) {
    const FzRegisterState *state = fz_register_get_state (reg, i);

    if (g_str_equal (state->word, text) || g_str_equal (state->label, text))
      return state;
  }
  return NULL;
}

static void
refuse_state (const FzRegister *reg, FzFields *row)
{
  g_autoptr (GString) states = g_string_new (NULL);
  g_autofree char *why = NULL;

  for (guint i = 0; i < fz_register_get_n_states (reg); i++)
    g_string_append_printf (states, "%s%s", i > 0 ? "、" : "", fz_register_get_state (reg, i)->label);
  why = g_strdup_printf (_ ("不是这本台账的状态。可以填写：%s。"), states->str);
  add_problem (row, STATE, why);
}

static void
read_field (const Import *self, guint line, const FzRegisterField *field, GPtrArray *asked, FzFields *row)
{
  g_autofree char *key = g_strconcat ("field.", field->key, NULL), *value = NULL;
  g_autoptr (GError) why = NULL;

  value = fz_register_read_value (field, fz_csv_get (self->csv, line, field->label), &why);
  if (value == NULL)
    add_problem (row, field->label, why->message);
  else if (*value != '\0')
    fz_fields_set (row, key, value);
  else if (asked != NULL && g_strv_contains ((const char *const *) asked->pdata, field->key)) {
    g_autofree char *must = g_strdup_printf (_ ("状态为“%s”的条目必须填写。没有这一项的，请改填它实际到达的状态，导入后再继续办理。"), fz_fields_get (row, "state_label"));

    add_problem (row, field->label, must);
  }
}

static void
check_number (const Import *self, GHashTable *numbers, FzFields *row)
{
  const char *number = fz_fields_get (row, "old_number"), *entry = number != NULL ? g_hash_table_lookup (self->taken, number) : NULL;

  if (entry != NULL) {
    g_autofree char *why = g_strdup_printf (_ ("这个编号已经导入过，见 %s。如果是原台账另一册的同号条目，请在编号前写明年份或册名。"), entry);

    add_problem (row, beside[0][1], why);
  } else if (number == NULL)
    add_problem (row, beside[0][1], _ ("必须填写，用来和原台账核对。"));
  else if (!g_hash_table_add (numbers, g_strdup (number)))
    add_problem (row, beside[0][1], _ ("这个编号在文件里出现了两次。"));
}

/* What has ended stays under the name it had. */
static void
check_name (const Import *self, const FzRegisterState *state, FzFields *row)
{
  g_autofree char *problem = state->ended ? NULL : fz_naming_problem (self->session->desk, self->reg, NULL, row);

  if (problem != NULL)
    add_problem (row, fz_register_find_field (self->reg, "subject")->label, problem);
}

static void
check_training (const Import *self, FzFields *row)
{
  const char *label = NULL;
  g_autofree char *problem = fz_training_problem (self->reg, NULL, row, self->staff, &label);

  if (problem != NULL)
    add_problem (row, label, problem);
}

/* What has ended stays with whom it named, who may have left long ago. */
static void
check_owner (const Import *self, const FzRegisterState *state, FzFields *row)
{
  const char *label = NULL;
  g_autofree char *problem = state->ended ? NULL : fz_owner_problem (self->reg, row, self->staff, &label);

  if (problem != NULL)
    add_problem (row, label, problem);
}

/* What has ended says nothing any more; what has not is the only one of whom it names, in the file too. */
static void
check_kept (const Import *self, const FzRegisterState *state, GHashTable *numbers, FzFields *row)
{
  const FzRegisterField *by = fz_register_get_holder_field (self->reg);
  g_autofree char *key = by != NULL ? g_strconcat ("field.", by->key, NULL) : NULL, *mark = NULL;
  const char *label = NULL, *holder = key != NULL ? fz_fields_get (row, key) : NULL;
  g_autofree char *problem = state->ended ? NULL
                                          : fz_kept_facts_problem (self->session->desk, self->reg, NULL, row, state->word, self->open, self->staff,
                                                                   fz_date_in_beijing (fz_session_now_us (self->session)), &label);

  if (problem != NULL)
    add_problem (row, label, problem);
  if (problem != NULL || state->ended || holder == NULL || !fz_register_is_single (self->reg))
    return;
  mark = g_strconcat ("=", holder, NULL); /* beside the numbers of the older register */
  if (!g_hash_table_add (numbers, g_steal_pointer (&mark)))
    add_problem (row, by->label, _ ("文件里已有这一项的另一行，只能有一行没有办结。"));
}

static FzFields *
read_row (const Import *self, guint line, GHashTable *numbers)
{
  FzFields *row = fz_fields_new ("fuzhen.old_entry/v1");
  const FzRegisterState *state = state_of (self->reg, fz_csv_get (self->csv, line, STATE));
  g_autoptr (GPtrArray) asked = NULL;

  fz_fields_set_int (row, "line", fz_csv_get_line (self->csv, line));
  for (guint i = 0; i < G_N_ELEMENTS (beside); i++) {
    const char *text = fz_csv_get (self->csv, line, beside[i][1]);

    if (g_utf8_strlen (text, -1) > 200)
      add_problem (row, beside[i][1], _ ("不能超过200字。"));
    else
      fz_fields_set (row, beside[i][0], *text != '\0' ? text : NULL);
  }
  check_number (self, numbers, row);
  if (state == NULL)
    refuse_state (self->reg, row);
  else {
    fz_fields_set (row, "state", state->word);
    fz_fields_set (row, "state_label", state->label);
    fz_fields_set (row, "state_label_en", state->label_en);
    asked = fz_register_asked_for (self->reg, state->word);
  }
  for (guint i = 0; i < fz_register_get_n_fields (self->reg); i++)
    read_field (self, line, fz_register_get_field (self->reg, i), asked, row);
  if (state != NULL) {
    check_name (self, state, row);
    check_owner (self, state, row);
    check_kept (self, state, numbers, row);
  }
  check_training (self, row);
  return row;
}

static gboolean
is_column (const FzRegister *reg, const char *column)
{
  gboolean known = g_str_equal (column, STATE);

  for (guint i = 0; i < G_N_ELEMENTS (beside); i++)
    known = known || g_str_equal (column, beside[i][1]);
  for (guint i = 0; i < fz_register_get_n_fields (reg); i++)
    known = known || g_str_equal (column, fz_register_get_field (reg, i)->label);
  return known;
}

/* A column that is not understood would be lost without a word. */
static gboolean
check_columns (const Import *self, GError **error)
{
  static const char *const needed[] = { "原编号", STATE, NULL };

  for (guint i = 0; i < fz_csv_get_n_columns (self->csv); i++)
    if (!is_column (self->reg, fz_csv_get_column (self->csv, i))) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件的列“%s”不是台账“%s”的栏目。请用这本台账的导入模板，列名不要改动；不需要的列请删去。"), fz_csv_get_column (self->csv, i),
                   fz_register_get_title (self->reg));
      return FALSE;
    }
  return fz_csv_require (self->csv, needed, error);
}

static gboolean
note_taken (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  Import *self = data;
  const char *id = fz_fields_get (entry, "entry.id"), *number = fz_fields_get (entry, "field.old_number");

  if (!fz_fields_has (entry, "entry.taken"))
    return TRUE;
  if (self->earlier == NULL && g_strcmp0 (fz_fields_get_at (entry, "attachment", 0, "sha256"), self->sha256) == 0)
    self->earlier = g_strdup (id);
  if (number != NULL)
    g_hash_table_replace (self->taken, g_strdup (number), g_strdup (id));
  return TRUE;
}

static gboolean
find_earlier (FzTxn *txn, gpointer data, GError **error)
{
  Import *self = data;

  self->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->staff = fz_staff_list (txn, error);
  self->open = self->staff != NULL ? fz_entries_all (txn, fz_register_get_name (self->reg), TRUE, error) : NULL;
  return self->open != NULL && fz_entries_each (txn, fz_register_get_name (self->reg), FALSE, note_taken, self, error);
}

static gboolean
read_file (Import *self, const char *path, GError **error)
{
  char *text = NULL;
  gsize n = 0;

  self->name = g_path_get_basename (path);
  if (!g_file_get_contents (path, &text, &n, NULL) || n == 0 || n > MAX_FILE) {
    g_free (text);
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能读取文件“%s”，或文件为空，或超过20 MB。"), self->name);
    return FALSE;
  }
  self->file = g_bytes_new_take (text, n);
  self->sha256 = fz_sha256_hex (text, n);
  return TRUE;
}

static gboolean
read_rows (Import *self, const char *path, GError **error)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GBytes) table = read_file (self, path, error) ? fz_table_file_of (self->file, self->name, error) : NULL; /* of what was hashed */

  self->csv = table != NULL ? fz_csv_parse (g_bytes_get_data (table, NULL), g_bytes_get_size (table), self->name, error) : NULL;
  if (self->csv == NULL || !check_columns (self, error))
    return FALSE;
  if (fz_csv_get_n_rows (self->csv) == 0 || fz_csv_get_n_rows (self->csv) > MAX_ROWS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件有%u行条目；一次导入1至%d行，请分成几个文件。"), fz_csv_get_n_rows (self->csv), MAX_ROWS);
    return FALSE;
  }
  if (!fz_store_run (self->session->desk->store, FZ_TXN_READ, find_earlier, self, error))
    return FALSE;
  if (self->earlier != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这个文件已经导入过，见 %s。"), self->earlier);
    return FALSE;
  }
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint i = 0; i < fz_csv_get_n_rows (self->csv); i++)
    g_ptr_array_add (self->rows, fz_fields_freeze (read_row (self, i, numbers)));
  return TRUE;
}

static gboolean
audit_check (FzTxn *txn, gpointer data, GError **error)
{
  Import *self = data;

  return fz_session_audit (self->session, txn, "register.import", "register", fz_register_get_name (self->reg), "done", self->sha256, NULL, error);
}

GPtrArray *
fz_desk_check_entries (FzSession *session, const char *name, const char *path, GError **error)
{
  g_auto (Import) self = { .session = session, .reg = open_register (session, name, error) };

  if (self.reg == NULL || !read_rows (&self, path, error) || !fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_check, &self, error))
    return NULL;
  return g_steal_pointer (&self.rows);
}

/* --- signing --- */

static gboolean
prepare_store (FzTxn *txn, gpointer data, GError **error)
{
  Import *self = data;
  g_autofree char *counter = g_strconcat ("register.", fz_register_get_name (self->reg), NULL), *sha256 = NULL;

  for (guint i = 0; i < self->rows->len; i++) {
    gint64 number = 0;

    if (!fz_counter_next (txn, counter, &number, error))
      return FALSE;
    g_ptr_array_add (self->ids, g_strdup_printf ("%s-%06d", fz_register_get_code (self->reg), (int) number));
  }
  return fz_attachment_put (txn, self->file, "application/octet-stream", &sha256, error);
}

static gboolean
keep_taken (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  if (!fz_submit_check_clock (txn, error) || !fz_kept_facts_check_again (desk, txn, NULL, submission->documents, error))
    return FALSE;
  for (guint i = 0; i < submission->documents->len; i++) {
    FzDocument *document = submission->documents->pdata[i];
    FzFields *entry = fz_entry_fold (NULL, document->body, error);

    if (entry == NULL)
      return FALSE;
    g_ptr_array_add (entries, entry);
    if (!fz_submit_keep_document (session, txn, document, error) || !fz_entries_put (txn, entry, error))
      return FALSE;
  }
  /* Nothing is reported, filed or told of what happened long ago; what an entry in force says of a person or a department counts. */
  return fz_kept_facts_note (desk, session, txn, NULL, entries, error) && fz_audit_checkpoint (txn, error);
}

static FzFields *
body_of (Import *self, const FzSheet *sheet, guint i, GError **error)
{
  const FzFields *row = self->rows->pdata[i];
  const char *entry = self->ids->pdata[i];
  g_autofree char *subject = g_strconcat ("@", entry, NULL), *words = NULL;
  g_autoptr (FzFields) body = fz_register_entry_body (self->session, subject, sheet->prepared_us, NULL), all = fz_owner_put_default (self->session, self->reg, NULL, row);

  words = g_strdup_printf ("由旧台账导入：文件“%s”第%s行，文件的 SHA-256 为 %s。导入人已与原台账核对。", self->name, fz_fields_get (row, "line"), self->sha256); /* signed words */
  fz_fields_set (body, "words", words);
  fz_fields_set_at (body, "attachment", 0, "name", self->name);
  fz_fields_set_at (body, "attachment", 0, "sha256", self->sha256);
  return fz_register_put_taken (self->reg, entry, fz_fields_get (row, "state"), all, body, error) ? g_steal_pointer (&body) : NULL;
}

static gboolean
all_good (const Import *self, GError **error)
{
  guint bad = 0;

  for (guint i = 0; i < self->rows->len; i++)
    bad += fz_fields_count (self->rows->pdata[i], "problem") > 0;
  if (bad == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("有%u行不合格，一行也没有导入。请改正文件后重新导入。"), bad);
  return FALSE;
}

FzSheet *
fz_desk_prepare_entries (FzSession *session, const char *name, const char *path, GError **error)
{
  g_auto (Import) self = { .session = session, .reg = open_register (session, name, error), .ids = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (FzSheet) sheet = NULL;
  g_autofree char *subject = NULL;

  if (self.reg == NULL || !read_rows (&self, path, error) || !all_good (&self, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_LOCAL, prepare_store, &self, error))
    return NULL;
  subject = g_strconcat ("@", (const char *) self.ids->pdata[0], NULL);
  sheet = fz_sheet_new (session, subject);
  sheet->keep = keep_taken;
  if (fz_kept_facts_are_shown (self.reg))
    sheet->after = fz_kept_facts_show;
  sheet->title = fz_register_get_title (self.reg);
  for (guint i = 0; i < self.rows->len; i++) {
    g_autoptr (FzFields) body = body_of (&self, sheet, i, error);

    if (body == NULL || !fz_sheet_add (sheet, session->desk, body, error))
      return NULL;
  }
  return g_steal_pointer (&sheet);
}
