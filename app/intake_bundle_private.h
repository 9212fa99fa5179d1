/* app/intake_bundle_private.h: between the files of the intake. */
#pragma once

#include "app/intake_bundle.h"
#include "core/json.h"

#define FZ_BUNDLE_JSON "visit.json"

/* Everything found under a path before it is understood: "" or "A" or "A/B" -> files. Names are NFC. */
typedef struct {
  GHashTable *folders; /* char* -> GHashTable (char* name -> GBytes*) */
  gint64 total;
  guint n_files;
} FzBundleTree;

FzBundleTree *fz_bundle_tree_new (void);
void fz_bundle_tree_free (FzBundleTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzBundleTree, fz_bundle_tree_free)
/* Counts `n` more bytes; INVALID above the limits. Called before memory is taken for them. */
gboolean fz_bundle_tree_count (FzBundleTree *self, const char *name, gint64 file_size, GError **error);
/* `folder` is "" for the top. INVALID when it is there already. */
gboolean fz_bundle_tree_add (FzBundleTree *self, const char *folder, const char *name, GBytes *bytes, GError **error);
/* Files that systems leave behind: hidden ones, __MACOSX, Thumbs.db. */
gboolean fz_bundle_is_litter (const char *name);

FzBundleTree *fz_bundle_read_folder (const char *path, GError **error);
FzBundleTree *fz_bundle_read_zip (const char *path, GError **error);

void fz_bundle_add_problem (GPtrArray *problems, const char *field, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Words for a fact's name: `patient.id_number` -> 患者证件号码; list positions are counted from 1. (transfer full) */
char *fz_bundle_field_words (const char *field);

/* visit.json as facts; shape only. Adds problems and returns what could be read; NULL when it is no JSON of this format. */
FzFields *fz_bundle_parse_json (GBytes *json, GPtrArray *problems);

/* One pass of checks over the facts. */
typedef struct {
  FzFields *facts;
  const FzBundleCheck *with;
  FzDate today;
  GPtrArray *problems;
} FzBundleLook;

/* Says what is wrong with a field; only the first word about a field counts. */
void fz_bundle_complain (FzBundleLook *self, const char *field, const char *reason);
void fz_bundle_complain_error (FzBundleLook *self, const char *field, GError *error); /* takes the error */
/* The value when it is there and fit; else NULL, after saying what is wrong unless it may be absent. `lines`: LF allowed. */
const char *fz_bundle_look_text (FzBundleLook *self, const char *field, glong max_chars, gboolean required, gboolean lines);
const char *fz_bundle_need_line (FzBundleLook *self, const char *field, glong max_chars);
/* May be absent; when there, fit. */
void fz_bundle_look_line (FzBundleLook *self, const char *field, glong max_chars);
void fz_bundle_look_truth (FzBundleLook *self, const char *field);
/* The label of the code, or NULL. */
const char *fz_bundle_need_code (FzBundleLook *self, const char *field, FzCodes *codes);
gboolean fz_bundle_need_past_day (FzBundleLook *self, const char *field, FzDate *out);
void fz_bundle_need_past_time (FzBundleLook *self, const char *field);
void fz_bundle_need_mobile (FzBundleLook *self, const char *field);
void fz_bundle_need_hash (FzBundleLook *self, const char *field);
/* Rewrites the fact in the one spelling that is stored. */
const char *fz_bundle_need_id_number (FzBundleLook *self, const char *field);

void fz_bundle_check_patient (FzBundleLook *self);
void fz_bundle_check_guardian (FzBundleLook *self);
void fz_bundle_check_evidence (FzBundleLook *self);
void fz_bundle_check_specialist (FzBundleLook *self);
void fz_bundle_check_consent (FzBundleLook *self);
/* What only some provinces ask: cards, where and how the patient lives, whom the guardian sits beside, medicines asked for by name. */
void fz_bundle_check_further (FzBundleLook *self);
