#include "app/naming.h"

#include "app/knowledge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define REGISTER "licence"
#define ENDING "互联网医院"

static const char *
said (const FzFields *entry, const FzFields *values, const char *key)
{
  const char *fresh = fz_fields_get (values, key);

  return fresh != NULL ? fresh : entry != NULL ? fz_fields_get (entry, key) : NULL;
}

/* The row that holds for this place, kind and partner, or -1. */
static int
find_rule (const FzCodes *rules, const char *place, const char *kind, gboolean partner)
{
  for (guint i = 0; i < fz_codes_get_n (rules); i++) {
    const char *with = fz_codes_get (rules, i, "partner");

    if (g_strcmp0 (fz_codes_get (rules, i, "jurisdiction"), place) == 0 && g_strcmp0 (fz_codes_get (rules, i, "kind"), kind) == 0 &&
        (g_str_equal (with, "any") || g_str_equal (with, partner ? "yes" : "no")))
      return (int) i;
  }
  return -1;
}

/* The name includes (应当包括) what the rule names, one after the other: between them stands something, or nothing, as asked. */
static gboolean
fits (const FzCodes *rules, guint rule, const char *name, const char *physical)
{
  const char *begins = g_str_equal (fz_codes_get (rules, rule, "begins"), "physical") ? physical : "", *head = strstr (name, begins);
  const char *rest = head != NULL ? head + strlen (begins) : NULL, *ending = rest != NULL ? strstr (rest, ENDING) : NULL;

  return ending != NULL && (ending > rest) == g_str_equal (fz_codes_get (rules, rule, "middle"), "yes");
}

char *
fz_naming_problem (FzDesk *desk, const FzRegister *reg, const FzFields *entry, const FzFields *values)
{
  static const char *const named[] = { "field.subject", "field.kind", "field.partner" };
  const FzCodes *rules = fz_knowledge_codes (desk->knowledge, "name-rules");
  const char *physical = fz_fields_get (desk->institution, "organ.physical_name"), *name = said (entry, values, named[0]);
  gboolean says = FALSE;
  int rule;

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    says = says || fz_fields_has (values, named[i]);
  if (!says || name == NULL || physical == NULL || g_strcmp0 (fz_register_get_name (reg), REGISTER) != 0)
    return NULL;
  rule = find_rule (rules, fz_fields_get (desk->institution, "jurisdiction"), said (entry, values, named[1]), said (entry, values, named[2]) != NULL);
  if (rule < 0 || fits (rules, (guint) rule, name, physical))
    return NULL;
  return g_strdup_printf (_ ("应为“%s”（%s）。本机构名称为“%s”。"), fz_codes_get (rules, (guint) rule, "label"), fz_codes_get (rules, (guint) rule, "source"), physical);
}

gboolean
fz_naming_check (FzDesk *desk, const FzRegister *reg, const FzFields *entry, const FzFields *values, GError **error)
{
  g_autofree char *problem = fz_naming_problem (desk, reg, entry, values);

  if (problem == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：%s"), fz_register_find_field (reg, "subject")->label, problem);
  return FALSE;
}
