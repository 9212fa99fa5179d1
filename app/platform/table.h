/* app/platform/table.h: the message table as it lies in memory, for the files of this folder only. Everything is owned by the
 * table and never changes after loading. */
#pragma once

#include "app/platform/message.h"
#include "app/platform/outcome.h"
#include "core/json.h"

typedef enum { FZ_WIRE_TEXT, FZ_WIRE_INTEGER, FZ_WIRE_DECIMAL, FZ_WIRE_TIME, FZ_WIRE_DAY, FZ_WIRE_LIST } FzWireType;

typedef enum { FZ_WHEN_BELOW, FZ_WHEN_IS, FZ_WHEN_HAS } FzWhenKind;

/* One test of a fact. A fact that is absent is neither below nor equal to anything. */
typedef struct {
  char *fact;
  FzWhenKind kind;
  gint64 below;
  char *is;
  gboolean has;
} FzWhen;

typedef struct {
  char *label;
  GHashTable *codes; /* our word -> the platform's code */
} FzWireDictionary;

typedef struct {
  char *name, *label;
  FzWireType type;
  gint64 max;                         /* characters of a text */
  gboolean always;                    /* required */
  GPtrArray *when;                    /* of FzWhen: required when all hold; NULL = no such condition */
  char *from;                         /* fact key, NULL when only a constant is sent */
  const FzWireDictionary *dictionary; /* NULL = sent as it is */
  char *join;                         /* separator of a joined list, or NULL */
  gboolean fen;                       /* a decimal that comes as whole fen */
  gint64 low, high;                   /* of an integer */
  char *constant;                     /* the platform's own word for "nothing", with its source in the file; or NULL */
  GPtrArray *constant_when;           /* NULL = always */
  char *list;                         /* FZ_WIRE_LIST: the list's prefix … */
  GPtrArray *fields;                  /* … and the fields of one position */
} FzWireField;

/* A kind of business that a hospital files, and what it makes due. */
typedef struct {
  char *business;
  char **methods;
  GPtrArray *when;                    /* of FzWhen: only records of which all hold are of this kind; NULL = every one */
} FzWireFiling;

typedef struct {
  char *method, *label;
  char **after;
  FzDueMoment moment;
  int trigger;       /* FzTrigger of its own; -1: the platform's */
  gboolean may_be_empty;
  GPtrArray *fields; /* of FzWireField, groups unfolded; borrowed from the table's pool */
} FzWireMessage;

struct _FzMessageTable {
  gatomicrefcount refs;
  char *name, *service_id;
  guint8 iv[FZ_PLATFORM_IV_BYTES];
  gint64 deadline_ms, backoff_base_ms, backoff_max_ms, beside_visit_bytes;
  GHashTable *facts;                  /* key -> meaning */
  GHashTable *used;                   /* keys of `facts` that some field or condition reads */
  GHashTable *dictionaries;           /* name -> FzWireDictionary */
  GHashTable *groups;                 /* name -> GPtrArray of FzWireField, borrowed from the pool */
  GPtrArray *pool;                    /* owns every FzWireField */
  GPtrArray *messages;                /* owns every FzWireMessage */
  char **methods;
  GPtrArray *entries;                 /* owns every FzWireEntry */
  FzWireDaily daily;                  /* method NULL: this platform has none */
  GPtrArray *filings;                 /* owns every FzWireFiling */
  char *added;                        /* the entry that added messages; NULL: only what ships */
  char *added_sha256, *added_version; /* of the file it adopted */
  FzDate added_since;
  gboolean generic;                   /* plain JSON with a key and a receipt, not the platform's own wire */
  guint trigger;                      /* FzTrigger */
  GHashTable *http, *code, *msg_code; /* answer as text -> GUINT_TO_POINTER (FzOutcomeKind) */
};

const FzWireMessage *fz_table_find (const FzMessageTable *self, const char *method);
/* All tests of the array hold. */
gboolean fz_when_all (const GPtrArray *when, const FzFields *facts);

/* read.c: one array of fields into `out` (borrowed from the pool); `list` is the prefix inside a list, NULL outside. */
gboolean fz_table_read_fields (FzMessageTable *self, const FzJson *array, const char *list, gboolean groups_allowed, GPtrArray *out, GError **error);
/* table_entries.c: which entries of registers are told, and the daily sign-in; after the messages were read. */
gboolean fz_table_read_entries (FzMessageTable *self, const FzJson *root, GError **error);
/* table_entries.c: those of a hospital's own file; they may share a register, each with its key. */
gboolean fz_table_read_added_entries (FzMessageTable *self, const FzJson *root, GError **error);
/* table_filing.c: what each kind of business makes due; after the messages were read. */
gboolean fz_table_read_filings (FzMessageTable *self, const FzJson *root, GError **error);
/* table_filing.c: messages of an extension, for kinds of business that had none; after they were read. */
gboolean fz_table_read_reports (FzMessageTable *self, const FzJson *root, GError **error);
/* table.c: what an extension is made of, in the order it has to be read. `first`: of its messages. */
gboolean fz_table_read_facts (FzMessageTable *self, const FzJson *root, GError **error);
gboolean fz_table_read_dictionaries (FzMessageTable *self, const FzJson *root, GError **error);
gboolean fz_table_read_messages (FzMessageTable *self, const FzJson *root, GError **error);
gboolean fz_table_check_whole (const FzMessageTable *self, const FzJson *root, guint first, GError **error);
void fz_table_filing_free (gpointer filing);
/* One or more tests; NULL with error: none, or one that is not understood. */
GPtrArray *fz_table_read_whens (FzMessageTable *self, const FzJson *array, GError **error);
void fz_table_entry_free (gpointer entry);
void fz_table_daily_clear (FzWireDaily *daily);
/* Marks a fact as used; INVALID when `facts` does not describe it. */
gboolean fz_table_use_fact (FzMessageTable *self, const FzJson *at, const char *key, const char *fact, GError **error);
/* TRUE and *out when the word names an outcome. */
gboolean fz_outcome_from_word (const char *word, FzOutcomeKind *out);
