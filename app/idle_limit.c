#include "app/idle_limit.h"

#include "app/signing.h"
#include "core/sitting.h"
#include "db/audit.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define SETTING "session.idle_minutes"

gboolean
fz_idle_limit_read (FzTxn *txn, gint64 *out_minutes, GError **error)
{
  g_autofree char *text = NULL;

  if (!fz_setting_read (txn, SETTING, &text, error))
    return FALSE;
  /* What nobody can have set here is taken for the usual: a desk that never locks must not come of it. */
  if (text == NULL || !g_ascii_string_to_signed (text, 10, FZ_SITTING_LEAST_MINUTES, FZ_SITTING_MOST_MINUTES, out_minutes, NULL))
    *out_minutes = FZ_SITTING_USUAL_MINUTES;
  return TRUE;
}

typedef struct {
  FzSession *session;
  gint64 minutes;
} Set;

static gboolean
set_job (FzTxn *txn, gpointer data, GError **error)
{
  const Set *set = data;
  g_autofree char *text = g_strdup_printf ("%" PRId64, set->minutes);
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.idle_limit/v1");
  gint64 was = 0;

  if (!fz_idle_limit_read (txn, &was, error))
    return FALSE;
  fz_fields_set_int (payload, "was", was);
  fz_fields_set_int (payload, "now", set->minutes);
  return fz_setting_set (txn, SETTING, text, error) &&
         fz_session_audit (set->session, txn, "idle.set", "store", NULL, "done", NULL, payload, error) && fz_audit_checkpoint (txn, error);
}

gboolean
fz_desk_set_idle_minutes (FzSession *session, gint64 minutes, const FzSecret *pin, GError **error)
{
  Set set = { session, minutes };

  if (!fz_session_may (session, "idle.set", "store", NULL, error))
    return FALSE;
  if (minutes >= FZ_SITTING_LEAST_MINUTES && minutes <= FZ_SITTING_MOST_MINUTES)
    return fz_signing_judge_pin (session, "idle.set", pin, error) && fz_store_run (session->desk->store, FZ_TXN_RECORD, set_job, &set, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("闲置锁屏的时间应为%d至%d分钟。"), FZ_SITTING_LEAST_MINUTES, FZ_SITTING_MOST_MINUTES);
  return FALSE;
}

static gboolean
read_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_idle_limit_read (txn, data, error);
}

gint64
fz_desk_get_idle_minutes (FzSession *session, GError **error)
{
  gint64 minutes = -1;

  return fz_session_may (session, "idle.read", "store", NULL, error) && fz_store_run (session->desk->store, FZ_TXN_READ, read_job, &minutes, error) ? minutes
                                                                                                                                                  : -1;
}
