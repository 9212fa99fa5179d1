/* A request arrives: bundle or by hand, through one door (复诊申请收件). Tianjin 2025 art. 11, 18, 20. */
#include "app/check.h"
#include "app/consent.h"
#include "app/image_client.h"
#include "app/intake.h"
#include "app/intake_bundle_private.h"
#include "app/knowledge.h"
#include "app/purge.h"
#include "app/situation.h"
#include "app/submit.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  FzDesk *desk;
  FzSession *session; /* NULL in a demo's scripted front */
  FzFields *facts;
  GPtrArray *files; /* FzBundleFile */
  GPtrArray *media; /* of each file, static words */
  const char *source;
  const char *bundle; /* its name, for messages; NULL by hand */
  char *visit;
  FzFields *verdicts; /* of the clauses asked when it arrived */
  FzJob also;         /* in the same transaction; NULL: nothing */
  gpointer also_data;
} Intake;

static FzBundleCheck
bundle_check (FzDesk *desk)
{
  FzBundleCheck check = { fz_desk_now_us (desk),
                          fz_knowledge_codes (desk->knowledge, "departments"),
                          fz_knowledge_codes (desk->knowledge, "modes"),
                          fz_knowledge_codes (desk->knowledge, "id-kinds"),
                          fz_knowledge_codes (desk->knowledge, "relations"),
                          fz_knowledge_codes (desk->knowledge, "consent-methods"),
                          fz_knowledge_codes (desk->knowledge, "evidence-kinds"),
                          fz_knowledge_codes (desk->knowledge, "sensitive-reasons") };

  return check;
}

static char *
bad_file (const Intake *intake, const char *name, const char *why)
{
  g_autofree char *words = g_strdup_printf (_ ("证据资料“%s”：%s"), name, why);

  return intake->bundle != NULL ? g_strdup_printf (_ ("申请包“%s”：%s"), intake->bundle, words) : g_steal_pointer (&words);
}

gboolean
fz_intake_probe (const FzBundleFile *file, FzFields *facts, guint i, GError **error)
{
  g_autoptr (FzImage) image = fz_image_decode (file->bytes, 64, NULL, error);

  if (image == NULL)
    return FALSE;
  fz_fields_set_at (facts, "evidence", i, "media", image->media_type);
  fz_fields_set_int_at (facts, "evidence", i, "width", image->source_width);
  fz_fields_set_int_at (facts, "evidence", i, "height", image->source_height);
  return TRUE;
}

/* Every image is opened once in the cage before anything is kept: what cannot be looked at is no evidence. */
static gboolean
probe_files (Intake *intake, GPtrArray *problems)
{
  gboolean good = TRUE;

  intake->media = g_ptr_array_new ();
  for (guint i = 0; i < intake->files->len; i++) {
    const FzBundleFile *file = intake->files->pdata[i];
    g_autoptr (GError) why = NULL;

    if (fz_intake_probe (file, intake->facts, i, &why)) {
      g_ptr_array_add (intake->media, (gpointer) g_intern_string (fz_fields_get_at (intake->facts, "evidence", i, "media")));
      continue;
    }
    g_ptr_array_add (problems, bad_file (intake, file->name, why->message));
    good = FALSE;
  }
  return good;
}

static void
copy_parts (FzFields *body, const FzFields *facts, const char *const *parts)
{
  for (guint i = 0; parts[i] != NULL; i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (facts, parts[i], "fuzhen.part/v1");

    fz_fields_merge (body, parts[i], part);
  }
}

static FzFields *
intake_body (Intake *intake, gint64 now_us)
{
  static const char *const parts[] = { "visit", "patient", "guardian", "specialist", "prior", "allergy", "request", "evidence", NULL };
  g_autofree char *id = fz_document_id (intake->desk, intake->visit, "intake");
  FzFields *body = fz_body_new (intake->desk, FZ_DOC_INTAKE, intake->visit, id, now_us);

  copy_parts (body, intake->facts, parts);
  fz_fields_set (body, "visit.id", NULL);
  fz_fields_set (body, "source", intake->source);
  fz_check_put_rules (intake->desk, intake->verdicts, body);
  return body;
}

/* The number was checked by its digits, birth date and sex when the bundle was read; other papers a person looks at later. */
static FzFields *
identity_body (Intake *intake, gint64 now_us)
{
  static const char *const parts[] = { "patient", NULL };
  g_autofree char *id = fz_document_id (intake->desk, intake->visit, "identity");
  FzFields *body = fz_body_new (intake->desk, FZ_DOC_IDENTITY, intake->visit, id, now_us);
  gboolean by_number = g_strcmp0 (fz_fields_get (intake->facts, "patient.id_kind"), "01") == 0;

  copy_parts (body, intake->facts, parts);
  fz_bundle_drop_further (body);
  fz_fields_set (body, "method", by_number ? "number" : "document");
  /* Another paper than the identity card counts only when a person at the desk had it in hand. */
  fz_fields_set_bool (body, "verified", by_number || g_str_equal (intake->source, "hand"));
  return body;
}

