/* Where each value of a payload comes from (数据来源): the fields as the message was built from its facts, and each fact's own origin: the document that says
 * it with its hash and key, the entry of a register, a register of people, the institution, a code table, the clock, or by what it is reckoned. */
#include "app/upload.h"

#include "app/due_private.h"
#include "app/reporting.h"
#include "db/documents.h"

#include <string.h>

/* What no single line of a document says, and from what it follows. */
static const struct {
  const char *fact, *from, *key;
} origins[] = {
  { "frozen_at", "clock", NULL },
  { "organ.", "institution", NULL },
  { "drug.", "catalogue", NULL },
  { "doctor.", "staff", "doctor.staff_number" },
  { "pharmacist.", "staff", "pharmacist.staff_number" },
  { "subject.name", "codes", "departments" },
  { "dept.id", "reckoned", "subject.code" },
  { "patient.age_years", "reckoned", "patient.birth_date" },
  { "visit.answered", "reckoned", "visit.taken_at" },
  { "visit.referral", "reckoned", "eligibility.verdict" },
  { "diagnosis.main.code", "reckoned", "diagnosis.00.code" },
  { "rx.valid", "reckoned", "rx.stage" },
  { "rx.dispensed", "reckoned", "rx.stage" },
  { "event.business", "reckoned", "field.visit" },
  { "evaluation.business", "reckoned", "field.visit" },
};

typedef struct {
  const char *fact, *said;
  const FzDocument *looking, *document; /* at hand; the best so far */
  char *key;
  guint rank;
} Search;

typedef struct {
  FzTxn *txn;
  const FzFields *row, *facts;
  const FzWireEntry *wire; /* of a row that speaks of an entry */
  GPtrArray *entry, *visit; /* of FzDocument, in order */
} Trace;

/* --- documents --- */

static const char *
last_word (const char *key)
{
  const char *dot = strrchr (key, '.');

  return dot != NULL ? dot + 1 : key;
}

/* The same key; the same without what the fold put before it; the same last word; or, of a longer value, any line that says it. */
static guint
rank_of (const Search *search, const char *key, const char *value)
{
  const char *rest = strchr (search->fact, '.');

  if (g_strcmp0 (value, search->said) != 0)
    return 0;
  if (g_str_equal (key, search->fact) || (g_str_has_suffix (search->fact, ".id") && strlen (key) + strlen (".id") == strlen (search->fact) && g_str_has_prefix (search->fact, key)))
    return 4;
  if (rest != NULL && g_str_equal (key, rest + 1))
    return 3;
  if (g_str_equal (last_word (key), last_word (search->fact)))
    return 2;
  return strlen (value) >= 6 ? 1 : 0;
}

static void
look_at_line (const char *key, const char *value, gpointer data)
{
  Search *search = data;
  guint rank = rank_of (search, key, value);

  if (rank <= search->rank)
    return;
  search->rank = rank;
  search->document = search->looking;
  g_free (search->key);
  search->key = g_strdup (key);
}

static void
put_document (FzFields *row, const FzDocument *document, const char *from, const char *key)
{
  fz_fields_set (row, "from", from);
  fz_fields_set (row, "document", document->id);
  fz_fields_set (row, "sha256", document->text_sha256);
  fz_fields_set (row, "key", key);
}

/* What the fold calls otherwise than the documents do. */
static const char *
name_in_documents (const char *fact)
{
  static const char *const names[][2] = { { "subject.code", "visit.department" }, { "dept.name", "visit.department_name" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i][0], fact))
      return names[i][1];
  return fact;
}

/* The newest of those that say it best: what was amended is said by the amendment. */
static gboolean
put_from_documents (const Trace *self, FzFields *row, const char *fact, const char *said)
{
  Search search = { .fact = name_in_documents (fact), .said = said };

  for (guint i = self->visit->len; i > 0; i--) {
    search.looking = self->visit->pdata[i - 1];
    fz_fields_foreach (search.looking->body, look_at_line, &search);
  }
  if (search.document != NULL)
    put_document (row, search.document, "document", search.key);
  g_free (search.key);
  return search.document != NULL;
}

/* --- the entry of a register, by the map its facts were made with --- */

static gboolean
sets_field (const FzFields *body, const char *field)
{
  for (guint i = 0; i < fz_fields_count (body, "line"); i++)
    if (g_strcmp0 (fz_fields_get_at (body, "line", i, "key"), field) == 0)
      return TRUE;
  return FALSE;
}

/* The last document that set the (first) field; of what the move itself says, the last one. */
static gboolean
put_from_entry (const Trace *self, FzFields *row, const char *map)
{
  g_autofree char *field = g_strndup (map, strcspn (map, " :#"));

  for (guint i = self->entry->len; i > 0; i--) {
    const FzDocument *document = self->entry->pdata[i - 1];

    if (*map != '@' && !sets_field (document->body, field))
      continue;
    put_document (row, document, "register", map);
    return TRUE;
  }
  return FALSE;
}

/* --- one value --- */

