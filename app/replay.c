#include "app/replay.h"

#include "core/finding_pair.h"

static GPtrArray *
findings_of (const FzFields *body)
{
  GPtrArray *findings = fz_findings_new ();

  for (guint i = 0; i < fz_fields_count (body, "finding"); i++) {
    const char *severity = fz_fields_get_at (body, "finding", i, "severity");
    FzFinding finding = { .rule = fz_fields_get_at (body, "finding", i, "rule"),
                          .field = fz_fields_get_at (body, "finding", i, "field"),
                          .message = fz_fields_get_at (body, "finding", i, "message") };

    /* A severity of no word or a finding without its rule was never written here: it stays unanswered and is told. */
    if (severity == NULL || !fz_severity_from_word (severity, &finding.severity) || finding.rule == NULL || finding.message == NULL) {
      finding.rule = finding.rule != NULL ? finding.rule : "-";
      finding.message = "";
    }
    fz_findings_add (findings, &finding);
  }
  return findings;
}

typedef struct {
  const FzDocument *document;
  GPtrArray *rows;
} Replay;

static void
add_row (const FzFinding *then, const FzFinding *now, gpointer data)
{
  const Replay *replay = data;
  const FzFinding *either = then != NULL ? then : now;
  FzFields *row = fz_fields_new ("fuzhen.replay/v1");
  const char *word = now != NULL ? fz_severity_to_word (now->severity) : "-";

  fz_fields_set (row, "document", replay->document->id);
  fz_fields_set (row, "rule", either->rule);
  fz_fields_set (row, "field", either->field);
  fz_fields_set (row, "then", then != NULL ? fz_severity_to_word (then->severity) : "-");
  fz_fields_set (row, "now", then != NULL && now != NULL && then->severity == now->severity ? "words" : word);
  g_ptr_array_add (replay->rows, fz_fields_freeze (row));
}

guint
fz_replay_findings (const FzDocument *document, GPtrArray *now, GPtrArray *rows)
{
  g_autoptr (GPtrArray) then = findings_of (document->body);
  Replay replay = { document, rows };

  return fz_findings_pair (then, now, add_row, &replay);
}
