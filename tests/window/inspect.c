#include "tests/window/inspect.h"

#include "ui/kit/kit.h"
#include "ui/theme.h"

#include <math.h>
#include <string.h>

#define SCALE 2 /* of the picture that contrast is measured in: thin strokes reach their colour */
#define FRAMES 3
#define LEAST_WIDTH 1280
#define LEAST_SHARE 600 /* one pixel in so many of a text has its own colour */

typedef struct {
  GtkWidget *window;
  int width, height;
  gboolean large; /* text: pages may be moved sideways */
  gboolean english;
  gboolean colours; /* are measured at the smallest full size; elsewhere they are what they were */
  GPtrArray *found, *open; /* open: the popovers met on the way, measured after the rest */
  guchar *pixels; /* premultiplied BGRA, cairo's order */
  gsize stride;
  int columns, rows;
} Inspection;

/* --- frames --- */

static void
on_painted (GdkFrameClock *clock, guint *frames)
{
  (*frames)++;
}

void
inspect_settle (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  gint64 until_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  guint frames = 0;
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &frames);

  while (frames < FRAMES) {
    gtk_widget_queue_draw (window);
    gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
    g_main_context_iteration (NULL, TRUE);
    if (g_get_monotonic_time () > until_us)
      g_error ("the window is not painted");
  }
  g_signal_handler_disconnect (clock, handler);
}

/* --- words for a finding --- */

static const char *
text_of (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));
  if (GTK_IS_INSCRIPTION (widget))
    return gtk_inscription_get_text (GTK_INSCRIPTION (widget));
  if (GTK_IS_TEXT (widget))
    return gtk_editable_get_text (GTK_EDITABLE (widget));
  return NULL;
}

static char *
path_of (GtkWidget *widget)
{
  g_autoptr (GString) path = g_string_new (NULL);

  for (GtkWidget *at = widget; at != NULL && !GTK_IS_WINDOW (at); at = gtk_widget_get_parent (at)) {
    g_auto (GStrv) classes = gtk_widget_get_css_classes (at);
    g_autofree char *class = g_strjoinv (".", classes);
    g_autofree char *step = g_strdup_printf ("%s%s%s", G_OBJECT_TYPE_NAME (at), *class != '\0' ? "." : "", class);

    if (*class == '\0' && at != widget)
      continue;
    if (path->len > 0)
      g_string_prepend (path, " > ");
    g_string_prepend (path, step);
  }
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static void G_GNUC_PRINTF (3, 4)
find (Inspection *self, GtkWidget *widget, const char *format, ...)
{
  g_autofree char *path = path_of (widget), *what = NULL;
  const char *text = text_of (widget);
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (self->found, g_strdup_printf ("%s: \"%s\" (%s)", what, text != NULL ? text : "", path));
}

/* --- who is to blame for a width --- */

static int
least_width (GtkWidget *widget)
{
  int least = 0;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

static GtkWidget *
widest_child (GtkWidget *widget)
{
  GtkWidget *widest = NULL;
  int most = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child) && !GTK_IS_NATIVE (child) && least_width (child) > most) {
      most = least_width (child);
      widest = child;
    }
  return widest;
}

/* The innermost box whose children only together are that wide, and how wide each wants to be. */
static char *
blame (GtkWidget *window)
{
  GtkWidget *at = window, *child;
  g_autoptr (GString) parts = NULL;
  g_autofree char *path = NULL;

  while ((child = widest_child (at)) != NULL && least_width (child) * 10 > least_width (at) * 9)
    at = child;
  path = path_of (at);
  parts = g_string_new (path);
  for (child = gtk_widget_get_first_child (at); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child))
      g_string_append_printf (parts, " + %s %d", G_OBJECT_TYPE_NAME (child), least_width (child));
  return g_string_free (g_steal_pointer (&parts), FALSE);
}

/* --- place --- */

/* A popover is a surface of its own: what moves the page it hangs on does not move what is in it. */
static GtkWidget *
scroller_of (const Inspection *self, GtkWidget *widget)
{
  for (GtkWidget *at = widget; at != NULL && at != self->window; at = gtk_widget_get_parent (at))
    if (GTK_IS_SCROLLED_WINDOW (at))
      return at;
  return NULL;
}

