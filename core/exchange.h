/* core/exchange.h: a visit's record as it goes between hospitals (病历交换): the data elements of WS 445.2 and WS 445.3 by one table
 * (assets/exchange/ws445.csv), which says for each its identifier, our fact, its type and code table; export, import, JSON, XML and the help page all
 * read this table, so they cannot disagree. Format `fuzhen.record/v1`. Serves Tianjin 2025 art. 18 (the doctor knows the prior record) and Chongqing
 * 2023 appendix 1 part 4 (exchange with the physical institution).
 *
 * A record is FzFields of kind fuzhen.exchange_record/v1 with the fields of the table (lists as `diagnosis.00.code`), `masked` (yes|no) and for what has
 * no value `missing.<field>`: not_recorded | masked | not_applicable | other (a value of ours outside the code table). Nothing is ever filled in. */
#pragma once

#include "core/codes.h"
#include "core/fields.h"

#define FZ_EXCHANGE_FORMAT "fuzhen.record/v1"
#define FZ_EXCHANGE_KIND "fuzhen.exchange_record/v1"
#define FZ_EXCHANGE_MAX_BYTES (2 * 1024 * 1024)
#define FZ_EXCHANGE_MOST 100 /* of a list */

typedef enum {
  FZ_EXCHANGE_TEXT, /* may have line breaks */
  FZ_EXCHANGE_LINE,
  FZ_EXCHANGE_DATE,
  FZ_EXCHANGE_TIME,
  FZ_EXCHANGE_INT,
  FZ_EXCHANGE_DECIMAL,
  FZ_EXCHANGE_FLAG, /* yes | no */
  FZ_EXCHANGE_CODE,
  FZ_N_EXCHANGE_TYPES
} FzExchangeType;

/* One row of the table. Texts belong to it. */
typedef struct {
  const char *field;   /* `history.past`, `diagnosis.*.code` */
  char *section;       /* `diagnosis` */
  char *member;        /* `code` */
  gboolean list;
  const char *element; /* DE02.10.099.00; NULL: the set has none, or none is public */
  const char *name, *name_en;
  FzExchangeType type;
  FzCodes *codes;      /* NULL: not coded, or by `words` */
  const char *codes_name;
  char **words;        /* the codes themselves where they are few */
  const char *own;     /* the column of `codes` that holds our word; NULL: the code is our word */
  guint most;          /* characters; 0: any */
  gboolean need;       /* an import is refused without it */
  gboolean veiled;     /* says who the patient is */
  const char *fact;    /* ours, of the source; NULL: we have none */
  const char *when;    /* the fact without which it does not apply; NULL: always */
  const char *xml;     /* where it stands in the head of the XML; NULL: in its section */
  const char *note, *note_en;
} FzExchangeField;

typedef struct _FzExchangeMap FzExchangeMap;

/* Gives the code table of a name, borrowed; NULL: there is none. */
typedef FzCodes *(*FzExchangeCodes) (const char *name, gpointer data);

/* From the two tables; INVALID with file and line. */
FzExchangeMap *fz_exchange_map_new (GBytes *fields, GBytes *sections, FzExchangeCodes codes, gpointer data, GError **error);
void fz_exchange_map_free (FzExchangeMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzExchangeMap, fz_exchange_map_free)

guint fz_exchange_map_get_n (const FzExchangeMap *self);
const FzExchangeField *fz_exchange_map_get (const FzExchangeMap *self, guint i);
/* The row of `diagnosis.00.code` or `diagnosis.*.code`; NULL. */
const FzExchangeField *fz_exchange_map_find (const FzExchangeMap *self, const char *field);
/* Sections in their order, and what they are called in Chinese or English. */
guint fz_exchange_map_get_n_sections (const FzExchangeMap *self);
const char *fz_exchange_map_get_section (const FzExchangeMap *self, guint i);
const char *fz_exchange_map_get_section_label (const FzExchangeMap *self, guint i, gboolean english);
/* TRUE when the section is a list. */
gboolean fz_exchange_map_is_list (const FzExchangeMap *self, const char *section);
/* The key in a record: `diagnosis.03.code`, for a row that is no list its field. (transfer full) */
char *fz_exchange_key (const FzExchangeField *field, guint index);

/* Our facts as a record. `source`: facts of the visit, its prescriptions, medicines and documents by the names of column `fact`. `masked`: without what
 * says who the patient is. INVALID: a list is too long. Frozen. */
FzFields *fz_exchange_record (const FzExchangeMap *self, const FzFields *source, gboolean masked, GError **error);
/* NULL, or why the value cannot stand in this field: a translated phrase. */
const char *fz_exchange_refuses (const FzExchangeField *field, const char *value);
/* The value as we say it inside (sex `F`); the value itself where it is the same; NULL: a code that we have no word for. (transfer none) */
const char *fz_exchange_to_own (const FzExchangeField *field, const char *value);
/* TRUE for the words after `missing.`. */
gboolean fz_exchange_is_reason (const char *word);

/* The two forms. The same record always gives the same bytes. (transfer full) */
char *fz_exchange_to_json (const FzExchangeMap *self, const FzFields *record, GError **error);
char *fz_exchange_to_xml (const FzExchangeMap *self, const FzFields *record);
/* Reads either, told apart by the first character. NULL with problems (char *, each a line `where: what`), at most 100 of them. What is in
 * the file and not in the table is a problem. Checks shape, types, codes, lengths and what must be there. Frozen. `*out_form`: json | xml. */
FzFields *fz_exchange_read (const FzExchangeMap *self, const void *bytes, gsize n, const char **out_form, GPtrArray *problems);

/* --- between the files of this reader --- */

#define FZ_EXCHANGE_MAX_PROBLEMS 100
void fz_exchange_complain (GPtrArray *problems, const char *where, const char *what);
FzFields *fz_exchange_read_json (const FzExchangeMap *self, const void *bytes, gsize n, GPtrArray *problems);
FzFields *fz_exchange_read_xml (const FzExchangeMap *self, const void *bytes, gsize n, GPtrArray *problems);
/* Sets the value, or says at `where` why not. */
void fz_exchange_take (const FzExchangeField *field, guint index, const char *value, const char *where, FzFields *record, GPtrArray *problems);
/* No value, with the reason as the file gives it (NULL: not_recorded). */
void fz_exchange_miss (const FzExchangeField *field, guint index, const char *reason, const char *where, FzFields *record, GPtrArray *problems);
