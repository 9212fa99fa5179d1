/* ui/words.h: facts as a person reads them: times at Beijing, waiting, sex, standings. All results (transfer full) unless const. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

/* Chinese whatever language the window speaks: it goes into a document, or is sought in one. Every other Chinese literal of this folder is a
 * message (tests/lint). */
#define FZ_IN_CHINESE(text) text

/* fz_say_near of the moment: "14:05" today, "11-21 14:05" else; "" when the key is absent. `now_us` is the session's. */
char *fz_words_time (const FzFields *facts, const char *key, gint64 now_us);
/* "3 分钟", "1 小时 12 分"; under a minute 刚刚. */
char *fz_words_duration (gint64 seconds);
/* 男, 女, 性别未知. */
const char *fz_words_sex (const FzFields *facts);
/* 37岁, 3岁2个月; 年龄未知 when none is known. */
char *fz_words_age (const FzFields *facts);
/* "女 · 37岁" */
char *fz_words_sex_age (const FzFields *facts);
/* "女 · 37岁 · 心血管内科专业": what is known of it. */
char *fz_words_patient (const FzFields *facts);
/* The standing of a visit and of a prescription by its word, with the status it is drawn in. */
const char *fz_words_visit_stage (const char *word, FzStatus *out);
const char *fz_words_rx_stage (const char *word, FzStatus *out);
/* A mark of the queue (child, allergy, returned, no_consent, no_evidence, sensitive); NULL for an unknown one. */
const char *fz_words_mark (const char *mark, FzStatus *out);
/* All values of a plain list (`allergy.NN`) with a separator; NULL when it is empty. */
char *fz_words_list (const FzFields *facts, const char *list, const char *key, const char *between);
/* What a pharmacist said: the chosen reasons (as for fz_words_list) that the words do not already repeat, then the words (may be NULL). */
char *fz_words_opinion (const FzFields *facts, const char *list, const char *key, const char *words);
