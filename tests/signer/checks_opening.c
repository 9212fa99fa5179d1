/* Finding, opening, describing and the PIN. */
#include "tests/signer/checks.h"

#include "core/date.h"

#include <string.h>

static const char *const one[] = { "fuzhen.test/v1\nid A\n", NULL };
static const char *const none[] = { NULL };

static FzSigner *
try_open (Bench *b, FzSignerWanted wanted, GError **error)
{
  return fz_signer_open (b->kind->provider, &b->place, &wanted, error);
}

static void
enumerates (Bench *b)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slots = b->kind->provider->enumerate (&b->place, &error);
  guint found = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < slots->len; i++) {
    const FzSignerSlot *slot = slots->pdata[i];

    g_assert_cmpuint (strlen (slot->label), >, 0);
    found += g_str_equal (slot->id, b->slot);
  }
  g_assert_cmpuint (found, ==, 1);
}

static void
enumerates_twice_alike (Bench *b)
{
  g_autoptr (GPtrArray) first = b->kind->provider->enumerate (&b->place, NULL), second = b->kind->provider->enumerate (&b->place, NULL);

  g_assert_cmpuint (first->len, ==, second->len);
}

static void
opens_by_slot (Bench *b)
{
  FzSignerWanted wanted = b->wanted;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSigner) signer = NULL;

  wanted.slot = b->slot;
  signer = try_open (b, wanted, &error);
  g_assert_no_error (error);
  g_assert_true (fz_signer_get_provider (signer) == b->kind->provider);
}

/* One key opens by itself; of several tokens one must be named. */
static void
several_need_a_name (Bench *b)
{
  g_autoptr (GPtrArray) slots = b->kind->provider->enumerate (&b->place, NULL);
  FzSignerWanted wanted = b->wanted;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSigner) signer = NULL;

  wanted.slot = NULL;
  signer = try_open (b, wanted, &error);
  if (slots->len == 1)
    g_assert_no_error (error);
  else
    bench_expect (signer == NULL, &error, FZ_ERROR, FZ_ERROR_CONFLICT);
}

