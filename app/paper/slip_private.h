/* app/paper/slip_private.h: between the parts of the slip. */
#pragma once

#include "app/paper/page.h"
#include "app/paper/slip.h"

/* What the sheet's kind asks of the paper. */
typedef struct {
  const char *words;
  double red, green, blue;
  gboolean tinted;
  gboolean child; /* the weight is asked for */
} FzSlipMark;

struct _FzSlip {
  FzFields *rx;
  FzSlipFrame frame;
  char *institution, *institution_code, *qr;
  FzSlipMark mark;
  FzPaper *paper; /* that is measured or drawn on now */
  double left, width, foot_height, scale;
  GArray *sheets;
};

/* By rx.mark; without it the first kind whose departments or age the patient's are; else the first of the table. INVALID: unknown mark, bad row. */
gboolean fz_slip_mark_choose (const FzCodes *marks, const FzFields *rx, FzSlipMark *out, GError **error);

/* 前记: from `y` down; *out_end is where the lines may begin. */
gboolean fz_slip_draw_head (FzSlip *self, double y, guint number, guint n_sheets, double *out_end, GError **error);
/* 正文 in blocks that stay together: one a drug, then remarks. Returns the height. */
guint fz_slip_count_blocks (const FzSlip *self);
double fz_slip_draw_block (FzSlip *self, guint i, double y);
/* A herbal sheet's part of 正文: the TCM diagnosis, herbs three a row, then doses and use. */
gboolean fz_slip_is_herbal (const FzSlip *self);
guint fz_slip_count_herb_blocks (const FzSlip *self);
double fz_slip_draw_herb_block (FzSlip *self, guint i, double y);
/* 后记; returns its height. */
double fz_slip_draw_foot (FzSlip *self, double y);
