/* core/rule_private.h: what a layer holds; for core/rule*.c only. Every part keeps the JSON it was read from, so that what only shows
 * when layers are stacked is still said with file and line. */
#pragma once

#include "core/finding.h"
#include "core/json.h"
#include "core/predicate.h"
#include "core/rule_layer.h"
#include "core/rulebook.h"

typedef struct {
  FzDate from, until;
  gboolean has_until;
} FzPeriod;

gboolean fz_period_covers (const FzPeriod *self, FzDate day);
/* TRUE when `inner` lies within `self`. */
gboolean fz_period_holds (const FzPeriod *self, const FzPeriod *inner);
gboolean fz_period_overlaps (const FzPeriod *self, const FzPeriod *other);
/* `until` must be written, if only as null. */
gboolean fz_period_read (const FzJson *object, const char *from, FzPeriod *out, GError **error);

/* --- dated parameters: core/rule_parameter.c --- */

typedef enum { FZ_STRICTER_NONE, FZ_STRICTER_MORE, FZ_STRICTER_LESS } FzStricter;

typedef struct {
  FzPeriod period;
  gint64 number;
  gboolean truth;
  char **texts;
} FzParameterValue;

typedef struct {
  const FzJson *json;
  const char *name;
  FzStricter stricter;
  FzParamType type;
  GPtrArray *values; /* of FzParameterValue, in order of time, without a gap in the layer's dates */
  FzFields *facts;
} FzParameter;

FzParameter *fz_parameter_read (const FzJson *object, const FzPeriod *layer, GError **error);
void fz_parameter_free (gpointer self);
const FzParameterValue *fz_parameter_on (const FzParameter *self, FzDate day);
/* Puts the value of that day into a predicate's parameters under `name`. */
void fz_parameter_put (const FzParameter *self, FzDate day, const char *name, FzFields *params);
/* INVALID when `self`, of the layer above, is less strict than `below` on any day on which both are in force. */
gboolean fz_parameter_check_above (const FzParameter *self, const FzPeriod *layer, const FzParameter *below, const FzPeriod *layer_below,
                                   GError **error);
/* One value of a list of texts, or of a clause's literal parameter. */
char **fz_parameter_read_texts (const FzJson *array, GError **error);

/* --- clauses: core/rule_clause.c --- */

typedef struct {
  char *param;     /* years */
  char *parameter; /* independent_years */
  const FzJson *json;
} FzParamRef;

typedef struct {
  FzPredicate call;
  char *word;
  FzFields *params;
  GPtrArray *refs; /* of FzParamRef */
} FzAsk;

typedef struct {
  const FzJson *json;
  const FzRuleLayer *layer; /* not owned: the layer owns the clause */
  FzFields *facts;          /* as shown in lists */
  const char *id, *message, *field, *row;
  char *cite;
  guint moments; /* bits */
  FzSeverity severity;
  FzFindingKind kind;
  FzPeriod period;
  GPtrArray *when; /* of FzAsk */
  FzAsk *require;
} FzClause;

/* --- messages: core/rule_message.c --- */

typedef struct {
  const FzFields *facts;
  const char *field;             /* of the finding, `rx.item.01.days`; NULL: none */
  const FzFields *const *params; /* of the clause's questions, what is required first */
  guint n_params;
  FzFields *given; /* takes the facts that the words name; NULL: not wanted */
} FzMessageFacts;

/* INVALID for a figure that no fact or parameter can give. */
gboolean fz_message_check (const FzJson *object, const FzClause *self, GError **error);
/* The message with its figures. (transfer full) */
char *fz_message_fill (const char *message, const FzMessageFacts *facts);

FzClause *fz_clause_read (const FzJson *object, const FzRuleLayer *layer, GError **error);
void fz_clause_free (gpointer self);

/* --- the layer: core/rule_layer.c --- */

struct _FzRuleLayer {
  gint refs;
  FzJson *json;
  GBytes *bytes;
  char *sha256;
  const char *name, *title, *title_en, *short_name, *source, *over, *regulation, *successor;
  FzLayerRank rank;
  FzPeriod period;
  gboolean computed;
  const char *consent_version, *consent_text;
  GPtrArray *parameters;   /* of FzParameter */
  GPtrArray *terminations; /* of FzFields */
  GPtrArray *clauses;      /* of FzClause */
};

const FzParameter *fz_rule_layer_find_parameter (const FzRuleLayer *self, const char *name);
/* Reads terminations and consent: core/rule_own.c. */
gboolean fz_rule_layer_read_own (const FzJson *root, FzRuleLayer *self, GError **error);
/* A required text that is not empty; NULL with INVALID. */
const char *fz_rule_read_text (const FzJson *object, const char *key, GError **error);
/* A member that must be written, if only as null. */
gboolean fz_rule_read_nullable (const FzJson *object, const char *key, const char **out, GError **error);
