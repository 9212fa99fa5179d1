/* ui/kit/say.h: days, times, counts and money as the window shows them in its reader's language. Days and times are core/say.h's, which every sentence
 * of the program uses; doses and amounts of an order are never grouped. All results (transfer full). */
#pragma once

#include "core/say.h"

/* "9999", "10,242": grouped from ten thousand on. Both languages write the comma and the point alike. */
char *fz_say_count (gint64 n);
/* "12.5%", one decimal, rounded half up; "—" of nothing. `part` and `whole` are no less than 0 and fit in 53 bits. */
char *fz_say_percent (gint64 part, gint64 whole);
/* "¥12.50", "¥10,242.00" of an amount in fen (分). */
char *fz_say_money (gint64 fen);
