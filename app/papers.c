/* The signed note as a file (导出): an act of its own in the audit. */
#include "app/desk_private.h"

#include "app/review.h"

gboolean
fz_desk_export_prescription (FzSession *session, const char *id, const char *path, GError **error)
{
  g_autoptr (GBytes) note = fz_review_note (session, id, error);
  gsize n = 0;
  const char *bytes = note != NULL ? g_bytes_get_data (note, &n) : NULL;

  return bytes != NULL &&
         g_file_set_contents_full (path, bytes, (gssize) n, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}
