#include "tests/window/long_list.h"

#include "db/audit.h"
#include "ui/fact_list.h"

#define A_JOB 500
#define ENTRIES 6000 /* the list keeps some four thousand */
#define DRAWS 500

static gboolean
append (FzTxn *txn, gpointer data, GError **error)
{
  for (guint i = 0; i < GPOINTER_TO_UINT (data); i++) {
    g_autofree char *subject = g_strdup_printf ("CF-%05u", i);
    FzAuditEntry entry = { .actor = "D1001", .role = "doctor", .action = "prescription.read", .subject_kind = "prescription", .subject = subject, .outcome = "done" };

    if (!fz_audit_append (txn, &entry, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
happen (World *world, guint n)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_store_run (world->desk->store, FZ_TXN_RECORD, append, GUINT_TO_POINTER (n), &error));
}

static gint64
number_at (GListModel *rows, guint position)
{
  g_autoptr (FzFactRow) row = g_list_model_get_item (rows, position);
  gint64 number = -1;

  g_assert_nonnull (row);
  g_assert_true (fz_fields_get_int (fz_fact_row_get (row), "number", &number));
  return number;
}

static gboolean
is_other (const FzFields *row, gpointer gone)
{
  gint64 number = -1;

  return !fz_fields_get_int (row, "number", &number) || number != *(const gint64 *) gone;
}

/* The newest first, without a gap, wherever one looks. */
static void
check (GListModel *rows)
{
  gint64 newest = number_at (rows, 0);
  guint n = g_list_model_get_n_items (rows);

  for (guint i = 0; i < DRAWS; i++) {
    guint position = (guint) g_test_rand_int_range (0, (gint32) n);

    g_assert_cmpint (number_at (rows, position), ==, newest - position);
  }
  g_assert_cmpint (number_at (rows, n - 1), ==, newest - n + 1);
}

static void
read_on (GListModel *rows)
{
  while (fz_fact_list_has_more (FZ_FACT_LIST (rows))) {
    g_object_unref (g_list_model_get_item (rows, g_list_model_get_n_items (rows) - 1));
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
on_changed (GListModel *rows, guint position, guint removed, guint added, guint *told)
{
  told[0]++;
  told[1] = position;
  told[2] = removed;
  told[3] = added;
}

void
long_list (World *world)
{
  g_autoptr (GListModel) rows = NULL;
  g_autoptr (GError) error = NULL;
  guint told[4] = { 0 }, n;
  FzFactRow *early;
  gint64 newest, gone = -1;

  world_sign_in (world, "S4003");
  for (guint i = 0; i < ENTRIES; i += A_JOB)
    happen (world, A_JOB);
  rows = G_LIST_MODEL (fz_fact_list_new (world->session, FZ_LIST_AUDIT, NULL));
  fz_fact_list_set_wanted (FZ_FACT_LIST (rows), is_other, &gone);
  g_assert_true (fz_fact_list_reload (FZ_FACT_LIST (rows), &error));
  read_on (rows);
  n = g_list_model_get_n_items (rows);
  g_assert_cmpint (n, ==, number_at (rows, 0) + 1); /* all of them */
  g_assert_cmpuint (n, >, ENTRIES);
  check (rows);

  early = g_list_model_get_item (rows, 300); /* what is far from here is let go of, and read again as it was */
  g_object_unref (early);
  g_object_add_weak_pointer (G_OBJECT (early), (gpointer *) &early);
  for (guint i = n - 1; i > 1000; i--)
    g_object_unref (g_list_model_get_item (rows, i));
  g_assert_null (early);
  check (rows);

  newest = number_at (rows, 0);
  happen (world, 3); /* they come before the others, which stay where they are */
  g_signal_connect (rows, "items-changed", G_CALLBACK (on_changed), told);
  g_assert_true (fz_fact_list_reload (FZ_FACT_LIST (rows), &error));
  g_assert_cmpuint (told[0], ==, 1);
  g_assert_cmpuint (told[1], ==, 0);
  g_assert_cmpuint (told[2], ==, 0);
  g_assert_cmpint (told[3], ==, number_at (rows, 0) - newest);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, n + told[3]);
  check (rows);

  happen (world, 3); /* those of before are a part of its own now; once it is let go of, one of its rows leaves the list */
  g_assert_true (fz_fact_list_reload (FZ_FACT_LIST (rows), &error));
  check (rows);
  for (guint i = g_list_model_get_n_items (rows) - 1; i > 1000; i--)
    g_object_unref (g_list_model_get_item (rows, i));
  gone = newest + 1;
  g_object_unref (g_list_model_get_item (rows, (guint) (number_at (rows, 0) - gone)));
  told[0] = 0;
  while (told[0] == 0) /* what follows has moved up, and nothing stands twice */
    g_main_context_iteration (NULL, TRUE);
  newest = number_at (rows, 0);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (number_at (rows, i), ==, newest - i - (newest - i <= gone ? 1 : 0));
  gone = -1;

  happen (world, A_JOB); /* more than a page: it begins anew */
  g_assert_true (fz_fact_list_reload (FZ_FACT_LIST (rows), &error));
  g_assert_cmpuint (g_list_model_get_n_items (rows), <, n);
  g_assert_true (fz_fact_list_has_more (FZ_FACT_LIST (rows)));
  check (rows);
  read_on (rows);
  g_assert_cmpint (g_list_model_get_n_items (rows), ==, number_at (rows, 0) + 1);
  check (rows);
}
