#include "app/samples.h"

#include "app/data.h"
#include "app/package.h"
#include "core/knowledge_set.h"

#include <string.h>

/* The title alone tells it from the edition that ships, so that there is something to propose. */
#define SHIPPED_TITLE "复诊随附药品知识库"
#define SAMPLE_TITLE "示例药品知识库（内容同随附）"

static const char *const files[][2] = {
  { "samples/README.txt", "README.txt" },
  { "samples/drugs.csv", "drugs.csv" },
  { "samples/complaints.csv", "complaints.csv" },
  { "schema/samples/visit-1/visit.json", "visits/visit-1/visit.json" },
  { "schema/samples/visit-1/e1.jpg", "visits/visit-1/e1.jpg" },
  { "schema/samples/visit-1/e2.png", "visits/visit-1/e2.png" },
  { "schema/samples/visit-2/visit.json", "visits/visit-2/visit.json" },
  { "schema/samples/visit-2/e1.jpg", "visits/visit-2/e1.jpg" },
  { "schema/samples/visit-3/visit.json", "visits/visit-3/visit.json" },
  { "schema/samples/visit-3/e1.jpg", "visits/visit-3/e1.jpg" },
};

static gboolean
put (FzPackage *package, const char *asset, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (asset, error);

  return bytes != NULL && fz_package_add (package, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0600, error);
}

static gboolean
put_manifest (FzPackage *package, const char *asset, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (asset, error);
  g_autofree char *text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, SHIPPED_TITLE, 2) : NULL;
  g_autofree char *sample = parts != NULL ? g_strjoinv (SAMPLE_TITLE, parts) : NULL;

  return sample != NULL && fz_package_add_text (package, name, sample, error);
}

static gboolean
put_knowledge (FzPackage *package, GError **error)
{
  const char *const *names = fz_knowledge_set_files ();

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *asset = g_strconcat ("drugs/", names[i], NULL), *name = g_strconcat ("knowledge/", names[i], NULL);

    if (!(i == 0 ? put_manifest : put) (package, asset, name, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_samples_save (const char *folder, GError **error)
{
  g_autoptr (FzPackage) package = fz_package_begin (folder, error);

  if (package == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (!put (package, files[i][0], files[i][1], error))
      return FALSE;
  return put_knowledge (package, error) && fz_package_keep (package, error);
}
