/* How visits end and what comes after, in the real window: terminated, voided, added to, withdrawn. */
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <string.h>

#define DOCTOR "林若溪"
#define DOCTOR_PIN "271828"
#define PHARMACIST "韩秉文"
#define PHARMACIST_PIN "141421"

static void
take (const char *complaint)
{
  person_click (ATSPI_ROLE_LIST_ITEM, complaint);
  screen_expect ("患者自述");
  person_press ("接诊");
  person_sign (DOCTOR_PIN);
  screen_expect ("终止诊疗");
}

/* A visit of this doctor that another person has sat down between: who it is has to be proved again. */
static void
come_back_to (const char *complaint)
{
  person_click (ATSPI_ROLE_RADIO_BUTTON, "接诊中");
  person_click (ATSPI_ROLE_LIST_ITEM, complaint);
  screen_expect ("需要重新认证");
  person_press ("重新认证");
  person_sign (DOCTOR_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "需要重新认证");
}

/* --- terminated --- */

static void
expect_told (Hospital *hospital, const char *visit, const char *stage, const char *guidance)
{
  g_autofree char *path = g_build_filename (hospital->data, "out", visit, "state.json", NULL), *text = hospital_wait_file (path, 10);
  g_autofree char *paper = g_build_filename (hospital->data, "out", visit, "guidance.pdf", NULL);

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, stage));
  g_assert_nonnull (strstr (text, guidance));
  g_free (hospital_wait_file (paper, 1000));
}

static void
terminate (Hospital *hospital)
{
  g_autofree char *visit = NULL;

  take ("高血压复诊，续开药物");
  visit = screen_first_word (" 就诊编号");
  person_press ("终止诊疗");
  screen_wait_focus ("终止原因");
  person_press ("下一步：签名终止"); /* nothing was chosen yet */
  screen_expect ("请选择理由，并写明给患者的说明。");
  screen_picture ("termination-empty");
  person_tab_to ("终止原因");
  hands_key ("4");
  screen_expect_text ("给患者的指引", "立即拨打 120");
  hands_key ("Tab");
  screen_wait_focus ("是否属于复诊");
  hands_key ("Down");
  screen_wait_focus ("是，符合复诊条件");
  hands_key ("Return");
  screen_wait_focus ("是否属于复诊");
  screen_picture ("termination");
  person_press ("下一步：签名终止");
  screen_wait_focus ("签名 PIN 码");
  screen_picture ("termination-sign");
  person_sign (DOCTOR_PIN);
  screen_expect ("已终止"); /* the toast goes by itself, perhaps before it is read */
  screen_wait_gone (ATSPI_ROLE_TEXT, "添加药品"); /* nothing can be prescribed any more */
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "终止诊疗");
  screen_picture ("terminated");
  expect_told (hospital, visit, "terminated", "120");
}

/* --- voided --- */

static void
void_signed (void)
{
  person_click (ATSPI_ROLE_RADIO_BUTTON, "接诊中");
  person_click (ATSPI_ROLE_LIST_ITEM, "冠心病复诊，病情稳定");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 4 步");
  screen_wait_focus ("添加药品");
  screen_expect ("待审核");
  person_press ("作废处方");
  person_fill ("作废原因", "患者来电表示家中仍有余药，本次不需取药");
  screen_picture ("void");
  person_press ("下一步：签名作废");
  person_sign (DOCTOR_PIN);
  screen_expect ("处方已作废");
  screen_expect ("已作废");
  screen_expect ("家中仍有余药"); /* the reason stands beside it */
  screen_expect ("第 4 步 处方：已作废");
  screen_wait_gone (ATSPI_ROLE_INVALID, "待审核");
  screen_picture ("voided");
}

/* --- finished and added to --- */

static void
add_to_finished (void)
{
  come_back_to ("血脂复查后复诊");
  person_press ("结束接诊");
  person_sign (DOCTOR_PIN);
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "结束接诊");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 3 步");
  screen_wait_focus ("病历补记");
  hands_key ("Return");
  screen_expect ("下一步：签名补记");
  person_fill ("补记内容", "患者补充：近两周晨起偶有小腿酸胀，无茶色尿，嘱如加重及时复查肌酸激酶。");
  screen_picture ("addendum");
  person_press ("下一步：签名补记");
  person_sign (DOCTOR_PIN);
  screen_expect ("近两周晨起偶有小腿酸胀");
  screen_wait_focus ("病历补记"); /* and the page stays there */
  screen_picture ("added");
}

/* --- withdrawn --- */

static void
withdraw (void)
{
  person_click (ATSPI_ROLE_RADIO_BUTTON, "候诊");
  person_click (ATSPI_ROLE_LIST_ITEM, "血脂复查后复诊");
  screen_expect ("患者自述");
  person_press ("接诊");
  person_press ("患者撤回申请…");
  screen_expect ("记录撤回");
  person_press ("记录撤回"); /* without a word */
  screen_expect ("请填写完整。");
  person_fill ("患者怎样表示、为什么", "患者来电表示已在社区门诊就诊，不再需要");
  screen_wait_gone (ATSPI_ROLE_INVALID, "请填写完整。");
  screen_picture ("withdrawal");
  person_press ("记录撤回");
  screen_expect ("患者已撤销");
  screen_wait_gone (ATSPI_ROLE_LIST_ITEM, "血脂复查后复诊");
  screen_picture ("withdrawn");
}

static void
endings (Hospital *hospital)
{
  sitting_open (hospital);
  person_sign_in (DOCTOR);
  terminate (hospital);
  void_signed ();
  add_to_finished ();
  withdraw ();
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_add ("/window/clinic/endings", endings, NULL);
  return sitting_run ();
}
