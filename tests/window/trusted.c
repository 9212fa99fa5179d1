/* What takes two persons because it touches what is not one's own, in the real window: statistics of medicines by a leave, a case opened in need and
 * reviewed, a package for an inspector that is given up once, made, and judged by fuzhen-verify. */
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"
#include "tests/window/wait.h"

#include <signal.h>
#include <string.h>

#define AFFAIRS "陶静怡"
#define AFFAIRS_PIN "223606"
#define SECURITY "贺子谦"
#define SECURITY_PIN "264575"
#define READER "贺中岳" /* of another department than the patients' doctor */
#define READER_PIN "299792"
#define AUDITOR "裴知微"
#define AUDITOR_PIN "331662"
#define NOBODY "绝无此人"
#define TRIES 4 /* the leave of the demonstration is good for five packages, one of which is made to the end */

/* A wrong or refused signature keeps the field. */
static void
sign (const char *pin)
{
  person_sign (pin);
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码");
}

static void
open_report (const char *about, const char *days)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "报表");
  person_click (ATSPI_ROLE_RADIO_BUTTON, days);
  person_choose ("报表名称", about);
}

/* For the README: a clause with its source, and the registers. */
static void
show_places (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "规则");
  person_click (ATSPI_ROLE_RADIO_BUTTON, "条款");
  person_click (ATSPI_ROLE_LABEL, "RX_FIVE");
  screen_expect ("判断条件");
  screen_picture ("rules");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "台账");
  screen_expect ("投诉与纠纷");
  screen_picture ("registers");
}

/* --- statistics of medicines --- */

static void
statistics (Hospital *hospital)
{
  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  open_report ("药品使用情况（按药品）", "昨天");
  screen_expect ("须先申请授权"); /* nothing of it is shown to one person alone */
  screen_picture ("grant-refused");
  person_press ("申请授权…");
  person_choose ("用途", "药物临床应用监测与评价");
  person_fill ("理由", "药事会月度用药分析");
  screen_picture ("grant-asked");
  person_press ("核对并签名");
  sign (AFFAIRS_PIN);
  screen_wait_gone (ATSPI_ROLE_INVALID, "要做什么");
  person_change (AFFAIRS, SECURITY, NOBODY);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "授权");
  person_click (ATSPI_ROLE_LABEL, "GNT-000004");
  screen_expect ("药事会月度用药分析");
  screen_picture ("grant-waits");
  person_press ("批准");
  sign (SECURITY_PIN);
  screen_expect ("2 / 2");
  person_change (SECURITY, AFFAIRS, NOBODY);
  open_report ("药品使用情况（按药品）", "昨天");
  screen_wait_gone (ATSPI_ROLE_INVALID, "须先申请授权");
  screen_expect ("不列出的小数"); /* what few got is named and not counted */
  screen_picture ("grant-report");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "授权");
  person_click (ATSPI_ROLE_LABEL, "GNT-000004");
  screen_expect ("1 / 2");
  screen_picture ("grant-used");
  show_places ();
  sitting_close (hospital);
}

/* --- a case opened in need --- */

static void
open_in_need (const char *visit)
{
  person_press ("紧急查阅");
  screen_expect ("没有紧急查阅");
  person_press ("查阅他人经办的就诊…");
  person_choose ("理由", "患者病情紧急，须立即了解既往诊疗");
  person_fill ("就诊号", visit);
  person_fill ("具体情况", "患者来电诉胸闷，原接诊医师已下班");
  screen_picture ("access-asked");
  person_press ("去签名");
  sign (READER_PIN);
  screen_expect ("待复核");
}

static void
access_in_need (Hospital *hospital)
{
  g_autofree char *visit = hospital_played ("D%Y%m%d-001"), *all = NULL;

  sitting_open (hospital);
  person_sign_in (READER);
  open_in_need (visit);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "查看");
  screen_expect ("（只读）");
  screen_expect ("高血压");
  screen_picture ("access-read");
  all = screen_read_all ();
  g_assert_null (strstr (all, "身份证")); /* need opens the case, not the numbers */
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_INVALID, "（只读）");
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_INVALID, "待复核");
  person_change (READER, AUDITOR, NOBODY);
  person_press ("紧急查阅");
  screen_expect ("患者来电诉胸闷");
  screen_expect ("已复核：认可"); /* of the day before */
  screen_picture ("access-waits");
  person_press ("认可… ACC-000003");
  person_fill ("复核意见", "已核对来电登记");
  person_press ("去签名");
  sign (AUDITOR_PIN);
  screen_expect ("已核对来电登记");
  screen_picture ("access-reviewed");
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_INVALID, "已核对来电登记");
  sitting_close (hospital);
}

