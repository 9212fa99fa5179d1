#include "app/desk_private.h"

#include "app/demo_people.h"
#include "app/front_thread.h"
#include "app/kept_facts.h"
#include "app/knowledge_choice.h"
#include "app/rules.h"
#include "app/outside.h"
#include "app/time_trust.h"
#include "app/purge.h"
#include "app/reading.h"
#include "app/spool.h"
#include "app/registers.h"
#include "app/report_parts.h"
#include "app/reporting.h"
#include "app/upload.h"
#include "app/workdays.h"
#include "db/directory.h"
#include "db/head.h"
#include "db/setting.h"
#include "db/spool.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <string.h>

static char *
default_data_dir (void)
{
  return g_build_filename (g_get_user_data_dir (), "fuzhen", NULL);
}

static char *
default_state_dir (void)
{
  return g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
}

gint64
fz_desk_now_us (FzDesk *self)
{
  return self->clock != NULL ? self->clock (self->clock_data) : g_get_real_time ();
}

void
fz_desk_random (FzDesk *self, void *out, gsize n)
{
  if (self->random != NULL)
    self->random (out, n, self->random_data);
  else
    fz_random_bytes (out, n);
}

FzDesk *
fz_desk_new (const char *data_dir, const char *state_dir, GError **error)
{
  g_autoptr (FzDesk) self = g_new0 (FzDesk, 1);

  self->data_dir = data_dir != NULL ? g_strdup (data_dir) : default_data_dir ();
  self->state_dir = state_dir != NULL ? g_strdup (state_dir) : default_state_dir ();
  self->knowledge = fz_knowledge_load (error);
  if (self->knowledge == NULL || !fz_registers_load (self, error) || !fz_report_plans_load (self, error))
    return NULL;
  if (g_mkdir_with_parents (self->state_dir, 0700) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不能建立状态目录“%s”：%s"), self->state_dir, g_strerror (errno));
    return NULL;
  }
  return g_steal_pointer (&self);
}

/* What may be seen before anybody signed in stands in one small file beside the store; it holds no secret but a demo's. */
static gboolean
read_front (FzDesk *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "front", NULL);
  g_autofree char *text = NULL;
  g_autoptr (FzFields) kept = NULL;
  FzDate since = fz_rulebook_get_since (self->knowledge->rulebook);
  g_autofree char *since_text = fz_date_format (since), *older = NULL;
  gsize n = 0;

  if (!g_file_get_contents (path, &text, &n, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("“%s”中还没有本地库。请先运行 fuzhen init 建立，或运行 fuzhen demo 建立演示库。"), self->data_dir);
    return FALSE;
  }
  kept = fz_fields_parse ((const guint8 *) text, n, error);
  if (kept == NULL)
    return FALSE;
  self->front = fz_fields_dup (kept, NULL);
  /* A hospital of another place wrote its own; so did every store since its rules have versions. */
  if (!fz_fields_has (self->front, "rulebook.name")) {
    fz_fields_set (self->front, "rulebook.name", fz_rulebook_get_title (self->knowledge->rulebook));
    fz_fields_set (self->front, "rulebook.since", since_text);
  }
  older = fz_head_tell_older (self->data_dir, self->state_dir, fz_keyfile_get_identity (self->keys));
  fz_fields_set (self->front, "store.state", older != NULL ? "older" : NULL);
  fz_fields_set (self->front, "store.words", older);
  self->demo = fz_keyfile_is_demo (self->keys);
  if (self->demo) {
    fz_fields_set (self->front, "demo", "yes");
    fz_demo_people_describe (self->front, self->data_dir);
  }
  fz_fields_freeze (self->front);
  return TRUE;
}

/* What is wrong inside it only a person's key can tell; that it is gone is told before anybody tries a password. */
static gboolean
check_store (const FzDesk *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "store.fz", NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("本地库文件“%s”不见了。请系统管理员用备份和两份恢复份额恢复。"), path);
  return FALSE;
}

