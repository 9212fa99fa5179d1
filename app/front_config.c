#include "app/front_config.h"

#include "app/front.h"
#include "db/audit.h"
#include "db/setting.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* --- what is set --- */

typedef struct {
  FzSession *session; /* NULL: the desk itself, as the demonstration does */
  const char *path;   /* to be set */
  char *kept;
} Setting;

static gboolean
read_setting (FzTxn *txn, gpointer data, GError **error)
{
  Setting *setting = data;

  return fz_setting_read (txn, FZ_FRONT_SETTING, &setting->kept, error);
}

FzPlatformConfig *
fz_front_load_config (FzDesk *desk, GError **error)
{
  Setting setting = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (FzPlatformConfig) config = NULL;

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_setting, &setting, error))
    return NULL;
  path = setting.kept;
  if (path == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("尚未设置医院前端；就诊申请可用申请包收件。"));
    return NULL;
  }
  config = fz_platform_config_load (path, desk->demo, error);
  if (config == NULL || g_str_equal (fz_platform_config_get_profile (config), FZ_PROFILE_FRONT))
    return g_steal_pointer (&config);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 不是医院前端的配置（profile 应为 front）。"), path);
  return NULL;
}

/* --- the note beside the store --- */

#define NOTE "front-line"

/* Written by the window's thread and by the front's: what one read the other must not have changed before it is written. */
static GMutex note_guard;

FzFields *
fz_front_note_read (const char *data_dir)
{
  g_autofree char *path = g_build_filename (data_dir, NOTE, NULL), *text = NULL;
  gsize n = 0;

  return g_file_get_contents (path, &text, &n, NULL) ? fz_fields_parse ((const guint8 *) text, n, NULL) : NULL;
}

/* Not being able to write it is no reason to stop. */
static void
write_note (const FzDesk *desk, const FzFields *note)
{
  g_autofree char *path = g_build_filename (desk->data_dir, NOTE, NULL);
  g_autoptr (GBytes) text = fz_fields_print (note, NULL);
  gsize n = 0;
  const char *bytes = text != NULL ? g_bytes_get_data (text, &n) : NULL;

  if (bytes != NULL)
    g_file_set_contents_full (path, bytes, (gssize) n, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static void
note_config (const FzDesk *desk, const char *config_path)
{
  g_autofree char *path = g_build_filename (desk->data_dir, NOTE, NULL);
  g_autoptr (FzFields) note = fz_fields_new ("fuzhen.front_line/v1");

  fz_fields_set (note, "config", config_path);
  g_mutex_lock (&note_guard);
  if (config_path != NULL)
    write_note (desk, note);
  else
    g_remove (path);
  g_mutex_unlock (&note_guard);
}

void
fz_front_note_heard (const FzDesk *desk, gint64 at_us, gboolean event)
{
  g_autoptr (FzFields) kept = NULL, note = NULL;

  g_mutex_lock (&note_guard);
  kept = fz_front_note_read (desk->data_dir);
  note = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;
  if (note != NULL) {
    fz_fields_set_time (note, "heard_at", at_us);
    if (event)
      fz_fields_set_time (note, "event_at", at_us);
    write_note (desk, note);
  }
  g_mutex_unlock (&note_guard);
}

/* --- setting it --- */

static gboolean
write_setting (FzTxn *txn, gpointer data, GError **error)
{
  Setting *setting = data;
  const char *reason = setting->path != NULL ? NULL : "off";
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "front.configure", .subject_kind = "store", .outcome = "done", .reason = reason };

  if (!fz_setting_set (txn, FZ_FRONT_SETTING, setting->path, error))
    return FALSE;
  return setting->session != NULL ? fz_session_audit (setting->session, txn, "front.configure", "store", NULL, "done", reason, NULL, error)
                                  : fz_audit_append (txn, &entry, NULL, error);
}

gboolean
fz_front_configure_by (FzDesk *desk, FzSession *session, const char *config_path, GError **error)
{
  g_autoptr (FzPlatformConfig) config = config_path != NULL ? fz_platform_config_load (config_path, desk->demo, error) : NULL;
  g_autofree char *absolute = config_path != NULL ? g_canonicalize_filename (config_path, NULL) : NULL;
  Setting setting = { .session = session, .path = absolute };

  if (config_path != NULL && config == NULL)
    return FALSE;
  if (config != NULL && !g_str_equal (fz_platform_config_get_profile (config), FZ_PROFILE_FRONT)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 不是医院前端的配置（profile 应为 front）。"), absolute);
    return FALSE;
  }
  if (!fz_store_run (desk->store, FZ_TXN_RECORD, write_setting, &setting, error))
    return FALSE;
  note_config (desk, absolute);
  return TRUE;
}

gboolean
fz_front_configure (FzDesk *desk, const char *config_path, GError **error)
{
  return fz_front_configure_by (desk, NULL, config_path, error);
}
