#include "core/report_plan.h"

#include "core/json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_PLAN_BYTES (64 * 1024)

/* Every text is borrowed from `root`, every list of texts from `lists`. */
struct _FzReportPlan {
  FzJson *root;
  GPtrArray *lists; /* g_free */
  const char *name, *title, *title_en, *words, *words_en, *period;
  const char *const *rows;
  FzReportFilterRule filters[FZ_REPORT_N_FILTERS];
  GArray *parts;
};

static void
part_clear (gpointer data)
{
  FzReportPart *part = data;

  g_array_unref (part->spans);
  g_array_unref (part->shares);
}

void
fz_report_plan_free (FzReportPlan *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->parts);
  g_ptr_array_unref (self->lists);
  fz_json_free (self->root);
  g_free (self);
}

/* --- reading --- */

static gboolean
read_text (const FzJson *object, const char *key, const char **out, GError **error)
{
  *out = fz_json_get_string (object, key, error);
  return *out != NULL && (**out != '\0' || fz_json_fail (object, key, _ ("不能为空。"), error));
}

static gboolean
read_texts (FzReportPlan *self, const FzJson *object, const char *key, const char *const **out, GError **error)
{
  const FzJson *array = NULL;
  const char **texts;
  guint n;

  if (!fz_json_opt_array (object, key, &array, error))
    return FALSE;
  n = array != NULL ? fz_json_count (array) : 0;
  texts = g_new0 (const char *, n + 1);
  g_ptr_array_add (self->lists, texts);
  for (guint i = 0; i < n; i++)
    if ((texts[i] = fz_json_get_string (fz_json_get_item (array, i), NULL, error)) == NULL)
      return FALSE;
  *out = texts;
  return TRUE;
}

static gboolean
read_span (FzReportPart *part, const FzJson *object, GError **error)
{
  static const char *const known[] = { "label", "label_en", "from", "to", "unit", "within", NULL };
  FzReportSpan span = { .within = -1 };
  const char *unit;

  if (!fz_json_check_keys (object, known, error) || !read_text (object, "label", &span.label, error) || !read_text (object, "label_en", &span.label_en, error) ||
      !read_text (object, "from", &span.from, error) || !read_text (object, "to", &span.to, error) || !read_text (object, "unit", &unit, error) ||
      !fz_json_opt_int (object, "within", &span.within, error))
    return FALSE;
  if (!g_str_equal (unit, "workdays") && !g_str_equal (unit, "days"))
    return fz_json_fail (object, "unit", _ ("只能是 workdays 或 days。"), error);
  span.workdays = g_str_equal (unit, "workdays");
  g_array_append_val (part->spans, span);
  return TRUE;
}

static gboolean
read_share (FzReportPart *part, const FzJson *object, GError **error)
{
  static const char *const known[] = { "label", "label_en", "part", "whole", NULL };
  FzReportShare share;

  if (!fz_json_check_keys (object, known, error) || !read_text (object, "label", &share.label, error) || !read_text (object, "label_en", &share.label_en, error) ||
      !read_text (object, "part", &share.part, error) || !read_text (object, "whole", &share.whole, error))
    return FALSE;
  g_array_append_val (part->shares, share);
  return TRUE;
}

