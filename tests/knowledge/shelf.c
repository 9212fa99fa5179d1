#include "shelf.h"

GBytes *
shelf_read (const char *path)
{
  g_autofree char *full = g_build_filename (g_getenv ("FUZHEN_ASSETS"), path, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  gsize n = 0;

  g_file_get_contents (full, &text, &n, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, n);
}

#define LOAD(target, path, call)                                         \
  G_STMT_START                                                           \
  {                                                                      \
    g_autoptr (GBytes) file = shelf_read (path);                         \
    g_autoptr (GError) error = NULL;                                     \
    gsize n = 0;                                                         \
    const guint8 *bytes = g_bytes_get_data (file, &n);                   \
    target = call;                                                       \
    g_assert_no_error (error);                                           \
    g_assert_nonnull (target);                                           \
  }                                                                      \
  G_STMT_END

static FzCodes *
load_codes (const char *path)
{
  FzCodes *codes = NULL;

  LOAD (codes, path, fz_codes_parse (bytes, n, path, FALSE, &error));
  return codes;
}

static FzInteractions *
load_interactions (const FzCatalogue *catalogue)
{
  g_autoptr (GBytes) rows = shelf_read ("drugs/interactions.csv"), classes = shelf_read ("drugs/interaction-classes.csv");
  g_autoptr (GError) error = NULL;
  FzInteractionFiles files = { .rows_name = "interactions.csv", .classes_name = "interaction-classes.csv" };
  FzInteractions *interactions;

  files.rows = g_bytes_get_data (rows, &files.n_rows);
  files.classes = g_bytes_get_data (classes, &files.n_classes);
  interactions = fz_interactions_parse (&files, catalogue, &error);
  g_assert_no_error (error);
  return interactions;
}

static void
unref_bytes (gpointer data)
{
  g_bytes_unref (data);
}

static FzKnowledgeSet *
load_set (const FzCodes *routes)
{
  const char *const *names = fz_knowledge_set_files ();
  g_autoptr (GPtrArray) bytes = g_ptr_array_new_with_free_func (unref_bytes);
  FzKnowledgeFile files[32] = { 0 };
  g_autoptr (GError) error = NULL;
  FzKnowledgeSet *set;

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_strconcat ("drugs/", names[i], NULL);

    files[i] = (FzKnowledgeFile){ names[i], shelf_read (path) };
    g_ptr_array_add (bytes, files[i].bytes);
  }
  set = fz_knowledge_set_parse (files, bytes->len, routes, NULL, &error);
  g_assert_no_error (error);
  return set;
}

const Shelf *
shelf_get (void)
{
  static Shelf shelf;

  if (shelf.catalogue != NULL)
    return &shelf;
  shelf.forms = load_codes ("codes/forms.csv");
  shelf.routes = load_codes ("codes/routes.csv");
  shelf.classes = load_codes ("codes/drug-classes.csv");
  LOAD (shelf.frequencies, "codes/frequency.csv", fz_frequencies_parse (bytes, n, "frequency.csv", &error));
  shelf.drug_codes = (FzDrugCodes){ shelf.forms, shelf.routes, shelf.classes, shelf.frequencies };
  LOAD (shelf.controlled, "drugs/controlled.csv", fz_controlled_parse (bytes, n, "controlled.csv", &error));
  LOAD (shelf.allergies, "drugs/allergy.csv", fz_allergies_parse (bytes, n, "allergy.csv", &error));
  LOAD (shelf.pinyin, "codes/pinyin.tsv", fz_pinyin_parse (bytes, n, "pinyin.tsv", &error));
  LOAD (shelf.catalogue, "drugs/starter.csv", fz_catalogue_parse (bytes, n, "starter.csv", &shelf.drug_codes, NULL, &error));
  shelf.interactions = load_interactions (shelf.catalogue);
  shelf.set = load_set (shelf.routes);
  shelf.knowledge = (FzDrugKnowledge){ shelf.catalogue, shelf.controlled, shelf.frequencies, shelf.forms, shelf.routes, shelf.set };
  return &shelf;
}
