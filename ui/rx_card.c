#include "ui/rx_card.h"

#include "ui/herb_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/visit_acts.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define LIST "prescription"

typedef struct {
  FzVisitModel *model;
  GtkWidget *card;
  char *id;
  FzFields *rx; /* read whole when first needed */
} Card;

static void
card_free (gpointer data)
{
  Card *card = data;

  g_object_unref (card->model);
  g_clear_pointer (&card->rx, fz_fields_unref);
  g_free (card->id);
  g_free (card);
}

static void
on_reopen (GtkButton *button, Card *card)
{
  if (card->rx != NULL)
    fz_visit_model_replace (card->model, card->rx);
}

static void
on_void (GtkButton *button, Card *card)
{
  fz_visit_acts_void (card->card, card->model, card->id);
}

static void
on_confirm (GtkButton *button, Card *card)
{
  g_autoptr (GError) error = NULL;

  if (!fz_visit_acts_confirm (card->card, card->model, card->id, &error))
    fz_toast_show (card->card, FZ_STATUS_STOP, error->message);
}

static void
on_confirm_returned (GtkButton *button, Card *card)
{
  fz_visit_acts_confirm_returned (card->card, card->model, card->id);
}

static void
on_slip (GtkButton *button, Card *card)
{
  fz_visit_acts_print_slip (card->card, card->model, card->id);
}

static void
on_file (GtkButton *button, Card *card)
{
  fz_visit_acts_export_file (card->card, card->model, card->id);
}

static GtkWidget *
add_button (GtkWidget *line, FzButtonKind kind, const char *icon, const char *label, GCallback clicked, Card *card)
{
  GtkWidget *button = fz_button_new (kind, icon, label);

  gtk_widget_add_css_class (button, "fz-compact");
  g_signal_connect (button, "clicked", clicked, card);
  return fz_wrap_add (line, button);
}

static GtkWidget *
item_new (const FzFields *rx, guint i)
{
  GtkWidget *line = fz_line (8);
  g_autofree char *name = g_strdup_printf ("%s %s", fz_fields_get_at (rx, "rx.item", i, "generic"),
                                           fz_fields_get_at (rx, "rx.item", i, "strength"));
  g_autofree char *use = g_strdup_printf (_ ("每次 %s  %s  %s  %s 天  共 %s%s"), fz_fields_get_at (rx, "rx.item", i, "dose"),
                                          fz_fields_get_at (rx, "rx.item", i, "freq_label"),
                                          fz_fields_get_at (rx, "rx.item", i, "route_label"), fz_fields_get_at (rx, "rx.item", i, "days"),
                                          fz_fields_get_at (rx, "rx.item", i, "quantity"), fz_fields_get_at (rx, "rx.item", i, "unit"));
  GtkWidget *words = fz_column (1);

  fz_put (words, fz_wrapped (name, "fz-strong"));
  fz_put (words, fz_wrapped (use, "fz-soft"));
  fz_put_wide (line, words);
  return line;
}

/* A signature is marked only when it verified just now. */
static GtkWidget *
signatures_new (const FzFields *rx)
{
  GtkWidget *line = fz_wrap_new (8, 4);

  for (guint i = 0; i < fz_fields_count (rx, "signature"); i++) {
    gboolean valid = g_strcmp0 (fz_fields_get_at (rx, "signature", i, "valid"), "yes") == 0;
    const char *name = fz_fields_get_at (rx, "signature", i, "name");
    const char *role = g_strcmp0 (fz_fields_get_at (rx, "signature", i, "role"), "doctor") == 0 ? _ ("医师") : _ ("药师");
    const char *label = fz_fields_get_at (rx, "signature", i, "label");
    g_autofree char *text = g_strdup_printf (valid ? _ ("%s %s：%s有效") : _ ("%s %s：%s无效"), role, name != NULL ? name : "",
                                             label != NULL ? _ (label) : _ ("签名"));

    fz_wrap_add (line, fz_pill_new (valid ? FZ_STATUS_OK : FZ_STATUS_STOP, text));
  }
  return line;
}

static GtkWidget *
reasons_new (const FzFields *facts, guint i)
{
  g_autofree char *list = g_strdup_printf (LIST ".%02u.reason", i);
  const char *words = fz_fields_get_at (facts, LIST, i, "review_words"), *who = fz_fields_get_at (facts, LIST, i, "pharmacist_name");
  gboolean refused = g_strcmp0 (fz_fields_get_at (facts, LIST, i, "stage"), "refused") == 0;
  g_autofree char *title = g_strdup_printf (refused ? _ ("药师 %s 审核不通过") : _ ("药师 %s 退回"), who != NULL ? who : "");
  g_autofree char *text = fz_words_opinion (facts, list, NULL, words);
  GtkWidget *card = fz_finding_card_new (refused ? FZ_STATUS_STOP : FZ_STATUS_WARN, title, text, NULL);

  fz_finding_card_set_mark (card, _ ("审核意见"));
  return card;
}

static GtkWidget *
void_new (const FzFields *facts, guint i)
{
  GtkWidget *card = fz_finding_card_new (FZ_STATUS_NEUTRAL, _ ("处方已作废，不能调配、使用"), fz_fields_get_at (facts, LIST, i, "void_reason"), NULL);

  fz_finding_card_set_mark (card, _ ("作废原因"));
  return card;
}

