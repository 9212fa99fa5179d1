#include "app/setup.h"

#include "app/affairs.h"
#include "app/due.h"
#include "app/knowledge.h"
#include "app/out_file.h"
#include "app/recover.h"
#include "core/idnumber.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/shares.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define RECOVERY_SHARES 3

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

/* --- a new store --- */

static void
put_rulebook (FzDesk *desk, FzFields *front)
{
  g_autofree char *since = fz_date_format (fz_rulebook_get_since (desk->knowledge->rulebook));

  fz_fields_set (front, "rulebook.name", fz_rulebook_get_title (desk->knowledge->rulebook));
  fz_fields_set (front, "rulebook.since", since);
}

/* An edition that two persons chose; the one that ships needs no telling. */
static void
put_knowledge (FzDesk *desk, FzFields *front)
{
  static const char *const keys[] = { "knowledge.title", "knowledge.edition", "knowledge.until" };
  const FzKnowledgeSet *set = desk->knowledge->set;
  g_autofree char *until = NULL;

  /* Not looked up yet: what stood there stays. */
  for (guint i = 0; desk->knowledge_version == NULL && desk->front != NULL && i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (front, keys[i], fz_fields_get (desk->front, keys[i]));
  if (desk->knowledge->problem != NULL || desk->knowledge_version == NULL || g_str_equal (desk->knowledge_version, "shipped"))
    return;
  until = fz_date_format (fz_knowledge_set_get_until (set));
  fz_fields_set (front, "knowledge.title", fz_knowledge_set_get_title (set, FALSE));
  fz_fields_set (front, "knowledge.edition", fz_knowledge_set_get_edition (set));
  fz_fields_set (front, "knowledge.until", until);
}

gboolean
fz_setup_write_front (FzDesk *desk, const FzFields *hospital, GError **error)
{
  g_autoptr (FzFields) front = fz_fields_new ("fuzhen.front/v1");
  g_autofree char *path = g_build_filename (desk->data_dir, "front", NULL);
  g_autoptr (GBytes) text = NULL;
  gsize n = 0;
  const char *bytes;

  fz_fields_set (front, "hospital.name", fz_fields_get (hospital, "organ.name"));
  fz_fields_set (front, "hospital.second_name", fz_fields_get (hospital, "organ.second_name"));
  put_rulebook (desk, front);
  put_knowledge (desk, front);
  text = fz_fields_print (front, error);
  if (text == NULL)
    return FALSE;
  bytes = g_bytes_get_data (text, &n);
  return g_file_set_contents_full (path, bytes, (gssize) n, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

typedef struct {
  FzDesk *desk;
  const FzFields *facts;
} Act;

static gboolean
audit_setup (FzTxn *txn, const char *action, const char *kind, const char *subject, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = action, .subject_kind = kind, .subject = subject, .outcome = "done" };

  return fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
keep_institution (FzTxn *txn, gpointer data, GError **error)
{
  Act *act = data;
  g_autoptr (FzFields) body = fz_fields_dup (act->facts, "fuzhen.institution/v1");

  return fz_profile_put (txn, "institution", body, error) && audit_setup (txn, "store.create", "store", NULL, error) &&
         fz_audit_checkpoint (txn, error);
}

static char *
origin_of (const FzFields *hospital)
{
  const char *desk = fz_fields_get (hospital, "desk.id");

  return g_strdup_printf ("fuzhen.%s.%s", fz_fields_get (hospital, "organ.code"), desk != NULL ? desk : "desk1");
}

static gboolean
make_store (FzDesk *desk, const FzSecret *store_key, const FzFields *hospital, GError **error)
{
  g_autofree char *origin = origin_of (hospital);
  Act act = { desk, hospital };
  FzStoreOptions options = { .dir = desk->data_dir,
                             .state_dir = desk->state_dir,
                             .key = store_key,
                             .identity = fz_keyfile_get_identity (desk->keys),
                             .key_version = fz_keyfile_get_key_version (desk->keys),
                             .origin = origin,
                             .clock = desk->clock,
                             .clock_data = desk->clock_data,
                             .random = desk->random,
                             .random_data = desk->random_data };

  desk->store = fz_store_create (&options, error);
  if (desk->store == NULL)
    return FALSE;
  desk->store_key = fz_secret_copy (store_key);
  return fz_store_run (desk->store, FZ_TXN_RECORD, keep_institution, &act, error) && fz_desk_reload (desk, error);
}

static gboolean
check_hospital (const FzFields *hospital, GError **error)
{
  if (!fz_fields_has (hospital, "organ.name") || !fz_fields_has (hospital, "organ.code"))
    return invalid (error, _ ("机构资料缺少名称或统一社会信用代码。"));
  return fz_credit_code_check (fz_fields_get (hospital, "organ.code"), error);
}

GHashTable *
fz_setup_names_in (const char *folder, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) why = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &why);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_hash_table_add (names, g_strdup (name));
  if (dir != NULL || g_error_matches (why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&names);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED,
               _ ("数据文件夹“%s”读不出：%s。请系统管理员检查权限，或换一个空文件夹。"), folder, why->message);
  return NULL;
}

/* Whose keys lie there is whose the files beside them are. */
static gboolean
is_ours (const FzDesk *desk)
{
  g_autoptr (FzKeyFile) found = desk->keys != NULL ? fz_keyfile_load (desk->data_dir, desk->state_dir, NULL) : NULL;

  return found != NULL &&
         memcmp (fz_keyfile_get_identity (found), fz_keyfile_get_identity (desk->keys), FZ_STORE_IDENTITY_BYTES) == 0;
}

/* What making a store puts into its folder; whatever else came there meanwhile is somebody's. */
static gboolean
is_made_here (const char *name)
{
  static const char *const made[] = { "keys.fz", "store.fz", "head", "front", "attempts", "lock", "ballast", "evidence" };
  static const char *const ends[] = { "", ".new", "-wal", "-shm", "-journal", ".new-wal", ".new-shm", ".new-journal", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    if (g_str_has_prefix (name, made[i]) && g_strv_contains (ends, name + strlen (made[i])))
      return TRUE;
  return FALSE;
}

static void
remove_new (const char *folder, GHashTable *before)
{
  g_autoptr (GHashTable) now = fz_setup_names_in (folder, NULL);
  GHashTableIter iter;
  const char *name;

  if (now == NULL)
    return;
  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, NULL)) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_hash_table_contains (before, name) || !is_made_here (name))
      continue;
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      fz_out_folder_remove (path);
    else
      g_unlink (path);
  }
}

