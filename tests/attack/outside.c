/* A head kept outside this machine: on a stick, by a witness, on paper. With the whole machine put back it is what knows better. The witness here
 * follows C2SP tlog-witness with code of its own. */
#include "tests/attack/outside.h"

#include "app/outside.h"
#include "app/trust.h"
#include "core/merkle.h"
#include "core/note.h"
#include "tests/post/served.h"
#include "tests/signer/softhsm.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#define NAME "witness.example/w1"

/* --- a witness, in a thread of its own --- */

typedef struct {
  Served served;
  char *vkey;
  guint8 public_key[32], secret_key[64], id[4];
  guint64 size; /* newest seen */
  FzHash root;
  guint asked;
  gboolean silent; /* answers 503 */
} Witness;

static char *
cosign (Witness *self, const char *text, gsize n)
{
  guint64 at_s = (guint64) g_get_real_time () / G_USEC_PER_SEC, wide = GUINT64_TO_BE (at_s);
  g_autofree char *head = g_strdup_printf ("cosignature/v1\ntime %" G_GUINT64_FORMAT "\n", at_s);
  g_autoptr (GByteArray) message = g_byte_array_new ();
  guint8 line[4 + 8 + 64];
  g_autofree char *base64 = NULL;

  g_byte_array_append (message, (const guint8 *) head, (guint) strlen (head));
  g_byte_array_append (message, (const guint8 *) text, (guint) n);
  memcpy (line, self->id, 4);
  memcpy (line + 4, &wide, 8);
  crypto_sign_detached (line + 12, NULL, message->data, message->len, self->secret_key);
  base64 = g_base64_encode (line, sizeof line);
  return g_strdup_printf ("— %s %s\n", NAME, base64);
}

static void
answer (SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text, strlen (text));
}

static void
on_asked (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Witness *self = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *all = g_strndup (body->data, (gsize) body->length), *text = NULL, *line = NULL, *size_text = NULL;
  char *note = strstr (all, "\n\n"), *end;
  g_autoptr (GArray) proof = g_array_new (FALSE, FALSE, sizeof (FzHash));
  g_autoptr (FzCheckpoint) head = NULL;
  g_auto (GStrv) lines = NULL;
  guint64 old;

  self->asked++;
  g_assert_cmpstr (path, ==, "/add-checkpoint");
  if (self->silent) {
    answer (message, 503, "");
    return;
  }
  g_assert_nonnull (note);
  *note = '\0';
  note += 2;
  lines = g_strsplit (all, "\n", -1);
  g_assert_true (g_str_has_prefix (lines[0], "old "));
  old = g_ascii_strtoull (lines[0] + 4, NULL, 10);
  for (guint i = 1; lines[i] != NULL; i++) {
    gsize n = 0;
    g_autofree guchar *hash = g_base64_decode (lines[i], &n);

    g_assert_cmpuint (n, ==, 32);
    g_array_append_vals (proof, hash, 1);
  }
  end = strstr (note, "\n\n");
  g_assert_nonnull (end);
  text = g_strndup (note, (gsize) (end + 1 - note));
  head = fz_checkpoint_parse ((const guint8 *) text, strlen (text), NULL);
  g_assert_nonnull (head);
  if (old != self->size) {
    size_text = g_strdup_printf ("%" G_GUINT64_FORMAT "\n", self->size);
    answer (message, 409, size_text);
  } else if (old > 0 && !fz_merkle_check_consistency (old, head->size, &self->root, &head->root, (const FzHash *) (void *) proof->data, proof->len)) {
    answer (message, 422, "");
  } else {
    self->size = head->size;
    self->root = head->root;
    line = cosign (self, text, strlen (text));
    answer (message, 200, line);
  }
}

static void
make_vkey (Witness *self)
{
  guint8 before[sizeof NAME - 1 + 2 + 32], digest[32], key[33];
  g_autofree char *base64 = NULL;

  crypto_sign_keypair (self->public_key, self->secret_key);
  memcpy (before, NAME, sizeof NAME - 1);
  before[sizeof NAME - 1] = '\n';
  before[sizeof NAME] = 4;
  memcpy (before + sizeof NAME + 1, self->public_key, 32);
  crypto_hash_sha256 (digest, before, sizeof before);
  memcpy (self->id, digest, 4);
  key[0] = 4;
  memcpy (key + 1, self->public_key, 32);
  base64 = g_base64_encode (key, sizeof key);
  self->vkey = g_strdup_printf ("%s+%02x%02x%02x%02x+%s", NAME, digest[0], digest[1], digest[2], digest[3], base64);
}

