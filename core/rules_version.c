#include "core/rules_version.h"

#include <glib/gi18n-lib.h>

static const char *const state_words[FZ_N_RULES_STATES] = { "pending", "approved", "declined", "withdrawn" };
static const char *const state_labels[FZ_N_RULES_STATES] = { N_ ("待批准"), N_ ("已批准"), N_ ("未获批准"), N_ ("已撤回") };

const char *
fz_rules_state_to_word (FzRulesState state)
{
  return state_words[state];
}

gboolean
fz_rules_state_from_word (const char *word, FzRulesState *out)
{
  for (guint i = 0; i < FZ_N_RULES_STATES; i++)
    if (g_strcmp0 (word, state_words[i]) == 0) {
      *out = (FzRulesState) i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_rules_state_label (FzRulesState state)
{
  return _ (state_labels[state]);
}

char *
fz_rules_version_id (guint number)
{
  return g_strdup_printf ("RULES-%04u", number);
}

static void
version_free (gpointer data)
{
  FzRulesVersion *version = data;

  g_free (version->id);
  g_free (version->person);
  g_free (version->asked_by);
  g_free (version->note_sha256);
  fz_fields_unref (version->facts);
  g_free (version);
}

FzRulesFold *
fz_rules_fold_new (void)
{
  FzRulesFold *self = g_new0 (FzRulesFold, 1);

  self->versions = g_ptr_array_new_with_free_func (version_free);
  return self;
}

void
fz_rules_fold_free (FzRulesFold *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->versions);
  g_free (self);
}

static FzRulesVersion *
find (const FzRulesFold *self, const char *id)
{
  for (guint i = 0; i < self->versions->len; i++) {
    FzRulesVersion *version = self->versions->pdata[i];

    if (g_strcmp0 (version->id, id) == 0)
      return version;
  }
  return NULL;
}

const FzRulesVersion *
fz_rules_fold_find (const FzRulesFold *self, const char *id)
{
  return find (self, id);
}

const FzRulesVersion *
fz_rules_fold_get_pending (const FzRulesFold *self)
{
  for (guint i = 0; i < self->versions->len; i++)
    if (((FzRulesVersion *) self->versions->pdata[i])->state == FZ_RULES_PENDING)
      return self->versions->pdata[i];
  return NULL;
}

const FzRulesVersion *
fz_rules_fold_in_force (const FzRulesFold *self, FzDate on)
{
  for (guint i = self->versions->len; i > 0; i--) {
    const FzRulesVersion *version = self->versions->pdata[i - 1];

    if (version->state == FZ_RULES_APPROVED && fz_date_compare (version->since, on) <= 0)
      return version;
  }
  return NULL;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, why);
  return FALSE;
}

static gboolean
need (const FzFields *body, const char *const *keys, GError **error)
{
  for (guint i = 0; keys[i] != NULL; i++)
    if (!fz_fields_has (body, keys[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("规则集版本的文书缺少“%s”。"), keys[i]);
      return FALSE;
    }
  return TRUE;
}

/* --- a version --- */

/* In force from the start of a day that was still to come, or that very day: what was signed before was judged by what held then. */
static gboolean
check_day (FzDate since, gint64 signed_at_us, GError **error)
{
  return fz_date_compare (fz_date_in_beijing (signed_at_us), since) <= 0 ||
         refuse (error, _ ("施行日已经过去：规则集只能从今天或以后的某一天零时起施行，请改期后重新提出。"));
}

static gboolean
check_signer (const FzRulesFold *self, const FzDocument *document, GError **error)
{
  if (document->actor.role == FZ_ROLE_DESK)
    return self->versions->len == 0 || refuse (error, _ ("只有建库时的第1版可以由工作站签署；其后的版本由医务管理人员提出。"));
  if (document->actor.role != FZ_ROLE_AFFAIRS)
    return refuse (error, _ ("规则集的新版本由医务管理人员提出。"));
  if (self->versions->len == 0)
    return refuse (error, _ ("还没有建库时的第1版规则集。"));
  return fz_rules_fold_get_pending (self) == NULL ||
         refuse (error, _ ("已有一个版本在等待批准。请先批准、不批准，或由提出人撤回，再提出新的版本。"));
}

static void
copy_facts (const FzDocument *document, FzFields *facts)
{
  static const char *const parts[] = { "rulebook", "layer", "change", "consent", "hospital" };
  static const char *const keys[] = { "number", "since", "jurisdiction", "jurisdiction_label", "words" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (document->body, parts[i], "fuzhen.part/v1");

    fz_fields_merge (facts, parts[i], part);
  }
  fz_fields_set (facts, "consent.text", NULL); /* stands in the document and in its layer */
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *key = g_strconcat ("rules.", keys[i], NULL);

    fz_fields_set (facts, key, fz_fields_get (document->body, keys[i]));
  }
  fz_fields_set (facts, "rules.id", document->id);
  fz_fields_set_time (facts, "rules.signed_at", document->signed_at_us);
  fz_fields_set (facts, "rules.by", fz_fields_get (document->body, "affairs.name"));
  fz_fields_set (facts, "rules.by_number", fz_fields_get (document->body, "affairs.staff_number"));
}

