/* Every cell of the case table, walked against a second table typed by hand from the texts: Tianjin 2025 art. 11, 14, 18, 20, 23. */
#include "tests/machine/bodies.h"

#include <string.h>

/* One letter a stage: None Waiting Taken Recorded Finished refuSed withDrawn tErminated. */
static const char stage_letters[] = "NWTRFSDE";

/* What may be signed by whom, and where the visit is afterwards. Everything that is not here is refused. */
static const struct {
  FzDocKind kind;
  FzRole role;
  const char *moves; /* from, to; from, to … */
} visit_moves[] = {
  { FZ_DOC_INTAKE, FZ_ROLE_DESK, "NW" },
  { FZ_DOC_IDENTITY, FZ_ROLE_DESK, "WW" },
  { FZ_DOC_CONSENT, FZ_ROLE_DESK, "WWTT" },
  { FZ_DOC_PRIOR_RECORD, FZ_ROLE_DESK, "WWTT" },
  { FZ_DOC_SUPPLEMENT, FZ_ROLE_DESK, "WWTT" },
  { FZ_DOC_PAYMENT, FZ_ROLE_DESK, "WWTTRRFFSSDDEE" },
  { FZ_DOC_PRESENCE, FZ_ROLE_DOCTOR, "WTTTRR" },
  { FZ_DOC_ELIGIBILITY, FZ_ROLE_DOCTOR, "TT" },
  { FZ_DOC_RECORD, FZ_ROLE_DOCTOR, "TR" },
  { FZ_DOC_ADDENDUM, FZ_ROLE_DOCTOR, "RRFFEE" },
  { FZ_DOC_PRESCRIPTION, FZ_ROLE_DOCTOR, "RR" },
  { FZ_DOC_FINISH, FZ_ROLE_DOCTOR, "RF" },
  { FZ_DOC_REFUSAL, FZ_ROLE_DOCTOR, "WS" },
  { FZ_DOC_REFUSAL, FZ_ROLE_DESK, "WS" },
  { FZ_DOC_WITHDRAWAL, FZ_ROLE_DESK, "WDTD" },
  { FZ_DOC_TERMINATION, FZ_ROLE_DOCTOR, "TERE" },
  { FZ_DOC_HANDOVER, FZ_ROLE_DOCTOR, "TW" },
  { FZ_DOC_MARKING, FZ_ROLE_DOCTOR, "TTRRFFEE" },
  { FZ_DOC_MARKING, FZ_ROLE_AFFAIRS, "WWTTRRFFSSDDEE" },
};

static FzStage
expected_stage (FzStage stage, FzDocKind kind, FzRole role)
{
  for (guint i = 0; i < G_N_ELEMENTS (visit_moves); i++)
    for (const char *move = visit_moves[i].moves; visit_moves[i].kind == kind && visit_moves[i].role == role && *move != '\0'; move += 2)
      if (*move == stage_letters[stage])
        return (FzStage) (strchr (stage_letters, move[1]) - stage_letters);
  return FZ_N_STAGES;
}

