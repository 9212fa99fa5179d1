/* What only a hospital's own layer may have: termination conditions, words of guidance, its consent text. */
#include "core/rule_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* H01 is the hospital's own condition; T01 is one of the product's, told in other words. */
static gboolean
read_code (const FzJson *object, FzFields *facts, GError **error)
{
  const char *code = fz_json_get_string (object, "code", error), *label = NULL;
  gboolean good, own;

  if (code == NULL || !fz_rule_read_nullable (object, "label", &label, error))
    return FALSE;
  good = strlen (code) == 3 && (code[0] == 'H' || code[0] == 'T') && g_ascii_isdigit (code[1]) && g_ascii_isdigit (code[2]);
  own = good && code[0] == 'H';
  if (!good)
    return fz_json_fail (object, "code", _ ("院内自定的写 H01 至 H99，改写已有条件的引导用语写原编号（T01 等）。"), error);
  if (own != (label != NULL))
    return fz_json_fail (object, "label", _ ("H 编号必须写明名称，T 编号的名称不能改动，应写 null。"), error);
  fz_fields_set (facts, "code", code);
  fz_fields_set (facts, "label", label);
  return TRUE;
}

static gboolean
read_termination (const FzJson *object, FzRuleLayer *self, GError **error)
{
  static const char *const keys[] = { "code", "label", "emergency", "guidance", NULL };
  FzFields *facts = fz_fields_new ("fuzhen.termination/v1");
  const char *guidance;
  gboolean emergency = FALSE;

  g_ptr_array_add (self->terminations, facts);
  if (!fz_json_check_keys (object, keys, error) || !read_code (object, facts, error) ||
      !fz_json_get_bool (object, "emergency", &emergency, error) ||
      (guidance = fz_rule_read_text (object, "guidance", error)) == NULL)
    return FALSE;
  for (guint i = 0; i + 1 < self->terminations->len; i++)
    if (g_strcmp0 (fz_fields_get (self->terminations->pdata[i], "code"), fz_fields_get (facts, "code")) == 0)
      return fz_json_fail (object, "code", _ ("编号重复。"), error);
  fz_fields_set_bool (facts, "emergency", emergency);
  fz_fields_set (facts, "guidance", guidance);
  fz_fields_freeze (facts);
  return TRUE;
}

gboolean
fz_rule_layer_read_own (const FzJson *root, FzRuleLayer *self, GError **error)
{
  static const char *const keys[] = { "version", "text", NULL };
  const FzJson *array = fz_json_get_array (root, "terminations", error), *consent = NULL;
  gboolean own = self->rank == FZ_LAYER_HOSPITAL;

  if (array == NULL)
    return FALSE;
  if (!own && fz_json_count (array) > 0)
    return fz_json_fail (root, "terminations", _ ("只有院内规定可以写，其他层应写 []。"), error);
  for (guint i = 0; i < fz_json_count (array); i++)
    if (!read_termination (fz_json_get_item (array, i), self, error))
      return FALSE;
  if (fz_json_find (root, "consent") == NULL)
    return fz_json_fail (root, "consent", _ ("必须写明；没有请写 null。"), error);
  if (!fz_json_opt_object (root, "consent", &consent, error))
    return FALSE;
  if (consent == NULL)
    return TRUE;
  if (!own)
    return fz_json_fail (root, "consent", _ ("只有院内规定可以写，其他层应写 null。"), error);
  return fz_json_check_keys (consent, keys, error) &&
         (self->consent_version = fz_rule_read_text (consent, "version", error)) != NULL &&
         (self->consent_text = fz_rule_read_text (consent, "text", error)) != NULL;
}
