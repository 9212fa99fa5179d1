#include "app/video.h"

#include "app/submit.h"
#include "app/talk.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define URL "video.url"
#define PROCESS_URL "video.process_url"
#define MOST_CHARS 300 /* leaves room for the numbers: the platform takes 500 */
#define VISIT "{visit}"
#define STAFF "{staff}"

/* --- an address --- */

static gboolean
is_plain (const char *url)
{
  for (const char *p = url; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  return strlen (url) <= MOST_CHARS;
}

static char *
put_in (const char *url, const char *place, const char *value)
{
  g_auto (GStrv) parts = g_strsplit (url, place, -1);
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  return g_strjoinv (escaped, parts);
}

static char *
fill (const char *url, const char *visit, const char *staff)
{
  g_autofree char *half = put_in (url, VISIT, visit);

  return put_in (half, STAFF, staff);
}

/* Of whom it is asked stands in the address as it is written, never in what is put in. */
static gboolean
has_fixed_host (const char *url)
{
  gsize n = strlen ("https://") + strcspn (url + strlen ("https://"), "/?#");

  return memchr (url, '{', n) == NULL && memchr (url, '}', n) == NULL;
}

static gboolean
check_address (const char *url, gboolean staff, GError **error)
{
  g_autofree char *sample = staff ? fill (url, "1", "1") : put_in (url, VISIT, "1");
  g_autoptr (GUri) uri = g_str_has_prefix (url, "https://") && is_plain (url) ? g_uri_parse (sample, G_URI_FLAGS_NONE, NULL) : NULL;

  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' && g_uri_get_userinfo (uri) == NULL && has_fixed_host (url) &&
      strstr (url, VISIT) != NULL && strpbrk (sample, "{}") == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
               staff ? _ ("视频系统的地址须以 https:// 开头，不超过%d个字符，含 {visit}（就诊编号），可含 {staff}（医师工号），主机名是固定的，不含用户名、口令和其他占位。")
                     : _ ("过程数据的地址须以 https:// 开头，不超过%d个字符，含 {visit}（就诊编号），主机名是固定的，不含用户名、口令和其他占位。"),
               MOST_CHARS);
  return FALSE;
}

/* --- the settings --- */

gboolean
fz_video_put_status (FzTxn *txn, FzFields *out, GError **error)
{
  static const char *const names[] = { URL, PROCESS_URL };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *value = NULL;

    if (!fz_setting_read (txn, names[i], &value, error))
      return FALSE;
    fz_fields_set (out, names[i], value);
  }
  return TRUE;
}

gboolean
fz_video_put_process (FzTxn *txn, const char *visit, FzFields *facts, GError **error)
{
  g_autofree char *url = NULL, *filled = NULL;

  if (!fz_setting_read (txn, PROCESS_URL, &url, error))
    return FALSE;
  filled = url != NULL ? put_in (url, VISIT, visit) : NULL;
  fz_fields_set (facts, "visit.process_url", filled);
  return TRUE;
}

typedef struct {
  FzSession *session;
  const char *url, *process_url;
} Set;

static gboolean
set_job (FzTxn *txn, gpointer data, GError **error)
{
  const Set *set = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.video/v1");

  fz_fields_set (payload, "url", set->url);
  fz_fields_set (payload, "process_url", set->process_url);
  return fz_setting_set (txn, URL, set->url, error) && fz_setting_set (txn, PROCESS_URL, set->process_url, error) &&
         fz_session_audit (set->session, txn, "video.set", "store", NULL, "done", NULL, payload, error);
}

gboolean
fz_desk_set_video (FzSession *session, const char *url, const char *process_url, GError **error)
{
  Set set = { session, url != NULL && *url != '\0' ? url : NULL, process_url != NULL && *process_url != '\0' ? process_url : NULL };

  return fz_session_may (session, "video.set", "store", NULL, error) && (set.url == NULL || check_address (set.url, TRUE, error)) &&
         (set.process_url == NULL || check_address (set.process_url, FALSE, error)) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, set_job, &set, error);
}

/* --- opening it from a visit --- */

typedef struct {
  FzTalkReach who;
  FzFields *out;
} Open;

static gboolean
open_job (FzTxn *txn, gpointer data, GError **error)
{
  Open *self = data;
  g_autoptr (FzFields) visit = fz_talk_reach (txn, &self->who, error), payload = fz_fields_new ("fuzhen.video_open/v1");
  g_autofree char *url = NULL, *filled = NULL, *sha256 = NULL;

  if (visit == NULL)
    return self->who.denied;
  if (!fz_talk_is_open (visit))
    return fz_talk_refuse_closed (error);
  if (!fz_setting_read (txn, URL, &url, error))
    return FALSE;
  if (url == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("还没有设置医院视频系统的地址。请系统管理员在“系统”页设置。"));
    return FALSE;
  }
  filled = fill (url, self->who.visit, self->who.session->number);
  sha256 = fz_sha256_hex (filled, strlen (filled));
  fz_fields_set (payload, "url_sha256", sha256);
  fz_fields_set (self->out, "url", filled);
  fz_fields_set_time (self->out, "at", fz_txn_now_us (txn));
  return fz_session_audit (self->who.session, txn, "talk.video", "visit", self->who.visit, "done", NULL, payload, error);
}

FzFields *
fz_desk_open_video (FzSession *session, const char *visit, GError **error)
{
  g_autoptr (FzFields) out = fz_fields_new ("fuzhen.video_open/v1");
  Open self = { { session, visit, "talk.write", FALSE }, out };

  if (!fz_talk_run (&self.who, FZ_TXN_RECORD, open_job, error))
    return NULL;
  if (fz_session_is_present (session, visit))
    fz_session_touch (session, visit);
  return fz_fields_freeze (g_steal_pointer (&out));
}
