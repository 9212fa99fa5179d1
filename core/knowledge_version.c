#include "core/knowledge_version.h"

#include <glib/gi18n-lib.h>

static gboolean
check_day (FzDate since, gint64 signed_at_us, GError **error)
{
  return fz_version_day_is_open (since, signed_at_us) ||
         fz_refuse (error, _ ("启用日已经过去：药品知识库只能从今天或以后的某一天零时起启用，请改期后重新提出。"));
}

/* --- a version --- */

static void
copy_facts (const FzDocument *document, FzFields *facts)
{
  static const char *const parts[] = { "set", "table", "gap" }, *const keys[] = { "number", "since", "source", "words", "edition", "title", "until" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (document->body, parts[i], "fuzhen.part/v1");

    fz_fields_merge (facts, parts[i], part);
  }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *key = g_strconcat ("knowledge.", keys[i], NULL);

    fz_fields_set (facts, key, fz_fields_get (document->body, keys[i]));
  }
}

static gboolean
check_version (const FzVersions *self, const FzDocument *document, FzDate since, GError **error)
{
  if (!fz_versions_is_next (self, document))
    return fz_refuse (error, _ ("药品知识库的启用编号不连续：期间可能已有别的提出，请重新提出。"));
  if (document->actor.role != FZ_ROLE_AFFAIRS)
    return fz_refuse (error, _ ("药品知识库的启用由医务管理人员提出。"));
  if (fz_versions_get_pending (self) != NULL)
    return fz_refuse (error, _ ("已有一个药品知识库在等待批准。请先批准、不批准，或由提出人撤回，再提出新的。"));
  return check_day (since, document->signed_at_us, error);
}

static gboolean
add_version (FzVersions *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "number", "since", "source", "edition", "until", "set.sha256", "set.manifest", NULL };
  FzFields *facts;
  FzDate since;

  if (!fz_document_need (document->body, keys, error) || !fz_date_parse (fz_fields_get (document->body, "since"), &since, error) ||
      !check_version (self, document, since, error))
    return FALSE;
  facts = fz_fields_new ("fuzhen.knowledge_version/v1");
  copy_facts (document, facts);
  fz_versions_push (self, document, since, FZ_VERSION_PENDING, facts);
  return TRUE;
}

/* --- the decision --- */

static gboolean
check_decider (const FzVersion *version, FzVersionState state, const FzDocument *document, GError **error)
{
  gboolean same = fz_version_is_own (version, document);
  FzRole role = document->actor.role;

  if (state == FZ_VERSION_WITHDRAWN)
    return same || fz_refuse (error, _ ("只有提出人可以撤回；您可以批准或不批准。"));
  if (role != FZ_ROLE_PHARMACIST && role != FZ_ROLE_AFFAIRS && role != FZ_ROLE_SECURITY)
    return fz_refuse (error, _ ("药品知识库的启用由药师、另一名医务管理人员或安全管理员批准。"));
  return !same || fz_refuse (error, _ ("由您本人提出，须由另一人批准；同一人的两个账号也不行。"));
}

static gboolean
read_verdict (const FzFields *body, FzVersionState *out, GError **error)
{
  if (fz_version_state_from_word (fz_fields_get (body, "verdict"), out) && *out != FZ_VERSION_PENDING)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("对启用药品知识库的决定只能是批准、不批准或撤回。"));
  return FALSE;
}

static gboolean
add_decision (FzVersions *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "knowledge", "verdict", "note_sha256", NULL };
  FzVersion *version;
  FzVersionState state;

  if (!fz_document_need (document->body, keys, error) || !read_verdict (document->body, &state, error))
    return FALSE;
  version = fz_versions_find_open (self, fz_fields_get (document->body, "knowledge"));
  if (version == NULL || version->state != FZ_VERSION_PENDING)
    return fz_refuse (error, _ ("没有这个等待批准的药品知识库，或已经有了决定；需要变动请重新提出。"));
  if (g_strcmp0 (version->note_sha256, fz_fields_get (document->body, "note_sha256")) != 0)
    return fz_refuse (error, _ ("决定所指的内容与提出时签署的内容不一致。"));
  if (!check_decider (version, state, document, error) ||
      (state == FZ_VERSION_APPROVED && !check_day (version->since, document->signed_at_us, error)))
    return FALSE;
  fz_versions_decide (self, version, document, state);
  return TRUE;
}

gboolean
fz_knowledge_fold_add (FzVersions *self, const FzDocument *document, GError **error)
{
  const char *kind = fz_fields_get_kind (document->body);

  if (g_str_equal (kind, FZ_KNOWLEDGE_KIND))
    return add_version (self, document, error);
  if (g_str_equal (kind, FZ_KNOWLEDGE_DECISION_KIND))
    return add_decision (self, document, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
  return FALSE;
}
