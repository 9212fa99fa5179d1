/* ui/dialog_key.h: what the security administrator does to keys, with a reason and the PIN (密钥管理). */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

typedef enum {
  FZ_KEY_REVOKE, /* of a person */
  FZ_KEY_TELL,
  FZ_KEY_RENEW,
  FZ_KEY_ROTATE_STORE, /* of this desk */
  FZ_KEY_ROTATE_LOG,
  FZ_KEY_ROTATE_INSTITUTION
} FzKeyAct;

/* `person`: whose (NULL for the desk's); `changed` is called with `owner` once it is done. */
void fz_dialog_key (GtkWidget *over, FzSession *session, FzKeyAct act, const FzFields *person, void (*changed) (GObject *owner), GObject *owner);
