/* The rulebook a draft stands for: the law of its place, and over it a layer of what the draft says (由草稿生成院内规定). */
#include "app/rules_draft.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_CLAUSES_BYTES (1024 * 1024)

void
fz_rules_write_json (const FzJson *json, const char *key, FzJsonWriter *writer)
{
  gboolean truth = FALSE;

  switch (fz_json_get_type (json)) {
  case FZ_JSON_OBJECT:
    fz_json_writer_begin_object (writer, key);
    for (guint i = 0; i < fz_json_count (json); i++)
      fz_rules_write_json (fz_json_get_item (json, i), fz_json_get_name (fz_json_get_item (json, i)), writer);
    fz_json_writer_end_object (writer);
    break;
  case FZ_JSON_ARRAY:
    fz_json_writer_begin_array (writer, key);
    for (guint i = 0; i < fz_json_count (json); i++)
      fz_rules_write_json (fz_json_get_item (json, i), NULL, writer);
    fz_json_writer_end_array (writer);
    break;
  case FZ_JSON_STRING:
    fz_json_writer_string (writer, key, fz_json_get_string (json, NULL, NULL));
    break;
  case FZ_JSON_NUMBER:
    fz_json_writer_raw_decimal (writer, key, fz_json_get_decimal (json, NULL, NULL));
    break;
  case FZ_JSON_BOOL:
    fz_json_get_bool (json, NULL, &truth, NULL);
    fz_json_writer_bool (writer, key, truth);
    break;
  case FZ_JSON_NULL:
  default:
    fz_json_writer_null (writer, key);
  }
}

typedef struct {
  FzDesk *desk;
  const FzFields *draft;
  FzRulebook *law; /* the shipped layers of the jurisdiction */
  FzJsonWriter *writer;
  const char *since, *until;
  gboolean trial; /* as if it had held since `since`, whatever its own days are */
} Build;

static const FzFields *
find_parameter (const FzRulebook *book, const char *name)
{
  for (guint i = fz_rulebook_get_n_layers (book); i > 0; i--) {
    const FzRuleLayer *layer = fz_rulebook_get_layer (book, i - 1);

    for (guint k = 0; k < fz_rule_layer_get_n_parameters (layer); k++)
      if (g_strcmp0 (fz_fields_get (fz_rule_layer_get_parameter (layer, k), "name"), name) == 0)
        return fz_rule_layer_get_parameter (layer, k);
  }
  return NULL;
}

/* What the row says of the parameter itself, else what the law says. */
static const char *
word_of (const Build *build, guint row, const char *key)
{
  const char *own = fz_fields_get_at (build->draft, "parameter", row, key);
  const FzFields *law = find_parameter (build->law, fz_fields_get_at (build->draft, "parameter", row, "name"));

  return own != NULL || law == NULL ? own : fz_fields_get (law, key);
}

static gboolean
write_value (Build *build, guint row, GError **error)
{
  const char *type = word_of (build, row, "type"), *value = fz_fields_get_at (build->draft, "parameter", row, "value");
  const char *name = fz_fields_get_at (build->draft, "parameter", row, "name");
  char *end = NULL;

  if (g_strcmp0 (type, "texts") == 0 && value != NULL) {
    g_auto (GStrv) texts = g_strsplit_set (value, "|\n", -1);

    fz_json_writer_begin_array (build->writer, "value");
    for (guint i = 0; texts[i] != NULL; i++)
      if (*g_strstrip (texts[i]) != '\0')
        fz_json_writer_string (build->writer, NULL, texts[i]);
    fz_json_writer_end_array (build->writer);
    return TRUE;
  }
  if (g_strcmp0 (type, "bool") == 0 && (g_strcmp0 (value, "yes") == 0 || g_strcmp0 (value, "no") == 0)) {
    fz_json_writer_bool (build->writer, "value", g_str_equal (value, "yes"));
    return TRUE;
  }
  if (g_strcmp0 (type, "int") == 0 && value != NULL && *value != '\0') {
    gint64 number = g_ascii_strtoll (value, &end, 10);

    fz_json_writer_int (build->writer, "value", number);
    if (*end == '\0' && number >= 0 && number <= FZ_JSON_MAX_INT)
      return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("参数“%s”的取值“%s”不合要求。"), name != NULL ? name : "-", value != NULL ? value : "");
  return FALSE;
}

