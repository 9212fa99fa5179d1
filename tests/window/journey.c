/* The main job in the real window, as the three people do it who sit there: from signing in to the medicine in the patient's hand by the keyboard alone,
 * afterwards with the mouse as well, and every word is one that stands on the screen. */
#include "tests/window/hands.h"
#include "tests/window/hospital.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/wait.h"

#include <locale.h>
#include <string.h>

#define DOCTOR "林若溪"
#define DOCTOR_PIN "271828"
#define AFFAIRS "陶静怡"
#define EDITABLE "org.a11y.atspi.EditableText"
#define PHARMACIST "韩秉文"
#define PHARMACIST_PIN "141421"
#define SECOND "顾小曼"
#define SECOND_PIN "173205"
#define MOST_TO_PREPARE 20
#define MOST_TO_HAND_OUT 13

/* What ux.md promises in seconds, beside what passed here: a run's keys come without a hand's pauses, its looks at the screen take longer than an eye's. */
static void
tell_clock (const char *what, gint64 from_us, guint goal_s)
{
  g_test_message ("%s: %.1f s on this machine, of %u s for a person", what, (double) (g_get_monotonic_time () - from_us) / G_USEC_PER_SEC, goal_s);
}

/* --- what other programs can do --- */

static gboolean
write_into (const Thing *field, const char *text)
{
  g_autoptr (GVariant) set = reach_call (field, EDITABLE, "SetTextContents", g_variant_new ("(s)", text), NULL);
  g_autoptr (GVariant) insert = reach_call (field, EDITABLE, "InsertText", g_variant_new ("(isi)", 0, text, (int) strlen (text)), NULL);

  return set != NULL || insert != NULL;
}

/* An assistive program fills an ordinary field, but of a secret's place it learns the name and how many are in, and no more. */
static void
no_program_signs_in (void)
{
  g_autoptr (Thing) number = screen_wait (ATSPI_ROLE_TEXT, "工号"), password = screen_wait (ATSPI_ROLE_TEXT, "登录口令");
  g_autofree char *text = reach_text (password);

  g_assert_true (write_into (number, "D1001"));
  screen_expect_text ("工号", "D1001");
  g_assert_false (write_into (password, "Ruoxi-Demo-2026"));
  g_assert_null (text);
  screen_wait_about (password, "已输入 0 位");
}

static void
no_program_signs (void)
{
  g_autoptr (Thing) pin = screen_wait (ATSPI_ROLE_TEXT, "签名 PIN 码"), sign = screen_wait (ATSPI_ROLE_PUSH_BUTTON, "确认签名");
  g_autofree char *text = reach_text (pin);
  g_autoptr (GVariant) pressed = NULL;
  g_autoptr (Thing) made = NULL;

  g_assert_false (write_into (pin, DOCTOR_PIN));
  g_assert_null (text);
  pressed = reach_call (sign, "org.a11y.atspi.Action", "DoAction", g_variant_new ("(i)", 0), NULL);
  screen_wait_about (pin, "已输入 0 位");
  screen_expect ("确认签名");
  made = screen_find (ATSPI_ROLE_PUSH_BUTTON, "：已签名");
  g_assert_null (made);
}

/* --- the visit --- */

/* The one of the demonstration's waiting patients who takes a drug for his or her blood pressure. */
static char *
take_visit (void)
{
  g_autoptr (Thing) dialog = NULL;
  gint64 from_us;

  person_row_to ("高血压复诊，续开药物");
  screen_expect ("患者自述");
  screen_expect ("已付费"); /* this one came by the hospital's front */
  hands_key ("Return");
  screen_wait_focus ("接诊");
  hands_key ("Return");
  dialog = screen_wait (ATSPI_ROLE_HEADING, "接诊 ");
  screen_expect ("可以接诊");
  screen_wait_focus ("签名 PIN 码");
  hands_type_secret ("999999");
  hands_key ("Return");
  screen_expect ("签名密码（PIN）不正确，还可以再试 4 次。");
  screen_picture ("wrong-pin");
  from_us = g_get_monotonic_time ();
  hands_type_secret (DOCTOR_PIN);
  hands_key ("Return");
  screen_expect ("终止诊疗");
  tell_clock ("a visit taken, from the PIN", from_us, 3);
  screen_wait_gone (ATSPI_ROLE_HEADING, dialog->name);
  return g_strdup (dialog->name + strlen ("接诊 "));
}

