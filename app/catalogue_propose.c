/* A change of the catalogue is proposed, and decided on by another natural person (目录变更的提出与决定). */
#include "app/catalogue.h"

#include "app/knowledge.h"
#include "app/proposal.h"
#include "app/sheet.h"
#include "db/catalogue.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define CHANGE_TITLE N_ ("药品目录变更")
#define DECISION_TITLE N_ ("药品目录变更的决定")
#define MAX_LINES 99              /* what a document shows; the rows it names hold all */
#define MAX_LINES_BYTES (40 * 1024)
#define MAX_WORDS 500

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

gboolean
fz_catalogue_check_words (const char *words, GError **error)
{
  g_autofree char *said = g_strstrip (g_strdup (words != NULL ? words : ""));

  if (*said == '\0')
    return invalid (error, _ ("请写明理由。"));
  return g_utf8_strlen (said, -1) <= MAX_WORDS || invalid (error, _ ("理由不能超过500字。"));
}

static FzSheet *
sheet_new (FzSession *session, const char *proposal, const char *title)
{
  FzSheet *sheet = fz_proposal_sheet_new (session, proposal, title, fz_catalogue_submit);

  sheet->after = fz_catalogue_refresh;
  return sheet;
}

/* --- what is to change --- */

/* One row: what the form says over what stands; "-" empties a column. */
static void
append_row (GString *csv, const FzFields *edit, guint i, const FzDrug *old)
{
  const char *const *columns = fz_drug_columns ();

  for (guint c = 0; columns[c] != NULL; c++) {
    const char *said = fz_fields_get_at (edit, "row", i, columns[c]);
    g_autofree char *kept = said == NULL && old != NULL ? fz_drug_dup_column (old, columns[c]) : NULL;

    if (c > 0)
      g_string_append_c (csv, ',');
    fz_csv_append_field (csv, said != NULL ? (g_str_equal (said, "-") ? "" : said) : kept);
  }
  g_string_append_c (csv, '\n');
}

static gboolean
check_edit (const FzKnowledge *know, const FzFields *edit, guint i, const FzDrug **out_old, GError **error)
{
  const char *code = fz_fields_get_at (edit, "row", i, "code"), *fresh = fz_fields_get_at (edit, "row", i, "new");
  gboolean adds = g_strcmp0 (fresh, "yes") == 0;

  if (code == NULL)
    return invalid (error, _ ("请填写药品编码。"));
  *out_old = fz_catalogue_find_code (know->catalogue, code);
  if (adds && *out_old != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("编码“%s”已是目录中的“%s”，新增药品请使用新的编码。"), code, (*out_old)->generic);
    return FALSE;
  }
  if (adds || *out_old != NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("药品目录中没有“%s”。"), code);
  return FALSE;
}

static FzCatalogue *
catalogue_of_edit (const FzKnowledge *know, const FzFields *edit, GError **error)
{
  g_autoptr (GString) csv = g_string_new (NULL);
  g_autofree char *header = g_strjoinv (",", (GStrv) (gsize) fz_drug_columns ());
  FzDrugCodes codes = fz_knowledge_drug_codes (know);
  guint n = fz_fields_count (edit, "row");

  g_string_append_printf (csv, "%s\n", header);
  for (guint i = 0; i < n; i++) {
    const FzDrug *old = NULL;

    if (!check_edit (know, edit, i, &old, error))
      return NULL;
    append_row (csv, edit, i, old);
  }
  return fz_catalogue_parse ((const guint8 *) csv->str, csv->len, _ ("提出的变更"), &codes, NULL, error);
}

typedef struct {
  FzSession *session;
  const char *staged, *id;
  GBytes *body;       /* of what was staged */
  FzFields *facts;    /* the same */
  GHashTable *taken;  /* code -> id of the change that waits */
  char *made;         /* a new id */
  FzFields *change;
  FzDocument *document;
  GPtrArray *rows;
} Now;

