#include "core/rule_private.h"

#include "core/regulation.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_LAYER_BYTES (1024 * 1024)

static const char *const rank_words[] = { "upper", "national", "local", "hospital" };

const char *
fz_layer_rank_to_word (FzLayerRank rank)
{
  return rank_words[rank];
}

FzRuleLayer *
fz_rule_layer_ref (FzRuleLayer *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
fz_rule_layer_unref (FzRuleLayer *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  g_ptr_array_unref (self->clauses);
  g_ptr_array_unref (self->parameters);
  g_ptr_array_unref (self->terminations);
  fz_json_free (self->json);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->sha256);
  g_free (self);
}

/* --- reading --- */

const char *
fz_rule_read_text (const FzJson *object, const char *key, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);

  if (text != NULL && *text == '\0')
    return fz_json_fail (object, key, _ ("不能为空。"), error), NULL;
  return text;
}

gboolean
fz_rule_read_nullable (const FzJson *object, const char *key, const char **out, GError **error)
{
  if (fz_json_find (object, key) == NULL)
    return fz_json_fail (object, key, _ ("必须写明；没有请写 null。"), error);
  if (!fz_json_opt_string (object, key, out, error))
    return FALSE;
  return *out == NULL || **out != '\0' || fz_json_fail (object, key, _ ("不能为空。"), error);
}

static gboolean
read_rank (const FzJson *root, FzRuleLayer *self, GError **error)
{
  const char *word = fz_json_get_string (root, "layer", error);

  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (rank_words); i++)
    if (g_str_equal (rank_words[i], word)) {
      self->rank = (FzLayerRank) i;
      return TRUE;
    }
  return word != NULL && fz_json_fail (root, "layer", _ ("只能是 upper、national、local 或 hospital。"), error);
}

static gboolean
check_names (const FzJson *root, const FzRuleLayer *self, GError **error)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz", rest[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

  if (strspn (self->name, letters) == 0 || strspn (self->name, rest) != strlen (self->name))
    return fz_json_fail (root, "name", _ ("只能用小写字母、数字和连字符。"), error);
  if (strlen (self->short_name) != 2 || !g_ascii_isupper (self->short_name[0]) || !g_ascii_isupper (self->short_name[1]))
    return fz_json_fail (root, "short", _ ("应为两个大写字母。"), error);
  if ((self->over == NULL) != (self->rank == FZ_LAYER_UPPER))
    return fz_json_fail (root, "over", _ ("只有最下层（upper）写 null，其他层必须写明下一层。"), error);
  if (g_strcmp0 (self->over, self->name) == 0)
    return fz_json_fail (root, "over", _ ("不能以自己为下一层。"), error);
  if (self->regulation != NULL && (self->rank == FZ_LAYER_UPPER || self->rank == FZ_LAYER_HOSPITAL))
    return fz_json_fail (root, "regulation", _ ("上位规定和院内规定不附带原文，应写 null。"), error);
  return self->regulation != NULL || self->rank == FZ_LAYER_UPPER || self->rank == FZ_LAYER_HOSPITAL ||
         fz_json_fail (root, "regulation", _ ("应写明所附原文。"), error);
}

static gboolean
read_head (const FzJson *root, FzRuleLayer *self, GError **error)
{
  const char *format = fz_json_get_string (root, "format", error);

  if (format == NULL)
    return FALSE;
  if (!g_str_equal (format, "fuzhen.rulebook/v2"))
    return fz_json_fail (root, "format", _ ("不认识的规则集版本。"), error);
  return (self->name = fz_rule_read_text (root, "name", error)) != NULL && read_rank (root, self, error) &&
         (self->short_name = fz_rule_read_text (root, "short", error)) != NULL &&
         (self->title = fz_rule_read_text (root, "title", error)) != NULL &&
         (self->title_en = fz_rule_read_text (root, "title_en", error)) != NULL &&
         (self->source = fz_rule_read_text (root, "source", error)) != NULL &&
         fz_rule_read_nullable (root, "over", &self->over, error) &&
         fz_rule_read_nullable (root, "regulation", &self->regulation, error) &&
         fz_rule_read_nullable (root, "successor", &self->successor, error) && check_names (root, self, error);
}

