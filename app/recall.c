/* The patients whom a recall concerns (药品召回): found by the one product that a signed entry names, with leave of a second person; each becomes an entry of the
 * register of notices. No doctor, department or quantity is counted, and without the grant nothing is read. */
#include "app/grant.h"
#include "app/registers.h"
#include "core/date.h"
#include "db/registers.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define RECALL "recall"
#define NOTICE "recall-notice"
#define PAGE 100
#define BY "本系统" /* signed words are always Chinese */
#define UNKNOWN "批号未知"
#define MOST_NAMED 200 /* characters of one line of a register */

typedef struct {
  FzSession *session;
  const char *id;
  FzFields *entry;
  FzFields *scope;
  FzCursor cursor;
  char *last;
  gboolean more;
  GHashTable *patients; /* fz_patient_word -> FzFields field.* of the notice */
  char **batches;       /* folded; NULL: whatever the batch */
  gint64 n_rx, n_unknown;
  guint n_new;
} Trace;

static void
trace_clear (Trace *self)
{
  g_clear_pointer (&self->entry, fz_fields_unref);
  g_clear_pointer (&self->scope, fz_fields_unref);
  g_clear_pointer (&self->patients, g_hash_table_unref);
  g_strfreev (self->batches);
  g_free (self->last);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trace, trace_clear)

static gboolean
read_entry (FzTxn *txn, gpointer data, GError **error)
{
  Trace *self = data;

  self->entry = fz_entries_get (txn, self->id, error);
  return self->entry != NULL;
}

/* What was approved and may be with the patient, whatever became of it since. */
static gboolean
may_be_there (const FzFields *rx)
{
  const char *stage = fz_fields_get (rx, "rx.stage");

  return g_strcmp0 (stage, "effective") == 0 || g_strcmp0 (stage, "dispensed") == 0 || fz_fields_count (rx, "rx.part") > 0;
}

static gboolean
has_product (const FzFields *rx, const char *drug)
{
  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++)
    if (g_strcmp0 (fz_fields_get_at (rx, "rx.item", i, "drug"), drug) == 0)
      return TRUE;
  return FALSE;
}

/* --- batches --- */

#define PLAIN G_CSET_a_2_z G_CSET_DIGITS "_."

/* As people write them: without regard to case, width and blanks. NULL: none is named. */
static char **
batches_of (const char *text)
{
  g_autofree char *wide = text != NULL ? g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE) : NULL, *folded = wide != NULL ? g_utf8_casefold (wide, -1) : NULL;
  g_auto (GStrv) parts = folded != NULL ? g_regex_split_simple ("[\\s、,;]+", g_strstrip (folded), (GRegexCompileFlags) 0, (GRegexMatchFlags) 0) : NULL;

  return parts != NULL && parts[0] != NULL && *parts[0] != '\0' ? g_steal_pointer (&parts) : NULL;
}

/* Whether each can be told from another. "A120-A130", "A123/A124", "A123(2盒)" may stand for more than they name. */
static gboolean
are_plain (char **batches)
{
  for (guint i = 0; batches[i] != NULL; i++)
    if (batches[i][strspn (batches[i], PLAIN)] != '\0')
      return FALSE;
  return TRUE;
}

/* Also when one is a piece of the other: "A123." and "A12 3" are A123. Rather one patient too many than one too few. */
static gboolean
may_be_one_of (const char *batch, char **recalled)
{
  for (guint i = 0; *batch != '\0' && recalled[i] != NULL; i++)
    if (*recalled[i] != '\0' && (strstr (batch, recalled[i]) != NULL || strstr (recalled[i], batch) != NULL))
      return TRUE;
  return FALSE;
}

typedef struct {
  GString *known; /* as written, of what was recalled or of whatever when all are */
  gboolean concerned, unknown;
} Batches;

static void
look_at_part (const Trace *self, const FzFields *rx, guint part, guint line, Batches *out)
{
  g_autofree char *give_list = g_strdup_printf ("rx.part.%02u.give", part), *list = g_strdup_printf ("rx.part.%02u.batch", part);
  const char *give = fz_fields_get_at (rx, give_list, line, NULL), *text = fz_fields_get_at (rx, list, line, NULL);
  g_auto (GStrv) batches = batches_of (text);

  if (give == NULL || g_str_equal (give, "0"))
    return;
  if (batches == NULL) {
    out->unknown = TRUE;
    return;
  }
  g_string_append_printf (out->known, "%s%s", out->known->len > 0 ? "、" : "", text);
  out->concerned = out->concerned || self->batches == NULL || !are_plain (batches);
  for (guint i = 0; !out->concerned && batches[i] != NULL; i++)
    out->concerned = may_be_one_of (batches[i], self->batches);
}

