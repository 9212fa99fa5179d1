#include "app/knowledge.h"

#include "app/affairs.h"
#include "app/catalogue.h"
#include "app/comment.h"
#include "app/review_policy.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 500

FzKnowledge *
fz_knowledge_ref (FzKnowledge *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
fz_knowledge_unref (FzKnowledge *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->refs))
    return;
  g_clear_pointer (&self->rulebook, fz_rulebook_unref);
  g_clear_pointer (&self->messages, fz_message_table_unref);
  g_clear_pointer (&self->templates, g_hash_table_unref);
  g_clear_pointer (&self->codes, g_hash_table_unref);
  g_clear_pointer (&self->frequencies, fz_frequencies_unref);
  g_clear_pointer (&self->controlled, fz_controlled_unref);
  g_clear_pointer (&self->set, fz_knowledge_set_unref);
  g_clear_pointer (&self->files, fz_knowledge_files_unref);
  g_clear_pointer (&self->norm, fz_review_norm_unref);
  g_clear_pointer (&self->herbs, fz_herbs_unref);
  g_clear_pointer (&self->tcm, g_ptr_array_unref);
  g_clear_pointer (&self->catalogue, fz_catalogue_unref);
  g_clear_pointer (&self->removals, g_hash_table_unref);
  g_clear_pointer (&self->diagnoses, g_ptr_array_unref);
  g_free (self);
}

/* The code tables are those of assets/codes/ that have the shape code,label. */
static const char *const code_tables[] = { "comment-codes", "comment-policy", "comment-rules", "record-defects", "departments", "drug-classes", "forms", "id-kinds", "override-reasons", "password-policy", "routes",
                                           "sex", "titles", "termination-reasons", "refusal-reasons", "review-reasons", "review-items", "review-policy", "review-rules",
                                           "relations", "modes", "decoctions", "herb-handling", "long-reasons", "monitor-outcomes", "long-confirmations", "valid-reasons", "evidence-kinds", "consent-methods", "jurisdictions", "slip-marks", "catalogue-policy",
                                           "grant-policy", "grant-purposes", "role-conflicts", "access-reasons", "access-policy", "reveal-purposes", "opening-purposes", "sensitive-reasons", "profiling-policy", "key-policy", "retention", "talk-ways", "talk-phrases", "publication", "indicators", "lead-times", "offices", "recurring", "businesses", "registers", "name-rules", "register-leads" };

static gboolean
load_codes (FzKnowledge *self, GError **error)
{
  self->codes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) fz_codes_unref);
  for (guint i = 0; i < G_N_ELEMENTS (code_tables); i++) {
    FzCodes *codes = fz_data_load_codes (code_tables[i], error);

    if (codes == NULL)
      return FALSE;
    g_hash_table_insert (self->codes, (gpointer) code_tables[i], codes);
  }
  return TRUE;
}

static const guint8 *
data_of (const FzKnowledge *self, const char *name, gsize *n)
{
  return g_bytes_get_data (fz_knowledge_files_find (self->files, name), n);
}

static gboolean
load_herbs (FzKnowledge *self, GError **error)
{
  FzHerbFiles files = { .herbs_name = "drugs/herbs.csv", .pairs_name = "drugs/herb-pairs.csv" };

  files.herbs = data_of (self, files.herbs_name, &files.n_herbs);
  files.pairs = data_of (self, files.pairs_name, &files.n_pairs);
  self->herbs = fz_herbs_parse (&files, error);
  return self->herbs != NULL;
}

static gboolean
read_codes (FzKnowledge *self, const char *name, GError **error)
{
  g_autofree char *path = g_strconcat ("codes/", name, ".csv", NULL);
  gsize n = 0;
  const guint8 *csv = data_of (self, path, &n);
  FzCodes *codes = fz_codes_parse (csv, n, path, FALSE, error);

  if (codes != NULL)
    g_hash_table_insert (self->codes, (gpointer) name, codes);
  return codes != NULL;
}