static void
now_clear (Now *now)
{
  g_clear_pointer (&now->body, g_bytes_unref);
  g_clear_pointer (&now->facts, fz_fields_unref);
  g_clear_pointer (&now->taken, g_hash_table_unref);
  g_clear_pointer (&now->change, fz_fields_unref);
  g_clear_pointer (&now->document, fz_document_free);
  g_clear_pointer (&now->rows, g_ptr_array_unref);
  g_clear_pointer (&now->made, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Now, now_clear)

static gboolean
put_taken (FzTxn *txn, const char *change, GHashTable *taken, GError **error)
{
  g_autofree char *after = g_strdup ("");
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GPtrArray) lines = fz_catalogue_lines (txn, change, after, 500, error);

    if (lines == NULL)
      return FALSE;
    for (guint i = 0; i < lines->len; i++)
      g_hash_table_replace (taken, g_strdup (fz_fields_get (lines->pdata[i], "code")), g_strdup (change));
    more = lines->len == 500;
    if (more) {
      g_free (after);
      after = g_strdup (fz_fields_get (lines->pdata[lines->len - 1], "code"));
    }
  }
  return TRUE;
}

static gboolean
read_now (FzTxn *txn, gpointer data, GError **error)
{
  Now *now = data;
  g_autoptr (GPtrArray) waiting = fz_catalogue_change_list (txn, TRUE, G_MAXINT64, "", 1000, error);

  if (waiting == NULL || (now->staged != NULL && !fz_catalogue_staged_get (txn, now->staged, &now->facts, &now->body, error)))
    return FALSE;
  now->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < waiting->len; i++)
    if (!put_taken (txn, fz_fields_get (waiting->pdata[i], "change.id"), now->taken, error))
      return FALSE;
  return TRUE;
}

static FzCatalogue *
fresh_of (Now *now, const FzFields *edit, GError **error)
{
  const FzKnowledge *know = now->session->desk->knowledge;
  FzDrugCodes codes = fz_knowledge_drug_codes (know);

  if (now->body == NULL)
    return catalogue_of_edit (know, edit, error);
  return fz_catalogue_parse (g_bytes_get_data (now->body, NULL), g_bytes_get_size (now->body), fz_fields_get (now->facts, "staged.file"), &codes, NULL,
                             error);
}

static gboolean
check_row (Now *now, const FzCatalogueRow *row, GError **error)
{
  const FzKnowledge *know = now->session->desk->knowledge;
  const char *code = row->drug->code, *taken = g_hash_table_lookup (now->taken, code);
  const FzFields *removal = fz_catalogue_find_removal (know, code);

  if (removal != NULL && fz_fields_is_yes (removal, "change.open")) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s %s”因疑似不良反应已移除（%s），请先由另一人确认或解除，再提出变更。"), code, row->drug->generic,
                 fz_fields_get (removal, "change.id"));
    return FALSE;
  }
  if (taken == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("“%s %s”已有变更 %s 在等待批准，请先办理完再提出。"), code, row->drug->generic, taken);
  return FALSE;
}

/* --- the sheet --- */

static void
put_lines (GPtrArray *rows, FzFields *body)
{
  gsize bytes = 0;
  guint n = 0;

  for (; n < rows->len && n < MAX_LINES; n++) {
    const FzCatalogueRow *row = rows->pdata[n];

    bytes += strlen (row->text);
    if (bytes > MAX_LINES_BYTES)
      break;
    fz_fields_set_at (body, "line", n, NULL, row->text);
  }
  if (n < rows->len) {
    g_autofree char *rest = g_strdup_printf ("另有 %u 个品种，逐行内容见所附清单", rows->len - n);

    fz_fields_set_at (body, "line", n, NULL, rest);
  }
}

