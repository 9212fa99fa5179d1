/* Every list of every place, one page at a time (列表). */
#include "app/admission.h"
#include "app/catalogue.h"
#include "app/claim.h"
#include "app/confirm.h"
#include "app/department.h"
#include "app/desk_private.h"
#include "app/intake_bundle.h"
#include "app/kept_facts.h"
#include "app/marking.h"
#include "app/registers.h"
#include "app/review_policy.h"
#include "app/upload.h"
#include "app/veil.h"
#include "core/mask.h"
#include "db/audit.h"
#include "db/certificates.h"
#include "db/directory.h"
#include "db/front.h"
#include "db/outbox.h"
#include "db/talks.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 128

typedef struct {
  FzSession *session;
  FzList list;
  const FzFields *filter;
  GPtrArray *rows;
  FzFields *claims; /* who is reviewing what; NULL: nobody, or another list */
} Ask;

static gint64
filter_time (const Ask *ask, const char *key, gint64 otherwise)
{
  gint64 us = 0;

  return ask->filter != NULL && fz_fields_get_time (ask->filter, key, &us) ? us : otherwise;
}

static gint64
today_us (FzSession *session)
{
  return fz_date_beijing_start_us (fz_date_in_beijing (fz_session_now_us (session)));
}

/* A doctor's own department stands before the others in the queue. */
enum { OWN, OTHERS };

/* A cursor is `us id`, in the queue `rank us id`; what a row goes by depends on the list. */
static FzCursor
cursor_of (const Ask *ask, gint64 from_us, int *rank, char **id)
{
  const char *after = ask->filter != NULL ? fz_fields_get (ask->filter, "after") : NULL;
  FzCursor cursor = { from_us, "" };
  char *end = NULL;

  *rank = OWN;
  if (after == NULL)
    return cursor;
  if (ask->list == FZ_LIST_WAITING) {
    *rank = (int) g_ascii_strtoll (after, &end, 10);
    after = end;
  }
  cursor.us = g_ascii_strtoll (after, &end, 10);
  *id = g_strdup (end != NULL && *end == ' ' ? end + 1 : "");
  cursor.id = *id;
  return cursor;
}

static guint
limit_of (const Ask *ask)
{
  gint64 limit = PAGE;

  if (ask->filter != NULL)
    fz_fields_get_int (ask->filter, "limit", &limit);
  return (guint) CLAMP (limit, 1, 1000);
}

static const char *
time_key (FzList list)
{
  switch (list) {
  case FZ_LIST_DONE:
  case FZ_LIST_EARLIER:
    return "visit.ended_at";
  case FZ_LIST_REVIEW:
    return "rx.turn_at";
  case FZ_LIST_RX:
    return "rx.signed_at";
  case FZ_LIST_REVIEWED:
  case FZ_LIST_DISPENSED:
    return "rx.reviewed_at";
  case FZ_LIST_SENT:
    return "rx.sent_at";
  case FZ_LIST_DISPENSE:
    return "rx.valid_until";
  case FZ_LIST_WAITING:
  case FZ_LIST_MINE:
  case FZ_LIST_VISITS:
  case FZ_LIST_OUTBOX:
  case FZ_LIST_STAFF:
  case FZ_LIST_AUDIT:
  case FZ_LIST_CATALOGUE:
  case FZ_LIST_ENTRIES:
  default:
    return "visit.applied_at";
  }
}

static int
rank_of (const Ask *ask, const FzFields *row)
{
  const char *own = fz_fields_get (ask->session->person, "department");

  return fz_department_is_own (own, fz_fields_get (row, "visit.department")) ? OWN : OTHERS;
}

static gboolean
is_rx_list (FzList list)
{
  return list == FZ_LIST_REVIEW || list == FZ_LIST_REVIEWED || list == FZ_LIST_DISPENSE || list == FZ_LIST_SENT ||
         list == FZ_LIST_DISPENSED || list == FZ_LIST_RX;
}