/* Everything medicines are judged by, read from the very bytes that documents name by hash. */
static gboolean
read_files (FzKnowledge *self, GError **error)
{
  gsize n = 0;
  const guint8 *csv;

  if (!fz_knowledge_files_check (self->files, error) || !read_codes (self, "forms", error) || !read_codes (self, "routes", error) ||
      !read_codes (self, "drug-classes", error))
    return FALSE;
  csv = data_of (self, "codes/frequency.csv", &n);
  self->frequencies = fz_frequencies_parse (csv, n, "codes/frequency.csv", error);
  if (self->frequencies == NULL)
    return FALSE;
  csv = data_of (self, "drugs/controlled.csv", &n);
  self->controlled = fz_controlled_parse (csv, n, "drugs/controlled.csv", error);
  if (self->controlled == NULL)
    return FALSE;
  self->set = fz_knowledge_files_parse_set (self->files, fz_knowledge_codes (self, "routes"), error);
  return self->set != NULL && load_herbs (self, error);
}

static gboolean
load_norm (FzKnowledge *self, GError **error)
{
  self->norm = fz_review_norm_new (fz_knowledge_codes (self, "review-items"), fz_knowledge_codes (self, "review-rules"), error);
  return self->norm != NULL && fz_review_policy_check (fz_knowledge_codes (self, "review-policy"), error) &&
         fz_comment_policy_check (fz_knowledge_codes (self, "comment-policy"), fz_knowledge_codes (self, "comment-codes"), fz_knowledge_codes (self, "comment-rules"), error) &&
         fz_record_defects_check (fz_knowledge_codes (self, "record-defects"), error);
}

static gboolean
load_tcm (FzKnowledge *self, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load ("codes/diagnoses-tcm.csv", error);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);

  self->tcm = bytes != NULL ? fz_diagnosis_rows ("codes/diagnoses-tcm.csv", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), problems, error) : NULL;
  return self->tcm != NULL;
}

static gboolean
load_messages (FzKnowledge *self, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load ("platform/tianjin-1.0.json", error);
  gsize n = 0;
  const guint8 *json = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  self->messages = json != NULL ? fz_message_table_parse (json, n, error) : NULL;
  return self->messages != NULL;
}

FzKnowledge *
fz_knowledge_load (GError **error)
{
  FzKnowledge *self = g_new0 (FzKnowledge, 1);

  self->refs = 1;
  self->rulebook = fz_data_load_rulebook ("tianjin-2025", error);
  if (self->rulebook != NULL)
    self->files = fz_knowledge_files_shipped (error);
  if (self->files != NULL)
    self->templates = fz_data_load_templates (error);
  if (self->templates != NULL && load_codes (self, error) && load_norm (self, error) && read_files (self, error) && load_tcm (self, error) &&
      load_messages (self, error))
    return self;
  fz_knowledge_unref (self);
  return NULL;
}

FzCodes *
fz_knowledge_codes (const FzKnowledge *self, const char *name)
{
  return g_hash_table_lookup (self->codes, name);
}

FzDrugCodes
fz_knowledge_drug_codes (const FzKnowledge *self)
{
  FzDrugCodes codes = { fz_knowledge_codes (self, "forms"), fz_knowledge_codes (self, "routes"),
                        fz_knowledge_codes (self, "drug-classes"), self->frequencies };

  return codes;
}

FzFields *
fz_drug_to_fields (const FzDrug *drug)
{
  FzFields *row = fz_fields_new ("fuzhen.drug/v1");
  const char *const *columns = fz_drug_columns ();

  for (guint i = 0; columns[i] != NULL; i++) {
    g_autofree char *value = fz_drug_dup_column (drug, columns[i]);

    fz_fields_set (row, columns[i], value);
  }
  return fz_fields_freeze (row);
}

/* --- from the store --- */

typedef struct {
  const char *after;
  GPtrArray *(*list) (FzTxn *txn, const char *after, guint limit, GError **error);
  GPtrArray *page;
} Page;

