#include "app/platform/config.h"

#include "app/platform/sm.h"
#include "core/json.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_MAX_BYTES (64 * 1024)
#define MAX_PINS 2 /* the one in use and the next */

struct _FzPlatformConfig {
  gatomicrefcount refs;
  char *profile, *app_key, *unit_id, *trigger, *folder;
  gboolean is_test;
  gint64 authorities_until_us; /* 0: none are given */
  GUri *uri;
  FzSecret *secret;
  GTlsDatabase *authorities;
  GProxyResolver *proxy;
  char **pins; /* lower-case hex; NULL for none */
  char *authorities_path, *lists_path; /* NULL: not configured */
  GTlsCertificate *ours;
};

FzPlatformConfig *
fz_platform_config_ref (FzPlatformConfig *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
fz_platform_config_unref (FzPlatformConfig *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_free (self->profile);
  g_free (self->app_key);
  g_free (self->unit_id);
  g_free (self->trigger);
  g_free (self->folder);
  g_clear_pointer (&self->uri, g_uri_unref);
  fz_secret_free (self->secret);
  g_clear_object (&self->authorities);
  g_clear_object (&self->proxy);
  g_strfreev (self->pins);
  g_free (self->authorities_path);
  g_free (self->lists_path);
  g_clear_object (&self->ours);
  g_free (self);
}

static gboolean
is_this_machine (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

static gboolean
read_environment (FzPlatformConfig *self, const FzJson *root, GError **error)
{
  const char *word = NULL;

  if (!fz_json_opt_string (root, "environment", &word, error))
    return FALSE;
  self->is_test = g_strcmp0 (word, "test") == 0;
  return word == NULL || self->is_test || g_str_equal (word, "production") || fz_json_fail (root, "environment", _("只能是 test 或 production"), error);
}

/* Either sent to or fetched from. What a demonstration made up must not be fetched as if it were real. */
static gboolean
read_folder (FzPlatformConfig *self, const FzJson *root, gboolean demo, GError **error)
{
  const char *folder = NULL;

  if (!fz_json_opt_string (root, "folder", &folder, error))
    return FALSE;
  if (folder == NULL)
    return TRUE;
  if (!g_str_equal (self->profile, "generic") || !g_path_is_absolute (folder))
    return fz_json_fail (root, "folder", _("只用于通用格式，要是绝对路径"), error);
  if (fz_json_find (root, "url") != NULL)
    return fz_json_fail (root, "folder", _("由平台来取的，不能再写 url"), error);
  self->folder = g_strdup (folder);
  if (!demo || self->is_test)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _("这是演示数据库，合成的数据不能放进正式环境的待取文件夹。\n请改用测试环境（environment 写 test）。"));
  return FALSE;
}

static gboolean
read_trigger (FzPlatformConfig *self, const FzJson *root, GError **error)
{
  static const char *const words[] = {"at_once", "next_day", "on_approval", "every_change", NULL};
  const char *word = NULL;

  if (!fz_json_opt_string (root, "trigger", &word, error))
    return FALSE;
  if (word != NULL && (!g_str_equal (self->profile, "generic") || self->folder != NULL || !g_strv_contains (words, word)))
    return fz_json_fail (root, "trigger", _("只用于主动发送的通用格式：at_once、next_day、on_approval 或 every_change"), error);
  self->trigger = g_strdup (word);
  return TRUE;
}

static gboolean
read_url (FzPlatformConfig *self, const FzJson *root, gboolean demo, GError **error)
{
  const char *url = self->folder == NULL ? fz_json_get_string (root, "url", error) : NULL;
  const char *host;

  if (self->folder != NULL)
    return TRUE;
  if (url == NULL)
    return FALSE;
  self->uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  if (self->uri == NULL)
    return fz_json_fail (root, "url", _("不是网址"), error);
  host = g_uri_get_host (self->uri);
  if (g_strcmp0 (g_uri_get_scheme (self->uri), "https") != 0)
    return fz_json_fail (root, "url", _("只能用 https，明文传输会泄露患者信息"), error);
  if (host == NULL || *host == '\0' || g_uri_get_userinfo (self->uri) != NULL || g_uri_get_query (self->uri) != NULL ||
      g_uri_get_fragment (self->uri) != NULL || strlen (g_uri_get_path (self->uri)) < 2)
    return fz_json_fail (root, "url", _("要写成 https://主机/路径，不带用户名、参数或锚点"), error);
  if (!demo || is_this_machine (host))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED,
               _("这是演示数据库，只能连接本机上的模拟平台，不能把合成数据报给 %s。\n请改用 127.0.0.1 的模拟平台。"), host);
  return FALSE;
}

