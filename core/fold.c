#include "core/fold.h"

#include "core/fold_supply.h"

#include <string.h>

FzFold *
fz_fold_new (void)
{
  FzFold *self = g_new0 (FzFold, 1);

  self->state = fz_case_new ();
  self->visit = fz_fields_new ("fuzhen.visit_facts/v1");
  self->rx = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  return self;
}

void
fz_fold_free (FzFold *self)
{
  if (self == NULL)
    return;
  fz_case_free (self->state);
  fz_fields_unref (self->visit);
  g_ptr_array_unref (self->rx);
  g_free (self);
}

FzFields *
fz_fold_find_rx (const FzFold *self, const char *id)
{
  for (guint i = 0; i < self->rx->len; i++)
    if (g_strcmp0 (fz_fields_get (self->rx->pdata[i], "rx.id"), id) == 0)
      return self->rx->pdata[i];
  return NULL;
}

/* Copies the body's keys below each of the prefixes; what stood there before goes first, so that a shorter list leaves no tail. */
typedef struct {
  FzFields *to;
  const char *prefix;
  GPtrArray *stale;
} Copy;

static gboolean
is_below (const char *key, const char *prefix)
{
  gsize n = strlen (prefix);

  return strncmp (key, prefix, n) == 0 && key[n] == '.';
}

static void
copy_one (const char *key, const char *value, gpointer data)
{
  Copy *copy = data;

  if (is_below (key, copy->prefix))
    fz_fields_set (copy->to, key, value);
}

static void
collect_stale (const char *key, const char *value, gpointer data)
{
  Copy *copy = data;

  if (is_below (key, copy->prefix))
    g_ptr_array_add (copy->stale, g_strdup (key));
}

static void
replace_below (FzFields *to, const FzFields *body, const char *prefix)
{
  g_autoptr (GPtrArray) stale = g_ptr_array_new_with_free_func (g_free);
  Copy copy = { to, prefix, stale };

  fz_fields_foreach (to, collect_stale, &copy);
  for (guint i = 0; i < stale->len; i++)
    fz_fields_set (to, stale->pdata[i], NULL);
  fz_fields_foreach (body, copy_one, &copy);
}

static void
replace_each (FzFields *to, const FzFields *body, const char *const *prefixes)
{
  for (guint i = 0; prefixes[i] != NULL; i++)
    replace_below (to, body, prefixes[i]);
}

static void
fold_intake (FzFold *self, const FzFields *body)
{
  static const char *const parts[] = { "visit", "patient", "guardian", "specialist", "prior", "allergy", "request", "evidence", NULL };

  replace_each (self->visit, body, parts);
  fz_fields_set (self->visit, "visit.id", fz_fields_get (body, "visit"));
  fz_fields_set (self->visit, "visit.received_at", fz_fields_get (body, "signed_at"));
  fz_fields_get_time (body, "visit.applied_at", &self->applied_us);
}

/* What a visit's row carries of each record; the document has it all. */
#define MOST_IMPORTED 5

static gboolean
has_prior (const FzFields *visit, const FzFields *body, guint i)
{
  static const char *const keys[] = { "institution", "date", "code" };

  for (guint k = 0; k < fz_fields_count (visit, "prior"); k++) {
    guint same = 0;

    for (guint j = 0; j < G_N_ELEMENTS (keys); j++)
      same += g_strcmp0 (fz_fields_get_at (visit, "prior", k, keys[j]), fz_fields_get_at (body, "prior", i, keys[j])) == 0;
    if (same == G_N_ELEMENTS (keys))
      return TRUE;
  }
  return FALSE;
}

/* Its diagnoses stand beside those that the request named. */
static void
add_priors (FzFields *visit, const FzFields *body)
{
  static const char *const keys[] = { "institution", "date", "code", "name" };

  for (guint i = 0; i < fz_fields_count (body, "prior"); i++) {
    guint n = fz_fields_count (visit, "prior");

    if (n >= 100 || has_prior (visit, body, i))
      continue;
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (visit, "prior", n, keys[k], fz_fields_get_at (body, "prior", i, keys[k]));
  }
}

typedef struct {
  FzFields *visit;
  guint n;
} Imported;

static void
copy_imported (const char *key, const char *value, gpointer data)
{
  Imported *imported = data;

  if (is_below (key, "diagnosis") || is_below (key, "medicine") || is_below (key, "defect"))
    fz_fields_set_at (imported->visit, "imported", imported->n, key, value);
}

