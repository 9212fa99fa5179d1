/* Time stamps: what is asked, and that nothing but the answer to it is taken, at once and years later. */
#include "app/signer/stamp.h"
#include "tests/signer/stamper.h"

#include <openssl/ts.h>
#include <string.h>

#define NOW_US (G_GINT64_CONSTANT (1772413200) * G_USEC_PER_SEC) /* 2026-03-02 09:00 at Beijing */
#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)
#define TEXT "fuzhen.test/v1\nid A\n"

typedef struct {
  Authority *authority;
  Stamper *stamper;
  FzChain *trusted;
} Desk;

static void
desk_set_up (Desk *d, gint64 from_us, gint64 until_us)
{
  g_autofree char *root = NULL, *between = NULL, *all = NULL;

  d->authority = authority_new ("P-256", NOW_US);
  d->stamper = stamper_new (d->authority, from_us, until_us);
  d->trusted = fz_chain_new ();
  root = authority_root_pem (d->authority);
  between = authority_between_pem (d->authority);
  all = g_strconcat (root, between, NULL);
  g_assert_true (fz_chain_add_pem (d->trusted, all, strlen (all), NULL));
}

static void
desk_clear (Desk *d)
{
  authority_free (d->authority);
  stamper_free (d->stamper);
  fz_chain_free (d->trusted);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

static GBytes *
answer (Desk *d, GBytes *request, gint64 at_us, StamperMishap mishap)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (request, &n);

  return stamper_answer (d->stamper, bytes, n, at_us, mishap);
}

static void
refused (GBytes *request, GBytes *reply, const FzChain *trusted, gint64 now_us, const char *words)
{
  g_auto (FzStamp) stamp = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_stamp_accept (request, reply, trusted, now_us, &stamp, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REJECTED);
  g_assert_null (stamp.authority);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
}

static void
test_good (void)
{
  g_auto (Desk) d = { 0 };
  g_auto (FzStamp) stamp = { 0 }, again = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) request = NULL, reply = NULL;
  g_autoptr (FzChain) nothing = fz_chain_new ();
  g_autofree char *why = NULL;

  desk_set_up (&d, NOW_US - DAY_US, NOW_US + DAY_US);
  request = fz_stamp_ask (TEXT, strlen (TEXT), &error);
  g_assert_no_error (error);
  reply = answer (&d, request, NOW_US, STAMPER_WELL);
  g_assert_true (fz_stamp_accept (request, reply, d.trusted, NOW_US + DAY_US / 1440, &stamp, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stamp.at_us, ==, NOW_US);
  g_assert_nonnull (strstr (stamp.authority, "测试时间戳"));
  /* Years later, its certificate long over: it was in force at the time that counts. */
  g_assert_cmpint (fz_stamp_judge (reply, TEXT, strlen (TEXT), d.trusted, &again, &why), ==, FZ_LINK_GOOD);
  g_assert_cmpint (again.at_us, ==, NOW_US);
  fz_stamp_clear (&again);
  g_assert_cmpint (fz_stamp_judge (reply, TEXT, strlen (TEXT), nothing, &again, &why), ==, FZ_LINK_NO_ROOT);
  fz_stamp_clear (&again);
  g_clear_pointer (&why, g_free);
  g_assert_cmpint (fz_stamp_judge (reply, TEXT "x", strlen (TEXT) + 1, d.trusted, &again, &why), ==, FZ_LINK_BAD);
}

static void
test_nonce_is_fresh (void)
{
  g_autoptr (GBytes) one = fz_stamp_ask (TEXT, strlen (TEXT), NULL), two = fz_stamp_ask (TEXT, strlen (TEXT), NULL);

  g_assert_cmpuint (g_bytes_get_size (one), ==, g_bytes_get_size (two));
  g_assert_false (g_bytes_equal (one, two));
}

