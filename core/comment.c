#include "core/comment_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define IDS_A_VALUE 10

const char *
fz_comment_item_key (FzCommentOf of)
{
  return of == FZ_COMMENT_OF_RECORDS ? "record" : "prescription";
}

char *
fz_comment_subject (const char *plan)
{
  return g_strconcat ("@", plan, NULL);
}

GPtrArray *
fz_comment_plan_sample (const FzFields *body)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < fz_fields_count (body, "sample"); i++) {
    const char *value = fz_fields_get_at (body, "sample", i, NULL);
    g_auto (GStrv) parts = g_strsplit (value != NULL ? value : "", " ", -1);

    for (guint k = 0; parts[k] != NULL; k++)
      if (*parts[k] != '\0')
        g_ptr_array_add (ids, g_strdup (parts[k]));
  }
  return ids;
}

void
fz_comment_plan_put_sample (FzFields *body, GPtrArray *ids)
{
  for (guint i = 0; i < ids->len; i += IDS_A_VALUE) {
    g_autoptr (GString) value = g_string_new (NULL);

    for (guint k = i; k < ids->len && k < i + IDS_A_VALUE; k++)
      g_string_append_printf (value, "%s%s", k > i ? " " : "", (const char *) ids->pdata[k]);
    fz_fields_set_at (body, "sample", i / IDS_A_VALUE, NULL, value->str);
  }
}

/* --- the fold --- */

static void
item_free (gpointer data)
{
  FzCommentItem *item = data;

  g_free (item->prescription);
  g_free (item->commenter);
  g_free (item->doctor);
  g_free (item->reviewer);
  g_free (item->note_sha256);
  fz_fields_unref (item->facts);
  g_free (item);
}

FzCommentFold *
fz_comment_fold_new (void)
{
  FzCommentFold *self = g_new0 (FzCommentFold, 1);

  self->items = g_ptr_array_new_with_free_func (item_free);
  return self;
}

void
fz_comment_fold_free (FzCommentFold *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->planner);
  g_free (self->note_sha256);
  g_clear_pointer (&self->facts, fz_fields_unref);
  g_ptr_array_unref (self->items);
  g_free (self);
}

static FzCommentItem *
item_dup (const FzCommentItem *item)
{
  FzCommentItem *copy = g_new (FzCommentItem, 1);

  *copy = *item;
  copy->prescription = g_strdup (item->prescription);
  copy->commenter = g_strdup (item->commenter);
  copy->doctor = g_strdup (item->doctor);
  copy->reviewer = g_strdup (item->reviewer);
  copy->note_sha256 = g_strdup (item->note_sha256);
  copy->facts = fz_fields_dup (item->facts, NULL);
  return copy;
}

FzCommentFold *
fz_comment_fold_dup_part (const FzCommentFold *self, const char *prescription)
{
  FzCommentFold *copy = fz_comment_fold_new ();

  copy->of = self->of;
  copy->state = self->state;
  copy->id = g_strdup (self->id);
  copy->planner = g_strdup (self->planner);
  copy->note_sha256 = g_strdup (self->note_sha256);
  copy->facts = self->facts != NULL ? fz_fields_dup (self->facts, NULL) : NULL;
  for (guint i = 0; i < self->items->len; i++) {
    const FzCommentItem *item = self->items->pdata[i];

    if (prescription == NULL || g_strcmp0 (item->prescription, prescription) == 0)
      g_ptr_array_add (copy->items, item_dup (item));
  }
  return copy;
}

static FzCommentItem *
find (const FzCommentFold *self, const char *prescription)
{
  for (guint i = 0; i < self->items->len; i++) {
    FzCommentItem *item = self->items->pdata[i];

    if (g_strcmp0 (item->prescription, prescription) == 0)
      return item;
  }
  return NULL;
}

const FzCommentItem *
fz_comment_fold_find (const FzCommentFold *self, const char *prescription)
{
  return find (self, prescription);
}

/* Every code of either list makes it less than good. */
static gboolean
is_good (const FzCommentItem *item)
{
  return fz_fields_count (item->facts, "comment.code") == 0;
}

