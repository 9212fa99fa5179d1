/* app/inspection.h: an inspection package while it is being made (检查材料): what the files of app/ that make it share. What people do stands in
 * app/desk.h. Tianjin 2025 art. 23 and 33, Sichuan 2020 art. 23: records and logs are handed to the supervising authority on its request.
 *
 * At the level `full` every document in scope is there as it was signed. Below it no signed document and no free text leaves: what was signed
 * cannot be altered, so it is listed by its hash, and the log's entry that names this hash is there with its proof. */
#pragma once

#include "app/desk_private.h"
#include "app/package.h"
#include "core/codes.h"
#include "core/document.h"

typedef enum { FZ_INSPECTION_FULL, FZ_INSPECTION_PSEUDONYMISED, FZ_INSPECTION_STATISTICS, FZ_N_INSPECTION_LEVELS } FzInspectionLevel;

/* One visit in scope, in the order of the first document. */
typedef struct {
  char *id;
  FzFields *facts;  /* frozen; of the full level only */
  char *stage, *department, *sex, *age, *diagnosis; /* what tells nobody who it is; NULL: not known */
  guint patient;    /* from 1: the same patient has the same number in this package, and only in it */
  char *page;       /* visits/0001.html; NULL */
} FzInspectionVisit;

/* One document in scope. */
typedef struct {
  guint64 number;
  char *id, *visit, *kind, *sha256, *signed_at, *signer;
  char *path; /* documents/…; NULL: listed only */
} FzInspectionDocument;

typedef struct {
  FzSession *session;
  FzDesk *desk;
  const FzFields *ask;
  FzInspectionLevel level;
  gint64 from_us, to_us, made_us;
  const char *doctor, *visit, *complaint; /* NULL: all */
  char *patient;        /* the word of the patient of that visit */
  guint64 since;        /* the size of the checkpoint it shall be connected with; 0: none */
  char *number, *grant, *leave, *made_by, *mark; /* leave: who asked for the grant and who gave it; mark: what stands on every page */
  guint64 size;         /* of the log, fixed at the beginning */
  char *checkpoint, *origin;
  FzPackage *package;
  GPtrArray *visits, *documents, *ledger, *entries; /* entries: facts of the log's entries in the slice */
  GHashTable *in_scope; /* ids of visits, documents and register entries */
  GHashTable *hashes;   /* of documents */
  GHashTable *named;    /* visits of the complaint; NULL: no complaint */
  GHashTable *patients; /* word -> number */
  GHashTable *rulebooks, *knowledge, *rows, *evidence; /* hashes that documents name */
  GHashTable *gone;     /* hashes of what documents name and was not kept then */
  GPtrArray *cleared;   /* FzFields sha256, visit, words, document: pictures that were lawfully removed */
  GHashTable *counts;   /* word -> guint: for statistics */
  gboolean sensitive;   /* the leave names specially sensitive visits */
  guint n_left_out;     /* of them, where it does not */
  GHashTable *left_out; /* their ids and those of their documents */
  guint withheld;       /* entries with free text that are not shown at this level */
  FzCodes *words;
  GCancellable *stop;
  void (*progress) (guint64 done, guint64 total, gpointer data);
  gpointer data;
  guint64 done, total;
} FzInspection;

const char *fz_inspection_level_to_word (FzInspectionLevel level);
gboolean fz_inspection_level_from_word (const char *word, FzInspectionLevel *out);
/* Chinese of a kind, an action or a state, as the index says it; the word itself when there is none. */
const char *fz_inspection_say (const FzInspection *self, const char *word);
/* One piece of work is done. Fails CANCELLED. */
gboolean fz_inspection_step (FzInspection *self, GError **error);
/* Says how often something occurred. */
void fz_inspection_count (FzInspection *self, const char *word);

/* Reads which visits and documents are in scope, and writes the documents, evidence and readable pages that this level shows. */
gboolean fz_inspection_gather (FzInspection *self, GError **error);
/* What was said in this visit: conversations/NUMBER.csv, and the bytes the log hashed. */
gboolean fz_inspection_write_talk (FzInspection *self, const FzInspectionVisit *visit, guint number, GError **error);
/* The ledger of uploads that concern them. */
gboolean fz_inspection_write_ledger (FzInspection *self, GError **error);
/* Rulebooks, drug knowledge, catalogue rows by which they were judged. */
gboolean fz_inspection_write_grounds (FzInspection *self, GError **error);
/* The log: checkpoint, slices with their proofs, the entries as a table. */
gboolean fz_inspection_write_log (FzInspection *self, GError **error);
/* Key list, the verifier and its source. */
gboolean fz_inspection_write_tools (FzInspection *self, GError **error);
/* index.html, index.txt, and tables of what was listed (app/paper/inspection_index.c). */
gboolean fz_inspection_write_index (FzInspection *self, GError **error);
/* The page of one visit: its documents as they read. (transfer full) */
char *fz_inspection_visit_page (const FzInspection *self, const FzInspectionVisit *visit, GPtrArray *documents);
/* A table with the mark in its first line; cells that a spreadsheet would run stay text. */
GString *fz_inspection_table_new (const FzInspection *self, const char *const *columns);
void fz_inspection_table_add (GString *table, const char *const *cells);
