/* What is in a compound product (复方制剂) that the catalogue does not hold. Patients buy cold remedies and fixed combinations elsewhere; a
 * name that is taken for one unknown substance would hide the valsartan or the paracetamol in it. */
#include "core/drugcheck_line.h"
#include "core/drugname.h"
#include "core/text.h"

#include <string.h>

#define LEAST_CHARACTERS 2 /* of a substance within a name: 锌 or 钙 stand in too many */

static gboolean
is_substance (const FzDrugKnowledge *knowledge, const char *key)
{
  return fz_drug_groups_covers (fz_knowledge_set_get_groups (knowledge->set), key);
}

/* Fills `parts` when the whole text is substances, each with its salt or without; the longest first. */
static gboolean
split_name (const FzDrugKnowledge *knowledge, const char *text, GPtrArray *parts)
{
  if (*text == '\0')
    return parts->len > 1;
  for (glong n = g_utf8_strlen (text, -1); n >= LEAST_CHARACTERS; n--) {
    gsize size = (gsize) (g_utf8_offset_to_pointer (text, n) - text);
    g_autofree char *piece = g_strndup (text, size);
    g_autofree char *key = fz_drugname_substance (piece);

    if (!is_substance (knowledge, key))
      continue;
    g_ptr_array_add (parts, g_steal_pointer (&key));
    if (split_name (knowledge, text + size, parts))
      return TRUE;
    g_ptr_array_remove_index (parts, parts->len - 1);
  }
  return FALSE;
}

static void
add_listed (const char *listed, GPtrArray *parts)
{
  g_auto (GStrv) names = g_strsplit (listed, "|", -1);

  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (parts, fz_drugname_substance (names[i]));
}

GStrv
fz_compound_substances (const FzDrugKnowledge *knowledge, const char *name)
{
  const char *listed = fz_drug_words_generic (fz_knowledge_set_get_words (knowledge->set), name);
  g_autofree char *bare = fz_drugname_ingredient (listed != NULL ? listed : name);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (listed != NULL && strchr (listed, '|') != NULL)
    add_listed (listed, parts);
  else if (is_substance (knowledge, bare) || !split_name (knowledge, bare, parts))
    return NULL;
  g_ptr_array_add (parts, NULL);
  g_ptr_array_set_free_func (parts, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&parts), FALSE);
}
