/* app/recurring.h: what comes round again (定期事项): the restore drill and the emergency drill. The texts ask for drills (Tianjin 2025 art. 29) and name no interval:
 * assets/codes/recurring.csv has this program's, and the institution sets its own. Policies carry the day of their own next review in their register. */
#pragma once

#include "app/desk_private.h"

/* The day of the last restore drill whose signed report says that the backup came back whole (a setting); drills of before it was noted count as not held, which asks for one early rather than late. */
#define FZ_SETTING_DRILLED "drill.good_on"

/* Applies the changes recurring (code) and months (1 to 60) to the facts of the institution. INVALID. */
gboolean fz_recurring_amend (FzDesk *desk, const FzFields *changes, FzFields *institution, GError **error);
/* Tells each with the day it is due: the interval after it was last done, or after the store was begun. */
typedef void (*FzRecurringDue) (const char *code, const char *label, const char *label_en, const char *last, const char *on, gpointer data);
gboolean fz_recurring_put_due (FzSession *session, FzRecurringDue put, gpointer data, GError **error);
