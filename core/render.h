/* core/render.h: the plain Chinese text of a document (可读文本). What is shown is what is signed: `rendered_sha256` in the
 * body is the hash of the text that a frozen template makes of the other lines. A key that the template does not place
 * refuses to render, so nothing can be signed that was not shown.
 *
 * Template, line by line (UTF-8):
 *   #id fuzhen.prescription.zh/1     first line: its name, which stands in the document as `rendered_by`
 *   #kind fuzhen.prescription/v1     the kind it is for
 *   #silent key …                    keys not shown as lines: hashes and numbers of the machinery, listed at the end of the text
 *                                    under 校验信息 as `key value`
 *   #map NAME word=中文 word=中文 …    words of a code
 *   text with {key}, {key|NAME} (mapped; an unmapped word refuses), {key|beijing} (time), {key|date}, {key|yuan} (fen)
 *   [list key=word] … [/list key=word]  the same for the positions whose `list.NN.key` is that word; with key!=word for the others
 *   [list] … [/list]                 repeated for each position; inside, {.key} is `list.NN.key`, {#} the position from 1, {.} the value
 *                                    of `list.NN` itself
 * A line whose placeholders are all absent is left out; a placeholder absent beside present ones becomes "—". */
#pragma once

#include "core/fields.h"

typedef struct _FzTemplate FzTemplate;

/* Parses; INVALID names line and reason. `rendered_by` and `rendered_sha256` are always left out of the text. */
FzTemplate *fz_template_parse (const char *text, gsize n, GError **error);
FzTemplate *fz_template_ref (FzTemplate *self);
void fz_template_unref (FzTemplate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzTemplate, fz_template_unref)
const char *fz_template_get_id (const FzTemplate *self);
const char *fz_template_get_kind (const FzTemplate *self);

/* The text, ending in LF. INVALID: a key has no place in the template, or a value no word in its map. */
char *fz_template_render (const FzTemplate *self, const FzFields *body, GError **error);
/* Where the lines for machines begin in such a text, at the first of them; `out_people` may be NULL: how long what people read is. NULL: it has none,
 * and people read all of it. */
const char *fz_rendered_find_machine (const char *text, gsize *out_people);
/* Renders and sets `rendered_by` and `rendered_sha256`. Returns the text. */
char *fz_template_seal (const FzTemplate *self, FzFields *body, GError **error);
/* TRUE when the body's hash is that of the text it renders to. */
gboolean fz_template_check (const FzTemplate *self, const FzFields *body, GError **error);
