/* Where the window says no, and how: a one-time code that is wrong or used, a second window on the store, a store that was damaged, a disk
 * that is full when something is signed. */
#include "tests/window/hands.h"
#include "tests/window/person.h"
#include "tests/window/remains.h"
#include "tests/window/screen.h"
#include "tests/window/sitting.h"
#include "tests/window/wait.h"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DOCTOR "林若溪"
#define DOCTOR_PIN "271828"
#define SYSTEM "邵思源"
#define PHARMACIST "韩秉文"
#define CODED "D1002" /* gets a one-time code in place of the key file */
#define CODED_PASSWORD "Kouling-2026-x"
#define CODED_PIN "602214076138" /* as long as may be: six digits stand somewhere in a memory by chance, of hashes and times */
#define STEP_S 30

/* --- an authenticator, by RFC 6238 and RFC 4648 and nothing of ours --- */

static gsize
read_base32 (const char *text, guint8 *out)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  guint32 bits = 0;
  guint held = 0;
  gsize n = 0;

  for (; *text != '\0'; text++) {
    const char *at = strchr (letters, *text);

    if (*text == ' ' || *text == '=')
      continue;
    g_assert_nonnull (at);
    bits = bits << 5 | (guint32) (at - letters);
    held += 5;
    if (held >= 8) {
      held -= 8;
      out[n++] = (guint8) (bits >> held);
    }
  }
  return n;
}

/* Of the step that comes: it is taken a little longer than the present one. (transfer full) */
static char *
next_code (const char *secret)
{
  guint8 key[64], digest[20];
  gsize n = sizeof digest, key_n = read_base32 (secret, key);
  guint64 counter = GUINT64_TO_BE ((guint64) (g_get_real_time () / G_USEC_PER_SEC / STEP_S + 1));
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, key, key_n);
  const guint8 *at;

  g_hmac_update (hmac, (const guint8 *) &counter, sizeof counter);
  g_hmac_get_digest (hmac, digest, &n);
  at = digest + (digest[19] & 15);
  return g_strdup_printf ("%06u", ((at[0] & 127u) << 24 | (guint) at[1] << 16 | (guint) at[2] << 8 | at[3]) % 1000000);
}

/* --- one-time codes --- */

static char *
word_of (const char *json, const char *key)
{
  cJSON *row = cJSON_Parse (json);
  char *word = g_strdup (cJSON_GetStringValue (cJSON_GetObjectItem (row, key)));

  cJSON_Delete (row);
  g_assert_nonnull (word);
  return word;
}

/* As a hospital does it: the security administrator hands out a code, the person chooses a password and a PIN. (transfer full) */
static char *
enrol (Hospital *hospital)
{
  g_autofree char *said = hospital_run (hospital, (const char *const[]){ "staff", "reset", CODED, "--json", NULL }); /* and a second person admits it */
  g_autofree char *code = word_of (said, "code");
  g_autofree char *made =
    hospital_tell (hospital, (const char *const[]){ "enrol", "--staff", CODED, "--json", NULL },
                   (const char *const[]){ "--code-fd", code, "--password-fd", CODED_PASSWORD, "--pin-fd", CODED_PIN, NULL });

  return word_of (made, "totp_key");
}

static void
sign_in_by (const char *code)
{
  g_autoptr (Thing) password = screen_wait (ATSPI_ROLE_TEXT, "登录口令");

  hands_click (password);
  screen_wait_focus ("登录口令");
  hands_type_secret (CODED_PASSWORD);
  hands_key ("Return");
  screen_wait_focus ("动态口令");
  hands_type_secret (code);
  hands_key ("Return");
}

