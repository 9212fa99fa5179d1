#include "ui/window.h"

#include "core/sitting.h"
#include "ui/away.h"
#include "ui/copied.h"
#include "ui/dialog_guide.h"
#include "ui/dialog_keys.h"
#include "ui/dialog_password.h"
#include "ui/idle.h"
#include "ui/kit/say.h"
#include "ui/kit/toast.h"
#include "ui/long_work.h"
#include "ui/page_lock.h"
#include "ui/page_password.h"
#include "ui/page_sign_in.h"
#include "ui/place_search.h"
#include "ui/places.h"
#include "ui/preferences.h"
#include "ui/shell.h"
#include "ui/status_words.h"
#include "ui/told.h"

#include <glib/gi18n-lib.h>

#define TICK_SECONDS 30
#define STATE "fz-window"
#define LEAST_WIDTH 1024
#define LEAST_HEIGHT 640

typedef struct {
  FzDesk *desk;
  FzShell *shell;
  FzSession *session; /* NULL while nobody is signed in */
  char *place;        /* shown when the window was locked */
  guint timer;
  gint64 signed_in_us; /* running time; a computer that sleeps locks */
  gint64 told_us;     /* the running time the desk knows of */
  gint64 second_us;   /* of the second sign-in that was told */
  guint notices;      /* of the pages of the one who is signed in */
  GPtrArray *made;    /* FzFields: reports made by themselves that were not told yet */
  char *failed;       /* why one was not made, as told last; NULL: nothing failed since */
  GPtrArray *told;    /* FzFields: what is late and went to this person; NULL: nobody asked yet */
  gint64 told_next;   /* the running time of the next look */
  const FzSession *asked; /* whose rows that look gives; to compare only */
  gboolean ticking, telling, making, asking, closing;
} Window;

static void show_sign_in (Window *self, gboolean with_back);
static void show_lock (Window *self);
static void show_work (Window *self);
static void sign_out (Window *self);
static void lock (Window *self);

/* --- the clock --- */

/* Somebody works here, and sees what is said. */
static gboolean
is_at_work (const Window *self)
{
  return !self->closing && self->session != NULL && fz_shell_get_cover (self->shell) == NULL;
}

/* The day's seal, expiry, folders to deliver, and then what the status line says. */
static gpointer
tick (FzSession *session, gpointer none, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) status = NULL;
  FzFields *out;
  gboolean good = fz_desk_tick (session, &why);

  if (good && !fz_session_is_locked (session))
    good = fz_desk_write_handouts (session, NULL, &why);
  status = fz_desk_status (session);
  out = fz_fields_dup (status, NULL);
  if (!fz_session_is_locked (session) && fz_session_token_pulled (session))
    fz_fields_set_bool (out, "token.pulled", TRUE);
  if (!good && why != NULL && !g_error_matches (why, FZ_ERROR, FZ_ERROR_REFUSED) && !g_error_matches (why, FZ_ERROR, FZ_ERROR_LOCKED))
    fz_fields_set (out, "clock.error", why->message);
  return fz_fields_freeze (out);
}

static void
fields_free (gpointer fields)
{
  fz_fields_unref (fields);
}

/* Somebody knows this person's secrets and has the key file: whoever works here is told, once for each try. */
static void
tell_second (Window *self, const FzFields *status)
{
  gint64 second_us = 0;

  if (!fz_fields_get_time (status, "session.second_at", &second_us) || second_us == self->second_us)
    return;
  self->second_us = second_us;
  fz_toast_show (GTK_WIDGET (self->shell), FZ_STATUS_STOP, _ ("有人用您的工号和口令再次登录，已被拒绝并记入审计。如果不是您本人，请立即更换口令，并告知安全管理员。"));
}

/* --- reports by themselves --- */

/* The one does not wait for the other: a check that fails stops no report. */
static gpointer
make_report (FzSession *session, gpointer none, GError **error)
{
  g_autoptr (GError) why = NULL;
  gboolean checked = fz_desk_check_indicators (session, &why);
  g_autoptr (GPtrArray) rows = fz_desk_make_scheduled_reports (session, error);

  if (checked || rows == NULL || rows->len > 0)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&why)); /* told when nothing is left to make */
  return NULL;
}