static gboolean
read_each (FzReportPart *part, const FzJson *object, const char *key, gboolean (*read) (FzReportPart *, const FzJson *, GError **), GError **error)
{
  const FzJson *array = NULL;

  if (!fz_json_opt_array (object, key, &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < fz_json_count (array); i++)
    if (!read (part, fz_json_get_item (array, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
read_part (FzReportPlan *self, const FzJson *object, GError **error)
{
  static const char *const known[] = { "what", "register", "day", "of", "by", "spans", "shares", NULL };
  FzReportPart fresh = { .spans = g_array_new (FALSE, TRUE, sizeof (FzReportSpan)), .shares = g_array_new (FALSE, TRUE, sizeof (FzReportShare)) }, *part;

  g_array_append_val (self->parts, fresh);
  part = &g_array_index (self->parts, FzReportPart, self->parts->len - 1);
  if (!fz_json_check_keys (object, known, error) || !read_text (object, "what", &part->what, error) || !fz_json_opt_string (object, "register", &part->reg, error) ||
      !fz_json_opt_string (object, "day", &part->day, error) || !fz_json_opt_string (object, "of", &part->of, error) || !read_texts (self, object, "by", &part->by, error) ||
      !read_each (part, object, "spans", read_span, error) || !read_each (part, object, "shares", read_share, error))
    return FALSE;
  return (part->reg != NULL) == g_str_equal (part->what, "register") || fz_json_fail (object, "register", _ ("台账部分须写明台账，其他部分不能写。"), error);
}

/* Both have to be said of every report, with the reason. */
static gboolean
read_filters (FzReportPlan *self, GError **error)
{
  static const char *const both[] = { "department", "person", NULL }, *const known[] = { "allowed", "least", "why", "why_en", NULL };
  const FzJson *filters = fz_json_get_object (self->root, "filters", error);

  if (filters == NULL || !fz_json_check_keys (filters, both, error))
    return FALSE;
  for (guint i = 0; i < FZ_REPORT_N_FILTERS; i++) {
    const FzJson *object = fz_json_get_object (filters, both[i], error);
    FzReportFilterRule *rule = &self->filters[i];

    if (object == NULL || !fz_json_check_keys (object, known, error) || !fz_json_get_bool (object, "allowed", &rule->allowed, error) ||
        !fz_json_opt_int (object, "least", &rule->least, error) || !read_text (object, "why", &rule->why, error) || !read_text (object, "why_en", &rule->why_en, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_all (FzReportPlan *self, GError **error)
{
  static const char *const known[] = { "format", "name", "title", "title_en", "words", "words_en", "rows", "source", "period", "filters", "parts", NULL };
  const char *format, *source;
  const FzJson *parts;

  if (!fz_json_check_keys (self->root, known, error) || !read_text (self->root, "format", &format, error))
    return FALSE;
  if (!g_str_equal (format, "fuzhen.report/v1"))
    return fz_json_fail (self->root, "format", _ ("不认识的报表版本。"), error);
  if (!read_text (self->root, "name", &self->name, error) || !read_text (self->root, "title", &self->title, error) ||
      !read_text (self->root, "title_en", &self->title_en, error) || !read_text (self->root, "words", &self->words, error) ||
      !read_text (self->root, "words_en", &self->words_en, error) || !read_text (self->root, "source", &source, error) ||
      !read_texts (self, self->root, "rows", &self->rows, error) || (parts = fz_json_get_array (self->root, "parts", error)) == NULL)
    return FALSE;
  if (!fz_json_opt_string (self->root, "period", &self->period, error))
    return FALSE;
  if (self->period != NULL && !g_str_equal (self->period, "month") && !g_str_equal (self->period, "year"))
    return fz_json_fail (self->root, "period", _ ("只能是 month 或 year。"), error);
  if (!read_filters (self, error))
    return FALSE;
  for (guint i = 0; i < fz_json_count (parts); i++)
    if (!read_part (self, fz_json_get_item (parts, i), error))
      return FALSE;
  return self->parts->len > 0 || fz_json_fail (self->root, "parts", _ ("列表不能为空。"), error);
}

FzReportPlan *
fz_report_plan_parse (const char *file, const void *json, gsize n, GError **error)
{
  g_autoptr (FzReportPlan) self = NULL;
  FzJson *root = fz_json_parse (json, n, MAX_PLAN_BYTES, error);

  if (root == NULL) {
    g_prefix_error (error, "%s: ", file);
    return NULL;
  }
  self = g_new0 (FzReportPlan, 1);
  self->root = root;
  self->lists = g_ptr_array_new_with_free_func (g_free);
  self->parts = g_array_new (FALSE, TRUE, sizeof (FzReportPart));
  g_array_set_clear_func (self->parts, part_clear);
  if (read_all (self, error))
    return g_steal_pointer (&self);
  g_prefix_error (error, "%s: ", file);
  return NULL;
}

/* --- asking --- */

const char *
fz_report_plan_get_name (const FzReportPlan *self)
{
  return self->name;
}

const char *
fz_report_plan_get_title (const FzReportPlan *self)
{
  return self->title;
}

const char *
fz_report_plan_get_title_en (const FzReportPlan *self)
{
  return self->title_en;
}

const char *
fz_report_plan_get_words (const FzReportPlan *self)
{
  return self->words;
}

const char *
fz_report_plan_get_period (const FzReportPlan *self)
{
  return self->period;
}

const char *
fz_report_plan_get_words_en (const FzReportPlan *self)
{
  return self->words_en;
}

const char *const *
fz_report_plan_get_rows (const FzReportPlan *self)
{
  return self->rows;
}

const FzReportFilterRule *
fz_report_plan_get_filter (const FzReportPlan *self, FzReportFilter filter)
{
  return &self->filters[filter];
}

const char *
fz_report_filter_word (FzReportFilter filter)
{
  return filter == FZ_REPORT_OF_PERSON ? "person" : "department";
}

guint
fz_report_plan_get_n_parts (const FzReportPlan *self)
{
  return self->parts->len;
}

const FzReportPart *
fz_report_plan_get_part (const FzReportPlan *self, guint i)
{
  return &g_array_index (self->parts, FzReportPart, i);
}

static gboolean
is_kind (const FzRegister *reg, const char *key, FzFieldKind kind, FzFieldKind other, GError **error)
{
  const FzRegisterField *field = fz_register_find_field (reg, key);

  if (field != NULL && (field->kind == kind || field->kind == other))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("报表：台账“%s”没有栏目“%s”，或它不能这样统计。"), fz_register_get_name (reg), key);
  return FALSE;
}

gboolean
fz_report_part_check (const FzReportPart *part, const FzRegister *reg, GError **error)
{
  if (part->day != NULL && !is_kind (reg, part->day, FZ_FIELD_DAY, FZ_FIELD_DAY, error))
    return FALSE;
  if (part->of != NULL && !is_kind (reg, part->of, FZ_FIELD_STAFF, FZ_FIELD_VISIT, error))
    return FALSE;
  for (guint i = 0; part->by[i] != NULL; i++)
    if (!is_kind (reg, part->by[i], FZ_FIELD_CHOICE, FZ_FIELD_YESNO, error))
      return FALSE;
  for (guint i = 0; i < part->spans->len; i++) {
    const FzReportSpan *span = &g_array_index (part->spans, FzReportSpan, i);

    if (!is_kind (reg, span->from, FZ_FIELD_DAY, FZ_FIELD_DAY, error) || !is_kind (reg, span->to, FZ_FIELD_DAY, FZ_FIELD_DAY, error))
      return FALSE;
  }
  for (guint i = 0; i < part->shares->len; i++) {
    const FzReportShare *share = &g_array_index (part->shares, FzReportShare, i);

    if (!is_kind (reg, share->part, FZ_FIELD_NUMBER, FZ_FIELD_NUMBER, error) || !is_kind (reg, share->whole, FZ_FIELD_NUMBER, FZ_FIELD_NUMBER, error))
      return FALSE;
  }
  return TRUE;
}
