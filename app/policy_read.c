#include "app/policy_read.h"

#include "db/documents.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>

#define POLICIES "policy"
#define READ "policy-read"
#define UNDERSTAND "understand" /* the move by which who asked confirms */
#define MOST_NAMED 10

static const char *
value_of (const FzFields *entry, const FzFields *values, const char *key)
{
  const char *value = fz_fields_get (values, key);

  return value != NULL || entry == NULL ? value : fz_fields_get (entry, key);
}

static gboolean
is_in_force (const FzFields *policy)
{
  return g_strcmp0 (fz_fields_get (policy, "entry.state"), "in_force") == 0;
}

/* --- what binds --- */

static gboolean
stands (const FzDocument *document, const char *state)
{
  return g_strcmp0 (fz_fields_get (document->body, "state"), state) == 0;
}

/* Taken over as one that had ended: its approval is in the older register, and the entry says by whom. */
static gboolean
was_approved_before (const FzDocument *document)
{
  gboolean approved = FALSE;

  for (guint i = 0; i < fz_fields_count (document->body, "line"); i++)
    approved |= g_strcmp0 (fz_fields_get_at (document->body, "line", i, "key"), "approved_by") == 0 && fz_fields_get_at (document->body, "line", i, "value") != NULL;
  return approved && stands (document, "ended") && g_strcmp0 (fz_fields_get (document->body, "move"), FZ_REGISTER_TAKEN) == 0;
}

/* How many of them, from the first, lead to what was approved last. */
static guint
approved_of (GPtrArray *documents)
{
  guint n = documents->len;

  while (n > 0 && !stands (documents->pdata[n - 1], "in_force") && !was_approved_before (documents->pdata[n - 1]))
    n--;
  return n;
}

void
fz_policy_keep_bound (GPtrArray *documents)
{
  guint n = approved_of (documents), end = n;

  while (n > 0 && end < documents->len && !stands (documents->pdata[end], "ended"))
    end++;
  g_ptr_array_remove_range (documents, n, (n > 0 ? end : documents->len) - n);
}

/* Who drafted over it and who ended it may be documents apart: the end follows what is left. */
static FzFields *
fold_bound (GPtrArray *documents, GError **error)
{
  g_autoptr (FzFields) entry = NULL;

  for (guint i = 0; i < documents->len; i++) {
    g_autofree char *follows = g_strdup_printf ("%u", i);
    g_autoptr (FzFields) body = fz_fields_dup (((const FzDocument *) documents->pdata[i])->body, NULL);
    FzFields *after;

    fz_fields_set (body, "follows", follows);
    after = fz_entry_fold (entry, body, error);
    g_clear_pointer (&entry, fz_fields_unref);
    if (after == NULL)
      return NULL;
    entry = after;
  }
  return g_steal_pointer (&entry);
}

gboolean
fz_policy_bound (FzTxn *txn, const FzFields *entry, FzFields **out_bound, GError **error)
{
  g_autofree char *subject = g_strconcat ("@", fz_fields_get (entry, "entry.id"), NULL);
  g_autoptr (GPtrArray) documents = NULL;

  *out_bound = NULL;
  if (g_strcmp0 (fz_fields_get (entry, "entry.register"), POLICIES) != 0 || is_in_force (entry)) {
    *out_bound = fz_fields_dup (entry, NULL);
    return TRUE;
  }
  documents = fz_documents_of_visit (txn, subject, error);
  if (documents == NULL)
    return FALSE;
  fz_policy_keep_bound (documents);
  *out_bound = documents->len > 0 ? fold_bound (documents, error) : NULL;
  return *out_bound != NULL || documents->len == 0;
}

/* Those in force, each in the version that binds. */
static GPtrArray *
in_force (FzTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) open = fz_entries_all (txn, POLICIES, TRUE, error), bound = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  for (guint i = 0; open != NULL && i < open->len; i++) {
    FzFields *policy = NULL;

    if (!fz_policy_bound (txn, open->pdata[i], &policy, error))
      return NULL;
    if (policy != NULL)
      g_ptr_array_add (bound, policy);
  }
  return open != NULL ? g_steal_pointer (&bound) : NULL;
}

/* --- what is confirmed --- */

/* What is asked or confirmed is of a version in force; what is answered or closed may be of any, or nobody could. */
static gboolean
names_version (const FzFields *entry, const char *move)
{
  return entry == NULL || g_str_equal (move, UNDERSTAND);
}

