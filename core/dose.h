/* core/dose.h: amounts of medicine as exact integers (剂量), frequencies and how much a course takes. No floating point anywhere:
 * an amount is a whole number of millionths of 1 mg, 1 ml, 1 IU or one countable unit, so "4.5μg" and "0.5片" are exact and
 * whatever cannot be held exactly is refused when it is read. */
#pragma once

#include "core/csv.h"

#define FZ_DOSE_MICRO 1000000 /* millionths in one mg, ml, IU or piece */

typedef enum {
  FZ_UNIT_MASS,     /* millionths of a milligram, which are nanograms */
  FZ_UNIT_VOLUME,   /* millionths of a millilitre */
  FZ_UNIT_ACTIVITY, /* millionths of an international unit */
  FZ_UNIT_COUNT     /* millionths of a piece: 片、粒、袋、喷 … */
} FzUnitClass;

/* A plain value; copy it freely. `unit` is the word as written, brought to its usual spelling (mg, g, μg, ml, L, IU, 万IU, 片 …);
 * it is a static string. An all-zero FzDose is "no dose". */
typedef struct {
  gint64 micro;
  FzUnitClass unit_class;
  const char *unit;
} FzDose;

/* Reads "80mg", "0.5片", "1 喷", "10ml", "4IU", "１００ｍｇ". Fails with INVALID (what is wrong and how to write it): no number, no unit,
 * an unknown unit, zero, a sign, a range, more than six decimals of the base unit, beyond nine digits before the point. */
gboolean fz_dose_parse (const char *text, FzDose *out, GError **error);
/* Exact inverse up to spelling: number without trailing zeros, then the unit. Never rounds. (transfer full) */
char *fz_dose_format (const FzDose *dose);
/* The number alone, for tables and messages that carry the unit apart ("0.5"). (transfer full) */
char *fz_dose_format_number (const FzDose *dose);
/* Same class, and for pieces the same word. */
gboolean fz_dose_comparable (const FzDose *a, const FzDose *b);
/* <0, 0, >0; both must be comparable. */
int fz_dose_compare (const FzDose *a, const FzDose *b);
/* From a whole number of micrograms; shown in the unit a clinician would use (μg below 1 mg, mg below 1 g or when not whole tenths of a gram). */
FzDose fz_dose_from_ug (gint64 ug);
/* TRUE and the whole micrograms when it is a mass that is one. */
gboolean fz_dose_get_ug (const FzDose *dose, gint64 *out_ug);
/* The static usual spelling of a unit word or NULL when it is none of ours. */
const char *fz_unit_word (const char *text, FzUnitClass *out_class);
/* TRUE when pieces of this word can be halved at home: tablets (片) only. */
gboolean fz_unit_is_divisible (const char *unit);

/* One way to take a medicine over time: `per` administrations every `days` days. Data, not code: assets/codes/frequency.csv. */
typedef struct {
  const char *code;       /* qd, bid, qw … as sent to the platform */
  const char *label;      /* 每日一次 */
  guint per;              /* administrations … */
  guint days;             /* … in this many days; both 0 when `needs_total` */
  gboolean needs_total;   /* prn, st, once: the amount must be written out; a daily dose cannot be computed */
} FzFrequency;

typedef struct _FzFrequencies FzFrequencies;
/* Columns code, label, aliases (`|`), per, days, needs_total. Fails with INVALID naming line and column. */
FzFrequencies *fz_frequencies_parse (const guint8 *bytes, gsize n, const char *name, GError **error);
FzFrequencies *fz_frequencies_ref (FzFrequencies *self);
void fz_frequencies_unref (FzFrequencies *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzFrequencies, fz_frequencies_unref)
guint fz_frequencies_get_n (const FzFrequencies *self);
const FzFrequency *fz_frequencies_get (const FzFrequencies *self, guint index);
/* By code, label or alias, whatever its case and width; NULL when unknown. */
const FzFrequency *fz_frequencies_find (const FzFrequencies *self, const char *word);

/* Administrations in a course: per × days ÷ period, a started one counts. FALSE when the frequency needs a written total. */
gboolean fz_frequency_count (const FzFrequency *frequency, guint days, gint64 *out_count);
/* The largest amount that falls on one day: dose × administrations on the fullest day (qw: one). FALSE when unknown or too large. */
gboolean fz_dose_per_day (const FzDose *dose, const FzFrequency *frequency, FzDose *out);
/* Multiplication that fails rather than overflows. */
gboolean fz_dose_multiply (const FzDose *dose, gint64 times, FzDose *out);
