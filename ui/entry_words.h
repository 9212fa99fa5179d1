/* ui/entry_words.h: register entries as a person reads them: labels in the window's language, what is due, what a row is about. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

/* `label` or `label_en` of `list.NN` by the window's language; the same for plain keys with `list` NULL (title, title_en). */
const char *fz_entry_label (const FzFields *facts, const char *list, guint i, const char *key);
/* The value of field `i` of a register's view as people read it; NULL when the entry has none. (transfer full) */
char *fz_entry_value (const FzFields *reg, guint i, const FzFields *entry);
/* What an entry is about: its name, or else its first long text, in one line; NULL: it says neither. (transfer full) */
char *fz_entry_about (const FzFields *reg, const FzFields *entry);
/* What is due next: "10-15 反馈处理结果" with its status (past, soon, far); NULL when nothing is. (transfer full) */
char *fz_entry_due (const FzFields *entry, guint i, gint64 now_us, FzStatus *out);
/* Its state in the window's language, and how it is drawn. */
const char *fz_entry_state (const FzFields *reg, const FzFields *entry, FzStatus *out);
