/* app/paper/head_slip.h: the newest checkpoint on paper (日志检查点凭条): one page of A6, with a code that says the signed note itself, so that whoever
 * reads it has the file that fuzhen-verify --checkpoint wants. */
#pragma once

#include <glib.h>

typedef struct {
  const char *institution, *made_by;
  const char *root_hex;
  const char *note; /* the checkpoint as a signed note */
  guint64 size;
  gint64 made_us;
  gboolean demo;
} FzHeadSlip;

/* The PDF. INVALID: the note does not fit a code. */
GBytes *fz_head_slip_pdf (const FzHeadSlip *self, GError **error);
