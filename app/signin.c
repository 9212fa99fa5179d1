/* Signing in and out: password and second factor, each wrong try counted before it is judged (Tianjin 2025 art. 14). */
#include "app/admission.h"
#include "app/claim.h"
#include "app/desk_private.h"

#include "app/factor.h"
#include "app/idle_limit.h"
#include "app/password.h"
#include "app/reading.h"
#include "app/signin.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/head.h"
#include "db/journal.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* --- the staff row and its words --- */

typedef struct {
  FzDesk *desk;
  const char *number;
  const FzSecret *factor;
  FzSession *session;
  FzFields *staff;
} SignIn;

static gboolean
audit_refused (FzTxn *txn, gpointer data, GError **error)
{
  SignIn *in = data;
  FzAuditEntry entry = { .actor = "system", .action = "session.sign_in", .subject_kind = "staff", .subject = in->number,
                         .outcome = "denied" };

  return fz_audit_append (txn, &entry, NULL, error);
}

static void
put_words (FzDesk *desk, FzFields *person)
{
  const char *title = fz_fields_get (person, "title"), *department = fz_fields_get (person, "department");

  fz_fields_set (person, "title_label", fz_desk_label (desk, "titles", title));
  if (!fz_fields_has (person, "department_name"))
    fz_fields_set (person, "department_name", fz_desk_label (desk, "departments", department));
}

static FzSession *
make_session (SignIn *in, FzSecret *take_person_key, GError **error)
{
  FzSession *session = g_new0 (FzSession, 1);
  const char *vkey = fz_fields_get (in->staff, "vkey");
  guint8 random[8];

  session->refs = 1;
  session->desk = in->desk;
  session->person_key = take_person_key;
  session->number = g_strdup (in->number);
  session->present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  session->looked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  session->patients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) fz_fields_unref);
  g_mutex_init (&session->mutex);
  session->person = fz_fields_dup (in->staff, NULL);
  fz_fields_set (session->person, "factor", NULL);
  put_words (in->desk, session->person);
  fz_fields_freeze (session->person);
  fz_role_from_word (fz_fields_get (in->staff, "role"), &session->role);
  session->verifier = vkey != NULL ? fz_verifier_parse (vkey, error) : NULL;
  fz_desk_random (in->desk, random, sizeof random);
  session->id = g_strdup_printf ("%02x%02x%02x%02x%02x%02x%02x%02x", random[0], random[1], random[2], random[3], random[4],
                                 random[5], random[6], random[7]);
  if (session->verifier != NULL)
    return session;
  if (vkey == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("该账号的签名密钥不可用，请联系安全管理员重新办理首次登录。"));
  fz_session_unref (session);
  return NULL;
}

/* One session an account: signed in and not out again, locked or not. One that was killed held nothing that stays. */
static gboolean
is_in (const FzDesk *desk, const char *number)
{
  return desk->current != NULL && g_str_equal (desk->current->number, number);
}

/* Both are told: the one who is refused now, the other by the status line (fz_desk_status()). */
static gboolean
refuse_second (SignIn *in, FzTxn *txn, GError **error)
{
  FzSession *first = in->desk->current;

  g_mutex_lock (&first->mutex);
  first->second_us = fz_txn_now_us (txn);
  g_mutex_unlock (&first->mutex);
  return fz_refuse (error, _ ("该账号已经登录，同一账号不能同时登录两次。请返回原来的窗口解锁，或先在那里退出登录。此次尝试已记入审计，并已告知登录中的人。"));
}

/* Where nothing can be written, the journal of this device remembers the codes. */
static gboolean
use_step (FzTxn *txn, SignIn *in, gint64 step, gboolean *out_fresh, GError **error)
{
  g_autofree char *code = NULL;
  FzAuditEntry entry = { .actor = "system", .action = "session.code", .subject_kind = "staff", .outcome = "done" };

  if (!fz_store_is_read_only (in->desk->store, NULL))
    return fz_staff_use_totp_step (txn, in->number, step, out_fresh, error);
  if (!fz_staff_totp_step_is_fresh (txn, in->number, step, out_fresh, error))
    return FALSE;
  code = g_strdup_printf ("%s:%" PRId64, in->number, step);
  *out_fresh = *out_fresh && fz_journal_count (txn, entry.action, code) == 0;
  entry.subject = code;
  return fz_audit_append (txn, &entry, NULL, error);
}

