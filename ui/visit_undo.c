/* What was taken away from the draft or replaced in it, and how it comes back: only what the removal itself changed, so that what was written elsewhere
 * meanwhile stays. */
#include "ui/visit_model_private.h"

#define MOST 20
#define KIND "fuzhen.draft/v1"
#define PLACE "at." /* where somebody typed last is no part of what is written */

typedef struct {
  char *words;
  FzFields *before, *after;
  guint number;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  fz_fields_unref (undo->before);
  fz_fields_unref (undo->after);
  g_free (undo->words);
  g_free (undo);
}

/* --- what became another --- */

typedef struct {
  const FzFields *other;
  GPtrArray *keys;
} Compare;

static void
compare_one (const char *key, const char *value, gpointer data)
{
  Compare *compare = data;

  if (!g_str_has_prefix (key, PLACE) && g_strcmp0 (fz_fields_get (compare->other, key), value) != 0)
    g_ptr_array_add (compare->keys, g_strdup (key));
}

/* The keys in which the two differ; some twice. (transfer full) */
static GPtrArray *
keys_changed (const FzFields *before, const FzFields *after)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);

  fz_fields_foreach (before, compare_one, &(Compare){ after, keys });
  fz_fields_foreach (after, compare_one, &(Compare){ before, keys });
  return keys;
}

static gboolean
any_below (GPtrArray *keys, const char *prefix)
{
  for (guint i = 0; i < keys->len; i++)
    if (g_str_has_prefix (keys->pdata[i], prefix))
      return TRUE;
  return FALSE;
}

static gboolean
is_same_below (const FzFields *a, const FzFields *b, const char *prefix)
{
  g_autoptr (FzFields) one = fz_fields_dup_below (a, prefix, KIND), other = fz_fields_dup_below (b, prefix, KIND);

  return fz_fields_equal (one, other);
}

/* A list that grew since is another, even where the positions of the removal stand as they did. A reason given since is of a line as it is numbered now. */
static gboolean
is_as_left (FzVisitModel *self, const Undo *undo, GPtrArray *keys)
{
  static const char *const lists[] = { "rx.item", "diagnosis", "eligibility.basis" };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (any_below (keys, lists[i]) && fz_fields_count (self->draft, lists[i]) != fz_fields_count (undo->after, lists[i]))
      return FALSE;
  if (any_below (keys, "rx.item.") && !is_same_below (self->draft, undo->after, "override"))
    return FALSE;
  for (guint i = 0; i < keys->len; i++) {
    const char *key = keys->pdata[i];

    if (g_strcmp0 (fz_fields_get (self->draft, key), fz_fields_get (undo->after, key)) != 0)
      return FALSE;
  }
  return TRUE;
}

/* --- keeping --- */

void
fz_visit_model_begin_removal (FzVisitModel *self)
{
  g_clear_pointer (&self->before, fz_fields_unref);
  self->before = fz_fields_dup (self->draft, NULL);
}

void
fz_visit_model_end_removal (FzVisitModel *self, const char *words)
{
  g_autoptr (FzFields) before = g_steal_pointer (&self->before);
  g_autoptr (GPtrArray) keys = keys_changed (before, self->draft);
  Undo *undo;

  if (keys->len == 0)
    return;
  undo = g_new0 (Undo, 1);
  undo->words = g_strdup (words);
  undo->before = g_steal_pointer (&before);
  undo->after = fz_fields_dup (self->draft, NULL);
  undo->number = ++self->last_undo;
  if (self->undos->len == MOST)
    g_ptr_array_remove_index (self->undos, 0);
  g_ptr_array_add (self->undos, undo);
  fz_visit_model_undoable (self);
}

void
fz_visit_model_forget_undos (FzVisitModel *self)
{
  g_clear_pointer (&self->undos, g_ptr_array_unref);
  self->undos = g_ptr_array_new_with_free_func (undo_free);
}

const char *
fz_visit_model_get_undo (FzVisitModel *self, guint *out_number)
{
  const Undo *last = self->undos->len > 0 ? g_ptr_array_index (self->undos, self->undos->len - 1) : NULL;

  *out_number = last != NULL ? last->number : 0;
  return last != NULL ? last->words : NULL;
}

/* --- taking back --- */

static void
put_back (FzVisitModel *self, const Undo *undo, GPtrArray *keys)
{
  FzFields *draft = fz_fields_dup (self->draft, NULL);

  for (guint i = 0; i < keys->len; i++)
    fz_fields_set (draft, keys->pdata[i], fz_fields_get (undo->before, keys->pdata[i]));
  fz_visit_model_take_draft (self, draft);
}

static int
find_undo (FzVisitModel *self, guint number)
{
  for (guint i = 0; i < self->undos->len; i++)
    if (((const Undo *) g_ptr_array_index (self->undos, i))->number == number)
      return (int) i;
  return -1;
}

/* It leaves the list before the draft is told: whoever hears that asks for the one below it. Those above it stand no more. */
static void
take_back (FzVisitModel *self, guint at, GPtrArray *keys)
{
  Undo *undo;

  g_ptr_array_set_size (self->undos, (int) at + 1);
  undo = g_ptr_array_steal_index (self->undos, at);
  put_back (self, undo, keys);
  undo_free (undo);
  fz_visit_model_put_back (self, any_below (keys, "rx."), any_below (keys, "record."));
}

gboolean
fz_visit_model_undo (FzVisitModel *self, guint number, gboolean now)
{
  int at = find_undo (self, number);
  g_autoptr (GPtrArray) keys = NULL;
  const Undo *undo;

  if (at < 0)
    return FALSE;
  if (self->before != NULL && !now) /* the draft is already the next one's: it is right again when that is taken back */
    return TRUE;
  undo = g_ptr_array_index (self->undos, (guint) at);
  keys = keys_changed (undo->before, undo->after);
  if (!is_as_left (self, undo, keys))
    return FALSE;
  if (now)
    take_back (self, (guint) at, keys);
  return TRUE;
}
