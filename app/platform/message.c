#include "app/platform/message.h"

#include "app/platform/value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* One message being built. */
typedef struct {
  const FzFields *facts;
  FzJsonWriter *json;
  GPtrArray *problems;
  const FzWireField *list; /* the list at hand, NULL outside … */
  int position;            /* … and its position, -1 outside */
  gboolean said;           /* something stands in the item at hand, or its problem is told */
  GPtrArray *trace;        /* how each value came about; NULL: nobody asks */
} Build;

void
fz_message_problem_free (FzMessageProblem *self)
{
  if (self == NULL)
    return;
  g_free (self->field);
  g_free (self->label_zh);
  g_free (self->fact);
  g_free (self->reason);
  g_free (self);
}

static char *
name_of (const Build *self, const FzWireField *field)
{
  return self->list != NULL ? g_strdup_printf ("%s[%d].%s", self->list->name, self->position, field->name) : g_strdup (field->name);
}

static char *
label_of (const Build *self, const FzWireField *field)
{
  return self->list != NULL ? g_strdup_printf (_("%s第 %d 行：%s"), self->list->label, self->position + 1, field->label) : g_strdup (field->label);
}

static void
add_problem (Build *self, const FzWireField *field, FzProblemKind kind, const char *fact, const char *reason)
{
  FzMessageProblem *problem = g_new0 (FzMessageProblem, 1);

  problem->kind = kind;
  problem->field = name_of (self, field);
  problem->label_zh = label_of (self, field);
  problem->fact = g_strdup (fact);
  problem->reason = g_strdup (reason);
  g_ptr_array_add (self->problems, problem);
}

static gboolean
is_required (const FzWireField *field, const FzFields *facts)
{
  return field->always || (field->when != NULL && fz_when_all (field->when, facts));
}

static const char *
how_it_came (const FzWireField *field, const FzValue *value, const char *said)
{
  if (value->fact == NULL)
    return "constant";
  if (field->join != NULL)
    return "joined";
  if (field->dictionary != NULL)
    return "coded";
  return g_strcmp0 (said, value->text) == 0 ? "as_is" : "printed";
}

static void
add_trace (Build *self, const FzWireField *field, const FzValue *value)
{
  FzFields *row = fz_fields_new ("fuzhen.trace/v1");
  g_autofree char *name = name_of (self, field), *label = label_of (self, field);
  const char *said = value->fact != NULL ? fz_fields_get (self->facts, value->fact) : NULL;

  fz_fields_set (row, "field", name);
  fz_fields_set (row, "label", label);
  fz_fields_set (row, "value", *value->text != '\0' ? value->text : NULL);
  fz_fields_set (row, "fact", value->fact);
  fz_fields_set (row, "said", said);
  fz_fields_set (row, "how", how_it_came (field, value, said));
  g_ptr_array_add (self->trace, row);
}

static void
put_value (Build *self, const FzWireField *field)
{
  g_auto (FzValue) value;
  guint n_problems = self->problems->len;

  fz_value_read (&value, field, self->facts, self->position);
  if (self->trace != NULL && value.reason == NULL && value.kind != FZ_VALUE_NONE)
    add_trace (self, field, &value);
  if (value.reason != NULL)
    add_problem (self, field, value.problem, value.fact, value.reason);
  else if (value.kind == FZ_VALUE_TEXT)
    fz_json_writer_string (self->json, field->name, value.text);
  else if (value.kind == FZ_VALUE_NUMBER)
    fz_json_writer_raw_decimal (self->json, field->name, value.text);
  else if (is_required (field, self->facts))
    add_problem (self, field, FZ_PROBLEM_MISSING, value.fact, _("平台要求必填，现在没有内容。"));
  self->said = self->said || value.kind != FZ_VALUE_NONE || self->problems->len > n_problems;
}

static void put_fields (Build *self, const GPtrArray *fields);

static void
add_too_many (Build *self, const FzWireField *field, const char *all)
{
  g_autofree char *reason = g_strdup_printf (_ ("清单最多%d条，台账里有%s条。请与监管平台确认怎样报，再在台账中合并后更正。"), self->position + 1, all);

  add_problem (self, field->fields->pdata[0], FZ_PROBLEM_TOO_LONG, field->list, reason);
}