/* Marks a queue shows beside the name: what is missing, and who needs more care. */
static void
put_marks (FzFields *row, gint64 now_us)
{
  gint64 age = 0, since = 0;
  guint n = 0;

  if (fz_fields_get_int (row, "patient.age_years", &age) && age <= 6)
    fz_fields_set_at (row, "mark", n++, NULL, "child");
  if (fz_fields_count (row, "allergy") > 0)
    fz_fields_set_at (row, "mark", n++, NULL, "allergy");
  if (!fz_fields_is_yes (row, "consent.agreed") && fz_fields_has (row, "visit.stage"))
    fz_fields_set_at (row, "mark", n++, NULL, "no_consent");
  if (fz_fields_count (row, "evidence") == 0 && fz_fields_has (row, "visit.stage"))
    fz_fields_set_at (row, "mark", n++, NULL, "no_evidence");
  if (fz_marking_is_on (row))
    fz_fields_set_at (row, "mark", n++, NULL, "sensitive");
  if (fz_fields_get_time (row, fz_fields_has (row, "rx.signed_at") ? "rx.signed_at" : "visit.applied_at", &since))
    fz_fields_set_int (row, "wait_s", MAX (0, (now_us - since) / FZ_US_PER_SECOND));
}

/* What tells which medicine: quantities of a medicine by doctor, department or period are read through app/profile.c alone. */
typedef struct {
  GPtrArray *keys;
} Named;

static void
find_medicine (const char *key, const char *value, gpointer data)
{
  static const char *const beginnings[] = { "rx.item.", "request.", "finding.", "override.", "controlled.", "catalogue.", "taken.", "record.", "rx.reason",
                                            "rx.note", "rx.void", "reason.", "review.", "item.", "draft.", "rx.part." };
  Named *named = data;

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (g_str_has_prefix (key, beginnings[i])) {
      g_ptr_array_add (named->keys, g_strdup (key));
      return;
    }
}

static void
drop_medicines (FzFields *row)
{
  Named named = { g_ptr_array_new_with_free_func (g_free) };

  fz_fields_foreach (row, find_medicine, &named);
  for (guint i = 0; i < named.keys->len; i++)
    fz_fields_set (row, named.keys->pdata[i], NULL);
  g_ptr_array_unref (named.keys);
}

/* Affairs see that things happened, not to whom, and not by which medicine (防统方). */
static void
mask (FzFields *row)
{
  static const char *const hidden[] = { "visit.complaint", "visit.history", "guardian.name", "guardian.id_number", "guardian.mobile",
                                        "record.chief_complaint", "record.present_history", "record.opinion" };

  fz_veil_all (row, "");
  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    fz_fields_set (row, hidden[i], NULL);
  fz_bundle_drop_further (row);
  drop_medicines (row);
}

/* A prescription the pharmacist sent back and nobody has written anew, or one that waits for its second signature: the doctor has to see
 * it in the queue. */
static gboolean
put_owed (FzTxn *txn, FzFields *row, GError **error)
{
  g_autoptr (GPtrArray) rx = fz_rx_of_visit (txn, fz_fields_get (row, "visit.id"), error);
  gboolean returned = FALSE, confirm = FALSE;

  if (rx == NULL)
    return FALSE;
  for (guint i = 0; i < rx->len; i++) {
    returned |= g_strcmp0 (fz_fields_get (rx->pdata[i], "rx.stage"), "returned") == 0 && !fz_fields_has (rx->pdata[i], "rx.replaced_by");
    confirm |= fz_confirm_is_due (rx->pdata[i]);
  }
  if (returned)
    fz_fields_set_at (row, "mark", fz_fields_count (row, "mark"), NULL, "returned");
  if (confirm)
    fz_fields_set_at (row, "mark", fz_fields_count (row, "mark"), NULL, "confirm");
  return TRUE;
}

/* Messages of the patient that nobody saw yet. */
static gboolean
put_talk (FzTxn *txn, FzFields *row, GError **error)
{
  gint64 n = fz_talks_count_new (txn, fz_fields_get (row, "visit.id"), error);

  if (n > 0)
    fz_fields_set_int (row, "talk.new", n);
  return n >= 0;
}

/* What came by the hospital's front and could not be done; that the patient wants to withdraw is said for itself. */
static gboolean
put_held (FzTxn *txn, FzFields *row, GError **error)
{
  g_autoptr (GPtrArray) held = fz_front_in_held (txn, fz_fields_get (row, "visit.id"), error);
  gboolean cancel = FALSE;

  for (guint i = 0; held != NULL && i < held->len; i++)
    cancel |= g_strcmp0 (fz_fields_get (held->pdata[i], "kind"), "cancel") == 0;
  if (held != NULL && held->len > 0)
    fz_fields_set_at (row, "mark", fz_fields_count (row, "mark"), NULL, cancel ? "cancel" : "front");
  return held != NULL;
}

