/* The first hour in the real window: nothing is there, a hospital is made, what it gives away is seen once, and the first person signs in for the first
 * time. No command is typed. */
#include "tests/window/hands.h"
#include "tests/window/hospital.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <glib/gstdio.h>
#include <string.h>

#define PASSWORD "Anquan-2026-xx"
#define PIN "271828"

/* By the keyboard, as the fields follow each other: number, name and identity number of each of the four. */
static const char *const people[] = { "S001", "安合成", "119900198804051014", "S002", "邵思源", "119900198804051014",
                                      "S003", "裴知微", "119900198404051074", "A001", "陶静怡", "119900198304051018" };

static void
fill_people (void)
{
  person_tab_to ("安全管理员的工号");
  for (guint i = 0; i < G_N_ELEMENTS (people); i++) {
    hands_paste (people[i]);
    if (i + 1 < G_N_ELEMENTS (people))
      hands_key ("Tab");
  }
  screen_expect_text ("医务管理的居民身份证号", people[G_N_ELEMENTS (people) - 1]);
}

/* Each mistake is said at its field, and nothing is made before all is well. */
static void
make_hospital (Hospital *hospital)
{
  person_fill ("互联网医院名称", "合成市互联网医院");
  person_fill ("统一社会信用代码", "12119900MB9Y00016A");
  person_fill ("依托的实体医疗机构", "合成市第一人民医院");
  person_choose ("规则地区", "重庆市");
  fill_people ();
  person_press ("建立本院的库");
  screen_expect ("校验码不符");
  person_replace ("统一社会信用代码", "12119900MB9Y00016F");
  person_press ("建立本院的库");
  screen_expect ("须由四个人担任");
  screen_picture ("first-same-person");
  g_assert_false (g_file_test (hospital->data, G_FILE_TEST_EXISTS));
  person_replace ("系统管理员的居民身份证号", "119900198504051055");
  person_press ("建立本院的库");
}

/* What stands on the screen and looks so, in the order it stands there. (transfer full) */
static char **
words_like (const char *pattern)
{
  g_autofree char *all = screen_read_all ();
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (g_regex_match (regex, all, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL)) {
    char *word = g_match_info_fetch (match, 0);

    if (found->len > 0 && g_str_equal (found->pdata[found->len - 1], word)) /* name and text of the same label */
      g_free (word);
    else
      g_ptr_array_add (found, word);
  }
  g_ptr_array_add (found, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&found), FALSE);
}

/* What is shown once is not lost by the window's cross alone. */
static void
stay (void)
{
  person_press ("关闭窗口");
  screen_expect ("只显示这一次，关闭后看不到了");
  screen_picture ("first-stay");
  hands_key ("Return"); /* cancels */
  screen_wait_gone (ATSPI_ROLE_INVALID, "现在关闭？");
}

/* A share goes to a stick of its own, readable by nobody else; one cannot go on before saying that they are kept apart. */
static void
keep_shares (Hospital *hospital)
{
  g_autofree char *path = g_build_filename (hospital->dir, "share", NULL), *kept = NULL, *all = NULL;
  GStatBuf file;

  screen_expect ("第 3 份");
  all = screen_read_all ();
  screen_picture ("first-shares");
  stay ();
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 1 份存到U盘");
  person_choose_file ("把这一份恢复份额存到U盘", path, TRUE);
  kept = g_strchomp (hospital_wait_file (path, 20));
  g_assert_nonnull (strstr (all, kept));
  g_assert_true (g_stat (path, &file) == 0 && (file.st_mode & 0777) == 0600);
  person_click (ATSPI_ROLE_CHECK_BOX, "分开保管");
  person_press ("继续");
}

static void
type_secret (const char *name, const char *secret)
{
  g_autoptr (Thing) field = screen_wait_named (ATSPI_ROLE_TEXT, name);

  hands_click (field);
  screen_wait_focus (name);
  hands_type_secret (secret);
}

