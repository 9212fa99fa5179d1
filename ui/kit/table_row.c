#include "ui/kit/table_row.h"

#include "ui/kit/pill.h"
#include "ui/theme.h"

#define GAP 12
#define PAD 8
#define SURELY_WHOLE 12 /* letters that fit into any column */

struct _FzTableRow {
  GtkWidget parent_instance;
  const FzColumn *columns;
  gsize n_columns;
};

G_DEFINE_FINAL_TYPE (FzTableRow, fz_table_row, GTK_TYPE_WIDGET)

static int
column_width (const FzColumn *column)
{
  return (int) (column->width * fz_theme_get_text_scale ());
}

static int
least_width (FzTableRow *self)
{
  int total = 2 * PAD + GAP * MAX (0, (int) self->n_columns - 1);

  for (gsize i = 0; i < self->n_columns; i++)
    total += column_width (&self->columns[i]);
  return total;
}

/* The width of column i in a row `width` wide; what is left over goes to the expanding ones, the last takes the odd pixels. */
static int
share (FzTableRow *self, gsize i, int width)
{
  int spare = MAX (0, width - least_width (self));
  int n_expand = 0, before = 0;

  for (gsize k = 0; k < self->n_columns; k++) {
    n_expand += self->columns[k].expand;
    before += k < i && self->columns[k].expand;
  }
  if (!self->columns[i].expand)
    return column_width (&self->columns[i]);
  return column_width (&self->columns[i]) + spare * (before + 1) / n_expand - spare * before / n_expand;
}

static GtkSizeRequestMode
fz_table_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
fz_table_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *a, int *b)
{
  FzTableRow *self = FZ_TABLE_ROW (widget);
  gsize i = 0;

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = *natural = least_width (self);
    return;
  }
  for (GtkWidget *cell = gtk_widget_get_first_child (widget); cell != NULL; cell = gtk_widget_get_next_sibling (cell), i++) {
    int least, wanted;
    int width = share (self, i, for_size < 0 ? least_width (self) : for_size);

    gtk_widget_measure (cell, GTK_ORIENTATION_VERTICAL, width, &least, &wanted, NULL, NULL);
    *minimum = MAX (*minimum, least);
    *natural = MAX (*natural, wanted);
  }
}

static void
fz_table_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FzTableRow *self = FZ_TABLE_ROW (widget);
  int x = PAD;
  gsize i = 0;

  for (GtkWidget *cell = gtk_widget_get_first_child (widget); cell != NULL; cell = gtk_widget_get_next_sibling (cell), i++) {
    int wide = share (self, i, width);
    int least, wanted;

    /* A pill that is wider than its column is drawn over the gap rather than refused. */
    gtk_widget_measure (cell, GTK_ORIENTATION_HORIZONTAL, -1, &least, &wanted, NULL, NULL);
    gtk_widget_size_allocate (cell, &(GtkAllocation){ x, 0, MAX (wide, least), height }, -1);
    x += wide + GAP;
  }
}

static void
fz_table_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (fz_table_row_parent_class)->dispose (object);
}

static void
fz_table_row_class_init (FzTableRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_table_row_dispose;
  widget_class->get_request_mode = fz_table_row_get_request_mode;
  widget_class->measure = fz_table_row_measure;
  widget_class->size_allocate = fz_table_row_size_allocate;
}

static void
fz_table_row_init (FzTableRow *self)
{
}

GtkWidget *
fz_table_row_new (const FzColumn *columns, gsize n_columns)
{
  FzTableRow *self = g_object_new (FZ_TYPE_TABLE_ROW, NULL);

  self->columns = columns;
  self->n_columns = n_columns;
  return GTK_WIDGET (self);
}

void
fz_table_row_append (FzTableRow *self, GtkWidget *cell)
{
  gtk_widget_insert_before (cell, GTK_WIDGET (self), NULL);
}

