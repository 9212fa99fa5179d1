#include "app/stamps.h"

#include "app/certify.h"
#include "app/post.h"
#include "app/signer/stamp.h"
#include "core/date.h"
#include "db/archive.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/setting.h"
#include "db/stamps.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define URL "signer.tsa_url"
#define CHAIN "signer.tsa_chain"
#define TLS_CA "signer.tsa_tls_ca"
#define PROBLEM "signer.tsa_problem"
#define AGAIN "signer.tsa_again_at"

#define SECONDS 15
#define AT_ONCE 50 /* a tick takes no longer than they do */
#define PAUSE_US (5 * 60 * FZ_US_PER_SECOND)
#define HOUR_US (G_GINT64_CONSTANT (3600) * FZ_US_PER_SECOND)

static GMutex mutex; /* the clock's thread and a command ask one after the other */

/* --- what is set --- */

typedef struct {
  char *url, *tls_ca, *problem;
  FzChain *trusted;
  gint64 again_us;
} Service;

static void
service_clear (Service *self)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->tls_ca, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->trusted, fz_chain_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Service, service_clear)

static gboolean
read_trusted (FzTxn *txn, FzChain *chain, GError **error)
{
  g_autofree char *number = NULL;
  g_autoptr (FzArchived) kept = NULL;
  gsize n = 0;
  const char *pem;

  if (!fz_setting_read (txn, CHAIN, &number, error))
    return FALSE;
  kept = number != NULL ? fz_archive_get (txn, g_ascii_strtoll (number, NULL, 10), error) : NULL;
  pem = kept != NULL ? g_bytes_get_data (kept->body, &n) : NULL;
  return number == NULL || (pem != NULL && fz_chain_add_pem (chain, pem, n, error));
}

static gboolean
read_service (FzTxn *txn, gpointer data, GError **error)
{
  Service *self = data;
  g_autofree char *again = NULL;

  self->trusted = fz_chain_new ();
  if (!fz_setting_read (txn, URL, &self->url, error) || !fz_setting_read (txn, TLS_CA, &self->tls_ca, error) ||
      !fz_setting_read (txn, PROBLEM, &self->problem, error) || !fz_setting_read (txn, AGAIN, &again, error))
    return FALSE;
  self->again_us = again != NULL ? g_ascii_strtoll (again, NULL, 10) : 0;
  return read_trusted (txn, self->trusted, error);
}

/* --- one stamp --- */

static GBytes *
ask (FzDesk *desk, const Service *service, const void *bytes, gsize n, GError **error)
{
  g_autoptr (GBytes) request = fz_stamp_ask (bytes, n, error), reply = NULL;
  FzPost post = { .url = service->url, .type = "application/timestamp-query", .tls_ca = service->tls_ca, .most = FZ_STAMP_MAX_BYTES,
                  .seconds = SECONDS, .stop = desk->stop };
  g_auto (FzStamp) stamp = { 0 };
  guint status = 0;

  if (request == NULL)
    return NULL;
  if (!fz_post (&post, request, &status, &reply, error)) {
    g_prefix_error (error, "%s", _ ("没有取得时间戳："));
    return NULL;
  }
  if (status != 200) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("时间戳机构回答 HTTP %u。请与该机构核对地址和开通情况。"), status);
    return NULL;
  }
  return fz_stamp_accept (request, reply, service->trusted, fz_desk_now_us (desk), &stamp, error) ? g_steal_pointer (&reply) : NULL;
}

typedef struct {
  const char *document;
  GBytes *note, *reply;
  guint lines;
} Stamping;

static gboolean
read_note (FzTxn *txn, gpointer data, GError **error)
{
  Stamping *self = data;
  g_autoptr (FzDocument) document = fz_documents_get (txn, self->document, error);

  if (document == NULL)
    return FALSE;
  self->note = fz_document_dup_note (document);
  self->lines = document->lines->len;
  return TRUE;
}

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  Stamping *self = data;
  gsize n = 0;
  const void *reply = g_bytes_get_data (self->reply, &n);
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "signer.stamp", .subject_kind = "document", .subject = self->document,
                         .outcome = "done" };

  return fz_archive_put_for (txn, self->document, "time_stamp", reply, n, error) &&
         fz_stamps_settle (txn, self->document, self->lines, error) && fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
