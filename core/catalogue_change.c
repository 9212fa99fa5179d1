#include "core/catalogue_change.h"

#include <glib/gi18n-lib.h>

#include "core/date.h"

static const struct {
  const char *word, *label;
} states[FZ_N_CHANGE_STATES] = {
  [FZ_CHANGE_PENDING] = { "pending", N_ ("待他人批准") },       [FZ_CHANGE_APPROVED] = { "approved", N_ ("已批准") },
  [FZ_CHANGE_DECLINED] = { "declined", N_ ("未获批准") },         [FZ_CHANGE_WITHDRAWN] = { "withdrawn", N_ ("已撤回") },
  [FZ_CHANGE_SUSPENDED] = { "suspended", N_ ("已移除，待另一人确认") }, [FZ_CHANGE_CONFIRMED] = { "confirmed", N_ ("移除已确认") },
  [FZ_CHANGE_LIFTED] = { "lifted", N_ ("移除已解除") },
};

const char *
fz_change_state_to_word (FzChangeState state)
{
  return states[state].word;
}

gboolean
fz_change_state_from_word (const char *word, FzChangeState *out)
{
  for (FzChangeState i = 0; i < FZ_N_CHANGE_STATES; i++)
    if (g_strcmp0 (states[i].word, word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_change_state_label (FzChangeState state)
{
  return _ (states[state].label);
}

static gboolean
check_role (const FzDocument *document, GError **error)
{
  return document->actor.role == FZ_ROLE_PHARMACIST || document->actor.role == FZ_ROLE_AFFAIRS ||
         fz_refuse (error, _ ("药品目录的变更由药师或医务管理人员提出和批准。"));
}

static void
copy (FzFields *facts, const char *prefix, const FzFields *body, const char *const *keys)
{
  for (guint i = 0; keys[i] != NULL; i++) {
    g_autofree char *key = g_strconcat (prefix, keys[i], NULL);

    fz_fields_set (facts, key, fz_fields_get (body, keys[i]));
  }
}

/* --- opening --- */

static FzFields *
open_facts (const FzDocument *document, const char *kind, FzChangeState state)
{
  static const char *const copied[] = { "words", "rows_sha256", "n_rows", "n_add", "n_alter", "n_withdraw", "n_restore", "file", "entry", "due_on", NULL };
  FzFields *facts = fz_fields_new ("fuzhen.catalogue_change_facts/v1");
  const FzFields *body = document->body;

  fz_fields_set (facts, "change.id", fz_fields_get (body, "proposal"));
  fz_fields_set (facts, "change.kind", kind);
  fz_fields_set (facts, "change.state", states[state].word);
  fz_fields_set_bool (facts, "change.open", TRUE);
  fz_fields_set_time (facts, "change.opened_at", document->signed_at_us);
  fz_fields_set (facts, "change.by", fz_fields_get (body, "proposer.name"));
  fz_fields_set (facts, "change.by_number", fz_fields_get (body, "proposer.staff_number"));
  fz_fields_set (facts, "change.by_person", document->actor.person);
  fz_fields_set (facts, "change.by_role", fz_role_to_word (document->actor.role));
  fz_fields_set (facts, "change.document", document->id);
  fz_fields_set (facts, "change.note_sha256", document->note_sha256);
  copy (facts, "change.", body, copied);
  if (g_strcmp0 (fz_fields_get (body, "n_rows"), "1") == 0)
    fz_fields_set (facts, "change.line", fz_fields_get_at (body, "line", 0, NULL));
  return facts;
}

static FzFields *
open_change (const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "rows_sha256", "n_rows", "words", "proposer.name", NULL };
  gint64 rows = 0;

  if (!fz_document_need (document->body, keys, error) || !check_role (document, error))
    return NULL;
  if (!fz_fields_get_int (document->body, "n_rows", &rows) || rows < 1) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("药品目录变更至少应有一个品种。"));
    return NULL;
  }
  return open_facts (document, "change", FZ_CHANGE_PENDING);
}

static FzFields *
open_removal (const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "drug.code", "drug.generic", "entry", "words", "due_on", "proposer.name", NULL };
  g_autoptr (FzFields) drug = NULL;
  FzFields *facts;
  FzDate due;

  if (!fz_document_need (document->body, keys, error) || !fz_date_parse (fz_fields_get (document->body, "due_on"), &due, error) || !check_role (document, error))
    return NULL;
  facts = open_facts (document, "removal", FZ_CHANGE_SUSPENDED);
  drug = fz_fields_dup_below (document->body, "drug", "fuzhen.part/v1");
  fz_fields_merge (facts, "drug", drug);
  return facts;
}

