#include "app/cli_json.h"

#include "core/date.h"
#include "core/json.h"

#include <string.h>

/* The flat keys in their order, which keeps everything below one prefix together. */
typedef struct {
  const char *key;
  const char *value;
  gboolean counted; /* `number` counts in a log, and names a person elsewhere */
} Pair;

typedef struct {
  GArray *pairs;
  gboolean counted;
} Collect;

typedef struct {
  const Pair *pair;
  guint n;
} Pairs;

static void
collect (const char *key, const char *value, gpointer data)
{
  Collect *into = data;
  Pair pair = { key, value, into->counted };

  g_array_append_val (into->pairs, pair);
}

/* Numbers are what counts or measures; a code that happens to be made of digits stays text. */
static gboolean
is_amount (const Pair *pair)
{
  static const char *const words[] = { "visits", "prescriptions", "approved", "returned", "refused", "refused_prescriptions", "terminated",
                                       "uploaded", "upload_refused", "upload_unknown", "size", "index", "days", "quantity", "pieces",
                                       "computed", "attempts", "taken", "rows", "differences", "entries", "waiting", "bytes", "gap",
                                       "accepted", "unknown", "queued", "blocked", "sending", "alarm", "settled", "age_years", "people",
                                       "clauses", "share", "changes", "idle_minutes", "documents", "documents_since", "entries_since" };
  static const char *const ends[] = { "_fen", "_s", "_ms", "_size", "_years" };
  const char *last = strrchr (pair->key, '.');

  last = last != NULL ? last + 1 : pair->key;
  if (g_str_equal (last, "number"))
    return pair->counted && last == pair->key;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (last, words[i]))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (last, ends[i]))
      return TRUE;
  return g_str_has_prefix (last, "n_");
}

static void
write_value (FzJsonWriter *writer, const char *name, const Pair *pair)
{
  g_autoptr (FzFields) one = fz_fields_new ("fuzhen.one/v1");
  gint64 number = 0, us = 0;

  fz_fields_set (one, "value", pair->value);
  if (is_amount (pair) && strlen (pair->value) <= 15 && fz_fields_get_int (one, "value", &number))
    fz_json_writer_int (writer, name, number);
  else if (fz_time_parse (pair->value, &us)) {
    g_autofree char *local = fz_beijing_time_format (us);
    g_autofree char *text = g_strdup_printf ("%.10sT%s+08:00", local, local + 11);

    fz_json_writer_string (writer, name, text);
  } else
    fz_json_writer_string (writer, name, pair->value);
}

static gboolean
is_position (const char *part)
{
  return g_ascii_isdigit (part[0]) && g_ascii_isdigit (part[1]) && (part[2] == '.' || part[2] == '\0');
}

/* The first list position at or after `at`; NULL for a key without one. */
static const char *
find_position (const char *at)
{
  while (at != NULL && !is_position (at)) {
    at = strchr (at, '.');
    at = at != NULL ? at + 1 : NULL;
  }
  return at;
}

/* How many of the pairs begin like the first one, up to `end` inside its key. */
static guint
count_alike (Pairs pairs, const char *end)
{
  gsize length = (gsize) (end - pairs.pair[0].key);
  guint n = 0;

  while (n < pairs.n && strncmp (pairs.pair[n].key, pairs.pair[0].key, length) == 0)
    n++;
  return n;
}

static char *
name_between (const char *from, const char *to)
{
  char *name = g_strndup (from, (gsize) (to - from));

  for (char *c = name; *c != '\0'; c++)
    if (*c == '.')
      *c = '_';
  return name;
}

static void write_members (FzJsonWriter *writer, Pairs pairs, gsize at);

/* All pairs share what stands before `at`, where a position begins. */
static void
write_items (FzJsonWriter *writer, Pairs pairs, gsize at)
{
  while (pairs.n > 0) {
    const char *position = pairs.pair[0].key + at;
    guint n = count_alike (pairs, position + 2);
    Pairs item = { pairs.pair, n };

    if (position[2] == '\0' && n == 1)
      write_value (writer, NULL, pairs.pair);
    else if (position[2] == '.' && is_position (position + 3)) {
      fz_json_writer_begin_array (writer, NULL);
      write_items (writer, item, at + 3);
      fz_json_writer_end_array (writer);
    } else {
      fz_json_writer_begin_object (writer, NULL);
      write_members (writer, item, at + 3);
      fz_json_writer_end_object (writer);
    }
    pairs.pair += n;
    pairs.n -= n;
  }
}

/* All pairs share what stands before `at`; words up to the next position or the end make one name. */
static void
write_members (FzJsonWriter *writer, Pairs pairs, gsize at)
{
  while (pairs.n > 0) {
    const char *key = pairs.pair[0].key, *position = find_position (key + at);
    g_autofree char *name = name_between (key + at, position != NULL ? position - 1 : key + strlen (key));
    guint n = position != NULL ? count_alike (pairs, position) : 1;

    if (position != NULL) {
      Pairs list = { pairs.pair, n };

      fz_json_writer_begin_array (writer, name);
      write_items (writer, list, (gsize) (position - key));
      fz_json_writer_end_array (writer);
    } else
      write_value (writer, name, pairs.pair);
    pairs.pair += n;
    pairs.n -= n;
  }
}

char *
fz_cli_to_json (const FzFields *facts)
{
  g_autoptr (FzJsonWriter) writer = fz_json_writer_new ();
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  Collect into = { pairs, g_str_equal (fz_fields_get_kind (facts), "fuzhen.audit/v1") };
  Pairs all;

  fz_fields_foreach (facts, collect, &into);
  all.pair = (const Pair *) (gpointer) pairs->data;
  all.n = pairs->len;
  fz_json_writer_begin_object (writer, NULL);
  write_members (writer, all, 0);
  fz_json_writer_end_object (writer);
  return fz_json_writer_finish (writer, NULL);
}

void
fz_cli_print_json (const FzFields *facts)
{
  g_autofree char *text = fz_cli_to_json (facts);

  g_print ("%s\n", text);
}