gboolean
fz_comment_item_is_final (const FzCommentItem *item, FzDate today)
{
  if (fz_fields_has (item->facts, "rectify.until"))
    return item->state == FZ_COMMENT_CLOSED;
  if (item->state == FZ_COMMENT_ACCEPTED || item->state == FZ_COMMENT_ANSWERED)
    return TRUE;
  return item->state == FZ_COMMENT_CONFIRMED && (is_good (item) || fz_date_compare (today, item->until) > 0);
}

gboolean
fz_comment_is_role (const FzDocument *document, guint roles)
{
  return (roles & (1u << document->actor.role)) != 0;
}

#define PHARMACIST (1u << FZ_ROLE_PHARMACIST)
#define AFFAIRS (1u << FZ_ROLE_AFFAIRS)
#define SECURITY (1u << FZ_ROLE_SECURITY)

void
fz_comment_item_set_state (FzCommentItem *item, FzCommentState state)
{
  item->state = state;
  fz_fields_set (item->facts, "comment.state", fz_comment_state_to_word (state));
}

static void
set_plan_state (FzCommentFold *self, FzCommentPlanState state)
{
  self->state = state;
  fz_fields_set (self->facts, "plan.state", fz_comment_plan_state_to_word (state));
}

/* Who signed and when, as <prefix>.{at,by,by_number}; `signer` is the prefix of the signer in the body. */
void
fz_comment_put_signer (FzFields *facts, const char *prefix, const FzDocument *document, const char *signer)
{
  g_autofree char *at = g_strconcat (prefix, ".at", NULL), *by = g_strconcat (prefix, ".by", NULL), *number = g_strconcat (prefix, ".by_number", NULL);
  g_autofree char *name_key = g_strconcat (signer, ".name", NULL), *number_key = g_strconcat (signer, ".staff_number", NULL);

  fz_fields_set_time (facts, at, document->signed_at_us);
  fz_fields_set (facts, by, fz_fields_get (document->body, name_key));
  fz_fields_set (facts, number, fz_fields_get (document->body, number_key));
}

/* --- the sample's own document --- */

static FzCommentItem *
item_new (const char *plan, guint position, const char *prescription)
{
  FzCommentItem *item = g_new0 (FzCommentItem, 1);

  item->position = position;
  item->prescription = g_strdup (prescription);
  item->facts = fz_fields_new ("fuzhen.comment_item/v1");
  fz_fields_set (item->facts, "comment.plan", plan);
  fz_fields_set_int (item->facts, "comment.position", position);
  fz_fields_set (item->facts, "comment.prescription", prescription);
  fz_comment_item_set_state (item, FZ_COMMENT_DUE);
  return item;
}

