/* Versions of the rules become durable, and the first one is made with the store (规则集版本的落库). */
#include "app/rules.h"

#include "app/knowledge.h"
#include "app/versions.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/rules.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

const char *
fz_rules_profile (FzDesk *desk, const char *jurisdiction)
{
  FzCodes *codes = fz_knowledge_codes (desk->knowledge, "jurisdictions");
  int row = jurisdiction != NULL ? fz_codes_find_code (codes, jurisdiction) : -1;

  return row >= 0 ? fz_codes_get (codes, (guint) row, "rulebook") : NULL;
}

/* --- the fold --- */

FzVersions *
fz_rules_fold (FzTxn *txn, GError **error)
{
  return fz_versions_read (txn, FZ_RULES_SUBJECT, FZ_RULES_NOUN, fz_rules_fold_add, error);
}

static gboolean
project (FzTxn *txn, const FzVersions *fold, GError **error)
{
  for (guint i = 0; i < fold->versions->len; i++)
    if (!fz_rules_versions_put (txn, fold->versions->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
fz_rules_compare (FzTxn *txn, GPtrArray *differences, GError **error)
{
  g_autoptr (FzVersions) fold = fz_rules_fold (txn, error);
  g_autoptr (GPtrArray) kept = fold != NULL ? fz_rules_versions_list (txn, error) : NULL;

  if (kept == NULL)
    return FALSE;
  if (kept->len != fold->versions->len)
    g_ptr_array_add (differences, g_strdup (_ ("规则集：版本数与文书不一致。")));
  for (guint i = 0; i < kept->len && i < fold->versions->len; i++) {
    const FzVersion *version = fold->versions->pdata[i];

    if (!fz_fields_equal (version->facts, kept->pdata[i]))
      g_ptr_array_add (differences, g_strdup_printf (_ ("%s %s：与由文书重新推算的结果不一致。"), _ ("规则集"), version->id));
  }
  return TRUE;
}

gboolean
fz_rules_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  g_autoptr (FzVersions) fold = fz_rules_fold (txn, error);

  if (fold == NULL || !fz_submit_check_clock (txn, error) || (submission->rulebook != NULL && !fz_rules_keep (txn, submission->rulebook, error)))
    return FALSE;
  for (guint i = 0; i < submission->documents->len; i++)
    if (!fz_rules_fold_add (fold, submission->documents->pdata[i], error) ||
        !fz_submit_keep_document (session, txn, submission->documents->pdata[i], error))
      return FALSE;
  return fz_submit_countersign (session, txn, submission, error) && project (txn, fold, error) &&
         (submission->drop_draft_of == NULL || fz_drafts_put (txn, submission->visit, submission->drop_draft_of, submission->draft, error)) &&
         fz_audit_checkpoint (txn, error);
}

/* --- the first version, made with the store --- */

FzFields *
fz_rules_body_new (FzDesk *desk, const char *kind, const char *id, gint64 at_us)
{
  FzFields *body = fz_fields_new (kind);

  fz_fields_set (body, "id", id);
  fz_fields_set (body, "visit", FZ_RULES_SUBJECT);
  fz_fields_set_time (body, "signed_at", at_us);
  fz_fields_set (body, "institution.code", fz_fields_get (desk->institution, "organ.code"));
  fz_fields_set (body, "institution.name", fz_fields_get (desk->institution, "organ.name"));
  return body;
}

void
fz_rules_put_book (FzDesk *desk, const FzRulebook *book, const char *jurisdiction, FzFields *body)
{
  const FzRuleLayer *own = fz_rules_get_own (book);

  fz_fields_set (body, "jurisdiction", jurisdiction);
  fz_fields_set (body, "jurisdiction_label", fz_desk_label (desk, "jurisdictions", jurisdiction));
  fz_fields_set (body, "rulebook.name", fz_rulebook_get_name (book));
  fz_fields_set (body, "rulebook.title", fz_rulebook_get_title (book));
  fz_fields_set (body, "rulebook.sha256", fz_rulebook_get_sha256 (book));
  for (guint i = 0; i < fz_rulebook_get_n_layers (book); i++) {
    const FzRuleLayer *layer = fz_rulebook_get_layer (book, i);

    fz_fields_set_at (body, "layer", i, "name", fz_rule_layer_get_name (layer));
    fz_fields_set_at (body, "layer", i, "title", fz_rule_layer_get_title (layer));
    fz_fields_set_at (body, "layer", i, "sha256", fz_rule_layer_get_sha256 (layer));
  }
  fz_fields_set (body, "hospital.sha256", own != NULL ? fz_rule_layer_get_sha256 (own) : NULL);
}

static FzFields *
first_body (FzDesk *desk, FzTxn *txn, const FzRulebook *book)
{
  const char *jurisdiction = fz_fields_get (desk->institution, "jurisdiction");
  FzFields *body = fz_rules_body_new (desk, FZ_RULES_KIND, "RULES-0001", fz_txn_now_us (txn));
  g_autofree char *since = fz_date_format (fz_date_in_beijing (fz_txn_now_us (txn)));

  fz_fields_set_int (body, "number", 1);
  fz_fields_set (body, "since", since);
  fz_fields_set (body, "words", "建库时按机构所在地区的规定设立。");
  fz_rules_put_book (desk, book, jurisdiction != NULL ? jurisdiction : "tianjin", body);
  return body;
}

static gboolean
add_first (FzDesk *desk, FzTxn *txn, const FzRulebook *book, GError **error)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);
  g_autoptr (FzFields) body = first_body (desk, txn, book);
  FzSubmission submission = { .visit = FZ_RULES_SUBJECT, .documents = documents, .rulebook = book };
  FzDocument *document = fz_submit_desk_document (desk, txn, body, error);

  if (document == NULL)
    return FALSE;
  g_ptr_array_add (documents, document);
  return fz_rules_submit (desk, NULL, txn, &submission, error);
}

typedef struct {
  FzDesk *desk;
  const FzRulebook *book;
} First;

static gboolean
make_first (FzTxn *txn, gpointer data, GError **error)
{
  First *first = data;
  g_autoptr (GPtrArray) versions = fz_rules_versions_list (txn, error);

  return versions != NULL && (versions->len > 0 || add_first (first->desk, txn, first->book, error));
}

gboolean
fz_rules_begin (FzDesk *desk, GError **error)
{
  const char *profile = fz_rules_profile (desk, fz_fields_get (desk->institution, "jurisdiction"));
  g_autoptr (FzRulebook) book = fz_data_load_rulebook (profile != NULL ? profile : "tianjin-2025", error);
  First first = { desk, book };

  return book != NULL && fz_store_run (desk->store, FZ_TXN_RECORD, make_first, &first, error);
}
