#include "app/cli_json.h"

#include "core/date.h"
#include "core/json.h"

#include <string.h>

/* A flat object is enough for every line the command line prints: dots become underscores, so that keys stay snake_case. */
static char *
key_of (const char *key)
{
  char *flat = g_strdup (key);

  for (char *c = flat; *c != '\0'; c++)
    if (*c == '.')
      *c = '_';
  return flat;
}

static gboolean
is_counted (const char *key)
{
  static const char *const identifiers[] = { "number", "id", "code", "mobile", "pin", "licence", "id_number", "birth_date" };
  const char *last = strrchr (key, '.');

  last = last != NULL ? last + 1 : key;
  for (guint i = 0; i < G_N_ELEMENTS (identifiers); i++)
    if (g_str_equal (last, identifiers[i]))
      return FALSE;
  return TRUE;
}

static void
write_one (const char *key, const char *value, gpointer data)
{
  FzJsonWriter *writer = data;
  g_autofree char *flat = key_of (key);
  g_autoptr (FzFields) one = fz_fields_new ("fuzhen.one/v1");
  gint64 number = 0, us = 0;

  fz_fields_set (one, "value", value);
  if (is_counted (key) && strlen (value) <= 15 && fz_fields_get_int (one, "value", &number))
    fz_json_writer_int (writer, flat, number);
  else if (fz_time_parse (value, &us)) {
    g_autofree char *local = fz_beijing_time_format (us);
    g_autofree char *text = g_strdup_printf ("%.10sT%s+08:00", local, local + 11);

    fz_json_writer_string (writer, flat, text);
  } else
    fz_json_writer_string (writer, flat, value);
}

char *
fz_cli_to_json (const FzFields *facts)
{
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();

  fz_json_writer_begin_object (writer, NULL);
  fz_fields_foreach (facts, write_one, writer);
  fz_json_writer_end_object (writer);
  return fz_json_writer_finish (writer, NULL);
}

void
fz_cli_print_json (const FzFields *facts)
{
  g_autofree char *text = fz_cli_to_json (facts);

  g_print ("%s\n", text);
}
