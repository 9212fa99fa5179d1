/* What a pharmacist says besides yes, in the real window, and what the doctor then sees and does: returned with coded reasons and written
 * anew, a second look that is asked for before an approval, refused, voided by the doctor afterwards. */
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <string.h>

#define DOCTOR "林若溪"
#define DOCTOR_PIN "271828"
#define PHARMACIST "韩秉文"
#define PHARMACIST_PIN "141421"
#define DRUG "阿托伐他汀钙片" /* of the visit for the heart; the other two have others */
#define OTHER_DRUG "瑞舒伐他汀钙片"
#define VISIT "冠心病复诊，病情稳定"

/* The prescription that stands in the middle; its patient. (transfer full) */
static char *
open_rx (const char *drug, char **out_patient)
{
  g_autoptr (Thing) row = screen_wait (ATSPI_ROLE_LIST_ITEM, drug), sheet = NULL;

  *out_patient = g_strndup (row->name, strcspn (row->name, "，") > 0 ? (gsize) (strstr (row->name, "，") - row->name) : 0);
  hands_click (row);
  sheet = screen_wait (ATSPI_ROLE_INVALID, "处方 CF");
  return g_strdup (strstr (sheet->name, "CF"));
}

/* --- returned --- */

static void
give_back (const char *rx)
{
  hands_key ("r");
  screen_expect ("退回医师修改");
  screen_wait_focus ("1　A1");
  hands_key ("3"); /* dose, use or quantity */
  hands_key ("f"); /* another group */
  hands_key ("7"); /* dose, strength or unit not clear */
  screen_expect_text ("说明（按所选理由和系统提示自动写出，可以修改）", "剂量、用法或总量不适宜");
  screen_expect_text ("说明（按所选理由和系统提示自动写出，可以修改）", "剂量、规格、数量、单位或用法不清");
  screen_picture ("return");
  hands_key ("Return");
  person_sign (PHARMACIST_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, rx);
}

static void
see_return (void)
{
  g_autofree char *opinion = g_strdup_printf ("药师 %s 退回", PHARMACIST);

  person_click (ATSPI_ROLE_RADIO_BUTTON, "接诊中");
  person_click (ATSPI_ROLE_LIST_ITEM, VISIT);
  screen_expect ("需要重新认证");
  person_press ("重新认证");
  person_sign (DOCTOR_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "需要重新认证");
  screen_expect ("第 4 步 处方：被药师退回");
  screen_expect (opinion);
  screen_expect ("剂量、用法或总量不适宜");
  screen_picture ("returned");
}

/* With one thing more that needs a reason than the days, so that whoever approves has to look twice. */
static void
write_anew (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 4 步");
  screen_wait_focus ("添加药品");
  person_press ("修改后重开");
  screen_expect ("替换被退回的处方");
  screen_expect ("1. 阿司匹林肠溶片");
  screen_expect ("2. " DRUG);
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "修改后重开"); /* a second time would write over what is changed now */
  screen_wait_focus ("单次剂量");
  hands_key ("ctrl+a");
  hands_type ("400mg");
  hands_key ("Return");
  screen_wait_focus ("频次");
  hands_key ("Return");
  screen_wait_focus ("途径");
  hands_key ("Return");
  screen_wait_focus ("天数");
  hands_key ("Return");
  screen_wait_focus ("理由");
  screen_expect ("第 4 步 处方：3 处需说明理由");
  screen_picture ("reopened");
  hands_key ("1");
  screen_expect ("第 4 步 处方：2 处需说明理由");
  hands_key ("1");
  screen_expect ("第 4 步 处方：1 处需说明理由");
  hands_key ("1");
  screen_expect ("第 4 步 处方：可以签名");
  person_press ("签名处方");
  person_sign (DOCTOR_PIN);
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "签名处方");
  screen_wait_gone (ATSPI_ROLE_LABEL, "处方被退回"); /* the queue's mark */
  screen_expect ("超过常用剂量，须再次签名");
  screen_expect ("第 4 步 处方：待再次签名");
  person_press ("再次签名");
  person_sign (DOCTOR_PIN);
  screen_expect ("医师已再次签名");
  screen_picture ("signed-twice");
}

/* --- a second look --- */

static void
approve (const char *patient)
{
  g_autofree char *row = g_strdup_printf ("%s，", patient);
  g_autofree char *now = NULL, *who = NULL;

  now = open_rx (DRUG, &who);
  g_assert_cmpstr (who, ==, patient);
  screen_expect ("替换被退回的处方");
  screen_expect ("间隔已满"); /* a dose above the usual one is looked at twice, some time apart */
  hands_key ("a");
  screen_expect ("逐项判断");
  screen_expect ("单次剂量 400mg 超过常用上限 300mg（医师说明：病情需要，已权衡获益与风险）");
  screen_picture ("second-look");
  hands_key ("Escape"); /* looks again */
  screen_wait_gone (ATSPI_ROLE_INVALID, "逐项判断");
  hands_key ("a");
  screen_expect ("逐项判断");
  hands_key ("1"); /* accepted, once that was seen */
  hands_key ("Return");
  person_sign (PHARMACIST_PIN);
  screen_wait_gone (ATSPI_ROLE_LIST_ITEM, row);
}