static void
set_state (FzRulesVersion *version, FzRulesState state)
{
  version->state = state;
  fz_fields_set (version->facts, "rules.state", state_words[state]);
}

static gboolean
add_version (FzRulesFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "number", "since", "jurisdiction", "rulebook.name", "rulebook.sha256", NULL };
  const FzFields *body = document->body;
  g_autofree char *id = fz_rules_version_id (self->versions->len + 1);
  FzRulesVersion *version;
  gint64 number = 0;
  FzDate since;

  if (!need (body, keys, error) || !fz_date_parse (fz_fields_get (body, "since"), &since, error))
    return FALSE;
  if (!fz_fields_get_int (body, "number", &number) || number != self->versions->len + 1 || g_strcmp0 (document->id, id) != 0)
    return refuse (error, _ ("规则集的版本号不连续：期间可能已有别的版本，请重新提出。"));
  if (!check_signer (self, document, error) || !check_day (since, document->signed_at_us, error))
    return FALSE;
  version = g_new0 (FzRulesVersion, 1);
  version->number = (guint) number;
  version->id = g_steal_pointer (&id);
  version->since = since;
  version->person = g_strdup (document->actor.person);
  version->note_sha256 = g_strdup (document->note_sha256);
  version->facts = fz_fields_new ("fuzhen.rules_version/v1");
  copy_facts (document, version->facts);
  set_state (version, document->actor.role == FZ_ROLE_DESK ? FZ_RULES_APPROVED : FZ_RULES_PENDING);
  g_ptr_array_add (self->versions, version);
  return TRUE;
}

/* --- the decision --- */

static gboolean
check_decider (const FzRulesVersion *version, FzRulesState state, const FzDocument *document, GError **error)
{
  gboolean same = g_strcmp0 (version->person, document->actor.person) == 0;

  if (state == FZ_RULES_WITHDRAWN)
    return same || refuse (error, _ ("只有提出人可以撤回这一版本；您可以批准或不批准。"));
  if (document->actor.role != FZ_ROLE_AFFAIRS && document->actor.role != FZ_ROLE_SECURITY)
    return refuse (error, _ ("规则集的版本由另一名医务管理人员或安全管理员批准。"));
  return !same || refuse (error, _ ("这一版本由您本人提出，须由另一人批准；同一人的两个账号也不行。"));
}

/* What a decision document may say: of a version that waits, or of one that was approved and has not begun. */
static const struct {
  const char *verdict;
  gboolean cancels;   /* is of an approved one */
  FzRulesState state; /* of the version afterwards */
} verdicts[] = { { "approved", FALSE, FZ_RULES_APPROVED },   { "declined", FALSE, FZ_RULES_DECLINED },
                 { "withdrawn", FALSE, FZ_RULES_WITHDRAWN }, { "cancel", TRUE, FZ_RULES_APPROVED },
                 { "cancelled", TRUE, FZ_RULES_WITHDRAWN },  { "kept", TRUE, FZ_RULES_APPROVED } };

static int
find_verdict (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    if (g_strcmp0 (verdicts[i].verdict, word) == 0)
      return (int) i;
  return -1;
}

static gboolean
read_decision (const FzRulesFold *self, const FzDocument *document, FzRulesVersion **out, int *out_verdict, GError **error)
{
  static const char *const keys[] = { "rules", "verdict", "note_sha256", NULL };
  const FzFields *body = document->body;

  if (!need (body, keys, error))
    return FALSE;
  *out = find (self, fz_fields_get (body, "rules"));
  if (*out == NULL)
    return refuse (error, _ ("没有这个规则集版本。"));
  *out_verdict = find_verdict (fz_fields_get (body, "verdict"));
  if (*out_verdict < 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("对规则集版本的决定只能是批准、不批准、撤回，或施行前的取消。"));
    return FALSE;
  }
  if (!verdicts[*out_verdict].cancels && (*out)->state != FZ_RULES_PENDING)
    return refuse (error, _ ("这一版本已经有了决定，不能再改；需要变动请提出新的版本。"));
  return g_strcmp0 ((*out)->note_sha256, fz_fields_get (body, "note_sha256")) == 0 ||
         refuse (error, _ ("决定所指的内容与这一版本签署的内容不一致。"));
}