static gboolean
moves (GtkWidget *scroller, GtkOrientation orientation)
{
  GtkPolicyType across = GTK_POLICY_NEVER, down = GTK_POLICY_NEVER;

  if (scroller == NULL)
    return FALSE;
  gtk_scrolled_window_get_policy (GTK_SCROLLED_WINDOW (scroller), &across, &down);
  return (orientation == GTK_ORIENTATION_HORIZONTAL ? across : down) != GTK_POLICY_NEVER;
}

/* Where it can be scrolled to, it is within reach. */
static gboolean
can_move (const Inspection *self, GtkWidget *widget, GtkOrientation orientation)
{
  for (GtkWidget *at = scroller_of (self, gtk_widget_get_parent (widget)); at != NULL; at = scroller_of (self, gtk_widget_get_parent (at)))
    if (moves (at, orientation))
      return TRUE;
  return FALSE;
}

static void
inspect_place (Inspection *self, GtkWidget *widget)
{
  GtkWidget *scroller = scroller_of (self, widget);
  graphene_rect_t at, room;

  if (!gtk_widget_compute_bounds (widget, self->window, &at) || at.size.width < 1 || at.size.height < 1)
    return;
  if (!can_move (self, widget, GTK_ORIENTATION_HORIZONTAL) && (at.origin.x < -1 || at.origin.x + at.size.width > (float) self->width + 1))
    find (self, widget, "outside the window sideways (%.0f to %.0f)", (double) at.origin.x, (double) (at.origin.x + at.size.width));
  if (!can_move (self, widget, GTK_ORIENTATION_VERTICAL) && (at.origin.y < -1 || at.origin.y + at.size.height > (float) self->height + 1))
    find (self, widget, "outside the window (%.0f to %.0f down)", (double) at.origin.y, (double) (at.origin.y + at.size.height));
  if (scroller == NULL || can_move (self, widget, GTK_ORIENTATION_HORIZONTAL) || !gtk_widget_compute_bounds (scroller, self->window, &room))
    return;
  if (at.origin.x < room.origin.x - 1 || at.origin.x + at.size.width > room.origin.x + room.size.width + 1)
    find (self, widget, "cut off by what scrolls it");
}

/* A page that has to be moved sideways has no room, whatever the window says of itself. */
static void
inspect_sideways (Inspection *self, GtkWidget *widget)
{
  GtkAdjustment *across;

  if (!GTK_IS_SCROLLED_WINDOW (widget) || !gtk_widget_has_css_class (widget, "fz-pages"))
    return;
  across = gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (widget));
  if (gtk_adjustment_get_upper (across) > gtk_adjustment_get_page_size (across) + 1) {
    g_autofree char *what = blame (widget);

    find (self, widget, "the page wants to be %.0f wide, there are %.0f: %s", gtk_adjustment_get_upper (across),
          gtk_adjustment_get_page_size (across), what);
  }
}

/* --- words cut off --- */

static gboolean
is_precious (GtkWidget *widget)
{
  static const char *const classes[] = { "fz-drug", "fz-strength", "fz-numeric", "fz-code", "fz-unit", "fz-figure", "fz-count", "fz-badge" };

  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    if (gtk_widget_has_css_class (widget, classes[i]))
      return TRUE;
  return FALSE;
}

/* A line of a table answers with its whole text when it is asked. */
static gboolean
answers (GtkWidget *widget)
{
  g_autoptr (GtkTooltip) tooltip = NULL;
  gboolean shows = FALSE;

  if (!GTK_IS_INSCRIPTION (widget) || !gtk_widget_get_has_tooltip (widget))
    return FALSE;
  tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  g_signal_emit_by_name (widget, "query-tooltip", 0, 0, TRUE, tooltip, &shows);
  return shows;
}

static gboolean
has_tooltip (GtkWidget *widget, const char *text)
{
  if (answers (widget))
    return TRUE;
  for (GtkWidget *at = widget; at != NULL && !GTK_IS_WINDOW (at); at = gtk_widget_get_parent (at)) {
    const char *tip = gtk_widget_get_tooltip_text (at);

    if (tip != NULL && strstr (tip, text) != NULL)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_shortened (GtkWidget *widget)
{
  const char *text = text_of (widget);
  g_autoptr (PangoLayout) layout = NULL;
  int width = 0;

  if (GTK_IS_LABEL (widget))
    return pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (widget)));
  layout = gtk_widget_create_pango_layout (widget, text);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width > gtk_widget_get_width (widget);
}

