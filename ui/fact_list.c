#include "ui/fact_list.h"

#include <string.h>

#define PAGE 128
#define NEAR 24
#define AT_ONCE 8
#define TOLD_AT_ONCE 12 /* rows a frame; a table fills a row's cells when it is told of it */
#define KEPT 32 /* pages whose rows are in memory; those of the others are read again when they come into sight */
#define SEEN 4 /* pages that may be on the screen */

/* Rows that were read at one go. */
typedef struct {
  guint first, n;
  char *after;  /* the cursor they follow; NULL: the first ones */
  char *last;   /* the cursor of the last of them */
  guint64 used; /* when a row was asked for, by the list's own count */
  gboolean loaded;
} Part;

struct _FzFactRow {
  GObject parent_instance;
  FzFields *facts;
};

G_DEFINE_FINAL_TYPE (FzFactRow, fz_fact_row, G_TYPE_OBJECT)

struct _FzFactList {
  GObject parent_instance;
  FzSession *session;
  FzList list;
  FzFields *filter;
  FzFactFilter wanted;
  gpointer wanted_data;
  GPtrArray *rows; /* FzFactRow; NULL where its part is not loaded */
  GArray *parts;   /* Part, by place; the first is always loaded */
  FzFactRow *unread; /* stands for a row that is not there any more, until the list is read anew */
  guint64 asked;   /* rows, ever */
  char *cursor;    /* of the last row read, kept or not */
  gboolean more, torn; /* torn: rows that were there could not be read again */
  guint pages, idle, mending;
  GArray *to_tell; /* guint: places whose row is another one, which the table has still to hear */
  guint telling;
};

static void fz_fact_list_model_init (GListModelInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzFactList, fz_fact_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, fz_fact_list_model_init))

/* --- a row --- */

const FzFields *
fz_fact_row_get (FzFactRow *self)
{
  return self->facts;
}

const char *
fz_fact_row_text (FzFactRow *self, const char *key)
{
  const char *value = fz_fields_get (self->facts, key);

  return value != NULL ? value : "";
}

static void
fz_fact_row_finalize (GObject *object)
{
  fz_fields_unref (FZ_FACT_ROW (object)->facts);
  G_OBJECT_CLASS (fz_fact_row_parent_class)->finalize (object);
}

static void
fz_fact_row_class_init (FzFactRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_fact_row_finalize;
}

static void
fz_fact_row_init (FzFactRow *self)
{
}

FzFactRow *
fz_fact_row_new (const FzFields *facts)
{
  FzFactRow *self = g_object_new (FZ_TYPE_FACT_ROW, NULL);

  self->facts = fz_fields_ref ((FzFields *) facts);
  return self;
}

gboolean
fz_facts_are_same (GPtrArray *before, GPtrArray *now)
{
  gboolean same = before != NULL && before->len == now->len;

  for (guint i = 0; same && i < now->len; i++)
    same = fz_fields_equal (before->pdata[i], now->pdata[i]);
  return same;
}

static const char *
cursor_of (FzFactRow *row)
{
  return row != NULL ? fz_fields_get (row->facts, "cursor") : NULL;
}

/* --- pages --- */

static void
free_row (gpointer row)
{
  if (row != NULL)
    g_object_unref (row);
}

static GPtrArray *
rows_new (void)
{
  return g_ptr_array_new_with_free_func (free_row);
}

static void
clear_part (gpointer part)
{
  g_free (((Part *) part)->after);
  g_free (((Part *) part)->last);
}

static GArray *
parts_new (void)
{
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (Part));

  g_array_set_clear_func (parts, clear_part);
  return parts;
}

static Part *
part_at (FzFactList *self, guint i)
{
  return &g_array_index (self->parts, Part, i);
}