static void
walk_visit_cells (void)
{
  guint allowed = 0, refused = 0;

  for (int stage = 0; stage < FZ_N_STAGES; stage++)
    for (int kind = 0; kind < FZ_N_DOCS; kind++)
      for (int role = 0; role < FZ_N_ROLES; role++) {
        g_autoptr (FzCase) state = case_in ((FzStage) stage);
        g_autoptr (FzFields) body = body_new ((FzDocKind) kind, "V", "R");
        g_autofree char *before = case_text (state), *after = NULL;
        FzStage expected = expected_stage ((FzStage) stage, (FzDocKind) kind, (FzRole) role);
        FzErrorCode code = FZ_ERROR_INTERNAL;
        gboolean taken = apply (state, body, (FzRole) role, "A", START_US + 200, &code);

        if (taken != (expected != FZ_N_STAGES))
          g_error ("%s, %s, %s: %s", fz_stage_to_word ((FzStage) stage), fz_doc_kind_to_text ((FzDocKind) kind),
                   fz_role_to_word ((FzRole) role), taken ? "taken" : "refused");
        if (taken) {
          g_assert_cmpint (fz_case_get_stage (state), ==, expected);
          g_assert_true (fz_case_table_allows ((FzStage) stage, (FzDocKind) kind, (FzRole) role));
          allowed++;
          continue;
        }
        after = case_text (state);
        g_assert_cmpstr (before, ==, after);
        g_assert_cmpint (code, ==, FZ_ERROR_REFUSED);
        if (!speaks_of_rx ((FzDocKind) kind) && kind != FZ_DOC_PRESCRIPTION)
          g_assert_false (fz_case_table_allows ((FzStage) stage, (FzDocKind) kind, (FzRole) role));
        refused++;
      }
  g_assert_cmpuint (allowed, ==, 43);
  g_assert_cmpuint (refused, ==, FZ_N_STAGES * FZ_N_DOCS * FZ_N_ROLES - 43);
}

/* Prescription: None Signed Effective Returned refuseD disPensed eXpired Voided. `who`: a the prescriber, o anybody else, e either. */
static const char rx_letters[] = "NSERDPXV";

static const struct {
  FzDocKind kind;
  const char *verdict;
  FzRole role;
  char who;
  const char *moves;
} rx_moves[] = {
  { FZ_DOC_REVIEW, "approved", FZ_ROLE_PHARMACIST, 'o', "SE" },
  { FZ_DOC_REVIEW, "returned", FZ_ROLE_PHARMACIST, 'o', "SR" },
  { FZ_DOC_REVIEW, "refused", FZ_ROLE_PHARMACIST, 'o', "SD" },
  { FZ_DOC_CONFIRMATION, NULL, FZ_ROLE_DOCTOR, 'a', "RS" }, /* one that owes a second signature: second_signature () */
  { FZ_DOC_MONITORING, NULL, FZ_ROLE_DOCTOR, 'a', "SSEEPPXX" },
  { FZ_DOC_PREPARATION, NULL, FZ_ROLE_PHARMACIST, 'o', "EE" },
  { FZ_DOC_CHECK, "passed", FZ_ROLE_PHARMACIST, 'o', "EE" },
  { FZ_DOC_CHECK, "rejected", FZ_ROLE_PHARMACIST, 'o', "EE" },
  { FZ_DOC_DISPENSE, "yes", FZ_ROLE_PHARMACIST, 'o', "EP" },
  { FZ_DOC_DISPENSE_V1, NULL, FZ_ROLE_PHARMACIST, 'o', "EP" },
  { FZ_DOC_DELIVERY, "delivered", FZ_ROLE_PHARMACIST, 'o', "PP" },
  { FZ_DOC_DELIVERY, "returned", FZ_ROLE_PHARMACIST, 'o', "PE" },
  { FZ_DOC_EXPIRY, NULL, FZ_ROLE_DESK, 'e', "SXEX" },
  { FZ_DOC_VOID, NULL, FZ_ROLE_DOCTOR, 'a', "SVEV" },
  { FZ_DOC_VOID, NULL, FZ_ROLE_PHARMACIST, 'o', "EV" },
};

static FzRxStage
expected_rx (FzRxStage stage, FzDocKind kind, const char *verdict, FzRole role, gboolean author)
{
  for (guint i = 0; i < G_N_ELEMENTS (rx_moves); i++)
    for (const char *move = rx_moves[i].moves; *move != '\0'; move += 2)
      if (rx_moves[i].kind == kind && g_strcmp0 (rx_moves[i].verdict, verdict) == 0 && rx_moves[i].role == role &&
          *move == rx_letters[stage] && (rx_moves[i].who == 'e' || (rx_moves[i].who == 'a') == author))
        return (FzRxStage) (strchr (rx_letters, move[1]) - rx_letters);
  return FZ_N_RX_STAGES;
}

