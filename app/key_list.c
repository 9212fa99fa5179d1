/* The institution's list of keys (密钥名册), for fuzhen-verify and whoever checks what was signed here. */
#include "app/admission.h"
#include "app/certify.h"
#include "app/trust.h"

#include "core/date.h"
#include "db/certificates.h"
#include "db/desk_key.h"
#include "db/directory.h"

#include <string.h>

typedef struct {
  FzDesk *desk;
  FzSession *session;
  gboolean plain;
  char *text;
} Keys;

static gint64
former_us (FzDesk *desk)
{
  return MAX (fz_key_policy (desk, "former.days"), 0) * 86400 * FZ_US_PER_SECOND;
}

static void
put_key (FzFields *list, guint n, const char *vkey, const FzFields *staff, const char *role, const char *name)
{
  g_autofree char *group = g_strdup_printf ("key.%02u", n / 100);
  guint i = n % 100;

  fz_fields_set_at (list, group, i, "vkey", vkey);
  fz_fields_set_at (list, group, i, "role", role);
  fz_fields_set_at (list, group, i, "name", name);
  fz_fields_set_at (list, group, i, "licence", staff != NULL ? fz_fields_get (staff, "licence") : NULL);
  fz_fields_set_at (list, group, i, "person", staff != NULL ? fz_fields_get (staff, "person") : NULL);
}

static gboolean
is_before (const char *a, const char *b)
{
  return a != NULL && (b == NULL || strcmp (a, b) < 0); /* times of one form sort as text */
}

/* From its certificate, or since it was made; until the first thing that ends it. A revoked key has a place in the log instead of its closing. */
static gboolean
put_span (FzTxn *txn, FzFields *list, guint n, const char *vkey, const char *from, const char *until, GError **error)
{
  g_autofree char *group = g_strdup_printf ("key.%02u", n / 100);
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) certificate = fz_certificate_find (txn, vkey, &why), revoked = why == NULL ? fz_revocation_find (txn, vkey, &why) : NULL;
  const char *ends = certificate != NULL ? fz_fields_get (certificate, "until") : NULL;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (revoked == NULL && is_before (until, ends))
    ends = until;
  fz_fields_set_at (list, group, n % 100, "from", certificate != NULL ? fz_fields_get (certificate, "from") : from);
  fz_fields_set_at (list, group, n % 100, "until", ends);
  fz_fields_set_at (list, group, n % 100, "revoked_at_size", revoked != NULL ? fz_fields_get (revoked, "at_size") : NULL);
  return TRUE;
}

/* The present key, and those that were closed: what they signed before stays judgeable. */
static gboolean
put_person (FzTxn *txn, FzFields *list, GString *plain, guint *n, const FzFields *person, GError **error)
{
  const char *vkey = fz_fields_get (person, "vkey"), *role = fz_fields_get (person, "role"), *name = fz_fields_get (person, "name");
  guint past = fz_fields_count (person, "past_key");
  gboolean counts = FALSE;

  if (!fz_admission_counts (txn, person, &counts, error))
    return FALSE;
  for (guint i = 0; i < past; i++, (*n)++) {
    const char *old = fz_fields_get_at (person, "past_key", i, "vkey");

    g_string_append_printf (plain, "%s\n", old);
    put_key (list, *n, old, person, role, name);
    if (!put_span (txn, list, *n, old, fz_fields_get_at (person, "past_key", i, "from"), fz_fields_get_at (person, "past_key", i, "until"), error))
      return FALSE;
  }
  if (vkey == NULL || !counts)
    return TRUE;
  g_string_append_printf (plain, "%s\n", vkey);
  put_key (list, *n, vkey, person, role, name);
  return put_span (txn, list, (*n)++, vkey, fz_fields_get (person, past > 0 ? "key_from" : "joined_at"), fz_fields_get (person, "left_at"), error);
}

