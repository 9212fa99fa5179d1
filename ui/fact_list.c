#include "ui/fact_list.h"

#define PAGE 128
#define NEAR 24
#define AT_ONCE 8
#define TOLD_AT_ONCE 12 /* rows a frame; a table fills a row's cells when it is told of it */

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
  GPtrArray *rows; /* FzFactRow */
  char *cursor;    /* of the last row read, kept or not */
  gboolean more;
  guint pages, idle;
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

/* --- pages --- */

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

/* --- what the table hears --- */

static gboolean
is_same_row (FzFactRow *a, FzFactRow *b)
{
  return fz_fields_equal (a->facts, b->facts);
}

static void
keep_old (GPtrArray *now, guint at, FzFactRow *old)
{
  g_object_unref (now->pdata[at]);
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

/* --- reading on --- */

static gboolean
on_idle (gpointer data)
{
  FzFactList *self = data;
  guint before = self->rows->len;
  g_autoptr (GError) error = NULL;

  self->idle = 0;
  tell_all (self);
  if (!read_page (self, self->rows, &self->cursor, &self->more, &error)) {
    self->more = FALSE; /* what is there stays; the next reload says what is wrong */
    return G_SOURCE_REMOVE;
  }
  self->pages++;
  if (self->rows->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->rows->len - before);
  else if (self->more)
    self->idle = g_idle_add (on_idle, self);
  return G_SOURCE_REMOVE;
}

/* Some lists are filtered after the page was cut, so a short page does not say that it was the last. */
static gboolean
read_until_some (FzFactList *self, guint pages, GPtrArray *rows, char **cursor, gboolean *more, GError **error)
{
  *more = TRUE;
  for (guint i = 0; *more && (i < pages || (rows->len < NEAR && i < AT_ONCE)); i++)
    if (!read_page (self, rows, cursor, more, error))
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

gboolean
fz_fact_list_reload (FzFactList *self, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *cursor = NULL;
  gboolean more = TRUE;

  if (!read_until_some (self, MAX (1, self->pages), rows, &cursor, &more, error))
    return FALSE;
  tell_all (self);
  self->more = more;
  g_free (self->cursor);
  self->cursor = g_steal_pointer (&cursor);
  self->pages = MAX (1, self->pages);
  if (self->more && rows->len < NEAR && self->idle == 0)
    self->idle = g_idle_add (on_idle, self); /* few rows are wanted: the search goes on while the window stays alive */
  if (self->rows->len == rows->len)
    replace_rows (self, g_steal_pointer (&rows));
  else
    splice_rows (self, g_steal_pointer (&rows));
  return TRUE;
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
    if (g_strcmp0 (fz_fields_get (((FzFactRow *) self->rows->pdata[i])->facts, key), value) == 0)
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

  if (position >= self->rows->len)
    return NULL;
  if (self->more && self->idle == 0 && position + NEAR >= self->rows->len)
    self->idle = g_idle_add (on_idle, self);
  return g_object_ref (self->rows->pdata[position]);
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
  g_clear_handle_id (&self->telling, g_source_remove);
  g_array_unref (self->to_tell);
  g_ptr_array_unref (self->rows);
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
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
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
