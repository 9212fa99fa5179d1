/* Bits of a store turned one at a time: the damage is noticed, or every answer is what it was. All bits of a sealed file of 64 KiB below SQLite:
 * seal-damage. Here the whole way, as the program opens and reads it. */
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *path[4];
  GBytes *sound[4];
  char *answers;
  guint refused, read_only, noticed, unharmed;
} Bench;

static gboolean
read_answers (FzTxn *txn, gpointer data, GError **error)
{
  static const char *const questions[] = {
    "SELECT number || actor || action || subject_kind || COALESCE(subject, '') || outcome || hex(leaf) || hex(nodes) FROM audit ORDER BY number",
    "SELECT number || hex(salt) || hex(payload) FROM audit_payload ORDER BY number",
    "SELECT size || signed_at || hex(note) FROM checkpoint ORDER BY size",
    "SELECT name || value FROM setting ORDER BY name",
    "SELECT code || body FROM drug ORDER BY code",
  };
  GString *all = data;

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    FzStmt *stmt = fz_txn_query (txn, error, questions[i], "");
    g_autoptr (GError) why = NULL;

    if (stmt == NULL)
      return FALSE;
    while (fz_stmt_next (stmt, &why))
      g_string_append_printf (all, "%s\n", fz_stmt_text (stmt, 0));
    if (why != NULL) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  }
  return TRUE;
}

static char *
ask (FzStore *store, GError **error)
{
  g_autoptr (GString) all = g_string_new (NULL);

  return fz_store_run (store, FZ_TXN_READ, read_answers, all, error) ? g_string_free (g_steal_pointer (&all), FALSE) : NULL;
}

static void
put_back (Bench *self)
{
  for (guint i = 0; i < 4; i++) {
    gsize n = 0;
    const char *bytes = self->sound[i] != NULL ? g_bytes_get_data (self->sound[i], &n) : NULL;

    if (bytes == NULL)
      g_unlink (self->path[i]);
    else
      g_assert_true (g_file_set_contents_full (self->path[i], bytes, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  }
}

static void
try_bit (Fixture *f, Bench *self, guint file, gsize at, guint bit)
{
  g_autoptr (GError) error = NULL, why = NULL;
  g_autofree char *answers = NULL;

  put_back (self);
  {
    gsize n = 0;
    g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (self->sound[file], &n), g_bytes_get_size (self->sound[file]));

    bytes[at] ^= (guint8) (1u << bit);
    g_assert_true (g_file_set_contents_full (self->path[file], (const char *) bytes, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  }
  f->store = fz_store_open (&f->options, &error);
  if (f->store == NULL) {
    self->refused++;
    return;
  }
  if (fz_store_is_read_only (f->store, NULL)) {
    self->read_only++;
  } else {
    answers = ask (f->store, &why);
    if (answers == NULL || !verify_log (f->store, &error))
      self->noticed++;
    else if (g_str_equal (answers, self->answers))
      self->unharmed++;
    else
      g_error ("%s byte %" G_GSIZE_FORMAT " bit %u: another answer, and nobody noticed", self->path[file], at, bit);
  }
  fixture_close (f);
}

static void
take_sound (Fixture *f, Bench *self)
{
  static const char *const names[] = { "store.fz", "store.fz-wal", "head" };
  g_autoptr (GDir) state = g_dir_open (f->state_dir, 0, NULL);
  const char *name;

  for (guint i = 0; i < 3; i++)
    self->path[i] = file_in (f->dir, names[i]);
  while ((name = g_dir_read_name (state)) != NULL)
    if (g_str_has_prefix (name, "head-"))
      self->path[3] = file_in (f->state_dir, name);
  for (guint i = 0; i < 4; i++) {
    char *bytes = NULL;
    gsize n = 0;

    if (g_file_get_contents (self->path[i], &bytes, &n, NULL))
      self->sound[i] = g_bytes_new_take (bytes, n);
  }
}

static void
test_bits (Fixture *f, gconstpointer unused)
{
  const char *given = g_getenv ("FUZHEN_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 0) : g_random_int ();
  guint trials = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 40000 : 300;
  g_autoptr (GRand) dice = g_rand_new_with_seed (seed);
  g_autoptr (GError) error = NULL;
  Bench self = { 0 };

  g_test_message ("FUZHEN_SEED=%u", seed);
  append_entries (f->store, 40);
  sign_checkpoint (f->store);
  self.answers = ask (f->store, &error);
  g_assert_no_error (error);
  fixture_close (f);
  take_sound (f, &self);
  g_assert_cmpuint (g_bytes_get_size (self.sound[0]), >=, 64 * 1024);
  for (guint i = 0; i < trials; i++) {
    guint file = g_rand_int_range (dice, 0, 8) > 0 ? 0 : i % 2 == 0 ? 2 : 3; /* mostly the store, now and then a head */

    try_bit (f, &self, file, (gsize) g_rand_int_range (dice, 0, (gint32) g_bytes_get_size (self.sound[file])), (guint) g_rand_int_range (dice, 0, 8));
  }
  g_test_message ("%u bits of %" G_GSIZE_FORMAT " bytes: %u refused, %u read-only, %u noticed on reading, %u unharmed", trials,
                  g_bytes_get_size (self.sound[0]), self.refused, self.read_only, self.noticed, self.unharmed);
  g_assert_cmpuint (self.refused, >, 0);
  g_assert_cmpuint (self.read_only, >, 0);
  put_back (&self);
  for (guint i = 0; i < 4; i++) {
    g_free (self.path[i]);
    g_clear_pointer (&self.sound[i], g_bytes_unref);
  }
  g_free (self.answers);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* a store opened read-only warns */
  g_test_add ("/attack/bits", Fixture, NULL, fixture_set_up_store, test_bits, fixture_tear_down);
  return g_test_run ();
}
