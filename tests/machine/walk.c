/* A long random walk over documents and signers. Beside the case stands a shadow that knows only the promises, in its own words; after
 * every step they must agree that nothing forbidden happened. The seed is printed; FUZHEN_SEED repeats a walk. */
#include "tests/machine/bodies.h"

#include "core/fold.h"

#include <stdlib.h>
#include <string.h>

#define MAX_RX 6

static const char *const people[] = { "A", "B", "C", "D" };
static const char *const visits[] = { "V", "V", "V", "V", "V", "V", "W" };

/* What really happened, as a plain story. */
typedef struct {
  gboolean identity, consent, ended, recorded;
  const char *present;  /* who proved to be there since the last handover */
  const char *eligible; /* whose verdict says yes since the last handover */
  struct {
    const char *author, *approver, *preparer;
    gboolean checked; /* by another than who prepared it, and not gone since */
    gint64 from_us, until_us;
    gboolean to_confirm, confirmed, watched;
    FzRxStage stage;
    char note[65];
  } rx[MAX_RX];
  guint n_rx;
} Shadow;

typedef struct {
  GRand *rand;
  FzCase *state;
  Shadow shadow;
  GPtrArray *documents; /* FzDocument that were taken */
  guint serial;
  guint64 reached[FZ_N_STAGES], reached_rx[FZ_N_RX_STAGES], taken;
} Walk;

static guint
pick (Walk *walk, guint n)
{
  return (guint) g_rand_int_range (walk->rand, 0, (gint32) n);
}

static gboolean
mostly (Walk *walk)
{
  return pick (walk, 8) != 0;
}

/* Who would usually sign this; a quarter of the time anybody. */
static FzRole
choose_role (Walk *walk, FzDocKind kind)
{
  static const FzRole usual[FZ_N_DOCS] = {
    [FZ_DOC_INTAKE] = FZ_ROLE_DESK,       [FZ_DOC_IDENTITY] = FZ_ROLE_DESK,        [FZ_DOC_CONSENT] = FZ_ROLE_DESK,
    [FZ_DOC_PRESENCE] = FZ_ROLE_DOCTOR,   [FZ_DOC_ELIGIBILITY] = FZ_ROLE_DOCTOR,   [FZ_DOC_RECORD] = FZ_ROLE_DOCTOR,
    [FZ_DOC_ADDENDUM] = FZ_ROLE_DOCTOR,   [FZ_DOC_PRESCRIPTION] = FZ_ROLE_DOCTOR,  [FZ_DOC_REVIEW] = FZ_ROLE_PHARMACIST,
    [FZ_DOC_PREPARATION] = FZ_ROLE_PHARMACIST, [FZ_DOC_CHECK] = FZ_ROLE_PHARMACIST, [FZ_DOC_DELIVERY] = FZ_ROLE_PHARMACIST,
    [FZ_DOC_DISPENSE_V1] = FZ_ROLE_PHARMACIST,
    [FZ_DOC_DISPENSE] = FZ_ROLE_PHARMACIST, [FZ_DOC_EXPIRY] = FZ_ROLE_DESK,        [FZ_DOC_VOID] = FZ_ROLE_DOCTOR,
    [FZ_DOC_FINISH] = FZ_ROLE_DOCTOR,     [FZ_DOC_REFUSAL] = FZ_ROLE_DOCTOR,       [FZ_DOC_WITHDRAWAL] = FZ_ROLE_DESK,
    [FZ_DOC_CONFIRMATION] = FZ_ROLE_DOCTOR,
    [FZ_DOC_TERMINATION] = FZ_ROLE_DOCTOR, [FZ_DOC_HANDOVER] = FZ_ROLE_DOCTOR, [FZ_DOC_PRIOR_RECORD] = FZ_ROLE_DESK,
    [FZ_DOC_MARKING] = FZ_ROLE_AFFAIRS,
    [FZ_DOC_SUPPLEMENT] = FZ_ROLE_DESK, [FZ_DOC_PAYMENT] = FZ_ROLE_DESK,
  };

  return pick (walk, 4) == 0 ? (FzRole) pick (walk, FZ_N_ROLES) : usual[kind];
}

