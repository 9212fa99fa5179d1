/* core/comment_draw.h: which prescriptions are commented on (处方点评的抽样), so that anybody can draw again and get the same. Pure.
 *
 * A prescription's rank is SHA-256("fuzhen.comment-draw/v1\n" seed "\n" id); the sample is those with the smallest ranks, in that order.
 * Neither the order of the population nor a program's own generator plays a part: a line of shell repeats it.
 * The population is named by SHA-256 of its ids in byte order, each with a LF.
 * The seed is SHA-256("fuzhen.comment-seed/v1\n" random "\n" audit size "\n" audit root "\n"): chance nobody chose, and a state of the log
 * that could not be known before. 医院处方点评管理规范（试行）第十条. */
#pragma once

#include <glib.h>

/* `ids`: char *, any order. (transfer full) */
char *fz_comment_population_sha256 (GPtrArray *ids);
/* `random_hex`: 64 digits; `audit_root`: hex. (transfer full) */
char *fz_comment_seed (const char *random_hex, guint64 audit_size, const char *audit_root);
/* How many of `population`: the share rounded up, not fewer than `at_least`, never more than there are. */
guint fz_comment_sample_size (guint population, guint per_mille, guint at_least);
/* The first `n` ids by rank; borrowed from `ids`, which must not repeat. (transfer container) */
GPtrArray *fz_comment_draw (GPtrArray *ids, const char *seed, guint n);