/* How many, the last of them, and what failed first. */
static void
tell_reports (Window *self, const GError *error)
{
  const char *path = NULL, *problem = error != NULL ? error->message : NULL;
  guint made = 0;

  for (guint i = 0; i < self->made->len; i++) {
    const char *file = fz_fields_get (self->made->pdata[i], "path");

    made += file != NULL;
    path = file != NULL ? file : path;
    problem = problem != NULL ? problem : fz_fields_get (self->made->pdata[i], "problem");
  }
  if (path != NULL) {
    g_autofree char *words = made == 1 ? g_strdup_printf (_ ("定时报表已制作：%s"), path)
                                       : g_strdup_printf (_ ("定时报表已制作 %d 份，最后一份：%s"), (int) made, path);

    fz_toast_show (GTK_WIDGET (self->shell), FZ_STATUS_OK, words);
  }
  if (problem != NULL && g_strcmp0 (problem, self->failed) != 0) { /* once: what goes on failing stands among the deadlines */
    g_autofree char *words = g_strdup_printf (_ ("定时报表或指标核对没有做成：%s"), problem);

    fz_toast_show (GTK_WIDGET (self->shell), FZ_STATUS_WARN, words);
  }
  if (problem != NULL || error == NULL) {
    g_free (self->failed);
    self->failed = g_strdup (problem);
  }
  g_ptr_array_set_size (self->made, 0);
}

static void start_report (Window *self);

/* One file a turn, so that a locked or closed window waits for no more than that. */
static void
on_report_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_call_finish (result, &error);

  self->making = FALSE;
  if (rows != NULL && rows->len > 0)
    g_ptr_array_add (self->made, fz_fields_ref (rows->pdata[0])); /* told of when somebody is back */
  if (!is_at_work (self))
    return;
  if (rows != NULL && rows->len > 0) {
    start_report (self);
    return;
  }
  if (g_error_matches (error, FZ_ERROR, FZ_ERROR_LOCKED)) /* and opened again: the next tick goes on */
    g_clear_error (&error);
  tell_reports (self, error);
}

static void
start_report (Window *self)
{
  if (self->making || fz_session_get_role (self->session) != FZ_ROLE_AFFAIRS)
    return;
  self->making = TRUE;
  fz_call_async (self->session, make_report, NULL, NULL, (GDestroyNotify) g_ptr_array_unref, on_report_made, self);
}

/* --- what is late and goes to who sits here --- */

#define TOLD_EVERY_US (30 * G_TIME_SPAN_MINUTE)

static void
show_notices (Window *self)
{
  fz_shell_set_notifications (self->shell, self->notices + (self->told != NULL ? self->told->len : 0));
}

static gpointer
ask_told (FzSession *session, gpointer none, GError **error)
{
  return fz_desk_list_told (session, error);
}

/* A store that may not be written keeps no record of telling: then nobody is told by it. */
static void
on_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr (GPtrArray) rows = fz_call_finish (result, NULL);

  self->asking = FALSE;
  if (rows == NULL || self->closing || self->session == NULL || self->asked != self->session)
    return;
  g_clear_pointer (&self->told, g_ptr_array_unref);
  self->told = g_ptr_array_ref (rows);
  show_notices (self); /* the bell keeps them for who comes back to a locked window */
  if (!is_at_work (self))
    return;
  fz_told_say (GTK_WIDGET (self->shell), rows);
}

static void
start_told (Window *self)
{
  if (self->asking || g_get_monotonic_time () < self->told_next)
    return;
  self->asking = TRUE;
  self->asked = self->session;
  self->told_next = g_get_monotonic_time () + TOLD_EVERY_US;
  fz_call_async (self->session, ask_told, NULL, NULL, (GDestroyNotify) g_ptr_array_unref, on_told, self);
}

/* --- the clock goes on --- */

