#include "app/replay.h"

static gboolean
is_same_place (const FzFields *body, guint i, const FzFinding *finding)
{
  return g_strcmp0 (fz_fields_get_at (body, "finding", i, "rule"), finding->rule) == 0 &&
         g_strcmp0 (fz_fields_get_at (body, "finding", i, "field"), finding->field) == 0;
}

static gboolean
is_same (const FzFields *body, guint i, const FzFinding *finding)
{
  return is_same_place (body, i, finding) &&
         g_strcmp0 (fz_fields_get_at (body, "finding", i, "severity"), fz_severity_to_word (finding->severity)) == 0 &&
         g_strcmp0 (fz_fields_get_at (body, "finding", i, "message"), finding->message) == 0;
}

typedef gboolean (*Fits) (const FzFields *body, guint i, const FzFinding *finding);

/* Each finding answers one entry of the body at most. */
static int
take (const FzFields *body, guint i, GPtrArray *now, gboolean *used, Fits fits)
{
  for (guint k = 0; k < now->len; k++)
    if (!used[k] && fits (body, i, now->pdata[k])) {
      used[k] = TRUE;
      return (int) k;
    }
  return -1;
}

static void
add_row (const FzDocument *document, const char *rule, const char *field, const char *then, const char *now, GPtrArray *rows)
{
  FzFields *row = fz_fields_new ("fuzhen.replay/v1");

  fz_fields_set (row, "document", document->id);
  fz_fields_set (row, "rule", rule);
  fz_fields_set (row, "field", field);
  fz_fields_set (row, "then", then);
  fz_fields_set (row, "now", now);
  g_ptr_array_add (rows, fz_fields_freeze (row));
}

static void
add_changed (const FzDocument *document, guint i, const FzFinding *now, GPtrArray *rows)
{
  const FzFields *body = document->body;
  const char *then = fz_fields_get_at (body, "finding", i, "severity"), *word = now != NULL ? fz_severity_to_word (now->severity) : "-";

  add_row (document, fz_fields_get_at (body, "finding", i, "rule"), fz_fields_get_at (body, "finding", i, "field"), then,
           g_strcmp0 (then, word) == 0 ? "words" : word, rows);
}

guint
fz_replay_findings (const FzDocument *document, GPtrArray *now, GPtrArray *rows)
{
  const FzFields *body = document->body;
  guint n = fz_fields_count (body, "finding"), before = rows->len;
  g_autofree gboolean *used = g_new0 (gboolean, now->len + 1), *answered = g_new0 (gboolean, n + 1);

  for (guint i = 0; i < n; i++)
    answered[i] = take (body, i, now, used, is_same) >= 0;
  for (guint i = 0; i < n; i++) {
    int k = answered[i] ? -1 : take (body, i, now, used, is_same_place);

    if (!answered[i])
      add_changed (document, i, k >= 0 ? now->pdata[k] : NULL, rows);
  }
  for (guint k = 0; k < now->len; k++) {
    const FzFinding *finding = now->pdata[k];

    if (!used[k])
      add_row (document, finding->rule, finding->field, "-", fz_severity_to_word (finding->severity), rows);
  }
  return rows->len - before;
}
