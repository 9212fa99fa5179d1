/* app/platform/message.h: what the supervision platform wants to know (监管平台报文), as data. assets/platform/ holds one file a
 * platform: for each method its fields in order with type, length, when they are required, and the fact they come from. The file
 * documents every fact key under `facts`; `NN` in a key stands for each list position. Tianjin 2025 art. 4, 5, 24, 26.
 *
 * A payload is frozen when it is built: the same bytes are sent however often. No value is ever invented, cut or rounded; what
 * is missing or does not fit is a problem that a person mends. */
#pragma once

#include "core/date.h"
#include "core/fields.h"

#define FZ_PLATFORM_IV_BYTES 16

typedef struct _FzMessageTable FzMessageTable;

/* INVALID, naming the place, on anything the file may not hold: an unknown key, type, dictionary, group or fact, a fact nobody
 * uses, a condition on a field that may itself be absent. Frozen; shared between threads. */
FzMessageTable *fz_message_table_parse (const guint8 *bytes, gsize n, GError **error);
FzMessageTable *fz_message_table_load (const char *path, GError **error);
FzMessageTable *fz_message_table_ref (FzMessageTable *self);
/* Further messages in the same groups and dictionaries, for a wire that has them (assets/platform/generic-1.0.json); before anybody shares it. INVALID: as
 * fz_message_table_parse(). */
gboolean fz_message_table_extend (FzMessageTable *self, const guint8 *bytes, gsize n, GError **error);
/* What a file of added messages says of itself. */
typedef struct {
  char *place;       /* the jurisdiction whose platform it speaks to */
  char *environment; /* test | production | both */
  char *label, *version, *source;
} FzMessagesAdded;
void fz_messages_added_clear (FzMessagesAdded *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzMessagesAdded, fz_messages_added_clear)
/* Which entry of the register `platform-messages` adopted it, its version and hash, and the day from which what is completed is told by it. */
void fz_message_table_set_added (FzMessageTable *self, const char *entry, const char *version, const char *sha256, FzDate since);
const char *fz_message_table_get_added (const FzMessageTable *self); /* NULL: only what ships */
FzDate fz_message_table_get_added_since (const FzMessageTable *self);
/* definition.{id,version,sha256} into the facts of a row that is built by it. */
void fz_message_table_put_added (const FzMessageTable *self, FzFields *facts);
void fz_message_table_unref (FzMessageTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzMessageTable, fz_message_table_unref)

const char *fz_message_table_get_name (const FzMessageTable *self); /* "tianjin-1.0" */
const char *fz_message_table_get_service_id (const FzMessageTable *self);
const guint8 *fz_message_table_get_iv (const FzMessageTable *self); /* FZ_PLATFORM_IV_BYTES */
gint64 fz_message_table_get_deadline_ms (const FzMessageTable *self);
gint64 fz_message_table_get_backoff_base_ms (const FzMessageTable *self);
gint64 fz_message_table_get_backoff_max_ms (const FzMessageTable *self);
/* Bytes a second that uploads may take while somebody is being seen here. */
gint64 fz_message_table_get_beside_visit_bytes (const FzMessageTable *self);
/* NULL-terminated, in the file's order. (transfer none) */
const char *const *fz_message_table_get_methods (const FzMessageTable *self);
/* The Chinese name of a method; NULL for an unknown one. */
const char *fz_message_table_get_label (const FzMessageTable *self, const char *method);
/* What makes a record of this method due: that it came to its end, that it was approved, or each change of what it says. */
typedef enum { FZ_MOMENT_END, FZ_MOMENT_APPROVAL, FZ_MOMENT_CHANGE } FzDueMoment;
/* FZ_MOMENT_END for an unknown method. */
FzDueMoment fz_message_table_get_moment (const FzMessageTable *self, const char *method);
/* When a row of this method made at `now_us` may leave: 0 for at once. */
gint64 fz_message_table_not_before (const FzMessageTable *self, const char *method, gint64 now_us);
/* The methods that must have been accepted before this one, where the record depends on such a thing. (transfer none) */
const char *const *fz_message_table_get_after (const FzMessageTable *self, const char *method);
/* The Chinese name of a field (`orderList.drcode` inside a list, or `drcode`); NULL when the method has none of that name. */
const char *fz_message_table_get_field_label (const FzMessageTable *self, const char *method, const char *field);
/* What a fact key means, in Chinese; list positions may be numbers or NN. NULL when no message uses it. */
const char *fz_message_table_get_fact_label (const FzMessageTable *self, const char *fact);

/* The most characters of a text that the method takes from this fact (outside its lists); 0: it takes no such text. */
gint64 fz_message_table_get_most (const FzMessageTable *self, const char *method, const char *fact);

