/* ui/page_lock.h: the covered window of a person who stepped away: the password opens it, the PIN alone cannot. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

typedef enum {
  FZ_LOCK_OPENED,
  FZ_LOCK_OTHER_PERSON, /* somebody else wants to sign in */
  FZ_LOCK_SIGN_OUT
} FzLockOutcome;

typedef void (*FzLockDone) (FzLockOutcome outcome, gpointer user_data);

#define FZ_TYPE_PAGE_LOCK (fz_page_lock_get_type ())
G_DECLARE_FINAL_TYPE (FzPageLock, fz_page_lock, FZ, PAGE_LOCK, GtkWidget)

GtkWidget *fz_page_lock_new (FzSession *session, FzLockDone done, gpointer user_data);
