/* Which entries of registers a platform hears of, and its daily sign-in, as its file says. */
#include "app/platform/table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_AHEAD_DAYS 31

void
fz_table_entry_free (gpointer entry)
{
  FzWireEntry *self = entry;

  g_free (self->reg);
  g_free (self->state);
  g_free (self->method);
  g_free (self->key);
  g_free (self->visit);
  g_free (self->doctor);
  g_free (self->day);
  g_free (self->needs);
  g_free (self->when);
  g_free (self->is);
  g_clear_pointer (&self->facts, g_ptr_array_unref);
  g_free (self);
}

void
fz_table_daily_clear (FzWireDaily *daily)
{
  g_clear_pointer (&daily->method, g_free);
  g_clear_pointer (&daily->reg, g_free);
  g_clear_pointer (&daily->from, g_free);
  g_clear_pointer (&daily->until, g_free);
  g_clear_pointer (&daily->events, g_free);
  g_clear_pointer (&daily->key, g_free);
}

static gboolean
read_word (const FzJson *object, const char *key, char **out, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);

  *out = g_strdup (text);
  return text != NULL && (*text != '\0' || fz_json_fail (object, key, _ ("不能为空。"), error));
}

static gboolean
read_optional (const FzJson *object, const char *key, char **out, GError **error)
{
  const char *text = NULL;

  if (!fz_json_opt_string (object, key, &text, error))
    return FALSE;
  *out = g_strdup (text);
  return TRUE;
}

gboolean
fz_wire_entry_is_list (const FzWireEntry *self, guint i)
{
  return strchr (self->facts->pdata[i + 1], '#') != NULL;
}

static gboolean
read_facts (FzMessageTable *self, const FzJson *object, FzWireEntry *entry, GError **error)
{
  const FzJson *facts = fz_json_get_object (object, "facts", error);

  entry->facts = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; facts != NULL && i < fz_json_count (facts); i++) {
    const FzJson *item = fz_json_get_item (facts, i);
    const char *from = fz_json_get_string (item, NULL, error);

    if (from == NULL)
      return FALSE;
    if (!g_hash_table_contains (self->facts, fz_json_get_name (item)))
      return fz_json_fail (item, NULL, _ ("facts 里没有这个数据项"), error);
    g_ptr_array_add (entry->facts, g_strdup (fz_json_get_name (item)));
    g_ptr_array_add (entry->facts, g_strdup (from));
  }
  return facts != NULL;
}

static gboolean
read_entry (FzMessageTable *self, const FzJson *object, const char *const *keys, GError **error)
{
  FzWireEntry *entry = g_new0 (FzWireEntry, 1);

  g_ptr_array_add (self->entries, entry);
  if (!fz_json_check_keys (object, keys, error) || !read_word (object, "register", &entry->reg, error) || !read_word (object, "state", &entry->state, error) ||
      !read_word (object, "method", &entry->method, error) || !read_word (object, "key", &entry->key, error) ||
      !read_optional (object, "visit", &entry->visit, error) || !read_optional (object, "doctor", &entry->doctor, error) || !read_optional (object, "day", &entry->day, error) ||
      !read_optional (object, "needs", &entry->needs, error) ||
      !read_facts (self, object, entry, error))
    return FALSE;
  if (fz_table_find (self, entry->method) == NULL)
    return fz_json_fail (object, "method", _ ("没有这个方法"), error);
  return TRUE;
}

static gboolean
read_own_entry (FzMessageTable *self, const FzJson *object, GError **error)
{
  static const char *const keys[] = { "register", "state", "method", "key", "visit", "doctor", "day", "needs", "facts", NULL };
  const FzWireEntry *entry;

  if (!read_entry (self, object, keys, error))
    return FALSE;
  entry = self->entries->pdata[self->entries->len - 1];
  return fz_message_table_next_entry (self, entry->reg, NULL) == entry || fz_json_fail (object, "register", _ ("这本台账已有一条"), error);
}

/* {"field": …, "is": …}: which entries of the register this message is of. */
static gboolean
read_when (const FzJson *object, FzWireEntry *entry, GError **error)
{
  static const char *const keys[] = { "field", "is", NULL };
  const FzJson *when = NULL;

  if (!fz_json_opt_object (object, "when", &when, error))
    return FALSE;
  return when == NULL || (fz_json_check_keys (when, keys, error) && read_word (when, "field", &entry->when, error) && read_word (when, "is", &entry->is, error));
}

/* Keys of rows are words of their own; these are taken. */
static gboolean
check_key (const FzJson *object, const char *key, GError **error)
{
  static const char *const taken[] = { "visit", "record", "prescription", "delivery", "drug", "void", "expired", "amended", "none", NULL };

  if (strspn (key, "abcdefghijklmnopqrstuvwxyz-") != strlen (key))
    return fz_json_fail (object, "key", _ ("编号前缀只能用小写字母和连字符"), error);
  return !g_strv_contains (taken, key) || fz_json_fail (object, "key", _ ("编号前缀重复：每种报文要有自己的"), error);
}

