/* core/register.h: one register of medical affairs (台账) as data, and the fold of its entries. A register names its fields, its states
 * and the moves between them; each move of an entry is a signed document `fuzhen.entry/v1` that carries the values it sets, and what an entry
 * is now follows from its documents in order. Nothing about a particular register stands in C.
 * Unknown keys, kinds or words refuse to load. Tianjin 2025 art. 5, 6, 8, 16, 22, 25, 28 to 34 and the like ask for such registers. */
#pragma once

#include "core/calendar.h"
#include "core/case.h"
#include "core/fields.h"

typedef enum {
  FZ_FIELD_LINE,   /* one line, at most 200 characters */
  FZ_FIELD_TEXT,   /* several, at most 2000 */
  FZ_FIELD_DAY,    /* YYYY-MM-DD */
  FZ_FIELD_CHOICE, /* a code of the field's own list */
  FZ_FIELD_YESNO,
  FZ_FIELD_NUMBER, /* whole, not negative */
  FZ_FIELD_FEN,    /* money */
  FZ_FIELD_STAFF,  /* a staff number */
  FZ_FIELD_VISIT,  /* a visit's id */
  FZ_FIELD_RX,     /* a prescription's id */
  FZ_FIELD_CLOCK   /* HH:MM at Beijing, 24 hours */
} FzFieldKind;

typedef struct {
  const char *key, *label, *label_en, *help, *help_en; /* help may be NULL */
  FzFieldKind kind;
  gboolean common; /* every register has it, whatever its own file says */
  gboolean answers; /* who stands there answers for the entry; the key `owner` alone does not say so: it is also who checked, or who was told */
  guint n_choices;
  const char *const *codes;  /* of a choice */
  const char *const *labels;
  const char *const *labels_en;
} FzRegisterField;

typedef struct {
  const char *word, *label, *label_en;
  gboolean ended; /* nothing more is due */
} FzRegisterState;

typedef struct {
  const char *word, *label, *label_en;
  const char *const *from;  /* states; empty: it opens the entry */
  const char *to;           /* NULL: stays where it is */
  const char *const *needs; /* fields that must have a value after it */
  const char *const *asks;  /* further fields its form shows; both empty: every field */
  const char *const *yes;   /* fields of kind yesno that must say yes after it; NULL: none */
  guint roles;              /* bits 1 << FzRole; FZ_ROLE_DESK: the program itself, when its cause arises */
  gboolean attach;          /* a file has to come with it */
  gboolean second;          /* by another natural person than who opened the entry */
} FzRegisterMove;

/* Whose facts the entries of a register are (台账维护的资料): the directory of people, the departments that were granted, the institution itself. */
typedef enum { FZ_HOLDER_NONE, FZ_HOLDER_STAFF, FZ_HOLDER_DEPARTMENT, FZ_HOLDER_INSTITUTION } FzHolder;

typedef struct {
  const char *fact, *from;   /* the fact of the holder, and the field of the entry that says it */
  const char *const *during; /* states in which it does */
  const char *when;          /* only while this choice field has one of these codes; NULL: always */
  const char *const *is;
} FzRegisterFact;

typedef struct _FzRegister FzRegister;

/* Who answers for an entry (staff): each register has this field, its own or the common one, and every move of a person may change it. */
#define FZ_REGISTER_OWNER "owner"

/* INVALID "<file>: path: reason". */
FzRegister *fz_register_parse (const char *file, const void *json, gsize n, GError **error);
FzRegister *fz_register_ref (FzRegister *self);
void fz_register_unref (FzRegister *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzRegister, fz_register_unref)

const char *fz_register_get_name (const FzRegister *self);     /* complaint */
const char *fz_register_get_code (const FzRegister *self);     /* TS: its entries are TS-000001 and so on */
const char *fz_register_get_title (const FzRegister *self);    /* 投诉与纠纷 */
const char *fz_register_get_title_en (const FzRegister *self);
const char *fz_register_get_sha256 (const FzRegister *self);   /* of the bytes it was read from */
/* Rows of the clause table that it serves, NULL-terminated. */
const char *const *fz_register_get_rows (const FzRegister *self);
guint fz_register_get_readers (const FzRegister *self); /* bits 1 << FzRole */
guint fz_register_get_n_fields (const FzRegister *self);
const FzRegisterField *fz_register_get_field (const FzRegister *self, guint i);
const FzRegisterField *fz_register_find_field (const FzRegister *self, const char *key);
guint fz_register_get_n_states (const FzRegister *self);
const FzRegisterState *fz_register_get_state (const FzRegister *self, guint i);
const FzRegisterState *fz_register_find_state (const FzRegister *self, const char *word);
guint fz_register_get_n_moves (const FzRegister *self);
const FzRegisterMove *fz_register_get_move (const FzRegister *self, guint i);
const FzRegisterMove *fz_register_find_move (const FzRegister *self, const char *word);
/* May that role make this move from that state (NULL: no entry yet)? */
gboolean fz_register_move_allowed (const FzRegisterMove *move, const char *state, FzRole role);
/* A day that something ends or is due on, because a deadline is that very day or some time before it: today is hardly ever what it should say. */
gboolean fz_register_lies_ahead (const FzRegister *self, const char *key);
/* The value as people read it: a choice's label, money in yuan, yes and no in words. (transfer full) */
char *fz_register_show (const FzRegisterField *field, const char *value);

