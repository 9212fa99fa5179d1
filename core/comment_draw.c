#include "core/comment_draw.h"

#include "core/fields.h"

#include <string.h>

typedef struct {
  char *rank;
  const char *id;
} Ranked;

static int
by_bytes (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
fz_comment_population_sha256 (GPtrArray *ids)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (sorted, ids->pdata[i]);
  g_ptr_array_sort (sorted, by_bytes);
  for (guint i = 0; i < sorted->len; i++) {
    g_string_append (all, sorted->pdata[i]);
    g_string_append_c (all, '\n');
  }
  return fz_sha256_hex (all->str, all->len);
}

char *
fz_comment_seed (const char *random_hex, guint64 audit_size, const char *audit_root)
{
  g_autofree char *text = g_strdup_printf ("fuzhen.comment-seed/v1\n%s\n%" G_GUINT64_FORMAT "\n%s\n", random_hex, audit_size, audit_root);

  return fz_sha256_hex (text, strlen (text));
}

guint
fz_comment_sample_size (guint population, guint per_mille, guint at_least)
{
  guint share = (guint) (((guint64) population * per_mille + 999) / 1000);

  return MIN (population, MAX (share, at_least));
}

static void
ranked_clear (gpointer data)
{
  g_free (((Ranked *) data)->rank);
}

static int
by_rank (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Ranked *) a)->rank, ((const Ranked *) b)->rank);
}

GPtrArray *
fz_comment_draw (GPtrArray *ids, const char *seed, guint n)
{
  g_autoptr (GArray) ranked = g_array_sized_new (FALSE, FALSE, sizeof (Ranked), ids->len);
  GPtrArray *sample = g_ptr_array_new ();

  g_array_set_clear_func (ranked, ranked_clear);
  for (guint i = 0; i < ids->len; i++) {
    g_autofree char *text = g_strdup_printf ("fuzhen.comment-draw/v1\n%s\n%s", seed, (const char *) ids->pdata[i]);
    Ranked one = { fz_sha256_hex (text, strlen (text)), ids->pdata[i] };

    g_array_append_val (ranked, one);
  }
  g_array_sort (ranked, by_rank);
  for (guint i = 0; i < n && i < ranked->len; i++)
    g_ptr_array_add (sample, (gpointer) g_array_index (ranked, Ranked, i).id);
  return sample;
}
