#include "core/rulebook_private.h"

#include <glib/gi18n-lib.h>

static const char *const moment_words[FZ_N_MOMENTS] = { "intake", "take", "eligibility", "record", "prescribe", "review", "dispense" };

const char *
fz_moment_to_word (FzMoment moment)
{
  return moment_words[moment];
}

gboolean
fz_moment_from_word (const char *word, FzMoment *out)
{
  for (guint i = 0; i < FZ_N_MOMENTS; i++)
    if (g_strcmp0 (moment_words[i], word) == 0) {
      *out = (FzMoment) i;
      return TRUE;
    }
  return FALSE;
}

FzRulebook *
fz_rulebook_ref (FzRulebook *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
fz_rulebook_unref (FzRulebook *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  g_ptr_array_unref (self->subjects);
  g_ptr_array_unref (self->clauses);
  g_ptr_array_unref (self->layers);
  g_hash_table_unref (self->settled);
  g_mutex_clear (&self->lock);
  g_free (self->manifest);
  g_free (self->sha256);
  g_free (self);
}

/* --- stacking --- */

static FzRuleLayer *
layer_at (const FzRulebook *self, guint i)
{
  return self->layers->pdata[i];
}

static gboolean
check_chain (const FzRulebook *self, GError **error)
{
  if (layer_at (self, 0)->rank != FZ_LAYER_UPPER)
    return fz_json_fail (layer_at (self, 0)->json, "layer", _ ("最下层应为上位规定（upper）。"), error);
  if (self->layers->len < 2)
    return fz_json_fail (layer_at (self, 0)->json, "layer", _ ("规则集至少有上位规定和国家规定两层。"), error);
  for (guint i = 1; i < self->layers->len; i++) {
    const FzRuleLayer *layer = layer_at (self, i), *below = layer_at (self, i - 1);

    if (g_strcmp0 (layer->over, below->name) != 0)
      return fz_json_fail (layer->json, "over", _ ("与实际的下一层不符。"), error);
    if (layer->rank <= below->rank || (i == 1 && layer->rank != FZ_LAYER_NATIONAL))
      return fz_json_fail (layer->json, "layer", _ ("各层依次为上位规定、国家规定、地方规定、院内规定，不能重复或倒置。"), error);
  }
  return TRUE;
}

/* A layer above may only be stricter. */
static gboolean
check_redefinitions (const FzRulebook *self, guint above, GError **error)
{
  const FzRuleLayer *layer = layer_at (self, above);

  for (guint p = 0; p < layer->parameters->len; p++)
    for (guint i = 0; i < above; i++) {
      const FzParameter *parameter = layer->parameters->pdata[p];
      const FzParameter *below = fz_rule_layer_find_parameter (layer_at (self, i), parameter->name);

      if (below != NULL && !fz_parameter_check_above (parameter, &layer->period, below, &layer_at (self, i)->period, error))
        return FALSE;
    }
  return TRUE;
}

/* The parameter stands in the clause's own layer or one below that is in force as long as the clause: what lies above comes and goes. */
static gboolean
check_ref (const FzRulebook *self, guint own, const FzClause *clause, const FzParamRef *ref, GError **error)
{
  gboolean known = FALSE;

  for (guint i = 0; i <= own; i++) {
    const FzParameter *parameter = fz_rule_layer_find_parameter (layer_at (self, i), ref->parameter);

    if (parameter == NULL)
      continue;
    known = TRUE;
    if (parameter->type != fz_predicate_param_type (ref->param))
      return fz_json_fail (ref->json, "parameter", _ ("参数的类型与这个判断条件不符。"), error);
    if (fz_period_holds (&layer_at (self, i)->period, &clause->period))
      return TRUE;
  }
  return fz_json_fail (ref->json, "parameter", known ? _ ("参数在条款施行期内并非每天都有取值。") : _ ("本层及以下各层都没有这个参数。"), error);
}

static gboolean
check_ask (const FzRulebook *self, guint own, const FzClause *clause, const FzAsk *ask, GError **error)
{
  for (guint i = 0; i < ask->refs->len; i++)
    if (!check_ref (self, own, clause, ask->refs->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
check_clauses (const FzRulebook *self, guint own, GError **error)
{
  const GPtrArray *clauses = layer_at (self, own)->clauses;

  for (guint i = 0; i < clauses->len; i++) {
    const FzClause *clause = clauses->pdata[i];

    for (guint j = 0; j < clause->when->len; j++)
      if (!check_ask (self, own, clause, clause->when->pdata[j], error))
        return FALSE;
    if (!check_ask (self, own, clause, clause->require, error))
      return FALSE;
  }
  return TRUE;
}

static void
subject_free (gpointer data)
{
  g_ptr_array_unref (data);
}

static void
gather (FzRulebook *self)
{
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) manifest = g_string_new ("fuzhen.rulebook/v2\n");

  for (guint i = 0; i < self->layers->len; i++) {
    const FzRuleLayer *layer = layer_at (self, i);

    g_string_append_printf (manifest, "%s %s\n", layer->name, layer->sha256);
    for (guint j = 0; j < layer->clauses->len; j++) {
      FzClause *clause = layer->clauses->pdata[j];
      GPtrArray *subject = g_hash_table_lookup (by_id, clause->id);

      if (subject == NULL) {
        subject = g_ptr_array_new ();
        g_hash_table_insert (by_id, (gpointer) clause->id, subject);
        g_ptr_array_add (self->subjects, subject);
      }
      g_ptr_array_add (subject, clause);
      g_ptr_array_add (self->clauses, clause);
    }
  }
  self->sha256 = fz_sha256_hex (manifest->str, manifest->len);
  self->manifest = g_string_free (g_steal_pointer (&manifest), FALSE);
}

static void
layer_unref (gpointer data)
{
  fz_rule_layer_unref (data);
}

static void
fields_unref (gpointer data)
{
  fz_fields_unref (data);
}

FzRulebook *
fz_rulebook_new (FzRuleLayer *const *layers, guint n, GError **error)
{
  g_autoptr (FzRulebook) self = g_new0 (FzRulebook, 1);

  g_return_val_if_fail (n > 0, NULL);
  self->refs = 1;
  self->layers = g_ptr_array_new_with_free_func (layer_unref);
  self->clauses = g_ptr_array_new ();
  self->subjects = g_ptr_array_new_with_free_func (subject_free);
  self->settled = g_hash_table_new_full (NULL, NULL, NULL, fields_unref);
  g_mutex_init (&self->lock);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->layers, fz_rule_layer_ref (layers[i]));
  if (!check_chain (self, error))
    return NULL;
  for (guint i = 0; i < n; i++)
    if (!check_redefinitions (self, i, error) || !check_clauses (self, i, error))
      return NULL;
  gather (self);
  return g_steal_pointer (&self);
}

/* --- telling --- */

static const FzRuleLayer *
top_public (const FzRulebook *self)
{
  const FzRuleLayer *top = layer_at (self, self->layers->len - 1);

  return top->rank == FZ_LAYER_HOSPITAL ? layer_at (self, self->layers->len - 2) : top;
}

const char *
fz_rulebook_get_name (const FzRulebook *self)
{
  return top_public (self)->name;
}

const char *
fz_rulebook_get_title (const FzRulebook *self)
{
  return top_public (self)->title;
}

FzDate
fz_rulebook_get_since (const FzRulebook *self)
{
  return top_public (self)->period.from;
}

gboolean
fz_rulebook_get_until (const FzRulebook *self, FzDate *out)
{
  return fz_rule_layer_get_until (top_public (self), out);
}

const char *
fz_rulebook_get_sha256 (const FzRulebook *self)
{
  return self->sha256;
}

const char *
fz_rulebook_get_manifest (const FzRulebook *self)
{
  return self->manifest;
}

guint
fz_rulebook_get_n_layers (const FzRulebook *self)
{
  return self->layers->len;
}

FzRuleLayer *
fz_rulebook_get_layer (const FzRulebook *self, guint i)
{
  return layer_at (self, i);
}

static gboolean
is_profile (const FzRuleLayer *layer)
{
  return layer->rank == FZ_LAYER_NATIONAL || layer->rank == FZ_LAYER_LOCAL;
}

const FzRuleLayer *
fz_rulebook_find_ended (const FzRulebook *self, FzDate on)
{
  for (guint i = self->layers->len; i-- > 0;) {
    const FzRuleLayer *layer = layer_at (self, i);

    if (is_profile (layer) && layer->period.has_until && fz_date_compare (layer->period.until, on) < 0)
      return layer;
  }
  return NULL;
}

const FzRuleLayer *
fz_rulebook_find_governing (const FzRulebook *self, FzDate on)
{
  for (guint i = self->layers->len; i-- > 0;)
    if (is_profile (layer_at (self, i)) && fz_rule_layer_in_force (layer_at (self, i), on))
      return layer_at (self, i);
  return NULL;
}

guint
fz_rulebook_get_n_clauses (const FzRulebook *self)
{
  return self->clauses->len;
}

const FzFields *
fz_rulebook_get_clause (const FzRulebook *self, guint i)
{
  return ((FzClause *) self->clauses->pdata[i])->facts;
}

const FzRuleLayer *
fz_rulebook_resolve (const FzRulebook *self, const char *parameter, FzDate on, const char *param, FzFields *params)
{
  for (guint i = self->layers->len; i-- > 0;) {
    const FzRuleLayer *layer = layer_at (self, i);
    const FzParameter *found = fz_rule_layer_in_force (layer, on) ? fz_rule_layer_find_parameter (layer, parameter) : NULL;

    if (found == NULL)
      continue;
    fz_parameter_put (found, on, param, params);
    return layer;
  }
  return NULL;
}

static FzFields *
settle (const FzRulebook *self, const FzAsk *ask, FzDate on)
{
  FzFields *params = fz_fields_dup (ask->params, NULL);

  for (guint i = 0; i < ask->refs->len; i++) {
    const FzParamRef *ref = ask->refs->pdata[i];

    fz_rulebook_resolve (self, ref->parameter, on, ref->param, params);
  }
  return fz_fields_freeze (params);
}

/* Lists of words are long and asked at every key press, and the day is nearly always today. */
FzFields *
fz_rulebook_settle (const FzRulebook *book, const FzAsk *ask, FzDate on)
{
  FzRulebook *self = (FzRulebook *) (gpointer) book; /* a cache changes nothing of what it says */
  g_autoptr (GMutexLocker) locker = NULL;
  FzFields *params;

  if (ask->refs->len == 0)
    return fz_fields_ref (ask->params);
  locker = g_mutex_locker_new (&self->lock);
  if (fz_date_compare (self->settled_on, on) != 0)
    g_hash_table_remove_all (self->settled);
  self->settled_on = on;
  params = g_hash_table_lookup (self->settled, ask);
  if (params == NULL) {
    params = settle (self, ask, on);
    g_hash_table_insert (self->settled, (gpointer) ask, params);
  }
  return fz_fields_ref (params);
}

const FzRuleLayer *
fz_rulebook_read_parameter (const FzRulebook *self, const char *name, FzDate on, FzFields *out)
{
  return fz_rulebook_resolve (self, name, on, name, out);
}
