#include "ui/step_identity.h"

#include "ui/finding_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/reveal.h"
#include "ui/step_card.h"
#include "ui/step_state.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

static gboolean
is_mine (const FzFinding *finding, gpointer model)
{
  return fz_step_shows (model, FZ_STEP_IDENTITY, finding);
}

static void
add_identity (GtkWidget *facts, const FzFields *visit, GtkWidget *reveal)
{
  gboolean verified = fz_fields_is_yes (visit, "identity.verified");
  GtkLabel *shown = fz_facts_add (facts, _ ("实名核验"), verified ? _ ("已通过") : _ ("未通过"), 1);

  fz_facts_set_status (shown, verified ? FZ_STATUS_OK : FZ_STATUS_STOP);
  fz_reveal_add (reveal, "patient.id_number", _ ("证件号码"), fz_facts_add (facts, _ ("证件号码"), fz_fields_get (visit, "patient.id_number"), 2));
  fz_reveal_add (reveal, "patient.mobile", _ ("手机"), fz_facts_add (facts, _ ("手机"), fz_fields_get (visit, "patient.mobile"), 1));
}

static void
add_consent (GtkWidget *facts, const FzFields *visit, gint64 now_us)
{
  gboolean agreed = fz_fields_is_yes (visit, "consent.agreed"), current = fz_fields_is_yes (visit, "consent.current");
  const char *version = fz_fields_get (visit, "consent.text_version"), *signer = fz_fields_get (visit, "consent.signer");
  g_autofree char *at = fz_words_time (visit, "consent.at", now_us);
  const char *standing = !agreed ? _ ("未签署") : current ? _ ("已签现行版") : _ ("已签旧版");
  GtkLabel *shown = fz_facts_add (facts, _ ("知情同意"), standing, 1);

  fz_facts_set_status (shown, agreed && current ? FZ_STATUS_OK : agreed ? FZ_STATUS_WARN : FZ_STATUS_STOP);
  fz_facts_add (facts, _ ("同意书版本"), version, 1);
  fz_facts_add (facts, _ ("签署人"), signer, 1);
  fz_facts_add (facts, _ ("签署时间"), *at != '\0' ? at : NULL, 1);
}

static void
add_guardian (GtkWidget *facts, const FzFields *visit, GtkWidget *reveal)
{
  if (!fz_fields_has (visit, "guardian.name"))
    return;
  fz_facts_add (facts, _ ("监护人"), fz_fields_get (visit, "guardian.name"), 1);
  fz_reveal_add (reveal, "guardian.mobile", _ ("监护人手机"), fz_facts_add (facts, _ ("监护人手机"), fz_fields_get (visit, "guardian.mobile"), 1));
  if (fz_fields_has (visit, "specialist.name")) {
    fz_facts_add (facts, _ ("陪伴医师"), fz_fields_get (visit, "specialist.name"), 1);
    fz_facts_add (facts, _ ("所在机构"), fz_fields_get (visit, "specialist.institution"), 1);
  }
}

/* As far as the hospital's till said. */
static void
add_payment (GtkWidget *facts, const FzFields *visit, gint64 now_us)
{
  const char *state = fz_fields_get (visit, "payment.state");
  g_autofree char *at = fz_words_time (visit, "payment.at", now_us), *words = NULL;

  if (state == NULL)
    return;
  words = *at != '\0' ? g_strdup_printf ("%s　%s", fz_fields_get (visit, "payment.label"), at) : g_strdup (fz_fields_get (visit, "payment.label"));
  fz_facts_set_status (fz_facts_add (facts, _ ("诊查费"), words, 1), g_str_equal (state, "paid") ? FZ_STATUS_OK : FZ_STATUS_WARN);
}

GtkWidget *
fz_step_identity_new (FzVisitModel *model)
{
  const FzFields *visit = fz_visit_model_get_facts (model);
  gint64 now_us = fz_session_now_us (fz_visit_model_get_session (model));
  GtkWidget *card = fz_step_card_new (1, fz_step_label (FZ_STEP_IDENTITY));
  GtkWidget *body = fz_card_body (card);
  GtkWidget *facts = fz_facts_new (4);
  GtkWidget *reveal = fz_reveal_button_new (fz_visit_model_get_session (model), fz_fields_get (visit, "visit.id"));

  gtk_box_set_spacing (GTK_BOX (body), 10);
  add_identity (facts, visit, reveal);
  add_consent (facts, visit, now_us);
  add_guardian (facts, visit, reveal);
  add_payment (facts, visit, now_us);
  fz_put (body, facts);
  fz_put (body, reveal);
  fz_put (body, fz_finding_list_new (model, is_mine, model));
  return card;
}
