#include "tests/platform_client/sample.h"

#include <string.h>

char *
sample_path (const char *name)
{
  return g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "tests", "platform_client", name, NULL);
}

FzMessageTable *
sample_table (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets", "platform", "tianjin-1.0.json", NULL);
  g_autoptr (GError) error = NULL;
  FzMessageTable *table = fz_message_table_load (path, &error);

  g_assert_no_error (error);
  return table;
}

/* `key value` a line, as a person would write facts down. */
static const char facts_text[] =
  "organ.code 12120000TEST000001\n"
  "organ.unit_id TEST-UNIT\n"
  "organ.name 合成互联网医院\n"
  "organ.campus_code C1\n"
  "organ.campus_name 合成院区\n"
  "subject.code 03.04\n"
  "subject.name 心血管内科专业\n"
  "dept.id 03\n"
  "dept.name 心内科\n"
  "doctor.staff_number D0001\n"
  "doctor.id_number 11010519491231002X\n"
  "doctor.name 甲医生\n"
  "pharmacist.staff_number P0001\n"
  "pharmacist.id_number 440524188001010014\n"
  "pharmacist.name 乙药师\n"
  "patient.id_kind 01\n"
  "patient.id_number 440524188001010014\n"
  "patient.name 丙患者\n"
  "patient.age_years 5\n"
  "patient.sex F\n"
  "patient.mobile 10000000001\n"
  "patient.card_kind insurance\n"
  "patient.card_number CARD-1\n"
  "allergy.00 青霉素\n"
  "allergy.01 磺胺\n"
  "guardian.id_number 11010519491231002X\n"
  "guardian.name 丁监护\n"
  "guardian.mobile 10000000002\n"
  "visit.id VISIT-0001\n"
  "visit.mode text\n"
  "visit.history 高血压三年，规律服药\n"
  "visit.referral yes\n"
  "visit.applied_at 2026-01-05T00:00:00Z\n"
  "visit.taken_at 2026-01-05T00:10:00Z\n"
  "visit.ended_at 2026-01-05T16:30:59Z\n"
  "visit.no_diagnosis_reason 已有诊断\n"
  "visit.payment_channel wechat\n"
  "visit.price_fen 1505\n"
  "visit.answered yes\n"
  "visit.refused_at 2026-01-05T00:40:00Z\n"
  "visit.refused_reason 合成\n"
  "visit.refused_by doctor\n"
  "visit.process_url https://example.invalid/p/1\n"
  "consult.attribute nursing\n"
  "consult.nursing_item 1\n"
  "consult.content 咨询降压药的服用时间\n"
  "diagnosis.main.code I10.x00x002\n"
  "diagnosis.00.code I10.x00x002\n"
  "diagnosis.00.name 高血压\n"
  "diagnosis.01.code E78.500\n"
  "diagnosis.01.name 高脂血症\n"
  "prior.00.name 高血压\n"
  "record.number R-0001\n"
  "record.chief_complaint 复诊续方\n"
  "record.present_history 血压控制可\n"
  "record.assist 家测 130/80mmHg\n"
  "record.opinion 继续原方案\n"
  "rx.id RX-0001\n"
  "rx.public_id 7f3c2a10-0000-4000-8000-000000000001\n"
  "rx.source revisit\n"
  "rx.reviewed_at 2026-01-05T01:00:00Z\n"
  "rx.cost self\n"
  "rx.valid yes\n"
  "rx.insurance_number YB-1\n"
  "rx.rational_checked yes\n"
  "rx.rational_result 未见不合理\n"
  "rx.kind herbal\n"
  "rx.packets 7\n"
  "rx.signed_at 2026-01-05T00:25:00Z\n"
  "rx.valid_days 3\n"
  "rx.valid_from 2026-01-05T16:00:00Z\n"
  "rx.valid_until 2026-01-08\n"
  "rx.total_fen 12560\n"
  "rx.paid no\n"
  "rx.dispensed no\n"
  "rx.item.00.drug DRUG-0001\n"
  "rx.item.00.generic 苯磺酸氨氯地平片\n"
  "rx.item.00.strength 5mg*14片\n"
  "rx.item.00.pack 14\n"
  "rx.item.00.pack_unit 片\n"
  "rx.item.00.manufacturer 合成药业\n"
  "rx.item.00.route 1\n"
  "rx.item.00.freq qd\n"
  "rx.item.00.dose_number 5\n"
  "rx.item.00.dose_unit mg\n"
  "rx.item.00.batch B1\n"
  "rx.item.00.quantity 2\n"
  "rx.item.00.unit 盒\n"
  "rx.item.00.days 28\n"
  "rx.item.00.national_code XC08CAA236A00101\n"
  "rx.item.00.otc no\n"
  "rx.item.00.note 晨服\n"
  "drug.class 0603\n"
  "drug.national_code XC08CAA236A001010100001\n"
  "drug.code DRUG-0001\n"
  "drug.generic 苯磺酸氨氯地平片\n"
  "drug.trade_name 合成商品名\n"
  "drug.alias 氨氯地平\n"
  "drug.packing 5mg*14片\n"
  "drug.manufacturer 合成药业\n"
  "drug.price_fen 1250\n"
  "drug.active yes\n"
  "delivery.kind hospital_courier\n"
  "delivery.at 2026-01-06T02:00:00Z\n"
  "delivery.firm 合成药房\n"
  "delivery.person 戊药师\n"
  "delivery.sent_at 2026-01-06T03:00:00Z\n"
  "delivery.arrived_at 2026-01-07T03:00:00Z\n"
  "delivery.fee_fen 800\n"
  "delivery.trade_number T-1\n"
  "evaluation.id E-0001\n"
  "evaluation.business_id VISIT-0001\n"
  "evaluation.business revisit\n"
  "evaluation.satisfaction 5\n"
  "evaluation.score 10\n"
  "evaluation.text 答复及时\n"
  "evaluation.complaint 无建议\n"
  "evaluation.person 丙患者\n"
  "evaluation.at 2026-01-06T04:00:00Z\n"
  "event.id EV-0001\n"
  "event.business prescription\n"
  "event.description 合成事件\n"
  "event.at 2026-01-06T05:00:00Z\n"
  "event.reason 合成原因\n"
  "event.measures 合成措施\n"
  "event.damage 无损害\n"
  "event.improvements 合成改进\n"
  "event.report_department 医务科\n"
  "event.report_person 己医务\n"
  "event.reported_at 2026-01-06T06:00:00Z\n"
  "appointment.id A-0001\n"
  "appointment.visit_number V-1\n"
  "appointment.made_at 2026-01-05T00:00:00Z\n"
  "appointment.person 丁监护\n"
  "appointment.mobile 10000000002\n"
  "appointment.session 2026-01-06 09:00-10:00\n"
  "appointment.from 2026-01-06T01:00:00Z\n"
  "appointment.until 2026-01-06T02:00:00Z\n"
  "appointment.queue_number 3\n"
  "appointment.price_fen 0\n"
  "appointment.payment_channel alipay\n"
  "appointment.cancel_reason 合成\n"
  "appointment.trade_number T-2\n"
  "frozen_at 2026-01-05T17:30:00Z\n";

FzFields *
sample_facts (void)
{
  FzFields *facts = fz_fields_new ("fuzhen.facts/v1");
  g_auto (GStrv) lines = g_strsplit (facts_text, "\n", -1);

  for (char **line = lines; **line != '\0'; line++)
    {
      char *space = strchr (*line, ' ');

      *space = '\0';
      fz_fields_set (facts, *line, space + 1);
    }
  return facts;
}
