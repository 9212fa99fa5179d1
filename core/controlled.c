#include "core/controlled.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/controlled_row.h"
#include "core/drugname.h"
#include "core/text.h"

struct _FzControlledList {
  GPtrArray *rows; /* FzControlledRow */
};

/* The query in the shapes that rows are compared with, made once. */
typedef struct {
  const FzControlledQuery *query;
  char *folded;
  char *key;
  GStrv names;       /* candidates of name and brand */
  GStrv ingredients; /* keys; NULL when not declared */
  gboolean compound;
  const char *state; /* NULL unknown */
} Asked;

static void
controlled_clear (gpointer data)
{
  FzControlledList *self = data;

  g_clear_pointer (&self->rows, g_ptr_array_unref);
}

FzControlledList *
fz_controlled_ref (FzControlledList *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_controlled_unref (FzControlledList *self)
{
  g_atomic_rc_box_release_full (self, controlled_clear);
}

FzControlledList *
fz_controlled_parse (const guint8 *bytes, gsize n, const char *name, GError **error)
{
  g_autoptr (FzControlledList) self = NULL;
  g_autoptr (GPtrArray) rows = fz_controlled_rows_parse (bytes, n, name, error);

  if (rows == NULL)
    return NULL;
  self = g_atomic_rc_box_new0 (FzControlledList);
  self->rows = g_steal_pointer (&rows);
  return g_steal_pointer (&self);
}

guint
fz_controlled_get_n (const FzControlledList *self)
{
  return self->rows->len;
}

static GStrv
names_of (const FzControlledQuery *query)
{
  g_auto (GStrv) names = fz_drugname_candidates (query->name);
  g_auto (GStrv) brands = query->brand != NULL ? fz_drugname_candidates (query->brand) : NULL;
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  g_strv_builder_addv (all, (const char **) names);
  if (brands != NULL)
    g_strv_builder_addv (all, (const char **) brands);
  return g_strv_builder_end (all);
}

static GStrv
substances_of (const char *const *ingredients)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  for (guint i = 0; ingredients[i] != NULL; i++) {
    g_autofree char *key = fz_drugname_substance (ingredients[i]);

    g_strv_builder_add (keys, key);
  }
  return g_strv_builder_end (keys);
}

/* Names end in their form; the last word that is found decides. */
static const char *
state_from_name (const char *key)
{
  static const struct {
    const char *word;
    const char *state;
  } ends[] = {
    { "注射液", "injection" }, { "注射剂", "injection" }, { "针剂", "injection" }, { "粉针", "injection" },   { "原料药", "raw" },
    { "原料", "raw" },         { "贴剂", "patch" },       { "贴片", "patch" },     { "贴膏", "patch" },       { "滴眼液", "external" },
    { "滴鼻液", "external" },  { "凝胶", "external" },    { "乳膏", "external" },  { "软膏", "external" },    { "眼膏", "external" },
    { "栓", "external" },      { "喷雾剂", "external" },  { "气雾剂", "external" }, { "口服液", "oral_liquid" }, { "溶液", "oral_liquid" },
    { "糖浆", "oral_liquid" }, { "合剂", "oral_liquid" }, { "露", "oral_liquid" }, { "片", "oral_solid" },    { "胶囊", "oral_solid" },
    { "颗粒", "oral_solid" },  { "散", "oral_solid" },    { "丸", "oral_solid" },  { "分散剂", "oral_solid" },
  };

  if (strstr (key, "注射") != NULL)
    return "injection";
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (strstr (key, ends[i].word) != NULL && strlen (key) > strlen (ends[i].word) + 3)
      return ends[i].state;
  return NULL;
}

static void
asked_init (Asked *self, const FzControlledQuery *query)
{
  self->query = query;
  self->folded = fz_text_fold (query->name);
  self->key = fz_text_key (query->name);
  self->names = names_of (query);
  self->ingredients = query->ingredients != NULL ? substances_of (query->ingredients) : NULL;
  self->compound = fz_drugname_is_compound (query->name) || (self->ingredients != NULL && g_strv_length (self->ingredients) > 1);
  self->state = query->form_state != NULL && *query->form_state != '\0' ? query->form_state : state_from_name (self->key);
}

static void
asked_clear (Asked *self)
{
  g_free (self->folded);
  g_free (self->key);
  g_strfreev (self->names);
  g_strfreev (self->ingredients);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asked, asked_clear)

