#include "app/line.h"

#include "app/knowledge.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzDesk *desk;
  const FzFields *draft;
  FzFields *out;
  guint i;
} Line;

static const char *
get (const Line *line, const char *key)
{
  return fz_fields_get_at (line->draft, "rx.item", line->i, key);
}

static void
put (const Line *line, const char *key, const char *value)
{
  fz_fields_set_at (line->out, "rx.item", line->i, key, value);
}

static void
put_int (const Line *line, const char *key, gint64 value)
{
  fz_fields_set_int_at (line->out, "rx.item", line->i, key, value);
}

static const char *
kind_word (FzDrugKind kind)
{
  return kind == FZ_DRUG_WESTERN ? "western" : kind == FZ_DRUG_PATENT ? "patent" : "herbal";
}

static const char *
antibacterial_word (FzAntibacterial grade)
{
  static const char *const words[] = { "none", "unrestricted", "restricted", "special" };

  return words[grade];
}

static void
put_drug (const Line *line, const FzDrug *drug)
{
  put (line, "generic", drug->generic);
  put (line, "strength", drug->strength_text);
  put (line, "packing", drug->packing);
  put (line, "form", drug->form);
  put (line, "form_label", fz_desk_label (line->desk, "forms", drug->form));
  put (line, "kind", kind_word (drug->kind));
  put (line, "class", drug->drug_class);
  put (line, "manufacturer", drug->manufacturer);
  put (line, "otc", drug->otc ? "yes" : "no");
  put (line, "antibacterial", antibacterial_word (drug->antibacterial));
  put (line, "long_excluded", drug->long_excluded ? "yes" : "no");
  /* The total is written in packs; a pack of one piece is that piece. */
  put (line, "unit", drug->pack_units == 1 ? drug->unit : "盒");
  if (drug->price_fen >= 0)
    put_int (line, "price_fen", drug->price_fen);
}

/* Packs for the course: dose x administrations, in pieces, rounded up once, then in packs. */
static gboolean
compute_packs (const Line *line, const FzDrug *drug, const FzDose *dose, const FzFrequency *frequency, gint64 days, gint64 *out)
{
  gint64 times = 0, pieces = 0;

  if (frequency == NULL || days <= 0 || days > 366 || !fz_frequency_count (frequency, (guint) days, &times) ||
      !fz_drug_pieces_for (drug, dose, times, &pieces))
    return FALSE;
  *out = fz_drug_packs_for (drug, pieces);
  put_int (line, "pieces", pieces);
  return TRUE;
}

static void
put_quantity (const Line *line, const FzDrug *drug, const FzDose *dose, const FzFrequency *frequency)
{
  gint64 days = 0, packs = 0, typed = 0;
  gboolean computed = fz_fields_get_int_at (line->draft, "rx.item", line->i, "days", &days) && dose->unit != NULL &&
                      compute_packs (line, drug, dose, frequency, days, &packs);
  gboolean edited = g_strcmp0 (get (line, "quantity_edited"), "yes") == 0 &&
                    fz_fields_get_int_at (line->draft, "rx.item", line->i, "quantity", &typed);

  if (computed)
    put_int (line, "computed", packs);
  if (edited) {
    put_int (line, "quantity", typed);
    put (line, "quantity_note", _ ("（数量经医师修改）"));
    packs = typed;
  } else if (computed)
    put_int (line, "quantity", packs);
  else
    put (line, "quantity", NULL);
  if ((edited || computed) && drug->price_fen >= 0)
    put_int (line, "fen", packs * drug->price_fen);
}

static void
complete (const Line *line)
{
  const char *code = get (line, "drug"), *freq = get (line, "freq"), *dose_text = get (line, "dose");
  FzDrug *drug = code != NULL ? fz_catalogue_find_code (line->desk->knowledge->catalogue, code) : NULL;
  const FzFrequency *frequency = freq != NULL ? fz_frequencies_find (line->desk->knowledge->frequencies, freq) : NULL;
  FzDose dose = { 0 };

  if (drug == NULL)
    return;
  put_drug (line, drug);
  if (frequency != NULL) {
    put (line, "freq", frequency->code);
    put (line, "freq_label", frequency->label);
  } else
    put (line, "freq", NULL);
  put (line, "route_label", fz_desk_label (line->desk, "routes", get (line, "route")));
  if (dose_text != NULL && fz_dose_parse (dose_text, &dose, NULL)) {
    g_autofree char *number = fz_dose_format_number (&dose);

    put (line, "dose_ok", "yes");
    put (line, "dose_number", number);
    put (line, "dose_unit", dose.unit);
  }
  put_quantity (line, drug, &dose, frequency);
}

static void
sum_up (FzFields *out, guint n)
{
  gint64 total = 0;
  gboolean known = n > 0;
  const char *kind = NULL;

  for (guint i = 0; i < n; i++) {
    gint64 fen = 0;
    const char *word = fz_fields_get_at (out, "rx.item", i, "kind");

    known = fz_fields_get_int_at (out, "rx.item", i, "fen", &fen) && known;
    total += fen;
    /* The platform counts a mixed sheet as western. */
    if (kind == NULL || g_strcmp0 (word, "western") == 0)
      kind = word;
  }
  fz_fields_set (out, "rx.total_fen", NULL);
  if (known)
    fz_fields_set_int (out, "rx.total_fen", total);
  fz_fields_set (out, "rx.kind", kind);
}

FzFields *
fz_lines_complete (FzDesk *desk, const FzFields *draft)
{
  FzFields *out = fz_fields_dup (draft, "fuzhen.draft/v1");
  Line line = { desk, draft, out, 0 };
  guint n = fz_fields_count (draft, "rx.item");

  for (line.i = 0; line.i < n; line.i++)
    complete (&line);
  sum_up (out, n);
  return out;
}
