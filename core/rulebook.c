#include "core/rulebook.h"

#include "core/json.h"
#include "core/predicate.h"

#include <glib/gi18n-lib.h>

#define MAX_RULEBOOK_BYTES (1024 * 1024)

typedef struct {
  FzPredicate call;
  char *word;
  FzFields *params;
} Ask;

typedef struct {
  FzFields *facts; /* as shown in lists */
  const char *id, *message, *field;
  char *cite;
  guint moments; /* bits */
  FzSeverity severity;
  FzFindingKind kind;
  FzDate from, until;
  gboolean has_until;
  Ask when; /* call NULL: always */
  Ask require;
} Clause;

struct _FzRulebook {
  gint refs;
  char *name, *title, *sha256;
  FzDate since, until;
  gboolean has_until;
  GPtrArray *clauses;
};

static const char *const moment_words[FZ_N_MOMENTS] = { "intake", "take", "eligibility", "record", "prescribe", "review", "dispense" };

const char *
fz_moment_to_word (FzMoment moment)
{
  return moment_words[moment];
}

gboolean
fz_moment_from_word (const char *word, FzMoment *out)
{
  for (guint i = 0; i < FZ_N_MOMENTS; i++)
    if (g_strcmp0 (moment_words[i], word) == 0) {
      *out = (FzMoment) i;
      return TRUE;
    }
  return FALSE;
}

static void
ask_clear (Ask *ask)
{
  g_free (ask->word);
  g_clear_pointer (&ask->params, fz_fields_unref);
}

static void
clause_free (gpointer data)
{
  Clause *clause = data;

  g_clear_pointer (&clause->facts, fz_fields_unref);
  g_free (clause->cite);
  ask_clear (&clause->when);
  ask_clear (&clause->require);
  g_free (clause);
}

FzRulebook *
fz_rulebook_ref (FzRulebook *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
fz_rulebook_unref (FzRulebook *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  g_free (self->name);
  g_free (self->title);
  g_free (self->sha256);
  g_ptr_array_unref (self->clauses);
  g_free (self);
}

/* --- reading --- */

static gboolean
read_day (const FzJson *object, const char *key, FzDate *out, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);

  if (text == NULL)
    return FALSE;
  return fz_date_parse (text, out, NULL) || fz_json_fail (object, key, _ ("不是有效的日期。"), error);
}

static gboolean
read_until (const FzJson *object, FzDate *out, gboolean *has, GError **error)
{
  const char *text = NULL;

  if (fz_json_find (object, "until") == NULL)
    return fz_json_fail (object, "until", _ ("必须写明失效日期；没有失效日期请写 null。"), error);
  if (!fz_json_opt_string (object, "until", &text, error))
    return FALSE;
  *has = text != NULL;
  return text == NULL || fz_date_parse (text, out, NULL) || fz_json_fail (object, "until", _ ("不是有效的日期。"), error);
}

static gboolean
check_order (const FzJson *object, FzDate from, FzDate until, gboolean has_until, GError **error)
{
  return !has_until || fz_date_compare (from, until) <= 0 || fz_json_fail (object, "until", _ ("失效日期早于施行日期。"), error);
}

static gboolean
read_value_list (const FzJson *array, FzFields *params, GError **error)
{
  if (fz_json_count (array) > 100)
    return fz_json_fail (array, NULL, _ ("列表不能超过100项。"), error);
  for (guint i = 0; i < fz_json_count (array); i++) {
    const char *text = fz_json_get_string (fz_json_get_item (array, i), NULL, error);

    if (text == NULL)
      return FALSE;
    if (*text == '\0')
      return fz_json_fail (array, NULL, _ ("不能为空。"), error);
    fz_fields_set_at (params, "value", i, NULL, text);
  }
  return fz_json_count (array) > 0 || fz_json_fail (array, NULL, _ ("列表不能为空。"), error);
}

static gboolean
read_text (const FzJson *object, const char *name, FzFields *params, GError **error)
{
  const char *text = fz_json_get_string (object, name, error);

  if (text == NULL)
    return FALSE;
  if (!fz_predicate_param_fits (name, text))
    return fz_json_fail (object, name, _ ("不是这个参数允许的取值。"), error);
  fz_fields_set (params, name, text);
  return TRUE;
}

