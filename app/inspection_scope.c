/* Which visits and documents an inspection package is about, and their files. */
#include "app/inspection.h"

#include "app/knowledge.h"
#include "app/marking.h"
#include "app/purge.h"
#include "db/attachment.h"
#include "db/documents.h"
#include "db/registers.h"
#include "db/tombstone.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 100

typedef struct {
  FzInspection *self;
  guint64 after, last;
  GPtrArray *visits; /* ids in the order of their first document, then subjects of the institution (@…) */
  GHashTable *seen;
} Found;

static gboolean
find_page (FzTxn *txn, gpointer data, GError **error)
{
  Found *found = data;
  g_autoptr (GPtrArray) page = fz_documents_after (txn, found->after, PAGE, error);

  if (page == NULL)
    return FALSE;
  for (guint i = 0; i < page->len; i++) {
    const FzDocument *document = page->pdata[i];
    const char *visit = fz_fields_get (document->body, "visit");

    found->after = document->number;
    if (document->number <= found->last && visit != NULL && g_hash_table_add (found->seen, g_strdup (visit)))
      g_ptr_array_add (found->visits, g_strdup (visit));
  }
  if (page->len < PAGE)
    found->after = found->last;
  return TRUE;
}

static gboolean
find_bounds (FzTxn *txn, gpointer data, GError **error)
{
  Found *found = data;

  return fz_documents_before (txn, found->self->from_us, &found->after, error) && fz_documents_before (txn, found->self->to_us, &found->last, error);
}

/* --- a complaint --- */

static gboolean
read_complaint (FzTxn *txn, gpointer data, GError **error)
{
  FzInspection *self = data;
  g_autoptr (FzFields) entry = fz_entries_get (txn, self->complaint, error);
  const FzRegister *reg = NULL;

  for (guint i = 0; entry != NULL && i < self->desk->registers->len; i++)
    if (g_strcmp0 (fz_register_get_name (self->desk->registers->pdata[i]), fz_fields_get (entry, "entry.register")) == 0)
      reg = self->desk->registers->pdata[i];
  for (guint i = 0; reg != NULL && i < fz_register_get_n_fields (reg); i++) {
    const FzRegisterField *field = fz_register_get_field (reg, i);
    g_autofree char *key = g_strconcat ("field.", field->key, NULL);
    const char *value = fz_fields_get (entry, key);
    g_autoptr (FzFields) rx = value != NULL && field->kind == FZ_FIELD_RX ? fz_rx_get (txn, value, NULL) : NULL;

    if (value != NULL && field->kind == FZ_FIELD_VISIT)
      g_hash_table_add (self->named, g_strdup (value));
    if (rx != NULL)
      g_hash_table_add (self->named, g_strdup (fz_fields_get (rx, "rx.visit")));
  }
  return entry != NULL;
}

static gboolean
read_patient (FzTxn *txn, gpointer data, GError **error)
{
  FzInspection *self = data;
  g_autoptr (FzFields) visit = fz_visits_get (txn, self->visit, error);

  self->patient = visit != NULL ? fz_patient_word (visit) : NULL;
  if (visit != NULL && self->patient == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("就诊 %s 没有患者的证件号码，不能按患者查找。"), self->visit);
  return self->patient != NULL;
}

/* --- one visit --- */

typedef struct {
  FzInspection *self;
  const char *id;
  FzFields *facts; /* NULL: a subject of the institution */
  GPtrArray *documents;
} One;

static gboolean
read_one (FzTxn *txn, gpointer data, GError **error)
{
  One *one = data;

  one->documents = fz_documents_of_visit (txn, one->id, error);
  one->facts = one->documents != NULL && *one->id != '@' ? fz_visits_get (txn, one->id, error) : NULL;
  return one->documents != NULL && (one->facts != NULL || *one->id == '@');
}

static gboolean
is_by (const FzDocument *document, const char *number)
{
  return g_strcmp0 (fz_fields_get (document->body, "doctor.staff_number"), number) == 0;
}

/* Documents of the institution belong to a package of everything in these days; of a complaint, only its own. */
static gboolean
is_in_scope (const One *one)
{
  const FzInspection *self = one->self;
  g_autofree char *patient = one->facts != NULL ? fz_patient_word (one->facts) : NULL;
  gboolean by_doctor = self->doctor == NULL;

  if (one->facts == NULL && self->complaint != NULL)
    return g_str_equal (one->id + 1, self->complaint);
  if (one->facts == NULL)
    return self->doctor == NULL && self->patient == NULL;
  for (guint i = 0; i < one->documents->len && !by_doctor; i++)
    by_doctor = is_by (one->documents->pdata[i], self->doctor);
  return by_doctor && (self->patient == NULL || g_strcmp0 (patient, self->patient) == 0) &&
         (self->named == NULL || g_hash_table_contains (self->named, one->id));
}