stamp (FzDesk *desk, const Service *service, const char *document, GError **error)
{
  Stamping what = { .document = document };
  g_autoptr (GBytes) note = NULL, reply = NULL;
  gsize n = 0;
  const void *bytes;

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_note, &what, error))
    return FALSE;
  note = what.note;
  bytes = g_bytes_get_data (note, &n);
  what.reply = reply = ask (desk, service, bytes, n, error);
  return reply != NULL && fz_store_run (desk->store, FZ_TXN_RECORD, keep, &what, error);
}

/* --- all that wait --- */

static gboolean
list_waiting (FzTxn *txn, gpointer data, GError **error)
{
  GPtrArray **ids = data;

  *ids = fz_stamps_list (txn, AT_ONCE, error);
  return *ids != NULL;
}

static gboolean
note_trouble (FzTxn *txn, gpointer data, GError **error)
{
  const GError *why = data;
  g_autofree char *again = why != NULL ? g_strdup_printf ("%" PRId64, fz_txn_now_us (txn) + PAUSE_US) : NULL;

  return fz_setting_set (txn, PROBLEM, why != NULL ? why->message : NULL, error) && fz_setting_set (txn, AGAIN, again, error);
}

/* The first that fails ends it: the next would wait as long for nothing. *why: what it met; FALSE: the store itself failed. */
static gboolean
stamp_all (FzDesk *desk, const Service *service, guint *out_n, GError **why, GError **error)
{
  g_autoptr (GPtrArray) ids = NULL;

  if (!fz_store_run (desk->store, FZ_TXN_READ, list_waiting, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len && *why == NULL; i++)
    *out_n += stamp (desk, service, ids->pdata[i], why);
  return (*why == NULL && service->problem == NULL) || fz_store_run (desk->store, FZ_TXN_LOCAL, note_trouble, *why, error);
}

gboolean
fz_stamps_tick (FzDesk *desk, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  g_auto (Service) service = { 0 };
  g_autoptr (GError) trouble = NULL;
  guint n = 0;

  if (fz_store_is_read_only (desk->store, NULL))
    return TRUE;
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_service, &service, error))
    return FALSE;
  return service.url == NULL || fz_desk_now_us (desk) < service.again_us || stamp_all (desk, &service, &n, &trouble, error);
}

gboolean
fz_stamps_ask_now (FzSession *session, guint *out_n, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  g_auto (Service) service = { 0 };
  g_autoptr (GError) trouble = NULL;
  guint before;

  *out_n = 0;
  if (!fz_session_may (session, "signer.configure", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, read_service, &service, error))
    return FALSE;
  if (service.url == NULL)
    return fz_refuse (error, _ ("没有设置时间戳机构。请先用 fuzhen signer tsa 设置。"));
  do {
    before = *out_n;
    if (!stamp_all (session->desk, &service, out_n, &trouble, error))
      return FALSE;
  } while (trouble == NULL && *out_n == before + AT_ONCE);
  if (trouble == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&trouble));
  return FALSE;
}

gboolean
fz_stamps_late (FzDesk *desk, FzTxn *txn, gint64 *out_n, gint64 *out_due_us, GError **error)
{
  gint64 allowed = MAX (fz_key_policy (desk, "stamp.hours"), 0) * HOUR_US, n = 0, oldest = 0;

  if (!fz_stamps_count (txn, fz_txn_now_us (txn) - allowed, &n, out_n, &oldest, error))
    return FALSE;
  *out_due_us = oldest + allowed;
  return TRUE;
}

/* --- setting it --- */

typedef struct {
  FzSession *session;
  const Service *service;
  const char *pem;
  FzFields *state;
} Change;

static gboolean
use_job (FzTxn *txn, gpointer data, GError **error)
{
  const Change *change = data;
  const Service *service = change->service;
  gint64 number = 0;
  g_autofree char *text = NULL;

  if (!fz_archive_put (txn, "ca_chain", change->pem, strlen (change->pem), &number, error))
    return FALSE;
  text = g_strdup_printf ("%" PRId64, number);
  return fz_setting_set (txn, URL, service->url, error) && fz_setting_set (txn, CHAIN, text, error) &&
         fz_setting_set (txn, TLS_CA, service->tls_ca, error) && note_trouble (txn, NULL, error) &&
         fz_session_audit (change->session, txn, "signer.tsa", "store", NULL, "done", service->url, NULL, error);
}