/* A card or a dialog draws nothing beyond its edge: what does not fit is gone, though it lies well within the window. */
static void
inspect_edges (Inspection *self, GtkWidget *widget)
{
  graphene_rect_t at, room;

  if (!gtk_widget_compute_bounds (widget, self->window, &at) || GTK_IS_TEXT (gtk_widget_get_parent (widget)))
    return;
  for (GtkWidget *edge = gtk_widget_get_parent (widget); edge != NULL && !GTK_IS_SCROLLED_WINDOW (edge) && !GTK_IS_VIEWPORT (edge);
       edge = edge != self->window ? gtk_widget_get_parent (edge) : NULL) {
    if (gtk_widget_get_overflow (edge) != GTK_OVERFLOW_HIDDEN || !gtk_widget_compute_bounds (edge, self->window, &room))
      continue;
    if (at.origin.x < room.origin.x - 1 || at.origin.x + at.size.width > room.origin.x + room.size.width + 1)
      find (self, widget, "cut off by %s (%.0f to %.0f of %.0f to %.0f)", G_OBJECT_TYPE_NAME (edge), (double) at.origin.x, (double) (at.origin.x + at.size.width),
            (double) room.origin.x, (double) (room.origin.x + room.size.width));
  }
}

static void
inspect_words (Inspection *self, GtkWidget *widget)
{
  const char *text = text_of (widget);

  if (text == NULL || *text == '\0' || !is_shortened (widget))
    return;
  if (is_precious (widget))
    find (self, widget, "shortened, which must never be");
  else if (!has_tooltip (widget, text))
    find (self, widget, "shortened, and the whole stands nowhere");
}

/* --- days --- */

/* Only the record, files and what is typed have days as 2026-11-23 in English: what the window says itself goes through core/say.h. */
static gboolean
has_bare_day (const char *text)
{
  /* what to type; what a request that was signed says, in Chinese */
  static const char *const kept[] = { "For example 2", "内容：图文资料" };

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (kept); i++)
    if (strstr (text, kept[i]) != NULL)
      return FALSE;
  /* of several lines are the text that is signed, and the report of a problem */
  return text != NULL && strchr (text, '\n') == NULL && g_regex_match_simple ("(?<![\\w-])\\d{4}-\\d{2}-\\d{2}(?![\\w-])", text, 0, 0);
}

static void
inspect_days (Inspection *self, GtkWidget *widget)
{
  const char *heard = fz_access_get_label (widget), *tip = gtk_widget_get_tooltip_text (widget);

  if (GTK_IS_TEXT (widget) || GTK_IS_TEXT (gtk_widget_get_parent (widget)) || GTK_IS_TEXT_VIEW (widget) || GTK_IS_ENTRY (widget)) /* and what an empty entry says */
    return;
  if (gtk_widget_has_css_class (widget, "fz-sheet-text")) /* what is signed, as it is signed */
    return;
  if (has_bare_day (text_of (widget)))
    find (self, widget, "a day that is not in the reader's words");
  else if (has_bare_day (tip) || has_bare_day (heard))
    find (self, widget, "a day that is not in the reader's words, in what is said of it (%s, %s)", tip != NULL ? tip : "", heard != NULL ? heard : "");
}

/* --- what a screen reader hears --- */

static const char *
words_in (GtkWidget *widget)
{
  const char *words = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : GTK_IS_INSCRIPTION (widget) ? gtk_inscription_get_text (GTK_INSCRIPTION (widget)) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && (words == NULL || *words == '\0'); child = gtk_widget_get_next_sibling (child))
    words = words_in (child);
  return words;
}