static void
on_ticked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr (FzFields) status = fz_call_finish (result, NULL);

  self->ticking = FALSE;
  if (status == NULL || !is_at_work (self))
    return;
  if (fz_fields_is_yes (status, "token.pulled")) {
    lock (self);
    return;
  }
  fz_status_words_show (self->shell, fz_session_get_role (self->session), status);
  tell_second (self, status);
  start_report (self);
  start_told (self);
}

static void
start_tick (Window *self)
{
  if (self->session == NULL || self->ticking || self->closing)
    return;
  self->ticking = TRUE;
  fz_call_async (self->session, tick, NULL, NULL, fields_free, on_ticked, self);
}

/* --- running time --- */

typedef struct {
  FzDesk *desk;
  guint seconds;
} Passed;

static gpointer
pass_time (FzSession *none, gpointer data, GError **error)
{
  Passed *passed = data;

  return GINT_TO_POINTER (fz_desk_pass_time (passed->desk, passed->seconds, error));
}

static void
on_time_told (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr (GError) error = NULL;

  self->telling = FALSE;
  fz_call_finish (result, &error);
  if (error != NULL)
    g_info ("running time: %s", error->message);
}

/* A lock after wrong passwords counts the time the program runs, whoever sits there or nobody. */
static void
tell_time (Window *self)
{
  gint64 now_us = g_get_monotonic_time ();
  Passed *passed;

  if (self->telling)
    return;
  passed = g_new (Passed, 1);
  *passed = (Passed){ self->desk, (guint) ((now_us - self->told_us) / G_USEC_PER_SEC) };
  self->told_us += (gint64) passed->seconds * G_USEC_PER_SEC;
  self->telling = TRUE;
  fz_call_async (NULL, pass_time, passed, g_free, NULL, on_time_told, self);
}

static gboolean
on_timer (gpointer data)
{
  Window *self = data;

  tell_time (self);
  start_tick (self);
  if (self->session != NULL && fz_sitting_at (g_get_monotonic_time (), self->signed_in_us, self->signed_in_us, G_MAXINT64) == FZ_SITTING_OVER) {
    sign_out (self);
    show_sign_in (self, FALSE);
    return G_SOURCE_CONTINUE;
  }
  if (self->session != NULL && fz_shell_get_cover (self->shell) == NULL && fz_shell_get_shown (self->shell) != NULL)
    fz_page_refresh (fz_shell_get_page (self->shell, fz_shell_get_shown (self->shell)));
  return G_SOURCE_CONTINUE;
}

static void
on_changed (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Window *self = user_data;

  if (self->told != NULL && self->told->len > 0) /* it may be what was done */
    self->told_next = 0;
  start_tick (self);
}

static void
on_notices (GSimpleAction *action, GVariant *n, gpointer user_data)
{
  Window *self = user_data;

  self->notices = g_variant_get_uint32 (n);
  show_notices (self);
}

static gpointer
start_upload (FzSession *session, gpointer none, GError **error)
{
  return GINT_TO_POINTER (fz_desk_upload_start (session, error));
}

/* No platform configured is no fault: the status line says so. */
static void
on_upload_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Window *self = user_data;
  g_autoptr (GError) error = NULL;

  fz_call_finish (result, &error);
  if (error != NULL)
    g_info ("upload: %s", error->message);
  start_tick (self);
}

/* --- places --- */

static void
leave_pages (Window *self)
{
  g_autoptr (GPtrArray) places = NULL;

  if (self->session == NULL)
    return;
  places = fz_places_of (fz_session_get_role (self->session));
  for (guint i = 0; i < places->len; i++)
    fz_page_leave (fz_shell_get_page (self->shell, ((const FzPlaceOf *) places->pdata[i])->id));
}