/* Everything that needs the store: the account is alive, the factor fits, a one-time code is fresh, the entry is written. */
static gboolean
admit (FzTxn *txn, gpointer data, GError **error)
{
  SignIn *in = data;
  gint64 step = 0;
  gboolean fresh = TRUE;

  in->staff = fz_staff_get (txn, in->number, error);
  if (in->staff == NULL)
    return FALSE;
  if (fz_fields_has (in->staff, "left_at")) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("该账号已停用。请联系安全管理员。"));
    return FALSE;
  }
  if (!fz_factor_check (fz_fields_get (in->staff, "factor"), in->number, in->factor, fz_txn_now_us (txn), -1, &step, error))
    return FALSE;
  if (step > 0 && !use_step (txn, in, step, &fresh, error))
    return FALSE;
  if (!fresh) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("这个动态口令已经用过，请等待下一个。"));
    return FALSE;
  }
  /* Only who has both factors learns that nobody admitted the account yet, and that somebody is in. */
  if (!fz_admission_check (txn, in->staff, error))
    return FALSE;
  if (is_in (in->desk, in->number))
    return refuse_second (in, txn, error);
  in->session = make_session (in, NULL, error);
  return in->session != NULL && fz_password_until (in->desk, txn, in->number, &in->session->password_until_us, error) &&
         fz_idle_limit_read (txn, &in->session->idle_minutes, error) &&
         fz_session_audit (in->session, txn, "session.sign_in", "staff", in->number, "done", NULL, NULL, error);
}

/* The try is used up on disk before the password is judged. */
static gboolean
begin_try (FzDesk *self, const char *number, gboolean known, FzAttempts *out_before, GError **error)
{
  return fz_keyfile_check_person (self->keys, number, error) && fz_attempts_book_begin (self->attempts, number, known, out_before, error);
}

gboolean
fz_signin_judge_password (FzDesk *desk, const char *number, const FzSecret *password, FzSecret **out_person_key, FzSecret **out_store_key, GError **error)
{
  gboolean known = fz_keyfile_has_person (desk->keys, number);
  FzAttempts before;

  return begin_try (desk, number, known, &before, error) &&
         fz_keyfile_unlock_person (desk->keys, number, password, out_person_key, out_store_key, error) &&
         fz_attempts_book_set (desk->attempts, number, known, fz_attempts_right_password (before), error);
}

static void
end_current (FzDesk *self)
{
  if (self->current != NULL)
    fz_session_sign_out (self->current);
}

/* The slot of an older copy may be that of somebody who left, or hold a password that was changed because others knew it. */
static gboolean
may_read (FzDesk *self, SignIn *in, GError **error)
{
  g_autofree char *why = NULL;

  if (!fz_store_is_read_only (self->store, &why) || fz_keyfile_is_as_left (self->keys, in->number))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("%s\n这个账号在副本里的口令和密钥与本机最后一次留存的不同，不能登录。"), why);
  return FALSE;
}

static gboolean
open_for (FzDesk *self, SignIn *in, const FzSecret *store_key, GError **error)
{
  gboolean was_open = self->store != NULL;
  g_autoptr (GError) why = NULL;

  if (!was_open && !fz_desk_open_store (self, store_key, error))
    return FALSE;
  if (may_read (self, in, &why) && fz_store_run (self->store, FZ_TXN_RECORD, admit, in, &why)) {
    if (!fz_store_is_read_only (self->store, NULL))
      fz_keyfile_remember (self->keys);
    return TRUE;
  }
  g_clear_pointer (&in->session, fz_session_unref);
  fz_store_run (self->store, FZ_TXN_RECORD, audit_refused, in, NULL);
  if (!was_open)
    fz_desk_close_store (self);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* In an older copy of the folder a password may be that of then: said to whoever asks, so it tells nothing of an account. The try counts. */
static void
refuse_secret (FzDesk *self, GError **error)
{
  g_autofree char *older = fz_head_tell_older (self->data_dir, self->state_dir, fz_keyfile_get_identity (self->keys));

  if (older == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("工号、口令或第二因素不正确。"));
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("%s\n副本里的口令和密钥可能与现在不同，不能登录。"), older);
}