static gboolean
read_dates (const FzJson *root, FzRuleLayer *self, GError **error)
{
  const char *basis = NULL;

  if (!fz_period_read (root, "since", &self->period, error) || !fz_rule_read_nullable (root, "until_basis", &basis, error))
    return FALSE;
  if ((basis != NULL) != self->period.has_until || (basis != NULL && !g_str_equal (basis, "stated") && !g_str_equal (basis, "computed")))
    return fz_json_fail (root, "until_basis", _ ("失效日期由原文写明的写 stated，推算的写 computed，没有的写 null。"), error);
  self->computed = g_strcmp0 (basis, "computed") == 0;
  return TRUE;
}

static gboolean
read_parameters (const FzJson *root, FzRuleLayer *self, GError **error)
{
  const FzJson *array = fz_json_get_array (root, "parameters", error);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < fz_json_count (array); i++) {
    const FzJson *object = fz_json_get_item (array, i);
    FzParameter *parameter = fz_parameter_read (object, &self->period, error);

    if (parameter == NULL)
      return FALSE;
    if (fz_rule_layer_find_parameter (self, parameter->name) != NULL) {
      fz_parameter_free (parameter);
      return fz_json_fail (object, "name", _ ("参数名重复。"), error);
    }
    g_ptr_array_add (self->parameters, parameter);
  }
  return TRUE;
}

/* The same subject may stand twice when the law changed; on one day it says one thing. */
static gboolean
check_dates_apart (const FzRuleLayer *self, const FzClause *clause, GError **error)
{
  for (guint i = 0; i < self->clauses->len; i++) {
    const FzClause *other = self->clauses->pdata[i];

    if (other != clause && g_str_equal (other->id, clause->id) && fz_period_overlaps (&other->period, &clause->period))
      return fz_json_fail (clause->json, "id", _ ("条款编号重复，且施行期重叠。"), error);
  }
  return TRUE;
}

static gboolean
read_clauses (const FzJson *root, FzRuleLayer *self, GError **error)
{
  const FzJson *array = fz_json_get_array (root, "clauses", error);

  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < fz_json_count (array); i++) {
    FzClause *clause = fz_clause_read (fz_json_get_item (array, i), self, error);

    if (clause == NULL)
      return FALSE;
    g_ptr_array_add (self->clauses, clause);
    if (!check_dates_apart (self, clause, error))
      return FALSE;
  }
  return self->clauses->len > 0 || self->rank == FZ_LAYER_HOSPITAL || fz_json_fail (array, NULL, _ ("规则集没有任何条款。"), error);
}

static gboolean
read_layer (FzRuleLayer *self, GError **error)
{
  static const char *const keys[] = { "format",      "name",      "layer",      "short",        "title",   "title_en", "over", "regulation", "source", "since", "until",
                                      "until_basis", "successor", "parameters", "terminations", "consent", "clauses",  NULL };

  return fz_json_check_keys (self->json, keys, error) && read_head (self->json, self, error) && read_dates (self->json, self, error) &&
         read_parameters (self->json, self, error) && fz_rule_layer_read_own (self->json, self, error) && read_clauses (self->json, self, error);
}

static void
fields_unref (gpointer data)
{
  fz_fields_unref (data);
}

FzRuleLayer *
fz_rule_layer_parse (const char *file, const void *json, gsize n, GError **error)
{
  g_autoptr (FzRuleLayer) self = g_new0 (FzRuleLayer, 1);

  self->refs = 1;
  self->parameters = g_ptr_array_new_with_free_func (fz_parameter_free);
  self->terminations = g_ptr_array_new_with_free_func (fields_unref);
  self->clauses = g_ptr_array_new_with_free_func (fz_clause_free);
  self->bytes = g_bytes_new (json, n);
  self->sha256 = fz_sha256_hex (json, n);
  self->json = fz_json_parse_file (file, json, n, MAX_LAYER_BYTES, error);
  return self->json != NULL && read_layer (self, error) ? g_steal_pointer (&self) : NULL;
}

