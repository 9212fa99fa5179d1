/* What everybody here may read of the rules: versions, layers, clauses, parameters, termination conditions (规则集的查看). */
#include "app/knowledge.h"
#include "app/rules_draft.h"
#include "db/documents.h"
#include "db/rules.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- versions --- */

static gboolean
list_versions (FzTxn *txn, gpointer data, GError **error)
{
  GPtrArray **rows = data;

  *rows = fz_rules_versions_list (txn, error);
  return *rows != NULL;
}

static gboolean
is_approved (const FzFields *version)
{
  return g_strcmp0 (fz_fields_get (version, "rules.state"), "approved") == 0;
}

/* Whether a later version takes its place before its own day comes, or at once. */
static gboolean
is_overtaken (GPtrArray *versions, guint i)
{
  for (guint k = i + 1; k < versions->len; k++)
    if (is_approved (versions->pdata[k]) &&
        g_strcmp0 (fz_fields_get (versions->pdata[k], "rules.since"), fz_fields_get (versions->pdata[i], "rules.since")) <= 0)
      return TRUE;
  return FALSE;
}

static const char *
standing (GPtrArray *versions, guint i, const char *today)
{
  const FzFields *version = versions->pdata[i];

  if (!is_approved (version))
    return NULL;
  if (is_overtaken (versions, i))
    return "past";
  if (g_strcmp0 (fz_fields_get (version, "rules.since"), today) > 0)
    return "planned";
  for (guint k = i + 1; k < versions->len; k++)
    if (is_approved (versions->pdata[k]) && g_strcmp0 (fz_fields_get (versions->pdata[k], "rules.since"), today) <= 0)
      return "past";
  return "in_force";
}

typedef struct {
  const char *id;
  FzDocument *document;
} Signed;

static gboolean
read_signed (FzTxn *txn, gpointer data, GError **error)
{
  Signed *found = data;

  found->document = fz_documents_get (txn, found->id, error);
  return found->document != NULL;
}

/* By natural person, not by account. */
static gboolean
is_mine (FzSession *session, const char *id, gboolean *out, GError **error)
{
  Signed found = { id, NULL };

  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_signed, &found, error))
    return FALSE;
  *out = g_strcmp0 (found.document->actor.person, fz_fields_get (session->person, "person")) == 0;
  fz_document_free (found.document);
  return TRUE;
}

/* Of an approved version before its day: one asks to cancel it, another agrees, anyone lets it stand. */
static gboolean
put_may_cancel (FzSession *session, FzFields *row, GError **error)
{
  const char *asked = fz_fields_get (row, "rules.cancel");
  gboolean mine = FALSE;

  if (asked != NULL && !is_mine (session, asked, &mine, error))
    return FALSE;
  fz_fields_set (row, "rules.may_cancel", asked == NULL ? "yes" : NULL);
  fz_fields_set (row, "rules.may_agree", asked != NULL && !mine ? "yes" : NULL);
  fz_fields_set (row, "rules.may_keep", asked != NULL ? "yes" : NULL);
  return TRUE;
}

/* Who proposed withdraws, who did not decides. */
static gboolean
put_may (FzSession *session, FzFields *row, const char *today, GError **error)
{
  gboolean mine = FALSE, decider = session->role == FZ_ROLE_AFFAIRS || session->role == FZ_ROLE_SECURITY;

  if (decider && is_approved (row) && g_strcmp0 (fz_fields_get (row, "rules.since"), today) > 0)
    return put_may_cancel (session, row, error);
  if (g_strcmp0 (fz_fields_get (row, "rules.state"), "pending") != 0)
    return TRUE;
  if (!is_mine (session, fz_fields_get (row, "rules.id"), &mine, error))
    return FALSE;
  if (mine && session->role == FZ_ROLE_AFFAIRS)
    fz_fields_set (row, "rules.may_withdraw", "yes");
  if (!mine && decider)
    fz_fields_set (row, "rules.may_decide", "yes");
  return TRUE;
}