static void
refuse_version (const FzFields *entry, const char *one, GError **error)
{
  if (entry != NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("制度名称：这一条问的版本没有在施行，不能确认已理解。请写明原因，以“结束疑问”结束这一条，再另行确认施行中的版本。"));
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("制度名称：没有施行中的制度与所填的名称和版本号相同。请在台账“%s”里打开要确认的一条，照抄其名称和版本号（例如 %s）。"), _ ("制度与部门职责"), one);
}

/* Medical affairs reach everybody's questions; that somebody understood is theirs to say. */
static gboolean
check_signer (const FzSession *session, const FzFields *entry, const char *move, GError **error)
{
  if (entry == NULL || !g_str_equal (move, UNDERSTAND) || g_strcmp0 (fz_fields_get (entry, "entry.opened_person"), fz_fields_get (session->person, "person")) == 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“确认已理解”须由提出疑问的本人签名。您可以答复；本人已离任或不再需要的，以“结束疑问”结束。"));
  return FALSE;
}

gboolean
fz_policy_read_check (const FzSession *session, FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *move, GError **error)
{
  g_autoptr (GPtrArray) policies = NULL;
  const char *last = NULL;

  if (!g_str_equal (fz_register_get_name (reg), READ) || !names_version (entry, move))
    return TRUE;
  if (!check_signer (session, entry, move, error))
    return FALSE;
  policies = in_force (txn, error);
  for (guint i = 0; policies != NULL && i < policies->len; i++) {
    const FzFields *policy = policies->pdata[i];

    if (g_strcmp0 (fz_fields_get (policy, "field.subject"), value_of (entry, values, "field.subject")) == 0 &&
        g_strcmp0 (fz_fields_get (policy, "field.version"), value_of (entry, values, "field.version")) == 0)
      return TRUE;
    last = fz_fields_get (policy, "entry.id");
  }
  if (policies == NULL || last == NULL)
    return policies != NULL;
  refuse_version (entry, last, error);
  return FALSE;
}

/* --- who has not --- */

static char *
mark_of (const char *person, const FzFields *entry)
{
  return g_strdup_printf ("%s\n%s\n%s", person, fz_fields_get (entry, "field.subject"), fz_fields_get (entry, "field.version"));
}

/* Who confirmed which version, by the natural person. */
static GHashTable *
confirmed (FzTxn *txn, GError **error)
{
  g_autoptr (GHashTable) marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) all = fz_entries_all (txn, READ, FALSE, error);

  for (guint i = 0; all != NULL && i < all->len; i++)
    if (g_strcmp0 (fz_fields_get (all->pdata[i], "entry.state"), "confirmed") == 0 && fz_fields_is_yes (all->pdata[i], "field.understood"))
      g_hash_table_add (marks, mark_of (fz_fields_get (all->pdata[i], "entry.opened_person"), all->pdata[i]));
  return all != NULL ? g_steal_pointer (&marks) : NULL;
}

static gboolean
owes (const FzFields *person, const char *number)
{
  const char *role = fz_fields_get (person, "role");

  return !fz_fields_has (person, "left_at") && (g_strcmp0 (role, "doctor") == 0 || g_strcmp0 (role, "pharmacist") == 0) &&
         (number == NULL || g_strcmp0 (fz_fields_get (person, "number"), number) == 0);
}

/* NULL: everybody asked about did. (transfer full) */
static char *
who_has_not (const FzFields *policy, GPtrArray *staff, const char *number, GHashTable *marks)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < staff->len; i++) {
    g_autofree char *mark = owes (staff->pdata[i], number) ? mark_of (fz_fields_get (staff->pdata[i], "person"), policy) : NULL;

    if (mark == NULL || g_hash_table_contains (marks, mark))
      continue;
    if (n++ < MOST_NAMED)
      g_string_append_printf (names, "%s%s", names->len > 0 ? "、" : "", fz_fields_get (staff->pdata[i], "number"));
  }
  if (n > MOST_NAMED)
    return g_strdup_printf (_ ("%s 等%u人"), names->str, n);
  return n > 0 ? g_string_free (g_steal_pointer (&names), FALSE) : NULL;
}

gboolean
fz_policies_put_unread (FzTxn *txn, GPtrArray *staff, const char *number, FzPolicyUnread add, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) policies = in_force (txn, error);
  g_autoptr (GHashTable) marks = policies != NULL ? confirmed (txn, error) : NULL;

  for (guint i = 0; marks != NULL && i < policies->len; i++) {
    g_autofree char *who = who_has_not (policies->pdata[i], staff, number, marks);

    if (who != NULL)
      add (policies->pdata[i], who, data);
  }
  return marks != NULL;
}
