#include "tests/window/remains.h"

#include "core/fields.h"
#include "db/keyfile.h"
#include "db/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (1024 * 1024)
#define OVERLAP 256

/* --- marks --- */

static void
add_mark (GPtrArray *marks, const char *text)
{
  if (text != NULL && strlen (text) >= 6) /* two characters of Chinese */
    g_ptr_array_add (marks, g_strdup (text));
}

static gboolean
add_facts (FzTxn *txn, const char *sql, const char *const *keys, GPtrArray *marks, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return FALSE;
  while (fz_stmt_next (stmt, &why)) {
    const char *text = fz_stmt_text (stmt, 0);
    g_autoptr (FzFields) facts = fz_fields_parse ((const guint8 *) text, strlen (text), &why);

    for (guint i = 0; facts != NULL && keys[i] != NULL; i++)
      add_mark (marks, fz_fields_get (facts, keys[i]));
    if (why != NULL)
      break;
  }
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
read_marks (FzTxn *txn, gpointer marks, GError **error)
{
  static const char *const of_patients[] = { "patient.name", "patient.id_number", "patient.mobile", NULL };
  static const char *const of_people[] = { "id_number", "mobile", NULL };
  static const char *const of_drugs[] = { "generic", NULL };

  return add_facts (txn, "SELECT facts FROM visit ORDER BY id", of_patients, marks, error) &&
         add_facts (txn, "SELECT facts FROM staff ORDER BY number", of_people, marks, error) &&
         add_facts (txn, "SELECT body FROM drug ORDER BY code LIMIT 150", of_drugs, marks, error);
}

GPtrArray *
remains_read_marks (Hospital *hospital, const char *number, const char *password, const char *pin, FzSecret **out_person_key, FzSecret **out_seed)
{
  g_autofree char *state = g_build_filename (hospital->dir, "state", "fuzhen", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzKeyFile) keys = fz_keyfile_load (hospital->data, state, &error);
  g_autoptr (FzSecret) word = fz_secret_new_from (password, strlen (password)), code = fz_secret_new_from (pin, strlen (pin)), store_key = NULL;
  GPtrArray *marks = g_ptr_array_new_with_free_func (g_free);
  FzStoreOptions options = { .dir = hospital->data, .state_dir = state };
  FzStore *store;

  g_assert_no_error (error);
  fz_keyfile_unlock_person (keys, number, word, out_person_key, &store_key, &error);
  g_assert_no_error (error);
  *out_seed = fz_keyfile_open_signing_key (keys, number, *out_person_key, code, &error);
  g_assert_no_error (error);
  options.key = store_key;
  options.identity = fz_keyfile_get_identity (keys);
  options.key_version = fz_keyfile_get_key_version (keys);
  store = fz_store_open (&options, &error);
  g_assert_no_error (error);
  fz_store_run (store, FZ_TXN_READ, read_marks, marks, &error);
  g_assert_no_error (error);
  fz_store_close (store);
  return marks;
}

const char *
remains_in_text (const char *text, GPtrArray *marks)
{
  for (guint i = 0; i < marks->len; i++)
    if (strstr (text, marks->pdata[i]) != NULL)
      return marks->pdata[i];
  return NULL;
}

/* --- memory --- */

static int
count_in (const guint8 *bytes, gsize n, const void *needle, gsize needle_n)
{
  int found = 0;

  for (const guint8 *at = memmem (bytes, n, needle, needle_n); at != NULL; at = memmem (at + 1, n - (gsize) (at + 1 - bytes), needle, needle_n))
    found++;
  return found;
}

/* Pages that cannot be read (a device's, one that was never there) are passed over, one at a time. */
static int
count_between (int mem, guint64 from, guint64 to, const void *needle, gsize needle_n)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK + OVERLAP);
  int found = 0;

  while (from < to) {
    gsize want = (gsize) MIN (to - from, (guint64) CHUNK + OVERLAP);
    ssize_t got = pread (mem, buffer, want, (off_t) from);

    if (got <= 0) {
      from += 4096;
      continue;
    }
    /* What begins in the overlap is counted with the next chunk. */
    found += count_in (buffer, MIN ((gsize) got, CHUNK + needle_n - 1), needle, needle_n);
    from += MIN ((guint64) got, CHUNK);
  }
  explicit_bzero (buffer, CHUNK + OVERLAP);
  return found;
}

/* Of each mapping that has pages in memory: those that could be written, and those of no file (a locked secret between two uses cannot be
 * written). */
int
remains_in_memory (GPid pid, const void *bytes, gsize n)
{
  g_autofree char *mem_path = g_strdup_printf ("/proc/%d/mem", (int) pid), *maps_path = g_strdup_printf ("/proc/%d/smaps", (int) pid);
  FILE *maps = fopen (maps_path, "re");
  int mem = open (mem_path, O_RDONLY | O_CLOEXEC), found = 0;
  char line[4096], perms[8] = "";
  guint64 from = 0, to = 0, inode = 0, rss = 0;

  if (maps == NULL || mem < 0) {
    if (maps != NULL)
      fclose (maps);
    if (mem >= 0)
      close (mem);
    return -1;
  }
  while (fgets (line, sizeof line, maps) != NULL) {
    if (sscanf (line, "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x %7s %*s %*s %" G_GUINT64_FORMAT, &from, &to, perms, &inode) == 4)
      continue;
    if (sscanf (line, "Rss: %" G_GUINT64_FORMAT, &rss) == 1 && rss > 0 && (perms[1] == 'w' || inode == 0))
      found += count_between (mem, from, to, bytes, n);
  }
  fclose (maps);
  close (mem);
  return found;
}

/* --- files --- */

static char *
look_into (const char *path, GPtrArray *marks)
{
  g_autofree char *bytes = NULL;
  gsize n = 0;

  if (!g_file_get_contents (path, &bytes, &n, NULL))
    return NULL; /* a socket, a pipe, gone by now */
  for (guint i = 0; i < marks->len; i++)
    if (memmem (bytes, n, marks->pdata[i], strlen (marks->pdata[i])) != NULL)
      return g_strdup_printf ("%s: %s", path, (char *) marks->pdata[i]);
  return NULL;
}

char *
remains_in_files (const char *folder, GPtrArray *marks, const char *const *except, guint *out_files)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  char *found = NULL;

  while (dir != NULL && found == NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (except != NULL && g_strv_contains (except, name))
      continue;
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
      found = remains_in_files (path, marks, except, out_files);
    } else if (g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
      (*out_files)++;
      found = look_into (path, marks);
    }
  }
  return found;
}