static void
witness_open (Witness *self)
{
  make_vkey (self);
  served_open (&self->served, NULL, on_asked, self);
}

static void
witness_close (Witness *self)
{
  served_close (&self->served);
  g_free (self->vkey);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Witness, witness_close)

/* --- the desk --- */

static void
set (World *w, const char *key, const char *value, const char *witness_key)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.outside/v1");
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "S4003");
  fz_fields_set (changes, key, value);
  fz_fields_set (changes, "witness.key", witness_key);
  fz_desk_set_outside (w->session, changes, &error);
  g_assert_no_error (error);
}

static void
tick (World *w)
{
  g_autoptr (GError) error = NULL;

  world_pass (w, 20 * MINUTE); /* also what nobody signed is vouched for by then */
  g_assert_true (fz_desk_tick (w->session, &error));
}

/* The whole disk put back, heads and all: the stick is not on it. */
static void
stick_knows_better (World *w)
{
  g_autofree char *stick = g_build_filename (w->root, "stick", NULL), *size = NULL, *problem = NULL, *away = g_strconcat (stick, "-away", NULL), *kept = NULL;

  g_assert_cmpint (g_mkdir (stick, 0700), ==, 0);
  set (w, "stick.folder", stick, NULL);
  machine_keep (w, "monday");
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  tick (w);
  size = outside_value (w, "stick.size");
  g_assert_cmpint (g_ascii_strtoll (size, NULL, 10), >, 10);
  /* Away for a while: told, nobody is held up. */
  g_assert_cmpint (g_rename (stick, away), ==, 0);
  world_sign_in (w, "D1001");
  world_take (w, "V1");
  tick (w);
  problem = outside_value (w, "stick.problem");
  g_assert_nonnull (strstr (problem, "介质不在"));
  g_assert_cmpint (g_rename (away, stick), ==, 0);
  tick (w);
  kept = outside_value (w, "stick.problem");
  g_assert_cmpstr (kept, ==, NULL);
  machine_keep (w, "tuesday");
  machine_put (w, "monday");
  machine_refused (w, "旧副本");
  machine_put (w, "tuesday");
  world_sign_in (w, "D1001");
}

