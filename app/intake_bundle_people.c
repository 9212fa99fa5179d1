/* The people of a bundle: patient, guardian, accompanying specialist, and who signed the consent. */
#include "app/intake_bundle_private.h"

#include <string.h>

#include "core/age.h"
#include "core/idnumber.h"

#include <glib/gi18n-lib.h>

#define ADULT_YEARS 18

/* --- the patient --- */

static gboolean
need_sex (FzBundleLook *self, FzSex *out)
{
  const char *sex = fz_bundle_need_line (self, "patient.sex", 10);
  gboolean by_card = g_strcmp0 (fz_fields_get (self->facts, "patient.id_kind"), "01") == 0;

  if (sex == NULL)
    return FALSE;
  *out = strcmp (sex, "M") == 0 ? FZ_SEX_MALE : strcmp (sex, "F") == 0 ? FZ_SEX_FEMALE : FZ_SEX_UNKNOWN;
  if (*out != FZ_SEX_UNKNOWN || (strcmp (sex, "unknown") == 0 && !by_card))
    return TRUE;
  fz_bundle_complain (self, "patient.sex", _ ("应为 F（女）或 M（男）；证件上没有性别的其他证件可写 unknown。"));
  return FALSE;
}

static void
check_identity_card (FzBundleLook *self, const char *number, const FzDate *birth, FzSex sex)
{
  FzIdNumber id;
  GError *error = NULL;

  if (!fz_id_number_parse (number, self->today, &id, &error))
    fz_bundle_complain_error (self, "patient.id_number", error);
  else if (birth != NULL && !fz_id_number_matches (&id, birth, FZ_SEX_UNKNOWN, &error))
    fz_bundle_complain_error (self, "patient.birth_date", error);
  else if (!fz_id_number_matches (&id, NULL, sex, &error))
    fz_bundle_complain_error (self, "patient.sex", error);
}

/* The age on the day of asking, in the words a prescription needs. */
static void
write_age (FzBundleLook *self, FzDate birth)
{
  gint64 us = 0;
  FzAge age;
  g_autofree char *text = NULL;
  FzDate on = fz_fields_get_time (self->facts, "visit.applied_at", &us) ? fz_date_in_beijing (us) : self->today;

  if (!fz_age_on (birth, on, &age, NULL)) {
    fz_bundle_complain (self, "patient.birth_date", _ ("晚于申请时间，请核对。"));
    return;
  }
  text = fz_age_text (age);
  fz_fields_set_int (self->facts, "patient.age_years", age.years);
  fz_fields_set (self->facts, "patient.age_text", text);
}

void
fz_bundle_check_patient (FzBundleLook *self)
{
  FzDate birth;
  FzSex sex = FZ_SEX_UNKNOWN;
  gboolean has_birth = fz_bundle_need_past_day (self, "patient.birth_date", &birth);
  const char *kind = fz_bundle_need_code (self, "patient.id_kind", self->with->id_kinds) != NULL
                       ? fz_fields_get (self->facts, "patient.id_kind") : NULL;
  const char *number = fz_bundle_need_id_number (self, "patient.id_number");
  GError *error = NULL;

  fz_bundle_need_line (self, "patient.name", 60);
  fz_bundle_need_mobile (self, "patient.mobile");
  need_sex (self, &sex);
  if (kind != NULL && number != NULL && strcmp (kind, "01") == 0)
    check_identity_card (self, number, has_birth ? &birth : NULL, sex);
  else if (kind != NULL && number != NULL && !fz_certificate_check (kind, number, self->today, &error))
    fz_bundle_complain_error (self, "patient.id_number", error);
  if (has_birth)
    write_age (self, birth);
}

/* --- those beside the patient --- */

/* The guardian's kind of document is not given: a number that looks like an identity card is checked as one. */
static void
check_guardian_number (FzBundleLook *self, const char *number)
{
  gsize n = strlen (number);
  gboolean card = strspn (number, "0123456789X") == n && n > 11;
  FzIdNumber id;
  FzAge age;
  GError *error = NULL;

  if (!card) {
    if (!fz_certificate_check ("99", number, self->today, &error))
      fz_bundle_complain_error (self, "guardian.id_number", error);
  } else if (!fz_id_number_parse (number, self->today, &id, &error))
    fz_bundle_complain_error (self, "guardian.id_number", error);
  else if (g_strcmp0 (number, fz_fields_get (self->facts, "patient.id_number")) == 0)
    fz_bundle_complain (self, "guardian.id_number", _ ("与患者相同，监护人须是另一人。"));
  else if (fz_age_on (id.birth, self->today, &age, NULL) && age.years < ADULT_YEARS)
    fz_bundle_complain (self, "guardian.id_number", _ ("监护人未满 18 岁，请核对。"));
}

void
fz_bundle_check_guardian (FzBundleLook *self)
{
  const char *number;

  fz_bundle_need_line (self, "guardian.name", 60);
  if (fz_bundle_need_code (self, "guardian.relation", self->with->relations) != NULL &&
      strcmp (fz_fields_get (self->facts, "guardian.relation"), "self") == 0)
    fz_bundle_complain (self, "guardian.relation", _ ("监护人不能是本人。"));
  fz_bundle_need_mobile (self, "guardian.mobile");
  number = fz_bundle_need_id_number (self, "guardian.id_number");
  if (number != NULL)
    check_guardian_number (self, number);
}

void
fz_bundle_check_specialist (FzBundleLook *self)
{
  fz_bundle_need_line (self, "specialist.name", 60);
  fz_bundle_need_line (self, "specialist.licence", 40);
  fz_bundle_need_line (self, "specialist.institution", 100);
}

/* Who signed must be who the bundle says they are (PIPL art. 31: for a child the guardian). */
static void
check_signer (FzBundleLook *self)
{
  const char *signer = fz_bundle_need_line (self, "consent.signer", 60), *relation;
  gboolean by_self;

  if (fz_bundle_need_code (self, "consent.relation", self->with->relations) == NULL || signer == NULL)
    return;
  relation = fz_fields_get (self->facts, "consent.relation");
  by_self = strcmp (relation, "self") == 0;
  if (by_self && g_strcmp0 (signer, fz_fields_get (self->facts, "patient.name")) != 0)
    fz_bundle_complain (self, "consent.signer", _ ("写明由本人签署，但签署人与患者姓名不同。"));
  else if (!by_self && !fz_fields_has (self->facts, "guardian.name"))
    fz_bundle_complain (self, "consent.relation", _ ("由他人签署，但没有填写监护人。"));
  else if (!by_self && g_strcmp0 (signer, fz_fields_get (self->facts, "guardian.name")) != 0)
    fz_bundle_complain (self, "consent.signer", _ ("由他人签署，但签署人与监护人姓名不同。"));
  else if (!by_self && g_strcmp0 (relation, fz_fields_get (self->facts, "guardian.relation")) != 0)
    fz_bundle_complain (self, "consent.relation", _ ("与监护人的关系不一致。"));
}

void
fz_bundle_check_consent (FzBundleLook *self)
{
  fz_bundle_need_line (self, "consent.text_version", 40);
  fz_bundle_need_hash (self, "consent.text_sha256");
  fz_bundle_need_past_time (self, "consent.at");
  fz_bundle_need_code (self, "consent.method", self->with->consent_methods);
  check_signer (self);
}