GtkWidget *
fz_table_row_get_cell (FzTableRow *self, gsize i)
{
  GtkWidget *cell = gtk_widget_get_first_child (GTK_WIDGET (self));

  while (cell != NULL && i-- > 0)
    cell = gtk_widget_get_next_sibling (cell);
  return cell;
}

/* Answered when the pointer rests there. A tooltip set with each row would ask the display each time where the pointer is, and wait for the answer:
 * longer than the row itself takes. */
static gboolean
on_query_tooltip (GtkInscription *line, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip, gpointer data)
{
  const char *text = gtk_inscription_get_text (line);

  if (text == NULL || g_utf8_strlen (text, -1) <= SURELY_WHOLE)
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static GtkWidget *
line_new (const FzColumn *column, const char *class)
{
  float xalign = column->numeric ? 1.0f : 0.0f;
  GtkWidget *line;

  if (column->wrap) {
    line = gtk_label_new (NULL);
    gtk_label_set_xalign (GTK_LABEL (line), xalign);
    gtk_label_set_wrap (GTK_LABEL (line), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (line), PANGO_WRAP_WORD_CHAR);
  } else {
    line = gtk_inscription_new (NULL);
    gtk_inscription_set_xalign (GTK_INSCRIPTION (line), xalign);
    gtk_inscription_set_text_overflow (GTK_INSCRIPTION (line), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
    gtk_inscription_set_min_chars (GTK_INSCRIPTION (line), 0);
    gtk_widget_set_has_tooltip (line, TRUE);
    g_signal_connect (line, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  }
  if (class != NULL)
    gtk_widget_add_css_class (line, class);
  return line;
}

static void
line_set (const FzColumn *column, GtkWidget *line, const char *text)
{
  if (column->wrap)
    gtk_label_set_text (GTK_LABEL (line), text != NULL ? text : "");
  else
    gtk_inscription_set_text (GTK_INSCRIPTION (line), text);
}

GtkWidget *
fz_table_cell_new (const FzColumn *column)
{
  GtkWidget *cell = gtk_box_new (column->pill != NULL && column->text == NULL ? GTK_ORIENTATION_HORIZONTAL
                                                                              : GTK_ORIENTATION_VERTICAL, 1);

  gtk_widget_set_margin_top (cell, 8);
  gtk_widget_set_margin_bottom (cell, 8);
  gtk_widget_set_valign (cell, GTK_ALIGN_CENTER);
  if (column->text != NULL)
    gtk_box_append (GTK_BOX (cell), line_new (column, column->strong ? "fz-cell-strong" : NULL));
  if (column->second != NULL)
    gtk_box_append (GTK_BOX (cell), line_new (column, "fz-row-second"));
  if (column->pill != NULL)
    gtk_box_append (GTK_BOX (cell), fz_pill_new (FZ_STATUS_NEUTRAL, ""));
  return cell;
}

char *
fz_table_cell_fill (const FzColumn *column, GtkWidget *cell, gpointer item, gpointer user_data)
{
  GtkWidget *at = gtk_widget_get_first_child (cell);
  g_autoptr (GString) spoken = g_string_new (NULL);

  if (column->text != NULL) {
    g_autofree char *text = column->text (item, user_data);

    line_set (column, at, text);
    g_string_append (spoken, text != NULL ? text : "");
    at = gtk_widget_get_next_sibling (at);
  }
  if (column->second != NULL) {
    g_autofree char *text = column->second (item, user_data);

    line_set (column, at, text);
    gtk_widget_set_visible (at, text != NULL && *text != '\0'); /* what stands alone stands in the middle */
    g_string_append_printf (spoken, " %s", text != NULL ? text : "");
    at = gtk_widget_get_next_sibling (at);
  }
  if (column->pill != NULL) {
    g_autofree char *word = NULL;
    FzStatus status = column->pill (item, &word, user_data);

    gtk_widget_set_visible (at, word != NULL);
    fz_pill_set (at, status, word != NULL ? word : "");
    g_string_append_printf (spoken, " %s", word != NULL ? word : "");
  }
  return g_strdup (g_strstrip (spoken->str));
}
