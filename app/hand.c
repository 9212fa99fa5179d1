/* The doctor's hand: favourites, sets, and what the patient had last (常用药、协定处方、重复上次). Whatever comes from here is a draft: it is checked
 * anew and signed like what was typed. */
#include "app/desk_private.h"

#include "app/knowledge.h"
#include "app/link.h"
#include "app/visit.h"
#include "db/hand.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LAST_LOOKED_AT 20
#define LONGEST_NAME 40

static const char *const line_keys[] = { "drug", "dose", "freq", "route", "days", "note", "special" };
static const char *const sheet_keys[] = { "rx.sheet", "rx.packets", "rx.packet_days", "rx.decoction", "rx.volume_ml", "rx.freq", "rx.route",
                                          "rx.use_words" };

static char *
owner_of (FzSession *session, gboolean department)
{
  const char *code = fz_fields_get (session->person, "department");

  return department ? g_strconcat ("department ", code != NULL ? code : "-", NULL) : g_strconcat ("staff ", session->number, NULL);
}

/* --- keeping --- */

typedef struct {
  FzSession *session;
  char *owner;
  const char *kind, *name, *act;
  const FzFields *body;
} Keep;

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  const Keep *what = data;

  return fz_hand_put (txn, what->owner, what->kind, what->name, what->session->number, what->body, error) &&
         fz_session_audit (what->session, txn, what->act, "hand", what->owner, "done", what->name, what->body, error);
}

static gboolean
run_keep (FzSession *session, gboolean department, const char *kind, const char *name, const FzFields *body, GError **error)
{
  g_autofree char *owner = owner_of (session, department);
  Keep what = { session, owner, kind, name, body != NULL ? "hand.keep" : "hand.drop", body };

  return fz_store_run (session->desk->store, FZ_TXN_RECORD, keep, &what, error);
}

static void
copy_lines (const FzFields *from, FzFields *to)
{
  for (guint i = 0; i < G_N_ELEMENTS (sheet_keys); i++)
    fz_fields_set (to, sheet_keys[i], fz_fields_get (from, sheet_keys[i]));
  for (guint i = 0; i < fz_fields_count (from, "rx.item"); i++)
    for (guint k = 0; k < G_N_ELEMENTS (line_keys); k++)
      fz_fields_set_at (to, "rx.item", i, line_keys[k], fz_fields_get_at (from, "rx.item", i, line_keys[k]));
}

gboolean
fz_desk_star_drug (FzSession *session, const char *code, const FzFields *line, gboolean starred, GError **error)
{
  g_autoptr (FzFields) body = fz_fields_new ("fuzhen.hand/v1");

  if (!fz_session_may (session, "hand.keep", "store", NULL, error))
    return FALSE;
  if (fz_catalogue_find_code (session->desk->knowledge->catalogue, code) == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("药品目录中没有“%s”。"), code);
    return FALSE;
  }
  copy_lines (line, body);
  fz_fields_set_at (body, "rx.item", 0, "drug", code);
  fz_fields_set (body, "kind", "star");
  fz_fields_set (body, "name", code);
  return run_keep (session, FALSE, "star", code, starred ? body : NULL, error);
}

static gboolean
check_name (const char *name, GError **error)
{
  if (name != NULL && *name != '\0' && g_utf8_strlen (name, -1) <= LONGEST_NAME)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请给这组药品起一个名称，不超过 %d 个字。"), LONGEST_NAME);
  return FALSE;
}

gboolean
fz_desk_keep_set (FzSession *session, const char *name, gboolean department, const FzFields *draft, GError **error)
{
  g_autoptr (FzFields) body = fz_fields_new ("fuzhen.hand/v1");

  if (!fz_session_may (session, "hand.keep", "store", NULL, error) || !check_name (name, error))
    return FALSE;
  if (fz_fields_count (draft, "rx.item") == 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("处方中没有药品，不能存为套方。"));
    return FALSE;
  }
  copy_lines (draft, body);
  fz_fields_set (body, "kind", "set");
  fz_fields_set (body, "name", name);
  fz_fields_set (body, "scope", department ? "department" : "own");
  return run_keep (session, department, "set", name, body, error);
}

/* --- removing and renaming --- */

typedef struct {
  FzSession *session;
  const char *owner, *name, *new_name; /* new_name NULL: it goes */
  FzFields *body;
} Change;