/* rules.<what>_{at,by,by_number}. */
static void
put_decider (FzRulesVersion *version, const FzDocument *document, const char *what)
{
  g_autofree char *at = g_strconcat ("rules.", what, "_at", NULL), *by = g_strconcat ("rules.", what, "_by", NULL);
  g_autofree char *number = g_strconcat (by, "_number", NULL);

  fz_fields_set_time (version->facts, at, document->signed_at_us);
  fz_fields_set (version->facts, by, fz_fields_get (document->body, "decider.name"));
  fz_fields_set (version->facts, number, fz_fields_get (document->body, "decider.staff_number"));
}

static gboolean
add_first_decision (FzRulesVersion *version, FzRulesState state, const FzDocument *document, GError **error)
{
  if (!check_decider (version, state, document, error) ||
      (state == FZ_RULES_APPROVED && !check_day (version->since, document->signed_at_us, error)))
    return FALSE;
  set_state (version, state);
  fz_fields_set (version->facts, "rules.decision", document->id);
  put_decider (version, document, "decided");
  fz_fields_set (version->facts, "rules.decision_words", fz_fields_get (document->body, "words"));
  return TRUE;
}

/* --- cancelling what was approved --- */

static gboolean
check_cancel (const FzRulesVersion *version, const char *verdict, const FzDocument *document, GError **error)
{
  gboolean asked = version->asked_by != NULL;

  if (version->state != FZ_RULES_APPROVED)
    return refuse (error, _ ("只有已批准、还没有施行的版本可以取消。"));
  if (document->actor.role != FZ_ROLE_AFFAIRS && document->actor.role != FZ_ROLE_SECURITY)
    return refuse (error, _ ("取消已批准的版本，由医务管理人员或安全管理员提出，并由另一人同意。"));
  if (fz_date_compare (fz_date_in_beijing (document->signed_at_us), version->since) >= 0)
    return refuse (error, _ ("这一版本的施行日已到，不能取消；需要变动请提出新的版本。"));
  if (g_str_equal (verdict, "cancel"))
    return !asked || refuse (error, _ ("已有人提出取消这一版本，等待另一人同意。"));
  if (!asked)
    return refuse (error, _ ("还没有人提出取消这一版本。"));
  return g_str_equal (verdict, "kept") || g_strcmp0 (version->asked_by, document->actor.person) != 0 ||
         refuse (error, _ ("取消由您本人提出，须由另一人同意；同一人的两个账号也不行。"));
}

/* A request that is not followed leaves nothing to be acted on; its documents stay. */
static void
clear_request (FzRulesVersion *version)
{
  static const char *const keys[] = { "rules.cancel", "rules.cancel_at", "rules.cancel_by", "rules.cancel_by_number", "rules.cancel_words" };

  g_clear_pointer (&version->asked_by, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (version->facts, keys[i], NULL);
}

static gboolean
add_cancel (FzRulesVersion *version, const char *verdict, FzRulesState state, const FzDocument *document, GError **error)
{
  if (!check_cancel (version, verdict, document, error))
    return FALSE;
  set_state (version, state);
  if (g_str_equal (verdict, "kept"))
    clear_request (version);
  else if (g_str_equal (verdict, "cancel")) {
    version->asked_by = g_strdup (document->actor.person);
    fz_fields_set (version->facts, "rules.cancel", document->id);
    fz_fields_set (version->facts, "rules.cancel_words", fz_fields_get (document->body, "words"));
    put_decider (version, document, "cancel");
  } else {
    fz_fields_set (version->facts, "rules.cancelled_words", fz_fields_get (document->body, "words"));
    put_decider (version, document, "cancelled");
  }
  return TRUE;
}

static gboolean
add_decision (FzRulesFold *self, const FzDocument *document, GError **error)
{
  FzRulesVersion *version = NULL;
  int verdict = -1;

  if (!read_decision (self, document, &version, &verdict, error))
    return FALSE;
  return verdicts[verdict].cancels ? add_cancel (version, verdicts[verdict].verdict, verdicts[verdict].state, document, error)
                                   : add_first_decision (version, verdicts[verdict].state, document, error);
}

gboolean
fz_rules_fold_add (FzRulesFold *self, const FzDocument *document, GError **error)
{
  const char *kind = fz_fields_get_kind (document->body);

  if (g_str_equal (kind, FZ_RULES_KIND))
    return add_version (self, document, error);
  if (g_str_equal (kind, FZ_RULES_DECISION_KIND))
    return add_decision (self, document, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
  return FALSE;
}
