/* ui/secret_entry.h: where a PIN, a password or a one-time code is typed. Serves trust T3 and T4.
 * It is no GtkEditable: assistive technology can read what is asked and how many characters are in, but can neither set nor read
 * the text. Keys come by a key controller, bytes go straight into locked memory (FzSecret) and are wiped when the widget leaves
 * the screen. */
#pragma once

#include "core/secret.h"

#include <gtk/gtk.h>

typedef enum {
  FZ_SECRET_PIN,      /* digits, 12 at most, no paste */
  FZ_SECRET_CODE,     /* digits, 6 at most, no paste: a one-time code */
  FZ_SECRET_PASSWORD  /* UTF-8, 128 bytes at most; Ctrl+V takes the clipboard once and empties it */
} FzSecretKind;

#define FZ_TYPE_SECRET_ENTRY (fz_secret_entry_get_type ())
G_DECLARE_FINAL_TYPE (FzSecretEntry, fz_secret_entry, FZ, SECRET_ENTRY, GtkWidget)

/* `asked` says what is asked ("签名 PIN 码") and is the accessible name; `placeholder` may be NULL.
 * signals "changed" (the length is another) and "activate" (Enter). */
GtkWidget *fz_secret_entry_new (FzSecretKind kind, const char *asked, const char *placeholder);
/* Characters typed so far. */
guint fz_secret_entry_get_length (FzSecretEntry *self);
/* What was typed, exactly its bytes; the entry is empty and wiped afterwards. NULL when nothing was typed. (transfer full) */
FzSecret *fz_secret_entry_take (FzSecretEntry *self);
void fz_secret_entry_wipe (FzSecretEntry *self);
/* Puts a secret in that is known already: a demo person's. A real one is typed. */
void fz_secret_entry_fill (FzSecretEntry *self, const FzSecret *secret);