GPtrArray *
fz_desk_rules_versions (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), versions = NULL;
  g_autofree char *today = NULL;

  if (!fz_session_may (session, "rules.read", "rules", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list_versions, &versions, error))
    return NULL;
  today = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  for (guint i = versions->len; i > 0; i--) {
    FzFields *row = fz_fields_dup (versions->pdata[i - 1], NULL);
    FzVersionState state = FZ_VERSION_PENDING;

    g_ptr_array_add (rows, row);
    fz_version_state_from_word (fz_fields_get (row, "rules.state"), &state);
    fz_fields_set (row, "rules.state_label", fz_fields_has (row, "rules.cancelled_at") ? _ ("施行前取消") : fz_version_state_label (state));
    fz_fields_set (row, "rules.now", standing (versions, i - 1, today));
    if (!put_may (session, row, today, error))
      return NULL;
    fz_fields_freeze (row);
  }
  return g_steal_pointer (&rows);
}

/* --- one version --- */

typedef struct {
  const char *id;
  FzRulebook *book;
} Find;

static gboolean
load_version (FzTxn *txn, gpointer data, GError **error)
{
  Find *find = data;
  g_autoptr (FzFields) version = fz_rules_versions_get (txn, find->id, error);

  find->book = version != NULL ? fz_rules_load (txn, fz_fields_get (version, "rulebook.sha256"), error) : NULL;
  return find->book != NULL;
}

static FzRulebook *
find_book (FzSession *session, const char *id, GError **error)
{
  Find find = { id, NULL };

  if (id == NULL)
    return fz_rules_check_usable (session->desk, error) ? fz_rulebook_ref (session->desk->knowledge->rulebook) : NULL;
  if (fz_rules_profile (session->desk, id) != NULL)
    return fz_data_load_rulebook (fz_rules_profile (session->desk, id), error);
  return fz_store_run (session->desk->store, FZ_TXN_READ, load_version, &find, error) ? find.book : NULL;
}