gboolean
fz_rule_layer_check_articles (const FzRuleLayer *self, const char *regulation, GError **error)
{
  for (guint i = 0; i < self->clauses->len; i++) {
    const FzClause *clause = self->clauses->pdata[i];
    g_autofree char *sha256 = fz_regulation_article_sha256 (regulation, fz_fields_get (clause->facts, "article"));

    if (sha256 == NULL)
      return fz_json_fail (clause->json, "article", _ ("原文没有这一条。"), error);
    if (g_strcmp0 (sha256, fz_fields_get (clause->facts, "article_sha256")) != 0) {
      g_autofree char *reason = g_strdup_printf (_ ("与原文不符；该条原文的 SHA-256 是 %s。"), sha256);

      return fz_json_fail (clause->json, "article_sha256", reason, error);
    }
  }
  return TRUE;
}

/* --- telling --- */

const char *
fz_rule_layer_get_name (const FzRuleLayer *self)
{
  return self->name;
}

const char *
fz_rule_layer_get_title (const FzRuleLayer *self)
{
  return self->title;
}

const char *
fz_rule_layer_get_title_en (const FzRuleLayer *self)
{
  return self->title_en;
}

const char *
fz_rule_layer_get_short (const FzRuleLayer *self)
{
  return self->short_name;
}

const char *
fz_rule_layer_get_source (const FzRuleLayer *self)
{
  return self->source;
}

FzLayerRank
fz_rule_layer_get_rank (const FzRuleLayer *self)
{
  return self->rank;
}

const char *
fz_rule_layer_get_over (const FzRuleLayer *self)
{
  return self->over;
}

const char *
fz_rule_layer_get_regulation (const FzRuleLayer *self)
{
  return self->regulation;
}

const char *
fz_rule_layer_get_successor (const FzRuleLayer *self)
{
  return self->successor;
}

FzDate
fz_rule_layer_get_since (const FzRuleLayer *self)
{
  return self->period.from;
}

gboolean
fz_rule_layer_get_until (const FzRuleLayer *self, FzDate *out)
{
  if (self->period.has_until)
    *out = self->period.until;
  return self->period.has_until;
}

gboolean
fz_rule_layer_is_until_computed (const FzRuleLayer *self)
{
  return self->computed;
}

gboolean
fz_rule_layer_in_force (const FzRuleLayer *self, FzDate on)
{
  return fz_period_covers (&self->period, on);
}

const char *
fz_rule_layer_get_sha256 (const FzRuleLayer *self)
{
  return self->sha256;
}

GBytes *
fz_rule_layer_get_bytes (const FzRuleLayer *self)
{
  return self->bytes;
}

guint
fz_rule_layer_get_n_clauses (const FzRuleLayer *self)
{
  return self->clauses->len;
}

const FzFields *
fz_rule_layer_get_clause (const FzRuleLayer *self, guint i)
{
  return ((FzClause *) self->clauses->pdata[i])->facts;
}

const FzParameter *
fz_rule_layer_find_parameter (const FzRuleLayer *self, const char *name)
{
  for (guint i = 0; i < self->parameters->len; i++)
    if (g_str_equal (((FzParameter *) self->parameters->pdata[i])->name, name))
      return self->parameters->pdata[i];
  return NULL;
}

guint
fz_rule_layer_get_n_parameters (const FzRuleLayer *self)
{
  return self->parameters->len;
}

const FzFields *
fz_rule_layer_get_parameter (const FzRuleLayer *self, guint i)
{
  return ((FzParameter *) self->parameters->pdata[i])->facts;
}

guint
fz_rule_layer_get_n_terminations (const FzRuleLayer *self)
{
  return self->terminations->len;
}

const FzFields *
fz_rule_layer_get_termination (const FzRuleLayer *self, guint i)
{
  return self->terminations->pdata[i];
}

const char *
fz_rule_layer_get_consent_version (const FzRuleLayer *self)
{
  return self->consent_version;
}

const char *
fz_rule_layer_get_consent_text (const FzRuleLayer *self)
{
  return self->consent_text;
}