/* What goes into a header must not be able to end it. */
static gboolean
is_header_word (const char *text)
{
  gsize n = strlen (text);

  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p) || *p == '&' || *p == ',')
      return FALSE;
  return n > 0 && n <= 128;
}

static gboolean
read_secret (FzPlatformConfig *self, const FzJson *root, GError **error)
{
  const char *hex = fz_json_get_string (root, "app_secret", error);
  guint8 *key;

  if (hex == NULL)
    return FALSE;
  if (strlen (hex) != 2 * FZ_SM4_KEY_BYTES || strspn (hex, "0123456789abcdefABCDEF") != 2 * FZ_SM4_KEY_BYTES)
    return fz_json_fail (root, "app_secret", _("要是 32 个十六进制数字"), error);
  self->secret = fz_secret_new (FZ_SM4_KEY_BYTES);
  key = fz_secret_get_writable (self->secret);
  for (guint i = 0; i < FZ_SM4_KEY_BYTES; i++)
    key[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) * 16 + g_ascii_xdigit_value (hex[2 * i + 1]));
  /* The reader's copy lies on the heap and dies with it in a moment; it shall not stay there readable. */
  fz_secret_wipe ((char *) hex, strlen (hex));
  return TRUE;
}

static gboolean
read_authorities (FzPlatformConfig *self, const FzJson *root, const char *folder, GError **error)
{
  const char *file = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) cause = NULL;
  g_autolist (GTlsCertificate) certificates = NULL;

  if (!fz_json_opt_string (root, "ca_file", &file, error))
    return FALSE;
  if (file == NULL)
    return TRUE;
  /* The TLS library takes a relative path without a word and then trusts nobody. */
  path = g_canonicalize_filename (file, folder);
  certificates = g_tls_certificate_list_new_from_file (path, &cause);
  for (GList *item = certificates; item != NULL; item = item->next)
    {
      g_autoptr (GDateTime) until = g_tls_certificate_get_not_valid_after (item->data);
      gint64 until_us = until != NULL ? g_date_time_to_unix (until) * G_USEC_PER_SEC : 0;

      if (until != NULL && (self->authorities_until_us == 0 || until_us < self->authorities_until_us))
        self->authorities_until_us = until_us;
    }
  if (certificates != NULL)
    self->authorities = g_tls_file_database_new (path, &cause);
  if (self->authorities == NULL)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("ca_file 读不出证书：%s：%s"), path,
                   cause != NULL ? cause->message : _("文件里没有证书"));
      return FALSE;
    }
  self->authorities_path = g_steal_pointer (&path);
  return TRUE;
}

static gboolean
read_lists (FzPlatformConfig *self, const FzJson *root, const char *folder, GError **error)
{
  const char *file = NULL;
  g_autoptr (FzChain) lists = NULL;

  if (!fz_json_opt_string (root, "crl_file", &file, error))
    return FALSE;
  if (file == NULL)
    return TRUE;
  self->lists_path = g_canonicalize_filename (file, folder);
  lists = fz_platform_read_lists (self->lists_path, self->authorities_path, error);
  return lists != NULL;
}

/* It holds our private key, and its password is often short. One that is not there is told by whoever reads it. */
static gboolean
is_private_file (const char *path, GError **error)
{
  struct stat st;

  if (stat (path, &st) != 0 || (S_ISREG (st.st_mode) && st.st_uid == geteuid () && (st.st_mode & 0177) == 0))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("client_file %s 含有本院的私钥，必须是本人所有、只有本人可读的文件。\n请执行 chmod 600 后再试。"), path);
  return FALSE;
}

/* PKCS#12 only: of a PEM file without its key the TLS library says nothing until the platform hangs up. */
static gboolean
read_ours (FzPlatformConfig *self, const FzJson *root, const char *folder, GError **error)
{
  const char *file = NULL, *password = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GTlsCertificate) ours = NULL;
  g_autoptr (GByteArray) key = NULL;
  g_autoptr (GError) cause = NULL;

  if (!fz_json_opt_string (root, "client_file", &file, error) || !fz_json_opt_string (root, "client_password", &password, error))
    return FALSE;
  if (file == NULL)
    return password == NULL || fz_json_fail (root, "client_password", _ ("有口令而没有 client_file"), error);
  path = g_canonicalize_filename (file, folder);
  if (!is_private_file (path, error)) {
    if (password != NULL)
      fz_secret_wipe ((char *) password, strlen (password));
    return FALSE;
  }
  ours = g_tls_certificate_new_from_file_with_password (path, password != NULL ? password : "", &cause);
  if (password != NULL)
    fz_secret_wipe ((char *) password, strlen (password));
  if (ours != NULL)
    g_object_get (ours, "private-key", &key, NULL);
  if (key != NULL) {
    fz_secret_wipe (key->data, key->len);
    self->ours = g_steal_pointer (&ours);
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("client_file 读不出证书和私钥：%s：%s\n请用平台发给本院的 PKCS#12（.p12）文件和它的口令。"), path,
               cause != NULL ? cause->message : _ ("文件里没有私钥"));
  return FALSE;
}

