#include "app/taken.h"

#include "app/knowledge.h"
#include "app/link.h"
#include "app/visit.h"
#include "core/date.h"
#include "core/drugname.h"
#include "db/visits.h"

#define LOOKED_AT 20 /* prescriptions, newest first */

static void
add_key (FzFields *out, const char *key, const char *name)
{
  guint n = fz_fields_count (out, "taken");

  fz_fields_set_at (out, "taken", n, "key", key);
  fz_fields_set_at (out, "taken", n, "name", name);
}

/* By the catalogue's row; what it does not hold counts by its name. */
static void
add_line (FzDesk *desk, const FzFields *facts, const char *list, guint i, FzFields *out)
{
  const char *code = fz_fields_get_at (facts, list, i, "drug"), *generic = fz_fields_get_at (facts, list, i, "generic");
  const FzDrug *drug = code != NULL ? fz_catalogue_find_code (desk->knowledge->catalogue, code)
                       : generic != NULL ? fz_catalogue_find_generic (desk->knowledge->catalogue, generic, NULL) : NULL;

  for (guint k = 0; drug != NULL && drug->ingredient_keys[k] != NULL; k++)
    add_key (out, drug->ingredient_keys[k], drug->generic);
  if (drug == NULL && generic != NULL) {
    g_autofree char *key = fz_drugname_substance (generic);

    add_key (out, key, generic);
  }
}

void
fz_taken_put_lines (FzDesk *desk, const FzFields *draft, FzFields *out)
{
  for (guint i = 0; i < fz_fields_count (draft, "rx.item"); i++)
    add_line (desk, draft, "rx.item", i, out);
}

static gboolean
still_runs (const FzFields *rx, guint i, FzDate today)
{
  gint64 signed_us = 0, days = 0, packets = 0, each = 1;

  if (!fz_fields_get_int_at (rx, "rx.item", i, "days", &days) && fz_fields_get_int (rx, "rx.packets", &packets)) {
    fz_fields_get_int (rx, "rx.packet_days", &each); /* of a herbal sheet, once for all lines */
    days = packets * each;
  }
  return fz_fields_get_time (rx, "rx.signed_at", &signed_us) &&
         fz_date_days_between (fz_date_in_beijing (signed_us), today) <= days;
}

static gboolean
was_given (const FzFields *rx)
{
  const char *stage = fz_fields_get (rx, "rx.stage");

  return g_strcmp0 (stage, "effective") == 0 || g_strcmp0 (stage, "dispensed") == 0;
}

FzFields *
fz_taken_read (FzDesk *desk, FzTxn *txn, const FzFields *visit, GError **error)
{
  g_autoptr (FzFields) out = fz_fields_new ("fuzhen.taken/v1");
  g_autofree char *patient = fz_patient_word (visit);
  g_autoptr (GPtrArray) earlier = patient != NULL ? fz_link_rx (txn, visit, FALSE, LOOKED_AT, error) : NULL;
  FzDate today = fz_date_in_beijing (fz_desk_now_us (desk));

  if (patient != NULL && earlier == NULL)
    return NULL;
  for (guint i = 0; earlier != NULL && i < earlier->len; i++)
    for (guint k = 0; was_given (earlier->pdata[i]) && k < fz_fields_count (earlier->pdata[i], "rx.item"); k++)
      if (still_runs (earlier->pdata[i], k, today))
        add_line (desk, earlier->pdata[i], "rx.item", k, out);
  for (guint i = 0; i < fz_fields_count (visit, "request.purchased"); i++)
    add_line (desk, visit, "request.purchased", i, out);
  return g_steal_pointer (&out);
}
