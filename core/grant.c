#include "core/grant.h"

#include <glib/gi18n-lib.h>

#include "core/date.h"

#define ROLE(role) (1u << FZ_ROLE_##role)

/* Who asks and who answers. Asking belongs to whose work it is; answering to those who answer for the hospital's data and neither write nor
 * review prescriptions: medical affairs and the security administrator. Nobody ever answers themselves, whatever account they use. */
static const struct {
  const char *word, *label;
  guint ask, decide;
} kinds[FZ_N_GRANT_KINDS] = {
  /* The pharmacy reports on the use of medicines, affairs answers for it; a doctor has no such task. */
  [FZ_GRANT_PROFILING] = { "profiling", N_ ("药品使用统计"), ROLE (PHARMACIST) | ROLE (AFFAIRS), ROLE (AFFAIRS) | ROLE (SECURITY) },
  /* Whoever treats or dispenses is asked for copies; affairs for everybody's. */
  [FZ_GRANT_EXPORT] = { "export", N_ ("导出资料"), ROLE (DOCTOR) | ROLE (PHARMACIST) | ROLE (AFFAIRS), ROLE (AFFAIRS) | ROLE (SECURITY) },
  /* Rights are the security administrator's alone (GB/T 22239-2019 8.1.5.3); affairs knows who works where. */
  [FZ_GRANT_RIGHTS] = { "rights", N_ ("权限变更"), ROLE (SECURITY), ROLE (AFFAIRS) | ROLE (SECURITY) },
  /* The system administrator frees room, affairs knows which terms are over. */
  [FZ_GRANT_PURGE] = { "purge", N_ ("到期清除"), ROLE (SYSTEM) | ROLE (AFFAIRS), ROLE (AFFAIRS) | ROLE (SECURITY) },
  /* An inspector asks the hospital; who keeps the log makes no copies of what it tells of. */
  [FZ_GRANT_INSPECTION] = { "inspection", N_ ("检查材料"), ROLE (AFFAIRS), ROLE (AFFAIRS) | ROLE (SECURITY) },
};

static const struct {
  const char *word, *label;
} states[FZ_N_GRANT_STATES] = {
  [FZ_GRANT_ASKED] = { "asked", N_ ("待他人批准") },  [FZ_GRANT_GRANTED] = { "granted", N_ ("已批准") },
  [FZ_GRANT_DECLINED] = { "declined", N_ ("未获批准") }, [FZ_GRANT_WITHDRAWN] = { "withdrawn", N_ ("已撤回") },
  [FZ_GRANT_REVOKED] = { "revoked", N_ ("已收回") },    [FZ_GRANT_USED] = { "used", N_ ("次数已用完") },
  [FZ_GRANT_EXPIRED] = { "expired", N_ ("已过期") },
};

const char *
fz_grant_kind_to_word (FzGrantKind kind)
{
  return kinds[kind].word;
}

