/* core/regulation.h: the wording of a regulation (法规原文), cut into its articles, so that what a clause cites can be held against
 * the text itself. Pure: the text is given.
 *
 * An article begins at a line with its heading (`第十三条`) and ends before the next article, chapter (`第三章`) or appendix (`附录…`).
 * A part of an appendix (`附录1第三部分`) begins at the line `三、` below the line `附录1`. Its normalised text is without any white space,
 * U+3000 and line breaks included: print and line width are not the law's words. */
#pragma once

#include <glib.h>

/* The normalised text of `第十三条` or `附录1第三部分`; NULL when the text has no such article. (transfer full) */
char *fz_regulation_dup_article (const char *text, const char *article);
/* Lower-case hex SHA-256 of it; NULL likewise. (transfer full) */
char *fz_regulation_article_sha256 (const char *text, const char *article);
/* The headings in their order, as clauses cite them; NULL-terminated. (transfer full) */
char **fz_regulation_list_articles (const char *text);