/* Half the time what a visit in this stage would usually see next, or no walk would ever get anywhere; ends come seldom. */
static FzDocKind
choose_kind (Walk *walk)
{
  static const FzDocKind next[FZ_N_STAGES][4] = {
    [FZ_STAGE_NONE] = { FZ_DOC_INTAKE, FZ_DOC_INTAKE, FZ_DOC_INTAKE, FZ_DOC_INTAKE },
    [FZ_STAGE_WAITING] = { FZ_DOC_IDENTITY, FZ_DOC_CONSENT, FZ_DOC_PRESENCE, FZ_DOC_PRESENCE },
    [FZ_STAGE_TAKEN] = { FZ_DOC_CONSENT, FZ_DOC_ELIGIBILITY, FZ_DOC_RECORD, FZ_DOC_RECORD },
    [FZ_STAGE_RECORDED] = { FZ_DOC_PRESCRIPTION, FZ_DOC_REVIEW, FZ_DOC_REVIEW, FZ_DOC_EXPIRY },
    [FZ_STAGE_FINISHED] = { FZ_DOC_PRESCRIPTION, FZ_DOC_REVIEW, FZ_DOC_REVIEW, FZ_DOC_EXPIRY },
    [FZ_STAGE_TERMINATED] = { FZ_DOC_PRESCRIPTION, FZ_DOC_REVIEW, FZ_DOC_REVIEW, FZ_DOC_EXPIRY },
  };
  FzDocKind kind = (FzDocKind) pick (walk, FZ_N_DOCS);
  static const FzDocKind out[] = { FZ_DOC_PREPARATION, FZ_DOC_CHECK, FZ_DOC_DISPENSE, FZ_DOC_DELIVERY };
  gboolean end = kind == FZ_DOC_REFUSAL || kind == FZ_DOC_WITHDRAWAL || kind == FZ_DOC_TERMINATION || kind == FZ_DOC_FINISH;

  if (walk->shadow.n_rx > 0 && pick (walk, 3) == 0)
    return out[pick (walk, G_N_ELEMENTS (out))];
  if (pick (walk, 2) == 0)
    return next[fz_case_get_stage (walk->state)][pick (walk, 4)];
  return end && pick (walk, 6) != 0 ? (FzDocKind) pick (walk, FZ_N_DOCS) : kind;
}

/* Often the doctor who holds it, or nobody would ever get far. */
static const char *
choose_person (Walk *walk, FzRole role)
{
  if (role == FZ_ROLE_DOCTOR && walk->shadow.present != NULL && pick (walk, 2) == 0)
    return walk->shadow.present;
  return people[pick (walk, G_N_ELEMENTS (people))];
}

static const char *
some_rx (Walk *walk)
{
  static const char *const names[] = { "R0", "R1", "R2", "R3", "R4", "R5", "R6" };

  return names[pick (walk, walk->shadow.n_rx + 1)];
}

/* What the newest part was made of, from the documents. */
static gint64
held (const Walk *walk, const char *rx, guint part, guint line)
{
  gint64 give = 0, number = 0;

  for (guint i = 0; i < walk->documents->len; i++) {
    const FzFields *body = ((FzDocument *) walk->documents->pdata[i])->body;

    if (g_strcmp0 (fz_fields_get (body, "prescription"), rx) == 0 && fz_fields_get_int (body, "part", &number) && number == part)
      fz_fields_get_int_at (body, "line", line, "give", &give);
  }
  return give;
}

/* Mostly the part that is in question, mostly what is owed of it. */
static void
fill_supply (Walk *walk, FzDocKind kind, FzFields *body)
{
  static const char *const ways[] = { "counter", "hospital_courier", "outside", "drone" };
  const FzCaseRx *rx = fz_case_find_rx (walk->state, fz_fields_get (body, "prescription"));
  guint n = rx != NULL ? fz_supply_get_n_parts (rx->supply) : 0, part = n;
  gboolean opens = kind == FZ_DOC_PREPARATION || (kind == FZ_DOC_DISPENSE && pick (walk, 4) == 0);
  gint64 left = 0;

  if (opens)
    part = n + 1;
  else if (n > 0 && fz_supply_get_way (rx->supply, n - 1) != FZ_WAY_OUTSIDE && mostly (walk))
    fz_fields_set (body, "way", kind == FZ_DOC_DISPENSE ? fz_way_to_word (fz_supply_get_way (rx->supply, n - 1)) : NULL);
  if (opens || !mostly (walk))
    fz_fields_set (body, "way", kind == FZ_DOC_DISPENSE ? "outside" : ways[pick (walk, G_N_ELEMENTS (ways))]);
  for (guint i = 0; opens && i < 2; i++) {
    gint64 owed = rx != NULL ? fz_supply_get_owed (rx->supply, i) : 1, give = mostly (walk) ? owed : (gint64) pick (walk, 3);

    fz_fields_set_int_at (body, "line", i, "give", give);
    left += owed - give;
  }
  for (guint i = 0; !opens && rx != NULL && n > 0 && i < 2 && mostly (walk); i++)
    fz_fields_set_int_at (body, "line", i, "give", held (walk, fz_fields_get (body, "prescription"), n, i));
  for (guint i = 0; rx != NULL && !opens && i < 2; i++)
    left += fz_supply_get_owed (rx->supply, i);
  fz_fields_set_int (body, "part", mostly (walk) ? part : pick (walk, 4));
  if (kind == FZ_DOC_DISPENSE)
    fz_fields_set_bool (body, "complete", mostly (walk) ? left == 0 : pick (walk, 2) == 0);
  if (kind == FZ_DOC_DELIVERY && pick (walk, 3) == 0)
    fz_fields_set (body, "outcome", pick (walk, 4) == 0 ? "lost" : "returned");
  if (kind == FZ_DOC_CHECK && !mostly (walk))
    fz_fields_set (body, "verdict", pick (walk, 4) == 0 ? "perhaps" : "rejected");
}

