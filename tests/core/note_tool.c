/* A door to core for cross_check.py, which does the same with code that is not ours.
 *   note_tool sign NAME SEEDHEX < text      note on standard output, vkey on standard error
 *   note_tool check VKEY < note             exit 0 when the signature is good, 1 when not
 *   note_tool canon < text                  the canonical text again, exit 1 when it is not canonical
 *   note_tool checkpoint ORIGIN ENTRY...    checkpoint text of a log with these entries, at second 1700000000 */
#include "core/fields.h"
#include "core/merkle.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static GBytes *
read_all (void)
{
  guint8 *bytes = g_malloc (1 << 20);
  gsize n = fread (bytes, 1, 1 << 20, stdin);

  return g_bytes_new_take (bytes, n);
}

static int
write_all (GBytes *bytes)
{
  gsize n;
  const void *data = g_bytes_get_data (bytes, &n);

  return fwrite (data, 1, n, stdout) == n ? 0 : 2;
}

static int
complain (const GError *error)
{
  fprintf (stderr, "%s\n", error->message);
  return 1;
}

static int
run_sign (const char *name, const char *seed_hex, GBytes *text)
{
  g_autoptr (FzSecret) seed = fz_secret_new (FZ_ED25519_SEED_BYTES);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzVerifier) who = NULL;
  g_autoptr (GBytes) note = NULL;
  g_autofree char *line = NULL, *vkey = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  const char *lines[2] = { NULL, NULL };

  if (sodium_hex2bin (fz_secret_get_writable (seed), FZ_ED25519_SEED_BYTES, seed_hex, strlen (seed_hex), NULL, NULL, NULL) != 0)
    return 2;
  fz_seed_public_key (seed, public_key);
  who = fz_verifier_new (name, public_key, &error);
  line = who != NULL ? fz_note_sign_line (who, seed, g_bytes_get_data (text, NULL), g_bytes_get_size (text), &error) : NULL;
  if (line == NULL)
    return complain (error);
  lines[0] = line;
  note = fz_note_join (text, lines);
  vkey = fz_verifier_dup_vkey (who);
  fputs (vkey, stderr);
  return write_all (note);
}

static int
run_check (const char *vkey, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzVerifier) who = fz_verifier_parse (vkey, &error);
  g_autoptr (FzNote) note = who != NULL ? fz_note_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error) : NULL;

  return note != NULL && fz_note_check (note, who, &error) ? 0 : complain (error);
}

static int
run_canon (GBytes *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) fields = fz_fields_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), &error);
  g_autoptr (GBytes) again = fields != NULL ? fz_fields_print (fields, &error) : NULL;

  return again != NULL ? write_all (again) : complain (error);
}

static int
run_checkpoint (const char *origin, char **entries)
{
  FzFrontier frontier;
  FzHash root;
  g_autofree char *text = NULL;

  fz_frontier_init (&frontier);
  for (guint i = 0; entries[i] != NULL; i++)
    {
      FzHash completed[FZ_MERKLE_MAX_LEVELS], leaf = fz_merkle_leaf (entries[i], strlen (entries[i]));

      fz_frontier_append (&frontier, &leaf, completed);
    }
  root = fz_frontier_root (&frontier);
  text = fz_checkpoint_text (origin, frontier.size, &root, G_GINT64_CONSTANT (1700000000000000));
  fputs (text, stdout);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (GBytes) input = NULL;

  if (argc >= 3 && strcmp (argv[1], "checkpoint") == 0)
    return run_checkpoint (argv[2], argv + 3);
  input = read_all ();
  if (argc == 4 && strcmp (argv[1], "sign") == 0)
    return run_sign (argv[2], argv[3], input);
  if (argc == 3 && strcmp (argv[1], "check") == 0)
    return run_check (argv[2], input);
  if (argc == 2 && strcmp (argv[1], "canon") == 0)
    return run_canon (input);
  return 2;
}
