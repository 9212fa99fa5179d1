/* Judging facts by the clauses of a stack of layers. */
#include "core/rulebook_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_SUBJECTS 100 /* positions of a list in the canonical text */

/* In order of gravity. */
typedef enum { NOT_APPLICABLE, PASS, UNKNOWN, FAIL } Outcome;

static const char *const outcome_words[] = { "not_applicable", "pass", "unknown", "fail" };

typedef struct {
  const FzClause *clause;
  Outcome outcome;
  char *where;
} Answer;

typedef struct {
  const FzRulebook *book;
  FzMoment moment;
  const FzFields *facts;
  FzDate on;
  GPtrArray *findings;
  FzFields *verdicts, *given;
  GHashTable *groups; /* id -> position in verdicts + 1 */
} Check;

static void
answer_clear (gpointer data)
{
  g_free (((Answer *) data)->where);
}

/* --- one clause --- */

static FzVerdict
ask (const Check *check, const FzAsk *question, char **where)
{
  g_autoptr (FzFields) params = fz_rulebook_settle (check->book, question, check->on);
  FzQuestion q = { check->facts, params, check->on, where, check->given };

  return question->call (&q);
}

/* Whether a clause applies cannot always be told; then it is asked, and what would fail is unknown. */
static Outcome
judge (const Check *check, const FzClause *clause, char **where)
{
  FzVerdict applies = FZ_VERDICT_PASS, verdict;

  for (guint i = 0; i < clause->when->len; i++) {
    FzVerdict one = ask (check, clause->when->pdata[i], NULL);

    if (one == FZ_VERDICT_FAIL)
      return NOT_APPLICABLE;
    if (one == FZ_VERDICT_UNKNOWN)
      applies = FZ_VERDICT_UNKNOWN;
  }
  verdict = ask (check, clause->require, where);
  if (verdict == FZ_VERDICT_PASS)
    return PASS;
  return verdict == FZ_VERDICT_UNKNOWN || applies == FZ_VERDICT_UNKNOWN ? UNKNOWN : FAIL;
}

static gboolean
is_asked (const Check *check, const FzClause *clause)
{
  return (clause->moments & (1u << check->moment)) != 0 && fz_rule_layer_in_force (clause->layer, check->on) &&
         fz_period_covers (&clause->period, check->on);
}

/* --- one subject --- */

/* The words of the finding: of what fails before what is unknown, then of the gravest, then of the highest layer. */
static const Answer *
head_of (const GArray *answers)
{
  const Answer *head = NULL;

  for (guint i = 0; i < answers->len; i++) {
    const Answer *answer = &g_array_index (answers, Answer, i);

    if (answer->outcome < UNKNOWN)
      continue;
    if (head == NULL || answer->outcome > head->outcome ||
        (answer->outcome == head->outcome && answer->clause->severity >= head->clause->severity))
      head = answer;
  }
  return head;
}

/* The highest layer first; each citation once. */
static void
cite_all (const GArray *answers, FzSeverity *severity, GString *cite)
{
  for (guint i = answers->len; i-- > 0;) {
    const Answer *answer = &g_array_index (answers, Answer, i);

    if (answer->outcome < UNKNOWN)
      continue;
    *severity = MAX (*severity, answer->clause->severity);
    if (strstr (cite->str, answer->clause->cite) == NULL)
      g_string_append_printf (cite, "%s%s", cite->len > 0 ? "；" : "", answer->clause->cite);
  }
}

static void
fields_unref (gpointer data)
{
  fz_fields_unref (data);
}