/* What takes the focus has a name: given, or of the words in it. */
static void
inspect_name (Inspection *self, GtkWidget *widget)
{
  const char *name = fz_access_get_label (widget);

  if (!gtk_widget_get_focusable (widget) || GTK_IS_TEXT (widget) || GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_WINDOW (widget) || GTK_IS_LABEL (widget))
    return;
  if (name == NULL || *name == '\0')
    name = words_in (widget);
  if (name == NULL || *name == '\0' || g_str_has_prefix (name, "Gtk"))
    find (self, widget, "takes the focus and has no name for a screen reader");
}

/* --- what belongs to what, for a screen reader --- */

#define NEAR 4 /* boxes around a field in which its caption stands */

static gboolean
is_field (GtkWidget *widget)
{
  return GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_TEXT_VIEW (widget) || GTK_IS_SWITCH (widget) || GTK_IS_LIST_VIEW (widget) ||
         GTK_IS_LIST_BOX (widget) || FZ_IS_SEGMENTS (widget) || (GTK_IS_TEXT (widget) && FZ_IS_NUMBER_ENTRY (gtk_widget_get_parent (widget))) ||
         gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) == GTK_ACCESSIBLE_ROLE_COMBO_BOX;
}

/* The label that says just this, in sight and not part of the field itself. */
static GtkWidget *
find_caption (GtkWidget *within, GtkWidget *field, const char *name)
{
  GtkWidget *found = NULL;

  if (within == field || !gtk_widget_get_mapped (within) || GTK_IS_POPOVER (within))
    return NULL;
  if (gtk_widget_has_css_class (within, "fz-title") || gtk_widget_has_css_class (within, "fz-table-head")) /* the page's, a column's */
    return NULL;
  if (GTK_IS_LABEL (within) && g_str_equal (gtk_label_get_text (GTK_LABEL (within)), name))
    return within;
  for (GtkWidget *child = gtk_widget_get_first_child (within); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_caption (child, field, name);
  return found;
}

static gboolean
is_related (GtkWidget *widget, GtkAccessibleRelation relation)
{
  return gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), relation);
}

/* What explains a field of a form: its finding, else its hint. */
static gboolean
is_explained (GtkWidget *row)
{
  for (GtkWidget *child = gtk_widget_get_first_child (row); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && (gtk_widget_has_css_class (child, "fz-form-hint") || gtk_widget_has_css_class (child, "fz-form-finding")))
      return TRUE;
  return FALSE;
}

/* Each field has a name; the words beside it that say the name, or explain it, belong to it. */
static void
inspect_relations (Inspection *self, GtkWidget *widget)
{
  const char *name = fz_access_get_label (widget);
  GtkWidget *around = gtk_widget_get_parent (widget), *row = NULL;

  if (!is_field (widget))
    return;
  if (name == NULL || *name == '\0') {
    find (self, widget, "a field or list without a name for a screen reader");
    return;
  }
  for (guint i = 0; i < NEAR && around != NULL && !FZ_IS_DIALOG (around); i++, around = gtk_widget_get_parent (around)) {
    if (find_caption (around, widget, name) != NULL && !is_related (widget, GTK_ACCESSIBLE_RELATION_LABELLED_BY)) {
      find (self, widget, "“%s” stands beside it and does not belong to it", name);
      break;
    }
    if (row == NULL && gtk_widget_has_css_class (around, "fz-form-row"))
      row = around;
  }
  if ((GTK_IS_SEARCH_ENTRY (widget) || gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) == GTK_ACCESSIBLE_ROLE_COMBO_BOX) &&
      !is_related (widget, GTK_ACCESSIBLE_RELATION_CONTROLS))
    find (self, widget, "“%s” does not say what it searches or chooses from", name);
  if (row != NULL && fz_access_get_inner (fz_form_row_get_control (row)) == widget && is_explained (row) && !is_related (widget, GTK_ACCESSIBLE_RELATION_DESCRIBED_BY))
    find (self, widget, "what is said below “%s” does not belong to it", name);
}

/* --- contrast --- */