static gboolean
put_files (FzTxn *txn, Intake *intake, GError **error)
{
  for (guint i = 0; i < intake->files->len; i++) {
    const FzBundleFile *file = intake->files->pdata[i];
    g_autofree char *sha256 = NULL;

    if (!fz_attachment_put (txn, file->bytes, intake->media->pdata[i], &sha256, error))
      return FALSE;
    fz_fields_set_at (intake->facts, "evidence", i, "sha256", sha256);
  }
  return TRUE;
}

static gboolean
add_document (FzTxn *txn, Intake *intake, GPtrArray *documents, FzFields *body, GError **error)
{
  FzDocument *document = fz_submit_desk_document (intake->desk, txn, body, error);

  fz_fields_unref (body);
  if (document == NULL)
    return FALSE;
  g_ptr_array_add (documents, document);
  return TRUE;
}

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  Intake *intake = data;
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);
  FzSubmission submission = { .visit = intake->visit, .documents = documents };
  gint64 now_us = fz_txn_now_us (txn);
  g_autoptr (GPtrArray) there = fz_documents_of_visit (txn, intake->visit, error);

  if (there == NULL)
    return FALSE;
  if (intake->also != NULL && !intake->also (txn, intake->also_data, error))
    return FALSE;
  if (there->len > 0) {
    g_autoptr (FzFields) again = intake_body (intake, now_us);

    return fz_consent_take_again (intake->desk, intake->session, txn, intake->visit, again, intake->facts, error);
  }
  if (!put_files (txn, intake, error) ||
      !add_document (txn, intake, documents, intake_body (intake, now_us), error) ||
      !add_document (txn, intake, documents, identity_body (intake, now_us), error) ||
      (fz_fields_has (intake->facts, "consent.at") &&
       !add_document (txn, intake, documents, fz_consent_body (intake->desk, intake->visit, intake->facts, now_us), error)))
    return FALSE;
  return fz_submit (intake->desk, intake->session, txn, &submission, error);
}

/* 患者出生日期（patient.birth_date）：… as the other checks of a request say it, so that a form can show it at its row. */
static char *
problem_line (const FzFinding *finding)
{
  g_autofree char *words = finding->field != NULL ? fz_bundle_field_words (finding->field) : NULL;

  if (words == NULL || g_str_equal (words, finding->field))
    return g_strdup_printf ("%s（%s）", finding->message, finding->clause);
  return g_strdup_printf ("%s（%s）：%s（%s）", words, finding->field, finding->message, finding->clause);
}

/* Clauses of the moment of intake: a minor without guardian, no evidence, no prior diagnosis. */
static gboolean
check_clauses (Intake *intake, GPtrArray *problems, GError **error)
{
  static const FzMoment moments[] = { FZ_MOMENT_INTAKE };
  g_autoptr (FzFields) facts = fz_fields_dup (intake->facts, "fuzhen.check_facts/v1");
  gint64 now_us = fz_desk_now_us (intake->desk);
  g_autoptr (GPtrArray) findings = NULL;
  gboolean good = TRUE;

  if (!fz_situation_put (intake->desk, now_us, facts, error))
    return FALSE;
  intake->verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  findings = fz_check_run (intake->desk, moments, 1, facts, FALSE, now_us, intake->verdicts, error);
  if (findings == NULL)
    return FALSE;
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (finding->severity != FZ_SEVERITY_STOP)
      continue;
    g_ptr_array_add (problems, problem_line (finding));
    good = FALSE;
  }
  return good;
}

/* TRUE when it was taken in; FALSE with `problems` grown or with *error. */
static gboolean
take_in (Intake *intake, GPtrArray *problems, GError **error)
{
  g_autoptr (GError) why = NULL;
  gboolean good;

  intake->visit = g_strdup (fz_fields_get (intake->facts, "visit.id"));
  good = probe_files (intake, problems) && check_clauses (intake, problems, &why) &&
         fz_store_has_room (intake->desk->store, &why) &&
         fz_store_run (intake->desk->store, FZ_TXN_RECORD, keep, intake, &why);
  g_clear_pointer (&intake->verdicts, fz_fields_unref);
  g_ptr_array_unref (intake->media);
  if (good || why == NULL)
    return good;
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_CONFLICT) || g_error_matches (why, FZ_ERROR, FZ_ERROR_REFUSED))
    g_ptr_array_add (problems, g_strdup_printf ("%s：%s", intake->visit, why->message));
  else
    g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
