#include "app/cli_private.h"

#include "app/cli_json.h"
#include "app/components.h"
#include "app/front_config.h"
#include "app/knowledge.h"
#include "app/package.h"
#include "app/platform/config.h"
#include "app/problem_report.h"
#include "core/merkle.h"
#include "core/say.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <langinfo.h>
#include <pango/pangocairo.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/utsname.h>

#define ROOM_BYTES (G_GUINT64_CONSTANT (512) * 1024 * 1024)
#define CONNECT_SECONDS 5
#define LIST_WARN_DAYS 7

typedef enum { GOOD, WARN, BAD } State;

typedef struct {
  FzCli *cli; /* who reads along; NULL: nobody, only the report is wanted */
  char *data_dir, *state_dir;
  GString *told; /* for a report: what was said, an object a line */
  State worst;
} Doctor;

static void
say (Doctor *self, const char *what, State state, const char *words, const char *advice)
{
  static const char *const marks[] = { "ok", "warn", "bad" };
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.doctor/v1");

  self->worst = MAX (self->worst, state);
  fz_fields_set (row, "check", what);
  fz_fields_set (row, "state", marks[state]);
  fz_fields_set (row, "words", words);
  fz_fields_set (row, "advice", state == GOOD ? NULL : advice);
  if (self->told != NULL) {
    g_autofree char *line = fz_cli_to_json (row);

    g_string_append_printf (self->told, "%s\n", line);
  }
  if (self->cli != NULL && self->cli->json)
    fz_cli_print_json (row);
  else if (self->cli != NULL)
    g_print ("%-8s %-5s %s%s%s\n", what, marks[state], words, state == GOOD ? "" : "  → ", state == GOOD ? "" : advice);
}

/* --- the machine --- */

static gboolean
has_character (PangoFontset *set, PangoFont *font, gpointer data)
{
  gboolean *found = data;

  *found = *found || pango_font_has_char (font, 0x590d /* 复 */);
  return *found;
}

static gboolean
can_show_chinese (void)
{
  PangoFontMap *map = pango_cairo_font_map_new ();
  PangoContext *context = pango_font_map_create_context (map);
  PangoFontDescription *wanted = pango_font_description_from_string ("Noto Sans CJK SC, sans 10");
  PangoFontset *set = pango_font_map_load_fontset (map, context, wanted, pango_language_from_string ("zh-cn"));
  gboolean found = FALSE;

  if (set != NULL)
    pango_fontset_foreach (set, has_character, &found);
  g_clear_object (&set);
  pango_font_description_free (wanted);
  g_object_unref (context);
  g_object_unref (map);
  return found;
}

static void
check_fonts (Doctor *self)
{
  if (can_show_chinese ())
    say (self, "fonts", GOOD, _ ("有中文字体"), NULL);
  else
    say (self, "fonts", BAD, _ ("没有中文字体，界面与处方笺上的汉字不能显示"), _ ("请系统管理员安装软件包 fonts-noto-cjk。"));
}

static void
check_locale (Doctor *self)
{
  const char *charset = nl_langinfo (CODESET);
  g_autofree char *words = g_strdup_printf (_ ("字符集 %s"), charset);

  say (self, "locale", g_ascii_strcasecmp (charset, "UTF-8") == 0 ? GOOD : WARN, words, _ ("请把系统语言设为 zh_CN.UTF-8 或 C.UTF-8。"));
}

static void
check_clock (Doctor *self)
{
  struct timex state = { 0 };
  gint64 now = g_get_real_time ();
  g_autofree char *local = fz_say_moment_exactly (now);
  g_autofree char *words = g_strdup_printf (_ ("北京时间 %s"), local);

  if (now < fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }))
    say (self, "clock", BAD, words, _ ("系统时间早于2026年，请校准时间。"));
  else if (adjtimex (&state) == TIME_ERROR || (state.status & STA_UNSYNC) != 0)
    say (self, "clock", WARN, words, _ ("系统时间没有与时间服务器同步，请启用 systemd-timesyncd 或 chrony。"));
  else
    say (self, "clock", GOOD, words, NULL);
}

