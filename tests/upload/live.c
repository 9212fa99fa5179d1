#include "tests/upload/live.h"

#include "app/upload.h"
#include "db/audit.h"

static gboolean
drop (FzTxn *txn, gpointer data, GError **error)
{
  static const char remove[] =
    "DELETE FROM outbox WHERE method = 'uploadDrugCatalogue' AND key NOT IN (SELECT key FROM outbox_need)";
  FzAuditEntry entry = { .actor = "system", .action = "test.drop", .subject_kind = "outbox", .outcome = "done" };

  return fz_txn_run (txn, error, remove, "") && fz_audit_append (txn, &entry, NULL, error);
}

void
drop_other_drugs (World *w)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (w->desk->store, FZ_TXN_RECORD, drop, NULL, &error);
  g_assert_no_error (error);
}

void
go_live (World *w, Platform *platform)
{
  g_autofree char *config = g_build_filename (platform->dir, "config.json", NULL);
  g_autoptr (GError) error = NULL;

  w->desk->clock = NULL;
  w->world->now_us = 0;
  fz_store_set_clock (w->desk->store, NULL, NULL);
  fz_upload_configure (w->desk, config, &error);
  g_assert_no_error (error);
}

char *
drain (World *w)
{
  guint accepted = 0, refused = 0, unknown = 0;
  g_autoptr (GError) error = NULL;
  char *trouble = NULL;

  fz_upload_drain_desk (w->desk, NULL, &accepted, &refused, &unknown, &trouble, &error);
  g_assert_no_error (error);
  g_test_message ("%u accepted, %u refused, %u unknown%s%s", accepted, refused, unknown, trouble != NULL ? ", " : "",
                  trouble != NULL ? trouble : "");
  return trouble;
}

static void
expect_origin (gint64 id, const FzFields *field)
{
  const char *from = fz_fields_get (field, "from");
  gboolean constant = g_strcmp0 (fz_fields_get (field, "how"), "constant") == 0;

  if (from == NULL)
    g_error ("row %d, %s = %s: nobody can say where %s is from", (int) id, fz_fields_get (field, "field"), fz_fields_get (field, "value"), fz_fields_get (field, "fact"));
  g_assert_cmpint (constant, ==, g_str_equal (from, "platform"));
  if (g_str_equal (from, "document") || g_str_equal (from, "register"))
    g_assert_true (fz_fields_has (field, "document") && fz_fields_has (field, "sha256") && fz_fields_has (field, "key"));
}

void
expect_traced (World *w)
{
  gint64 last = world_ask (w, "SELECT MAX(id) FROM outbox"), fields = 0;

  world_sign_in (w, "A3001");
  for (gint64 id = world_ask (w, "SELECT MIN(id) FROM outbox"); id <= last; id++) {
    g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE id = %d", (int) id);
    g_autoptr (GPtrArray) trace = NULL;
    g_autoptr (GError) error = NULL;

    if (world_ask (w, sql) == 0)
      continue;
    trace = fz_desk_trace_upload (w->session, id, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < trace->len; i++)
      expect_origin (id, trace->pdata[i]);
    fields += trace->len;
  }
  g_assert_cmpint (fields, >, 0);
}

GPtrArray *
list_state (World *w, const char *state)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GError) error = NULL;
  GPtrArray *rows;

  fz_fields_set (filter, "state", state);
  rows = fz_desk_list (w->session, FZ_LIST_OUTBOX, filter, &error);
  g_assert_no_error (error);
  return rows;
}
