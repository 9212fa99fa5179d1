#include "core/exchange.h"

#include "core/json.h"
#include "core/offset_time.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- writing --- */

static void
write_value (FzJsonWriter *writer, const FzExchangeField *field, const char *value)
{
  gint64 us = 0;

  if (value == NULL) {
    fz_json_writer_null (writer, field->member);
  } else if (field->type == FZ_EXCHANGE_TIME && fz_time_parse (value, &us)) {
    g_autofree char *text = fz_offset_time_format (us);

    fz_json_writer_string (writer, field->member, text);
  } else if (field->type == FZ_EXCHANGE_INT || field->type == FZ_EXCHANGE_DECIMAL) {
    fz_json_writer_raw_decimal (writer, field->member, value);
  } else if (field->type == FZ_EXCHANGE_FLAG) {
    fz_json_writer_bool (writer, field->member, g_str_equal (value, "yes"));
  } else {
    fz_json_writer_string (writer, field->member, value);
  }
}

static void
write_members (const FzExchangeMap *self, FzJsonWriter *writer, const char *section, guint index, const FzFields *record)
{
  for (guint i = 0; i < fz_exchange_map_get_n (self); i++) {
    const FzExchangeField *field = fz_exchange_map_get (self, i);
    g_autofree char *key = g_str_equal (field->section, section) ? fz_exchange_key (field, index) : NULL;

    if (key != NULL)
      write_value (writer, field, fz_fields_get (record, key));
  }
}

static guint
count_items (const FzFields *record, const char *section)
{
  g_autofree char *missing = g_strconcat ("missing.", section, NULL);

  return MAX (fz_fields_count (record, section), fz_fields_count (record, missing));
}

static void
write_missing (const char *key, const char *value, gpointer data)
{
  if (g_str_has_prefix (key, "missing."))
    fz_json_writer_string (data, key + strlen ("missing."), value);
}

char *
fz_exchange_to_json (const FzExchangeMap *self, const FzFields *record, GError **error)
{
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();

  fz_json_writer_begin_object (writer, NULL);
  fz_json_writer_string (writer, "format", FZ_EXCHANGE_FORMAT);
  fz_json_writer_bool (writer, "masked", fz_fields_is_yes (record, "masked"));
  for (guint s = 0; s < fz_exchange_map_get_n_sections (self); s++) {
    const char *section = fz_exchange_map_get_section (self, s);
    gboolean list = fz_exchange_map_is_list (self, section);
    guint n = list ? count_items (record, section) : 1;

    if (list)
      fz_json_writer_begin_array (writer, section);
    for (guint i = 0; i < n; i++) {
      fz_json_writer_begin_object (writer, list ? NULL : section);
      write_members (self, writer, section, i, record);
      fz_json_writer_end_object (writer);
    }
    if (list)
      fz_json_writer_end_array (writer);
  }
  fz_json_writer_begin_object (writer, "missing");
  fz_fields_foreach (record, write_missing, writer);
  fz_json_writer_end_object (writer);
  fz_json_writer_end_object (writer);
  return fz_json_writer_finish (writer, error);
}

/* --- reading --- */

typedef struct {
  const FzExchangeMap *map;
  const FzJson *missing; /* the object; NULL: none */
  FzFields *record;
  GPtrArray *problems;
} Reading;

static void
take_error (Reading *reading, GError *error)
{
  if (reading->problems->len < FZ_EXCHANGE_MAX_PROBLEMS)
    g_ptr_array_add (reading->problems, g_strdup (error->message));
  g_error_free (error);
}

/* The value of a member as we keep it; NULL after saying what is wrong. (transfer full) */
static char *
dup_value (Reading *reading, const FzJson *object, const FzExchangeField *field)
{
  GError *error = NULL;
  const char *text = NULL;
  gboolean truth = FALSE;
  gint64 us = 0;

  if (field->type == FZ_EXCHANGE_INT || field->type == FZ_EXCHANGE_DECIMAL)
    text = fz_json_get_decimal (object, field->member, &error);
  else if (field->type == FZ_EXCHANGE_FLAG)
    text = fz_json_get_bool (object, field->member, &truth, &error) ? (truth ? "yes" : "no") : NULL;
  else
    text = fz_json_get_string (object, field->member, &error);
  if (text != NULL && field->type == FZ_EXCHANGE_TIME) {
    if (fz_offset_time_parse (text, &us))
      return fz_time_format (us);
    fz_json_fail (object, field->member, _ ("应为带时区的时间，如 2026-01-05T08:00:00+08:00"), &error);
    text = NULL;
  }
  if (text == NULL)
    take_error (reading, error);
  return g_strdup (text);
}

