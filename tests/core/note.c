/* Signed notes: the published vector, golden bytes, every bit flipped, keys and signatures that only look right. */
#include "core/note.h"

#include <sodium.h>
#include <string.h>

/* The published example of Go's golang.org/x/mod/sumdb/note. */
#define GO_VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define GO_NOTE                                                                                                          \
  "If you think cryptography is the answer to your problem,\n"                                                          \
  "then you don't know what your problem is.\n"                                                                         \
  "\n"                                                                                                                  \
  "\342\200\224 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

#define TEXT "fuzhen.test/v1\nname \345\274\240\344\270\211\n"
#define DASH "\342\200\224 "

typedef struct {
  FzSecret *seed;
  FzVerifier *who;
} Signer;

/* The seed is one byte repeated, so that golden bytes stay. */
static Signer
make_signer (const char *name, guint8 fill)
{
  Signer self = { fz_secret_new (FZ_ED25519_SEED_BYTES), NULL };
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  g_autoptr (GError) error = NULL;

  memset (fz_secret_get_writable (self.seed), fill, FZ_ED25519_SEED_BYTES);
  fz_seed_public_key (self.seed, public_key);
  self.who = fz_verifier_new (name, public_key, &error);
  g_assert_no_error (error);
  return self;
}

static void
signer_clear (Signer *self)
{
  fz_secret_free (self->seed);
  fz_verifier_unref (self->who);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signer, signer_clear)

static GBytes *
sign (const Signer *const *signers, guint n_signers)
{
  g_autoptr (GBytes) text = g_bytes_new_static (TEXT, strlen (TEXT));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;

  for (guint i = 0; i < n_signers; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *line = fz_note_sign_line (signers[i]->who, signers[i]->seed, TEXT, strlen (TEXT), &error);

      g_assert_no_error (error);
      g_strv_builder_add (builder, line);
    }
  lines = g_strv_builder_end (builder);
  return fz_note_join (text, (const char *const *) lines);
}

static FzNote *
parse_bytes (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  FzNote *note = fz_note_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);

  g_assert_no_error (error);
  return note;
}

static void
test_go_vector (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzVerifier) who = fz_verifier_parse (GO_VKEY, &error);
  g_autoptr (FzNote) note = NULL;
  g_autofree char *vkey = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (fz_verifier_get_name (who), ==, "PeterNeumann");
  g_assert_cmphex (fz_verifier_get_key_id (who), ==, 0xc74f20a3);
  vkey = fz_verifier_dup_vkey (who);
  g_assert_cmpstr (vkey, ==, GO_VKEY);
  note = fz_note_parse ((const guint8 *) GO_NOTE, strlen (GO_NOTE), &error);
  g_assert_no_error (error);
  g_assert_true (fz_note_check (note, who, &error));
  g_assert_no_error (error);
}

static void
test_golden (void)
{
  g_auto (Signer) doctor = make_signer ("\345\214\273\351\231\242/110", 0x11), pharmacist = make_signer ("hospital/220", 0x22);
  const Signer *both[] = { &doctor, &pharmacist };
  g_autoptr (GBytes) bytes = sign (both, 2);
  g_autoptr (FzNote) note = parse_bytes (bytes);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (GBytes) joined = NULL;
  const char *lines[3] = { fz_note_get_line (note, 0), fz_note_get_line (note, 1), NULL };

  /* Ed25519 signs the same bytes the same way; cross.py has another program make this note byte by byte. */
  g_assert_cmpstr (hash, ==, "cfae4cbd629eb1a51003d816340f741d1bf96af8bd0187c87723427372a0264a");
  g_assert_cmpuint (fz_note_get_n_lines (note), ==, 2);
  g_assert_cmpstr (fz_note_get_signer (note, 0), ==, "\345\214\273\351\231\242/110");
  g_assert_cmpstr (fz_note_get_signer (note, 1), ==, "hospital/220");
  g_assert_cmpmem (g_bytes_get_data (fz_note_get_text (note), NULL), g_bytes_get_size (fz_note_get_text (note)), TEXT, strlen (TEXT));
  {
    g_autoptr (FzNote) shared = fz_note_ref (note);
    g_autoptr (FzVerifier) who = fz_verifier_ref (doctor.who);

    g_assert_true (fz_note_check (shared, who, NULL));
  }
  g_assert_true (fz_note_check (note, doctor.who, NULL));
  g_assert_true (fz_note_check (note, pharmacist.who, NULL));
  joined = fz_note_join (fz_note_get_text (note), lines);
  g_assert_true (g_bytes_equal (joined, bytes));
}

