#include "ui/rx_context.h"

#include "ui/finding_words.h"
#include "ui/kit/kit.h"
#include "ui/knowledge_limits.h"
#include "ui/layout.h"
#include "ui/review_item.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- the patient --- */

static char *
prior_words (const FzFields *rx)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (rx, "prior"); i++) {
    g_autofree char *day = fz_say_value (fz_fields_get_at (rx, "prior", i, "date"));
    const char *parts[] = { day, fz_fields_get_at (rx, "prior", i, "institution"),
                            fz_fields_get_at (rx, "prior", i, "code"), fz_fields_get_at (rx, "prior", i, "name") };

    if (out->len > 0)
      g_string_append_c (out, '\n');
    for (guint k = 0; k < G_N_ELEMENTS (parts); k++)
      if (parts[k] != NULL)
        g_string_append_printf (out, "%s%s", k > 0 ? " " : "", parts[k]);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
guardian_words (const FzFields *rx)
{
  const char *name = fz_fields_get (rx, "guardian.name"), *mobile = fz_fields_get (rx, "guardian.mobile");

  return name != NULL ? g_strdup_printf ("%s%s%s", name, mobile != NULL ? "　" : "", mobile != NULL ? mobile : "") : NULL;
}

GtkWidget *
fz_rx_patient_new (const FzFields *rx)
{
  GtkWidget *card = fz_card_new_titled ("user", _ ("患者情况"));
  GtkWidget *body = fz_card_body (card);
  g_autofree char *allergy = fz_words_list (rx, "allergy", NULL, _ ("、"));
  g_autofree char *prior = prior_words (rx), *guardian = guardian_words (rx);
  guint n = fz_fields_count (rx, "evidence");
  g_autofree char *evidence = n > 0 ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u 份", "%u 份", n), n) : NULL;

  gtk_box_set_spacing (GTK_BOX (body), 8);
  fz_put_part (body, _ ("过敏"), allergy != NULL ? allergy : _ ("未登记过敏"));
  fz_put_part (body, _ ("既往明确诊断"), prior);
  fz_put_part (body, _ ("主诉"), fz_fields_get (rx, "record.chief_complaint"));
  fz_put_part (body, _ ("现病史"), fz_fields_get (rx, "record.present_history"));
  fz_put_part (body, _ ("既往史"), fz_fields_get (rx, "record.past_history"));
  fz_put_part (body, _ ("过敏史"), fz_fields_get (rx, "record.allergy_history"));
  fz_put_part (body, _ ("目前用药"), fz_fields_get (rx, "record.current_drugs"));
  fz_put_part (body, _ ("体格检查"), fz_fields_get (rx, "record.exam"));
  fz_put_part (body, _ ("辅助检查"), fz_fields_get (rx, "record.assist"));
  fz_put_part (body, _ ("诊疗意见"), fz_fields_get (rx, "record.opinion"));
  fz_put_part (body, _ ("监护人"), guardian);
  fz_put_part (body, _ ("留存的病历资料"), evidence);
  return card;
}

/* --- findings --- */

/* A reason that was given leaves a note to weigh; one that is missing stays a warning. */
static GtkWidget *
finding_new (const FzFields *rx, guint i)
{
  const char *source = fz_finding_source_words (fz_fields_get_at (rx, "now", i, "source"));
  const char *reason = fz_review_item_answer (rx, i);
  g_autofree char *answer = reason != NULL ? g_strdup_printf (_ ("医师说明：%s"), reason) : NULL;
  FzStatus status = fz_review_item_status (rx, "now", i);
  g_autofree char *below = answer != NULL ? g_strdup_printf ("%s%s%s", answer, source != NULL ? "\n" : "", source != NULL ? source : "") : NULL;
  GtkWidget *card = fz_finding_card_new (answer != NULL ? FZ_STATUS_INFO : status, fz_review_item_title (rx, "now", i),
                                         fz_fields_get_at (rx, "now", i, "message"), below != NULL ? below : source);

  if (answer != NULL)
    fz_finding_card_set_mark (card, _ ("已说明理由"));
  return card;
}

static const char *
missing_of (const FzFields *rx, guint i)
{
  return fz_finding_missing (fz_fields_get_at (rx, "now", i, "rule"), fz_fields_get_at (rx, "now", i, "severity"));
}

/* What was not recorded is one card, at the place of the first of them, so that what was found stands out. */
static GtkWidget *
missing_new (const FzFields *rx)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  g_autofree char *words = NULL;

  for (guint i = 0; i < fz_fields_count (rx, "now"); i++) {
    const char *word = missing_of (rx, i);

    if (word != NULL && strstr (missing->str, word) == NULL)
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? _ ("、") : "", word);
  }
  words = fz_finding_missing_words (missing->str, NULL);
  return fz_finding_card_new (FZ_STATUS_INFO, _ ("无法核对"), words, NULL);
}

/* Returns how many cards there are; `out_limits`: what the knowledge does not cover, which is no word about this sheet. */
static guint
put_findings (GtkWidget *body, const FzFields *rx, const char **out_limits)
{
  guint n = fz_fields_count (rx, "now"), n_missing = 0, shown = 0;
  gboolean said = FALSE;

  for (guint i = 0; i < n; i++)
    n_missing += missing_of (rx, i) != NULL;
  for (guint i = 0; i < n; i++) {
    gboolean folded = n_missing > 1 && missing_of (rx, i) != NULL;
    gboolean limits = fz_knowledge_limits_is (fz_fields_get_at (rx, "now", i, "rule"));

    if (limits)
      *out_limits = fz_fields_get_at (rx, "now", i, "message");
    if (limits || (folded && said))
      continue;
    fz_put (body, folded ? missing_new (rx) : finding_new (rx, i));
    said = said || folded;
    shown++;
  }
  return shown;
}

/* What the prescriber signed once more, or still has to. */
static void
put_confirmation (GtkWidget *body, const FzFields *rx)
{
  const char *words = fz_fields_get (rx, "rx.confirm_words");
  GtkWidget *card;

  if (fz_fields_is_yes (rx, "rx.confirm_due")) {
    card = fz_put (body, fz_finding_card_new (FZ_STATUS_WARN, _ ("等待医师再次签名"), _ ("超过常用剂量：开方医师再次签名后才能通过；也可以退回。"),
                                              _ ("《处方管理办法》第六条")));
    fz_finding_card_set_mark (card, _ ("待再次签名"));
  } else if (fz_fields_has (rx, "rx.confirmed_at")) {
    card = fz_put (body, fz_finding_card_new (FZ_STATUS_INFO, _ ("医师已再次签名"), words != NULL ? words : _ ("用法用量已经核实，按原处方使用。"), NULL));
    fz_finding_card_set_mark (card, _ ("已确认"));
  }
}

GtkWidget *
fz_rx_findings_new (const FzFields *rx)
{
  GtkWidget *card = fz_card_new_titled ("shield", _ ("系统检查"));
  GtkWidget *body = fz_card_body (card);
  const char *limits = NULL;
  guint n;

  gtk_box_set_spacing (GTK_BOX (body), 8);
  put_confirmation (body, rx);
  n = put_findings (body, rx, &limits);
  fz_card_add_mark (card, fz_count_new (n, _ ("条提示")));
  if (n == 0)
    fz_put (body, fz_finding_card_new (FZ_STATUS_OK, _ ("未见问题"), _ ("按现行规则和药品知识重新检查，没有提示。仍请逐项审核。"), NULL));
  if (limits != NULL)
    fz_put (body, fz_knowledge_limits_new (limits));
  return card;
}
