/* ui/kit/finding_card.h: one finding of the rulebook, said where it matters. A legal stop has a solid square head with its
 * article; advice is soft with an accent at its side. */
#pragma once

#include "ui/kit/status.h"

/* `source` is the article or the clinical source and may be NULL; all are plain text. */
GtkWidget *fz_finding_card_new (FzStatus severity, const char *title, const char *message, const char *source);
/* Another word on the mark than fz_status_word. */
void fz_finding_card_set_mark (GtkWidget *card, const char *word);
/* A button or a drop-down below the text; several share the width. */
void fz_finding_card_add_action (GtkWidget *card, GtkWidget *action);
