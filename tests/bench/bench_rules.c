/* The rules: five profiles read from their files, and a visit with a prescription of five lines judged under each, against printing and
 * hashing the same facts in the same turn. */
#include <string.h>

#include "app/data.h"
#include "tests/bench/figures.h"

#define LOADS 40
#define CHECKS 400

static const char *const profiles[] = { "tianjin-2025", "national-2022", "sichuan-2020", "chongqing-2023", "fujian-2024" };
/* What is asked when a doctor signs record and prescription together. */
static const FzMoment moments[] = { FZ_MOMENT_ELIGIBILITY, FZ_MOMENT_RECORD, FZ_MOMENT_PRESCRIBE };

static const char *const single[][2] = {
  { "doctor.licence", "110100000000001" },
  { "doctor.licence_from", "2015-06-01" },
  { "doctor.licence_until", "2030-06-01" },
  { "doctor.person", "0a1b" },
  { "doctor.independent_since", "2015-06-01" },
  { "doctor.registered_at", "津示范医院" },
  { "actor.person", "0a1b" },
  { "visit.holder", "0a1b" },
  { "patient.birth_date", "1961-05-03" },
  { "patient.sex", "2" },
  { "patient.mobile", "13900000000" },
  { "identity.verified", "yes" },
  { "consent.agreed", "yes" },
  { "consent.current", "yes" },
  { "eligibility.verdict", "eligible" },
  { "eligibility.basis.00", "evidence.00" },
  { "evidence.00.kind", "outpatient" },
  { "evidence.01.kind", "discharge" },
  { "prior.00.code", "I10.x00" },
  { "prior.01.code", "E11.900" },
  { "diagnosis.00.code", "I10.x00x002" },
  { "diagnosis.01.code", "E11.900" },
  { "record.chief_complaint", "高血压10年，复诊取药。" },
  { "record.present_history", "患者10年前发现血压升高，最高160/100mmHg，规律服用氨氯地平，血压控制在130/80mmHg左右。否认胸痛、晕厥，无呼吸困难，无肢体无力。近期饮食睡眠可，二便正常，空腹血糖6.8mmol/L。" },
  { "record.past_history", "2型糖尿病5年，口服二甲双胍。否认冠心病、脑卒中病史。" },
  { "record.allergy_history", "否认药物及食物过敏史" },
  { "record.exam", "患者自测血压132/82mmHg，心率72次/分。" },
  { "record.opinion", "继续原方案，低盐低脂糖尿病饮食，监测血压血糖，一月后复诊；如有胸痛、头晕加重及时到实体医院就诊。" },
  { "rx.valid_days", "1" },
  { "rx.total_fen", "18640" },
};
static const char *const item[][2] = { { "drug", "FZ0001" },    { "kind", "western" }, { "form_group", "oral" }, { "dose_ok", "yes" }, { "freq", "qd" },
                                       { "route", "1" },        { "days", "28" },      { "quantity", "2" },      { "special_storage", "no" },
                                       { "long_excluded", "no" }, { "requested", "no" } };

static FzFields *
make_facts (void)
{
  FzFields *facts = fz_fields_new ("fuzhen.check_facts/v1");

  for (guint i = 0; i < G_N_ELEMENTS (single); i++)
    fz_fields_set (facts, single[i][0], single[i][1]);
  for (guint line = 0; line < 5; line++)
    for (guint i = 0; i < G_N_ELEMENTS (item); i++)
      fz_fields_set_at (facts, "rx.item", line, item[i][0], item[i][1]);
  return facts;
}

static FzRulebook *
load (const char *name)
{
  g_autoptr (GError) error = NULL;
  FzRulebook *book = fz_data_load_rulebook (name, &error);

  must (book != NULL, name, error);
  return book;
}

static void
loads (void)
{
  g_auto (Samples) samples = { 0 };

  samples_init (&samples);
  for (guint i = 0; i < LOADS; i++) {
    gint64 from = now_ns ();

    for (guint j = 0; j < G_N_ELEMENTS (profiles); j++)
      fz_rulebook_unref (load (profiles[j]));
    samples_add (&samples, from);
  }
  report ("the five rulebooks read and stacked", &samples, NULL, NULL);
}

/* What the check may cost is set against what the signature cannot do without. */
static void
hash_facts (const FzFields *facts, Samples *to)
{
  g_autoptr (GError) error = NULL;
  gint64 from = now_ns ();
  g_autoptr (GBytes) text = fz_fields_print (facts, &error);
  g_autofree char *sha256 = NULL;

  must (text != NULL, "facts", error);
  sha256 = fz_sha256_hex (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  samples_add (to, from);
}

static void
judge (const FzRulebook *book, const FzFields *facts, gboolean keep, Samples *to)
{
  FzDate on = { 2026, 1, 20 };
  gint64 from = now_ns ();
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (FzFields) verdicts = keep ? fz_fields_new ("fuzhen.verdicts/v1") : NULL, given = keep ? fz_fields_new ("fuzhen.given/v1") : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++) {
    g_autoptr (GError) error = NULL;

    must (fz_rulebook_check (book, moments[i], facts, on, findings, verdicts, given, &error), "check", error);
  }
  samples_add (to, from);
}

static void
checks (const char *profile, const FzFields *facts)
{
  g_autoptr (FzRulebook) book = load (profile);
  g_autofree char *name = g_strdup_printf ("%s: a prescription of five lines judged", profile);
  g_autofree char *kept = g_strdup_printf ("%s: the same, verdicts and inputs kept", profile);
  g_auto (Samples) hashed = { 0 }, judged = { 0 }, with_given = { 0 };

  samples_init (&hashed);
  samples_init (&judged);
  samples_init (&with_given);
  for (guint i = 0; i < CHECKS; i++) {
    hash_facts (facts, &hashed);
    judge (book, facts, FALSE, &judged);
    judge (book, facts, TRUE, &with_given);
  }
  report_ratio (name, &judged, &hashed, "facts printed and hashed", FALSE, NULL);
  report_ratio (kept, &with_given, &hashed, "facts printed and hashed", FALSE, NULL);
}

int
main (void)
{
  g_autoptr (FzFields) facts = make_facts ();

  loads ();
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    checks (profiles[i], facts);
  return 0;
}
