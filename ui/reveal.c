#include "ui/reveal.h"

#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define STATE "fz-reveal"
#define MOST 8

typedef struct {
  const char *field; /* interned */
  char *word;
  GtkLabel *shown;   /* weak */
} Item;

typedef struct {
  FzSession *session;
  char *visit;
  Item items[MOST];
  guint n;
} Reveal;

/* One asking; the page and its labels may go meanwhile. */
typedef struct {
  GtkWidget *button, *which;
} Asking;

static void
reveal_free (gpointer data)
{
  Reveal *self = data;

  for (guint i = 0; i < self->n; i++) {
    g_free (self->items[i].word);
    g_clear_weak_pointer (&self->items[i].shown);
  }
  fz_session_unref (self->session);
  g_free (self->visit);
  g_free (self);
}

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->button);
  g_object_unref (asking->which);
  g_free (asking);
}

static gboolean
on_given (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  const Asking *asking = data;
  Reveal *self = g_object_get_data (G_OBJECT (asking->button), STATE);
  const char *field = fz_drop_down_get_code (FZ_DROP_DOWN (asking->which));
  g_autofree char *value = NULL;

  if (code == NULL || field == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, code == NULL ? _ ("请选择用途。") : _ ("请选择要查看的项目。"));
    return FALSE;
  }
  value = fz_desk_reveal (self->session, self->visit, field, code, words, error);
  for (guint i = 0; value != NULL && i < self->n; i++)
    if (g_str_equal (self->items[i].field, field) && self->items[i].shown != NULL)
      gtk_label_set_text (self->items[i].shown, value);
  if (value != NULL)
    fz_dialog_close (dialog);
  return value != NULL;
}

static void
on_clicked (GtkWidget *button, Reveal *self)
{
  g_autoptr (GPtrArray) codes = fz_desk_codes (self->session, "reveal_purpose", NULL);
  GtkWidget *which = fz_drop_down_new (_ ("请选择…"));
  Asking *asking = g_new0 (Asking, 1);
  const FzReasonAsk ask = { .title = _ ("查看脱敏信息"),
                            .subtitle = _ ("只显示所选的一项，离开本页后恢复脱敏；用途和说明记入审计。"),
                            .codes = codes,
                            .codes_caption = _ ("用途"),
                            .words_caption = _ ("说明（不要写患者姓名和证件号码）"),
                            .words_hint = _ ("如：电话告知复查时间"),
                            .extra = fz_form_row_new (_ ("项目"), which, TRUE),
                            .confirm = _ ("显示") };

  for (guint i = 0; i < self->n; i++)
    fz_drop_down_add (FZ_DROP_DOWN (which), self->items[i].field, self->items[i].word, NULL);
  asking->button = g_object_ref (button);
  asking->which = g_object_ref (which);
  fz_dialog_reason (button, &ask, on_given, asking, asking_free);
}

void
fz_reveal_add (GtkWidget *button, const char *field, const char *word, GtkLabel *shown)
{
  Reveal *self = g_object_get_data (G_OBJECT (button), STATE);
  const char *text = gtk_label_get_text (shown);
  Item *item = &self->items[self->n];

  if (self->n == MOST || strchr (text, '*') == NULL) /* nothing is hidden there */
    return;
  item->field = g_intern_string (field);
  item->word = g_strdup (word);
  g_set_weak_pointer (&item->shown, shown);
  self->n++;
  gtk_widget_set_visible (button, TRUE);
}

GtkWidget *
fz_reveal_button_new (FzSession *session, const char *visit)
{
  GtkWidget *button = fz_button_new (FZ_BUTTON_FLAT, "eye", _ ("显示证件号码或电话…"));
  Reveal *self = g_new0 (Reveal, 1);

  self->session = fz_session_ref (session);
  self->visit = g_strdup (visit);
  g_object_set_data_full (G_OBJECT (button), STATE, self, reveal_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  gtk_widget_add_css_class (button, "fz-compact");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_visible (button, FALSE);
  return button;
}
