/* app/founding.h: the first hour (第一次使用): a hospital's store from its profile, for the command line; what the window asks is in app/desk.h. */
#pragma once

#include "app/enrol.h"
#include "app/hospital.h"

/* SLOW. A new store with the consent texts, the starting catalogue, the people and a code for each. CONFLICT: the folder holds a store. CANCELLED: by `stop`
 * (may be NULL). progress (may be NULL) 0..1, in the caller's thread. Of what is stopped or fails nothing stays, in the folder or outside. */
FzFounding *fz_founding_make (const char *data_dir, const FzHospital *hospital, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data,
                              GError **error);