/* --- the decision --- */

static const struct {
  const char *verdict;
  FzChangeState from, to;
  gboolean own; /* by who signed it, else by anybody else */
} verdicts[] = { { "approved", FZ_CHANGE_PENDING, FZ_CHANGE_APPROVED, FALSE },
                 { "declined", FZ_CHANGE_PENDING, FZ_CHANGE_DECLINED, FALSE },
                 { "withdrawn", FZ_CHANGE_PENDING, FZ_CHANGE_WITHDRAWN, TRUE },
                 { "confirmed", FZ_CHANGE_SUSPENDED, FZ_CHANGE_CONFIRMED, FALSE },
                 { "lifted", FZ_CHANGE_SUSPENDED, FZ_CHANGE_LIFTED, FALSE } };

static int
find_verdict (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    if (g_strcmp0 (verdicts[i].verdict, word) == 0)
      return (int) i;
  return -1;
}

static gboolean
check_decision (const FzFields *before, const FzDocument *document, int verdict, GError **error)
{
  FzChangeState state = FZ_CHANGE_PENDING;
  gboolean mine = g_strcmp0 (fz_fields_get (before, "change.by_person"), document->actor.person) == 0;

  if (verdict < 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("对目录变更只能批准、不批准或撤回；对移除只能确认或解除。"));
    return FALSE;
  }
  fz_change_state_from_word (fz_fields_get (before, "change.state"), &state);
  if (!fz_fields_is_yes (before, "change.open"))
    return fz_refuse (error, _ ("这一变更已经有了决定，不能再改；需要变动请重新提出。"));
  if (state != verdicts[verdict].from)
    return fz_refuse (error, _ ("对目录变更只能批准、不批准或撤回；对移除只能确认或解除。"));
  if (verdicts[verdict].own && !mine)
    return fz_refuse (error, _ ("只有提出人可以撤回这一变更；您可以批准或不批准。"));
  if (!verdicts[verdict].own && mine)
    return fz_refuse (error, _ ("这一变更由您本人提出，须由另一人决定；同一人的两个账号也不行。"));
  return check_role (document, error);
}

static FzFields *
decide (const FzFields *before, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "verdict", "note_sha256", "decider.name", NULL };
  const FzFields *body = document->body;
  int verdict = find_verdict (fz_fields_get (body, "verdict"));
  FzFields *facts;

  if (!fz_document_need (body, keys, error) || !check_decision (before, document, verdict, error))
    return NULL;
  if (g_strcmp0 (fz_fields_get (before, "change.id"), fz_fields_get (body, "proposal")) != 0 ||
      g_strcmp0 (fz_fields_get (before, "change.note_sha256"), fz_fields_get (body, "note_sha256")) != 0) {
    fz_refuse (error, _ ("决定所指的内容与这一变更签署的内容不一致。"));
    return NULL;
  }
  facts = fz_fields_dup (before, NULL);
  fz_fields_set (facts, "change.state", states[verdicts[verdict].to].word);
  fz_fields_set_bool (facts, "change.open", FALSE);
  fz_fields_set (facts, "change.verdict", verdicts[verdict].verdict);
  fz_fields_set_time (facts, "change.decided_at", document->signed_at_us);
  fz_fields_set (facts, "change.decided_by", fz_fields_get (body, "decider.name"));
  fz_fields_set (facts, "change.decided_by_number", fz_fields_get (body, "decider.staff_number"));
  fz_fields_set (facts, "change.decision_words", fz_fields_get (body, "words"));
  fz_fields_set (facts, "change.decision", document->id);
  return facts;
}

FzFields *
fz_catalogue_change_fold (const FzFields *before, const FzDocument *document, GError **error)
{
  const char *kind = fz_fields_get_kind (document->body);
  gboolean opens = g_str_equal (kind, FZ_CATALOGUE_CHANGE_KIND) || g_str_equal (kind, FZ_CATALOGUE_REMOVAL_KIND);
  FzFields *facts = NULL;

  if (!opens && !g_str_equal (kind, FZ_CATALOGUE_DECISION_KIND))
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
  else if (opens != (before == NULL))
    fz_refuse (error, opens ? _ ("这一变更已经提出，不能再提出一次。") : _ ("没有这一药品目录变更。"));
  else if (!opens)
    facts = decide (before, document, error);
  else
    facts = g_str_equal (kind, FZ_CATALOGUE_CHANGE_KIND) ? open_change (document, error) : open_removal (document, error);
  return facts != NULL ? fz_fields_freeze (facts) : NULL;
}
