/* A draft made of the rules in force, or of a file of the hospital's own (规则集草稿). */
#include "app/rules_draft.h"

#include "core/json.h"

#include <glib/gi18n-lib.h>

#define MAX_CLAUSES_BYTES (1024 * 1024)

/* --- from rules to a draft --- */

static char *
join_texts (const FzFields *facts, const char *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (facts, list); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "", fz_fields_get_at (facts, list, i, NULL));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* One row a dated value; what the law says of the parameter (its words, its direction) need not be repeated. */
static void
put_parameter (const FzFields *parameter, const char *since, FzFields *draft)
{
  static const char *const words[] = { "name", "zh", "en", "question", "stricter", "type" };

  for (guint i = 0; i < fz_fields_count (parameter, "value"); i++) {
    guint n = fz_fields_count (draft, "parameter");
    const char *from = fz_fields_get_at (parameter, "value", i, "from"), *value = fz_fields_get_at (parameter, "value", i, "value");
    g_autofree char *list = g_strdup_printf ("value.%02u.text", i), *texts = join_texts (parameter, list);

    for (guint k = 0; k < G_N_ELEMENTS (words); k++)
      fz_fields_set_at (draft, "parameter", n, words[k], fz_fields_get (parameter, words[k]));
    fz_fields_set_at (draft, "parameter", n, "value", value != NULL ? value : texts);
    fz_fields_set_at (draft, "parameter", n, "from", g_strcmp0 (from, since) != 0 ? from : NULL);
    fz_fields_set_at (draft, "parameter", n, "until", fz_fields_get_at (parameter, "value", i, "until"));
  }
}

static gboolean
put_clauses (const char *file, GBytes *bytes, FzFields *draft, GError **error)
{
  g_autoptr (FzJson) root = fz_json_parse_file (file, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), MAX_CLAUSES_BYTES, error);
  const FzJson *array = root != NULL ? fz_json_get_array (root, "clauses", error) : NULL;
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  g_autofree char *text = NULL;

  if (array == NULL)
    return FALSE;
  if (fz_json_count (array) == 0)
    return TRUE;
  fz_rules_write_json (array, NULL, writer);
  text = fz_json_writer_finish (writer, error);
  fz_fields_set (draft, "clauses.json", text);
  return text != NULL;
}

static gboolean
put_layer (const char *file, const FzRuleLayer *layer, FzFields *draft, GError **error)
{
  g_autofree char *since = fz_date_format (fz_rule_layer_get_since (layer)), *until = NULL;
  static const char *const keys[] = { "code", "label", "emergency", "guidance" };
  FzDate last;

  if (fz_rule_layer_get_until (layer, &last))
    until = fz_date_format (last);
  fz_fields_set (draft, "layer.since", since);
  fz_fields_set (draft, "layer.until", until);
  for (guint i = 0; i < fz_rule_layer_get_n_parameters (layer); i++)
    put_parameter (fz_rule_layer_get_parameter (layer, i), since, draft);
  for (guint i = 0; i < fz_rule_layer_get_n_terminations (layer); i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (draft, "termination", i, keys[k], fz_fields_get (fz_rule_layer_get_termination (layer, i), keys[k]));
  fz_fields_set (draft, "consent.version", fz_rule_layer_get_consent_version (layer));
  fz_fields_set (draft, "consent.text", fz_rule_layer_get_consent_text (layer));
  return put_clauses (file, fz_rule_layer_get_bytes (layer), draft, error);
}

FzFields *
fz_rules_draft_of (const FzRulebook *book, const char *jurisdiction, FzDate since)
{
  FzFields *draft = fz_fields_new ("fuzhen.rules_draft/v1");
  g_autofree char *day = fz_date_format (since);
  const FzRuleLayer *own = fz_rules_get_own (book);

  if (own != NULL)
    put_layer ("hospital", own, draft, NULL);
  fz_fields_set (draft, "rules.jurisdiction", jurisdiction);
  fz_fields_set (draft, "rules.since", day);
  return draft;
}

/* --- a file of the hospital's own --- */

static gboolean
fits (FzDesk *desk, const char *file, const FzRuleLayer *layer, const char *place, GError **error)
{
  const char *profile = fz_rules_profile (desk, place);

  if (fz_rule_layer_get_rank (layer) != FZ_LAYER_HOSPITAL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：$.layer：只能导入院内规定（hospital）。"), file);
    return FALSE;
  }
  if (g_strcmp0 (fz_rule_layer_get_over (layer), profile) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：$.over：这一文件立足于“%s”，与所选地区的规则集“%s”不同。"), file,
               fz_rule_layer_get_over (layer), profile != NULL ? profile : "-");
  return FALSE;
}

FzFields *
fz_rules_draft_import (FzDesk *desk, const FzFields *draft, const char *file, const void *json, gsize n, GError **error)
{
  g_autoptr (FzRuleLayer) layer = fz_rule_layer_parse (file, json, n, error);
  g_autoptr (FzFields) fresh = fz_fields_new ("fuzhen.rules_draft/v1");
  g_autoptr (FzFields) head = fz_fields_dup_below (draft, "rules", "fuzhen.part/v1");
  g_autoptr (FzRulebook) book = NULL;

  if (layer == NULL || !fits (desk, file, layer, fz_fields_get (draft, "rules.jurisdiction"), error))
    return NULL;
  book = fz_data_stack_rulebook (layer, error); /* what only shows in the stack is still told with the file's lines */
  if (book == NULL || !put_layer (file, layer, fresh, error))
    return NULL;
  fz_fields_merge (fresh, "rules", head);
  fz_fields_set (fresh, "clauses.file", fz_fields_has (fresh, "clauses.json") ? file : NULL);
  return g_steal_pointer (&fresh);
}
