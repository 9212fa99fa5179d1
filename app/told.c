#include "app/told.h"

#include "app/reading.h"
#include "db/directory.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LIST "office"
#define MOST_NEW 90 /* places of a list have two digits; the rest is told with the next look */

/* --- who holds an office --- */

static int
place_of (const FzFields *institution, const char *office)
{
  for (guint i = 0; i < fz_fields_count (institution, LIST); i++)
    if (g_strcmp0 (fz_fields_get_at (institution, LIST, i, "code"), office) == 0)
      return (int) i;
  return -1;
}

const char *
fz_office_holder (const FzFields *institution, const char *office)
{
  int at = office != NULL ? place_of (institution, office) : -1;

  return at >= 0 ? fz_fields_get_at (institution, LIST, (guint) at, "number") : NULL;
}

static gboolean
invalid (GError **error, const char *text)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, text);
  return FALSE;
}

gboolean
fz_office_put (FzDesk *desk, FzTxn *txn, const FzFields *changes, FzFields *institution, GError **error)
{
  const char *office = fz_fields_get (changes, "office"), *holder = fz_fields_get (changes, "holder");
  int at = office != NULL ? place_of (institution, office) : -1;
  g_autoptr (FzFields) person = NULL;

  if (office == NULL && holder == NULL)
    return TRUE;
  if (office == NULL || fz_desk_label (desk, "offices", office) == NULL)
    return invalid (error, _ ("没有这个职务代码；应为职务表中的代码，如 medical（医务部门负责人）。"));
  if (holder == NULL)
    return invalid (error, _ ("请写明任职人的工号；没有人任职的写 -。"));
  if (!g_str_equal (holder, "-")) {
    person = fz_staff_get (txn, holder, NULL);
    if (person == NULL || fz_fields_has (person, "left_at"))
      return invalid (error, _ ("任职人：没有这个工号，或此人已离任。请填写在任人员的工号。"));
  }
  /* A place stays with its office, so that the list has no hole. */
  if (at < 0)
    at = (int) fz_fields_count (institution, LIST);
  fz_fields_set_at (institution, LIST, (guint) at, "code", office);
  fz_fields_set_at (institution, LIST, (guint) at, "number", person != NULL ? holder : NULL);
  return TRUE;
}

/* --- what went to this person --- */

typedef struct {
  FzSession *session;
  GPtrArray *rows; /* FzFields, still to be frozen */
  guint n_new;
} Told;

/* Which deadline it is, in few characters: what was told is remembered by it. */
static char *
mark_of (const FzFields *row)
{
  static const char *const keys[] = { "kind", "what", "word", "subject", "on" };
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *hash = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_string_append_printf (all, "%s\n", fz_fields_has (row, keys[i]) ? fz_fields_get (row, keys[i]) : "");
  if (fz_fields_has (row, "version")) /* of a policy: another version is to be read again, in force since the same day or not */
    g_string_append_printf (all, "%s\n", fz_fields_get (row, "version"));
  hash = fz_sha256_hex (all->str, all->len);
  return g_strndup (hash, 16);
}

/* Each is told once, and the log says to whom and when. */
static gboolean
note_told (FzTxn *txn, gpointer data, GError **error)
{
  Told *self = data;
  g_autofree char *setting = g_strconcat ("told.", self->session->number, NULL), *before = NULL;
  g_autoptr (GString) now = g_string_new (NULL);
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.told/v1");

  self->n_new = 0;
  if (!fz_setting_read (txn, setting, &before, error))
    return FALSE;
  for (guint i = 0; i < self->rows->len; i++) {
    g_autofree char *mark = mark_of (self->rows->pdata[i]);
    gboolean known = before != NULL && strstr (before, mark) != NULL;

    if (known || self->n_new < MOST_NEW)
      g_string_append_printf (now, "%s\n", mark);
    if (known || self->n_new == MOST_NEW)
      continue;
    fz_fields_set_bool (self->rows->pdata[i], "new", TRUE);
    fz_fields_set_at (payload, "told", self->n_new, "kind", fz_fields_get (self->rows->pdata[i], "kind"));
    fz_fields_set_at (payload, "told", self->n_new, "subject", fz_fields_get (self->rows->pdata[i], "subject"));
    fz_fields_set_at (payload, "told", self->n_new, "on", fz_fields_get (self->rows->pdata[i], "on"));
    fz_fields_set_at (payload, "told", self->n_new, "office", fz_fields_get (self->rows->pdata[i], "tell_office"));
    self->n_new++;
  }
  return self->n_new == 0 || (fz_setting_set (txn, setting, now->str, error) &&
                              fz_session_audit (self->session, txn, "deadlines.told", "staff", self->session->number, "done", NULL, payload, error));
}

/* Another's business is named by what it is and how late, not by what stands in it. */
static FzFields *
row_for (const FzSession *session, const FzFields *row)
{
  FzFields *mine = fz_fields_dup (row, NULL);

  if (session->role != FZ_ROLE_AFFAIRS)
    fz_fields_set (mine, "about", NULL);
  return mine;
}

/* What is in force and this person has not confirmed to have read; of who treats or reviews. */
static gboolean
add_unread (FzSession *session, GPtrArray *rows, GError **error)
{
  g_autoptr (GPtrArray) own = NULL;

  if (session->role != FZ_ROLE_DOCTOR && session->role != FZ_ROLE_PHARMACIST)
    return TRUE;
  own = fz_deadlines_gather (session, session->role, error);
  for (guint i = 0; own != NULL && i < own->len; i++)
    if (g_str_equal (fz_fields_get (own->pdata[i], "kind"), "policy"))
      g_ptr_array_add (rows, fz_fields_dup (own->pdata[i], NULL));
  return own != NULL;
}

GPtrArray *
fz_desk_list_told (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) all = NULL, rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  Told self = { session, rows, 0 };

  if (!fz_session_may (session, "deadlines.told", "store", NULL, error) || (all = fz_deadlines_gather (session, FZ_ROLE_AFFAIRS, error)) == NULL)
    return NULL;
  for (guint i = 0; i < all->len; i++)
    if (fz_fields_has (all->pdata[i], "tell_number") && g_str_equal (fz_fields_get (all->pdata[i], "tell_number"), session->number))
      g_ptr_array_add (rows, row_for (session, all->pdata[i]));
  if (!add_unread (session, rows, error))
    return NULL;
  if (rows->len > 0 && !fz_session_look (session, "deadlines.told", "store", NULL, error))
    return NULL;
  /* A store that can only be read keeps no record of telling: there nothing is new. */
  if (rows->len > 0 && fz_reading_check_writes (session->desk, NULL) && !fz_store_run (session->desk->store, FZ_TXN_RECORD, note_told, &self, error))
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    fz_fields_freeze (rows->pdata[i]);
  return g_steal_pointer (&rows);
}
