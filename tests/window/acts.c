/* What is done now and then, in the real window: entered by hand, handed over, refused, taken back, saved into files, locked. */
#include "tests/window/hands.h"
#include "tests/window/hospital.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <string.h>

#define CHILD "陈小满"
#define CHILD_ID "119900202205010033"
#define GUARDIAN_ID "119900199003120045"
#define DOCTOR "沈雅琴"
#define DOCTOR_PIN "161803"
#define AFFAIRS "陶静怡"
#define SYSTEM "邵思源"
#define AUDIT "裴知微"

/* --- signing in with a file chosen by hand --- */

static void
sign_in_by_chooser (Hospital *hospital)
{
  g_autofree char *key = g_build_filename (hospital->dir, "my-own-stick.fzkey", NULL);
  g_autofree char *from = g_build_filename (hospital->data, "demo-keys", "D1003.fzkey", NULL), *content = NULL;

  g_assert_true (g_file_get_contents (from, &content, NULL, NULL) && g_file_set_contents (key, content, -1, NULL));
  person_fill ("工号", "D1003");
  person_type_password ("D1003");
  person_press ("选择文件…");
  person_choose_file ("选择密钥文件", key, FALSE);
  screen_expect ("my-own-stick.fzkey");
  person_press ("登录");
  screen_expect ("接诊下一位");
}

/* --- a small child, entered by hand --- */

static void
fill_child (void)
{
  person_fill ("姓名", CHILD);
  person_fill ("证件号码", CHILD_ID);
  screen_expect_text ("出生日期", "2022-05-01"); /* follows from the number */
  person_fill ("手机", "19900000001");
  person_fill ("诊察费（元）", "30");
  person_fill ("主要不适与诉求", "哮喘复诊，需继续用药");
  person_fill ("病情经过", "支气管哮喘1年，规律吸入治疗，近期无发作。");
  person_click (ATSPI_ROLE_TEXT, "既往确诊");
  screen_wait_focus ("既往确诊");
  hands_type ("zqgxc");
  screen_wait_found ("支气管哮喘");
  hands_key ("Return");
  screen_expect_text ("既往确诊", "支气管哮喘");
  hands_key ("Tab");
  screen_wait_focus ("确诊医疗机构");
  hands_paste ("津示范医院");
  person_fill ("确诊日期", "2026-03-02");
}

static void
fill_people (void)
{
  person_fill ("监护人（未成年患者）", "陈大伟");
  hands_key ("Tab");
  screen_wait_focus ("与患者关系");
  hands_key ("Down");
  screen_wait_focus ("本人");
  hands_key ("Down");
  screen_wait_focus ("父亲");
  hands_key ("Return");
  screen_wait_focus ("与患者关系");
  person_fill ("监护人证件号码", GUARDIAN_ID);
  person_fill ("监护人手机", "19900000002");
  person_fill ("陪伴医师（6岁以下）", "郑守诚");
  person_fill ("陪伴医师执业证书编号", "DEMO120100000009");
  person_fill ("陪伴医师所在机构", "津示范医院");
}

static void
enter_child (void)
{
  g_autofree char *picture = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/demo/evidence-1.jpg", NULL);
  g_autoptr (Thing) consent = NULL;

  person_press ("手工录入");
  screen_wait_focus ("姓名");
  fill_child ();
  hands_key ("Escape"); /* by mistake: nothing typed is lost */
  screen_expect ("放弃已填写的内容？");
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_INVALID, "放弃已填写的内容？");
  fill_people ();
  person_press ("添加病历资料…");
  person_choose_file ("选择病历资料图片", picture, FALSE);
  screen_expect ("evidence-1.jpg");
  consent = screen_wait (ATSPI_ROLE_CHECK_BOX, "患者（或监护人）已当面阅读并签署");
  person_tab_to (consent->name);
  hands_key ("space");
  screen_wait_state (consent, ATSPI_STATE_CHECKED);
  screen_picture ("by-hand");
  person_press ("核对并收件");
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "核对并收件");
  screen_expect ("患者自述");
}