static void
put_list (Build *self, const FzWireField *field)
{
  guint n = fz_fields_count (self->facts, field->list);

  if (n == 0 && is_required (field, self->facts))
    add_problem (self, field, FZ_PROBLEM_MISSING, field->list, _("平台要求至少一行，现在没有内容。"));
  fz_json_writer_begin_array (self->json, field->name);
  for (guint i = 0; i < n; i++)
    {
      self->list = field;
      self->position = (int) i;
      self->said = FALSE;
      fz_json_writer_begin_object (self->json, NULL);
      put_fields (self, field->fields);
      fz_json_writer_end_object (self->json);
      if (fz_fields_get_at (self->facts, field->list, i, "all") != NULL)
        add_too_many (self, field, fz_fields_get_at (self->facts, field->list, i, "all"));
      else if (!self->said)
        add_problem (self, field->fields->pdata[0], FZ_PROBLEM_MISSING, field->list, _ ("这一条没有平台要的内容。请在台账中更正这一行：每行一条，各项依次用逗号分开。"));
    }
  fz_json_writer_end_array (self->json);
  self->list = NULL;
  self->position = -1;
}

static void
put_fields (Build *self, const GPtrArray *fields)
{
  for (guint i = 0; i < fields->len; i++)
    {
      const FzWireField *field = g_ptr_array_index (fields, i);

      if (field->type == FZ_WIRE_LIST)
        put_list (self, field);
      else
        put_value (self, field);
    }
}

static const FzWireMessage *
find_message (const FzMessageTable *self, const char *method, GError **error)
{
  const FzWireMessage *message = fz_table_find (self, method);

  if (message == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("监管平台没有“%s”这个方法。"), method);
  return message;
}

static void
blocked (const FzWireMessage *message, const GPtrArray *problems, GError **error)
{
  const FzMessageProblem *first = g_ptr_array_index (problems, 0);

  if (problems->len == 1)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("“%s”还不能上报：%s：%s"), message->label, first->label_zh, first->reason);
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("“%s”还不能上报，有 %u 处要补正，第一处是：%s：%s"), message->label,
                 problems->len, first->label_zh, first->reason);
}

static GBytes *
build_message (const FzMessageTable *self, const char *method, const FzFields *facts, GPtrArray *trace, GPtrArray **out_problems, GError **error)
{
  const FzWireMessage *message = find_message (self, method, error);
  g_autoptr (FzJsonWriter) json = fz_json_writer_new ();
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_message_problem_free);
  Build build = {.facts = facts, .json = json, .problems = problems, .position = -1, .trace = trace};
  char *text;

  if (out_problems != NULL)
    *out_problems = NULL;
  if (message == NULL)
    return NULL;
  fz_json_writer_begin_array (json, NULL);
  fz_json_writer_begin_object (json, NULL);
  put_fields (&build, message->fields);
  fz_json_writer_end_object (json);
  fz_json_writer_end_array (json);
  if (problems->len > 0)
    {
      blocked (message, problems, error);
      if (out_problems != NULL)
        *out_problems = g_steal_pointer (&problems);
      return NULL;
    }
  text = fz_json_writer_finish (json, error);
  return text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
}

GBytes *
fz_message_build (const FzMessageTable *self, const char *method, const FzFields *facts, GPtrArray **out_problems, GError **error)
{
  return build_message (self, method, facts, NULL, out_problems, error);
}

GPtrArray *
fz_message_trace (const FzMessageTable *self, const char *method, const FzFields *facts, GBytes **out_payload, GError **error)
{
  g_autoptr (GPtrArray) trace = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GError) why = NULL;

  *out_payload = build_message (self, method, facts, trace, NULL, &why);
  if (*out_payload != NULL || g_error_matches (why, FZ_ERROR, FZ_ERROR_INVALID))
    return g_steal_pointer (&trace);
  g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}

GBytes *
fz_message_build_none (const FzMessageTable *self, const char *method, GError **error)
{
  const FzWireMessage *message = find_message (self, method, error);

  if (message == NULL)
    return NULL;
  if (!message->may_be_empty)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _("“%s”没有空签到，只能上报实际发生的业务。"), message->label);
      return NULL;
    }
  return g_bytes_new_static ("[]", 2);
}