static gboolean
any_key (const FzControlledRow *row, GStrv words)
{
  for (guint i = 0; words != NULL && row->keys[i] != NULL; i++)
    if (g_strv_contains ((const char *const *) words, row->keys[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_single_of (const FzControlledRow *row, const Asked *asked)
{
  if (any_key (row, asked->names))
    return TRUE;
  return !asked->compound && any_key (row, asked->ingredients);
}

/* "复方磷酸可待因口服溶液" names its controlled part after the word 复方. */
static gboolean
is_named_compound_of (const FzControlledRow *row, const Asked *asked)
{
  static const char prefix[] = "复方";

  for (guint i = 0; asked->names[i] != NULL; i++)
    if (g_str_has_prefix (asked->names[i], prefix) && g_str_equal (asked->names[i] + strlen (prefix), row->keys[0]))
      return TRUE;
  return FALSE;
}

static gboolean
is_compound_of (const FzControlledRow *row, const Asked *asked)
{
  /* Only the aliases are names of compounds; keys[0] is the substance. */
  for (guint i = 1; row->keys[i] != NULL; i++)
    if (g_strv_contains ((const char *const *) asked->names, row->keys[i]))
      return TRUE;
  if (is_named_compound_of (row, asked))
    return TRUE;
  return asked->compound && asked->ingredients != NULL && g_strv_contains ((const char *const *) asked->ingredients, row->keys[0]);
}

static gboolean
contains_any (const FzControlledRow *row, const char *key)
{
  for (guint i = 0; row->keys[i] != NULL; i++)
    if (strstr (key, row->keys[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
row_speaks_of (const FzControlledRow *row, const Asked *asked)
{
  switch (row->match) {
  case FZ_MATCH_INGREDIENT:
    return is_single_of (row, asked);
  case FZ_MATCH_COMPOUND:
    return is_compound_of (row, asked);
  case FZ_MATCH_NAME:
    return any_key (row, asked->names);
  case FZ_MATCH_CONTAINS:
    return contains_any (row, asked->key);
  case FZ_MATCH_REGEX:
    return g_regex_match (row->regex, asked->folded, 0, NULL);
  case FZ_MATCH_FORM:
    return asked->state != NULL; /* a row about every name says nothing of a form nobody knows */
  default:
    g_assert_not_reached ();
  }
}

typedef enum { HOLDS_NOT, HOLDS_PERHAPS, HOLDS } Holds;

/* An unknown form: "only injections" then may apply, "all but injections" does, since nothing says it is one. */
static Holds
condition_holds (const FzControlledRow *row, const Asked *asked)
{
  if (row->outside_only && !asked->query->outside_pharmacy)
    return HOLDS_NOT;
  if (row->not_states != NULL && asked->state != NULL && g_strv_contains ((const char *const *) row->not_states, asked->state))
    return HOLDS_NOT;
  if (row->states != NULL && asked->state != NULL && !g_strv_contains ((const char *const *) row->states, asked->state))
    return HOLDS_NOT;
  /* How much of one part a compound's piece holds is not declared anywhere. */
  if (row->per_unit_over_ug > 0)
    return HOLDS_PERHAPS;
  return row->states != NULL && asked->state == NULL ? HOLDS_PERHAPS : HOLDS;
}

static void
add_hit (GArray *hits, const FzControlledRow *row, gboolean uncertain)
{
  FzControlledHit hit = {
    .list = row->list,
    .entry = row->name,
    .severity = uncertain ? MIN (row->severity, FZ_SEVERITY_REASON) : row->severity,
    .edition = row->edition,
    .source = row->source,
    .confidence = row->confidence,
    .uncertain = uncertain,
  };

  g_array_append_val (hits, hit);
}

static gboolean
in_force (const FzControlledRow *row, const char *on_date)
{
  return strcmp (row->from, on_date) <= 0 && (*row->until == '\0' || strcmp (on_date, row->until) < 0);
}

/* A compound that no row lists is not controlled by law, yet nobody prescribes an opioid online by mixing it: a person must look.
 * Second-class substances (caffeine above all) are in too many cold remedies for that. */
static gboolean
is_unlisted_compound_of (const FzControlledRow *row, const Asked *asked)
{
  return row->match == FZ_MATCH_INGREDIENT && row->grave && !g_str_equal (row->list, "class2") && asked->compound &&
         any_key (row, asked->ingredients);
}

static void
judge_row (const FzControlledRow *row, const Asked *asked, GArray *hits, gboolean *cleared)
{
  Holds holds;

  if (!row_speaks_of (row, asked)) {
    if (is_unlisted_compound_of (row, asked))
      add_hit (hits, row, TRUE);
    return;
  }
  if (row->not_controlled) {
    *cleared = TRUE;
    return;
  }
  holds = condition_holds (row, asked);
  if (holds != HOLDS_NOT)
    add_hit (hits, row, holds == HOLDS_PERHAPS);
}

/* Words shorter than two characters or in Latin letters are inside too many names to mean anything. */
static gboolean
may_hide_inside (const FzControlledRow *row)
{
  return row->match == FZ_MATCH_INGREDIENT && row->grave && g_utf8_strlen (row->keys[0], -1) >= 2 &&
         (guchar) row->keys[0][0] >= 0x80;
}

/* A name the catalogue doesn't know and no row matches, that yet holds a controlled name: a person must look. */
static void
add_suspects (const FzControlledList *self, const char *on_date, const Asked *asked, GArray *hits)
{
  const char *bare = asked->names[0];

  for (guint i = 0; asked->names[i] != NULL; i++)
    bare = asked->names[i]; /* the last reading is the barest */
  for (guint i = 0; i < self->rows->len; i++) {
    const FzControlledRow *row = g_ptr_array_index (self->rows, i);

    if (bare != NULL && may_hide_inside (row) && in_force (row, on_date) && strstr (bare, row->keys[0]) != NULL)
      add_hit (hits, row, TRUE);
  }
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const FzControlledHit *left = a;
  const FzControlledHit *right = b;
  int order = (int) right->severity - (int) left->severity;

  if (order == 0)
    order = strcmp (left->list, right->list);
  return order != 0 ? order : strcmp (left->entry, right->entry);
}

GArray *
fz_controlled_match (const FzControlledList *self, const char *on_date, const FzControlledQuery *query)
{
  GArray *hits = g_array_new (FALSE, FALSE, sizeof (FzControlledHit));
  g_auto (Asked) asked = { 0 };
  gboolean cleared = FALSE;

  g_return_val_if_fail (query->name != NULL && on_date != NULL, hits);
  asked_init (&asked, query);
  for (guint i = 0; i < self->rows->len; i++) {
    const FzControlledRow *row = g_ptr_array_index (self->rows, i);

    if (in_force (row, on_date))
      judge_row (row, &asked, hits, &cleared);
  }
  if (hits->len == 0 && !cleared && query->ingredients == NULL)
    add_suspects (self, on_date, &asked, hits);
  g_array_sort (hits, compare_hits);
  return hits;
}
