/* The bytes of the rules behind what was signed, and judging it again by them (规则的留存与复核). */
#include "app/rules.h"

#include "app/chinese.h"
#include "app/knowledge_kept.h"
#include "app/replay.h"
#include "core/drugcheck.h"
#include "db/documents.h"
#include "db/rules.h"

#include <glib/gi18n-lib.h>

gboolean
fz_rules_keep (FzTxn *txn, const FzRulebook *book, GError **error)
{
  for (guint i = 0; i < fz_rulebook_get_n_layers (book); i++) {
    const FzRuleLayer *layer = fz_rulebook_get_layer (book, i);

    if (!fz_rule_layers_keep (txn, fz_rule_layer_get_name (layer), fz_rule_layer_get_bytes (layer), error))
      return FALSE;
  }
  return fz_rulebooks_keep (txn, fz_rulebook_get_manifest (book), error);
}

gboolean
fz_rules_keep_for (FzDesk *desk, FzTxn *txn, const FzFields *body, GError **error)
{
  const char *sha256 = fz_fields_get (body, "rulebook.sha256");
  gboolean kept = FALSE;

  if (sha256 == NULL)
    return TRUE;
  /* A sheet made before midnight is not signed under the rules of the day before. */
  if (!g_str_equal (sha256, fz_rulebook_get_sha256 (desk->knowledge->rulebook))) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("所依据的规则集刚刚变更，请重新核对后再签名。"));
    return FALSE;
  }
  return fz_rulebooks_has (txn, sha256, &kept, error) && (kept || fz_rules_keep (txn, desk->knowledge->rulebook, error));
}

static FzRuleLayer *
load_layer (FzTxn *txn, const char *line, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  g_autoptr (GBytes) bytes = words[0] != NULL && words[1] != NULL ? fz_rule_layers_get (txn, words[1], error) : NULL;

  if (words[0] == NULL || words[1] == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("库中保存的规则集清单已损坏。"));
  return bytes != NULL ? fz_rule_layer_parse (words[0], g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
}

static void
layer_unref (gpointer layer)
{
  fz_rule_layer_unref (layer);
}

FzRulebook *
fz_rules_load (FzTxn *txn, const char *sha256, GError **error)
{
  g_autofree char *manifest = fz_rulebooks_get (txn, sha256, error);
  g_auto (GStrv) lines = manifest != NULL ? g_strsplit (manifest, "\n", -1) : NULL;
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func (layer_unref);

  if (lines == NULL)
    return NULL;
  /* The first line names the format, and the last is empty. */
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    FzRuleLayer *layer = load_layer (txn, lines[i], error);

    if (layer == NULL)
      return NULL;
    g_ptr_array_add (layers, layer);
  }
  return fz_rulebook_new ((FzRuleLayer *const *) layers->pdata, layers->len, error);
}

/* --- judging again --- */

typedef struct {
  FzFields *facts;
  gboolean given_only;
} Gather;

static void
gather_one (const char *key, const char *value, gpointer data)
{
  static const char *const judged[] = { "rule.", "rulebook.", "given.", "finding.", "override.", "knowledge." };
  Gather *gather = data;

  for (guint i = 0; i < G_N_ELEMENTS (judged); i++)
    if (g_str_has_prefix (key, judged[i]))
      return;
  if (!gather->given_only)
    fz_fields_set (gather->facts, key, value);
}

FzFields *
fz_rules_facts_of (const FzFields *body, gboolean given_only)
{
  FzFields *facts = fz_fields_new ("fuzhen.check_facts/v1");
  g_autoptr (FzFields) given = fz_fields_dup_below (body, "given", "fuzhen.part/v1");
  Gather gather = { facts, given_only };

  fz_fields_foreach (body, gather_one, &gather);
  fz_fields_merge (facts, NULL, given);
  return facts;
}

FzFields *
fz_rules_judge_again (const FzRulebook *book, const FzFields *body, gboolean given_only, GPtrArray *findings, GError **error)
{
  g_autoptr (FzFields) facts = fz_rules_facts_of (body, given_only), verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  guint n = fz_fields_count (body, "rulebook.moment");
  FzDate on;

  if (!fz_date_parse (fz_fields_get (body, "rulebook.on") != NULL ? fz_fields_get (body, "rulebook.on") : "", &on, error))
    return NULL;
  for (guint i = 0; i < n; i++) {
    FzMoment moment;

    if (!fz_moment_from_word (fz_fields_get_at (body, "rulebook.moment", i, NULL), &moment)) {
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("文书中的检查时点不可识别。"));
      return NULL;
    }
    if (!fz_rulebook_check (book, moment, facts, on, findings, verdicts, NULL, error))
      return NULL;
  }
  return g_steal_pointer (&verdicts);
}

const char *
fz_rules_find_verdict (const FzFields *verdicts, const char *id)
{
  for (guint i = 0; i < fz_fields_count (verdicts, "rule"); i++)
    if (g_strcmp0 (fz_fields_get_at (verdicts, "rule", i, "id"), id) == 0)
      return fz_fields_get_at (verdicts, "rule", i, "verdict");
  return NULL;
}

static guint
add_difference (const FzDocument *document, const char *rule, const char *then, const char *now, GPtrArray *rows)
{
  FzFields *row;

  if (g_strcmp0 (then, now) == 0)
    return 0;
  row = fz_fields_new ("fuzhen.replay/v1");
  fz_fields_set (row, "document", document->id);
  fz_fields_set (row, "rule", rule);
  fz_fields_set (row, "then", then != NULL ? then : "-");
  fz_fields_set (row, "now", now != NULL ? now : "-");
  g_ptr_array_add (rows, fz_fields_freeze (row));
  return 1;
}

