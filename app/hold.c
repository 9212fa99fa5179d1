#include "app/hold.h"

#include "app/access.h"
#include "core/grant.h"
#include "db/grants.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HOLD_REGISTER "legal-hold"

typedef struct {
  FzDate first, last;
  char *why;
} Range;

struct _FzHolds {
  GHashTable *visits; /* whatever word an open entry says -> why: a visit's number among them holds it */
  GArray *ranges;
  char *all;          /* everything is held; NULL: no */
};

static void
range_clear (gpointer range)
{
  g_free (((Range *) range)->why);
}

void
fz_holds_free (FzHolds *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->visits);
  g_array_unref (self->ranges);
  g_free (self->all);
  g_free (self);
}

static void
take_all (FzHolds *self, char *take_why)
{
  g_free (self->all);
  self->all = take_why;
}

/* --- open entries --- */

typedef struct {
  FzHolds *holds;
  const char *why;
} Words;

/* A visit's number may stand in a field of its own or in a sentence; either way somebody is still busy with it. */
static void
take_words (const char *key, const char *value, gpointer data)
{
  Words *words = data;
  g_autoptr (GString) word = g_string_new (NULL);

  if (!g_str_has_prefix (key, "field."))
    return;
  for (const char *c = value;; c++) {
    if (*c != '\0' && (g_ascii_isalnum (*c) || strchr ("-_.", *c) != NULL)) {
      g_string_append_c (word, *c);
      continue;
    }
    while (word->len > 0 && word->str[word->len - 1] == '.') /* the end of a sentence */
      g_string_truncate (word, word->len - 1);
    if (word->len > 0)
      g_hash_table_insert (words->holds->visits, g_strdup (word->str), g_strdup (words->why));
    g_string_truncate (word, 0);
    if (*c == '\0')
      return;
  }
}

static gboolean
read_day (const FzFields *entry, const char *key, int year, FzDate *out)
{
  const char *on = fz_fields_get (entry, key);

  *out = (FzDate) { year, 1, 1 };
  return on == NULL || fz_date_parse (on, out, NULL);
}

/* Without a visit: the visits of the days; without days: all. */
static void
take_hold (FzHolds *self, const FzFields *entry, const char *why)
{
  Range range = { .why = g_strdup (why) };
  gboolean has_days = fz_fields_has (entry, "field.first_on") || fz_fields_has (entry, "field.last_on");

  if (has_days && read_day (entry, "field.first_on", 1800, &range.first) && read_day (entry, "field.last_on", 9999, &range.last)) {
    g_array_append_val (self->ranges, range);
    return;
  }
  g_free (range.why);
  if (has_days || !fz_fields_has (entry, "field.visit"))
    take_all (self, g_strdup (why));
}

static void
take_entry (FzHolds *self, const FzRegister *reg, const FzFields *entry)
{
  g_autofree char *why = g_strdup_printf (_ ("%s：%s"), fz_register_get_title (reg), fz_fields_get (entry, "entry.id"));
  Words words = { self, why };

  fz_fields_foreach (entry, take_words, &words);
  if (g_str_equal (fz_register_get_name (reg), HOLD_REGISTER))
    take_hold (self, entry, why);
}

typedef struct {
  FzHolds *holds;
  const FzRegister *reg;
} Reading;

static gboolean
read_entry (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  const Reading *reading = data;

  take_entry (reading->holds, reading->reg, entry);
  return TRUE;
}

static gboolean
read_register (FzHolds *self, FzTxn *txn, const FzRegister *reg, GError **error)
{
  Reading reading = { self, reg };

  return fz_entries_each (txn, fz_register_get_name (reg), TRUE, read_entry, &reading, error);
}

/* --- what waits for a review, and inspections --- */

static void
take_access (const FzFields *access, gpointer data)
{
  FzHolds *self = data;

  g_hash_table_insert (self->visits, g_strdup (fz_fields_get (access, "access.visit")),
                       g_strdup_printf (_ ("紧急查阅待复核：%s"), fz_fields_get (access, "access.id")));
}

/* Nobody can tell from outside which visits an inspector will ask for. */
static gboolean
read_inspections (FzHolds *self, FzTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) grants = fz_grants_list (txn, 500, error);

  for (guint i = 0; grants != NULL && i < grants->len; i++) {
    const FzFields *grant = grants->pdata[i];
    const char *id = fz_fields_get (grant, "grant.id");
    FzGrantState state;

    if (g_strcmp0 (fz_fields_get (grant, "grant.kind"), fz_grant_kind_to_word (FZ_GRANT_INSPECTION)) != 0)
      continue;
    state = fz_grant_state_at (grant, 0, fz_txn_now_us (txn)); /* used or not: while it runs the inspector is there */
    if (state == FZ_GRANT_ASKED || state == FZ_GRANT_GRANTED)
      take_all (self, g_strdup_printf (_ ("检查材料的授权尚未结束：%s"), id));
  }
  return grants != NULL;
}

FzHolds *
fz_holds_read (FzDesk *desk, FzTxn *txn, GError **error)
{
  g_autoptr (FzHolds) self = g_new0 (FzHolds, 1);

  self->visits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  g_array_set_clear_func (self->ranges, range_clear);
  for (guint i = 0; i < desk->registers->len; i++)
    if (!read_register (self, txn, desk->registers->pdata[i], error))
      return NULL;
  return fz_access_put_due (txn, take_access, self, error) && read_inspections (self, txn, error) ? g_steal_pointer (&self) : NULL;
}

const char *
fz_holds_find (const FzHolds *self, const char *visit, FzDate since)
{
  const char *why = self->all != NULL ? self->all : g_hash_table_lookup (self->visits, visit);

  for (guint i = 0; why == NULL && i < self->ranges->len; i++) {
    const Range *range = &g_array_index (self->ranges, Range, i);

    if (fz_date_compare (range->first, since) <= 0 && fz_date_compare (since, range->last) <= 0)
      why = range->why;
  }
  return why;
}