/* Looked at, not believed: a folder that can't be read may hold anything. */
static gboolean
is_cleared (const char *folder, GHashTable *before)
{
  g_autoptr (GHashTable) now = fz_setup_names_in (folder, NULL);
  GHashTableIter iter;
  const char *name;

  if (now == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, NULL))
    if (is_made_here (name) && !g_hash_table_contains (before, name))
      return FALSE;
  return TRUE;
}

gboolean
fz_setup_take_back (FzDesk *take_desk, GHashTable *before, gboolean was_there)
{
  g_autofree char *folder = g_strdup (take_desk->data_dir), *state_dir = g_strdup (take_desk->state_dir);
  gboolean ours = is_ours (take_desk), known = take_desk->keys != NULL;
  guint8 identity[FZ_STORE_IDENTITY_BYTES] = { 0 };

  if (known)
    memcpy (identity, fz_keyfile_get_identity (take_desk->keys), sizeof identity);
  fz_desk_close (take_desk);
  if (ours)
    remove_new (folder, before);
  if (!was_there)
    g_rmdir (folder); /* unless somebody put something there */
  if (known)
    fz_recover_forget_outside (state_dir, identity);
  return is_cleared (folder, before);
}

/* The words of why it failed, and what is left of it. */
static void
tell_left (const char *folder, GError **error)
{
  g_autoptr (GError) why = error != NULL ? g_steal_pointer (error) : NULL;

  if (why != NULL)
    g_set_error (error, why->domain, why->code, _ ("%s\n文件夹“%s”里做到一半的没有清除干净，请系统管理员删除后再建库。"), why->message, folder);
}

static gboolean
make_all (FzDesk *desk, const FzSetup *setup, const FzFields *hospital, char ***out_shares, GError **error)
{
  g_autoptr (FzSecret) store_key = NULL;
  FzKeyFileOptions options = {.dir = desk->data_dir,
                              .state_dir = desk->state_dir,
                              .costs = setup->demo ? fz_key_costs_demo () : fz_key_costs_release (),
                              .demo = setup->demo,
                              .random = setup->random,
                              .random_data = setup->random_data};

  if (g_mkdir_with_parents (desk->data_dir, 0700) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不能建立数据目录“%s”：%s"), desk->data_dir,
                 g_strerror (errno));
    return FALSE;
  }
  desk->keys = fz_keyfile_create (&options, &store_key, error);
  if (desk->keys == NULL)
    return FALSE;
  desk->attempts = fz_attempts_book_open (desk->data_dir, desk->state_dir, fz_keyfile_get_identity (desk->keys), error);
  if (desk->attempts == NULL || !make_store (desk, store_key, hospital, error) ||
      !fz_setup_write_front (desk, hospital, error))
    return FALSE;
  if (out_shares != NULL)
    *out_shares = fz_keyfile_make_shares (desk->keys, store_key, RECOVERY_SHARES, error);
  return out_shares == NULL || *out_shares != NULL;
}

