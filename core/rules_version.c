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

static gboolean
read_decision (const FzRulesFold *self, const FzDocument *document, FzRulesVersion **out, FzRulesState *out_state, GError **error)
{
  static const char *const keys[] = { "rules", "verdict", "note_sha256", NULL };
  const FzFields *body = document->body;

  if (!need (body, keys, error))
    return FALSE;
  *out = find (self, fz_fields_get (body, "rules"));
  if (*out == NULL)
    return refuse (error, _ ("没有这个规则集版本。"));
  if (!fz_rules_state_from_word (fz_fields_get (body, "verdict"), out_state) || *out_state == FZ_RULES_PENDING) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("对规则集版本的决定只能是批准、不批准或撤回。"));
    return FALSE;
  }
  if ((*out)->state != FZ_RULES_PENDING)
    return refuse (error, _ ("这一版本已经有了决定，不能再改；需要变动请提出新的版本。"));
  return g_strcmp0 ((*out)->note_sha256, fz_fields_get (body, "note_sha256")) == 0 ||
         refuse (error, _ ("决定所指的内容与这一版本签署的内容不一致。"));
}

static gboolean
add_decision (FzRulesFold *self, const FzDocument *document, GError **error)
{
  FzRulesState state = FZ_RULES_PENDING;
  FzRulesVersion *version = NULL;

  if (!read_decision (self, document, &version, &state, error) || !check_decider (version, state, document, error) ||
      (state == FZ_RULES_APPROVED && !check_day (version->since, document->signed_at_us, error)))
    return FALSE;
  set_state (version, state);
  fz_fields_set (version->facts, "rules.decision", document->id);
  fz_fields_set_time (version->facts, "rules.decided_at", document->signed_at_us);
  fz_fields_set (version->facts, "rules.decided_by", fz_fields_get (document->body, "decider.name"));
  fz_fields_set (version->facts, "rules.decided_by_number", fz_fields_get (document->body, "decider.staff_number"));
  fz_fields_set (version->facts, "rules.decision_words", fz_fields_get (document->body, "words"));
  return TRUE;
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