static void
fill_places (Window *self)
{
  g_autoptr (GPtrArray) places = fz_places_of (fz_session_get_role (self->session));
  g_autofree FzPlace *rail = g_new0 (FzPlace, places->len + 1);

  for (guint i = 0; i < places->len; i++) {
    const FzPlaceOf *place = places->pdata[i];

    rail[i].id = place->id;
    rail[i].icon = place->icon;
    rail[i].word = _ (place->word);
  }
  fz_shell_set_places (self->shell, rail, places->len);
  for (guint i = 0; i < places->len; i++) {
    const FzPlaceOf *place = places->pdata[i];

    fz_shell_set_page (self->shell, place->id, place->new_page (self->session));
  }
  if (self->place == NULL || !fz_shell_show (self->shell, self->place))
    if (places->len > 0)
      fz_shell_show (self->shell, ((const FzPlaceOf *) places->pdata[0])->id);
}

static void
show_person (Window *self)
{
  const FzFields *person = fz_session_get_person (self->session);
  const char *title = fz_fields_get (person, "title_label");

  fz_shell_set_person (self->shell, fz_fields_get (person, "name"),
                       title != NULL ? title : fz_role_label (fz_session_get_role (self->session)));
  fz_shell_clear_person_actions (self->shell);
  fz_shell_add_person_action (self->shell, "switch", "switch-user", _ ("切换人员"));
  fz_shell_add_person_action (self->shell, "lock", "lock", _ ("锁定"));
  fz_shell_add_person_action (self->shell, "password", "key", _ ("更换登录口令"));
  if (fz_session_has_signing_key (self->session))
    fz_shell_add_person_action (self->shell, "pin", "signature", _ ("更换签名 PIN"));
  fz_shell_add_person_action (self->shell, "keys", "help", _ ("键盘快捷键"));
  fz_shell_add_person_action (self->shell, "leave", "sign-out", _ ("退出登录"));
}

static void
on_password_done (gboolean changed, gpointer user_data)
{
  Window *self = user_data;

  if (self->closing)
    return;
  if (!changed) {
    sign_out (self);
    show_sign_in (self, FALSE);
    return;
  }
  show_work (self);
}

static void
tell_password_days (Window *self)
{
  int days = fz_session_password_days (self->session);
  g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "登录口令还有 %d 天到期，请从右上角的人员菜单更换。",
                                                         "登录口令还有 %d 天到期，请从右上角的人员菜单更换。", (gulong) days), days);

  if (fz_session_password_is_near_its_end (self->session))
    fz_toast_show (GTK_WIDGET (self->shell), FZ_STATUS_WARN, words);
}

static void
show_work (Window *self)
{
  if (fz_session_password_days (self->session) == 0) {
    fz_shell_set_cover (self->shell, fz_page_password_new (self->session, on_password_done, self));
    return;
  }
  show_person (self);
  fz_shell_set_cover (self->shell, NULL);
  fill_places (self);
  fz_place_search_set_session (self->shell, self->session);
  tell_password_days (self);
  fz_long_work_tell_unseen (GTK_WIDGET (self->shell), self->session);
  start_tick (self);
}

/* Nothing of a patient stays behind a cover: the pages go, and with them what a screen reader could still find. */
static void
take_work_away (Window *self)
{
  g_free (self->place);
  self->place = g_strdup (fz_shell_get_shown (self->shell));
  leave_pages (self);
  fz_copied_forget (GTK_WINDOW (self->shell));
  fz_place_search_set_session (self->shell, NULL);
  fz_shell_clear_pages (self->shell);
  fz_shell_set_places (self->shell, NULL, 0);
  fz_shell_set_person (self->shell, NULL, NULL);
  fz_shell_set_notifications (self->shell, 0);
  self->notices = 0;
  self->told_next = 0;
  g_clear_pointer (&self->told, g_ptr_array_unref);
  g_ptr_array_set_size (self->made, 0);
  fz_status_words_clear (self->shell);
}

/* --- people come and go --- */