static void
copy_plan (const FzDocument *document, FzFields *facts)
{
  static const char *const keys[] = { "kind", "from", "to", "as_of", "purpose", "appeal_days", "approval_needed", "place", "rectify_days" };
  static const char *const parts[] = { "target", "population", "draw", "policy" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *key = g_strconcat ("plan.", keys[i], NULL);

    fz_fields_set (facts, key, fz_fields_get (document->body, keys[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (document->body, parts[i], "fuzhen.part/v1");
    g_autofree char *prefix = g_strconcat ("plan.", parts[i], NULL);

    fz_fields_merge (facts, prefix, part);
  }
  fz_fields_set (facts, "plan.id", document->id);
  fz_comment_put_signer (facts, "plan", document, "planner");
}

static gboolean
check_sample (const FzFields *body, GPtrArray *ids, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 n = 0;

  for (guint i = 0; i < ids->len; i++)
    if (!g_hash_table_add (seen, ids->pdata[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("样本中编号 %s 重复。"), (const char *) ids->pdata[i]);
      return FALSE;
    }
  if (fz_fields_get_int (body, "sample_n", &n) && n == ids->len && n > 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("样本的份数与所列编号不符。"));
  return FALSE;
}

static gboolean
add_plan (FzCommentFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "kind", "from", "to", "as_of", "appeal_days", "sample_n", "population.n", "population.sha256", "draw.seed", NULL };
  g_autoptr (GPtrArray) ids = fz_comment_plan_sample (document->body);
  gboolean random = g_strcmp0 (fz_fields_get (document->body, "kind"), "random") == 0;
  gboolean records = g_str_equal (fz_fields_get_kind (document->body), FZ_RECORD_SAMPLE_KIND);

  if (self->facts != NULL)
    return fz_refuse (error, _ ("这份样本已经抽取，不能再改；需要时另抽一份。"));
  if (!fz_document_need (document->body, keys, error) || !check_sample (document->body, ids, error) || (records && !fz_record_check_sample (document->body, ids, error)))
    return FALSE;
  if (!fz_comment_is_role (document, AFFAIRS))
    return fz_refuse (error, _ ("点评样本由医务管理人员抽取。"));
  if (!random && !fz_fields_has (document->body, "purpose"))
    return fz_refuse (error, _ ("专项点评须写明目的。"));
  self->of = records ? FZ_COMMENT_OF_RECORDS : FZ_COMMENT_OF_PRESCRIPTIONS;
  self->id = g_strdup (document->id);
  self->planner = g_strdup (document->actor.person);
  self->note_sha256 = g_strdup (document->note_sha256);
  self->facts = fz_fields_new ("fuzhen.comment_plan_facts/v1");
  copy_plan (document, self->facts);
  set_plan_state (self, fz_fields_is_yes (document->body, "approval_needed") ? FZ_COMMENT_PLAN_ASKED : FZ_COMMENT_PLAN_OPEN);
  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (self->items, item_new (self->id, i + 1, ids->pdata[i]));
  if (records)
    fz_record_take_sample (self, document->body);
  return TRUE;
}

static gboolean
add_approval (FzCommentFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "verdict", "note_sha256", NULL };
  gboolean approved = g_strcmp0 (fz_fields_get (document->body, "verdict"), "approved") == 0;

  if (!fz_document_need (document->body, keys, error))
    return FALSE;
  if (self->state != FZ_COMMENT_PLAN_ASKED)
    return fz_refuse (error, _ ("这份点评样本不在等待批准。"));
  if (!fz_comment_is_role (document, AFFAIRS | SECURITY))
    return fz_refuse (error, _ ("专项点评由另一名医务管理人员或安全管理员批准。"));
  if (g_strcmp0 (document->actor.person, self->planner) == 0)
    return fz_refuse (error, _ ("这份点评样本由您本人抽取，须由另一人批准；同一人的两个账号也不行。"));
  if (g_strcmp0 (self->note_sha256, fz_fields_get (document->body, "note_sha256")) != 0)
    return fz_refuse (error, _ ("批准所指的内容与抽取时签署的内容不一致。"));
  set_plan_state (self, approved ? FZ_COMMENT_PLAN_OPEN : FZ_COMMENT_PLAN_DECLINED);
  fz_comment_put_signer (self->facts, "plan.approval", document, "approver");
  fz_fields_set (self->facts, "plan.approval.words", fz_fields_get (document->body, "words"));
  return TRUE;
}

/* --- one prescription --- */

/* Each once. */
static gboolean
check_codes (const FzFields *body, GError **error)
{
  guint n = fz_fields_count (body, "code");

  for (guint i = 0; i < n; i++) {
    const char *code = fz_fields_get_at (body, "code", i, "code");

    if (code == NULL) {
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("点评代码缺失或类别不明。"));
      return FALSE;
    }
    for (guint k = 0; k < i; k++)
      if (g_strcmp0 (code, fz_fields_get_at (body, "code", k, "code")) == 0) {
        g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("点评代码 %s 重复。"), code);
        return FALSE;
      }
  }
  return TRUE;
}

