#include "app/front_desk.h"

#include "app/front_config.h"
#include "app/front_thread.h"
#include "app/supplement.h"
#include "db/front.h"

#include <glib/gi18n-lib.h>

#define MOST_ROWS 500
#define MOST_VISITS 50
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
  return decide->rows != NULL;
}

GPtrArray *
fz_desk_list_front (FzSession *session, GError **error)
{
  Decide decide = { .session = session };

  if (!fz_session_may (session, "front.list", "store", NULL, error) || !fz_session_look (session, "front.list", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, read_problems, &decide, error))
    return NULL;
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
fz_desk_decide_front (FzSession *session, const char *way, gint64 number, gboolean again, const char *words, GError **error)
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

/* --- how it stands --- */

gboolean
fz_front_put_status (FzDesk *desk, FzTxn *txn, FzFields *out, GError **error)
{
  g_autoptr (FzFields) counts = fz_front_counts (txn, error);
  gint64 in = 0, refused = 0;

  if (counts == NULL)
    return FALSE;
  fz_front_thread_put (desk, out);
  fz_fields_merge (out, "front", counts);
  fz_fields_get_int (counts, "in.held", &in);
  fz_fields_get_int (counts, "out.refused", &refused);
  fz_fields_set_int (out, "front.held", in + refused);
  return TRUE;
}

typedef struct {
  FzSession *session;
  FzFields *out;
} Standing;

static gboolean
read_standing (FzTxn *txn, gpointer data, GError **error)
{
  Standing *standing = data;
  g_autoptr (GPtrArray) visits = fz_front_visits (txn, MOST_VISITS, error);

  gboolean asked = FALSE;

  if (visits == NULL || !fz_front_put_status (standing->session->desk, txn, standing->out, error) || !fz_payment_is_asked (txn, &asked, error))
    return FALSE;
  fz_fields_set_bool (standing->out, "payment.asked", asked);
  for (guint i = 0; i < visits->len; i++) {
    const char *id = fz_fields_get (visits->pdata[i], "id");

    fz_fields_set_at (standing->out, "visit", i, "id", *id == '@' ? id + 1 : id); /* an entry that concerns no visit */
    fz_fields_set_at (standing->out, "visit", i, "n", fz_fields_get (visits->pdata[i], "n"));
  }
  return TRUE;
}

/* Where it is said to be; what is wrong with that, when it cannot be read. */
static void
put_place (FzDesk *desk, FzFields *out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformConfig) config = fz_front_load_config (desk, &error);
  g_autofree char *address = config != NULL ? g_uri_to_string_partial (fz_platform_config_get_uri (config), G_URI_HIDE_USERINFO) : NULL;

  fz_fields_set_bool (out, "set", config != NULL || !g_error_matches (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED));
  fz_fields_set (out, "address", address);
  fz_fields_set (out, "desk", config != NULL ? fz_platform_config_get_app_key (config) : NULL);
  fz_fields_set (out, "problem", config == NULL && fz_fields_is_yes (out, "set") ? error->message : NULL);
}

FzFields *
fz_desk_read_front (FzSession *session, GError **error)
{
  g_autoptr (FzFields) out = fz_fields_new ("fuzhen.front_standing/v1");
  Standing standing = { session, out };

  if (!fz_session_may (session, "front.read", "store", NULL, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, read_standing, &standing, error))
    return NULL;
  put_place (session->desk, out);
  return fz_fields_freeze (g_steal_pointer (&out));
}
