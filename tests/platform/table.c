#include "tests/platform/table.h"

#define Y TRUE
#define N FALSE
#define S(n) SIM_TEXT, n
#define I SIM_INTEGER, 0
#define D SIM_MONEY, 0
#define DT SIM_DATETIME, 0
#define DATE SIM_DATE, 0
#define END { NULL, SIM_TEXT, 0, N, NULL }

#define CERTIFICATE "1|2|3|4|5|99"
#define SEX "0|1|2"
#define CHANNEL "1|2|3|9"
#define WAY "1|2|3|9"
#define CARD "1|2|3|4"
#define NO_YES "0|1"
#define BUSINESS "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|99"

#define ORG(organ_id_required) \
  { "organID", S (20), organ_id_required, NULL }, \
  { "unitID", S (50), Y, NULL }, \
  { "organName", S (50), Y, NULL }
#define DOC \
  { "subjectCode", S (10), Y, "@subject" }, \
  { "subjectName", S (30), Y, NULL }, \
  { "deptID", S (10), Y, "@class" }, \
  { "deptName", S (30), Y, NULL }, \
  { "doctorId", S (50), Y, NULL }, \
  { "doctorCertID", S (18), Y, NULL }, \
  { "doctorName", S (50), Y, NULL }
#define PAT(name_length) \
  { "patientCertType", S (10), Y, CERTIFICATE }, \
  { "patientCertID", S (18), Y, NULL }, \
  { "patientName", S (name_length), Y, NULL }, \
  { "age", I, Y, NULL }, \
  { "sex", S (6), Y, SEX }, \
  { "mobile", S (15), Y, NULL }
#define TAIL { "updateTime", DT, Y, NULL }, END

static const SimField catalogue[] = {
  ORG (Y),
  { "drugClass", S (50), Y, "@drug" },
  { "countrydrcode", S (50), N, NULL },
  { "hospDrcode", S (30), Y, NULL },
  { "hospDrugName", S (60), Y, NULL },
  { "hospTradeName", S (60), N, NULL },
  { "hospDrugAlias", S (60), N, NULL },
  { "hospDrugPacking", S (30), Y, NULL },
  { "hospDrugManuf", S (60), Y, NULL },
  { "drugPrice", D, N, NULL },
  { "useFlag", S (1), Y, "1|2" },
  TAIL
};

static const SimField consult[] = {
  ORG (Y),
  { "bussID", S (50), Y, NULL },
  DOC,
  PAT (18),
  { "consultationType", S (6), Y, WAY },
  { "onsultationAttribute", S (6), Y, "1|2|3|4|9" },
  { "consultationClassify", S (6), N, NULL },
  { "applyDate", DT, Y, NULL },
  { "startDate", DT, N, NULL },
  { "endDate", DT, N, NULL },
  { "paymentChannel", S (10), N, CHANNEL },
  { "consultationPrice", D, Y, NULL },
  { "content", S (500), Y, NULL },
  { "answerFlag", S (6), Y, NO_YES },
  { "refuseTime", DT, N, NULL },
  { "refuseReason", S (200), N, NULL },
  { "refuseType", S (6), N, "1|2" },
  { "processDataURL", S (500), N, NULL },
  TAIL
};

static const SimField referral[] = {
  ORG (Y),
  { "bussID", S (50), Y, NULL },
  DOC,
  { "firstDiagnosis", S (300), N, NULL },
  PAT (50),
  { "guardianCertID", S (18), N, NULL },
  { "guardianName", S (50), N, NULL },
  { "guardianMobile", S (20), N, NULL },
  { "returnVisitType", S (6), Y, WAY },
  { "cardType", S (6), N, CARD },
  { "cardNo", S (30), N, NULL },
  { "diseasesHistory", S (500), Y, NULL },
  { "mainDiagnoseCode", S (30), Y, NULL },
  { "thisDiagnosis", S (100), Y, NULL },
  { "originalDiagnosis", S (100), N, NULL },
  { "referralFlag", S (1), Y, NO_YES },
  { "applyDate", DT, Y, NULL },
  { "startDate", DT, N, NULL },
  { "endDate", DT, N, NULL },
  { "diagNoFillReason", S (100), N, NULL },
  { "paymentChannel", S (10), N, CHANNEL },
  { "returnVisitPrice", D, Y, NULL },
  { "answerFlag", S (6), Y, NO_YES },
  { "refuseTime", DT, N, NULL },
  { "refuseReason", S (200), N, NULL },
  { "refuseType", S (6), N, "1|2" },
  { "processDataURL", S (500), N, NULL },
  TAIL
};