static void
fold_prior_record (FzFold *self, const FzDocument *document)
{
  static const char *const copied[][2] = { { "institution", "source.institution" }, { "number", "encounter.number" }, { "at", "encounter.at" },
                                           { "department", "encounter.department" }, { "doctor", "encounter.doctor" }, { "online", "online" },
                                           { "n_medicines", "n_medicines" }, { "n_defects", "n_defects" }, { "by", "import.by_name" }, { "received_at", "signed_at" } };
  static const char *const file[] = { "file", "media", "sha256" };
  Imported imported = { self->visit, fz_fields_count (self->visit, "imported") };

  if (imported.n >= MOST_IMPORTED)
    return;
  fz_fields_set_at (self->visit, "imported", imported.n, "document", document->id);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set_at (self->visit, "imported", imported.n, copied[i][0], fz_fields_get (document->body, copied[i][1]));
  for (guint i = 0; i < G_N_ELEMENTS (file); i++)
    fz_fields_set_at (self->visit, "imported", imported.n, file[i], fz_fields_get_at (document->body, "attachment", 0, file[i]));
  fz_fields_foreach (document->body, copy_imported, &imported);
  add_priors (self->visit, document->body);
}

/* Evidence joins what is there; a guardian takes the place of the one before. */
static void
fold_supplement (FzFold *self, const FzDocument *document)
{
  static const char *const keys[] = { "file", "sha256", "kind", "media", "width", "height" };
  g_autofree char *at = fz_time_format (document->signed_at_us);
  guint n = fz_fields_count (self->visit, "evidence");

  for (guint i = 0; i < fz_fields_count (document->body, "evidence"); i++, n++) {
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (self->visit, "evidence", n, keys[k], fz_fields_get_at (document->body, "evidence", i, keys[k]));
    fz_fields_set_at (self->visit, "evidence", n, "added_at", at);
  }
  if (fz_fields_has (document->body, "guardian.name"))
    replace_below (self->visit, document->body, "guardian");
}

static void
fold_presence (FzFold *self, const FzDocument *document)
{
  const FzFields *body = document->body;

  /* Coming back to a visit one already holds does not move its beginning. */
  if (g_strcmp0 (fz_fields_get (self->visit, "visit.holder"), document->actor.person) != 0 ||
      !fz_fields_has (self->visit, "visit.taken_at"))
    fz_fields_set_time (self->visit, "visit.taken_at", document->signed_at_us);
  fz_fields_set (self->visit, "visit.holder", document->actor.person);
  fz_fields_set (self->visit, "visit.holder_name", fz_fields_get (body, "doctor.name"));
  fz_fields_set (self->visit, "visit.holder_number", fz_fields_get (body, "doctor.staff_number"));
  replace_below (self->visit, body, "doctor");
  /* What the doctor saw counts more than what the request said. */
  if (fz_fields_has (body, "guardian.present"))
    fz_fields_set (self->visit, "guardian.present", fz_fields_get (body, "guardian.present"));
  fz_fields_set_time (self->visit, "visit.present_at", document->signed_at_us);
}

static void
fold_handover (FzFold *self, const FzFields *body)
{
  static const char *const keys[] = { "visit.holder", "visit.holder_name", "visit.holder_number", "visit.taken_at", "visit.present_at" };
  g_autoptr (FzFields) nothing = fz_fields_new ("fuzhen.none/v1");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (self->visit, keys[i], NULL);
  replace_below (self->visit, nothing, "doctor");
  replace_below (self->visit, nothing, "eligibility");
  fz_fields_set (self->visit, "guardian.present", NULL); /* the next doctor looks for themselves */
  fz_fields_set (self->visit, "visit.handover_reason", fz_fields_get (body, "reason"));
  fz_fields_set (self->visit, "visit.returned_at", fz_fields_get (body, "signed_at"));
}

static void
fold_marking (FzFold *self, const FzFields *body)
{
  gboolean marked = fz_fields_is_yes (body, "marked");

  fz_fields_set (self->visit, "visit.sensitive", marked ? fz_fields_get (body, "reason") : NULL);
  fz_fields_set (self->visit, "visit.sensitive_label", marked ? fz_fields_get (body, "reason_label") : NULL);
}

static void
fold_end (FzFold *self, const FzDocument *document)
{
  self->ended_us = document->signed_at_us;
  fz_fields_set_time (self->visit, "visit.ended_at", document->signed_at_us);
  replace_below (self->visit, document->body, "end");
}

