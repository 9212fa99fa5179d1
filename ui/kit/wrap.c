#include "ui/kit/wrap.h"

struct _FzWrap {
  GtkWidget parent_instance;
  int across, down;
};

G_DEFINE_FINAL_TYPE (FzWrap, fz_wrap, GTK_TYPE_WIDGET)

/* One row: its first child, how many there are, how wide they want to be with the gaps, and how high they are at those widths. */
typedef struct {
  GtkWidget *first;
  int n, n_expand, wanted, height;
} Row;

static GtkWidget *
seen (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GtkWidget *
next_of (GtkWidget *child)
{
  return seen (gtk_widget_get_next_sibling (child));
}

static int
wanted_width (GtkWidget *child, int width)
{
  int least = 0, wanted = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &wanted, NULL, NULL);
  return CLAMP (wanted, least, MAX (least, width));
}

/* The row that begins with `first`; answers what begins the next one. */
static GtkWidget *
take_row (FzWrap *self, GtkWidget *first, int width, Row *out)
{
  GtkWidget *child;

  *out = (Row){ .first = first };
  for (child = first; child != NULL; child = next_of (child)) {
    int wanted = wanted_width (child, width) + (out->n > 0 ? self->across : 0);

    if (out->n > 0 && out->wanted + wanted > width)
      break;
    out->wanted += wanted;
    out->n++;
    out->n_expand += gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
  }
  return child;
}

/* The width of the row's child; `k` counts the expanding ones before it, so that the odd pixels find their place. */
static int
share (const Row *row, GtkWidget *child, int width, int *k)
{
  int spare = MAX (0, width - row->wanted), own = wanted_width (child, width);

  if (!gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
    return own;
  own += spare * (*k + 1) / row->n_expand - spare * *k / row->n_expand;
  (*k)++;
  return own;
}

static void
measure_row (Row *row, int width)
{
  GtkWidget *child = row->first;
  int k = 0;

  for (int i = 0; i < row->n; i++, child = next_of (child)) {
    int least = 0, wanted = 0;

    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, share (row, child, width, &k), &least, &wanted, NULL, NULL);
    row->height = MAX (row->height, wanted);
  }
}

static void
measure_width (FzWrap *self, int *minimum, int *natural)
{
  guint n = 0;

  for (GtkWidget *child = seen (gtk_widget_get_first_child (GTK_WIDGET (self))); child != NULL; child = next_of (child), n++) {
    int least = 0, wanted = 0;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &wanted, NULL, NULL);
    *minimum = MAX (*minimum, least);
    *natural += wanted + (n > 0 ? self->across : 0);
  }
}

static void
fz_wrap_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *a, int *b)
{
  FzWrap *self = FZ_WRAP (widget);
  GtkWidget *child = seen (gtk_widget_get_first_child (widget));
  int width = for_size, height = 0;

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL || for_size < 0)
    measure_width (self, minimum, natural);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  if (for_size < 0)
    width = *natural; /* nobody said how wide: as wide as it likes */
  for (guint rows = 0; child != NULL; rows++) {
    Row row;

    child = take_row (self, child, width, &row);
    measure_row (&row, width);
    height += row.height + (rows > 0 ? self->down : 0);
  }
  *minimum = *natural = height;
}

static void
place_row (FzWrap *self, const Row *row, int width, int top)
{
  GtkWidget *child = row->first;
  int x = 0, k = 0;

  for (int i = 0; i < row->n; i++, child = next_of (child)) {
    int own = share (row, child, width, &k);
    gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

    gtk_widget_size_allocate (child, &(GtkAllocation){ mirrored ? width - x - own : x, top, own, row->height }, -1);
    x += own + self->across;
  }
}

static void
fz_wrap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FzWrap *self = FZ_WRAP (widget);
  GtkWidget *child = seen (gtk_widget_get_first_child (widget));
  int top = 0;

  while (child != NULL) {
    Row row;

    child = take_row (self, child, width, &row);
    measure_row (&row, width);
    if (child == NULL && top == 0)
      row.height = MAX (row.height, height); /* the only row fills what there is, as a box does */
    place_row (self, &row, width, top);
    top += row.height + self->down;
  }
}

static GtkSizeRequestMode
fz_wrap_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
fz_wrap_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (fz_wrap_parent_class)->dispose (object);
}

static void
fz_wrap_class_init (FzWrapClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_wrap_dispose;
  widget_class->get_request_mode = fz_wrap_get_request_mode;
  widget_class->measure = fz_wrap_measure;
  widget_class->size_allocate = fz_wrap_size_allocate;
}

static void
fz_wrap_init (FzWrap *self)
{
}

GtkWidget *
fz_wrap_new (int across, int down)
{
  FzWrap *self = g_object_new (FZ_TYPE_WRAP, NULL);

  self->across = across;
  self->down = down;
  return GTK_WIDGET (self);
}

GtkWidget *
fz_wrap_add (GtkWidget *wrap, GtkWidget *child)
{
  gtk_widget_insert_before (child, wrap, NULL);
  return child;
}