static const SimField record[] = {
  ORG (Y),
  { "deptID", S (50), Y, NULL },
  { "deptName", S (50), Y, NULL },
  { "caseNo", S (50), Y, NULL },
  { "doctorID", S (50), Y, NULL },
  { "doctorName", S (50), Y, NULL },
  { "doctorCertID", S (18), Y, NULL },
  { "furtherConsultNo", S (50), Y, NULL },
  { "diagnosisCode", S (50), Y, NULL },
  { "furtherConsultDiagnosis", S (200), Y, NULL },
  { "visitDate", DATE, N, NULL },
  { "patientName", S (50), Y, NULL },
  { "patientSex", S (2), Y, SEX },
  { "patientAge", I, Y, NULL },
  { "patientIdcardType", S (10), Y, CERTIFICATE },
  { "patientIdcardNum", S (18), Y, NULL },
  { "phone", S (11), Y, NULL },
  { "chiefComplaint", S (500), Y, NULL },
  { "presentHistory", S (500), Y, NULL },
  { "assistResult", S (200), N, NULL },
  { "diagnosticOpinion", S (500), Y, NULL },
  TAIL
};

static const SimField recipe[] = {
  ORG (Y),
  { "hosCode", S (10), N, NULL },
  { "hosName", S (50), N, NULL },
  { "bussID", S (50), Y, NULL },
  { "bussSource", S (4), N, "1|4" },
  DOC,
  { "auditDoctorId", S (50), Y, NULL },
  { "auditDoctorCertID", S (18), Y, NULL },
  { "auditDoctor", S (50), Y, NULL },
  { "checkDate", DT, N, NULL },
  { "patientCardType", S (10), Y, CERTIFICATE },
  { "patientCertID", S (18), Y, NULL }, /* may be empty below 14 years: check.c */
  { "patientName", S (50), Y, NULL },
  { "age", I, Y, NULL },
  { "guardianCertID", S (18), N, NULL },
  { "guardianName", S (50), N, NULL },
  { "guardianMobile", S (20), N, NULL },
  { "sex", S (6), Y, SEX },
  { "mobile", S (15), Y, NULL },
  { "costType", S (6), N, "1|2" },
  { "cardType", S (6), N, CARD },
  { "cardNo", S (30), N, NULL },
  { "allergyInfo", S (100), N, NULL },
  { "diseasesHistory", S (500), Y, NULL },
  { "recipeUniqueID", S (64), Y, NULL },
  { "recipeID", S (60), Y, NULL },
  { "recipeStatus", S (2), N, NO_YES },
  { "recipeRecordNo", S (30), N, NULL },
  { "rationalFlag", S (6), Y, NO_YES },
  { "rationalDrug", S (1000), N, NULL },
  { "icdCode", S (60), Y, NULL },
  { "icdName", S (100), Y, NULL },
  { "recipeType", S (6), Y, "1|2|3" },
  { "packetsNum", I, N, NULL },
  { "datein", DT, Y, NULL },
  { "effectivePeriod", I, Y, NULL },
  { "startDate", DATE, Y, NULL },
  { "endDate", DATE, Y, NULL },
  { "totalFee", D, Y, NULL },
  { "isPay", S (10), Y, NO_YES },
  { "verificationStatus", S (6), N, NO_YES },
  { "orderList", SIM_LIST, 0, Y, NULL },
  TAIL
};

static const SimField recipe_line[] = {
  { "drcode", S (30), Y, NULL },
  { "drname", S (60), Y, NULL },
  { "drmodel", S (30), Y, NULL },
  { "pack", I, N, NULL },
  { "packUnit", S (10), N, NULL },
  { "drugManf", S (60), N, NULL },
  { "admission", S (10), Y, "@route" },
  { "frequency", S (10), Y, NULL },
  { "dosage", S (10), Y, NULL },
  { "drunit", S (6), Y, NULL },
  { "licenseNumber", S (20), N, NULL },
  { "dosageTotal", D, Y, NULL },
  { "doseUnit", S (6), Y, NULL },
  { "useDays", I, Y, NULL },
  { "countrydrcode", S (20), N, NULL },
  { "otcFlag", S (10), Y, NO_YES },
  { "remark", S (100), N, NULL },
  END
};

