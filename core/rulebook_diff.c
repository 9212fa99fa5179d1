#include "core/rulebook_diff.h"

#include "core/rulebook_private.h"

enum { SEVERITY, ARTICLES, MOMENTS, DATES, ASKS };
static const char *const parts[] = { [SEVERITY] = "severity", [ARTICLES] = "articles", [MOMENTS] = "moments", [DATES] = "dates", [ASKS] = "asks" };

static void
append_pair (const char *key, const char *value, gpointer data)
{
  g_string_append_printf (data, " %s=%s", key, value);
}

static void
append_ask (const FzRulebook *book, const FzAsk *ask, FzDate on, GString *text)
{
  g_autoptr (FzFields) params = fz_rulebook_settle (book, ask, on);

  g_string_append (text, ask->word);
  fz_fields_foreach (params, append_pair, text);
}

/* `condition → condition → what is required` */
static void
append_asks (const FzRulebook *book, const FzClause *clause, FzDate on, GString *text)
{
  for (guint i = 0; i < clause->when->len; i++) {
    append_ask (book, clause->when->pdata[i], on, text);
    g_string_append (text, " → ");
  }
  append_ask (book, clause->require, on, text);
}

static void
append_dates (const FzClause *clause, GString *text)
{
  g_autofree char *from = fz_date_format (clause->period.from), *until = clause->period.has_until ? fz_date_format (clause->period.until) : NULL;

  g_string_append_printf (text, "%s–%s", from, until != NULL ? until : "");
}

static char *
dup_severity (const GPtrArray *clauses)
{
  FzSeverity gravest = FZ_SEVERITY_NOTE;

  for (guint i = 0; i < clauses->len; i++)
    gravest = MAX (gravest, ((FzClause *) clauses->pdata[i])->severity);
  return clauses->len > 0 ? g_strdup (fz_severity_to_word (gravest)) : g_strdup ("");
}

static char *
dup_moments (const GPtrArray *clauses)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint bits = 0;

  for (guint i = 0; i < clauses->len; i++)
    bits |= ((FzClause *) clauses->pdata[i])->moments;
  for (guint i = 0; i < FZ_N_MOMENTS; i++)
    if ((bits & (1u << i)) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", fz_moment_to_word ((FzMoment) i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What each clause says, the highest layer first; the same words once. */
static char *
dup_each (const FzRulebook *book, const GPtrArray *clauses, FzDate on, guint part)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);

  for (guint i = clauses->len; i-- > 0;) {
    const FzClause *clause = clauses->pdata[i];
    g_autoptr (GString) text = g_string_new (NULL);

    if (part == ARTICLES)
      g_string_append (text, clause->cite);
    else if (part == DATES)
      append_dates (clause, text);
    else
      append_asks (book, clause, on, text);
    if (!g_ptr_array_find_with_equal_func (said, text->str, g_str_equal, NULL))
      g_ptr_array_add (said, g_strdup (text->str));
  }
  g_ptr_array_add (said, NULL);
  return g_strjoinv ("；", (char **) said->pdata);
}

static char *
dup_part (const FzRulebook *book, const GPtrArray *clauses, FzDate on, guint part)
{
  if (part == SEVERITY)
    return dup_severity (clauses);
  return part == MOMENTS ? dup_moments (clauses) : dup_each (book, clauses, on, part);
}

static GPtrArray *
in_force (const GPtrArray *subject, FzDate on)
{
  GPtrArray *some = g_ptr_array_new ();

  for (guint i = 0; subject != NULL && i < subject->len; i++) {
    FzClause *clause = subject->pdata[i];

    if (fz_rule_layer_in_force (clause->layer, on) && fz_period_covers (&clause->period, on))
      g_ptr_array_add (some, clause);
  }
  return some;
}

static const GPtrArray *
find_subject (const FzRulebook *book, const char *id)
{
  for (guint i = 0; i < book->subjects->len; i++) {
    const GPtrArray *subject = book->subjects->pdata[i];

    if (g_str_equal (((FzClause *) subject->pdata[0])->id, id))
      return subject;
  }
  return NULL;
}

static FzFields *
row_of (const FzClause *head, const char *in)
{
  FzFields *row = fz_fields_new ("fuzhen.difference/v1");

  fz_fields_set (row, "id", head->id);
  fz_fields_set (row, "zh", fz_fields_get (head->facts, "zh"));
  fz_fields_set (row, "en", fz_fields_get (head->facts, "en"));
  fz_fields_set (row, "in", in);
  return row;
}

static void
put (FzFields *row, const char *side, guint part, const char *value)
{
  g_autofree char *key = g_strconcat (side, ".", parts[part], NULL);

  fz_fields_set (row, key, value);
}

static void
compare (const FzRulebook *a, const FzRulebook *b, const char *id, FzDate on, GPtrArray *rows)
{
  g_autoptr (GPtrArray) of_a = in_force (find_subject (a, id), on), of_b = in_force (find_subject (b, id), on);
  const GPtrArray *any = of_b->len > 0 ? of_b : of_a;
  g_autoptr (FzFields) row = NULL;
  gboolean differs = of_a->len == 0 || of_b->len == 0;

  if (any->len == 0)
    return;
  row = row_of (any->pdata[any->len - 1], of_a->len == 0 ? "b" : of_b->len == 0 ? "a" : "both");
  for (guint part = 0; part < G_N_ELEMENTS (parts); part++) {
    g_autofree char *x = dup_part (a, of_a, on, part), *y = dup_part (b, of_b, on, part);

    if (g_str_equal (x, y))
      continue;
    differs = TRUE;
    put (row, "a", part, x);
    put (row, "b", part, y);
  }
  if (differs)
    g_ptr_array_add (rows, fz_fields_ref (fz_fields_freeze (row)));
}

static void
fields_unref (gpointer data)
{
  fz_fields_unref (data);
}

static void
add_ids (const FzRulebook *book, GTree *ids)
{
  for (guint i = 0; i < book->subjects->len; i++) {
    const GPtrArray *subject = book->subjects->pdata[i];
    const char *id = ((FzClause *) subject->pdata[0])->id;

    g_tree_replace (ids, (gpointer) id, (gpointer) id);
  }
}

static int
by_bytes (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (a, b);
}

GPtrArray *
fz_rulebook_diff (const FzRulebook *a, const FzRulebook *b, FzDate on)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (fields_unref);
  g_autoptr (GTree) ids = g_tree_new (by_bytes);

  add_ids (a, ids);
  add_ids (b, ids);
  for (GTreeNode *node = g_tree_node_first (ids); node != NULL; node = g_tree_node_next (node))
    compare (a, b, g_tree_node_key (node), on, rows);
  return rows;
}