static gboolean
check_categories (const FzFields *body, GError **error)
{
  for (guint i = 0; i < fz_fields_count (body, "code"); i++) {
    guint rank = fz_comment_result_rank (fz_fields_get_at (body, "code", i, "category"));

    if (rank == 0 || rank == G_MAXUINT) {
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("点评代码缺失或类别不明。"));
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
fz_comment_check_result (const FzCommentFold *self, const FzFields *body, GError **error)
{
  if (!check_codes (body, error))
    return FALSE;
  if (self->of == FZ_COMMENT_OF_RECORDS)
    return fz_record_check_grade (self, body, error);
  if (!check_categories (body, error))
    return FALSE;
  if (g_strcmp0 (fz_fields_get (body, "result"), fz_comment_result_of (body, "code")) == 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("点评结果与所选代码不符。"));
  return FALSE;
}

static void
clear_codes (FzFields *facts)
{
  static const char *const keys[] = { "code", "label", "category", "points" };
  guint n = fz_fields_count (facts, "comment.code");

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (facts, "comment.code", i, keys[k], NULL);
}

void
fz_comment_put_result (FzFields *facts, const FzFields *body)
{
  g_autoptr (FzFields) codes = fz_fields_dup_below (body, "code", "fuzhen.part/v1");

  clear_codes (facts);
  fz_fields_merge (facts, "comment.code", codes);
  fz_fields_set (facts, "comment.result", fz_fields_get (body, "result"));
  fz_fields_set (facts, "comment.score", fz_fields_get (body, "score"));
}

/* What stood before a later reader changed it; the first reading is kept once. */
static void
keep_first (FzFields *facts)
{
  g_autoptr (FzFields) codes = fz_fields_dup_below (facts, "comment.code", "fuzhen.part/v1");

  if (fz_fields_has (facts, "first.result"))
    return;
  fz_fields_merge (facts, "first.code", codes);
  fz_fields_set (facts, "first.result", fz_fields_get (facts, "comment.result"));
}

FzCommentItem *
fz_comment_open_item (FzCommentFold *self, const FzDocument *document, guint states, GError **error)
{
  FzCommentItem *item = find (self, fz_fields_get (document->body, fz_comment_item_key (self->of)));

  if (self->state != FZ_COMMENT_PLAN_OPEN) {
    fz_refuse (error, self->state == FZ_COMMENT_PLAN_ASKED ? _ ("这份点评样本还没有获得批准。") : _ ("这份样本已经结束，不能再点评、评分或更改。"));
    return NULL;
  }
  if (item == NULL) {
    fz_refuse (error, self->of == FZ_COMMENT_OF_RECORDS ? _ ("这份病历不在质控样本之中。") : _ ("这张处方不在点评样本之中。"));
    return NULL;
  }
  if ((states & (1u << item->state)) != 0)
    return item;
  fz_refuse (error, self->of == FZ_COMMENT_OF_RECORDS ? _ ("这份病历的质控已经走到别的一步，请刷新后再看。") : _ ("这张处方的点评已经走到别的一步，请刷新后再看。"));
  return NULL;
}

static gboolean
check_reader (const FzCommentItem *item, const char *person, GError **error)
{
  if (g_strcmp0 (person, item->doctor) == 0)
    return fz_refuse (error, _ ("这张处方由您本人开具，不能由您点评或复核。"));
  return g_strcmp0 (person, item->reviewer) != 0 || fz_refuse (error, _ ("这张处方由您本人审核，不能由您点评或复核；请由另一位药师进行。"));
}

static gboolean
add_comment (FzCommentFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "prescription", "result", "rx_note_sha256", "doctor.person", "reviewer.person", NULL };
  static const char *const copied[][2] = { { "words", "comment.words" },           { "department", "comment.department" },
                                           { "department_name", "comment.department_name" }, { "sheet", "comment.kind" },
                                           { "doctor.person", "doctor.person" } };
  FzCommentItem *item = fz_document_need (document->body, keys, error) ? fz_comment_open_item (self, document, 1u << FZ_COMMENT_DUE, error) : NULL;
  FzCommentItem people = { .doctor = (char *) fz_fields_get (document->body, "doctor.person"), .reviewer = (char *) fz_fields_get (document->body, "reviewer.person") };

  if (item == NULL)
    return FALSE;
  if (!fz_comment_is_role (document, PHARMACIST))
    return fz_refuse (error, _ ("处方由药师点评。"));
  if (!check_reader (&people, document->actor.person, error) || !fz_comment_check_result (self, document->body, error))
    return FALSE;
  item->commenter = g_strdup (document->actor.person);
  item->doctor = g_strdup (people.doctor);
  item->reviewer = g_strdup (people.reviewer);
  item->note_sha256 = g_strdup (document->note_sha256);
  fz_comment_put_result (item->facts, document->body);
  fz_comment_put_signer (item->facts, "comment", document, "commenter");
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (item->facts, copied[i][1], fz_fields_get (document->body, copied[i][0]));
  fz_comment_item_set_state (item, FZ_COMMENT_COMMENTED);
  return TRUE;
}

gboolean
fz_comment_names_last (const FzCommentItem *item, const FzFields *body, GError **error)
{
  return g_strcmp0 (item->note_sha256, fz_fields_get (body, "note_sha256")) == 0 || fz_refuse (error, _ ("所指的内容与上一步签署的内容不一致，请刷新后再看。"));
}

/* A second reading: by whom, over what, and what it changes. */
static gboolean
check_second (const FzCommentFold *self, const FzCommentItem *item, const FzDocument *document, GError **error)
{
  gboolean changed = fz_fields_is_yes (document->body, "changed"), records = self->of == FZ_COMMENT_OF_RECORDS;

  if (records && !fz_comment_is_role (document, AFFAIRS))
    return fz_refuse (error, _ ("对病历质控的申诉由另一名医务管理人员答复。"));
  if (!records && !fz_comment_is_role (document, PHARMACIST | AFFAIRS))
    return fz_refuse (error, _ ("点评由另一名药师或医务管理人员复核、答复。"));
  if (g_strcmp0 (document->actor.person, item->commenter) == 0)
    return fz_refuse (error, _ ("这条点评由您本人作出，须由另一人复核、答复；同一人的两个账号也不行。"));
  if (!(records ? fz_record_check_reader (item->doctor, document, error) : check_reader (item, document->actor.person, error)) || !fz_comment_names_last (item, document->body, error) || !fz_comment_check_result (self, document->body, error))
    return FALSE;
  return !changed || fz_fields_has (document->body, "words") || fz_refuse (error, _ ("更改结果时，请写明理由。"));
}

/* The next step names this one. */
void
fz_comment_item_take_note (FzCommentItem *item, const FzDocument *document)
{
  g_free (item->note_sha256);
  item->note_sha256 = g_strdup (document->note_sha256);
}

static void
take_second (FzCommentItem *item, const FzDocument *document, const char *prefix, const char *signer)
{
  g_autofree char *changed = g_strconcat (prefix, ".changed", NULL), *said = g_strconcat (prefix, ".words", NULL);

  if (fz_fields_is_yes (document->body, "changed"))
    keep_first (item->facts);
  fz_comment_put_result (item->facts, document->body);
  fz_comment_put_signer (item->facts, prefix, document, signer);
  fz_fields_set (item->facts, changed, fz_fields_get (document->body, "changed"));
  fz_fields_set (item->facts, said, fz_fields_get (document->body, "words"));
  fz_comment_item_take_note (item, document);
}

static gboolean
add_confirmation (FzCommentFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "prescription", "result", "changed", "note_sha256", "reply_until", NULL };
  FzCommentItem *item = fz_document_need (document->body, keys, error) ? fz_comment_open_item (self, document, 1u << FZ_COMMENT_COMMENTED, error) : NULL;
  FzDate until;

  if (item == NULL || !fz_date_parse (fz_fields_get (document->body, "reply_until"), &until, error) || !check_second (self, item, document, error))
    return FALSE;
  item->until = until;
  take_second (item, document, "confirm", "confirmer");
  fz_fields_set (item->facts, "confirm.until", fz_fields_get (document->body, "reply_until"));
  fz_comment_item_set_state (item, FZ_COMMENT_CONFIRMED);
  return TRUE;
}

