/* core/drugname.h: what a generic name (通用名) says about its active substance. Chinese names are built salt + substance + form
 * (盐酸 曲马多 缓释片); stripping both ends gives a guess good enough for gates, never for signing. Results are keys as
 * fz_text_key() makes them. */
#pragma once

#include <glib.h>

/* The substance a name speaks of: "盐酸曲马多缓释片 50mg" gives 曲马多, "硝酸甘油片" 硝酸甘油 (its acid is no salt), "注射用头孢曲松钠"
 * 头孢曲松. The prefix 复方 stays, since a compound is not its ingredient. Never NULL; "" only for a name of no letters. (transfer full) */
char *fz_drugname_ingredient (const char *name);
/* The same for a word that is already an ingredient: only its salt goes, so that 石膏 or 两面针 keep their last character. */
char *fz_drugname_substance (const char *ingredient);
/* Every reading a gate should try, NULL-terminated without repetition: the whole name, the name without form, the substance, and the
 * same for whatever stands in brackets ("安定(地西泮)片"). (transfer full) */
GStrv fz_drugname_candidates (const char *name);
/* TRUE when the name itself says that it is a compound (复方…). */
gboolean fz_drugname_is_compound (const char *name);