static void
on_signed_in (FzSession *session, gpointer user_data)
{
  Window *self = user_data;
  gboolean same;

  if (self->closing) { /* the password was judged while the window went */
    fz_session_sign_out (session);
    fz_session_unref (session);
    return;
  }
  same = self->session != NULL && g_strcmp0 (fz_fields_get (fz_session_get_person (self->session), "number"),
                                             fz_fields_get (fz_session_get_person (session), "number")) == 0;
  g_clear_pointer (&self->session, fz_session_unref); /* the desk has already ended it */
  self->session = session;
  self->signed_in_us = g_get_monotonic_time ();
  self->second_us = 0;
  fz_idle_set_seconds (GTK_WINDOW (self->shell), fz_preferences_get_lock_seconds ((guint) fz_session_idle_minutes (session) * 60));
  if (!same)
    g_clear_pointer (&self->place, g_free);
  show_work (self);
  fz_call_async (session, start_upload, NULL, NULL, NULL, on_upload_started, self);
}

static void
sign_out (Window *self)
{
  if (self->session == NULL)
    return;
  take_work_away (self);
  fz_session_sign_out (self->session);
  g_clear_pointer (&self->session, fz_session_unref);
  g_clear_pointer (&self->place, g_free);
}

static void
lock (Window *self)
{
  if (self->session == NULL || fz_session_is_locked (self->session))
    return;
  take_work_away (self);
  fz_session_lock (self->session);
  show_lock (self);
}

static void
on_back (gpointer user_data)
{
  show_lock (user_data);
}

static void
on_lock_done (FzLockOutcome outcome, gpointer user_data)
{
  Window *self = user_data;

  if (self->closing)
    return;
  switch (outcome) {
  case FZ_LOCK_OPENED:
    show_work (self);
    break;
  case FZ_LOCK_OTHER_PERSON:
    show_sign_in (self, TRUE);
    break;
  case FZ_LOCK_SIGN_OUT:
  default:
    sign_out (self);
    show_sign_in (self, FALSE);
  }
}

static void
show_lock (Window *self)
{
  fz_shell_set_cover (self->shell, fz_page_lock_new (self->session, on_lock_done, self));
}

static void
show_sign_in (Window *self, gboolean with_back)
{
  GtkWidget *page = fz_page_sign_in_new (self->desk, on_signed_in, self);

  if (with_back && self->session != NULL)
    fz_page_sign_in_set_back (FZ_PAGE_SIGN_IN (page), fz_fields_get (fz_session_get_person (self->session), "name"), on_back);
  fz_shell_set_cover (self->shell, page);
}

/* --- what the frame says --- */

static void
on_person_action (FzShell *shell, const char *id, Window *self)
{
  if (g_str_equal (id, "lock"))
    lock (self);
  else if (g_str_equal (id, "password") || g_str_equal (id, "pin"))
    fz_dialog_password (GTK_WIDGET (shell), self->session, g_str_equal (id, "pin") ? FZ_PASSWORD_FORM_PIN : FZ_PASSWORD_FORM_PASSWORD);
  else if (g_str_equal (id, "keys"))
    fz_dialog_keys (GTK_WIDGET (shell), fz_session_get_role (self->session));
  else if (g_str_equal (id, "switch")) {
    lock (self);
    show_sign_in (self, TRUE);
  } else {
    sign_out (self);
    show_sign_in (self, FALSE);
  }
}

static void
on_place (FzShell *shell, const char *id, Window *self)
{
  fz_page_refresh (fz_shell_get_page (shell, id));
}

/* The first place is where a role's own work waits. */
static void
on_bell (FzShell *shell, Window *self)
{
  g_autoptr (GPtrArray) places = self->session != NULL ? fz_places_of (fz_session_get_role (self->session)) : NULL;
  const FzPlaceOf *first = places != NULL && places->len > 0 ? places->pdata[0] : NULL;

  if (self->told != NULL && self->told->len > 0)
    fz_told_show (GTK_WIDGET (shell), self->session, self->told, self->notices);
  else if (first == NULL || self->notices == 0)
    fz_toast_show (GTK_WIDGET (shell), FZ_STATUS_INFO, _ ("没有需要处理的通知"));
  else if (fz_shell_show (shell, first->id))
    fz_page_open (fz_shell_get_page (shell, first->id), FZ_PAGE_NOTICES);
}

