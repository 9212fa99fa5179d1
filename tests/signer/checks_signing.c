/* The signature: of exactly what was authorised, and good. */
#include "tests/signer/checks.h"

#include "core/date.h"

#include <string.h>

#define A "fuzhen.test/v1\nid A\n"
#define B "fuzhen.test/v1\nid B\nname 林若溪\n"

static const char *const one[] = { A, NULL };
static const char *const two[] = { A, B, NULL };

static char *
signed_line (Bench *b, const char *text)
{
  const char *const texts[] = { text, NULL };
  g_autoptr (FzSigner) signer = bench_authorised (b, texts);
  g_autoptr (GError) error = NULL;
  char *line = bench_sign (signer, text, BENCH_NOW_US, &error);

  g_assert_no_error (error);
  return line;
}

static GBytes *
key_of (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_open (b);

  return g_bytes_ref (fz_signer_get_info (signer)->public_key);
}

static gboolean
holds (Bench *b, const char *text, GBytes *signature)
{
  g_autoptr (GBytes) key = key_of (b);
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (signature, &n);

  return fz_algorithm_check (b->kind->algorithm, key, text, strlen (text), bytes, n);
}

static void
signature_holds (Bench *b)
{
  g_autofree char *line = signed_line (b, A);
  g_autoptr (GBytes) signature = bench_signature_of (A, line);

  g_assert_true (holds (b, A, signature));
}

static void
signature_of_other_text_fails (Bench *b)
{
  g_autofree char *line = signed_line (b, A);
  g_autoptr (GBytes) signature = bench_signature_of (A, line);

  g_assert_false (holds (b, B, signature));
}

static void
line_has_its_form (Bench *b)
{
  g_autofree char *line = signed_line (b, A);

  g_assert_true (g_str_has_prefix (line, "— " BENCH_NAME " "));
  g_assert_true (g_str_has_suffix (line, "\n"));
  g_assert_cmpuint (strcspn (line, "\n"), ==, strlen (line) - 1);
}

static void
line_names_the_key (Bench *b)
{
  g_autofree char *line = signed_line (b, A);
  g_autoptr (GBytes) text = g_bytes_new (A, strlen (A)), key = key_of (b);
  const char *const lines[] = { line, NULL };
  g_autoptr (GBytes) joined = fz_note_join (text, lines);
  g_autoptr (FzNote) note = fz_note_parse (g_bytes_get_data (joined, NULL), g_bytes_get_size (joined), NULL);
  guint32 id = 0;

  g_assert_true (fz_algorithm_key_id (b->kind->algorithm, BENCH_NAME, key, &id, NULL));
  g_assert_cmpuint (fz_note_get_key_id (note, 0), ==, id);
  g_assert_cmpstr (fz_note_get_signer (note, 0), ==, BENCH_NAME);
}

/* An Ed25519 line is what every reader of notes checks; another algorithm's stands beside it and is passed over. */
static void
line_in_a_note_with_another (Bench *b)
{
  g_autoptr (FzSecret) seed = fz_secret_random (FZ_ED25519_SEED_BYTES);
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  g_autoptr (FzVerifier) who = NULL;
  g_autofree char *line = signed_line (b, A), *own = NULL;
  g_autoptr (GBytes) text = g_bytes_new (A, strlen (A)), joined = NULL;
  g_autoptr (FzNote) note = NULL;

  fz_seed_public_key (seed, public_key);
  who = fz_verifier_new (BENCH_NAME, public_key, NULL);
  own = fz_note_sign_line (who, seed, A, strlen (A), NULL);
  {
    const char *const lines[] = { own, line, NULL };

    joined = fz_note_join (text, lines);
  }
  note = fz_note_parse (g_bytes_get_data (joined, NULL), g_bytes_get_size (joined), NULL);
  g_assert_cmpuint (fz_note_get_n_lines (note), ==, 2);
  g_assert_true (fz_note_check (note, who, NULL));
}

static void
two_envelopes (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, two);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = bench_sign (signer, A, BENCH_NOW_US, &error), *second = bench_sign (signer, B, BENCH_NOW_US, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (first, !=, second);
}

static void
two_envelopes_turned_round (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, two);
  g_autoptr (GError) error = NULL;
  g_autofree char *second = bench_sign (signer, B, BENCH_NOW_US, &error), *first = bench_sign (signer, A, BENCH_NOW_US, &error);
  g_autoptr (GBytes) signature = bench_signature_of (B, second);

  g_assert_no_error (error);
  g_assert_nonnull (first);
  g_assert_true (holds (b, B, signature));
}

