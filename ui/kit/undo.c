#include "ui/kit/undo.h"

#include "ui/kit/stage.h"
#include "ui/kit/toast.h"

#include <glib/gi18n-lib.h>

#define OFFERS "fz-undo"
#define MOST 20

typedef struct {
  GtkWidget *stage, *scope, *toast; /* toast: weak, NULL when its time is over */
  GWeakRef focus;                   /* where the work goes on */
  char *words;
  FzUndo undo;
  gpointer data;
  GDestroyNotify free_data;
} Offer;

static GPtrArray *
offers_of (GtkWidget *stage)
{
  return g_object_get_data (G_OBJECT (stage), OFFERS);
}

static void on_button (GtkButton *button, Offer *offer);

static void
on_scope_gone (gpointer data, GObject *scope)
{
  Offer *offer = data;

  offer->scope = NULL;
  g_ptr_array_remove (offers_of (offer->stage), offer);
}

static void
offer_free (gpointer data)
{
  Offer *offer = data;
  GtkWidget *toast = offer->toast;

  if (offer->scope != NULL)
    g_object_weak_unref (G_OBJECT (offer->scope), on_scope_gone, offer);
  g_clear_weak_pointer (&offer->toast);
  if (toast != NULL)
    fz_toast_drop (toast);
  g_weak_ref_clear (&offer->focus);
  g_free (offer->words);
  if (offer->free_data != NULL)
    offer->free_data (offer->data);
  g_free (offer);
}

/* A page behind a dialog is not what one looks at. */
static gboolean
is_in_front (GtkWidget *stage, const Offer *offer)
{
  FzDialog *top = fz_stage_top_dialog (stage);

  return gtk_widget_get_mapped (offer->scope) &&
         (top == NULL || offer->scope == GTK_WIDGET (top) || gtk_widget_is_ancestor (offer->scope, GTK_WIDGET (top)));
}

/* From the end, those of `scope` (NULL: any): those below stand for what was there before, and are right again once the later ones are taken back. */
static void
review (GPtrArray *offers, const GtkWidget *scope)
{
  while (offers->len > 0) {
    const Offer *last = g_ptr_array_index (offers, offers->len - 1);

    if ((scope != NULL && last->scope != scope) || last->undo (last->data, FALSE))
      return;
    g_ptr_array_remove_index (offers, offers->len - 1);
  }
}

void
fz_undo_review (GtkWidget *scope)
{
  GtkWidget *stage = fz_stage_of (scope);

  if (stage != NULL && offers_of (stage) != NULL)
    review (offers_of (stage), scope);
}

/* One at a time: the earlier ones are taken back by Ctrl+Z, or offered anew. */
static void
say (Offer *offer)
{
  GPtrArray *offers = offers_of (offer->stage);

  for (guint i = 0; i < offers->len; i++) {
    Offer *other = g_ptr_array_index (offers, i);

    if (other->toast != NULL)
      fz_toast_drop (other->toast);
  }
  offer->toast = fz_toast_show_act (offer->scope, offer->words, _ ("撤销"), G_CALLBACK (on_button), offer);
  if (offer->toast != NULL)
    g_object_add_weak_pointer (G_OBJECT (offer->toast), (gpointer *) &offer->toast);
}

/* What is there again may stand where nobody looks. */
static void
say_taken_back (const Offer *offer)
{
  g_autofree char *text = g_strdup_printf (_ ("已撤销：%s"), offer->words);

  fz_toast_show (offer->stage, FZ_STATUS_OK, text);
}

/* Refused, and could be later: what is to come back is not lost. */
static gboolean
stays (const Offer *offer)
{
  return offer->scope != NULL && offer->undo (offer->data, FALSE);
}

static void
take_back (Offer *offer)
{
  GtkWidget *stage = offer->stage;
  g_autoptr (GtkWidget) focus = g_weak_ref_get (&offer->focus);
  guint i = 0;

  if (g_ptr_array_find (offers_of (stage), offer, &i))
    g_ptr_array_steal_index (offers_of (stage), i); /* taking back may end the scope, or offer something else */
  if (offer->toast != NULL)
    fz_toast_drop (offer->toast);
  if (offer->undo (offer->data, TRUE)) {
    say_taken_back (offer);
  } else if (stays (offer)) {
    g_ptr_array_insert (offers_of (stage), (int) MIN (i, offers_of (stage)->len), offer);
    say (offer);
    return;
  }
  if (focus != NULL && gtk_widget_get_mapped (focus) && gtk_root_get_focus (gtk_widget_get_root (stage)) == NULL)
    gtk_widget_grab_focus (focus);
  offer_free (offer);
}

gboolean
fz_undo_last (GtkWidget *stage)
{
  GPtrArray *offers = offers_of (stage);

  if (offers == NULL)
    return FALSE;
  review (offers, NULL);
  for (guint i = offers->len; i > 0; i--) {
    Offer *offer = g_ptr_array_index (offers, i - 1);

    if (is_in_front (stage, offer) && offer->undo (offer->data, FALSE)) {
      take_back (offer);
      return TRUE;
    }
  }
  return FALSE;
}

static void
on_button (GtkButton *button, Offer *offer)
{
  if (offer->undo (offer->data, FALSE)) {
    take_back (offer);
    return;
  }
  fz_toast_show (offer->stage, FZ_STATUS_WARN, _ ("内容后来又有改动，不能再撤销。"));
  g_ptr_array_remove (offers_of (offer->stage), offer);
}

void
fz_undo_offer (GtkWidget *scope, const char *words, FzUndo undo, gpointer data, GDestroyNotify free_data)
{
  GtkWidget *stage = fz_stage_of (scope);
  Offer *offer;

  if (stage == NULL) {
    if (free_data != NULL)
      free_data (data);
    return;
  }
  if (offers_of (stage) == NULL)
    g_object_set_data_full (G_OBJECT (stage), OFFERS, g_ptr_array_new_with_free_func (offer_free), (GDestroyNotify) g_ptr_array_unref);
  if (offers_of (stage)->len == MOST)
    g_ptr_array_remove_index (offers_of (stage), 0);
  offer = g_new0 (Offer, 1);
  offer->stage = stage;
  offer->scope = scope;
  offer->undo = undo;
  offer->data = data;
  offer->free_data = free_data;
  g_weak_ref_init (&offer->focus, gtk_root_get_focus (gtk_widget_get_root (stage)));
  g_object_weak_ref (G_OBJECT (scope), on_scope_gone, offer);
  offer->words = g_strdup (words);
  g_ptr_array_add (offers_of (stage), offer);
  say (offer);
}
