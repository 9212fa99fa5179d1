/* ui/kit/status.h: the six kinds of standing that the whole window uses. Always a word, a shape and a colour together. */
#pragma once

#include <gtk/gtk.h>

typedef enum {
  FZ_STATUS_NEUTRAL, /* nothing to say */
  FZ_STATUS_OK,
  FZ_STATUS_INFO, /* a quiet note */
  FZ_STATUS_WARN, /* a reason is needed */
  FZ_STATUS_STOP, /* clinical or technical: cannot go on */
  FZ_STATUS_LEGAL /* the law stops it: shows its article, nobody overrides it; drawn solid and square */
} FzStatus;

/* "ok", "warn", …: the style class. */
const char *fz_status_class (FzStatus status);
/* The icon of fz_icon_new; NULL for neutral. */
const char *fz_status_icon (FzStatus status);
/* The word of a finding's mark: 法定禁止, 禁止, 需说明理由, 提示, … */
const char *fz_status_word (FzStatus status);
/* Leaves exactly this status's class on the widget. */
void fz_status_dress (GtkWidget *widget, FzStatus status);