gboolean
fz_grant_kind_from_word (const char *word, FzGrantKind *out)
{
  for (FzGrantKind i = 0; i < FZ_N_GRANT_KINDS; i++)
    if (g_strcmp0 (kinds[i].word, word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_grant_kind_label (FzGrantKind kind)
{
  return _ (kinds[kind].label);
}

gboolean
fz_grant_may_ask (FzGrantKind kind, FzRole role)
{
  return (kinds[kind].ask & (1u << role)) != 0;
}

gboolean
fz_grant_may_decide (FzGrantKind kind, FzRole role)
{
  return (kinds[kind].decide & (1u << role)) != 0;
}

const char *
fz_grant_state_to_word (FzGrantState state)
{
  return states[state].word;
}

gboolean
fz_grant_state_from_word (const char *word, FzGrantState *out)
{
  for (FzGrantState i = 0; i < FZ_N_GRANT_STATES; i++)
    if (g_strcmp0 (states[i].word, word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_grant_state_label (FzGrantState state)
{
  return _ (states[state].label);
}

/* --- scope --- */

static const char *const scope_keys[] = { "report", "by",     "class", "drug", "department", "person",
                                          "subject", "format", "from",  "to",   "each",       "sensitive", NULL };
static const char *const scope_words[] = { "报表", "按",   "类别", "药品", "科室", "人员",
                                           "对象", "格式", "自",   "至",   "每次一个", "特别敏感的就诊" };

const char *const *
fz_grant_scope_keys (void)
{
  return scope_keys;
}

const char *
fz_grant_scope_words (const char *key)
{
  for (guint i = 0; scope_keys[i] != NULL; i++)
    if (g_str_equal (scope_keys[i], key))
      return scope_words[i];
  return NULL;
}

static void
check_key (const char *key, const char *value, gpointer data)
{
  const char **odd = data;

  if (fz_grant_scope_words (key) == NULL)
    *odd = key;
}

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

/* TRUE when it names days, and they are good ones. */
static gboolean
read_days (const FzFields *scope, FzDate *from, FzDate *to)
{
  const char *first = fz_fields_get (scope, "from"), *last = fz_fields_get (scope, "to");

  return first != NULL && last != NULL && fz_date_parse (first, from, NULL) && fz_date_parse (last, to, NULL) && fz_date_compare (*from, *to) <= 0;
}

gboolean
fz_grant_scope_check (const FzFields *scope, GError **error)
{
  const char *odd = NULL, *each = fz_fields_get (scope, "each");
  gboolean has_days = fz_fields_has (scope, "from") || fz_fields_has (scope, "to");
  FzDate from, to;

  fz_fields_foreach (scope, check_key, &odd);
  if (odd != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("授权范围中不认识“%s”。"), odd);
    return FALSE;
  }
  if (has_days && !read_days (scope, &from, &to))
    return invalid (error, _ ("请写明起止日期，且开始日期不晚于结束日期。"));
  if (each != NULL && (!g_str_equal (each, "month") || !has_days))
    return invalid (error, _ ("“每次一个月”的授权须写明起止日期。"));
  return TRUE;
}

static gboolean
is_month (FzDate from, FzDate to)
{
  return from.day == 1 && from.year == to.year && from.month == to.month && to.day == fz_date_days_in_month (to.year, to.month);
}

static gboolean
days_are_covered (const FzFields *granted, const FzFields *wanted)
{
  FzDate from, to, first, last;

  if (!fz_fields_has (granted, "from") && !fz_fields_has (wanted, "from"))
    return TRUE;
  if (!read_days (granted, &from, &to) || !read_days (wanted, &first, &last))
    return FALSE;
  if (fz_fields_has (granted, "each"))
    return fz_date_compare (from, first) <= 0 && fz_date_compare (last, to) <= 0 && is_month (first, last);
  if (fz_fields_has (granted, "report")) /* the difference of two periods would tell what small cells hide */
    return fz_date_compare (from, first) == 0 && fz_date_compare (last, to) == 0;
  return fz_date_compare (from, first) <= 0 && fz_date_compare (last, to) <= 0;
}

gboolean
fz_grant_scope_covers (const FzFields *granted, const FzFields *wanted)
{
  if (fz_fields_has (wanted, "each") || !fz_grant_scope_check (granted, NULL) || !fz_grant_scope_check (wanted, NULL) ||
      !days_are_covered (granted, wanted))
    return FALSE;
  for (guint i = 0; scope_keys[i] != NULL; i++) {
    const char *key = scope_keys[i];
    gboolean is_day = g_str_equal (key, "from") || g_str_equal (key, "to") || g_str_equal (key, "each");

    if (!is_day && g_strcmp0 (fz_fields_get (granted, key), fz_fields_get (wanted, key)) != 0)
      return FALSE;
  }
  return TRUE;
}

/* --- asking --- */

static gboolean
check_request (const FzDocument *document, const FzFields *scope, GError **error)
{
  const FzFields *body = document->body;
  FzGrantKind kind = FZ_GRANT_PROFILING;
  FzDate until;
  gint64 times = 0;

  if (!fz_grant_kind_from_word (fz_fields_get (body, "kind"), &kind)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不认识的授权类别“%s”。"), fz_fields_get (body, "kind"));
    return FALSE;
  }
  if (!fz_grant_may_ask (kind, document->actor.role))
    return fz_refuse (error, _ ("您的角色不能申请这一类授权。"));
  if (!fz_date_parse (fz_fields_get (body, "until_on"), &until, error))
    return FALSE;
  if (fz_date_compare (until, fz_date_in_beijing (document->signed_at_us)) < 0)
    return invalid (error, _ ("授权的截止日期已经过去。"));
  if (!fz_fields_get_int (body, "times", &times) || times < 1)
    return invalid (error, _ ("授权的使用次数至少为1次。"));
  return fz_grant_scope_check (scope, error);
}

static FzFields *
ask (const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "kind", "purpose", "purpose_label", "words", "times", "until_on", "asker.name", NULL };
  static const char *const copied[] = { "kind", "purpose", "purpose_label", "words", "times", "until_on" };
  const FzFields *body = document->body;
  g_autoptr (FzFields) scope = fz_fields_dup_below (body, "scope", "fuzhen.grant_scope/v1");
  FzFields *facts;

  if (!fz_document_need (body, keys, error) || !check_request (document, scope, error))
    return NULL;
  facts = fz_fields_new ("fuzhen.grant_facts/v1");
  fz_fields_set (facts, "grant.id", fz_fields_get (body, "proposal"));
  fz_fields_set (facts, "grant.state", states[FZ_GRANT_ASKED].word);
  fz_fields_set_bool (facts, "grant.open", TRUE);
  fz_fields_set_time (facts, "grant.asked_at", document->signed_at_us);
  fz_fields_set (facts, "grant.by", fz_fields_get (body, "asker.name"));
  fz_fields_set (facts, "grant.by_number", fz_fields_get (body, "asker.staff_number"));
  fz_fields_set (facts, "grant.by_person", document->actor.person);
  fz_fields_set (facts, "grant.by_role", fz_role_to_word (document->actor.role));
  fz_fields_set (facts, "grant.document", document->id);
  fz_fields_set (facts, "grant.note_sha256", document->note_sha256);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++) {
    g_autofree char *key = g_strconcat ("grant.", copied[i], NULL);

    fz_fields_set (facts, key, fz_fields_get (body, copied[i]));
  }
  for (guint i = 0; i < fz_fields_count (body, "line"); i++)
    fz_fields_set_at (facts, "grant.line", i, NULL, fz_fields_get_at (body, "line", i, NULL));
  fz_fields_merge (facts, "scope", scope);
  return facts;
}

/* --- deciding, and ending it early --- */

static const struct {
  const char *verdict;
  FzGrantState from, to;
  gboolean own; /* by who asked, else by another */
} verdicts[] = { { "approved", FZ_GRANT_ASKED, FZ_GRANT_GRANTED, FALSE },
                 { "declined", FZ_GRANT_ASKED, FZ_GRANT_DECLINED, FALSE },
                 { "withdrawn", FZ_GRANT_ASKED, FZ_GRANT_WITHDRAWN, TRUE },
                 { "withdrawn", FZ_GRANT_GRANTED, FZ_GRANT_WITHDRAWN, TRUE },
                 { "revoked", FZ_GRANT_GRANTED, FZ_GRANT_REVOKED, FALSE } };

static int
find_verdict (const char *word, FzGrantState from)
{
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    if (g_strcmp0 (verdicts[i].verdict, word) == 0 && verdicts[i].from == from)
      return (int) i;
  return -1;
}

static gboolean
is_word (const char *word)
{
  return find_verdict (word, FZ_GRANT_ASKED) >= 0 || find_verdict (word, FZ_GRANT_GRANTED) >= 0;
}

static gboolean
check_decider (const FzFields *before, const FzDocument *document, int verdict, GError **error)
{
  gboolean mine = g_strcmp0 (fz_fields_get (before, "grant.by_person"), document->actor.person) == 0;
  FzGrantKind kind = FZ_GRANT_PROFILING;

  if (!fz_grant_kind_from_word (fz_fields_get (before, "grant.kind"), &kind))
    return invalid (error, _ ("不认识的授权类别。"));
  if (verdicts[verdict].own)
    return mine || fz_refuse (error, _ ("只有申请人可以撤回；您可以批准、不批准，或在批准后收回。"));
  if (mine)
    return fz_refuse (error, _ ("这一授权由您本人申请，须由另一人决定；同一人的两个账号也不行。"));
  return fz_grant_may_decide (kind, document->actor.role) || fz_refuse (error, _ ("授权由医务管理人员或安全管理员决定。"));
}

static gboolean
check_decision (const FzFields *before, const FzDocument *document, int *out_verdict, GError **error)
{
  const FzFields *body = document->body;
  const char *word = fz_fields_get (body, "verdict");
  FzGrantState state = FZ_GRANT_DECLINED;

  fz_grant_state_from_word (fz_fields_get (before, "grant.state"), &state);
  *out_verdict = find_verdict (word, state);
  if (!is_word (word))
    return invalid (error, _ ("对授权申请只能批准、不批准、撤回或收回。"));
  if (state != FZ_GRANT_ASKED && state != FZ_GRANT_GRANTED)
    return fz_refuse (error, _ ("这一授权已经了结，不能再改；需要时请重新申请。"));
  if (*out_verdict < 0)
    return fz_refuse (error, state == FZ_GRANT_ASKED ? _ ("这一授权还没有批准。") : _ ("这一授权已经有了决定。"));
  if (g_strcmp0 (fz_fields_get (before, "grant.id"), fz_fields_get (body, "proposal")) != 0 ||
      g_strcmp0 (fz_fields_get (before, "grant.note_sha256"), fz_fields_get (body, "note_sha256")) != 0)
    return fz_refuse (error, _ ("决定所指的内容与这一申请签署的内容不一致。"));
  if (!check_decider (before, document, *out_verdict, error))
    return FALSE;
  if (verdicts[*out_verdict].to == FZ_GRANT_GRANTED && document->signed_at_us >= fz_grant_until_us (before))
    return fz_refuse (error, _ ("申请的截止日期已过，不能再批准；请申请人重新申请。"));
  return TRUE;
}

static FzFields *
decide (const FzFields *before, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "proposal", "verdict", "note_sha256", "decider.name", NULL };
  static const char *const names[2][6] = { { "verdict", "decided_at", "decided_by", "decided_by_number", "decision_words", "decision" },
                                           { "end_verdict", "ended_at", "ended_by", "ended_by_number", "end_words", "end" } };
  const FzFields *body = document->body;
  const char *values[6] = { fz_fields_get (body, "verdict"), NULL, fz_fields_get (body, "decider.name"),
                            fz_fields_get (body, "decider.staff_number"), fz_fields_get (body, "words"), document->id };
  FzFields *facts;
  int verdict = -1;
  gboolean ends;

  if (!fz_document_need (body, keys, error) || !check_decision (before, document, &verdict, error))
    return NULL;
  ends = verdicts[verdict].from == FZ_GRANT_GRANTED;
  facts = fz_fields_dup (before, NULL);
  fz_fields_set (facts, "grant.state", states[verdicts[verdict].to].word);
  fz_fields_set_bool (facts, "grant.open", FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autofree char *key = g_strconcat ("grant.", names[ends][i], NULL);

    if (i == 1)
      fz_fields_set_time (facts, key, document->signed_at_us);
    else
      fz_fields_set (facts, key, values[i]);
  }
  return facts;
}

FzFields *
fz_grant_fold (const FzFields *before, const FzDocument *document, GError **error)
{
  const char *kind = fz_fields_get_kind (document->body);
  gboolean opens = g_str_equal (kind, FZ_GRANT_KIND);
  FzFields *facts = NULL;

  if (!opens && !g_str_equal (kind, FZ_GRANT_DECISION_KIND))
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不认识的文书类别“%s”。"), kind);
  else if (opens != (before == NULL))
    fz_refuse (error, opens ? _ ("这一授权已经申请，不能再申请一次。") : _ ("没有这一授权申请。"));
  else
    facts = opens ? ask (document, error) : decide (before, document, error);
  return facts != NULL ? fz_fields_freeze (facts) : NULL;
}

/* --- as it stands --- */

gint64
fz_grant_until_us (const FzFields *grant)
{
  const char *on = fz_fields_get (grant, "grant.until_on");
  FzDate until;

  return on != NULL && fz_date_parse (on, &until, NULL) ? fz_date_beijing_start_us (fz_date_add_days (until, 1)) : 0;
}

FzGrantState
fz_grant_state_at (const FzFields *grant, guint uses, gint64 now_us)
{
  FzGrantState state = FZ_GRANT_DECLINED;
  gint64 times = 0;

  if (!fz_grant_state_from_word (fz_fields_get (grant, "grant.state"), &state))
    return FZ_GRANT_DECLINED;
  if (state != FZ_GRANT_ASKED && state != FZ_GRANT_GRANTED)
    return state;
  fz_fields_get_int (grant, "grant.times", &times);
  if (state == FZ_GRANT_GRANTED && uses >= times)
    return FZ_GRANT_USED;
  return now_us >= fz_grant_until_us (grant) ? FZ_GRANT_EXPIRED : state;
}
