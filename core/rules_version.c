#include "core/rules_version.h"

#include <glib/gi18n-lib.h>

/* --- a version --- */

static gboolean
check_day (FzDate since, gint64 signed_at_us, GError **error)
{
  return fz_version_day_is_open (since, signed_at_us) ||
         fz_refuse (error, _ ("施行日已经过去：规则集只能从今天或以后的某一天零时起施行，请改期后重新提出。"));
}

static gboolean
check_signer (const FzVersions *self, const FzDocument *document, GError **error)
{
  if (document->actor.role == FZ_ROLE_DESK)
    return self->versions->len == 0 || fz_refuse (error, _ ("只有建库时的第1版可以由工作站签署；其后的版本由医务管理人员提出。"));
  if (document->actor.role != FZ_ROLE_AFFAIRS)
    return fz_refuse (error, _ ("规则集的新版本由医务管理人员提出。"));
  if (self->versions->len == 0)
    return fz_refuse (error, _ ("还没有建库时的第1版规则集。"));
  return fz_versions_get_pending (self) == NULL ||
         fz_refuse (error, _ ("已有一个版本在等待批准。请先批准、不批准，或由提出人撤回，再提出新的版本。"));
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
}

static gboolean
add_version (FzVersions *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "number", "since", "jurisdiction", "rulebook.name", "rulebook.sha256", NULL };
  const FzFields *body = document->body;
  FzFields *facts;
  FzDate since;

  if (!fz_document_need (body, keys, error) || !fz_date_parse (fz_fields_get (body, "since"), &since, error))
    return FALSE;
  if (!fz_versions_is_next (self, document))
    return fz_refuse (error, _ ("规则集的版本号不连续：期间可能已有别的版本，请重新提出。"));
  if (!check_signer (self, document, error) || !check_day (since, document->signed_at_us, error))
    return FALSE;
  facts = fz_fields_new ("fuzhen.rules_version/v1");
  copy_facts (document, facts);
  fz_versions_push (self, document, since, document->actor.role == FZ_ROLE_DESK ? FZ_VERSION_APPROVED : FZ_VERSION_PENDING, facts);
  return TRUE;
}

/* --- the decision --- */

static gboolean
check_decider (const FzVersion *version, FzVersionState state, const FzDocument *document, GError **error)
{
  gboolean same = fz_version_is_own (version, document);

  if (state == FZ_VERSION_WITHDRAWN)
    return same || fz_refuse (error, _ ("只有提出人可以撤回这一版本；您可以批准或不批准。"));
  if (document->actor.role != FZ_ROLE_AFFAIRS && document->actor.role != FZ_ROLE_SECURITY)
    return fz_refuse (error, _ ("规则集的版本由另一名医务管理人员或安全管理员批准。"));
  return !same || fz_refuse (error, _ ("这一版本由您本人提出，须由另一人批准；同一人的两个账号也不行。"));
}

/* What a decision document may say: of a version that waits, or of one that was approved and has not begun. */
static const struct {
  const char *verdict;
  gboolean cancels;   /* is of an approved one */
  FzVersionState state; /* of the version afterwards */
} verdicts[] = { { "approved", FALSE, FZ_VERSION_APPROVED },   { "declined", FALSE, FZ_VERSION_DECLINED },
                 { "withdrawn", FALSE, FZ_VERSION_WITHDRAWN }, { "cancel", TRUE, FZ_VERSION_APPROVED },
                 { "cancelled", TRUE, FZ_VERSION_WITHDRAWN },  { "kept", TRUE, FZ_VERSION_APPROVED } };

static int
find_verdict (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    if (g_strcmp0 (verdicts[i].verdict, word) == 0)
      return (int) i;
  return -1;
}

static gboolean
read_decision (FzVersions *self, const FzDocument *document, FzVersion **out, int *out_verdict, GError **error)
{
  static const char *const keys[] = { "rules", "verdict", "note_sha256", NULL };
  const FzFields *body = document->body;

  if (!fz_document_need (body, keys, error))
    return FALSE;
  *out = fz_versions_find_open (self, fz_fields_get (body, "rules"));
  if (*out == NULL)
    return fz_refuse (error, _ ("没有这个规则集版本。"));
  *out_verdict = find_verdict (fz_fields_get (body, "verdict"));
  if (*out_verdict < 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("对规则集版本的决定只能是批准、不批准、撤回，或施行前的取消。"));
    return FALSE;
  }
  if (!verdicts[*out_verdict].cancels && (*out)->state != FZ_VERSION_PENDING)
    return fz_refuse (error, _ ("这一版本已经有了决定，不能再改；需要变动请提出新的版本。"));
  return g_strcmp0 ((*out)->note_sha256, fz_fields_get (body, "note_sha256")) == 0 ||
         fz_refuse (error, _ ("决定所指的内容与这一版本签署的内容不一致。"));
}

