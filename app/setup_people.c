/* People of a store: their rows, the secrets they choose, their keys and second factors (人员账号). */
#include "app/setup.h"

#include "app/certify.h"
#include "app/factor.h"
#include "app/password.h"
#include "app/roles.h"
#include "core/idnumber.h"
#include "db/audit.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

static gboolean
audit_person (FzTxn *txn, const char *action, const char *number, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = action, .subject_kind = "staff", .subject = number, .outcome = "done" };

  return fz_audit_append (txn, &entry, NULL, error);
}

/* --- secrets people choose --- */

gboolean
fz_password_check (const char *number, const FzSecret *password, GError **error)
{
  const guint8 *bytes = fz_secret_get (password);
  gsize n = fz_secret_size (password);
  gboolean lower = FALSE, upper = FALSE, digit = FALSE, other = FALSE;

  for (gsize i = 0; i < n; i++) {
    if (g_ascii_islower ((char) bytes[i]))
      lower = TRUE;
    else if (g_ascii_isupper ((char) bytes[i]))
      upper = TRUE;
    else if (g_ascii_isdigit ((char) bytes[i]))
      digit = TRUE;
    else
      other = TRUE;
  }
  if (n < 10 || lower + upper + digit + other < 3)
    return invalid (error, _ ("口令至少10个字符，且大写字母、小写字母、数字、符号中至少包含三类。"));
  if (number != NULL && *number != '\0' && memmem (bytes, n, number, strlen (number)) != NULL)
    return invalid (error, _ ("口令中不能包含工号。"));
  return TRUE;
}

gboolean
fz_pin_check (const FzSecret *pin, GError **error)
{
  const guint8 *digits = fz_secret_get (pin);
  gsize n = fz_secret_size (pin);
  gboolean same = TRUE, up = TRUE, down = TRUE;

  if (n < 6 || n > 12)
    return invalid (error, _ ("签名密码（PIN）应为6至12位数字。"));
  for (gsize i = 0; i < n; i++) {
    if (!g_ascii_isdigit ((char) digits[i]))
      return invalid (error, _ ("签名密码（PIN）只能是数字。"));
    same = same && digits[i] == digits[0];
    up = up && (i == 0 || digits[i] == digits[i - 1] + 1);
    down = down && (i == 0 || digits[i] + 1 == digits[i - 1]);
  }
  return !(same || up || down) || invalid (error, _ ("签名密码（PIN）过于简单：不要用同一个数字或连号。"));
}

/* --- people --- */

