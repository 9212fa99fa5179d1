/* The published vectors: the simulator's cryptography agrees with others' before it judges anyone. */
#include "tests/platform/client.h"
#include "tests/platform/json.h"
#include "tests/platform/tests.h"

#include <string.h>

static const struct {
  const char *plain, *cipher;
} vectors[] = {
  { "[]", "ef8a2c76ee0742b33e5c7551a73a7f69" },
  { "[1]", "ae715a3126fda2db3182dde825ee1009" },
  { "0123456789abcdef", "c7c0e6c63bbb48e5988f44c8e1a57a9f4893aed68444142d88639e622a6890b2" },
  { "[{\"organName\":\"测试医院\"}]", "0b972daf8bff5fead7c951bd84ba81abc8960156c6056fdca5789ce8af374c31" },
};

static void
test_sm4 (void)
{
  static const guint8 wanted[16] = { 0x68, 0x1e, 0xdf, 0x34, 0xd2, 0x06, 0x96, 0x5e,
                                     0x86, 0xb3, 0xe9, 0x4f, 0x53, 0x6e, 0x42, 0x46 };
  guint8 key[SIM_KEY_BYTES], out[16];

  g_assert_true (sim_key_from_hex (TEST_SECRET, key));
  sim_sm4_block (key, key, out);
  g_assert_cmpmem (out, 16, wanted, 16);
}

static void
test_cipher (void)
{
  guint8 key[SIM_KEY_BYTES];

  g_assert_true (sim_key_from_hex (TEST_SECRET, key));
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_autofree char *cipher = sim_encrypt (key, vectors[i].plain, strlen (vectors[i].plain));
    const char *why = NULL;
    gsize n = 0;
    g_autofree char *plain = sim_decrypt (key, cipher, strlen (cipher), &n, &why);

    g_assert_cmpstr (cipher, ==, vectors[i].cipher);
    g_assert_cmpmem (plain, n, vectors[i].plain, strlen (vectors[i].plain));
  }
}

static void
test_cipher_refusals (void)
{
  static const char *const bad[] = { "", "ef8a", "EF8A2C76EE0742B33E5C7551A73A7F69", "ef8a2c76ee0742b33e5c7551a73a7f6g",
                                     "ef8a2c76ee0742b33e5c7551a73a7f68" };
  guint8 key[SIM_KEY_BYTES];

  g_assert_true (sim_key_from_hex (TEST_SECRET, key));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    const char *why = NULL;
    gsize n = 0;

    g_assert_null (sim_decrypt (key, bad[i], strlen (bad[i]), &n, &why));
    g_assert_cmpstr (why, !=, NULL);
  }
}

static void
test_sm3 (void)
{
  g_autofree char *abc = sim_sm3_hex ("abc", 3);
  g_autofree char *empty = sim_sm3_hex (vectors[0].cipher, strlen (vectors[0].cipher));

  g_assert_cmpstr (abc, ==, "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
  g_assert_cmpstr (empty, ==, "AB433EDBE911A612B54A96C4392F9C4743386A33252C8C94AC643BFF0229F3F9");
}

static void
test_signature (void)
{
  g_autoptr (Envelope) envelope = envelope_new ("pushMedicalDispute", "[]");

  envelope_set (envelope, "x-ca-nonce", "00000000-0000-4000-8000-000000000001");
  envelope_set (envelope, "x-ca-timestamp", "1767225600000");
  envelope_sign (envelope);
  g_assert_cmpstr (g_hash_table_lookup (envelope->headers, "x-content-md5"), ==,
                   "AB433EDBE911A612B54A96C4392F9C4743386A33252C8C94AC643BFF0229F3F9");
  g_assert_cmpstr (g_hash_table_lookup (envelope->headers, "x-ca-signature"), ==,
                   "7EBB2439B5E0818B499947749F01DEC12553260B2F07248F001DAFAE06695EF8");
}

static void
test_json (void)
{
  static const char *const good[] = { "[]", " {\"a\":[1,-0.5,1e3,true,false,null,\"\\ud83d\\ude00\\n\"]} ", "\"测\"" };
  static const char *const bad[] = { "",
                                     "[1,]",
                                     "[01]",
                                     "[1.]",
                                     "[+1]",
                                     "{\"a\":1,\"a\":2}",
                                     "[1] x",
                                     "[\"\\u0000\"]",
                                     "[\"\\ud800\"]",
                                     "[\"\t\"]",
                                     "[\"\xff\"]",
                                     "{a:1}",
                                     "[nul]",
                                     "[\"a]",
                                     "[.5]",
                                     "[1e]",
                                     "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *reason = NULL;
    g_autoptr (SimJson) json = sim_json_parse (good[i], strlen (good[i]), &reason);

    g_assert_cmpstr (reason, ==, NULL);
    g_assert_nonnull (json);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *reason = NULL;

    g_assert_null (sim_json_parse (bad[i], strlen (bad[i]), &reason));
    g_assert_nonnull (reason);
  }
}

void
add_vector_tests (void)
{
  g_test_add_func ("/platform/vectors/sm4", test_sm4);
  g_test_add_func ("/platform/vectors/cipher", test_cipher);
  g_test_add_func ("/platform/vectors/cipher-refusals", test_cipher_refusals);
  g_test_add_func ("/platform/vectors/sm3", test_sm3);
  g_test_add_func ("/platform/vectors/signature", test_signature);
  g_test_add_func ("/platform/vectors/json", test_json);
}