gboolean
fz_comment_check_author (const FzCommentFold *self, const FzCommentItem *item, const FzDocument *document, GError **error)
{
  if (document->actor.role == FZ_ROLE_DOCTOR && g_strcmp0 (document->actor.person, item->doctor) == 0)
    return TRUE;
  return fz_refuse (error, self->of == FZ_COMMENT_OF_RECORDS ? _ ("质控结果由书写病历的医师本人答复、整改。") : _ ("点评结果由开具处方的医师本人答复。"));
}

static gboolean
add_reply (FzCommentFold *self, const FzDocument *document, GError **error)
{
  const char *const keys[] = { fz_comment_item_key (self->of), "stance", "note_sha256", NULL };
  FzCommentItem *item = fz_document_need (document->body, keys, error) ? fz_comment_open_item (self, document, 1u << FZ_COMMENT_CONFIRMED, error) : NULL;
  const char *stance = fz_fields_get (document->body, "stance");
  gboolean appeals = g_strcmp0 (stance, "appealed") == 0;

  if (item == NULL || !fz_comment_check_author (self, item, document, error))
    return FALSE;
  if (is_good (item))
    return fz_refuse (error, self->of == FZ_COMMENT_OF_RECORDS ? _ ("这份病历没有缺陷，不需要答复。") : _ ("点评结果为合理，不需要答复。"));
  if (fz_date_compare (fz_date_in_beijing (document->signed_at_us), item->until) > 0)
    return fz_refuse (error, _ ("答复的期限已过，结果不再更改。"));
  if (!appeals && g_strcmp0 (stance, "accepted") != 0)
    return fz_refuse (error, _ ("对结果只能认可或申诉。"));
  if (appeals && !fz_fields_has (document->body, "words"))
    return fz_refuse (error, _ ("申诉时请写明理由。"));
  if (!fz_comment_names_last (item, document->body, error))
    return FALSE;
  fz_fields_set_time (item->facts, "reply.at", document->signed_at_us);
  fz_fields_set (item->facts, "reply.stance", stance);
  fz_fields_set (item->facts, "reply.words", fz_fields_get (document->body, "words"));
  fz_comment_item_take_note (item, document);
  fz_comment_item_set_state (item, appeals ? FZ_COMMENT_APPEALED : FZ_COMMENT_ACCEPTED);
  return TRUE;
}

