/* app/demo.h: a demo hospital and its seeded day, played through the same use cases as the window (演示). Same seed and date: the same
 * documents byte for byte and the same audit tree up to the entry `upload.begins`: the end of the script, or of its first day of many when a platform hears of each. */
#pragma once

#include "core/date.h"
#include "core/fields.h"

#include <gio/gio.h>

typedef struct {
  const char *data_dir;        /* must not hold a store */
  const char *state_dir;       /* NULL: the XDG one */
  guint visits;
  guint64 seed;
  FzDate date;                 /* the day that is played */
  guint days;                  /* how many are played up to that one, 1 to 366: those before it by demo/volumes.csv and demo/year.csv */
  gboolean live;               /* afterwards, at the real clock: 6 visits waiting, 3 prescriptions to review */
  const char *platform_config; /* NULL: nothing is sent */
  const char *front_config;    /* of the simulator's front, by which every third visit comes; NULL: all come as bundles */
  GCancellable *stop;          /* looked at before each visit; NULL: goes on */
  void (*step) (const FzFields *step, guint done, guint total, gpointer data); /* may be NULL */
  gpointer step_data;
} FzDemo;

/* The last line of `fuzhen demo --json`: visits, prescriptions, approved, returned, refused, terminated, uploaded, audit_size,
 * audit_root, days. CONFLICT: the folder holds a store. */
FzFields *fz_demo_play (const FzDemo *demo, GError **error);
/* The same, played in <data_dir>.part, which takes its place when it is whole: one that was broken off is never taken for a hospital. CONFLICT: the folder is not
 * empty. CANCELLED: nothing is left of it. RETRY: it cannot be moved. */
FzFields *fz_demo_play_whole (const FzDemo *demo, GError **error);
