/* app/knowledge.h: loading what checks and screens read (知识数据). */
#pragma once

#include "app/desk_private.h"

/* The shipped rules, templates, codes and messages; no catalogue yet. */
FzKnowledge *fz_knowledge_load (GError **error);
/* The same with the store's catalogue and diagnoses. */
FzKnowledge *fz_knowledge_with_store (const FzKnowledge *self, FzStore *store, GError **error);
/* The same judged by other rules, with the termination conditions they word. */
FzKnowledge *fz_knowledge_with_rules (const FzKnowledge *self, FzRulebook *book, GError **error);
/* The same judged by another edition of drug knowledge; catalogue and diagnoses stay. INVALID: a file of it cannot be read. */
FzKnowledge *fz_knowledge_with_files (const FzKnowledge *self, FzKnowledgeFiles *files, GError **error);
/* The same with these rows of a catalogue alone (FzFields as fz_drug_to_fields() makes them). INVALID. */
FzKnowledge *fz_knowledge_with_rows (const FzKnowledge *self, GPtrArray *rows, GError **error);
/* The same with the shipped starter catalogue and diagnoses: what is checked where there is no store. */
FzKnowledge *fz_knowledge_with_starter (const FzKnowledge *self, GError **error);
/* The same with another table of the platform's messages. */
FzKnowledge *fz_knowledge_with_messages (const FzKnowledge *self, FzMessageTable *messages);
/* What a new store begins with: the shipped medicines and the prepared herbs, no prices. */
FzCatalogue *fz_knowledge_starter_catalogue (const FzKnowledge *self, GError **error);
FzKnowledge *fz_knowledge_ref (FzKnowledge *self);
void fz_knowledge_unref (FzKnowledge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzKnowledge, fz_knowledge_unref)
/* So long before its end affairs is told. */
#define FZ_KNOWLEDGE_WARN_DAYS 90

/* knowledge.{state ended|ending|unusable,title,edition,until,days_left,words} when the edition in force ends within 90 days or has ended, or
 * cannot be read; else nothing. */
void fz_knowledge_put_end (FzDesk *desk, FzFields *out);
FzCodes *fz_knowledge_codes (const FzKnowledge *self, const char *name);
FzDrugCodes fz_knowledge_drug_codes (const FzKnowledge *self);
/* A drug as the store keeps it, and a catalogue parsed from shipped or imported CSV bytes. */
FzFields *fz_drug_to_fields (const FzDrug *drug);
