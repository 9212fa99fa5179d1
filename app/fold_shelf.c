#include "app/fold_shelf.h"

#include "app/comment_shelf.h"

#define PLACES 8 /* visits a desk has open at once */

typedef struct {
  char *visit; /* NULL: empty */
  guint64 newest;
  FzFold *fold;
} Place;

struct _FzFoldShelf {
  Place places[PLACES]; /* the newest first */
  char *sample;         /* NULL: none */
  guint64 sample_newest;
  FzCommentFold *comments;
};

static void
clear (Place *place)
{
  g_clear_pointer (&place->visit, g_free);
  g_clear_pointer (&place->fold, fz_fold_free);
}

FzFoldShelf *
fz_fold_shelf_new (void)
{
  return g_new0 (FzFoldShelf, 1);
}

void
fz_fold_shelf_free (FzFoldShelf *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < PLACES; i++)
    clear (&self->places[i]);
  g_free (self->sample);
  fz_comment_fold_free (self->comments);
  g_free (self);
}

/* Its place, or PLACES. */
static guint
find (const FzFoldShelf *self, const char *visit)
{
  guint i = 0;

  while (i < PLACES && g_strcmp0 (self->places[i].visit, visit) != 0)
    i++;
  return i;
}

gboolean
fz_fold_shelf_has (const FzFoldShelf *self, const char *visit, guint64 newest)
{
  guint i = find (self, visit);

  return i < PLACES && self->places[i].newest == newest;
}

FzFold *
fz_fold_shelf_take (FzFoldShelf *self, const char *visit, guint64 newest)
{
  guint i = find (self, visit);
  FzFold *fold = NULL;

  if (i == PLACES)
    return NULL;
  if (self->places[i].newest == newest)
    fold = g_steal_pointer (&self->places[i].fold);
  clear (&self->places[i]);
  return fold;
}

void
fz_fold_shelf_put (FzFoldShelf *self, const char *visit, guint64 newest, FzFold *fold)
{
  guint i = MIN (find (self, visit), PLACES - 1);

  clear (&self->places[i]);
  for (; i > 0; i--)
    self->places[i] = self->places[i - 1];
  self->places[0] = (Place) { g_strdup (visit), newest, fold };
}

/* --- comments --- */

FzCommentFold *
fz_comment_shelf_take (FzFoldShelf *self, const char *subject, guint64 newest)
{
  gboolean there = g_strcmp0 (self->sample, subject) == 0 && self->sample_newest == newest;

  return there ? g_steal_pointer (&self->comments) : NULL;
}

void
fz_comment_shelf_put (FzFoldShelf *self, const char *subject, guint64 newest, FzCommentFold *fold)
{
  g_free (self->sample);
  self->sample = g_strdup (subject);
  self->sample_newest = newest;
  fz_comment_fold_free (self->comments);
  self->comments = fold;
}