take_bundle (FzDesk *desk, FzSession *session, const FzBundle *bundle, GPtrArray *problems, guint *taken, GError **error)
{
  Intake intake = { .desk = desk, .session = session, .files = bundle->files, .source = "bundle", .bundle = bundle->name };
  g_autoptr (GError) why = NULL;

  for (guint i = 0; i < bundle->problems->len; i++)
    g_ptr_array_add (problems, fz_bundle_problem_line (bundle, bundle->problems->pdata[i]));
  if (bundle->facts == NULL)
    return TRUE;
  intake.facts = fz_fields_dup (bundle->facts, NULL);
  if (take_in (&intake, problems, &why))
    (*taken)++;
  g_free (intake.visit);
  fz_fields_unref (intake.facts);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_intake_path (FzDesk *desk, FzSession *session, const char *path, guint *out_taken, GPtrArray **out_problems, GError **error)
{
  FzBundleCheck check = bundle_check (desk);
  g_autoptr (GPtrArray) bundles = fz_bundle_load_path (path, &check, error);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);

  *out_taken = 0;
  if (bundles == NULL)
    return FALSE;
  for (guint i = 0; i < bundles->len; i++)
    if (!take_bundle (desk, session, bundles->pdata[i], problems, out_taken, error))
      return FALSE;
  *out_problems = g_steal_pointer (&problems);
  return TRUE;
}

gboolean
fz_desk_intake (FzSession *session, const char *path, guint *out_taken, GPtrArray **out_problems, GError **error)
{
  return fz_session_may (session, "visit.intake", "store", NULL, error) &&
         fz_intake_path (session->desk, session, path, out_taken, out_problems, error);
}

static gboolean
read_consent_text (FzTxn *txn, gpointer data, GError **error)
{
  FzFields *out = data;
  g_autofree char *version = NULL, *sha256 = NULL, *text = NULL;

  if (!fz_consent_text_newest (txn, &version, &sha256, &text, error))
    return FALSE;
  fz_fields_set (out, "version", version);
  fz_fields_set (out, "sha256", sha256);
  fz_fields_set (out, "text", text);
  return TRUE;
}

FzFields *
fz_desk_consent_text (FzSession *session, GError **error)
{
  g_autoptr (FzFields) out = fz_fields_new ("fuzhen.consent_text/v1");

  if (!fz_session_may (session, "visit.intake", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, read_consent_text, out, error))
    return NULL;
  return fz_fields_freeze (g_steal_pointer (&out));
}

static gboolean
read_files (const char *const *paths, FzFields *facts, GPtrArray *files, GError **error)
{
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++) {
    FzBundleFile *file = fz_bundle_read_file (paths[i], error);
    g_autofree char *sha256 = NULL;

    if (file == NULL)
      return FALSE;
    sha256 = fz_sha256_hex (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes));
    g_ptr_array_add (files, file);
    fz_fields_set_at (facts, "evidence", i, "file", file->name);
    fz_fields_set_at (facts, "evidence", i, "sha256", sha256);
    if (fz_fields_get_at (facts, "evidence", i, "kind") == NULL)
      fz_fields_set_at (facts, "evidence", i, "kind", "outpatient_record");
  }
  return TRUE;
}

static gboolean
fail_with (GPtrArray *problems, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (const char *) problems->pdata[i]);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, text->str);
  return FALSE;
}

static gboolean
check_typed (FzDesk *desk, FzFields *facts, GPtrArray *lines)
{
  FzBundleCheck check = bundle_check (desk);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_problem_free);
  gboolean good = fz_bundle_check_facts (facts, &check, problems);

  for (guint i = 0; i < problems->len; i++)
    g_ptr_array_add (lines, g_strdup (((FzBundleProblem *) problems->pdata[i])->message));
  return good;
}

/* Takes what was put together at a desk of ours or sent by the front; INVALID says everything that is wrong with it. */
static gboolean
take_facts (Intake *intake, const FzFields *facts, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzFields) typed = fz_fields_dup (facts, NULL);
  g_autoptr (GError) why = NULL;
  gboolean good;

  intake->facts = typed;
  good = check_typed (intake->desk, typed, problems) && take_in (intake, problems, &why);
  g_clear_pointer (&intake->visit, g_free);
  if (good)
    return TRUE;
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    fail_with (problems, error);
  return FALSE;
}

gboolean
fz_intake_facts (FzDesk *desk, FzSession *session, const FzFields *facts, GPtrArray *files, GError **error)
{
  Intake intake = { .desk = desk, .session = session, .files = files, .source = "bundle" };

  return take_facts (&intake, facts, error);
}

