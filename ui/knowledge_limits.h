/* ui/knowledge_limits.h: what the drug knowledge does not cover (药品知识不覆盖的内容). It holds for every sheet alike, so it takes one quiet line
 * at the end that opens. */
#pragma once

#include <gtk/gtk.h>

/* The finding of that rule is about the knowledge, not about this sheet. */
gboolean fz_knowledge_limits_is (const char *rule);
/* One line, closed; Enter or Space on it opens the words. */
GtkWidget *fz_knowledge_limits_new (const char *message);
