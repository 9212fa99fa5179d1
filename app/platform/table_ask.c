/* What others may ask the message table. */
#include "app/platform/table.h"

#include "app/platform/profile.h"

#include <string.h>

const FzWireMessage *
fz_table_find (const FzMessageTable *self, const char *method)
{
  for (guint i = 0; i < self->messages->len; i++)
    {
      const FzWireMessage *message = g_ptr_array_index (self->messages, i);

      if (g_strcmp0 (message->method, method) == 0)
        return message;
    }
  return NULL;
}

static gboolean
when_holds (const FzWhen *self, const FzFields *facts)
{
  const char *value = fz_fields_get (facts, self->fact);
  gint64 number;

  switch (self->kind)
    {
    case FZ_WHEN_BELOW:
      return fz_fields_get_int (facts, self->fact, &number) && number < self->below;
    case FZ_WHEN_HAS:
      return (value != NULL) == self->has;
    case FZ_WHEN_IS:
    default:
      return g_strcmp0 (value, self->is) == 0;
    }
}

gboolean
fz_when_all (const GPtrArray *when, const FzFields *facts)
{
  for (guint i = 0; i < when->len; i++)
    if (!when_holds (g_ptr_array_index (when, i), facts))
      return FALSE;
  return TRUE;
}

const char *
fz_message_table_get_name (const FzMessageTable *self)
{
  return self->name;
}

const char *
fz_message_table_get_service_id (const FzMessageTable *self)
{
  return self->service_id;
}

const guint8 *
fz_message_table_get_iv (const FzMessageTable *self)
{
  return self->iv;
}

gint64
fz_message_table_get_deadline_ms (const FzMessageTable *self)
{
  return self->deadline_ms;
}

gint64
fz_message_table_get_backoff_base_ms (const FzMessageTable *self)
{
  return self->backoff_base_ms;
}

gint64
fz_message_table_get_backoff_max_ms (const FzMessageTable *self)
{
  return self->backoff_max_ms;
}

gint64
fz_message_table_get_beside_visit_bytes (const FzMessageTable *self)
{
  return self->beside_visit_bytes;
}

const char *const *
fz_message_table_get_methods (const FzMessageTable *self)
{
  return (const char *const *) self->methods;
}

const char *
fz_message_table_get_label (const FzMessageTable *self, const char *method)
{
  const FzWireMessage *message = fz_table_find (self, method);

  return message != NULL ? message->label : NULL;
}

FzDueMoment
fz_message_table_get_moment (const FzMessageTable *self, const char *method)
{
  const FzWireMessage *message = fz_table_find (self, method);

  return message != NULL ? message->moment : FZ_MOMENT_END;
}

gint64
fz_message_table_not_before (const FzMessageTable *self, const char *method, gint64 now_us)
{
  const FzWireMessage *message = fz_table_find (self, method);
  FzTrigger trigger = message != NULL && message->trigger >= 0 ? (FzTrigger) message->trigger : fz_message_table_get_trigger (self);

  return fz_platform_profile_not_before (trigger, fz_message_table_get_moment (self, method), now_us);
}

const char *const *
fz_message_table_get_after (const FzMessageTable *self, const char *method)
{
  const FzWireMessage *message = fz_table_find (self, method);

  g_return_val_if_fail (message != NULL, NULL);
  return (const char *const *) message->after;
}

static const char *
find_label (const GPtrArray *fields, const char *name)
{
  for (guint i = 0; i < fields->len; i++)
    {
      const FzWireField *field = g_ptr_array_index (fields, i);
      const char *inner = field->fields != NULL ? find_label (field->fields, name) : NULL;

      if (g_str_equal (field->name, name))
        return field->label;
      if (inner != NULL)
        return inner;
    }
  return NULL;
}

const char *
fz_message_table_get_field_label (const FzMessageTable *self, const char *method, const char *field)
{
  const FzWireMessage *message = fz_table_find (self, method);
  const char *dot = strrchr (field, '.');

  return message != NULL ? find_label (message->fields, dot != NULL ? dot + 1 : field) : NULL;
}

/* Two digits between dots become NN. */
static char *
generalise (const char *fact)
{
  char *text = g_strdup (fact);

  for (char *p = strchr (text, '.'); p != NULL; p = strchr (p + 1, '.'))
    if (g_ascii_isdigit (p[1]) && g_ascii_isdigit (p[2]) && (p[3] == '.' || p[3] == '\0'))
      p[1] = p[2] = 'N';
  return text;
}

const char *
fz_message_table_get_fact_label (const FzMessageTable *self, const char *fact)
{
  g_autofree char *general = generalise (fact);

  return g_hash_table_lookup (self->facts, general);
}

const char *
fz_wire_entry_get_from (const FzWireEntry *self, const char *fact, char **out_first)
{
  g_autofree char *general = generalise (fact);
  const char *from = NULL, *plus;

  for (guint i = 0; from == NULL && i + 1 < self->facts->len; i += 2)
    if (g_str_equal (self->facts->pdata[i], general))
      from = self->facts->pdata[i + 1];
  plus = from != NULL ? strstr (from, " + ") : NULL;
  if (plus == NULL)
    return from;
  if (strstr (fact, ".00.") == NULL)
    return plus + strlen (" + ");
  *out_first = g_strndup (from, (gsize) (plus - from));
  return NULL;
}

gint64
fz_message_table_get_most (const FzMessageTable *self, const char *method, const char *fact)
{
  const FzWireMessage *message = fz_table_find (self, method);
  gint64 least = 0;

  for (guint i = 0; message != NULL && i < message->fields->len; i++)
    {
      const FzWireField *field = g_ptr_array_index (message->fields, i);

      if (field->type == FZ_WIRE_TEXT && g_strcmp0 (field->from, fact) == 0 && (least == 0 || field->max < least))
        least = field->max;
    }
  return least;
}
