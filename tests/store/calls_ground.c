#include "tests/store/calls.h"

#include "db/archive.h"
#include "db/directory.h"
#include "db/setting.h"

gboolean
say_facts (GString *answer, FzFields *facts)
{
  g_autoptr (FzFields) owned = facts;
  g_autoptr (GBytes) bytes = facts != NULL ? fz_fields_print (facts, NULL) : NULL;
  gsize n = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  g_string_append_len (answer, text, (gssize) n);
  return owned != NULL;
}

gboolean
say_rows (GString *answer, GPtrArray *rows)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    say_facts (answer, fz_fields_ref (rows->pdata[i]));
  g_string_append_printf (answer, "%u rows\n", rows != NULL ? rows->len : 0);
  g_clear_pointer (&rows, g_ptr_array_unref);
  return TRUE;
}

gboolean
say_text (GString *answer, char *text, GError **error)
{
  g_autofree char *owned = text;

  g_string_append_printf (answer, "%s\n", owned != NULL ? owned : "(none)");
  return owned != NULL || *error == NULL;
}

gboolean
say_texts (GString *answer, GPtrArray *texts)
{
  g_autoptr (GPtrArray) owned = texts;

  for (guint i = 0; owned != NULL && i < owned->len; i++)
    g_string_append_printf (answer, "%s\n", (const char *) owned->pdata[i]);
  return owned != NULL;
}

gboolean
say_bytes (GString *answer, GBytes *bytes)
{
  g_autoptr (GBytes) owned = bytes;
  gsize n = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  g_autofree char *sha256 = fz_sha256_hex (data != NULL ? data : "", n);

  g_string_append_printf (answer, "%s\n", sha256);
  return owned != NULL;
}

FzFields *
facts_of (const char *kind, const char *first, const char *value)
{
  FzFields *facts = fz_fields_new (kind);

  fz_fields_set (facts, first, value);
  fz_fields_set (facts, "note", "复诊");
  return facts;
}

gboolean
refused_as (int code, gboolean good, GError **error)
{
  g_assert_false (good);
  if (!g_error_matches (*error, FZ_ERROR, code))
    return FALSE;
  g_clear_error (error);
  return TRUE;
}

/* --- settings, people, catalogue, consent --- */

static gboolean
say_setting (FzTxn *txn, const char *name, GString *answer, GError **error)
{
  char *value = NULL;

  return fz_setting_read (txn, name, &value, error) && say_text (answer, value, error);
}

static gboolean
act_setting (FzTxn *txn, GString *answer, GError **error)
{
  return fz_setting_set (txn, "a.b", "one", error) && fz_setting_set (txn, "a.b", "two", error) &&
         say_setting (txn, "a.b", answer, error) && fz_setting_set (txn, "a.c", "x", error) &&
         fz_setting_set (txn, "a.c", NULL, error) && say_setting (txn, "a.c", answer, error);
}

static gboolean
read_setting (FzTxn *txn, GString *answer, GError **error)
{
  return say_setting (txn, "a.b", answer, error);
}

static gboolean
add_staff (FzTxn *txn, const char *number, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("fuzhen.staff/v1", "number", number);

  fz_fields_set (facts, "person", number);
  fz_fields_set (facts, "name", "张三");
  fz_fields_set (facts, "id_number", "11010519491231002X");
  fz_fields_set (facts, "role", "doctor");
  return fz_staff_add (txn, facts, error);
}

static gboolean
act_staff (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) other = facts_of ("fuzhen.staff/v1", "number", "D001");
  gboolean fresh = FALSE;
  gboolean again = FALSE;

  if (!add_staff (txn, "D001", error) || !add_staff (txn, "D002", error) ||
      !fz_staff_set_keys (txn, "D001", "vkey", "factor", error) || !fz_staff_set_facts (txn, "D001", other, error) ||
      !fz_staff_leave (txn, "D002", error) || !fz_staff_use_totp_step (txn, "D001", 7, &fresh, error) ||
      !fz_staff_use_totp_step (txn, "D001", 7, &again, error))
    return FALSE;
  g_string_append_printf (answer, "%d %d\n", fresh, again);
  ROWS (fz_staff_list (txn, error));
  return say_facts (answer, fz_staff_get (txn, "D001", error));
}