static void
fill (Walk *walk, FzDocKind kind, FzFields *body)
{
  static const char *const verdicts[] = { "approved", "returned", "refused", "eligible", "" };

  if (fz_fields_has (body, "part"))
    fill_supply (walk, kind, body);
  if (kind == FZ_DOC_IDENTITY && !mostly (walk))
    fz_fields_set (body, "verified", "no");
  if (kind == FZ_DOC_CONSENT && !mostly (walk))
    fz_fields_set (body, "agreed", "no");
  if (kind == FZ_DOC_ELIGIBILITY && !mostly (walk))
    fz_fields_set (body, "verdict", "not_eligible");
  if (kind == FZ_DOC_REVIEW && pick (walk, 3) == 0)
    fz_fields_set (body, "verdict", verdicts[pick (walk, G_N_ELEMENTS (verdicts))]);
  if (kind == FZ_DOC_MONITORING && !mostly (walk))
    fz_fields_set_int (body, "position", pick (walk, 4));
  if (kind == FZ_DOC_PRESCRIPTION) {
    gint64 from = START_US + (gint64) pick (walk, 2) * DAY_US;

    fz_fields_set_time (body, "valid_from", from);
    fz_fields_set_time (body, "valid_until", from + ((gint64) pick (walk, 5) - 1) * DAY_US);
    fz_fields_set (body, "rx.second_signature", pick (walk, 4) == 0 ? "yes" : NULL);
    if (pick (walk, 3) == 0)
      fz_fields_set (body, "replaces", some_rx (walk));
  }
}

static int
shadow_find (const Shadow *shadow, const char *id)
{
  int i = id != NULL && id[0] == 'R' ? id[1] - '0' : -1;

  return i >= 0 && (guint) i < shadow->n_rx ? i : -1;
}

/* The promises for a new prescription. */
static void
check_prescribed (const Walk *walk, const FzFields *body, const FzActor *actor)
{
  const Shadow *shadow = &walk->shadow;

  g_assert_cmpint (actor->role, ==, FZ_ROLE_DOCTOR);
  g_assert_true (shadow->identity && shadow->consent && shadow->recorded);
  g_assert_cmpstr (shadow->present, ==, actor->person);
  g_assert_cmpstr (shadow->eligible, ==, actor->person);
  g_assert_true (!shadow->ended || fz_fields_has (body, "replaces"));
  if (fz_fields_has (body, "replaces")) {
    int old = shadow_find (shadow, fz_fields_get (body, "replaces"));

    g_assert_cmpint (old, >=, 0);
    g_assert_true (shadow->rx[old].stage == FZ_RX_RETURNED || (shadow->rx[old].stage == FZ_RX_VOIDED && !shadow->ended));
  }
}

static void
note_prescribed (Walk *walk, const FzFields *body, const FzActor *actor, const char *note)
{
  Shadow *shadow = &walk->shadow;
  guint i = shadow->n_rx++;

  shadow->rx[i].author = actor->person;
  shadow->rx[i].to_confirm = fz_fields_is_yes (body, "rx.second_signature");
  shadow->rx[i].confirmed = shadow->rx[i].watched = FALSE;
  shadow->rx[i].approver = shadow->rx[i].preparer = NULL;
  shadow->rx[i].checked = FALSE;
  shadow->rx[i].stage = FZ_RX_SIGNED;
  fz_fields_get_time (body, "valid_from", &shadow->rx[i].from_us);
  fz_fields_get_time (body, "valid_until", &shadow->rx[i].until_us);
  g_assert_cmpint (shadow->rx[i].from_us, <=, shadow->rx[i].until_us);
  g_strlcpy (shadow->rx[i].note, note, sizeof shadow->rx[i].note);
}