/* The rows of one name, in their order, are its values in time. */
static gboolean
write_parameter (Build *build, guint first, GError **error)
{
  static const char *const words[] = { "name", "zh", "en", "question", "stricter" };
  const char *name = fz_fields_get_at (build->draft, "parameter", first, "name");

  fz_json_writer_begin_object (build->writer, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    fz_json_writer_string (build->writer, words[i], word_of (build, first, words[i]));
  fz_json_writer_begin_array (build->writer, "values");
  for (guint i = first; i < fz_fields_count (build->draft, "parameter"); i++) {
    const char *from = build->trial && i == first ? NULL : fz_fields_get_at (build->draft, "parameter", i, "from");
    const char *until = fz_fields_get_at (build->draft, "parameter", i, "until");

    if (g_strcmp0 (fz_fields_get_at (build->draft, "parameter", i, "name"), name) != 0)
      continue;
    fz_json_writer_begin_object (build->writer, NULL);
    fz_json_writer_string (build->writer, "from", from != NULL ? from : build->since);
    fz_json_writer_string (build->writer, "until", until != NULL ? until : build->until);
    if (!write_value (build, i, error))
      return FALSE;
    fz_json_writer_end_object (build->writer);
  }
  fz_json_writer_end_array (build->writer);
  fz_json_writer_end_object (build->writer);
  return TRUE;
}

static gboolean
is_first (const FzFields *draft, guint row)
{
  for (guint i = 0; i < row; i++)
    if (g_strcmp0 (fz_fields_get_at (draft, "parameter", i, "name"), fz_fields_get_at (draft, "parameter", row, "name")) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
write_parameters (Build *build, GError **error)
{
  fz_json_writer_begin_array (build->writer, "parameters");
  for (guint i = 0; i < fz_fields_count (build->draft, "parameter"); i++)
    if (is_first (build->draft, i) && !write_parameter (build, i, error))
      return FALSE;
  fz_json_writer_end_array (build->writer);
  return TRUE;
}

static void
write_terminations (Build *build)
{
  const FzFields *draft = build->draft;
  FzCodes *known = g_hash_table_lookup (build->desk->knowledge->codes, "termination-reasons");

  fz_json_writer_begin_array (build->writer, "terminations");
  for (guint i = 0; i < fz_fields_count (draft, "termination"); i++) {
    const char *code = fz_fields_get_at (draft, "termination", i, "code"), *emergency = fz_fields_get_at (draft, "termination", i, "emergency");
    int row = code != NULL ? fz_codes_find_code (known, code) : -1;

    if (emergency == NULL && row >= 0)
      emergency = fz_codes_get (known, (guint) row, "emergency");
    fz_json_writer_begin_object (build->writer, NULL);
    fz_json_writer_string (build->writer, "code", code);
    fz_json_writer_string (build->writer, "label",
                           code != NULL && code[0] == 'T' ? NULL : fz_fields_get_at (draft, "termination", i, "label"));
    fz_json_writer_bool (build->writer, "emergency", g_strcmp0 (emergency, "yes") == 0);
    fz_json_writer_string (build->writer, "guidance", fz_fields_get_at (draft, "termination", i, "guidance"));
    fz_json_writer_end_object (build->writer);
  }
  fz_json_writer_end_array (build->writer);
}

static void
write_consent (Build *build)
{
  const char *version = fz_fields_get (build->draft, "consent.version");

  if (version == NULL) {
    fz_json_writer_null (build->writer, "consent");
    return;
  }
  fz_json_writer_begin_object (build->writer, "consent");
  fz_json_writer_string (build->writer, "version", version);
  fz_json_writer_string (build->writer, "text", fz_fields_get (build->draft, "consent.text"));
  fz_json_writer_end_object (build->writer);
}

static void
write_clause (const Build *build, const FzJson *clause)
{
  fz_json_writer_begin_object (build->writer, NULL);
  for (guint i = 0; i < fz_json_count (clause); i++) {
    const FzJson *member = fz_json_get_item (clause, i);
    const char *name = fz_json_get_name (member);

    if (build->trial && g_strcmp0 (name, "from") == 0)
      fz_json_writer_string (build->writer, name, build->since);
    else
      fz_rules_write_json (member, name, build->writer);
  }
  fz_json_writer_end_object (build->writer);
}

static gboolean
write_clauses (Build *build, GError **error)
{
  const char *text = fz_fields_get (build->draft, "clauses.json"), *file = fz_fields_get (build->draft, "clauses.file");
  g_autoptr (FzJson) array = NULL;

  if (text == NULL) {
    fz_json_writer_begin_array (build->writer, "clauses");
    fz_json_writer_end_array (build->writer);
    return TRUE;
  }
  array = fz_json_parse_file (file != NULL ? file : "clauses", text, strlen (text), MAX_CLAUSES_BYTES, error);
  if (array == NULL || fz_json_get_array (array, NULL, error) == NULL)
    return FALSE;
  fz_json_writer_begin_array (build->writer, "clauses");
  for (guint i = 0; i < fz_json_count (array); i++)
    write_clause (build, fz_json_get_item (array, i));
  fz_json_writer_end_array (build->writer);
  return TRUE;
}

static void
write_head (Build *build)
{
  const char *name = fz_fields_get (build->desk->institution, "organ.name");
  g_autofree char *title = g_strdup_printf ("%s院内规定", name);
  FzJsonWriter *writer = build->writer;

  fz_json_writer_string (writer, "format", "fuzhen.rulebook/v2");
  fz_json_writer_string (writer, "name", "hospital");
  fz_json_writer_string (writer, "layer", "hospital");
  fz_json_writer_string (writer, "short", "YN");
  fz_json_writer_string (writer, "title", title);
  fz_json_writer_string (writer, "title_en", "The hospital's own rules");
  fz_json_writer_string (writer, "over", fz_rulebook_get_name (build->law));
  fz_json_writer_null (writer, "regulation");
  fz_json_writer_string (writer, "source", name);
  fz_json_writer_string (writer, "since", build->since);
  fz_json_writer_string (writer, "until", build->until);
  fz_json_writer_string (writer, "until_basis", build->until != NULL ? "stated" : NULL);
  fz_json_writer_null (writer, "successor");
}

static FzRuleLayer *
build_layer (Build *build, GError **error)
{
  g_autofree char *text = NULL;

  fz_json_writer_begin_object (build->writer, NULL);
  write_head (build);
  if (!write_parameters (build, error))
    return NULL;
  write_terminations (build);
  write_consent (build);
  if (!write_clauses (build, error))
    return NULL;
  fz_json_writer_end_object (build->writer);
  text = fz_json_writer_finish (build->writer, error);
  return text != NULL ? fz_rule_layer_parse (_ ("院内规定"), text, strlen (text), error) : NULL;
}

static gboolean
says_something (const FzFields *draft)
{
  return fz_fields_count (draft, "parameter") > 0 || fz_fields_count (draft, "termination") > 0 || fz_fields_has (draft, "consent.version") ||
         fz_fields_has (draft, "clauses.json");
}

/* `from` NULL: in earnest, from its own days on. */
static FzRulebook *
build_since (FzDesk *desk, const FzFields *draft, const char *from, GError **error)
{
  const char *place = fz_fields_get (draft, "rules.jurisdiction"), *profile = fz_rules_profile (desk, place);
  g_autoptr (FzRulebook) law = profile != NULL ? fz_data_load_rulebook (profile, error) : NULL;
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  const char *since = fz_fields_get (draft, "layer.since");
  Build build = { desk, draft, law, writer, since != NULL ? since : fz_fields_get (draft, "rules.since"), fz_fields_get (draft, "layer.until"),
                  from != NULL };
  g_autoptr (FzRuleLayer) own = NULL;
  FzDate day;

  if (profile == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("规则地区“%s”不可识别。"), place != NULL ? place : "");
  if (law == NULL || !fz_date_parse (build.since != NULL ? build.since : "", &day, error))
    return NULL;
  if (from != NULL && g_strcmp0 (from, build.since) < 0)
    build.since = from;
  if (!says_something (draft))
    return g_steal_pointer (&law);
  own = build_layer (&build, error);
  return own != NULL ? fz_data_stack_rulebook (own, error) : NULL;
}

FzRulebook *
fz_rules_draft_build (FzDesk *desk, const FzFields *draft, GError **error)
{
  return build_since (desk, draft, NULL, error);
}

FzRulebook *
fz_rules_draft_build_since (FzDesk *desk, const FzFields *draft, FzDate from, GError **error)
{
  g_autofree char *day = fz_date_format (from);

  return build_since (desk, draft, day, error);
}