static char *
dup_message (const Check *check, const Answer *answer, const char *field)
{
  const FzClause *clause = answer->clause;
  g_autoptr (GPtrArray) params = g_ptr_array_new_with_free_func (fields_unref);
  FzMessageFacts facts = { .facts = check->facts, .field = field, .given = check->given };
  g_autofree char *text = NULL;

  g_ptr_array_add (params, fz_rulebook_settle (check->book, clause->require, check->on));
  for (guint i = 0; i < clause->when->len; i++)
    g_ptr_array_add (params, fz_rulebook_settle (check->book, clause->when->pdata[i], check->on));
  facts.params = (const FzFields *const *) params->pdata;
  facts.n_params = params->len;
  text = fz_message_fill (clause->message, &facts);
  return answer->outcome == UNKNOWN ? g_strdup_printf (_ ("资料不全，无法核对：%s"), text) : g_steal_pointer (&text);
}

/* Another moment has found the same: one finding, with every article and the graver weight. */
static void
add_once (GPtrArray *findings, FzFinding *finding)
{
  for (guint i = 0; i < findings->len; i++) {
    g_autoptr (FzFinding) old = fz_finding_ref (findings->pdata[i]);
    gboolean keep_words = !old->cannot_check || finding->cannot_check;
    g_autofree char *cite = NULL;
    FzFinding merged;

    if (!g_str_equal (old->rule, finding->rule))
      continue;
    cite = strstr (old->clause, finding->clause) != NULL ? g_strdup (old->clause) : g_strconcat (old->clause, "；", finding->clause, NULL);
    merged = keep_words ? *old : *finding;
    merged.severity = MAX (old->severity, finding->severity);
    merged.clause = merged.source = cite;
    g_ptr_array_remove_index (findings, i);
    g_ptr_array_insert (findings, (int) i, fz_finding_new (&merged));
    return;
  }
  fz_findings_add (findings, finding);
}

static void
add_finding (const Check *check, const GArray *answers)
{
  const Answer *head = head_of (answers);
  g_autoptr (GString) cite = g_string_new (NULL);
  FzFinding finding = { .severity = FZ_SEVERITY_NOTE };
  g_autofree char *message = NULL;

  if (head == NULL)
    return;
  cite_all (answers, &finding.severity, cite);
  finding.rule = head->clause->id;
  finding.kind = head->clause->kind;
  finding.field = head->where != NULL ? head->where : head->clause->field;
  finding.message = message = dup_message (check, head, finding.field);
  finding.clause = finding.source = cite->str;
  finding.cannot_check = head->outcome == UNKNOWN;
  add_once (check->findings, &finding);
}

static void
add_row (GString *rows, const char *row)
{
  g_auto (GStrv) known = g_strsplit (rows->str, " ", -1);

  if (row != NULL && !g_strv_contains ((const char *const *) known, row))
    g_string_append_printf (rows, "%s%s", rows->len > 0 ? " " : "", row);
}

static Outcome
outcome_from_word (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (outcome_words); i++)
    if (g_strcmp0 (word, outcome_words[i]) == 0)
      return (Outcome) i;
  return NOT_APPLICABLE;
}

static gboolean
put_verdict (const Check *check, const GArray *answers, GError **error)
{
  const char *id = g_array_index (answers, Answer, 0).clause->id;
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (check->groups, id));
  guint at = known > 0 ? known - 1 : g_hash_table_size (check->groups);
  Outcome outcome = NOT_APPLICABLE;
  g_autoptr (GString) rows = g_string_new (NULL);

  if (at >= MAX_SUBJECTS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _ ("同时检查的条款超过100项，无法记录；请减少院内规定的条款。"));
    return FALSE;
  }
  if (known > 0) {
    g_autofree char *key = g_strdup_printf ("rule.%02u.rows", at);

    outcome = outcome_from_word (fz_fields_get_at (check->verdicts, "rule", at, "verdict"));
    g_string_assign (rows, fz_fields_has (check->verdicts, key) ? fz_fields_get (check->verdicts, key) : "");
  }
  for (guint i = answers->len; i-- > 0;) {
    outcome = MAX (outcome, g_array_index (answers, Answer, i).outcome);
    add_row (rows, g_array_index (answers, Answer, i).clause->row);
  }
  fz_fields_set_at (check->verdicts, "rule", at, "id", id);
  fz_fields_set_at (check->verdicts, "rule", at, "verdict", outcome_words[outcome]);
  fz_fields_set_at (check->verdicts, "rule", at, "rows", rows->str);
  g_hash_table_insert (check->groups, (gpointer) id, GUINT_TO_POINTER (at + 1));
  return TRUE;
}