static const char *
signer_of (const FzDocument *document)
{
  const char *line = document->lines->pdata[0];

  return g_str_has_prefix (line, "\342\200\224 ") ? line + 4 : line;
}

/* documents/00000012-prescription.fzd */
static char *
path_of (const FzDocument *document)
{
  const char *kind = strchr (fz_fields_get_kind (document->body), '.') + 1;

  return g_strdup_printf ("documents/%08" G_GUINT64_FORMAT "-%.*s.fzd", document->number, (int) strcspn (kind, "/"), kind);
}

static void
note_hashes (FzInspection *self, const FzDocument *document)
{
  const FzFields *body = document->body;
  const char *rulebook = fz_fields_get (body, "rulebook.sha256"), *knowledge = fz_fields_get (body, "knowledge.sha256");

  if (rulebook != NULL)
    g_hash_table_add (self->rulebooks, g_strdup (rulebook));
  if (knowledge != NULL)
    g_hash_table_add (self->knowledge, g_strdup (knowledge));
  for (guint i = 0; i < fz_fields_count (body, "knowledge.row"); i++)
    if (fz_fields_get_at (body, "knowledge.row", i, "sha256") != NULL)
      g_hash_table_add (self->rows, g_strdup (fz_fields_get_at (body, "knowledge.row", i, "sha256")));
  for (guint i = 0; i < fz_fields_count (body, "evidence"); i++)
    if (fz_fields_get_at (body, "evidence", i, "sha256") != NULL)
      g_hash_table_add (self->evidence, g_strdup (fz_fields_get_at (body, "evidence", i, "sha256")));
  for (guint i = 0; i < fz_fields_count (body, "attachment"); i++)
    if (fz_fields_get_at (body, "attachment", i, "sha256") != NULL)
      g_hash_table_add (self->evidence, g_strdup (fz_fields_get_at (body, "attachment", i, "sha256")));
}

static gboolean
take_document (FzInspection *self, const FzDocument *document, GError **error)
{
  FzInspectionDocument *kept = g_new0 (FzInspectionDocument, 1);
  g_autoptr (GBytes) note = NULL;
  const char *signer = signer_of (document);

  kept->number = document->number;
  kept->id = g_strdup (document->id);
  kept->visit = g_strdup (fz_fields_get (document->body, "visit"));
  kept->kind = g_strdup (fz_fields_get_kind (document->body));
  kept->sha256 = g_strdup (document->text_sha256);
  kept->signed_at = fz_time_format (document->signed_at_us);
  kept->signer = g_strndup (signer, strcspn (signer, " "));
  g_ptr_array_add (self->documents, kept);
  g_hash_table_add (self->in_scope, g_strdup (document->id));
  g_hash_table_add (self->hashes, g_strdup (document->text_sha256));
  fz_inspection_count (self, kept->kind);
  note_hashes (self, document);
  if (self->level != FZ_INSPECTION_FULL)
    return TRUE;
  note = fz_document_dup_note (document);
  kept->path = path_of (document);
  return fz_package_add (self->package, kept->path, g_bytes_get_data (note, NULL), g_bytes_get_size (note), 0600, error);
}

static guint
number_of_patient (FzInspection *self, const FzFields *facts)
{
  g_autofree char *word = fz_patient_word (facts);
  guint number = word != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->patients, word)) : 0;

  if (word != NULL && number == 0) {
    number = g_hash_table_size (self->patients) + 1;
    g_hash_table_insert (self->patients, g_steal_pointer (&word), GUINT_TO_POINTER (number));
  }
  return number;
}

/* Ages by ten years: with department, sex and diagnosis an exact one would point at somebody. */
static char *
age_band (const FzFields *facts)
{
  gint64 years = 0;

  if (!fz_fields_get_int (facts, "patient.age_years", &years) || years < 0)
    return NULL;
  return years >= 90 ? g_strdup ("90岁以上") : g_strdup_printf ("%d—%d岁", (int) (years / 10 * 10), (int) (years / 10 * 10 + 9));
}