/* The promises of the way out of the pharmacy. */
static void
check_supply (Walk *walk, int i, FzDocKind kind, const FzFields *body, const FzActor *actor, gint64 at_us)
{
  Shadow *shadow = &walk->shadow;
  const FzCaseRx *rx = fz_case_get_rx (walk->state, (guint) i);
  gboolean outside = g_strcmp0 (fz_fields_get (body, "way"), "outside") == 0;

  g_assert_cmpint (actor->role, ==, FZ_ROLE_PHARMACIST);
  g_assert_cmpstr (actor->person, !=, shadow->rx[i].author);
  g_assert_nonnull (shadow->rx[i].approver);
  if (kind == FZ_DOC_DELIVERY) {
    if (shadow->rx[i].stage == FZ_RX_DISPENSED && g_str_equal (fz_fields_get (body, "outcome"), "returned"))
      g_assert_cmpint (rx->stage, ==, FZ_RX_EFFECTIVE);
    else
      g_assert_cmpint (rx->stage, ==, shadow->rx[i].stage);
    return;
  }
  g_assert_cmpint (shadow->rx[i].stage, ==, FZ_RX_EFFECTIVE);
  g_assert_true (shadow->rx[i].from_us <= at_us && at_us <= shadow->rx[i].until_us);
  if (kind == FZ_DOC_PREPARATION)
    shadow->rx[i].preparer = actor->person;
  if (kind == FZ_DOC_CHECK) {
    g_assert_cmpstr (actor->person, !=, shadow->rx[i].preparer);
    shadow->rx[i].checked = g_str_equal (fz_fields_get (body, "verdict"), "passed");
  }
  if (kind == FZ_DOC_DISPENSE && !outside) {
    g_assert_true (shadow->rx[i].checked);
    shadow->rx[i].checked = FALSE;
  }
  if (rx->stage == FZ_RX_DISPENSED)
    g_assert_false (fz_supply_owes (rx->supply));
}

/* The promises for every step of a prescription that is there. */
static void
check_moved (Walk *walk, FzDocKind kind, const FzFields *body, const FzActor *actor, gint64 at_us)
{
  Shadow *shadow = &walk->shadow;
  int i = shadow_find (shadow, fz_fields_get (body, "prescription"));
  FzRxStage now;

  g_assert_cmpint (i, >=, 0);
  now = fz_case_get_rx (walk->state, (guint) i)->stage;
  if (kind == FZ_DOC_CONFIRMATION) {
    g_assert_cmpint (now, ==, FZ_RX_SIGNED);
    g_assert_cmpint (actor->role, ==, FZ_ROLE_DOCTOR);
    g_assert_cmpstr (actor->person, ==, shadow->rx[i].author);
    g_assert_cmpstr (fz_fields_get (body, "note_sha256"), ==, shadow->rx[i].note);
    g_assert_cmpint (at_us, <=, shadow->rx[i].until_us);
    g_assert_true (shadow->rx[i].stage == FZ_RX_RETURNED || !shadow->rx[i].confirmed);
    shadow->rx[i].confirmed = TRUE;
    shadow->rx[i].stage = now;
    return;
  }
  if (kind == FZ_DOC_MONITORING) {
    g_assert_cmpint (now, ==, shadow->rx[i].stage); /* it tells, it moves nothing */
    g_assert_cmpstr (actor->person, ==, shadow->rx[i].author);
    g_assert_true (now != FZ_RX_RETURNED && now != FZ_RX_REFUSED && now != FZ_RX_VOIDED);
    g_assert_cmpstr (fz_fields_get (body, "position"), ==, "1");
    g_assert_false (shadow->rx[i].watched);
    shadow->rx[i].watched = TRUE;
    return;
  }
  if (fz_fields_has (body, "part") || kind == FZ_DOC_DISPENSE_V1) {
    check_supply (walk, i, kind, body, actor, at_us);
    shadow->rx[i].stage = now;
    return;
  }
  if (now == FZ_RX_EFFECTIVE) {
    g_assert_true (!shadow->rx[i].to_confirm || shadow->rx[i].confirmed);
    g_assert_cmpint (kind, ==, FZ_DOC_REVIEW);
    g_assert_cmpint (actor->role, ==, FZ_ROLE_PHARMACIST);
    g_assert_cmpstr (fz_fields_get (body, "verdict"), ==, "approved");
    g_assert_cmpstr (actor->person, !=, shadow->rx[i].author);
    g_assert_cmpstr (fz_fields_get (body, "note_sha256"), ==, shadow->rx[i].note);
    g_assert_cmpint (shadow->rx[i].stage, ==, FZ_RX_SIGNED);
    g_assert_cmpint (fz_case_get_stage (walk->state), !=, FZ_STAGE_TERMINATED);
    g_assert_true (shadow->rx[i].from_us <= at_us && at_us <= shadow->rx[i].until_us);
    shadow->rx[i].approver = actor->person;
  }
  if (now == FZ_RX_EXPIRED)
    g_assert_cmpint (at_us, >, shadow->rx[i].until_us);
  if (now == FZ_RX_VOIDED)
    g_assert_true ((actor->role == FZ_ROLE_DOCTOR) == (g_strcmp0 (actor->person, shadow->rx[i].author) == 0));
  g_assert_true (shadow->rx[i].stage == FZ_RX_SIGNED || shadow->rx[i].stage == FZ_RX_EFFECTIVE);
  shadow->rx[i].stage = now;
}