/* The nearest folder that exists: the store may still have to be made. */
static char *
existing (const char *folder)
{
  char *path = g_strdup (folder);

  while (!g_file_test (path, G_FILE_TEST_IS_DIR)) {
    char *up = g_path_get_dirname (path);

    g_free (path);
    path = up;
  }
  return path;
}

static void
check_disk (Doctor *self)
{
  g_autofree char *folder = existing (self->data_dir);
  struct statvfs info;
  guint64 free_bytes = statvfs (folder, &info) == 0 ? (guint64) info.f_bavail * info.f_frsize : 0;
  g_autofree char *size = g_format_size (free_bytes);
  g_autofree char *words = g_strdup_printf (_ ("数据目录所在磁盘剩余 %s"), size);

  say (self, "disk", free_bytes >= ROOM_BYTES ? GOOD : BAD, words, _ ("请清理磁盘，至少留出 512 MB。"));
}

static void
check_image_program (Doctor *self)
{
  g_autofree char *cage = g_find_program_in_path ("bwrap");

  if (cage != NULL)
    say (self, "image", GOOD, _ ("图片在隔离的进程中解码"), NULL);
  else
    say (self, "image", WARN, _ ("没有 bwrap，图片解码只有进程自身的限制"), _ ("请系统管理员安装软件包 bubblewrap。"));
}

/* --- the store, by its files --- */

static FzCheckpoint *
read_head (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (FzNote) note = NULL;
  gsize n = 0;

  if (!g_file_get_contents (path, &text, &n, NULL))
    return NULL;
  note = fz_note_parse ((const guint8 *) text, n, NULL);
  return note != NULL ? fz_checkpoint_parse (g_bytes_get_data (fz_note_get_text (note), NULL), g_bytes_get_size (fz_note_get_text (note)), NULL)
                      : NULL;
}

static char *
outside_path (const Doctor *self, const FzKeyFile *keys, const char *what)
{
  g_autoptr (GString) name = g_string_new (what);

  for (guint i = 0; i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (name, "%02x", fz_keyfile_get_identity (keys)[i]);
  return g_build_filename (self->state_dir, name->str, NULL);
}

static void
check_store (Doctor *self, const FzKeyFile *keys)
{
  g_autofree char *path = g_build_filename (self->data_dir, "store.fz", NULL), *inside_path = g_build_filename (self->data_dir, "head", NULL);
  g_autofree char *outside = outside_path (self, keys, "head-"), *words = NULL;
  g_autoptr (FzCheckpoint) in = read_head (inside_path), out = read_head (outside);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    say (self, "store", BAD, _ ("本地库文件 store.fz 不见了"), _ ("请用备份和恢复份额恢复：fuzhen restore。"));
    return;
  }
  if (in == NULL || (out != NULL && in->size < out->size)) {
    say (self, "store", BAD, _ ("本地库比本机记得的旧，可能被回退或拷贝过"), _ ("请不要继续使用，联系审计管理员核查。"));
    return;
  }
  words = g_strdup_printf (_ ("审计日志%" PRIu64 "条"), in->size);
  say (self, "store", GOOD, words, NULL);
}

/* Without it no password opens anything here; what is stored is whole. */
static void
check_device (Doctor *self, const FzKeyFile *keys)
{
  g_autofree char *path = outside_path (self, keys, "device-"), *words = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return;
  words = g_strdup_printf (_ ("本机设备密钥 %s 不见了，口令在这台电脑上打不开这个库；库里的资料没有丢失"), path);
  say (self, "device", BAD, words, _ ("请把它放回原处；找不到时，由系统管理员用备份和两份恢复份额恢复：fuzhen restore。"));
}

static gboolean
is_private (const char *path)
{
  struct stat info;

  return stat (path, &info) == 0 && (info.st_mode & 077) == 0;
}