/* Entries of a register that the platform hears of once they reach a state (台账上报). */
typedef struct {
  char *reg, *state; /* the register's name and the word of the state */
  char *method;
  char *key;         /* the outbox row is <key>:<entry> */
  char *visit;       /* the field that names the visit it speaks of; NULL: none */
  char *doctor;      /* the field of the doctor whose act it was; NULL: the visit's */
  char *day;         /* the field of the day on which the patient's age counts; NULL: the visit's */
  char *needs;       /* <needs>:<visit> must have been accepted before; NULL: nothing */
  char *when, *is;   /* only entries whose field `when` says `is`; NULL: all */
  gboolean added;    /* by the hospital's own file */
  gboolean portal;   /* added, and the portal wants its own filing beside it */
  GPtrArray *facts;  /* pairs: a fact key, then where it comes from: a field, `field:text` as people read it, `day clock` of two fields, `day clock-clock` as one text, or
                      * @id, @author, @signed_at of the move that reached the state, @business by what the entry names; of a key with NN `field#N`, the Nth of the
                      * parts that commas make of each line of a text, or `fact + field#N`, with that fact as the first of the list */
} FzWireEntry;
/* Is the fact at this index of `facts` one of a list? */
gboolean fz_wire_entry_is_list (const FzWireEntry *self, guint i);
/* Where the fact comes from, as `facts` says; list positions as numbers. Of a list's first item that is known already *out_first is that fact (transfer full) and
 * the answer NULL; NULL as well when it comes from elsewhere. */
const char *fz_wire_entry_get_from (const FzWireEntry *self, const char *fact, char **out_first);
/* Does the hospital have what the entry takes its values from? NULL: yes; else why not (transfer full), *out_key: the member of the entry that says so, *out_fact: of
 * `facts` the key. */
typedef char *(*FzMessageEntryCheck) (const FzWireEntry *entry, gpointer data, const char **out_key, const char **out_fact);
/* Messages that the hospital adds from the interface's text it was given (报文补充定义, assets/schema/platform-messages.json); before anybody shares the table,
 * which is of no use after a failure. INVALID "file:line: path: reason": as fz_message_table_parse(); a method, fact or code table that is there already, a register
 * that is reported already, a field whose source the register does not give. */
gboolean fz_message_table_add (FzMessageTable *self, const char *file, const guint8 *bytes, gsize n, FzMessageEntryCheck check, gpointer data, FzMessagesAdded *out,
                               GError **error);
/* The next one of that register after `after` (NULL: the first); NULL: there is none. (transfer none) */
const FzWireEntry *fz_message_table_next_entry (const FzMessageTable *self, const char *reg, const FzWireEntry *after);
/* By the first part of an outbox key; NULL: such rows are of no register. (transfer none) */
const FzWireEntry *fz_message_table_find_key (const FzMessageTable *self, const char *prefix);

/* The sign-in of each day: an empty call when a person confirmed that there was nothing (每日签到). */
typedef struct {
  char *method;             /* NULL: this platform asks for none */
  char *reg, *from, *until; /* the register of confirmations and its two fields of days */
  char *events, *key;       /* the register whose entries are the something, and the key of their rows */
  int send_minute, alarm_minute; /* of the day at Beijing */
  gint64 ahead_days;        /* how far ahead days of rest may be confirmed */
} FzWireDaily;
const FzWireDaily *fz_message_table_get_daily (const FzMessageTable *self);

/* The kinds of business that decide whether a record is due: one of them has to be filed (应报随备案的业务类型). By what its facts say, where they say it.
 * Words of assets/codes/businesses.csv; empty: this method is due whatever was filed. (transfer container) */
GPtrArray *fz_message_table_find_businesses (const FzMessageTable *self, const char *method, const FzFields *facts);
/* Does this program report anything of that kind of business? FALSE for a kind the file does not know either. */
gboolean fz_message_table_reports (const FzMessageTable *self, const char *business);

typedef enum {
  FZ_PROBLEM_MISSING,   /* required and there is no fact */
  FZ_PROBLEM_TOO_LONG,  /* more characters, digits or positions than the platform takes */
  FZ_PROBLEM_NOT_LISTED,/* not in the platform's dictionary */
  FZ_PROBLEM_MALFORMED  /* not a number, a time, clean text; or a `|` inside a name that is joined by `|` */
} FzProblemKind;

typedef struct {
  FzProblemKind kind;
  char *field;    /* the platform's name: "mobile", "orderList[0].drcode" */
  char *label_zh; /* "患者手机号", "处方明细第 1 行：医院药品ID" */
  char *fact;     /* where it comes from: "patient.mobile", "rx.item.00.drug_code" */
  char *reason;   /* a whole sentence for the person who mends it */
} FzMessageProblem;
void fz_message_problem_free (FzMessageProblem *self);

/* Builds the JSON array with one record. NULL with INVALID when anything is in the way: every problem is then in *out_problems
 * (array of FzMessageProblem, transfer full, may be passed as NULL; set to NULL on success). NOT_FOUND for an unknown method. */
GBytes *fz_message_build (const FzMessageTable *self, const char *method, const FzFields *facts, GPtrArray **out_problems, GError **error);
/* How each field of that record came about, by the very walk that builds it: rows field, label, value, fact, said, how: the platform's name and ours, what is sent,
 * the fact it was taken from (list positions as numbers; absent: none) with what that said, how: as_is | coded (changed by the platform's dictionary) |
 * joined (of several) | printed (a time or an amount in the platform's writing) | constant (the platform's own word). *out_payload: the bytes; NULL when something
 * is in the way, then only what could be said stands there. NOT_FOUND for an unknown method. (transfer full) */
GPtrArray *fz_message_trace (const FzMessageTable *self, const char *method, const FzFields *facts, GBytes **out_payload, GError **error);
/* The empty sign-in `[]` of a day without events; REFUSED for methods that have none. */
GBytes *fz_message_build_none (const FzMessageTable *self, const char *method, GError **error);