static gboolean
read_page (FzTxn *txn, gpointer data, GError **error)
{
  Page *page = data;

  page->page = page->list (txn, page->after, PAGE, error);
  return page->page != NULL;
}

static GPtrArray *
read_all (FzStore *store, GPtrArray *(*list) (FzTxn *, const char *, guint, GError **), GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  const char *after = "";
  gboolean more = TRUE;

  while (more) {
    Page page = { after, list, NULL };

    if (!fz_store_run (store, FZ_TXN_READ, read_page, &page, error))
      return NULL;
    more = page.page->len == PAGE;
    for (guint i = 0; i < page.page->len; i++)
      g_ptr_array_add (all, fz_fields_ref (page.page->pdata[i]));
    g_ptr_array_unref (page.page);
    if (all->len > 0)
      after = fz_fields_get (all->pdata[all->len - 1], "code");
  }
  return g_steal_pointer (&all);
}

/* The kept rows go through the same reader as an imported file, so that one place judges a catalogue. */
static FzCatalogue *
rows_to_catalogue (const FzKnowledge *self, GPtrArray *rows, GError **error)
{
  const char *const *columns = fz_drug_columns ();
  g_autoptr (GString) csv = g_string_new (NULL);
  FzDrugCodes codes = fz_knowledge_drug_codes (self);

  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (csv, "%s%s", i > 0 ? "," : "", columns[i]);
  g_string_append_c (csv, '\n');
  for (guint r = 0; r < rows->len; r++) {
    for (guint i = 0; columns[i] != NULL; i++) {
      if (i > 0)
        g_string_append_c (csv, ',');
      fz_csv_append_field (csv, fz_fields_get (rows->pdata[r], columns[i]));
    }
    g_string_append_c (csv, '\n');
  }
  return fz_catalogue_parse ((const guint8 *) csv->str, csv->len, _ ("本地药品目录"), &codes, NULL, error);
}

/* What is shipped, without catalogue and diagnoses. */
static FzKnowledge *
copy_shipped (const FzKnowledge *self)
{
  FzKnowledge *copy = g_new0 (FzKnowledge, 1);

  copy->refs = 1;
  copy->rulebook = fz_rulebook_ref (self->rulebook);
  copy->messages = fz_message_table_ref (self->messages);
  copy->templates = g_hash_table_ref (self->templates);
  copy->codes = g_hash_table_ref (self->codes);
  copy->frequencies = fz_frequencies_ref (self->frequencies);
  copy->controlled = fz_controlled_ref (self->controlled);
  copy->set = fz_knowledge_set_ref (self->set);
  copy->files = fz_knowledge_files_ref (self->files);
  copy->problem = self->problem;
  copy->norm = fz_review_norm_ref (self->norm);
  copy->herbs = fz_herbs_ref (self->herbs);
  copy->tcm = g_ptr_array_ref (self->tcm);
  return copy;
}

/* A table of its own, whose entries may be replaced. */
static void
own_codes (FzKnowledge *copy, const FzKnowledge *self)
{
  g_hash_table_unref (copy->codes);
  copy->codes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) fz_codes_unref);
  for (guint i = 0; i < G_N_ELEMENTS (code_tables); i++)
    g_hash_table_insert (copy->codes, (gpointer) code_tables[i], fz_codes_ref (g_hash_table_lookup (self->codes, code_tables[i])));
}

FzKnowledge *
fz_knowledge_with_rows (const FzKnowledge *self, GPtrArray *rows, GError **error)
{
  FzCatalogue *catalogue = rows_to_catalogue (self, rows, error);
  FzKnowledge *copy = catalogue != NULL ? copy_shipped (self) : NULL;

  if (copy != NULL)
    copy->catalogue = catalogue;
  return copy;
}

