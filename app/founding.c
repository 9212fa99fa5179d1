/* The first hour (第一次使用): a hospital's store from what its profile says, and a person's first sign-in. */
#include "app/founding.h"

#include "app/recover.h"
#include "app/setup.h"
#include "core/idnumber.h"
#include "core/totp.h"
#include "db/shares.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
fz_founding_free (FzFounding *self)
{
  if (self == NULL)
    return;
  fz_shares_free (self->shares);
  g_clear_pointer (&self->codes, g_ptr_array_unref);
  g_free (self);
}

/* Of the whole: what is over when the store is there, and when it is furnished; the rest is everybody's code, each of which costs what a password costs. */
#define MADE 0.1
#define FURNISHED 0.2

static gboolean
issue_codes (FzDesk *desk, const FzHospital *hospital, FzFounding *founding, FzRecoverWatch *watch, GError **error)
{
  for (guint i = 0; i < hospital->staff->len; i++) {
    FzEnrolCode *code = fz_enrol_issue (desk, NULL, fz_fields_get (hospital->staff->pdata[i], "number"), error);

    if (code == NULL)
      return FALSE;
    g_ptr_array_add (founding->codes, code);
    if (!fz_recover_go_on (FURNISHED + (1 - FURNISHED) * (i + 1) / hospital->staff->len, watch, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
furnish (FzDesk *desk, const FzHospital *hospital, FzFounding *founding, FzRecoverWatch *watch, GError **error)
{
  return fz_recover_go_on (MADE, watch, error) && fz_setup_load_consent (desk, error) && fz_setup_load_starter (desk, FALSE, error) &&
         fz_setup_add_people (desk, NULL, hospital->staff, error) && fz_recover_go_on (FURNISHED, watch, error) &&
         issue_codes (desk, hospital, founding, watch, error);
}

FzFounding *
fz_founding_make (const char *data_dir, const FzHospital *hospital, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error)
{
  FzSetup setup = { .data_dir = data_dir };
  FzRecoverWatch watch = { .stop = stop, .progress = progress, .data = data, .span = 1 };
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "fuzhen", NULL);
  const char *folder = data_dir != NULL ? data_dir : usual;
  gboolean was_there = g_file_test (folder, G_FILE_TEST_EXISTS);
  g_autoptr (GHashTable) before = fz_setup_names_in (folder, error);
  g_autoptr (FzFounding) founding = g_new0 (FzFounding, 1);
  g_autoptr (FzDesk) desk = NULL;
  g_autoptr (GError) why = NULL;
  gboolean cleared;

  founding->codes = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_enrol_code_free);
  desk = before != NULL ? fz_setup_create (&setup, hospital->institution, &founding->shares, error) : NULL;
  if (desk == NULL)
    return NULL;
  if (furnish (desk, hospital, founding, &watch, &why))
    return g_steal_pointer (&founding);
  cleared = fz_setup_take_back (g_steal_pointer (&desk), before, was_there);
  if (!cleared)
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("%s\n建库没有完成，文件夹“%s”里做到一半的没有清除干净，请系统管理员删除后再建库。"), why->message, folder);
  else if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&why));
  else
    g_set_error (error, why->domain, why->code, _ ("%s\n建库没有完成，做到一半的已清除；排除原因后请再建一次。"), why->message);
  return NULL;
}

/* --- from a form --- */

static gboolean
wrong (char **out_field, const char *field, const char *why, GError **error)
{
  *out_field = g_strdup (field);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

static gboolean
check_institution (const FzFields *facts, char **out_field, GError **error)
{
  static const char *const required[] = { "organ.name", "organ.code", "organ.physical_name", "jurisdiction" };
  g_autoptr (GError) why = NULL;
  FzDate until;

  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    if (!fz_fields_has (facts, required[i]))
      return wrong (out_field, required[i], _ ("请填写。"), error);
  if (!fz_credit_code_check (fz_fields_get (facts, "organ.code"), &why))
    return wrong (out_field, "organ.code", why->message, error);
  if (fz_fields_has (facts, "organ.licence_until") && !fz_date_parse (fz_fields_get (facts, "organ.licence_until"), &until, NULL))
    return wrong (out_field, "organ.licence_until", _ ("应为存在的日期，写作 2028-12-31。"), error);
  return TRUE;
}

/* What is wrong with one person, at the fact it is wrong with: what the whole row's check says is told from the facts before it. */
static gboolean
check_person (const FzFields *facts, guint at, FzFields *row, char **out_field, GError **error)
{
  static const char *const keys[] = { "role", "number", "name", "id_number" };
  g_autoptr (GError) why = NULL;
  FzIdNumber parsed;

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
    g_autofree char *field = g_strdup_printf ("person.%02u.%s", at, keys[k]);

    fz_fields_set (row, keys[k], fz_fields_get (facts, field));
    if (!fz_fields_has (row, keys[k]))
      return wrong (out_field, field, _ ("请填写。"), error);
    if (g_str_equal (keys[k], "id_number") && !fz_id_number_parse (fz_fields_get (row, keys[k]), fz_date_in_beijing (g_get_real_time ()), &parsed, &why))
      return wrong (out_field, field, why->message, error);
  }
  if (!fz_setup_check_staff (row, g_get_real_time (), &why)) {
    g_autofree char *field = g_strdup_printf ("person.%02u.number", at);

    return wrong (out_field, field, why->message, error);
  }
  return TRUE;
}