/* A specially sensitive visit has its name for its doctor only; why it is marked stands in no list. */
static gboolean
is_hidden (const Ask *ask, const FzFields *row)
{
  return fz_marking_is_on (row) &&
         (ask->session->role != FZ_ROLE_DOCTOR ||
          g_strcmp0 (fz_fields_get (row, "visit.holder"), fz_fields_get (ask->session->person, "person")) != 0);
}

static gboolean
is_of_today (FzList list)
{
  return list == FZ_LIST_DONE || list == FZ_LIST_REVIEWED;
}

static gboolean
is_own_visits (FzList list)
{
  return list == FZ_LIST_MINE || list == FZ_LIST_DONE || list == FZ_LIST_EARLIER;
}

static gboolean
finish_row (FzTxn *txn, const Ask *ask, const FzFields *kept, GPtrArray *rows, GError **error)
{
  g_autoptr (FzFields) row = fz_fields_dup (kept, NULL);
  const char *id = fz_fields_get (row, is_rx_list (ask->list) ? "rx.id" : "visit.id");
  g_autofree char *cursor = NULL;
  gint64 us = 0;

  fz_fields_get_time (row, time_key (ask->list), &us);
  cursor = ask->list == FZ_LIST_WAITING ? g_strdup_printf ("%d %" G_GINT64_FORMAT " %s", rank_of (ask, row), us, id)
                                        : g_strdup_printf ("%" G_GINT64_FORMAT " %s", us, id);
  fz_fields_set (row, "cursor", cursor);
  put_marks (row, fz_session_now_us (ask->session));
  if (is_own_visits (ask->list) && fz_fields_has (row, "visit.n_rx") && !put_owed (txn, row, error))
    return FALSE;
  if ((ask->list == FZ_LIST_WAITING || is_own_visits (ask->list)) && (!put_talk (txn, row, error) || !put_held (txn, row, error)))
    return FALSE;
  if (ask->list == FZ_LIST_REVIEW)
    fz_claim_describe (ask->claims, ask->session, id, fz_session_now_us (ask->session), row);
  if (is_rx_list (ask->list))
    fz_fields_set (row, "rx.risk", fz_review_risk (ask->session->desk, row));
  if (ask->session->role == FZ_ROLE_AFFAIRS)
    mask (row);
  else if (is_hidden (ask, row))
    fz_veil_all (row, "");
  else
    fz_veil_numbers (row, "");
  fz_marking_veil (row);
  /* A shift is looked over; further back it is said that things happened, and not by which medicine. */
  if ((is_of_today (ask->list) || ask->list == FZ_LIST_EARLIER) && us < today_us (ask->session))
    drop_medicines (row);
  g_ptr_array_add (rows, fz_fields_freeze (g_steal_pointer (&row)));
  return TRUE;
}

static const char *
words_of (const Ask *ask)
{
  return ask->filter != NULL ? fz_fields_get (ask->filter, "words") : NULL;
}

/* In the name or the number. Nobody searches prescriptions of all patients by a medicine. */
static gboolean
has_words (const FzFields *row, const char *id, const char *words)
{
  if (words == NULL || strstr (fz_fields_get (row, id), words) != NULL)
    return TRUE;
  if (fz_marking_is_on (row)) /* a name that is masked is not found by it either */
    return FALSE;
  if (fz_fields_has (row, "patient.name") && strstr (fz_fields_get (row, "patient.name"), words) != NULL)
    return TRUE;
  return FALSE;
}

static gboolean
is_wanted (const Ask *ask, const FzFields *row)
{
  const char *me = fz_fields_get (ask->session->person, "person");
  gint64 to = filter_time (ask, "to", G_MAXINT64), us = 0;

  if (fz_fields_get_time (row, time_key (ask->list), &us) && us >= to)
    return FALSE;
  if (ask->list == FZ_LIST_MINE || ask->list == FZ_LIST_DONE)
    return g_strcmp0 (fz_fields_get (row, "visit.holder"), me) == 0;
  if (is_rx_list (ask->list) && !has_words (row, "rx.id", words_of (ask)))
    return FALSE;
  if (ask->list == FZ_LIST_DISPENSED)
    return fz_fields_get_time (row, "rx.dispensed_at", &us) && us >= today_us (ask->session);
  if (ask->list == FZ_LIST_REVIEWED)
    return g_strcmp0 (fz_fields_get (row, "pharmacist.person"), me) == 0;
  if (ask->list == FZ_LIST_DISPENSE)
    return g_strcmp0 (fz_fields_get (row, "rx.stage"), "effective") == 0;
  return TRUE;
}

