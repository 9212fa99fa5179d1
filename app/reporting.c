#include "app/reporting.h"

#include "app/platform/profile.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>

#define PROFILES "platform/profiles.json"
#define DEFAULT_PLACE "tianjin"
#define MESSAGES "platform/tianjin-1.0.json"
#define MORE "platform/generic-1.0.json"

static const char *
place_of (FzDesk *desk)
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

static gboolean
take (FzDesk *desk, const FzPlatformProfile *profile, FzTrigger trigger, GError **error)
{
  FzMessageTable *table = table_for (profile, error);

  if (table == NULL)
    return FALSE;
  fz_message_table_set_trigger (table, trigger);
  fz_message_table_unref (desk->knowledge->messages);
  desk->knowledge->messages = table;
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

static gboolean
read_agreed (FzTxn *txn, gpointer data, GError **error)
{
  char **out = data;

  return fz_setting_read (txn, "platform.trigger", out, error);
}

/* What was agreed with the platform when it was connected, else what its place says. */
static gboolean
read_trigger (FzDesk *desk, const FzPlatformProfile *profile, FzTrigger *out, GError **error)
{
  g_autofree char *agreed = NULL;

  *out = profile->trigger;
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_agreed, &agreed, error))
    return FALSE;
  if (!profile->is_public)
    fz_trigger_from_word (agreed, out);
  return TRUE;
}

gboolean
fz_reporting_choose (FzDesk *desk, GError **error)
{
  g_autoptr (GPtrArray) all = load (error);
  const FzPlatformProfile *profile = all != NULL ? find (all, place_of (desk), error) : NULL;
  const FzMessageTable *now = desk->knowledge->messages;
  FzTrigger trigger;

  if (profile == NULL)
    return FALSE;
  if (!read_trigger (desk, profile, &trigger, error))
    return FALSE;
  return (g_str_equal (fz_message_table_get_wire (now), profile->wire) && fz_message_table_get_trigger (now) == trigger) ||
         take (desk, profile, trigger, error);
}

void
fz_reporting_put (FzDesk *desk, FzFields *status)
{
  g_autoptr (GPtrArray) all = load (NULL);
  const FzPlatformProfile *profile = all != NULL ? fz_platform_profiles_find (all, place_of (desk)) : NULL;

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
}