static const SimField verification[] = {
  ORG (Y),
  { "hosCode", S (10), N, NULL },
  { "hosName", S (50), N, NULL },
  { "bussID", S (50), N, NULL },
  { "recipeUniqueID", S (64), Y, NULL },
  { "recipeID", S (60), Y, NULL },
  { "deliveryType", S (60), Y, "0|1|2|4" },
  { "VerificationTime", DT, Y, NULL },
  { "deliveryFirm", S (100), N, NULL },
  { "deliveryPeople", S (50), Y, NULL },
  { "deliverySTDate", DT, N, NULL },
  { "deliveryENDDate", DT, N, NULL },
  { "deliveryFee", D, N, NULL },
  { "totalFee", D, Y, NULL },
  { "isPay", S (10), Y, NO_YES },
  { "tradeNo", S (60), N, NULL },
  TAIL
};

static const SimField evaluation[] = {
  ORG (Y),
  { "evaluateID", S (50), Y, NULL },
  { "bussID", S (50), Y, NULL },
  { "businessType", S (6), Y, BUSINESS },
  { "deptID", S (50), Y, NULL },
  { "deptName", S (30), Y, NULL },
  { "doctorId", S (50), Y, NULL },
  { "doctorCertID", S (18), Y, NULL },
  { "doctorName", S (50), Y, NULL },
  { "satisfaction", I, Y, "1|2|3|4|5" },
  { "scoring", I, Y, "0|1|2|3|4|5|6|7|8|9|10" },
  { "evaluation", S (300), Y, NULL },
  { "complaints", S (1024), N, NULL },
  { "evaluationPeople", S (30), Y, NULL },
  { "evaluationTime", DT, Y, NULL },
  TAIL
};

static const SimField dispute[] = {
  { "organID", S (20), Y, NULL },
  { "unitID", S (50), Y, NULL },
  { "eventID", S (50), Y, NULL },
  { "businessType", S (6), Y, BUSINESS },
  { "patientName", S (50), Y, NULL },
  { "mobile", S (15), Y, NULL },
  { "eventDescription", S (1024), Y, NULL },
  { "eventDate", DT, Y, NULL },
  { "eventReason", S (1024), Y, NULL },
  { "takeSteps", S (1024), Y, NULL },
  { "damageDegree", S (1024), Y, NULL },
  { "Improvements", S (1024), Y, NULL },
  { "reportDept", S (30), Y, NULL },
  { "reportPerson", S (50), Y, NULL },
  { "reportDate", DT, Y, NULL },
  TAIL
};

static const SimField appointment[] = {
  ORG (N),
  { "bussID", S (50), Y, NULL },
  { "visitNo", S (50), N, NULL },
  DOC,
  PAT (18),
  { "guardianCertID", S (18), N, NULL },
  { "guardianName", S (50), N, NULL },
  { "appointDate", DT, Y, NULL },
  { "appointUserName", S (50), N, NULL },
  { "appointUserMobile", S (20), N, NULL },
  { "workDate", S (50), Y, NULL },
  { "startTime", DT, Y, NULL },
  { "endTime", DT, Y, NULL },
  { "orderNo", I, N, NULL },
  { "price", D, Y, NULL },
  { "paymentChannel", S (10), N, CHANNEL },
  { "cancelReason", S (50), N, NULL },
  { "tradeNo", S (50), N, NULL },
  TAIL
};

static const SimMethod methods[] = {
  { "uploadDrugCatalogue", "hospDrcode", catalogue, NULL, FALSE },
  { "uploadConsultIndicators", "bussID", consult, NULL, FALSE },
  { "uploadReferralIndicators", "bussID", referral, NULL, FALSE },
  { "uploadElectMedicalRecord", "caseNo", record, NULL, FALSE },
  { "uploadRecipeIndicators", "recipeUniqueID", recipe, recipe_line, FALSE },
  { "uploadRecipeVerificationIndicators", "recipeUniqueID", verification, NULL, FALSE },
  { "uploadBusinessInfoAfter", "evaluateID", evaluation, NULL, FALSE },
  { "pushMedicalDispute", "eventID", dispute, NULL, TRUE },
  { "uploadAppointRecord", "bussID", appointment, NULL, FALSE },
};

const SimMethod *
sim_method_at (guint index)
{
  return index < G_N_ELEMENTS (methods) ? &methods[index] : NULL;
}

const SimMethod *
sim_method_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_strcmp0 (methods[i].name, name) == 0)
      return &methods[i];
  return sim_method_find_added (name);
}

const SimField *
sim_field_find (const SimField *fields, const char *name)
{
  for (; fields->name != NULL; fields++)
    if (g_str_equal (fields->name, name))
      return fields;
  return NULL;
}
