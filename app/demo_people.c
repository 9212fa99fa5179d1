#include "app/demo_people.h"

#include "app/setup.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

GPtrArray *
fz_demo_people (GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load ("demo/people.csv", error);
  g_autoptr (FzCsv) csv = bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "demo/people.csv", error) : NULL;
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);

  if (csv == NULL)
    return NULL;
  for (guint r = 0; r < fz_csv_get_n_rows (csv); r++) {
    FzFields *person = fz_fields_new ("fuzhen.staff/v1");

    for (guint c = 0; c < fz_csv_get_n_columns (csv); c++)
      fz_fields_set (person, fz_csv_get_column (csv, c), fz_csv_get_at (csv, r, c));
    g_ptr_array_add (people, fz_fields_freeze (person));
  }
  return g_steal_pointer (&people);
}

char *
fz_demo_key_file (const char *data_dir, const char *number)
{
  g_autofree char *name = g_strconcat (number, ".fzkey", NULL);

  return g_build_filename (data_dir, "demo-keys", name, NULL);
}

void
fz_demo_people_describe (FzFields *front, const char *data_dir)
{
  g_autoptr (GPtrArray) people = fz_demo_people (NULL);

  for (guint i = 0; people != NULL && i < people->len; i++) {
    const FzFields *person = people->pdata[i];
    g_autofree char *key_file = fz_demo_key_file (data_dir, fz_fields_get (person, "number"));
    static const char *const keys[] = { "number", "name", "role", "title", "password", "pin" };

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (front, "people", i, keys[k], fz_fields_get (person, keys[k]));
    fz_fields_set_at (front, "people", i, "department", fz_fields_get (person, "department_name"));
    fz_fields_set_at (front, "people", i, "key_file", key_file);
  }
}

static FzFields *
find (const char *number)
{
  g_autoptr (GPtrArray) people = fz_demo_people (NULL);

  for (guint i = 0; people != NULL && i < people->len; i++)
    if (g_strcmp0 (fz_fields_get (people->pdata[i], "number"), number) == 0)
      return fz_fields_ref (people->pdata[i]);
  return NULL;
}

char *
fz_demo_person_of_role (FzRole role)
{
  g_autoptr (GPtrArray) people = fz_demo_people (NULL);

  for (guint i = 0; people != NULL && i < people->len; i++)
    if (g_strcmp0 (fz_fields_get (people->pdata[i], "role"), fz_role_to_word (role)) == 0)
      return g_strdup (fz_fields_get (people->pdata[i], "number"));
  return NULL;
}

static FzSecret *
secret_of (const FzFields *person, const char *key)
{
  const char *text = fz_fields_get (person, key);

  return fz_secret_new_from (text, strlen (text));
}

FzSecret *
fz_demo_pin (const char *number)
{
  g_autoptr (FzFields) person = find (number);

  return person != NULL ? secret_of (person, "pin") : NULL;
}

FzSecret *
fz_demo_password (const char *number)
{
  g_autoptr (FzFields) person = find (number);

  return person != NULL ? secret_of (person, "password") : NULL;
}

static char *
shares_path (FzDesk *desk)
{
  return g_build_filename (desk->data_dir, "demo-keys", "shares", NULL);
}

gboolean
fz_demo_shares_publish (FzDesk *desk, char *const *shares, GError **error)
{
  g_autofree char *path = shares_path (desk), *folder = g_path_get_dirname (path), *text = g_strjoinv ("\n", (char **) shares);
  g_autofree char *lines = g_strconcat (text, "\n", NULL);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return g_file_set_contents_full (path, lines, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不能建立目录“%s”。"), folder);
  return FALSE;
}

char **
fz_demo_shares (FzDesk *desk, GError **error)
{
  g_autofree char *path = shares_path (desk), *text = NULL;

  if (!desk->demo || !g_file_get_contents (path, &text, NULL, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有公开的演示恢复份额“%s”。"), path);
    return NULL;
  }
  return g_strsplit (g_strstrip (text), "\n", 0);
}

FzSession *
fz_demo_sign_in (FzDesk *desk, const char *number, GError **error)
{
  g_autoptr (FzFields) person = find (number);
  g_autofree char *path = fz_demo_key_file (desk->data_dir, number), *content = NULL;
  g_autoptr (FzSecret) password = NULL, factor = NULL;
  gsize n = 0;

  if (!desk->demo || person == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”不是演示人员，或这不是演示库。"), number);
    return NULL;
  }
  if (!g_file_get_contents (path, &content, &n, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("找不到演示密钥文件“%s”。"), path);
    return NULL;
  }
  password = secret_of (person, "password");
  factor = fz_secret_new_from (content, n);
  fz_secret_wipe (content, n);
  return fz_desk_sign_in (desk, number, password, factor, error);
}

static gboolean
enrol (FzDesk *desk, const FzFields *person, GError **error)
{
  const char *number = fz_fields_get (person, "number");
  g_autoptr (FzFields) facts = fz_fields_dup (person, NULL);
  g_autoptr (FzSecret) password = secret_of (person, "password"), pin = secret_of (person, "pin"), key_file = NULL;
  g_autofree char *path = fz_demo_key_file (desk->data_dir, number);

  fz_fields_set (facts, "password", NULL);
  fz_fields_set (facts, "pin", NULL);
  return fz_setup_add_staff (desk, facts, error) && fz_setup_enrol (desk, number, password, pin, &key_file, NULL, error) &&
         g_file_set_contents_full (path, (const char *) fz_secret_get (key_file), (gssize) fz_secret_size (key_file),
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

gboolean
fz_demo_people_enrol (FzDesk *desk, GError **error)
{
  g_autoptr (GPtrArray) people = fz_demo_people (error);
  g_autofree char *folder = g_build_filename (desk->data_dir, "demo-keys", NULL);

  if (people == NULL)
    return FALSE;
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不能建立目录“%s”。"), folder);
    return FALSE;
  }
  for (guint i = 0; i < people->len; i++)
    if (!enrol (desk, people->pdata[i], error))
      return FALSE;
  return TRUE;
}
