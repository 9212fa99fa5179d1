/* Files that leave the program: the signed note, the slip (导出). Each is an act of its own in the audit. */
#include "app/desk_private.h"

#include "app/paper/slip.h"
#include "app/review.h"
#include "app/trust.h"

#include <glib/gi18n-lib.h>

gboolean
fz_desk_export_prescription (FzSession *session, const char *id, const char *path, GError **error)
{
  g_autoptr (GBytes) note = fz_review_note (session, id, NULL, error);
  gsize n = 0;
  const char *bytes = note != NULL ? g_bytes_get_data (note, &n) : NULL;

  return bytes != NULL &&
         g_file_set_contents_full (path, bytes, (gssize) n, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

/* Pale green and 儿科 by the department that saw the child, not by age alone. */
static gboolean
is_paediatric (const FzFields *rx)
{
  const char *department = fz_fields_get (rx, "dept.id");

  return g_strcmp0 (department, "07") == 0 || g_strcmp0 (department, "08") == 0 || g_strcmp0 (department, "09") == 0;
}

gboolean
fz_desk_export_slip (FzSession *session, const char *id, const char *path, GError **error)
{
  g_autoptr (FzFields) facts = NULL;
  g_autoptr (GBytes) note = fz_review_note (session, id, &facts, error);
  g_autofree char *root = NULL;
  FzSlipFrame frame = { fz_fields_get (session->desk->institution, "organ.name"), FALSE, session->desk->demo,
                        fz_fields_get (session->desk->institution, "organ.code"), 0 };

  if (note == NULL || !fz_audit_head_of (session->desk, &frame.log_size, &root, error))
    return FALSE;
  frame.paediatric = is_paediatric (facts);
  return fz_slip_write (facts, &frame, path, error);
}
