#include "tests/machine/bodies.h"

#include <string.h>

gboolean
speaks_of_rx (FzDocKind kind)
{
  return kind == FZ_DOC_REVIEW || kind == FZ_DOC_CONFIRMATION || kind == FZ_DOC_MONITORING || kind == FZ_DOC_PREPARATION || kind == FZ_DOC_CHECK ||
         kind == FZ_DOC_DISPENSE || kind == FZ_DOC_DELIVERY ||
         kind == FZ_DOC_DISPENSE_V1 || kind == FZ_DOC_EXPIRY || kind == FZ_DOC_VOID;
}

FzFields *
body_new (FzDocKind kind, const char *visit, const char *rx)
{
  FzFields *body = fz_fields_new (fz_doc_kind_to_text (kind));

  fz_fields_set (body, "id", kind == FZ_DOC_PRESCRIPTION ? rx : "X");
  fz_fields_set (body, "visit", visit);
  fz_fields_set (body, "verified", kind == FZ_DOC_IDENTITY ? "yes" : NULL);
  fz_fields_set (body, "marked", kind == FZ_DOC_MARKING ? "yes" : NULL);
  fz_fields_set (body, "agreed", kind == FZ_DOC_CONSENT ? "yes" : NULL);
  fz_fields_set (body, "verdict", kind == FZ_DOC_ELIGIBILITY ? "eligible" : kind == FZ_DOC_REVIEW ? "approved" : kind == FZ_DOC_CHECK ? "passed" : NULL);
  if (kind == FZ_DOC_PRESCRIPTION) {
    fz_fields_set_time (body, "valid_from", START_US);
    fz_fields_set_time (body, "valid_until", START_US + DAY_US);
    fz_fields_set_int_at (body, "rx.item", 0, "quantity", 2);
    fz_fields_set_int_at (body, "rx.item", 1, "quantity", 1);
    fz_fields_set_at (body, "override", 0, "reason", "R1");
    fz_fields_set_at (body, "override", 1, "monitor_by", "2026-04-01");
  }
  if (kind == FZ_DOC_MONITORING)
    fz_fields_set_int (body, "position", 1);
  if (speaks_of_rx (kind))
    fz_fields_set (body, "prescription", rx);
  if (kind == FZ_DOC_PREPARATION || kind == FZ_DOC_CHECK || kind == FZ_DOC_DISPENSE || kind == FZ_DOC_DELIVERY)
    fz_fields_set_int (body, "part", 1);
  if (kind == FZ_DOC_PREPARATION || kind == FZ_DOC_CHECK || kind == FZ_DOC_DISPENSE) {
    fz_fields_set_int_at (body, "line", 0, "give", 2);
    fz_fields_set_int_at (body, "line", 1, "give", 1);
  }
  fz_fields_set (body, "way", kind == FZ_DOC_PREPARATION || kind == FZ_DOC_DISPENSE ? "hospital_courier" : NULL);
  fz_fields_set (body, "complete", kind == FZ_DOC_DISPENSE ? "yes" : NULL);
  fz_fields_set (body, "outcome", kind == FZ_DOC_DELIVERY ? "delivered" : NULL);
  fz_fields_set (body, "note_sha256", kind == FZ_DOC_REVIEW || kind == FZ_DOC_CONFIRMATION ? NOTE_SHA256 : NULL);
  return body;
}

gboolean
apply (FzCase *state, const FzFields *body, FzRole role, const char *person, gint64 at_us, FzErrorCode *code)
{
  const FzActor actor = { role, person };
  g_autoptr (GError) error = NULL;
  FzDocKind kind = FZ_N_DOCS;
  gboolean good;

  fz_doc_kind_from_text (fz_fields_get_kind (body), &kind);
  good = fz_case_apply (state, body, &actor, at_us, kind == FZ_DOC_PRESCRIPTION ? NOTE_SHA256 : NULL, &error);
  g_assert_true (good == (error == NULL));
  if (error != NULL) {
    g_assert_true (error->domain == FZ_ERROR);
    g_assert_cmpuint (strlen (error->message), >, 12); /* a sentence, not a code */
    if (code != NULL)
      *code = (FzErrorCode) error->code;
  }
  return good;
}

static void
must (FzCase *state, FzDocKind kind, FzRole role, const char *person, const char *rx)
{
  g_autoptr (FzFields) body = body_new (kind, "V", rx);

  g_assert_true (apply (state, body, role, person, START_US + 60, NULL));
}

static void
bring_to_recorded (FzCase *state, FzStage stage)
{
  must (state, FZ_DOC_PRESENCE, FZ_ROLE_DOCTOR, "A", NULL);
  must (state, FZ_DOC_ELIGIBILITY, FZ_ROLE_DOCTOR, "A", NULL);
  if (stage != FZ_STAGE_TAKEN)
    must (state, FZ_DOC_RECORD, FZ_ROLE_DOCTOR, "A", NULL);
}