static void
unknown_slot (Bench *b)
{
  FzSignerWanted wanted = b->wanted;
  g_autoptr (GError) error = NULL;

  wanted.slot = "0000000000000000/ff";
  bench_expect (try_open (b, wanted, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
}

static void
slot_like_a_path (Bench *b)
{
  FzSignerWanted wanted = b->wanted;
  g_autoptr (GError) error = NULL;

  wanted.slot = "../../../etc/passwd";
  bench_expect (try_open (b, wanted, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
}

static void
empty_slot (Bench *b)
{
  FzSignerWanted wanted = b->wanted;
  g_autoptr (GError) error = NULL;

  wanted.slot = "";
  bench_expect (try_open (b, wanted, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
}

static void
other_key (Bench *b)
{
  static const guint8 zero[FZ_POINT_BYTES];
  g_autoptr (GBytes) key = g_bytes_new (zero, b->kind->algorithm == FZ_ALGORITHM_ED25519 ? 32 : sizeof zero);
  FzSignerWanted wanted = b->wanted;
  g_autoptr (GError) error = NULL;

  wanted.public_key = key;
  bench_expect (try_open (b, wanted, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_SIGNATURE);
}

static void
other_certificate (Bench *b)
{
  FzSignerWanted wanted = b->wanted;
  g_autoptr (GError) error = NULL;

  wanted.certificate_sha256 = "0000000000000000000000000000000000000000000000000000000000000000";
  bench_expect (try_open (b, wanted, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_SIGNATURE);
}

static void
bad_name (Bench *b, const char *name)
{
  FzSignerWanted wanted = b->wanted;
  g_autoptr (GError) error = NULL;

  wanted.name = name;
  bench_expect (try_open (b, wanted, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
name_with_space (Bench *b)
{
  bad_name (b, "示范 医院");
}

static void
name_with_plus (Bench *b)
{
  bad_name (b, "a+b");
}

static void
name_empty (Bench *b)
{
  bad_name (b, "");
}

static void
name_with_line_end (Bench *b)
{
  bad_name (b, "a\nb");
}

/* --- info --- */

static void
says_algorithm (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);

  g_assert_cmpint (fz_signer_get_info (signer)->algorithm, ==, b->kind->algorithm);
}

static void
says_public_key (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  gsize n = g_bytes_get_size (fz_signer_get_info (signer)->public_key);

  g_assert_cmpuint (n, ==, b->kind->algorithm == FZ_ALGORITHM_ED25519 ? FZ_ED25519_PUBLIC_BYTES : FZ_POINT_BYTES);
}

static void
says_token (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);

  g_assert_cmpuint (strlen (fz_signer_get_info (signer)->token), >, 0);
  g_assert_cmpuint (strlen (fz_signer_get_info (signer)->serial), >, 0);
}

static void
says_tries (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);

  g_assert_cmpint (fz_signer_get_info (signer)->pins_left, >=, -1);
}

static void
certificate_is_of_the_key (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  const FzSignerInfo *info = fz_signer_get_info (signer);
  g_autoptr (FzCertificate) leaf = NULL;
  g_autoptr (GBytes) key = NULL;
  FzAlgorithm algorithm;

  g_assert_cmpint (info->chain->len > 0, ==, b->kind->certified);
  if (info->chain->len == 0)
    return;
  leaf = fz_certificate_from_der (info->chain->pdata[0], FALSE, NULL);
  g_assert_true (fz_certificate_get_key (leaf, &algorithm, &key));
  g_assert_cmpint (algorithm, ==, info->algorithm);
  g_assert_true (g_bytes_equal (key, info->public_key));
  g_assert_cmpstr (fz_certificate_get_subject (leaf), ==, "CN=林若溪");
  g_assert_true (fz_certificate_signs (leaf));
}

static void
words_on_the_record (Bench *b)
{
  const char *words = fz_signer_record_words (b->kind->provider->word, b->kind->algorithm);

  g_assert_true (g_str_has_prefix (words, b->kind->certified ? "CA 签名" : "院内签名"));
  g_assert_true (fz_signer_provider (b->kind->provider->word) == b->kind->provider);
}

/* --- the PIN --- */

static void
wrong_pin_of (Bench *b, const FzSecret *pin)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GError) error = NULL;

  bench_expect (!bench_authorise (b, signer, pin, one, BENCH_NOW_US, NULL, &error), &error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  bench_expect (bench_sign (signer, one[0], BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
right_pin (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);

  g_assert_nonnull (signer);
}

static void
wrong_pin (Bench *b)
{
  wrong_pin_of (b, b->wrong);
}

static void
empty_pin (Bench *b)
{
  g_autoptr (FzSecret) pin = bench_secret ("");

  wrong_pin_of (b, pin);
}

static void
long_pin (Bench *b)
{
  g_autoptr (FzSecret) pin = fz_secret_new (200);

  memset (fz_secret_get_writable (pin), '7', 200);
  wrong_pin_of (b, pin);
}

static void
pin_with_nul_behind (Bench *b)
{
  g_autoptr (FzSecret) pin = fz_secret_new_from ("271828\0", 7);

  wrong_pin_of (b, pin);
}

static void
pin_cut_short (Bench *b)
{
  g_autoptr (FzSecret) pin = bench_secret ("27182");

  wrong_pin_of (b, pin);
}

static void
wrong_then_right (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  bench_expect (!bench_authorise (b, signer, b->wrong, one, BENCH_NOW_US, NULL, &error), &error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  g_assert_true (bench_authorise (b, signer, b->pin, one, BENCH_NOW_US, NULL, &error));
  line = bench_sign (signer, one[0], BENCH_NOW_US, &error);
  g_assert_no_error (error);
}

static void
wrong_pin_ends_authorisation (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);
  g_autoptr (GError) error = NULL;

  bench_expect (!bench_authorise (b, signer, b->wrong, one, BENCH_NOW_US, NULL, &error), &error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  bench_expect (bench_sign (signer, one[0], BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
for_nothing_signs_nothing (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, none);
  g_autoptr (GError) error = NULL;

  bench_expect (bench_sign (signer, one[0], BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
without_pin_signs_nothing (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GError) error = NULL;

  bench_expect (bench_sign (signer, one[0], BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
new_pin_replaces_envelopes (Bench *b)
{
  static const char *const other[] = { "fuzhen.test/v1\nid B\n", NULL };
  g_autoptr (FzSigner) signer = bench_authorised (b, one);
  g_autoptr (GError) error = NULL;

  g_assert_true (bench_authorise (b, signer, b->pin, other, BENCH_NOW_US, NULL, &error));
  bench_expect (bench_sign (signer, one[0], BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

/* --- the certificate's dates --- */

static void
certificate_at (Bench *b, gint64 at_us, gboolean good)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GError) error = NULL;
  gboolean done = bench_authorise (b, signer, b->pin, one, at_us, NULL, &error);

  if (good || !b->kind->certified) {
    g_assert_no_error (error);
    g_assert_true (done);
  } else
    bench_expect (!done, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
certificate_not_yet (Bench *b)
{
  certificate_at (b, b->from_us - FZ_US_PER_SECOND, FALSE);
}

static void
certificate_first_second (Bench *b)
{
  certificate_at (b, b->from_us, TRUE);
}

static void
certificate_last_second (Bench *b)
{
  certificate_at (b, b->until_us, TRUE);
}

static void
certificate_expired (Bench *b)
{
  certificate_at (b, b->until_us + FZ_US_PER_SECOND, FALSE);
}

static void
certificate_ends_before_the_signature (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  g_assert_true (bench_authorise (b, signer, b->pin, one, b->until_us, NULL, &error));
  line = bench_sign (signer, one[0], b->until_us + FZ_US_PER_SECOND, &error);
  if (b->kind->certified)
    bench_expect (line == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
  else
    g_assert_no_error (error);
}

const Check checks_of_opening[] = {
  { "enumerates", enumerates },
  { "enumerates-twice-alike", enumerates_twice_alike },
  { "opens-by-slot", opens_by_slot },
  { "several-need-a-name", several_need_a_name },
  { "unknown-slot", unknown_slot },
  { "slot-like-a-path", slot_like_a_path },
  { "empty-slot", empty_slot },
  { "other-key", other_key },
  { "other-certificate", other_certificate },
  { "name-with-space", name_with_space },
  { "name-with-plus", name_with_plus },
  { "name-empty", name_empty },
  { "name-with-line-end", name_with_line_end },
  { "says-algorithm", says_algorithm },
  { "says-public-key", says_public_key },
  { "says-token", says_token },
  { "says-tries", says_tries },
  { "certificate-is-of-the-key", certificate_is_of_the_key },
  { "words-on-the-record", words_on_the_record },
  { "right-pin", right_pin },
  { "wrong-pin", wrong_pin },
  { "empty-pin", empty_pin },
  { "long-pin", long_pin },
  { "pin-with-nul-behind", pin_with_nul_behind },
  { "pin-cut-short", pin_cut_short },
  { "wrong-then-right", wrong_then_right },
  { "wrong-pin-ends-authorisation", wrong_pin_ends_authorisation },
  { "for-nothing-signs-nothing", for_nothing_signs_nothing },
  { "without-pin-signs-nothing", without_pin_signs_nothing },
  { "new-pin-replaces-envelopes", new_pin_replaces_envelopes },
  { "certificate-not-yet", certificate_not_yet },
  { "certificate-first-second", certificate_first_second },
  { "certificate-last-second", certificate_last_second },
  { "certificate-expired", certificate_expired },
  { "certificate-ends-before-the-signature", certificate_ends_before_the_signature },
  { NULL, NULL },
};