/* Appends one page to `rows`; moves cursor and more on. */
static gboolean
read_page (FzFactList *self, GPtrArray *rows, char **cursor, gboolean *more, GError **error)
{
  g_autoptr (FzFields) ask = self->filter != NULL ? fz_fields_dup (self->filter, NULL) : fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) page = NULL;

  fz_fields_set (ask, "after", *cursor);
  fz_fields_set_int (ask, "limit", PAGE);
  page = fz_desk_list (self->session, self->list, ask, error);
  if (page == NULL)
    return FALSE;
  if (page->len > 0 && *cursor != NULL && g_strcmp0 (fz_fields_get (page->pdata[page->len - 1], "cursor"), *cursor) == 0) {
    *more = FALSE; /* a list that is always read whole */
    return TRUE;
  }
  for (guint i = 0; i < page->len; i++) {
    FzFactRow *row;

    if (self->wanted != NULL && !self->wanted (page->pdata[i], self->wanted_data))
      continue;
    row = g_object_new (FZ_TYPE_FACT_ROW, NULL);
    row->facts = fz_fields_ref (page->pdata[i]);
    g_ptr_array_add (rows, row);
  }
  if (page->len > 0) {
    const char *last = fz_fields_get (page->pdata[page->len - 1], "cursor");

    *more = last != NULL;
    g_free (*cursor);
    *cursor = g_strdup (last);
  } else
    *more = FALSE;
  return TRUE;
}

/* The same, and where they were read. */
static gboolean
read_part (FzFactList *self, GPtrArray *rows, GArray *parts, char **cursor, gboolean *more, GError **error)
{
  Part part = { .first = rows->len, .after = g_strdup (*cursor), .used = self->asked, .loaded = TRUE };

  if (!read_page (self, rows, cursor, more, error)) {
    g_free (part.after);
    return FALSE;
  }
  part.n = rows->len - part.first;
  if (part.n > 0) {
    part.last = g_strdup (cursor_of (rows->pdata[rows->len - 1]));
    g_array_append_val (parts, part);
  } else
    g_free (part.after);
  return TRUE;
}

/* --- what the table hears --- */

static gboolean
is_same_row (FzFactRow *a, FzFactRow *b)
{
  return a != NULL && b != NULL && fz_fields_equal (a->facts, b->facts);
}

static void
keep_old (GPtrArray *now, guint at, FzFactRow *old)
{
  free_row (now->pdata[at]);
  now->pdata[at] = g_object_ref (old);
}

static gboolean
on_telling (gpointer data)
{
  FzFactList *self = data;
  guint n = MIN (TOLD_AT_ONCE, self->to_tell->len);

  for (guint i = 0; i < n; i++)
    g_list_model_items_changed (G_LIST_MODEL (self), g_array_index (self->to_tell, guint, i), 1, 1);
  g_array_remove_range (self->to_tell, 0, n);
  if (self->to_tell->len > 0)
    return G_SOURCE_CONTINUE;
  self->telling = 0;
  return G_SOURCE_REMOVE;
}

/* Before places move. */
static void
tell_all (FzFactList *self)
{
  while (self->telling != 0 && on_telling (self))
    ;
  g_clear_handle_id (&self->telling, g_source_remove);
}

/* --- many pages --- */

static void
unload (FzFactList *self, Part *part)
{
  for (guint i = part->first; i < part->first + part->n; i++)
    g_clear_pointer (&self->rows->pdata[i], free_row);
  part->loaded = FALSE;
}

/* The one asked for longest ago; never the first, by which it is known what is new. */
static Part *
find_oldest (FzFactList *self, guint *out_loaded)
{
  Part *oldest = NULL;

  *out_loaded = 0;
  for (guint i = 0; i < self->parts->len; i++) {
    Part *part = part_at (self, i);

    *out_loaded += part->loaded ? 1 : 0;
    if (i > 0 && part->loaded && (oldest == NULL || part->used < oldest->used))
      oldest = part;
  }
  return oldest;
}

static void
unload_far (FzFactList *self)
{
  guint loaded = 0;
  Part *oldest = self->parts->len > KEPT ? find_oldest (self, &loaded) : NULL;

  if (oldest != NULL && loaded > KEPT)
    unload (self, oldest);
}

