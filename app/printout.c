/* Slips on paper (打印): what is looked at is what is printed, and nothing is printed that the audit log does not hold. */
#include "app/printout.h"

#include "app/knowledge.h"
#include "app/out_file.h"
#include "app/paper/slip.h"
#include "app/review.h"
#include "app/trust.h"
#include "core/case.h"
#include "db/journal.h"
#include "db/prints.h"

#include <glib/gi18n-lib.h>

#define MOST_COPIES 99

typedef struct {
  FzFields *rx; /* as read last */
  guint number; /* which print the next one is, or the one just counted */
  FzSlip *slip;
} Piece;

typedef struct {
  char *label;
  FzPages *pages;
} Part;

struct _FzPrintout {
  FzDesk *desk;
  FzSlipSize size;
  GPtrArray *pieces; /* Piece; NULL of a paper */
  /* Of a paper. */
  FzPrintoutPaper paper;
  GPtrArray *parts; /* Part */
  guint part;
};

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_clear_pointer (&piece->rx, fz_fields_unref);
  g_clear_pointer (&piece->slip, fz_slip_free);
  g_free (piece);
}

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->label);
  fz_pages_free (part->pages);
  g_free (part);
}

static const Piece *
piece_at (const FzPrintout *self, guint i)
{
  return self->pieces->pdata[i];
}

/* --- laying out --- */

static FzSlip *
lay_out (FzDesk *desk, const FzFields *rx, guint number, FzSlipSize size, GError **error)
{
  FzSlipFrame frame = { .institution = fz_fields_get (desk->institution, "organ.name"), .institution_code = fz_fields_get (desk->institution, "organ.code"),
                        .marks = fz_knowledge_codes (desk->knowledge, "slip-marks"), .size = size, .demo = desk->demo, .number = number };
  g_autofree char *root = NULL;

  return fz_audit_head_of (desk, &frame.log_size, &root, error) ? fz_slip_new (rx, &frame, error) : NULL;
}

static gboolean
size_of (const char *word, FzSlipSize *out, GError **error)
{
  if (fz_slip_size_from_word (word, out))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("纸张“%s”不认识，请用 a5 或 a4。"), word != NULL ? word : "");
  return FALSE;
}

FzPrintout *
fz_desk_printout_new (FzSession *session, const char *size, GError **error)
{
  FzSlipSize of = FZ_SLIP_A5;
  FzPrintout *self;

  if (!size_of (size, &of, error) || !fz_session_may (session, "prescription.print", "store", NULL, error))
    return NULL;
  self = g_new0 (FzPrintout, 1);
  self->desk = session->desk;
  self->size = of;
  self->pieces = g_ptr_array_new_with_free_func (piece_free);
  return self;
}

void
fz_printout_free (FzPrintout *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->pieces, g_ptr_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self->paper.title);
  g_free (self->paper.id);
  g_free (self->paper.about);
  g_free (self);
}

/* --- a paper that was read as a whole --- */

FzPrintout *
fz_printout_new_paper (FzDesk *desk, const FzPrintoutPaper *paper)
{
  FzPrintout *self = g_new0 (FzPrintout, 1);

  self->desk = desk;
  self->size = FZ_SLIP_A4;
  self->paper = *paper;
  self->paper.title = g_strdup (paper->title);
  self->paper.id = g_strdup (paper->id);
  self->paper.about = g_strdup (paper->about);
  self->parts = g_ptr_array_new_with_free_func (part_free);
  return self;
}

void
fz_printout_add_part (FzPrintout *self, const char *label, FzPages *take_pages)
{
  Part *part = g_new0 (Part, 1);

  part->label = g_strdup (label);
  part->pages = take_pages;
  g_ptr_array_add (self->parts, part);
}

static const Part *
part_now (const FzPrintout *self)
{
  return self->parts->pdata[self->part];
}

const char *
fz_printout_get_title (const FzPrintout *self)
{
  return self->parts != NULL ? self->paper.title : NULL;
}

const char *
fz_printout_get_about (const FzPrintout *self)
{
  return self->parts != NULL ? self->paper.about : NULL;
}

guint
fz_printout_get_n_parts (const FzPrintout *self)
{
  return self->parts != NULL ? self->parts->len : 0;
}

const char *
fz_printout_get_part (const FzPrintout *self, guint i)
{
  return ((const Part *) self->parts->pdata[i])->label;
}

void
fz_printout_set_part (FzPrintout *self, guint i)
{
  self->part = MIN (i, self->parts->len - 1);
}

/* --- slips --- */

static gboolean
read_number (FzTxn *txn, const char *id, FzFields *payload, gpointer data, GError **error)
{
  guint *number = data;

  if (!fz_prints_get (txn, id, number, error))
    return FALSE;
  *number += 1 + fz_journal_count (txn, "prescription.print", id);
  return TRUE;
}

