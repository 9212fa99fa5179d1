/* Two sheets that are more than lines of medicines, written in the real window by keyboard: herbs by a TCM doctor, with a pair that asks a
 * reason; a prescription of eight weeks with its assessment. And what the pharmacist says to the herbs. */
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <string.h>

#define TCM_DOCTOR "贺中岳"
#define TCM_PIN "299792"
#define DOCTOR "林若溪"
#define DOCTOR_PIN "271828"
#define PHARMACIST "韩秉文"
#define PHARMACIST_PIN "141421"
#define LONG_DRUG "苯磺酸氨氯地平片"

/* --- the visit up to its prescription --- */

/* Takes the visit, finds it a follow-up and writes its record; who it is. (transfer full) */
static char *
write_record (const char *complaint, const char *pin, const char *takes, const char *opinion)
{
  g_autoptr (Thing) dialog = NULL;

  person_click (ATSPI_ROLE_LIST_ITEM, complaint);
  screen_expect ("患者自述");
  person_press ("接诊");
  dialog = screen_wait (ATSPI_ROLE_HEADING, "接诊 ");
  person_sign (pin);
  screen_expect ("终止诊疗");
  person_click (ATSPI_ROLE_CHECK_BOX, "为判断依据");
  person_click (ATSPI_ROLE_CHECK_BOX, "符合复诊条件");
  screen_expect ("复诊判断：可以签名");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 3 步");
  person_press ("无过敏史");
  screen_expect_text ("过敏史", "无");
  person_tab_to ("目前用药");
  hands_paste (takes);
  screen_expect_text ("目前用药", takes);
  person_tab_to ("诊疗意见");
  hands_paste (opinion);
  screen_expect_text ("诊疗意见", opinion);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 4 步");
  screen_wait_focus ("添加药品");
  return g_strdup (dialog->name + strlen ("接诊 "));
}

/* --- herbs --- */

static void
add_herb (const char *initials, const char *name, const char *grams)
{
  screen_wait_focus ("添加药品");
  hands_type (initials);
  screen_wait_found (name);
  hands_key ("Return");
  screen_wait_focus ("每剂克数");
  hands_type (grams);
  hands_key ("Return");
}

/* The first of what the initials find, or the one below it. */
static void
name_tcm (const char *field, const char *initials, const char *name, guint down)
{
  person_tab_to (field);
  hands_type (initials);
  screen_wait_found (name);
  for (guint i = 0; i < down; i++)
    hands_key ("Down");
  hands_key ("Return");
  screen_expect_text (field, name);
}

static void
write_herbs (void)
{
  hands_key ("shift+Tab");
  screen_wait_focus ("中药饮片");
  hands_key ("space");
  add_herb ("cx", "川芎", "9"); /* before 醋香附, of which cx is only the beginning */
  add_herb ("ds", "丹参", "15");
  add_herb ("gl", "瓜蒌", "12");
  screen_wait_focus ("添加药品");
  hands_type ("fp");
  screen_wait_found ("附片");
  screen_expect ("有毒");
  hands_key ("Return");
  screen_wait_focus ("每剂克数");
  hands_type ("9");
  hands_key ("Return");
  screen_wait_focus ("理由：“瓜蒌”与“附片”属十八反配伍禁忌");
  screen_expect ("第 4 步 处方：1 处需说明理由");
  screen_picture ("herbs-pair");
  hands_key ("1");
  screen_wait_focus ("添加药品");
  person_tab_back_to ("每剂克数"); /* of the last one, which Alt takes a place further up */
  hands_key ("alt+Up");
  screen_expect ("3. 附片");
  screen_expect ("“附片”与“瓜蒌”属十八反配伍禁忌"); /* and the reason that was given stays */
  screen_expect ("第 4 步 处方：待填 2 项");
  name_tcm ("中医病名", "xb", "胸痹", 1);
  name_tcm ("中医证型", "qzxy", "气滞血瘀证", 0);
  person_tab_to ("剂数");
  hands_type ("7");
  screen_expect ("共 63 g");
  person_choose ("煎煮方式", "代煎");
  person_tab_to ("每剂取汁");
  hands_type ("400");
  person_tab_to ("服用要求");
  hands_paste ("饭后温服");
  screen_expect ("第 4 步 处方：可以签名");
  screen_picture ("herbs");
}

