/* core/idnumber.h: numbers that name a person or an organisation, and what can be checked without asking anyone: GB 11643
 * (居民身份号码), GB 32100 (统一社会信用代码), other certificates by WS 364 CV02.01.101, mobile numbers. Messages never repeat
 * the number. Real-name identity: Tianjin 2025 art. 20 and its like; the check digit proves care in typing, not identity. */
#pragma once

#include "core/date.h"

/* GB/T 2261.1. */
typedef enum {
  FZ_SEX_UNKNOWN = 0,
  FZ_SEX_MALE = 1,
  FZ_SEX_FEMALE = 2,
  FZ_SEX_UNSTATED = 9
} FzSex;

typedef struct {
  char area[7];         /* the six leading digits; as issued, possibly of a district that no longer exists */
  FzDate birth;
  FzSex sex;            /* male or female */
  gboolean is_foreign;  /* a permanent residence card for foreigners (begins with 9) */
} FzIdNumber;

/* The one spelling that is stored and compared: ASCII digits and capitals, without spaces. (transfer full) Only spelling
 * is changed: full-width forms, spaces, x to X. Use before any check of what a person typed. */
char *fz_id_number_normalize (const char *text);
/* GB 11643 with 18 characters: characters, area prefix, birth date real and not after today, check digit. INVALID says
 * which failed. Old numbers of 15 digits are refused: they have not been valid since 2013. */
gboolean fz_id_number_parse (const char *text, FzDate today, FzIdNumber *out, GError **error);
/* INVALID when the birth date (NULL: not given) or the sex (unknown and unstated: not given) is another than the number's. */
gboolean fz_id_number_matches (const FzIdNumber *self, const FzDate *birth, FzSex sex, GError **error);

/* Any certificate by its kind in CV02.01.101: 01 identity card, 02 household register, 03 passport, 04 officer, 05 driver,
 * 06 Hong Kong and Macao permit, 07 Taiwan permit, 99 other. 01 is the check above, the others length and characters only.
 * INVALID for an unknown kind too. */
gboolean fz_certificate_check (const char *kind, const char *number, FzDate today, GError **error);

/* GB 32100 with 18 characters, both check characters. INVALID says which failed. */
gboolean fz_credit_code_check (const char *text, GError **error);
/* 11 digits from 13 to 19, without country code or separators. INVALID otherwise. */
gboolean fz_mobile_check (const char *text, GError **error);