/* Its rows as they are now. NULL: they cannot be read, or are fewer, or end elsewhere: what follows would stand in the next part too. */
static GPtrArray *
read_again (FzFactList *self, const Part *part)
{
  g_autoptr (GPtrArray) rows = rows_new ();
  g_autofree char *cursor = g_strdup (part->after);
  gboolean more = TRUE;

  if (!read_page (self, rows, &cursor, &more, NULL) || rows->len < part->n || g_strcmp0 (cursor_of (rows->pdata[part->n - 1]), part->last) != 0)
    return NULL;
  g_ptr_array_set_size (rows, (int) part->n);
  return g_steal_pointer (&rows);
}

static Part *
find_part (FzFactList *self, guint position)
{
  guint low = 0, high = self->parts->len;

  while (high - low > 1) {
    guint middle = (low + high) / 2;

    if (part_at (self, middle)->first <= position)
      low = middle;
    else
      high = middle;
  }
  return part_at (self, low);
}

/* --- reading on --- */

static gboolean
on_idle (gpointer data)
{
  FzFactList *self = data;
  guint before = self->rows->len;
  g_autoptr (GError) error = NULL;

  self->idle = 0;
  tell_all (self);
  if (!read_part (self, self->rows, self->parts, &self->cursor, &self->more, &error)) {
    self->more = FALSE; /* what is there stays; the next reload says what is wrong */
    return G_SOURCE_REMOVE;
  }
  self->pages++;
  unload_far (self);
  if (self->rows->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->rows->len - before);
  else if (self->more)
    self->idle = g_idle_add (on_idle, self);
  return G_SOURCE_REMOVE;
}

/* Some lists are filtered after the page was cut, so a short page does not say that it was the last. */
static gboolean
read_until_some (FzFactList *self, guint pages, GPtrArray *rows, GArray *parts, char **cursor, gboolean *more, GError **error)
{
  *more = TRUE;
  for (guint i = 0; *more && (i < pages || (rows->len < NEAR && i < AT_ONCE)); i++)
    if (!read_part (self, rows, parts, cursor, more, error))
      return FALSE;
  return TRUE;
}

/* --- what is new --- */

/* As many rows as before: those that are others now, from the top, a few a frame. */
static void
replace_rows (FzFactList *self, GPtrArray *take_now)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->rows);

  for (guint i = 0; i < take_now->len; i++)
    if (is_same_row (before->pdata[i], take_now->pdata[i]))
      keep_old (take_now, i, before->pdata[i]);
    else
      g_array_append_val (self->to_tell, i);
  self->rows = take_now;
  if (self->to_tell->len > 0 && on_telling (self))
    self->telling = g_idle_add (on_telling, self);
}

/* Rows came or went: all between those that stayed at the top and at the end. */
static void
splice_rows (FzFactList *self, GPtrArray *take_now)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->rows);
  guint most = MIN (before->len, take_now->len), top = 0, end = 0;

  for (; top < most && is_same_row (before->pdata[top], take_now->pdata[top]); top++)
    keep_old (take_now, top, before->pdata[top]);
  for (; end < most - top && is_same_row (before->pdata[before->len - 1 - end], take_now->pdata[take_now->len - 1 - end]); end++)
    keep_old (take_now, take_now->len - 1 - end, before->pdata[before->len - 1 - end]);
  self->rows = take_now;
  g_list_model_items_changed (G_LIST_MODEL (self), top, before->len - top - end, take_now->len - top - end);
}

/* --- what is new among many pages: what came at the top, and what changed where somebody looks --- */

/* The rows from `first` on, which are loaded, are these now. FALSE: others stand there. */
static gboolean
take_changes (FzFactList *self, guint first, GPtrArray *now, guint from)
{
  for (guint i = from; i < now->len && first + i - from < self->rows->len; i++)
    if (self->rows->pdata[first + i - from] != NULL && g_strcmp0 (cursor_of (self->rows->pdata[first + i - from]), cursor_of (now->pdata[i])) != 0)
      return FALSE;
  for (guint i = from; i < now->len && first + i - from < self->rows->len; i++) {
    guint at = first + i - from;

    if (self->rows->pdata[at] == NULL || is_same_row (self->rows->pdata[at], now->pdata[i]))
      continue;
    keep_old (self->rows, at, now->pdata[i]);
    g_list_model_items_changed (G_LIST_MODEL (self), at, 1, 1);
  }
  return TRUE;
}