static gboolean
no_such_set (const char *name, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有名为“%s”的套方，可能已被删除或改名。"), name);
  return FALSE;
}

/* FALSE with *error when the name is taken by another set. */
static gboolean
is_free (FzTxn *txn, const char *owner, const char *name, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) other = fz_hand_get (txn, owner, "set", name, &why);

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (other == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("已有名为“%s”的套方，请换一个名称。"), name);
  return FALSE;
}

static gboolean
change_set (FzTxn *txn, gpointer data, GError **error)
{
  Change *what = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) renamed = NULL;
  const char *staff = what->session->number;

  what->body = fz_hand_get (txn, what->owner, "set", what->name, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (what->body == NULL)
    return no_such_set (what->name, error);
  if (!fz_hand_put (txn, what->owner, "set", what->name, staff, NULL, error))
    return FALSE;
  if (what->new_name == NULL)
    return fz_session_audit (what->session, txn, "hand.drop", "hand", what->owner, "done", what->name, what->body, error);
  renamed = fz_fields_dup (what->body, NULL);
  fz_fields_set (renamed, "name", what->new_name);
  return is_free (txn, what->owner, what->new_name, error) && fz_hand_put (txn, what->owner, "set", what->new_name, staff, renamed, error) &&
         fz_session_audit (what->session, txn, "hand.rename", "hand", what->owner, "done", what->name, renamed, error);
}

gboolean
fz_desk_drop_set (FzSession *session, const char *name, gboolean department, FzFields **out_dropped, GError **error)
{
  g_autofree char *owner = owner_of (session, department);
  Change what = { session, owner, name, NULL, NULL };
  gboolean good = fz_session_may (session, "hand.keep", "store", NULL, error) &&
                  fz_store_run (session->desk->store, FZ_TXN_RECORD, change_set, &what, error);

  if (good && out_dropped != NULL)
    *out_dropped = g_steal_pointer (&what.body);
  g_clear_pointer (&what.body, fz_fields_unref);
  return good;
}

gboolean
fz_desk_rename_set (FzSession *session, const char *name, gboolean department, const char *new_name, GError **error)
{
  g_autofree char *owner = owner_of (session, department);
  Change what = { session, owner, name, new_name, NULL };
  gboolean good = fz_session_may (session, "hand.keep", "store", NULL, error) && check_name (new_name, error) &&
                  (g_str_equal (name, new_name) || fz_store_run (session->desk->store, FZ_TXN_RECORD, change_set, &what, error));

  g_clear_pointer (&what.body, fz_fields_unref);
  return good;
}

static gboolean
put_back (FzTxn *txn, gpointer data, GError **error)
{
  Keep *what = data;

  return is_free (txn, what->owner, what->name, error) && keep (txn, what, error);
}

gboolean
fz_desk_put_back_set (FzSession *session, const FzFields *dropped, GError **error)
{
  g_autofree char *owner = owner_of (session, g_strcmp0 (fz_fields_get (dropped, "scope"), "department") == 0);
  Keep what = { session, owner, "set", fz_fields_get (dropped, "name"), "hand.keep", dropped };

  return fz_session_may (session, "hand.keep", "store", NULL, error) && check_name (what.name, error) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, put_back, &what, error);
}

/* --- taking --- */

/* Lines whose medicine the catalogue no longer offers are named, not taken. */
static FzFields *
offered (FzDesk *desk, const FzFields *kept)
{
  FzFields *out = fz_fields_new ("fuzhen.hand_lines/v1");
  guint n = 0, gone = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sheet_keys); i++)
    fz_fields_set (out, sheet_keys[i], fz_fields_get (kept, sheet_keys[i]));
  if (g_strcmp0 (fz_fields_get (kept, "rx.kind"), "herbal") == 0)
    fz_fields_set (out, "rx.sheet", "herbal");
  for (guint i = 0; i < fz_fields_count (kept, "rx.item"); i++) {
    const char *code = fz_fields_get_at (kept, "rx.item", i, "drug"), *name = fz_fields_get_at (kept, "rx.item", i, "generic");
    const FzDrug *drug = fz_catalogue_find_code (desk->knowledge->catalogue, code);

    if (drug == NULL || !drug->active) {
      fz_fields_set_at (out, "missing", gone++, NULL, drug != NULL ? drug->generic : name != NULL ? name : code);
      continue;
    }
    for (guint k = 0; k < G_N_ELEMENTS (line_keys); k++)
      fz_fields_set_at (out, "rx.item", n, line_keys[k], fz_fields_get_at (kept, "rx.item", i, line_keys[k]));
    fz_fields_set_at (out, "rx.item", n++, "generic", drug->generic);
  }
  return out;
}

