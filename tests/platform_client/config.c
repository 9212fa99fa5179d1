/* The platform's configuration: what is refused, and that nothing of it leaks. */
#include "app/platform/config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOOD \
  "{\"profile\":\"tianjin\",\"url\":\"https://127.0.0.1:8443/openapi/api\",\"app_key\":\"test-app-key\"," \
  "\"app_secret\":\"0123456789abcdefFEDCBA9876543210\",\"unit_id\":\"TEST-UNIT\"}"

static FzPlatformConfig *
parse (const char *text, gboolean demo, GError **error)
{
  return fz_platform_config_parse ((const guint8 *) text, strlen (text), "/", demo, error);
}

static void
a_good_one_is_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformConfig) config = parse (GOOD, TRUE, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (fz_platform_config_get_profile (config), ==, "tianjin");
  g_assert_cmpstr (fz_platform_config_get_app_key (config), ==, "test-app-key");
  g_assert_cmpstr (fz_platform_config_get_unit_id (config), ==, "TEST-UNIT");
  g_assert_cmpuint (fz_secret_size (fz_platform_config_get_secret (config)), ==, 16);
  g_assert_cmpmem (fz_secret_get (fz_platform_config_get_secret (config)), 16,
                   "\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10", 16);
  g_assert_null (fz_platform_config_get_authorities (config));
  g_assert_null (fz_platform_config_get_proxy (config));
  g_assert_true (fz_platform_config_accepts_key (config, NULL));
}

/* What is made up goes into a folder for tests only; nothing said is production. */
static void
a_demonstration_is_not_fetched (void)
{
  static const char form[] = "{\"profile\":\"generic\",\"folder\":\"/srv/out\",\"app_key\":\"k\",\"app_secret\":\"0123456789abcdefFEDCBA9876543210\",\"unit_id\":\"U\"%s}";
  static const char *const said[] = {"", ",\"environment\":\"production\"", ",\"environment\":\"test\""};

  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autofree char *text = g_strdup_printf (form, said[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (FzPlatformConfig) real = parse (text, FALSE, NULL), demo = parse (text, TRUE, &error);

      g_assert_nonnull (real);
      g_assert_cmpint (fz_platform_config_is_test (real), ==, i == 2);
      g_assert_cmpint (demo != NULL, ==, i == 2);
      if (demo == NULL)
        g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
    }
}

static void
slips_are_refused (void)
{
  static const struct {
    const char *from, *to;
  } slips[] = {
    {"\"profile\":\"tianjin\"", "\"profile\":\"other\""},
    {"https://", "http://"},
    {"https://", "ftp://"},
    {"https://127", "https://u:p@127"},
    {"/openapi/api", "/openapi/api?x=1"},
    {"/openapi/api", "/openapi/api#x"},
    {"/openapi/api", "/"},
    {"https://127.0.0.1:8443/openapi/api", "https:///openapi/api"},
    {"https://127.0.0.1:8443/openapi/api", "not an address"},
    {"test-app-key", "test\\r\\nX-Other: 1"},
    {"test-app-key", "a b"},
    {"test-app-key", "a&b"},
    {"test-app-key", ""},
    {"3210\"", "321\""},
    {"3210\"", "32100\""},
    {"3210\"", "321g\""},
    {"\"TEST-UNIT\"", "\"\""},
    {"\"unit_id\":\"TEST-UNIT\"", "\"unit_ids\":\"TEST-UNIT\""},
    {",\"unit_id\":\"TEST-UNIT\"", ""},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"colour\":1"},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"ca_file\":\"/nonexistent/ca.pem\""},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"ca_file\":\"/dev/null\""},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"crl_file\":\"/nonexistent/ca.crl\""},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"crl_file\":\"/dev/null\""},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"pin_sha256\":[]"},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"pin_sha256\":[\"00\"]"},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"proxy\":\"socks://x:1\""},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"environment\":\"live\""},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"folder\":\"/srv/out\""},
    {"\"TEST-UNIT\"", "\"TEST-UNIT\",\"trigger\":\"every_change\""},
    {"\"profile\":\"tianjin\"", "\"profile\":\"generic\",\"folder\":\"/srv/out\""},
    {"\"profile\":\"tianjin\",\"url\":\"https://127.0.0.1:8443/openapi/api\"", "\"profile\":\"generic\",\"folder\":\"srv/out\""},
    {"\"profile\":\"tianjin\",\"url\":\"https://127.0.0.1:8443/openapi/api\"", "\"profile\":\"generic\",\"folder\":\"/srv/out\",\"trigger\":\"at_once\""},
    {"\"profile\":\"tianjin\"", "\"profile\":\"generic\",\"trigger\":\"pull\""},
    {"\"TEST-UNIT\"}", "\"TEST-UNIT\"} x"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (slips); i++)
    {
      g_autoptr (GString) text = g_string_new (GOOD);
      g_autoptr (GError) error = NULL;
      g_autoptr (FzPlatformConfig) config = NULL;

      g_assert_cmpuint (g_string_replace (text, slips[i].from, slips[i].to, 1), ==, 1);
      config = parse (text->str, FALSE, &error);
      g_test_message ("%s -> %s", slips[i].from, slips[i].to);
      g_assert_null (config);
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
      /* Never echoed, whatever is wrong. */
      g_assert_null (strstr (error->message, "0123456789abcdef"));
    }
}

