#include "app/line.h"

#include "app/knowledge.h"
#include "core/date.h"
#include "core/rulebook.h"

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
  put (line, "long_excluded", drug->long_excluded || drug->special_storage ? "yes" : "no");
  /* The total is written in packs; a pack of one piece is that piece. */
  put (line, "unit", drug->pack_units == 1 ? drug->unit : "盒");
  if (drug->price_fen >= 0)
    put_int (line, "price_fen", drug->price_fen);
}

/* The dose as an amount; without a unit when it cannot be read. */
static FzDose
put_dose (const Line *line)
{
  const char *text = get (line, "dose");
  g_autofree char *number = NULL, *plain = NULL;
  FzDose dose = { 0 };

  put (line, "dose_ok", NULL);
  if (text == NULL || !fz_dose_parse (text, &dose, NULL))
    return (FzDose){ 0 };
  number = fz_dose_format_number (&dose);
  plain = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE); /* typed with full-width digits, it is signed and printed with plain ones */
  put (line, "dose", plain);
  put (line, "dose_ok", "yes");
  put (line, "dose_number", number);
  put (line, "dose_unit", dose.unit);
  return dose;
}

/* --- herbs: what stands on the sheet once holds for every line --- */

/* Grams a dose times doses; the price speaks of so many grams. */
static void
put_herb_quantity (const Line *line, const FzDrug *drug, const FzDose *dose, gint64 packets)
{
  g_autofree char *total = NULL;
  FzDose all = { 0 };
  gint64 pack = 0, fen = 0;

  put (line, "quantity", NULL);
  if (packets <= 0 || dose->unit == NULL || !fz_dose_multiply (dose, packets, &all))
    return;
  total = fz_dose_format_number (&all);
  put (line, "quantity", total);
  put (line, "unit", all.unit);
  if (drug->price_fen < 0 || dose->unit_class != FZ_UNIT_MASS)
    return;
  pack = fz_dose_from_ug ((gint64) drug->pack_units * 1000000).micro;
  if (!__builtin_mul_overflow (all.micro / FZ_DOSE_MICRO, drug->price_fen, &fen)) /* in milligrams: a price is no finer */
    put_int (line, "fen", (fen * FZ_DOSE_MICRO + pack / 2) / pack);
}

static gint64
days_of (const FzFields *facts)
{
  gint64 packets = 0, each = 1;

  fz_fields_get_int (facts, "rx.packet_days", &each);
  return fz_fields_get_int (facts, "rx.packets", &packets) && packets > 0 && packets <= 366 && each > 0 && each <= 7 ? packets * each : 0;
}

static void
spread (FzFields *facts, guint i)
{
  static const char *const keys[] = { "freq", "freq_label", "route", "route_label" };
  gint64 days = days_of (facts);

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
    g_autofree char *key = g_strconcat ("rx.", keys[k], NULL);

    fz_fields_set_at (facts, "rx.item", i, keys[k], fz_fields_get (facts, key));
  }
  fz_fields_set_at (facts, "rx.item", i, "days", NULL);
  if (days > 0)
    fz_fields_set_int_at (facts, "rx.item", i, "days", days);
  fz_fields_set_at (facts, "rx.item", i, "note", fz_fields_get_at (facts, "rx.item", i, "special"));
}

void
fz_lines_spread (FzFields *facts)
{
  for (guint i = 0; i < fz_fields_count (facts, "rx.item"); i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "rx.item", i, "kind"), "herbal") == 0)
      spread (facts, i);
}

static void
complete_herb (const Line *line, const FzDrug *drug)
{
  gint64 packets = 0;
  FzDose dose;

  fz_fields_get_int (line->draft, "rx.packets", &packets);
  put (line, "form_label", "饮片"); /* signed words, always Chinese */
  spread (line->out, line->i);
  dose = put_dose (line);
  put_herb_quantity (line, drug, &dose, packets);
}