FzKnowledge *
fz_knowledge_with_files (const FzKnowledge *self, FzKnowledgeFiles *files, GError **error)
{
  g_autoptr (FzKnowledge) copy = copy_shipped (self);

  copy->catalogue = self->catalogue != NULL ? fz_catalogue_ref (self->catalogue) : NULL;
  copy->diagnoses = self->diagnoses != NULL ? g_ptr_array_ref (self->diagnoses) : NULL;
  g_clear_pointer (&copy->files, fz_knowledge_files_unref);
  g_clear_pointer (&copy->frequencies, fz_frequencies_unref);
  g_clear_pointer (&copy->controlled, fz_controlled_unref);
  g_clear_pointer (&copy->set, fz_knowledge_set_unref);
  g_clear_pointer (&copy->herbs, fz_herbs_unref);
  copy->files = fz_knowledge_files_ref (files);
  copy->problem = NULL; /* it was of other files */
  own_codes (copy, self);
  return read_files (copy, error) ? g_steal_pointer (&copy) : NULL;
}

FzKnowledge *
fz_knowledge_with_messages (const FzKnowledge *self, FzMessageTable *messages)
{
  FzKnowledge *copy = copy_shipped (self);

  copy->catalogue = self->catalogue != NULL ? fz_catalogue_ref (self->catalogue) : NULL;
  copy->diagnoses = self->diagnoses != NULL ? g_ptr_array_ref (self->diagnoses) : NULL;
  copy->removals = self->removals != NULL ? g_hash_table_ref (self->removals) : NULL;
  fz_message_table_unref (copy->messages);
  copy->messages = fz_message_table_ref (messages);
  return copy;
}

FzCatalogue *
fz_knowledge_starter_catalogue (const FzKnowledge *self, GError **error)
{
  FzDrugCodes codes = fz_knowledge_drug_codes (self);
  g_autoptr (GBytes) drugs = fz_data_load ("drugs/starter.csv", error);
  g_autofree char *csv = fz_herbs_to_catalogue (self->herbs);
  g_autoptr (FzCatalogue) most = NULL, herbs = NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  if (drugs == NULL)
    return NULL;
  most = fz_catalogue_parse (g_bytes_get_data (drugs, NULL), g_bytes_get_size (drugs), "drugs/starter.csv", &codes, NULL, error);
  herbs = most != NULL ? fz_catalogue_parse ((const guint8 *) csv, strlen (csv), "drugs/herbs.csv", &codes, NULL, error) : NULL;
  if (herbs == NULL)
    return NULL;
  for (guint i = 0; i < fz_catalogue_get_n (most); i++)
    g_ptr_array_add (all, fz_catalogue_get (most, i));
  for (guint i = 0; i < fz_catalogue_get_n (herbs); i++)
    g_ptr_array_add (all, fz_catalogue_get (herbs, i));
  return fz_catalogue_new ((FzDrug *const *) all->pdata, all->len);
}

/* Takes catalogue and diagnoses. */
static FzKnowledge *
extend (const FzKnowledge *self, FzCatalogue *take_catalogue, GPtrArray *take_diagnoses)
{
  FzKnowledge *copy = copy_shipped (self);

  copy->catalogue = take_catalogue;
  copy->diagnoses = take_diagnoses;
  return copy;
}

FzKnowledge *
fz_knowledge_with_store (const FzKnowledge *self, FzStore *store, GError **error)
{
  g_autoptr (GPtrArray) drugs = read_all (store, fz_drugs_list, error);
  g_autoptr (GPtrArray) diagnoses = drugs != NULL ? read_all (store, fz_diagnoses_list, error) : NULL;
  g_autoptr (GHashTable) removals = diagnoses != NULL ? fz_catalogue_read_removals (store, drugs, error) : NULL;
  FzCatalogue *catalogue = removals != NULL ? rows_to_catalogue (self, drugs, error) : NULL;
  FzKnowledge *fresh = catalogue != NULL ? extend (self, catalogue, g_steal_pointer (&diagnoses)) : NULL;

  if (fresh != NULL)
    fresh->removals = g_steal_pointer (&removals);
  return fresh;
}