static gboolean
take_visit (One *one, GError **error)
{
  FzInspection *self = one->self;
  FzInspectionVisit *visit = g_new0 (FzInspectionVisit, 1);
  g_autofree char *stage = g_strconcat ("visit.", fz_fields_get (one->facts, "visit.stage"), NULL), *page = NULL;

  g_ptr_array_add (self->visits, visit);
  visit->id = g_strdup (one->id);
  visit->stage = g_strdup (fz_fields_get (one->facts, "visit.stage"));
  visit->department = g_strdup (fz_fields_get (one->facts, "visit.department_name"));
  visit->sex = g_strdup (fz_fields_get (one->facts, "patient.sex"));
  visit->age = age_band (one->facts);
  visit->diagnosis = g_strdup (fz_fields_get_at (one->facts, "diagnosis", 0, "code"));
  visit->patient = number_of_patient (self, one->facts);
  g_hash_table_add (self->in_scope, g_strdup (one->id));
  fz_inspection_count (self, "visits");
  fz_inspection_count (self, stage);
  if (self->level != FZ_INSPECTION_FULL)
    return TRUE;
  visit->facts = fz_fields_ref (one->facts);
  visit->page = g_strdup_printf ("visits/%04u.html", self->visits->len);
  page = fz_inspection_visit_page (self, visit, one->documents);
  return fz_package_add_text (self->package, visit->page, page, error) && fz_inspection_write_talk (self, visit, self->visits->len, error);
}

static gboolean
in_days (const FzInspection *self, const FzDocument *document)
{
  return document->signed_at_us >= self->from_us && document->signed_at_us < self->to_us;
}

/* Without the leave of two persons that names them; the index says how many. */
static void
leave_out (One *one)
{
  FzInspection *self = one->self;

  self->n_left_out++;
  g_hash_table_add (self->left_out, g_strdup (one->id));
  for (guint i = 0; i < one->documents->len; i++)
    g_hash_table_add (self->left_out, g_strdup (((const FzDocument *) one->documents->pdata[i])->id));
}

/* All documents of a visit, also those of other days: without them it cannot be judged. Of the institution's own only those of the days. */
static gboolean
take_one (One *one, GError **error)
{
  if (!is_in_scope (one))
    return TRUE;
  if (one->facts != NULL && fz_marking_is_on (one->facts) && !one->self->sensitive) {
    leave_out (one);
    return TRUE;
  }
  if (*one->id == '@')
    g_hash_table_add (one->self->in_scope, g_strdup (one->id + 1));
  for (guint i = 0; i < one->documents->len; i++) {
    const FzDocument *document = one->documents->pdata[i];

    if ((one->facts != NULL || one->self->complaint != NULL || in_days (one->self, document)) && !take_document (one->self, document, error))
      return FALSE;
  }
  return one->facts == NULL || take_visit (one, error);
}

static gboolean
gather_one (FzInspection *self, const char *id, GError **error)
{
  One one = { .self = self, .id = id };
  gboolean good = fz_inspection_step (self, error) && fz_store_run (self->desk->store, FZ_TXN_READ, read_one, &one, error) && take_one (&one, error);

  g_clear_pointer (&one.facts, fz_fields_unref);
  g_clear_pointer (&one.documents, g_ptr_array_unref);
  return good;
}

/* --- evidence --- */

typedef struct {
  const char *sha256;
  GBytes *bytes;
  char *media, *gone; /* gone: when and by whom it was removed; NULL: it is there */
  char *visit;        /* whose it was */
  guint64 tombstone;
} Evidence;

static void
evidence_clear (Evidence *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->media);
  g_free (self->gone);
  g_free (self->visit);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Evidence, evidence_clear)

static gboolean
read_evidence (FzTxn *txn, gpointer data, GError **error)
{
  Evidence *evidence = data;
  gboolean there = FALSE;

  if (!fz_attachment_is_there (txn, evidence->sha256, &there, error) ||
      (!there && !fz_tombstone_first (txn, FZ_TOMBSTONE_IMAGE, evidence->sha256, &evidence->tombstone, &evidence->visit, error)))
    return FALSE;
  if (evidence->visit != NULL) {
    evidence->gone = fz_purge_words (txn, evidence->visit, evidence->sha256, error);
    return evidence->gone != NULL;
  }
  evidence->bytes = fz_attachment_get (txn, evidence->sha256, &evidence->media, error);
  return evidence->bytes != NULL;
}

static const char *
ending_of (const char *media)
{
  return g_strcmp0 (media, "image/jpeg") == 0 ? "jpg" : g_strcmp0 (media, "image/png") == 0 ? "png" : g_strcmp0 (media, "application/pdf") == 0 ? "pdf" : "bin";
}

static gboolean
write_evidence (FzInspection *self, const char *sha256, GError **error)
{
  g_auto (Evidence) evidence = { .sha256 = sha256 };
  g_autofree char *path = NULL;

  if (!fz_inspection_step (self, error) || !fz_store_run (self->desk->store, FZ_TXN_READ, read_evidence, &evidence, error))
    return FALSE;
  if (evidence.gone != NULL) {
    FzFields *row = fz_fields_new ("fuzhen.cleared/v1");

    fz_fields_set (row, "sha256", sha256);
    fz_fields_set (row, "visit", evidence.visit);
    fz_fields_set (row, "words", evidence.gone);
    fz_fields_set_int (row, "document", (gint64) evidence.tombstone);
    g_ptr_array_add (self->cleared, row);
    return TRUE;
  }
  path = g_strdup_printf ("evidence/%s.%s", sha256, ending_of (evidence.media));
  return fz_package_add (self->package, path, g_bytes_get_data (evidence.bytes, NULL), g_bytes_get_size (evidence.bytes), 0600, error);
}

