#include "tests/window/looks.h"

#include <png.h>
#include <string.h>

#define CELL 20 /* pixels */
#define COLUMNS 64
#define ROWS 40
#define TILE ((gsize) COLUMNS * ROWS * 3)
#define ACROSS 16 /* tiles of a sheet */
#define STEP 4 /* between two shades that are kept */
#define SHADE 10 /* of 255: less is the same */
#define CELLS 1 /* so many may be other: a caret, a badge's edge */
#define MASKED 128

struct _Looks {
  char *path;
  gboolean accepting;
  GHashTable *accepted, *left; /* name: guint8[TILE]; the names that were not judged yet */
  GPtrArray *names; /* taken this time */
  GByteArray *tiles;
};

/* --- PNG --- */

static void G_GNUC_NORETURN
on_png_error (png_structp png, png_const_charp words)
{
  g_error ("%s: %s", (const char *) png_get_error_ptr (png), words);
}

/* Rows of BGRA (level 1) or of RGB with the names of the tiles. */
static void
write_png (const char *path, const guint8 *pixels, guint width, guint height, gsize stride, gboolean is_screen, char *names)
{
  FILE *file = fopen (path, "wb");
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, (png_voidp) path, on_png_error, NULL);
  png_infop info = png_create_info_struct (png);
  g_autofree png_bytepp rows = g_new (png_bytep, height);
  png_text text = { .compression = PNG_TEXT_COMPRESSION_zTXt, .key = (char *) "Pages", .text = names };

  if (file == NULL)
    g_error ("%s cannot be written", path);
  for (guint y = 0; y < height; y++)
    rows[y] = (png_bytep) pixels + y * stride;
  png_init_io (png, file);
  png_set_IHDR (png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level (png, is_screen ? 1 : 9);
  if (is_screen)
    png_set_filter (png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
  if (names != NULL)
    png_set_text (png, info, &text, 1);
  png_set_rows (png, info, rows);
  png_write_png (png, info, is_screen ? PNG_TRANSFORM_BGR | PNG_TRANSFORM_STRIP_FILLER_AFTER : PNG_TRANSFORM_IDENTITY, NULL);
  png_destroy_write_struct (&png, &info);
  if (fclose (file) != 0)
    g_error ("%s cannot be written", path);
}

static guint8 *
download (GdkTexture *picture, gsize *out_stride)
{
  guint8 *pixels;

  *out_stride = 4 * (gsize) gdk_texture_get_width (picture);
  pixels = g_malloc (*out_stride * (gsize) gdk_texture_get_height (picture));
  gdk_texture_download (picture, pixels, *out_stride);
  return pixels;
}

void
looks_save (GdkTexture *picture, const char *path)
{
  gsize stride;
  g_autofree guint8 *pixels = download (picture, &stride);

  write_png (path, pixels, (guint) gdk_texture_get_width (picture), (guint) gdk_texture_get_height (picture), stride, TRUE, NULL);
}

/* --- the sheet --- */

static gsize
tile_offset (gsize i, gsize y)
{
  return ((i / ACROSS * ROWS + y) * ACROSS + i % ACROSS) * COLUMNS * 3;
}

static void
read_sheet (Looks *self)
{
  FILE *file = fopen (self->path, "rb");
  png_structp png = png_create_read_struct (PNG_LIBPNG_VER_STRING, self->path, on_png_error, NULL);
  png_infop info = png_create_info_struct (png);
  g_auto (GStrv) names = NULL;
  png_textp text = NULL;
  png_bytepp rows;

  if (file == NULL)
    g_error ("%s cannot be read: take the pictures with tests/window/accept", self->path);
  png_init_io (png, file);
  png_read_png (png, info, PNG_TRANSFORM_IDENTITY, NULL);
  if (png_get_text (png, info, &text, NULL) != 1 || png_get_image_width (png, info) != ACROSS * COLUMNS || png_get_channels (png, info) != 3)
    g_error ("%s is no sheet of pages", self->path);
  names = g_strsplit (text->text, "\n", -1);
  rows = png_get_rows (png, info);
  if (png_get_image_height (png, info) != (g_strv_length (names) + ACROSS - 1) / ACROSS * ROWS)
    g_error ("%s has another number of pages than of names", self->path);
  for (gsize i = 0; names[i] != NULL; i++) {
    guint8 *tile = g_malloc (TILE);

    for (gsize y = 0; y < ROWS; y++)
      memcpy (tile + y * COLUMNS * 3, rows[i / ACROSS * ROWS + y] + i % ACROSS * COLUMNS * 3, (gsize) COLUMNS * 3);
    g_hash_table_insert (self->accepted, g_strdup (names[i]), tile);
    g_hash_table_add (self->left, g_strdup (names[i]));
  }
  png_destroy_read_struct (&png, &info, NULL);
  fclose (file);
}

static void
write_sheet (Looks *self)
{
  gsize down = (self->names->len + ACROSS - 1) / ACROSS;
  g_autofree guint8 *pixels = g_malloc0 (down * ACROSS * TILE);
  g_autofree char *names = NULL;

  for (gsize i = 0; i < self->names->len; i++)
    for (gsize y = 0; y < ROWS; y++)
      memcpy (pixels + tile_offset (i, y), self->tiles->data + i * TILE + y * COLUMNS * 3, (gsize) COLUMNS * 3);
  g_ptr_array_add (self->names, NULL);
  names = g_strjoinv ("\n", (char **) self->names->pdata);
  write_png (self->path, pixels, ACROSS * COLUMNS, (guint) (down * ROWS), (gsize) ACROSS * COLUMNS * 3, FALSE, names);
}

/* What letters look like, Latin and Chinese, thin and bold, at the sizes of the pages. (transfer full) */
static char *
draw_letters (void)
{
  static const char *const fonts[] = { "Inter, Noto Sans CJK SC 9", "Inter, Noto Sans CJK SC Bold 10", "sans 11" };
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 400, 120);
  cairo_t *cr = cairo_create (surface);
  char *hash;

  for (guint i = 0; i < G_N_ELEMENTS (fonts); i++) {
    g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);
    PangoFontDescription *font = pango_font_description_from_string (fonts[i]);

    pango_layout_set_font_description (layout, font);
    pango_layout_set_text (layout, "复诊 处方审核，每次 5mg；Registers & reports 0123456789", -1);
    cairo_move_to (cr, 0, 40 * i);
    pango_cairo_show_layout (cr, layout);
    pango_font_description_free (font);
  }
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, cairo_image_surface_get_data (surface), (gsize) cairo_image_surface_get_stride (surface) * 120);
  cairo_surface_destroy (surface);
  return hash;
}