static GPtrArray *
read_kept (FzTxn *txn, const Ask *ask, FzCursor cursor, GError **error)
{
  guint limit = limit_of (ask);

  switch (ask->list) {
  case FZ_LIST_WAITING:
    return fz_visits_list (txn, FZ_VISITS_WAITING, cursor, limit, error);
  case FZ_LIST_MINE:
    return fz_visits_list (txn, FZ_VISITS_OPEN, cursor, limit, error);
  case FZ_LIST_DONE:
    return fz_visits_list (txn, FZ_VISITS_ENDED, cursor, limit, error);
  case FZ_LIST_VISITS:
    return fz_visits_list (txn, FZ_VISITS_APPLIED, cursor, limit, error);
  case FZ_LIST_REVIEW:
    return fz_rx_list (txn, FZ_RX_TO_REVIEW, cursor, limit, error);
  case FZ_LIST_DISPENSE:
    return fz_rx_list (txn, FZ_RX_OPEN, cursor, limit, error);
  case FZ_LIST_SENT:
    return fz_rx_list (txn, FZ_RX_SENT, cursor, limit, error);
  case FZ_LIST_REVIEWED:
  case FZ_LIST_DISPENSED:
    return fz_rx_list (txn, FZ_RX_REVIEWED, cursor, limit, error);
  case FZ_LIST_RX:
    return fz_rx_list (txn, FZ_RX_BY_TIME, cursor, limit, error);
  case FZ_LIST_OUTBOX:
  case FZ_LIST_STAFF:
  case FZ_LIST_AUDIT:
  case FZ_LIST_EARLIER:
  case FZ_LIST_CATALOGUE:
  case FZ_LIST_ENTRIES:
  default:
    g_assert_not_reached ();
  }
}

/* One page of what is kept; moves the cursor behind it. Rows of another rank or person are left out, so a page may give nothing. */
static gboolean
list_page (FzTxn *txn, Ask *ask, int rank, FzCursor *cursor, char **id, gboolean *more, GError **error)
{
  g_autoptr (GPtrArray) kept = read_kept (txn, ask, *cursor, error);
  const FzFields *last = kept != NULL && kept->len > 0 ? kept->pdata[kept->len - 1] : NULL;

  if (kept == NULL)
    return FALSE;
  for (guint i = 0; i < kept->len && ask->rows->len < limit_of (ask); i++) {
    const FzFields *row = kept->pdata[i];

    if (is_wanted (ask, row) && (ask->list != FZ_LIST_WAITING || rank_of (ask, row) == rank) &&
        !finish_row (txn, ask, row, ask->rows, error))
      return FALSE;
  }
  *more = kept->len == limit_of (ask);
  if (last == NULL)
    return TRUE;
  fz_fields_get_time (last, time_key (ask->list), &cursor->us);
  g_free (*id);
  cursor->id = *id = g_strdup (fz_fields_get (last, is_rx_list (ask->list) ? "rx.id" : "visit.id"));
  return TRUE;
}

/* Reads on until a row came or none is left: an empty page says that the list ends here. */
static gboolean
list_rank (FzTxn *txn, Ask *ask, int rank, FzCursor cursor, char **id, gboolean *more, GError **error)
{
  guint before = ask->rows->len;

  *more = TRUE;
  while (*more && ask->rows->len == before)
    if (!list_page (txn, ask, rank, &cursor, id, more, error))
      return FALSE;
  return TRUE;
}

static gboolean
list_cases (FzTxn *txn, Ask *ask, GError **error)
{
  /* What is handed out today was approved within its validity, which is days; a generous week reads little. */
  gint64 since = ask->list == FZ_LIST_DISPENSED ? today_us (ask->session) - 7 * FZ_US_PER_DAY : is_of_today (ask->list) ? today_us (ask->session) : 0;
  gint64 from = filter_time (ask, "from", since);
  g_autofree char *id = NULL;
  int rank = OWN;
  FzCursor cursor = cursor_of (ask, from, &rank, &id), start = { from, "" };
  gboolean more = TRUE;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) claims = ask->list == FZ_LIST_REVIEW ? fz_claims_read (txn, &why) : NULL;

  ask->claims = claims;
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (!list_rank (txn, ask, rank, cursor, &id, &more, error))
    return FALSE;
  /* When the own department's have ended, the others follow on the same page: the queue in the window reads one. */
  if (ask->list != FZ_LIST_WAITING || rank == OTHERS || more || ask->rows->len >= limit_of (ask))
    return TRUE;
  return list_rank (txn, ask, OTHERS, start, &id, &more, error);
}