static void
one_time_codes (Hospital *hospital)
{
  g_autofree char *secret = enrol (hospital), *code = NULL;

  sitting_open (hospital);
  person_fill ("工号", CODED);
  person_click (ATSPI_ROLE_RADIO_BUTTON, "动态口令");
  code = next_code (secret);
  sign_in_by (g_str_equal (code, "000000") ? "000001" : "000000");
  screen_expect ("工号、口令或第二因素不正确。");
  screen_picture ("code-wrong");
  g_free (code);
  code = next_code (secret);
  sign_in_by (code);
  screen_expect ("接诊下一位");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "周明远 ");
  screen_wait_focus ("切换人员");
  person_tab_to ("退出登录");
  hands_key ("Return");
  person_fill ("工号", CODED);
  person_click (ATSPI_ROLE_RADIO_BUTTON, "动态口令");
  sign_in_by (code); /* who looked over the shoulder */
  screen_expect ("这个动态口令已经用过，请等待下一个。");
  screen_picture ("code-used");
  sitting_close (hospital);
}

/* --- what remains --- */

/* Until nothing is left, at most for the length of a wait: the last signing thread ends by itself. */
static void
expect_forgotten (GPid pid, const char *what, const void *bytes, gsize n)
{
  g_auto (Wait) wait = wait_begin ();
  int found = remains_in_memory (pid, bytes, n);

  while (found != 0) {
    if (!wait_more (&wait))
      g_error ("%s is %d times in the memory of the locked window", what, found);
    found = remains_in_memory (pid, bytes, n);
  }
}

/* Its bytes as characters of a text widget would be. */
static void
expect_forgotten_word (GPid pid, const char *what, const char *word)
{
  glong n = 0;
  g_autofree gunichar *wide = g_utf8_to_ucs4_fast (word, -1, &n);

  expect_forgotten (pid, what, word, strlen (word));
  expect_forgotten (pid, what, wide, (gsize) n * sizeof *wide);
}

/* The scan finds what it is asked for: a word that this program holds. */
static void
expect_to_find (void)
{
  g_autofree char *planted = g_strdup_printf ("planted-%08x", g_random_int ());

  g_assert_cmpint (remains_in_memory (getpid (), planted, strlen (planted)), >, 0);
}

static void
lock_window (const char *name)
{
  g_autofree char *menu = g_strdup_printf ("%s ", name);

  person_click (ATSPI_ROLE_PUSH_BUTTON, menu);
  screen_wait_focus ("切换人员");
  person_tab_to ("锁定");
  hands_key ("Return");
  screen_expect ("窗口已锁定");
}

/* The folder of what the hospital hands to patients is meant to be read; key files of a demonstration are published. */
static void
expect_no_file (Hospital *hospital, GPtrArray *marks)
{
  static const char *const except[] = { "out", "demo-keys", "simulator.db", NULL };
  const char *home = g_getenv ("XDG_CONFIG_HOME");
  g_autofree char *planted = g_build_filename (home, "planted", NULL), *found = NULL;
  guint files = 0;

  g_assert_true (g_file_set_contents (planted, marks->pdata[marks->len / 2], -1, NULL));
  found = remains_in_files (home, marks, except, &files);
  g_assert_nonnull (found); /* it looks */
  g_remove (planted);
  g_clear_pointer (&found, g_free);
  found = remains_in_files (home, marks, except, &files);
  g_assert_cmpstr (found, ==, NULL);
  found = remains_in_files (g_getenv ("XDG_RUNTIME_DIR"), marks, except, &files);
  g_assert_cmpstr (found, ==, NULL);
  found = remains_in_files (hospital->data, marks, except, &files);
  g_assert_cmpstr (found, ==, NULL);
  {
    g_autofree char *state = g_build_filename (hospital->dir, "state", NULL);

    found = remains_in_files (state, marks, except, &files);
    g_assert_cmpstr (found, ==, NULL);
  }
  g_test_message ("%u files, %u marks", files, marks->len);
  g_assert_cmpuint (files, >, 10);
}

#define SAID "夜里心悸两次各约十分钟"

/* What the patient said on the telephone, kept with the visit, and a sheet that is signed. */
static void
say_and_sign (void)
{
  hands_key ("ctrl+m");
  person_press ("登记其他方式的沟通");
  person_choose ("方式", "电话");
  person_fill ("说了什么", SAID);
  person_press ("登记");
  screen_expect (SAID);
  person_press ("标为特别敏感…");
  person_choose ("类别", "患者要求特别保密");
  person_fill ("理由", "患者电话中要求");
  person_press ("去签名");
  person_sign (CODED_PIN);
  screen_expect ("特别敏感");
}

