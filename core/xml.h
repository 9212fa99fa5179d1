/* core/xml.h: the one strict reader of XML. What others send is a tree of elements, attributes and text and nothing else: a document type, an entity
 * of its own, a processing instruction, another encoding than UTF-8, nesting over 32 or more than 20,000 elements are refused, so nothing outside the
 * file is ever read and nothing grows. Names are compared as written, prefix and all. A caller takes what it knows; what nobody took can be
 * asked for, so that nothing is passed over in silence. */
#pragma once

#include "core/error.h"

#define FZ_XML_MAX_DEPTH 32
#define FZ_XML_MAX_ELEMENTS 20000

typedef struct _FzXml FzXml; /* an element; everything reached from the root belongs to it */

/* INVALID with line and column. */
FzXml *fz_xml_parse (const void *bytes, gsize n, gsize max_bytes, GError **error);
void fz_xml_free (FzXml *root);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzXml, fz_xml_free)

const char *fz_xml_get_name (const FzXml *self);
/* All text directly in it, as it is; "" for none. (transfer none) */
const char *fz_xml_get_text (const FzXml *self);
/* `/ClinicalDocument/component[2]/title`, for messages. (transfer full) */
char *fz_xml_dup_path (const FzXml *self);
/* The line of the file, from 1, where its start tag ends. */
guint fz_xml_get_line (const FzXml *self);

/* The next child of that name that was not taken yet; NULL: none is left. */
FzXml *fz_xml_take (FzXml *self, const char *name);
/* The first child that was not taken yet, if it has that name: where the order counts. NULL: it has another, or none is left. */
FzXml *fz_xml_take_next (FzXml *self, const char *name);
/* The attribute's value; NULL: there is none. */
const char *fz_xml_take_attribute (FzXml *self, const char *name);
/* The first element, attribute or text (but white space) at or below it that nobody took, as a path, and the line of its element; NULL: everything was. (transfer full) */
char *fz_xml_dup_left (const FzXml *root, guint *out_line);

/* Writing: text with the five escapes, of an attribute with its line breaks kept. */
void fz_xml_append_text (GString *out, const char *text);
void fz_xml_append_attribute (GString *out, const char *name, const char *value);
