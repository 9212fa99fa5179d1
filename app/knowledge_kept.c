#include "app/knowledge_kept.h"

#include "app/chinese.h"
#include "app/knowledge.h"
#include "app/medication.h"
#include "app/rules.h"
#include "core/drugcheck.h"
#include "db/knowledge_file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static GBytes *
row_bytes (const FzDrug *drug)
{
  g_autoptr (FzFields) row = fz_drug_to_fields (drug);

  return fz_fields_print (row, NULL);
}

char *
fz_knowledge_row_sha256 (const FzDrug *drug)
{
  g_autoptr (GBytes) text = row_bytes (drug);

  return fz_sha256_hex (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

/* --- keeping --- */

gboolean
fz_knowledge_files_keep (FzTxn *txn, const FzKnowledgeFiles *files, GError **error)
{
  const char *manifest = fz_knowledge_files_get_manifest (files);
  g_autoptr (GBytes) text = g_bytes_new_static (manifest, strlen (manifest));
  gboolean there = FALSE;

  if (!fz_knowledge_file_has (txn, fz_knowledge_files_get_sha256 (files), &there, error))
    return FALSE;
  /* The manifest comes last: where it stands, all of it does. */
  for (guint i = 0; !there && i < fz_knowledge_files_get_n (files); i++) {
    const char *name = fz_knowledge_files_get_name (files, i);

    if (!fz_knowledge_file_keep (txn, name, fz_knowledge_files_find (files, name), error))
      return FALSE;
  }
  return there || fz_knowledge_file_keep (txn, "manifest", text, error);
}

static gboolean
refuse_changed (const char *why, GError **error)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, why);
  return FALSE;
}

static gboolean
keep_row (FzDesk *desk, FzTxn *txn, const char *code, const char *sha256, GError **error)
{
  const FzDrug *drug = fz_catalogue_find_code (desk->knowledge->catalogue, code);
  g_autofree char *now = drug != NULL ? fz_knowledge_row_sha256 (drug) : NULL, *name = NULL;
  g_autoptr (GBytes) text = NULL;

  if (g_strcmp0 (now, sha256) != 0)
    return refuse_changed (_ ("药品目录中的有关药品刚刚变更，请重新核对后再签名。"), error);
  text = row_bytes (drug);
  name = g_strconcat ("drug ", code, NULL);
  return fz_knowledge_file_keep (txn, name, text, error);
}

gboolean
fz_knowledge_keep_for (FzDesk *desk, FzTxn *txn, const FzFields *body, GError **error)
{
  const FzKnowledgeFiles *files = desk->knowledge->files;

  if (!fz_fields_has (body, "knowledge.engine"))
    return TRUE;
  if (desk->knowledge->problem != NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, desk->knowledge->problem);
    return FALSE;
  }
  if (g_strcmp0 (fz_fields_get (body, "knowledge.sha256"), fz_knowledge_files_get_sha256 (files)) != 0)
    return refuse_changed (_ ("所依据的药品知识库刚刚变更，请重新核对后再签名。"), error);
  for (guint i = 0; i < fz_fields_count (body, "knowledge.row"); i++)
    if (!keep_row (desk, txn, fz_fields_get_at (body, "knowledge.row", i, "code"), fz_fields_get_at (body, "knowledge.row", i, "sha256"), error))
      return FALSE;
  return fz_knowledge_files_keep (txn, files, error);
}

/* --- finding again --- */

static GBytes *
get_file (const char *sha256, gpointer txn, GError **error)
{
  return fz_knowledge_file_get (txn, sha256, error);
}

FzKnowledgeFiles *
fz_knowledge_files_load (FzTxn *txn, const char *sha256, GError **error)
{
  g_autoptr (GBytes) manifest = fz_knowledge_file_get (txn, sha256, error);
  g_autofree char *text = manifest != NULL ? g_strndup (g_bytes_get_data (manifest, NULL), g_bytes_get_size (manifest)) : NULL;

  return text != NULL ? fz_knowledge_files_read (text, get_file, txn, error) : NULL;
}

struct _FzKnowledgeShelf {
  FzDesk *desk;
  GHashTable *editions; /* hash -> FzKnowledge without a catalogue */
};

static void
unref_knowledge (gpointer data)
{
  fz_knowledge_unref (data);
}

FzKnowledgeShelf *
fz_knowledge_shelf_new (FzDesk *desk)
{
  FzKnowledgeShelf *self = g_new (FzKnowledgeShelf, 1);

  *self = (FzKnowledgeShelf){ desk, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_knowledge) };
  return self;
}

void
fz_knowledge_shelf_free (FzKnowledgeShelf *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->editions);
  g_free (self);
}

static const FzKnowledge *
edition_of (FzKnowledgeShelf *self, FzTxn *txn, const char *sha256, GError **error)
{
  FzKnowledge *edition = g_hash_table_lookup (self->editions, sha256);
  g_autoptr (FzKnowledgeFiles) files = edition == NULL ? fz_knowledge_files_load (txn, sha256, error) : NULL;

  if (edition == NULL && files != NULL) {
    edition = fz_knowledge_with_files (self->desk->knowledge, files, error);
    if (edition != NULL)
      g_hash_table_insert (self->editions, g_strdup (sha256), edition);
  }
  return edition;
}

const FzKnowledge *
fz_knowledge_shelf_find (FzKnowledgeShelf *self, FzTxn *txn, const FzFields *body, GError **error)
{
  const char *sha256 = fz_fields_get (body, "knowledge.sha256");

  return edition_of (self, txn, sha256 != NULL ? sha256 : "", error);
}

GPtrArray *
fz_knowledge_rows_of (FzTxn *txn, const FzFields *body, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  for (guint i = 0; i < fz_fields_count (body, "knowledge.row"); i++) {
    const char *sha256 = fz_fields_get_at (body, "knowledge.row", i, "sha256");
    g_autoptr (GBytes) text = fz_knowledge_file_get (txn, sha256 != NULL ? sha256 : "", error);
    FzFields *row = text != NULL ? fz_fields_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), error) : NULL;

    if (row == NULL)
      return NULL;
    g_ptr_array_add (rows, row);
  }
  return g_steal_pointer (&rows);
}

/* --- judging again --- */

gboolean
fz_knowledge_can_judge_again (const FzFields *body)
{
  return fz_fields_has (body, "knowledge.engine") && fz_fields_has (body, "rulebook.on");
}

gboolean
fz_knowledge_judge_by (const FzKnowledge *edition, GPtrArray *rows, const FzFields *body, GPtrArray *findings, GError **error)
{
  G_GNUC_UNUSED g_auto (FzChinese) chinese = fz_chinese_begin ();
  const char *day = fz_fields_get (body, "rulebook.on");
  g_autoptr (FzKnowledge) know = fz_knowledge_with_rows (edition, rows, error);
  g_autoptr (FzFields) facts = know != NULL ? fz_rules_facts_of (body, FALSE) : NULL;
  FzDate on;

  return facts != NULL && fz_date_parse (day != NULL ? day : "", &on, error) && fz_medication_check (know, facts, on, findings, NULL, error);
}

gboolean
fz_knowledge_judge_again (FzKnowledgeShelf *self, FzTxn *txn, const FzFields *body, GPtrArray *findings, GError **error)
{
  const FzKnowledge *edition = fz_knowledge_shelf_find (self, txn, body, error);
  g_autoptr (GPtrArray) rows = edition != NULL ? fz_knowledge_rows_of (txn, body, error) : NULL;

  return rows != NULL && fz_knowledge_judge_by (edition, rows, body, findings, error);
}