static guint
compare (const FzDocument *document, const FzFields *now, GPtrArray *rows)
{
  const FzFields *then = document->body;
  guint differences = 0;

  for (guint i = 0; i < fz_fields_count (then, "rule"); i++) {
    const char *id = fz_fields_get_at (then, "rule", i, "id");

    differences += add_difference (document, id, fz_fields_get_at (then, "rule", i, "verdict"), fz_rules_find_verdict (now, id), rows);
  }
  for (guint i = 0; i < fz_fields_count (now, "rule"); i++) {
    const char *id = fz_fields_get_at (now, "rule", i, "id");

    if (fz_rules_find_verdict (then, id) == NULL)
      differences += add_difference (document, id, NULL, fz_fields_get_at (now, "rule", i, "verdict"), rows);
  }
  return differences;
}

typedef struct {
  const char *visit;
  GPtrArray *rows;
  GHashTable *books; /* hash -> FzRulebook: the documents of one visit share theirs */
  FzKnowledgeShelf *shelf;
} Replay;

static FzRulebook *
book_of (FzTxn *txn, Replay *replay, const char *sha256, GError **error)
{
  FzRulebook *book = g_hash_table_lookup (replay->books, sha256);

  if (book != NULL)
    return book;
  book = fz_rules_load (txn, sha256, error);
  if (book != NULL)
    g_hash_table_insert (replay->books, g_strdup (sha256), book);
  return book;
}

/* The drug checks too, where the document holds what they found and what they need. */
static gboolean
replay_checks (FzTxn *txn, Replay *replay, const FzDocument *document, GPtrArray *findings, guint *out_differences, FzFields *sum, GError **error)
{
  const FzFields *body = document->body;

  *out_differences = 0;
  if (!fz_knowledge_can_judge_again (body))
    return TRUE;
  if (!fz_knowledge_judge_again (replay->shelf, txn, body, findings, error))
    return FALSE;
  fz_fields_set (sum, "knowledge", fz_fields_get (body, "knowledge.edition"));
  fz_fields_set (sum, "engine", fz_fields_get (body, "knowledge.engine"));
  if (g_strcmp0 (fz_fields_get (body, "knowledge.engine"), FZ_DRUGCHECK_VERSION) != 0)
    fz_fields_set (sum, "engine_now", FZ_DRUGCHECK_VERSION); /* why it may differ */
  fz_fields_set_int (sum, "findings", fz_fields_count (body, "finding"));
  *out_differences = fz_replay_findings (document, findings, replay->rows);
  return TRUE;
}

static gboolean
replay_one (FzTxn *txn, Replay *replay, const FzDocument *document, GError **error)
{
  const char *sha256 = fz_fields_get (document->body, "rulebook.sha256");
  FzRulebook *book = sha256 != NULL ? book_of (txn, replay, sha256, error) : NULL;
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (FzFields) now = NULL;
  FzFields *sum;
  guint differences = 0;

  /* What came from outside was judged by nobody; what was signed before inputs were kept cannot be judged again. */
  if (sha256 == NULL || !fz_fields_has (document->body, "rulebook.on"))
    return TRUE;
  now = book != NULL ? fz_rules_judge_again (book, document->body, TRUE, findings, error) : NULL;
  if (now == NULL) {
    g_prefix_error (error, _ ("文书 %s："), document->id);
    return FALSE;
  }
  sum = fz_fields_new ("fuzhen.replay/v1");
  fz_fields_set (sum, "document", document->id);
  fz_fields_set (sum, "rulebook", fz_fields_get (document->body, "rulebook.name"));
  fz_fields_set (sum, "on", fz_fields_get (document->body, "rulebook.on"));
  fz_fields_set_int (sum, "verdicts", fz_fields_count (document->body, "rule"));
  g_ptr_array_add (replay->rows, sum);
  if (!replay_checks (txn, replay, document, findings, &differences, sum, error)) {
    g_prefix_error (error, _ ("文书 %s："), document->id);
    return FALSE;
  }
  differences += compare (document, now, replay->rows);
  fz_fields_set_bool (sum, "same", differences == 0);
  fz_fields_freeze (sum);
  return TRUE;
}

static gboolean
replay_visit (FzTxn *txn, gpointer data, GError **error)
{
  Replay *replay = data;
  G_GNUC_UNUSED g_auto (FzChinese) chinese = fz_chinese_begin (); /* as it was signed; here, since a job has a thread of its own */
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, replay->visit, error);

  for (guint i = 0; documents != NULL && i < documents->len; i++)
    if (!replay_one (txn, replay, documents->pdata[i], error))
      return FALSE;
  return documents != NULL;
}

static void
book_unref (gpointer book)
{
  fz_rulebook_unref (book);
}

GPtrArray *
fz_rules_replay (FzDesk *desk, const char *visit, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GHashTable) books = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, book_unref);
  g_autoptr (FzKnowledgeShelf) shelf = fz_knowledge_shelf_new (desk);
  Replay replay = { visit, rows, books, shelf };

  return fz_store_run (desk->store, FZ_TXN_READ, replay_visit, &replay, error) ? g_steal_pointer (&rows) : NULL;
}
