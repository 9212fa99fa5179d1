/* What the catalogue says against a line: a medicine that is withdrawn, or removed for a suspected adverse reaction (停用与移除的检查). */
#include "app/catalogue.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>

const FzFields *
fz_catalogue_find_removal (const FzKnowledge *know, const char *code)
{
  return know->removals != NULL ? g_hash_table_lookup (know->removals, code) : NULL;
}

static const FzFields *
removal_of (const FzKnowledge *know, const FzDrug *drug)
{
  return !drug->active ? fz_catalogue_find_removal (know, drug->code) : NULL;
}

static char *
removal_words (const FzDrug *drug, const FzFields *removal)
{
  gint64 at_us = 0;
  g_autofree char *at = fz_fields_get_time (removal, "change.opened_at", &at_us) ? fz_beijing_time_format (at_us) : g_strdup ("—");

  return g_strdup_printf (_ ("“%s”因疑似不良反应已于 %.16s 由 %s 移出药品目录（%s，%s）：%s"), drug->generic, at, fz_fields_get (removal, "change.by"),
                          fz_fields_get (removal, "change.id"),
                          fz_fields_is_yes (removal, "change.open") ? _ ("待另一人确认") : _ ("已确认"), fz_fields_get (removal, "change.words"));
}

char *
fz_catalogue_objection (const FzKnowledge *know, const FzDrug *drug)
{
  const FzFields *removal = removal_of (know, drug);

  if (drug->active)
    return NULL;
  if (removal != NULL)
    return removal_words (drug, removal);
  return g_strdup_printf (_ ("“%s”（%s）已从本院药品目录停用，不能开具，请改用目录内的药品"), drug->generic, drug->code);
}

static const FzDrug *
drug_at (const FzKnowledge *know, const FzFields *facts, guint i)
{
  const char *code = fz_fields_get_at (facts, "rx.item", i, "drug");

  return code != NULL && know->catalogue != NULL ? fz_catalogue_find_code (know->catalogue, code) : NULL;
}

char *
fz_catalogue_removed_lines (const FzKnowledge *know, const FzFields *rx)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++) {
    const FzDrug *drug = drug_at (know, rx, i);
    const FzFields *removal = drug != NULL ? removal_of (know, drug) : NULL;
    g_autofree char *words = removal != NULL ? removal_words (drug, removal) : NULL;

    if (words != NULL)
      g_string_append_printf (lines, "%s%s", lines->len > 0 ? "\n" : "", words);
  }
  return lines->len > 0 ? g_string_free (g_steal_pointer (&lines), FALSE) : NULL;
}

void
fz_catalogue_put_objections (const FzKnowledge *know, FzFields *facts)
{
  guint n = 0;

  for (guint i = 0; i < fz_fields_count (facts, "rx.item"); i++) {
    const FzDrug *drug = drug_at (know, facts, i);
    g_autofree char *message = drug != NULL ? fz_catalogue_objection (know, drug) : NULL, *field = g_strdup_printf ("rx.item.%02u.generic", i);
    const FzFields *removal = drug != NULL ? removal_of (know, drug) : NULL;
    g_autofree char *source = removal != NULL ? g_strdup_printf (_ ("药品目录移除 %s，不良事件 %s"), fz_fields_get (removal, "change.id"),
                                                                 fz_fields_get (removal, "change.entry"))
                                              : NULL;

    if (message == NULL)
      continue;
    fz_fields_set_at (facts, "catalogue", n, "rule", removal != NULL ? "CATALOGUE_REMOVED" : "CATALOGUE_WITHDRAWN");
    fz_fields_set_at (facts, "catalogue", n, "about", drug->generic);
    fz_fields_set_at (facts, "catalogue", n, "field", field);
    fz_fields_set_at (facts, "catalogue", n, "message", message);
    fz_fields_set_at (facts, "catalogue", n++, "source", source != NULL ? source : _ ("本院药品目录"));
  }
}

void
fz_catalogue_check (const FzFields *facts, GPtrArray *findings)
{
  for (guint i = 0; i < fz_fields_count (facts, "catalogue"); i++)
    fz_findings_add (findings, &(FzFinding){ .rule = fz_fields_get_at (facts, "catalogue", i, "rule"),
                                             .kind = FZ_FINDING_CONTROLLED,
                                             .severity = FZ_SEVERITY_STOP,
                                             .about = (const char *const[]){ fz_fields_get_at (facts, "catalogue", i, "about"), NULL },
                                             .field = fz_fields_get_at (facts, "catalogue", i, "field"),
                                             .message = fz_fields_get_at (facts, "catalogue", i, "message"),
                                             .source = fz_fields_get_at (facts, "catalogue", i, "source") });
}
