/* Files that leave the program: the signed note, the slip (导出). Each is an act of its own in the audit. */
#include "app/desk_private.h"

#include "app/knowledge.h"
#include "app/paper/page.h"
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

gboolean
fz_desk_export_slip (FzSession *session, const char *id, const char *size, const char *path, GError **error)
{
  FzDesk *desk = session->desk;
  FzSlipFrame frame = { .institution = fz_fields_get (desk->institution, "organ.name"), .institution_code = fz_fields_get (desk->institution, "organ.code"),
                        .marks = fz_knowledge_codes (desk->knowledge, "slip-marks"), .demo = desk->demo };
  g_autoptr (FzFields) facts = NULL;
  g_autoptr (GBytes) note = NULL, pdf = NULL;
  g_autofree char *root = NULL;

  if (!fz_slip_size_from_word (size, &frame.size)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("纸张“%s”不认识，请用 a5 或 a4。"), size);
    return FALSE;
  }
  note = fz_review_note (session, id, &facts, error);
  if (note == NULL || !fz_audit_head_of (desk, &frame.log_size, &root, error))
    return FALSE;
  pdf = fz_slip_render (facts, &frame, error);
  return pdf != NULL && fz_paper_save (pdf, path, error);
}
