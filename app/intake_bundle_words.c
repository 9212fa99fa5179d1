#include "app/intake_bundle_private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* Words for what each fact is called on a form; `#` is any list position. */
static const struct {
  const char *field, *words;
} words[] = {
  { "visit.id", N_ ("就诊编号") },
  { "visit.applied_at", N_ ("申请时间") },
  { "visit.mode", N_ ("复诊方式") },
  { "visit.department", N_ ("就诊科室") },
  { "visit.price_fen", N_ ("诊查费（分）") },
  { "visit.complaint", N_ ("主诉") },
  { "visit.history", N_ ("病史") },
  { "visit.sensitive", N_ ("特别敏感的类别") },
  { "patient", N_ ("患者") },
  { "patient.name", N_ ("患者姓名") },
  { "patient.id_kind", N_ ("患者证件类型") },
  { "patient.id_number", N_ ("患者证件号码") },
  { "patient.sex", N_ ("患者性别") },
  { "patient.birth_date", N_ ("患者出生日期") },
  { "patient.mobile", N_ ("患者手机号码") },
  { "patient.insurance_card", N_ ("医保卡号") },
  { "patient.health_card", N_ ("电子健康卡号") },
  { "patient.health_record", N_ ("健康档案号") },
  { "patient.ethnic", N_ ("民族") },
  { "patient.marital", N_ ("婚姻状况") },
  { "patient.occupation", N_ ("职业") },
  { "patient.address", N_ ("现住址") },
  { "patient.cannot_express", N_ ("不能清晰表达病症") },
  { "patient.capacity", N_ ("民事行为能力") },
  { "guardian", N_ ("监护人") },
  { "guardian.name", N_ ("监护人姓名") },
  { "guardian.relation", N_ ("监护人与患者关系") },
  { "guardian.id_number", N_ ("监护人证件号码") },
  { "guardian.mobile", N_ ("监护人手机号码") },
  { "guardian.present", N_ ("监护人或家属在场") },
  { "specialist", N_ ("陪伴的专业医师") },
  { "specialist.name", N_ ("陪伴医师姓名") },
  { "specialist.licence", N_ ("陪伴医师执业证书编号") },
  { "specialist.institution", N_ ("陪伴医师执业机构") },
  { "prior", N_ ("既往诊断") },
  { "prior.#", N_ ("第 # 项既往诊断") },
  { "prior.#.institution", N_ ("第 # 项既往诊断的医疗机构") },
  { "prior.#.date", N_ ("第 # 项既往诊断的日期") },
  { "prior.#.code", N_ ("第 # 项既往诊断的编码") },
  { "prior.#.name", N_ ("第 # 项既往诊断的名称") },
  { "allergy", N_ ("过敏史") },
  { "allergy.#", N_ ("第 # 项过敏史") },
  { "consent", N_ ("知情同意") },
  { "consent.text_version", N_ ("知情同意书版本") },
  { "consent.text_sha256", N_ ("知情同意书摘要") },
  { "consent.signer", N_ ("知情同意签署人") },
  { "consent.relation", N_ ("知情同意签署人与患者关系") },
  { "consent.at", N_ ("知情同意签署时间") },
  { "consent.method", N_ ("知情同意签署方式") },
  { "request.drug", N_ ("患者点名要求的药品") },
  { "request.drug.#.generic", N_ ("第 # 项点名要求的药品") },
  { "request.purchased", N_ ("患者购药记录上的药品") },
  { "request.purchased.#.generic", N_ ("第 # 项购药记录上的药品") },
  { "evidence", N_ ("复诊资料") },
  { "evidence.#", N_ ("第 # 份资料") },
  { "evidence.#.file", N_ ("第 # 份资料的文件名") },
  { "evidence.#.sha256", N_ ("第 # 份资料的摘要") },
  { "evidence.#.kind", N_ ("第 # 份资料的种类") },
};

static gboolean
is_position (const char *part)
{
  return g_ascii_isdigit (part[0]) && g_ascii_isdigit (part[1]) && part[2] == '\0';
}

char *
fz_bundle_field_words (const char *field)
{
  g_auto (GStrv) parts = g_strsplit (field, ".", -1);
  g_autofree char *general = NULL;
  guint position = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    if (is_position (parts[i])) {
      position = (guint) g_ascii_strtoull (parts[i], NULL, 10) + 1;
      g_free (parts[i]);
      parts[i] = g_strdup ("#");
    }
  general = g_strjoinv (".", parts);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].field, general) == 0) {
      g_autofree char *number = g_strdup_printf ("%u", position);
      GString *text = g_string_new (_ (words[i].words));

      g_string_replace (text, "#", number, 1);
      return g_string_free (text, FALSE);
    }
  return g_strdup (*field != '\0' ? field : "visit.json");
}
