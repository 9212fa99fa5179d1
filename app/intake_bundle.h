/* app/intake_bundle.h: visit bundles (复诊申请包) as a hospital's front hands them over: a folder with visit.json and evidence
 * images, a folder of such folders, or a zip of either. Reads, checks and turns each into facts by the names of app/desk.h. What a
 * bundle says is not yet true of anybody: images are decoded elsewhere, eligibility is a doctor's verdict.
 * Serves Tianjin 2025 art. 11 (consent), 18 (prior diagnosis), 20 (real name), 21 (guardian). Schema: assets/schema/visit.json. */
#pragma once

#include <gio/gio.h>

#include "core/codes.h"
#include "core/date.h"
#include "core/fields.h"

#define FZ_BUNDLE_MAX_EVIDENCE 20
#define FZ_BUNDLE_MAX_FILE (G_GINT64_CONSTANT (20) << 20)
#define FZ_BUNDLE_MAX_TOTAL (G_GINT64_CONSTANT (200) << 20) /* unpacked bytes of one path */
#define FZ_BUNDLE_MAX_FILES 5000

/* What the checks need from outside. All lists are borrowed and required. */
typedef struct {
  gint64 now_us; /* today is its day at Beijing */
  FzCodes *departments, *modes, *id_kinds, *relations, *consent_methods, *evidence_kinds, *sensitive_reasons;
} FzBundleCheck;

typedef struct {
  char *field;   /* the fact's name (`prior.00.date`), or the place in visit.json, or a file's name; "" for the whole bundle */
  char *message; /* Chinese sentence: what is wrong and what to do, the field named in words */
} FzBundleProblem;

typedef struct {
  char *name;
  GBytes *bytes;
} FzBundleFile;

typedef struct {
  char *name;          /* where it came from: the folder's name, for messages */
  FzFields *facts;     /* kind fuzhen.bundle/v1, frozen; NULL when there are problems. visit.id is the front's number */
  GPtrArray *files;    /* FzBundleFile in the order of evidence.NN; empty when there are problems */
  GPtrArray *problems; /* FzBundleProblem; empty when facts are there */
} FzBundle;

void fz_bundle_free (FzBundle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzBundle, fz_bundle_free)
void fz_bundle_problem_free (FzBundleProblem *self);
void fz_bundle_file_free (FzBundleFile *self);

/* SLOW: reads all files. GPtrArray of FzBundle by name, at least one. Problems of one bundle do not touch another; the call fails
 * with INVALID only when the path as a whole cannot be taken: no bundle in it, not a folder or zip, over the limits, a link or a
 * name that leads out of the archive; NOT_FOUND when nothing is there. */
GPtrArray *fz_bundle_load_path (const char *path, const FzBundleCheck *check, GError **error);

/* The same checks over facts that a person typed, for the entry by hand. Corrects spelling (identity numbers) and sets what follows
 * from others: visit.department_name, patient.age_years, patient.age_text. Adds FzBundleProblem to `problems`; TRUE when none was added.
 * evidence.NN.sha256 is only looked at for its shape. */
gboolean fz_bundle_check_facts (FzFields *facts, const FzBundleCheck *check, GPtrArray *problems);
/* One evidence file for the entry by hand, within the same limits; `name` is made from the path. INVALID, NOT_FOUND. */
FzBundleFile *fz_bundle_read_file (const char *path, GError **error);

/* Takes out what an identity check, a prescription and an upload have no use for (最少必要): cards, address, occupation and their like. */
void fz_bundle_drop_further (FzFields *body);

/* "<bundle>：<message>" for lists of problems. (transfer full) */
char *fz_bundle_problem_line (const FzBundle *bundle, const FzBundleProblem *problem);