/* True also when the pictures are taken anew: what they are drawn with is written beside them. */
static gboolean
draws_alike (const Looks *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path), *path = g_build_filename (folder, "letters.sha256", NULL), *here = draw_letters (), *there = NULL;
  g_autoptr (GError) error = NULL;

  if (self->accepting ? !g_file_set_contents (path, here, -1, &error) : !g_file_get_contents (path, &there, NULL, &error))
    g_error ("%s", error->message);
  return self->accepting || g_str_equal (here, there);
}

static void
looks_free (Looks *self)
{
  g_hash_table_unref (self->accepted);
  g_hash_table_unref (self->left);
  g_ptr_array_unref (self->names);
  g_byte_array_unref (self->tiles);
  g_free (self->path);
  g_free (self);
}

Looks *
looks_open (const char *name)
{
  Looks *self = g_new0 (Looks, 1);
  g_autofree char *file = g_strconcat (name, ".png", NULL);

  self->path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "tests", "window", "looks", file, NULL);
  self->accepting = g_strcmp0 (g_getenv ("FUZHEN_LOOKS"), "accept") == 0;
  self->accepted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->tiles = g_byte_array_new ();
  if (!draws_alike (self))
    g_clear_pointer (&self, looks_free);
  else if (!self->accepting)
    read_sheet (self);
  return self;
}

gboolean
looks_is_accepting (const Looks *self)
{
  return self->accepting;
}

char *
looks_close (Looks *self)
{
  g_autoptr (GList) gone = g_list_sort (g_hash_table_get_keys (self->left), (GCompareFunc) g_strcmp0);
  g_autoptr (GString) words = g_string_new (NULL);

  for (GList *at = gone; at != NULL; at = at->next)
    g_string_append_printf (words, "%s ", (const char *) at->data);
  if (self->accepting)
    write_sheet (self);
  looks_free (self);
  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
}

/* --- one picture --- */

typedef struct {
  guint8 *pixels; /* BGRA */
  gsize stride, width, height;
} Picture;

/* Of the part of a cell that lies within the picture. */
static guint8
mean (const Picture *picture, gsize column, gsize row, gsize channel)
{
  gsize right = MIN ((column + 1) * CELL, picture->width), bottom = MIN ((row + 1) * CELL, picture->height), sum = 0, n = 0;

  for (gsize y = row * CELL; y < bottom; y++)
    for (gsize x = column * CELL; x < right; x++, n++)
      sum += picture->pixels[y * picture->stride + 4 * x + channel];
  return n > 0 ? (guint8) (sum / n / STEP * STEP) : MASKED;
}