static void
tell_story (Walk *walk, FzDocKind kind, const FzFields *body, const FzActor *actor)
{
  Shadow *shadow = &walk->shadow;

  if (kind == FZ_DOC_IDENTITY)
    shadow->identity = fz_fields_is_yes (body, "verified");
  else if (kind == FZ_DOC_CONSENT)
    shadow->consent = fz_fields_is_yes (body, "agreed");
  else if (kind == FZ_DOC_PRESENCE)
    shadow->present = actor->person;
  else if (kind == FZ_DOC_ELIGIBILITY)
    shadow->eligible = g_strcmp0 (fz_fields_get (body, "verdict"), "eligible") == 0 ? actor->person : NULL;
  else if (kind == FZ_DOC_HANDOVER)
    shadow->present = shadow->eligible = NULL;
  else if (kind == FZ_DOC_RECORD)
    shadow->recorded = TRUE;
  else if (kind == FZ_DOC_FINISH || kind == FZ_DOC_TERMINATION || kind == FZ_DOC_REFUSAL || kind == FZ_DOC_WITHDRAWAL)
    shadow->ended = TRUE;
}

/* What stands may only change by the document that was taken. */
static void
check_rest (const Walk *walk)
{
  const Shadow *shadow = &walk->shadow;

  g_assert_cmpuint (fz_case_get_n_rx (walk->state), ==, shadow->n_rx);
  for (guint i = 0; i < shadow->n_rx; i++) {
    const FzCaseRx *rx = fz_case_get_rx (walk->state, i);

    g_assert_cmpint (rx->stage, ==, shadow->rx[i].stage);
    g_assert_cmpstr (rx->doctor_person, ==, shadow->rx[i].author);
    for (guint k = 0; k < 2; k++) {
      g_assert_cmpint (fz_supply_get_owed (rx->supply, k), >=, 0);
      g_assert_cmpint (fz_supply_get_gone (rx->supply, k), <=, k == 0 ? 2 : 1);
    }
    g_assert_true (rx->stage != FZ_RX_SIGNED || fz_supply_get_n_parts (rx->supply) == 0);
    if (rx->stage == FZ_RX_EFFECTIVE || rx->stage == FZ_RX_DISPENSED)
      g_assert_true (rx->reviewer_person != NULL && !g_str_equal (rx->reviewer_person, rx->doctor_person));
  }
}

static void
restart (Walk *walk)
{
  g_autoptr (FzFold) once = fz_fold_new (), twice = fz_fold_new ();
  g_autofree char *live = case_text (walk->state), *folded = NULL;

  /* The same documents give the same case and the same facts, which is what a rebuild compares. */
  for (guint i = 0; i < walk->documents->len; i++) {
    g_autoptr (GError) error = NULL;

    fz_fold_add (once, walk->documents->pdata[i], &error);
    g_assert_no_error (error);
    fz_fold_add (twice, walk->documents->pdata[i], &error);
    g_assert_no_error (error);
  }
  folded = case_text (once->state);
  g_assert_cmpstr (folded, ==, live);
  g_assert_true (fz_fields_equal (once->visit, twice->visit));
  g_assert_cmpuint (once->rx->len, ==, walk->shadow.n_rx);
  for (guint i = 0; i < once->rx->len; i++) {
    g_assert_true (fz_fields_equal (once->rx->pdata[i], twice->rx->pdata[i]));
    g_assert_cmpstr (fz_fields_get (once->rx->pdata[i], "rx.stage"), ==, fz_rx_stage_to_word (walk->shadow.rx[i].stage));
  }
  fz_case_free (walk->state);
  walk->state = fz_case_new ();
  memset (&walk->shadow, 0, sizeof walk->shadow);
  g_ptr_array_set_size (walk->documents, 0);
}