/* A former institution key goes on signing the list for a while, so it ends that much later. */
static void
put_desk_key (Keys *keys, FzFields *list, GString *plain, guint n, const FzFields *key)
{
  gboolean log = g_str_equal (fz_fields_get (key, "purpose"), "log");
  g_autofree char *group = g_strdup_printf ("key.%02u", n / 100);
  gint64 until = 0;

  g_string_append_printf (plain, "%s\n", fz_fields_get (key, "vkey"));
  put_key (list, n, fz_fields_get (key, "vkey"), NULL, log ? "log" : "institution",
           log ? fz_fields_get (key, "name") : fz_fields_get (keys->desk->institution, "organ.name"));
  if (fz_fields_get_time (key, "until", &until))
    {
    g_autofree char *ends = fz_time_format (until + (log ? 0 : former_us (keys->desk)));

    fz_fields_set_at (list, group, n % 100, "until", ends);
  }
}

static gboolean
list_keys (FzTxn *txn, Keys *keys, GString *plain, FzFields *list, GError **error)
{
  g_autoptr (GPtrArray) desk = fz_desk_key_list (txn, error), staff = desk != NULL ? fz_staff_list (txn, error) : NULL;
  guint n = 0;

  if (staff == NULL)
    return FALSE;
  for (guint i = 0; i < desk->len; i++)
    put_desk_key (keys, list, plain, n++, desk->pdata[i]);
  for (guint i = 0; i < staff->len; i++)
    if (!put_person (txn, list, plain, &n, staff->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* Signed by this desk's key, which stands for the institution; and by the one before it, for those who know only that one yet. */
static gboolean
sign_list (FzTxn *txn, Keys *keys, FzFields *list, GError **error)
{
  g_autoptr (GBytes) text = NULL, note = NULL;
  g_autoptr (GError) why = NULL;
  g_autofree char *line = NULL, *former = NULL;
  gsize n = 0;
  const void *bytes;

  fz_fields_set_time (list, "created_at", fz_txn_now_us (txn));
  fz_fields_set (list, "institution", fz_fields_get (keys->desk->institution, "organ.name"));
  fz_fields_set (list, "institution_code", fz_fields_get (keys->desk->institution, "organ.code"));
  text = fz_fields_print (list, error);
  if (text == NULL)
    return FALSE;
  bytes = g_bytes_get_data (text, &n);
  line = fz_desk_key_sign_line (txn, bytes, n, error);
  former = line != NULL ? fz_desk_key_sign_former_line (txn, fz_txn_now_us (txn) - former_us (keys->desk), bytes, n, &why) : NULL;
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  if (line == NULL || (error != NULL && *error != NULL))
    return FALSE;
  note = fz_note_join (text, (const char *const[]) { line, former, NULL });
  keys->text = g_strndup (g_bytes_get_data (note, NULL), g_bytes_get_size (note));
  return TRUE;
}

static gboolean
export_keys (FzTxn *txn, gpointer data, GError **error)
{
  Keys *keys = data;
  g_autoptr (GString) plain = g_string_new (NULL);
  g_autoptr (FzFields) list = fz_fields_new ("fuzhen.keys/v1");

  if (!list_keys (txn, keys, plain, list, error) || (!keys->plain && !sign_list (txn, keys, list, error)))
    return FALSE;
  if (keys->plain)
    keys->text = g_string_free (g_steal_pointer (&plain), FALSE);
  return keys->session == NULL ||
         fz_session_audit (keys->session, txn, "keys.export", "store", NULL, "done", NULL, NULL, error);
}

char *
fz_keys_signed_list (FzDesk *desk, FzTxn *txn, GError **error)
{
  Keys keys = { desk, NULL, FALSE, NULL };

  return export_keys (txn, &keys, error) ? keys.text : NULL;
}

char *
fz_desk_export_keys (FzSession *session, gboolean plain, GError **error)
{
  Keys keys = { session->desk, session, plain, NULL };

  if (!fz_session_may (session, "keys.list", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_RECORD, export_keys, &keys, error))
    return NULL;
  return keys.text;
}
