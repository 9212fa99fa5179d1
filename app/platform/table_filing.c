/* Which messages each kind of business makes due, as the platform's file says (备案的业务类型). */
#include "app/platform/table.h"

#include <glib/gi18n-lib.h>

void
fz_table_filing_free (gpointer filing)
{
  FzWireFiling *self = filing;

  g_free (self->business);
  g_strfreev (self->methods);
  g_clear_pointer (&self->when, g_ptr_array_unref);
  g_free (self);
}

static FzWireFiling *
find_filing (const FzMessageTable *self, const char *business)
{
  for (guint i = 0; i < self->filings->len; i++)
    if (g_strcmp0 (((FzWireFiling *) self->filings->pdata[i])->business, business) == 0)
      return self->filings->pdata[i];
  return NULL;
}

static gboolean
read_methods (FzMessageTable *self, const FzJson *object, FzWireFiling *filing, GError **error)
{
  const FzJson *array = fz_json_get_array (object, "methods", error);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < fz_json_count (array); i++) {
    const char *name = fz_json_get_string (fz_json_get_item (array, i), NULL, error);

    if (name == NULL)
      return FALSE;
    if (fz_table_find (self, name) == NULL)
      return fz_json_fail (array, NULL, _ ("没有这个方法"), error);
    g_strv_builder_add (names, name);
  }
  g_strfreev (filing->methods);
  filing->methods = g_strv_builder_end (names);
  return array != NULL;
}

/* {"business": …, "methods": […], "when": […]}: the messages of a kind of business, and by which facts a record is of that kind. */
static const char *
read_business (const FzJson *object, GError **error)
{
  static const char *const keys[] = { "business", "methods", "when", NULL };

  return fz_json_check_keys (object, keys, error) ? fz_json_get_string (object, "business", error) : NULL;
}

static gboolean
read_due (FzMessageTable *self, const FzJson *object, FzWireFiling *filing, GError **error)
{
  const FzJson *when = NULL;

  return fz_json_opt_array (object, "when", &when, error) && read_methods (self, object, filing, error) &&
         (when == NULL || (filing->when = fz_table_read_whens (self, when, error)) != NULL);
}

static gboolean
read_filing (FzMessageTable *self, const FzJson *object, GError **error)
{
  FzWireFiling *filing = g_new0 (FzWireFiling, 1);
  const FzWireDictionary *known = g_hash_table_lookup (self->dictionaries, "business");
  const char *business = read_business (object, error);

  g_ptr_array_add (self->filings, filing);
  filing->business = g_strdup (business);
  if (business == NULL)
    return FALSE;
  if (known == NULL || !g_hash_table_contains (known->codes, business))
    return fz_json_fail (object, "business", _ ("字典 business 里没有这种业务"), error);
  if (find_filing (self, business) != filing)
    return fz_json_fail (object, "business", _ ("编号重复。"), error);
  return read_due (self, object, filing, error);
}

gboolean
fz_table_read_filings (FzMessageTable *self, const FzJson *root, GError **error)
{
  static const char *const keys[] = { "source", "types", NULL };
  const FzJson *filing = NULL, *types;

  if (!fz_json_opt_object (root, "filing", &filing, error))
    return FALSE;
  if (filing == NULL)
    return TRUE;
  types = fz_json_check_keys (filing, keys, error) && fz_json_get_string (filing, "source", error) != NULL ? fz_json_get_array (filing, "types", error) : NULL;
  for (guint i = 0; types != NULL && i < fz_json_count (types); i++)
    if (!read_filing (self, fz_json_get_item (types, i), error))
      return FALSE;
  return types != NULL;
}

gboolean
fz_table_read_reports (FzMessageTable *self, const FzJson *root, GError **error)
{
  const FzJson *reports = fz_json_get_array (root, "reports", error);

  for (guint i = 0; reports != NULL && i < fz_json_count (reports); i++) {
    const FzJson *item = fz_json_get_item (reports, i);
    const char *business = read_business (item, error);
    FzWireFiling *filing = business != NULL ? find_filing (self, business) : NULL;

    if (business == NULL)
      return FALSE;
    if (filing == NULL || filing->methods[0] != NULL)
      return fz_json_fail (item, "business", _ ("没有这种业务，或它已有自己的接口"), error);
    if (!read_due (self, item, filing, error))
      return FALSE;
  }
  return reports != NULL;
}

/* --- asking --- */

static void
add_businesses (const FzMessageTable *self, const char *method, const FzFields *facts, GPtrArray *out)
{
  for (guint i = 0; i < self->filings->len; i++) {
    const FzWireFiling *filing = self->filings->pdata[i];

    if (g_strv_contains ((const char *const *) filing->methods, method) && (facts == NULL || filing->when == NULL || fz_when_all (filing->when, facts)))
      g_ptr_array_add (out, filing->business);
  }
}

GPtrArray *
fz_message_table_find_businesses (const FzMessageTable *self, const char *method, const FzFields *facts)
{
  GPtrArray *found = g_ptr_array_new ();

  add_businesses (self, method, facts, found);
  if (found->len == 0)
    add_businesses (self, method, NULL, found); /* its facts do not say which: any of them */
  return found;
}

gboolean
fz_message_table_reports (const FzMessageTable *self, const char *business)
{
  const FzWireFiling *filing = find_filing (self, business);

  return filing != NULL && filing->methods[0] != NULL;
}