static void
put_before (FzFactList *self, GPtrArray *top, guint n)
{
  Part part = { .n = n, .last = g_strdup (cursor_of (top->pdata[n - 1])), .used = self->asked, .loaded = TRUE };

  part_at (self, 0)->after = g_strdup (part.last);
  for (guint i = 0; i < self->parts->len; i++)
    part_at (self, i)->first += n;
  g_array_prepend_val (self->parts, part);
  g_ptr_array_set_size (self->rows, (int) (self->rows->len + n));
  memmove (self->rows->pdata + n, self->rows->pdata, (self->rows->len - n) * sizeof (gpointer));
  for (guint i = 0; i < n; i++)
    self->rows->pdata[i] = g_object_ref (top->pdata[i]);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n);
}

/* FALSE: more came than a page, or what was the first row is gone. */
static gboolean
take_top (FzFactList *self, GPtrArray *top)
{
  const char *first = self->rows->len > 0 ? cursor_of (self->rows->pdata[0]) : NULL;
  guint n = 0;

  while (n < top->len && (first == NULL || g_strcmp0 (cursor_of (top->pdata[n]), first) != 0))
    n++;
  if (n == top->len || !take_changes (self, 0, top, n))
    return FALSE;
  if (n > 0)
    put_before (self, top, n);
  return TRUE;
}