static void
test_every_bit (void)
{
  g_auto (Signer) doctor = make_signer ("hospital/110", 0x11), pharmacist = make_signer ("hospital/220", 0x22);
  const Signer *both[] = { &doctor, &pharmacist };
  g_autoptr (GBytes) bytes = sign (both, 2);
  gsize n = g_bytes_get_size (bytes);
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), n);
  guint parsed = 0;

  for (gsize bit = 0; bit < n * 8; bit++)
    {
      g_autoptr (FzNote) note = NULL;

      copy[bit / 8] ^= (guint8) (1 << bit % 8);
      note = fz_note_parse (copy, n, NULL);
      if (note != NULL)
        {
          parsed++;
          g_assert_false (fz_note_check (note, doctor.who, NULL) && fz_note_check (note, pharmacist.who, NULL));
        }
      copy[bit / 8] ^= (guint8) (1 << bit % 8);
    }
  g_assert_cmpuint (parsed, >, 100);
}

static void
test_every_cut (void)
{
  g_auto (Signer) doctor = make_signer ("hospital/110", 0x11);
  const Signer *one[] = { &doctor };
  g_autoptr (GBytes) bytes = sign (one, 1);

  for (gsize n = 0; n < g_bytes_get_size (bytes); n++)
    {
      g_autoptr (FzNote) note = fz_note_parse (g_bytes_get_data (bytes, NULL), n, NULL);

      g_assert_null (note);
    }
}

static void
test_wrong_signer (void)
{
  g_auto (Signer) doctor = make_signer ("hospital/110", 0x11), other = make_signer ("hospital/110", 0x33), renamed = make_signer ("hospital/111", 0x11);
  const Signer *one[] = { &doctor };
  g_autoptr (GBytes) bytes = sign (one, 1);
  g_autoptr (FzNote) note = parse_bytes (bytes);
  g_autoptr (GError) error = NULL, renamed_error = NULL;

  g_assert_false (fz_note_check (note, other.who, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  g_assert_false (fz_note_check (note, renamed.who, &renamed_error));
  g_assert_error (renamed_error, FZ_ERROR, FZ_ERROR_SIGNATURE);
}

/* A valid line does not make up for a wrong one of the same key. */
static void
test_wrong_line_beside_right (void)
{
  g_auto (Signer) doctor = make_signer ("hospital/110", 0x11);
  g_autofree char *right = fz_note_sign_line (doctor.who, doctor.seed, TEXT, strlen (TEXT), NULL);
  g_autofree char *wrong = fz_note_sign_line (doctor.who, doctor.seed, "other\n", 6, NULL);
  g_autoptr (GBytes) text = g_bytes_new_static (TEXT, strlen (TEXT));
  const char *orders[2][3] = { { right, wrong, NULL }, { wrong, right, NULL } };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) bytes = fz_note_join (text, orders[i]);
      g_autoptr (FzNote) note = parse_bytes (bytes);
      g_autoptr (GError) error = NULL;

      g_assert_false (fz_note_check (note, doctor.who, &error));
      g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
    }
}

static void
test_unknown_line_carried (void)
{
  g_auto (Signer) doctor = make_signer ("hospital/110", 0x11);
  g_autofree char *line = fz_note_sign_line (doctor.who, doctor.seed, TEXT, strlen (TEXT), NULL);
  const char *lines[] = { DASH "ca/sm2 AAAAAAECAwQFBgc=\n", line, NULL };
  g_autoptr (GBytes) text = g_bytes_new_static (TEXT, strlen (TEXT));
  g_autoptr (GBytes) bytes = fz_note_join (text, lines);
  g_autoptr (FzNote) note = parse_bytes (bytes);

  g_assert_true (fz_note_check (note, doctor.who, NULL));
  g_assert_cmpstr (fz_note_get_line (note, 0), ==, lines[0]);
}

