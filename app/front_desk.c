#include "app/front_desk.h"

#include "app/front_thread.h"
#include "db/front.h"

#include <glib/gi18n-lib.h>

#define MOST_ROWS 500
#define MOST_WORDS 500

typedef struct {
  FzSession *session;
  GPtrArray *rows;
  const char *way, *words;
  gint64 number;
  gboolean again;
} Decide;

static gboolean
read_problems (FzTxn *txn, gpointer data, GError **error)
{
  Decide *decide = data;

  decide->rows = fz_front_problems (txn, MOST_ROWS, error);
  return decide->rows != NULL && fz_session_audit (decide->session, txn, "front.read", "store", NULL, "done", NULL, NULL, error);
}

GPtrArray *
fz_front_list (FzSession *session, GError **error)
{
  Decide decide = { .session = session };

  if (!fz_session_may (session, "front.read", "store", NULL, error) || !fz_store_run (session->desk->store, FZ_TXN_RECORD, read_problems, &decide, error)) {
    g_clear_pointer (&decide.rows, g_ptr_array_unref);
    return NULL;
  }
  return decide.rows;
}

static gboolean
decide_job (FzTxn *txn, gpointer data, GError **error)
{
  Decide *decide = data;
  g_autofree char *subject = g_strdup_printf ("%s:%" G_GINT64_FORMAT, decide->way, decide->number);
  gboolean in = g_str_equal (decide->way, "in");

  if (in ? !(decide->again ? fz_front_in_again (txn, decide->number, error) : fz_front_in_done (txn, decide->number, "settled", decide->words, error))
         : !fz_front_out_decide (txn, decide->number, decide->again, decide->words, error))
    return FALSE;
  return fz_session_audit (decide->session, txn, "front.decide", "front", subject, "done", decide->again ? "again" : decide->words, NULL, error);
}

gboolean
fz_front_decide (FzSession *session, const char *way, gint64 number, gboolean again, const char *words, GError **error)
{
  Decide decide = { .session = session, .way = way, .words = words, .number = number, .again = again };

  if (!fz_session_may (session, "front.decide", "front", NULL, error))
    return FALSE;
  if (g_strcmp0 (way, "in") != 0 && g_strcmp0 (way, "out") != 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请指明是来件（in）还是通知（out）。"));
    return FALSE;
  }
  if (!again && (words == NULL || *words == '\0' || g_utf8_strlen (words, -1) > MOST_WORDS)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明办结的理由（500字以内），例如已电话联系患者。"));
    return FALSE;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, decide_job, &decide, error))
    return FALSE;
  fz_front_kick (session->desk);
  return TRUE;
}

/* --- the status line --- */

gboolean
fz_front_put_status (FzDesk *desk, FzTxn *txn, FzFields *out, GError **error)
{
  g_autofree char *words = NULL, *state = fz_front_thread_state (desk, &words);
  g_autoptr (FzFields) counts = fz_front_counts (txn, error);

  if (counts == NULL)
    return FALSE;
  fz_fields_set (out, "front.state", state);
  fz_fields_set (out, "front.words", words);
  fz_fields_merge (out, "front", counts);
  return TRUE;
}