static gboolean
read_number (const FzJson *object, const char *name, FzFields *params, GError **error)
{
  gint64 number = 0;

  if (!fz_json_get_int (object, name, &number, error))
    return FALSE;
  if (number < 0)
    return fz_json_fail (object, name, _ ("不能是负数。"), error);
  fz_fields_set_int (params, name, number);
  return TRUE;
}

/* A parameter of the wrong type would be read as nothing, and nothing passes too easily: each has the one type of its name. */
static gboolean
read_param (const FzJson *object, const char *name, FzFields *params, GError **error)
{
  const FzJson *array;
  gboolean flag = FALSE;

  switch (fz_predicate_param_type (name)) {
  case FZ_PARAM_INT:
    return read_number (object, name, params, error);
  case FZ_PARAM_BOOL:
    if (!fz_json_get_bool (object, name, &flag, error))
      return FALSE;
    fz_fields_set_bool (params, name, flag);
    return TRUE;
  case FZ_PARAM_TEXTS:
    array = fz_json_get_array (object, name, error);
    return array != NULL && read_value_list (array, params, error);
  case FZ_PARAM_TEXT:
  default:
    return read_text (object, name, params, error);
  }
}

static gboolean
read_params (const FzJson *object, Ask *ask, GError **error)
{
  const char *const *names = fz_predicate_get_params (ask->word);
  guint given = 0;

  for (; names[given] != NULL; given++) {
    if (fz_json_find (object, names[given]) == NULL)
      return fz_json_fail (object, names[given], _ ("缺少这个判断条件需要的参数。"), error);
    if (!read_param (object, names[given], ask->params, error))
      return FALSE;
  }
  /* `is` names the predicate; anything else over and above its parameters is a slip. */
  return fz_json_count (object) == given + 1 || fz_json_fail (object, NULL, _ ("含有这个判断条件不认识的参数。"), error);
}

static gboolean
read_ask (const FzJson *clause, const char *key, Ask *ask, gboolean required, GError **error)
{
  const FzJson *object = NULL;
  const char *word;

  if (!fz_json_opt_object (clause, key, &object, error))
    return FALSE;
  if (object == NULL)
    return !required || fz_json_fail (clause, key, _ ("条款没有判断条件。"), error);
  word = fz_json_get_string (object, "is", error);
  if (word == NULL)
    return FALSE;
  ask->word = g_strdup (word);
  ask->call = fz_predicate_find (word);
  ask->params = fz_fields_new ("fuzhen.params/v1");
  if (ask->call == NULL)
    return fz_json_fail (object, "is", _ ("不认识的判断条件。"), error);
  return read_params (object, ask, error);
}

static gboolean
read_moments (const FzJson *object, Clause *clause, GError **error)
{
  const FzJson *array = fz_json_get_array (object, "moments", error);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < fz_json_count (array); i++) {
    const char *word = fz_json_get_string (fz_json_get_item (array, i), NULL, error);
    FzMoment moment;

    if (word == NULL)
      return FALSE;
    if (!fz_moment_from_word (word, &moment))
      return fz_json_fail (array, NULL, _ ("不认识的检查时点。"), error);
    clause->moments |= 1u << moment;
    fz_fields_set_at (clause->facts, "moment", i, NULL, word);
  }
  return clause->moments != 0 || fz_json_fail (object, "moments", _ ("列表不能为空。"), error);
}

static gboolean
copy_texts (const FzJson *object, FzFields *facts, GError **error)
{
  static const char *const keys[] = { "id", "text", "article", "zh", "en", "severity", "kind", "from", "message" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *value = fz_json_get_string (object, keys[i], error);

    if (value == NULL)
      return FALSE;
    if (*value == '\0')
      return fz_json_fail (object, keys[i], _ ("不能为空。"), error);
    fz_fields_set (facts, keys[i], value);
  }
  return TRUE;
}