static void
take_member (Reading *reading, const FzJson *object, const FzExchangeField *field, guint index)
{
  const FzJson *there = object != NULL ? fz_json_find (object, field->member) : NULL;
  g_autofree char *key = fz_exchange_key (field, index), *where = g_strconcat ("$.", key, NULL), *value = NULL;
  const char *reason = NULL;
  GError *error = NULL;

  if (reading->missing != NULL && !fz_json_opt_string (reading->missing, key, &reason, &error)) {
    take_error (reading, error);
    return;
  }
  if (there == NULL || fz_json_get_type (there) == FZ_JSON_NULL) {
    fz_exchange_miss (field, index, reason, where, reading->record, reading->problems);
    return;
  }
  if (reason != NULL) {
    fz_exchange_complain (reading->problems, where, _ ("既有取值又写了缺失原因。"));
    return;
  }
  value = dup_value (reading, object, field);
  if (value != NULL)
    fz_exchange_take (field, index, value, where, reading->record, reading->problems);
}

static void
take_section (Reading *reading, const FzJson *object, const char *section, guint index)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GError *error = NULL;

  for (guint i = 0; i < fz_exchange_map_get_n (reading->map); i++) {
    const FzExchangeField *field = fz_exchange_map_get (reading->map, i);

    if (!g_str_equal (field->section, section))
      continue;
    g_ptr_array_add (keys, field->member);
    take_member (reading, object, field, index);
  }
  g_ptr_array_add (keys, NULL);
  if (object != NULL && !fz_json_check_keys (object, (const char *const *) keys->pdata, &error))
    take_error (reading, error);
}

static void
take_list (Reading *reading, const FzJson *root, const char *section)
{
  const FzJson *array = NULL;
  GError *error = NULL;

  if (!fz_json_opt_array (root, section, &array, &error)) {
    take_error (reading, error);
    return;
  }
  if (array != NULL && fz_json_count (array) > FZ_EXCHANGE_MOST) {
    fz_json_fail (root, section, _ ("超过100项"), &error);
    take_error (reading, error);
    return;
  }
  for (guint i = 0; array != NULL && i < fz_json_count (array); i++) {
    const FzJson *item = fz_json_get_object (fz_json_get_item (array, i), NULL, &error);

    if (item != NULL)
      take_section (reading, item, section, i);
    else
      take_error (reading, g_steal_pointer (&error));
  }
}

/* A reason for something that is no field of this file would be lost. */
static void
check_missing (Reading *reading)
{
  for (guint i = 0; reading->missing != NULL && i < fz_json_count (reading->missing); i++) {
    const char *key = fz_json_get_name (fz_json_get_item (reading->missing, i));
    g_autofree char *kept = g_strconcat ("missing.", key, NULL), *where = g_strconcat ("$.missing.", key, NULL);

    if (!fz_fields_has (reading->record, kept) && !fz_fields_has (reading->record, key))
      fz_exchange_complain (reading->problems, where, _ ("没有这个栏目。"));
  }
}

static void
take_root (Reading *reading, const FzJson *root)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  GError *error = NULL;
  gboolean masked = FALSE;

  g_ptr_array_add (keys, (gpointer) "format");
  g_ptr_array_add (keys, (gpointer) "masked");
  g_ptr_array_add (keys, (gpointer) "missing");
  if (!fz_json_get_bool (root, "masked", &masked, &error) || !fz_json_opt_object (root, "missing", &reading->missing, &error))
    take_error (reading, g_steal_pointer (&error));
  fz_fields_set_bool (reading->record, "masked", masked);
  for (guint s = 0; s < fz_exchange_map_get_n_sections (reading->map); s++) {
    const char *section = fz_exchange_map_get_section (reading->map, s);
    const FzJson *object = NULL;

    g_ptr_array_add (keys, (gpointer) section);
    if (fz_exchange_map_is_list (reading->map, section))
      take_list (reading, root, section);
    else if (!fz_json_opt_object (root, section, &object, &error))
      take_error (reading, g_steal_pointer (&error));
    else
      take_section (reading, object, section, 0);
  }
  g_ptr_array_add (keys, NULL);
  if (!fz_json_check_keys (root, (const char *const *) keys->pdata, &error))
    take_error (reading, error);
  check_missing (reading);
}

FzFields *
fz_exchange_read_json (const FzExchangeMap *self, const void *bytes, gsize n, GPtrArray *problems)
{
  GError *error = NULL;
  g_autoptr (FzJson) root = fz_json_parse (bytes, n, FZ_EXCHANGE_MAX_BYTES, &error);
  g_autoptr (FzFields) record = fz_fields_new (FZ_EXCHANGE_KIND);
  Reading reading = { self, NULL, record, problems };
  const char *format = root != NULL && fz_json_get_object (root, NULL, &error) != NULL ? fz_json_get_string (root, "format", &error) : NULL;

  if (format == NULL) {
    take_error (&reading, error);
    return NULL;
  }
  if (!g_str_equal (format, FZ_EXCHANGE_FORMAT)) {
    fz_exchange_complain (problems, "$.format", _ ("应为 fuzhen.record/v1；不认识这一版。"));
    return NULL;
  }
  take_root (&reading, root);
  return g_steal_pointer (&record);
}