/* Which batches of it are out, and whether one of them is recalled. What has not been given out yet, or by others, is of no known batch; herbs are one line. */
static void
look_at_batches (const Trace *self, const FzFields *rx, const char *drug, Batches *out)
{
  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++) {
    gint64 owed = 0;

    if (g_strcmp0 (fz_fields_get_at (rx, "rx.item", i, "drug"), drug) != 0)
      continue;
    out->unknown = out->unknown || fz_fields_has (rx, "rx.packets") || fz_fields_count (rx, "rx.part") == 0 ||
                   (fz_fields_get_int_at (rx, "rx.item", i, "owed", &owed) && owed > 0);
    for (guint part = 0; part < fz_fields_count (rx, "rx.part"); part++)
      look_at_part (self, rx, part, i, out);
  }
  out->concerned = out->concerned || out->unknown;
}

/* Oldest first: the newest one stands in the end. Nobody is left out without a word. */
static gboolean
note (Trace *self, const FzFields *rx, const Batches *batches, GError **error)
{
  g_autofree char *patient = fz_patient_word (rx), *on = NULL, *named = NULL;
  FzFields *values = patient != NULL ? g_hash_table_lookup (self->patients, patient) : NULL;
  gint64 signed_us = 0, n = 0;

  if (patient == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方 %s 没有患者的证件号码，不能确定应告知谁，因此没有登记任何通知。请先核对这张处方的就诊。"), fz_fields_get (rx, "rx.id"));
    return FALSE;
  }
  self->n_rx++;
  self->n_unknown += batches->unknown;
  if (values == NULL) {
    values = fz_fields_new ("fuzhen.values/v1");
    fz_fields_set_bool (values, "field.given", FALSE);
    g_hash_table_insert (self->patients, g_steal_pointer (&patient), values);
  }
  fz_fields_get_int (values, "field.n_rx", &n);
  fz_fields_set_int (values, "field.n_rx", n + 1);
  fz_fields_get_time (rx, "rx.signed_at", &signed_us);
  on = fz_date_format (fz_date_in_beijing (signed_us));
  fz_fields_set (values, "field.last_on", on);
  fz_fields_set (values, "field.visit", fz_fields_get (rx, "rx.visit"));
  fz_fields_set (values, "field.rx", fz_fields_get (rx, "rx.id"));
  named = g_utf8_substring (batches->known->str, 0, MIN (g_utf8_strlen (batches->known->str, -1), MOST_NAMED));
  if (g_strcmp0 (fz_fields_get (values, "field.batch"), UNKNOWN) != 0) /* one box of no known batch is enough to ask about */
    fz_fields_set (values, "field.batch", batches->unknown ? UNKNOWN : named);
  if (fz_fields_count (rx, "rx.part") > 0)
    fz_fields_set_bool (values, "field.given", TRUE);
  return TRUE;
}

static gboolean
look_at (Trace *self, const FzFields *rx, const char *drug, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  Batches batches = { known, FALSE, FALSE };

  look_at_batches (self, rx, drug, &batches);
  return !batches.concerned || note (self, rx, &batches, error);
}

static gboolean
walk (FzTxn *txn, gpointer data, GError **error)
{
  Trace *self = data;
  const char *drug = fz_fields_get (self->entry, "field.drug");
  g_autoptr (GPtrArray) page = fz_rx_list (txn, FZ_RX_BY_TIME, self->cursor, PAGE, error);

  if (page == NULL)
    return FALSE;
  self->more = page->len == PAGE;
  for (guint i = 0; i < page->len; i++)
    if (may_be_there (page->pdata[i]) && has_product (page->pdata[i], drug) && !look_at (self, page->pdata[i], drug, error))
      return FALSE;
  if (page->len > 0) {
    g_free (self->last);
    self->last = g_strdup (fz_fields_get (page->pdata[page->len - 1], "rx.id"));
    fz_fields_get_time (page->pdata[page->len - 1], "rx.signed_at", &self->cursor.us);
    self->cursor.id = self->last;
  }
  return TRUE;
}

/* Those of an earlier search stay as they are. */
static gboolean
leave_out_known (FzTxn *txn, const FzFields *known, gpointer data, GError **error)
{
  Trace *self = data;
  g_autoptr (FzFields) visit = NULL;
  g_autofree char *patient = NULL;

  if (g_strcmp0 (fz_fields_get (known, "field.recall"), self->id) != 0)
    return TRUE;
  visit = fz_visits_get (txn, fz_fields_get (known, "field.visit"), error);
  if (visit == NULL)
    return FALSE;
  patient = fz_patient_word (visit);
  if (patient != NULL)
    g_hash_table_remove (self->patients, patient);
  return TRUE;
}