static gboolean
read_words (const FzJson *object, Clause *clause, GError **error)
{
  const char *field = NULL, *until = NULL;

  if (!fz_json_opt_string (object, "field", &field, error) || !fz_json_opt_string (object, "until", &until, error))
    return FALSE;
  fz_fields_set (clause->facts, "field", field);
  fz_fields_set (clause->facts, "until", until);
  if (!fz_severity_from_word (fz_fields_get (clause->facts, "severity"), &clause->severity))
    return fz_json_fail (object, "severity", _ ("只能是 stop、reason 或 note。"), error);
  if (!fz_finding_kind_from_word (fz_fields_get (clause->facts, "kind"), &clause->kind))
    return fz_json_fail (object, "kind", _ ("不认识的发现种类。"), error);
  clause->cite = g_strdup_printf ("%s%s", fz_fields_get (clause->facts, "text"), fz_fields_get (clause->facts, "article"));
  return TRUE;
}

static Clause *
read_clause (const FzJson *object, GError **error)
{
  static const char *const keys[] = { "id",   "text",  "article", "zh",   "en",      "severity", "kind",   "from",
                                      "until", "moments", "field",   "when", "require", "message",  NULL };
  Clause *clause = g_new0 (Clause, 1);

  clause->facts = fz_fields_new ("fuzhen.clause/v1");
  if (!fz_json_check_keys (object, keys, error) || !copy_texts (object, clause->facts, error) ||
      !read_words (object, clause, error) || !read_day (object, "from", &clause->from, error) ||
      !read_until (object, &clause->until, &clause->has_until, error) ||
      !check_order (object, clause->from, clause->until, clause->has_until, error) || !read_moments (object, clause, error) ||
      !read_ask (object, "when", &clause->when, FALSE, error) || !read_ask (object, "require", &clause->require, TRUE, error)) {
    clause_free (clause);
    return NULL;
  }
  fz_fields_set (clause->facts, "require", clause->require.word);
  fz_fields_merge (clause->facts, "params", clause->require.params);
  fz_fields_freeze (clause->facts);
  clause->id = fz_fields_get (clause->facts, "id");
  clause->message = fz_fields_get (clause->facts, "message");
  clause->field = fz_fields_get (clause->facts, "field");
  return clause;
}

static gboolean
add_clauses (FzRulebook *self, const FzJson *array, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < fz_json_count (array); i++) {
    Clause *clause = read_clause (fz_json_get_item (array, i), error);

    if (clause == NULL)
      return FALSE;
    g_ptr_array_add (self->clauses, clause);
    if (!g_hash_table_add (seen, (gpointer) clause->id))
      return fz_json_fail (fz_json_get_item (array, i), "id", _ ("条款编号重复。"), error);
  }
  return self->clauses->len > 0 || fz_json_fail (array, NULL, _ ("规则集没有任何条款。"), error);
}