FzKnowledge *
fz_knowledge_with_starter (const FzKnowledge *self, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free), rows = NULL;
  g_autoptr (GBytes) diagnoses = fz_data_load ("codes/diagnoses.csv", error);
  FzCatalogue *catalogue;

  if (diagnoses == NULL)
    return NULL;
  rows = fz_diagnosis_rows ("codes/diagnoses.csv", g_bytes_get_data (diagnoses, NULL), g_bytes_get_size (diagnoses), problems, error);
  catalogue = rows != NULL ? fz_knowledge_starter_catalogue (self, error) : NULL;
  return catalogue != NULL ? extend (self, catalogue, g_steal_pointer (&rows)) : NULL;
}

/* --- with the hospital's rules --- */

static const char *const termination_columns[] = { "code", "label", "label_en", "aliases", "emergency", "guidance", "source" };

static const FzFields *
find_termination (const FzRuleLayer *own, const char *code)
{
  for (guint i = 0; own != NULL && i < fz_rule_layer_get_n_terminations (own); i++)
    if (g_strcmp0 (fz_fields_get (fz_rule_layer_get_termination (own, i), "code"), code) == 0)
      return fz_rule_layer_get_termination (own, i);
  return NULL;
}

/* A shipped condition keeps its name; the hospital may word what the patient is told, and add conditions of its own (H..). */
static void
append_termination (GString *csv, const FzCodes *shipped, int row, const FzFields *own)
{
  for (guint i = 0; i < G_N_ELEMENTS (termination_columns); i++) {
    const char *column = termination_columns[i], *said = own != NULL ? fz_fields_get (own, column) : NULL;

    if (i > 0)
      g_string_append_c (csv, ',');
    fz_csv_append_field (csv, said != NULL ? said : row >= 0 ? fz_codes_get (shipped, (guint) row, column) : "");
  }
  g_string_append_c (csv, '\n');
}

static FzCodes *
terminations (const FzRuleLayer *own, GError **error)
{
  g_autoptr (FzCodes) shipped = fz_data_load_codes ("termination-reasons", error);
  g_autoptr (GString) csv = g_string_new ("code,label,label_en,aliases,emergency,guidance,source\n");

  if (shipped == NULL)
    return NULL;
  for (guint i = 0; i < fz_codes_get_n (shipped); i++)
    append_termination (csv, shipped, (int) i, find_termination (own, fz_codes_get (shipped, i, "code")));
  for (guint i = 0; own != NULL && i < fz_rule_layer_get_n_terminations (own); i++) {
    const FzFields *condition = fz_rule_layer_get_termination (own, i);

    if (fz_codes_find_code (shipped, fz_fields_get (condition, "code")) < 0)
      append_termination (csv, shipped, -1, condition);
  }
  return fz_codes_parse ((const guint8 *) csv->str, csv->len, "codes/termination-reasons.csv", FALSE, error);
}

FzKnowledge *
fz_knowledge_with_rules (const FzKnowledge *self, FzRulebook *book, GError **error)
{
  FzRuleLayer *top = fz_rulebook_get_layer (book, fz_rulebook_get_n_layers (book) - 1);
  FzCodes *codes = terminations (fz_rule_layer_get_rank (top) == FZ_LAYER_HOSPITAL ? top : NULL, error);
  FzKnowledge *copy = codes != NULL ? copy_shipped (self) : NULL;

  if (copy == NULL)
    return NULL;
  fz_rulebook_unref (copy->rulebook);
  copy->rulebook = fz_rulebook_ref (book);
  own_codes (copy, self);
  g_hash_table_insert (copy->codes, (gpointer) "termination-reasons", codes);
  copy->catalogue = self->catalogue != NULL ? fz_catalogue_ref (self->catalogue) : NULL;
  copy->diagnoses = self->diagnoses != NULL ? g_ptr_array_ref (self->diagnoses) : NULL;
  copy->removals = self->removals != NULL ? g_hash_table_ref (self->removals) : NULL;
  return copy;
}
