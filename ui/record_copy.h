/* ui/record_copy.h: a patient's copy of the records, below an entry of the register that asks for one (病历复制): leave of another person, then package, signature
 * and entry in one go. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `entry`: the entry it was about; `owner` as passed in. Nothing is called when the person stopped. */
typedef void (*FzRecordCopied) (const char *entry, gpointer owner);

/* Puts what is to be done next into the entry's detail and is TRUE. Entries of other registers and those that are over get nothing. */
gboolean fz_record_copy_put (GtkWidget *detail, FzSession *session, const FzFields *entry, FzRecordCopied done, GtkWidget *owner);