/* "每日1剂，水煎取400ml，分2次温服，代煎" (中药处方格式及书写规范: the use follows the number of doses). Signed words, always Chinese. */
static void
put_herb_use (FzDesk *desk, FzFields *out)
{
  const char *volume = fz_fields_get (out, "rx.volume_ml"), *words = fz_fields_get (out, "rx.use_words"), *route = fz_fields_get (out, "rx.route");
  const char *decoction = fz_desk_label (desk, "decoctions", fz_fields_get (out, "rx.decoction"));
  const FzFrequency *often = fz_frequencies_find (desk->knowledge->frequencies, fz_fields_get (out, "rx.freq"));
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 each = 1;

  fz_fields_set (out, "rx.route_label", fz_desk_label (desk, "routes", route));
  fz_fields_set (out, "rx.freq_label", often != NULL ? often->label : NULL);
  fz_fields_set (out, "rx.decoction_label", decoction);
  fz_fields_get_int (out, "rx.packet_days", &each);
  if (often == NULL || decoction == NULL)
    return;
  if (each > 1)
    g_string_append_printf (text, "每%d日1剂", (int) each);
  else
    g_string_append (text, "每日1剂");
  g_string_append (text, "，水煎");
  if (volume != NULL)
    g_string_append_printf (text, "取%sml", volume);
  g_string_append_printf (text, "，%s，%s", often->label, words != NULL ? words : fz_fields_get (out, "rx.route_label"));
  g_string_append_printf (text, "，%s", decoction);
  fz_fields_set (out, "rx.use_text", text->str);
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
  const char *code = get (line, "drug"), *freq = get (line, "freq");
  FzDrug *drug = code != NULL ? fz_catalogue_find_code (line->desk->knowledge->catalogue, code) : NULL;
  const FzFrequency *frequency = freq != NULL ? fz_frequencies_find (line->desk->knowledge->frequencies, freq) : NULL;
  FzDose dose;

  if (drug == NULL)
    return;
  put_drug (line, drug);
  if (drug->kind == FZ_DRUG_HERBAL) {
    complete_herb (line, drug);
    return;
  }
  if (frequency != NULL) {
    put (line, "freq", frequency->code);
    put (line, "freq_label", frequency->label);
  } else
    put (line, "freq", NULL);
  put (line, "route_label", fz_desk_label (line->desk, "routes", get (line, "route")));
  dose = put_dose (line);
  put_quantity (line, drug, &dose, frequency);
}

/* What the doctor's answers say against a long course. */
static void
put_against (FzFields *out)
{
  static const char *const answers[][2] = { { "disease_stable", "no" }, { "regimen_stable", "no" }, { "adherence", "poor" }, { "educated", "no" } };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    fz_fields_set_at (out, "rx.long.against", i, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree char *key = g_strconcat ("rx.long.", answers[i][0], NULL);

    if (g_strcmp0 (fz_fields_get (out, key), answers[i][1]) == 0)
      fz_fields_set_at (out, "rx.long.against", n++, NULL, answers[i][0]);
  }
}

/* Longer than a long prescription usually is: then assessment and confirmation are asked (长期处方管理规范). */
static void
put_length (FzDesk *desk, FzFields *out, guint n)
{
  g_autoptr (FzFields) value = fz_fields_new ("fuzhen.parameter/v1");
  gint64 limit = 0, most = 0;

  fz_fields_set (out, "rx.is_long", NULL);
  if (n == 0 || fz_rulebook_read_parameter (desk->knowledge->rulebook, "long_days", fz_date_in_beijing (fz_desk_now_us (desk)), value) == NULL ||
      !fz_fields_get_int (value, "long_days", &limit))
    return;
  for (guint i = 0; i < n; i++) {
    gint64 days = 0;

    if (fz_fields_get_int_at (out, "rx.item", i, "days", &days))
      most = MAX (most, days);
  }
  fz_fields_set_bool (out, "rx.is_long", most > limit);
  put_against (out);
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

  if (fz_fields_has (draft, "rx.packets") || g_strcmp0 (fz_fields_get (draft, "rx.sheet"), "herbal") == 0)
    put_herb_use (desk, out);
  for (line.i = 0; line.i < n; line.i++)
    complete (&line);
  sum_up (out, n);
  put_length (desk, out, n);
  return out;
}
