#include "app/platform/profile.h"

#include "app/platform/table.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>

#define MAX_BYTES (64 * 1024)
#define NIGHT_US (30 * 60 * FZ_US_PER_SECOND) /* after midnight at Beijing: the day's last documents are in by then */

static void
profile_free (gpointer data)
{
  FzPlatformProfile *self = data;
  char *texts[] = { self->place, self->wire, self->label, self->label_en, self->note, self->note_en, self->basis };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_free (self);
}

static const char *const trigger_words[] = { "at_once", "next_day", "on_approval", "every_change", "pull" };

gboolean
fz_trigger_from_word (const char *word, FzTrigger *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (trigger_words); i++)
    if (g_strcmp0 (trigger_words[i], word) == 0) {
      *out = (FzTrigger) i;
      return TRUE;
    }
  return FALSE;
}

const char *
fz_trigger_to_word (FzTrigger trigger)
{
  return trigger_words[trigger];
}

static gboolean
read_trigger (const FzJson *object, FzTrigger *out, GError **error)
{
  const char *word = fz_json_get_string (object, "trigger", error);

  return word != NULL &&
         (fz_trigger_from_word (word, out) || fz_json_fail (object, "trigger", _ ("只能是 at_once、next_day、on_approval、every_change 或 pull。"), error));
}

static gboolean
read_profile (GPtrArray *all, const FzJson *object, GError **error)
{
  static const char *const known[] = { "place", "wire", "label", "label_en", "note", "note_en", "public", "trigger", "basis", NULL };
  FzPlatformProfile *self = g_new0 (FzPlatformProfile, 1);
  const struct {
    const char *key;
    char **to;
  } texts[] = { { "place", &self->place }, { "wire", &self->wire }, { "label", &self->label }, { "label_en", &self->label_en },
                { "note", &self->note }, { "note_en", &self->note_en }, { "basis", &self->basis } };

  g_ptr_array_add (all, self);
  if (!fz_json_check_keys (object, known, error) || !fz_json_get_bool (object, "public", &self->is_public, error) || !read_trigger (object, &self->trigger, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const char *text = fz_json_get_string (object, texts[i].key, error);

    if (text == NULL)
      return FALSE;
    *texts[i].to = g_strdup (text);
  }
  if (!g_str_equal (self->wire, "tianjin") && !g_str_equal (self->wire, "generic"))
    return fz_json_fail (object, "wire", _ ("只能是 tianjin 或 generic。"), error);
  if (self->is_public == g_str_equal (self->wire, "generic"))
    return fz_json_fail (object, "public", _ ("接口公开的平台用它自己的格式，不公开的用通用格式。"), error);
  if (self->is_public && self->trigger > FZ_TRIGGER_NEXT_DAY) /* it wants the visit before its prescription, keeps what it has and fetches nothing */
    return fz_json_fail (object, "trigger", _ ("接口公开的平台先收就诊、没有更正接口，也不来取；只能是 at_once 或 next_day。"), error);
  return fz_platform_profiles_find (all, self->place) == self || fz_json_fail (object, "place", _ ("编号重复。"), error);
}

GPtrArray *
fz_platform_profiles_parse (const char *file, const void *json, gsize n, GError **error)
{
  static const char *const known[] = { "format", "source", "profiles", NULL };
  g_autoptr (FzJson) root = fz_json_parse_file (file, json, n, MAX_BYTES, error);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (profile_free);
  const char *format = root != NULL && fz_json_check_keys (root, known, error) ? fz_json_get_string (root, "format", error) : NULL;
  const FzJson *profiles = format != NULL && fz_json_get_string (root, "source", error) != NULL ? fz_json_get_array (root, "profiles", error) : NULL;

  if (profiles == NULL)
    return NULL;
  if (!g_str_equal (format, "fuzhen.platform_profiles/v1")) {
    fz_json_fail (root, "format", _ ("不支持的版本。"), error);
    return NULL;
  }
  for (guint i = 0; i < fz_json_count (profiles); i++)
    if (!read_profile (all, fz_json_get_item (profiles, i), error))
      return NULL;
  return g_steal_pointer (&all);
}

const FzPlatformProfile *
fz_platform_profiles_find (GPtrArray *profiles, const char *place)
{
  for (guint i = 0; i < profiles->len; i++)
    if (g_strcmp0 (((FzPlatformProfile *) profiles->pdata[i])->place, place) == 0)
      return profiles->pdata[i];
  return NULL;
}

gint64
fz_platform_profile_not_before (FzTrigger trigger, FzDueMoment moment, gint64 now_us)
{
  gboolean waits = trigger == FZ_TRIGGER_NEXT_DAY || (trigger == FZ_TRIGGER_ON_APPROVAL && moment == FZ_MOMENT_END);

  return waits ? fz_date_beijing_start_us (fz_date_add_days (fz_date_in_beijing (now_us), 1)) + NIGHT_US : 0;
}

void
fz_message_table_set_profile (FzMessageTable *table, const FzPlatformProfile *profile)
{
  table->generic = g_str_equal (profile->wire, "generic");
  table->trigger = profile->trigger;
  if (table->generic)
    fz_table_daily_clear (&table->daily); /* the sign-in of each day is Tianjin's own */
}

const char *
fz_message_table_get_wire (const FzMessageTable *table)
{
  return table->generic ? "generic" : "tianjin";
}

void
fz_message_table_set_trigger (FzMessageTable *table, FzTrigger trigger)
{
  table->trigger = trigger;
}

FzTrigger
fz_message_table_get_trigger (const FzMessageTable *table)
{
  return (FzTrigger) table->trigger;
}