static gboolean
add_answer (FzCommentFold *self, const FzDocument *document, GError **error)
{
  const char *const keys[] = { fz_comment_item_key (self->of), "result", "changed", "words", "note_sha256", NULL };
  FzCommentItem *item = fz_document_need (document->body, keys, error) ? fz_comment_open_item (self, document, 1u << FZ_COMMENT_APPEALED, error) : NULL;

  if (item == NULL || !check_second (self, item, document, error) || (self->of == FZ_COMMENT_OF_RECORDS && !fz_record_check_term (document->body, error)))
    return FALSE;
  take_second (item, document, "answer", "answerer");
  if (self->of == FZ_COMMENT_OF_RECORDS)
    fz_fields_set (item->facts, "rectify.until", fz_fields_get (document->body, "rectify_until"));
  fz_comment_item_set_state (item, FZ_COMMENT_ANSWERED);
  return TRUE;
}

/* --- the end --- */

static gboolean
add_announcement (FzCommentFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "words", NULL };
  gboolean records = self->of == FZ_COMMENT_OF_RECORDS;

  if (!fz_document_need (document->body, keys, error))
    return FALSE;
  if (self->state != FZ_COMMENT_PLAN_OPEN)
    return fz_refuse (error, records ? _ ("这份样本不在质控之中，不能通报。") : _ ("这份点评样本不在点评之中，不能公示。"));
  if (!fz_comment_is_role (document, AFFAIRS))
    return fz_refuse (error, records ? _ ("质控结果由医务管理人员通报。") : _ ("点评结果由医务管理人员公示。"));
  for (guint i = 0; i < self->items->len; i++)
    if (!fz_comment_item_is_final (self->items->pdata[i], fz_date_in_beijing (document->signed_at_us)))
      return fz_refuse (error, records ? _ ("还有病历没有评分，或申诉没有答复、答复期限未到、整改没有办结，不能通报。")
                                       : _ ("还有处方没有点评、复核，或申诉没有答复、答复期限未到，不能公示。"));
  set_plan_state (self, FZ_COMMENT_PLAN_ANNOUNCED);
  fz_comment_put_signer (self->facts, "plan.announcement", document, "announcer");
  fz_fields_set (self->facts, "plan.announcement.words", fz_fields_get (document->body, "words"));
  return TRUE;
}

static guint
count_result (const FzCommentFold *self, const char *word)
{
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++) {
    const FzCommentItem *item = self->items->pdata[i];

    n += item->state >= FZ_COMMENT_CONFIRMED && g_strcmp0 (fz_fields_get (item->facts, "comment.result"), word) == 0;
  }
  return n;
}