static void
sign_herbs (void)
{
  person_tab_to ("签名病历与处方");
  hands_key ("Return");
  screen_wait_focus ("签名 PIN 码");
  screen_expect ("互联网诊疗处方（中药饮片）");
  screen_expect ("中医诊断　胸痹");
  screen_picture ("herbs-sign");
  person_sign (TCM_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码");
  screen_expect ("第 4 步 处方：已签名");
  screen_expect ("待审核");
  screen_expect ("3. 附片　9g（先煎）");
  screen_expect ("共 7 剂");
  screen_picture ("herbs-signed");
}

/* The pair was known and answered for: it is looked at once more before it passes. */
static void
approve_herbs (const char *patient, const char *rx)
{
  g_autofree char *row = g_strdup_printf ("%s，", patient), *sheet = g_strdup_printf ("处方 %s", rx);

  person_click (ATSPI_ROLE_LIST_ITEM, row);
  screen_expect (sheet);
  screen_expect ("医师说明：病情需要，已权衡获益与风险");
  screen_picture ("herbs-review");
  hands_key ("a");
  screen_expect ("逐项判断");
  screen_picture ("herbs-items");
  hands_key ("1");
  hands_key ("Return");
  person_sign (PHARMACIST_PIN);
  screen_wait_gone (ATSPI_ROLE_LIST_ITEM, row);
  person_click (ATSPI_ROLE_RADIO_BUTTON, "今日已审");
  person_click (ATSPI_ROLE_LIST_ITEM, row);
  screen_expect (sheet);
  screen_expect ("已生效");
}

static void
herbs (Hospital *hospital)
{
  g_autofree char *patient = NULL, *rx = NULL;

  sitting_open (hospital);
  person_sign_in (TCM_DOCTOR);
  patient = write_record ("冠心病稳定，请求中药调理", TCM_PIN, "阿司匹林肠溶片、阿托伐他汀钙片", "心血瘀阻，治以活血化瘀、行气止痛；西药照常服用。");
  write_herbs ();
  sign_herbs ();
  rx = screen_first_word ("CF");
  person_change (TCM_DOCTOR, PHARMACIST, patient);
  approve_herbs (patient, rx);
  sitting_close (hospital);
}

/* --- eight weeks --- */

static void
add_drug (const char *initials, const char *name, const char *days)
{
  screen_wait_focus ("添加药品");
  hands_type (initials);
  screen_wait_found (name);
  hands_key ("Return");
  screen_wait_focus ("单次剂量");
  hands_key ("Return");
  screen_wait_focus ("频次");
  hands_key ("Return");
  screen_wait_focus ("途径");
  hands_key ("Return");
  screen_wait_focus ("天数");
  hands_type (days);
  hands_key ("Return");
}

/* Not for long, whatever the reason: the sheet stays unsigned until it is gone or shorter. */
static void
try_excluded (void)
{
  g_autoptr (Thing) pin = NULL;

  add_drug ("sqgj", "双歧杆菌三联活菌肠溶胶囊", "56");
  screen_wait_focus ("理由");
  screen_expect ("该药品不能用于长期处方，请缩短天数。");
  screen_expect ("第 4 步 处方：1 处不能继续");
  screen_expect_relation (ATSPI_ROLE_PUSH_BUTTON, "签名病历与处方", ATSPI_RELATION_DESCRIBED_BY, "该药品不能用于长期处方");
  person_tab_to ("签名病历与处方");
  hands_key ("Return");
  screen_wait_focus ("理由"); /* where it can go on, and no dialog */
  pin = screen_find (ATSPI_ROLE_TEXT, "签名 PIN 码");
  g_assert_null (pin);
  screen_picture ("long-excluded");
  person_tab_back_to ("删除这味药");
  hands_key ("Return");
  screen_wait_focus ("添加药品");
  screen_wait_gone (ATSPI_ROLE_INVALID, "该药品不能用于长期处方");
}

static void
assess (void)
{
  screen_expect ("长期处方：评估与患者确认");
  person_choose ("首次开具长期处方", "不是首次");
  person_choose ("诊断明确、病情稳定", "稳定");
  person_choose ("用药方案稳定并达标", "未稳定或未达标"); /* by mistake: such a one is not for long */
  screen_expect ("应重新评估，不能开具超过4周的长期处方");
  hands_key ("Down"); /* the list opens at what is chosen */
  screen_wait_focus ("未稳定或未达标");
  hands_key ("Up");
  screen_wait_focus ("稳定并达标");
  hands_key ("Return");
  screen_wait_gone (ATSPI_ROLE_INVALID, "应重新评估，不能开具超过4周的长期处方");
  person_choose ("因他病加药或住院", "没有");
  person_choose ("用药教育", "已完成");
  person_choose ("用药依从性", "好");
  person_tab_to ("最近检查结果与日期");
  hands_paste ("近3个月血压 130/80 mmHg，肾功能正常");
  person_choose ("确认人", "患者本人");
  person_choose ("确认方式", "患者端确认并短信验证"); /* today, unless another day is written */
  person_tab_to ("确认凭据");
  hands_paste ("患者端确认回执");
  screen_expect ("第 4 步 处方：可以签名");
  screen_picture ("long");
}

/* The window is gone in the middle of a word. The next one opens at it: the visit, the field, the place in its text. */
static void
write_on_after_a_crash (Hospital *hospital)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 3 步");
  person_tab_to ("诊疗意见");
  hands_key ("ctrl+Home");
  hands_paste ("目前");
  screen_expect_text ("诊疗意见", "目前血压控制平稳");
  screen_expect ("草稿已保存");
  sitting_kill (hospital);
  sitting_open (hospital);
  person_sign_in (DOCTOR);
  screen_wait_focus ("诊疗意见");
  screen_picture ("after-a-crash");
  hands_paste ("自测");
  screen_expect_text ("诊疗意见", "目前自测血压控制平稳");
  person_press ("签名病历"); /* before that, who sits here has to be proved again */
  person_sign (DOCTOR_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "需要重新认证");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 4 步");
}

static void
eight_weeks (Hospital *hospital)
{
  g_autofree char *patient = NULL;

  sitting_open (hospital);
  person_sign_in (DOCTOR);
  patient = write_record ("高血压复诊，续开药物", DOCTOR_PIN, LONG_DRUG, "血压控制平稳，继续原方案；低盐饮食，每日监测血压；如头痛、胸痛、视物模糊立即线下就诊。");
  write_on_after_a_crash (hospital);
  add_drug ("bhsaldp", LONG_DRUG, "56");
  screen_wait_focus ("理由：用量56日，超过7日");
  hands_key ("1");
  screen_wait_focus ("理由：用量56日，超过28日");
  hands_key ("1");
  try_excluded ();
  assess ();
  person_tab_to ("签名病历与处方");
  hands_key ("Return");
  screen_wait_focus ("签名 PIN 码");
  screen_expect ("长期处方评估　首次开具 否");
  screen_expect ("患者端确认并短信验证");
  screen_picture ("long-sign");
  person_sign (DOCTOR_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码");
  screen_expect ("待审核");
  screen_picture ("long-signed");
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_add ("/window/sheets/herbs", herbs, NULL);
  sitting_add ("/window/sheets/long", eight_weeks, NULL);
  return sitting_run ();
}
