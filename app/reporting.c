#include "app/reporting.h"

#include "app/added_messages.h"
#include "app/knowledge.h"
#include "app/platform/profile.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>

#define PROFILES "platform/profiles.json"
#define DEFAULT_PLACE "tianjin"
#define MESSAGES "platform/tianjin-1.0.json"
#define MORE "platform/generic-1.0.json"

const char *
fz_reporting_place (FzDesk *desk)
{
  const char *place = desk->institution != NULL ? fz_fields_get (desk->institution, "jurisdiction") : NULL;

  return place != NULL ? place : DEFAULT_PLACE;
}

static GPtrArray *
load (GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (PROFILES, error);

  return bytes != NULL ? fz_platform_profiles_parse (PROFILES, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
}

/* What is not public in Tianjin either, the generic format has in words of our own. */
static gboolean
add_more (FzMessageTable *table, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (MORE, error);

  if (bytes != NULL && fz_message_table_extend (table, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error))
    return TRUE;
  g_prefix_error (error, "%s: ", MORE);
  return FALSE;
}

/* The fields are Tianjin's in every format: no other platform's are public. */
static FzMessageTable *
table_for (const FzPlatformProfile *profile, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (MESSAGES, error);
  g_autoptr (FzMessageTable) table = bytes != NULL ? fz_message_table_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;

  if (table == NULL || (!profile->is_public && !add_more (table, error)))
    return NULL;
  fz_message_table_set_profile (table, profile);
  return g_steal_pointer (&table);
}

/* Another thread may still read the table that held. */
static gboolean
take (FzDesk *desk, FzMessageTable *table, FzTrigger trigger)
{
  if (table == NULL)
    return FALSE;
  fz_message_table_set_trigger (table, trigger);
  fz_desk_take_knowledge (desk, fz_knowledge_with_messages (desk->knowledge, table));
  return TRUE;
}

static const FzPlatformProfile *
find (GPtrArray *all, const char *place, GError **error)
{
  const FzPlatformProfile *profile = fz_platform_profiles_find (all, place);

  if (profile == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 里没有地区“%s”的上报方案。"), PROFILES, place);
  return profile;
}

FzMessageTable *
fz_reporting_table (const char *place, GError **error)
{
  g_autoptr (GPtrArray) all = load (error);
  const FzPlatformProfile *profile = all != NULL ? find (all, place != NULL ? place : DEFAULT_PLACE, error) : NULL;

  return profile != NULL ? table_for (profile, error) : NULL;
}

/* --- what holds today --- */

typedef struct {
  FzDesk *desk;
  char *agreed;          /* the trigger, as it was agreed with the platform */
  char *added;           /* the entry whose messages hold; NULL: none */
  char *environment;     /* which the store is connected to; NULL: none yet */
  FzMessageTable *table; /* to put them into */
} Holds;

static void
holds_clear (Holds *self)
{
  g_free (self->agreed);
  g_free (self->added);
  g_free (self->environment);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Holds, holds_clear)

static gboolean
read_holds (FzTxn *txn, gpointer data, GError **error)
{
  Holds *self = data;

  return fz_setting_read (txn, "platform.trigger", &self->agreed, error) && fz_setting_read (txn, "platform.environment", &self->environment, error);
}

static gboolean
read_added (FzTxn *txn, gpointer data, GError **error)
{
  Holds *self = data;

  return fz_added_find (txn, fz_date_in_beijing (fz_desk_now_us (self->desk)), &self->added, error);
}

static gboolean
put_added (FzTxn *txn, gpointer data, GError **error)
{
  Holds *self = data;

  return fz_added_put (self->desk, txn, self->added, self->table, error);
}

/* What was agreed with the platform when it was connected, else what its place says. */
static FzTrigger
trigger_of (const Holds *self, const FzPlatformProfile *profile)
{
  FzTrigger trigger = profile->trigger;

  if (!profile->is_public)
    fz_trigger_from_word (self->agreed, &trigger);
  return trigger;
}

/* What a definition has to fit besides the program: connected to another environment it is asked anew. */
static const char *
measure (FzDesk *desk, const Holds *holds)
{
  g_autofree char *text = g_strdup_printf ("%s %s", fz_reporting_place (desk), holds->environment != NULL ? holds->environment : "");

  return g_intern_string (text);
}

/* A file that cannot be used adds nothing; the table it was put into is thrown away. */
static FzMessageTable *
whole_table (FzDesk *desk, const FzPlatformProfile *profile, Holds *holds, GError **error)
{
  g_autoptr (FzMessageTable) table = table_for (profile, error);
  g_autoptr (GError) why = NULL;

  desk->added_problem = desk->added_problem_of = NULL;
  desk->added_for = measure (desk, holds);
  holds->table = table;
  if (table == NULL || holds->added == NULL || fz_store_run (desk->store, FZ_TXN_READ, put_added, holds, &why))
    return g_steal_pointer (&table);
  desk->added_problem = g_intern_string (why->message);
  desk->added_problem_of = g_intern_string (holds->added);
  return table_for (profile, error);
}

static gboolean
is_held (FzDesk *desk, const FzPlatformProfile *profile, const Holds *holds)
{
  const FzMessageTable *now = desk->knowledge->messages;
  const char *added = desk->added_problem_of != NULL ? desk->added_problem_of : fz_message_table_get_added (now);

  return g_str_equal (fz_message_table_get_wire (now), profile->wire) && fz_message_table_get_trigger (now) == trigger_of (holds, profile) &&
         g_strcmp0 (added, holds->added) == 0 && (added == NULL || desk->added_for == measure (desk, holds));
}

gboolean
fz_reporting_choose (FzDesk *desk, GError **error)
{
  g_autoptr (GPtrArray) all = load (error);
  const FzPlatformProfile *profile = all != NULL ? find (all, fz_reporting_place (desk), error) : NULL;
  g_auto (Holds) holds = { .desk = desk };
  g_autoptr (FzMessageTable) table = NULL;
  g_autoptr (GError) why = NULL;

  if (profile == NULL || !fz_store_run (desk->store, FZ_TXN_READ, read_holds, &holds, error))
    return FALSE;
  fz_store_run (desk->store, FZ_TXN_READ, read_added, &holds, &why); /* a damaged store is looked into all the same */
  if (!is_held (desk, profile, &holds)) {
    table = whole_table (desk, profile, &holds, error);
    if (!take (desk, table, trigger_of (&holds, profile)))
      return FALSE;
  }
  if (why != NULL)
    desk->added_problem = g_intern_string (why->message);
  else if (desk->added_problem_of == NULL)
    desk->added_problem = NULL;
  return TRUE;
}

FzMessageTable *
fz_reporting_table_by (FzDesk *desk, FzTxn *txn, const char *definition, GError **error)
{
  g_autoptr (FzMessageTable) table = fz_reporting_table (fz_reporting_place (desk), error);

  return table != NULL && fz_added_put (desk, txn, definition, table, error) ? g_steal_pointer (&table) : NULL;
}

void
fz_reporting_put (FzDesk *desk, FzFields *status)
{
  g_autoptr (GPtrArray) all = load (NULL);
  const FzPlatformProfile *profile = all != NULL ? fz_platform_profiles_find (all, fz_reporting_place (desk)) : NULL;

  if (profile == NULL)
    return;
  fz_fields_set (status, "platform.label", profile->label);
  fz_fields_set (status, "platform.label_en", profile->label_en);
  fz_fields_set (status, "platform.note", profile->note);
  fz_fields_set (status, "platform.note_en", profile->note_en);
  fz_fields_set_bool (status, "platform.public", profile->is_public);
  fz_fields_set (status, "platform.wire", profile->wire);
  fz_fields_set (status, "platform.trigger", fz_trigger_to_word (fz_message_table_get_trigger (desk->knowledge->messages)));
  fz_fields_set (status, "platform.basis", profile->basis);
  fz_fields_set (status, "platform.added", fz_message_table_get_added (desk->knowledge->messages));
  fz_fields_set (status, "platform.added_problem", desk->added_problem);
}
