#include "core/finding_pair.h"

static gboolean
is_same_place (const FzFinding *a, const FzFinding *b)
{
  return g_strcmp0 (a->rule, b->rule) == 0 && g_strcmp0 (a->field, b->field) == 0;
}

static gboolean
is_same (const FzFinding *a, const FzFinding *b)
{
  return is_same_place (a, b) && a->severity == b->severity && g_strcmp0 (a->message, b->message) == 0;
}

typedef gboolean (*Fits) (const FzFinding *a, const FzFinding *b);

static const FzFinding *
take (const FzFinding *finding, GPtrArray *now, gboolean *used, Fits fits)
{
  for (guint k = 0; k < now->len; k++)
    if (!used[k] && fits (finding, now->pdata[k])) {
      used[k] = TRUE;
      return now->pdata[k];
    }
  return NULL;
}

guint
fz_findings_pair (GPtrArray *then, GPtrArray *now, FzFindingPair differs, gpointer data)
{
  g_autofree gboolean *used = g_new0 (gboolean, now->len + 1), *answered = g_new0 (gboolean, then->len + 1);
  guint n = 0;

  /* All that agree go first: else one of two findings at a place would take the other's answer. */
  for (guint i = 0; i < then->len; i++)
    answered[i] = take (then->pdata[i], now, used, is_same) != NULL;
  for (guint i = 0; i < then->len; i++)
    if (!answered[i]) {
      differs (then->pdata[i], take (then->pdata[i], now, used, is_same_place), data);
      n++;
    }
  for (guint k = 0; k < now->len; k++)
    if (!used[k]) {
      differs (NULL, now->pdata[k], data);
      n++;
    }
  return n;
}
