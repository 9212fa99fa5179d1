/* core/mask.h: what a screen shows of a person by default (脱敏显示). Showing the whole is a logged act with a reason, the
 * caller's. All results (transfer full); NULL reads as "". */
#pragma once

#include <glib.h>

/* The first character, then one star whatever the length: 张*. */
char *fz_mask_name (const char *name);
/* First 6 and last 4 of an identity number; of a shorter number the first and last 2, of a very short one nothing. */
char *fz_mask_id (const char *number);
/* First 3 and last 4 of a mobile number; of a shorter number the last 2 only. */
char *fz_mask_phone (const char *phone);
/* What names the place at large: up to the first 区, 县 or 市 after the first three characters, then three stars whatever the length. */
char *fz_mask_address (const char *address);
