#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"
#include "core/text.h"

/* A medicine of the sheet, or one in use. */
typedef struct {
  const char *name, *name_key;
  const FzJudged *line; /* NULL: in use */
  GStrv keys;
  const FzDrug *drug;   /* of the catalogue, or NULL */
  gboolean local;       /* on skin, eye, ear, nose: too little reaches the blood */
} Medicine;

static void
medicine_free (gpointer data)
{
  Medicine *self = data;

  g_strfreev (self->keys);
  g_free (self);
}

/* Where neither line nor catalogue says the route, the name may. */
static gboolean
is_local (const char *route, const char *name)
{
  static const char *const ends[] = { "乳膏", "软膏", "眼膏", "凝胶", "滴眼液", "滴眼剂", "滴鼻液", "滴耳液", "鼻喷雾剂", "洗剂", "搽剂",
                                      "乳胶剂", "贴膏", "阴道片", "鼻用喷雾剂", "酊" };

  if (route != NULL)
    return route[0] == '6';
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (name, ends[i]))
      return TRUE;
  return FALSE;
}

static Medicine *
medicine_of_line (const FzJudged *line)
{
  Medicine *self = g_new0 (Medicine, 1);

  self->name = line->generic;
  self->name_key = line->generic_key;
  self->line = line;
  self->drug = line->drug;
  self->keys = g_strdupv (line->substances);
  self->local = is_local (line->route, line->generic);
  return self;
}

static Medicine *
medicine_in_use (const FzInUse *known)
{
  Medicine *self = g_new0 (Medicine, 1);

  self->name = known->name;
  self->name_key = known->name_key;
  self->drug = known->drug;
  self->keys = g_strdupv (known->keys);
  self->local = is_local (known->drug != NULL ? known->drug->route : NULL, known->name);
  return self;
}

static gboolean
is_listed (GPtrArray *medicines, const char *name_key)
{
  for (guint i = 0; i < medicines->len; i++)
    if (*name_key != '\0' && g_str_equal (((const Medicine *) medicines->pdata[i])->name_key, name_key))
      return TRUE;
  return FALSE;
}

/* The lines, then what else is in use: a renewed medicine is judged as the line it is. Local preparations are left out. */
static GPtrArray *
collect (GPtrArray *all)
{
  GPtrArray *medicines = g_ptr_array_new_with_free_func (medicine_free);
  const FzJudged *first = g_ptr_array_index (all, 0);

  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add (medicines, medicine_of_line (all->pdata[i]));
  for (guint i = 0; i < first->in_use->len; i++) {
    const FzInUse *known = g_ptr_array_index (first->in_use, i);

    if (!is_listed (medicines, known->name_key))
      g_ptr_array_add (medicines, medicine_in_use (known));
  }
  for (guint i = medicines->len; i > 0; i--)
    if (((const Medicine *) medicines->pdata[i - 1])->local)
      g_ptr_array_remove_index (medicines, i - 1);
  return medicines;
}

static char *
label_of (const Medicine *self, guint i)
{
  return fz_substance_label (self->name, self->drug, (const char *const *) self->keys, i);
}

static void
add_interaction (const Medicine *a, guint i, const Medicine *b, guint k, const FzInteraction *known, GPtrArray *findings)
{
  const char *about[] = { a->name, b->name, NULL };
  g_autofree char *left = label_of (a, i), *right = label_of (b, k);
  g_autofree char *message = g_strdup_printf (_("%s与%s有相互作用：%s。%s。"), left, right, known->mechanism, known->advice);

  fz_judged_add (b->line != NULL ? b->line : a->line, findings, "generic",
                 (FzFinding){ .rule = "INTERACTION",
                              .kind = FZ_FINDING_INTERACTION,
                              .severity = known->severity,
                              .about = about,
                              .message = message,
                              .source = known->source });
}

/* Two compounds may meet by one row of a class several times: it is said once. */
static void
check_pair (const FzInteractions *table, const Medicine *a, const Medicine *b, GPtrArray *findings)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new ();

  for (guint i = 0; a->keys[i] != NULL; i++)
    for (guint k = 0; b->keys[k] != NULL; k++) {
      const FzInteraction *known = fz_interactions_find (table, a->keys[i], b->keys[k]);

      if (known == NULL || g_ptr_array_find (said, known, NULL))
        continue;
      g_ptr_array_add (said, (gpointer) (gsize) known);
      add_interaction (a, i, b, k, known, findings);
    }
}

static gboolean
is_covered (const FzInteractions *table, const Medicine *self)
{
  for (guint i = 0; self->keys[i] != NULL; i++)
    if (!fz_interactions_covers (table, self->keys[i]))
      return FALSE;
  return TRUE;
}

/* Silence about a substance that no row names would read as safety. */
static void
say_uncovered (const FzInteractions *table, GPtrArray *medicines, GPtrArray *findings)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *list = NULL, *message = NULL;

  for (guint i = 0; i < medicines->len; i++) {
    const Medicine *medicine = g_ptr_array_index (medicines, i);

    /* Of herbs no sheet is covered, as every sheet says once; a list of all of them would hide what was found. */
    if (medicine->line != NULL && medicine->line->drug != NULL && medicine->line->drug->kind == FZ_DRUG_HERBAL)
      continue;
    if (!is_covered (table, medicine))
      g_ptr_array_add (names, (gpointer) (gsize) medicine->name);
  }
  if (names->len == 0)
    return;
  g_ptr_array_add (names, NULL);
  list = g_strjoinv ("、", (GStrv) names->pdata);
  message = g_strdup_printf (_("相互作用数据未覆盖：%s（全部或部分成分），请人工核对"), list);
  fz_findings_add (findings, &(FzFinding){ .rule = "INTERACTION_UNCOVERED",
                                           .kind = FZ_FINDING_INTERACTION,
                                           .severity = FZ_SEVERITY_NOTE,
                                           .about = (const char *const *) names->pdata,
                                           .message = message,
                                           .cannot_check = TRUE });
}

void
fz_check_interactions (GPtrArray *all, GPtrArray *findings)
{
  const FzInteractions *table;
  g_autoptr (GPtrArray) medicines = NULL;

  if (all->len == 0)
    return;
  table = fz_knowledge_set_get_interactions (((const FzJudged *) all->pdata[0])->knowledge->set);
  medicines = collect (all);
  if (medicines->len < 2)
    return;
  for (guint b = 1; b < medicines->len; b++)
    for (guint a = 0; a < b; a++)
      if (((const Medicine *) medicines->pdata[a])->line != NULL)
        check_pair (table, medicines->pdata[a], medicines->pdata[b], findings);
  say_uncovered (table, medicines, findings);
}