static void
judge (void)
{
  g_autoptr (Thing) basis = screen_wait (ATSPI_ROLE_CHECK_BOX, "为判断依据");
  g_autoptr (Thing) eligible = screen_wait (ATSPI_ROLE_CHECK_BOX, "符合复诊条件");

  screen_wait_focus ("以“"); /* where the work begins */
  hands_key ("space");
  screen_wait_state (basis, ATSPI_STATE_CHECKED);
  person_tab_to ("符合复诊条件");
  hands_key ("space");
  screen_wait_state (eligible, ATSPI_STATE_CHECKED);
  screen_expect ("复诊判断：可以签名");
  screen_picture ("visit");
}

static void
write_record (void)
{
  hands_key ("ctrl+3");
  person_tab_to ("无过敏史");
  hands_key ("Return");
  screen_expect_text ("过敏史", "无");
  person_tab_to ("诊疗意见");
  hands_paste ("血压控制平稳，继续原方案；低盐饮食，每日监测血压；如头痛、胸痛、视物模糊立即线下就诊。");
  screen_expect_text ("诊疗意见", "立即线下就诊");
  person_tab_to ("删除诊断 高血压"); /* what the earlier hospital said stands there already; the doctor finds it anew */
  hands_key ("space");
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "删除诊断 高血压");
  hands_key ("ctrl+z"); /* perhaps rather not */
  thing_unref (screen_wait_button ("删除诊断 高血压"));
  person_tab_back_to ("删除诊断 高血压");
  hands_key ("space");
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "删除诊断 高血压");
  screen_wait_focus ("诊断");
  hands_type ("gxy");
  screen_wait_found ("高血压");
  hands_key ("Return");
  screen_expect ("删除诊断 高血压");
}

/* Who waits today may be a woman of whom nobody knows whether she is pregnant: she is asked, and the record says it. */
static void
answer_pregnancy (void)
{
  g_autoptr (Thing) unknown = screen_find (ATSPI_ROLE_INVALID, "未记录患者是否妊娠");

  if (unknown == NULL)
    return;
  hands_key ("ctrl+3");
  person_choose ("是否妊娠", "否");
  hands_key ("ctrl+4");
  screen_wait_focus ("添加药品");
}

static void
prescribe (void)
{
  gint64 from_us;
  guint presses;

  hands_key ("ctrl+4");
  screen_wait_focus ("添加药品");
  hands_count ();
  from_us = g_get_monotonic_time ();
  hands_type ("bhsaldp");
  screen_wait_found ("苯磺酸氨氯地平片  5mg");
  hands_key ("Return");
  screen_expect ("1. 苯磺酸氨氯地平片");
  screen_wait_focus ("单次剂量");
  screen_expect_text ("单次剂量", "5mg");
  hands_key ("Return");
  screen_wait_focus ("频次");
  hands_key ("Return");
  screen_wait_focus ("途径");
  hands_key ("Return");
  screen_wait_focus ("天数");
  hands_type ("28");
  hands_key ("Return");
  screen_wait_focus ("理由");
  hands_key ("1");
  screen_wait_focus ("添加药品");
  presses = hands_count ();
  answer_pregnancy ();
  hands_count ();
  person_tab_to ("签名病历与处方");
  screen_picture ("prescription");
  hands_key ("Return");
  screen_wait_focus ("签名 PIN 码");
  screen_picture ("sign");
  no_program_signs ();
  hands_type_secret (DOCTOR_PIN);
  hands_key ("Return");
  screen_expect ("签名归档，不能修改");
  screen_expect ("待审核");
  screen_expect ("医师 " DOCTOR "：院内签名有效");
  presses += hands_count ();
  tell_clock ("one drug prescribed and signed", from_us, 40);
  g_test_message ("one drug: %u key presses without the PIN's digits", presses);
  g_assert_cmpuint (presses, <=, 25);
  screen_picture ("signed");
}