/* What must stand before a step of dispensing, as far as the prescription allows it. */
static void
bring_to (FzCase *state, FzDocKind kind)
{
  static const FzDocKind steps[] = { FZ_DOC_PREPARATION, FZ_DOC_CHECK };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autoptr (FzFields) body = body_new (steps[i], "V", "R");

    if (kind == FZ_DOC_DISPENSE || (kind == FZ_DOC_CHECK && i == 0))
      apply (state, body, FZ_ROLE_PHARMACIST, i == 0 ? "B" : "D", START_US + 150, NULL);
  }
}

static void
try_rx_cell (FzRxStage stage, FzDocKind kind, const char *verdict, FzRole role, gboolean author, guint *allowed)
{
  g_autoptr (FzCase) state = case_with_rx (stage);
  g_autoptr (FzFields) body = body_new (kind, "V", "R");
  g_autofree char *before = (bring_to (state, kind), case_text (state)), *after = NULL;
  FzRxStage expected = expected_rx (stage, kind, verdict, role, author);
  gboolean taken;

  fz_fields_set (body, kind == FZ_DOC_DISPENSE ? "complete" : kind == FZ_DOC_DELIVERY ? "outcome" : "verdict", verdict);
  taken = apply (state, body, role, author ? "A" : "C", kind == FZ_DOC_EXPIRY ? START_US + 3 * DAY_US : START_US + 200, NULL);
  if (taken != (expected != FZ_N_RX_STAGES))
    g_error ("%s, %s %s, %s, %s: %s", fz_rx_stage_to_word (stage), fz_doc_kind_to_text (kind), verdict != NULL ? verdict : "",
             fz_role_to_word (role), author ? "author" : "other", taken ? "taken" : "refused");
  if (taken) {
    g_assert_cmpint (fz_case_find_rx (state, "R")->stage, ==, expected);
    (*allowed)++;
    return;
  }
  after = case_text (state);
  g_assert_cmpstr (before, ==, after);
}

static void
walk_prescription_cells (void)
{
  static const struct {
    FzDocKind kind;
    const char *verdict;
  } acts[] = { { FZ_DOC_REVIEW, "approved" }, { FZ_DOC_REVIEW, "returned" }, { FZ_DOC_REVIEW, "refused" }, { FZ_DOC_REVIEW, "perhaps" },
               { FZ_DOC_CONFIRMATION, NULL }, { FZ_DOC_MONITORING, NULL },
               { FZ_DOC_PREPARATION, NULL },  { FZ_DOC_CHECK, "passed" },    { FZ_DOC_CHECK, "rejected" }, { FZ_DOC_CHECK, "perhaps" },
               { FZ_DOC_DISPENSE, "yes" },    { FZ_DOC_DISPENSE, "no" },     { FZ_DOC_DISPENSE_V1, NULL }, { FZ_DOC_DELIVERY, "delivered" },
               { FZ_DOC_DELIVERY, "returned" }, { FZ_DOC_DELIVERY, "lost" }, { FZ_DOC_EXPIRY, NULL },     { FZ_DOC_VOID, NULL } };
  guint allowed = 0;

  for (int stage = 0; stage < FZ_N_RX_STAGES; stage++)
    for (guint act = 0; act < G_N_ELEMENTS (acts); act++)
      for (int role = 0; role < FZ_N_ROLES; role++)
        for (int author = 0; author < 2; author++)
          try_rx_cell ((FzRxStage) stage, acts[act].kind, acts[act].verdict, (FzRole) role, author == 1, &allowed);
  g_assert_cmpuint (allowed, ==, 3 + 1 + 4 + 7 + 4 + 3); /* 3 reviews, 1 return stood by, 4 stages of monitoring, 7 steps of dispensing, 2 stages of expiry by either word, 3 voids */
}