/* The code may be typed in small letters and without its dashes. */
static void
first_sign_in (Hospital *hospital, const char *code)
{
  g_autofree char *key = g_build_filename (hospital->dir, "S001.fzkey", NULL), *typed = g_ascii_strdown (code, -1);
  GStatBuf file;

  screen_expect ("第二因素");
  person_fill ("工号", "S001");
  person_press ("首次登录（有登记码）…");
  type_secret ("登记码", typed);
  type_secret ("新的登录口令", PASSWORD);
  type_secret ("再输一次新的登录口令", PASSWORD);
  type_secret ("新的签名 PIN", PIN);
  type_secret ("再输一次新的签名 PIN", "271829");
  person_press ("存到U盘…");
  person_choose_file ("密钥文件存在哪里", key, TRUE);
  screen_expect ("S001.fzkey");
  person_press ("完成");
  screen_expect ("两次输入的不一样");
  screen_picture ("first-enrol");
  type_secret ("新的签名 PIN", PIN);
  type_secret ("再输一次新的签名 PIN", PIN);
  type_secret ("新的登录口令", PASSWORD);
  type_secret ("再输一次新的登录口令", PASSWORD);
  person_press ("完成");
  screen_wait_gone (ATSPI_ROLE_INVALID, "再输一次新的登录口令");
  g_assert_true (g_stat (key, &file) == 0 && (file.st_mode & 0777) == 0600);
  type_secret ("登录口令", PASSWORD);
  hands_key ("Return");
  screen_wait_gone (ATSPI_ROLE_INVALID, "第二因素");
  screen_expect ("安合成");
}

/* F1 begins with the page that is shown. */
static void
ask_for_help (void)
{
  g_auto (GStrv) parts = NULL;

  hands_key ("F1");
  screen_expect ("各页怎么用");
  screen_picture ("first-help");
  parts = words_like ("(谁能登录、谁能接诊|医师在这里看完一位)");
  g_assert_cmpstr (parts[0], ==, "谁能登录、谁能接诊");
  hands_key ("Escape");
  screen_wait_gone (ATSPI_ROLE_INVALID, "各页怎么用");
}

/* What is still to do stands over the page, and the list behind it counts what the store holds: this person's own way to it closes the list. */
static void
see_what_is_left (void)
{
  g_auto (GStrv) counted = NULL;

  screen_expect ("开业前 12 项");
  person_press ("开业前清单…");
  screen_expect ("各岗位的人员");
  counted = words_like ("已启用 \\d+ 人。还没有人：[^。]+。");
  g_assert_cmpstr (counted[0], ==, "已启用 1 人。还没有人：医师、药师、医务管理、系统管理员、审计管理员。");
  screen_picture ("first-opening");
  person_press ("去办理：各岗位的人员");
  screen_wait_gone (ATSPI_ROLE_INVALID, "没有可以手工打钩的");
}

static void
first_hour (void)
{
  g_autoptr (Hospital) hospital = hospital_open_empty ();
  g_auto (GStrv) codes = NULL;

  hospital_start_window (hospital);
  reach_open (hospital->pid);
  hands_take (hospital->pid);
  screen_expect ("第一次使用");
  screen_picture ("first-hour");
  make_hospital (hospital);
  keep_shares (hospital);
  screen_expect ("接下来");
  codes = words_like ("[0-9A-Z]{4}(-[0-9A-Z]{4}){3}");
  g_assert_cmpuint (g_strv_length (codes), ==, 4);
  screen_picture ("first-codes");
  person_press ("已交给本人，去登录");
  screen_wait_gone (ATSPI_ROLE_INVALID, "接下来");
  screen_expect ("重庆市");
  hands_take (hospital->pid); /* another window in its place */
  first_sign_in (hospital, codes[0]);
  screen_picture ("first-signed-in");
  see_what_is_left ();
  ask_for_help ();
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  g_test_add_func ("/window/first/hour", first_hour);
  return g_test_run ();
}
