#include "core/regulation.h"

#include "core/fields.h"

#include <string.h>

static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百" };

/* Behind the Chinese number that begins `text`; `text` itself when none does. */
static const char *
skip_number (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (digits);)
    if (g_str_has_prefix (text, digits[i])) {
      text += strlen (digits[i]);
      i = 0;
    } else
      i++;
  return text;
}

/* The heading `第<number><word>` that begins the line; NULL when none does. */
static char *
dup_heading (const char *line, const char *word)
{
  const char *number, *end;

  if (!g_str_has_prefix (line, "第"))
    return NULL;
  number = line + strlen ("第");
  end = skip_number (number);
  return end > number && g_str_has_prefix (end, word) ? g_strndup (line, (gsize) (end - line) + strlen (word)) : NULL;
}

/* `附录1第三部分` of the line `三、…` in the appendix `附录1`. */
static char *
dup_part (const char *line, const char *appendix)
{
  const char *end = skip_number (line);
  g_autofree char *number = g_strndup (line, (gsize) (end - line));

  return end > line && g_str_has_prefix (end, "、") ? g_strconcat (appendix, "第", number, "部分", NULL) : NULL;
}

static char *
without_space (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      g_string_append_unichar (out, g_utf8_get_char (p));
  return g_string_free (out, FALSE);
}

typedef void (*Found) (const char *article, GString *text, gpointer data);

typedef struct {
  char *article, *appendix;
  GString *text;
  Found found;
  gpointer data;
} Walk;

static void
end_article (Walk *walk)
{
  if (walk->article != NULL)
    walk->found (walk->article, walk->text, walk->data);
  g_clear_pointer (&walk->article, g_free);
  g_string_truncate (walk->text, 0);
}

static void
take_line (Walk *walk, const char *line)
{
  g_autofree char *chapter = dup_heading (line, "章"), *section = dup_heading (line, "节");
  char *article = walk->appendix != NULL ? dup_part (line, walk->appendix) : dup_heading (line, "条");
  gboolean appendix = g_str_has_prefix (line, "附录");

  if (article != NULL || chapter != NULL || section != NULL || appendix)
    end_article (walk);
  if (article != NULL)
    walk->article = article;
  if (appendix) {
    g_free (walk->appendix);
    walk->appendix = g_strdup (line);
  }
  g_string_append (walk->text, line);
}

static void
walk_articles (const char *text, Found found, gpointer data)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Walk walk = { NULL, NULL, g_string_new (NULL), found, data };

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *line = without_space (lines[i]);

    take_line (&walk, line);
  }
  end_article (&walk);
  g_free (walk.appendix);
  g_string_free (walk.text, TRUE);
}

typedef struct {
  const char *wanted;
  char *text;
} Search;

static void
keep_wanted (const char *article, GString *text, gpointer data)
{
  Search *search = data;

  if (search->text == NULL && g_str_equal (article, search->wanted))
    search->text = g_strdup (text->str);
}

char *
fz_regulation_dup_article (const char *text, const char *article)
{
  Search search = { article, NULL };

  walk_articles (text, keep_wanted, &search);
  return search.text;
}

char *
fz_regulation_article_sha256 (const char *text, const char *article)
{
  g_autofree char *normal = fz_regulation_dup_article (text, article);

  return normal != NULL ? fz_sha256_hex (normal, strlen (normal)) : NULL;
}

static void
keep_name (const char *article, GString *text, gpointer data)
{
  g_ptr_array_add (data, g_strdup (article));
}

char **
fz_regulation_list_articles (const char *text)
{
  GPtrArray *names = g_ptr_array_new ();

  walk_articles (text, keep_name, names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}
