#include "db/shares.h"

#include "db/key_derive.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#define SECRET_BYTES 32
#define MARK_BYTES 4 /* of the store's identity */
#define SUM_BYTES 3
#define SHARE_BYTES (1 + MARK_BYTES + SECRET_BYTES + SUM_BYTES)
#define SHARE_LETTERS (SHARE_BYTES * 8 / 5)

G_STATIC_ASSERT (SHARE_BYTES * 8 % 5 == 0);

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* --- GF(256), polynomial x^8+x^4+x^3+x+1, without tables so that time tells nothing --- */

static guint8
gf_times (guint8 a, guint8 b)
{
  guint8 product = 0;

  for (guint i = 0; i < 8; i++) {
    product ^= (guint8) (a & (guint8) -(b & 1));
    a = (guint8) ((guint8) (a << 1) ^ (0x1b & (guint8) -(a >> 7)));
    b >>= 1;
  }
  return product;
}

/* a^254 */
static guint8
gf_inverse (guint8 a)
{
  guint8 result = 1;

  for (guint i = 0; i < 254; i++)
    result = gf_times (result, a);
  return result;
}

/* --- text --- */

static void
checksum (const guint8 share[SHARE_BYTES], guint8 out[SUM_BYTES])
{
  guint8 digest[32];

  crypto_generichash (digest, sizeof digest, share, SHARE_BYTES - SUM_BYTES, NULL, 0);
  memcpy (out, digest, SUM_BYTES);
}

static char *
print (const guint8 share[SHARE_BYTES])
{
  GString *text = g_string_sized_new (SHARE_LETTERS * 5 / 4 + 1);

  for (guint i = 0; i < SHARE_LETTERS; i++) {
    guint bit = i * 5;
    guint pair = (guint) share[bit / 8] << 8 | (bit / 8 + 1 < SHARE_BYTES ? share[bit / 8 + 1] : 0);

    if (i > 0 && i % 4 == 0)
      g_string_append_c (text, '-');
    g_string_append_c (text, alphabet[pair >> (11 - bit % 8) & 31]);
  }
  return g_string_free (text, FALSE);
}

/* The letters people take for one another are read as what they stand for. */
static int
value_of (char letter)
{
  char upper = g_ascii_toupper (letter);
  const char *place;

  upper = upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
  place = upper != '\0' ? strchr (alphabet, upper) : NULL;
  return place != NULL ? (int) (place - alphabet) : -1;
}

static gboolean
scan (const char *text, guint8 share[SHARE_BYTES])
{
  guint letters = 0;

  memset (share, 0, SHARE_BYTES);
  for (; *text != '\0'; text++) {
    int value = value_of (*text);

    if (*text == '-' || g_ascii_isspace (*text))
      continue;
    if (value < 0 || letters == SHARE_LETTERS)
      return FALSE;
    for (guint i = 0; i < 5; i++)
      share[(letters * 5 + i) / 8] |= (guint8) ((value >> (4 - i) & 1) << (7 - (letters * 5 + i) % 8));
    letters++;
  }
  return letters == SHARE_LETTERS;
}

/* --- splitting and joining --- */

char **
fz_shares_split (const FzSecret *secret, const guint8 identity[FZ_STORE_IDENTITY_BYTES], guint n, FzRandom random,
                 gpointer random_data)
{
  g_autoptr (FzSecret) slope = fz_secret_new (SECRET_BYTES);
  g_autoptr (FzSecret) share = fz_secret_new (SHARE_BYTES);
  char **texts;
  guint8 *bytes = fz_secret_get_writable (share);

  g_return_val_if_fail (n >= 2 && n <= FZ_SHARES_MAX && fz_secret_size (secret) == SECRET_BYTES, NULL);
  fz_key_fill (fz_secret_get_writable (slope), SECRET_BYTES, random, random_data);
  texts = g_new0 (char *, n + 1);
  for (guint x = 1; x <= n; x++) {
    bytes[0] = (guint8) x;
    memcpy (bytes + 1, identity, MARK_BYTES);
    for (guint i = 0; i < SECRET_BYTES; i++)
      bytes[1 + MARK_BYTES + i] = fz_secret_get (secret)[i] ^ gf_times (fz_secret_get (slope)[i], (guint8) x);
    checksum (bytes, bytes + SHARE_BYTES - SUM_BYTES);
    texts[x - 1] = print (bytes);
  }
  return texts;
}

void
fz_shares_free (char **shares)
{
  for (char **share = shares; share != NULL && *share != NULL; share++)
    fz_secret_wipe (*share, strlen (*share));
  g_strfreev (shares);
}

static gboolean
take (const char *text, const guint8 *identity, int place, guint8 share[SHARE_BYTES], GError **error)
{
  guint8 sum[SUM_BYTES];
  gboolean good = scan (text, share);

  if (good)
    checksum (share, sum);
  if (!good || memcmp (sum, share + SHARE_BYTES - SUM_BYTES, SUM_BYTES) != 0 || share[0] == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("第 %d 份恢复份额输入有误（共 16 组，每组 4 个字符）。\n请对照纸面重新输入。"),
                 place);
    return FALSE;
  }
  if (memcmp (share + 1, identity, MARK_BYTES) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("第 %d 份恢复份额属于另一个本地库。"), place);
  return FALSE;
}

static FzSecret *
join (const guint8 *a, const guint8 *b)
{
  FzSecret *secret = fz_secret_new (SECRET_BYTES);
  guint8 inverse = gf_inverse (a[0] ^ b[0]);

  for (guint i = 0; i < SECRET_BYTES; i++) {
    guint8 left = gf_times (a[1 + MARK_BYTES + i], b[0]);
    guint8 right = gf_times (b[1 + MARK_BYTES + i], a[0]);

    fz_secret_get_writable (secret)[i] = gf_times (left ^ right, inverse);
  }
  return secret;
}

FzSecret *
fz_shares_join (const char *first, const char *second, const guint8 identity[FZ_STORE_IDENTITY_BYTES], GError **error)
{
  g_autoptr (FzSecret) both = fz_secret_new (2 * SHARE_BYTES);
  guint8 *a = fz_secret_get_writable (both);
  guint8 *b = a + SHARE_BYTES;

  if (!take (first, identity, 1, a, error) || !take (second, identity, 2, b, error))
    return NULL;
  if (a[0] != b[0])
    return join (a, b);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("两份恢复份额是同一份（第 %d 号）。\n请换另一位保管人的份额。"), a[0]);
  return NULL;
}
