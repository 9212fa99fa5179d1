/* What the demo's affairs file by hand in the platform's portal: one duty is exported, one filed with its receipt, one done, the rest waits with its
 * days; a finding of the platform that was put right and reported, beside one that is still open. */
#include "app/demo_play.h"

#include "app/out_file.h"
#include "app/portal.h"
#include "core/date.h"

#include <glib/gstdio.h>

#define AFFAIRS "A3001"
#define RECEIPT "receipt.txt"

/* The n-th open duty of that kind; NULL: none. (transfer full) */
static char *
find_duty (FzDemoPlay *play, const char *kind, guint n, GError **error)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) entries = NULL;

  fz_fields_set_bool (filter, "open", TRUE);
  entries = fz_desk_list_entries (play->session, fz_portal_get_register (play->desk->portal), filter, error);
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (g_strcmp0 (fz_fields_get (entries->pdata[i], "field.kind"), kind) == 0 && n-- == 0)
      return g_strdup (fz_fields_get (entries->pdata[i], "entry.id"));
  if (entries != NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, "the demo has no duty %s", kind);
  return NULL;
}

static gboolean
export (FzDemoPlay *play, const char *folder, const char *id, GError **error)
{
  g_autofree char *path = g_build_filename (folder, id, NULL);
  g_autoptr (FzFields) made = NULL;

  fz_demo_play_pass (play, 120);
  made = fz_desk_export_portal (play->session, id, path, NULL, NULL, NULL, error);
  if (made != NULL)
    fz_demo_play_tell (play, "portal.exported", NULL, id);
  return made != NULL;
}

static gboolean
move (FzDemoPlay *play, const char *reg, const char *id, const char *word, const char *day_field, const char *field, const char *value, const char *file, GError **error)
{
  g_autofree char *day = fz_date_format (play->demo->date), *day_key = g_strconcat ("field.", day_field, NULL);
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  const char *files[] = { file, NULL };

  fz_demo_play_pass (play, 120);
  fz_fields_set (values, day_key, day);
  if (field != NULL)
    fz_fields_set (values, field, value);
  return fz_demo_play_sign (play, fz_desk_prepare_entry (play->session, reg, id, word, values, NULL, files, error), NULL, error);
}

static gboolean
file (FzDemoPlay *play, const char *id, const char *number, const char *receipt, GError **error)
{
  if (!move (play, fz_portal_get_register (play->desk->portal), id, "file", "filed_on", "field.number", number, receipt, error))
    return FALSE;
  fz_demo_play_tell (play, "portal.filed", NULL, id);
  return TRUE;
}

static gboolean
play_with (FzDemoPlay *play, const char *folder, GError **error)
{
  g_autofree char *receipt = g_build_filename (folder, RECEIPT, NULL), *exported = find_duty (play, "delivery", 0, error), *filed = NULL, *done = NULL;

  if (exported == NULL || !fz_out_file_save_text ("演示回执：监管平台门户已收到。\n", receipt, error) || (filed = find_duty (play, "delivery", 1, error)) == NULL ||
      (done = find_duty (play, "complaint", 0, error)) == NULL)
    return FALSE;
  return export (play, folder, exported, error) && export (play, folder, filed, error) && file (play, filed, "SL-DEMO-0001", receipt, error) &&
         export (play, folder, done, error) && file (play, done, "SL-DEMO-0002", receipt, error) &&
         move (play, fz_portal_get_register (play->desk->portal), done, "accept", "accepted_on", NULL, NULL, NULL, error) &&
         move (play, "rectification", "ZG-000002", "report", "reported_on", "field.reported_to", "登记机关互联网诊疗监管科（演示）", receipt, error);
}

gboolean
fz_demo_play_portal (FzDemoPlay *play, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("fuzhen-demo-XXXXXX", error);
  gboolean done = folder != NULL && fz_demo_play_seat (play, AFFAIRS, error) && play_with (play, folder, error);

  if (folder != NULL)
    fz_out_folder_remove (folder);
  return done;
}
