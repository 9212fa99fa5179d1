/* core/retention.h: how long what is kept must be kept (保存期限), pure. Years, places and articles are data: assets/codes/retention.csv. Of the rows
 * that bind the hospital (`all` and its own place) the longest counts. Tianjin 2025 art. 21, national 2022 art. 19: records 15 years, process
 * records 3. */
#pragma once

#include "core/codes.h"
#include "core/date.h"

/* What this program may remove once its term is over; everything else it keeps. */
typedef enum {
  FZ_RETENTION_IMAGE,  /* 图文资料: pictures of a visit that no judgement rests on */
  FZ_RETENTION_DETAIL, /* 操作过程的详情: the words given with an act; the entry of the log stays */
  FZ_RETENTION_TALK,   /* 图文对话: what was said in a visit; the entry of the log stays */
  FZ_N_RETENTION_CLASSES
} FzRetentionClass;

const char *fz_retention_class_to_word (FzRetentionClass class);
gboolean fz_retention_class_from_word (const char *word, FzRetentionClass *out);

/* The row of the longest term of this class (also record, ground, log) that binds a hospital of this place; -1: no row, nothing may go. */
int fz_retention_find (const FzCodes *table, const char *class, const char *place);
/* Its years; 0: the row does not say a whole number of years, nothing may go. */
gint64 fz_retention_years (const FzCodes *table, int row);
/* The last day on which it has to be there: the same day so many years later; one who counts from 29 February counts to 1 March. */
FzDate fz_retention_last_day (FzDate since, gint64 years);
/* TRUE from the day after that. */
gboolean fz_retention_is_over (FzDate since, gint64 years, FzDate today);