static void
a_demo_stays_on_this_machine (void)
{
  static const struct {
    const char *host;
    gboolean here;
  } hosts[] = {
    {"127.0.0.1", TRUE},     {"127.8.9.10", TRUE},   {"[::1]", TRUE},           {"localhost", TRUE}, {"LOCALHOST", TRUE},
    {"128.0.0.1", FALSE},    {"10.0.0.1", FALSE},    {"localhost.cn", FALSE},   {"[::2]", FALSE},    {"0.0.0.0", FALSE},
    {"127.0.0.1.cn", FALSE}, {"127.1", FALSE},       {"platform.test", FALSE},  {"[::ffff:8.8.8.8]", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (GString) text = g_string_new (GOOD);
      g_autoptr (GError) error = NULL;
      g_autoptr (FzPlatformConfig) demo = NULL, real = NULL;

      g_string_replace (text, "127.0.0.1", hosts[i].host, 1);
      g_test_message ("%s", hosts[i].host);
      real = parse (text->str, FALSE, NULL);
      g_assert_nonnull (real);
      demo = parse (text->str, TRUE, &error);
      g_assert_cmpint (demo != NULL, ==, hosts[i].here);
      if (!hosts[i].here)
        g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
    }
}

static void
the_proxy_is_only_what_is_asked_for (void)
{
  g_autoptr (GString) manual = g_string_new (GOOD), system_wide = g_string_new (GOOD), none = g_string_new (GOOD);
  g_autoptr (FzPlatformConfig) a = NULL, b = NULL, c = NULL;

  g_string_replace (manual, "\"TEST-UNIT\"", "\"TEST-UNIT\",\"proxy\":\"http://10.0.0.9:3128\"", 1);
  g_string_replace (system_wide, "\"TEST-UNIT\"", "\"TEST-UNIT\",\"proxy\":\"system\"", 1);
  g_string_replace (none, "\"TEST-UNIT\"", "\"TEST-UNIT\",\"proxy\":\"none\"", 1);
  a = parse (manual->str, FALSE, NULL);
  b = parse (system_wide->str, FALSE, NULL);
  c = parse (none->str, FALSE, NULL);
  g_assert_true (G_IS_SIMPLE_PROXY_RESOLVER (fz_platform_config_get_proxy (a)));
  g_assert_nonnull (fz_platform_config_get_proxy (b));
  g_assert_null (fz_platform_config_get_proxy (c));
}

static void
others_may_not_read_the_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("fuzhen-config-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "platform.json", NULL);
  static const mode_t modes[] = {0644, 0640, 0604, 0660, 0700, 0620};
  g_autoptr (FzPlatformConfig) good = NULL, missing = NULL, big = NULL;
  g_autoptr (GError) error = NULL, missing_error = NULL, big_error = NULL;
  g_autofree char *much = g_strnfill (70000, ' ');

  g_assert_true (g_file_set_contents (path, GOOD, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr (GError) refused = NULL;
      g_autoptr (FzPlatformConfig) config = NULL;

      g_assert_cmpint (chmod (path, modes[i]), ==, 0);
      config = fz_platform_config_load (path, FALSE, &refused);
      g_assert_null (config);
      g_assert_error (refused, FZ_ERROR, FZ_ERROR_INVALID);
      g_assert_nonnull (strstr (refused->message, "chmod 600"));
    }
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  good = fz_platform_config_load (path, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, much, -1, NULL));
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  big = fz_platform_config_load (path, FALSE, &big_error);
  g_assert_error (big_error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_cmpint (g_unlink (path), ==, 0);
  missing = fz_platform_config_load (path, FALSE, &missing_error);
  g_assert_error (missing_error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/platform-client/config/good", a_good_one_is_read);
  g_test_add_func ("/platform-client/config/slips", slips_are_refused);
  g_test_add_func ("/platform-client/config/demonstration", a_demonstration_is_not_fetched);
  g_test_add_func ("/platform-client/config/demo", a_demo_stays_on_this_machine);
  g_test_add_func ("/platform-client/config/proxy", the_proxy_is_only_what_is_asked_for);
  g_test_add_func ("/platform-client/config/mode", others_may_not_read_the_file);
  return g_test_run ();
}
