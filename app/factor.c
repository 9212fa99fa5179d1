#include "app/factor.h"

#include "core/note.h"
#include "core/totp.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HEADER "fuzhen-key-file/v1\n"

FzSecret *
fz_factor_new_key_file (const char *number, const guint8 seed[32], char **out_kept)
{
  g_autoptr (FzSecret) key = fz_secret_new_from (seed, FZ_ED25519_SEED_BYTES);
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  g_autofree char *base64 = g_base64_encode (seed, FZ_ED25519_SEED_BYTES);
  g_autofree char *text = g_strdup_printf (HEADER "%s\n%s\n", number, base64);
  g_autofree char *kept = NULL;
  FzSecret *content = fz_secret_new_from (text, strlen (text));

  fz_seed_public_key (key, public_key);
  kept = g_base64_encode (public_key, sizeof public_key);
  *out_kept = g_strconcat ("key ", kept, NULL);
  fz_secret_wipe (base64, strlen (base64));
  fz_secret_wipe (text, strlen (text));
  return content;
}

char *
fz_factor_keep_totp (const FzSecret *key)
{
  g_autofree char *base64 = g_base64_encode (fz_secret_get (key), fz_secret_size (key));
  char *kept = g_strconcat ("totp ", base64, NULL);

  fz_secret_wipe (base64, strlen (base64));
  return kept;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("工号、口令或第二因素不正确。"));
  return FALSE;
}

/* The seed of a key file; NULL when it is no key file of this person. */
static FzSecret *
read_key_file (const char *number, const FzSecret *given)
{
  g_autofree char *text = g_strndup ((const char *) fz_secret_get (given), fz_secret_size (given));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  FzSecret *seed = NULL;

  if (g_str_has_prefix (text, HEADER) && g_strv_length (lines) == 4 && g_str_equal (lines[1], number) && *lines[3] == '\0') {
    gsize n = 0;
    g_autofree guchar *bytes = g_base64_decode (lines[2], &n);

    if (n == FZ_ED25519_SEED_BYTES)
      seed = fz_secret_new_from (bytes, n);
    fz_secret_wipe (bytes, n);
    fz_secret_wipe (lines[2], strlen (lines[2]));
  }
  fz_secret_wipe (text, strlen (text));
  return seed;
}

/* A challenge nobody could know before is signed with the file and checked with the kept key. */
static gboolean
check_key_file (const char *kept, const char *number, const FzSecret *given, GError **error)
{
  g_autoptr (FzSecret) seed = read_key_file (number, given);
  gsize n = 0;
  g_autofree guchar *public_key = g_base64_decode (kept, &n);
  g_autoptr (FzVerifier) who = n == FZ_ED25519_PUBLIC_BYTES ? fz_verifier_new ("fuzhen/factor", public_key, NULL) : NULL;
  guint8 random[32];
  g_autofree char *challenge = NULL, *line = NULL;
  g_autoptr (GBytes) text = NULL, note_bytes = NULL;
  g_autoptr (FzNote) note = NULL;

  if (seed == NULL || who == NULL)
    return refuse (error);
  fz_random_bytes (random, sizeof random);
  challenge = g_base64_encode (random, sizeof random);
  text = g_bytes_new_take (g_strconcat (challenge, "\n", NULL), strlen (challenge) + 1);
  line = fz_note_sign_line (who, seed, g_bytes_get_data (text, NULL), g_bytes_get_size (text), NULL);
  if (line == NULL)
    return refuse (error);
  {
    const char *const lines[] = { line, NULL };

    note_bytes = fz_note_join (text, lines);
  }
  note = fz_note_parse (g_bytes_get_data (note_bytes, NULL), g_bytes_get_size (note_bytes), NULL);
  return (note != NULL && fz_note_check (note, who, NULL)) || refuse (error);
}

static gboolean
check_code (const char *kept, const FzSecret *given, gint64 now_us, gint64 last_step, gint64 *out_step, GError **error)
{
  gsize n = 0;
  g_autofree guchar *bytes = g_base64_decode (kept, &n);
  g_autoptr (FzSecret) key = fz_secret_new_from (bytes, n);
  g_autofree char *code = g_strndup ((const char *) fz_secret_get (given), fz_secret_size (given));
  gboolean fits = n == FZ_TOTP_KEY_BYTES && fz_totp_match (key, code, now_us, last_step, out_step);

  fz_secret_wipe (bytes, n);
  fz_secret_wipe (code, strlen (code));
  return fits || refuse (error);
}

gboolean
fz_factor_check (const char *kept, const char *number, const FzSecret *given, gint64 now_us, gint64 last_step, gint64 *out_step,
                 GError **error)
{
  *out_step = 0;
  if (kept != NULL && g_str_has_prefix (kept, "key "))
    return check_key_file (kept + 4, number, given, error);
  if (kept != NULL && g_str_has_prefix (kept, "totp "))
    return check_code (kept + 5, given, now_us, last_step, out_step, error);
  return refuse (error);
}