/* How far it is, and of those confirmed what was found. */
static void
count (const FzCommentFold *self, FzFields *facts)
{
  gboolean records = self->of == FZ_COMMENT_OF_RECORDS;
  guint n[FZ_N_COMMENT_STATES] = { 0 }, n_states = records ? FZ_N_COMMENT_STATES : FZ_COMMENT_RECTIFIED;

  for (guint i = 0; i < self->items->len; i++) {
    const FzCommentItem *item = self->items->pdata[i];

    n[item->state]++;
  }
  fz_fields_set_int (facts, "plan.n", self->items->len);
  for (guint i = 0; i < n_states; i++) {
    g_autofree char *key = g_strconcat ("plan.count.", fz_comment_state_to_word (i), NULL);

    fz_fields_set_int (facts, key, n[i]);
  }
  for (guint i = 0; i < (records ? FZ_N_RECORD_GRADES : FZ_N_COMMENT_RESULTS); i++) {
    const char *word = records ? fz_record_grade_word (i) : fz_comment_result_word (i);
    g_autofree char *key = g_strconcat ("plan.result.", word, NULL);

    fz_fields_set_int (facts, key, count_result (self, word));
  }
}

FzFields *
fz_comment_fold_dup_facts (const FzCommentFold *self)
{
  FzFields *facts = fz_fields_dup (self->facts, NULL);

  count (self, facts);
  return fz_fields_freeze (facts);
}

static const struct {
  const char *kind;
  FzCommentOf of;
  gboolean (*add) (FzCommentFold *self, const FzDocument *document, GError **error);
} kinds[] = { { FZ_COMMENT_PLAN_KIND, FZ_COMMENT_OF_PRESCRIPTIONS, add_plan },
              { FZ_COMMENT_APPROVAL_KIND, FZ_COMMENT_OF_PRESCRIPTIONS, add_approval },
              { FZ_COMMENT_KIND, FZ_COMMENT_OF_PRESCRIPTIONS, add_comment },
              { FZ_COMMENT_CONFIRMATION_KIND, FZ_COMMENT_OF_PRESCRIPTIONS, add_confirmation },
              { FZ_COMMENT_REPLY_KIND, FZ_COMMENT_OF_PRESCRIPTIONS, add_reply },
              { FZ_COMMENT_ANSWER_KIND, FZ_COMMENT_OF_PRESCRIPTIONS, add_answer },
              { FZ_COMMENT_ANNOUNCEMENT_KIND, FZ_COMMENT_OF_PRESCRIPTIONS, add_announcement },
              { FZ_RECORD_SAMPLE_KIND, FZ_COMMENT_OF_RECORDS, add_plan },
              { FZ_RECORD_SCORE_KIND, FZ_COMMENT_OF_RECORDS, fz_record_add_score },
              { FZ_RECORD_REPLY_KIND, FZ_COMMENT_OF_RECORDS, add_reply },
              { FZ_RECORD_ANSWER_KIND, FZ_COMMENT_OF_RECORDS, add_answer },
              { FZ_RECORD_RECTIFICATION_KIND, FZ_COMMENT_OF_RECORDS, fz_record_add_rectification },
              { FZ_RECORD_EVALUATION_KIND, FZ_COMMENT_OF_RECORDS, fz_record_add_evaluation },
              { FZ_RECORD_NOTICE_KIND, FZ_COMMENT_OF_RECORDS, add_announcement } };

gboolean
fz_comment_fold_add (FzCommentFold *self, const FzDocument *document, GError **error)
{
  const char *kind = fz_fields_get_kind (document->body);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (!g_str_equal (kinds[i].kind, kind))
      continue;
    if (self->facts == NULL && kinds[i].add != add_plan)
      return fz_refuse (error, _ ("还没有抽取这份样本。"));
    if (self->facts != NULL && kinds[i].add != add_plan && (kinds[i].of != self->of || g_strcmp0 (fz_fields_get (document->body, "plan"), self->id) != 0))
      return fz_refuse (error, _ ("这份文书属于另一份点评样本。"));
    return kinds[i].add (self, document, error);
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
  return FALSE;
}