/* --- entries --- */

/* Puts the values (`field.<key>`) of a move into a body as `line.NN.{key,label,value,text}` beside register, register_sha256, entry,
 * follows (how many documents the entry has), move, move_label, state and state_label. `entry` is what stands now (NULL: none). INVALID naming the field: unknown, not of its kind, too
 * long, needed and missing, or no where it has to be yes. REFUSED: not from this state, not in this role, or by who opened it
 * (`author.person` of the body) where another has to. */
gboolean fz_register_put_move (const FzRegister *self, const FzFields *entry, const char *id, const char *move, FzRole role,
                               const FzFields *values, FzFields *body, GError **error);
/* The entry after one more document: entry.{id,register,state,state_label,opened_at,opened_by,
 * opened_person,changed_at,ended,n,taken (the state it was taken over in)}, field.<key>, attachment.NN.*. `before` NULL: the
 * document opens it. Judges a kept document by its own words: definitions may have changed since. REFUSED when it is
 * another entry's, CONFLICT when it was made over another number of documents. */
FzFields *fz_entry_fold (const FzFields *before, const FzFields *body, GError **error);

/* --- entries of an older register, taken over --- */

#define FZ_REGISTER_TAKEN "taken" /* the move by which they are there; no register has one of that word */

/* A value as people write it in a table: a choice by its label or code, 是 and 否, yuan, a day also as 2026/3/2; "" stays "". INVALID says how to write it.
 * (transfer full) */
char *fz_register_read_value (const FzRegisterField *field, const char *text, GError **error);
/* The fields that the fewest moves from nothing to that state need: what an entry has to have that stands there. Keys borrowed from the register, ended
 * by NULL. (transfer container) */
GPtrArray *fz_register_asked_for (const FzRegister *self, const char *state);
/* Puts an entry that stands in `state` at once, as fz_register_put_move() puts a move; `values` may also have old_number, old_on and old_by, its number, day and
 * author in the older register, in their words. INVALID naming the field. */
gboolean fz_register_put_taken (const FzRegister *self, const char *id, const char *state, const FzFields *values, FzFields *body, GError **error);

/* What both ways of making a document share: NULL when the value is one of its kind, else why not; the lines of new values, all of `asked` (keys, NULL-terminated) being there; and
 * what the entry is and where it stands then. */
const char *fz_register_problem_of (const FzRegisterField *field, const char *value);
gboolean fz_register_put_values (const FzRegister *self, const FzFields *entry, const char *const *asked, const FzFields *values, FzFields *body, GError **error);
void fz_register_put_head (const FzRegister *self, const FzRegisterState *state, const char *id, FzFields *body);

/* --- facts that follow from the entries --- */

/* Whose; FZ_HOLDER_NONE: nobody's. The field that names the holder (a staff number, a department's code; kind text: several numbers), NULL for the
 * institution; and whether there is but one entry a holder that has not ended. */
FzHolder fz_register_get_holder (const FzRegister *self);
const FzRegisterField *fz_register_get_holder_field (const FzRegister *self);
gboolean fz_register_is_single (const FzRegister *self);
guint fz_register_get_n_facts (const FzRegister *self);
const FzRegisterFact *fz_register_get_fact (const FzRegister *self, guint i);
/* This state is reached only once the holder's account has ended (人员退出). */
gboolean fz_register_is_gone (const FzRegister *self, const char *state);
/* Days that may not lie ahead of the signature: what an entry says counts from then on. NULL-terminated; NULL: none. */
const char *const *fz_register_get_past (const FzRegister *self);
/* Is it about this holder? `id` is not looked at for the institution. */
gboolean fz_register_is_about (const FzRegister *self, const FzFields *entry, const char *id);
/* Puts what an entry says as it stands into `facts`. */
void fz_register_put_facts (const FzRegister *self, const FzFields *entry, FzFields *facts);
/* Staff numbers in a text, between commas, spaces and the like, without empty pieces (transfer full); and whether this one stands there. */
char **fz_numbers_of (const char *text);
gboolean fz_numbers_have (const char *text, const char *number);

/* What is due for an entry now, earliest first: rows due.NN.{word,label,label_en,on,at (16:05, of a limit in hours),rows} put into `out`; a year without calendar gives
 * due.NN.problem instead of `on`. */
void fz_register_put_due (const FzRegister *self, const FzFields *entry, const FzCalendar *calendar, FzFields *out);