static void
fold_addendum (FzFold *self, const FzDocument *document)
{
  guint n = fz_fields_count (self->visit, "addendum");
  g_autofree char *at = fz_time_format (document->signed_at_us);

  fz_fields_set_at (self->visit, "addendum", n, "text", fz_fields_get (document->body, "text"));
  fz_fields_set_at (self->visit, "addendum", n, "at", at);
}

static void
fold_prescription (FzFold *self, const FzDocument *document)
{
  static const char *const parts[] = { "rx", "patient", "doctor", "diagnosis", "allergy", "guardian", "override", "finding",
                                       "dept", "subject", "specialist", NULL };
  FzFields *rx = fz_fields_new ("fuzhen.rx_facts/v1");

  replace_each (rx, document->body, parts);
  fz_fields_set (rx, "rx.id", document->id);
  fz_fields_set (rx, "rx.visit", fz_fields_get (document->body, "visit"));
  fz_fields_set_time (rx, "rx.signed_at", document->signed_at_us);
  fz_fields_set (rx, "rx.valid_from", fz_fields_get (document->body, "valid_from"));
  fz_fields_set (rx, "rx.valid_until", fz_fields_get (document->body, "valid_until"));
  fz_fields_set (rx, "rx.doctor_name", fz_fields_get (document->body, "doctor.name"));
  fz_fields_set (rx, "rx.doctor_number", fz_fields_get (document->body, "doctor.staff_number"));
  fz_fields_set (rx, "rx.department_name", fz_fields_get (document->body, "dept.name"));
  fz_fields_set (rx, "rx.replaces", fz_fields_get (document->body, "replaces"));
  fz_fields_set (rx, "rx.note_sha256", document->note_sha256);
  fz_fields_set_int (rx, "rx.n_items", fz_fields_count (rx, "rx.item"));
  g_ptr_array_add (self->rx, rx);
  fz_fields_set_int (self->visit, "visit.n_rx", self->rx->len);
}

static void
fold_review (FzFields *rx, const FzDocument *document)
{
  const FzFields *body = document->body;

  fz_fields_set_time (rx, "rx.reviewed_at", document->signed_at_us);
  fz_fields_set (rx, "rx.pharmacist_name", fz_fields_get (body, "pharmacist.name"));
  fz_fields_set (rx, "rx.pharmacist_number", fz_fields_get (body, "pharmacist.staff_number"));
  fz_fields_set (rx, "rx.verdict", fz_fields_get (body, "verdict"));
  fz_fields_set (rx, "rx.review_words", fz_fields_get (body, "words"));
  replace_below (rx, body, "pharmacist");
  replace_below (rx, body, "reason");
}

/* A returned one goes back to review; who returned it and why stays to be seen until the next review. */
static void
fold_confirmation (FzFields *rx, const FzDocument *document)
{
  static const char *const reviewed[] = { "rx.reviewed_at", "rx.pharmacist_name", "rx.pharmacist_number", "rx.verdict" };
  g_autoptr (FzFields) nothing = fz_fields_new ("fuzhen.none/v1");

  for (guint i = 0; i < G_N_ELEMENTS (reviewed); i++)
    fz_fields_set (rx, reviewed[i], NULL);
  replace_below (rx, nothing, "pharmacist");
  fz_fields_set_time (rx, "rx.confirmed_at", document->signed_at_us);
  fz_fields_set (rx, "rx.confirm_words", fz_fields_get (document->body, "words"));
}

static void
fold_monitoring (FzFields *rx, const FzDocument *document)
{
  static const char *const keys[] = { "outcome", "outcome_label", "words" };
  g_autofree char *at = fz_time_format (document->signed_at_us);
  gint64 position = 0;

  fz_fields_get_int (document->body, "position", &position);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *key = g_strconcat ("monitor_", keys[i], NULL);

    fz_fields_set_at (rx, "override", (guint) position, key, fz_fields_get (document->body, keys[i]));
  }
  fz_fields_set_at (rx, "override", (guint) position, "monitored_at", at);
}

static void
fold_rx_event (const FzFold *self, FzFields *rx, FzDocKind kind, const FzDocument *document)
{
  if (kind == FZ_DOC_REVIEW)
    fold_review (rx, document);
  else if (kind == FZ_DOC_CONFIRMATION)
    fold_confirmation (rx, document);
  else if (kind == FZ_DOC_MONITORING)
    fold_monitoring (rx, document);
  else if (kind == FZ_DOC_VOID)
    fz_fields_set (rx, "rx.void_reason", fz_fields_get (document->body, "reason"));
  else if (kind != FZ_DOC_EXPIRY)
    fz_fold_supply (fz_case_find_rx (self->state, fz_fields_get (rx, "rx.id")), kind, document, rx);
}

