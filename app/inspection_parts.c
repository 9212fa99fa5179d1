/* What an inspection package holds beside the documents: ledger, rules and knowledge, keys, and the program that checks it all. */
#include "app/inspection.h"

#include "app/document_file.h"
#include "app/trust.h"
#include "db/knowledge_file.h"
#include "db/outbox.h"
#include "db/rules.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- the ledger of uploads --- */

#define ROWS 200

typedef struct {
  FzInspection *self;
  gint64 before;
  guint n;
} Ledger;

/* Rows name a visit or a prescription; those of the catalogue belong to the days. */
static gboolean
concerns (const FzInspection *self, const FzFields *row)
{
  gint64 made = 0;
  gboolean narrow = self->doctor != NULL || self->patient != NULL || self->complaint != NULL;

  fz_fields_get_time (row, "made_at", &made);
  if (g_hash_table_contains (self->left_out, fz_fields_get (row, "subject")))
    return FALSE;
  return g_hash_table_contains (self->in_scope, fz_fields_get (row, "subject")) || (!narrow && made >= self->from_us && made < self->to_us);
}

static gboolean
read_rows (FzTxn *txn, gpointer data, GError **error)
{
  Ledger *ledger = data;
  FzInspection *self = ledger->self;
  g_autoptr (GPtrArray) page = fz_outbox_list (txn, NULL, ledger->before, ROWS, error);

  if (page == NULL)
    return FALSE;
  ledger->n = page->len;
  for (guint i = 0; i < page->len; i++) {
    gint64 id = 0;
    g_autoptr (FzFields) whole = NULL;
    const char *payload;

    fz_fields_get_int (page->pdata[i], "id", &id);
    ledger->before = id;
    if (!concerns (self, page->pdata[i]))
      continue;
    whole = fz_outbox_get (txn, id, error);
    if (whole == NULL)
      return FALSE;
    payload = fz_fields_get (whole, "payload");
    if (payload != NULL) {
      g_autofree char *sha256 = fz_sha256_hex (payload, strlen (payload));
      FzFields *row = fz_fields_dup (page->pdata[i], NULL);

      fz_fields_set (row, "payload_sha256", sha256);
      g_ptr_array_add (self->ledger, row);
    } else
      g_ptr_array_add (self->ledger, fz_fields_ref (page->pdata[i]));
  }
  return TRUE;
}

gboolean
fz_inspection_write_ledger (FzInspection *self, GError **error)
{
  static const char *const columns[] = { "编号", "内容", "接口", "就诊、处方或药品", "状态", "次数", "平台代码", "平台答复", "形成时间", "最后变化", "报文SHA-256", NULL };
  static const char *const keys[] = { "id", "key", "method", "subject", "state", "attempts", "code", "words", "made_at", "changed_at", "payload_sha256" };
  g_autoptr (GString) table = fz_inspection_table_new (self, columns);
  Ledger ledger = { .self = self, .n = ROWS };

  while (ledger.n == ROWS)
    if (g_cancellable_set_error_if_cancelled (self->stop, error) || !fz_store_run (self->desk->store, FZ_TXN_READ, read_rows, &ledger, error))
      return FALSE;
  for (guint i = 0; i < self->ledger->len; i++) {
    const char *cells[G_N_ELEMENTS (keys) + 1] = { NULL };
    const FzFields *row = self->ledger->pdata[i];
    g_autofree char *state = g_strconcat ("upload.", fz_fields_get (row, "state"), NULL);

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      cells[k] = fz_fields_get (row, keys[k]) != NULL ? fz_fields_get (row, keys[k]) : "";
    cells[4] = fz_inspection_say (self, state);
    /* The platform's words may repeat what was sent. */
    cells[7] = self->level == FZ_INSPECTION_FULL ? cells[7] : "";
    fz_inspection_count (self, state);
    fz_inspection_table_add (table, cells);
  }
  return self->level == FZ_INSPECTION_STATISTICS || fz_package_add_text (self->package, "uploads.csv", table->str, error);
}

/* --- by what was judged --- */

typedef struct {
  FzInspection *self;
  const char *sha256;
} Ground;

/* A document that was signed before its grounds were kept names bytes that nobody has: said in the index. */
static gboolean
is_gone (Ground *ground, GError **why, GError **error)
{
  if (g_error_matches (*why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_clear_error (why);
    g_hash_table_add (ground->self->gone, g_strdup (ground->sha256));
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (why));
  return FALSE;
}

static gboolean
write_layer (FzInspection *self, FzTxn *txn, const char *line, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  g_autoptr (GBytes) body = NULL;
  g_autofree char *path = NULL;

  if (words[0] == NULL || words[1] == NULL)
    return TRUE; /* the line that says what it is */
  path = g_strdup_printf ("rules/%s-%.12s.json", words[0], words[1]);
  if (fz_package_has (self->package, path))
    return TRUE;
  body = fz_rule_layers_get (txn, words[1], error);
  return body != NULL && fz_package_add (self->package, path, g_bytes_get_data (body, NULL), g_bytes_get_size (body), 0600, error);
}

static gboolean
write_rulebook (FzTxn *txn, gpointer data, GError **error)
{
  Ground *ground = data;
  g_autoptr (GError) why = NULL;
  g_autofree char *manifest = fz_rulebooks_get (txn, ground->sha256, &why);
  g_autofree char *path = g_strdup_printf ("rules/%s.txt", ground->sha256);
  g_auto (GStrv) lines = manifest != NULL ? g_strsplit (manifest, "\n", -1) : NULL;

  if (manifest == NULL)
    return is_gone (ground, &why, error);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!write_layer (ground->self, txn, lines[i], error))
      return FALSE;
  return fz_package_add_text (ground->self->package, path, manifest, error);
}