/* One page further back. */
static gboolean
list_earlier_page (FzTxn *txn, Ask *ask, FzCursor *cursor, char **id, gboolean *more, GError **error)
{
  g_autoptr (GPtrArray) kept = fz_visits_of (txn, fz_fields_get (ask->session->person, "person"), *cursor, PAGE, error);
  const FzFields *last = kept != NULL && kept->len > 0 ? kept->pdata[kept->len - 1] : NULL;

  for (guint i = 0; kept != NULL && i < kept->len && ask->rows->len < limit_of (ask); i++)
    if (has_words (kept->pdata[i], "visit.id", words_of (ask)) && !finish_row (txn, ask, kept->pdata[i], ask->rows, error))
      return FALSE;
  *more = kept != NULL && kept->len == PAGE;
  if (last == NULL)
    return kept != NULL;
  fz_fields_get_time (last, "visit.ended_at", &cursor->us);
  g_free (*id);
  cursor->id = *id = g_strdup (fz_fields_get (last, "visit.id"));
  return TRUE;
}

static gboolean
list_earlier (FzTxn *txn, Ask *ask, GError **error)
{
  g_autofree char *id = NULL;
  int rank;
  FzCursor cursor = cursor_of (ask, today_us (ask->session), &rank, &id);
  gboolean more = TRUE;

  while (more && ask->rows->len < limit_of (ask))
    if (!list_earlier_page (txn, ask, &cursor, &id, &more, error))
      return FALSE;
  return TRUE;
}

static gboolean
list_outbox (FzTxn *txn, Ask *ask, GError **error)
{
  const char *state = ask->filter != NULL ? fz_fields_get (ask->filter, "state") : NULL;
  const char *after = ask->filter != NULL ? fz_fields_get (ask->filter, "after") : NULL;
  g_autoptr (GPtrArray) kept = fz_outbox_list (txn, state, after != NULL ? g_ascii_strtoll (after, NULL, 10) : 0, limit_of (ask), error);

  if (kept == NULL)
    return FALSE;
  for (guint i = 0; i < kept->len; i++) {
    g_autoptr (FzFields) row = fz_fields_dup (kept->pdata[i], NULL);
    const char *method = fz_fields_get (row, "method");

    fz_fields_set (row, "cursor", fz_fields_get (row, "id"));
    fz_fields_set (row, "method_label", fz_message_table_get_label (ask->session->desk->knowledge->messages, method));
    if (ask->session->role == FZ_ROLE_SYSTEM) /* what the platform said of a patient is for affairs */
      fz_upload_hide (row);
    g_ptr_array_add (ask->rows, fz_fields_freeze (g_steal_pointer (&row)));
  }
  return TRUE;
}

/* certificate.{from,until} of the present key; revoked.{at,reason,told} of the one before, while there is no other or nobody
 * was told. */
static gboolean
put_key (FzTxn *txn, FzFields *row, GError **error)
{
  guint past = fz_fields_count (row, "past_key");
  const char *vkey = fz_fields_get (row, "vkey"), *last = past > 0 ? fz_fields_get_at (row, "past_key", past - 1, "vkey") : NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) certificate = vkey != NULL ? fz_certificate_find (txn, vkey, &why) : NULL;
  g_autoptr (FzFields) revoked = why == NULL && last != NULL ? fz_revocation_find (txn, last, &why) : NULL;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (certificate != NULL) {
    fz_fields_set (row, "certificate.from", fz_fields_get (certificate, "from"));
    fz_fields_set (row, "certificate.until", fz_fields_get (certificate, "until"));
  }
  if (revoked != NULL && (vkey == NULL || !fz_fields_has (revoked, "told_at"))) {
    fz_fields_set (row, "revoked.at", fz_fields_get (revoked, "revoked_at"));
    fz_fields_set (row, "revoked.reason", fz_fields_get (revoked, "reason"));
    fz_fields_set (row, "revoked.told", fz_fields_get (revoked, "told_words"));
  }
  return TRUE;
}

