/* core/knowledge_read.h: private to the drug knowledge: what its tables have in common. A row has a subject (a substance, or `@group`), a source and a
 * confidence; with `issues` every bad row is reported there and left out, so that whoever prepares a file sees all of its faults at once. */
#pragma once

#include "core/codes.h"
#include "core/drug.h"
#include "core/drug_groups.h"
#include "core/finding.h"

typedef struct {
  const FzCsv *csv;
  GStringChunk *texts;     /* owns every text of the rows */
  const FzDrugGroups *groups; /* NULL: no groups in this table */
  const FzCodes *routes;   /* NULL: no routes in this table */
  GPtrArray *issues;       /* of char *, or NULL: the first bad row fails */
  gpointer table;          /* what the rows go into */
} FzKnowledgeReader;

/* Reads one row into the reader's table; INVALID otherwise. */
typedef gboolean (*FzKnowledgeReadRow) (const FzKnowledgeReader *reader, guint row, GError **error);
/* All rows. FALSE only without `issues`. */
gboolean fz_knowledge_read_rows (const FzKnowledgeReader *reader, FzKnowledgeReadRow read, GError **error);
/* INVALID naming this row, the column and its value; returns FALSE. */
gboolean fz_knowledge_refuse (const FzKnowledgeReader *reader, guint row, const char *column, GError **error);
/* The field, kept by the reader; "" when empty. */
const char *fz_knowledge_text (const FzKnowledgeReader *reader, guint row, const char *column);
/* source (never empty) and confidence. */
gboolean fz_knowledge_read_source (const FzKnowledgeReader *reader, guint row, const char **source, FzConfidence *confidence, GError **error);
/* Adds `value` to the GPtrArray of every substance that the row's `column` names; `index` is substance key -> GPtrArray. */
gboolean fz_knowledge_index (const FzKnowledgeReader *reader, guint row, const char *column, GHashTable *index, gpointer value, GError **error);
/* An index as fz_knowledge_index() fills it; it owns keys and lists, not the values. */
GHashTable *fz_knowledge_index_new (void);
/* The column routes: codes, NULL-terminated, empty for any. (transfer full) */
gboolean fz_knowledge_read_routes (const FzKnowledgeReader *reader, guint row, GStrv *routes, GError **error);
/* `|`-separated words; NULL-terminated, "" gives the empty list. (transfer full) */
GStrv fz_knowledge_words (const char *text);
