#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"

static void
add (const FzJudged *self, GPtrArray *findings, const char *rule, FzSeverity severity, gboolean cannot, const char *message)
{
  fz_judged_add (self, findings, "quantity",
                 (FzFinding){ .rule = rule, .kind = FZ_FINDING_QUANTITY, .severity = severity, .message = message, .cannot_check = cannot });
}

/* Whole packs are dispensed: what a started pack adds is no excess. */
static void
compare (const FzJudged *self, gint64 needed, GPtrArray *findings)
{
  gint64 most = fz_drug_packs_for (self->drug, needed) * self->drug->pack_units;
  gint64 given = self->line->quantity;
  g_autofree char *message = NULL;

  if (given > most) {
    message = g_strdup_printf (_("“%s”开具 %d%s，按用法 %u 天需 %d%s（整包装最多 %d%s），数量偏多"), self->generic, (int) given,
                               self->drug->unit, self->line->days, (int) needed, self->drug->unit, (int) most, self->drug->unit);
    add (self, findings, "QTY_EXCESS", FZ_SEVERITY_REASON, FALSE, message);
  } else if (given < needed) {
    message = g_strdup_printf (_("“%s”开具 %d%s，按用法 %u 天需 %d%s，数量不足"), self->generic, (int) given, self->drug->unit,
                               self->line->days, (int) needed, self->drug->unit);
    add (self, findings, "QTY_SHORT", FZ_SEVERITY_NOTE, FALSE, message);
  }
}

void
fz_check_quantity (const FzJudged *self, GPtrArray *findings)
{
  g_autofree char *message = NULL;
  gint64 count = 0;
  gint64 needed = 0;

  if (self->line->quantity <= 0)
    return;
  if (self->drug != NULL && self->freq != NULL && fz_frequency_count (self->freq, self->line->days, &count) &&
      fz_drug_pieces_for (self->drug, &self->dose, count, &needed) && needed <= G_MAXINT32 / 2 && self->line->quantity <= G_MAXINT32) {
    compare (self, needed, findings);
    return;
  }
  message = g_strdup_printf (_("“%s”的用法无法换算成数量，请人工核对总量与天数"), self->generic);
  add (self, findings, "QTY_UNCHECKED", FZ_SEVERITY_NOTE, TRUE, message);
}
