/* Texts that are not what they look like: refused, taken out or kept, and what is kept is kept to the byte. */
#include "core/fields.h"
#include "core/text.h"

#include <string.h>

typedef struct {
  const char *name, *text;
  const char *kept; /* NULL: refused */
} Case;

static const Case cases[] = {
  { "plain", "阿司匹林肠溶片 100mg", "阿司匹林肠溶片 100mg" },
  { "markup", "<b>加粗</b> &amp; &#x202e;", "<b>加粗</b> &amp; &#x202e;" },
  { "rare-name", "\360\241\226\250𠮷㛃䶮", "\360\241\226\250𠮷㛃䶮" },
  { "private-glyph", "王\356\201\254", "王\356\201\254" }, /* names of old household registers */
  { "minority-name", "阿依古丽·买买提", "阿依古丽·买买提" },
  { "tibetan", "བོད་ཡིག", "བོད་ཡིག" },
  { "uyghur", "ئۇيغۇرچە", "ئۇيغۇرچە" },
  { "mongolian", "ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠩᠭᠣᠯ" },
  { "vietnamese-decomposed", "Nguye\314\202\314\203n", "Nguyễn" },
  { "emoji-of-several", "👨\342\200\215👩\342\200\215👧", "👨\342\200\215👩\342\200\215👧" },
  { "emoji-heart", "❤\357\270\217\342\200\215🔥", "❤\357\270\217\342\200\215🔥" },
  { "four-marks", "x\314\201\314\202\314\203\314\204", "x\314\201\314\202\314\203\314\204" },
  { "mark-order", "q\314\207\314\243", "q\314\243\314\207" },
  { "zero-width-in-name", "王\342\200\213秀兰", "王秀兰" },
  { "byte-order-mark", "\357\273\277王秀兰", "王秀兰" },
  { "joiner-in-name", "王\342\200\215秀\342\200\214兰", "王秀兰" },
  { "word-joiner", "1\342\201\24000mg", "100mg" },
  { "soft-hyphen", "每日\302\2553次", "每日3次" },
  { "direction-marks", "5\342\200\217mg\342\200\216", "5mg" },
  { "hangul-filler", "王\343\205\244秀兰", "王秀兰" },
  { "between-letter-and-mark", "e\342\200\213\314\201", "é" },
  { "override", "每次\342\200\2565\342\200\254mg", NULL },
  { "embedding", "\342\200\2535mg", NULL },
  { "isolate", "\342\201\2475mg\342\201\251", NULL },
  { "line-separator", "每日一次\342\200\250每日三次", NULL },
  { "paragraph-separator", "每日一次\342\200\251每日三次", NULL },
  { "annotation", "5\357\277\271mg\357\277\273", NULL },
  { "tags", "5mg\363\240\201\201", NULL },
  { "five-marks", "高\314\201\314\201\314\201\314\201\314\201", NULL },
  { "control", "5\007mg", NULL },
  { "second-controls", "5\302\205mg", NULL },
  { "bell-in-the-middle-of-a-stack", "x\314\201\007\314\201", NULL },
  { "bad-utf8", "5\377mg", NULL },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (FzFields) fields = fz_fields_new ("test.text/v1"), again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  fz_fields_set (fields, "text", c->text);
  bytes = fz_fields_print (fields, &error);
  if (c->kept == NULL) {
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "text"));
    return;
  }
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (fields, "text"), ==, c->kept);
  again = fz_fields_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (again, "text"), ==, c->kept);
}

/* What is set twice is as it was after the first time, and a text of nothing that is seen is no text. */
static void
test_once (void)
{
  static const char *const nothing[] = { "\342\200\213", "\357\273\277\342\200\215", "\302\255\302\255" };
  g_autoptr (FzFields) fields = fz_fields_new ("test.text/v1");

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++) {
    fz_fields_set (fields, "text", nothing[i]);
    g_assert_false (fz_fields_has (fields, "text"));
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *tidy = g_utf8_validate (cases[i].text, -1, NULL) ? fz_text_tidy (cases[i].text) : NULL;
    g_autofree char *twice = tidy != NULL ? fz_text_tidy (tidy) : NULL;

    g_assert_null (twice);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/text/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/text/once", test_once);
  return g_test_run ();
}
