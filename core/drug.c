#include "core/drug.h"

#include "core/drug_columns.h"

FzDrug *
fz_drug_ref (FzDrug *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
drug_clear (gpointer data)
{
  FzDrugOwned *self = data;

  g_clear_pointer (&self->texts, g_string_chunk_free);
  g_clear_pointer (&self->ingredients, g_free);
  g_clear_pointer (&self->ingredient_keys, g_free);
}

void
fz_drug_unref (FzDrug *self)
{
  g_atomic_rc_box_release_full (self, drug_clear);
}

static gboolean
has (const FzDose *dose)
{
  return dose->unit != NULL;
}

/* "100ml:2g", "10ml:35mg", "3ml:300IU": how much substance is in how much liquid. */
static gboolean
read_liquid (const char *text, FzDose *volume, FzDose *substance)
{
  g_auto (GStrv) sides = text != NULL ? g_strsplit (text, ":", 3) : NULL;

  return sides != NULL && sides[0] != NULL && sides[1] != NULL && sides[2] == NULL && fz_dose_parse (sides[0], volume, NULL) &&
         fz_dose_parse (sides[1], substance, NULL) && volume->unit_class == FZ_UNIT_VOLUME &&
         (substance->unit_class == FZ_UNIT_MASS || substance->unit_class == FZ_UNIT_ACTIVITY);
}

/* Millilitres of a liquid, or whole vials of it, as substance. A remainder below a nanogram is dropped. */
static gboolean
liquid_to_amount (const FzDrug *self, const FzDose *dose, FzDose *out)
{
  FzDose volume = { 0 }, substance = { 0 };
  gint64 product, per = FZ_DOSE_MICRO;

  if (!read_liquid (self->strength_text, &volume, &substance))
    return FALSE;
  if (dose->unit_class == FZ_UNIT_VOLUME)
    per = volume.micro;
  else if (has (&self->unit_holds) || g_strcmp0 (dose->unit, self->unit) != 0)
    return FALSE;
  /* A thousandth of a millilitre is finer than any spoon; without it the product would overflow. */
  if (__builtin_mul_overflow (dose->micro / 1000, substance.micro, &product) || per < 1000)
    return FALSE;
  *out = (FzDose){ .micro = product / (per / 1000), .unit_class = substance.unit_class, .unit = substance.unit };
  return out->micro > 0;
}

gboolean
fz_drug_to_amount (const FzDrug *self, const FzDose *dose, FzDose *out)
{
  gint64 product;

  if (!has (dose))
    return FALSE;
  if (dose->unit_class == FZ_UNIT_MASS || dose->unit_class == FZ_UNIT_ACTIVITY) {
    *out = *dose;
    return TRUE;
  }
  if (!has (&self->strength))
    return liquid_to_amount (self, dose, out);
  /* A puff is the piece an inhaler's strength speaks of, although packs are counted in 支. */
  if (dose->unit_class != FZ_UNIT_COUNT || !has (&self->strength) || self->strength.unit_class == FZ_UNIT_COUNT)
    return FALSE;
  if (g_strcmp0 (dose->unit, self->unit) != 0 && g_strcmp0 (dose->unit, self->unit_holds.unit) != 0)
    return FALSE;
  if (__builtin_mul_overflow (dose->micro, self->strength.micro, &product) || product % FZ_DOSE_MICRO != 0)
    return FALSE;
  *out = (FzDose){ .micro = product / FZ_DOSE_MICRO, .unit_class = self->strength.unit_class, .unit = self->strength.unit };
  return TRUE;
}

/* What one counted piece is worth in the dose's own terms: its content, its strength, or itself. */
static gboolean
piece_in_terms_of (const FzDrug *self, const FzDose *dose, gint64 *out_micro)
{
  if (dose->unit_class == FZ_UNIT_COUNT && g_strcmp0 (dose->unit, self->unit) == 0)
    *out_micro = FZ_DOSE_MICRO;
  else if (has (&self->unit_holds) && fz_dose_comparable (dose, &self->unit_holds))
    *out_micro = self->unit_holds.micro;
  else if (has (&self->strength) && !has (&self->unit_holds) && fz_dose_comparable (dose, &self->strength))
    *out_micro = self->strength.micro;
  else
    return FALSE;
  return *out_micro > 0;
}

/* A capsule or sachet cannot be halved: 1.5 of them a time are two a time. */
static gint64
whole_pieces_a_time (const FzDrug *self, gint64 dose_micro, gint64 piece)
{
  if (has (&self->unit_holds) || fz_unit_is_divisible (self->unit))
    return dose_micro;
  return (dose_micro / piece + (dose_micro % piece != 0)) * piece;
}

gboolean
fz_drug_pieces_for (const FzDrug *self, const FzDose *dose, gint64 count, gint64 *out_pieces)
{
  gint64 piece = 0;
  gint64 total;

  if (!has (dose) || count <= 0 || !piece_in_terms_of (self, dose, &piece))
    return FALSE;
  if (__builtin_mul_overflow (whole_pieces_a_time (self, dose->micro, piece), count, &total))
    return FALSE;
  *out_pieces = total / piece + (total % piece != 0);
  return TRUE;
}

gint64
fz_drug_packs_for (const FzDrug *self, gint64 pieces)
{
  return pieces / self->pack_units + (pieces % self->pack_units != 0);
}

gboolean
fz_drug_has_ingredient (const FzDrug *self, const char *ingredient_key)
{
  return g_strv_contains (self->ingredient_keys, ingredient_key);
}