static gboolean
write_file (FzInspection *self, FzTxn *txn, const char *folder, const char *line, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  g_autoptr (GBytes) body = NULL;
  g_autofree char *path = NULL;

  if (words[0] == NULL || words[1] == NULL || strlen (words[0]) != 64)
    return TRUE;
  path = g_strdup_printf ("%s/%s", folder, words[1]);
  body = fz_knowledge_file_get (txn, words[0], error);
  return body != NULL && fz_package_add (self->package, path, g_bytes_get_data (body, NULL), g_bytes_get_size (body), 0600, error);
}

static gboolean
write_knowledge (FzTxn *txn, gpointer data, GError **error)
{
  Ground *ground = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) manifest = fz_knowledge_file_get (txn, ground->sha256, &why);
  g_autofree char *folder = g_strdup_printf ("knowledge/%.12s", ground->sha256), *path = g_strconcat (folder, "/manifest.txt", NULL), *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (manifest == NULL)
    return is_gone (ground, &why, error);
  text = g_strndup (g_bytes_get_data (manifest, NULL), g_bytes_get_size (manifest));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!write_file (ground->self, txn, folder, lines[i], error))
      return FALSE;
  return fz_package_add_text (ground->self->package, path, text, error);
}

static gboolean
write_row (FzTxn *txn, gpointer data, GError **error)
{
  Ground *ground = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) row = fz_knowledge_file_get (txn, ground->sha256, &why);
  g_autofree char *path = g_strdup_printf ("knowledge/rows/%s.txt", ground->sha256);

  return row != NULL ? fz_package_add (ground->self->package, path, g_bytes_get_data (row, NULL), g_bytes_get_size (row), 0600, error)
                     : is_gone (ground, &why, error);
}

static gboolean
write_each (FzInspection *self, GHashTable *hashes, FzJob job, GError **error)
{
  GHashTableIter iter;
  gpointer sha256;

  g_hash_table_iter_init (&iter, hashes);
  while (g_hash_table_iter_next (&iter, &sha256, NULL)) {
    Ground ground = { self, sha256 };

    if (g_cancellable_set_error_if_cancelled (self->stop, error) || !fz_store_run (self->desk->store, FZ_TXN_READ, job, &ground, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_inspection_write_grounds (FzInspection *self, GError **error)
{
  return self->level == FZ_INSPECTION_STATISTICS ||
         (write_each (self, self->rulebooks, write_rulebook, error) && write_each (self, self->knowledge, write_knowledge, error) &&
          write_each (self, self->rows, write_row, error));
}

/* --- keys and the verifier --- */

typedef struct {
  FzDesk *desk;
  char *list;
} Keys;

static gboolean
read_keys (FzTxn *txn, gpointer data, GError **error)
{
  Keys *keys = data;

  keys->list = fz_keys_signed_list (keys->desk, txn, error);
  return keys->list != NULL;
}

static gboolean
write_program (FzInspection *self, GError **error)
{
  g_autofree char *path = fz_verify_program_find (), *bytes = NULL;
  gsize n = 0;

  if (path != NULL && g_file_get_contents (path, &bytes, &n, NULL))
    return fz_package_add (self->package, "verifier/fuzhen-verify", bytes, n, 0700, error);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("找不到核验程序fuzhen-verify，材料里必须附上它。请联系系统管理员重新安装本程序。"));
  return FALSE;
}

static gboolean
write_source (FzInspection *self, GError **error)
{
  g_auto (GStrv) names = fz_data_list ("verify");

  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    g_autofree char *name = g_strconcat ("verify/", names[i], NULL), *path = g_strconcat ("verifier/source/", names[i], NULL);
    g_autoptr (GBytes) source = fz_data_load (name, error);

    if (source == NULL || !fz_package_add (self->package, path, g_bytes_get_data (source, NULL), g_bytes_get_size (source), 0600, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_inspection_write_tools (FzInspection *self, GError **error)
{
  Keys keys = { self->desk, NULL };
  gboolean good = fz_store_run (self->desk->store, FZ_TXN_READ, read_keys, &keys, error) &&
                  fz_package_add_text (self->package, "keys.fzd", keys.list, error) && write_program (self, error) && write_source (self, error);

  g_free (keys.list);
  return good;
}