FzRulebook *
fz_rulebook_parse (const void *json, gsize n, GError **error)
{
  static const char *const keys[] = { "format", "name", "title", "source", "since", "until", "clauses", NULL };
  g_autoptr (FzRulebook) self = g_new0 (FzRulebook, 1);
  g_autoptr (FzJson) root = NULL;
  const FzJson *array;
  const char *format;

  self->refs = 1;
  self->clauses = g_ptr_array_new_with_free_func (clause_free);
  root = fz_json_parse (json, n, MAX_RULEBOOK_BYTES, error);
  if (root == NULL || !fz_json_check_keys (root, keys, error) || (format = fz_json_get_string (root, "format", error)) == NULL)
    return NULL;
  if (!g_str_equal (format, "fuzhen.rulebook/v1")) {
    fz_json_fail (root, "format", _ ("不认识的规则集版本。"), error);
    return NULL;
  }
  self->name = g_strdup (fz_json_get_string (root, "name", error));
  self->title = self->name != NULL ? g_strdup (fz_json_get_string (root, "title", error)) : NULL;
  self->sha256 = fz_sha256_hex (json, n);
  if (self->title == NULL || fz_json_get_string (root, "source", error) == NULL ||
      !read_day (root, "since", &self->since, error) || !read_until (root, &self->until, &self->has_until, error) ||
      !check_order (root, self->since, self->until, self->has_until, error) ||
      (array = fz_json_get_array (root, "clauses", error)) == NULL || !add_clauses (self, array, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
fz_rulebook_get_name (const FzRulebook *self)
{
  return self->name;
}

const char *
fz_rulebook_get_title (const FzRulebook *self)
{
  return self->title;
}

const char *
fz_rulebook_get_sha256 (const FzRulebook *self)
{
  return self->sha256;
}

FzDate
fz_rulebook_get_since (const FzRulebook *self)
{
  return self->since;
}

gboolean
fz_rulebook_get_until (const FzRulebook *self, FzDate *out)
{
  if (self->has_until)
    *out = self->until;
  return self->has_until;
}

guint
fz_rulebook_get_n_clauses (const FzRulebook *self)
{
  return self->clauses->len;
}

const FzFields *
fz_rulebook_get_clause (const FzRulebook *self, guint i)
{
  return ((Clause *) self->clauses->pdata[i])->facts;
}

/* --- judging --- */

static FzVerdict
ask (const Ask *question, const FzFields *facts, FzDate on, char **where)
{
  FzQuestion q = { facts, question->params, on, where };

  return question->call (&q);
}

static void
add_finding (const Clause *clause, FzVerdict verdict, const char *where, GPtrArray *findings)
{
  g_autofree char *unknown = NULL;
  FzFinding finding = { .rule = clause->id,
                        .clause = clause->cite,
                        .kind = clause->kind,
                        .severity = clause->severity,
                        .field = where != NULL ? where : clause->field,
                        .message = clause->message,
                        .source = clause->cite,
                        .cannot_check = verdict == FZ_VERDICT_UNKNOWN };

  if (verdict == FZ_VERDICT_UNKNOWN) {
    unknown = g_strdup_printf (_ ("资料不全，无法核对：%s"), clause->message);
    finding.message = unknown;
  }
  fz_findings_add (findings, &finding);
}

static gboolean
in_force (const Clause *clause, FzMoment moment, FzDate on)
{
  return (clause->moments & (1u << moment)) != 0 && fz_date_compare (clause->from, on) <= 0 &&
         (!clause->has_until || fz_date_compare (on, clause->until) <= 0);
}

static void
judge (const Clause *clause, const FzFields *facts, FzDate on, GPtrArray *findings, FzFields *verdicts)
{
  g_autofree char *where = NULL;
  FzVerdict applies = clause->when.call != NULL ? ask (&clause->when, facts, on, NULL) : FZ_VERDICT_PASS;
  FzVerdict verdict = FZ_VERDICT_UNKNOWN;
  guint n = verdicts != NULL ? fz_fields_count (verdicts, "rule") : 0;

  /* Whether a clause applies cannot always be told; then it is asked, and an unknown stays unknown. */
  if (applies != FZ_VERDICT_FAIL)
    verdict = ask (&clause->require, facts, on, &where);
  if (applies == FZ_VERDICT_UNKNOWN && verdict == FZ_VERDICT_FAIL)
    verdict = FZ_VERDICT_UNKNOWN;
  if (verdicts != NULL) {
    fz_fields_set_at (verdicts, "rule", n, "id", clause->id);
    fz_fields_set_at (verdicts, "rule", n, "verdict", applies == FZ_VERDICT_FAIL ? "not_applicable" : fz_verdict_to_word (verdict));
  }
  if (applies == FZ_VERDICT_FAIL || verdict == FZ_VERDICT_PASS)
    return;
  add_finding (clause, verdict, where, findings);
}

gboolean
fz_rulebook_check (const FzRulebook *self, FzMoment moment, const FzFields *facts, FzDate on, GPtrArray *findings,
                   FzFields *verdicts, GError **error)
{
  if (fz_date_compare (on, self->since) < 0 || (self->has_until && fz_date_compare (self->until, on) < 0)) {
    g_autofree char *day = fz_date_format (on);

    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("规则集“%s”在 %s 不在施行期内，不能据此签名；请医务管理人员启用现行规则集。"), self->title, day);
    return FALSE;
  }
  for (guint i = 0; i < self->clauses->len; i++)
    if (in_force (self->clauses->pdata[i], moment, on))
      judge (self->clauses->pdata[i], facts, on, findings, verdicts);
  return TRUE;
}