static void
finish_visit (void)
{
  person_tab_to ("结束接诊");
  hands_key ("Return");
  screen_wait_focus ("签名 PIN 码");
  hands_type_secret (DOCTOR_PIN);
  hands_key ("Return");
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "终止诊疗");
  screen_expect ("已完成 1");
}

/* --- the review --- */

static void
approve (const char *patient, const char *rx)
{
  g_autofree char *sheet = g_strdup_printf ("处方 %s", rx), *row = g_strdup_printf ("%s，", patient);

  person_row_to (row);
  screen_expect (sheet);
  screen_expect ("医师说明：慢性病病情稳定，延长用药");
  screen_picture ("review");
  hands_count ();
  hands_key ("a");
  screen_wait_focus ("签名 PIN 码");
  hands_type_secret (PHARMACIST_PIN);
  hands_key ("Return");
  screen_wait_gone (ATSPI_ROLE_LIST_ITEM, row);
  g_assert_cmpuint (hands_count (), <=, 2); /* a clean one: nothing to be looked at twice */
}

static void
prepare (const char *patient, const char *rx)
{
  g_autofree char *sheet = g_strdup_printf ("处方 %s", rx), *row = g_strdup_printf ("%s，", patient);
  guint presses;

  hands_count ();
  hands_key ("alt+2");
  screen_expect ("发药轨迹");
  person_row_to (row);
  screen_expect (sheet);
  hands_key ("p");
  person_tab_to ("调配完成");
  hands_key ("Return");
  person_sign (PHARMACIST_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码");
  presses = hands_count ();
  g_test_message ("prepared: %u key presses without the PIN's digits", presses);
  g_assert_cmpuint (presses, <=, MOST_TO_PREPARE);
}

/* Another pharmacist's, with what the patient shows: the wrong card first. */
static void
hand_out (const char *patient, const char *rx, const char *tail)
{
  g_autofree char *sheet = g_strdup_printf ("处方 %s", rx), *row = g_strdup_printf ("%s，", patient);
  guint presses;

  hands_key ("alt+2");
  screen_expect ("发药轨迹");
  person_row_to (row);
  screen_expect (sheet);
  hands_count ();
  hands_key ("d");
  screen_wait_focus ("证件号后四位");
  hands_type (strcmp (tail, "0000") != 0 ? "0000" : "1111");
  hands_key ("Return");
  screen_expect ("证件号后四位与患者登记的不一致");
  screen_picture ("wrong-card");
  screen_wait_focus ("证件号后四位");
  hands_key ("ctrl+a");
  hands_type (tail);
  hands_key ("Return");
  screen_wait_focus ("签名 PIN 码");
  screen_picture ("hand-out");
  hands_type_secret (SECOND_PIN);
  hands_key ("Return");
  screen_wait_gone (ATSPI_ROLE_LIST_ITEM, row);
  presses = hands_count ();
  g_test_message ("handed out: %u key presses without the PIN's digits", presses);
  g_assert_cmpuint (presses, <=, MOST_TO_HAND_OUT);
}

/* By the button and the file chooser, as the pharmacist would. */
static void
save_note (const char *patient, const char *rx, const char *path)
{
  g_autofree char *sheet = g_strdup_printf ("处方 %s", rx), *row = g_strdup_printf ("%s，", patient);
  g_auto (Wait) wait = wait_begin ();

  person_click (ATSPI_ROLE_RADIO_BUTTON, "已发");
  person_click (ATSPI_ROLE_LIST_ITEM, row);
  screen_expect (sheet);
  screen_expect (PHARMACIST);
  person_tab_to ("签名文件"); /* the review behind has one, too, and a reader of places is told of both */
  hands_key ("Return");
  person_choose_file ("导出签名文件", path, TRUE);
  while (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_assert_true (wait_more (&wait));
}

/* --- afterwards --- */

/* What came by the hospital's front and could not be done any more waits there; settled with a reason it is gone. */
static void
settle_front (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "患者端");
  screen_expect ("已连接");
  person_click (ATSPI_ROLE_LABEL, "补充资料");
  screen_expect ("病历已经签名");
  screen_picture ("front");
  person_press ("办结…");
  screen_expect ("办结这一件");
  person_fill ("理由", "已电话告知患者，不影响本次诊疗");
  person_tab_to ("办结");
  hands_key ("Return");
  screen_expect ("没有待处理的");
}

static void
see_ledger (const char *rx)
{
  g_autofree char *subject = g_strdup_printf ("处方 %s", rx);

  person_click (ATSPI_ROLE_PUSH_BUTTON, "上报");
  screen_expect ("上报台账");
  person_click (ATSPI_ROLE_LABEL, subject);
  screen_expect ("监管平台已接收。");
  screen_picture ("ledger");
}

/* Who received it opens it without signing in, and trusts it no sooner than the list of keys is held against the institution's own. */
static void
receive (Hospital *hospital, const char *rx, const char *note)
{
  g_autofree char *keys = hospital_keys_path (hospital), *institution = hospital_institution_key (hospital);

  hospital_start_document (hospital, note);
  reach_open (hospital->pid);
  hands_take (hospital->pid);
  screen_expect (rx);
  screen_expect ("不能判断");
  person_press ("选择公钥名册…");
  person_choose_file ("打开公钥名册", keys, FALSE);
  screen_expect ("名册本身还没有核对");
  person_fill ("机构公布的公钥（一行）", institution);
  person_press ("核对名册");
  screen_expect ("签名有效");
  screen_expect ("已生效");
  screen_picture ("received");
  person_press ("关闭窗口");
  hospital_wait_window (hospital, 0);
  reach_close ();
}

static void
story (void)
{
  g_autoptr (Hospital) hospital = hospital_open ();
  g_autofree char *patient = NULL, *rx = NULL, *visit = NULL, *number = NULL, *note = g_build_filename (hospital->dir, "prescription.fzd", NULL);

  hospital_start_window (hospital);
  reach_open (hospital->pid);
  hands_take (hospital->pid);
  screen_expect ("演示人员");
  if (g_strcmp0 (g_getenv ("FUZHEN_WINDOW_THEME"), "dark") == 0) /* for pictures */
    person_press ("换成深色");
  screen_picture ("sign-in");
  no_program_signs_in ();
  hands_put_mouse_away (TRUE);
  person_sign_in_by_keys (DOCTOR);
  patient = take_visit ();
  number = screen_first_word ("********"); /* masked, with its last four in sight */
  g_assert_cmpuint (strlen (number), >=, 4);
  judge ();
  write_record ();
  prescribe ();
  rx = screen_first_word ("CF");
  visit = screen_first_word (" 就诊编号");
  finish_visit ();
  person_change_by_keys (DOCTOR, PHARMACIST, patient);
  approve (patient, rx);
  prepare (patient, rx);
  person_change_by_keys (PHARMACIST, SECOND, patient);
  hand_out (patient, rx, number + strlen (number) - 4);
  hands_put_mouse_away (FALSE);
  save_note (patient, rx, note);
  hospital_wait_accepted (hospital, "uploadReferralIndicators", visit);
  hospital_wait_accepted (hospital, "uploadElectMedicalRecord", visit);
  hospital_wait_accepted (hospital, "uploadRecipeIndicators", visit);
  person_change (SECOND, AFFAIRS, patient);
  see_ledger (rx);
  settle_front ();
  person_press ("关闭窗口");
  hospital_wait_window (hospital, 0);
  reach_close ();
  hospital_judge (hospital, note);
  receive (hospital, rx, note);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  /* libatspi warns of what a program that is just starting does not answer yet. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_assert_cmpint (g_mkdir_with_parents (g_getenv ("FUZHEN_WINDOW_PICTURES"), 0700), ==, 0);
  g_test_add_func ("/window/journey", story);
  return g_test_run ();
}
