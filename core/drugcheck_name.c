#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"
#include "core/text.h"

/* The other names that one of this line's is easily taken for, once each. */
static void
collect (const FzJudged *self, const char *name, GPtrArray *others, const char **source)
{
  GPtrArray *rows = fz_drug_words_lookalikes (fz_knowledge_set_get_words (self->knowledge->set), name);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const FzLookalike *row = rows->pdata[i];
    const char *other = fz_text_same (row->a, name) ? row->b : row->a;

    if (g_ptr_array_find_with_equal_func (others, other, g_str_equal, NULL))
      continue;
    g_ptr_array_add (others, (gpointer) (gsize) other);
    *source = row->source;
  }
}

static void
check_line (const FzJudged *self, GPtrArray *findings)
{
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autofree char *list = NULL, *message = NULL;
  const char *source = NULL;

  collect (self, self->generic, others, &source);
  /* A compound is not mistaken for what its parts are mistaken for. */
  if (self->substances[1] == NULL)
    collect (self, self->drug != NULL ? self->drug->ingredients[0] : self->substances[0], others, &source);
  if (others->len == 0)
    return;
  g_ptr_array_add (others, NULL);
  list = g_strjoinv ("”“", (GStrv) others->pdata);
  message = g_strdup_printf (_("“%s”易与“%s”混淆，请核对药名"), self->generic, list);
  fz_judged_add (self, findings, "generic",
                 (FzFinding){ .rule = "LOOKALIKE", .kind = FZ_FINDING_RULE, .severity = FZ_SEVERITY_NOTE, .message = message, .source = source });
}

void
fz_check_names (GPtrArray *all, GPtrArray *findings)
{
  for (guint i = 0; i < all->len; i++)
    check_line (g_ptr_array_index (all, i), findings);
}