static double
channel (guchar value)
{
  double c = value / 255.0;

  return c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static double
luminance (guint32 color)
{
  return 0.2126 * channel ((color >> 16) & 0xff) + 0.7152 * channel ((color >> 8) & 0xff) + 0.0722 * channel (color & 0xff);
}

static double
contrast (guint32 a, guint32 b)
{
  double light = MAX (luminance (a), luminance (b)), dark = MIN (luminance (a), luminance (b));

  return (light + 0.05) / (dark + 0.05);
}

static GHashTable *
count_colors (Inspection *self, const graphene_rect_t *at, guint *out_total)
{
  GHashTable *counts = g_hash_table_new (NULL, NULL);
  int left = MAX (0, (int) (at->origin.x * SCALE)), top = MAX (0, (int) (at->origin.y * SCALE));
  int right = MIN (self->columns, (int) ((at->origin.x + at->size.width) * SCALE));
  int bottom = MIN (self->rows, (int) ((at->origin.y + at->size.height) * SCALE));

  *out_total = 0;
  for (int y = top; y < bottom; y++)
    for (int x = left; x < right; x++) {
      const guint32 *pixel = (const guint32 *) (gconstpointer) (self->pixels + (gsize) y * self->stride) + x;
      gpointer color = GUINT_TO_POINTER ((*pixel & 0xffffff) | 0xff000000u);

      g_hash_table_insert (counts, color, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, color)) + 1));
      (*out_total)++;
    }
  return counts;
}

/* The ground is the commonest colour; the text's own is the one farthest from it that is more than a stray pixel. */
static double
measure (Inspection *self, const graphene_rect_t *at)
{
  guint total = 0, most = 0;
  g_autoptr (GHashTable) counts = count_colors (self, at, &total);
  GHashTableIter iter;
  gpointer color, n;
  guint32 ground = 0;
  double best = 1;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &color, &n))
    if (GPOINTER_TO_UINT (n) > most) {
      most = GPOINTER_TO_UINT (n);
      ground = GPOINTER_TO_UINT (color);
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &color, &n))
    if (GPOINTER_TO_UINT (n) * LEAST_SHARE >= total)
      best = MAX (best, contrast (ground, GPOINTER_TO_UINT (color)));
  return best;
}

static gboolean
is_covered (Inspection *self, GtkWidget *widget, const graphene_rect_t *at)
{
  double x = (double) (at->origin.x + at->size.width / 2), y = (double) (at->origin.y + at->size.height / 2);
  GtkWidget *scroller = scroller_of (self, widget);
  graphene_rect_t room;

  if (x < 0 || y < 0 || x >= self->width || y >= self->height)
    return TRUE;
  /* Partly scrolled away is neither ground nor text. */
  return scroller != NULL && gtk_widget_compute_bounds (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller)), self->window, &room) && /* within its margin */
         !graphene_rect_contains_rect (&room, at);
}

/* Only around the letters: what is beside them may be of another colour. */
static gboolean
find_ink (Inspection *self, GtkLabel *label, graphene_rect_t *out)
{
  PangoRectangle ink = { 0, 0, 0, 0 };
  graphene_point_t from, at;
  int x, y;

  pango_layout_get_pixel_extents (gtk_label_get_layout (label), &ink, NULL);
  gtk_label_get_layout_offsets (label, &x, &y);
  graphene_point_init (&from, (float) (x + ink.x), (float) (y + ink.y));
  if (ink.width <= 0 || ink.height <= 0 || !gtk_widget_compute_point (GTK_WIDGET (label), self->window, &from, &at))
    return FALSE;
  graphene_rect_init (out, at.x - 1, at.y - 1, (float) ink.width + 2, (float) ink.height + 2);
  return TRUE;
}

static void
inspect_contrast (Inspection *self, GtkWidget *widget)
{
  const char *text = text_of (widget);
  graphene_rect_t at;
  double ratio, least = 4.5;

  if (text == NULL || *text == '\0' || !gtk_widget_is_sensitive (widget) || GTK_IS_TEXT (widget))
    return;
  if (g_str_equal (text, "—")) /* one stroke: its ink is its ground; figures beside it have the same colour */
    return;
  if (!gtk_widget_compute_bounds (widget, self->window, &at) || is_covered (self, widget, &at))
    return;
  if (GTK_IS_LABEL (widget) && !find_ink (self, GTK_LABEL (widget), &at))
    return;
  ratio = measure (self, &at);
  if (ratio < least)
    find (self, widget, "contrast %.2f, needs %.1f", ratio, least);
}