static gboolean
put_notice (FzTxn *txn, Trace *self, FzFields *values, GError **error)
{
  static const char *const copied[] = { "field.subject", "field.due_on" };
  g_autofree char *id = NULL;

  fz_fields_set (values, "field.recall", self->id);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (values, copied[i], fz_fields_get (self->entry, copied[i]));
  id = fz_entry_receive (self->session->desk, txn, NOTICE, NULL, "arise", BY, values, error);
  self->n_new += id != NULL;
  return id != NULL;
}

/* One transaction: the use of the grant, a notice for each patient, and what the recall says of it. */
static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  Trace *self = data;
  g_autoptr (FzFields) found = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *on = fz_date_format (fz_date_in_beijing (fz_txn_now_us (txn))), *recall = NULL;
  g_autoptr (GList) words = NULL;

  fz_fields_set (found, "field.traced_on", on);
  fz_fields_set_int (found, "field.n_rx", self->n_rx);
  fz_fields_set_int (found, "field.n_unknown", self->n_unknown);
  fz_fields_set_int (found, "field.n_people", g_hash_table_size (self->patients));
  if (!fz_grant_use (self->session, txn, "export", self->scope, NULL, error) || !fz_entries_each (txn, NOTICE, FALSE, leave_out_known, self, error))
    return FALSE;
  words = g_list_sort (g_hash_table_get_keys (self->patients), (GCompareFunc) g_strcmp0);
  for (GList *word = words; word != NULL; word = word->next)
    if (!put_notice (txn, self, g_hash_table_lookup (self->patients, word->data), error))
      return FALSE;
  recall = fz_entry_receive (self->session->desk, txn, RECALL, self->id, "trace", BY, found, error);
  return recall != NULL && fz_session_audit (self->session, txn, "recall.trace", "entry", self->id, "done", NULL, found, error);
}

static gboolean
open_recall (Trace *self, GError **error)
{
  const char *drug;
  FzDate since;

  if (fz_register_open (self->session, "recall.trace", RECALL, self->id, error) == NULL ||
      !fz_store_run (self->session->desk->store, FZ_TXN_READ, read_entry, self, error))
    return FALSE;
  drug = fz_fields_get (self->entry, "field.drug");
  if (g_strcmp0 (fz_fields_get (self->entry, "entry.register"), RECALL) != 0 || drug == NULL ||
      fz_catalogue_find_code (self->session->desk->knowledge->catalogue, drug) == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请先在召回 %s 中用“补充或更正”填写药品目录中的编码，再查出涉及的患者。"), self->id);
    return FALSE;
  }
  if (fz_fields_is_yes (self->entry, "field.by_batch"))
    self->batches = batches_of (fz_fields_get (self->entry, "field.batch"));
  if (self->batches != NULL && !are_plain (self->batches)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
                 _ ("召回 %s 的批号“%s”不能逐个核对。请用“补充或更正”把批号逐个写全，只写字母和数字，用顿号隔开；批号是一个范围，或本身带有其他符号的，请把“只告知所列批号的患者”改为“否”。"),
                 self->id, fz_fields_get (self->entry, "field.batch"));
    return FALSE;
  }
  self->cursor.id = "";
  if (fz_fields_has (self->entry, "field.since_on") && fz_date_parse (fz_fields_get (self->entry, "field.since_on"), &since, NULL))
    self->cursor.us = fz_date_beijing_start_us (since);
  self->scope = fz_fields_new ("fuzhen.scope/v1");
  fz_fields_set (self->scope, "report", RECALL);
  fz_fields_set (self->scope, "subject", self->id);
  fz_fields_set (self->scope, "drug", drug);
  return TRUE;
}

FzFields *
fz_desk_trace_recall (FzSession *session, const char *id, GError **error)
{
  g_auto (Trace) self = { .session = session, .id = id, .more = TRUE };
  FzFields *out;
  guint n_people;

  if (!open_recall (&self, error) || !fz_grant_check (session, FZ_GRANT_EXPORT, self.scope, error))
    return NULL;
  self.patients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) fz_fields_unref);
  while (self.more)
    if (!fz_store_run (session->desk->store, FZ_TXN_READ, walk, &self, error))
      return NULL;
  n_people = g_hash_table_size (self.patients);
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, keep, &self, error))
    return NULL;
  out = fz_fields_new ("fuzhen.traced/v1");
  fz_fields_set_int (out, "n_rx", self.n_rx);
  fz_fields_set_int (out, "n_unknown", self.n_unknown);
  fz_fields_set_int (out, "n_people", n_people);
  fz_fields_set_int (out, "n_new", self.n_new);
  return fz_fields_freeze (out);
}
