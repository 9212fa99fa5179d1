/* core/drug_show.h: the catalogue's rows as people read them (目录内容的文字): names of columns, values with their code labels, and what a new
 * row changes against an old one in the words that are signed. */
#pragma once

#include "core/drug.h"

typedef enum { FZ_DRUG_SAME, FZ_DRUG_ADD, FZ_DRUG_ALTER, FZ_DRUG_WITHDRAW, FZ_DRUG_RESTORE, FZ_N_DRUG_ACTS } FzDrugAct;

/* add, alter, withdraw, restore (same for none); and back, FALSE for any other word. */
const char *fz_drug_act_to_word (FzDrugAct act);
gboolean fz_drug_act_from_word (const char *word, FzDrugAct *out);
/* For the screen (translated). */
const char *fz_drug_act_label (FzDrugAct act);

/* What a column is called, in Chinese (a msgid for the screen); NULL for an unknown one. (transfer none) */
const char *fz_drug_column_label (const char *column);
/* A closed word of a column in the reader's language: western, restricted, yes …; NULL for any other. */
const char *fz_drug_word_label (const char *column, const char *word);
/* The value in Chinese with the words of the code tables; NULL when it is empty. `translate`: the closed words in the reader's language. */
char *fz_drug_show_column (const FzDrug *self, const char *column, const FzDrugCodes *codes, gboolean translate);

/* What `fresh` does to `old` (NULL: not in the catalogue). Withdrawing and restoring may alter other columns as well. */
FzDrugAct fz_drug_compare (const FzDrug *old, const FzDrug *fresh);
/* One line in Chinese: `修改 FZ0001 苯磺酸氨氯地平片 5mg：单价（元） 12.00 → 11.50`; NULL when nothing changes. (transfer full) */
char *fz_drug_change_text (const FzDrug *old, const FzDrug *fresh, const FzDrugCodes *codes);