static void
put_counts (GPtrArray *rows, FzFields *body)
{
  static const char *const keys[FZ_N_DRUG_ACTS] = { [FZ_DRUG_ADD] = "n_add", [FZ_DRUG_ALTER] = "n_alter", [FZ_DRUG_WITHDRAW] = "n_withdraw",
                                                    [FZ_DRUG_RESTORE] = "n_restore" };
  guint counts[FZ_N_DRUG_ACTS] = { 0 };

  for (guint i = 0; i < rows->len; i++)
    counts[((const FzCatalogueRow *) rows->pdata[i])->act]++;
  fz_fields_set_int (body, "n_rows", rows->len);
  for (FzDrugAct act = FZ_DRUG_ADD; act < FZ_N_DRUG_ACTS; act++)
    fz_fields_set_int (body, keys[act], counts[act]);
}

static gboolean
next_id (FzTxn *txn, gpointer data, GError **error)
{
  Now *now = data;
  gint64 number = 0;

  if (!fz_counter_next (txn, "catalogue.change", &number, error))
    return FALSE;
  now->made = g_strdup_printf ("CAT-%06d", (int) number);
  return TRUE;
}

static FzFields *
change_body (Now *now, const FzSheet *sheet, const char *words, GPtrArray *rows)
{
  FzFields *body = fz_proposal_body_new (now->session, sheet, FZ_CATALOGUE_CHANGE_KIND, now->made, "change");
  g_autofree char *sha256 = fz_sha256_hex (g_bytes_get_data (sheet->rows, NULL), g_bytes_get_size (sheet->rows));

  fz_session_put_signer (now->session, body, "proposer");
  fz_fields_set (body, "rows_sha256", sha256);
  put_counts (rows, body);
  put_lines (rows, body);
  fz_fields_set (body, "words", words);
  fz_fields_set (body, "staged", now->staged);
  fz_fields_set (body, "file", now->facts != NULL ? fz_fields_get (now->facts, "staged.file") : NULL);
  return body;
}

static GPtrArray *
rows_of (Now *now, const FzFields *edit, GError **error)
{
  g_autoptr (FzCatalogue) fresh = fresh_of (now, edit, error);
  g_autoptr (GPtrArray) rows = fresh != NULL ? fz_catalogue_diff (now->session->desk->knowledge, fresh) : NULL;

  if (rows == NULL)
    return NULL;
  if (rows->len == 0) {
    invalid (error, _ ("与现行目录没有不同，没有需要批准的变更。"));
    return NULL;
  }
  for (guint i = 0; i < rows->len; i++)
    if (!check_row (now, rows->pdata[i], error))
      return NULL;
  return g_steal_pointer (&rows);
}

static gboolean
open_now (Now *now, const FzFields *edit, GError **error)
{
  if (!fz_session_may (now->session, "catalogue.propose", "catalogue", now->staged, error))
    return FALSE;
  return (now->staged != NULL || (edit != NULL && fz_fields_count (edit, "row") > 0) || invalid (error, _ ("没有说明要变更哪个药品。"))) &&
         fz_store_run (now->session->desk->store, FZ_TXN_READ, read_now, now, error);
}

GPtrArray *
fz_desk_check_catalogue_change (FzSession *session, const FzFields *edit, GError **error)
{
  g_auto (Now) now = { .session = session, .staged = edit != NULL ? fz_fields_get (edit, "staged") : NULL };
  g_autoptr (GPtrArray) rows = open_now (&now, edit, error) ? rows_of (&now, edit, error) : NULL, lines = NULL;

  if (rows == NULL)
    return NULL;
  lines = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint i = 0; i < rows->len; i++) {
    const FzCatalogueRow *row = rows->pdata[i];
    FzFields *line = fz_fields_new ("fuzhen.catalogue_line/v1");

    fz_fields_set (line, "code", row->drug->code);
    fz_fields_set (line, "act", fz_drug_act_to_word (row->act));
    fz_fields_set (line, "text", row->text);
    g_ptr_array_add (lines, fz_fields_freeze (line));
  }
  return g_steal_pointer (&lines);
}

