#include "app/log_compare.h"

#include "core/catalogue_change.h"
#include "core/grant.h"
#include "core/knowledge_version.h"
#include "core/rules_version.h"
#include "db/audit.h"
#include "db/desk_key.h"
#include "db/directory.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define PAGE_DOCUMENTS 20
#define PAGE_ENTRIES 400
#define MOST_SAID 100

typedef struct {
  GHashTable *keys; /* name of a key -> GPtrArray of FzVerifier: today's and those that were closed */
  GPtrArray *differences;
  GPtrArray *documents; /* the page of documents being passed */
  guint at;             /* in that page: the next one that an entry must name */
  guint64 after;        /* number of the page's last document */
  guint64 entry;        /* the next entry */
  GHashTable *further;  /* "document LF signer" -> the document's number: further signatures that no entry has spoken of yet */
  char *approved;       /* one of those, by the approval passed last: before countersignatures had entries, the approval stood for both */
  gboolean more_documents, more_entries, astray;
  guint64 size; /* of the log when it began */
} Compare;

/* --- the keys --- */

static void
add_key (Compare *self, FzVerifier *take_key)
{
  const char *name = fz_verifier_get_name (take_key);
  GPtrArray *known = g_hash_table_lookup (self->keys, name);

  if (known == NULL) {
    known = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_verifier_unref);
    g_hash_table_insert (self->keys, g_strdup (name), known);
  }
  g_ptr_array_add (known, take_key);
}

static gboolean
add_text_key (Compare *self, const char *vkey, GError **error)
{
  FzVerifier *key = vkey != NULL ? fz_verifier_parse (vkey, error) : NULL;

  if (key != NULL)
    add_key (self, key);
  return key != NULL || vkey == NULL;
}

static gboolean
read_keys (FzTxn *txn, gpointer data, GError **error)
{
  Compare *self = data;
  g_autoptr (GPtrArray) desk = fz_desk_key_list (txn, error), staff = desk != NULL ? fz_staff_list (txn, error) : NULL;
  FzHash root;

  if (staff == NULL || !fz_audit_head (txn, &self->size, &root, NULL, error))
    return FALSE;
  for (guint i = 0; i < desk->len; i++)
    if (g_str_equal (fz_fields_get (desk->pdata[i], "purpose"), "desk") && !add_text_key (self, fz_fields_get (desk->pdata[i], "vkey"), error))
      return FALSE;
  for (guint i = 0; i < staff->len; i++) {
    const FzFields *person = staff->pdata[i];

    if (!add_text_key (self, fz_fields_get (person, "vkey"), error))
      return FALSE;
    for (guint k = 0; k < fz_fields_count (person, "past_key"); k++)
      if (!add_text_key (self, fz_fields_get_at (person, "past_key", k, "vkey"), error))
        return FALSE;
  }
  return TRUE;
}

/* --- the signatures --- */

static void
say (Compare *self, char *take_words)
{
  if (self->differences->len < MOST_SAID)
    g_ptr_array_add (self->differences, take_words);
  else
    g_free (take_words);
}

static gboolean
is_signed_by (Compare *self, const FzNote *note, const char *signer)
{
  GPtrArray *known = g_hash_table_lookup (self->keys, signer);

  for (guint i = 0; known != NULL && i < known->len; i++)
    if (fz_note_check (note, known->pdata[i], NULL))
      return TRUE;
  return FALSE;
}

static FzNote *
note_of (const FzDocument *document)
{
  g_autoptr (GBytes) bytes = fz_document_dup_note (document);
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (bytes, &n);

  return fz_note_parse (text, n, NULL);
}

static gpointer
number_of (const FzDocument *document)
{
  return g_memdup2 (&document->number, sizeof document->number);
}