FzCase *
case_in (FzStage stage)
{
  FzCase *state = fz_case_new ();

  if (stage == FZ_STAGE_NONE)
    return state;
  must (state, FZ_DOC_INTAKE, FZ_ROLE_DESK, "desk", NULL);
  must (state, FZ_DOC_IDENTITY, FZ_ROLE_DESK, "desk", NULL);
  must (state, FZ_DOC_CONSENT, FZ_ROLE_DESK, "desk", NULL);
  if (stage == FZ_STAGE_REFUSED)
    must (state, FZ_DOC_REFUSAL, FZ_ROLE_DOCTOR, "A", NULL);
  else if (stage == FZ_STAGE_WITHDRAWN)
    must (state, FZ_DOC_WITHDRAWAL, FZ_ROLE_DESK, "desk", NULL);
  else if (stage != FZ_STAGE_WAITING)
    bring_to_recorded (state, stage);
  if (stage == FZ_STAGE_FINISHED)
    must (state, FZ_DOC_FINISH, FZ_ROLE_DOCTOR, "A", NULL);
  if (stage == FZ_STAGE_TERMINATED)
    must (state, FZ_DOC_TERMINATION, FZ_ROLE_DOCTOR, "A", NULL);
  g_assert_cmpint (fz_case_get_stage (state), ==, stage);
  return state;
}

static void
review (FzCase *state, const char *verdict)
{
  g_autoptr (FzFields) body = body_new (FZ_DOC_REVIEW, "V", "R");

  fz_fields_set (body, "verdict", verdict);
  g_assert_true (apply (state, body, FZ_ROLE_PHARMACIST, "B", START_US + 120, NULL));
}

FzCase *
case_with_rx (FzRxStage stage)
{
  FzCase *state = case_in (FZ_STAGE_RECORDED);

  if (stage == FZ_RX_NONE)
    return state;
  must (state, FZ_DOC_PRESCRIPTION, FZ_ROLE_DOCTOR, "A", "R");
  if (stage == FZ_RX_RETURNED || stage == FZ_RX_REFUSED)
    review (state, stage == FZ_RX_RETURNED ? "returned" : "refused");
  if (stage == FZ_RX_EFFECTIVE || stage == FZ_RX_DISPENSED)
    review (state, "approved");
  if (stage == FZ_RX_DISPENSED) {
    must (state, FZ_DOC_PREPARATION, FZ_ROLE_PHARMACIST, "B", "R");
    must (state, FZ_DOC_CHECK, FZ_ROLE_PHARMACIST, "D", "R");
    must (state, FZ_DOC_DISPENSE, FZ_ROLE_PHARMACIST, "D", "R");
  }
  if (stage == FZ_RX_VOIDED)
    must (state, FZ_DOC_VOID, FZ_ROLE_DOCTOR, "A", "R");
  if (stage == FZ_RX_EXPIRED) {
    g_autoptr (FzFields) body = body_new (FZ_DOC_EXPIRY, "V", "R");

    g_assert_true (apply (state, body, FZ_ROLE_DESK, "desk", START_US + 2 * DAY_US, NULL));
  }
  g_assert_cmpint (fz_case_find_rx (state, "R")->stage, ==, stage);
  return state;
}

char *
case_text (const FzCase *state)
{
  GString *text = g_string_new (NULL);
  const char *visit = fz_case_get_visit (state), *holder = fz_case_get_holder (state);

  g_string_append_printf (text, "%s %s %s %d%d%d\n", fz_stage_to_word (fz_case_get_stage (state)), visit != NULL ? visit : "-",
                          holder != NULL ? holder : "-", fz_case_has_identity (state), fz_case_has_consent (state),
                          fz_case_is_eligible (state));
  for (guint i = 0; i < fz_case_get_n_rx (state); i++) {
    const FzCaseRx *rx = fz_case_get_rx (state, i);

    g_string_append_printf (text, "%s %s %s %s %s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", rx->id, fz_rx_stage_to_word (rx->stage),
                            rx->doctor_person, rx->reviewer_person != NULL ? rx->reviewer_person : "-",
                            rx->replaced_by != NULL ? rx->replaced_by : "-", rx->note_sha256, rx->valid_from_us, rx->valid_until_us);
    for (guint k = 0; k < fz_supply_get_n_lines (rx->supply); k++)
      g_string_append_printf (text, " %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, fz_supply_get_owed (rx->supply, k), fz_supply_get_gone (rx->supply, k));
    for (guint k = 0; k < fz_supply_get_n_parts (rx->supply); k++)
      g_string_append_printf (text, " %s:%s", fz_way_to_word (fz_supply_get_way (rx->supply, k)),
                              fz_part_state_to_word (fz_supply_get_state (rx->supply, k)));
    g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}
