#include "core/pinyin.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define MAX_LETTERS 8

struct _FzPinyin {
  GHashTable *letters; /* character as pointer -> char* */
};

static void
pinyin_clear (gpointer data)
{
  FzPinyin *self = data;

  g_clear_pointer (&self->letters, g_hash_table_unref);
}

FzPinyin *
fz_pinyin_ref (FzPinyin *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_pinyin_unref (FzPinyin *self)
{
  g_atomic_rc_box_release_full (self, pinyin_clear);
}

static gboolean
are_letters (const char *text)
{
  gsize n = strlen (text);

  for (gsize i = 0; i < n; i++)
    if (!g_ascii_islower (text[i]))
      return FALSE;
  return n > 0 && n <= MAX_LETTERS;
}

/* One line: a character, a tab, its letters. */
static gboolean
read_line (FzPinyin *self, const char *line)
{
  gunichar character = g_utf8_get_char (line);
  const char *after = g_utf8_next_char (line);

  if (*line == '\0' || *after != '\t' || !are_letters (after + 1))
    return FALSE;
  return g_hash_table_insert (self->letters, GUINT_TO_POINTER (character), g_strdup (after + 1));
}

FzPinyin *
fz_pinyin_parse (const guint8 *bytes, gsize n, const char *name, GError **error)
{
  g_autoptr (FzPinyin) self = g_atomic_rc_box_new0 (FzPinyin);
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;

  self->letters = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (!g_utf8_validate_len ((const char *) bytes, n, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s 不是有效的 UTF-8 文本"), name);
    return NULL;
  }
  text = g_strndup ((const char *) bytes, n);
  lines = g_strsplit (*text != '\0' ? text : "\n", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    gboolean last = lines[i + 1] == NULL;

    if (i == 0 ? !g_str_equal (lines[i], "character\tinitials") : !(last && *lines[i] == '\0') && !read_line (self, lines[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("%s 第 %u 行：应为“汉字、制表符、小写字母”，且不得重复"), name, i + 1);
      return NULL;
    }
  }
  return g_steal_pointer (&self);
}

/* What each character may begin with: strings of letters, borrowed or static. */
static GPtrArray *
choices_of (const FzPinyin *self, const char *name)
{
  static const char ascii[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009\0a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0q\0r\0s\0t\0u\0v\0w\0x\0y\0z";
  g_autofree char *composed = g_utf8_normalize (name, -1, G_NORMALIZE_ALL_COMPOSE);
  GPtrArray *choices = g_ptr_array_new ();

  for (const char *at = composed; at != NULL && *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_unichar_tolower (g_utf8_get_char (at));
    const char *letters = g_hash_table_lookup (self->letters, GUINT_TO_POINTER (c));

    if (c >= '0' && c <= '9')
      letters = ascii + 2 * (c - '0');
    else if (c >= 'a' && c <= 'z')
      letters = ascii + 2 * (c - 'a' + 10);
    if (letters != NULL)
      g_ptr_array_add (choices, (gpointer) (gsize) letters);
  }
  return choices;
}

/* The n-th combination, the last character turning fastest. */
static char *
combination (const GPtrArray *choices, gsize n)
{
  char *text = g_malloc0 (choices->len + 1);

  for (guint i = choices->len; i-- > 0;) {
    const char *letters = g_ptr_array_index (choices, i);
    gsize count = strlen (letters);

    text[i] = letters[n % count];
    n /= count;
  }
  return text;
}

char *
fz_pinyin_initials (const FzPinyin *self, const char *name)
{
  g_autoptr (GPtrArray) choices = choices_of (self, name);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  gsize total = 1;

  for (guint i = 0; i < choices->len && total < FZ_PINYIN_CAP; i++)
    total *= strlen (g_ptr_array_index (choices, i));
  for (gsize n = 0; choices->len > 0 && n < MIN (total, FZ_PINYIN_CAP); n++) {
    g_autofree char *text = combination (choices, n);

    if (!g_ptr_array_find_with_equal_func (kept, text, g_str_equal, NULL))
      g_ptr_array_add (kept, g_steal_pointer (&text));
  }
  g_ptr_array_add (kept, NULL);
  return g_strjoinv ("|", (GStrv) kept->pdata);
}