gboolean
fz_desk_printout_add (FzSession *session, FzPrintout *self, const char *id, GError **error)
{
  guint number = 0;
  g_autoptr (FzFields) rx = fz_review_facts (session, id, "prescription.preview", read_number, NULL, &number, error);
  FzSlip *slip = rx != NULL ? lay_out (self->desk, rx, number, self->size, error) : NULL;
  Piece *piece;

  if (slip == NULL)
    return FALSE;
  piece = g_new0 (Piece, 1);
  piece->rx = g_steal_pointer (&rx);
  piece->number = number;
  piece->slip = slip;
  g_ptr_array_add (self->pieces, piece);
  return TRUE;
}

gboolean
fz_printout_is_audited (const FzPrintout *self)
{
  return self->desk != NULL;
}

guint
fz_printout_get_n (const FzPrintout *self)
{
  return self->parts != NULL ? 1 : self->pieces->len;
}

const char *
fz_printout_get_id (const FzPrintout *self, guint i)
{
  return self->parts != NULL ? self->paper.id : fz_fields_get (piece_at (self, i)->rx, "rx.id");
}

guint
fz_printout_get_number (const FzPrintout *self, guint i)
{
  return self->parts != NULL ? 1 : piece_at (self, i)->number;
}

gboolean
fz_printout_is_effective (const FzPrintout *self, guint i)
{
  FzRxStage stage = FZ_RX_NONE;

  if (self->parts != NULL)
    return TRUE;
  fz_rx_stage_from_word (fz_fields_get (piece_at (self, i)->rx, "rx.stage"), &stage);
  return stage == FZ_RX_EFFECTIVE || stage == FZ_RX_DISPENSED;
}

guint
fz_printout_get_n_pages (const FzPrintout *self)
{
  guint n = 0;

  if (self->parts != NULL)
    return fz_pages_get_n (part_now (self)->pages);
  for (guint i = 0; i < self->pieces->len; i++)
    n += fz_slip_get_n_pages (piece_at (self, i)->slip);
  return n;
}

void
fz_printout_get_paper (const FzPrintout *self, double *width, double *height)
{
  fz_slip_size_get_paper (self->size, width, height);
}

const char *
fz_printout_get_size (const FzPrintout *self)
{
  return fz_slip_size_to_word (self->size);
}

gboolean
fz_printout_set_size (FzPrintout *self, const char *size, GError **error)
{
  g_autoptr (GPtrArray) slips = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_slip_free);
  FzSlipSize of = FZ_SLIP_A5;

  if (!size_of (size, &of, error))
    return FALSE;
  if (self->parts != NULL && of != self->size) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”只有 A4 版式。"), self->paper.title);
    return FALSE;
  }
  if (self->parts != NULL)
    return TRUE;
  for (guint i = 0; i < self->pieces->len; i++) {
    FzSlip *slip = lay_out (self->desk, piece_at (self, i)->rx, piece_at (self, i)->number, of, error);

    if (slip == NULL)
      return FALSE;
    g_ptr_array_add (slips, slip);
  }
  self->size = of;
  for (guint i = 0; i < self->pieces->len; i++) {
    Piece *piece = self->pieces->pdata[i];

    fz_slip_free (piece->slip);
    piece->slip = g_steal_pointer (&slips->pdata[i]);
  }
  return TRUE;
}

gboolean
fz_printout_draw (FzPrintout *self, guint page, cairo_t *cairo, GError **error)
{
  if (self->parts != NULL)
    return fz_pages_draw (part_now (self)->pages, page, cairo, error);
  for (guint i = 0; i < self->pieces->len; i++) {
    guint n = fz_slip_get_n_pages (piece_at (self, i)->slip);

    if (page < n)
      return fz_slip_draw (piece_at (self, i)->slip, page, cairo, error);
    page -= n;
  }
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("没有这一页。"));
  return FALSE;
}

/* --- counting --- */

typedef struct {
  const FzPrintout *printout;
  guint copies, number;
  const char *way;
  guint n; /* counted so far */
  FzSession *session;
} Count;

static gboolean
count_print (FzTxn *txn, const char *id, FzFields *payload, gpointer data, GError **error)
{
  Count *count = data;

  /* Where nothing can be written, the entry in the journal is what counts it. */
  if (fz_store_is_read_only (fz_txn_get_store (txn), NULL) ? !read_number (txn, id, payload, &count->number, error) : !fz_prints_add (txn, id, &count->number, error))
    return FALSE;
  fz_fields_set (payload, "paper", fz_printout_get_size (count->printout));
  fz_fields_set (payload, "way", count->way);
  fz_fields_set_int (payload, "copies", count->copies);
  fz_fields_set_int (payload, "number", count->number);
  return TRUE;
}

