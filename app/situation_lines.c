/* What is known of each line of a prescription beside what was typed. */
#include "app/situation.h"

#include "app/knowledge.h"
#include "core/drugname.h"
#include "core/text.h"

#include <string.h>

typedef struct {
  const FzKnowledge *know;
  FzFields *facts;
  const FzDrug *drug;
  guint i;
  char *day;
} Line;

static const char *
get (const Line *line, const char *key)
{
  return fz_fields_get_at (line->facts, "rx.item", line->i, key);
}

/* The row of a form given by code or by word; -1: unknown. */
static int
form_row (const Line *line, FzCodes *forms)
{
  const char *form = get (line, "form") != NULL ? get (line, "form") : line->drug != NULL ? line->drug->form : NULL;

  return form != NULL ? fz_codes_find (forms, form) : -1;
}

/* --- form --- */

/* How it is given says more than what it is: an aerosol may be inhaled or sprayed on the skin. */
static const char *
way_of (const Line *line, FzCodes *forms)
{
  const char *route = get (line, "route");
  int row = form_row (line, forms);
  const char *way = row >= 0 ? fz_codes_get (forms, (guint) row, "way") : "";

  if (route != NULL && route[0] == '4')
    return "injection";
  if (g_strcmp0 (route, "5") == 0)
    return "inhaled";
  if (g_strcmp0 (route, "2") == 0)
    return "other";
  if (line->drug != NULL && line->drug->kind == FZ_DRUG_HERBAL)
    return route == NULL || route[0] == '1' ? "oral" : "external"; /* a decoction, drunk or washed with */
  return *way != '\0' ? way : NULL;
}

/* --- control --- */

static const char *
class_of (const char *list)
{
  static const char *const classes[][2] = { { "narcotic", "narcotic" },       { "class1", "psychotropic" }, { "class2", "psychotropic" },
                                            { "toxic", "toxic" },             { "radioactive", "radioactive" },
                                            { "abortion", "abortion" },       { "precursor", "precursor" } };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_str_equal (classes[i][0], list))
      return classes[i][1];
  return NULL;
}

static void
put_class (const Line *line)
{
  FzCodes *forms = fz_knowledge_codes (line->know, "forms");
  int row = form_row (line, forms);
  const char *state = row >= 0 ? fz_codes_get (forms, (guint) row, "state") : "";
  FzControlledQuery query = { .name = get (line, "generic"),
                              .brand = get (line, "brand"),
                              .ingredients = line->drug != NULL ? line->drug->ingredients : NULL,
                              .form_state = *state != '\0' ? state : NULL };
  g_autoptr (GArray) hits = fz_controlled_match (line->know->controlled, line->day, &query);

  /* What only might be, or asks for care alone, is the drug check's finding, not a class. */
  for (guint i = 0; i < hits->len; i++) {
    const FzControlledHit *hit = &g_array_index (hits, FzControlledHit, i);
    const char *word = class_of (hit->list);

    if (word != NULL && !hit->uncertain && hit->severity == FZ_SEVERITY_STOP) {
      fz_fields_set_at (line->facts, "rx.item", line->i, "controlled_class", word);
      return;
    }
  }
}

/* --- asked for by name, or bought before --- */

static gboolean
same_substance (const char *a, const char *b)
{
  g_autofree char *left = fz_drugname_ingredient (a), *right = fz_drugname_ingredient (b);

  return *left != '\0' && g_str_equal (left, right);
}

/* One character is no name: a complaint holds 钙 or 铁 for many reasons. */
static gboolean
is_named_in (const char *text, const char *name)
{
  g_autofree char *in = text != NULL ? fz_text_key (text) : NULL, *whole = fz_text_key (name), *bare = fz_drugname_ingredient (name);

  return in != NULL && ((g_utf8_strlen (whole, -1) >= 2 && strstr (in, whole) != NULL) ||
                        (g_utf8_strlen (bare, -1) >= 2 && strstr (in, bare) != NULL));
}

