/* The ciphers against every published vector, and the header signature. */
#include "app/platform/sm.h"
#include "tests/platform_client/sample.h"

#include <string.h>

static FzSecret *
standard_key (void)
{
  static const guint8 key[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};

  return fz_secret_new_from (key, sizeof key);
}

static void
sm3_is_that_of_the_standard (void)
{
  g_autofree char *abc = fz_sm3_hex ("abc", 3, NULL);
  g_autofree char *long_text = g_strnfill (64, 'a');
  g_autofree char *long_hash = NULL;

  g_assert_cmpstr (abc, ==, "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
  /* GB/T 32905 example 2: "abcd" sixteen times. */
  for (int i = 0; i < 64; i++)
    long_text[i] = (char) ('a' + i % 4);
  long_hash = fz_sm3_hex (long_text, 64, NULL);
  g_assert_cmpstr (long_hash, ==, "DEBE9FF92275B8A138604889C18E5A4D6FDB70E5387E5765293DCBA39C0C5732");
}

/* GB/T 32907: one block under the standard key. In CBC with IV 0 the first block is ECB's. */
static void
sm4_is_that_of_the_standard (void)
{
  static const guint8 zero[FZ_SM4_BLOCK_BYTES] = {0};
  g_autoptr (FzSecret) key = standard_key ();
  g_autofree char *hex = fz_sm4_cbc_hex (key, zero, fz_secret_get (key), 16, NULL);

  g_assert_true (g_str_has_prefix (hex, "681edf34d206965e86b3e94f536e4246"));
  g_assert_cmpuint (strlen (hex), ==, 64);
}

static void
bodies_are_the_published_ones (void)
{
  static const struct {
    const char *plain, *cipher;
  } vectors[] = {
    {"[]", "ef8a2c76ee0742b33e5c7551a73a7f69"},
    {"[1]", "ae715a3126fda2db3182dde825ee1009"},
    {"0123456789abcdef", "c7c0e6c63bbb48e5988f44c8e1a57a9f4893aed68444142d88639e622a6890b2"},
    {"[{\"organName\":\"测试医院\"}]", "0b972daf8bff5fead7c951bd84ba81abc8960156c6056fdca5789ce8af374c31"},
  };
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (FzSecret) key = standard_key ();

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autofree char *hex = fz_sm4_cbc_hex (key, fz_message_table_get_iv (table), vectors[i].plain, strlen (vectors[i].plain), NULL);

      g_assert_cmpstr (hex, ==, vectors[i].cipher);
    }
}

static void
headers_are_signed_as_published (void)
{
  g_autofree char *digest = fz_sm3_hex ("ef8a2c76ee0742b33e5c7551a73a7f69", 32, NULL);
  FzSignedHeaders headers = {
    .key = "test-app-key",
    .nonce = "00000000-0000-4000-8000-000000000001",
    .timestamp_ms = G_GINT64_CONSTANT (1767225600000),
    .content_md5 = digest,
    .service_id = "his.provinceDataUploadService",
    .method = "pushMedicalDispute",
  };
  g_autofree char *signature = fz_platform_signature (&headers, NULL);

  g_assert_cmpstr (digest, ==, "AB433EDBE911A612B54A96C4392F9C4743386A33252C8C94AC643BFF0229F3F9");
  g_assert_cmpstr (signature, ==, "7EBB2439B5E0818B499947749F01DEC12553260B2F07248F001DAFAE06695EF8");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/platform-client/sm/sm3", sm3_is_that_of_the_standard);
  g_test_add_func ("/platform-client/sm/sm4", sm4_is_that_of_the_standard);
  g_test_add_func ("/platform-client/sm/bodies", bodies_are_the_published_ones);
  g_test_add_func ("/platform-client/sm/signature", headers_are_signed_as_published);
  return g_test_run ();
}