/* --- refused --- */

static void
refuse (void)
{
  g_autofree char *patient = NULL, *rx = open_rx (OTHER_DRUG, &patient);

  hands_key ("x");
  screen_wait_focus ("1　X1");
  hands_key ("3"); /* extraordinary: needs words of one's own */
  hands_key ("Return");
  screen_expect ("所选理由需要具体说明：请在下方写明情况。");
  screen_picture ("refusal-words");
  screen_wait_focus ("说明（");
  hands_paste ("本次资料未见血脂检验结果，不能判断有无继续用药的依据。");
  person_press ("确定不予通过");
  person_sign (PHARMACIST_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, rx);
}

/* --- on paper --- */

/* Looked at, kept as a file, and from then on a reprint; then everything that waits, chosen together. */
static void
print_slips (Hospital *hospital, const char *patient)
{
  g_autofree char *row = g_strdup_printf ("%s，", patient), *path = g_build_filename (hospital->dir, "slip.pdf", NULL), *bytes = NULL;

  person_click (ATSPI_ROLE_PUSH_BUTTON, "发药");
  person_click (ATSPI_ROLE_LIST_ITEM, row);
  hands_key ("ctrl+p");
  screen_expect ("处方笺预览");
  screen_picture ("print");
  person_press ("存为 PDF");
  person_choose_file ("处方笺存为 PDF", path, TRUE);
  bytes = hospital_wait_file (path, 200);
  g_assert_true (g_str_has_prefix (bytes, "%PDF-"));
  screen_wait_gone (ATSPI_ROLE_INVALID, "处方笺预览");
  hands_key ("ctrl+a");
  screen_expect ("打印 ");
  hands_key ("ctrl+p");
  screen_expect ("纸上标明是第几次打印");
  screen_picture ("print-several");
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_INVALID, "处方笺预览");
}

/* --- voided by the doctor --- */

static void
void_effective (void)
{
  person_click (ATSPI_ROLE_RADIO_BUTTON, "接诊中");
  person_click (ATSPI_ROLE_LIST_ITEM, "血脂复查后复诊");
  screen_expect ("第 4 步 处方：审核不通过");
  screen_expect ("未见血脂检验结果");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 4 步");
  screen_wait_focus ("添加药品");
  screen_picture ("refused");
  person_click (ATSPI_ROLE_LIST_ITEM, VISIT);
  screen_expect ("药师 " PHARMACIST "：院内签名有效");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 4 步");
  screen_wait_focus ("添加药品");
  person_press ("作废处方");
  person_fill ("作废原因", "患者来电表示已在线下取药");
  person_press ("下一步：签名作废");
  person_sign (DOCTOR_PIN);
  screen_expect ("处方已作废");
  screen_expect ("已在线下取药");
  screen_picture ("effective-voided");
}

/* Nothing is handed out on it any more. */
static void
see_void (const char *patient)
{
  g_autofree char *row = g_strdup_printf ("%s，", patient);
  g_autoptr (Thing) list = NULL;

  person_click (ATSPI_ROLE_PUSH_BUTTON, "发药");
  list = screen_wait (ATSPI_ROLE_LIST, "发药");
  g_assert_nonnull (list);
  screen_wait_gone (ATSPI_ROLE_LIST_ITEM, row);
  screen_picture ("dispense");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "审方");
  person_click (ATSPI_ROLE_RADIO_BUTTON, "今日已审");
  person_click (ATSPI_ROLE_LIST_ITEM, row); /* the one returned, then the one that was written in its place */
  hands_key ("j");
  screen_expect ("处方已作废，不能调配、使用");
  screen_expect ("已在线下取药");
  screen_picture ("reviewed-voided");
}

static void
verdicts (Hospital *hospital)
{
  g_autofree char *rx = NULL, *patient = NULL;

  sitting_open (hospital);
  person_sign_in (PHARMACIST);
  rx = open_rx (DRUG, &patient);
  give_back (rx);
  person_change (PHARMACIST, DOCTOR, patient);
  see_return ();
  write_anew ();
  person_change (DOCTOR, PHARMACIST, patient);
  approve (patient);
  refuse ();
  print_slips (hospital, patient);
  person_change (PHARMACIST, DOCTOR, patient);
  void_effective ();
  person_change (DOCTOR, PHARMACIST, patient);
  see_void (patient);
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_add ("/window/verdicts", verdicts, NULL);
  return sitting_run ();
}