static void
take_child (void)
{
  person_press ("接诊");
  person_sign (DOCTOR_PIN);
  screen_expect ("终止诊疗");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 4 步");
  screen_wait_focus ("添加药品");
}

/* --- a line deleted and taken back --- */

static void
undo_line (void)
{
  hands_type ("mlstn");
  screen_wait_found ("孟鲁司特钠");
  hands_key ("Return");
  screen_expect ("1. 孟鲁司特钠");
  screen_wait_focus ("单次剂量");
  person_press ("删除这味药");
  screen_expect ("已删除 孟鲁司特钠");
  screen_wait_gone (ATSPI_ROLE_INVALID, "1. 孟鲁司特钠");
  person_press ("撤销");
  screen_expect ("1. 孟鲁司特钠");
  screen_picture ("undone");
}

/* --- to somebody else, and not at all --- */

static void
hand_over (void)
{
  person_press ("转交");
  person_fill ("转交原因", "需要呼吸专科医师处理");
  person_press ("下一步：签名转交");
  person_sign (DOCTOR_PIN);
  screen_wait_gone (ATSPI_ROLE_PUSH_BUTTON, "终止诊疗");
}

static void
refuse (void)
{
  g_autoptr (Thing) reason = NULL;

  person_click (ATSPI_ROLE_LIST_ITEM, CHILD);
  screen_expect ("由其他医师转来");
  person_press ("拒诊");
  reason = screen_wait (ATSPI_ROLE_COMBO_BOX, "拒诊原因");
  screen_wait_focus ("拒诊原因");
  hands_key ("1");
  screen_expect ("不属于本专科诊疗范围");
  screen_picture ("refusal");
  person_press ("下一步：签名拒诊");
  person_sign (DOCTOR_PIN);
  screen_expect ("已拒诊"); /* what stays, not the toast */
}

/* --- files --- */

static void
save_report (Hospital *hospital)
{
  g_autofree char *path = g_build_filename (hospital->dir, "report.xlsx", NULL);

  person_click (ATSPI_ROLE_PUSH_BUTTON, "报表");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "导出为 Excel");
  person_choose_file ("导出报表", path, TRUE);
  g_free (hospital_wait_file (path, 1000));
}

static void
save_backup (Hospital *hospital)
{
  g_autofree char *path = g_build_filename (hospital->dir, "backup.fzb", NULL);

  person_press ("立即备份…");
  person_choose_file ("备份到", path, TRUE);
  g_free (hospital_wait_file (path, 10000));
}

static void
save_keys (Hospital *hospital)
{
  g_autofree char *path = g_build_filename (hospital->dir, "keys.note", NULL);

  person_press ("签名清单");
  person_choose_file ("导出签名的公钥清单", path, TRUE);
  g_free (hospital_wait_file (path, 100));
}

/* --- locked by itself --- */

/* Nobody touches anything: what was open goes, and only the person's own password brings it back. */
static void
locks_itself (void)
{
  g_autofree char *all = NULL;

  screen_expect ("窗口已锁定");
  all = screen_read_all ();
  g_assert_null (strstr (all, "候诊"));
  screen_picture ("locked");
  person_type_password ("D1003");
  hands_key ("Return");
  screen_expect ("接诊下一位");
}

static void
want_soon (void)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "fuzhen", "window.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  g_key_file_set_double (file, "window", "lock-minutes", 0.1);
  g_key_file_save_to_file (file, path, &error);
  g_assert_no_error (error);
}

static void
story (Hospital *hospital)
{
  sitting_open (hospital);
  sign_in_by_chooser (hospital);
  enter_child ();
  take_child ();
  undo_line ();
  hand_over ();
  refuse ();
  person_change (DOCTOR, AFFAIRS, CHILD);
  save_report (hospital);
  person_change (AFFAIRS, SYSTEM, CHILD);
  save_backup (hospital);
  person_change (SYSTEM, AUDIT, CHILD);
  save_keys (hospital);
  sitting_close (hospital);
  want_soon ();
  sitting_open (hospital);
  person_sign_in (DOCTOR);
  locks_itself ();
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_add ("/window/acts", story, NULL);
  return sitting_run ();
}