static void
list_layers (const FzRulebook *book, GPtrArray *rows)
{
  for (guint i = 0; i < fz_rulebook_get_n_layers (book); i++) {
    const FzRuleLayer *layer = fz_rulebook_get_layer (book, i);
    FzFields *row = fz_fields_new ("fuzhen.layer_row/v1");
    g_autofree char *since = fz_date_format (fz_rule_layer_get_since (layer)), *last = NULL;
    FzDate until;

    if (fz_rule_layer_get_until (layer, &until))
      last = fz_date_format (until);
    fz_fields_set (row, "name", fz_rule_layer_get_name (layer));
    fz_fields_set (row, "title", fz_rule_layer_get_title (layer));
    fz_fields_set (row, "title_en", fz_rule_layer_get_title_en (layer));
    fz_fields_set (row, "short", fz_rule_layer_get_short (layer));
    fz_fields_set (row, "layer", fz_layer_rank_to_word (fz_rule_layer_get_rank (layer)));
    fz_fields_set (row, "source", fz_rule_layer_get_source (layer));
    fz_fields_set (row, "successor", fz_rule_layer_get_successor (layer));
    fz_fields_set (row, "since", since);
    fz_fields_set (row, "until", last);
    fz_fields_set (row, "sha256", fz_rule_layer_get_sha256 (layer));
    fz_fields_set_int (row, "n_clauses", fz_rule_layer_get_n_clauses (layer));
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
}

static gboolean
stands_higher (const FzRulebook *book, guint layer, const char *name)
{
  for (guint i = layer + 1; i < fz_rulebook_get_n_layers (book); i++) {
    const FzRuleLayer *above = fz_rulebook_get_layer (book, i);

    for (guint k = 0; k < fz_rule_layer_get_n_parameters (above); k++)
      if (g_strcmp0 (fz_fields_get (fz_rule_layer_get_parameter (above, k), "name"), name) == 0)
        return TRUE;
  }
  return FALSE;
}

/* One row a name, as the topmost layer words it. */
static void
add_parameter (const FzRulebook *book, const FzRulebook *law, const FzRuleLayer *layer, const FzFields *parameter, FzDate on, GPtrArray *rows)
{
  static const char *const keys[] = { "name", "zh", "en", "question", "stricter", "type" };
  const char *name = fz_fields_get (parameter, "name");
  g_autofree char *value = fz_rules_dup_value (book, name, on), *said = fz_rules_dup_value (law, name, on);
  FzFields *row = fz_fields_new ("fuzhen.parameter_row/v1");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (row, keys[i], fz_fields_get (parameter, keys[i]));
  fz_fields_set (row, "layer", fz_rule_layer_get_name (layer));
  fz_fields_set (row, "value", value);
  fz_fields_set (row, "law", said);
  fz_fields_set_bool (row, "own", fz_rule_layer_get_rank (layer) == FZ_LAYER_HOSPITAL);
  g_ptr_array_add (rows, fz_fields_freeze (row));
}

static gboolean
list_parameters (const FzRulebook *book, FzDate on, GPtrArray *rows, GError **error)
{
  g_autoptr (FzRulebook) law = fz_rules_public (book, error);

  for (guint i = 0; law != NULL && i < fz_rulebook_get_n_layers (book); i++) {
    const FzRuleLayer *layer = fz_rulebook_get_layer (book, i);

    for (guint k = 0; k < fz_rule_layer_get_n_parameters (layer); k++) {
      const FzFields *parameter = fz_rule_layer_get_parameter (layer, k);

      if (!stands_higher (book, i, fz_fields_get (parameter, "name")))
        add_parameter (book, law, layer, parameter, on, rows);
    }
  }
  return law != NULL;
}

static gboolean
is_own (const FzRulebook *book, const char *code)
{
  const FzRuleLayer *own = fz_rules_get_own (book);

  for (guint i = 0; own != NULL && i < fz_rule_layer_get_n_terminations (own); i++)
    if (g_strcmp0 (fz_fields_get (fz_rule_layer_get_termination (own, i), "code"), code) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
list_terminations (FzDesk *desk, FzRulebook *book, GPtrArray *rows, GError **error)
{
  static const char *const keys[] = { "code", "label", "emergency", "guidance" };
  g_autoptr (FzKnowledge) knowledge = fz_knowledge_with_rules (desk->knowledge, book, error);
  g_autoptr (FzCodes) shipped = knowledge != NULL ? fz_data_load_codes ("termination-reasons", error) : NULL;
  FzCodes *codes = shipped != NULL ? fz_knowledge_codes (knowledge, "termination-reasons") : NULL;

  for (guint i = 0; codes != NULL && i < fz_codes_get_n (codes); i++) {
    FzFields *row = fz_fields_new ("fuzhen.termination_row/v1");
    int before = fz_codes_find_code (shipped, fz_codes_get (codes, i, "code"));

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set (row, keys[k], fz_codes_get (codes, i, keys[k]));
    fz_fields_set (row, "law", before >= 0 ? fz_codes_get (shipped, (guint) before, "guidance") : NULL);
    fz_fields_set_bool (row, "own", is_own (book, fz_codes_get (codes, i, "code")));
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
  return codes != NULL;
}

GPtrArray *
fz_desk_read_rules (FzSession *session, const char *id, FzRulesPart part, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (FzRulebook) book = fz_session_may (session, "rules.read", "rules", id, error) ? find_book (session, id, error) : NULL;
  FzDate today = fz_date_in_beijing (fz_session_now_us (session));
  gboolean good = book != NULL;

  if (good && part == FZ_RULES_LAYERS)
    list_layers (book, rows);
  else if (good && part == FZ_RULES_PARAMETERS)
    good = list_parameters (book, today, rows, error);
  else if (good && part == FZ_RULES_TERMINATIONS)
    good = list_terminations (session->desk, book, rows, error);
  else if (good)
    for (guint i = 0; i < fz_rulebook_get_n_clauses (book); i++)
      g_ptr_array_add (rows, fz_fields_ref ((FzFields *) fz_rulebook_get_clause (book, i)));
  return good ? g_steal_pointer (&rows) : NULL;
}

FzFields *
fz_desk_read_rules_consent (FzSession *session, const char *id, GError **error)
{
  g_autoptr (FzRulebook) book = fz_session_may (session, "rules.read", "rules", id, error) ? find_book (session, id, error) : NULL;
  g_autofree char *version = NULL, *text = NULL, *sha256 = NULL;
  FzFields *out;

  if (book == NULL || !fz_rules_dup_consent (book, &version, &text, error))
    return NULL;
  out = fz_fields_new ("fuzhen.consent_row/v1");
  sha256 = fz_sha256_hex (text, strlen (text));
  fz_fields_set (out, "version", version);
  fz_fields_set (out, "text", text);
  fz_fields_set (out, "sha256", sha256);
  return fz_fields_freeze (out);
}