static void
twenty_envelopes (Bench *b)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzSigner) signer = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (texts, g_strdup_printf ("fuzhen.test/v1\nid %u\n", i));
  g_ptr_array_add (texts, NULL);
  signer = bench_authorised (b, (const char *const *) texts->pdata);
  for (guint i = 0; i < 20; i++) {
    G_GNUC_UNUSED g_autofree char *line = bench_sign (signer, texts->pdata[i], BENCH_NOW_US, &error);

    g_assert_no_error (error);
  }
}

static void
once_only (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, two);
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autofree char *line = bench_sign (signer, A, BENCH_NOW_US, &error);

  g_assert_no_error (error);
  bench_expect (bench_sign (signer, A, BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
refused_text (Bench *b, const char *text)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, two);
  g_autoptr (GError) error = NULL;

  bench_expect (bench_sign (signer, text, BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
  /* What was tried with another text is over for the right one, too. */
  bench_expect (bench_sign (signer, A, BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
other_text (Bench *b)
{
  refused_text (b, "fuzhen.test/v1\nid C\n");
}

static void
one_letter_changed (Bench *b)
{
  refused_text (b, "fuzhen.test/v1\nid a\n");
}

static void
one_line_more (Bench *b)
{
  refused_text (b, A "z 1\n");
}

static void
one_line_less (Bench *b)
{
  refused_text (b, "fuzhen.test/v1\n");
}

static void
invalid_text (Bench *b, const char *text)
{
  const char *const texts[] = { text, NULL };
  g_autoptr (FzSigner) signer = bench_authorised (b, texts);
  g_autoptr (GError) error = NULL;

  bench_expect (bench_sign (signer, text, BENCH_NOW_US, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_INVALID);
}

static void
text_without_end (Bench *b)
{
  invalid_text (b, "fuzhen.test/v1\nid A");
}

static void
text_empty (Bench *b)
{
  invalid_text (b, "");
}

static void
text_with_empty_line (Bench *b)
{
  invalid_text (b, "fuzhen.test/v1\n\nid A\n");
}

static void
text_of_line_end (Bench *b)
{
  invalid_text (b, "\n");
}

static void
text_with_control (Bench *b)
{
  invalid_text (b, "fuzhen.test/v1\nid \x01\n");
}

static void
text_of_bad_utf8 (Bench *b)
{
  invalid_text (b, "fuzhen.test/v1\nid \xff\n");
}

static void
text_of_greatest_size (Bench *b)
{
  g_autoptr (GString) text = g_string_new ("fuzhen.test/v1\nid ");
  g_autofree char *line = NULL;
  g_autoptr (GBytes) signature = NULL;

  while (text->len < 59999)
    g_string_append_c (text, 'x');
  g_string_append_c (text, '\n');
  line = signed_line (b, text->str);
  signature = bench_signature_of (text->str, line);
  g_assert_true (holds (b, text->str, signature));
}

static void
text_of_one_letter (Bench *b)
{
  g_autofree char *line = signed_line (b, "a\n");

  g_assert_nonnull (line);
}

static void
text_in_chinese (Bench *b)
{
  g_autofree char *line = signed_line (b, B);
  g_autoptr (GBytes) signature = bench_signature_of (B, line);

  g_assert_true (holds (b, B, signature));
}

/* --- the minute --- */

static void
after_seconds (Bench *b, gint64 us, gboolean good)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = bench_sign (signer, A, BENCH_NOW_US + us, &error);

  if (good)
    g_assert_no_error (error);
  else
    bench_expect (line == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static void
minute_at_its_end (Bench *b)
{
  after_seconds (b, FZ_SIGNER_SECONDS * FZ_US_PER_SECOND, TRUE);
}

static void
minute_over (Bench *b)
{
  after_seconds (b, FZ_SIGNER_SECONDS * FZ_US_PER_SECOND + 1, FALSE);
}

static void
clock_set_back (Bench *b)
{
  after_seconds (b, -1, FALSE);
}

static void
after_the_minute_a_new_pin (Bench *b)
{
  g_autoptr (FzSigner) signer = bench_authorised (b, one);
  g_autoptr (GError) error = NULL;
  gint64 later = BENCH_NOW_US + 2 * FZ_SIGNER_SECONDS * FZ_US_PER_SECOND;
  g_autofree char *line = NULL;

  bench_expect (bench_sign (signer, A, later, &error) == NULL, &error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_assert_true (bench_authorise (b, signer, b->pin, one, later, NULL, &error));
  line = bench_sign (signer, A, later, &error);
  g_assert_no_error (error);
}

/* --- damage --- */

static void
every_bit_counts (Bench *b)
{
  g_autofree char *line = signed_line (b, A);
  g_autoptr (GBytes) signature = bench_signature_of (A, line);
  gsize n = g_bytes_get_size (signature);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (signature, NULL), n);
  g_autoptr (GBytes) key = key_of (b);

  for (gsize bit = 0; bit < 8 * n; bit++) {
    bytes[bit / 8] ^= (guint8) (1u << bit % 8);
    g_assert_false (fz_algorithm_check (b->kind->algorithm, key, A, strlen (A), bytes, n));
    bytes[bit / 8] ^= (guint8) (1u << bit % 8);
  }
  g_assert_true (fz_algorithm_check (b->kind->algorithm, key, A, strlen (A), bytes, n));
}

static void
length_counts (Bench *b)
{
  g_autofree char *line = signed_line (b, A);
  g_autoptr (GBytes) signature = bench_signature_of (A, line), shorter = g_bytes_new_from_bytes (signature, 0, g_bytes_get_size (signature) - 1);
  g_autoptr (GByteArray) more = g_byte_array_new ();
  g_autoptr (GBytes) key = key_of (b);
  guint8 zero = 0;

  g_byte_array_append (more, g_bytes_get_data (signature, NULL), (guint) g_bytes_get_size (signature));
  g_byte_array_append (more, &zero, 1);
  g_assert_false (holds (b, A, shorter));
  g_assert_false (fz_algorithm_check (b->kind->algorithm, key, A, strlen (A), more->data, more->len));
  g_assert_false (fz_algorithm_check (b->kind->algorithm, key, A, strlen (A), more->data, 0));
}

static void
key_counts (Bench *b)
{
  g_autofree char *line = signed_line (b, A);
  g_autoptr (GBytes) signature = bench_signature_of (A, line), key = key_of (b), other = NULL;
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (key, NULL), g_bytes_get_size (key));

  for (gsize i = 0; i < g_bytes_get_size (key); i++) {
    bytes[i] ^= 4;
    g_clear_pointer (&other, g_bytes_unref);
    other = g_bytes_new (bytes, g_bytes_get_size (key));
    g_assert_false (fz_algorithm_check (b->kind->algorithm, other, A, strlen (A), g_bytes_get_data (signature, NULL), g_bytes_get_size (signature)));
    bytes[i] ^= 4;
  }
}

static void
algorithm_counts (Bench *b)
{
  g_autofree char *line = signed_line (b, A);
  g_autoptr (GBytes) signature = bench_signature_of (A, line), key = key_of (b);

  for (guint i = 0; i < FZ_N_ALGORITHMS; i++)
    g_assert_cmpint (fz_algorithm_check (i, key, A, strlen (A), g_bytes_get_data (signature, NULL), g_bytes_get_size (signature)), ==,
                     i == b->kind->algorithm);
}

const Check checks_of_signing[] = {
  { "signature-holds", signature_holds },
  { "signature-of-other-text-fails", signature_of_other_text_fails },
  { "line-has-its-form", line_has_its_form },
  { "line-names-the-key", line_names_the_key },
  { "line-in-a-note-with-another", line_in_a_note_with_another },
  { "two-envelopes", two_envelopes },
  { "two-envelopes-turned-round", two_envelopes_turned_round },
  { "twenty-envelopes", twenty_envelopes },
  { "once-only", once_only },
  { "other-text", other_text },
  { "one-letter-changed", one_letter_changed },
  { "one-line-more", one_line_more },
  { "one-line-less", one_line_less },
  { "text-without-end", text_without_end },
  { "text-empty", text_empty },
  { "text-with-empty-line", text_with_empty_line },
  { "text-of-line-end", text_of_line_end },
  { "text-with-control", text_with_control },
  { "text-of-bad-utf8", text_of_bad_utf8 },
  { "text-of-greatest-size", text_of_greatest_size },
  { "text-of-one-letter", text_of_one_letter },
  { "text-in-chinese", text_in_chinese },
  { "minute-at-its-end", minute_at_its_end },
  { "minute-over", minute_over },
  { "clock-set-back", clock_set_back },
  { "after-the-minute-a-new-pin", after_the_minute_a_new_pin },
  { "every-bit-counts", every_bit_counts },
  { "length-counts", length_counts },
  { "key-counts", key_counts },
  { "algorithm-counts", algorithm_counts },
  { NULL, NULL },
};