static gboolean
is_listed (const Line *line, const char *list, const char *name)
{
  for (guint i = 0; i < fz_fields_count (line->facts, list); i++) {
    const char *listed = fz_fields_get_at (line->facts, list, i, "generic");

    if (listed != NULL && (same_substance (listed, name) || is_named_in (listed, name)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_requested (const Line *line, const char *name)
{
  return is_listed (line, "request.drug", name) || is_named_in (fz_fields_get (line->facts, "visit.complaint"), name);
}

static gboolean
is_purchased (const Line *line, const char *name)
{
  return is_listed (line, "request.purchased", name);
}

/* The lines of a sheet that somebody else chose first: how many, and which. */
typedef struct {
  const char *mark; /* the fact of the line: requested */
  gboolean (*is_one) (const Line *line, const char *name);
  gint64 n;
  GString *names;
} Chosen;

static void
look_chosen (const Line *line, Chosen *chosen)
{
  const char *generic = get (line, "generic"), *brand = get (line, "brand");
  gboolean yes = chosen->is_one (line, generic) || (brand != NULL && chosen->is_one (line, brand));

  fz_fields_set_at (line->facts, "rx.item", line->i, chosen->mark, yes ? "yes" : "no");
  if (!yes)
    return;
  chosen->n++;
  g_string_append_printf (chosen->names, "%s%s", chosen->names->len > 0 ? "、" : "", generic);
}

/* n_requested, requested_names, requested_share_pct of a sheet with `n` lines. */
static void
put_chosen (const Chosen *chosen, guint n, FzFields *facts)
{
  g_autofree char *count = g_strconcat ("rx.n_", chosen->mark, NULL), *names = g_strdup_printf ("rx.%s_names", chosen->mark),
                  *share = g_strdup_printf ("rx.%s_share_pct", chosen->mark);

  fz_fields_set_int (facts, count, chosen->n);
  fz_fields_set (facts, names, chosen->n > 0 ? chosen->names->str : NULL);
  fz_fields_set_int (facts, share, chosen->n * 100 / n);
}

/* --- the evidence --- */

/* A purchase record without its medicines is known, and what was bought is not: the share of the sheet then cannot be told. */
static void
put_purchases (FzFields *facts)
{
  guint n = fz_fields_count (facts, "evidence"), records = 0;

  for (guint i = 0; i < n; i++)
    records += g_strcmp0 (fz_fields_get_at (facts, "evidence", i, "kind"), "purchase_record") == 0;
  if (n > 0)
    fz_fields_set_int (facts, "visit.n_evidence", n);
  fz_fields_set_bool (facts, "visit.has_purchases", records > 0 || fz_fields_count (facts, "request.purchased") > 0);
}

void
fz_situation_put_lines (const FzKnowledge *know, gint64 at_us, FzFields *facts)
{
  g_autofree char *day = fz_date_format (fz_date_in_beijing (at_us));
  guint n = fz_fields_count (facts, "rx.item");
  g_autoptr (GString) asked = g_string_new (NULL), bought = g_string_new (NULL);
  Chosen requested = { "requested", is_requested, 0, asked }, purchased = { "purchased", is_purchased, 0, bought };

  put_purchases (facts);
  for (guint i = 0; i < n; i++) {
    Line line = { know, facts, NULL, i, day };
    const char *code = get (&line, "drug");

    if (get (&line, "generic") == NULL)
      continue;
    if (know->catalogue != NULL)
      line.drug = code != NULL ? fz_catalogue_find_code (know->catalogue, code)
                               : fz_catalogue_find_generic (know->catalogue, get (&line, "generic"), get (&line, "strength"));
    fz_fields_set_at (facts, "rx.item", i, "form_group", way_of (&line, fz_knowledge_codes (know, "forms")));
    if (line.drug != NULL)
      fz_fields_set_at (facts, "rx.item", i, "special_storage", line.drug->special_storage ? "yes" : "no");
    put_class (&line);
    look_chosen (&line, &requested);
    look_chosen (&line, &purchased);
  }
  if (n == 0)
    return;
  fz_fields_set_int (facts, "rx.n_items", n);
  put_chosen (&requested, n, facts);
  if (fz_fields_count (facts, "request.purchased") > 0)
    put_chosen (&purchased, n, facts);
}