/* A second line of a signer may be of another algorithm, judged elsewhere: one good line of each signer is asked. */
static void
check_signatures (Compare *self, const FzDocument *document)
{
  g_autoptr (FzNote) note = note_of (document);

  if (note == NULL) {
    say (self, g_strdup_printf (_ ("第 %" PRIu64 " 号文书 %s 的签名行不可识别。"), document->number, document->id));
    return;
  }
  for (guint i = 1; i < fz_note_get_n_lines (note); i++)
    if (!g_str_equal (fz_note_get_signer (note, i), fz_note_get_signer (note, 0)))
      g_hash_table_replace (self->further, g_strconcat (document->id, "\n", fz_note_get_signer (note, i), NULL), number_of (document));
  for (guint i = 0; i < fz_note_get_n_lines (note); i++)
    if (!is_signed_by (self, note, fz_note_get_signer (note, i)))
      say (self, g_strdup_printf (_ ("第 %" PRIu64 " 号文书 %s 上 %s 的签名不成立。"), document->number, document->id,
                                  fz_note_get_signer (note, i)));
}

/* Who approves signs the approved text as well; that line stands under the other document. */
static const char *const approvals[] = { "fuzhen.review/v1", FZ_RULES_DECISION_KIND, FZ_KNOWLEDGE_DECISION_KIND, FZ_CATALOGUE_DECISION_KIND, FZ_GRANT_DECISION_KIND,
                                         NULL };

static gboolean
is_approval (const FzFields *body)
{
  const char *verdict = fz_fields_get (body, "verdict");

  return g_strv_contains (approvals, fz_fields_get_kind (body)) &&
         (g_strcmp0 (verdict, "approved") == 0 || g_strcmp0 (verdict, "confirmed") == 0);
}

static gboolean
has_line_of (const FzDocument *document, const char *signer)
{
  g_autoptr (FzNote) note = note_of (document);

  for (guint i = 1; note != NULL && i < fz_note_get_n_lines (note); i++)
    if (g_str_equal (fz_note_get_signer (note, i), signer))
      return TRUE;
  return FALSE;
}

static gboolean
check_countersigned (FzTxn *txn, Compare *self, const FzDocument *approval, GError **error)
{
  g_autoptr (FzNote) by = is_approval (approval->body) ? note_of (approval) : NULL;
  const char *about = fz_fields_get (approval->body, "note_sha256");
  g_autoptr (GPtrArray) around = NULL;

  if (by == NULL)
    return TRUE;
  around = fz_documents_of_visit (txn, fz_fields_get (approval->body, "visit"), error);
  for (guint i = 0; around != NULL && i < around->len; i++) {
    const FzDocument *document = around->pdata[i];

    if (g_strcmp0 (document->note_sha256, about) != 0)
      continue;
    g_free (self->approved);
    self->approved = g_strconcat (document->id, "\n", fz_note_get_signer (by, 0), NULL);
    g_hash_table_remove (self->further, self->approved);
    if (!has_line_of (document, fz_note_get_signer (by, 0)))
      say (self, g_strdup_printf (_ ("第 %" PRIu64 " 号文书 %s 缺少批准人 %s 的签名。"), document->number, document->id,
                                  fz_note_get_signer (by, 0)));
  }
  return around != NULL;
}

/* --- the log, hand in hand with the documents --- */

static gboolean
next_page (FzTxn *txn, Compare *self, GError **error)
{
  g_clear_pointer (&self->documents, g_ptr_array_unref);
  self->documents = fz_documents_after (txn, self->after, PAGE_DOCUMENTS, error);
  self->at = 0;
  if (self->documents == NULL)
    return FALSE;
  self->more_documents = self->documents->len > 0;
  for (guint i = 0; i < self->documents->len; i++)
    check_signatures (self, self->documents->pdata[i]);
  if (self->more_documents)
    self->after = ((FzDocument *) self->documents->pdata[self->documents->len - 1])->number;
  return TRUE;
}

static FzDocument *
next_document (FzTxn *txn, Compare *self, GError **error)
{
  if (self->at == self->documents->len && self->more_documents && !next_page (txn, self, error))
    return NULL;
  return self->at < self->documents->len ? self->documents->pdata[self->at] : NULL;
}

typedef struct {
  FzTxn *txn;
  Compare *compare;
} Walk;