/* A patient is open, what they said was kept, and the PIN was typed twice; then the window is locked. */
static void
nothing_remains (Hospital *hospital)
{
  g_autofree char *totp = enrol (hospital), *code = NULL, *all = NULL, *locked = NULL;
  g_autoptr (FzSecret) person_key = NULL, seed = NULL;
  g_autoptr (GPtrArray) marks = remains_read_marks (hospital, CODED, CODED_PASSWORD, CODED_PIN, &person_key, &seed);
  gboolean may_look = remains_in_memory (getpid (), "x", 1) >= 0;

  g_assert_cmpuint (marks->len, >=, 150);
  sitting_open (hospital);
  person_fill ("工号", CODED);
  person_click (ATSPI_ROLE_RADIO_BUTTON, "动态口令");
  code = next_code (totp);
  sign_in_by (code);
  screen_expect ("接诊下一位");
  hands_key ("ctrl+n");
  person_sign (CODED_PIN);
  screen_expect ("终止诊疗");
  say_and_sign ();
  g_ptr_array_add (marks, g_strdup (SAID));
  all = screen_read_all ();
  g_assert_nonnull (remains_in_text (all, marks));
  g_assert_nonnull (strstr (all, SAID));
  if (may_look && remains_in_memory (hospital->pid, fz_secret_get (person_key), fz_secret_size (person_key)) < 0)
    may_look = FALSE; /* the window lets nobody but root look */
  if (may_look) {
    expect_to_find ();
    g_assert_cmpint (remains_in_memory (hospital->pid, fz_secret_get (person_key), fz_secret_size (person_key)), >, 0); /* while it is unlocked */
  }
  lock_window ("周明远");
  locked = screen_read_all ();
  g_assert_cmpstr (remains_in_text (locked, marks), ==, NULL);
  if (may_look) {
    expect_forgotten_word (hospital->pid, "the PIN", CODED_PIN);
    expect_forgotten_word (hospital->pid, "the password", CODED_PASSWORD);
    expect_forgotten (hospital->pid, "the person's key", fz_secret_get (person_key), fz_secret_size (person_key));
    expect_forgotten (hospital->pid, "the signing key", fz_secret_get (seed), fz_secret_size (seed));
  }
  sitting_close (hospital);
  g_ptr_array_add (marks, g_strdup (CODED_PIN));
  g_ptr_array_add (marks, g_strdup (CODED_PASSWORD));
  expect_no_file (hospital, marks);
  if (!may_look)
    g_test_message ("only root may read another process's memory: screen and files were looked at, memory was not");
}

/* --- the clipboard --- */

#define COPIED "gaoxueya"

static void
wait_copied (const char *text)
{
  g_auto (Wait) wait = wait_begin ();
  g_autofree char *found = hands_copied ();

  while (!g_str_equal (found, text)) {
    if (!wait_more (&wait))
      g_error ("the clipboard has “%s”, not “%s”", found, text);
    g_free (found);
    found = hands_copied ();
  }
}

static void
copy_from_search (void)
{
  hands_key ("ctrl+k");
  screen_wait_focus ("全局搜索");
  hands_key ("ctrl+a");
  hands_type (COPIED);
  hands_key ("ctrl+a");
  hands_key ("ctrl+c");
  wait_copied (COPIED);
}

/* What was copied here is gone with the lock, and after ten seconds; a secret cannot be copied at all. */
static void
clipboard (Hospital *hospital)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (Thing) password = NULL;

  sitting_open (hospital);
  before = hands_copied ();
  person_fill ("工号", "D1001");
  password = screen_wait (ATSPI_ROLE_TEXT, "登录口令");
  hands_click (password);
  screen_wait_focus ("登录口令");
  hands_type_secret ("Wrong-Password-1");
  hands_key ("ctrl+a");
  hands_key ("ctrl+c");
  hands_key ("ctrl+x");
  after = hands_copied ();
  g_assert_null (strstr (after, "Wrong-Password"));
  sitting_close (hospital);
  sitting_open (hospital);
  person_sign_in (DOCTOR);
  screen_expect ("接诊下一位");
  copy_from_search ();
  if (g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0) {
    wait_copied (""); /* by itself; a wait is longer than that */
    copy_from_search ();
  }
  lock_window (DOCTOR);
  wait_copied ("");
  sitting_close (hospital);
}