typedef struct {
  const char *why, *text;
} Bad;

static const Bad bad_notes[] = {
  { "no signature", "text\n\n" },
  { "no empty line", "text\n" DASH "a AAAAAAE=\n" },
  { "no text", "\n" DASH "a AAAAAAE=\n" },
  { "no final line feed", "text\n\n" DASH "a AAAAAAE=" },
  { "something after the signatures", "text\n\n" DASH "a AAAAAAE=\nmore\n" },
  { "hyphen instead of the dash", "text\n\n- a AAAAAAE=\n" },
  { "no space after the dash", "text\n\n\342\200\224a AAAAAAE=\n" },
  { "no name", "text\n\n" DASH " AAAAAAE=\n" },
  { "plus sign in the name", "text\n\n" DASH "a+b AAAAAAE=\n" },
  { "wide space in the name", "text\n\n" DASH "a\343\200\200b AAAAAAE=\n" },
  { "no signature bytes", "text\n\n" DASH "a AAAAAA==\n" },
  { "padding missing", "text\n\n" DASH "a AAAAAAE\n" },
  { "bits after the end", "text\n\n" DASH "a AAAAAAF=\n" },
  { "url alphabet", "text\n\n" DASH "a AAAAAA-_\n" },
  { "space in the base64", "text\n\n" DASH "a AAAA AAE=\n" },
  { "two spaces", "text\n\n" DASH "a  AAAAAAE=\n" },
  { "carriage return", "text\r\n\n" DASH "a AAAAAAE=\n" },
  { "carriage return in the line", "text\n\n" DASH "a AAAAAAE=\r\n" },
  { "bad UTF-8", "te\377xt\n\n" DASH "a AAAAAAE=\n" },
};

static void
test_bad_note (gconstpointer data)
{
  const Bad *bad = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzNote) note = fz_note_parse ((const guint8 *) bad->text, strlen (bad->text), &error);

  g_assert_null (note);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
test_sign_refuses (void)
{
  static const char *const texts[] = { "", "no end", "a\n\nb\n", "a\n\n", "\na\n", "a\tb\n", "a\377\n" };
  g_auto (Signer) doctor = make_signer ("hospital/110", 0x11), other = make_signer ("hospital/110", 0x33);
  g_autoptr (GError) mixed_error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (fz_note_sign_line (doctor.who, doctor.seed, texts[i], strlen (texts[i]), &error));
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    }
  g_assert_null (fz_note_sign_line (doctor.who, other.seed, TEXT, strlen (TEXT), &mixed_error));
  g_assert_error (mixed_error, FZ_ERROR, FZ_ERROR_SIGNATURE);
}

