/* The drug checks of one prescription: five lines against each other and against twenty medicines in use, by the interactions that ship
 * and by a table of ten thousand pairs, in turn. */
#include <string.h>

#include "app/draft_check.h"
#include "app/knowledge_files.h"
#include "app/medication.h"
#include "core/drugname.h"
#include "tests/bench/figures.h"

#define PAIRS 10000
#define LINES 5
#define CURRENT 20
#define CHECKS 400
#define TABLE "interactions.csv"

/* What a person with many diseases of long standing is given, and takes beside. */
static const char *const lines[LINES] = { "苯磺酸氨氯地平片", "阿托伐他汀钙片", "盐酸二甲双胍片", "硫酸氢氯吡格雷片", "单硝酸异山梨酯片" };
static const char *const diseases[] = { "I10.x00x002", "E78.500", "E11.900", "I25.103" };

/* Ingredients of the catalogue, each once, in its order. */
static GPtrArray *
list_ingredients (const FzCatalogue *catalogue)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *all = g_ptr_array_new ();

  for (guint i = 0; i < fz_catalogue_get_n (catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (catalogue, i);

    for (guint k = 0; drug->kind != FZ_DRUG_HERBAL && drug->ingredients[k] != NULL; k++)
      if (g_hash_table_add (seen, (gpointer) drug->ingredient_keys[k]))
        g_ptr_array_add (all, (gpointer) drug->ingredients[k]);
  }
  return all;
}

/* The shipped rows and as many notes between ingredients of the catalogue as make the pairs full. */
static GBytes *
widen (const FzKnowledge *know)
{
  g_autofree char *name = g_strconcat ("drugs/", TABLE, NULL);
  const FzInteractions *shipped = fz_knowledge_set_get_interactions (know->set);
  g_autoptr (GPtrArray) all = list_ingredients (know->catalogue);
  GBytes *bytes = fz_knowledge_files_find (know->files, name);
  g_autoptr (GString) text = g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  guint n = fz_interactions_get_n_pairs (shipped);

  for (guint apart = 1; apart < all->len && n < PAIRS; apart++)
    for (guint i = 0; i + apart < all->len && n < PAIRS; i++) {
      const char *a = all->pdata[i], *b = all->pdata[i + apart];
      g_autofree char *key_a = fz_drugname_substance (a), *key_b = fz_drugname_substance (b);

      if (fz_interactions_find (shipped, key_a, key_b) != NULL)
        continue;
      g_string_append_printf (text, "%s,%s,note,measured,none,made for a measurement,l\n", a, b);
      n++;
    }
  must (n >= PAIRS, "ten thousand pairs of ingredients", NULL);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static FzKnowledgeSet *
make_wide (const FzKnowledge *know)
{
  const char *const *names = fz_knowledge_set_files ();
  g_autoptr (GArray) files = g_array_new (FALSE, TRUE, sizeof (FzKnowledgeFile));
  g_autoptr (GBytes) wide = widen (know);
  g_autoptr (GError) error = NULL;
  FzKnowledgeSet *set;

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_strconcat ("drugs/", names[i], NULL);
    FzKnowledgeFile file = { names[i], g_str_equal (names[i], TABLE) ? wide : fz_knowledge_files_find (know->files, path) };

    must (file.bytes != NULL, path, NULL);
    g_array_append_val (files, file);
  }
  set = fz_knowledge_set_parse ((const FzKnowledgeFile *) (gpointer) files->data, files->len, g_hash_table_lookup (know->codes, "routes"), NULL, &error);
  must (set != NULL, "the wide table", error);
  return set;
}

static void
put_line (FzFields *facts, const FzCatalogue *catalogue, guint i)
{
  const FzDrug *drug = fz_catalogue_find_generic (catalogue, lines[i], NULL);
  g_autofree char *dose = NULL;

  must (drug != NULL, lines[i], NULL);
  dose = fz_dose_format (&drug->usual_dose);
  fz_fields_set_at (facts, "rx.item", i, "drug", drug->code);
  fz_fields_set_at (facts, "rx.item", i, "generic", drug->generic);
  fz_fields_set_at (facts, "rx.item", i, "kind", "western");
  fz_fields_set_at (facts, "rx.item", i, "form", drug->form);
  fz_fields_set_at (facts, "rx.item", i, "route", drug->route);
  fz_fields_set_at (facts, "rx.item", i, "dose", dose);
  fz_fields_set_at (facts, "rx.item", i, "freq", drug->usual_freq);
  fz_fields_set_int_at (facts, "rx.item", i, "days", 28);
  fz_fields_set_int_at (facts, "rx.item", i, "quantity", 2);
}

static FzFields *
make_facts (const FzCatalogue *catalogue)
{
  FzFields *facts = fz_fields_new ("fuzhen.check_facts/v1");
  guint taken = 0;

  fz_fields_set (facts, "patient.sex", "F");
  fz_fields_set (facts, "patient.birth_date", "1957-03-02");
  for (guint i = 0; i < G_N_ELEMENTS (diseases); i++) {
    fz_fields_set_at (facts, "diagnosis", i, "code", diseases[i]);
    fz_fields_set_at (facts, "prior", i, "code", diseases[i]);
  }
  fz_fields_set_at (facts, "allergy", 0, NULL, "青霉素");
  for (guint i = 0; i < LINES; i++)
    put_line (facts, catalogue, i);
  for (guint i = 0; i < fz_catalogue_get_n (catalogue) && taken < CURRENT; i += 13)
    if (fz_catalogue_get (catalogue, i)->kind != FZ_DRUG_HERBAL)
      fz_fields_set_at (facts, "current", taken++, "generic", fz_catalogue_get (catalogue, i)->generic);
  must (taken == CURRENT, "twenty medicines in use", NULL);
  return facts;
}

static guint
check (const FzKnowledge *know, const FzFields *facts, Samples *to)
{
  FzDate on = { 2026, 11, 20 };
  g_autoptr (GError) error = NULL;
  gint64 from = now_ns ();
  g_autoptr (GPtrArray) findings = fz_findings_new ();

  must (fz_medication_check (know, facts, on, findings, NULL, &error), "check", error);
  samples_add (to, from);
  return findings->len;
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  FzDesk *desk = fz_desk_of_knowledge (&error);
  g_auto (Samples) shipped = { 0 }, full = { 0 };
  g_autoptr (FzKnowledgeSet) wide = NULL;
  g_autoptr (FzFields) facts = NULL;
  g_autofree char *name = NULL, *big = NULL;
  FzKnowledgeSet *own;
  guint few = 0, many = 0;

  must (desk != NULL, "the knowledge that ships", error);
  own = desk->knowledge->set;
  wide = make_wide (desk->knowledge);
  facts = make_facts (desk->knowledge->catalogue);
  samples_init (&shipped);
  samples_init (&full);
  for (guint i = 0; i < CHECKS; i++) {
    few = check (desk->knowledge, facts, &shipped);
    desk->knowledge->set = wide;
    many = check (desk->knowledge, facts, &full);
    desk->knowledge->set = own;
  }
  must (many > few, "the wide table finds more", NULL);
  name = g_strdup_printf ("drug checks of five lines, twenty in use, %u pairs (%u findings)", fz_interactions_get_n_pairs (fz_knowledge_set_get_interactions (own)), few);
  big = g_strdup_printf ("the same by %u pairs (%u findings)", fz_interactions_get_n_pairs (fz_knowledge_set_get_interactions (wide)), many);
  report (name, &shipped, NULL, NULL);
  report_ratio (big, &full, &shipped, "the shipped pairs", FALSE, NULL);
  fz_desk_close (desk);
  return 0;
}