static gboolean
try_document (Walk *walk, FzDocKind kind, FzDocument *document)
{
  g_autoptr (GError) error = NULL;
  gboolean good;

  if (kind == FZ_DOC_PRESCRIPTION && walk->shadow.n_rx == MAX_RX)
    return FALSE;
  good = fz_case_apply (walk->state, document->body, &document->actor, document->signed_at_us,
                        kind == FZ_DOC_PRESCRIPTION ? document->note_sha256 : NULL, &error);
  g_assert_true (good == (error == NULL));
  return good;
}

static void
step (Walk *walk)
{
  FzDocKind kind = choose_kind (walk);
  g_autofree char *name = g_strdup_printf ("R%u", walk->shadow.n_rx);
  const char *rx = kind == FZ_DOC_PRESCRIPTION && mostly (walk) ? name : some_rx (walk);
  FzFields *body = body_new (kind, visits[pick (walk, G_N_ELEMENTS (visits))], rx);
  FzRole role = choose_role (walk, kind);
  FzActor actor = { role, choose_person (walk, role) };
  gint64 at_us = START_US + (gint64) pick (walk, 4 * 24) * (DAY_US / 24);
  int named = shadow_find (&walk->shadow, rx);
  g_autofree char *before = pick (walk, 16) == 0 ? case_text (walk->state) : NULL;
  FzDocument *document;

  fill (walk, kind, body);
  if ((kind == FZ_DOC_REVIEW || kind == FZ_DOC_CONFIRMATION) && named >= 0 && mostly (walk))
    fz_fields_set (body, "note_sha256", walk->shadow.rx[named].note);
  document = fz_document_new (body, "— test AAAA\n", actor.role, actor.person, at_us, NULL);
  if (!try_document (walk, kind, document)) {
    g_autofree char *after = before != NULL ? case_text (walk->state) : NULL;

    g_assert_cmpstr (before, ==, after);
    fz_document_free (document);
    fz_fields_unref (body);
    return;
  }
  walk->taken++;
  if (kind == FZ_DOC_PRESCRIPTION) {
    check_prescribed (walk, body, &actor);
    note_prescribed (walk, body, &actor, document->note_sha256);
  } else if (fz_fields_has (body, "prescription"))
    check_moved (walk, kind, body, &actor, at_us);
  tell_story (walk, kind, body, &actor);
  check_rest (walk);
  walk->reached[fz_case_get_stage (walk->state)]++;
  for (guint i = 0; i < walk->shadow.n_rx; i++)
    walk->reached_rx[walk->shadow.rx[i].stage]++;
  g_ptr_array_add (walk->documents, document);
  fz_fields_unref (body);
}

static guint
seed (void)
{
  const char *given = g_getenv ("FUZHEN_SEED");

  return given != NULL ? (guint) strtoul (given, NULL, 10) : g_random_int ();
}

static void
walk_far (void)
{
  guint number = seed ();
  guint64 steps = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 1000000 : 200000;
  Walk walk = { .rand = g_rand_new_with_seed (number), .state = fz_case_new (),
                .documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free) };

  g_test_message ("FUZHEN_SEED=%u, %" G_GUINT64_FORMAT " steps", number, steps);
  for (guint64 i = 0; i < steps; i++) {
    step (&walk);
    if (pick (&walk, 100) == 0)
      restart (&walk);
  }
  restart (&walk);
  /* A walk that got nowhere proves nothing. */
  for (int i = FZ_STAGE_WAITING; i < FZ_N_STAGES; i++)
    g_assert_cmpuint (walk.reached[i], >, 20);
  for (int i = FZ_RX_SIGNED; i < FZ_N_RX_STAGES; i++)
    g_assert_cmpuint (walk.reached_rx[i], >, 20);
  g_test_message ("%" G_GUINT64_FORMAT " documents taken", walk.taken);
  g_ptr_array_unref (walk.documents);
  fz_case_free (walk.state);
  g_rand_free (walk.rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/walk", walk_far);
  return g_test_run ();
}