static gboolean
read_pins (FzPlatformConfig *self, const FzJson *root, GError **error)
{
  const FzJson *pins = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!fz_json_opt_array (root, "pin_sha256", &pins, error))
    return FALSE;
  if (pins == NULL)
    return TRUE;
  if (fz_json_count (pins) < 1 || fz_json_count (pins) > MAX_PINS)
    return fz_json_fail (root, "pin_sha256", _("要有一个或两个指纹"), error);
  for (guint i = 0; i < fz_json_count (pins); i++)
    {
      const char *pin = fz_json_get_string (fz_json_get_item (pins, i), NULL, error);
      g_autofree char *lower = pin != NULL ? g_ascii_strdown (pin, -1) : NULL;

      if (lower == NULL)
        return FALSE;
      if (strlen (lower) != 64 || strspn (lower, "0123456789abcdef") != 64)
        return fz_json_fail (pins, NULL, _("指纹要是 64 个十六进制数字"), error);
      g_strv_builder_add (builder, lower);
    }
  self->pins = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_proxy (FzPlatformConfig *self, const FzJson *root, GError **error)
{
  const char *proxy = NULL;

  if (!fz_json_opt_string (root, "proxy", &proxy, error))
    return FALSE;
  if (proxy == NULL || g_str_equal (proxy, "none"))
    return TRUE;
  if (g_str_equal (proxy, "system"))
    self->proxy = g_object_ref (g_proxy_resolver_get_default ());
  else if (g_str_has_prefix (proxy, "http://") && g_uri_is_valid (proxy, G_URI_FLAGS_NONE, NULL))
    self->proxy = g_simple_proxy_resolver_new (proxy, NULL);
  return self->proxy != NULL || fz_json_fail (root, "proxy", _("只能是 none、system 或 http://主机:端口"), error);
}

static gboolean
read_words (FzPlatformConfig *self, const FzJson *root, GError **error)
{
  const char *profile = fz_json_get_string (root, "profile", error);
  const char *app_key = profile != NULL ? fz_json_get_string (root, "app_key", error) : NULL;
  const char *unit_id = app_key != NULL ? fz_json_get_string (root, "unit_id", error) : NULL;

  if (unit_id == NULL)
    return FALSE;
  if (!g_str_equal (profile, "tianjin") && !g_str_equal (profile, "generic") && !g_str_equal (profile, FZ_PROFILE_FRONT))
    return fz_json_fail (root, "profile", _("只能是 tianjin（天津平台）、generic（通用格式）；医院前端是 front"), error);
  if (!is_header_word (app_key))
    return fz_json_fail (root, "app_key", _("只能是不带空格的英文字母、数字和符号"), error);
  if (!is_header_word (unit_id))
    return fz_json_fail (root, "unit_id", _("只能是不带空格的英文字母、数字和符号"), error);
  self->profile = g_strdup (profile);
  self->app_key = g_strdup (app_key);
  self->unit_id = g_strdup (unit_id);
  return TRUE;
}

FzPlatformConfig *
fz_platform_config_parse (const guint8 *bytes, gsize n, const char *folder, gboolean demo, GError **error)
{
  static const char *const keys[] = {"profile", "url", "app_key", "app_secret", "unit_id", "ca_file", "crl_file", "client_file", "client_password", "pin_sha256", "proxy", "folder", "trigger", "environment", NULL};
  g_autoptr (FzPlatformConfig) self = g_new0 (FzPlatformConfig, 1);
  g_autoptr (FzJson) root = fz_json_parse (bytes, n, CONFIG_MAX_BYTES, error);

  g_atomic_ref_count_init (&self->refs);
  if (root == NULL || !fz_json_check_keys (root, keys, error) || !read_secret (self, root, error) || !read_words (self, root, error) ||
      !read_environment (self, root, error) || !read_folder (self, root, demo, error) || !read_trigger (self, root, error) || !read_url (self, root, demo, error) || !read_authorities (self, root, folder, error) || !read_lists (self, root, folder, error) || !read_ours (self, root, folder, error) || !read_pins (self, root, error) ||
      !read_proxy (self, root, error))
    return NULL;
  return g_steal_pointer (&self);
}

