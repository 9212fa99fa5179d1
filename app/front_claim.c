/* Whose visit it is: asked of the front before a doctor signs for it (接诊的占用). Two desks may see the same request; the front gives it to one. */
#include "app/front.h"
#include "app/front_config.h"
#include "app/front_thread.h"
#include "app/queue.h"
#include "core/json.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

#define SECONDS 8

typedef struct {
  FzDesk *desk;
  const char *visit;
  gboolean reaches;
} Claim;

static gboolean
read_claim (FzTxn *txn, gpointer data, GError **error)
{
  Claim *claim = data;

  return fz_front_reaches (txn, claim->visit, &claim->reaches, error);
}

static gboolean
leave_queue (FzTxn *txn, gpointer data, GError **error)
{
  Claim *claim = data;
  g_autoptr (FzFields) visit = fz_visits_get (txn, claim->visit, error);

  return visit != NULL && fz_queue_taken_elsewhere (claim->desk, txn, visit, error);
}

static GBytes *
claim_body (void)
{
  static const char text[] = "{\"format\":\"fuzhen.front/v1\"}";

  return g_bytes_new_static (text, strlen (text));
}

static void
ask (FzPlatformConfig *config, const char *visit, FzFrontAnswer *answer)
{
  g_autoptr (FzFrontWire) wire = fz_front_wire_new (config);
  g_autoptr (GBytes) body = claim_body ();
  g_autofree char *escaped = g_uri_escape_string (visit, NULL, FALSE), *path = g_strdup_printf ("visits/%s/take", escaped);

  fz_front_wire_ask (wire, &(FzFrontRequest) { .method = SOUP_METHOD_POST, .path = path, .body = body, .most = 64 * 1024, .seconds = SECONDS }, answer);
}

static gboolean
judge (Claim *claim, const FzFrontAnswer *answer, GError **error)
{
  g_autoptr (GError) why = NULL;

  switch (answer->kind) {
  case FZ_FRONT_GOOD:
    return TRUE;
  case FZ_FRONT_TAKEN:
    if (!fz_store_run (claim->desk->store, FZ_TXN_RECORD, leave_queue, claim, &why))
      g_warning ("front: %s", why->message);
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这位患者已由另一台工作站接诊，已从本机的候诊中移出。请接诊下一位。"));
    return FALSE;
  case FZ_FRONT_MISSING:
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("医院前端没有这次就诊，或患者已撤销，不能接诊。（%s）"), answer->words);
    return FALSE;
  case FZ_FRONT_LATER:
    g_set_error (error, FZ_ERROR, FZ_ERROR_OFFLINE, _ ("现在不能向医院前端确认这位患者是否已由他人接诊，请稍后再试。（%s）"), answer->words);
    return FALSE;
  case FZ_FRONT_WRONG:
  default:
    g_set_error (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("医院前端不接受本机的请求，不能确认能否接诊。请系统管理员检查前端的配置。（%s）"), answer->words);
    return FALSE;
  }
}

gboolean
fz_front_claim (FzDesk *desk, const char *visit, GError **error)
{
  Claim claim = { desk, visit, FALSE };
  g_autoptr (FzPlatformConfig) config = NULL;
  g_autoptr (GMainContext) context = NULL;
  g_auto (FzFrontAnswer) answer = { 0 };

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_claim, &claim, error))
    return FALSE;
  if (!claim.reaches)
    return TRUE;
  config = fz_front_load_config (desk, error);
  if (config == NULL)
    return FALSE;
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  ask (config, visit, &answer);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  return judge (&claim, &answer, error);
}