static void
inspect_widget (Inspection *self, GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (GTK_IS_POPOVER (widget) && widget != self->window) {
    g_ptr_array_add (self->open, widget);
    return;
  }
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkTooltipWindow")) /* under the pointer, fading in: its colours are the style sheet's test's */
    return;
  inspect_name (self, widget);
  inspect_relations (self, widget);
  if (self->english)
    inspect_days (self, widget);
  if (!self->large)
    inspect_sideways (self, widget);
  if (text_of (widget) != NULL || GTK_IS_BUTTON (widget) || GTK_IS_EDITABLE (widget) || GTK_IS_IMAGE (widget)) {
    inspect_place (self, widget);
    inspect_edges (self, widget);
  }
  if (text_of (widget) != NULL) {
    inspect_words (self, widget);
    if (self->colours)
      inspect_contrast (self, widget);
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    inspect_widget (self, child);
}

static GdkTexture *
paint (GtkWidget *window, int width, int height)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;

  gtk_snapshot_scale (snapshot, SCALE, SCALE);
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  return gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                      &GRAPHENE_RECT_INIT (0, 0, (float) (width * SCALE), (float) (height * SCALE)));
}

static void
take_pixels (Inspection *self, GdkTexture *texture)
{
  self->columns = gdk_texture_get_width (texture);
  self->rows = gdk_texture_get_height (texture);
  self->stride = (gsize) self->columns * 4;
  self->pixels = g_malloc (self->stride * (gsize) self->rows);
  gdk_texture_download (texture, self->pixels, self->stride);
}

static guint
mean_channel (const guchar *pixels, gsize stride)
{
  guint sum = 0;

  for (gsize y = 0; y < SCALE; y++)
    for (gsize x = 0; x < SCALE; x++)
      sum += pixels[y * stride + 4 * x];
  return sum / (SCALE * SCALE);
}

/* As it stands on the screen: a picture twice as large takes half of the tour to be written. */
static GdkTexture *
picture_of (const Inspection *self)
{
  int columns = self->columns / SCALE, rows = self->rows / SCALE;
  gsize size = 4 * (gsize) columns * (gsize) rows, n = 0;
  guchar *small = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize y = 0; y < (gsize) rows; y++)
    for (gsize x = 0; x < 4 * (gsize) columns; x++)
      small[n++] = (guchar) mean_channel (self->pixels + SCALE * y * self->stride + (x / 4) * 4 * SCALE + x % 4, self->stride);
  bytes = g_bytes_new_take (small, size);
  return gdk_memory_texture_new (columns, rows, GDK_MEMORY_DEFAULT, bytes, 4 * (gsize) columns);
}

/* --- popovers --- */

/* Of the popover in the window it hangs on. */
static void
place_of (GtkWidget *popover, double *out_x, double *out_y)
{
  GdkPopup *surface = GDK_POPUP (gtk_native_get_surface (GTK_NATIVE (popover)));
  double own_x, own_y, x, y;

  gtk_native_get_surface_transform (GTK_NATIVE (popover), &own_x, &own_y);
  gtk_native_get_surface_transform (gtk_widget_get_native (gtk_widget_get_parent (popover)), &x, &y);
  *out_x = gdk_popup_get_position_x (surface) + own_x - x;
  *out_y = gdk_popup_get_position_y (surface) + own_y - y;
}

/* A window without a window manager stands where the screen begins. */
static void
inspect_screen (Inspection *self, GtkWidget *popover)
{
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (gdk_display_get_monitors (gtk_widget_get_display (popover)), 0);
  GdkRectangle screen;
  graphene_rect_t at;
  double x, y;

  gdk_monitor_get_geometry (monitor, &screen);
  place_of (popover, &x, &y);
  if (!gtk_widget_compute_bounds (gtk_popover_get_child (GTK_POPOVER (popover)), popover, &at)) /* around it lies the shadow */
    return;
  x += (double) at.origin.x;
  y += (double) at.origin.y;
  if (x < -1 || x + (double) at.size.width > screen.width + 1 || y < -1 || y + (double) at.size.height > screen.height + 1)
    find (self, popover, "beyond the screen (%.0f to %.0f across, %.0f to %.0f down)", x, x + (double) at.size.width, y, y + (double) at.size.height);
}

