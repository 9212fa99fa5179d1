#include "ui/guide_text.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <string.h>

#define PART "## "
#define TITLE "# "
#define FENCE "```"

GPtrArray *
fz_guide_split (const char *guide)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = g_strsplit (guide, "\n", -1);
  g_autoptr (GString) part = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], TITLE))
      continue;
    if (g_str_has_prefix (lines[i], PART)) {
      g_ptr_array_add (parts, g_strdup (part->str));
      g_string_truncate (part, 0);
    }
    g_string_append_printf (part, "%s\n", lines[i]);
  }
  g_ptr_array_add (parts, g_strdup (part->str));
  return parts;
}

char *
fz_guide_dup_title (const char *guide)
{
  return g_str_has_prefix (guide, TITLE) ? g_strndup (guide + strlen (TITLE), strcspn (guide + strlen (TITLE), "\n")) : g_strdup ("");
}

/* --- inside a line --- */

static void
add_attribute (PangoAttrList *list, PangoAttribute *attribute, gsize from, gsize to)
{
  attribute->start_index = (guint) from;
  attribute->end_index = (guint) to;
  pango_attr_list_insert (list, attribute);
}

/* `code` and **strong** lose their signs and get their look; an opening sign without a closing one stays as it is. */
static GtkWidget *
words_new (const char *text, const char *class)
{
  g_autoptr (PangoAttrList) list = pango_attr_list_new ();
  g_autoptr (GString) plain = g_string_new (NULL);
  GtkWidget *label;

  for (const char *p = text; *p != '\0';) {
    const char *sign = g_str_has_prefix (p, "**") ? "**" : *p == '`' ? "`" : NULL, *end = sign != NULL ? strstr (p + strlen (sign), sign) : NULL;
    gsize from = plain->len;

    if (end == NULL) {
      g_string_append_c (plain, *p++);
      continue;
    }
    g_string_append_len (plain, p + strlen (sign), end - p - (gssize) strlen (sign));
    add_attribute (list, *sign == '`' ? pango_attr_family_new ("Noto Sans Mono CJK SC, Noto Sans Mono, monospace") : pango_attr_weight_new (PANGO_WEIGHT_BOLD),
                   from, plain->len);
    p = end + strlen (sign);
  }
  label = fz_wrapped (plain->str, class);
  gtk_label_set_attributes (GTK_LABEL (label), list);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE); /* the page scrolls by keys; a label would hold them */
  return label;
}

/* --- blocks --- */

typedef struct {
  char **lines;
  guint at;
} Reader;

static const char *
bare (const char *line)
{
  return line + strspn (line, " ");
}

static gboolean
is_numbered (const char *line)
{
  gsize digits = strspn (line, "0123456789");

  return digits > 0 && g_str_has_prefix (line + digits, ". ");
}

static gboolean
begins_block (const char *line)
{
  return *line == '\0' || *line == '|' || g_str_has_prefix (line, PART) || g_str_has_prefix (line, FENCE) || g_str_has_prefix (line, "- ") || is_numbered (line);
}

/* Lines of one paragraph; between two Chinese characters a line's end is no space. */
static char *
read_paragraph (Reader *reader)
{
  g_autoptr (GString) text = g_string_new (bare (reader->lines[reader->at++]));

  while (reader->lines[reader->at] != NULL && !begins_block (bare (reader->lines[reader->at]))) {
    const char *next = bare (reader->lines[reader->at++]), *last = g_utf8_find_prev_char (text->str, text->str + text->len);

    if ((guchar) *next < 0x80 || (last != NULL && (guchar) *last < 0x80))
      g_string_append_c (text, ' ');
    g_string_append (text, next);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GtkWidget *
item_new (const char *text)
{
  gboolean numbered = is_numbered (text);
  g_autofree char *mark = numbered ? g_strndup (text, strcspn (text, " ")) : g_strdup ("•");
  GtkWidget *line = fz_line (8), *label = fz_put (line, fz_text (mark, "fz-soft"));

  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_label_set_width_chars (GTK_LABEL (label), 2);
  fz_put_wide (line, words_new (text + strcspn (text, " ") + 1, NULL));
  return line;
}

static GtkWidget *
code_new (Reader *reader)
{
  gsize indent = strspn (reader->lines[reader->at], " ");
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *box = fz_column (0), *label;

  for (reader->at++; reader->lines[reader->at] != NULL && !g_str_has_prefix (bare (reader->lines[reader->at]), FENCE); reader->at++) {
    const char *line = reader->lines[reader->at];

    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line + MIN (indent, strspn (line, " ")));
  }
  if (reader->lines[reader->at] != NULL)
    reader->at++;
  label = fz_put (box, fz_wrapped (text->str, "fz-mono"));
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_add_css_class (box, "fz-sheet");
  gtk_widget_add_css_class (box, "fz-bytes");
  return box;
}

static void
add_row (GtkGrid *grid, const char *line, int row)
{
  g_auto (GStrv) cells = g_strsplit (line, "|", -1);

  for (int i = 1; cells[i] != NULL && cells[i + 1] != NULL; i++) {
    GtkWidget *label = words_new (g_strstrip (cells[i]), row == 0 ? "fz-caption" : NULL);

    gtk_widget_set_hexpand (label, i > 1);
    gtk_widget_set_valign (label, GTK_ALIGN_START);
    gtk_grid_attach (grid, label, i - 1, row, 1, 1);
  }
}

static GtkWidget *
table_new (Reader *reader)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 10);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 20);
  for (int row = 0; reader->lines[reader->at] != NULL && *reader->lines[reader->at] == '|'; reader->at++)
    if (!g_str_has_prefix (reader->lines[reader->at], "|--"))
      add_row (GTK_GRID (grid), reader->lines[reader->at], row++);
  return grid;
}

static GtkWidget *
block_new (Reader *reader)
{
  const char *line = bare (reader->lines[reader->at]);
  g_autofree char *text = NULL;

  if (g_str_has_prefix (line, FENCE))
    return code_new (reader);
  if (*line == '|')
    return table_new (reader);
  if (g_str_has_prefix (line, PART))
    return words_new (bare (reader->lines[reader->at++]) + strlen (PART), "fz-heading");
  text = read_paragraph (reader);
  return g_str_has_prefix (text, "- ") || is_numbered (text) ? item_new (text) : words_new (text, NULL);
}

GtkWidget *
fz_guide_part_new (const char *part)
{
  g_auto (GStrv) lines = g_strsplit (part, "\n", -1);
  GtkWidget *box = fz_column (8);
  Reader reader = { lines, 0 };

  while (lines[reader.at] != NULL)
    if (*bare (lines[reader.at]) == '\0')
      reader.at++;
    else
      fz_put (box, block_new (&reader));
  return box;
}