static gboolean
check_subject (const Check *check, const GPtrArray *clauses, GError **error)
{
  g_autoptr (GArray) answers = g_array_new (FALSE, TRUE, sizeof (Answer));

  g_array_set_clear_func (answers, answer_clear);
  for (guint i = 0; i < clauses->len; i++) {
    Answer answer = { clauses->pdata[i], NOT_APPLICABLE, NULL };

    if (!is_asked (check, answer.clause))
      continue;
    answer.outcome = judge (check, answer.clause, &answer.where);
    g_array_append_val (answers, answer);
  }
  if (answers->len == 0)
    return TRUE;
  add_finding (check, answers);
  return check->verdicts == NULL || put_verdict (check, answers, error);
}

/* --- the whole --- */

static gboolean
fail_out_of_force (const FzRulebook *self, FzDate on, GError **error)
{
  g_autofree char *day = fz_date_format (on);

  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("规则集“%s”在 %s 不在施行期内，不能据此签名；请医务管理人员启用现行规则集。"),
               fz_rulebook_get_title (self), day);
  return FALSE;
}

/* A text past its end binds nobody; what governs now does, and somebody should look for what follows. */
static void
note_ended (const FzRuleLayer *ended, const FzRuleLayer *governing, GPtrArray *findings)
{
  g_autofree char *date = fz_date_format (ended->period.until), *message = NULL;
  g_autofree char *day = ended->computed ? g_strdup_printf (_ ("%s（按载明的有效期推算）"), date) : g_strdup (date);
  FzFinding finding = { .rule = "RULEBOOK_ENDED", .kind = FZ_FINDING_RULE, .severity = FZ_SEVERITY_NOTE, .clause = ended->title, .source = ended->title };

  if (fz_findings_find (findings, finding.rule) != NULL)
    return;
  message = ended->successor != NULL
              ? g_strdup_printf (_ ("“%s”的施行期已于%s届满，接续的是“%s”。现按“%s”检查，请医务管理人员启用现行规则集。"), ended->title, day,
                                 ended->successor, governing->title)
              : g_strdup_printf (_ ("“%s”的施行期已于%s届满，没有载明接续的文件。现按“%s”检查，请医务管理人员核实后启用现行规则集。"), ended->title,
                                 day, governing->title);
  finding.message = message;
  fz_findings_add (findings, &finding);
}

static GHashTable *
index_groups (const FzFields *verdicts)
{
  GHashTable *groups = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; verdicts != NULL && i < fz_fields_count (verdicts, "rule"); i++)
    g_hash_table_insert (groups, (gpointer) g_intern_string (fz_fields_get_at (verdicts, "rule", i, "id")), GUINT_TO_POINTER (i + 1));
  return groups;
}

gboolean
fz_rulebook_check (const FzRulebook *self, FzMoment moment, const FzFields *facts, FzDate on, GPtrArray *findings,
                   FzFields *verdicts, FzFields *given, GError **error)
{
  const FzRuleLayer *ended = fz_rulebook_find_ended (self, on), *governing = fz_rulebook_find_governing (self, on);
  g_autoptr (GHashTable) groups = index_groups (verdicts);
  Check check = { self, moment, facts, on, findings, verdicts, given, groups };

  if (governing == NULL)
    return fail_out_of_force (self, on, error);
  if (ended != NULL)
    note_ended (ended, governing, findings);
  for (guint i = 0; i < self->subjects->len; i++)
    if (!check_subject (&check, self->subjects->pdata[i], error))
      return FALSE;
  return TRUE;
}
