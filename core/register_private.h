/* core/register_private.h: what the files of core/register.h share: how a register is kept, and reading parts of its file. */
#pragma once

#include "core/json.h"
#include "core/register.h"

typedef struct {
  const char *word, *label, *label_en, *from, *unit;
  const char *at; /* of hours: the clock field of that day they run from */
  const char *const *during, *const *rows;
  gint64 n;            /* negative: that long before the day */
  const char *n_field; /* or the field of the entry that says it */
  const char *when, *is; /* only while this choice field has that code; NULL: always */
} Deadline;

/* Every text is borrowed from `root`, every list of texts from `lists`. */
struct _FzRegister {
  gint refs;
  FzJson *root;
  GPtrArray *lists; /* g_free */
  const char *name, *code, *title, *title_en;
  char *sha256;
  const char *const *rows;
  guint readers;
  GArray *fields, *states, *moves, *deadlines, *facts;
  FzHolder holder;
  const char *by; /* the field that names it */
  gboolean single;
  const char *const *gone, *const *past;
};

/* A word of small letters, digits, underscores and hyphens; a text that is not empty; a list of such texts, which may be. NULL with error. Borrowed. */
const char *fz_register_read_word (const FzJson *object, const char *key, GError **error);
const char *fz_register_read_text (const FzJson *object, const char *key, GError **error);
const char *const *fz_register_read_texts (FzRegister *self, const FzJson *object, const char *key, GError **error);
/* 14:30 of twenty-four hours. */
gboolean fz_register_is_clock (const char *value);
/* Every word of a list has to be a state (or a field). */
gboolean fz_register_check_words (const FzRegister *self, const FzJson *object, const char *key, const char *const *words, gboolean states, GError **error);
/* The part `keeps`, if there is one. */
gboolean fz_register_read_facts (FzRegister *self, GError **error);