gboolean
fz_setup_check_staff (const FzFields *facts, gint64 now_us, GError **error)
{
  static const char *const required[] = { "number", "name", "id_number", "role" };
  FzDate today = fz_date_in_beijing (now_us);
  FzRole role = FZ_ROLE_NONE;
  FzIdNumber parsed;

  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    if (!fz_fields_has (facts, required[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("人员资料缺少“%s”。"), required[i]);
      return FALSE;
    }
  if (!fz_role_from_word (fz_fields_get (facts, "role"), &role) || role == FZ_ROLE_NONE || role == FZ_ROLE_DESK)
    return invalid (error, _ ("人员角色不是已知的取值。"));
  for (const char *c = fz_fields_get (facts, "number"); *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      return invalid (error, _ ("工号只能由字母和数字组成。"));
  return fz_id_number_parse (fz_fields_get (facts, "id_number"), today, &parsed, error);
}

typedef struct {
  FzDesk *desk;
  FzSession *session; /* NULL: the desk itself */
  GPtrArray *rows;
} People;

static gboolean
keep_person (FzTxn *txn, const People *people, const FzFields *facts, GError **error)
{
  const char *number = fz_fields_get (facts, "number");
  g_autoptr (FzFields) row = fz_fields_dup (facts, "fuzhen.staff/v1");
  g_autofree char *person = fz_desk_person_word (people->desk, fz_fields_get (facts, "id_number"));

  fz_fields_set (row, "person", person);
  return fz_staff_add (txn, row, error) &&
         (people->session != NULL ? fz_session_audit (people->session, txn, "staff.add", "staff", number, "done", NULL, NULL, error)
                                  : audit_person (txn, "staff.add", number, error));
}

static gboolean
keep_people (FzTxn *txn, gpointer data, GError **error)
{
  const People *people = data;
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);

  if (staff == NULL)
    return FALSE;
  for (guint i = 0; i < people->rows->len; i++)
    if (!fz_roles_check (people->desk, staff, people->rows, i, error) || !keep_person (txn, people, people->rows->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
fz_setup_add_people (FzDesk *desk, FzSession *session, GPtrArray *rows, GError **error)
{
  People people = { desk, session, rows };

  for (guint i = 0; i < rows->len; i++)
    if (!fz_setup_check_staff (rows->pdata[i], fz_desk_now_us (desk), error))
      return FALSE;
  return fz_store_run (desk->store, FZ_TXN_RECORD, keep_people, &people, error);
}

gboolean
fz_setup_add_staff (FzDesk *desk, const FzFields *facts, GError **error)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  g_ptr_array_add (one, (gpointer) facts);
  return fz_setup_add_people (desk, NULL, one, error);
}

typedef struct {
  FzDesk *desk;
  const FzFields *staff;
  const char *number, *vkey, *factor;
} Keys;

static gboolean
keep_keys (FzTxn *txn, gpointer data, GError **error)
{
  Keys *keys = data;

  return fz_staff_set_keys (txn, keys->number, keys->vkey, keys->factor, error) && fz_password_is_new (txn, keys->number, error) &&
         fz_certify (keys->desk, txn, keys->staff, keys->vkey, error) && audit_person (txn, "staff.enrol", keys->number, error);
}

typedef struct {
  const char *number;
  FzFields *facts;
} Look;

static gboolean
read_staff (FzTxn *txn, gpointer data, GError **error)
{
  Look *look = data;

  look->facts = fz_staff_get (txn, look->number, error);
  return look->facts != NULL;
}

static char *
key_name (FzDesk *desk, const FzFields *staff)
{
  const char *licence = fz_fields_get (staff, "licence");
  const char *code = fz_fields_get (desk->institution, "organ.code");

  return licence != NULL ? g_strdup_printf ("%s/%s", code, licence)
                         : g_strdup_printf ("%s/staff-%s", code, fz_fields_get (staff, "number"));
}

static char *
new_factor (FzDesk *desk, const char *number, FzSecret **out_key_file, FzSecret **out_totp)
{
  char *kept = NULL;

  if (out_key_file != NULL) {
    g_autoptr (FzSecret) seed = fz_secret_new (FZ_ED25519_SEED_BYTES);

    fz_desk_random (desk, fz_secret_get_writable (seed), FZ_ED25519_SEED_BYTES);
    *out_key_file = fz_factor_new_key_file (number, fz_secret_get (seed), &kept);
    return kept;
  }
  *out_totp = fz_secret_new (20);
  fz_desk_random (desk, fz_secret_get_writable (*out_totp), 20);
  return fz_factor_keep_totp (*out_totp);
}

/* Wrong PINs were counted against a key that is gone, also by a window still open over it; the new one starts with none. Before the
 * slot is made: a program that ends in between must not leave a new key under an old count. */
static gboolean
forget_wrong_pins (FzDesk *desk, const char *number, GError **error)
{
  FzAttempts counted = fz_attempts_book_get (desk->attempts, number, TRUE);

  return fz_keyfile_has_person (desk->keys, number) ||
         fz_attempts_book_set (desk->attempts, number, TRUE, fz_attempts_right_pin (counted), error);
}

gboolean
fz_setup_enrol (FzDesk *desk, const char *number, const FzSecret *password, const FzSecret *pin, FzSecret **out_key_file,
                FzSecret **out_totp, GError **error)
{
  Look look = { number, NULL };
  g_autoptr (FzFields) staff = NULL;
  g_autoptr (FzVerifier) verifier = NULL;
  g_autofree char *name = NULL, *vkey = NULL, *factor = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  Keys keys;

  if (!fz_password_check (number, password, error) || !fz_pin_check (pin, error) ||
      !fz_store_run (desk->store, FZ_TXN_READ, read_staff, &look, error))
    return FALSE;
  staff = look.facts;
  if (!forget_wrong_pins (desk, number, error) ||
      !fz_keyfile_add_person (desk->keys, number, password, pin, desk->store_key, public_key, error))
    return FALSE;
  name = key_name (desk, staff);
  verifier = fz_verifier_new (name, public_key, error);
  if (verifier == NULL)
    return FALSE;
  vkey = fz_verifier_dup_vkey (verifier);
  factor = new_factor (desk, number, out_key_file, out_totp);
  keys.desk = desk;
  keys.staff = staff;
  keys.number = number;
  keys.vkey = vkey;
  keys.factor = factor;
  return fz_store_run (desk->store, FZ_TXN_RECORD, keep_keys, &keys, error);
}