/* What covers the window asks who one is. */
static void
on_help (FzShell *shell, Window *self)
{
  const FzPlaceOf *place = fz_shell_get_cover (shell) == NULL ? fz_places_find (fz_shell_get_shown (shell)) : NULL;

  fz_dialog_guide (GTK_WIDGET (shell), "pages", place != NULL ? _ (place->word) : _ ("登录"));
}

static void
on_idle (gpointer user_data)
{
  lock (user_data);
}

/* By the close button and by the application's end; the second time there is nothing left to do. */
static gboolean
on_close (GtkWindow *window, Window *self)
{
  if (!self->closing)
    tell_time (self);
  self->closing = TRUE;
  sign_out (self);
  /* A call that still runs, of a page or dialog too, uses the desk, which goes after the window. */
  while (fz_calls_running () > 0)
    g_main_context_iteration (NULL, TRUE);
  return FALSE;
}

static void
on_destroy (GtkWidget *window, Window *self)
{
  on_close (NULL, self);
}

static void
window_free (gpointer data)
{
  Window *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->session, fz_session_unref);
  g_ptr_array_unref (self->made);
  g_free (self->failed);
  g_clear_pointer (&self->told, g_ptr_array_unref);
  g_free (self->place);
  g_free (self);
}

static void
show_hospital (Window *self)
{
  const FzFields *front = fz_desk_get_front (self->desk);
  const char *name = fz_fields_get (front, "hospital.name");
  g_autofree char *since = fz_say_value (fz_fields_get (front, "rulebook.since"));
  g_autofree char *rules = g_strdup_printf ("%s · %s", fz_fields_get (front, "rulebook.name"), since);
  g_autofree char *title = g_strdup_printf (_ ("%s — 复诊"), name);

  fz_shell_set_product (self->shell, name, rules);
  gtk_window_set_title (GTK_WINDOW (self->shell), title);
  fz_shell_set_person (self->shell, NULL, NULL);
  if (fz_desk_is_demo (self->desk))
    fz_shell_set_strip (self->shell, "demo", FZ_STATUS_NEUTRAL, _ ("演示数据：人员与病例均为虚构，不得用于真实诊疗"));
}

GtkWindow *
fz_window_new (GtkApplication *application, FzDesk *desk)
{
  static const GActionEntry actions[] = { { "changed", on_changed, NULL, NULL, NULL, { 0 } },
                                            { "notices", on_notices, "u", NULL, NULL, { 0 } } };
  Window *self = g_new0 (Window, 1);
  GtkWidget *shell;

  fz_theme_apply (FZ_THEME_SYSTEM);
  shell = fz_shell_new (application);
  self->desk = desk;
  self->made = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  self->shell = FZ_SHELL (shell);
  g_object_set_data_full (G_OBJECT (shell), STATE, self, window_free);
  gtk_widget_set_size_request (shell, LEAST_WIDTH, LEAST_HEIGHT);
  fz_preferences_follow (GTK_WINDOW (shell));
  g_signal_connect (shell, "person-action", G_CALLBACK (on_person_action), self);
  g_signal_connect (shell, "notifications", G_CALLBACK (on_bell), self);
  g_signal_connect (shell, "help", G_CALLBACK (on_help), self);
  g_signal_connect (shell, "place", G_CALLBACK (on_place), self);
  g_signal_connect (shell, "close-request", G_CALLBACK (on_close), self);
  g_signal_connect (shell, "destroy", G_CALLBACK (on_destroy), self);
  g_action_map_add_action_entries (G_ACTION_MAP (shell), actions, G_N_ELEMENTS (actions), self);
  fz_away_watch (GTK_WINDOW (shell), on_idle, self);
  fz_copied_watch (GTK_WINDOW (shell));
  fz_idle_watch (GTK_WINDOW (shell), fz_preferences_get_lock_seconds (FZ_SITTING_USUAL_MINUTES * 60), on_idle, self);
  self->told_us = g_get_monotonic_time ();
  self->timer = g_timeout_add_seconds (TICK_SECONDS, on_timer, self);
  show_hospital (self);
  show_sign_in (self, FALSE);
  return GTK_WINDOW (shell);
}