typedef struct {
  FzSession *session;
  char *own, *department;
  GPtrArray *rows;
} List;

static gboolean
list (FzTxn *txn, gpointer data, GError **error)
{
  List *what = data;
  const char *owners[] = { what->own, what->department };

  for (guint i = 0; i < G_N_ELEMENTS (owners); i++) {
    g_autoptr (GPtrArray) rows = fz_hand_list (txn, owners[i], error);

    if (rows == NULL)
      return FALSE;
    for (guint k = 0; k < rows->len; k++)
      g_ptr_array_add (what->rows, fz_fields_ref (rows->pdata[k]));
  }
  return TRUE;
}

GPtrArray *
fz_desk_list_hand (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autofree char *own = owner_of (session, FALSE), *department = owner_of (session, TRUE);
  List what = { session, own, department, kept };

  if (!fz_session_may (session, "hand.read", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list, &what, error))
    return NULL;
  for (guint i = 0; i < kept->len; i++) {
    FzFields *row = offered (session->desk, kept->pdata[i]);

    fz_fields_set (row, "kind", fz_fields_get (kept->pdata[i], "kind"));
    fz_fields_set (row, "name", fz_fields_get (kept->pdata[i], "name"));
    fz_fields_set (row, "scope", fz_fields_get (kept->pdata[i], "scope"));
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
  return g_steal_pointer (&rows);
}

/* --- what the patient had last --- */

typedef struct {
  FzSession *session;
  const char *visit;
  const FzFields *facts;
  FzFields *last;
} Last;

static gboolean
was_effective (const FzFields *rx)
{
  const char *stage = fz_fields_get (rx, "rx.stage");

  return g_strcmp0 (stage, "effective") == 0 || g_strcmp0 (stage, "dispensed") == 0 || g_strcmp0 (stage, "expired") == 0;
}

static gboolean
find_last (FzTxn *txn, gpointer data, GError **error)
{
  Last *what = data;
  g_autofree char *patient = fz_patient_word (what->facts);
  g_autoptr (GPtrArray) rows = patient != NULL ? fz_link_rx (txn, what->facts, TRUE, LAST_LOOKED_AT, error) : NULL;

  if (patient != NULL && rows == NULL)
    return FALSE;
  for (guint i = 0; rows != NULL && i < rows->len && what->last == NULL; i++)
    if (was_effective (rows->pdata[i]) && g_strcmp0 (fz_fields_get (rows->pdata[i], "rx.visit"), what->visit) != 0)
      what->last = fz_fields_ref (rows->pdata[i]);
  /* Another doctor's prescription of the same patient is read for this visit: that is kept. */
  return what->last == NULL || fz_session_audit (what->session, txn, "prescription.repeat", "prescription", fz_fields_get (what->last, "rx.id"),
                                                 "done", what->visit, NULL, error);
}

FzFields *
fz_desk_repeat_last (FzSession *session, const char *visit, GError **error)
{
  g_auto (FzVisitDesk) desk = { 0 };
  Last what = { session, visit, NULL, NULL };
  g_autoptr (FzFields) last = NULL;
  FzFields *out;
  gboolean good;

  if (!fz_visit_open (session, visit, &desk, error))
    return NULL;
  what.facts = desk.facts;
  good = fz_store_run (session->desk->store, FZ_TXN_RECORD, find_last, &what, error);
  last = what.last;
  if (!good)
    return NULL;
  if (last == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("本院没有可以照开的处方：没有这位患者以前的有效处方，或已认定分属两人、不能确定是哪一位的。"));
    return NULL;
  }
  out = offered (session->desk, last);
  fz_fields_set (out, "from.id", fz_fields_get (last, "rx.id"));
  fz_fields_set (out, "from.signed_at", fz_fields_get (last, "rx.signed_at"));
  return fz_fields_freeze (out);
}