/* --- a second window --- */

static void
second_window (Hospital *hospital)
{
  g_autofree char *holder = NULL;
  GSubprocess *first;
  GPid pid;

  sitting_open (hospital);
  person_sign_in (DOCTOR);
  screen_expect ("接诊下一位");
  first = g_steal_pointer (&hospital->window);
  pid = hospital->pid;
  holder = g_strdup_printf ("%d", (int) pid);
  reach_close ();
  sitting_open (hospital);
  person_sign_in (PHARMACIST);
  screen_expect (holder);
  screen_picture ("second-window");
  sitting_close (hospital);
  g_clear_object (&hospital->window);
  hospital->window = first; /* which goes on */
  hospital->pid = pid;
  reach_open (pid);
  hands_take (pid);
  person_click (ATSPI_ROLE_LIST_ITEM, "高血压复诊，续开药物");
  screen_expect ("患者自述");
  sitting_close (hospital);
}

/* --- damaged --- */

static void
flip (const char *folder, const char *name, goffset offset)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);
  guint8 byte = 0;

  g_assert_cmpint (pread (fd, &byte, 1, offset), ==, 1);
  byte ^= 0x10;
  g_assert_cmpint (pwrite (fd, &byte, 1, offset), ==, 1);
  close (fd);
}

/* By the button in sight, and back: to the store as it is, not to founding another. */
static void
ask_restore (Hospital *hospital)
{
  person_press ("从备份恢复…");
  screen_expect ("从备份恢复？");
  screen_wait_focus ("从备份恢复");
  hands_key ("Return");
  screen_expect ("恢复期间请不要关闭电脑");
  screen_wait_gone (ATSPI_ROLE_INVALID, "从备份恢复？");
  hands_take (hospital->pid); /* another window */
  person_press ("返回");
  screen_expect ("首次登录（有登记码）…");
  screen_wait_gone (ATSPI_ROLE_INVALID, "恢复期间请不要关闭电脑");
  hands_take (hospital->pid);
}

static void
copy_folder (const char *from, const char *to)
{
  const char *const words[] = { "cp", "-a", from, to, NULL };
  g_autoptr (GSubprocess) copier = g_subprocess_newv (words, G_SUBPROCESS_FLAGS_NONE, NULL);

  g_assert_true (g_subprocess_wait_check (copier, NULL, NULL));
}

/* Who is signed in is signed out before the window goes. */
static void
older_copy (Hospital *hospital)
{
  g_autofree char *older = g_build_filename (hospital->dir, "older", NULL), *newer = g_build_filename (hospital->dir, "newer", NULL);

  copy_folder (hospital->data, older);
  sitting_open (hospital);
  person_sign_in (SYSTEM);
  screen_expect ("立即备份…");
  sitting_close (hospital);
  g_assert_cmpint (g_rename (hospital->data, newer), ==, 0);
  g_assert_cmpint (g_rename (older, hospital->data), ==, 0);
  sitting_open (hospital);
  person_sign_in (SYSTEM);
  screen_expect ("数据库只能读取");
  ask_restore (hospital);
  sitting_close (hospital);
}

static void
flipped_byte (Hospital *hospital)
{
  flip (hospital->data, "store.fz", 100);
  sitting_open (hospital);
  person_sign_in (DOCTOR);
  screen_expect ("fuzhen restore");
  screen_picture ("damaged-store");
  ask_restore (hospital);
  sitting_close (hospital);
}