static gboolean
put_from_elsewhere (const Trace *self, FzFields *row, const char *fact)
{
  for (guint i = 0; i < G_N_ELEMENTS (origins); i++) {
    gsize length = strlen (origins[i].fact);
    gboolean below = origins[i].fact[length - 1] == '.';

    if (below ? !g_str_has_prefix (fact, origins[i].fact) : !g_str_equal (fact, origins[i].fact))
      continue;
    fz_fields_set (row, "from", origins[i].from);
    fz_fields_set (row, "key",
                   g_str_equal (origins[i].from, "staff")       ? fz_fields_get (self->facts, origins[i].key)
                   : g_str_equal (origins[i].from, "catalogue") ? fz_fields_get (self->facts, "drug.code")
                   : origins[i].key != NULL                     ? origins[i].key
                                                                : fact);
    return TRUE;
  }
  return FALSE;
}

static void
put_one (const Trace *self, FzFields *row)
{
  const char *fact = fz_fields_get (row, "fact"), *said = fz_fields_get (row, "said");
  g_autofree char *definition = fz_fields_has (self->facts, "definition.id")
                                  ? g_strdup_printf ("%s %s %s", fz_fields_get (self->facts, "definition.id"), fz_fields_get (self->facts, "definition.version"),
                                                     fz_fields_get (self->facts, "definition.sha256"))
                                  : NULL;
  g_autofree char *first = NULL;
  const char *map = fact != NULL && self->wire != NULL ? fz_wire_entry_get_from (self->wire, fact, &first) : NULL;

  fz_fields_set (row, "definition", definition);
  if (first != NULL)
    fact = first;
  if (fact == NULL) {
    fz_fields_set (row, "from", "platform");
    return;
  }
  if (map != NULL && put_from_entry (self, row, map))
    return;
  if (self->wire != NULL && self->wire->doctor != NULL && (g_str_equal (fact, "subject.code") || g_str_equal (fact, "dept.name"))) {
    fz_fields_set (row, "from", "staff");
    fz_fields_set (row, "key", fz_fields_get (self->facts, "doctor.staff_number"));
    return;
  }
  if (!put_from_elsewhere (self, row, fact) && said != NULL)
    put_from_documents (self, row, fact, said);
}

/* --- a row --- */

static const FzWireEntry *
wire_of (const FzMessageTable *table, const char *key)
{
  g_autofree char *prefix = g_strndup (key, strcspn (key, ":"));

  return fz_message_table_find_key (table, prefix);
}

/* A row that was built by messages which the hospital added is read by those, whatever holds today. */
static FzMessageTable *
table_of (FzDesk *desk, FzTxn *txn, const FzFields *facts, GError **error)
{
  const char *definition = fz_fields_get (facts, "definition.id");

  if (definition == NULL || g_strcmp0 (definition, fz_message_table_get_added (desk->knowledge->messages)) == 0)
    return fz_message_table_ref (desk->knowledge->messages);
  return fz_reporting_table_by (desk, txn, definition, error);
}

/* The visit it speaks of, of an entry by the field that names it. */
static const char *
visit_of (const Trace *self)
{
  for (guint i = self->entry->len; i > 0 && self->wire->visit != NULL; i--) {
    const FzFields *body = ((FzDocument *) self->entry->pdata[i - 1])->body;

    for (guint k = 0; k < fz_fields_count (body, "line"); k++)
      if (g_strcmp0 (fz_fields_get_at (body, "line", k, "key"), self->wire->visit) == 0)
        return fz_fields_get_at (body, "line", k, "value");
  }
  return self->wire == NULL ? fz_fields_get (self->facts, "visit.id") : NULL;
}

static gboolean
read_documents (Trace *self, GError **error)
{
  const char *subject = fz_fields_get (self->row, "subject");
  g_autofree char *entry = self->wire != NULL ? g_strconcat ("@", subject, NULL) : NULL;
  const char *visit;

  self->entry = entry != NULL ? fz_documents_of_visit (self->txn, entry, error) : g_ptr_array_new ();
  if (self->entry == NULL)
    return FALSE;
  visit = visit_of (self);
  self->visit = visit != NULL ? fz_documents_of_visit (self->txn, visit, error) : g_ptr_array_new ();
  return self->visit != NULL;
}

GPtrArray *
fz_upload_trace (FzDesk *desk, FzTxn *txn, const FzFields *row, GError **error)
{
  const char *key = fz_fields_get (row, "key");
  g_autoptr (FzFields) facts = fz_fields_dup_below (row, "facts", "fuzhen.upload_facts/v1");
  g_autoptr (GPtrArray) entry = NULL, visit = NULL, rows = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (FzMessageTable) table = NULL;
  Trace self = { .txn = txn, .row = row, .facts = facts };
  gboolean good;

  if (fz_fields_has (row, "task") || g_str_has_prefix (key, "none:"))
    return g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref); /* a person's matter; or an empty call, of which the subject says who confirmed it */
  table = table_of (desk, txn, facts, error);
  if (table == NULL)
    return NULL;
  self.wire = wire_of (table, key);
  rows = fz_message_trace (table, fz_fields_get (row, "method"), facts, &payload, error);
  good = rows != NULL && read_documents (&self, error);
  entry = self.entry;
  visit = self.visit;
  for (guint n = 0; good && n < rows->len; n++)
    put_one (&self, rows->pdata[n]);
  return good ? g_steal_pointer (&rows) : NULL;
}
