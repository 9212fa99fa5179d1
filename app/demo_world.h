/* app/demo_world.h: the scripted clock, the seeded chance and the made-up patients of a demo (演示的时钟、随机数与患者). */
#pragma once

#include "core/csv.h"
#include "core/date.h"
#include "core/fields.h"

typedef struct {
  gint64 now_us;   /* moves only by fz_demo_world_pass() */
  guint64 seed;
  guint64 counter, drawn; /* blocks drawn so far: for keys and numbers, for who comes */
  FzCsv *names, *cases;
} FzDemoWorld;

FzDemoWorld *fz_demo_world_new (guint64 seed, gint64 start_us, GError **error);
void fz_demo_world_free (FzDemoWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDemoWorld, fz_demo_world_free)
gint64 fz_demo_world_clock (gpointer self);
void fz_demo_world_random (void *out, gsize n, gpointer self);
void fz_demo_world_pass (FzDemoWorld *self, gint64 seconds);
/* By its chance. */
guint fz_demo_world_draw (FzDemoWorld *self, guint below);
/* What the patient of case `i` comes for. */
const char *fz_demo_world_complaint (FzDemoWorld *self, guint i);
/* A request of case `i`: facts of a bundle with a patient nobody is, at the world's time or `at_us`. */
FzFields *fz_demo_world_request (FzDemoWorld *self, guint i, const char *visit, gint64 at_us, const char *consent_version,
                                 const char *consent_sha256);
/* What the doctor of that case types: record, diagnosis, verdict, lines. */
FzFields *fz_demo_world_draft (FzDemoWorld *self, guint i, const FzFields *visit);
/* The reason that the doctor of this case gives for a finding of that rule, into override.NN; FALSE when the case says none. */
gboolean fz_demo_world_reason (const FzDemoWorld *self, guint i, const char *rule, FzFields *draft, guint n);
/* The pharmacist accepts each item that asks for a decision by itself; `seen` as fz_desk_read_prescription gives it. */
FzFields *fz_demo_world_accept (const FzFields *seen);
const char *fz_demo_world_doctor (const FzDemoWorld *self, guint i);