static void
test_bad_vkeys (void)
{
  static const char *const vkeys[] = {
    "",
    "PeterNeumann",
    "PeterNeumann+c74f20a3",
    "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  /* another hash */
    "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  /* another name */
    "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  /* second spelling */
    "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+c74f20a3+AhpcX2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", /* another algorithm */
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW ",
    "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  };

  for (guint i = 0; i < G_N_ELEMENTS (vkeys); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", vkeys[i]);
      g_assert_null (fz_verifier_parse (vkeys[i], &error));
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    }
}

static void
assert_key_refused (const char *hex)
{
  guint8 key[FZ_ED25519_PUBLIC_BYTES];
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sodium_hex2bin (key, sizeof key, hex, strlen (hex), NULL, NULL, NULL), ==, 0);
  g_test_message ("%s", hex);
  g_assert_null (fz_verifier_new ("a/1", key, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
}

/* One spelling only: no byte above ASCII stands for a slash, though the decoder under ours says so. */
static void
test_slash_above_ascii (void)
{
  guint8 seed[FZ_ED25519_SEED_BYTES] = { 0 }, public_key[FZ_ED25519_PUBLIC_BYTES];
  guint tried = 0;

  for (seed[0] = 0; seed[0] < 32; seed[0]++)
    {
      g_autoptr (FzSecret) secret = fz_secret_new_from (seed, sizeof seed);
      g_autoptr (FzVerifier) good = NULL, bad = NULL;
      g_autofree char *vkey = NULL;
      char *slash;

      fz_seed_public_key (secret, public_key);
      good = fz_verifier_new ("k", public_key, NULL);
      vkey = fz_verifier_dup_vkey (good);
      slash = strchr (vkey, '/');
      if (slash == NULL)
        continue;
      *slash = (char) (0x80 + 7 * seed[0] % 0x80);
      bad = fz_verifier_parse (vkey, NULL);
      g_assert_null (bad);
      tried++;
    }
  g_assert_cmpuint (tried, >, 3);
}

/* All points of small order, in canonical and other encodings, and y not below p. */
static void
test_bad_points (void)
{
  static const char *const points[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0200000000000000000000000000000000000000000000000000000000000000", /* not on the curve */
  };

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    assert_key_refused (points[i]);
}

/* A good key plus a point of order 8 is on the curve and of large order, and would let signatures be read two ways. */
static void
test_mixed_order_key (void)
{
  g_auto (Signer) doctor = make_signer ("hospital/110", 0x11);
  guint8 small[32], mixed[32];
  char hex[65];

  sodium_hex2bin (small, sizeof small, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", 64, NULL, NULL, NULL);
  g_assert_cmpint (crypto_core_ed25519_add (mixed, fz_verifier_get_public_key (doctor.who), small), ==, 0);
  assert_key_refused (sodium_bin2hex (hex, sizeof hex, mixed, sizeof mixed));
}

/* S + L verifies in a lax verifier: the same signature in a second spelling. */
static void
test_non_canonical_s (void)
{
  static const guint8 order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10 };
  g_auto (Signer) doctor = make_signer ("hospital/110", 0x11);
  g_autoptr (FzSecret) private_key = fz_secret_new (crypto_sign_SECRETKEYBYTES);
  guint8 public_key[32], signature[64];
  guint carry = 0;

  crypto_sign_seed_keypair (public_key, fz_secret_get_writable (private_key), fz_secret_get (doctor.seed));
  crypto_sign_detached (signature, NULL, (const guint8 *) TEXT, strlen (TEXT), fz_secret_get (private_key));
  g_assert_true (fz_verifier_check (doctor.who, TEXT, strlen (TEXT), signature));
  for (guint i = 0; i < 32; i++)
    {
      carry += (guint) signature[32 + i] + order[i];
      signature[32 + i] = (guint8) carry;
      carry >>= 8;
    }
  g_assert_cmpuint (carry, ==, 0);
  g_assert_false (fz_verifier_check (doctor.who, TEXT, strlen (TEXT), signature));
}

int
main (int argc, char **argv)
{
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/note/go-vector", test_go_vector);
  g_test_add_func ("/note/golden", test_golden);
  g_test_add_func ("/note/every-bit", test_every_bit);
  g_test_add_func ("/note/every-cut", test_every_cut);
  g_test_add_func ("/note/wrong-signer", test_wrong_signer);
  g_test_add_func ("/note/wrong-line-beside-right", test_wrong_line_beside_right);
  g_test_add_func ("/note/unknown-line-carried", test_unknown_line_carried);
  for (guint i = 0; i < G_N_ELEMENTS (bad_notes); i++)
    {
      g_autofree char *path = g_strdelimit (g_strdup_printf ("/note/bad/%s", bad_notes[i].why), " ", '-');

      g_test_add_data_func (path, &bad_notes[i], test_bad_note);
    }
  g_test_add_func ("/note/sign-refuses", test_sign_refuses);
  g_test_add_func ("/note/bad-vkeys", test_bad_vkeys);
  g_test_add_func ("/note/slash-above-ascii", test_slash_above_ascii);
  g_test_add_func ("/note/bad-points", test_bad_points);
  g_test_add_func ("/note/mixed-order-key", test_mixed_order_key);
  g_test_add_func ("/note/non-canonical-s", test_non_canonical_s);
  return g_test_run ();
}