/* Not even a sign-in page can be shown over it. What a restore that was cut off left is cleared away before, behind a window that says so and then goes. */
static void
flipped_byte_of_keys (Hospital *hospital)
{
  g_autofree char *cut = g_strconcat (hospital->data, ".restoring-20260302-090000", NULL);

  flip (hospital->data, "keys.fz", 26); /* in the name of a cost */
  g_assert_cmpint (g_mkdir (cut, 0700), ==, 0);
  hospital_start_window (hospital);
  reach_open (hospital->pid);
  screen_expect ("上次恢复没有做完就中断了");
  g_assert_false (g_file_test (cut, G_FILE_TEST_EXISTS));
  hands_take (hospital->pid);
  screen_expect ("密钥文件 keys.fz 已损坏");
  screen_expect ("请系统管理员从备份取回密钥文件，或用恢复份额恢复。");
  screen_wait_focus ("关闭");
  screen_picture ("damaged-keys");
  hands_key ("Return");
  hospital_wait_window (hospital, 2);
  reach_close ();
}

/* --- a full disk --- */

static char *small_disk;

static gboolean
mount_small_disk (void)
{
  small_disk = g_dir_make_tmp ("fuzhen-window-disk-XXXXXX", NULL);
  if (small_disk == NULL)
    return FALSE;
  if (mount ("none", small_disk, "tmpfs", 0, "size=110m") == 0)
    return TRUE;
  return unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0 && mount ("none", small_disk, "tmpfs", 0, "size=110m") == 0;
}

static char *
fill_disk (void)
{
  char *path = g_build_filename (small_disk, "filler", NULL);
  struct statvfs info;
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (statvfs (small_disk, &info), ==, 0);
  g_assert_cmpint (posix_fallocate (fd, 0, (off_t) info.f_bavail * (off_t) info.f_frsize - 8 * 1024 * 1024), ==, 0);
  close (fd);
  return path;
}

static void
full_disk (Hospital *hospital)
{
  g_autofree char *filler = NULL;

  sitting_open (hospital);
  person_sign_in (DOCTOR);
  person_click (ATSPI_ROLE_RADIO_BUTTON, "接诊中");
  person_click (ATSPI_ROLE_LIST_ITEM, "冠心病复诊，病情稳定");
  person_click (ATSPI_ROLE_PUSH_BUTTON, "第 4 步");
  screen_wait_focus ("添加药品");
  person_press ("作废处方");
  person_fill ("作废原因", "患者来电表示不再需要");
  person_press ("下一步：签名作废");
  screen_wait_focus ("签名 PIN 码");
  filler = fill_disk ();
  person_sign (DOCTOR_PIN);
  screen_expect ("磁盘空间不足");
  screen_picture ("full-disk");
  person_sign ("999999"); /* no try is counted where nothing could be signed */
  screen_expect ("磁盘空间不足");
  g_assert_cmpint (g_remove (filler), ==, 0);
  person_sign ("999999");
  screen_expect ("签名密码（PIN）不正确，还可以再试 4 次。");
  screen_picture ("sign-wrong-pin");
  person_sign (DOCTOR_PIN);
  screen_expect ("处方已作废");
  sitting_close (hospital);
}

int
main (int argc, char **argv)
{
  gboolean mounted = mount_small_disk (); /* before any thread */
  int code;

  sitting_init (&argc, &argv);
  sitting_add ("/window/doors/one-time-codes", one_time_codes, NULL);
  sitting_add ("/window/doors/nothing-remains", nothing_remains, NULL);
  sitting_add ("/window/doors/clipboard", clipboard, NULL);
  sitting_add ("/window/doors/second-window", second_window, NULL);
  sitting_add ("/window/doors/older-copy", older_copy, NULL);
  sitting_add ("/window/doors/flipped-byte", flipped_byte, NULL);
  sitting_add ("/window/doors/flipped-byte-of-keys", flipped_byte_of_keys, NULL);
  if (mounted) /* where a process may mount nothing, there is no full disk to be had */
    sitting_add ("/window/doors/full-disk", full_disk, small_disk);
  code = sitting_run ();
  if (mounted)
    umount (small_disk);
  g_rmdir (small_disk);
  g_free (small_disk);
  return code;
}
