#include "ui/review_items.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/review_item.h"

#include <glib/gi18n-lib.h>

const char *
fz_review_items_decision (const FzFields *decisions, const char *code)
{
  for (guint i = 0; decisions != NULL && i < fz_fields_count (decisions, "item"); i++)
    if (g_strcmp0 (fz_fields_get_at (decisions, "item", i, "code"), code) == 0)
      return fz_fields_get_at (decisions, "item", i, "decision");
  return NULL;
}

gboolean
fz_review_items_are_open (const FzFields *rx, const FzFields *decisions)
{
  for (guint i = 0; i < fz_fields_count (rx, "item"); i++)
    if (g_strcmp0 (fz_fields_get_at (rx, "item", i, "attention"), "yes") == 0 &&
        fz_review_items_decision (decisions, fz_fields_get_at (rx, "item", i, "code")) == NULL)
      return TRUE;
  return FALSE;
}

gboolean
fz_review_items_have_objection (const FzFields *decisions)
{
  for (guint i = 0; decisions != NULL && i < fz_fields_count (decisions, "item"); i++)
    if (g_strcmp0 (fz_fields_get_at (decisions, "item", i, "decision"), "objected") == 0)
      return TRUE;
  return FALSE;
}

static GtkWidget *
mark_new (const FzFields *rx, guint i, const FzFields *decisions)
{
  FzStatus status = FZ_STATUS_NEUTRAL, decided = FZ_STATUS_NEUTRAL;
  const char *engine = fz_review_item_engine (rx, i, &status);
  const char *word = fz_review_item_decision (fz_review_items_decision (decisions, fz_fields_get_at (rx, "item", i, "code")), &decided);

  if (word != NULL)
    return fz_pill_new (decided, word);
  return status == FZ_STATUS_WARN ? fz_pill_new (status, engine) : fz_tag_new (status, engine);
}

static GtkWidget *
item_new (const FzFields *rx, guint i, const FzFields *decisions)
{
  const char *code = fz_fields_get_at (rx, "item", i, "code"), *words = fz_fields_get_at (rx, "item", i, "words");
  GtkWidget *row = fz_column (1), *line = fz_put (row, fz_line (8)), *label, *mark;

  gtk_widget_add_css_class (row, "fz-item");
  gtk_widget_set_valign (fz_put (line, fz_text (code, "fz-code")), GTK_ALIGN_START);
  label = fz_put_wide (line, fz_wrapped (fz_entry_label (rx, "item", i, "label"), NULL));
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  mark = fz_put (line, mark_new (rx, i, decisions));
  gtk_widget_set_valign (mark, GTK_ALIGN_START);
  if (words != NULL)
    fz_put (row, fz_wrapped (words, "fz-caption"));
  return row;
}

GtkWidget *
fz_review_items_new (const FzFields *rx, const FzFields *decisions)
{
  GtkWidget *card = fz_card_new_titled ("list", _ ("审核规范逐项"));
  GtkWidget *body = fz_card_body (card);
  char group = '\0';

  gtk_box_set_spacing (GTK_BOX (body), 2);
  for (guint i = 0; i < fz_fields_count (rx, "item"); i++) {
    const char *code = fz_fields_get_at (rx, "item", i, "code");

    if (code[0] != group) {
      GtkWidget *head = fz_put (body, fz_text (fz_review_item_group (code[0]), "fz-strong"));

      gtk_widget_set_margin_top (head, group != '\0' ? 8 : 0);
      group = code[0];
    }
    fz_put (body, item_new (rx, i, decisions));
  }
  return card;
}