/* Whoever adds a message says whether the portal still wants its filing: one of five methods of nursing does not do away with it. */
static gboolean
read_added_entry (FzMessageTable *self, const FzJson *object, GError **error)
{
  static const char *const keys[] = { "register", "state", "method", "key", "visit", "doctor", "day", "needs", "when", "portal", "facts", NULL };
  FzWireEntry *entry;
  const char *portal;

  if (!read_entry (self, object, keys, error))
    return FALSE;
  entry = self->entries->pdata[self->entries->len - 1];
  entry->added = TRUE;
  portal = read_when (object, entry, error) && check_key (object, entry->key, error) ? fz_json_get_string (object, "portal", error) : NULL;
  if (portal == NULL)
    return FALSE;
  entry->portal = g_str_equal (portal, "stays");
  return entry->portal || g_str_equal (portal, "ends") || fz_json_fail (object, "portal", _ ("只能是 ends（不再由人到门户填报）或 stays（仍须填报）"), error);
}

gboolean
fz_table_read_added_entries (FzMessageTable *self, const FzJson *root, GError **error)
{
  const FzJson *entries = fz_json_get_array (root, "entries", error);

  for (guint i = 0; entries != NULL && i < fz_json_count (entries); i++)
    if (!read_added_entry (self, fz_json_get_item (entries, i), error))
      return FALSE;
  return entries != NULL;
}

/* "HH:MM" */
static gboolean
read_minute (const FzJson *object, const char *key, int *out, GError **error)
{
  const char *text = fz_json_get_string (object, key, error);
  int hours = text != NULL ? (int) g_ascii_strtoll (text, NULL, 10) : 0, minutes;

  if (text == NULL)
    return FALSE;
  if (strlen (text) != 5 || text[2] != ':' || strspn (text, "0123456789") != 2 || strspn (text + 3, "0123456789") != 2)
    return fz_json_fail (object, key, _ ("要是 24 小时制的时刻，例如 20:00"), error);
  minutes = (int) g_ascii_strtoll (text + 3, NULL, 10);
  *out = hours * 60 + minutes;
  return (hours < 24 && minutes < 60) || fz_json_fail (object, key, _ ("要是 24 小时制的时刻，例如 20:00"), error);
}

static gboolean
read_daily (FzMessageTable *self, const FzJson *object, GError **error)
{
  static const char *const keys[] = { "source", "method", "register", "events", "key", "from", "until", "send_at", "alarm_at", "ahead_days", NULL };
  FzWireDaily *daily = &self->daily;
  const FzWireMessage *message;

  if (!fz_json_check_keys (object, keys, error) || fz_json_get_string (object, "source", error) == NULL || !read_word (object, "method", &daily->method, error) ||
      !read_word (object, "register", &daily->reg, error) || !read_word (object, "events", &daily->events, error) || !read_word (object, "key", &daily->key, error) ||
      !read_word (object, "from", &daily->from, error) || !read_word (object, "until", &daily->until, error) ||
      !read_minute (object, "send_at", &daily->send_minute, error) || !read_minute (object, "alarm_at", &daily->alarm_minute, error) ||
      !fz_json_get_int (object, "ahead_days", &daily->ahead_days, error))
    return FALSE;
  message = fz_table_find (self, daily->method);
  if (message == NULL || !message->may_be_empty)
    return fz_json_fail (object, "method", _ ("这个方法不能以空数组调用"), error);
  if (fz_message_table_next_entry (self, daily->events, NULL) == NULL)
    return fz_json_fail (object, "events", _ ("entries 里没有这本台账"), error);
  return (daily->ahead_days >= 0 && daily->ahead_days <= MAX_AHEAD_DAYS) || fz_json_fail (object, "ahead_days", _ ("天数不合理"), error);
}

gboolean
fz_table_read_entries (FzMessageTable *self, const FzJson *root, GError **error)
{
  const FzJson *entries = NULL, *daily = NULL;

  if (!fz_json_opt_array (root, "entries", &entries, error) || !fz_json_opt_object (root, "daily", &daily, error))
    return FALSE;
  for (guint i = 0; entries != NULL && i < fz_json_count (entries); i++)
    if (!read_own_entry (self, fz_json_get_item (entries, i), error))
      return FALSE;
  return daily == NULL || read_daily (self, daily, error);
}

const FzWireEntry *
fz_message_table_next_entry (const FzMessageTable *self, const char *reg, const FzWireEntry *after)
{
  gboolean on = after == NULL;

  for (guint i = 0; i < self->entries->len; i++) {
    const FzWireEntry *entry = self->entries->pdata[i];

    if (on && g_strcmp0 (entry->reg, reg) == 0)
      return entry;
    on = on || entry == after;
  }
  return NULL;
}

const FzWireEntry *
fz_message_table_find_key (const FzMessageTable *self, const char *prefix)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (g_strcmp0 (((FzWireEntry *) self->entries->pdata[i])->key, prefix) == 0)
      return self->entries->pdata[i];
  return NULL;
}

const FzWireDaily *
fz_message_table_get_daily (const FzMessageTable *self)
{
  return &self->daily;
}