FzFields *
fz_intake_read_request (FzDesk *desk, const char *json, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_problem_free), lines = g_ptr_array_new ();
  g_autoptr (FzFields) facts = fz_bundle_parse_json (bytes, problems);

  if (problems->len == 0)
    return g_steal_pointer (&facts);
  for (guint i = 0; i < problems->len; i++)
    g_ptr_array_add (lines, ((FzBundleProblem *) problems->pdata[i])->message);
  fail_with (lines, error);
  return NULL;
}

gboolean
fz_intake_request (FzDesk *desk, const FzFields *facts, GPtrArray *files, FzJob also, gpointer also_data, GError **error)
{
  Intake intake = { .desk = desk, .files = files, .source = "front", .also = also, .also_data = also_data };

  return take_facts (&intake, facts, error);
}

char *
fz_desk_intake_by_hand (FzSession *session, const FzFields *facts, const char *const *evidence_paths, GError **error)
{
  FzDesk *desk = session->desk;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_file_free);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzFields) typed = fz_fields_dup (facts, NULL);
  Intake intake = { .desk = desk, .session = session, .facts = typed, .files = files, .source = "hand" };
  g_autoptr (GError) why = NULL;
  g_autofree char *visit = NULL;

  if (!fz_session_may (session, "visit.intake", "store", NULL, error) || !read_files (evidence_paths, typed, files, error))
    return NULL;
  if (!fz_fields_has (typed, "visit.id")) {
    guint8 random[5];

    fz_desk_random (desk, random, sizeof random);
    visit = g_strdup_printf ("H%02x%02x%02x%02x%02x", random[0], random[1], random[2], random[3], random[4]);
    fz_fields_set (typed, "visit.id", visit);
  }
  if (!fz_fields_has (typed, "visit.applied_at"))
    fz_fields_set_time (typed, "visit.applied_at", fz_desk_now_us (desk));
  if (check_typed (desk, typed, problems) && take_in (&intake, problems, &why))
    return intake.visit;
  g_free (intake.visit);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    fail_with (problems, error);
  return NULL;
}

/* --- looking at evidence --- */

typedef struct {
  FzSession *session;
  const char *visit, *sha256;
  GBytes *bytes;
  char *gone;
} Look;

static gboolean
get_bytes (FzTxn *txn, gpointer data, GError **error)
{
  Look *look = data;
  g_autoptr (GError) why = NULL;

  look->gone = fz_purge_words (txn, look->visit, look->sha256, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  look->bytes = look->gone == NULL ? fz_attachment_get (txn, look->sha256, NULL, error) : NULL;
  return (look->bytes != NULL || look->gone != NULL) &&
         fz_session_audit (look->session, txn, "evidence.read", "visit", look->visit, "done", NULL, NULL, error);
}

void
fz_picture_free (FzPicture *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->rgba, g_bytes_unref);
  g_free (self->media);
  g_free (self->gone);
  g_free (self);
}

FzPicture *
fz_picture_new (GBytes *bytes, char *take_gone, int max_edge, GError **error)
{
  g_autoptr (FzImage) image = take_gone == NULL ? fz_image_decode (bytes, (guint) CLAMP (max_edge, 64, FZ_IMAGE_MAX_EDGE), NULL, error) : NULL;
  FzPicture *picture;

  if (image == NULL && take_gone == NULL)
    return NULL;
  picture = g_new0 (FzPicture, 1);
  picture->gone = take_gone;
  if (image == NULL)
    return picture;
  picture->width = (int) image->width;
  picture->height = (int) image->height;
  picture->stride = (int) image->stride;
  picture->rgba = g_bytes_ref (image->rgba);
  picture->media = g_strdup (image->media_type);
  return picture;
}

FzPicture *
fz_desk_read_evidence (FzSession *session, const char *visit, guint index, int max_edge, GError **error)
{
  g_autoptr (FzFields) facts = fz_session_may (session, "evidence.read", "visit", visit, error)
                                 ? fz_desk_read_visit (session, visit, error)
                                 : NULL;
  Look look = { session, visit, facts != NULL ? fz_fields_get_at (facts, "evidence", index, "sha256") : NULL, NULL, NULL };
  g_autoptr (GBytes) bytes = NULL;

  if (facts == NULL)
    return NULL;
  if (look.sha256 == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有这份证据资料。"));
    return NULL;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, get_bytes, &look, error)) {
    g_free (look.gone);
    return NULL;
  }
  bytes = look.bytes;
  return fz_picture_new (bytes, look.gone, max_edge, error);
}