/* The stick comes back to a machine that was put back meanwhile and works: nothing is overwritten, nothing more is written. */
static void
stick_comes_back (World *w)
{
  g_autofree char *stick = g_build_filename (w->root, "stick", NULL), *away = g_strconcat (stick, "-away", NULL), *before = NULL, *after = NULL, *file = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;

  g_assert_cmpint (g_mkdir (stick, 0700), ==, 0);
  set (w, "stick.folder", stick, NULL);
  machine_keep (w, "monday");
  world_sign_in (w, "D1001");
  tick (w);
  machine_keep (w, "tuesday");
  dir = g_dir_open (stick, 0, NULL);
  file = g_build_filename (stick, g_dir_read_name (dir), NULL);
  g_assert_true (g_file_get_contents (file, &before, NULL, NULL));
  g_assert_cmpint (g_rename (stick, away), ==, 0);
  machine_put (w, "monday");
  world_sign_in (w, "D1001"); /* nothing here knows */
  g_assert_cmpint (g_rename (away, stick), ==, 0);
  world_pass (w, 20 * MINUTE);
  fz_outside_tick (w->desk, &error);
  g_assert_true (fz_store_is_read_only (w->desk->store, NULL));
  machine_refused (w, "本地库只能查看");
  g_assert_true (g_file_get_contents (file, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
  machine_put (w, "tuesday");
  world_sign_in (w, "D1001");
}

static void
witness_knows_better (World *w)
{
  g_auto (Witness) witness = { 0 };
  g_autofree char *size = NULL, *problem = NULL, *none = NULL;
  guint asked;

  witness_open (&witness);
  set (w, "witness.url", witness.served.url, witness.vkey);
  size = outside_value (w, "witness.size");
  g_assert_cmpuint (g_ascii_strtoull (size, NULL, 10), ==, witness.size);
  machine_keep (w, "monday");
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  witness.silent = TRUE; /* told, tried again, and the work goes on */
  tick (w);
  problem = outside_value (w, "witness.problem");
  g_assert_nonnull (strstr (problem, "503"));
  witness.silent = FALSE;
  world_sign_in (w, "D1001");
  world_take (w, "V1");
  asked = witness.asked;
  tick (w);
  g_assert_cmpuint (witness.asked, >, asked);
  none = outside_value (w, "witness.problem");
  g_assert_cmpstr (none, ==, NULL);
  machine_keep (w, "tuesday");
  /* Shorter than what the witness saw: found when it is asked next, and from then on at the door. */
  machine_put (w, "monday");
  world_sign_in (w, "D1001");
  world_pass (w, 20 * MINUTE);
  fz_trust_tick (w->desk, NULL);
  g_assert_true (fz_store_is_read_only (w->desk->store, NULL));
  world_close (w);
  world_reopen (w);
  machine_refused (w, "旧副本");
  machine_put (w, "tuesday");
  world_sign_in (w, "D1001");
}

/* Put back and gone on until it is longer than what the witness saw: the proof does not fit. */
static void
witness_sees_a_fork (World *w)
{
  g_auto (Witness) witness = { 0 };
  FzHash other;

  witness_open (&witness);
  set (w, "witness.url", witness.served.url, witness.vkey);
  machine_keep (w, "true");
  other = witness.root;
  witness.root.bytes[0] ^= 1; /* as if it had seen another log of this name */
  world_sign_in (w, "D1001");
  world_pass (w, 20 * MINUTE);
  fz_trust_tick (w->desk, NULL);
  g_assert_true (fz_store_is_read_only (w->desk->store, NULL));
  witness.root = other;
  machine_put (w, "true");
  world_sign_in (w, "D1001");
}

/* A witness with another key than was said vouches for nothing. */
static void
stranger_for_a_witness (World *w)
{
  g_auto (Witness) witness = { 0 }, stranger = { 0 };
  g_autofree char *problem = NULL, *size = NULL;
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.outside/v1");
  g_autoptr (GError) error = NULL;

  witness_open (&witness);
  witness_open (&stranger);
  set (w, "witness.url", stranger.served.url, witness.vkey);
  problem = outside_value (w, "witness.problem");
  size = outside_value (w, "witness.size");
  g_assert_nonnull (strstr (problem, "签名不成立"));
  g_assert_cmpstr (size, ==, NULL);
  fz_fields_set (changes, "witness.url", "http://witness.example/");
  fz_fields_set (changes, "witness.key", witness.vkey);
  expect_error (!fz_desk_set_outside (w->session, changes, &error), &error, FZ_ERROR_INVALID, "https://");
}

/* Who takes the list of outside places away takes their knowledge away, and that is seen. */
static void
list_taken_away (World *w)
{
  g_autofree char *stick = g_build_filename (w->root, "stick", NULL);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_assert_cmpint (g_mkdir (stick, 0700), ==, 0);
  set (w, "stick.folder", stick, NULL);
  machine_keep (w, "true");
  world_close (w);
  dir = g_dir_open (w->state, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (w->state, name, NULL);

    if (g_str_has_prefix (name, "outside-"))
      g_assert_cmpint (g_unlink (path), ==, 0);
  }
  world_reopen (w);
  machine_refused (w, "缺失");
  machine_put (w, "true");
  world_sign_in (w, "D1001");
}

/* On paper: one page, and the code says the signed note. */
static void
on_paper (World *w)
{
  g_autofree char *path = g_build_filename (w->root, "head.pdf", NULL), *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  world_sign_in (w, "S4003");
  g_assert_true (fz_desk_save_head (w->session, path, &error));
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_true (g_str_has_prefix (bytes, "%PDF-"));
  g_assert_nonnull (memmem (bytes, n, "/Count 1", 8));
}

int
main (int argc, char **argv)
{
  int result;

  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* a store that is contradicted warns */
  softhsm_set_up ();
  world_make_template ();
  world_add_test ("/attack/outside/stick", stick_knows_better);
  world_add_test ("/attack/outside/stick-back", stick_comes_back);
  world_add_test ("/attack/outside/witness", witness_knows_better);
  world_add_test ("/attack/outside/fork", witness_sees_a_fork);
  world_add_test ("/attack/outside/stranger", stranger_for_a_witness);
  world_add_test ("/attack/outside/token", outside_token_knows_better);
  world_add_test ("/attack/outside/list-gone", list_taken_away);
  world_add_test ("/attack/outside/paper", on_paper);
  result = g_test_run ();
  world_remove_template ();
  softhsm_remove ();
  return result;
}
