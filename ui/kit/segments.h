/* ui/kit/segments.h: one of a few, side by side (全部 / 候诊 / 已完成). Left and Right move between them. */
#pragma once

#include <gtk/gtk.h>

#define FZ_TYPE_SEGMENTS (fz_segments_get_type ())
G_DECLARE_FINAL_TYPE (FzSegments, fz_segments, FZ, SEGMENTS, GtkWidget)

/* signal "changed" (const char *id): a person chose another. `name` is for screen readers. */
GtkWidget *fz_segments_new (const char *name);
/* The first one added is active. */
void fz_segments_add (FzSegments *self, const char *id, const char *word);
const char *fz_segments_get_active (FzSegments *self);
void fz_segments_set_active (FzSegments *self, const char *id);
/* The word again, with a number: 候诊 12. */
void fz_segments_set_word (FzSegments *self, const char *id, const char *word);