/* Each precondition by itself: everything is there but one thing. */
static void
ask_each_precondition (void)
{
  static const FzDocKind of_holder[] = { FZ_DOC_PRESENCE, FZ_DOC_ELIGIBILITY, FZ_DOC_RECORD, FZ_DOC_TERMINATION, FZ_DOC_HANDOVER };
  static const FzDocKind of_recorded[] = { FZ_DOC_PRESENCE, FZ_DOC_PRESCRIPTION, FZ_DOC_ADDENDUM, FZ_DOC_FINISH, FZ_DOC_TERMINATION };

  for (guint i = 0; i < G_N_ELEMENTS (of_holder); i++) {
    g_autoptr (FzCase) taken = case_in (FZ_STAGE_TAKEN), recorded = case_in (FZ_STAGE_RECORDED);
    g_autoptr (FzFields) body = body_new (of_holder[i], "V", "R"), later = body_new (of_recorded[i], "V", "R");

    g_assert_false (apply (taken, body, FZ_ROLE_DOCTOR, "C", START_US, NULL));
    g_assert_false (apply (recorded, later, FZ_ROLE_DOCTOR, "C", START_US, NULL));
    g_assert_true (apply (taken, body, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  }
}

static gboolean
goes_without (const char *key, const char *value, FzDocKind kind, gboolean before_taking)
{
  g_autoptr (FzCase) state = case_in (before_taking ? FZ_STAGE_WAITING : FZ_STAGE_TAKEN);
  g_autoptr (FzFields) no = body_new (kind, "V", NULL);
  static const FzDocKind way[] = { FZ_DOC_PRESENCE, FZ_DOC_ELIGIBILITY, FZ_DOC_RECORD, FZ_DOC_PRESCRIPTION };

  fz_fields_set (no, key, value);
  g_assert_true (apply (state, no, kind == FZ_DOC_ELIGIBILITY ? FZ_ROLE_DOCTOR : FZ_ROLE_DESK, "A", START_US, NULL));
  for (guint i = before_taking ? 0 : 2; i < G_N_ELEMENTS (way); i++) {
    g_autoptr (FzFields) body = body_new (way[i], "V", "R");

    if (!apply (state, body, FZ_ROLE_DOCTOR, "A", START_US, NULL))
      return FALSE;
  }
  return TRUE;
}

static void
nothing_goes_without_its_ground (void)
{
  g_assert_true (goes_without ("verified", "yes", FZ_DOC_IDENTITY, TRUE));
  g_assert_false (goes_without ("verified", "no", FZ_DOC_IDENTITY, TRUE));
  g_assert_false (goes_without ("agreed", "no", FZ_DOC_CONSENT, TRUE));
  g_assert_true (goes_without ("agreed", "yes", FZ_DOC_CONSENT, FALSE));
  g_assert_false (goes_without ("agreed", "no", FZ_DOC_CONSENT, FALSE));
  g_assert_false (goes_without ("verdict", "not_eligible", FZ_DOC_ELIGIBILITY, FALSE));
}

/* The next doctor starts anew: the first one's verdict and presence count for nothing. */
static void
handover_forgets (void)
{
  g_autoptr (FzCase) state = case_in (FZ_STAGE_TAKEN);
  g_autoptr (FzFields) over = body_new (FZ_DOC_HANDOVER, "V", NULL), presence = body_new (FZ_DOC_PRESENCE, "V", NULL);
  g_autoptr (FzFields) record = body_new (FZ_DOC_RECORD, "V", NULL), verdict = body_new (FZ_DOC_ELIGIBILITY, "V", NULL);

  g_assert_true (apply (state, over, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  g_assert_null (fz_case_get_holder (state));
  g_assert_true (apply (state, presence, FZ_ROLE_DOCTOR, "C", START_US, NULL));
  g_assert_false (apply (state, record, FZ_ROLE_DOCTOR, "C", START_US, NULL));
  g_assert_false (apply (state, verdict, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  g_assert_true (apply (state, verdict, FZ_ROLE_DOCTOR, "C", START_US, NULL));
  g_assert_true (apply (state, record, FZ_ROLE_DOCTOR, "C", START_US, NULL));
}

/* Dates bind to the microsecond, and a review names exactly the doctor's note. */
static void
dates_and_hash_bind (void)
{
  static const struct {
    FzDocKind kind;
    gint64 after_us;
    gboolean good;
  } cases[] = { { FZ_DOC_REVIEW, -1, FALSE },         { FZ_DOC_REVIEW, 0, TRUE },          { FZ_DOC_REVIEW, DAY_US, TRUE },
                { FZ_DOC_REVIEW, DAY_US + 1, FALSE }, { FZ_DOC_DISPENSE, -1, FALSE },      { FZ_DOC_DISPENSE, DAY_US, TRUE },
                { FZ_DOC_DISPENSE, DAY_US + 1, FALSE }, { FZ_DOC_PREPARATION, -1, FALSE }, { FZ_DOC_PREPARATION, DAY_US, TRUE },
                { FZ_DOC_PREPARATION, DAY_US + 1, FALSE }, { FZ_DOC_CHECK, DAY_US, TRUE },   { FZ_DOC_CHECK, DAY_US + 1, FALSE },
                { FZ_DOC_DISPENSE_V1, DAY_US + 1, FALSE }, { FZ_DOC_EXPIRY, DAY_US, FALSE },  { FZ_DOC_EXPIRY, DAY_US + 1, TRUE } };
  g_autoptr (FzCase) state = case_with_rx (FZ_RX_SIGNED);
  g_autoptr (FzFields) other = body_new (FZ_DOC_REVIEW, "V", "R"), none = body_new (FZ_DOC_REVIEW, "V", "R");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean early = cases[i].kind == FZ_DOC_REVIEW || cases[i].kind == FZ_DOC_EXPIRY;
    g_autoptr (FzCase) one = case_with_rx (early ? FZ_RX_SIGNED : FZ_RX_EFFECTIVE);
    g_autoptr (FzFields) body = body_new (cases[i].kind, "V", "R");

    bring_to (one, cases[i].kind);
    g_assert_true (apply (one, body, cases[i].kind == FZ_DOC_EXPIRY ? FZ_ROLE_DESK : FZ_ROLE_PHARMACIST, "C",
                          START_US + cases[i].after_us, NULL) == cases[i].good);
  }
  fz_fields_set (other, "note_sha256", "2f3870be274f6c49b3e31a0c6728957f1f3870be274f6c49b3e31a0c6728957f");
  fz_fields_set (none, "note_sha256", NULL);
  g_assert_false (apply (state, other, FZ_ROLE_PHARMACIST, "B", START_US, NULL));
  g_assert_false (apply (state, none, FZ_ROLE_PHARMACIST, "B", START_US, NULL));
}

/* A dose above the usual one: no approval before the prescriber signed once more, and that only once. */
static void
second_signature (void)
{
  g_autoptr (FzCase) state = case_in (FZ_STAGE_RECORDED);
  g_autoptr (FzFields) rx = body_new (FZ_DOC_PRESCRIPTION, "V", "R"), approval = body_new (FZ_DOC_REVIEW, "V", "R");
  g_autoptr (FzFields) returned = body_new (FZ_DOC_REVIEW, "V", "R"), confirmation = body_new (FZ_DOC_CONFIRMATION, "V", "R");
  g_autoptr (FzFields) other = body_new (FZ_DOC_CONFIRMATION, "V", "R");

  fz_fields_set (rx, "rx.second_signature", "yes");
  fz_fields_set (returned, "verdict", "returned");
  fz_fields_set (other, "note_sha256", "2f3870be274f6c49b3e31a0c6728957f1f3870be274f6c49b3e31a0c6728957f");
  g_assert_true (apply (state, rx, FZ_ROLE_DOCTOR, "A", START_US + 60, NULL));
  g_assert_false (apply (state, approval, FZ_ROLE_PHARMACIST, "B", START_US + 70, NULL));
  g_assert_false (apply (state, confirmation, FZ_ROLE_DOCTOR, "C", START_US + 70, NULL));
  g_assert_false (apply (state, other, FZ_ROLE_DOCTOR, "A", START_US + 70, NULL));
  g_assert_false (apply (state, confirmation, FZ_ROLE_DOCTOR, "A", START_US + DAY_US + 1, NULL));
  g_assert_true (apply (state, confirmation, FZ_ROLE_DOCTOR, "A", START_US + 80, NULL));
  g_assert_false (apply (state, confirmation, FZ_ROLE_DOCTOR, "A", START_US + 81, NULL));
  /* Sent back all the same, and stood by: it is reviewed anew. */
  g_assert_true (apply (state, returned, FZ_ROLE_PHARMACIST, "B", START_US + 90, NULL));
  g_assert_true (apply (state, confirmation, FZ_ROLE_DOCTOR, "A", START_US + 95, NULL));
  g_assert_cmpint (fz_case_find_rx (state, "R")->stage, ==, FZ_RX_SIGNED);
  g_assert_true (apply (state, approval, FZ_ROLE_PHARMACIST, "B", START_US + 99, NULL));
  g_assert_cmpint (fz_case_find_rx (state, "R")->stage, ==, FZ_RX_EFFECTIVE);
}

/* A promise is kept once, only one that was made, and by who made it; with another kept, this one stays open. */
static void
promises_to_watch (void)
{
  static const struct {
    const char *position;
    FzRole role;
    const char *person;
  } bad[] = { { "0", FZ_ROLE_DOCTOR, "A" },   { "2", FZ_ROLE_DOCTOR, "A" },  { "-1", FZ_ROLE_DOCTOR, "A" }, { "100", FZ_ROLE_DOCTOR, "A" },
              { "one", FZ_ROLE_DOCTOR, "A" }, { NULL, FZ_ROLE_DOCTOR, "A" }, { "1", FZ_ROLE_DOCTOR, "C" },  { "1", FZ_ROLE_PHARMACIST, "B" } };
  g_autoptr (FzCase) state = case_with_rx (FZ_RX_EFFECTIVE), voided = case_with_rx (FZ_RX_EFFECTIVE);
  g_autoptr (FzFields) kept = body_new (FZ_DOC_MONITORING, "V", "R"), fall = body_new (FZ_DOC_VOID, "V", "R");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (FzFields) body = body_new (FZ_DOC_MONITORING, "V", "R");

    fz_fields_set (body, "position", bad[i].position);
    g_assert_false (apply (state, body, bad[i].role, bad[i].person, START_US + 300, NULL));
  }
  g_assert_true (apply (state, kept, FZ_ROLE_DOCTOR, "A", START_US + 10 * DAY_US, NULL)); /* long after its validity */
  g_assert_false (apply (state, kept, FZ_ROLE_DOCTOR, "A", START_US + 11 * DAY_US, NULL));
  g_assert_true (apply (voided, fall, FZ_ROLE_DOCTOR, "A", START_US + 300, NULL));
  g_assert_false (apply (voided, kept, FZ_ROLE_DOCTOR, "A", START_US + 301, NULL));
}

/* What a new prescription replaced is not stood by any more, nor is anything after a termination. */
static void
nothing_left_to_confirm (void)
{
  g_autoptr (FzCase) state = case_with_rx (FZ_RX_RETURNED), ended = case_with_rx (FZ_RX_RETURNED);
  g_autoptr (FzFields) again = body_new (FZ_DOC_PRESCRIPTION, "V", "R2"), confirmation = body_new (FZ_DOC_CONFIRMATION, "V", "R");
  g_autoptr (FzFields) end = body_new (FZ_DOC_TERMINATION, "V", NULL);

  fz_fields_set (again, "replaces", "R");
  g_assert_true (apply (state, again, FZ_ROLE_DOCTOR, "A", START_US + 200, NULL));
  g_assert_false (apply (state, confirmation, FZ_ROLE_DOCTOR, "A", START_US + 201, NULL));
  g_assert_true (apply (ended, end, FZ_ROLE_DOCTOR, "A", START_US + 200, NULL));
  g_assert_false (apply (ended, confirmation, FZ_ROLE_DOCTOR, "A", START_US + 201, NULL));
}

/* After a termination nothing is prescribed or approved; returning and refusing what lies there stays possible. */
static void
termination_ends_it (void)
{
  static const char *const verdicts[] = { "approved", "returned", "refused" };

  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++) {
    g_autoptr (FzCase) state = case_with_rx (FZ_RX_SIGNED);
    g_autoptr (FzFields) end = body_new (FZ_DOC_TERMINATION, "V", NULL), again = body_new (FZ_DOC_PRESCRIPTION, "V", "R2");
    g_autoptr (FzFields) review = body_new (FZ_DOC_REVIEW, "V", "R");

    g_assert_true (apply (state, end, FZ_ROLE_DOCTOR, "A", START_US, NULL));
    g_assert_false (apply (state, again, FZ_ROLE_DOCTOR, "A", START_US, NULL));
    fz_fields_set (again, "replaces", "R");
    g_assert_false (apply (state, again, FZ_ROLE_DOCTOR, "A", START_US, NULL));
    fz_fields_set (review, "verdict", verdicts[i]);
    g_assert_true (apply (state, review, FZ_ROLE_PHARMACIST, "B", START_US, NULL) == (i > 0));
    g_assert_false (apply (state, again, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  }
}

/* A new prescription may name one that was sent back, once; in a finished visit it must. */
static void
replacing (void)
{
  g_autoptr (FzCase) state = case_with_rx (FZ_RX_RETURNED);
  g_autoptr (FzFields) end = body_new (FZ_DOC_FINISH, "V", NULL), plain = body_new (FZ_DOC_PRESCRIPTION, "V", "R1");
  g_autoptr (FzFields) named = body_new (FZ_DOC_PRESCRIPTION, "V", "R2"), twice = body_new (FZ_DOC_PRESCRIPTION, "V", "R3");
  g_autoptr (FzFields) nobody = body_new (FZ_DOC_PRESCRIPTION, "V", "R4"), same = body_new (FZ_DOC_PRESCRIPTION, "V", "R");

  fz_fields_set (named, "replaces", "R");
  fz_fields_set (twice, "replaces", "R");
  fz_fields_set (nobody, "replaces", "R9");
  g_assert_false (apply (state, nobody, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  g_assert_false (apply (state, same, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  g_assert_true (apply (state, end, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  g_assert_false (apply (state, plain, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  g_assert_true (apply (state, named, FZ_ROLE_DOCTOR, "A", START_US, NULL));
  g_assert_cmpstr (fz_case_find_rx (state, "R")->replaced_by, ==, "R2");
  g_assert_false (apply (state, twice, FZ_ROLE_DOCTOR, "A", START_US, NULL));
}

/* One row a stage of the prescription that is named: may it be replaced while the visit is open, and after it is finished? */
static void
what_may_be_replaced (void)
{
  static const struct {
    FzRxStage stage;
    gboolean open, finished;
  } rows[] = { { FZ_RX_SIGNED, FALSE, FALSE },  { FZ_RX_EFFECTIVE, FALSE, FALSE }, { FZ_RX_RETURNED, TRUE, TRUE },
               { FZ_RX_REFUSED, FALSE, FALSE }, { FZ_RX_DISPENSED, FALSE, FALSE }, { FZ_RX_EXPIRED, FALSE, FALSE },
               { FZ_RX_VOIDED, TRUE, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (int finished = 0; finished < 2; finished++) {
      g_autoptr (FzCase) state = case_with_rx (rows[i].stage);
      g_autoptr (FzFields) end = body_new (FZ_DOC_FINISH, "V", NULL), named = body_new (FZ_DOC_PRESCRIPTION, "V", "R2");
      g_autofree char *before = NULL, *after = NULL;
      gboolean expected = finished ? rows[i].finished : rows[i].open, taken;

      g_assert_true (!finished || apply (state, end, FZ_ROLE_DOCTOR, "A", START_US, NULL));
      fz_fields_set (named, "replaces", "R");
      before = case_text (state);
      taken = apply (state, named, FZ_ROLE_DOCTOR, "A", START_US, NULL);
      if (taken != expected)
        g_error ("replacing a %s one, visit %s: %s", fz_rx_stage_to_word (rows[i].stage), finished ? "finished" : "open",
                 taken ? "taken" : "refused");
      after = case_text (state);
      g_assert_true (taken != g_str_equal (before, after));
    }
}

static void
odd_bodies_are_refused (void)
{
  static const struct {
    FzDocKind kind;
    const char *key, *value;
  } cases[] = { { FZ_DOC_PRESCRIPTION, "valid_from", NULL },  { FZ_DOC_PRESCRIPTION, "valid_until", "2026-03-01T00:00:00Z" },
                { FZ_DOC_PRESCRIPTION, "valid_until", "soon" }, { FZ_DOC_PRESCRIPTION, "id", NULL },
                { FZ_DOC_PRESCRIPTION, "visit", "W" },         { FZ_DOC_PRESCRIPTION, "visit", NULL },
                { FZ_DOC_PRESENCE, "visit", "W" },             { FZ_DOC_FINISH, "visit", NULL } };
  g_autoptr (FzFields) unknown = fz_fields_new ("fuzhen.prescription/v2");
  g_autoptr (FzCase) any = case_in (FZ_STAGE_RECORDED);
  FzErrorCode code = FZ_ERROR_INTERNAL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzCase) state = case_in (FZ_STAGE_RECORDED);
    g_autoptr (FzFields) body = body_new (cases[i].kind, "V", "R");
    g_autofree char *before = case_text (state), *after = NULL;

    fz_fields_set (body, cases[i].key, cases[i].value);
    g_assert_false (apply (state, body, FZ_ROLE_DOCTOR, "A", START_US, NULL));
    after = case_text (state);
    g_assert_cmpstr (before, ==, after);
  }
  fz_fields_set (unknown, "visit", "V");
  g_assert_false (apply (any, unknown, FZ_ROLE_DOCTOR, "A", START_US, &code));
  g_assert_cmpint (code, ==, FZ_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/table/visit-cells", walk_visit_cells);
  g_test_add_func ("/machine/table/prescription-cells", walk_prescription_cells);
  g_test_add_func ("/machine/table/holder", ask_each_precondition);
  g_test_add_func ("/machine/table/ground", nothing_goes_without_its_ground);
  g_test_add_func ("/machine/table/handover", handover_forgets);
  g_test_add_func ("/machine/table/dates", dates_and_hash_bind);
  g_test_add_func ("/machine/table/second-signature", second_signature);
  g_test_add_func ("/machine/table/nothing-to-confirm", nothing_left_to_confirm);
  g_test_add_func ("/machine/table/promises", promises_to_watch);
  g_test_add_func ("/machine/table/termination", termination_ends_it);
  g_test_add_func ("/machine/table/replacing", replacing);
  g_test_add_func ("/machine/table/replaced", what_may_be_replaced);
  g_test_add_func ("/machine/table/odd-bodies", odd_bodies_are_refused);
  return g_test_run ();
}