static const struct {
  const char *name, *words;
  StamperMishap mishap;
} mishaps[] = {
  { "other-nonce", "随机数", STAMPER_OTHER_NONCE },
  { "other-hash", "随机数", STAMPER_OTHER_HASH },
  { "refuses", "没有同意", STAMPER_REFUSES },
  { "without-nonce", "随机数", STAMPER_WITHOUT_NONCE },
  { "no-certificate", "证书", STAMPER_NO_CERTIFICATE },
  { "old-answer", "随机数", STAMPER_OLD_ANSWER },
  { "cut", "不是完整", STAMPER_CUT },
  { "more", "不是完整", STAMPER_MORE },
  { "garbled", "不是完整", STAMPER_GARBLED },
  { "empty", "不是完整", STAMPER_EMPTY },
  { "huge", "不是完整", STAMPER_HUGE },
  { "page", "不是完整", STAMPER_PAGE },
};

static void
test_mishap (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_auto (Desk) d = { 0 };
  g_autoptr (GBytes) first = fz_stamp_ask ("x", 1, NULL), request = fz_stamp_ask (TEXT, strlen (TEXT), NULL), before = NULL, reply = NULL;

  desk_set_up (&d, NOW_US - DAY_US, NOW_US + DAY_US);
  before = answer (&d, first, NOW_US, STAMPER_WELL);
  reply = answer (&d, request, NOW_US, mishaps[i].mishap);
  refused (request, reply, d.trusted, NOW_US, mishaps[i].words);
}

static void
test_certificates_and_clocks (void)
{
  g_auto (Desk) d = { 0 }, over = { 0 };
  g_autoptr (GBytes) request = fz_stamp_ask (TEXT, strlen (TEXT), NULL), reply = NULL, late = NULL, expired = NULL;

  desk_set_up (&d, NOW_US - DAY_US, NOW_US + DAY_US);
  desk_set_up (&over, NOW_US - 2 * DAY_US, NOW_US - DAY_US);
  reply = answer (&d, request, NOW_US, STAMPER_WELL);
  refused (request, reply, over.trusted, NOW_US, "不可用"); /* an authority of the same name and another key */
  refused (request, reply, d.trusted, NOW_US + 2 * FZ_STAMP_SKEW_US, "5 分钟");
  late = answer (&d, request, NOW_US + DAY_US / 2, STAMPER_WELL);
  refused (request, late, d.trusted, NOW_US, "5 分钟");
  expired = answer (&over, request, NOW_US, STAMPER_WELL);
  refused (request, expired, over.trusted, NOW_US, "证书");
}

/* Whatever byte is changed: refused, or it says exactly the same as before (some bytes of the envelope say nothing). */
static void
test_every_byte (void)
{
  g_auto (Desk) d = { 0 };
  g_autoptr (GBytes) request = fz_stamp_ask (TEXT, strlen (TEXT), NULL), reply = NULL;
  g_autofree guint8 *copy = NULL;
  gsize n = 0;
  guint kept = 0;

  desk_set_up (&d, NOW_US - DAY_US, NOW_US + DAY_US);
  reply = answer (&d, request, NOW_US, STAMPER_WELL);
  copy = g_memdup2 (g_bytes_get_data (reply, &n), g_bytes_get_size (reply));
  for (gsize i = 0; i < n; i++) {
    g_auto (FzStamp) stamp = { 0 };
    g_autoptr (GBytes) changed = NULL;
    g_autofree char *why = NULL;

    copy[i] ^= (guint8) (1u << i % 8);
    changed = g_bytes_new (copy, n);
    if (fz_stamp_judge (changed, TEXT, strlen (TEXT), d.trusted, &stamp, &why) == FZ_LINK_GOOD) {
      g_assert_cmpint (stamp.at_us, ==, NOW_US);
      g_assert_nonnull (strstr (stamp.authority, "测试时间戳"));
      kept++;
    }
    copy[i] ^= (guint8) (1u << i % 8);
  }
  g_assert_cmpuint (kept, <, n / 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stamp/good", test_good);
  g_test_add_func ("/stamp/nonce-is-fresh", test_nonce_is_fresh);
  for (guint i = 0; i < G_N_ELEMENTS (mishaps); i++) {
    g_autofree char *path = g_strconcat ("/stamp/mishap/", mishaps[i].name, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mishap);
  }
  g_test_add_func ("/stamp/certificates-and-clocks", test_certificates_and_clocks);
  g_test_add_func ("/stamp/every-byte", test_every_byte);
  return g_test_run ();
}
