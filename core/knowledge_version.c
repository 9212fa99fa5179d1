#include "core/knowledge_version.h"

#include <glib/gi18n-lib.h>

static const char *const state_words[FZ_N_KNOWLEDGE_STATES] = { "pending", "approved", "declined", "withdrawn" };
static const char *const state_labels[FZ_N_KNOWLEDGE_STATES] = { N_ ("待批准"), N_ ("已批准"), N_ ("未获批准"), N_ ("已撤回") };

const char *
fz_knowledge_state_to_word (FzKnowledgeState state)
{
  return state_words[state];
}

const char *
fz_knowledge_state_label (FzKnowledgeState state)
{
  return _ (state_labels[state]);
}

char *
fz_knowledge_version_id (guint number)
{
  return g_strdup_printf ("KNOWLEDGE-%04u", number);
}

static void
version_free (gpointer data)
{
  FzKnowledgeVersion *version = data;

  g_free (version->id);
  g_free (version->person);
  g_free (version->note_sha256);
  fz_fields_unref (version->facts);
  g_free (version);
}

FzKnowledgeFold *
fz_knowledge_fold_new (void)
{
  FzKnowledgeFold *self = g_new0 (FzKnowledgeFold, 1);

  self->versions = g_ptr_array_new_with_free_func (version_free);
  return self;
}

void
fz_knowledge_fold_free (FzKnowledgeFold *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->versions);
  g_free (self);
}

static FzKnowledgeVersion *
find (const FzKnowledgeFold *self, const char *id)
{
  for (guint i = 0; i < self->versions->len; i++) {
    FzKnowledgeVersion *version = self->versions->pdata[i];

    if (g_strcmp0 (version->id, id) == 0)
      return version;
  }
  return NULL;
}

const FzKnowledgeVersion *
fz_knowledge_fold_find (const FzKnowledgeFold *self, const char *id)
{
  return find (self, id);
}

const FzKnowledgeVersion *
fz_knowledge_fold_get_pending (const FzKnowledgeFold *self)
{
  for (guint i = 0; i < self->versions->len; i++)
    if (((FzKnowledgeVersion *) self->versions->pdata[i])->state == FZ_KNOWLEDGE_PENDING)
      return self->versions->pdata[i];
  return NULL;
}

