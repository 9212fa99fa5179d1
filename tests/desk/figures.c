#include "tests/desk/figures.h"

#include "db/documents.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define PAGE 500

static void
append_fact (const char *key, const char *value, gpointer data)
{
  g_assert_null (strchr (value, '\n'));
  g_string_append_printf (data, "%s\t%s\n", key, value);
}

void
figures_write (World *w, const FzReportWanted *wanted, const char *base)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) shown = fz_desk_report (w->session, wanted, &error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *screen = g_strconcat (base, ".screen", NULL), *csv = g_strconcat (base, ".csv", NULL);
  gboolean medicines = g_str_has_prefix (wanted->name, "drug-");

  g_assert_no_error (error);
  g_string_append_printf (text, "asked.name\t%s\nasked.from_us\t%" G_GINT64_FORMAT "\nasked.to_us\t%" G_GINT64_FORMAT "\nasked.made_us\t%" G_GINT64_FORMAT "\n", wanted->name,
                          wanted->from_us, wanted->to_us, fz_session_now_us (w->session));
  g_string_append_printf (text, "asked.department\t%s\nasked.person\t%s\n", wanted->department != NULL ? wanted->department : "", wanted->person != NULL ? wanted->person : "");
  fz_fields_foreach (shown, append_fact, text);
  g_assert_true (g_file_set_contents (screen, text->str, -1, NULL));
  g_assert_true (medicines || strstr (text->str, "氨氯地平") == NULL);
  g_assert_true (medicines || wanted->person != NULL || strstr (text->str, "林若溪") == NULL);
  g_assert_true (fz_desk_report_save (w->session, wanted, "csv", csv, &error));
  g_assert_no_error (error);
}

/* --- what the store holds --- */

typedef struct {
  FILE *out;
  guint64 after;
  gboolean more;
} Dump;

static void
put_document (FILE *out, const FzDocument *document)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (document->text, &n);

  fprintf (out, "%" G_GUINT64_FORMAT "\t%s\t%s\t%" G_GINT64_FORMAT "\t%" G_GSIZE_FORMAT "\n", document->number, document->id, fz_fields_get_kind (document->body), document->signed_at_us, n);
  fwrite (bytes, 1, n, out);
}

static gboolean
dump_documents (FzTxn *txn, gpointer data, GError **error)
{
  Dump *self = data;
  g_autoptr (GPtrArray) page = fz_documents_after (txn, self->after, PAGE, error);

  for (guint i = 0; page != NULL && i < page->len; i++) {
    put_document (self->out, page->pdata[i]);
    self->after = ((FzDocument *) page->pdata[i])->number;
  }
  self->more = page != NULL && page->len == PAGE;
  return page != NULL;
}

static const struct {
  const char *name, *sql;
  int columns;
} tables[] = { { "outbox", "SELECT key, state, made_at, changed_at, id FROM outbox ORDER BY id", 5 },
               { "staff", "SELECT number, name, role, coalesce(left_at, ''), facts FROM staff ORDER BY number", 5 },
               { "profile", "SELECT name, body FROM profile ORDER BY name", 2 },
               { "tombstone", "SELECT 1 FROM tombstone", 1 } };

/* Line feeds of a value as \n, as in canonical text. */
static gboolean
dump_rows (FzTxn *txn, gpointer data, GError **error)
{
  Dump *self = data;

  for (guint t = 0; t < G_N_ELEMENTS (tables); t++) {
    FzStmt *stmt = fz_txn_query (txn, error, tables[t].sql, "");

    if (stmt == NULL)
      return FALSE;
    while (fz_stmt_next (stmt, error)) {
      fputs (tables[t].name, self->out);
      for (int c = 0; c < tables[t].columns; c++) {
        g_autofree char *value = fz_stmt_dup_text (stmt, c);
        g_auto (GStrv) lines = g_strsplit (value != NULL ? value : "", "\n", -1);
        g_autofree char *joined = g_strjoinv ("\x1f", lines);

        fprintf (self->out, "\t%s", joined);
      }
      fputc ('\n', self->out);
    }
    fz_stmt_end (stmt);
  }
  return TRUE;
}

static void
dump (World *w, const char *folder, const char *name, FzJob job)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  Dump self = { fopen (path, "w"), 0, TRUE };
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (self.out);
  while (self.more) {
    self.more = FALSE;
    g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, job, &self, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpint (fclose (self.out), ==, 0);
}

void
figures_dump (World *w, const char *folder)
{
  dump (w, folder, "documents", dump_documents);
  dump (w, folder, "rows", dump_rows);
}

void
figures_run (const char *program, const char *folder)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "tests/desk", program, NULL), *said = NULL;
  const char *argv[] = { "/usr/bin/python3", "-B", path, folder, NULL };
  int status = 0;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &said, &status, NULL));
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s", said);
  g_test_message ("%s", said);
}

void
figures_check (World *w, const char *names, gint64 from_us, gint64 to_us)
{
  g_autofree char *folder = g_build_filename (w->root, "second", NULL);
  g_auto (GStrv) all = g_strsplit (names, " ", -1);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  world_sign_in (w, "A3001");
  for (guint i = 0; all[i] != NULL; i++) {
    FzReportWanted wanted = { .name = all[i], .from_us = from_us, .to_us = to_us };
    g_autofree char *base = g_build_filename (folder, all[i], NULL);

    figures_write (w, &wanted, base);
  }
  figures_dump (w, folder);
  figures_run ("second_figures.py", folder);
  remove_tree (folder);
}