static guchar
over (guchar above, guchar below, guchar alpha)
{
  return (guchar) MIN (255, above + below * (255 - alpha) / 255);
}

/* Into the picture of the window, as the screen shows it. */
static void
lay_over (Inspection *self, const Inspection *popover)
{
  double x, y;
  int left, top;

  place_of (popover->window, &x, &y);
  left = (int) x * SCALE;
  top = (int) y * SCALE;
  for (int row = MAX (0, -top); row < MIN (popover->rows, self->rows - top); row++)
    for (int column = MAX (0, -left); column < MIN (popover->columns, self->columns - left); column++) {
      const guchar *above = popover->pixels + (gsize) row * popover->stride + (gsize) column * 4;
      guchar *below = self->pixels + (gsize) (top + row) * self->stride + (gsize) (left + column) * 4;

      for (gsize c = 0; c < 4; c++)
        below[c] = over (above[c], below[c], above[3]);
    }
}

static void
inspect_open (Inspection *self, GtkWidget *popover)
{
  Inspection own = *self;

  own.window = popover;
  own.width = gtk_widget_get_width (popover);
  own.height = gtk_widget_get_height (popover);
  {
    g_autoptr (GdkTexture) picture = paint (popover, own.width, own.height);

    take_pixels (&own, picture);
  }
  inspect_screen (&own, popover);
  inspect_widget (&own, popover);
  if (self->pixels != NULL)
    lay_over (self, &own);
  g_free (own.pixels);
}

void
inspect_popover (GtkWidget *popover, GPtrArray *found)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  Inspection self = { .window = popover, .large = fz_theme_get_text_scale () > 1, .colours = fz_theme_get_text_scale () <= 1, .found = found, .open = open };

  inspect_settle (GTK_WIDGET (gtk_widget_get_root (popover)));
  inspect_open (&self, popover);
}

/* --- the whole --- */

/* FALSE: everything else that could be said follows from this. */
static gboolean
inspect_size (Inspection *self)
{
  int least = least_width (self->window), least_high = 0;
  g_autofree char *what = least > self->width ? blame (self->window) : NULL;

  if (least > self->width) {
    find (self, self->window, "the window wants to be %d wide, there are %d: %s", least, self->width, what);
    return FALSE;
  }
  gtk_widget_measure (self->window, GTK_ORIENTATION_VERTICAL, self->width, &least_high, NULL, NULL, NULL);
  if (least_high > self->height)
    find (self, self->window, "the window wants to be %d high, there are %d", least_high, self->height);
  return TRUE;
}

GPtrArray *
inspect_window (GtkWidget *window, int width, int height, GdkTexture **out_picture)
{
  Inspection self = { .window = window, .width = width, .height = height, .large = fz_theme_get_text_scale () > 1, .colours = width == LEAST_WIDTH && fz_theme_get_text_scale () <= 1,
                      .english = g_strcmp0 (g_getenv ("LANGUAGE"), "en") == 0, .found = g_ptr_array_new_with_free_func (g_free), .open = g_ptr_array_new () };
  g_autoptr (GdkTexture) picture = NULL;
  GtkWidget *stage = fz_stage_of (gtk_window_get_child (GTK_WINDOW (window))), *top = window;

  /* What lies below a dialog is out of play. */
  if (stage != NULL && fz_stage_top_dialog (stage) != NULL)
    top = GTK_WIDGET (fz_stage_top_dialog (stage));
  inspect_settle (window);
  picture = paint (window, gtk_widget_get_width (window), gtk_widget_get_height (window));
  take_pixels (&self, picture);
  if (inspect_size (&self))
    inspect_widget (&self, top);
  for (guint i = 0; i < self.open->len; i++)
    inspect_open (&self, self.open->pdata[i]);
  g_ptr_array_unref (self.open);
  if (out_picture != NULL)
    *out_picture = picture_of (&self);
  g_free (self.pixels);
  return self.found;
}

GtkWidget *
inspect_find_bare (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_LIST_VIEW (widget))
    return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (widget)))) == 0 ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = inspect_find_bare (child);
  return found;
}
