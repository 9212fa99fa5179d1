/* app/paper/slip.h: the prescription on paper (处方笺, A5), laid out as 处方管理办法 asks: 前记, 正文, 后记; white, pale green with the
 * mark 儿科 for children; the blank area struck. Words across it say when it may not be used. Pure: facts in, bytes out; the
 * same facts give the same bytes. Chinese whatever the reader's language: it is a legal form. */
#pragma once

#include "core/fields.h"

typedef struct {
  const char *institution; /* the hospital's full name as on its licence */
  gboolean paediatric;     /* pale green and 儿科 */
  gboolean demo;           /* 演示数据 over the whole sheet */
  const char *institution_code; /* as it stands in the documents */
  guint64 log_size;        /* entries of the audit log when it is printed: a log shorter than this was cut */
} FzSlipFrame;

/* `rx`: facts of one prescription by the names of app/desk.h, with `rx.note_sha256` and signature.NN.{name,role,valid} as just
 * verified. Without two valid signatures (doctor, pharmacist) even an effective prescription says 签名未核验 across. The QR reads
 * `FZ1 <institution code> <rx.id> <rx.note_sha256> <log size>`: nothing about the patient, at most 200 bytes, 25 mm with its white edge,
 * correction M; `fuzhen-verify --qr` holds it against the signed note.
 * INVALID naming the fact: an identity, a diagnosis, a line or the hash is missing, or one remark is longer than a sheet. RETRY: not enough memory. */
GBytes *fz_slip_render (const FzFields *rx, const FzSlipFrame *frame, GError **error);
/* The same into a file, replaced as a whole. RETRY: disk. */
gboolean fz_slip_write (const FzFields *rx, const FzSlipFrame *frame, const char *path, GError **error);