/* codes/role-conflicts.csv: each of the four excludes each other one, and the store would refuse it when it is half made. */
static gboolean
check_apart (GPtrArray *staff, guint at, char **out_field, GError **error)
{
  for (guint i = 0; i < at; i++) {
    const FzFields *one = staff->pdata[i], *other = staff->pdata[at];
    gboolean number = g_ascii_strcasecmp (fz_fields_get (one, "number"), fz_fields_get (other, "number")) == 0;
    g_autofree char *field = g_strdup_printf ("person.%02u.%s", at, number ? "number" : "id_number");

    if (number)
      return wrong (out_field, field, _ ("工号重复。"), error);
    if (g_str_equal (fz_fields_get (one, "id_number"), fz_fields_get (other, "id_number")))
      return wrong (out_field, field, _ ("与另一位的证件号码相同。三类管理员和医务管理须由四个人担任。"), error);
  }
  return TRUE;
}

static FzHospital *
hospital_of (const FzFields *facts, char **out_field, GError **error)
{
  g_autoptr (FzHospital) hospital = g_new0 (FzHospital, 1);
  static const char *const kept[] = { "jurisdiction", "organ.name", "organ.code", "organ.physical_name", "organ.second_name", "organ.unit_id", "organ.licence",
                                      "organ.licence_until" };

  hospital->institution = fz_fields_new ("fuzhen.hospital/v1");
  hospital->staff = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  if (!check_institution (facts, out_field, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    fz_fields_set (hospital->institution, kept[i], fz_fields_get (facts, kept[i]));
  fz_fields_set (hospital->institution, "desk.id", "desk1");
  fz_fields_set_int (hospital->institution, "desk.number", 1);
  for (guint i = 0; i < fz_fields_count (facts, "person"); i++) {
    FzFields *row = fz_fields_new ("fuzhen.staff/v1");

    g_ptr_array_add (hospital->staff, row);
    if (!check_person (facts, i, row, out_field, error) || !check_apart (hospital->staff, i, out_field, error))
      return NULL;
  }
  return g_steal_pointer (&hospital);
}

FzFounding *
fz_desk_found (const char *data_dir, const FzFields *facts, char **out_field, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error)
{
  g_autoptr (FzHospital) hospital = hospital_of (facts, out_field, error);

  return hospital != NULL ? fz_founding_make (data_dir, hospital, stop, progress, data, error) : NULL;
}

/* --- a person's first sign-in --- */

/* The file exists before anything is made: a key that cannot be kept must not become anyone's second factor. */
static int
make_file (const char *path, GError **error)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能建立密钥文件“%s”：%s。请换一个不存在的文件名。"), path, g_strerror (errno));
  return fd;
}

static gboolean
write_all (int fd, const FzSecret *secret, GError **error)
{
  gsize done = 0;

  while (done < fz_secret_size (secret)) {
    ssize_t n = write (fd, fz_secret_get (secret) + done, fz_secret_size (secret) - done);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    done += (gsize) n;
  }
  if (done == fz_secret_size (secret) && fsync (fd) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("密钥文件没有写完：%s。请安全管理员重置后重新登记。"), g_strerror (errno));
  return FALSE;
}

static gboolean
enrol_into_file (FzDesk *self, const char *number, const FzSecret *code, const FzSecret *password, const FzSecret *pin, const char *key_file, GError **error)
{
  g_autoptr (FzSecret) content = NULL;
  int fd = make_file (key_file, error);
  gboolean good;

  if (fd < 0)
    return FALSE;
  good = fz_enrol_with_code (self, number, code, password, pin, &content, NULL, error) && write_all (fd, content, error);
  close (fd);
  if (!good)
    g_unlink (key_file);
  return good;
}

gboolean
fz_desk_enrol (FzDesk *self, const char *number, const FzSecret *code, const FzSecret *password, const FzSecret *pin, const char *key_file,
               FzSecret **out_key_text, FzSecret **out_uri, GError **error)
{
  g_autoptr (FzSecret) totp = NULL;

  if (key_file != NULL)
    return enrol_into_file (self, number, code, password, pin, key_file, error);
  if (!fz_enrol_with_code (self, number, code, password, pin, NULL, &totp, error))
    return FALSE;
  *out_key_text = fz_totp_key_text (totp);
  *out_uri = fz_totp_uri (totp, fz_fields_get (fz_desk_get_front (self), "hospital.name"), number);
  return TRUE;
}
