#include "ui/rules_differences.h"

#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
in_chinese (void)
{
  return g_str_equal (_ ("中文"), "中文");
}

static const char *
place_word (const char *code)
{
  static const struct {
    const char *code, *word;
  } words[] = { { "TJ", N_ ("天津") }, { "CN", N_ ("国家细则") }, { "SC", N_ ("四川") }, { "CQ", N_ ("重庆") }, { "FJ", N_ ("福建") } };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].code, code) == 0)
      return _ (words[i].word);
  return code;
}

static const char *
words_at (const FzFields *row, guint i)
{
  return fz_fields_get_at (row, "place", i, in_chinese () ? "words" : "words_en");
}

/* --- the table --- */

static char *
topic (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, in_chinese () ? "topic" : "topic_en"));
}

static char *
row_id (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "row"));
}

/* The places whose text speaks of it. */
static char *
places (gpointer item, gpointer data)
{
  const FzFields *row = fz_fact_row_get (item);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (row, "place"); i++)
    if (words_at (row, i) != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? _ ("、") : "", place_word (fz_fields_get_at (row, "place", i, "code")));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GtkWidget *
fz_rules_differences_table_new (GListModel *model)
{
  const FzColumn columns[] = {
    { .title = _ ("事项"), .text = topic, .second = row_id, .width = 190, .expand = TRUE, .strong = TRUE },
    { .title = _ ("有规定的文件"), .text = places, .width = 230, .expand = TRUE },
  };

  return fz_table_new (_ ("地区差异"), columns, G_N_ELEMENTS (columns), model, NULL);
}

/* --- one subject --- */

/* A word of what carries it, as people read it; the words of the table are app/differences.h's. */
static char *
dup_carried (const char *token)
{
  static const struct {
    const char *prefix, *format;
    gboolean whole; /* the word is the whole token */
  } kinds[] = { { "coverage", N_ ("见条文覆盖"), TRUE },     { "authority", N_ ("仅约束主管部门"), TRUE },
                { "general", N_ ("一般规定"), TRUE },         { "encouraged", N_ ("鼓励性规定"), TRUE },
                { "register:", N_ ("台账 %s"), FALSE },       { "wording:", N_ ("原文“%s”"), FALSE },
                { "question:", N_ ("待确认的理解 %s"), FALSE }, { "termination:", N_ ("终止原因 %s"), FALSE },
                { "consent:", N_ ("知情同意书“%s”"), FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].whole && g_str_equal (token, kinds[i].prefix))
      return g_strdup (_ (kinds[i].format));
    else if (!kinds[i].whole && g_str_has_prefix (token, kinds[i].prefix)) {
      GString *text = g_string_new (_ (kinds[i].format));

      g_string_replace (text, "%s", token + strlen (kinds[i].prefix), 1);
      return g_string_free (text, FALSE);
    }
  return g_strdup_printf (strchr (token, '=') != NULL ? _ ("参数 %s") : _ ("条款 %s"), token);
}

static char *
dup_all_carried (const FzFields *row, guint i)
{
  g_auto (GStrv) tokens = g_strsplit (fz_fields_get_at (row, "place", i, "carried"), " ", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint k = 0; tokens[k] != NULL; k++) {
    g_autofree char *one = dup_carried (tokens[k]);

    g_string_append_printf (text, "%s%s", k > 0 ? _ ("；") : "", one);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
put_place (GtkWidget *box, const FzFields *row, guint i)
{
  const char *words = words_at (row, i), *articles = fz_fields_get_at (row, "place", i, "articles");

  fz_put (box, fz_section_new (place_word (fz_fields_get_at (row, "place", i, "code")), articles));
  fz_put (box, fz_wrapped (words != NULL ? words : _ ("没有写明"), words != NULL ? NULL : "fz-soft"));
  if (words != NULL) {
    g_autofree char *carried = dup_all_carried (row, i);

    fz_put (box, fz_wrapped (carried, "fz-caption"));
  }
}

void
fz_rules_differences_detail (GtkWidget *box, const FzFields *row)
{
  fz_put (box, fz_wrapped (fz_fields_get (row, in_chinese () ? "topic" : "topic_en"), "fz-heading"));
  for (guint i = 0; i < fz_fields_count (row, "place"); i++)
    put_place (box, row, i);
}
