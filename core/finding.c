#include "core/finding.h"

static const char *const severity_words[] = { "note", "reason", "stop" };
static const char *const kind_words[] = { "interaction", "dose", "duplicate", "allergy", "contraindication",
                                          "controlled", "form", "quantity", "rule" };
static const char *const nothing[] = { NULL };

/* The public struct lends const views of what this one owns. */
typedef struct {
  FzFinding shown;
  char *rule;
  char *clause;
  GStrv about;
  char *field;
  char *message;
  char *source;
} Owned;

G_STATIC_ASSERT (G_STRUCT_OFFSET (Owned, shown) == 0);

FzFinding *
fz_finding_new (const FzFinding *values)
{
  Owned *self = g_atomic_rc_box_new0 (Owned);

  g_assert (values->rule != NULL && values->message != NULL);
  self->shown = *values;
  self->shown.rule = self->rule = g_strdup (values->rule);
  self->shown.clause = self->clause = g_strdup (values->clause);
  self->about = g_strdupv ((GStrv) (gpointer) (values->about != NULL ? values->about : nothing));
  self->shown.about = (const char *const *) self->about;
  self->shown.field = self->field = g_strdup (values->field);
  self->shown.message = self->message = g_strdup (values->message);
  self->shown.source = self->source = g_strdup (values->source);
  return &self->shown;
}

FzFinding *
fz_finding_ref (FzFinding *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
finding_clear (gpointer data)
{
  Owned *self = data;

  g_free (self->rule);
  g_free (self->clause);
  g_strfreev (self->about);
  g_free (self->field);
  g_free (self->message);
  g_free (self->source);
}

void
fz_finding_unref (FzFinding *self)
{
  g_atomic_rc_box_release_full (self, finding_clear);
}

static void
unref_element (gpointer data)
{
  fz_finding_unref (data);
}

GPtrArray *
fz_findings_new (void)
{
  return g_ptr_array_new_with_free_func (unref_element);
}

void
fz_findings_add (GPtrArray *findings, const FzFinding *values)
{
  g_ptr_array_add (findings, fz_finding_new (values));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const FzFinding *left = *(const FzFinding *const *) a;
  const FzFinding *right = *(const FzFinding *const *) b;
  int order = (int) right->severity - (int) left->severity;

  if (order == 0)
    order = g_strcmp0 (left->field, right->field);
  if (order == 0)
    order = g_strcmp0 (left->rule, right->rule);
  if (order == 0)
    order = g_strcmp0 (left->about[0], right->about[0]);
  return order != 0 ? order : g_strcmp0 (left->message, right->message);
}

void
fz_findings_sort (GPtrArray *findings)
{
  g_ptr_array_sort (findings, compare);
}

gboolean
fz_findings_have_stop (const GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    if (((const FzFinding *) g_ptr_array_index (findings, i))->severity == FZ_SEVERITY_STOP)
      return TRUE;
  return FALSE;
}

const FzFinding *
fz_findings_find (const GPtrArray *findings, const char *rule)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = g_ptr_array_index (findings, i);

    if (g_str_equal (finding->rule, rule))
      return finding;
  }
  return NULL;
}

static gboolean
find_word (const char *const *words, guint n, const char *word, guint *out)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (words[i], word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_severity_to_word (FzSeverity severity)
{
  g_return_val_if_fail ((guint) severity < G_N_ELEMENTS (severity_words), NULL);
  return severity_words[severity];
}

gboolean
fz_severity_from_word (const char *word, FzSeverity *out)
{
  guint found = 0;

  if (!find_word (severity_words, G_N_ELEMENTS (severity_words), word, &found))
    return FALSE;
  *out = (FzSeverity) found;
  return TRUE;
}

const char *
fz_finding_kind_to_word (FzFindingKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kind_words), NULL);
  return kind_words[kind];
}

gboolean
fz_finding_kind_from_word (const char *word, FzFindingKind *out)
{
  guint found = 0;

  if (!find_word (kind_words, G_N_ELEMENTS (kind_words), word, &found))
    return FALSE;
  *out = (FzFindingKind) found;
  return TRUE;
}