FzDesk *
fz_desk_open (const char *data_dir, GError **error)
{
  g_autoptr (FzDesk) self = fz_desk_new (data_dir, NULL, error);

  if (self == NULL)
    return NULL;
  if (!g_file_test (self->data_dir, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("“%s”中还没有本地库。请先运行 fuzhen init 建立，或运行 fuzhen demo 建立演示库。"), self->data_dir);
    return NULL;
  }
  self->keys = fz_keyfile_load (self->data_dir, self->state_dir, error);
  if (self->keys == NULL || !read_front (self, error) || !check_store (self, error))
    return NULL;
  self->attempts = fz_attempts_book_open (self->data_dir, self->state_dir, fz_keyfile_get_identity (self->keys), error);
  if (self->attempts == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
fz_desk_close (FzDesk *self)
{
  if (self == NULL)
    return;
  fz_desk_close_store (self);
  g_clear_pointer (&self->attempts, fz_attempts_book_free);
  g_clear_pointer (&self->keys, fz_keyfile_free);
  g_clear_pointer (&self->front, fz_fields_unref);
  g_clear_pointer (&self->knowledge, fz_knowledge_unref);
  g_clear_pointer (&self->retired, g_ptr_array_unref);
  g_clear_pointer (&self->rules_version, g_free);
  g_clear_pointer (&self->knowledge_version, g_free);
  g_clear_pointer (&self->reports, g_ptr_array_unref);
  g_clear_pointer (&self->registers, g_ptr_array_unref);
  g_clear_pointer (&self->calendars, g_ptr_array_unref);
  g_clear_pointer (&self->portal, fz_portal_free);
  g_free (self->data_dir);
  g_free (self->state_dir);
  g_free (self);
}

const FzFields *
fz_desk_get_front (FzDesk *self)
{
  return self->front;
}

gboolean
fz_desk_is_demo (FzDesk *self)
{
  return self->demo;
}

static gboolean
read_institution (FzTxn *txn, gpointer data, GError **error)
{
  FzFields **institution = data;

  *institution = fz_profile_get (txn, "institution", error);
  if (*institution == NULL && (error == NULL || *error == NULL))
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("本地库中没有机构信息。"));
  return *institution != NULL;
}

/* Another thread may be in the middle of a report: what it reads lives until the desk is closed. */
gboolean
fz_desk_reload_institution (FzDesk *self, GError **error)
{
  FzFields *fresh = NULL;

  if (!fz_store_run (self->store, FZ_TXN_READ, read_institution, &fresh, error))
    return FALSE;
  if (self->institutions == NULL)
    self->institutions = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_ptr_array_add (self->institutions, fresh);
  self->institution = fresh;
  return TRUE;
}

/* Another thread may be in the middle of a check: what it reads lives until the desk is closed. Imports and versions are rare. */
void
fz_desk_take_knowledge (FzDesk *self, FzKnowledge *fresh)
{
  if (self->retired == NULL)
    self->retired = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_knowledge_unref);
  g_ptr_array_add (self->retired, self->knowledge);
  self->knowledge = fresh;
}

gboolean
fz_desk_reload_knowledge (FzDesk *self, GError **error)
{
  FzKnowledge *fresh;

  if (!fz_rules_refresh (self, error) || !fz_knowledge_refresh (self, error))
    return FALSE;
  fresh = fz_knowledge_with_store (self->knowledge, self->store, error);
  if (fresh == NULL)
    return FALSE;
  fz_desk_take_knowledge (self, fresh);
  return TRUE;
}

gboolean
fz_desk_reload (FzDesk *self, GError **error)
{
  return fz_desk_reload_institution (self, error) && fz_desk_reload_knowledge (self, error) && fz_workdays_refresh (self, error) && fz_reporting_choose (self, error);
}

gboolean
fz_desk_open_store (FzDesk *self, const FzSecret *store_key, GError **error)
{
  FzStoreOptions options = { .dir = self->data_dir,
                             .state_dir = self->state_dir,
                             .key = store_key,
                             .identity = fz_keyfile_get_identity (self->keys),
                             .damaged_too = TRUE,
                             .key_version = fz_keyfile_get_key_version (self->keys),
                             .clock = self->clock,
                             .clock_data = self->clock_data,
                             .random = self->random,
                             .random_data = self->random_data };

  self->store = fz_store_open (&options, error);
  if (self->store == NULL)
    return FALSE;
  self->store_key = fz_secret_copy (store_key);
  fz_time_trust_refresh (self);
  fz_outside_check_tokens (self);
  if (fz_outside_check (self, error) && fz_kept_facts_align (self, error) && fz_desk_reload (self, error) && fz_upload_recover (self, error) && fz_purge_tidy (self, error) && fz_reading_begin (self, error))
    return TRUE;
  fz_desk_close_store (self);
  return FALSE;
}

void
fz_desk_close_store (FzDesk *self)
{
  g_autoptr (GError) why = NULL;

  fz_front_stop (self);
  fz_upload_stop (self);
  if (self->store != NULL && self->uploads && !fz_spool_hand_over (self, &why))
    g_warning ("spool: %s", why->message); /* the rows wait in the store */
  fz_spool_watch_end (g_steal_pointer (&self->spool_watch), FALSE); /* of a desk that did not upload */
  self->uploads = FALSE;
  g_clear_pointer (&self->store, fz_store_close);
  g_clear_pointer (&self->folds, fz_fold_shelf_free); /* after the thread that uses it */
  g_clear_pointer (&self->store_key, fz_secret_free);
  g_clear_pointer (&self->institutions, g_ptr_array_unref);
  self->institution = NULL;
}

const char *
fz_desk_label (FzDesk *self, const char *codes, const char *code)
{
  FzCodes *table = fz_knowledge_codes (self->knowledge, codes);

  return table != NULL && code != NULL ? fz_codes_get_label (table, code) : NULL;
}

FzTemplate *
fz_desk_get_template (FzDesk *self, const char *kind, GError **error)
{
  FzTemplate *template = g_hash_table_lookup (self->knowledge->templates, kind);

  if (template == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _ ("没有文书“%s”的模板。"), kind);
  return template;
}

/* HMAC under a key of this store: the same person gives the same word, and nobody can try numbers against it without the store. */
char *
fz_desk_person_word (FzDesk *self, const char *id_number)
{
  const FzSecret *key = fz_store_get_word_key (self->store);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, fz_secret_get (key), fz_secret_size (key));

  g_hmac_update (hmac, (const guchar *) "fuzhen.person/v1\n", -1);
  g_hmac_update (hmac, (const guchar *) id_number, -1);
  return g_strndup (g_hmac_get_string (hmac), 32);
}