/* --- a package for an inspector --- */

static void
make_package (const char *folder)
{
  person_press ("制作材料…");
  person_choose_file ("制作检查材料", folder, TRUE);
}

/* Its work has begun when the folder it writes stands there. The program is held still while the keys that lead to 停止 are typed, so that they are the
 * first it hears of when it goes on. */
static void
stop_at_once (Hospital *hospital, const char *partial, const char *whole)
{
  static const char *const keys[] = { "Tab", "Tab", "Return" };
  gint64 until_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!g_file_test (partial, G_FILE_TEST_EXISTS) && !g_file_test (whole, G_FILE_TEST_EXISTS))
    g_assert_cmpint (g_get_monotonic_time (), <, until_us);
  g_assert_cmpint (kill (hospital->pid, SIGSTOP), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    hands_key (keys[i]);
  g_assert_cmpint (kill (hospital->pid, SIGCONT), ==, 0);
}

/* TRUE: it was stopped; FALSE: it was done before. */
static gboolean
was_stopped (void)
{
  g_auto (Wait) wait = wait_begin ();

  for (;;) {
    g_autoptr (Thing) stopped = screen_find (ATSPI_ROLE_INVALID, "已停止，没有做完"), made = screen_find (ATSPI_ROLE_INVALID, "已写入“");

    if (stopped != NULL || made != NULL)
      return stopped != NULL;
    if (!wait_more (&wait))
      g_error ("the package is neither made nor stopped");
  }
}

/* What is quicker than the keys is made; then another try. Of what was stopped nothing is left. */
static void
give_up_once (Hospital *hospital)
{
  for (guint i = 0; i < TRIES; i++) {
    g_autofree char *name = g_strdup_printf ("given-up-%u", i), *folder = g_build_filename (hospital->dir, name, NULL);
    g_autofree char *partial = g_strconcat (folder, ".partial", NULL);

    make_package (folder);
    stop_at_once (hospital, partial, folder);
    if (!was_stopped ()) {
      g_autoptr (Thing) dark = screen_find (ATSPI_ROLE_PUSH_BUTTON, "换成高对比度");

      if (dark != NULL) /* where keys that came too late have gone */
        hands_click (dark);
      continue;
    }
    g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS) || g_file_test (folder, G_FILE_TEST_EXISTS));
    screen_picture ("inspection-stopped");
    return;
  }
  g_error ("the package was never stopped in time");
}

/* By the program that the inspector finds in it. */
static void
judge (const char *folder)
{
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char *[]){ (char *) g_getenv ("FUZHEN_VERIFY"), (char *) folder, NULL }, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                               NULL, &out, NULL, &status, &error));
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("fuzhen-verify says:\n%s", out);
}

static void
inspection (Hospital *hospital)
{
  g_autofree char *folder = g_build_filename (hospital->dir, "package", NULL), *index = g_build_filename (folder, "index.html", NULL), *text = NULL;

  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  open_report ("检查材料", "昨天");
  person_press ("制作材料…");
  screen_expect ("请写明材料提供给哪个机关");
  screen_picture ("inspection-wanting");
  person_fill ("提供给", "区卫生监督所");
  person_fill ("用途", "例行检查");
  give_up_once (hospital);
  make_package (folder);
  screen_expect (folder);
  screen_picture ("inspection-made");
  text = hospital_wait_file (index, 1000);
  g_assert_nonnull (strstr (text, "区卫生监督所"));
  judge (folder);
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_meet ("12", NULL); /* a package of some size can be stopped; the day has a case that was opened and reviewed */
  sitting_add ("/window/trusted/statistics", statistics, NULL);
  sitting_add ("/window/trusted/access", access_in_need, NULL);
  sitting_add ("/window/trusted/inspection", inspection, NULL);
  return sitting_run ();
}
