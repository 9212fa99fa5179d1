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

/* --- talked with --- */

#define VIDEO "https://video.example/room/{visit}?doctor={staff}"

/* The desktop's browser writes down what it was asked to open. */
static char *
put_browser (Hospital *hospital)
{
  static const char script[] = "#!/bin/sh\nprintf %s \"$1\" >\"$0.opened\"\n";
  g_autofree char *folder = g_build_filename (hospital->dir, "share", "applications", NULL), *program = g_build_filename (hospital->dir, "browser", NULL);
  g_autofree char *entry = g_build_filename (folder, "browser.desktop", NULL), *list = g_build_filename (folder, "mimeapps.list", NULL);
  g_autofree char *text = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Browser\nExec=%s %%u\nMimeType=x-scheme-handler/https;\n", program);
  g_autofree char *home = g_build_filename (hospital->dir, "share", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (program, script, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  g_assert_true (g_file_set_contents (entry, text, -1, NULL));
  g_assert_true (g_file_set_contents (list, "[Default Applications]\nx-scheme-handler/https=browser.desktop\n", -1, NULL));
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  return g_strconcat (program, ".opened", NULL);
}

static void
hold_video (const char *opened, const char *visit)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Shanghai");
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);
  g_autoptr (GDateTime) before = g_date_time_add_minutes (now, -9), until = g_date_time_add_minutes (now, -1);
  g_autofree char *from = g_date_time_format (before, "%Y-%m-%d %H:%M"), *to = g_date_time_format (until, "%Y-%m-%d %H:%M");
  g_autofree char *asked = NULL, *expected = g_strdup_printf ("https://video.example/room/%s?doctor=D1001", visit), *today = g_date_time_format (now, "%Y-%m-%d ");

  person_press ("打开视频系统");
  asked = hospital_wait_file (opened, strlen (expected));
  g_assert_cmpstr (asked, ==, expected);
  person_press ("登记录音录像");
  screen_expect_text ("开始", today);
  person_fill ("文件名", "call-1.mp4");
  person_fill ("文件的 SHA-256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  person_replace ("开始", from);
  person_replace ("结束", to);
  person_fill ("由谁保存", "信息科视频存储");
  screen_picture ("recording");
  person_press ("登记");
  screen_expect ("由信息科视频存储保存");
}

/* A patient whose record came from the physical hospital: its medicines are offered, a video call is held where the hospital holds them, and what was
 * said by telephone is written down. */
static void
conversation (Hospital *hospital)
{
  g_autofree char *opened = put_browser (hospital), *visit = NULL;

  sitting_open (hospital);
  person_sign_in ("邵思源");
  person_fill ("视频问诊的地址", VIDEO);
  person_press ("保存地址");
  screen_expect ("已保存视频系统的地址");
  person_change ("邵思源", DOCTOR, "没有这个人");
  take ("甲减复诊 ");
  visit = screen_first_word (" 就诊编号");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 3 步");
  person_tab_to ("把碳酸钙D3片写入目前用药");
  screen_picture ("imported-offers");
  hands_key ("Return");
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "把碳酸钙D3片写入目前用药");
  screen_expect_text ("目前用药", "碳酸钙D3片");
  screen_picture ("imported-drugs");
  screen_wait_focus ("把左甲状腺素钠片写入目前用药"); /* on to the next one */
  hands_key ("ctrl+m");
  hold_video (opened, visit);
  screen_picture ("conversation");
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_add ("/window/clinic/endings", endings, NULL);
  sitting_add ("/window/clinic/conversation", conversation, NULL);
  return sitting_run ();
}