static void
check_keys (Doctor *self)
{
  g_autofree char *front = g_build_filename (self->data_dir, "front", NULL), *path = g_build_filename (self->data_dir, "keys.fz", NULL);
  g_autofree char *words = NULL;
  g_auto (GStrv) staff = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzKeyFile) keys = NULL;

  if (!g_file_test (front, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_EXISTS)) {
    say (self, "store", WARN, _ ("还没有本地库"), _ ("运行 fuzhen init 建立，或运行 fuzhen demo 建立演示库。"));
    return;
  }
  keys = fz_keyfile_load (self->data_dir, self->state_dir, &error);
  if (keys == NULL) {
    say (self, "keys", BAD, error->message, _ ("请用备份和恢复份额恢复：fuzhen restore。"));
    return;
  }
  staff = fz_keyfile_dup_staff (keys);
  words = g_strdup_printf (_ ("密钥文件可读，登记%u人"), g_strv_length (staff));
  say (self, "keys", is_private (path) && is_private (self->data_dir) ? GOOD : BAD, words, _ ("密钥文件或数据目录的权限过宽，请执行 chmod -R go= 数据目录。"));
  check_device (self, keys);
  check_store (self, keys);
}

/* --- drug knowledge --- */

#define MEND N_ ("请升级本程序，或导入并批准有效的药品知识库。")

static char *
knowledge_words (const FzKnowledgeFiles *files, const FzKnowledgeSet *set, gint64 left)
{
  const char *const *names = fz_knowledge_set_files ();
  g_autofree char *until = fz_say_day (fz_knowledge_set_get_until (set)), *gaps = NULL;
  GString *words = g_string_new (NULL);

  g_string_append_printf (words, _ ("随附药品知识库“%s”%s 版，摘要 %.12s…，有效期至 %s（还有 %" PRId64 " 天）；"), fz_knowledge_set_get_title (set, FALSE),
                          fz_knowledge_set_get_edition (set), fz_knowledge_set_get_sha256 (set), until, left);
  for (guint i = 0; names[i] != NULL; i++)
    if (fz_knowledge_files_label (names[i]) != NULL)
      g_string_append_printf (words, _ ("%s %u 行，"), fz_knowledge_files_label (names[i]), fz_knowledge_files_count (files, names[i]));
  gaps = g_strjoinv ("；", (GStrv) (gsize) fz_knowledge_set_get_not_covered (set, FALSE));
  g_string_append_printf (words, _ ("不覆盖：%s"), gaps);
  return g_string_free (words, FALSE);
}

static void
check_knowledge (Doctor *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCodes) routes = fz_data_load_codes ("routes", &error);
  g_autoptr (FzKnowledgeFiles) files = routes != NULL ? fz_knowledge_files_shipped (&error) : NULL;
  g_autoptr (FzKnowledgeSet) set = files != NULL ? fz_knowledge_files_parse_set (files, routes, &error) : NULL;
  FzDate today = fz_date_in_beijing (g_get_real_time ());
  g_autofree char *words = NULL;
  gint64 left;

  if (set == NULL || !fz_knowledge_set_check_usable (set, today, &error)) {
    say (self, "drugs", BAD, error->message, set == NULL ? _ ("安装不完整，不能检查处方，也不能签名。请重新安装本程序。") : _ (MEND));
    return;
  }
  left = fz_date_days_between (today, fz_knowledge_set_get_until (set));
  words = knowledge_words (files, set, left);
  say (self, "drugs", left <= FZ_KNOWLEDGE_WARN_DAYS ? WARN : GOOD, words, _ (MEND));
}

/* Which edition two persons chose stands in the sealed store; beside it only what was noted when it took effect. */
static void
check_knowledge_in_force (Doctor *self)
{
  g_autofree char *path = g_build_filename (self->data_dir, "front", NULL), *text = NULL, *said = NULL, *words = NULL;
  g_autoptr (FzFields) front = NULL;
  const char *until;
  FzDate day;
  gint64 left;
  gsize n = 0;

  if (!g_file_get_contents (path, &text, &n, NULL) || (front = fz_fields_parse ((const guint8 *) text, n, NULL)) == NULL ||
      (until = fz_fields_get (front, "knowledge.until")) == NULL || !fz_date_parse (until, &day, NULL))
    return;
  left = fz_date_days_between (fz_date_in_beijing (g_get_real_time ()), day);
  said = fz_say_day (day);
  words = left >= 0 ? g_strdup_printf (_ ("据启用时的记录，本库现行药品知识库为“%s”%s 版，有效期至 %s（还有 %" PRId64 " 天）；以登录后所见为准"),
                                       fz_fields_get (front, "knowledge.title"), fz_fields_get (front, "knowledge.edition"), said, left)
                    : g_strdup_printf (_ ("据启用时的记录，本库现行药品知识库“%s”%s 版已于 %s 过期，不能检查处方，也不能签名"), fz_fields_get (front, "knowledge.title"),
                                       fz_fields_get (front, "knowledge.edition"), said);
  say (self, "edition", left < 0 ? BAD : left <= FZ_KNOWLEDGE_WARN_DAYS ? WARN : GOOD, words, _ ("请导入并批准后续的药品知识库。"));
}

