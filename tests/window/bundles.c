/* Requests brought in by the dialog, as a folder of bundles and as a zip: the good ones wait, each bad one says what is wrong with it. Then one
 * whose consent is an older text is signed anew at the desk. */
#include "tests/image/make.h"
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"

#include <string.h>

#define DOCTOR "林若溪"
#define DOCTOR_PIN "271828"
#define PATIENT "王秀兰" /* of the first sample */
#define PICTURE_SHA256 "9ae5a33e29d93a8543915c999c8d95e5f7275c1538d608fb3fe688a423e78ac7"
#define CONSENT_SHA256 "ad8bda0628366bec162321f514db65b3a151c5b86f6f3b0bfc20e6b7f914da93"

static const char svg[] = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>";

/* --- bundles made from the sample --- */

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status = 1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static void
replace (const char *bundle, const char *from, const char *to)
{
  g_autofree char *path = g_build_filename (bundle, "visit.json", NULL), *text = NULL;
  g_autoptr (GString) changed = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, from, to, 0), ==, 1);
  g_assert_true (g_file_set_contents (path, changed->str, -1, NULL));
}

/* A copy of the first sample under a name, with a visit number of its own. (transfer full) */
static char *
bundle_new (const char *folder, const char *name, const char *visit)
{
  g_autofree char *from = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/schema/samples/visit-1", NULL);
  char *to = g_build_filename (folder, name, NULL);

  run ((const char *const[]){ "cp", "-r", "--", from, to, NULL });
  replace (to, "S20260105-1", visit);
  return to;
}

/* Other bytes for the second picture, with their right hash: only the picture itself is wrong. */
static void
replace_picture (const char *bundle, const void *bytes, gsize n)
{
  g_autofree char *path = g_build_filename (bundle, "e2.png", NULL), *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n);

  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  replace (bundle, PICTURE_SHA256, sha256);
}

/* (transfer full) */
static char *
make_many (Hospital *hospital)
{
  char *folder = g_build_filename (hospital->dir, "收件", NULL);
  g_autofree char *digit = NULL, *birthday = NULL, *diagnosis = NULL, *drawing = NULL, *bomb = NULL, *good = NULL;
  g_autoptr (GBytes) pixels = make_png_bomb (20000, 20000);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  digit = bundle_new (folder, "1-校验码", "W1");
  replace (digit, "119900196001310028", "119900196001310023");
  birthday = bundle_new (folder, "2-出生日期", "W2");
  replace (birthday, "119900196001310028", "119900209901310023");
  replace (birthday, "1960-01-31", "2099-01-31");
  diagnosis = bundle_new (folder, "3-没有诊断", "W3");
  replace (diagnosis, "{\n      \"institution\": \"合成市第一人民医院\",\n      \"date\": \"2025-11-02\",\n      \"code\": \"I10.x00x002\",\n"
                      "      \"name\": \"高血压\"\n    }", "");
  drawing = bundle_new (folder, "4-不是图片", "W4");
  replace_picture (drawing, svg, strlen (svg));
  bomb = bundle_new (folder, "5-像素过多", "W5");
  g_assert_cmpuint (g_bytes_get_size (pixels), <, 100 * 1024);
  replace_picture (bomb, g_bytes_get_data (pixels, NULL), g_bytes_get_size (pixels));
  good = bundle_new (folder, "6-旧版同意书", "W6");
  replace (good, "\"text_version\": \"2026-01\"", "\"text_version\": \"2025-06\"");
  replace (good, CONSENT_SHA256, "0d57153cfb045de68917ea7ac53728bbe16aa03eb1b80f0f79873b3b5b58ede3");
  return folder;
}

/* (transfer full) */
static char *
make_zip (Hospital *hospital)
{
  char *path = g_build_filename (hospital->dir, "request.zip", NULL);
  g_autofree char *folder = bundle_new (hospital->dir, "Z1", "Z1");

  run ((const char *const[]){ "python3", "-m", "zipfile", "-c", path, folder, NULL });
  return path;
}

/* --- brought in --- */

static void
bring_in (const char *kind, const char *title, const char *path)
{
  person_press ("导入复诊包");
  screen_expect ("每一份单独核对");
  person_press (kind);
  person_choose_file (title, path, FALSE);
}

static void
bring_many (const char *folder)
{
  bring_in ("选择文件夹…", "选择复诊包所在的文件夹", folder);
  screen_expect ("已收件 1 份。");
  screen_expect ("部分收件");
  screen_expect ("申请包“1-校验码”：患者证件号码（patient.id_number）：身份证号码的校验码不符");
  screen_expect ("申请包“2-出生日期”：患者出生日期（patient.birth_date）：晚于今天");
  screen_expect ("申请包“3-没有诊断”：既往诊断（prior）：至少要有一项");
  screen_expect ("申请包“4-不是图片”：证据资料“e2.png”：这个文件不是JPEG或PNG图片");
  screen_expect ("申请包“5-像素过多”：证据资料“e2.png”：图片有20000×20000像素");
  screen_picture ("bundles");
  person_press ("关闭");
  screen_wait_gone (ATSPI_ROLE_INVALID, "已收件 1 份。");
  screen_expect ("候诊 7");
}

static void
bring_zip (const char *path)
{
  bring_in ("选择 zip 文件…", "选择复诊包（zip 文件）", path);
  screen_expect ("已收件 1 份。");
  screen_expect ("全部收件");
  person_press ("关闭");
  screen_expect ("候诊 7");
  bring_in ("选择 zip 文件…", "选择复诊包（zip 文件）", path);
  screen_expect ("“Z1”已经收过，没有重复收件");
  screen_picture ("bundle-again");
  person_press ("关闭");
}

/* --- a newer consent --- */

static void
sign_anew (void)
{
  person_click (ATSPI_ROLE_LIST_ITEM, PATIENT);
  screen_expect ("患者自述");
  person_press ("接诊");
  screen_expect ("患者签署的不是现行版本的知情同意书");
  screen_picture ("consent-old");
  person_press ("患者已重新签署同意书…");
  screen_expect ("已当面阅读并签署 2026-01 版知情同意书");
  screen_picture ("consent-text");
  person_press ("已签署");
  screen_expect ("可以接诊");
  screen_picture ("consent-renewed");
  person_sign (DOCTOR_PIN);
  screen_expect ("终止诊疗");
  screen_expect ("已签现行版");
}

static void
bundles (Hospital *hospital)
{
  g_autofree char *many = make_many (hospital), *zip = make_zip (hospital);

  sitting_open (hospital);
  person_sign_in (DOCTOR);
  bring_many (many);
  sign_anew ();
  bring_zip (zip);
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  sitting_init (&argc, &argv);
  sitting_add ("/window/bundles", bundles, NULL);
  return sitting_run ();
}
