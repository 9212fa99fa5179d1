/* The signed note as a file (导出): an act of its own in the audit. */
#include "app/desk_private.h"

#include "app/out_file.h"
#include "app/review.h"

gboolean
fz_desk_export_prescription (FzSession *session, const char *id, const char *path, GError **error)
{
  g_autoptr (GBytes) note = fz_review_note (session, id, error);

  return note != NULL && fz_out_file_save (note, path, error);
}