static gboolean
add_first_decision (FzVersions *self, FzVersion *version, FzVersionState state, const FzDocument *document, GError **error)
{
  if (!check_decider (version, state, document, error) ||
      (state == FZ_VERSION_APPROVED && !check_day (version->since, document->signed_at_us, error)))
    return FALSE;
  fz_versions_decide (self, version, document, state);
  return TRUE;
}

/* --- cancelling what was approved --- */

static gboolean
check_cancel (const FzVersion *version, const char *verdict, const FzDocument *document, GError **error)
{
  gboolean asked = version->asked_by != NULL;

  if (version->state != FZ_VERSION_APPROVED)
    return fz_refuse (error, _ ("只有已批准、还没有施行的版本可以取消。"));
  if (document->actor.role != FZ_ROLE_AFFAIRS && document->actor.role != FZ_ROLE_SECURITY)
    return fz_refuse (error, _ ("取消已批准的版本，由医务管理人员或安全管理员提出，并由另一人同意。"));
  if (fz_date_compare (fz_date_in_beijing (document->signed_at_us), version->since) >= 0)
    return fz_refuse (error, _ ("这一版本的施行日已到，不能取消；需要变动请提出新的版本。"));
  if (g_str_equal (verdict, "cancel"))
    return !asked || fz_refuse (error, _ ("已有人提出取消这一版本，等待另一人同意。"));
  if (!asked)
    return fz_refuse (error, _ ("还没有人提出取消这一版本。"));
  return g_str_equal (verdict, "kept") || g_strcmp0 (version->asked_by, document->actor.person) != 0 ||
         fz_refuse (error, _ ("取消由您本人提出，须由另一人同意；同一人的两个账号也不行。"));
}

/* A request that is not followed leaves nothing to be acted on; its documents stay. */
static void
clear_request (FzVersion *version)
{
  static const char *const keys[] = { "rules.cancel", "rules.cancel_at", "rules.cancel_by", "rules.cancel_by_number", "rules.cancel_words" };

  g_clear_pointer (&version->asked_by, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (version->facts, keys[i], NULL);
}

static gboolean
add_cancel (FzVersions *self, FzVersion *version, const char *verdict, FzVersionState state, const FzDocument *document, GError **error)
{
  if (!check_cancel (version, verdict, document, error))
    return FALSE;
  fz_versions_set_state (self, version, state);
  if (g_str_equal (verdict, "kept"))
    clear_request (version);
  else if (g_str_equal (verdict, "cancel")) {
    version->asked_by = g_strdup (document->actor.person);
    fz_fields_set (version->facts, "rules.cancel", document->id);
    fz_fields_set (version->facts, "rules.cancel_words", fz_fields_get (document->body, "words"));
    fz_versions_put_decider (self, version, document, "cancel");
  } else {
    fz_fields_set (version->facts, "rules.cancelled_words", fz_fields_get (document->body, "words"));
    fz_versions_put_decider (self, version, document, "cancelled");
  }
  return TRUE;
}

static gboolean
add_decision (FzVersions *self, const FzDocument *document, GError **error)
{
  FzVersion *version = NULL;
  int verdict = -1;

  if (!read_decision (self, document, &version, &verdict, error))
    return FALSE;
  return verdicts[verdict].cancels ? add_cancel (self, version, verdicts[verdict].verdict, verdicts[verdict].state, document, error)
                                   : add_first_decision (self, version, verdicts[verdict].state, document, error);
}

gboolean
fz_rules_fold_add (FzVersions *self, const FzDocument *document, GError **error)
{
  const char *kind = fz_fields_get_kind (document->body);

  if (g_str_equal (kind, FZ_RULES_KIND))
    return add_version (self, document, error);
  if (g_str_equal (kind, FZ_RULES_DECISION_KIND))
    return add_decision (self, document, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
  return FALSE;
}
