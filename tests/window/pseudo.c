#include "tests/window/pseudo.h"

#include "ui/kit/access.h"

#include <inttypes.h>
#include <string.h>

#define OPEN "⟦"
#define CLOSE "⟧"
#define MAGIC 0x950412deu

static GHashTable *messages; /* every Chinese message */
static GHashTable *judged;   /* each text once */
static char *data;           /* every word of assets/ and of the tests' world: names, codes, rules */

/* --- the catalogue --- */

typedef struct {
  const char *bytes;
  gsize size;
  guint32 n, originals, translations;
} Catalogue;

static guint32
word_at (const Catalogue *self, gsize at)
{
  guint32 word;

  g_assert_cmpuint (at + 4, <=, self->size);
  memcpy (&word, self->bytes + at, 4);
  return word;
}

/* The nth string of a table, with zero bytes between plural forms. */
static GString *
string_at (const Catalogue *self, guint32 table, guint32 i)
{
  guint32 n = word_at (self, table + 8 * i), at = word_at (self, table + 8 * i + 4);

  g_assert_cmpuint ((gsize) at + n, <, self->size);
  return g_string_new_len (self->bytes + at, n);
}

#define NO_SEGMENT 0xffffffffu

/* One whose conversions differ from machine to machine (PRIu64), as it reads on this one. */
static GString *
system_string_at (const Catalogue *self, guint32 table, guint32 i)
{
  gsize at = word_at (self, table + 4 * i), next = word_at (self, at);
  guint32 segments = word_at (self, 32), name;
  GString *out = g_string_new (NULL);

  do {
    guint32 n = word_at (self, at + 4);

    name = word_at (self, at + 8);
    g_string_append_len (out, self->bytes + next, n);
    next += n;
    at += 8;
    if (name != NO_SEGMENT)
      g_string_append (out, self->bytes[word_at (self, segments + 8 * name + 4) + 3] == 'd' ? PRId64 : PRIu64);
  } while (name != NO_SEGMENT);
  g_string_truncate (out, out->len - 1); /* the zero byte at its end is counted there */
  return out;
}

/* ⟦one⟧ and, where there is a plural, ⟦many⟧. */
static GString *
bracket (const GString *original)
{
  GString *out = g_string_new (OPEN);

  for (gsize i = 0; i < original->len; i++)
    if (original->str[i] == '\0') {
      g_string_append (out, CLOSE);
      g_string_append_c (out, '\0');
      g_string_append (out, OPEN);
    } else
      g_string_append_c (out, original->str[i]);
  g_string_append (out, CLOSE);
  return out;
}

static void
put_word (GString *out, gsize word)
{
  guint32 value = (guint32) word;

  g_string_append_len (out, (const char *) &value, 4);
}

static void
put_table (GString *out, GPtrArray *strings, gsize *at)
{
  for (guint i = 0; i < strings->len; i++) {
    const GString *string = strings->pdata[i];

    put_word (out, string->len);
    put_word (out, *at);
    *at += string->len + 1;
  }
}

static void
put_strings (GString *out, GPtrArray *strings)
{
  for (guint i = 0; i < strings->len; i++) {
    const GString *string = strings->pdata[i];

    g_string_append_len (out, string->str, (gssize) string->len + 1);
  }
}

static void
string_free (gpointer string)
{
  g_string_free (string, TRUE);
}

static int
by_bytes (gconstpointer a, gconstpointer b)
{
  const GString *const *one = a, *const *other = b;

  return strcmp ((*one)->str, (*other)->str);
}