FzDesk *
fz_setup_create (const FzSetup *setup, const FzFields *hospital, char ***out_shares, GError **error)
{
  g_autoptr (FzDesk) desk =
      check_hospital (hospital, error) ? fz_desk_new (setup->data_dir, setup->state_dir, error) : NULL;
  g_autoptr (GHashTable) before = desk != NULL ? fz_setup_names_in (desk->data_dir, error) : NULL;
  g_autofree char *folder = NULL;
  gboolean was_there;

  if (before == NULL)
    return NULL;
  was_there = g_file_test (desk->data_dir, G_FILE_TEST_EXISTS);
  desk->demo = setup->demo;
  desk->clock = setup->clock;
  desk->clock_data = setup->clock_data;
  desk->random = setup->random;
  desk->random_data = setup->random_data;
  if (make_all (desk, setup, hospital, out_shares, error))
    return g_steal_pointer (&desk);
  folder = g_strdup (desk->data_dir);
  if (!fz_setup_take_back (g_steal_pointer (&desk), before, was_there))
    tell_left (folder, error);
  return NULL;
}

/* --- starter data --- */

typedef struct {
  FzDesk *desk;
  FzCatalogue *catalogue;
  GPtrArray *diagnoses;
} Starter;

static gboolean
keep_starter (FzTxn *txn, gpointer data, GError **error)
{
  Starter *starter = data;

  for (guint i = 0; i < fz_catalogue_get_n (starter->catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (starter->catalogue, i);
    g_autoptr (FzFields) row = fz_drug_to_fields (drug);

    if (!fz_drugs_put (txn, drug->code, row, drug->active, error) || !fz_due_add_drug (starter->desk, txn, drug, error))
      return FALSE;
  }
  for (guint i = 0; i < starter->diagnoses->len; i++)
    if (!fz_diagnoses_put (txn, fz_fields_get (starter->diagnoses->pdata[i], "code"), starter->diagnoses->pdata[i], error))
      return FALSE;
  return audit_setup (txn, "import.starter", "store", NULL, error);
}

static GBytes *
shipped (const char *name, const guint8 **out, gsize *n, GError **error)
{
  GBytes *bytes = fz_data_load (name, error);

  if (bytes != NULL)
    *out = g_bytes_get_data (bytes, n);
  return bytes;
}

/* A pharmacy stocks some of the herbs there are: those with a price. */
static FzCatalogue *
stocked (const FzCatalogue *all)
{
  g_autoptr (GPtrArray) some = g_ptr_array_new ();

  for (guint i = 0; i < fz_catalogue_get_n (all); i++) {
    FzDrug *drug = fz_catalogue_get (all, i);

    if (drug->kind != FZ_DRUG_HERBAL || drug->price_fen >= 0)
      g_ptr_array_add (some, drug);
  }
  return fz_catalogue_new ((FzDrug *const *) some->pdata, some->len);
}

static FzCatalogue *
with_hospital (const FzCatalogue *plain, const char *name, GError **error)
{
  const guint8 *csv = NULL;
  gsize n = 0;
  g_autoptr (GBytes) bytes = shipped (name, &csv, &n, error);

  return bytes != NULL ? fz_catalogue_with_hospital (plain, csv, n, name, error) : NULL;
}

static FzCatalogue *
starter_catalogue (FzDesk *desk, gboolean with_demo_hospital, GError **error)
{
  g_autoptr (FzCatalogue) plain = fz_knowledge_starter_catalogue (desk->knowledge, error), medicines = NULL, all = NULL;

  if (plain == NULL || !with_demo_hospital)
    return g_steal_pointer (&plain);
  medicines = with_hospital (plain, "drugs/demo-hospital.csv", error);
  all = medicines != NULL ? with_hospital (medicines, "drugs/demo-herbs.csv", error) : NULL;
  return all != NULL ? stocked (all) : NULL;
}

gboolean
fz_setup_load_starter (FzDesk *desk, gboolean with_demo_hospital, GError **error)
{
  g_autoptr (FzCatalogue) catalogue = starter_catalogue (desk, with_demo_hospital, error);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const guint8 *csv = NULL;
  gsize n = 0;
  g_autoptr (GBytes) bytes = catalogue != NULL ? shipped ("codes/diagnoses.csv", &csv, &n, error) : NULL;
  g_autoptr (GPtrArray) diagnoses = bytes != NULL ? fz_diagnosis_rows ("codes/diagnoses.csv", csv, n, problems, error) : NULL;
  Starter starter = { desk, catalogue, diagnoses };

  return diagnoses != NULL && fz_store_run (desk->store, FZ_TXN_RECORD, keep_starter, &starter, error) && fz_desk_reload (desk, error);
}

static gboolean
keep_consent (FzTxn *txn, gpointer data, GError **error)
{
  g_auto (GStrv) names = fz_data_list ("consent");

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = g_strconcat ("consent/", names[i], NULL), *version = g_strndup (names[i], strcspn (names[i], "."));
    g_autoptr (GBytes) bytes = fz_data_load (name, error);
    g_autofree char *text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;

    if (text == NULL || !fz_consent_text_add (txn, version, text, error))
      return FALSE;
  }
  return audit_setup (txn, "import.consent", "store", NULL, error);
}

gboolean
fz_setup_load_consent (FzDesk *desk, GError **error)
{
  return fz_store_run (desk->store, FZ_TXN_RECORD, keep_consent, NULL, error);
}