/* --- the platform, and the hospital's front --- */

static gboolean
connects (FzPlatformConfig *config, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GUri *uri = fz_platform_config_get_uri (config);
  g_autoptr (GSocketConnection) connection = NULL;

  g_socket_client_set_timeout (client, CONNECT_SECONDS);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, g_uri_get_host (uri), (guint16) (g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : 443), NULL, error);
  return connection != NULL;
}

/* A list that ended stops the uploads (app/platform/revocation.c): said before it does. */
static void
check_lists (Doctor *self, const FzPlatformConfig *config)
{
  g_autoptr (GError) error = NULL;
  gint64 until_us = fz_platform_config_lists_until (config, &error);
  g_autofree char *until = NULL, *words = NULL;
  gint64 left;

  if (until_us == G_MAXINT64)
    return;
  if (until_us < 0) {
    say (self, "crl", BAD, error->message, _ ("请改正接入配置里的 crl_file。"));
    return;
  }
  left = fz_date_days_between (fz_date_in_beijing (g_get_real_time ()), fz_date_in_beijing (until_us));
  until = fz_say_moment_exactly (until_us);
  words = until_us > g_get_real_time () ? g_strdup_printf (_ ("证书吊销列表有效至 %s（还有 %" PRId64 " 天）"), until, left)
                                        : g_strdup_printf (_ ("证书吊销列表已于 %s 过期，没有能用的列表，什么都不发送"), until);
  say (self, "crl", until_us <= g_get_real_time () ? BAD : left <= LIST_WARN_DAYS ? WARN : GOOD, words, _ ("请向发证机构取得新的吊销列表，更新 crl_file。"));
}

static void
check_platform (Doctor *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformConfig) config = path != NULL ? fz_platform_config_load (path, FALSE, &error) : NULL;

  if (path == NULL) {
    say (self, "platform", GOOD, _ ("未检查；用 --platform-config 给出配置后检查能否连接"), NULL);
    return;
  }
  if (config == NULL) {
    say (self, "platform", BAD, error->message, _ ("请改正接入配置文件。"));
    return;
  }
  if (g_str_equal (fz_platform_config_get_profile (config), "generic"))
    say (self, "platform_profile", GOOD, _ ("通用格式：该平台的接口没有公开，须与平台或其前置机核对后再投产"), NULL);
  else
    say (self, "platform_profile", GOOD, _ ("天津平台接口 1.0"), NULL);
  check_lists (self, config);
  if (fz_platform_config_get_folder (config) != NULL) {
    const char *folder = fz_platform_config_get_folder (config);

    if (g_access (folder, W_OK) == 0)
      say (self, "platform", GOOD, _ ("待取文件夹可以写入；由平台的前置机来取"), NULL);
    else
      say (self, "platform", BAD, folder, _ ("待取文件夹不存在或不能写入，请建立并给本程序写入权限。"));
    return;
  }
  if (connects (config, &error))
    say (self, "platform", GOOD, _ ("能连接监管平台"), NULL);
  else
    say (self, "platform", BAD, error->message, _ ("请检查网络、防火墙与平台地址。"));
}

/* When it last answered, and when it last brought something, as the program noted beside the store. */
static char *
front_words (const FzFields *note, FzPlatformConfig *config)
{
  g_autofree char *address = g_uri_to_string_partial (fz_platform_config_get_uri (config), G_URI_HIDE_USERINFO), *heard = NULL, *event = NULL;
  gint64 heard_us = 0, event_us = 0;

  heard = fz_fields_get_time (note, "heard_at", &heard_us) ? fz_say_moment_exactly (heard_us) : g_strdup (_ ("还没有"));
  event = fz_fields_get_time (note, "event_at", &event_us) ? fz_say_moment_exactly (event_us) : g_strdup (_ ("还没有"));
  return g_strdup_printf (_ ("医院前端 %s；最近一次正常交换：%s；最近一次收到来件：%s"), address, heard, event);
}