void
pseudo_make (const char *dir, const char *english)
{
  g_autofree char *folder = g_build_filename (dir, PSEUDO_LANGUAGE, "LC_MESSAGES", NULL), *path = g_build_filename (folder, GETTEXT_PACKAGE ".mo", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GPtrArray) originals = g_ptr_array_new_with_free_func (string_free), brackets = g_ptr_array_new_with_free_func (string_free);
  g_autoptr (GString) out = g_string_new (NULL);
  Catalogue from = { 0 };
  gsize at, n;

  g_assert_true (g_file_get_contents (english, &bytes, &from.size, NULL));
  from.bytes = bytes;
  g_assert_cmpuint (word_at (&from, 0), ==, MAGIC);
  from.n = word_at (&from, 8);
  from.originals = word_at (&from, 12);
  from.translations = word_at (&from, 16);
  g_assert_cmpuint (from.n, >, 2000);
  messages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint32 i = 0; i < from.n; i++)
    g_ptr_array_add (originals, string_at (&from, from.originals, i));
  for (guint32 i = 0; word_at (&from, 4) > 0 && i < word_at (&from, 36); i++)
    g_ptr_array_add (originals, system_string_at (&from, word_at (&from, 40), i));
  g_ptr_array_sort (originals, by_bytes); /* as gettext seeks them; the first is empty and its translation the header */
  for (guint i = 0; i < originals->len; i++) {
    const GString *original = originals->pdata[i];

    g_ptr_array_add (brackets, original->len > 0 ? bracket (original) : string_at (&from, from.translations, 0));
    g_hash_table_add (messages, g_strdup (original->str));
  }
  n = originals->len;
  at = 28 + 16 * n;
  put_word (out, MAGIC);
  put_word (out, 0);
  put_word (out, n);
  put_word (out, 28);
  put_word (out, 28 + 8 * n);
  put_word (out, 0); /* no hash table */
  put_word (out, 0);
  put_table (out, originals, &at);
  put_table (out, brackets, &at);
  put_strings (out, originals);
  put_strings (out, brackets);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, out->str, (gssize) out->len, NULL));
}

/* --- what is data --- */

static void
read_folder (GString *out, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *below = g_build_filename (path, name, NULL), *text = NULL;

    if (g_file_test (below, G_FILE_TEST_IS_DIR))
      read_folder (out, below);
    else if (g_str_has_suffix (name, ".csv") || g_str_has_suffix (name, ".json") || g_str_has_suffix (name, ".txt") || g_str_has_suffix (name, ".md") ||
             g_str_has_suffix (name, ".tsv") || g_str_equal (name, "world.c"))
      if (g_file_get_contents (below, &text, NULL, NULL))
        g_string_append_printf (out, "\n%s\n", text);
  }
}

/* The program's own words in signed documents, which are Chinese in every language. */
static const char signed_words[] = "\n建库时按机构所在地区的规定设立\n医师说明\n";

static const char *
load_data (void)
{
  static const char *const folders[] = { "assets/codes", "assets/consent", "assets/demo", "assets/drugs", "assets/exchange", "assets/help", "assets/platform",
                                         "assets/portal", "assets/registers", "assets/regulations", "assets/render", "assets/reports", "assets/rules",
                                         "assets/calendar", "tests/desk" };
  g_autoptr (GString) all = g_string_new (NULL);

  for (gsize i = 0; data == NULL && i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), folders[i], NULL);

    read_folder (all, path);
  }
  g_string_append (all, signed_words);
  if (data == NULL)
    data = g_string_free (g_steal_pointer (&all), FALSE);
  return data;
}

/* --- one text --- */

static gboolean
is_chinese (gunichar c)
{
  return (c >= 0x3001 && c <= 0x9fff) || (c >= 0xff00 && c <= 0xffef);
}

static void G_GNUC_PRINTF (3, 4)
find (GPtrArray *found, const char *text, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (found, g_strdup_printf ("%s: \"%s\"", what, text));
}

/* A value of its own in some table, not a part of a sentence. */
static gboolean
is_value (const char *run)
{
  const gsize n = strlen (run);

  for (const char *at = strstr (load_data (), run); at != NULL; at = strstr (at + n, run))
    if (strchr ("\",;|=\n:/", at[-1]) != NULL && strchr ("\",;|=\n:/", at[n]) != NULL)
      return TRUE;
  return FALSE;
}

/* One of the demonstration's patients: a family name of one character and a given one. */
static gboolean
is_person (const char *phrase)
{
  g_autofree char *family = g_utf8_substring (phrase, 0, 1), *head = g_strdup_printf ("\n%s,", family), *given = g_strdup_printf (",%s", g_utf8_next_char (phrase));

  return g_utf8_strlen (phrase, -1) <= 3 && strstr (load_data (), head) != NULL && is_value (given + 1);
}