/* --- what is no longer there, and the documents that say why --- */

typedef struct {
  guint64 number;
  GPtrArray *documents; /* of the purge, and of the leave for it */
} Reason;

static gboolean
read_reason (FzTxn *txn, gpointer data, GError **error)
{
  Reason *reason = data;
  g_autoptr (GPtrArray) at = fz_documents_after (txn, reason->number - 1, 1, error), leave = NULL;
  const FzFields *body = at != NULL && at->len == 1 ? ((const FzDocument *) at->pdata[0])->body : NULL;
  g_autofree char *grant = body != NULL ? g_strconcat ("@", fz_fields_get (body, "grant"), NULL) : NULL;

  if (body == NULL)
    return FALSE;
  leave = fz_documents_of_visit (txn, grant, error);
  reason->documents = leave != NULL ? fz_documents_of_visit (txn, fz_fields_get (body, "visit"), error) : NULL;
  if (reason->documents == NULL)
    return FALSE;
  g_ptr_array_extend_and_steal (reason->documents, g_steal_pointer (&leave));
  return TRUE;
}

static gboolean
take_reasons (FzInspection *self, GError **error)
{
  for (guint i = 0; i < self->cleared->len; i++) {
    Reason reason = { 0 };
    gint64 number = 0;
    gboolean good;

    fz_fields_get_int (self->cleared->pdata[i], "document", &number);
    reason.number = (guint64) number;
    good = fz_store_run (self->desk->store, FZ_TXN_READ, read_reason, &reason, error);
    for (guint k = 0; good && k < reason.documents->len; k++) {
      const FzDocument *document = reason.documents->pdata[k];

      good = g_hash_table_contains (self->in_scope, document->id) || take_document (self, document, error);
    }
    g_clear_pointer (&reason.documents, g_ptr_array_unref);
    if (!good)
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_cleared (FzInspection *self, GError **error)
{
  static const char *const columns[] = { "资料的 SHA-256", "就诊", "说明", "清除记录（文书号）", NULL };
  g_autoptr (GString) table = fz_inspection_table_new (self, columns);

  if (self->cleared->len == 0)
    return TRUE;
  for (guint i = 0; i < self->cleared->len; i++) {
    const FzFields *row = self->cleared->pdata[i];
    const char *const cells[] = { fz_fields_get (row, "sha256"), fz_fields_get (row, "visit"), fz_fields_get (row, "words"),
                                  fz_fields_get (row, "document"), NULL };

    fz_inspection_table_add (table, cells);
  }
  return fz_package_add_text (self->package, "evidence-cleared.csv", table->str, error) && take_reasons (self, error);
}

/* --- everything --- */

static gboolean
find_all (FzInspection *self, Found *found, GError **error)
{
  FzStore *store = self->desk->store;

  if (self->complaint != NULL) {
    self->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (!fz_store_run (store, FZ_TXN_READ, read_complaint, self, error))
      return FALSE;
  }
  if (self->visit != NULL && !fz_store_run (store, FZ_TXN_READ, read_patient, self, error))
    return FALSE;
  if (!fz_store_run (store, FZ_TXN_READ, find_bounds, found, error))
    return FALSE;
  while (found->after < found->last)
    if (g_cancellable_set_error_if_cancelled (self->stop, error) || !fz_store_run (store, FZ_TXN_READ, find_page, found, error))
      return FALSE;
  /* The complaint itself may be of another day than the visit. */
  if (self->complaint != NULL) {
    g_autofree char *subject = g_strconcat ("@", self->complaint, NULL);

    if (g_hash_table_add (found->seen, g_strdup (subject)))
      g_ptr_array_add (found->visits, g_steal_pointer (&subject));
  }
  return TRUE;
}

gboolean
fz_inspection_gather (FzInspection *self, GError **error)
{
  g_autoptr (GPtrArray) visits = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Found found = { .self = self, .visits = visits, .seen = seen };
  GHashTableIter iter;
  gpointer sha256;

  if (!find_all (self, &found, error))
    return FALSE;
  self->total += visits->len;
  for (guint i = 0; i < visits->len; i++)
    if (!gather_one (self, visits->pdata[i], error))
      return FALSE;
  if (self->level != FZ_INSPECTION_FULL)
    return TRUE;
  self->total += g_hash_table_size (self->evidence);
  g_hash_table_iter_init (&iter, self->evidence);
  while (g_hash_table_iter_next (&iter, &sha256, NULL))
    if (!write_evidence (self, sha256, error))
      return FALSE;
  return write_cleared (self, error);
}