static GtkWidget *
confirmation_new (FzVisitModel *model, guint i)
{
  const FzFields *facts = fz_visit_model_get_facts (model);
  const char *words = fz_fields_get_at (facts, LIST, i, "confirm_words");
  GtkWidget *card;

  if (fz_visit_model_is_to_confirm (model, i)) {
    card = fz_finding_card_new (FZ_STATUS_WARN, _ ("超过常用剂量，须再次签名"), _ ("核实用法用量后再签名一次，药师才能审核通过。"), _ ("《处方管理办法》第六条"));
    fz_finding_card_set_mark (card, _ ("待再次签名"));
    return card;
  }
  if (fz_fields_get_at (facts, LIST, i, "confirmed_at") == NULL)
    return NULL;
  card = fz_finding_card_new (FZ_STATUS_INFO, _ ("医师已再次签名"), words != NULL ? words : _ ("用法用量已经核实，按原处方使用。"), NULL);
  fz_finding_card_set_mark (card, _ ("已确认"));
  return card;
}

static gboolean
may_reopen (Card *card, const FzFields *facts, guint i, FzRxStage stage)
{
  return stage == FZ_RX_RETURNED && fz_visit_model_is_open (card->model) && fz_fields_get_at (facts, LIST, i, "replaced_by") == NULL;
}

/* A second time would write over what was changed since. */
static void
on_items (FzVisitModel *model, GtkWidget *reopen)
{
  gtk_widget_set_visible (reopen, fz_visit_model_get_n_items (model) == 0);
}

static GtkWidget *
actions_new (Card *card, const FzFields *facts, guint i, FzRxStage stage)
{
  GtkWidget *line = fz_wrap_new (8, 8), *reopen;

  if (fz_visit_model_is_to_confirm (card->model, i))
    add_button (line, FZ_BUTTON_PRIMARY, "signature", _ ("再次签名"), G_CALLBACK (on_confirm), card);
  if (stage == FZ_RX_RETURNED && fz_fields_get_at (facts, LIST, i, "replaced_by") == NULL)
    add_button (line, FZ_BUTTON_PLAIN, NULL, _ ("不修改，再次签名"), G_CALLBACK (on_confirm_returned), card);
  if (may_reopen (card, facts, i, stage)) {
    reopen = add_button (line, FZ_BUTTON_PRIMARY, "edit", _ ("修改后重开"), G_CALLBACK (on_reopen), card);
    g_signal_connect_object (card->model, "items", G_CALLBACK (on_items), reopen, (GConnectFlags) 0);
    on_items (card->model, reopen);
  }
  add_button (line, FZ_BUTTON_PLAIN, "print", _ ("处方笺"), G_CALLBACK (on_slip), card);
  add_button (line, FZ_BUTTON_PLAIN, "signature", _ ("签名文件"), G_CALLBACK (on_file), card);
  if (stage == FZ_RX_SIGNED || stage == FZ_RX_EFFECTIVE)
    add_button (line, FZ_BUTTON_DANGER_SOFT, NULL, _ ("作废处方"), G_CALLBACK (on_void), card);
  return line;
}

static GtkWidget *
head_new (const FzFields *facts, guint i, const char *id, gint64 now_us)
{
  GtkWidget *line = fz_wrap_new (8, 4);
  FzStatus status = FZ_STATUS_NEUTRAL;
  const char *word = fz_words_rx_stage (fz_fields_get_at (facts, LIST, i, "stage"), &status);
  g_autofree char *key = g_strdup_printf (LIST ".%02u.signed_at", i);
  g_autofree char *until_key = g_strdup_printf (LIST ".%02u.valid_until", i);
  g_autofree char *at = fz_words_time (facts, key, now_us), *until = fz_words_time (facts, until_key, now_us);
  g_autofree char *times = g_strdup_printf (_ ("%s 签名 · 有效至 %s"), at, until);

  fz_wrap_add (line, fz_text (id, "fz-strong"));
  fz_wrap_add (line, fz_pill_new (status, word));
  fz_wrap_add (line, fz_text (times, "fz-caption"));
  return line;
}

GtkWidget *
fz_rx_card_new (FzVisitModel *model, guint i)
{
  const FzFields *facts = fz_visit_model_get_facts (model);
  FzSession *session = fz_visit_model_get_session (model);
  GtkWidget *box = fz_column (8), *confirmation;
  Card *card = g_new0 (Card, 1);
  FzRxStage stage = FZ_RX_NONE;
  g_autoptr (GError) error = NULL;

  card->model = g_object_ref (model);
  card->card = box;
  card->id = g_strdup (fz_fields_get_at (facts, LIST, i, "id"));
  card->rx = fz_desk_read_prescription (session, card->id, &error);
  g_object_set_data_full (G_OBJECT (box), "fz-card", card, card_free);
  gtk_widget_add_css_class (box, "fz-rx-card");
  fz_rx_stage_from_word (fz_fields_get_at (facts, LIST, i, "stage"), &stage);
  fz_put (box, head_new (facts, i, card->id, fz_session_now_us (session)));
  if (stage == FZ_RX_RETURNED || stage == FZ_RX_REFUSED)
    fz_put (box, reasons_new (facts, i));
  if (stage == FZ_RX_VOIDED)
    fz_put (box, void_new (facts, i));
  confirmation = confirmation_new (model, i);
  if (confirmation != NULL)
    fz_put (box, confirmation);
  if (card->rx == NULL)
    fz_put (box, fz_finding_card_new (FZ_STATUS_STOP, _ ("不能读取处方"), error->message, NULL));
  if (card->rx != NULL && fz_rx_is_herbal (card->rx))
    fz_put (box, fz_herb_list_new (card->rx, NULL));
  for (guint k = 0; card->rx != NULL && !fz_rx_is_herbal (card->rx) && k < fz_fields_count (card->rx, "rx.item"); k++)
    fz_put (box, item_new (card->rx, k));
  if (card->rx != NULL)
    fz_put (box, signatures_new (card->rx));
  fz_put (box, actions_new (card, facts, i, stage));
  return box;
}