/* admission: waits | admitted | declined, of an account that asks for a second person. */
static gboolean
put_admission (FzTxn *txn, FzFields *row, GError **error)
{
  g_autoptr (GError) why = NULL;
  const char *state = fz_admission_state (txn, row, &why);

  fz_fields_set (row, "admission", state);
  fz_fields_set (row, "opening.by_person", NULL);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
list_staff (FzTxn *txn, Ask *ask, GError **error)
{
  g_autoptr (GPtrArray) kept = fz_staff_list (txn, error);
  g_autoptr (GHashTable) said = kept != NULL ? fz_kept_facts_by (ask->session->desk, txn, FZ_HOLDER_STAFF, error) : NULL;

  if (said == NULL)
    return FALSE;
  for (guint i = 0; i < kept->len; i++) {
    g_autoptr (FzFields) row = fz_fields_dup (kept->pdata[i], NULL);
    g_autofree char *id = fz_mask_id (fz_fields_get (row, "id_number"));

    fz_fields_set (row, "id_number", id);
    fz_fields_set (row, "factor", NULL);
    fz_fields_set (row, "title_label", fz_desk_label (ask->session->desk, "titles", fz_fields_get (row, "title")));
    fz_fields_set (row, "cursor", fz_fields_get (row, "number"));
    if (g_hash_table_contains (said, fz_fields_get (row, "number")))
      fz_fields_merge (row, "kept", g_hash_table_lookup (said, fz_fields_get (row, "number")));
    if (!put_key (txn, row, error) || !put_admission (txn, row, error))
      return FALSE;
    g_ptr_array_add (ask->rows, fz_fields_freeze (g_steal_pointer (&row)));
  }
  return TRUE;
}

static gboolean
add_audit_row (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  Ask *ask = data;
  g_autoptr (FzFields) row = fz_fields_dup (entry, NULL);

  /* What patients say is in the log to be proved, not to be read here. */
  if (payload != NULL && !g_str_has_prefix (fz_fields_get (entry, "action"), "talk."))
    fz_fields_merge (row, "payload", payload);
  fz_fields_set (row, "cursor", fz_fields_get (row, "number"));
  g_ptr_array_insert (ask->rows, 0, fz_fields_freeze (g_steal_pointer (&row)));
  return TRUE;
}

static gboolean
list_audit (FzTxn *txn, Ask *ask, GError **error)
{
  const char *after = ask->filter != NULL ? fz_fields_get (ask->filter, "after") : NULL;
  guint64 size = 0, before, from;
  FzHash root;

  if (!fz_audit_head (txn, &size, &root, NULL, error))
    return FALSE;
  before = after != NULL ? g_ascii_strtoull (after, NULL, 10) : size;
  from = before > limit_of (ask) ? before - limit_of (ask) : 0;
  return fz_audit_foreach (txn, from, before - from, add_audit_row, ask, error);
}

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;

  if (ask->list == FZ_LIST_OUTBOX)
    return list_outbox (txn, ask, error);
  if (ask->list == FZ_LIST_STAFF)
    return list_staff (txn, ask, error);
  if (ask->list == FZ_LIST_AUDIT)
    return list_audit (txn, ask, error);
  if (ask->list == FZ_LIST_EARLIER)
    return list_earlier (txn, ask, error);
  return list_cases (txn, ask, error);
}

GPtrArray *
fz_desk_list (FzSession *session, FzList list, const FzFields *filter, GError **error)
{
  static const char *const acts[] = { "list.waiting", "list.mine", "list.done", "list.review", "list.reviewed", "list.dispense", "list.sent",
                                      "list.dispensed", "list.visits", "list.rx", "list.outbox", "list.staff", "list.audit", "list.done" };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  Ask ask = { session, list, filter, rows, NULL };

  if (list == FZ_LIST_CATALOGUE)
    return fz_catalogue_list (session, filter, error);
  if (list == FZ_LIST_ENTRIES)
    return fz_register_list_entries (session, filter, error);
  if (!fz_session_may (session, acts[list], "store", NULL, error) ||
      !fz_session_look (session, acts[list], "store", NULL, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, list_job, &ask, error))
    return NULL;
  return g_steal_pointer (&rows);
}