static gboolean
check_url (FzDesk *desk, const char *url, GError **error)
{
  if (fz_post_is_allowed (url) && (!desk->demo || fz_post_is_this_machine (url)))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
               desk->demo ? _ ("演示库只能使用本机上的时间戳服务，“%s”不是。") : _ ("时间戳机构的地址“%s”必须以 https:// 开头。"), url);
  return FALSE;
}

/* A stamp that nobody keeps, over nothing of anybody's: an authority that cannot be used shows now and not tonight. */
static gboolean
try_it (FzDesk *desk, const Service *service, GError **error)
{
  g_autofree char *once = g_uuid_string_random ();
  g_autoptr (GBytes) reply = ask (desk, service, once, strlen (once), error);

  return reply != NULL;
}

gboolean
fz_stamps_use (FzSession *session, const char *url, const char *pem, gsize n, const char *tls_ca, GError **error)
{
  g_auto (Service) service = { .url = g_strdup (url), .tls_ca = tls_ca != NULL ? g_canonicalize_filename (tls_ca, NULL) : NULL,
                               .trusted = fz_chain_new () };
  g_autofree char *text = NULL;
  Change change = { .session = session, .service = &service };

  if (!fz_session_may (session, "signer.configure", "store", NULL, error) || !check_url (session->desk, url, error) ||
      !fz_chain_add_pem (service.trusted, pem, n, error))
    return FALSE;
  if (service.trusted->certificates->len == 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件中没有时间戳机构的证书。"));
    return FALSE;
  }
  change.pem = text = fz_chain_print (service.trusted);
  return try_it (session->desk, &service, error) && fz_store_run (session->desk->store, FZ_TXN_RECORD, use_job, &change, error);
}

static gboolean
end_job (FzTxn *txn, gpointer data, GError **error)
{
  const Change *change = data;

  return fz_setting_set (txn, URL, NULL, error) && fz_setting_set (txn, CHAIN, NULL, error) && fz_setting_set (txn, TLS_CA, NULL, error) &&
         note_trouble (txn, NULL, error) && fz_stamps_clear (txn, error) &&
         fz_session_audit (change->session, txn, "signer.tsa", "store", NULL, "done", "off", NULL, error);
}

gboolean
fz_stamps_end (FzSession *session, GError **error)
{
  Change change = { .session = session };

  return fz_session_may (session, "signer.configure", "store", NULL, error) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, end_job, &change, error);
}

static gboolean
state_job (FzTxn *txn, gpointer data, GError **error)
{
  Change *change = data;
  g_auto (Service) service = { 0 };
  gint64 n = 0, late = 0, oldest = 0, due = 0;

  if (!read_service (txn, &service, error) || !fz_stamps_count (txn, 0, &n, &late, &oldest, error) ||
      !fz_stamps_late (change->session->desk, txn, &late, &due, error))
    return FALSE;
  fz_fields_set (change->state, "tsa.url", service.url);
  fz_fields_set (change->state, "tsa.tls_ca", service.tls_ca);
  fz_fields_set (change->state, "tsa.problem", service.problem);
  fz_fields_set_int (change->state, "tsa.n_waiting", n);
  fz_fields_set_int (change->state, "tsa.n_late", late);
  if (n > 0)
    fz_fields_set_time (change->state, "tsa.oldest_at", oldest);
  if (service.again_us > 0)
    fz_fields_set_time (change->state, "tsa.again_at", service.again_us);
  return TRUE;
}

FzFields *
fz_stamps_state (FzSession *session, GError **error)
{
  g_autoptr (FzFields) state = fz_fields_new ("fuzhen.tsa/v1");
  Change change = { .session = session, .state = state };

  if (!fz_session_may (session, "signer.configure", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, state_job, &change, error))
    return NULL;
  return fz_fields_freeze (g_steal_pointer (&state));
}