static void
check_front (Doctor *self)
{
  g_autoptr (FzFields) note = fz_front_note_read (self->data_dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformConfig) config = note != NULL ? fz_platform_config_load (fz_fields_get (note, "config"), FALSE, &error) : NULL;
  g_autofree char *words = NULL, *why = NULL;

  if (note == NULL) {
    say (self, "front", GOOD, _ ("没有设置医院前端；就诊申请用申请包收件"), NULL);
    return;
  }
  if (config == NULL) {
    say (self, "front", BAD, error->message, _ ("请系统管理员在“患者端”页重新设置接入配置，或用 fuzhen front --front-config 设置。"));
    return;
  }
  check_lists (self, config);
  words = front_words (note, config);
  if (connects (config, &error)) {
    say (self, "front", GOOD, words, NULL);
    return;
  }
  why = g_strdup_printf (_ ("%s；现在连不上：%s"), words, error->message);
  say (self, "front", BAD, why, _ ("请检查网络、防火墙与医院前端的地址。"));
}

static int
list_components (const FzCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_components_list (&error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (cli->json)
      fz_cli_print_json (rows->pdata[i]);
    else
      g_print ("%s %s\n", fz_fields_get (rows->pdata[i], "package"), fz_fields_get (rows->pdata[i], "version"));
  return rows != NULL ? FZ_EXIT_DONE : fz_cli_fail (error);
}

/* --- a report for whoever mends the program --- */

static const char *const about_report = N_ ("复诊程序的问题报告，交给系统管理员或开发者。\n"
                                       "内容：fuzhen doctor 的结果、程序和所用软件包的版本、窗口的偏好设置、库文件夹中文件的大小。\n"
                                       "没有打开本地库：不含患者、处方、日志内容，也不含口令和密钥。寄出前仍可逐个打开查看。\n");

static void
put_machine (GString *text)
{
  static const char *const names[] = { "LANG", "LANGUAGE", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "GSK_RENDERER", "GDK_BACKEND" };
  struct utsname machine;

  g_string_append_printf (text, "fuzhen %s\n", FUZHEN_VERSION);
  if (uname (&machine) == 0)
    g_string_append_printf (text, "%s %s %s\n", machine.sysname, machine.release, machine.machine);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_string_append_printf (text, "%s=%s\n", names[i], g_getenv (names[i]) != NULL ? g_getenv (names[i]) : "");
}

/* Names and sizes only, of the folder itself. */
static void
put_sizes (const Doctor *self, GString *text)
{
  static const char *const ours[] = { "store.fz", "store.fz-wal", "keys.fz", "head", "front" };

  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++) {
    g_autofree char *path = g_build_filename (self->data_dir, ours[i], NULL);
    struct stat info;

    if (stat (path, &info) == 0)
      g_string_append_printf (text, "%s %" PRId64 " %04o\n", ours[i], (gint64) info.st_size, (guint) (info.st_mode & 07777));
  }
}

static char *
components_text (GError **error)
{
  g_autoptr (GPtrArray) rows = fz_components_list (error);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_string_append_printf (text, "%s %s\n", fz_fields_get (rows->pdata[i], "package"), fz_fields_get (rows->pdata[i], "version"));
  return rows != NULL ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* Where somebody works is nobody's business. */
static char *
without_home (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, g_get_home_dir (), -1);

  return g_strjoinv ("~", parts);
}

static void
put_file (GPtrArray *files, const char *name, const char *text)
{
  FzFields *file = fz_fields_new ("fuzhen.problem_report/v1");

  fz_fields_set (file, "name", name);
  fz_fields_set (file, "text", text);
  g_ptr_array_add (files, fz_fields_freeze (file));
}

