/* app/paper/slip.h: the prescription on paper (处方笺, A5 or A4), laid out as 处方管理办法 art. 5, 6 and its annex 1 ask: 前记, 正文, 后记; the
 * paper's colour and mark by kind; the blank area struck; on every page the patient and 第几页/共几页. Words across it say when it may not be
 * used. Pure: facts in, drawing out; the same facts give the same bytes. Chinese whatever the reader's language: it is a legal form. */
#pragma once

#include <cairo.h>

#include "core/codes.h"
#include "core/fields.h"

typedef enum { FZ_SLIP_A5, FZ_SLIP_A4, FZ_N_SLIP_SIZES } FzSlipSize;

/* a5 | a4, whatever the case. */
gboolean fz_slip_size_from_word (const char *word, FzSlipSize *out);
const char *fz_slip_size_to_word (FzSlipSize size);
/* Points. */
void fz_slip_size_get_paper (FzSlipSize size, double *width, double *height);

typedef struct {
  const char *institution;      /* the hospital's full name as on its licence */
  const char *institution_code; /* as it stands in the documents */
  FzCodes *marks;               /* assets/codes/slip-marks.csv: kind, mark words, colour; taken by rx.mark, else by department and age */
  FzSlipSize size;
  gboolean demo;                /* 演示数据 over the whole sheet */
  guint64 log_size;             /* entries of the audit log when it is printed: a log shorter than this was cut */
  guint number;                 /* which print of this prescription it is: from the second on the sheet says 补打; 0: not counted */
} FzSlipFrame;

/* Laid out, ready to be drawn on any cairo: a PDF, a picture, a printer. Keeps what it needs of facts and frame. */
typedef struct _FzSlip FzSlip;

/* `rx`: facts of one prescription by the names of app/desk.h, with `rx.note_sha256` and signature.NN.{name,role,valid} as just
 * verified. Without two valid signatures (doctor, pharmacist) even an effective prescription says 签名未核验 across. The QR reads
 * `FZ1 <institution code> <rx.id> <rx.note_sha256> <log size>`: nothing about the patient, at most 200 bytes, 25 mm from module to module,
 * correction M; `fuzhen-verify --qr` holds it against the signed note.
 * INVALID naming the fact: an identity, a diagnosis, a line or the hash is missing, the mark is unknown, or one remark is longer than a sheet. */
FzSlip *fz_slip_new (const FzFields *rx, const FzSlipFrame *frame, GError **error);
void fz_slip_free (FzSlip *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSlip, fz_slip_free)
guint fz_slip_get_n_pages (const FzSlip *self);
/* Page `i` on a cairo in points whose origin is the sheet's upper left corner. */
gboolean fz_slip_draw (FzSlip *self, guint i, cairo_t *cairo, GError **error);

/* How line `i` is taken, as the slip says it: 每次 1片　每日一次（qd）　口服　共 28天; may be empty. (transfer full) */
char *fz_slip_usage_words (const FzFields *rx, guint i);

/* Slips one after the other as one PDF, dated by the first one's signature; all of one size. GPtrArray of FzSlip, not empty. RETRY: memory. */
GBytes *fz_slips_to_pdf (GPtrArray *slips, const char *title, GError **error);
/* One slip as PDF. */
GBytes *fz_slip_render (const FzFields *rx, const FzSlipFrame *frame, GError **error);