/* Words of this machine: sizes of its disk, its folders. */
static void
find_live (GtkWidget *window, GtkWidget *widget, GArray *live)
{
  const char *text = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : GTK_IS_TEXT (widget) ? gtk_editable_get_text (GTK_EDITABLE (widget)) : NULL;
  graphene_rect_t at;

  if (!gtk_widget_get_mapped (widget))
    return;
  if (text != NULL && (g_regex_match_simple ("^[0-9.]+\\h[kMGT]B$", text, 0, 0) || strstr (text, g_get_tmp_dir ()) != NULL) && gtk_widget_compute_bounds (widget, window, &at))
    g_array_append_val (live, at);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    find_live (window, child, live);
}

static gboolean
is_live (GArray *live, gsize column, gsize row)
{
  graphene_rect_t cell = GRAPHENE_RECT_INIT ((float) (column * CELL), (float) (row * CELL), CELL, CELL);

  for (guint i = 0; i < live->len; i++)
    if (graphene_rect_intersection (&cell, &g_array_index (live, graphene_rect_t, i), NULL))
      return TRUE;
  return FALSE;
}

static guint8 *
tile_of (const Picture *picture, GArray *live)
{
  guint8 *tile = g_malloc (TILE);

  for (gsize row = 0; row < ROWS; row++)
    for (gsize column = 0; column < COLUMNS; column++) {
      gboolean masked = is_live (live, column, row);

      for (gsize c = 0; c < 3; c++)
        tile[(row * COLUMNS + column) * 3 + c] = masked ? MASKED : mean (picture, column, row, 2 - c);
    }
  return tile;
}

static gboolean
is_other (const guint8 *a, const guint8 *b)
{
  for (gsize c = 0; c < 3; c++)
    if (ABS ((int) a[c] - (int) b[c]) > SHADE)
      return TRUE;
  return FALSE;
}

static void
redden (Picture *picture, gsize column, gsize row)
{
  for (gsize y = row * CELL; y < MIN ((row + 1) * CELL, picture->height); y++)
    for (gsize x = column * CELL; x < MIN ((column + 1) * CELL, picture->width); x++)
      picture->pixels[y * picture->stride + 4 * x + 2] = 255;
}

/* NULL: the same but for a few cells. Those that are other are reddened. */
static char *
compare (const guint8 *tile, const guint8 *accepted, Picture *picture)
{
  gsize n = 0, left = COLUMNS, right = 0, top = ROWS, bottom = 0;

  for (gsize row = 0; row < ROWS; row++)
    for (gsize column = 0; column < COLUMNS; column++)
      if (is_other (tile + (row * COLUMNS + column) * 3, accepted + (row * COLUMNS + column) * 3)) {
        redden (picture, column, row);
        n++;
        left = MIN (left, column);
        right = MAX (right, column + 1);
        top = MIN (top, row);
        bottom = MAX (bottom, row + 1);
      }
  if (n <= CELLS)
    return NULL;
  return g_strdup_printf ("%zu of %d cells are other than accepted, between x %zu and %zu, y %zu and %zu", n, COLUMNS * ROWS, left * CELL, right * CELL, top * CELL, bottom * CELL);
}

char *
looks_judge (Looks *self, const char *name, GtkWidget *window, GdkTexture *picture, GdkTexture **out_marked)
{
  Picture of = { .width = (gsize) gdk_texture_get_width (picture), .height = (gsize) gdk_texture_get_height (picture) };
  const guint8 *accepted = g_hash_table_lookup (self->accepted, name);
  g_autoptr (GArray) live = g_array_new (FALSE, FALSE, sizeof (graphene_rect_t));
  g_autofree guint8 *tile = NULL;
  char *words;

  find_live (window, window, live);
  of.pixels = download (picture, &of.stride);
  tile = tile_of (&of, live);
  if (self->accepting) {
    if (g_ptr_array_find_with_equal_func (self->names, name, g_str_equal, NULL))
      g_error ("two pictures are called %s", name);
    g_ptr_array_add (self->names, g_strdup (name));
    g_byte_array_append (self->tiles, tile, TILE);
    words = NULL;
  } else if (accepted == NULL)
    words = g_strdup ("it was never accepted: tests/window/accept");
  else {
    g_hash_table_remove (self->left, name);
    words = compare (tile, accepted, &of);
    if (words != NULL && out_marked != NULL) {
      g_autoptr (GBytes) bytes = g_bytes_new (of.pixels, of.stride * of.height);

      *out_marked = gdk_memory_texture_new ((int) of.width, (int) of.height, GDK_MEMORY_DEFAULT, bytes, of.stride);
    }
  }
  g_free (of.pixels);
  return words;
}