/* Reads it as it is now, counts and audits the print in one transaction, and lays out what that gave. */
static gboolean
count_one (FzSession *session, FzPrintout *self, Piece *piece, Count *count, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.print/v1");
  g_autoptr (FzFields) rx = fz_review_facts (session, fz_fields_get (piece->rx, "rx.id"), "prescription.print", count_print, payload, count, error);
  FzSlip *slip;

  if (rx == NULL)
    return FALSE;
  piece->number = count->number;
  count->n++; /* whatever follows */
  slip = lay_out (self->desk, rx, count->number, self->size, error);
  if (slip == NULL)
    return FALSE;
  fz_slip_free (piece->slip);
  fz_fields_unref (piece->rx);
  piece->slip = slip;
  piece->rx = g_steal_pointer (&rx);
  return TRUE;
}

static gboolean
audit_paper (FzTxn *txn, gpointer data, GError **error)
{
  const Count *count = data;
  const FzPrintout *self = count->printout;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.print/v1");

  fz_fields_set (payload, "paper", fz_printout_get_size (self));
  fz_fields_set (payload, "part", part_now (self)->label);
  fz_fields_set (payload, "way", count->way);
  fz_fields_set_int (payload, "copies", count->copies);
  return fz_session_audit (count->session, txn, self->paper.act, self->paper.kind, self->paper.id, "done", NULL, payload, error);
}

typedef struct {
  FzSession *session;
  const FzPrintout *printout;
  guint n;
  const char *reason;
} Failure;

static gboolean
audit_failure (FzTxn *txn, gpointer data, GError **error)
{
  const Failure *failure = data;
  const FzPrintout *self = failure->printout;

  if (self->parts != NULL)
    return fz_session_audit (failure->session, txn, self->paper.act, self->paper.kind, self->paper.id, "failed", failure->reason, NULL, error);
  for (guint i = 0; i < failure->n; i++)
    if (!fz_session_audit (failure->session, txn, "prescription.print", "prescription", fz_printout_get_id (failure->printout, i), "failed",
                           failure->reason, NULL, error))
      return FALSE;
  return TRUE;
}

static gboolean
note_failure (FzSession *session, const FzPrintout *self, guint n, const char *reason, GError **error)
{
  Failure failure = { session, self, n, reason };

  return n == 0 || self->desk == NULL || fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_failure, &failure, error);
}

gboolean
fz_desk_print (FzSession *session, FzPrintout *self, guint copies, const char *way, GError **error)
{
  Count count = { self, copies, 0, way, 0, session };

  if (fz_printout_get_n (self) == 0 || copies == 0 || copies > MOST_COPIES) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择要打印的内容，份数为 1 到 %d。"), MOST_COPIES);
    return FALSE;
  }
  if (self->desk == NULL)
    return TRUE;
  if (self->parts != NULL)
    return fz_session_may (session, self->paper.act, self->paper.kind, self->paper.id, error) &&
           fz_store_run (self->desk->store, FZ_TXN_RECORD, audit_paper, &count, error);
  for (guint i = 0; i < self->pieces->len; i++) {
    g_autoptr (GError) why = NULL;

    if (count_one (session, self, self->pieces->pdata[i], &count, &why))
      continue;
    /* The sentence of the first cause stands; that the rest is noted too is best effort. */
    note_failure (session, self, count.n, why->message, NULL);
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  return TRUE;
}

gboolean
fz_desk_print_failed (FzSession *session, const FzPrintout *self, const char *reason, GError **error)
{
  return self->desk == NULL || (fz_session_check_open (session, error) && note_failure (session, self, fz_printout_get_n (self), reason, error));
}

/* --- as a file --- */

static GBytes *
to_pdf (const FzPrintout *self, GError **error)
{
  g_autoptr (GPtrArray) slips = g_ptr_array_new ();

  if (self->parts != NULL)
    return fz_pages_to_pdf (part_now (self)->pages, self->paper.made_us, self->paper.title, error);
  for (guint i = 0; i < self->pieces->len; i++)
    g_ptr_array_add (slips, piece_at (self, i)->slip);
  return fz_slips_to_pdf (slips, self->pieces->len == 1 ? fz_printout_get_id (self, 0) : "处方笺", error);
}

gboolean
fz_desk_print_pdf (FzSession *session, FzPrintout *self, const char *path, GError **error)
{
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (GError) why = NULL;

  if (!fz_desk_print (session, self, 1, "pdf", error))
    return FALSE;
  pdf = to_pdf (self, &why);
  if (pdf != NULL && fz_out_file_save (pdf, path, &why))
    return TRUE;
  note_failure (session, self, fz_printout_get_n (self), why->message, NULL);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_desk_export_slip (FzSession *session, const char *id, const char *size, const char *path, GError **error)
{
  g_autoptr (FzPrintout) printout = fz_desk_printout_new (session, size, error);

  return printout != NULL && fz_desk_printout_add (session, printout, id, error) && fz_desk_print_pdf (session, printout, path, error);
}