/* It is under the document that the entry speaks of. */
static void
pass_countersignature (Compare *self, guint64 number, const FzFields *entry)
{
  const char *subject = fz_fields_get (entry, "subject") != NULL ? fz_fields_get (entry, "subject") : "";
  g_autofree char *which = g_strconcat (subject, "\n", fz_fields_get (entry, "signer"), NULL);

  if (!g_hash_table_remove (self->further, which) && g_strcmp0 (self->approved, which) != 0)
    say (self, g_strdup_printf (_ ("审计日志第 %" PRIu64 " 条记载的 %s 的副签，不在文书 %s 上。"), number, fz_fields_get (entry, "signer"),
                                subject));
}

static gboolean
visit_entry (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  Walk *walk = data;
  Compare *self = walk->compare;
  const char *sha256 = fz_fields_get (entry, "document_sha256"), *subject = fz_fields_get (entry, "subject");
  g_autoptr (GError) why = NULL;
  FzDocument *document;

  self->entry = number + 1;
  self->more_entries = TRUE;
  if (sha256 == NULL)
    return TRUE;
  if (fz_fields_has (entry, "signer")) {
    pass_countersignature (self, number, entry);
    return TRUE;
  }
  document = next_document (walk->txn, self, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (document != NULL && g_strcmp0 (document->id, subject) == 0 && g_str_equal (document->text_sha256, sha256)) {
    self->at++;
    return check_countersigned (walk->txn, self, document, error);
  }
  self->astray = TRUE;
  say (self, document == NULL ? g_strdup_printf (_ ("审计日志第 %" PRIu64 " 条记载的文书 %s 不在库中。"), number, subject)
                              : g_strdup_printf (_ ("审计日志第 %" PRIu64 " 条记载的文书 %s 与库中的第 %" PRIu64 " 号文书不符。"), number, subject,
                                                 document->number));
  return FALSE; /* the first one is told; from there on nothing fits */
}

static gboolean
pass_entries (FzTxn *txn, gpointer data, GError **error)
{
  Compare *self = data;
  Walk walk = { txn, self };

  if (self->documents == NULL && !next_page (txn, self, error))
    return FALSE;
  self->more_entries = FALSE;
  return fz_audit_foreach (txn, self->entry, PAGE_ENTRIES, visit_entry, &walk, error);
}

static gboolean
find_unnamed (FzTxn *txn, gpointer data, GError **error)
{
  Compare *self = data;
  g_autoptr (GError) why = NULL;
  FzDocument *document = next_document (txn, self, &why);

  GHashTableIter left;
  gpointer which, number;

  if (document != NULL)
    say (self, g_strdup_printf (_ ("第 %" PRIu64 " 号文书 %s 没有审计记录。"), document->number, document->id));
  g_hash_table_iter_init (&left, self->further);
  while (document == NULL && g_hash_table_iter_next (&left, &which, &number)) {
    const char *cut = strchr (which, '\n');

    say (self, g_strdup_printf (_ ("第 %" PRIu64 " 号文书 %.*s 上 %s 的副签没有审计记录。"), *(guint64 *) number, (int) (cut - (char *) which), (char *) which, cut + 1));
  }
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_log_compare (FzDesk *desk, FzRecoverWatch *watch, GPtrArray *differences, GError **error)
{
  Compare self = { .differences = differences, .more_documents = TRUE, .more_entries = TRUE };
  gboolean good;

  self.further = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self.keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  good = fz_store_run (desk->store, FZ_TXN_READ, read_keys, &self, error);
  while (good && self.more_entries && !self.astray)
    good = fz_store_run (desk->store, FZ_TXN_READ, pass_entries, &self, error) && fz_recover_go_on ((double) self.entry / (double) MAX (self.size, 1), watch, error);
  good = good && (self.astray || fz_store_run (desk->store, FZ_TXN_READ, find_unnamed, &self, error));
  g_clear_pointer (&self.documents, g_ptr_array_unref);
  g_hash_table_unref (self.further);
  g_free (self.approved);
  g_hash_table_unref (self.keys);
  return good;
}