/* Those that may be on the screen are read anew, the others when they are. */
static gboolean
take_seen (FzFactList *self)
{
  for (guint i = 1; i < self->parts->len; i++) {
    Part *part = part_at (self, i);
    g_autoptr (GPtrArray) now = NULL;
    guint later = 0;

    for (guint j = 1; part->loaded && j < self->parts->len; j++)
      later += part_at (self, j)->loaded && part_at (self, j)->used > part->used ? 1 : 0;
    if (part->loaded && later >= SEEN)
      unload (self, part);
    if (part->loaded && ((now = read_again (self, part)) == NULL || !take_changes (self, part->first, now, 0)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
reload_some (FzFactList *self, gboolean *out_whole, GError **error)
{
  g_autoptr (GPtrArray) top = rows_new ();
  g_autofree char *cursor = NULL;
  gboolean more = TRUE;

  if (!read_page (self, top, &cursor, &more, error))
    return FALSE;
  tell_all (self);
  *out_whole = !take_top (self, top) || !take_seen (self);
  return TRUE;
}

static gboolean
reload_whole (FzFactList *self, guint pages, GError **error)
{
  g_autoptr (GPtrArray) rows = rows_new ();
  g_autoptr (GArray) parts = parts_new ();
  g_autofree char *cursor = NULL;
  gboolean more = TRUE;

  if (!read_until_some (self, pages, rows, parts, &cursor, &more, error))
    return FALSE;
  tell_all (self);
  self->more = more;
  g_free (self->cursor);
  self->cursor = g_steal_pointer (&cursor);
  self->torn = FALSE;
  self->pages = pages;
  g_array_unref (self->parts);
  self->parts = g_steal_pointer (&parts);
  if (self->more && rows->len < NEAR && self->idle == 0)
    self->idle = g_idle_add (on_idle, self); /* few rows are wanted: the search goes on while the window stays alive */
  if (self->rows->len == rows->len)
    replace_rows (self, g_steal_pointer (&rows));
  else
    splice_rows (self, g_steal_pointer (&rows));
  return TRUE;
}

gboolean
fz_fact_list_reload (FzFactList *self, GError **error)
{
  gboolean whole = TRUE;

  if (self->pages > KEPT && !self->torn && !reload_some (self, &whole, error))
    return FALSE;
  return !whole || reload_whole (self, CLAMP (self->pages, 1, KEPT), error);
}

/* Rows have left from among those that are not in memory: the places of what follows are others, and nobody waits for the next tick to see them. */
static gboolean
on_torn (gpointer data)
{
  FzFactList *self = data;

  self->mending = 0;
  if (self->torn)
    fz_fact_list_reload (self, NULL); /* the next reload says what is wrong */
  return G_SOURCE_REMOVE;
}

static void
load (FzFactList *self, Part *part)
{
  g_autoptr (GPtrArray) rows = read_again (self, part);

  if (rows == NULL) {
    self->torn = TRUE;
    if (self->mending == 0)
      self->mending = g_idle_add (on_torn, self);
    return;
  }
  for (guint i = 0; i < part->n; i++)
    self->rows->pdata[part->first + i] = g_object_ref (rows->pdata[i]);
  part->loaded = TRUE;
}

gboolean
fz_fact_list_has_more (FzFactList *self)
{
  return self->more;
}

guint
fz_fact_list_find (FzFactList *self, const char *key, const char *value)
{
  for (guint i = 0; value != NULL && i < self->rows->len; i++)
    if (self->rows->pdata[i] != NULL && g_strcmp0 (fz_fields_get (((FzFactRow *) self->rows->pdata[i])->facts, key), value) == 0)
      return i;
  return G_MAXUINT;
}

void
fz_fact_list_set_filter (FzFactList *self, const FzFields *filter)
{
  g_clear_pointer (&self->filter, fz_fields_unref);
  self->filter = filter != NULL ? fz_fields_dup (filter, NULL) : NULL;
  self->pages = 0;
}

void
fz_fact_list_set_wanted (FzFactList *self, FzFactFilter wanted, gpointer user_data)
{
  self->wanted = wanted;
  self->wanted_data = user_data;
  self->pages = 0;
}

/* --- the model --- */

static GType
get_item_type (GListModel *model)
{
  return FZ_TYPE_FACT_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return FZ_FACT_LIST (model)->rows->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  FzFactList *self = FZ_FACT_LIST (model);
  Part *part;

  if (position >= self->rows->len)
    return NULL;
  if (self->more && self->idle == 0 && position + NEAR >= self->rows->len)
    self->idle = g_idle_add (on_idle, self);
  part = find_part (self, position);
  part->used = ++self->asked;
  if (!part->loaded) {
    load (self, part);
    unload_far (self);
  }
  return g_object_ref (self->rows->pdata[position] != NULL ? self->rows->pdata[position] : self->unread);
}

static void
fz_fact_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
fz_fact_list_finalize (GObject *object)
{
  FzFactList *self = FZ_FACT_LIST (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_handle_id (&self->mending, g_source_remove);
  g_clear_handle_id (&self->telling, g_source_remove);
  g_array_unref (self->to_tell);
  g_ptr_array_unref (self->rows);
  g_array_unref (self->parts);
  g_object_unref (self->unread);
  g_clear_pointer (&self->filter, fz_fields_unref);
  g_clear_pointer (&self->session, fz_session_unref);
  g_free (self->cursor);
  G_OBJECT_CLASS (fz_fact_list_parent_class)->finalize (object);
}

static void
fz_fact_list_class_init (FzFactListClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_fact_list_finalize;
}

static void
fz_fact_list_init (FzFactList *self)
{
  g_autoptr (FzFields) nothing = fz_fields_freeze (fz_fields_new ("fuzhen.nothing/v1"));

  self->rows = rows_new ();
  self->parts = parts_new ();
  self->unread = fz_fact_row_new (nothing);
  self->to_tell = g_array_new (FALSE, FALSE, sizeof (guint));
}

FzFactList *
fz_fact_list_new (FzSession *session, FzList list, const FzFields *filter)
{
  FzFactList *self = g_object_new (FZ_TYPE_FACT_LIST, NULL);

  self->session = fz_session_ref (session);
  self->list = list;
  fz_fact_list_set_filter (self, filter);
  return self;
}
