/* What takes two persons, in the real window: a month's comment brought to its announcement, its records scored, a patient given a copy, an edition of drug knowledge put into force, an account
 * that may be used. */
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <archive.h>
#include <archive_entry.h>

#define SECURITY "贺子谦"
#define AFFAIRS "陶静怡"
#define AFFAIRS_PIN "223606"
#define SECURITY_PIN "264575"
#define PHARMACIST "韩秉文"
#define PHARMACIST_PIN "141421"
#define CHOOSER "选择药品知识库（zip 文件）"

/* A wrong or refused signature keeps the field. */
static void
sign (const char *pin)
{
  person_sign (pin);
  screen_wait_gone (ATSPI_ROLE_INVALID, "签名 PIN 码");
}

/* --- comment --- */

/* The row that stands so; the head of the page counts by the same words, and which row is first is drawn by lot. */
static void
pick_row (const char *stage)
{
  g_autoptr (Thing) tag = screen_wait_named (ATSPI_ROLE_LABEL, stage);

  hands_click (tag);
}

static void
announce (const char *words)
{
  person_press ("公示…");
  person_fill ("问题与改进措施", words);
  person_press ("继续签名");
}

/* The day left one prescription to be confirmed and one appeal to be answered. */
static void
comment (Hospital *hospital)
{
  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "点评");
  screen_expect ("待复核 1　待答复申诉 1");
  announce ("先按阶段公示");
  screen_expect ("还有处方没有点评、复核");
  screen_picture ("comment-too-early");
  hands_key ("Escape");
  person_press ("放弃");
  screen_wait_gone (ATSPI_ROLE_INVALID, "问题与改进措施");
  pick_row ("待复核");
  hands_key ("a");
  sign (AFFAIRS_PIN);
  screen_expect ("待复核 0　待答复申诉 1");
  pick_row ("医师申诉");
  hands_key ("c");
  screen_expect ("不选为合理");
  hands_key ("5"); /* the code that was found is taken back */
  person_fill ("说明", "申诉有据：已补记肌酐结果，改为合理");
  screen_picture ("comment-answer");
  person_press ("继续签名");
  sign (AFFAIRS_PIN);
  screen_expect ("待复核 0　待答复申诉 0");
  announce ("肾功能结果未记入病历，下月培训");
  sign (AFFAIRS_PIN);
  screen_expect ("已公示");
  screen_picture ("comment-announced");
  sitting_close (hospital);
}

/* A sample of the month's records, and the first of them scored by number keys. */
static void
records (Hospital *hospital)
{
  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  person_click (ATSPI_ROLE_PUSH_BUTTON, "点评");
  person_press ("抽样…");
  person_click (ATSPI_ROLE_RADIO_BUTTON, "线上病历质控");
  person_press ("抽样");
  sign (AFFAIRS_PIN);
  screen_expect ("已评分 0 /");
  hands_key ("c");
  screen_expect ("不选为没有缺陷");
  hands_key ("b");
  hands_key ("4");
  screen_expect ("85 分　乙级");
  person_press ("继续签名");
  sign (AFFAIRS_PIN);
  screen_expect ("已评分 1 /");
  screen_picture ("records-scored");
  sitting_close (hospital);
}

/* --- a patient's copy --- */

/* The last of the registers. */
static void
open_copies (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "台账");
  person_click (ATSPI_ROLE_LABEL, "培训");
  hands_key ("End");
  hands_key ("Return");
}

/* Asked for, approved by another person, given: the folder, its hash and the entry by one signature. */
static void
copy (Hospital *hospital)
{
  g_autofree char *folder = g_build_filename (hospital->dir, "copy", NULL), *list = g_build_filename (folder, "files.sha256", NULL), *bytes = NULL, *sum = NULL;
  g_autofree char *visit = hospital_played ("D%Y%m%d-001");

  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  open_copies ();
  person_press ("登记申请");
  person_fill ("申请复制的就诊", visit);
  person_choose ("复制范围", "这一次就诊的全部病历");
  person_choose ("申请人", "监护人");
  person_fill ("申请人姓名或单位", "李建国");
  person_fill ("核对的证明材料", "双方身份证明、户口簿");
  person_fill ("用途", "外院复诊");
  person_press ("核对并签名");
  sign (AFFAIRS_PIN);
  person_press ("申请提供病历副本…");
  person_fill ("说明", "证明材料已核对");
  person_press ("去签名");
  sign (AFFAIRS_PIN);
  screen_expect ("待另一人在“授权”页批准");
  person_change (AFFAIRS, SECURITY, "李建国");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "授权");
  person_click (ATSPI_ROLE_LABEL, "GNT-000004");
  person_press ("批准");
  sign (SECURITY_PIN);
  screen_expect ("2 / 2");
  person_change (SECURITY, AFFAIRS, "GNT-000004");
  open_copies ();
  person_click (ATSPI_ROLE_LABEL, "李建国");
  person_press ("提供病历副本…");
  person_press ("制作并签名…");
  person_choose_file ("病历副本放进哪个新文件夹", folder, TRUE);
  sign (AFFAIRS_PIN);
  screen_expect ("病历副本已存入所选文件夹");
  g_assert_true (g_file_get_contents (list, &bytes, NULL, NULL));
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, bytes, -1);
  person_click (ATSPI_ROLE_RADIO_BUTTON, "全部");
  person_click (ATSPI_ROLE_LABEL, "李建国");
  screen_expect (sum);
  screen_picture ("copy-given");
  sitting_close (hospital);
}