FzSession *
fz_desk_sign_in (FzDesk *self, const char *number, const FzSecret *password, const FzSecret *factor, GError **error)
{
  gboolean known = fz_keyfile_has_person (self->keys, number);
  SignIn in = { self, number, factor, NULL, NULL };
  g_autoptr (FzSecret) person_key = NULL, store_key = NULL;
  g_autoptr (GError) why = NULL;
  FzAttempts before;
  gboolean good;

  if (!begin_try (self, number, known, &before, error))
    return NULL;
  good = fz_keyfile_unlock_person (self->keys, number, password, &person_key, &store_key, error);
  if (!good) {
    g_clear_error (error);
    refuse_secret (self, error);
    if (self->store != NULL)
      fz_store_run (self->store, FZ_TXN_RECORD, audit_refused, &in, NULL);
    return NULL;
  }
  good = open_for (self, &in, store_key, &why);
  if (good && !fz_store_is_read_only (self->store, NULL) && !fz_keyfile_give_box (self->keys, number, person_key, store_key, &why)) {
    g_warning ("%s", why->message); /* the next sign-in tries again */
    g_clear_error (&why);
  }
  g_clear_pointer (&in.staff, fz_fields_unref);
  if (!good) {
    /* The password was right: a damaged or busy store is not this person's mistake. */
    if (!g_error_matches (why, FZ_ERROR, FZ_ERROR_SIGNATURE))
      fz_attempts_book_set (self->attempts, number, known, before, NULL);
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  if (!fz_attempts_book_set (self->attempts, number, known, fz_attempts_right_password (before), error)) {
    fz_session_unref (in.session);
    return NULL;
  }
  end_current (self);
  in.session->person_key = g_steal_pointer (&person_key);
  self->current = in.session;
  return in.session;
}

gboolean
fz_desk_pass_time (FzDesk *self, guint seconds, GError **error)
{
  return fz_attempts_book_tick (self->attempts, seconds, error);
}

/* --- leaving --- */

typedef struct {
  FzSession *session;
  const char *action;
} Mark;

static gboolean
mark (FzTxn *txn, gpointer data, GError **error)
{
  Mark *what = data;

  return fz_session_audit (what->session, txn, what->action, "staff", what->session->number, "done", NULL, NULL, error) &&
         fz_audit_checkpoint (txn, error);
}

static gboolean
deny (FzTxn *txn, gpointer data, GError **error)
{
  Mark *what = data;

  return fz_session_audit (what->session, txn, what->action, "staff", what->session->number, "denied", NULL, NULL, error);
}

static void
wipe (FzSession *self)
{
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->person_key, fz_secret_free);
  g_hash_table_remove_all (self->present);
  g_hash_table_remove_all (self->patients);
  g_clear_pointer (&self->stated_for, g_free);
  g_mutex_unlock (&self->mutex);
}

void
fz_session_sign_out (FzSession *self)
{
  Mark what = { self, "session.sign_out" };
  g_autoptr (GError) error = NULL;

  if (self->desk->current != self)
    return;
  fz_claim_let_go (self);
  if (self->desk->store != NULL && !fz_store_run (self->desk->store, FZ_TXN_RECORD, mark, &what, &error))
    g_warning ("%s", error->message);
  wipe (self);
  self->desk->current = NULL;
}

void
fz_session_lock (FzSession *self)
{
  Mark what = { self, "session.lock" };
  g_autoptr (GError) error = NULL;

  if (self->desk->current != self || fz_session_is_locked (self))
    return;
  fz_claim_let_go (self);
  wipe (self);
  if (!fz_store_run (self->desk->store, FZ_TXN_RECORD, mark, &what, &error))
    g_warning ("%s", error->message);
}

gboolean
fz_session_unlock (FzSession *self, const FzSecret *password, GError **error)
{
  FzDesk *desk = self->desk;
  gboolean known = fz_keyfile_has_person (desk->keys, self->number);
  Mark what = { self, "session.unlock" };
  FzSecret *person_key = NULL, *store_key = NULL;
  FzAttempts before;

  if (desk->current != self) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_LOCKED, _ ("您已退出登录，请重新登录。"));
    return FALSE;
  }
  if (!begin_try (desk, self->number, known, &before, error))
    return FALSE;
  if (!fz_keyfile_unlock_person (desk->keys, self->number, password, &person_key, &store_key, error)) {
    fz_store_run (desk->store, FZ_TXN_RECORD, deny, &what, NULL);
    return FALSE;
  }
  fz_secret_free (store_key);
  if (!fz_attempts_book_set (desk->attempts, self->number, known, fz_attempts_right_password (before), error) ||
      !fz_store_run (desk->store, FZ_TXN_RECORD, mark, &what, error)) {
    fz_secret_free (person_key);
    return FALSE;
  }
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->person_key, fz_secret_free);
  self->person_key = person_key;
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

/* --- the key file --- */

static char *
key_file_in (const char *folder, const char *number)
{
  g_autofree char *name = g_strconcat (number, ".fzkey", NULL);
  char *path = g_build_filename (folder, name, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return path;
  g_free (path);
  return NULL;
}

static char *
key_file_below (const char *folder, const char *number)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *stick = g_build_filename (folder, name, NULL);
    char *path = key_file_in (stick, number);

    if (path != NULL)
      return path;
  }
  return NULL;
}

char *
fz_desk_find_key_file (FzDesk *self, const char *number)
{
  g_autofree char *media = g_build_filename ("/media", g_get_user_name (), NULL);
  g_autofree char *run = g_build_filename ("/run/media", g_get_user_name (), NULL);
  g_autofree char *own = g_build_filename (self->state_dir, "keys", NULL);
  char *path = number != NULL && *number != '\0' && strchr (number, '/') == NULL ? key_file_below (media, number) : NULL;

  if (number == NULL || *number == '\0' || strchr (number, '/') != NULL)
    return NULL;
  if (path == NULL)
    path = key_file_below (run, number);
  return path != NULL ? path : key_file_in (own, number);
}