FzSheet *
fz_desk_prepare_catalogue_change (FzSession *session, const FzFields *edit, const char *words, GError **error)
{
  g_auto (Now) now = { .session = session, .staged = edit != NULL ? fz_fields_get (edit, "staged") : NULL };
  g_autoptr (GPtrArray) rows = open_now (&now, edit, error) ? rows_of (&now, edit, error) : NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;

  if (rows == NULL || !fz_catalogue_check_words (words, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_LOCAL, next_id, &now, error))
    return NULL;
  sheet = sheet_new (session, now.made, _ (CHANGE_TITLE));
  sheet->rows = fz_catalogue_rows_print (rows);
  body = change_body (&now, sheet, words, rows);
  if (!fz_proposal_add (session, sheet, fz_catalogue_change_fold, NULL, body, error))
    return NULL;
  return g_steal_pointer (&sheet);
}

/* --- the decision --- */

static gboolean
read_change (FzTxn *txn, gpointer data, GError **error)
{
  Now *now = data;
  const char *sha256;
  g_autoptr (GBytes) bytes = NULL;

  now->change = fz_catalogue_fold (txn, now->id, error);
  now->document = now->change != NULL ? fz_documents_get (txn, fz_fields_get (now->change, "change.document"), error) : NULL;
  if (now->document == NULL)
    return FALSE;
  sha256 = fz_fields_get (now->change, "change.rows_sha256");
  if (sha256 == NULL)
    return TRUE;
  bytes = fz_catalogue_rows_get (txn, sha256, error);
  now->rows = bytes != NULL ? fz_catalogue_rows_read (now->session->desk->knowledge, bytes, error) : NULL;
  return now->rows != NULL;
}

static FzFields *
decision_body (Now *now, const FzSheet *sheet, const char *verdict, const char *words)
{
  static const char *const copied[] = { "n_rows", "n_add", "n_alter", "n_withdraw", "n_restore", "rows_sha256", "drug.code", "drug.generic",
                                        "drug.strength", "drug.packing", "drug.manufacturer", "entry" };
  const FzFields *about = now->document->body;
  FzFields *body = fz_proposal_body_new (now->session, sheet, FZ_CATALOGUE_DECISION_KIND, now->id, "decision");

  fz_session_put_signer (now->session, body, "decider");
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "words", words);
  fz_fields_set (body, "reason", fz_fields_get (about, "words"));
  fz_fields_set (body, "note_sha256", now->document->note_sha256);
  fz_fields_set (body, "text_sha256", now->document->text_sha256);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (body, copied[i], fz_fields_get (about, copied[i]));
  for (guint i = 0; i < fz_fields_count (about, "line"); i++)
    fz_fields_set_at (body, "line", i, NULL, fz_fields_get_at (about, "line", i, NULL));
  return body;
}

FzSheet *
fz_desk_prepare_catalogue_decision (FzSession *session, const char *id, const char *verdict, const char *words, GError **error)
{
  g_auto (Now) now = { .session = session, .id = id };
  gboolean withdrawn = g_strcmp0 (verdict, "withdrawn") == 0, approved = g_strcmp0 (verdict, "approved") == 0;
  gboolean agreed = approved || g_strcmp0 (verdict, "confirmed") == 0;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;

  if (!fz_session_may (session, withdrawn ? "catalogue.propose" : "catalogue.decide", "catalogue", id, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, read_change, &now, error) || (!agreed && !fz_catalogue_check_words (words, error)))
    return NULL;
  sheet = sheet_new (session, id, _ (DECISION_TITLE));
  body = decision_body (&now, sheet, verdict, words);
  if (!fz_proposal_rehearse (session, fz_catalogue_change_fold, now.change, body, sheet->prepared_us, error))
    return NULL;
  for (guint i = 0; approved && i < now.rows->len; i++)
    if (!fz_catalogue_check_base (session->desk->knowledge, now.rows->pdata[i], error))
      return NULL;
  if (!fz_sheet_add (sheet, session->desk, body, error))
    return NULL;
  if (agreed)
    fz_sheet_countersign (sheet, now.document);
  return g_steal_pointer (&sheet);
}