static gboolean
act_staff_again (FzTxn *txn, GString *answer, GError **error)
{
  return refused_as (FZ_ERROR_CONFLICT, add_staff (txn, "D001", error), error) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_staff_leave (txn, "D002", error), error) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_staff_set_keys (txn, "D009", NULL, NULL, error), error) &&
         refused_as (FZ_ERROR_NOT_FOUND, fz_staff_get (txn, "D009", error) != NULL, error);
}

static gboolean
act_profile (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) body = facts_of ("fuzhen.profile/v1", "name", "医院");
  FzFields *none;

  if (!fz_profile_put (txn, "institution", body, error) || !say_facts (answer, fz_profile_get (txn, "institution", error)))
    return FALSE;
  none = fz_profile_get (txn, "platform", error);
  g_assert_null (none);
  return *error == NULL;
}

static gboolean
act_catalogue (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (FzFields) drug = facts_of ("fuzhen.drug/v1", "code", "FZ0001");
  g_autoptr (FzFields) diagnosis = facts_of ("fuzhen.diagnosis/v1", "code", "I10");

  if (!fz_drugs_put (txn, "FZ0001", drug, TRUE, error) || !fz_drugs_put (txn, "FZ0002", drug, FALSE, error) ||
      !fz_diagnoses_put (txn, "I10", diagnosis, error))
    return FALSE;
  ROWS (fz_drugs_list (txn, "", 10, error));
  ROWS (fz_diagnoses_list (txn, "", 10, error));
  return TRUE;
}

static gboolean
act_consent (FzTxn *txn, GString *answer, GError **error)
{
  g_autofree char *version = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *text = NULL;

  if (!fz_consent_text_add (txn, "1", "同意", error) || !fz_consent_text_add (txn, "1", "同意", error) ||
      !refused_as (FZ_ERROR_CONFLICT, fz_consent_text_add (txn, "1", "不同", error), error) ||
      !fz_consent_text_newest (txn, &version, &sha256, &text, error))
    return FALSE;
  g_string_append_printf (answer, "%s %s %s\n", version, sha256, text);
  return TRUE;
}

static gboolean
read_consent (FzTxn *txn, GString *answer, GError **error)
{
  g_autofree char *version = NULL;
  g_autofree char *sha256 = NULL;

  if (!fz_consent_text_newest (txn, &version, &sha256, NULL, error))
    return FALSE;
  g_string_append_printf (answer, "%s %s\n", version, sha256);
  return TRUE;
}

static gboolean
act_archive (FzTxn *txn, GString *answer, GError **error)
{
  gint64 first = -1, again = -1;

  if (!fz_archive_put (txn, "certificate", "one", 3, &first, error) || !fz_archive_put (txn, "certificate", "one", 3, &again, error) ||
      !fz_archive_link (txn, "RX1", first, error) || !fz_archive_link (txn, "RX1", first, error) ||
      !fz_archive_put_for (txn, "RX1", "time_stamp", "two", 3, error) ||
      !refused_as (FZ_ERROR_INVALID, fz_archive_put (txn, "No Kind", "x", 1, NULL, error), error) ||
      !refused_as (FZ_ERROR_INVALID, fz_archive_put (txn, "ocsp", "", 0, NULL, error), error))
    return FALSE;
  g_assert_cmpint (first, ==, again);
  return TRUE;
}

static gboolean
read_archive (FzTxn *txn, GString *answer, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_archive_list (txn, "RX1", error), none = rows != NULL ? fz_archive_list (txn, "RX2", error) : NULL;
  g_autoptr (FzArchived) one = none != NULL ? fz_archive_get (txn, 1, error) : NULL;

  if (one == NULL || !refused_as (FZ_ERROR_NOT_FOUND, fz_archive_get (txn, 9, error) != NULL, error))
    return FALSE;
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpstr (one->kind, ==, "time_stamp");
  for (guint i = 0; i < rows->len; i++) {
    const FzArchived *row = rows->pdata[i];

    g_string_append_printf (answer, "%s %s %.3s\n", row->kind, row->sha256, (const char *) g_bytes_get_data (row->body, NULL));
  }
  return TRUE;
}

const Call calls_ground[] = {
  { "set settings", act_setting },
  { "read settings", read_setting },
  { "staff", act_staff },
  { "staff again", act_staff_again },
  { "profile", act_profile },
  { "catalogue", act_catalogue },
  { "consent", act_consent },
  { "read consent", read_consent },
  { "archive", act_archive },
  { "read archive", read_archive },
  { NULL, NULL },
};
