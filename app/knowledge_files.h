/* app/knowledge_files.h: every file by which medicines are judged, byte for byte (用药检查所依据的文件): the edition of drug knowledge
 * (core/knowledge_set.h), the controlled lists, the herbs, and the code tables doses and forms are read by. Its hash is what a signed
 * document names as `knowledge.sha256`. */
#pragma once

#include "app/data.h"
#include "core/knowledge_set.h"

typedef struct _FzKnowledgeFiles FzKnowledgeFiles;

/* What ships. */
FzKnowledgeFiles *fz_knowledge_files_shipped (GError **error);
/* The same with another edition: `files` are all of fz_knowledge_set_files(). */
FzKnowledgeFiles *fz_knowledge_files_with_set (const FzKnowledgeFiles *self, const FzKnowledgeFile *files, guint n);
/* An edition alone, to be kept; `files` are all of fz_knowledge_set_files(), in any order. */
FzKnowledgeFiles *fz_knowledge_files_of_set (const FzKnowledgeFile *files, guint n);
/* The same with the files of such an edition. */
FzKnowledgeFiles *fz_knowledge_files_over (const FzKnowledgeFiles *self, const FzKnowledgeFiles *edition);
/* The edition of these alone. */
FzKnowledgeFiles *fz_knowledge_files_set_of (const FzKnowledgeFiles *self);
/* Rows of a table that are in this one and not in `other`, a repeated row as often as it is missing. */
guint fz_knowledge_files_count_new (const FzKnowledgeFiles *self, const FzKnowledgeFiles *other, const char *name);
/* The bytes of a hash, or NULL with error. */
typedef GBytes *(*FzKnowledgeFilesGet) (const char *sha256, gpointer data, GError **error);
/* Those of a manifest. CORRUPT: it is none. */
FzKnowledgeFiles *fz_knowledge_files_read (const char *manifest, FzKnowledgeFilesGet get, gpointer data, GError **error);
FzKnowledgeFiles *fz_knowledge_files_ref (FzKnowledgeFiles *self);
void fz_knowledge_files_unref (FzKnowledgeFiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzKnowledgeFiles, fz_knowledge_files_unref)

/* `fuzhen.knowledge_base/v1`, then `sha256 name` a file, in one order. */
const char *fz_knowledge_files_get_manifest (const FzKnowledgeFiles *self);
/* Of the manifest. */
const char *fz_knowledge_files_get_sha256 (const FzKnowledgeFiles *self);
guint fz_knowledge_files_get_n (const FzKnowledgeFiles *self);
/* drugs/limits.csv, codes/forms.csv … */
const char *fz_knowledge_files_get_name (const FzKnowledgeFiles *self, guint i);
/* (transfer none) NULL when there is none of that name. */
GBytes *fz_knowledge_files_find (const FzKnowledgeFiles *self, const char *name);
/* CORRUPT naming the file that the checks need and that is not there. */
gboolean fz_knowledge_files_check (const FzKnowledgeFiles *self, GError **error);
/* What people call a table of the edition (`limits.csv` -> 特殊人群限量), translated; NULL for a file that is no table. */
const char *fz_knowledge_files_label (const char *name);
/* Rows of a table, 0 when there is none of that name. */
guint fz_knowledge_files_count (const FzKnowledgeFiles *self, const char *name);
/* The edition among them. INVALID as fz_knowledge_set_parse(). */
FzKnowledgeSet *fz_knowledge_files_parse_set (const FzKnowledgeFiles *self, const FzCodes *routes, GError **error);
