/* Folders of `out/` that are due: written after the visit ended, again when a prescription changed (交付). A folder that could not be
 * written stays due. */
#include "app/desk_private.h"

#include "app/knowledge.h"
#include "app/paper/handout.h"
#include "app/review.h"
#include "app/trust.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzDesk *desk;
  GPtrArray *due;
  const char *id;
  FzFields *visit;
  GPtrArray *rx;
} Handout;

static gboolean
list_due (FzTxn *txn, gpointer data, GError **error)
{
  Handout *handout = data;

  handout->due = fz_handouts_list (txn, 1000, error);
  return handout->due != NULL;
}

static gboolean
read_one (FzTxn *txn, gpointer data, GError **error)
{
  Handout *handout = data;
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);

  handout->visit = staff != NULL ? fz_visits_get (txn, handout->id, error) : NULL;
  kept = handout->visit != NULL ? fz_rx_of_visit (txn, handout->id, error) : NULL;
  if (kept == NULL)
    return FALSE;
  handout->rx = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint i = 0; i < kept->len; i++) {
    FzFields *facts = fz_fields_dup (kept->pdata[i], NULL);
    g_autoptr (FzDocument) document = fz_documents_get (txn, fz_fields_get (facts, "rx.id"), error);

    g_ptr_array_add (handout->rx, facts);
    if (document == NULL)
      return FALSE;
    fz_review_put_signatures (document, staff, facts);
  }
  return TRUE;
}

static gboolean
mark_done (FzTxn *txn, gpointer data, GError **error)
{
  Handout *handout = data;
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "handout.write", .subject_kind = "visit", .subject = handout->id, .outcome = "done" };

  return fz_handouts_done (txn, handout->id, error) && fz_audit_append (txn, &entry, NULL, error);
}

/* *out_written stays FALSE for a visit that has not ended yet: it will be due again when it does. */
static gboolean
write_one (Handout *handout, gboolean *out_written, GError **error)
{
  FzDesk *desk = handout->desk;
  g_autofree char *out = g_build_filename (desk->data_dir, "out", NULL);
  g_autofree char *root = NULL;
  FzHandoutFrame frame = { fz_fields_get (desk->institution, "organ.name"), fz_knowledge_codes (desk->knowledge, "slip-marks"), desk->demo, fz_fields_get (desk->institution, "organ.code"), 0 };

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_one, handout, error) || !fz_audit_head_of (desk, &frame.log_size, &root, error))
    return FALSE;
  if (fz_fields_has (handout->visit, "visit.ended_at")) {
    if (!fz_handout_write (handout->visit, handout->rx, &frame, out, error))
      return FALSE;
    *out_written = TRUE;
  }
  return fz_store_run (desk->store, FZ_TXN_RECORD, mark_done, handout, error);
}

gboolean
fz_desk_write_handouts (FzSession *session, guint *out_written, GError **error)
{
  Handout handout = { .desk = session->desk };
  gboolean good = TRUE;
  guint n = 0;

  if (out_written != NULL)
    *out_written = 0;
  if (fz_session_is_read_only (session, NULL))
    return fz_session_check_open (session, error); /* what is due stays due */
  if (!fz_session_may (session, "upload.run", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list_due, &handout, error))
    return FALSE;
  for (guint i = 0; good && i < handout.due->len; i++) {
    gboolean written = FALSE;

    handout.id = handout.due->pdata[i];
    good = write_one (&handout, &written, error);
    n += written ? 1 : 0;
    g_clear_pointer (&handout.visit, fz_fields_unref);
    g_clear_pointer (&handout.rx, g_ptr_array_unref);
  }
  g_ptr_array_unref (handout.due);
  if (out_written != NULL)
    *out_written = n;
  return good;
}