static void
fold_kind (FzFold *self, FzDocKind kind, const FzDocument *document)
{
  static const char *const record[] = { "record", "diagnosis", NULL };
  const FzFields *body = document->body;
  FzFields *rx = fz_fold_find_rx (self, fz_fields_get (body, "prescription"));

  switch (kind) {
  case FZ_DOC_INTAKE:
    fold_intake (self, body);
    break;
  case FZ_DOC_IDENTITY:
    fz_fields_set (self->visit, "identity.verified", fz_fields_get (body, "verified"));
    fz_fields_set (self->visit, "identity.method", fz_fields_get (body, "method"));
    break;
  case FZ_DOC_CONSENT:
    replace_below (self->visit, body, "consent");
    fz_fields_set (self->visit, "consent.agreed", fz_fields_get (body, "agreed"));
    break;
  case FZ_DOC_SUPPLEMENT:
    fold_supplement (self, document);
    break;
  case FZ_DOC_PAYMENT:
    replace_below (self->visit, body, "payment");
    break;
  case FZ_DOC_PRESENCE:
    fold_presence (self, document);
    break;
  case FZ_DOC_ELIGIBILITY:
    replace_below (self->visit, body, "eligibility");
    fz_fields_set (self->visit, "eligibility.verdict", fz_fields_get (body, "verdict"));
    break;
  case FZ_DOC_RECORD:
    replace_each (self->visit, body, record);
    fz_fields_set (self->visit, "record.number", document->id);
    fz_fields_set_time (self->visit, "record.signed_at", document->signed_at_us);
    break;
  case FZ_DOC_ADDENDUM:
    fold_addendum (self, document);
    break;
  case FZ_DOC_PRESCRIPTION:
    fold_prescription (self, document);
    break;
  case FZ_DOC_REVIEW:
  case FZ_DOC_CONFIRMATION:
  case FZ_DOC_MONITORING:
  case FZ_DOC_PREPARATION:
  case FZ_DOC_CHECK:
  case FZ_DOC_DISPENSE:
  case FZ_DOC_DELIVERY:
  case FZ_DOC_DISPENSE_V1:
  case FZ_DOC_EXPIRY:
  case FZ_DOC_VOID:
    fold_rx_event (self, rx, kind, document);
    break;
  case FZ_DOC_FINISH:
  case FZ_DOC_REFUSAL:
  case FZ_DOC_WITHDRAWAL:
  case FZ_DOC_TERMINATION:
    fold_end (self, document);
    break;
  case FZ_DOC_PRIOR_RECORD:
    fold_prior_record (self, document);
    break;
  case FZ_DOC_MARKING:
    fold_marking (self, body);
    break;
  case FZ_DOC_HANDOVER:
    fold_handover (self, body);
    break;
  case FZ_N_DOCS:
  default:
    g_assert_not_reached ();
  }
}

/* The words of the state machine stand in the facts, so that one row tells all. */
static void
write_stages (FzFold *self)
{
  fz_fields_set (self->visit, "visit.stage", fz_stage_to_word (fz_case_get_stage (self->state)));
  for (guint i = 0; i < self->rx->len; i++) {
    FzFields *rx = self->rx->pdata[i];
    const FzCaseRx *state = fz_case_find_rx (self->state, fz_fields_get (rx, "rx.id"));

    fz_fields_set (rx, "rx.stage", fz_rx_stage_to_word (state->stage));
    fz_fields_set (rx, "rx.replaced_by", state->replaced_by);
    fz_fields_set (rx, "rx.sensitive", fz_fields_has (self->visit, "visit.sensitive") ? "yes" : NULL);
  }
}

gboolean
fz_fold_add (FzFold *self, const FzDocument *document, GError **error)
{
  FzDocKind kind = FZ_N_DOCS;
  const char *note = NULL;

  fz_doc_kind_from_text (fz_fields_get_kind (document->body), &kind);
  if (kind == FZ_DOC_PRESCRIPTION)
    note = document->note_sha256;
  if (!fz_case_apply (self->state, document->body, &document->actor, document->signed_at_us, note, error))
    return FALSE;
  fold_kind (self, kind, document);
  write_stages (self);
  return TRUE;
}
