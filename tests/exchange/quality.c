/* The rules of quality: each finds what it is for, and nothing is wrong with a sound record. */
#include "tests/exchange/shelf.h"

#include <string.h>

/* 2026-11-20 at Beijing. */
#define NOW G_GINT64_CONSTANT (1795190400000000)

static gboolean
finds (const FzFields *record, const char *code, const char *field)
{
  g_autoptr (GPtrArray) defects = fz_quality_check (shelf_quality (), record, NOW);

  for (guint i = 0; i < defects->len; i++)
    if (g_str_equal (fz_fields_get (defects->pdata[i], "code"), code) && g_str_equal (fz_fields_get (defects->pdata[i], "field"), field))
      return TRUE;
  return FALSE;
}

static void
sound_record_has_no_defect (void)
{
  g_autoptr (FzFields) record = shelf_sample (1);
  g_autoptr (GPtrArray) defects = fz_quality_check (shelf_quality (), record, NOW);

  for (guint i = 0; i < defects->len; i++)
    g_test_message ("%s %s", fz_fields_get (defects->pdata[i], "code"), fz_fields_get (defects->pdata[i], "field"));
  g_assert_cmpuint (defects->len, ==, 0);
}

static void
each_rule_finds (void)
{
  static const struct {
    const char *code, *field, *key, *value; /* the change to a sound record */
    const char *also;                       /* another key to drop */
  } cases[] = {
    { "Q01", "encounter.at", "encounter.at", NULL, NULL },
    { "Q02", "encounter.department", "encounter.department", NULL, NULL },
    { "Q03", "history.chief_complaint", "history.chief_complaint", NULL, NULL },
    { "Q04", "history.present", "history.present", NULL, NULL },
    { "Q05", "exam.physical", "exam.physical", NULL, "exam.assist_results" },
    { "Q07", "diagnosis.01.code", "diagnosis.01.code", NULL, NULL },
    { "Q09", "signer.doctor", "signer.doctor", NULL, NULL },
    { "Q10", "history.allergy", "history.allergy", NULL, NULL },
    { "Q11", "encounter.at", "encounter.ended_at", "2026-09-18T00:00:00Z", NULL },
    { "Q12", "encounter.at", "encounter.at", "2027-01-01T00:00:00Z", NULL },
    { "Q13", "prior.00.date", "prior.00.date", "2026-10-01", NULL },
    { "Q14", "patient.id_number", "patient.birth_date", "1955-10-26", NULL },
    { "Q14", "patient.id_number", "patient.sex", "2", NULL },
    { "Q15", "medicine.01.dose", "medicine.01.dose", NULL, NULL },
    { "Q16", "medicine.00.frequency", "medicine.00.frequency", NULL, NULL },
    { "Q17", "medicine.00.route", "medicine.00.route", NULL, NULL },
    { "Q18", "medicine.01.prescription", "medicine.01.prescription", "R0", NULL },
    { "Q19", "encounter.at", "signer.signed_at", "2026-09-17T00:00:00Z", NULL },
    { "Q20", "patient.birth_date", "patient.birth_date", "2027-01-01", NULL },
  };
  g_autoptr (FzFields) sound = shelf_sample (1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) record = fz_fields_dup (sound, NULL);

    g_assert_false (finds (record, cases[i].code, cases[i].field));
    fz_fields_set (record, cases[i].key, cases[i].value);
    if (cases[i].also != NULL)
      fz_fields_set (record, cases[i].also, NULL);
    if (!finds (record, cases[i].code, cases[i].field))
      g_error ("%s does not find %s", cases[i].code, cases[i].key);
  }
}

/* Nothing written at all. */
static void
lists_are_looked_for (void)
{
  g_autoptr (FzFields) empty = fz_fields_new (FZ_EXCHANGE_KIND);

  g_assert_true (finds (empty, "Q06", "diagnosis"));
  g_assert_true (finds (empty, "Q08", "plan.opinion"));
  fz_fields_set (empty, "prescription.00.number", "R1");
  g_assert_false (finds (empty, "Q08", "plan.opinion"));
}

/* A visit that ended before a record was due owes none; what is masked is there. */
static void
what_is_not_due_is_not_missed (void)
{
  g_autoptr (FzFields) refused = fz_fields_new (FZ_EXCHANGE_KIND), sound = shelf_sample (1), masked = fz_fields_dup (sound, NULL);

  fz_fields_set (refused, "encounter.state", "refused");
  g_assert_false (finds (refused, "Q03", "history.chief_complaint"));
  g_assert_true (finds (refused, "Q02", "encounter.department"));
  fz_fields_set (masked, "signer.doctor", NULL);
  fz_fields_set (masked, "missing.signer.doctor", "masked");
  g_assert_false (finds (masked, "Q09", "signer.doctor"));
}

static void
rules_that_name_nothing_are_refused (void)
{
  static const char *const bad[] = { "Q1,present,history.chief,,,major,词,words,源", "Q1,exists,history.past,,,major,词,words,源",
                                     "Q1,either,history.past,nothing.here,,major,词,words,源", "Q1,present,history.past,,,major,词,words," };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *text = g_strdup_printf ("code,check,field,other,unless,severity,words,words_en,source\n%s\n", bad[i]);
    g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
    g_autoptr (GError) error = NULL;
    g_autoptr (FzQuality) quality = fz_quality_new (bytes, shelf_map (), &error);

    g_assert_null (quality);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  }
}

void
quality_add_tests (void)
{
  g_test_add_func ("/exchange/quality/sound", sound_record_has_no_defect);
  g_test_add_func ("/exchange/quality/each", each_rule_finds);
  g_test_add_func ("/exchange/quality/lists", lists_are_looked_for);
  g_test_add_func ("/exchange/quality/due", what_is_not_due_is_not_missed);
  g_test_add_func ("/exchange/quality/bad-rules", rules_that_name_nothing_are_refused);
}