static gboolean
is_private (int fd, const char *path, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_uid == geteuid () && (st.st_mode & 0177) == 0 &&
      st.st_size <= CONFIG_MAX_BYTES)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
               _("平台配置 %s 含有密钥，必须是本人所有、只有本人可读的小文件。\n请执行 chmod 600 后再试。"), path);
  return FALSE;
}

/* Into locked memory; at most one byte more than allowed. */
static FzSecret *
read_all (int fd, gsize *n)
{
  FzSecret *bytes = fz_secret_new (CONFIG_MAX_BYTES + 1);
  gssize got;

  *n = 0;
  do
    {
      got = read (fd, fz_secret_get_writable (bytes) + *n, CONFIG_MAX_BYTES + 1 - *n);
      *n += got > 0 ? (gsize) got : 0;
    }
  while (got > 0 || (got < 0 && errno == EINTR));
  return bytes;
}

FzPlatformConfig *
fz_platform_config_load (const char *path, gboolean demo, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  g_autoptr (FzSecret) bytes = NULL;
  FzPlatformConfig *self = NULL;
  gsize n;
  int fd = g_open (absolute, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);

  if (fd < 0)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("打不开平台配置 %s：%s"), absolute, g_strerror (errno));
      return NULL;
    }
  if (is_private (fd, absolute, error))
    {
      bytes = read_all (fd, &n);
      self = fz_platform_config_parse (fz_secret_get (bytes), n, folder, demo, error);
      if (self == NULL)
        g_prefix_error (error, "%s: ", absolute);
    }
  close (fd);
  return self;
}

const char *
fz_platform_config_get_profile (const FzPlatformConfig *self)
{
  return self->profile;
}

GUri *
fz_platform_config_get_uri (const FzPlatformConfig *self)
{
  return self->uri;
}

gboolean
fz_platform_config_is_test (const FzPlatformConfig *self)
{
  return self->is_test;
}

gboolean
fz_platform_config_has_example_key (const FzPlatformConfig *self)
{
  static const guint8 example[FZ_SM4_KEY_BYTES] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10 };

  return memcmp (fz_secret_get (self->secret), example, sizeof example) == 0;
}

guint
fz_platform_config_get_n_pins (const FzPlatformConfig *self)
{
  return self->pins != NULL ? g_strv_length (self->pins) : 0;
}

gint64
fz_platform_config_get_authorities_until_us (const FzPlatformConfig *self)
{
  return self->authorities_until_us;
}

const char *
fz_platform_config_get_folder (const FzPlatformConfig *self)
{
  return self->folder;
}

const char *
fz_platform_config_get_trigger (const FzPlatformConfig *self)
{
  return self->trigger;
}

const char *
fz_platform_config_get_app_key (const FzPlatformConfig *self)
{
  return self->app_key;
}

const FzSecret *
fz_platform_config_get_secret (const FzPlatformConfig *self)
{
  return self->secret;
}

const char *
fz_platform_config_get_unit_id (const FzPlatformConfig *self)
{
  return self->unit_id;
}

GTlsDatabase *
fz_platform_config_get_authorities (const FzPlatformConfig *self)
{
  return self->authorities;
}

GTlsCertificate *
fz_platform_config_get_ours (const FzPlatformConfig *self)
{
  return self->ours;
}

GProxyResolver *
fz_platform_config_get_proxy (const FzPlatformConfig *self)
{
  return self->proxy;
}

gboolean
fz_platform_config_accepts_key (const FzPlatformConfig *self, GTlsCertificate *certificate)
{
  g_autofree char *pin = NULL;

  if (self->pins == NULL)
    return TRUE;
  pin = certificate != NULL ? fz_public_key_pin (certificate) : NULL;
  return pin != NULL && g_strv_contains ((const char *const *) self->pins, pin);
}

gint64
fz_platform_config_lists_until (const FzPlatformConfig *self, GError **error)
{
  g_autoptr (FzChain) lists = self->lists_path != NULL ? fz_platform_read_lists (self->lists_path, self->authorities_path, error) : NULL;

  return self->lists_path == NULL ? G_MAXINT64 : lists != NULL ? fz_chain_lists_until (lists) : -1;
}

FzRevocation
fz_platform_config_ask_lists (const FzPlatformConfig *self, GTlsCertificate *certificate)
{
  g_autoptr (FzChain) lists = NULL;

  if (self->lists_path == NULL)
    return FZ_REVOCATION_GOOD;
  lists = fz_platform_read_lists (self->lists_path, self->authorities_path, NULL);
  return lists != NULL && certificate != NULL ? fz_platform_judge_lists (lists, certificate, g_get_real_time ()) : FZ_REVOCATION_UNKNOWN;
}