/* --- drug knowledge --- */

static void
pack_file (struct archive *zip, const char *name, const char *bytes, gsize n)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, (la_int64_t) n);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0600);
  g_assert_cmpint (archive_write_header (zip, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_data (zip, bytes, n), ==, (la_ssize_t) n);
  archive_entry_free (entry);
}

/* The shipped edition under another name, with one place changed. (transfer full) */
static char *
pack (Hospital *hospital, const char *file, const char *changed, const char *from, const char *to)
{
  static const char *const names[] = { "knowledge.json", "allergy.csv", "brands.csv", "contraindications.csv", "groups.csv", "indications.csv",
                                       "interaction-classes.csv", "interactions.csv", "limits.csv", "lookalike.csv" };
  char *path = g_build_filename (hospital->dir, file, NULL);
  struct archive *zip = archive_write_new ();

  g_assert_cmpint (archive_write_set_format_zip (zip), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_open_filename (zip, path), ==, ARCHIVE_OK);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *source = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/drugs", names[i], NULL), *text = NULL;
    g_autoptr (GString) body = NULL;

    g_assert_true (g_file_get_contents (source, &text, NULL, NULL));
    body = g_string_new (text);
    if (i == 0)
      g_assert_cmpuint (g_string_replace (body, "\"edition\": \"2026-11\"", "\"edition\": \"2027-01\"", 1), ==, 1);
    if (g_str_equal (names[i], changed))
      g_assert_cmpuint (g_string_replace (body, from, to, 1), ==, 1);
    pack_file (zip, names[i], body->str, body->len);
  }
  g_assert_cmpint (archive_write_close (zip), ==, ARCHIVE_OK);
  archive_write_free (zip);
  return path;
}

static void
open_tab (void)
{
  person_click (ATSPI_ROLE_PUSH_BUTTON, "规则");
  person_click (ATSPI_ROLE_RADIO_BUTTON, "药品知识");
}

static void
import (const char *path)
{
  person_press ("导入药品知识库…");
  person_choose_file (CHOOSER, path, FALSE);
}

static void
knowledge (Hospital *hospital)
{
  g_autofree char *bad = pack (hospital, "bad.zip", "limits.csv", "\n", "\nx,");
  g_autofree char *good = pack (hospital, "good.zip", "knowledge.json", "复诊随附药品知识库", "许可药品知识库（试）");

  sitting_open (hospital);
  person_sign_in (AFFAIRS);
  open_tab ();
  import (bad);
  screen_expect ("没有采用");
  screen_expect ("limits.csv 第 2 行");
  screen_picture ("knowledge-bad");
  person_press ("关闭");
  screen_wait_gone (ATSPI_ROLE_INVALID, "没有采用");
  import (good);
  screen_expect ("全部合格");
  person_press ("关闭");
  screen_wait_gone (ATSPI_ROLE_INVALID, "全部合格");
  person_click (ATSPI_ROLE_LABEL, "2027-01");
  person_press ("提出启用…");
  person_fill ("理由", "药事会决定启用许可知识库");
  person_press ("核对并签名");
  sign (AFFAIRS_PIN);
  screen_expect ("待批准");
  person_change (AFFAIRS, PHARMACIST, "许可药品知识库（试）");
  open_tab ();
  person_click (ATSPI_ROLE_LABEL, "2027-01");
  screen_picture ("knowledge-pending");
  person_press ("批准");
  sign (PHARMACIST_PIN);
  screen_expect ("随程序提供"); /* what the shipped edition is from now on */
  screen_picture ("knowledge-in-force");
  sitting_close (hospital);
}

/* --- an account --- */

/* A number with a wrong check digit is told, and nobody is entered. */
static void
enter_doctor (void)
{
  person_sign_in (SECURITY);
  person_press ("登记人员…");
  person_choose ("角色", "医师");
  person_fill ("工号", "D1009");
  person_fill ("姓名", "沈合成");
  person_fill ("居民身份证号", "110105194912310021");
  person_press ("登记");
  screen_expect ("第1人（D1009）");
  person_replace ("居民身份证号", "11010519491231002X");
  person_press ("登记");
  screen_expect ("首次登录的登记码");
  screen_expect ("沈合成，工号 D1009");
  screen_picture ("account-entered");
  person_press ("完成");
  screen_wait_gone (ATSPI_ROLE_INVALID, "首次登录的登记码");
}

static void
account (Hospital *hospital)
{
  sitting_open (hospital);
  enter_doctor ();
  person_change (SECURITY, AFFAIRS, "首次登录的登记码");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "授权");
  person_click (ATSPI_ROLE_RADIO_BUTTON, "账号启用");
  person_click (ATSPI_ROLE_LABEL, "沈合成");
  screen_expect ("新登记的账号");
  screen_picture ("account-waits");
  person_press ("批准启用");
  screen_expect ("批准前，该账号不能登录");
  sign (AFFAIRS_PIN);
  screen_expect ("已启用");
  screen_picture ("account-admitted");
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_add ("/window/by-two/comment", comment, NULL);
  sitting_add ("/window/by-two/records", records, NULL);
  sitting_add ("/window/by-two/copy", copy, NULL);
  sitting_add ("/window/by-two/knowledge", knowledge, NULL);
  sitting_add ("/window/by-two/account", account, NULL);
  return sitting_run ();
}