static GPtrArray *
report_of (const Doctor *self, GError **error)
{
  g_autoptr (GString) machine = g_string_new (NULL), sizes = g_string_new (NULL);
  g_autofree char *told = without_home (self->told->str), *path = g_build_filename (g_get_user_config_dir (), "fuzhen", "window.ini", NULL);
  g_autofree char *preferences = NULL, *components = components_text (error);
  GPtrArray *files;

  if (components == NULL)
    return NULL;
  put_machine (machine);
  put_sizes (self, sizes);
  g_file_get_contents (path, &preferences, NULL, NULL); /* absent before the first change */
  files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  put_file (files, "README.txt", _ (about_report));
  put_file (files, "doctor.jsonl", told);
  put_file (files, "machine.txt", machine->str);
  put_file (files, "sizes.txt", sizes->str);
  put_file (files, "window.ini", preferences != NULL ? preferences : "");
  put_file (files, "components.txt", components);
  return files;
}

gboolean
fz_problem_report_save (GPtrArray *files, const char *folder, GError **error)
{
  g_autoptr (FzPackage) package = fz_package_begin (folder, error);
  g_autofree char *list = NULL;

  for (guint i = 0; package != NULL && i < files->len; i++) {
    const char *text = fz_fields_get (files->pdata[i], "text");

    if (!fz_package_add_text (package, fz_fields_get (files->pdata[i], "name"), text != NULL ? text : "", error))
      return FALSE;
  }
  list = package != NULL ? fz_package_close_list (package, error) : NULL;
  return list != NULL && fz_package_keep (package, error);
}

static void
look_at_all (Doctor *self, const char *config)
{
  check_fonts (self);
  check_locale (self);
  check_clock (self);
  check_disk (self);
  check_image_program (self);
  check_knowledge (self);
  check_knowledge_in_force (self);
  check_keys (self);
  check_platform (self, config);
  check_front (self);
}

static char *
data_folder (const char *given)
{
  return given != NULL ? g_strdup (given) : g_build_filename (g_get_user_data_dir (), "fuzhen", NULL);
}

GPtrArray *
fz_problem_report_read (const char *data_dir, GError **error)
{
  g_autofree char *data = data_folder (data_dir), *state = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
  g_autoptr (GString) told = g_string_new (NULL);
  Doctor self = { .data_dir = data, .state_dir = state, .told = told };

  look_at_all (&self, NULL);
  return report_of (&self, error);
}

int
fz_cli_doctor (int argc, char **argv)
{
  g_auto (FzCli) cli = { .command = "doctor" };
  g_autofree char *config = NULL, *data = NULL, *state = NULL, *report = NULL;
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  gboolean components = FALSE;
  const GOptionEntry more[] = { { "platform-config", 0, 0, G_OPTION_ARG_FILENAME, &config, N_ ("同时检查能否连接此平台"), "FILE.json" },
                                { "components", 0, 0, G_OPTION_ARG_NONE, &components, N_ ("只列出本程序所用的 Debian 软件包及其版本"), NULL },
                                { "report", 0, 0, G_OPTION_ARG_FILENAME, &report, N_ ("另存一份问题报告，不含患者数据"), N_ ("文件夹") },
                                G_OPTION_ENTRY_NULL };
  int code = fz_cli_begin (&cli, NULL, _ ("检查安装：字体、语言、时钟、磁盘、本地库、密钥、平台、医院前端。只看文件，无需登录。\n"), more, &argc, &argv);
  Doctor self = { .cli = &cli };

  if (code != FZ_CLI_GO_ON)
    return code;
  if (argc > 1)
    return fz_cli_misuse ("doctor", _ ("没有参数。"));
  if (components)
    return list_components (&cli);
  data = data_folder (cli.data);
  state = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
  self.data_dir = data;
  self.state_dir = state;
  self.told = report != NULL ? told : NULL;
  look_at_all (&self, config);
  if (report != NULL)
    files = report_of (&self, &error);
  if (report != NULL && (files == NULL || !fz_problem_report_save (files, report, &error)))
    return fz_cli_fail (error);
  if (self.worst < BAD)
    return FZ_EXIT_DONE;
  g_printerr (_ ("fuzhen: 有需要处理的问题，请按“→”后的提示处理。\n"));
  return FZ_EXIT_NO;
}