/* A run of Chinese outside all brackets. What was signed is put together from data: each phrase of it must be some. */
static void
judge_run (GPtrArray *found, const char *text, const char *from, const char *to)
{
  g_autofree char *run = g_strndup (from, (gsize) (to - from));
  g_auto (GStrv) phrases = g_regex_split_simple ("[，。；：、（）《》“”]", run, (GRegexCompileFlags) 0, (GRegexMatchFlags) 0);

  if (g_utf8_strlen (run, -1) > 1 && g_hash_table_contains (messages, run) && !is_value (run)) {
    find (found, text, "a message left untranslated, %s", run);
    return;
  }
  for (guint i = 0; phrases[i] != NULL; i++)
    if (strstr (load_data (), phrases[i]) == NULL && !is_person (phrases[i]))
      find (found, text, "neither message nor data, %s", phrases[i]);
}

/* Side by side with a bracket: a letter, a digit or a Chinese sign. What parts two texts is a space, a line, a dot or a sign of no language. */
static gboolean
is_glue (gunichar c)
{
  return g_unichar_isalnum (c) || is_chinese (c);
}

/* A message that is nothing but a sign between others, ⟦，⟧, parts them. */
static char *
part (const char *text)
{
  g_autoptr (GRegex) sign = g_regex_new (OPEN "[，。；：、（） ]+" CLOSE, 0, 0, NULL);

  return g_regex_replace_literal (sign, text, -1, 0, " ", 0, NULL);
}

static void
judge_text (GPtrArray *found, const char *all)
{
  const char *run = NULL;
  gboolean glued = FALSE, closed = FALSE; /* the last sign was a closing bracket */
  gunichar last = ' ';
  g_autofree char *parted = part (all);
  const char *text = parted;
  int depth = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean opens = c == 0x27e6, closes = c == 0x27e7;

    if (depth == 0 && !opens && is_chinese (c) && run == NULL)
      run = p;
    if (run != NULL && (opens || !is_chinese (c))) {
      judge_run (found, text, run, p);
      run = NULL;
    }
    glued = glued || (depth == 0 && ((opens && (closed || is_glue (last))) || (closed && is_glue (c))));
    depth += opens;
    depth -= closes;
    if (depth < 0)
      break;
    closed = closes;
    last = c;
  }
  if (run != NULL)
    judge_run (found, text, run, text + strlen (text));
  if (depth != 0)
    find (found, text, "a message was cut");
  if (glued)
    find (found, text, "put together from pieces");
}

static void
judge (GPtrArray *found, const char *text)
{
  if (text != NULL && g_hash_table_add (judged, g_strdup (text)))
    judge_text (found, text);
}

/* --- the tree --- */

static void
inspect (GtkWidget *widget, GPtrArray *found)
{
  if (GTK_IS_LABEL (widget))
    judge (found, gtk_label_get_text (GTK_LABEL (widget)));
  else if (GTK_IS_INSCRIPTION (widget))
    judge (found, gtk_inscription_get_text (GTK_INSCRIPTION (widget)));
  else if (GTK_IS_TEXT (widget))
    judge (found, gtk_text_get_placeholder_text (GTK_TEXT (widget)));
  judge (found, gtk_widget_get_tooltip_text (widget));
  judge (found, fz_access_get_label (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    inspect (child, found);
}

/* The judge itself: what it must and must not find. */
static void
see_judge (void)
{
  static const struct {
    const char *text;
    guint n;
  } cases[] = { { "⟦候诊⟧", 0 },       { "⟦候诊 %d⟧ · ⟦审方⟧", 0 }, { "⟦外⟦内⟧外⟧", 0 }, { "⟦第⟧3⟦行⟧", 1 },
                { "⟦候诊⟧：3", 1 },    { "⟦候诊", 1 },              { "候诊⟧", 2 },      { "V-2026 2", 0 },
                { "⟦候诊⟧⟦审方⟧", 1 }, { "搜无此字库", 1 },         { "⟦候诊⟧⟦，⟧⟦审方⟧", 0 }, { "切换人员", 1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

    judge_text (found, cases[i].text);
    if ((cases[i].n > 0) != (found->len > 0))
      g_error ("the judge finds %u in %s", found->len, cases[i].text);
  }
}

void
pseudo_inspect (GtkWidget *window, GPtrArray *found)
{
  if (judged == NULL) {
    judged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    see_judge ();
  }
  inspect (window, found);
}