const FzKnowledgeVersion *
fz_knowledge_fold_in_force (const FzKnowledgeFold *self, FzDate on)
{
  for (guint i = self->versions->len; i > 0; i--) {
    const FzKnowledgeVersion *version = self->versions->pdata[i - 1];

    if (version->state == FZ_KNOWLEDGE_APPROVED && fz_date_compare (version->since, on) <= 0)
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
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("药品知识库启用的文书缺少“%s”。"), keys[i]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_day (FzDate since, gint64 signed_at_us, GError **error)
{
  return fz_date_compare (fz_date_in_beijing (signed_at_us), since) <= 0 ||
         refuse (error, _ ("启用日已经过去：药品知识库只能从今天或以后的某一天零时起启用，请改期后重新提出。"));
}

static void
set_state (FzKnowledgeVersion *version, FzKnowledgeState state)
{
  version->state = state;
  fz_fields_set (version->facts, "knowledge.state", state_words[state]);
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
  fz_fields_set (facts, "knowledge.id", document->id);
  fz_fields_set_time (facts, "knowledge.signed_at", document->signed_at_us);
  fz_fields_set (facts, "knowledge.by", fz_fields_get (document->body, "affairs.name"));
  fz_fields_set (facts, "knowledge.by_number", fz_fields_get (document->body, "affairs.staff_number"));
}

static gboolean
check_version (const FzKnowledgeFold *self, const FzDocument *document, FzDate since, GError **error)
{
  g_autofree char *id = fz_knowledge_version_id (self->versions->len + 1);
  gint64 number = 0;

  if (!fz_fields_get_int (document->body, "number", &number) || number != self->versions->len + 1 || g_strcmp0 (document->id, id) != 0)
    return refuse (error, _ ("药品知识库的启用编号不连续：期间可能已有别的提出，请重新提出。"));
  if (document->actor.role != FZ_ROLE_AFFAIRS)
    return refuse (error, _ ("药品知识库的启用由医务管理人员提出。"));
  if (fz_knowledge_fold_get_pending (self) != NULL)
    return refuse (error, _ ("已有一个药品知识库在等待批准。请先批准、不批准，或由提出人撤回，再提出新的。"));
  return check_day (since, document->signed_at_us, error);
}

static gboolean
add_version (FzKnowledgeFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "number", "since", "source", "edition", "until", "set.sha256", "set.manifest", NULL };
  FzKnowledgeVersion *version;
  FzDate since;

  if (!need (document->body, keys, error) || !fz_date_parse (fz_fields_get (document->body, "since"), &since, error) ||
      !check_version (self, document, since, error))
    return FALSE;
  version = g_new0 (FzKnowledgeVersion, 1);
  version->number = self->versions->len + 1;
  version->id = g_strdup (document->id);
  version->since = since;
  version->person = g_strdup (document->actor.person);
  version->note_sha256 = g_strdup (document->note_sha256);
  version->facts = fz_fields_new ("fuzhen.knowledge_version/v1");
  copy_facts (document, version->facts);
  set_state (version, FZ_KNOWLEDGE_PENDING);
  g_ptr_array_add (self->versions, version);
  return TRUE;
}

/* --- the decision --- */

static gboolean
check_decider (const FzKnowledgeVersion *version, FzKnowledgeState state, const FzDocument *document, GError **error)
{
  gboolean same = g_strcmp0 (version->person, document->actor.person) == 0;
  FzRole role = document->actor.role;

  if (state == FZ_KNOWLEDGE_WITHDRAWN)
    return same || refuse (error, _ ("只有提出人可以撤回；您可以批准或不批准。"));
  if (role != FZ_ROLE_PHARMACIST && role != FZ_ROLE_AFFAIRS && role != FZ_ROLE_SECURITY)
    return refuse (error, _ ("药品知识库的启用由药师、另一名医务管理人员或安全管理员批准。"));
  return !same || refuse (error, _ ("由您本人提出，须由另一人批准；同一人的两个账号也不行。"));
}

static gboolean
read_verdict (const FzFields *body, FzKnowledgeState *out, GError **error)
{
  for (guint i = FZ_KNOWLEDGE_APPROVED; i < FZ_N_KNOWLEDGE_STATES; i++)
    if (g_strcmp0 (fz_fields_get (body, "verdict"), state_words[i]) == 0) {
      *out = (FzKnowledgeState) i;
      return TRUE;
    }
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("对启用药品知识库的决定只能是批准、不批准或撤回。"));
  return FALSE;
}

static void
put_decision (FzKnowledgeVersion *version, const FzDocument *document)
{
  fz_fields_set (version->facts, "knowledge.decision", document->id);
  fz_fields_set_time (version->facts, "knowledge.decided_at", document->signed_at_us);
  fz_fields_set (version->facts, "knowledge.decided_by", fz_fields_get (document->body, "decider.name"));
  fz_fields_set (version->facts, "knowledge.decided_by_number", fz_fields_get (document->body, "decider.staff_number"));
  fz_fields_set (version->facts, "knowledge.decision_words", fz_fields_get (document->body, "words"));
}

static gboolean
add_decision (FzKnowledgeFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "knowledge", "verdict", "note_sha256", NULL };
  FzKnowledgeVersion *version;
  FzKnowledgeState state;

  if (!need (document->body, keys, error) || !read_verdict (document->body, &state, error))
    return FALSE;
  version = find (self, fz_fields_get (document->body, "knowledge"));
  if (version == NULL || version->state != FZ_KNOWLEDGE_PENDING)
    return refuse (error, _ ("没有这个等待批准的药品知识库，或已经有了决定；需要变动请重新提出。"));
  if (g_strcmp0 (version->note_sha256, fz_fields_get (document->body, "note_sha256")) != 0)
    return refuse (error, _ ("决定所指的内容与提出时签署的内容不一致。"));
  if (!check_decider (version, state, document, error) ||
      (state == FZ_KNOWLEDGE_APPROVED && !check_day (version->since, document->signed_at_us, error)))
    return FALSE;
  set_state (version, state);
  put_decision (version, document);
  return TRUE;
}

gboolean
fz_knowledge_fold_add (FzKnowledgeFold *self, const FzDocument *document, GError **error)
{
  const char *kind = fz_fields_get_kind (document->body);

  if (g_str_equal (kind, FZ_KNOWLEDGE_KIND))
    return add_version (self, document, error);
  if (g_str_equal (kind, FZ_KNOWLEDGE_DECISION_KIND))
    return add_decision (self, document, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
  return FALSE;
}
