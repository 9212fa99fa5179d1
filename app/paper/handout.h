/* app/paper/handout.h: what the hospital delivers to the patient after a visit (交付): a folder with state.json, guidance.txt,
 * guidance.pdf and a slip for each effective prescription. Schema: assets/schema/handout.json. Tianjin 2025 art. 18: whoever is
 * refused or terminated is told why and where to go. */
#pragma once

#include "core/codes.h"
#include "core/fields.h"

typedef struct {
  const char *institution;
  FzCodes *marks; /* for the slips: assets/codes/slip-marks.csv */
  gboolean demo;
  const char *institution_code; /* for the slips, as the next */
  guint64 log_size;
} FzHandoutFrame;

/* Writes `out_dir`/<visit.id>/ in one step: a new folder is filled, made durable and put in the old one's place, so that a reader
 * never sees half of it. `visit`: facts of an ended visit (finished, refused, withdrawn, terminated), with end.reason_label;
 * `rx`: facts of its prescriptions, with signatures as the slip wants them. The patient's full name stands in it: it is the
 * patient's. INVALID: the visit is not ended or a fact is missing. RETRY: disk; nothing changed then. */
gboolean fz_handout_write (const FzFields *visit, GPtrArray *rx, const FzHandoutFrame *frame, const char *out_dir, GError **error);
