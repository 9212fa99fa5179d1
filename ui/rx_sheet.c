#include "ui/rx_sheet.h"

#include "ui/herb_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/review_item.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *
item (const FzFields *rx, guint i, const char *key)
{
  const char *value = fz_fields_get_at (rx, "rx.item", i, key);

  return value != NULL ? value : "";
}

char *
fz_rx_line_quantity (const FzFields *rx, guint i)
{
  return g_strdup_printf ("%s %s", item (rx, i, "quantity"), item (rx, i, "unit"));
}

char *
fz_rx_line_use (const FzFields *rx, guint i)
{
  const char *freq = item (rx, i, "freq_label"), *code = item (rx, i, "freq");
  g_autofree char *often = *freq != '\0' ? g_strdup_printf (_ ("%s（%s）"), freq, code) : g_strdup (code);
  g_autofree char *days = g_strdup_printf (_ ("%s 天"), item (rx, i, "days"));

  return g_strdup_printf (_ ("每次 %s%s　%s　%s　%s"), item (rx, i, "dose_number"), item (rx, i, "dose_unit"), often,
                          item (rx, i, "route_label"), days);
}

/* --- head --- */

static GtkWidget *
head_new (const FzFields *rx, gint64 now_us)
{
  GtkWidget *head = fz_wrap_new (10, 6);
  GtkWidget *title = fz_wrap_add (head, fz_line (10));
  GtkWidget *mark = fz_put (title, fz_text ("Rp", "fz-rp"));
  const char *kind = fz_fields_get (rx, "rx.kind");
  const char *word = g_strcmp0 (kind, "herbal") == 0   ? _ ("中药饮片")
                     : g_strcmp0 (kind, "patent") == 0 ? _ ("中成药")
                                                       : _ ("西药、中成药");
  FzStatus status;
  const char *stage = fz_words_rx_stage (fz_fields_get (rx, "rx.stage"), &status);
  g_autofree char *until = fz_words_time (rx, "rx.valid_until", now_us);
  g_autofree char *valid = g_strdup_printf (_ ("有效期至 %s"), until);
  GtkWidget *numbers;

  gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
  fz_put (title, fz_text (_ ("处方笺"), "fz-title"));
  gtk_widget_set_valign (fz_wrap_add (head, fz_tag_new (FZ_STATUS_NEUTRAL, word)), GTK_ALIGN_CENTER);
  if (g_strcmp0 (fz_fields_get (rx, "rx.mark"), "paediatric") == 0)
    gtk_widget_set_valign (fz_wrap_add (head, fz_tag_new (FZ_STATUS_OK, _ ("儿科"))), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (fz_wrap_add (head, fz_pill_new (status, stage)), GTK_ALIGN_CENTER);
  numbers = fz_wrap_add (head, fz_column (1));
  gtk_widget_set_hexpand (numbers, TRUE);
  gtk_widget_set_halign (numbers, GTK_ALIGN_END);
  gtk_label_set_xalign (GTK_LABEL (fz_put (numbers, fz_text (fz_fields_get (rx, "rx.id"), "fz-strong"))), 1);
  gtk_label_set_xalign (GTK_LABEL (fz_put (numbers, fz_text (valid, "fz-caption"))), 1);
  return head;
}

static GtkWidget *
patient_new (const FzFields *rx)
{
  GtkWidget *box = fz_column (6);
  GtkWidget *line = fz_put (box, fz_wrap_new (10, 4));
  g_autofree char *about = fz_words_patient (rx);
  g_autofree char *allergies = fz_words_list (rx, "allergy", NULL, _ ("、"));
  g_autofree char *allergy = NULL;
  const char *department = fz_fields_get (rx, "rx.department_name"), *weight = fz_fields_get (rx, "patient.weight_kg");
  GtkWidget *name = fz_wrap_add (line, fz_text (fz_fields_get (rx, "patient.name"), "fz-heading")), *mark;

  gtk_label_set_selectable (GTK_LABEL (name), FALSE);
  fz_wrap_add (line, fz_text (about, NULL));
  if (weight != NULL) {
    g_autofree char *kg = g_strdup_printf ("%s kg", weight);

    fz_wrap_add (line, fz_text (kg, NULL));
  }
  if (department != NULL && !fz_fields_has (rx, "visit.department_name"))
    fz_wrap_add (line, fz_text (department, "fz-soft"));
  if (allergies != NULL) {
    allergy = g_strdup_printf (_ ("过敏：%s"), allergies);
    mark = fz_tag_new (FZ_STATUS_STOP, allergy);
  } else
    mark = fz_tag_new (FZ_STATUS_NEUTRAL, _ ("未登记过敏"));
  gtk_widget_set_hexpand (fz_wrap_add (line, mark), TRUE);
  gtk_widget_set_halign (mark, GTK_ALIGN_END);
  for (guint i = 0; i < fz_fields_count (rx, "diagnosis"); i++) {
    const char *code = fz_fields_get_at (rx, "diagnosis", i, "code");
    g_autofree char *text = g_strdup_printf (_ ("诊断　%s　%s"), code != NULL ? code : "", fz_fields_get_at (rx, "diagnosis", i, "name"));

    fz_put (box, fz_wrapped (text, NULL));
  }
  return box;
}

/* --- lines --- */

/* The gravest of today's findings that speak of this line and are not answered, as a pill; NULL when none does. */
static GtkWidget *
line_mark (const FzFields *rx, guint i)
{
  g_autofree char *field = g_strdup_printf ("rx.item.%02u", i);
  int worst = -1;

  for (guint k = 0; k < fz_fields_count (rx, "now"); k++) {
    const char *about = fz_fields_get_at (rx, "now", k, "field");

    if (about != NULL && g_str_has_prefix (about, field) && worst < 0 && fz_review_item_answer (rx, k) == NULL) /* gravest first */
      worst = (int) k;
  }
  return worst >= 0 ? fz_pill_new (fz_review_item_status (rx, "now", (guint) worst), fz_review_item_title (rx, "now", (guint) worst)) : NULL;
}

static GtkWidget *
line_new (const FzFields *rx, guint i)
{
  GtkWidget *row = fz_line (12), *words, *first, *mark = line_mark (rx, i), *quantity, *side;
  g_autofree char *number = g_strdup_printf ("%u", i + 1);
  g_autofree char *use = fz_rx_line_use (rx, i), *packs = fz_rx_line_quantity (rx, i);
  g_autofree char *maker = g_strdup_printf ("%s　%s", item (rx, i, "form_label"), item (rx, i, "manufacturer"));
  GtkWidget *n = fz_put (row, fz_text (number, "fz-caption"));

  gtk_widget_add_css_class (row, "fz-rx-line");
  gtk_widget_set_valign (n, GTK_ALIGN_START);
  words = fz_put_wide (row, fz_column (3));
  first = fz_put (words, fz_line (10));
  fz_put (first, fz_wrapped (item (rx, i, "generic"), "fz-drug"));
  fz_put (first, fz_wrapped (item (rx, i, "strength"), "fz-strength"));
  if (mark != NULL) {
    gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
    fz_put (first, mark);
  }
  fz_put (words, fz_wrapped (use, NULL));
  fz_put (words, fz_wrapped (g_strstrip (maker), "fz-caption"));
  if (*item (rx, i, "note") != '\0')
    fz_put (words, fz_wrapped (item (rx, i, "note"), "fz-soft"));
  side = fz_put (row, fz_column (2));
  quantity = fz_put (side, fz_text (packs, "fz-figure"));
  gtk_label_set_xalign (GTK_LABEL (quantity), 1);
  if (*item (rx, i, "quantity_note") != '\0')
    gtk_label_set_xalign (GTK_LABEL (fz_put (side, fz_text (item (rx, i, "quantity_note"), "fz-caption"))), 1);
  return row;
}

/* Until when something will be watched, and what came of it. */
static void
put_promise (GtkWidget *box, const FzFields *rx, guint i)
{
  const char *on = fz_fields_get_at (rx, "override", i, "monitor_by"), *outcome = fz_fields_get_at (rx, "override", i, "monitor_outcome_label");
  const char *words = fz_fields_get_at (rx, "override", i, "monitor_words");
  g_autofree char *text = NULL;

  if (on == NULL)
    return;
  if (outcome == NULL)
    text = g_strdup_printf (_ ("最迟 %s 复查，结果待登记"), on);
  else
    text = g_strdup_printf (_ ("最迟 %s 复查；结果：%s%s%s"), on, outcome, words != NULL ? _ ("，") : "", words != NULL ? words : "");
  fz_put (box, fz_wrapped (text, NULL));
}

/* What the doctor said to findings that ask a reason. */
static void
put_overrides (GtkWidget *box, const FzFields *rx)
{
  for (guint i = 0; i < fz_fields_count (rx, "override"); i++) {
    const char *label = fz_fields_get_at (rx, "override", i, "reason_label"), *words = fz_fields_get_at (rx, "override", i, "words");
    const char *message = fz_fields_get_at (rx, "override", i, "message");
    g_autofree char *said = g_strdup_printf (_ ("医师说明：%s%s%s"), label != NULL ? label : _ ("未选理由"), words != NULL ? _ ("；") : "",
                                             words != NULL ? words : "");
    GtkWidget *line = fz_put (box, fz_line (8)), *both;

    gtk_widget_set_valign (fz_put (line, fz_tag_new (FZ_STATUS_WARN, fz_review_item_title (rx, "override", i))), GTK_ALIGN_START);
    both = fz_put_wide (line, fz_column (1));
    fz_put (both, fz_wrapped (said, "fz-strong"));
    fz_put (both, fz_wrapped (message, "fz-caption"));
    put_promise (both, rx, i);
  }
}

/* --- signatures --- */

static GtkWidget *
signature_new (const FzFields *rx, guint i, gint64 now_us)
{
  GtkWidget *box = fz_column (2), *line;
  gboolean doctor = g_strcmp0 (fz_fields_get_at (rx, "signature", i, "role"), "doctor") == 0;
  gboolean valid = g_strcmp0 (fz_fields_get_at (rx, "signature", i, "valid"), "yes") == 0;
  const char *name = fz_fields_get_at (rx, "signature", i, "name");
  const char *title = fz_fields_get (rx, doctor ? "doctor.title_label" : "pharmacist.title_label");
  g_autofree char *at = fz_words_time (rx, doctor ? "rx.signed_at" : "rx.reviewed_at", now_us);
  const char *label = fz_fields_get_at (rx, "signature", i, "label");
  g_autofree char *mark = g_strdup_printf (valid ? _ ("%s已核验") : _ ("%s未通过核验"), label != NULL ? _ (label) : _ ("签名"));
  g_autofree char *who = g_strdup_printf ("%s　%s", name != NULL ? name : _ ("签名人未知"), title != NULL ? title : "");

  fz_put (box, fz_text (doctor ? _ ("开方医师") : _ ("审核药师"), "fz-caption"));
  line = fz_put (box, fz_wrap_new (8, 2));
  fz_wrap_add (line, fz_text (g_strchomp (who), "fz-strong"));
  fz_wrap_add (line, fz_pill_new (valid ? FZ_STATUS_OK : FZ_STATUS_STOP, mark));
  fz_put (box, fz_text (at, "fz-caption"));
  return box;
}

static GtkWidget *
signatures_new (const FzFields *rx, gint64 now_us)
{
  GtkWidget *line = fz_wrap_new (36, 8);
  guint n = fz_fields_count (rx, "signature");

  for (guint i = 0; i < n; i++)
    fz_wrap_add (line, signature_new (rx, i, now_us));
  if (n == 0)
    fz_wrap_add (line, fz_pill_new (FZ_STATUS_STOP, _ ("没有可核验的签名")));
  return line;
}

/* What the pharmacist said when it did not pass. */
static void
put_verdict (GtkWidget *card, const FzFields *rx)
{
  gboolean refused = g_strcmp0 (fz_fields_get (rx, "rx.verdict"), "refused") == 0;
  g_autofree char *opinion = fz_words_opinion (rx, "reason", "label", fz_fields_get (rx, "rx.review_words"));

  GtkWidget *said;

  if (fz_fields_count (rx, "reason") == 0)
    return;
  said = fz_put (card, fz_finding_card_new (refused ? FZ_STATUS_STOP : FZ_STATUS_WARN, refused ? _ ("审核不予通过") : _ ("已退回医师修改"),
                                            opinion, NULL));
  fz_finding_card_set_mark (said, _ ("审核意见"));
}

/* It may have been effective: whoever opens it again sees first that nothing is handed out on it. */
static void
put_void (GtkWidget *card, const FzFields *rx)
{
  GtkWidget *said;

  if (g_strcmp0 (fz_fields_get (rx, "rx.stage"), "voided") != 0)
    return;
  said = fz_put (card, fz_finding_card_new (FZ_STATUS_NEUTRAL, _ ("处方已作废，不能调配、使用"), fz_fields_get (rx, "rx.void_reason"), NULL));
  fz_finding_card_set_mark (said, _ ("作废原因"));
}

GtkWidget *
fz_rx_sheet_new (const FzFields *rx, gint64 now_us)
{
  GtkWidget *card = fz_card_new_padded (12), *lines;
  const char *note = fz_fields_get (rx, "rx.note"), *replaces = fz_fields_get (rx, "rx.replaces");
  g_autofree char *name = g_strdup_printf (_ ("处方 %s"), fz_fields_get (rx, "rx.id"));

  fz_access_label (card, name);
  fz_put (card, head_new (rx, now_us));
  put_void (card, rx);
  fz_put (card, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  fz_put (card, patient_new (rx));
  lines = fz_put (card, fz_column (0));
  if (fz_rx_is_herbal (rx))
    fz_put (lines, fz_herb_list_new (rx, line_mark));
  for (guint i = 0; !fz_rx_is_herbal (rx) && i < fz_fields_count (rx, "rx.item"); i++)
    fz_put (lines, line_new (rx, i));
  put_overrides (card, rx);
  if (note != NULL) {
    g_autofree char *text = g_strdup_printf (_ ("备注　%s"), note);

    fz_put (card, fz_wrapped (text, NULL));
  }
  if (replaces != NULL) {
    g_autofree char *text = g_strdup_printf (_ ("替换被退回的处方 %s"), replaces);

    fz_put (card, fz_wrapped (text, "fz-soft"));
  }
  fz_put (card, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  fz_put (card, signatures_new (rx, now_us));
  put_verdict (card, rx);
  return card;
}
